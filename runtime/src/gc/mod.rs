//! The cycle collector: frees what counts cannot, which is cycles and deferred objects.
//!
//! It finds objects by visiting the heap; nothing links them. See [`mark`] for what is garbage, [`garbage`] for what becomes
//! of it. A collection is due when the live heap has doubled, or grown by a fixed amount if that is more, so the
//! time spent collecting stays in proportion to the time spent allocating, however large the heap is. "Live" counts objects
//! as one and buffers by their size; every thread keeps its own balance and hands it in now and then.

mod array;
mod garbage;
mod mark;
mod observe;
mod prefetch;
mod roots;
mod table;
mod workers;

pub(crate) use observe::forget_callbacks;
pub use observe::{frozen, set_callbacks, set_frozen};
use roots::Roots;
pub use roots::add_static;
pub(crate) use roots::exclude_scan;

use crate::heap::mimalloc::{Area, Heap, Visitor};
use crate::object::{FLAG_DEFERRED, FLAG_FINALIZED, FLAG_WEAKREF, Header, Kind, Owned, refcount};
use crate::sync::tally::{self, Write};
use crate::sync::world;
use crate::thread::stack::with_registers_saved;
use crate::types::{layouts, native};
use crate::{Thread, Value, heap};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering::{AcqRel, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64};
use std::time::Instant;

/// What is alive, as far as threads have handed in their balances.
static LIVE: AtomicI64 = AtomicI64::new(0);
/// What the last collection found alive. Not just what is there when it has freed the rest: threads that make garbage meanwhile would
/// be allowed to make as much again.
static BASE: AtomicI64 = AtomicI64::new(0);
/// A collection is due at this level.
static DUE: AtomicI64 = AtomicI64::new(FIRST);
static ENABLED: AtomicBool = AtomicBool::new(true);
/// The thread that collects, 0 if none does.
static COLLECTING: AtomicU32 = AtomicU32::new(0);
static THRESHOLDS: [AtomicU32; 3] = [AtomicU32::new(2000), AtomicU32::new(10), AtomicU32::new(0)];

/// Some leaf is deferred, so the heap of leaves has to be visited too.
static ADOPTED_LEAVES: AtomicBool = AtomicBool::new(false);

static COLLECTIONS: AtomicU64 = AtomicU64::new(0);
static COLLECTED: AtomicU64 = AtomicU64::new(0);
static NANOSECONDS: AtomicU64 = AtomicU64::new(0);

/// A collection is due after this much growth for each unit of the first threshold.
const PER_THRESHOLD: i64 = 25;
const FIRST: i64 = 2000 * PER_THRESHOLD;

/// What the collector has done so far.
#[derive(Clone, Copy, Debug)]
pub struct Stats {
    pub collections: u64,
    /// Objects freed.
    pub collected: u64,
    /// Time spent.
    pub nanoseconds: u64,
}

/// Enters a thread's balance into the accounts. Tells whether the collector has something for the thread to do.
pub(crate) fn settle(balance: i32) -> bool {
    tally::note(Write::Word);
    let live = LIVE.fetch_add(balance.into(), Relaxed) + i64::from(balance);
    let due = live > DUE.load(Relaxed) && ENABLED.load(Relaxed) && COLLECTING.load(Relaxed) == 0;
    due || garbage::is_help_wanted()
}

/// Does what [`settle`] asked for: takes part in freeing what was found, or collects if the accounts still say so.
pub(crate) fn collect_if_due(thread: &Thread) {
    if garbage::is_help_wanted() {
        return garbage::help(thread);
    }
    if LIVE.load(Relaxed) > DUE.load(Relaxed) && ENABLED.load(Relaxed) {
        collect(thread);
    }
}

/// What has been made and not freed, once all threads have handed in their balances.
fn accounted() -> i64 {
    LIVE.load(Relaxed)
}

/// Frees all garbage. Gives the number of objects freed; 0 if a collection is under way already. A safepoint.
pub fn collect(thread: &Thread) -> usize {
    collect_from(thread, Roots::All)
}

/// In the child of a fork: a collection that another thread was doing is over. What it found and did not free leaks.
pub(crate) fn after_fork(thread: &Thread) {
    if COLLECTING.load(Relaxed) != thread.id() {
        COLLECTING.store(0, Relaxed);
    }
}

/// As [`collect`], when all other threads have been stopped for good and this one is done with its Python code.
pub(crate) fn collect_at_end(thread: &Thread) -> usize {
    collect_from(thread, Roots::AtEnd)
}

fn collect_from(thread: &Thread, roots: Roots) -> usize {
    if COLLECTING
        .compare_exchange(0, thread.id(), AcqRel, Relaxed)
        .is_err()
    {
        return 0;
    }
    observe::call_back(thread, "start", 0);
    let start = Instant::now();
    let (freed, living) = with_registers_saved(thread, &mut || garbage::cycle(thread, roots));
    thread.settle_accounts();
    // The buffers of garbage are in the accounts, too, until they are freed.
    let living = living.min(LIVE.load(Relaxed));
    BASE.store(living, Relaxed);
    DUE.store(living + growth(living), Relaxed);
    COLLECTIONS.fetch_add(1, Relaxed);
    COLLECTED.fetch_add(freed as u64, Relaxed);
    NANOSECONDS.fetch_add(start.elapsed().as_nanos() as u64, Relaxed);
    observe::call_back(thread, "stop", freed);
    COLLECTING.store(0, Release);
    freed
}

/// Takes an object off counting that several threads use all the time, so that they need not write to it any more. The
/// caller holds a reference. Objects whose death the program can see stay as they are: they must die promptly.
pub(crate) fn adopt(header: &Header) {
    let visible = match header.kind().layout() {
        Kind::WEAKREF | Kind::FILE => true,
        Kind::NATIVE => {
            !native::dies_unseen(&header.value()) || heap::death::needs_finalizer(header)
        }
        _ => heap::death::may_have_finalizer(header),
    };
    if visible || header.has_flag(FLAG_WEAKREF) || header.has_flag(FLAG_DEFERRED) {
        return;
    }
    if header.is_acyclic() {
        ADOPTED_LEAVES.store(true, Relaxed);
    }
    refcount::promote(header);
}

/// How much the live heap may grow before it is looked at again.
fn growth(live: i64) -> i64 {
    let least = i64::from(THRESHOLDS[0].load(Relaxed)) * PER_THRESHOLD;
    if least == 0 {
        i64::MAX / 2
    } else {
        least.max(live)
    }
}

/// `gc.enable()` and `gc.disable()`: whether collections start by themselves.
pub fn set_enabled(enabled: bool) {
    ENABLED.store(enabled, Relaxed);
}

pub fn is_enabled() -> bool {
    ENABLED.load(Relaxed)
}

/// `gc.get_threshold()`.
pub fn thresholds() -> [u32; 3] {
    THRESHOLDS
        .each_ref()
        .map(|threshold| threshold.load(Relaxed))
}

/// `gc.set_threshold()`: the first says how soon a small heap is looked at, 0 never; the others have no effect.
pub fn set_thresholds(thresholds: [u32; 3]) {
    for (place, threshold) in THRESHOLDS.iter().zip(thresholds) {
        place.store(threshold, Relaxed);
    }
    let base = BASE.load(Relaxed);
    DUE.store(base.saturating_add(growth(base)), Relaxed);
}

/// What was allocated and not freed since the last collection.
pub fn count(thread: &Thread) -> u64 {
    thread.settle_accounts();
    (LIVE.load(Relaxed) - BASE.load(Relaxed))
        .try_into()
        .unwrap_or(0)
}

pub fn stats() -> Stats {
    Stats {
        collections: COLLECTIONS.load(Relaxed),
        collected: COLLECTED.load(Relaxed),
        nanoseconds: NANOSECONDS.load(Relaxed),
    }
}

/// Can the object be part of a cycle?
pub fn is_tracked(value: Value) -> bool {
    value.header().is_some_and(|header| !header.is_acyclic())
}

/// Has the object's finalizer run?
pub fn is_finalized(value: Value) -> bool {
    value
        .header()
        .is_some_and(|header| header.has_flag(FLAG_FINALIZED))
}

/// What an object refers to (`gc.get_referents`). A safepoint.
pub fn referents(thread: &Thread, value: Value) -> Vec<Owned> {
    let Some(header) = value.header() else {
        return Vec::new();
    };
    with_registers_saved(thread, &mut || {
        let _stopped = world().stop(thread);
        let mut referents = Vec::new();
        // SAFETY: the world is stopped.
        unsafe {
            layouts::traverse(header, &mut |value| {
                if !value.is_missing() {
                    referents.push(Owned::new(value));
                }
            })
        };
        referents
    })
}

/// The containers that refer to one of `targets` (`gc.get_referrers`); as in CPython, not those that no cycle can lead
/// through. A safepoint.
pub fn referrers(thread: &Thread, targets: &[Value]) -> Vec<Owned> {
    select(thread, |header| {
        let mut found = false;
        // SAFETY: `select` stops the world.
        unsafe { layouts::traverse(header, &mut |value| found |= targets.contains(&value)) };
        found
    })
}

/// All containers that a cycle could lead through (`gc.get_objects`). A safepoint.
pub fn objects(thread: &Thread) -> Vec<Owned> {
    select(thread, |_| true)
}

fn select(thread: &Thread, mut test: impl FnMut(&Header) -> bool) -> Vec<Owned> {
    let mut selected = Vec::new();
    each_object(thread, &[Heap::containers()], &mut |header| {
        if test(header) {
            // Its thread may have thought that nobody else knew it.
            header.publish();
            selected.push(Owned::new(header.value()));
        }
    });
    selected
}

/// Counts the objects that are alive, by the name of their class, leaving out those that live for ever.
pub fn live_objects(thread: &Thread) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let heaps = [Heap::containers(), Heap::leaves()];
    each_object(thread, &heaps, &mut |header| {
        if !refcount::is_uncounted(header) || header.has_flag(FLAG_DEFERRED) {
            *counts
                .entry(header.shape().class.name().to_string())
                .or_default() += 1;
        }
    });
    counts
}

/// Visits the objects of some heaps with the world stopped.
fn each_object(thread: &Thread, heaps: &[Heap], visit: &mut dyn FnMut(&Header)) {
    struct Objects<'a>(&'a mut dyn FnMut(&Header));
    impl Visitor for Objects<'_> {
        fn area(&mut self, _area: Area) {}
        fn block(&mut self, block: *mut u8) {
            // SAFETY: a block in use begins with a header.
            let header = unsafe { &*block.cast_const().cast::<Header>() };
            if !heap::death::is_dead(header) && !heap::death::is_dying(header) {
                (self.0)(header);
            }
        }
    }
    with_registers_saved(thread, &mut || {
        let _stopped = world().stop(thread);
        let mut objects = Objects(visit);
        for heap in heaps {
            // SAFETY: the world is stopped; the visitors allocate in the main heap only.
            unsafe { heap.visit(&mut objects) };
        }
    });
}

#[cfg(test)]
mod tests;
