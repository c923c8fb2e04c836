//! Expressions, and the arguments of calls.

use super::{Builder, Built, fields, identifier, int, list, node, optional, text};
use crate::with_stack;
use ashore_bytecode::syntax::{Node, Tree};
use ruff_python_ast::{
    self as ast, AtomicNodeIndex, BoolOp, CmpOp, Expr, ExprContext, Identifier, Operator, UnaryOp,
};
use ruff_text_size::{Ranged, TextRange};

impl Builder {
    pub(super) fn expression(&mut self, e: &Tree) -> Built<Expr> {
        self.expression_node(node(e))
    }

    pub(super) fn boxed(&mut self, e: &Tree) -> Built<Box<Expr>> {
        self.expression(e).map(Box::new)
    }

    pub(super) fn optional(&mut self, e: &Tree) -> Built<Option<Box<Expr>>> {
        let e = optional(e).map(|e| self.expression_node(e).map(Box::new));
        e.transpose()
    }

    pub(super) fn expressions(&mut self, items: &Tree) -> Built<Vec<Expr>> {
        self.each(items, |this, e| this.expression_node(e))
    }

    pub(super) fn expression_node(&mut self, e: &Node) -> Built<Expr> {
        with_stack(|| match e.class {
            "Constant" => self.constant(e),
            "JoinedStr" | "FormattedValue" => self.fstring(e),
            "TemplateStr" | "Interpolation" => self.tstring(e),
            "Call" => self.call(e),
            "Attribute" => self.attribute(e),
            _ => {
                let (mut built, range) = self.spanned(e.place, |this| match e.class {
                    "Subscript" | "Starred" | "Name" | "List" | "Tuple" | "Slice" => {
                        this.reference(e)
                    }
                    "ListComp" | "SetComp" | "DictComp" | "GeneratorExp" => this.comprehension(e),
                    _ => this.operation(e),
                })?;
                set_range(&mut built, range);
                Ok(built)
            }
        })
    }

    /// An expression without its range, like the following ones.
    fn operation(&mut self, e: &Node) -> Built<Expr> {
        let node_index = AtomicNodeIndex::NONE;
        let range = TextRange::default();
        Ok(match e.class {
            "BoolOp" => Expr::BoolOp(ast::ExprBoolOp {
                node_index,
                range,
                op: match node(&e.fields[0]).class {
                    "And" => BoolOp::And,
                    _ => BoolOp::Or,
                },
                values: self.expressions(&e.fields[1])?,
            }),
            "NamedExpr" => {
                let mut target = self.boxed(&e.fields[0])?;
                if let Expr::Name(target) = &mut *target {
                    target.ctx = ExprContext::Store;
                }
                Expr::Named(ast::ExprNamed {
                    node_index,
                    range,
                    target,
                    value: self.boxed(&e.fields[1])?,
                })
            }
            "BinOp" => Expr::BinOp(ast::ExprBinOp {
                node_index,
                range,
                left: self.boxed(&e.fields[0])?,
                op: operator(&e.fields[1]),
                right: self.boxed(&e.fields[2])?,
            }),
            "UnaryOp" => Expr::UnaryOp(ast::ExprUnaryOp {
                node_index,
                range,
                op: match node(&e.fields[0]).class {
                    "Invert" => UnaryOp::Invert,
                    "Not" => UnaryOp::Not,
                    "UAdd" => UnaryOp::UAdd,
                    _ => UnaryOp::USub,
                },
                operand: self.boxed(&e.fields[1])?,
            }),
            "Lambda" => Expr::Lambda(ast::ExprLambda {
                node_index,
                range,
                parameters: Some(Box::new(self.parameters(node(&e.fields[0]))?)),
                body: self.boxed(&e.fields[1])?,
            }),
            "IfExp" => {
                let [test, body, orelse] = fields(e);
                // In the order of the program.
                let body = self.boxed(body)?;
                Expr::If(ast::ExprIf {
                    node_index,
                    range,
                    test: self.boxed(test)?,
                    body,
                    orelse: self.boxed(orelse)?,
                })
            }
            "Await" => Expr::Await(ast::ExprAwait {
                node_index,
                range,
                value: self.boxed(&e.fields[0])?,
            }),
            "Yield" => Expr::Yield(ast::ExprYield {
                node_index,
                range,
                value: self.optional(&e.fields[0])?,
            }),
            "YieldFrom" => Expr::YieldFrom(ast::ExprYieldFrom {
                node_index,
                range,
                value: self.boxed(&e.fields[0])?,
            }),
            _ => return self.display(e),
        })
    }

    fn display(&mut self, e: &Node) -> Built<Expr> {
        let node_index = AtomicNodeIndex::NONE;
        let range = TextRange::default();
        Ok(match e.class {
            "Dict" => {
                let items = list(&e.fields[0]).iter().zip(list(&e.fields[1]));
                let items = items.map(|(key, value)| {
                    Ok(ast::DictItem {
                        key: optional(key)
                            .map(|key| self.expression_node(key))
                            .transpose()?,
                        value: self.expression(value)?,
                    })
                });
                Expr::Dict(ast::ExprDict {
                    node_index,
                    range,
                    items: items.collect::<Built<Vec<_>>>()?,
                })
            }
            "Set" => Expr::Set(ast::ExprSet {
                node_index,
                range,
                elts: self.expressions(&e.fields[0])?,
            }),
            "Compare" => {
                let [left, ops, comparators] = fields(e);
                Expr::Compare(ast::ExprCompare {
                    node_index,
                    range,
                    left: self.boxed(left)?,
                    ops: list(ops).iter().map(comparison).collect(),
                    comparators: self.expressions(comparators)?.into(),
                })
            }
            _ => unreachable!("all expressions of the table are made"),
        })
    }

    /// What can be assigned to, and slices.
    fn reference(&mut self, e: &Node) -> Built<Expr> {
        let node_index = AtomicNodeIndex::NONE;
        let range = TextRange::default();
        Ok(match e.class {
            "Subscript" => Expr::Subscript(ast::ExprSubscript {
                node_index,
                range,
                value: self.boxed(&e.fields[0])?,
                slice: self.boxed(&e.fields[1])?,
                ctx: context(&e.fields[2]),
            }),
            "Starred" => Expr::Starred(ast::ExprStarred {
                node_index,
                range,
                value: self.boxed(&e.fields[0])?,
                ctx: context(&e.fields[1]),
            }),
            "Name" => Expr::Name(ast::ExprName {
                node_index,
                range,
                id: text(&e.fields[0]).into(),
                ctx: context(&e.fields[1]),
            }),
            "List" => Expr::List(ast::ExprList {
                node_index,
                range,
                elts: self.expressions(&e.fields[0])?,
                ctx: context(&e.fields[1]),
            }),
            "Tuple" => Expr::Tuple(ast::ExprTuple {
                node_index,
                range,
                elts: self.expressions(&e.fields[0])?,
                ctx: context(&e.fields[1]),
                parenthesized: true,
            }),
            _ => Expr::Slice(ast::ExprSlice {
                node_index,
                range,
                lower: self.optional(&e.fields[0])?,
                upper: self.optional(&e.fields[1])?,
                step: self.optional(&e.fields[2])?,
            }),
        })
    }

    /// The name of an attribute ends where the expression does.
    fn attribute(&mut self, e: &Node) -> Built<Expr> {
        let [value, name, ctx] = fields(e);
        let ((value, attr), range) = self.spanned(e.place, |this| {
            let value = this.boxed(value)?;
            let name = text(name);
            let range = this.places.tail(e.place, name.len());
            Ok((value, Identifier::new(name, range)))
        })?;
        Ok(Expr::Attribute(ast::ExprAttribute {
            node_index: AtomicNodeIndex::NONE,
            range,
            value,
            attr,
            ctx: context(ctx),
        }))
    }

    fn comprehension(&mut self, e: &Node) -> Built<Expr> {
        let node_index = AtomicNodeIndex::NONE;
        let range = TextRange::default();
        if let ("DictComp", [key, value, generators]) = (e.class, &e.fields[..]) {
            return Ok(Expr::DictComp(ast::ExprDictComp {
                node_index,
                range,
                key: Some(self.boxed(key)?),
                value: self.boxed(value)?,
                generators: self.generators(generators)?,
            }));
        }
        let [elt, generators] = fields(e);
        let elt = self.boxed(elt)?;
        let generators = self.generators(generators)?;
        Ok(match e.class {
            "ListComp" => Expr::ListComp(ast::ExprListComp {
                node_index,
                range,
                elt,
                generators,
            }),
            "SetComp" => Expr::SetComp(ast::ExprSetComp {
                node_index,
                range,
                elt,
                generators,
            }),
            _ => Expr::Generator(ast::ExprGenerator {
                node_index,
                range,
                elt,
                generators,
                parenthesized: true,
            }),
        })
    }

    fn generators(&mut self, generators: &Tree) -> Built<Vec<ast::Comprehension>> {
        self.each(generators, |this, generator| {
            let [target, iter, ifs, is_async] = fields(generator);
            let ((target, iter, ifs), range) = this.spanned(None, |this| {
                let target = this.expression(target)?;
                let iter = this.expression(iter)?;
                Ok((target, iter, this.expressions(ifs)?))
            })?;
            Ok(ast::Comprehension {
                range,
                node_index: AtomicNodeIndex::NONE,
                target,
                iter,
                ifs,
                is_async: int(is_async) != 0,
            })
        })
    }

    fn call(&mut self, e: &Node) -> Built<Expr> {
        let [callee, args, keywords] = fields(e);
        let ((func, args, keywords), range) = self.spanned(e.place, |this| {
            let func = this.boxed(callee)?;
            let args = this.expressions(args)?;
            Ok((func, args, this.keywords(keywords)?))
        })?;
        Ok(Expr::Call(ast::ExprCall {
            node_index: AtomicNodeIndex::NONE,
            range_start: range.start(),
            arguments: ast::Arguments {
                range: TextRange::new(func.end(), range.end()),
                node_index: AtomicNodeIndex::NONE,
                args: args.into(),
                keywords: keywords.into_iter().collect(),
            },
            func,
        }))
    }

    pub(super) fn keywords(&mut self, keywords: &Tree) -> Built<Vec<ast::Keyword>> {
        self.each(keywords, |this, keyword| {
            let [name, value] = fields(keyword);
            let (value, range) = this.spanned(keyword.place, |this| this.expression(value))?;
            Ok(ast::Keyword {
                range,
                node_index: AtomicNodeIndex::NONE,
                arg: (*name != Tree::NONE).then(|| identifier(name, range)),
                value,
            })
        })
    }
}

/// Gives an expression its range.
fn set_range(e: &mut Expr, range: TextRange) {
    let own = match e {
        Expr::BoolOp(e) => &mut e.range,
        Expr::Named(e) => &mut e.range,
        Expr::BinOp(e) => &mut e.range,
        Expr::UnaryOp(e) => &mut e.range,
        Expr::Lambda(e) => &mut e.range,
        Expr::If(e) => &mut e.range,
        Expr::Dict(e) => &mut e.range,
        Expr::Set(e) => &mut e.range,
        Expr::ListComp(e) => &mut e.range,
        Expr::SetComp(e) => &mut e.range,
        Expr::DictComp(e) => &mut e.range,
        Expr::Generator(e) => &mut e.range,
        Expr::Await(e) => &mut e.range,
        Expr::Yield(e) => &mut e.range,
        Expr::YieldFrom(e) => &mut e.range,
        Expr::Compare(e) => &mut e.range,
        Expr::Subscript(e) => &mut e.range,
        Expr::Starred(e) => &mut e.range,
        Expr::Name(e) => &mut e.range,
        Expr::List(e) => &mut e.range,
        Expr::Tuple(e) => &mut e.range,
        Expr::Slice(e) => &mut e.range,
        _ => unreachable!("the others are made with their ranges"),
    };
    *own = range;
}

pub(super) fn operator(op: &Tree) -> Operator {
    match node(op).class {
        "Add" => Operator::Add,
        "Sub" => Operator::Sub,
        "Mult" => Operator::Mult,
        "MatMult" => Operator::MatMult,
        "Div" => Operator::Div,
        "Mod" => Operator::Mod,
        "Pow" => Operator::Pow,
        "LShift" => Operator::LShift,
        "RShift" => Operator::RShift,
        "BitOr" => Operator::BitOr,
        "BitXor" => Operator::BitXor,
        "BitAnd" => Operator::BitAnd,
        _ => Operator::FloorDiv,
    }
}

fn comparison(op: &Tree) -> CmpOp {
    match node(op).class {
        "Eq" => CmpOp::Eq,
        "NotEq" => CmpOp::NotEq,
        "Lt" => CmpOp::Lt,
        "LtE" => CmpOp::LtE,
        "Gt" => CmpOp::Gt,
        "GtE" => CmpOp::GtE,
        "Is" => CmpOp::Is,
        "IsNot" => CmpOp::IsNot,
        "In" => CmpOp::In,
        _ => CmpOp::NotIn,
    }
}

fn context(context: &Tree) -> ExprContext {
    match node(context).class {
        "Load" => ExprContext::Load,
        "Store" => ExprContext::Store,
        _ => ExprContext::Del,
    }
}
