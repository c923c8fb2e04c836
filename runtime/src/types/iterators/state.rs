//! What iterators tell of their state: how many items are left, and what pickling and copying need, `__reduce__` and, for those
//! that know a position or are strict, `__setstate__`.

use super::functional::{CallableIterator, Enumerate, Filter, Map, Zip};
use super::ranges::RangeIterator;
use super::sequence::{DONE, Reversed, SequenceIterator, StrIterator};
use super::tables::{DictIterator, SetIterator};
use crate::operators::{attribute, convert, index, iterate};
use crate::types::list::List;
use crate::types::names::Name;
use crate::types::str::{self, Str};
use crate::types::tuple::{self, Tuple};
use crate::types::{class_of, int, list};
use crate::{Builtin, Object, Owned, Result, Thread, Value, builtins, methods};
use std::sync::atomic::Ordering;

// What they have besides the methods of every builtin iterator.
methods! { pub REDUCIBLE:
    /// Private method returning an estimate of len(list(it)).
    "__length_hint__(self, /)" => length_hint -> Int;
    /// Return state information for pickling.
    "__reduce__(self, /)" => reduce -> Tuple;
}

methods! { pub POSITIONED:
    /// Private method returning an estimate of len(list(it)).
    "__length_hint__(self, /)" => length_hint -> Int;
    /// Return state information for pickling.
    "__reduce__(self, /)" => reduce -> Tuple;
    /// Set state information for unpickling.
    "__setstate__(self, state, /)" => set_state -> None;
}

/// How many items are left.
pub(super) fn length_hint(thread: &Thread, args: &[Value]) -> Result {
    if let Some(iterator) = args[0].get::<SequenceIterator>()
        && class_of(args[0]).is(Builtin::SequenceIterator)
    {
        return left_of_any(thread, iterator);
    }
    if let Some(iterator) = args[0].get::<RangeIterator>() {
        return Ok(iterator.length_hint(thread));
    }
    let left = iterate::builtin_left(thread, args[0]).unwrap_or(0);
    Ok(int::from_usize(thread, left))
}

/// Of an iterator over anything with `__getitem__`: NotImplemented if that has no length.
fn left_of_any(thread: &Thread, iterator: &SequenceIterator) -> Result {
    let sequence = Owned::new(iterator.sequence.peek());
    let position = iterator.position.load(Ordering::Relaxed);
    if sequence.is_missing() || position == DONE {
        return Ok(int::from_i64(thread, 0));
    }
    if attribute::special(thread, sequence.value(), Name::LEN).is_none() {
        return Ok(Owned::NOT_IMPLEMENTED);
    }
    let length = index::length(thread, sequence.value())?;
    Ok(int::from_usize(thread, length.saturating_sub(position)))
}

/// `(function, arguments)`, and the state if there is one.
fn parts(thread: &Thread, function: Owned, args: Vec<Owned>, state: Option<Owned>) -> Owned {
    let mut parts = vec![function, tuple::new(thread, args)];
    parts.extend(state);
    tuple::new(thread, parts)
}

/// The builtin function of a name, as the program has it.
fn builtin(thread: &Thread, name: &str) -> Result {
    attribute::get(thread, builtins::module(thread), str::intern(thread, name))
}

fn class(value: Value) -> Owned {
    Owned::new(class_of(value).value())
}

/// `__reduce__` of all builtin iterators.
pub(super) fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let this = args[0];
    if let Some(iterator) = this.get::<SequenceIterator>() {
        return iterator.reduce(thread);
    }
    if let Some(iterator) = this.get::<StrIterator>() {
        let text = Owned::new(iterator.string.peek());
        return match text.is_missing() {
            true => exhausted(thread, str::new(thread, "")),
            false => at(
                thread,
                "iter",
                text,
                iterator.position.load(Ordering::Relaxed),
            ),
        };
    }
    if let Some(iterator) = this.get::<RangeIterator>() {
        let rest = iterator.rest(thread);
        return Ok(parts(
            thread,
            builtin(thread, "iter")?,
            vec![rest],
            Some(Owned::NONE),
        ));
    }
    if let Some(iterator) = this.get::<Reversed>() {
        let (sequence, position) = (
            Owned::new(iterator.sequence.peek()),
            iterator.position.load(Ordering::Relaxed),
        );
        if sequence.is_missing() || position == 0 {
            return Ok(parts(thread, class(this), vec![tuple::empty(thread)], None));
        }
        let position = int::from_usize(thread, position - 1);
        return Ok(parts(thread, class(this), vec![sequence], Some(position)));
    }
    let rest = if let Some(iterator) = this.get::<DictIterator>() {
        iterator.copy(thread)
    } else if let Some(iterator) = this.get::<SetIterator>() {
        iterator.copy(thread)
    } else {
        return reduce_functional(thread, this);
    };
    let rest = iterate::collect(thread, rest.value())?;
    let rest = list::new(thread, rest);
    Ok(parts(thread, builtin(thread, "iter")?, vec![rest], None))
}

fn reduce_functional(thread: &Thread, this: Value) -> Result {
    let given = |value: Value| Owned::new(value);
    let strict = |strict: bool| strict.then(|| Owned::bool(true));
    if let Some(iterator) = this.get::<CallableIterator>() {
        let callable = given(iterator.callable.peek());
        if callable.is_missing() {
            return exhausted(thread, tuple::empty(thread));
        }
        let args = vec![callable, given(iterator.sentinel.peek())];
        return Ok(parts(thread, builtin(thread, "iter")?, args, None));
    }
    if let Some(iterator) = this.get::<Enumerate>() {
        let args = vec![given(iterator.iterator.peek()), iterator.number(thread)];
        return Ok(parts(thread, class(this), args, None));
    }
    if let Some(iterator) = this.get::<Zip>() {
        let args = members(iterator.iterators.peek());
        return Ok(parts(
            thread,
            class(this),
            args,
            strict(iterator.is_strict()),
        ));
    }
    if let Some(iterator) = this.get::<Map>() {
        let mut args = vec![given(iterator.function.peek())];
        args.extend(members(iterator.iterators.peek()));
        return Ok(parts(
            thread,
            class(this),
            args,
            strict(iterator.is_strict()),
        ));
    }
    let iterator = this.get::<Filter>().expect("the last of the iterators");
    let args = vec![
        given(iterator.function.peek()),
        given(iterator.iterator.peek()),
    ];
    Ok(parts(thread, class(this), args, None))
}

fn members(tuple: Value) -> Vec<Owned> {
    let items = tuple.get::<Tuple>().map_or(&[][..], Tuple::items);
    items.iter().map(|&item| Owned::new(item)).collect()
}

/// What an exhausted iterator becomes: one over nothing.
fn exhausted(thread: &Thread, nothing: Owned) -> Result {
    Ok(parts(thread, builtin(thread, "iter")?, vec![nothing], None))
}

fn at(thread: &Thread, function: &str, sequence: Owned, position: usize) -> Result {
    let state = int::from_usize(thread, position);
    let function = builtin(thread, function)?;
    Ok(parts(thread, function, vec![sequence], Some(state)))
}

impl SequenceIterator {
    fn reduce(&self, thread: &Thread) -> Result {
        let position = self.position.load(Ordering::Relaxed);
        let sequence = Owned::new(self.sequence.peek());
        let is = |class: Builtin| class_of(self.value()).is(class);
        if position == DONE || sequence.is_missing() {
            let nothing = if is(Builtin::ListIterator) || is(Builtin::ListReverseIterator) {
                list::new(thread, Vec::new())
            } else {
                tuple::empty(thread)
            };
            return exhausted(thread, nothing);
        }
        if !is(Builtin::ListReverseIterator) {
            return at(thread, "iter", sequence, position);
        }
        // Before the first item: -1.
        let index = int::from_i64(thread, position as i64 - 1);
        let function = builtin(thread, "reversed")?;
        Ok(parts(thread, function, vec![sequence], Some(index)))
    }

    fn set_position(&self, state: isize) {
        if self.position.load(Ordering::Relaxed) == DONE {
            return;
        }
        let sequence = self.sequence.peek();
        if class_of(self.value()).is(Builtin::ListReverseIterator) {
            let len = sequence.get::<List>().map_or(0, List::len);
            let position = state.saturating_add(1).clamp(0, len as isize);
            self.position.store(position as usize, Ordering::Relaxed);
            return;
        }
        // Nothing comes before the first item of what can change, as in CPython.
        let class = class_of(self.value());
        let ends = class.is(Builtin::ListIterator) || class.is(Builtin::BytearrayIterator);
        let position = match ends && state < 0 {
            true => DONE,
            false => state.max(0).cast_unsigned().min(DONE - 1),
        };
        self.position.store(position, Ordering::Relaxed);
    }
}

/// `__setstate__(position)`
pub(super) fn set_state(thread: &Thread, args: &[Value]) -> Result {
    let this = args[0];
    if let Some(iterator) = this.get::<RangeIterator>() {
        if !args[1].is_none() {
            iterator.skip(convert::to_isize(thread, args[1])?.max(0) as u64);
        }
        return Ok(Owned::NONE);
    }
    if let Some(iterator) = this.get::<Zip>() {
        iterator.set_strict(convert::truth(thread, args[1])?);
        return Ok(Owned::NONE);
    }
    if let Some(iterator) = this.get::<Map>() {
        iterator.set_strict(convert::truth(thread, args[1])?);
        return Ok(Owned::NONE);
    }
    let state = convert::to_isize(thread, args[1])?;
    if let Some(iterator) = this.get::<SequenceIterator>() {
        iterator.set_position(state);
    } else if let Some(iterator) = this.get::<StrIterator>() {
        let text = iterator.string.peek();
        let len = text.get::<Str>().map_or(0, Str::len);
        let position = state.clamp(0, len as isize) as usize;
        iterator.position.store(position, Ordering::Relaxed);
    } else if let Some(iterator) = this.get::<Reversed>() {
        let len = match iterator.sequence.peek() {
            sequence if sequence.is_missing() => 0,
            sequence => index::length(thread, sequence)?,
        };
        let position = state.saturating_add(1).clamp(0, len as isize) as usize;
        iterator.position.store(position, Ordering::Relaxed);
    }
    Ok(Owned::NONE)
}
