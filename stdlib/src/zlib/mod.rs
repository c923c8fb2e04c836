//! `zlib`: compressed data, and two checksums.

mod objects;
mod stream;

use crate::binascii::low_word;
use crate::errors;
use ashore_runtime::operators::convert;
use ashore_runtime::types::bytes::{self, Buffer};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::NativeClass;
use ashore_runtime::types::{int, str};
use ashore_runtime::{Object, Raised, Result, Thread, Value, methods, raise, thread};
use libz_rs_sys as sys;
use stream::{Settings, Step, Stream};

static ERROR: NativeClass = errors::class("zlib.error");

const DEF_BUF_SIZE: usize = 16 * 1024;
const DEF_MEM_LEVEL: i32 = 8;
/// The most that is put into one buffer before the next is made.
const CHUNK: usize = 1 << 20;

/// What went wrong: zlib's number, and what it says about it.
struct Failure {
    status: i32,
    message: Option<String>,
}

impl Failure {
    fn of(stream: &Stream, status: i32) -> Failure {
        Failure {
            status,
            message: stream.message(),
        }
    }

    fn raise(self, thread: &Thread, doing: &str) -> Raised {
        let status = self.status;
        let message = self.message.or_else(|| {
            let text = match status {
                sys::Z_BUF_ERROR => "incomplete or truncated stream",
                sys::Z_STREAM_ERROR => "inconsistent stream state",
                sys::Z_DATA_ERROR => "invalid input data",
                _ => return None,
            };
            Some(text.to_owned())
        });
        let text = match message {
            Some(message) => format!("Error {status} {doing}: {message}"),
            None => format!("Error {status} {doing}"),
        };
        errors::raised(thread, &ERROR, &text)
    }
}

/// All that a stream makes of the input, for a compressor.
fn compress_all(stream: &mut Stream, mut input: &[u8], flush: i32) -> (Vec<u8>, i32) {
    let mut output = Vec::new();
    let mut room = DEF_BUF_SIZE;
    loop {
        // zlib counts in 32 bits: what is longer comes in parts.
        let is_last = u32::try_from(input.len()).is_ok();
        let flush = if is_last { flush } else { sys::Z_NO_FLUSH };
        let Step {
            status,
            taken,
            has_room,
        } = stream.step(input, &mut output, room, flush);
        input = &input[taken..];
        room = (room * 2).min(CHUNK);
        let is_stuck = status == sys::Z_STREAM_ERROR || status == sys::Z_STREAM_END;
        if is_stuck || (has_room && input.is_empty()) {
            return (output, status);
        }
    }
}

/// What a decompressor makes of input.
struct Inflated {
    output: Vec<u8>,
    /// How much of the input it took.
    taken: usize,
    status: i32,
}

/// Decompresses until the input is used up, the stream ends, or there are `most` bytes.
fn decompress_some(
    stream: &mut Stream,
    input: &[u8],
    dictionary: Option<&[u8]>,
    most: usize,
    flush: i32,
) -> std::result::Result<Inflated, (Failure, &'static str)> {
    const DOING: &str = "while decompressing data";
    let mut output = Vec::new();
    let mut taken = 0;
    let mut room = DEF_BUF_SIZE;
    loop {
        let place = room.min(most - output.len());
        let step = stream.step(&input[taken..], &mut output, place, flush);
        taken += step.taken;
        room = (room * 2).min(CHUNK);
        match (step.status, dictionary) {
            (sys::Z_NEED_DICT, Some(dictionary)) => {
                let status = stream.set_dictionary(dictionary);
                if status != sys::Z_OK {
                    return Err((Failure::of(stream, status), "while setting zdict"));
                }
                continue;
            }
            (sys::Z_OK | sys::Z_BUF_ERROR | sys::Z_STREAM_END, _) => {}
            (status, _) => return Err((Failure::of(stream, status), DOING)),
        }
        let is_done = step.status == sys::Z_STREAM_END
            || output.len() == most
            || (step.has_room && (taken == input.len() || step.status == sys::Z_BUF_ERROR));
        if is_done {
            return Ok(Inflated {
                output,
                taken,
                status: step.status,
            });
        }
    }
}

fn compress(thread: &Thread, args: &[Value]) -> Result {
    let data = Buffer::argument(thread, &args[0])?;
    let settings = Settings {
        level: convert::to_c_int(thread, args[1])?,
        method: sys::Z_DEFLATED,
        wbits: convert::to_c_int(thread, args[2])?,
        mem_level: DEF_MEM_LEVEL,
        strategy: sys::Z_DEFAULT_STRATEGY,
    };
    let Ok(mut stream) = Stream::compressor(&settings) else {
        return Err(errors::raised(thread, &ERROR, "Bad compression level"));
    };
    let (output, _) = thread::detached(|| compress_all(&mut stream, &data, sys::Z_FINISH));
    Ok(bytes::new(thread, &output))
}

fn decompress(thread: &Thread, args: &[Value]) -> Result {
    const DOING: &str = "while decompressing data";
    let data = Buffer::argument(thread, &args[0])?;
    let wbits = convert::to_c_int(thread, args[1])?;
    if convert::to_isize(thread, args[2])? < 0 {
        return raise!(thread, ValueError, "bufsize must be non-negative");
    }
    let mut stream = match Stream::decompressor(wbits) {
        Ok(stream) => stream,
        Err(status) => {
            let message = None;
            let failure = Failure { status, message };
            return Err(failure.raise(thread, "while preparing to decompress data"));
        }
    };
    let result = thread::detached(|| {
        decompress_some(&mut stream, &data, None, usize::MAX, sys::Z_SYNC_FLUSH)
    });
    match result {
        Ok(inflated) if inflated.status == sys::Z_STREAM_END => {
            Ok(bytes::new(thread, &inflated.output))
        }
        Ok(_) => {
            let (status, message) = (sys::Z_BUF_ERROR, None);
            Err(Failure { status, message }.raise(thread, DOING))
        }
        Err((failure, doing)) => Err(failure.raise(thread, doing)),
    }
}

fn adler32(thread: &Thread, args: &[Value]) -> Result {
    let data = Buffer::argument(thread, &args[0])?;
    let start = low_word(thread, args[1])?;
    let sum = zlib_rs::adler32::adler32(start, &data);
    Ok(int::from_u64(thread, sum.into()))
}

fn crc32(thread: &Thread, args: &[Value]) -> Result {
    let data = Buffer::argument(thread, &args[0])?;
    let start = low_word(thread, args[1])?;
    let sum = zlib_rs::crc32::crc32(start, &data);
    Ok(int::from_u64(thread, sum.into()))
}

methods! { FUNCTIONS:
    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///   level
    ///     Compression level, in 0-9 or -1.
    ///   wbits
    ///     The window buffer size and container format.
    static "compress(data, /, level=-1, wbits=15)" => compress -> Bytes;
    /// Returns a bytes object containing the uncompressed data.
    ///
    ///   data
    ///     Compressed data.
    ///   wbits
    ///     The window buffer size and container format.
    ///   bufsize
    ///     The initial output buffer size.
    static "decompress(data, /, wbits=15, bufsize=16384)" => decompress -> Bytes;
    /// Return a compressor object.
    static "compressobj(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=<missing>)" => objects::compressobj;
    /// Return a decompressor object.
    ///
    ///   wbits
    ///     The window buffer size and container format.
    ///   zdict
    ///     The predefined compression dictionary.  This must be the same
    ///     dictionary as used by the compressor that produced the input data.
    static "decompressobj(wbits=15, zdict=<missing>)" => objects::decompressobj;
    /// Compute an Adler-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    static "adler32(data, value=1, /)" => adler32 -> Int;
    /// Compute a CRC-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    static "crc32(data, value=0, /)" => crc32 -> Int;
}

const NUMBERS: [(&str, i32); 20] = [
    ("MAX_WBITS", 15),
    ("DEFLATED", sys::Z_DEFLATED),
    ("DEF_MEM_LEVEL", DEF_MEM_LEVEL),
    ("DEF_BUF_SIZE", DEF_BUF_SIZE as i32),
    ("Z_BEST_COMPRESSION", sys::Z_BEST_COMPRESSION),
    ("Z_BEST_SPEED", sys::Z_BEST_SPEED),
    ("Z_DEFAULT_COMPRESSION", sys::Z_DEFAULT_COMPRESSION),
    ("Z_NO_COMPRESSION", sys::Z_NO_COMPRESSION),
    ("Z_DEFAULT_STRATEGY", sys::Z_DEFAULT_STRATEGY),
    ("Z_FILTERED", sys::Z_FILTERED),
    ("Z_FIXED", sys::Z_FIXED),
    ("Z_HUFFMAN_ONLY", sys::Z_HUFFMAN_ONLY),
    ("Z_RLE", sys::Z_RLE),
    ("Z_NO_FLUSH", sys::Z_NO_FLUSH),
    ("Z_PARTIAL_FLUSH", sys::Z_PARTIAL_FLUSH),
    ("Z_SYNC_FLUSH", sys::Z_SYNC_FLUSH),
    ("Z_FULL_FLUSH", sys::Z_FULL_FLUSH),
    ("Z_FINISH", sys::Z_FINISH),
    ("Z_BLOCK", sys::Z_BLOCK),
    ("Z_TREES", sys::Z_TREES),
];

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for (name, number) in NUMBERS {
        module.set(thread, name, Value::small_int(number.into()))?;
    }
    for (name, text) in [
        ("__version__", "1.0"),
        ("ZLIB_VERSION", "1.3.2"),
        ("ZLIB_RUNTIME_VERSION", "1.3.2"),
    ] {
        module.set(thread, name, str::new(thread, text).value())?;
    }
    let decompressor = objects::DECOMPRESSOR.class(thread);
    module.set(thread, "_ZlibDecompressor", decompressor.value())?;
    module.set(thread, "error", ERROR.class(thread).value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "zlib",
    doc: "The functions in this module allow compression and decompression using the\nzlib library, which is based on GNU zip.\n\nadler32(string[, start]) -- Compute an Adler-32 checksum.\ncompress(data[, level]) -- Compress data, with compression level 0-9 or -1.\ncompressobj([level[, ...]]) -- Return a compressor object.\ncrc32(string[, start]) -- Compute a CRC-32 checksum.\ndecompress(string,[wbits],[bufsize]) -- Decompresses a compressed string.\ndecompressobj([wbits[, zdict]]) -- Return a decompressor object.\n\n'wbits' is window buffer size and container format.\nCompressor objects support compress() and flush() methods; decompressor\nobjects support decompress() and flush().",
    functions: FUNCTIONS,
    initialize,
};
