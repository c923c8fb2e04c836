//! Safepoints: where a thread does what others asked it to do.
//!
//! Every loop and every function entry polls one word of the thread ([`Thread::poll`]); this is what runs when it is not
//! zero. A safepoint may run Python code (finalizers, signal handlers), free memory and stop the world, so nothing borrowed
//! from an object survives it, and no object lock may be held.

use super::poll::{self, Work};
use super::{gil, queue, reclaimer, signals, world, zeal};
use crate::{Result, Thread, gc};

/// Does everything that was asked for. An `Err` is an exception thrown at this thread or by a signal handler.
#[cold]
#[inline(never)]
pub fn slow(thread: &Thread) -> Result<()> {
    thread.assert_no_locks("safepoint");
    let work = thread.poll.load(std::sync::atomic::Ordering::Acquire);
    if work & Work::ZEAL != 0 {
        zeal::act(thread);
    }
    if work & Work::STOP != 0 {
        world().pause(thread);
    }
    if poll::withdraw(thread, Work::SWITCH) != 0 {
        crate::thread::stack::with_registers_saved(thread, &mut || gil::switch(thread));
    }
    if poll::withdraw(thread, Work::ALONE) != 0 && !zeal::is_on() {
        world().settle_single(thread);
        if thread.is_single() {
            reclaimer().flush(thread);
            reclaimer().flush_orphans();
        }
    }
    if poll::withdraw(thread, Work::MERGE) != 0 {
        queue(thread.id()).drain(thread);
    }
    if poll::withdraw(thread, Work::QUIESCE) != 0 && reclaimer().advance(world(), thread) {
        synchronize(thread);
    }
    if poll::withdraw(thread, Work::COLLECT) != 0 {
        gc::collect_if_due(thread);
    }
    if poll::withdraw(thread, Work::SIGNAL) != 0 {
        signals::dispatch(thread)?;
    }
    if poll::withdraw(thread, Work::EXCEPTION) != 0
        && let Some(exception) = thread.take_thrown()
    {
        return Err(thread.raise_value(exception));
    }
    Ok(())
}

/// Lets every thread pass a safepoint, then frees all retired memory.
pub fn synchronize(thread: &Thread) {
    let limbo = crate::thread::stack::with_registers_saved(thread, &mut || {
        let _stopped = world().stop(thread);
        let mut limbo = Vec::new();
        world().for_each(|thread| limbo.push(thread.limbo.take()));
        limbo
    });
    for mut limbo in limbo {
        limbo.free_all();
    }
    reclaimer().flush_orphans();
}
