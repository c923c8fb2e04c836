//! Symbol tables as Python programs see them through `_symtable`: which names each scope of a program has, and what it does
//! with them.
//!
//! The frontend makes [`Tables`] of source, and the runtime objects of those; the numbers are CPython's. Source: the
//! documentation of `symtable`, and what CPython 3.14's tables hold.

/// What a scope does with a name. Above these bits a symbol's flags say where the name lives.
pub mod flag {
    pub const GLOBAL: u32 = 1;
    /// Assigned.
    pub const LOCAL: u32 = 1 << 1;
    pub const PARAMETER: u32 = 1 << 2;
    pub const NONLOCAL: u32 = 1 << 3;
    /// Read.
    pub const USE: u32 = 1 << 4;
    /// Free in code inside a class, or inside an annotation in one, that has a name of its own like it.
    pub const FREE_CLASS: u32 = 1 << 6;
    pub const IMPORTED: u32 = 1 << 7;
    pub const ANNOTATED: u32 = 1 << 8;
    pub const ITERATION: u32 = 1 << 9;
    pub const TYPE_PARAMETER: u32 = 1 << 10;
    /// In a cell because of a comprehension that runs in this scope.
    pub const COMPREHENSION_CELL: u32 = 1 << 11;
    /// Bound, in one way or the other, but for type parameters.
    pub const BOUND: u32 = LOCAL | PARAMETER | IMPORTED;
}

/// Where a name lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    Local = 1,
    /// Declared global.
    GlobalExplicit,
    GlobalImplicit,
    /// In a cell of a scope around.
    Free,
    /// In a cell of this scope.
    Cell,
}

impl Home {
    pub const SHIFT: u32 = 12;
    pub const MASK: u32 = 0xf;
}

/// What has a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    Function,
    Class,
    Module,
    Annotation,
    TypeAlias,
    TypeParameters,
    TypeVariable,
}

/// The numbers of the module by their names.
pub const CONSTANTS: &[(&str, u32)] = &[
    ("USE", flag::USE),
    ("DEF_GLOBAL", flag::GLOBAL),
    ("DEF_NONLOCAL", flag::NONLOCAL),
    ("DEF_LOCAL", flag::LOCAL),
    ("DEF_PARAM", flag::PARAMETER),
    ("DEF_TYPE_PARAM", flag::TYPE_PARAMETER),
    ("DEF_FREE_CLASS", flag::FREE_CLASS),
    ("DEF_IMPORT", flag::IMPORTED),
    ("DEF_BOUND", flag::BOUND),
    ("DEF_ANNOT", flag::ANNOTATED),
    ("DEF_COMP_ITER", flag::ITERATION),
    ("DEF_COMP_CELL", flag::COMPREHENSION_CELL),
    ("TYPE_FUNCTION", TableKind::Function as u32),
    ("TYPE_CLASS", TableKind::Class as u32),
    ("TYPE_MODULE", TableKind::Module as u32),
    ("TYPE_ANNOTATION", TableKind::Annotation as u32),
    ("TYPE_TYPE_ALIAS", TableKind::TypeAlias as u32),
    ("TYPE_TYPE_PARAMETERS", TableKind::TypeParameters as u32),
    ("TYPE_TYPE_VARIABLE", TableKind::TypeVariable as u32),
    ("LOCAL", Home::Local as u32),
    ("GLOBAL_EXPLICIT", Home::GlobalExplicit as u32),
    ("GLOBAL_IMPLICIT", Home::GlobalImplicit as u32),
    ("FREE", Home::Free as u32),
    ("CELL", Home::Cell as u32),
    ("SCOPE_OFF", Home::SHIFT),
    ("SCOPE_MASK", Home::MASK),
];

/// The names of one scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub kind: TableKind,
    pub name: String,
    /// The first line; 0 for a module.
    pub line: u32,
    /// Inside a function, or in what is.
    pub nested: bool,
    /// Names in the order of their first mention, with what is done with them.
    pub symbols: Vec<(String, u32)>,
    pub parameters: Vec<String>,
    /// Numbers of the tables of the scopes in it, which come after its own.
    pub children: Vec<u32>,
}

/// The tables of a program by number; the first is the module's. Flat, so that deep programs need no deep stacks.
pub type Tables = Vec<Table>;
