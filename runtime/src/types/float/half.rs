//! Half precision: 16 bits, as `struct` and `memoryview` read and write them.

/// The smallest number that is too large for half precision when rounded.
const LIMIT: f64 = 65520.0;

/// Half precision, rounded to the nearest, ties to even; none if the number is too large.
pub fn from_f64(x: f64) -> Option<u16> {
    let bits = x.to_bits();
    let sign = ((bits >> 48) & 0x8000) as u16;
    let magnitude = x.abs();
    if x.is_nan() {
        return Some(sign | 0x7e00 | ((bits >> 42) & 0x1ff) as u16);
    }
    if magnitude.is_infinite() {
        return Some(sign | 0x7c00);
    }
    if magnitude >= LIMIT {
        return None;
    }
    // What one unit in the last place is worth: 2^-24 for the numbers near zero, which have no leading one.
    let exponent = ((bits >> 52) & 0x7ff) as i32 - 1023;
    let exponent = exponent.max(-14);
    let unit = f64::from_bits(((exponent - 10 + 1023) as u64) << 52);
    let units = (magnitude / unit).round_ties_even() as u32;
    // A carry out of the fraction goes into the exponent, as it should.
    let biased = ((exponent + 14) as u32) << 10;
    Some(sign | (biased + units) as u16)
}

/// The number that the bits stand for.
pub fn to_f64(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), u64::from(bits & 0x3ff));
    let magnitude = match exponent {
        0 => fraction as f64 * f64::from_bits((1023 - 24) << 52),
        31 if fraction == 0 => f64::INFINITY,
        31 => return f64::from_bits(u64::from(bits & 0x8000) << 48 | 0x7ff << 52 | fraction << 42),
        _ => f64::from_bits(((exponent - 15 + 1023) as u64) << 52 | fraction << 42),
    };
    sign * magnitude
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_there_and_back() {
        for bits in 0..=u16::MAX {
            let x = to_f64(bits);
            if !x.is_nan() {
                assert_eq!(from_f64(x), Some(bits));
            }
        }
        assert_eq!(from_f64(1.0), Some(0x3c00));
        assert_eq!(from_f64(65519.0), Some(0x7bff));
        assert_eq!(from_f64(65520.0), None);
        assert_eq!(from_f64(-0.0), Some(0x8000));
        assert_eq!(from_f64(2f64.powi(-25)), Some(0));
        assert_eq!(from_f64(2f64.powi(-25) * 1.5), Some(1));
    }
}
