//! Reading and writing text: decoding, encoding, line ends.

use super::{Encoding, Errors, Newline, Text};
use crate::types::exception;
use crate::types::str::{Str, Width};
use crate::{Builtin, Owned, Raised, Result, Thread, types};
use std::borrow::Cow;

/// Bytes of a text file as a str.
pub fn decode(thread: &Thread, bytes: &[u8], text: Text) -> Result {
    match text.encoding {
        Encoding::Latin1 => Ok(types::str::from_latin1(thread, bytes)),
        _ if bytes.is_ascii() => Ok(types::str::from_ascii(thread, bytes)),
        Encoding::Ascii => decode_invalid(thread, bytes, text, |rest| {
            rest.iter().take_while(|b| b.is_ascii()).count()
        }),
        Encoding::Utf8 => match std::str::from_utf8(bytes) {
            Ok(valid) => Ok(types::str::new(thread, valid)),
            Err(_) => decode_invalid(thread, bytes, text, |rest| {
                match std::str::from_utf8(rest) {
                    Ok(valid) => valid.len(),
                    Err(error) => error.valid_up_to(),
                }
            }),
        },
    }
}

/// Decodes what has invalid bytes; `valid` tells how long the valid start of a slice is.
fn decode_invalid(
    thread: &Thread,
    bytes: &[u8],
    text: Text,
    valid: impl Fn(&[u8]) -> usize,
) -> Result {
    let mut decoded = Vec::with_capacity(bytes.len() + 16);
    let mut at = 0;
    while at < bytes.len() {
        let good = valid(&bytes[at..]);
        decoded.extend_from_slice(&bytes[at..at + good]);
        at += good;
        if at == bytes.len() {
            break;
        }
        let bad = if text.encoding == Encoding::Ascii {
            1
        } else {
            invalid_length(&bytes[at..])
        };
        match text.errors {
            Errors::Strict => return Err(decode_error(thread, bytes, at, at + bad, text.encoding)),
            Errors::Ignore => {}
            Errors::Replace => decoded.extend_from_slice("\u{fffd}".as_bytes()),
            Errors::SurrogateEscape => {
                for &byte in &bytes[at..at + bad] {
                    // U+DC80 + (byte - 0x80), in WTF-8.
                    decoded.extend_from_slice(&[0xed, 0xb0 | byte >> 6 & 3, 0x80 | byte & 0x3f]);
                }
            }
            Errors::BackslashReplace => {
                for byte in &bytes[at..at + bad] {
                    decoded.extend_from_slice(format!("\\x{byte:02x}").as_bytes());
                }
            }
        }
        at += bad;
    }
    Ok(types::str::from_wtf8(thread, &decoded))
}

fn invalid_length(rest: &[u8]) -> usize {
    match std::str::from_utf8(rest) {
        Err(error) => error.error_len().unwrap_or(rest.len()),
        Ok(_) => 0,
    }
}

fn decode_error(
    thread: &Thread,
    bytes: &[u8],
    start: usize,
    end: usize,
    encoding: Encoding,
) -> Raised {
    let reason = if encoding == Encoding::Ascii {
        "ordinal not in range(128)"
    } else if end == bytes.len()
        && std::str::from_utf8(&bytes[start..]).is_err_and(|e| e.error_len().is_none())
    {
        "unexpected end of data"
    } else if matches!(bytes[start], 0x80..0xc2 | 0xf5..) {
        "invalid start byte"
    } else {
        "invalid continuation byte"
    };
    let args = vec![
        types::str::new(thread, encoding.name()),
        types::bytes::new(thread, bytes),
        types::int::from_usize(thread, start),
        types::int::from_usize(thread, end),
        types::str::new(thread, reason),
    ];
    thread.raise_value(exception::new_builtin(
        thread,
        Builtin::UnicodeDecodeError,
        args,
    ))
}

/// A str as bytes of a text file, line ends translated.
pub fn encode<'a>(thread: &Thread, string: &'a Str, text: Text) -> Result<Cow<'a, [u8]>> {
    let bytes = match string.as_str() {
        Some(utf8)
            if string.is_ascii()
                || text.encoding != Encoding::Latin1 && text.encoding != Encoding::Ascii =>
        {
            Cow::Borrowed(utf8.as_bytes())
        }
        _ if text.encoding == Encoding::Latin1 && string.width() == Width::One => {
            Cow::Borrowed(string.bytes())
        }
        _ => Cow::Owned(encode_each(thread, string, text)?),
    };
    let line_end: &[u8] = match text.newline {
        Newline::Cr => b"\r",
        Newline::CrLf => b"\r\n",
        _ => return Ok(bytes),
    };
    Ok(Cow::Owned(replace(&bytes, b"\n", line_end)))
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for found in memchr::memmem::find_iter(bytes, from) {
        result.extend_from_slice(&bytes[at..found]);
        result.extend_from_slice(to);
        at = found + from.len();
    }
    result.extend_from_slice(&bytes[at..]);
    result
}

fn encode_each(thread: &Thread, string: &Str, text: Text) -> Result<Vec<u8>> {
    let limit = match text.encoding {
        Encoding::Ascii => 0x80,
        Encoding::Latin1 => 0x100,
        _ => 0x11_0000,
    };
    let mut result = Vec::with_capacity(string.len());
    for (index, code) in string.iter().enumerate() {
        match char::from_u32(code).filter(|&c| (c as u32) < limit) {
            Some(c) if text.encoding == Encoding::Latin1 => result.push(c as u8),
            Some(c) => result.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => match text.errors {
                Errors::SurrogateEscape if (0xdc80..0xdd00).contains(&code) => {
                    result.push(code as u8)
                }
                Errors::Strict | Errors::SurrogateEscape => {
                    return Err(encode_error(thread, string, index, text.encoding));
                }
                Errors::Ignore => {}
                Errors::Replace => result.push(b'?'),
                Errors::BackslashReplace => {
                    let escape = match code {
                        0..0x100 => format!("\\x{code:02x}"),
                        0x100..0x10000 => format!("\\u{code:04x}"),
                        _ => format!("\\U{code:08x}"),
                    };
                    result.extend_from_slice(escape.as_bytes());
                }
            },
        }
    }
    Ok(result)
}

fn encode_error(thread: &Thread, string: &Str, index: usize, encoding: Encoding) -> Raised {
    let reason = match encoding {
        Encoding::Ascii => "ordinal not in range(128)",
        Encoding::Latin1 => "ordinal not in range(256)",
        Encoding::Utf8 => "surrogates not allowed",
    };
    let args = vec![
        types::str::new(thread, encoding.name()),
        Owned::new(crate::Object::value(string)),
        types::int::from_usize(thread, index),
        types::int::from_usize(thread, index + 1),
        types::str::new(thread, reason),
    ];
    thread.raise_value(exception::new_builtin(
        thread,
        Builtin::UnicodeEncodeError,
        args,
    ))
}

/// Line ends of bytes that were read, as the file's setting wants them.
pub fn translate(bytes: Vec<u8>, newline: Newline) -> Vec<u8> {
    if newline != Newline::Universal || memchr::memchr(b'\r', &bytes).is_none() {
        return bytes;
    }
    let mut result = Vec::with_capacity(bytes.len());
    let mut rest = bytes.as_slice();
    while let Some(at) = memchr::memchr(b'\r', rest) {
        result.extend_from_slice(&rest[..at]);
        result.push(b'\n');
        rest = &rest[at + 1 + usize::from(rest.get(at + 1) == Some(&b'\n'))..];
    }
    result.extend_from_slice(rest);
    result
}

/// Number of bytes that hold the first `n` characters of valid text, and how many characters those are.
fn prefix(bytes: &[u8], n: usize, encoding: Encoding) -> (usize, usize) {
    if matches!(encoding, Encoding::Latin1 | Encoding::Ascii) {
        let length = bytes.len().min(n);
        return (length, length);
    }
    let mut starts = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte & 0xc0 != 0x80)
        .map(|(at, _)| at);
    let taken = starts.by_ref().take(n).count();
    (starts.next().unwrap_or(bytes.len()), taken)
}

/// Takes `n` characters, fewer only at the end of the file.
pub fn read_characters(
    stream: &mut super::stream::Stream,
    n: usize,
    text: Text,
) -> std::io::Result<Vec<u8>> {
    let mut result = Vec::new();
    let mut missing = n;
    while missing > 0 {
        // A character more than wanted shows where the last wanted one ends, and whether `\n` follows a `\r`.
        let mut wanted = missing + 1;
        while prefix(stream.buffered(), missing + 1, text.encoding).1 <= missing {
            wanted += missing + 4;
            let before = stream.buffered().len();
            stream.fill_to(wanted)?;
            if stream.buffered().len() == before && !stream.fill()? {
                break;
            }
        }
        let (mut length, taken) = prefix(stream.buffered(), missing, text.encoding);
        if taken == 0 {
            break;
        }
        let universal = text.newline == Newline::Universal;
        if universal
            && stream.buffered()[..length].ends_with(b"\r")
            && stream.buffered().get(length) == Some(&b'\n')
        {
            length += 1;
        }
        let chunk = stream.buffered()[..length].to_vec();
        stream.consume(length);
        let chunk = translate(chunk, text.newline);
        // Translation made `\r\n` one character.
        missing -= prefix(&chunk, missing, text.encoding).1;
        result.extend_from_slice(&chunk);
    }
    Ok(result)
}

/// Takes one line of at most `n` characters.
pub fn read_line_limited(
    stream: &mut super::stream::Stream,
    n: usize,
    text: Text,
) -> std::io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let mut left = n;
    while left > 0 {
        let next = read_characters(stream, 1, text)?;
        let ended =
            next.is_empty() || next == b"\n" || next == b"\r" && text.newline == Newline::Keep;
        line.extend_from_slice(&next);
        if ended {
            break;
        }
        left -= 1;
    }
    Ok(line)
}

/// Takes one line, line end included; empty at the end of the file.
pub fn read_line(stream: &mut super::stream::Stream, newline: Newline) -> std::io::Result<Vec<u8>> {
    let mut searched = 0;
    loop {
        let (found, needs_more) = line_end(stream.buffered(), searched, newline);
        if let Some(end) = found
            && !needs_more
        {
            let line = stream.buffered()[..end].to_vec();
            stream.consume(end);
            return Ok(translate(line, newline));
        }
        searched = if found.is_some() {
            searched
        } else {
            stream.buffered().len().saturating_sub(1)
        };
        if !stream.fill()? {
            let end = found.unwrap_or(stream.buffered().len());
            let line = stream.buffered()[..end].to_vec();
            stream.consume(end);
            return Ok(translate(line, newline));
        }
    }
}

/// End of the first line in `bytes` from `from` on; whether the byte behind it must be known to be sure (`\r` at the end).
fn line_end(bytes: &[u8], from: usize, newline: Newline) -> (Option<usize>, bool) {
    let rest = &bytes[from.min(bytes.len())..];
    match newline {
        Newline::Lf => (memchr::memchr(b'\n', rest).map(|at| from + at + 1), false),
        Newline::Cr => (memchr::memchr(b'\r', rest).map(|at| from + at + 1), false),
        Newline::CrLf => (
            memchr::memmem::find(rest, b"\r\n").map(|at| from + at + 2),
            false,
        ),
        Newline::Universal | Newline::Keep => match memchr::memchr2(b'\r', b'\n', rest) {
            None => (None, false),
            Some(at) if rest[at] == b'\n' => (Some(from + at + 1), false),
            Some(at) => match rest.get(at + 1) {
                Some(b'\n') => (Some(from + at + 2), false),
                Some(_) => (Some(from + at + 1), false),
                None => (Some(from + at + 1), true),
            },
        },
    }
}
