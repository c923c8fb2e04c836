//! The frame of a generator: its object, and its place among the frames when a loop runs it.
//!
//! The generator owns its frame object, so that all the frames it runs in have the same one. The object hears when the frame
//! begins to run, stops and ends; in between the variables are in the generator's window.

use super::{FINISHED, Flavor, Generator, SUSPENDED, finish, no_stop_iteration};
use crate::interpreter;
use crate::interpreter::activation::{check_room, pop_generator, push_generator};
use crate::interpreter::frame::Frame;
use crate::monitor;
use crate::object::{Object, Owned, refcount};
use crate::sync::lock::lock;
use crate::types::frame::{self, FrameObject};
use crate::{Raised, Result, Thread, Value};
use std::sync::atomic::Ordering::Acquire;

impl Generator {
    /// Calls `access` while nobody runs the generator; `None` if it has finished.
    pub(in crate::types) fn exclusively<R>(
        &self,
        thread: &Thread,
        access: impl Fn() -> R,
    ) -> Option<R> {
        let unless_finished = |state| (state != FINISHED).then(&access);
        if let Some(result) = self.look(thread, unless_finished) {
            return result;
        }
        let _stopped = crate::sync::world().stop(thread);
        unless_finished(self.state.load(Acquire))
    }

    /// The frame object, None when the generator has finished.
    pub(in crate::types) fn frame_object(&self, thread: &Thread) -> Owned {
        let existing = self.frame.load(self.header());
        if !existing.is_missing() {
            return existing;
        }
        if self.state.load(Acquire) == FINISHED {
            return Owned::NONE;
        }
        // A frame that runs on this thread knows more than the generator.
        let mut running = interpreter::current_frame(thread);
        while let Some(frame) = running {
            if frame.window.0 == self.window().0 {
                return Owned::new(frame::of_running(thread, frame));
            }
            running = frame.caller();
        }
        self.set_frame(frame::of_generator(thread, self));
        match self.frame.load(self.header()) {
            finished if finished.is_missing() => Owned::NONE,
            object => object,
        }
    }

    /// Keeps a frame object, unless it has one already. Gives the one that it has, borrowed.
    pub(in crate::types) fn set_frame(&self, object: Owned) -> Value {
        let guard = lock(self.header());
        let unused = match self.frame.peek().is_missing() {
            true => {
                if let Some(object) = object.get::<FrameObject>() {
                    object.belongs_to(self);
                }
                self.frame.replace(object)
            }
            false => object,
        };
        let kept = self.frame.peek();
        drop(guard);
        drop(unused);
        kept
    }

    /// The variables go to the frame object if somebody has it.
    pub(super) fn part_with_frame(&self) {
        let guard = lock(self.header());
        let owned = self.frame.replace(Owned::inline(Value::MISSING));
        drop(guard);
        if let Some(object) = owned.get::<FrameObject>() {
            if refcount::is_unique(object.header()) {
                object.suspend(self.address());
            } else {
                object.take_over(self.window());
            }
        }
    }

    /// Its frame stops running.
    #[inline]
    pub(super) fn leave(&self, frame: &Frame<'_>) {
        self.pc.set(frame.pc.get());
        // Another thread may have made the object since the frame began to run.
        if let Some(object) = self.frame.peek().get::<FrameObject>() {
            object.suspend(frame.address());
        }
    }
}

/// The instruction that suspended the generator whose frame runs, if it was suspended.
pub(crate) fn suspended_at(frame: &Frame<'_>) -> *const u16 {
    Generator::of_frame(frame).pc.get()
}

/// A loop asks for the generator's next item: pushes its frame, to be run from the instruction given; none if it has finished.
/// The loop keeps the generator.
#[inline]
pub(crate) fn enter_from_loop<'a>(
    thread: &'a Thread,
    generator: &Generator,
) -> Result<Option<(&'a Frame<'a>, *const u16)>> {
    check_room(thread)?;
    if monitor::is_traced(thread) {
        monitor::entering(thread, generator.code());
    }
    let state = generator.claim(thread)?;
    if state == FINISHED {
        return Ok(None);
    }
    let pc = generator.receive(state, Value::NONE);
    let resumer_handled = generator.swap_handled(thread);
    let frame = push_generator(
        thread,
        generator.code(),
        generator.function.peek(),
        generator.globals.peek(),
        generator.window(),
        resumer_handled,
        generator.frame.peek(),
    );
    Ok(Some((frame, pc)))
}

/// The frame of a generator that a loop entered gives an item: suspends it and goes back to the loop's frame.
#[inline]
pub(crate) fn suspend_to_loop<'a>(thread: &'a Thread, frame: &'a Frame<'a>) -> &'a Frame<'a> {
    let generator = Generator::of_frame(frame);
    generator.leave(frame);
    let (caller, resumer_handled) = pop_generator(thread, frame);
    let handled = resumer_handled.value();
    let handled_now = thread.handled.exchange(resumer_handled);
    if handled_now.value() != handled {
        drop(generator.handled.replace(handled_now));
    }
    generator.publish_window();
    generator.release(SUSPENDED);
    caller
}

/// The frame of a generator that a loop entered has ended: goes back to the loop's frame.
pub(crate) fn end_in_loop<'a>(thread: &'a Thread, frame: &'a Frame<'a>) -> &'a Frame<'a> {
    let generator = Generator::of_frame(frame);
    generator.leave(frame);
    let (caller, resumer_handled) = pop_generator(thread, frame);
    drop(thread.handled.exchange(resumer_handled));
    finish(generator);
    caller
}

/// As [`end_in_loop`], by an exception: gives the one that the loop gets.
pub(crate) fn raise_in_loop<'a>(
    thread: &'a Thread,
    frame: &'a Frame<'a>,
    raised: Raised,
) -> (&'a Frame<'a>, Raised) {
    let caller = end_in_loop(thread, frame);
    (caller, no_stop_iteration(thread, Flavor::Generator, raised))
}
