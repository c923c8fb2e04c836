//! What only asynchronous code has: `await`, `async for`. `async with` is with `with`.
//!
//! Awaiting is a loop that sends values to an iterator and yields what it gives, as `yield from` is.
//!
//! ```text
//!   T: value sent, received, and in the end the result   T+1: iterator
//! ```

use super::unwind::Block;
use super::{Compiler, Value};
use crate::assemble::LabelId;
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Constant, Count, Dst, Peek, Src};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

/// What is awaited, as `get_awaitable` numbers it.
#[derive(Clone, Copy)]
pub enum Awaiting {
    Expression = 0,
    Enter = 1,
    Exit = 2,
}

impl<'a> Compiler<'a> {
    pub(super) fn await_(&mut self, e: &'a ast::ExprAwait, wanted: Option<u16>) -> Value {
        let base = self.top();
        let awaitable = self.expression(&e.value, None);
        let src = self.source(e.range, awaitable);
        self.release(base);
        let (value, iter) = (self.push(), self.push());
        self.get_awaitable(e.range, iter, src, Awaiting::Expression);
        self.run_delegate(e.range, value, iter);
        self.deliver(e.range, base, Value::Temporary(value), wanted)
    }

    /// The iterator of an awaitable.
    pub(super) fn get_awaitable(&mut self, range: TextRange, dst: u16, src: Src, what: Awaiting) {
        self.emit(
            range,
            ops::GetAwaitable {
                dst: Dst(dst),
                src,
                what: Count(what as u16),
            },
        );
    }

    /// Runs the iterator in `iter` to its end, yielding what it gives; the value it returns is in `value`, right below.
    pub(super) fn run_delegate(&mut self, range: TextRange, value: u16, iter: u16) {
        self.load_constant(range, value, Constant::None);
        let end = self.label();
        let head = self.loop_head();
        self.jump(range, end, |target| ops::Send {
            dst: Dst(value),
            iter: Peek(iter),
            value: Src(value),
            target,
        });
        self.emit(
            range,
            ops::YieldDelegate {
                dst: Dst(value),
                src: Src(value),
                iter: Peek(iter),
            },
        );
        self.jump(range, head, |target| ops::JumpBack { target });
        self.bind(end);
        self.release(value + 1);
    }

    pub(super) fn async_for(&mut self, s: &'a ast::StmtFor) {
        let base = self.top();
        let (next, orelse, leave) = (self.label(), self.label(), self.label());
        let iterator = self.async_iterator(&s.iter);
        let looping = self.async_next(iterator, &s.target, s.range);
        self.within(
            Block::Loop {
                iterator: Some(iterator),
                leave,
                next,
            },
            |this| this.body(&s.body),
        );
        self.bind(next);
        self.end_async_next(looping, iterator, s.iter.range());
        self.bind(orelse);
        self.release(base);
        self.body(&s.orelse);
        self.bind(leave);
    }

    /// `aiter(e)` in a temporary.
    pub(super) fn async_iterator(&mut self, e: &'a Expr) -> u16 {
        let base = self.top();
        let value = self.expression(e, None);
        let src = self.source(e.range(), value);
        self.release(base);
        let iterator = self.push();
        self.emit(
            e.range(),
            ops::GetAsyncIter {
                dst: Dst(iterator),
                src,
            },
        );
        iterator
    }

    /// The head of a loop over an async iterator: stores the next item in `target`.
    pub(super) fn async_next(
        &mut self,
        iterator: u16,
        target: &'a Expr,
        range: TextRange,
    ) -> AsyncLoop {
        let head = self.loop_head();
        let (value, iter) = (self.push(), self.push());
        let region = self.handler(value);
        self.within(Block::Covered(region.id()), |this| {
            this.emit(
                range,
                ops::GetAsyncNext {
                    dst: Dst(iter),
                    iter: Peek(iterator),
                },
            );
            this.run_delegate(range, value, iter);
        });
        self.store(target, Value::Temporary(value));
        self.release(value);
        AsyncLoop { head, region }
    }

    /// The end of a loop over an async iterator; control goes on behind it when there are no more items.
    pub(super) fn end_async_next(&mut self, looping: AsyncLoop, iterator: u16, range: TextRange) {
        let AsyncLoop { head, region } = looping;
        self.jump_on(range, head, |target| ops::JumpBack { target });
        if self.enter(region) {
            let exception = self.push();
            self.emit(
                range,
                ops::EndAsyncFor {
                    exc: Src(exception),
                },
            );
            self.release(exception);
            self.drop(range, iterator);
        }
    }
}

/// A loop over an async iterator that is being emitted.
pub struct AsyncLoop {
    head: LabelId,
    /// Covers asking for the next item.
    region: super::flow::Region,
}
