//! Decoding bytes.

use super::handlers::{Handler, decode_error};
use super::{Encoding, Order, find_handler};
use crate::types::str::{self, Builder};
use crate::{Owned, Result, Thread};

const REPLACEMENT: u32 = 0xfffd;

/// Bytes being decoded.
struct Decoder<'a> {
    thread: &'a Thread,
    input: &'a [u8],
    encoding: Encoding,
    errors: &'a str,
    out: Builder,
}

/// The text that bytes are in an encoding.
pub(super) fn run(
    thread: &Thread,
    input: &[u8],
    encoding: Encoding,
    errors: &str,
) -> Result<Owned> {
    match encoding {
        Encoding::Latin1 => return Ok(str::from_latin1(thread, input)),
        Encoding::Ascii if input.is_ascii() => return Ok(str::from_ascii(thread, input)),
        Encoding::Utf8 => {
            if let Ok(text) = std::str::from_utf8(input) {
                return Ok(str::new(thread, text));
            }
        }
        _ => {}
    }
    let mut decoder = Decoder {
        thread,
        input,
        encoding,
        errors,
        out: Builder::new(),
    };
    match encoding {
        Encoding::Ascii | Encoding::Latin1 => decoder.ascii()?,
        Encoding::Utf8 => decoder.utf8(0)?,
        Encoding::Utf8Sig => {
            let marked = input.starts_with(&[0xef, 0xbb, 0xbf]);
            decoder.utf8(if marked { 3 } else { 0 })?;
        }
        Encoding::Utf16(order) => decoder.utf16(order)?,
        Encoding::Utf32(order) => decoder.utf32(order)?,
    }
    Ok(decoder.out.finish(thread))
}

impl Decoder<'_> {
    fn ascii(&mut self) -> Result<()> {
        for (at, &byte) in self.input.iter().enumerate() {
            if byte < 0x80 {
                self.out.push_code_point(byte.into());
            } else {
                self.handle(at, at + 1, "ordinal not in range(128)")?;
            }
        }
        Ok(())
    }

    fn utf8(&mut self, mut at: usize) -> Result<()> {
        while at < self.input.len() {
            let error = match std::str::from_utf8(&self.input[at..]) {
                Ok(text) => {
                    self.out.push_str(text);
                    break;
                }
                Err(error) => error,
            };
            let start = at + error.valid_up_to();
            let valid = std::str::from_utf8(&self.input[at..start]);
            self.out.push_str(valid.expect("just found valid"));
            let end = error
                .error_len()
                .map_or(self.input.len(), |length| start + length);
            let reason = match self.input[start] {
                _ if error.error_len().is_none() => "unexpected end of data",
                0x80..0xc2 | 0xf5.. => "invalid start byte",
                _ => "invalid continuation byte",
            };
            at = self.handle(start, end, reason)?;
        }
        Ok(())
    }

    /// The order a mark at the beginning tells, and what follows it.
    fn order(&mut self, order: Order, width: usize) -> (bool, usize) {
        let is_mark = |mark: &[u8]| self.input.starts_with(mark);
        let (little, big): (&[u8], &[u8]) = match width {
            2 => (&[0xff, 0xfe], &[0xfe, 0xff]),
            _ => (&[0xff, 0xfe, 0, 0], &[0, 0, 0xfe, 0xff]),
        };
        match order {
            Order::Big => (true, 0),
            Order::Little => (false, 0),
            Order::Marked if is_mark(big) => (true, width),
            Order::Marked if is_mark(little) => (false, width),
            Order::Marked => (false, 0),
        }
    }

    /// Errors name the order that was found, not the mark that told it.
    fn settle(&mut self, big: bool) {
        let order = if big { Order::Big } else { Order::Little };
        self.encoding = match self.encoding {
            Encoding::Utf16(_) => Encoding::Utf16(order),
            _ => Encoding::Utf32(order),
        };
    }

    fn utf16(&mut self, order: Order) -> Result<()> {
        let (big, mut at) = self.order(order, 2);
        self.settle(big);
        let unit = |input: &[u8], at: usize| {
            let pair = input.get(at..at + 2)?.try_into().ok()?;
            Some(u32::from(if big {
                u16::from_be_bytes(pair)
            } else {
                u16::from_le_bytes(pair)
            }))
        };
        while at < self.input.len() {
            let Some(high) = unit(self.input, at) else {
                at = self.handle(at, self.input.len(), "truncated data")?;
                continue;
            };
            if !(0xd800..0xe000).contains(&high) {
                self.out.push_code_point(high);
                at += 2;
                continue;
            }
            let low = unit(self.input, at + 2);
            at = match low {
                Some(low @ 0xdc00..0xe000) if high < 0xdc00 => {
                    let c = 0x1_0000 + ((high & 0x3ff) << 10 | low & 0x3ff);
                    self.out.push_code_point(c);
                    at + 4
                }
                _ if high >= 0xdc00 => self.handle(at, at + 2, "illegal encoding")?,
                None => self.handle(at, self.input.len(), "unexpected end of data")?,
                Some(_) => self.handle(at, at + 2, "illegal UTF-16 surrogate")?,
            };
        }
        Ok(())
    }

    fn utf32(&mut self, order: Order) -> Result<()> {
        let (big, mut at) = self.order(order, 4);
        self.settle(big);
        while at < self.input.len() {
            let Some(quad) = self.input.get(at..at + 4) else {
                at = self.handle(at, self.input.len(), "truncated data")?;
                continue;
            };
            let quad = quad.try_into().expect("four bytes");
            let c = if big {
                u32::from_be_bytes(quad)
            } else {
                u32::from_le_bytes(quad)
            };
            at = match c {
                0xd800..0xe000 => {
                    let reason = "code point in surrogate code point range(0xd800, 0xe000)";
                    self.handle(at, at + 4, reason)?
                }
                0x11_0000.. => self.handle(at, at + 4, "code point not in range(0x110000)")?,
                _ => {
                    self.out.push_code_point(c);
                    at + 4
                }
            };
        }
        Ok(())
    }

    /// The bytes `start..end` cannot be decoded. Where to go on.
    fn handle(&mut self, start: usize, end: usize, reason: &str) -> Result<usize> {
        let bytes = &self.input[start..end];
        match find_handler(self.thread, self.errors)? {
            Handler::Ignore => {}
            Handler::Replace => self.out.push_code_point(REPLACEMENT),
            Handler::BackslashReplace => {
                for byte in bytes {
                    self.out.push_str(&format!("\\x{byte:02x}"));
                }
            }
            Handler::SurrogateEscape if bytes.iter().all(|&byte| byte >= 0x80) => {
                for &byte in bytes {
                    self.out.push_code_point(0xdc00 | u32::from(byte));
                }
            }
            Handler::SurrogatePass if let Some((c, length)) = self.surrogate(start) => {
                self.out.push_code_point(c);
                return Ok(start + length);
            }
            _ => {
                let range = (start, end);
                return Err(decode_error(
                    self.thread,
                    self.encoding,
                    self.input,
                    range,
                    reason,
                ));
            }
        }
        Ok(end)
    }

    /// The surrogate that is encoded at an index, as if it were a character, and its length.
    fn surrogate(&self, at: usize) -> Option<(u32, usize)> {
        let input = &self.input[at..];
        let (c, length) = match self.encoding {
            Encoding::Utf8 | Encoding::Utf8Sig => match *input.get(..3)? {
                [0xed, b @ 0xa0..0xc0, c @ 0x80..0xc0] => {
                    (0xd000 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f), 3)
                }
                _ => return None,
            },
            Encoding::Utf16(order) => {
                let pair = input.get(..2)?.try_into().ok()?;
                let unit = match order {
                    Order::Big => u16::from_be_bytes(pair),
                    _ => u16::from_le_bytes(pair),
                };
                (unit.into(), 2)
            }
            Encoding::Utf32(order) => {
                let quad = input.get(..4)?.try_into().ok()?;
                let c = match order {
                    Order::Big => u32::from_be_bytes(quad),
                    _ => u32::from_le_bytes(quad),
                };
                (c, 4)
            }
            Encoding::Ascii | Encoding::Latin1 => return None,
        };
        (0xd800..0xe000).contains(&c).then_some((c, length))
    }
}
