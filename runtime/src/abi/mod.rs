//! Everything native code may know about the runtime, stated as tables.
//!
//! ```text
//!   entry     how native code is called
//!   types     what a machine value between native code and the runtime can be
//!   fields    parts of objects native code reads or writes, by name
//!   helpers   functions of the runtime that native code calls, by name
//!   stubs     the few that keep all registers, for slow paths inside hot loops
//! ```
//!
//! The compiler's IR refers to rows of these tables; its lowering asks them for offsets and signatures.

pub mod attach;
pub(crate) mod callers;
pub mod entry;
pub mod fields;
pub mod helpers;
pub mod layout;
pub mod program;
#[cfg(target_arch = "x86_64")]
pub mod stubs;
pub mod symbols;
pub mod types;

pub use crate::Value;
pub use crate::object::refcount::IMMORTAL;
pub use crate::object::{FLAG_SHARED, Kind};
pub use crate::value::int::{MAX_SMALL, MIN_SMALL};
pub use entry::Outcome;
pub use fields::{Alias, Field};
pub use helpers::{Helper, Leaving};
pub use stubs::SLOW_ARGUMENTS;
pub use types::Type;
