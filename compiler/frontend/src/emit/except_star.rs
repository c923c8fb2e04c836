//! `try` statements with `except*` clauses.
//!
//! Each clause takes its part of what the clauses before left; what a clause raises is collected, and in the end everything
//! that was raised or left is raised as one.
//!
//! ```text
//!   T: previous   T+1: exception   T+2: results   T+3: rest   T+4: the part a clause handles, or what it raised
//! ```

use super::Compiler;
use super::unwind::Block;
use crate::assemble::HandlerId;
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Args, Count, Dst, Peek, Src};
use ruff_python_ast::{self as ast, ExceptHandler, ExceptHandlerExceptHandler};
use ruff_text_size::{Ranged, TextRange};

impl<'a> Compiler<'a> {
    pub(super) fn try_except_star(&mut self, s: &'a ast::StmtTry) {
        let base = self.push();
        let region = self.handler(base + 1);
        let end = self.label();
        self.within(Block::Covered(region.id()), |this| this.body(&s.body));
        self.body(&s.orelse);
        self.jump_on(s.range, end, |target| ops::Jump { target });
        let range = s.handlers.first().map_or(s.range, Ranged::range);
        self.release(base);
        self.handle(region, range, |this, previous, exception, handler| {
            this.within(Block::Covered(handler), |this| {
                this.clauses(s, exception, handler, range);
            });
            let top = this.top();
            this.unit.asm.set_following(true);
            let result = this.copy(range, exception);
            this.release(top);
            let reraise = this.label();
            this.jump(range, reraise, |target| ops::JumpIfNotNone {
                src: Src(result),
                target,
            });
            this.drop(range, exception);
            this.follow(
                range,
                ops::LeaveHandler {
                    prev: Src(previous),
                },
            );
            this.jump(range, end, |target| ops::Jump { target });
            this.unit.asm.set_following(false);
            this.bind(reraise);
        });
        self.bind(end);
        self.release(base);
    }

    /// Runs the clauses; leaves what is to be raised, or None, in the exception's place.
    fn clauses(
        &mut self,
        s: &'a ast::StmtTry,
        exception: u16,
        handler: HandlerId,
        range: TextRange,
    ) {
        let results = self.push();
        self.emit(
            range,
            ops::BuildList {
                dst: Dst(results),
                base: Args(results),
                n: Count(0),
            },
        );
        let rest = self.copy(range, exception);
        for ExceptHandler::ExceptHandler(clause) in &s.handlers {
            self.star_clause(clause, results, rest, handler);
        }
        self.unit.asm.set_following(true);
        self.emit(
            range,
            ops::ListAppend {
                list: Peek(results),
                src: Src(rest),
            },
        );
        self.emit(
            range,
            ops::MergeExceptions {
                dst: Dst(exception),
                exc: Src(exception),
                results: Src(results),
            },
        );
        self.unit.asm.set_following(false);
        self.release(results);
    }

    /// One clause: its part of `rest` is handled, and what that raises is added to `results`.
    fn star_clause(
        &mut self,
        clause: &'a ExceptHandlerExceptHandler,
        results: u16,
        rest: u16,
        handler: HandlerId,
    ) {
        let Some(class) = &clause.type_ else {
            unreachable!("the parser refuses `except*:`");
        };
        let next = self.label();
        let part = rest + 1;
        let value = self.expression(class, None);
        let class = self.source(class.range(), value);
        self.emit(
            clause.range,
            ops::MatchExceptionGroup {
                dst: Dst(rest),
                exc: Src(rest),
                class,
            },
        );
        self.release(part);
        self.push();
        let matched = self.copy(clause.range, part);
        self.release(matched);
        let unmatched = self.label();
        self.jump(clause.range, unmatched, |target| ops::JumpIfNone {
            src: Src(matched),
            target,
        });
        let region = self.handler(part);
        self.within(Block::Covered(region.id()), |this| {
            match &clause.name {
                Some(name) => {
                    let value = super::Value::Temporary(part);
                    this.store_name(name, clause.range, value);
                }
                None => this.drop(clause.range, part),
            }
            this.release(part);
            this.body(&clause.body);
        });
        self.unit.asm.set_following(true);
        self.forget_star(clause);
        self.unit.asm.set_following(false);
        self.jump_on(clause.range, next, |target| ops::Jump { target });
        debug_assert_eq!(self.active_handler(), Some(handler));
        if self.enter(region) {
            self.push();
            self.unit.asm.set_following(true);
            self.forget_star(clause);
            self.unit.asm.set_following(false);
            self.follow(
                clause.range,
                ops::ListAppend {
                    list: Peek(results),
                    src: Src(part),
                },
            );
            self.release(part);
            self.jump_on(clause.range, next, |target| ops::Jump { target });
        }
        self.bind(unmatched);
        self.unit.asm.set_following(true);
        self.drop(clause.range, part);
        self.unit.asm.set_following(false);
        self.bind(next);
        self.release(part);
    }

    fn forget_star(&mut self, clause: &'a ExceptHandlerExceptHandler) {
        if let Some(name) = &clause.name {
            self.forget(name, clause.range);
        }
    }
}
