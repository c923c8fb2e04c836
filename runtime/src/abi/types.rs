//! Types of machine values that cross between native code and the runtime.

use std::fmt;

/// Type of a machine value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// A [`crate::Value`]: one tagged word.
    Tagged,
    /// A 64-bit integer.
    I64,
    /// A double.
    F64,
    /// A truth value, 0 or 1 in a byte.
    I1,
    /// An address that is no Python value.
    Ptr,
}

impl Type {
    /// All types.
    pub const ALL: [Type; 5] = [Type::Tagged, Type::I64, Type::F64, Type::I1, Type::Ptr];

    /// Name in listings.
    pub const fn name(self) -> &'static str {
        match self {
            Type::Tagged => "tagged",
            Type::I64 => "i64",
            Type::F64 => "f64",
            Type::I1 => "i1",
            Type::Ptr => "ptr",
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name())
    }
}
