//! Signals: noted by the handler, acted on by the main thread at its next safepoint.
//!
//! The system delivers a signal to whichever thread it likes. The handler passes it on to the main thread, so that a
//! blocking call that thread is in ends with EINTR.

use super::poll::Work;
use crate::thread::Thread;
use crate::{Builtin, Result};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicU64, Ordering};

/// Bit `n - 1`: signal `n` arrived and was not acted on.
static PENDING: AtomicU64 = AtomicU64::new(0);
/// The thread that runs handlers; null before start-up.
static MAIN: AtomicPtr<Thread> = AtomicPtr::new(std::ptr::null_mut());
/// The system's id of that thread.
static MAIN_OS_THREAD: AtomicI32 = AtomicI32::new(0);
static DISPATCHER: OnceLock<Dispatcher> = OnceLock::new();

/// Runs what the program wants to happen at a signal.
pub type Dispatcher = fn(&Thread, signal: i32) -> Result<()>;

/// Makes the calling thread the one that runs handlers, and catches SIGINT unless whoever started the process had it
/// ignored.
pub fn set_main(thread: &'static Thread) {
    // SAFETY: asking who we are, and what happens at SIGINT.
    let default = unsafe {
        MAIN_OS_THREAD.store(libc::gettid(), Ordering::Release);
        let mut action: libc::sigaction = std::mem::zeroed();
        libc::sigaction(libc::SIGINT, std::ptr::null(), &mut action) == 0
            && action.sa_sigaction == libc::SIG_DFL
    };
    MAIN.store(std::ptr::from_ref(thread).cast_mut(), Ordering::Release);
    if default && let Err(error) = catch(libc::SIGINT) {
        unreachable!("SIGINT can be caught: {error}");
    }
}

/// The main thread is about to end: nobody runs handlers any more.
pub fn clear_main() {
    MAIN_OS_THREAD.store(0, Ordering::Release);
    MAIN.store(std::ptr::null_mut(), Ordering::Release);
}

/// In the child of a fork: this thread runs handlers, of signals that arrive from here on.
pub(crate) fn after_fork(thread: &'static Thread) {
    // SAFETY: asking who we are.
    MAIN_OS_THREAD.store(unsafe { libc::gettid() }, Ordering::Release);
    MAIN.store(std::ptr::from_ref(thread).cast_mut(), Ordering::Release);
    PENDING.store(0, Ordering::Release);
}

/// Calls `call` while no signal is delivered to this thread.
pub(crate) fn blocked<R>(call: impl FnOnce() -> R) -> R {
    // SAFETY: zeroed sets are places for the system to write to; restoring a mask has no preconditions.
    unsafe {
        let (mut all, mut old): (libc::sigset_t, libc::sigset_t) = std::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, &raw mut old);
        let result = call();
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const old, std::ptr::null_mut());
        result
    }
}

/// Is this the thread that runs handlers?
pub fn is_main(thread: &Thread) -> bool {
    std::ptr::eq(MAIN.load(Ordering::Acquire), thread)
}

/// Id of the thread that runs handlers; 0 without one.
pub fn main_thread() -> u32 {
    let main = MAIN.load(Ordering::Acquire);
    // SAFETY: the main thread's state is freed only after `clear_main`.
    unsafe { main.as_ref() }.map_or(0, Thread::id)
}

/// The `signal` module takes over: without it SIGINT raises KeyboardInterrupt and nothing else is caught.
pub fn set_dispatcher(dispatcher: Dispatcher) {
    DISPATCHER.get_or_init(|| dispatcher);
}

/// Only async-signal-safe work here: atomic operations, and system calls that leave `errno` alone.
extern "C" fn note(signal: libc::c_int) {
    let main = MAIN_OS_THREAD.load(Ordering::Acquire);
    // SAFETY: plain system calls; a signal sent to a thread that has ended is an error nobody looks at.
    unsafe {
        if main != 0 && libc::gettid() != main {
            let errno = *libc::__errno_location();
            libc::syscall(libc::SYS_tgkill, libc::getpid(), main, signal);
            *libc::__errno_location() = errno;
            return;
        }
    }
    simulate(signal);
}

/// Notes a signal as if it had arrived; safe to call from a signal handler.
pub fn simulate(signal: i32) {
    PENDING.fetch_or(bit(signal), Ordering::AcqRel);
    let main = MAIN.load(Ordering::Acquire);
    if !main.is_null() {
        // SAFETY: the main thread's state is freed only after `clear_main`.
        unsafe { &*main }
            .poll
            .fetch_or(Work::SIGNAL, Ordering::AcqRel);
    }
}

const fn bit(signal: i32) -> u64 {
    1 << (signal - 1)
}

/// Has a signal arrived that was not acted on?
pub fn are_pending() -> bool {
    PENDING.load(Ordering::Acquire) != 0
}

/// Catches a signal from now on. System calls it interrupts return EINTR.
pub fn catch(signal: i32) -> std::io::Result<()> {
    install(signal, note as *const () as libc::sighandler_t)
}

/// Leaves a signal to the system's default.
pub fn restore_default(signal: i32) -> std::io::Result<()> {
    install(signal, libc::SIG_DFL)
}

/// Ignores a signal.
pub fn ignore(signal: i32) -> std::io::Result<()> {
    install(signal, libc::SIG_IGN)
}

fn install(signal: i32, handler: libc::sighandler_t) -> std::io::Result<()> {
    // SAFETY: a zeroed sigaction is a valid one; the handler does only what is allowed in handlers.
    let result = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler;
        libc::sigemptyset(&mut action.sa_mask);
        libc::sigaction(signal, &action, std::ptr::null_mut())
    };
    if result == 0 {
        Ok(())
    } else {
        Err(std::io::Error::last_os_error())
    }
}

/// Runs the handlers of the signals that arrived. Those after one that raises stay pending.
pub fn dispatch(thread: &Thread) -> Result<()> {
    if !is_main(thread) {
        return Ok(());
    }
    loop {
        let pending = PENDING.load(Ordering::Acquire);
        if pending == 0 {
            return Ok(());
        }
        let signal = pending.trailing_zeros().cast_signed() + 1;
        PENDING.fetch_and(!bit(signal), Ordering::AcqRel);
        let result = match DISPATCHER.get() {
            Some(dispatcher) => dispatcher(thread, signal),
            None if signal == libc::SIGINT => {
                Err(thread.raise_text(Builtin::KeyboardInterrupt, ""))
            }
            None => Ok(()),
        };
        if result.is_err() {
            if PENDING.load(Ordering::Acquire) != 0 {
                super::poll::request(thread, Work::SIGNAL);
            }
            return result;
        }
    }
}
