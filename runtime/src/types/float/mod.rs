//! `float`: in the word, or (for exponents that do not fit) behind a header.

pub mod arithmetic;
pub mod half;
mod methods;
pub mod text;

pub use arithmetic::power;
pub use methods::{METHODS, from_value};

use crate::object::{Header, Kind, Object};
use crate::{Builtin, Owned, Thread, Value, heap};

/// A float object.
#[repr(C, align(8))]
pub struct Float {
    header: Header,
    value: f64,
}

// SAFETY: `repr(C)`, header first, own kind; owns neither references nor buffers.
unsafe impl Object for Float {
    const KIND: Kind = Kind::FLOAT;
    fn traverse(&self, _visit: &mut dyn FnMut(Value)) {}
}

impl Float {
    #[inline(always)]
    pub fn get(&self) -> f64 {
        self.value
    }

    /// The layout with a given header (an instance of a subclass), to be allocated.
    pub fn with_header(header: Header, value: f64) -> Float {
        Float { header, value }
    }
}

/// A float.
#[inline(always)]
pub fn new(thread: &Thread, x: f64) -> Owned {
    match Value::try_inline_float(x) {
        Some(value) => Owned::inline(value),
        None => boxed(thread, x),
    }
}

/// A float that was read from somewhere: each nan is an object of its own, which lists and their kin tell from others.
/// Nans that come of arithmetic are all the same.
pub fn read(thread: &Thread, x: f64) -> Owned {
    match x.is_nan() {
        true => boxed(thread, x),
        false => new(thread, x),
    }
}

#[inline(never)]
fn boxed(thread: &Thread, x: f64) -> Owned {
    let header = Builtin::Float.class().instance_header(thread);
    heap::new(thread, Float::with_header(header, x))
}

/// The float, if the value is one (instances of subclasses included; ints are not).
#[inline(always)]
pub fn as_f64(value: Value) -> Option<f64> {
    if value.is_inline_float() {
        return Some(value.inline_float_unchecked());
    }
    value.get::<Float>().map(Float::get)
}
