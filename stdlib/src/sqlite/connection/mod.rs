//! The class `Connection`.
//!
//! A connection object is made before it is initialized, may be initialized again, and may be closed while other threads
//! use it. What it refers to is behind locks that are held for moments; whoever works with the database holds that itself.

mod hooks;
mod methods;
mod settings;

use super::arguments::Packed;
use super::callbacks::Hooks;
use super::raw::{BlobHandle, Database, Failure};
use super::statements::{Cache, Holder, Prepared, STATEMENT};
use super::{errors, values};
use crate::cell::Var;
use ashore_runtime::operators::convert;
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::exception::report_ignored_in;
use ashore_runtime::types::native::{self, Data, NativeClass};
use ashore_runtime::types::str::Str;
use ashore_runtime::{
    Builtin, Object, Owned, Raised, Result, Thread, Value, builtins, methods, raise, warnings,
};
use settings::Isolation;
pub(super) use settings::{Autocommit, LEGACY};
use std::ffi::{CStr, CString};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

pub(super) static CONNECTION: NativeClass =
    NativeClass::new("sqlite3.Connection", methods::METHODS)
        .doc("SQLite database connection object.")
        .open();

/// What a connection was opened with.
#[derive(Clone, Copy)]
pub(super) struct Options {
    /// A sum of `PARSE_DECLTYPES` and `PARSE_COLNAMES`.
    pub(super) detect_types: i32,
    pub(super) isolation: Option<Isolation>,
    pub(super) autocommit: Autocommit,
    /// The thread that opened it.
    owner: u32,
    checks_thread: bool,
}

pub(super) struct Connection {
    /// None before it is opened, and once it is closed.
    database: Mutex<Option<Arc<Database>>>,
    is_initialized: AtomicBool,
    options: Mutex<Options>,
    row_factory: Var,
    text_factory: Var,
    /// The objects that SQLite may call.
    hooks: Arc<Hooks>,
    statements: Mutex<Cache>,
    /// The open blobs: they end with the connection.
    blobs: Mutex<Vec<Weak<BlobHandle>>>,
}

impl Data for Connection {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.row_factory.visit(visit);
        self.text_factory.visit(visit);
        self.hooks.visit(visit);
    }

    /// `connection(sql)`: a statement.
    fn call(&self, thread: &Thread, _: Value, args: &[Value], names: &[Value]) -> Option<Result> {
        Some(self.statement_object(thread, args, names))
    }
}

/// The connection that a value is.
pub(super) fn of(value: &Value) -> &Connection {
    native::get(value).expect("an instance of the class")
}

#[cold]
pub(super) fn closed(thread: &Thread) -> Raised {
    errors::PROGRAMMING.raise(thread, "Cannot operate on a closed database.")
}

/// What a call came to: raises if it failed, or the connection was closed.
pub(super) fn ended<R>(
    thread: &Thread,
    result: Option<std::result::Result<R, Failure>>,
) -> Result<R> {
    match result {
        Some(Ok(result)) => Ok(result),
        Some(Err(failure)) => Err(errors::raise(thread, &failure)),
        None => Err(closed(thread)),
    }
}

impl Connection {
    fn new() -> Connection {
        Connection {
            database: Mutex::new(None),
            is_initialized: AtomicBool::new(false),
            options: Mutex::new(Options {
                detect_types: 0,
                isolation: None,
                autocommit: Autocommit::Legacy,
                owner: 0,
                checks_thread: true,
            }),
            row_factory: Var::new(Owned::NONE),
            text_factory: Var::new(Owned::NONE),
            hooks: Arc::new(Hooks::new()),
            statements: Mutex::new(Cache::new(0)),
            blobs: Mutex::new(Vec::new()),
        }
    }

    pub(super) fn options(&self) -> Options {
        *self.options.lock()
    }

    pub(super) fn text_factory(&self) -> Owned {
        self.text_factory.get()
    }

    /// The database, if the object is initialized and not closed.
    pub(super) fn database(&self, thread: &Thread) -> Result<Arc<Database>> {
        if !self.is_initialized.load(Ordering::Acquire) {
            let text = "Base Connection.__init__ not called.";
            return Err(errors::PROGRAMMING.raise(thread, text));
        }
        let database = self.database.lock().clone();
        database.ok_or_else(|| closed(thread))
    }

    /// May this thread use it?
    pub(super) fn check_thread(&self, thread: &Thread) -> Result<()> {
        let options = self.options();
        let own = thread.id();
        // One that is not initialized belongs to nobody.
        let is_known = self.is_initialized.load(Ordering::Acquire);
        if !is_known || !options.checks_thread || options.owner == own {
            return Ok(());
        }
        let owner = options.owner;
        let text = format!(
            "SQLite objects created in a thread can only be used in that same thread. The object was created in thread \
             id {owner} and this is thread id {own}."
        );
        Err(errors::PROGRAMMING.raise(thread, &text))
    }

    /// The database, if this thread may use it.
    pub(super) fn check(&self, thread: &Thread) -> Result<Arc<Database>> {
        self.check_thread(thread)?;
        self.database(thread)
    }

    /// A statement, made now or before.
    pub(super) fn prepare(
        &self,
        thread: &Thread,
        database: &Arc<Database>,
        sql: &Str,
    ) -> Result<Arc<Prepared>> {
        let text = values::utf8(thread, sql)?;
        if let Some(known) = self.statements.lock().get(&text) {
            return Ok(known);
        }
        let prepared = Prepared::new(thread, database, sql)?;
        let gone = self.statements.lock().put(&text, Arc::clone(&prepared));
        drop(gone);
        Ok(prepared)
    }

    fn statement_object(&self, thread: &Thread, args: &[Value], names: &[Value]) -> Result {
        if !names.is_empty() {
            let text = "sqlite3.Connection() takes no keyword arguments";
            return raise!(thread, TypeError, "{text}");
        }
        let database = self.check(thread)?;
        let &[sql] = args else {
            let given = args.len();
            return raise!(
                thread,
                TypeError,
                "function takes exactly 1 argument ({given} given)"
            );
        };
        let Some(sql) = sql.get::<Str>() else {
            let got = convert::argument_type(sql);
            return raise!(thread, TypeError, "argument 1 must be str, not {got}");
        };
        let prepared = Prepared::new(thread, &database, sql)?;
        Ok(native::new(
            thread,
            STATEMENT.class(thread),
            Holder(prepared),
        ))
    }

    /// Runs a statement of the module's own.
    pub(super) fn run(&self, thread: &Thread, database: &Database, sql: &CStr) -> Result<()> {
        ended(thread, database.run(sql))
    }

    /// Keeps a blob in mind, to be closed with the connection.
    fn remember_blob(&self, blob: &Arc<BlobHandle>) {
        let mut blobs = self.blobs.lock();
        blobs.retain(|known| known.strong_count() > 0);
        blobs.push(Arc::downgrade(blob));
    }

    /// Closes the database, and what was opened with it. Transactions that the module opened are rolled back.
    fn close(&self, thread: &Thread) -> Result<()> {
        let blobs = std::mem::take(&mut *self.blobs.lock());
        for blob in blobs.iter().filter_map(Weak::upgrade) {
            blob.close();
        }
        let cache = std::mem::replace(&mut *self.statements.lock(), Cache::new(0));
        drop(cache);
        let Some(database) = self.database.lock().take() else {
            return Ok(());
        };
        let result = match self.options().autocommit {
            Autocommit::Disabled if database.is_autocommit() == Some(false) => {
                ended(thread, database.run(c"ROLLBACK"))
            }
            _ => Ok(()),
        };
        database.close();
        result
    }
}

/// `__call__`
fn call(thread: &Thread, args: &[Value]) -> Result {
    let (arguments, names) = Packed(args).split(thread);
    let (arguments, names) = (Owned::values(&arguments), Owned::values(&names));
    of(&args[0]).statement_object(thread, arguments, names)
}

/// `__new__`: what is not initialized.
fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    Ok(native::new(thread, class, Connection::new()))
}

/// `__init__` with whatever arguments.
fn init(thread: &Thread, args: &[Value]) -> Result {
    let packed = Packed(args);
    packed.warn_of_positions(thread, "_sqlite3.Connection")?;
    packed.bind(thread, &INIT[0])
}

methods! { INIT:
    "Connection(self, /, database, timeout=5.0, detect_types=0, isolation_level='', check_same_thread=True, factory=<missing>, cached_statements=128, uri=False, *, autocommit=-1)" => open -> None;
}

fn database_name(thread: &Thread, value: Value) -> Result<CString> {
    match CString::new(builtins::io::path_bytes(thread, value)?) {
        Ok(name) => Ok(name),
        Err(_) => raise!(thread, ValueError, "embedded null byte"),
    }
}

/// `__init__`, with its arguments in order.
fn open(thread: &Thread, args: &[Value]) -> Result {
    let this = of(&args[0]);
    let timeout = convert::to_f64(thread, args[2])?;
    let detect_types = convert::to_c_int(thread, args[3])?;
    let isolation = settings::isolation(thread, args[4])?;
    let checks_thread = convert::truth(thread, args[5])?;
    let cached = convert::to_c_int(thread, args[7])?;
    let is_uri = convert::truth(thread, args[8])?;
    let autocommit = settings::autocommit(thread, args[9])?;
    let name = database_name(thread, args[1])?;
    if this.is_initialized.swap(false, Ordering::AcqRel) {
        this.row_factory.set(Owned::NONE);
        this.text_factory.set(Owned::NONE);
        this.close(thread)?;
    }
    let opened = Database::open(&name, is_uri, (timeout * 1000.0) as i32);
    let database = match opened {
        Ok(database) => Arc::new(database),
        Err(failure) => return Err(errors::raise(thread, &failure)),
    };
    *this.options.lock() = Options {
        detect_types,
        isolation,
        autocommit,
        owner: thread.id(),
        checks_thread,
    };
    *this.statements.lock() = Cache::new(usize::try_from(cached).unwrap_or(0));
    this.row_factory.set(Owned::NONE);
    this.text_factory
        .set(Owned::new(Builtin::Str.class().value()));
    *this.database.lock() = Some(Arc::clone(&database));
    this.is_initialized.store(true, Ordering::Release);
    if autocommit == Autocommit::Disabled {
        this.run(thread, &database, c"BEGIN")?;
    }
    Ok(Owned::NONE)
}

/// `__del__`: says that nobody closed it, and does.
fn finalize(thread: &Thread, args: &[Value]) -> Result {
    let this = of(&args[0]);
    if this.database.lock().is_none() {
        return Ok(Owned::NONE);
    }
    let shown = convert::display_repr(thread, args[0])?;
    let text = format!("unclosed database in {shown}");
    if let Err(raised) = warnings::warn(thread, Builtin::ResourceWarning, &text, true) {
        let place = format!("finalizing database connection {shown}");
        report_ignored_in(thread, raised, &place);
    }
    if let Err(raised) = this.close(thread) {
        report_ignored_in(thread, raised, &format!("closing database {shown}"));
    }
    Ok(Owned::NONE)
}
