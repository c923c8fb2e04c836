//! Constants, f-strings and template strings.
//!
//! Constants that no literal stands for (lone surrogates, frozensets) are kept beside the tree. Tuples and negative ints are
//! the displays and operations of which the emitter makes the constants again.

use super::{Builder, Built, fields, int, list, node, optional, refuse};
use crate::error::ErrorKind;
use ashore_bytecode::syntax::{Node, Tree};
use ashore_bytecode::{Constant, Position};
use ruff_python_ast::{
    self as ast, AtomicNodeIndex, ConversionFlag, Expr, ExprContext, InterpolatedStringElement,
    Number,
};
use ruff_text_size::TextRange;

impl Builder {
    pub(super) fn constant(&mut self, e: &Node) -> Built<Expr> {
        let [value, kind] = fields(e);
        let value = match value {
            Tree::Value(value) => value,
            Tree::Complex { real, imaginary } => {
                return Ok(self.complex(e.place, *real, *imaginary));
            }
            _ => unreachable!("the runtime reads constants"),
        };
        let unicode = matches!(kind, Tree::Value(Constant::Str(kind)) if kind == b"u");
        Ok(self.literal(value, e.place, unicode))
    }

    /// A complex number is the sum of its parts.
    fn complex(&mut self, place: Option<Position>, real: u64, imaginary: u64) -> Expr {
        let start = self.places.open(place);
        let left = Box::new(self.literal(&Constant::Float(real), place, false));
        let right = Box::new(self.literal(&Constant::Imaginary(imaginary), place, false));
        Expr::BinOp(ast::ExprBinOp {
            node_index: AtomicNodeIndex::NONE,
            range: self.places.close(start, place),
            left,
            op: ast::Operator::Add,
            right,
        })
    }

    fn literal(&mut self, value: &Constant, place: Option<Position>, unicode: bool) -> Expr {
        let start = self.places.open(place);
        let items = match value {
            Constant::Tuple(items) => {
                let items = items.iter().map(|item| self.literal(item, place, false));
                items.collect()
            }
            _ => Vec::new(),
        };
        let range = self.places.close(start, place);
        let node_index = AtomicNodeIndex::NONE;
        match value {
            Constant::None => Expr::NoneLiteral(ast::ExprNoneLiteral { node_index, range }),
            Constant::True | Constant::False => Expr::BooleanLiteral(ast::ExprBooleanLiteral {
                node_index,
                range,
                value: *value == Constant::True,
            }),
            Constant::Ellipsis => {
                Expr::EllipsisLiteral(ast::ExprEllipsisLiteral { node_index, range })
            }
            Constant::Str(text) => self.string(text, range, unicode),
            Constant::Bytes(bytes) => {
                let value = ast::BytesLiteralValue::single(ast::BytesLiteral {
                    range,
                    node_index: AtomicNodeIndex::NONE,
                    value: bytes.as_slice().into(),
                    flags: ast::BytesLiteralFlags::empty(),
                });
                Expr::BytesLiteral(ast::ExprBytesLiteral {
                    node_index,
                    range,
                    value,
                })
            }
            Constant::Tuple(_) => Expr::Tuple(ast::ExprTuple {
                node_index,
                range,
                elts: items,
                ctx: ExprContext::Load,
                parenthesized: true,
            }),
            _ => self.number(value, range),
        }
    }

    /// An int; a negative one is what its literal is negated.
    fn int(&mut self, digits: &str, range: TextRange) -> Expr {
        let (negative, digits) = match digits.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, digits),
        };
        let value = ast::Int::from_str_radix(digits, 10, digits).expect("digits are a number");
        let literal = Expr::NumberLiteral(ast::ExprNumberLiteral {
            node_index: AtomicNodeIndex::NONE,
            range,
            value: Number::Int(value),
        });
        match negative {
            true => Expr::UnaryOp(ast::ExprUnaryOp {
                node_index: AtomicNodeIndex::NONE,
                range,
                op: ast::UnaryOp::USub,
                operand: Box::new(literal),
            }),
            false => literal,
        }
    }

    /// A number, or a frozenset.
    fn number(&mut self, value: &Constant, range: TextRange) -> Expr {
        let number = match value {
            Constant::Int(value) => return self.int(&value.to_string(), range),
            Constant::BigInt(digits) => return self.int(digits, range),
            Constant::Float(bits) => Some(Number::Float(f64::from_bits(*bits))),
            Constant::Imaginary(bits) => Some(Number::Complex {
                real: 0.0,
                imag: f64::from_bits(*bits),
            }),
            _ => None,
        };
        let node_index = match number {
            Some(_) => AtomicNodeIndex::NONE,
            None => self.places.keep(value.clone()),
        };
        Expr::NumberLiteral(ast::ExprNumberLiteral {
            node_index,
            range,
            value: number.unwrap_or(Number::Int(ast::Int::ZERO)),
        })
    }

    /// Text for the parser's nodes, and what says how it really goes if it is not UTF-8.
    fn utf8(&mut self, text: &[u8]) -> (Box<str>, AtomicNodeIndex) {
        let node_index = match std::str::from_utf8(text) {
            Ok(_) => AtomicNodeIndex::NONE,
            Err(_) => self.places.keep(Constant::Str(text.to_vec())),
        };
        (String::from_utf8_lossy(text).into(), node_index)
    }

    fn string(&mut self, text: &[u8], range: TextRange, unicode: bool) -> Expr {
        let (value, node_index) = self.utf8(text);
        let prefix = match unicode {
            true => ast::str_prefix::StringLiteralPrefix::Unicode,
            false => ast::str_prefix::StringLiteralPrefix::Empty,
        };
        Expr::StringLiteral(ast::ExprStringLiteral {
            node_index: AtomicNodeIndex::NONE,
            range,
            value: ast::StringLiteralValue::single(ast::StringLiteral {
                range,
                node_index,
                value,
                flags: ast::StringLiteralFlags::empty().with_prefix(prefix),
            }),
        })
    }

    // ── strings with fields ──────────────────────────────────────────────────────────────────────────────────────────

    /// A `JoinedStr`, or a `FormattedValue` on its own.
    pub(super) fn fstring(&mut self, e: &Node) -> Built<Expr> {
        let (elements, range) = self.spanned(e.place, |this| {
            let mut elements = Vec::new();
            this.part(e, &mut elements)?;
            Ok(elements)
        })?;
        let value = ast::FStringValue::single(ast::FString {
            range,
            node_index: AtomicNodeIndex::NONE,
            elements: elements.into(),
            flags: ast::FStringFlags::empty(),
        });
        Ok(Expr::FString(ast::ExprFString {
            node_index: AtomicNodeIndex::NONE,
            range,
            value,
        }))
    }

    /// Appends what an f-string or a format consists of.
    fn part(&mut self, e: &Node, elements: &mut Vec<InterpolatedStringElement>) -> Built<()> {
        match (e.class, &e.fields[..]) {
            ("JoinedStr", [values]) => {
                let mut values = list(values).iter();
                values.try_for_each(|value| crate::with_stack(|| self.part(node(value), elements)))
            }
            ("FormattedValue", [value, conversion, spec]) => {
                elements.push(self.field(e.place, [value, conversion, spec], None)?);
                Ok(())
            }
            ("Constant", [Tree::Value(Constant::Str(text)), _]) => {
                elements.push(self.text_element(text, e.place));
                Ok(())
            }
            _ => refuse(
                ErrorKind::Value,
                format!("{} as a part of an f-string is not supported", e.class),
            ),
        }
    }

    fn text_element(&mut self, text: &[u8], place: Option<Position>) -> InterpolatedStringElement {
        let start = self.places.open(place);
        let range = self.places.close(start, place);
        let (value, node_index) = self.utf8(text);
        InterpolatedStringElement::Literal(ast::InterpolatedStringLiteralElement {
            range,
            node_index,
            value,
        })
    }

    /// A replacement field; what a template shows of its expression goes with it.
    fn field(
        &mut self,
        place: Option<Position>,
        [value, conversion, spec]: [&Tree; 3],
        shown: Option<&Constant>,
    ) -> Built<InterpolatedStringElement> {
        let conversion = match int(conversion) {
            -1 => ConversionFlag::None,
            115 => ConversionFlag::Str,
            114 => ConversionFlag::Repr,
            97 => ConversionFlag::Ascii,
            other => {
                let message = format!("Unrecognized conversion character {other}");
                return refuse(ErrorKind::System, message);
            }
        };
        let ((expression, format_spec), range) = self.spanned(place, |this| {
            let value = this.boxed(value)?;
            let spec = optional(spec).map(|spec| this.format_spec(spec));
            Ok((value, spec.transpose()?))
        })?;
        let node_index = match shown {
            Some(shown) => self.places.keep(shown.clone()),
            None => AtomicNodeIndex::NONE,
        };
        let field = ast::InterpolatedElement {
            range,
            node_index,
            expression,
            debug_text: None,
            conversion,
            format_spec: format_spec.map(Box::new),
        };
        Ok(InterpolatedStringElement::Interpolation(field))
    }

    fn format_spec(&mut self, spec: &Node) -> Built<ast::InterpolatedStringFormatSpec> {
        // A format begins behind its colon, where its first part does.
        let first = spec.fields.first().and_then(|values| match values {
            Tree::List(values) => values.first(),
            _ => None,
        });
        let place = spec
            .place
            .map(|place| match first.map(|first| node(first).place) {
                Some(Some(first)) => Position {
                    line: first.line,
                    column: first.column,
                    ..place
                },
                _ => place,
            });
        let (elements, range) = self.spanned(place, |this| {
            let mut elements = Vec::new();
            this.part(spec, &mut elements)?;
            Ok(elements)
        })?;
        Ok(ast::InterpolatedStringFormatSpec {
            range,
            node_index: AtomicNodeIndex::NONE,
            elements: elements.into(),
        })
    }

    /// A `TemplateStr`. CPython makes an interpolation of an `Interpolation` on its own, for which there is no expression.
    pub(super) fn tstring(&mut self, e: &Node) -> Built<Expr> {
        if e.class == "Interpolation" {
            let message = "Interpolation outside of a TemplateStr is not supported";
            return refuse(ErrorKind::Value, message);
        }
        let (elements, range) = self.spanned(e.place, |this| {
            this.each(&e.fields[0], |this, value| {
                match (value.class, &value.fields[..]) {
                    ("Interpolation", [field, Tree::Value(shown), conversion, spec]) => {
                        this.field(value.place, [field, conversion, spec], Some(shown))
                    }
                    ("Constant", [Tree::Value(Constant::Str(text)), _]) => {
                        Ok(this.text_element(text, value.place))
                    }
                    _ => refuse(
                        ErrorKind::Value,
                        format!("{} as a part of a template is not supported", value.class),
                    ),
                }
            })
        })?;
        let value = ast::TStringValue::single(ast::TString {
            range,
            node_index: AtomicNodeIndex::NONE,
            elements: elements.into(),
            flags: ast::TStringFlags::empty(),
        });
        Ok(Expr::TString(ast::ExprTString {
            node_index: AtomicNodeIndex::NONE,
            range,
            value,
        }))
    }
}
