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
    /// The lock of an object that other threads can find was taken, and had not been this thread's the last time.
    Lock,
    /// A mutex or a Python lock, likewise; a clock, an account, or another thread's poll word.
    Word,
    /// An inline cache was filled, a shape or a version made, a cached attribute forgotten, a mirrored variable set.
    Publication,
}

/// Notes a write of the calling thread to a place that it need not share with any other: it counts if another thread was the
/// last to write to the cache line, or may have been.
#[inline(always)]
pub fn note_at<T>(write: Write, place: &T) {
    #[cfg(tally)]
    if let Some(thread) = crate::thread::try_current()
        && counted::changes_hands(std::ptr::from_ref(place).addr(), thread.id())
    {
        thread.tally.add(write);
    }
    #[cfg(not(tally))]
    let _ = (write, place);
}

/// Says that the place is new: what other threads wrote there before they gave the memory back is the allocator's business.
#[inline(always)]
pub fn begin_at<T>(place: *const T) {
    #[cfg(tally)]
    if let Some(thread) = crate::thread::try_current() {
        counted::changes_hands(place.addr(), thread.id());
    }
    #[cfg(not(tally))]
    let _ = place;
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
    use std::sync::atomic::AtomicU64;
    use std::sync::atomic::Ordering::Relaxed;

    /// Who wrote last, by cache line: the line's number above, the thread's id in the lower [`ID_BITS`].
    static LAST: [AtomicU64; PLACES] = [const { AtomicU64::new(0) }; PLACES];
    const PLACES: usize = 1 << 22;
    /// Places that a line may have.
    const PROBES: usize = 16;
    const ID_BITS: u32 = 12;
    /// Bytes of a cache line (log2).
    const LINE: u32 = 6;

    /// Enters the thread as the last that wrote to the line of the address. Was it another, or may it have been? Nobody knows of
    /// lines whose places are taken.
    pub(super) fn changes_hands(address: usize, id: u32) -> bool {
        let line = (address >> LINE) as u64;
        let entry = line << ID_BITS | u64::from(id) & ((1 << ID_BITS) - 1);
        // Fibonacci hashing: neighbours are far apart.
        let first = line.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - PLACES.trailing_zeros());
        for place in 0..PROBES {
            let place = &LAST[(first as usize + place) % PLACES];
            let last = place.load(Relaxed);
            if last == 0 || last >> ID_BITS == line {
                place.store(entry, Relaxed);
                return last != entry && last != 0;
            }
        }
        true
    }

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
