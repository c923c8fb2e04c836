//! Entering and leaving frames.
//!
//! ```text
//!   value stack   low │ windows ──► stack_top ·····free····· stack_end ◄── frames │ high
//! ```
//!
//! Whoever calls interpreted code from outside makes a frame on the native stack and runs it ([`execute`]). When that code
//! calls other interpreted code, the loop pushes a frame at the far end of the value stack and goes on with it ([`push`]), so
//! that recursion in Python takes no native stack and neither calls nor returns save registers.

use super::current_frame;
use super::frame::{Frame, Machine, Window};
use super::run::{self, Stop};
use crate::monitor;
use crate::object::Owned;
use crate::types::code::Code;
use crate::types::frame::FrameObject;
use crate::types::function::Function;
use crate::types::{self, generator};
use crate::{Raised, Result, Thread, Value, raise};
use ashore_bytecode::Opcode;
use std::cell::Cell;
use std::sync::atomic::Ordering::Relaxed;

/// Words of the value stack that a frame takes.
const FRAME_WORDS: usize = size_of::<Frame<'_>>() / size_of::<u64>();

/// Runs a module or a class body: code without parameters.
pub fn run_namespace(
    thread: &Thread,
    code: &Code,
    function: Value,
    globals: Value,
    namespace: Value,
) -> Result {
    let window = claim(thread, code, free_window(thread), 0)?;
    if code.generator {
        return Ok(generator::new(thread, code, namespace, globals, window));
    }
    check_native_stack(thread)?;
    execute(thread, code, function, globals, namespace, window)
}

/// The window at the start of the value stack's free part.
#[inline(always)]
pub(crate) fn free_window(thread: &Thread) -> Window {
    Window(thread.stack_top.get().cast())
}

/// Makes room for a frame whose first `filled` registers are set, and empties the others. Passes a safepoint, so that
/// recursion without loops stops, collects and is interrupted as well; the arguments are still the caller's.
#[inline(always)]
pub(crate) fn claim(thread: &Thread, code: &Code, window: Window, filled: u16) -> Result<Window> {
    let end = window
        .0
        .wrapping_add(usize::from(code.n_registers) + FRAME_WORDS);
    if end.cast() > thread.stack_end.get() || thread.depth.get() >= thread.recursion_limit() {
        return Err(too_deep(thread));
    }
    if thread.poll.load(Relaxed) != 0 {
        pass_safepoint(thread, code)?;
    }
    window.initialize(filled, code.n_registers);
    Ok(window)
}

/// The safepoint of a function's entry.
#[cold]
#[inline(never)]
fn pass_safepoint(thread: &Thread, code: &Code) -> Result<()> {
    thread.safepoint()?;
    if monitor::is_traced(thread) {
        monitor::entering(thread, code);
    }
    Ok(())
}

/// Is there room for one more call that takes native stack?
#[inline(always)]
pub(crate) fn check_native_stack(thread: &Thread) -> Result<()> {
    if crate::thread::approximate_stack_pointer() < thread.stack_limit.get() {
        return Err(too_deep(thread));
    }
    Ok(())
}

/// Is there room for one more frame of a generator?
#[inline(always)]
pub(crate) fn check_room(thread: &Thread) -> Result<()> {
    let end = thread.stack_top.get().wrapping_add(FRAME_WORDS);
    if end > thread.stack_end.get() || thread.depth.get() >= thread.recursion_limit() {
        return Err(too_deep(thread));
    }
    Ok(())
}

/// Is there room for one more call of code that has a window?
#[inline(always)]
pub(crate) fn check_depth(thread: &Thread) -> Result<()> {
    if thread.depth.get() >= thread.recursion_limit() {
        return Err(too_deep(thread));
    }
    check_native_stack(thread)
}

#[cold]
fn too_deep(thread: &Thread) -> Raised {
    match raise!(thread, RecursionError, "maximum recursion depth exceeded") {
        Ok(()) => unreachable!("raise! is an error"),
        Err(raised) => raised,
    }
}

/// Runs code in a window that holds its parameters, which [`claim`] made room for. Releases everything the window owns.
#[inline]
pub(crate) fn execute(
    thread: &Thread,
    code: &Code,
    function: Value,
    globals: Value,
    namespace: Value,
    window: Window,
) -> Result {
    let saved_top = thread
        .stack_top
        .replace(window.at(code.n_registers).0.cast());
    let frame = Frame {
        previous: thread.frame.get().cast(),
        code,
        function,
        globals,
        namespace,
        window,
        n_locals: code.n_locals,
        pc: Cell::new(code.units),
        suspended: Cell::new(false),
        announced: Cell::new(false),
        natively: false,
        resumer_handled: Value::MISSING,
        constructing: Value::MISSING,
        saved_top,
        object: Cell::new(Value::MISSING),
    };
    let result = enter(thread, &frame, code.units);
    leave(thread, &frame, result.is_err());
    thread.stack_top.set(saved_top);
    result
}

/// Releases what a frame's window owns, unless somebody has the frame object and so the variables. Only an exception leaves
/// temporaries behind.
#[inline(always)]
fn leave(thread: &Thread, frame: &Frame<'_>, raised: bool) {
    let (window, code) = (frame.window, frame.code);
    if raised {
        window.clear(code.n_locals, code.n_registers);
    }
    if !frame.object.get().is_missing() {
        types::frame::ended(thread, frame, raised);
    }
    window.clear(0, code.n_locals);
}

/// Goes on in the interpreter where native code left: its values become the registers named, all others are empty. With an
/// exception pending that the instruction at `at` raised, starts by unwinding.
pub(crate) fn resume_at(
    thread: &Thread,
    code: &Code,
    function: Value,
    at: u32,
    registers: &[u16],
    values: &[Value],
    raised: Option<Raised>,
) -> Result {
    let pending = raised.map(|raised| thread.take_exception(raised));
    let claimed = claim(thread, code, free_window(thread), 0);
    let claimed = claimed.and_then(|window| check_native_stack(thread).map(|()| window));
    let window = match claimed {
        Ok(window) => window,
        Err(raised) => {
            values
                .iter()
                .for_each(|&value| drop(Owned::from_counted(value)));
            return Err(raised);
        }
    };
    for (&register, &value) in registers.iter().zip(values) {
        window.put(register, Owned::from_counted(value));
    }
    let saved_top = thread
        .stack_top
        .replace(window.at(code.n_registers).0.cast());
    // SAFETY: the compiler names instructions of this code.
    let pc = unsafe { code.units.add(at as usize) };
    let globals = function
        .get::<Function>()
        .expect("native code runs for function objects")
        .globals();
    let frame = Frame {
        previous: thread.frame.get().cast(),
        code,
        function,
        globals,
        namespace: Value::MISSING,
        window,
        n_locals: code.n_locals,
        pc: Cell::new(pc),
        suspended: Cell::new(false),
        // Behind its first instruction it began natively, untraced.
        announced: Cell::new(at != 0),
        natively: true,
        resumer_handled: Value::MISSING,
        constructing: Value::MISSING,
        saved_top,
        object: Cell::new(Value::MISSING),
    };
    let start = match pending {
        Some(exception) => unwind(
            Machine {
                thread,
                frame: &frame,
            },
            thread.reraise_value(exception),
        ),
        None => Ok(pc),
    };
    let result = start.and_then(|pc| enter(thread, &frame, pc));
    leave(thread, &frame, result.is_err());
    thread.stack_top.set(saved_top);
    result
}

/// Runs a frame from `pc` on, linked into the thread's frames.
pub(crate) fn enter(thread: &Thread, frame: &Frame<'_>, pc: *const u16) -> Result {
    thread.frame.set(std::ptr::from_ref(frame).cast());
    thread.depth.set(thread.depth.get() + 1);
    let mut result = run::run(thread, frame, frame, pc);
    while let Err(Stop::Elsewhere) = result {
        result = run_elsewhere(thread, frame);
    }
    thread.depth.set(thread.depth.get() - 1);
    thread.frame.set(frame.previous.cast());
    result.map_err(Stop::raised)
}

/// Goes on in the loop that the innermost frame's instructions ask for.
#[cold]
#[inline(never)]
fn run_elsewhere(thread: &Thread, base: &Frame<'_>) -> std::result::Result<Owned, Stop> {
    let frame = current_frame(thread).expect("a frame was running");
    match frame.opcode_in_place() {
        Opcode::Instrumented => monitor::run_traced(thread, base, frame, frame.pc.get()),
        _ => run::run(thread, base, frame, frame.pc.get()),
    }
}

/// Links a frame for a function whose window [`claim`] made room for. The caller keeps the function until the frame ends;
/// `constructing` is as in [`Frame`].
#[inline(always)]
pub(super) fn push<'a>(
    thread: &'a Thread,
    code: &'static Code,
    function: Value,
    globals: Value,
    window: Window,
    constructing: Owned,
) -> &'a Frame<'a> {
    let saved_top = thread
        .stack_top
        .replace(window.at(code.n_registers).0.cast());
    let frame = Frame {
        previous: thread.frame.get().cast(),
        code,
        function,
        globals,
        namespace: Value::MISSING,
        window,
        n_locals: code.n_locals,
        pc: Cell::new(code.units),
        suspended: Cell::new(false),
        announced: Cell::new(false),
        natively: false,
        resumer_handled: Value::MISSING,
        constructing: constructing.into_counted(),
        saved_top,
        object: Cell::new(Value::MISSING),
    };
    link(thread, frame)
}

/// Links a frame for a generator that [`check_room`] found room for; its window is in the heap. The caller keeps the generator,
/// which owns its frame object.
#[inline(always)]
pub(crate) fn push_generator<'a>(
    thread: &'a Thread,
    code: &'static Code,
    function: Value,
    globals: Value,
    window: Window,
    resumer_handled: Owned,
    object: Value,
) -> &'a Frame<'a> {
    let frame = Frame {
        previous: thread.frame.get().cast(),
        code,
        function,
        globals,
        namespace: Value::MISSING,
        window,
        n_locals: code.n_locals,
        pc: Cell::new(code.units),
        suspended: Cell::new(false),
        announced: Cell::new(false),
        natively: false,
        resumer_handled: resumer_handled.into_counted(),
        constructing: Value::MISSING,
        saved_top: thread.stack_top.get(),
        object: Cell::new(object),
    };
    let frame = link(thread, frame);
    if let Some(object) = object.get::<FrameObject>() {
        object.link(thread, frame);
    }
    frame
}

/// Writes a frame to the far end of the value stack and makes it the innermost.
#[inline(always)]
fn link<'a>(thread: &'a Thread, frame: Frame<'a>) -> &'a Frame<'a> {
    let place = thread.stack_end.get().wrapping_sub(FRAME_WORDS);
    thread.stack_end.set(place);
    let place = place.cast::<Frame<'a>>();
    thread.frame.set(place.cast());
    thread.depth.set(thread.depth.get() + 1);
    // SAFETY: `claim` (or `check_room`) saw to it that these words of the thread's value stack are free; they are this frame's
    // until `pop`.
    unsafe {
        place.write(frame);
        &*place
    }
}

/// Unlinks the innermost frame, which [`push`] made, and releases what it owns; gives the one that called it, and the
/// instance that was under construction.
#[inline(always)]
pub(super) fn pop<'a>(
    thread: &'a Thread,
    frame: &'a Frame<'a>,
    returned: bool,
) -> (&'a Frame<'a>, Owned) {
    // SAFETY: a pushed frame was called by one that is still running.
    let caller = unsafe { &*frame.previous };
    thread.depth.set(thread.depth.get() - 1);
    thread.frame.set(std::ptr::from_ref(caller).cast());
    // Releasing may run code: both stacks are given back only then.
    leave(thread, frame, !returned);
    let constructing = Owned::from_counted(frame.constructing);
    thread.stack_top.set(frame.saved_top);
    let place = std::ptr::from_ref(frame).cast::<u64>().cast_mut();
    thread.stack_end.set(place.wrapping_add(FRAME_WORDS));
    (caller, constructing)
}

/// Unlinks the innermost frame, which [`push_generator`] made; gives the one that entered it, and what the thread handled then.
/// The frame can be read until the next one is pushed.
#[inline(always)]
pub(crate) fn pop_generator<'a>(
    thread: &'a Thread,
    frame: &'a Frame<'a>,
) -> (&'a Frame<'a>, Owned) {
    // SAFETY: a pushed frame was entered by one that is still running.
    let caller = unsafe { &*frame.previous };
    thread.depth.set(thread.depth.get() - 1);
    thread.frame.set(std::ptr::from_ref(caller).cast());
    let place = std::ptr::from_ref(frame).cast::<u64>().cast_mut();
    thread.stack_end.set(place.wrapping_add(FRAME_WORDS));
    (caller, Owned::from_counted(frame.resumer_handled))
}

/// An exception was raised in the innermost frame: goes outwards to a frame that handles it, as far as `base`. Gives that
/// frame and where to go on.
#[cold]
#[inline(never)]
pub(super) fn unwind_frames<'a>(
    thread: &'a Thread,
    mut frame: &'a Frame<'a>,
    base: &'a Frame<'a>,
    mut raised: Raised,
) -> std::result::Result<(&'a Frame<'a>, *const u16), Raised> {
    loop {
        match unwind(Machine { thread, frame }, raised) {
            Ok(pc) => return Ok((frame, pc)),
            Err(raised) if std::ptr::eq(frame, base) => return Err(raised),
            Err(again) => raised = again,
        }
        if frame.is_generator() {
            (frame, raised) = generator::raise_in_loop(thread, frame, raised);
            continue;
        }
        let (caller, constructing) = pop(thread, frame, false);
        drop(constructing);
        frame = caller;
    }
}

/// Raises an instruction again what was raised in a handler? Then the frame ends where that was.
fn is_cleanup(code: &Code, at: u32) -> bool {
    let Some(start) = code.source.positions.following_since(at) else {
        return false;
    };
    let mut handlers = code.source.handlers.iter();
    handlers.any(|handler| (start..=at).contains(&handler.target))
}

/// An exception was raised at `frame.pc`: notes it in the traceback and finds the handler. `Ok` is where to go on.
#[cold]
#[inline(never)]
pub(crate) fn unwind(
    machine: Machine<'_>,
    mut raised: Raised,
) -> std::result::Result<*const u16, Raised> {
    let (thread, frame, code) = (machine.thread, machine.frame, machine.code());
    let at = frame.address();
    // A re-raise goes on from where the exception came from, which is in the traceback already.
    let again = [Opcode::Reraise, Opcode::RaiseCurrent, Opcode::EndAsyncFor];
    let again = again.contains(&frame.opcode());
    if !again {
        let object = Owned::new(types::frame::of_running(thread, frame));
        types::traceback::add(thread, thread.pending_exception(), object, at);
    }
    let traced = monitor::is_active();
    if traced {
        raised = monitor::raised(&machine, raised, again);
    }
    let Some(handler) = code.source.handler_at(at) else {
        if again
            && is_cleanup(code, at)
            && let Some(origin) = types::traceback::origin(thread, frame)
        {
            frame.pc.set(code.pointer(origin));
        }
        if traced {
            raised = monitor::unwinds(&machine, raised);
        }
        // While the frame is still there: finalizers find it, and warnings name its line.
        machine.window().clear(code.n_locals, code.n_registers);
        return Err(raised);
    };
    machine.window().clear(handler.temp, code.n_registers);
    let exception = thread.take_exception(raised);
    if traced {
        monitor::handled(&machine, exception.value(), handler.target)?;
    }
    machine.window().put(handler.temp, exception);
    // SAFETY: the verifier checked that handlers start at instructions of this code.
    Ok(unsafe { code.units.add(handler.target as usize) })
}
