//! Exceptions that come into a generator from outside: `throw`, `close`, and what a `yield from` does with them.

use super::{
    CREATED, FINISHED, Flavor, Generator, SUSPENDED, Start, Step, already_awaited, finish, go_on,
    of, stop_iteration_value,
};
use crate::interpreter::activation::unwind;
use crate::monitor;
use crate::object::Object;
use crate::operators::{attribute, call};
use crate::types::code::Code;
use crate::types::exception::{self, Thrown};
use crate::types::names::Name;
use crate::{Builtin, Owned, Raised, Result, Thread, Value, raise, types};
use ashore_bytecode::Opcode;
use ashore_bytecode::instructions::ops;

/// Raises an exception where a generator is suspended, and runs it on. With `closes`, GeneratorExit closes what the
/// generator waits for.
pub fn throw(thread: &Thread, generator: &Generator, thrown: Thrown, closes: bool) -> Result<Step> {
    match generator.claim(thread)? {
        FINISHED if generator.flavor() == Flavor::Coroutine => already_awaited(thread),
        FINISHED => Err(thread.raise_value(thrown.exception(thread)?)),
        CREATED => {
            refuse_invalid(thread, generator, thrown, CREATED)?;
            let frame = generator.frame_object(thread);
            finish(generator);
            let raised = raise_thrown(thread, thrown);
            types::traceback::add(thread, thread.pending_exception(), frame, 0);
            Err(raised)
        }
        _ => throw_claimed(thread, generator, thrown, closes),
    }
}

/// What is no exception at all is refused before anything runs: the claimed generator is in state `state` as it was.
fn refuse_invalid(thread: &Thread, generator: &Generator, thrown: Thrown, state: u8) -> Result<()> {
    if thrown.is_valid() {
        return Ok(());
    }
    let refused = thrown.exception(thread);
    generator.release(state);
    refused.map(drop)
}

/// [`throw`] into a generator that was suspended and is claimed by this thread.
fn throw_claimed(
    thread: &Thread,
    generator: &Generator,
    thrown: Thrown,
    closes: bool,
) -> Result<Step> {
    let Some(inner) = generator.delegate() else {
        return raise_inside(thread, generator, thrown);
    };
    go_on(thread, generator, None, |machine, frame| {
        frame.pc.set(generator.pc.get());
        // What the sub-iterator runs is called by this generator.
        thread.frame.set(std::ptr::from_ref(frame).cast());
        let step = throw_into_delegate(thread, inner.value(), thrown, closes);
        thread.frame.set(frame.previous.cast());
        match step {
            Ok(Some(Step::Yield(item) | Step::Item(item))) => Ok(Start::Still(item)),
            // The sub-iterator returned: `yield from` is done and has this value.
            Ok(Some(Step::Return(value))) => Ok(finish_delegation(generator, value)),
            Ok(None) if !thrown.is_valid() => Ok(Start::Refused(raise_thrown(thread, thrown))),
            Ok(None) => {
                let raised = raise_thrown(thread, thrown);
                let raised = monitor::thrown(machine, raised);
                unwind(*machine, raised).map(Start::At)
            }
            // It raised: the exception goes on from the `yield from`.
            Err(raised) => {
                let exception = thread.take_exception(raised);
                let raised = thread.reraise_value(exception);
                let raised = monitor::thrown(machine, raised);
                unwind(*machine, raised).map(Start::At)
            }
        }
    })
}

/// Raises what was thrown, or what making it raises.
fn raise_thrown(thread: &Thread, thrown: Thrown) -> Raised {
    match thrown.exception(thread) {
        Ok(exception) => thread.raise_value(exception),
        Err(raised) => raised,
    }
}

/// Runs a claimed generator on from an exception where it is suspended.
fn raise_inside(thread: &Thread, generator: &Generator, thrown: Thrown) -> Result<Step> {
    refuse_invalid(thread, generator, thrown, SUSPENDED)?;
    go_on(thread, generator, None, |machine, frame| {
        frame.pc.set(generator.pc.get());
        let raised = raise_thrown(machine.thread, thrown);
        let raised = monitor::thrown(machine, raised);
        unwind(*machine, raised).map(Start::At)
    })
}

/// `yield from` hands exceptions to the sub-iterator first. `None`: it has no `throw`, or was closed.
fn throw_into_delegate(
    thread: &Thread,
    inner: Value,
    thrown: Thrown,
    closes: bool,
) -> Result<Option<Step>> {
    let closing = closes && thrown.is(Builtin::GeneratorExit);
    if let Some(inner) = of(&inner) {
        return if closing {
            close(thread, inner).map(|_| None)
        } else {
            throw(thread, inner, thrown, closes).map(Some)
        };
    }
    let name = if closing { Name::CLOSE } else { Name::THROW };
    let Some(method) = attribute::get_optional(thread, inner, name.value())? else {
        return Ok(None);
    };
    if closing {
        return call::call(thread, method.value(), &[]).map(|_| None);
    }
    match thrown.call(thread, method.value()) {
        Ok(item) => Ok(Some(Step::Yield(item))),
        Err(raised) => stop_iteration_value(thread, raised).map(|value| Some(Step::Return(value))),
    }
}

/// Where a claimed generator goes on behind the loop of a `yield from` whose sub-iterator returned a value inside `throw`.
fn finish_delegation(generator: &Generator, value: Owned) -> Start {
    let code = generator.code();
    let at = code.address(generator.pc.get()) as usize;
    let suspended = ops::YieldDelegate::decode(&code.instructions()[at..]);
    let send = send_of_delegation(code, at);
    drop(generator.window().take(suspended.iter.0));
    generator.window().set(send.dst.0, value);
    // SAFETY: the label of a verified instruction.
    Start::At(unsafe { code.units.add(send.target.0 as usize) })
}

/// The `send` that the loop of a `yield from` jumps back to: the target of the jump behind `yield_delegate`.
fn send_of_delegation(code: &Code, at: usize) -> ops::Send {
    let units = code.instructions();
    let mut next = at + ops::YieldDelegate::UNITS;
    loop {
        match Opcode::from_unit(units[next]) {
            Some(Opcode::Send) => return ops::Send::decode(&units[next..]),
            Some(Opcode::Jump) => next = ops::Jump::decode(&units[next..]).target.0 as usize,
            Some(Opcode::JumpBack) => {
                next = ops::JumpBack::decode(&units[next..]).target.0 as usize
            }
            Some(opcode) => next += opcode.units(),
            None => unreachable!("verified code"),
        }
    }
}

/// Closes a generator: raises GeneratorExit where it is suspended.
pub fn close(thread: &Thread, generator: &Generator) -> Result {
    match generator.claim(thread)? {
        FINISHED => return Ok(Owned::NONE),
        CREATED => {
            finish(generator);
            return Ok(Owned::NONE);
        }
        _ => {}
    }
    let exit = exception::new_text_none(thread, Builtin::GeneratorExit);
    match throw_claimed(thread, generator, Thrown::instance(exit.value()), true) {
        Ok(Step::Return(value)) => Ok(value),
        Ok(Step::Yield(_) | Step::Item(_)) => raise!(
            thread,
            RuntimeError,
            "{} ignored GeneratorExit",
            generator.flavor().name()
        ),
        Err(raised) => {
            let pending = thread.pending_exception();
            if exception::is(pending, Builtin::GeneratorExit)
                || exception::is(pending, Builtin::StopIteration)
            {
                drop(thread.take_exception(raised));
                return Ok(Owned::NONE);
            }
            Err(raised)
        }
    }
}

/// `frame.clear()` of a generator's frame: one that has not begun never will.
pub(crate) fn clear_frame(thread: &Thread, generator: &Generator) -> Result {
    let state = generator.claim_state(thread);
    match state {
        Some(CREATED) => {
            if generator.flavor() == Flavor::Coroutine {
                types::coroutine::never_awaited(thread, generator.value());
            }
            finish(generator);
            Ok(Owned::NONE)
        }
        Some(FINISHED) => Ok(Owned::NONE),
        Some(state) => {
            generator.release(state);
            raise!(thread, RuntimeError, "cannot clear a suspended frame")
        }
        None => raise!(thread, RuntimeError, "cannot clear an executing frame"),
    }
}
