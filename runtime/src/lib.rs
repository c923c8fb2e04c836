//! Ashore's runtime: what a Python program is made of while it runs.
//!
//! `CONTRACT.md` beside this crate is the short guide to its programming interface; `README.md` is the architecture.
//!
//! ```text
//!   value ─► object ─► heap ─► sync ─► thread          memory and threads: nothing above knows how counts work
//!                                        │
//!   types (data structures, method tables) ◄─► operators (the semantics, once)
//!                                        │
//!   interpreter, builtins, import, abi (what native code may know)
//! ```

pub mod abi;
pub mod builtins;
mod finish;
pub mod fork;
pub mod gc;
pub mod heap;
pub mod import;
pub mod interpreter;
pub mod monitor;
pub mod object;
pub mod operators;
pub mod start;
pub mod sync;
pub mod thread;
pub mod types;
pub mod value;
pub mod warnings;

pub use object::{Kind, Object, Owned};
pub use thread::Thread;
pub use types::Builtin;
pub use value::Value;

/// An exception is pending in the thread. The only way to make one is to raise (`Thread::raise_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Raised(());

impl Raised {
    /// Only the thread's raise functions may claim that an exception is pending.
    pub(crate) const fn pending() -> Raised {
        Raised(())
    }
}

/// Result of everything that can raise.
pub type Result<T = Owned> = std::result::Result<T, Raised>;
