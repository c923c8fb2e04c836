//! Attached threads, and stopping them all.
//!
//! ```text
//!   state word of a thread      ATTACHED  may touch objects
//!                               STOP      a stop is under way: must not attach
//!                               SEIZED    somebody merges counts in its place: must not attach (see `merge`)
//! ```
//!
//! Whoever stops the world sets STOP in every other thread's word; the same read-modify-write tells whether the thread was
//! attached, and therefore has to *arrive*: clear ATTACHED while STOP is set. So a thread is waited for exactly if it will
//! arrive, and detached threads are not waited for at all. Nobody spins: the stopper sleeps until the last one has
//! arrived, the others until they are released. The next stop waits until all of them are attached again, so that a
//! quick succession of stops starves nobody.

use super::poll::{self, Work};
use super::primitive::{
    AcqRel, Acquire, Condvar, Mutex, MutexGuard, Relaxed, Release, constructor,
};
use super::tally::{self, Write};
use super::{gil, queue, reclaimer};
use crate::Thread;
use crate::thread::stack::with_registers_saved;
use std::time::Duration;

pub const ATTACHED: u32 = 1;
pub const STOP: u32 = 2;
pub const SEIZED: u32 = 4;

/// All threads, and the stop under way.
pub struct World {
    inner: Mutex<Inner>,
    /// The last thread has arrived, or the last waiting one is attached again.
    arrived: Condvar,
    /// The stop is over.
    released: Condvar,
}

struct Inner {
    threads: Vec<Member>,
    /// A stop is under way or in force.
    stopping: bool,
    /// Attached threads that have yet to arrive.
    running: usize,
    /// Threads that want to attach and have to wait.
    waiting: usize,
    /// The thread that has stopped all others for good.
    last: Option<Member>,
}

/// A registered thread; it stays allocated for as long as it is in the list.
#[derive(Clone, Copy, PartialEq)]
struct Member(*const Thread);

// SAFETY: only state that other threads may touch is reached through the pointer, or the world is stopped.
unsafe impl Send for Member {}

impl Member {
    fn get(&self) -> &Thread {
        // SAFETY: see `Member`.
        unsafe { &*self.0 }
    }

    fn is_attached(&self) -> bool {
        self.get().state.load(Acquire) & ATTACHED != 0
    }
}

/// The world is stopped until this is dropped.
#[must_use]
pub struct Stopped<'a> {
    /// None inside a stop for good.
    world: Option<&'a World>,
}

/// No thread begins to run, and most or all stand still, until this is dropped.
pub struct Halted<'a> {
    world: &'a World,
    own: Option<Member>,
    inner: Option<MutexGuard<'a, Inner>>,
}

impl Halted<'_> {
    /// Calls `visit` for every thread, newest first, and tells whether it stands still.
    pub fn for_each(&self, mut visit: impl FnMut(&Thread, bool)) {
        let threads = self
            .inner
            .iter()
            .flat_map(|inner| inner.threads.iter().rev());
        for member in threads {
            let still = self.own != Some(*member) && !member.is_attached();
            visit(member.get(), still);
        }
    }
}

impl Drop for Halted<'_> {
    fn drop(&mut self) {
        let Some(mut inner) = self.inner.take() else {
            return;
        };
        // Those that did not arrive never will: their words say nothing of a stop any more.
        let others = inner
            .threads
            .iter()
            .filter(|member| self.own != Some(**member));
        let late = others
            .filter(|member| member.get().state.fetch_and(!STOP, AcqRel) & ATTACHED != 0)
            .count();
        inner.running -= late;
        while inner.running > 0 {
            self.world.arrived.wait(&mut inner);
        }
        self.world.resume_locked(&mut inner);
    }
}

impl World {
    constructor! {
        /// A world without threads.
        pub fn new() -> World {
            World {
                inner: Mutex::new(Inner {
                    threads: Vec::new(),
                    stopping: false,
                    running: 0,
                    waiting: 0,
                    last: None,
                }),
                arrived: Condvar::new(),
                released: Condvar::new(),
            }
        }
    }

    /// Adds a thread, detached. `starter` is the thread of the program that starts it, if one does.
    pub fn register(&self, thread: &Thread, starter: Option<&Thread>) {
        let mut inner = self.inner.lock();
        if starter.is_none() && inner.threads.len() == 1 {
            // The only thread so far works without locks: change that while it stands still.
            inner = self.stop_locked(None, inner);
            for member in &inner.threads {
                member.get().multi.store(1, Relaxed);
            }
            self.resume_locked(&mut inner);
        }
        if let Some(starter) = starter {
            starter.multi.store(1, Relaxed);
        }
        thread
            .multi
            .store(u32::from(!inner.threads.is_empty()), Relaxed);
        if inner.stopping {
            thread.state.fetch_or(STOP, Relaxed);
        }
        inner.threads.push(Member(thread));
    }

    /// Takes a detached thread out. When it returns nobody looks at the thread any more. `note` is called when that is so, and
    /// before anybody can find out.
    pub fn unregister(&self, thread: &Thread, note: impl FnOnce()) {
        let mut inner = self.inner.lock();
        while thread.state.load(Relaxed) & STOP != 0 {
            self.released.wait(&mut inner);
        }
        inner.threads.retain(|member| *member != Member(thread));
        note();
        if let [last] = inner.threads[..] {
            poll::request(last.get(), Work::ALONE);
        }
    }

    /// If the calling thread is the only one, tells it so.
    pub fn settle_single(&self, thread: &Thread) {
        let inner = self.inner.lock();
        if inner.threads.len() == 1 {
            thread.multi.store(0, Relaxed);
        }
    }

    /// Number of threads, attached or not.
    pub fn count(&self) -> usize {
        self.inner.lock().threads.len()
    }

    /// Calls `visit` for every thread. It may only touch what other threads may touch, unless the world is stopped.
    pub fn for_each(&self, mut visit: impl FnMut(&Thread)) {
        for member in &self.inner.lock().threads {
            visit(member.get());
        }
    }

    /// The calling thread may touch objects from here on.
    pub fn attach(&self, thread: &Thread) {
        gil::acquire(thread);
        reclaimer().online(thread);
        if thread
            .state
            .compare_exchange(0, ATTACHED, Acquire, Relaxed)
            .is_err()
        {
            self.attach_slow(thread);
        }
    }

    #[cold]
    fn attach_slow(&self, thread: &Thread) {
        reclaimer().offline(thread);
        let mut inner = self.inner.lock();
        inner.waiting += 1;
        loop {
            match thread.state.compare_exchange(0, ATTACHED, Acquire, Relaxed) {
                Ok(_) => break,
                Err(now) if now & STOP != 0 => self.released.wait(&mut inner),
                Err(_) => queue(thread.id()).wait_until_not_seized(),
            }
        }
        // The world cannot stop while we hold its lock: no reclaimer overlooks us.
        reclaimer().online(thread);
        inner.waiting -= 1;
        if inner.waiting == 0 {
            self.arrived.notify_all();
        }
    }

    /// The calling thread touches no objects from here on.
    pub fn detach(&self, thread: &Thread) {
        reclaimer().offline(thread);
        if thread.state.fetch_and(!ATTACHED, AcqRel) & STOP != 0 {
            let mut inner = self.inner.lock();
            inner.running -= 1;
            if inner.running == 0 {
                self.arrived.notify_all();
            }
        }
        gil::release(thread);
    }

    /// Stands still while the world is stopped. Whoever stopped it finds what the callers hold.
    pub fn pause(&self, thread: &Thread) {
        with_registers_saved(thread, &mut || {
            self.detach(thread);
            self.attach(thread);
        });
    }

    /// Stops all other threads. The caller is attached, at a safepoint.
    pub fn stop(&self, thread: &Thread) -> Stopped<'_> {
        let inner = self.inner.lock();
        if inner.last == Some(Member(thread)) {
            return Stopped { world: None };
        }
        drop(self.stop_locked(Some(thread), inner));
        Stopped { world: Some(self) }
    }

    /// Stops all other threads for good: the process is about to end. The caller goes on.
    pub fn stop_for_good(&self, thread: &Thread) {
        let mut inner = self.stop_locked(Some(thread), self.inner.lock());
        inner.last = Some(Member(thread));
    }

    /// Has [`World::stop_for_good`] been called?
    pub fn is_over(&self) -> bool {
        self.inner.lock().last.is_some()
    }

    /// Stops the world for as long as `fork` takes, which is given all threads and tells whether it comes back in the child of a
    /// fork. There the calling thread is the only one from here on; the result is the others.
    pub fn fork(
        &self,
        thread: &Thread,
        fork: impl FnOnce(&mut dyn Iterator<Item = &Thread>) -> bool,
    ) -> Vec<*const Thread> {
        let mut inner = self.inner.lock();
        let is_over = inner.last == Some(Member(thread));
        if !is_over {
            inner = self.stop_locked(Some(thread), inner);
        }
        let mut gone = Vec::new();
        if fork(&mut inner.threads.iter().map(Member::get)) {
            let others = inner
                .threads
                .extract_if(.., |member| *member != Member(thread));
            gone.extend(others.map(|member| member.0));
            inner.waiting = 0;
        }
        if !is_over {
            self.resume_locked(&mut inner);
        }
        gone
    }

    /// As [`World::stop`], for a thread that cannot wait: a signal handler, or one that wants to know why others do not come to
    /// a safepoint. Gives up, or leaves some running, after so many milliseconds. `own` is the calling thread, if it is one of
    /// the program's.
    pub fn halt(&self, own: Option<&Thread>, patience: u32) -> Option<Halted<'_>> {
        let mut patience = (0..patience).map(|_| std::thread::sleep(Duration::from_millis(1)));
        let mut inner = loop {
            let inner = self.inner.try_lock();
            match inner.filter(|inner| !inner.stopping && inner.waiting == 0) {
                Some(inner) => break inner,
                None => patience.next()?,
            }
        };
        let own = own.map(|own| Member(own));
        inner.stopping = true;
        let others = inner.threads.iter().filter(|member| own != Some(**member));
        let mut running = 0;
        for member in others.clone() {
            if member.get().state.fetch_or(STOP, AcqRel) & ATTACHED != 0 {
                running += 1;
                poll::request(member.get(), Work::STOP);
            }
        }
        while others.clone().any(Member::is_attached) && patience.next().is_some() {}
        inner.running = running;
        Some(Halted {
            world: self,
            own,
            inner: Some(inner),
        })
    }

    fn stop_locked<'a>(
        &'a self,
        thread: Option<&Thread>,
        mut inner: MutexGuard<'a, Inner>,
    ) -> MutexGuard<'a, Inner> {
        while inner.stopping || inner.waiting > 0 {
            if let Some(thread) = thread
                && inner.stopping
            {
                drop(inner);
                self.pause(thread);
                inner = self.inner.lock();
            } else if inner.stopping {
                self.released.wait(&mut inner);
            } else {
                self.arrived.wait(&mut inner);
            }
        }
        inner.stopping = true;
        let mut running = 0;
        for member in &inner.threads {
            let other = member.get();
            if thread.is_some_and(|thread| std::ptr::eq(thread, other)) {
                continue;
            }
            tally::note(Write::Word);
            if other.state.fetch_or(STOP, AcqRel) & ATTACHED != 0 {
                running += 1;
                poll::request(other, Work::STOP);
            }
        }
        inner.running = running;
        while inner.running > 0 {
            self.arrived.wait(&mut inner);
        }
        inner
    }

    fn resume_locked(&self, inner: &mut Inner) {
        inner.stopping = false;
        for member in &inner.threads {
            poll::withdraw(member.get(), Work::STOP);
            member.get().state.fetch_and(!STOP, Release);
        }
        self.released.notify_all();
    }
}

impl Drop for Stopped<'_> {
    fn drop(&mut self) {
        if let Some(world) = self.world {
            world.resume_locked(&mut world.inner.lock());
        }
    }
}
