//! Loops.

use super::unwind::Block;
use super::{Compiler, Value};
use crate::assemble::LabelId;
use crate::fold;
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Dst, Peek};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

impl<'a> Compiler<'a> {
    pub(super) fn while_(&mut self, s: &'a ast::StmtWhile) {
        let (next, orelse, leave) = (self.label(), self.label(), self.label());
        let constant = self.literal(&s.test).map(|test| fold::truth(&test));
        if constant != Some(false) {
            let head = self.loop_head();
            match constant {
                Some(_) => self.mark(s.test.range()),
                None => self.jump_if(&s.test, false, orelse),
            }
            self.within(
                Block::Loop {
                    iterator: None,
                    leave,
                    next,
                },
                |this| this.body(&s.body),
            );
            self.bind(next);
            self.jump_on(s.range, head, |target| ops::JumpBack { target });
        } else {
            self.mark(s.test.range());
        }
        self.bind(orelse);
        self.body(&s.orelse);
        self.bind(leave);
    }

    pub(super) fn for_(&mut self, s: &'a ast::StmtFor) {
        let base = self.top();
        let (next, orelse, leave) = (self.label(), self.label(), self.label());
        let iterator = self.iterator(&s.iter);
        let head = self.next_item(iterator, &s.target, s.iter.range(), orelse);
        self.within(
            Block::Loop {
                iterator: Some(iterator),
                leave,
                next,
            },
            |this| this.body(&s.body),
        );
        self.bind(next);
        self.jump_on(s.range, head, |target| ops::JumpBack { target });
        self.bind(orelse);
        self.release(base);
        self.body(&s.orelse);
        self.bind(leave);
    }

    /// `iter(e)` in a temporary.
    pub(super) fn iterator(&mut self, e: &'a Expr) -> u16 {
        let base = self.top();
        let value = self.expression(e, None);
        let src = self.source(e.range(), value);
        self.release(base);
        let iterator = self.push();
        self.emit(
            e.range(),
            ops::GetIter {
                dst: Dst(iterator),
                src,
            },
        );
        iterator
    }

    /// The head of a loop over an iterator: stores the next item in `target`, or leaves for `exhausted`.
    pub(super) fn next_item(
        &mut self,
        iterator: u16,
        target: &'a Expr,
        range: TextRange,
        exhausted: LabelId,
    ) -> LabelId {
        let head = self.loop_head();
        let top = self.top();
        let site = self.site();
        let iter = Peek(iterator);
        let local = target.as_name_expr().and_then(|name| self.local(&name.id));
        let dst = local.unwrap_or_else(|| self.push());
        self.jump(range, exhausted, |target| ops::ForIter {
            dst: Dst(dst),
            iter,
            target,
            site,
        });
        match local {
            Some(register) => self.assigned(register),
            None => self.store(target, Value::Temporary(dst)),
        }
        self.release(top);
        head
    }
}
