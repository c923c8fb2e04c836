//! The base of built executables whose programs compile source while they run: `ashore build` appends a program to a copy
//! of it.

#![no_main]

use std::ffi::{c_char, c_int};

/// Called by the C library. The start-up of Rust's standard library is left out: it reads `/proc` to find a stack that
/// programs do not run on, and allocates before anybody can tell the allocator how.
#[unsafe(no_mangle)]
extern "C" fn main(_count: c_int, _arguments: *const *const c_char) -> c_int {
    ashore::execute::launch(&ashore::execute::FULL)
}
