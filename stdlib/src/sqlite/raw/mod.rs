//! SQLite's own interface: all calls into the library, and all its calls into the program.
//!
//! One thread at a time uses a connection: it takes its *turn*, detached, and keeps it while callbacks run attached. Turns
//! nest, because callbacks may use the connection they are called from. Whoever is freed while another thread has the turn
//! (statements, blobs) is buried by that thread. A connection that is closed inside of a turn is closed at its end, so what
//! a turn began with is there until it is over.
//!
//! | file        | what                                          |
//! |-------------|-----------------------------------------------|
//! | `statement` | prepared statements: parameters, rows         |
//! | `callback`  | functions of the program that SQLite calls    |
//! | `handles`   | open blobs, backups, databases as bytes       |

mod callback;
mod handles;
mod statement;

pub(super) use callback::{Observer, Purpose};
pub(super) use handles::{Backup, BlobError, BlobHandle, Place};
pub(super) use statement::{Claim, Column, Reading, Statement, Stepped};

use ashore_runtime::sync::mutex::{Mutex, ReentrantMutex};
use ashore_runtime::thread;
use callback::Target;
use libsqlite3_sys as sys;
use std::cell::Cell;
use std::ffi::{CStr, c_char, c_int};
use std::ptr::NonNull;
use std::sync::{Arc, Once};

/// A value of SQLite's.
#[derive(Clone, Debug)]
pub(super) enum Datum {
    Null,
    Int(i64),
    Float(f64),
    /// UTF-8, as far as whoever wrote it kept to that.
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

/// Why a call failed.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    /// The primary result code.
    pub(super) code: c_int,
    pub(super) extended: c_int,
    pub(super) message: String,
}

impl Failure {
    /// What the last call on a connection came to.
    ///
    /// # Safety
    /// The connection is open, and it is this thread's turn.
    unsafe fn of(raw: *mut sys::sqlite3) -> Failure {
        // SAFETY: caller's promise; the text is copied before anything else is called.
        unsafe {
            Failure {
                code: sys::sqlite3_errcode(raw) & 0xff,
                extended: sys::sqlite3_extended_errcode(raw),
                message: text(sys::sqlite3_errmsg(raw)).unwrap_or_default(),
            }
        }
    }

    /// One that only has a code.
    fn of_code(code: c_int) -> Failure {
        // SAFETY: every number has a text, a constant of the library.
        let message = unsafe { text(sys::sqlite3_errstr(code)) };
        Failure {
            code: code & 0xff,
            extended: code,
            message: message.unwrap_or_default(),
        }
    }
}

/// A copy of a C string; none if there is none.
///
/// # Safety
/// A C string or null.
unsafe fn text(place: *const c_char) -> Option<String> {
    if place.is_null() {
        return None;
    }
    // SAFETY: caller's promise.
    let text = unsafe { CStr::from_ptr(place) };
    Some(text.to_string_lossy().into_owned())
}

/// Copies bytes that SQLite has; null stands for none.
///
/// # Safety
/// So many bytes are there, if the place is not null.
unsafe fn copied(place: *const u8, length: c_int) -> Vec<u8> {
    let length = usize::try_from(length).unwrap_or(0);
    if place.is_null() {
        return Vec::new();
    }
    // SAFETY: caller's promise.
    unsafe { std::slice::from_raw_parts(place, length) }.to_vec()
}

unsafe extern "C" {
    /// The package has no declaration of it. Waits for statements and backups that are still there.
    fn sqlite3_close_v2(raw: *mut sys::sqlite3) -> c_int;
}

thread_local! {
    /// Objects are being freed: nothing of the program's may be called, and its objects may be gone.
    static SILENT: Cell<bool> = const { Cell::new(false) };
}

fn silently(work: impl FnOnce()) {
    let before = SILENT.replace(true);
    work();
    SILENT.set(before);
}

/// What is freed when it is nobody's turn, or at the end of one.
enum Dead {
    Statement(NonNull<sys::sqlite3_stmt>),
    /// One that somebody has used, and others may use again.
    Claim(Arc<Statement>),
    Blob(NonNull<sys::sqlite3_blob>),
}

// SAFETY: in serialized mode a handle may be freed by any thread; it is known to one owner.
unsafe impl Send for Dead {}

/// How far the connection is closed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Open,
    /// Nobody may use it any more, but a turn goes on.
    Closing,
    Closed,
}

/// What goes with the turn.
struct Turn {
    /// How many turns are under way: of the thread that has the turn, and backups.
    depth: Cell<u32>,
    stage: Cell<Stage>,
}

/// A connection to a database.
pub(super) struct Database {
    raw: NonNull<sys::sqlite3>,
    turn: ReentrantMutex<Turn>,
    /// Is it open? Who interrupts a turn asks this, without waiting for one.
    is_open: Mutex<bool>,
    dead: Mutex<Vec<Dead>>,
    /// Who is told of statements, by [`Observer`]; SQLite has pointers to them.
    observers: Mutex<[Option<Box<Target>>; 3]>,
}

// SAFETY: the library is built in serialized mode, and its connections are used in turns besides.
unsafe impl Send for Database {}
// SAFETY: as above.
unsafe impl Sync for Database {}

/// Settings of the library that the program cannot change, made before the first connection.
fn configure() {
    static CONFIGURED: Once = Once::new();
    CONFIGURED.call_once(|| {
        // SAFETY: nobody uses the library yet. The package has file names taken for URIs; CPython asks for that itself.
        unsafe { sys::sqlite3_config(sys::SQLITE_CONFIG_URI, 0 as c_int) };
    });
}

impl Database {
    /// Opens a database.
    pub(super) fn open(name: &CStr, is_uri: bool, timeout: c_int) -> Result<Database, Failure> {
        configure();
        let uri = if is_uri { sys::SQLITE_OPEN_URI } else { 0 };
        let flags = sys::SQLITE_OPEN_READWRITE | sys::SQLITE_OPEN_CREATE | uri;
        let mut raw = std::ptr::null_mut();
        thread::detached(|| {
            // SAFETY: the name lives through the call; a connection is made in any case, unless memory is short.
            let code = unsafe {
                sys::sqlite3_open_v2(name.as_ptr(), &raw mut raw, flags, std::ptr::null())
            };
            let Some(connection) = NonNull::new(raw) else {
                return Err(Failure::of_code(code));
            };
            let database = Database {
                raw: connection,
                turn: ReentrantMutex::new(Turn {
                    depth: Cell::new(0),
                    stage: Cell::new(Stage::Open),
                }),
                is_open: Mutex::new(true),
                dead: Mutex::new(Vec::new()),
                observers: Mutex::new([None, None, None]),
            };
            // SAFETY: a new connection, known to this thread only.
            unsafe {
                if code != sys::SQLITE_OK {
                    return Err(Failure::of(raw));
                }
                sys::sqlite3_busy_timeout(raw, timeout);
                // The package has foreign keys enforced from the start; SQLite itself does not.
                let (off, nowhere) = (0 as c_int, std::ptr::null_mut::<c_int>());
                sys::sqlite3_db_config(raw, sys::SQLITE_DBCONFIG_ENABLE_FKEY, off, nowhere);
            }
            Ok(database)
        })
    }

    /// Runs `work` when it is this thread's turn; none once the connection is closed.
    fn with<R>(&self, work: impl FnOnce(*mut sys::sqlite3) -> R) -> Option<R> {
        self.take_turn(|turn| {
            let is_open = turn.stage.get() == Stage::Open;
            is_open.then(|| work(self.raw.as_ptr()))
        })
    }

    /// Runs `work` when it is this thread's turn, whether the connection is closed or not.
    fn take_turn<R>(&self, work: impl FnOnce(&Turn) -> R) -> R {
        thread::detached(|| {
            let turn = self.turn.lock();
            self.hold(&turn);
            let result = work(&turn);
            self.let_go(&turn);
            result
        })
    }

    /// Keeps the connection open for the thread that has the turn, or, if it gives the turn away, for who goes on with it.
    fn hold(&self, turn: &Turn) {
        turn.depth.set(turn.depth.get() + 1);
    }

    fn let_go(&self, turn: &Turn) {
        turn.depth.set(turn.depth.get() - 1);
        if turn.depth.get() == 0 {
            self.end_turn(turn);
        }
    }

    fn end_turn(&self, turn: &Turn) {
        self.bury();
        if turn.stage.get() == Stage::Closing {
            turn.stage.set(Stage::Closed);
            // SAFETY: it was open, and nobody uses it from here on but with statements, which SQLite waits for.
            unsafe { sqlite3_close_v2(self.raw.as_ptr()) };
        }
    }

    /// Frees what died while it was not possible. It is this thread's turn; what calls under way use, they keep.
    fn bury(&self) {
        loop {
            let Some(dead) = self.dead.lock().pop() else {
                return;
            };
            silently(|| match dead {
                // SAFETY: whoever had the handle gave it up, and SQLite allows it inside of calls that do not use it.
                Dead::Statement(raw) => unsafe {
                    sys::sqlite3_finalize(raw.as_ptr());
                },
                Dead::Claim(statement) => statement.end_claim(),
                // SAFETY: as above.
                Dead::Blob(raw) => unsafe {
                    sys::sqlite3_blob_close(raw.as_ptr());
                },
            });
        }
    }

    /// Has a handle freed as soon as possible. Does not wait: objects die anywhere.
    fn give_up(&self, dead: Dead) {
        self.dead.lock().push(dead);
        if let Some(_turn) = self.turn.try_lock() {
            self.bury();
        }
    }

    /// Closes the connection, at the end of the turn if it is in use by a caller. Statements that are still there keep what
    /// they need of it.
    pub(super) fn close(&self) {
        self.take_turn(|turn| {
            if turn.stage.get() == Stage::Open {
                *self.is_open.lock() = false;
                turn.stage.set(Stage::Closing);
            }
        });
    }

    /// Is no transaction open?
    pub(super) fn is_autocommit(&self) -> Option<bool> {
        // SAFETY: open, and this thread's turn.
        self.with(|raw| unsafe { sys::sqlite3_get_autocommit(raw) != 0 })
    }

    /// Runs a statement for what it does.
    pub(super) fn run(&self, sql: &CStr) -> Option<Result<(), Failure>> {
        self.with(|raw| self.run_first(raw, sql).map(drop))
    }

    /// Runs the first statement of a text and gives the rest.
    fn run_first<'a>(&self, raw: *mut sys::sqlite3, sql: &'a CStr) -> Result<&'a CStr, Failure> {
        let mut statement = std::ptr::null_mut();
        let mut rest = std::ptr::null();
        // SAFETY: open, and this thread's turn; the text ends with a zero, and the rest of it does, too.
        unsafe {
            let code =
                sys::sqlite3_prepare_v2(raw, sql.as_ptr(), -1, &raw mut statement, &raw mut rest);
            if code != sys::SQLITE_OK {
                return Err(Failure::of(raw));
            }
            while sys::sqlite3_step(statement) == sys::SQLITE_ROW {}
            match sys::sqlite3_finalize(statement) {
                sys::SQLITE_OK => Ok(CStr::from_ptr(rest)),
                _ => Err(Failure::of(raw)),
            }
        }
    }

    /// Runs all statements of a text.
    pub(super) fn run_script(&self, sql: &CStr) -> Option<Result<(), Failure>> {
        let mut rest = sql;
        loop {
            match self.with(|raw| self.run_first(raw, rest))? {
                Ok(left) if left.is_empty() => return Some(Ok(())),
                Ok(left) => rest = left,
                Err(failure) => return Some(Err(failure)),
            }
        }
    }

    /// Stops what is going on, from any thread, without waiting. False once closed.
    pub(super) fn interrupt(&self) -> bool {
        let is_open = self.is_open.lock();
        if *is_open {
            // SAFETY: open while this is locked; it may be called while others use the connection.
            unsafe { sys::sqlite3_interrupt(self.raw.as_ptr()) };
        }
        *is_open
    }

    pub(super) fn total_changes(&self) -> Option<i64> {
        // SAFETY: open, and this thread's turn.
        self.with(|raw| unsafe { sys::sqlite3_total_changes(raw).into() })
    }

    /// A limit before it is set to the value; negative if there is no such limit.
    pub(super) fn limit(&self, category: c_int, value: c_int) -> Option<c_int> {
        // SAFETY: open, and this thread's turn.
        self.with(|raw| unsafe { sys::sqlite3_limit(raw, category, value) })
    }

    /// Sets an option that is on or off, or with -1 asks for it; gives how it is.
    pub(super) fn option(&self, name: c_int, value: c_int) -> Option<Result<bool, Failure>> {
        self.with(|raw| {
            let mut actual: c_int = 0;
            // SAFETY: open, and this thread's turn; options of this kind take a number and a place for one.
            unsafe {
                match sys::sqlite3_db_config(raw, name, value, &raw mut actual) {
                    sys::SQLITE_OK => Ok(actual != 0),
                    _ => Err(Failure::of(raw)),
                }
            }
        })
    }

    pub(super) fn enable_extensions(&self, enable: bool) -> Option<bool> {
        // SAFETY: open, and this thread's turn.
        let enable = |raw| unsafe { sys::sqlite3_enable_load_extension(raw, enable.into()) };
        self.with(enable).map(|code| code == sys::SQLITE_OK)
    }

    /// Loads an extension, or gives what SQLite says about it.
    pub(super) fn load_extension(
        &self,
        name: &CStr,
        entry: Option<&CStr>,
    ) -> Option<Result<(), String>> {
        self.with(|raw| {
            let entry = entry.map_or(std::ptr::null(), CStr::as_ptr);
            let mut message = std::ptr::null_mut();
            // SAFETY: open, and this thread's turn; the message is the caller's to free.
            unsafe {
                let code = sys::sqlite3_load_extension(raw, name.as_ptr(), entry, &raw mut message);
                let said = text(message);
                sys::sqlite3_free(message.cast());
                match code {
                    sys::SQLITE_OK => Ok(()),
                    _ => Err(said.unwrap_or_else(|| Failure::of(raw).message)),
                }
            }
        })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Nobody else has it: statements and blobs keep their connection.
        self.bury();
        if self.turn.get_mut().stage.get() != Stage::Closed {
            // SAFETY: as above, and there are no statements any more.
            silently(|| unsafe {
                sqlite3_close_v2(self.raw.as_ptr());
            });
        }
    }
}

/// Is it a whole statement, with its semicolon?
pub(super) fn is_complete(sql: &CStr) -> bool {
    configure();
    // SAFETY: a C string.
    unsafe { sys::sqlite3_complete(sql.as_ptr()) != 0 }
}

/// The library's version.
pub(super) fn version() -> String {
    // SAFETY: a constant of the library.
    unsafe { text(sys::sqlite3_libversion()) }.unwrap_or_default()
}

/// Waits without holding anything up.
pub(super) fn sleep(milliseconds: c_int) {
    // SAFETY: a plain call.
    thread::detached(|| unsafe { sys::sqlite3_sleep(milliseconds) });
}

impl Database {
    /// Prepares the first statement of a text. Gives the rest of the text, too.
    pub(super) fn prepare(
        self: &Arc<Database>,
        sql: &CStr,
    ) -> Option<Result<(Arc<Statement>, usize), Failure>> {
        self.with(|raw| {
            let mut statement = std::ptr::null_mut();
            let mut rest = std::ptr::null();
            // SAFETY: open, and this thread's turn; the text ends with a zero.
            let code = unsafe {
                sys::sqlite3_prepare_v2(raw, sql.as_ptr(), -1, &raw mut statement, &raw mut rest)
            };
            if code != sys::SQLITE_OK {
                // SAFETY: open, and this thread's turn.
                return Err(unsafe { Failure::of(raw) });
            }
            // The rest is a part of the text.
            let taken = rest.addr() - sql.as_ptr().addr();
            let statement = Statement::new(statement, Arc::clone(self));
            Ok((Arc::new(statement), taken))
        })
    }
}
