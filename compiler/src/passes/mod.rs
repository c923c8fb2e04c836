//! Transformations of the IR, in the order they run. Each is a function of its own file, tested text to text.
//!
//! | pass | |
//! |---|---|
//! | [`simplify`] | unreachable blocks, blocks and parameters that change nothing |
//! | [`facts`] | tests whose outcome follows from an earlier one on the path, loads and computations done before |
//! | [`counts`] | counting of words that are no heap objects, and pairs that cancel |
//! | [`dead`] | computations nobody uses |
//! | [`layout`] | which blocks are seldom reached |
//!
//! When all functions of a program are done, [`inline`] splices small ones into their callers, which are then done again.

pub mod counts;
pub mod dead;
pub mod facts;
pub mod inline;
pub mod layout;
pub mod simplify;
#[cfg(test)]
mod tests;

use crate::ir::{Function, Value};

/// What a pass does to a function.
type Pass = fn(&mut Function);

/// The passes by name, in order.
pub const PASSES: [(&str, Pass); 6] = [
    ("simplify", simplify::run),
    ("facts", facts::run),
    ("counts", counts::run),
    ("dead", dead::run),
    ("cleanup", simplify::run),
    ("layout", layout::run),
];

/// Runs all passes.
pub fn run(function: &mut Function) {
    run_those(function, |_| true);
}

/// Runs the passes `wanted` says, to measure what each is worth.
pub fn run_those(function: &mut Function, wanted: impl Fn(&str) -> bool) {
    for (name, pass) in PASSES {
        if wanted(name) {
            pass(function);
            debug_assert_eq!(
                crate::ir::verify(function),
                Ok(()),
                "after {name}:\n{function}"
            );
        }
    }
}

/// Values that stand for others, until they are replaced everywhere.
pub(crate) struct Replacements {
    by: Vec<Value>,
    changed: bool,
}

impl Replacements {
    pub(crate) fn new(function: &Function) -> Replacements {
        let by = (0..function.values.len() as u32).map(Value).collect();
        Replacements { by, changed: false }
    }

    /// What a value is replaced by in the end.
    pub(crate) fn resolve(&self, mut value: Value) -> Value {
        while self.by[value.0 as usize] != value {
            value = self.by[value.0 as usize];
        }
        value
    }

    /// Says that `value` is to be replaced by `by`, which is defined wherever `value` is.
    pub(crate) fn replace(&mut self, value: Value, by: Value) {
        let by = self.resolve(by);
        if by != value {
            self.by[value.0 as usize] = by;
            self.changed = true;
        }
    }

    /// Replaces all operands.
    pub(crate) fn apply(&self, function: &mut Function) {
        if !self.changed {
            return;
        }
        for block in &mut function.blocks {
            for instruction in &mut block.instructions {
                let targets = instruction.targets.iter_mut().flat_map(|t| &mut t.args);
                for arg in instruction.args.iter_mut().chain(targets) {
                    *arg = self.resolve(*arg);
                }
            }
        }
    }
}
