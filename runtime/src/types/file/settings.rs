//! What a text file does with characters and line ends, and how it is told.
//!
//! ```text
//!   31      24 23      16 15       8 7        0
//!   │ newline │  errors  │ encoding │ text: 1 │      the word that a file keeps its settings in; 0 is a binary file
//! ```
//!
//! Threads read the settings while another one changes them: all of them are in one word.

use crate::types::class_of;
use crate::types::str::{Str, codec};
use crate::{Result, Thread, Value, raise};
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

/// How a text file translates line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newline {
    /// `None`: any line end is read as `\n`; `\n` is written as it is.
    Universal,
    /// `''`: any line end ends a line and is kept.
    Keep,
    /// `'\n'`.
    Lf,
    /// `'\r'`.
    Cr,
    /// `'\r\n'`.
    CrLf,
}

/// What a text file does with what its encoding cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errors {
    Strict,
    Ignore,
    Replace,
    SurrogateEscape,
    BackslashReplace,
}

/// Encodings of text files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Latin1,
    Ascii,
}

/// Settings of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    pub encoding: Encoding,
    pub errors: Errors,
    pub newline: Newline,
}

/// The settings of a file, or that it is a binary one.
pub(super) struct Settings(AtomicU32);

impl Settings {
    pub(super) fn new(text: Option<Text>) -> Settings {
        Settings(AtomicU32::new(text.map_or(0, Settings::pack)))
    }

    pub(super) fn get(&self) -> Option<Text> {
        let [is_text, encoding, errors, newline] = self.0.load(Relaxed).to_le_bytes();
        (is_text != 0).then(|| Text {
            encoding: Encoding::ALL[usize::from(encoding)],
            errors: Errors::ALL[usize::from(errors)],
            newline: Newline::ALL[usize::from(newline)],
        })
    }

    pub(super) fn set(&self, text: Text) {
        self.0.store(Settings::pack(text), Relaxed);
    }

    fn pack(text: Text) -> u32 {
        u32::from_le_bytes([
            1,
            text.encoding as u8,
            text.errors as u8,
            text.newline as u8,
        ])
    }
}

/// An argument of `function` that is a str or None.
fn name_of(thread: &Thread, function: &str, what: &str, value: Value) -> Result<Option<String>> {
    match value.get::<Str>() {
        Some(name) => Ok(Some(name.to_str_lossy().into_owned())),
        None if value.is_none() => Ok(None),
        None => raise!(
            thread,
            TypeError,
            "{function}() argument '{what}' must be str or None, not {}",
            class_of(value).name()
        ),
    }
}

impl Text {
    /// The encoding and the handler of errors that the arguments of `function` name; in their absence, the defaults. None if
    /// there are such, but a file cannot do with them by itself.
    pub fn wanted(
        thread: &Thread,
        function: &str,
        encoding: Value,
        errors: Value,
        default: (Encoding, Errors),
    ) -> Result<Option<(Encoding, Errors)>> {
        let encoding = name_of(thread, function, "encoding", encoding)?;
        let errors = name_of(thread, function, "errors", errors)?;
        let known = match encoding.as_deref() {
            None => default.0,
            Some("locale") => Encoding::Utf8,
            Some(name) => match Encoding::of(name) {
                Some(known) => known,
                None => {
                    // Is there one of this name?
                    codec::decode(thread, b"", Some(name), None)?;
                    return Ok(None);
                }
            },
        };
        let handler = errors.map_or(Some(default.1), |name| Errors::of(&name));
        Ok(handler.map(|handler| (known, handler)))
    }
}

impl Newline {
    /// As in [`Settings`], by number.
    const ALL: [Newline; 5] = [
        Newline::Universal,
        Newline::Keep,
        Newline::Lf,
        Newline::Cr,
        Newline::CrLf,
    ];

    /// What an argument of `function` says.
    pub fn of_argument(thread: &Thread, function: &str, value: Value) -> Result<Newline> {
        let Some(name) = name_of(thread, function, "newline", value)? else {
            return Ok(Newline::Universal);
        };
        Ok(match name.as_str() {
            "" => Newline::Keep,
            "\n" => Newline::Lf,
            "\r" => Newline::Cr,
            "\r\n" => Newline::CrLf,
            _ => return raise!(thread, ValueError, "illegal newline value: {name}"),
        })
    }
}

impl Encoding {
    /// As in [`Settings`], by number.
    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Latin1, Encoding::Ascii];

    /// The encoding of this name, in any of its spellings.
    pub fn of(name: &str) -> Option<Encoding> {
        let plain: String = name
            .to_ascii_lowercase()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        Some(match plain.as_str() {
            "utf8" | "u8" | "cp65001" => Encoding::Utf8,
            "latin1" | "iso88591" | "l1" | "8859" | "cp819" => Encoding::Latin1,
            "ascii" | "usascii" | "646" => Encoding::Ascii,
            _ => return None,
        })
    }

    /// CPython's name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Latin1 => "latin-1",
            Encoding::Ascii => "ascii",
        }
    }
}

impl Errors {
    /// As in [`Settings`], by number.
    const ALL: [Errors; 5] = [
        Errors::Strict,
        Errors::Ignore,
        Errors::Replace,
        Errors::SurrogateEscape,
        Errors::BackslashReplace,
    ];

    /// The handler of this name.
    pub fn of(name: &str) -> Option<Errors> {
        Some(match name {
            "strict" => Errors::Strict,
            "ignore" => Errors::Ignore,
            "replace" => Errors::Replace,
            "surrogateescape" => Errors::SurrogateEscape,
            "backslashreplace" => Errors::BackslashReplace,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Errors::Strict => "strict",
            Errors::Ignore => "ignore",
            Errors::Replace => "replace",
            Errors::SurrogateEscape => "surrogateescape",
            Errors::BackslashReplace => "backslashreplace",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_out_of_the_word_as_they_went_in() {
        let settings = Settings::new(None);
        assert_eq!(settings.get(), None);
        for encoding in Encoding::ALL {
            for errors in Errors::ALL {
                for newline in Newline::ALL {
                    let text = Text {
                        encoding,
                        errors,
                        newline,
                    };
                    settings.set(text);
                    assert_eq!(settings.get(), Some(text));
                }
            }
        }
    }
}
