//! Operand kinds. An instruction is a run of 16-bit units: the opcode, then its operands; each operand kind has a fixed
//! width, so every operand of every instruction sits at an offset known at compile time.
//!
//! ```text
//!   unit:      0        1      2      3      4..5
//!   add:    │ opcode │ dst  │ lhs  │ rhs  │ site (u32) │
//! ```
//!
//! Registers `0..n_locals` of a frame's window are named variables; the registers above are *temporaries*. The invariant
//! that makes both reference counting and the native tier simple: **a temporary is written once and consumed once** on
//! every path. Reading a temporary through [`Src`] or [`Args`] takes its reference away (afterwards it holds nothing that
//! is counted, so writing a temporary never has to release an old value); reading a local through [`Src`] borrows.
//! [`Peek`] borrows either. A temporary that is not consumed on some path is released there with `drop_`.

/// What an operand means to data flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A register that is written.
    Write,
    /// A register that is read, and consumed if it is a temporary.
    Read,
    /// A register that is read and never consumed.
    Borrow,
    /// First of a run of temporaries, all consumed; the run's length is the next operand.
    Run,
    /// An instruction address.
    Target,
    /// Anything else: indices, counts, small numbers.
    Data,
}

/// One operand type: how it is written in 16-bit units.
pub trait Operand: Copy {
    /// Number of 16-bit units.
    const UNITS: usize;
    /// The type as a value, for consumers that walk over all operands (listing, verifier).
    const KIND: Kind;
    /// Appends the operand's units.
    fn encode(self, out: &mut Vec<u16>);
    /// Reads the operand from the units at its place.
    fn decode(units: &[u16]) -> Self;
}

macro_rules! operands {
    ($($(#[doc = $doc:literal])* $name:ident($repr:ty, $units:literal) $role:ident;)*) => {
        /// The operand types as values.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind { $($(#[doc = $doc])* $name),* }

        impl Kind {
            /// Meaning to data flow.
            pub const fn role(self) -> Role {
                match self { $(Kind::$name => Role::$role),* }
            }

            /// Number of 16-bit units.
            pub const fn units(self) -> usize {
                match self { $(Kind::$name => $units),* }
            }
        }

        $(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $repr);

        impl Operand for $name {
            const UNITS: usize = $units;
            const KIND: Kind = Kind::$name;
            #[inline]
            fn encode(self, out: &mut Vec<u16>) {
                let bits = self.0 as u32;
                out.push(bits as u16);
                if Self::UNITS == 2 {
                    out.push((bits >> 16) as u16);
                }
            }
            #[inline(always)]
            fn decode(units: &[u16]) -> Self {
                if Self::UNITS == 2 {
                    $name((u32::from(units[0]) | u32::from(units[1]) << 16) as $repr)
                } else {
                    $name(units[0] as $repr)
                }
            }
        }
        )*
    };
}

operands! {
    /// Register that receives the result.
    Dst(u16, 1) Write;
    /// Register read; a temporary is consumed.
    Src(u16, 1) Read;
    /// Register read, never consumed.
    Peek(u16, 1) Borrow;
    /// [`Src`] that may be absent ([`OptSrc::NONE`]).
    OptSrc(u16, 1) Read;
    /// First of a run of temporaries; the following [`Count`] is its length, all are consumed.
    Args(u16, 1) Run;
    /// A number of registers, or a small unsigned number.
    Count(u16, 1) Data;
    /// Index into the code object's free variables.
    Free(u16, 1) Data;
    /// A small signed number.
    Imm(i16, 1) Data;
    /// Index into the code object's constants.
    Const(u32, 2) Data;
    /// Index into the code object's names.
    Name(u32, 2) Data;
    /// Index of an inline-cache site of the code object.
    Site(u32, 2) Data;
    /// Address of an instruction: index of its first unit.
    Label(u32, 2) Target;
}

impl OptSrc {
    /// The absent register.
    pub const NONE: OptSrc = OptSrc(u16::MAX);

    /// The register, if there is one.
    #[inline]
    pub fn get(self) -> Option<Src> {
        (self != Self::NONE).then_some(Src(self.0))
    }
}
