//! Iterators over the items of views, and what looks through them: `count` and `index`.

use super::View;
use super::access::{no_dimension, several_dimensions};
use crate::object::Slot;
use crate::operators::{compare, iterate};
use crate::types::native::{self, Data, NativeClass};
use crate::types::{int, slice};
use crate::{Owned, Result, Thread, Value, raise};
use std::sync::atomic::{AtomicUsize, Ordering};

static ITERATOR: NativeClass = NativeClass::new("memory_iterator", &[]).iterator();

/// Where an iterator over a view with one dimension is.
struct Iterator {
    view: Slot,
    next: AtomicUsize,
    length: usize,
}

impl Data for Iterator {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.view.peek());
    }

    fn next(&self, thread: &Thread) -> Option<Result<Option<Owned>>> {
        let index = self.next.load(Ordering::Relaxed);
        if index >= self.length {
            return Some(Ok(None));
        }
        self.next.store(index + 1, Ordering::Relaxed);
        let view = self.view.peek();
        let view = View::of(&view).expect("made of a view");
        Some(view.nth(thread, index).map(Some))
    }
}

impl View<'_> {
    /// The item at an index that is in range, of a view with one dimension.
    fn nth(self, thread: &Thread, index: usize) -> Result {
        let memory = self.memory(thread)?;
        self.unpack(thread, &memory, self.data.window.layout.offset(&[index]))
    }
}

pub(super) fn iter(thread: &Thread, args: &[Value]) -> Result {
    let view = View::receiver(args);
    let length = match &*view.data.window.layout.dimensions {
        [] => return no_dimension(thread),
        [row] => row.len,
        _ => return several_dimensions(thread),
    };
    view.check_format(thread)?;
    view.check(thread)?;
    let iterator = Iterator {
        view: Slot::new(Owned::new(args[0])),
        next: AtomicUsize::new(0),
        length,
    };
    Ok(native::new(thread, ITERATOR.class(thread), iterator))
}

pub(super) fn count(thread: &Thread, args: &[Value]) -> Result {
    let items = iter(thread, args)?;
    let mut count = 0;
    while let Some(item) = iterate::next(thread, items.value())? {
        count += usize::from(compare::equal(thread, item.value(), args[1])?);
    }
    Ok(int::from_usize(thread, count))
}

pub(super) fn index(thread: &Thread, args: &[Value]) -> Result {
    let view = View::receiver(args);
    let start = bound(thread, args[2], 0)?;
    let stop = bound(thread, args[3], isize::MAX)?;
    view.check(thread)?;
    let length = match &*view.data.window.layout.dimensions {
        [] => return raise!(thread, TypeError, "invalid lookup on 0-dim memory"),
        [row] => row.len,
        _ => {
            return raise!(
                thread,
                NotImplementedError,
                "multi-dimensional lookup is not implemented"
            );
        }
    };
    let place = |index: isize| match index < 0 {
        true => length.saturating_sub(index.unsigned_abs()),
        false => index.unsigned_abs().min(length),
    };
    for index in place(start)..place(stop) {
        view.check_format(thread)?;
        let item = view.nth(thread, index)?;
        if compare::equal(thread, item.value(), args[1])? {
            return Ok(int::from_usize(thread, index));
        }
    }
    raise!(thread, ValueError, "memoryview.index(x): x not found")
}

fn bound(thread: &Thread, argument: Value, default: isize) -> Result<isize> {
    match argument.is_missing() {
        true => Ok(default),
        false => slice::index_argument(thread, argument),
    }
}
