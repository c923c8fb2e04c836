//! `_lzma`: what `lzma` stands on.

use super::filters::{self, FILTER_LZMA1};
use super::{Decoding, Encoding, Stream, streams};
use crate::errors;
use ashore_runtime::operators::{convert, index};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::bytes::{self, Buffer};
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::int;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::{Object, Owned, Raised, Result, Thread, Value, methods, raise, thread};
use liblzma::stream::{self as library, Action, Check, Error, Filters, LzmaOptions, Status};
use std::sync::atomic::{AtomicI64, Ordering};

static ERROR: NativeClass = errors::class("_lzma.LZMAError");
static COMPRESSOR: NativeClass = NativeClass::new("_lzma.LZMACompressor", COMPRESSOR_METHODS).doc(
    "LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)\n\nCreate a compressor object for compressing data incrementally.",
);
static DECOMPRESSOR: NativeClass = NativeClass::new("_lzma.LZMADecompressor", DECOMPRESSOR_METHODS)
    .doc("Create a decompressor object for decompressing data incrementally.");

const FORMAT_AUTO: i32 = 0;
const FORMAT_XZ: i32 = 1;
const FORMAT_ALONE: i32 = 2;
const FORMAT_RAW: i32 = 3;

const CHECK_CRC64: i64 = 4;
const CHECK_ID_MAX: i64 = 15;
const CHECK_UNKNOWN: i64 = 16;

struct Encoder(library::Stream);

struct Decoder {
    stream: library::Stream,
    /// The beginning of the input, which says how it is checked.
    start: Vec<u8>,
}

// Both are Send: the library says so of its streams.
struct Compressor(Mutex<Encoding<Encoder>>);

impl Data for Compressor {}

struct Decompressor(Mutex<Decoding<Decoder>>, AtomicI64);

impl Data for Decompressor {}

impl Stream for Encoder {
    type Failure = Error;

    fn step(
        &mut self,
        input: &[u8],
        room: &mut [u8],
        finish: bool,
    ) -> std::result::Result<bool, Error> {
        let action = if finish { Action::Finish } else { Action::Run };
        Ok(self.0.process(input, room, action)? == Status::StreamEnd)
    }

    fn totals(&self) -> (u64, u64) {
        (self.0.total_in(), self.0.total_out())
    }
}

impl Stream for Decoder {
    type Failure = Error;

    fn step(&mut self, input: &[u8], room: &mut [u8], _: bool) -> std::result::Result<bool, Error> {
        let missing = HEADER.saturating_sub(self.start.len());
        let before = self.stream.total_in();
        let status = self.stream.process(input, room, Action::Run)?;
        let taken = (self.stream.total_in() - before) as usize;
        self.start.extend_from_slice(&input[..taken.min(missing)]);
        Ok(status == Status::StreamEnd)
    }

    fn totals(&self) -> (u64, u64) {
        (self.stream.total_in(), self.stream.total_out())
    }
}

/// The bytes of an `.xz` file's header up to the kind of check.
const HEADER: usize = 8;
const MAGIC: &[u8] = b"\xfd7zXZ\0";

impl Decoder {
    /// How the data is checked, once that has been read.
    fn check(&self) -> Option<i64> {
        if self.start.len() < HEADER {
            return None;
        }
        Some(match self.start.starts_with(MAGIC) {
            true => i64::from(self.start[HEADER - 1] & 0x0f),
            false => 0,
        })
    }
}

pub(super) fn fail(thread: &Thread, text: &str) -> Raised {
    errors::raised(thread, &ERROR, text)
}

pub(super) fn raised(thread: &Thread, failure: Error) -> Raised {
    let text = match failure {
        Error::Data => "Corrupt input data",
        Error::Options => "Invalid or unsupported options",
        Error::Format => "Input format not supported by decoder",
        Error::MemLimit => "Memory usage limit exceeded",
        Error::UnsupportedCheck => "Unsupported integrity check",
        Error::Mem => {
            let result: Result<()> = raise!(thread, MemoryError, "");
            return result.expect_err("just raised");
        }
        Error::Program | Error::NoCheck => "Internal error",
    };
    fail(thread, text)
}

streams! { Compressor, Decompressor, raised, "Already at end of stream" }

/// A check by its number.
fn check(thread: &Thread, number: i64) -> Result<Check> {
    match number {
        -1 | CHECK_CRC64 => Ok(Check::Crc64),
        0 => Ok(Check::None),
        1 => Ok(Check::Crc32),
        10 => Ok(Check::Sha256),
        2..=CHECK_ID_MAX => Err(fail(thread, "Unsupported integrity check")),
        _ => Err(fail(thread, "Internal error")),
    }
}

fn preset(thread: &Thread, value: Value) -> Result<u32> {
    if value.is_none() {
        return Ok(library::PRESET_DEFAULT);
    }
    filters::number(thread, value)
}

fn xz_encoder(thread: &Thread, args: &[Value]) -> Result<library::Stream> {
    let check = check(thread, convert::to_c_int(thread, args[2])?.into())?;
    let made = match args[4].is_none() {
        true => library::Stream::new_easy_encoder(preset(thread, args[3])?, check),
        false => {
            let filters = chain(thread, args[4])?;
            library::Stream::new_stream_encoder(&filters, check)
        }
    };
    made.map_err(|failure| raised(thread, failure))
}

fn alone_encoder(thread: &Thread, args: &[Value]) -> Result<library::Stream> {
    let options = match args[4].is_none() {
        true => {
            let options = LzmaOptions::new_preset(preset(thread, args[3])?);
            options.map_err(|failure| raised(thread, failure))?
        }
        false => {
            let first = match index::length(thread, args[4])? {
                1 => Some(index::get_item(thread, args[4], Value::small_int(0))?),
                _ => None,
            };
            let options = match first {
                Some(first) => filters::options_of(thread, first.value(), FILTER_LZMA1)?,
                None => None,
            };
            match options {
                Some(options) => options,
                None => {
                    return raise!(
                        thread,
                        ValueError,
                        "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter"
                    );
                }
            }
        }
    };
    let made = library::Stream::new_lzma_encoder(&options);
    made.map_err(|failure| raised(thread, failure))
}

/// A chain of filters, from a sequence of dicts.
fn chain(thread: &Thread, value: Value) -> Result<Filters> {
    const MOST: usize = 4;
    let length = index::length(thread, value)?;
    if length > MOST {
        return raise!(
            thread,
            ValueError,
            "Too many filters - liblzma supports a maximum of {MOST}"
        );
    }
    let mut filters = Filters::new();
    for at in 0..length {
        let spec = index::get_item(thread, value, Value::small_int(at as i64))?;
        filters::add(thread, &mut filters, spec.value())?;
    }
    if length == 0 {
        return Err(fail(thread, "Internal error"));
    }
    Ok(filters)
}

/// `LZMACompressor(format, check, preset, filters)`
fn new_compressor(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let format = convert::to_c_int(thread, args[1])?;
    let check = convert::to_c_int(thread, args[2])?;
    if !args[3].is_none() && !args[4].is_none() {
        return raise!(
            thread,
            ValueError,
            "Cannot specify both preset and filter chain"
        );
    }
    if format != FORMAT_XZ && check != -1 && check != 0 {
        return raise!(
            thread,
            ValueError,
            "Integrity checks are only supported by FORMAT_XZ"
        );
    }
    let stream = match format {
        FORMAT_XZ => xz_encoder(thread, args)?,
        FORMAT_ALONE => alone_encoder(thread, args)?,
        FORMAT_RAW if args[4].is_none() => {
            return raise!(thread, ValueError, "Must specify filters for FORMAT_RAW");
        }
        FORMAT_RAW => {
            let made = library::Stream::new_raw_encoder(&chain(thread, args[4])?);
            made.map_err(|failure| raised(thread, failure))?
        }
        _ => {
            return raise!(thread, ValueError, "Invalid container format: {format}");
        }
    };
    let encoding = Encoding(Some(Encoder(stream)));
    Ok(native::new(thread, class, Compressor(Mutex::new(encoding))))
}

fn decoder(thread: &Thread, format: i32, limit: u64, filters: Value) -> Result<library::Stream> {
    let made = match format {
        FORMAT_AUTO => library::Stream::new_auto_decoder(limit, 0),
        FORMAT_XZ => library::Stream::new_stream_decoder(limit, 0),
        FORMAT_ALONE => library::Stream::new_lzma_decoder(limit),
        FORMAT_RAW => library::Stream::new_raw_decoder(&chain(thread, filters)?),
        _ => {
            return raise!(thread, ValueError, "Invalid container format: {format}");
        }
    };
    made.map_err(|failure| raised(thread, failure))
}

/// `LZMADecompressor(format, memlimit, filters)`
fn new_decompressor(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let format = convert::to_c_int(thread, args[1])?;
    let (limit, filters) = (args[2], args[3]);
    let is_raw = format == FORMAT_RAW;
    if is_raw && !limit.is_none() {
        return raise!(
            thread,
            ValueError,
            "Cannot specify memory limit with FORMAT_RAW"
        );
    }
    if is_raw && filters.is_none() {
        return raise!(thread, ValueError, "Must specify filters for FORMAT_RAW");
    }
    if !is_raw && !filters.is_none() {
        return raise!(
            thread,
            ValueError,
            "Cannot specify filters except with FORMAT_RAW"
        );
    }
    let limit = match limit.is_none() {
        true => u64::MAX,
        false => u64::try_from(convert::to_isize(thread, limit)?).unwrap_or(u64::MAX),
    };
    let decoder = Decoder {
        stream: decoder(thread, format, limit, filters)?,
        start: Vec::new(),
    };
    // Only an `.xz` file says how it is checked.
    let check = match format {
        FORMAT_AUTO | FORMAT_XZ => CHECK_UNKNOWN,
        _ => 0,
    };
    let data = Decompressor(Mutex::new(Decoding::new(decoder)), AtomicI64::new(check));
    Ok(native::new(thread, class, data))
}

fn get_check(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Decompressor>(args);
    let known = this.1.load(Ordering::Relaxed);
    if known == CHECK_UNKNOWN
        && let Some(check) = thread::detached(|| this.0.lock().stream.check())
    {
        this.1.store(check, Ordering::Relaxed);
    }
    Ok(int::from_i64(thread, this.1.load(Ordering::Relaxed)))
}

methods! { COMPRESSOR_METHODS:
    new "LZMACompressor(type, format=1, check=-1, preset=None, filters=None)" => new_compressor;
    /// Provide data to the compressor object.
    ///
    /// Returns a chunk of compressed data if possible, or b'' otherwise.
    ///
    /// When you have finished providing data to the compressor, call the
    /// flush() method to finish the compression process.
    "compress(self, data, /)" => compress -> Bytes;
    /// Finish the compression process.
    ///
    /// Returns the compressed data left in internal buffers.
    ///
    /// The compressor object may not be used after this method is called.
    "flush(self, /)" => flush -> Bytes;
}

methods! { DECOMPRESSOR_METHODS:
    new "LZMADecompressor(type, format=0, memlimit=None, filters=None)" => new_decompressor;
    /// Decompress *data*, returning uncompressed data as bytes.
    "decompress(self, /, data, max_length=-1)" => decompress -> Bytes;
    /// ID of the integrity check used by the input stream.
    get "check" => get_check -> Int;
    /// True if the end-of-stream marker has been reached.
    get "eof" => eof -> Bool;
    /// True if more input is needed before more decompressed data can be produced.
    get "needs_input" => needs_input -> Bool;
    /// Data found after the end of the compressed stream.
    get "unused_data" => unused_data -> Bytes;
}

fn is_check_supported(thread: &Thread, args: &[Value]) -> Result {
    let number = convert::to_c_int(thread, args[0])?;
    Ok(Owned::bool(matches!(number, 0 | 1 | 4 | 10)))
}

methods! { FUNCTIONS:
    /// Test whether the given integrity check is supported.
    ///
    /// Always returns True for CHECK_NONE and CHECK_CRC32.
    static "is_check_supported(check_id, /)" => is_check_supported -> Bool;
    /// Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).
    ///
    /// The result does not include the filter ID itself, only the options.
    static "_encode_filter_properties(filter, /)" => filters::encode -> Bytes;
    /// Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).
    ///
    /// The result does not include the filter ID itself, only the options.
    static "_decode_filter_properties(filter_id, encoded_props, /)" => filters::decode -> Dict;
}

const NUMBERS: [(&str, i64); 19] = [
    ("FORMAT_AUTO", FORMAT_AUTO as i64),
    ("FORMAT_XZ", FORMAT_XZ as i64),
    ("FORMAT_ALONE", FORMAT_ALONE as i64),
    ("FORMAT_RAW", FORMAT_RAW as i64),
    ("CHECK_NONE", 0),
    ("CHECK_CRC32", 1),
    ("CHECK_CRC64", CHECK_CRC64),
    ("CHECK_SHA256", 10),
    ("CHECK_ID_MAX", CHECK_ID_MAX),
    ("CHECK_UNKNOWN", CHECK_UNKNOWN),
    ("MF_HC3", 3),
    ("MF_HC4", 4),
    ("MF_BT2", 18),
    ("MF_BT3", 19),
    ("MF_BT4", 20),
    ("MODE_FAST", 1),
    ("MODE_NORMAL", 2),
    ("PRESET_DEFAULT", library::PRESET_DEFAULT as i64),
    ("PRESET_EXTREME", library::PRESET_EXTREME as i64),
];

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for (name, number) in NUMBERS.into_iter().chain(filters::NUMBERS) {
        module.set(thread, name, int::from_i64(thread, number).value())?;
    }
    for (name, class) in [
        ("LZMAError", &ERROR),
        ("LZMACompressor", &COMPRESSOR),
        ("LZMADecompressor", &DECOMPRESSOR),
    ] {
        module.set(thread, name, class.class(thread).value())?;
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_lzma",
    doc: "",
    functions: FUNCTIONS,
    initialize,
};
