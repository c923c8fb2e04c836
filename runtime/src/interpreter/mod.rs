//! The interpreter of the register bytecode.
//!
//! [`run`] is one loop over one `match`: the quick paths (small ints, inline floats, moves, jumps) stand in the arms; all
//! else is a function of the family's file, which ends in `operators`. A call of interpreted code by interpreted code goes on in
//! the same loop, with another frame ([`activation`]); arguments stay where the caller computed them ([`frame`]). Rules for the
//! arms:
//!
//! 1. A fast path may leave its temporaries in place only if they are not heap objects.
//! 2. Slow paths read operands borrowed, compute, then `consume` temporaries, then write `dst` — in this order, because `dst`
//!    may be one of them, and because an exception needs the operands still in place to be released by [`activation::unwind`].
//! 3. Anything that can run Python code returns `Result`; `Err` goes to [`activation::unwind`] with the instruction's address.

pub(crate) mod activation;
pub mod anchors;
pub mod attribute;
pub mod calls;
pub mod display;
pub mod exceptions;
pub mod frame;
pub mod generics;
pub mod iteration;
pub mod names;
pub mod numbers;
pub mod patterns;
pub mod report;
mod report_chain;
pub(crate) mod run;
mod suggestions;

use crate::object::Owned;
use crate::{Result, Thread, Value};
use frame::Frame;

pub use activation::run_namespace;
pub(crate) use activation::{check_depth, resume_at};
pub use calls::{call_function, call_function_keywords};

/// The innermost interpreted frame of the thread.
pub fn current_frame(thread: &Thread) -> Option<&Frame<'_>> {
    let frame = thread.frame.get().cast::<Frame<'_>>();
    // SAFETY: the thread's frame pointer is null or points to a frame that is running, on this thread's stack.
    unsafe { frame.as_ref() }
}

/// A fresh dictionary of a frame's variables: what `locals()` gives in a function (PEP 667 snapshots).
pub fn locals_snapshot(thread: &Thread, frame: &Frame<'_>) -> Result {
    if !frame.namespace.is_missing() {
        return Ok(Owned::new(frame.namespace));
    }
    if !frame.code.source.flags.optimized {
        return Ok(Owned::new(frame.globals));
    }
    let dict = crate::types::dict::new(thread);
    let bind = |name: Value, mut value: Value| -> Result<()> {
        let held;
        if let Some(cell) = value.get_exact::<crate::types::cell::Cell>() {
            held = cell.load();
            value = held.value();
        }
        if value.is_missing() {
            Ok(())
        } else {
            crate::operators::index::set_item(thread, dict.value(), name, value)
        }
    };
    for (register, &name) in (0u16..).zip(&frame.code.local_names) {
        // Registers that the compiler made up (comprehension iterators and such) have names no identifier can have.
        bind(name, frame.window.get(register))?;
    }
    for (index, &name) in (0u16..).zip(&frame.code.free_names) {
        bind(name, frame.free_cell(index))?;
    }
    if let Some(object) = frame.object.get().get::<crate::types::frame::FrameObject>() {
        object.add_extra(thread, dict.get().expect("a dict"))?;
    }
    Ok(dict)
}
