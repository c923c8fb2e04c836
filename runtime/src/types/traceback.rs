//! Traceback objects; `interpreter::report` prints them.

use crate::interpreter::frame::Frame;
use crate::object::{Header, Kind, Object, Owned, Slot};
use crate::operators::convert;
use crate::types::code::{Code, ENTRY};
use crate::types::frame::FrameObject;
use crate::types::{self, Builtin, class_of, exception};
use crate::{Result, Thread, Value, heap, methods, raise};

/// One frame an exception went through.
#[repr(C)]
pub struct Traceback {
    header: Header,
    /// The traceback one level further in, None at the frame that raised.
    next: Slot,
    /// The frame object, which keeps the frame's variables.
    frame: Slot,
    /// Address of the instruction.
    at: u32,
    /// The line, if whoever made the object by hand gave one.
    line: Option<u32>,
}

// SAFETY: `repr(C)`, header first, own kind; both slots are counted references.
unsafe impl Object for Traceback {
    const KIND: Kind = Kind::TRACEBACK;
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.next.peek());
        visit(self.frame.peek());
    }
}

impl Traceback {
    fn frame(&self) -> &FrameObject {
        // SAFETY: set once, to a frame object, when the traceback was made; the traceback keeps it.
        unsafe { &*self.frame.peek().as_ptr().cast::<FrameObject>() }
    }

    /// The code that was running.
    pub fn code(&self) -> &'static Code {
        self.frame().code()
    }

    /// The line, as far as the compiler knew it.
    pub fn line(&self) -> u32 {
        let source = &self.code().source;
        self.line.unwrap_or_else(|| {
            let position = source.positions.get(self.at);
            position.map_or(source.first_line, |position| position.line)
        })
    }
}

fn new(thread: &Thread, next: Owned, frame: Owned, at: u32, line: Option<u32>) -> Owned {
    let traceback = Traceback {
        header: Builtin::Traceback.class().instance_header(thread),
        next: Slot::confined(next),
        frame: Slot::confined(frame),
        at,
        line,
    };
    heap::new(thread, traceback)
}

/// Notes in an exception that it went through an instruction of a frame.
pub fn add(thread: &Thread, exception: Value, frame: Owned, at: u32) {
    let next = exception::traceback_of(exception);
    if let Some(callee) = next.get::<Traceback>() {
        callee.frame().called_by(&frame);
    }
    exception::set_traceback(exception, new(thread, next, frame, at, None));
}

/// Where in a frame that runs the pending exception came from, if its traceback says so.
pub(crate) fn origin(thread: &Thread, frame: &Frame<'_>) -> Option<u32> {
    let traceback = exception::traceback_of(thread.pending_exception());
    let entry = traceback.get::<Traceback>()?;
    let object = super::frame::of_running(thread, frame);
    (entry.frame().value() == object).then_some(entry.at)
}

/// The instructions of a traceback, outermost first.
pub fn frames(traceback: Value) -> Vec<(&'static Code, u32)> {
    let mut frames = Vec::new();
    let mut current = Owned::new(traceback);
    while let Some(entry) = current.get::<Traceback>() {
        frames.push((entry.code(), entry.at));
        let next = entry.next.load(entry.header());
        current = next;
    }
    frames
}

/// The frame object of the innermost entry.
pub fn innermost(traceback: Value) -> Option<Owned> {
    let mut current = Owned::new(traceback);
    let mut frame = None;
    while let Some(entry) = current.get::<Traceback>() {
        frame = Some(entry.frame.load(entry.header()));
        let next = entry.next.load(entry.header());
        current = next;
    }
    frame
}

fn this(args: &[Value]) -> &Traceback {
    args[0].get::<Traceback>().expect("bound to tracebacks")
}

fn tb_next(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).next.load(this(args).header()))
}

fn set_next(thread: &Thread, args: &[Value]) -> Result {
    if args[1].is_missing() {
        return raise!(thread, TypeError, "can't delete tb_next attribute");
    }
    check_next(thread, args[1])?;
    let mut current = Owned::new(args[1]);
    while let Some(entry) = current.get::<Traceback>() {
        if current.value() == args[0] {
            return raise!(thread, ValueError, "traceback loop detected");
        }
        let next = entry.next.load(entry.header());
        current = next;
    }
    let traceback = this(args);
    let guard = crate::sync::lock::lock(traceback.header());
    let old = traceback
        .next
        .replace_in(traceback.header(), Owned::new(args[1]));
    drop(guard);
    drop(old);
    Ok(Owned::NONE)
}

fn check_next(thread: &Thread, next: Value) -> Result<()> {
    if next.is_none() || next.is::<Traceback>() {
        return Ok(());
    }
    let got = class_of(next).name();
    raise!(
        thread,
        TypeError,
        "expected traceback object or None, got '{got}'"
    )
}

fn tb_frame(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).frame.load(this(args).header()))
}

fn tb_lineno(thread: &Thread, args: &[Value]) -> Result {
    Ok(types::int::from_i64(thread, i64::from(this(args).line())))
}

/// In bytes, as CPython counts: two for each unit.
fn tb_lasti(thread: &Thread, args: &[Value]) -> Result {
    let bytes = i64::from(this(args).at.wrapping_add(ENTRY)) * 2;
    Ok(types::int::from_i64(thread, bytes))
}

fn make(thread: &Thread, args: &[Value]) -> Result {
    check_next(thread, args[1])?;
    if !args[2].is::<FrameObject>() {
        let got = convert::argument_type(args[2]);
        return raise!(
            thread,
            TypeError,
            "traceback() argument 'tb_frame' must be frame, not {got}"
        );
    }
    let address = convert::to_isize(thread, args[3])?;
    let line = convert::to_isize(thread, args[4])?;
    let (next, frame) = (Owned::new(args[1]), Owned::new(args[2]));
    let at = u32::try_from(address / 2).unwrap_or(0).wrapping_sub(ENTRY);
    Ok(new(thread, next, frame, at, u32::try_from(line).ok()))
}

fn dir(thread: &Thread, _: &[Value]) -> Result {
    let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
    let names = names.map(|name| Owned::new(types::str::intern(thread, name)));
    Ok(types::list::new(thread, names.into()))
}

methods! { pub METHODS:
    new "traceback(type, tb_next, tb_frame, tb_lasti, tb_lineno)" => make;
    "__dir__(self, /)" => dir -> List;
    get "tb_next" => tb_next, set_next;
    field "tb_frame" => tb_frame;
    get "tb_lineno" => tb_lineno -> Int;
    field "tb_lasti" => tb_lasti -> Int;
}
