//! Loops, `yield from`, `await`.

use super::frame::Machine;
use crate::Result;
use crate::object::Owned;
use crate::operators::iterate;
use crate::types::coroutine::{self, Awaiting};
use crate::types::generator::{self, Step};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Dst, Peek, Src};

/// `dst = iter(src)`.
pub fn get_iter(m: &Machine<'_>, dst: Dst, src: Src) -> Result<()> {
    let iterator = iterate::iter(m.thread, m.window().get(src.0))?;
    m.consume(src.0);
    m.window().set(dst.0, iterator);
    Ok(())
}

/// The iterator's next value.
#[inline(always)]
pub fn next(m: &Machine<'_>, iter: Peek) -> Result<Option<Owned>> {
    iterate::next(m.thread, m.window().get(iter.0))
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
