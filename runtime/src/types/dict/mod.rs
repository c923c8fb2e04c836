//! `dict`: a pointer to a [`Table`], and the number of keys in it.
//!
//! Readers take no lock: they load the table, find the entry, count the value and look whether it is still there. Searching,
//! locking and checking are those of [`keyed`](super::keyed).

pub mod cache;
pub mod methods;
pub mod table;
pub mod views;
mod word;

pub use methods::{is_mapping, pairs_of_mapping};

use super::keyed::{Found, KeyTable, Keyed, Place, hash_as};
use super::str::Str;
use super::{Builtin, Type};
use crate::abi::attach;
use crate::object::{FLAG_WATCHED, Header, Kind, Object, Slot};
use crate::{Owned, Result, Thread, Value, heap, raise};
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use table::Table;
use word::{Word, is_simple};

/// A Python dict.
#[repr(C)]
pub struct Dict {
    header: Header,
    /// Never null.
    table: AtomicPtr<Table>,
    /// Number of keys.
    len: AtomicU32,
    /// Tables the dict has had.
    generations: AtomicU32,
}

// SAFETY: `repr(C)`, header first, own kind; keys and values are the counted references, the table is the only buffer.
unsafe impl Object for Dict {
    const KIND: Kind = Kind::DICT;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.table().for_each(|entry| {
            visit(entry.key.peek());
            visit(entry.value.peek());
        });
    }

    unsafe fn finish(&self, thread: &Thread) {
        // SAFETY: the dict is dead, so nobody finds the table through it from now on.
        unsafe { Table::retire(thread, &self.header, self.table.load(Ordering::Relaxed)) }
    }
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
            Table::allocate(thread, generation, capacity, true)
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
        len: AtomicU32::new(0),
        generations: AtomicU32::new(0),
    };
    heap::new(thread, dict)
}

/// Hash of a dict key.
#[inline(always)]
pub fn hash_key(thread: &Thread, key: Value) -> Result<i64> {
    hash_as(thread, key, "a dict key")
}

/// Raises `KeyError(key)`.
#[cold]
pub fn key_error<T>(thread: &Thread, key: Value) -> Result<T> {
    let args = vec![Owned::new(key)];
    let exception = super::exception::new_builtin(thread, Builtin::KeyError, args);
    Err(thread.raise_value(exception))
}

impl Keyed for Dict {
    type Table = Table;

    #[inline(always)]
    fn table(&self) -> &Table {
        self.table()
    }
}

impl Dict {
    /// The present table, until the next safepoint.
    #[inline(always)]
    pub fn table(&self) -> &Table {
        // SAFETY: the pointer is never null, and tables are retired, not freed, while another thread may be reading.
        unsafe { &*self.table.load(Ordering::Acquire) }
    }

    /// Number of keys.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.load(Ordering::Acquire) as usize
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes the dict takes.
    pub fn size(&self) -> usize {
        size_of::<Dict>() + self.table().bytes()
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
        let word = table.word();
        match table.find_at(word, key, hash) {
            Found::Absent => Ok(None),
            Found::Entry(entry) => match table.entry_at(word, entry).value.try_load() {
                Some(value) => Ok((!value.is_missing()).then_some(value)),
                None => self.get_slow(thread, key, hash),
            },
            Found::Unsure => self.get_slow(thread, key, hash),
        }
    }

    #[cold]
    #[inline(never)]
    fn get_slow(&self, thread: &Thread, key: Value, hash: i64) -> Result<Option<Owned>> {
        if let Place::Entry {
            generation, entry, ..
        } = self.search(thread, key, hash)?
        {
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

    /// Sets a key's value.
    #[inline]
    pub fn set(&self, thread: &Thread, key: Value, value: Value) -> Result<()> {
        let hash = hash_key(thread, key)?;
        self.set_hashed(thread, key, hash, Owned::new(value))
    }

    /// Sets the value of a key whose hash is known.
    #[inline]
    pub fn set_hashed(&self, thread: &Thread, key: Value, hash: i64, value: Owned) -> Result<()> {
        let old = self.replace_hashed(thread, key, hash, value)?;
        drop(old);
        Ok(())
    }

    /// Sets the value of a key whose hash is known; gives the old one.
    #[inline]
    pub fn replace_hashed(
        &self,
        thread: &Thread,
        key: Value,
        hash: i64,
        value: Owned,
    ) -> Result<Option<Owned>> {
        self.update_hashed(thread, key, hash, |entry| match entry {
            Some(entry) => {
                self.note(key, value.value());
                Some(self.table().entry(entry).value.replace(value))
            }
            None => {
                self.insert(thread, key, hash, value);
                None
            }
        })
    }

    /// The value of a key, which is added with `default` if it is absent; and whether it was added.
    pub fn set_default(&self, thread: &Thread, key: Value, default: Value) -> Result<Owned> {
        let hash = hash_key(thread, key)?;
        if let Found::Entry(entry) = self.table().find(key, hash)
            && let Some(value) = self.table().entry(entry).value.try_load()
            && !value.is_missing()
        {
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

    /// Gives a key whose hash is known the value `new` (`None`: removes it) if its value is `expected` by identity (`None`: if
    /// it is absent). Tells whether it did.
    pub fn compare_exchange_hashed(
        &self,
        thread: &Thread,
        key: Value,
        hash: i64,
        expected: Option<Value>,
        new: Option<Owned>,
    ) -> Result<bool> {
        let outcome = self.update_hashed(thread, key, hash, |entry| {
            let value = |entry| self.table().entry(entry).value.peek();
            if entry.map(value) != expected {
                return Err(new);
            }
            Ok(match (entry, new) {
                (Some(entry), Some(new)) => {
                    self.note(key, new.value());
                    (None, Some(self.table().entry(entry).value.replace(new)))
                }
                (Some(entry), None) => {
                    let (key, value) = self.take_entry(entry);
                    (Some(key), Some(value))
                }
                (None, Some(new)) => {
                    self.insert(thread, key, hash, new);
                    (None, None)
                }
                (None, None) => (None, None),
            })
        })?;
        // What was replaced, or not taken, is dropped here, where the lock is no longer held.
        Ok(outcome.is_ok())
    }

    /// Removes a key if its value passes a test, which must not call anything.
    pub fn remove_if(
        &self,
        thread: &Thread,
        key: Value,
        test: impl FnOnce(Value) -> bool,
    ) -> Result<()> {
        let hash = hash_key(thread, key)?;
        self.remove_if_hashed(thread, key, hash, test)
    }

    /// [`Dict::remove_if`] for a key whose hash is known.
    pub fn remove_if_hashed(
        &self,
        thread: &Thread,
        key: Value,
        hash: i64,
        test: impl FnOnce(Value) -> bool,
    ) -> Result<()> {
        let removed = self.update_hashed(thread, key, hash, |entry| {
            let entry = entry.filter(|&entry| test(self.table().entry(entry).value.peek()));
            entry.map(|entry| self.take_entry(entry))
        })?;
        drop(removed);
        Ok(())
    }

    /// Removes the key that was added last.
    pub fn pop_last(&self, thread: &Thread) -> Option<(Owned, Owned)> {
        let _guard = self.lock(thread);
        let last = self.table().last()?;
        Some(self.take_entry(last))
    }

    /// Removes the key that comes first.
    pub fn pop_first(&self, thread: &Thread) -> Option<(Owned, Owned)> {
        let _guard = self.lock(thread);
        let first = (!self.is_empty()).then(|| self.table().head())?;
        Some(self.take_entry(first))
    }

    /// Moves a key whose hash is known behind all others, or, which copies the table, before them. Tells whether it is there.
    pub fn move_to_end_hashed(
        &self,
        thread: &Thread,
        key: Value,
        hash: i64,
        last: bool,
    ) -> Result<bool> {
        let moved = self.update_hashed(thread, key, hash, |entry| {
            let entry = entry?;
            if !last {
                if entry != self.table().head() {
                    self.replace_table(thread, |generation| {
                        self.table().rotated(thread, generation, entry)
                    });
                }
                return Some(None);
            }
            if Some(entry) == self.table().last() {
                return Some(None);
            }
            let (key, value) = self.take_entry(entry);
            self.insert(thread, key.value(), hash, value);
            Some(Some(key))
        })?;
        Ok(moved.is_some())
    }

    /// Something that is another one after keys were added or moved, which the length does not tell.
    pub fn structure(&self) -> (u32, usize) {
        let table = self.table();
        (table.generation, table.used())
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
        let removed = unsafe {
            let mut removed: Vec<[Owned; 2]> = Vec::new();
            (*old).for_each(|entry| {
                removed
                    .push([&entry.key, &entry.value].map(|slot| Owned::from_counted(slot.peek())));
            });
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
        // Most keyword arguments that are passed on are none: threads that pass on the same ones write to nothing.
        if self.is_empty() {
            return Vec::new();
        }
        let _guard = self.lock(thread);
        let mut items = Vec::with_capacity(self.len());
        self.table().for_each_word(|hash, key, value| {
            items.push((hash, Owned::new(key), Owned::new(value)));
        });
        items
    }

    /// Sets all keys of another dict to their values there.
    pub fn merge(&self, thread: &Thread, other: &Dict) -> Result<()> {
        let items = other.snapshot_hashed(thread);
        if items.is_empty() || std::ptr::eq(self, other) {
            return Ok(());
        }
        let guard = self.lock(thread);
        if self.is_empty() {
            let len = items.len();
            let simple =
                len <= Word::MOST && items.iter().all(|(_, key, _)| is_simple(key.value()));
            self.replace_table(thread, |generation| {
                Table::allocate(thread, generation, len, simple)
            });
            for (hash, key, value) in items {
                self.note(key.value(), value.value());
                self.table().insert(hash, key, value);
            }
            self.len.store(len as u32, Ordering::Release);
            return Ok(());
        }
        drop(guard);
        let (len, single) = (items.len(), thread.is_single());
        for (hash, key, value) in items {
            self.set_hashed(thread, key.value(), hash, value)?;
            // Only `==` can have done it; other threads may change what they like.
            if single && other.len() != len {
                return raise!(thread, RuntimeError, "dict mutated during update");
            }
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
        // Behind the end there is nothing that the table of before had.
        let end = match *position {
            beyond if beyond > table.used() => 0,
            position => position,
        };
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
    /// Adds a key that is not there. The caller may write to the dict.
    #[inline]
    fn insert(&self, thread: &Thread, key: Value, hash: i64, value: Owned) {
        if !self.table().has_room(key) {
            self.resize(thread, key);
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

    /// Makes room for a key.
    #[cold]
    #[inline(never)]
    fn resize(&self, thread: &Thread, key: Value) {
        self.replace_table(thread, |generation| {
            let table = self.table();
            table.with_room(thread, generation, self.len(), key)
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
