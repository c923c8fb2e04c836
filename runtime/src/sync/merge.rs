//! Merge queues: objects whose owner has to find out whether anybody still refers to them.
//!
//! A thread that drops a reference its object's owner counted cannot tell whether it was the last one: only the owner may
//! read `local`. It leaves the object, with its reference, in the owner's queue (`refcount`, state QUEUED). Three cases:
//!
//! | owner    | who merges                                                                    |
//! |----------|-------------------------------------------------------------------------------|
//! | attached | the owner, at its next safepoint                                              |
//! | detached | the thread that drops: it *seizes* the owner, which cannot attach meanwhile   |
//! | dead     | the thread that drops; ids are never reused, so nobody else reads `local`     |
//!
//! A thread that was stopped for good, because the program ends, is dead in this sense.
//!
//! So what is dropped while its owner sits in a blocking call is freed at once, as it would be in CPython. Queues are
//! sharded by owner id; a shard's lock also orders the owner's last writes before those of whoever stands in for it.

use super::poll::{self, Work};
use super::primitive::{Acquire, Mutex, Relaxed, Release, constructor};
use super::world::SEIZED;
use crate::Thread;
use crate::object::{Header, refcount};

/// The queue of one thread.
struct Queue {
    owner: *const Thread,
    id: u32,
    objects: Vec<*const Header>,
}

// SAFETY: `owner` is used under the shard's lock, which a thread needs to die; queued objects carry a reference.
unsafe impl Send for Queue {}

/// The queues of some of the threads (see [`super::queue`]).
pub struct Queues(Mutex<Vec<Queue>>);

impl Queues {
    constructor! {
        /// No queues yet.
        pub fn new() -> Queues {
            Queues(Mutex::new(Vec::new()))
        }
    }

    /// Gives a thread its queue.
    pub fn register(&self, thread: &Thread) {
        self.0.lock().push(Queue {
            owner: thread,
            id: thread.id(),
            objects: Vec::new(),
        });
    }

    /// Merges what is in the thread's own queue. Runs Python code where that frees objects.
    pub fn drain(&self, thread: &Thread) {
        let objects = {
            let mut queues = self.0.lock();
            match queues.iter_mut().find(|queue| queue.id == thread.id()) {
                Some(queue) => std::mem::take(&mut queue.objects),
                None => return,
            }
        };
        for &object in &objects {
            // SAFETY: the queue's reference keeps the object alive; this thread is its owner.
            unsafe {
                refcount::merge(&*object);
                refcount::drop_queued(&*object);
            }
        }
    }

    /// The thread dies: merges its queue for the last time. Afterwards other threads merge what it owned, so it must not
    /// touch an object again.
    pub fn unregister(&self, thread: &Thread) {
        loop {
            self.drain(thread);
            let mut queues = self.0.lock();
            if let Some(at) = queues
                .iter()
                .position(|queue| queue.id == thread.id() && queue.objects.is_empty())
            {
                queues.swap_remove(at);
                return;
            }
        }
    }

    /// The thread with this id was stopped for good: merges its queue. From here on other threads merge what it owned, as
    /// if it were dead.
    ///
    /// # Safety
    /// The thread is detached and will never attach again.
    pub unsafe fn disown(&self, id: u32) {
        let objects = {
            let mut queues = self.0.lock();
            match queues.iter().position(|queue| queue.id == id) {
                Some(position) => queues.swap_remove(position).objects,
                None => return,
            }
        };
        for &object in &objects {
            // SAFETY: the queue's reference keeps the object alive; its owner never touches `local` again (caller's promise).
            unsafe {
                refcount::merge(&*object);
                refcount::drop_queued(&*object);
            }
        }
    }

    /// Finds out for an object in state QUEUED, whose queue reference the caller gives away, whether it is dead.
    pub fn push(&self, header: &Header, owner: u32) {
        let mut queues = self.0.lock();
        let Some(queue) = queues.iter_mut().find(|queue| queue.id == owner) else {
            // SAFETY: the owner is dead or disowned, and an object is queued only once: nobody else merges it.
            unsafe { refcount::merge(header) };
            drop(queues);
            // SAFETY: the reference is the caller's.
            return unsafe { refcount::drop_queued(header) };
        };
        // SAFETY: a thread in the list is alive.
        let thread = unsafe { &*queue.owner };
        if thread
            .state
            .compare_exchange(0, SEIZED, Acquire, Relaxed)
            .is_err()
        {
            queue.objects.push(header);
            return poll::request(thread, Work::MERGE);
        }
        let mut objects = std::mem::take(&mut queue.objects);
        objects.push(header);
        for &object in &objects {
            // SAFETY: queued, so alive; the owner is detached and cannot attach before SEIZED is gone.
            unsafe { refcount::merge(&*object) };
        }
        thread.state.fetch_and(!SEIZED, Release);
        drop(queues);
        for &object in &objects {
            // SAFETY: the queue's reference keeps the object alive until here.
            unsafe { refcount::drop_queued(&*object) };
        }
    }

    /// Nobody looks at the queues until the result is dropped.
    pub fn hold(&self) -> impl Sized + '_ {
        self.0.lock()
    }

    /// Waits until nobody stands in for the calling thread, whose queue is here.
    pub fn wait_until_not_seized(&self) {
        drop(self.0.lock());
    }
}
