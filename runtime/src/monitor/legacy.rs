//! `sys.settrace` and `sys.setprofile`: one function a thread, called with a frame, the event's name and an argument.
//!
//! The function of `settrace` hears of calls; what it returns becomes the frame's own (`f_trace`), which hears of the rest.
//! One that raises is unset.

use super::tools::Event;
use super::{Tracing, call_listener, refresh};
use crate::interpreter::frame::Frame;
use crate::object::{Owned, Slot};
use crate::operators::call;
use crate::sync::world;
use crate::thread::stack::with_registers_saved;
use crate::types::frame::{self, FrameObject};
use crate::types::native_function::{self, NativeFunction};
use crate::types::{class_of, str};
use crate::{Builtin, Result, Thread, Value};

/// `sys.settrace`; None unsets it.
pub fn set_trace(thread: &Thread, function: Value) {
    set(thread, &thread.tracing.trace, function);
}

/// `sys.setprofile`; None unsets it.
pub fn set_profile(thread: &Thread, function: Value) {
    set(thread, &thread.tracing.profile, function);
}

fn set(thread: &Thread, slot: &Slot, function: Value) {
    let old = slot.replace(Owned::new(function));
    refresh(thread);
    drop(old);
}

/// `sys._settraceallthreads`.
pub fn set_trace_everywhere(thread: &Thread, function: Value) {
    set_everywhere(thread, function, |tracing| &tracing.trace);
}

/// `sys._setprofileallthreads`.
pub fn set_profile_everywhere(thread: &Thread, function: Value) {
    set_everywhere(thread, function, |tracing| &tracing.profile);
}

fn set_everywhere(thread: &Thread, function: Value, slot: impl Fn(&Tracing) -> &Slot) {
    if let Some(header) = function.header() {
        header.publish();
    }
    let mut old = Vec::new();
    with_registers_saved(thread, &mut || {
        let _stopped = world().stop(thread);
        world().for_each(|other| {
            let replaced = slot(&other.tracing).replace(Owned::new(function));
            if let Some(header) = replaced.header() {
                header.publish();
            }
            old.push(replaced);
        });
    });
    refresh(thread);
    drop(old);
}

/// `sys.gettrace`.
pub fn trace_function(thread: &Thread) -> Owned {
    Owned::new(thread.tracing.trace.peek())
}

/// `sys.getprofile`.
pub fn profile_function(thread: &Thread) -> Owned {
    Owned::new(thread.tracing.profile.peek())
}

/// `sys.call_tracing`: calls a function with events, although a listener calls it.
pub fn call_tracing(thread: &Thread, function: Value, args: &[Value]) -> Result {
    let inside = thread.tracing.inside.replace(0);
    let result = call::call(thread, function, args);
    thread.tracing.inside.set(inside);
    result
}

/// Which function of `settrace` hears of an event.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Listener {
    /// The thread's: a frame begins.
    Thread,
    /// The frame's own.
    Frame,
}

/// Tells the function of `settrace`, if there is one.
pub(super) fn trace(
    thread: &Thread,
    frame: &Frame<'_>,
    (listener, event, name): (Listener, Event, &str),
    argument: Value,
) -> Result<()> {
    if thread.tracing.trace.peek().is_none() {
        return Ok(());
    }
    if listener == Listener::Frame && frame.object.get().is_missing() {
        return Ok(());
    }
    let object = frame::of_running(thread, frame);
    let frame_object = object.get::<FrameObject>().expect("a frame's object");
    let function = match listener {
        Listener::Thread => trace_function(thread),
        Listener::Frame => frame_object.trace_function(),
    };
    if function.is_none() || function.is_missing() {
        return Ok(());
    }
    let name = str::intern(thread, name);
    let told = (event, std::ptr::from_ref(frame).cast());
    let outer = thread.tracing.event.replace(Some(told));
    let called = call_listener(thread, || {
        call::call(thread, function.value(), &[object, name, argument])
    });
    thread.tracing.event.set(outer);
    match called {
        Ok(next) if next.is_none() => Ok(()),
        Ok(next) => {
            frame_object.set_trace_function(next);
            Ok(())
        }
        Err(raised) => {
            let exception = thread.take_exception(raised);
            set_trace(thread, Value::NONE);
            frame_object.set_trace_function(Owned::NONE);
            Err(thread.reraise_value(exception))
        }
    }
}

/// Tells the function of `setprofile`, if there is one.
pub(super) fn profile(
    thread: &Thread,
    frame: &Frame<'_>,
    event: &str,
    argument: Value,
) -> Result<()> {
    let function = profile_function(thread);
    if function.is_none() {
        return Ok(());
    }
    let object = frame::of_running(thread, frame);
    let event = str::intern(thread, event);
    let called = call_listener(thread, || {
        call::call(thread, function.value(), &[object, event, argument])
    });
    called.map(drop).map_err(|raised| {
        let exception = thread.take_exception(raised);
        set_profile(thread, Value::NONE);
        thread.reraise_value(exception)
    })
}

/// What events of `setprofile` about the call of a native function have as their argument; none for other callables.
pub(super) fn profiled_callable(thread: &Thread, callable: Value, first: Value) -> Option<Owned> {
    let function = callable.get_exact::<NativeFunction>()?;
    let class = class_of(callable);
    if std::ptr::eq(class, Builtin::NativeFunction.class()) {
        return Some(Owned::new(callable));
    }
    let is_method = std::ptr::eq(class, Builtin::NativeMethod.class());
    (is_method && !first.is_missing()).then(|| native_function::bind(thread, function, first))
}
