//! Prepared statements: parameters in, rows out.

use super::{Database, Datum, Dead, Failure, copied, text};
use libsqlite3_sys as sys;
use std::ffi::c_int;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A prepared statement, which keeps its connection. None is what a text without any statement is prepared as.
pub(in crate::sqlite) struct Statement {
    raw: Option<NonNull<sys::sqlite3_stmt>>,
    database: Arc<Database>,
    is_claimed: AtomicBool,
}

/// The right to use a statement, which one cursor has at a time. In the end the statement is reset.
pub(in crate::sqlite) struct Claim(Arc<Statement>);

impl Drop for Claim {
    fn drop(&mut self) {
        let statement = Arc::clone(&self.0);
        self.0.database.give_up(Dead::Claim(statement));
    }
}

// SAFETY: it is used in turns of its connection.
unsafe impl Send for Statement {}
// SAFETY: as above.
unsafe impl Sync for Statement {}

/// A column of the rows.
pub(in crate::sqlite) struct Column {
    pub(in crate::sqlite) name: Vec<u8>,
    /// The type it was declared with, if it is a table's.
    pub(in crate::sqlite) declared: Option<Vec<u8>>,
}

/// What a step came to.
pub(in crate::sqlite) struct Stepped {
    /// Is there a row? Otherwise the statement is done.
    pub(in crate::sqlite) has_row: bool,
    /// How many rows it has changed, if it is done.
    pub(in crate::sqlite) changes: i64,
    pub(in crate::sqlite) last_row: i64,
}

/// A row, and what the step to the next one came to, unless the row has to be looked at first.
pub(in crate::sqlite) struct Fetched {
    pub(in crate::sqlite) row: Vec<Datum>,
    pub(in crate::sqlite) next: Option<Result<Stepped, Failure>>,
}

/// How a row is read.
pub(in crate::sqlite) struct Reading<'a> {
    /// The columns whose values are wanted as bytes, whatever they are.
    pub(in crate::sqlite) raw: &'a [bool],
    /// Goes to the next row in the same turn, if all texts are UTF-8.
    pub(in crate::sqlite) goes_on: bool,
}

impl Statement {
    pub(super) fn new(raw: *mut sys::sqlite3_stmt, database: Arc<Database>) -> Statement {
        Statement {
            raw: NonNull::new(raw),
            database,
            is_claimed: AtomicBool::new(false),
        }
    }

    /// Claims the statement, unless somebody has it.
    pub(in crate::sqlite) fn claim(self: &Arc<Statement>) -> Option<Claim> {
        let was_claimed = self.is_claimed.swap(true, Ordering::AcqRel);
        (!was_claimed).then(|| Claim(Arc::clone(self)))
    }

    /// It is this thread's turn.
    pub(super) fn end_claim(&self) {
        if let Some(raw) = self.raw {
            // SAFETY: not finalized, and nobody uses it: the claim was given up. What it returns, steps have said before.
            unsafe { sys::sqlite3_reset(raw.as_ptr()) };
        }
        self.is_claimed.store(false, Ordering::Release);
    }

    /// Runs `work` with the connection and the statement, when it is this thread's turn. None if there is nothing to run.
    fn with<R>(
        &self,
        work: impl FnOnce(*mut sys::sqlite3, *mut sys::sqlite3_stmt) -> R,
    ) -> Option<R> {
        let raw = self.raw.map_or(std::ptr::null_mut(), NonNull::as_ptr);
        match self.raw {
            // A statement keeps what it needs of its connection, also if that is closed; calls that ask the connection for
            // something else are told that they misuse it.
            Some(_) => self
                .database
                .take_turn(|_| Some(work(self.database.raw.as_ptr(), raw))),
            None => self.database.with(|database| work(database, raw)),
        }
    }

    /// Does it leave the database as it is?
    pub(in crate::sqlite) fn is_readonly(&self) -> Option<bool> {
        // SAFETY: the statement is not finalized, and it is this thread's turn.
        self.with(|_, raw| unsafe { sys::sqlite3_stmt_readonly(raw) != 0 })
    }

    /// Goes back to before the first row.
    pub(in crate::sqlite) fn reset(&self) -> Option<()> {
        self.with(|_, raw| {
            // SAFETY: as above. What it returns is what the last step did.
            unsafe { sys::sqlite3_reset(raw) };
        })
    }

    /// The names of the parameters, with what begins them.
    pub(in crate::sqlite) fn parameters(&self) -> Option<Vec<Option<String>>> {
        self.with(|_, raw| {
            // SAFETY: as above; names are copied.
            unsafe {
                let count = sys::sqlite3_bind_parameter_count(raw);
                let name = |index| text(sys::sqlite3_bind_parameter_name(raw, index));
                (1..=count).map(name).collect()
            }
        })
    }

    /// Begins with these values of the parameters. Gives the columns, too.
    pub(in crate::sqlite) fn start(
        &self,
        values: &[Datum],
    ) -> Option<Result<(Stepped, Vec<Column>), Failure>> {
        self.with(|database, raw| {
            for (index, value) in (1..).zip(values) {
                // SAFETY: as above.
                unsafe {
                    if bind(raw, index, value) != sys::SQLITE_OK {
                        return Err(Failure::of(database));
                    }
                }
            }
            let stepped = step(database, raw)?;
            Ok((stepped, columns(raw)))
        })
    }

    /// The next step of one that has a row.
    pub(in crate::sqlite) fn step(&self) -> Option<Result<Stepped, Failure>> {
        self.with(step)
    }

    /// The row it stands at; none if it has none. An error is a lack of memory.
    pub(in crate::sqlite) fn fetch(
        &self,
        how: &Reading<'_>,
    ) -> Option<Result<Option<Fetched>, Failure>> {
        self.with(|database, raw| {
            // SAFETY: as above.
            let count = unsafe { sys::sqlite3_data_count(raw) };
            if count == 0 {
                return Ok(None);
            }
            let mut row = Vec::with_capacity(usize::try_from(count).unwrap_or(0));
            for index in 0..count {
                let is_raw = how.raw.get(row.len()).copied().unwrap_or(false);
                // SAFETY: as above, at a row that has such a column.
                row.push(unsafe { column(database, raw, index, is_raw) }?);
            }
            let decodes = row.iter().all(|datum| match datum {
                Datum::Text(text) => std::str::from_utf8(text).is_ok(),
                _ => true,
            });
            let next = (how.goes_on && decodes).then(|| step(database, raw));
            Ok(Some(Fetched { row, next }))
        })
    }

    pub(in crate::sqlite) fn columns(&self) -> Option<Vec<Column>> {
        self.with(|_, raw| columns(raw))
    }
}

impl Drop for Statement {
    fn drop(&mut self) {
        if let Some(raw) = self.raw {
            self.database.give_up(Dead::Statement(raw));
        }
    }
}

/// The bytes of a C string.
///
/// # Safety
/// A C string or null.
unsafe fn text_bytes(place: *const std::ffi::c_char) -> Option<Vec<u8>> {
    if place.is_null() {
        return None;
    }
    // SAFETY: caller's promise.
    Some(
        unsafe { std::ffi::CStr::from_ptr(place) }
            .to_bytes()
            .to_vec(),
    )
}

/// # Safety
/// The statement is not finalized, and it is this thread's turn.
unsafe fn bind(raw: *mut sys::sqlite3_stmt, index: c_int, value: &Datum) -> c_int {
    let copies = sys::SQLITE_TRANSIENT();
    // SAFETY: caller's promise; SQLite copies what is borrowed here, and checks the index.
    unsafe {
        match value {
            Datum::Null => sys::sqlite3_bind_null(raw, index),
            Datum::Int(value) => sys::sqlite3_bind_int64(raw, index, *value),
            Datum::Float(value) => sys::sqlite3_bind_double(raw, index, *value),
            Datum::Text(value) => {
                let (place, length) = (value.as_ptr().cast(), value.len() as u64);
                let encoding = sys::SQLITE_UTF8 as u8;
                sys::sqlite3_bind_text64(raw, index, place, length, copies, encoding)
            }
            Datum::Blob(value) => {
                let (place, length) = (value.as_ptr().cast(), value.len() as u64);
                sys::sqlite3_bind_blob64(raw, index, place, length, copies)
            }
        }
    }
}

/// The value of a column.
///
/// # Safety
/// The statement is not finalized, it is this thread's turn, and the statement is at a row that has the column.
unsafe fn column(
    database: *mut sys::sqlite3,
    raw: *mut sys::sqlite3_stmt,
    index: c_int,
    is_raw: bool,
) -> Result<Datum, Failure> {
    // SAFETY: caller's promise. A pointer is asked for before the length, which may depend on it, and read at once.
    unsafe {
        let kind = sys::sqlite3_column_type(raw, index);
        let (place, is_text): (*const u8, bool) = match kind {
            sys::SQLITE_NULL => return Ok(Datum::Null),
            sys::SQLITE_INTEGER if !is_raw => {
                return Ok(Datum::Int(sys::sqlite3_column_int64(raw, index)));
            }
            sys::SQLITE_FLOAT if !is_raw => {
                return Ok(Datum::Float(sys::sqlite3_column_double(raw, index)));
            }
            sys::SQLITE_TEXT if !is_raw => (sys::sqlite3_column_text(raw, index), true),
            _ => (sys::sqlite3_column_blob(raw, index).cast(), false),
        };
        if place.is_null() && sys::sqlite3_errcode(database) == sys::SQLITE_NOMEM {
            return Err(Failure::of(database));
        }
        let bytes = copied(place, sys::sqlite3_column_bytes(raw, index));
        Ok(match is_text {
            true => Datum::Text(bytes),
            // What is asked for its bytes and has none is as good as null.
            false if is_raw && place.is_null() => Datum::Null,
            false => Datum::Blob(bytes),
        })
    }
}

fn columns(raw: *mut sys::sqlite3_stmt) -> Vec<Column> {
    let column = |index| {
        // SAFETY: only called in turns of the statement's connection, with a statement that is not finalized; texts are copied.
        unsafe {
            Column {
                name: text_bytes(sys::sqlite3_column_name(raw, index)).unwrap_or_default(),
                declared: text_bytes(sys::sqlite3_column_decltype(raw, index)),
            }
        }
    };
    // SAFETY: as above.
    let count = unsafe { sys::sqlite3_column_count(raw) };
    (0..count).map(column).collect()
}

/// A statement that is done is reset at once, as is one that failed.
fn step(database: *mut sys::sqlite3, raw: *mut sys::sqlite3_stmt) -> Result<Stepped, Failure> {
    // SAFETY: only called in turns of the statement's connection, with a statement that is not finalized.
    unsafe {
        let code = match raw.is_null() {
            true => sys::SQLITE_DONE,
            false => sys::sqlite3_step(raw),
        };
        let result = match code {
            sys::SQLITE_ROW | sys::SQLITE_DONE => Ok(Stepped {
                has_row: code == sys::SQLITE_ROW,
                changes: sys::sqlite3_changes(database).into(),
                last_row: sys::sqlite3_last_insert_rowid(database),
            }),
            _ => Err(Failure::of(database)),
        };
        if code != sys::SQLITE_ROW {
            sys::sqlite3_reset(raw);
        }
        result
    }
}
