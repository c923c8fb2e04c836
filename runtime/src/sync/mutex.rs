//! Mutexes, condition variables and reader-writer locks whose waiters are queued in the kernel.
//!
//! ```text
//!   mutex        0 free    1 held    2 held, somebody may be waiting
//!   condition    counts its notifications: who waits, waits for the count to change
//! ```
//!
//! All there is to a lock is its word. `parking_lot` queues waiters in tables of the process, through nodes in the waiters'
//! own memory: in the child of a `fork` the nodes of threads that do not exist there would stand before those of threads
//! that do, and swallow wake-ups. Here the child has no queue to repair. A lock waits attached; what may be held across a
//! blocking call is taken detached.

use super::futex::{self, Wake};
use super::tally::{self, Write};
use lock_api::GuardNoSend;
use std::num::NonZeroUsize;
use std::ptr::NonNull;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::{PoisonError, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

pub type Mutex<T> = lock_api::Mutex<RawMutex, T>;
pub type MutexGuard<'a, T> = lock_api::MutexGuard<'a, RawMutex, T>;
/// A mutex that a thread may take again while it has it.
pub type ReentrantMutex<T> = lock_api::ReentrantMutex<RawMutex, Taker, T>;

const FREE: u32 = 0;
const HELD: u32 = 1;
const WAITED: u32 = 2;

/// Looks at a lock that is held before sleeping: holders often need some hundred instructions, going to sleep and being woken
/// thousands.
const SPINS: usize = 100;

/// Waits a moment for the word of a lock to say that it is free. Not if others sleep already: then it is not held for a
/// moment only, or its holder is not running, and more threads that look would only take time from it.
pub(crate) fn spin_while_held(word: &AtomicU32) {
    for _ in 0..SPINS {
        if word.load(Relaxed) != HELD {
            break;
        }
        std::hint::spin_loop();
    }
}

/// The word of a [`Mutex`].
pub struct RawMutex(AtomicU32);

impl RawMutex {
    /// Takes the mutex, or tells at the deadline that it could not.
    #[cold]
    fn lock_slow(&self, deadline: Option<Instant>) -> bool {
        spin_while_held(&self.0);
        if self.take() {
            return true;
        }
        // Nobody knows how many wait: who has waited assumes that others do.
        while self.0.swap(WAITED, Acquire) != FREE {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if futex::sleep(&self.0, WAITED, left) == Wake::TimedOut {
                return self.0.swap(WAITED, Acquire) == FREE;
            }
        }
        true
    }
}

impl RawMutex {
    #[inline(always)]
    fn take(&self) -> bool {
        tally::note_at(Write::Word, &self.0);
        self.0
            .compare_exchange(FREE, HELD, Acquire, Relaxed)
            .is_ok()
    }

    fn take_until(&self, deadline: Instant) -> Option<GuardNoSend> {
        (self.take() || self.lock_slow(Some(deadline))).then(GuardNoSend::new)
    }
}

// SAFETY: whoever changes the word from FREE has the mutex, and only it changes it back.
unsafe impl lock_api::RawMutex for RawMutex {
    #[allow(
        clippy::declare_interior_mutable_const,
        reason = "what a new mutex is made from"
    )]
    const INIT: RawMutex = RawMutex(AtomicU32::new(FREE));

    type Guard = GuardNoSend;

    #[inline]
    fn lock(&self) -> GuardNoSend {
        if !self.take() {
            self.lock_slow(None);
        }
        GuardNoSend::new()
    }

    #[inline]
    fn try_lock(&self) -> Option<GuardNoSend> {
        self.take().then(GuardNoSend::new)
    }

    #[inline]
    unsafe fn unlock(&self, _: GuardNoSend) {
        if self.0.swap(FREE, Release) == WAITED {
            futex::wake(&self.0, 1);
        }
    }

    fn is_locked(&self) -> bool {
        self.0.load(Relaxed) != FREE
    }
}

// SAFETY: as above.
unsafe impl lock_api::RawMutexTimed for RawMutex {
    type Duration = Duration;
    type Instant = Instant;

    fn try_lock_for(&self, timeout: Duration) -> Option<GuardNoSend> {
        self.take_until(Instant::now() + timeout)
    }

    fn try_lock_until(&self, deadline: Instant) -> Option<GuardNoSend> {
        self.take_until(deadline)
    }
}

/// Who takes a [`ReentrantMutex`].
pub struct Taker;

// SAFETY: the address of a thread's own variable is no other thread's while it lives, and never zero.
unsafe impl lock_api::GetThreadId for Taker {
    const INIT: Taker = Taker;

    fn nonzero_thread_id(&self) -> NonZeroUsize {
        thread_local! {
            static PLACE: u8 = const { 0 };
        }
        PLACE.with(|place| NonZeroUsize::from(NonNull::from_ref(place).addr()))
    }
}

/// What threads that have a mutex wait on until others change what it guards.
pub struct Condvar(AtomicU32);

impl Condvar {
    #[allow(clippy::new_without_default, reason = "made once, in a static")]
    pub const fn new() -> Condvar {
        Condvar(AtomicU32::new(0))
    }

    /// Gives the mutex back, waits for a notification, and takes it again. May wake for no reason.
    pub fn wait<T>(&self, guard: &mut MutexGuard<'_, T>) {
        self.wait_at_most(guard, None);
    }

    /// As [`Condvar::wait`], not much longer than `timeout`. Tells whether that ended it.
    pub fn wait_for<T>(&self, guard: &mut MutexGuard<'_, T>, timeout: Duration) -> bool {
        self.wait_at_most(guard, Some(timeout)) == Wake::TimedOut
    }

    fn wait_at_most<T>(&self, guard: &mut MutexGuard<'_, T>, timeout: Option<Duration>) -> Wake {
        let seen = self.0.load(Relaxed);
        MutexGuard::unlocked(guard, || futex::sleep(&self.0, seen, timeout))
    }

    pub fn notify_one(&self) {
        self.0.fetch_add(1, Relaxed);
        futex::wake(&self.0, 1);
    }

    pub fn notify_all(&self) {
        self.0.fetch_add(1, Relaxed);
        futex::wake(&self.0, u32::MAX);
    }
}

/// Many readers or one writer. The standard library's lock, without poisoning: it is made of two words as well.
#[derive(Default)]
pub struct RwLock<T>(std::sync::RwLock<T>);

impl<T> RwLock<T> {
    pub const fn new(value: T) -> RwLock<T> {
        RwLock(std::sync::RwLock::new(value))
    }

    pub fn read(&self) -> RwLockReadGuard<'_, T> {
        tally::note_at(Write::Word, &self.0);
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn write(&self) -> RwLockWriteGuard<'_, T> {
        tally::note_at(Write::Word, &self.0);
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
