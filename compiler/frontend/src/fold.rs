//! Constant folding: the operations CPython folds, within its limits on the size of results.
//!
//! Anything that would raise, or whose result would be too large, is left to the running program.

use ashore_bytecode::Constant;
use dashu_int::IBig;
use dashu_int::ops::{BitTest, DivRem};
use ruff_python_ast::{Operator, UnaryOp};

/// Limits of results, from CPython's optimizer.
const MAX_INT_BITS: usize = 128;
const MAX_TUPLE: usize = 256;
const MAX_STRING: usize = 4096;
const MAX_ITEMS: usize = 1024;

/// The constant of an int.
pub fn int(value: IBig) -> Constant {
    match i64::try_from(&value) {
        Ok(small) => Constant::Int(small),
        Err(_) => Constant::BigInt(value.to_string()),
    }
}

/// The int a constant is, as an operand of arithmetic.
fn as_int(constant: &Constant) -> Option<IBig> {
    match constant {
        Constant::Int(value) => Some(IBig::from(*value)),
        Constant::BigInt(digits) => digits.parse().ok(),
        Constant::True => Some(IBig::from(1)),
        Constant::False => Some(IBig::from(0)),
        _ => None,
    }
}

fn float(value: f64) -> Constant {
    Constant::Float(value.to_bits())
}

/// The float a constant is in arithmetic with floats; ints only where the conversion is exact.
pub fn as_float(constant: &Constant) -> Option<f64> {
    match constant {
        Constant::Float(bits) => Some(f64::from_bits(*bits)),
        Constant::Int(value) if value.unsigned_abs() <= 1 << 53 => Some(*value as f64),
        Constant::True => Some(1.0),
        Constant::False => Some(0.0),
        _ => None,
    }
}

/// `bool(constant)`.
pub fn truth(constant: &Constant) -> bool {
    match constant {
        Constant::None | Constant::False => false,
        Constant::True | Constant::Ellipsis | Constant::BigInt(_) | Constant::Code(_) => true,
        Constant::Int(value) => *value != 0,
        Constant::Float(bits) | Constant::Imaginary(bits) => f64::from_bits(*bits) != 0.0,
        Constant::Str(bytes) | Constant::Bytes(bytes) => !bytes.is_empty(),
        Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
    }
}

fn boolean(value: bool) -> Constant {
    if value {
        Constant::True
    } else {
        Constant::False
    }
}

/// `op constant`
pub fn unary(op: UnaryOp, operand: &Constant) -> Option<Constant> {
    match (op, operand) {
        (UnaryOp::Not, _) => Some(boolean(!truth(operand))),
        (UnaryOp::USub, Constant::Float(bits)) => Some(float(-f64::from_bits(*bits))),
        (UnaryOp::UAdd, Constant::Float(_)) => Some(operand.clone()),
        // `~True` is deprecated: the warning belongs to the running program.
        (UnaryOp::Invert, Constant::True | Constant::False) => None,
        (UnaryOp::USub, _) => Some(int(-as_int(operand)?)),
        (UnaryOp::UAdd, _) => Some(int(as_int(operand)?)),
        (UnaryOp::Invert, _) => Some(int(!as_int(operand)?)),
    }
}

/// `left op right`
pub fn binary(op: Operator, left: &Constant, right: &Constant) -> Option<Constant> {
    if let (Some(a), Some(b)) = (as_int(left), as_int(right)) {
        let both_bool = matches!(
            (left, right),
            (
                Constant::True | Constant::False,
                Constant::True | Constant::False
            )
        );
        return ints(op, a, b, both_bool);
    }
    match (op, left, right) {
        (Operator::Add, Constant::Str(a), Constant::Str(b)) => {
            Some(Constant::Str([&a[..], b].concat()))
        }
        (Operator::Add, Constant::Bytes(a), Constant::Bytes(b)) => {
            Some(Constant::Bytes([&a[..], b].concat()))
        }
        (Operator::Add, Constant::Tuple(a), Constant::Tuple(b)) => {
            Some(Constant::Tuple([&a[..], b].concat()))
        }
        (Operator::Mult, Constant::Int(n), sequence)
        | (Operator::Mult, sequence, Constant::Int(n)) => {
            repeat(sequence, *n).or_else(|| floats(op, left, right))
        }
        _ => floats(op, left, right),
    }
}

fn ints(op: Operator, a: IBig, b: IBig, both_bool: bool) -> Option<Constant> {
    let zero = IBig::from(0);
    let bits = |i: &IBig| i.bit_len();
    let small = |i: &IBig| usize::try_from(i).ok().filter(|&n| n <= MAX_INT_BITS);
    Some(match op {
        Operator::Add => int(a + b),
        Operator::Sub => int(a - b),
        Operator::Mult if bits(&a) + bits(&b) <= MAX_INT_BITS => int(a * b),
        Operator::Pow if b < zero => floats(op, &int(a), &int(b))?,
        Operator::Pow => {
            let exponent = small(&b)?;
            if bits(&a).saturating_mul(exponent) > MAX_INT_BITS {
                return None;
            }
            int(a.pow(exponent))
        }
        Operator::LShift => {
            let shift = small(&b)?;
            if bits(&a) + shift > MAX_INT_BITS {
                return None;
            }
            int(a << shift)
        }
        Operator::RShift => int(a >> usize::try_from(&b).ok()?),
        Operator::BitAnd if both_bool => boolean(a & b != zero),
        Operator::BitOr if both_bool => boolean(a | b != zero),
        Operator::BitXor if both_bool => boolean(a ^ b != zero),
        Operator::BitAnd => int(a & b),
        Operator::BitOr => int(a | b),
        Operator::BitXor => int(a ^ b),
        Operator::FloorDiv if b != zero => int(floor_divide(a, b).0),
        Operator::Mod if b != zero => int(floor_divide(a, b).1),
        Operator::Div => floats(op, &int(a), &int(b))?,
        _ => return None,
    })
}

/// Quotient and remainder with the sign of the divisor.
fn floor_divide(a: IBig, b: IBig) -> (IBig, IBig) {
    let (quotient, remainder) = (&a).div_rem(&b);
    let zero = IBig::from(0);
    if remainder != zero && (remainder < zero) != (b < zero) {
        (quotient - IBig::from(1), remainder + b)
    } else {
        (quotient, remainder)
    }
}

fn floats(op: Operator, left: &Constant, right: &Constant) -> Option<Constant> {
    let (a, b) = (as_float(left)?, as_float(right)?);
    let value = match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        Operator::Div if b != 0.0 => a / b,
        // A negative base may give a complex number, zero may raise.
        Operator::Pow if a > 0.0 => a.powf(b),
        _ => return None,
    };
    (value.is_finite() || !a.is_finite() || !b.is_finite()).then(|| float(value))
}

fn repeat(sequence: &Constant, times: i64) -> Option<Constant> {
    let times = usize::try_from(times).unwrap_or(0);
    let fits = |length: usize, limit: usize| length.checked_mul(times).is_some_and(|n| n <= limit);
    match sequence {
        Constant::Str(text) if fits(text.len(), MAX_STRING) => {
            Some(Constant::Str(text.repeat(times)))
        }
        Constant::Bytes(bytes) if fits(bytes.len(), MAX_STRING) => {
            Some(Constant::Bytes(bytes.repeat(times)))
        }
        Constant::Tuple(items)
            if fits(items.len(), MAX_TUPLE) && fits(count(sequence), MAX_ITEMS) =>
        {
            Some(Constant::Tuple(
                std::iter::repeat_n(items, times)
                    .flatten()
                    .cloned()
                    .collect(),
            ))
        }
        _ => None,
    }
}

/// Number of constants inside a constant.
fn count(constant: &Constant) -> usize {
    match constant {
        Constant::Tuple(items) | Constant::FrozenSet(items) => {
            1 + items.iter().map(count).sum::<usize>()
        }
        _ => 1,
    }
}

/// `sequence[index]`
pub fn subscript(sequence: &Constant, index: &Constant) -> Option<Constant> {
    let index = match index {
        Constant::Int(index) => *index,
        Constant::True => 1,
        Constant::False => 0,
        _ => return None,
    };
    let at = |length: usize| {
        let index = if index < 0 {
            index + length as i64
        } else {
            index
        };
        usize::try_from(index).ok().filter(|&i| i < length)
    };
    match sequence {
        Constant::Tuple(items) => Some(items[at(items.len())?].clone()),
        Constant::Bytes(bytes) => Some(Constant::Int(i64::from(bytes[at(bytes.len())?]))),
        Constant::Str(text) => {
            let text = std::str::from_utf8(text).ok()?;
            let c = text.chars().nth(at(text.chars().count())?)?;
            Some(Constant::Str(c.to_string().into_bytes()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Constant::{Int, Str, Tuple};

    #[test]
    fn ints_as_cpython() {
        assert_eq!(binary(Operator::FloorDiv, &Int(-7), &Int(2)), Some(Int(-4)));
        assert_eq!(binary(Operator::Mod, &Int(-7), &Int(2)), Some(Int(1)));
        assert_eq!(binary(Operator::Mod, &Int(7), &Int(0)), None);
        assert_eq!(
            binary(Operator::Pow, &Int(2), &Int(64)),
            Some(Constant::BigInt("18446744073709551616".into()))
        );
        assert_eq!(binary(Operator::Pow, &Int(2), &Int(1000)), None);
        assert_eq!(
            binary(Operator::BitAnd, &Constant::True, &Constant::False),
            Some(Constant::False)
        );
        assert_eq!(
            unary(UnaryOp::USub, &Int(i64::MIN)),
            Some(Constant::BigInt("9223372036854775808".into()))
        );
    }

    #[test]
    fn floats_as_cpython() {
        assert_eq!(binary(Operator::Div, &Int(1), &Int(2)), Some(float(0.5)));
        assert_eq!(binary(Operator::Div, &Int(1), &Int(0)), None);
        assert_eq!(binary(Operator::Pow, &Int(2), &Int(-1)), Some(float(0.5)));
        assert_eq!(binary(Operator::Mult, &float(1e308), &Int(10)), None);
    }

    #[test]
    fn sequences_as_cpython() {
        assert_eq!(
            binary(Operator::Mult, &Str(b"ab".to_vec()), &Int(2)),
            Some(Str(b"abab".to_vec()))
        );
        assert_eq!(
            binary(Operator::Mult, &Str(b"ab".to_vec()), &Int(5000)),
            None
        );
        assert_eq!(
            binary(Operator::Mult, &Tuple(vec![Int(1)]), &Int(-1)),
            Some(Tuple(vec![]))
        );
        assert_eq!(
            subscript(&Str("aé".into()), &Int(-1)),
            Some(Str("é".into()))
        );
        assert_eq!(subscript(&Tuple(vec![]), &Int(0)), None);
    }
}
