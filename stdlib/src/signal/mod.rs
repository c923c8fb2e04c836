//! `_signal`: handlers of signals, which run in the main thread between instructions.

mod sets;

use crate::cell::Var;
use ashore_runtime::operators::{call, convert};
use ashore_runtime::sync::signals;
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::exception::raise_os_error;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::{float, int, set, str, tuple};
use ashore_runtime::{Builtin, Owned, Result, Thread, Value, methods, raise, thread};
use std::io::Error;
use std::sync::OnceLock;

/// Handlers by signal number, a dict: callables, SIG_DFL or SIG_IGN.
static HANDLERS: OnceLock<Var> = OnceLock::new();

const DEFAULT: i64 = 0;
const IGNORE: i64 = 1;
/// One more than the highest signal.
const NSIG: i32 = 65;

fn handlers(thread: &Thread) -> Owned {
    HANDLERS.get_or_init(|| Var::new(dict::new(thread))).get()
}

fn number(thread: &Thread, value: Value) -> Result<i32> {
    match i32::try_from(convert::to_isize(thread, value)?) {
        Ok(number) if (1..NSIG).contains(&number) => Ok(number),
        _ => raise!(thread, ValueError, "signal number out of range"),
    }
}

/// Runs the handler of a signal that arrived.
fn dispatch(thread: &Thread, signal: i32) -> Result<()> {
    let table = handlers(thread);
    let table = table.get::<Dict>().expect("made as a dict");
    let key = Value::small_int(i64::from(signal));
    match table.get(thread, key)? {
        Some(handler) if call::is_callable(handler.value()) => {
            call::call(thread, handler.value(), &[key, Value::NONE]).map(drop)
        }
        _ => Ok(()),
    }
}

fn current(thread: &Thread, signal: i32) -> Result {
    let table = handlers(thread);
    let table = table.get::<Dict>().expect("made as a dict");
    let key = Value::small_int(i64::from(signal));
    if let Some(handler) = table.get(thread, key)? {
        return Ok(handler);
    }
    // SAFETY: only asks; a zeroed structure is a valid place for the answer.
    let action = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        match libc::sigaction(signal, std::ptr::null(), &raw mut action) {
            0 => Some(action.sa_sigaction),
            _ => None,
        }
    };
    Ok(match action {
        Some(libc::SIG_DFL) => Owned::inline(Value::small_int(DEFAULT)),
        Some(libc::SIG_IGN) => Owned::inline(Value::small_int(IGNORE)),
        _ => Owned::NONE,
    })
}

fn getsignal(thread: &Thread, args: &[Value]) -> Result {
    let signal = number(thread, args[0])?;
    current(thread, signal)
}

fn signal(thread: &Thread, args: &[Value]) -> Result {
    let signal = number(thread, args[0])?;
    if !signals::is_main(thread) {
        return raise!(
            thread,
            ValueError,
            "signal only works in main thread of the main interpreter"
        );
    }
    let handler = args[1];
    let old = current(thread, signal)?;
    let known = int::to_i64(handler);
    let result = match known {
        Some(DEFAULT) => signals::restore_default(signal),
        Some(IGNORE) => signals::ignore(signal),
        _ if call::is_callable(handler) => signals::catch(signal),
        _ => {
            return raise!(
                thread,
                TypeError,
                "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"
            );
        }
    };
    if let Err(error) = result {
        return Err(raise_os_error(thread, &error, None));
    }
    let table = handlers(thread);
    let table = table.get::<Dict>().expect("made as a dict");
    table.set(thread, Value::small_int(i64::from(signal)), handler)?;
    Ok(old)
}

fn default_int_handler(thread: &Thread, _: &[Value]) -> Result {
    Err(thread.raise_text(Builtin::KeyboardInterrupt, ""))
}

fn raise_signal(thread: &Thread, args: &[Value]) -> Result {
    let signal = number(thread, args[0])?;
    // SAFETY: a plain libc call.
    thread::detached(|| unsafe { libc::raise(signal) });
    thread.safepoint()?;
    Ok(Owned::NONE)
}

fn strsignal(thread: &Thread, args: &[Value]) -> Result {
    let signal = number(thread, args[0])?;
    // SAFETY: null, or a C string in the C library's memory, which is copied at once.
    let text = unsafe {
        let text = libc::strsignal(signal);
        match text.is_null() {
            true => None,
            false => Some(
                std::ffi::CStr::from_ptr(text)
                    .to_string_lossy()
                    .into_owned(),
            ),
        }
    };
    Ok(match text {
        Some(text) if !text.starts_with("Unknown signal") => str::new(thread, &text),
        _ => Owned::NONE,
    })
}

fn valid_signals(thread: &Thread, _: &[Value]) -> Result {
    let result = set::new(thread);
    let numbers = set::as_set(&result).expect("just made");
    // Two of the real-time signals are the C library's own.
    for signal in (1..NSIG).filter(|signal| !(32..34).contains(signal)) {
        numbers.add(thread, Value::small_int(i64::from(signal)))?;
    }
    Ok(result)
}

fn alarm(thread: &Thread, args: &[Value]) -> Result {
    let seconds = convert::to_isize(thread, args[0])?;
    // SAFETY: a plain system call.
    let left = unsafe { libc::alarm(seconds.max(0) as u32) };
    Ok(int::from_i64(thread, i64::from(left)))
}

fn pause(thread: &Thread, _: &[Value]) -> Result {
    // SAFETY: a plain system call.
    thread::detached(|| unsafe { libc::pause() });
    thread.safepoint()?;
    Ok(Owned::NONE)
}

fn set_wakeup_fd(thread: &Thread, args: &[Value]) -> Result {
    match int::to_i64(args[0]) {
        Some(-1) => Ok(Owned::inline(Value::small_int(-1))),
        _ => raise!(
            thread,
            NotImplementedError,
            "signal.set_wakeup_fd() is not supported"
        ),
    }
}

fn siginterrupt(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::NONE)
}

fn interval(thread: &Thread, seconds: Value) -> Result<libc::timeval> {
    let seconds = convert::seconds(thread, seconds)?;
    if seconds < 0.0 {
        return Err(raise_os_error(
            thread,
            &Error::from_raw_os_error(libc::EINVAL),
            None,
        ));
    }
    Ok(libc::timeval {
        tv_sec: seconds as i64,
        tv_usec: (seconds.fract() * 1e6) as i64,
    })
}

fn timer_pair(thread: &Thread, timer: &libc::itimerval) -> Owned {
    let seconds =
        |time: libc::timeval| float::new(thread, time.tv_sec as f64 + time.tv_usec as f64 * 1e-6);
    tuple::new(
        thread,
        vec![seconds(timer.it_value), seconds(timer.it_interval)],
    )
}

fn setitimer(thread: &Thread, args: &[Value]) -> Result {
    let which = convert::to_isize(thread, args[0])? as i32;
    let timer = libc::itimerval {
        it_value: interval(thread, args[1])?,
        it_interval: interval(thread, args[2])?,
    };
    // SAFETY: valid places for the new and the old timer.
    let (result, old) = unsafe {
        let mut old: libc::itimerval = std::mem::zeroed();
        (
            libc::setitimer(which as _, &raw const timer, &raw mut old),
            old,
        )
    };
    if result != 0 {
        return Err(raise_os_error(thread, &Error::last_os_error(), None));
    }
    Ok(timer_pair(thread, &old))
}

fn getitimer(thread: &Thread, args: &[Value]) -> Result {
    let which = convert::to_c_int(thread, args[0])?;
    // SAFETY: all-zero bytes are such a structure, and the kernel fills it.
    let (result, timer) = unsafe {
        let mut timer: libc::itimerval = std::mem::zeroed();
        (libc::getitimer(which as _, &raw mut timer), timer)
    };
    match result {
        0 => Ok(timer_pair(thread, &timer)),
        _ => Err(raise_os_error(thread, &Error::last_os_error(), None)),
    }
}

methods! { FUNCTIONS:
    /// Set the action for the given signal.
    static "signal(signalnum, handler, /)" => signal;
    /// Return the current action for the given signal.
    static "getsignal(signalnum, /)" => getsignal;
    /// The default handler for SIGINT installed by Python.
    static "default_int_handler(signalnum, frame, /)" => default_int_handler;
    /// Send a signal to the executing process.
    static "raise_signal(signalnum, /)" => raise_signal -> None;
    /// Return the system description of the given signal.
    static "strsignal(signalnum, /)" => strsignal;
    /// Return a set of valid signal numbers on this platform.
    static "valid_signals()" => valid_signals -> Set;
    /// Arrange for SIGALRM to arrive after the given number of seconds.
    static "alarm(seconds, /)" => alarm -> Int;
    /// Wait until a signal arrives.
    static "pause()" => pause -> None;
    static "set_wakeup_fd(fd, /, *, warn_on_full_buffer=True)" => set_wakeup_fd -> Int;
    static "siginterrupt(signalnum, flag, /)" => siginterrupt -> None;
    /// Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).
    static "setitimer(which, seconds, interval=0.0, /)" => setitimer -> Tuple;
    /// Returns current value of given itimer.
    static "getitimer(which, /)" => getitimer -> Tuple;
    /// Fetch and/or change the signal mask of the calling thread.
    static "pthread_sigmask(how, mask, /)" => sets::mask -> Set;
    /// Examine pending signals.
    ///
    /// Returns a set of signal numbers that are pending for delivery to
    /// the calling thread.
    static "sigpending()" => sets::pending -> Set;
    /// Wait for a signal.
    ///
    /// Suspend execution of the calling thread until the delivery of one of the
    /// signals specified in the signal set sigset.  The function accepts the
    /// signal and returns the signal number.
    static "sigwait(sigset, /)" => sets::wait -> Int;
    /// Wait synchronously until one of the signals in *sigset* is delivered.
    ///
    /// Returns a struct_siginfo containing information about the signal.
    static "sigwaitinfo(sigset, /)" => sets::wait_info;
    /// Like sigwaitinfo(), but with a timeout.
    ///
    /// The timeout is specified in seconds, with floating-point numbers allowed.
    static "sigtimedwait(sigset, timeout, /)" => sets::timed_wait;
}

macro_rules! numbers {
    ($($name:ident)*) => {
        const NUMBERS: &[(&str, i32)] = &[$((stringify!($name), libc::$name as i32)),*];
    };
}

numbers! {
    SIGABRT SIGALRM SIGBUS SIGCHLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGIOT SIGKILL SIGPIPE SIGPOLL SIGPROF SIGPWR
    SIGQUIT SIGSEGV SIGSTKFLT SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM
    SIGWINCH SIGXCPU SIGXFSZ ITIMER_REAL ITIMER_VIRTUAL ITIMER_PROF SIG_BLOCK SIG_UNBLOCK SIG_SETMASK
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for &(name, value) in NUMBERS {
        module.set(thread, name, Value::small_int(i64::from(value)))?;
    }
    module.set(thread, "struct_siginfo", sets::SIGINFO.define(thread))?;
    module.set(thread, "SIGCLD", Value::small_int(i64::from(libc::SIGCHLD)))?;
    module.set(thread, "NSIG", Value::small_int(i64::from(NSIG)))?;
    module.set(thread, "SIG_DFL", Value::small_int(DEFAULT))?;
    module.set(thread, "SIG_IGN", Value::small_int(IGNORE))?;
    module.set(
        thread,
        "ItimerError",
        ashore_runtime::Object::value(Builtin::OSError.class()),
    )?;
    // The module refers to the handlers, so that the collector finds them.
    let table = handlers(thread);
    module.set(thread, "_handlers", table.value())?;
    let handler = str::intern(thread, "default_int_handler");
    if let Some(handler) = module.dict().get(thread, handler)? {
        let table = table.get::<Dict>().expect("made as a dict");
        let key = Value::small_int(i64::from(libc::SIGINT));
        table.set(thread, key, handler.value())?;
    }
    signals::set_dispatcher(dispatch);
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_signal",
    doc: "This module provides mechanisms to use signal handlers in Python.",
    functions: FUNCTIONS,
    initialize,
};
