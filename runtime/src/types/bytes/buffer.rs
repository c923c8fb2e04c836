//! The bytes of a bytes-like object, for as long as an operation needs them.
//!
//! Everything that takes such an object asks here. Objects of Python classes are asked by their `__buffer__`, which is
//! Python code and may change whatever was asked before: an argument's bytes are a copy unless they never change.

use super::{Bytearray, Bytes};
use crate::object::Kind;
use crate::sync::lock::Guard;
use crate::types::class_of;
use crate::types::memoryview::{Acquired, acquire, request};
use crate::{Result, Thread, Value, raise};
use std::ops::Deref;

/// Bytes borrowed from an object, or a copy of them.
///
/// Unless [`Buffer::request`] gave it, no Python code may run while one exists: it may hold the object's lock, or look into
/// memory that the code changes.
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

    /// The bytes of a value that is bytes or a bytearray; one that others can reach is locked. For one object at a time.
    pub fn of(thread: &Thread, value: &'a Value) -> Option<Buffer<'a>> {
        if let Some(bytes) = value.get::<Bytes>() {
            return Some(Buffer::Borrowed(bytes.as_slice()));
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

    /// The bytes of a value, asked for in one of the ways that [`request`] lists; none if it is not bytes-like. Python code
    /// may run while they are kept.
    pub fn request(thread: &Thread, value: &'a Value, flags: i32) -> Result<Option<Buffer<'a>>> {
        if value.kind() == Kind::BYTES {
            return Ok(Buffer::of(thread, value));
        }
        // Nothing but its bytes tells anything of a plain bytearray's being asked.
        if value.kind() == Kind::BYTEARRAY
            && let Some(array) = value.get::<Bytearray>()
        {
            return Ok(Some(Buffer::Copied(array.look(thread, <[u8]>::to_vec))));
        }
        match acquire(thread, *value, flags)? {
            Some(acquired) => Ok(Some(Buffer::Copied(acquired.copy(thread)?))),
            None => Ok(None),
        }
    }

    /// The bytes of a value, none if it has no row of bytes to show, for whatever reason. No lock is held.
    pub fn detached(thread: &Thread, value: &'a Value) -> Option<Buffer<'a>> {
        if matches!(value.kind(), Kind::BYTES | Kind::BYTEARRAY) {
            return Some(match Buffer::of(thread, value)? {
                Buffer::Locked(bytes, _guard) => Buffer::Copied(bytes.to_vec()),
                buffer => buffer,
            });
        }
        Buffer::attempt(thread, value, request::SIMPLE)
    }

    /// As [`Buffer::request`]; what is raised is forgotten.
    pub fn attempt(thread: &Thread, value: &'a Value, flags: i32) -> Option<Buffer<'a>> {
        Buffer::request(thread, value, flags).unwrap_or_else(|raised| {
            drop(thread.take_exception(raised));
            None
        })
    }

    /// As [`Buffer::detached`], a copy.
    pub fn copy(thread: &Thread, value: Value) -> Option<Vec<u8>> {
        Buffer::detached(thread, &value).map(Buffer::into_vec)
    }

    /// The bytes of an argument that has to be bytes-like.
    pub fn argument(thread: &Thread, value: &'a Value) -> Result<Buffer<'a>> {
        match Buffer::request(thread, value, request::SIMPLE)? {
            Some(buffer) => Ok(buffer),
            None => not_bytes_like(thread, *value),
        }
    }

    /// As [`Buffer::argument`], a copy.
    pub fn copy_argument(thread: &Thread, value: Value) -> Result<Vec<u8>> {
        Buffer::argument(thread, &value).map(Buffer::into_vec)
    }

    pub fn into_vec(self) -> Vec<u8> {
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

/// The bytes of an argument, whose memory keeps its size for as long as a transfer waits.
pub struct Pinned<'a> {
    bytes: Buffer<'a>,
    _acquired: Option<Acquired>,
}

impl<'a> Pinned<'a> {
    pub fn argument(thread: &Thread, value: &'a Value) -> Result<Pinned<'a>> {
        if let Some(bytes) = value.get_exact::<Bytes>() {
            return Ok(Pinned {
                bytes: Buffer::Borrowed(bytes.as_slice()),
                _acquired: None,
            });
        }
        let Some(acquired) = acquire(thread, *value, request::SIMPLE)? else {
            return not_bytes_like(thread, *value);
        };
        Ok(Pinned {
            bytes: Buffer::Copied(acquired.copy(thread)?),
            _acquired: Some(acquired),
        })
    }
}

impl Deref for Pinned<'_> {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The memory of an argument that is to be written to; none if it cannot be.
pub fn writable(thread: &Thread, value: Value) -> Option<Acquired> {
    acquire(thread, value, request::WRITABLE).unwrap_or_else(|raised| {
        drop(thread.take_exception(raised));
        None
    })
}

/// What is raised about an argument that has no memory to show.
#[cold]
pub fn not_bytes_like<T>(thread: &Thread, value: Value) -> Result<T> {
    let got = class_of(value).name();
    raise!(
        thread,
        TypeError,
        "a bytes-like object is required, not '{got}'"
    )
}
