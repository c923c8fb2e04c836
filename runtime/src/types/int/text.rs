//! Ints and text: decimal and other bases, both ways.

use super::{IntRef, from_big, from_i64};
use crate::types::str::{self, Units, unicode};
use crate::{Owned, Result, Thread, raise};
use dashu_int::ops::{BitTest, UnsignedAbs};
use dashu_int::{IBig, UBig};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Longest decimal text converted in either direction, 0 for no limit (`sys.set_int_max_str_digits`): the conversions
/// take more than linear time.
pub static MAX_DIGITS: AtomicUsize = AtomicUsize::new(DEFAULT_MAX_DIGITS);
/// The limit, unless a program is told otherwise.
pub const DEFAULT_MAX_DIGITS: usize = 4300;
/// The lowest limit that there may be.
pub const LEAST_MAX_DIGITS: usize = 640;

/// A buffer for the decimal digits of a word, with sign.
pub struct Decimal {
    bytes: [u8; 20],
    start: usize,
}

impl Decimal {
    pub fn new(i: i64) -> Decimal {
        let mut decimal = Decimal {
            bytes: [0; 20],
            start: 20,
        };
        let mut left = i.unsigned_abs();
        loop {
            decimal.push(b'0' + (left % 10) as u8);
            left /= 10;
            if left == 0 {
                break;
            }
        }
        if i < 0 {
            decimal.push(b'-');
        }
        decimal
    }

    fn push(&mut self, byte: u8) {
        self.start -= 1;
        self.bytes[self.start] = byte;
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).expect("digits are ASCII")
    }
}

/// `str(i)` of a word.
#[inline]
pub fn small_to_str(thread: &Thread, i: i64) -> Owned {
    str::from_ascii(thread, Decimal::new(i).as_bytes())
}

/// `str(i)`
pub fn to_str(thread: &Thread, i: IntRef) -> Result {
    match i {
        IntRef::Small(i) => Ok(small_to_str(thread, i)),
        IntRef::Big(i) => Ok(str::from_ascii(
            thread,
            big_to_decimal(thread, i)?.as_bytes(),
        )),
    }
}

/// The decimal digits with sign, if there are not too many.
pub fn to_decimal(thread: &Thread, i: IntRef) -> Result<String> {
    match i {
        IntRef::Small(i) => Ok(Decimal::new(i).as_str().to_owned()),
        IntRef::Big(i) => big_to_decimal(thread, i),
    }
}

fn big_to_decimal(thread: &Thread, i: &IBig) -> Result<String> {
    let limit = MAX_DIGITS.load(Ordering::Relaxed);
    // Fewer than 3.33 bits make a digit: so many bits are too many digits for sure.
    let too_long = limit != 0 && i.bit_len() / 10 * 3 > limit;
    let text = if too_long {
        String::new()
    } else {
        i.to_string()
    };
    let digits = text.len() - usize::from(text.starts_with('-'));
    if too_long || (limit != 0 && digits > limit) {
        return raise!(
            thread,
            ValueError,
            "Exceeds the limit ({limit} digits) for integer string conversion; use \
             sys.set_int_max_str_digits() to increase the limit"
        );
    }
    Ok(text)
}

/// The digits of the magnitude in base 2, 8 or 16, lower case, without prefix.
pub fn magnitude_in_radix(i: IntRef, radix: u32) -> String {
    match i {
        IntRef::Small(i) => {
            let i = i.unsigned_abs();
            match radix {
                2 => format!("{i:b}"),
                8 => format!("{i:o}"),
                _ => format!("{i:x}"),
            }
        }
        IntRef::Big(i) => {
            let magnitude = i.clone().unsigned_abs();
            magnitude.in_radix(radix as u8).to_string()
        }
    }
}

/// `bin`, `oct`, `hex`: with prefix and sign.
pub fn prefixed(i: IntRef, radix: u32) -> String {
    let prefix = match radix {
        2 => "0b",
        8 => "0o",
        _ => "0x",
    };
    let sign = if i.is_negative() { "-" } else { "" };
    format!("{sign}{prefix}{}", magnitude_in_radix(i, radix))
}

/// Text as ASCII: decimal digits of any script as 0 to 9, blanks as spaces; `None` if something else is in it.
pub fn to_ascii_digits(units: Units) -> Option<String> {
    units
        .iter()
        .map(|c| match c {
            0..128 => Some(char::from(c as u8)),
            _ if unicode::is_space(c) => Some(' '),
            _ => unicode::decimal_value(c).and_then(|digit| char::from_digit(digit, 10)),
        })
        .collect()
}

type Parsed<T> = std::result::Result<T, Malformed>;

/// Why a text is no int.
enum Malformed {
    Syntax,
    TooLong(usize),
}

/// `int(text, base)`; `shown` is the argument's repr for the message. The text is ASCII (see [`to_ascii_digits`]).
pub fn parse(
    thread: &Thread,
    text: Option<&str>,
    base: u32,
    shown: impl FnOnce() -> Result<String>,
) -> Result {
    let parsed = text
        .ok_or(Malformed::Syntax)
        .and_then(|text| parse_ascii(thread, text, base));
    match parsed {
        Ok(int) => Ok(int),
        Err(Malformed::Syntax) => {
            let shown = shown()?;
            raise!(
                thread,
                ValueError,
                "invalid literal for int() with base {base}: {shown}"
            )
        }
        Err(Malformed::TooLong(digits)) => {
            let limit = MAX_DIGITS.load(Ordering::Relaxed);
            raise!(
                thread,
                ValueError,
                "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; use \
                 sys.set_int_max_str_digits() to increase the limit"
            )
        }
    }
}

fn parse_ascii(thread: &Thread, text: &str, base: u32) -> Parsed<Owned> {
    // The text is ASCII, so its bytes are its characters.
    let text = text.trim_matches(|c: char| c <= ' ' && unicode::is_space(c.into()));
    let (negative, text) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (base, digits) = strip_prefix(text, base)?;
    if digits.len() <= 18
        && base == 10
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.is_empty()
    {
        let magnitude = digits
            .bytes()
            .fold(0, |value, b| value * 10 + i64::from(b - b'0'));
        return Ok(from_i64(
            thread,
            if negative { -magnitude } else { magnitude },
        ));
    }
    let plain = without_underscores(digits, base)?;
    let limit = MAX_DIGITS.load(Ordering::Relaxed);
    if limit != 0 && plain.len() > limit && !base.is_power_of_two() {
        return Err(Malformed::TooLong(plain.len()));
    }
    let magnitude = UBig::from_str_radix(&plain, base).map_err(|_| Malformed::Syntax)?;
    let int = IBig::from(magnitude);
    Ok(from_big(thread, if negative { -int } else { int }))
}

/// The base that a prefix names, and the digits after it.
fn strip_prefix(text: &str, base: u32) -> Parsed<(u32, &str)> {
    let named = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    if named != 0 && (base == 0 || base == named) {
        let digits = &text[2..];
        return Ok((named, digits.strip_prefix('_').unwrap_or(digits)));
    }
    if base != 0 {
        return Ok((base, text));
    }
    // Without a base a leading zero is an error, as it is in a program, unless there is nothing but zeros.
    if text.starts_with('0') && !text.bytes().all(|b| matches!(b, b'0' | b'_')) {
        return Err(Malformed::Syntax);
    }
    Ok((10, text))
}

/// The digits alone; underscores are allowed between two of them.
fn without_underscores(digits: &str, base: u32) -> Parsed<String> {
    let mut plain = String::with_capacity(digits.len());
    let mut after_digit = false;
    for c in digits.chars() {
        if c == '_' && after_digit {
            after_digit = false;
        } else if c.is_digit(base) {
            plain.push(c);
            after_digit = true;
        } else {
            return Err(Malformed::Syntax);
        }
    }
    if after_digit {
        Ok(plain)
    } else {
        Err(Malformed::Syntax)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_print() {
        for i in [0, 7, -1, 10, i64::MAX, i64::MIN] {
            assert_eq!(Decimal::new(i).as_str(), i.to_string());
        }
        assert_eq!(prefixed(IntRef::Small(-255), 16), "-0xff");
        assert_eq!(
            prefixed(IntRef::Big(&(IBig::from(1) << 70)), 8),
            format!("0o{:o}", 1u128 << 70)
        );
    }

    #[test]
    fn underscores_stand_between_digits() {
        assert!(without_underscores("1_000", 10).is_ok_and(|digits| digits == "1000"));
        for bad in ["", "_1", "1_", "1__0", "12a"] {
            assert!(without_underscores(bad, 10).is_err(), "{bad}");
        }
    }

    #[test]
    fn prefixes_name_bases() {
        let strip = |text, base| strip_prefix(text, base).ok();
        assert_eq!(strip("0x_1f", 0), Some((16, "1f")));
        assert_eq!(strip("0x1f", 16), Some((16, "1f")));
        assert_eq!(strip("0b1", 16), Some((16, "0b1")));
        assert_eq!(strip("0777", 0), None);
        assert_eq!(strip("00_0", 0), Some((10, "00_0")));
    }
}
