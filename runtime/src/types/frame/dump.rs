//! Stacks as text, written while nothing may be allocated, locked or changed: by a thread that has crashed, or about threads
//! that no longer come to safepoints. The words are those of CPython's `faulthandler`.

use super::callers::first_of_loop;
use crate::Thread;
use crate::abi::callers::{NativeFrame, visit_between};
use crate::interpreter::current_frame;
use crate::sync::world;
use crate::types::code::Code;

/// Frames shown of a stack.
const MAX_FRAMES: usize = 100;
/// Characters shown of a name.
const MAX_NAME: usize = 500;
/// Threads shown.
const MAX_THREADS: usize = 100;
/// Bytes of a thread's name, which the system limits.
const THREAD_NAME: usize = 16;

/// Where the text goes: a file descriptor.
#[derive(Clone, Copy)]
pub struct Output(i32);

impl Output {
    /// Writes to a file descriptor, which stays open meanwhile.
    pub fn new(file: i32) -> Output {
        Output(file)
    }

    /// Writes text. What cannot be written is lost.
    pub fn text(self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn bytes(self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            // SAFETY: the memory is that of the slice.
            let written = unsafe { libc::write(self.0, bytes.as_ptr().cast(), bytes.len()) };
            match usize::try_from(written) {
                Ok(written) => bytes = &bytes[written..],
                Err(_) if std::io::Error::last_os_error().raw_os_error() == Some(libc::EINTR) => {}
                Err(_) => return,
            }
        }
    }

    fn number(self, number: u64, base: u64, width: usize) {
        let mut digits = [b'0'; 20];
        let (mut at, mut left) = (digits.len(), number);
        while left > 0 || digits.len() - at < width.max(1) {
            at -= 1;
            digits[at] = b"0123456789abcdef"[(left % base) as usize];
            left /= base;
        }
        self.bytes(&digits[at..]);
    }

    /// A name, in ASCII.
    fn name(self, name: &str) {
        for (index, c) in name.chars().enumerate() {
            let code = u64::from(u32::from(c));
            match c {
                _ if index == MAX_NAME => return self.text("..."),
                ' '..='~' => self.bytes(&[c as u8]),
                _ => {
                    let (prefix, width) = match code {
                        0..0x100 => ("\\x", 2),
                        0x100..0x10000 => ("\\u", 4),
                        _ => ("\\U", 8),
                    };
                    self.text(prefix);
                    self.number(code, 16, width);
                }
            }
        }
    }
}

/// Writes the calling thread's stack, innermost frame first.
pub fn current(thread: &Thread, out: Output) {
    out.text("Stack (most recent call first):\n");
    stack(thread, out);
}

/// Writes the stacks of all threads. `own` is the calling one, if it is one of the program's. If the others do not stand still
/// after so many milliseconds, those that run are only named.
pub fn all(own: Option<&Thread>, patience: u32, out: Output) {
    let Some(halted) = world().halt(own, patience) else {
        if let Some(own) = own {
            heading("Current thread", own, out);
            stack(own, out);
        }
        return;
    };
    let mut count = 0;
    halted.for_each(|thread, still| {
        let is_own = own.is_some_and(|own| std::ptr::eq(own, thread));
        count += 1;
        if count > 1 && count <= MAX_THREADS {
            out.text("\n");
        }
        if count > MAX_THREADS {
            if count == MAX_THREADS + 1 {
                out.text("...\n");
            }
            return;
        }
        heading(
            if is_own { "Current thread" } else { "Thread" },
            thread,
            out,
        );
        match still || is_own {
            true => stack(thread, out),
            false => out.text("  <running>\n"),
        }
    });
}

fn heading(what: &str, thread: &Thread, out: Output) {
    out.text(what);
    out.text(" 0x");
    out.number(u64::from(thread.id()), 16, 16);
    let mut name = [0; THREAD_NAME];
    let name = os_name(thread.os_id(), &mut name);
    if !name.is_empty() {
        out.text(" [");
        out.bytes(name);
        out.text("]");
    }
    out.text(" (most recent call first):\n");
}

/// The name the system knows a thread of this process by.
fn os_name(id: i32, name: &mut [u8; THREAD_NAME]) -> &[u8] {
    use std::io::Write;
    let mut path = [0; 40];
    let unused = &mut path[..39];
    if write!(&mut &mut *unused, "/proc/self/task/{id}/comm").is_err() {
        return &[];
    }
    // SAFETY: the path ends in a zero, the memory is the array's, and the file is closed here.
    let read = unsafe {
        let file = libc::open(path.as_ptr().cast(), libc::O_RDONLY | libc::O_CLOEXEC);
        let read = libc::read(file, name.as_mut_ptr().cast(), name.len());
        libc::close(file);
        read
    };
    let name = &name[..usize::try_from(read).unwrap_or(0)];
    name.strip_suffix(b"\n").unwrap_or(name)
}

/// Writes the frames of a thread that is the calling one or stands still.
fn stack(runner: &Thread, out: Output) {
    let mut count = 0;
    let mut show = |code: &Code, at: u32| {
        count += 1;
        if count <= MAX_FRAMES {
            line(code, at, out);
        }
    };
    let mut frame = current_frame(runner);
    let native = |from: usize, to: usize, show: &mut dyn FnMut(&Code, u32)| {
        visit_between(runner, from, to, &mut |NativeFrame { code, at }| {
            show(code, at)
        });
    };
    native(0, first_of_loop(runner, frame), &mut show);
    while let Some(inner) = frame {
        show(inner.code, inner.address());
        frame = inner.caller();
        let address = std::ptr::from_ref(inner).addr();
        if !runner.stack.is_value(address) {
            native(address, first_of_loop(runner, frame), &mut show);
        }
    }
    if count == 0 {
        out.text("  <no Python frame>\n");
    }
}

fn line(code: &Code, at: u32, out: Output) {
    let source = &code.source;
    let position = source.positions.get(at);
    out.text("  File \"");
    out.name(&source.filename);
    out.text("\", line ");
    let line = position.map_or(source.first_line, |position| position.line);
    out.number(u64::from(line), 10, 1);
    out.text(" in ");
    out.name(&source.name);
    out.text("\n");
}
