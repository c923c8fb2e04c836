//! A buffered file descriptor: bytes only, no Python objects.
//!
//! At most one of the buffers is in use: before writing, what was read ahead is given back by seeking; before reading, what
//! was written is flushed. An unbuffered stream has nothing in either between two operations.

use std::io::{Error, ErrorKind, Result};
use std::os::fd::RawFd;

/// Size of reads and the fill at which writes go out.
const BUFFER: usize = 64 * 1024;

/// See the module's documentation.
pub struct Stream {
    fd: RawFd,
    readable: bool,
    writable: bool,
    /// Flush at every line end.
    pub line_buffered: bool,
    /// Each read and each write is one system call.
    pub unbuffered: bool,
    /// The number that files of this stream were named by after they were opened (`tempfile` does so).
    pub number: Option<i64>,
    /// Closing the stream closes the descriptor.
    owns_fd: bool,
    closed: bool,
    input: Vec<u8>,
    /// Start of what is left in `input`.
    at: usize,
    end_of_file: bool,
    output: Vec<u8>,
}

/// Runs a system call that may block, again if a signal interrupts it.
fn call(mut syscall: impl FnMut() -> isize) -> Result<usize> {
    crate::thread::detached(|| {
        loop {
            if let Ok(n) = usize::try_from(syscall()) {
                return Ok(n);
            }
            let error = Error::last_os_error();
            if error.kind() != ErrorKind::Interrupted {
                return Err(error);
            }
            if crate::sync::signals::are_pending() {
                return Err(error);
            }
        }
    })
}

/// One read of up to `n` bytes. The stream need not be locked for it.
pub fn read_once(fd: RawFd, n: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; n];
    let target = bytes.as_mut_slice();
    // SAFETY: the kernel writes at most `target.len()` bytes into `target`.
    let n = call(|| unsafe { libc::read(fd, target.as_mut_ptr().cast(), target.len()) })?;
    bytes.truncate(n);
    Ok(bytes)
}

/// One write; gives the number of bytes written.
pub fn write_once(fd: RawFd, bytes: &[u8]) -> Result<usize> {
    // SAFETY: the kernel reads at most `bytes.len()` bytes of `bytes`.
    call(|| unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) })
}

impl Stream {
    pub fn new(fd: RawFd, readable: bool, writable: bool, owns_fd: bool) -> Stream {
        Stream {
            fd,
            readable,
            writable,
            line_buffered: false,
            unbuffered: false,
            number: None,
            owns_fd,
            closed: false,
            input: Vec::new(),
            at: 0,
            end_of_file: false,
            output: Vec::new(),
        }
    }

    pub fn fd(&self) -> RawFd {
        self.fd
    }

    pub fn is_closed(&self) -> bool {
        self.closed
    }

    pub fn is_readable(&self) -> bool {
        self.readable
    }

    pub fn is_writable(&self) -> bool {
        self.writable
    }

    /// Is the descriptor a terminal?
    pub fn is_terminal(&self) -> bool {
        // SAFETY: a plain libc call.
        unsafe { libc::isatty(self.fd) == 1 }
    }

    /// Bytes read ahead and not consumed.
    pub fn buffered(&self) -> &[u8] {
        &self.input[self.at..]
    }

    /// Consumes bytes of [`Stream::buffered`].
    pub fn consume(&mut self, n: usize) {
        self.at += n;
        debug_assert!(self.at <= self.input.len());
    }

    /// Reads more behind what is buffered; false at the end of the file.
    pub fn fill(&mut self) -> Result<bool> {
        self.fill_some(BUFFER)
    }

    fn fill_some(&mut self, most: usize) -> Result<bool> {
        self.flush()?;
        if self.at > 0 {
            self.input.drain(..self.at);
            self.at = 0;
        }
        let old = self.input.len();
        self.input.resize(old + most, 0);
        let (fd, target) = (self.fd, &mut self.input[old..]);
        // SAFETY: the kernel writes at most `target.len()` bytes into `target`.
        let result = call(|| unsafe { libc::read(fd, target.as_mut_ptr().cast(), target.len()) });
        self.input.truncate(old + *result.as_ref().unwrap_or(&0));
        self.end_of_file = matches!(result, Ok(0));
        result.map(|n| n > 0)
    }

    /// Buffers everything up to the end of the file.
    pub fn fill_all(&mut self) -> Result<()> {
        while self.fill()? {}
        Ok(())
    }

    /// Buffers at least `n` bytes, unless the file ends before.
    pub fn fill_to(&mut self, n: usize) -> Result<()> {
        while self.buffered().len() < n && self.fill()? {}
        Ok(())
    }

    /// Takes up to `n` bytes.
    pub fn read(&mut self, n: usize) -> Result<Vec<u8>> {
        self.fill_to(n)?;
        let taken = self.buffered()[..n.min(self.buffered().len())].to_vec();
        self.consume(taken.len());
        Ok(taken)
    }

    /// Takes everything up to the end.
    pub fn read_all(&mut self) -> Result<Vec<u8>> {
        self.fill_all()?;
        let taken = self.buffered().to_vec();
        self.consume(taken.len());
        Ok(taken)
    }

    /// Takes a line including its `\n`, at most `limit` bytes; empty at the end.
    pub fn read_line(&mut self, limit: usize) -> Result<Vec<u8>> {
        let mut searched = 0;
        // What is behind the line stays in the file.
        let portion = if self.unbuffered { 1 } else { BUFFER };
        loop {
            let buffered = self.buffered();
            if let Some(found) = memchr::memchr(b'\n', &buffered[searched..]) {
                let taken = buffered[..(searched + found + 1).min(limit)].to_vec();
                self.consume(taken.len());
                return Ok(taken);
            }
            searched = buffered.len();
            if searched >= limit || !self.fill_some(portion)? {
                let taken = self.buffered()[..searched.min(limit)].to_vec();
                self.consume(taken.len());
                return Ok(taken);
            }
        }
    }

    /// Appends to what is to be written.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.give_back_input()?;
        self.output.extend_from_slice(bytes);
        if self.output.len() >= BUFFER
            || self.line_buffered && memchr::memchr(b'\n', bytes).is_some()
        {
            self.flush()?;
        }
        Ok(())
    }

    /// Moves the descriptor back to where the reader is.
    fn give_back_input(&mut self) -> Result<()> {
        let ahead = self.input.len() - self.at;
        self.input.clear();
        self.at = 0;
        if ahead > 0 {
            self.seek_raw(-(ahead as i64), libc::SEEK_CUR)?;
        }
        Ok(())
    }

    /// Writes out what is buffered. What could not be written stays buffered, but for broken pipes.
    pub fn flush(&mut self) -> Result<()> {
        let mut written = 0;
        let result = loop {
            let rest = &self.output[written..];
            if rest.is_empty() {
                break Ok(());
            }
            let fd = self.fd;
            // SAFETY: the kernel reads at most `rest.len()` bytes of `rest`.
            match call(|| unsafe { libc::write(fd, rest.as_ptr().cast(), rest.len()) }) {
                Ok(n) => written += n,
                Err(error) => break Err(error),
            }
        };
        if matches!(&result, Err(error) if error.kind() == ErrorKind::BrokenPipe) {
            // Nobody will ever read it: the end of the program must not fail over it again.
            self.output.clear();
        } else {
            self.output.drain(..written);
        }
        result
    }

    fn seek_raw(&mut self, offset: i64, whence: i32) -> Result<u64> {
        // SAFETY: a plain libc call.
        let position = unsafe { libc::lseek(self.fd, offset, whence) };
        u64::try_from(position).map_err(|_| Error::last_os_error())
    }

    /// Moves to a position; gives it.
    pub fn seek(&mut self, offset: i64, whence: i32) -> Result<u64> {
        self.flush()?;
        self.give_back_input()?;
        self.end_of_file = false;
        self.seek_raw(offset, whence)
    }

    /// The position of the reader or writer.
    pub fn tell(&mut self) -> Result<u64> {
        let raw = self.seek_raw(0, libc::SEEK_CUR)?;
        Ok(raw + self.output.len() as u64 - self.buffered().len() as u64)
    }

    /// Can positions be set?
    pub fn is_seekable(&mut self) -> bool {
        self.seek_raw(0, libc::SEEK_CUR).is_ok()
    }

    /// Cuts or extends the file.
    pub fn truncate(&mut self, size: u64) -> Result<()> {
        self.flush()?;
        let (fd, size) = (self.fd, size as i64);
        // SAFETY: a plain libc call.
        call(|| unsafe { libc::ftruncate(fd, size) as isize }).map(drop)
    }

    /// Flushes and closes; closing again does nothing. The descriptor is closed even if flushing fails.
    pub fn close(&mut self) -> Result<()> {
        if self.closed {
            return Ok(());
        }
        let flushed = self.flush();
        self.closed = true;
        self.output = Vec::new();
        if self.owns_fd {
            // SAFETY: the descriptor is ours, and not used again.
            let status = unsafe { libc::close(self.fd) };
            if flushed.is_ok() && status != 0 {
                return Err(Error::last_os_error());
            }
        }
        flushed
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // Nobody is left to be told of an error.
        let _ = self.close();
    }
}
