//! Running attached threads one at a time, for programs that are not ready for more: `ASHORE_GIL=1`.
//!
//! A thread takes the lock before it attaches and gives it back when it has detached. One that has waited for the switch
//! interval asks the one that runs to let go, which it does at its next safepoint; it then waits until another thread has had
//! the lock. Switched on before the second thread exists, or never.

use super::poll::{self, Work};
use super::primitive::{Condvar, Mutex, MutexGuard};
use super::world;
use crate::Thread;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// How long a thread runs while others wait.
const INTERVAL: Duration = Duration::from_millis(5);

static ENABLED: AtomicBool = AtomicBool::new(false);

static LOCK: Mutex<State> = Mutex::new(State {
    holder: None,
    waiting: 0,
    switches: 0,
});
/// Nobody holds the lock.
static FREE: Condvar = Condvar::new();
/// Somebody has taken the lock.
static TAKEN: Condvar = Condvar::new();

struct State {
    holder: Option<Holder>,
    /// Threads that want the lock.
    waiting: usize,
    /// How often it was taken.
    switches: u64,
}

struct Holder(*const Thread);

// SAFETY: used for its poll word only, under the lock, which a thread gives back before it ends.
unsafe impl Send for Holder {}

/// Start-up: whether threads run one at a time. `ASHORE_GIL=1` asks for it, unless somebody has chosen.
pub(crate) fn start(chosen: Option<bool>) {
    let asked = || std::env::var_os("ASHORE_GIL").is_some_and(|value| value == "1");
    ENABLED.store(chosen.unwrap_or_else(asked), Relaxed);
}

/// Do threads run one at a time?
#[inline]
pub fn is_enabled() -> bool {
    ENABLED.load(Relaxed)
}

/// The thread is about to attach.
#[inline]
pub fn acquire(thread: &Thread) {
    if is_enabled() {
        take(thread);
    }
}

/// The thread has detached.
#[inline]
pub fn release(thread: &Thread) {
    if is_enabled() {
        give_back(thread);
    }
}

#[cold]
fn take(thread: &Thread) {
    let mut state = LOCK.lock();
    state.waiting += 1;
    while let Some(holder) = &state.holder {
        let holder = holder.0;
        let seen = state.switches;
        let timed_out = FREE.wait_for(&mut state, INTERVAL);
        if timed_out && state.switches == seen && state.holder.is_some() {
            // SAFETY: nobody took the lock since, so it is held by the same thread, which therefore exists.
            poll::request(unsafe { &*holder }, Work::SWITCH);
        }
    }
    state.waiting -= 1;
    state.holder = Some(Holder(thread));
    state.switches += 1;
    TAKEN.notify_all();
}

#[cold]
fn give_back(thread: &Thread) {
    let mut state = LOCK.lock();
    if state
        .holder
        .as_ref()
        .is_some_and(|holder| std::ptr::eq(holder.0, thread))
    {
        state.holder = None;
        FREE.notify_one();
    }
}

/// Nobody takes the lock or gives it back until this is dropped.
pub(crate) struct Held(MutexGuard<'static, State>);

/// Keeps others from taking the lock and from giving it back.
pub(crate) fn hold() -> Held {
    Held(LOCK.lock())
}

impl Held {
    /// In the child of a fork: those that wanted the lock are gone. Who forked has it.
    pub(crate) fn forget_waiters(&mut self) {
        self.0.waiting = 0;
    }
}

/// Lets another thread run, if one waits. At a safepoint.
pub fn switch(thread: &Thread) {
    let seen = LOCK.lock().switches;
    world().detach(thread);
    let mut state = LOCK.lock();
    while state.waiting > 0 && state.switches == seen {
        TAKEN.wait(&mut state);
    }
    drop(state);
    world().attach(thread);
}
