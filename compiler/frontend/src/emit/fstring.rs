//! f-strings, and what can be written as one: `"%s: %r" % (a, b)`.

use super::{Compiler, Value, literal, written};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Args, Constant, Count, Dst, Peek, Src};
use ruff_python_ast::{
    ConversionFlag, Expr, ExprBinOp, ExprFString, FStringPart, InterpolatedElement,
    InterpolatedStringElement, InterpolatedStringElements, InterpolatedStringFormatSpec, Operator,
};
use ruff_text_size::{Ranged, TextRange};

/// An f-string with more pieces is joined from a list.
const MAX_PIECES: usize = 255;

/// A literal or a replacement field.
enum Piece<'a> {
    Text(Vec<u8>),
    Field(&'a InterpolatedElement),
    /// `%s` and the like: always converted, with a constant format.
    Percent {
        value: &'a Expr,
        conversion: u16,
        spec: String,
    },
}

/// Pieces of a string; literals that touch are one piece.
#[derive(Default)]
struct Pieces<'a> {
    list: Vec<Piece<'a>>,
}

impl<'a> Pieces<'a> {
    /// The literal at the end, to append to.
    fn text(&mut self) -> &mut Vec<u8> {
        if !matches!(self.list.last(), Some(Piece::Text(_))) {
            self.list.push(Piece::Text(Vec::new()));
        }
        match self.list.last_mut() {
            Some(Piece::Text(text)) => text,
            _ => unreachable!("the last piece is a literal"),
        }
    }

    fn field(&mut self, field: &'a InterpolatedElement) {
        if let Some(debug) = &field.debug_text {
            let shown = written::without_comments(debug.as_str());
            self.text().extend_from_slice(shown.as_bytes());
        }
        self.list.push(Piece::Field(field));
    }
}

impl<'a> Compiler<'a> {
    pub(super) fn fstring(&mut self, e: &'a ExprFString, wanted: Option<u16>) -> Value {
        let mut pieces = Pieces::default();
        for part in &e.value {
            match part {
                FStringPart::Literal(part) => {
                    literal::append_literal(self.source, part, pieces.text());
                }
                FStringPart::FString(string) => {
                    self.elements(
                        &string.elements,
                        string.flags.prefix().is_raw(),
                        &mut pieces,
                    );
                }
            }
        }
        self.join(pieces, e.range, wanted)
    }

    fn elements(
        &self,
        elements: &'a InterpolatedStringElements,
        raw: bool,
        pieces: &mut Pieces<'a>,
    ) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(part) => {
                    literal::append_element(self.source, part, raw, pieces.text());
                }
                InterpolatedStringElement::Interpolation(field) => pieces.field(field),
            }
        }
    }

    fn join(&mut self, mut pieces: Pieces<'a>, range: TextRange, wanted: Option<u16>) -> Value {
        pieces
            .list
            .retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        let base = self.top();
        match &mut pieces.list[..] {
            [] => Value::Constant(Constant::Str(Vec::new())),
            [Piece::Text(text)] => Value::Constant(Constant::Str(std::mem::take(text))),
            [Piece::Field(field)] => self.field(field, wanted),
            [
                Piece::Percent {
                    value,
                    conversion,
                    spec,
                },
            ] => {
                let (value, conversion, spec) = (*value, *conversion, std::mem::take(spec));
                self.percent_field(value, conversion, spec, wanted)
            }
            list if list.len() > MAX_PIECES => self.join_list(pieces, range, wanted),
            list => {
                let n = Count(list.len() as u16);
                for piece in pieces.list {
                    self.piece(piece, range);
                }
                let (dst, value) = self.result(base, wanted);
                self.emit(
                    range,
                    ops::BuildString {
                        dst,
                        base: Args(base),
                        n,
                    },
                );
                value
            }
        }
    }

    /// Pushes a piece as a str.
    fn piece(&mut self, piece: Piece<'a>, range: TextRange) -> u16 {
        let value = match piece {
            Piece::Text(text) => Value::Constant(Constant::Str(text)),
            Piece::Field(field) => self.field(field, None),
            Piece::Percent {
                value,
                conversion,
                spec,
            } => self.percent_field(value, conversion, spec, None),
        };
        self.temporary(range, value)
    }

    /// `''.join([piece, ...])`
    fn join_list(&mut self, pieces: Pieces<'a>, range: TextRange, wanted: Option<u16>) -> Value {
        let base = self.top();
        let separator = self.temporary(range, Value::Constant(Constant::Str(Vec::new())));
        let (name, site) = (self.name("join"), self.site());
        let own = self.push();
        self.emit(
            range,
            ops::LoadMethod {
                dst: Dst(base),
                obj: Src(separator),
                name,
                site,
            },
        );
        let list = self.empty_list(range);
        for piece in pieces.list {
            let src = Src(self.piece(piece, range));
            self.emit(
                range,
                ops::ListAppend {
                    list: Peek(list),
                    src,
                },
            );
            self.release(list + 1);
        }
        debug_assert_eq!(own, base + 1, "the method's pair is contiguous");
        let site = self.site();
        let (dst, value) = self.result(base, wanted);
        self.emit(
            range,
            ops::CallMethod {
                dst,
                base: Args(base),
                n: Count(3),
                site,
            },
        );
        value
    }

    fn field(&mut self, field: &'a InterpolatedElement, wanted: Option<u16>) -> Value {
        let base = self.top();
        let value = self.expression(&field.expression, None);
        let mut src = self.source(field.range, value);
        // `{x=}` without a format shows the repr.
        let conversion = match field.conversion {
            ConversionFlag::None if field.debug_text.is_some() && field.format_spec.is_none() => {
                ConversionFlag::Repr
            }
            conversion => conversion,
        };
        let kind = match conversion {
            ConversionFlag::None => None,
            ConversionFlag::Str => Some(0),
            ConversionFlag::Repr => Some(1),
            ConversionFlag::Ascii => Some(2),
        };
        if let Some(kind) = kind {
            self.release(base);
            let dst = self.push();
            self.emit(
                field.range,
                ops::Convert {
                    dst: Dst(dst),
                    src,
                    kind: Count(kind),
                },
            );
            src = Src(dst);
        }
        let Some(spec) = &field.format_spec else {
            let (dst, value) = self.result(base, wanted);
            self.emit(field.range, ops::FormatSimple { dst, src });
            return value;
        };
        let spec = Src(self.format_spec(spec));
        let (dst, value) = self.result(base, wanted);
        self.emit(field.range, ops::FormatSpec { dst, src, spec });
        value
    }

    /// A format in a temporary.
    pub(super) fn format_spec(&mut self, spec: &'a InterpolatedStringFormatSpec) -> u16 {
        let mut pieces = Pieces::default();
        self.elements(&spec.elements, false, &mut pieces);
        let text = crate::with_stack(|| self.join(pieces, spec.range, None));
        self.temporary(spec.range, text)
    }

    // ── % formatting ─────────────────────────────────────────────────────────────────────────────────────────────

    /// `"..." % (a, b)` whose fields are all `%s`, `%r` or `%a`: the strings are joined without a tuple, as CPython does.
    pub(super) fn percent_format(
        &mut self,
        e: &'a ExprBinOp,
        wanted: Option<u16>,
    ) -> Option<Value> {
        let (Expr::StringLiteral(format), Expr::Tuple(values)) = (&*e.left, &*e.right) else {
            return None;
        };
        if e.op != Operator::Mod || values.elts.iter().any(Expr::is_starred_expr) {
            return None;
        }
        let text = literal::string(self.source, format);
        let mut pieces = Pieces::default();
        let mut values = values.elts.iter();
        let mut rest = &text[..];
        while let Some(at) = rest.iter().position(|&b| b == b'%') {
            pieces.text().extend_from_slice(&rest[..at]);
            rest = &rest[at + 1..];
            if let [b'%', tail @ ..] = rest {
                pieces.text().push(b'%');
                rest = tail;
                continue;
            }
            let (conversion, spec, tail) = percent_field(rest)?;
            let value = values.next()?;
            pieces.list.push(Piece::Percent {
                value,
                conversion,
                spec,
            });
            rest = tail;
        }
        pieces.text().extend_from_slice(rest);
        values
            .next()
            .is_none()
            .then(|| self.join(pieces, e.range, wanted))
    }

    fn percent_field(
        &mut self,
        value: &'a Expr,
        conversion: u16,
        spec: String,
        wanted: Option<u16>,
    ) -> Value {
        let base = self.top();
        let range = value.range();
        let value = self.expression(value, None);
        let src = self.source(range, value);
        self.release(base);
        let converted = self.push();
        let kind = Count(conversion);
        self.emit(
            range,
            ops::Convert {
                dst: Dst(converted),
                src,
                kind,
            },
        );
        let src = Src(converted);
        if spec.is_empty() {
            let (dst, value) = self.result(base, wanted);
            self.emit(range, ops::FormatSimple { dst, src });
            return value;
        }
        let spec = self.source(range, Value::Constant(Constant::Str(spec.into_bytes())));
        let (dst, value) = self.result(base, wanted);
        self.emit(range, ops::FormatSpec { dst, src, spec });
        value
    }
}

/// The field behind a `%`: its conversion, its format as `format()` takes it, and what follows.
pub fn percent_field(text: &[u8]) -> Option<(u16, String, &[u8])> {
    let flags = text.iter().take_while(|b| b"-+ #0".contains(b)).count();
    let left = text[..flags].contains(&b'-');
    let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_digit()).count();
    let number = |digits: &[u8]| {
        std::str::from_utf8(digits)
            .ok()
            .filter(|d| d.len() < 3)
            .map(str::to_owned)
    };
    let mut rest = &text[flags..];
    let width = number(&rest[..digits(rest)])?;
    rest = &rest[width.len()..];
    let mut spec = if left || width.is_empty() {
        width
    } else {
        format!(">{width}")
    };
    if let [b'.', tail @ ..] = rest {
        let precision = number(&tail[..digits(tail)])?;
        rest = &tail[precision.len()..];
        spec.push('.');
        spec.push_str(if precision.is_empty() {
            "0"
        } else {
            &precision
        });
    }
    let conversion = match rest.first()? {
        b's' => 0,
        b'r' => 1,
        b'a' => 2,
        _ => return None,
    };
    Some((conversion, spec, &rest[1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_fields() {
        assert_eq!(percent_field(b"s!"), Some((0, String::new(), &b"!"[..])));
        assert_eq!(percent_field(b"5r"), Some((1, ">5".into(), &b""[..])));
        assert_eq!(percent_field(b"-5.3a"), Some((2, "5.3".into(), &b""[..])));
        assert_eq!(percent_field(b".s"), Some((0, ".0".into(), &b""[..])));
        assert_eq!(percent_field(b"d"), None);
        assert_eq!(percent_field(b"(x)s"), None);
        assert_eq!(percent_field(b""), None);
    }
}
