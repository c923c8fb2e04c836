//! The table behind a set: open addressing, a short linear search before each jump.
//!
//! ```text
//!   │ generation, mask, fill │ entry 0 │ entry 1 │ … 2^n entries      entry: │ key │ hash │
//! ```
//!
//! A key is VACANT, DELETED or an element. Vacant entries are taken once and deleted ones never again, so an entry's hash
//! never changes while a reader may be looking at it; tables with many deleted entries are replaced. Probing, growth and
//! the order of everything are CPython's, so that sets whose hashes agree are iterated in the same order. Nothing here runs
//! Python code.

use crate::heap;
use crate::object::{Header, Slot};
use crate::types::keyed::{Found, KeyTable, quick_equal};
use crate::{Owned, Thread, Value};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Nothing was ever here.
const VACANT: Value = Value::MISSING;
/// Here was an element.
const DELETED: Value = Value::RAISED;
/// Entries looked at after the one a hash leads to, before jumping to another place.
const LINEAR_PROBES: usize = 9;
/// Entries of the smallest table.
const SMALLEST: usize = 8;

/// See the module's documentation.
#[repr(C)]
pub struct Table {
    /// Numbers the tables of one set; 0 for the table of empty sets.
    pub(super) generation: u32,
    /// Number of entries, less one.
    pub(super) mask: usize,
    /// Entries taken so far, deleted ones included.
    fill: AtomicUsize,
}

#[repr(C)]
pub struct Entry {
    pub key: Slot,
    hash: AtomicU64,
}

#[repr(C)]
struct EmptyTable {
    table: Table,
    entries: [Entry; SMALLEST],
}

static EMPTY: EmptyTable = EmptyTable {
    table: Table {
        generation: 0,
        mask: SMALLEST - 1,
        fill: AtomicUsize::new(0),
    },
    entries: [const {
        Entry {
            key: Slot::missing(),
            hash: AtomicU64::new(0),
        }
    }; SMALLEST],
};

/// The entries a hash leads to, in order.
struct Probe {
    place: usize,
    linear: usize,
    perturb: u64,
    mask: usize,
}

impl Probe {
    #[inline(always)]
    fn new(hash: i64, mask: usize) -> Probe {
        Probe {
            place: hash as usize & mask,
            linear: 0,
            perturb: hash as u64,
            mask,
        }
    }

    #[inline(always)]
    fn at(&self) -> usize {
        self.place + self.linear
    }

    #[inline(always)]
    fn step(&mut self) {
        let run = if self.place + LINEAR_PROBES <= self.mask {
            LINEAR_PROBES
        } else {
            0
        };
        if self.linear < run {
            self.linear += 1;
            return;
        }
        self.linear = 0;
        self.perturb >>= 5;
        let next = (self.place * 5).wrapping_add(self.perturb as usize + 1);
        self.place = next & self.mask;
    }
}

impl Table {
    /// What empty sets may point to; nothing is ever added to it.
    pub fn empty() -> *mut Table {
        (&raw const EMPTY).cast::<Table>().cast_mut()
    }

    #[inline(always)]
    pub fn is_static(&self) -> bool {
        self.generation == 0
    }

    /// A table with more than `keys` entries.
    pub fn allocate(thread: &Thread, generation: u32, keys: usize) -> *mut Table {
        let entries = (keys + 1).next_power_of_two().max(SMALLEST);
        let table = Table {
            generation,
            mask: entries - 1,
            fill: AtomicUsize::new(0),
        };
        let block = heap::buffer(thread, table.bytes()).cast::<Table>().as_ptr();
        // SAFETY: the block has room for the table and its entries.
        unsafe {
            block.write(table);
            for index in 0..entries {
                block.add(1).cast::<Entry>().add(index).write(Entry {
                    key: Slot::missing(),
                    hash: AtomicU64::new(0),
                });
            }
            block
        }
    }

    /// Size of the block.
    pub fn bytes(&self) -> usize {
        size_of::<Table>() + (self.mask + 1) * size_of::<Entry>()
    }

    /// # Safety
    /// The table was that of `set`; no thread that looks for it from now on finds it; its references were moved or
    /// released.
    pub unsafe fn retire(thread: &Thread, set: &Header, table: *mut Table) {
        if let Some(block) = NonNull::new(table).filter(|_| table != Self::empty()) {
            // SAFETY: every other table is a buffer of that size (caller's promise for the rest).
            unsafe {
                let bytes = (*table).bytes();
                heap::retire_buffer(thread, set, block.cast(), bytes);
            }
        }
    }

    #[inline(always)]
    pub fn entries(&self) -> &[Entry] {
        // SAFETY: `mask + 1` initialised entries follow the struct.
        unsafe {
            let entries = std::ptr::from_ref(self).add(1).cast();
            std::slice::from_raw_parts(entries, self.mask + 1)
        }
    }

    /// Entries taken so far, deleted ones included.
    #[inline(always)]
    pub fn fill(&self) -> usize {
        self.fill.load(Ordering::Acquire)
    }

    /// Would the table be too full with `more` keys?
    pub fn is_crowded(&self, more: usize) -> bool {
        (self.fill() + more) * 5 >= self.mask * 3
    }

    /// Adds an element that is not there. The caller may write to the set.
    #[inline]
    pub fn insert(&self, hash: i64, key: Owned) {
        self.insert_slot(hash, &Slot::new(key));
    }

    #[inline]
    fn insert_slot(&self, hash: i64, key: &Slot) {
        let entries = self.entries();
        let mut probe = Probe::new(hash, self.mask);
        while entries[probe.at()].key.peek() != VACANT {
            probe.step();
        }
        let entry = &entries[probe.at()];
        entry.hash.store(hash as u64, Ordering::Relaxed);
        entry.key.relocate(key.peek());
        // Last, so that who read the number and then did not find the key knows by it whether the key was added since.
        self.fill.store(self.fill() + 1, Ordering::Release);
    }

    /// Deletes an element and returns it. The caller may write to the set.
    pub fn remove(&self, index: usize) -> Owned {
        self.entries()[index].key.replace(Owned::inline(DELETED))
    }

    /// Moves the elements into a table with more than `keys` entries. The caller may write to the set, and retires this
    /// table.
    pub fn rebuilt(&self, thread: &Thread, generation: u32, keys: usize) -> *mut Table {
        let new = Self::allocate(thread, generation, keys);
        for (hash, key) in self.words() {
            // SAFETY: a table, just allocated.
            unsafe { &*new }.insert_slot(hash, &Slot::relocated(key));
        }
        new
    }

    /// Gives a table that nobody else knows another generation.
    ///
    /// # Safety
    /// It came from [`Table::allocate`].
    pub unsafe fn renumber(table: *mut Table, generation: u32) {
        // SAFETY: the caller's promise.
        unsafe { (&raw mut (*table).generation).write(generation) }
    }

    /// A copy, entry by entry; nothing was ever deleted from the table. The caller may write to the set.
    pub fn duplicate(&self, thread: &Thread, generation: u32) -> *mut Table {
        let new = Self::allocate(thread, generation, self.mask);
        // SAFETY: a table, just allocated, as large as this one.
        let table = unsafe { &*new };
        for (to, from) in table.entries().iter().zip(self.entries()) {
            to.hash.store(from.hash() as u64, Ordering::Relaxed);
            to.key.relocate(Owned::new(from.key.peek()).into_counted());
        }
        table.fill.store(self.fill(), Ordering::Release);
        new
    }

    /// Hash and key of every element, borrowed. The caller may write to the set.
    pub fn words(&self) -> impl Iterator<Item = (i64, Value)> + '_ {
        self.entries()
            .iter()
            .map(|entry| (entry.hash(), entry.key.peek()))
            .filter(|&(_, key)| is_element(key))
    }
}

impl KeyTable for Table {
    #[inline(always)]
    fn generation(&self) -> u32 {
        self.generation
    }

    #[inline(always)]
    fn taken(&self) -> usize {
        self.fill()
    }

    #[inline(always)]
    fn find(&self, key: Value, hash: i64) -> Found {
        let entries = self.entries();
        let mut probe = Probe::new(hash, self.mask);
        loop {
            let entry = &entries[probe.at()];
            match entry.key.peek() {
                candidate if candidate == key => return Found::Entry(probe.at()),
                VACANT => return Found::Absent,
                DELETED => {}
                candidate if entry.hash() == hash => match quick_equal(candidate, key) {
                    Some(true) => return Found::Entry(probe.at()),
                    Some(false) => {}
                    None => return Found::Unsure,
                },
                _ => {}
            }
            probe.step();
        }
    }

    fn candidate(&self, hash: i64, from: usize) -> Option<(usize, usize)> {
        let mut probe = Probe::new(hash, self.mask);
        for step in 0.. {
            let entry = &self.entries()[probe.at()];
            match entry.key.peek() {
                VACANT => return None,
                DELETED => {}
                _ if step >= from && entry.hash() == hash => return Some((probe.at(), step)),
                _ => {}
            }
            probe.step();
        }
        None
    }

    #[inline(always)]
    fn key(&self, entry: usize) -> &Slot {
        &self.entries()[entry].key
    }

    #[inline(always)]
    fn is_key(value: Value) -> bool {
        is_element(value)
    }
}

impl Entry {
    #[inline(always)]
    pub fn hash(&self) -> i64 {
        self.hash.load(Ordering::Relaxed) as i64
    }
}

/// Is a key in a table an element?
#[inline(always)]
pub fn is_element(key: Value) -> bool {
    key != VACANT && key != DELETED
}
