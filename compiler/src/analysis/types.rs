//! What is known about a value's type: a set of possibilities, as bits.

use ashore_bytecode::Constant;
use std::fmt;
use std::ops::{BitAnd, BitOr, Sub};

/// A set of types a word may have.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Types(u16);

impl Types {
    pub const NOTHING: Types = Types(0);
    /// Small ints.
    pub const INT: Types = Types(1);
    /// Floats held in the word.
    pub const INLINE_FLOAT: Types = Types(1 << 1);
    /// Floats on the heap.
    pub const BOXED_FLOAT: Types = Types(1 << 2);
    pub const FLOAT: Types = Types(3 << 1);
    pub const BOOL: Types = Types(1 << 3);
    pub const NONE: Types = Types(1 << 4);
    /// Other immediates.
    pub const IMMEDIATE: Types = Types(1 << 5);
    /// Exactly `str`.
    pub const STR: Types = Types(1 << 6);
    /// Exactly `list`.
    pub const LIST: Types = Types(1 << 7);
    /// Exactly `tuple`.
    pub const TUPLE: Types = Types(1 << 8);
    /// Any other heap object.
    pub const OBJECT: Types = Types(1 << 9);
    /// No value at all: an unbound variable.
    pub const MISSING: Types = Types(1 << 10);
    /// Any value.
    pub const ANY: Types = Types((1 << 10) - 1);
    /// Any value or none.
    pub const ANY_OR_MISSING: Types = Types((1 << 11) - 1);
    /// Words that point to heap objects.
    pub const HEAP: Types = Types(1 << 2 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 9);

    /// Whether all possibilities are among `other`'s.
    pub fn within(self, other: Types) -> bool {
        self - other == Types::NOTHING
    }

    /// Whether any possibility is among `other`'s.
    pub fn may_be(self, other: Types) -> bool {
        self & other != Types::NOTHING
    }

    /// Type of a constant's value.
    pub fn of_constant(constant: &Constant) -> Types {
        match constant {
            Constant::None => Types::NONE,
            Constant::True | Constant::False => Types::BOOL,
            Constant::Ellipsis => Types::IMMEDIATE,
            Constant::Int(i) if ashore_runtime::abi::Value::try_small_int(*i).is_some() => {
                Types::INT
            }
            Constant::Float(bits) => {
                match ashore_runtime::abi::Value::try_inline_float(f64::from_bits(*bits)) {
                    Some(_) => Types::INLINE_FLOAT,
                    None => Types::BOXED_FLOAT,
                }
            }
            Constant::Str(_) => Types::STR,
            Constant::Tuple(_) => Types::TUPLE,
            _ => Types::OBJECT,
        }
    }
}

impl BitOr for Types {
    type Output = Types;
    fn bitor(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }
}

impl BitAnd for Types {
    type Output = Types;
    fn bitand(self, other: Types) -> Types {
        Types(self.0 & other.0)
    }
}

impl Sub for Types {
    type Output = Types;
    fn sub(self, other: Types) -> Types {
        Types(self.0 & !other.0)
    }
}

impl fmt::Debug for Types {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        const NAMES: [&str; 11] = [
            "int",
            "inline",
            "boxed",
            "bool",
            "none",
            "immediate",
            "str",
            "list",
            "tuple",
            "object",
            "missing",
        ];
        let names = NAMES
            .iter()
            .enumerate()
            .filter(|&(bit, _)| self.0 >> bit & 1 != 0)
            .map(|(_, name)| *name);
        f.write_str(&names.collect::<Vec<_>>().join("|"))
    }
}
