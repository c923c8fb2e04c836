//! What events of one code object are told by: its instructions as they were made, and where its lines start.
//!
//! A line starts where the line of an instruction differs from that of the one before it, and where control arrives from
//! elsewhere: the target of a jump, a handler. Whether an event follows is seen when an instruction there runs, from the
//! one that ran before (`monitor::before`). So it is in CPython, whose events these have to be.
//!
//! Instructions that no source text stands for belong to no line here: control may come to them from anywhere.

use super::tools::Local;
use ashore_bytecode::walk::instructions;
use ashore_bytecode::{Code, Opcode};
use std::sync::atomic::AtomicBool;

/// See the module.
pub struct Points {
    /// The instructions as they were made.
    pub instructions: Box<[u16]>,
    /// Whether others stand in their place.
    pub(super) instrumented: AtomicBool,
    /// For each unit, 0 where no line is known, and negative where none starts.
    lines: Box<[i32]>,
    /// What the tools of `sys.monitoring` want to hear of this code.
    pub(super) local: Local,
}

impl Points {
    /// Looks at a code object that nobody has instrumented yet.
    pub fn new(code: &Code) -> Points {
        let mut lines = vec![0; code.units.len()];
        let mut last = 0;
        let mut entries = code.positions.with_following().peekable();
        let (mut line, mut follows) = (0, false);
        for instruction in instructions(&code.units).map_while(Result::ok) {
            while let Some(entry) = entries.next_if(|entry| entry.0 <= instruction.at) {
                (line, follows) = (entry.1.line as i32, entry.2);
            }
            // Cells are made before a function's first line.
            if !follows && instruction.opcode != Opcode::MakeCell {
                lines[instruction.at as usize] = if line == last { -line } else { line };
                last = line;
            }
        }
        let jumps = instructions(&code.units).map_while(Result::ok);
        let targets = jumps.filter_map(|instruction| instruction.target());
        for at in targets.chain(code.handlers.iter().map(|handler| handler.target)) {
            let line = &mut lines[at as usize];
            *line = line.abs();
        }
        Points {
            instructions: code.units.clone().into(),
            instrumented: AtomicBool::new(false),
            lines: lines.into(),
            local: Local::default(),
        }
    }

    /// Addresses of the instructions.
    pub fn starts(&self) -> impl Iterator<Item = u32> + use<'_> {
        instructions(&self.instructions)
            .map_while(Result::ok)
            .map(|instruction| instruction.at)
    }

    /// The line of the instruction at an address, 0 if it has none.
    pub(super) fn line(&self, at: u32) -> u32 {
        self.lines[at as usize].unsigned_abs()
    }

    /// Does a line start there?
    pub(super) fn starts_line(&self, at: u32) -> bool {
        self.lines[at as usize] > 0
    }

    /// The units of the instruction at an address, and of those behind it.
    pub(super) fn units(&self, at: u32) -> &[u16] {
        &self.instructions[at as usize..]
    }

    /// The opcode at an address.
    pub(super) fn opcode(&self, at: u32) -> Opcode {
        Opcode::from_unit(self.instructions[at as usize]).expect("verified code")
    }
}
