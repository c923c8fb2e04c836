//! Literals: numbers and strings as constants.
//!
//! The parser gives the text of string literals decoded, but a Rust string cannot hold the lone surrogates that `"\ud800"`
//! may put into a Python one: it gives the replacement character, and the source tells which of them are surrogates.

use super::Compiler;
use crate::fold;
use crate::source::Source;
use ashore_bytecode::Constant;
use dashu_int::IBig;
use ruff_python_ast::{
    self as ast, AtomicNodeIndex, Expr, InterpolatedStringLiteralElement, Number, StringLiteral,
};
use ruff_text_size::TextRange;

impl Compiler<'_> {
    /// The constant a literal expression stands for.
    pub(super) fn literal(&self, e: &Expr) -> Option<Constant> {
        constant(self.source, e)
    }
}

/// The constant a literal expression stands for.
pub fn constant(source: &Source, e: &Expr) -> Option<Constant> {
    Some(match e {
        Expr::NoneLiteral(_) => Constant::None,
        Expr::BooleanLiteral(b) if b.value => Constant::True,
        Expr::BooleanLiteral(_) => Constant::False,
        Expr::EllipsisLiteral(_) => Constant::Ellipsis,
        Expr::NumberLiteral(n) => match source.constant(&n.node_index) {
            Some(constant) => constant.clone(),
            None => number(&n.value),
        },
        Expr::StringLiteral(s) => Constant::Str(string(source, s)),
        Expr::BytesLiteral(b) => Constant::Bytes(b.value.bytes().collect()),
        _ => return None,
    })
}

/// The text of a string literal, implicit concatenation included.
pub fn string(source: &Source, e: &ast::ExprStringLiteral) -> Vec<u8> {
    let mut text = Vec::new();
    e.value
        .iter()
        .for_each(|part| append_literal(source, part, &mut text));
    text
}

/// Appends the text of one of adjacent strings.
pub fn append_literal(source: &Source, part: &StringLiteral, text: &mut Vec<u8>) {
    let raw = part.flags.prefix().is_raw();
    let range = || part.content_range();
    append_text(source, (&part.value, &part.node_index), range, raw, text);
}

/// Appends the text between the fields of an f-string.
pub fn append_element(
    source: &Source,
    part: &InterpolatedStringLiteralElement,
    raw: bool,
    text: &mut Vec<u8>,
) {
    let range = || part.range;
    append_text(source, (&part.value, &part.node_index), range, raw, text);
}

/// Appends the decoded text of a literal part found at `range`.
fn append_text(
    source: &Source,
    (decoded, node): (&str, &AtomicNodeIndex),
    range: impl FnOnce() -> TextRange,
    raw: bool,
    text: &mut Vec<u8>,
) {
    if let Some(Constant::Str(kept)) = source.constant(node) {
        text.extend_from_slice(kept);
    } else if raw || !source.has_text() || !decoded.contains(char::REPLACEMENT_CHARACTER) {
        text.extend_from_slice(decoded.as_bytes());
    } else {
        text.extend_from_slice(&restore_surrogates(decoded, source.slice(range())));
    }
}

/// The constant of a number.
pub(super) fn number(value: &Number) -> Constant {
    match value {
        Number::Int(value) => match value.as_i64() {
            Some(small) => Constant::Int(small),
            None => fold::int(big_int(&value.to_string())),
        },
        Number::Float(value) => Constant::Float(value.to_bits()),
        Number::Complex { imag, .. } => Constant::Imaginary(imag.to_bits()),
    }
}

/// An int literal beyond 64 bits, as written.
fn big_int(literal: &str) -> IBig {
    let digits = literal.replace('_', "");
    let (digits, radix) = match digits.get(..2) {
        Some("0x" | "0X") => (&digits[2..], 16),
        Some("0o" | "0O") => (&digits[2..], 8),
        Some("0b" | "0B") => (&digits[2..], 2),
        _ => (&digits[..], 10),
    };
    IBig::from_str_radix(digits, radix).expect("the parser accepted the literal")
}

/// Puts the surrogates that `source` escapes back in place of the replacement characters the parser decoded them to.
fn restore_surrogates(decoded: &str, source: &str) -> Vec<u8> {
    let mut codes = replaced_codes(source).into_iter();
    let mut text = Vec::with_capacity(decoded.len());
    for c in decoded.chars() {
        let code = if c == char::REPLACEMENT_CHARACTER {
            codes.next()
        } else {
            None
        };
        push_code_point(&mut text, code.unwrap_or(u32::from(c)));
    }
    text
}

/// The code points of a literal's source that the parser decodes to the replacement character, in order.
fn replaced_codes(source: &str) -> Vec<u32> {
    const REPLACEMENT: u32 = char::REPLACEMENT_CHARACTER as u32;
    let mut codes = Vec::new();
    let mut chars = source.chars();
    while let Some(c) = chars.next() {
        let code = match c {
            '\\' => match chars.next() {
                Some(kind @ ('u' | 'U')) => {
                    let digits: String = chars
                        .by_ref()
                        .take(if kind == 'u' { 4 } else { 8 })
                        .collect();
                    u32::from_str_radix(&digits, 16).unwrap_or(0)
                }
                Some('N') => {
                    let name: String = chars.by_ref().skip(1).take_while(|&c| c != '}').collect();
                    if name.eq_ignore_ascii_case("REPLACEMENT CHARACTER") {
                        REPLACEMENT
                    } else {
                        0
                    }
                }
                other => other.map_or(0, u32::from),
            },
            c => u32::from(c),
        };
        if matches!(code, 0xd800..=0xdfff | REPLACEMENT) {
            codes.push(code);
        }
    }
    codes
}

/// Appends a code point, surrogates included, in (generalised) UTF-8.
fn push_code_point(text: &mut Vec<u8>, code: u32) {
    match char::from_u32(code) {
        Some(c) => text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => text.extend_from_slice(&[
            0xe0 | (code >> 12) as u8,
            0x80 | (code >> 6 & 0x3f) as u8,
            0x80 | (code & 0x3f) as u8,
        ]),
    }
}

/// `repr` of a str.
pub(super) fn repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if c.is_control() && u32::from(c) < 0x100 => {
                out.push_str(&format!("\\x{:02x}", u32::from(c)))
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// `repr` of bytes.
pub(super) fn repr_bytes(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        '"'
    } else {
        '\''
    };
    let mut out = format!("b{quote}");
    for &byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            byte if char::from(byte) == quote => out.extend(['\\', quote]),
            b' '..=b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push(quote);
    out
}

/// `repr` of a float: the shortest digits, with an exponent where CPython writes one.
pub(super) fn repr_float(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{digits}e{sign}{:02}", exponent.abs())
    } else {
        format!("{value:?}")
    }
}

/// A key that is equal for constants of the same type and value; false for code objects, which are never shared.
pub(super) fn constant_key(constant: &Constant, key: &mut Vec<u8>) -> bool {
    let mut bytes = |tag: u8, bytes: &[u8]| {
        key.push(tag);
        key.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        key.extend_from_slice(bytes);
        true
    };
    match constant {
        Constant::None => bytes(0, &[]),
        Constant::True => bytes(1, &[]),
        Constant::False => bytes(2, &[]),
        Constant::Ellipsis => bytes(3, &[]),
        Constant::Int(value) => bytes(4, &value.to_le_bytes()),
        Constant::BigInt(digits) => bytes(5, digits.as_bytes()),
        Constant::Float(bits) => bytes(6, &bits.to_le_bytes()),
        Constant::Imaginary(bits) => bytes(7, &bits.to_le_bytes()),
        Constant::Str(text) => bytes(8, text),
        Constant::Bytes(text) => bytes(9, text),
        Constant::Tuple(items) | Constant::FrozenSet(items) => {
            let tag = if matches!(constant, Constant::Tuple(_)) {
                10
            } else {
                11
            };
            bytes(tag, &(items.len() as u64).to_le_bytes());
            items.iter().all(|item| constant_key(item, key))
        }
        Constant::Code(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogates() {
        assert_eq!(
            restore_surrogates("\u{fffd}x\u{fffd}", r"\ud800x\ufffd"),
            b"\xed\xa0\x80x\xef\xbf\xbd"
        );
        assert_eq!(
            restore_surrogates("\u{fffd}\u{fffd}", "\u{fffd}\\U0000dfff"),
            b"\xef\xbf\xbd\xed\xbf\xbf"
        );
    }

    #[test]
    fn representations() {
        assert_eq!(repr("it's \\\n"), "\"it's \\\\\\n\"");
        assert_eq!(repr_bytes(b"a'\"\xff"), "b'a\\'\"\\xff'");
        let floats: Vec<String> = [1.0, 0.1, 1e16, 1.5e-7, 1e22]
            .into_iter()
            .map(repr_float)
            .collect();
        assert_eq!(floats, ["1.0", "0.1", "1e+16", "1.5e-07", "1e+22"]);
    }

    #[test]
    fn big_ints() {
        let number = |literal: &str| fold::int(big_int(literal));
        assert_eq!(
            number("0xFFFF_FFFF_FFFF_FFFF"),
            Constant::BigInt("18446744073709551615".into())
        );
        assert_eq!(
            number("9_223_372_036_854_775_808"),
            Constant::BigInt("9223372036854775808".into())
        );
    }
}
