//! `with` and `async with` statements; the latter await what the manager's methods return.
//!
//! ```text
//!   T: __exit__   T+1: value, then the exception   T+2: what was being handled before
//! ```

use super::coroutine::Awaiting;
use super::unwind::Block;
use super::{Compiler, Value};
use crate::assemble::LabelId;
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Dst, Peek, Src};
use ruff_python_ast::{self as ast, Stmt, WithItem};
use ruff_text_size::{Ranged, TextRange};

impl<'a> Compiler<'a> {
    pub(super) fn with(&mut self, s: &'a ast::StmtWith) {
        self.with_items(&s.items, &s.body, s.is_async);
    }

    fn with_items(&mut self, items: &'a [WithItem], body: &'a [Stmt], asynchronous: bool) {
        let Some((item, rest)) = items.split_first() else {
            self.body(body);
            return;
        };
        let base = self.top();
        let range = item.context_expr.range();
        let manager = self.expression(&item.context_expr, None);
        let src = self.source(range, manager);
        self.release(base);
        let (exit, value) = (self.push(), self.push());
        let dst = Dst(exit);
        if asynchronous {
            self.emit(range, ops::AsyncWithEnter { dst, src });
            let iter = self.push();
            self.get_awaitable(range, iter, Src(value), Awaiting::Enter);
            self.run_delegate(range, value, iter);
        } else {
            self.emit(range, ops::WithEnter { dst, src });
        }
        let region = self.handler(value);
        self.within(
            Block::With {
                exit,
                asynchronous,
                range,
                handler: region.id(),
            },
            |this| {
                match &item.optional_vars {
                    Some(target) => this.store(target, Value::Temporary(value)),
                    None => this.drop(range, value),
                }
                this.release(value);
                crate::with_stack(|| this.with_items(rest, body, asynchronous));
            },
        );
        let end = self.label();
        self.exit(exit, asynchronous, range);
        self.jump_on(range, end, |target| ops::Jump { target });
        if self.enter(region) {
            self.exit_raised(exit, asynchronous, range, end);
        }
        self.bind(end);
        self.release(base);
    }

    /// Calls `__exit__` of a body that ends without an exception.
    pub(super) fn exit(&mut self, exit: u16, asynchronous: bool, range: TextRange) {
        let exit = Src(exit);
        if !asynchronous {
            self.emit(range, ops::WithExit { exit });
            return;
        }
        let (value, iter) = (self.push(), self.push());
        let dst = Dst(iter);
        self.emit(range, ops::AsyncWithExit { dst, exit });
        self.get_awaitable(range, iter, Src(iter), Awaiting::Exit);
        self.run_delegate(range, value, iter);
        self.drop(range, value);
        self.release(value);
    }

    /// The handler of a `with` body: asks `__exit__` whether the exception is done with.
    fn exit_raised(&mut self, exit: u16, asynchronous: bool, range: TextRange, end: LabelId) {
        let exception = self.push();
        let previous = self.push();
        let exc = Peek(exception);
        self.emit(
            range,
            ops::EnterHandler {
                dst: Dst(previous),
                exc,
            },
        );
        let done = self.push();
        let again = self.handler(done);
        let reraise = self.label();
        self.within(Block::Covered(again.id()), |this| {
            let exit = Src(exit);
            if asynchronous {
                let iter = this.push();
                let dst = Dst(iter);
                this.emit(range, ops::AsyncWithExitRaised { dst, exit, exc });
                this.get_awaitable(range, iter, Src(iter), Awaiting::Exit);
                this.run_delegate(range, done, iter);
            } else {
                let dst = Dst(done);
                this.emit(range, ops::WithExitRaised { dst, exit, exc });
            }
            this.jump(range, reraise, |target| ops::JumpIfFalse {
                cond: Src(done),
                target,
            });
        });
        self.drop(range, exception);
        self.follow(
            range,
            ops::LeaveHandler {
                prev: Src(previous),
            },
        );
        self.jump_on(range, end, |target| ops::Jump { target });
        self.bind(reraise);
        self.follow(
            range,
            ops::LeaveHandler {
                prev: Src(previous),
            },
        );
        self.follow(
            range,
            ops::Reraise {
                exc: Src(exception),
            },
        );
        if self.enter(again) {
            self.follow(
                range,
                ops::LeaveHandler {
                    prev: Src(previous),
                },
            );
            self.drop(range, exception);
            self.emit(range, ops::Reraise { exc: Src(done) });
        }
        self.release(exception);
    }
}
