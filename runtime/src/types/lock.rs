//! `_thread.lock` and `_thread.RLock`.
//!
//! ```text
//!   word: 0 free     1 held     2 held, somebody may be waiting
//! ```
//!
//! Whoever finds a lock free takes it, whether others wait or not: a lock that is handed over to a thread that has to be woken
//! first is held by nobody who runs meanwhile, and threads that take turns at it would all wait for each other's waking.

use crate::object::Owned;
use crate::operators::convert;
use crate::sync::futex::{self, Wake};
use crate::sync::mutex::spin_while_held;
use crate::sync::tally::{self, Write};
use crate::types::{self, native};
use crate::{Builtin, Result, Thread, Value, methods, raise};
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::time::{Duration, Instant};

const FREE: u32 = 0;
const HELD: u32 = 1;
const WAITED: u32 = 2;

/// Longest timeout, in seconds (`_thread.TIMEOUT_MAX`).
pub const TIMEOUT_MAX: f64 = 9_223_372_036.0;

/// A lock any thread may release.
#[derive(Default)]
pub struct Lock {
    word: AtomicU32,
}

/// A lock its owner may take again.
#[derive(Default)]
pub struct RLock {
    lock: Lock,
    /// Thread id of the owner, 0 for none.
    owner: AtomicU32,
    /// How often the owner holds it; touched by the owner only.
    count: AtomicU32,
}

impl native::Data for Lock {
    fn dies_unseen(&self) -> bool {
        true
    }
}

impl native::Data for RLock {
    fn dies_unseen(&self) -> bool {
        true
    }
}

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Patience {
    None,
    Until(Instant),
    Forever,
}

impl Lock {
    fn try_acquire(&self) -> bool {
        tally::note_at(Write::Word, &self.word);
        self.word
            .compare_exchange(FREE, HELD, Acquire, Relaxed)
            .is_ok()
    }

    /// Takes the lock; false if time ran out. A signal's handler may raise.
    pub fn acquire(&self, thread: &Thread, patience: Patience) -> Result<bool> {
        if self.try_acquire() {
            return Ok(true);
        }
        if patience == Patience::None {
            return Ok(false);
        }
        spin_while_held(&self.word);
        if self.try_acquire() {
            return Ok(true);
        }
        while self.word.swap(WAITED, Acquire) != FREE {
            let timeout = match patience {
                Patience::Until(end) => Some(end.saturating_duration_since(Instant::now())),
                _ => None,
            };
            match futex::wait(&self.word, WAITED, timeout) {
                Wake::Woken => {}
                Wake::Interrupted => thread.safepoint()?,
                Wake::TimedOut => return Ok(self.word.swap(WAITED, Acquire) == FREE),
            }
        }
        Ok(true)
    }

    /// Releases the lock; false if it was not held.
    pub fn release(&self) -> bool {
        match self.word.swap(FREE, Release) {
            FREE => false,
            HELD => true,
            _ => {
                futex::wake(&self.word, 1);
                true
            }
        }
    }

    /// Is it held?
    pub fn is_held(&self) -> bool {
        self.word.load(Relaxed) != FREE
    }
}

impl RLock {
    /// One that nobody has.
    pub const fn new() -> RLock {
        let word = AtomicU32::new(FREE);
        RLock {
            lock: Lock { word },
            owner: AtomicU32::new(0),
            count: AtomicU32::new(0),
        }
    }

    /// Does somebody have it?
    pub fn is_held(&self) -> bool {
        self.lock.is_held()
    }

    /// Takes the lock once more; false if time ran out.
    pub fn acquire(&self, thread: &Thread, patience: Patience) -> Result<bool> {
        if self.is_owned(thread) {
            self.count.fetch_add(1, Relaxed);
            return Ok(true);
        }
        if !self.lock.acquire(thread, patience)? {
            return Ok(false);
        }
        self.owner.store(thread.id(), Relaxed);
        self.count.store(1, Relaxed);
        Ok(true)
    }

    /// Gives the lock back once; false if this thread does not own it.
    pub fn release(&self, thread: &Thread) -> bool {
        if !self.is_owned(thread) {
            return false;
        }
        if self.count.fetch_sub(1, Relaxed) == 1 {
            self.owner.store(0, Relaxed);
            self.lock.release();
        }
        true
    }

    fn is_owned(&self, thread: &Thread) -> bool {
        self.owner.load(Relaxed) == thread.id()
    }
}

/// The arguments `blocking=True, timeout=-1`.
pub fn patience(thread: &Thread, blocking: Value, timeout: Value) -> Result<Patience> {
    let blocking = convert::truth(thread, blocking)?;
    let seconds = convert::seconds(thread, timeout)?;
    if !blocking {
        if seconds != -1.0 {
            return raise!(
                thread,
                ValueError,
                "can't specify a timeout for a non-blocking call"
            );
        }
        return Ok(Patience::None);
    }
    if seconds == -1.0 {
        return Ok(Patience::Forever);
    }
    if seconds < 0.0 {
        return raise!(
            thread,
            ValueError,
            "timeout value must be a non-negative number"
        );
    }
    if seconds > TIMEOUT_MAX {
        return raise!(thread, OverflowError, "timeout value is too large");
    }
    if seconds == 0.0 {
        return Ok(Patience::None);
    }
    Ok(Patience::Until(
        Instant::now() + Duration::from_secs_f64(seconds),
    ))
}

fn lock(value: &Value) -> &Lock {
    native::get::<Lock>(value).expect("bound to locks")
}

fn rlock(value: &Value) -> &RLock {
    native::get::<RLock>(value).expect("bound to locks")
}

fn lock_new(thread: &Thread, args: &[Value]) -> Result {
    let class = types::class::as_class(args[0])
        .expect("the binder checks that the first argument is a class");
    Ok(native::new(thread, class, Lock::default()))
}

fn lock_acquire(thread: &Thread, args: &[Value]) -> Result {
    let patience = patience(thread, args[1], args[2])?;
    lock(&args[0]).acquire(thread, patience).map(Owned::bool)
}

fn lock_enter(thread: &Thread, args: &[Value]) -> Result {
    lock(&args[0])
        .acquire(thread, Patience::Forever)
        .map(Owned::bool)
}

fn lock_release(thread: &Thread, args: &[Value]) -> Result {
    if !lock(&args[0]).release() {
        return raise!(thread, RuntimeError, "release unlocked lock");
    }
    Ok(Owned::NONE)
}

fn lock_locked(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(lock(&args[0]).is_held()))
}

fn lock_repr(thread: &Thread, args: &[Value]) -> Result {
    let state = if lock(&args[0]).is_held() {
        "locked"
    } else {
        "unlocked"
    };
    let at = args[0].as_ptr().addr();
    Ok(types::str::new(
        thread,
        &format!("<{state} _thread.lock object at {at:#x}>"),
    ))
}

fn lock_reset(_: &Thread, args: &[Value]) -> Result {
    lock(&args[0]).word.store(FREE, Relaxed);
    Ok(Owned::NONE)
}

methods! { pub LOCK:
    new "lock(type, /)" => lock_new;
    /// Lock the lock.
    "acquire(self, /, blocking=True, timeout=-1)" => lock_acquire -> Bool;
    /// Release the lock.
    "release(self, /)" => lock_release -> None;
    /// Return whether the lock is in the locked state.
    "locked(self, /)" => lock_locked -> Bool;
    "__enter__(self, /)" => lock_enter -> Bool;
    "__exit__(self, exc_type, exc_value, exc_tb, /)" => lock_release -> None;
    "__repr__(self, /)" => lock_repr -> Str;
    "_at_fork_reinit(self, /)" => lock_reset -> None;
}

fn rlock_new(thread: &Thread, args: &[Value]) -> Result {
    let class = types::class::as_class(args[0])
        .expect("the binder checks that the first argument is a class");
    Ok(native::new(thread, class, RLock::default()))
}

fn rlock_acquire(thread: &Thread, args: &[Value]) -> Result {
    let patience = patience(thread, args[1], args[2])?;
    rlock(&args[0]).acquire(thread, patience).map(Owned::bool)
}

fn rlock_enter(thread: &Thread, args: &[Value]) -> Result {
    rlock(&args[0])
        .acquire(thread, Patience::Forever)
        .map(Owned::bool)
}

fn rlock_release(thread: &Thread, args: &[Value]) -> Result {
    if !rlock(&args[0]).release(thread) {
        return raise!(thread, RuntimeError, "cannot release un-acquired lock");
    }
    Ok(Owned::NONE)
}

fn rlock_locked(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(rlock(&args[0]).is_held()))
}

fn rlock_reset(_: &Thread, args: &[Value]) -> Result {
    let rlock = rlock(&args[0]);
    rlock.owner.store(0, Relaxed);
    rlock.count.store(0, Relaxed);
    rlock.lock.word.store(FREE, Relaxed);
    Ok(Owned::NONE)
}

fn rlock_is_owned(thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(rlock(&args[0]).is_owned(thread)))
}

/// How often this thread holds the lock.
fn rlock_recursion_count(thread: &Thread, args: &[Value]) -> Result {
    let this = rlock(&args[0]);
    let count = match this.is_owned(thread) {
        true => this.count.load(Relaxed),
        false => 0,
    };
    Ok(types::int::from_i64(thread, i64::from(count)))
}

/// For `Condition.wait`: lets go completely; gives what `_acquire_restore` needs.
fn rlock_release_save(thread: &Thread, args: &[Value]) -> Result {
    let this = rlock(&args[0]);
    if !this.is_owned(thread) {
        return raise!(thread, RuntimeError, "cannot release un-acquired lock");
    }
    let count = this.count.swap(1, Relaxed);
    this.release(thread);
    Ok(types::int::from_i64(thread, i64::from(count)))
}

fn rlock_acquire_restore(thread: &Thread, args: &[Value]) -> Result {
    let this = rlock(&args[0]);
    let count = types::int::to_i64(args[1])
        .and_then(|count| u32::try_from(count).ok())
        .unwrap_or(1);
    this.acquire(thread, Patience::Forever)?;
    this.count.store(count, Relaxed);
    Ok(Owned::NONE)
}

fn rlock_repr(thread: &Thread, args: &[Value]) -> Result {
    let this = rlock(&args[0]);
    let state = if this.lock.is_held() {
        "locked"
    } else {
        "unlocked"
    };
    let (owner, count) = (
        this.owner.load(Relaxed),
        if this.lock.is_held() {
            this.count.load(Relaxed)
        } else {
            0
        },
    );
    let at = args[0].as_ptr().addr();
    Ok(types::str::new(
        thread,
        &format!("<{state} _thread.RLock object owner={owner} count={count} at {at:#x}>"),
    ))
}

methods! { pub RLOCK:
    new "RLock(type, /)" => rlock_new;
    "acquire(self, /, blocking=True, timeout=-1)" => rlock_acquire -> Bool;
    "release(self, /)" => rlock_release -> None;
    "locked(self, /)" => rlock_locked -> Bool;
    "__enter__(self, /)" => rlock_enter -> Bool;
    "__exit__(self, exc_type, exc_value, exc_tb, /)" => rlock_release -> None;
    "_is_owned(self, /)" => rlock_is_owned -> Bool;
    /// For internal use by reentrancy checks.
    "_recursion_count(self, /)" => rlock_recursion_count -> Int;
    "_release_save(self, /)" => rlock_release_save;
    "_acquire_restore(self, state, /)" => rlock_acquire_restore -> None;
    "__repr__(self, /)" => rlock_repr -> Str;
    "_at_fork_reinit(self, /)" => rlock_reset -> None;
}

/// A new lock object.
pub fn new(thread: &Thread) -> Owned {
    native::new(thread, Builtin::Lock.class(), Lock::default())
}
