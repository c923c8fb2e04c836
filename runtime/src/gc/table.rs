//! The side table of a collection: every object alive, by address.
//!
//! ```text
//!   address ─► directory[address >> 30] ─► page of address >> 16 ─► block number ─► number of the object
//!
//!   by number:   references not yet explained      reachable?      in use?
//! ```
//!
//! Built while the heap is visited. It answers, for any word, whether it points into a live container and where that begins,
//! in a few nanoseconds and without touching the object; what the collector notes about objects is dense here instead of
//! scattered over their headers. The visit only says which blocks are in use; objects are looked at afterwards, page by page,
//! by as many threads as the heap is worth.

use super::array::Array;
use super::prefetch::prefetch;
use crate::Value;
use crate::heap::death;
use crate::heap::mimalloc::{Area, Visitor};
use crate::object::{FLAG_DEFERRED, Header, refcount};
use crate::thread::hot;
use std::ops::Range;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicI32, AtomicU64};

/// Pages begin at multiples of this (log2).
const SLICE: u32 = 16;
/// One directory entry covers this much (log2).
const REGION: u32 = 30;
const SLICES: usize = 1 << (REGION - SLICE);

/// Reference count of an object that lives for ever, or has as many references as make no difference.
const FOREVER: i32 = i32::MAX;

struct Page {
    start: usize,
    end: usize,
    block_size: usize,
    /// `offset / block_size` is `(((offset * magic) >> 32) + offset) >> shift` for offsets below 4 GiB.
    magic: u64,
    shift: u32,
    /// Number of the first block.
    first: usize,
}

/// See the module's documentation.
#[derive(Default)]
pub(super) struct Table {
    pages: Vec<Page>,
    /// By region, relative to `lowest`: for each slice the page's position in `pages`, plus one.
    directory: Vec<Option<Box<[u32; SLICES]>>>,
    lowest: usize,
    references: Array<AtomicI32>,
    in_use: Array<AtomicU64>,
    marked: Array<AtomicU64>,
    /// Several threads are at work: what two of them may write to is changed by atomic operations.
    pub(super) shared: bool,
}

/// Where a walk over the table has come to. Nobody keeps a list of objects' addresses in Rust's memory: left behind there,
/// it would look like references to the next scan.
pub(super) struct Cursor {
    /// The page to begin next.
    page: usize,
    /// The page before which it ends.
    end: usize,
    words: usize,
    word: usize,
    bits: u64,
}

impl Cursor {
    fn over(pages: Range<usize>) -> Cursor {
        Cursor {
            page: pages.start,
            end: pages.end,
            words: 0,
            word: 0,
            bits: 0,
        }
    }
}

/// An object in the table.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    number: usize,
    pub(super) header: *const Header,
}

impl Table {
    /// The object a word points to or into, if it is a live container.
    #[inline]
    pub(super) fn find(&self, address: usize) -> Option<Entry> {
        let region = (address >> REGION).wrapping_sub(self.lowest);
        let slices = self.directory.get(region)?.as_deref()?;
        let page = slices[(address >> SLICE) % SLICES].checked_sub(1)?;
        let page = &self.pages[page as usize];
        if address < page.start || address >= page.end {
            return None;
        }
        let block = page.block_of(address);
        let number = page.first + block;
        if self.in_use[number / 64].load(Relaxed) >> (number % 64) & 1 == 0 {
            return None;
        }
        let header = std::ptr::with_exposed_provenance(page.start + block * page.block_size);
        Some(Entry { number, header })
    }

    /// Does the object have references that were not explained so far?
    #[inline]
    pub(super) fn is_referred_to(&self, entry: Entry) -> bool {
        self.references[entry.number].load(Relaxed) > 0
    }

    /// Has the count of the object's references fetched.
    #[inline]
    pub(super) fn prefetch_references(&self, entry: Entry) {
        prefetch((&raw const self.references[entry.number]).addr());
    }

    /// One of the object's references is held by another object. Deferred objects have more of them than are counted.
    #[inline]
    pub(super) fn explain(&self, entry: Entry) {
        let references = &self.references[entry.number];
        let left = references.load(Relaxed);
        if left <= 0 || left == FOREVER {
            return;
        }
        if self.shared {
            // It may fall below zero, which is as good.
            references.fetch_sub(1, Relaxed);
        } else {
            references.store(left - 1, Relaxed);
        }
    }

    /// Notes that the object is reachable. Tells whether that is news.
    #[inline]
    pub(super) fn mark(&self, entry: Entry) -> bool {
        let word = &self.marked[entry.number / 64];
        let bit = 1 << (entry.number % 64);
        let before = word.load(Relaxed);
        if before & bit != 0 {
            return false;
        }
        if self.shared {
            return word.fetch_or(bit, Relaxed) & bit == 0;
        }
        word.store(before | bit, Relaxed);
        true
    }

    /// Is this an object that was not marked?
    #[inline]
    pub(super) fn is_garbage(&self, value: Value) -> bool {
        let marked = |number: usize| self.marked[number / 64].load(Relaxed) >> (number % 64) & 1;
        value.is_object()
            && self
                .find(value.as_ptr().addr())
                .is_some_and(|entry| marked(entry.number) == 0)
    }

    /// How many blocks it has room for.
    pub(super) fn blocks(&self) -> usize {
        self.references.len()
    }

    pub(super) fn pages(&self) -> usize {
        self.pages.len()
    }

    /// The objects of some pages.
    pub(super) fn objects(&self, pages: Range<usize>) -> impl Iterator<Item = Entry> {
        let mut cursor = Cursor::over(pages);
        std::iter::from_fn(move || self.next(&mut cursor, false))
    }

    /// A cursor before the first object.
    pub(super) fn start(&self) -> Cursor {
        Cursor::over(0..self.pages.len())
    }

    /// Looks at the objects of some pages, which nobody else does: what each of them counts, and what need not be known of
    /// it. Gives those that are dying, by address: their references are half dropped.
    ///
    /// # Safety
    /// The world is stopped, and was while the heap was visited.
    pub(super) unsafe fn look_at(&self, pages: Range<usize>) -> Vec<usize> {
        let mut dying = Vec::new();
        for entry in self.objects(pages) {
            // SAFETY: a block in use begins with a header, and the world is stopped.
            let object = unsafe { &*entry.header };
            let (at, bit) = (entry.number / 64, 1 << (entry.number % 64));
            let set = |words: &[AtomicU64]| words[at].store(words[at].load(Relaxed) | bit, Relaxed);
            if death::is_dead(object) || death::is_dying(object) {
                if death::is_dying(object) {
                    dying.push(entry.header.expose_provenance());
                }
                let in_use = &self.in_use[at];
                in_use.store(in_use.load(Relaxed) & !bit, Relaxed);
                continue;
            }
            hot::cool(object);
            if object.kind().is_leaf() && !object.has_flag(FLAG_DEFERRED) {
                // Counts alone free it; nobody needs to know what keeps it.
                set(&self.marked);
                continue;
            }
            self.references[entry.number].store(counted(object), Relaxed);
        }
        dying
    }

    /// The next object in address order; with `unmarked`, the next one that was not marked.
    pub(super) fn next(&self, cursor: &mut Cursor, unmarked: bool) -> Option<Entry> {
        loop {
            if cursor.bits == 0 {
                self.next_word(cursor, unmarked)?;
                continue;
            }
            let page = &self.pages[cursor.page - 1];
            let block = cursor.word * 64 + cursor.bits.trailing_zeros() as usize;
            cursor.bits &= cursor.bits - 1;
            let header = std::ptr::with_exposed_provenance(page.start + block * page.block_size);
            return Some(Entry {
                number: page.first + block,
                header,
            });
        }
    }

    fn next_word(&self, cursor: &mut Cursor, unmarked: bool) -> Option<()> {
        cursor.word += 1;
        while cursor.word >= cursor.words {
            if cursor.page >= cursor.end {
                return None;
            }
            let page = &self.pages[cursor.page];
            cursor.page += 1;
            cursor.word = 0;
            cursor.words = (page.end - page.start).div_ceil(page.block_size * 64);
        }
        let at = self.pages[cursor.page - 1].first / 64 + cursor.word;
        let marked = || self.marked[at].load(Relaxed);
        cursor.bits = self.in_use[at].load(Relaxed) & if unmarked { !marked() } else { u64::MAX };
        Some(())
    }

    fn enter(&mut self, slice: usize, page: u32) {
        let region = slice >> (REGION - SLICE);
        if self.directory.is_empty() {
            self.lowest = region;
        }
        if region < self.lowest {
            let missing = self.lowest - region;
            self.directory
                .splice(0..0, std::iter::repeat_with(|| None).take(missing));
            self.lowest = region;
        }
        let at = region - self.lowest;
        if at >= self.directory.len() {
            self.directory.resize_with(at + 1, || None);
        }
        self.directory[at].get_or_insert_with(|| Box::new([0; SLICES]))[slice % SLICES] = page;
    }
}

impl Page {
    fn new(area: &Area, first: usize) -> Page {
        let size = area.block_size as u64;
        let shift = if size <= 1 {
            0
        } else {
            64 - (size - 1).leading_zeros()
        };
        let magic = if shift > 32 {
            0
        } else {
            ((1u64 << 32) * ((1u64 << shift) - size)) / size + 1
        };
        Page {
            start: area.start,
            end: area.end,
            block_size: area.block_size,
            magic,
            shift,
            first,
        }
    }

    #[inline]
    fn block_of(&self, address: usize) -> usize {
        if self.end - self.start == self.block_size {
            return 0;
        }
        let offset = (address - self.start) as u64;
        ((((offset * self.magic) >> 32) + offset) >> self.shift) as usize
    }
}

impl Visitor for Table {
    fn area(&mut self, area: Area) {
        if area.end == area.start {
            return;
        }
        let first = self.in_use.len() * 64;
        let page = Page::new(&area, first);
        let blocks = (area.end - area.start) / area.block_size;
        self.pages.push(page);
        let number = u32::try_from(self.pages.len()).expect("a heap has fewer than 2^32 pages");
        for slice in area.start >> SLICE..=(area.end - 1) >> SLICE {
            self.enter(slice, number);
        }
        let words = blocks.div_ceil(64);
        self.in_use.extend_zeros(words);
        self.marked.extend_zeros(words);
        self.references.extend_zeros(words * 64);
    }

    fn block(&mut self, block: *mut u8) {
        let page = self.pages.last().expect("an area comes before its blocks");
        let number = page.first + page.block_of(block.addr());
        *self.in_use[number / 64].get_mut() |= 1 << (number % 64);
    }
}

/// How many references an object has that are counted.
fn counted(object: &Header) -> i32 {
    if death::is_frozen(object) {
        FOREVER
    } else if !refcount::is_uncounted(object) {
        i32::try_from(refcount::count(object)).unwrap_or(FOREVER)
    } else if object.has_flag(FLAG_DEFERRED) {
        0
    } else {
        FOREVER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_by_any_address_inside() {
        for block_size in [24usize, 32, 48, 80, 112, 640, 1024, 5120, 40960] {
            let blocks = (65536 / block_size).max(1);
            let area = Area {
                start: 1 << 32,
                end: (1 << 32) + blocks * block_size,
                block_size,
            };
            let page = Page::new(&area, 0);
            for block in 0..blocks {
                for inside in [0, 1, block_size / 2, block_size - 1] {
                    assert_eq!(
                        page.block_of(page.start + block * block_size + inside),
                        block
                    );
                }
            }
        }
    }

    #[test]
    fn pages_may_be_entered_in_any_order() {
        let mut table = Table::default();
        for start in [5usize << 30, (3 << 30) + (7 << 16), 9 << 30] {
            table.area(Area {
                start,
                end: start + 3 * 65536,
                block_size: 3 * 65536,
            });
            let number = table.in_use.len() - 1;
            *table.in_use[number].get_mut() = 1;
        }
        for start in [5usize << 30, (3 << 30) + (7 << 16), 9 << 30] {
            let found = table.find(start + 100_000).map(|entry| entry.header.addr());
            assert_eq!(found, Some(start));
            assert!(table.find(start + 3 * 65536).is_none());
        }
        assert!(table.find(1).is_none() && table.find(usize::MAX).is_none());
    }
}
