//! `sum`: ints while they are small, floats and complex numbers with what rounding loses, anything else with `+`.

use crate::object::Owned;
use crate::operators::arithmetic::{self, BinaryOp};
use crate::operators::iterate;
use crate::types::complex::Complex;
use crate::types::str::Str;
use crate::types::{self, class};
use crate::{Builtin, Result, Thread, Value, raise};

/// A sum of floats, and what rounding has lost of it so far (Neumaier).
#[derive(Clone, Copy)]
struct Precise {
    sum: f64,
    lost: f64,
}

impl Precise {
    fn new(sum: f64) -> Precise {
        Precise { sum, lost: 0.0 }
    }

    fn add(self, x: f64) -> Precise {
        let next = self.sum + x;
        let error = if self.sum.abs() >= x.abs() {
            (self.sum - next) + x
        } else {
            (x - next) + self.sum
        };
        Precise {
            sum: next,
            lost: self.lost + error,
        }
    }

    /// Adds an int, of which nothing is kept that a float has not, as in CPython.
    fn add_int(self, i: i64) -> Precise {
        Precise {
            sum: self.sum + i as f64,
            ..self
        }
    }

    /// What was lost is meaningless once the sum is not finite, and adding none would lose the sign of zero.
    fn value(self) -> f64 {
        let exact = self.lost == 0.0 || !self.lost.is_finite();
        if exact {
            self.sum
        } else {
            self.sum + self.lost
        }
    }
}

enum Sum {
    Int(i64),
    Float(Precise),
    Complex(Precise, Precise),
    Object(Owned),
}

fn complex(value: Value) -> Option<(f64, f64)> {
    value.get_exact::<Complex>().map(Complex::get)
}

impl Sum {
    fn of(value: Owned) -> Sum {
        let number = value.value();
        if let Some((real, imaginary)) = complex(number) {
            return Sum::Complex(Precise::new(real), Precise::new(imaginary));
        }
        match (types::int::to_i64(number), types::float::as_f64(number)) {
            (Some(i), _) if !number.is_bool() => Sum::Int(i),
            (_, Some(x)) => Sum::Float(Precise::new(x)),
            _ => Sum::Object(value),
        }
    }

    fn into_owned(self, thread: &Thread) -> Owned {
        match self {
            Sum::Int(i) => types::int::from_i64(thread, i),
            Sum::Float(sum) => types::float::new(thread, sum.value()),
            Sum::Complex(real, imaginary) => {
                types::complex::new(thread, real.value(), imaginary.value())
            }
            Sum::Object(value) => value,
        }
    }

    fn add(self, thread: &Thread, item: Value) -> Result<Sum> {
        let (int, float) = (types::int::to_i64(item), types::float::as_f64(item));
        match (&self, int, float) {
            (Sum::Int(sum), Some(i), _) => {
                if let Some(total) = sum.checked_add(i) {
                    return Ok(Sum::Int(total));
                }
            }
            (Sum::Int(sum), None, Some(x)) => {
                return Ok(Sum::Float(Precise::new(*sum as f64).add(x)));
            }
            (Sum::Float(sum), Some(i), _) => return Ok(Sum::Float(sum.add_int(i))),
            (Sum::Float(sum), None, Some(x)) => return Ok(Sum::Float(sum.add(x))),
            (Sum::Complex(real, imaginary), Some(i), _) => {
                return Ok(Sum::Complex(real.add_int(i), *imaginary));
            }
            (Sum::Complex(real, imaginary), None, Some(x)) => {
                return Ok(Sum::Complex(real.add(x), *imaginary));
            }
            (Sum::Complex(real, imaginary), None, None) => {
                if let Some((re, im)) = complex(item) {
                    return Ok(Sum::Complex(real.add(re), imaginary.add(im)));
                }
            }
            _ => {}
        }
        let is_number = !matches!(self, Sum::Object(_));
        let sum = self.into_owned(thread);
        let sum = arithmetic::binary(thread, BinaryOp::Add, sum.value(), item)?;
        // Numbers may go on as numbers of another kind; what began as something else stays that.
        let becomes_complex = is_number && complex(sum.value()).is_some();
        Ok(if becomes_complex {
            Sum::of(sum)
        } else {
            Sum::Object(sum)
        })
    }
}

pub(super) fn sum(thread: &Thread, args: &[Value]) -> Result {
    let start = args[1];
    let joined = [
        (start.is::<Str>(), "strings", "''"),
        (class::is_instance(start, Builtin::Bytes), "bytes", "b''"),
        (
            class::is_instance(start, Builtin::Bytearray),
            "bytearray",
            "b''",
        ),
    ];
    if let Some((_, what, joint)) = joined.iter().find(|(is, ..)| *is) {
        return raise!(
            thread,
            TypeError,
            "sum() can't sum {what} [use {joint}.join(seq) instead]"
        );
    }
    let mut sum = Sum::of(Owned::new(start));
    iterate::for_each(thread, args[0], |item| {
        sum = std::mem::replace(&mut sum, Sum::Int(0)).add(thread, item.value())?;
        Ok(())
    })?;
    Ok(sum.into_owned(thread))
}
