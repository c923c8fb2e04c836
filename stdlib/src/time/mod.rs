//! `time`: clocks, sleeping, and calendar time.

mod calendar;

use crate::namespace;
use ashore_runtime::operators::{attribute, convert};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::{float, int};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise, thread};
use std::time::{Duration, Instant};

/// Seconds and nanoseconds of a system clock.
fn clock(id: libc::clockid_t) -> (i64, i64) {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is a valid place for the result; the clocks named here exist on every Linux.
    unsafe { libc::clock_gettime(id, &raw mut time) };
    (time.tv_sec, time.tv_nsec)
}

fn seconds(thread: &Thread, id: libc::clockid_t) -> Result {
    let (seconds, nanoseconds) = clock(id);
    Ok(float::new(
        thread,
        seconds as f64 + nanoseconds as f64 * 1e-9,
    ))
}

fn nanoseconds(thread: &Thread, id: libc::clockid_t) -> Result {
    let (seconds, nanoseconds) = clock(id);
    Ok(int::from_i64(thread, seconds * 1_000_000_000 + nanoseconds))
}

macro_rules! clocks {
    ($($seconds:ident $nanoseconds:ident $id:ident;)*) => {$(
        fn $seconds(thread: &Thread, _: &[Value]) -> Result {
            seconds(thread, libc::$id)
        }
        fn $nanoseconds(thread: &Thread, _: &[Value]) -> Result {
            nanoseconds(thread, libc::$id)
        }
    )*};
}

clocks! {
    time time_ns CLOCK_REALTIME;
    monotonic monotonic_ns CLOCK_MONOTONIC;
    process_time process_time_ns CLOCK_PROCESS_CPUTIME_ID;
    thread_time thread_time_ns CLOCK_THREAD_CPUTIME_ID;
}

fn sleep(thread: &Thread, args: &[Value]) -> Result {
    let seconds = convert::seconds(thread, args[0])?;
    if seconds < 0.0 {
        return raise!(thread, ValueError, "sleep length must be non-negative");
    }
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(Owned::NONE);
        }
        let request = libc::timespec {
            tv_sec: left.as_secs() as i64,
            tv_nsec: i64::from(left.subsec_nanos()),
        };
        // SAFETY: the request is valid; where the rest would go may be null.
        let status = thread::detached(|| unsafe {
            libc::nanosleep(&raw const request, std::ptr::null_mut())
        });
        if status != 0 {
            // A signal: its handler runs now, and may raise.
            thread.safepoint()?;
        }
    }
}

methods! { FUNCTIONS:
    /// Return the current time in seconds since the Epoch.
    static "time()" => time -> Float;
    /// Return the current time in nanoseconds since the Epoch.
    static "time_ns()" => time_ns -> Int;
    /// Monotonic clock, cannot go backward.
    static "monotonic()" => monotonic -> Float;
    /// Monotonic clock, cannot go backward, as nanoseconds.
    static "monotonic_ns()" => monotonic_ns -> Int;
    /// Performance counter for benchmarking.
    static "perf_counter()" => monotonic -> Float;
    /// Performance counter for benchmarking as nanoseconds.
    static "perf_counter_ns()" => monotonic_ns -> Int;
    /// Process time for profiling: sum of the kernel and user-space CPU time.
    static "process_time()" => process_time -> Float;
    /// Process time for profiling as nanoseconds.
    static "process_time_ns()" => process_time_ns -> Int;
    /// Thread time for profiling.
    static "thread_time()" => thread_time -> Float;
    /// Thread time for profiling as nanoseconds.
    static "thread_time_ns()" => thread_time_ns -> Int;
    /// Delay execution for a given number of seconds.
    static "sleep(object, /)" => sleep -> None;
    /// Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a. GMT).
    static "gmtime(seconds=<missing>, /)" => calendar::gmtime;
    /// Convert seconds since the Epoch to a time tuple expressing local time.
    static "localtime(seconds=<missing>, /)" => calendar::localtime;
    /// mktime(tuple) -> floating-point number
    static "mktime(tuple, /)" => calendar::mktime -> Float;
    /// asctime([tuple]) -> string
    static "asctime(tuple=<missing>, /)" => calendar::asctime -> Str;
    /// ctime(seconds) -> string
    static "ctime(seconds=<missing>, /)" => calendar::ctime -> Str;
    /// strftime(format[, tuple]) -> string
    static "strftime(format, tuple=<missing>, /)" => calendar::strftime -> Str;
    /// strptime(string, format) -> struct_time
    static "strptime(string, format=<missing>, /)" => calendar::strptime;
    /// Initialize, or reinitialize, the local timezone to the value stored in os.environ['TZ'].
    static "tzset()" => calendar::tzset_ -> None;
    /// Return the time of the specified clock clk_id as a float.
    static "clock_gettime(clk_id, /)" => clock_gettime -> Float;
    /// Return the time of the specified clock clk_id as nanoseconds (int).
    static "clock_gettime_ns(clk_id, /)" => clock_gettime_ns -> Int;
    /// Return the resolution (precision) of the specified clock clk_id.
    static "clock_getres(clk_id, /)" => clock_getres -> Float;
    /// Get information of the specified clock.
    static "get_clock_info(name, /)" => get_clock_info;
}

/// `get_clock_info(name)`
fn get_clock_info(thread: &Thread, args: &[Value]) -> Result {
    let name = args[0].get::<Str>().map(Str::to_str_lossy);
    let (clock, function, monotonic) = match name.as_deref() {
        Some("time") => (libc::CLOCK_REALTIME, "CLOCK_REALTIME", false),
        Some("monotonic" | "perf_counter") => (libc::CLOCK_MONOTONIC, "CLOCK_MONOTONIC", true),
        Some("process_time") => (
            libc::CLOCK_PROCESS_CPUTIME_ID,
            "CLOCK_PROCESS_CPUTIME_ID",
            true,
        ),
        Some("thread_time") => (
            libc::CLOCK_THREAD_CPUTIME_ID,
            "CLOCK_THREAD_CPUTIME_ID",
            true,
        ),
        _ => return raise!(thread, ValueError, "unknown clock"),
    };
    let info = namespace::new(thread)?;
    for (name, value) in [
        (
            "implementation",
            str::new(thread, &format!("clock_gettime({function})")),
        ),
        ("monotonic", Owned::bool(monotonic)),
        ("adjustable", Owned::bool(!monotonic)),
        (
            "resolution",
            clock_getres(thread, &[Value::small_int(i64::from(clock))])?,
        ),
    ] {
        attribute::set(
            thread,
            info.value(),
            str::intern(thread, name),
            value.value(),
        )?;
    }
    Ok(info)
}

/// The clock an argument names; the error is the system's.
fn clock_argument(thread: &Thread, value: Value) -> Result<libc::clockid_t> {
    let id = convert::to_isize(thread, value)? as libc::clockid_t;
    // SAFETY: only asks whether there is such a clock.
    if unsafe { libc::clock_getres(id, std::ptr::null_mut()) } != 0 {
        let error = std::io::Error::last_os_error();
        return Err(ashore_runtime::types::exception::raise_os_error(
            thread, &error, None,
        ));
    }
    Ok(id)
}

fn clock_gettime(thread: &Thread, args: &[Value]) -> Result {
    let id = clock_argument(thread, args[0])?;
    seconds(thread, id)
}

fn clock_gettime_ns(thread: &Thread, args: &[Value]) -> Result {
    let id = clock_argument(thread, args[0])?;
    nanoseconds(thread, id)
}

fn clock_getres(thread: &Thread, args: &[Value]) -> Result {
    let id = clock_argument(thread, args[0])?;
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: a valid place for the result.
    unsafe { libc::clock_getres(id, &raw mut time) };
    Ok(float::new(
        thread,
        time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9,
    ))
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for (name, id) in [
        ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
        ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
        ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
        ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
        ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
        ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
        ("CLOCK_TAI", libc::CLOCK_TAI),
    ] {
        module.set(thread, name, Value::small_int(i64::from(id)))?;
    }
    calendar::define(thread, module)
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "time",
    doc: "This module provides various functions to manipulate time values.",
    functions: FUNCTIONS,
    initialize,
};
