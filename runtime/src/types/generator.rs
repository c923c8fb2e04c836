//! Generators: a frame whose window lives in the heap.
//!
//! ```text
//!   │ header │ code, function, globals │ state, pc │ handled │ name, qualname │ window: n_registers words … │
//!
//!   CREATED ─resume─► RUNNING ─yield─► SUSPENDED ─resume─► RUNNING ─return or raise─► FINISHED
//! ```
//!
//! Whoever moves the state to RUNNING (by compare-and-swap, so threads may race) has claimed the generator: it alone touches
//! window and pc until it moves the state on. What the window of a generator that is not running holds is published, like
//! everything that objects refer to: the next thread to run it need not be the one that made it.

use crate::interpreter::frame::{Frame, Machine, Window};
use crate::interpreter::{self, unwind};
use crate::object::{Header, Kind, Object, Owned, Slot};
use crate::operators::{attribute, call};
use crate::types::code::Code;
use crate::types::names::Name;
use crate::types::{self, Builtin, exception};
use crate::{Raised, Result, Thread, Value, heap, methods, raise};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Opcode, Operand};
use std::cell::Cell;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

const CREATED: u8 = 0;
const SUSPENDED: u8 = 1;
const RUNNING: u8 = 2;
const FINISHED: u8 = 3;

/// A generator object.
#[repr(C)]
pub struct Generator {
    header: Header,
    code: *const Code,
    function: Slot,
    globals: Slot,
    name: Slot,
    qualname: Slot,
    /// What it was handling when it last suspended; MISSING for nothing of its own.
    handled: Slot,
    pc: Cell<*const u16>,
    state: AtomicU8,
}

// SAFETY: `repr(C)`, header first, own kind; the slots and every heap pointer in the window are owned once. A running
// generator's window may be changing, but the world is stopped or the generator dead whenever it is traversed.
unsafe impl Object for Generator {
    const KIND: Kind = Kind::GENERATOR;
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        for slot in [
            &self.function,
            &self.globals,
            &self.name,
            &self.qualname,
            &self.handled,
        ] {
            visit(slot.peek());
        }
        for &value in self.window().slice(0, self.code().n_registers) {
            visit(value);
        }
    }
}

/// What a generator gave.
pub enum Step {
    Yield(Owned),
    Return(Owned),
}

/// Makes a generator of a frame that is about to start; takes over what the window owns.
pub fn new(thread: &Thread, code: &Code, function: Value, globals: Value, window: Window) -> Owned {
    let (name, qualname) = types::function::names_of(function);
    let registers = usize::from(code.n_registers);
    let generator = Generator {
        header: Builtin::Generator.class().instance_header(thread),
        code,
        function: Slot::new(Owned::new(function)),
        globals: Slot::new(Owned::new(globals)),
        name: Slot::new(name),
        qualname: Slot::new(qualname),
        handled: Slot::missing(),
        pc: Cell::new(code.units),
        state: AtomicU8::new(CREATED),
    };
    let owned = heap::new_sized(thread, generator, registers * size_of::<Value>());
    let generator = owned.get::<Generator>().expect("just made");
    // SAFETY: both windows have `registers` words; the references move from one to the other.
    unsafe {
        generator
            .window()
            .0
            .copy_from_nonoverlapping(window.0, registers)
    };
    window.initialize(0, code.n_registers);
    generator.publish_window();
    owned
}

impl Generator {
    fn code(&self) -> &'static Code {
        // SAFETY: code objects are immortal.
        unsafe { &*self.code }
    }

    fn window(&self) -> Window {
        // SAFETY: the object was allocated with its registers behind the struct.
        Window(unsafe { std::ptr::from_ref(self).add(1).cast::<Value>().cast_mut() })
    }

    /// Other threads may find what the window holds from here on.
    fn publish_window(&self) {
        for value in self.window().slice(0, self.code().n_registers) {
            if let Some(header) = value.header() {
                header.publish();
            }
        }
    }

    /// Claims the generator for this thread; gives the state it was in. A finished one is nobody's.
    fn claim(&self, thread: &Thread) -> Result<u8> {
        match self.try_claim() {
            Some(state) => Ok(state),
            None => raise!(thread, ValueError, "generator already executing"),
        }
    }

    /// [`Generator::claim`]; none if it is running.
    fn try_claim(&self) -> Option<u8> {
        let claimed = |state| matches!(state, CREATED | SUSPENDED).then_some(RUNNING);
        match self.state.fetch_update(Acquire, Relaxed, claimed) {
            Err(RUNNING) => None,
            Ok(state) | Err(state) => Some(state),
        }
    }

    /// Takes back a claim: the generator is in state `state` as it was.
    fn release(&self, state: u8) {
        self.state.store(state, Release);
    }

    /// The iterator that the `yield from` it is suspended in works on. The caller has claimed it.
    fn delegate(&self) -> Option<Owned> {
        let units = &self.code().source.units[self.code().address(self.pc.get()) as usize..];
        (Opcode::from_unit(units[0]) == Some(Opcode::YieldDelegate))
            .then(|| Owned::new(self.window().get(ops::YieldDelegate::decode(units).iter.0)))
    }

    /// Nobody else can reach the generator.
    fn is_suspended_inside_handler(&self) -> bool {
        self.state.load(Relaxed) == SUSPENDED
            && self
                .code()
                .source
                .handler_at(self.code().address(self.pc.get()))
                .is_some()
    }
}

/// Runs a generator until it next yields, sending it a value. A finished one returns None again.
pub fn resume(thread: &Thread, generator: &Generator, sent: Value) -> Result<Step> {
    let state = generator.claim(thread)?;
    if state == FINISHED {
        return Ok(Step::Return(Owned::NONE));
    }
    if state == CREATED {
        if !sent.is_none() {
            generator.release(CREATED);
            return raise!(
                thread,
                TypeError,
                "can't send non-None value to a just-started generator"
            );
        }
        return go_on(thread, generator, |_, _| Ok(generator.pc.get()));
    }
    let units =
        &generator.code().source.units[generator.code().address(generator.pc.get()) as usize..];
    // Both instructions that suspend have their destination first.
    let dst = ashore_bytecode::Dst::decode(&units[1..]).0;
    generator.window().set(dst, Owned::new(sent));
    let length = Opcode::from_unit(units[0]).expect("verified code").units();
    go_on(thread, generator, |_, _| {
        // SAFETY: verified code goes on after an instruction that suspends.
        Ok(unsafe { generator.pc.get().add(length) })
    })
}

/// Raises an exception where a generator is suspended, and runs it on.
pub fn throw(thread: &Thread, generator: &Generator, exception: Owned) -> Result<Step> {
    match generator.claim(thread)? {
        FINISHED => Err(thread.raise_value(exception)),
        CREATED => {
            finish(generator);
            let raised = thread.raise_value(exception);
            types::traceback::add(thread, generator.code(), 0);
            Err(raised)
        }
        _ => throw_claimed(thread, generator, exception),
    }
}

/// [`throw`] into a generator that was suspended and is claimed by this thread.
fn throw_claimed(thread: &Thread, generator: &Generator, exception: Owned) -> Result<Step> {
    let Some(inner) = generator.delegate() else {
        return raise_inside(thread, generator, |thread| thread.raise_value(exception));
    };
    match throw_into_delegate(thread, inner.value(), exception.value()) {
        Ok(Some(Step::Yield(item))) => {
            generator.release(SUSPENDED);
            Ok(Step::Yield(item))
        }
        // The sub-iterator returned: `yield from` is done and has this value.
        Ok(Some(Step::Return(value))) => finish_delegation(thread, generator, value),
        Ok(None) => raise_inside(thread, generator, |thread| thread.raise_value(exception)),
        // It raised: the exception goes on from the `yield from`.
        Err(raised) => {
            let raised_inside = thread.take_exception(raised);
            raise_inside(thread, generator, |thread| {
                thread.reraise_value(raised_inside)
            })
        }
    }
}

/// Runs a claimed generator on from an exception where it is suspended.
fn raise_inside(
    thread: &Thread,
    generator: &Generator,
    raise: impl FnOnce(&Thread) -> Raised,
) -> Result<Step> {
    go_on(thread, generator, |machine, frame| {
        frame.pc.set(generator.pc.get());
        let raised = raise(machine.thread);
        unwind(machine, raised)
    })
}

/// `yield from` hands exceptions to the sub-iterator first. `None`: it has no `throw`, or was closed.
fn throw_into_delegate(thread: &Thread, inner: Value, exception: Value) -> Result<Option<Step>> {
    let closing = exception::is(exception, Builtin::GeneratorExit);
    if let Some(inner) = inner.get::<Generator>() {
        return if closing {
            close(thread, inner).map(|_| None)
        } else {
            throw(thread, inner, Owned::new(exception)).map(Some)
        };
    }
    let name = if closing { Name::CLOSE } else { Name::THROW };
    let Some(method) = attribute::get_optional(thread, inner, name.value())? else {
        return Ok(None);
    };
    if closing {
        return call::call(thread, method.value(), &[]).map(|_| None);
    }
    match call::call(thread, method.value(), &[exception]) {
        Ok(item) => Ok(Some(Step::Yield(item))),
        Err(raised) => stop_iteration_value(thread, raised).map(|value| Some(Step::Return(value))),
    }
}

/// Runs a claimed generator on behind the loop of a `yield from` whose sub-iterator returned a value inside `throw`.
fn finish_delegation(thread: &Thread, generator: &Generator, value: Owned) -> Result<Step> {
    let code = generator.code();
    let at = code.address(generator.pc.get()) as usize;
    let suspended = ops::YieldDelegate::decode(&code.source.units[at..]);
    let send = send_of_delegation(code, at);
    drop(generator.window().take(suspended.iter.0));
    generator.window().set(send.dst.0, value);
    go_on(thread, generator, |_, _| {
        // SAFETY: the label of a verified instruction.
        Ok(unsafe { code.units.add(send.target.0 as usize) })
    })
}

/// The `send` that the loop of a `yield from` jumps back to: the target of the jump behind `yield_delegate`.
fn send_of_delegation(code: &Code, at: usize) -> ops::Send {
    let units = &code.source.units;
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

/// Runs a claimed generator; `start` gives the instruction to go on with.
fn go_on<'a>(
    thread: &'a Thread,
    generator: &'a Generator,
    start: impl FnOnce(&Machine<'_>, &Frame<'_>) -> std::result::Result<*const u16, Raised>,
) -> Result<Step> {
    // Whoever resumed us must keep the generator; a frame of ours may drop the last reference otherwise.
    let _keep = Owned::new(generator.value());
    let code = generator.code();
    let own_handled = generator.handled.replace(Owned::inline(Value::MISSING));
    let resumer = thread.handled.peek();
    let resumer_handled = if own_handled.is_missing() {
        Owned::new(resumer)
    } else {
        thread.handled.replace(own_handled)
    };
    let frame = Frame {
        previous: thread.frame.get().cast(),
        code,
        function: generator.function.peek(),
        globals: generator.globals.peek(),
        namespace: Value::MISSING,
        window: generator.window(),
        pc: Cell::new(generator.pc.get()),
        suspended: Cell::new(false),
        resumer_handled: resumer_handled.value(),
    };
    let machine = Machine {
        thread,
        frame: &frame,
        window: frame.window,
        n_locals: code.n_locals,
    };
    let result = interpreter::check_depth(thread)
        .and_then(|()| start(&machine, &frame))
        .and_then(|pc| interpreter::enter(thread, &frame, pc));
    let handled_now = thread.handled.replace(resumer_handled);
    if frame.suspended.get() {
        if handled_now.value() != frame.resumer_handled {
            drop(generator.handled.replace(handled_now));
        }
        generator.pc.set(frame.pc.get());
        generator.publish_window();
        generator.release(SUSPENDED);
        return result.map(Step::Yield);
    }
    drop(handled_now);
    finish(generator);
    match result {
        Ok(value) => Ok(Step::Return(value)),
        Err(raised) => Err(no_stop_iteration(thread, raised)),
    }
}

/// Ends a generator this thread has claimed.
fn finish(generator: &Generator) {
    generator.state.store(FINISHED, Release);
    generator.window().clear(0, generator.code().n_registers);
}

/// PEP 479: a StopIteration that escapes a generator becomes a RuntimeError.
fn no_stop_iteration(thread: &Thread, raised: Raised) -> Raised {
    if !exception::is(thread.pending_exception(), Builtin::StopIteration) {
        return raised;
    }
    let stop = thread.take_exception(raised);
    let error = exception::new_text(
        thread,
        Builtin::RuntimeError,
        "generator raised StopIteration",
    );
    exception::set_cause(error.value(), stop.clone());
    exception::set_context(error.value(), stop);
    thread.reraise_value(error)
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
    match throw_claimed(thread, generator, exit) {
        Ok(Step::Return(value)) => Ok(value),
        Ok(Step::Yield(_)) => raise!(thread, RuntimeError, "generator ignored GeneratorExit"),
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

/// Called when a generator is about to die: runs its `finally` blocks.
pub fn finalize(thread: &Thread, header: &Header) {
    let value = header.value();
    let Some(generator) = value.get::<Generator>() else {
        return;
    };
    if generator.is_suspended_inside_handler()
        && let Err(raised) = close(thread, generator)
    {
        exception::report_unraisable(thread, raised, value);
    }
}

/// The value of the StopIteration that is pending; any other exception stays raised.
pub fn stop_iteration_value(thread: &Thread, raised: Raised) -> Result {
    if !exception::is(thread.pending_exception(), Builtin::StopIteration) {
        return Err(raised);
    }
    let stop = thread.take_exception(raised);
    attribute::get(thread, stop.value(), Name::VALUE.value())
}

/// The next item: what iteration asks for.
pub fn next(thread: &Thread, generator: &Generator) -> Result<Option<Owned>> {
    match resume(thread, generator, Value::NONE)? {
        Step::Yield(item) => Ok(Some(item)),
        Step::Return(_) => Ok(None),
    }
}

/// A step as a method's result: returning raises StopIteration.
fn step_result(thread: &Thread, step: Step) -> Result {
    match step {
        Step::Yield(item) => Ok(item),
        Step::Return(value) => Err(exception::raise_stop_iteration(thread, value)),
    }
}

fn this(args: &[Value]) -> &Generator {
    args[0].get::<Generator>().expect("bound to generators")
}

fn method_iter(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(args[0]))
}

fn method_next(thread: &Thread, args: &[Value]) -> Result {
    step_result(thread, resume(thread, this(args), Value::NONE)?)
}

fn method_send(thread: &Thread, args: &[Value]) -> Result {
    step_result(thread, resume(thread, this(args), args[1])?)
}

fn method_throw(thread: &Thread, args: &[Value]) -> Result {
    let exception = exception::from_throw_arguments(thread, args[1], args[2], args[3])?;
    step_result(thread, throw(thread, this(args), exception)?)
}

fn method_close(thread: &Thread, args: &[Value]) -> Result {
    close(thread, this(args))
}

fn method_repr(thread: &Thread, args: &[Value]) -> Result {
    let generator = this(args);
    let name = crate::operators::convert::display(
        thread,
        generator.qualname.load(generator.header()).value(),
    )?;
    let address = generator.value().as_ptr().addr();
    Ok(types::str::new(
        thread,
        &format!("<generator object {name} at {address:#x}>"),
    ))
}

fn get_name(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).name.load(this(args).header()))
}

fn get_qualname(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).qualname.load(this(args).header()))
}

fn get_running(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(args).state.load(Relaxed) == RUNNING))
}

fn get_suspended(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(args).state.load(Relaxed) == SUSPENDED))
}

fn get_code(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).code().value()))
}

fn get_yield_from(_: &Thread, args: &[Value]) -> Result {
    let generator = this(args);
    let delegate = match generator.try_claim() {
        None | Some(FINISHED) => None,
        Some(state) => {
            let delegate = (state == SUSPENDED).then(|| generator.delegate());
            generator.release(state);
            delegate.flatten()
        }
    };
    Ok(delegate.unwrap_or(Owned::NONE))
}

methods! { pub METHODS:
    /// Implement iter(self).
    "__iter__(self, /)" => method_iter;
    /// Implement next(self).
    "__next__(self, /)" => method_next;
    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    "send(self, value, /)" => method_send;
    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    "throw(self, typ, val=<missing>, tb=<missing>, /)" => method_throw;
    /// close() -> raise GeneratorExit inside generator.
    "close(self, /)" => method_close;
    "__repr__(self, /)" => method_repr -> Str;
    get "__name__" => get_name;
    get "__qualname__" => get_qualname;
    get "gi_running" => get_running -> Bool;
    get "gi_suspended" => get_suspended -> Bool;
    get "gi_code" => get_code;
    get "gi_yieldfrom" => get_yield_from;
}
