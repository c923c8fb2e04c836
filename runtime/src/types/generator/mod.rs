//! Generators: a frame whose window lives in the heap. Coroutines and async generators are the same with other protocols
//! ([`super::coroutine`], [`super::async_generator`]).
//!
//! ```text
//!   │ header │ code, function, globals │ state, pc │ handled │ name, qualname │ origin │ window: n_registers words … │
//!
//!   CREATED ─resume─► RUNNING ─yield─► SUSPENDED ─resume─► RUNNING ─return or raise─► FINISHED
//! ```
//!
//! Whoever moves the state to RUNNING (by compare-and-swap, so threads may race) has claimed the generator: it alone touches
//! window and pc until it moves the state on. What the window of a generator that is not running holds is published, like
//! everything that objects refer to: the next thread to run it need not be the one that made it.

mod frames;
mod native;
mod throw;

pub(crate) use frames::{
    end_in_loop, enter_from_loop, raise_in_loop, suspend_to_loop, suspended_at,
};
pub(crate) use throw::clear_frame;
pub use throw::{close, throw};

use super::frame::FrameObject;
use crate::abi::Outcome;
use crate::heap::death;
use crate::interpreter::activation::check_depth;
use crate::interpreter::frame::{Frame, Machine, Window};
use crate::object::{Header, Kind, Object, Owned, Slot};
use crate::operators::{attribute, call, iterate};
use crate::sync::lock::lock;
use crate::types::code::Code;
use crate::types::function::Function;
use crate::types::names::Name;
use crate::types::{self, Builtin, exception};
use crate::{Raised, Result, Thread, Value, heap, raise, thread};
use ashore_bytecode::Opcode;
use ashore_bytecode::instructions::ops;
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
    /// The function; of a module that waits for things the namespace it runs in, if that is not its globals.
    function: Slot,
    globals: Slot,
    name: Slot,
    qualname: Slot,
    /// What it was handling when it last suspended; MISSING for nothing of its own.
    handled: Slot,
    /// For a coroutine: where it was made, if that is tracked. For an async generator: the finalizer that an event loop has
    /// set. MISSING if there is none.
    pub(super) origin: Slot,
    /// The frame object, MISSING until it is asked for and when the generator has finished.
    frame: Slot,
    pc: Cell<*const u16>,
    state: AtomicU8,
    /// What an async generator notes of itself: see [`super::async_generator`].
    pub(super) notes: AtomicU8,
}

/// What a generator's code is, for messages and the ends of its protocol.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flavor {
    Generator,
    Coroutine,
    AsyncGenerator,
}

impl Flavor {
    const fn name(self) -> &'static str {
        match self {
            Flavor::Generator => "generator",
            Flavor::Coroutine => "coroutine",
            Flavor::AsyncGenerator => "async generator",
        }
    }
}

/// A coroutine: the frame of an `async def` without `yield`.
#[repr(transparent)]
pub struct Coroutine(pub Generator);

/// An async generator: the frame of an `async def` with `yield`.
#[repr(transparent)]
pub struct AsyncGenerator(pub Generator);

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
            &self.origin,
            &self.frame,
        ] {
            visit(slot.peek());
        }
        for &value in self.window().slice(0, self.code().n_registers) {
            visit(value);
        }
    }
}

// SAFETY: a generator in all but its kind.
unsafe impl Object for Coroutine {
    const KIND: Kind = Kind::COROUTINE;
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.0.traverse(visit);
    }
}

// SAFETY: a generator in all but its kind.
unsafe impl Object for AsyncGenerator {
    const KIND: Kind = Kind::ASYNC_GENERATOR;
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.0.traverse(visit);
    }
}

/// The frame of a generator, coroutine or async generator.
pub fn of(value: &Value) -> Option<&Generator> {
    match value.kind() {
        Kind::GENERATOR => value.get::<Generator>(),
        Kind::COROUTINE => value.get::<Coroutine>().map(|coroutine| &coroutine.0),
        Kind::ASYNC_GENERATOR => value.get::<AsyncGenerator>().map(|generator| &generator.0),
        _ => None,
    }
}

/// What a generator gave.
pub enum Step {
    Yield(Owned),
    /// What an async generator yields, as opposed to what it waits for.
    Item(Owned),
    Return(Owned),
}

/// Makes a generator, coroutine or async generator of a frame that is about to start; takes over what the window owns.
pub fn new(thread: &Thread, code: &Code, function: Value, globals: Value, window: Window) -> Owned {
    let (name, qualname) = match function.is::<Function>() {
        true => types::function::names_of(function),
        false => (Owned::new(code.name), Owned::new(code.qualname)),
    };
    let registers = usize::from(code.n_registers);
    let flavor = flavor_of(code);
    let class = match flavor {
        Flavor::Generator => Builtin::Generator,
        Flavor::Coroutine => Builtin::Coroutine,
        Flavor::AsyncGenerator => Builtin::AsyncGenerator,
    };
    let origin = match flavor {
        Flavor::Coroutine => types::coroutine::origin(thread),
        _ => Owned::inline(Value::MISSING),
    };
    if flavor != Flavor::Generator || !code.source.handlers.is_empty() {
        death::expect_noticeable();
    }
    let generator = Generator {
        header: class.class().instance_header(thread),
        code,
        function: Slot::new(Owned::new(function)),
        globals: Slot::new(Owned::new(globals)),
        name: Slot::new(name),
        qualname: Slot::new(qualname),
        handled: Slot::missing(),
        origin: Slot::new(origin),
        frame: Slot::missing(),
        pc: Cell::new(code.units),
        state: AtomicU8::new(CREATED),
        notes: AtomicU8::new(0),
    };
    let extra = registers * size_of::<Value>();
    let owned = match flavor {
        Flavor::Generator => heap::new_sized(thread, generator, extra),
        Flavor::Coroutine => heap::new_sized(thread, Coroutine(generator), extra),
        Flavor::AsyncGenerator => heap::new_sized(thread, AsyncGenerator(generator), extra),
    };
    let made = owned.value();
    let generator = of(&made).expect("just made");
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

fn flavor_of(code: &Code) -> Flavor {
    let flags = code.source.flags;
    if flags.coroutine {
        Flavor::Coroutine
    } else if flags.async_generator {
        Flavor::AsyncGenerator
    } else {
        Flavor::Generator
    }
}

impl Generator {
    /// The function, and the namespace if there is one besides the globals: each MISSING if there is none.
    #[inline]
    pub(super) fn function_and_namespace(&self) -> (Value, Value) {
        let held = self.function.peek();
        match self.code().source.flags.namespace && !held.is::<Function>() {
            true => (Value::MISSING, held),
            false => (held, Value::MISSING),
        }
    }

    pub(super) fn globals(&self) -> Value {
        self.globals.peek()
    }

    /// Address of the instruction at which it is suspended.
    pub(super) fn address(&self) -> u32 {
        self.code().address(self.pc.get())
    }

    pub(super) fn code(&self) -> &'static Code {
        // SAFETY: code objects are immortal.
        unsafe { &*self.code }
    }

    fn flavor(&self) -> Flavor {
        flavor_of(self.code())
    }

    pub(super) fn is_finished(&self) -> bool {
        self.state.load(Relaxed) == FINISHED
    }

    pub(super) fn is_running(&self) -> bool {
        self.state.load(Relaxed) == RUNNING
    }

    pub(super) fn is_suspended(&self) -> bool {
        self.state.load(Relaxed) == SUSPENDED
    }

    pub(super) fn is_created(&self) -> bool {
        self.state.load(Relaxed) == CREATED
    }

    pub(super) fn name(&self) -> Owned {
        self.name.load(&self.header)
    }

    pub(super) fn qualname(&self) -> Owned {
        self.qualname.load(&self.header)
    }

    pub(super) fn set_name(&self, name: Value) {
        let guard = lock(&self.header);
        let old = self.name.replace(Owned::new(name));
        drop(guard);
        drop(old);
    }

    pub(super) fn set_qualname(&self, name: Value) {
        let guard = lock(&self.header);
        let old = self.qualname.replace(Owned::new(name));
        drop(guard);
        drop(old);
    }

    /// What it is suspended in waiting for, if it is: the operand of a `yield from` or `await`.
    pub(super) fn waits_for(&self) -> Option<Owned> {
        let inner = |state| (state == SUSPENDED).then(|| self.delegate());
        self.look(thread::current(), inner).flatten().flatten()
    }

    pub(super) fn window(&self) -> Window {
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

    /// The generator whose code a frame runs.
    pub(super) fn of_frame<'a>(frame: &Frame<'a>) -> &'a Generator {
        debug_assert!(frame.is_generator());
        // SAFETY: the window of a generator's frame is behind its struct, and who resumed it keeps it.
        unsafe { &*frame.window.0.cast::<Generator>().sub(1) }
    }

    /// Prepares a claimed generator that was in this state for going on; gives the instruction to go on with.
    #[inline]
    fn receive(&self, state: u8, sent: Value) -> *const u16 {
        let pc = self.pc.get();
        if state == CREATED {
            return pc;
        }
        // SAFETY: a suspended generator's `pc` is at an instruction of verified code, of at least two units; both that
        // suspend have their destination first, and verified code goes on after them.
        unsafe {
            let units = std::slice::from_raw_parts(pc, ops::Yield::UNITS);
            let dst = ops::Yield::decode(units).dst.0;
            self.window().set(dst, Owned::new(sent));
            let length = match Opcode::from_unit(units[0]) {
                Some(Opcode::Yield) => ops::Yield::UNITS,
                Some(Opcode::YieldDelegate) => ops::YieldDelegate::UNITS,
                _ => self.code().original(pc).units(),
            };
            pc.add(length)
        }
    }

    /// Claims the generator for this thread; gives the state it was in. A finished one is nobody's.
    fn claim(&self, thread: &Thread) -> Result<u8> {
        match self.try_claim(thread) {
            Some(state) => Ok(state),
            None => self.claim_slow(thread),
        }
    }

    /// [`Generator::claim`]; none if it is running.
    fn claim_state(&self, thread: &Thread) -> Option<u8> {
        self.try_claim(thread).or_else(|| {
            let _guard = lock(&self.header);
            self.try_claim(thread)
        })
    }

    /// Somebody has claimed the generator: it is running, unless it is only being looked at.
    #[cold]
    fn claim_slow(&self, thread: &Thread) -> Result<u8> {
        match self.claim_state(thread) {
            Some(state) => Ok(state),
            None => raise!(
                thread,
                ValueError,
                "{} already executing",
                self.flavor().name()
            ),
        }
    }

    /// Calls `access` with the generator's state while nobody runs it; none if it is running. This takes a claim, but under
    /// the generator's lock, so that whoever wants to run it can tell. `access` does nothing that a lock forbids.
    fn look<R>(&self, thread: &Thread, access: impl FnOnce(u8) -> R) -> Option<R> {
        let _guard = lock(&self.header);
        let state = self.try_claim(thread)?;
        let result = access(state);
        if state != FINISHED {
            self.release(state);
        }
        Some(result)
    }

    /// [`Generator::claim`]; none if it is running.
    #[inline]
    fn try_claim(&self, thread: &Thread) -> Option<u8> {
        let claimed = |state| matches!(state, CREATED | SUSPENDED).then_some(RUNNING);
        if thread.is_single() {
            let state = self.state.load(Relaxed);
            if let Some(running) = claimed(state) {
                self.state.store(running, Relaxed);
            }
            return (state != RUNNING).then_some(state);
        }
        match self.state.fetch_update(Acquire, Relaxed, claimed) {
            Err(RUNNING) => None,
            Ok(state) | Err(state) => Some(state),
        }
    }

    /// The thread handles what the generator was handling, if it was; gives what it handled so far.
    #[inline]
    fn swap_handled(&self, thread: &Thread) -> Owned {
        if self.handled.peek().is_missing() {
            return Owned::new(thread.handled.peek());
        }
        let own = self.handled.replace(Owned::inline(Value::MISSING));
        thread.handled.exchange(own)
    }

    /// Takes back a claim: the generator is in state `state` as it was.
    fn release(&self, state: u8) {
        self.state.store(state, Release);
    }

    /// The iterator that the `yield from` it is suspended in works on. The caller has claimed it.
    fn delegate(&self) -> Option<Owned> {
        let units = &self.code().instructions()[self.code().address(self.pc.get()) as usize..];
        (Opcode::from_unit(units[0]) == Some(Opcode::YieldDelegate))
            .then(|| Owned::new(self.window().get(ops::YieldDelegate::decode(units).iter.0)))
    }

    /// Is it suspended in a `yield`? The caller has claimed it.
    fn yields(&self) -> bool {
        let unit = self.code().instructions()[self.code().address(self.pc.get()) as usize];
        Opcode::from_unit(unit) == Some(Opcode::Yield)
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
        return match generator.flavor() {
            Flavor::Coroutine => already_awaited(thread),
            _ => Ok(Step::Return(Owned::NONE)),
        };
    }
    if state == CREATED && !sent.is_none() {
        generator.release(CREATED);
        return raise!(
            thread,
            TypeError,
            "can't send non-None value to a just-started {}",
            generator.flavor().name()
        );
    }
    let from = match state {
        CREATED => Outcome::START,
        _ => generator.address(),
    };
    go_on(thread, generator, Some(from), |_, _| {
        Ok(Start::At(generator.receive(state, sent)))
    })
}

#[cold]
fn already_awaited<T>(thread: &Thread) -> Result<T> {
    raise!(
        thread,
        RuntimeError,
        "cannot reuse already awaited coroutine"
    )
}

/// How a generator goes on.
enum Start {
    /// At an instruction.
    At(*const u16),
    /// It stays suspended, and gives this.
    Still(Owned),
    /// It stays suspended; what it was to do is an error.
    Refused(Raised),
}

/// Runs a claimed generator; `start` gives the instruction to go on with, `from` says where it was suspended if it just goes on.
fn go_on<'a>(
    thread: &'a Thread,
    generator: &'a Generator,
    from: Option<u32>,
    start: impl FnOnce(&Machine<'_>, &Frame<'_>) -> std::result::Result<Start, Raised>,
) -> Result<Step> {
    // Whoever resumed us must keep the generator; a frame of ours may drop the last reference otherwise.
    let _keep = Owned::new(generator.value());
    let code = generator.code();
    let resumer_handled = generator.swap_handled(thread);
    let (function, namespace) = generator.function_and_namespace();
    let frame = Frame {
        previous: thread.frame.get().cast(),
        code,
        function,
        globals: generator.globals.peek(),
        namespace,
        window: generator.window(),
        n_locals: code.n_locals,
        pc: Cell::new(generator.pc.get()),
        suspended: Cell::new(false),
        announced: Cell::new(false),
        natively: false,
        resumer_handled: resumer_handled.value(),
        constructing: Value::MISSING,
        saved_top: thread.stack_top.get(),
        object: Cell::new(generator.frame.peek()),
    };
    if let Some(object) = frame.object.get().get::<FrameObject>() {
        object.link(thread, &frame);
    }
    let machine = Machine {
        thread,
        frame: &frame,
    };
    let result = check_depth(thread)
        .and_then(|()| start(&machine, &frame))
        .and_then(|start| match start {
            Start::At(pc) => native::run_on(machine, generator, from, pc),
            Start::Still(item) => {
                frame.suspended.set(true);
                Ok(item)
            }
            Start::Refused(raised) => {
                frame.suspended.set(true);
                Err(raised)
            }
        });
    let handled_now = thread.handled.exchange(resumer_handled);
    if frame.suspended.get() {
        if handled_now.value() != frame.resumer_handled {
            drop(generator.handled.replace(handled_now));
        }
        generator.leave(&frame);
        generator.publish_window();
        let step = if generator.flavor() == Flavor::AsyncGenerator && generator.yields() {
            Step::Item
        } else {
            Step::Yield
        };
        generator.release(SUSPENDED);
        return result.map(step);
    }
    drop(handled_now);
    generator.leave(&frame);
    finish(generator);
    match result {
        Ok(value) => Ok(Step::Return(value)),
        Err(raised) => Err(no_stop_iteration(thread, generator.flavor(), raised)),
    }
}

/// Ends a generator this thread has claimed.
fn finish(generator: &Generator) {
    let code = generator.code();
    generator.window().clear(code.n_locals, code.n_registers);
    if !generator.frame.peek().is_missing() {
        generator.part_with_frame();
    }
    generator.state.store(FINISHED, Release);
    generator.window().clear(0, code.n_locals);
}

/// PEP 479: a StopIteration that escapes a generator becomes a RuntimeError; so does a StopAsyncIteration that escapes an
/// async one.
fn no_stop_iteration(thread: &Thread, flavor: Flavor, raised: Raised) -> Raised {
    let pending = thread.pending_exception();
    let class = if exception::is(pending, Builtin::StopIteration) {
        Builtin::StopIteration
    } else if flavor == Flavor::AsyncGenerator
        && exception::is(pending, Builtin::StopAsyncIteration)
    {
        Builtin::StopAsyncIteration
    } else {
        return raised;
    };
    let stop = thread.take_exception(raised);
    let text = format!("{} raised {}", flavor.name(), class.name());
    let error = exception::new_text(thread, Builtin::RuntimeError, &text);
    exception::set_cause(error.value(), stop.clone());
    exception::set_context(error.value(), stop);
    thread.reraise_value(error)
}

/// Is it suspended, or has it a frame object that must hear of its death? Nobody else can reach the generator.
pub fn has_finalizer(generator: &Header) -> bool {
    let value = generator.value();
    value
        .get::<Generator>()
        .is_some_and(|generator| generator.is_suspended() || !generator.frame.peek().is_missing())
}

/// Does it matter whether a dying generator is closed? To nobody if it has no handlers, and nobody is told of events.
fn closes_when_it_dies(thread: &Thread, generator: &Generator) -> bool {
    generator.is_suspended_inside_handler()
        || generator.is_suspended() && crate::monitor::is_traced(thread)
}

/// Called when a generator is about to die: runs its `finally` blocks.
pub fn finalize(thread: &Thread, header: &Header) {
    let value = header.value();
    let Some(generator) = of(&value) else {
        return;
    };
    if generator.is_finished() {
        // A thread that asked for the frame object when the generator finished may have been late.
        return generator.part_with_frame();
    }
    if generator.flavor() == Flavor::AsyncGenerator
        && types::async_generator::finalize(thread, generator, value)
    {
        return;
    }
    if generator.flavor() == Flavor::Coroutine && generator.is_created() {
        types::coroutine::never_awaited(thread, value);
    } else if closes_when_it_dies(thread, generator)
        && let Err(raised) = close(thread, generator)
    {
        exception::report_ignored(thread, raised, "while closing generator", value);
    }
    if !generator.frame.peek().is_missing() {
        generator.part_with_frame();
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
        Step::Yield(item) | Step::Item(item) => Ok(Some(item)),
        Step::Return(_) => Ok(None),
    }
}

/// Sends a value to whatever a `yield from` or `await` works on.
pub fn send(thread: &Thread, iterator: Value, value: Value) -> Result<Step> {
    if let Some(generator) = of(&iterator) {
        resume(thread, generator, value)
    } else if let Some(step) = types::async_generator::step(thread, iterator, value) {
        step
    } else if value.is_none() {
        Ok(match iterate::next_value(thread, iterator)? {
            Ok(item) => Step::Yield(item),
            Err(returned) => Step::Return(returned),
        })
    } else {
        match call::call_method(thread, iterator, Name::SEND, &[value]) {
            Ok(item) => Ok(Step::Yield(item)),
            Err(raised) => Ok(Step::Return(stop_iteration_value(thread, raised)?)),
        }
    }
}

/// A step as a method's result: returning raises StopIteration, and so does what an async generator yields.
pub fn step_result(thread: &Thread, step: Step) -> Result {
    match step {
        Step::Yield(item) => Ok(item),
        Step::Item(value) => Err(exception::raise_stop_iteration(thread, value)),
        Step::Return(value) => Err(exception::raise_stop_iteration(thread, value)),
    }
}
