//! The tools of `sys.monitoring` (PEP 669): six numbers, each with a set of events and a callback for each event.
//!
//! A tool hears of an event everywhere, or in code objects it names. What a callback answers with `DISABLE` is not told
//! again at that instruction, until [`restart`]. The functions here are what the module consists of; who may call them with
//! what, it checks itself.

use super::{call_listener, refresh};
use crate::interpreter::frame::Frame;
use crate::object::{Object, Owned, Slot, refcount};
use crate::operators::call;
use crate::sync::lock::Lone;
use crate::sync::mutex::Mutex;
use crate::types::code::{Code, ENTRY};
use crate::types::list::{self, List};
use crate::{Builtin, Result, Thread, Value, gc, raise};
use std::collections::HashSet;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

/// How many tools there are.
pub const TOOLS: usize = 6;
/// How many events belong to instructions: the first ones.
pub const LOCAL_EVENTS: usize = Event::StopIteration as usize + 1;

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// What happens in a program. The event set of one is `1 << event`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Event { $($(#[$doc])* $name),* }

        /// The names of the events, in order.
        pub const NAMES: &[&str] = &[$($text),*];
    };
}

events! {
    /// A frame begins.
    PyStart = "PY_START";
    /// A generator goes on.
    PyResume = "PY_RESUME";
    /// A frame returns.
    PyReturn = "PY_RETURN";
    /// A generator is suspended.
    PyYield = "PY_YIELD";
    /// Something is called.
    Call = "CALL";
    /// An instruction of another line is next.
    Line = "LINE";
    /// An instruction is next.
    Instruction = "INSTRUCTION";
    /// A jump without a condition.
    Jump = "JUMP";
    /// A branch goes on behind itself.
    BranchLeft = "BRANCH_LEFT";
    /// A branch jumps.
    BranchRight = "BRANCH_RIGHT";
    /// An artificial StopIteration.
    StopIteration = "STOP_ITERATION";
    /// An exception was raised in a frame.
    Raise = "RAISE";
    /// A handler begins.
    ExceptionHandled = "EXCEPTION_HANDLED";
    /// An exception leaves a frame.
    PyUnwind = "PY_UNWIND";
    /// An exception was thrown into a generator.
    PyThrow = "PY_THROW";
    /// A caught exception goes on.
    Reraise = "RERAISE";
    /// What is called and no Python function has returned.
    CReturn = "C_RETURN";
    /// What is called and no Python function has raised an exception.
    CRaise = "C_RAISE";
    /// Either outcome of a branch: an older form of two events.
    Branch = "BRANCH";
}

impl Event {
    /// The set of this event alone.
    pub const fn bit(self) -> u32 {
        1 << self as u8
    }

    /// Is it one that belongs to an instruction, and can be disabled there?
    const fn is_local(self) -> bool {
        (self as usize) < LOCAL_EVENTS
    }

    /// The events whose sets decide whether it is told: those of native calls come with the call's.
    const fn heard_with(self) -> u32 {
        match self {
            Event::CReturn | Event::CRaise => Event::Call.bit(),
            event => event.bit(),
        }
    }
}

/// What each tool hears of, in all code.
static EVERYWHERE: [AtomicU32; TOOLS] = [const { AtomicU32::new(0) }; TOOLS];
/// Code objects of which tools hear alone.
static NAMED: Mutex<Vec<&'static Code>> = Mutex::new(Vec::new());
/// How many tools and code objects there are in these.
static LISTENING: AtomicU32 = AtomicU32::new(0);
/// How often [`restart`] was called.
static RESTARTS: AtomicU32 = AtomicU32::new(0);
/// A list of the callbacks, the events of one tool behind each other; None where there is none.
static CALLBACKS: Slot = Slot::missing();
static CALLBACKS_LOCK: Lone = Lone::new();

/// What tools want of one code object.
#[derive(Default)]
pub(super) struct Local {
    events: [AtomicU32; TOOLS],
    disabled: Mutex<Disabled>,
}

/// Events that are told no more: address, event and tool.
#[derive(Default)]
struct Disabled {
    /// How often events had been restarted when they were disabled.
    restarts: u32,
    set: HashSet<(u32, u8, u8)>,
}

impl Local {
    fn is_disabled(&self, at: u32, event: Event, tool: usize) -> bool {
        let disabled = self.disabled.lock();
        disabled.restarts == RESTARTS.load(Acquire)
            && disabled.set.contains(&(at, event as u8, tool as u8))
    }

    fn disable(&self, at: u32, event: Event, tool: usize) {
        let restarts = RESTARTS.load(Acquire);
        let mut disabled = self.disabled.lock();
        if disabled.restarts != restarts {
            disabled.restarts = restarts;
            disabled.set.clear();
        }
        disabled.set.insert((at, event as u8, tool as u8));
    }
}

/// `DISABLE` and `MISSING`, which are immortal.
pub fn markers(thread: &Thread) -> Result<[Value; 2]> {
    static MARKERS: OnceLock<[Value; 2]> = OnceLock::new();
    if let Some(markers) = MARKERS.get() {
        return Ok(*markers);
    }
    let mut made = [Value::NONE; 2];
    for marker in &mut made {
        let object = call::call(thread, Builtin::Object.class().value(), &[])?;
        if let Some(header) = object.header() {
            refcount::make_immortal(header);
        }
        *marker = object.into_counted();
    }
    Ok(*MARKERS.get_or_init(|| made))
}

/// Is there a tool that listens, in all threads?
pub(super) fn is_any_listening() -> bool {
    LISTENING.load(Acquire) != 0
}

/// The events that a tool hears of everywhere.
pub fn events(tool: usize) -> u32 {
    EVERYWHERE[tool].load(Acquire)
}

/// Has a tool hear of these events everywhere, and of no others.
pub fn set_events(thread: &Thread, tool: usize, events: u32) {
    EVERYWHERE[tool].store(events, Release);
    recount(thread);
}

/// The events that a tool hears of in one code object.
pub fn local_events(code: &Code, tool: usize) -> u32 {
    code.points().local.events[tool].load(Acquire)
}

/// Has a tool hear of these events in a code object, beside those it hears of everywhere.
pub fn set_local_events(thread: &Thread, code: &Code, tool: usize, events: u32) {
    code.points().local.events[tool].store(events, Release);
    let mut named = NAMED.lock();
    if !named.iter().any(|other| std::ptr::eq(*other, code)) {
        named.push(code.lasting());
    }
    drop(named);
    recount(thread);
}

/// Who listens has changed.
fn recount(thread: &Thread) {
    let mut named = NAMED.lock();
    named.retain(|code| {
        let events = &code.points().local.events;
        events.iter().any(|events| events.load(Relaxed) != 0)
    });
    let everywhere = EVERYWHERE.iter().filter(|set| set.load(Relaxed) != 0);
    let listening = everywhere.count() + named.len();
    drop(named);
    LISTENING.store(listening as u32, Release);
    refresh(thread);
}

/// Has everything be told again that callbacks have disabled.
pub fn restart() {
    RESTARTS.fetch_add(1, AcqRel);
}

/// A tool hears of nothing any more.
pub fn clear(thread: &Thread, tool: usize) {
    for event in 0..NAMES.len() {
        drop(set_callback(thread, tool, event, Value::NONE));
    }
    for code in NAMED.lock().iter() {
        code.points().local.events[tool].store(0, Release);
    }
    set_events(thread, tool, 0);
}

fn callbacks(thread: &Thread) -> Owned {
    let guard = CALLBACKS_LOCK.lock();
    let existing = CALLBACKS.load_locked();
    drop(guard);
    if !existing.is_missing() {
        return existing;
    }
    let made = list::new(thread, vec![Owned::NONE; TOOLS * NAMES.len()]);
    if let Some(header) = made.header() {
        header.publish();
    }
    static ANNOUNCED: std::sync::Once = std::sync::Once::new();
    ANNOUNCED.call_once(|| gc::add_static(&CALLBACKS));
    let guard = CALLBACKS_LOCK.lock();
    let existing = CALLBACKS.load_locked();
    if !existing.is_missing() {
        drop(guard);
        return existing;
    }
    let none = CALLBACKS.replace(made.clone());
    drop(guard);
    drop(none);
    made
}

/// The end of the program: nobody is called any more.
pub(super) fn forget(thread: &Thread) {
    for tool in &EVERYWHERE {
        tool.store(0, Release);
    }
    recount(thread);
    let guard = CALLBACKS_LOCK.lock();
    let old = CALLBACKS.replace(Owned::inline(Value::MISSING));
    drop(guard);
    drop(old);
}

/// Has a tool call `function`, or with None nothing, when there is an event; gives what it called before.
pub fn set_callback(thread: &Thread, tool: usize, event: usize, function: Value) -> Owned {
    let callbacks = callbacks(thread);
    let list = callbacks.get::<List>().expect("a list of callbacks");
    let index = tool * NAMES.len() + event;
    let old = list.get(thread, index).unwrap_or(Owned::NONE);
    list.set(thread, index as isize, Owned::new(function))
        .expect("a place for each callback");
    old
}

fn callback(thread: &Thread, tool: usize, event: Event) -> Owned {
    let callbacks = callbacks(thread);
    let list = callbacks.get::<List>().expect("a list of callbacks");
    let index = tool * NAMES.len() + event as usize;
    list.get(thread, index).unwrap_or(Owned::NONE)
}

/// Offsets are in bytes, as CPython counts: two for each unit, that of the entry included.
fn offset(at: u32) -> Value {
    Value::small_int(i64::from(at + ENTRY) * 2)
}

/// Tells of an event at the frame's instruction.
pub(super) fn tell(thread: &Thread, frame: &Frame<'_>, event: Event, rest: &[Value]) -> Result<()> {
    tell_at(thread, frame, frame.address(), event, rest)
}

/// Tells of an event at an instruction of the frame's code.
pub(super) fn tell_at(
    thread: &Thread,
    frame: &Frame<'_>,
    at: u32,
    event: Event,
    rest: &[Value],
) -> Result<()> {
    if !is_any_listening() {
        return Ok(());
    }
    let place = match event {
        Event::PyStart => Value::small_int(0),
        _ => offset(at),
    };
    let mut args = vec![frame.code.value(), place];
    args.extend_from_slice(rest);
    tell_all(thread, frame, at, event, &args)
}

/// Tells that a line is next.
pub(super) fn tell_line(thread: &Thread, frame: &Frame<'_>, line: u32) -> Result<()> {
    if !is_any_listening() {
        return Ok(());
    }
    let args = [frame.code.value(), Value::small_int(i64::from(line))];
    tell_all(thread, frame, frame.address(), Event::Line, &args)
}

/// Tells where the instruction at an address goes.
pub(super) fn tell_jump(
    thread: &Thread,
    frame: &Frame<'_>,
    at: u32,
    event: Event,
    target: u32,
) -> Result<()> {
    tell_at(thread, frame, at, event, &[offset(target)])
}

fn tell_all(
    thread: &Thread,
    frame: &Frame<'_>,
    at: u32,
    event: Event,
    args: &[Value],
) -> Result<()> {
    let local = &frame.code.points().local;
    for tool in (0..TOOLS).rev() {
        let wanted = events(tool) | local.events[tool].load(Relaxed);
        if wanted & event.heard_with() == 0 {
            continue;
        }
        if event.is_local() && local.is_disabled(at, event, tool) {
            continue;
        }
        let function = callback(thread, tool, event);
        if function.is_none() {
            continue;
        }
        let answer = call_listener(thread, || call::call(thread, function.value(), args))?;
        if answer.value() != markers(thread)?[0] {
            continue;
        }
        if event.is_local() {
            local.disable(at, event, tool);
        } else if !matches!(event, Event::CReturn | Event::CRaise) {
            drop(set_callback(thread, tool, event as usize, Value::NONE));
            let name = NAMES[event as usize];
            return raise!(
                thread,
                ValueError,
                "Cannot disable {name} events. Callback removed."
            );
        }
    }
    Ok(())
}

/// What callbacks get for a first argument that does not exist.
pub(super) fn missing(thread: &Thread) -> Result<Value> {
    Ok(markers(thread)?[1])
}

/// The set of tools that hear of an event everywhere.
pub fn listeners(event: usize) -> u32 {
    let hears = |tool: &usize| events(*tool) & 1 << event != 0;
    (0..TOOLS).filter(hears).map(|tool| 1 << tool).sum()
}
