//! Names of files: removing, renaming, linking, and the arithmetic of paths that `os.path` leaves to us.

use super::call::{Target, directory, done, path, system_call, target, text_like, two_files};
use ashore_runtime::builtins::io::path_bytes;
use ashore_runtime::operators::convert;
use ashore_runtime::types::bytes::Bytes;
use ashore_runtime::types::exception::raise_os_error;
use ashore_runtime::types::str::Str;
use ashore_runtime::types::{bytes, class_of, int, str, tuple};
use ashore_runtime::{Owned, Result, Thread, Value, raise, thread};
use std::io::Error;

fn remove_with(thread: &Thread, args: &[Value], flags: i32) -> Result {
    let path = path(thread, args[0])?;
    let directory = directory(thread, args[1])?;
    done(system_call(thread, Some(args[0]), || {
        // SAFETY: a valid C string, alive across the call.
        i64::from(unsafe { libc::unlinkat(directory, path.as_ptr(), flags) })
    }))
}

pub(super) fn unlink(thread: &Thread, args: &[Value]) -> Result {
    remove_with(thread, args, 0)
}

pub(super) fn rmdir(thread: &Thread, args: &[Value]) -> Result {
    remove_with(thread, args, libc::AT_REMOVEDIR)
}

pub(super) fn rename(thread: &Thread, args: &[Value]) -> Result {
    let (from, to) = (path(thread, args[0])?, path(thread, args[1])?);
    let (source, target) = (directory(thread, args[2])?, directory(thread, args[3])?);
    two_files(thread, [args[0], args[1]], || {
        // SAFETY: valid C strings, alive across the call.
        unsafe { libc::renameat(source, from.as_ptr(), target, to.as_ptr()) }
    })
}

pub(super) fn link(thread: &Thread, args: &[Value]) -> Result {
    let (from, to) = (path(thread, args[0])?, path(thread, args[1])?);
    let (source, target) = (directory(thread, args[2])?, directory(thread, args[3])?);
    let flags = match convert::truth(thread, args[4])? {
        true => libc::AT_SYMLINK_FOLLOW,
        false => 0,
    };
    two_files(thread, [args[0], args[1]], || {
        // SAFETY: valid C strings, alive across the call.
        unsafe { libc::linkat(source, from.as_ptr(), target, to.as_ptr(), flags) }
    })
}

pub(super) fn symlink(thread: &Thread, args: &[Value]) -> Result {
    let (from, to) = (path(thread, args[0])?, path(thread, args[1])?);
    let directory = directory(thread, args[3])?;
    two_files(thread, [args[0], args[1]], || {
        // SAFETY: valid C strings, alive across the call.
        unsafe { libc::symlinkat(from.as_ptr(), directory, to.as_ptr()) }
    })
}

pub(super) fn readlink(thread: &Thread, args: &[Value]) -> Result {
    let path = path(thread, args[0])?;
    let directory = directory(thread, args[1])?;
    let mut buffer = vec![0u8; libc::PATH_MAX as usize];
    let (place, size) = (buffer.as_mut_ptr(), buffer.len());
    let length = system_call(thread, Some(args[0]), || {
        // SAFETY: a valid C string; the kernel writes at most `size` bytes.
        unsafe { libc::readlinkat(directory, path.as_ptr(), place.cast(), size) as i64 }
    })?;
    Ok(text_like(thread, &buffer[..length as usize], args[0]))
}

pub(super) fn mkfifo(thread: &Thread, args: &[Value]) -> Result {
    let path = path(thread, args[0])?;
    let mode = super::call::number(thread, args[1])? as libc::mode_t;
    let directory = directory(thread, args[2])?;
    done(system_call(thread, Some(args[0]), || {
        // SAFETY: a valid C string, alive across the call.
        i64::from(unsafe { libc::mkfifoat(directory, path.as_ptr(), mode) })
    }))
}

pub(super) fn truncate(thread: &Thread, args: &[Value]) -> Result {
    let target = target(thread, args[0], "truncate")?;
    let length = super::call::number(thread, args[1])?;
    done(system_call(thread, Some(args[0]), || {
        // SAFETY: a valid C string or a number, alive across the call.
        i64::from(unsafe {
            match &target {
                Target::File(fd) => libc::ftruncate(*fd, length),
                Target::Path(path) => libc::truncate(path.as_ptr(), length),
            }
        })
    }))
}

pub(super) fn getcwd(thread: &Thread, _: &[Value]) -> Result {
    current(thread, Value::NONE)
}

pub(super) fn getcwdb(thread: &Thread, _: &[Value]) -> Result {
    let empty = bytes::new(thread, b"");
    current(thread, empty.value())
}

fn current(thread: &Thread, like: Value) -> Result {
    use std::os::unix::ffi::OsStrExt;
    match thread::detached(std::env::current_dir) {
        Ok(path) => Ok(text_like(thread, path.as_os_str().as_bytes(), like)),
        Err(error) => Err(raise_os_error(thread, &error, None)),
    }
}

/// `fspath(path)`: the str or bytes that an object stands for.
pub(super) fn fspath(thread: &Thread, args: &[Value]) -> Result {
    if args[0].is::<Str>() || args[0].is::<Bytes>() {
        return Ok(Owned::new(args[0]));
    }
    let name = ashore_runtime::types::names::Name::FSPATH;
    let converted = ashore_runtime::operators::attribute::call_special(thread, args[0], name, &[])?;
    match converted {
        Some(path) if path.is::<Str>() || path.is::<Bytes>() => Ok(path),
        Some(path) => {
            let (class, got) = (class_of(args[0]).name(), class_of(path.value()).name());
            raise!(
                thread,
                TypeError,
                "expected {class}.__fspath__() to return str or bytes, not {got}"
            )
        }
        None => {
            let got = class_of(args[0]).name();
            raise!(
                thread,
                TypeError,
                "expected str, bytes or os.PathLike object, not {got}"
            )
        }
    }
}

/// Splits leading slashes off: nothing, one, or exactly two.
fn root_length(path: &[u8]) -> usize {
    let slashes = path.iter().take_while(|&&c| c == b'/').count();
    match slashes {
        0 => 0,
        2 => 2,
        _ => 1,
    }
}

/// `_path_normpath(path)`: without `.`, `..` and slashes that say nothing.
pub(super) fn normpath(thread: &Thread, args: &[Value]) -> Result {
    let converted = fspath(thread, args)?;
    let bytes = path_bytes(thread, converted.value())?;
    let root = root_length(&bytes);
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in bytes.split(|&c| c == b'/') {
        match part {
            b"" | b"." => {}
            b".." if parts.last().is_some_and(|last| *last != b"..") => drop(parts.pop()),
            b".." if root > 0 => {}
            part => parts.push(part),
        }
    }
    let mut normal = bytes[..root].to_vec();
    normal.extend_from_slice(&parts.join(&b'/'));
    if normal.is_empty() {
        normal.push(b'.');
    }
    Ok(text_like(thread, &normal, converted.value()))
}

/// `_path_splitroot_ex(path)`: drive, root and rest.
pub(super) fn splitroot(thread: &Thread, args: &[Value]) -> Result {
    let converted = fspath(thread, args)?;
    let part = |start: usize, end: usize| match converted.get::<Str>() {
        Some(text) => str::substring(thread, text, start, end),
        None => {
            let bytes = converted.get::<Bytes>().map_or(&[][..], Bytes::as_slice);
            bytes::new(thread, &bytes[start..end])
        }
    };
    let bytes = path_bytes(thread, converted.value())?;
    let root = root_length(&bytes);
    let length = match converted.get::<Str>() {
        Some(text) => text.len(),
        None => bytes.len(),
    };
    let parts = vec![part(0, 0), part(0, root), part(root, length)];
    Ok(tuple::new(thread, parts))
}

pub(super) fn strerror(thread: &Thread, args: &[Value]) -> Result {
    let number = super::call::small(thread, args[0])?;
    let text = ashore_runtime::types::exception::classes::error_text(number);
    Ok(str::new(thread, &text))
}

pub(super) fn umask(thread: &Thread, args: &[Value]) -> Result {
    let mask = super::call::small(thread, args[0])? as libc::mode_t;
    // SAFETY: a plain system call that cannot fail.
    let old = unsafe { libc::umask(mask) };
    Ok(int::from_i64(thread, i64::from(old)))
}

/// The system's limit of a name; -1 becomes None only where the number says so.
pub(super) fn pathconf(thread: &Thread, args: &[Value]) -> Result {
    let target = target(thread, args[0], "pathconf")?;
    let name = super::process::configuration(thread, args[1], "pathconf_names")?;
    let limit = thread::detached(|| {
        // SAFETY: a valid C string or a number; `errno` tells a missing limit from a failure.
        unsafe {
            *libc::__errno_location() = 0;
            let limit = match &target {
                Target::File(fd) => libc::fpathconf(*fd, name),
                Target::Path(path) => libc::pathconf(path.as_ptr(), name),
            };
            match Error::last_os_error() {
                error if limit == -1 && error.raw_os_error() != Some(0) => Err(error),
                _ => Ok(limit),
            }
        }
    });
    match limit {
        Ok(limit) => Ok(int::from_i64(thread, limit)),
        Err(error) => Err(raise_os_error(thread, &error, Some(args[0]))),
    }
}
