//! The symbol table: which names a scope binds, reads and declares, and where each of them lives.
//!
//! ```text
//!   collect ──► scopes with uses, errors ──► resolve ──► owners, captured and free variables
//! ```
//!
//! Everything that makes a program invalid after parsing is found here; the emitter that follows only sees programs it can
//! lower. AST nodes that open a scope carry its number in their node index.

mod analysis;
mod annotations;
mod collect;
mod expressions;
mod generics;
mod patterns;
mod resolve;
pub mod symbol;
mod table;
mod warnings;

pub use analysis::{Analysis, Phase, Purpose, Settings};
pub use generics::TYPE_PARAMS;
pub use symbol::{NameId, Owner, Scope, ScopeId, ScopeKind, Scopes, Uses, mangle};
pub use table::tables;
pub use warnings::repeated;

use crate::source::Source;
use ruff_python_ast::{AtomicNodeIndex, Mod, NodeIndex};

/// Builds the symbol table of a program.
pub fn analyze(source: &Source, program: &Mod, settings: Settings) -> Analysis {
    let mut collector = collect::Collector::new(source, settings);
    collector.program(program);
    let mut analysis = collector.finish();
    resolve::resolve(&mut analysis.scopes, &mut analysis.problems);
    analysis
}

/// The scope a node opened.
pub fn scope_of(node: &AtomicNodeIndex) -> ScopeId {
    ScopeId(
        node.load()
            .as_u32()
            .expect("the symbol table numbered every node that opens a scope"),
    )
}

/// Notes the scope a node opens.
fn number(node: &AtomicNodeIndex, scope: ScopeId) {
    node.set(NodeIndex::from(scope.0));
}
