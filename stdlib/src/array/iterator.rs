//! Iterators over arrays.

use super::Array;
use crate::cell::Var;
use ashore_runtime::operators::{attribute, convert};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::{int, str, tuple};
use ashore_runtime::{Owned, Result, Thread, Value, methods};
use std::sync::atomic::{AtomicUsize, Ordering};

static ITERATOR: NativeClass = NativeClass::new("array.arrayiterator", ITERATOR_METHODS).iterator();

/// Where an iterator over an array is.
struct Iterator {
    /// MISSING once it has come to the end.
    array: Var,
    index: AtomicUsize,
}

impl Data for Iterator {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.array.visit(visit);
    }

    fn next(&self, thread: &Thread) -> Option<Result<Option<Owned>>> {
        let array = self.array.get();
        let array = array.value();
        let Some(data) = native::get::<Array>(&array) else {
            return Some(Ok(None));
        };
        let index = self.index.fetch_add(1, Ordering::Relaxed);
        let item = data.get(thread, index);
        if item.is_none() {
            drop(self.array.take());
        }
        Some(Ok(item))
    }
}

pub(super) fn iter(thread: &Thread, args: &[Value]) -> Result {
    let iterator = Iterator {
        array: Var::new(Owned::new(args[0])),
        index: AtomicUsize::new(0),
    };
    Ok(native::new(thread, ITERATOR.class(thread), iterator))
}

/// `(iter, (array,), index)`, or of an empty tuple at the end.
fn reduce_iterator(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Iterator>(args);
    let iter = attribute::get(
        thread,
        builtins(thread)?.value(),
        str::intern(thread, "iter"),
    )?;
    let array = this.array.get();
    if array.value().is_missing() {
        let empty = tuple::new(thread, vec![tuple::empty(thread)]);
        return Ok(tuple::new(thread, vec![iter, empty]));
    }
    let index = int::from_usize(thread, this.index.load(Ordering::Relaxed));
    let array = tuple::new(thread, vec![array]);
    Ok(tuple::new(thread, vec![iter, array, index]))
}

fn builtins(thread: &Thread) -> Result {
    ashore_runtime::import::import_absolute(thread, str::intern(thread, "builtins"))
}

fn set_iterator_state(thread: &Thread, args: &[Value]) -> Result {
    let index = convert::to_isize(thread, args[1])?;
    let index = usize::try_from(index).unwrap_or(0);
    let this = receiver::<Iterator>(args);
    this.index.store(index, Ordering::Relaxed);
    Ok(Owned::NONE)
}

methods! { ITERATOR_METHODS:
    /// Return state information for pickling.
    "__reduce__(self, /)" => reduce_iterator -> Tuple;
    /// Set state information for unpickling.
    "__setstate__(self, state, /)" => set_iterator_state -> None;
}
