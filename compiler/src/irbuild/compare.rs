//! Comparison, truth, and the jumps that depend on them.

use super::context::{Register, Word};
use super::holds::Arg;
use super::numbers::{Left, Numbers, Operand};
use super::versions::Odds;
use super::{Flow, Likely, Translator};
use crate::analysis::Types;
use crate::ir::{Condition, Field, Helper, Op, Value};
use ashore_runtime::abi::Value as PythonValue;

/// Where a truth value goes.
#[derive(Clone, Copy)]
pub(super) enum Sink {
    /// Into a register.
    Register(u16),
    /// Its negation into a register.
    Negated(u16),
    /// To the target if it is as said, else on.
    Jump { target: u32, when: bool },
}

fn test_helper(condition: Condition) -> Helper {
    match condition {
        Condition::Lt => Helper::TestLt,
        Condition::Le => Helper::TestLe,
        Condition::Eq => Helper::TestEq,
        Condition::Ne => Helper::TestNe,
        Condition::Gt => Helper::TestGt,
        Condition::Ge => Helper::TestGe,
    }
}

fn compare_helper(condition: Condition) -> Helper {
    match condition {
        Condition::Lt => Helper::Lt,
        Condition::Le => Helper::Le,
        Condition::Eq => Helper::Eq,
        Condition::Ne => Helper::Ne,
        Condition::Gt => Helper::Gt,
        Condition::Ge => Helper::Ge,
    }
}

impl Translator<'_> {
    /// Ends the block with a truth value.
    pub(super) fn deliver(&mut self, sink: Sink, truth: Value, odds: Odds) {
        match sink {
            Sink::Negated(dst) => {
                let negated = self.builder.op(Op::I1Not, &[truth]);
                self.deliver(Sink::Register(dst), negated, odds);
            }
            Sink::Register(dst) => {
                let word = self.builder.op(Op::BoolWord, &[truth]);
                self.set(dst, Register::Word(Word::outside(word, Types::BOOL)));
                self.go_on(odds);
            }
            Sink::Jump { target, when } => {
                let (yes, no) = self.fork(truth, Likely::Unknown);
                let (there, on) = if when { (yes, no) } else { (no, yes) };
                self.aside(there, |t| t.goto(target, odds));
                self.builder.switch_to(on);
                self.go_on(odds);
            }
        }
    }

    /// Ends the block with a truth value that is known.
    fn deliver_known(&mut self, sink: Sink, truth: bool) {
        match sink {
            Sink::Negated(dst) => self.deliver_known(Sink::Register(dst), !truth),
            Sink::Register(dst) => {
                let word = self.builder.word(PythonValue::bool(truth));
                self.set(dst, Register::Word(Word::outside(word, Types::BOOL)));
                self.go_on(Odds::Likely);
            }
            Sink::Jump { target, when } => {
                self.goto(if truth == when { target } else { self.next }, Odds::Likely)
            }
        }
    }

    /// `lhs condition rhs`.
    pub(super) fn compare(&mut self, condition: Condition, lhs: u16, rhs: u16, sink: Sink) -> Flow {
        let operands = (Operand::Register(lhs), Operand::Register(rhs));
        let left = self.sort(operands.0, operands.1, (true, true), &mut |t, numbers| {
            let truth = match numbers {
                Numbers::Ints => {
                    let (l, r) = (t.word(lhs), t.word(rhs));
                    t.builder.compare(Op::IntCompare, condition, l, r)
                }
                Numbers::Floats => t.compare_floats(condition, operands),
            };
            t.finish_operation(&[operands.0, operands.1]);
            t.deliver(sink, truth, Odds::Likely);
        });
        if left != Left::Nothing {
            self.compare_by_helper(condition, operands, sink, left.odds());
        }
        Flow::Done
    }

    /// Compares doubles. An int beside a float has to be one that a double holds exactly.
    fn compare_floats(&mut self, condition: Condition, (lhs, rhs): (Operand, Operand)) -> Value {
        const EXACT: i64 = 1 << 53;
        for operand in [lhs, rhs] {
            if self.operand_types(operand) != Types::INT
                || self.known_int(operand).is_some_and(|n| n.abs() <= EXACT)
            {
                continue;
            }
            let word = self.operand(operand);
            let number = self.builder.op(Op::UntagInt, &[word]);
            let (half, whole) = (self.builder.i64(EXACT), self.builder.i64(2 * EXACT + 1));
            let shifted = self.builder.op(Op::I64Add, &[number, half]);
            let exact = self.builder.op(Op::I64Below, &[shifted, whole]);
            self.unless(exact, Translator::side_exit);
        }
        let (l, r) = (self.double(lhs), self.double(rhs));
        self.builder.compare(Op::F64Compare, condition, l, r)
    }

    fn compare_by_helper(
        &mut self,
        condition: Condition,
        (lhs, rhs): (Operand, Operand),
        sink: Sink,
        odds: Odds,
    ) {
        let args = [self.operand(lhs), self.operand(rhs)];
        match sink {
            Sink::Register(dst) => {
                let result = self.call(compare_helper(condition), &args)[0];
                self.finish_operation(&[lhs, rhs]);
                self.set_owned(dst, result, Types::ANY);
                self.go_on(odds);
            }
            Sink::Negated(_) | Sink::Jump { .. } => {
                let result = self.call(test_helper(condition), &args)[0];
                self.finish_operation(&[lhs, rhs]);
                let truth = self.builder.is_word(result, PythonValue::TRUE);
                self.deliver(sink, truth, odds);
            }
        }
    }

    /// `lhs is rhs`, or its negation.
    pub(super) fn identity(&mut self, lhs: u16, rhs: u16, sink: Sink, negate: bool) -> Flow {
        let (l, r) = (self.word(lhs), self.word(rhs));
        let same = self.builder.op(Op::Same, &[l, r]);
        let truth = if negate {
            self.builder.op(Op::I1Not, &[same])
        } else {
            same
        };
        self.finish_operation(&[Operand::Register(lhs), Operand::Register(rhs)]);
        self.deliver(sink, truth, Odds::Likely);
        Flow::Done
    }

    /// `src is None`, for a jump.
    pub(super) fn test_none(&mut self, src: u16, target: u32, when: bool) -> Flow {
        let sink = Sink::Jump { target, when };
        let types = self.register(src).types();
        if !types.may_be(Types::NONE) || types == Types::NONE {
            self.consume(src);
            self.deliver_known(sink, types == Types::NONE);
            return Flow::Done;
        }
        let word = self.word(src);
        let none = self.builder.is_word(word, PythonValue::NONE);
        let (yes, no) = self.fork(none, Likely::Unknown);
        for (block, truth, types) in [
            (yes, true, Types::NONE),
            (no, false, Types::ANY - Types::NONE),
        ] {
            self.aside(block, |t| {
                t.refine(word, types);
                t.finish_operation(&[Operand::Register(src)]);
                t.deliver_known(sink, truth);
            });
        }
        Flow::Done
    }

    /// The truth of a register; `keep` says that even a temporary keeps its value.
    pub(super) fn truth(&mut self, src: u16, sink: Sink, keep: bool) -> Flow {
        self.expect_operand(src);
        let types = self.register(src).types();
        let inline: [(Types, Op); 2] = [(Types::BOOL, Op::IsBool), (Types::INT, Op::IsInt)];
        if let Some(truth) = self.inline_truth(src) {
            self.finish_truth(src, keep);
            self.deliver(sink, truth, Odds::Likely);
            return Flow::Done;
        }
        if types == Types::NONE {
            self.finish_truth(src, keep);
            self.deliver_known(sink, false);
            return Flow::Done;
        }
        for (found, test) in inline {
            if self.likely(src).may_be(found) {
                let word = self.word(src);
                let holds = self.builder.op(test, &[word]);
                self.when(holds, |t| {
                    t.refine(word, found);
                    t.truth(src, sink, keep);
                });
            }
        }
        let word = self.word(src);
        let result = self.call(Helper::Truth, &[word])[0];
        self.finish_truth(src, keep);
        let truth = self.builder.is_word(result, PythonValue::TRUE);
        self.deliver(sink, truth, Odds::Likely);
        Flow::Done
    }

    /// `dst = not src`.
    pub(super) fn negated_truth(&mut self, dst: u16, src: u16) -> Flow {
        self.truth(src, Sink::Negated(dst), false)
    }

    fn finish_truth(&mut self, src: u16, keep: bool) {
        if !keep {
            self.consume(src);
        }
        self.release_scratch();
    }

    /// The truth of a value whose type says how to find it.
    fn inline_truth(&mut self, src: u16) -> Option<Value> {
        if let Register::Float(float) = *self.register(src) {
            let zero = self.builder.f64(0.0);
            return Some(
                self.builder
                    .compare(Op::F64Compare, Condition::Ne, float, zero),
            );
        }
        let word = self.register(src).word()?.clone();
        match word.types {
            Types::BOOL => Some(self.builder.is_word(word.value, PythonValue::TRUE)),
            Types::INT => {
                let zero = self.builder.is_word(word.value, PythonValue::small_int(0));
                Some(self.builder.op(Op::I1Not, &[zero]))
            }
            Types::LIST | Types::TUPLE | Types::STR => {
                let len = match word.types {
                    Types::LIST => self.list_fields(src).len,
                    Types::TUPLE => self.builder.load(Field::TupleLen, word.value),
                    _ => self.builder.load(Field::StrLen, word.value),
                };
                let zero = self.builder.i64(0);
                Some(
                    self.builder
                        .compare(Op::I64Compare, Condition::Ne, len, zero),
                )
            }
            _ => None,
        }
    }

    /// `dst = item in container`, or its negation.
    pub(super) fn contains(&mut self, dst: u16, item: u16, container: u16, negate: bool) -> Flow {
        let args = [
            self.arg(Arg::Register(item)),
            self.arg(Arg::Register(container)),
        ];
        let result = self.call(Helper::Contains, &args)[0];
        self.finish_operation(&[Operand::Register(item), Operand::Register(container)]);
        let found = self.builder.is_word(
            result,
            if negate {
                PythonValue::FALSE
            } else {
                PythonValue::TRUE
            },
        );
        self.deliver(Sink::Register(dst), found, Odds::Likely);
        Flow::Done
    }
}
