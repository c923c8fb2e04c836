//! What lists and tuples have in common: comparing, searching, repr, the arithmetic of subscripts.

use super::list::List;
use super::tuple::Tuple;
use crate::operators::compare::{self, CompareOp};
use crate::operators::convert;
use crate::types::slice::{self, Selection, Slice};
use crate::types::str::{self, Str};
use crate::{Owned, Result, Thread, Value, raise, thread};
use std::cell::RefCell;

/// A sequence whose items may change while it is looked at.
pub trait Items {
    fn count(&self) -> usize;
    /// The item at an index, if there is one (now).
    fn item(&self, thread: &Thread, index: usize) -> Option<Owned>;
}

impl Items for List {
    fn count(&self) -> usize {
        self.len()
    }

    #[inline(always)]
    fn item(&self, thread: &Thread, index: usize) -> Option<Owned> {
        self.get(thread, index)
    }
}

impl Items for Tuple {
    fn count(&self) -> usize {
        self.len()
    }

    #[inline(always)]
    fn item(&self, _thread: &Thread, index: usize) -> Option<Owned> {
        self.items().get(index).map(|&item| Owned::new(item))
    }
}

/// `a op b`, item by item.
pub fn compare<I: Items>(thread: &Thread, op: CompareOp, a: &I, b: &I) -> Result {
    if op.is_equality() && a.count() != b.count() {
        return Ok(Owned::bool(op == CompareOp::Ne));
    }
    check_depth(thread, " in comparison")?;
    for index in 0.. {
        let (Some(x), Some(y)) = (a.item(thread, index), b.item(thread, index)) else {
            break;
        };
        if compare::equal(thread, x.value(), y.value())? {
            continue;
        }
        // What is compared may have been changed meanwhile.
        if index >= a.count() || index >= b.count() {
            break;
        }
        return match op {
            CompareOp::Eq => Ok(Owned::bool(false)),
            CompareOp::Ne => Ok(Owned::bool(true)),
            _ => compare::rich(thread, op, x.value(), y.value()),
        };
    }
    Ok(Owned::bool(op.holds(a.count().cmp(&b.count()))))
}

/// The first index in `start..stop` whose item equals the value.
pub fn find<I: Items>(
    thread: &Thread,
    items: &I,
    value: Value,
    start: usize,
    stop: usize,
) -> Result<Option<usize>> {
    for index in start..stop {
        let Some(item) = items.item(thread, index) else {
            break;
        };
        if compare::equal(thread, item.value(), value)? {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

/// How many items equal the value.
pub fn count<I: Items>(thread: &Thread, items: &I, value: Value) -> Result<usize> {
    let mut count = 0;
    for index in 0.. {
        let Some(item) = items.item(thread, index) else {
            break;
        };
        count += usize::from(compare::equal(thread, item.value(), value)?);
    }
    Ok(count)
}

/// The arguments `start` and `stop` of `index(value, start, stop)`, cut to a sequence of `len` items.
pub fn search_range(thread: &Thread, args: &[Value], len: usize) -> Result<(usize, usize)> {
    let place = |argument: Value, default: usize| {
        if argument.is_missing() {
            return Ok(default);
        }
        let index = slice::index_argument(thread, argument)?;
        let index = if index < 0 {
            index.saturating_add_unsigned(len)
        } else {
            index
        };
        Ok(usize::try_from(index).unwrap_or(0))
    };
    Ok((place(args[0], 0)?, place(args[1], usize::MAX)?))
}

/// Repr of a sequence of values: `open`, reprs with commas between them, `close`.
pub fn repr<I: Items>(thread: &Thread, items: &I, text: &mut str::Builder) -> Result<usize> {
    for index in 0.. {
        let Some(item) = items.item(thread, index) else {
            return Ok(index);
        };
        if index > 0 {
            text.push_str(", ");
        }
        push_repr(thread, text, item.value())?;
    }
    Ok(0)
}

/// Adds a value's repr to a text.
pub fn push_repr(thread: &Thread, text: &mut str::Builder, value: Value) -> Result<()> {
    let part = convert::repr(thread, value)?;
    text.push(part.get::<Str>().expect("repr gives strings"));
    Ok(())
}

thread_local! {
    /// The objects whose repr is under way.
    static UNDER_WAY: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

/// Makes the repr of an object that may contain itself; inside of itself it is `recursive`.
pub fn guarded_repr(
    thread: &Thread,
    object: Value,
    recursive: &str,
    make: impl FnOnce(&mut str::Builder) -> Result<()>,
) -> Result {
    struct Entered;
    impl Drop for Entered {
        fn drop(&mut self) {
            UNDER_WAY.with_borrow_mut(Vec::pop);
        }
    }
    if UNDER_WAY.with_borrow(|under_way| under_way.contains(&object)) {
        return Ok(str::new(thread, recursive));
    }
    check_depth(thread, " while getting the repr of an object")?;
    UNDER_WAY.with_borrow_mut(|under_way| under_way.push(object));
    let _entered = Entered;
    let mut text = str::Builder::new();
    make(&mut text)?;
    Ok(text.finish(thread))
}

/// Raises `RecursionError` if the native stack is nearly used up.
pub fn check_depth(thread: &Thread, place: &str) -> Result<()> {
    if thread::approximate_stack_pointer() > thread.stack_limit.get() {
        return Ok(());
    }
    raise!(
        thread,
        RecursionError,
        "maximum recursion depth exceeded{place}"
    )
}

/// What a subscript selects.
pub enum Subscript {
    Index(isize),
    Slice(slice::Bounds),
}

impl Subscript {
    /// The subscript of a sequence called `name` in messages.
    #[inline(always)]
    pub fn of(thread: &Thread, key: Value, name: &str) -> Result<Subscript> {
        match key.as_small_int() {
            Some(index) => Ok(Subscript::Index(index as isize)),
            None => Self::of_object(thread, key, name),
        }
    }

    #[inline(never)]
    fn of_object(thread: &Thread, key: Value, name: &str) -> Result<Subscript> {
        if let Some(slice) = key.get::<Slice>() {
            return slice.bounds(thread).map(Subscript::Slice);
        }
        if convert::has_index(key) {
            return convert::to_index(thread, key).map(Subscript::Index);
        }
        let got = convert::type_name(key);
        raise!(
            thread,
            TypeError,
            "{name} indices must be integers or slices, not {got}"
        )
    }
}

/// An index, negative ones counting from the end, if it is one of a sequence of `len` items.
#[inline(always)]
pub fn index_in(index: isize, len: usize) -> Option<usize> {
    let index = if index < 0 {
        index.checked_add_unsigned(len)?
    } else {
        index
    };
    usize::try_from(index).ok().filter(|&index| index < len)
}

/// The number of repetitions of a sequence of `len` items: none for negative numbers. A `MemoryError` if the result could
/// never be had.
pub fn repetitions(thread: &Thread, len: usize, count: Value) -> Result<usize> {
    let count = crate::operators::arithmetic::repeat_count(thread, count)?;
    let count = usize::try_from(count).unwrap_or(0);
    super::list::List::check_len(thread, len.checked_mul(count))?;
    Ok(count)
}

/// The selected items of a slice (that is not changing).
pub fn select(items: &[Value], selection: Selection) -> Vec<Owned> {
    selection
        .indexes()
        .map(|index| Owned::new(items[index]))
        .collect()
}
