//! Loops: ranges and lists without iterator objects, everything else by helper.

use super::context::{Hold, Range, Register, Step, Word};
use super::holds::Arg;
use super::versions::Odds;
use super::{Flow, Likely, Translator};
use crate::analysis::Types;
use crate::ir::{Condition, Field, Helper, Immediate, Op, Value};
use ashore_bytecode::Opcode;
use ashore_bytecode::instructions::ops;
use ashore_runtime::abi::Kind;
use ashore_runtime::abi::Value as PythonValue;

impl Translator<'_> {
    /// `dst = iter(src)`.
    pub(super) fn get_iter(&mut self, dst: u16, src: u16) -> Flow {
        match self.register(src).clone() {
            Register::Range(range) => {
                self.consume(src);
                self.set(dst, Register::RangeIterator(range));
                Flow::Next
            }
            Register::Word(word) if word.types == Types::LIST => {
                self.list_iterator(dst, src);
                Flow::Next
            }
            Register::Word(word) if self.likely(src).may_be(Types::LIST) => {
                self.if_kind(word.value, Kind::LIST, Types::LIST, |t| {
                    t.list_iterator(dst, src);
                    t.go_on(Odds::Likely);
                });
                self.by_helper(
                    Helper::Iter,
                    &[Arg::Register(src)],
                    &[src],
                    Some((dst, Types::ANY)),
                );
                self.rank += 1;
                self.go_on(Odds::Possible);
                Flow::Done
            }
            _ => self.by_helper(
                Helper::Iter,
                &[Arg::Register(src)],
                &[src],
                Some((dst, Types::ANY)),
            ),
        }
    }

    fn list_iterator(&mut self, dst: u16, src: u16) {
        let Register::Word(mut list) = self.read(src) else {
            unreachable!("a list is a word")
        };
        // The iterator's own reference, which may outlast the local's.
        if let Hold::Local(_) = list.hold {
            self.builder.effect(Op::Incref, &[list.value]);
            list.hold = Hold::Owned;
        }
        let start = self.builder.word(PythonValue::small_int(0));
        self.set(dst, Register::ListIterator(list, start));
    }

    /// Where the word is an object of exactly this kind `outcome`, which must finish its block; goes on where it is not.
    pub(super) fn if_kind(
        &mut self,
        word: Value,
        kind: Kind,
        types: Types,
        outcome: impl FnOnce(&mut Self),
    ) {
        let object = self.builder.op(Op::IsObject, &[word]);
        let (yes, not_object) = self.fork(object, Likely::Unknown);
        let rest = self.block(false);
        self.builder.switch_to(not_object);
        self.builder.jump(rest, &[]);
        self.builder.switch_to(yes);
        let right = self
            .builder
            .push(Op::KindIs, Immediate::Kind(kind.0), &[word])[0];
        let found = self.block(false);
        self.builder.branch(right, found, rest);
        self.aside(found, |t| {
            t.refine(word, types);
            outcome(t);
        });
        self.builder.switch_to(rest);
        self.refine(word, Types::ANY_OR_MISSING - types);
    }

    /// `dst = next(iter)`; when exhausted, releases `iter` and goes to `target`.
    pub(super) fn for_iter(&mut self, dst: u16, iter: u16, target: u32) -> Flow {
        match self.register(iter).clone() {
            Register::RangeIterator(range) => self.next_of_range(dst, iter, target, &range),
            Register::ListIterator(list, index) => {
                self.next_of_list(dst, iter, target, &list, index)
            }
            _ => {
                if let Some(unpack) = self.unpack_behind(dst) {
                    self.next_pair(dst, iter, target, unpack);
                    return Flow::Done;
                }
                let word = self.word(iter);
                let item = self.call(Helper::Next, &[word])[0];
                let exhausted = self.builder.is_word(item, PythonValue::MISSING);
                self.when(exhausted, |t| t.exhausted(iter, target));
                self.set_owned(dst, item, Types::ANY);
                self.expect_result(dst);
                self.go_on(Odds::Likely);
            }
        }
        Flow::Done
    }

    /// The instruction that follows, if it unpacks the register into two and nothing needs the whole afterwards.
    fn unpack_behind(&self, src: u16) -> Option<ops::Unpack> {
        if self.is_local(src) {
            return None;
        }
        let units = &self.code.units[self.next as usize..];
        if Opcode::from_unit(units[0]) != Some(Opcode::Unpack) || self.liveness.is_target(self.next)
        {
            return None;
        }
        let unpack = ops::Unpack::decode(units);
        (unpack.src.0 == src && unpack.n.0 == 2).then_some(unpack)
    }

    /// `dst = next(iter)`, and the unpacking of it: pairs are given in parts. What is no pair goes on at the unpacking.
    fn next_pair(&mut self, dst: u16, iter: u16, target: u32, unpack: ops::Unpack) {
        let word = self.word(iter);
        let parts = self.call(Helper::NextPair, &[word]);
        let exhausted = self.builder.is_word(parts[0], PythonValue::MISSING);
        self.when(exhausted, |t| t.exhausted(iter, target));
        let whole = self.builder.is_word(parts[1], PythonValue::MISSING);
        self.if_rare(whole, |t| {
            t.set_owned(dst, parts[0], Types::ANY);
            t.go_on(Odds::Rare);
        });
        self.at = self.next;
        self.next += ops::Unpack::UNITS as u32;
        for (register, &part) in (unpack.dst.0..).zip(&parts) {
            self.set_owned(register, part, Types::ANY);
        }
        for register in unpack.dst.0..unpack.dst.0 + 2 {
            self.expect_result(register);
        }
        self.go_on(Odds::Likely);
    }

    fn exhausted(&mut self, iter: u16, target: u32) {
        let held = self.take(iter);
        self.release(held);
        self.goto(target, Odds::Likely);
    }

    fn next_of_range(&mut self, dst: u16, iter: u16, target: u32, range: &Range) {
        let condition = match range.step {
            Step::Constant(step) if step < 0 => Condition::Gt,
            Step::Constant(_) | Step::Positive(_) => Condition::Lt,
        };
        let more = self
            .builder
            .compare(Op::IntCompare, condition, range.start, range.stop);
        let (go, end) = self.fork(more, Likely::Unknown);
        self.aside(end, |t| t.exhausted(iter, target));
        self.builder.switch_to(go);
        let step = match range.step {
            Step::Constant(step) => self.builder.word(PythonValue::small_int(step)),
            Step::Positive(step) => step,
        };
        let next = if matches!(range.step, Step::Constant(1 | -1) | Step::Positive(_)) {
            self.builder.op(Op::IntAddFits, &[range.start, step])
        } else {
            // A step over the end of the small ints ends the loop as well as `stop` itself does.
            let (sum, overflow) = self.builder.op2(Op::IntAdd, &[range.start, step]);
            self.builder.op(Op::Select, &[overflow, range.stop, sum])
        };
        let rest = Range {
            start: next,
            ..range.clone()
        };
        self.context.registers[usize::from(iter)] = Register::RangeIterator(rest);
        self.set(dst, Register::Word(Word::outside(range.start, Types::INT)));
        self.go_on(Odds::Likely);
    }

    fn next_of_list(&mut self, dst: u16, iter: u16, target: u32, list: &Word, index: Value) {
        let number = self.builder.op(Op::UntagInt, &[index]);
        let fields = self.list_fields(iter);
        let more = self.builder.op(Op::I64Below, &[number, fields.len]);
        let (go, end) = self.fork(more, Likely::Unknown);
        self.aside(end, |t| t.exhausted(iter, target));
        self.builder.switch_to(go);
        let one = self.builder.word(PythonValue::small_int(1));
        let next = self.builder.op(Op::IntAddFits, &[index, one]);
        let known = Word {
            fields: Some(fields.clone()),
            ..list.clone()
        };
        self.context.registers[usize::from(iter)] = Register::ListIterator(known, next);
        let slow = self.slow();
        let inside = self.builder.op(Op::IntBelow, &[index, fields.bound]);
        self.unless_slow(inside, &slow);
        let item = self
            .builder
            .load_item(Field::ArrayItems, fields.array, number);
        let guard = self.result_tag(dst);
        if let Some((test, _)) = guard {
            let holds = self.builder.op(test, &[item]);
            self.unless_slow(holds, &slow);
        } else {
            self.unless_borrowed(item, list.value, &slow);
        }
        self.finish_slow(slow, |t| {
            let item = t.call(Helper::ListGet, &[list.value, number])[0];
            let missing = t.builder.is_word(item, PythonValue::MISSING);
            t.when(missing, |t| t.exhausted(iter, target));
            t.set_owned(dst, item, Types::ANY);
            t.expect_result(dst);
            t.go_on(Odds::Likely);
        });
        let types = guard.map_or(Types::ANY, |(_, types)| types);
        let word = Word {
            hold: Hold::Slot,
            ..Word::outside(item, types)
        };
        self.set(dst, Register::Word(word.settled()));
        self.expect_result(dst);
        self.go_on(Odds::Likely);
    }

    /// A safepoint, then on to the start of the loop.
    pub(super) fn jump_back(&mut self, target: u32) -> Flow {
        self.secure();
        let lists = self.knows_lists();
        let test = if lists { Op::Attention } else { Op::Poll };
        let due = self.builder.op(test, &[]);
        self.if_rare(due, |t| {
            if lists {
                // Another thread may have changed them.
                t.builder.epoch += 1;
                let due = t.builder.op(Op::Poll, &[]);
                t.if_rare(due, |t| t.pass_safepoint(target));
                t.goto(target, Odds::Likely);
            } else {
                t.pass_safepoint(target);
            }
        });
        self.goto(target, Odds::Likely);
        Flow::Done
    }

    fn pass_safepoint(&mut self, target: u32) {
        let result = self.call(Helper::Safepoint, &[])[0];
        let traced = self.builder.is_word(result, PythonValue::MISSING);
        self.if_rare(traced, Translator::side_exit);
        self.goto(target, Odds::Likely);
    }
}
