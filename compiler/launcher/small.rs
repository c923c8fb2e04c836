//! The base of all other built executables: as `main.rs`, but without parser and bytecode compiler, which are the larger
//! part of that, and with basic native modules only.

#![no_main]

use std::ffi::{c_char, c_int};

/// See `main.rs`.
#[unsafe(no_mangle)]
extern "C" fn main(_count: c_int, _arguments: *const *const c_char) -> c_int {
    ashore::execute::launch(&ashore::execute::SMALL)
}
