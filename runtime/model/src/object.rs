//! Headers, as far as the code under test touches them.

use crate::sync::primitive::{AtomicU8, AtomicU32, RaceCell};
use crate::thread::Thread;
use std::sync::atomic::AtomicU8 as Plain;
use std::sync::atomic::Ordering::Relaxed;

#[path = "../../src/object/refcount.rs"]
pub mod refcount;

pub const FLAG_SHARED: u8 = 1;
pub const FLAG_DEFERRED: u8 = 2;

pub struct Header {
    pub(crate) local: RaceCell,
    pub(crate) owner: AtomicU32,
    pub(crate) shared: AtomicU32,
    pub(crate) lock: AtomicU8,
    /// Not modelled: flags do not decide about races here.
    flags: Plain,
    /// Written once, when the object dies; read by whoever uses it. Loom finds a use that is not ordered before death.
    pub(crate) dead: RaceCell,
}

impl Header {
    /// A new object of `thread` with `references` references.
    pub fn new(thread: &Thread, references: u32) -> Header {
        Header {
            local: RaceCell::new(references),
            owner: AtomicU32::new(thread.id()),
            shared: AtomicU32::new(0),
            lock: AtomicU8::new(0),
            flags: Plain::new(FLAG_SHARED),
            dead: RaceCell::new(0),
        }
    }

    pub fn set_flag(&self, flag: u8) {
        self.flags.fetch_or(flag, Relaxed);
    }

    pub fn has_flag(&self, flag: u8) -> bool {
        self.flags.load(Relaxed) & flag != 0
    }

    pub fn is_confined(&self, _thread: &Thread) -> bool {
        !self.has_flag(FLAG_SHARED)
    }

    /// Uses the object, which must be alive.
    pub fn touch(&self) {
        // SAFETY: whoever dies with the object writes it; loom reports a race.
        assert_eq!(unsafe { self.dead.get() }, 0, "used after death");
    }
}
