//! Loops, `yield from`.

use super::frame::Machine;
use crate::Result;
use crate::object::Owned;
use crate::operators::{call, iterate};
use crate::types::generator::{self, Generator, Step};
use crate::types::names::Name;
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Dst, Peek, Src};

/// `dst = iter(src)`.
pub fn get_iter(m: &Machine<'_>, dst: Dst, src: Src) -> Result<()> {
    let iterator = iterate::iter(m.thread, m.window.get(src.0))?;
    m.consume(src.0);
    m.window.set(dst.0, iterator);
    Ok(())
}

/// The iterator's next value.
#[inline(always)]
pub fn next(m: &Machine<'_>, iter: Peek) -> Result<Option<Owned>> {
    iterate::next(m.thread, m.window.get(iter.0))
}

/// `dst` = the iterator `yield from` works on.
pub fn get_yield_from_iter(m: &Machine<'_>, dst: Dst, src: Src) -> Result<()> {
    let value = m.window.get(src.0);
    let iterator = if value.is::<Generator>() {
        Owned::new(value)
    } else {
        iterate::iter(m.thread, value)?
    };
    m.consume(src.0);
    m.window.set(dst.0, iterator);
    Ok(())
}

/// One round of `yield from`; true when the sub-iterator has returned.
pub fn send(m: &Machine<'_>, op: ops::Send) -> Result<bool> {
    let (iterator, value) = (m.window.get(op.iter.0), m.window.get(op.value.0));
    let step = if let Some(generator) = iterator.get::<Generator>() {
        generator::resume(m.thread, generator, value)?
    } else if value.is_none() {
        match iterate::next_value(m.thread, iterator)? {
            Ok(item) => Step::Yield(item),
            Err(returned) => Step::Return(returned),
        }
    } else {
        match call::call_method(m.thread, iterator, Name::SEND, &[value]) {
            Ok(item) => Step::Yield(item),
            Err(raised) => Step::Return(generator::stop_iteration_value(m.thread, raised)?),
        }
    };
    m.consume(op.value.0);
    let (finished, result) = match step {
        Step::Yield(item) => (false, item),
        Step::Return(value) => (true, value),
    };
    m.window.set(op.dst.0, result);
    if finished {
        drop(m.window.take(op.iter.0));
    }
    Ok(finished)
}
