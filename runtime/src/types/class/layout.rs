//! Laying a class out: the structure itself, and the shape of its instances.

use super::{Collection, Links, Type, access};
use crate::object::{Header, Kind, Object, Slot, refcount};
use crate::types::shape::{AREA_BEHIND, Shape};
use crate::types::{Builtin, layouts};
use crate::{Owned, Thread, Value, heap};
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, Ordering};

/// What decides about a class's instances.
#[derive(Clone, Copy)]
pub struct Plan {
    /// The builtin type itself, for builtin types.
    pub builtin: Option<Builtin>,
    /// A class of a native module.
    pub native: bool,
    /// The builtin type whose layout the instances have.
    pub layout: Builtin,
    /// The base whose layout is extended; none for `object`.
    pub base: Option<&'static Type>,
    pub metaclass: &'static Type,
    pub subclassable: bool,
    /// Instances have a `__dict__`.
    pub extensible: bool,
    /// Instances can be referred to weakly.
    pub weakrefable: bool,
    /// `__slots__` members, those of the base included.
    pub n_members: u16,
    /// Attributes by name that instances are expected to get.
    pub n_expected: u16,
}

impl Plan {
    fn instance_kind(&self) -> Kind {
        match self.builtin {
            Some(builtin) => builtin.kind(),
            // Only the kinds of subclasses have a place for attributes.
            None if self.layout == Builtin::NativeObject && self.native && !self.extensible => {
                self.layout.kind()
            }
            None => self.layout.kind().subclass(),
        }
    }

    /// What patterns take instances for: what they take the base's for.
    fn collection(&self) -> u8 {
        let kind = match self.layout.kind() {
            Kind::LIST | Kind::TUPLE | Kind::RANGE => Collection::Sequence,
            Kind::DICT | Kind::MAPPING_PROXY => Collection::Mapping,
            _ => Collection::Neither,
        };
        let inherited = self
            .base
            .map_or(0, |base| base.collection.load(Ordering::Relaxed));
        inherited.max(kind as u8)
    }

    /// The shape of new instances of `class`.
    fn first_shape(&self, class: &'static Type) -> Shape {
        // Attributes of classes are in their namespaces.
        let elsewhere = self.layout == Builtin::Type;
        let Some(layout) = layouts::of_kind(self.layout.kind()) else {
            return Shape::plain(class);
        };
        if elsewhere || !(self.extensible || self.n_members > 0) {
            return Shape::plain(class);
        }
        let area = if layout.area_behind {
            AREA_BEHIND
        } else {
            layout.size as u32
        };
        Shape::root(
            class,
            area,
            self.n_members,
            self.inline_slots(area),
            self.extensible,
        )
    }

    /// Slots in an instance: the members, and the expected attributes rounded up to what the allocator gives anyway.
    fn inline_slots(&self, area: u32) -> u16 {
        let mut slots = self.n_members;
        if self.extensible {
            slots += self.n_expected;
        }
        if self.layout == Builtin::Object && self.extensible {
            slots = slots.max(self.n_members + 2);
            // The overflow word is one more: an even number of words in all fills the allocator's 16-byte steps.
            let words = area / 8 + 1 + u32::from(slots);
            slots += (words % 2) as u16;
        }
        slots
    }

    fn into_type(self, header: Header, class: &'static Type) -> Type {
        Type {
            header,
            version: AtomicU32::new(1),
            instance_kind: self.instance_kind(),
            builtin: self.builtin,
            subclassable: self.subclassable,
            immutable: self.builtin.is_some() || self.native,
            native: self.native,
            weakrefable: self.weakrefable,
            filled: AtomicU8::new(0),
            abstract_class: AtomicBool::new(false),
            collection: AtomicU8::new(self.collection()),
            root_shape: AtomicPtr::new((&raw const class.first_shape).cast_mut()),
            cache: AtomicPtr::new(std::ptr::null_mut()),
            facts: AtomicU32::new(0),
            constructor: AtomicU64::new(access::CONSTRUCTOR_UNKNOWN),
            mro: AtomicPtr::new(std::ptr::null_mut()),
            base: AtomicPtr::new(self.base.map_or(std::ptr::null_mut(), |base| {
                std::ptr::from_ref(base).cast_mut()
            })),
            layout: self.layout,
            n_members: self.n_members,
            n_expected: self.n_expected,
            name: Slot::missing(),
            qualname: Slot::missing(),
            bases: Slot::missing(),
            namespace: Slot::missing(),
            own_shape: Shape::plain(self.metaclass),
            first_shape: self.first_shape(class),
            links: UnsafeCell::new(Links::default()),
        }
    }
}

/// Writes a builtin type into its place in the table.
pub(in crate::types) fn place(thread: &Thread, plan: Plan, builtin: Builtin) -> &'static Type {
    let place = builtin.place();
    // SAFETY: start-up does this once, before anything reads the table. The references to what is not written yet (the
    // type's own shapes, `type` itself) are kept as addresses only.
    unsafe {
        let shape: *const Shape = &raw const (*place).own_shape;
        let header = Header::new(thread, &*shape, Kind::TYPE);
        refcount::make_immortal(&header);
        place.write(plan.into_type(header, &*place));
        &*place
    }
}

/// A class on the heap, without names, namespace, bases and order. Deferred: nobody counts references to classes.
pub(in crate::types) fn allocate(thread: &Thread, plan: Plan) -> &'static Type {
    let header = plan.metaclass.instance_header(thread);
    // The class's address is not known yet: its shapes are written once it is.
    let owned: Owned = heap::new(thread, plan.into_type(header, plan.metaclass));
    let place = owned.into_counted().as_ptr().cast::<Type>();
    // SAFETY: the class was just allocated and nobody else knows it. The shapes that are overwritten own nothing.
    unsafe {
        let class = &*place;
        (&raw mut (*place).first_shape).write(plan.first_shape(class));
        class
            .root_shape
            .store(&raw mut (*place).first_shape, Ordering::Release);
        class
            .header
            .shape
            .store(&raw mut (*place).own_shape, Ordering::Release);
        match class.native {
            true => refcount::make_immortal(class.header()),
            false => refcount::make_deferred(class.header()),
        }
        class
    }
}

impl Type {
    /// Names a class of a native module, once: both names are the full one, from which the short one is read.
    pub(in crate::types) fn set_names(&self, name: Owned) {
        drop(self.qualname.replace(name.clone()));
        drop(self.name.replace(name));
    }

    /// What a class owns that lives for ever does so, too.
    pub(in crate::types) fn keep_parts(&self) {
        let parts = [self.bases.peek(), self.namespace.peek()];
        for header in parts.iter().filter_map(Value::header) {
            refcount::make_immortal(header);
        }
    }

    /// Sets the method resolution order of a class that is being made.
    pub(in crate::types) fn set_mro(&self, order: Vec<&'static Type>) {
        let order = Box::into_raw(Box::new(order.into_boxed_slice()));
        let old = self.mro.swap(order, Ordering::AcqRel);
        if !old.is_null() {
            // SAFETY: only the thread that makes the class has seen the earlier order.
            drop(unsafe { Box::from_raw(old) });
        }
    }
}
