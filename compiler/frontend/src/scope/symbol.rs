//! Names, symbols and scopes: what the other passes ask about a program's names.
//!
//! A *scope* is a region with its own names. A *frame* is a scope that becomes a code object of its own: everything but
//! list, set and dict comprehensions, which run in the frame around them with registers of their own (PEP 709).

use ashore_bytecode::code::FUTURE_ANNOTATIONS;
use ruff_text_size::{TextRange, TextSize};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::rc::Rc;

/// An interned name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NameId(u32);

/// The interned names of one compilation.
#[derive(Default)]
pub struct Names {
    ids: FxHashMap<Rc<str>, NameId>,
    texts: Vec<Rc<str>>,
}

impl Names {
    pub fn intern(&mut self, text: &str) -> NameId {
        if let Some(&id) = self.ids.get(text) {
            return id;
        }
        let id = NameId(self.texts.len() as u32);
        let text: Rc<str> = text.into();
        self.texts.push(text.clone());
        self.ids.insert(text, id);
        id
    }

    /// The id of a name that may never have been interned.
    pub fn get(&self, text: &str) -> Option<NameId> {
        self.ids.get(text).copied()
    }

    pub fn text(&self, id: NameId) -> &str {
        &self.texts[id.0 as usize]
    }
}

/// Which names are private to a class.
#[derive(Debug)]
pub struct Private {
    pub class: Box<str>,
    /// Around a class with type parameters, only the names of these are.
    pub only: Option<Vec<Box<str>>>,
}

impl Private {
    /// Of the body of a class.
    pub fn to(class: &str) -> Private {
        Private {
            class: class.into(),
            only: None,
        }
    }
}

/// A name as code in a class sees it: `__x` is `_Class__x` there.
pub fn mangle<'n>(private: Option<&Private>, name: &'n str) -> std::borrow::Cow<'n, str> {
    let private = private.filter(|private| match &private.only {
        Some(only) => only.iter().any(|mangled| **mangled == *name),
        None => true,
    });
    let Some(class) = private
        .map(|private| private.class.trim_start_matches('_'))
        .filter(|class| !class.is_empty())
    else {
        return name.into();
    };
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name.into();
    }
    format!("_{class}{name}").into()
}

/// What a scope does with a name.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Uses(u16);

impl Uses {
    pub const READ: Uses = Uses(1);
    pub const BOUND: Uses = Uses(1 << 1);
    pub const PARAMETER: Uses = Uses(1 << 2);
    pub const GLOBAL: Uses = Uses(1 << 3);
    pub const NONLOCAL: Uses = Uses(1 << 4);
    pub const DELETED: Uses = Uses(1 << 5);
    pub const ANNOTATED: Uses = Uses(1 << 6);
    pub const ITERATION: Uses = Uses(1 << 7);
    pub const IMPORTED: Uses = Uses(1 << 8);
    pub const TYPE_PARAMETER: Uses = Uses(1 << 9);

    pub fn has(self, other: Uses) -> bool {
        self.0 & other.0 != 0
    }

    pub fn add(&mut self, other: Uses) {
        self.0 |= other.0;
    }

    /// Bound here, wherever it lives.
    pub fn binds(self) -> bool {
        self.has(Uses(Uses::BOUND.0 | Uses::PARAMETER.0 | Uses::IMPORTED.0))
    }

    /// Bound here, and not declared to live elsewhere.
    pub fn local(self) -> bool {
        self.binds() && !self.has(Uses(Uses::GLOBAL.0 | Uses::NONLOCAL.0))
    }
}

/// Where a name lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Owner {
    /// The module's globals, or the builtins.
    #[default]
    Global,
    /// A variable of this scope.
    Scope(ScopeId),
}

/// One name in one scope.
#[derive(Clone, Debug)]
pub struct Symbol {
    pub name: NameId,
    pub uses: Uses,
    /// Where it was first seen, or declared global or nonlocal.
    pub range: TextRange,
    pub owner: Owner,
    /// Used by a nested frame: lives in a cell.
    pub captured: bool,
}

/// Index of a scope.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ScopeId(pub u32);

/// What made a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScopeKind {
    Module,
    Class,
    Function,
    Lambda,
    /// A generator expression: a function of one argument.
    Generator,
    List,
    Set,
    Dict,
    /// The function that evaluates annotations.
    Annotations,
    /// What is around a definition with type parameters: they are its variables.
    TypeParameters,
    /// The function that evaluates the bound or default of a type parameter.
    TypeVariable,
    /// The function that evaluates a type alias.
    TypeAlias,
}

impl ScopeKind {
    /// Runs in the frame around it.
    pub const fn inlined(self) -> bool {
        matches!(self, ScopeKind::List | ScopeKind::Set | ScopeKind::Dict)
    }

    /// Any comprehension.
    pub const fn comprehension(self) -> bool {
        self.inlined() || matches!(self, ScopeKind::Generator)
    }

    /// Sees the names of the class it is in, as annotations do.
    pub const fn annotation_like(self) -> bool {
        matches!(
            self,
            ScopeKind::Annotations
                | ScopeKind::TypeParameters
                | ScopeKind::TypeVariable
                | ScopeKind::TypeAlias
        )
    }

    /// Has variables that nested scopes see.
    pub const fn function_like(self) -> bool {
        !matches!(self, ScopeKind::Module | ScopeKind::Class)
    }
}

/// A region with its own names.
#[derive(Debug)]
pub struct Scope {
    pub kind: ScopeKind,
    pub parent: Option<ScopeId>,
    /// The scope whose code object this one's code belongs to: itself unless it is inlined.
    pub frame: ScopeId,
    /// `__name__` of the function or class.
    pub name: String,
    /// Its first line.
    pub line: u32,
    /// The innermost class around, for private names.
    pub class: Option<Rc<Private>>,
    /// In the order of their first mention.
    pub symbols: Vec<Symbol>,
    index: FxHashMap<NameId, u32>,
    /// Parameters in register order.
    pub parameters: Vec<NameId>,
    pub children: Vec<ScopeId>,
    /// An `async def`, or a comprehension that awaits something.
    pub asynchronous: bool,
    /// Places where a value is returned.
    pub returns: Vec<TextRange>,
    /// Holds a `yield`.
    pub generator: bool,
    /// Places of assignment expressions to variables of this scope, in source order.
    pub walruses: Vec<(TextSize, NameId)>,
    /// The function that evaluates the annotations of this function, class or module.
    pub annotations: Option<ScopeId>,
    /// What would evaluate the annotations of a function's variables, which nothing does.
    pub unevaluated: Option<ScopeId>,
    /// Some annotated assignment may not be reached.
    pub conditional_annotations: bool,
    /// Names assigned as `self.name` in a class.
    pub static_attributes: BTreeSet<String>,
    /// Free variables of the frame with the scopes that own them, by name.
    pub free: Vec<(NameId, ScopeId)>,
    /// Names of a class's implicit cells that nested frames use: `__class__`, `__classdict__`.
    pub implicit_cells: Vec<NameId>,
}

impl Scope {
    pub fn new(
        kind: ScopeKind,
        parent: Option<ScopeId>,
        frame: ScopeId,
        (name, line): (String, u32),
        class: Option<Rc<Private>>,
    ) -> Scope {
        Scope {
            kind,
            parent,
            frame,
            name,
            line,
            class,
            symbols: Vec::new(),
            index: FxHashMap::default(),
            parameters: Vec::new(),
            children: Vec::new(),
            asynchronous: false,
            returns: Vec::new(),
            generator: false,
            walruses: Vec::new(),
            annotations: None,
            unevaluated: None,
            conditional_annotations: false,
            static_attributes: BTreeSet::new(),
            free: Vec::new(),
            implicit_cells: Vec::new(),
        }
    }

    pub fn symbol(&self, name: NameId) -> Option<&Symbol> {
        self.index.get(&name).map(|&at| &self.symbols[at as usize])
    }

    pub fn symbol_mut(&mut self, name: NameId) -> Option<&mut Symbol> {
        self.index
            .get(&name)
            .map(|&at| &mut self.symbols[at as usize])
    }

    /// The name's uses so far.
    pub fn uses(&self, name: NameId) -> Uses {
        self.symbol(name)
            .map_or(Uses::default(), |symbol| symbol.uses)
    }

    /// Adds a use of a name.
    pub fn record(&mut self, name: NameId, uses: Uses, range: TextRange) {
        match self.symbol_mut(name) {
            Some(symbol) => {
                symbol.uses.add(uses);
                if uses.has(Uses::NONLOCAL) && !symbol.uses.has(Uses::GLOBAL) {
                    symbol.range = range;
                }
            }
            None => {
                self.index.insert(name, self.symbols.len() as u32);
                self.symbols.push(Symbol {
                    name,
                    uses,
                    range,
                    owner: Owner::Global,
                    captured: false,
                });
            }
        }
    }

    /// The targets of the assignment expressions within `range`.
    pub fn walruses_in(&self, range: TextRange) -> impl Iterator<Item = NameId> {
        let first = self.walruses.partition_point(|&(at, _)| at < range.start());
        self.walruses[first..]
            .iter()
            .take_while(move |&&(at, _)| at < range.end())
            .map(|&(_, name)| name)
    }
}

/// All scopes of one compilation; the first is the module.
pub struct Scopes {
    pub list: Vec<Scope>,
    pub names: Names,
    /// Features of `__future__` that are in effect.
    pub future: u8,
}

impl Scopes {
    pub const MODULE: ScopeId = ScopeId(0);

    /// Are annotations strings?
    pub fn future_annotations(&self) -> bool {
        self.future & FUTURE_ANNOTATIONS != 0
    }

    /// Does the code of a scope see the names of the class around it, without being the class's body?
    pub fn sees_class(&self, scope: ScopeId) -> bool {
        self.class_seen(scope).is_some()
    }

    /// The class whose names the code of a scope sees without being the class's body.
    pub fn class_seen(&self, scope: ScopeId) -> Option<ScopeId> {
        let mut id = scope;
        while self[id].kind.annotation_like() {
            let parent = self[id].parent?;
            if self[parent].kind == ScopeKind::Class {
                return Some(parent);
            }
            id = parent;
        }
        None
    }
}

impl std::ops::Index<ScopeId> for Scopes {
    type Output = Scope;

    fn index(&self, id: ScopeId) -> &Scope {
        &self.list[id.0 as usize]
    }
}

impl std::ops::IndexMut<ScopeId> for Scopes {
    fn index_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.list[id.0 as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_names() {
        assert_eq!(mangle(Some(&Private::to("_A")), "__x"), "_A__x");
        assert_eq!(mangle(Some(&Private::to("A")), "__x__"), "__x__");
        assert_eq!(mangle(Some(&Private::to("__")), "__x"), "__x");
        let only = Private {
            only: Some(vec!["__T".into()]),
            ..Private::to("A")
        };
        assert_eq!(mangle(Some(&only), "__T"), "_A__T");
        assert_eq!(mangle(Some(&only), "__x"), "__x");
        assert_eq!(mangle(None, "__x"), "__x");
    }
}
