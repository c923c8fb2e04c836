//! `_bz2` and `_lzma`: what they have in common, which is how data goes through in parts.

pub(crate) mod bz2;
mod filters;
pub(crate) mod lzma;

use std::mem::take;

/// How much output there is room for at first, and at most, in one step.
const ROOM: (usize, usize) = (32 * 1024, 1 << 20);

/// A library's stream, one way or the other.
trait Stream: Send + 'static {
    type Failure: Send;

    /// Goes on with the input, as far as there is room. `finish` says that no more input will come. Is it the stream's end?
    fn step(&mut self, input: &[u8], room: &mut [u8], finish: bool) -> Result<bool, Self::Failure>;

    /// How many bytes went in and came out so far.
    fn totals(&self) -> (u64, u64);
}

/// What came of some input.
struct Ran {
    output: Vec<u8>,
    taken: usize,
    ended: bool,
}

/// Puts input through until it is used up, the stream ends, or there are `most` bytes of output.
fn run<S: Stream>(
    stream: &mut S,
    input: &[u8],
    most: usize,
    finish: bool,
) -> Result<Ran, S::Failure> {
    let mut ran = Ran {
        output: Vec::new(),
        taken: 0,
        ended: false,
    };
    let mut room = vec![0; ROOM.0.min(most)];
    loop {
        let left = room.len().min(most - ran.output.len());
        let before = stream.totals();
        ran.ended = stream.step(&input[ran.taken..], &mut room[..left], finish)?;
        let after = stream.totals();
        let written = (after.1 - before.1) as usize;
        ran.taken += (after.0 - before.0) as usize;
        ran.output.extend_from_slice(&room[..written]);
        let is_over = ran.ended || ran.output.len() == most;
        if is_over || (written < left && ran.taken == input.len() && !finish) {
            return Ok(ran);
        }
        if before == after {
            // Neither read nor written: it will not go on without more input.
            return Ok(ran);
        }
        if written == left && room.len() < ROOM.1 {
            room.resize(room.len() * 2, 0);
        }
    }
}

/// A stream that decompresses data as it comes.
struct Decoding<S> {
    stream: S,
    /// Input it has not looked at, because there was output enough.
    pending: Vec<u8>,
    /// What came after the end.
    unused: Vec<u8>,
    eof: bool,
    needs_input: bool,
}

impl<S: Stream> Decoding<S> {
    fn new(stream: S) -> Decoding<S> {
        Decoding {
            stream,
            pending: Vec::new(),
            unused: Vec::new(),
            eof: false,
            needs_input: true,
        }
    }

    /// At most that many bytes of what the data so far stands for.
    fn feed(&mut self, data: &[u8], most: usize) -> Result<Vec<u8>, S::Failure> {
        let mut input = take(&mut self.pending);
        input.extend_from_slice(data);
        let ran = run(&mut self.stream, &input, most, false)?;
        let rest = input.split_off(ran.taken);
        self.eof = ran.ended;
        self.needs_input = !ran.ended && rest.is_empty() && ran.output.len() < most;
        match ran.ended {
            true => self.unused = rest,
            false => self.pending = rest,
        }
        Ok(ran.output)
    }
}

/// A stream that compresses data as it comes; none once it is finished.
struct Encoding<S>(Option<S>);

impl<S: Stream> Encoding<S> {
    /// What comes out; none if it was finished before.
    fn feed(&mut self, data: &[u8], finish: bool) -> Option<Result<Vec<u8>, S::Failure>> {
        let ran = run(self.0.as_mut()?, data, usize::MAX, finish);
        if finish {
            self.0 = None;
        }
        Some(ran.map(|ran| ran.output))
    }
}

/// The methods that compressors and decompressors have, over [`Encoding`] and [`Decoding`] in a class's data.
///
/// Locks are taken and given back while detached: what they guard works long.
macro_rules! streams {
    ($encoder:ident, $decoder:ident, $raise:ident, $at_end:literal) => {
        fn compress(thread: &Thread, args: &[Value]) -> Result {
            let data = Buffer::argument(thread, &args[1])?;
            let this = receiver::<$encoder>(args);
            match thread::detached(|| this.0.lock().feed(&data, false)) {
                Some(Ok(output)) => Ok(bytes::new(thread, &output)),
                Some(Err(failure)) => Err($raise(thread, failure)),
                None => raise!(thread, ValueError, "Compressor has been flushed"),
            }
        }

        fn flush(thread: &Thread, args: &[Value]) -> Result {
            let this = receiver::<$encoder>(args);
            match thread::detached(|| this.0.lock().feed(b"", true)) {
                Some(Ok(output)) => Ok(bytes::new(thread, &output)),
                Some(Err(failure)) => Err($raise(thread, failure)),
                None => raise!(thread, ValueError, "Repeated call to flush()"),
            }
        }

        fn decompress(thread: &Thread, args: &[Value]) -> Result {
            let data = Buffer::argument(thread, &args[1])?;
            let most = convert::to_isize(thread, args[2])?;
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            let this = receiver::<$decoder>(args);
            let result = thread::detached(|| {
                let mut decoding = this.0.lock();
                (!decoding.eof).then(|| decoding.feed(&data, most))
            });
            match result {
                Some(Ok(output)) => Ok(bytes::new(thread, &output)),
                Some(Err(failure)) => Err($raise(thread, failure)),
                None => raise!(thread, EOFError, $at_end),
            }
        }

        fn eof(_: &Thread, args: &[Value]) -> Result {
            let this = receiver::<$decoder>(args);
            Ok(Owned::bool(thread::detached(|| this.0.lock().eof)))
        }

        fn needs_input(_: &Thread, args: &[Value]) -> Result {
            let this = receiver::<$decoder>(args);
            Ok(Owned::bool(thread::detached(|| this.0.lock().needs_input)))
        }

        fn unused_data(thread: &Thread, args: &[Value]) -> Result {
            let this = receiver::<$decoder>(args);
            let unused = thread::detached(|| this.0.lock().unused.clone());
            Ok(bytes::new(thread, &unused))
        }
    };
}
use streams;
