//! The kinds of items, by type code: sizes, and the way between values and machine words.

use ashore_runtime::operators::convert;
use ashore_runtime::types::int::IntRef;
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::{class_of, float, int};
use ashore_runtime::{Owned, Result, Thread, Value, raise};

/// All type codes.
pub(super) const CODES: &str = "bBuwhHiIlLqQfd";

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind(u8);

impl Kind {
    pub(super) fn of(code: u32) -> Option<Kind> {
        let code = u8::try_from(code).ok()?;
        CODES.as_bytes().contains(&code).then_some(Kind(code))
    }

    pub(super) fn code(self) -> u8 {
        self.0
    }

    pub(super) fn is_text(self) -> bool {
        matches!(self.0, b'u' | b'w')
    }

    pub(super) fn size(self) -> usize {
        match self.0 {
            b'b' | b'B' => 1,
            b'h' | b'H' => 2,
            b'i' | b'I' | b'f' | b'u' | b'w' => 4,
            _ => 8,
        }
    }

    /// An item's bytes as a word, not extended.
    pub(super) fn word(self, item: &[u8]) -> u64 {
        let mut word = [0; 8];
        word[..item.len()].copy_from_slice(item);
        u64::from_le_bytes(word)
    }

    pub(super) fn unpack(self, thread: &Thread, word: u64) -> Owned {
        match self.0 {
            b'b' => int::from_i64(thread, i64::from(word as i8)),
            b'h' => int::from_i64(thread, i64::from(word as i16)),
            b'i' => int::from_i64(thread, i64::from(word as i32)),
            b'l' | b'q' => int::from_i64(thread, word.cast_signed()),
            b'f' => float::read(thread, f64::from(f32::from_bits(word as u32))),
            b'd' => float::read(thread, f64::from_bits(word)),
            b'u' | b'w' => {
                let mut text = str::Builder::new();
                text.push_code_point(word as u32);
                text.finish(thread)
            }
            _ => int::from_u64(thread, word),
        }
    }

    /// What messages call the C type, and whether it is signed.
    fn integer(self) -> (&'static str, bool) {
        match self.0 {
            b'b' => ("signed char", true),
            b'B' => ("unsigned byte integer", false),
            b'h' => ("signed short integer", true),
            b'H' => ("unsigned short", false),
            b'i' => ("signed integer", true),
            b'I' => ("unsigned int", false),
            b'l' | b'q' => ("long", true),
            _ => ("unsigned long", false),
        }
    }

    /// An item's bytes.
    pub(super) fn pack(self, thread: &Thread, value: Value) -> Result<Vec<u8>> {
        let word = match self.0 {
            b'f' => u64::from((convert::to_f64(thread, value)? as f32).to_bits()),
            b'd' => convert::to_f64(thread, value)?.to_bits(),
            b'u' | b'w' => u64::from(character(thread, value)?),
            _ => self.pack_integer(thread, value)?,
        };
        Ok(word.to_le_bytes()[..self.size()].to_vec())
    }

    fn pack_integer(self, thread: &Thread, value: Value) -> Result<u64> {
        if float::as_f64(value).is_some() || !convert::has_index(value) {
            let got = class_of(value).name();
            return raise!(
                thread,
                TypeError,
                "'{got}' object cannot be interpreted as an integer"
            );
        }
        let number = convert::index(thread, value)?;
        let number = IntRef::of(&number).expect("an index is an int").to_big();
        let (name, signed) = self.integer();
        let bits = 8 * self.size() as u32;
        let (low, high) = match signed {
            true => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
            false => (0, (1_i128 << bits) - 1),
        };
        match i128::try_from(number) {
            Ok(number) if (low..=high).contains(&number) => Ok(number as u64),
            Ok(number) if bits < 64 => {
                let which = if number < low {
                    "less than minimum"
                } else {
                    "greater than maximum"
                };
                raise!(thread, OverflowError, "{name} is {which}")
            }
            Ok(number) if number < 0 && !signed => raise!(
                thread,
                OverflowError,
                "can't convert negative value to unsigned int"
            ),
            _ => raise!(
                thread,
                OverflowError,
                "Python int too large to convert to C {name}"
            ),
        }
    }
}

fn character(thread: &Thread, value: Value) -> Result<u32> {
    match value.get::<Str>().filter(|text| text.len() == 1) {
        Some(text) => Ok(text.code_point(0)),
        None => {
            let got = match value.get::<Str>() {
                Some(text) => format!("a string of length {}", text.len()),
                None => class_of(value).name(),
            };
            raise!(
                thread,
                TypeError,
                "array item must be a unicode character, not {got}"
            )
        }
    }
}
