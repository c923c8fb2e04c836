//! Quiescent-state-based reclamation: memory that another thread may still be reading is freed after every attached thread
//! has passed a safepoint.
//!
//! ```text
//!   clock     counts sealed batches           thread.seen   clock at the thread's last safepoint; 0 while detached
//!
//!   retire ─► open batch ─(full: seal, goal = ++clock)─► sealed batches ─(every seen is 0 or >= goal)─► freed
//! ```
//!
//! A reader may use what it loaded from a shared place until its next safepoint, without counting it. A writer first makes
//! the place point elsewhere, then retires. Sealing is a read-modify-write on the clock, so a thread that has seen the goal
//! has seen the writes before it. Nothing here is written on a hot path: threads write `seen` only when asked to.
//!
//! Limbo is bounded: past [`LIMIT`] bytes the thread stops the world at its next safepoint, after which all of it is free.

use super::poll::{self, Work};
use super::primitive::{
    AcqRel, Acquire, AtomicU32, AtomicU64, Mutex, Relaxed, Release, SeqCst, constructor, fence,
};
use super::tally::{self, Write};
use super::world::World;
use crate::Thread;
use std::cell::RefCell;
use std::collections::VecDeque;

/// A batch is sealed when it holds this many bytes: so many that sealing, which others notice, is rare (a quarter would be
/// kinder to caches, but one closure in 500 would write to what is shared).
const BATCH: usize = 1 << 20;
/// When others have not reported yet what frees a batch, its owner looks again after it has retired this many bytes more,
/// then after twice as many, and so on: they report at their next safepoint, and what waits for a whole batch more is no
/// longer in any cache when it is freed and used anew.
const LOOK_AGAIN: usize = BATCH / 16;
/// So many blocks are listed in one piece. One list for a batch would be of hundreds of kilobytes, and on its way there of
/// every size class between, whose pages have four megabytes each.
const PIECE: usize = 512;
/// A thread whose limbo holds this many bytes waits for the others.
const LIMIT: usize = 16 << 20;

/// Frees a retired block of the given size.
pub type Free = unsafe fn(block: *mut u8, bytes: usize);

struct Retired {
    block: *mut u8,
    bytes: usize,
    free: Free,
}

#[derive(Default)]
struct Batch {
    goal: u64,
    bytes: usize,
    /// In pieces, all but the last one full.
    blocks: Vec<Vec<Retired>>,
}

// SAFETY: retired blocks belong to the batch alone, whichever thread frees it.
unsafe impl Send for Batch {}

impl Batch {
    fn add(&mut self, retired: Retired) {
        self.bytes += retired.bytes;
        match self.blocks.last_mut() {
            Some(piece) if piece.len() < PIECE => piece.push(retired),
            _ => {
                let mut piece = Vec::with_capacity(PIECE);
                piece.push(retired);
                self.blocks.push(piece);
            }
        }
    }

    fn free(&mut self) {
        for retired in self.blocks.drain(..).flatten() {
            // SAFETY: the block was retired with the function that frees it, and its readers are gone.
            unsafe { (retired.free)(retired.block, retired.bytes) };
        }
    }
}

/// What one thread has retired.
pub struct Limbo {
    open: Batch,
    /// How many bytes the open batch is to hold when there is something to do: to seal it, or to look whether one sealed
    /// before may be freed.
    due: usize,
    sealed: VecDeque<Batch>,
    sealed_bytes: usize,
}

impl Default for Limbo {
    fn default() -> Limbo {
        Limbo {
            open: Batch::default(),
            due: BATCH,
            sealed: VecDeque::new(),
            sealed_bytes: 0,
        }
    }
}

impl Limbo {
    /// When to look again, after having looked.
    fn set_due(&mut self) {
        self.due = match self.sealed.is_empty() {
            true => BATCH,
            false => (2 * self.open.bytes).clamp(LOOK_AGAIN, BATCH),
        };
    }

    /// Frees everything. No reader is left.
    pub fn free_all(&mut self) {
        self.open.free();
        for mut batch in self.sealed.drain(..) {
            batch.free();
        }
        self.sealed_bytes = 0;
    }
}

/// The clock, and what dead threads left behind.
pub struct Reclaimer {
    clock: AtomicU64,
    orphans: Mutex<Vec<Batch>>,
    /// How many there are, for those who have no reason to write to the mutex. Written by whoever holds it.
    n_orphans: AtomicU32,
}

impl Reclaimer {
    constructor! {
        /// Nothing is retired yet.
        pub fn new() -> Reclaimer {
            Reclaimer {
                clock: AtomicU64::new(1),
                orphans: Mutex::new(Vec::new()),
                n_orphans: AtomicU32::new(0),
            }
        }
    }

    /// The thread holds no borrowed pointers: it is at a safepoint.
    pub fn quiescent(&self, thread: &Thread) {
        thread.seen.store(self.clock.load(Acquire), Release);
    }

    /// The thread begins to read shared memory.
    pub fn online(&self, thread: &Thread) {
        thread.seen.store(self.clock.load(Acquire), Relaxed);
        // Either a reclaimer sees the store, or our reads see what was unlinked before it looked.
        fence(SeqCst);
    }

    /// The thread reads no shared memory until it is online again.
    pub fn offline(&self, thread: &Thread) {
        thread.seen.store(0, Release);
    }

    /// Frees a block after a grace period. The caller has unlinked it.
    ///
    /// # Safety
    /// `free(block, bytes)` may be called once, by any thread, when nobody reads the block any more.
    pub unsafe fn retire(&self, thread: &Thread, block: *mut u8, bytes: usize, free: Free) {
        let mut limbo = thread.limbo.borrow_mut();
        limbo.open.add(Retired { block, bytes, free });
        if limbo.open.bytes >= limbo.due {
            if limbo.open.bytes >= BATCH {
                self.seal(&mut limbo);
            }
            poll::request(thread, Work::QUIESCE);
        }
    }

    fn seal(&self, limbo: &mut Limbo) {
        tally::note(Write::Word);
        let mut batch = std::mem::take(&mut limbo.open);
        batch.goal = self.clock.fetch_add(1, AcqRel) + 1;
        limbo.sealed_bytes += batch.bytes;
        limbo.sealed.push_back(batch);
    }

    /// At a safepoint: reports this thread quiescent, frees what it may, and asks the others to report if something is
    /// left. Tells whether so much is left that the world should be stopped.
    pub fn advance(&self, world: &World, thread: &Thread) -> bool {
        self.quiescent(thread);
        let wanted = {
            let mut limbo = thread.limbo.borrow_mut();
            limbo.set_due();
            limbo.sealed.back().map(|batch| batch.goal)
        };
        if wanted.is_none() && !self.has_orphans() {
            return false;
        }
        let wanted = wanted.unwrap_or_else(|| self.clock.load(Relaxed));
        let reached = self.reached(world, wanted);
        self.free_until(&thread.limbo, reached);
        let mut limbo = thread.limbo.borrow_mut();
        limbo.set_due();
        limbo.sealed_bytes > LIMIT
    }

    /// The clock value every attached thread has seen; those behind `wanted` are asked to report.
    fn reached(&self, world: &World, wanted: u64) -> u64 {
        fence(SeqCst);
        let mut reached = u64::MAX;
        world.for_each(|thread| {
            let seen = thread.seen.load(Acquire);
            if seen != 0 {
                reached = reached.min(seen);
                if seen < wanted {
                    poll::request(thread, Work::QUIESCE);
                }
            }
        });
        reached
    }

    fn free_until(&self, limbo: &RefCell<Limbo>, reached: u64) {
        loop {
            let mut inner = limbo.borrow_mut();
            if inner
                .sealed
                .front()
                .is_none_or(|batch| batch.goal > reached)
            {
                break;
            }
            let Some(mut batch) = inner.sealed.pop_front() else {
                break;
            };
            inner.sealed_bytes -= batch.bytes;
            drop(inner);
            batch.free();
        }
        if !self.has_orphans() {
            return;
        }
        let orphans = match self.orphans.try_lock() {
            Some(mut orphans) => {
                let found: Vec<Batch> = orphans
                    .extract_if(.., |batch| batch.goal <= reached)
                    .collect();
                self.n_orphans.store(orphans.len() as u32, Relaxed);
                found
            }
            None => Vec::new(),
        };
        for mut batch in orphans {
            batch.free();
        }
    }

    /// Whoever comes too early to see a batch finds it at a later safepoint.
    fn has_orphans(&self) -> bool {
        self.n_orphans.load(Relaxed) != 0
    }

    /// Frees everything a thread has in limbo. Every other thread stands still or is detached, or there is none.
    pub fn flush(&self, thread: &Thread) {
        thread.limbo.take().free_all();
    }

    /// As [`Reclaimer::flush`], for what dead threads left.
    pub fn flush_orphans(&self) {
        let mut guard = self.orphans.lock();
        let orphans = std::mem::take(&mut *guard);
        self.n_orphans.store(0, Relaxed);
        drop(guard);
        for mut batch in orphans {
            batch.free();
        }
    }

    /// The thread dies: others free what it leaves.
    pub fn bequeath(&self, thread: &Thread) {
        let mut limbo = thread.limbo.borrow_mut();
        if !limbo.open.blocks.is_empty() {
            self.seal(&mut limbo);
        }
        limbo.sealed_bytes = 0;
        let sealed = std::mem::take(&mut limbo.sealed);
        let mut orphans = self.orphans.lock();
        orphans.extend(sealed);
        self.n_orphans.store(orphans.len() as u32, Relaxed);
    }
}
