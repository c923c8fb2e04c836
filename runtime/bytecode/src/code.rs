//! Code objects: what the frontend makes of one function, class body or module.
//!
//! Plain data without references into a running program; the runtime turns it into a Python `code` object once, when it
//! is loaded, making its constants immortal.

use std::ops::Deref;
use std::sync::Arc;

/// Facts about a code object that calls and the native tier ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodeFlags {
    /// Has a `*args` parameter.
    pub varargs: bool,
    /// Has a `**kwargs` parameter.
    pub varkw: bool,
    /// Contains `yield` or is an `async def`: calling it makes a generator or its kin, whose frame can be suspended.
    pub generator: bool,
    /// An `async def` without `yield` (CO_COROUTINE); `generator` is set as well.
    pub coroutine: bool,
    /// An `async def` with `yield` (CO_ASYNC_GENERATOR); `generator` is set as well.
    pub async_generator: bool,
    /// A generator that may be awaited (CO_ITERABLE_COROUTINE, set by `types.coroutine`).
    pub iterable_coroutine: bool,
    /// Runs with a namespace (class body, module run by `exec` with separate locals).
    pub namespace: bool,
    /// A function body, with fast locals (CPython's CO_OPTIMIZED and CO_NEWLOCALS).
    pub optimized: bool,
    /// Defined inside a function (CO_NESTED).
    pub nested: bool,
    /// The first constant is the docstring.
    pub docstring: bool,
    /// The features of `__future__` it was compiled under, numbered as in [`FUTURE_FEATURES`] (CO_FUTURE_...).
    pub future: u8,
}

/// The features of `__future__` that have flags, from the lowest bit on. CPython's flags are these, shifted.
pub const FUTURE_FEATURES: [&str; 8] = [
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "barry_as_FLUFL",
    "generator_stop",
    "annotations",
];

/// Where the bits of features are among CPython's flags.
pub const FUTURE_SHIFT: u32 = 17;
/// `<>` instead of `!=`.
pub const FUTURE_BARRY: u8 = 1 << 5;
/// Annotations are strings.
pub const FUTURE_ANNOTATIONS: u8 = 1 << 7;

/// One function, class body or module.
///
/// Registers: parameters first, in the order positional (posonly, then ordinary), keyword-only, `*args`, `**kwargs`;
/// then the other locals; then temporaries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Code {
    /// `__name__` of the function; `<module>` for modules.
    pub name: String,
    /// `__qualname__`.
    pub qualname: String,
    /// Path shown in tracebacks.
    pub filename: String,
    /// Line of the `def`, `class` or first statement (of the first decorator if there is one).
    pub first_line: u32,
    /// See [`CodeFlags`].
    pub flags: CodeFlags,
    /// Number of positional parameters, positional-only ones included.
    pub n_args: u16,
    /// Number of positional-only parameters.
    pub n_posonly: u16,
    /// Number of keyword-only parameters.
    pub n_kwonly: u16,
    /// Names of the local registers; its length is the number of locals.
    pub locals: Vec<String>,
    /// Locals that live in cells (their registers hold the cell after `make_cell`).
    pub cells: Vec<u16>,
    /// Names of the free variables, in closure order.
    pub free: Vec<String>,
    /// Size of the register window: locals and temporaries.
    pub n_registers: u16,
    /// Constants.
    pub constants: Vec<Constant>,
    /// Names of globals, attributes and keywords used.
    pub names: Vec<String>,
    /// The instructions, as 16-bit units.
    pub units: Vec<u16>,
    /// Number of inline-cache sites.
    pub n_sites: u32,
    /// Exception handlers, innermost first for every address.
    pub handlers: Vec<Handler>,
    /// Source positions.
    pub positions: Positions,
    /// Names assigned as `self.name` in the methods of a class body (`__static_attributes__`).
    pub static_attributes: Vec<String>,
}

impl Code {
    /// Number of local registers; registers from here on are temporaries.
    pub fn n_locals(&self) -> u16 {
        self.locals.len() as u16
    }

    /// Number of parameters of every kind: the registers a call fills.
    pub fn n_parameters(&self) -> u16 {
        let starred = u16::from(self.flags.varargs) + u16::from(self.flags.varkw);
        self.n_args
            .saturating_add(self.n_kwonly)
            .saturating_add(starred)
    }

    /// The codes among its constants, in order.
    pub fn nested(&self) -> impl DoubleEndedIterator<Item = &Nested> {
        self.constants.iter().filter_map(|constant| match constant {
            Constant::Code(inner) => Some(inner),
            _ => None,
        })
    }

    /// The innermost handler that covers the instruction at `at`.
    pub fn handler_at(&self, at: u32) -> Option<&Handler> {
        self.handlers.iter().find(|h| h.start <= at && at < h.end)
    }
}

/// A constant as written in the source.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    None,
    True,
    False,
    Ellipsis,
    /// An int that fits in 64 bits.
    Int(i64),
    /// Any other int, in decimal.
    BigInt(String),
    /// Bits of an IEEE double, so that comparison is exact.
    Float(u64),
    /// Bits of the imaginary part.
    Imaginary(u64),
    /// Text as WTF-8 (a Python str may hold lone surrogates).
    Str(Vec<u8>),
    Bytes(Vec<u8>),
    Tuple(Vec<Constant>),
    FrozenSet(Vec<Constant>),
    Code(Nested),
}

/// A code object that others may hold as well, such as those around it when they are copied.
///
/// Code nests thousands of levels deep, so what is done with all of it must not recurse: the codes of the last holder are freed
/// by a list of what is left to free.
#[derive(Clone, Debug, PartialEq)]
pub struct Nested(Option<Arc<Code>>);

impl Nested {
    /// The code as one of several holders has it.
    pub fn new(code: Code) -> Nested {
        Nested(Some(Arc::new(code)))
    }

    /// The code itself; a copy if there are other holders.
    pub fn into_code(mut self) -> Code {
        self.0.take().map(Arc::unwrap_or_clone).unwrap_or_default()
    }

    /// The code, if nobody else holds it.
    fn last(&mut self) -> Option<Code> {
        self.0.take().and_then(Arc::into_inner)
    }
}

impl Deref for Nested {
    type Target = Code;

    fn deref(&self) -> &Code {
        self.0.as_deref().expect("held until it is dropped")
    }
}

impl Drop for Nested {
    fn drop(&mut self) {
        let mut dying = Vec::from_iter(self.last());
        while let Some(mut code) = dying.pop() {
            for constant in &mut code.constants {
                if let Constant::Code(inner) = constant {
                    dying.extend(inner.last());
                }
            }
        }
    }
}

/// Where control goes when an instruction in `start..end` raises: registers from `temp` on are released, the exception is
/// put into register `temp`, and execution continues at `target`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    pub temp: u16,
}

/// Source range of an instruction. Lines count from 1, columns in UTF-8 bytes from 0, as CPython's `co_positions`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
}

/// Positions by address: each entry holds from its address to the next entry's.
///
/// Instructions that no source text stands for (the jump at the end of a loop, an implicit `return`) have the position of the
/// one before them. An entry that repeats the one before says that such ones begin, or end if they had begun.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Positions {
    entries: Vec<(u32, Position)>,
}

impl Positions {
    /// Says that instructions from address `at` on come from `position`. Addresses must not decrease; the last word on an
    /// address counts.
    pub fn push(&mut self, at: u32, position: Position) {
        self.entries.pop_if(|last| last.0 == at);
        let same = self.entries.last().is_some_and(|last| last.1 == position);
        if !same || self.follows_at_end() {
            self.entries.push((at, position));
        }
    }

    /// Says that no source text stands for instructions from address `at` on. There is one before them.
    pub fn follow(&mut self, at: u32) {
        if let Some(&(_, position)) = self.entries.last()
            && !self.follows_at_end()
        {
            self.entries.push((at, position));
        }
    }

    /// Does no source text stand for the last instructions?
    fn follows_at_end(&self) -> bool {
        let mut last = self.entries.iter().rev();
        let Some(&(_, position)) = last.next() else {
            return false;
        };
        let repeated = last.take_while(|entry| entry.1 == position).count();
        repeated % 2 == 1
    }

    /// From where on, up to this address, no source text stands for instructions, if none does for the one there.
    pub fn following_since(&self, at: u32) -> Option<u32> {
        let entries = self.with_following().take_while(|&(start, ..)| start <= at);
        let (start, _, follows) = entries.last()?;
        follows.then_some(start)
    }

    /// All entries, with whether no source text stands for the instructions there.
    pub fn with_following(&self) -> impl Iterator<Item = (u32, Position, bool)> {
        let mut before = None;
        let mut follows = false;
        self.entries.iter().map(move |&(at, position)| {
            follows = before == Some(position) && !follows;
            before = Some(position);
            (at, position, follows)
        })
    }

    /// From entries in address order.
    pub fn from_entries(entries: Vec<(u32, Position)>) -> Positions {
        Positions { entries }
    }

    /// Forgets the positions from address `at` on: the instructions there were taken back.
    pub fn truncate(&mut self, at: u32) {
        let kept = self.entries.partition_point(|&(start, _)| start < at);
        self.entries.truncate(kept);
    }

    /// The position of the instruction at `at`.
    pub fn get(&self, at: u32) -> Option<Position> {
        let next = self.entries.partition_point(|&(start, _)| start <= at);
        next.checked_sub(1).map(|i| self.entries[i].1)
    }

    /// All entries in address order.
    pub fn entries(&self) -> &[(u32, Position)] {
        &self.entries
    }
}
