//! Arithmetic: ints as tagged words, floats as doubles, everything else by helper.

use super::context::{Known, Register, Word};
use super::holds::Arg;
use super::versions::Odds;
use super::{Flow, Translator};
use crate::analysis::Types;
use crate::ir::{Condition, Helper, Op, Value};
use ashore_runtime::abi::Value as PythonValue;

/// A binary operator and the helpers that do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    Add,
    Sub,
    Mul,
    Matmul,
    Truediv,
    Floordiv,
    Mod,
    Pow,
    Lshift,
    Rshift,
    And,
    Or,
    Xor,
}

impl Binary {
    fn helper(self, inplace: bool) -> Helper {
        let (plain, augmented) = match self {
            Binary::Add => (Helper::Add, Helper::Iadd),
            Binary::Sub => (Helper::Sub, Helper::Isub),
            Binary::Mul => (Helper::Mul, Helper::Imul),
            Binary::Matmul => (Helper::Matmul, Helper::Imatmul),
            Binary::Truediv => (Helper::Truediv, Helper::Itruediv),
            Binary::Floordiv => (Helper::Floordiv, Helper::Ifloordiv),
            Binary::Mod => (Helper::Modulo, Helper::Imodulo),
            Binary::Pow => (Helper::Pow, Helper::Ipow),
            Binary::Lshift => (Helper::Lshift, Helper::Ilshift),
            Binary::Rshift => (Helper::Rshift, Helper::Irshift),
            Binary::And => (Helper::BitAnd, Helper::IbitAnd),
            Binary::Or => (Helper::BitOr, Helper::IbitOr),
            Binary::Xor => (Helper::BitXor, Helper::IbitXor),
        };
        if inplace { augmented } else { plain }
    }

    /// Has an inline form for two ints.
    fn for_ints(self) -> bool {
        !matches!(self, Binary::Matmul | Binary::Pow)
    }

    /// Has an inline form for two floats, or a float and an int.
    fn for_floats(self) -> bool {
        matches!(
            self,
            Binary::Add
                | Binary::Sub
                | Binary::Mul
                | Binary::Truediv
                | Binary::Floordiv
                | Binary::Mod
        )
    }
}

/// One use of a binary operator.
#[derive(Clone, Copy)]
pub(super) struct BinaryUse {
    pub op: Binary,
    pub inplace: bool,
    pub dst: u16,
    pub lhs: Operand,
    pub rhs: Operand,
}

/// A register or a number in the instruction.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Operand {
    Register(u16),
    Int(i64),
}

/// What two operands are taken as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    Ints,
    /// At least one is a float, the other may be an int.
    Floats,
}

impl Translator<'_> {
    pub(super) fn operand_types(&self, operand: Operand) -> Types {
        match operand {
            Operand::Register(register) => self.register(register).types(),
            Operand::Int(_) => Types::INT,
        }
    }

    /// Types the operand is likely to have.
    fn likely_operand(&self, operand: Operand) -> Types {
        match operand {
            Operand::Register(register) => self.likely(register),
            Operand::Int(_) => Types::INT,
        }
    }

    /// The operand as a tagged word.
    pub(super) fn operand(&mut self, operand: Operand) -> Value {
        match operand {
            Operand::Register(register) => self.word(register),
            Operand::Int(number) => self.builder.word(PythonValue::small_int(number)),
        }
    }

    /// The operand as a double: a float register, or an int converted.
    pub(super) fn double(&mut self, operand: Operand) -> Value {
        if let Operand::Int(number) = operand {
            return self.builder.f64(number as f64);
        }
        if let Operand::Register(register) = operand
            && let Register::Float(float) = *self.register(register)
        {
            return float;
        }
        let word = self.operand(operand);
        let number = self.builder.op(Op::UntagInt, &[word]);
        self.builder.op(Op::IntToFloat, &[number])
    }

    pub(super) fn consume_operand(&mut self, operand: Operand) {
        if let Operand::Register(register) = operand {
            self.consume(register);
        }
    }

    fn is_float(&self, operand: Operand) -> bool {
        matches!(operand, Operand::Register(register) if matches!(self.register(register), Register::Float(_)))
    }

    /// Sorts two operands into ints, floats and the rest: `outcome` translates each pair of numbers and must finish its
    /// block; the code that follows is for everything else. The result says whether anything else is left.
    pub(super) fn sort(
        &mut self,
        lhs: Operand,
        rhs: Operand,
        (ints, floats): (bool, bool),
        outcome: &mut dyn FnMut(&mut Self, Numbers),
    ) -> Left {
        let (l, r) = (self.operand_types(lhs), self.operand_types(rhs));
        let decided = |t: &Self, operand, types: Types| types == Types::INT || t.is_float(operand);
        match (decided(self, lhs, l), decided(self, rhs, r)) {
            (true, true) => {
                let kind = if l == Types::INT && r == Types::INT {
                    Numbers::Ints
                } else {
                    Numbers::Floats
                };
                if if kind == Numbers::Ints { ints } else { floats } {
                    outcome(self, kind);
                    return Left::Nothing;
                }
                Left::Everything
            }
            (true, false) => self.sort_one(lhs, rhs, (ints, floats), outcome),
            (false, true) => self.sort_one(rhs, lhs, (ints, floats), outcome),
            (false, false) => {
                let (l, r) = (self.likely_operand(lhs), self.likely_operand(rhs));
                let mut left = Left::Everything;
                if ints && l.may_be(Types::INT) && r.may_be(Types::INT) {
                    self.both(lhs, rhs, (Op::BothInt, Types::INT), &mut |t| {
                        outcome(t, Numbers::Ints)
                    });
                    left = Left::Rest;
                }
                if floats && l.may_be(Types::INLINE_FLOAT) && r.may_be(Types::INLINE_FLOAT) {
                    self.both(lhs, rhs, (Op::BothFloat, Types::INLINE_FLOAT), &mut |t| {
                        outcome(t, Numbers::Floats)
                    });
                    left = Left::Rest;
                }
                left
            }
        }
    }

    /// One operand is known; tests the other, first for the same type.
    fn sort_one(
        &mut self,
        known: Operand,
        other: Operand,
        (ints, floats): (bool, bool),
        outcome: &mut dyn FnMut(&mut Self, Numbers),
    ) -> Left {
        let types = self.likely_operand(other);
        let int = self.operand_types(known) == Types::INT;
        let as_int = if int {
            ints.then_some(Numbers::Ints)
        } else {
            floats.then_some(Numbers::Floats)
        };
        let as_float = floats.then_some(Numbers::Floats);
        let mut tests = [
            (Op::IsInt, Types::INT, as_int),
            (Op::IsFloat, Types::INLINE_FLOAT, as_float),
        ];
        if !int {
            tests.reverse();
        }
        let mut left = Left::Everything;
        for (test, found, numbers) in tests {
            let Some(numbers) = numbers else { continue };
            let mixed = u32::from((found == Types::INT) != int);
            if types.may_be(found) {
                let word = self.operand(other);
                let holds = self.builder.op(test, &[word]);
                self.when(holds, |t| {
                    t.rank += mixed;
                    t.refine(word, found);
                    outcome(t, numbers);
                });
                self.refine(word, Types::ANY_OR_MISSING - found);
                left = Left::Rest;
            }
        }
        left
    }

    fn both(
        &mut self,
        lhs: Operand,
        rhs: Operand,
        (test, types): (Op, Types),
        outcome: &mut dyn FnMut(&mut Self),
    ) {
        let (l, r) = (self.operand(lhs), self.operand(rhs));
        let holds = self.builder.op(test, &[l, r]);
        self.when(holds, |t| {
            t.refine(l, types);
            t.refine(r, types);
            outcome(t);
        });
    }

    /// `dst = lhs op rhs`.
    pub(super) fn binary(&mut self, operation: BinaryUse) -> Flow {
        let BinaryUse { op, lhs, rhs, .. } = operation;
        let inline = (op.for_ints(), op.for_floats());
        let left = self.sort(lhs, rhs, inline, &mut |t, numbers| {
            match numbers {
                Numbers::Ints => t.int_binary(operation),
                Numbers::Floats => t.float_binary(operation),
            }
            t.go_on(Odds::Likely);
        });
        if left == Left::Nothing {
            return Flow::Done;
        }
        self.binary_by_helper(operation);
        self.go_on(left.odds());
        Flow::Done
    }

    /// `dst = lhs op rhs` by the runtime.
    fn binary_by_helper(&mut self, operation: BinaryUse) {
        let BinaryUse {
            op,
            inplace,
            dst,
            lhs,
            rhs,
        } = operation;
        let (l, r) = (self.operand_types(lhs), self.operand_types(rhs));
        let text = op == Binary::Add && l == Types::STR && r == Types::STR;
        let list = l == Types::LIST
            && (op == Binary::Add && r == Types::LIST || op == Binary::Mul && r == Types::INT);
        let types = if text {
            Types::STR
        } else if list {
            Types::LIST
        } else {
            Types::ANY
        };
        let args = [self.operand(lhs), self.operand(rhs)];
        let result = self.call(op.helper(inplace), &args)[0];
        self.finish_operation(&[lhs, rhs]);
        self.set_owned(dst, result, types);
    }

    /// Consumes operands and scratch.
    pub(super) fn finish_operation(&mut self, operands: &[Operand]) {
        for &operand in operands {
            self.consume_operand(operand);
        }
        self.release_scratch();
    }

    /// The runtime's way, where the inline one failed.
    fn rare(&mut self, failed: Value, operation: BinaryUse) {
        self.if_rare(failed, |t| {
            t.binary_by_helper(operation);
            t.go_on(Odds::Rare);
        });
    }

    /// Both operands are ints.
    fn int_binary(&mut self, operation: BinaryUse) {
        let BinaryUse {
            op, dst, lhs, rhs, ..
        } = operation;
        if op == Binary::Truediv {
            return self.int_truediv(operation);
        }
        let args = [self.operand(lhs), self.operand(rhs)];
        let result = match op {
            Binary::Add => self.checked(Op::IntAdd, args, operation),
            Binary::Sub => self.checked(Op::IntSub, args, operation),
            Binary::Mul => self.checked(Op::IntMul, args, operation),
            Binary::Floordiv => {
                self.unless_zero(rhs);
                self.checked(Op::IntFloordiv, args, operation)
            }
            Binary::Mod => {
                self.unless_zero(rhs);
                self.builder.op(Op::IntMod, &args)
            }
            Binary::Lshift => {
                let count = self.builder.op(Op::UntagInt, &[args[1]]);
                let limit = self.builder.i64(62);
                let fits = self.builder.op(Op::I64Below, &[count, limit]);
                self.rare_unless(fits, operation);
                self.checked(Op::IntShl, args, operation)
            }
            Binary::Rshift => {
                let zero = self.builder.word(PythonValue::small_int(0));
                let negative = self
                    .builder
                    .compare(Op::IntCompare, Condition::Lt, args[1], zero);
                self.rare(negative, operation);
                self.builder.op(Op::IntShr, &args)
            }
            Binary::And => self.builder.op(Op::IntAnd, &args),
            Binary::Or => self.builder.op(Op::IntOr, &args),
            Binary::Xor => self.builder.op(Op::IntXor, &args),
            Binary::Truediv | Binary::Matmul | Binary::Pow => {
                unreachable!("{op:?} has no form for tagged ints")
            }
        };
        self.finish_operation(&[lhs, rhs]);
        self.set(dst, Register::Word(Word::outside(result, Types::INT)));
    }

    fn checked(&mut self, op: Op, args: [Value; 2], operation: BinaryUse) -> Value {
        let (result, overflow) = self.builder.op2(op, &args);
        self.rare(overflow, operation);
        result
    }

    fn rare_unless(&mut self, fine: Value, operation: BinaryUse) {
        self.unless(fine, |t| {
            t.binary_by_helper(operation);
            t.go_on(Odds::Rare);
        });
    }

    /// Leaves a divisor of zero to the interpreter, which raises.
    fn unless_zero(&mut self, divisor: Operand) {
        if self.known_int(divisor).is_some_and(|number| number != 0) {
            return;
        }
        let word = self.operand(divisor);
        let zero = self.builder.is_word(word, PythonValue::small_int(0));
        self.if_rare(zero, Translator::side_exit);
    }

    /// The number an operand is known to be.
    pub(super) fn known_int(&self, operand: Operand) -> Option<i64> {
        match operand {
            Operand::Int(number) => Some(number),
            Operand::Register(register) => match self.register(register).word()?.known {
                Known::Int(number) => Some(number),
                _ => None,
            },
        }
    }

    /// `/` of two ints that doubles hold exactly; else the runtime divides.
    fn int_truediv(&mut self, operation: BinaryUse) {
        const EXACT: i64 = 1 << 53;
        let BinaryUse { dst, lhs, rhs, .. } = operation;
        self.unless_zero(rhs);
        for operand in [lhs, rhs] {
            if self
                .known_int(operand)
                .is_some_and(|number| (-EXACT..=EXACT).contains(&number))
            {
                continue;
            }
            let word = self.operand(operand);
            let number = self.builder.op(Op::UntagInt, &[word]);
            let (half, whole) = (self.builder.i64(EXACT), self.builder.i64(2 * EXACT + 1));
            let shifted = self.builder.op(Op::I64Add, &[number, half]);
            let exact = self.builder.op(Op::I64Below, &[shifted, whole]);
            self.rare_unless(exact, operation);
        }
        let args = [self.double(lhs), self.double(rhs)];
        let result = self.builder.op(Op::F64Div, &args);
        self.finish_operation(&[lhs, rhs]);
        self.set(dst, Register::Float(result));
    }

    /// At least one operand is a float, the other may be an int.
    fn float_binary(&mut self, operation: BinaryUse) {
        let BinaryUse {
            op, dst, lhs, rhs, ..
        } = operation;
        let args = [self.double(lhs), self.double(rhs)];
        if matches!(op, Binary::Truediv | Binary::Floordiv | Binary::Mod)
            && self.known_int(rhs).is_none_or(|number| number == 0)
        {
            let zero = self.builder.f64(0.0);
            let by_zero = self
                .builder
                .compare(Op::F64Compare, Condition::Eq, args[1], zero);
            self.if_rare(by_zero, Translator::side_exit);
        }
        let result = match op {
            Binary::Add => self.builder.op(Op::F64Add, &args),
            Binary::Sub => self.builder.op(Op::F64Sub, &args),
            Binary::Mul => self.builder.op(Op::F64Mul, &args),
            Binary::Truediv => self.builder.op(Op::F64Div, &args),
            Binary::Floordiv => self.builder.call_helper(Helper::FloatFloordiv, &args)[0],
            Binary::Mod => self.builder.call_helper(Helper::FloatMod, &args)[0],
            _ => unreachable!("{op:?} has no form for floats"),
        };
        self.finish_operation(&[lhs, rhs]);
        self.set(dst, Register::Float(result));
    }

    /// `dst = -src`.
    pub(super) fn negate(&mut self, dst: u16, src: u16) -> Flow {
        match self.register(src).types() {
            Types::INT => {
                let zero = self.builder.word(PythonValue::small_int(0));
                let word = self.word(src);
                let (result, overflow) = self.builder.op2(Op::IntSub, &[zero, word]);
                self.if_rare(overflow, |t| {
                    t.by_helper(
                        Helper::Neg,
                        &[Arg::Register(src)],
                        &[src],
                        Some((dst, Types::ANY)),
                    );
                    t.go_on(Odds::Rare);
                });
                self.consume(src);
                self.set(dst, Register::Word(Word::outside(result, Types::INT)));
            }
            _ if let Register::Float(float) = *self.register(src) => {
                let result = self.builder.op(Op::F64Neg, &[float]);
                self.consume(src);
                self.set(dst, Register::Float(result));
            }
            types => {
                return self.unary_split(types, src, &|t| t.negate(dst, src), (Helper::Neg, dst));
            }
        }
        Flow::Next
    }

    /// `dst = +src`.
    pub(super) fn positive(&mut self, dst: u16, src: u16) -> Flow {
        let number = self.register(src).types() == Types::INT
            || matches!(self.register(src), Register::Float(_));
        if number {
            let value = self.read(src);
            self.set(dst, value);
            return Flow::Next;
        }
        let types = self.register(src).types();
        self.unary_split(types, src, &|t| t.positive(dst, src), (Helper::Pos, dst))
    }

    /// `dst = ~src`.
    pub(super) fn invert(&mut self, dst: u16, src: u16) -> Flow {
        if self.register(src).types() == Types::INT {
            let word = self.word(src);
            let result = self.builder.op(Op::IntInvert, &[word]);
            self.consume(src);
            self.set(dst, Register::Word(Word::outside(result, Types::INT)));
            return Flow::Next;
        }
        let types = self.register(src).types() & Types::INT;
        self.unary_split(types, src, &|t| t.invert(dst, src), (Helper::Invert, dst))
    }

    /// Tests a unary operator's operand for the number types it may have, and does it again for each; then the helper.
    fn unary_split(
        &mut self,
        types: Types,
        src: u16,
        again: &dyn Fn(&mut Self) -> Flow,
        (helper, dst): (Helper, u16),
    ) -> Flow {
        for (test, found) in [(Op::IsInt, Types::INT), (Op::IsFloat, Types::INLINE_FLOAT)] {
            if types.may_be(found) && self.likely(src).may_be(found) {
                let word = self.word(src);
                let holds = self.builder.op(test, &[word]);
                self.when(holds, |t| {
                    t.refine(word, found);
                    if again(t) == Flow::Next {
                        t.go_on(Odds::Likely);
                    }
                });
            }
        }
        self.by_helper(
            helper,
            &[Arg::Register(src)],
            &[src],
            Some((dst, Types::ANY)),
        );
        self.go_on(if types.may_be(Types::INT) {
            Odds::Rare
        } else {
            Odds::Likely
        });
        Flow::Done
    }
}

/// What [`Translator::sort`] leaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// The operands were numbers.
    Nothing,
    /// Some pairs were sorted out.
    Rest,
    /// There is no inline form for what the operands may be.
    Everything,
}

impl Left {
    /// How likely what is left is.
    pub(super) fn odds(self) -> Odds {
        if self == Left::Rest {
            Odds::Rare
        } else {
            Odds::Likely
        }
    }
}
