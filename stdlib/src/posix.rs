//! `posix`: system calls, as `os` builds on them.

use ashore_runtime::builtins::io::{path_bytes, path_str};
use ashore_runtime::object::Owned;
use ashore_runtime::operators::{convert, index};
use ashore_runtime::types::bytes::Bytes;
use ashore_runtime::types::exception::{self, raise_os_error};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::str::Str;
use ashore_runtime::types::{bytes, class_of, dict, int, list, tuple};
use ashore_runtime::{Result, Thread, Value, methods, raise, thread};
use std::ffi::{CStr, CString, OsStr};
use std::io::Error;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// A path argument as a C string.
fn path(thread: &Thread, value: Value) -> Result<CString> {
    match CString::new(path_bytes(thread, value)?) {
        Ok(path) => Ok(path),
        Err(_) => raise!(thread, ValueError, "embedded null byte"),
    }
}

fn number(thread: &Thread, value: Value) -> Result<i64> {
    Ok(convert::to_isize(thread, value)? as i64)
}

fn small(thread: &Thread, value: Value) -> Result<i32> {
    match i32::try_from(number(thread, value)?) {
        Ok(number) => Ok(number),
        Err(_) => raise!(thread, OverflowError, "signed integer is out of range"),
    }
}

/// Runs a system call that gives -1 on failure, detached, again after signals. The error names the files.
fn system_call(thread: &Thread, file: Option<Value>, mut call: impl FnMut() -> i64) -> Result<i64> {
    loop {
        let result = thread::detached(&mut call);
        if result != -1 {
            return Ok(result);
        }
        let error = Error::last_os_error();
        if error.raw_os_error() != Some(libc::EINTR) {
            return Err(raise_os_error(thread, &error, file));
        }
        thread.safepoint()?;
    }
}

fn done(result: Result<i64>) -> Result {
    result.map(|_| Owned::NONE)
}

/// A name or path in the kind of string that `like` is.
fn text_like(thread: &Thread, name: &[u8], like: Value) -> Owned {
    if like.is::<Bytes>() {
        bytes::new(thread, name)
    } else {
        path_str(thread, name)
    }
}

/// Functions of one path.
macro_rules! path_functions {
    ($($name:ident = $function:ident($($mode:expr),*);)*) => {$(
        fn $name(thread: &Thread, args: &[Value]) -> Result {
            let path = path(thread, args[0])?;
            // SAFETY: a valid C string, alive across the call.
            done(system_call(thread, Some(args[0]), || i64::from(unsafe { libc::$function(path.as_ptr() $(, $mode)*) })))
        }
    )*};
}

path_functions! {
    unlink = unlink();
    rmdir = rmdir();
    chdir = chdir();
}

fn mkdir(thread: &Thread, args: &[Value]) -> Result {
    let (path, mode) = (
        path(thread, args[0])?,
        number(thread, args[1])? as libc::mode_t,
    );
    done(system_call(thread, Some(args[0]), || {
        // SAFETY: a valid C string, alive across the call.
        i64::from(unsafe { libc::mkdir(path.as_ptr(), mode) })
    }))
}

fn chmod(thread: &Thread, args: &[Value]) -> Result {
    let (path, mode) = (
        path(thread, args[0])?,
        number(thread, args[1])? as libc::mode_t,
    );
    done(system_call(thread, Some(args[0]), || {
        // SAFETY: a valid C string, alive across the call.
        i64::from(unsafe { libc::chmod(path.as_ptr(), mode) })
    }))
}

fn access(thread: &Thread, args: &[Value]) -> Result {
    let (path, mode) = (path(thread, args[0])?, small(thread, args[1])?);
    // SAFETY: a valid C string, alive across the call.
    Ok(Owned::bool(
        thread::detached(|| unsafe { libc::access(path.as_ptr(), mode) }) == 0,
    ))
}

/// Functions of two paths.
fn two_paths(
    thread: &Thread,
    args: &[Value],
    call: unsafe extern "C" fn(*const i8, *const i8) -> i32,
) -> Result {
    let (from, to) = (path(thread, args[0])?, path(thread, args[1])?);
    // SAFETY: valid C strings, alive across the call.
    let result = thread::detached(|| unsafe { call(from.as_ptr(), to.as_ptr()) });
    if result == 0 {
        return Ok(Owned::NONE);
    }
    let raised = raise_os_error(thread, &Error::last_os_error(), Some(args[0]));
    let exception = thread.take_exception(raised);
    exception::classes::set_second_filename(exception.value(), Owned::new(args[1]));
    Err(thread.raise_value(exception))
}

fn rename(thread: &Thread, args: &[Value]) -> Result {
    two_paths(thread, args, libc::rename)
}

fn link(thread: &Thread, args: &[Value]) -> Result {
    two_paths(thread, args, libc::link)
}

fn symlink(thread: &Thread, args: &[Value]) -> Result {
    two_paths(thread, args, libc::symlink)
}

fn readlink(thread: &Thread, args: &[Value]) -> Result {
    let bytes = path_bytes(thread, args[0])?;
    let target = thread::detached(|| std::fs::read_link(OsStr::from_bytes(&bytes)));
    match target {
        Ok(target) => Ok(text_like(thread, target.as_os_str().as_bytes(), args[0])),
        Err(error) => Err(raise_os_error(thread, &error, Some(args[0]))),
    }
}

fn getcwd(thread: &Thread, _: &[Value]) -> Result {
    match std::env::current_dir() {
        Ok(directory) => Ok(path_str(thread, directory.as_os_str().as_bytes())),
        Err(error) => Err(raise_os_error(thread, &error, None)),
    }
}

/// `_entries(path)`: names and file types (None where the file system does not tell) in a directory.
fn entries(thread: &Thread, args: &[Value]) -> Result {
    let path = path(thread, args[0])?;
    // SAFETY: a valid C string; the stream is closed below, and used by this thread only.
    let found = thread::detached(|| unsafe {
        let stream = libc::opendir(path.as_ptr());
        if stream.is_null() {
            return Err(Error::last_os_error());
        }
        let mut found: Vec<(Vec<u8>, u32)> = Vec::new();
        loop {
            *libc::__errno_location() = 0;
            let entry = libc::readdir(stream);
            if entry.is_null() {
                break;
            }
            let name = CStr::from_ptr((*entry).d_name.as_ptr()).to_bytes();
            if name != b"." && name != b".." {
                found.push((name.to_vec(), u32::from((*entry).d_type) << 12));
            }
        }
        let error = Error::last_os_error();
        libc::closedir(stream);
        if error.raw_os_error() == Some(0) {
            Ok(found)
        } else {
            Err(error)
        }
    });
    let found = found.map_err(|error| raise_os_error(thread, &error, Some(args[0])))?;
    let entry = |(name, kind): (Vec<u8>, u32)| {
        let kind = if kind == 0 {
            Owned::NONE
        } else {
            int::from_i64(thread, i64::from(kind))
        };
        tuple::new(thread, vec![text_like(thread, &name, args[0]), kind])
    };
    Ok(list::new(thread, found.into_iter().map(entry).collect()))
}

/// `_stat(path or descriptor, follow_symlinks)`: mode, inode, device, links, uid, gid, size, atime, mtime, ctime (ns).
fn stat(thread: &Thread, args: &[Value]) -> Result {
    let follow = convert::truth(thread, args[1])?;
    // SAFETY: all-zero bytes are a valid `stat`.
    let mut stat = unsafe { std::mem::zeroed::<libc::stat>() };
    if let Some(fd) = int::to_i64(args[0]) {
        let place = &raw mut stat;
        system_call(thread, Some(args[0]), || {
            // SAFETY: the kernel fills `stat`.
            i64::from(unsafe { libc::fstat(fd as i32, place) })
        })?;
    } else {
        let path = path(thread, args[0])?;
        let place = &raw mut stat;
        // SAFETY: a valid C string; the kernel fills `stat`.
        let call = || unsafe {
            i64::from(if follow {
                libc::stat(path.as_ptr(), place)
            } else {
                libc::lstat(path.as_ptr(), place)
            })
        };
        system_call(thread, Some(args[0]), call)?;
    }
    let time = |seconds: i64, nanoseconds: i64| seconds * 1_000_000_000 + nanoseconds;
    let fields = [
        i64::from(stat.st_mode),
        stat.st_ino as i64,
        stat.st_dev as i64,
        stat.st_nlink as i64,
        i64::from(stat.st_uid),
        i64::from(stat.st_gid),
        stat.st_size,
        time(stat.st_atime, stat.st_atime_nsec),
        time(stat.st_mtime, stat.st_mtime_nsec),
        time(stat.st_ctime, stat.st_ctime_nsec),
    ];
    Ok(tuple::new(
        thread,
        fields
            .iter()
            .map(|&field| int::from_i64(thread, field))
            .collect(),
    ))
}

fn utime(thread: &Thread, args: &[Value]) -> Result {
    let path = path(thread, args[0])?;
    let times = if args[1].is_none() {
        [libc::timespec {
            tv_sec: 0,
            tv_nsec: libc::UTIME_NOW,
        }; 2]
    } else {
        let mut times = [libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        }; 2];
        for (i, time) in times.iter_mut().enumerate() {
            let item = index::get_item(thread, args[1], Value::small_int(i as i64))?;
            let seconds = convert::to_f64(thread, item.value())?;
            time.tv_sec = seconds.floor() as i64;
            time.tv_nsec = ((seconds - seconds.floor()) * 1e9) as i64;
        }
        times
    };
    // SAFETY: a valid C string and two times, alive across the call.
    let call =
        || i64::from(unsafe { libc::utimensat(libc::AT_FDCWD, path.as_ptr(), times.as_ptr(), 0) });
    done(system_call(thread, Some(args[0]), call))
}

fn open(thread: &Thread, args: &[Value]) -> Result {
    let (path, flags) = (
        path(thread, args[0])?,
        small(thread, args[1])? | libc::O_CLOEXEC,
    );
    let mode = small(thread, args[2])?;
    let fd = system_call(thread, Some(args[0]), || {
        // SAFETY: a valid C string, alive across the call.
        i64::from(unsafe { libc::open(path.as_ptr(), flags, mode) })
    })?;
    Ok(int::from_i64(thread, fd))
}

fn close(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    done(system_call(thread, None, || {
        // SAFETY: the program names the descriptor; closing one that is not open is an error, not undefined.
        i64::from(unsafe { libc::close(fd) })
    }))
}

fn read(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    let Ok(size) = usize::try_from(number(thread, args[1])?) else {
        return Err(raise_os_error(
            thread,
            &Error::from_raw_os_error(libc::EINVAL),
            None,
        ));
    };
    let mut buffer = vec![0u8; size];
    let target = buffer.as_mut_ptr();
    // SAFETY: the kernel writes at most `size` bytes.
    let n = system_call(thread, None, || unsafe {
        libc::read(fd, target.cast(), size) as i64
    })?;
    Ok(bytes::new(thread, &buffer[..n as usize]))
}

fn write(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    let Some(data) = args[1].get::<Bytes>() else {
        return raise!(
            thread,
            TypeError,
            "a bytes-like object is required, not '{}'",
            class_of(args[1]).name()
        );
    };
    let data = data.as_slice();
    // SAFETY: the kernel reads at most `data.len()` bytes.
    let n = system_call(thread, None, || unsafe {
        libc::write(fd, data.as_ptr().cast(), data.len()) as i64
    })?;
    Ok(int::from_i64(thread, n))
}

fn lseek(thread: &Thread, args: &[Value]) -> Result {
    let (fd, offset, whence) = (
        small(thread, args[0])?,
        number(thread, args[1])?,
        small(thread, args[2])?,
    );
    // SAFETY: a plain system call.
    let position = system_call(thread, None, || unsafe { libc::lseek(fd, offset, whence) })?;
    Ok(int::from_i64(thread, position))
}

fn pipe(thread: &Thread, _: &[Value]) -> Result {
    let mut ends = [0i32; 2];
    let place = ends.as_mut_ptr();
    system_call(thread, None, || {
        // SAFETY: the kernel writes two descriptors.
        i64::from(unsafe { libc::pipe2(place, libc::O_CLOEXEC) })
    })?;
    Ok(tuple::new(
        thread,
        ends.iter()
            .map(|&end| int::from_i64(thread, i64::from(end)))
            .collect(),
    ))
}

fn isatty(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    // SAFETY: a plain libc call.
    Ok(Owned::bool(unsafe { libc::isatty(fd) } == 1))
}

fn kill(thread: &Thread, args: &[Value]) -> Result {
    let (pid, signal) = (small(thread, args[0])?, small(thread, args[1])?);
    let result = done(system_call(thread, None, || {
        // SAFETY: a plain system call.
        i64::from(unsafe { libc::kill(pid, signal) })
    }));
    // A signal to ourselves is acted on before `kill` returns.
    thread.safepoint()?;
    result
}

/// Functions without arguments that give a number.
macro_rules! numbers {
    ($($name:ident)*) => {$(
        fn $name(thread: &Thread, _: &[Value]) -> Result {
            // SAFETY: a plain system call that cannot fail.
            let number = unsafe { libc::$name() };
            Ok(int::from_i64(thread, i64::from(number)))
        }
    )*};
}

numbers! { getpid getppid getuid geteuid getgid getegid }

fn umask(thread: &Thread, args: &[Value]) -> Result {
    let mask = small(thread, args[0])? as libc::mode_t;
    // SAFETY: a plain system call that cannot fail.
    let old = unsafe { libc::umask(mask) };
    Ok(int::from_i64(thread, i64::from(old)))
}

fn cpu_count(thread: &Thread, _: &[Value]) -> Result {
    // SAFETY: a plain libc call.
    let n = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
    Ok(if n > 0 {
        int::from_i64(thread, n)
    } else {
        Owned::NONE
    })
}

fn process_cpu_count(thread: &Thread, _: &[Value]) -> Result {
    match std::thread::available_parallelism() {
        Ok(n) => Ok(int::from_usize(thread, n.get())),
        Err(_) => Ok(Owned::NONE),
    }
}

fn urandom(thread: &Thread, args: &[Value]) -> Result {
    let Ok(size) = usize::try_from(number(thread, args[0])?) else {
        return raise!(thread, ValueError, "negative argument not allowed");
    };
    let mut buffer = vec![0u8; size];
    let mut filled = 0;
    while filled < size {
        let target = &mut buffer[filled..];
        let (address, length) = (target.as_mut_ptr(), target.len());
        // SAFETY: the kernel writes at most `length` bytes.
        filled += system_call(thread, None, || unsafe {
            libc::getrandom(address.cast(), length, 0) as i64
        })? as usize;
    }
    Ok(bytes::new(thread, &buffer))
}

fn strerror(thread: &Thread, args: &[Value]) -> Result {
    let number = small(thread, args[0])?;
    Ok(ashore_runtime::types::str::new(
        thread,
        &exception::classes::error_text(number),
    ))
}

fn system(thread: &Thread, args: &[Value]) -> Result {
    ashore_runtime::builtins::io::flush_standard_streams(thread)?;
    let command = path(thread, args[0])?;
    // SAFETY: a valid C string, alive across the call.
    let status = thread::detached(|| unsafe { libc::system(command.as_ptr()) });
    Ok(int::from_i64(thread, i64::from(status)))
}

fn exit(thread: &Thread, args: &[Value]) -> Result {
    let status = small(thread, args[0])?;
    // SAFETY: the process ends here.
    unsafe { libc::_exit(status) }
}

/// `_environment()`: the variables the process started with, changes by `putenv` included.
fn environment(thread: &Thread, _: &[Value]) -> Result {
    let result = dict::new(thread);
    let dict = result.get::<dict::Dict>().expect("just made");
    for (name, value) in std::env::vars_os() {
        let (name, value) = (
            path_str(thread, &name.into_vec()),
            path_str(thread, &value.into_vec()),
        );
        dict.set(thread, name.value(), value.value())?;
    }
    Ok(result)
}

fn variable(thread: &Thread, value: Value) -> Result<CString> {
    let Some(text) = value.get::<Str>() else {
        return raise!(
            thread,
            TypeError,
            "str expected, not {}",
            class_of(value).name()
        );
    };
    if text.to_str_lossy().contains('\0') {
        return raise!(thread, ValueError, "embedded null byte");
    }
    path(thread, value)
}

fn putenv(thread: &Thread, args: &[Value]) -> Result {
    let (name, value) = (variable(thread, args[0])?, variable(thread, args[1])?);
    if name.as_bytes().contains(&b'=') || name.is_empty() {
        return raise!(thread, ValueError, "illegal environment variable name");
    }
    done(system_call(thread, None, || {
        // SAFETY: valid C strings. Races with C code that reads the environment are the program's, as in CPython.
        i64::from(unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) })
    }))
}

fn unsetenv(thread: &Thread, args: &[Value]) -> Result {
    let name = variable(thread, args[0])?;
    done(system_call(thread, None, || {
        // SAFETY: as in `putenv`.
        i64::from(unsafe { libc::unsetenv(name.as_ptr()) })
    }))
}

/// `_terminal_size(fd)`: columns and lines.
fn terminal_size(thread: &Thread, args: &[Value]) -> Result {
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
    Ok(tuple::new(
        thread,
        vec![number(size.ws_col), number(size.ws_row)],
    ))
}

methods! { FUNCTIONS:
    static "unlink(path)" => unlink -> None;
    static "remove(path)" => unlink -> None;
    static "rmdir(path)" => rmdir -> None;
    static "mkdir(path, mode=511)" => mkdir -> None;
    static "chmod(path, mode)" => chmod -> None;
    static "access(path, mode)" => access -> Bool;
    static "rename(src, dst)" => rename -> None;
    static "replace(src, dst)" => rename -> None;
    static "link(src, dst)" => link -> None;
    static "symlink(src, dst)" => symlink -> None;
    static "readlink(path)" => readlink;
    static "chdir(path)" => chdir -> None;
    static "getcwd()" => getcwd -> Str;
    static "_entries(path, /)" => entries -> List;
    static "_stat(path, follow_symlinks, /)" => stat -> Tuple;
    static "utime(path, times=None)" => utime -> None;
    static "open(path, flags, mode=511)" => open -> Int;
    static "close(fd)" => close -> None;
    static "read(fd, length, /)" => read -> Bytes;
    static "write(fd, data, /)" => write -> Int;
    static "lseek(fd, position, how, /)" => lseek -> Int;
    static "pipe()" => pipe -> Tuple;
    static "isatty(fd, /)" => isatty -> Bool;
    static "kill(pid, signal, /)" => kill -> None;
    static "getpid()" => getpid -> Int;
    static "getppid()" => getppid -> Int;
    static "getuid()" => getuid -> Int;
    static "geteuid()" => geteuid -> Int;
    static "getgid()" => getgid -> Int;
    static "getegid()" => getegid -> Int;
    static "umask(mask, /)" => umask -> Int;
    static "cpu_count()" => cpu_count;
    static "process_cpu_count()" => process_cpu_count;
    static "urandom(size, /)" => urandom -> Bytes;
    static "strerror(code, /)" => strerror -> Str;
    static "system(command)" => system -> Int;
    static "_exit(status)" => exit;
    static "_environment()" => environment -> Dict;
    static "putenv(name, value, /)" => putenv -> None;
    static "unsetenv(name, /)" => unsetenv -> None;
    static "_terminal_size(fd, /)" => terminal_size -> Tuple;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for (name, value) in [
        ("F_OK", libc::F_OK),
        ("R_OK", libc::R_OK),
        ("W_OK", libc::W_OK),
        ("X_OK", libc::X_OK),
        ("O_RDONLY", libc::O_RDONLY),
        ("O_WRONLY", libc::O_WRONLY),
        ("O_RDWR", libc::O_RDWR),
        ("O_CREAT", libc::O_CREAT),
        ("O_EXCL", libc::O_EXCL),
        ("O_TRUNC", libc::O_TRUNC),
        ("O_APPEND", libc::O_APPEND),
    ] {
        module.set(thread, name, Value::small_int(i64::from(value)))?;
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "posix",
    doc: "This module provides access to operating system functionality that is\nstandardized by the C Standard and the POSIX standard.",
    functions: FUNCTIONS,
    initialize,
};
