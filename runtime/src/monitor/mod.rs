//! Events of the running program, for those who trace it: `sys.settrace`, `sys.setprofile` and `sys.monitoring`.
//!
//! ```text
//!   somebody listens ──► poll word of the threads concerned: TRACE
//!                          │ native code          goes on in the interpreter, at its entry and at its loops' safepoints
//!                          │ frames that run, and code that is entered: instrumented
//!   `run` meets an instrumented instruction ──► `run_traced`, which asks [`before`] before each instruction
//!   nobody listens any more ──► all instructions are put back, and `run_traced` leaves
//! ```
//!
//! Invariant: while [`is_active`] is false no code is instrumented, so that programs nobody traces run exactly the
//! instructions that were made for them, through a loop that knows nothing of events. Instructions are replaced and put
//! back only while the world is stopped. What a listener runs makes no events (`Tracing::inside`).

mod events;
mod jump;
mod legacy;
mod points;
mod teller;
pub mod tools;

pub(crate) use events::{NativeCall, before, call_failed, call_returned, for_iter, send};
pub use legacy::{
    call_tracing, profile_function, set_profile, set_profile_everywhere, set_trace,
    set_trace_everywhere, trace_function,
};
pub use points::Points;
pub(crate) use teller::{handled, raised, run_traced, thrown, to_line, unwinds};
pub use teller::{provide, require};
use tools::Event;

use crate::interpreter::current_frame;
use crate::interpreter::frame::Frame;
use crate::object::Slot;
use crate::sync::mutex::Mutex;
use crate::sync::poll::{self, Work};
use crate::sync::world;
use crate::thread::stack::with_registers_saved;
use crate::types::code::Code;
use crate::{Owned, Thread, Value};
use std::cell::Cell;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

/// Does anybody listen, in any thread?
static ACTIVE: AtomicBool = AtomicBool::new(false);

/// The code objects that are instrumented.
static INSTRUMENTED: Mutex<Vec<&'static Code>> = Mutex::new(Vec::new());

/// Who traces a thread.
pub struct Tracing {
    /// The functions of `sys.settrace` and `sys.setprofile`, None without any.
    pub(crate) trace: Slot,
    pub(crate) profile: Slot,
    /// How many listeners are being called: what they run makes no events.
    inside: Cell<u32>,
    /// What the function of `settrace` is being told, and of which frame.
    event: Cell<Option<(Event, *const ())>>,
    /// The last instruction that belonged to a line, and the frame it was in.
    located: Cell<(*const (), *const u16)>,
}

impl Default for Tracing {
    fn default() -> Tracing {
        Tracing {
            trace: Slot::new(Owned::NONE),
            profile: Slot::new(Owned::NONE),
            inside: Cell::new(0),
            event: Cell::new(None),
            located: Cell::new((std::ptr::null(), std::ptr::null())),
        }
    }
}

impl Tracing {
    fn has_functions(&self) -> bool {
        !self.trace.peek().is_none() || !self.profile.peek().is_none()
    }

    /// The instruction under way may belong to no line: then events say that they happen at the last one that did. Gives
    /// where the frame is now.
    fn locate(&self, frame: &Frame<'_>, points: &Points) -> *const u16 {
        let this = std::ptr::from_ref(frame).cast();
        let (last_frame, last) = self.located.get();
        if points.line(frame.address()) != 0 {
            self.located.set((this, frame.pc.get()));
        } else if std::ptr::eq(last_frame, this) {
            frame.pc.set(last);
        }
        frame.pc.get()
    }

    /// What the function of `settrace` is being told of this frame.
    fn event_in(&self, frame: &Frame<'_>) -> Option<Event> {
        let (event, told) = self.event.get()?;
        std::ptr::eq(told, std::ptr::from_ref(frame).cast()).then_some(event)
    }

    /// Is a listener being called?
    pub(crate) fn is_inside(&self) -> bool {
        self.inside.get() != 0
    }
}

/// Does anybody listen, in any thread?
#[inline(always)]
pub(crate) fn is_active() -> bool {
    ACTIVE.load(Relaxed)
}

/// Is this thread asked to tell of events?
#[inline(always)]
pub(crate) fn is_traced(thread: &Thread) -> bool {
    thread.poll.load(Relaxed) & Work::TRACE != 0
}

/// Somebody listens, or stopped listening: the world is told.
pub(crate) fn refresh(thread: &Thread) {
    with_registers_saved(thread, &mut || {
        let _stopped = world().stop(thread);
        let everywhere = tools::is_any_listening();
        let mut active = everywhere;
        let mut codes = INSTRUMENTED.lock();
        world().for_each(|other| {
            if everywhere || other.tracing.has_functions() {
                active = true;
                poll::request(other, Work::TRACE);
                instrument_running(other, &mut codes);
            } else {
                poll::withdraw(other, Work::TRACE);
            }
        });
        if !active {
            for code in codes.drain(..) {
                code.points().instrumented.store(false, Relaxed);
                code.instrument(false);
            }
        }
        ACTIVE.store(active, Relaxed);
    });
}

/// A thread begins: those who listen everywhere do so there.
pub(crate) fn thread_begins(thread: &Thread) {
    if is_active() && tools::is_any_listening() {
        poll::request(thread, Work::TRACE);
    }
}

/// A thread ends: its functions hear of nothing any more.
pub(crate) fn thread_ends(thread: &Thread) {
    if thread.tracing.has_functions() {
        set_profile(thread, Value::NONE);
        set_trace(thread, Value::NONE);
    }
}

/// The frames of a thread that stands still: their beginning is past, their next instructions are told of.
fn instrument_running(runner: &Thread, codes: &mut Vec<&'static Code>) {
    let mut next = current_frame(runner);
    while let Some(frame) = next {
        frame.announced.set(true);
        replace(frame.code, codes);
        next = frame.caller();
    }
}

fn replace(code: &Code, codes: &mut Vec<&'static Code>) {
    if !code.points().instrumented.swap(true, Relaxed) {
        code.instrument(true);
        codes.push(code.lasting());
    }
}

/// A traced thread is about to run this code.
#[cold]
#[inline(never)]
pub(crate) fn entering(thread: &Thread, code: &Code) {
    if code.points().instrumented.load(Relaxed) {
        return;
    }
    with_registers_saved(thread, &mut || {
        let _stopped = world().stop(thread);
        // Another thread may have ended all tracing in between.
        if is_active() {
            replace(code, &mut INSTRUMENTED.lock());
        }
    });
}

/// The end of the program: nobody listens any more.
pub(crate) fn finish(thread: &Thread) {
    tools::forget(thread);
    set_profile(thread, Value::NONE);
    set_trace(thread, Value::NONE);
}

/// Keeps what is raised meanwhile from the listener, and what the listener runs from being told of.
fn call_listener<R>(thread: &Thread, call: impl FnOnce() -> crate::Result<R>) -> crate::Result<R> {
    let pending = thread.suspend_exception();
    let inside = &thread.tracing.inside;
    inside.set(inside.get() + 1);
    let result = call();
    inside.set(inside.get() - 1);
    match result {
        Ok(value) => {
            thread.restore_exception(pending);
            Ok(value)
        }
        // The listener's exception takes the place of the other.
        Err(raised) => Err(raised),
    }
}

/// Visits what a thread's tracing refers to.
pub(crate) fn traverse(tracing: &Tracing, visit: &mut dyn FnMut(Value)) {
    visit(tracing.trace.peek());
    visit(tracing.profile.peek());
}
