//! Ints as bytes: `int.to_bytes` and `int.from_bytes`.

use super::IntRef;
use dashu_int::ops::UnsignedAbs;
use dashu_int::{IBig, Sign, UBig};

/// The int that bytes represent, in two's complement if signed.
pub fn from_bytes(bytes: &[u8], little: bool, signed: bool) -> IBig {
    match (little, signed) {
        _ if bytes.is_empty() => IBig::ZERO,
        (true, true) => IBig::from_le_bytes(bytes),
        (false, true) => IBig::from_be_bytes(bytes),
        (true, false) => UBig::from_le_bytes(bytes).into(),
        (false, false) => UBig::from_be_bytes(bytes).into(),
    }
}

/// The int in `length` bytes, in two's complement if signed; `None` if it does not fit. A negative one is signed.
pub fn to_bytes(int: IntRef, length: usize, little: bool, signed: bool) -> Option<Vec<u8>> {
    let big = int.to_big();
    let negative = big.sign() == Sign::Negative;
    // The bits of a negative int are those of its complement, inverted.
    let magnitude = if negative {
        (!big).unsigned_abs()
    } else {
        big.unsigned_abs()
    };
    let mut bytes = if magnitude.is_zero() {
        Vec::new()
    } else {
        magnitude.to_le_bytes().into_vec()
    };
    if bytes.len() > length {
        return None;
    }
    bytes.resize(length, 0);
    let top_bit = bytes.last().is_some_and(|&byte| byte & 0x80 != 0);
    if (signed && top_bit) || (negative && length == 0) {
        return None;
    }
    if negative {
        bytes.iter_mut().for_each(|byte| *byte = !*byte);
    }
    if !little {
        bytes.reverse();
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_fit_exactly() {
        let bytes = |i: i64, length, signed| to_bytes(IntRef::Small(i), length, false, signed);
        assert_eq!(bytes(255, 1, false), Some(vec![255]));
        assert_eq!(bytes(256, 1, false), None);
        assert_eq!(bytes(-128, 1, true), Some(vec![0x80]));
        assert_eq!(bytes(-129, 1, true), None);
        assert_eq!(bytes(128, 1, true), None);
        assert_eq!(bytes(0, 0, false), Some(vec![]));
        assert_eq!(bytes(-1, 0, true), None);
        assert_eq!(
            to_bytes(IntRef::Small(258), 3, true, false),
            Some(vec![2, 1, 0])
        );
    }

    #[test]
    fn bytes_round_trip() {
        for i in [-(1i64 << 40), -256, -255, -1, 0, 1, 127, 128, 1 << 40] {
            for little in [true, false] {
                let bytes = to_bytes(IntRef::Small(i), 9, little, true).expect("it fits");
                assert_eq!(from_bytes(&bytes, little, true), IBig::from(i));
            }
        }
    }
}
