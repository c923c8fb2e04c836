//! The symbol table as CPython's `_symtable` shows it.
//!
//! ```text
//!   scopes, inner before outer:   what names do ─► flags      owners ─► homes
//!                                 list, set and dict comprehensions ─► part of the scope around
//!                                 what is free in nested scopes ─► symbols of those that hand it through
//! ```

use super::symbol::{NameId, Owner, Scope, ScopeId, ScopeKind, Scopes, Symbol, Uses};
use ashore_bytecode::symbols::{Home, Table, TableKind, Tables, flag};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Cells of a class's namespace, which end what is free at the class.
const CLASS_CELLS: [&str; 3] = ["__class__", "__classdict__", "__conditional_annotations__"];

/// The tables of the scopes of a walk whose purpose they are.
pub fn tables(scopes: &Scopes) -> Tables {
    let mut analyzed: Vec<Analyzed> = Vec::new();
    analyzed.resize_with(scopes.list.len(), Analyzed::default);
    // What is inside a scope has a higher number.
    for id in (0..scopes.list.len()).rev() {
        let scope = ScopeId(id as u32);
        let mut made = Analyzed::of_symbols(scopes, scope);
        made.add_children(scopes, scope, &mut analyzed);
        made.finish(scopes, scope);
        analyzed[id] = made;
    }
    listed(scopes, &analyzed)
}

/// A scope's symbols, and what they mean for the scope around.
#[derive(Default)]
struct Analyzed {
    symbols: Vec<Entry>,
    index: FxHashMap<NameId, usize>,
    children: Vec<ScopeId>,
    /// What is free in the scope itself.
    own_free: BTreeSet<NameId>,
    /// What is free in nested scopes and not bound here; at last, all that is free.
    free: BTreeSet<NameId>,
    /// In cells because of comprehensions that became part of the scope.
    inlined_cells: BTreeSet<NameId>,
}

#[derive(Clone, Copy)]
struct Entry {
    name: NameId,
    flags: u32,
    home: Home,
}

impl Analyzed {
    fn of_symbols(scopes: &Scopes, id: ScopeId) -> Analyzed {
        let mut made = Analyzed::default();
        for symbol in &scopes[id].symbols {
            let home = home(scopes, id, symbol);
            if home == Home::Free {
                made.own_free.insert(symbol.name);
            }
            made.push(symbol.name, flags(symbol.uses), home);
        }
        made
    }

    fn push(&mut self, name: NameId, flags: u32, home: Home) {
        self.index.insert(name, self.symbols.len());
        self.symbols.push(Entry { name, flags, home });
    }

    fn add_children(&mut self, scopes: &Scopes, id: ScopeId, analyzed: &mut [Analyzed]) {
        let sees_class = scopes.sees_class(id);
        for &child in &scopes[id].children {
            let kind = scopes[child].kind;
            if kind == ScopeKind::Annotations && scopes.future_annotations() {
                continue;
            }
            let mut free = std::mem::take(&mut analyzed[child.0 as usize].free);
            if kind.inlined() && !sees_class {
                self.inline(
                    scopes,
                    &scopes[id],
                    &analyzed[child.0 as usize],
                    analyzed,
                    &mut free,
                );
                let spliced = analyzed[child.0 as usize].children.iter();
                self.children.extend(spliced);
            } else {
                self.children.push(child);
            }
            self.free.append(&mut free);
        }
    }

    /// Makes a comprehension part of this scope; what it has free and this scope binds is free no longer.
    fn inline(
        &mut self,
        scopes: &Scopes,
        scope: &Scope,
        comprehension: &Analyzed,
        analyzed: &[Analyzed],
        free: &mut BTreeSet<NameId>,
    ) {
        let in_class = scope.kind == ScopeKind::Class;
        for &entry in &comprehension.symbols {
            let Entry { name, flags, home } = entry;
            if flags & flag::PARAMETER != 0 {
                continue;
            }
            if home == Home::Cell || flags & flag::COMPREHENSION_CELL != 0 {
                self.inlined_cells.insert(name);
            }
            let ends_here = in_class && CLASS_CELLS.contains(&scopes.names.text(name));
            let home = match home {
                Home::Free if ends_here => {
                    free.remove(&name);
                    Home::GlobalImplicit
                }
                home => home,
            };
            match self.index.get(&name).copied() {
                None => self.push(name, flags, home),
                Some(at) => {
                    let existing = self.symbols[at].flags;
                    let mut nested = comprehension.children.iter();
                    let free_inside = nested
                        .any(|child| analyzed[child.0 as usize].home(name) == Some(Home::Free));
                    if existing & flag::BOUND != 0 && !in_class && !free_inside {
                        free.remove(&name);
                    }
                    if home == Home::Free && !in_class {
                        self.symbols[at].flags |= flags & flag::USE;
                    }
                }
            }
        }
    }

    fn home(&self, name: NameId) -> Option<Home> {
        self.index.get(&name).map(|&at| self.symbols[at].home)
    }

    /// Decides which variables live in cells, and adds what nested scopes get through this one.
    fn finish(&mut self, scopes: &Scopes, id: ScopeId) {
        let kind = scopes[id].kind;
        if kind.function_like() {
            for entry in &mut self.symbols {
                let shared =
                    self.free.contains(&entry.name) || self.inlined_cells.contains(&entry.name);
                if entry.home == Home::Local && shared {
                    entry.home = Home::Cell;
                    self.free.remove(&entry.name);
                }
            }
        } else if kind == ScopeKind::Class {
            let cells = CLASS_CELLS.iter().filter_map(|name| scopes.names.get(name));
            cells.for_each(|cell| {
                self.free.remove(&cell);
            });
        }
        for entry in &mut self.symbols {
            if self.inlined_cells.contains(&entry.name) {
                entry.flags |= flag::COMPREHENSION_CELL;
            }
        }
        let of_class = kind == ScopeKind::Class || scopes.sees_class(id);
        for name in self.free.clone() {
            match self.index.get(&name) {
                Some(&at) if of_class => self.symbols[at].flags |= flag::FREE_CLASS,
                Some(_) => {}
                None => self.push(name, 0, Home::Free),
            }
        }
        self.free.append(&mut self.own_free);
    }
}

/// Where a name lives, but for cells.
fn home(scopes: &Scopes, id: ScopeId, symbol: &Symbol) -> Home {
    if symbol.uses.has(Uses::GLOBAL) {
        return Home::GlobalExplicit;
    }
    match symbol.owner {
        Owner::Scope(owner) if owner == id => Home::Local,
        Owner::Scope(_) => Home::Free,
        Owner::Global if id == Scopes::MODULE && symbol.uses.binds() => Home::Local,
        Owner::Global => {
            let class = scopes.class_seen(id);
            let in_class = class.map(|class| scopes[class].uses(symbol.name));
            match in_class.is_some_and(|uses| uses.has(Uses::GLOBAL)) {
                true => Home::GlobalExplicit,
                false => Home::GlobalImplicit,
            }
        }
    }
}

fn flags(uses: Uses) -> u32 {
    let flags = [
        (Uses::READ, flag::USE),
        (Uses::BOUND, flag::LOCAL),
        (Uses::PARAMETER, flag::PARAMETER),
        (Uses::GLOBAL, flag::GLOBAL),
        (Uses::NONLOCAL, flag::NONLOCAL),
        (Uses::ANNOTATED, flag::ANNOTATED),
        (Uses::ITERATION, flag::ITERATION),
        (Uses::IMPORTED, flag::IMPORTED),
        (Uses::TYPE_PARAMETER, flag::TYPE_PARAMETER),
    ];
    let set = flags.into_iter().filter(|&(of, _)| uses.has(of));
    set.fold(0, |all, (_, flag)| all | flag)
}

/// The tables that can be reached, the module's first.
fn listed(scopes: &Scopes, analyzed: &[Analyzed]) -> Tables {
    let mut numbers = FxHashMap::default();
    let mut reached = vec![Scopes::MODULE];
    let mut next = 0;
    while let Some(&scope) = reached.get(next) {
        numbers.insert(scope, next as u32);
        reached.extend(&analyzed[scope.0 as usize].children);
        next += 1;
    }
    let each = reached.iter().map(|&id| {
        let analyzed = &analyzed[id.0 as usize];
        let text = |name: NameId| scopes.names.text(name).to_owned();
        let parameters = analyzed.symbols.iter();
        let parameters = parameters.filter(|entry| entry.flags & flag::PARAMETER != 0);
        Table {
            kind: kind(scopes[id].kind),
            name: shown_name(&scopes[id]).to_owned(),
            line: scopes[id].line,
            nested: nested(scopes, id),
            symbols: (analyzed.symbols.iter())
                .map(|entry| {
                    (
                        text(entry.name),
                        entry.flags | (entry.home as u32) << Home::SHIFT,
                    )
                })
                .collect(),
            parameters: parameters.map(|entry| text(entry.name)).collect(),
            children: analyzed
                .children
                .iter()
                .map(|child| numbers[child])
                .collect(),
        }
    });
    each.collect()
}

fn kind(kind: ScopeKind) -> TableKind {
    match kind {
        ScopeKind::Module => TableKind::Module,
        ScopeKind::Class => TableKind::Class,
        ScopeKind::Annotations => TableKind::Annotation,
        ScopeKind::TypeParameters => TableKind::TypeParameters,
        ScopeKind::TypeVariable => TableKind::TypeVariable,
        ScopeKind::TypeAlias => TableKind::TypeAlias,
        ScopeKind::Function
        | ScopeKind::Lambda
        | ScopeKind::Generator
        | ScopeKind::List
        | ScopeKind::Set
        | ScopeKind::Dict => TableKind::Function,
    }
}

fn shown_name(scope: &Scope) -> &str {
    match scope.kind {
        ScopeKind::Module => "top",
        ScopeKind::Lambda => "lambda",
        ScopeKind::Generator => "genexpr",
        ScopeKind::List => "listcomp",
        ScopeKind::Set => "setcomp",
        ScopeKind::Dict => "dictcomp",
        _ => &scope.name,
    }
}

/// Is the scope inside a function, or in a class that is?
fn nested(scopes: &Scopes, id: ScopeId) -> bool {
    let mut around = scopes[id].parent;
    while let Some(scope) = around {
        if scopes[scope].kind.function_like() {
            return true;
        }
        around = scopes[scope].parent;
    }
    false
}
