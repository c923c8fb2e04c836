//! Traceback objects; `interpreter::report` prints them.

use crate::object::{Header, Kind, Object, Owned, Slot};
use crate::types::code::Code;
use crate::types::{self, Builtin, exception};
use crate::{Result, Thread, Value, heap, methods};

/// One frame an exception went through.
#[repr(C)]
pub struct Traceback {
    header: Header,
    /// The traceback one level further in, None at the frame that raised.
    pub next: Slot,
    code: *const Code,
    /// Address of the instruction.
    pub at: u32,
}

// SAFETY: `repr(C)`, header first, own kind; `next` is the only counted reference (code objects are immortal).
unsafe impl Object for Traceback {
    const KIND: Kind = Kind::TRACEBACK;
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.next.peek());
    }
}

impl Traceback {
    /// The code that was running.
    pub fn code(&self) -> &'static Code {
        // SAFETY: code objects are immortal.
        unsafe { &*self.code }
    }

    /// The line, as far as the compiler knew it.
    pub fn line(&self) -> u32 {
        self.code()
            .source
            .positions
            .get(self.at)
            .map_or(self.code().source.first_line, |position| position.line)
    }
}

/// Notes in the pending exception that it went through an instruction.
pub fn add(thread: &Thread, code: &Code, at: u32) {
    add_to(thread, thread.pending_exception(), code, at);
}

/// Notes in an exception that it went through an instruction.
pub fn add_to(thread: &Thread, exception: Value, code: &Code, at: u32) {
    let next = exception::traceback_of(exception);
    let traceback = Traceback {
        header: Builtin::Traceback.class().instance_header(thread),
        next: Slot::new(next),
        code,
        at,
    };
    exception::set_traceback(exception, heap::new(thread, traceback));
}

/// The frames of a traceback, outermost first.
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

fn this(args: &[Value]) -> &Traceback {
    args[0].get::<Traceback>().expect("bound to tracebacks")
}

fn tb_next(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).next.load(this(args).header()))
}

fn tb_lineno(thread: &Thread, args: &[Value]) -> Result {
    Ok(types::int::from_i64(thread, i64::from(this(args).line())))
}

fn tb_lasti(thread: &Thread, args: &[Value]) -> Result {
    Ok(types::int::from_i64(thread, i64::from(this(args).at)))
}

methods! { pub METHODS:
    get "tb_next" => tb_next;
    get "tb_lineno" => tb_lineno -> Int;
    get "tb_lasti" => tb_lasti -> Int;
}
