//! The poll word of a thread: what there is to do at its next safepoint.

use super::primitive::{AcqRel, Relaxed};
use super::tally::{self, Write};
use crate::Thread;

/// Bits of the poll word.
pub struct Work;

impl Work {
    /// Somebody wants the world to stop.
    pub const STOP: u32 = 1;
    /// Objects wait in the merge queue.
    pub const MERGE: u32 = 1 << 1;
    /// Somebody waits for this thread to be quiescent, or its own limbo wants emptying.
    pub const QUIESCE: u32 = 1 << 2;
    /// The collector should run.
    pub const COLLECT: u32 = 1 << 3;
    /// A signal arrived.
    pub const SIGNAL: u32 = 1 << 4;
    /// An exception was thrown at this thread.
    pub const EXCEPTION: u32 = 1 << 5;
    /// This may be the only thread left.
    pub const ALONE: u32 = 1 << 6;
    /// Another thread wants to run in this one's place.
    pub const SWITCH: u32 = 1 << 7;
    /// Somebody traces what this thread runs. Stays set as long as that is so: see `monitor`.
    pub const TRACE: u32 = 1 << 8;
    /// Slow paths are wanted (`sync::zeal`). Stays set.
    pub const ZEAL: u32 = 1 << 9;
}

/// Asks a thread to do something at its next safepoint.
pub fn request(thread: &Thread, work: u32) {
    if thread.poll.load(Relaxed) & work != work {
        tally::note(Write::Word);
        thread.poll.fetch_or(work, AcqRel);
    }
}

/// Takes a request back, or accepts it. Tells which of the bits were set.
pub fn withdraw(thread: &Thread, work: u32) -> u32 {
    thread.poll.fetch_and(!work, AcqRel) & work
}
