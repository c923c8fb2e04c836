//! The layout of a number: sign, prefix, grouped digits, fraction, exponent, padding.

use super::spec::{Align, Spec};
use crate::types::int::IntRef;
use crate::types::str::Builder;
use crate::{Result, Thread, raise};

/// A number's text, taken apart.
struct Parts<'a> {
    sign: Option<u8>,
    prefix: &'a str,
    digits: &'a str,
    /// Decimal point and digits behind it; empty if there is no point.
    fraction: &'a str,
    /// Exponent, percent sign; or `inf` and `nan`.
    rest: &'a str,
}

fn take_sign<'a>(text: &'a str, spec: &Spec) -> (Option<u8>, &'a str) {
    match text.strip_prefix('-') {
        Some(rest) => (Some(b'-'), rest),
        None => (spec.sign.filter(|&sign| sign != b'-'), text),
    }
}

fn digits_at_start(text: &str) -> usize {
    let end = text.bytes().position(|b| !b.is_ascii_digit());
    end.unwrap_or(text.len())
}

/// Writes an int, given as digits in whatever base with a minus sign if it is negative.
pub fn write_int(out: &mut Builder, text: &str, prefix: &str, spec: &Spec) {
    let (sign, digits) = take_sign(text, spec);
    let parts = Parts {
        sign,
        prefix,
        digits,
        fraction: "",
        rest: "",
    };
    parts.write(out, spec);
}

/// Writes a float, given as C would print it.
pub fn write_float(out: &mut Builder, text: &str, spec: &Spec) {
    let (sign, text) = take_sign(text, spec);
    let (digits, rest) = text.split_at(digits_at_start(text));
    let fraction_end = rest
        .strip_prefix('.')
        .map_or(0, |fraction| 1 + digits_at_start(fraction));
    let (fraction, rest) = rest.split_at(fraction_end);
    let parts = Parts {
        sign,
        prefix: "",
        digits,
        fraction,
        rest,
    };
    parts.write(out, spec);
}

/// Writes an int as the character it is the code point of.
pub fn write_char(thread: &Thread, out: &mut Builder, i: IntRef, spec: &Spec) -> Result<()> {
    if spec.sign.is_some() {
        let text = "Sign not allowed with integer format specifier 'c'";
        return raise!(thread, ValueError, "{text}");
    }
    if spec.alternate {
        let text = "Alternate form (#) not allowed with integer format specifier 'c'";
        return raise!(thread, ValueError, "{text}");
    }
    let Some(i) = i.to_i64() else {
        let text = "Python int too large to convert to C long";
        return raise!(thread, OverflowError, "{text}");
    };
    let Some(c) = u32::try_from(i).ok().filter(|&c| c < 0x11_0000) else {
        return raise!(thread, OverflowError, "%c arg not in range(0x110000)");
    };
    let (left, right) = spec.padding(1);
    out.push_repeated(spec.fill, left);
    out.push_code_point(c);
    out.push_repeated(spec.fill, right);
    Ok(())
}

impl Parts<'_> {
    fn write(&self, out: &mut Builder, spec: &Spec) {
        if spec.grouping == 0 && spec.fraction_grouping == 0 {
            return self.write_plain(out, spec);
        }
        let fraction = group_fraction(self.fraction, spec.fraction_grouping);
        let outside =
            usize::from(self.sign.is_some()) + self.prefix.len() + fraction.len() + self.rest.len();
        // Zeros in front of the digits are digits: they are grouped, too.
        let zero_filled = spec.fill == u32::from(b'0') && spec.align == Align::AfterSign;
        let least = if zero_filled {
            spec.width.saturating_sub(outside)
        } else {
            0
        };
        let grouped = group_digits(self.digits, least, spec);
        let (left, right) = spec.padding(outside + grouped.len());
        let after_sign = spec.align == Align::AfterSign;
        if !after_sign {
            out.push_repeated(spec.fill, left);
        }
        if let Some(sign) = self.sign {
            out.push_code_point(sign.into());
        }
        out.push_str(self.prefix);
        if after_sign {
            out.push_repeated(spec.fill, left);
        }
        for part in [&grouped, &fraction, self.rest] {
            out.push_str(part);
        }
        out.push_repeated(spec.fill, right);
    }

    /// Without separators: nothing between sign and end but padding.
    fn write_plain(&self, out: &mut Builder, spec: &Spec) {
        let parts = [self.digits, self.fraction, self.rest];
        let length = usize::from(self.sign.is_some())
            + self.prefix.len()
            + parts.iter().map(|part| part.len()).sum::<usize>();
        let (left, right) = spec.padding(length);
        let after_sign = spec.align == Align::AfterSign;
        if !after_sign {
            out.push_repeated(spec.fill, left);
        }
        if let Some(sign) = self.sign {
            out.push_code_point(sign.into());
        }
        out.push_str(self.prefix);
        if after_sign {
            out.push_repeated(spec.fill, left);
        }
        parts.iter().for_each(|part| out.push_str(part));
        out.push_repeated(spec.fill, right);
    }
}

/// The digits with separators, and with zeros in front until they are at least `least` long.
fn group_digits(digits: &str, least: usize, spec: &Spec) -> String {
    if digits.is_empty() {
        return String::new();
    }
    if spec.grouping == 0 {
        // Only the fraction is grouped.
        let zeros = least.saturating_sub(digits.len());
        return format!("{}{digits}", "0".repeat(zeros));
    }
    let length = spec.group_length();
    let mut reversed = Vec::with_capacity(digits.len().max(least) * 4 / 3 + 1);
    let mut source = digits.bytes().rev().peekable();
    let mut in_group = 0;
    // A separator never comes first, so what would end with one gets another zero.
    while source.peek().is_some() || reversed.len() < least {
        if in_group == length {
            reversed.push(spec.grouping);
            in_group = 0;
        }
        reversed.push(source.next().unwrap_or(b'0'));
        in_group += 1;
    }
    reversed.iter().rev().map(|&b| char::from(b)).collect()
}

/// Point and fraction with separators between groups of three.
fn group_fraction(fraction: &str, separator: u8) -> String {
    let mut out = String::with_capacity(fraction.len() * 4 / 3 + 1);
    for (at, c) in fraction.char_indices() {
        if separator != 0 && at > 1 && (at - 1) % 3 == 0 {
            out.push(separator.into());
        }
        out.push(c);
    }
    out
}
