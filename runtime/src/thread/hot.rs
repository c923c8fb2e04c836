//! Finding the foreign objects that a thread counts all the time.
//!
//! When several threads count the same object, its cache line wanders between them and each count costs tens of
//! nanoseconds. One in [`SAMPLE`] counts of foreign objects is looked at here: an object that turns up [`HOT`] times, with
//! not many others in between, is worth being taken off counting. Private to the thread, so looking costs no contention.

use crate::object::Header;
use std::cell::Cell;

/// One count in this many is looked at: a prime, so that loops over a number of objects do not always show the same few.
const SAMPLE: i32 = 17;
/// How often an object must be seen.
const HOT: u32 = 24;
const ENTRIES: usize = 128;

/// The objects seen most, by their inverted address.
#[repr(C)]
pub(crate) struct Hot {
    /// Counts until the next look; native code takes them off itself, and comes here when it is below zero.
    pub(crate) countdown: Cell<i32>,
    seen: [Cell<(usize, u32)>; ENTRIES],
}

impl Default for Hot {
    fn default() -> Hot {
        Hot {
            countdown: Cell::new(0),
            seen: [const { Cell::new((0, 0)) }; ENTRIES],
        }
    }
}

impl Hot {
    /// Notes a count of a foreign object. Tells whether it is hot.
    #[inline]
    pub(super) fn note(&self, header: &Header) -> bool {
        self.countdown.set(self.countdown.get() - 1);
        self.countdown.get() < 0 && self.look(header)
    }

    /// The countdown is over.
    pub(super) fn look(&self, header: &Header) -> bool {
        self.countdown.set(SAMPLE - 1);
        self.sample(std::ptr::from_ref(header).addr())
    }

    fn sample(&self, address: usize) -> bool {
        let entry = &self.seen[(address >> 4 ^ address >> 12) % ENTRIES];
        // Inverted, or the collector would take it for a reference.
        let address = !address;
        let (other, times) = entry.get();
        if other != address {
            // The one that is there has to be seen as often as the others.
            entry.set(if times > 1 {
                (other, times - 1)
            } else {
                (address, 1)
            });
            return false;
        }
        entry.set((address, times + 1));
        if times + 1 < HOT {
            return false;
        }
        entry.set((0, 0));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_again_and_again_is_hot_and_what_passes_by_is_not() {
        let hot = Hot::default();
        assert!((0..HOT * 3).any(|_| hot.sample(0x1230)));
        assert!((0..100_000).all(|i| !hot.sample(0x10000 + i * 32)));
        // Amid others.
        assert!(
            (0..HOT as usize * 20).any(|i| hot.sample(0x1230) || hot.sample(0x8000 + i % 7 * 64))
        );
    }
}
