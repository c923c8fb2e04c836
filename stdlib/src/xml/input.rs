//! Bytes of a document as text: which encoding it is, the document itself says.

use ashore_runtime::types::str::{Str, codec};
use ashore_runtime::{Result, Thread, raise};

enum Encoding {
    /// Nobody has said.
    Unknown,
    Utf8,
    Utf16 {
        big: bool,
    },
    /// One byte a character.
    Table(Vec<char>),
}

pub(super) struct Input {
    encoding: Encoding,
    /// Bytes that are part of a character, or too few to know the encoding.
    pending: Vec<u8>,
    /// Has there been something that is no text?
    pub(super) is_damaged: bool,
}

fn table(thread: &Thread, name: &str) -> Result<Encoding> {
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "utf-8" | "us-ascii" => return Ok(Encoding::Utf8),
        "utf-16" => return Ok(Encoding::Utf16 { big: true }),
        "utf-16le" => return Ok(Encoding::Utf16 { big: false }),
        "utf-16be" => return Ok(Encoding::Utf16 { big: true }),
        _ => {}
    }
    let bytes: Vec<u8> = (0..=255).collect();
    let text = codec::decode(thread, &bytes, Some(name), Some("replace"))?;
    let text = text.value();
    let characters = text.get::<Str>().map(|text| {
        let characters = text.iter().map(char::from_u32);
        let characters = characters.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
        characters.collect::<Vec<char>>()
    });
    match characters {
        Some(characters) if characters.len() == bytes.len() => Ok(Encoding::Table(characters)),
        _ => raise!(thread, ValueError, "multi-byte encodings are not supported"),
    }
}

impl Input {
    pub(super) fn new() -> Input {
        Input {
            encoding: Encoding::Unknown,
            pending: Vec::new(),
            is_damaged: false,
        }
    }

    /// Says what the encoding is, whatever the document says.
    pub(super) fn set_encoding(&mut self, thread: &Thread, name: &str) -> Result<()> {
        self.encoding = table(thread, name)?;
        Ok(())
    }

    /// The text of more bytes.
    pub(super) fn decode(&mut self, thread: &Thread, data: &[u8], is_last: bool) -> Result<String> {
        let mut bytes = std::mem::take(&mut self.pending);
        bytes.extend_from_slice(data);
        if matches!(self.encoding, Encoding::Unknown) {
            match detect(&bytes, is_last) {
                Detected::NotYet => {
                    self.pending = bytes;
                    return Ok(String::new());
                }
                Detected::Marked(encoding, length) => {
                    self.encoding = encoding;
                    bytes.drain(..length);
                }
                Detected::Named(name) => self.encoding = table(thread, &name)?,
            }
        }
        Ok(match &self.encoding {
            Encoding::Table(table) => bytes.iter().map(|&byte| table[usize::from(byte)]).collect(),
            &Encoding::Utf16 { big } => self.utf16(&bytes, big, is_last),
            _ => self.utf8(bytes, is_last),
        })
    }

    fn utf8(&mut self, mut bytes: Vec<u8>, is_last: bool) -> String {
        let error = match String::from_utf8(bytes) {
            Ok(text) => return text,
            Err(error) => error,
        };
        let problem = error.utf8_error();
        bytes = error.into_bytes();
        let rest = bytes.split_off(problem.valid_up_to());
        match problem.error_len() {
            None if !is_last => self.pending = rest,
            _ => self.is_damaged = true,
        }
        String::from_utf8(bytes).unwrap_or_default()
    }

    fn utf16(&mut self, bytes: &[u8], big: bool, is_last: bool) -> String {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let unit = |&pair: &[u8; 2]| match big {
            true => u16::from_be_bytes(pair),
            false => u16::from_le_bytes(pair),
        };
        let mut units: Vec<u16> = pairs.iter().map(unit).collect();
        self.pending = rest.to_vec();
        let is_half = |unit: &u16| (0xd800..0xdc00).contains(unit);
        if !is_last && units.last().is_some_and(is_half) {
            units.pop();
            self.pending = bytes[units.len() * 2..].to_vec();
        }
        let mut text = String::new();
        for c in char::decode_utf16(units) {
            match c {
                Ok(c) => text.push(c),
                Err(_) => {
                    self.is_damaged = true;
                    break;
                }
            }
        }
        text
    }
}

enum Detected {
    NotYet,
    /// By a mark of so many bytes, or the lack of one.
    Marked(Encoding, usize),
    Named(String),
}

/// What the beginning of a document says about its encoding.
fn detect(bytes: &[u8], is_last: bool) -> Detected {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => return Detected::Marked(Encoding::Utf8, 3),
        [0xff, 0xfe, ..] => return Detected::Marked(Encoding::Utf16 { big: false }, 2),
        [0xfe, 0xff, ..] => return Detected::Marked(Encoding::Utf16 { big: true }, 2),
        [b'<', 0, ..] => return Detected::Marked(Encoding::Utf16 { big: false }, 0),
        [0, b'<', ..] => return Detected::Marked(Encoding::Utf16 { big: true }, 0),
        _ => {}
    }
    const START: &[u8] = b"<?xml";
    let begins = bytes.starts_with(START) || START.starts_with(bytes);
    if !begins && (bytes.len() > 2 || !matches!(bytes.first(), Some(0xef..))) {
        return Detected::Marked(Encoding::Utf8, 0);
    }
    let end = bytes.windows(2).position(|pair| pair == b"?>");
    let Some(end) = end else {
        return match is_last {
            true => Detected::Marked(Encoding::Utf8, 0),
            false => Detected::NotYet,
        };
    };
    let declaration = String::from_utf8_lossy(&bytes[..end]);
    match named(&declaration) {
        Some(name) => Detected::Named(name.to_owned()),
        None => Detected::Marked(Encoding::Utf8, 0),
    }
}

/// The name behind `encoding=`.
fn named(declaration: &str) -> Option<&str> {
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (name, _) = rest[1..].split_once(quote)?;
    Some(name)
}
