//! Counts the writes to memory that other threads touch, in builds made with `--cfg tally`; in others there is no code of it.
//!
//! What a thread writes while others do not touch the same cache line costs the same on any number of threads. Everything
//! else is one of four kinds of [`Write`], and is noted where it happens. Only the thread itself writes to its tally,
//! so counting changes nothing about how threads meet. Not noted: a thread's own state word, a lock's release (the line is
//! the thread's since it took it), allocator pages, and objects whose purpose is to be written by all (`ashore.AtomicInt`).

/// Why a line was written that others touch.
#[derive(Clone, Copy)]
pub enum Write {
    /// A reference to an object of another thread, or of none, was counted.
    Count,
    /// The lock of an object that other threads can find was taken.
    Lock,
    /// A mutex, a Python lock, a clock, an account, or another thread's poll word.
    Word,
    /// An inline cache was filled, a shape or a version made, a cached attribute forgotten, a mirrored variable set.
    Publication,
}

/// Notes a write of the calling thread.
#[inline(always)]
pub fn note(write: Write) {
    #[cfg(tally)]
    if let Some(thread) = crate::thread::try_current() {
        thread.tally.add(write);
    }
    #[cfg(not(tally))]
    let _ = write;
}

#[cfg(tally)]
pub use counted::Tally;

#[cfg(tally)]
mod counted {
    use super::Write;
    use std::cell::Cell;

    /// How many writes of each kind a thread has done.
    #[repr(C)]
    #[derive(Default)]
    pub struct Tally([Cell<u64>; 4]);

    impl Tally {
        /// Offset of the number of counts, for the stubs.
        pub(crate) const COUNTS: usize = Write::Count as usize * size_of::<u64>();

        #[inline]
        pub(super) fn add(&self, write: Write) {
            let place = &self.0[write as usize];
            place.set(place.get() + 1);
        }

        /// The numbers by name.
        pub fn named(&self) -> [(&'static str, u64); 4] {
            let get = |write: Write| self.0[write as usize].get();
            [
                ("counts", get(Write::Count)),
                ("locks", get(Write::Lock)),
                ("words", get(Write::Word)),
                ("publications", get(Write::Publication)),
            ]
        }
    }
}
