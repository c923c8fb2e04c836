//! Facts about functions that do not change them: bytecode liveness, IR dominance and loops, whole-program bindings.

pub mod dominators;
pub mod facts;
pub mod liveness;

pub use dominators::Dominators;
pub use facts::ProgramFacts;
pub use liveness::Liveness;
