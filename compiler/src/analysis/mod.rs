//! Facts about functions that do not change them: bytecode liveness, IR dominance and loops, whole-program bindings, and
//! guesses about types.

pub mod dominators;
pub mod facts;
pub mod frequency;
pub mod inference;
pub mod liveness;
pub mod types;

pub use dominators::Dominators;
pub use facts::ProgramFacts;
pub use inference::Guesses;
pub use liveness::Liveness;
pub use types::Types;
