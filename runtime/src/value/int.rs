//! Ints in the word: 62 bits, shifted left by two, so that `(a | b) & 3 == 0` tests both and addition needs no untagging.

use super::Value;

/// Smallest int that fits in the word.
pub const MIN_SMALL: i64 = -(1 << 61);
/// Largest int that fits in the word.
pub const MAX_SMALL: i64 = (1 << 61) - 1;

impl Value {
    /// An int known to fit (lengths, small counters).
    #[inline(always)]
    pub const fn small_int(i: i64) -> Value {
        debug_assert!(MIN_SMALL <= i && i <= MAX_SMALL);
        Value::from_bits((i << 2) as u64)
    }

    /// An int, if it fits in 62 bits; `types::int::from_i64` takes any.
    #[inline(always)]
    pub const fn try_small_int(i: i64) -> Option<Value> {
        if MIN_SMALL <= i && i <= MAX_SMALL {
            Some(Value::from_bits((i << 2) as u64))
        } else {
            None
        }
    }

    #[inline(always)]
    pub const fn is_small_int(self) -> bool {
        self.bits() & 3 == 0
    }

    /// Are both values small ints? One test.
    #[inline(always)]
    pub const fn both_small_int(self, other: Value) -> bool {
        (self.bits() | other.bits()) & 3 == 0
    }

    /// The int, if this is a small one (`bool` is not).
    #[inline(always)]
    pub const fn as_small_int(self) -> Option<i64> {
        if self.is_small_int() {
            Some(self.bits() as i64 >> 2)
        } else {
            None
        }
    }

    /// The int; meaningful only if [`Value::is_small_int`].
    #[inline(always)]
    pub const fn small_int_unchecked(self) -> i64 {
        self.bits() as i64 >> 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_round_trip() {
        for i in [MIN_SMALL, -1, 0, 1, MAX_SMALL] {
            assert_eq!(
                Value::try_small_int(i).and_then(Value::as_small_int),
                Some(i)
            );
        }
        assert_eq!(Value::try_small_int(MAX_SMALL + 1), None);
        assert_eq!(Value::try_small_int(MIN_SMALL - 1), None);
        assert!(!Value::TRUE.is_small_int());
    }
}
