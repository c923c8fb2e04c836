//! `resource`: limits of what a process may use, and what it has used.

use crate::posix::call::{small, system_call};
use ashore_runtime::operators::{convert, iterate};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::structure::Structure;
use ashore_runtime::types::{float, int, tuple};
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, methods, raise, structure};

structure! { RUSAGE = "resource.struct_rusage", "struct_rusage: Result from getrusage.":
    0 "ru_utime", 1 "ru_stime", 2 "ru_maxrss", 3 "ru_ixrss", 4 "ru_idrss", 5 "ru_isrss", 6 "ru_minflt", 7 "ru_majflt",
    8 "ru_nswap", 9 "ru_inblock", 10 "ru_oublock", 11 "ru_msgsnd", 12 "ru_msgrcv", 13 "ru_nsignals", 14 "ru_nvcsw",
    15 "ru_nivcsw"
}

const NUMBERS: [(&str, i64); 20] = [
    ("RLIMIT_AS", libc::RLIMIT_AS as i64),
    ("RLIMIT_CORE", libc::RLIMIT_CORE as i64),
    ("RLIMIT_CPU", libc::RLIMIT_CPU as i64),
    ("RLIMIT_DATA", libc::RLIMIT_DATA as i64),
    ("RLIMIT_FSIZE", libc::RLIMIT_FSIZE as i64),
    ("RLIMIT_MEMLOCK", libc::RLIMIT_MEMLOCK as i64),
    ("RLIMIT_MSGQUEUE", libc::RLIMIT_MSGQUEUE as i64),
    ("RLIMIT_NICE", libc::RLIMIT_NICE as i64),
    ("RLIMIT_NOFILE", libc::RLIMIT_NOFILE as i64),
    ("RLIMIT_NPROC", libc::RLIMIT_NPROC as i64),
    ("RLIMIT_OFILE", libc::RLIMIT_NOFILE as i64),
    ("RLIMIT_RSS", libc::RLIMIT_RSS as i64),
    ("RLIMIT_RTPRIO", libc::RLIMIT_RTPRIO as i64),
    ("RLIMIT_RTTIME", libc::RLIMIT_RTTIME as i64),
    ("RLIMIT_SIGPENDING", libc::RLIMIT_SIGPENDING as i64),
    ("RLIMIT_STACK", libc::RLIMIT_STACK as i64),
    ("RLIM_INFINITY", -1),
    ("RUSAGE_CHILDREN", libc::RUSAGE_CHILDREN as i64),
    ("RUSAGE_SELF", libc::RUSAGE_SELF as i64),
    ("RUSAGE_THREAD", libc::RUSAGE_THREAD as i64),
];

fn resource(thread: &Thread, value: Value) -> Result<libc::__rlimit_resource_t> {
    match u32::try_from(small(thread, value)?) {
        Ok(resource) if resource <= libc::RLIMIT_RTTIME => Ok(resource),
        _ => raise!(thread, ValueError, "invalid resource specified"),
    }
}

/// A limit; -1 is none at all, as in the system's own interface.
fn limit(thread: &Thread, value: Value) -> Result<libc::rlim_t> {
    Ok(convert::to_isize(thread, value)?.cast_unsigned() as libc::rlim_t)
}

fn limits(thread: &Thread, value: Value) -> Result<libc::rlimit> {
    match iterate::collect(thread, value)?.as_slice() {
        [soft, hard] => Ok(libc::rlimit {
            rlim_cur: limit(thread, soft.value())?,
            rlim_max: limit(thread, hard.value())?,
        }),
        _ => raise!(thread, ValueError, "expected a tuple of 2 integers"),
    }
}

fn pair(thread: &Thread, limits: &libc::rlimit) -> Owned {
    let limits = [limits.rlim_cur, limits.rlim_max];
    let limits = limits.map(|limit| int::from_i64(thread, limit.cast_signed()));
    tuple::new(thread, limits.into())
}

/// Raises what a failed change is: too high a limit is a wrong value.
fn change(thread: &Thread, mut call: impl FnMut() -> i32) -> Result<()> {
    let Err(raised) = system_call(thread, None, || i64::from(call())) else {
        return Ok(());
    };
    let code = std::io::Error::last_os_error().raw_os_error();
    if code == Some(libc::EINVAL) {
        drop(thread.take_exception(raised));
        return raise!(thread, ValueError, "current limit exceeds maximum limit");
    }
    Err(raised)
}

fn getrlimit(thread: &Thread, args: &[Value]) -> Result {
    let resource = resource(thread, args[0])?;
    let mut limits = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    let place = &raw mut limits;
    system_call(thread, None, || {
        // SAFETY: the kernel writes the two limits.
        i64::from(unsafe { libc::getrlimit(resource, place) })
    })?;
    Ok(pair(thread, &limits))
}

fn setrlimit(thread: &Thread, args: &[Value]) -> Result {
    let resource = resource(thread, args[0])?;
    let limits = limits(thread, args[1])?;
    // SAFETY: the kernel reads the two limits.
    change(thread, || unsafe {
        libc::setrlimit(resource, &raw const limits)
    })?;
    Ok(Owned::NONE)
}

fn prlimit(thread: &Thread, args: &[Value]) -> Result {
    let (pid, resource) = (small(thread, args[0])?, resource(thread, args[1])?);
    let new = match args[2].is_missing() {
        true => None,
        false => Some(limits(thread, args[2])?),
    };
    let new = new.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    let mut old = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    let place = &raw mut old;
    // SAFETY: the kernel reads the new limits, if there are some, and writes the old ones.
    change(thread, || unsafe {
        libc::prlimit(pid, resource, new, place)
    })?;
    Ok(pair(thread, &old))
}

fn getrusage(thread: &Thread, args: &[Value]) -> Result {
    let who = small(thread, args[0])?;
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    let place = usage.as_mut_ptr();
    // SAFETY: the kernel writes the structure.
    if unsafe { libc::getrusage(who, place) } != 0 {
        return raise!(thread, ValueError, "invalid who parameter");
    }
    // SAFETY: numbers, for which zeros are valid, and the kernel wrote them.
    let usage = unsafe { usage.assume_init() };
    Ok(self::usage(thread, &usage))
}

/// A `struct_rusage` of what the kernel says.
pub(crate) fn usage(thread: &Thread, usage: &libc::rusage) -> Owned {
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 * 1e-6;
    let mut fields: Vec<Owned> = [usage.ru_utime, usage.ru_stime]
        .map(|time| float::new(thread, seconds(time)))
        .into();
    let counts = [
        usage.ru_maxrss,
        usage.ru_ixrss,
        usage.ru_idrss,
        usage.ru_isrss,
        usage.ru_minflt,
        usage.ru_majflt,
        usage.ru_nswap,
        usage.ru_inblock,
        usage.ru_oublock,
        usage.ru_msgsnd,
        usage.ru_msgrcv,
        usage.ru_nsignals,
        usage.ru_nvcsw,
        usage.ru_nivcsw,
    ];
    fields.extend(counts.map(|count| int::from_i64(thread, count)));
    RUSAGE.make(thread, fields)
}

fn getpagesize(thread: &Thread, _: &[Value]) -> Result {
    // SAFETY: a plain libc call.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    Ok(int::from_i64(thread, size))
}

methods! { FUNCTIONS:
    static "getrusage(who, /)" => getrusage;
    static "getrlimit(resource, /)" => getrlimit -> Tuple;
    static "setrlimit(resource, limits, /)" => setrlimit -> None;
    static "prlimit(pid, resource, limits=<missing>, /)" => prlimit -> Tuple;
    static "getpagesize()" => getpagesize -> Int;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    let structure: &Structure = &RUSAGE;
    module.set(thread, "struct_rusage", structure.define(thread))?;
    module.set(thread, "error", Builtin::OSError.class().value())?;
    for (name, number) in NUMBERS {
        module.set(thread, name, Value::small_int(number))?;
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "resource",
    doc: "",
    functions: FUNCTIONS,
    initialize,
};
