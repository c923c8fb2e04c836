//! Arithmetic, comparison and truth: quick paths on words, slow paths into `operators`.

use super::frame::Machine;
use crate::object::Owned;
use crate::operators::arithmetic::{self, BinaryOp};
use crate::operators::compare::{self, CompareOp};
use crate::operators::convert;
use crate::types;
use crate::{Result, Thread, Value};
use ashore_bytecode::{Dst, Src};

/// `lhs + rhs` of small ints: tagged words add like the ints.
#[inline(always)]
pub fn add_ints(lhs: Value, rhs: Value) -> Option<Value> {
    (lhs.bits() as i64)
        .checked_add(rhs.bits() as i64)
        .map(|bits| Value::from_bits(bits as u64))
}

/// `lhs - rhs` of small ints.
#[inline(always)]
pub fn sub_ints(lhs: Value, rhs: Value) -> Option<Value> {
    (lhs.bits() as i64)
        .checked_sub(rhs.bits() as i64)
        .map(|bits| Value::from_bits(bits as u64))
}

/// `lhs * rhs` of small ints.
#[inline(always)]
pub fn mul_ints(lhs: Value, rhs: Value) -> Option<Value> {
    lhs.small_int_unchecked()
        .checked_mul(rhs.bits() as i64)
        .map(|bits| Value::from_bits(bits as u64))
}

/// `lhs // rhs` of small ints, `None` for a zero divisor or a result that does not fit.
#[inline(always)]
pub fn floordiv_ints(lhs: Value, rhs: Value) -> Option<Value> {
    let (a, b) = (lhs.small_int_unchecked(), rhs.small_int_unchecked());
    if b == 0 {
        return None;
    }
    let quotient = a / b;
    Value::try_small_int(if a % b != 0 && (a ^ b) < 0 {
        quotient - 1
    } else {
        quotient
    })
}

/// `lhs % rhs` of small ints, `None` for a zero divisor.
#[inline(always)]
pub fn mod_ints(lhs: Value, rhs: Value) -> Option<Value> {
    let (a, b) = (lhs.small_int_unchecked(), rhs.small_int_unchecked());
    if b == 0 {
        return None;
    }
    let remainder = a % b;
    Some(Value::small_int(if remainder != 0 && (remainder ^ b) < 0 {
        remainder + b
    } else {
        remainder
    }))
}

/// `lhs & rhs` of small ints.
#[inline(always)]
pub fn and_ints(lhs: Value, rhs: Value) -> Option<Value> {
    Some(Value::from_bits(lhs.bits() & rhs.bits()))
}

/// `lhs | rhs` of small ints.
#[inline(always)]
pub fn or_ints(lhs: Value, rhs: Value) -> Option<Value> {
    Some(Value::from_bits(lhs.bits() | rhs.bits()))
}

/// `lhs ^ rhs` of small ints.
#[inline(always)]
pub fn xor_ints(lhs: Value, rhs: Value) -> Option<Value> {
    Some(Value::from_bits(lhs.bits() ^ rhs.bits()))
}

/// `lhs << rhs` of small ints while nothing is shifted out.
#[inline(always)]
pub fn lshift_ints(lhs: Value, rhs: Value) -> Option<Value> {
    let (a, n) = (lhs.bits() as i64, rhs.small_int_unchecked());
    if !(0..62).contains(&n) {
        return None;
    }
    let shifted = a << n;
    (shifted >> n == a).then_some(Value::from_bits(shifted as u64))
}

/// `lhs >> rhs` of small ints, `None` for a negative count.
#[inline(always)]
pub fn rshift_ints(lhs: Value, rhs: Value) -> Option<Value> {
    let (a, n) = (lhs.small_int_unchecked(), rhs.small_int_unchecked());
    (n >= 0).then(|| Value::small_int(a >> n.min(63)))
}

/// `lhs / rhs` of two floats, or of ints that doubles hold exactly, if the divisor is not zero and the result is inline.
#[inline(always)]
pub fn divide_quick(lhs: Value, rhs: Value) -> Option<Value> {
    let (x, y) = if lhs.both_inline_float(rhs) {
        (lhs.inline_float_unchecked(), rhs.inline_float_unchecked())
    } else if lhs.both_small_int(rhs) {
        const EXACT: std::ops::RangeInclusive<i64> = -(1 << 53)..=1 << 53;
        let (a, b) = (lhs.small_int_unchecked(), rhs.small_int_unchecked());
        if !(EXACT.contains(&a) && EXACT.contains(&b)) {
            return None;
        }
        (a as f64, b as f64)
    } else {
        return None;
    };
    if y == 0.0 {
        None
    } else {
        Value::try_inline_float(x / y)
    }
}

/// `dst = lhs op rhs`.
#[inline(never)]
pub fn binary(m: &Machine<'_>, op: BinaryOp, dst: Dst, lhs: Src, rhs: Src) -> Result<()> {
    let result = arithmetic::binary(m.thread, op, m.window().get(lhs.0), m.window().get(rhs.0))?;
    m.consume(lhs.0);
    m.consume(rhs.0);
    m.window().set(dst.0, result);
    Ok(())
}

/// `dst = (lhs op= rhs)`. When the result replaces the only reference to `lhs`, a str is extended in place.
#[inline(never)]
pub fn inplace(m: &Machine<'_>, op: BinaryOp, dst: Dst, lhs: Src, rhs: Src) -> Result<()> {
    let (left, right) = (m.window().get(lhs.0), m.window().get(rhs.0));
    if op == BinaryOp::Add
        && dst.0 == lhs.0
        && left.get_exact::<types::str::Str>().is_some()
        && let Some(right) = right.get_exact::<types::str::Str>()
    {
        let mut sum = m.window().take(lhs.0);
        types::str::append(m.thread, &mut sum, right);
        m.consume(rhs.0);
        m.window().put(dst.0, sum);
        return Ok(());
    }
    let result = arithmetic::inplace(m.thread, op, left, right)?;
    m.consume(lhs.0);
    m.consume(rhs.0);
    m.window().set(dst.0, result);
    Ok(())
}

/// `dst = lhs op imm`.
#[inline(never)]
pub fn binary_int(m: &Machine<'_>, op: BinaryOp, dst: Dst, lhs: Src, imm: Value) -> Result<()> {
    let result = float_and_int(m.window().get(lhs.0), op, imm);
    let result = match result {
        Some(result) => Owned::inline(result),
        None => arithmetic::binary(m.thread, op, m.window().get(lhs.0), imm)?,
    };
    m.consume(lhs.0);
    m.window().set(dst.0, result);
    Ok(())
}

/// `dst = (lhs op= imm)`.
#[inline(never)]
pub fn inplace_int(m: &Machine<'_>, op: BinaryOp, dst: Dst, lhs: Src, imm: Value) -> Result<()> {
    let result = arithmetic::inplace(m.thread, op, m.window().get(lhs.0), imm)?;
    m.consume(lhs.0);
    m.window().set(dst.0, result);
    Ok(())
}

fn float_and_int(lhs: Value, op: BinaryOp, imm: Value) -> Option<Value> {
    let (x, y) = (lhs.as_inline_float()?, imm.small_int_unchecked() as f64);
    match op {
        BinaryOp::Add => Value::try_inline_float(x + y),
        BinaryOp::Sub => Value::try_inline_float(x - y),
        _ => None,
    }
}

/// `dst = operator(src)`.
pub fn unary(
    m: &Machine<'_>,
    operator: fn(&Thread, Value) -> Result,
    dst: Dst,
    src: Src,
) -> Result<()> {
    let result = operator(m.thread, m.window().get(src.0))?;
    m.consume(src.0);
    m.window().set(dst.0, result);
    Ok(())
}

/// `dst = lhs op rhs`.
#[inline(never)]
pub fn compare(m: &Machine<'_>, op: CompareOp, dst: Dst, lhs: Src, rhs: Src) -> Result<()> {
    let result = compare::rich(m.thread, op, m.window().get(lhs.0), m.window().get(rhs.0))?;
    m.consume(lhs.0);
    m.consume(rhs.0);
    m.window().set(dst.0, result);
    Ok(())
}

/// The truth of `lhs op rhs`.
#[inline(never)]
pub fn compare_test(m: &Machine<'_>, op: CompareOp, lhs: Src, rhs: Src) -> Result<bool> {
    let truth = compare::test(m.thread, op, m.window().get(lhs.0), m.window().get(rhs.0))?;
    m.consume(lhs.0);
    m.consume(rhs.0);
    Ok(truth)
}

/// The truth of a register, which keeps its value.
#[inline(always)]
pub fn truth(m: &Machine<'_>, register: u16) -> Result<bool> {
    let value = m.window().get(register);
    if value.is_bool() {
        return Ok(value == Value::TRUE);
    }
    convert::truth(m.thread, value)
}

/// The truth of a `Src` register.
#[inline(never)]
pub fn test(m: &Machine<'_>, register: u16) -> Result<bool> {
    let truth = convert::truth(m.thread, m.window().get(register))?;
    m.consume(register);
    Ok(truth)
}
