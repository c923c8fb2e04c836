//! The table behind a dict: entries in insertion order, and what finds them by hash, in one block of one of two forms.
//!
//! ```text
//!   small │ generation, version │ word │ entry 0 │ … │                         at most 5; keys are strings and small ints
//!                                        key, value
//!   large │ generation, version │ word │ capacity, head, tail │ index: 2^n numbers of 1, 2 or 4 bytes │ entry 0 │ … │
//!                                                               EMPTY, DELETED or an entry              key, value, hash
//! ```
//!
//! A small table has neither index nor hashes, but 7 bits of each hash in its [`Word`]. So its keys are such whose hash can
//! be had again without calling anything; any other key makes the table a large one. The word of both says how many entries
//! were written.
//!
//! A table never moves and its entries are never given to another key: an entry is written once, when a key is added, and
//! its key and value become MISSING when the key is deleted. Adding writes key, value and hash, then the index, then
//! `word`: a reader that finds an entry sees all of it, and one that looked for a key after it read how many entries were
//! written knows by that number whether the key was added since. Nothing here runs Python code.
//!
//! In a large table the hash word of a deleted entry links backwards over deleted entries, for `popitem`: every entry from
//! the linked one to this one is deleted.

use super::word::{Word, is_simple, simple_hash};
use crate::heap;
use crate::object::{Header, Slot};
use crate::sync::tally::{self, Write};
use crate::types::keyed::{Found, KeyTable, quick_equal};
use crate::types::str::Str;
use crate::{Owned, Thread, Value};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering};

/// What both forms begin with. See the module's documentation.
#[repr(C, align(8))]
pub struct Table {
    /// Numbers the tables of one dict; 0 for the table of empty dicts.
    pub(super) generation: u32,
    /// Identifies the table and the set of names it ever held in the whole process, for inline caches; 0 until somebody
    /// asks ([`Table::version`]), and again after a key was added.
    pub version: AtomicU32,
    word: AtomicU64,
}

/// A large table, without index and entries.
#[repr(C)]
struct Large {
    table: Table,
    /// Number of entries there is room for.
    capacity: u32,
    /// Every entry before this one is deleted.
    head: AtomicU32,
    /// Every entry from this one on is deleted. Only writers look at it.
    tail: AtomicU32,
}

/// A key and its value.
#[repr(C)]
pub struct Entry {
    pub key: Slot,
    pub value: Slot,
}

/// An entry of a large table.
#[repr(C)]
struct HashedEntry {
    entry: Entry,
    hash: AtomicU64,
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

/// Runs `$body` with `$index` as the large table's index in its actual width.
macro_rules! with_index {
    ($table:expr, $word:expr, $index:ident => $body:expr) => {
        match $word.log2_bytes() - $word.log2() {
            0 => {
                let $index = $table.index::<AtomicU8>($word);
                $body
            }
            1 => {
                let $index = $table.index::<AtomicU16>($word);
                $body
            }
            _ => {
                let $index = $table.index::<AtomicU32>($word);
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

/// The table of empty dicts.
static EMPTY: Table = Table {
    generation: 0,
    version: AtomicU32::new(0),
    word: AtomicU64::new(Word::SMALL),
};

static NEXT_VERSION: AtomicU32 = AtomicU32::new(1);

impl Table {
    /// What dicts without entries may point to.
    pub fn empty() -> *mut Table {
        (&raw const EMPTY).cast_mut()
    }

    /// A table with room for `entries` entries at least, whose keys are all simple, or need not be.
    pub fn allocate(thread: &Thread, generation: u32, entries: usize, simple: bool) -> *mut Table {
        if simple && entries <= Word::MOST {
            return Self::allocate_small(thread, generation, entries);
        }
        let places = (entries * 3).div_ceil(2).next_power_of_two().max(8);
        let log2 = places.trailing_zeros() as u8;
        // Two thirds of the places can be taken, so every entry has a number below the two special ones.
        let width = match log2 {
            0..=8 => 0,
            9..=16 => 1,
            _ => 2,
        };
        let word = Word::large(log2, log2 + width);
        let large = Large {
            table: Table::with_word(generation, word),
            capacity: u32::try_from(places * 2 / 3).expect("a dict has less than 2^32 entries"),
            head: AtomicU32::new(0),
            tail: AtomicU32::new(0),
        };
        let bytes = Self::entries_offset(word) + large.capacity as usize * size_of::<HashedEntry>();
        let block = heap::buffer(thread, bytes).cast::<Large>().as_ptr();
        // SAFETY: the block has room for the table and its index; entries are written when they are added.
        unsafe {
            block.write(large);
            let index_bytes = 1 << word.log2_bytes();
            block.add(1).cast::<u8>().write_bytes(0xff, index_bytes);
        }
        block.cast()
    }

    fn allocate_small(thread: &Thread, generation: u32, capacity: usize) -> *mut Table {
        let bytes = size_of::<Table>() + capacity * size_of::<Entry>();
        let block = heap::buffer(thread, bytes).cast::<Table>().as_ptr();
        // SAFETY: the block has room for the table; entries are written when they are added.
        unsafe { block.write(Table::with_word(generation, Word::small(capacity))) };
        block
    }

    fn with_word(generation: u32, word: Word) -> Table {
        Table {
            generation,
            version: AtomicU32::new(0),
            word: AtomicU64::new(word.0),
        }
    }

    #[inline(always)]
    pub(super) fn word(&self) -> Word {
        Word(self.word.load(Ordering::Acquire))
    }

    /// Publishes what was written before. The caller may write to the dict.
    #[inline(always)]
    fn set_word(&self, word: Word) {
        self.word.store(word.0, Ordering::Release);
    }

    /// Are all keys simple, of few entries?
    #[inline(always)]
    pub fn is_small(&self) -> bool {
        self.word().is_small()
    }

    #[inline(always)]
    fn large(&self) -> &Large {
        debug_assert!(!self.is_small());
        // SAFETY: the word of a table that is not small says so, and `Large` begins with the table.
        unsafe { &*std::ptr::from_ref(self).cast() }
    }

    /// Number of entries there is room for.
    #[inline(always)]
    fn capacity(&self) -> usize {
        let word = self.word();
        if word.is_small() {
            word.capacity()
        } else {
            self.large().capacity as usize
        }
    }

    /// Size of the block.
    pub fn bytes(&self) -> usize {
        let word = self.word();
        let size = if word.is_small() {
            size_of::<Entry>()
        } else {
            size_of::<HashedEntry>()
        };
        Self::entries_offset(word) + self.capacity() * size
    }

    #[inline(always)]
    fn entries_offset(word: Word) -> usize {
        if word.is_small() {
            size_of::<Table>()
        } else {
            size_of::<Large>() + (1 << word.log2_bytes())
        }
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
    fn index<P: Place>(&self, word: Word) -> &[P] {
        // SAFETY: the index follows the struct of a large table; the caller chose `P` by the word.
        unsafe {
            let index = std::ptr::from_ref(self.large()).add(1).cast();
            std::slice::from_raw_parts(index, 1 << word.log2())
        }
    }

    #[inline(always)]
    fn small_entry_ptr(&self, entry: usize) -> *mut Entry {
        debug_assert!(self.is_small() && entry < self.capacity());
        // SAFETY: `capacity` entries follow the struct of a small table.
        unsafe {
            let entries = std::ptr::from_ref(self).add(1);
            entries.cast::<Entry>().add(entry).cast_mut()
        }
    }

    #[inline(always)]
    fn hashed_entry_ptr(&self, word: Word, entry: usize) -> *mut HashedEntry {
        debug_assert!(!word.is_small() && entry < self.capacity());
        // SAFETY: `capacity` entries follow the index of a large table.
        unsafe {
            let entries = std::ptr::from_ref(self).byte_add(Self::entries_offset(word));
            entries.cast::<HashedEntry>().add(entry).cast_mut()
        }
    }

    /// An entry of a small table that was written.
    #[inline(always)]
    fn small_entry(&self, entry: usize) -> &Entry {
        // SAFETY: entries with a tag were written, and stay.
        unsafe { &*self.small_entry_ptr(entry) }
    }

    /// An entry of a large table that was written.
    #[inline(always)]
    fn hashed_entry(&self, word: Word, entry: usize) -> &HashedEntry {
        // SAFETY: entries the index or the word tells of were written, and stay.
        unsafe { &*self.hashed_entry_ptr(word, entry) }
    }

    /// An entry that was written (it may have been deleted since).
    #[inline(always)]
    pub fn entry(&self, entry: usize) -> &Entry {
        self.entry_at(self.word(), entry)
    }

    /// [`Table::entry`] where the word is known.
    #[inline(always)]
    pub(super) fn entry_at(&self, word: Word, entry: usize) -> &Entry {
        if word.is_small() {
            self.small_entry(entry)
        } else {
            &self.hashed_entry(word, entry).entry
        }
    }

    /// Entries written so far.
    #[inline(always)]
    pub fn used(&self) -> usize {
        self.word().used()
    }

    /// Can a key be added to this table?
    #[inline(always)]
    pub fn has_room(&self, key: Value) -> bool {
        let word = self.word();
        if word.is_small() {
            word.used() < word.capacity() && is_simple(key)
        } else {
            word.used() < self.large().capacity as usize
        }
    }

    /// Every entry before this one is deleted.
    #[inline(always)]
    pub fn head(&self) -> usize {
        let word = self.word();
        if !word.is_small() {
            return self.large().head.load(Ordering::Relaxed) as usize;
        }
        match word.0 & Word::LIVE {
            0 => word.used(),
            live => live.trailing_zeros() as usize / 8,
        }
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

    /// [`KeyTable::find`] where the word is known.
    #[inline(always)]
    pub(super) fn find_at(&self, word: Word, key: Value, hash: i64) -> Found {
        let hash = hash as u64;
        if word.is_small() {
            return self.find_small(word, key, hash);
        }
        with_index!(self, word, index => self.find_in(word, index, key, hash))
    }

    #[inline(always)]
    fn find_small(&self, word: Word, key: Value, hash: u64) -> Found {
        for number in word.matching(hash) {
            let candidate = self.small_entry(number).key.peek();
            if candidate == key {
                return Found::Entry(number);
            }
            if simple_hash(candidate) == Some(hash) {
                match quick_equal(candidate, key) {
                    Some(true) => return Found::Entry(number),
                    Some(false) => {}
                    None => return Found::Unsure,
                }
            }
        }
        Found::Absent
    }

    #[inline(always)]
    fn find_in<P: Place>(&self, word: Word, index: &[P], key: Value, hash: u64) -> Found {
        let mut probe = Probe::new(hash, index.len());
        loop {
            let number = index[probe.at].load();
            if number == P::EMPTY {
                return Found::Absent;
            }
            if number != P::DELETED {
                let hashed = self.hashed_entry(word, number as usize);
                let candidate = hashed.entry.key.peek();
                if candidate == key {
                    return Found::Entry(number as usize);
                }
                if hashed.hash() == hash && !candidate.is_missing() {
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
        let (word, hash) = (self.word(), text.hash() as u64);
        let is_name = |candidate: Value| candidate == name || is_text(candidate, text);
        if word.is_small() {
            let mut numbers = word.matching(hash);
            return numbers.find(|&number| is_name(self.small_entry(number).key.peek()));
        }
        with_index!(self, word, index => self.find_name_in(word, index, name, text))
    }

    #[inline(always)]
    fn find_name_in<P: Place>(
        &self,
        word: Word,
        index: &[P],
        name: Value,
        text: &Str,
    ) -> Option<usize> {
        let hash = text.hash() as u64;
        let mut probe = Probe::new(hash, index.len());
        loop {
            let number = index[probe.at].load();
            if number == P::EMPTY {
                return None;
            }
            if number != P::DELETED {
                let hashed = self.hashed_entry(word, number as usize);
                let candidate = hashed.entry.key.peek();
                let same = candidate == name || (hashed.hash() == hash && is_text(candidate, text));
                if same {
                    return Some(number as usize);
                }
            }
            probe.step();
        }
    }

    /// The entries of a small table a hash leads to, as [`KeyTable::candidate`] gives them: the step is the entry's number.
    fn candidate_small(&self, word: Word, hash: u64, from: usize) -> Option<(usize, usize)> {
        let mut numbers = word.matching(hash);
        let has_hash =
            |number: usize| simple_hash(self.small_entry(number).key.peek()) == Some(hash);
        let number = numbers.find(|&number| number >= from && has_hash(number))?;
        Some((number, number))
    }

    fn candidate_in<P: Place>(
        &self,
        word: Word,
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
            if number_is_entry && self.hashed_entry(word, number as usize).hash() == hash {
                return Some((number as usize, step));
            }
            probe.step();
        }
        None
    }

    /// Adds an entry; the key is not in the table, which has room for it. The caller may write to the dict.
    #[inline]
    pub fn insert(&self, hash: i64, key: Owned, value: Owned) {
        debug_assert!(self.has_room(key.value()));
        self.insert_slots(hash as u64, Slot::new(key), Slot::new(value));
    }

    #[inline]
    fn insert_slots(&self, hash: u64, key: Slot, value: Slot) {
        let word = self.word();
        let entry = Entry { key, value };
        if word.is_small() {
            let number = word.used();
            // SAFETY: the entry is inside the table, and nobody looks at it before the word tells of it.
            unsafe { self.small_entry_ptr(number).write(entry) };
            self.forget_version();
            self.set_word(word.with_tag(number, Word::tag(hash)));
        } else {
            self.insert_hashed(word, hash, entry);
        }
    }

    #[inline]
    fn insert_hashed(&self, word: Word, hash: u64, entry: Entry) {
        let (number, large) = (word.used(), self.large());
        let tail = large.tail.load(Ordering::Relaxed);
        if (tail as usize) < number {
            let last = self.hashed_entry(word, number - 1);
            last.hash.store(u64::from(tail), Ordering::Relaxed);
        }
        let hash_word = AtomicU64::new(hash);
        let entry = HashedEntry {
            entry,
            hash: hash_word,
        };
        // SAFETY: the entry is inside the table, and nobody looks at it before the index or the word tells of it.
        unsafe { self.hashed_entry_ptr(word, number).write(entry) };
        large.tail.store(number as u32 + 1, Ordering::Relaxed);
        self.forget_version();
        self.link(word, hash, number as u32);
        self.set_word(Word(word.0 + 1));
    }

    #[inline(always)]
    fn forget_version(&self) {
        if self.version.load(Ordering::Relaxed) != 0 {
            self.version.store(0, Ordering::Release);
        }
    }

    /// Puts an entry's number into the index.
    #[inline(always)]
    fn link(&self, word: Word, hash: u64, number: u32) {
        fn link<P: Place>(index: &[P], hash: u64, number: u32) {
            let mut probe = Probe::new(hash, index.len());
            while index[probe.at].load() < P::DELETED {
                probe.step();
            }
            index[probe.at].store(number);
        }
        with_index!(self, word, index => link(index, hash, number));
    }

    /// Deletes an entry and returns key and value. The caller may write to the dict.
    pub fn remove(&self, number: usize) -> (Owned, Owned) {
        let word = self.word();
        if word.is_small() {
            self.set_word(word.with_tag(number, Word::DELETED));
            return self.small_entry(number).take();
        }
        self.unlink(word, number as u32);
        let hashed = self.hashed_entry(word, number);
        let removed = hashed.entry.take();
        hashed.hash.store(number as u64, Ordering::Relaxed);
        if number == self.head() {
            let next = (number..word.used()).find(|&number| !self.entry(number).is_deleted());
            let head = next.unwrap_or(word.used());
            self.large().head.store(head as u32, Ordering::Relaxed);
        }
        removed
    }

    /// Takes an entry's number out of the index.
    fn unlink(&self, word: Word, number: u32) {
        fn unlink<P: Place>(index: &[P], hash: u64, number: u32) {
            let mut probe = Probe::new(hash, index.len());
            while index[probe.at].load() != number {
                probe.step();
            }
            index[probe.at].store(P::DELETED);
        }
        let hash = self.hashed_entry(word, number as usize).hash();
        with_index!(self, word, index => unlink(index, hash, number));
    }

    /// The last entry that is not deleted. The caller may write to the dict.
    pub fn last(&self) -> Option<usize> {
        let word = self.word();
        if word.is_small() {
            let live = word.0 & Word::LIVE;
            return (live != 0).then(|| live.ilog2() as usize / 8);
        }
        let large = self.large();
        let mut tail = large.tail.load(Ordering::Relaxed);
        while tail as usize > self.head() {
            let hashed = self.hashed_entry(word, tail as usize - 1);
            if !hashed.entry.is_deleted() {
                large.tail.store(tail, Ordering::Relaxed);
                return Some(tail as usize - 1);
            }
            tail = hashed.hash() as u32;
        }
        large.tail.store(tail, Ordering::Relaxed);
        None
    }

    /// A table with room for one more key, into which the entries have been moved. The caller may write to the dict, whose
    /// `len` keys these are, and retires this table.
    pub fn with_room(
        &self,
        thread: &Thread,
        generation: u32,
        len: usize,
        key: Value,
    ) -> *mut Table {
        let simple = self.is_small() && is_simple(key);
        if simple && self.capacity() < Word::MOST {
            return self.grown(thread, generation);
        }
        // Twice as many entries as there are keys: few of them deleted, and growth by a constant factor.
        let entries = (len * 2).max(Word::MOST);
        let new = Self::allocate(thread, generation, entries, simple);
        self.move_into(new);
        new
    }

    /// A larger small table with the same entries, deleted ones too: iterators know them by their numbers, and must not see
    /// that the table began smaller than CPython's.
    fn grown(&self, thread: &Thread, generation: u32) -> *mut Table {
        let capacity = if self.capacity() < 3 { 3 } else { Word::MOST };
        let new = Self::allocate_small(thread, generation, capacity);
        // SAFETY: a table, just allocated.
        let table = unsafe { &*new };
        let tags = self.word().0 & Word::TAGS;
        for number in 0..self.used() {
            let old = self.small_entry(number);
            let [key, value] = [&old.key, &old.value].map(|slot| Slot::relocated(slot.peek()));
            // SAFETY: the new table has room for more entries than this one has.
            unsafe { table.small_entry_ptr(number).write(Entry { key, value }) };
        }
        table.set_word(Word(table.word().0 | tags));
        new
    }

    fn move_into(&self, new: *mut Table) {
        // SAFETY: a table, just allocated.
        let table = unsafe { &*new };
        self.for_each_word(|hash, key, value| {
            table.insert_slots(hash as u64, Slot::relocated(key), Slot::relocated(value));
        });
    }

    /// A table into which the entries have been moved, one of them before all others. The caller may write to the dict, and
    /// retires this table.
    pub fn rotated(&self, thread: &Thread, generation: u32, first: usize) -> *mut Table {
        let new = Self::allocate(thread, generation, self.capacity(), self.is_small());
        // SAFETY: a table, just allocated.
        let table = unsafe { &*new };
        let first = self.entry(first).key.peek();
        for moves_first in [true, false] {
            self.for_each_word(|hash, key, value| {
                if (key == first) == moves_first {
                    table.insert_slots(hash as u64, Slot::relocated(key), Slot::relocated(value));
                }
            });
        }
        new
    }

    /// Calls `f` with every entry that is not deleted. The caller may write to the dict.
    #[inline(always)]
    pub fn for_each(&self, mut f: impl FnMut(&Entry)) {
        let word = self.word();
        for number in self.head()..word.used() {
            let entry = self.entry_at(word, number);
            if !entry.is_deleted() {
                f(entry);
            }
        }
    }

    /// Calls `f` with hash, key and value of every entry that is not deleted, borrowed. The caller may write to the dict.
    #[inline(always)]
    pub fn for_each_word(&self, mut f: impl FnMut(i64, Value, Value)) {
        let word = self.word();
        for number in self.head()..word.used() {
            let entry = self.entry_at(word, number);
            let key = entry.key.peek();
            let hash = match word.is_small() {
                true => simple_hash(key),
                false => Some(self.hashed_entry(word, number).hash()),
            };
            if let Some(hash) = hash
                && !key.is_missing()
            {
                f(hash as i64, key, entry.value.peek());
            }
        }
    }
}

/// Is a key this text, where the hash is the same?
#[inline(always)]
fn is_text(candidate: Value, text: &Str) -> bool {
    let candidate = candidate.get::<Str>();
    candidate.is_some_and(|candidate| candidate.equals(text))
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
        self.find_at(self.word(), key, hash)
    }

    fn candidate(&self, hash: i64, from: usize) -> Option<(usize, usize)> {
        let (word, hash) = (self.word(), hash as u64);
        if word.is_small() {
            return self.candidate_small(word, hash, from);
        }
        with_index!(self, word, index => self.candidate_in(word, index, hash, from))
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
    pub fn is_deleted(&self) -> bool {
        self.key.peek().is_missing()
    }

    /// Deletes: gives key and value.
    fn take(&self) -> (Owned, Owned) {
        let take = |slot: &Slot| slot.replace(Owned::inline(Value::MISSING));
        (take(&self.key), take(&self.value))
    }
}

impl HashedEntry {
    #[inline(always)]
    fn hash(&self) -> u64 {
        self.hash.load(Ordering::Relaxed)
    }
}
