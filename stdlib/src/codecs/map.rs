//! Codecs of one byte a character, by table. What a table lacks is Python's business, in `_pycodecs`.

use super::in_python;
use ashore_runtime::types::bytes::Buffer;
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::str::{Builder, Str};
use ashore_runtime::types::{bytes, int, tuple};
use ashore_runtime::{Result, Thread, Value, raise};

/// What a table of 256 characters has where nothing is assigned.
const UNDEFINED: u32 = 0xfffe;

/// `charmap_build(table)`: bytes by character.
pub(super) fn build(thread: &Thread, args: &[Value]) -> Result {
    let Some(table) = args[0].get::<Str>() else {
        return raise!(thread, TypeError, "charmap_build() argument must be str");
    };
    let result = dict::new(thread);
    let map = result.get::<Dict>().expect("made as a dict");
    for (byte, c) in (0..).zip(table.iter()).filter(|&(_, c)| c != UNDEFINED) {
        map.set(
            thread,
            Value::small_int(i64::from(c)),
            Value::small_int(byte),
        )?;
    }
    Ok(result)
}

pub(super) fn encode(thread: &Thread, args: &[Value]) -> Result {
    if args[2].is_none() {
        return super::unicode::latin_1_encode(thread, args);
    }
    let (Some(text), Some(map)) = (args[0].get::<Str>(), args[2].get::<Dict>()) else {
        return in_python(thread, "charmap_encode", args);
    };
    let mut data = Vec::with_capacity(text.len());
    for c in text.iter() {
        let byte = map.get(thread, Value::small_int(i64::from(c)))?;
        let byte = byte.and_then(|byte| int::to_i64(byte.value()));
        let Some(byte) = byte.and_then(|byte| u8::try_from(byte).ok()) else {
            return in_python(thread, "charmap_encode", args);
        };
        data.push(byte);
    }
    let length = int::from_usize(thread, text.len());
    Ok(tuple::new(thread, vec![bytes::new(thread, &data), length]))
}

pub(super) fn decode(thread: &Thread, args: &[Value]) -> Result {
    if args[2].is_none() {
        return super::unicode::latin_1_decode(thread, args);
    }
    let (Some(data), Some(table)) = (Buffer::copy(thread, args[0]), args[2].get::<Str>()) else {
        return in_python(thread, "charmap_decode", args);
    };
    let mut text = Builder::with_capacity(data.len());
    for &byte in &data {
        let at = usize::from(byte);
        if at >= table.len() || table.code_point(at) == UNDEFINED {
            return in_python(thread, "charmap_decode", args);
        }
        text.push_code_point(table.code_point(at));
    }
    let length = int::from_usize(thread, data.len());
    Ok(tuple::new(thread, vec![text.finish(thread), length]))
}

pub(super) fn unicode_escape_encode(thread: &Thread, args: &[Value]) -> Result {
    let Some(text) = args[0].get::<Str>() else {
        return raise!(
            thread,
            TypeError,
            "unicode_escape_encode() argument 1 must be str"
        );
    };
    let mut out = String::new();
    for c in text.iter() {
        match char::from_u32(c) {
            Some('\\') => out += "\\\\",
            Some('\t') => out += "\\t",
            Some('\n') => out += "\\n",
            Some('\r') => out += "\\r",
            Some(plain @ ' '..='~') => out.push(plain),
            _ if c <= 0xff => out += &format!("\\x{c:02x}"),
            _ if c <= 0xffff => out += &format!("\\u{c:04x}"),
            _ => out += &format!("\\U{c:08x}"),
        }
    }
    let data = bytes::new(thread, out.as_bytes());
    let length = int::from_usize(thread, text.len());
    Ok(tuple::new(thread, vec![data, length]))
}
