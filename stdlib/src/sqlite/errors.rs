//! The exception classes, and which one a code of SQLite's is raised as.

use super::raw::Failure;
use crate::errors;
use ashore_runtime::operators::attribute;
use ashore_runtime::types::native::NativeClass;
use ashore_runtime::types::{exception, int, str};
use ashore_runtime::{Builtin, Object, Owned, Raised, Thread, Value};
use libsqlite3_sys as sys;

/// One of the module's exception classes.
pub(super) struct Class(NativeClass);

impl Class {
    const fn derived(name: &'static str, parent: &'static Class) -> Class {
        Class(errors::class(name).derived(&parent.0))
    }

    /// An exception of the class.
    pub(super) fn raise(&'static self, thread: &Thread, text: &str) -> Raised {
        errors::raised(thread, &self.0, text)
    }

    pub(super) fn value(&'static self, thread: &Thread) -> Value {
        self.0.class(thread).value()
    }
}

static WARNING: Class = Class(errors::class("sqlite3.Warning"));
static ERROR: Class = Class(errors::class("sqlite3.Error"));
static INTERFACE: Class = Class::derived("sqlite3.InterfaceError", &ERROR);
pub(super) static DATABASE: Class = Class::derived("sqlite3.DatabaseError", &ERROR);
static INTERNAL: Class = Class::derived("sqlite3.InternalError", &DATABASE);
pub(super) static OPERATIONAL: Class = Class::derived("sqlite3.OperationalError", &DATABASE);
pub(super) static PROGRAMMING: Class = Class::derived("sqlite3.ProgrammingError", &DATABASE);
static INTEGRITY: Class = Class::derived("sqlite3.IntegrityError", &DATABASE);
pub(super) static DATA: Class = Class::derived("sqlite3.DataError", &DATABASE);
static NOT_SUPPORTED: Class = Class::derived("sqlite3.NotSupportedError", &DATABASE);

/// The classes by name, as the module and every connection have them.
pub(super) static CLASSES: [(&str, &Class); 10] = [
    ("Warning", &WARNING),
    ("Error", &ERROR),
    ("InterfaceError", &INTERFACE),
    ("DatabaseError", &DATABASE),
    ("InternalError", &INTERNAL),
    ("OperationalError", &OPERATIONAL),
    ("ProgrammingError", &PROGRAMMING),
    ("IntegrityError", &INTEGRITY),
    ("DataError", &DATA),
    ("NotSupportedError", &NOT_SUPPORTED),
];

fn class_of(code: i32) -> &'static Class {
    match code {
        sys::SQLITE_INTERNAL | sys::SQLITE_NOTFOUND => &INTERNAL,
        sys::SQLITE_ERROR
        | sys::SQLITE_PERM
        | sys::SQLITE_ABORT
        | sys::SQLITE_BUSY
        | sys::SQLITE_LOCKED
        | sys::SQLITE_READONLY
        | sys::SQLITE_INTERRUPT
        | sys::SQLITE_IOERR
        | sys::SQLITE_FULL
        | sys::SQLITE_CANTOPEN
        | sys::SQLITE_PROTOCOL
        | sys::SQLITE_EMPTY
        | sys::SQLITE_SCHEMA => &OPERATIONAL,
        sys::SQLITE_TOOBIG => &DATA,
        sys::SQLITE_CONSTRAINT | sys::SQLITE_MISMATCH => &INTEGRITY,
        sys::SQLITE_MISUSE | sys::SQLITE_RANGE => &INTERFACE,
        _ => &DATABASE,
    }
}

/// Raises what a call of SQLite's failed with.
pub(super) fn raise(thread: &Thread, failure: &Failure) -> Raised {
    if failure.code == sys::SQLITE_NOMEM {
        return thread.raise_text(Builtin::MemoryError, "");
    }
    raise_as(
        thread,
        class_of(failure.code),
        &failure.message,
        failure.extended,
    )
}

/// Raises an exception that has a code of SQLite's.
fn raise_as(thread: &Thread, class: &'static Class, text: &str, code: i32) -> Raised {
    let text = str::new(thread, text);
    let made = exception::new(thread, class.value(thread), &[text.value()]);
    let exception = match made {
        Ok(exception) => exception,
        Err(raised) => return raised,
    };
    let name = super::constants::name_of_code(code).unwrap_or("unknown");
    let fields: [(&str, Owned); 2] = [
        ("sqlite_errorcode", int::from_i64(thread, code.into())),
        ("sqlite_errorname", str::new(thread, name)),
    ];
    for (name, value) in fields {
        let name = str::intern(thread, name);
        if let Err(raised) = attribute::set(thread, exception.value(), name, value.value()) {
            return raised;
        }
    }
    thread.raise_value(exception)
}
