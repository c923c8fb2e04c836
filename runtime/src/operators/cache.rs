//! Inline caches of attribute accesses, shared by the interpreter and native code.
//!
//! ```text
//!   site word ──► entry ──► entry ──► …     at most CHAIN, newest first
//!                 │ shape │ next │ plan │ offset │ value │ successor │
//!   0: nothing yet            MEGAMORPHIC: too many shapes, or too many changes: always look up
//! ```
//!
//! A hit is one compare: the object's shape against `entry.shape`. Nothing else has to be valid, because whoever changes
//! what an entry depends on (an attribute of that name on the class or its bases) first kills the entry: clears its shape.
//! Entries are immutable otherwise. They belong to their site; the classes they depend on list them
//! (`Type::add_dependent`). An unlinked entry is freed after a grace period. All changes happen under the classes' lock.
//!
//! Values that are not heap objects have their class's first shape; class objects have a shape each.

use crate::object::{FLAG_DEFERRED, Slot};
use crate::types::class::{self, Locked, Type, class_of};
use crate::types::shape::Shape;
use crate::{Thread, Value};
use std::cell::Cell;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// The word of a cache site: the address of an [`Entry`], 0, or [`MEGAMORPHIC`].
pub type Site = AtomicU64;

/// Entries that a site may have.
const CHAIN: usize = 4;
/// Entries that a site may use up.
const LIFETIME: u32 = 64;

/// The site is not cached any more.
pub const MEGAMORPHIC: u64 = 1;

/// What an access comes down to for objects of one shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Plan {
    /// Load or store the slot `offset` bytes into the object; MISSING there means look up.
    Slot,
    /// Load or store attribute number `offset`, wherever it is.
    Attribute,
    /// `value`, as it is.
    Value,
    /// `value` is a function found on the class: the attribute is it bound to the object.
    Method,
    /// `value` is a descriptor found on the class, which gives the attribute for the object.
    Descriptor,
    /// `value` is a descriptor found on the class that is the object.
    ClassDescriptor,
    /// Ask the object's own dict, then `value` (MISSING: nothing) as a descriptor found on the class.
    Dict,
    /// The object is the module `value`: entry number `offset` of its dict is the name's, if the key says so.
    Module,
    /// Store a new attribute into the slot `offset` bytes into the object, which gets the shape `successor`.
    Add,
    /// Store through `instance::set`: no data descriptor is in the way.
    Store,
}

/// One shape's plan.
#[repr(C)]
pub struct Entry {
    /// Shape of the objects it is for; null when it is dead.
    pub shape: AtomicPtr<Shape>,
    /// The same if the plan is [`Plan::Slot`], else null: what native code compares.
    pub slot_shape: AtomicPtr<Shape>,
    /// The same if the plan is [`Plan::Method`] for a function that need not be counted, else null.
    pub method_shape: AtomicPtr<Shape>,
    /// The next entry of the site, null at the end.
    pub next: AtomicPtr<Entry>,
    /// The attribute's interned name.
    pub name: Value,
    pub plan: Plan,
    pub offset: u32,
    /// Entries the site has used up, this one included.
    used_up: u32,
    /// Borrowed from a class the entry depends on: valid while the entry lives, then until the next safepoint.
    pub value: Value,
    pub successor: *const Shape,
    /// The classes that list the entry; null for one that died. Touched under the classes' lock.
    classes: [Cell<*const Type>; 2],
}

/// What a new entry says.
pub struct Description {
    pub plan: Plan,
    pub offset: u32,
    pub value: Value,
    pub successor: *const Shape,
}

impl Description {
    /// A plan that needs a value and nothing else.
    pub fn of(plan: Plan, value: Value) -> Description {
        Description {
            plan,
            offset: 0,
            value,
            successor: std::ptr::null(),
        }
    }

    /// A plan about a slot.
    pub fn at(plan: Plan, offset: u32) -> Description {
        Description {
            offset,
            ..Description::of(plan, Value::MISSING)
        }
    }
}

impl Entry {
    /// Makes sure that the entry never hits again.
    pub fn kill(&self) {
        self.shape.store(std::ptr::null_mut(), Ordering::Release);
        self.slot_shape
            .store(std::ptr::null_mut(), Ordering::Release);
        self.method_shape
            .store(std::ptr::null_mut(), Ordering::Release);
    }

    /// A class that listed the entry died.
    pub(crate) fn forget_class(&self, class: &Type) {
        self.kill();
        for place in &self.classes {
            if std::ptr::eq(place.get(), class) {
                place.set(std::ptr::null());
            }
        }
    }

    /// The slot of a [`Plan::Slot`] or [`Plan::Add`] entry.
    ///
    /// # Safety
    /// The object has the entry's shape.
    #[inline(always)]
    pub unsafe fn slot<'a>(&self, object: &'a crate::object::Header) -> &'a Slot {
        // SAFETY: objects of the shape have a slot at the offset (caller's promise).
        unsafe {
            &*std::ptr::from_ref(object)
                .byte_add(self.offset as usize)
                .cast()
        }
    }
}

/// The shape that accesses to the object are cached under.
#[inline(always)]
pub fn shape_of(object: Value) -> *mut Shape {
    match object.header() {
        Some(header) => header.shape.load(Ordering::Acquire),
        None => class_of(object).root_shape.load(Ordering::Relaxed),
    }
}

/// The site's entry for a shape, valid until the next safepoint.
#[inline(always)]
pub fn find<'a>(site: &Site, shape: *mut Shape) -> Option<&'a Entry> {
    let mut word = site.load(Ordering::Acquire);
    while word > MEGAMORPHIC {
        // SAFETY: a word above MEGAMORPHIC is the address of an entry, which outlives its readers.
        let entry: &Entry = unsafe { &*std::ptr::with_exposed_provenance(word as usize) };
        if entry.shape.load(Ordering::Acquire) == shape {
            return Some(entry);
        }
        word = entry.next.load(Ordering::Acquire).addr() as u64;
    }
    None
}

/// Is there any use in describing another shape to the site?
#[inline]
pub fn wants_more(site: &Site) -> bool {
    site.load(Ordering::Relaxed) != MEGAMORPHIC
}

/// Remembers a plan for a shape. It was made while `classes`, on which it depends, had these versions; if one has changed
/// since, nothing is remembered.
pub fn install(
    thread: &Thread,
    site: &Site,
    shape: *mut Shape,
    name: Value,
    classes: [Option<(&'static Type, u32)>; 2],
    description: Description,
) {
    let mut locked = class::lock();
    let current = |class: &Option<(&'static Type, u32)>| {
        class.is_none_or(|(class, version)| class.version.load(Ordering::Acquire) == version)
    };
    if !classes.iter().all(current) || site.load(Ordering::Acquire) == MEGAMORPHIC {
        return;
    }
    let dead = unlink(site, shape, &mut locked);
    let used_up = entries(site)
        .map(|entry| entry.used_up)
        .chain(dead.iter().map(|&entry| {
            // SAFETY: unlinked just now, and not freed before `retire`.
            unsafe { &*entry }.used_up
        }));
    let used_up = used_up.max().unwrap_or(0) + 1;
    if used_up > LIFETIME || entries(site).count() >= CHAIN {
        let rest = unlink_all(site, &mut locked);
        site.store(MEGAMORPHIC, Ordering::Release);
        drop(locked);
        return retire(thread, dead.into_iter().chain(rest));
    }
    let class_at = |index: usize| {
        let class = classes[index].map(|(class, _)| std::ptr::from_ref(class));
        Cell::new(class.unwrap_or(std::ptr::null()))
    };
    let first = site.load(Ordering::Acquire);
    let in_slot = description.plan == Plan::Slot;
    let is_method = description.plan == Plan::Method && lasts(description.value);
    let shape_if = |holds: bool| AtomicPtr::new(if holds { shape } else { std::ptr::null_mut() });
    let entry = Box::into_raw(Box::new(Entry {
        shape: AtomicPtr::new(shape),
        slot_shape: shape_if(in_slot),
        method_shape: shape_if(is_method),
        next: AtomicPtr::new(std::ptr::with_exposed_provenance_mut(first as usize)),
        name,
        plan: description.plan,
        offset: description.offset,
        used_up,
        value: description.value,
        successor: description.successor,
        classes: [class_at(0), class_at(1)],
    }));
    for (class, _) in classes.iter().flatten() {
        class.add_dependent(entry, &mut locked);
    }
    site.store(entry.expose_provenance() as u64, Ordering::Release);
    drop(locked);
    retire(thread, dead);
}

/// Whether references to a function from frames need no counting.
fn lasts(function: Value) -> bool {
    (function.header()).is_some_and(|header| header.has_flag(FLAG_DEFERRED))
}

/// The entries of a site, by a thread that holds the lock.
fn entries<'a>(site: &Site) -> impl Iterator<Item = &'a Entry> {
    let address = |word: u64| std::ptr::with_exposed_provenance::<Entry>(word as usize);
    let first = address(site.load(Ordering::Acquire));
    // SAFETY: entries are unlinked under the lock, which is held, and freed later.
    std::iter::successors(unsafe { first.as_ref() }, |entry| unsafe {
        entry.next.load(Ordering::Acquire).as_ref()
    })
}

/// Unlinks the entries that are dead or for `shape`.
fn unlink(site: &Site, shape: *mut Shape, locked: &mut Locked) -> Vec<*mut Entry> {
    let mut unlinked = Vec::new();
    let mut previous: Option<&Entry> = None;
    for entry in entries(site) {
        let of = entry.shape.load(Ordering::Acquire);
        if !of.is_null() && of != shape {
            previous = Some(entry);
            continue;
        }
        let next = entry.next.load(Ordering::Acquire);
        match previous {
            Some(previous) => previous.next.store(next, Ordering::Release),
            None => site.store(next.expose_provenance() as u64, Ordering::Release),
        }
        forget(entry, locked);
        unlinked.push(std::ptr::from_ref(entry).cast_mut());
    }
    unlinked
}

fn unlink_all(site: &Site, locked: &mut Locked) -> Vec<*mut Entry> {
    let all = entries(site).inspect(|entry| forget(entry, locked));
    all.map(|entry| std::ptr::from_ref(entry).cast_mut())
        .collect()
}

/// Takes an entry off the lists of its classes.
fn forget(entry: &Entry, locked: &mut Locked) {
    entry.kill();
    for class in &entry.classes {
        // SAFETY: a class that dies sets the pointer to null, under the lock.
        if let Some(class) = unsafe { class.get().as_ref() } {
            class.remove_dependent(entry, locked);
        }
    }
}

fn retire(thread: &Thread, unlinked: impl IntoIterator<Item = *mut Entry>) {
    unsafe fn free(entry: *mut u8, _bytes: usize) {
        // SAFETY: the entry came from a box, was unlinked, and its readers are gone.
        drop(unsafe { Box::from_raw(entry.cast::<Entry>()) });
    }
    for entry in unlinked {
        // SAFETY: neither site nor class leads to the entry any more, and it is retired once.
        unsafe { thread.retire(entry.cast(), size_of::<Entry>(), free) };
    }
}
