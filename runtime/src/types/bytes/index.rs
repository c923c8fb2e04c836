//! Subscripts of bytes and bytearrays, and containment.

use super::bytearray::place;
use super::construct::{from_ints, to_byte};
use super::{Buffer, Bytearray, Bytes, new_like, text};
use crate::operators::convert::{has_index, to_index, type_name};
use crate::operators::iterate;
use crate::types::int::IntRef;
use crate::types::memoryview::request;
use crate::types::slice::{Bounds, Selection, Slice};
use crate::types::str::Str;
use crate::{Kind, Owned, Result, Thread, Value, raise};

/// The name in messages about indexes.
fn index_name(sequence: Value) -> &'static str {
    if sequence.kind().layout() == Kind::BYTEARRAY {
        "bytearray"
    } else {
        "byte"
    }
}

fn out_of_range<T>(thread: &Thread, sequence: Value) -> Result<T> {
    let text = if sequence.is::<Bytearray>() {
        "bytearray index out of range"
    } else {
        "index out of range"
    };
    raise!(thread, IndexError, "{text}")
}

/// The index a key is.
fn index_of(thread: &Thread, sequence: Value, key: Value) -> Result<isize> {
    if let Some(index) = key.as_small_int() {
        return Ok(index as isize);
    }
    if !has_index(key) {
        let (name, key) = (index_name(sequence), type_name(key));
        return raise!(
            thread,
            TypeError,
            "{name} indices must be integers or slices, not {key}"
        );
    }
    to_index(thread, key)
}

fn byte_at(sequence: Value, index: isize) -> Option<u8> {
    if let Some(bytes) = sequence.get::<Bytes>() {
        let bytes = bytes.as_slice();
        return bytes.get(place(index, bytes.len())).copied();
    }
    let array = sequence.get::<Bytearray>()?;
    array.get(place(index, array.len()))
}

/// `sequence[key]`
#[inline]
pub fn get_item(thread: &Thread, sequence: Value, key: Value) -> Result {
    if let Some(slice) = key.get::<Slice>() {
        let bounds = slice.bounds(thread)?;
        let buffer = Buffer::of(thread, &sequence).expect("the caller saw bytes");
        let selection = bounds.of(buffer.len());
        if selection.step == 1 && selection.count == buffer.len() && sequence.kind() == Kind::BYTES
        {
            return Ok(Owned::new(sequence));
        }
        let selected = select(&buffer, selection);
        drop(buffer);
        return Ok(new_like(thread, sequence, &selected));
    }
    let index = index_of(thread, sequence, key)?;
    match byte_at(sequence, index) {
        Some(byte) => Ok(Owned::inline(Value::small_int(byte.into()))),
        None => out_of_range(thread, sequence),
    }
}

fn select(bytes: &[u8], selection: Selection) -> Vec<u8> {
    if selection.step == 1 {
        let start = selection.start as usize;
        return bytes[start..start + selection.count].to_vec();
    }
    selection.indexes().map(|at| bytes[at]).collect()
}

/// `item in sequence`: a byte, or bytes.
pub fn contains(thread: &Thread, sequence: Value, item: Value) -> Result<bool> {
    let buffer = match has_index(item) {
        true => None,
        false => Buffer::request(thread, &item, request::SIMPLE)?,
    };
    if let Some(needle) = buffer {
        let bytes = Buffer::of(thread, &sequence).expect("the caller saw bytes");
        return Ok(text::find(&bytes, &needle).is_some());
    }
    if !has_index(item) {
        let name = type_name(item);
        return raise!(
            thread,
            TypeError,
            "a bytes-like object is required, not '{name}'"
        );
    }
    let byte = to_byte(thread, item, "byte")?;
    let bytes = Buffer::of(thread, &sequence).expect("the caller saw bytes");
    Ok(memchr::memchr(byte, &bytes).is_some())
}

/// `array[key] = value`
#[inline]
pub fn set_item(thread: &Thread, array: &Bytearray, key: Value, value: Value) -> Result<()> {
    let this = crate::Object::value(array);
    if let (Some(index), Some(byte)) = (key.as_small_int(), value.as_small_int())
        && let Ok(byte) = u8::try_from(byte)
    {
        if array.set(thread, index as isize, byte) {
            return Ok(());
        }
        return out_of_range(thread, this);
    }
    if let Some(slice) = key.get::<Slice>() {
        let bounds = slice.bounds(thread)?;
        let bytes = assigned(thread, value)?;
        return assign(thread, array, bounds, &bytes);
    }
    let index = index_of(thread, this, key)?;
    let byte = to_byte(thread, value, "byte")?;
    if array.set(thread, index, byte) {
        Ok(())
    } else {
        out_of_range(thread, this)
    }
}

/// The bytes that are assigned to a slice.
fn assigned(thread: &Thread, value: Value) -> Result<Vec<u8>> {
    if let Some(array) = value.get::<Bytearray>() {
        return Ok(array.look(thread, <[u8]>::to_vec));
    }
    let is_int = IntRef::of(&value).is_some();
    if is_int || value.is::<Str>() {
        let text = "can assign only bytes, buffers, or iterables of ints in range(0, 256)";
        return raise!(thread, TypeError, "{text}");
    }
    if let Some(bytes) = Buffer::request(thread, &value, request::FULL)? {
        return Ok(bytes.into_vec());
    }
    let source = iterate::source_or(thread, value, || {
        let name = type_name(value);
        raise!(
            thread,
            TypeError,
            "cannot convert '{name}' object to bytearray"
        )
    })?;
    from_ints(thread, source.value(), "byte")
}

fn assign(thread: &Thread, array: &Bytearray, bounds: Bounds, bytes: &[u8]) -> Result<()> {
    let selection = bounds.of(array.len());
    if selection.step == 1 {
        if bytes.len() != selection.count {
            array.check_resizable(thread)?;
        }
        let range = |length| {
            let now = bounds.of(length);
            now.start as usize..now.start as usize + now.count
        };
        array.splice_at(thread, range, bytes);
        return Ok(());
    }
    if bytes.len() != selection.count {
        return raise!(
            thread,
            ValueError,
            "attempt to assign bytes of size {} to extended slice of size {}",
            bytes.len(),
            selection.count
        );
    }
    array.scatter(thread, selection.start, selection.step, bytes);
    Ok(())
}

/// `del array[key]`
pub fn delete_item(thread: &Thread, array: &Bytearray, key: Value) -> Result<()> {
    let this = crate::Object::value(array);
    if let Some(slice) = key.get::<Slice>() {
        let bounds = slice.bounds(thread)?;
        if bounds.of(array.len()).count != 0 {
            array.check_resizable(thread)?;
        }
        array.edit(thread, |all| {
            let selection = bounds.of(all.len());
            let (start, step) = selection.ascending();
            let mut doomed = (0..selection.count).map(|i| start + i * step).peekable();
            let mut at = 0;
            all.retain(|_| {
                let kept = doomed.next_if_eq(&at).is_none();
                at += 1;
                kept
            });
        });
        return Ok(());
    }
    let index = index_of(thread, this, key)?;
    if place(index, array.len()) < array.len() {
        array.check_resizable(thread)?;
    }
    let removed = array.edit(thread, |all| {
        let at = place(index, all.len());
        (at < all.len()).then(|| all.remove(at))
    });
    match removed {
        Some(_) => Ok(()),
        None => out_of_range(thread, this),
    }
}
