//! `try` statements.
//!
//! A handler of an `except` or `finally` keeps, in the register below the exception's, what was being handled before; the
//! body leaves that register alone.
//!
//! ```text
//!   T: previous   T+1: exception   ... temporaries of the handler
//! ```
//!
//! Code of the handler is itself covered: an exception there replaces the one in `T+1`, what was handled before comes back,
//! and the exception goes on.

use super::flow::Region;
use super::unwind::Block;
use super::{Compiler, Value};
use crate::assemble::{HandlerId, LabelId};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Dst, Peek, Src};
use ruff_python_ast::{self as ast, ExceptHandler, ExceptHandlerExceptHandler, Stmt};
use ruff_text_size::{Ranged, TextRange};

impl<'a> Compiler<'a> {
    pub(super) fn try_(&mut self, s: &'a ast::StmtTry) {
        self.mark(s.range);
        if s.finalbody.is_empty() {
            self.try_except(s);
        } else {
            self.try_finally(s);
        }
    }

    fn try_finally(&mut self, s: &'a ast::StmtTry) {
        let base = self.push();
        let region = self.handler(base + 1);
        self.within(
            Block::Finally {
                body: &s.finalbody,
                handler: region.id(),
            },
            |this| {
                if s.handlers.is_empty() {
                    this.body(&s.body);
                } else {
                    this.try_except(s);
                }
            },
        );
        let end = self.label();
        self.body(&s.finalbody);
        self.jump_on(s.range, end, |target| ops::Jump { target });
        let range = s.finalbody.first().map_or(s.range, Ranged::range);
        self.release(base);
        self.handle(region, range, |this, previous, exception, handler| {
            let exception = Some(exception);
            this.within(
                Block::Handling {
                    previous,
                    exception,
                    name: None,
                    handler,
                },
                |this| {
                    this.body(&s.finalbody);
                },
            );
        });
        self.bind(end);
        self.release(base);
    }

    /// The code of a handler: what `body` falls through with, and what is raised in it, is raised again.
    pub(super) fn handle(
        &mut self,
        region: Region,
        range: TextRange,
        body: impl FnOnce(&mut Self, u16, u16, HandlerId),
    ) {
        if !self.enter(region) {
            return;
        }
        let previous = self.push();
        let exception = self.push();
        self.emit(
            range,
            ops::EnterHandler {
                dst: Dst(previous),
                exc: Peek(exception),
            },
        );
        let again = self.handler(exception);
        body(self, previous, exception, again.id());
        if self.unit.asm.reachable() {
            self.raise_again(range, previous, exception);
        }
        self.fall_into(again);
        self.raise_again(range, previous, exception);
        self.release(previous);
    }

    /// What was caught is raised again, on the line of what came before.
    fn raise_again(&mut self, range: TextRange, previous: u16, exception: u16) {
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
    }

    fn try_except(&mut self, s: &'a ast::StmtTry) {
        if s.is_star {
            self.try_except_star(s);
            return;
        }
        let base = self.push();
        let region = self.handler(base + 1);
        let end = self.label();
        self.within(Block::Covered(region.id()), |this| this.body(&s.body));
        self.body(&s.orelse);
        self.jump_on(s.range, end, |target| ops::Jump { target });
        let range = s.handlers.first().map_or(s.range, Ranged::range);
        self.release(base);
        self.handle(region, range, |this, previous, exception, handler| {
            for ExceptHandler::ExceptHandler(clause) in &s.handlers {
                this.clause(clause, previous, exception, handler, end);
            }
            if let Some(ExceptHandler::ExceptHandler(last)) = s.handlers.last() {
                this.unmatched(last.range, previous, exception);
            }
        });
        self.bind(end);
        self.release(base);
    }

    /// One `except` clause; falls through if it does not match.
    fn clause(
        &mut self,
        clause: &'a ExceptHandlerExceptHandler,
        previous: u16,
        exception: u16,
        handler: HandlerId,
        end: LabelId,
    ) {
        if !self.unit.asm.reachable() {
            return;
        }
        let top = self.top();
        let next = self.label();
        let holding = Block::Handling {
            previous,
            exception: Some(exception),
            name: None,
            handler,
        };
        self.within(holding, |this| {
            if let Some(class) = &clause.type_ {
                let value = this.expression(class, None);
                let value = this.source(class.range(), value);
                let matched = this.push();
                this.release(matched);
                let (dst, exc) = (Dst(matched), Peek(exception));
                this.emit(
                    clause.range,
                    ops::MatchException {
                        dst,
                        exc,
                        class: value,
                    },
                );
                this.jump(class.range(), next, |target| ops::JumpIfFalse {
                    cond: Src(matched),
                    target,
                });
            }
        });
        self.release(exception);
        let name = clause.name.as_ref();
        self.within(
            Block::Handling {
                previous,
                exception: None,
                name,
                handler,
            },
            |this| match name {
                Some(name) => {
                    let name = (name, clause.range);
                    this.named_clause(name, &clause.body, previous, exception);
                }
                None => {
                    this.drop(clause.range, exception);
                    this.body(&clause.body);
                }
            },
        );
        self.follow(
            clause.range,
            ops::LeaveHandler {
                prev: Src(previous),
            },
        );
        if let Some(name) = name {
            self.unit.asm.set_following(true);
            self.forget(name, clause.range);
            self.unit.asm.set_following(false);
        }
        self.jump_on(clause.range, end, |target| ops::Jump { target });
        self.release(top);
        self.bind(next);
    }

    /// No clause is for the exception: the frame may end here, on the line of the last one.
    fn unmatched(&mut self, range: TextRange, previous: u16, exception: u16) {
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
    }

    /// The body of `except ... as name`: the name is unbound however the body is left.
    fn named_clause(
        &mut self,
        (name, range): (&'a ast::Identifier, TextRange),
        body: &'a [Stmt],
        previous: u16,
        exception: u16,
    ) {
        // The exception is on top: storing it consumes it.
        self.push();
        self.store_name(name, range, Value::Temporary(exception));
        self.release(exception);
        let region = self.handler(exception);
        self.within(Block::Covered(region.id()), |this| this.body(body));
        let end = self.label();
        self.jump_on(range, end, |target| ops::Jump { target });
        if self.enter(region) {
            self.push();
            self.unit.asm.set_following(true);
            self.forget(name, range);
            self.unit.asm.set_following(false);
            self.follow(
                range,
                ops::LeaveHandler {
                    prev: Src(previous),
                },
            );
            // What was handled before is back: nothing is left for the clause's own handler to do.
            let active = self.unit.blocks.pop();
            self.follow(
                range,
                ops::Reraise {
                    exc: Src(exception),
                },
            );
            self.unit.blocks.extend(active);
            self.release(exception);
        }
        self.bind(end);
    }

    pub(super) fn forget(&mut self, name: &ast::Identifier, range: TextRange) {
        if self.unit.asm.reachable() {
            self.forget_name(name, range);
        }
    }
}
