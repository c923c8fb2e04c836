//! `repr` and `ascii` of strings.

use super::unicode::is_printable;
use super::{Builder, Str, Units};
use crate::{Owned, Thread};
use std::fmt::Write;

const QUOTE: u32 = b'\'' as u32;
const DOUBLE_QUOTE: u32 = b'"' as u32;
const BACKSLASH: u32 = b'\\' as u32;

/// `repr(string)`
pub fn repr(thread: &Thread, string: &Str) -> Owned {
    let mut out = Builder::new();
    write_repr(&mut out, string.units());
    out.finish(thread)
}

/// Writes the repr of text.
pub fn write_repr(out: &mut Builder, units: Units) {
    let has = |quote| units.iter().any(|c| c == quote);
    let quote = if has(QUOTE) && !has(DOUBLE_QUOTE) {
        DOUBLE_QUOTE
    } else {
        QUOTE
    };
    out.push_code_point(quote);
    // What needs no escape is copied in runs.
    let mut copied = 0;
    for (at, c) in units.iter().enumerate() {
        if c != quote && c != BACKSLASH && is_printable(c) {
            continue;
        }
        out.push_units(units.slice(copied, at));
        copied = at + 1;
        if c == quote || c == BACKSLASH {
            out.push_code_point(BACKSLASH);
            out.push_code_point(c);
        } else {
            write_escape(out, c);
        }
    }
    out.push_units(units.slice(copied, units.len()));
    out.push_code_point(quote);
}

/// `\n`, `\x1b`, `\u200b` or `\U000e0001`.
pub fn write_escape(out: &mut Builder, c: u32) {
    // Writing to a builder cannot fail.
    let _ = match c {
        0x09 => out.write_str("\\t"),
        0x0a => out.write_str("\\n"),
        0x0d => out.write_str("\\r"),
        0..0x100 => write!(out, "\\x{c:02x}"),
        0x100..0x1_0000 => write!(out, "\\u{c:04x}"),
        _ => write!(out, "\\U{c:08x}"),
    };
}

/// The text with everything beyond ASCII escaped (`ascii` does that to a repr).
pub fn escape_non_ascii(thread: &Thread, string: &Str) -> Owned {
    let mut out = Builder::new();
    for c in string.iter() {
        if c < 128 {
            out.push_code_point(c);
        } else {
            write_escape(&mut out, c);
        }
    }
    out.finish(thread)
}
