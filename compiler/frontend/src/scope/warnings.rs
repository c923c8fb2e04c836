//! What is valid but hardly meant: CPython's `SyntaxWarning`s about statements and expressions.

use super::collect::Collector;
use ruff_python_ast::{self as ast, CmpOp, Expr, ExprContext};
use ruff_text_size::{Ranged, TextRange};

/// A warning about a place in the program.
#[derive(Clone, Debug)]
pub struct Warning {
    /// Found before the symbol table is made; the others are left to programs that compile.
    pub early: bool,
    pub message: String,
    pub range: TextRange,
}

impl Collector {
    fn warn(&mut self, range: TextRange, message: impl Into<String>) {
        self.warnings.push(Warning {
            early: false,
            message: message.into(),
            range,
        });
    }

    /// `return`, `break` or `continue` that would end a `finally` block.
    pub(super) fn warn_of_leaving_finally(&mut self, range: TextRange, word: &str) {
        self.warnings.push(Warning {
            early: true,
            message: format!("'{word}' in a 'finally' block"),
            range,
        });
    }

    /// `assert (x, "message")`
    pub(super) fn check_assertion(&mut self, s: &ast::StmtAssert) {
        if matches!(&*s.test, Expr::Tuple(tuple) if !tuple.elts.is_empty()) {
            let message = "assertion is always true, perhaps remove parentheses?";
            self.warn(s.range, message);
        }
    }

    /// `x is 1`
    pub(super) fn check_identity(&mut self, e: &ast::ExprCompare) {
        let mut left = &*e.left;
        for (op, right) in e.ops.iter().zip(&e.comparators) {
            let words = match op {
                CmpOp::Is => Some(("is", "==")),
                CmpOp::IsNot => Some(("is not", "!=")),
                _ => None,
            };
            let literal = [left, right].into_iter().find(|side| is_value(side));
            if let (Some((word, other)), Some(class)) = (words, literal.and_then(class_of)) {
                let message =
                    format!("\"{word}\" with '{class}' literal. Did you mean \"{other}\"?");
                self.warn(e.range, message);
                return;
            }
            left = right;
        }
    }

    /// `(1, 2)(3, 4)`
    pub(super) fn check_callee(&mut self, callee: &Expr) {
        if let Some(class) = class_of(callee).filter(|_| !callee.is_lambda_expr()) {
            let message = format!("'{class}' object is not callable; perhaps you missed a comma?");
            self.warn(callee.range(), message);
        }
    }

    /// `{1, 2}[3]`, `[1, 2]["x"]`
    pub(super) fn check_subscript(&mut self, e: &ast::ExprSubscript) {
        let (ExprContext::Load, Some(class)) = (e.ctx, class_of(&e.value)) else {
            return;
        };
        let range = e.value.range();
        if !is_subscriptable(&e.value) {
            let message =
                format!("'{class}' object is not subscriptable; perhaps you missed a comma?");
            self.warn(range, message);
            return;
        }
        let indexable = matches!(class, "str" | "bytes" | "tuple" | "list");
        if let (true, Some(index)) = (indexable, class_of(&e.slice))
            && !matches!(index, "int" | "bool")
        {
            let message = format!(
                "{class} indices must be integers or slices, not {index}; perhaps you missed a comma?"
            );
            self.warn(range, message);
        }
    }
}

/// Is the expression a constant whose identity says little?
fn is_value(e: &Expr) -> bool {
    match e {
        Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::NumberLiteral(_) => true,
        Expr::Tuple(tuple) => tuple.elts.iter().all(is_constant),
        _ => false,
    }
}

fn is_constant(e: &Expr) -> bool {
    is_value(e)
        || e.is_none_literal_expr()
        || e.is_boolean_literal_expr()
        || e.is_ellipsis_literal_expr()
}

fn is_subscriptable(e: &Expr) -> bool {
    !matches!(
        e,
        Expr::NoneLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::Set(_)
            | Expr::SetComp(_)
            | Expr::Generator(_)
            | Expr::TString(_)
            | Expr::Lambda(_)
    )
}

/// The class of what a display or literal evaluates to.
fn class_of(e: &Expr) -> Option<&'static str> {
    Some(match e {
        Expr::Tuple(_) => "tuple",
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        Expr::Generator(_) => "generator",
        Expr::Lambda(_) => "function",
        Expr::FString(_) | Expr::StringLiteral(_) => "str",
        Expr::TString(_) => "string.templatelib.Template",
        Expr::BytesLiteral(_) => "bytes",
        Expr::NoneLiteral(_) => "NoneType",
        Expr::BooleanLiteral(_) => "bool",
        Expr::EllipsisLiteral(_) => "ellipsis",
        // Of a tree that a program made: no literal refers to a constant but this.
        Expr::NumberLiteral(number) if number.node_index.load().as_u32().is_some() => "frozenset",
        Expr::NumberLiteral(number) => match number.value {
            ast::Number::Int(_) => "int",
            ast::Number::Float(_) => "float",
            ast::Number::Complex { .. } => "complex",
        },
        _ => return None,
    })
}
