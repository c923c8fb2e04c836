//! The functions behind the helper table, and those behind the IR's own instructions.
//!
//! Each is a C function under the name the table gives it; [`table`] lists them all, so that a row without a function does
//! not compile. They only translate between words and `Result`s: what they do is in `operators` and `interpreter`.

mod exits;
mod names;
mod objects;
mod values;

use super::helpers::Helper;
use super::stubs;

/// Defines C functions named `ashore_…`. Arguments are borrowed, results owned.
macro_rules! symbols {
    ($($(#[doc = $doc:literal])* fn $name:ident($thread:ident $(, $arg:ident: $type:ty)*) $(-> $result:ty)? $body:block)*) => {$(
        $(#[doc = $doc])*
        // SAFETY: the names begin with `ashore_`, which nothing else in the process does.
        #[unsafe(export_name = concat!("ashore_", stringify!($name)))]
        pub(super) extern "C" fn $name($thread: &crate::Thread $(, $arg: $type)*) $(-> $result)? $body
    )*};
}
use symbols;

/// A run of words that native code put on its stack.
///
/// # Safety
/// `items` must point to `n` words that stay as they are while the result is used.
unsafe fn run<'a>(items: *const crate::Value, n: usize) -> &'a [crate::Value] {
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(items, n) }
}

/// Where a helper's code is.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(super) struct Address(*const ());

// SAFETY: the address of code; it is never changed, and nothing is read through it.
unsafe impl Sync for Address {}

macro_rules! table {
    ($($(#[doc = $doc:literal])* $name:ident = $variant:ident($($parameters:tt)*) -> ($($result:ident),*) [$($effect:ident)*];)*) => {
        /// The helpers, in the order of their table.
        pub(super) static ADDRESSES: [Address; Helper::ALL.len()] = {
            use {names::*, objects::*, values::*};
            [$(Address($name as *const ())),*]
        };

        /// Name and address of every function native code may call.
        pub fn table() -> Vec<(&'static str, usize)> {
            #[allow(unused_imports)]
            use {exits::*, names::*, objects::*, values::*};
            let mut table = vec![$((concat!("ashore_", stringify!($name)), $name as *const () as usize)),*];
            table.extend([
                ("ashore_increment", stubs::ashore_increment as *const () as usize),
                ("ashore_decrement", stubs::ashore_decrement as *const () as usize),
                ("ashore_increment_slow", stubs::ashore_increment_slow as *const () as usize),
                ("ashore_decrement_slow", stubs::ashore_decrement_slow as *const () as usize),
                ("ashore_release", stubs::ashore_release as *const () as usize),
                ("ashore_call_slow", stubs::ashore_call_slow as *const () as usize),
                ("ashore_unpack", unpack as *const () as usize),
                ("ashore_side_exit", side_exit as *const () as usize),
                ("ashore_side_exit_raised", side_exit_raised as *const () as usize),
            ]);
            table
        }
    };
}

crate::for_each_helper!(table);

/// Keeps the functions in executables that never call [`table`]: the image writer finds them by name.
#[used]
static KEEP: fn() -> Vec<(&'static str, usize)> = table;

impl Helper {
    /// The link name.
    pub fn symbol(self) -> String {
        format!("ashore_{}", self.name())
    }
}
