//! The one-byte lock in every object's header.
//!
//! ```text
//!   0 free      1 held      2 held, somebody may be waiting
//! ```
//!
//! Uncontended: one compare-and-swap each way. Contended: the thread looks again, less and less often, and at last sleeps in
//! the kernel, on the word that the byte is part of (`futex`), and whoever releases the lock wakes one. Not reentrant. Code that holds a lock must not run Python code, block, or pass a safepoint (debug
//! builds check); references to be dropped are kept until after the guard. Therefore a lock is never held by a thread that
//! stands still, and a thread may wait for one *attached*: what it borrowed stays valid, and a stop of the world waits no
//! longer for it than for the holder.

use super::primitive::{
    Acquire, AtomicU8, Relaxed, Release, SPINS, constructor, sleep_on_byte, wake_on_byte,
};
use super::tally::{self, Write};
use crate::object::{FLAG_SHARED, Header};
use crate::{Thread, thread};

const FREE: u8 = 0;
const HELD: u8 = 1;
const WAITED: u8 = 2;

/// The lock is held until this is dropped.
#[must_use]
pub struct Guard<'a>(&'a AtomicU8);

/// Locks an object.
#[inline(always)]
pub fn lock(header: &Header) -> Guard<'_> {
    if cfg!(tally) && header.has_flag(FLAG_SHARED) {
        tally::note_at(Write::Lock, &header.lock);
    }
    lock_byte(&header.lock)
}

/// Locks an object for writing, unless no other thread can reach it.
#[inline(always)]
pub fn lock_for_write<'a>(thread: &Thread, header: &'a Header) -> Option<Guard<'a>> {
    (!header.is_confined(thread)).then(|| lock(header))
}

/// A lock byte that stands alone, in a word of its own.
#[repr(C, align(4))]
pub struct Lone([AtomicU8; 4]);

impl Lone {
    constructor! {
        /// A free lock.
        pub fn new() -> Lone {
            Lone([AtomicU8::new(FREE), AtomicU8::new(FREE), AtomicU8::new(FREE), AtomicU8::new(FREE)])
        }
    }

    /// Takes the lock.
    pub fn lock(&self) -> Guard<'_> {
        tally::note_at(Write::Lock, self);
        lock_byte(&self.0[0])
    }
}

#[inline(always)]
fn lock_byte(byte: &AtomicU8) -> Guard<'_> {
    if byte.compare_exchange(FREE, HELD, Acquire, Relaxed).is_err() {
        lock_slow(byte);
    }
    thread::note_lock(1);
    Guard(byte)
}

/// Locks two objects in address order, once if they are the same.
pub fn lock_pair<'a>(a: &'a Header, b: &'a Header) -> (Guard<'a>, Option<Guard<'a>>) {
    let (first, second) = if std::ptr::from_ref(a) <= std::ptr::from_ref(b) {
        (a, b)
    } else {
        (b, a)
    };
    let guard = lock(first);
    let other = (!std::ptr::eq(first, second)).then(|| lock(second));
    (guard, other)
}

/// Pause instructions before a thread that waits looks again: the first time, and at most.
const PAUSES: (u32, u32) = (8, 64);

/// Waits for a lock that another thread holds, or has just held: between two looks it leaves the cache line to that thread,
/// which does several operations meanwhile for the price of one that has to fetch the line.
#[cold]
#[inline(never)]
fn lock_slow(byte: &AtomicU8) {
    let (mut pause, longest) = PAUSES;
    for _ in 0..SPINS {
        for _ in 0..pause {
            std::hint::spin_loop();
        }
        pause = longest.min(2 * pause);
        if byte.load(Relaxed) == FREE && byte.compare_exchange(FREE, HELD, Acquire, Relaxed).is_ok()
        {
            return;
        }
    }
    // Nobody knows how many wait: who has waited assumes that others do.
    while byte.swap(WAITED, Acquire) != FREE {
        // SAFETY: the byte is a header's, whose neighbours are two atomics and the kind, or that of a `Lone`.
        unsafe { sleep_on_byte(byte, WAITED) };
    }
}

impl Drop for Guard<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        thread::note_lock(-1);
        if self
            .0
            .compare_exchange(HELD, FREE, Release, Relaxed)
            .is_err()
        {
            unlock_slow(self.0);
        }
    }
}

#[cold]
#[inline(never)]
fn unlock_slow(byte: &AtomicU8) {
    let place = std::ptr::from_ref(byte);
    // A swap, because the model knows no order between a store and the swaps of those who want the lock.
    byte.swap(FREE, Release);
    // Whoever has the lock by now may free the object.
    wake_on_byte(place);
}
