//! The table behind a dict: entries in insertion order, and an index that finds them by hash, in one block.
//!
//! ```text
//!   │ generation, version, used, … │ index: 2^n numbers of 1, 2 or 4 bytes │ entry 0 │ entry 1 │ … │
//!                                        EMPTY, DELETED or an entry        hash, key, value
//! ```
//!
//! A table never moves and its entries are never given to another key: an entry is written once, when a key is added, and
//! its key and value become MISSING when the key is deleted. Adding writes hash, key and value, then the index, then
//! `used`: a reader that finds an entry sees all of it, and one that looked for a key after it read `used` knows by that
//! number whether the key was added since. Nothing here runs Python code.
//!
//! The hash word of a deleted entry links backwards over deleted entries, for `popitem`: every entry from the linked one
//! to this one is deleted.

use crate::heap;
use crate::object::{Header, Slot};
use crate::sync::tally::{self, Write};
use crate::types::keyed::{Found, KeyTable, quick_equal};
use crate::types::str::Str;
use crate::{Owned, Thread, Value};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering};

/// See the module's documentation. Native code knows the offsets of the public fields.
#[repr(C, align(8))]
pub struct Table {
    /// Numbers the tables of one dict; 0 for the table of empty dicts.
    pub(super) generation: u32,
    /// Identifies the table and the set of names it ever held in the whole process, for inline caches; 0 until somebody
    /// asks ([`Table::version`]), and again after a key was added.
    pub version: AtomicU32,
    /// Entries written so far, deleted ones included.
    pub used: AtomicU32,
    /// Number of entries there is room for.
    capacity: u32,
    /// Every entry before this one is deleted.
    head: AtomicU32,
    /// Every entry from this one on is deleted. Only writers look at it.
    tail: AtomicU32,
    /// The index has `2^log2` places.
    log2: u8,
    /// Bytes of the index are `2^log2_bytes`.
    log2_bytes: u8,
}

/// A key and its value.
#[repr(C)]
pub struct Entry {
    hash: AtomicU64,
    pub key: Slot,
    pub value: Slot,
}

/// A number in the index.
trait Place {
    const EMPTY: u32;
    const DELETED: u32 = Self::EMPTY - 1;
    fn load(&self) -> u32;
    fn store(&self, entry: u32);
}

macro_rules! place {
    ($($atomic:ty, $int:ty;)*) => {$(
        impl Place for $atomic {
            const EMPTY: u32 = <$int>::MAX as u32;
            #[inline(always)]
            fn load(&self) -> u32 {
                self.load(Ordering::Acquire) as u32
            }
            #[inline(always)]
            fn store(&self, entry: u32) {
                self.store(entry as $int, Ordering::Release);
            }
        }
    )*};
}

place! {
    AtomicU8, u8;
    AtomicU16, u16;
    AtomicU32, u32;
}

/// Runs `$body` with `$index` as the table's index in its actual width.
macro_rules! with_index {
    ($table:expr, $index:ident => $body:expr) => {
        match $table.log2_bytes - $table.log2 {
            0 => {
                let $index = $table.index::<AtomicU8>();
                $body
            }
            1 => {
                let $index = $table.index::<AtomicU16>();
                $body
            }
            _ => {
                let $index = $table.index::<AtomicU32>();
                $body
            }
        }
    };
}

/// The places a hash leads to, in order.
struct Probe {
    at: usize,
    perturb: u64,
    mask: usize,
}

impl Probe {
    #[inline(always)]
    fn new(hash: u64, places: usize) -> Probe {
        let mask = places - 1;
        Probe {
            at: hash as usize & mask,
            perturb: hash,
            mask,
        }
    }

    #[inline(always)]
    fn step(&mut self) {
        self.perturb >>= 5;
        let next = (self.at * 5).wrapping_add(self.perturb as usize + 1);
        self.at = next & self.mask;
    }
}

/// The table of empty dicts, and its index.
#[repr(C)]
struct EmptyTable {
    table: Table,
    index: [AtomicU8; 8],
}

static EMPTY: EmptyTable = EmptyTable {
    table: Table {
        generation: 0,
        version: AtomicU32::new(0),
        used: AtomicU32::new(0),
        capacity: 0,
        head: AtomicU32::new(0),
        tail: AtomicU32::new(0),
        log2: 3,
        log2_bytes: 3,
    },
    index: [const { AtomicU8::new(u8::MAX) }; 8],
};

static NEXT_VERSION: AtomicU32 = AtomicU32::new(1);

impl Table {
    /// What dicts without entries may point to.
    pub fn empty() -> *mut Table {
        (&raw const EMPTY).cast::<Table>().cast_mut()
    }

    /// A table with room for `entries` entries at least.
    pub fn allocate(thread: &Thread, generation: u32, entries: usize) -> *mut Table {
        let places = (entries * 3).div_ceil(2).next_power_of_two().max(8);
        let log2 = places.trailing_zeros() as u8;
        // Two thirds of the places can be taken, so every entry has a number below the two special ones.
        let width = match log2 {
            0..=8 => 0,
            9..=16 => 1,
            _ => 2,
        };
        let table = Table {
            generation,
            version: AtomicU32::new(0),
            used: AtomicU32::new(0),
            capacity: u32::try_from(places * 2 / 3).expect("a dict has less than 2^32 entries"),
            head: AtomicU32::new(0),
            tail: AtomicU32::new(0),
            log2,
            log2_bytes: log2 + width,
        };
        let block = heap::buffer(thread, table.bytes()).cast::<Table>().as_ptr();
        // SAFETY: the block has room for the table and its index; entries are written when they are added.
        unsafe {
            let index_bytes = 1 << table.log2_bytes;
            block.write(table);
            block.add(1).cast::<u8>().write_bytes(0xff, index_bytes);
        }
        block
    }

    /// Size of the block.
    pub fn bytes(&self) -> usize {
        self.entries_offset() + self.capacity as usize * size_of::<Entry>()
    }

    #[inline(always)]
    fn entries_offset(&self) -> usize {
        size_of::<Table>() + (1 << self.log2_bytes)
    }

    /// # Safety
    /// The table was that of `dict`; no thread that looks for it from now on finds it; its references were moved or
    /// released.
    pub unsafe fn retire(thread: &Thread, dict: &Header, table: *mut Table) {
        if let Some(block) = NonNull::new(table).filter(|_| table != Self::empty()) {
            // SAFETY: every other table is a buffer of that size (caller's promise for the rest).
            unsafe {
                let bytes = (*table).bytes();
                heap::retire_buffer(thread, dict, block.cast(), bytes);
            }
        }
    }

    #[inline(always)]
    fn index<P: Place>(&self) -> &[P] {
        // SAFETY: the index follows the struct; the caller chose `P` by `log2_bytes`.
        unsafe {
            std::slice::from_raw_parts(std::ptr::from_ref(self).add(1).cast(), 1 << self.log2)
        }
    }

    /// Offset of an entry's value from the table's start, for native code.
    #[inline]
    pub fn value_offset(&self, entry: usize) -> usize {
        self.entries_offset() + entry * size_of::<Entry>() + std::mem::offset_of!(Entry, value)
    }

    #[inline(always)]
    fn entry_ptr(&self, entry: usize) -> *mut Entry {
        debug_assert!(entry < self.capacity as usize);
        // SAFETY: `capacity` entries follow the index.
        unsafe {
            let entries = std::ptr::from_ref(self).byte_add(self.entries_offset());
            entries.cast::<Entry>().add(entry).cast_mut()
        }
    }

    /// An entry that was written (it may have been deleted since).
    #[inline(always)]
    pub fn entry(&self, entry: usize) -> &Entry {
        // SAFETY: entries the index or `used` tells of were written, and stay.
        unsafe { &*self.entry_ptr(entry) }
    }

    /// Entries written so far.
    #[inline(always)]
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Acquire) as usize
    }

    #[inline(always)]
    pub fn is_full(&self) -> bool {
        self.used.load(Ordering::Relaxed) == self.capacity
    }

    /// Every entry before this one is deleted.
    #[inline(always)]
    pub fn head(&self) -> usize {
        self.head.load(Ordering::Relaxed) as usize
    }

    /// A number that no other table ever has, nor this one after a key was added; 0 if the numbers ran out.
    pub fn version(&self) -> u32 {
        let version = self.version.load(Ordering::Acquire);
        if version != 0 {
            return version;
        }
        tally::note(Write::Publication);
        let next = |version: u32| version.checked_add(1);
        let new = NEXT_VERSION.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        let new = new.unwrap_or(0);
        let known = (self.version).compare_exchange(0, new, Ordering::AcqRel, Ordering::Acquire);
        known.map_or_else(|known| known, |_| new)
    }

    #[inline(always)]
    fn find_in<P: Place>(&self, index: &[P], key: Value, hash: u64) -> Found {
        let mut probe = Probe::new(hash, index.len());
        loop {
            let number = index[probe.at].load();
            if number == P::EMPTY {
                return Found::Absent;
            }
            if number != P::DELETED {
                let entry = self.entry(number as usize);
                let candidate = entry.key.peek();
                if candidate == key {
                    return Found::Entry(number as usize);
                }
                if entry.hash() == hash && !candidate.is_missing() {
                    match quick_equal(candidate, key) {
                        Some(true) => return Found::Entry(number as usize),
                        Some(false) => {}
                        None => return Found::Unsure,
                    }
                }
            }
            probe.step();
        }
    }

    /// Looks for an interned string; see [`Table::find_name`].
    #[inline(always)]
    pub fn find_interned(&self, name: Value) -> Option<usize> {
        self.find_name(name, name.get::<Str>().expect("names are strings"))
    }

    /// Looks for a string among keys that are strings: what cannot be compared without calling anything does not count.
    #[inline(always)]
    pub fn find_name(&self, name: Value, text: &Str) -> Option<usize> {
        with_index!(self, index => self.find_name_in(index, name, text))
    }

    #[inline(always)]
    fn find_name_in<P: Place>(&self, index: &[P], name: Value, text: &Str) -> Option<usize> {
        let hash = text.hash() as u64;
        let mut probe = Probe::new(hash, index.len());
        loop {
            let number = index[probe.at].load();
            if number == P::EMPTY {
                return None;
            }
            if number != P::DELETED {
                let entry = self.entry(number as usize);
                let candidate = entry.key.peek();
                let same = candidate == name
                    || (entry.hash() == hash
                        && candidate
                            .get::<Str>()
                            .is_some_and(|other| other.equals(text)));
                if same {
                    return Some(number as usize);
                }
            }
            probe.step();
        }
    }

    fn candidate_in<P: Place>(
        &self,
        index: &[P],
        hash: u64,
        from: usize,
    ) -> Option<(usize, usize)> {
        let mut probe = Probe::new(hash, index.len());
        for step in 0.. {
            let number = index[probe.at].load();
            if number == P::EMPTY {
                return None;
            }
            let number_is_entry = number != P::DELETED && step >= from;
            if number_is_entry && self.entry(number as usize).hash() == hash {
                return Some((number as usize, step));
            }
            probe.step();
        }
        None
    }

    /// Adds an entry; the key is not in the table, which is not full. The caller may write to the dict.
    #[inline]
    pub fn insert(&self, hash: i64, key: Owned, value: Owned) {
        self.insert_slots(hash, Slot::new(key), Slot::new(value));
    }

    #[inline]
    fn insert_slots(&self, hash: i64, key: Slot, value: Slot) {
        let number = self.used.load(Ordering::Relaxed);
        debug_assert!(number < self.capacity);
        let tail = self.tail.load(Ordering::Relaxed);
        if tail < number {
            let last = self.entry(number as usize - 1);
            last.hash.store(u64::from(tail), Ordering::Relaxed);
        }
        let hash_word = AtomicU64::new(hash as u64);
        let entry = Entry {
            hash: hash_word,
            key,
            value,
        };
        // SAFETY: the entry is inside the table, and nobody looks at it before the index or `used` tells of it.
        unsafe { self.entry_ptr(number as usize).write(entry) };
        self.tail.store(number + 1, Ordering::Relaxed);
        if self.version.load(Ordering::Relaxed) != 0 {
            self.version.store(0, Ordering::Release);
        }
        self.link(hash as u64, number);
        self.used.store(number + 1, Ordering::Release);
    }

    /// Puts an entry's number into the index.
    #[inline(always)]
    fn link(&self, hash: u64, number: u32) {
        fn link<P: Place>(index: &[P], hash: u64, number: u32) {
            let mut probe = Probe::new(hash, index.len());
            while index[probe.at].load() < P::DELETED {
                probe.step();
            }
            index[probe.at].store(number);
        }
        with_index!(self, index => link(index, hash, number));
    }

    /// Deletes an entry and returns key and value. The caller may write to the dict.
    pub fn remove(&self, number: usize) -> (Owned, Owned) {
        fn unlink<P: Place>(index: &[P], hash: u64, number: u32) {
            let mut probe = Probe::new(hash, index.len());
            while index[probe.at].load() != number {
                probe.step();
            }
            index[probe.at].store(P::DELETED);
        }
        let entry = self.entry(number);
        with_index!(self, index => unlink(index, entry.hash(), number as u32));
        let removed = (
            entry.key.replace(Owned::inline(Value::MISSING)),
            entry.value.replace(Owned::inline(Value::MISSING)),
        );
        entry.hash.store(number as u64, Ordering::Relaxed);
        if number == self.head() {
            let next = (number..self.used()).find(|&number| !self.entry(number).is_deleted());
            let head = next.unwrap_or(self.used());
            self.head.store(head as u32, Ordering::Relaxed);
        }
        removed
    }

    /// The last entry that is not deleted. The caller may write to the dict.
    pub fn last(&self) -> Option<usize> {
        let mut tail = self.tail.load(Ordering::Relaxed);
        while tail as usize > self.head() {
            let entry = self.entry(tail as usize - 1);
            if !entry.is_deleted() {
                self.tail.store(tail, Ordering::Relaxed);
                return Some(tail as usize - 1);
            }
            tail = entry.hash() as u32;
        }
        self.tail.store(tail, Ordering::Relaxed);
        None
    }

    /// Moves the entries that are not deleted into a table with room for `entries`. The caller may write to the dict, and
    /// retires this table.
    pub fn rebuilt(&self, thread: &Thread, generation: u32, entries: usize) -> *mut Table {
        let new = Self::allocate(thread, generation, entries);
        // SAFETY: a table, just allocated.
        let table = unsafe { &*new };
        for (hash, key, value) in self.words() {
            table.insert_slots(hash, Slot::relocated(key), Slot::relocated(value));
        }
        new
    }

    /// As [`Table::rebuilt`], with one of the entries before all others.
    pub fn rotated(&self, thread: &Thread, generation: u32, first: usize) -> *mut Table {
        let new = Self::allocate(thread, generation, self.capacity as usize);
        // SAFETY: a table, just allocated.
        let table = unsafe { &*new };
        let first = self.entry(first);
        let words = self.words().filter(|(_, key, _)| *key != first.key.peek());
        let first = (first.hash() as i64, first.key.peek(), first.value.peek());
        for (hash, key, value) in std::iter::once(first).chain(words) {
            table.insert_slots(hash, Slot::relocated(key), Slot::relocated(value));
        }
        new
    }

    /// Hash, key and value of every entry that is not deleted, borrowed. The caller may write to the dict.
    pub fn words(&self) -> impl Iterator<Item = (i64, Value, Value)> + '_ {
        (self.head()..self.used())
            .map(|number| self.entry(number))
            .filter(|entry| !entry.is_deleted())
            .map(|entry| (entry.hash() as i64, entry.key.peek(), entry.value.peek()))
    }
}

impl KeyTable for Table {
    #[inline(always)]
    fn generation(&self) -> u32 {
        self.generation
    }

    #[inline(always)]
    fn taken(&self) -> usize {
        self.used()
    }

    #[inline(always)]
    fn find(&self, key: Value, hash: i64) -> Found {
        with_index!(self, index => self.find_in(index, key, hash as u64))
    }

    fn candidate(&self, hash: i64, from: usize) -> Option<(usize, usize)> {
        with_index!(self, index => self.candidate_in(index, hash as u64, from))
    }

    #[inline(always)]
    fn key(&self, entry: usize) -> &Slot {
        &self.entry(entry).key
    }

    #[inline(always)]
    fn is_key(value: Value) -> bool {
        !value.is_missing()
    }
}

impl Entry {
    #[inline(always)]
    pub fn hash(&self) -> u64 {
        self.hash.load(Ordering::Relaxed)
    }

    #[inline(always)]
    pub fn is_deleted(&self) -> bool {
        self.key.peek().is_missing()
    }
}
