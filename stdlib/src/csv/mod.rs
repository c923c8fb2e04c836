//! `_csv`: rows of fields as lines of text.

mod dialect;
mod reader;
mod writer;

use crate::errors;
use ashore_runtime::operators::convert;
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::int::{self, IntRef};
use ashore_runtime::types::list;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::NativeClass;
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::{Object, Owned, Result, Thread, Value, methods, raise};
use dialect::{DIALECT, Dialect};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

static ERROR: NativeClass = errors::class("_csv.Error");

/// Raises `_csv.Error`.
macro_rules! fail {
    ($thread:expr, $($text:tt)*) => {
        Err($crate::errors::raised($thread, &$crate::csv::ERROR, &format!($($text)*)))
    };
}
use fail;

/// The dialects that have a name.
static DIALECTS: Mutex<Vec<(String, Arc<Dialect>)>> = Mutex::new(Vec::new());

/// The most characters that a field may have.
static LIMIT: AtomicUsize = AtomicUsize::new(128 * 1024);

/// How fields are told apart, and when they are quoted.
mod quoting {
    pub(super) const MINIMAL: u8 = 0;
    pub(super) const ALL: u8 = 1;
    pub(super) const NONNUMERIC: u8 = 2;
    pub(super) const NONE: u8 = 3;
    pub(super) const STRINGS: u8 = 4;
    pub(super) const NOTNULL: u8 = 5;
}

/// The dialect of a name.
fn named(thread: &Thread, name: Value) -> Result<Arc<Dialect>> {
    let name = name.get::<Str>().map(Str::to_str_lossy);
    let dialects = DIALECTS.lock();
    let mut dialects = dialects.iter();
    match dialects.find(|(known, _)| name.as_deref() == Some(known)) {
        Some((_, dialect)) => Ok(Arc::clone(dialect)),
        None => fail!(thread, "unknown dialect"),
    }
}

fn register(thread: &Thread, args: &[Value]) -> Result {
    let Some(name) = args[0].get::<Str>() else {
        return raise!(thread, TypeError, "dialect name must be a string");
    };
    let name = name.to_str_lossy().into_owned();
    let dialect = dialect::from_arguments(thread, args[1], args[2])?;
    let mut dialects = DIALECTS.lock();
    match dialects.iter_mut().find(|(known, _)| *known == name) {
        Some((_, known)) => *known = dialect,
        None => dialects.push((name, dialect)),
    }
    Ok(Owned::NONE)
}

fn unregister(thread: &Thread, args: &[Value]) -> Result {
    let gone = named(thread, args[0])?;
    DIALECTS
        .lock()
        .retain(|(_, dialect)| !Arc::ptr_eq(dialect, &gone));
    Ok(Owned::NONE)
}

fn get_dialect(thread: &Thread, args: &[Value]) -> Result {
    let dialect = named(thread, args[0])?;
    Ok(dialect::object(thread, dialect))
}

fn list_dialects(thread: &Thread, _: &[Value]) -> Result {
    let names: Vec<String> = {
        let dialects = DIALECTS.lock();
        dialects.iter().map(|(name, _)| name.clone()).collect()
    };
    let names = names.iter().map(|name| str::new(thread, name));
    Ok(list::new(thread, names.collect()))
}

fn field_size_limit(thread: &Thread, args: &[Value]) -> Result {
    let old = LIMIT.load(Ordering::Relaxed);
    if !args[0].is_missing() {
        if IntRef::of(&args[0]).is_none() {
            return raise!(thread, TypeError, "limit must be an integer");
        }
        let limit = convert::to_isize(thread, args[0])?;
        LIMIT.store(usize::try_from(limit).unwrap_or(0), Ordering::Relaxed);
    }
    Ok(int::from_usize(thread, old))
}

methods! { FUNCTIONS:
    /// Return a reader object that will process lines from the given iterable.
    ///
    /// The "iterable" argument can be any object that returns a line
    /// of input for each iteration, such as a file object or a list.  The
    /// optional "dialect" argument defines a CSV dialect.  The function
    /// also accepts optional keyword arguments which override settings
    /// provided by the dialect.
    ///
    /// The returned object is an iterator.  Each iteration returns a row
    /// of the CSV file (which can span multiple input lines).
    static "reader(iterable, /, dialect=<missing>, **fmtparams)" => reader::new;
    /// Return a writer object that will write user data on the given file object.
    ///
    /// The "fileobj" argument can be any object that supports the file API.
    /// The optional "dialect" argument defines a CSV dialect.  The function
    /// also accepts optional keyword arguments which override settings
    /// provided by the dialect.
    static "writer(fileobj, /, dialect=<missing>, **fmtparams)" => writer::new;
    /// Create a mapping from a string name to a CVS dialect.
    ///
    /// The optional "dialect" argument specifies the base dialect instance
    /// or the name of the registered dialect.  The function also accepts
    /// optional keyword arguments which override settings provided by the
    /// dialect.
    static "register_dialect(name, /, dialect=<missing>, **fmtparams)" => register -> None;
    /// Delete the name/dialect mapping associated with a string name.
    static "unregister_dialect(name)" => unregister -> None;
    /// Return the dialect instance associated with name.
    static "get_dialect(name)" => get_dialect;
    /// Return a list of all known dialect names.
    static "list_dialects()" => list_dialects -> List;
    /// Sets an upper limit on parsed fields.
    ///
    /// Returns old limit. If limit is not given, no new limit is set and
    /// the old limit is returned
    static "field_size_limit(new_limit=<missing>)" => field_size_limit -> Int;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for (name, number) in [
        ("QUOTE_MINIMAL", quoting::MINIMAL),
        ("QUOTE_ALL", quoting::ALL),
        ("QUOTE_NONNUMERIC", quoting::NONNUMERIC),
        ("QUOTE_NONE", quoting::NONE),
        ("QUOTE_STRINGS", quoting::STRINGS),
        ("QUOTE_NOTNULL", quoting::NOTNULL),
    ] {
        module.set(thread, name, Value::small_int(number.into()))?;
    }
    for (name, class) in [
        ("Dialect", &DIALECT),
        ("Error", &ERROR),
        ("Reader", &reader::READER),
        ("Writer", &writer::WRITER),
    ] {
        module.set(thread, name, class.class(thread).value())?;
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_csv",
    doc: "CSV parsing and writing.\n",
    functions: FUNCTIONS,
    initialize,
};
