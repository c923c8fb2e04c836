//! Statements of a connection: made from text, and kept for when the text comes again.

use super::raw::{Database, Statement};
use super::values::utf8;
use super::{connection, errors};
use ashore_runtime::types::native::{Data, NativeClass};
use ashore_runtime::types::str::Str;
use ashore_runtime::{Result, Thread};
use libsqlite3_sys as sys;
use std::collections::HashMap;
use std::ffi::CString;
use std::sync::{Arc, OnceLock};

pub(super) static STATEMENT: NativeClass = NativeClass::new("sqlite3.Statement", &[]);

/// A prepared statement.
pub(super) struct Prepared {
    pub(super) statement: Arc<Statement>,
    /// Does it insert, update, delete or replace?
    pub(super) changes_rows: bool,
    parameters: OnceLock<Vec<Option<String>>>,
}

/// What `connection(sql)` gives.
pub(super) struct Holder(
    #[expect(dead_code, reason = "held for as long as the object lives")] pub(super) Arc<Prepared>,
);

impl Data for Holder {}

impl Prepared {
    pub(super) fn new(
        thread: &Thread,
        database: &Arc<Database>,
        sql: &Str,
    ) -> Result<Arc<Prepared>> {
        let bytes = utf8(thread, sql)?;
        check_length(thread, database, bytes.len())?;
        let Ok(text) = CString::new(bytes) else {
            let text = "the query contains a null character";
            return Err(errors::PROGRAMMING.raise(thread, text));
        };
        let prepared = database.prepare(&text);
        let (statement, taken) = connection::ended(thread, prepared)?;
        let bytes = text.as_bytes();
        if bytes
            .get(taken..)
            .is_some_and(|rest| !skip_blanks(rest).is_empty())
        {
            let text = "You can only execute one statement at a time.";
            return Err(errors::PROGRAMMING.raise(thread, text));
        }
        let first = skip_blanks(bytes);
        let begins = |word: &str| {
            let part = first.get(..word.len());
            part.is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()))
        };
        Ok(Arc::new(Prepared {
            statement,
            changes_rows: ["INSERT", "UPDATE", "DELETE", "REPLACE"]
                .into_iter()
                .any(begins),
            parameters: OnceLock::new(),
        }))
    }

    /// The names of the parameters.
    pub(super) fn parameters(&self, thread: &Thread) -> Result<&[Option<String>]> {
        if let Some(known) = self.parameters.get() {
            return Ok(known);
        }
        match self.statement.parameters() {
            Some(names) => Ok(self.parameters.get_or_init(|| names)),
            None => Err(connection::closed(thread)),
        }
    }
}

/// Is a text short enough for the connection?
pub(super) fn check_length(thread: &Thread, database: &Database, length: usize) -> Result<()> {
    let Some(limit) = database.limit(sys::SQLITE_LIMIT_SQL_LENGTH, -1) else {
        return Err(connection::closed(thread));
    };
    match usize::try_from(limit) {
        Ok(limit) if length > limit => Err(errors::DATA.raise(thread, "query string is too large")),
        _ => Ok(()),
    }
}

/// The text from the first that is neither blank nor in a comment.
fn skip_blanks(mut text: &[u8]) -> &[u8] {
    let find = |text: &[u8], what: &[u8]| text.windows(what.len()).position(|part| part == what);
    loop {
        text = match text {
            [b' ' | b'\t' | b'\x0c' | b'\n' | b'\r', rest @ ..] => rest,
            [b'-', b'-', rest @ ..] => match find(rest, b"\n") {
                Some(end) => &rest[end..],
                None => return &[],
            },
            // One that does not end is over at the end of the text.
            [b'/', b'*', rest @ ..] => match find(rest, b"*/") {
                Some(end) => &rest[end + 2..],
                None => return &[],
            },
            _ => return text,
        };
    }
}

/// The statements that were used last, by their text.
pub(super) struct Cache {
    known: HashMap<Vec<u8>, (Arc<Prepared>, u64)>,
    /// Counts uses.
    clock: u64,
    capacity: usize,
}

impl Cache {
    pub(super) fn new(capacity: usize) -> Cache {
        Cache {
            known: HashMap::new(),
            clock: 0,
            capacity,
        }
    }

    pub(super) fn get(&mut self, sql: &[u8]) -> Option<Arc<Prepared>> {
        self.clock += 1;
        let (prepared, used) = self.known.get_mut(sql)?;
        *used = self.clock;
        Some(Arc::clone(prepared))
    }

    /// Keeps a statement. Gives what has to go for it, to be dropped where that may take a while.
    #[must_use]
    pub(super) fn put(&mut self, sql: &[u8], prepared: Arc<Prepared>) -> Option<Arc<Prepared>> {
        if self.capacity == 0 {
            return Some(prepared);
        }
        let mut gone = None;
        if self.known.len() >= self.capacity && !self.known.contains_key(sql) {
            let oldest = self.known.iter().min_by_key(|(_, (_, used))| *used);
            let oldest = oldest.map(|(sql, _)| sql.clone());
            gone = oldest.and_then(|sql| self.known.remove(&sql));
        }
        let replaced = self.known.insert(sql.to_vec(), (prepared, self.clock));
        gone.or(replaced).map(|(prepared, _)| prepared)
    }
}
