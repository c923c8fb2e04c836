//! The interpreter of the register bytecode.
//!
//! [`run`] is one loop over one `match`: the quick paths (small ints, inline floats, moves, jumps) stand in the arms; all
//! else is a function of the family's file, which ends in `operators`. A Python call to interpreted code is a native call of
//! `run`; arguments stay where the caller computed them (see [`frame`]). Rules for the arms:
//!
//! 1. A fast path may leave its temporaries in place only if they are not heap objects.
//! 2. Slow paths read operands borrowed, compute, then `consume` temporaries, then write `dst` — in this order, because `dst`
//!    may be one of them, and because an exception needs the operands still in place to be released by [`unwind`].
//! 3. Anything that can run Python code returns `Result`; `Err` goes to [`unwind`] with the instruction's address.

mod anchors;
pub mod attribute;
pub mod calls;
pub mod display;
pub mod exceptions;
pub mod frame;
pub mod iteration;
pub mod names;
pub mod numbers;
pub mod patterns;
pub mod report;
mod report_chain;
mod run;

use crate::object::Owned;
use crate::types::code::Code;
use crate::types::function::Function;
use crate::{Raised, Result, Thread, Value, raise};
use ashore_bytecode::Opcode;
use frame::{Frame, Machine, Window};
use std::cell::Cell;

pub use calls::{call_function, call_function_keywords};

/// Runs a module or a class body: code without parameters.
pub fn run_namespace(
    thread: &Thread,
    code: &Code,
    function: Value,
    globals: Value,
    namespace: Value,
) -> Result {
    let window = claim(thread, code, Window(thread.stack_top.get().cast()), 0)?;
    execute(thread, code, function, globals, namespace, window)
}

/// Makes room for a frame whose first `filled` registers are set, and empties the others. Passes a safepoint, so that
/// recursion without loops stops, collects and is interrupted as well; the arguments are still the caller's.
#[inline(always)]
pub(crate) fn claim(thread: &Thread, code: &Code, window: Window, filled: u16) -> Result<Window> {
    let end = window.0.wrapping_add(usize::from(code.n_registers));
    if end.cast() >= thread.stack_end.get() {
        return Err(too_deep(thread));
    }
    check_depth(thread)?;
    thread.safepoint()?;
    window.initialize(filled, code.n_registers);
    Ok(window)
}

/// Is there room for one more call?
#[inline(always)]
pub(crate) fn check_depth(thread: &Thread) -> Result<()> {
    let stack = crate::thread::approximate_stack_pointer();
    if thread.depth.get() >= thread.recursion_limit() || stack < thread.stack_limit.get() {
        return Err(too_deep(thread));
    }
    Ok(())
}

#[cold]
fn too_deep(thread: &Thread) -> Raised {
    match raise!(thread, RecursionError, "maximum recursion depth exceeded") {
        Ok(()) => unreachable!("raise! is an error"),
        Err(raised) => raised,
    }
}

/// Runs code in a window that holds its parameters. Releases everything the window owns.
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
        pc: Cell::new(code.units),
        suspended: Cell::new(false),
        resumer_handled: Value::MISSING,
    };
    let result = enter(thread, &frame, code.units);
    window.clear(
        0,
        if result.is_ok() {
            code.n_locals
        } else {
            code.n_registers
        },
    );
    thread.stack_top.set(saved_top);
    result
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
    let window = match claim(thread, code, Window(thread.stack_top.get().cast()), 0) {
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
        pc: Cell::new(pc),
        suspended: Cell::new(false),
        resumer_handled: Value::MISSING,
    };
    let start = match pending {
        Some(exception) => {
            let machine = Machine {
                thread,
                frame: &frame,
                window,
                n_locals: code.n_locals,
            };
            unwind(&machine, thread.reraise_value(exception))
        }
        None => Ok(pc),
    };
    let result = start.and_then(|pc| enter(thread, &frame, pc));
    window.clear(
        0,
        if result.is_ok() {
            code.n_locals
        } else {
            code.n_registers
        },
    );
    thread.stack_top.set(saved_top);
    result
}

/// Runs a frame from `pc` on, linked into the thread's frames.
pub(crate) fn enter(thread: &Thread, frame: &Frame<'_>, pc: *const u16) -> Result {
    thread.frame.set(std::ptr::from_ref(frame).cast());
    thread.depth.set(thread.depth.get() + 1);
    let result = run::run(thread, frame, pc);
    thread.depth.set(thread.depth.get() - 1);
    thread.frame.set(frame.previous.cast());
    result
}

/// An exception was raised at `frame.pc`: notes it in the traceback and finds the handler. `Some` is where to go on.
#[cold]
#[inline(never)]
pub(crate) fn unwind(
    machine: &Machine<'_>,
    raised: Raised,
) -> std::result::Result<*const u16, Raised> {
    let (thread, frame, code) = (machine.thread, machine.frame, machine.code());
    let at = frame.address();
    // A re-raise goes on from where the exception came from, which is in the traceback already.
    let opcode = Opcode::from_unit(code.source.units[at as usize]);
    if !matches!(
        opcode,
        Some(Opcode::Reraise | Opcode::RaiseCurrent | Opcode::EndAsyncFor)
    ) {
        crate::types::traceback::add(thread, code, at);
    }
    let Some(handler) = code.source.handler_at(at) else {
        return Err(raised);
    };
    machine.window.clear(handler.temp, code.n_registers);
    machine
        .window
        .put(handler.temp, thread.take_exception(raised));
    // SAFETY: the verifier checked that handlers start at instructions of this code.
    Ok(unsafe { code.units.add(handler.target as usize) })
}

/// The innermost interpreted frame of the thread.
pub fn current_frame(thread: &Thread) -> Option<&Frame<'_>> {
    let frame = thread.frame.get().cast::<Frame<'_>>();
    // SAFETY: the thread's frame pointer is null or points to a frame that is running, on this thread's stack.
    unsafe { frame.as_ref() }
}

/// A fresh dictionary of a frame's variables: what `locals()` gives in a function (PEP 667 snapshots).
pub fn locals_snapshot(thread: &Thread, frame: &Frame<'_>) -> Result {
    if !frame.namespace.is_missing() {
        return Ok(Owned::new(frame.namespace));
    }
    if !frame.code.source.flags.optimized {
        return Ok(Owned::new(frame.globals));
    }
    let dict = crate::types::dict::new(thread);
    let bind = |name: Value, mut value: Value| -> Result<()> {
        let held;
        if let Some(cell) = value.get_exact::<crate::types::cell::Cell>() {
            held = cell.load();
            value = held.value();
        }
        if value.is_missing() {
            Ok(())
        } else {
            crate::operators::index::set_item(thread, dict.value(), name, value)
        }
    };
    for (register, &name) in (0u16..).zip(&frame.code.local_names) {
        // Registers that the compiler made up (comprehension iterators and such) have names no identifier can have.
        bind(name, frame.window.get(register))?;
    }
    for (index, &name) in (0u16..).zip(&frame.code.free_names) {
        bind(name, frame.free_cell(index))?;
    }
    Ok(dict)
}
