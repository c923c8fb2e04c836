//! How interpreted code and builtins enter native code.
//!
//! Native code of a function has two entries. The *array entry*, kept in `Code::native`, takes the exact positional
//! arguments as an array and is what this module calls; the *direct entry* takes them in registers and is known only to
//! native code that calls it. Both borrow the arguments and give a counted result, or [`Value::RAISED`].

use crate::object::Owned;
use crate::{Raised, Result, Thread, Value};

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
