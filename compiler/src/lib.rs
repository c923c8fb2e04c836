//! The compiler: command line, program graph, native code, executables. `README.md` beside this crate is its architecture.

pub mod analysis;
pub mod cli;
pub mod diagnostic;
pub mod execute;
pub mod image;
pub mod ir;
pub mod irbuild;
pub mod native;
pub mod passes;
pub mod pipeline;
pub mod program;
pub mod source;
mod typos;
