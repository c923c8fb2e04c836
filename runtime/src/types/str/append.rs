//! Concatenation and repetition, and growing a string in place.
//!
//! `s += t` in a loop is linear: when the variable holds the only reference to a string, the string grows into the room
//! behind its code points, or moves once to a block with room for half as much again.

use super::build::copy_units;
use super::{FLAG_ASCII, Str, Units, Width, Writer};
use crate::object::{Kind, refcount};
use crate::{Object, Owned, Result, Thread, Value, heap, raise};
use std::sync::atomic::Ordering;

/// `left + right`.
#[inline]
pub fn concat(thread: &Thread, left: &Str, right: &Str) -> Owned {
    if right.is_empty() && left.header().kind() == Kind::STR {
        return Owned::new(left.value());
    }
    if left.is_empty() && right.header().kind() == Kind::STR {
        return Owned::new(right.value());
    }
    let width = left.width().max(right.width());
    let ascii = left.is_ascii() && right.is_ascii();
    let mut writer = Writer::new(thread, left.len() + right.len(), width, ascii);
    writer.push(left);
    writer.push(right);
    writer.finish()
}

/// The concatenation of strings, copied once. The values are strings.
pub fn concat_all(thread: &Thread, parts: &[Value]) -> Owned {
    let (mut length, mut width, mut ascii) = (0, Width::One, true);
    for part in parts.iter().filter_map(Value::get::<Str>) {
        length += part.len();
        width = width.max(part.width());
        ascii &= part.is_ascii();
    }
    if length == 0 {
        return super::empty();
    }
    let mut writer = Writer::new(thread, length, width, ascii);
    for part in parts.iter().filter_map(Value::get::<Str>) {
        writer.push(part);
    }
    writer.finish()
}

/// `string * count`.
pub fn repeat(thread: &Thread, string: &Str, count: isize) -> Result {
    let count = usize::try_from(count).unwrap_or(0);
    if count == 0 || string.is_empty() {
        return Ok(super::empty());
    }
    if count == 1 && string.header().kind() == Kind::STR {
        return Ok(Owned::new(string.value()));
    }
    let bytes = string.bytes().len().checked_mul(count);
    let Some(_) = bytes.filter(|&bytes| bytes <= isize::MAX as usize) else {
        return raise!(thread, OverflowError, "repeated string is too long");
    };
    let length = string.len() * count;
    if !heap::affordable(length.saturating_mul(string.width() as usize)) {
        return raise!(thread, MemoryError, "");
    }
    let mut writer = Writer::new(thread, length, string.width(), string.is_ascii());
    match string.units() {
        Units::One(&[c]) => writer.push_repeated(c.into(), count),
        units => (0..count).for_each(|_| writer.push_units(units)),
    }
    Ok(writer.finish())
}

/// `target += right` for strings: `target` is a variable that is about to hold the result.
///
/// If the variable holds the only reference, the string may grow in place; nobody can tell. So the count must be
/// honest: a borrowed argument is not a variable in this sense. `target` is a string.
#[inline]
pub fn append(thread: &Thread, target: &mut Owned, right: &Str) {
    let Some(left) = target.get_exact::<Str>() else {
        return append_copy(thread, target, false, right);
    };
    let (length, added) = (left.len(), right.len());
    let width = left.width();
    let fits = (length + added) * width as usize <= left.room as usize * 8;
    if !fits || right.width() > width || !is_only_reference(thread, left) {
        return append_copy(thread, target, true, right);
    }
    // SAFETY: nobody else sees the string, and the room is there. If `right` is the string itself, the old code points are
    // copied behind themselves.
    unsafe {
        let to = left.data().cast_mut().add(length * width as usize);
        copy_units(to, width, right.units());
    }
    left.length.store(length + added, Ordering::Relaxed);
    left.hash.store(0, Ordering::Relaxed);
    if !right.is_ascii() {
        left.flags.fetch_and(!FLAG_ASCII, Ordering::Relaxed);
    }
}

/// May `string`, which a variable refers to, change without anybody noticing?
fn is_only_reference(thread: &Thread, string: &Str) -> bool {
    let header = string.header();
    refcount::is_unique(header) && header.is_confined(thread)
}

/// `target += right` into a new string with room to grow.
#[inline(never)]
fn append_copy(thread: &Thread, target: &mut Owned, left_is_exact: bool, right: &Str) {
    let sum = match target.get::<Str>() {
        Some(left) if left_is_exact && !left.is_empty() && !right.is_empty() => {
            let length = left.len() + right.len();
            let width = left.width().max(right.width());
            let ascii = left.is_ascii() && right.is_ascii();
            let room = length + length / 4 + 16;
            let mut writer = Writer::with_room(thread, length, width, ascii, room);
            writer.push(left);
            writer.push(right);
            writer.finish()
        }
        Some(left) => concat(thread, left, right),
        None => unreachable!("the caller saw a string"),
    };
    *target = sum;
}
