//! The way of a whole program from verified bytecode to machine code: one named call for each stage.
//!
//! ```text
//!   modules ─► facts ─► translate: irbuild, then passes ─► native: Cranelift ─► ImageObject and Info
//! ```
//!
//! Code objects are numbered over all modules in the order of images, outer before inner; the runtime counts alike when it
//! attaches machine code to the code objects it loads.

use std::path::Path;

use ashore_bytecode::Code;
use ashore_bytecode::disassemble::nested;
use ashore_bytecode::image::Module;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use std::sync::Once;

use crate::analysis::{Guesses, ProgramFacts};
use crate::diagnostic::Diagnostic;
use crate::execute;
use crate::ir::Function;
use crate::irbuild::{self, NotCompiled};
use crate::native::{self, Input, Options, Output};
use crate::passes;
use crate::passes::inline::{self, Bodies};
use crate::program::MAIN;

/// A code object of the program and what became of it.
pub struct Translated<'a> {
    pub code: &'a Code,
    /// The IR, or why the code object is interpreted.
    pub ir: Result<Function, NotCompiled>,
}

/// What the program's modules, in the order of images, say about their global names and, unless `everything` is worth native
/// code, how often their functions run.
pub fn facts(modules: &[Module], everything: bool) -> ProgramFacts<'_> {
    let mut facts = ProgramFacts::new(
        modules
            .iter()
            .map(|module| (module.name.as_str(), &module.code)),
    );
    if !everything {
        facts.mark_seldom();
    }
    facts
}

/// The optimized IR of every code object, in the order of their numbers.
pub fn translate<'a>(facts: &ProgramFacts<'a>) -> Vec<Translated<'a>> {
    let guesses = Guesses::of(facts);
    let codes: Vec<(u32, &'a Code)> = facts.codes().collect();
    let mut all: Vec<Translated> = (codes.into_par_iter())
        .map(|(number, code)| {
            let mut ir = irbuild::build(facts, &guesses, code, number);
            if let Ok(function) = &mut ir {
                passes::run(function);
            }
            Translated { code, ir }
        })
        .collect();
    let functions = all
        .iter()
        .filter_map(|translated| translated.ir.as_ref().ok());
    let bodies: Bodies = functions
        .filter_map(|function| Some((function.code, inline::body(function)?)))
        .collect();
    all.par_iter_mut()
        .filter_map(|translated| translated.ir.as_mut().ok())
        .for_each(|function| {
            if inline::run(function, &bodies) {
                passes::run(function);
            }
        });
    all
}

/// Starts the threads that compile.
fn start_workers() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let built = execute::without_signals(|| ThreadPoolBuilder::new().build_global());
        built.expect("nobody else starts them");
    });
}

/// Does both, at the same time where that is possible.
pub fn join<A: Send, B: Send>(
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    start_workers();
    rayon::join(first, second)
}

/// The machine code of everything that has IR. The library is interpreted: compiling what `argparse` alone reaches would
/// take longer than most programs run.
pub fn native(modules: &[Module], options: Options) -> Result<Output, Diagnostic> {
    start_workers();
    let translated = translate(&facts(modules, options.everything));
    let inputs: Vec<Input> = translated
        .iter()
        .zip(symbols(modules))
        .filter_map(|(Translated { code, ir }, symbol)| {
            let function = ir.as_ref().ok()?;
            Some(Input {
                function,
                code,
                symbol,
            })
        })
        .collect();
    native::compile(&inputs, options).map_err(Diagnostic::Native)
}

/// The longest qualified name that becomes part of a symbol. Those of nested functions grow with their depth, so that all of
/// them together would grow with its square; of longer ones the end is kept.
const MAX_NAME: usize = 1 << 10;

/// `module.qualname` for every code object, in the order of their numbers. The script is called after its file.
fn symbols(modules: &[Module]) -> impl Iterator<Item = String> {
    modules.iter().flat_map(|module| {
        let stem = Path::new(&module.path).file_stem();
        let name = match stem.and_then(|stem| stem.to_str()) {
            Some(stem) if module.name == MAIN => stem,
            _ => &module.name,
        };
        let codes = nested(&module.code).into_iter();
        codes.map(move |code| {
            let qualname = code.qualname.as_str();
            let mut end = qualname.len().saturating_sub(MAX_NAME)..;
            let end = end.find_map(|start| qualname.get(start..));
            format!("{name}.{}", end.unwrap_or(qualname))
        })
    })
}
