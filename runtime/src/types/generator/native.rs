//! Generators that native code runs from one suspension to the next.
//!
//! Their registers stay where the interpreter has them while they are suspended, so either may go on where the other stopped.
//! While native code runs, the registers it took are empty: a generator with a frame object, whose variables somebody may be
//! looking at, is interpreted. The frame knows at which instruction it is whenever others may ask.

use super::Generator;
use crate::interpreter::activation::{enter, unwind};
use crate::interpreter::frame::Machine;
use crate::{Raised, Result, Value, abi, monitor};
use std::sync::atomic::Ordering::Acquire;

impl Generator {
    /// Native code for the generator, null if there is none, or it must not run.
    #[inline]
    fn native(&self) -> *mut () {
        let code = self.code();
        let entry = code.resume.load(Acquire);
        let at_home = self
            .globals
            .peek()
            .header()
            .is_some_and(|globals| std::ptr::eq(globals, code.home.load(Acquire)));
        match at_home && self.frame.peek().is_missing() {
            true => entry,
            false => std::ptr::null_mut(),
        }
    }

    /// Whether native code runs the generator.
    #[inline]
    pub(crate) fn is_native(&self) -> bool {
        !self.native().is_null()
    }
}

/// Runs a claimed generator on from an instruction until it is suspended or ends. `from` is where it was suspended; none if it
/// does not just go on from there.
pub(super) fn run_on(
    machine: Machine<'_>,
    generator: &Generator,
    from: Option<u32>,
    pc: *const u16,
) -> Result {
    let Machine { thread, frame } = machine;
    let mut entry = generator.native();
    if monitor::is_traced(thread) {
        monitor::entering(thread, generator.code());
        entry = std::ptr::null_mut();
    }
    let Some(from) = from.filter(|_| !entry.is_null()) else {
        return enter(thread, frame, pc);
    };
    let word = |address: usize| Value::from_bits(address as u64);
    let arguments = [
        word(generator.window().0.expose_provenance()),
        Value::small_int(i64::from(from)),
        word(frame.pc.as_ptr().expose_provenance()),
        word(frame.code.units.expose_provenance()),
    ];
    thread.frame.set(std::ptr::from_ref(frame).cast());
    thread.depth.set(thread.depth.get() + 1);
    // SAFETY: the entry is that of the generator's code, which takes these.
    let result = unsafe { abi::entry::call(thread, entry, frame.function, &arguments) };
    let (outcome, at) = abi::Outcome::unpack(thread.exchange.get()[0].cast_signed());
    // SAFETY: native code names instructions of the code it was made of.
    let place = unsafe { frame.code.units.add(at as usize) };
    // While an exception makes it give up what it was working with, the generator is the one that runs.
    let handler = (outcome == abi::Outcome::Raised).then(|| {
        frame.pc.set(place);
        unwind(machine, Raised::pending())
    });
    thread.depth.set(thread.depth.get() - 1);
    thread.frame.set(frame.previous.cast());
    if let Some(handler) = handler {
        return enter(thread, frame, handler?);
    }
    match outcome {
        abi::Outcome::Finished => result,
        abi::Outcome::Suspended => {
            frame.pc.set(place);
            frame.suspended.set(true);
            result
        }
        abi::Outcome::HandedBack | abi::Outcome::Raised => enter(thread, frame, place),
        abi::Outcome::Declined => enter(thread, frame, pc),
    }
}
