//! Tags, ints, floats, truth values.

use super::{Lowering, float_condition, int_condition};
use crate::ir::{Immediate, Instruction, Op};
use ashore_runtime::abi::Helper;
use ashore_runtime::abi::Value;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    InstBuilder, InstructionData, MemFlagsData, Opcode, Value as ClifValue, types,
};

impl Lowering<'_, '_> {
    pub(super) fn number(&mut self, instruction: &Instruction) {
        let args = self.operands(instruction);
        match instruction.op {
            Op::IsInt
            | Op::BothInt
            | Op::IsFloat
            | Op::BothFloat
            | Op::IsObject
            | Op::IsBool
            | Op::IsWord
            | Op::Same => {
                let result = self.tag_test(instruction, &args);
                self.define(instruction, 0, result);
            }
            Op::IntFloordiv | Op::IntMod => self.divide(instruction, args[0], args[1]),
            Op::IntAdd | Op::IntSub | Op::IntMul | Op::IntShl | Op::TagIntOverflow => {
                self.checked(instruction, &args)
            }
            _ => {
                let result = self.simple(instruction, &args);
                self.define(instruction, 0, result);
                if instruction.op == Op::UntagInt {
                    self.untagged.insert(result, args[0]);
                }
            }
        }
    }

    fn tag_test(&mut self, instruction: &Instruction, args: &[ClifValue]) -> ClifValue {
        let masked = |this: &mut Self, value, mask: i64, tag: i64| {
            // On half the word: the mask then is part of the instruction, also where the word comes from memory.
            let half = this.builder.ins().ireduce(types::I32, value);
            let bits = this.builder.ins().band_imm_u(half, mask);
            match tag == mask && mask.count_ones() == 1 {
                true => this.builder.ins().icmp_imm_u(IntCC::NotEqual, bits, 0),
                false => this.builder.ins().icmp_imm_u(IntCC::Equal, bits, tag),
            }
        };
        match instruction.op {
            Op::IsInt => masked(self, args[0], 3, 0),
            Op::BothInt => {
                let both = self.builder.ins().bor(args[0], args[1]);
                masked(self, both, 3, 0)
            }
            Op::IsFloat => masked(self, args[0], 2, 2),
            Op::BothFloat => {
                let both = self.builder.ins().band(args[0], args[1]);
                masked(self, both, 2, 2)
            }
            Op::IsObject => masked(self, args[0], 7, 1),
            Op::IsBool => {
                let bits = self.builder.ins().bor_imm_u(args[0], 8);
                self.builder
                    .ins()
                    .icmp_imm_u(IntCC::Equal, bits, Value::TRUE.bits().cast_signed())
            }
            Op::IsWord => {
                let Immediate::Word(word) = instruction.immediate else {
                    unreachable!("is_word has a word")
                };
                let word = self.iconst(word.cast_signed());
                self.builder.ins().icmp(IntCC::Equal, args[0], word)
            }
            _ => self.builder.ins().icmp(IntCC::Equal, args[0], args[1]),
        }
    }

    /// Operations with an overflow bit as second result.
    fn checked(&mut self, instruction: &Instruction, args: &[ClifValue]) {
        let (result, overflow) = match instruction.op {
            Op::IntAdd | Op::IntSub if self.constant_of(args[1]).is_some_and(|by| by > 0) => {
                self.step(instruction.op == Op::IntAdd, args)
            }
            Op::IntAdd => self.builder.ins().sadd_overflow(args[0], args[1]),
            Op::IntSub => self.builder.ins().ssub_overflow(args[0], args[1]),
            Op::IntMul => {
                let plain = self.builder.ins().sshr_imm_u(args[0], 2);
                self.builder.ins().smul_overflow(plain, args[1])
            }
            Op::IntShl => {
                let count = self.builder.ins().sshr_imm_u(args[1], 2);
                let shifted = self.builder.ins().ishl(args[0], count);
                let back = self.builder.ins().sshr(shifted, count);
                (
                    shifted,
                    self.builder.ins().icmp(IntCC::NotEqual, back, args[0]),
                )
            }
            _ => {
                let tagged = self.builder.ins().ishl_imm_u(args[0], 2);
                let back = self.builder.ins().sshr_imm_u(tagged, 2);
                (
                    tagged,
                    self.builder.ins().icmp(IntCC::NotEqual, back, args[0]),
                )
            }
        };
        self.define(instruction, 0, result);
        self.define(instruction, 1, overflow);
    }

    /// Adds or subtracts a positive constant. A comparison and a branch on it are one instruction of the machine, a branch on
    /// an overflow bit is three.
    fn step(&mut self, up: bool, args: &[ClifValue]) -> (ClifValue, ClifValue) {
        let (result, wrapped) = match up {
            true => (
                self.builder.ins().iadd(args[0], args[1]),
                IntCC::SignedLessThan,
            ),
            false => (
                self.builder.ins().isub(args[0], args[1]),
                IntCC::SignedGreaterThan,
            ),
        };
        let overflow = self.builder.ins().icmp(wrapped, result, args[0]);
        (result, overflow)
    }

    fn constant_of(&self, value: ClifValue) -> Option<i64> {
        let dfg = &self.builder.func.dfg;
        match dfg.insts[dfg.value_def(value).inst()?] {
            InstructionData::UnaryImm {
                opcode: Opcode::Iconst,
                imm,
            } => Some(imm.bits()),
            _ => None,
        }
    }

    /// Floor division and its remainder: the machine's truncate, so a remainder of the wrong sign is put right.
    fn divide(&mut self, instruction: &Instruction, lhs: ClifValue, rhs: ClifValue) {
        let a = self.builder.ins().sshr_imm_u(lhs, 2);
        let b = self.builder.ins().sshr_imm_u(rhs, 2);
        let remainder = self.builder.ins().srem(a, b);
        let signs = self.builder.ins().bxor(remainder, b);
        let zero = self.iconst(0);
        let negative = self.builder.ins().icmp(IntCC::SignedLessThan, signs, zero);
        let inexact = self.builder.ins().icmp(IntCC::NotEqual, remainder, zero);
        let wrong = self.builder.ins().band(negative, inexact);
        if instruction.op == Op::IntMod {
            let fixed = self.builder.ins().iadd(remainder, b);
            let result = self.builder.ins().select(wrong, fixed, remainder);
            let result = self.builder.ins().ishl_imm_u(result, 2);
            return self.define(instruction, 0, result);
        }
        let quotient = self.builder.ins().sdiv(a, b);
        let less = self.builder.ins().uextend(types::I64, wrong);
        let quotient = self.builder.ins().isub(quotient, less);
        let result = self.builder.ins().ishl_imm_u(quotient, 2);
        let back = self.builder.ins().sshr_imm_u(result, 2);
        let overflow = self.builder.ins().icmp(IntCC::NotEqual, back, quotient);
        self.define(instruction, 0, result);
        self.define(instruction, 1, overflow);
    }

    /// Operations with one result and no slow path.
    fn simple(&mut self, instruction: &Instruction, args: &[ClifValue]) -> ClifValue {
        let immediate = &instruction.immediate;
        let ins = self.builder.ins();
        match instruction.op {
            Op::UntagInt => ins.sshr_imm_u(args[0], 2),
            Op::TagInt => ins.ishl_imm_u(args[0], 2),
            Op::UnboxFloat => {
                let bits = ins.iadd_imm_s(args[0], 1);
                let bits = self.builder.ins().rotr_imm_u(bits, 4);
                self.builder
                    .ins()
                    .bitcast(types::F64, MemFlagsData::new(), bits)
            }
            Op::BoolWord => {
                let bit = ins.uextend(types::I64, args[0]);
                let bit = self.builder.ins().ishl_imm_u(bit, 3);
                self.builder
                    .ins()
                    .bor_imm_u(bit, Value::FALSE.bits().cast_signed())
            }
            Op::IntToFloat => ins.fcvt_from_sint(types::F64, args[0]),
            Op::FloatToInt => ins.fcvt_to_sint_sat(types::I64, args[0]),
            Op::I1ToI64 => ins.uextend(types::I64, args[0]),
            Op::IntAddFits | Op::I64Add => ins.iadd(args[0], args[1]),
            Op::IntSubFits | Op::I64Sub => ins.isub(args[0], args[1]),
            Op::IntAnd => ins.band(args[0], args[1]),
            Op::IntOr => ins.bor(args[0], args[1]),
            Op::IntXor => ins.bxor(args[0], args[1]),
            // All bits but the tag's.
            Op::IntInvert => ins.bxor_imm_s(args[0], !3),
            Op::IntShr => self.shift_right(args[0], args[1]),
            Op::IntCompare | Op::I64Compare => ins.icmp(int_condition(immediate), args[0], args[1]),
            Op::I64Mul => ins.imul(args[0], args[1]),
            Op::I64Below | Op::IntBelow => ins.icmp(IntCC::UnsignedLessThan, args[0], args[1]),
            Op::F64Add => ins.fadd(args[0], args[1]),
            Op::F64Sub => ins.fsub(args[0], args[1]),
            Op::F64Mul => ins.fmul(args[0], args[1]),
            Op::F64Div => ins.fdiv(args[0], args[1]),
            Op::F64Neg => ins.fneg(args[0]),
            Op::F64Abs => ins.fabs(args[0]),
            Op::F64Sqrt => ins.sqrt(args[0]),
            Op::F64Compare => ins.fcmp(float_condition(immediate), args[0], args[1]),
            Op::I1Not => ins.bxor_imm_u(args[0], 1),
            Op::I1And => ins.band(args[0], args[1]),
            Op::I1Or => ins.bor(args[0], args[1]),
            Op::Select => ins.select(args[0], args[1], args[2]),
            Op::InlineWord => args[0],
            Op::I64Min => {
                let first = ins.icmp(IntCC::SignedLessThan, args[0], args[1]);
                self.builder.ins().select(first, args[0], args[1])
            }
            other => unreachable!("{other:?} has a lowering of its own"),
        }
    }

    /// `a >> n` of tagged words, any `n` from 0 up.
    fn shift_right(&mut self, lhs: ClifValue, rhs: ClifValue) -> ClifValue {
        let count = self.builder.ins().sshr_imm_u(rhs, 2);
        let most = self.iconst(63);
        let count = self.builder.ins().umin(count, most);
        let shifted = self.builder.ins().sshr(lhs, count);
        self.builder.ins().band_imm_s(shifted, !3)
    }

    /// `rotate_left(bits, 4) - 1`; exponents it cannot hold go to a box.
    pub(super) fn box_float(&mut self, instruction: &Instruction) {
        let x = self.value(instruction.args[0]);
        let bits = self
            .builder
            .ins()
            .bitcast(types::I64, MemFlagsData::new(), x);
        let rotated = self.builder.ins().rotl_imm_u(bits, 4);
        let word = self.builder.ins().iadd_imm_s(rotated, -1);
        let tag = self.builder.ins().band_imm_u(word, 2);
        let slow = self.cold_block();
        let done = self.new_block();
        let result = self.builder.append_block_param(done, types::I64);
        let word_arg = [cranelift_codegen::ir::BlockArg::Value(word)];
        self.builder.ins().brif(tag, done, &word_arg, slow, &[]);
        self.builder.switch_to_block(slow);
        let boxed = self.call_slow(Helper::NewFloat, &[x])[0];
        self.jump(done, &[boxed]);
        self.builder.switch_to_block(done);
        self.define(instruction, 0, result);
    }
}
