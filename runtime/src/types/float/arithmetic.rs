//! Arithmetic on floats: CPython's results and errors.

use super::new;
use crate::types::{complex, exception, int, str};
use crate::value::libm;
use crate::{Builtin, Result, Thread, raise};

/// `a / b`
#[inline]
pub fn true_divide(thread: &Thread, a: f64, b: f64) -> Result {
    if b == 0.0 {
        return raise!(thread, ZeroDivisionError, "division by zero");
    }
    Ok(new(thread, a / b))
}

/// Quotient rounded down, and remainder with the divisor's sign; `b` is not 0.
pub fn floor(a: f64, b: f64) -> (f64, f64) {
    let mut remainder = a % b;
    let mut quotient = (a - remainder) / b;
    if remainder == 0.0 {
        remainder = 0f64.copysign(b);
    } else if (b < 0.0) != (remainder < 0.0) {
        remainder += b;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0f64.copysign(a / b), remainder);
    }
    // The division may have been off by one in the last place.
    let down = quotient.floor();
    let rounded = if quotient - down > 0.5 {
        down + 1.0
    } else {
        down
    };
    (rounded, remainder)
}

/// `divmod(a, b)`
pub fn floor_divide_modulo(thread: &Thread, a: f64, b: f64) -> Result<(f64, f64)> {
    if b == 0.0 {
        return raise!(thread, ZeroDivisionError, "division by zero");
    }
    Ok(floor(a, b))
}

/// `a // b`
pub fn floor_divide(thread: &Thread, a: f64, b: f64) -> Result {
    floor_divide_modulo(thread, a, b).map(|(quotient, _)| new(thread, quotient))
}

/// `a % b`
pub fn modulo(thread: &Thread, a: f64, b: f64) -> Result {
    floor_divide_modulo(thread, a, b).map(|(_, remainder)| new(thread, remainder))
}

/// `a ** b`: complex for a negative base and a fraction.
pub fn power(thread: &Thread, a: f64, b: f64) -> Result {
    if a == 0.0 && b < 0.0 && b.is_finite() {
        return raise!(thread, ZeroDivisionError, "zero to a negative power");
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b != b.floor() {
        return complex::power(thread, (a, 0.0), (b, 0.0));
    }
    // The C library's pow, which is this, gives what Python wants for zeros, infinities and nan.
    let power = libm::pow(a, b);
    if power.is_infinite() && a.is_finite() && b.is_finite() {
        return raise_range_error(thread);
    }
    Ok(new(thread, power))
}

/// The error of a result too large for a float, as the C library words it.
#[cold]
pub fn raise_range_error(thread: &Thread) -> Result {
    let args = vec![
        int::from_i64(thread, libc::ERANGE.into()),
        str::new(thread, "Numerical result out of range"),
    ];
    Err(thread.raise_value(exception::new_builtin(thread, Builtin::OverflowError, args)))
}

/// The exact value as a fraction in lowest terms: numerator and binary logarithm of the denominator, or numerator times
/// two to the minus that if it is negative. `x` is finite.
pub fn exact_fraction(x: f64) -> (i64, i64) {
    let bits = x.to_bits();
    let (fraction, exponent) = (bits & ((1 << 52) - 1), bits >> 52 & 0x7ff);
    let (mantissa, exponent) = match exponent {
        0 => (fraction, -1074),
        _ => (fraction | 1 << 52, exponent as i64 - 1075),
    };
    if mantissa == 0 {
        return (0, 0);
    }
    let zeros = mantissa.trailing_zeros();
    let magnitude = (mantissa >> zeros) as i64;
    let numerator = if x < 0.0 { -magnitude } else { magnitude };
    (numerator, -(exponent + i64::from(zeros)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floor_division_follows_the_divisor() {
        assert_eq!(floor(5.5, -2.0), (-3.0, -0.5));
        assert_eq!(floor(-5.5, 2.0), (-3.0, 0.5));
        assert_eq!(floor(1.0, 0.1), (9.0, 0.099_999_999_999_999_95));
        assert!(floor(-0.0, 1.0).0.is_sign_negative());
        assert!(floor(4.0, -2.0).1.is_sign_negative());
    }

    #[test]
    fn fractions_are_in_lowest_terms() {
        assert_eq!(exact_fraction(0.75), (3, 2));
        assert_eq!(exact_fraction(-8.0), (-1, -3));
        assert_eq!(exact_fraction(5e-324), (1, 1074));
        assert_eq!(exact_fraction(0.0), (0, 0));
    }
}
