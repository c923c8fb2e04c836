//! `binascii`: bytes as text and back: hexadecimal, base 64, uuencode, quoted-printable; and checksums.

use crate::errors;
use ashore_runtime::operators::{call, convert};
use ashore_runtime::types::bytes::{self, Buffer};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::NativeClass;
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::{class_of, int};
use ashore_runtime::{Builtin, Object, Result, Thread, Value, methods, raise};

static ERROR: NativeClass = NativeClass::new("binascii.Error", &[])
    .open()
    .extends(Builtin::ValueError, &[]);
static INCOMPLETE: NativeClass = errors::class("binascii.Incomplete");

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Raises `binascii.Error`.
macro_rules! fail {
    ($thread:expr, $($text:tt)*) => {
        Err(errors::raised($thread, &ERROR, &format!($($text)*)))
    };
}

/// The bytes of a bytes-like object.
fn binary(thread: &Thread, value: Value) -> Result<Vec<u8>> {
    match Buffer::copy(thread, value) {
        Some(bytes) => Ok(bytes),
        None => {
            let got = class_of(value).name();
            raise!(
                thread,
                TypeError,
                "a bytes-like object is required, not '{got}'"
            )
        }
    }
}

/// The bytes of a bytes-like object, or of a str of ASCII characters.
fn ascii(thread: &Thread, value: Value) -> Result<Vec<u8>> {
    if let Some(text) = value.get::<Str>() {
        return match text.as_str() {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => raise!(
                thread,
                ValueError,
                "string argument should contain only ASCII characters"
            ),
        };
    }
    match Buffer::copy(thread, value) {
        Some(bytes) => Ok(bytes),
        None => {
            let got = class_of(value).name();
            raise!(
                thread,
                TypeError,
                "argument should be bytes, buffer or ASCII string, not '{got}'"
            )
        }
    }
}

/// `hexlify(data, sep, bytes_per_sep)`: as the method `hex` of bytes.
fn hexlify(thread: &Thread, args: &[Value]) -> Result {
    let data = bytes::new(thread, &binary(thread, args[0])?);
    let name = str::intern(thread, "hex");
    let method = ashore_runtime::operators::attribute::get(thread, data.value(), name)?;
    let given: Vec<Value> = args[1..]
        .iter()
        .copied()
        .filter(|value| !value.is_missing())
        .collect();
    let text = call::call(thread, method.value(), &given)?;
    let text = text.get::<Str>().map(Str::to_str_lossy);
    Ok(bytes::new(thread, text.unwrap_or_default().as_bytes()))
}

fn unhexlify(thread: &Thread, args: &[Value]) -> Result {
    let text = ascii(thread, args[0])?;
    if text.len() % 2 != 0 {
        return fail!(thread, "Odd-length string");
    }
    let mut data = Vec::with_capacity(text.len() / 2);
    for pair in text.chunks_exact(2) {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        match (digit(pair[0]), digit(pair[1])) {
            (Some(high), Some(low)) => data.push((high * 16 + low) as u8),
            _ => return fail!(thread, "Non-hexadecimal digit found"),
        }
    }
    Ok(bytes::new(thread, &data))
}

fn b2a_base64(thread: &Thread, args: &[Value]) -> Result {
    let data = binary(thread, args[0])?;
    let mut text = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    for chunk in data.chunks(3) {
        let mut word = [0u8; 4];
        word[1..=chunk.len()].copy_from_slice(chunk);
        let word = u32::from_be_bytes(word);
        for place in 0..4 {
            text.push(match place <= chunk.len() {
                true => BASE64[(word >> (18 - 6 * place) & 63) as usize],
                false => b'=',
            });
        }
    }
    if convert::truth(thread, args[1])? {
        text.push(b'\n');
    }
    Ok(bytes::new(thread, &text))
}

/// `a2b_base64(data, strict_mode)`: other characters are skipped unless it is strict.
fn a2b_base64(thread: &Thread, args: &[Value]) -> Result {
    let text = ascii(thread, args[0])?;
    let strict = convert::truth(thread, args[1])?;
    let mut data = Vec::with_capacity(text.len() / 4 * 3);
    let (mut quad, mut left, mut pads, mut done) = (0usize, 0u8, 0usize, false);
    if strict && text.first() == Some(&b'=') {
        return fail!(thread, "Leading padding not allowed");
    }
    for (at, &byte) in text.iter().enumerate() {
        if byte == b'=' {
            pads += usize::from(quad >= 2);
            if quad >= 2 && quad + pads >= 4 {
                if strict && at + 1 < text.len() {
                    return fail!(thread, "Excess data after padding");
                }
                done = true;
                break;
            }
            if strict && quad == 0 {
                return fail!(thread, "Excess padding not allowed");
            }
            continue;
        }
        let Some(value) = BASE64.iter().position(|&letter| letter == byte) else {
            if strict {
                return fail!(thread, "Only base64 data is allowed");
            }
            continue;
        };
        let value = value as u8;
        if strict && pads > 0 {
            return fail!(thread, "Discontinuous padding not allowed");
        }
        pads = 0;
        match quad {
            0 => left = value,
            1 => {
                data.push(left << 2 | value >> 4);
                left = value & 15;
            }
            2 => {
                data.push(left << 4 | value >> 2);
                left = value & 3;
            }
            _ => data.push(left << 6 | value),
        }
        quad = (quad + 1) % 4;
    }
    match quad {
        _ if done || quad == 0 => Ok(bytes::new(thread, &data)),
        1 => {
            let count = data.len() / 3 * 4 + 1;
            fail!(
                thread,
                "Invalid base64-encoded string: number of data characters ({count}) cannot be 1 more than a multiple of 4"
            )
        }
        _ => fail!(thread, "Incorrect padding"),
    }
}

fn b2a_uu(thread: &Thread, args: &[Value]) -> Result {
    let data = binary(thread, args[0])?;
    if data.len() > 45 {
        return fail!(thread, "At most 45 bytes at once");
    }
    let zero = if convert::truth(thread, args[1])? {
        b'`'
    } else {
        b' '
    };
    let letter = |value: u32| match value & 63 {
        0 => zero,
        value => value as u8 + b' ',
    };
    let mut text = vec![letter(data.len() as u32)];
    for chunk in data.chunks(3) {
        let mut word = [0u8; 4];
        word[1..=chunk.len()].copy_from_slice(chunk);
        let word = u32::from_be_bytes(word);
        text.extend([18, 12, 6, 0].map(|shift| letter(word >> shift)));
    }
    text.push(b'\n');
    Ok(bytes::new(thread, &text))
}

fn a2b_uu(thread: &Thread, args: &[Value]) -> Result {
    let text = ascii(thread, args[0])?;
    let Some((&first, text)) = text.split_first() else {
        return Ok(bytes::new(thread, &[0; 32][..0]));
    };
    let length = usize::from(first.wrapping_sub(b' ') & 63);
    let mut data = Vec::with_capacity(length);
    let mut letters = text.iter();
    let (mut word, mut bits) = (0u32, 0);
    while data.len() < length {
        let value = match letters.next() {
            // Trailing blanks may have been taken off.
            None | Some(b'\n' | b'\r') => 0,
            Some(&letter) if (b' '..=b'`').contains(&letter) => u32::from(letter - b' ') & 63,
            Some(_) => return fail!(thread, "Illegal char"),
        };
        word = word << 6 | value;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            data.push((word >> bits) as u8);
        }
    }
    if letters.any(|letter| !matches!(letter, b' ' | b'`' | b'\n' | b'\r')) {
        return fail!(thread, "Trailing garbage");
    }
    Ok(bytes::new(thread, &data))
}

/// `a2b_qp(data, header)`
fn a2b_qp(thread: &Thread, args: &[Value]) -> Result {
    let text = ascii(thread, args[0])?;
    let header = convert::truth(thread, args[1])?;
    let mut data = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        at += 1;
        match byte {
            b'=' => match &text[at..] {
                [] => break,
                [b'\n' | b'\r', ..] => {
                    // A soft line break.
                    while at < text.len() && text[at] != b'\n' {
                        at += 1;
                    }
                    at += 1;
                }
                [b'=', ..] => {
                    data.push(b'=');
                    at += 1;
                }
                [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or(0);
                    data.push((digit(*high) * 16 + digit(*low)) as u8);
                    at += 2;
                }
                _ => data.push(b'='),
            },
            b'_' if header => data.push(b' '),
            byte => data.push(byte),
        }
    }
    Ok(bytes::new(thread, &data))
}

/// `b2a_qp(data, quotetabs, istext, header)`
fn b2a_qp(thread: &Thread, args: &[Value]) -> Result {
    const LINE: usize = 76;
    let data = binary(thread, args[0])?;
    let flag = |at: usize| convert::truth(thread, args[at]);
    let (quote_tabs, is_text, header) = (flag(1)?, flag(2)?, flag(3)?);
    // Lines end as the first one does.
    let newline = data.iter().position(|&byte| byte == b'\n');
    let crlf = newline.is_some_and(|at| at > 0 && data[at - 1] == b'\r');
    let ending: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let mut text: Vec<u8> = Vec::with_capacity(data.len());
    let (mut column, mut at) = (0, 0);
    while at < data.len() {
        let byte = data[at];
        let next = data.get(at + 1).copied();
        let at_end = matches!(
            (next, data.get(at + 2)),
            (None | Some(b'\n'), _) | (Some(b'\r'), Some(b'\n'))
        );
        let is_break = byte == b'\n' || byte == b'\r' && next == Some(b'\n');
        let quoted = byte > 126
            || byte == b'='
            || header && byte == b'_'
            || byte == b'.' && column == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0))
            || !is_text && matches!(byte, b'\r' | b'\n')
            || matches!(byte, b'\t' | b' ') && (quote_tabs && !(header && byte == b' ') || at_end)
            || byte < 33 && !matches!(byte, b'\r' | b'\n' | b'\t' | b' ');
        if quoted {
            if column + 3 >= LINE {
                text.push(b'=');
                text.extend(ending);
                column = 0;
            }
            text.extend(format!("={byte:02X}").bytes());
            column += 3;
            at += 1;
        } else if is_text && is_break {
            text.extend(ending);
            at += if byte == b'\r' { 2 } else { 1 };
            column = 0;
        } else {
            if !matches!(next, None | Some(b'\n')) && column + 1 >= LINE {
                text.push(b'=');
                text.extend(ending);
                column = 0;
            }
            text.push(match byte {
                b' ' if header => b'_',
                byte => byte,
            });
            column += 1;
            at += 1;
        }
    }
    Ok(bytes::new(thread, &text))
}

/// A number that is used by its low bits.
fn low_bits(thread: &Thread, value: Value) -> Result<u32> {
    let number = convert::index(thread, value)?;
    let number = int::IntRef::of(&number)
        .expect("an index is an int")
        .to_big();
    let low = number & dashu_int::IBig::from(u32::MAX);
    Ok(u32::try_from(low).unwrap_or(0))
}

fn crc32(thread: &Thread, args: &[Value]) -> Result {
    let (data, start) = (binary(thread, args[0])?, low_bits(thread, args[1])?);
    let crc = data.iter().fold(!start, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            crc >> 1 ^ (0xedb8_8320 & 0u32.wrapping_sub(crc & 1))
        })
    });
    Ok(int::from_u64(thread, u64::from(!crc)))
}

fn crc_hqx(thread: &Thread, args: &[Value]) -> Result {
    let (data, start) = (binary(thread, args[0])?, low_bits(thread, args[1])?);
    let crc = data.iter().fold(start as u16, |crc, &byte| {
        (0..8).fold(crc ^ u16::from(byte) << 8, |crc, _| {
            crc << 1 ^ (0x1021 & 0u16.wrapping_sub(crc >> 15))
        })
    });
    Ok(int::from_u64(thread, u64::from(crc)))
}

methods! { FUNCTIONS:
    /// Hexadecimal representation of binary data.
    static "hexlify(data, sep=<missing>, bytes_per_sep=<missing>)" => hexlify -> Bytes;
    /// Hexadecimal representation of binary data.
    static "b2a_hex(data, sep=<missing>, bytes_per_sep=<missing>)" => hexlify -> Bytes;
    /// Binary data of hexadecimal representation.
    static "unhexlify(hexstr, /)" => unhexlify -> Bytes;
    /// Binary data of hexadecimal representation.
    static "a2b_hex(hexstr, /)" => unhexlify -> Bytes;
    /// Base64-code line of data.
    static "b2a_base64(data, /, *, newline=True)" => b2a_base64 -> Bytes;
    /// Decode a line of base64 data.
    static "a2b_base64(data, /, *, strict_mode=False)" => a2b_base64 -> Bytes;
    /// Uuencode line of data.
    static "b2a_uu(data, /, *, backtick=False)" => b2a_uu -> Bytes;
    /// Decode a line of uuencoded data.
    static "a2b_uu(data, /)" => a2b_uu -> Bytes;
    /// Decode a string of qp-encoded data.
    static "a2b_qp(data, header=False)" => a2b_qp -> Bytes;
    /// Encode a string using quoted-printable encoding.
    static "b2a_qp(data, quotetabs=False, istext=True, header=False)" => b2a_qp -> Bytes;
    /// Compute CRC-32 incrementally.
    static "crc32(data, crc=0, /)" => crc32 -> Int;
    /// Compute CRC-CCITT incrementally.
    static "crc_hqx(data, crc, /)" => crc_hqx -> Int;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    module.set(thread, "Error", ERROR.class(thread).value())?;
    module.set(thread, "Incomplete", INCOMPLETE.class(thread).value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "binascii",
    doc: "Conversion between binary data and ASCII",
    functions: FUNCTIONS,
    initialize,
};
