//! Items as bytes and back.

use super::fail;
use super::format::Item;
use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::types::bytes::{self, Buffer, Bytes};
use ashore_runtime::types::float::half;
use ashore_runtime::types::int::IntRef;
use ashore_runtime::types::{complex, float, int, str};
use ashore_runtime::{Owned, Result, Thread, Value, raise};

impl Item {
    /// Writes the value as the item's bytes, which are zero.
    pub(super) fn pack(
        self,
        thread: &Thread,
        value: Value,
        big_endian: bool,
        out: &mut [u8],
    ) -> Result<()> {
        match self.kind {
            b'c' => match value.get::<Bytes>().map(Bytes::as_slice) {
                Some(&[byte]) => out[0] = byte,
                _ => {
                    return fail!(thread, "char format requires a bytes object of length 1");
                }
            },
            b's' | b'p' => return self.pack_bytes(thread, value, out),
            b'?' => out[0] = u8::from(convert::truth(thread, value)?),
            b'e' | b'f' | b'd' => {
                let x = real(thread, value)?;
                pack_float(thread, self.kind, x, big_endian, out)?;
            }
            b'F' | b'D' => {
                let Some((re, im)) = complex_parts(thread, value)? else {
                    return fail!(thread, "required argument is not a complex");
                };
                let half = out.len() / 2;
                let kind = self.kind.to_ascii_lowercase();
                let (first, second) = out.split_at_mut(half);
                pack_float(thread, kind, re, big_endian, first)?;
                pack_float(thread, kind, im, big_endian, second)?;
            }
            _ => {
                let word = self.integer(thread, value)?;
                let all = word.to_le_bytes();
                out.copy_from_slice(&all[..self.size]);
                if big_endian {
                    out.reverse();
                }
            }
        }
        Ok(())
    }

    fn pack_bytes(self, thread: &Thread, value: Value, out: &mut [u8]) -> Result<()> {
        let buffer = Buffer::is_bytes_like(value).then(|| Buffer::of(thread, &value));
        let Some(bytes) = buffer.flatten() else {
            return fail!(
                thread,
                "argument for '{}' must be a bytes object",
                char::from(self.kind)
            );
        };
        let mut place = out;
        if self.kind == b'p' {
            let Some((length, rest)) = place.split_first_mut() else {
                return Ok(());
            };
            *length = bytes.len().min(rest.len()).min(255) as u8;
            place = rest;
        }
        let length = bytes.len().min(place.len());
        place[..length].copy_from_slice(&bytes[..length]);
        Ok(())
    }

    /// The value as a word whose low bytes are the item's.
    fn integer(self, thread: &Thread, value: Value) -> Result<i128> {
        if !convert::has_index(value) {
            return fail!(thread, "required argument is not an integer");
        }
        let number = convert::index(thread, value)?;
        let number = IntRef::of(&number.value()).map(IntRef::to_big);
        let number = number.and_then(|number| i128::try_from(number).ok());
        let signed = self.kind.is_ascii_lowercase();
        let bits = 8 * self.size as u32;
        let (low, high) = match signed {
            true => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
            false => (0, (1_i128 << bits) - 1),
        };
        // A pointer may be given as a negative number, too.
        let low = if self.kind == b'P' { -(1 << 63) } else { low };
        if let Some(number) = number.filter(|number| (low..=high).contains(number)) {
            return Ok(number);
        }
        if self.kind == b'P' {
            return fail!(thread, "int too large to convert");
        }
        fail!(
            thread,
            "'{}' format requires {low} <= number <= {high}",
            char::from(self.kind)
        )
    }

    /// The value that the item's bytes stand for.
    pub(super) fn unpack(self, thread: &Thread, big_endian: bool, bytes: &[u8]) -> Owned {
        match self.kind {
            b'c' | b's' => return bytes::new(thread, bytes),
            b'p' => {
                let (length, text) = bytes
                    .split_first()
                    .map_or((0, bytes), |(n, rest)| (*n, rest));
                let length = usize::from(length).min(text.len());
                return bytes::new(thread, &text[..length]);
            }
            b'F' | b'D' => {
                let (re, im) = bytes.split_at(bytes.len() / 2);
                let kind = self.kind.to_ascii_lowercase();
                let parts = [re, im].map(|part| unpack_float(kind, word(part, big_endian)));
                return complex::new(thread, parts[0], parts[1]);
            }
            _ => {}
        }
        let bits = word(bytes, big_endian);
        match self.kind {
            b'?' => Owned::bool(bits != 0),
            b'e' | b'f' | b'd' => float::read(thread, unpack_float(self.kind, bits)),
            kind if kind.is_ascii_lowercase() => {
                let unused = 64 - 8 * self.size as u32;
                int::from_i64(thread, (bits << unused).cast_signed() >> unused)
            }
            _ => int::from_u64(thread, bits),
        }
    }
}

fn word(bytes: &[u8], big_endian: bool) -> u64 {
    let mut word = [0; 8];
    word[..bytes.len()].copy_from_slice(bytes);
    if big_endian {
        word[..bytes.len()].reverse();
    }
    u64::from_le_bytes(word)
}

fn real(thread: &Thread, value: Value) -> Result<f64> {
    if let Some(x) = float::as_f64(value) {
        return Ok(x);
    }
    match convert::to_f64(thread, value) {
        Ok(x) => Ok(x),
        Err(raised) => {
            drop(thread.take_exception(raised));
            fail!(thread, "required argument is not a float")
        }
    }
}

fn complex_parts(thread: &Thread, value: Value) -> Result<Option<(f64, f64)>> {
    if let Some(number) = value.get::<complex::Complex>() {
        return Ok(Some(number.get()));
    }
    let method = str::intern(thread, "__complex__");
    if let Some(method) = attribute::get_optional(thread, value, method)? {
        let number = call::call(thread, method.value(), &[])?;
        return Ok(number.get::<complex::Complex>().map(complex::Complex::get));
    }
    match convert::to_f64(thread, value) {
        Ok(x) => Ok(Some((x, 0.0))),
        Err(raised) => {
            drop(thread.take_exception(raised));
            Ok(None)
        }
    }
}

fn pack_float(thread: &Thread, kind: u8, x: f64, big_endian: bool, out: &mut [u8]) -> Result<()> {
    let bits = match kind {
        b'e' => {
            let Some(bits) = half::from_f64(x) else {
                return raise!(
                    thread,
                    OverflowError,
                    "float too large to pack with e format"
                );
            };
            u64::from(bits)
        }
        b'f' => {
            let single = x as f32;
            if x.is_finite() && single.is_infinite() {
                return raise!(
                    thread,
                    OverflowError,
                    "float too large to pack with f format"
                );
            }
            u64::from(single.to_bits())
        }
        _ => x.to_bits(),
    };
    let size = out.len();
    out.copy_from_slice(&bits.to_le_bytes()[..size]);
    if big_endian {
        out.reverse();
    }
    Ok(())
}

fn unpack_float(kind: u8, bits: u64) -> f64 {
    match kind {
        b'e' => half::to_f64(bits as u16),
        b'f' => f64::from(f32::from_bits(bits as u32)),
        _ => f64::from_bits(bits),
    }
}
