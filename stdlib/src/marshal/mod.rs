//! `marshal`: values as bytes in CPython's format. Code objects, which Ashore has in another form, are written in that one:
//! only the same version of Ashore reads them.
//!
//! An object that is met again is written as a reference to where it was written first; so what is read has the same
//! objects in the same places, also those that contain themselves.

mod read;
mod write;

use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::types::bytes::{self, Buffer, Bytes};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::{class_of, str};
use ashore_runtime::{Result, Thread, Value, methods, raise};
use read::{Reader, Source};
use write::Writer;

/// The newest version of the format.
const VERSION: i64 = 5;

/// Set in the type of an object that is referred to by its number later.
const REFERRED_TO: u8 = 0x80;

/// Digits of ints are of so many bits.
const DIGIT_BITS: usize = 15;

/// How deep values may be nested.
const DEPTH: usize = 2000;

/// A value in the newest version of the format.
pub(crate) fn to_bytes(thread: &Thread, value: Value) -> Result<Vec<u8>> {
    write(thread, value, VERSION, true)
}

/// The value that bytes begin with.
pub(crate) fn from_bytes(thread: &Thread, data: &[u8]) -> Result {
    Reader::new(thread, Source::Bytes(data), true).read()
}

fn write(thread: &Thread, value: Value, version: i64, allow_code: bool) -> Result<Vec<u8>> {
    let mut writer = Writer::new(thread, version, allow_code);
    writer.value(value, 0)?;
    Ok(writer.finish())
}

fn write_as_asked(
    thread: &Thread,
    value: Value,
    version: Value,
    allow_code: Value,
) -> Result<Vec<u8>> {
    let version = convert::to_c_int(thread, version)?;
    let allow_code = convert::truth(thread, allow_code)?;
    write(thread, value, version.into(), allow_code)
}

fn dumps(thread: &Thread, args: &[Value]) -> Result {
    let data = write_as_asked(thread, args[0], args[1], args[2])?;
    Ok(bytes::new(thread, &data))
}

fn dump(thread: &Thread, args: &[Value]) -> Result {
    let data = write_as_asked(thread, args[0], args[2], args[3])?;
    let data = bytes::new(thread, &data);
    let write = attribute::get(thread, args[1], str::intern(thread, "write"))?;
    call::call(thread, write.value(), &[data.value()])
}

fn loads(thread: &Thread, args: &[Value]) -> Result {
    let data = Buffer::argument(thread, &args[0])?;
    let allow_code = convert::truth(thread, args[1])?;
    Reader::new(thread, Source::Bytes(&data), allow_code).read()
}

fn load(thread: &Thread, args: &[Value]) -> Result {
    let read = attribute::get(thread, args[0], str::intern(thread, "read"))?;
    // As CPython does, to find out early that the file is one of text.
    let nothing = call::call(thread, read.value(), &[Value::small_int(0)])?;
    if !nothing.is::<Bytes>() {
        let got = class_of(nothing.value()).name();
        return raise!(
            thread,
            TypeError,
            "file.read() returned not bytes but {got}"
        );
    }
    let allow_code = convert::truth(thread, args[1])?;
    Reader::new(thread, Source::File(read.value()), allow_code).read()
}

methods! { FUNCTIONS:
    /// Write the value on the open file.
    static "dump(value, file, version=5, /, *, allow_code=True)" => dump;
    /// Return the bytes object that would be written to a file by dump(value, file).
    static "dumps(value, version=5, /, *, allow_code=True)" => dumps -> Bytes;
    /// Read one value from the open file and return it.
    static "load(file, /, *, allow_code=True)" => load;
    /// Convert the bytes-like object to a value.
    static "loads(bytes, /, *, allow_code=True)" => loads;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    module.set(thread, "version", Value::small_int(VERSION))
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "marshal",
    doc: "This module contains functions that can read and write Python values in\na binary format.",
    functions: FUNCTIONS,
    initialize,
};
