//! Who called whom on a thread: frames of the interpreter, and functions that run as native code between them.
//!
//! A frame that one call of the interpreter's loop began with is on the native stack; those it entered from there are on the
//! value stack, and nothing native is between them. So whatever native function lies, on the native stack, between two such
//! first frames was called from the older one's loop, and led to the younger one.

use super::{FrameObject, Parts, Variables, make, of_running_on};
use crate::abi::callers::{NativeFrame, between};
use crate::interpreter::current_frame;
use crate::interpreter::frame::Frame;
use crate::object::{Owned, publish};
use crate::sync::world;
use crate::thread::stack::with_registers_saved;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::{Thread, Value};
use std::sync::atomic::Ordering::Acquire;

/// A Python function, or module or class body, that is being run.
#[derive(Clone, Copy)]
pub enum Caller<'a> {
    Interpreted(&'a Frame<'a>),
    Native(Native),
}

/// A function that runs as native code.
#[derive(Clone, Copy)]
pub struct Native(NativeFrame);

impl Caller<'_> {
    /// The globals dict, borrowed for as long as the function runs.
    pub fn globals(&self) -> Value {
        match self {
            Caller::Interpreted(frame) => frame.globals,
            Caller::Native(native) => native.globals(),
        }
    }

    /// A name in the globals.
    pub fn global(&self, name: Value) -> Option<Owned> {
        self.globals().get::<Dict>()?.get_interned(name)
    }

    pub fn code(&self) -> &Code {
        match self {
            Caller::Interpreted(frame) => frame.code,
            Caller::Native(native) => native.0.code,
        }
    }

    /// Address of the instruction that runs.
    pub fn address(&self) -> u32 {
        match self {
            Caller::Interpreted(frame) => frame.address(),
            Caller::Native(native) => native.0.at,
        }
    }

    /// The line that runs.
    pub fn line(&self) -> u32 {
        let source = &self.code().source;
        let position = source.positions.get(self.address());
        position.map_or(source.first_line, |position| position.line)
    }
}

impl Native {
    fn globals(&self) -> Value {
        let home = self.0.code.home.load(Acquire);
        // SAFETY: native code runs only for functions with the globals that its module was loaded with; the running function
        // keeps them.
        unsafe { home.as_ref() }.map_or(Value::MISSING, crate::object::Header::value)
    }
}

/// Goes through what a thread runs, innermost first.
pub struct Callers<'a> {
    /// The thread: the calling one, or one that stands still.
    runner: &'a Thread,
    /// The calling one, who makes frame objects.
    thread: &'a Thread,
    /// Native functions that come before the frame, outermost first.
    native: Vec<NativeFrame>,
    frame: Option<&'a Frame<'a>>,
}

impl<'a> Callers<'a> {
    /// What the calling thread runs.
    pub fn new(thread: &'a Thread) -> Callers<'a> {
        Callers::of(thread, thread)
    }

    /// What `runner` runs.
    fn of(thread: &'a Thread, runner: &'a Thread) -> Callers<'a> {
        let frame = current_frame(runner);
        let mut native = between(runner, 0, first_of_loop(runner, frame));
        native.reverse();
        Callers {
            runner,
            thread,
            native,
            frame,
        }
    }

    /// Those that called a frame that `runner` runs.
    fn of_frame(thread: &'a Thread, runner: &'a Thread, frame: &'a Frame<'a>) -> Callers<'a> {
        let mut callers = Callers {
            runner,
            thread,
            native: Vec::new(),
            frame: Some(frame),
        };
        callers.next();
        callers
    }

    /// The object of the next one's frame.
    pub fn next_object(&mut self) -> Option<Owned> {
        Some(match self.next()? {
            Caller::Interpreted(frame) => {
                let object = of_running_on(self.runner.id(), self.thread, frame);
                if !self.runner.is_current() {
                    publish(object);
                }
                Owned::new(object)
            }
            Caller::Native(native) => {
                let made = object_of(self.thread, native);
                let back = self.next_object();
                let object = made.get::<FrameObject>().expect("just made");
                object.set_back(back.unwrap_or(Owned::NONE));
                made
            }
        })
    }
}

impl<'a> Iterator for Callers<'a> {
    type Item = Caller<'a>;

    fn next(&mut self) -> Option<Caller<'a>> {
        if let Some(native) = self.native.pop() {
            return Some(Caller::Native(Native(native)));
        }
        let frame = self.frame?;
        self.frame = frame.caller();
        let address = std::ptr::from_ref(frame).addr();
        if !self.runner.stack.is_value(address) {
            let end = first_of_loop(self.runner, self.frame);
            self.native = between(self.runner, address, end);
            self.native.reverse();
        }
        Some(Caller::Interpreted(frame))
    }
}

/// Where on the native stack the frame is with which a frame's loop began.
pub(super) fn first_of_loop<'a>(thread: &Thread, mut frame: Option<&'a Frame<'a>>) -> usize {
    while let Some(inner) = frame {
        let address = std::ptr::from_ref(inner).addr();
        if !thread.stack.is_value(address) {
            return address;
        }
        frame = inner.caller();
    }
    usize::MAX
}

/// A new frame object of a native function. Its variables are in registers, where nobody finds them.
fn object_of(thread: &Thread, native: Native) -> Owned {
    make(
        thread,
        &Parts {
            code: native.0.code,
            function: Value::MISSING,
            globals: native.globals(),
            namespace: Value::MISSING,
            at: native.0.at,
            variables: Variables::Unknown,
        },
    )
}

/// The object of the frame that called one that `runner` runs, None if there is none.
pub(super) fn back_of(thread: &Thread, runner: &Thread, frame: &Frame<'_>) -> Owned {
    let caller = Callers::of_frame(thread, runner, frame).next_object();
    caller.unwrap_or(Owned::NONE)
}

/// The innermost frames of all threads that run Python code, by the threads' ids (`sys._current_frames`). A safepoint.
pub fn of_all_threads(thread: &Thread) -> Vec<(u32, Owned)> {
    with_registers_saved(thread, &mut || {
        let _stopped = world().stop(thread);
        let mut frames = Vec::new();
        world().for_each(|runner| {
            let innermost = Callers::of(thread, runner).next_object();
            frames.extend(innermost.map(|frame| (runner.id(), frame)));
        });
        frames
    })
}

/// The object of the innermost frame that the calling thread runs, and the address of the instruction there.
pub fn innermost_object(thread: &Thread) -> Option<(Owned, u32)> {
    let address = innermost(thread)?.address();
    Some((Callers::new(thread).next_object()?, address))
}

/// The innermost one that the calling thread runs.
pub fn innermost(thread: &Thread) -> Option<Caller<'_>> {
    Callers::new(thread).next()
}
