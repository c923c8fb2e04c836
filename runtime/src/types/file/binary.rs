//! What only binary files do.

use super::File;
use super::methods::{os, readable_stream, writable_stream};
use crate::operators::convert;
use crate::types::bytes::{Buffer, Bytearray, Bytes};
use crate::types::str::Str;
use crate::types::{self, class_of};
use crate::{Result, Thread, Value, raise};

/// Writes the bytes of a bytes-like object.
pub(super) fn write(thread: &Thread, this: &File, value: Value) -> Result<usize> {
    let copied;
    let bytes = if let Some(bytes) = value.get::<Bytes>() {
        bytes.as_slice()
    } else if let Some(array) = value.get::<Bytearray>() {
        copied = array.edit(thread, |bytes| bytes.clone());
        &copied
    } else if let Some(view) = types::memoryview::of(&value) {
        copied = view.to_vec(thread);
        &copied
    } else if value.is::<Str>() {
        return raise!(
            thread,
            TypeError,
            "a bytes-like object is required, not 'str'"
        );
    } else {
        return raise!(
            thread,
            TypeError,
            "a bytes-like object is required, not '{}'",
            class_of(value).name()
        );
    };
    let _pin = Buffer::pin(value);
    let result = writable_stream(thread, this)?.write(bytes);
    os(thread, result)?;
    Ok(bytes.len())
}

/// Reads into a bytearray.
pub(super) fn readinto(thread: &Thread, args: &[Value]) -> Result {
    let this = args[0].get::<File>().expect("bound to files");
    let Some(target) = args[1].get::<Bytearray>() else {
        let got = convert::argument_type(args[1]);
        return raise!(
            thread,
            TypeError,
            "readinto() argument must be read-write bytes-like object, not {got}"
        );
    };
    let _pin = Buffer::pin(args[1]);
    let result = readable_stream(thread, this)?.read(target.len());
    let bytes = os(thread, result)?;
    target.edit(thread, |target| {
        target[..bytes.len()].copy_from_slice(&bytes)
    });
    Ok(types::int::from_usize(thread, bytes.len()))
}
