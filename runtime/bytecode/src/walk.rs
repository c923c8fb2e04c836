//! Walks over instructions without knowing each of them: operands, registers read and written, jump targets.
//!
//! The few instructions whose registers the table's operand types don't tell (they write several registers, or release
//! one) are stated here and nowhere else, so that verifier, listing and liveness agree.

use std::ops::Range;

use crate::instructions::Opcode;
use crate::operand::{Kind, OptSrc, Role};

/// An instruction at its place in a code object's units.
#[derive(Clone, Copy, Debug)]
pub struct Instruction<'a> {
    /// Address: index of the opcode's unit.
    pub at: u32,
    pub opcode: Opcode,
    units: &'a [u16],
}

/// How an instruction uses a register it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Reads it; a temporary is consumed.
    Read,
    /// Reads and keeps it.
    Borrow,
    /// Releases it without reading: a temporary is consumed, a local becomes unbound.
    Release,
}

/// Units that are no instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// No opcode has this number.
    Opcode { at: u32, unit: u16 },
    /// The units end inside this instruction.
    Truncated { at: u32, opcode: Opcode },
}

/// All instructions in address order. After the first malformed one the iterator ends.
pub fn instructions(units: &[u16]) -> impl Iterator<Item = Result<Instruction<'_>, Malformed>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= units.len() {
            return None;
        }
        let found = instruction_at(units, at as u32);
        at = match &found {
            Ok(instruction) => instruction.end() as usize,
            Err(_) => units.len(),
        };
        Some(found)
    })
}

/// The instruction whose opcode is `units[at]`.
pub fn instruction_at(units: &[u16], at: u32) -> Result<Instruction<'_>, Malformed> {
    let rest = &units[at as usize..];
    let opcode = Opcode::from_unit(rest[0]).ok_or(Malformed::Opcode { at, unit: rest[0] })?;
    let units = rest
        .get(..opcode.units())
        .ok_or(Malformed::Truncated { at, opcode })?;
    Ok(Instruction { at, opcode, units })
}

impl<'a> Instruction<'a> {
    /// Address of the next instruction.
    pub fn end(&self) -> u32 {
        self.at + self.units.len() as u32
    }

    /// Kinds and raw values of the operands, in order. An immediate's value is its 16 bits.
    pub fn operands(&self) -> impl Iterator<Item = (Kind, u32)> + use<'a> {
        let mut rest = &self.units[1..];
        self.opcode.operands().iter().map(move |&kind| {
            let (own, behind) = rest.split_at(kind.units());
            rest = behind;
            let high = own.get(1).copied().unwrap_or(0);
            (kind, u32::from(own[0]) | u32::from(high) << 16)
        })
    }

    /// Value of the `nth` operand of this kind.
    #[inline]
    pub fn operand(&self, kind: Kind, nth: usize) -> Option<u32> {
        // Most questions are about kinds that an instruction has not.
        if !self.opcode.has_operand(kind) {
            return None;
        }
        self.nth_operand(kind, nth)
    }

    fn nth_operand(&self, kind: Kind, nth: usize) -> Option<u32> {
        self.operands()
            .filter(|&(k, _)| k == kind)
            .nth(nth)
            .map(|(_, value)| value)
    }

    /// Registers the instruction reads or releases, in operand order.
    pub fn reads(&self) -> impl Iterator<Item = (u32, Use)> + use<'a> {
        let run = self.run();
        let releases = self.opcode == Opcode::Drop;
        self.operands().flat_map(move |(kind, value)| {
            let (range, how) = match kind.role() {
                Role::Read if kind == Kind::OptSrc && value == u32::from(OptSrc::NONE.0) => {
                    (0..0, Use::Read)
                }
                Role::Read => (value..value + 1, Use::Read),
                Role::Borrow => (value..value + 1, Use::Borrow),
                Role::Run => (run.clone(), Use::Read),
                Role::Write if releases => (value..value + 1, Use::Release),
                Role::Write | Role::Target | Role::Data => (0..0, Use::Read),
            };
            range.map(move |register| (register, how))
        })
    }

    /// Registers the instruction writes.
    pub fn writes(&self) -> Range<u32> {
        let Some(first) = self.operand(Kind::Dst, 0) else {
            return 0..0;
        };
        let count = |nth| self.operand(Kind::Count, nth).unwrap_or(0);
        let n = match self.opcode {
            Opcode::Drop => 0,
            Opcode::LoadMethod
            | Opcode::WithEnter
            | Opcode::AsyncWithEnter
            | Opcode::MatchExceptionGroup => 2,
            Opcode::Unpack => count(0),
            Opcode::UnpackStar => count(0) + 1 + count(1),
            _ => 1,
        };
        first..first + n
    }

    /// The run of temporaries an [`Kind::Args`] operand and its count name.
    pub fn run(&self) -> Range<u32> {
        let Some(base) = self.operand(Kind::Args, 0) else {
            return 0..0;
        };
        base..base + self.operand(Kind::Count, 0).unwrap_or(0)
    }

    /// Where the instruction may jump.
    pub fn target(&self) -> Option<u32> {
        self.operand(Kind::Label, 0)
    }

    /// The register released when control goes to [`Self::target`] and kept otherwise: an exhausted iterator.
    pub fn released_on_jump(&self) -> Option<u32> {
        matches!(self.opcode, Opcode::ForIter | Opcode::Send)
            .then(|| self.operand(Kind::Peek, 0))
            .flatten()
    }

    /// Whether the registers of [`Self::writes`] are also written when control goes to [`Self::target`].
    pub fn writes_on_jump(&self) -> bool {
        self.opcode != Opcode::ForIter
    }
}
