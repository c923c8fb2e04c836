//! Open files by number.

use super::call::{as_int, directory, done, number, path, small, system_call};
use ashore_runtime::operators::{convert, iterate};
use ashore_runtime::types::bytes::{Buffer, Bytes, Pinned};
use ashore_runtime::types::exception::raise_os_error;
use ashore_runtime::types::{bytes, int, str, tuple};
use ashore_runtime::{Owned, Result, Thread, Value, raise, structure, thread};
use std::io::Error;

structure! { pub(super) TERMINAL_SIZE = "os.terminal_size", "A tuple of (columns, lines) for holding terminal window size":
    0 "columns", 1 "lines"
}

pub(super) fn open(thread: &Thread, args: &[Value]) -> Result {
    let path = path(thread, args[0])?;
    let flags = small(thread, args[1])? | libc::O_CLOEXEC;
    let mode = small(thread, args[2])?;
    let directory = directory(thread, args[3])?;
    as_int(
        thread,
        system_call(thread, Some(args[0]), || {
            // SAFETY: a valid C string, alive across the call.
            i64::from(unsafe { libc::openat(directory, path.as_ptr(), flags, mode) })
        }),
    )
}

pub(super) fn close(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    done(system_call(thread, None, || {
        // SAFETY: the program names the descriptor; closing one that is not open is an error, not undefined.
        i64::from(unsafe { libc::close(fd) })
    }))
}

pub(super) fn closerange(thread: &Thread, args: &[Value]) -> Result {
    let (low, high) = (small(thread, args[0])?, small(thread, args[1])?);
    thread::detached(|| {
        for fd in low.max(0)..high {
            // SAFETY: as in `close`; errors are ignored, as the function promises.
            unsafe { libc::close(fd) };
        }
    });
    Ok(Owned::NONE)
}

pub(super) fn read(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    let Ok(size) = usize::try_from(number(thread, args[1])?) else {
        let error = Error::from_raw_os_error(libc::EINVAL);
        return Err(raise_os_error(thread, &error, None));
    };
    let mut buffer = vec![0u8; size];
    let target = buffer.as_mut_ptr();
    let n = system_call(thread, None, || {
        // SAFETY: the kernel writes at most `size` bytes.
        unsafe { libc::read(fd, target.cast(), size) as i64 }
    })?;
    Ok(bytes::new(thread, &buffer[..n as usize]))
}

/// `readinto(fd, buffer)`
pub(super) fn readinto(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    let Some(target) = bytes::writable(thread, args[1]) else {
        let got = convert::argument_type(args[1]);
        return raise!(
            thread,
            TypeError,
            "readinto() argument 2 must be read-write bytes-like object, not {got}"
        );
    };
    let mut buffer = vec![0u8; target.len()];
    let (place, size) = (buffer.as_mut_ptr(), buffer.len());
    let n = system_call(thread, None, || {
        // SAFETY: the kernel writes at most `size` bytes.
        unsafe { libc::read(fd, place.cast(), size) as i64 }
    })? as usize;
    target.write(thread, 0, &buffer[..n])?;
    Ok(int::from_usize(thread, n))
}

pub(super) fn pread(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    let offset = number(thread, args[2])?;
    let Ok(size) = usize::try_from(number(thread, args[1])?) else {
        let error = Error::from_raw_os_error(libc::EINVAL);
        return Err(raise_os_error(thread, &error, None));
    };
    let mut buffer = vec![0u8; size];
    let target = buffer.as_mut_ptr();
    let n = system_call(thread, None, || {
        // SAFETY: the kernel writes at most `size` bytes.
        unsafe { libc::pread(fd, target.cast(), size, offset) as i64 }
    })?;
    Ok(bytes::new(thread, &buffer[..n as usize]))
}

pub(super) fn write(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    let data = Pinned::argument(thread, &args[1])?;
    let (address, length) = (data.as_ptr(), data.len());
    let n = system_call(thread, None, || {
        // SAFETY: the kernel reads at most `length` bytes, which do not change.
        unsafe { libc::write(fd, address.cast(), length) as i64 }
    })?;
    Ok(int::from_i64(thread, n))
}

pub(super) fn pwrite(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    let offset = number(thread, args[2])?;
    let data = Buffer::argument(thread, &args[1])?;
    let (address, length) = (data.as_ptr(), data.len());
    let n = system_call(thread, None, || {
        // SAFETY: the kernel reads at most `length` bytes, which do not change.
        unsafe { libc::pwrite(fd, address.cast(), length, offset) as i64 }
    })?;
    Ok(int::from_i64(thread, n))
}

pub(super) fn writev(thread: &Thread, args: &[Value]) -> Result {
    let mut all = Vec::new();
    for part in iterate::collect(thread, args[1])? {
        all.extend_from_slice(&Buffer::argument(thread, &part)?);
    }
    let all = bytes::new(thread, &all);
    write(thread, &[args[0], all.value()])
}

pub(super) fn lseek(thread: &Thread, args: &[Value]) -> Result {
    let (fd, offset) = (small(thread, args[0])?, number(thread, args[1])?);
    let whence = small(thread, args[2])?;
    as_int(
        thread,
        system_call(thread, None, || {
            // SAFETY: a plain system call.
            unsafe { libc::lseek(fd, offset, whence) }
        }),
    )
}

/// Calls that take one open file.
macro_rules! file_calls {
    ($($name:ident $call:ident;)*) => {$(
        pub(super) fn $name(thread: &Thread, args: &[Value]) -> Result {
            let fd = match args[0].get::<Bytes>() {
                None => descriptor(thread, args[0])?,
                Some(_) => return raise!(thread, TypeError, "argument must be an int, or have a fileno() method."),
            };
            done(system_call(thread, None, || {
                // SAFETY: a plain system call.
                i64::from(unsafe { libc::$call(fd) })
            }))
        }
    )*};
}

file_calls! {
    fsync fsync;
    fdatasync fdatasync;
    fchdir fchdir;
}

/// A file by number, or an object with `fileno`.
pub(super) fn descriptor(thread: &Thread, value: Value) -> Result<i32> {
    let fd = if convert::has_index(value) {
        small(thread, value)?
    } else {
        let name = str::intern(thread, "fileno");
        let method = ashore_runtime::operators::attribute::get_optional(thread, value, name)?;
        let Some(method) = method else {
            return raise!(
                thread,
                TypeError,
                "argument must be an int, or have a fileno() method."
            );
        };
        let fd = ashore_runtime::operators::call::call(thread, method.value(), &[])?;
        if int::to_i64(fd.value()).is_none() {
            return raise!(thread, TypeError, "fileno() returned a non-integer");
        }
        small(thread, fd.value())?
    };
    if fd < 0 {
        return raise!(
            thread,
            ValueError,
            "file descriptor cannot be a negative integer ({fd})"
        );
    }
    Ok(fd)
}

pub(super) fn ftruncate(thread: &Thread, args: &[Value]) -> Result {
    let (fd, length) = (small(thread, args[0])?, number(thread, args[1])?);
    done(system_call(thread, None, || {
        // SAFETY: a plain system call.
        i64::from(unsafe { libc::ftruncate(fd, length) })
    }))
}

pub(super) fn fchmod(thread: &Thread, args: &[Value]) -> Result {
    let (fd, mode) = (
        small(thread, args[0])?,
        number(thread, args[1])? as libc::mode_t,
    );
    done(system_call(thread, None, || {
        // SAFETY: a plain system call.
        i64::from(unsafe { libc::fchmod(fd, mode) })
    }))
}

pub(super) fn dup(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    as_int(
        thread,
        system_call(thread, None, || {
            // SAFETY: a plain system call.
            i64::from(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })
        }),
    )
}

pub(super) fn dup2(thread: &Thread, args: &[Value]) -> Result {
    let (fd, other) = (small(thread, args[0])?, small(thread, args[1])?);
    let inherit = convert::truth(thread, args[2])?;
    as_int(
        thread,
        system_call(thread, None, || {
            // SAFETY: plain system calls.
            i64::from(unsafe {
                match inherit || fd == other {
                    true => libc::dup2(fd, other),
                    false => libc::dup3(fd, other, libc::O_CLOEXEC),
                }
            })
        }),
    )
}

pub(super) fn get_inheritable(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    let flags = system_call(thread, None, || {
        // SAFETY: a plain system call.
        i64::from(unsafe { libc::fcntl(fd, libc::F_GETFD) })
    })?;
    Ok(Owned::bool(flags & i64::from(libc::FD_CLOEXEC) == 0))
}

pub(super) fn set_inheritable(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    let flags = match convert::truth(thread, args[1])? {
        true => 0,
        false => libc::FD_CLOEXEC,
    };
    done(system_call(thread, None, || {
        // SAFETY: a plain system call.
        i64::from(unsafe { libc::fcntl(fd, libc::F_SETFD, flags) })
    }))
}

pub(super) fn get_blocking(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    let flags = system_call(thread, None, || {
        // SAFETY: a plain system call.
        i64::from(unsafe { libc::fcntl(fd, libc::F_GETFL) })
    })?;
    Ok(Owned::bool(flags & i64::from(libc::O_NONBLOCK) == 0))
}

pub(super) fn set_blocking(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    let blocking = convert::truth(thread, args[1])?;
    done(system_call(thread, None, || {
        // SAFETY: plain system calls.
        i64::from(unsafe {
            let flags = libc::fcntl(fd, libc::F_GETFL);
            let wanted = match blocking {
                true => flags & !libc::O_NONBLOCK,
                false => flags | libc::O_NONBLOCK,
            };
            match flags {
                -1 => -1,
                _ => libc::fcntl(fd, libc::F_SETFL, wanted),
            }
        })
    }))
}

fn pair(thread: &Thread, ends: [i32; 2]) -> Owned {
    let ends = ends
        .iter()
        .map(|&end| int::from_i64(thread, i64::from(end)));
    tuple::new(thread, ends.collect())
}

fn pipe_with(thread: &Thread, flags: i32) -> Result {
    let mut ends = [0i32; 2];
    let place = ends.as_mut_ptr();
    system_call(thread, None, || {
        // SAFETY: the kernel writes two descriptors.
        i64::from(unsafe { libc::pipe2(place, flags) })
    })?;
    Ok(pair(thread, ends))
}

pub(super) fn pipe(thread: &Thread, _: &[Value]) -> Result {
    pipe_with(thread, libc::O_CLOEXEC)
}

pub(super) fn pipe2(thread: &Thread, args: &[Value]) -> Result {
    pipe_with(thread, small(thread, args[0])?)
}

pub(super) fn openpty(thread: &Thread, _: &[Value]) -> Result {
    let mut ends = [0i32; 2];
    let (first, second) = (&raw mut ends[0], &raw mut ends[1]);
    system_call(thread, None, || {
        // SAFETY: the C library writes two descriptors; the other places may be null.
        i64::from(unsafe {
            libc::openpty(
                first,
                second,
                std::ptr::null_mut(),
                std::ptr::null(),
                std::ptr::null(),
            )
        })
    })?;
    Ok(pair(thread, ends))
}

pub(super) fn isatty(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    // SAFETY: a plain libc call.
    Ok(Owned::bool(unsafe { libc::isatty(fd) } == 1))
}

pub(super) fn sendfile(thread: &Thread, args: &[Value]) -> Result {
    let (out, input) = (small(thread, args[0])?, small(thread, args[1])?);
    let count = number(thread, args[3])? as usize;
    let mut offset = match args[2].is_none() {
        true => None,
        false => Some(number(thread, args[2])?),
    };
    let place = offset
        .as_mut()
        .map_or(std::ptr::null_mut(), std::ptr::from_mut);
    as_int(
        thread,
        system_call(thread, None, || {
            // SAFETY: the offset's place is null or lives across the call.
            unsafe { libc::sendfile(out, input, place, count) as i64 }
        }),
    )
}

/// `get_terminal_size(fd=1)`
pub(super) fn terminal_size(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    let mut size = libc::winsize {
        ws_row: 0,
        ws_col: 0,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    let place = &raw mut size;
    system_call(thread, None, || {
        // SAFETY: the kernel fills `size`.
        i64::from(unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, place) })
    })?;
    let number = |n: u16| int::from_i64(thread, i64::from(n));
    Ok(TERMINAL_SIZE.make(thread, vec![number(size.ws_col), number(size.ws_row)]))
}

fn random(thread: &Thread, size: Value, flags: u32) -> Result {
    let Ok(size) = usize::try_from(number(thread, size)?) else {
        return raise!(thread, ValueError, "negative argument not allowed");
    };
    let mut buffer = vec![0u8; size];
    let mut filled = 0;
    while filled < size {
        let target = &mut buffer[filled..];
        let (address, length) = (target.as_mut_ptr(), target.len());
        filled += system_call(thread, None, || {
            // SAFETY: the kernel writes at most `length` bytes.
            unsafe { libc::getrandom(address.cast(), length, flags) as i64 }
        })? as usize;
    }
    Ok(bytes::new(thread, &buffer))
}

pub(super) fn urandom(thread: &Thread, args: &[Value]) -> Result {
    random(thread, args[0], 0)
}

pub(super) fn getrandom(thread: &Thread, args: &[Value]) -> Result {
    let flags = small(thread, args[1])? as u32;
    random(thread, args[0], flags)
}

pub(super) fn device_encoding(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    // SAFETY: a plain libc call.
    Ok(match unsafe { libc::isatty(fd) } {
        1 => str::new(thread, "utf-8"),
        _ => Owned::NONE,
    })
}
