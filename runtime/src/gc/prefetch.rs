//! Having memory fetched before it is needed.

/// Things whose memory is on its way: the first to come is the first to be looked at, while others are fetched (Cher,
/// Hosking, Vitek: Software Prefetching for Mark-Sweep Garbage Collection, 2004).
pub(super) struct Coming<T> {
    things: [Option<T>; MOST],
    first: usize,
    len: usize,
}

/// Processors fetch about so many cache lines at a time.
const MOST: usize = 16;

impl<T> Coming<T> {
    pub(super) fn new() -> Coming<T> {
        Coming {
            things: [const { None }; MOST],
            first: 0,
            len: 0,
        }
    }

    #[inline(always)]
    pub(super) fn has_room(&self) -> bool {
        self.len < MOST
    }

    /// Adds something; there is room.
    #[inline(always)]
    pub(super) fn push(&mut self, thing: T) {
        self.things[(self.first + self.len) % MOST] = Some(thing);
        self.len += 1;
    }

    #[inline(always)]
    pub(super) fn pop(&mut self) -> Option<T> {
        let thing = self.things[self.first].take()?;
        self.first = (self.first + 1) % MOST;
        self.len -= 1;
        Some(thing)
    }
}

/// Has the cache line of an address fetched, if there is memory.
#[inline(always)]
pub(super) fn prefetch(address: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch of any address has no effect that a program could see.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::without_provenance(address)) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_go_in_the_order_in_which_they_came() {
        let mut coming = Coming::new();
        let mut left = 0..100;
        let mut seen = Vec::new();
        loop {
            while coming.has_room()
                && let Some(thing) = left.next()
            {
                coming.push(thing);
            }
            let Some(thing) = coming.pop() else { break };
            seen.push(thing);
        }
        assert!(seen.into_iter().eq(0..100));
        prefetch(0);
    }
}
