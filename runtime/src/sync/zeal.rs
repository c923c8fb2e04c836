//! `ASHORE_ZEAL=1`: a program does all the time what it otherwise does when threads happen to meet, for tests.
//!
//! The poll word of every thread is never zero, so that native code and the interpreter leave their fast paths at each safepoint,
//! where the thread now and then gives its processor away, frees what it retired, or stops the world and frees what everybody
//! did. A single thread locks and retires as if it were not alone. What a program prints must not change. Without it there
//! is nothing of this in any path that runs often: a poll word of zero says that there is nothing to do.
//!
//! A build with `--cfg zeal` asks for it by itself, and gives the processor away between finding an object without a lock and
//! counting it, and before it looks whether the object is still there.

use super::poll::{self, Work};
use super::{reclaimer, safepoint, world};
use crate::Thread;
use std::cell::Cell;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

static IS_ON: AtomicBool = AtomicBool::new(false);

/// Start-up: `ASHORE_ZEAL=1` asks for it.
pub(crate) fn read_environment() {
    if cfg!(zeal) || std::env::var_os("ASHORE_ZEAL").is_some_and(|value| value == "1") {
        IS_ON.store(true, Relaxed);
    }
}

/// Was it asked for?
pub(crate) fn is_on() -> bool {
    IS_ON.load(Relaxed)
}

/// The thread begins: from here on it has always something to do.
pub(crate) fn begin(thread: &Thread) {
    if is_on() {
        thread.multi.store(1, Relaxed);
        poll::request(thread, Work::ZEAL);
    }
}

/// A safepoint.
pub(super) fn act(thread: &Thread) {
    let word = random(thread);
    if word.is_multiple_of(16) {
        std::thread::yield_now();
    }
    if word.is_multiple_of(64) {
        reclaimer().advance(world(), thread);
    }
    if word.is_multiple_of(4096) {
        safepoint::synchronize(thread);
    }
}

/// In the middle of a read without a lock: others may do meanwhile whatever they can.
#[cfg(zeal)]
pub(crate) fn dawdle() {
    if random(crate::thread::current()).is_multiple_of(64) {
        std::thread::yield_now();
    }
}

/// Xorshift (Marsaglia), begun by the thread's number.
fn random(thread: &Thread) -> u32 {
    thread_local! {
        static STATE: Cell<u32> = const { Cell::new(0) };
    }
    let mut word = match STATE.get() {
        0 => thread.id().wrapping_mul(0x9E37_79B9) | 1,
        word => word,
    };
    word ^= word << 13;
    word ^= word >> 17;
    word ^= word << 5;
    STATE.set(word);
    word
}
