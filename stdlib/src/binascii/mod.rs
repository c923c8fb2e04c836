//! `binascii`: binary data as text, and checksums.

mod text;

use crate::errors;
use ashore_runtime::operators::{convert, index};
use ashore_runtime::types::bytes::{self, Buffer, Bytes};
use ashore_runtime::types::class_of;
use ashore_runtime::types::int::{self, IntRef};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::NativeClass;
use ashore_runtime::types::str::Str;
use ashore_runtime::{Builtin, Object, Result, Thread, Value, methods, raise};
use dashu_int::IBig;
use text::Quoting;

static ERROR: NativeClass = NativeClass::new("binascii.Error", &[])
    .open()
    .extends(Builtin::ValueError, &[]);
static INCOMPLETE: NativeClass = errors::class("binascii.Incomplete");

fn fail<T>(thread: &Thread, text: &str) -> Result<T> {
    Err(errors::raised(thread, &ERROR, text))
}

/// The bytes of an argument that may also be text.
fn ascii(thread: &Thread, value: Value) -> Result<Vec<u8>> {
    if let Some(text) = value.get::<Str>() {
        return match text.as_str() {
            Some(text) if text.is_ascii() => Ok(text.as_bytes().to_vec()),
            _ => raise!(
                thread,
                ValueError,
                "string argument should contain only ASCII characters"
            ),
        };
    }
    match Buffer::copy(thread, value) {
        Some(bytes) => Ok(bytes),
        None => {
            let got = class_of(value).name();
            raise!(
                thread,
                TypeError,
                "argument should be bytes, buffer or ASCII string, not '{got}'"
            )
        }
    }
}

fn result(thread: &Thread, bytes: &[u8]) -> Result {
    Ok(bytes::new(thread, bytes))
}

fn a2b_base64(thread: &Thread, args: &[Value]) -> Result {
    let text = ascii(thread, args[0])?;
    match text::from_base64(&text, convert::truth(thread, args[1])?) {
        Ok(data) => result(thread, &data),
        Err(problem) => fail(thread, &problem),
    }
}

fn b2a_base64(thread: &Thread, args: &[Value]) -> Result {
    let data = Buffer::copy_argument(thread, args[0])?;
    let newline = convert::truth(thread, args[1])?;
    result(thread, &text::to_base64(&data, newline))
}

fn a2b_uu(thread: &Thread, args: &[Value]) -> Result {
    let line = ascii(thread, args[0])?;
    if line.is_empty() {
        return fail(thread, "Missing length byte");
    }
    match text::from_uu(&line) {
        Ok(data) => result(thread, &data),
        Err(problem) => fail(thread, problem),
    }
}

fn b2a_uu(thread: &Thread, args: &[Value]) -> Result {
    let data = Buffer::copy_argument(thread, args[0])?;
    let backtick = convert::truth(thread, args[1])?;
    if data.len() > text::UU_LINE {
        return fail(thread, "At most 45 bytes at once");
    }
    result(thread, &text::to_uu(&data, backtick))
}

fn a2b_hex(thread: &Thread, args: &[Value]) -> Result {
    let text = ascii(thread, args[0])?;
    let (pairs, rest) = text.as_chunks::<2>();
    if !rest.is_empty() {
        return fail(thread, "Odd-length string");
    }
    let digits = |&[a, b]: &[u8; 2]| Some(text::hex_digit(a)? << 4 | text::hex_digit(b)?);
    match pairs.iter().map(digits).collect::<Option<Vec<u8>>>() {
        Some(data) => result(thread, &data),
        None => fail(thread, "Non-hexadecimal digit found"),
    }
}

fn separator(thread: &Thread, value: Value) -> Result<Option<u8>> {
    if value.is_missing() {
        return Ok(None);
    }
    if index::length(thread, value)? != 1 {
        return raise!(thread, ValueError, "sep must be length 1.");
    }
    if let Some(text) = value.get::<Str>() {
        return match u8::try_from(text.code_point(0)) {
            Ok(byte) => Ok(Some(byte)),
            Err(_) => raise!(thread, ValueError, "sep must be ASCII."),
        };
    }
    match value.get::<Bytes>() {
        Some(bytes) => Ok(bytes.as_slice().first().copied()),
        None => raise!(thread, TypeError, "sep must be str or bytes."),
    }
}

fn b2a_hex(thread: &Thread, args: &[Value]) -> Result {
    let data = Buffer::copy_argument(thread, args[0])?;
    let separator = separator(thread, args[1])?;
    let group = convert::to_c_int(thread, args[2])?;
    result(thread, &text::to_hex(&data, separator, group.into()))
}

fn a2b_qp(thread: &Thread, args: &[Value]) -> Result {
    let text = ascii(thread, args[0])?;
    let header = convert::truth(thread, args[1])?;
    result(thread, &text::from_quoted(&text, header))
}

fn b2a_qp(thread: &Thread, args: &[Value]) -> Result {
    let data = Buffer::copy_argument(thread, args[0])?;
    let quoting = Quoting {
        tabs: convert::truth(thread, args[1])?,
        text: convert::truth(thread, args[2])?,
        header: convert::truth(thread, args[3])?,
    };
    result(thread, &text::to_quoted(&data, quoting))
}

/// The low 32 bits of an int.
pub(crate) fn low_word(thread: &Thread, value: Value) -> Result<u32> {
    let number = convert::index(thread, value)?;
    let number = IntRef::of(&number).expect("an index is an int").to_big();
    let low = number & IBig::from(u32::MAX);
    Ok(u32::try_from(low).expect("32 bits"))
}

fn crc32(thread: &Thread, args: &[Value]) -> Result {
    let data = Buffer::copy_argument(thread, args[0])?;
    let crc = low_word(thread, args[1])?;
    Ok(int::from_u64(thread, text::crc_32(&data, crc).into()))
}

fn crc_hqx(thread: &Thread, args: &[Value]) -> Result {
    let data = Buffer::copy_argument(thread, args[0])?;
    let crc = low_word(thread, args[1])? as u16;
    Ok(int::from_u64(thread, text::crc_hqx(&data, crc).into()))
}

methods! { FUNCTIONS:
    /// Decode a line of base64 data.
    ///
    ///   strict_mode
    ///     When set to True, bytes that are not part of the base64 standard are not allowed.
    ///     The same applies to excess data after padding (= / ==).
    static "a2b_base64(data, /, *, strict_mode=False)" => a2b_base64 -> Bytes;
    /// Base64-code line of data.
    static "b2a_base64(data, /, *, newline=True)" => b2a_base64 -> Bytes;
    /// Decode a line of uuencoded data.
    static "a2b_uu(data, /)" => a2b_uu -> Bytes;
    /// Uuencode line of data.
    static "b2a_uu(data, /, *, backtick=False)" => b2a_uu -> Bytes;
    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    /// This function is also available as "unhexlify()".
    static "a2b_hex(hexstr, /)" => a2b_hex -> Bytes;
    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    static "unhexlify(hexstr, /)" => a2b_hex -> Bytes;
    /// Hexadecimal representation of binary data.
    ///
    /// This function is also available as "hexlify()".
    static "b2a_hex(data, sep=<missing>, bytes_per_sep=1)" => b2a_hex -> Bytes;
    /// Hexadecimal representation of binary data.
    ///
    /// This function is also available as "b2a_hex()".
    static "hexlify(data, sep=<missing>, bytes_per_sep=1)" => b2a_hex -> Bytes;
    /// Decode a string of qp-encoded data.
    static "a2b_qp(data, header=False)" => a2b_qp -> Bytes;
    /// Encode a string using quoted-printable encoding.
    ///
    /// On encoding, when istext is set, newlines are not encoded, and white
    /// space at end of lines is.  When istext is not set, \r and \n (CR/LF)
    /// are both encoded.  When quotetabs is set, space and tabs are encoded.
    static "b2a_qp(data, quotetabs=False, istext=True, header=False)" => b2a_qp -> Bytes;
    /// Compute CRC-32 incrementally.
    static "crc32(data, crc=0, /)" => crc32 -> Int;
    /// Compute CRC-CCITT incrementally.
    static "crc_hqx(data, crc, /)" => crc_hqx -> Int;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    module.set(thread, "Error", ERROR.class(thread).value())?;
    module.set(thread, "Incomplete", INCOMPLETE.class(thread).value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "binascii",
    doc: "Conversion between binary data and ASCII",
    functions: FUNCTIONS,
    initialize,
};
