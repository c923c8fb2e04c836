//! `with` statements.
//!
//! ```text
//!   T: __exit__   T+1: value, then the exception   T+2: what was being handled before
//! ```

use super::unwind::Block;
use super::{Compiler, Value};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Dst, Peek, Src};
use ruff_python_ast::{self as ast, Stmt, WithItem};
use ruff_text_size::{Ranged, TextRange};

impl<'a> Compiler<'a> {
    pub(super) fn with(&mut self, s: &'a ast::StmtWith) {
        self.with_items(&s.items, &s.body);
    }

    fn with_items(&mut self, items: &'a [WithItem], body: &'a [Stmt]) {
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
        self.emit(
            range,
            ops::WithEnter {
                dst: Dst(exit),
                src,
            },
        );
        let region = self.handler(value);
        self.within(
            Block::With {
                exit,
                range,
                handler: region.id(),
            },
            |this| {
                match &item.optional_vars {
                    Some(target) => this.store(target, Value::Temporary(value)),
                    None => this.drop(range, value),
                }
                this.release(value);
                crate::with_stack(|| this.with_items(rest, body));
            },
        );
        let end = self.label();
        self.emit(range, ops::WithExit { exit: Src(exit) });
        self.jump(range, end, |target| ops::Jump { target });
        if self.enter(region) {
            self.exit_raised(exit, range, end);
        }
        self.bind(end);
        self.release(base);
    }

    /// The handler of a `with` body: asks `__exit__` whether the exception is done with.
    fn exit_raised(&mut self, exit: u16, range: TextRange, end: crate::assemble::LabelId) {
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
        self.within(Block::Covered(again.id()), |this| {
            this.emit(
                range,
                ops::WithExitRaised {
                    dst: Dst(done),
                    exit: Src(exit),
                    exc,
                },
            );
        });
        let reraise = self.label();
        self.jump(range, reraise, |target| ops::JumpIfFalse {
            cond: Src(done),
            target,
        });
        self.drop(range, exception);
        self.emit(
            range,
            ops::LeaveHandler {
                prev: Src(previous),
            },
        );
        self.jump(range, end, |target| ops::Jump { target });
        self.bind(reraise);
        self.emit(
            range,
            ops::LeaveHandler {
                prev: Src(previous),
            },
        );
        self.emit(
            range,
            ops::Reraise {
                exc: Src(exception),
            },
        );
        if self.enter(again) {
            self.emit(
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
