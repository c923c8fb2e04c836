//! What calls of builtins give: a row for each that is worth knowing. What is not listed gives nothing to go by.

use super::Types;

/// What a call gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gives {
    /// A value of these types.
    Is(Types),
    /// A list of values of these types.
    ListOf(Types),
    /// A list of what this argument holds.
    ListFrom(usize),
    /// An iterator, set or the like over what this argument holds.
    Over(usize),
    /// Something this argument holds.
    ItemOf(usize),
    /// The same as any of the arguments, or what a lone one holds.
    AnyOf,
    /// The same as this argument.
    Like(usize),
    /// An iterator over pairs of an int and what this argument holds.
    Numbered(usize),
    /// An iterator over tuples of what the arguments hold.
    Zipped,
    /// An iterable of ints.
    Ints,
    /// A dict.
    Mapping,
}

/// One builtin. The receiver of a method is its argument 0.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// `name`, `module.name`, or `.name` for a method of whatever builtin type has it.
    pub(super) name: &'static str,
    pub(super) gives: Gives,
    /// The argument that goes into the receiver.
    pub(super) puts: Option<usize>,
}

macro_rules! rows {
    ($($name:literal: $gives:expr $(, puts $puts:literal)?;)*) => {
        /// The table, sorted by nothing: it is small.
        static ROWS: &[Row] = &[$(Row { name: $name, gives: $gives, puts: rows!(@ $($puts)?) }),*];
    };
    (@) => { None };
    (@ $puts:literal) => { Some($puts) };
}

use Gives::{AnyOf, Ints, Is, ItemOf, Like, ListFrom, ListOf, Mapping, Numbered, Over, Zipped};

rows! {
    "abs": Like(0);
    "all": Is(Types::BOOL);
    "any": Is(Types::BOOL);
    "bool": Is(Types::BOOL);
    "bytearray": Is(Types::OBJECT);
    "bytes": Is(Types::OBJECT);
    "callable": Is(Types::BOOL);
    "chr": Is(Types::STR);
    "dict": Mapping;
    "enumerate": Numbered(0);
    "filter": Over(1);
    "float": Is(Types::INLINE_FLOAT);
    "format": Is(Types::STR);
    "frozenset": Over(0);
    "hash": Is(Types::INT);
    "hasattr": Is(Types::BOOL);
    "hex": Is(Types::STR);
    "id": Is(Types::INT);
    "input": Is(Types::STR);
    "int": Is(Types::INT);
    "isinstance": Is(Types::BOOL);
    "issubclass": Is(Types::BOOL);
    "iter": Over(0);
    "len": Is(Types::INT);
    "list": ListFrom(0);
    "max": AnyOf;
    "min": AnyOf;
    "next": ItemOf(0);
    "open": Is(Types::OBJECT);
    "ord": Is(Types::INT);
    "print": Is(Types::NONE);
    "range": Ints;
    "repr": Is(Types::STR);
    "reversed": Over(0);
    "round": Is(Types::INT);
    "set": Over(0);
    "sorted": ListFrom(0);
    "str": Is(Types::STR);
    "sum": ItemOf(0);
    "tuple": Over(0);
    "zip": Zipped;

    "math.ceil": Is(Types::INT);
    "math.comb": Is(Types::INT);
    "math.factorial": Is(Types::INT);
    "math.floor": Is(Types::INT);
    "math.gcd": Is(Types::INT);
    "math.isqrt": Is(Types::INT);
    "math.isnan": Is(Types::BOOL);
    "math.isinf": Is(Types::BOOL);
    "time.perf_counter": Is(Types::INLINE_FLOAT);
    "time.time": Is(Types::INLINE_FLOAT);

    ".append": Is(Types::NONE), puts 1;
    ".add": Is(Types::NONE), puts 1;
    ".bit_length": Is(Types::INT);
    ".copy": Like(0);
    ".count": Is(Types::INT);
    ".decode": Is(Types::STR);
    ".encode": Is(Types::OBJECT);
    ".endswith": Is(Types::BOOL);
    ".find": Is(Types::INT);
    ".format": Is(Types::STR);
    ".get": ItemOf(0);
    ".index": Is(Types::INT);
    ".insert": Is(Types::NONE), puts 2;
    ".isdigit": Is(Types::BOOL);
    ".items": Is(Types::OBJECT);
    ".join": Is(Types::STR);
    ".lower": Is(Types::STR);
    ".lstrip": Is(Types::STR);
    ".pop": ItemOf(0);
    ".popleft": ItemOf(0);
    ".replace": Is(Types::STR);
    ".rstrip": Is(Types::STR);
    ".setdefault": ItemOf(0), puts 2;
    ".split": ListOf(Types::STR);
    ".splitlines": ListOf(Types::STR);
    ".startswith": Is(Types::BOOL);
    ".strip": Is(Types::STR);
    ".title": Is(Types::STR);
    ".upper": Is(Types::STR);
    ".values": Over(0);
}

/// The row of a builtin, by the name the table has it under.
pub(super) fn row(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == name)
}

/// What an attribute of a module that ships with Ashore is, if it is no function listed above.
pub(super) fn constant(module: &str, name: &str) -> Option<Gives> {
    match (module, name) {
        ("math", "pi" | "e" | "tau" | "inf" | "nan") => Some(Is(Types::INLINE_FLOAT)),
        ("sys", "argv") => Some(ListOf(Types::STR)),
        ("sys", "maxsize") => Some(Is(Types::INT)),
        _ => None,
    }
}

/// A function of `math` that is not listed gives a float, as most do.
pub(super) static FLOAT_FUNCTION: Row = Row {
    name: "math.*",
    gives: Is(Types::INLINE_FLOAT),
    puts: None,
};
