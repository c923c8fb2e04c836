//! Forking: `fork`, `forkpty`, and the functions that programs want called around them.
//!
//! ```text
//!   before, last registered first ─► import lock ─► fork ─► parent: after_in_parent, in order; a warning if there are other threads
//!                                                      └──► child: after_in_child, in order
//! ```

use crate::{faulthandler, imp};
use ashore_runtime::fork::{self, When};
use ashore_runtime::operators::call;
use ashore_runtime::operators::convert::type_name;
use ashore_runtime::sync::world;
use ashore_runtime::thread::{current, is_shut_down};
use ashore_runtime::types::exception::{self, raise_os_error};
use ashore_runtime::types::list::List;
use ashore_runtime::types::{int, tuple};
use ashore_runtime::{Builtin, Owned, Result, Thread, Value, raise, warnings};
use std::ptr::{null, null_mut};

/// The points at which functions are called, by the names of the arguments.
const POINTS: [(&str, When); 3] = [
    ("before", When::Before),
    ("after_in_child", When::AfterInChild),
    ("after_in_parent", When::AfterInParent),
];

/// `register_at_fork(*, before, after_in_child, after_in_parent)`
pub(super) fn register(thread: &Thread, args: &[Value]) -> Result {
    if args.iter().all(|hook| hook.is_missing()) {
        return raise!(thread, TypeError, "At least one argument is required.");
    }
    let given = || {
        let hooks = POINTS.iter().zip(args);
        hooks.filter(|(_, hook)| !hook.is_missing())
    };
    for ((name, _), &hook) in given() {
        if !call::is_callable(hook) {
            let got = type_name(hook);
            return raise!(thread, TypeError, "'{name}' must be callable, not {got}");
        }
    }
    for ((_, when), &hook) in given() {
        let list = fork::hooks(thread, *when);
        let list = list.get::<List>().expect("made as a list");
        list.append(thread, Owned::new(hook));
    }
    Ok(Owned::NONE)
}

/// Calls what was registered. What a function raises is reported, and the others are called all the same.
fn run_hooks(thread: &Thread, when: When) {
    let list = fork::hooks(thread, when);
    let list = list.get::<List>().expect("made as a list");
    let mut hooks = list.snapshot(thread);
    if matches!(when, When::Before) {
        hooks.reverse();
    }
    for hook in hooks {
        if let Err(raised) = call::call(thread, hook.value(), &[]) {
            exception::report_ignored(thread, raised, "in atfork callback", hook.value());
        }
    }
}

/// Forks by a function of the C library, with everything that a program wants done around it.
fn run(thread: &Thread, name: &str, system: impl FnOnce() -> libc::pid_t) -> Result<libc::pid_t> {
    if is_shut_down() {
        return raise!(
            thread,
            PythonFinalizationError,
            "can't fork at interpreter shutdown"
        );
    }
    run_hooks(thread, When::Before);
    let threads = world().count();
    imp::lock_imports(thread)?;
    let watchdog = faulthandler::hold_watchdog();
    let forked = fork::fork(current(), system);
    imp::unlock_imports(thread);
    if let Ok(0) = forked {
        faulthandler::forget_watchdog(watchdog);
        run_hooks(thread, When::AfterInChild);
        return Ok(0);
    }
    drop(watchdog);
    run_hooks(thread, When::AfterInParent);
    if threads > 1 {
        warn_of_threads(thread, name);
    }
    forked.map_err(|error| raise_os_error(thread, &error, None))
}

/// Warns of threads that the child lacks. The child is there: the program hears of it even if the warning is an error.
fn warn_of_threads(thread: &Thread, name: &str) {
    let pid = std::process::id();
    let text = format!(
        "This process (pid={pid}) is multi-threaded, use of {name}() may lead to deadlocks in the child."
    );
    if let Err(raised) = warnings::warn(thread, Builtin::DeprecationWarning, &text, false) {
        drop(thread.take_exception(raised));
    }
}

pub(super) fn fork(thread: &Thread, _: &[Value]) -> Result {
    // SAFETY: `fork::fork` calls it with all other threads stopped, and sees to what the child lacks.
    let pid = run(thread, "fork", || unsafe { libc::fork() })?;
    Ok(int::from_i64(thread, i64::from(pid)))
}

pub(super) fn forkpty(thread: &Thread, _: &[Value]) -> Result {
    let mut master = -1;
    let place = &raw mut master;
    // SAFETY: as above; the C library writes the descriptor, and takes nulls for the settings that it chooses itself.
    let system = || unsafe { libc::forkpty(place, null_mut(), null(), null()) };
    let pid = run(thread, "forkpty", system)?;
    let parts = [pid, master].map(|number| int::from_i64(thread, i64::from(number)));
    Ok(tuple::new(thread, parts.into()))
}
