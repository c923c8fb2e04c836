//! Events, where they happen, and whom they are told to: first the function of `settrace`, then that of `setprofile`, then the
//! tools of `sys.monitoring`, from the highest number down.
//!
//! The traced loop asks [`before`] before each instruction, and tells of native calls that are done. All that has to do with
//! exceptions is told where frames are unwound.

use super::legacy::{self, Listener};
use super::tools::{self, Event};
use super::{Points, is_active, is_traced};
use crate::interpreter::frame::{Frame, Machine};
use crate::interpreter::iteration::{self, Next};
use crate::object::{Object, Owned};
use crate::operators::iterate;
use crate::types::frame::FrameObject;
use crate::types::function::Function;
use crate::types::generator;
use crate::types::list::List;
use crate::types::method::BoundMethod;
use crate::types::tuple::{self, Tuple};
use crate::types::{class_of, exception};
use crate::{Builtin, Raised, Result, Thread, Value};
use ashore_bytecode::Opcode;
use ashore_bytecode::instructions::ops;
use ashore_bytecode::walk::instruction_at;

/// A call of something that is no Python function, while it is under way.
pub(crate) struct NativeCall {
    callable: Owned,
    /// The first argument, MISSING without any.
    first: Owned,
}

/// The thread may be told of events now.
fn listens(thread: &Thread) -> bool {
    is_traced(thread) && !thread.tracing.is_inside()
}

/// Tells what is to be told before the instruction at `pc`, which a listener may change. Gives its opcode; none when nobody
/// listens any more.
pub(crate) fn before(
    m: &Machine<'_>,
    pc: &mut *const u16,
    call: &mut Option<NativeCall>,
) -> Result<Option<Opcode>> {
    let (thread, frame) = (m.thread, m.frame);
    let last = frame.address();
    frame.pc.set(*pc);
    if !is_active() {
        return Ok(None);
    }
    if !listens(thread) {
        frame.announced.set(true);
        return Ok(Some(frame.opcode()));
    }
    let began = !frame.announced.get();
    if began {
        let told = begins(thread, frame);
        frame.pc.set(*pc);
        frame.announced.set(true);
        told?;
    }
    let points = frame.code.points();
    let at = frame.address();
    branched(thread, frame, points, last)?;
    if points.starts_line(at) && (began || points.line(last) != points.line(at)) {
        line(thread, frame, points.line(at))?;
    }
    if frame.pc.get() == *pc {
        let told = thread.tracing.locate(frame, points);
        let heard = instruction(m, points, at, call);
        if frame.pc.get() == told {
            frame.pc.set(*pc);
        }
        heard?;
    }
    *pc = frame.pc.get();
    Ok(Some(points.opcode(frame.address())))
}

/// Tells of what the instruction under way does.
fn instruction(
    m: &Machine<'_>,
    points: &Points,
    at: u32,
    call: &mut Option<NativeCall>,
) -> Result<()> {
    let (thread, frame) = (m.thread, m.frame);
    let opcode = points.opcode(at);
    let units = points.units(at);
    let value = |source: u16| m.window().get(source);
    is_next(thread, frame)?;
    match opcode {
        Opcode::Return => returns(thread, frame, value(ops::Return::decode(units).src.0)),
        Opcode::Yield => yields(thread, frame, value(ops::Yield::decode(units).src.0)),
        Opcode::YieldDelegate => yields(
            thread,
            frame,
            value(ops::YieldDelegate::decode(units).src.0),
        ),
        Opcode::JumpBack => jumps_back(thread, frame, points, at),
        Opcode::Jump => jumps(thread, frame, at, ops::Jump::decode(units)),
        _ => {
            *call = calls(m, opcode, units)?;
            Ok(())
        }
    }
}

/// The frame begins, or a generator goes on.
fn begins(thread: &Thread, frame: &Frame<'_>) -> Result<()> {
    let starts = frame.address() == 0;
    let event = if starts {
        Event::PyStart
    } else {
        Event::PyResume
    };
    if !starts {
        // It is still at the instruction that suspended it.
        frame.pc.set(generator::suspended_at(frame));
    }
    enters(thread, frame, event)?;
    tools::tell(thread, frame, event, &[])
}

fn enters(thread: &Thread, frame: &Frame<'_>, event: Event) -> Result<()> {
    let heard = (Listener::Thread, event, "call");
    legacy::trace(thread, frame, heard, Value::NONE)?;
    legacy::profile(thread, frame, "call", Value::NONE)
}

fn line(thread: &Thread, frame: &Frame<'_>, line: u32) -> Result<()> {
    let here = frame.pc.get();
    if frame_object_wants(frame, |object| object.traces_lines()) {
        let heard = (Listener::Frame, Event::Line, "line");
        legacy::trace(thread, frame, heard, Value::NONE)?;
    }
    match frame.pc.get() == here {
        true => tools::tell_line(thread, frame, line),
        false => Ok(()),
    }
}

fn frame_object_wants(frame: &Frame<'_>, what: impl FnOnce(&FrameObject) -> bool) -> bool {
    frame.object.get().get::<FrameObject>().is_some_and(what)
}

/// Tells that the instruction under way is the next one.
fn is_next(thread: &Thread, frame: &Frame<'_>) -> Result<()> {
    if frame_object_wants(frame, |object| object.traces_opcodes()) {
        let heard = (Listener::Frame, Event::Instruction, "opcode");
        legacy::trace(thread, frame, heard, Value::NONE)?;
    }
    tools::tell(thread, frame, Event::Instruction, &[])
}

fn returns(thread: &Thread, frame: &Frame<'_>, value: Value) -> Result<()> {
    leaves(thread, frame, Event::PyReturn, value)?;
    tools::tell(thread, frame, Event::PyReturn, &[value])
}

fn yields(thread: &Thread, frame: &Frame<'_>, value: Value) -> Result<()> {
    leaves(thread, frame, Event::PyYield, value)?;
    tools::tell(thread, frame, Event::PyYield, &[value])
}

fn leaves(thread: &Thread, frame: &Frame<'_>, event: Event, value: Value) -> Result<()> {
    let heard = (Listener::Frame, event, "return");
    legacy::trace(thread, frame, heard, value)?;
    legacy::profile(thread, frame, "return", value)
}

/// The instruction that ran last may have been a branch: tells which way it went.
fn branched(thread: &Thread, frame: &Frame<'_>, points: &Points, last: u32) -> Result<()> {
    let effects = points.opcode(last).effects();
    if !effects.branch || effects.ends {
        return Ok(());
    }
    let Ok(branch) = instruction_at(&points.instructions, last) else {
        return Ok(());
    };
    let at = frame.address();
    let event = if at == branch.end() {
        Event::BranchLeft
    } else if branch.target() == Some(at) {
        Event::BranchRight
    } else {
        return Ok(());
    };
    tools::tell_jump(thread, frame, last, event, at)
}

/// A jump to the next instruction only stands for a statement, and one that no source text stands for is not told of.
fn jumps(thread: &Thread, frame: &Frame<'_>, at: u32, op: ops::Jump) -> Result<()> {
    let is_next = op.target.0 == at + ops::Jump::UNITS as u32;
    if is_next || frame.code.points().line(at) == 0 {
        return Ok(());
    }
    tools::tell_jump(thread, frame, at, Event::Jump, op.target.0)
}

/// A loop within one line makes an event of the line for each round.
fn jumps_back(thread: &Thread, frame: &Frame<'_>, points: &Points, at: u32) -> Result<()> {
    let target = ops::JumpBack::decode(points.units(at)).target.0;
    tools::tell_jump(thread, frame, at, Event::Jump, target)?;
    // `yield from` is no loop of the program's.
    if points.line(target) == points.line(at)
        && points.opcode(target) != Opcode::Send
        && frame_object_wants(frame, |object| object.traces_lines())
    {
        let heard = (Listener::Frame, Event::Jump, "line");
        legacy::trace(thread, frame, heard, Value::NONE)?;
    }
    Ok(())
}

/// The callee and the first argument, MISSING without one, if the instruction is a call.
fn operands_of_call(m: &Machine<'_>, units: &[u16], opcode: Opcode) -> Option<(Value, Owned)> {
    let window = m.window();
    // The operands of all of these begin alike.
    let op = match opcode {
        Opcode::Call | Opcode::CallKw | Opcode::CallMethod | Opcode::CallMethodKw => {
            let operands = instruction_at(units, 0).ok()?;
            operands.run()
        }
        Opcode::CallEx => {
            let op = ops::CallEx::decode(units);
            let args = window.get(op.args.0);
            let first = match (args.get::<Tuple>(), args.get::<List>()) {
                (Some(args), _) => args.items().first().copied().map(Owned::new),
                (_, Some(args)) => args.get(m.thread, 0),
                _ => None,
            };
            let first = first.unwrap_or(Owned::inline(Value::MISSING));
            return Some((window.get(op.callee.0), first));
        }
        _ => return None,
    };
    let base = op.start as u16;
    // A method object is called as its function, with the receiver in front.
    if let Some(method) = window.get(base).get_exact::<BoundMethod>() {
        return Some((method.function(), Owned::new(method.receiver())));
    }
    let skips = matches!(opcode, Opcode::CallMethod | Opcode::CallMethodKw)
        && window.get(base + 1).is_missing();
    let first = op.start + 1 + u32::from(skips);
    let first = match first < op.end {
        true => window.get(first as u16),
        false => Value::MISSING,
    };
    Some((window.get(base), Owned::new(first)))
}

/// Tells of a call, and gives what has to be known when it is done.
fn calls(m: &Machine<'_>, opcode: Opcode, units: &[u16]) -> Result<Option<NativeCall>> {
    let (thread, frame) = (m.thread, m.frame);
    let Some((callable, first)) = operands_of_call(m, units, opcode) else {
        return Ok(None);
    };
    let call = NativeCall {
        callable: Owned::new(callable),
        first,
    };
    tools::tell(
        thread,
        frame,
        Event::Call,
        &[callable, shown(thread, call.first.value())?],
    )?;
    if is_python(callable) {
        return Ok(None);
    }
    call.profile(thread, frame, "c_call")?;
    Ok(Some(call))
}

/// What tools are given for an argument that does not exist.
fn shown(thread: &Thread, first: Value) -> Result<Value> {
    match first.is_missing() {
        true => tools::missing(thread),
        false => Ok(first),
    }
}

/// Is it a function written in Python? Its own events say when it is done.
fn is_python(callable: Value) -> bool {
    callable.is::<Function>()
}

impl NativeCall {
    fn tell(&self, m: &Machine<'_>, event: Event) -> Result<()> {
        let first = shown(m.thread, self.first.value())?;
        tools::tell(m.thread, m.frame, event, &[self.callable.value(), first])
    }

    fn profile(&self, thread: &Thread, frame: &Frame<'_>, event: &str) -> Result<()> {
        if thread.tracing.profile.peek().is_none() {
            return Ok(());
        }
        let callable = (self.callable.value(), self.first.value());
        match legacy::profiled_callable(thread, callable.0, callable.1) {
            Some(argument) => legacy::profile(thread, frame, event, argument.value()),
            None => Ok(()),
        }
    }
}

/// A native call has returned.
pub(crate) fn call_returned(m: &Machine<'_>, call: &NativeCall) -> Result<()> {
    if !listens(m.thread) {
        return Ok(());
    }
    call.tell(m, Event::CReturn)?;
    call.profile(m.thread, m.frame, "c_return")
}

/// A native call has raised an exception; gives the one that goes on.
pub(crate) fn call_failed(m: &Machine<'_>, call: &NativeCall, raised: Raised) -> Raised {
    if !listens(m.thread) {
        return raised;
    }
    let told = call
        .tell(m, Event::CRaise)
        .and_then(|()| call.profile(m.thread, m.frame, "c_exception"));
    told.err().unwrap_or(raised)
}

/// An exception is in a frame, and its traceback says so; `again` if it had been caught there. Gives the one that goes on.
pub(crate) fn raised(m: &Machine<'_>, raised: Raised, again: bool) -> Raised {
    if !listens(m.thread) {
        return raised;
    }
    let (thread, frame) = (m.thread, m.frame);
    frame.announced.set(true);
    let exception = Owned::new(thread.pending_exception());
    let event = if again { Event::Reraise } else { Event::Raise };
    let heard = match again {
        true => Ok(()),
        false => trace_exception(thread, frame, exception.value()),
    };
    let told = heard.and_then(|()| tools::tell(thread, frame, event, &[exception.value()]));
    told.err().unwrap_or(raised)
}

fn trace_exception(thread: &Thread, frame: &Frame<'_>, exception: Value) -> Result<()> {
    if thread.tracing.trace.peek().is_none() {
        return Ok(());
    }
    let traceback = exception::traceback_of(exception);
    let triple = vec![
        Owned::new(class_of(exception).value()),
        Owned::new(exception),
        traceback,
    ];
    let triple = tuple::new(thread, triple);
    let heard = (Listener::Frame, Event::Raise, "exception");
    legacy::trace(thread, frame, heard, triple.value())
}

/// An exception leaves a frame; gives the one that goes on.
pub(crate) fn unwinds(m: &Machine<'_>, raised: Raised) -> Raised {
    if !listens(m.thread) {
        return raised;
    }
    let (thread, frame) = (m.thread, m.frame);
    let exception = Owned::new(thread.pending_exception());
    let told = leaves(thread, frame, Event::PyUnwind, Value::NONE)
        .and_then(|()| tools::tell(thread, frame, Event::PyUnwind, &[exception.value()]));
    told.err().unwrap_or(raised)
}

/// The next value for a loop.
pub(crate) fn for_iter(m: &Machine<'_>, op: ops::ForIter) -> Result<Next> {
    let iterator = m.window().get(op.iter.0);
    match iterate::next_or_raise(m.thread, iterator) {
        Ok(item) => Ok(item.map_or(Next::Exhausted, Next::Item)),
        Err(raised) if exception::is(m.thread.pending_exception(), Builtin::StopIteration) => {
            let stop = m.thread.take_exception(raised);
            if listens(m.thread) {
                trace_exception(m.thread, m.frame, stop.value())?;
                tools::tell(m.thread, m.frame, Event::Raise, &[stop.value()])?;
            }
            Ok(Next::Exhausted)
        }
        Err(raised) => Err(raised),
    }
}

/// One round of `yield from` or `await`; true when what it works on has returned.
pub(crate) fn send(m: &Machine<'_>, op: ops::Send) -> Result<bool> {
    let delegate = m.window().get(op.iter.0);
    let returns = generator::of(&delegate).is_some();
    let finished = iteration::send(m, op)?;
    if finished && returns && listens(m.thread) {
        let value = Owned::new(m.window().get(op.dst.0));
        let args = if value.is_none() {
            Vec::new()
        } else {
            vec![value]
        };
        let stop = exception::new_builtin(m.thread, Builtin::StopIteration, args);
        trace_exception(m.thread, m.frame, stop.value())?;
        tools::tell(m.thread, m.frame, Event::StopIteration, &[stop.value()])?;
    }
    Ok(finished)
}

/// A handler is about to begin at an address; gives the exception that goes on instead if a listener raises one.
pub(crate) fn handled(m: &Machine<'_>, exception: Value, handler: u32) -> Result<()> {
    if !listens(m.thread) {
        return Ok(());
    }
    tools::tell_at(
        m.thread,
        m.frame,
        handler,
        Event::ExceptionHandled,
        &[exception],
    )
}

/// An exception was thrown into a generator; gives the one that goes on.
pub(crate) fn thrown(m: &Machine<'_>, raised: Raised) -> Raised {
    if !listens(m.thread) {
        return raised;
    }
    let (thread, frame) = (m.thread, m.frame);
    frame.announced.set(true);
    let exception = Owned::new(thread.pending_exception());
    let told = enters(thread, frame, Event::PyThrow)
        .and_then(|()| tools::tell(thread, frame, Event::PyThrow, &[exception.value()]));
    told.err().unwrap_or(raised)
}
