//! Expressions, and the parameters and arguments made of them.

use super::{Maker, name, optional_name};
use crate::emit::literal;
use ashore_bytecode::Constant;
use ashore_bytecode::syntax::Tree;
use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, ExprContext, Operator, UnaryOp};
use ruff_text_size::{Ranged, TextRange, TextSize};

impl Maker<'_> {
    pub(super) fn optional(&self, e: Option<&Expr>) -> Tree {
        e.map_or(Tree::NONE, |e| self.expression(e))
    }

    pub(super) fn expressions(&self, each: &[Expr]) -> Tree {
        Tree::List(each.iter().map(|e| self.expression(e)).collect())
    }

    pub(super) fn expression(&self, e: &Expr) -> Tree {
        self.nested(|| match e {
            Expr::Call(e) => self.call(e),
            Expr::FString(e) => self.fstring(e),
            Expr::TString(e) => self.tstring(e),
            Expr::Attribute(_) | Expr::Subscript(_) | Expr::Starred(_) => self.reference(e),
            Expr::Name(_) | Expr::List(_) | Expr::Tuple(_) | Expr::Slice(_) => self.reference(e),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.comprehension(e, e.range())
            }
            Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::NumberLiteral(_) => {
                self.constant(e)
            }
            Expr::NoneLiteral(_) | Expr::BooleanLiteral(_) | Expr::EllipsisLiteral(_) => {
                self.constant(e)
            }
            _ => self.operation(e),
        })
    }

    fn constant(&self, e: &Expr) -> Tree {
        let value = literal::constant(self.source, e).expect("a literal");
        let kind = match e {
            // As the first of adjacent strings is written.
            Expr::StringLiteral(s) if s.value.is_unicode() => Tree::identifier("u"),
            _ => Tree::NONE,
        };
        self.placed("Constant", e.range(), vec![Tree::Value(value), kind])
    }

    fn operation(&self, e: &Expr) -> Tree {
        let (class, fields) = match e {
            Expr::BoolOp(e) => {
                let op = match e.op {
                    BoolOp::And => "And",
                    BoolOp::Or => "Or",
                };
                let fields = vec![Tree::node(op, Vec::new()), self.expressions(&e.values)];
                ("BoolOp", fields)
            }
            Expr::Named(e) => {
                let (target, value) = (self.expression(&e.target), self.expression(&e.value));
                ("NamedExpr", vec![target, value])
            }
            Expr::BinOp(e) => {
                let (left, right) = (self.expression(&e.left), self.expression(&e.right));
                ("BinOp", vec![left, operator(e.op), right])
            }
            Expr::UnaryOp(e) => {
                let op = match e.op {
                    UnaryOp::Invert => "Invert",
                    UnaryOp::Not => "Not",
                    UnaryOp::UAdd => "UAdd",
                    UnaryOp::USub => "USub",
                };
                let fields = vec![Tree::node(op, Vec::new()), self.expression(&e.operand)];
                ("UnaryOp", fields)
            }
            Expr::Lambda(e) => {
                let parameters = self.parameters(e.parameters.as_deref());
                ("Lambda", vec![parameters, self.expression(&e.body)])
            }
            Expr::If(e) => {
                let (body, orelse) = (self.expression(&e.body), self.expression(&e.orelse));
                ("IfExp", vec![self.expression(&e.test), body, orelse])
            }
            Expr::Dict(e) => {
                let keys = e.items.iter().map(|item| self.optional(item.key.as_ref()));
                let keys = Tree::List(keys.collect());
                let values = e.items.iter().map(|item| self.expression(&item.value));
                ("Dict", vec![keys, Tree::List(values.collect())])
            }
            Expr::Set(e) => ("Set", vec![self.expressions(&e.elts)]),
            Expr::Await(e) => ("Await", vec![self.expression(&e.value)]),
            Expr::Yield(e) => ("Yield", vec![self.optional(e.value.as_deref())]),
            Expr::YieldFrom(e) => ("YieldFrom", vec![self.expression(&e.value)]),
            Expr::Compare(e) => {
                let ops = e.ops.iter().map(|&op| comparison(op)).collect();
                let left = self.expression(&e.left);
                let fields = vec![left, Tree::List(ops), self.expressions(&e.comparators)];
                ("Compare", fields)
            }
            _ => unreachable!("the others are made elsewhere, and shell commands not parsed"),
        };
        self.placed(class, e.range(), fields)
    }

    /// What can be assigned to, and slices.
    fn reference(&self, e: &Expr) -> Tree {
        let (class, fields) = match e {
            Expr::Attribute(e) => {
                let fields = vec![self.expression(&e.value), name(&e.attr), context(e.ctx)];
                ("Attribute", fields)
            }
            Expr::Subscript(e) => {
                let (value, slice) = (self.expression(&e.value), self.expression(&e.slice));
                ("Subscript", vec![value, slice, context(e.ctx)])
            }
            Expr::Starred(e) => ("Starred", vec![self.expression(&e.value), context(e.ctx)]),
            Expr::Name(e) => {
                let id = Tree::identifier(e.id.as_str());
                ("Name", vec![id, context(e.ctx)])
            }
            Expr::List(e) => ("List", vec![self.expressions(&e.elts), context(e.ctx)]),
            Expr::Tuple(e) => ("Tuple", vec![self.expressions(&e.elts), context(e.ctx)]),
            Expr::Slice(e) => {
                let bounds = [&e.lower, &e.upper, &e.step];
                let bounds = bounds.map(|bound| self.optional(bound.as_deref()));
                ("Slice", bounds.into())
            }
            _ => unreachable!("not a reference"),
        };
        self.placed(class, e.range(), fields)
    }

    fn comprehension(&self, e: &Expr, range: TextRange) -> Tree {
        let (class, mut fields, generators) = match e {
            Expr::ListComp(e) => ("ListComp", vec![self.expression(&e.elt)], &e.generators),
            Expr::SetComp(e) => ("SetComp", vec![self.expression(&e.elt)], &e.generators),
            Expr::Generator(e) => ("GeneratorExp", vec![self.expression(&e.elt)], &e.generators),
            Expr::DictComp(e) => {
                let key = self.optional(e.key.as_deref());
                (
                    "DictComp",
                    vec![key, self.expression(&e.value)],
                    &e.generators,
                )
            }
            _ => unreachable!("not a comprehension"),
        };
        let generators = generators.iter().map(|generator| {
            let fields = vec![
                self.expression(&generator.target),
                self.expression(&generator.iter),
                self.expressions(&generator.ifs),
                Tree::int(i64::from(generator.is_async)),
            ];
            Tree::node("comprehension", fields)
        });
        fields.push(Tree::List(generators.collect()));
        self.placed(class, range, fields)
    }

    fn call(&self, e: &ast::ExprCall) -> Tree {
        // A generator that is the only argument has the call's parentheses.
        let args = match &*e.arguments.args {
            [only @ Expr::Generator(generator)] if !generator.parenthesized => {
                Tree::List(vec![self.comprehension(only, e.arguments.range)])
            }
            args => self.expressions(args),
        };
        let keywords = self.keywords(&e.arguments.keywords);
        let fields = vec![self.expression(&e.func), args, keywords];
        self.placed("Call", e.range(), fields)
    }

    pub(super) fn keywords(&self, keywords: &[ast::Keyword]) -> Tree {
        let each = keywords.iter().map(|keyword| {
            let fields = vec![
                optional_name(keyword.arg.as_ref()),
                self.expression(&keyword.value),
            ];
            self.placed("keyword", keyword.range, fields)
        });
        Tree::List(each.collect())
    }

    pub(super) fn parameters(&self, parameters: Option<&ast::Parameters>) -> Tree {
        let none = ast::Parameters::default();
        let parameters = parameters.unwrap_or(&none);
        let each = |list: &[ast::ParameterWithDefault]| {
            let each = list.iter().map(|p| self.parameter(&p.parameter, p.end()));
            Tree::List(each.collect())
        };
        let optional = |parameter: Option<&ast::Parameter>| {
            parameter.map_or(Tree::NONE, |p| self.parameter(p, p.end()))
        };
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        let defaults = positional.filter_map(|p| Some(self.expression(p.default.as_deref()?)));
        let defaults = Tree::List(defaults.collect());
        let of_names = parameters.kwonlyargs.iter();
        let of_names = of_names.map(|p| self.optional(p.default.as_deref()));
        let fields = vec![
            each(&parameters.posonlyargs),
            each(&parameters.args),
            optional(parameters.vararg.as_deref()),
            each(&parameters.kwonlyargs),
            Tree::List(of_names.collect()),
            optional(parameters.kwarg.as_deref()),
            defaults,
        ];
        Tree::node("arguments", fields)
    }

    /// A parameter, which ends with its default.
    fn parameter(&self, parameter: &ast::Parameter, end: TextSize) -> Tree {
        let annotation = self.optional(parameter.annotation.as_deref());
        // Stars do not belong to it.
        let range = TextRange::new(parameter.name.start(), parameter.end());
        let comment = self.parameter_comment(end);
        let fields = vec![name(&parameter.name), annotation, comment];
        self.placed("arg", range, fields)
    }

    /// A string as part of an f-string or a format.
    pub(super) fn text(&self, text: Vec<u8>, range: TextRange) -> Tree {
        let value = Tree::Value(Constant::Str(text));
        self.placed("Constant", range, vec![value, Tree::NONE])
    }
}

pub(super) fn operator(op: Operator) -> Tree {
    let class = match op {
        Operator::Add => "Add",
        Operator::Sub => "Sub",
        Operator::Mult => "Mult",
        Operator::MatMult => "MatMult",
        Operator::Div => "Div",
        Operator::Mod => "Mod",
        Operator::Pow => "Pow",
        Operator::LShift => "LShift",
        Operator::RShift => "RShift",
        Operator::BitOr => "BitOr",
        Operator::BitXor => "BitXor",
        Operator::BitAnd => "BitAnd",
        Operator::FloorDiv => "FloorDiv",
    };
    Tree::node(class, Vec::new())
}

fn comparison(op: CmpOp) -> Tree {
    let class = match op {
        CmpOp::Eq => "Eq",
        CmpOp::NotEq => "NotEq",
        CmpOp::Lt => "Lt",
        CmpOp::LtE => "LtE",
        CmpOp::Gt => "Gt",
        CmpOp::GtE => "GtE",
        CmpOp::Is => "Is",
        CmpOp::IsNot => "IsNot",
        CmpOp::In => "In",
        CmpOp::NotIn => "NotIn",
    };
    Tree::node(class, Vec::new())
}

fn context(context: ExprContext) -> Tree {
    let class = match context {
        ExprContext::Store => "Store",
        ExprContext::Del => "Del",
        ExprContext::Load | ExprContext::Invalid => "Load",
    };
    Tree::node(class, Vec::new())
}
