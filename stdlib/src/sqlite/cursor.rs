//! The class `Cursor`: statements that run, and the rows they give.

use super::arguments::Packed;
use super::connection::{self, CONNECTION, Connection, closed, ended};
use super::parameters::parameters;
use super::raw::{Claim, Database, Reading, Stepped};
use super::rows::{self, converters, description};
use super::statements::{Prepared, check_length};
use super::{errors, values};
use crate::cell::Var;
use crate::codecs::text_argument;
use crate::sqlite::connection::Autocommit;
use ashore_runtime::operators::{call, convert, iterate};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::exception::raise_stop_iteration;
use ashore_runtime::types::int::{self, IntRef};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::str::Str;
use ashore_runtime::types::tuple::Tuple;
use ashore_runtime::types::{list, tuple};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};

pub(super) static CURSOR: NativeClass = NativeClass::new("sqlite3.Cursor", METHODS)
    .doc("SQLite database cursor class.")
    .weakrefable()
    .open();

pub(super) struct Cursor {
    /// None before it is initialized.
    connection: Var,
    statement: Mutex<Option<Arc<Running>>>,
    description: Var,
    last_row: Var,
    row_factory: Var,
    /// A tuple: what converts the values of each column, or None. None if nothing is converted.
    converters: Var,
    row_count: AtomicI64,
    array_size: AtomicU32,
    is_closed: AtomicBool,
    is_initialized: AtomicBool,
    /// Something of the program's runs for it.
    is_locked: AtomicBool,
}

impl Data for Cursor {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        let parts = [
            &self.connection,
            &self.description,
            &self.last_row,
            &self.row_factory,
            &self.converters,
        ];
        parts.into_iter().for_each(|part| part.visit(visit));
    }
}

/// The statement of a cursor, which nobody else uses meanwhile.
struct Running {
    prepared: Arc<Prepared>,
    #[expect(dead_code, reason = "held for its drop")]
    claim: Claim,
}

/// The cursor that a value is, if it is one.
pub(super) fn get(value: &Value) -> Option<&Cursor> {
    native::get(value)
}

/// Keeps a cursor from being used by what runs for it.
struct Lock<'a>(&'a AtomicBool);

impl Drop for Lock<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[cold]
fn used_recursively(thread: &Thread) -> ashore_runtime::Raised {
    let text = "Recursive use of cursors not allowed.";
    errors::PROGRAMMING.raise(thread, text)
}

impl Cursor {
    pub(super) fn set_row_factory(&self, factory: Owned) {
        self.row_factory.set(factory);
    }

    pub(super) fn description(&self) -> Owned {
        self.description.get()
    }

    fn lock<'a>(&'a self, thread: &Thread) -> Result<Lock<'a>> {
        match self.is_locked.swap(true, Ordering::AcqRel) {
            true => Err(used_recursively(thread)),
            false => Ok(Lock(&self.is_locked)),
        }
    }

    /// The connection object, and its database, if the cursor may be used.
    fn check(&self, thread: &Thread) -> Result<(Owned, Arc<Database>)> {
        if !self.is_initialized.load(Ordering::Acquire) {
            let text = "Base Cursor.__init__ not called.";
            return Err(errors::PROGRAMMING.raise(thread, text));
        }
        if self.is_closed.load(Ordering::Acquire) {
            let text = "Cannot operate on a closed cursor.";
            return Err(errors::PROGRAMMING.raise(thread, text));
        }
        if self.is_locked.load(Ordering::Acquire) {
            return Err(used_recursively(thread));
        }
        let object = self.connection.get();
        let database = connection::of(&object).check(thread)?;
        Ok((object, database))
    }

    fn statement(&self) -> Option<Arc<Running>> {
        self.statement.lock().clone()
    }

    /// Replaces the statement; the old one may have to be finalized, which is done without a lock.
    fn set_statement(&self, statement: Arc<Running>) {
        let old = self.statement.lock().replace(statement);
        drop(old);
    }

    /// Lets a statement go that is done or has failed.
    fn drop_statement(&self) {
        let old = self.statement.lock().take();
        drop(old);
    }

    /// Resets the statement and lets it go.
    fn give_up_statement(&self) {
        let old = self.statement.lock().take();
        if let Some(old) = old {
            old.prepared.statement.reset();
        }
    }
}

/// A cursor of a connection, or of None: not initialized.
fn blank(connection: Owned) -> Cursor {
    Cursor {
        is_initialized: AtomicBool::new(!connection.is_none()),
        connection: Var::new(connection),
        statement: Mutex::new(None),
        description: Var::new(Owned::NONE),
        last_row: Var::new(Owned::NONE),
        row_factory: Var::new(Owned::NONE),
        converters: Var::new(Owned::NONE),
        row_count: AtomicI64::new(-1),
        array_size: AtomicU32::new(1),
        is_closed: AtomicBool::new(false),
        is_locked: AtomicBool::new(false),
    }
}

/// A cursor of a connection.
pub(super) fn make(thread: &Thread, connection: Value) -> Owned {
    let cursor = blank(Owned::new(connection));
    native::new(thread, CURSOR.class(thread), cursor)
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    Ok(native::new(thread, class, blank(Owned::NONE)))
}

/// `__init__` with whatever arguments.
fn init(thread: &Thread, args: &[Value]) -> Result {
    Packed(args).bind(thread, &INIT[0])
}

methods! { INIT:
    "Cursor(self, connection, /)" => initialize -> None;
}

fn initialize(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Cursor>(args);
    if !CONNECTION.is_instance(thread, args[1]) {
        let got = convert::argument_type(args[1]);
        let text = "Cursor() argument 1 must be sqlite3.Connection";
        return raise!(thread, TypeError, "{text}, not {got}");
    }
    if this.is_locked.load(Ordering::Acquire) {
        return Err(used_recursively(thread));
    }
    this.connection.set(Owned::new(args[1]));
    this.give_up_statement();
    for part in [
        &this.description,
        &this.last_row,
        &this.row_factory,
        &this.converters,
    ] {
        part.set(Owned::NONE);
    }
    this.array_size.store(1, Ordering::Relaxed);
    this.row_count.store(-1, Ordering::Relaxed);
    this.is_closed.store(false, Ordering::Release);
    connection::of(&args[1]).check_thread(thread)?;
    this.is_initialized.store(true, Ordering::Release);
    Ok(Owned::NONE)
}

/// The statement for a text, not in use by another cursor.
fn statement_for(
    thread: &Thread,
    connection: &Connection,
    database: &Arc<Database>,
    sql: &Str,
    many: bool,
) -> Result<Arc<Running>> {
    let mut prepared = connection.prepare(thread, database, sql)?;
    if many {
        let is_readonly = prepared.statement.is_readonly();
        if is_readonly.ok_or_else(|| closed(thread))? {
            let text = "executemany() can only execute DML statements.";
            return Err(errors::PROGRAMMING.raise(thread, text));
        }
    }
    loop {
        if let Some(claim) = prepared.statement.claim() {
            return Ok(Arc::new(Running { prepared, claim }));
        }
        prepared = Prepared::new(thread, database, sql)?;
    }
}

impl Cursor {
    /// Runs a statement once for each of the sets of parameters.
    fn execute(&self, thread: &Thread, sql: &Str, sets: Sets) -> Result<()> {
        let (object, database) = self.check(thread)?;
        let _lock = self.lock(thread)?;
        let result = self.execute_locked(thread, &object, &database, sql, sets);
        match &result {
            Ok(has_row) => {
                if !has_row {
                    self.drop_statement();
                }
            }
            Err(_) => {
                self.give_up_statement();
                self.row_count.store(-1, Ordering::Relaxed);
            }
        }
        result.map(drop)
    }

    /// Is there a row in the end?
    fn execute_locked(
        &self,
        thread: &Thread,
        object: &Owned,
        database: &Arc<Database>,
        sql: &Str,
        sets: Sets,
    ) -> Result<bool> {
        let connection = connection::of(object);
        let (one, iterator) = match sets {
            Sets::One(set) => (set, None),
            Sets::Many(iterable) => (iterable, Some(iterate::iter(thread, iterable)?)),
        };
        self.give_up_statement();
        self.description.set(Owned::NONE);
        let many = iterator.is_some();
        let running = statement_for(thread, connection, database, sql, many)?;
        self.set_statement(Arc::clone(&running));
        let prepared = &running.prepared;
        let count = if prepared.changes_rows { 0 } else { -1 };
        self.row_count.store(count, Ordering::Relaxed);
        begin(thread, connection, database, prepared)?;
        let Some(iterator) = iterator else {
            let stepped = self.run(thread, connection, prepared, one)?;
            let last_row = int::from_i64(thread, stepped.last_row);
            self.last_row.set(last_row);
            return Ok(stepped.has_row);
        };
        let mut has_row = false;
        while let Some(set) = iterate::next(thread, iterator.value())? {
            has_row = self.run(thread, connection, prepared, set.value())?.has_row;
        }
        Ok(has_row)
    }

    /// Runs the statement with one set of parameters, up to its first row.
    fn run(
        &self,
        thread: &Thread,
        connection: &Connection,
        prepared: &Prepared,
        set: Value,
    ) -> Result<Stepped> {
        let values = parameters(thread, prepared, set)?;
        let (stepped, columns) = ended(thread, prepared.statement.start(&values))?;
        if !columns.is_empty() {
            let detect_types = connection.options().detect_types;
            let converters = converters(thread, &columns, detect_types)?;
            self.converters.set(converters);
            if self.description.get().is_none() {
                let described = description(thread, &columns, detect_types)?;
                self.description.set(described);
            }
        }
        if !stepped.has_row && prepared.changes_rows {
            self.row_count.fetch_add(stepped.changes, Ordering::Relaxed);
        }
        Ok(stepped)
    }

    /// The next row, as the program wants rows; none behind the last.
    fn next_row(&self, thread: &Thread, this: Value) -> Result<Option<Owned>> {
        let (object, _) = self.check(thread)?;
        let Some(running) = self.statement() else {
            return Ok(None);
        };
        let prepared = &running.prepared;
        let connection = connection::of(&object);
        let row = {
            let _lock = self.lock(thread)?;
            self.read(thread, connection, prepared)?
        };
        let Some((row, next)) = row else {
            self.drop_statement();
            return Ok(None);
        };
        let next = match next {
            Some(next) => Some(next),
            None => prepared.statement.step(),
        };
        match ended(thread, next) {
            Ok(stepped) if stepped.has_row => {}
            Ok(stepped) => {
                if prepared.changes_rows {
                    self.row_count.store(stepped.changes, Ordering::Relaxed);
                }
                self.drop_statement();
            }
            Err(raised) => {
                self.drop_statement();
                return Err(raised);
            }
        }
        let factory = self.row_factory.get();
        if factory.is_none() {
            return Ok(Some(row));
        }
        call::call(thread, factory.value(), &[this, row.value()]).map(Some)
    }

    /// Reads the row the statement is at; if nothing of the program's has to look at it, goes on in the same turn.
    fn read(
        &self,
        thread: &Thread,
        connection: &Connection,
        prepared: &Prepared,
    ) -> Result<Option<(Owned, rows::Next)>> {
        let converters = self.converters.get();
        let converters: Vec<Owned> = converters
            .get::<Tuple>()
            .map_or_else(Vec::new, Tuple::to_vec);
        let raw: Vec<bool> = converters
            .iter()
            .map(|converter| !converter.is_none())
            .collect();
        let factory = connection.text_factory();
        let plain = rows::TextFactory::of(&factory);
        let reading = Reading {
            raw: &raw,
            goes_on: plain.is_some() && !raw.contains(&true),
        };
        let fetched = ended(thread, prepared.statement.fetch(&reading))?;
        let Some(fetched) = fetched else {
            return Ok(None);
        };
        let names = || prepared.statement.columns();
        let reader = rows::Reader {
            thread,
            converters: &converters,
            factory: factory.value(),
            plain,
            columns: &names,
        };
        let row = reader.row(&fetched.row)?;
        Ok(Some((tuple::new(thread, row), fetched.next)))
    }
}

/// Begins a transaction if the statement changes rows and the module is to.
fn begin(
    thread: &Thread,
    connection: &Connection,
    database: &Database,
    prepared: &Prepared,
) -> Result<()> {
    let options = connection.options();
    match options.isolation {
        Some(level) if options.autocommit == Autocommit::Legacy && prepared.changes_rows => {
            match database.is_autocommit() {
                Some(true) => connection.run(thread, database, level.begin()),
                Some(false) => Ok(()),
                None => Err(closed(thread)),
            }
        }
        _ => Ok(()),
    }
}

/// Parameters of a statement.
#[derive(Clone, Copy)]
enum Sets {
    /// One set.
    One(Value),
    /// What gives one after the other.
    Many(Value),
}

pub(super) fn execute(thread: &Thread, args: &[Value]) -> Result {
    let sql = text_argument(thread, &args[1], "execute")?;
    receiver::<Cursor>(args).execute(thread, sql, Sets::One(args[2]))?;
    Ok(Owned::new(args[0]))
}

pub(super) fn execute_many(thread: &Thread, args: &[Value]) -> Result {
    let sql = text_argument(thread, &args[1], "executemany")?;
    receiver::<Cursor>(args).execute(thread, sql, Sets::Many(args[2]))?;
    Ok(Owned::new(args[0]))
}

pub(super) fn execute_script(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Cursor>(args);
    let script = values::text_argument(thread, args[1], "executescript", "argument")?;
    let (object, database) = this.check(thread)?;
    check_length(thread, &database, script.as_bytes().len())?;
    let connection = connection::of(&object);
    if connection.options().autocommit == Autocommit::Legacy {
        match database.is_autocommit() {
            Some(true) => {}
            Some(false) => connection.run(thread, &database, c"COMMIT")?,
            None => return Err(closed(thread)),
        }
    }
    ended(thread, database.run_script(&script))?;
    Ok(Owned::new(args[0]))
}

fn next(thread: &Thread, args: &[Value]) -> Result {
    match receiver::<Cursor>(args).next_row(thread, args[0])? {
        Some(row) => Ok(row),
        None => Err(raise_stop_iteration(thread, Owned::NONE)),
    }
}

fn fetch_one(thread: &Thread, args: &[Value]) -> Result {
    let row = receiver::<Cursor>(args).next_row(thread, args[0])?;
    Ok(row.unwrap_or(Owned::NONE))
}

/// A list of at most so many rows.
fn fetch(thread: &Thread, args: &[Value], limit: usize) -> Result {
    let this = receiver::<Cursor>(args);
    let mut rows = Vec::new();
    while rows.len() < limit
        && let Some(row) = this.next_row(thread, args[0])?
    {
        rows.push(row);
    }
    Ok(list::new(thread, rows))
}

fn fetch_all(thread: &Thread, args: &[Value]) -> Result {
    fetch(thread, args, usize::MAX)
}

/// A number of rows; `large` is what is said of one that is too large.
fn size(thread: &Thread, value: Value, large: &str) -> Result<u32> {
    let number = convert::index(thread, value)?;
    let number = IntRef::of(&number).expect("`index` gives an int");
    if number.is_negative() {
        return raise!(thread, ValueError, "Cannot convert negative int");
    }
    match number.to_i64().map(u32::try_from) {
        Some(Ok(size)) => Ok(size),
        _ => raise!(
            thread,
            OverflowError,
            "Python int too large {large} uint32_t"
        ),
    }
}

fn fetch_many(thread: &Thread, args: &[Value]) -> Result {
    let limit = match args[1].is_missing() {
        true => receiver::<Cursor>(args).array_size.load(Ordering::Relaxed),
        false => size(thread, args[1], "for C")?,
    };
    fetch(thread, args, limit as usize)
}

fn ignore(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::NONE)
}

fn close(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Cursor>(args);
    if this.is_locked.load(Ordering::Acquire) {
        return Err(used_recursively(thread));
    }
    let object = this.connection.get();
    if object.is_none() {
        let text = "Base Cursor.__init__ not called.";
        return Err(errors::PROGRAMMING.raise(thread, text));
    }
    connection::of(&object).check(thread)?;
    this.give_up_statement();
    this.is_closed.store(true, Ordering::Release);
    Ok(Owned::NONE)
}

fn iter(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(args[0]))
}

fn connection(_: &Thread, args: &[Value]) -> Result {
    Ok(receiver::<Cursor>(args).connection.get())
}

fn get_description(_: &Thread, args: &[Value]) -> Result {
    Ok(receiver::<Cursor>(args).description())
}

fn last_row(_: &Thread, args: &[Value]) -> Result {
    Ok(receiver::<Cursor>(args).last_row.get())
}

fn row_count(thread: &Thread, args: &[Value]) -> Result {
    let count = receiver::<Cursor>(args).row_count.load(Ordering::Relaxed);
    Ok(int::from_i64(thread, count))
}

fn array_size(thread: &Thread, args: &[Value]) -> Result {
    let size = receiver::<Cursor>(args).array_size.load(Ordering::Relaxed);
    Ok(int::from_i64(thread, size.into()))
}

fn set_array_size(thread: &Thread, args: &[Value]) -> Result {
    if args[1].is_missing() {
        let text = "attribute 'arraysize' of 'sqlite3.Cursor' objects cannot be deleted";
        return raise!(thread, AttributeError, "{text}");
    }
    let size = size(thread, args[1], "to convert to C")?;
    let this = receiver::<Cursor>(args);
    this.array_size.store(size, Ordering::Relaxed);
    Ok(Owned::NONE)
}

fn row_factory(_: &Thread, args: &[Value]) -> Result {
    Ok(receiver::<Cursor>(args).row_factory.get())
}

fn set_row_factory(thread: &Thread, args: &[Value]) -> Result {
    if args[1].is_missing() {
        let text = "cannot delete row_factory attribute";
        return raise!(thread, AttributeError, "{text}");
    }
    receiver::<Cursor>(args).set_row_factory(Owned::new(args[1]));
    Ok(Owned::NONE)
}

methods! { METHODS:
    new "Cursor(type, /, *args, **kwargs)" => new;
    "__init__(self, /, *args, **kwargs)" => init -> None;
    "__iter__(self, /)" => iter;
    "__next__(self, /)" => next;
    /// Closes the cursor.
    "close(self, /)" => close -> None;
    /// Executes an SQL statement.
    "execute(self, sql, parameters=(), /)" => execute;
    /// Repeatedly executes an SQL statement.
    "executemany(self, sql, seq_of_parameters, /)" => execute_many;
    /// Executes multiple SQL statements at once.
    "executescript(self, sql_script, /)" => execute_script;
    /// Fetches all rows from the resultset.
    "fetchall(self, /)" => fetch_all -> List;
    /// Fetches several rows from the resultset.
    ///
    ///   size
    ///     The default value is set by the Cursor.arraysize attribute.
    "fetchmany(self, /, size=<missing>)" => fetch_many -> List;
    /// Fetches one row from the resultset.
    "fetchone(self, /)" => fetch_one;
    /// Required by DB-API. Does nothing in sqlite3.
    "setinputsizes(self, sizes, /)" => ignore -> None;
    /// Required by DB-API. Does nothing in sqlite3.
    "setoutputsize(self, size, column=None, /)" => ignore -> None;
    get "arraysize" => array_size, set_array_size -> Int;
    field "connection" => connection;
    field "description" => get_description;
    field "lastrowid" => last_row;
    get "row_factory" => row_factory, set_row_factory;
    field "rowcount" => row_count -> Int;
}
