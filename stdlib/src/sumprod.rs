//! `math.sumprod`: ints exactly, floats as if computed with three times their precision.

use ashore_runtime::operators::arithmetic::{self, BinaryOp};
use ashore_runtime::operators::iterate;
use ashore_runtime::types::class_of;
use ashore_runtime::types::float;
use ashore_runtime::types::int::IntRef;
use ashore_runtime::{Builtin, Owned, Result, Thread, Value, raise};

/// The sum of two floats, and what rounding took from it.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

/// A sum of products of floats in three parts.
#[derive(Clone, Copy, Default)]
struct Triple {
    high: f64,
    low: f64,
    tiny: f64,
}

impl Triple {
    fn plus_product(self, x: f64, y: f64) -> Triple {
        let product = x * y;
        let error = x.mul_add(y, -product);
        let (high, high_error) = two_sum(self.high, product);
        let (low, low_error) = two_sum(self.low, error);
        let (low, rest) = two_sum(low, high_error);
        Triple {
            high,
            low,
            tiny: self.tiny + low_error + rest,
        }
    }

    fn to_f64(self) -> f64 {
        self.high + two_sum(self.low, self.tiny).0
    }
}

fn is_int(value: Value) -> bool {
    class_of(value).is(Builtin::Int)
}

/// The operands as floats, if one is a float and the other a float or an int that fits.
fn floats(p: Value, q: Value) -> Option<(f64, f64)> {
    let is_float = |value: Value| class_of(value).is(Builtin::Float);
    let as_float = |value: Value| match float::as_f64(value) {
        Some(x) if is_float(value) => Some(x),
        _ if is_int(value) || value.is_bool() => {
            let x = IntRef::of(&value)?.to_f64();
            x.is_finite().then_some(x)
        }
        _ => None,
    };
    (is_float(p) || is_float(q)).then_some(())?;
    Some((as_float(p)?, as_float(q)?))
}

/// The state of a sum. Ints are added exactly while there is nothing else; from then on floats are added precisely while
/// there is nothing else and nothing overflows; then it is `total + p * q`.
struct Sum {
    total: Owned,
    ints_only: bool,
    floats_only: bool,
    precise: Option<Triple>,
}

impl Sum {
    fn add(&mut self, thread: &Thread, value: Value) -> Result<()> {
        self.total = arithmetic::binary(thread, BinaryOp::Add, self.total.value(), value)?;
        Ok(())
    }

    fn add_product(&mut self, thread: &Thread, p: Value, q: Value) -> Result<()> {
        self.ints_only &= is_int(p) && is_int(q);
        if !self.ints_only && self.floats_only {
            if let Some((x, y)) = floats(p, q) {
                let next = self.precise.unwrap_or_default().plus_product(x, y);
                if next.high.is_finite() {
                    self.precise = Some(next);
                    return Ok(());
                }
            }
            self.end_floats(thread)?;
        }
        let product = arithmetic::binary(thread, BinaryOp::Mul, p, q)?;
        self.add(thread, product.value())
    }

    fn end_floats(&mut self, thread: &Thread) -> Result<()> {
        self.floats_only = false;
        match self.precise.take() {
            Some(sum) => self.add(thread, float::new(thread, sum.to_f64()).value()),
            None => Ok(()),
        }
    }
}

pub(crate) fn sumprod(thread: &Thread, args: &[Value]) -> Result {
    let p = iterate::iter(thread, args[0])?;
    let q = iterate::iter(thread, args[1])?;
    let mut sum = Sum {
        total: Owned::inline(Value::small_int(0)),
        ints_only: true,
        floats_only: true,
        precise: None,
    };
    loop {
        let a = iterate::next(thread, p.value())?;
        let b = iterate::next(thread, q.value())?;
        match (a, b) {
            (Some(a), Some(b)) => sum.add_product(thread, a.value(), b.value())?,
            (None, None) => break,
            _ => return raise!(thread, ValueError, "Inputs are not the same length"),
        }
    }
    sum.end_floats(thread)?;
    Ok(sum.total)
}
