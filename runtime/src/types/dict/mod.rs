//! `dict`: a pointer to a [`Table`], and the number of keys in it.
//!
//! Readers take no lock: they load the table, find the entry, count the value and look whether it is still there. A search
//! that meets a key it can only compare by calling `__eq__` holds a reference to that key while it calls, and starts again
//! if the dict has got another table meanwhile. Writers search under the lock if they can do so without calling; else they
//! search first, take the lock, and check that what they found still holds ([`Place`]).

pub mod cache;
pub mod methods;
pub mod table;
pub mod views;

pub use methods::{is_mapping, pairs_of_mapping};

use super::class::class_of;
use super::str::Str;
use super::{Builtin, Type};
use crate::abi::attach;
use crate::object::{FLAG_WATCHED, Header, Kind, Object, Slot};
use crate::operators::{compare, convert};
use crate::sync::lock::{Guard, lock_for_write};
use crate::types::hashing;
use crate::{Owned, Result, Thread, Value, heap, raise};
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering};
use table::{Found, Table};

/// A Python dict. Native code knows the offsets of the public fields.
#[repr(C)]
pub struct Dict {
    header: Header,
    /// Never null.
    pub table: AtomicPtr<Table>,
    /// Number of keys.
    pub len: AtomicUsize,
    /// Tables the dict has had.
    generations: AtomicU32,
}

// SAFETY: `repr(C)`, header first, own kind; keys and values are the counted references, the table is the only buffer.
unsafe impl Object for Dict {
    const KIND: Kind = Kind::DICT;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        for (_, key, value) in self.table().words() {
            visit(key);
            visit(value);
        }
    }

    unsafe fn finish(&self, thread: &Thread) {
        // SAFETY: the dict is dead, so nobody finds the table through it from now on.
        unsafe { Table::retire(thread, &self.header, self.table.load(Ordering::Relaxed)) }
    }
}

/// What a search found, in a form that can be checked later.
#[derive(Clone, Copy)]
enum Place {
    /// The key is in this entry of this table.
    Entry { generation: u32, entry: usize },
    /// The key is not in this table, as long as no more entries are used.
    Absent { generation: u32, used: usize },
}

/// `dict.update(source)`, for a dict given as a value.
///
/// # Panics
/// If it is none.
pub fn update(thread: &Thread, dict: Value, source: Value) -> Result<()> {
    methods::update(thread, dict.get::<Dict>().expect("a dict"), source)
}

/// A new empty dict.
#[inline]
pub fn new(thread: &Thread) -> Owned {
    new_instance(thread, Builtin::Dict.class())
}

/// A new empty dict with room for some keys.
pub fn with_capacity(thread: &Thread, capacity: usize) -> Owned {
    let dict = new(thread);
    if capacity > 0 {
        let table = dict.get::<Dict>().expect("made as a dict");
        table.replace_table(thread, |generation| {
            Table::allocate(thread, generation, capacity)
        });
    }
    dict
}

/// A new empty dict of the class `dict` or a subclass.
#[inline]
pub fn new_instance(thread: &Thread, class: &Type) -> Owned {
    let dict = Dict {
        header: class.instance_header(thread),
        table: AtomicPtr::new(Table::empty()),
        len: AtomicUsize::new(0),
        generations: AtomicU32::new(0),
    };
    heap::new(thread, dict)
}

/// Hash of a dict key.
#[inline(always)]
pub fn hash_key(thread: &Thread, key: Value) -> Result<i64> {
    hash_as(thread, key, "a dict key")
}

/// Hash of a value that is to be used as `role`, which goes into the message if it has none.
#[inline(always)]
pub(super) fn hash_as(thread: &Thread, key: Value, role: &str) -> Result<i64> {
    if let Some(text) = key.get_exact::<Str>() {
        return Ok(text.hash());
    }
    match key.as_small_int() {
        Some(i) => Ok(hashing::hash_i64(i)),
        None => hash_other(thread, key, role),
    }
}

#[inline(never)]
fn hash_other(thread: &Thread, key: Value, role: &str) -> Result<i64> {
    let raised = match convert::hash(thread, key) {
        Ok(hash) => return Ok(hash),
        Err(raised) => raised,
    };
    let exception = thread.take_exception(raised);
    if !class_of(exception.value()).is(Builtin::TypeError) {
        return Err(thread.raise_value(exception));
    }
    let text = convert::display(thread, exception.value())?;
    let name = convert::type_name(key);
    raise!(thread, TypeError, "cannot use '{name}' as {role} ({text})")
}

/// Are a key of a table and another with the same hash equal?
pub(super) fn same_key(thread: &Thread, candidate: &Owned, key: Value) -> Result<bool> {
    if candidate.value() == key {
        return Ok(true);
    }
    match table::quick_equal(candidate.value(), key) {
        Some(equal) => Ok(equal),
        None => compare::equal(thread, candidate.value(), key),
    }
}

/// Raises `KeyError(key)`.
#[cold]
pub fn key_error<T>(thread: &Thread, key: Value) -> Result<T> {
    let args = vec![Owned::new(key)];
    let exception = super::exception::new_builtin(thread, Builtin::KeyError, args);
    Err(thread.raise_value(exception))
}

impl Dict {
    /// Number of keys.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes the dict takes.
    pub fn size(&self) -> usize {
        size_of::<Dict>() + self.table().bytes()
    }

    /// The present table, until the next safepoint.
    #[inline(always)]
    pub fn table(&self) -> &Table {
        // SAFETY: the pointer is never null, and tables are retired, not freed, while another thread may be reading.
        unsafe { &*self.table.load(Ordering::Acquire) }
    }

    #[inline(always)]
    fn lock(&self, thread: &Thread) -> Option<Guard<'_>> {
        lock_for_write(thread, &self.header)
    }

    /// The value of a key.
    #[inline]
    pub fn get(&self, thread: &Thread, key: Value) -> Result<Option<Owned>> {
        let hash = hash_key(thread, key)?;
        self.get_hashed(thread, key, hash)
    }

    /// The value of a key whose hash is known.
    #[inline]
    pub fn get_hashed(&self, thread: &Thread, key: Value, hash: i64) -> Result<Option<Owned>> {
        let table = self.table();
        match table.find(key, hash) {
            Found::Absent => Ok(None),
            Found::Entry(entry) => match table.entry(entry).value.try_load() {
                Some(value) => Ok((!value.is_missing()).then_some(value)),
                None => self.get_slow(thread, key, hash),
            },
            Found::Unsure => self.get_slow(thread, key, hash),
        }
    }

    #[cold]
    #[inline(never)]
    fn get_slow(&self, thread: &Thread, key: Value, hash: i64) -> Result<Option<Owned>> {
        if let Place::Entry { generation, entry } = self.search(thread, key, hash)? {
            let table = self.table();
            if table.generation == generation
                && let Some(value) = table.entry(entry).value.try_load()
            {
                return Ok((!value.is_missing()).then_some(value));
            }
        } else {
            return Ok(None);
        }
        self.update_hashed(thread, key, hash, |entry| {
            entry.map(|entry| self.table().entry(entry).value.load_locked())
        })
    }

    /// Is the key there?
    #[inline]
    pub fn contains(&self, thread: &Thread, key: Value) -> Result<bool> {
        let hash = hash_key(thread, key)?;
        self.contains_hashed(thread, key, hash)
    }

    /// Is the key, whose hash is known, there?
    #[inline]
    pub fn contains_hashed(&self, thread: &Thread, key: Value, hash: i64) -> Result<bool> {
        match self.table().find(key, hash) {
            Found::Absent => Ok(false),
            Found::Entry(_) => Ok(true),
            Found::Unsure => {
                let place = self.search(thread, key, hash)?;
                Ok(matches!(place, Place::Entry { .. }))
            }
        }
    }

    /// Sets a key's value.
    #[inline]
    pub fn set(&self, thread: &Thread, key: Value, value: Value) -> Result<()> {
        let hash = hash_key(thread, key)?;
        self.set_hashed(thread, key, hash, Owned::new(value))
    }

    /// Sets the value of a key whose hash is known.
    #[inline]
    pub fn set_hashed(&self, thread: &Thread, key: Value, hash: i64, value: Owned) -> Result<()> {
        let old = self.update_hashed(thread, key, hash, |entry| match entry {
            Some(entry) => {
                self.note(key, value.value());
                Some(self.table().entry(entry).value.replace(value))
            }
            None => {
                self.insert(thread, key, hash, value);
                None
            }
        })?;
        drop(old);
        Ok(())
    }

    /// The value of a key, which is added with `default` if it is absent; and whether it was added.
    pub fn set_default(&self, thread: &Thread, key: Value, default: Value) -> Result<Owned> {
        let hash = hash_key(thread, key)?;
        if let Some(value) = self.get_hashed(thread, key, hash)? {
            return Ok(value);
        }
        self.update_hashed(thread, key, hash, |entry| match entry {
            Some(entry) => self.table().entry(entry).value.load_locked(),
            None => {
                self.insert(thread, key, hash, Owned::new(default));
                Owned::new(default)
            }
        })
    }

    /// Removes a key and returns its value.
    pub fn remove(&self, thread: &Thread, key: Value) -> Result<Option<Owned>> {
        let hash = hash_key(thread, key)?;
        self.remove_hashed(thread, key, hash)
    }

    /// Removes a key whose hash is known and returns its value.
    pub fn remove_hashed(&self, thread: &Thread, key: Value, hash: i64) -> Result<Option<Owned>> {
        let removed = self.update_hashed(thread, key, hash, |entry| {
            entry.map(|entry| self.take_entry(entry))
        })?;
        Ok(removed.map(|(_, value)| value))
    }

    /// Removes the key that was added last.
    pub fn pop_last(&self, thread: &Thread) -> Option<(Owned, Owned)> {
        let _guard = self.lock(thread);
        let last = self.table().last()?;
        Some(self.take_entry(last))
    }

    /// Removes everything.
    pub fn clear(&self, thread: &Thread) {
        let guard = self.lock(thread);
        let old = self.table.load(Ordering::Relaxed);
        self.table.store(Table::empty(), Ordering::Release);
        self.len.store(0, Ordering::Release);
        if self.header.has_flag(FLAG_WATCHED) {
            attach::cleared(&self.header);
        }
        // SAFETY: the dict owned what the old table holds and does not any more; nobody finds that table from now on.
        let removed: Vec<[Owned; 2]> = unsafe {
            let words = (*old).words();
            let removed = words
                .map(|(_, key, value)| [key, value].map(Owned::from_counted))
                .collect();
            Table::retire(thread, &self.header, old);
            removed
        };
        drop(guard);
        drop(removed);
    }

    /// All keys and values, as they are at one moment.
    pub fn snapshot(&self, thread: &Thread) -> Vec<(Owned, Owned)> {
        let items = self.snapshot_hashed(thread).into_iter();
        items.map(|(_, key, value)| (key, value)).collect()
    }

    /// All hashes, keys and values, as they are at one moment.
    pub fn snapshot_hashed(&self, thread: &Thread) -> Vec<(i64, Owned, Owned)> {
        let _guard = self.lock(thread);
        let words = self.table().words();
        words
            .map(|(hash, key, value)| (hash, Owned::new(key), Owned::new(value)))
            .collect()
    }

    /// Sets all keys of another dict to their values there.
    pub fn merge(&self, thread: &Thread, other: &Dict) -> Result<()> {
        let items = other.snapshot_hashed(thread);
        if items.is_empty() || std::ptr::eq(self, other) {
            return Ok(());
        }
        let guard = self.lock(thread);
        if self.is_empty() {
            self.replace_table(thread, |generation| {
                Table::allocate(thread, generation, items.len())
            });
            let len = items.len();
            for (hash, key, value) in items {
                self.note(key.value(), value.value());
                self.table().insert(hash, key, value);
            }
            self.len.store(len, Ordering::Release);
            return Ok(());
        }
        drop(guard);
        for (hash, key, value) in items {
            self.set_hashed(thread, key.value(), hash, value)?;
        }
        Ok(())
    }

    /// The first entry at `position` or after that was not deleted: key and value; `position` moves behind it.
    #[inline]
    pub fn next_entry(&self, thread: &Thread, position: &mut usize) -> Option<(Owned, Owned)> {
        self.walk(thread, position, |entry| {
            Some((entry.key.try_load()?, entry.value.try_load()?))
        })
    }

    /// As [`Dict::next_entry`]: the key only.
    #[inline]
    pub fn next_key(&self, thread: &Thread, position: &mut usize) -> Option<Owned> {
        self.walk(thread, position, |entry| {
            Some((entry.key.try_load()?, Owned::NONE))
        })
        .map(|(key, _)| key)
    }

    /// As [`Dict::next_entry`]: the value only.
    #[inline]
    pub fn next_value(&self, thread: &Thread, position: &mut usize) -> Option<Owned> {
        self.walk(thread, position, |entry| {
            Some((Owned::NONE, entry.value.try_load()?))
        })
        .map(|(_, value)| value)
    }

    #[inline(always)]
    fn walk(
        &self,
        thread: &Thread,
        position: &mut usize,
        load: impl Fn(&table::Entry) -> Option<(Owned, Owned)>,
    ) -> Option<(Owned, Owned)> {
        let table = self.table();
        let mut number = (*position).max(table.head());
        while number < table.used() {
            let Some((key, value)) = load(table.entry(number)) else {
                return self.walk_locked(thread, position);
            };
            number += 1;
            if !key.is_missing() && !value.is_missing() {
                *position = number;
                return Some((key, value));
            }
        }
        *position = number;
        None
    }

    #[cold]
    #[inline(never)]
    fn walk_locked(&self, thread: &Thread, position: &mut usize) -> Option<(Owned, Owned)> {
        let _guard = self.lock(thread);
        let table = self.table();
        let numbers = (*position).max(table.head())..table.used();
        for number in numbers {
            let entry = table.entry(number);
            if !entry.is_deleted() {
                *position = number + 1;
                return Some((entry.key.load_locked(), entry.value.load_locked()));
            }
        }
        *position = table.used();
        None
    }

    /// The entry before `position` that was not deleted: key and value; `position` moves to it.
    pub fn previous_entry(&self, thread: &Thread, position: &mut usize) -> Option<(Owned, Owned)> {
        let _guard = self.lock(thread);
        let table = self.table();
        let end = (*position).min(table.used());
        let number = (table.head()..end).rfind(|&number| !table.entry(number).is_deleted());
        *position = number.unwrap_or(0);
        let entry = table.entry(number?);
        Some((entry.key.load_locked(), entry.value.load_locked()))
    }
}

/// Names: interned strings, as the keys of namespaces are. Other keys that could equal one only by calling `__eq__` are
/// taken for different.
impl Dict {
    /// Where the value of a name is, until the next safepoint.
    #[inline(always)]
    pub fn lookup_interned(&self, name: Value) -> Option<&Slot> {
        let table = self.table();
        let entry = table.find_interned(name)?;
        Some(&table.entry(entry).value)
    }

    /// The value of a name.
    #[inline]
    pub fn get_interned(&self, name: Value) -> Option<Owned> {
        let value = match self.lookup_interned(name)?.try_load() {
            Some(value) => value,
            None => {
                let _guard = crate::sync::lock::lock(&self.header);
                self.lookup_interned(name)?.load_locked()
            }
        };
        (!value.is_missing()).then_some(value)
    }

    /// Sets the value of a name.
    pub fn set_interned(&self, thread: &Thread, name: Value, value: Owned) {
        let guard = self.lock(thread);
        let old = match self.lookup_interned(name) {
            Some(slot) => {
                self.note(name, value.value());
                Some(slot.replace(value))
            }
            None => {
                let text = name.get::<Str>().expect("names are strings");
                self.insert(thread, name, text.hash(), value);
                None
            }
        };
        drop(guard);
        drop(old);
    }

    /// Removes a name and returns its value.
    pub fn remove_interned(&self, thread: &Thread, name: Value) -> Option<Owned> {
        let guard = self.lock(thread);
        let entry = self.table().find_interned(name)?;
        let (key, value) = self.take_entry(entry);
        drop(guard);
        drop(key);
        Some(value)
    }
}

impl Dict {
    /// Finds a key and calls `act` with its entry, or `None` if it is absent, while nobody else can change the dict. `act`
    /// must not call anything or drop references.
    #[inline(always)]
    fn update_hashed<R>(
        &self,
        thread: &Thread,
        key: Value,
        hash: i64,
        act: impl FnOnce(Option<usize>) -> R,
    ) -> Result<R> {
        let guard = self.lock(thread);
        let entry = match self.table().find(key, hash) {
            Found::Entry(entry) => Some(entry),
            Found::Absent => None,
            Found::Unsure => {
                drop(guard);
                return self.update_slow(thread, key, hash, act);
            }
        };
        Ok(act(entry))
    }

    #[cold]
    #[inline(never)]
    fn update_slow<R>(
        &self,
        thread: &Thread,
        key: Value,
        hash: i64,
        act: impl FnOnce(Option<usize>) -> R,
    ) -> Result<R> {
        loop {
            let place = self.search(thread, key, hash)?;
            let _guard = self.lock(thread);
            if let Some(entry) = self.still(place) {
                return Ok(act(entry));
            }
        }
    }

    /// The entry a search found, if what it found still holds. The caller may write to the dict.
    fn still(&self, place: Place) -> Option<Option<usize>> {
        let table = self.table();
        match place {
            Place::Entry { generation, entry } => {
                let holds = table.generation == generation && !table.entry(entry).is_deleted();
                holds.then_some(Some(entry))
            }
            Place::Absent { generation, used } => {
                let holds = table.generation == generation && table.used() == used;
                holds.then_some(None)
            }
        }
    }

    /// Looks for a key, calling `__eq__` where it must.
    fn search(&self, thread: &Thread, key: Value, hash: i64) -> Result<Place> {
        'again: loop {
            let generation = self.table().generation;
            let used = self.table().used();
            let mut step = 0;
            loop {
                // The table is still the one of this generation: it was compared after everything that could replace it.
                let table = self.table();
                if table.generation != generation {
                    continue 'again;
                }
                let Some((entry, at)) = table.candidate(hash, step) else {
                    return Ok(Place::Absent { generation, used });
                };
                step = at + 1;
                let Some(candidate) = self.load_key(thread, generation, entry) else {
                    continue 'again;
                };
                if candidate.is_missing() || !same_key(thread, &candidate, key)? {
                    continue;
                }
                let table = self.table();
                if table.generation == generation
                    && table.entry(entry).key.peek() == candidate.value()
                {
                    return Ok(Place::Entry { generation, entry });
                }
                continue 'again;
            }
        }
    }

    /// A new reference to an entry's key; none if the dict has got another table.
    fn load_key(&self, thread: &Thread, generation: u32, entry: usize) -> Option<Owned> {
        if let Some(key) = self.table().entry(entry).key.try_load() {
            return Some(key);
        }
        let _guard = self.lock(thread);
        let table = self.table();
        (table.generation == generation).then(|| table.entry(entry).key.load_locked())
    }

    /// Adds a key that is not there. The caller may write to the dict.
    #[inline]
    fn insert(&self, thread: &Thread, key: Value, hash: i64, value: Owned) {
        if self.table().is_full() {
            self.resize(thread);
        }
        self.note(key, value.value());
        self.table().insert(hash, Owned::new(key), value);
        let len = self.len.load(Ordering::Relaxed);
        self.len.store(len + 1, Ordering::Release);
    }

    /// Tells who mirrors the dict about a new value. The caller may write to the dict.
    #[inline(always)]
    fn note(&self, key: Value, value: Value) {
        if self.header.has_flag(FLAG_WATCHED) {
            attach::changed(&self.header, key, value);
        }
    }

    /// Removes an entry. The caller may write to the dict, and drops what it gets when it may not any more.
    fn take_entry(&self, entry: usize) -> (Owned, Owned) {
        let removed = self.table().remove(entry);
        self.note(removed.0.value(), Value::MISSING);
        let len = self.len.load(Ordering::Relaxed);
        self.len.store(len - 1, Ordering::Release);
        removed
    }

    #[cold]
    #[inline(never)]
    fn resize(&self, thread: &Thread) {
        // Twice as many entries as there are keys: few of them deleted, and growth by a constant factor.
        let entries = (self.len() * 2).max(5);
        self.replace_table(thread, |generation| {
            self.table().rebuilt(thread, generation, entries)
        });
    }

    /// Replaces the table by the one `make` gives for a generation, which has taken over the references of the old one.
    /// The caller may write to the dict.
    fn replace_table(&self, thread: &Thread, make: impl FnOnce(u32) -> *mut Table) {
        let generation = self.generations.fetch_add(1, Ordering::Relaxed) + 1;
        let new = make(generation);
        let old = self.table.swap(new, Ordering::AcqRel);
        // SAFETY: the old table's references are the new one's, and nobody finds it from now on.
        unsafe { Table::retire(thread, &self.header, old) }
    }
}
