//! Hash functions: a keyed one for text, CPython's own for numbers.
//!
//! Text hashes differ from run to run, so that nobody can choose colliding keys. With a `PYTHONHASHSEED` they are CPython's
//! (SipHash-1-3 over its keys); without one nobody can tell, and a faster function does. Numbers
//! hash as CPython's do, modulo the prime 2^61 - 1, because equal ints, floats and complex numbers must hash alike.
//! No hash is -1.

use crate::Value;
use dashu_int::{IBig, Sign};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

const BITS: u32 = 61;
/// Numbers hash modulo this prime.
pub const MODULUS: u64 = (1 << BITS) - 1;
/// Hash of infinity.
const INFINITY: i64 = 314_159;
/// Hash of None.
pub const NONE: i64 = 0xfca8_6420;
/// Weight of the imaginary part in the hash of a complex number.
const IMAGINARY: i64 = 1_000_003;

static KEYS: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];
/// The keys are a seed's: text hashes as in CPython.
static SEEDED: AtomicBool = AtomicBool::new(false);

/// Start-up: chooses the keys of this run, from `PYTHONHASHSEED` if it is a number.
pub fn initialize() {
    let seed = std::env::var("PYTHONHASHSEED")
        .ok()
        .and_then(|text| text.parse::<u32>().ok());
    if let Some(seed) = seed {
        for (key, word) in KEYS.iter().zip(keys_of(seed)) {
            key.store(word, Ordering::Relaxed);
        }
        return SEEDED.store(true, Ordering::Relaxed);
    }
    let mut state = random_seed();
    for key in &KEYS {
        key.store(split_mix(&mut state), Ordering::Relaxed);
    }
}

/// CPython's keys for a seed; 0 means none.
fn keys_of(seed: u32) -> [u64; 2] {
    let mut state = seed;
    let mut byte = || {
        state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
        (state >> 16) as u8
    };
    let mut word = || u64::from_le_bytes(std::array::from_fn(|_| byte()));
    let keys = [word(), word()];
    if seed == 0 { [0, 0] } else { keys }
}

fn random_seed() -> u64 {
    let mut bytes = [0u8; 8];
    // SAFETY: the buffer is ours and as long as we say.
    let got = unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), 0) };
    assert!(
        got == 8,
        "the system gives no random bytes: {}",
        std::io::Error::last_os_error()
    );
    u64::from_ne_bytes(bytes)
}

/// The generator SplitMix64: from a seed to well mixed words.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// Product of two words, both halves folded into one.
#[inline(always)]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

#[inline(always)]
fn word(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

#[inline(always)]
fn half(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32::from_le_bytes(
        bytes[at..at + 4].try_into().expect("four bytes"),
    ))
}

/// Hash of text. Empty text hashes to 0, nothing else does.
#[inline]
pub fn hash_bytes(bytes: &[u8]) -> i64 {
    if SEEDED.load(Ordering::Relaxed) {
        return sip_hash(
            bytes,
            [0, 1].map(|i: usize| KEYS[i].load(Ordering::Relaxed)),
        );
    }
    let length = bytes.len();
    let [k0, k1, k2] = [0, 1, 2].map(|i: usize| KEYS[i].load(Ordering::Relaxed));
    let (low, high, mut state) = match length {
        0 => return 0,
        1..=3 => {
            let middle = u64::from(bytes[length / 2]) << 8;
            let ends = u64::from(bytes[0]) << 16 | u64::from(bytes[length - 1]);
            (ends | middle, 0, k2)
        }
        4..=7 => (half(bytes, 0), half(bytes, length - 4), k2),
        8..=16 => (word(bytes, 0), word(bytes, length - 8), k2),
        _ => {
            let state = hash_blocks(bytes, k0, k1, k2);
            (word(bytes, length - 16), word(bytes, length - 8), state)
        }
    };
    state = fold(low ^ k0, high ^ state);
    match fold(state ^ k1, length as u64 ^ 0x9e37_79b9_7f4a_7c15) as i64 {
        0 => 1,
        -1 => -2,
        hash => hash,
    }
}

/// SipHash-1-3, as CPython hashes text.
#[cold]
#[inline(never)]
fn sip_hash(bytes: &[u8], [k0, k1]: [u64; 2]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    let mut state = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    let mut blocks = bytes.chunks_exact(8);
    for block in &mut blocks {
        sip_block(&mut state, word(block, 0));
    }
    let mut last = [0; 8];
    let rest = blocks.remainder();
    last[..rest.len()].copy_from_slice(rest);
    sip_block(
        &mut state,
        u64::from_le_bytes(last) | (bytes.len() as u64) << 56,
    );
    state[2] ^= 0xff;
    (0..3).for_each(|_| sip_round(&mut state));
    finish((state[0] ^ state[1] ^ state[2] ^ state[3]) as i64)
}

fn sip_block(state: &mut [u64; 4], block: u64) {
    state[3] ^= block;
    sip_round(state);
    state[0] ^= block;
}

fn sip_round([a, b, c, d]: &mut [u64; 4]) {
    *a = a.wrapping_add(*b);
    *c = c.wrapping_add(*d);
    *b = b.rotate_left(13) ^ *a;
    *d = d.rotate_left(16) ^ *c;
    *a = a.rotate_left(32);
    *c = c.wrapping_add(*b);
    *a = a.wrapping_add(*d);
    *b = b.rotate_left(17) ^ *c;
    *d = d.rotate_left(21) ^ *a;
    *c = c.rotate_left(32);
}

/// All of the text but its last bytes (at most 16), in blocks of 16.
fn hash_blocks(bytes: &[u8], k0: u64, k1: u64, k2: u64) -> u64 {
    let mut state = k2;
    let mut at = 0;
    let mut lanes = [k0 ^ k2, k1 ^ k2];
    while at + 48 < bytes.len() {
        lanes[0] = fold(word(bytes, at) ^ k0, word(bytes, at + 8) ^ lanes[0]);
        lanes[1] = fold(word(bytes, at + 16) ^ k1, word(bytes, at + 24) ^ lanes[1]);
        at += 32;
    }
    state ^= fold(lanes[0] ^ k1, lanes[1]);
    while at + 16 < bytes.len() {
        state = fold(word(bytes, at) ^ k0, word(bytes, at + 8) ^ state);
        at += 16;
    }
    state
}

fn finish(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// `hash` of an int.
#[inline]
pub fn hash_i64(i: i64) -> i64 {
    let magnitude = (i.unsigned_abs() % MODULUS) as i64;
    finish(if i < 0 { -magnitude } else { magnitude })
}

/// `hash` of a big int.
pub fn hash_big(i: &IBig) -> i64 {
    let (sign, words) = i.as_sign_words();
    let mut magnitude = 0u64;
    for &word in words.iter().rev() {
        let next = u128::from(magnitude) << 64 | u128::from(word);
        magnitude = (next % u128::from(MODULUS)) as u64;
    }
    let magnitude = magnitude as i64;
    finish(if sign == Sign::Negative {
        -magnitude
    } else {
        magnitude
    })
}

/// `hash` of a float; nan has one of its own.
pub fn hash_f64(x: f64) -> i64 {
    if x.is_infinite() {
        return if x > 0.0 { INFINITY } else { -INFINITY };
    }
    if x.is_nan() {
        return hash_address(x.to_bits() as usize);
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = match exponent {
        0 => (fraction, -1074),
        _ => (fraction | 1 << 52, exponent - 1075),
    };
    // 2^61 is 1 modulo 2^61 - 1: multiplying by a power of two rotates.
    let shift = exponent.rem_euclid(BITS as i32) as u32;
    let magnitude = if shift == 0 {
        mantissa
    } else {
        (mantissa << shift & MODULUS) | mantissa >> (BITS - shift)
    };
    let magnitude = (magnitude % MODULUS) as i64;
    finish(if x < 0.0 { -magnitude } else { magnitude })
}

/// `hash` of a complex number.
pub fn hash_complex(real: f64, imaginary: f64) -> i64 {
    let weighted = hash_f64(imaginary).wrapping_mul(IMAGINARY);
    finish(hash_f64(real).wrapping_add(weighted))
}

/// `hash` of an object by identity.
#[inline]
pub fn hash_identity(value: Value) -> i64 {
    hash_address(value.bits() as usize)
}

fn hash_address(address: usize) -> i64 {
    finish(address.rotate_right(4) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_hash_as_cpython_does() {
        assert_eq!(hash_i64(-1), -2);
        assert_eq!(hash_i64(MODULUS as i64), 0);
        assert_eq!(hash_i64(i64::MIN), -4);
        assert_eq!(
            hash_big(&(IBig::from(10).pow(30))),
            1_000_000_000_000_000_000_000_000_000_000i128.rem_euclid(i128::from(MODULUS)) as i64
        );
        assert_eq!(hash_f64(0.5), 1_152_921_504_606_846_976);
        assert_eq!(hash_f64(3.25), 576_460_752_303_423_491);
        assert_eq!(hash_f64(-2.0), -2);
        assert_eq!(hash_f64(1e300), 1_224_995_262_755_759_164);
        assert_eq!(hash_f64(f64::NEG_INFINITY), -314_159);
        assert_eq!(hash_f64(5e-324), 16_777_216);
    }

    #[test]
    fn seeded_text_hashes_as_cpython_does() {
        assert_eq!(sip_hash(b"", keys_of(42)), 0);
        assert_eq!(sip_hash(b"abc", keys_of(0)), -4_594_863_902_769_663_758);
        assert_eq!(sip_hash(b"abc", keys_of(42)), 3_869_580_338_025_362_921);
        assert_eq!(
            sip_hash(b"abcdefghijk", keys_of(42)),
            7_764_564_197_781_545_852
        );
    }

    #[test]
    fn text_of_every_length_hashes_by_every_byte() {
        initialize();
        let text: Vec<u8> = (0..200u8).collect();
        for length in 1..text.len() {
            let hash = hash_bytes(&text[..length]);
            for changed in 0..length {
                let mut other = text[..length].to_vec();
                other[changed] ^= 1;
                assert_ne!(hash, hash_bytes(&other), "{length} {changed}");
            }
        }
    }
}
