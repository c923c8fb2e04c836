//! Coroutines and awaiting: what `await`, `async for` and `async with` ask of objects, and `anext` with a default.

use super::exception::Thrown;
use super::generator::{self, Coroutine, Generator, Step, step_result};
use super::{Builtin, class_of, exception, int, native, str, tuple};
use crate::interpreter::frame::Frame;
use crate::object::{Owned, Slot};
use crate::operators::attribute::{call_special, special};
use crate::operators::{call, iterate};
use crate::types::names::Name;
use crate::{Object, Result, Thread, Value, import, interpreter, methods, raise, warnings};

/// What an awaitable is wanted for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Awaiting {
    Await,
    Enter,
    Exit,
}

impl Awaiting {
    /// The number in the instruction `get_awaitable`.
    pub fn from_number(number: u16) -> Awaiting {
        match number {
            0 => Awaiting::Await,
            1 => Awaiting::Enter,
            _ => Awaiting::Exit,
        }
    }
}

// ── awaiting ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Is the value a coroutine, or a generator that says it is one (`types.coroutine`)?
fn is_coroutine(value: Value) -> bool {
    value.is::<Coroutine>() || is_generator_coroutine(value)
}

fn is_generator_coroutine(value: Value) -> bool {
    value
        .get::<Generator>()
        .is_some_and(|generator| generator.code().source.flags.iterable_coroutine)
}

/// The iterator that awaiting `value` works on.
pub fn awaitable(thread: &Thread, value: Value, what: Awaiting) -> Result {
    if is_coroutine(value) {
        if let Some(coroutine) = value.get::<Coroutine>()
            && coroutine.0.waits_for().is_some()
        {
            return raise!(thread, RuntimeError, "coroutine is being awaited already");
        }
        return Ok(Owned::new(value));
    }
    let Some(iterator) = call_special(thread, value, Name::AWAIT, &[])? else {
        let class = class_of(value).name();
        let method = match what {
            Awaiting::Await => {
                return raise!(thread, TypeError, "'{class}' object can't be awaited");
            }
            Awaiting::Enter => "__aenter__",
            Awaiting::Exit => "__aexit__",
        };
        return raise!(
            thread,
            TypeError,
            "'async with' received an object from {method} that does not implement __await__: {class}"
        );
    };
    if is_coroutine(iterator.value()) {
        return raise!(thread, TypeError, "__await__() returned a coroutine");
    }
    if !iterate::is_iterator(thread, iterator.value()) {
        let class = class_of(iterator.value()).name();
        return raise!(
            thread,
            TypeError,
            "__await__() returned non-iterator of type '{class}'"
        );
    }
    Ok(iterator)
}

/// The iterator that `yield from value` works on, in code that is a coroutine itself or not.
pub fn delegate(thread: &Thread, value: Value, frame: &Frame<'_>) -> Result {
    if value.is::<Generator>() {
        return Ok(Owned::new(value));
    }
    if value.is::<Coroutine>() {
        let flags = frame.code.source.flags;
        if flags.coroutine || flags.iterable_coroutine {
            return Ok(Owned::new(value));
        }
        return raise!(
            thread,
            TypeError,
            "cannot 'yield from' a coroutine object in a non-coroutine generator"
        );
    }
    iterate::iter(thread, value)
}

/// The iterator of an `async for` loop.
pub fn async_iterator(thread: &Thread, value: Value) -> Result {
    let Some(iterator) = call_special(thread, value, Name::AITER, &[])? else {
        let class = class_of(value).name();
        return raise!(
            thread,
            TypeError,
            "'async for' requires an object with __aiter__ method, got {class}"
        );
    };
    if special(thread, iterator.value(), Name::ANEXT).is_none() {
        let class = class_of(iterator.value()).name();
        return raise!(
            thread,
            TypeError,
            "'async for' received an object from __aiter__ that does not implement __anext__: {class}"
        );
    }
    Ok(iterator)
}

/// What awaiting the next item of an `async for` loop's iterator works on.
pub fn async_next(thread: &Thread, iterator: Value) -> Result {
    let Some(next) = call_special(thread, iterator, Name::ANEXT, &[])? else {
        let class = class_of(iterator).name();
        return raise!(
            thread,
            TypeError,
            "'async for' requires an iterator with __anext__ method, got {class}"
        );
    };
    match awaitable(thread, next.value(), Awaiting::Await) {
        Ok(awaitable) => Ok(awaitable),
        Err(raised) => {
            let cause = thread.take_exception(raised);
            let class = class_of(next.value()).name();
            let text = format!("'async for' received an invalid object from __anext__: {class}");
            let error = exception::new_text(thread, Builtin::TypeError, &text);
            exception::set_cause(error.value(), cause.clone());
            exception::set_context(error.value(), cause);
            Err(thread.reraise_value(error))
        }
    }
}

// ── coroutines ───────────────────────────────────────────────────────────────────────────────────────────────────────

/// `__await__`: iterates a coroutine.
struct Wrapper {
    coroutine: Slot,
}

impl native::Data for Wrapper {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.coroutine.peek());
    }
}

fn wrap(thread: &Thread, coroutine: Value) -> Owned {
    let wrapper = Wrapper {
        coroutine: Slot::new(Owned::new(coroutine)),
    };
    native::new(thread, Builtin::CoroutineWrapper.class(), wrapper)
}

pub(super) fn method_await(thread: &Thread, args: &[Value]) -> Result {
    Ok(wrap(thread, args[0]))
}

/// Where a coroutine is being made, if that is tracked: a tuple of (file, line, function), innermost first.
pub(super) fn origin(thread: &Thread) -> Owned {
    let depth = thread.origin_depth.get();
    if depth == 0 {
        return Owned::inline(Value::MISSING);
    }
    let mut entries = Vec::new();
    let mut frame = interpreter::current_frame(thread);
    while let Some(current) = frame.filter(|_| entries.len() < depth as usize) {
        let line = current
            .code
            .source
            .positions
            .get(current.address())
            .map_or(current.code.source.first_line, |position| position.line);
        let entry = vec![
            Owned::new(current.code.filename),
            int::from_i64(thread, i64::from(line)),
            Owned::new(current.code.name),
        ];
        entries.push(tuple::new(thread, entry));
        frame = current.caller();
    }
    tuple::new(thread, entries)
}

pub(super) fn get_origin(_: &Thread, args: &[Value]) -> Result {
    let coroutine = args[0].get::<Coroutine>().expect("bound to coroutines");
    let origin = coroutine.0.origin.load(coroutine.header());
    Ok(if origin.is_missing() {
        Owned::NONE
    } else {
        origin
    })
}

/// A coroutine dies that nobody has awaited.
pub(super) fn never_awaited(thread: &Thread, coroutine: Value) {
    let report = |raised| {
        let what = "while finalizing coroutine";
        exception::report_ignored(thread, raised, what, coroutine);
    };
    // The module words the warning, with the place where the coroutine was made, if it is there and works.
    if let Some(module) = import::loaded(thread, "warnings") {
        let name = str::intern(thread, "_warn_unawaited_coroutine");
        match crate::operators::attribute::get_optional(thread, module.value(), name) {
            Ok(Some(warn)) => match call::call(thread, warn.value(), &[coroutine]) {
                Ok(_) => return,
                Err(raised) => report(raised),
            },
            Ok(None) => {}
            Err(raised) => report(raised),
        }
    }
    let Some(generator) = generator::of(&coroutine) else {
        return;
    };
    let name = str::display(generator.qualname().value());
    let text = format!("coroutine '{name}' was never awaited");
    warnings::warn(thread, Builtin::RuntimeWarning, &text, true).unwrap_or_else(report);
}

fn wrapped(args: &[Value]) -> Value {
    native::get::<Wrapper>(&args[0])
        .expect("bound to coroutine wrappers")
        .coroutine
        .peek()
}

fn wrapper_iter(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(args[0]))
}

fn wrapper_next(thread: &Thread, args: &[Value]) -> Result {
    let step = generator::send(thread, wrapped(args), Value::NONE)?;
    step_result(thread, step)
}

fn wrapper_send(thread: &Thread, args: &[Value]) -> Result {
    let step = generator::send(thread, wrapped(args), args[1])?;
    step_result(thread, step)
}

fn wrapper_throw(thread: &Thread, args: &[Value]) -> Result {
    let coroutine = wrapped(args);
    let coroutine = generator::of(&coroutine).expect("wrappers are of coroutines");
    let thrown = Thrown::of_method(thread, "throw", args)?;
    step_result(thread, generator::throw(thread, coroutine, thrown, true)?)
}

fn wrapper_close(thread: &Thread, args: &[Value]) -> Result {
    let coroutine = wrapped(args);
    let coroutine = generator::of(&coroutine).expect("wrappers are of coroutines");
    generator::close(thread, coroutine)
}

methods! { pub WRAPPER:
    "__iter__(self, /)" => wrapper_iter;
    "__next__(self, /)" => wrapper_next;
    /// send(arg) -> send 'arg' into coroutine,
    /// return next iterated value or raise StopIteration.
    "send(self, object, /)" => wrapper_send;
    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next iterated value or raise
    /// StopIteration.
    "throw(self, typ, val=<missing>, tb=<missing>, /)" => wrapper_throw;
    /// close() -> raise GeneratorExit inside coroutine.
    "close(self, /)" => wrapper_close;
}

// ── aiter and anext ──────────────────────────────────────────────────────────────────────────────────────────────────

/// `aiter(value)`
pub fn aiter(thread: &Thread, args: &[Value]) -> Result {
    let Some(iterator) = call_special(thread, args[0], Name::AITER, &[])? else {
        let class = class_of(args[0]).name();
        return raise!(
            thread,
            TypeError,
            "'{class}' object is not an async iterable"
        );
    };
    if special(thread, iterator.value(), Name::ANEXT).is_none() {
        let class = class_of(iterator.value()).name();
        return raise!(
            thread,
            TypeError,
            "aiter() returned not an async iterator of type '{class}'"
        );
    }
    Ok(iterator)
}

/// `anext(iterator[, default])`
pub fn anext(thread: &Thread, args: &[Value]) -> Result {
    let Some(next) = call_special(thread, args[0], Name::ANEXT, &[])? else {
        let class = class_of(args[0]).name();
        return raise!(
            thread,
            TypeError,
            "'{class}' object is not an async iterator"
        );
    };
    if args[1].is_missing() {
        return Ok(next);
    }
    let awaitable = Defaulting {
        wrapped: Slot::new(next),
        default: Slot::new(Owned::new(args[1])),
    };
    Ok(native::new(
        thread,
        Builtin::AnextAwaitable.class(),
        awaitable,
    ))
}

/// `anext(iterator, default)`: awaits the next item; the default if there is none.
struct Defaulting {
    wrapped: Slot,
    default: Slot,
}

impl native::Data for Defaulting {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.wrapped.peek());
        visit(self.default.peek());
    }
}

fn defaulting(args: &[Value]) -> &Defaulting {
    native::get::<Defaulting>(&args[0]).expect("bound to what anext gives")
}

/// The iterator that awaiting what is wrapped works on.
fn inner(thread: &Thread, args: &[Value]) -> Result {
    let wrapped = defaulting(args).wrapped.peek();
    let iterator = awaitable(thread, wrapped, Awaiting::Await)?;
    Ok(match iterator.is::<Coroutine>() {
        true => wrap(thread, iterator.value()),
        false => iterator,
    })
}

/// The end of the iterator becomes the default.
fn or_default(thread: &Thread, args: &[Value], result: Result) -> Result {
    result.map_err(|raised| {
        if !exception::is(thread.pending_exception(), Builtin::StopAsyncIteration) {
            return raised;
        }
        drop(thread.take_exception(raised));
        let default = Owned::new(defaulting(args).default.peek());
        exception::raise_stop_iteration(thread, default)
    })
}

fn default_iter(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(args[0]))
}

fn default_next(thread: &Thread, args: &[Value]) -> Result {
    let inner = inner(thread, args)?;
    let step = generator::send(thread, inner.value(), Value::NONE);
    or_default(
        thread,
        args,
        step.and_then(|step| step_result(thread, step)),
    )
}

fn default_send(thread: &Thread, args: &[Value]) -> Result {
    let inner = inner(thread, args)?;
    let sent = call::call_method(thread, inner.value(), Name::SEND, &[args[1]]);
    or_default(thread, args, sent)
}

fn default_throw(thread: &Thread, args: &[Value]) -> Result {
    let inner = inner(thread, args)?;
    let given = args[1..].iter().take_while(|arg| !arg.is_missing());
    let given: Vec<Value> = given.copied().collect();
    let thrown = call::call_method(thread, inner.value(), Name::THROW, &given);
    or_default(thread, args, thrown)
}

fn default_close(thread: &Thread, args: &[Value]) -> Result {
    let inner = inner(thread, args)?;
    let closed = call::call_method(thread, inner.value(), Name::CLOSE, &[]);
    or_default(thread, args, closed)
}

methods! { pub ANEXT_AWAITABLE:
    "__await__(self, /)" => default_iter;
    "__iter__(self, /)" => default_iter;
    "__next__(self, /)" => default_next;
    /// send(arg) -> send 'arg' into the wrapped iterator,
    /// return next iterated value or raise StopIteration.
    "send(self, object, /)" => default_send;
    /// throw(value)
    /// throw(typ[,val[,tb]])
    ///
    /// raise exception in the wrapped iterator, return next iterated value
    /// or raise StopIteration.
    "throw(self, typ, val=<missing>, tb=<missing>, /)" => default_throw;
    /// close() -> raise GeneratorExit inside generator.
    "close(self, /)" => default_close;
}

/// The result of a step of something that async code waits for.
pub(super) type Stepped = Result<Step>;
