//! The methods of `Connection`.

use super::{CONNECTION, closed, ended, hooks, of, settings};
use crate::sqlite::raw::{self, Backup, Place};
use crate::sqlite::values::text_argument;
use crate::sqlite::{blob, constants, cursor, errors};
use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::types::bytes::{self, Buffer};
use ashore_runtime::types::define::NativeFn;
use ashore_runtime::types::int::{self, IntRef};
use ashore_runtime::types::{class_of, str};
use ashore_runtime::{Owned, Result, Thread, Value, import, methods, raise};
use std::ffi::{CString, c_int};

/// `cursor(factory)`
fn make_cursor(thread: &Thread, args: &[Value]) -> Result {
    let this = of(&args[0]);
    this.check(thread)?;
    let made = match args[1].is_missing() {
        true => cursor::make(thread, args[0]),
        false => call::call(thread, args[1], &[args[0]])?,
    };
    let value = made.value();
    let Some(of_cursor) = cursor::get(&value) else {
        let got = class_of(value).name();
        return raise!(thread, TypeError, "factory must return a cursor, not {got}");
    };
    let factory = this.row_factory.get();
    if !factory.is_none() {
        of_cursor.set_row_factory(factory);
    }
    Ok(made)
}

/// Calls a method of a new cursor.
fn by_cursor(thread: &Thread, args: &[Value], method: NativeFn) -> Result {
    let cursor = make_cursor(thread, &[args[0], Value::MISSING])?;
    let mut arguments = args.to_vec();
    arguments[0] = cursor.value();
    method(thread, &arguments)
}

fn execute(thread: &Thread, args: &[Value]) -> Result {
    by_cursor(thread, args, cursor::execute)
}

fn execute_many(thread: &Thread, args: &[Value]) -> Result {
    by_cursor(thread, args, cursor::execute_many)
}

fn execute_script(thread: &Thread, args: &[Value]) -> Result {
    by_cursor(thread, args, cursor::execute_script)
}

fn close(thread: &Thread, args: &[Value]) -> Result {
    let this = of(&args[0]);
    this.check_thread(thread)?;
    if !this
        .is_initialized
        .load(std::sync::atomic::Ordering::Acquire)
    {
        let text = "Base Connection.__init__ not called.";
        return Err(errors::PROGRAMMING.raise(thread, text));
    }
    this.close(thread)?;
    Ok(Owned::NONE)
}

fn commit(thread: &Thread, args: &[Value]) -> Result {
    let this = of(&args[0]);
    let database = this.check(thread)?;
    this.commit(thread, &database)?;
    Ok(Owned::NONE)
}

fn rollback(thread: &Thread, args: &[Value]) -> Result {
    let this = of(&args[0]);
    let database = this.check(thread)?;
    this.rollback(thread, &database)?;
    Ok(Owned::NONE)
}

fn enter(thread: &Thread, args: &[Value]) -> Result {
    of(&args[0]).check(thread)?;
    Ok(Owned::new(args[0]))
}

fn total_changes(thread: &Thread, args: &[Value]) -> Result {
    match of(&args[0]).database(thread)?.total_changes() {
        Some(count) => Ok(int::from_i64(thread, count)),
        None => Err(closed(thread)),
    }
}

fn interrupt(thread: &Thread, args: &[Value]) -> Result {
    match of(&args[0]).database(thread)?.interrupt() {
        true => Ok(Owned::NONE),
        false => Err(closed(thread)),
    }
}

/// `iterdump(*, filter)`
fn iterdump(thread: &Thread, args: &[Value]) -> Result {
    of(&args[0]).database(thread)?;
    let module = import::import_absolute(thread, str::intern(thread, "sqlite3.dump"))?;
    let name = str::intern(thread, "_iterdump");
    match attribute::get_optional(thread, module.value(), name)? {
        Some(dump) => {
            let filter = str::intern(thread, "filter");
            call::call_keywords(thread, dump.value(), &args[..2], &[filter])
        }
        None => {
            let text = "Failed to obtain _iterdump() reference";
            Err(errors::OPERATIONAL.raise(thread, text))
        }
    }
}

/// `backup(target, *, pages, progress, name, sleep)`
fn backup(thread: &Thread, args: &[Value]) -> Result {
    let this = of(&args[0]);
    if !CONNECTION.is_instance(thread, args[1]) {
        let got = convert::argument_type(args[1]);
        let text = "backup() argument 'target' must be sqlite3.Connection";
        return raise!(thread, TypeError, "{text}, not {got}");
    }
    let pages = convert::to_c_int(thread, args[2])?;
    let name = text_argument(thread, args[4], "backup", "argument 'name'")?;
    let pause = (convert::to_f64(thread, args[5])? * 1000.0) as c_int;
    let source = this.check(thread)?;
    let target = of(&args[1]).database(thread)?;
    if args[0] == args[1] {
        let text = "target cannot be the same connection instance";
        return raise!(thread, ValueError, "{text}");
    }
    let progress = args[3];
    if !progress.is_none() && !call::is_callable(progress) {
        return raise!(thread, TypeError, "progress argument must be a callable");
    }
    let pages = if pages == 0 { -1 } else { pages };
    let backup = ended(thread, Backup::start(&source, &name, &target))?;
    loop {
        let Some(step) = backup.step(pages) else {
            return Err(closed(thread));
        };
        if !progress.is_none() {
            let told = [step.code, step.remaining, step.pages];
            let told = told.map(|number| int::from_i64(thread, number.into()));
            call::call(thread, progress, Owned::values(&told))?;
        }
        if step.is_held_up() {
            raw::sleep(pause);
            thread.safepoint()?;
        }
        if !step.goes_on() {
            break;
        }
    }
    match backup.finish() {
        Ok(()) => Ok(Owned::NONE),
        Err(failure) => Err(errors::raise(thread, &failure)),
    }
}

/// `serialize(*, name)`
fn serialize(thread: &Thread, args: &[Value]) -> Result {
    let name = text_argument(thread, args[1], "serialize", "argument 'name'")?;
    match of(&args[0]).check(thread)?.serialize(&name) {
        Some(Some(made)) => Ok(bytes::new(thread, &made)),
        Some(None) => {
            let text = format!("unable to serialize '{}'", name.to_string_lossy());
            Err(errors::OPERATIONAL.raise(thread, &text))
        }
        None => Err(closed(thread)),
    }
}

/// `deserialize(data, *, name)`
fn deserialize(thread: &Thread, args: &[Value]) -> Result {
    let data = match args[1].get::<str::Str>() {
        Some(text) => crate::sqlite::values::utf8(thread, text)?,
        None => Buffer::copy_argument(thread, args[1])?,
    };
    let name = text_argument(thread, args[2], "deserialize", "argument 'name'")?;
    let database = of(&args[0]).check(thread)?;
    ended(thread, database.deserialize(&name, &data))?;
    Ok(Owned::NONE)
}

/// A limit, before it is set to the value.
fn limit(thread: &Thread, args: &[Value], value: c_int) -> Result {
    let category = convert::to_c_int(thread, args[1])?;
    match of(&args[0]).check(thread)?.limit(category, value) {
        Some(limit) if limit >= 0 => Ok(int::from_i64(thread, limit.into())),
        Some(_) => {
            let text = "'category' is out of bounds";
            Err(errors::PROGRAMMING.raise(thread, text))
        }
        None => Err(closed(thread)),
    }
}

fn get_limit(thread: &Thread, args: &[Value]) -> Result {
    limit(thread, args, -1)
}

fn set_limit(thread: &Thread, args: &[Value]) -> Result {
    let value = convert::to_c_int(thread, args[2])?;
    limit(thread, args, value)
}

/// An option, after it is set to the value; -1 leaves it.
fn option(thread: &Thread, args: &[Value], value: c_int) -> Result<bool> {
    let name = convert::to_c_int(thread, args[1])?;
    let database = of(&args[0]).check(thread)?;
    if !constants::OPTIONS.iter().any(|(_, known)| *known == name) {
        return raise!(thread, ValueError, "unknown config 'op': {name}");
    }
    ended(thread, database.option(name, value))
}

fn get_config(thread: &Thread, args: &[Value]) -> Result {
    option(thread, args, -1).map(Owned::bool)
}

fn set_config(thread: &Thread, args: &[Value]) -> Result {
    let enable = convert::truth(thread, args[2])?;
    match option(thread, args, enable.into())? == enable {
        true => Ok(Owned::NONE),
        false => Err(errors::OPERATIONAL.raise(thread, "Unable to set config")),
    }
}

fn enable_load_extension(thread: &Thread, args: &[Value]) -> Result {
    let enable = convert::truth(thread, args[1])?;
    match of(&args[0]).check(thread)?.enable_extensions(enable) {
        Some(true) => Ok(Owned::NONE),
        Some(false) => {
            let text = "Error enabling load extension";
            Err(errors::OPERATIONAL.raise(thread, text))
        }
        None => Err(closed(thread)),
    }
}

/// `load_extension(name, *, entrypoint)`
fn load_extension(thread: &Thread, args: &[Value]) -> Result {
    let name = text_argument(thread, args[1], "load_extension", "argument 1")?;
    let entry = match args[2] {
        value if value.is_none() => None,
        value if value.is::<str::Str>() => {
            Some(text_argument(thread, value, "load_extension", "")?)
        }
        value => {
            let got = convert::argument_type(value);
            let text = "load_extension() argument 'entrypoint' must be str or None";
            return raise!(thread, TypeError, "{text}, not {got}");
        }
    };
    let database = of(&args[0]).check(thread)?;
    match database.load_extension(&name, entry.as_deref()) {
        Some(Ok(())) => Ok(Owned::NONE),
        Some(Err(text)) => Err(errors::OPERATIONAL.raise(thread, &text)),
        None => Err(closed(thread)),
    }
}

/// `blobopen(table, column, row, *, readonly, name)`
fn blobopen(thread: &Thread, args: &[Value]) -> Result {
    let this = of(&args[0]);
    let text = |index: usize| {
        let which = format!("argument {index}");
        text_argument(thread, args[index], "blobopen", &which)
    };
    let (table, column): (CString, CString) = (text(1)?, text(2)?);
    let Some(row) = IntRef::of(&args[3]) else {
        return raise!(thread, TypeError, "expected 'int'");
    };
    let Some(row) = row.to_i64() else {
        let text = "Python int too large to convert to C int64_t";
        return raise!(thread, OverflowError, "{text}");
    };
    let is_writable = !convert::truth(thread, args[4])?;
    let schema = text_argument(thread, args[5], "blobopen", "argument 'name'")?;
    let database = this.check(thread)?;
    let place = Place {
        schema: &schema,
        table: &table,
        column: &column,
        row,
        is_writable,
    };
    let handle = std::sync::Arc::new(ended(thread, database.open_blob(&place))?);
    this.remember_blob(&handle);
    Ok(blob::object(thread, args[0], handle))
}

fn text_signature(thread: &Thread, _: &[Value]) -> Result {
    Ok(str::new(thread, "(sql, /)"))
}

/// The exception classes, by name.
macro_rules! exceptions {
    ($($function:ident $name:literal)*) => {$(
        fn $function(thread: &Thread, _: &[Value]) -> Result {
            let found = errors::CLASSES.iter().find(|(name, _)| *name == $name);
            let (_, class) = found.expect("a class of the module");
            Ok(Owned::new(class.value(thread)))
        }
    )*};
}

exceptions! {
    warning "Warning"
    error "Error"
    interface_error "InterfaceError"
    database_error "DatabaseError"
    internal_error "InternalError"
    operational_error "OperationalError"
    programming_error "ProgrammingError"
    integrity_error "IntegrityError"
    data_error "DataError"
    not_supported_error "NotSupportedError"
}

methods! { pub(super) METHODS:
    new "Connection(type, /, *args, **kwargs)" => super::new;
    "__init__(self, /, *args, **kwargs)" => super::init -> None;
    "__call__(self, /, *args, **kwargs)" => super::call;
    "__del__(self, /)" => super::finalize -> None;
    /// Called when the connection is used as a context manager.
    ///
    /// Returns itself as a convenience to the caller.
    "__enter__(self, /)" => enter;
    /// Called when the connection is used as a context manager.
    ///
    /// If there was any exception, a rollback takes place; otherwise we
    /// commit.
    "__exit__(self, type, value, traceback, /)" => settings::exit -> Bool;
    /// Makes a backup of the database.
    "backup(self, /, target, *, pages=-1, progress=None, name='main', sleep=0.25)" => backup -> None;
    /// Open and return a BLOB object.
    "blobopen(self, table, column, rowid, /, *, readonly=False, name='main')" => blobopen;
    /// Close the database connection.
    ///
    /// Any pending transaction is not committed implicitly.
    "close(self, /)" => close -> None;
    /// Commit any pending transaction to the database.
    ///
    /// If there is no open transaction, this method is a no-op.
    "commit(self, /)" => commit -> None;
    /// Creates a new aggregate.
    "create_aggregate(self, /, *args, **kwargs)" => hooks::create_aggregate -> None;
    /// Creates a collation function.
    "create_collation(self, name, callback, /)" => hooks::create_collation -> None;
    /// Creates a new function.
    "create_function(self, /, *args, **kwargs)" => hooks::create_function -> None;
    /// Creates or redefines an aggregate window function. Non-standard.
    "create_window_function(self, name, num_params, aggregate_class, /)" => hooks::create_window_function -> None;
    /// Return a cursor for the connection.
    "cursor(self, /, factory=<missing>)" => make_cursor;
    /// Load a serialized database.
    "deserialize(self, data, /, *, name='main')" => deserialize -> None;
    /// Enable dynamic loading of SQLite extension modules.
    "enable_load_extension(self, enable, /)" => enable_load_extension -> None;
    /// Executes an SQL statement.
    "execute(self, sql, parameters=(), /)" => execute;
    /// Repeatedly executes an SQL statement.
    "executemany(self, sql, parameters, /)" => execute_many;
    /// Executes multiple SQL statements at once.
    "executescript(self, sql_script, /)" => execute_script;
    /// Query a boolean connection configuration option.
    "getconfig(self, op, /)" => get_config -> Bool;
    /// Get connection run-time limits.
    "getlimit(self, category, /)" => get_limit -> Int;
    /// Abort any pending database operation.
    "interrupt(self, /)" => interrupt -> None;
    /// Returns iterator to the dump of the database in an SQL text format.
    "iterdump(self, /, *, filter=None)" => iterdump;
    /// Load SQLite extension module.
    "load_extension(self, name, /, *, entrypoint=None)" => load_extension -> None;
    /// Roll back to the start of any pending transaction.
    ///
    /// If there is no open transaction, this method is a no-op.
    "rollback(self, /)" => rollback -> None;
    /// Serialize a database into a byte string.
    "serialize(self, /, *, name='main')" => serialize -> Bytes;
    /// Set authorizer callback.
    "set_authorizer(self, /, *args, **kwargs)" => hooks::set_authorizer -> None;
    /// Set progress handler callback.
    "set_progress_handler(self, /, *args, **kwargs)" => hooks::set_progress_handler -> None;
    /// Set a trace callback called for each SQL statement (passed as unicode).
    "set_trace_callback(self, /, *args, **kwargs)" => hooks::set_trace_callback -> None;
    /// Set a boolean connection configuration option.
    "setconfig(self, op, enable=True, /)" => set_config -> None;
    /// Set connection run-time limits.
    "setlimit(self, category, limit, /)" => set_limit -> Int;
    get "__text_signature__" => text_signature -> Str;
    get "autocommit" => settings::get_autocommit, settings::set_autocommit;
    get "in_transaction" => settings::in_transaction -> Bool;
    get "isolation_level" => settings::get_isolation, settings::set_isolation;
    get "row_factory" => settings::get_row_factory, settings::set_row_factory;
    get "text_factory" => settings::get_text_factory, settings::set_text_factory;
    get "total_changes" => total_changes -> Int;
    field "Warning" => warning;
    field "Error" => error;
    field "InterfaceError" => interface_error;
    field "DatabaseError" => database_error;
    field "InternalError" => internal_error;
    field "OperationalError" => operational_error;
    field "ProgrammingError" => programming_error;
    field "IntegrityError" => integrity_error;
    field "DataError" => data_error;
    field "NotSupportedError" => not_supported_error;
}
