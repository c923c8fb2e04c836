//! Blocks: what control must do on its way out of nested statements.
//!
//! `return`, `break` and `continue` leave blocks: each adds the instructions that leave it properly (a `finally` body is
//! emitted again, a context manager is exited, a loop's iterator released). While a block is being left, it is no longer
//! active: its handler does not cover what leaving it does.

use super::{Compiler, Value};
use crate::assemble::{HandlerId, LabelId};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Constant, Src};
use ruff_python_ast::{self as ast, Expr, Identifier, Stmt};
use ruff_text_size::{Ranged, TextRange};

/// A statement control is inside of.
#[derive(Clone, Copy)]
pub enum Block<'a> {
    Loop {
        /// The iterator of a `for` loop, in a temporary.
        iterator: Option<u16>,
        leave: LabelId,
        next: LabelId,
    },
    /// A region covered by a handler, with nothing to do on the way out.
    Covered(HandlerId),
    /// A region with a `finally` body.
    Finally {
        body: &'a [Stmt],
        handler: HandlerId,
    },
    /// The body of a `with` statement.
    With {
        exit: u16,
        asynchronous: bool,
        range: TextRange,
        handler: HandlerId,
    },
    /// An exception is being handled: what was handled before is in `previous`; the exception is in a temporary, or in the
    /// variable `name`, or gone.
    Handling {
        previous: u16,
        exception: Option<u16>,
        name: Option<&'a Identifier>,
        handler: HandlerId,
    },
    /// A temporary that waits for an inner statement to end.
    Pending(u16),
}

impl Block<'_> {
    /// Does leaving it run code that is written in the source?
    fn runs_code(&self) -> bool {
        matches!(self, Block::Finally { .. } | Block::With { .. })
    }

    /// The handler that covers the block.
    pub fn handler(&self) -> Option<HandlerId> {
        match *self {
            Block::Loop { .. } | Block::Pending(_) => None,
            Block::Covered(handler)
            | Block::Finally { handler, .. }
            | Block::With { handler, .. }
            | Block::Handling { handler, .. } => Some(handler),
        }
    }
}

impl<'a> Compiler<'a> {
    /// Emits `walk` inside a block.
    pub(super) fn within(&mut self, block: Block<'a>, walk: impl FnOnce(&mut Self)) {
        self.unit.blocks.push(block);
        walk(self);
        self.unit.blocks.pop();
    }

    /// Emits what leaves all blocks above the first `depth`, innermost first; the caller puts the blocks back.
    fn leave_blocks(&mut self, depth: usize, range: TextRange) {
        while self.unit.blocks.len() > depth {
            if let Some(block) = self.unit.blocks.pop() {
                let runs_code = block.runs_code();
                if runs_code {
                    self.unit.asm.set_following(false);
                }
                self.leave(block, range);
                if runs_code {
                    // What is left to do is on no line.
                    self.unit.asm.set_following(true);
                }
            }
        }
    }

    fn leave(&mut self, block: Block<'a>, range: TextRange) {
        match block {
            Block::Loop {
                iterator: Some(register),
                ..
            }
            | Block::Pending(register) => self.drop(range, register),
            Block::Loop { iterator: None, .. } | Block::Covered(_) => {}
            Block::Finally { body, .. } => self.body(body),
            Block::With {
                exit,
                asynchronous,
                range,
                ..
            } => self.exit(exit, asynchronous, range),
            Block::Handling {
                previous,
                exception,
                name,
                ..
            } => {
                if let Some(exception) = exception {
                    self.drop(range, exception);
                }
                self.emit(
                    range,
                    ops::LeaveHandler {
                        prev: Src(previous),
                    },
                );
                if let Some(name) = name {
                    self.forget_name(name, range);
                }
            }
        }
    }

    pub(super) fn return_(&mut self, s: &'a ast::StmtReturn) {
        let base = self.top();
        let value = match &s.value {
            Some(value) => self.expression(value, None),
            None => Value::Constant(Constant::None),
        };
        self.return_value(value, s.value.as_deref(), s.range);
        self.release(base);
    }

    /// Returns a value that has been evaluated. What must run before may not change it.
    fn return_value(&mut self, value: Value, e: Option<&Expr>, range: TextRange) {
        let blocks = &self.unit.blocks;
        let unbinds = |block: &Block| {
            matches!(
                block,
                Block::Finally { .. } | Block::Handling { name: Some(_), .. }
            )
        };
        let runs_code = blocks.iter().any(unbinds);
        let value = match value {
            Value::Local(_) if runs_code => {
                let range = e.map_or(range, Ranged::range);
                Value::Temporary(self.temporary(range, value))
            }
            value => value,
        };
        let held = match value {
            Value::Temporary(register) => Some(register),
            _ => {
                self.mark(range);
                None
            }
        };
        let blocks = self.unit.blocks.clone();
        while let Some(block) = self.unit.blocks.pop() {
            match held {
                Some(register) => {
                    // A jump out of a `finally` body drops the value.
                    self.unit.blocks.push(Block::Pending(register));
                    self.leave(block, range);
                    self.unit.blocks.pop();
                }
                None => self.leave(block, range),
            }
        }
        // Behind code that had to run before, the return itself is on no line.
        self.unit
            .asm
            .set_following(blocks.iter().any(Block::runs_code));
        let src = self.source(range, value);
        self.emit(range, ops::Return { src });
        self.unit.asm.set_following(false);
        self.unit.blocks = blocks;
    }

    pub(super) fn break_(&mut self, range: TextRange) {
        let Some((depth, Block::Loop { leave, .. })) = self.innermost_loop() else {
            unreachable!("the symbol table refuses break outside loops");
        };
        self.leave_for(depth, leave, range);
    }

    pub(super) fn continue_(&mut self, range: TextRange) {
        let Some((depth, Block::Loop { next, .. })) = self.innermost_loop() else {
            unreachable!("the symbol table refuses continue outside loops");
        };
        self.leave_for(depth + 1, next, range);
    }

    /// Leaves the blocks above the first `depth` and goes to `label`.
    fn leave_for(&mut self, depth: usize, label: LabelId, range: TextRange) {
        let blocks = self.unit.blocks.clone();
        self.mark(range);
        self.leave_blocks(depth, range);
        self.jump_on(range, label, |target| ops::Jump { target });
        self.unit.asm.set_following(false);
        self.unit.blocks = blocks;
    }

    fn innermost_loop(&self) -> Option<(usize, Block<'a>)> {
        let blocks = self.unit.blocks.iter().enumerate().rev();
        blocks
            .map(|(depth, block)| (depth, *block))
            .find(|(_, block)| matches!(block, Block::Loop { .. }))
    }
}
