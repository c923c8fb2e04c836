//! What only binary files do.

use super::methods::{os, readable_stream, writable_stream};
use super::{File, stream};
use crate::object::Owned;
use crate::operators::convert;
use crate::types::bytes::{Buffer, Bytearray, Bytes};
use crate::types::str::Str;
use crate::types::{self, class_of};
use crate::{Result, Thread, Value, raise};
use std::io::ErrorKind;

/// Does a system call on an unbuffered file, again after a signal's handler. `None`: it would have had to wait, and the
/// descriptor is one that does not.
fn call_unbuffered<T>(
    thread: &Thread,
    mut call: impl FnMut() -> std::io::Result<T>,
) -> Result<Option<T>> {
    loop {
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted => thread.safepoint()?,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            result => return os(thread, result).map(Some),
        }
    }
}

/// Writes the bytes of a bytes-like object; gives their number. `None`: the file is not ready to take any.
pub(super) fn write(thread: &Thread, this: &File, value: Value) -> Result<Option<usize>> {
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
    let mut stream = writable_stream(thread, this)?;
    if stream.unbuffered {
        let fd = stream.fd();
        drop(stream);
        return call_unbuffered(thread, || stream::write_once(fd, bytes));
    }
    let result = stream.write(bytes);
    drop(stream);
    os(thread, result)?;
    Ok(Some(bytes.len()))
}

/// Reads up to `n` bytes. An unbuffered stream is not locked meanwhile: others may write to it, or close it. `None`: there are none yet, and the file is unbuffered and does not wait.
pub(super) fn read(thread: &Thread, this: &File, n: usize) -> Result<Option<Vec<u8>>> {
    let mut stream = readable_stream(thread, this)?;
    if stream.unbuffered {
        let fd = stream.fd();
        drop(stream);
        return call_unbuffered(thread, || stream::read_once(fd, n));
    }
    let result = stream.read(n);
    drop(stream);
    os(thread, result).map(Some)
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
    let Some(bytes) = read(thread, this, target.len())? else {
        return Ok(Owned::NONE);
    };
    target.edit(thread, |target| {
        target[..bytes.len()].copy_from_slice(&bytes)
    });
    Ok(types::int::from_usize(thread, bytes.len()))
}
