//! Subscripts of strings, and containment.

use super::{Str, Units, Writer, empty, from_code_point, search, substring, width_for};
use crate::operators::convert::{has_index, to_index, type_name};
use crate::types::slice::{Bounds, Selection, Slice};
use crate::{Owned, Result, Thread, Value, raise};

/// `string[key]`
#[inline]
pub fn get_item(thread: &Thread, string: &Str, key: Value) -> Result {
    if let Some(index) = key.as_small_int() {
        return at(thread, string, index as isize);
    }
    if let Some(slice) = key.get::<Slice>() {
        return Ok(self::slice(thread, string, slice.bounds(thread)?));
    }
    if !has_index(key) {
        let name = type_name(key);
        return raise!(
            thread,
            TypeError,
            "string indices must be integers, not '{name}'"
        );
    }
    at(thread, string, to_index(thread, key)?)
}

/// The characters inside of bounds.
pub fn slice(thread: &Thread, string: &Str, bounds: Bounds) -> Owned {
    select(thread, string, bounds.of(string.len()))
}

/// The character at an index, counted from the end if negative.
#[inline]
pub fn at(thread: &Thread, string: &Str, index: isize) -> Result {
    let length = string.len();
    let from_start = if index < 0 {
        index + length as isize
    } else {
        index
    };
    if (from_start as usize) < length {
        Ok(from_code_point(
            thread,
            string.code_point(from_start as usize),
        ))
    } else {
        raise!(thread, IndexError, "string index out of range")
    }
}

/// The characters a slice selects.
pub fn select(thread: &Thread, string: &Str, selection: Selection) -> Owned {
    if selection.count == 0 {
        return empty();
    }
    if selection.step == 1 {
        let start = selection.start as usize;
        return substring(thread, string, start, start + selection.count);
    }
    let units = string.units();
    let union = match units {
        Units::One(_) if string.is_ascii() => 0x7f,
        _ => selection
            .indexes()
            .fold(0, |union, at| union | units.get(at)),
    };
    let width = width_for(union);
    let mut writer = Writer::new(thread, selection.count, width, union < 128);
    selection
        .indexes()
        .for_each(|at| writer.push_code_point(units.get(at)));
    writer.finish()
}

/// `item in string`
pub fn contains(thread: &Thread, string: &Str, item: Value) -> Result<bool> {
    match item.get::<Str>() {
        Some(item) => Ok(search::find(string.units(), item.units()).is_some()),
        None => raise!(
            thread,
            TypeError,
            "'in <string>' requires string as left operand, not {}",
            type_name(item)
        ),
    }
}
