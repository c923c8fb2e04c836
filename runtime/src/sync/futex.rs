//! Waiting for a word to change: what all locks of the runtime are made of.
//!
//! The kernel queues those who wait, by the word's address: nothing in the process's memory says who they are, so the child
//! of a `fork` finds no waiters that do not exist. Python's locks and events are waited for detached ([`wait`]), and a
//! signal ends the wait, because `Lock.acquire` has to run its handler.

use crate::thread;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU8, AtomicU32};
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

/// Waits while `word` is `expected`, detached.
pub fn wait(word: &AtomicU32, expected: u32, timeout: Option<Duration>) -> Wake {
    thread::detached(|| sleep(word, expected, timeout))
}

/// Waits while `word` is `expected`, attached or not: for locks that are held for a moment.
pub fn sleep(word: &AtomicU32, expected: u32, timeout: Option<Duration>) -> Wake {
    sleep_at(std::ptr::from_ref(word), expected, timeout)
}

fn sleep_at(word: *const AtomicU32, expected: u32, timeout: Option<Duration>) -> Wake {
    let timeout = timeout.map(|timeout| libc::timespec {
        tv_sec: timeout.as_secs().try_into().unwrap_or(libc::time_t::MAX),
        tv_nsec: timeout.subsec_nanos().into(),
    });
    let timeout = timeout
        .as_ref()
        .map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: the kernel reads the word and the time and writes neither; an address that is none is an error to it.
    let result = unsafe {
        libc::syscall(
            libc::SYS_futex,
            word,
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
}

/// Wakes up to `count` threads that wait for the word.
pub fn wake(word: &AtomicU32, count: u32) {
    wake_at(std::ptr::from_ref(word), count);
}

fn wake_at(word: *const AtomicU32, count: u32) {
    // SAFETY: waking reads nothing but the address.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            word,
            libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG,
            count.min(i32::MAX as u32),
        )
    };
}

/// The aligned word that a byte is part of, and the byte's place in it.
fn word_around(byte: *const AtomicU8) -> (*const [AtomicU8; 4], usize) {
    let address = byte.expose_provenance();
    let word = std::ptr::with_exposed_provenance(address & !3);
    (word, address & 3)
}

/// Waits while `byte` is `expected`, attached. The kernel compares words: a change to one of the other three bytes while the
/// thread goes to sleep wakes it for no reason.
///
/// # Safety
/// The aligned word that the byte is part of is one allocation's, and its other bytes are atomics or never written.
pub unsafe fn sleep_on_byte(byte: &AtomicU8, expected: u8) {
    let (word, place) = word_around(byte);
    // SAFETY: the caller's promise.
    let bytes = unsafe { &*word }.each_ref().map(|byte| byte.load(Relaxed));
    if bytes[place] == expected {
        sleep_at(word.cast(), u32::from_ne_bytes(bytes), None);
    }
}

/// Wakes one of the threads that wait for a byte. The byte may be gone: only its address counts.
pub fn wake_on_byte(byte: *const AtomicU8) {
    wake_at(word_around(byte).0.cast(), 1);
}
