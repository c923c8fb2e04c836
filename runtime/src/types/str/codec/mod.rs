//! Text as bytes and back, in the encodings the runtime knows by itself.
//!
//! The others come from Python's `encodings` package, and other error handlers from the program, through the codec registry
//! of the module `_codecs`.

mod decode;
mod encode;
mod handlers;

use super::Str;
use crate::operators::convert::{self, type_name};
use crate::operators::{attribute, call};
use crate::types::bytes::{self, Bytes};
use crate::types::module;
use crate::{Owned, Result, Thread, Value, import, raise};
use handlers::Handler;

/// The module of the codec registry.
const REGISTRY: &str = "_codecs";

/// Byte order of UTF-16 and UTF-32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
    /// Written little-endian with a mark, read as the mark says.
    Marked,
}

/// An encoding the runtime knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    /// UTF-8 with a mark at the beginning.
    Utf8Sig,
    Ascii,
    Latin1,
    Utf16(Order),
    Utf32(Order),
}

impl Encoding {
    /// The encoding of a name, upper or lower case, with hyphens, underscores or spaces.
    fn by_name(name: &str) -> Option<Encoding> {
        let name: String = name
            .chars()
            .map(|c| match c {
                '-' | ' ' => '_',
                _ => c.to_ascii_lowercase(),
            })
            .collect();
        Some(match name.as_str() {
            "utf_8" | "utf8" | "u8" | "utf" | "utf8_ucs2" | "utf8_ucs4" | "cp65001" => {
                Encoding::Utf8
            }
            "utf_8_sig" | "utf8_sig" => Encoding::Utf8Sig,
            "ascii" | "us_ascii" | "646" | "ansi_x3.4_1968" | "iso646_us" | "us" => Encoding::Ascii,
            "latin_1" | "latin1" | "latin" | "l1" | "iso_8859_1" | "iso8859_1" | "8859"
            | "iso8859" | "cp819" => Encoding::Latin1,
            "utf_16" | "utf16" | "u16" => Encoding::Utf16(Order::Marked),
            "utf_16_le" | "utf_16le" => Encoding::Utf16(Order::Little),
            "utf_16_be" | "utf_16be" => Encoding::Utf16(Order::Big),
            "utf_32" | "utf32" | "u32" => Encoding::Utf32(Order::Marked),
            "utf_32_le" | "utf_32le" => Encoding::Utf32(Order::Little),
            "utf_32_be" | "utf_32be" => Encoding::Utf32(Order::Big),
            _ => return None,
        })
    }

    /// The name errors give.
    fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 | Encoding::Utf8Sig => "utf-8",
            Encoding::Ascii => "ascii",
            Encoding::Latin1 => "latin-1",
            Encoding::Utf16(Order::Marked) => "utf-16",
            Encoding::Utf16(Order::Little) => "utf-16-le",
            Encoding::Utf16(Order::Big) => "utf-16-be",
            Encoding::Utf32(Order::Marked) => "utf-32",
            Encoding::Utf32(Order::Little) => "utf-32-le",
            Encoding::Utf32(Order::Big) => "utf-32-be",
        }
    }
}

/// The encoding, if it is known here and so is what to do about errors. Otherwise the codec registry is asked.
fn known(encoding: Option<&str>, errors: Option<&str>) -> Option<Encoding> {
    let encoding = match encoding {
        None => Encoding::Utf8,
        Some(name) => Encoding::by_name(name)?,
    };
    let is_known = errors.is_none_or(|name| Handler::by_name(name).is_some());
    (is_known || !has_registry()).then_some(encoding)
}

/// Small executables lack the registry: their programs cannot have registered anything.
fn has_registry() -> bool {
    module::find_native(REGISTRY).is_some()
}

/// Has a codec of the registry do it: calls `encode` or `decode` of `_codecs`.
fn by_registry(
    thread: &Thread,
    function: &str,
    object: Value,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> Result {
    let encoding = encoding.unwrap_or("utf-8");
    if !has_registry() {
        return raise!(thread, LookupError, "unknown encoding: {encoding}");
    }
    let registry = super::intern(thread, REGISTRY);
    let module = import::import_module(thread, registry, Value::NONE, Value::NONE, 0)?;
    let function = attribute::get(thread, module.value(), super::intern(thread, function))?;
    let text = |text: &str| super::new(thread, text);
    let (encoding, errors) = (text(encoding), text(errors.unwrap_or("strict")));
    let args = [object, encoding.value(), errors.value()];
    call::call(thread, function.value(), &args)
}

/// The argument `encoding` or `errors` of `function`; `None` if it is absent.
pub fn argument(
    thread: &Thread,
    value: Value,
    function: &str,
    name: &str,
) -> Result<Option<String>> {
    if value.is_missing() {
        return Ok(None);
    }
    let Some(text) = value.get::<Str>() else {
        return raise!(
            thread,
            TypeError,
            "{function}() argument '{name}' must be str, not {}",
            // CPython's `str()` words it by itself, its methods leave it to the argument parser.
            match function {
                "str" => type_name(value),
                _ => convert::argument_type(value),
            }
        );
    };
    let text = text.to_str_lossy();
    if text.contains('\0') {
        return raise!(thread, ValueError, "embedded null character");
    }
    Ok(Some(text.into_owned()))
}

/// The text as bytes; without encoding as UTF-8, without error handling strictly.
pub fn encode(
    thread: &Thread,
    text: &Str,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> Result<Vec<u8>> {
    let Some(encoding) = known(encoding, errors) else {
        let object = crate::Object::value(text);
        let encoded = by_registry(thread, "encode", object, encoding, errors)?;
        return match encoded.get::<Bytes>() {
            Some(bytes) => Ok(bytes.as_slice().to_vec()),
            None => {
                let (name, got) = (encoding.unwrap_or_default(), type_name(encoded.value()));
                raise!(
                    thread,
                    TypeError,
                    "'{name}' encoder returned '{got}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types"
                )
            }
        };
    };
    if let Some(ascii) = text.as_str()
        && matches!(
            encoding,
            Encoding::Utf8 | Encoding::Ascii | Encoding::Latin1
        )
    {
        return Ok(ascii.as_bytes().to_vec());
    }
    let mut encoder = encode::Encoder {
        thread,
        text,
        encoding,
        errors: errors.unwrap_or("strict"),
        out: Vec::with_capacity(text.bytes().len() + 8),
    };
    encoder.run()?;
    Ok(encoder.out)
}

/// The text that bytes are in an encoding; without encoding UTF-8, without error handling strictly.
pub fn decode(
    thread: &Thread,
    bytes: &[u8],
    encoding: Option<&str>,
    errors: Option<&str>,
) -> Result<Owned> {
    let Some(encoding) = known(encoding, errors) else {
        let object = bytes::new(thread, bytes);
        let decoded = by_registry(thread, "decode", object.value(), encoding, errors)?;
        if decoded.is::<Str>() {
            return Ok(decoded);
        }
        let (name, got) = (encoding.unwrap_or_default(), type_name(decoded.value()));
        return raise!(
            thread,
            TypeError,
            "'{name}' decoder returned '{got}' instead of 'str'; use codecs.decode() to decode to arbitrary types"
        );
    };
    let errors = errors.unwrap_or("strict");
    decode::run(thread, bytes, encoding, errors)
}

/// The error handler of a name.
fn find_handler(thread: &Thread, name: &str) -> Result<Handler> {
    match Handler::by_name(name) {
        Some(handler) => Ok(handler),
        None => raise!(thread, LookupError, "unknown error handler name '{name}'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalised() {
        assert_eq!(Encoding::by_name("UTF-8"), Some(Encoding::Utf8));
        assert_eq!(Encoding::by_name("Latin 1"), Some(Encoding::Latin1));
        assert_eq!(
            Encoding::by_name("utf_16-LE"),
            Some(Encoding::Utf16(Order::Little))
        );
        assert_eq!(Encoding::by_name("cp1252"), None);
    }
}
