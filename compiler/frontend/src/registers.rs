//! Which registers the variables of a frame live in.
//!
//! ```text
//!   parameters │ other variables │ those in cells, sorted │ variables of inlined comprehensions │ temporaries ...
//! ```
//!
//! All but the last are `Code::locals`, in the order in which `locals()` gives them. Comprehensions in one frame share the register of a name, unless one runs inside the
//! other or only one of them keeps the variable in a cell.

use crate::scope::symbol::Symbol;
use crate::scope::{NameId, ScopeId, ScopeKind, Scopes, Uses};
use rustc_hash::FxHashMap;

/// The variables of one frame.
#[derive(Default)]
pub struct Layout {
    registers: FxHashMap<(ScopeId, NameId), u16>,
    /// Name of every register.
    pub names: Vec<NameId>,
    /// Does the register hold a cell?
    pub cells: Vec<bool>,
    /// May the variable be unbound again after it was bound?
    pub deletable: Vec<bool>,
    /// Number of variables that are not a comprehension's.
    pub own: u16,
}

impl Layout {
    /// Lays out a frame; `None` if it has more variables than there are registers.
    pub fn new(scopes: &Scopes, frame: ScopeId) -> Option<Layout> {
        let mut layout = Layout::default();
        let scope = &scopes[frame];
        let mut add = |name: NameId, cell: bool, deletable: bool| {
            let register = u16::try_from(layout.names.len())
                .ok()
                .filter(|&r| r < MAX_LOCALS)?;
            layout.registers.insert((frame, name), register);
            layout.names.push(name);
            layout.cells.push(cell);
            layout.deletable.push(deletable);
            Some(())
        };
        for &name in &scope.parameters {
            let symbol = scope.symbol(name).expect("parameters are symbols");
            add(name, symbol.captured, symbol.uses.has(Uses::DELETED))?;
        }
        match scope.kind {
            ScopeKind::Module => {}
            ScopeKind::Class => scope
                .implicit_cells
                .iter()
                .try_for_each(|&name| add(name, true, false))?,
            _ => {
                let own =
                    |symbol: &&Symbol| symbol.uses.local() && !symbol.uses.has(Uses::PARAMETER);
                let (mut cells, others): (Vec<&Symbol>, Vec<&Symbol>) =
                    (scope.symbols.iter().filter(own)).partition(|symbol| symbol.captured);
                cells.sort_by_key(|symbol| scopes.names.text(symbol.name));
                others.into_iter().chain(cells).try_for_each(|symbol| {
                    add(symbol.name, symbol.captured, symbol.uses.has(Uses::DELETED))
                })?;
            }
        }
        layout.own = layout.count();
        let mut shared = FxHashMap::default();
        layout.comprehensions(scopes, frame, &mut shared, &mut Vec::new())?;
        Some(layout)
    }

    /// Adds the variables of the comprehensions inlined into `scope`; `around` holds those of the comprehensions around.
    fn comprehensions(
        &mut self,
        scopes: &Scopes,
        scope: ScopeId,
        shared: &mut FxHashMap<(NameId, bool), Vec<u16>>,
        around: &mut Vec<u16>,
    ) -> Option<()> {
        for &child in &scopes[scope].children {
            if !scopes[child].kind.inlined() {
                continue;
            }
            let outer = around.len();
            for symbol in scopes[child]
                .symbols
                .iter()
                .filter(|symbol| symbol.uses.local())
            {
                let key = (symbol.name, symbol.captured);
                let candidates = shared.entry(key).or_default();
                let register = match candidates
                    .iter()
                    .find(|register| !around.contains(register))
                {
                    Some(&register) => register,
                    None => {
                        let register = u16::try_from(self.names.len())
                            .ok()
                            .filter(|&r| r < MAX_LOCALS)?;
                        candidates.push(register);
                        self.names.push(symbol.name);
                        self.cells.push(symbol.captured);
                        self.deletable.push(true);
                        register
                    }
                };
                self.registers.insert((child, symbol.name), register);
                around.push(register);
            }
            crate::with_stack(|| self.comprehensions(scopes, child, shared, around))?;
            around.truncate(outer);
        }
        Some(())
    }

    /// The register of a variable.
    pub fn register(&self, scope: ScopeId, name: NameId) -> Option<u16> {
        self.registers.get(&(scope, name)).copied()
    }

    /// Number of variables.
    pub fn count(&self) -> u16 {
        self.names.len() as u16
    }
}

/// Leaves half of the registers to temporaries.
const MAX_LOCALS: u16 = 1 << 15;

/// The temporaries of a frame: a stack above the variables.
pub struct Temporaries {
    top: u16,
    max: u16,
    overflow: bool,
}

impl Temporaries {
    pub fn new(first: u16) -> Temporaries {
        Temporaries {
            top: first,
            max: first,
            overflow: false,
        }
    }

    /// The next free temporary.
    pub fn top(&self) -> u16 {
        self.top
    }

    /// Takes the next temporary.
    pub fn push(&mut self) -> u16 {
        let register = self.top;
        // The highest number means "no register".
        match self.top.checked_add(1).filter(|&top| top < u16::MAX) {
            Some(top) => self.top = top,
            None => self.overflow = true,
        }
        self.max = self.max.max(self.top);
        register
    }

    /// Frees the temporaries from `register` on.
    pub fn release(&mut self, register: u16) {
        self.top = register;
    }

    /// Size of the window, or `None` if an expression needed more registers than there are.
    pub fn window(&self) -> Option<u16> {
        (!self.overflow).then_some(self.max)
    }
}
