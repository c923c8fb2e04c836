//! What is known about files: `stat` and its kin, and what changes it.

use super::call::{Target, directory, done, number, owner, path, system_call, target};
use ashore_runtime::operators::{arithmetic, convert, index};
use ashore_runtime::types::structure::Structure;
use ashore_runtime::types::{float, int};
use ashore_runtime::{Owned, Result, Thread, Value, raise, structure};
use libc::timespec;

structure! { pub(super) STAT_RESULT = "os.stat_result", "stat_result: Result from stat, fstat, or lstat.":
    0 "st_mode", 1 "st_ino", 2 "st_dev", 3 "st_nlink", 4 "st_uid", 5 "st_gid", 6 "st_size",
    7 "_st_atime_int", 8 "_st_mtime_int", 9 "_st_ctime_int";
    0 "st_atime", 1 "st_mtime", 2 "st_ctime", 3 "st_atime_ns", 4 "st_mtime_ns", 5 "st_ctime_ns",
    6 "st_blksize", 7 "st_blocks", 8 "st_rdev"
}

structure! { pub(super) STATVFS_RESULT = "os.statvfs_result", "statvfs_result: Result from statvfs or fstatvfs.":
    0 "f_bsize", 1 "f_frsize", 2 "f_blocks", 3 "f_bfree", 4 "f_bavail", 5 "f_files", 6 "f_ffree", 7 "f_favail",
    8 "f_flag", 9 "f_namemax"; 0 "f_fsid"
}

/// The result of a successful call as a structure.
pub(super) fn result(thread: &Thread, stat: &libc::stat) -> Owned {
    let int = |n: i64| int::from_i64(thread, n);
    let times = [
        (stat.st_atime, stat.st_atime_nsec),
        (stat.st_mtime, stat.st_mtime_nsec),
        (stat.st_ctime, stat.st_ctime_nsec),
    ];
    let nanoseconds = |(seconds, rest): (i64, i64)| {
        int::from_i128(
            thread,
            i128::from(seconds) * 1_000_000_000 + i128::from(rest),
        )
    };
    let mut fields = vec![
        int(i64::from(stat.st_mode)),
        int::from_u64(thread, stat.st_ino),
        int::from_u64(thread, stat.st_dev),
        int::from_u64(thread, stat.st_nlink),
        int(i64::from(stat.st_uid)),
        int(i64::from(stat.st_gid)),
        int(stat.st_size),
    ];
    fields.extend(times.iter().map(|time| int(time.0)));
    let seconds = |(seconds, rest): (i64, i64)| seconds as f64 + 1e-9 * rest as f64;
    fields.extend(times.iter().map(|&time| float::new(thread, seconds(time))));
    fields.extend(times.iter().map(|&time| nanoseconds(time)));
    fields.extend([
        int(stat.st_blksize),
        int(stat.st_blocks),
        int::from_u64(thread, stat.st_rdev),
    ]);
    STAT_RESULT.make(thread, fields)
}

/// Calls `fstatat` or `fstat`; the error, if there is one, is the system's.
pub(super) fn query(
    thread: &Thread,
    target: &Target,
    directory: i32,
    follow: bool,
    file: Option<Value>,
) -> Result<libc::stat> {
    // SAFETY: all-zero bytes are a valid `stat`.
    let mut stat = unsafe { std::mem::zeroed::<libc::stat>() };
    let place = &raw mut stat;
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    system_call(thread, file, || {
        // SAFETY: a valid C string or a number; the kernel fills `stat`.
        i64::from(unsafe {
            match target {
                Target::File(fd) => libc::fstat(*fd, place),
                Target::Path(path) => libc::fstatat(directory, path.as_ptr(), place, flags),
            }
        })
    })?;
    Ok(stat)
}

pub(super) fn stat(thread: &Thread, args: &[Value]) -> Result {
    let target = target(thread, args[0], "stat")?;
    let directory = directory(thread, args[1])?;
    let follow = convert::truth(thread, args[2])?;
    let file = match target {
        Target::Path(_) => Some(args[0]),
        Target::File(_) => None,
    };
    let stat = query(thread, &target, directory, follow, file)?;
    Ok(result(thread, &stat))
}

pub(super) fn lstat(thread: &Thread, args: &[Value]) -> Result {
    let target = Target::Path(path(thread, args[0])?);
    let directory = directory(thread, args[1])?;
    let stat = query(thread, &target, directory, false, Some(args[0]))?;
    Ok(result(thread, &stat))
}

pub(super) fn fstat(thread: &Thread, args: &[Value]) -> Result {
    let target = Target::File(super::call::small(thread, args[0])?);
    let stat = query(thread, &target, libc::AT_FDCWD, true, None)?;
    Ok(result(thread, &stat))
}

pub(super) fn statvfs(thread: &Thread, args: &[Value]) -> Result {
    let target = target(thread, args[0], "statvfs")?;
    // SAFETY: all-zero bytes are a valid `statvfs`.
    let mut stat = unsafe { std::mem::zeroed::<libc::statvfs>() };
    let place = &raw mut stat;
    system_call(thread, Some(args[0]), || {
        // SAFETY: a valid C string or a number; the kernel fills `stat`.
        i64::from(unsafe {
            match &target {
                Target::File(fd) => libc::fstatvfs(*fd, place),
                Target::Path(path) => libc::statvfs(path.as_ptr(), place),
            }
        })
    })?;
    let fields = [
        stat.f_bsize,
        stat.f_frsize,
        stat.f_blocks,
        stat.f_bfree,
        stat.f_bavail,
        stat.f_files,
        stat.f_ffree,
        stat.f_favail,
        stat.f_flag,
        stat.f_namemax,
        stat.f_fsid,
    ];
    let fields = fields.iter().map(|&field| int::from_u64(thread, field));
    Ok(STATVFS_RESULT.make(thread, fields.collect()))
}

pub(super) fn access(thread: &Thread, args: &[Value]) -> Result {
    let path = path(thread, args[0])?;
    let mode = super::call::small(thread, args[1])?;
    let directory = directory(thread, args[2])?;
    let mut flags = 0;
    if convert::truth(thread, args[3])? {
        flags |= libc::AT_EACCESS;
    }
    if !convert::truth(thread, args[4])? {
        flags |= libc::AT_SYMLINK_NOFOLLOW;
    }
    let granted = ashore_runtime::thread::detached(|| {
        // SAFETY: a valid C string, alive across the call.
        unsafe { libc::faccessat(directory, path.as_ptr(), mode, flags) }
    });
    Ok(Owned::bool(granted == 0))
}

pub(super) fn chmod(thread: &Thread, args: &[Value]) -> Result {
    let target = target(thread, args[0], "chmod")?;
    let mode = number(thread, args[1])? as libc::mode_t;
    let directory = directory(thread, args[2])?;
    let flags = match convert::truth(thread, args[3])? {
        true => 0,
        false => libc::AT_SYMLINK_NOFOLLOW,
    };
    done(system_call(thread, Some(args[0]), || {
        // SAFETY: a valid C string or a number, alive across the call.
        i64::from(unsafe {
            match &target {
                Target::File(fd) => libc::fchmod(*fd, mode),
                Target::Path(path) => libc::fchmodat(directory, path.as_ptr(), mode, flags),
            }
        })
    }))
}

pub(super) fn chown(thread: &Thread, args: &[Value]) -> Result {
    let target = target(thread, args[0], "chown")?;
    let (user, group) = (
        owner(thread, args[1], "uid")?,
        owner(thread, args[2], "gid")?,
    );
    let directory = directory(thread, args[3])?;
    let flags = match convert::truth(thread, args[4])? {
        true => 0,
        false => libc::AT_SYMLINK_NOFOLLOW,
    };
    done(system_call(thread, Some(args[0]), || {
        // SAFETY: a valid C string or a number, alive across the call.
        i64::from(unsafe {
            match &target {
                Target::File(fd) => libc::fchown(*fd, user, group),
                Target::Path(path) => libc::fchownat(directory, path.as_ptr(), user, group, flags),
            }
        })
    }))
}

/// A time in seconds.
fn from_seconds(thread: &Thread, value: Value) -> Result<timespec> {
    if let Some(seconds) = int::to_i64(value) {
        return Ok(timespec {
            tv_sec: seconds,
            tv_nsec: 0,
        });
    }
    let seconds = convert::to_f64(thread, value)?;
    if seconds.is_nan() {
        return raise!(thread, ValueError, "Invalid value NaN (not a number)");
    }
    let whole = seconds.floor();
    Ok(timespec {
        tv_sec: whole as i64,
        tv_nsec: (((seconds - whole) * 1e9).floor() as i64).clamp(0, 999_999_999),
    })
}

/// A time in nanoseconds.
fn from_nanoseconds(thread: &Thread, value: Value) -> Result<timespec> {
    let parts = arithmetic::divmod(thread, value, Value::small_int(1_000_000_000))?;
    let part = |i: i64| {
        let part = index::get_item(thread, parts.value(), Value::small_int(i))?;
        number(thread, part.value())
    };
    Ok(timespec {
        tv_sec: part(0)?,
        tv_nsec: part(1)?,
    })
}

/// A time given as a number.
type Conversion = fn(&Thread, Value) -> Result<timespec>;

/// `utime(path, times=None, *, ns, dir_fd=None, follow_symlinks=True)`
pub(super) fn utime(thread: &Thread, args: &[Value]) -> Result {
    let target = target(thread, args[0], "utime")?;
    let mut times = [timespec {
        tv_sec: 0,
        tv_nsec: libc::UTIME_NOW,
    }; 2];
    let (given, convert_time): (Value, Conversion) = match (args[1].is_none(), args[2].is_missing())
    {
        (false, false) => {
            return raise!(
                thread,
                ValueError,
                "utime: you may specify either 'times' or 'ns' but not both"
            );
        }
        (true, false) => (args[2], from_nanoseconds),
        _ => (args[1], from_seconds),
    };
    if !given.is_none() {
        if index::length(thread, given)? != 2 {
            return raise!(
                thread,
                TypeError,
                "utime: 'times' must be either a tuple of two ints or None"
            );
        }
        for (i, time) in (0..).zip(&mut times) {
            let item = index::get_item(thread, given, Value::small_int(i))?;
            *time = convert_time(thread, item.value())?;
        }
    }
    let directory = directory(thread, args[3])?;
    let flags = match convert::truth(thread, args[4])? {
        true => 0,
        false => libc::AT_SYMLINK_NOFOLLOW,
    };
    done(system_call(thread, Some(args[0]), || {
        // SAFETY: a valid C string or a number, and two times, alive across the call.
        i64::from(unsafe {
            match &target {
                Target::File(fd) => libc::futimens(*fd, times.as_ptr()),
                Target::Path(path) => {
                    libc::utimensat(directory, path.as_ptr(), times.as_ptr(), flags)
                }
            }
        })
    }))
}

/// The structures that `os` shows.
pub(super) static STRUCTURES: [&Structure; 2] = [&STAT_RESULT, &STATVFS_RESULT];
