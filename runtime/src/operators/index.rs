//! Subscripts, length and containment.
//!
//! Exactly builtin lists, tuples, dicts and strings are dealt with by kind; everything else goes by its special methods,
//! which the other builtin types have in their method tables.

use crate::object::{Kind, Owned};
use crate::operators::{attribute, call, compare, convert, iterate};
use crate::types::bytes::{self, Bytearray, Bytes};
use crate::types::class::Type;
use crate::types::dict::{self, Dict};
use crate::types::list::{self, List};
use crate::types::names::Name;
use crate::types::range::{self, Range};
use crate::types::set::Set;
use crate::types::slice::{self, Bounds};
use crate::types::str::{self, Str};
use crate::types::tuple::{self, Tuple};
use crate::types::{self, class_of};
use crate::{Builtin, Object, Result, Thread, Value, raise};

/// `object[key]`.
pub fn get_item(thread: &Thread, object: Value, key: Value) -> Result {
    if let Some(list) = object.get_exact::<List>() {
        return list::methods::subscript(thread, list, key);
    }
    if let Some(dict) = object.get_exact::<Dict>() {
        return match dict.get(thread, key)? {
            Some(value) => Ok(value),
            None => dict::key_error(thread, key),
        };
    }
    if let Some(tuple) = object.get_exact::<Tuple>() {
        return tuple::methods::subscript(thread, tuple, key);
    }
    if let Some(string) = object.get_exact::<Str>() {
        return str::index::get_item(thread, string, key);
    }
    if matches!(object.kind(), Kind::BYTES | Kind::BYTEARRAY) {
        return bytes::index::get_item(thread, object, key);
    }
    if let Some(value) = attribute::call_special(thread, object, Name::GETITEM, &[key])? {
        return Ok(value);
    }
    if object.is::<Type>() {
        return class_item(thread, object, key);
    }
    raise!(
        thread,
        TypeError,
        "'{}' object is not subscriptable",
        class_of(object).name()
    )
}

/// `Class[key]`, for classes whose metaclass has no `__getitem__`.
fn class_item(thread: &Thread, class: Value, key: Value) -> Result {
    match attribute::get_optional(thread, class, Name::CLASS_GETITEM.value())? {
        Some(method) => call::call(thread, method.value(), &[key]),
        None if class == Builtin::Type.class().value() => {
            Ok(types::generic_alias::new(thread, class, key))
        }
        None => {
            let name = types::class::as_class(class).expect("a class").name();
            raise!(thread, TypeError, "type '{name}' is not subscriptable")
        }
    }
}

/// `object[start:stop]`, for native code: lists and strings need no slice object.
pub fn get_slice(thread: &Thread, object: Value, start: Value, stop: Value) -> Result {
    if let Some(bounds) = Bounds::of_small(start, stop) {
        if let Some(list) = object.get_exact::<List>() {
            return Ok(list.slice(thread, bounds));
        }
        if let Some(string) = object.get_exact::<Str>() {
            return Ok(str::index::slice(thread, string, bounds));
        }
    }
    let slice = slice::new(thread, Owned::new(start), Owned::new(stop), Owned::NONE);
    get_item(thread, object, slice.value())
}

/// `object[key] = value`.
pub fn set_item(thread: &Thread, object: Value, key: Value, value: Value) -> Result<()> {
    if let Some(list) = object.get_exact::<List>() {
        return list::methods::assign(thread, list, key, value);
    }
    if let Some(dict) = object.get_exact::<Dict>() {
        return dict.set(thread, key, value);
    }
    if let Some(array) = object.get_exact::<Bytearray>() {
        return bytes::index::set_item(thread, array, key, value);
    }
    match attribute::call_special(thread, object, Name::SETITEM, &[key, value])? {
        Some(_) => Ok(()),
        None => {
            is_sequence_index(thread, object, key)?;
            let name = class_of(object).name();
            raise!(
                thread,
                TypeError,
                "'{name}' object does not support item assignment"
            )
        }
    }
}

/// `del object[key]`.
pub fn delete_item(thread: &Thread, object: Value, key: Value) -> Result<()> {
    if let Some(list) = object.get_exact::<List>() {
        return list::methods::delete(thread, list, key);
    }
    if let Some(dict) = object.get_exact::<Dict>() {
        return match dict.remove(thread, key)? {
            Some(_) => Ok(()),
            None => dict::key_error(thread, key),
        };
    }
    match attribute::call_special(thread, object, Name::DELITEM, &[key])? {
        Some(_) => Ok(()),
        None => {
            let verb = match is_sequence_index(thread, object, key)? {
                true => "doesn't",
                false => "does not",
            };
            let name = class_of(object).name();
            raise!(
                thread,
                TypeError,
                "'{name}' object {verb} support item deletion"
            )
        }
    }
}

/// Has the class what CPython calls sequence slots, and the key an `__index__`? Then CPython asks for that before it finds
/// that the items cannot be changed. All classes of programs have the slots.
fn is_sequence_index(thread: &Thread, object: Value, key: Value) -> Result<bool> {
    let class = class_of(object);
    let of_program = class.builtin.is_none() && !class.native;
    let has_slots = of_program || class.find_in_mro(Name::LEN.value()).is_some();
    if !has_slots || !convert::has_index(key) {
        return Ok(false);
    }
    convert::to_index(thread, key)?;
    Ok(true)
}

/// The length of an object whose class is exactly a builtin container.
pub fn builtin_length(thread: &Thread, object: Value) -> Option<Result<usize>> {
    let length = match object.kind() {
        Kind::LIST => object.get::<List>()?.len(),
        Kind::TUPLE => object.get::<Tuple>()?.len(),
        Kind::DICT => object.get::<Dict>()?.len(),
        Kind::STR => object.get::<Str>()?.len(),
        Kind::BYTES => object.get::<Bytes>()?.len(),
        Kind::BYTEARRAY => object.get::<Bytearray>()?.len(),
        Kind::SET | Kind::FROZENSET => object.get::<Set>()?.len(),
        Kind::RANGE => return Some(object.get::<Range>()?.len(thread)),
        _ => return None,
    };
    Some(Ok(length))
}

/// `len(object)`.
pub fn length(thread: &Thread, object: Value) -> Result<usize> {
    if let Some(length) = builtin_length(thread, object) {
        return length;
    }
    match attribute::call_special(thread, object, Name::LEN, &[])? {
        Some(length) => convert::length_from(thread, length.value()),
        None => raise!(
            thread,
            TypeError,
            "object of type '{}' has no len()",
            class_of(object).name()
        ),
    }
}

/// `item in container`.
pub fn contains(thread: &Thread, container: Value, item: Value) -> Result<bool> {
    match container.kind() {
        Kind::DICT => {
            return container
                .get::<Dict>()
                .expect("by its kind")
                .contains(thread, item);
        }
        Kind::SET | Kind::FROZENSET => {
            return types::set::methods::contains(
                thread,
                types::set::as_set(&container).expect("by its kind"),
                item,
            );
        }
        Kind::BYTES | Kind::BYTEARRAY => return bytes::index::contains(thread, container, item),
        Kind::STR => {
            return str::index::contains(
                thread,
                container.get::<Str>().expect("by its kind"),
                item,
            );
        }
        Kind::LIST => {
            let list = container.get::<List>().expect("by its kind");
            let mut index = 0;
            while let Some(candidate) = list.get(thread, index) {
                if compare::equal(thread, candidate.value(), item)? {
                    return Ok(true);
                }
                index += 1;
            }
            return Ok(false);
        }
        Kind::TUPLE => {
            // The caller keeps the tuple, which keeps the items.
            let items = container.get::<Tuple>().expect("by its kind").items();
            for &candidate in items {
                if compare::equal(thread, candidate, item)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        Kind::RANGE => {
            return range::contains(thread, container.get::<Range>().expect("by its kind"), item);
        }
        _ => {}
    }
    if let Some(method) = class_of(container).lookup(Name::CONTAINS.value()) {
        if method.is_none() {
            return raise!(
                thread,
                TypeError,
                "'{}' object is not a container",
                class_of(container).name()
            );
        }
        let answer = attribute::call_unbound(thread, Owned::new(method), container, &[item])?;
        return convert::truth(thread, answer.value());
    }
    contains_by_iteration(thread, container, item)
}

fn contains_by_iteration(thread: &Thread, container: Value, item: Value) -> Result<bool> {
    let source = iterate::source_or(thread, container, || {
        let class = class_of(container).name();
        raise!(
            thread,
            TypeError,
            "argument of type '{class}' is not a container or iterable"
        )
    })?;
    let iterator = iterate::iter(thread, source.value())?;
    while let Some(candidate) = iterate::next(thread, iterator.value())? {
        if compare::equal(thread, candidate.value(), item)? {
            return Ok(true);
        }
    }
    Ok(false)
}
