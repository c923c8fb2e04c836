//! Threads, as far as the code under test touches them.

use crate::object::Header;
use crate::sync::poll::{self, Work};
use crate::sync::primitive::{AtomicU32, AtomicU64, Relaxed};
use crate::sync::{qsbr, queue, world};
use std::cell::{Cell, RefCell};

pub struct Thread {
    id: u32,
    pub poll: AtomicU32,
    pub multi: AtomicU32,
    pub state: AtomicU32,
    pub seen: AtomicU64,
    pub limbo: RefCell<qsbr::Limbo>,
}

// SAFETY: `limbo` is used by the thread itself, or while the world is stopped.
unsafe impl Sync for Thread {}
// SAFETY: as above.
unsafe impl Send for Thread {}

loom::thread_local! {
    static CURRENT_ID: Cell<u32> = Cell::new(u32::MAX);
}

pub fn current_id() -> u32 {
    CURRENT_ID.with(Cell::get)
}

pub fn queue_merge(header: &Header, owner: u32) {
    queue(owner).push(header, owner);
}

pub fn note_lock(_change: i32) {}

pub fn note_foreign(_header: &Header) {}

/// As in the runtime; no model has a collector that searches stacks.
pub mod stack {
    pub fn with_registers_saved<R>(_thread: &super::Thread, body: &mut dyn FnMut() -> R) -> R {
        body()
    }
}

impl Thread {
    pub fn new(id: u32) -> Thread {
        Thread {
            id,
            poll: AtomicU32::new(0),
            multi: AtomicU32::new(0),
            state: AtomicU32::new(0),
            seen: AtomicU64::new(0),
            limbo: RefCell::default(),
        }
    }

    pub fn id(&self) -> u32 {
        self.id
    }

    pub fn is_single(&self) -> bool {
        self.multi.load(Relaxed) == 0
    }

    /// What a thread does first, having been registered with the world.
    pub fn begin(&self) {
        CURRENT_ID.with(|current| current.set(self.id));
        queue(self.id).register(self);
        world().attach(self);
    }

    /// What a thread does last.
    pub fn end(&self) {
        queue(self.id).unregister(self);
        CURRENT_ID.with(|current| current.set(u32::MAX));
        world().detach(self);
        world().unregister(self, || ());
    }

    /// As the runtime's, for the work that is modelled.
    pub fn safepoint(&self) {
        let work = self.poll.load(Relaxed);
        if work & Work::STOP != 0 {
            world().pause(self);
        }
        if poll::withdraw(self, Work::MERGE) != 0 {
            queue(self.id).drain(self);
        }
        if poll::withdraw(self, Work::QUIESCE) != 0 {
            crate::sync::reclaimer().advance(world(), self);
        }
    }

    /// Runs a blocking call.
    pub fn detached(&self, blocking: impl FnOnce()) {
        world().detach(self);
        blocking();
        world().attach(self);
    }
}
