//! The one-byte lock in every object's header.
//!
//! ```text
//!   0 free      1 held      3 held, somebody is parked
//! ```
//!
//! Uncontended: one compare-and-swap each way. Contended: the thread parks on the byte's address through
//! `parking_lot_core`. Not reentrant. Code that holds a lock must not run Python code, block, or pass a safepoint (debug
//! builds check); references to be dropped are kept until after the guard. Therefore a lock is never held by a thread that
//! stands still, and a thread may wait for one *attached*: what it borrowed stays valid, and a stop of the world waits no
//! longer for it than for the holder.

use super::primitive::{
    Acquire, AtomicU8, DEFAULT_PARK_TOKEN, DEFAULT_UNPARK_TOKEN, Relaxed, Release, SPINS, park,
    unpark_one,
};
use crate::object::Header;
use crate::{Thread, thread};

const FREE: u8 = 0;
const HELD: u8 = 1;
const PARKED: u8 = 2;

/// The lock is held until this is dropped.
#[must_use]
pub struct Guard<'a>(&'a AtomicU8);

/// Locks an object.
#[inline(always)]
pub fn lock(header: &Header) -> Guard<'_> {
    lock_byte(&header.lock)
}

/// Locks an object for writing, unless no other thread can reach it.
#[inline(always)]
pub fn lock_for_write<'a>(thread: &Thread, header: &'a Header) -> Option<Guard<'a>> {
    (!header.is_confined(thread)).then(|| lock(header))
}

/// Locks a lock byte that stands alone.
#[inline(always)]
pub fn lock_byte(byte: &AtomicU8) -> Guard<'_> {
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

#[cold]
#[inline(never)]
fn lock_slow(byte: &AtomicU8) {
    for _ in 0..SPINS {
        std::hint::spin_loop();
        if byte.load(Relaxed) == FREE && byte.compare_exchange(FREE, HELD, Acquire, Relaxed).is_ok()
        {
            return;
        }
    }
    loop {
        let seen = byte.load(Relaxed);
        if seen & HELD == 0 {
            // Keep the parked bit: others may still be waiting behind us.
            if byte
                .compare_exchange(seen, seen | HELD, Acquire, Relaxed)
                .is_ok()
            {
                return;
            }
            continue;
        }
        if seen & PARKED == 0
            && byte
                .compare_exchange(seen, seen | PARKED, Relaxed, Relaxed)
                .is_err()
        {
            continue;
        }
        // SAFETY: the callbacks neither panic nor call into parking_lot; the key is the address of memory we borrow.
        unsafe {
            park(
                std::ptr::from_ref(byte).addr(),
                || byte.load(Relaxed) == HELD | PARKED,
                || {},
                |_, _| {},
                DEFAULT_PARK_TOKEN,
                None,
            )
        };
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
    let key = std::ptr::from_ref(byte).addr();
    // SAFETY: the callback neither panics nor calls into parking_lot. It runs under the queue's lock, so the byte is
    // released before any woken thread can take it, and never touched after.
    unsafe {
        unpark_one(key, |result| {
            byte.store(
                if result.have_more_threads {
                    PARKED
                } else {
                    FREE
                },
                Release,
            );
            DEFAULT_UNPARK_TOKEN
        });
    }
}
