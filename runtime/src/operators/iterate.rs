//! Iteration.
//!
//! `next` asks the builtin iterators directly, by kind: no method is looked up and nothing is allocated besides the item.

use crate::object::Kind;
use crate::operators::attribute::{call_special, special};
use crate::operators::{convert, index};
use crate::types::dict::Dict;
use crate::types::dict::views::DictView;
use crate::types::generator::{self, Generator, Step};
use crate::types::int::{self, IntRef};
use crate::types::iterators::{
    self, CallableIterator, DictIterator, Enumerate, Filter, Map, RangeIterator, Reversed,
    SequenceIterator, SetIterator, StrIterator, Zip, sequence, tables,
};
use crate::types::list::List;
use crate::types::names::Name;
use crate::types::native;
use crate::types::native_function::NativeFunction;
use crate::types::range::Range;
use crate::types::set::as_set;
use crate::types::tuple::Tuple;
use crate::types::{Type, class_of, exception};
use crate::{Builtin, Owned, Raised, Result, Thread, Value, heap, raise};

/// `iter(v)`
#[inline]
pub fn iter(thread: &Thread, v: Value) -> Result {
    match builtin_iter(thread, v) {
        Some(iterator) => Ok(iterator),
        None => iter_by_method(thread, v),
    }
}

/// The iterator of a value whose class is exactly a builtin one.
fn builtin_iter(thread: &Thread, v: Value) -> Option<Owned> {
    Some(match v.kind() {
        Kind::LIST => sequence::list(thread, v),
        Kind::TUPLE => sequence::tuple(thread, v),
        Kind::RANGE => iterators::range(thread, v.get::<Range>()?),
        Kind::DICT => tables::dict(thread, v.get::<Dict>()?, tables::What::Keys, false),
        Kind::SET | Kind::FROZENSET => tables::set(thread, as_set(&v)?),
        Kind::DICT_VIEW => v.get::<DictView>()?.iter(thread, false),
        Kind::STR => sequence::string(thread, v),
        Kind::BYTES => sequence::bytes(thread, v),
        Kind::BYTEARRAY => sequence::bytearray(thread, v),
        kind if kind == Kind::GENERATOR || is_builtin_iterator(kind) => Owned::new(v),
        _ => return None,
    })
}

fn is_builtin_iterator(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::RANGE_ITERATOR
            | Kind::SEQUENCE_ITERATOR
            | Kind::DICT_ITERATOR
            | Kind::SET_ITERATOR
            | Kind::STR_ITERATOR
            | Kind::ENUMERATE
            | Kind::ZIP
            | Kind::MAP
            | Kind::FILTER
            | Kind::REVERSED
            | Kind::CALLABLE_ITERATOR
    )
}

#[inline(never)]
fn iter_by_method(thread: &Thread, v: Value) -> Result {
    match special(thread, v, Name::ITER) {
        Some(method) if method.is_none() => return not_iterable(thread, v),
        Some(_) => {}
        None if is_sequence(class_of(v)) => return Ok(sequence::any(thread, v)),
        None => return not_iterable(thread, v),
    }
    let Some(iterator) = call_special(thread, v, Name::ITER, &[])? else {
        return not_iterable(thread, v);
    };
    if is_iterator(thread, iterator.value()) {
        return Ok(iterator);
    }
    let name = convert::type_name(iterator.value());
    raise!(
        thread,
        TypeError,
        "iter() returned non-iterator of type '{name}'"
    )
}

#[cold]
fn not_iterable<T>(thread: &Thread, v: Value) -> Result<T> {
    let name = convert::type_name(v);
    raise!(thread, TypeError, "'{name}' object is not iterable")
}

/// Does the value have `__next__`?
pub fn is_iterator(thread: &Thread, v: Value) -> bool {
    let kind = v.kind();
    kind == Kind::GENERATOR || is_builtin_iterator(kind) || special(thread, v, Name::NEXT).is_some()
}

/// What has the items of a value: itself if it has them at hand, or else its iterator. A TypeError of asking for that becomes
/// what `refuse` raises, whatever it says, as where CPython uses `PySequence_Fast`.
pub fn source_or(thread: &Thread, v: Value, refuse: impl FnOnce() -> Result) -> Result {
    source(thread, v).unwrap_or_else(refuse)
}

/// As [`source_or`]; None if there was a TypeError.
#[inline(never)]
fn source(thread: &Thread, v: Value) -> Option<Result> {
    // As for `known_items`, which has them as they are at one moment.
    let at_hand = [
        Kind::LIST,
        Kind::TUPLE,
        Kind::SET,
        Kind::FROZENSET,
        Kind::DICT,
        Kind::DICT_VIEW,
        Kind::RANGE,
    ];
    if at_hand.contains(&v.kind()) {
        return Some(Ok(Owned::new(v)));
    }
    match iter(thread, v) {
        Err(raised) if exception::is(thread.pending_exception(), Builtin::TypeError) => {
            drop(thread.take_exception(raised));
            None
        }
        got => Some(got),
    }
}

/// Would `iter(v)` find a method to ask?
pub fn is_iterable(v: Value) -> bool {
    let class = class_of(v);
    match class.lookup_name(Name::ITER) {
        Some(method) => !method.is_none(),
        None => is_sequence(class),
    }
}

/// Are items got by their numbers? What is builtin and has no `__iter__` gives items for other keys: a union, a match.
fn is_sequence(class: &Type) -> bool {
    let method = class.lookup_name(Name::GETITEM);
    method.is_some_and(|method| !method.is::<NativeFunction>())
}

/// The next item of an iterator; none if it is exhausted.
#[inline]
pub fn next(thread: &Thread, it: Value) -> Result<Option<Owned>> {
    match advance(thread, it) {
        Err(raised) => ended(thread, raised),
        item => item,
    }
}

/// As [`next`], for iterators that hand on what others give: a StopIteration that code raised stays raised, for whoever
/// wants its value.
#[inline]
pub fn advance(thread: &Thread, it: Value) -> Result<Option<Owned>> {
    match builtin_next(thread, it) {
        Some(result) => result,
        None => advance_by_method(thread, it),
    }
}

/// The next item of an iterator whose class is exactly a builtin one; none if it is another.
#[inline]
pub fn builtin_next(thread: &Thread, it: Value) -> Option<Result<Option<Owned>>> {
    // The kind of a subclass instance equals none of these: its `__next__` may be overridden.
    Some(match it.kind() {
        Kind::RANGE_ITERATOR => Ok(it.get::<RangeIterator>()?.next(thread)),
        Kind::SEQUENCE_ITERATOR => it.get::<SequenceIterator>()?.next(thread),
        Kind::GENERATOR => generator::next(thread, it.get::<Generator>()?),
        _ => return next_of_layout(thread, it, it.kind()),
    })
}

/// The next item of an iterator in two values, for somebody who unpacks it: those that make pairs make no tuple then. If the item
/// is no pair, it is the first value, and the second one is MISSING.
#[inline]
pub fn next_pair(thread: &Thread, it: Value) -> Result<Option<(Owned, Owned)>> {
    let pair = match it.kind() {
        Kind::ENUMERATE => it.get::<Enumerate>().map(|it| it.next_pair(thread)),
        Kind::ZIP => it.get::<Zip>().and_then(|it| it.next_pair(thread)),
        Kind::DICT_ITERATOR => it.get::<DictIterator>().and_then(|it| it.next_pair(thread)),
        _ => None,
    };
    match pair {
        Some(Err(raised)) => return ended(thread, raised),
        Some(pair) => return pair,
        None => {}
    }
    let item = next(thread, it)?;
    Ok(
        item.map(|item| match item.get_exact::<Tuple>().map(Tuple::items) {
            Some(&[first, second]) => (Owned::new(first), Owned::new(second)),
            _ => (item, Owned::inline(Value::MISSING)),
        }),
    )
}

/// The next item, by the iterator's layout.
pub fn next_of_layout(thread: &Thread, it: Value, kind: Kind) -> Option<Result<Option<Owned>>> {
    Some(match kind {
        Kind::DICT_ITERATOR => it.get::<DictIterator>()?.next(thread),
        Kind::SET_ITERATOR => it.get::<SetIterator>()?.next(thread),
        Kind::STR_ITERATOR => Ok(it.get::<StrIterator>()?.next(thread)),
        Kind::ENUMERATE => it.get::<Enumerate>()?.next(thread),
        Kind::ZIP => it.get::<Zip>()?.next(thread),
        Kind::MAP => it.get::<Map>()?.next(thread),
        Kind::FILTER => it.get::<Filter>()?.next(thread),
        Kind::REVERSED => it.get::<Reversed>()?.next(thread),
        Kind::CALLABLE_ITERATOR => it.get::<CallableIterator>()?.next(thread),
        Kind::RANGE_ITERATOR => Ok(it.get::<RangeIterator>()?.next(thread)),
        Kind::SEQUENCE_ITERATOR => it.get::<SequenceIterator>()?.next(thread),
        Kind::NATIVE => return native::next(thread, &it),
        _ => return None,
    })
}

#[inline(never)]
fn advance_by_method(thread: &Thread, it: Value) -> Result<Option<Owned>> {
    if let Some(item) = call_special(thread, it, Name::NEXT, &[])? {
        return Ok(Some(item));
    }
    let name = convert::type_name(it);
    raise!(thread, TypeError, "'{name}' object is not an iterator")
}

/// No item, if the exception is the end of an iteration.
#[cold]
#[inline(never)]
fn ended<T>(thread: &Thread, raised: Raised) -> Result<Option<T>> {
    if exception::is(thread.pending_exception(), Builtin::StopIteration) {
        drop(thread.take_exception(raised));
        return Ok(None);
    }
    Err(raised)
}

/// The next item, or the value with which the iterator ended.
pub fn next_value(thread: &Thread, it: Value) -> Result<std::result::Result<Owned, Owned>> {
    if let Some(generator) = it.get::<Generator>() {
        return Ok(match generator::resume(thread, generator, Value::NONE)? {
            Step::Yield(item) | Step::Item(item) => Ok(item),
            Step::Return(value) => Err(value),
        });
    }
    match advance(thread, it) {
        Ok(item) => Ok(item.ok_or(Owned::NONE)),
        Err(raised) => generator::stop_iteration_value(thread, raised).map(Err),
    }
}

/// As [`next`], but where an iterator raises StopIteration, as those do that are written in Python, so does this; and where a
/// generator ends with a value, with that.
pub fn next_or_raise(thread: &Thread, it: Value) -> Result<Option<Owned>> {
    let Some(generator) = it.get::<Generator>() else {
        return advance(thread, it);
    };
    match generator::resume(thread, generator, Value::NONE)? {
        Step::Yield(item) | Step::Item(item) => Ok(Some(item)),
        Step::Return(value) if value.is_none() => Ok(None),
        Step::Return(value) => Err(exception::raise_stop_iteration(thread, value)),
    }
}

/// Calls `each` with every item.
pub fn for_each(
    thread: &Thread,
    v: Value,
    mut each: impl FnMut(Owned) -> Result<()>,
) -> Result<()> {
    match v.kind() {
        Kind::LIST => {
            let list = v.get::<List>().expect("the kind says so");
            let mut index = 0;
            while let Some(item) = list.get(thread, index) {
                each(item)?;
                index += 1;
            }
            return Ok(());
        }
        Kind::TUPLE => {
            let tuple = v.get::<Tuple>().expect("the kind says so");
            return tuple
                .items()
                .iter()
                .try_for_each(|&item| each(Owned::new(item)));
        }
        Kind::RANGE => {
            if let Some(small) = v.get::<Range>().and_then(Range::as_small) {
                return (0..small.length)
                    .try_for_each(|i| each(int::from_i64(thread, small.get(i))));
            }
        }
        _ => {}
    }
    let iterator = iter(thread, v)?;
    while let Some(item) = next(thread, iterator.value())? {
        each(item)?;
    }
    Ok(())
}

/// All items.
pub fn collect(thread: &Thread, v: Value) -> Result<Vec<Owned>> {
    if let Some(items) = known_items(thread, v) {
        return Ok(items);
    }
    let iterator = iter(thread, v)?;
    let hint = List::check_len(thread, Some(length_hint(thread, v)?))?;
    rest(
        thread,
        iterator.value(),
        Vec::with_capacity(hint.min(1 << 20)),
    )
}

/// What an iterator has left, after `items`.
fn rest(thread: &Thread, iterator: Value, mut items: Vec<Owned>) -> Result<Vec<Owned>> {
    while let Some(item) = next(thread, iterator)? {
        if items.len() == items.capacity() {
            List::check_len(thread, items.len().checked_mul(2))?;
        }
        items.push(item);
    }
    // They are going to be copied.
    List::check_len(thread, Some(items.len()))?;
    Ok(items)
}

/// As [`collect`], where CPython does not ask how many items there are.
pub fn collect_unasked(thread: &Thread, v: Value) -> Result<Vec<Owned>> {
    if let Some(items) = known_items(thread, v) {
        return Ok(items);
    }
    let iterator = iter(thread, v)?;
    rest(thread, iterator.value(), Vec::new())
}

/// As [`collect`], where CPython makes a list of an iterator: that is what is asked how much it has left.
pub fn collect_fast(thread: &Thread, v: Value) -> Result<Vec<Owned>> {
    match known_items(thread, v) {
        Some(items) => Ok(items),
        None => collect(thread, iter(thread, v)?.value()),
    }
}

/// All items of a value whose class is exactly a builtin one with its items at hand, as they are at one moment.
pub fn known_items(thread: &Thread, v: Value) -> Option<Vec<Owned>> {
    Some(match v.kind() {
        Kind::LIST => v.get::<List>()?.snapshot(thread),
        Kind::TUPLE => v.get::<Tuple>()?.to_vec(),
        Kind::SET | Kind::FROZENSET => as_set(&v)?.snapshot(thread),
        Kind::DICT => {
            let pairs = v.get::<Dict>()?.snapshot(thread).into_iter();
            pairs.map(|(key, _)| key).collect()
        }
        Kind::DICT_VIEW => v.get::<DictView>()?.snapshot(thread),
        Kind::RANGE => {
            let small = v.get::<Range>()?.as_small()?;
            let bytes = usize::try_from(small.length).ok()?;
            if !heap::affordable(bytes.checked_mul(2 * size_of::<Value>())?) {
                return None;
            }
            (0..small.length)
                .map(|i| int::from_i64(thread, small.get(i)))
                .collect()
        }
        _ => return None,
    })
}

/// About how many items iterating gives; 0 if nothing is known.
pub fn length_hint(thread: &Thread, v: Value) -> Result<usize> {
    if let Some(length) = index::builtin_length(thread, v) {
        return length;
    }
    if let Some(left) = builtin_left(thread, v) {
        return match isize::try_from(left) {
            Ok(_) => Ok(left),
            Err(_) => raise!(
                thread,
                OverflowError,
                "Python int too large to convert to C ssize_t"
            ),
        };
    }
    // What has no length after all may have a hint.
    let length = call_special(thread, v, Name::LEN, &[]).and_then(|length| {
        length
            .map(|length| convert::length_from(thread, length.value()))
            .transpose()
    });
    match length {
        Ok(Some(length)) => return Ok(length),
        Ok(None) => {}
        Err(raised) if exception::is(thread.pending_exception(), Builtin::TypeError) => {
            drop(thread.take_exception(raised));
        }
        Err(raised) => return Err(raised),
    }
    let Some(hint) = call_special(thread, v, Name::LENGTH_HINT, &[])? else {
        return Ok(0);
    };
    if hint.value() == Value::NOT_IMPLEMENTED {
        return Ok(0);
    }
    match IntRef::of(&hint) {
        None => {
            let name = convert::type_name(hint.value());
            raise!(
                thread,
                TypeError,
                "__length_hint__ must be an integer, not {name}"
            )
        }
        Some(i) if i.is_negative() => {
            raise!(thread, ValueError, "__length_hint__() should return >= 0")
        }
        Some(_) => convert::to_isize(thread, hint.value()).map(|hint| hint as usize),
    }
}

/// How many items a builtin iterator has left, if it knows.
pub fn builtin_left(_thread: &Thread, it: Value) -> Option<usize> {
    Some(match it.kind() {
        Kind::RANGE_ITERATOR => it.get::<RangeIterator>()?.left(),
        Kind::SEQUENCE_ITERATOR => it.get::<SequenceIterator>()?.left(),
        Kind::DICT_ITERATOR => it.get::<DictIterator>()?.left(),
        Kind::SET_ITERATOR => it.get::<SetIterator>()?.left(),
        Kind::STR_ITERATOR => it.get::<StrIterator>()?.left(),
        Kind::REVERSED => it.get::<Reversed>()?.left(),
        _ => return None,
    })
}

/// `reversed(v)`, of the class `reversed` or a subclass.
pub fn reversed(thread: &Thread, class: &Type, v: Value) -> Result {
    let unsupported = |thread: &Thread| {
        let name = convert::type_name(v);
        raise!(thread, TypeError, "'{name}' object is not reversible")
    };
    match special(thread, v, Name::REVERSED) {
        Some(method) if method.is_none() => return unsupported(thread),
        Some(_) => {
            if let Some(iterator) = call_special(thread, v, Name::REVERSED, &[])? {
                return Ok(iterator);
            }
        }
        None => {}
    }
    let is_table = v.is::<Dict>() || as_set(&v).is_some();
    if is_table || special(thread, v, Name::GETITEM).is_none() {
        return unsupported(thread);
    }
    let length = index::length(thread, v)?;
    Ok(sequence::reversed(thread, class, v, length))
}
