//! The bytes of a bytes-like object, for as long as an operation needs them.

use super::{Bytearray, Bytes};
use crate::object::Kind;
use crate::sync::lock::Guard;
use crate::types::exports::Export;
use crate::types::{class_of, memoryview, native};
use crate::{Result, Thread, Value, raise};
use std::ops::Deref;

/// Bytes borrowed from an object, or a copy of them.
///
/// No Python code may run while one exists: it may hold the object's lock, or look into memory that the code changes.
pub enum Buffer<'a> {
    Borrowed(&'a [u8]),
    Locked(
        &'a [u8],
        #[allow(dead_code, reason = "held for its drop")] Guard<'a>,
    ),
    Copied(Vec<u8>),
}

impl<'a> Buffer<'a> {
    /// Is the value bytes-like: `bytes`, `bytearray` or an instance of a subclass?
    #[inline]
    pub fn is_bytes_like(value: Value) -> bool {
        matches!(value.kind().layout(), Kind::BYTES | Kind::BYTEARRAY)
    }

    /// The bytes of a value, if it is bytes-like or a view of such memory; a bytearray that others can reach is locked. For one object at a time.
    pub fn of(thread: &Thread, value: &'a Value) -> Option<Buffer<'a>> {
        if let Some(bytes) = value.get::<Bytes>() {
            return Some(Buffer::Borrowed(bytes.as_slice()));
        }
        if let Some(view) = memoryview::of(value) {
            return Some(Buffer::Copied(view.to_vec(thread)));
        }
        if let Some(memory) = native::memory(value) {
            return Some(Buffer::Copied(memory.look(<[u8]>::to_vec)));
        }
        let array = value.get::<Bytearray>()?;
        let guard = array.lock(thread);
        // SAFETY: locked, or nobody else can reach the array; no Python code runs while the buffer exists.
        let bytes = unsafe { array.as_slice() };
        Some(match guard {
            Some(guard) => Buffer::Locked(bytes, guard),
            None => Buffer::Borrowed(bytes),
        })
    }

    /// As [`Buffer::of`], but a bytearray that others can reach is copied: no lock is held.
    pub fn detached(thread: &Thread, value: &'a Value) -> Option<Buffer<'a>> {
        Some(match Buffer::of(thread, value)? {
            Buffer::Locked(bytes, _guard) => Buffer::Copied(bytes.to_vec()),
            buffer => buffer,
        })
    }

    /// A copy of the bytes of a value, if it is bytes-like.
    pub fn copy(thread: &Thread, value: Value) -> Option<Vec<u8>> {
        Buffer::of(thread, &value).map(|buffer| buffer.to_vec())
    }

    /// As [`Buffer::detached`], of an argument that has to be bytes-like.
    pub fn argument(thread: &Thread, value: &'a Value) -> Result<Buffer<'a>> {
        match Buffer::detached(thread, value) {
            Some(buffer) => Ok(buffer),
            None => raise!(
                thread,
                TypeError,
                "a bytes-like object is required, not '{}'",
                class_of(*value).name()
            ),
        }
    }

    /// As [`Buffer::copy`], of an argument that has to be bytes-like.
    pub fn copy_argument(thread: &Thread, value: Value) -> Result<Vec<u8>> {
        Buffer::argument(thread, &value).map(Buffer::into_vec)
    }

    /// Counts as a view of a value's memory, for as long as a transfer waits: the length stays as it is.
    pub fn pin(value: Value) -> Option<Export> {
        if let Some(array) = value.get::<Bytearray>() {
            return Some(array.exports().export());
        }
        native::memory(&value).map(|memory| memory.exports.export())
    }

    fn into_vec(self) -> Vec<u8> {
        match self {
            Buffer::Copied(bytes) => bytes,
            borrowed => borrowed.to_vec(),
        }
    }
}

impl Deref for Buffer<'_> {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Buffer::Borrowed(bytes) | Buffer::Locked(bytes, _) => bytes,
            Buffer::Copied(bytes) => bytes,
        }
    }
}
