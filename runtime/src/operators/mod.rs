//! The semantics of Python's operations, once: interpreter, native code's slow paths and builtins all come here.

pub mod arithmetic;
pub mod attribute;
pub mod cache;
pub mod call;
pub mod compare;
pub mod convert;
pub mod descriptor;
pub mod format;
pub mod index;
pub mod iterate;
pub mod suggest;
