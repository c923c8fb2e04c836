//! What becomes of garbage.
//!
//! ```text
//!   world stopped   analyse ─► weak references to garbage cleared, objects with finalizers held
//!   running         weakref callbacks, finalizers (PEP 442: any order, once, objects intact)
//!   world stopped   if there were any: analyse again, because a finalizer may have resurrected anything;
//!                   objects whose finalizer is still to run are kept for next time, with all they refer to
//!   running         references to the living dropped; payloads finished, classes last; memory freed
//! ```
//!
//! Garbage is freed as a whole: references inside it are never counted down, so there is no order to get right.

use super::mark::{self, Marker};
use super::table::{Cursor, Table};
use crate::heap::death;
use crate::object::{Header, Kind, Owned, refcount};
use crate::sync::{reclaimer, world};
use crate::types::class::{as_class, bases};
use crate::types::layouts;
use crate::{Thread, Value};
use std::cmp::Reverse;

/// Finds garbage and frees it. Gives the number of objects freed.
pub(super) fn cycle(thread: &Thread) -> usize {
    let mut round = Round::stop_and_look(thread, |_| {});
    if !round.finalizable.is_empty() {
        drop(round.call_weakrefs(thread));
        for held in std::mem::take(&mut round.finalizable) {
            if let Some(header) = held.header()
                && death::needs_finalizer(header)
            {
                death::run_finalizer(thread, header);
            }
        }
        round = Round::stop_and_look(thread, |marker| marker.keep(death::needs_finalizer));
    }
    for (weakref, callback) in round.call_weakrefs(thread) {
        round.forget(weakref);
        round.forget(callback);
    }
    round.free(thread)
}

/// What one look at the heap found.
struct Round {
    table: Table,
    garbage: Vec<*const Header>,
    /// The garbage that has finalizers.
    finalizable: Vec<Owned>,
    /// Cleared weak references and their callbacks.
    weakrefs: Vec<(Owned, Owned)>,
}

impl Round {
    fn stop_and_look(thread: &Thread, adjust: impl Fn(&mut Marker)) -> Round {
        let mut limbo = Vec::new();
        let stopped = world().stop(thread);
        world().for_each(|thread| {
            limbo.push(thread.limbo.take());
            thread.settle_accounts();
        });
        // SAFETY: the world is stopped.
        let mut marker = unsafe { mark::analyse() };
        adjust(&mut marker);
        let mut round = Round {
            table: marker.table,
            garbage: Vec::new(),
            finalizable: Vec::new(),
            weakrefs: Vec::new(),
        };
        let mut cursor = Cursor::default();
        while let Some(entry) = round.table.next(&mut cursor, true) {
            round.garbage.push(entry.header);
        }
        for &header in &round.garbage {
            // SAFETY: garbage is intact until it is freed below.
            let header = unsafe { &*header };
            if death::needs_finalizer(header) {
                round.finalizable.push(Owned::new(header.value()));
            }
            death::clear_weakrefs(thread, header, &mut round.weakrefs);
        }
        if round.finalizable.is_empty() {
            for &header in &round.garbage {
                // SAFETY: as above.
                let header = unsafe { &*header };
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
        let table = &self.table;
        let mut containers = 0;
        // SAFETY: nobody else can reach garbage: the world stood still when it was found, so no borrowed pointer to it is
        // left either. Each object is taken apart once. Shapes belong to classes, which therefore go last,
        // subclasses before their bases.
        unsafe {
            let mut release = |value: Value| {
                if !table.is_garbage(value) {
                    refcount::decrement(value);
                }
            };
            for &header in &self.garbage {
                layouts::traverse(&*header, &mut release);
            }
            let (mut classes, others): (Vec<&Header>, Vec<&Header>) = self
                .garbage
                .iter()
                .map(|&header| &*header)
                .partition(|header| header.kind().layout() == Kind::TYPE);
            // A class that dies takes itself off its bases' lists.
            classes.sort_by_key(|header| {
                Reverse(as_class(header.value()).map_or(0, |class| class.mro().len()))
            });
            for header in others.into_iter().chain(classes) {
                layouts::finish(thread, header);
            }
            for &header in &self.garbage {
                containers += usize::from(!(*header).kind().is_leaf());
                death::free_block(header.cast_mut().cast(), 0);
            }
        }
        thread.account(-i32::try_from(containers).unwrap_or(i32::MAX));
        containers
    }
}
