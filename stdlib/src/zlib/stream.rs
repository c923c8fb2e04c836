//! One stream of zlib's, either way.

use libz_rs_sys as sys;
use std::ffi::CStr;

/// A stream that compresses or decompresses.
pub(super) struct Stream {
    /// In a place of its own: it does not move while it lives.
    raw: Box<sys::z_stream>,
    compresses: bool,
}

// SAFETY: what the stream points to belongs to it, and no thread is special to it.
unsafe impl Send for Stream {}

/// How a compressor is made.
pub(super) struct Settings {
    pub(super) level: i32,
    pub(super) method: i32,
    pub(super) wbits: i32,
    pub(super) mem_level: i32,
    pub(super) strategy: i32,
}

/// What a step of a stream came to.
pub(super) struct Step {
    pub(super) status: i32,
    /// How many bytes of the input were taken.
    pub(super) taken: usize,
    /// Is there still room for more output?
    pub(super) has_room: bool,
}

const SIZE: i32 = size_of::<sys::z_stream>() as i32;

impl Stream {
    /// A compressor, or zlib's number for what is wrong with the settings.
    pub(super) fn compressor(settings: &Settings) -> Result<Stream, i32> {
        let mut raw = Box::<sys::z_stream>::default();
        // SAFETY: a new stream, of the library's version.
        let status = unsafe {
            sys::deflateInit2_(
                &raw mut *raw,
                settings.level,
                settings.method,
                settings.wbits,
                settings.mem_level,
                settings.strategy,
                sys::zlibVersion(),
                SIZE,
            )
        };
        Stream::made(raw, true, status)
    }

    pub(super) fn decompressor(wbits: i32) -> Result<Stream, i32> {
        let mut raw = Box::<sys::z_stream>::default();
        // SAFETY: a new stream, of the library's version.
        let status = unsafe { sys::inflateInit2_(&raw mut *raw, wbits, sys::zlibVersion(), SIZE) };
        Stream::made(raw, false, status)
    }

    fn made(raw: Box<sys::z_stream>, compresses: bool, status: i32) -> Result<Stream, i32> {
        if status != sys::Z_OK {
            // It was not initialized: there is nothing to end.
            return Err(status);
        }
        Ok(Stream { raw, compresses })
    }

    pub(super) fn copy(&self) -> Result<Stream, i32> {
        let mut raw = Box::<sys::z_stream>::default();
        let (to, from) = (&raw mut *raw, &raw const *self.raw);
        // SAFETY: a new stream, and one that was initialized the same way.
        let status = unsafe {
            match self.compresses {
                true => sys::deflateCopy(to, from.cast_mut()),
                false => sys::inflateCopy(to, from),
            }
        };
        Stream::made(raw, self.compresses, status)
    }

    pub(super) fn set_dictionary(&mut self, dictionary: &[u8]) -> i32 {
        let Ok(length) = u32::try_from(dictionary.len()) else {
            return sys::Z_STREAM_ERROR;
        };
        let (raw, text) = (&raw mut *self.raw, dictionary.as_ptr());
        // SAFETY: an initialized stream, which reads that many bytes.
        unsafe {
            match self.compresses {
                true => sys::deflateSetDictionary(raw, text, length),
                false => sys::inflateSetDictionary(raw, text, length),
            }
        }
    }

    /// Goes on with the input until that is used up or `room` more bytes are written.
    pub(super) fn step(
        &mut self,
        input: &[u8],
        output: &mut Vec<u8>,
        room: usize,
        flush: i32,
    ) -> Step {
        let given = u32::try_from(input.len()).unwrap_or(u32::MAX);
        let room = u32::try_from(room).unwrap_or(u32::MAX);
        output.reserve(room as usize);
        let before = output.len();
        self.raw.next_in = input.as_ptr();
        self.raw.avail_in = given;
        self.raw.next_out = output.spare_capacity_mut().as_mut_ptr().cast();
        self.raw.avail_out = room;
        let raw = &raw mut *self.raw;
        // SAFETY: an initialized stream; the input and the place for output have as many bytes as it was told.
        let status = unsafe {
            match self.compresses {
                true => sys::deflate(raw, flush),
                false => sys::inflate(raw, flush),
            }
        };
        let written = room - self.raw.avail_out;
        // SAFETY: that many bytes were written behind those there were.
        unsafe { output.set_len(before + written as usize) };
        let taken = (given - self.raw.avail_in) as usize;
        let has_room = self.raw.avail_out != 0;
        // Neither is looked at again, but a stream without any place for output cannot be copied.
        self.raw.next_in = std::ptr::null();
        self.raw.avail_in = 0;
        self.raw.next_out = std::ptr::dangling_mut();
        self.raw.avail_out = 0;
        Step {
            status,
            taken,
            has_room,
        }
    }

    /// What zlib says about the last failure.
    pub(super) fn message(&self) -> Option<String> {
        if self.raw.msg.is_null() {
            return None;
        }
        // SAFETY: it points to a constant of the library.
        let text = unsafe { CStr::from_ptr(self.raw.msg) };
        Some(text.to_string_lossy().into_owned())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let raw = &raw mut *self.raw;
        // SAFETY: an initialized stream, which nobody uses again.
        unsafe {
            match self.compresses {
                true => sys::deflateEnd(raw),
                false => sys::inflateEnd(raw),
            };
        }
    }
}
