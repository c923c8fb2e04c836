//! `tuple`: a length and the items, in one block.
//!
//! ```text
//!   exact     │ header │ 24 length │ 32 item 0 │ item 1 │ …
//!   subclass  │ header │ 24 length │ 32 item 0 │ … │ attribute area …
//! ```
//!
//! Immutable: the items are written before anybody else sees the tuple, so readers just read them. They may be unknown to
//! other threads as long as the tuple is (`publication::publish_parts`). There is one empty tuple, which is immortal.

pub mod methods;

use super::{Builtin, Type};
use crate::object::{FLAG_ACYCLIC, Header, Kind, Object, Slot, refcount, visit_objects};
use crate::operators::convert;
use crate::{Owned, Result, Thread, Value, heap};
use std::sync::atomic::{AtomicU64, Ordering};

/// A Python tuple. Native code knows the offsets of the public fields.
#[repr(C)]
pub struct Tuple {
    header: Header,
    /// Number of items.
    pub len: usize,
    items: [Slot; 0],
}

// SAFETY: `repr(C)`, header first, own kind; the items are the counted references, and there are no buffers.
unsafe impl Object for Tuple {
    const KIND: Kind = Kind::TUPLE;
    const AREA_BEHIND: bool = true;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        // The last item dies first, as in CPython.
        self.items().iter().rev().copied().for_each(visit);
    }

    unsafe fn traverse_objects(&self, visit: &mut dyn FnMut(Value)) {
        visit_objects(self.items(), visit);
    }

    fn extra(&self) -> usize {
        std::mem::size_of_val(self.items())
    }
}

static EMPTY: AtomicU64 = AtomicU64::new(Value::MISSING.bits());

/// The empty tuple.
#[inline]
pub fn empty(thread: &Thread) -> Owned {
    let value = Value::from_bits(EMPTY.load(Ordering::Acquire));
    if value.is_missing() {
        return make_empty(thread);
    }
    Owned::from_counted(value)
}

#[cold]
fn make_empty(thread: &Thread) -> Owned {
    let tuple = allocate(thread, Builtin::Tuple.class(), 0);
    refcount::make_immortal(tuple.header().expect("a tuple is an object"));
    let (missing, new) = (Value::MISSING.bits(), tuple.value().bits());
    let known = EMPTY.compare_exchange(missing, new, Ordering::AcqRel, Ordering::Acquire);
    match known {
        Ok(_) => tuple,
        Err(other) => Owned::from_counted(Value::from_bits(other)),
    }
}

/// A tuple of the class with room for `len` items, which the caller writes before it does anything else.
#[inline(always)]
fn allocate(thread: &Thread, class: &Type, len: usize) -> Owned {
    let tuple = Tuple {
        header: class.instance_header(thread),
        len,
        items: [],
    };
    heap::new_sized(thread, tuple, len * size_of::<Value>())
}

/// As [`allocate`], for an exact tuple whose items are all acyclic.
#[inline(always)]
fn allocate_acyclic(thread: &Thread, len: usize) -> Owned {
    let mut header = Builtin::Tuple.class().instance_header(thread);
    *header.flags.get_mut() |= FLAG_ACYCLIC;
    let tuple = Tuple {
        header,
        len,
        items: [],
    };
    heap::new_acyclic(thread, tuple, len * size_of::<Value>())
}

/// Can no cycle lead through the value?
#[inline(always)]
fn is_acyclic(value: Value) -> bool {
    value.header().is_none_or(Header::is_acyclic)
}

/// Makes the items of a new tuple those that `item` gives; `item` must not run Python code or pass a safepoint.
#[inline(always)]
fn fill(tuple: Owned, len: usize, mut item: impl FnMut(usize) -> Owned) -> Owned {
    // SAFETY: `len` items follow the struct, and nobody else knows it yet.
    unsafe {
        let items = (&raw mut (*tuple.as_ptr().cast::<Tuple>()).items).cast::<Slot>();
        for index in 0..len {
            items.add(index).write(Slot::confined(item(index)));
        }
    }
    tuple
}

/// A tuple of the items.
pub fn new(thread: &Thread, items: Vec<Owned>) -> Owned {
    if items.is_empty() {
        return empty(thread);
    }
    let len = items.len();
    let tuple = allocate_exact(thread, len, |index| items[index].value());
    let mut items = items.into_iter();
    fill(tuple, len, |_| items.next().expect("`len` items"))
}

/// A tuple of borrowed items.
#[inline]
pub fn from_slice(thread: &Thread, items: &[Value]) -> Owned {
    let peek = |index: usize| items[index];
    from_fn(thread, items.len(), peek, |index| Owned::new(peek(index)))
}

/// A tuple with room for `len` items, which are to be those that `peek` shows.
#[inline(always)]
fn allocate_exact(thread: &Thread, len: usize, peek: impl Fn(usize) -> Value) -> Owned {
    if (0..len).all(|index| is_acyclic(peek(index))) {
        allocate_acyclic(thread, len)
    } else {
        allocate(thread, Builtin::Tuple.class(), len)
    }
}

/// A tuple of `len` items that `peek` shows and `item` gives, neither of which runs Python code or passes a safepoint.
#[inline(always)]
pub fn from_fn(
    thread: &Thread,
    len: usize,
    peek: impl Fn(usize) -> Value,
    item: impl FnMut(usize) -> Owned,
) -> Owned {
    if len == 0 {
        return empty(thread);
    }
    fill(allocate_exact(thread, len, peek), len, item)
}

/// A tuple of a few items.
#[inline(always)]
pub fn from_array<const N: usize>(thread: &Thread, items: [Owned; N]) -> Owned {
    const { assert!(N > 0, "the empty tuple is `empty`") };
    let tuple = allocate_exact(thread, N, |index| items[index].value());
    let mut items = items.into_iter();
    fill(tuple, N, |_| items.next().expect("N items"))
}

/// A new tuple of the class `tuple` or a subclass, even if it is empty.
pub fn new_instance(thread: &Thread, class: &Type, items: Vec<Owned>) -> Owned {
    let len = items.len();
    let mut items = items.into_iter();
    let tuple = allocate(thread, class, len);
    fill(tuple, len, |_| items.next().expect("`len` items"))
}

impl Tuple {
    /// Offset of the first item, for native code.
    pub const ITEMS: usize = std::mem::offset_of!(Tuple, items);

    /// The items.
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        // SAFETY: `len` items were written behind the struct when it was made, and never change; `Slot` holds a value.
        unsafe { std::slice::from_raw_parts(self.items.as_ptr().cast(), self.len) }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// New references to the items.
    pub fn to_vec(&self) -> Vec<Owned> {
        self.items().iter().map(|&item| Owned::new(item)).collect()
    }
}

const PRIME_1: u64 = 11_400_714_785_074_694_791;
const PRIME_2: u64 = 14_029_467_366_897_019_727;
const PRIME_5: u64 = 2_870_177_450_012_600_261;

/// `hash` of a tuple: the items' hashes mixed as xxHash does, so that sets of small tuples are ordered as CPython's.
pub fn hash(thread: &Thread, tuple: &Tuple) -> Result<i64> {
    let state = hash_unsized(thread, tuple.items())?;
    let length = tuple.len() as u64 ^ PRIME_5 ^ 3_527_539;
    Ok(finish_hash(state.wrapping_add(length)))
}

/// The hashes of some values, mixed; their number is not.
pub(super) fn hash_unsized(thread: &Thread, items: &[Value]) -> Result<u64> {
    let mut state = PRIME_5;
    for &item in items {
        let lane = convert::hash(thread, item)? as u64;
        state = state.wrapping_add(lane.wrapping_mul(PRIME_2));
        state = state.rotate_left(31).wrapping_mul(PRIME_1);
    }
    Ok(state)
}

/// The hash that mixed hashes make; never -1.
pub(super) fn finish_hash(state: u64) -> i64 {
    if state == u64::MAX {
        1_546_275_796
    } else {
        state as i64
    }
}
