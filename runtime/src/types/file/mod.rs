//! File objects: text and binary, over one buffered file descriptor.
//!
//! ```text
//!   File { text settings } ──► Arc<Shared> ──► Mutex<Stream { fd, read buffer, write buffer }>
//!   file.buffer            ──►     same
//! ```
//!
//! The stream's lock is held across the system calls, which run detached; a thread that waits for it waits detached, too.
//! So a `print` or a `readline` is atomic among threads.

pub mod binary;
pub mod methods;
mod settings;
pub mod stream;
pub mod text;

use crate::object::{Header, Kind, Object, Owned, Slot};
use crate::sync::mutex::{Mutex, MutexGuard};
use crate::{Builtin, Result, Thread, Value, heap, raise, start, thread, types};
use settings::Settings;
pub use settings::{Encoding, Errors, Newline, Text};
use std::sync::Arc;
use std::time::Duration;
use stream::Stream;

/// How long the end of the program waits for a stream that a stopped thread may hold.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// An open (or closed) file.
#[repr(C)]
pub struct File {
    header: Header,
    /// What `open` was given, for `name`.
    name: Slot,
    /// The mode string.
    mode: Slot,
    text: Settings,
    stream: Arc<Mutex<Stream>>,
}

// SAFETY: `repr(C)`, header first, own kind; two counted references, and the stream, which `finish` lets go.
unsafe impl Object for File {
    const KIND: Kind = Kind::FILE;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.name.peek());
        visit(self.mode.peek());
    }

    unsafe fn finish(&self, _thread: &Thread) {
        // SAFETY: the object is dead (caller's promise). The last user of the stream flushes and closes it.
        drop(unsafe { std::ptr::read(&raw const self.stream) });
    }
}

impl File {
    /// Locks the stream.
    pub fn stream(&self) -> MutexGuard<'_, Stream> {
        match self.stream.try_lock() {
            Some(guard) => guard,
            None if thread::is_shut_down() => self.stream_at_the_end(),
            None => thread::detached(|| self.stream.lock()),
        }
    }

    /// Locks the stream when a thread that will not run any more may be holding it: it is in a system call, or stopped.
    #[cold]
    fn stream_at_the_end(&self) -> MutexGuard<'_, Stream> {
        self.stream.try_lock_for(LAST_WAIT).unwrap_or_else(|| {
            start::write_error(
                "Fatal Python error: could not acquire the lock of a file at interpreter shutdown, \
                 possibly due to daemon threads\n",
            );
            std::process::abort()
        })
    }

    /// Releases the stream if another thread has it locked. CPython does so for the buffers of all files.
    ///
    /// # Safety
    /// That thread does not exist any more.
    pub(crate) unsafe fn release_stream(&self) {
        if self.stream.is_locked() {
            // SAFETY: whoever locked it will not unlock it (caller's promise).
            unsafe { self.stream.force_unlock(lock_api::GuardNoSend::new()) };
        }
    }

    /// Locks the stream of a file that must be open.
    pub fn open_stream(&self, thread: &Thread) -> Result<MutexGuard<'_, Stream>> {
        let stream = self.stream();
        if stream.is_closed() {
            let end = if stream.unbuffered { "" } else { "." };
            return raise!(thread, ValueError, "I/O operation on closed file{end}");
        }
        Ok(stream)
    }

    /// Text settings, if it is a text file.
    pub fn text(&self) -> Option<Text> {
        self.text.get()
    }

    /// Gives a text file other settings.
    fn set_text(&self, text: Text) {
        self.text.set(text);
    }

    /// The name it was opened by.
    pub fn name(&self) -> Owned {
        self.name.load(&self.header)
    }

    /// The mode string.
    pub fn mode(&self) -> Owned {
        self.mode.load(&self.header)
    }

    /// The same stream as a binary file.
    pub fn buffer(&self, thread: &Thread) -> Owned {
        make(
            thread,
            Arc::clone(&self.stream),
            self.name(),
            types::str::new(thread, "rb+"),
            None,
        )
    }
}

fn make(
    thread: &Thread,
    stream: Arc<Mutex<Stream>>,
    name: Owned,
    mode: Owned,
    text: Option<Text>,
) -> Owned {
    let class = if text.is_some() {
        Builtin::TextIOWrapper
    } else {
        Builtin::BufferedFile
    };
    let header = class.class().instance_header(thread);
    let file = File {
        header,
        name: Slot::new(name),
        mode: Slot::new(mode),
        text: Settings::new(text),
        stream,
    };
    heap::new_with_attributes(thread, file, 0)
}

/// A file object over a stream.
pub fn new(thread: &Thread, stream: Stream, name: Owned, mode: &str, text: Option<Text>) -> Owned {
    make(
        thread,
        Arc::new(Mutex::new(stream)),
        name,
        types::str::new(thread, mode),
        text,
    )
}
