//! The last statement before an error that the parser had read to its end. CPython notes compound statements only, and of these
//! no functions.

use crate::error::CompileError;
use crate::source::Source;
use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{Mod, Stmt};
use ruff_text_size::Ranged;

struct Statements<'s> {
    source: &'s Source,
    /// Line and column, from 1, of the error.
    error: (u32, u32),
    last: (u32, u32),
}

impl<'a> Visitor<'a> for Statements<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let position = self.source.position(statement.range());
        if (position.line, position.column + 1) >= self.error {
            return;
        }
        let is_compound = match statement {
            Stmt::If(_) | Stmt::For(_) | Stmt::While(_) | Stmt::Try(_) => true,
            Stmt::With(_) | Stmt::Match(_) | Stmt::ClassDef(_) => true,
            Stmt::FunctionDef(_) => false,
            // These hold no statements, and expressions none either.
            _ => return,
        };
        crate::with_stack(|| walk_stmt(self, statement));
        let is_read = (position.end_line, position.end_column + 1) < self.error;
        if is_compound && is_read && position.line >= self.last.0 {
            self.last = (position.line, position.column);
        }
    }

    fn visit_expr(&mut self, _: &'a ruff_python_ast::Expr) {}
}

/// Line and column, in bytes from 0, of that statement; zeros if there is none.
pub fn last(source: &Source, program: &Mod, error: &CompileError) -> (u32, u32) {
    let mut statements = Statements {
        source,
        error: (error.line, error.column),
        last: (0, 0),
    };
    if let Mod::Module(module) = program {
        statements.visit_body(&module.body);
    }
    statements.last
}
