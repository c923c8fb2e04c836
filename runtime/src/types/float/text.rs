//! Floats and text: `repr`, parsing, hexadecimal.
//!
//! Digits come from the standard library, which is correctly rounded both ways: shortest round trip for `repr`, exact
//! decimal expansion for formats.

use super::arithmetic::exact_fraction;
use crate::types::int::arithmetic::scale;
use crate::types::str;
use crate::{Owned, Thread};
use std::fmt::Write;

/// `repr(x)`: the shortest digits that give the same float back.
pub fn repr(x: f64) -> String {
    let mut text = String::with_capacity(24);
    write_repr(&mut text, x);
    text
}

/// `repr(x)` as a string object.
pub fn repr_str(thread: &Thread, x: f64) -> Owned {
    str::from_ascii(thread, repr(x).as_bytes())
}

/// Writes `repr(x)`.
pub fn write_repr(out: &mut String, x: f64) {
    if !x.is_finite() {
        out.push_str(non_finite(x));
        return;
    }
    let (digits, point) = shortest_digits(x);
    if x.is_sign_negative() {
        out.push('-');
    }
    place_point(out, &digits, point, true);
}

/// `inf`, `-inf` or `nan`.
pub fn non_finite(x: f64) -> &'static str {
    match x {
        f64::INFINITY => "inf",
        f64::NEG_INFINITY => "-inf",
        _ => "nan",
    }
}

/// The shortest digits of a finite float's magnitude, and the position of the decimal point after the first of them
/// (`0.digits * 10**point`).
pub fn shortest_digits(x: f64) -> (String, i32) {
    let (digits, point) = split_exponent(&format!("{:e}", x.abs()));
    // Up to 15 digits no other text of that length gives the same float. Of two that are equally near, CPython has the
    // even one, as exact rounding does. Numbers with many binary digits behind the point lie halfway between none.
    if digits.len() > f64::DIGITS as usize && (1..=TIE_BITS).contains(&exact_fraction(x).1) {
        let (even, even_point) = significant_digits(x, digits.len());
        let text = format!("0.{even}e{even_point}");
        if text.parse() == Ok(x.abs()) {
            return (even, even_point);
        }
    }
    (digits, point)
}

/// Binary digits behind the point of a number that may lie halfway between two texts of 16 or 17 digits, at most: as many
/// decimal ones are behind its point.
const TIE_BITS: i64 = 30;

/// `count` significant digits of a finite float's magnitude, correctly rounded, and the position of the point.
pub fn significant_digits(x: f64, count: usize) -> (String, i32) {
    split_exponent(&format!("{:.*e}", count.max(1) - 1, x.abs()))
}

/// `d.ddde±x` as digits and the position of the point.
fn split_exponent(text: &str) -> (String, i32) {
    let (mantissa, exponent) = text.split_once('e').expect("an exponent was asked for");
    let digits = mantissa.chars().filter(|&c| c != '.').collect();
    let exponent: i32 = exponent.parse().expect("a small number");
    (digits, exponent + 1)
}

/// Digits with their decimal point as `repr` writes them: plain from 1e-4 up to 1e16. `add_point`: `.0` after whole ones.
fn place_point(out: &mut String, digits: &str, point: i32, add_point: bool) {
    let length = digits.len() as i32;
    if point <= -4 || point > 16 {
        out.push_str(&digits[..1]);
        if length > 1 {
            out.push('.');
            out.push_str(&digits[1..]);
        }
        write_exponent(out, point - 1, 'e');
    } else if point <= 0 {
        out.push_str("0.");
        (point..0).for_each(|_| out.push('0'));
        out.push_str(digits);
    } else if point >= length {
        out.push_str(digits);
        (length..point).for_each(|_| out.push('0'));
        if add_point {
            out.push_str(".0");
        }
    } else {
        let (whole, fraction) = digits.split_at(point as usize);
        out.push_str(whole);
        out.push('.');
        out.push_str(fraction);
    }
}

/// `e+05`: a sign and at least two digits.
pub fn write_exponent(out: &mut String, exponent: i32, letter: char) {
    out.push(letter);
    out.push(if exponent < 0 { '-' } else { '+' });
    // Writing to a string cannot fail.
    let _ = write!(out, "{:02}", exponent.unsigned_abs());
}

/// The repr of a part of a complex number: without `.0`.
pub fn write_complex_part(out: &mut String, x: f64, sign: bool) {
    if sign && !x.is_sign_negative() {
        out.push('+');
    }
    if !x.is_finite() {
        out.push_str(non_finite(x));
        return;
    }
    if x.is_sign_negative() {
        out.push('-');
    }
    let (digits, point) = shortest_digits(x);
    place_point(out, &digits, point, false);
}

/// The float a text spells, blanks around it and underscores between digits allowed.
pub fn parse(text: &str) -> Option<f64> {
    let text = text.trim_matches(|c: char| {
        c.is_ascii() && (c.is_ascii_whitespace() || matches!(c, '\x0b' | '\x1c'..='\x1f'))
    });
    if !text.contains('_') {
        return parse_plain(text);
    }
    let bytes = text.as_bytes();
    let misplaced = bytes.iter().enumerate().any(|(i, &b)| {
        let digit_at = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at))
                .is_some_and(u8::is_ascii_digit)
        };
        b == b'_' && !(digit_at(i.checked_sub(1)) && digit_at(Some(i + 1)))
    });
    if misplaced {
        return None;
    }
    parse_plain(&text.replace('_', ""))
}

/// What Rust parses and what Python parses differ in nothing but the names of infinities, which Rust takes in any case too.
fn parse_plain(text: &str) -> Option<f64> {
    let sign_free = text.strip_prefix(['+', '-']).unwrap_or(text);
    match sign_free.as_bytes().first()? {
        b'0'..=b'9' | b'.' | b'i' | b'I' => text.parse().ok(),
        b'n' | b'N' if sign_free.eq_ignore_ascii_case("nan") => {
            Some(f64::NAN.copysign(if text.starts_with('-') { -1.0 } else { 1.0 }))
        }
        _ => None,
    }
}

/// `float.hex`
pub fn to_hex(x: f64) -> String {
    if !x.is_finite() {
        return non_finite(x).to_owned();
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = x.to_bits();
    let (fraction, exponent) = (bits & ((1 << 52) - 1), (bits >> 52 & 0x7ff) as i32);
    let (lead, exponent) = if exponent == 0 {
        (0, -1022)
    } else {
        (1, exponent - 1023)
    };
    format!("{sign}0x{lead}.{fraction:013x}p{exponent:+}")
}

/// Why a hexadecimal float cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub enum HexError {
    Malformed,
    TooLarge,
}

/// `float.fromhex`
pub fn from_hex(text: &str) -> Result<f64, HexError> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\x0b');
    let (negative, text) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let signed = |x: f64| if negative { -x } else { x };
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "inf" | "infinity" => return Ok(signed(f64::INFINITY)),
        "nan" => return Ok(signed(f64::NAN)),
        _ => {}
    }
    let body = lower.strip_prefix("0x").unwrap_or(&lower);
    let (digits, exponent) = match body.split_once('p') {
        Some((digits, exponent)) => (digits, parse_exponent(exponent)?),
        None => (body, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() + fraction.len() == 0 {
        return Err(HexError::Malformed);
    }
    let mut mantissa = 0u128;
    let mut exponent = exponent.saturating_sub(4 * fraction.len() as i64);
    for digit in whole.chars().chain(fraction.chars()) {
        let digit = digit.to_digit(16).ok_or(HexError::Malformed)?;
        if mantissa >> 100 == 0 {
            mantissa = mantissa << 4 | u128::from(digit);
        } else {
            // Digits too far right to matter, but for being there.
            mantissa |= u128::from(digit != 0);
            exponent = exponent.saturating_add(4);
        }
    }
    let magnitude = scale(mantissa, exponent.clamp(-1 << 40, 1 << 40));
    if magnitude.is_infinite() {
        return Err(HexError::TooLarge);
    }
    Ok(signed(magnitude))
}

fn parse_exponent(text: &str) -> Result<i64, HexError> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(HexError::Malformed);
    }
    let magnitude = digits.parse::<i64>().unwrap_or(1 << 40).min(1 << 40);
    Ok(if text.starts_with('-') {
        -magnitude
    } else {
        magnitude
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repr_switches_to_exponents_where_cpython_does() {
        for (x, text) in [
            (1e16, "1e+16"),
            (123456789012345680.0, "1.2345678901234568e+17"),
            (1e15, "1000000000000000.0"),
            (9999999999999998.0, "9999999999999998.0"),
            (1e-5, "1e-05"),
            (0.0001, "0.0001"),
            (-0.0, "-0.0"),
            (1.5, "1.5"),
            (1e100, "1e+100"),
            (5e-324, "5e-324"),
            (f64::NAN, "nan"),
        ] {
            assert_eq!(repr(x), text);
        }
    }

    #[test]
    fn texts_parse_as_in_cpython() {
        assert_eq!(parse(" 1_0.5\n"), Some(10.5));
        assert_eq!(parse("-Infinity"), Some(f64::NEG_INFINITY));
        assert_eq!(parse("1e-5"), Some(1e-5));
        assert_eq!(parse(".5"), Some(0.5));
        assert_eq!(parse("5."), Some(5.0));
        assert!(parse("+nAn").is_some_and(f64::is_nan));
        for bad in [
            "", "1__0", "_1", "1_", "1_.5", "1e", "0x1", "infin", "--1", "1 2", "e5", ".",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn hexadecimal_floats_round_trip() {
        for x in [0.1, -1.0, 5e-324, f64::MAX, 0.0, 3.25] {
            assert_eq!(from_hex(&to_hex(x)), Ok(x));
        }
        assert_eq!(to_hex(0.1), "0x1.999999999999ap-4");
        assert_eq!(to_hex(5e-324), "0x0.0000000000001p-1022");
        assert_eq!(from_hex("0x1.8p1"), Ok(3.0));
        assert_eq!(from_hex("1p2000"), Err(HexError::TooLarge));
        assert_eq!(from_hex("0x"), Err(HexError::Malformed));
    }
}
