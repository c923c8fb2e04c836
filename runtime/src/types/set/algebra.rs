//! Sets combined with sets and other iterables. Which operand is walked, and in which order elements are added, is as in
//! CPython, because it shows in the order of iteration.

use super::{Set, as_set, hash_element, new_instance};
use crate::operators::iterate;
use crate::types::Builtin;
use crate::types::dict::Dict;
use crate::types::keyed::Keyed;
use crate::{Object, Owned, Result, Thread, Value};

/// A new set of the plain type of `like`: `set` or `frozenset`.
fn new_like(thread: &Thread, like: &Set) -> Owned {
    let class = if like.is_frozen() {
        Builtin::Frozenset
    } else {
        Builtin::Set
    };
    new_instance(thread, class.class())
}

fn made(set: &Owned) -> &Set {
    as_set(set).expect("made as a set")
}

/// Adds the items of an iterable.
pub fn fill(thread: &Thread, set: &Set, iterable: Value) -> Result<()> {
    if let Some(other) = as_set(&iterable) {
        return set.absorb(thread, other);
    }
    if let Some(dict) = iterable.get_exact::<Dict>() {
        let entries = dict.snapshot_hashed(thread);
        set.reserve(thread, entries.len());
        for (hash, key, _) in entries {
            set.add_hashed(thread, key.value(), hash)?;
        }
        return Ok(());
    }
    iterate::for_each(thread, iterable, |item| {
        set.add(thread, item.value()).map(drop)
    })
}

/// A copy, of the plain type.
pub fn copy(thread: &Thread, set: &Set) -> Result {
    let copy = new_like(thread, set);
    made(&copy).absorb(thread, set)?;
    Ok(copy)
}

/// `set | other`
pub fn union(thread: &Thread, set: &Set, other: Value) -> Result {
    let result = copy(thread, set)?;
    fill(thread, made(&result), other)?;
    Ok(result)
}

/// `set & other`
pub fn intersection(thread: &Thread, set: &Set, other: Value) -> Result {
    let Some(other_set) = as_set(&other) else {
        let result = new_like(thread, set);
        iterate::for_each(thread, other, |item| {
            let hash = hash_element(thread, item.value())?;
            if set.contains_hashed(thread, item.value(), hash)? {
                made(&result).add_hashed(thread, item.value(), hash)?;
            }
            Ok(())
        })?;
        return Ok(result);
    };
    if std::ptr::eq(set, other_set) {
        return copy(thread, set);
    }
    let result = new_like(thread, set);
    let (small, large) = if other_set.len() > set.len() {
        (set, other_set)
    } else {
        (other_set, set)
    };
    for (hash, key) in small.snapshot_hashed(thread) {
        if large.contains_hashed(thread, key.value(), hash)? {
            made(&result).add_hashed(thread, key.value(), hash)?;
        }
    }
    Ok(result)
}

/// `set - other`
pub fn difference(thread: &Thread, set: &Set, other: Value) -> Result {
    let dict = other.get_exact::<Dict>();
    let known = as_set(&other).map(Set::len).or(dict.map(Dict::len));
    // A long set less a short one is a copy from which little is removed.
    if known.is_none_or(|len| set.len() >> 2 > len) {
        let result = copy(thread, set)?;
        difference_update(thread, made(&result), other)?;
        return Ok(result);
    }
    let result = new_like(thread, set);
    for (hash, key) in set.snapshot_hashed(thread) {
        let common = match (as_set(&other), dict) {
            (Some(other), _) => other.contains_hashed(thread, key.value(), hash)?,
            (None, Some(dict)) => dict.contains_hashed(thread, key.value(), hash)?,
            (None, None) => false,
        };
        if !common {
            made(&result).add_hashed(thread, key.value(), hash)?;
        }
    }
    Ok(result)
}

/// `set -= other`
pub fn difference_update(thread: &Thread, set: &Set, other: Value) -> Result<()> {
    match as_set(&other) {
        Some(other) if std::ptr::eq(set, other) => {
            set.clear(thread);
            return Ok(());
        }
        Some(other) => {
            for (hash, key) in other.snapshot_hashed(thread) {
                set.remove_hashed(thread, key.value(), hash)?;
            }
        }
        None => {
            iterate::for_each(thread, other, |item| {
                set.remove(thread, item.value()).map(drop)
            })?;
        }
    }
    set.compact(thread);
    Ok(())
}

/// `set ^ other`
pub fn symmetric_difference(thread: &Thread, set: &Set, other: Value) -> Result {
    let result = new_like(thread, set);
    fill(thread, made(&result), other)?;
    symmetric_difference_update(thread, made(&result), set.value())?;
    Ok(result)
}

/// `set ^= other`
pub fn symmetric_difference_update(thread: &Thread, set: &Set, other: Value) -> Result<()> {
    if let Some(other) = as_set(&other) {
        if std::ptr::eq(set, other) {
            set.clear(thread);
            return Ok(());
        }
        for (hash, key) in other.snapshot_hashed(thread) {
            set.toggle_hashed(thread, key.value(), hash)?;
        }
        return Ok(());
    }
    // The same item twice counts once.
    let elements = new_like(thread, set);
    fill(thread, made(&elements), other)?;
    symmetric_difference_update(thread, set, elements.value())
}

/// `set <= other`
pub fn is_subset(thread: &Thread, set: &Set, other: &Set) -> Result<bool> {
    if set.len() > other.len() {
        return Ok(false);
    }
    for (hash, key) in set.snapshot_hashed(thread) {
        if !other.contains_hashed(thread, key.value(), hash)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Have the set and an iterable no element in common?
pub fn is_disjoint(thread: &Thread, set: &Set, other: Value) -> Result<bool> {
    let Some(other) = as_set(&other) else {
        let iterator = iterate::iter(thread, other)?;
        while let Some(item) = iterate::next(thread, iterator.value())? {
            if set.contains(thread, item.value())? {
                return Ok(false);
            }
        }
        return Ok(true);
    };
    let (small, large) = if other.len() > set.len() {
        (set, other)
    } else {
        (other, set)
    };
    for (hash, key) in small.snapshot_hashed(thread) {
        if large.contains_hashed(thread, key.value(), hash)? {
            return Ok(false);
        }
    }
    Ok(true)
}
