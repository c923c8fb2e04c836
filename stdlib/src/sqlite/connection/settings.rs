//! How a connection begins and ends transactions: `isolation_level` and `autocommit`.

use super::{Connection, closed, of};
use crate::sqlite::raw::Database;
use crate::sqlite::values;
use ashore_runtime::types::exception;
use ashore_runtime::types::int::{self, IntRef};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::{Owned, Result, Thread, Value, raise};
use std::ffi::CStr;

/// How transactions are begun for statements that change rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::sqlite) enum Isolation {
    Default,
    Deferred,
    Immediate,
    Exclusive,
}

impl Isolation {
    const ALL: [Isolation; 4] = [
        Isolation::Default,
        Isolation::Deferred,
        Isolation::Immediate,
        Isolation::Exclusive,
    ];

    fn name(self) -> &'static str {
        match self {
            Isolation::Default => "",
            Isolation::Deferred => "DEFERRED",
            Isolation::Immediate => "IMMEDIATE",
            Isolation::Exclusive => "EXCLUSIVE",
        }
    }

    /// The statement that begins a transaction.
    pub(in crate::sqlite) fn begin(self) -> &'static CStr {
        match self {
            Isolation::Default => c"BEGIN ",
            Isolation::Deferred => c"BEGIN DEFERRED",
            Isolation::Immediate => c"BEGIN IMMEDIATE",
            Isolation::Exclusive => c"BEGIN EXCLUSIVE",
        }
    }
}

/// Who begins transactions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::sqlite) enum Autocommit {
    /// The module, as `isolation_level` says.
    Legacy,
    /// The module: there always is one.
    Disabled,
    /// The program.
    Enabled,
}

pub(in crate::sqlite) const LEGACY: i64 = -1;

/// The argument `isolation_level`.
pub(super) fn isolation(thread: &Thread, value: Value) -> Result<Option<Isolation>> {
    if value.is_none() {
        return Ok(None);
    }
    let Some(text) = value.get::<Str>() else {
        return raise!(thread, TypeError, "isolation_level must be str or None");
    };
    let name = values::c_string(thread, text)?;
    let same = |level: &Isolation| {
        let known = level.name().as_bytes();
        known.eq_ignore_ascii_case(name.to_bytes())
    };
    match Isolation::ALL.into_iter().find(same) {
        Some(level) => Ok(Some(level)),
        None => {
            let text = "isolation_level string must be '', 'DEFERRED', 'IMMEDIATE', or 'EXCLUSIVE'";
            raise!(thread, ValueError, "{text}")
        }
    }
}

/// The argument `autocommit`.
pub(super) fn autocommit(thread: &Thread, value: Value) -> Result<Autocommit> {
    match value {
        Value::TRUE => Ok(Autocommit::Enabled),
        Value::FALSE => Ok(Autocommit::Disabled),
        value if IntRef::of(&value).is_some_and(|number| number.to_i64() == Some(LEGACY)) => {
            Ok(Autocommit::Legacy)
        }
        _ => {
            let text = "autocommit must be True, False, or sqlite3.LEGACY_TRANSACTION_CONTROL";
            raise!(thread, ValueError, "{text}")
        }
    }
}

pub(super) fn get_isolation(thread: &Thread, args: &[Value]) -> Result {
    let this = of(&args[0]);
    this.database(thread)?;
    Ok(match this.options().isolation {
        Some(level) => str::new(thread, level.name()),
        None => Owned::NONE,
    })
}

pub(super) fn set_isolation(thread: &Thread, args: &[Value]) -> Result {
    let this = of(&args[0]);
    if args[1].is_missing() {
        return raise!(thread, AttributeError, "cannot delete attribute");
    }
    let level = isolation(thread, args[1])?;
    this.options.lock().isolation = level;
    if level.is_none() {
        // Without a level no transaction is the module's.
        let database = this.check(thread)?;
        this.commit(thread, &database)?;
    }
    Ok(Owned::NONE)
}

pub(super) fn get_autocommit(thread: &Thread, args: &[Value]) -> Result {
    let this = of(&args[0]);
    this.check(thread)?;
    Ok(match this.options().autocommit {
        Autocommit::Legacy => int::from_i64(thread, LEGACY),
        Autocommit::Disabled => Owned::bool(false),
        Autocommit::Enabled => Owned::bool(true),
    })
}

pub(super) fn set_autocommit(thread: &Thread, args: &[Value]) -> Result {
    let this = of(&args[0]);
    if args[1].is_missing() {
        let text = "cannot delete autocommit attribute";
        return raise!(thread, AttributeError, "{text}");
    }
    let database = this.check(thread)?;
    let wanted = autocommit(thread, args[1])?;
    let Some(is_outside) = database.is_autocommit() else {
        return Err(closed(thread));
    };
    match wanted {
        Autocommit::Enabled if !is_outside => this.run(thread, &database, c"COMMIT")?,
        Autocommit::Disabled if is_outside => this.run(thread, &database, c"BEGIN")?,
        _ => {}
    }
    this.options.lock().autocommit = wanted;
    Ok(Owned::NONE)
}

impl Connection {
    /// Ends a transaction, if the module is to, and begins the next if there is to be one.
    fn end_transaction(&self, thread: &Thread, database: &Database, sql: &CStr) -> Result<()> {
        match self.options().autocommit {
            Autocommit::Legacy => match database.is_autocommit() {
                Some(true) => Ok(()),
                Some(false) => self.run(thread, database, sql),
                None => Err(closed(thread)),
            },
            Autocommit::Disabled => {
                self.run(thread, database, sql)?;
                self.run(thread, database, c"BEGIN")
            }
            Autocommit::Enabled => Ok(()),
        }
    }

    pub(super) fn commit(&self, thread: &Thread, database: &Database) -> Result<()> {
        self.end_transaction(thread, database, c"COMMIT")
    }

    pub(super) fn rollback(&self, thread: &Thread, database: &Database) -> Result<()> {
        self.end_transaction(thread, database, c"ROLLBACK")
    }
}

/// `__exit__`: commits, or rolls back if there was an exception, or if the commit fails.
pub(super) fn exit(thread: &Thread, args: &[Value]) -> Result {
    let this = of(&args[0]);
    let database = this.check(thread)?;
    if !args[1..].iter().all(|argument| argument.is_none()) {
        this.rollback(thread, &database)?;
        return Ok(Owned::bool(false));
    }
    let Err(raised) = this.commit(thread, &database) else {
        return Ok(Owned::bool(false));
    };
    let failure = thread.take_exception(raised);
    match this.rollback(thread, &database) {
        Ok(()) => Err(thread.reraise_value(failure)),
        Err(raised) => {
            let second = thread.take_exception(raised);
            exception::chain(second.value(), failure.value());
            Err(thread.reraise_value(second))
        }
    }
}

pub(super) fn get_row_factory(_: &Thread, args: &[Value]) -> Result {
    Ok(of(&args[0]).row_factory.get())
}

pub(super) fn get_text_factory(_: &Thread, args: &[Value]) -> Result {
    Ok(of(&args[0]).text_factory.get())
}

pub(super) fn set_row_factory(thread: &Thread, args: &[Value]) -> Result {
    if args[1].is_missing() {
        let text = "cannot delete row_factory attribute";
        return raise!(thread, AttributeError, "{text}");
    }
    of(&args[0]).row_factory.set(Owned::new(args[1]));
    Ok(Owned::NONE)
}

pub(super) fn set_text_factory(thread: &Thread, args: &[Value]) -> Result {
    if args[1].is_missing() {
        let text = "cannot delete text_factory attribute";
        return raise!(thread, AttributeError, "{text}");
    }
    of(&args[0]).text_factory.set(Owned::new(args[1]));
    Ok(Owned::NONE)
}

pub(super) fn in_transaction(thread: &Thread, args: &[Value]) -> Result {
    match of(&args[0]).database(thread)?.is_autocommit() {
        Some(is_outside) => Ok(Owned::bool(!is_outside)),
        None => Err(closed(thread)),
    }
}
