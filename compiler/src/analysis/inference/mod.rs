//! Which types values are likely to have: inference over the whole program, whose answers are guesses.
//!
//! Native code tests what it relies on, so a wrong answer costs speed and nothing else. That makes the analysis simple: it
//! knows no control flow, takes attributes and methods of equal names for the same, and where nothing is known of an
//! operand it believes the other one (`x - unknown` is a float if `x` is).
//!
//! ```text
//!   collect   bytecode ─► one node for each value, rules between them
//!   rules     applied until nothing changes (Kildall's iteration; everything only grows)
//!   graph     nodes: types, contents and callables; containers that meet share their contents (Steensgaard, POPL'96)
//!   builtins  what calls of builtins give
//! ```

mod builtins;
mod collect;
mod graph;
mod rules;
#[cfg(test)]
mod tests;

use super::Types;
use super::facts::ProgramFacts;
use collect::Collector;
use rules::Solver;
use rustc_hash::FxHashMap;

/// A register of the instruction at an address of a code object.
type Place = (u32, u32, u16);

/// What the program's values are likely to be. Nothing is recorded where nothing is known.
#[derive(Debug, Default)]
pub struct Guesses {
    /// By place that is written.
    results: FxHashMap<Place, Types>,
    /// By place that is read.
    operands: FxHashMap<Place, Types>,
    /// By code object and parameter.
    parameters: FxHashMap<(u32, u16), Types>,
    /// By code object and local.
    locals: FxHashMap<(u32, u16), Types>,
    /// By code object and address of a call: the code that runs.
    targets: FxHashMap<(u32, u32), u32>,
}

impl Guesses {
    /// Infers types for a whole program.
    pub fn of(program: &ProgramFacts<'_>) -> Guesses {
        let mut solver = Solver::default();
        let collected = Collector::collect(program, &mut solver);
        solver.solve();
        Guesses {
            results: solver.answers(collected.results),
            operands: solver.answers(collected.operands),
            parameters: solver.answers(collected.parameters),
            locals: solver.answers(collected.locals),
            targets: solver.targets(collected.callees),
        }
    }

    /// What the instruction at an address of a code object is likely to put into a register, or, for the register a store
    /// takes its value from, what the place is likely to hold; `NOTHING` if nothing is known.
    pub fn result(&self, code: u32, at: u32, register: u16) -> Types {
        let found = self.results.get(&(code, at, register));
        found.copied().unwrap_or(Types::NOTHING)
    }

    /// What the instruction at an address of a code object is likely to find in a register; `NOTHING` if nothing is known.
    pub fn operand(&self, code: u32, at: u32, register: u16) -> Types {
        let found = self.operands.get(&(code, at, register));
        found.copied().unwrap_or(Types::NOTHING)
    }

    /// The code of the one function of the program that the call at an address is likely to run.
    pub fn target(&self, code: u32, at: u32) -> Option<u32> {
        self.targets.get(&(code, at)).copied()
    }

    /// What a local is likely to be in the course of time; `NOTHING` if nothing is known.
    pub fn local(&self, code: u32, register: u16) -> Types {
        let found = self.locals.get(&(code, register));
        found.copied().unwrap_or(Types::NOTHING)
    }

    /// What a parameter is likely to be; `NOTHING` if nothing is known.
    pub fn parameter(&self, code: u32, register: u16) -> Types {
        let found = self.parameters.get(&(code, register));
        found.copied().unwrap_or(Types::NOTHING)
    }
}
