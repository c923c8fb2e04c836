//! Floats as text: C's `e`, `f` and `g`, and `repr`'s format, with what Python adds to them.

use super::number::write_float;
use super::spec::{Align, Spec};
use crate::types::complex::Pair;
use crate::types::float::text::{non_finite, shortest_digits, significant_digits, write_exponent};
use crate::types::str::{self, Builder, Str};
use crate::{Result, Thread, Value, raise};
use std::fmt::Write;

/// How to write a float.
#[derive(Clone, Copy)]
pub struct Style {
    /// `e`, `f`, `g`, or `r` for the shortest digits that give the float back.
    pub kind: u8,
    pub precision: usize,
    /// Keep the point and (for `g`) zeros at the end.
    pub alternate: bool,
    /// A whole number gets `.0`.
    pub point_zero: bool,
}

/// More digits than the exact value of any float has behind its point; the standard library does not take more than 65535.
const MAX_EXACT: usize = 1100;

/// The float as text, a minus sign in front if it is negative.
pub fn to_text(x: f64, style: Style) -> String {
    if !x.is_finite() {
        return non_finite(x).to_owned();
    }
    let mut out = String::with_capacity(24);
    if x.is_sign_negative() {
        out.push('-');
    }
    match style.kind {
        b'f' => write_fixed(&mut out, x, style),
        b'e' => {
            let (digits, point) = exact_digits(x, style.precision + 1);
            write_scientific(&mut out, &digits, point, style.alternate);
        }
        b'g' => write_general(&mut out, x, style),
        _ => {
            let (digits, point) = shortest_digits(x);
            if point <= -4 || point > 16 {
                write_scientific(&mut out, &digits, point, style.alternate);
            } else {
                write_plain(&mut out, &digits, point, style);
            }
        }
    }
    out
}

fn exact_digits(x: f64, count: usize) -> (String, i32) {
    let (mut digits, point) = significant_digits(x, count.min(MAX_EXACT));
    digits.extend(std::iter::repeat_n('0', count - digits.len()));
    (digits, point)
}

fn write_fixed(out: &mut String, x: f64, style: Style) {
    let exact = style.precision.min(MAX_EXACT);
    // Writing to a string cannot fail.
    let _ = write!(out, "{:.*}", exact, x.abs());
    out.extend(std::iter::repeat_n('0', style.precision - exact));
    if style.alternate && style.precision == 0 {
        out.push('.');
    }
}

/// `d.ddde+xx`
fn write_scientific(out: &mut String, digits: &str, point: i32, alternate: bool) {
    let (first, rest) = digits.split_at(1);
    out.push_str(first);
    if !rest.is_empty() || alternate {
        out.push('.');
    }
    out.push_str(rest);
    write_exponent(out, point - 1, 'e');
}

/// C's `g`: whichever is shorter, without zeros at the end.
fn write_general(out: &mut String, x: f64, style: Style) {
    let precision = style.precision.max(1);
    let (mut digits, point) = exact_digits(x, precision);
    if !style.alternate {
        let kept = digits.trim_end_matches('0').len().max(1);
        digits.truncate(kept);
    }
    // A number that gets `.0` needs room for it.
    let limit = precision as i64 - i64::from(style.point_zero);
    if point <= -4 || i64::from(point) > limit {
        write_scientific(out, &digits, point, style.alternate);
    } else {
        write_plain(out, &digits, point, style);
    }
}

/// Digits with their point, without exponent.
fn write_plain(out: &mut String, digits: &str, point: i32, style: Style) {
    let whole = usize::try_from(point).unwrap_or(0);
    let zeros = |out: &mut String, count: usize| out.extend(std::iter::repeat_n('0', count));
    if whole == 0 {
        out.push_str("0.");
        zeros(out, point.unsigned_abs() as usize);
        out.push_str(digits);
        return;
    }
    if whole < digits.len() {
        out.push_str(&digits[..whole]);
        out.push('.');
        out.push_str(&digits[whole..]);
        return;
    }
    out.push_str(digits);
    zeros(out, whole - digits.len());
    if style.point_zero {
        out.push_str(".0");
    } else if style.alternate {
        out.push('.');
    }
}

/// The style a spec asks for, and whether letters are upper case; `None` if the type is not a float's.
fn style_of(spec: &Spec) -> Option<(Style, bool)> {
    let kind = u8::try_from(spec.kind).ok()?;
    let (kind, point_zero) = match kind.to_ascii_lowercase() {
        0 if spec.precision.is_none() => (b'r', true),
        0 => (b'g', true),
        b'n' if kind == b'n' => (b'g', false),
        b'%' => (b'f', false),
        lower @ (b'e' | b'f' | b'g') => (lower, false),
        _ => return None,
    };
    let style = Style {
        kind,
        precision: spec.precision.unwrap_or(6),
        alternate: spec.alternate,
        point_zero,
    };
    Some((style, matches!(spec.kind as u8, b'E' | b'F' | b'G')))
}

/// Drops the sign of a zero.
fn coerce_zero(text: &mut String) {
    let significant = text.split('e').next().unwrap_or(text);
    if text.starts_with('-')
        && !significant
            .bytes()
            .any(|b| matches!(b, b'1'..=b'9' | b'a'..=b'z'))
    {
        text.remove(0);
    }
}

/// `format(x, spec)`; `v` is the number, for messages.
pub fn format_parsed(thread: &Thread, v: Value, x: f64, spec: &Spec) -> Result {
    let Some((style, upper)) = style_of(spec) else {
        return spec.unknown_kind(thread, v);
    };
    check_precision(thread, spec)?;
    let percent = spec.kind == u32::from(b'%');
    let mut text = to_text(if percent { x * 100.0 } else { x }, style);
    if spec.coerce_zero {
        coerce_zero(&mut text);
    }
    if percent {
        text.push('%');
    }
    if upper {
        text.make_ascii_uppercase();
    }
    let mut out = Builder::with_capacity(32);
    write_float(&mut out, &text, spec);
    Ok(out.finish(thread))
}

fn check_precision(thread: &Thread, spec: &Spec) -> Result<()> {
    match spec.precision {
        Some(precision) if precision > i32::MAX as usize => {
            raise!(thread, ValueError, "precision too big")
        }
        _ => spec.check_width(thread),
    }
}

/// `format(z, spec)` for a complex number.
pub fn format_complex(thread: &Thread, v: Value, z: Pair, spec: &Str) -> Result {
    let spec = Spec::parse(thread, v, spec, 0, Align::Right)?;
    let style = style_of(&spec).filter(|_| spec.kind != u32::from(b'%'));
    let Some((mut style, upper)) = style else {
        return spec.unknown_kind(thread, v);
    };
    if spec.fill == u32::from(b'0') {
        let text = "Zero padding is not allowed in complex format specifier";
        return raise!(thread, ValueError, "{text}");
    }
    if spec.align == Align::AfterSign {
        let text = "'=' alignment flag is not allowed in complex format specifier";
        return raise!(thread, ValueError, "{text}");
    }
    check_precision(thread, &spec)?;
    style.point_zero = false;
    let part = |x: f64, sign: Option<u8>| {
        let mut text = to_text(x, style);
        if spec.coerce_zero {
            coerce_zero(&mut text);
        }
        if upper {
            text.make_ascii_uppercase();
        }
        let alone = Spec {
            width: 0,
            sign,
            ..spec
        };
        let mut out = Builder::new();
        write_float(&mut out, &text, &alone);
        out
    };
    let plain = spec.kind == 0;
    let skip_real = plain && z.0 == 0.0 && z.0.is_sign_positive();
    let mut out = Builder::new();
    if plain && !skip_real {
        out.push_str("(");
    }
    if !skip_real {
        out.push_builder(&part(z.0, spec.sign));
    }
    out.push_builder(&part(z.1, if skip_real { spec.sign } else { Some(b'+') }));
    out.push_str(if plain && !skip_real { "j)" } else { "j" });
    let (left, right) = spec.padding(out.len());
    let mut padded = Builder::new();
    padded.push_repeated(spec.fill, left);
    padded.push_builder(&out);
    padded.push_repeated(spec.fill, right);
    Ok(padded.finish(thread))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(x: f64, kind: u8, precision: usize) -> String {
        let (alternate, point_zero) = (false, false);
        to_text(
            x,
            Style {
                kind,
                precision,
                alternate,
                point_zero,
            },
        )
    }

    #[test]
    fn styles_are_cs() {
        assert_eq!(text(0.5, b'f', 0), "0");
        assert_eq!(text(1.5, b'f', 0), "2");
        assert_eq!(text(2.675, b'f', 2), "2.67");
        assert_eq!(text(12345.678, b'e', 2), "1.23e+04");
        assert_eq!(text(1e10, b'g', 6), "1e+10");
        assert_eq!(text(0.0001, b'g', 6), "0.0001");
        assert_eq!(text(0.00001, b'g', 6), "1e-05");
        assert_eq!(text(0.0, b'g', 6), "0");
        assert_eq!(text(100000.0, b'g', 6), "100000");
        assert_eq!(text(-1e6, b'g', 6), "-1e+06");
        assert_eq!(text(1.0, b'f', 70000).len(), 70002);
    }
}
