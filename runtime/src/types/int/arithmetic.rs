//! Arithmetic on ints: CPython's results and errors.
//!
//! Every operation has a branch for two numbers in words; everything else goes through big integers.

use super::{IntRef, from_big, from_i64, from_i128};
use crate::types::float;
use crate::{Owned, Result, Thread, heap, raise};
use dashu_int::fast_div::ConstDivisor;
use dashu_int::ops::{BitTest, DivRem, UnsignedAbs};
use dashu_int::{IBig, Sign, UBig};
use std::cmp::Ordering;

/// A big integer and any int, or any int and a big integer.
macro_rules! with_big {
    ($a:expr, $b:expr, $x:ident, $y:ident => $result:expr) => {
        match ($a, $b) {
            (IntRef::Big($x), IntRef::Big($y)) => $result,
            (IntRef::Big($x), IntRef::Small(small)) => {
                let $y = &IBig::from(small);
                $result
            }
            (IntRef::Small(small), IntRef::Big($y)) => {
                let $x = &IBig::from(small);
                $result
            }
            (IntRef::Small(left), IntRef::Small(right)) => {
                let ($x, $y) = (&IBig::from(left), &IBig::from(right));
                $result
            }
        }
    };
}

/// `a + b`
#[inline]
pub fn add(thread: &Thread, a: IntRef, b: IntRef) -> Owned {
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b)
        && let Some(sum) = a.checked_add(b)
    {
        return from_i64(thread, sum);
    }
    from_big(thread, with_big!(a, b, x, y => x + y))
}

/// `a - b`
#[inline]
pub fn subtract(thread: &Thread, a: IntRef, b: IntRef) -> Owned {
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b)
        && let Some(difference) = a.checked_sub(b)
    {
        return from_i64(thread, difference);
    }
    from_big(thread, with_big!(a, b, x, y => x - y))
}

/// `a * b`
#[inline]
pub fn multiply(thread: &Thread, a: IntRef, b: IntRef) -> Owned {
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b) {
        return match a.checked_mul(b) {
            Some(product) => from_i64(thread, product),
            None => from_i128(thread, i128::from(a) * i128::from(b)),
        };
    }
    from_big(thread, with_big!(a, b, x, y => x * y))
}

/// Quotient rounded down and remainder of two words; `b` is not 0.
#[inline]
fn floor_i64(a: i64, b: i64) -> (i128, i64) {
    let Some(quotient) = a.checked_div(b) else {
        return (-i128::from(a), 0);
    };
    let remainder = a - quotient * b;
    if remainder != 0 && (remainder < 0) != (b < 0) {
        (i128::from(quotient) - 1, remainder + b)
    } else {
        (quotient.into(), remainder)
    }
}

fn floor_big(a: &IBig, b: &IBig) -> (IBig, IBig) {
    let (quotient, remainder) = a.div_rem(b);
    if !remainder.is_zero() && remainder.sign() != b.sign() {
        (quotient - 1, remainder + b)
    } else {
        (quotient, remainder)
    }
}

/// `divmod(a, b)`
#[inline]
pub fn floor_divide_modulo(thread: &Thread, a: IntRef, b: IntRef) -> Result<(Owned, Owned)> {
    if b.is_zero() {
        return raise!(thread, ZeroDivisionError, "division by zero");
    }
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b) {
        let (quotient, remainder) = floor_i64(a, b);
        return Ok((from_i128(thread, quotient), from_i64(thread, remainder)));
    }
    let (quotient, remainder) = with_big!(a, b, x, y => floor_big(x, y));
    Ok((from_big(thread, quotient), from_big(thread, remainder)))
}

/// `a // b`
#[inline]
pub fn floor_divide(thread: &Thread, a: IntRef, b: IntRef) -> Result {
    floor_divide_modulo(thread, a, b).map(|(quotient, _)| quotient)
}

/// `a % b`
#[inline]
pub fn modulo(thread: &Thread, a: IntRef, b: IntRef) -> Result {
    floor_divide_modulo(thread, a, b).map(|(_, remainder)| remainder)
}

/// `a / b`, correctly rounded.
pub fn true_divide(thread: &Thread, a: IntRef, b: IntRef) -> Result {
    const EXACT: u64 = 1 << 53;
    if b.is_zero() {
        return raise!(thread, ZeroDivisionError, "division by zero");
    }
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b)
        && a.unsigned_abs() <= EXACT
        && b.unsigned_abs() <= EXACT
    {
        return Ok(float::new(thread, a as f64 / b as f64));
    }
    let quotient = with_big!(a, b, x, y => {
        let magnitude = divide_magnitudes(x.unsigned_abs(), y.unsigned_abs());
        if x.sign() == y.sign() { magnitude } else { -magnitude }
    });
    if quotient.is_infinite() {
        let text = "integer division result too large for a float";
        return raise!(thread, OverflowError, "{text}");
    }
    Ok(float::new(thread, quotient))
}

/// The float nearest to `a / b`, infinite if it is too large.
fn divide_magnitudes(a: UBig, b: UBig) -> f64 {
    if a.is_zero() {
        return 0.0;
    }
    // A quotient of 66 or 67 bits, the last of which stands for everything that was cut off.
    let shift = 66 + b.bit_len() as i64 - a.bit_len() as i64;
    let (quotient, remainder) = if shift >= 0 {
        (a << shift as usize).div_rem(b)
    } else {
        a.div_rem(b << -shift as usize)
    };
    let quotient = u128::try_from(quotient).expect("67 bits") | u128::from(!remainder.is_zero());
    scale(quotient, -shift)
}

/// The float nearest to `mantissa * 2**exponent` (ties to even); infinite if it is too large.
pub fn scale(mantissa: u128, exponent: i64) -> f64 {
    let length = i64::from(u128::BITS - mantissa.leading_zeros());
    if mantissa == 0 || length + exponent < -1074 {
        return 0.0;
    }
    if length + exponent > 1024 {
        return f64::INFINITY;
    }
    // Bits a float of this size keeps: 53, fewer if it is subnormal.
    let kept = 53.min(length + exponent + 1074);
    let dropped = length - kept;
    let (mut rounded, exponent) = if dropped <= 0 {
        (mantissa, exponent)
    } else {
        let (high, half) = (mantissa >> dropped, 1u128 << (dropped - 1));
        let low = mantissa & ((1u128 << dropped) - 1);
        let up = low > half || (low == half && high & 1 == 1);
        (high + u128::from(up), exponent + dropped)
    };
    let mut exponent = exponent;
    while rounded != 0 && rounded & 1 == 0 {
        rounded >>= 1;
        exponent += 1;
    }
    // Both factors are exact, and so are the products.
    let half = exponent / 2;
    rounded as f64 * power_of_two(half) * power_of_two(exponent - half)
}

/// `2**exponent` for a normal float.
fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// `a << b`
pub fn shift_left(thread: &Thread, a: IntRef, b: IntRef) -> Result {
    if b.is_negative() {
        return raise!(thread, ValueError, "negative shift count");
    }
    if a.is_zero() {
        return Ok(from_i64(thread, 0));
    }
    let Some(count) = b.to_i64().map(|count| count as usize) else {
        return raise!(thread, OverflowError, "too many digits in integer");
    };
    if let IntRef::Small(a) = a
        && count < 64
    {
        return Ok(from_i128(thread, i128::from(a) << count));
    }
    // CPython's limit is on its digits of 30 bits.
    let digits = a.bit_len().div_ceil(30) + count / 30 + usize::from(!count.is_multiple_of(30));
    if digits > (i64::MAX - 1) as usize / 30 {
        return raise!(thread, OverflowError, "too many digits in integer");
    }
    if !heap::affordable(count / 8) {
        return raise!(thread, MemoryError, "");
    }
    Ok(from_big(thread, a.to_big() << count))
}

/// `a >> b`
pub fn shift_right(thread: &Thread, a: IntRef, b: IntRef) -> Result {
    if b.is_negative() {
        return raise!(thread, ValueError, "negative shift count");
    }
    let count = b.to_i64().unwrap_or(i64::MAX) as usize;
    Ok(match a {
        IntRef::Small(a) => from_i64(thread, a >> count.min(63)),
        IntRef::Big(a) if count >= a.bit_len() => {
            from_i64(thread, -i64::from(a.sign() == Sign::Negative))
        }
        IntRef::Big(a) => from_big(thread, a >> count),
    })
}

/// `a & b`
#[inline]
pub fn and(thread: &Thread, a: IntRef, b: IntRef) -> Owned {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => from_i64(thread, a & b),
        _ => from_big(thread, with_big!(a, b, x, y => x & y)),
    }
}

/// `a | b`
#[inline]
pub fn or(thread: &Thread, a: IntRef, b: IntRef) -> Owned {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => from_i64(thread, a | b),
        _ => from_big(thread, with_big!(a, b, x, y => x | y)),
    }
}

/// `a ^ b`
#[inline]
pub fn xor(thread: &Thread, a: IntRef, b: IntRef) -> Owned {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => from_i64(thread, a ^ b),
        _ => from_big(thread, with_big!(a, b, x, y => x ^ y)),
    }
}

/// `-a`
pub fn negate(thread: &Thread, a: IntRef) -> Owned {
    match a {
        IntRef::Small(a) => from_i128(thread, -i128::from(a)),
        IntRef::Big(a) => from_big(thread, -a),
    }
}

/// `abs(a)`
pub fn absolute(thread: &Thread, a: IntRef) -> Owned {
    if a.is_negative() {
        negate(thread, a)
    } else {
        super::from_ref(thread, a)
    }
}

/// `~a`
pub fn invert(thread: &Thread, a: IntRef) -> Owned {
    match a {
        IntRef::Small(a) => from_i64(thread, !a),
        IntRef::Big(a) => from_big(thread, !a),
    }
}

/// `a ** b`: a float if `b` is negative.
pub fn power(thread: &Thread, a: IntRef, b: IntRef) -> Result {
    if b.is_negative() {
        let (a, b) = (to_f64(thread, a)?, to_f64(thread, b)?);
        return float::power(thread, a, b);
    }
    if let IntRef::Small(base) = a
        && let Some(power) = small_power(base, b)
    {
        return Ok(from_i64(thread, power));
    }
    let base = a.to_big();
    let exponent = b.to_i64().unwrap_or(i64::MAX) as usize;
    let bits = base.bit_len().saturating_mul(exponent);
    if bits == usize::MAX || !heap::affordable(bits / 8) {
        return raise!(thread, MemoryError, "");
    }
    Ok(from_big(thread, base.pow(exponent)))
}

/// `base ** exponent`, if it fits; `exponent` is not negative.
fn small_power(base: i64, exponent: IntRef) -> Option<i64> {
    match base {
        0 | 1 => Some(if exponent.is_zero() { 1 } else { base }),
        -1 => Some(if exponent.is_odd() { -1 } else { 1 }),
        _ => base.checked_pow(u32::try_from(exponent.to_i64()?).ok()?),
    }
}

/// `pow(base, exponent, modulus)`
pub fn power_modulo(thread: &Thread, base: IntRef, exponent: IntRef, modulus: IntRef) -> Result {
    if modulus.is_zero() {
        return raise!(thread, ValueError, "pow() 3rd argument cannot be 0");
    }
    let modulus = modulus.to_big();
    if modulus.clone().unsigned_abs().is_one() {
        return Ok(from_i64(thread, 0));
    }
    let ring = ConstDivisor::new(modulus.clone().unsigned_abs());
    let mut reduced = ring.reduce(base.to_big());
    if exponent.is_negative() {
        reduced = match reduced.inv() {
            Some(inverse) => inverse,
            None => {
                let text = "base is not invertible for the given modulus";
                return raise!(thread, ValueError, "{text}");
            }
        };
    }
    let mut result = IBig::from(reduced.pow(&exponent.to_big().unsigned_abs()).residue());
    if modulus.sign() == Sign::Negative && !result.is_zero() {
        result += modulus;
    }
    Ok(from_big(thread, result))
}

/// The nearest float; an error if it is too large.
pub fn to_f64(thread: &Thread, a: IntRef) -> Result<f64> {
    let x = a.to_f64();
    if x.is_infinite() {
        return raise!(thread, OverflowError, "int too large to convert to float");
    }
    Ok(x)
}

/// Order of an int and a float, exactly; `None` for nan.
pub fn compare_f64(a: IntRef, x: f64) -> Option<Ordering> {
    const EXACT: u64 = 1 << 53;
    if let IntRef::Small(a) = a
        && a.unsigned_abs() <= EXACT
    {
        return (a as f64).partial_cmp(&x);
    }
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 {
            Ordering::Less
        } else {
            Ordering::Greater
        });
    }
    let whole = x.trunc();
    let order = with_big!(a, IntRef::Big(&from_whole_f64(whole)), a, b => a.cmp(b));
    Some(order.then_with(|| whole.partial_cmp(&x).expect("no nan")))
}

/// A float without fraction as an integer.
pub fn from_whole_f64(x: f64) -> IBig {
    let bits = x.abs().to_bits();
    let exponent = (bits >> 52) as i64 - 1075;
    let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
    let magnitude = match exponent {
        0.. => UBig::from(mantissa) << exponent as usize,
        -63..0 => UBig::from(mantissa >> -exponent),
        _ => UBig::ZERO,
    };
    IBig::from_parts(
        if x < 0.0 {
            Sign::Negative
        } else {
            Sign::Positive
        },
        magnitude,
    )
}

/// Rounds to a multiple of `10**digits`, half to even.
pub fn round_to_power_of_ten(thread: &Thread, a: IntRef, digits: usize) -> Owned {
    // Beyond its own number of digits everything rounds to 0.
    let a = a.to_big();
    if digits > a.bit_len() / 3 + 2 {
        return from_i64(thread, 0);
    }
    let unit = IBig::from(10).pow(digits);
    from_big(thread, round_quotient(&a, &unit) * unit)
}

/// The int nearest to `a / b`, half to even; `b` is positive.
pub fn round_quotient(a: &IBig, b: &IBig) -> IBig {
    let (quotient, remainder) = floor_big(a, b);
    let order = IBig::cmp(&(remainder << 1), b);
    if order.is_gt() || (order.is_eq() && quotient.bit(0)) {
        quotient + 1
    } else {
        quotient
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_rounds_once() {
        assert_eq!(scale(1, -1074), 5e-324);
        assert_eq!(scale(1, -1075), 0.0);
        assert_eq!(scale(3, -1075), 1e-323);
        assert_eq!(scale((1 << 53) + 1, 0), 9_007_199_254_740_992.0);
        assert_eq!(scale((1 << 54) - 1, 970), f64::INFINITY);
        assert_eq!(scale((1 << 53) - 1, 971), f64::MAX);
        assert_eq!(scale((1 << 52) - 1, -1074), 2.225073858507201e-308);
    }

    #[test]
    fn quotients_are_correctly_rounded() {
        let big = |text: &str| text.parse::<UBig>().expect("digits");
        assert_eq!(divide_magnitudes(big("1"), big("3")), 1.0 / 3.0);
        assert_eq!(
            divide_magnitudes(UBig::ONE << 2000, UBig::ONE << 1990),
            1024.0
        );
        assert_eq!(divide_magnitudes(UBig::ONE, UBig::ONE << 1074), 5e-324);
        assert_eq!(
            divide_magnitudes(big("9007199254740993"), big("1")),
            9007199254740992.0
        );
        assert_eq!(
            divide_magnitudes(UBig::ONE << 1024, UBig::ONE),
            f64::INFINITY
        );
    }

    #[test]
    fn floor_division_follows_the_divisor() {
        assert_eq!(floor_i64(-5, 3), (-2, 1));
        assert_eq!(floor_i64(5, -3), (-2, -1));
        assert_eq!(floor_i64(i64::MIN, -1), (1 << 63, 0));
        let (q, r) = floor_big(&IBig::from(-7), &IBig::from(2));
        assert_eq!((q, r), (IBig::from(-4), IBig::from(1)));
    }

    #[test]
    fn ints_and_floats_compare_exactly() {
        let a = IntRef::Small((1 << 53) + 1);
        assert_eq!(
            compare_f64(a, 9_007_199_254_740_992.0),
            Some(Ordering::Greater)
        );
        assert_eq!(
            compare_f64(IntRef::Small(1 << 60), 1e300),
            Some(Ordering::Less)
        );
        let big = IBig::from(1) << 70;
        assert_eq!(
            compare_f64(IntRef::Big(&big), 2f64.powi(70)),
            Some(Ordering::Equal)
        );
        assert_eq!(compare_f64(IntRef::Small(1), f64::NAN), None);
        assert_eq!(from_whole_f64(-4.0), IBig::from(-4));
    }
}
