//! `faulthandler`: what all threads were doing, when the process crashes, when it is asked, or when it takes too long.
//!
//! ```text
//!   SIGSEGV, SIGBUS, …  ─► fatal ──┐                        own stack: walked where it is
//!   a registered signal ─► asked ──┼─► frame::dump ─► file  others:    halted, if they come to a safepoint in time
//!   the watchdog's time is over ───┘
//! ```
//!
//! The handlers allocate nothing and wait for nobody for longer than [`PATIENCE`].

use crate::cell::Var;
use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::sync::mutex::{Condvar, Mutex, MutexGuard};
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::exception::raise_os_error;
use ashore_runtime::types::frame::dump::{self, Output};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::{int, str};
use ashore_runtime::{Owned, Result, Thread, Value, import, methods, raise, thread};
use std::io::Error;
use std::sync::OnceLock;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicI32};
use std::time::{Duration, Instant};

/// Milliseconds that a handler waits for other threads to stand still.
const PATIENCE: u32 = 500;
/// One more than the highest signal.
const NSIG: usize = 65;
/// Bytes of the stack that handlers run on.
const HANDLER_STACK: usize = 64 << 10;

const FATAL: [(i32, &str); 5] = [
    (libc::SIGBUS, "Bus error"),
    (libc::SIGILL, "Illegal instruction"),
    (libc::SIGFPE, "Floating-point exception"),
    (libc::SIGABRT, "Aborted"),
    (libc::SIGSEGV, "Segmentation fault"),
];

/// What a handler of a signal does. Written before the handler is installed.
struct Action {
    on: AtomicBool,
    file: AtomicI32,
    all_threads: AtomicBool,
    /// Whoever handled the signal before is called, too.
    chain: AtomicBool,
}

impl Action {
    const fn new() -> Action {
        Action {
            on: AtomicBool::new(false),
            file: AtomicI32::new(2),
            all_threads: AtomicBool::new(true),
            chain: AtomicBool::new(false),
        }
    }

    fn set(&self, file: i32, all_threads: bool, chain: bool) {
        self.file.store(file, Relaxed);
        self.all_threads.store(all_threads, Relaxed);
        self.chain.store(chain, Relaxed);
        self.on.store(true, Release);
    }

    fn output(&self) -> Output {
        Output::new(self.file.load(Relaxed))
    }

    fn dump(&self) {
        let out = self.output();
        let own = thread::try_current();
        match own {
            Some(own) if !self.all_threads.load(Relaxed) => dump::current(own, out),
            _ => dump::all(own, PATIENCE, out),
        }
    }
}

static ENABLED: Action = Action::new();
static REGISTERED: [Action; NSIG] = [const { Action::new() }; NSIG];
/// Who handled the signals before us. All of it is zero at first, so that it takes no room in the file.
static PREVIOUS: Mutex<[Handler; NSIG]> = Mutex::new([const { Handler::none() }; NSIG]);

struct Handler {
    known: bool,
    action: libc::sigaction,
}

impl Handler {
    const fn none() -> Handler {
        Handler {
            known: false,
            // SAFETY: a zeroed structure is a valid one.
            action: unsafe { std::mem::zeroed() },
        }
    }
}

// SAFETY: the address of a function, and numbers.
unsafe impl Send for Handler {}

/// Installs a handler, and remembers the one of before.
fn install(signal: i32, handler: extern "C" fn(i32)) -> std::result::Result<(), Error> {
    let mut previous = PREVIOUS.lock();
    // SAFETY: zeroed structures are valid; the handlers do only what is allowed in handlers.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as *const () as usize;
        action.sa_flags = libc::SA_NODEFER | libc::SA_ONSTACK;
        libc::sigemptyset(&raw mut action.sa_mask);
        let mut old: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(signal, &raw const action, &raw mut old) != 0 {
            return Err(Error::last_os_error());
        }
        let previous = &mut previous[signal as usize];
        if !previous.known {
            *previous = Handler {
                known: true,
                action: old,
            };
        }
    }
    Ok(())
}

/// Gives a signal back to whoever handled it before, or to the system. Never waits: handlers call it.
fn uninstall(signal: i32) {
    let previous = PREVIOUS.try_lock();
    // Zeros stand for the system's own handler.
    let action = previous.map_or(Handler::none().action, |mut previous| {
        std::mem::replace(&mut previous[signal as usize], Handler::none()).action
    });
    // SAFETY: the structure is what the system gave, or zeros.
    unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) };
}

/// Handlers get a stack of their own on this thread, so that they can tell of one that has overflowed.
fn give_stack() {
    static GIVEN: AtomicBool = AtomicBool::new(false);
    if GIVEN.swap(true, Relaxed) {
        return;
    }
    let memory = Box::leak(vec![0_u8; HANDLER_STACK].into_boxed_slice());
    let stack = libc::stack_t {
        ss_sp: memory.as_mut_ptr().cast(),
        ss_flags: 0,
        ss_size: memory.len(),
    };
    // SAFETY: the memory is never freed. Without a stack of its own the handler has the thread's.
    unsafe { libc::sigaltstack(&raw const stack, std::ptr::null_mut()) };
}

extern "C" fn fatal(signal: i32) {
    if !ENABLED.on.swap(false, Acquire) {
        uninstall(signal);
        return;
    }
    for (other, _) in FATAL {
        uninstall(other);
    }
    let name = FATAL.iter().find(|(number, _)| *number == signal);
    let out = ENABLED.output();
    out.text("Fatal Python error: ");
    out.text(name.map_or("unknown signal", |(_, name)| name));
    out.text("\n\n");
    ENABLED.dump();
    // SAFETY: sends a signal to this thread. Whoever handled it before us may come back, expecting that the instruction that
    // failed fails again: a signal that somebody sent does not, so it is sent once more, to the system.
    unsafe {
        libc::raise(signal);
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

extern "C" fn asked(signal: i32) {
    // SAFETY: the place of this thread's error number, which a handler leaves as it was.
    let errno = unsafe { *libc::__errno_location() };
    let action = &REGISTERED[signal as usize];
    if action.on.load(Acquire) {
        action.dump();
    }
    if action.chain.load(Relaxed) {
        uninstall(signal);
        // SAFETY: sends a signal to this thread.
        unsafe { libc::raise(signal) };
        // Without it the next signal is not ours: nothing that can be told here.
        let _ = install(signal, asked);
    }
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = errno };
}

/// Files in use, so that they stay open: a dict that the module holds.
static FILES: OnceLock<Var> = OnceLock::new();

fn files(thread: &Thread) -> Owned {
    FILES.get_or_init(|| Var::new(dict::new(thread))).get()
}

fn keep(thread: &Thread, purpose: i32, file: Value) -> Result<()> {
    let files = files(thread);
    let table = files.get::<Dict>().expect("made as a dict");
    table.set(thread, Value::small_int(i64::from(purpose)), file)
}

fn let_go(thread: &Thread, purpose: i32) -> Result<()> {
    let files = files(thread);
    let table = files.get::<Dict>().expect("made as a dict");
    table
        .remove(thread, Value::small_int(i64::from(purpose)))
        .map(drop)
}

/// Keys of [`FILES`] beside the numbers of signals.
const FOR_FATAL: i32 = 0;
const FOR_LATER: i32 = -1;

/// The descriptor of an argument, and the object it is of.
fn output(thread: &Thread, file: Value) -> Result<(i32, Owned)> {
    let mut file = Owned::new(file);
    if file.is_none() || file.is_missing() {
        let sys = import::import_absolute(thread, str::intern(thread, "sys"))?;
        let name = str::intern(thread, "stderr");
        file = match attribute::get_optional(thread, sys.value(), name)? {
            Some(stderr) if !stderr.is_none() => stderr,
            Some(_) => return raise!(thread, RuntimeError, "sys.stderr is None"),
            None => return raise!(thread, RuntimeError, "unable to get sys.stderr"),
        };
    }
    if let Some(number) = int::to_i64(file.value()) {
        return match i32::try_from(number) {
            Ok(number @ 0..) => Ok((number, file)),
            _ => raise!(thread, ValueError, "file is not a valid file descriptor"),
        };
    }
    let method = attribute::get(thread, file.value(), str::intern(thread, "fileno"))?;
    let number = call::call(thread, method.value(), &[])?;
    let number = int::to_i64(number.value()).and_then(|number| i32::try_from(number).ok());
    let Some(number @ 0..) = number else {
        return raise!(
            thread,
            RuntimeError,
            "file.fileno() is not a valid file descriptor"
        );
    };
    let flushed = attribute::get(thread, file.value(), str::intern(thread, "flush"))
        .and_then(|flush| call::call(thread, flush.value(), &[]));
    if let Err(raised) = flushed {
        drop(thread.take_exception(raised));
    }
    Ok((number, file))
}

fn dump_traceback(thread: &Thread, args: &[Value]) -> Result {
    let all_threads = convert::truth(thread, args[1])?;
    let (file, _file) = output(thread, args[0])?;
    let out = Output::new(file);
    match all_threads {
        true => dump::all(Some(thread), PATIENCE, out),
        false => dump::current(thread, out),
    }
    Ok(Owned::NONE)
}

fn dump_c_stack(thread: &Thread, args: &[Value]) -> Result {
    let (file, _file) = output(thread, args[0])?;
    let out = Output::new(file);
    out.text("Current thread's C stack trace (most recent call first):\n");
    out.text("  <cannot get C stack on this system>\n");
    Ok(Owned::NONE)
}

fn enable(thread: &Thread, args: &[Value]) -> Result {
    let all_threads = convert::truth(thread, args[1])?;
    let (number, file) = output(thread, args[0])?;
    keep(thread, FOR_FATAL, file.value())?;
    let was_on = ENABLED.on.load(Relaxed);
    ENABLED.set(number, all_threads, false);
    if was_on {
        return Ok(Owned::NONE);
    }
    give_stack();
    for (signal, _) in FATAL {
        if let Err(error) = install(signal, fatal) {
            return Err(raise_os_error(thread, &error, None));
        }
    }
    Ok(Owned::NONE)
}

fn disable(thread: &Thread, _: &[Value]) -> Result {
    let was_on = ENABLED.on.swap(false, Relaxed);
    if was_on {
        FATAL.iter().for_each(|(signal, _)| uninstall(*signal));
    }
    let_go(thread, FOR_FATAL)?;
    Ok(Owned::bool(was_on))
}

fn is_enabled(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::bool(ENABLED.on.load(Relaxed)))
}

/// The signal of an argument: not one of the fatal ones.
fn signal_number(thread: &Thread, value: Value) -> Result<i32> {
    let number = convert::to_isize(thread, value)?;
    if FATAL.iter().any(|(fatal, _)| *fatal as isize == number) {
        return raise!(
            thread,
            RuntimeError,
            "signal {number} cannot be registered, use enable() instead"
        );
    }
    match i32::try_from(number) {
        Ok(number) if (1..NSIG as i32).contains(&number) => Ok(number),
        _ => raise!(thread, ValueError, "signal number out of range"),
    }
}

fn register(thread: &Thread, args: &[Value]) -> Result {
    let signal = signal_number(thread, args[0])?;
    let all_threads = convert::truth(thread, args[2])?;
    let chain = convert::truth(thread, args[3])?;
    let (number, file) = output(thread, args[1])?;
    keep(thread, signal, file.value())?;
    let action = &REGISTERED[signal as usize];
    let was_on = action.on.load(Relaxed);
    action.set(number, all_threads, chain);
    if !was_on {
        give_stack();
        if let Err(error) = install(signal, asked) {
            action.on.store(false, Relaxed);
            return Err(raise_os_error(thread, &error, None));
        }
    }
    Ok(Owned::NONE)
}

fn unregister(thread: &Thread, args: &[Value]) -> Result {
    let signal = signal_number(thread, args[0])?;
    let was_on = REGISTERED[signal as usize].on.swap(false, Relaxed);
    if was_on {
        uninstall(signal);
    }
    let_go(thread, signal)?;
    Ok(Owned::bool(was_on))
}

/// What the watchdog waits for.
pub(crate) struct Watch {
    /// Counts the calls: a watchdog whose number is not this ends.
    turn: u64,
}

static WATCH: Mutex<Watch> = Mutex::new(Watch { turn: 0 });
static CANCELLED: Condvar = Condvar::new();

/// Longest time that is watched.
const LONGEST: f64 = 1e9;

fn dump_traceback_later(thread: &Thread, args: &[Value]) -> Result {
    let seconds = convert::seconds(thread, args[0])?;
    let repeat = convert::truth(thread, args[1])?;
    let exit = convert::truth(thread, args[3])?;
    if seconds.is_nan() || seconds * 1e6 < 1.0 {
        return raise!(thread, ValueError, "timeout must be greater than 0");
    }
    if seconds > LONGEST {
        return raise!(thread, OverflowError, "timeout value is too large");
    }
    let (number, file) = output(thread, args[2])?;
    keep(thread, FOR_LATER, file.value())?;
    let timeout = Duration::from_secs_f64(seconds);
    // The watchdog there is may be writing: it needs this thread to stand still.
    let turn = thread::detached(cancel);
    let watchdog = std::thread::Builder::new().name("watchdog".to_owned());
    let spawned = watchdog.spawn(move || watch(turn, timeout, repeat, Output::new(number), exit));
    match spawned {
        Ok(_) => Ok(Owned::NONE),
        Err(_) => raise!(thread, RuntimeError, "unable to start watchdog thread"),
    }
}

/// Ends the watchdog there is; gives the number of the next one.
fn cancel() -> u64 {
    let mut watch = WATCH.lock();
    watch.turn += 1;
    CANCELLED.notify_all();
    watch.turn
}

/// The watchdog. It is no thread of the program's, so it never has to stand still.
fn watch(turn: u64, timeout: Duration, repeat: bool, out: Output, exit: bool) {
    let heading = heading(timeout);
    let mut end = Instant::now() + timeout;
    let mut watch = WATCH.lock();
    while watch.turn == turn {
        let left = end.saturating_duration_since(Instant::now());
        if !left.is_zero() {
            CANCELLED.wait_for(&mut watch, left);
            continue;
        }
        out.text(&heading);
        dump::all(None, PATIENCE, out);
        if exit {
            // SAFETY: ends the process at once, as the program has asked for.
            unsafe { libc::_exit(1) };
        }
        if !repeat {
            return;
        }
        end += timeout;
    }
}

/// Keeps the watchdog, if there is one, from doing anything while the process forks.
pub(crate) fn hold_watchdog() -> MutexGuard<'static, Watch> {
    thread::detached(|| WATCH.lock())
}

/// In the child of a fork: there is no watchdog.
pub(crate) fn forget_watchdog(mut watch: MutexGuard<'static, Watch>) {
    watch.turn += 1;
}

fn heading(timeout: Duration) -> String {
    let (seconds, micros) = (timeout.as_secs(), timeout.subsec_micros());
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match micros {
        0 => format!("Timeout ({hours}:{minutes:02}:{seconds:02})!\n"),
        _ => format!("Timeout ({hours}:{minutes:02}:{seconds:02}.{micros:06})!\n"),
    }
}

fn cancel_dump_traceback_later(thread: &Thread, _: &[Value]) -> Result {
    thread::detached(cancel);
    let_go(thread, FOR_LATER)?;
    Ok(Owned::NONE)
}

fn raise_here(signal: i32) -> Result {
    // SAFETY: sends a signal to this thread.
    unsafe { libc::raise(signal) };
    Ok(Owned::NONE)
}

fn sigsegv(_: &Thread, _: &[Value]) -> Result {
    raise_here(libc::SIGSEGV)
}

fn sigfpe(_: &Thread, _: &[Value]) -> Result {
    raise_here(libc::SIGFPE)
}

fn sigabrt(_: &Thread, _: &[Value]) -> Result {
    // SAFETY: ends the process, as the program has asked for.
    unsafe { libc::abort() }
}

methods! { FUNCTIONS:
    /// Enable the fault handler.
    static "enable(file=None, all_threads=True, c_stack=True)" => enable -> None;
    /// Disable the fault handler.
    static "disable()" => disable -> Bool;
    /// Check if the handler is enabled.
    static "is_enabled()" => is_enabled -> Bool;
    /// Dump the traceback of the current thread, or of all threads if all_threads is True, into file.
    static "dump_traceback(file=None, all_threads=True)" => dump_traceback -> None;
    /// Dump the C stack of the current thread.
    static "dump_c_stack(file=None)" => dump_c_stack -> None;
    /// Dump the traceback of all threads in timeout seconds,
    /// or each timeout seconds if repeat is True. If exit is True, call _exit(1) which is not safe.
    static "dump_traceback_later(timeout, repeat=False, file=None, exit=False)" => dump_traceback_later -> None;
    /// Cancel the previous call to dump_traceback_later().
    static "cancel_dump_traceback_later()" => cancel_dump_traceback_later -> None;
    /// Register a handler for the signal 'signum': dump the traceback of the current thread, or of all threads if all_threads is True, into file.
    static "register(signum, file=None, all_threads=True, chain=False)" => register -> None;
    /// Unregister the handler of the signal 'signum' registered by register().
    static "unregister(signum, /)" => unregister -> Bool;
    /// Raise a SIGSEGV signal.
    static "_sigsegv(release_gil=False, /)" => sigsegv -> None;
    /// Raise a SIGFPE signal.
    static "_sigfpe()" => sigfpe -> None;
    /// Raise a SIGABRT signal.
    static "_sigabrt()" => sigabrt -> None;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    // The module refers to the files, so that the collector finds them.
    let files = files(thread);
    module.set(thread, "_files", files.value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "faulthandler",
    doc: "faulthandler module.",
    functions: FUNCTIONS,
    initialize,
};
