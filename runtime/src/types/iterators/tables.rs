//! Iterators over dicts and sets. They notice that the table's number of keys changed, and say so for ever after.

use super::release;
use crate::object::{Header, Kind, Object, Slot};
use crate::types::dict::Dict;
use crate::types::set::{Set, as_set};
use crate::types::tuple;
use crate::{Builtin, Owned, Result, Thread, Value, heap, raise};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Number of keys that no table has: what an iterator expects once it has complained.
const BROKEN: usize = usize::MAX;

/// What an iterator over a dict gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum What {
    Keys,
    Values,
    Items,
}

/// Iterator over a dict's keys, values or items, forwards or backwards.
#[repr(C)]
pub struct DictIterator {
    header: Header,
    dict: Slot,
    position: AtomicUsize,
    /// Number of keys when the iterator was made.
    expected: AtomicUsize,
    /// How many items are left.
    remaining: AtomicUsize,
    what: What,
    backwards: bool,
}

// SAFETY: `repr(C)`, header first, own kind; the slot is the counted reference, and there are no buffers.
unsafe impl Object for DictIterator {
    const KIND: Kind = Kind::DICT_ITERATOR;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.dict.peek());
    }
}

/// Iterator over a set or frozenset.
#[repr(C)]
pub struct SetIterator {
    header: Header,
    set: Slot,
    position: AtomicUsize,
    expected: AtomicUsize,
    remaining: AtomicUsize,
}

// SAFETY: `repr(C)`, header first, own kind; the slot is the counted reference, and there are no buffers.
unsafe impl Object for SetIterator {
    const KIND: Kind = Kind::SET_ITERATOR;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.set.peek());
    }
}

/// A new iterator over a dict.
pub fn dict(thread: &Thread, dict: &Dict, what: What, backwards: bool) -> Owned {
    let class = match (what, backwards) {
        (What::Keys, false) => Builtin::DictKeyIterator,
        (What::Values, false) => Builtin::DictValueIterator,
        (What::Items, false) => Builtin::DictItemIterator,
        (What::Keys, true) => Builtin::DictReverseKeyIterator,
        (What::Values, true) => Builtin::DictReverseValueIterator,
        (What::Items, true) => Builtin::DictReverseItemIterator,
    };
    let len = dict.len();
    let iterator = DictIterator {
        header: class.class().instance_header(thread),
        dict: Slot::new(Owned::new(dict.value())),
        position: AtomicUsize::new(if backwards { dict.table().used() } else { 0 }),
        expected: AtomicUsize::new(len),
        remaining: AtomicUsize::new(len),
        what,
        backwards,
    };
    heap::new(thread, iterator)
}

/// A new iterator over a set.
pub fn set(thread: &Thread, set: &Set) -> Owned {
    let len = set.len();
    let iterator = SetIterator {
        header: Builtin::SetIterator.class().instance_header(thread),
        set: Slot::new(Owned::new(set.value())),
        position: AtomicUsize::new(0),
        expected: AtomicUsize::new(len),
        remaining: AtomicUsize::new(len),
    };
    heap::new(thread, iterator)
}

impl DictIterator {
    /// An iterator over what is left.
    pub(super) fn copy(&self, thread: &Thread) -> Owned {
        let number = |from: &AtomicUsize| AtomicUsize::new(from.load(Ordering::Relaxed));
        let copy = DictIterator {
            header: self.header.shape().class.instance_header(thread),
            dict: Slot::new(Owned::new(self.dict.peek())),
            position: number(&self.position),
            expected: number(&self.expected),
            remaining: number(&self.remaining),
            what: self.what,
            backwards: self.backwards,
        };
        heap::new(thread, copy)
    }

    /// The next key, value or item.
    #[inline]
    pub fn next(&self, thread: &Thread) -> Result<Option<Owned>> {
        self.advance(thread, |dict, position| {
            if self.backwards {
                let item = dict.previous_entry(thread, position);
                item.map(|(key, value)| self.item(thread, key, value))
            } else {
                self.load(thread, dict, position)
            }
        })
    }

    /// The next item's key and value; none of the outer kind if this does not iterate over items in their order.
    #[inline]
    pub fn next_pair(&self, thread: &Thread) -> Option<Result<Option<(Owned, Owned)>>> {
        let forwards = matches!(self.what, What::Items) && !self.backwards;
        forwards.then(|| self.advance(thread, |dict, position| dict.next_entry(thread, position)))
    }

    #[inline(always)]
    fn advance<T>(
        &self,
        thread: &Thread,
        load: impl FnOnce(&Dict, &mut usize) -> Option<T>,
    ) -> Result<Option<T>> {
        let value = self.dict.peek();
        let Some(dict) = value.get::<Dict>() else {
            return Ok(None);
        };
        if dict.len() != self.expected.load(Ordering::Relaxed) {
            self.expected.store(BROKEN, Ordering::Relaxed);
            return raise!(
                thread,
                RuntimeError,
                "dictionary changed size during iteration"
            );
        }
        let mut position = self.position.load(Ordering::Relaxed);
        let item = load(dict, &mut position);
        self.position.store(position, Ordering::Relaxed);
        let Some(item) = item else {
            self.remaining.store(0, Ordering::Relaxed);
            release(thread, &self.header, &self.dict);
            return Ok(None);
        };
        let remaining = self.remaining.load(Ordering::Relaxed);
        if remaining == 0 && self.header.is_confined(thread) {
            release(thread, &self.header, &self.dict);
            return raise!(
                thread,
                RuntimeError,
                "dictionary keys changed during iteration"
            );
        }
        self.remaining
            .store(remaining.saturating_sub(1), Ordering::Relaxed);
        Ok(Some(item))
    }

    #[inline(always)]
    fn load(&self, thread: &Thread, dict: &Dict, position: &mut usize) -> Option<Owned> {
        match self.what {
            What::Keys => dict.next_key(thread, position),
            What::Values => dict.next_value(thread, position),
            What::Items => {
                let (key, value) = dict.next_entry(thread, position)?;
                Some(tuple::from_array(thread, [key, value]))
            }
        }
    }

    fn item(&self, thread: &Thread, key: Owned, value: Owned) -> Owned {
        match self.what {
            What::Keys => key,
            What::Values => value,
            What::Items => tuple::from_array(thread, [key, value]),
        }
    }

    /// How many items are left.
    pub fn left(&self) -> usize {
        let value = self.dict.peek();
        let expected = self.expected.load(Ordering::Relaxed);
        let same = value
            .get::<Dict>()
            .is_some_and(|dict| dict.len() == expected);
        if same {
            self.remaining.load(Ordering::Relaxed)
        } else {
            0
        }
    }
}

impl SetIterator {
    /// An iterator over what is left.
    pub(super) fn copy(&self, thread: &Thread) -> Owned {
        let number = |from: &AtomicUsize| AtomicUsize::new(from.load(Ordering::Relaxed));
        let copy = SetIterator {
            header: self.header.shape().class.instance_header(thread),
            set: Slot::new(Owned::new(self.set.peek())),
            position: number(&self.position),
            expected: number(&self.expected),
            remaining: number(&self.remaining),
        };
        heap::new(thread, copy)
    }

    /// The next element.
    #[inline]
    pub fn next(&self, thread: &Thread) -> Result<Option<Owned>> {
        let value = self.set.peek();
        let Some(set) = as_set(&value) else {
            return Ok(None);
        };
        if set.len() != self.expected.load(Ordering::Relaxed) {
            self.expected.store(BROKEN, Ordering::Relaxed);
            return raise!(thread, RuntimeError, "Set changed size during iteration");
        }
        let mut position = self.position.load(Ordering::Relaxed);
        let item = set.next_element(thread, &mut position);
        self.position.store(position, Ordering::Relaxed);
        let remaining = self.remaining.load(Ordering::Relaxed);
        self.remaining
            .store(remaining.saturating_sub(1), Ordering::Relaxed);
        if item.is_none() {
            self.remaining.store(0, Ordering::Relaxed);
            release(thread, &self.header, &self.set);
        }
        Ok(item)
    }

    /// How many elements are left.
    pub fn left(&self) -> usize {
        let value = self.set.peek();
        let expected = self.expected.load(Ordering::Relaxed);
        let same = as_set(&value).is_some_and(|set| set.len() == expected);
        if same {
            self.remaining.load(Ordering::Relaxed)
        } else {
            0
        }
    }
}
