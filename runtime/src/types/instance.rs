//! Attributes of instances: the area behind an object's payload that its [`Shape`] describes.
//!
//! ```text
//!   overflow word   0              no more than the inline slots
//!                   ……00           address of an `Overflow` array: attributes beyond the inline slots
//!                   …0001          a dict (dictionary mode), as a value
//! ```
//!
//! Readers take no lock: shape, then slot; a slot that reads MISSING sends them to the locked path, which is exact. Writers
//! hold the object's lock (unless no other thread knows the object); they store values before the shape that names them. In objects
//! of discreet kinds that no other thread knows the values may be known to none either; a dict is always published.

use super::class::Type;
use super::shape::{AREA_BEHIND, Shape};
use super::{dict, layouts};
use crate::object::{Header, Kind, Object, Slot};
use crate::sync::lock::{Guard, lock};
use crate::{Owned, Thread, Value, heap};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};

/// An object whose class has no builtin layout: nothing but attributes.
#[repr(C)]
pub struct Instance {
    header: Header,
}

// SAFETY: `repr(C)`, header first, own kind; the attribute area is visited by `layouts` for every kind of object.
unsafe impl Object for Instance {
    const KIND: Kind = Kind::INSTANCE;
    const ATTRIBUTES: bool = true;
    fn traverse(&self, _visit: &mut dyn FnMut(Value)) {}
}

/// A new instance of a class without builtin layout. `__init__` is the caller's business.
#[inline]
pub fn new(thread: &Thread, class: &Type) -> Owned {
    debug_assert!(class.instance_kind.layout() == Kind::INSTANCE);
    let object = Instance {
        header: class.instance_header(thread),
    };
    heap::new(thread, object)
}

/// The attribute area of an object.
#[derive(Clone, Copy)]
pub struct Area<'a> {
    overflow: &'a AtomicU64,
    inline_slots: u16,
}

/// Attributes beyond the inline slots. Replaced as a whole when it is full; readers may hold on to an old one.
#[repr(C)]
struct Overflow {
    capacity: usize,
    /// `capacity` of them.
    slots: [Slot; 0],
}

impl Overflow {
    fn bytes(capacity: usize) -> usize {
        size_of::<Overflow>() + capacity * size_of::<Slot>()
    }

    /// An array with the slots of `old` moved into it and the others missing.
    fn grown(thread: &Thread, old: Option<&Overflow>, capacity: usize) -> *mut Overflow {
        let block = heap::buffer(thread, Self::bytes(capacity)).cast::<Overflow>();
        let block = block.as_ptr();
        // SAFETY: the block is large enough for the header and `capacity` slots, all of which are written.
        unsafe {
            (&raw mut (*block).capacity).write(capacity);
            let slots = (&raw mut (*block).slots).cast::<Slot>();
            for index in 0..capacity {
                let moved = old.and_then(|old| old.slot(index)).map(Slot::peek);
                slots
                    .add(index)
                    .write(Slot::relocated(moved.unwrap_or(Value::MISSING)));
            }
            block
        }
    }

    fn slot(&self, index: usize) -> Option<&Slot> {
        // SAFETY: the array was allocated with `capacity` initialised slots behind it.
        (index < self.capacity).then(|| unsafe { &*self.slots.as_ptr().add(index) })
    }

    /// Frees the array of `owner` when nobody reads it any more.
    ///
    /// # Safety
    /// No thread that looks for the array from now on finds it; its references were moved or dropped.
    unsafe fn retire(&self, thread: &Thread, owner: &Header) {
        // SAFETY: the array is a buffer of that size (`grown`); the caller's promise for the rest.
        unsafe {
            let bytes = Self::bytes(self.capacity);
            heap::retire_buffer(thread, owner, NonNull::from(self).cast(), bytes);
        }
    }
}

impl<'a> Area<'a> {
    /// The area of an object, if it has one.
    #[inline]
    pub fn of(header: &'a Header) -> Option<Area<'a>> {
        Self::by_shape(header, header.shape())
    }

    #[inline]
    fn by_shape(header: &'a Header, shape: &Shape) -> Option<Area<'a>> {
        let offset = match shape.area {
            0 => return None,
            AREA_BEHIND => layouts::end(header),
            offset => offset as usize,
        };
        // SAFETY: objects whose shape has an area were allocated with one at this offset, by `heap::new_with_attributes`.
        let overflow = unsafe { &*std::ptr::from_ref(header).byte_add(offset).cast() };
        Some(Area {
            overflow,
            inline_slots: shape.inline_slots,
        })
    }

    /// Empties the area of a new object.
    pub fn initialize(self) {
        self.overflow.store(0, Ordering::Relaxed);
        for index in 0..self.inline_slots {
            let slot = self.inline(index);
            // The memory is fresh: what it holds is no reference.
            std::mem::forget(slot.replace(Owned::inline(Value::MISSING)));
        }
    }

    /// An inline slot.
    #[inline(always)]
    pub fn inline(self, index: u16) -> &'a Slot {
        debug_assert!(index < self.inline_slots);
        // SAFETY: `inline_slots` slots follow the overflow word.
        unsafe {
            &*std::ptr::from_ref(self.overflow)
                .add(1 + usize::from(index))
                .cast()
        }
    }

    /// The slot of attribute `index`; none if the array is not there (any more).
    #[inline]
    fn slot(self, index: u32) -> Option<&'a Slot> {
        match index.checked_sub(u32::from(self.inline_slots)) {
            None => Some(self.inline(index as u16)),
            Some(beyond) => self.array()?.slot(beyond as usize),
        }
    }

    #[inline]
    fn array(self) -> Option<&'a Overflow> {
        let word = self.overflow.load(Ordering::Acquire);
        if word == 0 || word & 1 != 0 {
            return None;
        }
        // SAFETY: an even word is the address of an array, which outlives all readers (QSBR).
        Some(unsafe { &*std::ptr::with_exposed_provenance(word as usize) })
    }

    /// The dict of an object in dictionary mode, borrowed.
    fn dict(self) -> Option<Value> {
        let word = self.overflow.load(Ordering::Acquire);
        (word & 1 != 0).then(|| Value::from_bits(word))
    }

    /// Visits every reference in the area.
    #[inline]
    pub fn traverse(self, visit: &mut dyn FnMut(Value)) {
        if let Some(dict) = self.dict() {
            visit(dict);
        }
        for index in 0..self.inline_slots {
            visit(self.inline(index).peek());
        }
        if let Some(array) = self.array() {
            for index in 0..array.capacity {
                array.slot(index).map(Slot::peek).map(&mut *visit);
            }
        }
    }

    /// Frees the overflow array of a dead object.
    ///
    /// # Safety
    /// The object is `owner`; it is dead and its references were released.
    #[inline]
    pub unsafe fn finish(self, thread: &Thread, owner: &Header) {
        if let Some(array) = self.array() {
            // SAFETY: only who borrowed the object before it died still knows the array.
            unsafe { array.retire(thread, owner) }
        }
    }

    /// Makes sure that attribute `index` of `owner` has a slot. The caller may write to it.
    fn reserve(self, thread: &Thread, owner: &Header, index: u32) {
        let Some(beyond) = index.checked_sub(u32::from(self.inline_slots)) else {
            return;
        };
        let old = self.array();
        let capacity = old.map_or(0, |array| array.capacity);
        if (beyond as usize) < capacity {
            return;
        }
        let capacity = (capacity * 2).max(3).max(beyond as usize + 1);
        let array = Overflow::grown(thread, old, capacity);
        self.overflow
            .store(array.expose_provenance() as u64, Ordering::Release);
        if let Some(old) = old {
            // SAFETY: the references moved to the new array, and nobody finds the old one from now on.
            unsafe { old.retire(thread, owner) }
        }
    }
}

/// Locks an object for writing, unless no other thread can reach it.
#[inline(always)]
pub fn lock_for_write<'a>(thread: &Thread, header: &'a Header) -> Option<Guard<'a>> {
    (!header.is_confined(thread)).then(|| lock(header))
}

/// The object's own attribute `name` (an interned string).
pub fn get(thread: &Thread, header: &Header, name: Value) -> Option<Owned> {
    let shape = header.shape();
    let area = Area::by_shape(header, shape)?;
    if !shape.dictionary_mode {
        let index = shape.slot_of(name)?;
        if let Some(value) = area.slot(index).and_then(Slot::try_load)
            && !value.is_missing()
        {
            return Some(value);
        }
    }
    get_slow(thread, header, name)
}

/// [`get`] of an object in dictionary mode, or one that is being changed.
#[cold]
fn get_slow(thread: &Thread, header: &Header, name: Value) -> Option<Owned> {
    let guard = lock_for_write(thread, header);
    let shape = header.shape();
    let area = Area::by_shape(header, shape)?;
    if !shape.dictionary_mode {
        let value = area.slot(shape.slot_of(name)?)?.load_locked();
        return (!value.is_missing()).then_some(value);
    }
    let dict = Owned::new(area.dict()?);
    drop(guard);
    dict.get::<dict::Dict>()?.get_interned(name)
}

/// The attribute with a number, if it can be had without a lock.
#[inline]
pub fn load(header: &Header, index: u32) -> Option<Owned> {
    let value = Area::of(header)?.slot(index)?.try_load()?;
    (!value.is_missing()).then_some(value)
}

/// Sets attribute `name` (an interned string). `false`: the object has no room for attributes.
pub fn set(thread: &Thread, header: &Header, name: Value, value: Owned) -> bool {
    loop {
        let shape = header.shape();
        if !shape.extensible {
            return false;
        }
        if shape.dictionary_mode {
            let dict = dictionary(thread, header).expect("dictionary mode has a dict");
            dict.get::<dict::Dict>()
                .expect("__dict__ is a dict")
                .set_interned(thread, name, value);
            return true;
        }
        let index = shape.slot_of(name);
        let next = index.is_none().then(|| shape.with(name));
        if next.is_some_and(|next| next.dictionary_mode) {
            dictionary(thread, header);
            continue;
        }
        let guard = lock_for_write(thread, header);
        if !std::ptr::eq(header.shape(), shape) {
            continue;
        }
        let area = Area::by_shape(header, shape).expect("extensible objects have an area");
        let index = index.unwrap_or(shape.n_slots() as u32);
        area.reserve(thread, header, index);
        let slot = area.slot(index).expect("reserved");
        let old = slot.replace_in(header, value);
        if let Some(next) = next {
            publish(header, next);
        }
        drop(guard);
        drop(old);
        return true;
    }
}

/// Deletes attribute `name` (an interned string); `false` if there is none.
pub fn delete(thread: &Thread, header: &Header, name: Value) -> bool {
    loop {
        let shape = header.shape();
        if shape.dictionary_mode {
            let dict = dictionary(thread, header).expect("dictionary mode has a dict");
            let dict = dict.get::<dict::Dict>().expect("__dict__ is a dict");
            return dict.remove_interned(thread, name).is_some();
        }
        let Some(index) = shape.slot_of(name) else {
            return false;
        };
        let next = shape.without(name);
        if next.dictionary_mode {
            dictionary(thread, header);
            continue;
        }
        let guard = lock_for_write(thread, header);
        if !std::ptr::eq(header.shape(), shape) {
            continue;
        }
        let area = Area::by_shape(header, shape).expect("objects with attributes have an area");
        let slot = area.slot(index).expect("named attributes have a slot");
        let old = slot.replace(Owned::inline(Value::MISSING));
        publish(header, next);
        drop(guard);
        drop(old);
        return true;
    }
}

/// Has the object attributes, or a dict for them?
pub fn has_attributes(header: &Header) -> bool {
    let shape = header.shape();
    shape.dictionary_mode || shape.names().next().is_some()
}

/// The object's attributes as a dict that is part of the object from now on; none if it can't have attributes.
pub fn dictionary(thread: &Thread, header: &Header) -> Option<Owned> {
    if !header.shape().extensible {
        return None;
    }
    if !header.shape().dictionary_mode {
        let dict = dict::new(thread);
        move_into(thread, header, dict);
    }
    let _guard = lock_for_write(thread, header);
    let word = Area::of(header)?.overflow;
    // SAFETY: `Slot` is a transparent `AtomicU64`, and in dictionary mode the word holds a counted value.
    Some(unsafe { &*std::ptr::from_ref(word).cast::<Slot>() }.load_locked())
}

/// Moves all attributes into a new dict nobody else knows.
fn move_into(thread: &Thread, header: &Header, dict: Owned) {
    let table = dict.get::<dict::Dict>().expect("made as a dict");
    loop {
        let shape = header.shape();
        if shape.dictionary_mode {
            return;
        }
        let next = shape.as_dictionary();
        let _guard = lock_for_write(thread, header);
        if !std::ptr::eq(header.shape(), shape) {
            continue;
        }
        let area = Area::by_shape(header, shape).expect("extensible objects have an area");
        for (name, index) in shape.names() {
            let slot = area.slot(index).expect("named attributes have a slot");
            let value = slot.replace(Owned::inline(Value::MISSING));
            table.set_interned(thread, name, value);
        }
        let old = area.array();
        area.overflow.store(shared(dict).bits(), Ordering::Release);
        publish(header, next);
        if let Some(old) = old {
            // SAFETY: the references moved to the dict, and nobody finds the array from now on.
            unsafe { old.retire(thread, header) }
        }
        return;
    }
}

/// Gives up a reference that other threads will find.
fn shared(dict: Owned) -> Value {
    if let Some(header) = dict.header() {
        header.publish();
    }
    dict.into_counted()
}

/// Makes `dict` the object's attributes. The object can have attributes.
pub fn set_dictionary(thread: &Thread, header: &Header, dict: Owned) {
    // Through the object's present dict, so that its slots are empty before the new one is there.
    let old_dict = dictionary(thread, header).expect("the object has a __dict__");
    let guard = lock_for_write(thread, header);
    let area = Area::of(header).expect("extensible objects have an area");
    let old = area.overflow.swap(shared(dict).bits(), Ordering::AcqRel);
    drop(guard);
    drop(Owned::from_counted(Value::from_bits(old)));
    drop(old_dict);
}

/// Gives an object another class with the same layout: `obj.__class__ = class`.
pub fn set_class(thread: &Thread, header: &Header, class: &'static Type) {
    loop {
        let shape = header.shape();
        let next = shape.rebased(class);
        if next.dictionary_mode && !shape.dictionary_mode {
            dictionary(thread, header);
            continue;
        }
        let _guard = lock_for_write(thread, header);
        if std::ptr::eq(header.shape(), shape) {
            publish(header, next);
            return;
        }
    }
}

/// The `__slots__` member at `index`; MISSING if it is not set.
pub fn get_member(header: &Header, index: u16) -> Owned {
    match Area::of(header) {
        Some(area) => area.inline(index).load(header),
        None => Owned::inline(Value::MISSING),
    }
}

/// Sets (or, with MISSING, deletes) the `__slots__` member at `index` and returns what it was.
pub fn set_member(thread: &Thread, header: &Header, index: u16, value: Owned) -> Owned {
    let area = Area::of(header).expect("objects with members have an area");
    let _guard = lock_for_write(thread, header);
    area.inline(index).replace_in(header, value)
}

#[inline(always)]
fn publish(header: &Header, shape: &Shape) {
    header
        .shape
        .store(std::ptr::from_ref(shape).cast_mut(), Ordering::Release);
}
