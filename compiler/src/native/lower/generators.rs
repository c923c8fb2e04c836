//! Generators: their registers are in memory while they are suspended, and what became of them is told in the exchange.

use super::super::Input;
use super::Lowering;
use crate::ir::{Immediate, Instruction, Op};
use ashore_runtime::abi::layout::thread;
use ashore_runtime::abi::{Outcome, Value};
use cranelift_codegen::ir::{InstBuilder, Value as ClifValue, types};

/// What the native code of a generator is given, besides where to go on: see [`Outcome`].
#[derive(Clone, Copy)]
pub(super) struct Resumed {
    registers: ClifValue,
    /// Where the frame says which instruction is under way.
    place: ClifValue,
    /// The first instruction.
    units: ClifValue,
}

impl Resumed {
    /// From the parameters of the native code, if it is a generator's.
    pub(super) fn of(input: &Input<'_>, params: &[ClifValue]) -> Option<Resumed> {
        match *params {
            [_, _, registers, _, place, units] if input.code.flags.generator => Some(Resumed {
                registers,
                place,
                units,
            }),
            _ => None,
        }
    }
}

impl Lowering<'_, '_> {
    fn resumed(&self) -> Resumed {
        self.generator
            .expect("only generators have such instructions")
    }

    fn window(&self) -> ClifValue {
        self.resumed().registers
    }

    pub(super) fn set_address(&mut self, instruction: &Instruction) {
        let Immediate::Int(at) = instruction.immediate else {
            unreachable!("it says which")
        };
        let Resumed { place, units, .. } = self.resumed();
        let bytes = at * size_of::<u16>() as i64;
        let address = self.builder.ins().iadd_imm_s(units, bytes);
        self.builder.ins().store(Self::flags(), address, place, 0);
    }

    pub(super) fn take_register(&mut self, instruction: &Instruction) {
        let Immediate::Int(register) = instruction.immediate else {
            unreachable!("it says which")
        };
        let (window, place) = (self.window(), register as i32 * 8);
        let flags = Self::flags();
        let word = self.builder.ins().load(types::I64, flags, window, place);
        let missing = self.iconst(Value::MISSING.bits().cast_signed());
        self.builder.ins().store(flags, missing, window, place);
        self.define(instruction, 0, word);
    }

    /// Puts words back into registers, says what became of the generator, and returns.
    pub(super) fn stop(&mut self, instruction: &Instruction, outcome: Outcome) {
        let args = self.operands(instruction);
        let gives = matches!(instruction.op, Op::Suspend | Op::Finish);
        let (given, words) = args.split_at(usize::from(gives));
        let mut at = 0;
        if let Immediate::Exit(pc, registers) = &instruction.immediate {
            at = *pc;
            let window = self.window();
            for (&register, &word) in registers.iter().zip(words) {
                let place = i32::from(register) * 8;
                self.builder.ins().store(Self::flags(), word, window, place);
            }
        }
        let outcome = self.iconst(outcome.pack(at));
        let given = match given {
            &[value] => value,
            _ => self.iconst(Value::NONE.bits().cast_signed()),
        };
        if let Some(block) = self.leave.stop {
            return self.jump(block, &[outcome, given]);
        }
        let block = self.shared_end(2);
        self.leave.stop = Some(block);
        self.jump(block, &[outcome, given]);
        self.builder.switch_to_block(block);
        let &[outcome, given] = self.builder.block_params(block) else {
            unreachable!("it has two")
        };
        let flags = Self::flags();
        self.builder
            .ins()
            .store(flags, outcome, self.thread, thread::EXCHANGE);
        self.builder.ins().return_(&[given]);
    }
}
