//! Waiting for a word to change, interruptible by signals: what Python's locks and events are made of.
//!
//! `parking_lot` restarts a wait that a signal interrupted; Python's `Lock.acquire` has to run the handler instead. The
//! thread detaches while it waits.

use crate::thread;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// Woken, or the word had another value, or for no reason: look again.
    Woken,
    TimedOut,
    /// A signal arrived: pass a safepoint, then look again.
    Interrupted,
}

/// Waits while `word` is `expected`.
pub fn wait(word: &AtomicU32, expected: u32, timeout: Option<Duration>) -> Wake {
    let timeout = timeout.map(|timeout| libc::timespec {
        tv_sec: timeout.as_secs().try_into().unwrap_or(libc::time_t::MAX),
        tv_nsec: timeout.subsec_nanos().into(),
    });
    let timeout = timeout
        .as_ref()
        .map_or(std::ptr::null(), std::ptr::from_ref);
    thread::detached(|| {
        // SAFETY: the word and the time live across the call; the kernel reads both and writes neither.
        let result = unsafe {
            libc::syscall(
                libc::SYS_futex,
                std::ptr::from_ref(word),
                libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG,
                expected,
                timeout,
            )
        };
        if result == 0 {
            return Wake::Woken;
        }
        match std::io::Error::last_os_error().raw_os_error() {
            Some(libc::ETIMEDOUT) => Wake::TimedOut,
            Some(libc::EINTR) => Wake::Interrupted,
            _ => Wake::Woken,
        }
    })
}

/// Wakes up to `count` threads that wait for the word.
pub fn wake(word: &AtomicU32, count: u32) {
    // SAFETY: waking reads nothing but the address.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            std::ptr::from_ref(word),
            libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG,
            count.min(i32::MAX as u32),
        )
    };
}
