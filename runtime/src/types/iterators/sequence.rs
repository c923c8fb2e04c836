//! Iterators that count through a sequence.

use super::release;
use crate::object::{Header, Kind, Object, Slot, refcount};
use crate::operators::{attribute, index};
use crate::types::bytes::{Bytearray, Bytes};
use crate::types::class::class_of;
use crate::types::list::List;
use crate::types::names::Name;
use crate::types::str::{self, Str};
use crate::types::tuple::Tuple;
use crate::types::{exception, int};
use crate::{Builtin, Owned, Result, Thread, Value, heap, raise};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Position of an exhausted iterator.
pub(super) const DONE: usize = usize::MAX;

/// Iterator over a list, tuple or bytes, a list backwards, or anything with `__getitem__`: its class says which.
#[repr(C)]
pub struct SequenceIterator {
    header: Header,
    pub(super) sequence: Slot,
    /// Index of the next item; backwards, one more.
    pub(super) position: AtomicUsize,
}

// SAFETY: `repr(C)`, header first, own kind; the slot is the counted reference, and there are no buffers.
unsafe impl Object for SequenceIterator {
    const KIND: Kind = Kind::SEQUENCE_ITERATOR;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.sequence.peek());
    }
}

/// Iterator over the characters of a str.
#[repr(C)]
pub struct StrIterator {
    header: Header,
    pub(super) string: Slot,
    pub(super) position: AtomicUsize,
}

// SAFETY: `repr(C)`, header first, own kind; the slot is the counted reference, and there are no buffers.
unsafe impl Object for StrIterator {
    const KIND: Kind = Kind::STR_ITERATOR;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.string.peek());
    }
}

/// `reversed` of any sequence.
#[repr(C)]
pub struct Reversed {
    header: Header,
    pub(super) sequence: Slot,
    /// Index of the next item, plus one.
    pub(super) position: AtomicUsize,
}

// SAFETY: `repr(C)`, header first, own kind; the slot is the counted reference, and there are no buffers.
unsafe impl Object for Reversed {
    const KIND: Kind = Kind::REVERSED;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.sequence.peek());
    }
}

fn new(thread: &Thread, class: Builtin, sequence: Value, position: usize) -> Owned {
    let iterator = SequenceIterator {
        header: class.class().instance_header(thread),
        sequence: Slot::new(Owned::new(sequence)),
        position: AtomicUsize::new(position),
    };
    heap::new(thread, iterator)
}

/// Iterator over a list.
#[inline]
pub fn list(thread: &Thread, list: Value) -> Owned {
    new(thread, Builtin::ListIterator, list, 0)
}

/// Iterator over a list that goes on at an index, for native code that kept the loop's index itself.
pub fn list_from(thread: &Thread, list: Value, index: Value) -> Owned {
    new(
        thread,
        Builtin::ListIterator,
        list,
        index.small_int_unchecked() as usize,
    )
}

/// The list and the next index of an iterator that nobody but the caller has: native code goes on with the list itself.
/// The iterator is then released.
pub fn reclaim_list(thread: &Thread, iterator: Value) -> Option<(Owned, Value)> {
    let this = iterator.get_exact::<SequenceIterator>()?;
    let alone = refcount::is_unique(&this.header) && this.header.is_confined(thread);
    let list = this.sequence.peek();
    if !alone || list.get_exact::<List>().is_none() || !is_forward_list(iterator) {
        return None;
    }
    let position = i64::try_from(this.position.load(Ordering::Relaxed)).ok()?;
    let index = Value::try_small_int(position)?;
    let list = Owned::new(list);
    drop(Owned::from_counted(iterator));
    Some((list, index))
}

fn is_forward_list(iterator: Value) -> bool {
    std::ptr::eq(class_of(iterator), Builtin::ListIterator.class())
}

/// Iterator over a list, backwards.
pub fn list_reverse(thread: &Thread, list: &List) -> Owned {
    new(
        thread,
        Builtin::ListReverseIterator,
        list.value(),
        list.len(),
    )
}

/// Iterator over a tuple.
#[inline]
pub fn tuple(thread: &Thread, tuple: Value) -> Owned {
    new(thread, Builtin::TupleIterator, tuple, 0)
}

/// Iterator over bytes.
pub fn bytes(thread: &Thread, bytes: Value) -> Owned {
    new(thread, Builtin::BytesIterator, bytes, 0)
}

/// Iterator over a bytearray.
pub fn bytearray(thread: &Thread, array: Value) -> Owned {
    new(thread, Builtin::BytearrayIterator, array, 0)
}

/// Iterator over anything with `__getitem__`.
pub fn any(thread: &Thread, sequence: Value) -> Owned {
    new(thread, Builtin::SequenceIterator, sequence, 0)
}

/// Iterator over a str.
pub fn string(thread: &Thread, string: Value) -> Owned {
    let iterator = StrIterator {
        header: Builtin::StrIterator.class().instance_header(thread),
        string: Slot::new(Owned::new(string)),
        position: AtomicUsize::new(0),
    };
    heap::new(thread, iterator)
}

/// Iterator over anything with `__len__` and `__getitem__`, backwards; of the class `reversed` or a subclass.
pub fn reversed(
    thread: &Thread,
    class: &crate::types::Type,
    sequence: Value,
    length: usize,
) -> Owned {
    let iterator = Reversed {
        header: class.instance_header(thread),
        sequence: Slot::new(Owned::new(sequence)),
        position: AtomicUsize::new(length),
    };
    heap::new(thread, iterator)
}

impl SequenceIterator {
    /// The next item.
    #[inline(always)]
    pub fn next(&self, thread: &Thread) -> Result<Option<Owned>> {
        let position = self.position.load(Ordering::Relaxed);
        let sequence = self.sequence.peek();
        if let Some(list) = sequence.get::<List>()
            && self.is(Builtin::ListIterator)
        {
            if position != DONE
                && let Some(item) = list.get(thread, position)
            {
                self.position.store(position + 1, Ordering::Relaxed);
                return Ok(Some(item));
            }
            return Ok(self.finish(thread));
        }
        self.next_other(thread, position)
    }

    fn next_other(&self, thread: &Thread, position: usize) -> Result<Option<Owned>> {
        if position == DONE {
            return Ok(None);
        }
        let sequence = self.sequence.peek();
        let (item, next) = if self.is(Builtin::SequenceIterator) {
            (item_of_any(thread, sequence, position)?, position + 1)
        } else if let Some(tuple) = sequence.get::<Tuple>() {
            let item = tuple.items().get(position);
            (item.map(|&item| Owned::new(item)), position + 1)
        } else if let Some(bytes) = sequence.get::<Bytes>() {
            let byte = bytes.as_slice().get(position);
            let item = byte.map(|&byte| Owned::inline(Value::small_int(i64::from(byte))));
            (item, position + 1)
        } else if let Some(array) = sequence.get::<Bytearray>() {
            let byte = array.get(position);
            let item = byte.map(|byte| Owned::inline(Value::small_int(i64::from(byte))));
            (item, position + 1)
        } else if let Some(list) = sequence.get::<List>() {
            let previous = position.checked_sub(1);
            (
                previous.and_then(|index| list.get(thread, index)),
                position.saturating_sub(1),
            )
        } else {
            (None, DONE)
        };
        if item.is_none() {
            return Ok(self.finish(thread));
        }
        self.position.store(next, Ordering::Relaxed);
        Ok(item)
    }

    #[inline(always)]
    fn is(&self, class: Builtin) -> bool {
        std::ptr::eq(self.header.shape().class, class.class())
    }

    #[cold]
    fn finish(&self, thread: &Thread) -> Option<Owned> {
        self.position.store(DONE, Ordering::Relaxed);
        release(thread, &self.header, &self.sequence);
        None
    }

    /// How many items are left, as far as that is known.
    pub fn left(&self) -> usize {
        let position = self.position.load(Ordering::Relaxed);
        let sequence = self.sequence.peek();
        let len = if position == DONE {
            0
        } else if self.is(Builtin::ListReverseIterator) {
            return position;
        } else if let Some(list) = sequence.get::<List>() {
            list.len()
        } else if let Some(tuple) = sequence.get::<Tuple>() {
            tuple.len()
        } else if let Some(array) = sequence.get::<Bytearray>() {
            array.len()
        } else {
            sequence.get::<Bytes>().map_or(0, Bytes::len)
        };
        len.saturating_sub(position)
    }
}

/// `sequence[position]`; none if that raises `IndexError` or `StopIteration`.
fn item_of_any(thread: &Thread, sequence: Value, position: usize) -> Result<Option<Owned>> {
    // The call may come back to this iterator and exhaust it.
    let sequence = Owned::new(sequence);
    let key = int::from_usize(thread, position);
    let item = attribute::call_special(thread, sequence.value(), Name::GETITEM, &[key.value()]);
    let raised = match item {
        Ok(Some(item)) => return Ok(Some(item)),
        Ok(None) => return raise!(thread, TypeError, "the object is not a sequence any more"),
        Err(raised) => raised,
    };
    let pending = thread.pending_exception();
    if exception::is(pending, Builtin::IndexError) || exception::is(pending, Builtin::StopIteration)
    {
        drop(thread.take_exception(raised));
        return Ok(None);
    }
    Err(raised)
}

impl StrIterator {
    /// The next character.
    #[inline]
    pub fn next(&self, thread: &Thread) -> Option<Owned> {
        let string = self.string.peek();
        let text = string.get::<Str>()?;
        let position = self.position.load(Ordering::Relaxed);
        if position >= text.len() {
            release(thread, &self.header, &self.string);
            return None;
        }
        self.position.store(position + 1, Ordering::Relaxed);
        Some(str::from_code_point(thread, text.code_point(position)))
    }

    /// How many characters are left.
    pub fn left(&self) -> usize {
        let string = self.string.peek();
        let len = string.get::<Str>().map_or(0, Str::len);
        len.saturating_sub(self.position.load(Ordering::Relaxed))
    }
}

impl Reversed {
    /// The next item.
    pub fn next(&self, thread: &Thread) -> Result<Option<Owned>> {
        let position = self.position.load(Ordering::Relaxed);
        let sequence = self.sequence.peek();
        if position == 0 || sequence.is_missing() {
            return Ok(None);
        }
        self.position.store(position - 1, Ordering::Relaxed);
        // The call may come back to this iterator and exhaust it.
        let sequence = Owned::new(sequence);
        let key = int::from_usize(thread, position - 1);
        let raised = match index::get_item(thread, sequence.value(), key.value()) {
            Ok(item) => return Ok(Some(item)),
            Err(raised) => raised,
        };
        self.position.store(0, Ordering::Relaxed);
        let pending = thread.pending_exception();
        let end = [Builtin::IndexError, Builtin::StopIteration];
        if end.iter().any(|&class| exception::is(pending, class)) {
            drop(thread.take_exception(raised));
            return Ok(None);
        }
        Err(raised)
    }

    /// How many items are left.
    pub fn left(&self) -> usize {
        self.position.load(Ordering::Relaxed)
    }
}
