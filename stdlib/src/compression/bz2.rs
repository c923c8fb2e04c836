//! `_bz2`: what `bz2` stands on.

use super::{Decoding, Encoding, Stream, streams};
use ashore_runtime::operators::convert;
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::bytes::{self, Buffer};
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::{Object, Owned, Raised, Result, Thread, Value, methods, raise, thread};
use bzip2::{Action, Compress, Compression, Decompress, Error, Status};

static COMPRESSOR: NativeClass = NativeClass::new("_bz2.BZ2Compressor", COMPRESSOR_METHODS).doc(
    "Create a compressor object for compressing data incrementally.\n\n  compresslevel\n    Compression level, as a number between 1 and 9.\n\nFor one-shot compression, use the compress() function instead.",
);
static DECOMPRESSOR: NativeClass =
    NativeClass::new("_bz2.BZ2Decompressor", DECOMPRESSOR_METHODS).doc(
        "Create a decompressor object for decompressing data incrementally.\n\nFor one-shot decompression, use the decompress() function instead.",
    );

struct Compressor(Mutex<Encoding<Compress>>);

impl Data for Compressor {}

struct Decompressor(Mutex<Decoding<Decompress>>);

impl Data for Decompressor {}

impl Stream for Compress {
    type Failure = Error;

    fn step(
        &mut self,
        input: &[u8],
        room: &mut [u8],
        finish: bool,
    ) -> std::result::Result<bool, Error> {
        let action = match finish {
            true => Action::Finish,
            false if input.is_empty() => return Ok(false),
            false => Action::Run,
        };
        Ok(self.compress(input, room, action)? == Status::StreamEnd)
    }

    fn totals(&self) -> (u64, u64) {
        (self.total_in(), self.total_out())
    }
}

impl Stream for Decompress {
    type Failure = Error;

    fn step(&mut self, input: &[u8], room: &mut [u8], _: bool) -> std::result::Result<bool, Error> {
        Ok(self.decompress(input, room)? == Status::StreamEnd)
    }

    fn totals(&self) -> (u64, u64) {
        (self.total_in(), self.total_out())
    }
}

fn raised(thread: &Thread, failure: Error) -> Raised {
    let result: Result<()> = match failure {
        Error::Data | Error::DataMagic => raise!(thread, OSError, "Invalid data stream"),
        Error::Param => raise!(
            thread,
            ValueError,
            "Internal error - invalid parameters passed to libbzip2"
        ),
        Error::Sequence => raise!(
            thread,
            RuntimeError,
            "Internal error - Invalid sequence of commands sent to libbzip2"
        ),
    };
    result.expect_err("just raised")
}

streams! { Compressor, Decompressor, raised, "End of stream already reached" }

fn new_compressor(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let level = match u32::try_from(convert::to_c_int(thread, args[1])?) {
        Ok(level) if (1..=9).contains(&level) => Compression::new(level),
        _ => {
            return raise!(thread, ValueError, "compresslevel must be between 1 and 9");
        }
    };
    let encoding = Encoding(Some(Compress::new(level, 0)));
    Ok(native::new(thread, class, Compressor(Mutex::new(encoding))))
}

fn new_decompressor(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let decoding = Decoding::new(Decompress::new(false));
    Ok(native::new(
        thread,
        class,
        Decompressor(Mutex::new(decoding)),
    ))
}

methods! { COMPRESSOR_METHODS:
    new "BZ2Compressor(type, compresslevel=9, /)" => new_compressor;
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
    new "BZ2Decompressor(type, /)" => new_decompressor;
    /// Decompress *data*, returning uncompressed data as bytes.
    "decompress(self, /, data, max_length=-1)" => decompress -> Bytes;
    /// True if the end-of-stream marker has been reached.
    get "eof" => eof -> Bool;
    /// Data found after the end of the compressed stream.
    get "unused_data" => unused_data -> Bytes;
    /// True if more input is needed before more decompressed data can be produced.
    get "needs_input" => needs_input -> Bool;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    let class = COMPRESSOR.class(thread);
    module.set(thread, "BZ2Compressor", class.value())?;
    let class = DECOMPRESSOR.class(thread);
    module.set(thread, "BZ2Decompressor", class.value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_bz2",
    doc: "",
    functions: &[],
    initialize,
};
