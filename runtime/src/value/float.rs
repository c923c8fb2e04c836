//! Floats in the word: exponents whose bits 9 and 8 agree, 0, inf and nan are inline, the rest is boxed.

use super::Value;

impl Value {
    /// The float, if it can be held inline; `types::float::new` takes any.
    #[inline(always)]
    pub const fn try_inline_float(x: f64) -> Option<Value> {
        let bits = x.to_bits().rotate_left(4).wrapping_sub(1);
        if bits & 2 != 0 {
            Some(Value::from_bits(bits))
        } else {
            None
        }
    }

    #[inline(always)]
    pub const fn is_inline_float(self) -> bool {
        self.bits() & 2 != 0
    }

    /// Are both values inline floats? One test.
    #[inline(always)]
    pub const fn both_inline_float(self, other: Value) -> bool {
        self.bits() & other.bits() & 2 != 0
    }

    /// The float, if this is an inline one.
    #[inline(always)]
    pub const fn as_inline_float(self) -> Option<f64> {
        if self.is_inline_float() {
            Some(self.inline_float_unchecked())
        } else {
            None
        }
    }

    /// The float; meaningful only if [`Value::is_inline_float`].
    #[inline(always)]
    pub const fn inline_float_unchecked(self) -> f64 {
        f64::from_bits(self.bits().wrapping_add(1).rotate_right(4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exponent_round_trips_or_is_refused() {
        for exponent in 0..2048u64 {
            for sign in [0, 1u64] {
                for mantissa in [0, 1, 0x5555_5555_5555, 0xf_ffff_ffff_ffff] {
                    let x = f64::from_bits(sign << 63 | exponent << 52 | mantissa);
                    match Value::try_inline_float(x) {
                        Some(v) => {
                            assert_eq!(v.as_inline_float().map(f64::to_bits), Some(x.to_bits()))
                        }
                        None => {
                            let a = x.abs();
                            let boxed =
                                |low: i32, high: i32| 2f64.powi(low) <= a && a < 2f64.powi(high);
                            assert!(boxed(-767, -255) || boxed(257, 769), "{x:e}");
                        }
                    }
                }
            }
        }
    }
}
