//! `bytes`: immutable, the bytes behind the header. `bytearray` is in [`bytearray`].
//!
//! ```text
//!   0..24 header │ 24 length │ 32 hash (0: not computed) │ 40 bytes …
//! ```

pub mod array_methods;
mod buffer;
pub mod bytearray;
mod construct;
pub mod index;
mod methods;
mod sequence;
pub mod text;

pub use buffer::{Buffer, Pinned, not_bytes_like, writable};
pub use bytearray::Bytearray;
pub use construct::{from_ints, from_object};
pub(crate) use methods::separator;
pub use methods::{COMMON, METHODS};
pub use sequence::{concat, new_like, percent, repeat, repr, write_repr};

use super::hashing::hash_bytes;
use crate::object::{Header, Kind, Object};
use crate::types::Type;
use crate::{Builtin, Owned, Thread, Value, heap};
use std::sync::atomic::{AtomicU64, Ordering};

/// A bytes object.
#[repr(C, align(8))]
pub struct Bytes {
    header: Header,
    length: usize,
    hash: AtomicU64,
}

// SAFETY: `repr(C)`, header first, own kind; owns neither references nor buffers.
unsafe impl Object for Bytes {
    const KIND: Kind = Kind::BYTES;
    const AREA_BEHIND: bool = true;
    fn extra(&self) -> usize {
        self.length
    }
    fn traverse(&self, _visit: &mut dyn FnMut(Value)) {}
}

impl Bytes {
    /// Offset of the length, for native code.
    pub const LENGTH_OFFSET: usize = std::mem::offset_of!(Bytes, length);

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: `length` initialised bytes lie right behind the struct, in the same block, and never change.
        unsafe {
            let data = std::ptr::from_ref(self).add(1).cast::<u8>();
            std::slice::from_raw_parts(data, self.length)
        }
    }

    /// The hash, computed once.
    pub fn hash(&self) -> i64 {
        match self.hash.load(Ordering::Relaxed) {
            0 => {
                let hash = hash_bytes(self.as_slice());
                self.hash.store(hash as u64, Ordering::Relaxed);
                hash
            }
            hash => hash as i64,
        }
    }
}

/// A bytes object with a copy of the bytes.
pub fn new(thread: &Thread, bytes: &[u8]) -> Owned {
    new_instance(thread, Builtin::Bytes.class(), bytes)
}

/// As [`new`], an instance of a subclass.
pub fn new_instance(thread: &Thread, class: &Type, bytes: &[u8]) -> Owned {
    let object = Bytes {
        header: class.instance_header(thread),
        length: bytes.len(),
        hash: AtomicU64::new(0),
    };
    let owned = heap::new_sized(thread, object, bytes.len());
    // SAFETY: the block has room for the bytes behind the struct, and nobody else knows it yet.
    unsafe {
        let to = owned.as_ptr().cast::<Bytes>().add(1).cast::<u8>();
        to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
    }
    owned
}
