//! Expressions back to text, as CPython writes annotations that are kept as strings.

use super::{Compiler, literal, written};
use ashore_bytecode::Constant;
use ruff_python_ast::{
    self as ast, Arguments, BoolOp, Comprehension, ConversionFlag, Expr, FStringPart,
    InterpolatedElement, InterpolatedStringElement, Operator, Parameters, UnaryOp,
};
use std::fmt::Write;

/// How tightly an expression binds; from CPython's `ast_unparse`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Precedence {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Arithmetic,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Precedence {
    fn next(self) -> Precedence {
        use Precedence as P;
        const ALL: [Precedence; 16] = [
            P::Tuple,
            P::Test,
            P::Or,
            P::And,
            P::Not,
            P::Compare,
            P::BitOr,
            P::BitXor,
            P::BitAnd,
            P::Shift,
            P::Arithmetic,
            P::Term,
            P::Factor,
            P::Power,
            P::Await,
            P::Atom,
        ];
        ALL[(self as usize + 1).min(ALL.len() - 1)]
    }
}

impl Compiler<'_> {
    /// The text of an expression.
    pub(super) fn unparse(&self, e: &Expr) -> String {
        let mut unparser = Unparser {
            compiler: self,
            out: String::new(),
        };
        unparser.expression(e, Precedence::Test);
        unparser.out
    }
}

struct Unparser<'c, 'a> {
    compiler: &'c Compiler<'a>,
    out: String,
}

impl Unparser<'_, '_> {
    fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn parenthesized(&mut self, when: bool, write: impl FnOnce(&mut Self)) {
        if when {
            self.text("(");
        }
        write(self);
        if when {
            self.text(")");
        }
    }

    /// `e, e, e`
    fn list<'e>(&mut self, expressions: impl IntoIterator<Item = &'e Expr>) {
        for (i, e) in expressions.into_iter().enumerate() {
            self.separate(i);
            self.expression(e, Precedence::Test);
        }
    }

    fn separate(&mut self, i: usize) {
        if i > 0 {
            self.text(", ");
        }
    }

    fn expression(&mut self, e: &Expr, level: Precedence) {
        crate::with_stack(|| self.write(e, level));
    }

    fn write(&mut self, e: &Expr, level: Precedence) {
        use Precedence as P;
        match e {
            Expr::Name(e) => self.text(&e.id),
            Expr::BoolOp(e) => self.boolean(e, level),
            Expr::BinOp(e) => self.binary(e, level),
            Expr::UnaryOp(e) => self.unary(e, level),
            Expr::Lambda(e) => self.parenthesized(level > P::Test, |this| {
                this.text("lambda");
                if let Some(parameters) = e.parameters.as_deref().filter(|p| !p.is_empty()) {
                    this.text(" ");
                    this.parameters(parameters);
                }
                this.text(": ");
                this.expression(&e.body, P::Test);
            }),
            Expr::If(e) => self.parenthesized(level > P::Test, |this| {
                this.expression(&e.body, P::Test.next());
                this.text(" if ");
                this.expression(&e.test, P::Test.next());
                this.text(" else ");
                this.expression(&e.orelse, P::Test);
            }),
            Expr::Dict(e) => self.dict(e),
            Expr::Set(e) => {
                self.text("{");
                self.list(&e.elts);
                self.text("}");
            }
            Expr::ListComp(e) => self.comprehension(["[", "]"], None, &e.elt, &e.generators),
            Expr::SetComp(e) => self.comprehension(["{", "}"], None, &e.elt, &e.generators),
            Expr::Generator(e) => self.comprehension(["(", ")"], None, &e.elt, &e.generators),
            Expr::DictComp(e) => {
                self.comprehension(["{", "}"], e.key.as_deref(), &e.value, &e.generators)
            }
            Expr::Compare(e) => self.compare(e, level),
            Expr::Call(e) => {
                self.expression(&e.func, P::Atom);
                self.call_arguments(&e.arguments);
            }
            Expr::FString(e) => self.fstring(e),
            Expr::TString(e) => self.tstring(e),
            Expr::Attribute(e) => self.attribute(e),
            Expr::Subscript(e) => {
                self.expression(&e.value, P::Atom);
                self.text("[");
                self.expression(&e.slice, P::Tuple);
                self.text("]");
            }
            Expr::Starred(e) => {
                self.text("*");
                self.expression(&e.value, P::BitOr);
            }
            Expr::List(e) => {
                self.text("[");
                self.list(&e.elts);
                self.text("]");
            }
            Expr::Tuple(e) => self.tuple(e, level),
            Expr::Slice(e) => self.slice(e),
            Expr::Named(e) => self.parenthesized(level > P::Tuple, |this| {
                this.expression(&e.target, P::Atom);
                this.text(" := ");
                this.expression(&e.value, P::Atom);
            }),
            Expr::Await(_) | Expr::Yield(_) | Expr::YieldFrom(_) | Expr::IpyEscapeCommand(_) => {
                unreachable!("the symbol table refuses these in annotations")
            }
            Expr::StringLiteral(s) if s.value.is_unicode() => {
                self.text("u");
                self.constant(&Constant::Str(literal::string(self.compiler.source, s)));
            }
            Expr::NoneLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::StringLiteral(_)
            | Expr::BytesLiteral(_) => {
                if let Some(constant) = self.compiler.literal(e) {
                    self.constant(&constant);
                }
            }
        }
    }

    // ── operators ────────────────────────────────────────────────────────────────────────────────────────────────

    fn boolean(&mut self, e: &ast::ExprBoolOp, level: Precedence) {
        let (word, own) = match e.op {
            BoolOp::And => (" and ", Precedence::And),
            BoolOp::Or => (" or ", Precedence::Or),
        };
        self.parenthesized(level > own, |this| {
            for (i, value) in e.values.iter().enumerate() {
                if i > 0 {
                    this.text(word);
                }
                this.expression(value, own.next());
            }
        });
    }

    fn binary(&mut self, e: &ast::ExprBinOp, level: Precedence) {
        use Precedence as P;
        let own = match e.op {
            Operator::Add | Operator::Sub => P::Arithmetic,
            Operator::Mult
            | Operator::MatMult
            | Operator::Div
            | Operator::Mod
            | Operator::FloorDiv => P::Term,
            Operator::Pow => P::Power,
            Operator::LShift | Operator::RShift => P::Shift,
            Operator::BitOr => P::BitOr,
            Operator::BitXor => P::BitXor,
            Operator::BitAnd => P::BitAnd,
        };
        let right_binds = e.op == Operator::Pow;
        self.parenthesized(level > own, |this| {
            this.expression(&e.left, if right_binds { own.next() } else { own });
            this.text(" ");
            this.text(e.op.as_str());
            this.text(" ");
            this.expression(&e.right, if right_binds { own } else { own.next() });
        });
    }

    fn unary(&mut self, e: &ast::ExprUnaryOp, level: Precedence) {
        let (word, own) = match e.op {
            UnaryOp::Not => ("not ", Precedence::Not),
            op => (op.as_str(), Precedence::Factor),
        };
        self.parenthesized(level > own, |this| {
            this.text(word);
            this.expression(&e.operand, own);
        });
    }

    fn compare(&mut self, e: &ast::ExprCompare, level: Precedence) {
        let own = Precedence::Compare;
        self.parenthesized(level > own, |this| {
            this.expression(&e.left, own.next());
            for (op, right) in e.ops.iter().zip(&e.comparators) {
                this.text(" ");
                this.text(op.as_str());
                this.text(" ");
                this.expression(right, own.next());
            }
        });
    }

    // ── displays ─────────────────────────────────────────────────────────────────────────────────────────────────

    fn tuple(&mut self, e: &ast::ExprTuple, level: Precedence) {
        if e.elts.is_empty() {
            self.text("()");
            return;
        }
        self.parenthesized(level > Precedence::Tuple, |this| {
            this.list(&e.elts);
            if e.elts.len() == 1 {
                this.text(",");
            }
        });
    }

    fn dict(&mut self, e: &ast::ExprDict) {
        self.text("{");
        for (i, item) in e.items.iter().enumerate() {
            self.separate(i);
            match &item.key {
                Some(key) => {
                    self.expression(key, Precedence::Test);
                    self.text(": ");
                    self.expression(&item.value, Precedence::Test);
                }
                None => {
                    self.text("**");
                    self.expression(&item.value, Precedence::BitOr);
                }
            }
        }
        self.text("}");
    }

    fn comprehension(
        &mut self,
        [open, close]: [&str; 2],
        key: Option<&Expr>,
        element: &Expr,
        generators: &[Comprehension],
    ) {
        self.text(open);
        if let Some(key) = key {
            self.expression(key, Precedence::Test);
            self.text(": ");
        }
        self.expression(element, Precedence::Test);
        for generator in generators {
            self.text(if generator.is_async {
                " async for "
            } else {
                " for "
            });
            self.expression(&generator.target, Precedence::Tuple);
            self.text(" in ");
            self.expression(&generator.iter, Precedence::Test.next());
            for test in &generator.ifs {
                self.text(" if ");
                self.expression(test, Precedence::Test.next());
            }
        }
        self.text(close);
    }

    fn slice(&mut self, e: &ast::ExprSlice) {
        if let Some(lower) = &e.lower {
            self.expression(lower, Precedence::Test);
        }
        self.text(":");
        if let Some(upper) = &e.upper {
            self.expression(upper, Precedence::Test);
        }
        if let Some(step) = &e.step {
            self.text(":");
            self.expression(step, Precedence::Test);
        }
    }

    // ── calls and parameters ─────────────────────────────────────────────────────────────────────────────────────

    fn attribute(&mut self, e: &ast::ExprAttribute) {
        self.expression(&e.value, Precedence::Atom);
        // `1.x` would be a float.
        let number =
            matches!(&*e.value, Expr::NumberLiteral(n) if matches!(n.value, ast::Number::Int(_)));
        self.text(if number { " ." } else { "." });
        self.text(&e.attr);
    }

    fn call_arguments(&mut self, arguments: &Arguments) {
        if let ([Expr::Generator(_)], []) = (&*arguments.args, &arguments.keywords[..]) {
            self.expression(&arguments.args[0], Precedence::Test);
            return;
        }
        self.text("(");
        self.list(&arguments.args);
        for (i, keyword) in arguments.keywords.iter().enumerate() {
            self.separate(i + arguments.args.len());
            match &keyword.arg {
                Some(name) => {
                    self.text(name);
                    self.text("=");
                }
                None => self.text("**"),
            }
            self.expression(&keyword.value, Precedence::Test);
        }
        self.text(")");
    }

    fn parameters(&mut self, parameters: &Parameters) {
        let mut first = true;
        let mut comma = |this: &mut Self| {
            if !std::mem::take(&mut first) {
                this.text(", ");
            }
        };
        let named = [&parameters.posonlyargs, &parameters.args];
        for (i, group) in named.into_iter().enumerate() {
            for parameter in group {
                comma(self);
                self.parameter(parameter);
            }
            if i == 0 && !group.is_empty() {
                self.text(", /");
            }
        }
        if parameters.vararg.is_some() || !parameters.kwonlyargs.is_empty() {
            comma(self);
            self.text("*");
            if let Some(parameter) = &parameters.vararg {
                self.text(&parameter.name);
            }
        }
        for parameter in &parameters.kwonlyargs {
            comma(self);
            self.parameter(parameter);
        }
        if let Some(parameter) = &parameters.kwarg {
            comma(self);
            self.text("**");
            self.text(&parameter.name);
        }
    }

    fn parameter(&mut self, parameter: &ast::ParameterWithDefault) {
        self.text(&parameter.parameter.name);
        if let Some(default) = &parameter.default {
            self.text("=");
            self.expression(default, Precedence::Test);
        }
    }

    // ── constants and strings ────────────────────────────────────────────────────────────────────────────────────

    fn constant(&mut self, constant: &Constant) {
        match constant {
            Constant::None => self.text("None"),
            Constant::True => self.text("True"),
            Constant::False => self.text("False"),
            Constant::Ellipsis => self.text("..."),
            Constant::Int(value) => {
                let _ = write!(self.out, "{value}");
            }
            Constant::BigInt(digits) => self.text(digits),
            Constant::Float(bits) => self.float(f64::from_bits(*bits)),
            Constant::Imaginary(bits) => {
                let value = f64::from_bits(*bits);
                if value.fract() == 0.0 && value.abs() < 1e16 {
                    let _ = write!(self.out, "{value}j");
                } else {
                    self.float(value);
                    self.text("j");
                }
            }
            Constant::Str(text) => {
                let text = literal::repr(&String::from_utf8_lossy(text));
                self.text(&text);
            }
            Constant::Bytes(bytes) => {
                let text = literal::repr_bytes(bytes);
                self.text(&text);
            }
            Constant::Tuple(_) | Constant::FrozenSet(_) | Constant::Code(_) => {
                unreachable!("no literal is a collection")
            }
        }
    }

    fn float(&mut self, value: f64) {
        // As CPython: infinity is written as a literal that overflows.
        let text = if value.is_infinite() {
            "1e309".to_owned()
        } else {
            literal::repr_float(value)
        };
        self.text(&text);
    }

    fn fstring(&mut self, e: &ast::ExprFString) {
        let mut body = String::new();
        for part in &e.value {
            match part {
                FStringPart::Literal(text) => {
                    body.push_str(&text.value.replace('{', "{{").replace('}', "}}"))
                }
                FStringPart::FString(string) => self.fstring_elements(&string.elements, &mut body),
            }
        }
        self.text("f");
        let text = literal::repr(&body);
        self.text(&text);
    }

    /// Fields of templates are shown as they are written.
    fn tstring(&mut self, e: &ast::ExprTString) {
        let mut body = String::new();
        for element in e.value.iter().flat_map(|part| &part.elements) {
            match element {
                InterpolatedStringElement::Literal(text) => {
                    body.push_str(&text.value.replace('{', "{{").replace('}', "}}"));
                }
                InterpolatedStringElement::Interpolation(field) => {
                    if let Some(debug) = &field.debug_text {
                        body.push_str(debug.as_str());
                    }
                    let written = match self.compiler.source.constant(&field.node_index) {
                        Some(Constant::Str(text)) => String::from_utf8_lossy(text).into_owned(),
                        Some(_) => String::new(),
                        None => written::expression(self.compiler.source, field),
                    };
                    self.field(&written, field, &mut body);
                }
            }
        }
        self.text("t");
        let text = literal::repr(&body);
        self.text(&text);
    }

    fn fstring_elements(&self, elements: &[InterpolatedStringElement], body: &mut String) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(text) => {
                    body.push_str(&text.value.replace('{', "{{").replace('}', "}}"));
                }
                InterpolatedStringElement::Interpolation(field) => self.fstring_field(field, body),
            }
        }
    }

    fn fstring_field(&self, field: &InterpolatedElement, body: &mut String) {
        if let Some(debug) = &field.debug_text {
            body.push_str(debug.as_str());
        }
        let mut inner = Unparser {
            compiler: self.compiler,
            out: String::new(),
        };
        inner.expression(&field.expression, Precedence::Test.next());
        self.field(&inner.out, field, body);
    }

    /// A replacement field that shows an expression so.
    fn field(&self, shown: &str, field: &InterpolatedElement, body: &mut String) {
        body.push_str(if shown.starts_with('{') { "{ " } else { "{" });
        body.push_str(shown);
        let conversion = match field.conversion {
            ConversionFlag::None if field.debug_text.is_some() && field.format_spec.is_none() => {
                Some('r')
            }
            conversion => conversion.to_char(),
        };
        if let Some(conversion) = conversion {
            body.push('!');
            body.push(conversion);
        }
        if let Some(spec) = &field.format_spec {
            body.push(':');
            self.fstring_elements(&spec.elements, body);
        }
        body.push('}');
    }
}
