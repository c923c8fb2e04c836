//! Reference counts: biased to an owner thread, immortal or shared. This file alone touches the count words.
//!
//! ```text
//!   owner == own id      count in `local`, no atomics           (one compare decides)
//!   owner == IMMORTAL    never counted, never freed by counts   (immediates' kin, constants, deferred objects)
//!   otherwise            count in `shared`, atomically
//!
//!   shared:  │ count (30 bits, signed) │ state (2 bits) │
//!   state:   PRIVATE ─make_shareable─► SHAREABLE ─foreign drop to below zero─► QUEUED ─► MERGED
//!                    └──────────── owner's local count reaches zero ────────────────────►┘
//! ```
//!
//! *References* = local + shared count, always; one of them is the merge queue's in state QUEUED and until the queue drops
//! it. While an object is not MERGED only its owner can find it dead; a foreign thread that would take the shared count
//! below zero hands its reference to the owner's merge queue instead. After merging, `owner == OWNERLESS`, everything is in
//! `shared`, and whoever reaches zero frees. A reader that found a pointer without holding a reference may only
//! [`try_increment`], which succeeds in SHAREABLE, QUEUED, or MERGED with a positive count. (Choi, Shull, Torrellas,
//! "Biased Reference Counting", PACT'18; PEP 703.)

use super::{FLAG_DEFERRED, Header};
use crate::sync::primitive::{AcqRel, Acquire, Relaxed, Release};
use crate::sync::tally::{self, Write};
use crate::{Value, heap, thread};

/// Owner id of objects that are never counted.
pub const IMMORTAL: u32 = 0;
/// Owner id of objects whose counts were merged into `shared`.
pub const OWNERLESS: u32 = 1;

const STATE: u32 = 3;
const PRIVATE: u32 = 0;
const SHAREABLE: u32 = 1;
pub(crate) const QUEUED: u32 = 2;
pub(crate) const MERGED: u32 = 3;
/// One reference in the shared word.
pub(crate) const ONE: u32 = 4;
/// With this many references an object is made immortal: the shared count could not hold many more.
pub(crate) const SATURATED: u32 = 1 << 28;

/// Counts a reference up.
#[inline(always)]
pub fn increment(value: Value) {
    if let Some(header) = value.header() {
        increment_object(header);
    }
}

/// Counts a reference down, and frees the object if it was the last.
#[inline(always)]
pub fn decrement(value: Value) {
    if let Some(header) = value.header() {
        decrement_object(header);
    }
}

#[inline(always)]
fn increment_object(header: &Header) {
    let owner = header.owner.load(Relaxed);
    if owner == thread::current_id() {
        // SAFETY: the owner is this thread, and only the owner touches `local`.
        unsafe { header.local.set(header.local.get() + 1) }
    } else if owner != IMMORTAL {
        increment_shared(header);
    }
}

#[inline(always)]
fn decrement_object(header: &Header) {
    let owner = header.owner.load(Relaxed);
    if owner == thread::current_id() {
        // SAFETY: the owner is this thread, and only the owner touches `local`.
        let left = unsafe {
            let left = header.local.get() - 1;
            header.local.set(left);
            left
        };
        if left == 0 {
            merge_and_release(header);
        }
    } else if owner != IMMORTAL {
        decrement_shared(header);
    }
}

/// Counts up in the shared word; the caller knows that a reference exists.
#[cold]
#[inline(never)]
pub fn increment_shared(header: &Header) {
    let before = header.shared.fetch_add(ONE, Relaxed);
    tally::note(Write::Count);
    saturate(header, before);
    thread::note_foreign(header);
}

/// An object with more references than the shared word can count is never freed.
fn saturate(header: &Header, shared: u32) {
    if shared.cast_signed() >= (SATURATED * ONE).cast_signed() {
        make_immortal(header);
    }
}

/// As part of [`increment_shared`], for native code that has counted by itself.
pub fn saturate_counted(header: &Header) {
    saturate(header, header.shared.load(Relaxed));
}

/// Counts down in the shared word.
#[cold]
#[inline(never)]
pub fn decrement_shared(header: &Header) {
    tally::note(Write::Count);
    let mut seen = header.shared.load(Relaxed);
    loop {
        // With no shared count left, the reference is one that the owner counted: only the owner can take it off.
        let queue = matches!(seen, PRIVATE | SHAREABLE);
        let next = if queue {
            QUEUED
        } else {
            seen.wrapping_sub(ONE)
        };
        match header
            .shared
            .compare_exchange_weak(seen, next, AcqRel, Relaxed)
        {
            Ok(_) if queue => return queue_reference(header),
            Ok(_) if next == MERGED => return heap::release(header),
            Ok(_) => return,
            Err(now) => seen = now,
        }
    }
}

/// The object is QUEUED, and the caller's reference now the queue's.
fn queue_reference(header: &Header) {
    match header.owner.load(Acquire) {
        IMMORTAL => {}
        // The owner dropped its last reference just now, and merged.
        OWNERLESS => decrement_shared(header),
        owner => thread::queue_merge(header, owner),
    }
}

/// The owner's local count reached zero: give up ownership, and free the object if nobody else counts it.
#[inline(never)]
pub fn merge_and_release(header: &Header) {
    if header.shared.load(Acquire) == PRIVATE {
        return heap::release(header);
    }
    if give_up(header, thread::current_id()) {
        heap::release(header);
    }
}

/// The owner, whose local count is zero, leaves the object to the shared count. Tells whether it is dead.
fn give_up(header: &Header, owner: u32) -> bool {
    tally::note(Write::Count);
    // Somebody else may be making it immortal.
    if header
        .owner
        .compare_exchange(owner, OWNERLESS, Release, Relaxed)
        .is_err()
    {
        return false;
    }
    header.shared.fetch_or(MERGED, AcqRel) & !STATE == 0
}

/// Moves the owner's count into the shared word. The reference of the queue the object was in keeps it alive.
///
/// # Safety
/// The caller is the owner, or stands in for it: the owner is dead or cannot attach, and nobody else merges the object.
pub unsafe fn merge(header: &Header) {
    let owner = header.owner.load(Relaxed);
    if owner == OWNERLESS || owner == IMMORTAL {
        return;
    }
    tally::note(Write::Count);
    // SAFETY: as the owner, or in its place, we alone may touch `local`.
    let local = unsafe {
        let local = header.local.get();
        header.local.set(0);
        local
    };
    if local >= SATURATED {
        return make_immortal(header);
    }
    if header
        .owner
        .compare_exchange(owner, OWNERLESS, Release, Relaxed)
        .is_err()
    {
        return;
    }
    let mut seen = header.shared.load(Relaxed);
    loop {
        let next = (seen & !STATE).wrapping_add(local * ONE) | MERGED;
        match header
            .shared
            .compare_exchange_weak(seen, next, AcqRel, Relaxed)
        {
            Ok(_) => return,
            Err(now) => seen = now,
        }
    }
}

/// Drops the reference of a merge queue, after [`merge`].
///
/// # Safety
/// The caller took the object from a merge queue, and uses it no more.
pub unsafe fn drop_queued(header: &Header) {
    if header.owner.load(Relaxed) != IMMORTAL {
        decrement_shared(header);
    }
}

/// Tries to count up an object found without holding a reference to it (its memory cannot be reused before the next
/// safepoint). Fails if the object may be dead or was never made shareable: take the container's lock then.
#[inline(always)]
pub fn try_increment(value: Value) -> bool {
    let Some(header) = value.header() else {
        return true;
    };
    #[cfg(zeal)]
    crate::sync::zeal::dawdle();
    let owner = header.owner.load(Relaxed);
    if owner == thread::current_id() {
        // SAFETY: the owner is this thread, and only the owner touches `local`. While it is not merged nobody but the
        // owner finds it dead, and then it has no place left to be found in.
        unsafe { header.local.set(header.local.get() + 1) }
        return true;
    }
    owner == IMMORTAL || try_increment_shared(header)
}

#[inline(never)]
fn try_increment_shared(header: &Header) -> bool {
    let mut seen = header.shared.load(Relaxed);
    loop {
        if seen & STATE == PRIVATE || seen == MERGED {
            return false;
        }
        match header
            .shared
            .compare_exchange_weak(seen, seen.wrapping_add(ONE), AcqRel, Relaxed)
        {
            Ok(_) => {
                tally::note(Write::Count);
                saturate(header, seen);
                thread::note_foreign(header);
                return true;
            }
            Err(now) => seen = now,
        }
    }
}

/// Lets [`try_increment`] work on the object. The caller holds a reference or the lock of a container that does.
pub fn make_shareable(header: &Header) {
    let mut seen = header.shared.load(Relaxed);
    while seen & STATE == PRIVATE {
        tally::note(Write::Count);
        match header
            .shared
            .compare_exchange_weak(seen, seen | SHAREABLE, Release, Relaxed)
        {
            Ok(_) => return,
            Err(now) => seen = now,
        }
    }
}

/// Makes an object immortal: it is never counted again and never freed.
///
/// The caller holds a reference and never drops it. Other threads may know the object already.
pub fn make_immortal(header: &Header) {
    header.owner.store(IMMORTAL, Relaxed);
}

/// Makes an object deferred: not counted, freed only by the cycle collector.
///
/// No other thread knows the object yet, or the world is stopped.
pub fn make_deferred(header: &Header) {
    header.set_flag(FLAG_DEFERRED);
    header.owner.store(IMMORTAL, Relaxed);
}

/// Makes an object deferred that other threads are counting at this moment. The caller holds a reference.
///
/// A reference that nobody ever drops keeps it alive while others still finish counting; from then on only the collector,
/// which does not look at the counts of deferred objects, can free it.
pub fn promote(header: &Header) {
    tally::note(Write::Count);
    header.shared.fetch_add(ONE, Relaxed);
    header.set_flag(FLAG_DEFERRED);
    header.owner.store(IMMORTAL, Relaxed);
}

/// Gives a dead object one reference, for its finalizer. The calling thread found it dead.
pub fn revive(header: &Header) {
    if header.owner.load(Relaxed) == OWNERLESS {
        header.shared.fetch_add(ONE, AcqRel);
    } else {
        // SAFETY: an object that dies unmerged does so in its owner.
        unsafe { header.local.set(1) };
    }
}

/// Drops the reference [`revive`] gave. Tells whether the object is dead again; if not, somebody else has to find that out.
#[must_use]
pub fn expire(header: &Header) -> bool {
    let owner = header.owner.load(Relaxed);
    if owner == IMMORTAL {
        return false;
    }
    if owner != OWNERLESS {
        // SAFETY: this thread is the owner, see `revive`; it still is because merging needs a queue's reference.
        let left = unsafe {
            let left = header.local.get() - 1;
            header.local.set(left);
            left
        };
        if left > 0 {
            return false;
        }
        if header.shared.load(Acquire) == PRIVATE {
            return true;
        }
        return give_up(header, owner);
    }
    let before = header.shared.fetch_sub(ONE, AcqRel);
    before.wrapping_sub(ONE) == MERGED
}

/// Is there exactly one reference, counted by this thread? Then no other thread can find the object through a counted
/// reference (one that was stored in a shared place may still be seen by a late reader).
#[inline(always)]
pub fn is_unique(header: &Header) -> bool {
    // SAFETY: `local` is read only if the owner is this thread, and only the owner touches it.
    header.owner.load(Relaxed) == thread::current_id()
        && unsafe { header.local.get() } == 1
        && header.shared.load(Relaxed) == PRIVATE
}

/// Can counts alone not free the object?
#[inline(always)]
pub fn is_uncounted(header: &Header) -> bool {
    header.owner.load(Relaxed) == IMMORTAL
}

/// Number of references, as `sys.getrefcount` tells it; immortal and deferred objects give a large fixed number. Exact while
/// the world is stopped; otherwise a snapshot.
pub fn count(header: &Header) -> u32 {
    if is_uncounted(header) {
        return u32::MAX;
    }
    let shared = header.shared.load(Relaxed).cast_signed() >> 2;
    header.local.snapshot().wrapping_add_signed(shared)
}
