//! Changing case.

use super::unicode::{self, is_case_ignorable, is_cased};
use super::{Builder, Str, Units, Width, Writer};
use crate::object::{Kind, Object};
use crate::{Owned, Thread};

/// A new string of the same length from ASCII bytes changed one by one; the string itself if nothing changes.
fn map_ascii(thread: &Thread, string: &Str, map: impl Fn(usize, u8) -> u8) -> Owned {
    let bytes = string.bytes();
    let changed = bytes
        .iter()
        .enumerate()
        .any(|(at, &byte)| map(at, byte) != byte);
    if !changed && string.header().kind() == Kind::STR {
        return Owned::new(string.value());
    }
    if let [byte] = *bytes {
        return super::latin1_char(map(0, byte));
    }
    let mut writer = Writer::new(thread, bytes.len(), Width::One, true);
    for (at, &byte) in bytes.iter().enumerate() {
        writer.push_code_point(map(at, byte).into());
    }
    writer.finish()
}

fn map_wide(thread: &Thread, units: Units, mut map: impl FnMut(usize, u32, &mut Builder)) -> Owned {
    let mut out = Builder::new();
    for (at, c) in units.iter().enumerate() {
        map(at, c, &mut out);
    }
    out.finish(thread)
}

/// The lowercase of a code point in its text: a sigma at the end of a word is a final one.
fn push_lower(units: Units, at: usize, c: u32, out: &mut Builder) {
    const SIGMA: u32 = 0x3a3;
    const FINAL_SIGMA: u32 = 0x3c2;
    if c == SIGMA && is_final_sigma(units, at) {
        out.push_code_point(FINAL_SIGMA);
    } else {
        unicode::lower(c, |c| out.push_code_point(c));
    }
}

/// Is there a letter before, and none after?
fn is_final_sigma(units: Units, at: usize) -> bool {
    let before = (0..at)
        .rev()
        .map(|i| units.get(i))
        .find(|&c| !is_case_ignorable(c));
    let after = (at + 1..units.len())
        .map(|i| units.get(i))
        .find(|&c| !is_case_ignorable(c));
    before.is_some_and(is_cased) && !after.is_some_and(is_cased)
}

/// `string.upper()`
pub fn upper(thread: &Thread, string: &Str) -> Owned {
    if string.is_ascii() {
        return map_ascii(thread, string, |_, byte| byte.to_ascii_uppercase());
    }
    map_wide(thread, string.units(), |_, c, out| {
        unicode::upper(c, |c| out.push_code_point(c));
    })
}

/// `string.lower()`
pub fn lower(thread: &Thread, string: &Str) -> Owned {
    if string.is_ascii() {
        return map_ascii(thread, string, |_, byte| byte.to_ascii_lowercase());
    }
    let units = string.units();
    map_wide(thread, units, |at, c, out| push_lower(units, at, c, out))
}

/// `string.casefold()`
pub fn casefold(thread: &Thread, string: &Str) -> Owned {
    if string.is_ascii() {
        return lower(thread, string);
    }
    map_wide(thread, string.units(), |_, c, out| {
        unicode::fold(c, |c| out.push_code_point(c));
    })
}

/// `string.swapcase()`
pub fn swapcase(thread: &Thread, string: &Str) -> Owned {
    if string.is_ascii() {
        return map_ascii(thread, string, |_, byte| match byte {
            b'a'..=b'z' => byte.to_ascii_uppercase(),
            _ => byte.to_ascii_lowercase(),
        });
    }
    let units = string.units();
    map_wide(thread, units, |at, c, out| {
        if unicode::is_upper(c) {
            push_lower(units, at, c, out);
        } else if unicode::is_lower(c) {
            unicode::upper(c, |c| out.push_code_point(c));
        } else {
            out.push_code_point(c);
        }
    })
}

/// `string.capitalize()`
pub fn capitalize(thread: &Thread, string: &Str) -> Owned {
    if string.is_ascii() {
        return map_ascii(thread, string, |at, byte| match at {
            0 => byte.to_ascii_uppercase(),
            _ => byte.to_ascii_lowercase(),
        });
    }
    let units = string.units();
    map_wide(thread, units, |at, c, out| match at {
        0 => unicode::title(c, |c| out.push_code_point(c)),
        _ => push_lower(units, at, c, out),
    })
}

/// `string.title()`
pub fn title(thread: &Thread, string: &Str) -> Owned {
    let units = string.units();
    let mut after_cased = false;
    map_wide(thread, units, |at, c, out| {
        if std::mem::replace(&mut after_cased, is_cased(c)) {
            push_lower(units, at, c, out);
        } else {
            unicode::title(c, |c| out.push_code_point(c));
        }
    })
}

/// `string.istitle()`: upper and title case begin words, lower case goes on with them.
pub fn is_title(units: Units) -> bool {
    let (mut any, mut after_cased) = (false, false);
    for c in units.iter() {
        if unicode::is_upper(c) || unicode::is_title(c) {
            if after_cased {
                return false;
            }
            after_cased = true;
            any = true;
        } else if unicode::is_lower(c) {
            if !after_cased {
                return false;
            }
            any = true;
        } else {
            after_cased = false;
        }
    }
    any
}

/// `string.isupper()`: cased letters, and none but uppercase ones.
pub fn is_upper(units: Units) -> bool {
    let mut any = false;
    for c in units.iter() {
        if unicode::is_lower(c) || unicode::is_title(c) {
            return false;
        }
        any |= unicode::is_upper(c);
    }
    any
}

/// `string.islower()`: cased letters, and none but lowercase ones.
pub fn is_lower(units: Units) -> bool {
    let mut any = false;
    for c in units.iter() {
        if unicode::is_upper(c) || unicode::is_title(c) {
            return false;
        }
        any |= unicode::is_lower(c);
    }
    any
}
