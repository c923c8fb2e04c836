//! `list`: a length, and a pointer to an array that carries its own capacity.
//!
//! ```text
//!   List   │ header │ 24 length │ 32 array ─┐
//!   Array  │ capacity │ item 0 │ item 1 │ … ◄┘      vacant items are MISSING
//! ```
//!
//! Readers take no lock: length, array, capacity (which belongs to the array, so that the three can never disagree), item;
//! then the item is counted and both are looked at again. Whoever is in doubt takes the lock. Writers hold the lock unless
//! no other thread can reach the list; a full array is replaced, and the old one retired. As long as no other thread can reach
//! the list, none need be able to reach its items (`publication::publish_parts`).

pub mod methods;
pub mod sort;

use super::sequences::index_in;
use super::slice::Bounds;
use super::{Builtin, Type};
use crate::object::{FLAG_SHARED, Header, Kind, Object, Slot, publish, refcount, visit_objects};
use crate::sync::lock::{lock_for_write, lock_pair};
use crate::{Owned, Result, Thread, Value, heap, raise};
use std::mem::MaybeUninit;
use std::ops::Range;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

/// A Python list. Native code knows the offsets of the public fields.
#[repr(C)]
pub struct List {
    header: Header,
    /// Number of items.
    pub len: AtomicUsize,
    /// Never null.
    pub array: AtomicPtr<Array>,
}

/// The items, `capacity` of them, behind their number.
#[repr(C)]
pub struct Array {
    pub capacity: usize,
    items: [Slot; 0],
}

/// Items that the collector should not look at more often than it must.
const LARGE: usize = 512;

/// What empty lists point to.
static NO_ITEMS: Array = Array {
    capacity: 0,
    items: [],
};

// SAFETY: `repr(C)`, header first, own kind; the items are the counted references, the array is the only buffer.
unsafe impl Object for List {
    const KIND: Kind = Kind::LIST;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        let array = self.array();
        // The last item dies first, as in CPython.
        for index in (0..self.len().min(array.capacity)).rev() {
            visit(array.slot(index).peek());
        }
    }

    unsafe fn traverse_objects(&self, visit: &mut dyn FnMut(Value)) {
        let array = self.array();
        // SAFETY: nobody writes to the list (caller's promise).
        let items = unsafe { array.quiet(0..self.len().min(array.capacity)) };
        visit_objects(items, visit);
    }

    unsafe fn finish(&self, thread: &Thread) {
        let array = self.array.load(Ordering::Relaxed);
        // SAFETY: the list is dead, so nobody finds the array through it from now on.
        unsafe { Array::retire(thread, &self.header, array) }
    }
}

impl Array {
    /// Offset of the first item, for native code.
    pub const ITEMS: usize = std::mem::offset_of!(Array, items);

    fn bytes(capacity: usize) -> usize {
        Self::ITEMS + capacity * size_of::<Slot>()
    }

    /// An array for so many items, `used` of which the caller writes before anybody sees it; the others are vacant.
    fn allocate(thread: &Thread, capacity: usize, used: usize) -> *mut Array {
        if capacity == 0 {
            return std::ptr::from_ref(&NO_ITEMS).cast_mut();
        }
        let array = heap::buffer(thread, Self::bytes(capacity))
            .cast::<Array>()
            .as_ptr();
        // SAFETY: the block has room for the capacity and as many items.
        unsafe {
            (&raw mut (*array).capacity).write(capacity);
            for index in used..capacity {
                Self::items(array).add(index).write(Slot::missing());
            }
        }
        array
    }

    /// The items of an array nobody else knows.
    fn items(array: *mut Array) -> *mut Slot {
        array.wrapping_byte_add(Self::ITEMS).cast()
    }

    /// An item; vacant ones are MISSING.
    #[inline(always)]
    pub fn slot(&self, index: usize) -> &Slot {
        debug_assert!(index < self.capacity);
        // SAFETY: `capacity` initialised slots follow.
        unsafe { &*self.items.as_ptr().add(index) }
    }

    /// Some of the items.
    ///
    /// # Safety
    /// Nobody writes to them as long as they are borrowed.
    unsafe fn quiet(&self, range: Range<usize>) -> &[Value] {
        assert!(range.start <= range.end && range.end <= self.capacity);
        // SAFETY: `capacity` initialised slots follow, and a slot is a value; nobody writes to them (caller's promise).
        unsafe {
            let first = self.items.as_ptr().add(range.start);
            std::slice::from_raw_parts(first.cast(), range.len())
        }
    }

    /// Copies items of another array into this one, which nobody else knows, and takes a reference to each.
    ///
    /// # Safety
    /// `array` has room for them behind `start`.
    unsafe fn copy(array: *mut Array, start: usize, items: &[Value]) {
        // SAFETY: there is room (caller's promise); a new array overlaps with no other.
        unsafe {
            let to = Self::items(array).add(start).cast();
            std::ptr::copy_nonoverlapping(items.as_ptr(), to, items.len());
        }
        visit_objects(items, &mut |item| refcount::increment(item));
    }

    /// Moves items within the array of a list the caller may write to; `confined`: that no other thread can read.
    fn shift(&self, confined: bool, from: usize, to: usize, count: usize) {
        debug_assert!(from + count <= self.capacity && to + count <= self.capacity);
        if confined {
            let items = self.items.as_ptr().cast_mut();
            // SAFETY: both ranges are inside the array, and no other thread can reach it.
            return unsafe { items.add(to).copy_from(items.add(from), count) };
        }
        let step = |index: usize| self.put(to + index, self.slot(from + index).peek());
        if from < to {
            (0..count).rev().for_each(step);
        } else {
            (0..count).for_each(step);
        }
    }

    /// Writes an item that was moved, over one that was moved away.
    #[inline(always)]
    fn put(&self, index: usize, value: Value) {
        self.slot(index).relocate(value);
    }

    /// Writes a new item of the list over one that was moved away.
    #[inline(always)]
    fn put_new(&self, list: &Header, index: usize, item: Owned) {
        std::mem::forget(self.slot(index).replace_in(list, item));
    }

    /// # Safety
    /// The array was the list's; no thread that looks for it from now on finds it; its items were moved or released.
    unsafe fn retire(thread: &Thread, list: &Header, array: *mut Array) {
        if let Some(block) = NonNull::new(array).filter(|_| !std::ptr::eq(array, &NO_ITEMS)) {
            // SAFETY: every other array is a buffer of that size (caller's promise for the rest).
            unsafe {
                let bytes = Self::bytes((*array).capacity);
                heap::retire_buffer(thread, list, block.cast(), bytes);
            }
        }
    }
}

/// A new list of the items.
pub fn new(thread: &Thread, items: Vec<Owned>) -> Owned {
    new_instance(thread, Builtin::List.class(), items)
}

/// A new list of the class `list` or a subclass.
pub fn new_instance(thread: &Thread, class: &Type, items: Vec<Owned>) -> Owned {
    let (len, array) = array_of(thread, items);
    allocate(thread, class, len, array)
}

/// A new list of borrowed items.
pub fn from_slice(thread: &Thread, items: &[Value]) -> Owned {
    let array = Array::allocate(thread, items.len(), items.len());
    for (index, &item) in items.iter().enumerate() {
        // SAFETY: the array has room for all of them, and nobody else knows it.
        unsafe {
            Array::items(array)
                .add(index)
                .write(Slot::confined(Owned::new(item)))
        }
    }
    allocate(thread, Builtin::List.class(), items.len(), array)
}

/// A new list of `len` items that `item` gives; `item` must not run Python code or pass a safepoint.
#[inline(always)]
pub fn from_fn(thread: &Thread, len: usize, mut item: impl FnMut(usize) -> Owned) -> Owned {
    let array = Array::allocate(thread, len, len);
    for index in 0..len {
        // SAFETY: the array has room for all of them, and nobody else knows it.
        unsafe {
            Array::items(array)
                .add(index)
                .write(Slot::confined(item(index)))
        }
    }
    allocate(thread, Builtin::List.class(), len, array)
}

/// A new empty list with room for some items.
pub fn with_capacity(thread: &Thread, capacity: usize) -> Owned {
    let array = Array::allocate(thread, capacity, 0);
    allocate(thread, Builtin::List.class(), 0, array)
}

fn allocate(thread: &Thread, class: &Type, len: usize, array: *mut Array) -> Owned {
    let list = List {
        header: class.instance_header(thread),
        len: AtomicUsize::new(len),
        array: AtomicPtr::new(array),
    };
    heap::new(thread, list)
}

/// An array with the items moved into it.
fn array_of(thread: &Thread, items: Vec<Owned>) -> (usize, *mut Array) {
    let len = items.len();
    let array = Array::allocate(thread, len, len);
    for (index, item) in items.into_iter().enumerate() {
        // SAFETY: the array has room for all of them, and nobody else knows it.
        unsafe { Array::items(array).add(index).write(Slot::confined(item)) }
    }
    (len, array)
}

impl List {
    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    fn array(&self) -> &Array {
        // SAFETY: the pointer is never null, and arrays are retired, not freed, while another thread may be reading.
        unsafe { &*self.array.load(Ordering::Acquire) }
    }

    /// The item at an index; none if there are not so many.
    #[inline(always)]
    pub fn get(&self, thread: &Thread, index: usize) -> Option<Owned> {
        if index >= self.len() {
            return None;
        }
        let array = self.array();
        if index < array.capacity
            && let Some(item) = array.slot(index).try_load()
            && !item.is_missing()
            && std::ptr::eq(self.array(), array)
        {
            return Some(item);
        }
        self.get_locked(thread, index)
    }

    #[cold]
    #[inline(never)]
    fn get_locked(&self, thread: &Thread, index: usize) -> Option<Owned> {
        let _guard = lock_for_write(thread, &self.header);
        (index < self.len()).then(|| self.array().slot(index).load_locked())
    }

    /// The item at an index, counted from the end if negative, if there is one and it can be had without a lock.
    #[inline(always)]
    pub fn get_quick(&self, index: i64) -> Option<Owned> {
        let index = index_in(index as isize, self.len())?;
        let array = self.array();
        if index >= array.capacity {
            return None;
        }
        let item = array.slot(index).try_load()?;
        (!item.is_missing() && std::ptr::eq(self.array(), array)).then_some(item)
    }

    /// Replaces the item at an index (negative ones count from the end); gives the new one back if there is none.
    #[inline]
    pub fn set(
        &self,
        thread: &Thread,
        index: isize,
        item: Owned,
    ) -> std::result::Result<(), Owned> {
        let guard = lock_for_write(thread, &self.header);
        let Some(index) = index_in(index, self.len()) else {
            return Err(item);
        };
        let old = self.array().slot(index).replace_in(&self.header, item);
        drop(guard);
        drop(old);
        Ok(())
    }

    /// Adds an item at the end.
    #[inline]
    pub fn append(&self, thread: &Thread, item: Owned) {
        let _guard = lock_for_write(thread, &self.header);
        let len = self.len.load(Ordering::Relaxed);
        if len == self.array().capacity {
            self.grow(thread, 1);
        }
        self.array().put_new(&self.header, len, item);
        self.len.store(len + 1, Ordering::Release);
    }

    /// Adds items at the end.
    pub fn extend(&self, thread: &Thread, items: Vec<Owned>) {
        let _guard = lock_for_write(thread, &self.header);
        let len = self.len();
        self.open_gap(thread, len, len, items.len());
        for (index, item) in items.into_iter().enumerate() {
            self.array().put_new(&self.header, len + index, item);
        }
    }

    /// `list *= count`, which is at least 1.
    pub fn repeat_in_place(&self, thread: &Thread, count: usize) -> Result<()> {
        let guard = lock_for_write(thread, &self.header);
        let len = self.len();
        let total = len.checked_mul(count);
        let Some(total) = total.filter(|&total| is_affordable(total)) else {
            drop(guard);
            return raise!(thread, MemoryError, "");
        };
        self.open_gap(thread, len, len, total - len);
        let array = self.array();
        for index in len..total {
            let item = Owned::new(array.slot(index % len).peek());
            array.put_new(&self.header, index, item);
        }
        Ok(())
    }

    /// Puts an item before the one at an index; `index` is any that slicing allows.
    pub fn insert(&self, thread: &Thread, index: isize, item: Owned) {
        let _guard = lock_for_write(thread, &self.header);
        let index = clamp(index, self.len());
        self.open_gap(thread, index, index, 1);
        self.array().put_new(&self.header, index, item);
    }

    /// Removes the item at an index (negative ones count from the end).
    #[inline]
    pub fn pop(&self, thread: &Thread, index: isize) -> Option<Owned> {
        let _guard = lock_for_write(thread, &self.header);
        let len = self.len();
        let index = index_in(index, len)?;
        let array = self.array();
        let item = array.slot(index).exchange(Owned::inline(Value::MISSING));
        array.shift(
            self.header.is_confined(thread),
            index + 1,
            index,
            len - index - 1,
        );
        array.put(len - 1, Value::MISSING);
        self.len.store(len - 1, Ordering::Release);
        self.shrink(thread);
        Some(item)
    }

    /// Removes an item that was seen at `index`, wherever it is by now; false if it is gone.
    pub fn remove_seen(&self, thread: &Thread, index: usize, item: Value) -> bool {
        let guard = lock_for_write(thread, &self.header);
        let is_it = |at: &usize| self.array().slot(*at).peek() == item;
        let before = (index < self.len()).then_some(index);
        let Some(at) = before.filter(is_it).or_else(|| (0..self.len()).find(is_it)) else {
            return false;
        };
        let removed = self.take_range(thread, at..at + 1);
        drop(guard);
        drop(removed);
        true
    }

    /// Removes the item at an index if it is still `item`.
    pub fn remove_if(&self, thread: &Thread, index: usize, item: Value) -> bool {
        let guard = lock_for_write(thread, &self.header);
        if index >= self.len() || self.array().slot(index).peek() != item {
            return false;
        }
        let removed = self.take_range(thread, index..index + 1);
        drop(guard);
        drop(removed);
        true
    }

    /// Replaces what bounds without a step select by other items.
    pub fn splice(&self, thread: &Thread, bounds: Bounds, items: Vec<Owned>) {
        let guard = lock_for_write(thread, &self.header);
        let selection = bounds.of(self.len());
        let start = selection.start as usize;
        let end = start + selection.count;
        let array = self.array();
        let removed: Vec<Owned> = (start..end)
            .map(|index| Owned::from_counted(array.slot(index).peek()))
            .collect();
        self.open_gap(thread, start, end, items.len());
        for (index, item) in items.into_iter().enumerate() {
            self.array().put_new(&self.header, start + index, item);
        }
        self.shrink(thread);
        drop(guard);
        drop(removed);
    }

    /// Removes everything.
    pub fn clear(&self, thread: &Thread) {
        drop(self.take(thread));
    }

    /// Removes everything and returns it.
    pub fn take(&self, thread: &Thread) -> Vec<Owned> {
        let _guard = lock_for_write(thread, &self.header);
        self.swap_items(thread, 0, Array::allocate(thread, 0, 0))
    }

    /// Puts back what [`List::take`] took, instead of what was added meanwhile; whether anything was.
    pub fn put_back(&self, thread: &Thread, items: Vec<Owned>) -> bool {
        let (len, array) = array_of(thread, items);
        let guard = lock_for_write(thread, &self.header);
        let changed = !std::ptr::eq(self.array(), &NO_ITEMS);
        if self.header.has_flag(FLAG_SHARED) {
            // SAFETY: nobody else knows the array, which has so many items.
            visit_objects(unsafe { (*array).quiet(0..len) }, &mut publish);
        }
        let added = self.swap_items(thread, len, array);
        drop(guard);
        drop(added);
        changed
    }

    /// Visits the items of a list that nobody changes meanwhile.
    #[inline(always)]
    pub(crate) fn each(&self, visit: &mut impl FnMut(Value)) {
        let array = self.array();
        (0..self.len()).for_each(|index| visit(array.slot(index).peek()));
    }

    /// Where the items are, if they are many.
    pub(crate) fn large_array(&self) -> Option<usize> {
        let array = self.array();
        (array.capacity >= LARGE).then(|| std::ptr::from_ref(array).addr())
    }

    /// Bytes the list takes.
    pub fn size(&self) -> usize {
        size_of::<List>() + Array::bytes(self.array().capacity)
    }

    /// Makes `array` the list's and returns the items of the old one. The caller may write to the list.
    fn swap_items(&self, thread: &Thread, len: usize, array: *mut Array) -> Vec<Owned> {
        let old_len = self.len.load(Ordering::Relaxed);
        let old = self.array.load(Ordering::Relaxed);
        // A reader must not see a length beyond the array's items: shorter first, longer last.
        self.len.store(old_len.min(len), Ordering::Release);
        self.array.store(array, Ordering::Release);
        self.len.store(len, Ordering::Release);
        // SAFETY: the list owned the items of the old array and does not any more; nobody finds it from now on.
        unsafe {
            let items = (0..old_len)
                .map(|index| Owned::from_counted((*old).slot(index).peek()))
                .collect();
            Array::retire(thread, &self.header, old);
            items
        }
    }

    /// New references to all items, as they are at one moment.
    pub fn snapshot(&self, thread: &Thread) -> Vec<Owned> {
        let _guard = lock_for_write(thread, &self.header);
        let array = self.array();
        (0..self.len())
            .map(|index| Owned::new(array.slot(index).peek()))
            .collect()
    }

    /// Hands out a new reference to each item if there are so many at this moment. `put` must not run code of the program.
    pub fn unpack(
        &self,
        thread: &Thread,
        wanted: usize,
        mut put: impl FnMut(usize, Owned),
    ) -> bool {
        let _guard = lock_for_write(thread, &self.header);
        if self.len() != wanted {
            return false;
        }
        let array = self.array();
        (0..wanted).for_each(|index| put(index, Owned::new(array.slot(index).peek())));
        true
    }

    /// A new list of the items inside of bounds.
    pub fn slice(&self, thread: &Thread, bounds: Bounds) -> Owned {
        let guard = lock_for_write(thread, &self.header);
        let selection = bounds.of(self.len());
        let (source, len) = (self.array(), selection.count);
        let array = Array::allocate(thread, len, len);
        if bounds.in_a_row() {
            let start = selection.start as usize;
            // SAFETY: the lock keeps writers out, and the array has room for all of them.
            unsafe { Array::copy(array, 0, source.quiet(start..start + len)) };
        } else {
            for (to, from) in selection.indexes().enumerate() {
                let item = Slot::confined(Owned::new(source.slot(from).peek()));
                // SAFETY: the array has room for all of them, and nobody else knows it.
                unsafe { Array::items(array).add(to).write(item) }
            }
        }
        drop(guard);
        allocate(thread, Builtin::List.class(), len, array)
    }

    /// A new list of the items, `count` times; as long as a list may be.
    pub fn repeated(&self, thread: &Thread, count: usize) -> Owned {
        let items = self.snapshot(thread);
        let len = items.len() * count;
        let array = Array::allocate(thread, len, len);
        for item in items.iter().filter(|item| item.value().is_object()) {
            // As many references as there will be places; dropping `items` takes the snapshot's.
            (0..count).for_each(|_| std::mem::forget(item.clone()));
        }
        // SAFETY: the array has room for `len` items, and nobody else knows it. A value is what a slot holds.
        let places = unsafe {
            std::slice::from_raw_parts_mut(Array::items(array).cast::<MaybeUninit<Value>>(), len)
        };
        match &items[..] {
            [item] => places.fill(MaybeUninit::new(item.value())),
            items => {
                let values = items.iter().map(Owned::value).cycle();
                for (place, value) in places.iter_mut().zip(values) {
                    place.write(value);
                }
            }
        }
        allocate(thread, Builtin::List.class(), len, array)
    }

    /// A new list of the items of this one and another.
    pub fn concat(&self, thread: &Thread, other: &List) -> Owned {
        let confined = self.header.is_confined(thread) && other.header.is_confined(thread);
        let guards = (!confined).then(|| lock_pair(&self.header, &other.header));
        let (first, second) = (self.len(), other.len());
        let array = Array::allocate(thread, first + second, first + second);
        // SAFETY: the locks keep writers out, and the array has room for all of them.
        unsafe {
            Array::copy(array, 0, self.array().quiet(0..first));
            Array::copy(array, first, other.array().quiet(0..second));
        }
        drop(guards);
        allocate(thread, Builtin::List.class(), first + second, array)
    }

    /// Reverses the items in place.
    pub fn reverse(&self, thread: &Thread) {
        let _guard = lock_for_write(thread, &self.header);
        let (array, len) = (self.array(), self.len());
        for index in 0..len / 2 {
            let other = len - 1 - index;
            let (low, high) = (array.slot(index).peek(), array.slot(other).peek());
            array.put(index, high);
            array.put(other, low);
        }
    }

    /// Removes what bounds with a step select.
    pub fn remove_stepped(&self, thread: &Thread, bounds: Bounds) {
        let guard = lock_for_write(thread, &self.header);
        let (array, len) = (self.array(), self.len());
        let selection = bounds.of(len);
        let count = selection.count;
        if count == 0 {
            return;
        }
        let (start, step) = selection.ascending();
        let mut removed = Vec::with_capacity(count);
        let mut to = start;
        for from in start..len {
            let value = array.slot(from).peek();
            if (from - start).is_multiple_of(step) && removed.len() < count {
                removed.push(Owned::from_counted(value));
            } else {
                array.put(to, value);
                to += 1;
            }
        }
        (to..len).for_each(|index| array.put(index, Value::MISSING));
        self.len.store(to.min(len), Ordering::Release);
        self.shrink(thread);
        drop(guard);
        drop(removed);
    }

    /// Replaces the items that bounds with a step select, one by one; says how many there are if it is another number.
    pub fn set_stepped(
        &self,
        thread: &Thread,
        bounds: Bounds,
        items: Vec<Owned>,
    ) -> std::result::Result<(), usize> {
        let guard = lock_for_write(thread, &self.header);
        let array = self.array();
        let selection = bounds.of(self.len());
        if selection.count != items.len() {
            drop(guard);
            return Err(selection.count);
        }
        let old: Vec<Owned> = selection
            .indexes()
            .zip(items)
            .map(|(index, item)| array.slot(index).replace_in(&self.header, item))
            .collect();
        drop(guard);
        drop(old);
        Ok(())
    }

    /// Makes room for `count` more items at the end.
    fn grow(&self, thread: &Thread, count: usize) {
        let needed = self.len.load(Ordering::Relaxed) + count;
        self.reallocate(thread, needed + needed / 4 + 3);
    }

    /// Gives memory back if the list fills less than a quarter of its array.
    #[inline]
    fn shrink(&self, thread: &Thread) {
        let len = self.len.load(Ordering::Relaxed);
        if self.array().capacity >= 32 && len < self.array().capacity / 4 {
            self.reallocate(thread, len + len / 4);
        }
    }

    #[cold]
    #[inline(never)]
    fn reallocate(&self, thread: &Thread, capacity: usize) {
        let len = self.len.load(Ordering::Relaxed);
        let old = self.array.load(Ordering::Relaxed);
        let new = Array::allocate(thread, capacity, len);
        // SAFETY: both arrays have room for `len` items; the new one is ours alone, and only we may write to the old one.
        // Then nobody finds the old one any more.
        unsafe {
            let items = Array::items(old);
            Array::items(new).copy_from_nonoverlapping(items, len);
            self.array.store(new, Ordering::Release);
            Array::retire(thread, &self.header, old);
        }
    }

    /// Moves what follows `end` so that `count` items fit between `start` and it; the caller has taken the items in
    /// `start..end` and writes all of the gap. The caller may write to the list.
    fn open_gap(&self, thread: &Thread, start: usize, end: usize, count: usize) {
        let len = self.len.load(Ordering::Relaxed);
        let new_len = len - (end - start) + count;
        if new_len > self.array().capacity {
            self.grow(thread, new_len - len);
        }
        let array = self.array();
        array.shift(
            self.header.is_confined(thread),
            end,
            start + count,
            len - end,
        );
        if new_len < len {
            (new_len..len).for_each(|index| array.put(index, Value::MISSING));
        }
        self.len.store(new_len, Ordering::Release);
    }

    fn take_range(&self, thread: &Thread, range: Range<usize>) -> Vec<Owned> {
        let array = self.array();
        let taken = range
            .clone()
            .map(|index| Owned::from_counted(array.slot(index).peek()))
            .collect();
        self.open_gap(thread, range.start, range.end, 0);
        taken
    }

    /// Raises `MemoryError` if a list of `len` items could never be had.
    pub fn check_len(thread: &Thread, len: Option<usize>) -> Result<usize> {
        match len {
            Some(len) if is_affordable(len) => Ok(len),
            _ => raise!(thread, MemoryError, ""),
        }
    }
}

/// Could a list of so many items be had?
fn is_affordable(len: usize) -> bool {
    len < 1 << 60 && heap::affordable(Array::bytes(len))
}

/// The index slicing makes of any index.
pub(crate) fn clamp(index: isize, len: usize) -> usize {
    let index = if index < 0 {
        index.saturating_add_unsigned(len)
    } else {
        index
    };
    usize::try_from(index).unwrap_or(0).min(len)
}
