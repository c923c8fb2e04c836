//! A fork of the process: in the child there is the calling thread and no other.
//!
//! ```text
//!   world stopped ─► locks of detached threads taken ─► fork ─► locks given back ─► world goes on
//!                                                        child: the others are taken off the list   ([`Gone`])
//! ```
//!
//! The invariant: at the fork no thread but the calling one holds a lock of the runtime's, so the child finds all of them free
//! or its own. Attached threads stand at safepoints, where none is held; what a detached thread may hold for a moment (the
//! world's list, a shard of the merge queues, the lock of threads that run one at a time, the scan's) is taken before. Nobody
//! queues in the process's memory for a lock (`sync::mutex`), so there is nothing else to repair.
//!
//! The allocator has locks too, which threads take as they begin and end: a fork waits for those that do. That leaves detached
//! threads which need more memory from the system just then.
//!
//! The states of threads that are gone, and their value stacks, stay: what their frames refer to leaks, as in CPython.

use super::Thread;
use super::start::wait_for_transitions;
use crate::heap::mimalloc::abandon;
use crate::object::Owned;
use crate::sync::poll::{self, Work};
use crate::sync::{self, gil, queue, signals, world};
use crate::thread::stack::with_registers_saved;
use crate::{Value, gc};
use std::io;

/// What came of a fork.
pub(crate) enum Forked {
    /// This is the parent, of a child with that id.
    Parent(libc::pid_t),
    /// This is the child, without these threads.
    Child(Vec<Gone>),
}

/// A thread of the parent, in the child: it will never run again.
pub(crate) struct Gone(&'static Thread);

/// Calls `system`, which forks the process as `fork(2)` does. A safepoint.
pub(crate) fn fork(
    thread: &'static Thread,
    system: impl FnOnce() -> libc::pid_t,
) -> io::Result<Forked> {
    let mut system = Some(system);
    // A signal that arrives in the child before that knows its main thread would be lost.
    let (result, gone) = signals::blocked(|| {
        let mut forked = None;
        with_registers_saved(thread, &mut || {
            let system = system.take().expect("called once");
            forked = Some(fork_stopped(thread, system));
        });
        forked.expect("the closure was called")
    });
    match result? {
        0 => Ok(Forked::Child(gone)),
        child => Ok(Forked::Parent(child)),
    }
}

fn fork_stopped(
    thread: &'static Thread,
    system: impl FnOnce() -> libc::pid_t,
) -> (io::Result<libc::pid_t>, Vec<Gone>) {
    let mut result = Ok(0);
    let gone = world().fork(thread, |threads| {
        wait_for_transitions(threads);
        gc::exclude_scan(|| {
            let _queues = sync::hold_queues();
            let mut gil = gil::hold();
            result = match system() {
                -1 => Err(io::Error::last_os_error()),
                child => Ok(child),
            };
            let is_child = matches!(result, Ok(0));
            if is_child {
                gil.forget_waiters();
                signals::after_fork(thread);
                thread.note_os_id();
                gc::after_fork(thread);
            }
            is_child
        })
    });
    if !gone.is_empty() {
        poll::request(thread, Work::ALONE);
    }
    // SAFETY: states of threads are freed by these threads only.
    let gone = gone.into_iter().map(|other| Gone(unsafe { &*other }));
    (result, gone.collect())
}

impl Gone {
    pub(crate) fn thread(&self) -> &'static Thread {
        self.0
    }

    /// Gives up what the thread had, but for what its frames refer to. Runs Python code.
    pub(crate) fn give_up(&self) {
        let thread = self.0;
        // SAFETY: the thread does not exist in this process.
        unsafe {
            queue(thread.id).disown(thread.id);
            abandon(thread.containers.get());
            abandon(thread.leaves.get());
        }
        thread.settle_accounts();
        thread.limbo.take().free_all();
        thread.buffers.clear();
        thread.ended.tell();
        drop(thread.locals.take());
        let [first, finalizer] = &thread.async_hooks;
        for slot in [&thread.exception, &thread.handled, first, finalizer] {
            drop(slot.replace(Owned::inline(Value::MISSING)));
        }
        drop(thread.take_thrown());
    }
}
