//! Type objects.
//!
//! ```text
//!   class.header.shape ──► class.own_shape      a shape of its own: a shape check on a class object identifies the class
//!   class.root_shape   ──► class.first_shape    shape of new instances; more shapes grow from it (`types::shape`)
//!   class.namespace    ──► dict                 what the class itself defines; only `class::lookup` writes to it
//!   class.cache        ──► names resolved along the MRO (`class::lookup`)
//! ```
//!
//! Builtin types live in a static table ([`Builtin::class`] is an address) and never change; their namespaces are filled
//! the first time somebody looks. Other classes are deferred heap objects that only the collector frees. Everything that
//! spans classes (subclass lists, shapes, caches) changes under one lock, [`lock`]; readers never take it.

pub mod access;
pub mod bases;
pub mod create;
pub mod layout;
pub mod lookup;
pub mod methods;
pub mod mro;
mod slots;

use super::Builtin;
use super::shape::Shape;
use crate::object::{Header, Kind, Object, Slot};
use crate::operators::cache;
use crate::sync::lock::{Guard, Lone};
use crate::{Thread, Value};
use lookup::Cache;
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, Ordering};

/// A class, builtin or the program's.
#[repr(C)]
pub struct Type {
    header: Header,
    /// Incremented whenever an attribute lookup on the class or its instances may give something else.
    pub version: AtomicU32,
    /// Kind of the instances: the builtin layout, with the subclass bit for Python classes.
    pub instance_kind: Kind,
    /// The builtin type this is, if it is one.
    pub builtin: Option<Builtin>,
    /// Python classes may derive from it.
    pub subclassable: bool,
    /// Attributes cannot be set (builtin types).
    pub immutable: bool,
    /// Instances can be referred to weakly.
    pub weakrefable: bool,
    /// A class of a native module.
    pub native: bool,
    /// The namespace of a builtin type holds its methods.
    filled: AtomicU8,
    /// Some methods are abstract: `__abstractmethods__` is not empty.
    abstract_class: AtomicBool,
    /// What patterns take instances for; see [`Collection`].
    collection: AtomicU8,
    /// Shape of new instances.
    pub root_shape: AtomicPtr<Shape>,
    /// Names resolved along the MRO; null when none were.
    cache: AtomicPtr<Cache>,
    /// What `class::access` knows about special methods; 0 when it has to look again.
    facts: AtomicU32,
    /// `__init__` if making an instance takes no more than allocating it and calling that; see `class::access`.
    constructor: AtomicU64,
    /// The method resolution order: the class itself first.
    mro: AtomicPtr<Box<[&'static Type]>>,
    /// The base whose layout this extends (`__base__`); null for `object`.
    base: AtomicPtr<Type>,
    /// The builtin type whose layout the instances have.
    pub layout: Builtin,
    /// `__slots__` members in instances, those of the bases included.
    pub n_members: u16,
    /// Attributes that `self.x = ...` in methods of the class and its bases mention: capacity of new instances.
    n_expected: u16,
    name: Slot,
    qualname: Slot,
    /// Tuple of the direct bases; MISSING for builtin types until somebody asks.
    bases: Slot,
    /// The dict; MISSING for builtin types until they are filled.
    namespace: Slot,
    /// Shape of the class object itself; its class is the metaclass.
    own_shape: Shape,
    first_shape: Shape,
    links: UnsafeCell<Links>,
}

/// What is known about a class's relations; touched under [`lock`] only.
#[derive(Default)]
struct Links {
    /// Direct subclasses, not counted; a class that dies removes itself.
    subclasses: Vec<*const Type>,
    /// Shapes that grew from the first.
    #[allow(clippy::vec_box, reason = "shapes are pointed to and must not move")]
    shapes: Vec<Box<Shape>>,
    /// Inline-cache entries that depend on names looked up on this class.
    dependents: Vec<*const cache::Entry>,
    /// Orders that others took the place of.
    #[allow(clippy::vec_box, reason = "readers point to them")]
    orders: Vec<Box<Box<[&'static Type]>>>,
}

// SAFETY: every field is fixed before the class is published, atomic, or guarded by the classes' lock.
unsafe impl Sync for Type {}
// SAFETY: as above.
unsafe impl Send for Type {}

// SAFETY: `repr(C)`, header first, own kind; the slots are the counted references. Bases, MRO and metaclass are kept by
// `bases` (the MRO consists of the bases and theirs) and by the class's shape, which the collector follows.
unsafe impl Object for Type {
    const KIND: Kind = Kind::TYPE;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        for slot in [&self.name, &self.qualname, &self.bases, &self.namespace] {
            visit(slot.peek());
        }
    }

    unsafe fn finish(&self, _thread: &Thread) {
        // SAFETY: the class is dead (caller's promise), so nobody reads its tables. The collector has taken it off its bases'
        // lists when it found it dead.
        unsafe {
            let order = self.mro.load(Ordering::Relaxed);
            // A class whose making failed has none.
            if !order.is_null() {
                drop(Box::from_raw(order));
            }
            lookup::free_cache(self.cache.load(Ordering::Relaxed));
            std::ptr::drop_in_place((&raw const self.own_shape).cast_mut());
            std::ptr::drop_in_place((&raw const self.first_shape).cast_mut());
            drop(std::mem::take(&mut *self.links.get()));
        }
    }
}

/// What the patterns of `match` take instances of a class for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Collection {
    Neither,
    Sequence,
    Mapping,
}

static LOCK: Lone = Lone::new();

/// The right to change what spans classes. No Python code runs and no reference is dropped while it is held.
pub struct Locked(#[allow(dead_code, reason = "held for its drop")] Guard<'static>);

/// Locks the relations between classes.
pub fn lock() -> Locked {
    Locked(LOCK.lock())
}

impl Type {
    /// Header of a new instance laid out as the class's layout.
    #[inline(always)]
    pub fn instance_header(&self, thread: &Thread) -> Header {
        // SAFETY: a published shape; shapes outlive their objects.
        let shape = unsafe { &*self.root_shape.load(Ordering::Acquire) };
        Header::new(thread, shape, self.instance_kind)
    }

    /// Name for messages: `__name__`, with the module for builtin types that are not in `builtins`.
    pub fn name(&self) -> String {
        match self.builtin {
            Some(builtin) => builtin.name().to_owned(),
            None => super::str::display(self.name.load(&self.header).value()),
        }
    }

    /// The classes attributes are looked up on, in order.
    #[inline]
    pub fn mro(&self) -> &[&'static Type] {
        // SAFETY: set before the class is published, replaced RCU-style.
        unsafe { &*self.mro.load(Ordering::Acquire) }
    }

    /// `__base__`; none for `object`.
    pub fn base(&self) -> Option<&'static Type> {
        // SAFETY: null or a class, which this one's `bases` keeps alive.
        unsafe { self.base.load(Ordering::Acquire).as_ref() }
    }

    /// Is this `other`, or derived from it (without asking `__subclasscheck__`)?
    #[inline]
    pub fn is_subclass_of(&self, other: &Type) -> bool {
        std::ptr::eq(self, other) || self.mro().iter().any(|&class| std::ptr::eq(class, other))
    }

    /// Is it the builtin type?
    #[inline]
    pub fn is(&self, builtin: Builtin) -> bool {
        self.builtin == Some(builtin)
    }

    /// Do patterns take instances for sequences?
    pub fn is_sequence(&self) -> bool {
        self.collection.load(Ordering::Relaxed) == Collection::Sequence as u8
    }

    /// Do patterns take instances for mappings?
    pub fn is_mapping(&self) -> bool {
        self.collection.load(Ordering::Relaxed) == Collection::Mapping as u8
    }

    /// Takes over what patterns take instances for from the first class in the order that says it.
    fn inherit_collection(&self) {
        let mut bases = self.mro()[1..].iter();
        let known = bases.find(|base| base.is_sequence() || base.is_mapping());
        let known = known.map_or(0, |base| base.collection.load(Ordering::Relaxed));
        self.collection.store(known, Ordering::Relaxed);
    }

    /// Says what patterns take instances for; classes derived later inherit it.
    pub fn set_collection(&self, collection: Collection) {
        self.collection.store(collection as u8, Ordering::Relaxed);
    }

    /// Are values of the class class objects themselves?
    pub fn is_metaclass(&self) -> bool {
        self.layout == Builtin::Type
    }

    /// The class as one that lives forever, which holds for as long as somebody refers to it.
    #[inline(always)]
    pub fn forever(&self) -> &'static Type {
        // SAFETY: classes are builtin or deferred: no thread frees one while another can hold a reference to it.
        unsafe { &*std::ptr::from_ref(self) }
    }

    /// Number of shapes grown from the class's first.
    pub(super) fn shape_count(&self, locked: &mut Locked) -> usize {
        self.links(locked).shapes.len()
    }

    /// Takes a shape of the class into its keeping.
    pub(super) fn keep_shape(&self, shape: Shape, locked: &mut Locked) -> &'static Shape {
        let shapes = &mut self.links(locked).shapes;
        shapes.push(Box::new(shape));
        let shape: &Shape = shapes.last().expect("just pushed");
        // SAFETY: shapes stay where they are until their class dies, and with it every object that has one.
        unsafe { &*std::ptr::from_ref(shape) }
    }

    /// The shape without names for instances that have `inline_slots` slots.
    pub(super) fn root_for(&self, inline_slots: u16, locked: &mut Locked) -> &'static Shape {
        // SAFETY: shapes live as long as their class.
        let root = unsafe { &*self.root_shape.load(Ordering::Acquire) };
        if root.inline_slots == inline_slots {
            return root;
        }
        let fits = |shape: &&Shape| {
            shape.inline_slots == inline_slots
                && !shape.dictionary_mode
                && shape.n_slots() == usize::from(shape.fixed())
        };
        let mut known = self.links(locked).shapes.iter().map(Box::as_ref);
        if let Some(shape) = known.find(fits) {
            // SAFETY: as above.
            return unsafe { &*std::ptr::from_ref(shape) };
        }
        let shape = Shape::root(
            self.forever(),
            root.area,
            root.fixed(),
            inline_slots,
            root.extensible,
        );
        self.keep_shape(shape, locked)
    }

    #[allow(
        clippy::mut_from_ref,
        reason = "the lock's token is borrowed for as long"
    )]
    fn links<'a>(&'a self, _locked: &'a mut Locked) -> &'a mut Links {
        // SAFETY: the token says that this thread holds the lock, and is borrowed for as long as the result.
        unsafe { &mut *self.links.get() }
    }
}

impl PartialEq for Type {
    fn eq(&self, other: &Type) -> bool {
        std::ptr::eq(self, other)
    }
}

/// The class of a value (`type(value)`).
#[inline]
pub fn class_of(value: Value) -> &'static Type {
    if let Some(header) = value.header() {
        return header.shape().class;
    }
    let builtin = if value.is_small_int() {
        Builtin::Int
    } else if value.is_inline_float() {
        Builtin::Float
    } else {
        match value {
            Value::NONE => Builtin::NoneType,
            Value::TRUE | Value::FALSE => Builtin::Bool,
            Value::ELLIPSIS => Builtin::EllipsisType,
            Value::NOT_IMPLEMENTED => Builtin::NotImplementedType,
            _ => unreachable!("{value:?} is no Python value"),
        }
    };
    builtin.class()
}

/// Is the value an instance of the builtin type or of a class derived from it?
#[inline]
pub fn is_instance(value: Value, builtin: Builtin) -> bool {
    class_of(value).is_subclass_of(builtin.class())
}

/// The value as a class.
#[inline]
pub fn as_class(value: Value) -> Option<&'static Type> {
    value.get::<Type>().map(Type::forever)
}

pub use methods::{is_instance_of, is_subclass_of};
