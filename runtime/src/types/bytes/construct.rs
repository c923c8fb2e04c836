//! Making bytes from objects: the constructors' arguments.

use super::{Buffer, Bytes};
use crate::operators::attribute::call_special;
use crate::operators::convert::{self, has_index, type_name};
use crate::operators::iterate;
use crate::types::int::IntRef;
use crate::types::memoryview::request;
use crate::types::names::Name;
use crate::types::str::{Str, codec};
use crate::{Result, Thread, Value, heap, raise};

/// The byte a value stands for; `what` begins the message for one out of range.
pub fn to_byte(thread: &Thread, value: Value, what: &str) -> Result<u8> {
    let int = convert::index(thread, value)?;
    let byte = IntRef::of(&int).and_then(IntRef::to_i64);
    match byte.and_then(|byte| u8::try_from(byte).ok()) {
        Some(byte) => Ok(byte),
        None => raise!(thread, ValueError, "{what} must be in range(0, 256)"),
    }
}

/// The bytes of an iterable of ints; `what` begins the message for one out of range.
pub fn from_ints(thread: &Thread, iterable: Value, what: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    iterate::for_each(thread, iterable, |item| {
        bytes.push(to_byte(thread, item.value(), what)?);
        Ok(())
    })?;
    Ok(bytes)
}

/// What `bytes(object)` gives for anything but counts and text: bytes-like objects, `__bytes__`, iterables of ints.
pub fn from_object(thread: &Thread, object: Value) -> Result<Vec<u8>> {
    if let Some(bytes) = object.get_exact::<Bytes>() {
        return Ok(bytes.as_slice().to_vec());
    }
    if let Some(bytes) = from_method(thread, object)? {
        return Ok(bytes);
    }
    if let Some(bytes) = Buffer::request(thread, &object, request::FULL)? {
        return Ok(bytes.into_vec());
    }
    let source = match object.is::<Str>() {
        true => not_bytes(thread, object, "bytes"),
        false => iterate::source_or(thread, object, || not_bytes(thread, object, "bytes")),
    };
    from_ints_of(thread, object, source?.value(), "bytes")
}

fn not_bytes(thread: &Thread, object: Value, class: &str) -> Result {
    let name = type_name(object);
    raise!(
        thread,
        TypeError,
        "cannot convert '{name}' object to {class}"
    )
}

/// As [`from_ints`], of what has the items of an object that is first asked how many it has.
pub(super) fn from_ints_of(
    thread: &Thread,
    object: Value,
    source: Value,
    what: &str,
) -> Result<Vec<u8>> {
    /// No object has this many bytes and a header.
    const TOO_LARGE: usize = isize::MAX as usize - 40;
    let hint = iterate::length_hint(thread, object)?;
    if hint > TOO_LARGE && what == "bytes" {
        return raise!(thread, OverflowError, "byte string is too large");
    }
    if !heap::affordable(hint) {
        return raise!(thread, MemoryError, "");
    }
    from_ints(thread, source, what)
}

/// The bytes that `__bytes__` gives, if there is one.
fn from_method(thread: &Thread, object: Value) -> Result<Option<Vec<u8>>> {
    let Some(result) = call_special(thread, object, Name::BYTES, &[])? else {
        return Ok(None);
    };
    match result.get::<Bytes>() {
        Some(bytes) => Ok(Some(bytes.as_slice().to_vec())),
        None => raise!(
            thread,
            TypeError,
            "__bytes__ returned non-bytes (type {})",
            type_name(result.value())
        ),
    }
}

/// `bytes(source, encoding, errors)`, and `bytearray`'s (which does not ask for `__bytes__`).
pub fn from_arguments(thread: &Thread, args: &[Value], ask_method: bool) -> Result<Vec<u8>> {
    let [source, encoding, errors] = args else {
        unreachable!("three arguments");
    };
    let function = if ask_method { "bytes" } else { "bytearray" };
    let encoding = codec::argument(thread, *encoding, function, "encoding")?;
    let errors = codec::argument(thread, *errors, function, "errors")?;
    if let Some(text) = source.get::<Str>() {
        if encoding.is_none() {
            return raise!(thread, TypeError, "string argument without an encoding");
        }
        return codec::encode(thread, text, encoding.as_deref(), errors.as_deref());
    }
    if encoding.is_some() || errors.is_some() {
        let which = if encoding.is_some() {
            "encoding"
        } else {
            "errors"
        };
        return raise!(thread, TypeError, "{which} without a string argument");
    }
    if source.is_missing() {
        return Ok(Vec::new());
    }
    if ask_method && let Some(bytes) = from_method(thread, *source)? {
        return Ok(bytes);
    }
    if has_index(*source) {
        return zeros(thread, *source);
    }
    if let Some(bytes) = Buffer::request(thread, source, request::FULL)? {
        return Ok(bytes.into_vec());
    }
    let refuse = || not_bytes(thread, *source, function);
    let items = iterate::source_or(thread, *source, refuse)?;
    match ask_method {
        true => from_ints_of(thread, *source, items.value(), "bytes"),
        false => from_ints(thread, items.value(), "byte"),
    }
}

fn zeros(thread: &Thread, count: Value) -> Result<Vec<u8>> {
    match usize::try_from(convert::to_count(thread, count)?) {
        Ok(count) if heap::affordable(count) => Ok(vec![0; count]),
        Ok(_) => raise!(thread, MemoryError, ""),
        Err(_) => raise!(thread, ValueError, "negative count"),
    }
}
