//! The builtin exception classes that have fields of their own: which, and how their constructors set them.

use crate::object::{Kind, Owned};
use crate::operators::convert;
use crate::types::memoryview::request;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{self, Type};
use crate::{Builtin, Result, Thread, Value, raise};
use std::sync::OnceLock;

/// Fields by class; a class derived from one of these has the same.
const MEMBERS: &[(Builtin, &[&str])] = &[
    (Builtin::StopIteration, &["value"]),
    (Builtin::SystemExit, &["code"]),
    // The last is the repr of what a group was made from, if that was neither a list nor a tuple.
    (
        Builtin::BaseExceptionGroup,
        &["message", "exceptions", "shown"],
    ),
    (Builtin::ImportError, &["msg", "name", "path", "name_from"]),
    (Builtin::NameError, &["name"]),
    (Builtin::AttributeError, &["name", "obj"]),
    (
        Builtin::OSError,
        &[
            "errno",
            "strerror",
            "filename",
            "filename2",
            "characters_written",
        ],
    ),
    (
        Builtin::SyntaxError,
        &[
            "msg",
            "filename",
            "lineno",
            "offset",
            "text",
            "end_lineno",
            "end_offset",
            "print_file_and_line",
            "_metadata",
        ],
    ),
    (Builtin::UnicodeDecodeError, UNICODE),
    (Builtin::UnicodeEncodeError, UNICODE),
    (Builtin::UnicodeTranslateError, UNICODE),
];
const UNICODE: &[&str] = &["encoding", "object", "start", "end", "reason"];

/// Index of `name` in a NameError.
pub const NAME_ERROR_NAME: usize = 0;
/// Index of `name` in an AttributeError.
pub const ATTRIBUTE_ERROR_NAME: usize = 0;
/// Index of `obj` in an AttributeError.
pub const ATTRIBUTE_ERROR_OBJ: usize = 1;
/// Index of `name` in an ImportError.
pub const IMPORT_ERROR_NAME: usize = 1;
/// Index of `path` in an ImportError.
pub const IMPORT_ERROR_PATH: usize = 2;
/// Index of `name_from` in an ImportError.
pub const IMPORT_ERROR_NAME_FROM: usize = 3;
/// Index of `_metadata` in a SyntaxError.
pub const SYNTAX_METADATA: usize = 8;
const OS_ERRNO: usize = 0;
const OS_STRERROR: usize = 1;
const OS_FILENAME: usize = 2;
const OS_FILENAME2: usize = 3;

fn fields(class: &Type) -> Option<&'static (Builtin, &'static [&'static str])> {
    let rows = by_builtin();
    let builtins = class.mro().iter().filter_map(|class| class.builtin);
    builtins.flat_map(|builtin| rows[builtin as usize]).next()
}

/// Which row of `MEMBERS` the builtin classes have.
fn by_builtin() -> &'static [Option<&'static (Builtin, &'static [&'static str])>] {
    type Rows = Box<[Option<&'static (Builtin, &'static [&'static str])>]>;
    static ROWS: OnceLock<Rows> = OnceLock::new();
    ROWS.get_or_init(|| {
        let row = |class: &Builtin| {
            let mut rows = MEMBERS.iter();
            rows.find(|(builtin, _)| class.class().is_subclass_of(builtin.class()))
        };
        Builtin::ALL.iter().map(row).collect()
    })
}

/// Is it an exception class whose instances have nothing but `args`?
pub fn is_plain(class: Builtin) -> bool {
    class.kind() == Kind::EXCEPTION && by_builtin()[class as usize].is_none()
}

/// Do the class's instances have fields that those of its base do not have?
pub fn adds_fields(class: Builtin) -> bool {
    MEMBERS.iter().any(|(builtin, _)| *builtin == class)
}

/// Number of fields that instances of a class have.
pub(super) fn member_count(class: &Type) -> usize {
    fields(class).map_or(0, |(_, names)| names.len())
}

/// A field's value; None while it was not set.
pub fn member(exception: Value, index: usize) -> Owned {
    let exception = super::of(&exception);
    let value = exception.read(&exception.members[index]);
    if value.is_missing() {
        Owned::NONE
    } else {
        value
    }
}

/// Was a field set?
pub fn has_member(exception: Value, index: usize) -> bool {
    let exception = super::of(&exception);
    !exception.read(&exception.members[index]).is_missing()
}

/// Sets a field.
pub fn set_member(exception: Value, index: usize, value: Owned) {
    let exception = super::of(&exception);
    exception.write(&exception.members[index], value);
}

/// Sets `filename2` of an OSError about two files.
pub fn set_second_filename(exception: Value, name: Owned) {
    set_member(exception, OS_FILENAME2, name);
}

/// Reads the field of this name; what the getters of the classes call.
pub(super) fn get_named(exception: Value, name: &str) -> Owned {
    match index_of(exception, name) {
        Some(index) => member(exception, index),
        None => Owned::NONE,
    }
}

/// Writes the field of this name.
pub(super) fn set_named(exception: Value, name: &str, value: Value) {
    if let Some(index) = index_of(exception, name) {
        set_member(exception, index, Owned::new(value));
    }
}

fn index_of(exception: Value, name: &str) -> Option<usize> {
    fields(types::class_of(exception))?
        .1
        .iter()
        .position(|field| *field == name)
}

/// What the class's `__init__` does with positional arguments, for classes where it cannot fail.
pub(super) fn initialize_builtin(thread: &Thread, exception: Value, args: Value) {
    let class = types::class_of(exception);
    let items = args.get::<Tuple>().expect("args are a tuple").items();
    let Some((builtin, _)) = fields(class) else {
        return;
    };
    match builtin {
        Builtin::StopIteration => {
            if let Some(&value) = items.first() {
                set_member(exception, 0, Owned::new(value));
            }
        }
        Builtin::SystemExit => match items {
            [] => {}
            [code] => set_member(exception, 0, Owned::new(*code)),
            _ => set_member(exception, 0, Owned::new(args)),
        },
        Builtin::ImportError => {
            let message = match items {
                [message] => Owned::new(*message),
                _ => Owned::NONE,
            };
            set_member(exception, 0, message);
            for index in [IMPORT_ERROR_NAME, IMPORT_ERROR_PATH, IMPORT_ERROR_NAME_FROM] {
                set_member(exception, index, Owned::NONE);
            }
        }
        // `__new__` has checked and set the fields.
        Builtin::BaseExceptionGroup => {}
        Builtin::OSError => initialize_os_error(thread, exception, items),
        Builtin::SyntaxError => initialize_syntax_error(exception, items),
        Builtin::UnicodeTranslateError => {
            if let [_, _, _, _] = items {
                for (index, &item) in (1..).zip(items) {
                    set_member(exception, index, Owned::new(item));
                }
            }
        }
        Builtin::UnicodeDecodeError => {
            if let &[encoding, object, start, end, reason] = items {
                let object = match object.is::<types::bytes::Bytes>() {
                    true => None,
                    false => types::bytes::Buffer::attempt(thread, &object, request::FULL)
                        .map(types::bytes::Buffer::into_vec),
                }
                .map_or(Owned::new(object), |bytes| {
                    types::bytes::new(thread, &bytes)
                });
                set_member(exception, 1, object);
                for (index, item) in [(0, encoding), (2, start), (3, end), (4, reason)] {
                    set_member(exception, index, Owned::new(item));
                }
            }
        }
        _ => {
            for (index, &item) in items
                .iter()
                .enumerate()
                .take(super::of(&exception).members.len())
            {
                if items.len() == UNICODE.len() {
                    set_member(exception, index, Owned::new(item));
                }
            }
        }
    }
}

/// `OSError(errno, strerror[, filename[, winerror[, filename2]]])`; the file names leave `args`.
fn initialize_os_error(thread: &Thread, exception: Value, items: &[Value]) {
    if !(2..=5).contains(&items.len()) {
        return;
    }
    set_member(exception, OS_ERRNO, Owned::new(items[0]));
    set_member(exception, OS_STRERROR, Owned::new(items[1]));
    for (index, at) in [(OS_FILENAME, 2), (OS_FILENAME2, 4)] {
        if let Some(&name) = items.get(at)
            && !name.is_none()
        {
            set_member(exception, index, Owned::new(name));
        }
    }
    if items.len() > 2 {
        let args = types::tuple::from_slice(thread, &items[..2]);
        let object = super::of(&exception);
        object.write(&object.args, args);
    }
}

/// Refuses arguments that a class's `__init__` cannot take.
pub(super) fn check_arguments(thread: &Thread, exception: Value, args: Value) -> Result<()> {
    let class = fields(types::class_of(exception)).map(|(builtin, _)| *builtin);
    let items = args.get::<Tuple>().expect("args are a tuple").items();
    let details = match (class, items) {
        (Some(Builtin::SyntaxError), [_, details]) => details,
        (Some(builtin), _) => return check_unicode(thread, builtin, items),
        (None, _) => return Ok(()),
    };
    let given = details.get::<Tuple>().map(|details| details.items().len());
    match given {
        Some(given @ ..=3) => raise!(
            thread,
            TypeError,
            "function takes at least 4 arguments ({given} given)"
        ),
        Some(5) => raise!(
            thread,
            TypeError,
            "end_offset must be provided when end_lineno is provided"
        ),
        Some(given @ 8..) => raise!(
            thread,
            TypeError,
            "function takes at most 7 arguments ({given} given)"
        ),
        _ => Ok(()),
    }
}

/// The arguments of `UnicodeEncodeError` and its siblings have types.
fn check_unicode(thread: &Thread, class: Builtin, items: &[Value]) -> Result<()> {
    // What is decoded may be anything bytes-like.
    let kinds = match class {
        Builtin::UnicodeDecodeError => "sbiis",
        Builtin::UnicodeEncodeError => "ssiis",
        Builtin::UnicodeTranslateError => "siis",
        _ => return Ok(()),
    };
    if items.len() != kinds.len() {
        let (takes, given) = (kinds.len(), items.len());
        return raise!(
            thread,
            TypeError,
            "function takes exactly {takes} arguments ({given} given)"
        );
    }
    for ((position, kind), &item) in (1..).zip(kinds.chars()).zip(items) {
        match kind {
            'i' => drop(convert::to_isize(thread, item)?),
            'b' => drop(types::bytes::Buffer::argument(thread, &item)?),
            _ if item.get::<Str>().is_some() => {}
            _ => {
                let got = match item.is_none() {
                    true => "None".to_owned(),
                    false => convert::argument_type(item).to_string(),
                };
                let text = format!("argument {position} must be str, not {got}");
                return Err(thread.raise_text(Builtin::TypeError, &text));
            }
        }
    }
    Ok(())
}

/// `SyntaxError(msg, (filename, lineno, offset, text[, end_lineno, end_offset[, metadata]]))`.
fn initialize_syntax_error(exception: Value, items: &[Value]) {
    if let Some(&message) = items.first() {
        set_member(exception, 0, Owned::new(message));
    }
    if let Some(details) = items.get(1).and_then(|details| details.get::<Tuple>()) {
        let details = details.items();
        for index in 0..7 {
            let value = details
                .get(index)
                .map_or(Owned::NONE, |&item| Owned::new(item));
            let member = if index == 6 {
                SYNTAX_METADATA
            } else {
                index + 1
            };
            set_member(exception, member, value);
        }
    }
}

/// The subclass of OSError for an error number.
pub fn os_error_class(number: i32) -> Builtin {
    match number {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => Builtin::BlockingIOError,
        libc::ECHILD => Builtin::ChildProcessError,
        libc::EPIPE | libc::ESHUTDOWN => Builtin::BrokenPipeError,
        libc::ECONNABORTED => Builtin::ConnectionAbortedError,
        libc::ECONNREFUSED => Builtin::ConnectionRefusedError,
        libc::ECONNRESET => Builtin::ConnectionResetError,
        libc::EEXIST => Builtin::FileExistsError,
        libc::ENOENT => Builtin::FileNotFoundError,
        libc::EINTR => Builtin::InterruptedError,
        libc::EISDIR => Builtin::IsADirectoryError,
        libc::ENOTDIR => Builtin::NotADirectoryError,
        libc::EACCES | libc::EPERM => Builtin::PermissionError,
        libc::ESRCH => Builtin::ProcessLookupError,
        libc::ETIMEDOUT => Builtin::TimeoutError,
        _ => Builtin::OSError,
    }
}

/// `strerror(number)`.
pub fn error_text(number: i32) -> String {
    // SAFETY: `strerror` gives a valid C string; the copy is made before any other thread's call could replace it for
    // unknown numbers, the only ones that share a buffer.
    let text = unsafe { std::ffi::CStr::from_ptr(libc::strerror(number)) };
    text.to_string_lossy().into_owned()
}

/// `str()` of classes that do not just show their arguments.
pub(super) fn message(thread: &Thread, exception: Value) -> Result<Option<String>> {
    let Some((builtin, _)) = fields(types::class_of(exception)) else {
        return Ok(None);
    };
    match builtin {
        Builtin::OSError => os_error_message(thread, exception),
        Builtin::ImportError => {
            let message = member(exception, 0);
            Ok(message
                .get::<Str>()
                .map(|text| text.to_str_lossy().into_owned()))
        }
        Builtin::SyntaxError => syntax_error_message(thread, exception).map(Some),
        Builtin::UnicodeDecodeError
        | Builtin::UnicodeEncodeError
        | Builtin::UnicodeTranslateError => unicode_message(thread, *builtin, exception).map(Some),
        _ => Ok(None),
    }
}

fn os_error_message(thread: &Thread, exception: Value) -> Result<Option<String>> {
    let object = super::of(&exception);
    if object.members[OS_ERRNO].peek().is_missing() {
        return Ok(None);
    }
    let show = |index| convert::display(thread, member(exception, index).value());
    let mut text = format!("[Errno {}] {}", show(OS_ERRNO)?, show(OS_STRERROR)?);
    let (first, second) = (
        member(exception, OS_FILENAME),
        member(exception, OS_FILENAME2),
    );
    if !first.is_none() {
        text = format!("{text}: {}", convert::display_repr(thread, first.value())?);
        if !second.is_none() {
            text = format!(
                "{text} -> {}",
                convert::display_repr(thread, second.value())?
            );
        }
    }
    Ok(Some(text))
}

fn syntax_error_message(thread: &Thread, exception: Value) -> Result<String> {
    let message = convert::display(thread, member(exception, 0).value())?;
    let (file, line) = (member(exception, 1), member(exception, 2));
    let line = types::int::to_i64(line.value());
    let base = file.get::<Str>().map(|file| {
        let file = file.to_str_lossy().into_owned();
        file.rsplit('/').next().unwrap_or_default().to_owned()
    });
    Ok(match (base, line) {
        (Some(file), Some(line)) => format!("{message} ({file}, line {line})"),
        (Some(file), None) => format!("{message} ({file})"),
        (None, Some(line)) => format!("{message} (line {line})"),
        (None, None) => message,
    })
}

fn unicode_message(thread: &Thread, class: Builtin, exception: Value) -> Result<String> {
    let (start, end) = (member(exception, 2), member(exception, 3));
    let (Some(start), Some(end)) = (
        types::int::to_i64(start.value()),
        types::int::to_i64(end.value()),
    ) else {
        return Ok(String::new());
    };
    // What these run may change the object.
    let encoding = convert::display(thread, member(exception, 0).value())?;
    let reason = convert::display(thread, member(exception, 4).value())?;
    let object = member(exception, 1);
    let wanted = match class {
        Builtin::UnicodeDecodeError if object.is::<types::bytes::Bytes>() => None,
        Builtin::UnicodeDecodeError => Some("bytes"),
        _ if object.is::<Str>() => None,
        _ => Some("a string"),
    };
    if let Some(wanted) = wanted {
        let class = class.name();
        return raise!(
            thread,
            TypeError,
            "{class} 'object' attribute must be {wanted}"
        );
    }
    let single = end == start + 1;
    let index = usize::try_from(start).unwrap_or_default();
    if class == Builtin::UnicodeDecodeError {
        let byte = object
            .get::<types::bytes::Bytes>()
            .and_then(|bytes| bytes.as_slice().get(index).copied());
        return Ok(match byte {
            Some(byte) if single => format!(
                "'{encoding}' codec can't decode byte {byte:#04x} in position {start}: {reason}"
            ),
            _ => format!(
                "'{encoding}' codec can't decode bytes in position {start}-{}: {reason}",
                end - 1
            ),
        });
    }
    let verb = if class == Builtin::UnicodeEncodeError {
        format!("'{encoding}' codec can't encode")
    } else {
        "can't translate".to_owned()
    };
    let code = object
        .get::<Str>()
        .filter(|text| index < text.len())
        .map(|text| text.code_point(index));
    Ok(match code {
        Some(code) if single => {
            let shown = match code {
                0..0x100 => format!("\\x{code:02x}"),
                0x100..0x10000 => format!("\\u{code:04x}"),
                _ => format!("\\U{code:08x}"),
            };
            format!("{verb} character '{shown}' in position {start}: {reason}")
        }
        _ => format!(
            "{verb} characters in position {start}-{}: {reason}",
            end - 1
        ),
    })
}

/// A name in wrong source that should have been a keyword.
pub struct Typo {
    pub keyword: String,
    /// The line, with its end if it has one.
    pub text: String,
    /// Columns of the name, in characters from 0.
    pub start: u32,
    pub end: u32,
}

impl Typo {
    /// Does the message of a SyntaxError leave it to a typing error what is wrong?
    pub fn may_explain(message: &str) -> bool {
        message == "invalid syntax" || message.contains("Perhaps you forgot a comma")
    }

    /// What the error says of it.
    pub fn message(&self) -> String {
        format!("invalid syntax. Did you mean '{}'?", self.keyword)
    }
}

/// The report of a SyntaxError that names a line: CPython's, with the line and carets.
pub(super) fn syntax_error_summary(
    thread: &Thread,
    exception: Value,
    typo: Option<Typo>,
) -> Option<String> {
    let line = types::int::to_i64(member(exception, 2).value())?;
    let text_of = |index: usize| text_field(exception, index);
    let file = text_of(1).unwrap_or_else(|| "<string>".to_owned());
    let mut report = format!("  File \"{file}\", line {line}\n");
    if let Some(typo) = &typo {
        let [start, end] = [typo.start, typo.end].map(|column| i64::from(column) + 1);
        push_marked_line(&mut report, &typo.text, Some(start), Some(end));
    } else if let Some(text) = text_of(4) {
        let number = |index: usize| types::int::to_i64(member(exception, index).value());
        let end = match number(5) {
            Some(end_line) if end_line == line => Some(number(6).unwrap_or_default()),
            _ => None,
        };
        push_marked_line(&mut report, &text, number(3), end);
    }
    let message = convert::display(thread, member(exception, 0).value()).unwrap_or_else(|raised| {
        drop(thread.take_exception(raised));
        "<no detail available>".to_owned()
    });
    let message = typo.map_or(message, |typo| typo.message());
    report.push_str(&format!(
        "{}: {message}\n",
        crate::interpreter::report::shown_class(exception)
    ));
    Some(report)
}

/// A field, if it is a string.
pub fn text_field(exception: Value, index: usize) -> Option<String> {
    let field = member(exception, index);
    let text = field.get::<Str>()?.to_str_lossy().into_owned();
    Some(text)
}

/// The line of a SyntaxError and carets below it, as `traceback.py` has them. Offsets count from 1; `end` is none if the error
/// goes on in another line, and 0 if it is not known.
fn push_marked_line(report: &mut String, text: &str, offset: Option<i64>, end: Option<i64>) {
    let length = |text: &str| text.chars().count() as i64;
    let whole = text.trim_end_matches('\n');
    let shown = whole.trim_start_matches([' ', '\n', '\x0c']);
    report.push_str(&format!("    {shown}\n"));
    let Some(offset) = offset else {
        return;
    };
    let behind = length(whole) + 1;
    let within = |offset: i64| match offset > length(text) && !text.is_empty() {
        true => behind,
        false => offset,
    };
    let end = match end {
        Some(0) => within(offset),
        Some(end) => within(end),
        None => within(behind),
    };
    let offset = within(offset);
    let end = if offset >= end { offset + 1 } else { end };
    let column = offset - 1 - (length(whole) - length(shown));
    if column < 0 {
        return;
    }
    // Blanks that are no spaces (tabs) are kept, so that the carets stand where they should.
    let space = |c: char| {
        if types::str::unicode::is_space(c.into()) {
            c
        } else {
            ' '
        }
    };
    report.push_str("    ");
    report.extend(shown.chars().take(column as usize).map(space));
    report.push_str(&"^".repeat((end - offset) as usize));
    report.push('\n');
}

/// The error of keyword arguments for a class that takes none.
pub(super) fn no_keywords<T>(thread: &Thread, exception: Value) -> Result<T> {
    let class = types::class_of(exception).name();
    raise!(thread, TypeError, "{class}() takes no keyword arguments")
}

/// `ImportError(..., name=, path=, name_from=)`, `NameError(..., name=)`, `AttributeError(..., name=, obj=)`.
pub(super) fn initialize_keywords(
    thread: &Thread,
    exception: Value,
    pairs: &[(Owned, Owned)],
) -> Result<()> {
    let class = types::class_of(exception);
    let allowed: &[&str] = match fields(class) {
        Some((Builtin::ImportError, _)) => &["name", "path", "name_from"],
        Some((Builtin::NameError | Builtin::AttributeError, names)) => names,
        _ => &[],
    };
    for (key, value) in pairs {
        let name = convert::display(thread, key.value())?;
        if allowed.is_empty() {
            return no_keywords(thread, exception);
        }
        if !allowed.contains(&name.as_str()) {
            let class = class.name();
            return raise!(
                thread,
                TypeError,
                "{class}() got an unexpected keyword argument '{name}'"
            );
        }
        set_named(exception, &name, value.value());
    }
    Ok(())
}
