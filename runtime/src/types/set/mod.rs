//! `set` and `frozenset`: a pointer to a [`Table`], and the number of elements.
//!
//! Searching, locking and checking are those of [`keyed`](super::keyed).

pub mod algebra;
pub mod methods;
pub mod table;

use super::keyed::{Keyed, hash_as};
use super::{Builtin, Type};
use crate::object::{Header, Kind, Object};
use crate::sync::lock::lock_pair;
use crate::{Owned, Result, Thread, Value, heap};
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use table::{Table, is_element};

/// A Python set, and the common part of a frozen one.
#[repr(C)]
pub struct Set {
    header: Header,
    /// Number of elements.
    pub len: AtomicUsize,
    /// Never null.
    table: AtomicPtr<Table>,
    /// Tables the set has had.
    generations: AtomicU32,
    /// Where `pop` looks first.
    finger: AtomicU32,
    /// Hash of a frozen set once it was asked for, 0 before.
    hash: AtomicU64,
}

/// A Python frozenset: a set that nobody changes once it is made.
#[repr(C)]
pub struct Frozenset(Set);

// SAFETY: `repr(C)`, header first, own kind; the elements are the counted references, the table is the only buffer.
unsafe impl Object for Set {
    const KIND: Kind = Kind::SET;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.table().words().for_each(|(_, key)| visit(key));
    }

    unsafe fn finish(&self, thread: &Thread) {
        // SAFETY: the set is dead, so nobody finds the table through it from now on.
        unsafe { Table::retire(thread, &self.header, self.table.load(Ordering::Relaxed)) }
    }
}

// SAFETY: a set but for the kind.
unsafe impl Object for Frozenset {
    const KIND: Kind = Kind::FROZENSET;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.0.traverse(visit);
    }

    unsafe fn finish(&self, thread: &Thread) {
        // SAFETY: the caller's promise.
        unsafe { self.0.finish(thread) }
    }
}

/// A new empty set.
pub fn new(thread: &Thread) -> Owned {
    new_instance(thread, Builtin::Set.class())
}

/// A new empty set of the class `set`, `frozenset` or a subclass of one.
pub fn new_instance(thread: &Thread, class: &Type) -> Owned {
    let set = Set {
        header: class.instance_header(thread),
        len: AtomicUsize::new(0),
        table: AtomicPtr::new(Table::empty()),
        generations: AtomicU32::new(0),
        finger: AtomicU32::new(0),
        hash: AtomicU64::new(0),
    };
    if class.instance_kind.layout() == Kind::FROZENSET {
        heap::new_sized(thread, Frozenset(set), 0)
    } else {
        heap::new_sized(thread, set, 0)
    }
}

/// A new frozenset of some values.
pub fn frozen(thread: &Thread, elements: Vec<Owned>) -> Result {
    let frozen = new_instance(thread, Builtin::Frozenset.class());
    let set = as_set(&frozen).expect("made as a set");
    for element in elements {
        set.add(thread, element.value())?;
    }
    Ok(frozen)
}

/// A frozenset with the elements of a set.
fn frozen_copy(thread: &Thread, set: &Set) -> Result {
    let frozen = new_instance(thread, Builtin::Frozenset.class());
    as_set(&frozen)
        .expect("made as a set")
        .absorb(thread, set)?;
    Ok(frozen)
}

/// The value as a set or frozenset.
#[inline(always)]
pub fn as_set(value: &Value) -> Option<&Set> {
    match value.get::<Set>() {
        Some(set) => Some(set),
        None => value.get::<Frozenset>().map(|frozen| &frozen.0),
    }
}

/// Hash of an element.
#[inline(always)]
pub fn hash_element(thread: &Thread, key: Value) -> Result<i64> {
    hash_as(thread, key, "a set element")
}

impl Keyed for Set {
    type Table = Table;

    #[inline(always)]
    fn table(&self) -> &Table {
        self.table()
    }
}

impl Set {
    /// The present table, until the next safepoint.
    #[inline(always)]
    pub fn table(&self) -> &Table {
        // SAFETY: the pointer is never null, and tables are retired, not freed, while another thread may be reading.
        unsafe { &*self.table.load(Ordering::Acquire) }
    }

    /// Number of elements.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Is it a frozenset?
    pub fn is_frozen(&self) -> bool {
        self.header.kind().layout() == Kind::FROZENSET
    }

    /// Bytes the set takes.
    pub fn size(&self) -> usize {
        size_of::<Set>() + self.table().bytes()
    }

    /// Hash of a frozenset: the elements' hashes mixed whatever their order, as CPython mixes them.
    pub fn frozen_hash(&self, thread: &Thread) -> i64 {
        match self.hash.load(Ordering::Relaxed) {
            0 => {
                let hash = mixed_hash(&self.snapshot_hashed(thread));
                self.hash.store(hash as u64, Ordering::Relaxed);
                hash
            }
            hash => hash as i64,
        }
    }

    /// Is it an element?
    #[inline]
    pub fn contains(&self, thread: &Thread, key: Value) -> Result<bool> {
        let hash = hash_element(thread, key)?;
        self.contains_hashed(thread, key, hash)
    }

    /// Adds an element; whether it was not there yet.
    #[inline]
    pub fn add(&self, thread: &Thread, key: Value) -> Result<bool> {
        let hash = hash_element(thread, key)?;
        self.add_hashed(thread, key, hash)
    }

    /// Adds an element whose hash is known; whether it was not there yet.
    #[inline]
    pub fn add_hashed(&self, thread: &Thread, key: Value, hash: i64) -> Result<bool> {
        self.update_hashed(thread, key, hash, |entry| {
            if entry.is_none() {
                self.insert(thread, key, hash);
            }
            entry.is_none()
        })
    }

    /// Removes an element; whether it was there.
    pub fn remove(&self, thread: &Thread, key: Value) -> Result<bool> {
        let hash = hash_element(thread, key)?;
        self.remove_hashed(thread, key, hash)
    }

    /// Removes an element whose hash is known; whether it was there.
    pub fn remove_hashed(&self, thread: &Thread, key: Value, hash: i64) -> Result<bool> {
        let removed = self.update_hashed(thread, key, hash, |entry| {
            entry.map(|entry| self.take_entry(entry))
        })?;
        Ok(removed.is_some())
    }

    /// Removes an element if it is there, else adds it.
    pub fn toggle_hashed(&self, thread: &Thread, key: Value, hash: i64) -> Result<()> {
        let removed = self.update_hashed(thread, key, hash, |entry| {
            if entry.is_none() {
                self.insert(thread, key, hash);
            }
            entry.map(|entry| self.take_entry(entry))
        })?;
        drop(removed);
        Ok(())
    }

    /// Removes some element.
    pub fn pop(&self, thread: &Thread) -> Option<Owned> {
        let _guard = self.lock(thread);
        if self.is_empty() {
            return None;
        }
        let table = self.table();
        let mut at = self.finger.load(Ordering::Relaxed) as usize & table.mask;
        while !is_element(table.entries()[at].key.peek()) {
            at = (at + 1) & table.mask;
        }
        self.finger.store(at as u32 + 1, Ordering::Relaxed);
        Some(self.take_entry(at))
    }

    /// Removes everything.
    pub fn clear(&self, thread: &Thread) {
        let guard = self.lock(thread);
        let removed = self.swap_table(thread, 0, Table::empty());
        drop(guard);
        drop(removed);
    }

    /// Makes the elements those of `other`, which nobody else knows and which is emptied.
    pub fn take_over(&self, thread: &Thread, other: &Set) {
        let len = other.len.swap(0, Ordering::Relaxed);
        let table = other.table.swap(Table::empty(), Ordering::AcqRel);
        let guard = self.lock(thread);
        if table != Table::empty() {
            // SAFETY: the table is not the static one, so it was allocated, and nobody else knows it.
            unsafe { Table::renumber(table, self.next_generation()) };
        }
        let removed = self.swap_table(thread, len, table);
        drop(guard);
        drop(removed);
    }

    /// Adds the elements of another set.
    pub fn absorb(&self, thread: &Thread, other: &Set) -> Result<()> {
        if std::ptr::eq(self, other) || other.is_empty() {
            return Ok(());
        }
        let confined = self.header.is_confined(thread) && other.header.is_confined(thread);
        let guards = (!confined).then(|| lock_pair(&self.header, &other.header));
        self.make_room(thread, other.len());
        let (table, source) = (self.table(), other.table());
        if table.fill() == 0 {
            if table.mask == source.mask && source.fill() == other.len() {
                let copy = source.duplicate(thread, self.next_generation());
                let old = self.table.swap(copy, Ordering::AcqRel);
                // SAFETY: the old table is empty, and nobody finds it from now on.
                unsafe { Table::retire(thread, &self.header, old) };
            } else {
                for (hash, key) in source.words() {
                    table.insert(hash, Owned::new(key));
                }
            }
            self.len.store(other.len(), Ordering::Release);
            return Ok(());
        }
        let words = source.words();
        let elements: Vec<(i64, Owned)> =
            words.map(|(hash, key)| (hash, Owned::new(key))).collect();
        drop(guards);
        for (hash, key) in elements {
            self.add_hashed(thread, key.value(), hash)?;
        }
        Ok(())
    }

    /// Makes room for more elements.
    pub fn reserve(&self, thread: &Thread, more: usize) {
        let _guard = self.lock(thread);
        self.make_room(thread, more);
    }

    /// Makes sure that there is a table to add to, and that it will not be crowded. The caller may write to the set.
    fn make_room(&self, thread: &Thread, more: usize) {
        if self.table().is_crowded(more) {
            self.rebuild(thread, (self.len() + more) * 2);
        } else if self.table().is_static() {
            self.rebuild(thread, 0);
        }
    }

    /// Replaces the table if many of its elements were deleted.
    pub fn compact(&self, thread: &Thread) {
        let _guard = self.lock(thread);
        let table = self.table();
        if table.fill() - self.len() > table.mask / 4 {
            self.rebuild(thread, roomy(self.len()));
        }
    }

    /// All hashes and elements, as they are at one moment.
    pub fn snapshot_hashed(&self, thread: &Thread) -> Vec<(i64, Owned)> {
        let _guard = self.lock(thread);
        let words = self.table().words();
        words.map(|(hash, key)| (hash, Owned::new(key))).collect()
    }

    /// All elements, as they are at one moment.
    pub fn snapshot(&self, thread: &Thread) -> Vec<Owned> {
        let elements = self.snapshot_hashed(thread).into_iter();
        elements.map(|(_, key)| key).collect()
    }

    /// The first element at `position` or after; `position` moves behind it.
    #[inline]
    pub fn next_element(&self, thread: &Thread, position: &mut usize) -> Option<Owned> {
        let entries = self.table().entries();
        while let Some(entry) = entries.get(*position) {
            let Some(key) = entry.key.try_load() else {
                return self.next_element_locked(thread, position);
            };
            *position += 1;
            if is_element(key.value()) {
                return Some(key);
            }
        }
        None
    }

    #[cold]
    #[inline(never)]
    fn next_element_locked(&self, thread: &Thread, position: &mut usize) -> Option<Owned> {
        let _guard = self.lock(thread);
        let entries = self.table().entries();
        while let Some(entry) = entries.get(*position) {
            *position += 1;
            if is_element(entry.key.peek()) {
                return Some(entry.key.load_locked());
            }
        }
        None
    }

    /// Adds an element that is not there. The caller may write to the set.
    #[inline]
    fn insert(&self, thread: &Thread, key: Value, hash: i64) {
        if self.table().is_static() {
            self.rebuild(thread, 0);
        }
        let table = self.table();
        table.insert(hash, Owned::new(key));
        let len = self.len.load(Ordering::Relaxed) + 1;
        self.len.store(len, Ordering::Release);
        if table.is_crowded(0) {
            self.rebuild(thread, roomy(len));
        }
    }

    /// Removes an entry. The caller may write to the set, and drops what it gets when it may not any more.
    fn take_entry(&self, entry: usize) -> Owned {
        let removed = self.table().remove(entry);
        let len = self.len.load(Ordering::Relaxed);
        self.len.store(len - 1, Ordering::Release);
        removed
    }

    /// Gives the set a table with more than `keys` entries. The caller may write to the set.
    #[cold]
    #[inline(never)]
    fn rebuild(&self, thread: &Thread, keys: usize) {
        let generation = self.next_generation();
        let new = self.table().rebuilt(thread, generation, keys);
        let old = self.table.swap(new, Ordering::AcqRel);
        // SAFETY: the elements moved to the new table, and nobody finds the old one from now on.
        unsafe { Table::retire(thread, &self.header, old) }
    }

    fn next_generation(&self) -> u32 {
        self.generations.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Makes `table` the set's and returns what was in the old one. The caller may write to the set.
    fn swap_table(&self, thread: &Thread, len: usize, table: *mut Table) -> Vec<Owned> {
        let old = self.table.swap(table, Ordering::AcqRel);
        self.len.store(len, Ordering::Release);
        self.finger.store(0, Ordering::Relaxed);
        // SAFETY: the set owned the elements of the old table and does not any more; nobody finds it from now on.
        unsafe {
            let words = (*old).words();
            let removed = words.map(|(_, key)| Owned::from_counted(key)).collect();
            Table::retire(thread, &self.header, old);
            removed
        }
    }
}

fn mixed_hash(elements: &[(i64, Owned)]) -> i64 {
    let spread = |hash: u64| ((hash ^ 89_869_747) ^ (hash << 16)).wrapping_mul(3_644_798_167);
    let hashes = elements.iter().map(|&(hash, _)| spread(hash as u64));
    let mut mixed = hashes.fold(0, |mixed, hash| mixed ^ hash);
    mixed ^= (elements.len() as u64 + 1).wrapping_mul(1_927_868_237);
    mixed ^= (mixed >> 11) ^ (mixed >> 25);
    match mixed.wrapping_mul(69_069).wrapping_add(907_133_923) as i64 {
        -1 => 590_923_713,
        hash => hash,
    }
}

/// What CPython asks for when a set grows.
fn roomy(len: usize) -> usize {
    if len > 50_000 { len * 2 } else { len * 4 }
}
