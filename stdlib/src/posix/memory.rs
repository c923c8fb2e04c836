//! `_posixshmem`: memory that processes share by name.

use super::call::{as_int, done, small, system_call};
use ashore_runtime::builtins::io::path_bytes;
use ashore_runtime::operators::convert;
use ashore_runtime::types::module::NativeModule;
use ashore_runtime::types::str::Str;
use ashore_runtime::{Result, Thread, Value, methods, raise};
use std::ffi::CString;

/// The name of something shared, as a C string; `function` is for the message.
pub(super) fn name(thread: &Thread, value: Value, function: &str) -> Result<CString> {
    if !value.is::<Str>() {
        let got = convert::type_name(value);
        return raise!(thread, TypeError, "{function} must be str, not {got}");
    }
    match CString::new(path_bytes(thread, value)?) {
        Ok(name) => Ok(name),
        Err(_) => raise!(thread, ValueError, "embedded null character"),
    }
}

fn shm_open(thread: &Thread, args: &[Value]) -> Result {
    let name = name(thread, args[0], "shm_open() argument 1")?;
    let (flags, mode) = (small(thread, args[1])?, small(thread, args[2])?);
    let mode = mode.cast_unsigned() as libc::mode_t;
    let opened = system_call(thread, Some(args[0]), || {
        // SAFETY: the name is a C string.
        i64::from(unsafe { libc::shm_open(name.as_ptr(), flags | libc::O_CLOEXEC, mode) })
    });
    as_int(thread, opened)
}

fn shm_unlink(thread: &Thread, args: &[Value]) -> Result {
    let name = name(thread, args[0], "shm_unlink() argument")?;
    done(system_call(thread, Some(args[0]), || {
        // SAFETY: the name is a C string.
        i64::from(unsafe { libc::shm_unlink(name.as_ptr()) })
    }))
}

methods! { FUNCTIONS:
    /// Open a shared memory object.  Returns a file descriptor (integer).
    static "shm_open(path, flags, mode=511)" => shm_open -> Int;
    /// Remove a shared memory object (similar to unlink()).
    ///
    /// Remove a shared memory object name, and, once all processes have
    /// unmapped the object, de-allocates and destroys the contents of the
    /// associated memory region.
    static "shm_unlink(path, /)" => shm_unlink -> None;
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_posixshmem",
    doc: "POSIX shared memory module",
    functions: FUNCTIONS,
    initialize: |_, _| Ok(()),
};
