//! The contract between Ashore's compiler and its runtime.
//!
//! Nothing here executes anything. The crate states, once, what an instruction is, what a code object holds, and how both
//! are written down; the frontend produces them, the interpreter and the native tier consume them.
//!
//! ```text
//!   instructions (the table) ──► Opcode, operand structs, encode, decode, Visitor, effects, listing
//!   code                     ──► Code, Constant, Handler, Positions
//!   walk                     ──► all instructions alike: operands, registers read and written, targets
//!   names, disassemble, parse ─► listings and back
//!   verify                   ──► what consumers may rely on
//!   encode, image            ──► code objects and whole programs as bytes
//!   image_header             ──► how a built executable finds its program
//!   syntax                   ──► syntax trees, as programs see them
//!   symbols                  ──► symbol tables, likewise
//! ```

#![forbid(unsafe_code)]

pub mod code;
pub mod disassemble;
pub mod encode;
pub mod image;
pub mod image_header;
pub mod instructions;
pub mod lexemes;
pub mod names;
pub mod operand;
pub mod parse;
pub mod symbols;
pub mod syntax;
pub mod verify;
pub mod walk;

pub use code::{Code, CodeFlags, Constant, Handler, Nested, Position, Positions};
pub use disassemble::disassemble;
pub use instructions::{Effects, Opcode, Visitor, visit};
pub use operand::{
    Args, Const, Count, Dst, Free, Imm, Kind, Label, Name, Operand, OptSrc, Peek, Role, Site, Src,
};
pub use parse::parse;
pub use verify::{VerifyError, verify, verify_outer};
