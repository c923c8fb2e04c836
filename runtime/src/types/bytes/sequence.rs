//! What `bytes` and `bytearray` do as sequences: concatenation, repetition, `repr`, `%`.
//!
//! Results have the type of the left operand.

use super::{Buffer, Bytearray, Bytes, bytearray};
use crate::operators::convert::type_name;
use crate::operators::format::percent_bytes;
use crate::types::str;
use crate::{Owned, Result, Thread, Value, heap, raise};

/// New bytes of the type of `like` (a bytearray or else bytes).
pub fn new_like(thread: &Thread, like: Value, bytes: &[u8]) -> Owned {
    if like.is::<Bytearray>() {
        bytearray::new(thread, bytes)
    } else {
        super::new(thread, bytes)
    }
}

/// `l + r`, where `l` is bytes-like.
pub fn concat(thread: &Thread, l: Value, r: Value) -> Result {
    let Some(right) = Buffer::detached(thread, &r) else {
        let (left, right) = (type_name(l), type_name(r));
        return raise!(thread, TypeError, "can't concat {right} to {left}");
    };
    let is_bytes = |value: Value| value.get_exact::<Bytes>().is_some();
    if right.is_empty() && is_bytes(l) {
        return Ok(Owned::new(l));
    }
    let left = Buffer::of(thread, &l).expect("the caller saw bytes");
    if left.is_empty() && is_bytes(l) && is_bytes(r) {
        return Ok(Owned::new(r));
    }
    let both = [&left[..], &right[..]].concat();
    drop(left);
    Ok(new_like(thread, l, &both))
}

/// `bytes * count`
pub fn repeat(thread: &Thread, sequence: Value, count: isize) -> Result {
    let count = usize::try_from(count).unwrap_or(0);
    if count == 1 && sequence.get_exact::<Bytes>().is_some() {
        return Ok(Owned::new(sequence));
    }
    let bytes = Buffer::detached(thread, &sequence).expect("the caller saw bytes");
    let total = bytes.len().checked_mul(count);
    match total {
        Some(total) if heap::affordable(total) => {
            Ok(new_like(thread, sequence, &bytes.repeat(count)))
        }
        Some(_) => raise!(thread, MemoryError, ""),
        None => raise!(thread, OverflowError, "repeated bytes are too long"),
    }
}

/// `format % values`
pub fn percent(thread: &Thread, format: Value, values: Value) -> Result {
    let text = Buffer::of(thread, &format).expect("the caller saw bytes");
    let text = text.to_vec();
    let bytes = percent_bytes(thread, &text, values)?;
    Ok(new_like(thread, format, &bytes))
}

/// `repr` of bytes.
pub fn repr(thread: &Thread, bytes: &[u8]) -> Owned {
    let mut out = String::with_capacity(bytes.len() + 3);
    write_repr(&mut out, bytes, false);
    str::from_ascii(thread, out.as_bytes())
}

/// Writes `b'…'`; a bytearray's escapes single quotes even between double ones.
pub fn write_repr(out: &mut String, bytes: &[u8], is_array: bool) {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        '"'
    } else {
        '\''
    };
    out.push('b');
    out.push(quote);
    for &byte in bytes {
        match byte {
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\\' => out.push_str("\\\\"),
            _ if char::from(byte) == quote || (is_array && byte == b'\'') => {
                out.push('\\');
                out.push(byte.into());
            }
            b' '..0x7f => out.push(byte.into()),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push(quote);
}
