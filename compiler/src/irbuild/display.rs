//! Displays, unpacking, `with`, functions: instructions that are a call of the runtime.

use super::context::Register;
use super::holds::Arg;
use super::{Flow, Translator};
use crate::analysis::Types;
use crate::ir::{Helper, Immediate, LEFT, Op, Value};
use ashore_bytecode::instructions::ops;

impl Translator<'_> {
    /// `dst = helper(r[base], ...)`.
    pub(super) fn display(
        &mut self,
        helper: Helper,
        dst: u16,
        base: u16,
        n: u16,
        types: Types,
    ) -> Flow {
        let args: Vec<Arg> = (base..base + n).map(Arg::Register).collect();
        let consumed: Vec<u16> = (base..base + n).collect();
        self.by_helper(helper, &args, &consumed, Some((dst, types)))
    }

    /// `dst = (r[base], ...)`: made when somebody asks for the object.
    pub(super) fn build_tuple(&mut self, dst: u16, base: u16, n: u16) -> Flow {
        let items = (base..base + n)
            .map(|register| self.own_identity(register))
            .collect();
        self.set(dst, Register::Tuple(items));
        Flow::Next
    }

    /// `dst = slice(start, stop, step)`: made when somebody asks for the object.
    pub(super) fn build_slice(&mut self, dst: u16, parts: [u16; 3]) -> Flow {
        let parts = parts.map(|register| match self.is_local(register) {
            true => self.share(register),
            false => self.own_identity(register),
        });
        self.set(dst, Register::Slice(parts.into()));
        Flow::Next
    }

    /// What an item register holds, taken out; objects with an identity of their own are made.
    fn own_identity(&mut self, register: u16) -> Register {
        if matches!(
            self.register(register),
            Register::Range(_)
                | Register::RangeIterator(_)
                | Register::ListIterator(..)
                | Register::Slice(_)
        ) {
            self.word(register);
        }
        self.take(register)
    }

    /// `r[dst], ...r[dst+n-1] = src`.
    pub(super) fn unpack(&mut self, dst: u16, n: u16, src: u16) -> Flow {
        if let Register::Tuple(items) = self.register(src).clone()
            && items.len() == usize::from(n)
        {
            self.context.registers[usize::from(src)] = Register::Empty;
            for (register, item) in (dst..).zip(items) {
                self.set(register, item);
            }
            return Flow::Next;
        }
        let word = self.word(src);
        self.secure();
        self.set_address();
        let results = self
            .builder
            .push(Op::Unpack, Immediate::Int(i64::from(n)), &[word]);
        self.check_raised(results[0]);
        self.consume(src);
        self.release_scratch();
        for (register, &item) in (dst..).zip(&results[1..]) {
            self.set_owned(register, item, Types::ANY);
        }
        for register in dst..dst + n {
            self.expect_result(register);
        }
        Flow::Next
    }

    /// A helper that returns None when it does not raise.
    pub(super) fn command(&mut self, helper: Helper, args: &[Arg], consumed: &[u16]) -> Flow {
        self.by_helper(helper, args, consumed, None)
    }

    /// `list.append(src)` of a display or comprehension.
    pub(super) fn list_append(&mut self, list: u16, src: u16) -> Flow {
        let args: [Value; 2] = [self.word(list), self.word(src)];
        self.secure();
        self.builder.call_helper(Helper::ListAppend, &args);
        self.consume(src);
        self.release_scratch();
        Flow::Next
    }

    /// `dst` = a function of code `k`.
    pub(super) fn make_function(&mut self, op: ops::MakeFunction) -> Flow {
        let parts = [op.closure, op.defaults, op.kwdefaults, op.annotate];
        let mut args = vec![Arg::Function, Arg::Constant(op.k)];
        args.extend(parts.map(Arg::Optional));
        let consumed: Vec<u16> = parts
            .iter()
            .filter_map(|part| part.get())
            .map(|src| src.0)
            .collect();
        self.by_helper(
            Helper::MakeFunction,
            &args,
            &consumed,
            Some((op.dst.0, Types::OBJECT)),
        )
    }

    /// `raise` in one of its forms: the helper always raises.
    pub(super) fn raise_by(&mut self, helper: Helper, args: &[Arg]) -> Flow {
        let args: Vec<Value> = args.iter().map(|&arg| self.arg(arg)).collect();
        self.secure();
        self.builder.call_helper(helper, &args);
        self.raise();
        Flow::Done
    }

    /// `dst` = the bound `__exit__` of `src`, `dst+1` = `src.__enter__()`.
    pub(super) fn with_enter(&mut self, dst: u16, src: u16) -> Flow {
        let word = self.word(src);
        let results = self.call(Helper::WithEnter, &[word]);
        self.consume(src);
        self.set_owned(dst, results[0], Types::ANY);
        self.set_owned(dst + 1, results[1], Types::ANY);
        Flow::Next
    }

    /// `return src`.
    pub(super) fn return_(&mut self, src: u16) -> Flow {
        let value = self.owned_copy(src);
        // What finalizers see is the caller, as in CPython.
        let at = std::mem::replace(&mut self.builder.pc, LEFT);
        self.abandon();
        self.builder.pc = at;
        let end = match self.code.flags.generator {
            true => Op::Finish,
            false => Op::Return,
        };
        self.builder.effect(end, &[value]);
        Flow::Done
    }
}
