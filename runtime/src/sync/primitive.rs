//! The synchronisation types the runtime is built from, named in one place.
//!
//! `runtime/model` compiles `refcount`, `lock`, `merge`, `qsbr` and `world` against loom's versions of these names, so
//! those files import nothing of the kind from anywhere else.

pub use super::futex::{sleep_on_byte, wake_on_byte};
pub use super::mutex::{Condvar, Mutex, MutexGuard};
pub use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
pub use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, fence};

use std::cell::UnsafeCell;

/// Looks at an object's lock that is held before sleeping.
pub const SPINS: usize = 16;

/// Defines a constructor that statics can use; loom's types have no constant values, so models define another one.
macro_rules! constructor {
    ($(#[$attribute:meta])* $visibility:vis fn new() -> $type:ty $body:block) => {
        $(#[$attribute])*
        #[allow(clippy::new_without_default, reason = "made once, in a static")]
        $visibility const fn new() -> $type $body
    };
}
pub(crate) use constructor;

/// A plain word with one writer at a time, which the protocol around it guarantees.
#[repr(transparent)]
pub struct RaceCell(UnsafeCell<u32>);

// SAFETY: every access is through an unsafe function whose contract excludes races.
unsafe impl Sync for RaceCell {}

impl RaceCell {
    pub const fn new(value: u32) -> RaceCell {
        RaceCell(UnsafeCell::new(value))
    }

    /// The word.
    ///
    /// # Safety
    /// No other thread is writing.
    #[inline(always)]
    pub unsafe fn get(&self) -> u32 {
        // SAFETY: the caller excludes races.
        unsafe { *self.0.get() }
    }

    /// Replaces the word.
    ///
    /// # Safety
    /// No other thread is reading or writing.
    #[inline(always)]
    pub unsafe fn set(&self, value: u32) {
        // SAFETY: the caller excludes races.
        unsafe { *self.0.get() = value }
    }

    /// A look at the word from any thread: possibly stale, never torn. For reports.
    pub fn snapshot(&self) -> u32 {
        // SAFETY: an aligned word; a racing write makes the result stale, and volatile keeps the compiler from assuming
        // that there is none.
        unsafe { self.0.get().read_volatile() }
    }
}
