//! Iterators of the builtin types.
//!
//! | file         | types                                                                   |
//! |--------------|-------------------------------------------------------------------------|
//! | `sequence`   | list, tuple, bytes, str, any sequence by `__getitem__`; `reversed`      |
//! | `ranges`     | range                                                                   |
//! | `tables`     | dict keys, values, items (both ways); set                               |
//! | `functional` | enumerate, zip, map, filter, `iter(callable, sentinel)`                 |
//! | `state`      | none: pickling and copying of all of them                               |
//!
//! Positions are atomics that `next` reads and writes back: threads that share an iterator may get an item twice or miss
//! one, as they may in CPython, but nothing else can go wrong. What an iterator iterates over stays referenced until the
//! iterator dies (or is exhausted, if no other thread knows it), so that `next` need not count it.
//!
//! Each type's `next` is a function here; [`crate::operators::iterate::next`] picks it by kind, and `__next__` calls that.

pub mod functional;
pub mod ranges;
pub mod sequence;
pub mod state;
pub mod tables;

pub use functional::{CallableIterator, Enumerate, Filter, Map, Zip, callable};
pub use ranges::{RangeIterator, range};
pub use sequence::{Reversed, SequenceIterator, StrIterator};
pub use tables::{DictIterator, SetIterator};

use crate::object::{Header, Slot};
use crate::operators::iterate;
use crate::types::{class_of, exception};
use crate::{Owned, Result, Thread, Value, methods, raise};

// What every builtin iterator has.
methods! { pub METHODS:
    /// Implement iter(self).
    "__iter__(self, /)" => iter;
    /// Implement next(self).
    "__next__(self, /)" => next;
}

fn iter(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(args[0]))
}

/// `__next__` of the builtin iterators.
pub(super) fn next(thread: &Thread, args: &[Value]) -> Result {
    match iterate::next_of_layout(thread, args[0], args[0].kind().layout()) {
        Some(Ok(Some(item))) => Ok(item),
        Some(Ok(None)) => Err(exception::raise_stop_iteration(thread, Owned::NONE)),
        Some(Err(raised)) => Err(raised),
        None => {
            let name = class_of(args[0]).name();
            raise!(
                thread,
                TypeError,
                "descriptor '__next__' requires an iterator but received a '{name}'"
            )
        }
    }
}

/// Forgets what an exhausted iterator iterated over, if nobody can be looking at it.
fn release(thread: &Thread, iterator: &Header, slot: &Slot) {
    if iterator.is_confined(thread) {
        drop(slot.replace(Owned::inline(Value::MISSING)));
    }
}
