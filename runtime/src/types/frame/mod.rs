//! Frame objects: frames as Python code sees them.
//!
//! ```text
//!   made when asked for (`sys._getframe`, a traceback entry, `gi_frame`), one for each frame
//!
//!   running            variables are in the window on the thread's value stack; those of native code nobody finds
//!   a generator's      variables are in the generator
//!   ended              variables are in the object: who still refers to it keeps them, as a traceback does
//! ```
//!
//! The frame that runs owns a reference to its object. When it ends and nobody else has one, nothing is moved. A thread
//! looks at the window of a frame that another thread runs only while the world is stopped.

pub mod callers;
pub mod dump;
pub mod locals;
pub mod methods;

use super::code::Code;
use super::dict::Dict;
use super::generator::{self, Generator};
use crate::interpreter::current_frame;
use crate::interpreter::frame::{Frame, Window};
use crate::object::{Header, Kind, Object, Owned, Slot, publish, refcount};
use crate::sync::lock::lock;
use crate::sync::world;
use crate::{Builtin, Result, Thread, Value, heap};
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64};

/// Which variables of a frame its object knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Variables {
    All,
    /// Those that there was still a use for where native code was left.
    Live,
    /// None: the frame is the caller of somebody who looked, and runs as native code.
    Unknown,
}

/// A Python `frame`. Behind it are as many slots as the code has local registers.
#[repr(C)]
pub struct FrameObject {
    header: Header,
    code: *const Code,
    /// The frame while it runs.
    running: AtomicPtr<()>,
    /// The generator whose frame it is, not counted: it says goodbye before it dies. MISSING for other frames, and when the
    /// generator has finished.
    generator: AtomicU64,
    /// The thread that runs the frame.
    thread: AtomicU32,
    /// The instruction it got to, when it does not run.
    at: AtomicU32,
    variables: Variables,
    /// The function, for its closure; MISSING for modules and `exec`.
    function: Slot,
    globals: Slot,
    /// The namespace of class bodies and `exec`; MISSING for functions.
    namespace: Slot,
    /// The caller's frame, once this one has ended; MISSING if it is not known.
    back: Slot,
    /// Names that somebody added to the variables: a dict, MISSING without any.
    extra: Slot,
    /// What variables held before they were written from outside: instructions may be working with it. A list, or MISSING.
    overwritten: Slot,
    /// `f_trace`, `f_trace_lines` and `f_trace_opcodes`.
    trace: Slot,
    trace_lines: AtomicBool,
    trace_opcodes: AtomicBool,
}

// SAFETY: the pointers are to a code object, which is immortal, and to a frame, which is used as the module says.
unsafe impl Sync for FrameObject {}
// SAFETY: as above.
unsafe impl Send for FrameObject {}

// SAFETY: `repr(C)`, header first, own kind; the slots, those behind it included, are the counted references.
unsafe impl Object for FrameObject {
    const KIND: Kind = Kind::FRAME;
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        // The last variable dies first.
        for slot in self.variables().iter().rev() {
            visit(slot.peek());
        }
        for slot in [
            &self.back,
            &self.function,
            &self.globals,
            &self.namespace,
            &self.extra,
            &self.overwritten,
            &self.trace,
        ] {
            visit(slot.peek());
        }
    }
}

/// Where a frame's variables are.
enum Home {
    /// In a window of the calling thread.
    Window(Window),
    /// In a window that other threads do not use meanwhile, but may know nobody else to have references of.
    Foreign(Window),
    /// In the object.
    Object,
}

/// What a frame object is made of.
struct Parts<'a> {
    code: &'a Code,
    function: Value,
    globals: Value,
    namespace: Value,
    at: u32,
    variables: Variables,
}

fn make(thread: &Thread, parts: &Parts<'_>) -> Owned {
    let slot = |value: Value| Slot::confined(Owned::new(value));
    let object = FrameObject {
        header: Builtin::Frame.class().instance_header(thread),
        code: parts.code,
        running: AtomicPtr::new(std::ptr::null_mut()),
        generator: AtomicU64::new(Value::MISSING.bits()),
        thread: AtomicU32::new(thread.id()),
        at: AtomicU32::new(parts.at),
        variables: parts.variables,
        function: slot(parts.function),
        globals: slot(parts.globals),
        namespace: slot(parts.namespace),
        back: Slot::missing(),
        extra: Slot::missing(),
        overwritten: Slot::missing(),
        trace: Slot::new(Owned::NONE),
        trace_lines: AtomicBool::new(true),
        trace_opcodes: AtomicBool::new(false),
    };
    let n = usize::from(parts.code.n_locals);
    let owned = heap::new_sized(thread, object, n * size_of::<Slot>());
    let first = owned.get::<FrameObject>().expect("just made").first();
    for index in 0..n {
        // SAFETY: the object was allocated with that many slots behind it, and nobody else knows it.
        unsafe { first.add(index).write(Slot::missing()) };
    }
    owned
}

/// The object of a frame that the calling thread runs, borrowed from the frame.
pub fn of_running(thread: &Thread, frame: &Frame<'_>) -> Value {
    of_running_on(thread.id(), thread, frame)
}

/// The object of a frame that the thread with this id runs, borrowed from the frame. If it is another one, it stands still.
fn of_running_on(runner: u32, thread: &Thread, frame: &Frame<'_>) -> Value {
    let existing = frame.object.get();
    if !existing.is_missing() {
        return existing;
    }
    let made = make(thread, &Parts::of(frame));
    let value = match frame.is_generator() {
        // The generator owns it, so that all of its frames have the same; somebody else may have made it.
        true => Generator::of_frame(frame).set_frame(made),
        false => made.into_counted(),
    };
    let object = value.get::<FrameObject>().expect("just made");
    object.link_to(runner, frame);
    frame.object.set(value);
    value
}

impl Parts<'_> {
    fn of<'a>(frame: &Frame<'a>) -> Parts<'a> {
        Parts {
            code: frame.code,
            function: frame.function,
            globals: frame.globals,
            namespace: frame.namespace,
            at: frame.address(),
            variables: match frame.natively {
                true => Variables::Live,
                false => Variables::All,
            },
        }
    }
}

/// The object of a native frame that an exception leaves: `values` are its variables, borrowed.
pub fn of_native(
    thread: &Thread,
    code: &Code,
    function: Value,
    at: u32,
    values: &[Value],
) -> Owned {
    let globals = function
        .get::<super::function::Function>()
        .expect("native code runs for function objects")
        .globals();
    let parts = Parts {
        code,
        function,
        globals,
        namespace: Value::MISSING,
        at,
        variables: Variables::Live,
    };
    let made = make(thread, &parts);
    let object = made.get::<FrameObject>().expect("just made");
    for (slot, &value) in object.variables().iter().zip(values) {
        drop(slot.replace_in(object.header(), Owned::new(value)));
    }
    made
}

/// The object of a generator's frame: made for the caller, who has the generator store it.
pub fn of_generator(thread: &Thread, generator: &Generator) -> Owned {
    let (function, namespace) = generator.function_and_namespace();
    let parts = Parts {
        code: generator.code(),
        function,
        globals: generator.globals(),
        namespace,
        at: generator.address(),
        variables: Variables::All,
    };
    let made = make(thread, &parts);
    let object = made.get::<FrameObject>().expect("just made");
    object.belongs_to(generator);
    made
}

/// A frame that has an object ends. Its temporaries have been released already. If it was left by an exception, the next
/// entry of the traceback tells who called it, be that native code or not.
#[cold]
#[inline(never)]
pub(crate) fn ended(thread: &Thread, frame: &Frame<'_>, raised: bool) {
    let owned = Owned::from_counted(frame.object.replace(Value::MISSING));
    let object = owned.get::<FrameObject>().expect("a frame's object");
    if refcount::is_unique(object.header()) {
        object.running.store(std::ptr::null_mut(), Relaxed);
        drop(owned);
        return;
    }
    object.at.store(frame.address(), Relaxed);
    if !raised {
        object.set_back(callers::back_of(thread, thread, frame));
    }
    object.take_over(frame.window);
}

/// In the child of a fork: the frames that `runner` ran end, because it does not exist there. Those that somebody has the
/// objects of keep their callers; what the others refer to is never released.
pub(crate) fn runner_is_gone(thread: &Thread, runner: &'static Thread) {
    let mut next = current_frame(runner);
    while let Some(frame) = next {
        next = frame.caller();
        if frame.object.get().is_missing() {
            continue;
        }
        let back = callers::back_of(thread, runner, frame);
        let owned = Owned::new(frame.object.get());
        let object = owned.get::<FrameObject>().expect("a frame's object");
        object.at.store(frame.address(), Relaxed);
        object.set_back(back);
        let held = frame.object.replace(Value::MISSING);
        if frame.is_generator() {
            // The generator owns it, and is running for ever.
            object.running.store(std::ptr::null_mut(), Release);
        } else {
            object.take_over(frame.window);
            drop(Owned::from_counted(held));
        }
    }
}

impl FrameObject {
    fn first(&self) -> *mut Slot {
        // SAFETY: the slots begin right behind the structure, in the same block.
        unsafe { std::ptr::from_ref(self).add(1).cast::<Slot>().cast_mut() }
    }

    /// The variables of a frame that has ended.
    fn variables(&self) -> &[Slot] {
        // SAFETY: `make` allocates and fills a slot for each local register.
        unsafe { std::slice::from_raw_parts(self.first(), usize::from(self.code().n_locals)) }
    }

    /// What the frame runs.
    pub fn code(&self) -> &'static Code {
        // SAFETY: code objects are immortal.
        unsafe { &*self.code }
    }

    /// Calls `access` with the frame while it runs, and nobody else runs it on; with none if it does not run.
    fn while_running<R>(
        &self,
        thread: &Thread,
        access: impl FnOnce(Option<&Frame<'static>>) -> R,
    ) -> R {
        if self.running.load(Acquire).is_null() {
            return access(None);
        }
        // Whoever links the frame says first which thread it is; this thread cannot begin to run it meanwhile.
        let _stopped = (!self.is_own(thread)).then(|| world().stop(thread));
        // SAFETY: the frame clears the pointer before it ends. It is this thread's, or else all others stand still.
        access(unsafe { self.running.load(Acquire).cast::<Frame<'static>>().as_ref() })
    }

    /// Calls `access` with the frame if the calling thread runs it.
    fn while_own<R>(
        &self,
        thread: &Thread,
        access: impl FnOnce(&Frame<'static>) -> R,
    ) -> Option<R> {
        match self.is_own(thread) {
            true => self.while_running(thread, |frame| frame.map(access)),
            false => None,
        }
    }

    /// The names of all variables, bound or not, if those that were bound may be unknown.
    pub fn possible_variables(&self) -> Option<impl Iterator<Item = &'static str>> {
        let code = &self.code().source;
        let names = code.locals.iter().chain(&code.free).map(String::as_str);
        (self.variables == Variables::Live).then_some(names)
    }

    /// Are the variables known, or will they be?
    fn has_variables(&self) -> bool {
        self.variables != Variables::Unknown
    }

    fn is_own(&self, thread: &Thread) -> bool {
        self.thread.load(Relaxed) == thread.id()
    }

    /// The frame starts to run, or goes on.
    pub(crate) fn link(&self, thread: &Thread, frame: &Frame<'_>) {
        self.link_to(thread.id(), frame);
    }

    /// The frame runs on the thread with this id.
    fn link_to(&self, runner: u32, frame: &Frame<'_>) {
        self.thread.store(runner, Relaxed);
        self.running
            .store(std::ptr::from_ref(frame).cast_mut().cast(), Release);
    }

    /// A generator's frame stops running for now.
    pub(crate) fn suspend(&self, at: u32) {
        self.at.store(at, Relaxed);
        self.running.store(std::ptr::null_mut(), Release);
    }

    pub(crate) fn belongs_to(&self, generator: &Generator) {
        generator.header().publish();
        // Other threads find it here without a reference to it.
        refcount::make_shareable(generator.header());
        self.generator.store(generator.value().bits(), Release);
    }

    /// The variables move into the object, all at once for whoever looks: the frame ends.
    pub(crate) fn take_over(&self, window: Window) {
        // Waiting for a lock between two of them would let others stop the world there.
        let guard = lock(&self.header);
        for (register, slot) in (0u16..).zip(self.variables()) {
            // The slots of a frame that runs are empty: nothing dies under the lock.
            drop(slot.replace_in(&self.header, window.take(register)));
        }
        self.generator.store(Value::MISSING.bits(), Release);
        self.running.store(std::ptr::null_mut(), Release);
        let overwritten = self.overwritten.replace(Owned::inline(Value::MISSING));
        drop(guard);
        drop(overwritten);
    }

    /// The generator whose frame this is, if it has not finished.
    fn generator(&self) -> Option<Owned> {
        let value = Value::from_bits(self.generator.load(Acquire));
        // A dead generator's memory stays until all threads have passed a safepoint, and its count refuses.
        if value.is_missing() || !refcount::try_increment(value) {
            return None;
        }
        Some(Owned::from_counted(value))
    }

    /// Calls `access` with the place of the variables, which nobody changes meanwhile. It must neither run Python code nor
    /// release references.
    fn with_home<R>(&self, thread: &Thread, access: impl Fn(Home) -> R) -> R {
        let of_window = |frame: &Frame<'_>| match self.is_own(thread) {
            true => access(Home::Window(frame.window)),
            false => access(Home::Foreign(frame.window)),
        };
        if let Some(result) = self.while_running(thread, |frame| frame.map(of_window)) {
            return result;
        }
        let Some(generator) = self.generator() else {
            return access(Home::Object);
        };
        // It may be running all the same, on a frame that this object was made too late to be linked to.
        let generator = generator::of(&generator).expect("frames of generators");
        let window = || access(Home::Foreign(generator.window()));
        match generator.exclusively(thread, window) {
            Some(result) => result,
            None => access(Home::Object),
        }
    }

    /// A new reference to the variable in a local register: the value or the cell, MISSING while unbound.
    fn variable(&self, thread: &Thread, register: u16) -> Owned {
        self.with_home(thread, |home| match home {
            Home::Window(window) => Owned::new(window.get(register)),
            Home::Foreign(window) => {
                let value = window.get(register);
                publish(value);
                Owned::new(value)
            }
            Home::Object => self.variables()[usize::from(register)].load(&self.header),
        })
    }

    /// Binds the variable in a local register; what it held is kept until the frame ends.
    fn set_variable(&self, thread: &Thread, register: u16, value: Value) {
        let new = Owned::new(value);
        publish(value);
        let old = self.with_home(thread, |home| match home {
            Home::Window(window) | Home::Foreign(window) => {
                let old = window.take(register);
                // Instructions of another thread may be working with it when the world goes on.
                publish(old.value());
                window.put(register, new.clone());
                old
            }
            Home::Object => self.set(&self.variables()[usize::from(register)], new.clone()),
        });
        if old.is_object() && !self.has_ended() {
            self.keep(thread, old);
        }
    }

    fn keep(&self, thread: &Thread, old: Owned) {
        let kept = self.overwritten.load(&self.header);
        match kept.get::<super::list::List>() {
            Some(list) => list.append(thread, old),
            None => {
                let list = super::list::new(thread, vec![old]);
                drop(self.set(&self.overwritten, list));
            }
        }
    }

    fn set(&self, slot: &Slot, value: Owned) -> Owned {
        let _guard = lock(&self.header);
        slot.replace_in(&self.header, value)
    }

    /// Has the frame returned, raised or been closed?
    fn has_ended(&self) -> bool {
        self.running.load(Acquire).is_null() && self.generator().is_none()
    }

    /// The cell of a free variable, borrowed for as long as the frame object.
    fn free_cell(&self, index: u16) -> Value {
        let function = self.function.peek();
        let function = function
            .get::<super::function::Function>()
            .expect("only functions have free variables");
        function.closure_cell(usize::from(index))
    }

    /// Address of the instruction under way, or of the last one.
    pub fn address(&self, thread: &Thread) -> u32 {
        let at = self.while_running(thread, |frame| frame.map(Frame::address));
        at.unwrap_or_else(|| self.at.load(Relaxed))
    }

    /// The frame's own function of `settrace`: None or MISSING without one.
    pub(crate) fn trace_function(&self) -> Owned {
        self.trace.load(&self.header)
    }

    pub(crate) fn set_trace_function(&self, function: Owned) {
        drop(self.set(&self.trace, function));
    }

    /// `f_trace_lines`.
    pub(crate) fn traces_lines(&self) -> bool {
        self.trace_lines.load(Relaxed)
    }

    /// `f_trace_opcodes`.
    pub(crate) fn traces_opcodes(&self) -> bool {
        self.trace_opcodes.load(Relaxed)
    }

    /// Is somebody being told that the frame begins?
    fn is_being_announced(&self, thread: &Thread) -> bool {
        thread.tracing.is_inside()
            && self.is_own(thread)
            && self.while_running(thread, |frame| {
                frame.is_some_and(|frame| !frame.announced.get() && frame.address() == 0)
            })
    }

    /// Has the frame not come to its first instruction yet?
    fn is_at_entry(&self, thread: &Thread) -> bool {
        let is_created =
            |generator: Owned| generator::of(&generator).is_some_and(Generator::is_created);
        self.is_being_announced(thread) || self.generator().is_some_and(is_created)
    }

    /// The line of the instruction under way.
    pub fn line(&self, thread: &Thread) -> u32 {
        let code = self.code();
        if self.is_at_entry(thread) {
            return code.entry_line();
        }
        let position = code.source.positions.get(self.address(thread));
        position.map_or(code.source.first_line, |position| position.line)
    }

    fn set_back(&self, back: Owned) {
        drop(self.set(&self.back, back));
    }

    /// An exception went from this frame to `caller`. Who resumed a generator last did not call it.
    pub(super) fn called_by(&self, caller: &Owned) {
        if !self.code().generator && self.back.peek().is_missing() && self.has_ended() {
            self.set_back(caller.clone());
        }
    }

    /// The caller's frame object, or None.
    fn back(&self, thread: &Thread) -> Owned {
        let of_caller = |frame: &Frame<'_>| {
            if self.is_own(thread) {
                return callers::back_of(thread, thread, frame);
            }
            let mut back = Owned::NONE;
            world().for_each(|runner| {
                if runner.id() == self.thread.load(Relaxed) {
                    back = callers::back_of(thread, runner, frame);
                }
            });
            back
        };
        let back = self
            .while_running(thread, |frame| frame.map(of_caller))
            .unwrap_or_else(|| self.back.load(&self.header));
        match back.is_missing() {
            true => Owned::NONE,
            false => back,
        }
    }

    /// Puts the names that somebody added to the variables into a dict.
    pub(crate) fn add_extra(&self, thread: &Thread, into: &Dict) -> Result<()> {
        if let Some(extra) = self.extra.load(&self.header).get::<Dict>() {
            for (key, value) in extra.snapshot(thread) {
                into.set(thread, key.value(), value.value())?;
            }
        }
        Ok(())
    }

    /// The globals, borrowed for as long as the frame object.
    pub fn globals(&self) -> Value {
        self.globals.peek()
    }
}
