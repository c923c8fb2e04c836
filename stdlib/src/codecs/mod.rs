//! `_codecs`: the registry of codecs and error handlers, and the codecs that `encodings` is made of.
//!
//! The runtime encodes and decodes; error handlers that programs register are called from here, between the parts that
//! need none. Codecs that are rarely used (UTF-7, escapes) are Python's, in `_pycodecs`.

mod handlers;
mod map;
mod registry;
mod unicode;

pub(crate) use unicode::text_argument;

use ashore_runtime::operators::{attribute, call};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::str;
use ashore_runtime::{Result, Thread, Value, import, methods};

/// Calls the function of this name in `_pycodecs`.
fn in_python(thread: &Thread, function: &str, args: &[Value]) -> Result {
    let name = str::intern(thread, "_pycodecs");
    let module = import::import_module(thread, name, Value::NONE, Value::NONE, 0)?;
    let function = attribute::get(thread, module.value(), str::intern(thread, function))?;
    call::call(thread, function.value(), args)
}

macro_rules! python {
    ($($name:ident)*) => {$(
        fn $name(thread: &Thread, args: &[Value]) -> Result {
            in_python(thread, stringify!($name), args)
        }
    )*};
}

python! {
    utf_7_encode utf_7_decode unicode_escape_decode raw_unicode_escape_encode raw_unicode_escape_decode
    escape_encode escape_decode readbuffer_encode
}

fn unicode_escape_encode(thread: &Thread, args: &[Value]) -> Result {
    map::unicode_escape_encode(thread, args)
}

methods! { FUNCTIONS:
    /// Register a codec search function.
    static "register(search_function, /)" => registry::register -> None;
    /// Unregister a codec search function and clear the registry's cache.
    static "unregister(search_function, /)" => registry::unregister -> None;
    /// Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.
    static "lookup(encoding, /)" => registry::lookup;
    static "_forget_codec(encoding, /)" => registry::forget -> None;
    /// Encodes obj using the codec registered for encoding.
    static "encode(obj, encoding='utf-8', errors='strict')" => registry::encode;
    /// Decodes obj using the codec registered for encoding.
    static "decode(obj, encoding='utf-8', errors='strict')" => registry::decode;
    /// Register the specified error handler under the name errors.
    static "register_error(errors, handler, /)" => handlers::register -> None;
    static "_unregister_error(errors, /)" => handlers::unregister -> Bool;
    /// lookup_error(errors) -> handler
    static "lookup_error(name, /)" => handlers::lookup;
    static "utf_8_encode(str, errors=None, /)" => unicode::utf_8_encode -> Tuple;
    static "utf_8_decode(data, errors=None, final=False, /)" => unicode::utf_8_decode -> Tuple;
    static "ascii_encode(str, errors=None, /)" => unicode::ascii_encode -> Tuple;
    static "ascii_decode(data, errors=None, /)" => unicode::ascii_decode -> Tuple;
    static "latin_1_encode(str, errors=None, /)" => unicode::latin_1_encode -> Tuple;
    static "latin_1_decode(data, errors=None, /)" => unicode::latin_1_decode -> Tuple;
    static "utf_16_encode(str, errors=None, byteorder=0, /)" => unicode::utf_16_encode -> Tuple;
    static "utf_16_le_encode(str, errors=None, /)" => unicode::utf_16_le_encode -> Tuple;
    static "utf_16_be_encode(str, errors=None, /)" => unicode::utf_16_be_encode -> Tuple;
    static "utf_16_decode(data, errors=None, final=False, /)" => unicode::utf_16_decode -> Tuple;
    static "utf_16_le_decode(data, errors=None, final=False, /)" => unicode::utf_16_le_decode -> Tuple;
    static "utf_16_be_decode(data, errors=None, final=False, /)" => unicode::utf_16_be_decode -> Tuple;
    static "utf_16_ex_decode(data, errors=None, byteorder=0, final=False, /)" => unicode::utf_16_ex_decode -> Tuple;
    static "utf_32_encode(str, errors=None, byteorder=0, /)" => unicode::utf_32_encode -> Tuple;
    static "utf_32_le_encode(str, errors=None, /)" => unicode::utf_32_le_encode -> Tuple;
    static "utf_32_be_encode(str, errors=None, /)" => unicode::utf_32_be_encode -> Tuple;
    static "utf_32_decode(data, errors=None, final=False, /)" => unicode::utf_32_decode -> Tuple;
    static "utf_32_le_decode(data, errors=None, final=False, /)" => unicode::utf_32_le_decode -> Tuple;
    static "utf_32_be_decode(data, errors=None, final=False, /)" => unicode::utf_32_be_decode -> Tuple;
    static "utf_32_ex_decode(data, errors=None, byteorder=0, final=False, /)" => unicode::utf_32_ex_decode -> Tuple;
    static "charmap_build(map, /)" => map::build -> Dict;
    static "charmap_encode(str, errors=None, mapping=None, /)" => map::encode -> Tuple;
    static "charmap_decode(data, errors=None, mapping=None, /)" => map::decode -> Tuple;
    static "unicode_escape_encode(str, errors='strict', /)" => unicode_escape_encode;
    static "unicode_escape_decode(data, errors='strict', final=True, /)" => unicode_escape_decode;
    static "raw_unicode_escape_encode(str, errors='strict', /)" => raw_unicode_escape_encode;
    static "raw_unicode_escape_decode(data, errors='strict', final=True, /)" => raw_unicode_escape_decode;
    static "escape_encode(data, errors='strict', /)" => escape_encode;
    static "escape_decode(data, errors='strict', /)" => escape_decode;
    static "readbuffer_encode(data, errors='strict', /)" => readbuffer_encode;
    static "utf_7_encode(str, errors='strict', /)" => utf_7_encode;
    static "utf_7_decode(data, errors='strict', final=False, /)" => utf_7_decode;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    registry::start(thread, module)?;
    handlers::start(thread, module)
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_codecs",
    doc: "",
    functions: FUNCTIONS,
    initialize,
};
