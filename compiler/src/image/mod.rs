//! From machine code to something that runs: the image that native lowering fills, and its two ways into a process.
//!
//! ```text
//!   native lowering ─► ImageObject ─► Layout ─► resolve ─┬─► append: launcher + image + payload = executable file
//!    (cranelift)       (object)       (layout)  (resolve)└─► NearMemory: pages beside the running executable
//! ```
//!
//! Both ways use the same layout, relocations and unwind tables, so a program behaves alike under `ashore build` and
//! `ashore run`. No linker, assembler or C toolchain is involved.
//!
//! Invariant: an image is position-independent. Everything in it reaches the runtime and its own data by 32-bit
//! distances, which is why its home must lie within 2 GB of the executable that holds the runtime.

mod bytes;
mod debug;
mod elf;
mod error;
pub mod header;
pub mod launcher;
mod layout;
mod near;
mod object;
mod output;
mod resolve;
mod unwind;
mod write;

pub use error::ImageError;
pub use near::{NearImage, NearMemory};
pub use object::{
    CompiledFunction, FunctionIndex, ImageObject, Line, Relocation, RelocationKind,
    SourceFileIndex, SourceMap, Target,
};
pub use output::write_executable;
pub use write::{AppendOptions, append};
