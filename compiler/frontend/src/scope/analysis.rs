//! What the walk over a program is told, and what it finds.

use super::symbol::Scopes;
use super::warnings::{Repeat, Warning};
use crate::error::{CompileError, ErrorKind, Stage};
use crate::source::Source;
use ruff_text_size::TextRange;

/// What finds a problem in CPython, which stops at the end of a phase that found one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Phase {
    /// The walk that makes the tables of symbols.
    Symbols,
    /// What looks where each name lives.
    Resolution,
    /// The generation of code.
    Code,
}

/// What the walk is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Names come in the order in which code uses them, and only scopes that hold something are made.
    Code,
    /// Names and scopes are those of CPython's tables, in their order.
    Tables,
}

/// How the walk goes, besides its purpose.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub purpose: Purpose,
    /// Features of `__future__` that are in effect from the start.
    pub future: u8,
    /// The module may wait for things, as a coroutine does.
    pub top_level_await: bool,
}

/// Something wrong with the program.
#[derive(Clone, Debug)]
pub struct Problem {
    pub phase: Phase,
    pub kind: ErrorKind,
    pub message: String,
    pub range: TextRange,
}

impl Problem {
    pub fn error(self, source: &Source) -> CompileError {
        let error = source.compiler_error(self.kind, self.message, self.range);
        match self.phase {
            Phase::Symbols | Phase::Resolution => CompileError {
                stage: Stage::Symbols,
                ..error
            },
            Phase::Code => error,
        }
    }
}

/// What the symbol table knows of a program.
pub struct Analysis {
    pub scopes: Scopes,
    pub problems: Vec<Problem>,
    pub warnings: Vec<Warning>,
    /// What CPython warns of once more.
    pub repeats: Vec<Repeat>,
    /// How deeply statements and expressions nest; `None` if too deeply to walk.
    pub depth: Option<u32>,
}
