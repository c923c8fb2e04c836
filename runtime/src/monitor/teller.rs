//! What tells of events, as far as the rest of the runtime calls it: a table that only those programs have that may be traced.
//!
//! It is a fiftieth of the smallest executable. Whoever links a `main` calls [`provide`], or leaves it to the linker to drop
//! everything the table names; then nobody can listen ([`require`]), and nothing here is ever called.

use super::{events, jump};
use crate::interpreter::frame::{Frame, Machine};
use crate::interpreter::run::{self, Stopped};
use crate::{Raised, Result, Thread, Value, raise};
use std::sync::OnceLock;

type Run = for<'a> fn(&'a Thread, &'a Frame<'a>, &'a Frame<'a>, *const u16) -> Stopped;

struct Teller {
    run: Run,
    raised: fn(&Machine<'_>, Raised, bool) -> Raised,
    unwinds: fn(&Machine<'_>, Raised) -> Raised,
    handled: fn(&Machine<'_>, Value, u32) -> Result<()>,
    thrown: fn(&Machine<'_>, Raised) -> Raised,
    to_line: fn(&Thread, &Frame<'_>, i64) -> Result<()>,
}

static PROVIDED: OnceLock<Teller> = OnceLock::new();

/// Programs may be traced from here on.
pub fn provide() {
    PROVIDED.get_or_init(|| Teller {
        run: run::run_traced,
        raised: events::raised,
        unwinds: events::unwinds,
        handled: events::handled,
        thrown: events::thrown,
        to_line: jump::to_line,
    });
}

/// Raises RuntimeError if programs cannot be traced.
pub fn require(thread: &Thread) -> Result<()> {
    if PROVIDED.get().is_some() {
        return Ok(());
    }
    raise!(
        thread,
        RuntimeError,
        "this executable cannot be traced, because nothing in the program names settrace, setprofile or monitoring; \
         `ashore build --compiler` changes that"
    )
}

fn teller() -> &'static Teller {
    PROVIDED.get().expect("nobody listens without it")
}

/// [`run::run_traced`]
pub(crate) fn run_traced<'a>(
    thread: &'a Thread,
    base: &'a Frame<'a>,
    frame: &'a Frame<'a>,
    pc: *const u16,
) -> Stopped {
    (teller().run)(thread, base, frame, pc)
}

/// Somebody listens, and an exception is raised in the frame, perhaps again; gives the one that goes on.
pub(crate) fn raised(machine: &Machine<'_>, raised: Raised, again: bool) -> Raised {
    (teller().raised)(machine, raised, again)
}

/// Somebody listens, and an exception leaves the frame; gives the one that goes on.
pub(crate) fn unwinds(machine: &Machine<'_>, raised: Raised) -> Raised {
    (teller().unwinds)(machine, raised)
}

/// Somebody listens, and a handler takes an exception.
pub(crate) fn handled(machine: &Machine<'_>, exception: Value, handler: u32) -> Result<()> {
    (teller().handled)(machine, exception, handler)
}

/// An exception was thrown into a generator; gives the one that goes on.
pub(crate) fn thrown(machine: &Machine<'_>, raised: Raised) -> Raised {
    match PROVIDED.get() {
        Some(teller) => (teller.thrown)(machine, raised),
        None => raised,
    }
}

/// Has a frame go on at a line, for the function that traces it.
pub(crate) fn to_line(thread: &Thread, frame: &Frame<'_>, line: i64) -> Result<()> {
    match PROVIDED.get() {
        Some(teller) => (teller.to_line)(thread, frame, line),
        None => raise!(
            thread,
            ValueError,
            "f_lineno can only be set in a trace function"
        ),
    }
}
