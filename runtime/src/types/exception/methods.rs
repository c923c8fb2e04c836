//! Methods and attributes of exceptions.

use super::{Exception, allocate, classes, of, reduce};
use crate::object::Owned;
use crate::operators::{attribute, convert};
use crate::types::define::MethodDef;
use crate::types::dict::Dict;
use crate::types::names::Name;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{self, class_of};
use crate::{Builtin, Result, Thread, Value, methods, raise};
use std::sync::atomic::Ordering;

fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = types::class::as_class(args[0])
        .expect("the binder checks that the first argument is a class");
    let mut class = class;
    let items = args[1].get::<Tuple>().expect("*args is a tuple").items();
    // OSError itself makes the subclass that its error number stands for.
    if class.is(Builtin::OSError)
        && let [number, _, ..] = items
        && let Some(number) =
            types::int::to_i64(*number).and_then(|number| i32::try_from(number).ok())
    {
        class = classes::os_error_class(number).class();
    }
    Ok(allocate(thread, class, Owned::new(args[1])))
}

/// `BaseException.__init__`: whatever else the class has stays as it is.
fn init(thread: &Thread, args: &[Value]) -> Result {
    if args[2].get::<Dict>().is_some_and(|given| !given.is_empty()) {
        return classes::no_keywords(thread, args[0]);
    }
    let exception = of(&args[0]);
    exception.write(&exception.args, Owned::new(args[1]));
    Ok(Owned::NONE)
}

/// `__init__` of the classes that have fields.
pub(super) fn init_fields(thread: &Thread, args: &[Value]) -> Result {
    let exception = of(&args[0]);
    exception.write(&exception.args, Owned::new(args[1]));
    let pairs = args[2]
        .get::<Dict>()
        .expect("**kwargs is a dict")
        .snapshot(thread);
    classes::check_arguments(thread, args[0], args[1])?;
    classes::initialize_builtin(thread, args[0], args[1]);
    classes::initialize_keywords(thread, args[0], &pairs)?;
    Ok(Owned::NONE)
}

/// `__str__` of the classes whose fields say it.
fn str_of_fields(thread: &Thread, args: &[Value]) -> Result {
    match classes::message(thread, args[0])? {
        Some(text) => Ok(types::str::new(thread, &text)),
        None => str(thread, args),
    }
}

fn str(thread: &Thread, args: &[Value]) -> Result {
    let exception = of(&args[0]);
    let arguments = exception.read(&exception.args);
    match arguments.get::<Tuple>().expect("args are a tuple").items() {
        [] => Ok(types::str::empty()),
        [only] => convert::str(thread, *only),
        _ => convert::str(thread, arguments.value()),
    }
}

/// A key is shown as it was written, so that the empty string can be told from nothing.
fn key_error_str(thread: &Thread, args: &[Value]) -> Result {
    let exception = of(&args[0]);
    let arguments = exception.read(&exception.args);
    match arguments.get::<Tuple>().expect("args are a tuple").items() {
        [key] => convert::repr(thread, *key),
        _ => str(thread, args),
    }
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let exception = of(&args[0]);
    let arguments = exception.read(&exception.args);
    let name = class_of(args[0]).short_name();
    let items = arguments.get::<Tuple>().expect("args are a tuple").items();
    let text = match items {
        [only] => format!("{name}({})", convert::display_repr(thread, *only)?),
        _ => format!(
            "{name}{}",
            convert::display_repr(thread, arguments.value())?
        ),
    };
    Ok(types::str::new(thread, &text))
}

fn with_traceback(thread: &Thread, args: &[Value]) -> Result {
    set_traceback(thread, args)?;
    Ok(Owned::new(args[0]))
}

pub(crate) fn add_note(thread: &Thread, args: &[Value]) -> Result {
    if !args[1].is::<Str>() {
        let got = convert::argument_type(args[1]);
        return raise!(
            thread,
            TypeError,
            "add_note() argument must be str, not {got}"
        );
    }
    let name = Name::NOTES.value();
    let notes = match attribute::get_optional(thread, args[0], name)? {
        Some(notes) => notes,
        None => {
            let notes = types::list::new(thread, Vec::new());
            attribute::set(thread, args[0], name, notes.value())?;
            notes
        }
    };
    match notes.get::<types::list::List>() {
        Some(list) => list.append(thread, Owned::new(args[1])),
        None => {
            return raise!(
                thread,
                TypeError,
                "Cannot add note: __notes__ is not a list"
            );
        }
    }
    Ok(Owned::NONE)
}

fn get_args(_: &Thread, args: &[Value]) -> Result {
    let exception = of(&args[0]);
    Ok(exception.read(&exception.args))
}

fn set_args(thread: &Thread, args: &[Value]) -> Result {
    if args[1].is_missing() {
        return raise!(thread, TypeError, "args may not be deleted");
    }
    let items = crate::operators::iterate::collect(thread, args[1])?;
    let exception = of(&args[0]);
    exception.write(&exception.args, types::tuple::new(thread, items));
    Ok(Owned::NONE)
}

fn get_traceback(_: &Thread, args: &[Value]) -> Result {
    Ok(super::traceback_of(args[0]))
}

fn set_traceback(thread: &Thread, args: &[Value]) -> Result {
    if args[1].is_missing() {
        return raise!(thread, TypeError, "__traceback__ may not be deleted");
    }
    if !args[1].is_none() && !args[1].is::<types::traceback::Traceback>() {
        return raise!(
            thread,
            TypeError,
            "__traceback__ must be a traceback or None"
        );
    }
    super::set_traceback(args[0], Owned::new(args[1]));
    Ok(Owned::NONE)
}

fn get_cause(_: &Thread, args: &[Value]) -> Result {
    Ok(super::chain_of(args[0]).0)
}

fn set_cause(thread: &Thread, args: &[Value]) -> Result {
    check_link(thread, args[1], "cause", "__cause__")?;
    super::set_cause(args[0], Owned::new(args[1]));
    Ok(Owned::NONE)
}

fn get_context(_: &Thread, args: &[Value]) -> Result {
    Ok(super::chain_of(args[0]).1)
}

fn set_context(thread: &Thread, args: &[Value]) -> Result {
    check_link(thread, args[1], "context", "__context__")?;
    super::set_context(args[0], Owned::new(args[1]));
    Ok(Owned::NONE)
}

fn check_link(thread: &Thread, value: Value, what: &str, name: &str) -> Result<()> {
    if value.is_missing() {
        return raise!(thread, TypeError, "{name} may not be deleted");
    }
    if !value.is_none() && !value.is::<Exception>() {
        return raise!(
            thread,
            TypeError,
            "exception {what} must be None or derive from BaseException"
        );
    }
    Ok(())
}

fn get_suppress_context(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(super::chain_of(args[0]).2))
}

fn set_suppress_context(thread: &Thread, args: &[Value]) -> Result {
    if args[1].is_missing() {
        return raise!(thread, TypeError, "can't delete numeric/char attribute");
    }
    if !args[1].is_bool() {
        return raise!(thread, TypeError, "attribute value type must be bool");
    }
    of(&args[0])
        .suppress_context
        .store(args[1] == Value::TRUE, Ordering::Relaxed);
    Ok(Owned::NONE)
}

/// Getter and setter of one field.
macro_rules! field {
    ($get:ident, $set:ident, $name:literal) => {
        fn $get(_: &Thread, args: &[Value]) -> Result {
            Ok(classes::get_named(args[0], $name))
        }
        fn $set(_: &Thread, args: &[Value]) -> Result {
            classes::set_named(args[0], $name, args[1]);
            Ok(Owned::NONE)
        }
    };
}

field!(get_value, set_value, "value");
field!(get_code, set_code, "code");
field!(get_msg, set_msg, "msg");
field!(get_name, set_name, "name");
field!(get_path, set_path, "path");
field!(get_name_from, set_name_from, "name_from");
field!(get_obj, set_obj, "obj");
field!(get_errno, set_errno, "errno");
field!(get_strerror, set_strerror, "strerror");
field!(get_filename, set_filename, "filename");
field!(get_filename2, set_filename2, "filename2");
field!(get_lineno, set_lineno, "lineno");
field!(get_offset, set_offset, "offset");
field!(get_text, set_text, "text");
field!(get_end_lineno, set_end_lineno, "end_lineno");
field!(get_end_offset, set_end_offset, "end_offset");
field!(get_print, set_print, "print_file_and_line");
field!(get_metadata, set_metadata, "_metadata");
field!(get_encoding, set_encoding, "encoding");
field!(get_object, set_object, "object");
field!(get_start, set_start, "start");
field!(get_end, set_end, "end");
field!(get_reason, set_reason, "reason");
field!(get_written, set_written, "characters_written");

methods! { pub METHODS:
    new "BaseException(type, /, *args, **kwargs)" => new;
    "__init__(self, /, *args, **kwargs)" => init -> None;
    "__str__(self, /)" => str -> Str;
    "__repr__(self, /)" => repr -> Str;
    /// Set self.__traceback__ to tb and return self.
    "with_traceback(self, object, /)" => with_traceback;
    /// Add a note to the exception
    "add_note(self, object, /)" => add_note -> None;
    "__reduce__(self, /)" => reduce::reduce -> Tuple;
    "__setstate__(self, state, /)" => reduce::set_state -> None;
    get "args" => get_args, set_args -> Tuple;
    get "__traceback__" => get_traceback, set_traceback;
    get "__cause__" => get_cause, set_cause;
    get "__context__" => get_context, set_context;
    get "__suppress_context__" => get_suppress_context, set_suppress_context -> Bool;
}

methods! { pub KEY_ERROR:
    "__str__(self, /)" => key_error_str -> Str;
}

methods! { pub STOP_ITERATION:
    "__init__(self, /, *args, **kwargs)" => init_fields -> None;
    /// generator return value
    get "value" => get_value, set_value;
}

methods! { pub SYSTEM_EXIT:
    "__init__(self, /, *args, **kwargs)" => init_fields -> None;
    /// exception code
    get "code" => get_code, set_code;
}

methods! { pub IMPORT_ERROR:
    "__init__(self, /, *args, **kwargs)" => init_fields -> None;
    "__str__(self, /)" => str_of_fields -> Str;
    "__reduce__(self, /)" => reduce::reduce_import_error -> Tuple;
    get "msg" => get_msg, set_msg;
    get "name" => get_name, set_name;
    get "path" => get_path, set_path;
    get "name_from" => get_name_from, set_name_from;
}

methods! { pub NAME_ERROR:
    "__init__(self, /, *args, **kwargs)" => init_fields -> None;
    get "name" => get_name, set_name;
}

methods! { pub ATTRIBUTE_ERROR:
    "__init__(self, /, *args, **kwargs)" => init_fields -> None;
    "__getstate__(self, /)" => reduce::attribute_error_state -> Dict;
    "__reduce__(self, /)" => reduce::reduce_attribute_error -> Tuple;
    get "name" => get_name, set_name;
    get "obj" => get_obj, set_obj;
}

methods! { pub OS_ERROR:
    new "OSError(type, /, *args, **kwargs)" => new;
    "__init__(self, /, *args, **kwargs)" => init_fields -> None;
    "__str__(self, /)" => str_of_fields -> Str;
    "__reduce__(self, /)" => reduce::reduce_os_error -> Tuple;
    get "errno" => get_errno, set_errno;
    get "strerror" => get_strerror, set_strerror;
    get "filename" => get_filename, set_filename;
    get "filename2" => get_filename2, set_filename2;
    get "characters_written" => get_written, set_written;
}

methods! { pub SYNTAX_ERROR:
    "__init__(self, /, *args, **kwargs)" => init_fields -> None;
    "__str__(self, /)" => str_of_fields -> Str;
    get "msg" => get_msg, set_msg;
    get "filename" => get_filename, set_filename;
    get "lineno" => get_lineno, set_lineno;
    get "offset" => get_offset, set_offset;
    get "text" => get_text, set_text;
    get "end_lineno" => get_end_lineno, set_end_lineno;
    get "end_offset" => get_end_offset, set_end_offset;
    get "print_file_and_line" => get_print, set_print;
    get "_metadata" => get_metadata, set_metadata;
}

/// Tables of the classes about texts that cannot be converted, which differ in the name that their `__new__` shows.
macro_rules! unicode_error {
    ($($table:ident $new:literal)*) => {$(
        methods! { pub $table:
            new $new => new;
            "__init__(self, /, *args, **kwargs)" => init_fields -> None;
            "__str__(self, /)" => str_of_fields -> Str;
            get "encoding" => get_encoding, set_encoding;
            get "object" => get_object, set_object;
            get "start" => get_start, set_start;
            get "end" => get_end, set_end;
            get "reason" => get_reason, set_reason;
        }
    )*};
}

unicode_error! {
    UNICODE_DECODE_ERROR "UnicodeDecodeError(type, /, *args, **kwargs)"
    UNICODE_ENCODE_ERROR "UnicodeEncodeError(type, /, *args, **kwargs)"
    UNICODE_TRANSLATE_ERROR "UnicodeTranslateError(type, /, *args, **kwargs)"
}

/// The table of one of the classes that have nothing but a `__new__` of their own; empty for others.
macro_rules! plain {
    ($class:expr; $($name:ident)*) => {
        match $class {
            $(Builtin::$name => {
                static TABLE: &[MethodDef] = &[crate::methods!(
                    @row New [] concat!(stringify!($name), "(type, /, *args, **kwargs)"), [new], [] []
                )];
                TABLE
            })*
            _ => &[],
        }
    };
}

/// The methods and attributes that a builtin exception class itself defines.
pub fn of_class(class: Builtin) -> &'static [MethodDef] {
    match class {
        Builtin::BaseException => METHODS,
        Builtin::StopIteration => STOP_ITERATION,
        Builtin::SystemExit => SYSTEM_EXIT,
        Builtin::BaseExceptionGroup => super::group::METHODS,
        Builtin::KeyError => KEY_ERROR,
        Builtin::ImportError => IMPORT_ERROR,
        Builtin::NameError => NAME_ERROR,
        Builtin::AttributeError => ATTRIBUTE_ERROR,
        Builtin::OSError => OS_ERROR,
        Builtin::SyntaxError => SYNTAX_ERROR,
        Builtin::UnicodeDecodeError => UNICODE_DECODE_ERROR,
        Builtin::UnicodeEncodeError => UNICODE_ENCODE_ERROR,
        Builtin::UnicodeTranslateError => UNICODE_TRANSLATE_ERROR,
        _ => plain! { class;
            ArithmeticError AssertionError BufferError BytesWarning DeprecationWarning EOFError EncodingWarning
            Exception FloatingPointError FutureWarning GeneratorExit ImportWarning IndexError KeyboardInterrupt
            LookupError MemoryError NotImplementedError OverflowError PendingDeprecationWarning
            PythonFinalizationError RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning
            StopAsyncIteration SyntaxWarning SystemError TypeError UnicodeError UnicodeWarning UserWarning
            ValueError Warning ZeroDivisionError
        },
    }
}
