//! Heap objects: the header they share, their kinds, and handles to them.
//!
//! ```text
//!   0        8         12        16         20   21     22     23     24
//!   │ shape  │ local   │ owner   │ shared   │ gc │flags │ lock │ kind │ payload …
//! ```
//!
//! | handle       | owns a reference | use                                                         |
//! |--------------|------------------|-------------------------------------------------------------|
//! | [`Value`]    | no               | arguments; anything between two safepoints                  |
//! | [`Owned`]    | yes              | results; anything kept across a call that may run Python    |
//! | [`Slot`]     | yes, atomically  | fields of objects that other threads may read and replace   |
//!
//! Word 0 is the *shape*: class and attribute layout in one pointer. The count words belong to [`refcount`] alone.

pub mod kind;
pub mod refcount;

pub use kind::Kind;

use crate::sync::primitive::RaceCell;
use crate::types;
use crate::types::shape::Shape;
use crate::{Thread, Value};
use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicU32, AtomicU64, Ordering};

/// What every heap object begins with. 24 bytes, aligned to 8.
#[repr(C, align(8))]
pub struct Header {
    /// Class and attribute layout. Replaced only by attribute operations and `__class__` assignment, under the lock.
    pub shape: AtomicPtr<Shape>,
    /// References counted by the owner, without atomics. Touched by `refcount` only.
    pub(crate) local: RaceCell,
    /// Thread id of the owner; [`refcount::IMMORTAL`] or [`refcount::OWNERLESS`]. Touched by `refcount` only.
    pub(crate) owner: AtomicU32,
    /// References counted by everybody else, and state bits. Touched by `refcount` only.
    pub(crate) shared: AtomicU32,
    /// What the collector must know about the object: `DYING`, `DEAD`, `FROZEN` or 0. Touched by `heap` only.
    pub(crate) gc: AtomicU8,
    /// See `FLAG_*`.
    pub flags: AtomicU8,
    /// The object's own lock. Touched by `sync::lock` only.
    pub lock: AtomicU8,
    kind: Kind,
}

/// Stored where another thread can load it: freeing has to wait for a grace period, writing has to lock.
pub const FLAG_SHARED: u8 = 1;
/// References from frames are not counted; only the collector frees it.
pub const FLAG_DEFERRED: u8 = 2;
/// Has (or had) weak references.
pub const FLAG_WEAKREF: u8 = 4;
/// `__del__` has run.
pub const FLAG_FINALIZED: u8 = 8;
/// Of leaves: so large that the collector's accounts include it.
pub const FLAG_LARGE: u8 = 16;
/// Of tuples: refers to nothing but leaves and tuples of this sort, so that no cycle leads through it. It is among the leaves
/// of the heap, and not in the collector's accounts.
pub const FLAG_ACYCLIC: u8 = 16;
/// A dict that native code mirrors: `abi::attach` wants to know of changes.
pub const FLAG_WATCHED: u8 = 32;
/// How often threads that do not own the object were seen counting it (0..=3): see `thread::hot`.
pub(crate) const HEAT: u8 = 0xC0;

impl Header {
    /// Can no cycle lead through the object?
    #[inline]
    pub fn is_acyclic(&self) -> bool {
        self.kind.is_leaf() || self.kind == Kind::TUPLE && self.has_flag(FLAG_ACYCLIC)
    }

    /// Offset of the kind, for native code.
    pub const KIND_OFFSET: usize = std::mem::offset_of!(Header, kind);

    /// Header of a new object owned by `thread`, with one reference.
    #[inline(always)]
    pub fn new(thread: &Thread, shape: &Shape, kind: Kind) -> Header {
        Header {
            shape: AtomicPtr::new(std::ptr::from_ref(shape).cast_mut()),
            local: RaceCell::new(1),
            owner: AtomicU32::new(thread.id()),
            shared: AtomicU32::new(0),
            gc: AtomicU8::new(0),
            flags: AtomicU8::new(0),
            lock: AtomicU8::new(0),
            kind,
        }
    }

    #[inline(always)]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The object's shape.
    #[inline(always)]
    pub fn shape(&self) -> &Shape {
        // SAFETY: word 0 always holds a published shape; shapes outlive every object and every reader (QSBR).
        unsafe { &*self.shape.load(Ordering::Acquire) }
    }

    /// This object as a value.
    #[inline(always)]
    pub fn value(&self) -> Value {
        Value::from_object(self)
    }

    #[inline(always)]
    pub fn has_flag(&self, flag: u8) -> bool {
        self.flags.load(Ordering::Relaxed) & flag != 0
    }

    #[inline(always)]
    pub fn set_flag(&self, flag: u8) {
        self.flags.fetch_or(flag, Ordering::Relaxed);
    }

    /// Notes that other threads can find the object from here on, and with it what it refers to, if it is discreet. Every
    /// store into a place that other threads read does this first; [`Slot`] does it by itself.
    #[inline(always)]
    pub fn publish(&self) {
        if !self.has_flag(FLAG_SHARED) {
            self.publish_first();
        }
    }

    /// Not inline: there are hundreds of stores.
    #[inline(never)]
    fn publish_first(&self) {
        self.mark_shared();
        if self.kind.is_discreet() {
            types::publication::publish_parts(self);
        }
    }

    /// Sets the flag of the object alone; tells whether it was not set.
    #[inline(always)]
    pub(crate) fn mark_shared(&self) -> bool {
        let flags = self.flags.load(Ordering::Relaxed);
        let fresh = flags & FLAG_SHARED == 0;
        if fresh {
            // No other thread knows the object, so nobody else is changing its flags.
            self.flags.store(flags | FLAG_SHARED, Ordering::Relaxed);
        }
        fresh
    }

    /// Takes back [`Header::publish`]: the object is dead, and nobody can have borrowed it.
    pub(crate) fn confine(&self) {
        self.flags.fetch_and(!FLAG_SHARED, Ordering::Relaxed);
    }

    /// May what the object takes up stay unpublished, because it is itself and will publish all it has when it is?
    #[inline(always)]
    pub fn is_quiet(&self) -> bool {
        self.kind.is_discreet() && !self.has_flag(FLAG_SHARED)
    }

    /// Is the calling thread the only one that can reach the object? Then locks and grace periods are not needed.
    #[inline(always)]
    pub fn is_confined(&self, thread: &Thread) -> bool {
        thread.is_single() || !self.has_flag(FLAG_SHARED)
    }
}

/// A structure that is a heap object: `#[repr(C)]`, beginning with a [`Header`].
///
/// # Safety
/// The type must be `#[repr(C)]` with a `Header` first, `KIND` must be its own, `traverse` must visit every counted
/// reference it owns exactly once, and `finish` must release everything else it owns and nothing that `traverse` visits.
pub unsafe trait Object: Sized + 'static {
    /// The layout's kind; no two types share one.
    const KIND: Kind;
    /// Instances of the builtin types themselves have an attribute area, not only those of subclasses.
    const ATTRIBUTES: bool = false;
    /// Where instances of subclasses have their attributes: behind the payload whose size is [`Object::extra`], or (as most
    /// do) right after the structure, before any payload of varying size.
    const AREA_BEHIND: bool = false;

    /// Visits every reference the object owns. The collector calls it with the world stopped; deallocation calls it to
    /// release them.
    fn traverse(&self, visit: &mut dyn FnMut(Value));

    /// As [`Object::traverse`], for those who do not want to know of values that are no heap objects. Containers that may
    /// hold very many of these pass over them here.
    ///
    /// # Safety
    /// Nobody writes to the object meanwhile.
    unsafe fn traverse_objects(&self, visit: &mut dyn FnMut(Value)) {
        self.traverse(visit);
    }

    /// Bytes of payload behind the structure, if [`Object::AREA_BEHIND`].
    fn extra(&self) -> usize {
        0
    }

    /// Releases what is not a counted reference (buffers, tables, big integers). Called once, when the object is dead.
    ///
    /// # Safety
    /// Nobody may use the object's payload afterwards.
    unsafe fn finish(&self, _thread: &Thread) {}

    /// The object's header.
    #[inline(always)]
    fn header(&self) -> &Header {
        // SAFETY: `Self` is `repr(C)` and begins with a header (trait contract).
        unsafe { &*std::ptr::from_ref(self).cast::<Header>() }
    }

    /// This object as a value.
    #[inline(always)]
    fn value(&self) -> Value {
        Value::from_object(self.header())
    }
}

/// A value that owns one reference.
#[repr(transparent)]
pub struct Owned(Value);

impl Owned {
    /// Takes over a reference somebody else counted.
    #[inline(always)]
    pub fn from_counted(value: Value) -> Owned {
        Owned(value)
    }

    /// A new reference to a value that somebody keeps alive.
    #[inline(always)]
    pub fn new(value: Value) -> Owned {
        refcount::increment(value);
        Owned(value)
    }

    /// Gives the reference away as a bare word; the receiver must count it down.
    #[inline(always)]
    pub fn into_counted(self) -> Value {
        let value = self.0;
        std::mem::forget(self);
        value
    }

    /// The value, borrowed.
    #[inline(always)]
    pub fn value(&self) -> Value {
        self.0
    }

    /// Values that need no count.
    #[inline(always)]
    pub const fn inline(value: Value) -> Owned {
        debug_assert!(!value.is_object());
        Owned(value)
    }

    pub const NONE: Owned = Owned(Value::NONE);
    pub const NOT_IMPLEMENTED: Owned = Owned(Value::NOT_IMPLEMENTED);

    #[inline(always)]
    pub const fn bool(b: bool) -> Owned {
        Owned(Value::bool(b))
    }
}

impl Owned {
    /// The values, borrowed.
    #[inline(always)]
    pub fn values(owned: &[Owned]) -> &[Value] {
        // SAFETY: `Owned` is a transparent `Value`.
        unsafe { std::slice::from_raw_parts(owned.as_ptr().cast(), owned.len()) }
    }
}

impl std::ops::Deref for Owned {
    type Target = Value;
    #[inline(always)]
    fn deref(&self) -> &Value {
        &self.0
    }
}

impl Clone for Owned {
    #[inline(always)]
    fn clone(&self) -> Owned {
        Owned::new(self.0)
    }
}

impl Drop for Owned {
    #[inline(always)]
    fn drop(&mut self) {
        refcount::decrement(self.0);
    }
}

impl std::fmt::Debug for Owned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// [`Header::publish`] of a value, if it is an object.
#[inline(always)]
pub(crate) fn publish(value: Value) {
    if let Some(header) = value.header() {
        header.publish();
    }
}

/// Visits the objects among some values, the last one first. Runs of others are passed over a cache line at a time: large
/// arrays often hold nothing else.
pub fn visit_objects(values: &[Value], visit: &mut dyn FnMut(Value)) {
    for line in values.rchunks(8) {
        if line
            .iter()
            .fold(false, |any, value| any | value.is_object())
        {
            let objects = line.iter().rev().filter(|value| value.is_object());
            objects.copied().for_each(&mut *visit);
        }
    }
}

/// A counted reference inside an object, which other threads may load at any time.
///
/// Writers hold the object's lock (or are the only thread that knows the object). Readers need no lock: [`Slot::load`].
#[repr(transparent)]
pub struct Slot(AtomicU64);

impl Slot {
    /// A slot that owns the reference.
    #[inline(always)]
    pub fn new(value: Owned) -> Slot {
        publish(value.value());
        Slot(AtomicU64::new(value.into_counted().bits()))
    }

    /// A slot of a discreet object that other threads cannot find yet: it publishes the value when it is published.
    #[inline(always)]
    pub fn confined(value: Owned) -> Slot {
        Slot(AtomicU64::new(value.into_counted().bits()))
    }

    #[inline(always)]
    pub const fn missing() -> Slot {
        Slot(AtomicU64::new(Value::MISSING.bits()))
    }

    /// A slot that takes over the reference of another one.
    #[inline(always)]
    pub const fn relocated(value: Value) -> Slot {
        Slot(AtomicU64::new(value.bits()))
    }

    /// Takes over the reference of another slot; this one's was taken over before. The caller holds the lock, or nobody
    /// else knows the object.
    #[inline(always)]
    pub fn relocate(&self, value: Value) {
        self.0.store(value.bits(), Ordering::Release);
    }

    /// The value, borrowed until the next safepoint.
    #[inline(always)]
    pub fn peek(&self) -> Value {
        Value::from_bits(self.0.load(Ordering::Acquire))
    }

    /// A new reference to the value, `None` if a racing writer got in the way: take the lock and try again.
    #[inline(always)]
    pub fn try_load(&self) -> Option<Owned> {
        let value = self.peek();
        if !value.is_object() {
            return Some(Owned(value));
        }
        if !refcount::try_increment(value) {
            return None;
        }
        #[cfg(zeal)]
        crate::sync::zeal::dawdle();
        let owned = Owned(value);
        (self.peek() == value).then_some(owned)
    }

    /// A new reference to the value; `owner` is the object the slot belongs to (its lock is taken if need be).
    #[inline(always)]
    pub fn load(&self, owner: &Header) -> Owned {
        match self.try_load() {
            Some(value) => value,
            None => {
                let _guard = crate::sync::lock::lock(owner);
                self.load_locked()
            }
        }
    }

    /// A new reference to the value, by a thread that holds the lock.
    #[inline]
    pub fn load_locked(&self) -> Owned {
        let value = self.peek();
        if let Some(header) = value.header() {
            refcount::make_shareable(header);
        }
        Owned::new(value)
    }

    /// Replaces the value of a slot that other threads do not read while this one runs, or by one they know, and returns the old
    /// one.
    #[inline(always)]
    pub(crate) fn exchange(&self, value: Owned) -> Owned {
        let old = self.peek();
        self.relocate(value.into_counted());
        Owned(old)
    }

    /// Replaces the value and returns the old one. The caller holds the lock, or nobody else knows the object.
    #[inline(always)]
    pub fn replace(&self, value: Owned) -> Owned {
        publish(value.value());
        self.exchange(value)
    }

    /// [`Slot::replace`] in an object that publishes all it has when it is published itself, if it is discreet.
    #[inline(always)]
    pub fn replace_in(&self, object: &Header, value: Owned) -> Owned {
        if !object.is_quiet() {
            publish(value.value());
        }
        self.exchange(value)
    }
}
