//! The program's side of callbacks: functions, aggregates, collations and observers as objects.
//!
//! SQLite knows objects by number. They are kept in [`Hooks`], which belong to the connection object, so that the collector
//! finds them there and nowhere else. What a callback raises ends in it: it is shown if the program wants that, and SQLite
//! is told that something went wrong.

use super::raw::Datum;
use super::values::{self, from_datum};
use ashore_runtime::object::Slot;
use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::exception::{self, report_ignored};
use ashore_runtime::types::int::{self, IntRef};
use ashore_runtime::types::str;
use ashore_runtime::{Builtin, Owned, Raised, Result, Thread, Value, raise};
use libsqlite3_sys as sys;
use std::collections::HashMap;
use std::ffi::c_int;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Is what callbacks raise shown?
static SHOWN: AtomicBool = AtomicBool::new(false);

pub(super) fn show_exceptions(shown: bool) {
    SHOWN.store(shown, Ordering::Relaxed);
}

/// Objects that SQLite may have called, by number. Zero is none.
pub(super) struct Hooks {
    objects: Mutex<HashMap<u64, Slot>>,
    next: AtomicU64,
    /// Numbers that SQLite gave up where objects must not be touched.
    forgotten: Mutex<Vec<u64>>,
}

impl Hooks {
    pub(super) fn new() -> Hooks {
        Hooks {
            objects: Mutex::new(HashMap::new()),
            next: AtomicU64::new(1),
            forgotten: Mutex::new(Vec::new()),
        }
    }

    pub(super) fn visit(&self, visit: &mut dyn FnMut(Value)) {
        self.objects
            .lock()
            .values()
            .for_each(|slot| visit(slot.peek()));
    }

    /// Keeps an object until it is forgotten.
    pub(super) fn keep(&self, object: Owned) -> u64 {
        let forgotten = std::mem::take(&mut *self.forgotten.lock());
        forgotten.into_iter().for_each(|id| self.forget(id));
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.objects.lock().insert(id, Slot::new(object));
        id
    }

    /// The object, None if there is none any more.
    fn get(&self, id: u64) -> Owned {
        let objects = self.objects.lock();
        objects.get(&id).map_or(Owned::NONE, Slot::load_locked)
    }

    pub(super) fn forget(&self, id: u64) {
        let slot = self.objects.lock().remove(&id);
        drop(slot.map(|slot| slot.replace(Owned::inline(Value::MISSING))));
    }

    /// As [`Hooks::forget`], from where no object may be touched.
    pub(super) fn forget_later(&self, id: u64) {
        self.forgotten.lock().push(id);
    }
}

/// What a function of the program's gives SQLite.
pub(super) enum Answer {
    Value(Datum),
    NoMemory,
    TooBig,
    Error(&'static str),
}

/// An exception in a callback ends here.
fn note(thread: &Thread, raised: Raised, callable: Value) {
    match SHOWN.load(Ordering::Relaxed) {
        true => report_ignored(thread, raised, "on sqlite3 callback", callable),
        false => drop(thread.take_exception(raised)),
    }
}

/// What SQLite is told about an exception.
fn failed(thread: &Thread, raised: Raised, callable: Value, text: &'static str) -> Answer {
    let pending = thread.pending_exception();
    let answer = if exception::is(pending, Builtin::MemoryError) {
        Answer::NoMemory
    } else if exception::is(pending, Builtin::OverflowError) {
        Answer::TooBig
    } else {
        Answer::Error(text)
    };
    note(thread, raised, callable);
    answer
}

/// Is the pending exception about an attribute that is missing?
fn lacks_attribute(thread: &Thread) -> bool {
    exception::is(thread.pending_exception(), Builtin::AttributeError)
}

fn call_with(thread: &Thread, callable: Value, arguments: &[Datum]) -> Result {
    let arguments = arguments.iter().map(|datum| from_datum(thread, datum));
    let arguments = arguments.collect::<Result<Vec<Owned>>>()?;
    call::call(thread, callable, Owned::values(&arguments))
}

pub(super) fn scalar(thread: &Thread, hooks: &Hooks, id: u64, arguments: &[Datum]) -> Answer {
    let function = hooks.get(id);
    let result = call_with(thread, function.value(), arguments)
        .and_then(|result| values::result(thread, result.value()));
    result.map_or_else(
        |raised| {
            let text = "user-defined function raised exception";
            failed(thread, raised, function.value(), text)
        },
        Answer::Value,
    )
}

/// The attribute of an aggregate's object.
fn method(thread: &Thread, object: Value, name: &str) -> Result {
    attribute::get(thread, object, str::intern(thread, name))
}

/// A step of an aggregate, whose object is made at the first.
pub(super) fn step(
    thread: &Thread,
    hooks: &Hooks,
    id: u64,
    instance: &mut u64,
    arguments: &[Datum],
) -> std::result::Result<(), Answer> {
    let class = hooks.get(id);
    let failed = |raised, text| failed(thread, raised, class.value(), text);
    if *instance == 0 {
        let made = call::call(thread, class.value(), &[]);
        let text = "user-defined aggregate's '__init__' method raised error";
        *instance = hooks.keep(made.map_err(|raised| failed(raised, text))?);
    }
    let object = hooks.get(*instance);
    let text = "user-defined aggregate's 'step' method not defined";
    let step = method(thread, object.value(), "step").map_err(|raised| failed(raised, text))?;
    let text = "user-defined aggregate's 'step' method raised error";
    match call_with(thread, step.value(), arguments) {
        Ok(_) => Ok(()),
        Err(raised) => Err(failed(raised, text)),
    }
}

/// The end of an aggregate, whose object goes.
pub(super) fn finish(thread: &Thread, hooks: &Hooks, id: u64, instance: u64) -> Answer {
    let class = hooks.get(id);
    let object = hooks.get(instance);
    hooks.forget(instance);
    let result = method(thread, object.value(), "finalize")
        .and_then(|finalize| call::call(thread, finalize.value(), &[]));
    drop(object);
    let result = result.and_then(|result| values::result(thread, result.value()));
    result.map_or_else(
        |raised| {
            let text = match lacks_attribute(thread) {
                true => "user-defined aggregate's 'finalize' method not defined",
                false => "user-defined aggregate's 'finalize' method raised error",
            };
            failed(thread, raised, class.value(), text)
        },
        Answer::Value,
    )
}

/// The value of a window function as it is.
pub(super) fn current(thread: &Thread, hooks: &Hooks, id: u64, instance: u64) -> Answer {
    let class = hooks.get(id);
    let object = hooks.get(instance);
    let result = method(thread, object.value(), "value")
        .and_then(|value| call::call(thread, value.value(), &[]));
    let result = match result {
        Ok(result) => result,
        Err(raised) => {
            let text = match lacks_attribute(thread) {
                true => "user-defined aggregate's 'value' method not defined",
                false => "user-defined aggregate's 'value' method raised error",
            };
            return failed(thread, raised, class.value(), text);
        }
    };
    values::result(thread, result.value()).map_or_else(
        |raised| {
            let text = "unable to set result from user-defined aggregate's 'value' method";
            failed(thread, raised, class.value(), text)
        },
        Answer::Value,
    )
}

/// Takes a row out of a window.
pub(super) fn inverse(
    thread: &Thread,
    hooks: &Hooks,
    id: u64,
    instance: u64,
    arguments: &[Datum],
) -> std::result::Result<(), Answer> {
    let class = hooks.get(id);
    let object = hooks.get(instance);
    let failed = |raised, text| failed(thread, raised, class.value(), text);
    let text = "user-defined aggregate's 'inverse' method not defined";
    let inverse =
        method(thread, object.value(), "inverse").map_err(|raised| failed(raised, text))?;
    let text = "user-defined aggregate's 'inverse' method raised error";
    match call_with(thread, inverse.value(), arguments) {
        Ok(_) => Ok(()),
        Err(raised) => Err(failed(raised, text)),
    }
}

/// The order of two texts; they are equal if the program cannot tell.
pub(super) fn compare(thread: &Thread, hooks: &Hooks, id: u64, left: &[u8], right: &[u8]) -> c_int {
    let function = hooks.get(id);
    let texts = [left, right].map(|text| Datum::Text(text.to_vec()));
    match call_with(thread, function.value(), &texts).and_then(|result| sign(thread, &result)) {
        Ok(order) => order,
        Err(raised) => {
            note(thread, raised, function.value());
            0
        }
    }
}

fn sign(thread: &Thread, result: &Value) -> Result<c_int> {
    let number = convert::index(thread, *result)?;
    let number = IntRef::of(&number).expect("`index` gives an int");
    Ok(match number.is_negative() {
        true => -1,
        false => c_int::from(!number.is_zero()),
    })
}

/// May a statement do something?
pub(super) fn authorize(
    thread: &Thread,
    hooks: &Hooks,
    id: u64,
    action: c_int,
    texts: &[Option<String>; 4],
) -> c_int {
    let function = hooks.get(id);
    let mut arguments = vec![int::from_i64(thread, action.into())];
    arguments.extend(texts.iter().map(|text| match text {
        Some(text) => str::new(thread, text),
        None => Owned::NONE,
    }));
    let verdict = call::call(thread, function.value(), Owned::values(&arguments));
    let verdict = verdict.and_then(|verdict| match IntRef::of(&verdict) {
        // What is no int is no permission.
        None => Ok(sys::SQLITE_DENY),
        Some(number) => match number.to_i64().map(c_int::try_from) {
            Some(Ok(verdict)) => Ok(verdict),
            _ => raise!(
                thread,
                OverflowError,
                "Python int too large to convert to C int"
            ),
        },
    });
    verdict.unwrap_or_else(|raised| {
        note(thread, raised, function.value());
        sys::SQLITE_DENY
    })
}

/// Is a statement to be stopped?
pub(super) fn progress(thread: &Thread, hooks: &Hooks, id: u64) -> bool {
    let function = hooks.get(id);
    let answer = call::call(thread, function.value(), &[]);
    let stops = answer.and_then(|answer| convert::truth(thread, answer.value()));
    stops.unwrap_or_else(|raised| {
        note(thread, raised, function.value());
        true
    })
}

/// Tells of a statement: with the values of its parameters, unless that is too long.
pub(super) fn trace(thread: &Thread, hooks: &Hooks, id: u64, expanded: Option<String>, sql: &str) {
    let function = hooks.get(id);
    let text = expanded.unwrap_or_else(|| {
        let text = "Expanded SQL string exceeds the maximum string length";
        let raised = super::errors::DATA.raise(thread, text);
        note(thread, raised, function.value());
        sql.to_owned()
    });
    let text = str::new(thread, &text);
    if let Err(raised) = call::call(thread, function.value(), &[text.value()]) {
        note(thread, raised, function.value());
    }
}
