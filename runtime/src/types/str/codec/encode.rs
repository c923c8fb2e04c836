//! Encoding text.

use super::handlers::{Handler, encode_error};
use super::{Encoding, Order, find_handler};
use crate::types::str::Str;
use crate::{Result, Thread};

/// A text being encoded.
pub(super) struct Encoder<'a> {
    pub thread: &'a Thread,
    pub text: &'a Str,
    pub encoding: Encoding,
    pub errors: &'a str,
    pub out: Vec<u8>,
}

fn is_surrogate(c: u32) -> bool {
    (0xd800..0xe000).contains(&c)
}

/// The byte a surrogate stands for that `surrogateescape` made.
fn escaped_byte(c: u32) -> Option<u8> {
    (0xdc80..=0xdcff).contains(&c).then_some(c as u8)
}

impl Encoder<'_> {
    pub(super) fn run(&mut self) -> Result<()> {
        self.mark();
        let units = self.text.units();
        let mut at = 0;
        while at < units.len() {
            let c = units.get(at);
            if self.fits(c) {
                self.push(c);
                at += 1;
                continue;
            }
            let start = at;
            while at < units.len() && !self.fits(units.get(at)) {
                at += 1;
            }
            self.handle(start, at)?;
        }
        Ok(())
    }

    /// The byte order mark, if the encoding has one.
    fn mark(&mut self) {
        let mark: &[u8] = match self.encoding {
            Encoding::Utf8Sig => &[0xef, 0xbb, 0xbf],
            Encoding::Utf16(Order::Marked) => &[0xff, 0xfe],
            Encoding::Utf32(Order::Marked) => &[0xff, 0xfe, 0, 0],
            _ => &[],
        };
        self.out.extend_from_slice(mark);
    }

    fn fits(&self, c: u32) -> bool {
        match self.encoding {
            Encoding::Ascii => c < 0x80,
            Encoding::Latin1 => c < 0x100,
            _ => !is_surrogate(c),
        }
    }

    /// Writes a code point, be it a surrogate.
    fn push(&mut self, c: u32) {
        match self.encoding {
            Encoding::Ascii | Encoding::Latin1 => self.out.push(c as u8),
            Encoding::Utf8 | Encoding::Utf8Sig => self.push_utf8(c),
            Encoding::Utf16(order) if c < 0x1_0000 => self.push_utf16(c as u16, order),
            Encoding::Utf16(order) => {
                let c = c - 0x1_0000;
                self.push_utf16(0xd800 | (c >> 10) as u16, order);
                self.push_utf16(0xdc00 | (c & 0x3ff) as u16, order);
            }
            Encoding::Utf32(Order::Big) => self.out.extend_from_slice(&c.to_be_bytes()),
            Encoding::Utf32(_) => self.out.extend_from_slice(&c.to_le_bytes()),
        }
    }

    fn push_utf16(&mut self, unit: u16, order: Order) {
        let bytes = match order {
            Order::Big => unit.to_be_bytes(),
            _ => unit.to_le_bytes(),
        };
        self.out.extend_from_slice(&bytes);
    }

    fn push_utf8(&mut self, c: u32) {
        let tail = |shift: u32| (c >> shift & 0x3f) as u8 | 0x80;
        match c {
            0..0x80 => self.out.push(c as u8),
            0x80..0x800 => self
                .out
                .extend_from_slice(&[(c >> 6) as u8 | 0xc0, tail(0)]),
            0x800..0x1_0000 => {
                let lead = (c >> 12) as u8 | 0xe0;
                self.out.extend_from_slice(&[lead, tail(6), tail(0)]);
            }
            _ => {
                let lead = (c >> 18) as u8 | 0xf0;
                self.out
                    .extend_from_slice(&[lead, tail(12), tail(6), tail(0)]);
            }
        }
    }

    /// The characters `start..end` cannot be encoded.
    fn handle(&mut self, start: usize, end: usize) -> Result<()> {
        let handler = find_handler(self.thread, self.errors)?;
        let is_wide = matches!(self.encoding, Encoding::Utf16(_) | Encoding::Utf32(_));
        let is_utf = is_wide || matches!(self.encoding, Encoding::Utf8 | Encoding::Utf8Sig);
        for at in start..end {
            let c = self.text.code_point(at);
            if let Some(replacement) = handler.replacement(c) {
                replacement.chars().for_each(|c| self.push(c.into()));
                continue;
            }
            match handler {
                Handler::SurrogatePass if is_utf && is_surrogate(c) => self.push(c),
                Handler::SurrogateEscape if !is_wide && let Some(byte) = escaped_byte(c) => {
                    self.out.push(byte);
                }
                _ => return Err(self.error(at, end)),
            }
        }
        Ok(())
    }

    fn error(&self, start: usize, end: usize) -> crate::Raised {
        let reason = match self.encoding {
            Encoding::Ascii => "ordinal not in range(128)",
            Encoding::Latin1 => "ordinal not in range(256)",
            _ => "surrogates not allowed",
        };
        encode_error(self.thread, self.encoding, self.text, (start, end), reason)
    }
}
