//! `_sqlite3`: databases in files and in memory, through SQLite.
//!
//! | file          | what                                                        |
//! |---------------|-------------------------------------------------------------|
//! | `raw`         | SQLite's interface: the only file that calls C              |
//! | `callbacks`   | what SQLite calls: functions, aggregates, observers         |
//! | `connection`  | the class `Connection`: transactions, settings, hooks       |
//! | `statements`  | prepared statements, and those that are kept                |
//! | `cursor`      | the class `Cursor`                                          |
//! | `parameters`  | values that go in                                           |
//! | `rows`        | values that come out                                        |
//! | `values`      | Python's values as SQLite's, and back                       |
//! | `adapt`       | adapters and converters                                     |
//! | `row`, `blob` | the classes `Row` and `Blob`                                |
//! | `errors`      | exception classes, and codes as exceptions                  |
//! | `constants`   | numbers                                                     |
//! | `arguments`   | calls that care which arguments are given by name           |
//!
//! Whatever SQLite does is done detached; what it calls is attached meanwhile.

mod adapt;
mod arguments;
mod blob;
mod callbacks;
mod connection;
mod constants;
mod cursor;
mod errors;
mod parameters;
mod raw;
mod row;
mod rows;
mod statements;
mod values;

use arguments::Packed;
use ashore_runtime::operators::{call, convert};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::str;
use ashore_runtime::{Object, Owned, Result, Thread, Value, methods};

/// `connect(database, …, factory, …)`: calls the factory with the same arguments.
fn connect(thread: &Thread, args: &[Value]) -> Result {
    let with_receiver = [Value::NONE, args[0], args[1]];
    let packed = Packed(&with_receiver);
    packed.warn_of_positions(thread, "sqlite3.connect")?;
    let factory = packed.find(thread, 5, "factory");
    let factory = factory.unwrap_or_else(|| {
        let class = connection::CONNECTION.class(thread);
        Owned::new(class.value())
    });
    call::call_packed(thread, factory.value(), args[0], args[1])
}

fn complete_statement(thread: &Thread, args: &[Value]) -> Result {
    let which = "argument 'statement'";
    let sql = values::text_argument(thread, args[0], "complete_statement", which)?;
    Ok(Owned::bool(raw::is_complete(&sql)))
}

fn enable_callback_tracebacks(thread: &Thread, args: &[Value]) -> Result {
    callbacks::show_exceptions(convert::to_c_int(thread, args[0])? != 0);
    Ok(Owned::NONE)
}

methods! { FUNCTIONS:
    /// Adapt given object to given protocol.
    static "adapt(obj, proto=<missing>, alt=<missing>, /)" => adapt::adapt;
    /// Checks if a string contains a complete SQL statement.
    static "complete_statement(statement)" => complete_statement -> Bool;
    /// Open a connection to the SQLite database file 'database'.
    ///
    /// You can use ":memory:" to open a database connection to a database that
    /// resides in RAM instead of on disk.
    static "connect(*args, **kwargs)" => connect;
    /// Enable or disable callback functions throwing errors to stderr.
    static "enable_callback_tracebacks(enable, /)" => enable_callback_tracebacks -> None;
    /// Register a function to adapt Python objects to SQLite values.
    static "register_adapter(type, adapter, /)" => adapt::register_adapter -> None;
    /// Register a function to convert SQLite values to Python objects.
    static "register_converter(typename, converter, /)" => adapt::register_converter -> None;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    let classes = [
        ("Blob", &blob::BLOB),
        ("Connection", &connection::CONNECTION),
        ("Cursor", &cursor::CURSOR),
        ("PrepareProtocol", &adapt::PROTOCOL),
        ("Row", &row::ROW),
    ];
    for (name, class) in classes {
        module.set(thread, name, class.class(thread).value())?;
    }
    for (name, class) in errors::CLASSES {
        module.set(thread, name, class.value(thread))?;
    }
    for &(name, number) in constants::all() {
        module.set(thread, name, Value::small_int(number.into()))?;
    }
    let numbers = [
        ("LEGACY_TRANSACTION_CONTROL", connection::LEGACY),
        ("PARSE_COLNAMES", rows::BY_NAME.into()),
        ("PARSE_DECLTYPES", rows::BY_DECLARATION.into()),
        // The library is built in serialized mode: threads may share connections.
        ("threadsafety", 3),
    ];
    for (name, number) in numbers {
        module.set(thread, name, Value::small_int(number))?;
    }
    let version = str::new(thread, &raw::version());
    module.set(thread, "sqlite_version", version.value())?;
    adapt::start(thread, module)
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_sqlite3",
    doc: "",
    functions: FUNCTIONS,
    initialize,
};
