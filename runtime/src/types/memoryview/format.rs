//! What the items of a view are: one character of those that `struct` knows, in the machine's own layout.
//!
//! An item has at least as many bytes as its format takes: a request without a format shows the first byte of each.

use crate::operators::convert;
use crate::types::bytes::{self, Bytes};
use crate::types::exception;
use crate::types::float::{self, half};
use crate::types::int::{self, IntRef};
use crate::{Builtin, Owned, Raised, Result, Thread, Value, raise};

/// A format: its character, and whether it was given with an `@` before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Format {
    code: u8,
    explicit: bool,
}

/// The most bytes that an item's value takes.
pub(super) const WIDEST: usize = 8;

impl Format {
    pub(super) const BYTES: Format = Format::new(b'B');

    pub(super) const fn new(code: u8) -> Format {
        Format {
            code,
            explicit: false,
        }
    }

    /// The format that a text names, if it is one that views can be cast to.
    pub(super) fn parse(text: &[u8]) -> Option<Format> {
        let (explicit, code) = match *text {
            [b'@', code] => (true, code),
            [code] => (false, code),
            _ => return None,
        };
        let format = Format { code, explicit };
        format.is_native().then_some(format)
    }

    pub(super) fn text(self) -> String {
        let at = if self.explicit { "@" } else { "" };
        format!("{at}{}", char::from(self.code))
    }

    pub(super) fn size(self) -> usize {
        match self.code {
            b'h' | b'H' | b'e' => 2,
            b'i' | b'I' | b'f' | b'w' => 4,
            b'l' | b'L' | b'q' | b'Q' | b'd' | b'n' | b'N' | b'P' => 8,
            _ => 1,
        }
    }

    /// Can items be read and written? Those of arrays of characters cannot.
    pub(super) fn is_native(self) -> bool {
        b"cbBhHiIlLqQnNfde?P".contains(&self.code)
    }

    pub(super) fn is_byte(self) -> bool {
        matches!(self.code, b'b' | b'B' | b'c')
    }

    /// Are items with this format and that one written alike?
    pub(super) fn is_same(self, other: Format) -> bool {
        self.code == other.code
    }

    fn is_signed(self) -> bool {
        matches!(self.code, b'b' | b'h' | b'i' | b'l' | b'q' | b'n')
    }

    fn is_float(self) -> bool {
        matches!(self.code, b'e' | b'f' | b'd')
    }

    /// Raises NotImplementedError if items can neither be read nor written.
    pub(super) fn check(self, thread: &Thread) -> Result<()> {
        if self.is_native() {
            return Ok(());
        }
        let format = char::from(self.code);
        raise!(
            thread,
            NotImplementedError,
            "memoryview: format {format} not supported"
        )
    }

    fn bits(self, item: &[u8]) -> u64 {
        let mut word = [0; WIDEST];
        word[..self.size()].copy_from_slice(&item[..self.size()]);
        u64::from_le_bytes(word)
    }

    fn real(self, item: &[u8]) -> f64 {
        let bits = self.bits(item);
        match self.code {
            b'e' => half::to_f64(bits as u16),
            b'f' => f64::from(f32::from_bits(bits as u32)),
            _ => f64::from_bits(bits),
        }
    }

    /// The value of an item; the format is native.
    pub(super) fn unpack(self, thread: &Thread, item: &[u8]) -> Owned {
        match self.code {
            b'c' => bytes::new(thread, &item[..1]),
            b'?' => Owned::bool(self.bits(item) != 0),
            b'e' | b'f' | b'd' => float::read(thread, self.real(item)),
            _ if self.is_signed() => {
                let unused = 64 - 8 * self.size() as u32;
                let bits = self.bits(item) << unused;
                int::from_i64(thread, bits.cast_signed() >> unused)
            }
            _ => int::from_u64(thread, self.bits(item)),
        }
    }

    /// Have two items of this native format the same value?
    pub(super) fn is_equal(self, a: &[u8], b: &[u8]) -> bool {
        if self.is_float() {
            return self.real(a) == self.real(b);
        }
        let (a, b) = (self.bits(a), self.bits(b));
        match self.code {
            b'?' => (a != 0) == (b != 0),
            _ => a == b,
        }
    }

    /// Are items of the same value always written alike?
    pub(super) fn is_exact(self) -> bool {
        !self.is_float() && self.code != b'?'
    }

    /// The bytes of an item that has the value; [`Format::size`] of them count.
    pub(super) fn pack(self, thread: &Thread, value: Value) -> Result<[u8; WIDEST]> {
        let bits = match self.code {
            b'c' => match value.get::<Bytes>().map(Bytes::as_slice) {
                Some(&[byte]) => u64::from(byte),
                Some(_) => return self.wrong_value(thread),
                None => return self.wrong_type(thread),
            },
            b'?' => u64::from(convert::truth(thread, value)?),
            b'e' | b'f' | b'd' => match convert::to_f64(thread, value) {
                Ok(number) => self.pack_float(thread, number)?,
                Err(raised) => return self.reword(thread, raised),
            },
            b'P' if IntRef::of(&value).is_none() => return self.wrong_type(thread),
            _ => match convert::index(thread, value) {
                Ok(number) => self.pack_int(thread, &number)?,
                Err(raised) => return self.reword(thread, raised),
            },
        };
        Ok(bits.to_le_bytes())
    }

    fn pack_float(self, thread: &Thread, number: f64) -> Result<u64> {
        match self.code {
            b'e' => match half::from_f64(number) {
                Some(bits) => Ok(u64::from(bits)),
                None => self.wrong_value(thread),
            },
            b'f' => Ok(u64::from((number as f32).to_bits())),
            _ => Ok(number.to_bits()),
        }
    }

    fn pack_int(self, thread: &Thread, number: &Owned) -> Result<u64> {
        let number = IntRef::of(number).expect("an index is an int").to_big();
        let width = 8 * self.size() as u32;
        let high = (1_i128 << (width - u32::from(self.is_signed()))) - 1;
        let low = match self.code {
            // A pointer may be given as a negative number, too.
            b'P' => -(1_i128 << (width - 1)),
            _ if self.is_signed() => -high - 1,
            _ => 0,
        };
        match i128::try_from(number) {
            Ok(number) if (low..=high).contains(&number) => Ok(number as u64),
            _ => self.wrong_value(thread),
        }
    }

    fn wrong_type<T>(self, thread: &Thread) -> Result<T> {
        let format = char::from(self.code);
        raise!(
            thread,
            TypeError,
            "memoryview: invalid type for format '{format}'"
        )
    }

    fn wrong_value<T>(self, thread: &Thread) -> Result<T> {
        let format = char::from(self.code);
        raise!(
            thread,
            ValueError,
            "memoryview: invalid value for format '{format}'"
        )
    }

    /// What conversions raise about types and values is said in the format's terms.
    fn reword<T>(self, thread: &Thread, raised: Raised) -> Result<T> {
        let error = thread.take_exception(raised);
        let is = |class| exception::is(error.value(), class);
        if is(Builtin::TypeError) {
            return self.wrong_type(thread);
        }
        if is(Builtin::OverflowError) || is(Builtin::ValueError) {
            return self.wrong_value(thread);
        }
        Err(thread.reraise_value(error))
    }
}
