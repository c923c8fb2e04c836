//! Compressors and decompressors that take their data in parts.

use super::stream::{Settings, Stream};
use super::{Failure, compress_all, decompress_some, sys};
use ashore_runtime::operators::convert;
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::bytes::{self, Buffer};
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise, thread};

static COMPRESS: NativeClass = NativeClass::new("zlib.Compress", COMPRESS_METHODS);
static DECOMPRESS: NativeClass = NativeClass::new("zlib.Decompress", DECOMPRESS_METHODS);
pub(super) static DECOMPRESSOR: NativeClass =
    NativeClass::new("zlib._ZlibDecompressor", DECOMPRESSOR_METHODS)
        .doc("Create a decompressor object for decompressing data incrementally.");

struct Compress {
    /// None once it has been finished.
    stream: Mutex<Option<Stream>>,
}

impl Data for Compress {}

fn bad_option<T>(thread: &Thread) -> Result<T> {
    raise!(thread, ValueError, "Invalid initialization option")
}

pub(super) fn compressobj(thread: &Thread, args: &[Value]) -> Result {
    let settings = Settings {
        level: convert::to_c_int(thread, args[0])?,
        method: convert::to_c_int(thread, args[1])?,
        wbits: convert::to_c_int(thread, args[2])?,
        mem_level: convert::to_c_int(thread, args[3])?,
        strategy: convert::to_c_int(thread, args[4])?,
    };
    let dictionary = match args[5].is_missing() {
        true => None,
        false => Some(Buffer::argument(thread, &args[5])?),
    };
    let Ok(mut stream) = Stream::compressor(&settings) else {
        return bad_option(thread);
    };
    if let Some(dictionary) = dictionary
        && stream.set_dictionary(&dictionary) != sys::Z_OK
    {
        return raise!(thread, ValueError, "Invalid dictionary");
    }
    let stream = Mutex::new(Some(stream));
    Ok(native::new(
        thread,
        COMPRESS.class(thread),
        Compress { stream },
    ))
}

/// Puts data through a compressor. The lock is taken and given back while detached.
fn put(thread: &Thread, args: &[Value], data: &[u8], flush: i32, doing: &str) -> Result {
    let this = receiver::<Compress>(args);
    let result = thread::detached(|| {
        let mut place = this.stream.lock();
        let Some(stream) = place.as_mut() else {
            let (status, message) = (sys::Z_STREAM_ERROR, None);
            return Err(Failure { status, message });
        };
        let (output, status) = compress_all(stream, data, flush);
        match status {
            sys::Z_STREAM_ERROR => return Err(Failure::of(stream, status)),
            sys::Z_STREAM_END => *place = None,
            _ => {}
        }
        Ok(output)
    });
    match result {
        Ok(output) => Ok(bytes::new(thread, &output)),
        Err(failure) => Err(failure.raise(thread, doing)),
    }
}

fn compress(thread: &Thread, args: &[Value]) -> Result {
    let data = Buffer::argument(thread, &args[1])?;
    put(
        thread,
        args,
        &data,
        sys::Z_NO_FLUSH,
        "while compressing data",
    )
}

fn flush(thread: &Thread, args: &[Value]) -> Result {
    let mode = convert::to_c_int(thread, args[1])?;
    if mode == sys::Z_NO_FLUSH {
        return Ok(bytes::new(thread, b""));
    }
    put(thread, args, b"", mode, "while flushing")
}

fn compress_copy(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Compress>(args);
    let copy = thread::detached(|| this.stream.lock().as_ref().map(Stream::copy));
    let Some(Ok(stream)) = copy else {
        return raise!(thread, ValueError, "Inconsistent stream state");
    };
    let stream = Mutex::new(Some(stream));
    Ok(native::new(
        thread,
        COMPRESS.class(thread),
        Compress { stream },
    ))
}

methods! { COMPRESS_METHODS:
    /// Returns a bytes object containing compressed data.
    "compress(self, data, /)" => compress -> Bytes;
    /// Return a bytes object containing any remaining compressed data.
    "flush(self, mode=4, /)" => flush -> Bytes;
    /// Return a copy of the compression object.
    "copy(self, /)" => compress_copy;
    "__copy__(self, /)" => compress_copy;
    "__deepcopy__(self, memo, /)" => compress_copy;
}

/// A decompressor and what it has not used.
struct Inflating {
    stream: Stream,
    eof: bool,
    /// What came after the end of the stream.
    unused: Vec<u8>,
    /// What was not looked at because the output was long enough.
    tail: Vec<u8>,
}

struct Decompress {
    dictionary: Option<Vec<u8>>,
    state: Mutex<Inflating>,
}

impl Data for Decompress {}

impl Decompress {
    fn new(thread: &Thread, wbits: Value, dictionary: Value) -> Result<Decompress> {
        let wbits = convert::to_c_int(thread, wbits)?;
        let dictionary = match dictionary.is_missing() {
            true => None,
            false => match Buffer::copy(thread, dictionary) {
                Some(dictionary) => Some(dictionary),
                None => {
                    return raise!(
                        thread,
                        TypeError,
                        "zdict argument must support the buffer protocol"
                    );
                }
            },
        };
        let Ok(mut stream) = Stream::decompressor(wbits) else {
            return bad_option(thread);
        };
        // A raw stream does not ask for its dictionary.
        if let Some(dictionary) = &dictionary
            && wbits < 0
        {
            let status = stream.set_dictionary(dictionary);
            if status != sys::Z_OK {
                let failure = Failure::of(&stream, status);
                return Err(failure.raise(thread, "while setting zdict"));
            }
        }
        let state = Mutex::new(Inflating {
            stream,
            eof: false,
            unused: Vec::new(),
            tail: Vec::new(),
        });
        Ok(Decompress { dictionary, state })
    }

    /// Decompresses data; the lock is taken and given back while detached.
    fn take(&self, thread: &Thread, most: usize, flush: i32, data: Option<&[u8]>) -> Result {
        let result = thread::detached(|| {
            let state = &mut *self.state.lock();
            let rest = std::mem::take(&mut state.tail);
            let input = data.unwrap_or(&rest);
            let dictionary = self.dictionary.as_deref();
            let inflated = decompress_some(&mut state.stream, input, dictionary, most, flush)?;
            let left = &input[inflated.taken..];
            if inflated.status == sys::Z_STREAM_END {
                state.eof = true;
                state.unused.extend_from_slice(left);
            } else {
                state.tail = left.to_vec();
            }
            Ok(inflated.output)
        });
        match result {
            Ok(output) => Ok(bytes::new(thread, &output)),
            Err((failure, doing)) => {
                let failure: Failure = failure;
                Err(failure.raise(thread, doing))
            }
        }
    }
}

pub(super) fn decompressobj(thread: &Thread, args: &[Value]) -> Result {
    let data = Decompress::new(thread, args[0], args[1])?;
    Ok(native::new(thread, DECOMPRESS.class(thread), data))
}

fn decompress(thread: &Thread, args: &[Value]) -> Result {
    let data = Buffer::argument(thread, &args[1])?;
    let most = match usize::try_from(convert::to_isize(thread, args[2])?) {
        Ok(0) => usize::MAX,
        Ok(most) => most,
        Err(_) => return raise!(thread, ValueError, "max_length must be non-negative"),
    };
    let this = receiver::<Decompress>(args);
    let is_over = thread::detached(|| {
        let mut state = this.state.lock();
        if state.eof {
            state.unused.extend_from_slice(&data);
            state.tail.clear();
        }
        state.eof
    });
    match is_over {
        true => Ok(bytes::new(thread, b"")),
        false => this.take(thread, most, sys::Z_SYNC_FLUSH, Some(&data)),
    }
}

fn decompress_flush(thread: &Thread, args: &[Value]) -> Result {
    if convert::to_isize(thread, args[1])? <= 0 {
        return raise!(thread, ValueError, "length must be greater than zero");
    }
    let this = receiver::<Decompress>(args);
    match thread::detached(|| this.state.lock().eof) {
        true => Ok(bytes::new(thread, b"")),
        false => this.take(thread, usize::MAX, sys::Z_FINISH, None),
    }
}

fn decompress_copy(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Decompress>(args);
    let copy = thread::detached(|| {
        let state = this.state.lock();
        let stream = state.stream.copy().ok()?;
        Some(Inflating {
            stream,
            eof: state.eof,
            unused: state.unused.clone(),
            tail: state.tail.clone(),
        })
    });
    let Some(copy) = copy else {
        return raise!(thread, ValueError, "Inconsistent stream state");
    };
    let data = Decompress {
        dictionary: this.dictionary.clone(),
        state: Mutex::new(copy),
    };
    Ok(native::new(thread, DECOMPRESS.class(thread), data))
}

/// Something of the state, which another thread may be working on.
fn look<T: Send>(args: &[Value], what: impl FnOnce(&Inflating) -> T) -> T {
    let this = receiver::<Decompress>(args);
    thread::detached(|| what(&this.state.lock()))
}

fn unused_data(thread: &Thread, args: &[Value]) -> Result {
    Ok(bytes::new(
        thread,
        &look(args, |state| state.unused.clone()),
    ))
}

fn unconsumed_tail(thread: &Thread, args: &[Value]) -> Result {
    Ok(bytes::new(thread, &look(args, |state| state.tail.clone())))
}

fn eof(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(look(args, |state| state.eof)))
}

methods! { DECOMPRESS_METHODS:
    /// Return a bytes object containing the decompressed version of the data.
    "decompress(self, data, /, max_length=0)" => decompress -> Bytes;
    /// Return a bytes object containing any remaining decompressed data.
    "flush(self, length=16384, /)" => decompress_flush -> Bytes;
    /// Return a copy of the decompression object.
    "copy(self, /)" => decompress_copy;
    "__copy__(self, /)" => decompress_copy;
    "__deepcopy__(self, memo, /)" => decompress_copy;
    get "unused_data" => unused_data -> Bytes;
    get "unconsumed_tail" => unconsumed_tail -> Bytes;
    get "eof" => eof -> Bool;
}

fn new_decompressor(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let data = Decompress::new(thread, args[1], args[2])?;
    Ok(native::new(thread, class, data))
}

/// Input it has not looked at comes before the data given next.
fn decompress_next(thread: &Thread, args: &[Value]) -> Result {
    let data = Buffer::argument(thread, &args[1])?;
    let most = usize::try_from(convert::to_isize(thread, args[2])?).unwrap_or(usize::MAX);
    let this = receiver::<Decompress>(args);
    let input = thread::detached(|| {
        let mut state = this.state.lock();
        let mut input = std::mem::take(&mut state.tail);
        input.extend_from_slice(&data);
        (!state.eof).then_some(input)
    });
    let Some(input) = input else {
        return raise!(thread, EOFError, "End of stream already reached");
    };
    this.take(thread, most, sys::Z_SYNC_FLUSH, Some(&input))
}

fn needs_input(_: &Thread, args: &[Value]) -> Result {
    let needs = look(args, |state| !state.eof && state.tail.is_empty());
    Ok(Owned::bool(needs))
}

methods! { DECOMPRESSOR_METHODS:
    new "_ZlibDecompressor(type, wbits=15, zdict=<missing>)" => new_decompressor;
    /// Decompress *data*, returning uncompressed data as bytes.
    "decompress(self, /, data, max_length=-1)" => decompress_next -> Bytes;
    get "eof" => eof -> Bool;
    get "unused_data" => unused_data -> Bytes;
    get "needs_input" => needs_input -> Bool;
}
