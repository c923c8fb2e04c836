//! Freed buffers that a thread keeps for its next ones: at most one of each size class, a mebibyte in all.
//!
//! A list that grows takes a larger buffer each time and frees the one before, so the page of each size it goes through is
//! empty most of the time. mimalloc gives an empty page back to its arenas when a few more pages were needed, which the next
//! list does: two threads that filled lists of their own spent their time on the arenas' bitmaps, and wrote to memory that
//! the other's cache held. Kept buffers are what the same thread wrote last.
//!
//! ```text
//!   words        33 ─ 40 │ 41 ─ 48 │ 49 ─ 56 │ 57 ─ 64 │ 65 ─ 80 │ ...      four classes between powers of two, as mimalloc's
//!   kept             ●   │         │    ●    │         │    ●    │
//! ```
//!
//! A kept block has room for the largest size of its class, since that is what is asked of mimalloc.

use libmimalloc_sys::mi_free;
use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

/// Words from which on buffers are kept. Smaller ones share their pages with many others.
const LEAST: usize = 33;
/// Words up to which they are.
const MOST: usize = 1 << 16;
/// Bytes that are kept at most.
const BUDGET: usize = 1 << 20;
const WORD: usize = size_of::<u64>();
const FIRST: usize = number(LEAST);
const CLASSES: usize = number(MOST) + 1 - FIRST;

/// A size class of buffers that are kept.
#[derive(Clone, Copy)]
pub struct Class(usize);

/// What a thread keeps. Only the thread itself touches it.
pub struct Buffers {
    kept: [Cell<*mut u8>; CLASSES],
    bytes: Cell<usize>,
}

/// The exponent of the power of two that `words` exceeds, and by how many of its quarters, begun ones too, less one.
const fn split(words: usize) -> (u32, usize) {
    let exponent = (words - 1).ilog2();
    (exponent, ((words - 1) >> (exponent - 2)) & 3)
}

const fn number(words: usize) -> usize {
    let (exponent, quarter) = split(words);
    (exponent as usize) << 2 | quarter
}

impl Class {
    /// The class of buffers of this size, if they are kept.
    #[inline(always)]
    pub fn of(bytes: usize) -> Option<Class> {
        let words = bytes.div_ceil(WORD);
        (LEAST..=MOST)
            .contains(&words)
            .then(|| Class(number(words) - FIRST))
    }

    /// The size of its blocks.
    pub fn bytes(self) -> usize {
        let (exponent, quarter) = ((self.0 + FIRST) >> 2, (self.0 + FIRST) & 3);
        (5 + quarter) << (exponent - 2) << WORD.ilog2()
    }
}

impl Buffers {
    pub const fn new() -> Buffers {
        Buffers {
            kept: [const { Cell::new(null_mut()) }; CLASSES],
            bytes: Cell::new(0),
        }
    }

    /// The kept block of a class, which is the caller's then.
    #[inline(always)]
    pub fn take(&self, class: Class) -> Option<NonNull<u8>> {
        let block = NonNull::new(self.kept[class.0].replace(null_mut()))?;
        self.bytes.set(self.bytes.get() - class.bytes());
        Some(block)
    }

    /// Keeps a block, instead of the one that was kept before. Gives back what is to be freed.
    ///
    /// # Safety
    /// The block is mimalloc's, of the class's size, and nobody uses it.
    #[inline(always)]
    pub unsafe fn keep(&self, class: Class, block: *mut u8) -> *mut u8 {
        let place = &self.kept[class.0];
        if place.get().is_null() {
            let bytes = self.bytes.get() + class.bytes();
            if bytes > BUDGET {
                return block;
            }
            self.bytes.set(bytes);
        }
        place.replace(block)
    }

    /// Frees what is kept.
    pub fn clear(&self) {
        for block in &self.kept {
            // SAFETY: kept blocks are used by nobody; freeing null does nothing.
            unsafe { mi_free(block.replace(null_mut()).cast()) };
        }
        self.bytes.set(0);
    }
}

impl Drop for Buffers {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use libmimalloc_sys::{mi_good_size, mi_malloc};

    #[test]
    fn classes_have_room_and_are_those_of_mimalloc() {
        assert!(Class::of(LEAST * WORD - WORD).is_none());
        assert!(Class::of(MOST * WORD + 1).is_none());
        let mut last = 0;
        for bytes in LEAST * WORD - WORD + 1..=MOST * WORD {
            let class = Class::of(bytes).expect("the size is kept");
            assert!(class.bytes() >= bytes && class.bytes() < bytes + bytes / 4 + WORD);
            assert!(class.0 < CLASSES && (class.0 == last || class.0 == last + 1));
            last = class.0;
        }
        assert_eq!(last, CLASSES - 1);
        // SAFETY: computes a size.
        let good = |bytes| unsafe { mi_good_size(bytes) };
        for class in (0..CLASSES).map(Class) {
            assert_eq!(good(class.bytes()), class.bytes());
        }
    }

    #[test]
    fn keeps_one_of_each_class_within_the_budget() {
        let buffers = Buffers::new();
        let class = Class::of(1000).expect("the size is kept");
        let large = Class::of(MOST * WORD).expect("the size is kept");
        // SAFETY: the blocks are of these sizes, used by nobody, and freed once.
        unsafe {
            let block = |class: Class| mi_malloc(class.bytes()).cast::<u8>();
            let (first, second) = (block(class), block(class));
            assert!(buffers.take(class).is_none());
            assert!(buffers.keep(class, first).is_null());
            assert_eq!(buffers.keep(class, second), first);
            mi_free(first.cast());
            assert_eq!(buffers.take(class).map(NonNull::as_ptr), Some(second));
            assert!(buffers.take(class).is_none());
            assert!(buffers.keep(class, second).is_null());
            assert_eq!(buffers.bytes.get(), class.bytes());
            let (large_block, next) = (block(large), Class(large.0 - 1));
            assert!(buffers.keep(large, large_block).is_null());
            let refused = block(next);
            buffers.bytes.set(BUDGET);
            assert_eq!(buffers.keep(next, refused), refused);
            mi_free(refused.cast());
        }
    }
}
