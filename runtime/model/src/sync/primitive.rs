//! The names of the runtime's `sync::primitive`, made of loom's types, and a parking lot built on those.

pub use loom::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, fence};
pub use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};

use loom::sync::{Arc, Condvar as LoomCondvar, Mutex as LoomMutex, MutexGuard as LoomGuard};
use std::ops::{Deref, DerefMut};

/// Spinning only multiplies the interleavings.
pub const SPINS: usize = 1;

macro_rules! constructor {
    ($(#[$attribute:meta])* $visibility:vis fn new() -> $type:ty $body:block) => {
        $(#[$attribute])*
        #[allow(clippy::new_without_default, reason = "made once, in a static")]
        $visibility fn new() -> $type $body
    };
}
pub(crate) use constructor;

/// A word that loom watches for unordered accesses.
pub struct RaceCell(loom::cell::UnsafeCell<u32>);

// SAFETY: loom reports every race.
unsafe impl Sync for RaceCell {}

impl RaceCell {
    pub fn new(value: u32) -> RaceCell {
        RaceCell(loom::cell::UnsafeCell::new(value))
    }

    /// # Safety
    /// No other thread is writing.
    pub unsafe fn get(&self) -> u32 {
        // SAFETY: loom has checked that there is no race.
        self.0.with(|value| unsafe { *value })
    }

    /// # Safety
    /// No other thread is reading or writing.
    pub unsafe fn set(&self, value: u32) {
        // SAFETY: loom has checked that there is no race.
        self.0.with_mut(|place| unsafe { *place = value });
    }

    pub fn snapshot(&self) -> u32 {
        // SAFETY: models look at counts when all other threads have ended.
        unsafe { self.get() }
    }
}

/// `parking_lot`'s interface.
pub struct Mutex<T>(LoomMutex<T>);

pub struct MutexGuard<'a, T>(Option<LoomGuard<'a, T>>);

impl<T> Mutex<T> {
    pub fn new(value: T) -> Mutex<T> {
        Mutex(LoomMutex::new(value))
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        MutexGuard(Some(
            self.0.lock().expect("models do not panic with a lock"),
        ))
    }

    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        self.0.try_lock().ok().map(|guard| MutexGuard(Some(guard)))
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.0
            .as_ref()
            .expect("the guard is whole outside of `wait`")
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0
            .as_mut()
            .expect("the guard is whole outside of `wait`")
    }
}

/// `parking_lot`'s interface.
pub struct Condvar(LoomCondvar);

impl Condvar {
    pub fn new() -> Condvar {
        Condvar(LoomCondvar::new())
    }

    pub fn wait<T>(&self, guard: &mut MutexGuard<'_, T>) {
        let inner = guard
            .0
            .take()
            .expect("the guard is whole outside of `wait`");
        guard.0 = Some(self.0.wait(inner).expect("models do not panic with a lock"));
    }

    pub fn notify_all(&self) {
        self.0.notify_all();
    }
}

/// What `parking_lot_core` tells the callback of `unpark_one`.
pub struct UnparkResult {
    pub have_more_threads: bool,
}

pub struct Token;
pub const DEFAULT_PARK_TOKEN: Token = Token;
pub const DEFAULT_UNPARK_TOKEN: Token = Token;

type Sleeper = Arc<(Mutex<bool>, Condvar)>;

loom::lazy_static! {
    static ref LOT: Mutex<Vec<(usize, Sleeper)>> = Mutex::new(Vec::new());
}

/// Queues the thread under `key` if `validate` still says so, and sleeps until it is taken out.
///
/// # Safety
/// As `parking_lot_core::park`.
pub unsafe fn park(
    key: usize,
    validate: impl FnOnce() -> bool,
    before_sleep: impl FnOnce(),
    _timed_out: impl FnOnce(usize, bool),
    _token: Token,
    _timeout: Option<std::time::Instant>,
) {
    let sleeper = {
        let mut lot = LOT.lock();
        if !validate() {
            return;
        }
        let sleeper = Arc::new((Mutex::new(false), Condvar::new()));
        lot.push((key, sleeper.clone()));
        sleeper
    };
    before_sleep();
    let mut awake = sleeper.0.lock();
    while !*awake {
        sleeper.1.wait(&mut awake);
    }
}

/// Takes a thread out of the queue under `key`, and wakes it when the callback has run.
///
/// # Safety
/// As `parking_lot_core::unpark_one`.
pub unsafe fn unpark_one(key: usize, callback: impl FnOnce(UnparkResult) -> Token) {
    let mut lot = LOT.lock();
    let at = lot.iter().position(|(other, _)| *other == key);
    let sleeper = at.map(|at| lot.remove(at).1);
    let have_more_threads = lot.iter().any(|(other, _)| *other == key);
    callback(UnparkResult { have_more_threads });
    drop(lot);
    if let Some(sleeper) = sleeper {
        *sleeper.0.lock() = true;
        sleeper.1.notify_all();
    }
}
