//! The memory that views show: of a bytes object, of a bytearray, or of a native object that has some.
//!
//! Other threads may write to it, and take it away, at any time: every access looks whether the bytes are there, under
//! the lock of the object that has them. No Python code runs meanwhile.

use super::layout::{Layout, Order};
use crate::types::bytes::{Bytearray, Bytes};
use crate::types::native;
use crate::{Owned, Result, Thread, raise};

/// The bytes of a range that begins at `start`, if they are all there.
fn range(bytes: &[u8], start: isize, len: usize) -> Option<&[u8]> {
    let start = usize::try_from(start).ok()?;
    bytes.get(start..start.checked_add(len)?)
}

/// An object that has memory, kept alive.
pub(super) struct Memory(pub(super) Owned);

impl Memory {
    /// Calls `look` with all bytes there are now.
    fn look<R>(&self, thread: &Thread, look: impl FnOnce(&[u8]) -> R) -> R {
        if let Some(bytes) = self.0.get::<Bytes>() {
            return look(bytes.as_slice());
        }
        if let Some(array) = self.0.get::<Bytearray>() {
            return array.look(thread, look);
        }
        let value = self.0.value();
        let memory = native::memory(&value).expect("views are made of memory");
        memory.look(look)
    }

    /// Copies the bytes at an offset; false if they are not all there.
    #[inline]
    pub(super) fn load(&self, thread: &Thread, start: isize, to: &mut [u8]) -> bool {
        if let ([byte], Some(array)) = (&mut *to, self.0.get::<Bytearray>()) {
            let found = usize::try_from(start).ok().and_then(|at| array.get(at));
            return found.is_some_and(|found| {
                *byte = found;
                true
            });
        }
        self.look(thread, |bytes| match range(bytes, start, to.len()) {
            Some(found) => {
                to.copy_from_slice(found);
                true
            }
            None => false,
        })
    }

    /// The bytes at an offset.
    pub(super) fn read(&self, thread: &Thread, start: isize, len: usize) -> Result<Vec<u8>> {
        let mut bytes = vec![0; len];
        match len == 0 || self.load(thread, start, &mut bytes) {
            true => Ok(bytes),
            false => gone(thread),
        }
    }

    /// Writes bytes over those at an offset; false if these are not all there.
    #[inline]
    pub(super) fn store(&self, thread: &Thread, start: isize, bytes: &[u8]) -> bool {
        let Ok(start) = usize::try_from(start) else {
            return false;
        };
        if let Some(array) = self.0.get::<Bytearray>() {
            return array.overwrite(thread, start, bytes);
        }
        self.change(|memory| {
            let place = memory.get_mut(start..start.checked_add(bytes.len())?)?;
            place.copy_from_slice(bytes);
            Some(())
        })
    }

    /// Calls `change` with the bytes of a native object; false if it did not find what it wanted.
    fn change(&self, change: impl FnOnce(&mut [u8]) -> Option<()>) -> bool {
        let value = self.0.value();
        let changed = native::memory(&value).and_then(|memory| memory.change(change));
        changed.flatten().is_some()
    }

    /// The bytes of all items, one after the other.
    pub(super) fn copy(&self, thread: &Thread, layout: &Layout, order: Order) -> Result<Vec<u8>> {
        let copied = self.look(thread, |bytes| {
            if layout.count() == 0 {
                return Some(Vec::new());
            }
            if layout.is_contiguous(order) {
                return range(bytes, layout.start, layout.bytes()).map(<[u8]>::to_vec);
            }
            let mut out = Vec::with_capacity(layout.bytes());
            for offset in layout.offsets(order) {
                out.extend_from_slice(range(bytes, offset, layout.item_size)?);
            }
            Some(out)
        });
        match copied {
            Some(bytes) => Ok(bytes),
            None => gone(thread),
        }
    }

    /// Writes the bytes of all items, which are given one after the other.
    pub(super) fn fill(&self, thread: &Thread, layout: &Layout, bytes: &[u8]) -> Result<()> {
        let filled = if layout.is_contiguous(Order::C) {
            layout.count() == 0 || self.store(thread, layout.start, bytes)
        } else {
            let items = bytes.chunks_exact(layout.item_size);
            let mut places = layout.offsets(Order::C).zip(items);
            places.all(|(offset, item)| self.store(thread, offset, item))
        };
        match filled {
            true => Ok(()),
            false => gone(thread),
        }
    }
}

/// Another thread released the views of an object, and made it smaller, while one of them was used.
#[cold]
pub(super) fn gone<R>(thread: &Thread) -> Result<R> {
    raise!(
        thread,
        BufferError,
        "the memory was resized while it was being used"
    )
}
