//! What only binary files do.

use super::methods::{os, readable_stream, writable_stream};
use super::{File, stream};
use crate::object::Owned;
use crate::operators::convert;
use crate::types;
use crate::types::bytes::{Pinned, writable};
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
    let bytes = Pinned::argument(thread, &value)?;
    let mut stream = writable_stream(thread, this)?;
    if stream.unbuffered {
        let fd = stream.fd();
        drop(stream);
        return call_unbuffered(thread, || stream::write_once(fd, &bytes));
    }
    let result = stream.write(&bytes);
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
    let Some(bytes) = read(thread, this, target.len())? else {
        return Ok(Owned::NONE);
    };
    target.write(thread, 0, &bytes)?;
    Ok(types::int::from_usize(thread, bytes.len()))
}
