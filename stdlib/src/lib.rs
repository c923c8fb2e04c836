//! The native half of the standard library: modules written in Rust.
//!
//! One file or folder each. Each is a `NativeModule`: a method table for its functions, and a function that adds the rest. The Python half is
//! CPython's, compiled by the crate in `library/`.
// A table of functions takes a step for each: `posix` has more than the usual limit.
#![recursion_limit = "256"]

mod abc;
mod array;
mod ast;
mod atexit;
mod binascii;
mod cell;
mod codecs;
mod collections;
mod compression;
mod contextvars;
mod csv;
mod errno;
mod errors;
mod faulthandler;
mod files;
mod functools;
mod gc;
mod hashes;
mod imp;
mod itertools;
mod lsprof;
mod marshal;
mod math;
mod mmap;
mod module_names;
mod namespace;
mod operator_module;
mod packing;
mod pickle_buffer;
mod posix;
mod primitives;
mod random;
mod resource;
mod select;
mod signal;
mod socket;
mod sqlite;
mod sre;
mod string_module;
mod subprocess;
mod suggestions;
mod sumprod;
mod symtable;
mod sys;
mod sys_data;
mod sys_modules;
mod thread;
mod time;
mod tokenizer;
mod traceback;
mod types_module;
mod typing;
mod unicodedata;
mod weakref;
mod xml;
mod zlib;

use ashore_runtime::types::module::NativeModule;

macro_rules! modules {
    (basic: $($basic:ident)*; others: $($other:ident)*; families: $($($member:ident)::+,)*) => {
        /// The modules that every executable has.
        pub static BASIC: &[&NativeModule] = &[$(&$basic::MODULE),*];
        /// All native modules.
        pub static MODULES: &[&NativeModule] = &[$(&$basic::MODULE,)* $(&$other::MODULE,)* $(&$($member)::+),*];
    };
}

modules! {
    basic: abc atexit errno gc math sys thread time types_module typing weakref;
    others: array ast binascii codecs collections contextvars csv faulthandler files functools imp itertools lsprof marshal mmap operator_module packing pickle_buffer posix primitives random resource
        select signal socket sqlite sre string_module subprocess suggestions symtable tokenizer traceback unicodedata xml zlib;
    families: compression::bz2::MODULE, compression::lzma::MODULE, hashes::blake2::MODULE, hashes::openssl::MODULE, hashes::single::MD5, hashes::single::SHA1, hashes::single::SHA2,
        hashes::single::SHA3_MODULE, posix::memory::MODULE, posix::semaphore::MODULE, posix::users::PWD, posix::users::GRP,
}

/// Is it a native module?
pub fn is_native(name: &str) -> bool {
    name == "builtins" || MODULES.iter().any(|module| module.name == name)
}

/// Is it one that every executable has?
pub fn is_basic(name: &str) -> bool {
    name == "builtins" || BASIC.iter().any(|module| module.name == name)
}
