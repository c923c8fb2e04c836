//! `print`, `input`, `open`, and the standard streams.

use crate::heap::death;
use crate::object::{Owned, refcount};
use crate::operators::{attribute, call, convert};
use crate::types::exception::{self, raise_os_error};
use crate::types::file::stream::Stream;
use crate::types::file::{self, Encoding, Errors, File, Newline, Text};
use crate::types::names::Name;
use crate::types::str::Str;
use crate::types::{self, class_of};
use crate::{Builtin, Result, Thread, Value, import, methods, raise};
use std::sync::OnceLock;

/// The streams the program started with: `sys.__stdin__`, `sys.__stdout__`, `sys.__stderr__`.
pub struct Standard {
    pub stdin: Value,
    pub stdout: Value,
    pub stderr: Value,
}

static STANDARD: OnceLock<[u64; 3]> = OnceLock::new();

/// The streams the program started with.
pub fn standard(thread: &Thread) -> Standard {
    let words = STANDARD.get_or_init(|| {
        let text = |errors| Text {
            encoding: Encoding::Utf8,
            errors,
            newline: Newline::Universal,
        };
        let open = |fd: i32, name: &str, errors: Errors| {
            let mut stream = Stream::new(fd, fd == 0, fd != 0, false);
            stream.line_buffered = fd == 2 || fd == 1 && stream.is_terminal();
            let mode = if fd == 0 { "r" } else { "w" };
            let file = file::new(
                thread,
                stream,
                types::str::new(thread, name),
                mode,
                Some(text(errors)),
            );
            refcount::make_immortal(file.header().expect("a file"));
            file.into_counted().bits()
        };
        [
            open(0, "<stdin>", Errors::Strict),
            open(1, "<stdout>", Errors::Strict),
            open(2, "<stderr>", Errors::BackslashReplace),
        ]
    });
    let [stdin, stdout, stderr] = words.map(Value::from_bits);
    Standard {
        stdin,
        stdout,
        stderr,
    }
}

/// In the child of a fork: threads that are gone use the standard streams no longer.
pub(crate) fn after_fork() {
    let Some(&words) = STANDARD.get() else { return };
    for stream in words.map(Value::from_bits) {
        let file = stream.get::<File>().expect("a file");
        // SAFETY: this thread is the only one, and is not using a stream: it forked.
        unsafe { file.release_stream() };
    }
}

/// `sys.name` if the program imported `sys`, else the stream it started with.
fn current(thread: &Thread, name: &str, original: Value) -> Result<Option<Owned>> {
    match import::loaded(thread, "sys") {
        Some(sys) => attribute::get_optional(thread, sys.value(), types::str::intern(thread, name)),
        None => Ok(Some(Owned::new(original))),
    }
}

/// Flushes standard output and error, as the program ends.
pub fn flush_standard_streams(thread: &Thread) -> Result<()> {
    let standard = standard(thread);
    let mut result = Ok(());
    for (name, original) in [("stdout", standard.stdout), ("stderr", standard.stderr)] {
        let Some(stream) = current(thread, name, original)?.filter(|stream| !stream.is_none())
        else {
            continue;
        };
        if let Some(file) = stream.get::<File>()
            && file.stream().is_closed()
        {
            continue;
        }
        let flushed = match stream.get_exact::<File>() {
            Some(file) => file::methods::flush_file(thread, file),
            None => call::call_method(thread, stream.value(), Name::FLUSH, &[]).map(drop),
        };
        if result.is_ok() {
            result = flushed;
        } else if let Err(raised) = flushed {
            drop(thread.take_exception(raised));
        }
    }
    result
}

/// Writes to a file object of any class.
fn write(thread: &Thread, target: Value, text: Value) -> Result<()> {
    if let Some(file) = target.get_exact::<File>() {
        return file::methods::write_value(thread, file, text).map(drop);
    }
    call::call_method(thread, target, Name::WRITE, &[text]).map(drop)
}

fn separator(thread: &Thread, value: Value, name: &str, default: &str) -> Result {
    if value.is_none() {
        return Ok(types::str::new(thread, default));
    }
    if !value.is::<Str>() {
        return raise!(
            thread,
            TypeError,
            "{name} must be None or a string, not {}",
            class_of(value).name()
        );
    }
    Ok(Owned::new(value))
}

fn print(thread: &Thread, args: &[Value]) -> Result {
    let items = args[0]
        .get::<types::tuple::Tuple>()
        .expect("*args is a tuple")
        .items();
    let separator_text = separator(thread, args[1], "sep", " ")?;
    let end = separator(thread, args[2], "end", "\n")?;
    let target = if args[3].is_none() {
        match current(thread, "stdout", standard(thread).stdout)? {
            Some(stdout) if !stdout.is_none() => stdout,
            // A program without standard output prints nothing.
            Some(_) => return Ok(Owned::NONE),
            None => return raise!(thread, RuntimeError, "lost sys.stdout"),
        }
    } else {
        Owned::new(args[3])
    };
    if target.get_exact::<File>().is_some() {
        // One write, so that lines of different threads do not mix.
        let mut parts = Vec::with_capacity(items.len() * 2 + 1);
        let mut failed = None;
        for (i, &item) in items.iter().enumerate() {
            if i > 0 {
                parts.push(separator_text.clone());
            }
            match convert::str(thread, item) {
                Ok(text) => parts.push(text),
                Err(raised) => {
                    // What comes before it is printed all the same.
                    failed = Some(thread.take_exception(raised));
                    break;
                }
            }
        }
        if failed.is_none() {
            parts.push(end);
        }
        let values: Vec<Value> = parts.iter().map(Owned::value).collect();
        let whole = types::str::concat_all(thread, &values);
        write(thread, target.value(), whole.value())?;
        if let Some(exception) = failed {
            return Err(thread.reraise_value(exception));
        }
    } else {
        for (i, &item) in items.iter().enumerate() {
            if i > 0 {
                write(thread, target.value(), separator_text.value())?;
            }
            let text = convert::str(thread, item)?;
            write(thread, target.value(), text.value())?;
        }
        write(thread, target.value(), end.value())?;
    }
    if convert::truth(thread, args[4])? {
        call::call_method(thread, target.value(), Name::FLUSH, &[])?;
    }
    Ok(Owned::NONE)
}

fn input(thread: &Thread, args: &[Value]) -> Result {
    let standard = standard(thread);
    let stream = |name, original| -> Result {
        match current(thread, name, original)?.filter(|stream| !stream.is_none()) {
            Some(stream) => Ok(stream),
            None => raise!(thread, RuntimeError, "input(): lost sys.{name}"),
        }
    };
    let stdin = stream("stdin", standard.stdin)?;
    let stdout = stream("stdout", standard.stdout)?;
    if !args[0].is_missing() {
        let prompt = convert::str(thread, args[0])?;
        write(thread, stdout.value(), prompt.value())?;
    }
    // Streams that cannot be flushed do as well.
    if let Err(raised) = call::call_method(thread, stdout.value(), Name::FLUSH, &[]) {
        drop(thread.take_exception(raised));
    }
    let line = call::call_method(thread, stdin.value(), Name::READLINE, &[])?;
    let Some(text) = line.get::<Str>() else {
        return raise!(thread, TypeError, "object.readline() returned non-string");
    };
    if text.is_empty() {
        return raise!(thread, EOFError, "EOF when reading a line");
    }
    let length = text.len() - usize::from(text.code_point(text.len() - 1) == u32::from('\n'));
    Ok(types::str::substring(thread, text, 0, length))
}

/// What a mode string asks for.
struct OpenMode {
    flags: i32,
    readable: bool,
    writable: bool,
    binary: bool,
    text: String,
}

fn parse_mode(thread: &Thread, mode: &str) -> Result<OpenMode> {
    let count = |c: char| mode.matches(c).count();
    let known =
        mode.chars().all(|c| "rwaxbt+".contains(c)) && "rwaxbt+".chars().all(|c| count(c) <= 1);
    if !known {
        return raise!(thread, ValueError, "invalid mode: '{mode}'");
    }
    let kinds: Vec<char> = mode.chars().filter(|c| "rwax".contains(*c)).collect();
    let (binary, update) = (count('b') > 0, count('+') > 0);
    if binary && count('t') > 0 {
        return raise!(
            thread,
            ValueError,
            "can't have text and binary mode at once"
        );
    }
    let [kind] = kinds[..] else {
        return raise!(
            thread,
            ValueError,
            "must have exactly one of create/read/write/append mode"
        );
    };
    let access = if update {
        libc::O_RDWR
    } else if kind == 'r' {
        libc::O_RDONLY
    } else {
        libc::O_WRONLY
    };
    let create = match kind {
        'w' => libc::O_CREAT | libc::O_TRUNC,
        'a' => libc::O_CREAT | libc::O_APPEND,
        'x' => libc::O_CREAT | libc::O_EXCL,
        _ => 0,
    };
    Ok(OpenMode {
        flags: access | create | libc::O_CLOEXEC,
        readable: kind == 'r' || update,
        writable: kind != 'r' || update,
        binary,
        text: mode.to_owned(),
    })
}

/// The settings of a text file; none if it needs a codec.
fn text_settings(thread: &Thread, args: &[Value]) -> Result<Option<Text>> {
    let default = (Encoding::Utf8, Errors::Strict);
    let wanted = Text::wanted(thread, "open", args[3], args[4], default)?;
    let newline = Newline::of_argument(thread, "open", args[5])?;
    Ok(wanted.map(|(encoding, errors)| Text {
        encoding,
        errors,
        newline,
    }))
}

/// A binary file takes no arguments that are about text.
fn refuse_text_settings(thread: &Thread, args: &[Value]) -> Result<()> {
    let names = ["an encoding", "an errors", "a newline"];
    for (value, name) in args[3..6].iter().zip(names) {
        if !value.is_none() {
            return raise!(
                thread,
                ValueError,
                "binary mode doesn't take {name} argument"
            );
        }
    }
    Ok(())
}

/// Opens a text file by Python's own classes, which know every codec.
fn open_with_codec(thread: &Thread, args: &[Value]) -> Result {
    let module = types::str::intern(thread, "_pyio");
    let module = match import::import_absolute(thread, module) {
        Err(raised) if exception::is(thread.pending_exception(), Builtin::ModuleNotFoundError) => {
            drop(thread.take_exception(raised));
            return raise!(
                thread,
                LookupError,
                "this executable lacks what opens files with encoding={}, errors={}: build it with --include _pyio",
                convert::display_repr(thread, args[3])?,
                convert::display_repr(thread, args[4])?
            );
        }
        module => module?,
    };
    let open = attribute::get(thread, module.value(), types::str::intern(thread, "open"))?;
    call::call(thread, open.value(), args)
}

fn open(thread: &Thread, args: &[Value]) -> Result {
    let Some(mode) = args[1].get::<Str>() else {
        return raise!(
            thread,
            TypeError,
            "open() argument 'mode' must be str, not {}",
            convert::argument_type(args[1])
        );
    };
    let mode = parse_mode(thread, &mode.to_str_lossy())?;
    let text = match mode.binary {
        true => refuse_text_settings(thread, args).map(|()| None)?,
        false => match text_settings(thread, args)? {
            None => return open_with_codec(thread, args),
            text => text,
        },
    };
    let buffering = convert::to_isize(thread, args[2])?;
    if buffering == 0 && !mode.binary {
        return raise!(thread, ValueError, "can't have unbuffered text I/O");
    }
    let close = convert::truth(thread, args[6])?;
    let (fd, owns) = descriptor(thread, args[0], &mode, close, args[7])?;
    let mut stream = Stream::new(fd, mode.readable, mode.writable, owns);
    stream.line_buffered =
        buffering == 1 && !mode.binary || text.is_some() && mode.writable && stream.is_terminal();
    stream.unbuffered = buffering == 0;
    if mode.flags & libc::O_APPEND != 0 {
        // The position is the end from the start; pipes have none.
        let _ = stream.seek(0, libc::SEEK_END);
    }
    // What is left in its buffer is written when it dies.
    death::expect_noticeable();
    Ok(file::new(
        thread,
        stream,
        Owned::new(args[0]),
        &mode.text,
        text,
    ))
}

/// Opens the file a value names; an int is a descriptor that is open already.
fn descriptor(
    thread: &Thread,
    path: Value,
    mode: &OpenMode,
    close: bool,
    opener: Value,
) -> Result<(i32, bool)> {
    if let Some(fd) = types::int::to_i64(path) {
        return match i32::try_from(fd) {
            Ok(fd) if fd >= 0 => Ok((fd, close)),
            _ => raise!(thread, ValueError, "negative file descriptor"),
        };
    }
    if !close {
        return raise!(
            thread,
            ValueError,
            "Cannot use closefd=False with file name"
        );
    }
    let bytes = path_bytes(thread, path)?;
    let Ok(name) = std::ffi::CString::new(bytes) else {
        return raise!(thread, ValueError, "embedded null byte");
    };
    if !opener.is_none() {
        let fd = opened_by(thread, opener, path, mode)?;
        return check_directory(thread, fd, path).map(|()| (fd, true));
    }
    loop {
        // SAFETY: a valid C string; the call runs detached because it may block (FIFOs, network file systems).
        let fd =
            crate::thread::detached(|| unsafe { libc::open(name.as_ptr(), mode.flags, 0o666) });
        if fd >= 0 {
            return check_directory(thread, fd, path).map(|()| (fd, true));
        }
        let error = std::io::Error::last_os_error();
        if error.kind() != std::io::ErrorKind::Interrupted {
            return Err(raise_os_error(thread, &error, Some(path)));
        }
        thread.safepoint()?;
    }
}

/// What the program's own function opens. The descriptor is not handed on to other programs.
fn opened_by(thread: &Thread, opener: Value, path: Value, mode: &OpenMode) -> Result<i32> {
    let flags = types::int::from_i64(thread, i64::from(mode.flags));
    let opened = call::call(thread, opener, &[path, flags.value()])?;
    let Some(fd) = types::int::to_i64(opened.value()) else {
        return raise!(thread, TypeError, "expected integer from opener");
    };
    let Ok(fd @ 0..) = i32::try_from(fd) else {
        return raise!(thread, ValueError, "opener returned {fd}");
    };
    // SAFETY: the descriptor is the new file's, or none: then the next call on it says so.
    unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) };
    Ok(fd)
}

/// A directory can be opened for reading, but is no file.
fn check_directory(thread: &Thread, fd: i32, path: Value) -> Result<()> {
    // SAFETY: `stat` is written by the call before it is read.
    let is_directory = unsafe {
        let mut stat = std::mem::zeroed::<libc::stat>();
        libc::fstat(fd, &raw mut stat) == 0 && stat.st_mode & libc::S_IFMT == libc::S_IFDIR
    };
    if is_directory {
        // SAFETY: the descriptor was just opened here.
        unsafe { libc::close(fd) };
        return Err(raise_os_error(
            thread,
            &std::io::Error::from_raw_os_error(libc::EISDIR),
            Some(path),
        ));
    }
    Ok(())
}

/// The bytes of a path: str (surrogates stand for raw bytes), bytes, or an object with `__fspath__`.
pub fn path_bytes(thread: &Thread, path: Value) -> Result<Vec<u8>> {
    if let Some(text) = path.get::<Str>() {
        let settings = Text {
            encoding: Encoding::Utf8,
            errors: Errors::SurrogateEscape,
            newline: Newline::Lf,
        };
        return file::text::encode(thread, text, settings).map(std::borrow::Cow::into_owned);
    }
    if let Some(bytes) = path.get::<types::bytes::Bytes>() {
        return Ok(bytes.as_slice().to_vec());
    }
    match attribute::call_special(thread, path, Name::FSPATH, &[])? {
        Some(converted) if converted.is::<Str>() || converted.is::<types::bytes::Bytes>() => {
            path_bytes(thread, converted.value())
        }
        Some(converted) => {
            let (class, got) = (class_of(path).name(), class_of(converted.value()).name());
            raise!(
                thread,
                TypeError,
                "expected {class}.__fspath__() to return str or bytes, not {got}"
            )
        }
        None => {
            let got = class_of(path).name();
            raise!(
                thread,
                TypeError,
                "expected str, bytes or os.PathLike object, not {got}"
            )
        }
    }
}

/// Bytes of a path as the str that stands for them.
pub fn path_str(thread: &Thread, bytes: &[u8]) -> Owned {
    let settings = Text {
        encoding: Encoding::Utf8,
        errors: Errors::SurrogateEscape,
        newline: Newline::Lf,
    };
    file::text::decode(thread, bytes, settings).unwrap_or_else(|raised| {
        drop(thread.take_exception(raised));
        types::str::from_latin1(thread, bytes)
    })
}

methods! { pub FUNCTIONS:
    /// Prints the values to a stream, or to sys.stdout by default.
    static "print(*args, sep=' ', end='\\n', file=None, flush=False)" => print -> None;
    /// Read a string from standard input.  The trailing newline is stripped.
    static "input(prompt=<missing>, /)" => input -> Str;
    /// Open file and return a stream.  Raise OSError upon failure.
    static "open(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)" => open;
}
