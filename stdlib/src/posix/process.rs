//! Processes: who we are, making others, signals, limits and times.

use super::call::{as_int, done, number, path, small, system_call};
use super::constants;
use ashore_runtime::builtins::io::path_bytes;
use ashore_runtime::operators::{attribute, call, index, iterate};
use ashore_runtime::types::exception::raise_os_error;
use ashore_runtime::types::str::Str;
use ashore_runtime::types::{bytes, float, int, list, set, str, tuple};
use ashore_runtime::{Owned, Result, Thread, Value, builtins, raise, structure, thread};
use std::ffi::{CStr, CString};
use std::io::Error;

structure! { pub(super) UNAME_RESULT = "posix.uname_result", "uname_result: Result from os.uname().":
    0 "sysname", 1 "nodename", 2 "release", 3 "version", 4 "machine"
}

structure! { pub(super) TIMES_RESULT = "posix.times_result", "times_result: Result from os.times().":
    0 "user", 1 "system", 2 "children_user", 3 "children_system", 4 "elapsed"
}

/// Functions without arguments that give a number and cannot fail.
macro_rules! numbers {
    ($($name:ident)*) => {$(
        pub(super) fn $name(thread: &Thread, _: &[Value]) -> Result {
            // SAFETY: a plain system call that cannot fail.
            let number = unsafe { libc::$name() };
            Ok(int::from_i64(thread, i64::from(number)))
        }
    )*};
}

numbers! { getpid getppid getuid geteuid getgid getegid getpgrp }

/// Calls with one or two numbers that give a number.
macro_rules! number_calls {
    ($($name:ident($($i:literal),*);)*) => {$(
        pub(super) fn $name(thread: &Thread, args: &[Value]) -> Result {
            let numbers = args.iter().map(|&value| number(thread, value)).collect::<Result<Vec<i64>>>()?;
            as_int(thread, system_call(thread, None, || {
                // SAFETY: a plain system call on numbers.
                i64::from(unsafe { libc::$name($(numbers[$i] as _),*) })
            }))
        }
    )*};
}

number_calls! {
    getpgid(0);
    getsid(0);
    getpriority(0, 1);
}

/// The same for calls that give nothing.
macro_rules! effect_calls {
    ($($name:ident($($i:literal),*);)*) => {$(
        pub(super) fn $name(thread: &Thread, args: &[Value]) -> Result {
            let numbers = args.iter().map(|&value| number(thread, value)).collect::<Result<Vec<i64>>>()?;
            done(system_call(thread, None, || {
                // SAFETY: a plain system call on numbers.
                i64::from(unsafe { libc::$name($(numbers[$i] as _),*) })
            }))
        }
    )*};
}

effect_calls! {
    setpgid(0, 1);
    setpriority(0, 1, 2);
    setuid(0);
    setgid(0);
    seteuid(0);
    setegid(0);
    setreuid(0, 1);
    setregid(0, 1);
    killpg(0, 1);
    tcsetpgrp(0, 1);
}

pub(super) fn tcgetpgrp(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    as_int(
        thread,
        system_call(thread, None, || {
            // SAFETY: a plain system call.
            i64::from(unsafe { libc::tcgetpgrp(fd) })
        }),
    )
}

pub(super) fn setsid(thread: &Thread, _: &[Value]) -> Result {
    done(system_call(thread, None, || {
        // SAFETY: a plain system call.
        i64::from(unsafe { libc::setsid() })
    }))
}

pub(super) fn sched_yield(_: &Thread, _: &[Value]) -> Result {
    thread::detached(std::thread::yield_now);
    Ok(Owned::NONE)
}

pub(super) fn nice(thread: &Thread, args: &[Value]) -> Result {
    let increment = small(thread, args[0])?;
    // SAFETY: a plain system call; `errno` tells the priority -1 from a failure.
    let (priority, error) = unsafe {
        *libc::__errno_location() = 0;
        (libc::nice(increment), Error::last_os_error())
    };
    if priority == -1 && error.raw_os_error() != Some(0) {
        return Err(raise_os_error(thread, &error, None));
    }
    Ok(int::from_i64(thread, i64::from(priority)))
}

pub(super) fn kill(thread: &Thread, args: &[Value]) -> Result {
    let (pid, signal) = (small(thread, args[0])?, small(thread, args[1])?);
    let result = done(system_call(thread, None, || {
        // SAFETY: a plain system call.
        i64::from(unsafe { libc::kill(pid, signal) })
    }));
    // A signal to ourselves is acted on before `kill` returns.
    thread.safepoint()?;
    result
}

pub(super) fn getgroups(thread: &Thread, _: &[Value]) -> Result {
    // SAFETY: the first call only counts; the second writes at most as many groups as there is room for.
    let groups = unsafe {
        let count = libc::getgroups(0, std::ptr::null_mut());
        let mut groups = vec![0; usize::try_from(count).unwrap_or(0)];
        let count = libc::getgroups(groups.len() as i32, groups.as_mut_ptr());
        groups.truncate(usize::try_from(count).unwrap_or(0));
        groups
    };
    let groups = groups
        .iter()
        .map(|&group| int::from_i64(thread, i64::from(group)));
    Ok(list::new(thread, groups.collect()))
}

pub(super) fn getlogin(thread: &Thread, _: &[Value]) -> Result {
    // SAFETY: null, or a C string in the C library's memory, which is copied at once.
    let name = thread::detached(|| unsafe {
        let name = libc::getlogin();
        match name.is_null() {
            true => Err(Error::last_os_error()),
            false => Ok(CStr::from_ptr(name).to_bytes().to_vec()),
        }
    });
    match name {
        Ok(name) => Ok(builtins::io::path_str(thread, &name)),
        Err(error) => Err(raise_os_error(thread, &error, None)),
    }
}

pub(super) fn getloadavg(thread: &Thread, _: &[Value]) -> Result {
    let mut load = [0.0; 3];
    // SAFETY: the C library writes three numbers.
    if unsafe { libc::getloadavg(load.as_mut_ptr(), 3) } != 3 {
        return raise!(thread, OSError, "Load averages are unobtainable");
    }
    let load = load.iter().map(|&x| float::new(thread, x));
    Ok(tuple::new(thread, load.collect()))
}

pub(super) fn uname(thread: &Thread, _: &[Value]) -> Result {
    // SAFETY: all-zero bytes are a valid `utsname`, which the kernel fills.
    let name = unsafe {
        let mut name = std::mem::zeroed::<libc::utsname>();
        libc::uname(&raw mut name);
        name
    };
    let text = |field: &[libc::c_char]| {
        let bytes: Vec<u8> = field
            .iter()
            .map(|&c| c as u8)
            .take_while(|&c| c != 0)
            .collect();
        builtins::io::path_str(thread, &bytes)
    };
    let fields = [
        &name.sysname,
        &name.nodename,
        &name.release,
        &name.version,
        &name.machine,
    ];
    let fields = fields.iter().map(|field| text(&field[..]));
    Ok(UNAME_RESULT.make(thread, fields.collect()))
}

pub(super) fn times(thread: &Thread, _: &[Value]) -> Result {
    // SAFETY: all-zero bytes are a valid `tms`, which the kernel fills.
    let (times, elapsed, ticks) = unsafe {
        let mut times = std::mem::zeroed::<libc::tms>();
        let elapsed = libc::times(&raw mut times);
        (times, elapsed, libc::sysconf(libc::_SC_CLK_TCK))
    };
    let fields = [
        times.tms_utime,
        times.tms_stime,
        times.tms_cutime,
        times.tms_cstime,
        elapsed,
    ];
    let fields = fields
        .iter()
        .map(|&t| float::new(thread, t as f64 / ticks as f64));
    Ok(TIMES_RESULT.make(thread, fields.collect()))
}

pub(super) fn cpu_count(thread: &Thread, _: &[Value]) -> Result {
    // SAFETY: a plain libc call.
    let n = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
    Ok(match n > 0 {
        true => int::from_i64(thread, n),
        false => Owned::NONE,
    })
}

pub(super) fn sched_getaffinity(thread: &Thread, args: &[Value]) -> Result {
    let pid = small(thread, args[0])?;
    // SAFETY: all-zero bytes are a valid set.
    let mut cpus = unsafe { std::mem::zeroed::<libc::cpu_set_t>() };
    let place = &raw mut cpus;
    system_call(thread, None, || {
        // SAFETY: the kernel fills the set.
        i64::from(unsafe { libc::sched_getaffinity(pid, size_of::<libc::cpu_set_t>(), place) })
    })?;
    let result = set::new(thread);
    let numbers = set::as_set(&result).expect("just made");
    for cpu in 0..libc::CPU_SETSIZE as usize {
        // SAFETY: the number is within the set.
        if unsafe { libc::CPU_ISSET(cpu, &cpus) } {
            numbers.add(thread, Value::small_int(cpu as i64))?;
        }
    }
    Ok(result)
}

/// The number of something that the system tells about itself: given, or by its name in the table.
pub(super) fn configuration(thread: &Thread, name: Value, table: &str) -> Result<i32> {
    let Some(text) = name.get::<Str>() else {
        if int::IntRef::of(&name).is_none() {
            return raise!(
                thread,
                TypeError,
                "configuration names must be strings or integers"
            );
        }
        return small(thread, name);
    };
    let tables = constants::NAMES.iter();
    let mut names = tables
        .filter(|(owner, _)| *owner == table)
        .flat_map(|(_, names)| *names);
    match names.find(|(known, _)| text.is_text(known)) {
        Some(&(_, number)) => Ok(number),
        None => raise!(thread, ValueError, "unrecognized configuration name"),
    }
}

pub(super) fn sysconf(thread: &Thread, args: &[Value]) -> Result {
    let name = configuration(thread, args[0], "sysconf_names")?;
    // SAFETY: a plain libc call; `errno` tells a missing limit from a failure.
    let (value, error) = unsafe {
        *libc::__errno_location() = 0;
        (libc::sysconf(name), Error::last_os_error())
    };
    if value == -1 && error.raw_os_error() != Some(0) {
        return Err(raise_os_error(thread, &error, None));
    }
    Ok(int::from_i64(thread, value))
}

pub(super) fn system(thread: &Thread, args: &[Value]) -> Result {
    builtins::io::flush_standard_streams(thread)?;
    let command = path(thread, args[0])?;
    // SAFETY: a valid C string, alive across the call.
    let status = thread::detached(|| unsafe { libc::system(command.as_ptr()) });
    Ok(int::from_i64(thread, i64::from(status)))
}

pub(super) fn exit(thread: &Thread, args: &[Value]) -> Result {
    let status = small(thread, args[0])?;
    // SAFETY: the process ends here.
    unsafe { libc::_exit(status) }
}

pub(super) fn abort(_: &Thread, _: &[Value]) -> Result {
    std::process::abort()
}

pub(super) fn waitpid(thread: &Thread, args: &[Value]) -> Result {
    let (pid, options) = (small(thread, args[0])?, small(thread, args[1])?);
    let mut status = 0;
    let place = &raw mut status;
    let pid = system_call(thread, None, || {
        // SAFETY: the kernel writes the status.
        i64::from(unsafe { libc::waitpid(pid, place, options) })
    })?;
    let parts = vec![
        int::from_i64(thread, pid),
        int::from_i64(thread, i64::from(status)),
    ];
    Ok(tuple::new(thread, parts))
}

pub(super) fn wait(thread: &Thread, _: &[Value]) -> Result {
    waitpid(thread, &[Value::small_int(-1), Value::small_int(0)])
}

/// Functions that take a wait status apart.
macro_rules! statuses {
    ($($name:ident $call:ident $result:ident;)*) => {$(
        pub(super) fn $name(thread: &Thread, args: &[Value]) -> Result {
            let status = small(thread, args[0])?;
            Ok(statuses!(@$result thread, libc::$call(status)))
        }
    )*};
    (@int $thread:ident, $value:expr) => { int::from_i64($thread, i64::from($value)) };
    (@bool $thread:ident, $value:expr) => { Owned::bool($value) };
}

statuses! {
    exit_status WEXITSTATUS int;
    terminating_signal WTERMSIG int;
    stopping_signal WSTOPSIG int;
    has_exited WIFEXITED bool;
    was_signaled WIFSIGNALED bool;
    is_stopped WIFSTOPPED bool;
    is_continued WIFCONTINUED bool;
    dumped_core WCOREDUMP bool;
}

pub(super) fn exit_code(thread: &Thread, args: &[Value]) -> Result {
    let status = small(thread, args[0])?;
    let code = if libc::WIFEXITED(status) {
        libc::WEXITSTATUS(status)
    } else if libc::WIFSIGNALED(status) {
        -libc::WTERMSIG(status)
    } else if libc::WIFSTOPPED(status) {
        let signal = libc::WSTOPSIG(status);
        return raise!(
            thread,
            ValueError,
            "process stopped by delivery of signal {signal}"
        );
    } else {
        return raise!(thread, ValueError, "invalid wait status: {status}");
    };
    Ok(int::from_i64(thread, i64::from(code)))
}

/// Strings of an argument list or an environment.
pub(crate) fn strings(thread: &Thread, values: Value) -> Result<Vec<CString>> {
    let mut strings = Vec::new();
    for value in iterate::collect(thread, values)? {
        match CString::new(path_bytes(thread, value.value())?) {
            Ok(string) => strings.push(string),
            Err(_) => return raise!(thread, ValueError, "embedded null byte"),
        }
    }
    Ok(strings)
}

/// `name=value` for each entry of a mapping.
pub(super) fn environment(thread: &Thread, mapping: Value) -> Result<Vec<CString>> {
    let keys = attribute::get(thread, mapping, str::intern(thread, "keys"))?;
    let keys = call::call(thread, keys.value(), &[])?;
    let mut strings = Vec::new();
    for key in iterate::collect(thread, keys.value())? {
        let value = index::get_item(thread, mapping, key.value())?;
        let mut entry = path_bytes(thread, key.value())?;
        if entry.contains(&b'=') {
            return raise!(thread, ValueError, "illegal environment variable name");
        }
        entry.push(b'=');
        entry.extend(path_bytes(thread, value.value())?);
        match CString::new(entry) {
            Ok(string) => strings.push(string),
            Err(_) => return raise!(thread, ValueError, "embedded null byte"),
        }
    }
    Ok(strings)
}

/// The array of pointers that `exec` takes: it borrows from the strings.
pub(crate) fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    let pointers = strings.iter().map(|string| string.as_ptr());
    pointers.chain([std::ptr::null()]).collect()
}

pub(super) fn execv(thread: &Thread, args: &[Value]) -> Result {
    let path = path(thread, args[0])?;
    let arguments = strings(thread, args[1])?;
    if arguments.is_empty() {
        return raise!(thread, ValueError, "execv() arg 2 must not be empty");
    }
    let pointers = pointers(&arguments);
    // SAFETY: valid C strings and an array of them that ends in null.
    unsafe { libc::execv(path.as_ptr(), pointers.as_ptr()) };
    Err(raise_os_error(
        thread,
        &Error::last_os_error(),
        Some(args[0]),
    ))
}

pub(super) fn execve(thread: &Thread, args: &[Value]) -> Result {
    let path = path(thread, args[0])?;
    let arguments = strings(thread, args[1])?;
    if arguments.is_empty() {
        return raise!(thread, ValueError, "execve: argv must not be empty");
    }
    let environment = environment(thread, args[2])?;
    let (arguments, environment) = (pointers(&arguments), pointers(&environment));
    // SAFETY: valid C strings and arrays of them that end in null.
    unsafe { libc::execve(path.as_ptr(), arguments.as_ptr(), environment.as_ptr()) };
    Err(raise_os_error(
        thread,
        &Error::last_os_error(),
        Some(args[0]),
    ))
}

/// `confstr(name)`
pub(super) fn confstr(thread: &Thread, args: &[Value]) -> Result {
    let name = configuration(thread, args[0], "confstr_names")?;
    let mut buffer = [0u8; 1024];
    // SAFETY: the C library writes at most as many bytes as there is room for.
    let length = unsafe { libc::confstr(name, buffer.as_mut_ptr().cast(), buffer.len()) };
    if length == 0 {
        return Ok(Owned::NONE);
    }
    let text = CStr::from_bytes_until_nul(&buffer).unwrap_or_default();
    Ok(builtins::io::path_str(thread, text.to_bytes()))
}

/// `ctermid()`
pub(super) fn ctermid(thread: &Thread, _: &[Value]) -> Result {
    Ok(str::new(thread, "/dev/tty"))
}

/// `ttyname(fd)`
pub(super) fn ttyname(thread: &Thread, args: &[Value]) -> Result {
    let fd = small(thread, args[0])?;
    let mut buffer = [0u8; 256];
    // SAFETY: the C library writes at most as many bytes as there is room for.
    let error = unsafe { libc::ttyname_r(fd, buffer.as_mut_ptr().cast(), buffer.len()) };
    if error != 0 {
        let error = Error::from_raw_os_error(error);
        return Err(raise_os_error(thread, &error, None));
    }
    let name = CStr::from_bytes_until_nul(&buffer).unwrap_or_default();
    Ok(builtins::io::path_str(thread, name.to_bytes()))
}

/// The environment the process has now, as `os.environ` starts with it: a dict of bytes.
pub(super) fn environ(thread: &Thread) -> Result {
    use ashore_runtime::types::dict::{self, Dict};
    use std::os::unix::ffi::OsStringExt;
    let result = dict::new(thread);
    let table = result.get::<Dict>().expect("made as a dict");
    for (name, value) in std::env::vars_os() {
        let name = bytes::new(thread, &name.into_vec());
        let value = bytes::new(thread, &value.into_vec());
        table.set_default(thread, name.value(), value.value())?;
    }
    Ok(result)
}

pub(super) fn create_environ(thread: &Thread, _: &[Value]) -> Result {
    environ(thread)
}

fn variable(thread: &Thread, value: Value) -> Result<CString> {
    match CString::new(path_bytes(thread, value)?) {
        Ok(variable) => Ok(variable),
        Err(_) => raise!(thread, ValueError, "embedded null byte"),
    }
}

pub(super) fn putenv(thread: &Thread, args: &[Value]) -> Result {
    let (name, value) = (variable(thread, args[0])?, variable(thread, args[1])?);
    if name.as_bytes().contains(&b'=') {
        return raise!(thread, ValueError, "illegal environment variable name");
    }
    done(system_call(thread, None, || {
        // SAFETY: valid C strings. Races with C code that reads the environment are the program's, as in CPython.
        i64::from(unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) })
    }))
}

pub(super) fn unsetenv(thread: &Thread, args: &[Value]) -> Result {
    let name = variable(thread, args[0])?;
    done(system_call(thread, None, || {
        // SAFETY: as in `putenv`.
        i64::from(unsafe { libc::unsetenv(name.as_ptr()) })
    }))
}
