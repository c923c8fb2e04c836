//! Values of Python's as SQLite's, and back.

use super::errors;
use super::raw::Datum;
use ashore_runtime::operators::convert;
use ashore_runtime::types::bytes::{self, Buffer};
use ashore_runtime::types::int::{self, IntRef};
use ashore_runtime::types::memoryview::request;
use ashore_runtime::types::str::{self, Str, codec};
use ashore_runtime::types::{class_of, float};
use ashore_runtime::{Owned, Result, Thread, Value, raise};
use std::ffi::CString;

/// The text as UTF-8; UnicodeEncodeError if it has surrogates.
pub(super) fn utf8(thread: &Thread, text: &Str) -> Result<Vec<u8>> {
    match text.to_utf8() {
        Some(text) => Ok(text.into_owned().into_bytes()),
        None => codec::encode(thread, text, None, None),
    }
}

/// A str without zeros, as an argument of C's.
pub(super) fn c_string(thread: &Thread, text: &Str) -> Result<CString> {
    match CString::new(utf8(thread, text)?) {
        Ok(text) => Ok(text),
        Err(_) => raise!(thread, ValueError, "embedded null character"),
    }
}

/// A str argument of a function; `which` is for the message.
pub(super) fn text_argument(
    thread: &Thread,
    value: Value,
    function: &str,
    which: &str,
) -> Result<CString> {
    match value.get::<Str>() {
        Some(text) => c_string(thread, text),
        None => {
            let got = convert::argument_type(value);
            raise!(
                thread,
                TypeError,
                "{function}() {which} must be str, not {got}"
            )
        }
    }
}

fn int64(thread: &Thread, number: IntRef<'_>) -> Result<i64> {
    match number.to_i64() {
        Some(number) => Ok(number),
        None => raise!(
            thread,
            OverflowError,
            "Python int too large to convert to SQLite INTEGER"
        ),
    }
}

/// The value as SQLite's; none if it is of no type that has an equal there.
pub(super) fn to_datum(thread: &Thread, value: Value) -> Result<Option<Datum>> {
    if value.is_none() {
        return Ok(Some(Datum::Null));
    }
    if let Some(number) = IntRef::of(&value) {
        return int64(thread, number).map(|number| Some(Datum::Int(number)));
    }
    if let Some(number) = float::as_f64(value) {
        return Ok(Some(Datum::Float(number)));
    }
    let limit = i32::MAX as usize;
    if let Some(text) = value.get::<Str>() {
        let text = utf8(thread, text)?;
        if text.len() > limit {
            return raise!(thread, OverflowError, "string is longer than INT_MAX bytes");
        }
        return Ok(Some(Datum::Text(text)));
    }
    let Some(buffer) = Buffer::request(thread, &value, request::SIMPLE)? else {
        return Ok(None);
    };
    let blob = buffer.into_vec();
    if blob.len() > limit {
        return raise!(thread, OverflowError, "BLOB longer than INT_MAX bytes");
    }
    Ok(Some(Datum::Blob(blob)))
}

/// What a function of the program's returned.
pub(super) fn result(thread: &Thread, value: Value) -> Result<Datum> {
    match to_datum(thread, value)? {
        Some(datum) => Ok(datum),
        None => {
            let class = class_of(value).name();
            let text = format!("User-defined functions cannot return '{class}' values to SQLite");
            Err(errors::PROGRAMMING.raise(thread, &text))
        }
    }
}

/// The value as Python's; UnicodeDecodeError if a text is not UTF-8.
pub(super) fn from_datum(thread: &Thread, datum: &Datum) -> Result {
    Ok(match datum {
        Datum::Null => Owned::NONE,
        Datum::Int(number) => int::from_i64(thread, *number),
        Datum::Float(number) => float::new(thread, *number),
        Datum::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => str::new(thread, text),
            Err(_) => codec::decode(thread, text, None, None)?,
        },
        Datum::Blob(blob) => bytes::new(thread, blob),
    })
}
