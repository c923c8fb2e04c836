//! Thread handles: what a thread is joined by.

use ashore_runtime::operators::convert;
use ashore_runtime::sync::futex::{self, Wake};
use ashore_runtime::thread::{Ended, Started};
use ashore_runtime::types::int;
use ashore_runtime::types::lock::TIMEOUT_MAX;
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::str;
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

pub(super) static HANDLE: NativeClass = NativeClass::new("_thread._ThreadHandle", METHODS);

/// What a handle and its thread share.
#[derive(Default)]
pub(super) struct State {
    /// One of the constants below; what joiners wait on while the thread is being started.
    word: AtomicU32,
    /// The thread's id; 0 before it has one.
    ident: AtomicU32,
    /// There while the word is RUNNING.
    ended: OnceLock<Ended>,
}

const NOT_STARTED: u32 = 0;
const STARTING: u32 = 1;
const RUNNING: u32 = 2;
/// Somebody said so: the thread was not started here, or went with a fork.
const DONE: u32 = 3;

impl State {
    /// Marks the start; false if there was one.
    pub(super) fn start(&self) -> bool {
        let word = &self.word;
        word.compare_exchange(NOT_STARTED, STARTING, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }

    /// The thread runs, or could not be started.
    pub(super) fn started(&self, thread: Option<Started>) {
        let word = match thread {
            Some(started) => {
                self.set_ident(started.id);
                let first = self.ended.set(started.ended);
                assert!(first.is_ok(), "a handle starts one thread");
                RUNNING
            }
            None => NOT_STARTED,
        };
        self.change(word);
    }

    pub(super) fn set_ident(&self, ident: u32) {
        self.ident.store(ident, Ordering::Release);
    }

    fn change(&self, word: u32) {
        self.word.store(word, Ordering::Release);
        futex::wake(&self.word, u32::MAX);
    }

    fn is_done(&self) -> bool {
        let ended = self.ended.get().is_some_and(Ended::is_true);
        ended || self.word.load(Ordering::Acquire) == DONE
    }

    /// Waits until the thread has ended, or until the deadline.
    fn wait(&self, thread: &Thread, deadline: Option<Instant>) -> Result<()> {
        while self.word.load(Ordering::Acquire) == STARTING {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            match futex::wait(&self.word, STARTING, left) {
                Wake::TimedOut => return Ok(()),
                Wake::Interrupted => thread.safepoint()?,
                Wake::Woken => {}
            }
        }
        if let Some(ended) = self.ended.get().filter(|_| !self.is_done()) {
            ended.wait(thread, deadline)?;
        }
        Ok(())
    }
}

pub(super) struct Handle(pub(super) Arc<State>);

impl Data for Handle {}

pub(super) fn new_handle(thread: &Thread, _: &[Value]) -> Result {
    let handle = Handle(Arc::default());
    Ok(native::new(thread, HANDLE.class(thread), handle))
}

/// `_make_thread_handle(ident)`: the handle of a thread that somebody else started.
pub(super) fn make_handle(thread: &Thread, args: &[Value]) -> Result {
    let state = State::default();
    state.start();
    state.set_ident(convert::to_isize(thread, args[0])? as u32);
    let handle = Handle(Arc::new(state));
    Ok(native::new(thread, HANDLE.class(thread), handle))
}

fn state(args: &[Value]) -> &State {
    &receiver::<Handle>(args).0
}

fn join(thread: &Thread, args: &[Value]) -> Result {
    let state = state(args);
    let seconds = match args[1].is_none() {
        true => None,
        // Less than nothing means as long as it takes.
        false => Some(convert::seconds(thread, args[1])?).filter(|&seconds| seconds >= 0.0),
    };
    let deadline = seconds.map(|s| Instant::now() + Duration::from_secs_f64(s.min(TIMEOUT_MAX)));
    if state.word.load(Ordering::Acquire) == NOT_STARTED {
        return raise!(thread, RuntimeError, "thread not started");
    }
    if state.ident.load(Ordering::Acquire) == thread.id() && !state.is_done() {
        return raise!(thread, RuntimeError, "Cannot join current thread");
    }
    state.wait(thread, deadline)?;
    Ok(Owned::NONE)
}

fn is_done(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(state(args).is_done()))
}

fn set_done(_: &Thread, args: &[Value]) -> Result {
    state(args).change(DONE);
    Ok(Owned::NONE)
}

fn get_ident(thread: &Thread, args: &[Value]) -> Result {
    let ident = state(args).ident.load(Ordering::Acquire);
    Ok(int::from_i64(thread, i64::from(ident)))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let ident = state(args).ident.load(Ordering::Acquire);
    Ok(str::new(
        thread,
        &format!("<_ThreadHandle object: ident={ident}>"),
    ))
}

methods! { METHODS:
    new "_ThreadHandle(type, /)" => new_handle;
    "join(self, timeout=None, /)" => join -> None;
    "is_done(self, /)" => is_done -> Bool;
    "_set_done(self, /)" => set_done -> None;
    "__repr__(self, /)" => repr -> Str;
    get "ident" => get_ident -> Int;
}
