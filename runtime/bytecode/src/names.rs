//! How registers, names and constants are written in listings and read back.

use rustc_hash::FxHashSet;

use crate::code::{Code, Constant};

/// Spelling of every register of a code object: the variable's name, or `t0`, `t1`... for temporaries.
///
/// A variable whose name another one has already, or that looks like a temporary, gets its number behind: `x.3`.
pub fn registers(locals: &[String], n_registers: u16) -> Vec<String> {
    let temporaries = usize::from(n_registers).saturating_sub(locals.len());
    let mut seen = FxHashSet::default();
    let mut names = Vec::with_capacity(usize::from(n_registers));
    for (i, name) in locals.iter().enumerate() {
        let taken = !seen.insert(name) || is_temporary(name);
        names.push(if taken {
            format!("{}.{i}", word(name))
        } else {
            word(name)
        });
    }
    names.extend((0..temporaries).map(|i| format!("t{i}")));
    names
}

fn is_temporary(name: &str) -> bool {
    name.strip_prefix('t')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// A name as it stands in a listing: quoted only if it would not read back as one word.
pub fn word(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_.<>".contains(c);
    if !name.is_empty() && name.chars().all(plain) {
        name.to_owned()
    } else {
        string(name.as_bytes())
    }
}

/// A constant as Python writes it. Code objects are numbered by `number`.
pub fn constant(value: &Constant, number: &dyn Fn(&Code) -> usize) -> String {
    let list = |items: &[Constant]| {
        let items: Vec<String> = items.iter().map(|item| constant(item, number)).collect();
        items.join(", ")
    };
    match value {
        Constant::None => "None".into(),
        Constant::True => "True".into(),
        Constant::False => "False".into(),
        Constant::Ellipsis => "...".into(),
        Constant::Int(i) => i.to_string(),
        Constant::BigInt(digits) => digits.clone(),
        Constant::Float(bits) => float(f64::from_bits(*bits)),
        Constant::Imaginary(bits) => format!("{}j", float(f64::from_bits(*bits))),
        Constant::Str(bytes) => string(bytes),
        Constant::Bytes(bytes) => byte_string(bytes),
        Constant::Tuple(items) if items.len() == 1 => format!("({},)", list(items)),
        Constant::Tuple(items) => format!("({})", list(items)),
        Constant::FrozenSet(items) => format!("frozenset({})", list(items)),
        Constant::Code(code) => format!("code {}", number(code)),
    }
}

/// The shortest text that reads back as the same double, always with a point, an exponent or a name.
fn float(value: f64) -> String {
    if value.is_nan() {
        return "nan".into();
    }
    format!("{value:?}")
}

/// A str given as WTF-8, in quotes: every character stands for itself unless it is a control character or a lone
/// surrogate.
pub fn string(bytes: &[u8]) -> String {
    let mut out = String::from("'");
    let mut rest = bytes;
    while !rest.is_empty() {
        let (text, tail) = match std::str::from_utf8(rest) {
            Ok(text) => (text, &[][..]),
            Err(error) => {
                let (text, tail) = rest.split_at(error.valid_up_to());
                (std::str::from_utf8(text).unwrap_or_default(), tail)
            }
        };
        text.chars().for_each(|c| escape(c, &mut out));
        rest = match tail {
            [0xed, high @ 0xa0..=0xbf, low @ 0x80..=0xbf, tail @ ..] => {
                let unit = 0xd000 | u32::from(high & 0x3f) << 6 | u32::from(low & 0x3f);
                out.push_str(&format!("\\u{unit:04x}"));
                tail
            }
            [_, tail @ ..] => {
                out.push(char::REPLACEMENT_CHARACTER);
                tail
            }
            [] => tail,
        };
    }
    out.push('\'');
    out
}

fn byte_string(bytes: &[u8]) -> String {
    let mut out = String::from("b'");
    for &byte in bytes {
        match byte {
            b' '..=b'~' | b'\n' | b'\r' | b'\t' => escape(byte as char, &mut out),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push('\'');
    out
}

fn escape(c: char, out: &mut String) {
    match c {
        '\'' | '\\' => out.extend(['\\', c]),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        _ if c.is_control() => out.push_str(&format!("\\u{:04x}", c as u32)),
        _ => out.push(c),
    }
}
