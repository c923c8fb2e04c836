//! Loops, `yield from`, `await`.

use super::frame::Machine;
use crate::Result;
use crate::object::Owned;
use crate::operators::iterate;
use crate::types::coroutine::{self, Awaiting};
use crate::types::generator::{self, Step};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Dst, Opcode, Peek, Src};

/// `dst = iter(src)`.
pub fn get_iter(m: &Machine<'_>, dst: Dst, src: Src) -> Result<()> {
    let iterator = iterate::iter(m.thread, m.window().get(src.0))?;
    m.consume(src.0);
    m.window().set(dst.0, iterator);
    Ok(())
}

/// What a loop got.
pub enum Next {
    Exhausted,
    Item(Owned),
    /// A pair, which is where the `unpack` behind the loop's instruction puts it.
    Unpacked,
}

/// The `unpack` of two values behind the `for_iter` at `pc`, if it consumes what that gives: a variable is there afterwards.
///
/// # Safety
/// `pc` is at a `for_iter` of verified code.
#[inline(always)]
unsafe fn unpack_behind(op: ops::ForIter, pc: *const u16, n_locals: u16) -> Option<ops::Unpack> {
    if op.dst.0 < n_locals {
        return None;
    }
    // SAFETY: a `for_iter` does not end the code, and an instruction's units follow each other.
    let unpack = unsafe {
        let next = pc.add(ops::ForIter::UNITS);
        if Opcode::from_unit(*next) != Some(Opcode::Unpack) {
            return None;
        }
        ops::Unpack::decode(std::slice::from_raw_parts(next, ops::Unpack::UNITS))
    };
    (unpack.src.0 == op.dst.0 && unpack.n.0 == 2).then_some(unpack)
}

/// The next value for the `for_iter` at `pc`.
///
/// # Safety
/// `pc` is at that instruction, of verified code.
#[inline(always)]
pub unsafe fn for_iter(m: &Machine<'_>, op: ops::ForIter, pc: *const u16) -> Result<Next> {
    // SAFETY: the caller's promise.
    let unpack = unsafe { unpack_behind(op, pc, m.frame.n_locals) };
    let iterator = m.window().get(op.iter.0);
    let Some(unpack) = unpack else {
        let item = iterate::next(m.thread, iterator)?;
        return Ok(item.map_or(Next::Exhausted, Next::Item));
    };
    Ok(match iterate::next_pair(m.thread, iterator)? {
        None => Next::Exhausted,
        Some((item, second)) if second.is_missing() => Next::Item(item),
        Some((first, second)) => {
            m.window().put(unpack.dst.0, first);
            m.window().put(unpack.dst.0 + 1, second);
            Next::Unpacked
        }
    })
}

/// `dst` = the iterator `yield from` works on.
pub fn get_yield_from_iter(m: &Machine<'_>, dst: Dst, src: Src) -> Result<()> {
    let iterator = coroutine::delegate(m.thread, m.window().get(src.0), m.frame)?;
    m.consume(src.0);
    m.window().set(dst.0, iterator);
    Ok(())
}

/// `dst` = what awaiting `src` works on.
pub fn get_awaitable(m: &Machine<'_>, op: ops::GetAwaitable) -> Result<()> {
    let what = Awaiting::from_number(op.what.0);
    let awaitable = coroutine::awaitable(m.thread, m.window().get(op.src.0), what)?;
    m.consume(op.src.0);
    m.window().set(op.dst.0, awaitable);
    Ok(())
}

/// `dst = aiter(src)`.
pub fn get_async_iter(m: &Machine<'_>, dst: Dst, src: Src) -> Result<()> {
    let iterator = coroutine::async_iterator(m.thread, m.window().get(src.0))?;
    m.consume(src.0);
    m.window().set(dst.0, iterator);
    Ok(())
}

/// `dst` = what awaiting the iterator's next item works on.
pub fn get_async_next(m: &Machine<'_>, dst: Dst, iter: Peek) -> Result<()> {
    let awaitable = coroutine::async_next(m.thread, m.window().get(iter.0))?;
    m.window().set(dst.0, awaitable);
    Ok(())
}

/// One round of `yield from`; true when the sub-iterator has returned.
pub fn send(m: &Machine<'_>, op: ops::Send) -> Result<bool> {
    let (iterator, value) = (m.window().get(op.iter.0), m.window().get(op.value.0));
    let step = generator::send(m.thread, iterator, value)?;
    m.consume(op.value.0);
    let (finished, result) = match step {
        Step::Yield(item) | Step::Item(item) => (false, item),
        Step::Return(value) => (true, value),
    };
    m.window().set(op.dst.0, result);
    if finished {
        drop(m.window().take(op.iter.0));
    }
    Ok(finished)
}
