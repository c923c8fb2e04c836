//! Decides where each name lives: in its own scope, in an enclosing one, or among the globals.
//!
//! ```text
//!   def f(x):              x: owned by f, captured, so it lives in a cell of f's frame
//!       class A:           x: free in A (handed through)
//!           def g(self):   x: free in g
//!               return x
//! ```

use super::analysis::{Phase, Problem};
use super::symbol::{NameId, Owner, ScopeId, ScopeKind, Scopes, Uses};
use crate::error::ErrorKind;

/// Cells a class body has without naming them.
const IMPLICIT_CELLS: [&str; 3] = ["__class__", "__classdict__", "__conditional_annotations__"];

/// Fills in owners, captured variables and free variables.
pub fn resolve(scopes: &mut Scopes, problems: &mut Vec<Problem>) {
    let implicit = IMPLICIT_CELLS.map(|name| scopes.names.intern(name));
    for id in (0..scopes.list.len() as u32).map(ScopeId) {
        for at in 0..scopes[id].symbols.len() {
            let (name, uses) = (scopes[id].symbols[at].name, scopes[id].symbols[at].uses);
            let owner = if uses.local() {
                match scopes[id].kind {
                    ScopeKind::Module => Owner::Global,
                    _ => Owner::Scope(id),
                }
            } else if uses.has(Uses::GLOBAL) {
                Owner::Global
            } else {
                owner_around(scopes, id, name, &implicit)
            };
            let declared = uses.has(Uses::NONLOCAL) && !uses.has(Uses::GLOBAL);
            if declared && !uses.has(Uses::PARAMETER) && owner == Owner::Global {
                problems.push(Problem {
                    phase: Phase::Resolution,
                    kind: ErrorKind::Syntax,
                    message: format!(
                        "no binding for nonlocal '{}' found",
                        scopes.names.text(name)
                    ),
                    range: scopes[id].symbols[at].range,
                });
            }
            if let Owner::Scope(owner) = owner
                && declared
                && scopes[owner].kind == ScopeKind::TypeParameters
            {
                problems.push(Problem {
                    phase: Phase::Resolution,
                    kind: ErrorKind::Syntax,
                    message: format!(
                        "nonlocal binding not allowed for type parameter '{}'",
                        scopes.names.text(name)
                    ),
                    range: scopes[id].symbols[at].range,
                });
            }
            scopes[id].symbols[at].owner = owner;
            if let Owner::Scope(owner) = owner {
                capture(scopes, id, name, owner, &implicit);
            }
        }
    }
    let Scopes { list, names, .. } = scopes;
    for scope in list {
        scope
            .free
            .sort_by(|a, b| names.text(a.0).cmp(names.text(b.0)));
    }
}

/// Who owns `name`, which scope `id` does not bind. Code that sees the names of a class takes what the class binds from
/// there or from the globals, whatever functions around the class have.
fn owner_around(scopes: &Scopes, id: ScopeId, name: NameId, implicit: &[NameId]) -> Owner {
    if let Some(class) = scopes.class_seen(id) {
        let uses = scopes[class].uses(name);
        if uses.has(Uses::GLOBAL) || uses.local() && !implicit.contains(&name) {
            return Owner::Global;
        }
    }
    find_owner(scopes, scopes[id].parent, name, implicit)
}

/// Who owns `name` for code in a scope nested in `from`.
fn find_owner(scopes: &Scopes, from: Option<ScopeId>, name: NameId, implicit: &[NameId]) -> Owner {
    let mut next = from;
    while let Some(id) = next {
        let scope = &scopes[id];
        let uses = scope.uses(name);
        match scope.kind {
            ScopeKind::Module => break,
            ScopeKind::Class if name == implicit[2] && !scope.conditional_annotations => {}
            ScopeKind::Class if implicit.contains(&name) => return Owner::Scope(id),
            ScopeKind::Class => {}
            _ if uses.has(Uses::GLOBAL) => break,
            _ if uses.local() => return Owner::Scope(id),
            _ => {}
        }
        next = scope.parent;
    }
    Owner::Global
}

/// Notes that code in scope `user` uses the variable `name` of scope `owner`.
fn capture(scopes: &mut Scopes, user: ScopeId, name: NameId, owner: ScopeId, implicit: &[NameId]) {
    if user == owner {
        return;
    }
    if scopes[owner].kind == ScopeKind::Class && implicit.contains(&name) {
        if !scopes[owner].implicit_cells.contains(&name) {
            scopes[owner].implicit_cells.push(name);
        }
    } else if scopes[user].frame != scopes[owner].frame
        && let Some(symbol) = scopes[owner].symbol_mut(name)
    {
        symbol.captured = true;
    }
    let home = scopes[owner].frame;
    let mut frame = scopes[user].frame;
    while frame != home && !scopes[frame].free.iter().any(|&(free, _)| free == name) {
        scopes[frame].free.push((name, owner));
        match scopes[frame].parent {
            Some(parent) => frame = scopes[parent].frame,
            None => break,
        }
    }
}
