//! Inline caches of attribute accesses, shared by the interpreter and native code.
//!
//! ```text
//!   site word ──► entry ──► entry ──► …     at most CHAIN, newest first
//!                 │ shape │ next │ plan │ offset │ value │ successor │
//!   EMPTY: the end, nothing yet     MEGAMORPHIC: too many shapes, or too many changes: always look up
//! ```
//!
//! Those two are entries that never hit, so that whoever reads a site always finds an entry to compare with.
//!
//! A hit is one compare: the object's shape against `entry.shape`. Nothing else has to be valid, because whoever changes
//! what an entry depends on (an attribute of that name on the class or its bases) first kills the entry: clears its shape.
//! Entries are immutable otherwise. They belong to their site; the classes they depend on list them
//! (`Type::add_dependent`). An unlinked entry is freed after a grace period. All changes happen under the classes' lock.
//!
//! Values that are not heap objects have their class's first shape; class objects have a shape each.

use crate::object::{Slot, refcount};
use crate::sync::tally::{self, Write};
use crate::types::class::{self, Locked, Type, class_of};
use crate::types::shape::Shape;
use crate::{Thread, Value};
use std::cell::Cell;
use std::sync::atomic::{AtomicPtr, Ordering};

/// A cache site: the address of an [`Entry`], or, for names, a hint (see `types::dict::cache`).
#[repr(transparent)]
pub struct Site(AtomicPtr<Entry>);

/// Entries that a site may have.
const CHAIN: usize = 4;
/// Entries that a site may use up.
const LIFETIME: u32 = 64;

/// Ends each site's list.
static EMPTY: Entry = Entry::never();
/// The only entry of a site that is not cached any more.
static MEGAMORPHIC: Entry = Entry::never();

impl Site {
    /// A site that nothing is known of.
    pub const fn new() -> Site {
        Site(AtomicPtr::new((&raw const EMPTY).cast_mut()))
    }

    #[inline(always)]
    fn first(&self) -> *mut Entry {
        self.0.load(Ordering::Acquire)
    }

    /// The word of a site that is not about shapes; 0 while there is none.
    #[inline(always)]
    pub fn hint(&self) -> u64 {
        match self.0.load(Ordering::Relaxed) {
            empty if std::ptr::eq(empty, &raw const EMPTY) => 0,
            word => word.addr() as u64,
        }
    }

    /// Replaces the word of a site that is not about shapes.
    pub fn set_hint(&self, word: u64) {
        tally::note(Write::Publication);
        let word = std::ptr::without_provenance_mut(word as usize);
        self.0.store(word, Ordering::Relaxed);
    }

    fn is_megamorphic(&self) -> bool {
        std::ptr::eq(self.first(), &raw const MEGAMORPHIC)
    }
}

impl Default for Site {
    fn default() -> Site {
        Site::new()
    }
}

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

// SAFETY: entries are immutable but for atomics, and `classes`, which is touched under the classes' lock only.
unsafe impl Sync for Entry {}

impl Entry {
    const fn never() -> Entry {
        Entry {
            shape: AtomicPtr::new(std::ptr::null_mut()),
            slot_shape: AtomicPtr::new(std::ptr::null_mut()),
            method_shape: AtomicPtr::new(std::ptr::null_mut()),
            next: AtomicPtr::new(std::ptr::null_mut()),
            name: Value::MISSING,
            plan: Plan::Store,
            offset: 0,
            used_up: 0,
            value: Value::MISSING,
            successor: std::ptr::null(),
            classes: [const { Cell::new(std::ptr::null()) }; 2],
        }
    }

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
    let mut next = site.first();
    // SAFETY: a site leads to entries, which outlive their readers.
    while let Some(entry) = unsafe { next.as_ref() } {
        if entry.shape.load(Ordering::Acquire) == shape {
            return Some(entry);
        }
        next = entry.next.load(Ordering::Acquire);
    }
    None
}

/// Is there any use in describing another shape to the site?
#[inline]
pub fn wants_more(site: &Site) -> bool {
    !site.is_megamorphic()
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
    tally::note(Write::Publication);
    let mut locked = class::lock();
    let current = |class: &Option<(&'static Type, u32)>| {
        class.is_none_or(|(class, version)| class.version.load(Ordering::Acquire) == version)
    };
    if !classes.iter().all(current) || site.is_megamorphic() {
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
        let closed = (&raw const MEGAMORPHIC).cast_mut();
        site.0.store(closed, Ordering::Release);
        drop(locked);
        return retire(thread, dead.into_iter().chain(rest));
    }
    let class_at = |index: usize| {
        let class = classes[index].map(|(class, _)| std::ptr::from_ref(class));
        Cell::new(class.unwrap_or(std::ptr::null()))
    };
    let first = site.first();
    let in_slot = description.plan == Plan::Slot;
    let is_method = description.plan == Plan::Method && lasts(description.value);
    let shape_if = |holds: bool| AtomicPtr::new(if holds { shape } else { std::ptr::null_mut() });
    let entry = Box::into_raw(Box::new(Entry {
        shape: AtomicPtr::new(shape),
        slot_shape: shape_if(in_slot),
        method_shape: shape_if(is_method),
        next: AtomicPtr::new(first),
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
    site.0.store(entry, Ordering::Release);
    drop(locked);
    retire(thread, dead);
}

/// Whether references to a function from frames need no counting.
fn lasts(function: Value) -> bool {
    (function.header()).is_some_and(refcount::is_uncounted)
}

/// The entries of a site, by a thread that holds the lock.
fn entries<'a>(site: &Site) -> impl Iterator<Item = &'a Entry> {
    // SAFETY: entries are unlinked under the lock, which is held, and freed later.
    let all = std::iter::successors(unsafe { site.first().as_ref() }, |entry| unsafe {
        entry.next.load(Ordering::Acquire).as_ref()
    });
    all.filter(|entry| entry.used_up > 0)
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
            None => site.0.store(next, Ordering::Release),
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
