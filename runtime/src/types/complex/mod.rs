//! `complex`: two floats, and the arithmetic of pairs.
//!
//! An operand that is real stays real: it touches only the part it belongs to, as C's mixed arithmetic (and CPython
//! since 3.14) does, so that signs of zeros and infinities survive.

mod methods;

pub use methods::METHODS;

use crate::object::{Header, Kind, Object};
use crate::types::float::text;
use crate::value::libm;
use crate::{Builtin, Owned, Result, Thread, Value, heap, raise};

/// A complex number object.
#[repr(C, align(8))]
pub struct Complex {
    header: Header,
    real: f64,
    imaginary: f64,
}

// SAFETY: `repr(C)`, header first, own kind; owns neither references nor buffers.
unsafe impl Object for Complex {
    const KIND: Kind = Kind::COMPLEX;
    fn traverse(&self, _visit: &mut dyn FnMut(Value)) {}
}

/// Real and imaginary part.
pub type Pair = (f64, f64);

impl Complex {
    /// Real and imaginary part.
    pub fn get(&self) -> Pair {
        (self.real, self.imaginary)
    }

    /// The layout with a given header (an instance of a subclass), to be allocated.
    pub fn with_header(header: Header, (real, imaginary): Pair) -> Complex {
        Complex {
            header,
            real,
            imaginary,
        }
    }
}

/// A complex number.
pub fn new(thread: &Thread, real: f64, imaginary: f64) -> Owned {
    let header = Builtin::Complex.class().instance_header(thread);
    heap::new(thread, Complex::with_header(header, (real, imaginary)))
}

/// The operand of a binary operation.
#[derive(Clone, Copy)]
pub enum Operand {
    Real(f64),
    Pair(Pair),
}

impl Operand {
    /// The operand as a complex number.
    pub fn pair(self) -> Pair {
        match self {
            Operand::Real(x) => (x, 0.0),
            Operand::Pair(pair) => pair,
        }
    }
}

/// `a + b`
pub fn add(thread: &Thread, a: Operand, b: Operand) -> Owned {
    let (real, imaginary) = match (a, b) {
        (Operand::Pair(a), Operand::Real(b)) => (a.0 + b, a.1),
        (Operand::Real(a), Operand::Pair(b)) => (a + b.0, b.1),
        _ => (a.pair().0 + b.pair().0, a.pair().1 + b.pair().1),
    };
    new(thread, real, imaginary)
}

/// `a - b`
pub fn subtract(thread: &Thread, a: Operand, b: Operand) -> Owned {
    let (real, imaginary) = match (a, b) {
        (Operand::Pair(a), Operand::Real(b)) => (a.0 - b, a.1),
        (Operand::Real(a), Operand::Pair(b)) => (a - b.0, -b.1),
        _ => (a.pair().0 - b.pair().0, a.pair().1 - b.pair().1),
    };
    new(thread, real, imaginary)
}

fn product(a: Pair, b: Pair) -> Pair {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

/// `a * b`
pub fn multiply(thread: &Thread, a: Operand, b: Operand) -> Owned {
    let (real, imaginary) = match (a, b) {
        (Operand::Pair(pair), Operand::Real(x)) | (Operand::Real(x), Operand::Pair(pair)) => {
            (pair.0 * x, pair.1 * x)
        }
        _ => product(a.pair(), b.pair()),
    };
    new(thread, real, imaginary)
}

/// Smith's division, which scales by the larger part of the divisor.
fn quotient(a: Pair, b: Pair) -> Pair {
    if b.0.abs() >= b.1.abs() {
        let ratio = b.1 / b.0;
        let denominator = b.0 + b.1 * ratio;
        (
            (a.0 + a.1 * ratio) / denominator,
            (a.1 - a.0 * ratio) / denominator,
        )
    } else if b.1.abs() >= b.0.abs() {
        let ratio = b.0 / b.1;
        let denominator = b.0 * ratio + b.1;
        (
            (a.0 * ratio + a.1) / denominator,
            (a.1 * ratio - a.0) / denominator,
        )
    } else {
        (f64::NAN, f64::NAN)
    }
}

/// `a / b`
pub fn divide(thread: &Thread, a: Operand, b: Operand) -> Result {
    if b.pair() == (0.0, 0.0) {
        return raise!(thread, ZeroDivisionError, "division by zero");
    }
    let (real, imaginary) = match (a, b) {
        (Operand::Pair(a), Operand::Real(b)) => (a.0 / b, a.1 / b),
        _ => quotient(a.pair(), b.pair()),
    };
    Ok(new(thread, real, imaginary))
}

/// `base ** exponent` for a whole exponent of moderate size: by repeated squaring.
fn whole_power(base: Pair, exponent: i32) -> Pair {
    let (mut result, mut square) = ((1.0, 0.0), base);
    let mut bits = exponent.unsigned_abs();
    while bits != 0 {
        if bits & 1 != 0 {
            result = product(result, square);
        }
        bits >>= 1;
        if bits != 0 {
            square = product(square, square);
        }
    }
    if exponent < 0 {
        quotient((1.0, 0.0), result)
    } else {
        result
    }
}

fn general_power(a: Pair, b: Pair) -> Pair {
    let absolute = libm::hypot(a.0, a.1);
    let angle = libm::atan2(a.1, a.0);
    let mut length = libm::pow(absolute, b.0);
    let mut phase = angle * b.0;
    if b.1 != 0.0 {
        length *= libm::exp(-angle * b.1);
        phase += b.1 * libm::log(absolute);
    }
    (length * libm::cos(phase), length * libm::sin(phase))
}

/// `a ** b`
pub fn power(thread: &Thread, a: Pair, b: Pair) -> Result {
    const WHOLE: f64 = 100.0;
    let (real, imaginary) = if b == (0.0, 0.0) {
        (1.0, 0.0)
    } else if a == (0.0, 0.0) {
        if b.1 != 0.0 || b.0 < 0.0 {
            let text = "zero to a negative or complex power";
            return raise!(thread, ZeroDivisionError, "{text}");
        }
        (0.0, 0.0)
    } else if b.1 == 0.0 && b.0 == b.0.floor() && b.0.abs() <= WHOLE {
        whole_power(a, b.0 as i32)
    } else {
        general_power(a, b)
    };
    if real.is_infinite() || imaginary.is_infinite() {
        return raise!(thread, OverflowError, "complex exponentiation");
    }
    Ok(new(thread, real, imaginary))
}

/// `abs(z)`
pub fn absolute(thread: &Thread, (real, imaginary): Pair) -> Result<f64> {
    let length = libm::hypot(real, imaginary);
    if length.is_infinite() && real.is_finite() && imaginary.is_finite() {
        return raise!(thread, OverflowError, "absolute value too large");
    }
    Ok(length)
}

/// `repr(z)`
pub fn repr((real, imaginary): Pair) -> String {
    let mut out = String::new();
    if real == 0.0 && real.is_sign_positive() {
        text::write_complex_part(&mut out, imaginary, false);
        out.push('j');
    } else {
        out.push('(');
        text::write_complex_part(&mut out, real, false);
        text::write_complex_part(&mut out, imaginary, true);
        out.push_str("j)");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repr_is_cpythons() {
        assert_eq!(repr((0.0, 1.0)), "1j");
        assert_eq!(repr((-0.0, 1.0)), "(-0+1j)");
        assert_eq!(repr((1.5, -2.0)), "(1.5-2j)");
        assert_eq!(repr((f64::NAN, f64::NEG_INFINITY)), "(nan-infj)");
        assert_eq!(repr((0.0, 1e16)), "1e+16j");
    }

    #[test]
    fn powers() {
        assert_eq!(whole_power((0.0, 1.0), 2), (-1.0, 0.0));
        assert_eq!(whole_power((0.0, 2.0), -1), (0.0, -0.5));
        assert_eq!(general_power((-8.0, 0.0), (0.5, 0.0)).1, 2.8284271247461903);
    }
}
