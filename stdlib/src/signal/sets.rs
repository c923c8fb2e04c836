//! Sets of signals: which are blocked, which are pending, and waiting for them without handlers.

use super::NSIG;
use crate::posix::call::small;
use ashore_runtime::operators::{convert, iterate};
use ashore_runtime::types::exception::raise_os_error;
use ashore_runtime::types::int::IntRef;
use ashore_runtime::types::{int, set};
use ashore_runtime::{Builtin, Owned, Result, Thread, Value, raise, structure, thread, warnings};
use std::io::Error;
use std::time::{Duration, Instant};

structure! { pub(super) SIGINFO = "signal.struct_siginfo", "struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\nThis object may be accessed either as a tuple of\n(si_signo, si_code, si_errno, si_pid, si_uid, si_status, si_band),\nor via the attributes si_signo, si_code, and so on.":
    0 "si_signo", 1 "si_code", 2 "si_errno", 3 "si_pid", 4 "si_uid", 5 "si_status", 6 "si_band"
}

/// No signals.
fn empty() -> libc::sigset_t {
    let mut signals = std::mem::MaybeUninit::uninit();
    // SAFETY: the C library writes the whole set.
    unsafe {
        libc::sigemptyset(signals.as_mut_ptr());
        signals.assume_init()
    }
}

/// The signals that an iterable names.
fn from_iterable(thread: &Thread, iterable: Value) -> Result<libc::sigset_t> {
    let mut signals = empty();
    iterate::for_each(thread, iterable, |item| {
        let index = convert::index(thread, item.value())?;
        let given = IntRef::of(&index).expect("`index` gives an int");
        // As C has it, what does not fit is -1.
        let given = given.to_i64().unwrap_or(-1);
        let signal = match i32::try_from(given) {
            Ok(signal) if (1..NSIG).contains(&signal) => signal,
            _ => {
                let last = NSIG - 1;
                let text = format!("signal number {given} out of range [1; {last}]");
                return raise!(thread, ValueError, "{text}");
            }
        };
        // SAFETY: an initialized set; the C library keeps two signals to itself.
        if unsafe { libc::sigaddset(&raw mut signals, signal) } == 0 {
            return Ok(());
        }
        let text = format!("invalid signal number {signal}, please use valid_signals()");
        warnings::warn(thread, Builtin::RuntimeWarning, &text, false)
    })?;
    Ok(signals)
}

/// The signals of a set, as a Python set of numbers.
fn to_set(thread: &Thread, signals: &libc::sigset_t) -> Result {
    let result = set::new(thread);
    let numbers = set::as_set(&result).expect("just made");
    for signal in 1..NSIG {
        // SAFETY: an initialized set, and a number that it may have.
        if unsafe { libc::sigismember(signals, signal) } == 1 {
            numbers.add(thread, Value::small_int(signal.into()))?;
        }
    }
    Ok(result)
}

fn failed<R>(thread: &Thread, code: i32) -> Result<R> {
    let error = Error::from_raw_os_error(code);
    Err(raise_os_error(thread, &error, None))
}

/// `pthread_sigmask(how, mask)`: handlers of signals that are no longer blocked run at once.
pub(super) fn mask(thread: &Thread, args: &[Value]) -> Result {
    let how = small(thread, args[0])?;
    let wanted = from_iterable(thread, args[1])?;
    let mut before = empty();
    // SAFETY: initialized sets.
    let code = unsafe { libc::pthread_sigmask(how, &raw const wanted, &raw mut before) };
    if code != 0 {
        return failed(thread, code);
    }
    thread.safepoint()?;
    to_set(thread, &before)
}

pub(super) fn pending(thread: &Thread, _: &[Value]) -> Result {
    let mut signals = empty();
    // SAFETY: an initialized set.
    match unsafe { libc::sigpending(&raw mut signals) } {
        0 => to_set(thread, &signals),
        _ => Err(raise_os_error(thread, &Error::last_os_error(), None)),
    }
}

pub(super) fn wait(thread: &Thread, args: &[Value]) -> Result {
    let signals = from_iterable(thread, args[0])?;
    let mut signal = 0;
    // SAFETY: an initialized set, and a place for the number.
    let code = thread::detached(|| unsafe { libc::sigwait(&raw const signals, &raw mut signal) });
    match code {
        0 => Ok(int::from_i64(thread, signal.into())),
        code => failed(thread, code),
    }
}

/// Waits for one of the signals, and after a signal that is another one for the rest of the time.
fn wait_for(thread: &Thread, signals: &libc::sigset_t, limit: Option<Duration>) -> Result {
    let deadline = limit.map(|limit| Instant::now() + limit);
    loop {
        let left = deadline.map(|deadline| {
            let left = deadline.saturating_duration_since(Instant::now());
            libc::timespec {
                tv_sec: left.as_secs().cast_signed(),
                tv_nsec: left.subsec_nanos().into(),
            }
        });
        // SAFETY: all-zero bytes are such a structure.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        let time = left.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        let result = thread::detached(|| {
            // SAFETY: an initialized set, a place for the structure, and a time or null.
            match unsafe { libc::sigtimedwait(signals, &raw mut info, time) } {
                -1 => Err(Error::last_os_error()),
                _ => Ok(()),
            }
        });
        match result {
            Ok(()) => return Ok(object(thread, &info)),
            Err(error) => match error.raw_os_error() {
                Some(libc::EINTR) => thread.safepoint()?,
                Some(libc::EAGAIN) if limit.is_some() => return Ok(Owned::NONE),
                _ => return Err(raise_os_error(thread, &error, None)),
            },
        }
    }
}

fn object(thread: &Thread, info: &libc::siginfo_t) -> Owned {
    // SAFETY: the kernel has filled the structure, whose parts overlap; all of them are numbers.
    let (pid, uid, status, band) = unsafe {
        let band = std::ptr::from_ref(info).cast::<i64>().add(BAND).read();
        (info.si_pid(), info.si_uid(), info.si_status(), band)
    };
    let fields = [
        info.si_signo.into(),
        info.si_code.into(),
        info.si_errno.into(),
        pid.into(),
        uid.into(),
        status.into(),
        band,
    ];
    let fields = fields.map(|field| int::from_i64(thread, field));
    SIGINFO.make(thread, fields.into())
}

/// Where `si_band` is in the structure, in words: behind three numbers and a gap.
const BAND: usize = 2;

pub(super) fn wait_info(thread: &Thread, args: &[Value]) -> Result {
    let signals = from_iterable(thread, args[0])?;
    wait_for(thread, &signals, None)
}

pub(super) fn timed_wait(thread: &Thread, args: &[Value]) -> Result {
    let signals = from_iterable(thread, args[0])?;
    let is_number = convert::has_index(args[1]) || convert::try_f64(thread, args[1])?.is_some();
    if !is_number {
        let got = convert::type_name(args[1]);
        let text = "object cannot be interpreted as an integer or float";
        return raise!(thread, TypeError, "'{got}' {text}");
    }
    let seconds = convert::to_f64(thread, args[1])?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(limit) => wait_for(thread, &signals, Some(limit)),
        Err(_) if seconds < 0.0 => raise!(thread, ValueError, "timeout must be non-negative"),
        Err(_) => {
            let text = "timestamp too large to convert to C PyTime_t";
            raise!(thread, OverflowError, "{text}")
        }
    }
}
