//! One Python value in one 64-bit word: *half-space self-tagging*.
//!
//! ```text
//!   …….00   int, 62 bits, stored shifted left by two
//!   …….1x   float: v = bits.rotate_left(4) - 1
//!   …..001  pointer to a heap object, plus one
//!   …x101   immediate: None, False, True, NotImplemented, Ellipsis, MISSING, RAISED
//! ```
//!
//! Only floats with |x| in [2^-767, 2^-255) or [2^257, 2^769) need a box; 0, inf and nan do not. A `Value` is a plain
//! copy of the word: it owns nothing. [`crate::Owned`] owns one reference.

pub mod float;
pub mod int;
pub mod libm;

use crate::object::{Header, Kind, Object};

/// A Python value, borrowed: somebody else keeps it alive.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Value(u64);

const fn immediate(index: u64) -> Value {
    Value(index << 3 | 5)
}

impl Value {
    pub const NONE: Value = immediate(0);
    pub const NOT_IMPLEMENTED: Value = immediate(1);
    pub const FALSE: Value = immediate(2);
    /// Differs from `FALSE` in bit 3 only.
    pub const TRUE: Value = immediate(3);
    pub const ELLIPSIS: Value = immediate(4);
    /// No value: unbound variable, absent argument, deleted slot.
    pub const MISSING: Value = immediate(6);
    /// Returned by native code when an exception is pending.
    pub const RAISED: Value = immediate(7);

    /// The word itself.
    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// A value from its word. The word must have come from [`Value::bits`].
    #[inline(always)]
    pub const fn from_bits(bits: u64) -> Value {
        Value(bits)
    }

    #[inline(always)]
    pub const fn bool(b: bool) -> Value {
        Value(Self::FALSE.0 | (b as u64) << 3)
    }

    #[inline(always)]
    pub const fn is_bool(self) -> bool {
        self.0 | 8 == Self::TRUE.0
    }

    #[inline(always)]
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    #[inline(always)]
    pub fn is_missing(self) -> bool {
        self == Self::MISSING
    }

    /// Is this a pointer to a heap object (and so counted, unless immortal)?
    #[inline(always)]
    pub const fn is_object(self) -> bool {
        self.0 & 7 == 1
    }

    /// The value of a heap object.
    #[inline(always)]
    pub fn from_object(object: *const Header) -> Value {
        Value(object.addr() as u64 + 1)
    }

    /// Address of the heap object; meaningful only if [`Value::is_object`].
    #[inline(always)]
    pub fn as_ptr(self) -> *mut Header {
        std::ptr::with_exposed_provenance_mut((self.0 - 1) as usize)
    }

    /// The object's header, if this is a heap object.
    #[inline(always)]
    pub fn header(&self) -> Option<&Header> {
        // SAFETY: a value tagged as an object points to a live object for as long as it is borrowed (module invariant).
        self.is_object().then(|| unsafe { &*self.as_ptr() })
    }

    /// Kind of a heap object, [`Kind::NONE`] for everything inline.
    #[inline(always)]
    pub fn kind(self) -> Kind {
        match self.header() {
            Some(header) => header.kind(),
            None => Kind::NONE,
        }
    }

    /// The object as a `T`, if its layout is `T`'s (instances of Python subclasses of a builtin type included).
    #[inline(always)]
    pub fn get<T: Object>(&self) -> Option<&T> {
        if self.is_object() && self.kind().layout() == T::KIND {
            // SAFETY: the kind says the object was allocated as a `T`.
            Some(unsafe { &*self.as_ptr().cast::<T>() })
        } else {
            None
        }
    }

    /// The object as a `T`, if its class is exactly the builtin one.
    #[inline(always)]
    pub fn get_exact<T: Object>(&self) -> Option<&T> {
        if self.is_object() && self.kind() == T::KIND {
            // SAFETY: the kind says the object was allocated as a `T`.
            Some(unsafe { &*self.as_ptr().cast::<T>() })
        } else {
            None
        }
    }

    /// Is the object's layout `T`'s?
    #[inline(always)]
    pub fn is<T: Object>(self) -> bool {
        self.get::<T>().is_some()
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(i) = self.as_small_int() {
            return write!(f, "{i}");
        }
        if let Some(x) = self.as_inline_float() {
            return write!(f, "{x:?}");
        }
        match *self {
            Value::NONE => f.write_str("None"),
            Value::FALSE => f.write_str("False"),
            Value::TRUE => f.write_str("True"),
            Value::ELLIPSIS => f.write_str("Ellipsis"),
            Value::NOT_IMPLEMENTED => f.write_str("NotImplemented"),
            Value::MISSING => f.write_str("<missing>"),
            Value::RAISED => f.write_str("<raised>"),
            _ => write!(f, "<{:?} at {:#x}>", self.kind(), self.0 - 1),
        }
    }
}
