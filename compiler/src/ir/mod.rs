//! The typed SSA form between bytecode and machine code.
//!
//! ```text
//!   function "fib" code 3 parameters 1
//!     cell 0 = global "__main__" "fib"
//!   b0(v0: tagged, v1: tagged):
//!     v2 = is_int v1
//!     branch v2, b2(v0, v1), b1(v0, v1)
//!   b1(v3: tagged, v4: tagged) cold:
//!     …
//! ```
//!
//! **Functions.** The entry block's parameters are the function object being called and one tagged word for each Python
//! parameter, all *borrowed*: the caller keeps them alive. The thread is an implicit first argument. The result is an
//! owned word, or `RAISED` with an exception pending. Native code stands for a code object *and the module it was compiled
//! in*: it may only be entered for functions whose globals are that module's.
//!
//! **Values** are numbered `v0, v1, …`, defined once, typed by [`Type`]: `tagged` words, untagged `i64`, `f64`, `i1`,
//! and `ptr`. **Blocks** have parameters; a jump passes arguments. The last instruction of a block, and no other, is a
//! terminator ([`Effect::Control`]). A block marked `cold` is placed away from the others.
//!
//! **Ownership.** The IR has no implicit counting. A tagged value produced by a helper, a direct call or `box_float` is
//! owned: one reference (if it is a heap object) that must be given away (`return`, `side_exit`) or counted down
//! (`decref`). One loaded from memory is borrowed and holds until the next instruction whose effect is [`Effect::Call`];
//! `secure` makes it owned before that. Arguments of helpers and direct calls stay the caller's.
//!
//! **Ints** stay tagged words: "an int" below is a word known to hold a small int. Addition and comparison work on the
//! words as they are.
//!
//! **Leaving.** `side_exit pc [r2=v5, …]` gives the owned words to the registers of an interpreter frame (those not named
//! hold MISSING), runs it from instruction `pc` on, and returns its result. `side_exit_raised` does the same while an
//! exception is pending that instruction `pc` raised: the interpreter unwinds from there. Where a function has no handler,
//! native code does that itself: `traceback pc`, releases, `return_raised`.
//!
//! **Cells** are words of the image's data that the runtime keeps: see [`Cell`]. `load_cell` reads one that changes (a
//! global variable), `load_constant` one that does not once the module is loaded.
//!
//! | file | |
//! |---|---|
//! | [`instructions`] | the table of instructions: operands, results, effects |
//! | [`function`] | functions, blocks, instructions, cells as data |
//! | [`builder`] | appends instructions to blocks |
//! | `print`, `parse` | the text form and back |
//! | `verify` | what lowering may rely on |

pub mod builder;
pub mod function;
pub mod instructions;
pub mod parse;
pub mod print;
pub mod verify;

pub use ashore_runtime::abi::{Alias, Field, Helper, Type};
pub use builder::Builder;
pub use function::{
    Block, BlockData, Cell, Condition, Function, Immediate, Instruction, LEFT, Target, Value,
};
pub use instructions::{Effect, Op};
pub use parse::parse;
pub use verify::verify;
