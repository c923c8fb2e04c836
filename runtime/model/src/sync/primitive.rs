//! The names of the runtime's `sync::primitive`, made of loom's types, and futexes built on those.

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

/// The runtime's interface.
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

/// The runtime's interface.
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

type Sleeper = Arc<(Mutex<bool>, Condvar)>;

loom::lazy_static! {
    static ref ASLEEP: Mutex<Vec<(usize, Sleeper)>> = Mutex::new(Vec::new());
}

/// Sleeps until somebody wakes the byte, if it is `expected`: the kernel looks with its queue locked.
///
/// # Safety
/// None here: the model looks at the byte alone.
pub unsafe fn sleep_on_byte(byte: &AtomicU8, expected: u8) {
    let sleeper = {
        let mut asleep = ASLEEP.lock();
        if byte.load(Relaxed) != expected {
            return;
        }
        let sleeper = Arc::new((Mutex::new(false), Condvar::new()));
        asleep.push((std::ptr::from_ref(byte).addr(), sleeper.clone()));
        sleeper
    };
    let mut awake = sleeper.0.lock();
    while !*awake {
        sleeper.1.wait(&mut awake);
    }
}

/// Wakes a thread that sleeps on the byte.
pub fn wake_on_byte(byte: *const AtomicU8) {
    let mut asleep = ASLEEP.lock();
    let at = asleep.iter().position(|(other, _)| *other == byte.addr());
    let sleeper = at.map(|at| asleep.remove(at).1);
    drop(asleep);
    if let Some(sleeper) = sleeper {
        *sleeper.0.lock() = true;
        sleeper.1.notify_all();
    }
}
