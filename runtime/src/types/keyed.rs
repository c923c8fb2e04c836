//! What dicts and sets have in common: looking for a key in a table that other threads may be changing.
//!
//! A table's entries are taken once and never given to another key, and a table that is replaced stays readable for a grace
//! period. So what was found in a table remains true of that table or can be checked in a word: [`Place`].
//!
//! Readers take no lock. A search that meets a key it can only compare by calling `__eq__` holds a reference to that key
//! while it calls, and starts again if the container has got another table meanwhile. Writers search under the lock if they
//! can do so without calling; else they search first, take the lock, and check that what they found still holds.

use super::class::class_of;
use super::hashing;
use super::str::Str;
use super::tuple::Tuple;
use crate::object::{Object, Slot};
use crate::operators::{compare, convert};
use crate::sync::lock::{Guard, lock_for_write};
use crate::{Builtin, Owned, Result, Thread, Value, raise};

/// What a search without calling anything found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Entry(usize),
    Absent,
    /// A key with the same hash can only be compared by `==`.
    Unsure,
}

/// What a search found, in a form that can be checked later.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// The key is this one, in this entry of this table.
    Entry {
        generation: u32,
        entry: usize,
        key: Value,
    },
    /// The key is not in this table, as long as no more entries are taken.
    Absent { generation: u32, taken: usize },
}

/// A table of keys.
pub(super) trait KeyTable {
    /// Numbers the tables of one container; 0 for the table of empty ones.
    fn generation(&self) -> u32;

    /// Entries taken so far, those of deleted keys included.
    fn taken(&self) -> usize;

    /// Looks for a key, comparing only what can be compared without calling anything.
    fn find(&self, key: Value, hash: i64) -> Found;

    /// The entries a hash leads to, from step `from` of the search on: the next with this hash, and its step.
    fn candidate(&self, hash: i64, from: usize) -> Option<(usize, usize)>;

    /// The key of an entry that was taken; no key at all once it was deleted.
    fn key(&self, entry: usize) -> &Slot;

    /// Is what an entry holds a key?
    fn is_key(value: Value) -> bool;
}

/// A container that finds things by key.
pub(super) trait Keyed: Object {
    type Table: KeyTable;

    /// The present table, until the next safepoint.
    fn table(&self) -> &Self::Table;

    /// Locks the container, unless no other thread can reach it.
    #[inline(always)]
    fn lock(&self, thread: &Thread) -> Option<Guard<'_>> {
        lock_for_write(thread, self.header())
    }

    /// Is a key, whose hash is known, there?
    #[inline]
    fn contains_hashed(&self, thread: &Thread, key: Value, hash: i64) -> Result<bool> {
        match self.table().find(key, hash) {
            Found::Absent => Ok(false),
            Found::Entry(_) => Ok(true),
            Found::Unsure => {
                let place = self.search(thread, key, hash)?;
                Ok(matches!(place, Place::Entry { .. }))
            }
        }
    }

    /// Finds a key and calls `act` with its entry, or `None` if it is absent, while nobody else can change the container.
    /// `act` must not call anything or drop references.
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

    /// [`Keyed::update_hashed`] where `__eq__` has to be called.
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

    /// The entry a search found, if what it found still holds.
    fn still(&self, place: Place) -> Option<Option<usize>> {
        let table = self.table();
        match place {
            Place::Entry {
                generation,
                entry,
                key,
            } => {
                let holds = table.generation() == generation && table.key(entry).peek() == key;
                holds.then_some(Some(entry))
            }
            Place::Absent { generation, taken } => {
                let holds = table.generation() == generation && table.taken() == taken;
                holds.then_some(None)
            }
        }
    }

    /// Looks for a key, calling `__eq__` where it must.
    fn search(&self, thread: &Thread, key: Value, hash: i64) -> Result<Place> {
        'again: loop {
            let table = self.table();
            let (generation, taken) = (table.generation(), table.taken());
            let mut step = 0;
            loop {
                // `==` may have replaced the table, and freed the one of before.
                let table = self.table();
                if table.generation() != generation {
                    continue 'again;
                }
                let Some((entry, at)) = table.candidate(hash, step) else {
                    return Ok(Place::Absent { generation, taken });
                };
                step = at + 1;
                let Some(candidate) = self.load_key(thread, table, entry) else {
                    continue 'again;
                };
                if !Self::Table::is_key(candidate.value()) || !same_key(thread, &candidate, key)? {
                    continue;
                }
                let place = Place::Entry {
                    generation,
                    entry,
                    key: candidate.value(),
                };
                if self.still(place).is_some() {
                    return Ok(place);
                }
                continue 'again;
            }
        }
    }

    /// A new reference to the key of an entry of `table`; none if that is not the container's table any more.
    fn load_key(&self, thread: &Thread, table: &Self::Table, entry: usize) -> Option<Owned> {
        if let Some(key) = table.key(entry).try_load() {
            return Some(key);
        }
        let _guard = self.lock(thread);
        std::ptr::eq(self.table(), table).then(|| table.key(entry).load_locked())
    }
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
    let name = class_of(key).full_name();
    raise!(thread, TypeError, "cannot use '{name}' as {role} ({text})")
}

/// Are a key of a table and another with the same hash equal?
fn same_key(thread: &Thread, candidate: &Owned, key: Value) -> Result<bool> {
    if candidate.value() == key {
        return Ok(true);
    }
    match quick_equal(candidate.value(), key) {
        Some(equal) => Ok(equal),
        None => compare::equal(thread, candidate.value(), key),
    }
}

/// Are two keys that are not identical equal, if that can be told without calling anything? The first one may be dead
/// already, if another thread is deleting it: only objects whose payload dies with their memory are looked into.
#[inline(always)]
pub fn quick_equal(candidate: Value, key: Value) -> Option<bool> {
    if candidate.both_small_int(key) {
        return Some(candidate == key);
    }
    if let (Some(a), Some(b)) = (candidate.get_exact::<Str>(), key.get_exact::<Str>()) {
        return Some(a.equals(b));
    }
    quick_equal_other(candidate, key)
}

fn quick_equal_other(candidate: Value, key: Value) -> Option<bool> {
    if candidate.both_inline_float(key) {
        return Some(candidate.as_inline_float() == key.as_inline_float());
    }
    let (a, b) = (candidate.get_exact::<Tuple>()?, key.get_exact::<Tuple>()?);
    if a.len() != b.len() {
        return Some(false);
    }
    for (&a, &b) in a.items().iter().zip(b.items()) {
        let texts = || Some((a.get_exact::<Str>()?, b.get_exact::<Str>()?));
        let same = match texts() {
            _ if a == b => true,
            _ if a.both_small_int(b) => false,
            Some((a, b)) => a.equals(b),
            None => return None,
        };
        if !same {
            return Some(false);
        }
    }
    Some(true)
}
