//! What to do with what cannot be encoded or decoded.

use super::Encoding;
use crate::types::str::{Builder, Str, write_escape};
use crate::types::{bytes, exception, int, str};
use crate::{Builtin, Owned, Raised, Thread};

/// An error handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handler {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    XmlCharRefReplace,
    /// Bytes that cannot be decoded as surrogates U+DC80 to U+DCFF, and back.
    SurrogateEscape,
    /// Surrogates as if they were characters.
    SurrogatePass,
}

impl Handler {
    pub(super) fn by_name(name: &str) -> Option<Handler> {
        Some(match name {
            "strict" => Handler::Strict,
            "ignore" => Handler::Ignore,
            "replace" => Handler::Replace,
            "backslashreplace" => Handler::BackslashReplace,
            "xmlcharrefreplace" => Handler::XmlCharRefReplace,
            "surrogateescape" => Handler::SurrogateEscape,
            "surrogatepass" => Handler::SurrogatePass,
            _ => return None,
        })
    }

    /// ASCII text that stands for a character that cannot be encoded; `None` if this is no replacing handler.
    pub(super) fn replacement(self, c: u32) -> Option<String> {
        Some(match self {
            Handler::Ignore => String::new(),
            Handler::Replace => "?".to_owned(),
            Handler::XmlCharRefReplace => format!("&#{c};"),
            Handler::BackslashReplace => {
                let mut out = Builder::new();
                write_escape(&mut out, c);
                String::from_utf8(out.into_latin1()?).ok()?
            }
            _ => return None,
        })
    }
}

/// Raises `UnicodeEncodeError` for the characters `start..end`.
pub(super) fn encode_error(
    thread: &Thread,
    encoding: Encoding,
    text: &Str,
    (start, end): (usize, usize),
    reason: &str,
) -> Raised {
    let object = Owned::new(crate::Object::value(text));
    raise(
        thread,
        Builtin::UnicodeEncodeError,
        encoding,
        object,
        (start, end),
        reason,
    )
}

/// Raises `UnicodeDecodeError` for the bytes `start..end`.
pub(super) fn decode_error(
    thread: &Thread,
    encoding: Encoding,
    input: &[u8],
    (start, end): (usize, usize),
    reason: &str,
) -> Raised {
    let object = bytes::new(thread, input);
    raise(
        thread,
        Builtin::UnicodeDecodeError,
        encoding,
        object,
        (start, end),
        reason,
    )
}

fn raise(
    thread: &Thread,
    class: Builtin,
    encoding: Encoding,
    object: Owned,
    (start, end): (usize, usize),
    reason: &str,
) -> Raised {
    let args = vec![
        str::new(thread, encoding.name()),
        object,
        int::from_usize(thread, start),
        int::from_usize(thread, end),
        str::new(thread, reason),
    ];
    thread.raise_value(exception::new_builtin(thread, class, args))
}
