//! Statements.

use super::{Compiler, Value};
use crate::scope::Scopes;
use crate::{Mode, fold};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Args, Constant, Count, Dst};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::Ranged;

impl<'a> Compiler<'a> {
    /// The body of a frame; its docstring is no statement.
    pub(super) fn frame_body(&mut self, body: &'a [Stmt]) {
        let first = body.first().and_then(Stmt::as_expr_stmt);
        let has_docstring = first.is_some_and(|s| s.value.is_string_literal_expr());
        self.body(&body[usize::from(has_docstring)..]);
    }

    /// A suite; what cannot be reached is not emitted.
    pub(super) fn body(&mut self, body: &'a [Stmt]) {
        for statement in body {
            if !self.unit.asm.reachable() {
                return;
            }
            crate::with_stack(|| self.statement(statement));
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(s) => self.function(s),
            Stmt::ClassDef(s) => self.class(s),
            Stmt::Return(s) => self.return_(s),
            Stmt::Delete(s) => s.targets.iter().for_each(|target| self.delete(target)),
            Stmt::Assign(s) => self.assign(s),
            Stmt::AugAssign(s) => self.augmented_assign(s),
            Stmt::AnnAssign(s) => self.annotated_assign(s),
            Stmt::For(s) if s.is_async => self.async_for(s),
            Stmt::For(s) => self.for_(s),
            Stmt::While(s) => self.while_(s),
            Stmt::If(s) => self.if_(s),
            Stmt::With(s) => self.with(s),
            Stmt::Match(s) => self.match_(s),
            Stmt::Raise(s) => self.raise(s),
            Stmt::Try(s) => self.try_(s),
            Stmt::Assert(s) => self.assert(s),
            Stmt::Import(s) => self.import(s),
            Stmt::ImportFrom(s) => self.import_from(s),
            Stmt::Expr(s) if self.mode == Mode::Single && self.unit.frame == Scopes::MODULE => {
                self.show(s)
            }
            Stmt::Expr(s) => {
                self.mark_constant(&s.value);
                self.discard(&s.value);
            }
            Stmt::Break(s) => self.break_(s.range),
            Stmt::Continue(s) => self.continue_(s.range),
            Stmt::Pass(s) => self.mark(s.range),
            Stmt::Global(_) | Stmt::Nonlocal(_) => {}
            Stmt::TypeAlias(s) => self.type_alias(s),
            Stmt::IpyEscapeCommand(_) => unreachable!("the symbol table refuses these"),
        }
    }

    /// Evaluates an expression for its effects.
    pub(super) fn discard(&mut self, e: &'a Expr) {
        let base = self.top();
        if let Value::Temporary(register) = self.expression(e, None) {
            self.drop(e.range(), register);
        }
        self.release(base);
    }

    /// An expression statement of an interactive session.
    fn show(&mut self, s: &'a ast::StmtExpr) {
        let base = self.top();
        let value = self.expression(&s.value, None);
        let src = self.source(s.range, value);
        self.emit(s.range, ops::PrintExpr { src });
        self.release(base);
    }

    /// A constant needs no instructions where it is the whole statement, or decides which way a statement goes.
    fn mark_constant(&mut self, e: &'a Expr) {
        if self.literal(e).is_some() {
            self.mark(e.range());
        }
    }

    fn if_(&mut self, s: &'a ast::StmtIf) {
        let end = self.label();
        let mut next = self.label();
        self.mark_constant(&s.test);
        self.jump_if(&s.test, false, next);
        self.body(&s.body);
        for clause in &s.elif_else_clauses {
            self.jump_on(s.range, end, |target| ops::Jump { target });
            self.bind(next);
            next = self.label();
            if let Some(test) = &clause.test {
                self.mark_constant(test);
                self.jump_if(test, false, next);
            }
            self.body(&clause.body);
        }
        self.bind(next);
        self.bind(end);
    }

    fn raise(&mut self, s: &'a ast::StmtRaise) {
        let base = self.top();
        match (&s.exc, &s.cause) {
            (None, _) => self.emit(s.range, ops::RaiseCurrent {}),
            (Some(exc), None) => {
                let exc = self.expression(exc, None);
                let exc = self.source(s.range, exc);
                self.emit(s.range, ops::Raise { exc });
            }
            (Some(exc), Some(cause)) => {
                let exc = self.operand(exc, s.range);
                let cause = self.operand(cause, s.range);
                let exc = self.source(s.range, exc);
                let cause = self.source(s.range, cause);
                self.emit(s.range, ops::RaiseFrom { exc, cause });
            }
        }
        self.release(base);
    }

    fn assert(&mut self, s: &'a ast::StmtAssert) {
        if self.optimize > 0 {
            return;
        }
        if let Some(test) = self.literal(&s.test)
            && fold::truth(&test)
        {
            return;
        }
        let base = self.top();
        let end = self.label();
        self.jump_if(&s.test, true, end);
        let callee = self.push();
        self.emit(s.test.range(), ops::LoadAssertionError { dst: Dst(callee) });
        if let Some(message) = &s.msg {
            self.push_expression(message);
            let site = self.site();
            let (dst, base) = (Dst(callee), Args(callee));
            self.emit(
                s.test.range(),
                ops::Call {
                    dst,
                    base,
                    n: Count(2),
                    site,
                },
            );
        }
        self.emit(
            s.test.range(),
            ops::Raise {
                exc: ashore_bytecode::Src(callee),
            },
        );
        self.release(base);
        self.bind(end);
    }

    /// The docstring a body starts with.
    pub(super) fn docstring(&self, body: &'a [Stmt]) -> Option<Constant> {
        if self.optimize > 1 {
            return None;
        }
        match body.first() {
            Some(Stmt::Expr(s)) => match &*s.value {
                Expr::StringLiteral(e) => Some(Constant::Str(clean_docstring(
                    &super::literal::string(self.source, e),
                ))),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Removes the indentation all lines but the first have in common, and blanks before the first line, as CPython does.
fn clean_docstring(text: &[u8]) -> Vec<u8> {
    let expanded = expand_tabs(text);
    let lines: Vec<&[u8]> = expanded.split(|&b| b == b'\n').collect();
    let blanks = |line: &[u8]| line.iter().take_while(|&&b| b == b' ').count();
    let margin = lines[1..]
        .iter()
        .filter(|line| blanks(line) < line.len())
        .map(|line| blanks(line))
        .min()
        .unwrap_or(0);
    let mut cleaned = expanded[blanks(lines[0])..lines[0].len()].to_vec();
    for line in &lines[1..] {
        cleaned.push(b'\n');
        cleaned.extend_from_slice(&line[margin.min(blanks(line))..]);
    }
    cleaned
}

/// Replaces tabs by blanks up to the next multiple of eight characters.
fn expand_tabs(text: &[u8]) -> Vec<u8> {
    let mut expanded = Vec::with_capacity(text.len());
    let mut column = 0;
    for &byte in text {
        match byte {
            b'\t' => {
                let width = 8 - column % 8;
                expanded.extend(std::iter::repeat_n(b' ', width));
                column += width;
            }
            b'\n' | b'\r' => {
                expanded.push(byte);
                column = 0;
            }
            _ => {
                expanded.push(byte);
                // Continuation bytes belong to the character before.
                column += usize::from(byte & 0xc0 != 0x80);
            }
        }
    }
    expanded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docstrings_lose_their_margin() {
        assert_eq!(
            clean_docstring(b"  One.\n\n    Two\n      three\n    "),
            b"One.\n\nTwo\n  three\n"
        );
        assert_eq!(clean_docstring(b"\ta\n\tb\n        c"), b"a\nb\nc");
        assert_eq!(clean_docstring(b""), b"");
    }
}
