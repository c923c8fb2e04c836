//! Raising, handling, and `with`.

use super::frame::Machine;
use crate::object::{Object, Owned};
use crate::operators::{attribute, call, convert};
use crate::types::exception::group;
use crate::types::list::List;
use crate::types::names::Name;
use crate::types::{self, class_of};
use crate::{Builtin, Raised, Result, Thread, Value, raise};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Dst, Peek, Src};

/// `raise exc`.
pub fn raise(m: &Machine<'_>, exc: Src) -> Result<()> {
    let exception = m.own(exc.0);
    raise_value(m.thread, exception.value(), None)
}

/// `raise exc from cause`.
pub fn raise_from(m: &Machine<'_>, exc: Src, cause: Src) -> Result<()> {
    let (exception, cause) = (m.own(exc.0), m.own(cause.0));
    raise_value(m.thread, exception.value(), Some(cause.value()))
}

/// `raise exception from cause`.
pub fn raise_value(thread: &Thread, exception: Value, cause: Option<Value>) -> Result<()> {
    let exception = types::exception::instantiate(thread, exception)?;
    if let Some(cause) = cause {
        let cause = if cause.is_none() {
            Owned::NONE
        } else {
            types::exception::instantiate_cause(thread, cause)?
        };
        types::exception::set_cause(exception.value(), cause);
    }
    Err(thread.raise_value(exception))
}

/// `raise` alone.
pub fn raise_current(m: &Machine<'_>) -> Result<()> {
    raise_handled(m.thread)
}

/// Raises the exception being handled again.
pub fn raise_handled(thread: &Thread) -> Result<()> {
    let current = thread.handled.peek();
    if current.is_none() || current.is_missing() {
        return raise!(thread, RuntimeError, "No active exception to reraise");
    }
    Err(thread.reraise_value(Owned::new(current)))
}

/// Goes on raising a caught exception.
pub fn reraise(m: &Machine<'_>, exc: Src) -> Result<()> {
    Err(m.thread.reraise_value(m.own(exc.0)))
}

/// The exception in `exc` becomes the one being handled.
pub fn enter_handler(m: &Machine<'_>, dst: Dst, exc: Peek) {
    let previous = m.thread.handled.exchange(Owned::new(m.window().get(exc.0)));
    // A generator may end the handler when resumed by somebody else: remember "what my resumer handles", not its value.
    let previous = if m.frame.is_generator() && previous.value() == m.frame.resumer_handled {
        Owned::inline(Value::MISSING)
    } else {
        previous
    };
    m.window().set(dst.0, previous);
}

/// Restores what was handled before.
pub fn leave_handler(m: &Machine<'_>, prev: Src) {
    let mut previous = m.own(prev.0);
    if previous.is_missing() {
        previous = Owned::new(m.frame.resumer_handled);
    }
    drop(m.thread.handled.exchange(previous));
}

/// `dst` = does `exc` match `class`?
pub fn match_exception(m: &Machine<'_>, dst: Dst, exc: Peek, class: Src) -> Result<()> {
    let matched =
        types::exception::matches(m.thread, m.window().get(exc.0), m.window().get(class.0))?;
    m.consume(class.0);
    m.window().set(dst.0, Owned::bool(matched));
    Ok(())
}

/// `dst, dst+1` = what an `except*` clause of `class` leaves of `exc`, and what it handles of it.
pub fn match_exception_group(m: &Machine<'_>, op: ops::MatchExceptionGroup) -> Result<()> {
    let (exception, class) = (m.window().get(op.exc.0), m.window().get(op.class.0));
    let split = group::match_clause(m.thread, exception, class)?;
    m.consume(op.exc.0);
    m.consume(op.class.0);
    if !split.matching.is_none() {
        drop(m.thread.handled.exchange(split.matching.clone()));
    }
    m.window().put(op.dst.0, split.rest);
    m.window().put(op.dst.0 + 1, split.matching);
    Ok(())
}

/// `dst` = what a `try` with `except*` clauses raises in the end.
pub fn merge_exceptions(m: &Machine<'_>, op: ops::MergeExceptions) -> Result<()> {
    let results = m.window().get(op.results.0);
    let results = results
        .get::<List>()
        .expect("the clauses' results are in a list")
        .snapshot(m.thread);
    let merged = group::merge(m.thread, m.window().get(op.exc.0), &results)?;
    m.consume(op.exc.0);
    m.consume(op.results.0);
    m.window().put(op.dst.0, merged);
    Ok(())
}

/// The special method of a context manager, as its class has it.
fn manager_method(thread: &Thread, manager: Value, name: Name) -> Result {
    attribute::special(thread, manager, name).ok_or_else(|| not_a_manager(thread, manager, name))
}

#[cold]
fn not_a_manager(thread: &Thread, manager: Value, name: Name) -> Raised {
    let (class, method) = (class_of(manager), name.text());
    let asynchronous = matches!(name, Name::AENTER | Name::AEXIT);
    let (kind, other, words, [enter, exit]) = if asynchronous {
        ("asynchronous ", "", "with", [Name::ENTER, Name::EXIT])
    } else {
        (
            "",
            "asynchronous ",
            "async with",
            [Name::AENTER, Name::AEXIT],
        )
    };
    let has = |name: Name| class.lookup_name(name).is_some();
    let hint = if has(enter) && has(exit) {
        format!(
            " but it supports the {other}context manager protocol. Did you mean to use '{words}'?"
        )
    } else {
        String::new()
    };
    let text = format!(
        "'{}' object does not support the {kind}context manager protocol (missed {method} method){hint}",
        class.full_name()
    );
    thread.raise_text(Builtin::TypeError, &text)
}

/// `dst` = the bound `__exit__`, `dst+1` = what `__enter__` returned.
pub fn with_enter(m: &Machine<'_>, dst: Dst, src: Src) -> Result<()> {
    let (exit, entered) = enter_manager(m.thread, m.window().get(src.0))?;
    m.consume(src.0);
    m.window().put(dst.0, exit);
    m.window().put(dst.0 + 1, entered);
    Ok(())
}

/// Enters a context manager: its bound `__exit__`, and what `__enter__` returned.
pub fn enter_manager(thread: &Thread, manager: Value) -> Result<(Owned, Owned)> {
    enter_by(thread, manager, [Name::ENTER, Name::EXIT])
}

fn enter_by(thread: &Thread, manager: Value, [enter, exit]: [Name; 2]) -> Result<(Owned, Owned)> {
    // CPython looks for the way out first.
    let exit = attribute::bind(thread, manager_method(thread, manager, exit)?, manager)?;
    let enter = manager_method(thread, manager, enter)?;
    let entered = attribute::call_unbound(thread, enter, manager, &[])?;
    Ok((exit, entered))
}

/// `dst` = the bound `__aexit__`, `dst+1` = the awaitable that `__aenter__` returned.
pub fn async_with_enter(m: &Machine<'_>, dst: Dst, src: Src) -> Result<()> {
    let manager = m.window().get(src.0);
    let (exit, entered) = enter_by(m.thread, manager, [Name::AENTER, Name::AEXIT])?;
    m.consume(src.0);
    m.window().put(dst.0, exit);
    m.window().put(dst.0 + 1, entered);
    Ok(())
}

/// `dst = exit(None, None, None)`, which is to be awaited.
pub fn async_with_exit(m: &Machine<'_>, dst: Dst, exit: Src) -> Result<()> {
    let exit = m.own(exit.0);
    let awaitable = call::call(m.thread, exit.value(), &[Value::NONE; 3])?;
    m.window().set(dst.0, awaitable);
    Ok(())
}

/// `dst = exit(type(exc), exc, exc.__traceback__)`, which is to be awaited.
pub fn async_with_exit_raised(m: &Machine<'_>, dst: Dst, exit: Src, exc: Peek) -> Result<()> {
    let answer = ask_exit(m, exit, exc)?;
    m.window().set(dst.0, answer);
    Ok(())
}

/// Ends an `async for` that `exc` left.
pub fn end_async_for(m: &Machine<'_>, exc: Src) -> Result<()> {
    let exception = m.own(exc.0);
    if types::exception::is(exception.value(), Builtin::StopAsyncIteration) {
        return Ok(());
    }
    Err(m.thread.reraise_value(exception))
}

/// `exit(None, None, None)`.
pub fn with_exit(m: &Machine<'_>, exit: Src) -> Result<()> {
    let exit = m.own(exit.0);
    call::call(m.thread, exit.value(), &[Value::NONE; 3]).map(drop)
}

/// `dst` = does `exit` swallow the exception?
pub fn with_exit_raised(m: &Machine<'_>, dst: Dst, exit: Src, exc: Peek) -> Result<()> {
    let answer = ask_exit(m, exit, exc)?;
    let swallowed = convert::truth(m.thread, answer.value())?;
    m.window().set(dst.0, Owned::bool(swallowed));
    Ok(())
}

fn ask_exit(m: &Machine<'_>, exit: Src, exc: Peek) -> Result {
    let exit = m.own(exit.0);
    let exception = m.window().get(exc.0);
    let traceback = types::exception::traceback_of(exception);
    let args = [class_of(exception).value(), exception, traceback.value()];
    call::call(m.thread, exit.value(), &args)
}
