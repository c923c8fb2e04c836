//! The standard library: modules written in Rust, and the sources of those written in Python.
//!
//! A native module is a `NativeModule`: a method table for its functions, and a function that adds the rest. The Python
//! half is in `python/`; `ashore` compiles what a program reaches into it.

mod gc;
mod math;
mod module_names;
mod posix;
mod sys;
mod thread;
mod time;
mod typing;
mod weakref;

use ashore_runtime::types::module::NativeModule;

/// All native modules.
pub static MODULES: &[&NativeModule] = &[
    &gc::MODULE,
    &math::MODULE,
    &posix::MODULE,
    &sys::MODULE,
    &thread::MODULE,
    &time::MODULE,
    &typing::MODULE,
    &weakref::MODULE,
];

/// A module written in Python.
#[derive(Clone, Copy, Debug)]
pub struct Library {
    /// Dotted name.
    pub name: &'static str,
    pub is_package: bool,
    /// Path shown in tracebacks.
    pub path: &'static str,
    pub source: &'static str,
}

macro_rules! library {
    ($($name:literal $kind:ident $path:literal;)*) => {
        /// All modules written in Python.
        pub static LIBRARY: &[Library] = &[$(Library {
            name: $name,
            is_package: library!(@$kind),
            path: concat!("<ashore>/", $path),
            source: include_str!(concat!("../python/", $path)),
        }),*];
    };
    (@module) => { false };
    (@package) => { true };
}

library! {
    "concurrent" package "concurrent/__init__.py";
    "concurrent.futures" package "concurrent/futures/__init__.py";
    "os" module "os.py";
    "posixpath" module "posixpath.py";
    "threading" module "threading.py";
}

/// The Python source of a library module; `os.path` is `posixpath`.
pub fn library(name: &str) -> Option<&'static Library> {
    LIBRARY.iter().find(|library| library.name == name)
}

/// Is it a module of the standard library, in Rust or Python?
pub fn is_module(name: &str) -> bool {
    name == "builtins"
        || name == "os.path"
        || MODULES.iter().any(|module| module.name == name)
        || library(name).is_some()
}
