//! Arguments of system calls, and calling them.

use ashore_runtime::builtins::io::path_bytes;
use ashore_runtime::operators::convert;
use ashore_runtime::types::bytes::Bytes;
use ashore_runtime::types::class_of;
use ashore_runtime::types::exception::{self, raise_os_error};
use ashore_runtime::types::str::Str;
use ashore_runtime::types::{bytes, int};
use ashore_runtime::{Owned, Result, Thread, Value, builtins, raise, thread};
use std::ffi::CString;
use std::io::Error;

/// A path argument as a C string.
pub(crate) fn path(thread: &Thread, value: Value) -> Result<CString> {
    match CString::new(path_bytes(thread, value)?) {
        Ok(path) => Ok(path),
        Err(_) => raise!(thread, ValueError, "embedded null character in path"),
    }
}

/// A path, or the number of an open file.
pub(crate) enum Target {
    Path(CString),
    File(i32),
}

/// The first argument of functions that take both; `function` is for the message.
pub(crate) fn target(thread: &Thread, value: Value, function: &str) -> Result<Target> {
    if convert::has_index(value) {
        return Ok(Target::File(small(thread, value)?));
    }
    let name = ashore_runtime::types::names::Name::FSPATH;
    let is_path =
        value.is::<Str>() || value.is::<Bytes>() || class_of(value).lookup(name.value()).is_some();
    if is_path {
        return path(thread, value).map(Target::Path);
    }
    let got = class_of(value).name();
    raise!(
        thread,
        TypeError,
        "{function}: path should be string, bytes, os.PathLike or integer, not {got}"
    )
}

/// The argument `dir_fd`.
pub(crate) fn directory(thread: &Thread, value: Value) -> Result<i32> {
    if value.is_none() || value.is_missing() {
        return Ok(libc::AT_FDCWD);
    }
    small(thread, value)
}

pub(crate) fn number(thread: &Thread, value: Value) -> Result<i64> {
    Ok(convert::to_isize(thread, value)? as i64)
}

pub(crate) fn small(thread: &Thread, value: Value) -> Result<i32> {
    convert::to_c_int(thread, value)
}

/// A user or group; -1 stands for none.
pub(crate) fn owner(thread: &Thread, value: Value, what: &str) -> Result<u32> {
    match number(thread, value)? {
        -1 => Ok(u32::MAX),
        n if n < 0 => raise!(thread, OverflowError, "{what} is less than minimum"),
        n => match u32::try_from(n) {
            Ok(n) => Ok(n),
            Err(_) => raise!(thread, OverflowError, "{what} is greater than maximum"),
        },
    }
}

/// Runs a system call that gives -1 on failure, detached, again after signals. The error names the file.
pub(crate) fn system_call(
    thread: &Thread,
    file: Option<Value>,
    mut call: impl FnMut() -> i64,
) -> Result<i64> {
    loop {
        // The number is read at once: attaching may overwrite it.
        let result = thread::detached(|| match call() {
            -1 => Err(Error::last_os_error()),
            result => Ok(result),
        });
        match result {
            Ok(result) => return Ok(result),
            Err(error) if error.raw_os_error() == Some(libc::EINTR) => thread.safepoint()?,
            Err(error) => return Err(raise_os_error(thread, &error, file)),
        }
    }
}

/// The same for calls on two files.
pub(crate) fn two_files(
    thread: &Thread,
    files: [Value; 2],
    mut call: impl FnMut() -> i32,
) -> Result {
    let result = thread::detached(|| match call() {
        0 => Ok(()),
        _ => Err(Error::last_os_error()),
    });
    let Err(error) = result else {
        return Ok(Owned::NONE);
    };
    let raised = raise_os_error(thread, &error, Some(files[0]));
    let exception = thread.take_exception(raised);
    exception::classes::set_second_filename(exception.value(), Owned::new(files[1]));
    Err(thread.raise_value(exception))
}

pub(crate) fn done(result: Result<i64>) -> Result {
    result.map(|_| Owned::NONE)
}

pub(crate) fn as_int(thread: &Thread, result: Result<i64>) -> Result {
    result.map(|number| int::from_i64(thread, number))
}

/// A name or path in the kind of string that `like` is.
pub(crate) fn text_like(thread: &Thread, name: &[u8], like: Value) -> Owned {
    if like.is::<Bytes>() {
        bytes::new(thread, name)
    } else {
        builtins::io::path_str(thread, name)
    }
}
