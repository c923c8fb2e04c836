//! How interpreted code and builtins enter native code.
//!
//! Native code of a function has two entries. The *array entry*, kept in `Code::native`, takes the exact positional
//! arguments as an array and is what this module calls; the *direct entry* takes them in registers and is known only to
//! native code that calls it. Both borrow the arguments and give a counted result, or [`Value::RAISED`].

use crate::object::Owned;
use crate::{Raised, Result, Thread, Value};

/// What became of a generator that native code ran. Its array entry takes the address of the generator's registers; the address
/// of the instruction it is suspended at, or [`Outcome::START`], as an int; where its frame keeps the place of the instruction
/// under way; and the place of the first one. It gives what the generator yields or returns, and leaves the outcome in the
/// thread's exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Outcome {
    /// It returned: the word is the value.
    Finished,
    /// It yielded the word; it is suspended at the address.
    Suspended,
    /// The interpreter is to run it on from the address.
    HandedBack,
    /// The instruction at the address raised; the exception is pending.
    Raised,
    /// Nothing happened: the interpreter is to run it.
    Declined,
}

impl Outcome {
    /// How many words the array entry takes.
    pub const N_ARGUMENTS: u16 = 4;

    /// Stands for the address at which a generator is suspended that was not started.
    pub const START: u32 = u32::MAX;

    const ALL: [Outcome; 5] = [
        Outcome::Finished,
        Outcome::Suspended,
        Outcome::HandedBack,
        Outcome::Raised,
        Outcome::Declined,
    ];

    /// The outcome and the address as one number.
    pub const fn pack(self, at: u32) -> i64 {
        (at as i64) << 8 | self as i64
    }

    /// From a number made by [`Outcome::pack`].
    pub fn unpack(number: i64) -> (Outcome, u32) {
        (Self::ALL[(number & 0xff) as usize], (number >> 8) as u32)
    }
}

/// The array entry. `function` is the function object (for its globals and closure), `args` holds `n_args` values.
pub type ArrayEntry = extern "C" fn(thread: &Thread, function: Value, args: *const Value) -> Value;

/// Calls native code.
///
/// # Safety
/// `native` comes from `Code::native` of the function's code, and `args` are as many as the code has parameters.
#[inline(always)]
pub unsafe fn call(thread: &Thread, native: *mut (), function: Value, args: &[Value]) -> Result {
    // SAFETY: `Code::native` is only ever set to an array entry (or null, which callers have excluded).
    let entry = unsafe { std::mem::transmute::<*mut (), ArrayEntry>(native) };
    result(entry(thread, function, args.as_ptr()))
}

/// What native code returned, as a `Result`.
#[inline(always)]
pub fn result(value: Value) -> Result {
    if value == Value::RAISED {
        Err(Raised::pending())
    } else {
        Ok(Owned::from_counted(value))
    }
}

/// A `Result` as native code takes it.
#[inline(always)]
pub fn from_result(result: Result) -> Value {
    match result {
        Ok(value) => value.into_counted(),
        Err(_) => Value::RAISED,
    }
}
