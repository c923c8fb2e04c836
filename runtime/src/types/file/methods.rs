//! Methods of text and binary files. The two classes share everything but what reading gives and writing takes.

use super::{Errors, File, Newline, Text, binary, text};
use crate::object::{Object, Owned};
use crate::operators::{convert, iterate};
use crate::types::exception::raise_os_error;
use crate::types::str::Str;
use crate::types::{self, class_of, int};
use crate::{Result, Thread, Value, methods, raise};

fn file(value: &Value) -> &File {
    value.get::<File>().expect("bound to files")
}

/// Turns an operating system's error into OSError.
pub(super) fn os<T>(thread: &Thread, result: std::io::Result<T>) -> Result<T> {
    result.map_err(|error| {
        // A signal handler may have raised: that goes first.
        match thread.safepoint() {
            Err(raised) => raised,
            Ok(()) => raise_os_error(thread, &error, None),
        }
    })
}

#[cold]
fn unsupported<T>(thread: &Thread, what: &str) -> Result<T> {
    raise!(thread, UnsupportedOperation, "{what}")
}

/// Bytes as what reading this file gives.
fn wrap(thread: &Thread, this: &File, bytes: Vec<u8>) -> Result {
    match this.text() {
        Some(settings) => text::decode(thread, &bytes, settings),
        None => Ok(types::bytes::new(thread, &bytes)),
    }
}

pub(super) fn readable_stream<'a>(
    thread: &Thread,
    this: &'a File,
) -> Result<crate::sync::mutex::MutexGuard<'a, super::stream::Stream>> {
    let stream = this.open_stream(thread)?;
    if stream.is_readable() {
        Ok(stream)
    } else {
        unsupported(thread, "not readable")
    }
}

pub(super) fn writable_stream<'a>(
    thread: &Thread,
    this: &'a File,
) -> Result<crate::sync::mutex::MutexGuard<'a, super::stream::Stream>> {
    let stream = this.open_stream(thread)?;
    if stream.is_writable() {
        Ok(stream)
    } else {
        unsupported(thread, "not writable")
    }
}

/// The argument of `read` and `readline`: `None` for all.
fn size(thread: &Thread, value: Value) -> Result<Option<usize>> {
    if value.is_none() {
        return Ok(None);
    }
    Ok(usize::try_from(convert::to_isize(thread, value)?).ok())
}

fn read(thread: &Thread, args: &[Value]) -> Result {
    let this = file(&args[0]);
    let size = size(thread, args[1])?;
    if let (Some(n), None) = (size, this.text()) {
        let bytes = binary::read(thread, this, n)?;
        return Ok(bytes.map_or(Owned::NONE, |bytes| types::bytes::new(thread, &bytes)));
    }
    let mut stream = readable_stream(thread, this)?;
    let bytes = match (size, this.text()) {
        (_, None) => stream.read_all(),
        (None, Some(settings)) => stream
            .read_all()
            .map(|bytes| text::translate(bytes, settings.newline)),
        (Some(n), Some(settings)) => text::read_characters(&mut stream, n, settings),
    };
    drop(stream);
    wrap(thread, this, os(thread, bytes)?)
}

/// The next line, line end included; empty at the end of the file.
fn next_line(thread: &Thread, this: &File, limit: Option<usize>) -> Result<Vec<u8>> {
    let mut stream = readable_stream(thread, this)?;
    let line = match (this.text(), limit) {
        (Some(settings), None) => text::read_line(&mut stream, settings.newline),
        (Some(settings), Some(n)) => text::read_line_limited(&mut stream, n, settings),
        (None, limit) => stream.read_line(limit.unwrap_or(usize::MAX)),
    };
    drop(stream);
    os(thread, line)
}

fn readline(thread: &Thread, args: &[Value]) -> Result {
    let this = file(&args[0]);
    let limit = size(thread, args[1])?;
    wrap(thread, this, next_line(thread, this, limit)?)
}

/// The next line of a file as iteration gives it.
pub fn next(thread: &Thread, this: &File) -> Result<Option<Owned>> {
    let line = next_line(thread, this, None)?;
    if line.is_empty() {
        Ok(None)
    } else {
        wrap(thread, this, line).map(Some)
    }
}

fn method_next(thread: &Thread, args: &[Value]) -> Result {
    match next(thread, file(&args[0]))? {
        Some(line) => Ok(line),
        None => Err(types::exception::raise_stop_iteration(thread, Owned::NONE)),
    }
}

fn readlines(thread: &Thread, args: &[Value]) -> Result {
    let this = file(&args[0]);
    let hint = size(thread, args[1])?.filter(|&hint| hint > 0);
    let mut lines = Vec::new();
    let mut total = 0;
    loop {
        let line = next_line(thread, this, None)?;
        if line.is_empty() {
            break;
        }
        total += line.len();
        lines.push(wrap(thread, this, line)?);
        if hint.is_some_and(|hint| total >= hint) {
            break;
        }
    }
    Ok(types::list::new(thread, lines))
}

/// Writes a value; gives its length in characters or bytes. `None`: the file is unbuffered, and not ready.
pub fn write_value(thread: &Thread, this: &File, value: Value) -> Result<Option<usize>> {
    let Some(settings) = this.text() else {
        return binary::write(thread, this, value);
    };
    let Some(string) = value.get::<Str>() else {
        return raise!(
            thread,
            TypeError,
            "write() argument must be str, not {}",
            convert::argument_type(value)
        );
    };
    let bytes = text::encode(thread, string, settings)?;
    let result = writable_stream(thread, this)?.write(&bytes);
    os(thread, result)?;
    Ok(Some(string.len()))
}

fn write(thread: &Thread, args: &[Value]) -> Result {
    let written = write_value(thread, file(&args[0]), args[1])?;
    Ok(written.map_or(Owned::NONE, |n| types::int::from_usize(thread, n)))
}

fn writelines(thread: &Thread, args: &[Value]) -> Result {
    let this = file(&args[0]);
    drop(this.open_stream(thread)?);
    iterate::for_each(thread, args[1], |line| {
        write_value(thread, this, line.value()).map(drop)
    })?;
    Ok(Owned::NONE)
}

/// Flushes an open file.
pub fn flush_file(thread: &Thread, this: &File) -> Result<()> {
    let result = this.open_stream(thread)?.flush();
    os(thread, result)
}

fn flush(thread: &Thread, args: &[Value]) -> Result {
    flush_file(thread, file(&args[0])).map(|()| Owned::NONE)
}

fn close(thread: &Thread, args: &[Value]) -> Result {
    let result = file(&args[0]).stream().close();
    os(thread, result).map(|()| Owned::NONE)
}

fn seek(thread: &Thread, args: &[Value]) -> Result {
    let this = file(&args[0]);
    let offset = convert::to_isize(thread, args[1])? as i64;
    let whence = convert::to_isize(thread, args[2])?;
    if !(0..=2).contains(&whence) {
        return raise!(
            thread,
            ValueError,
            "invalid whence ({whence}, should be 0, 1 or 2)"
        );
    }
    if this.text().is_some() && whence != 0 && offset != 0 {
        let from = if whence == 1 { "cur" } else { "end" };
        return unsupported(thread, &format!("can't do nonzero {from}-relative seeks"));
    }
    // The system refuses it for binary files.
    if this.text().is_some() && offset < 0 && whence == 0 {
        return raise!(thread, ValueError, "negative seek position {offset}");
    }
    let result = this.open_stream(thread)?.seek(offset, whence as i32);
    Ok(types::int::from_u64(thread, os(thread, result)?))
}

fn tell(thread: &Thread, args: &[Value]) -> Result {
    let result = file(&args[0]).open_stream(thread)?.tell();
    Ok(types::int::from_u64(thread, os(thread, result)?))
}

fn truncate(thread: &Thread, args: &[Value]) -> Result {
    let this = file(&args[0]);
    let size = size(thread, args[1])?;
    let mut stream = writable_stream(thread, this)?;
    let result = match size {
        Some(size) => Ok(size as u64),
        None => stream.tell(),
    }
    .and_then(|size| stream.truncate(size).map(|()| size));
    drop(stream);
    Ok(types::int::from_u64(thread, os(thread, result)?))
}

fn fileno(thread: &Thread, args: &[Value]) -> Result {
    let fd = file(&args[0]).open_stream(thread)?.fd();
    Ok(types::int::from_i64(thread, i64::from(fd)))
}

fn isatty(thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(
        file(&args[0]).open_stream(thread)?.is_terminal(),
    ))
}

fn readable(thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(
        file(&args[0]).open_stream(thread)?.is_readable(),
    ))
}

fn writable(thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(
        file(&args[0]).open_stream(thread)?.is_writable(),
    ))
}

fn seekable(thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(
        file(&args[0]).open_stream(thread)?.is_seekable(),
    ))
}

fn enter(thread: &Thread, args: &[Value]) -> Result {
    drop(file(&args[0]).open_stream(thread)?);
    Ok(Owned::new(args[0]))
}

fn exit(thread: &Thread, args: &[Value]) -> Result {
    close(thread, args)
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    enter(thread, args)
}

fn get_closed(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(file(&args[0]).stream().is_closed()))
}

fn get_name(thread: &Thread, args: &[Value]) -> Result {
    let this = file(&args[0]);
    let number = this.stream().number;
    Ok(number.map_or_else(|| this.name(), |number| int::from_i64(thread, number)))
}

/// Names a binary file, and with it the text file it belongs to, by a number.
fn set_name(thread: &Thread, args: &[Value]) -> Result {
    let Some(number) = int::to_i64(args[1]) else {
        let name = class_of(args[1]).name();
        return raise!(
            thread,
            TypeError,
            "a file's name must be an int, not {name}"
        );
    };
    file(&args[0]).stream().number = Some(number);
    Ok(Owned::NONE)
}

fn get_mode(_: &Thread, args: &[Value]) -> Result {
    Ok(file(&args[0]).mode())
}

fn get_encoding(thread: &Thread, args: &[Value]) -> Result {
    let settings = file(&args[0])
        .text()
        .expect("only text files have an encoding");
    Ok(types::str::new(thread, settings.encoding.name()))
}

fn get_errors(thread: &Thread, args: &[Value]) -> Result {
    let settings = file(&args[0])
        .text()
        .expect("only text files handle encoding errors");
    Ok(types::str::new(thread, settings.errors.name()))
}

fn get_buffer(thread: &Thread, args: &[Value]) -> Result {
    Ok(file(&args[0]).buffer(thread))
}

fn get_line_buffering(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(file(&args[0]).stream().line_buffered))
}

fn reconfigure(thread: &Thread, args: &[Value]) -> Result {
    let this = file(&args[0]);
    let before = this.text().expect("only text files have the method");
    // Text always goes straight to the stream's buffer, whatever `write_through` says.
    let &[_, encoding, errors, newline, line_buffering, _] = args else {
        unreachable!("as many as the signature has");
    };
    let changes_text = !encoding.is_none() || !errors.is_none() || !newline.is_missing();
    if changes_text && !this.stream().buffered().is_empty() {
        let problem =
            "It is not possible to set the encoding or newline of stream after the first read";
        return unsupported(thread, problem);
    }
    let newline = match newline.is_missing() {
        true => before.newline,
        false => Newline::of_argument(thread, "reconfigure", newline)?,
    };
    // Who names another encoding and no handler gets the strict one.
    let handler = if encoding.is_none() {
        before.errors
    } else {
        Errors::Strict
    };
    let default = (before.encoding, handler);
    let wanted = Text::wanted(thread, "reconfigure", encoding, errors, default)?;
    let Some((encoding, errors)) = wanted else {
        return raise!(
            thread,
            NotImplementedError,
            "an open file cannot be given encoding={}, errors={}",
            convert::display_repr(thread, encoding)?,
            convert::display_repr(thread, errors)?
        );
    };
    flush_file(thread, this)?;
    if !line_buffering.is_none() {
        this.stream().line_buffered = convert::truth(thread, line_buffering)?;
    }
    this.set_text(Text {
        encoding,
        errors,
        newline,
    });
    Ok(Owned::NONE)
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let this = file(&args[0]);
    let (name, mode) = (
        convert::display_repr(thread, get_name(thread, args)?.value())?,
        convert::display_repr(thread, this.mode().value())?,
    );
    let class = class_of(this.value()).name();
    let text = match this.text() {
        Some(settings) => format!(
            "<{class} name={name} mode={mode} encoding='{}'>",
            settings.encoding.name()
        ),
        None => format!("<{class} name={name}>"),
    };
    Ok(types::str::new(thread, &text))
}

/// The methods of both classes, and those of one.
macro_rules! file_methods {
    ($table:ident: $($own:tt)*) => {
        methods! { pub $table:
            "read(self, size=-1, /)" => read;
            "readline(self, size=-1, /)" => readline;
            "readlines(self, hint=-1, /)" => readlines -> List;
            "write(self, text, /)" => write;
            "writelines(self, lines, /)" => writelines -> None;
            "flush(self, /)" => flush -> None;
            "close(self, /)" => close -> None;
            "seek(self, cookie, whence=0, /)" => seek -> Int;
            "tell(self, /)" => tell -> Int;
            "truncate(self, pos=None, /)" => truncate -> Int;
            "fileno(self, /)" => fileno -> Int;
            "isatty(self, /)" => isatty -> Bool;
            "readable(self, /)" => readable -> Bool;
            "writable(self, /)" => writable -> Bool;
            "seekable(self, /)" => seekable -> Bool;
            "__enter__(self, /)" => enter;
            "__exit__(self, /, *args)" => exit -> None;
            "__iter__(self, /)" => iter;
            "__next__(self, /)" => method_next;
            "__repr__(self, /)" => repr -> Str;
            get "closed" => get_closed -> Bool;
            get "mode" => get_mode;
            $($own)*
        }
    };
}

file_methods! { TEXT:
    "reconfigure(self, /, *, encoding=None, errors=None, newline=<missing>, line_buffering=None, write_through=None)" => reconfigure -> None;
    get "name" => get_name;
    get "encoding" => get_encoding -> Str;
    get "errors" => get_errors -> Str;
    get "buffer" => get_buffer;
    get "line_buffering" => get_line_buffering -> Bool;
}

file_methods! { BINARY:
    "readinto(self, buffer, /)" => binary::readinto;
    get "name" => get_name, set_name;
}
