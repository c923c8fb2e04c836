//! Waiting for children, with what they used and why they changed.

use super::call::{number, small, system_call};
use crate::resource;
use ashore_runtime::types::{int, tuple};
use ashore_runtime::{Owned, Result, Thread, Value, structure};

structure! { pub(super) WAITID_RESULT = "posix.waitid_result", "waitid_result: Result from waitid.":
    0 "si_pid", 1 "si_uid", 2 "si_signo", 3 "si_status", 4 "si_code"
}

/// The child's id, its status, and what it used.
fn wait_for(thread: &Thread, pid: i32, options: i32) -> Result {
    let mut status = 0;
    // SAFETY: numbers, for which zeros are valid.
    let mut usage = unsafe { std::mem::zeroed::<libc::rusage>() };
    let (status_place, usage_place) = (&raw mut status, &raw mut usage);
    let pid = system_call(thread, None, || {
        // SAFETY: the kernel writes both.
        i64::from(unsafe { libc::wait4(pid, status_place, options, usage_place) })
    })?;
    let parts = vec![
        int::from_i64(thread, pid),
        int::from_i64(thread, i64::from(status)),
        resource::usage(thread, &usage),
    ];
    Ok(tuple::new(thread, parts))
}

pub(super) fn wait3(thread: &Thread, args: &[Value]) -> Result {
    wait_for(thread, -1, small(thread, args[0])?)
}

pub(super) fn wait4(thread: &Thread, args: &[Value]) -> Result {
    wait_for(thread, small(thread, args[0])?, small(thread, args[1])?)
}

/// `waitid(idtype, id, options)`: `None` if no child has changed and the call does not wait.
pub(super) fn waitid(thread: &Thread, args: &[Value]) -> Result {
    let kind = small(thread, args[0])? as libc::idtype_t;
    let id = number(thread, args[1])? as libc::id_t;
    let options = small(thread, args[2])?;
    // SAFETY: numbers, for which zeros are valid.
    let mut info = unsafe { std::mem::zeroed::<libc::siginfo_t>() };
    let place = &raw mut info;
    system_call(thread, None, || {
        // SAFETY: the kernel writes the structure.
        i64::from(unsafe { libc::waitid(kind, id, place, options) })
    })?;
    // SAFETY: of a child, if the kernel wrote it, and zeros if not.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    if pid == 0 {
        return Ok(Owned::NONE);
    }
    let fields = [
        i64::from(pid),
        i64::from(uid),
        i64::from(info.si_signo),
        i64::from(status),
        i64::from(info.si_code),
    ];
    let fields = fields.map(|field| int::from_i64(thread, field));
    Ok(WAITID_RESULT.make(thread, fields.into()))
}
