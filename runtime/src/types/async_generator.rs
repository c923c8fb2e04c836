//! Async generators: `asend`, `athrow`, `aclose` and the objects that awaiting these works on.
//!
//! ```text
//!   asend, athrow, aclose: INIT ─first step─► ITER ─value, exception─► CLOSED
//! ```
//!
//! The generator's notes say whether it was closed, whether one of these objects is under way, and whether the event loop's
//! hooks have seen it.

use super::coroutine::Stepped;
use super::exception::Thrown;
use super::generator::{self, AsyncGenerator, Generator, Step, step_result};
use super::{Builtin, exception, generator_methods, native, str};
use crate::object::{Owned, Slot};
use crate::operators::call;
use crate::types::define::MethodDef;
use crate::{Object, Raised, Result, Thread, Value, methods, raise, warnings};
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering::Relaxed;

/// Notes of a generator.
const CLOSED_FOR_GOOD: u8 = 1;
const UNDER_WAY: u8 = 2;
const HOOKED: u8 = 4;

/// States of the awaitable objects.
const INIT: u8 = 0;
const ITER: u8 = 1;
const CLOSED: u8 = 2;

impl Generator {
    fn noted(&self, note: u8) -> bool {
        self.notes.load(Relaxed) & note != 0
    }

    fn note(&self, note: u8) {
        self.notes.fetch_or(note, Relaxed);
    }

    fn unnote(&self, note: u8) {
        self.notes.fetch_and(!note, Relaxed);
    }
}

/// What one of the awaitable objects does.
enum Action {
    Send(Slot),
    Throw(Slot),
    Close,
}

/// What `asend`, `athrow` and `aclose` give.
struct Pending {
    generator: Slot,
    action: Action,
    state: AtomicU8,
}

impl native::Data for Pending {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.generator.peek());
        match &self.action {
            Action::Send(value) | Action::Throw(value) => visit(value.peek()),
            Action::Close => {}
        }
    }
}

impl Pending {
    fn generator(&self) -> Value {
        self.generator.peek()
    }

    fn method(&self) -> &'static str {
        match self.action {
            Action::Send(_) => "asend",
            Action::Throw(_) => "athrow",
            Action::Close => "aclose",
        }
    }

    fn is_close(&self) -> bool {
        matches!(self.action, Action::Close)
    }

    fn set(&self, state: u8) {
        self.state.store(state, Relaxed);
    }

    fn check_open(&self, thread: &Thread) -> Result<()> {
        if self.state.load(Relaxed) != CLOSED {
            return Ok(());
        }
        let what = match self.action {
            Action::Send(_) => "__anext__()/asend()",
            _ => "aclose()/athrow()",
        };
        raise!(thread, RuntimeError, "cannot reuse already awaited {what}")
    }

    /// The first step: only one of these objects may be under way.
    fn begin(&self, thread: &Thread, generator: &Generator) -> Result<()> {
        if !generator.noted(UNDER_WAY) {
            return Ok(());
        }
        self.set(CLOSED);
        let what = match self.action {
            Action::Send(_) => "anext",
            Action::Throw(_) => "athrow",
            Action::Close => "aclose",
        };
        raise!(
            thread,
            RuntimeError,
            "{what}(): asynchronous generator is already running"
        )
    }

    /// What the generator gave, as this object's own step. A returning generator raises StopAsyncIteration.
    fn unwrap(&self, thread: &Thread, generator: &Generator, result: Stepped) -> Stepped {
        let step = result.and_then(|step| match step {
            Step::Return(_) => {
                let end = exception::new_text_none(thread, Builtin::StopAsyncIteration);
                Err(thread.raise_value(end))
            }
            step => Ok(step),
        });
        match step {
            Ok(Step::Item(_)) if self.is_close() => {
                generator.unnote(UNDER_WAY);
                self.set(CLOSED);
                raise!(
                    thread,
                    RuntimeError,
                    "async generator ignored GeneratorExit"
                )
            }
            Ok(Step::Item(value)) => {
                generator.unnote(UNDER_WAY);
                self.set(CLOSED);
                Ok(Step::Return(value))
            }
            Ok(step) => Ok(step),
            Err(raised) => self.failed(thread, generator, raised),
        }
    }

    fn failed(&self, thread: &Thread, generator: &Generator, raised: Raised) -> Stepped {
        generator.unnote(UNDER_WAY);
        self.set(CLOSED);
        if !ends(thread) {
            return Err(raised);
        }
        generator.note(CLOSED_FOR_GOOD);
        if self.is_close() {
            // That is what closing is for.
            drop(thread.take_exception(raised));
            return Ok(Step::Return(Owned::NONE));
        }
        Err(raised)
    }

    fn send(&self, thread: &Thread, value: Value) -> Stepped {
        self.check_open(thread)?;
        let object = self.generator();
        let generator = generator::of(&object).expect("made for async generators");
        if self.state.load(Relaxed) != INIT {
            generator.note(UNDER_WAY);
            let result = generator::resume(thread, generator, value);
            return self.unwrap(thread, generator, result);
        }
        match &self.action {
            Action::Send(first) => {
                self.begin(thread, generator)?;
                self.set(ITER);
                generator.note(UNDER_WAY);
                let value = if value.is_none() { first.peek() } else { value };
                let result = generator::resume(thread, generator, value);
                self.unwrap(thread, generator, result)
            }
            Action::Throw(_) | Action::Close => self.begin_throwing(thread, generator, value),
        }
    }

    fn begin_throwing(&self, thread: &Thread, generator: &Generator, value: Value) -> Stepped {
        if generator.is_finished() {
            self.set(CLOSED);
            return Ok(Step::Return(Owned::NONE));
        }
        self.begin(thread, generator)?;
        if generator.noted(CLOSED_FOR_GOOD) {
            self.set(CLOSED);
            let end = exception::new_text_none(thread, Builtin::StopAsyncIteration);
            return Err(thread.raise_value(end));
        }
        if !value.is_none() {
            return raise!(
                thread,
                RuntimeError,
                "can't send non-None value to a just-started coroutine"
            );
        }
        self.set(ITER);
        generator.note(UNDER_WAY);
        let exception = match &self.action {
            Action::Throw(exception) => Owned::new(exception.peek()),
            _ => {
                generator.note(CLOSED_FOR_GOOD);
                exception::new_text_none(thread, Builtin::GeneratorExit)
            }
        };
        let thrown = Thrown::instance(exception.value());
        let result = generator::throw(thread, generator, thrown, false);
        self.unwrap(thread, generator, result)
    }

    fn throw(&self, thread: &Thread, thrown: Thrown) -> Stepped {
        self.check_open(thread)?;
        let object = self.generator();
        let generator = generator::of(&object).expect("made for async generators");
        if self.state.load(Relaxed) == INIT {
            self.begin(thread, generator)?;
            self.set(ITER);
            generator.note(UNDER_WAY);
        }
        let result = generator::throw(thread, generator, thrown, true);
        self.unwrap(thread, generator, result)
    }
}

/// Is the pending exception one that ends an async generator?
fn ends(thread: &Thread) -> bool {
    let pending = thread.pending_exception();
    exception::is(pending, Builtin::StopAsyncIteration)
        || exception::is(pending, Builtin::GeneratorExit)
}

/// One step of awaiting one of the objects of this file; none if `awaitable` is something else.
pub(super) fn step(thread: &Thread, awaitable: Value, value: Value) -> Option<Stepped> {
    Some(native::get::<Pending>(&awaitable)?.send(thread, value))
}

/// Called when an unfinished async generator is about to die. True if an event loop takes care of it.
pub(super) fn finalize(thread: &Thread, generator: &Generator, value: Value) -> bool {
    let finalizer = generator.origin.load(generator.header());
    if finalizer.is_missing() || generator.noted(CLOSED_FOR_GOOD) {
        return false;
    }
    if let Err(raised) = call::call(thread, finalizer.value(), &[value]) {
        exception::report_ignored(thread, raised, "while calling finalizer", value);
    }
    true
}

// ── methods ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Shows a generator that is used for the first time to the event loop's hooks.
fn call_hooks(thread: &Thread, object: Value) -> Result<()> {
    let generator = generator::of(&object).expect("bound to async generators");
    if generator.notes.fetch_or(HOOKED, Relaxed) & HOOKED != 0 {
        return Ok(());
    }
    let [first, finalizer] = thread.async_hooks();
    if !finalizer.is_none() {
        drop(generator.origin.replace(finalizer));
    }
    if !first.is_none() {
        call::call(thread, first.value(), &[object])?;
    }
    Ok(())
}

fn pending(thread: &Thread, generator: Value, action: Action) -> Result {
    call_hooks(thread, generator)?;
    let class = match action {
        Action::Send(_) => Builtin::AsyncGeneratorAsend,
        _ => Builtin::AsyncGeneratorAthrow,
    };
    let pending = Pending {
        generator: Slot::new(Owned::new(generator)),
        action,
        state: AtomicU8::new(INIT),
    };
    Ok(native::new(thread, class.class(), pending))
}

fn aiter(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(args[0]))
}

fn anext(thread: &Thread, args: &[Value]) -> Result {
    pending(thread, args[0], Action::Send(Slot::new(Owned::NONE)))
}

fn asend(thread: &Thread, args: &[Value]) -> Result {
    let value = Slot::new(Owned::new(args[1]));
    pending(thread, args[0], Action::Send(value))
}

fn athrow(thread: &Thread, args: &[Value]) -> Result {
    let exception = Thrown::of_method(thread, "athrow", args)?.exception(thread)?;
    pending(thread, args[0], Action::Throw(Slot::new(exception)))
}

fn aclose(thread: &Thread, args: &[Value]) -> Result {
    pending(thread, args[0], Action::Close)
}

fn get_running(_: &Thread, args: &[Value]) -> Result {
    let generator = args[0]
        .get::<AsyncGenerator>()
        .expect("bound to async generators");
    Ok(Owned::bool(generator.0.noted(UNDER_WAY)))
}

methods! { pub METHODS:
    /// Return an awaitable, that resolves in asynchronous iterator.
    "__aiter__(self, /)" => aiter;
    /// Return a value or raise StopAsyncIteration.
    "__anext__(self, /)" => anext;
    /// asend(v) -> send 'v' in generator.
    "asend(self, object, /)" => asend;
    /// athrow(value)
    /// athrow(type[,value[,tb]])
    ///
    /// raise exception in generator.
    "athrow(self, typ, val=<missing>, tb=<missing>, /)" => athrow;
    /// aclose() -> raise GeneratorExit inside generator.
    "aclose(self, /)" => aclose;
    get "ag_running" => get_running -> Bool;
}

/// The rest of an async generator's methods.
pub fn shared() -> &'static [MethodDef] {
    generator_methods::ASYNC_GENERATOR
}

fn this(args: &[Value]) -> &Pending {
    native::get::<Pending>(&args[0]).expect("bound to asend, athrow and aclose objects")
}

fn pending_iter(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(args[0]))
}

fn pending_next(thread: &Thread, args: &[Value]) -> Result {
    let step = this(args).send(thread, Value::NONE)?;
    step_result(thread, step)
}

fn pending_send(thread: &Thread, args: &[Value]) -> Result {
    let step = this(args).send(thread, args[1])?;
    step_result(thread, step)
}

fn pending_throw(thread: &Thread, args: &[Value]) -> Result {
    let thrown = Thrown::of_method(thread, "throw", args)?;
    let step = this(args).throw(thread, thrown)?;
    step_result(thread, step)
}

fn pending_close(thread: &Thread, args: &[Value]) -> Result {
    if this(args).state.load(Relaxed) == CLOSED {
        return Ok(Owned::NONE);
    }
    let exit = exception::new_text_none(thread, Builtin::GeneratorExit);
    match this(args).throw(thread, Thrown::instance(exit.value())) {
        Ok(Step::Return(_)) => Ok(Owned::NONE),
        Ok(_) => raise!(thread, RuntimeError, "coroutine ignored GeneratorExit"),
        Err(raised) if ends(thread) => {
            drop(thread.take_exception(raised));
            Ok(Owned::NONE)
        }
        Err(raised) => Err(raised),
    }
}

fn pending_del(thread: &Thread, args: &[Value]) -> Result {
    let pending = this(args);
    if pending.state.load(Relaxed) != INIT {
        return Ok(Owned::NONE);
    }
    let object = pending.generator();
    let generator = generator::of(&object).expect("made for async generators");
    let name = str::display(generator.qualname().value());
    let method = pending.method();
    let text = format!("coroutine method '{method}' of '{name}' was never awaited");
    warnings::warn(thread, Builtin::RuntimeWarning, &text, true)?;
    Ok(Owned::NONE)
}

methods! { pub PENDING:
    "__await__(self, /)" => pending_iter;
    "__iter__(self, /)" => pending_iter;
    "__next__(self, /)" => pending_next;
    /// send(value) -> send 'value' into the generator,
    /// return next yielded value or raise StopIteration.
    "send(self, object, /)" => pending_send;
    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// raise exception in the generator, return next yielded value or raise
    /// StopIteration.
    "throw(self, typ, val=<missing>, tb=<missing>, /)" => pending_throw;
    /// close() -> raise GeneratorExit inside generator.
    "close(self, /)" => pending_close;
    "__del__(self, /)" => pending_del;
}
