//! Arrays of words that a collection needs for a moment, in mappings of their own.
//!
//! Together they take up to a third of what the heap takes, which the allocator would keep for Rust's other memory. Here
//! they grow without being copied, and go back to the system with the collection. No scan for references ever looks into
//! them, because they are no blocks of the allocator's.

use std::alloc::{Layout, handle_alloc_error};
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicI32, AtomicU64};

/// Bytes of the first mapping of an array. What is not touched costs nothing.
const FIRST: usize = 1 << 20;
/// Arrays of this size are made of huge pages, which come thirty times as fast. Smaller ones would be mostly waste.
const HUGE_PAGES: usize = 4 << 20;

/// Numbers, of which any pattern of bits is one.
pub(super) trait Word {}
impl Word for u32 {}
impl Word for usize {}
impl Word for AtomicI32 {}
impl Word for AtomicU64 {}

/// See the module's documentation. The first `len` of `capacity` words are initialised; nothing is mapped if that is 0.
pub(super) struct Array<T: Word> {
    start: NonNull<T>,
    len: usize,
    capacity: usize,
}

// SAFETY: the mapping is the array's own, as a vector's block is.
unsafe impl<T: Word + Send> Send for Array<T> {}
// SAFETY: as above.
unsafe impl<T: Word + Sync> Sync for Array<T> {}

impl<T: Word> Default for Array<T> {
    fn default() -> Array<T> {
        Array {
            start: NonNull::dangling(),
            len: 0,
            capacity: 0,
        }
    }
}

impl<T: Word> Array<T> {
    #[inline(always)]
    pub(super) fn push(&mut self, word: T) {
        if self.len == self.capacity {
            self.grow(self.len + 1);
        }
        // SAFETY: there is room for one more word.
        unsafe { self.start.add(self.len).write(word) };
        self.len += 1;
    }

    #[inline(always)]
    pub(super) fn pop(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        // SAFETY: it was the last one of those that are initialised.
        Some(unsafe { self.start.add(self.len).read() })
    }

    /// Appends so many zeros.
    pub(super) fn extend_zeros(&mut self, count: usize) {
        self.reserve(count);
        // SAFETY: there is room, and zeros are words.
        unsafe { self.start.add(self.len).write_bytes(0, count) };
        self.len += count;
    }

    /// Moves the first words to the end of another array.
    pub(super) fn move_first(&mut self, count: usize, to: &mut Array<T>) {
        self.copy_words(0, count, to);
        let left = self.len - count;
        // SAFETY: so many words are initialised behind those that moved; they go to the beginning, which is free now.
        unsafe { self.start.copy_from(self.start.add(count), left) };
        self.len = left;
    }

    /// Moves the last words to the end of another array.
    pub(super) fn move_last(&mut self, count: usize, to: &mut Array<T>) {
        let left = self.len - count;
        self.copy_words(left, count, to);
        self.len = left;
    }

    /// Copies words to the end of another array.
    fn copy_words(&self, at: usize, count: usize, to: &mut Array<T>) {
        assert!(at + count <= self.len);
        to.reserve(count);
        // SAFETY: so many words are initialised here, there is room there, and two arrays do not overlap.
        unsafe {
            let end = to.start.add(to.len);
            end.copy_from_nonoverlapping(self.start.add(at), count);
        }
        to.len += count;
    }

    /// Makes room for so many more.
    fn reserve(&mut self, count: usize) {
        if self.capacity - self.len < count {
            self.grow(self.len + count);
        }
    }

    fn bytes(&self) -> usize {
        self.capacity * size_of::<T>()
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, needed: usize) {
        let bytes = (needed * size_of::<T>()).next_power_of_two().max(FIRST);
        // SAFETY: a new mapping, or our own, to which nobody has a pointer but `start`.
        let mapping = unsafe {
            if self.capacity == 0 {
                let access = libc::PROT_READ | libc::PROT_WRITE;
                let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
                libc::mmap(std::ptr::null_mut(), bytes, access, flags, -1, 0)
            } else {
                let old = self.start.as_ptr().cast();
                libc::mremap(old, self.bytes(), bytes, libc::MREMAP_MAYMOVE)
            }
        };
        self.start = NonNull::new(mapping)
            .filter(|_| mapping != libc::MAP_FAILED)
            .unwrap_or_else(|| {
                handle_alloc_error(Layout::array::<u8>(bytes).unwrap_or(Layout::new::<T>()))
            })
            .cast();
        self.capacity = bytes / size_of::<T>();
        if bytes >= HUGE_PAGES {
            // SAFETY: the advice changes nothing but how the mapping is filled with pages.
            unsafe { libc::madvise(mapping, bytes, libc::MADV_HUGEPAGE) };
        }
    }
}

impl<T: Word> Drop for Array<T> {
    fn drop(&mut self) {
        if self.capacity > 0 {
            // SAFETY: the mapping is ours, and goes with its only user.
            unsafe { libc::munmap(self.start.as_ptr().cast(), self.bytes()) };
        }
    }
}

impl<T: Word> Deref for Array<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        // SAFETY: so many words are initialised.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl<T: Word> DerefMut for Array<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as above, and the array is borrowed alone.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_when_the_array_grows() {
        let mut array = Array::<u32>::default();
        assert_eq!(array.pop(), None);
        for word in 0..2_000_000 {
            array.push(word);
        }
        for word in (1_000_000..2_000_000).rev() {
            assert_eq!(array.pop(), Some(word));
        }
        array.extend_zeros(3_000_000);
        assert_eq!(array.len(), 4_000_000);
        assert!(
            (0..)
                .zip(&array[..1_000_000])
                .all(|(word, &kept)| word == kept)
        );
        assert!(array[1_000_000..].iter().all(|&word| word == 0));
    }

    #[test]
    fn words_move_from_either_end() {
        let (mut from, mut to) = (Array::<u32>::default(), Array::default());
        from.move_first(0, &mut to);
        for word in 0..10 {
            from.push(word);
        }
        from.move_first(3, &mut to);
        from.move_last(2, &mut to);
        assert_eq!(*from, [3, 4, 5, 6, 7]);
        assert_eq!(*to, [0, 1, 2, 8, 9]);
    }
}
