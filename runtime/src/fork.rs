//! A fork of a program: what its child has to know before Python code runs there.
//!
//! The calling thread is the child's main thread. Frames of the others have ended, and hold their variables for whoever has
//! their frame objects; modules that others were importing are imported by nobody; the standard streams are nobody's. The
//! rest is [`crate::thread::fork`].

use crate::object::{Owned, Slot};
use crate::sync::lock::Lone;
use crate::thread::fork::{Forked, fork as fork_threads};
use crate::types::{frame, list};
use crate::{Thread, Value, builtins, import};
use std::io;

/// Functions that the program wants called around forks.
#[derive(Clone, Copy)]
pub enum When {
    Before,
    AfterInChild,
    AfterInParent,
}

/// A list for each [`When`], once somebody asked for it.
static HOOKS: [Slot; 3] = [const { Slot::missing() }; 3];
static HOOKS_LOCK: Lone = Lone::new();

/// The list of functions to be called at a point.
pub fn hooks(thread: &Thread, when: When) -> Owned {
    let new = list::new(thread, Vec::new());
    let slot = &HOOKS[when as usize];
    let _guard = HOOKS_LOCK.lock();
    if slot.peek().is_missing() {
        drop(slot.replace(new.clone()));
    }
    slot.load_locked()
}

/// The end of the program: nobody forks any more.
pub(crate) fn forget_hooks() {
    let forgotten = HOOKS.each_ref().map(|slot| {
        let _guard = HOOKS_LOCK.lock();
        slot.replace(Owned::inline(Value::MISSING))
    });
    drop(forgotten);
}

/// Forks the process: gives the child's id, 0 in the child. `system` is `fork(2)` or a function that calls it. A safepoint.
pub fn fork(
    thread: &'static Thread,
    system: impl FnOnce() -> libc::pid_t,
) -> io::Result<libc::pid_t> {
    let forked = fork_threads(thread, || {
        let mut importing = import::hold();
        let result = system();
        if result == 0 {
            importing.keep_those_of(thread);
        }
        result
    });
    match forked? {
        Forked::Parent(child) => Ok(child),
        Forked::Child(gone) => {
            // Frames first: the native stacks of threads that are gone are those of threads to come.
            for other in &gone {
                frame::runner_is_gone(thread, other.thread());
            }
            builtins::io::after_fork();
            for other in &gone {
                other.give_up();
            }
            Ok(0)
        }
    }
}
