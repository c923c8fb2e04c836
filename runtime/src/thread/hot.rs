//! Finding the foreign objects that threads count all the time.
//!
//! When several threads count the same object, its cache line wanders between them and each count costs tens of
//! nanoseconds. One in [`SAMPLE`] counts of foreign objects warms the object up; one that is warm already is worth being
//! taken off counting. The heat stands in the flags of the object, whose cache line the count has just fetched, so any number
//! of objects can be found; a collection cools all containers down, so that age alone makes none hot.

use crate::object::{HEAT, Header};
use crate::sync::primitive::Relaxed;
use crate::sync::tally::{self, Write};
use std::cell::Cell;

/// One count in this many is looked at: a prime, so that loops over a number of objects do not always show the same few.
/// An object is hot at the fourth look.
const SAMPLE: i32 = 101;

/// A thread's share in looking.
#[repr(C)]
#[derive(Default)]
pub(crate) struct Sampler {
    /// Counts until the next look; native code takes them off itself, and comes here when it is below zero.
    pub(crate) countdown: Cell<i32>,
}

impl Sampler {
    /// Notes a count of a foreign object. Tells whether it is hot.
    #[inline]
    pub(super) fn note(&self, header: &Header) -> bool {
        self.countdown.set(self.countdown.get() - 1);
        self.countdown.get() < 0 && self.look(header)
    }

    /// The countdown is over.
    pub(super) fn look(&self, header: &Header) -> bool {
        self.countdown.set(SAMPLE - 1);
        if header.flags.load(Relaxed) & HEAT == HEAT {
            return true;
        }
        tally::note(Write::Count);
        // The heat has the highest bits: should several threads add at once, it starts anew and no other flag changes.
        header.flags.fetch_add(HEAT & HEAT.wrapping_neg(), Relaxed);
        false
    }
}

/// Forgets how often the object was counted. The world is stopped.
pub(crate) fn cool(header: &Header) {
    if header.flags.load(Relaxed) & HEAT != 0 {
        header.flags.fetch_and(!HEAT, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Owned;
    use crate::types::float;
    use crate::types::init::test_thread;

    #[test]
    fn what_is_counted_again_and_again_is_hot_until_it_cools_down() {
        let thread = test_thread();
        let object = float::new(thread, 1e100).into_counted();
        let header = object.header().expect("boxed");
        let sampler = Sampler::default();
        let counts = || (0..).take_while(|_| !sampler.note(header)).count();
        let first = counts();
        assert!((2 * SAMPLE..4 * SAMPLE).contains(&(first as i32)));
        assert_eq!(counts(), SAMPLE as usize - 1);
        cool(header);
        assert_eq!(counts(), 4 * SAMPLE as usize - 1);
        cool(header);
        assert_eq!(header.flags.load(Relaxed) & HEAT, 0);
        drop(Owned::from_counted(object));
    }
}
