//! What becomes of garbage.
//!
//! ```text
//!   world stopped   analyse ─► weak references to garbage cleared, objects with finalizers held
//!   running         weakref callbacks, finalizers (PEP 442: any order, once, objects intact)
//!   world stopped   if there were any: analyse again, because a finalizer may have resurrected anything;
//!                   objects whose finalizer is still to run are kept for next time, with all they refer to
//!   running         references to the living dropped, payloads finished, memory freed; classes last
//! ```
//!
//! Garbage is freed as a whole: references inside it are never counted down, so there is no order to get right. The threads
//! that run meanwhile take part ([`help`]), each freeing twice as many objects as it makes: otherwise many threads would make
//! garbage faster than it is freed. Nobody waits for a helper, whose share may run Python code: the last one out frees the
//! classes.

use super::array::Array;
use super::mark::{self, Marker};
use super::roots::Roots;
use super::table::Table;
use crate::heap::death;
use crate::object::{Header, Kind, Owned, refcount};
use crate::sync::primitive::Mutex;
use crate::sync::{reclaimer, world};
use crate::thread::SETTLE;
use crate::types::class::{as_class, bases};
use crate::types::layouts;
use crate::types::weakref::Weakref;
use crate::{Thread, Value};
use std::sync::Arc;
use std::sync::atomic::Ordering::{AcqRel, Relaxed};
use std::sync::atomic::{AtomicBool, AtomicUsize};

/// What a thread takes upon itself to free at a time, in objects.
const SHARE: usize = 4096;
/// So many shares does a helper free each time it has made [`SETTLE`] objects.
const SHARES: usize = 2 * SETTLE as usize / SHARE;

/// Finds garbage and frees it. Gives the number of objects found, and how many were found alive, by the accounts.
pub(super) fn cycle(thread: &Thread, roots: Roots) -> (usize, i64) {
    let mut round = Round::stop_and_look(thread, roots, |_| {});
    if !round.finalizable.is_empty() {
        drop(round.call_weakrefs(thread));
        for held in std::mem::take(&mut round.finalizable) {
            if let Some(header) = held.header()
                && death::needs_finalizer(header)
            {
                death::run_finalizer(thread, header);
            }
        }
        round = Round::stop_and_look(thread, roots, |marker| {
            marker.keep(death::needs_finalizer);
        });
    }
    for (weakref, callback) in round.call_weakrefs(thread) {
        round.forget(weakref);
        round.forget(callback);
    }
    let accounted = round.accounted;
    let found = round.free(thread);
    (found, (accounted - found as i64).max(0))
}

/// What one look at the heap found.
struct Round {
    /// What the accounts said.
    accounted: i64,
    table: Table,
    garbage: Objects,
    /// The garbage that has finalizers.
    finalizable: Vec<Owned>,
    /// Cleared weak references and their callbacks.
    weakrefs: Vec<(Owned, Owned)>,
}

impl Round {
    fn stop_and_look(thread: &Thread, roots: Roots, adjust: impl Fn(&mut Marker)) -> Round {
        let mut limbo = Vec::new();
        let stopped = world().stop(thread);
        world().for_each(|thread| {
            limbo.push(thread.limbo.take());
            thread.settle_accounts();
        });
        // SAFETY: the world is stopped.
        let mut marker = unsafe { mark::analyse(roots) };
        adjust(&mut marker);
        let mut round = Round {
            accounted: super::accounted(),
            table: marker.table,
            garbage: Objects::default(),
            finalizable: Vec::new(),
            weakrefs: Vec::new(),
        };
        let mut cursor = round.table.start();
        while let Some(entry) = round.table.next(&mut cursor, true) {
            round.garbage.push(entry.header);
        }
        for header in round.garbage.iter() {
            if death::needs_finalizer(header) {
                round.finalizable.push(Owned::new(header.value()));
            }
            death::clear_weakrefs(thread, header, &mut round.weakrefs);
            if let Some(weakref) = header.value().get::<Weakref>() {
                // Nobody finds it any more through an object that lives.
                weakref.unlink();
            }
        }
        if round.finalizable.is_empty() {
            for header in round.garbage.iter() {
                death::set_dying(header);
                if let Some(class) = as_class(header.value()) {
                    bases::unlink(class);
                }
            }
        }
        drop(stopped);
        for mut limbo in limbo {
            limbo.free_all();
        }
        reclaimer().flush_orphans();
        round
    }

    /// Calls the callbacks of cleared weak references that are not garbage themselves; gives back the others.
    fn call_weakrefs(&mut self, thread: &Thread) -> Vec<(Owned, Owned)> {
        let weakrefs = std::mem::take(&mut self.weakrefs);
        let (dead, alive) = weakrefs
            .into_iter()
            .partition(|(weakref, _)| self.table.is_garbage(weakref.value()));
        death::call_weakrefs(thread, alive);
        dead
    }

    /// Drops a reference. Those to garbage are not counted down: it is freed as a whole.
    fn forget(&self, reference: Owned) {
        if self.table.is_garbage(reference.value()) {
            let _ = reference.into_counted();
        }
    }

    /// Frees the garbage. Gives the number of containers among it.
    fn free(self, thread: &Thread) -> usize {
        let containers = self.garbage.iter();
        let containers = containers.filter(|header| !header.is_acyclic()).count();
        let mut garbage = Garbage {
            table: self.table,
            others: Objects::default(),
            classes: Objects::default(),
            taken: AtomicUsize::new(0),
            freed: AtomicUsize::new(0),
        };
        for header in self.garbage.iter() {
            if header.kind().layout() == Kind::TYPE {
                garbage.classes.push(header);
            } else {
                garbage.others.push(header);
            }
        }
        let garbage = Arc::new(garbage);
        *GARBAGE.lock() = Some(Arc::clone(&garbage));
        HELP_WANTED.store(true, Relaxed);
        while garbage.free_share(thread) {}
        containers
    }
}

/// Garbage objects, by address.
#[derive(Default)]
struct Objects(Array<usize>);

impl Objects {
    fn push(&mut self, header: *const Header) {
        self.0.push(header.expose_provenance());
    }

    /// The objects, none of which has been freed.
    fn iter(&self) -> impl Iterator<Item = &Header> {
        // SAFETY: garbage is intact until it is freed, and then it is in no list that anybody goes through.
        (self.0.iter()).map(|&address| unsafe { &*std::ptr::with_exposed_provenance(address) })
    }
}

/// Garbage that is being freed, by several threads.
struct Garbage {
    table: Table,
    others: Objects,
    classes: Objects,
    /// How many of `others` somebody has taken upon himself to free.
    taken: AtomicUsize,
    /// How many of them are freed.
    freed: AtomicUsize,
}

/// What was found last, while some of it is left to take.
static GARBAGE: Mutex<Option<Arc<Garbage>>> = Mutex::new(None);
static HELP_WANTED: AtomicBool = AtomicBool::new(false);

/// Is there garbage to be freed?
pub(super) fn is_help_wanted() -> bool {
    HELP_WANTED.load(Relaxed)
}

/// Frees some of the garbage that a collection has found. A safepoint.
pub(super) fn help(thread: &Thread) {
    let garbage = GARBAGE.lock().clone();
    if let Some(garbage) = garbage {
        let mut left = SHARES;
        while left > 0 && garbage.free_share(thread) {
            left -= 1;
        }
    }
}

impl Garbage {
    /// Frees some of the garbage; false if there is nothing left to take.
    fn free_share(&self, thread: &Thread) -> bool {
        let all = self.others.0.len();
        let start = self.taken.fetch_add(SHARE, AcqRel).min(all);
        let share = &self.others.0[start..all.min(start + SHARE)];
        if start + SHARE >= all {
            HELP_WANTED.store(false, Relaxed);
            *GARBAGE.lock() = None;
        }
        // SAFETY: the share is this thread's alone, and no classes are freed before all shares are.
        unsafe { self.free(thread, share) };
        if !share.is_empty() || all == 0 && start == 0 {
            let before = self.freed.fetch_add(share.len(), AcqRel);
            if before + share.len() == all {
                self.free_classes(thread);
            }
        }
        start + SHARE < all
    }

    /// Frees objects.
    ///
    /// # Safety
    /// They are garbage that nobody else frees, and their classes are intact, or they are classes themselves.
    unsafe fn free(&self, thread: &Thread, objects: &[usize]) {
        let mut containers = 0;
        for &address in objects {
            let header: *const Header = std::ptr::with_exposed_provenance(address);
            // SAFETY: nobody else can reach garbage: the world stood still when it was found, so no borrowed pointer to it
            // is left either. It is intact until here (caller's promise).
            unsafe {
                (*header).confine();
                layouts::traverse(&*header, &mut |value| self.release(value));
                containers += i32::from(!(*header).is_acyclic());
                layouts::finish(thread, &*header);
                death::free_block(header.cast_mut().cast(), 0);
            }
        }
        thread.account(-containers);
    }

    /// Counts down a reference of garbage, if it is one to the living.
    fn release(&self, value: Value) {
        if !self.table.is_garbage(value) {
            refcount::decrement(value);
        }
    }

    /// Frees the classes; their instances are freed.
    fn free_classes(&self, thread: &Thread) {
        // SAFETY: whoever calls this freed the last of the others. A class has its own shape in itself.
        unsafe { self.free(thread, &self.classes.0) };
    }
}
