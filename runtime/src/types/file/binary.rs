//! What only binary files do.

use super::File;
use super::methods::{os, readable_stream, writable_stream};
use crate::operators::convert;
use crate::types;
use crate::types::bytes::{Pinned, writable};
use crate::{Result, Thread, Value, raise};

/// Writes the bytes of a bytes-like object.
pub(super) fn write(thread: &Thread, this: &File, value: Value) -> Result<usize> {
    let bytes = Pinned::argument(thread, &value)?;
    let result = writable_stream(thread, this)?.write(&bytes);
    os(thread, result)?;
    Ok(bytes.len())
}

/// Reads into memory of another object.
pub(super) fn readinto(thread: &Thread, args: &[Value]) -> Result {
    let this = args[0].get::<File>().expect("bound to files");
    let Some(target) = writable(thread, args[1]) else {
        let got = convert::argument_type(args[1]);
        return raise!(
            thread,
            TypeError,
            "readinto() argument must be read-write bytes-like object, not {got}"
        );
    };
    let result = readable_stream(thread, this)?.read(target.len());
    let bytes = os(thread, result)?;
    target.write(thread, 0, &bytes)?;
    Ok(types::int::from_usize(thread, bytes.len()))
}
