//! Weak references: references, and proxies, that do not keep an object alive.
//!
//! ```text
//!   referent (FLAG_WEAKREF)          stripe: address ─► first weak reference ◄─► next ◄─► …
//!      ▲ not counted                                          │
//!      └──────────────────────────────────────────────────────┘   MISSING once the referent died
//! ```
//!
//! An object knows by a flag that it has weak references; which ones, a table by address knows. Objects without any pay
//! nothing. A list is in CPython's order: the plain reference and the plain proxy, which are made once and shared, then the
//! others, youngest first; that is the order in which callbacks run. Lists are guarded by the lock of their stripe.
//!
//! Reading takes no lock. The referent is SHAREABLE and was published: as long as the word says so its memory is there until
//! the next safepoint, and [`refcount::try_increment`] tells whether it is alive. A dead object's weak references are
//! cleared before its memory goes, those in garbage are taken off their lists while the world is stopped.

mod methods;
mod proxy;

pub use methods::METHODS;
pub(in crate::types) use methods::{call_back, get_weakref};
pub use proxy::{CALLABLE_PROXY, PROXY};

use super::class::{Type, class_of};
use crate::heap::death;
use crate::object::{FLAG_WEAKREF, Header, Kind, Object, Slot, refcount};
use crate::sync::lock::lock;
use crate::sync::primitive::{Mutex, MutexGuard};
use crate::{Builtin, Owned, Result, Thread, Value, heap, raise};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// A `weakref.ref`, or a proxy: its class says which.
#[repr(C)]
pub struct Weakref {
    header: Header,
    /// Not counted; MISSING when the referent is dead, and before the reference is in its list.
    referent: AtomicU64,
    /// MISSING if there is none (any more).
    callback: Slot,
    /// The referent's hash once it was asked for, `UNKNOWN` before.
    hash: AtomicI64,
    /// Guarded by the stripe's lock.
    previous: Cell<*const Weakref>,
    next: Cell<*const Weakref>,
}

/// No object has this hash.
const UNKNOWN: i64 = -1;

// SAFETY: `repr(C)`, header first, own kind; the callback is the counted reference, and `finish` leaves the list.
unsafe impl Object for Weakref {
    const KIND: Kind = Kind::WEAKREF;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.callback.peek());
    }

    unsafe fn finish(&self, _thread: &Thread) {
        self.unlink();
    }
}

/// First weak references, by their referents' addresses.
type Lists = BTreeMap<usize, First>;

struct First(*const Weakref);

// SAFETY: a weak reference leaves its list before its memory goes, and is reached from there under the stripe's lock.
unsafe impl Send for First {}

const STRIPES: usize = 64;
static LISTS: [Mutex<Lists>; STRIPES] = [const { Mutex::new(BTreeMap::new()) }; STRIPES];

/// Locks the stripe of a referent.
fn stripe(referent: usize) -> MutexGuard<'static, Lists> {
    LISTS[(referent >> 4 ^ referent >> 12) % STRIPES].lock()
}

/// A class's name in messages: builtin types of modules have these in it.
fn type_name(class: &Type) -> String {
    match class.builtin {
        Some(builtin) => builtin.name().to_owned(),
        None => class.name().to_string(),
    }
}

fn address(header: &Header) -> usize {
    std::ptr::from_ref(header).addr()
}

/// A new weak reference of a class, or the one that is shared; the callback is None or MISSING for none.
pub fn new(thread: &Thread, class: &Type, referent: Value, callback: Value) -> Result {
    let Some(target) = referent.header().filter(|_| class_of(referent).weakrefable) else {
        let class = type_name(class_of(referent));
        return raise!(
            thread,
            TypeError,
            "cannot create weak reference to '{class}' object"
        );
    };
    let plain = class.builtin.is_some() && (callback.is_none() || callback.is_missing());
    if plain && let Some(known) = shared(&stripe(address(target)), target, class) {
        return Ok(known);
    }
    if !(callback.is_none() || callback.is_missing()) {
        death::expect_noticeable();
    }
    let weakref = Weakref {
        header: class.instance_header(thread),
        referent: AtomicU64::new(Value::MISSING.bits()),
        callback: match callback {
            Value::NONE | Value::MISSING => Slot::missing(),
            callback => Slot::new(Owned::new(callback)),
        },
        hash: AtomicI64::new(UNKNOWN),
        previous: Cell::new(std::ptr::null()),
        next: Cell::new(std::ptr::null()),
    };
    let owned = heap::new(thread, weakref);
    let weakref = owned.get::<Weakref>().expect("just made");
    for header in [target, &weakref.header] {
        // Other threads may find either through the list.
        header.publish();
        refcount::make_shareable(header);
    }
    target.set_flag(FLAG_WEAKREF);
    let mut lists = stripe(address(target));
    // Another thread may have been faster.
    let known = plain.then(|| shared(&lists, target, class)).flatten();
    if known.is_none() {
        weakref.link(&mut lists, target);
    }
    drop(lists);
    Ok(known.unwrap_or(owned))
}

/// The plain reference (or proxy) of this class to an object, if there is one and it is alive.
fn shared(lists: &Lists, target: &Header, class: &Type) -> Option<Owned> {
    // Dying ones may still be in front of it.
    each(lists, target)
        .take_while(|known| known.is_plain())
        .filter(|known| std::ptr::eq(known.header.shape().class, class))
        .find(|known| refcount::try_increment(known.value()))
        .map(|known| Owned::from_counted(known.value()))
}

/// The weak references to an object, dying ones included, while its stripe is locked.
fn each<'a>(lists: &'a Lists, target: &Header) -> impl Iterator<Item = &'a Weakref> {
    let mut next = lists
        .get(&address(target))
        .map_or(std::ptr::null(), |first| first.0);
    std::iter::from_fn(move || {
        // SAFETY: what is in a list is there until it leaves it, under the lock.
        let weakref = unsafe { next.as_ref() }?;
        next = weakref.next.get();
        Some(weakref)
    })
}

/// The living weak references to an object, in their order.
pub fn references(target: Value) -> Vec<Owned> {
    let Some(header) = target
        .header()
        .filter(|header| header.has_flag(FLAG_WEAKREF))
    else {
        return Vec::new();
    };
    let lists = stripe(address(header));
    each(&lists, header)
        .filter(|weakref| refcount::try_increment(weakref.value()))
        .map(|weakref| Owned::from_counted(weakref.value()))
        .collect()
}

/// An object dies: clears the weak references to it. Each that is alive and has a callback goes to the list with it.
pub fn clear(_thread: &Thread, target: &Header, callbacks: &mut Vec<(Owned, Owned)>) {
    let mut lists = stripe(address(target));
    let Some(First(mut next)) = lists.remove(&address(target)) else {
        return;
    };
    // SAFETY: as in `each`; nothing is followed that was cleared before.
    while let Some(weakref) = unsafe { next.as_ref() } {
        next = weakref.next.replace(std::ptr::null());
        weakref.previous.set(std::ptr::null());
        weakref
            .referent
            .store(Value::MISSING.bits(), Ordering::Release);
        if !weakref.callback.peek().is_missing() && refcount::try_increment(weakref.value()) {
            let guard = lock(&weakref.header);
            let callback = weakref.callback.replace(Owned::inline(Value::MISSING));
            drop(guard);
            callbacks.push((Owned::from_counted(weakref.value()), callback));
        }
    }
}

impl Weakref {
    /// The referent, if it is alive.
    #[inline]
    pub fn get(&self) -> Option<Owned> {
        let referent = Value::from_bits(self.referent.load(Ordering::Acquire));
        let alive = !referent.is_missing() && refcount::try_increment(referent);
        alive.then(|| Owned::from_counted(referent))
    }

    /// Has the referent died?
    pub fn is_dead(&self) -> bool {
        self.referent.load(Ordering::Acquire) == Value::MISSING.bits()
    }

    /// Is it one that is made once for each referent?
    fn is_plain(&self) -> bool {
        self.callback.peek().is_missing() && self.header.shape().class.builtin.is_some()
    }

    /// Enters a new weak reference into its referent's list.
    fn link(&self, lists: &mut Lists, target: &Header) {
        let mut before: *const Weakref = std::ptr::null();
        let is_reference = |weakref: &Weakref| {
            let class = weakref.header.shape().class;
            class.is_subclass_of(Builtin::Weakref.class())
        };
        for known in each(lists, target) {
            let precedes = known.is_plain() && (!self.is_plain() || is_reference(known));
            if !precedes {
                break;
            }
            before = known;
        }
        // SAFETY: a member of the list, whose lock is held.
        let after = match unsafe { before.as_ref() } {
            Some(before) => before.next.replace(self),
            None => {
                let first = lists.insert(address(target), First(self));
                first.map_or(std::ptr::null(), |first| first.0)
            }
        };
        // SAFETY: as above.
        if let Some(after) = unsafe { after.as_ref() } {
            after.previous.set(self);
        }
        self.previous.set(before);
        self.next.set(after);
        self.referent
            .store(target.value().bits(), Ordering::Release);
    }

    /// Takes a weak reference that is dead, or garbage, off its referent's list: its referent is nobody's any more.
    pub(crate) fn unlink(&self) {
        let referent = Value::from_bits(self.referent.load(Ordering::Acquire));
        let Some(target) = referent.is_object().then(|| referent.as_ptr().addr()) else {
            return;
        };
        let mut lists = stripe(target);
        if self.referent.load(Ordering::Relaxed) != referent.bits() {
            // The referent died meanwhile.
            return;
        }
        let (previous, next) = (
            self.previous.replace(std::ptr::null()),
            self.next.replace(std::ptr::null()),
        );
        // SAFETY: neighbours in a list whose lock is held are in it.
        unsafe {
            if let Some(next) = next.as_ref() {
                next.previous.set(previous);
            }
            match previous.as_ref() {
                Some(previous) => previous.next.set(next),
                None if next.is_null() => drop(lists.remove(&target)),
                None => drop(lists.insert(target, First(next))),
            }
        }
        self.referent
            .store(Value::MISSING.bits(), Ordering::Release);
    }
}
