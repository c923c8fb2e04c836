//! What SQLite calls: functions, collations and observers of the program's.
//!
//! SQLite has a [`Target`] for each, which says what to call; the objects are in the connection's [`Hooks`]. A callback may
//! have its own target replaced, so nothing of it is used once the program's code runs.

use super::{Database, Datum, Failure, SILENT, copied, text};
use crate::sqlite::callbacks::{self, Answer, Hooks};
use ashore_runtime::thread;
use libsqlite3_sys as sys;
use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::sync::Arc;

/// What a callback is to call.
pub(super) struct Target {
    hooks: Arc<Hooks>,
    id: u64,
    /// The connection, for those called where there is no other way to get at it.
    raw: *mut sys::sqlite3,
}

/// Who is told of statements, at most one of each kind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::sqlite) enum Observer {
    Authorizer,
    /// Called every so many instructions.
    Progress(c_int),
    Trace,
}

impl Observer {
    fn index(self) -> usize {
        match self {
            Observer::Authorizer => 0,
            Observer::Progress(_) => 1,
            Observer::Trace => 2,
        }
    }
}

/// What a function does.
#[derive(Clone, Copy)]
pub(in crate::sqlite) enum Purpose {
    Scalar { is_deterministic: bool },
    Aggregate,
    Window,
}

impl Database {
    /// Makes, replaces or (without an object) removes a function.
    pub(in crate::sqlite) fn define(
        &self,
        name: &CStr,
        count: c_int,
        purpose: Purpose,
        hook: Option<(&Arc<Hooks>, u64)>,
    ) -> Option<Result<(), Failure>> {
        self.with(|raw| {
            let data = hook.map_or(std::ptr::null_mut(), |(hooks, id)| target(raw, hooks, id));
            let there = hook.is_some();
            let name = name.as_ptr();
            let utf8 = sys::SQLITE_UTF8;
            // SAFETY: open, and this thread's turn; the target is freed by `forget`, which SQLite calls in any case.
            let code = unsafe {
                match purpose {
                    Purpose::Scalar { is_deterministic } => {
                        let flags = if is_deterministic {
                            utf8 | sys::SQLITE_DETERMINISTIC
                        } else {
                            utf8
                        };
                        sys::sqlite3_create_function_v2(
                            raw,
                            name,
                            count,
                            flags,
                            data,
                            Some(scalar),
                            None,
                            None,
                            Some(forget),
                        )
                    }
                    Purpose::Aggregate => sys::sqlite3_create_function_v2(
                        raw,
                        name,
                        count,
                        utf8,
                        data,
                        None,
                        Some(step),
                        Some(finish),
                        Some(forget),
                    ),
                    Purpose::Window => sys::sqlite3_create_window_function(
                        raw,
                        name,
                        count,
                        utf8,
                        data,
                        there.then_some(step),
                        there.then_some(finish),
                        there.then_some(current),
                        there.then_some(inverse),
                        there.then_some(forget),
                    ),
                }
            };
            result(raw, code)
        })
    }

    /// Makes, replaces or (without an object) removes a collation.
    pub(in crate::sqlite) fn collate(
        &self,
        name: &CStr,
        hook: Option<(&Arc<Hooks>, u64)>,
    ) -> Option<Result<(), Failure>> {
        self.with(|raw| {
            let data = hook.map_or(std::ptr::null_mut(), |(hooks, id)| target(raw, hooks, id));
            let (name, utf8) = (name.as_ptr(), sys::SQLITE_UTF8);
            let compare = hook.is_some().then_some(compare as Compare);
            let forget_it = hook.is_some().then_some(forget as Forget);
            // SAFETY: open, and this thread's turn; the target is freed by `forget`.
            let code = unsafe {
                sys::sqlite3_create_collation_v2(raw, name, utf8, data, compare, forget_it)
            };
            if code != sys::SQLITE_OK && hook.is_some() {
                // SAFETY: unlike functions, SQLite leaves a collation's data to the caller if it fails.
                unsafe { forget(data) };
            }
            result(raw, code)
        })
    }

    /// Sets or (without an object) removes an observer. Gives the id of the object that was it.
    pub(in crate::sqlite) fn observe(
        &self,
        observer: Observer,
        hook: Option<(&Arc<Hooks>, u64)>,
    ) -> Option<Result<Option<u64>, Failure>> {
        self.with(|raw| {
            let target = hook.map(|(hooks, id)| {
                let hooks = Arc::clone(hooks);
                Box::new(Target { hooks, id, raw })
            });
            let there = target.is_some();
            let data = target.as_deref().map_or(std::ptr::null_mut(), |target| {
                std::ptr::from_ref(target).cast_mut().cast::<c_void>()
            });
            // SAFETY: open, and this thread's turn; the target lives until another one takes its place.
            let code = unsafe {
                match observer {
                    Observer::Authorizer => {
                        sys::sqlite3_set_authorizer(raw, there.then_some(authorize), data)
                    }
                    Observer::Progress(every) => {
                        sys::sqlite3_progress_handler(raw, every, there.then_some(progress), data);
                        sys::SQLITE_OK
                    }
                    Observer::Trace => {
                        let mask = if there { sys::SQLITE_TRACE_STMT } else { 0 };
                        sys::sqlite3_trace_v2(raw, mask as c_uint, there.then_some(trace), data)
                    }
                }
            };
            result(raw, code)?;
            let old = std::mem::replace(&mut self.observers.lock()[observer.index()], target);
            Ok(old.map(|target| target.id))
        })
    }
}

type Compare =
    unsafe extern "C" fn(*mut c_void, c_int, *const c_void, c_int, *const c_void) -> c_int;
type Forget = unsafe extern "C" fn(*mut c_void);

/// A target that SQLite owns.
fn target(raw: *mut sys::sqlite3, hooks: &Arc<Hooks>, id: u64) -> *mut c_void {
    let hooks = Arc::clone(hooks);
    Box::into_raw(Box::new(Target { hooks, id, raw })).cast()
}

fn result(raw: *mut sys::sqlite3, code: c_int) -> Result<(), Failure> {
    match code {
        sys::SQLITE_OK => Ok(()),
        // SAFETY: only called in turns of the open connection. Not all calls leave what went wrong with the connection.
        _ => Err(match unsafe { Failure::of(raw) } {
            failure if failure.code == code & 0xff => failure,
            _ => Failure::of_code(code),
        }),
    }
}

/// Frees a target, and lets the program's object go.
unsafe extern "C" fn forget(data: *mut c_void) {
    if data.is_null() {
        return;
    }
    // SAFETY: made by `target`, and SQLite has no use for it any more.
    let target = unsafe { Box::from_raw(data.cast::<Target>()) };
    match SILENT.get() {
        // Objects are being freed: the hooks may be, too.
        true => target.hooks.forget_later(target.id),
        false => {
            let forgotten = thread::attached(|_| target.hooks.forget(target.id));
            if forgotten.is_none() {
                target.hooks.forget_later(target.id);
            }
        }
    }
}

/// The hooks and the object of a target.
///
/// # Safety
/// The data of a callback that is being called.
unsafe fn of(data: *mut c_void) -> (Arc<Hooks>, u64) {
    // SAFETY: caller's promise: SQLite has the target at least until the callback calls something.
    let target = unsafe { &*data.cast::<Target>() };
    (Arc::clone(&target.hooks), target.id)
}

/// The arguments of a function.
///
/// # Safety
/// So many values, of a call of the moment.
unsafe fn arguments(count: c_int, values: *mut *mut sys::sqlite3_value) -> Vec<Datum> {
    let count = usize::try_from(count).unwrap_or(0);
    let value = |index| {
        // SAFETY: caller's promise. A pointer is asked for before the length, and read at once.
        unsafe {
            let value = *values.add(index);
            match sys::sqlite3_value_type(value) {
                sys::SQLITE_INTEGER => Datum::Int(sys::sqlite3_value_int64(value)),
                sys::SQLITE_FLOAT => Datum::Float(sys::sqlite3_value_double(value)),
                sys::SQLITE_TEXT => {
                    let place = sys::sqlite3_value_text(value);
                    Datum::Text(copied(place, sys::sqlite3_value_bytes(value)))
                }
                sys::SQLITE_BLOB => {
                    let place = sys::sqlite3_value_blob(value).cast();
                    Datum::Blob(copied(place, sys::sqlite3_value_bytes(value)))
                }
                _ => Datum::Null,
            }
        }
    };
    (0..count).map(value).collect()
}

/// Gives SQLite the result of a function.
///
/// # Safety
/// The context of a call of the moment.
unsafe fn give(context: *mut sys::sqlite3_context, answer: Answer) {
    let copies = sys::SQLITE_TRANSIENT();
    // SAFETY: caller's promise; SQLite copies what is borrowed here.
    unsafe {
        match answer {
            Answer::Value(Datum::Null) => sys::sqlite3_result_null(context),
            Answer::Value(Datum::Int(value)) => sys::sqlite3_result_int64(context, value),
            Answer::Value(Datum::Float(value)) => sys::sqlite3_result_double(context, value),
            Answer::Value(Datum::Text(value)) => {
                let (place, length) = (value.as_ptr().cast(), value.len() as u64);
                let encoding = sys::SQLITE_UTF8 as u8;
                sys::sqlite3_result_text64(context, place, length, copies, encoding);
            }
            Answer::Value(Datum::Blob(value)) => {
                let (place, length) = (value.as_ptr().cast(), value.len() as u64);
                sys::sqlite3_result_blob64(context, place, length, copies);
            }
            Answer::NoMemory => sys::sqlite3_result_error_nomem(context),
            Answer::TooBig => sys::sqlite3_result_error_toobig(context),
            Answer::Error(text) => {
                let length = c_int::try_from(text.len()).unwrap_or(c_int::MAX);
                sys::sqlite3_result_error(context, text.as_ptr().cast(), length);
            }
        }
    }
}

/// What a function answers that SQLite runs on a thread of its own.
const ELSEWHERE: Answer =
    Answer::Error("a function of the program was called on a thread of SQLite's");

unsafe extern "C" fn scalar(
    context: *mut sys::sqlite3_context,
    count: c_int,
    values: *mut *mut sys::sqlite3_value,
) {
    // SAFETY: SQLite calls with what it has from `define`.
    unsafe {
        let (hooks, id) = of(sys::sqlite3_user_data(context));
        let arguments = arguments(count, values);
        let answer = thread::attached(|thread| callbacks::scalar(thread, &hooks, id, &arguments));
        give(context, answer.unwrap_or(ELSEWHERE));
    }
}

/// Where an aggregate keeps the id of its object, zero before there is one.
///
/// # Safety
/// The context of a call of the moment.
unsafe fn instance(context: *mut sys::sqlite3_context, makes: bool) -> Option<&'static mut u64> {
    let size = if makes { size_of::<u64>() as c_int } else { 0 };
    // SAFETY: caller's promise. SQLite aligns it for such numbers, fills it with zeros, and keeps it until the last call.
    unsafe {
        sys::sqlite3_aggregate_context(context, size)
            .cast::<u64>()
            .as_mut()
    }
}

unsafe extern "C" fn step(
    context: *mut sys::sqlite3_context,
    count: c_int,
    values: *mut *mut sys::sqlite3_value,
) {
    // SAFETY: SQLite calls with what it has from `define`.
    unsafe {
        let (hooks, id) = of(sys::sqlite3_user_data(context));
        let Some(instance) = instance(context, true) else {
            return give(context, Answer::NoMemory);
        };
        let arguments = arguments(count, values);
        let stepped =
            thread::attached(|thread| callbacks::step(thread, &hooks, id, instance, &arguments));
        if let Err(answer) = stepped.unwrap_or(Err(ELSEWHERE)) {
            give(context, answer);
        }
    }
}

unsafe extern "C" fn finish(context: *mut sys::sqlite3_context) {
    // SAFETY: SQLite calls with what it has from `define`.
    unsafe {
        let Some(instance) = instance(context, false)
            .map(std::mem::take)
            .filter(|id| *id != 0)
        else {
            return;
        };
        let (hooks, id) = of(sys::sqlite3_user_data(context));
        if SILENT.get() {
            return hooks.forget_later(instance);
        }
        let answer = thread::attached(|thread| callbacks::finish(thread, &hooks, id, instance));
        give(context, answer.unwrap_or(ELSEWHERE));
    }
}

unsafe extern "C" fn current(context: *mut sys::sqlite3_context) {
    // SAFETY: SQLite calls with what it has from `define`.
    unsafe {
        let Some(&mut instance) = instance(context, false) else {
            return;
        };
        let (hooks, id) = of(sys::sqlite3_user_data(context));
        let answer = thread::attached(|thread| callbacks::current(thread, &hooks, id, instance));
        give(context, answer.unwrap_or(ELSEWHERE));
    }
}

unsafe extern "C" fn inverse(
    context: *mut sys::sqlite3_context,
    count: c_int,
    values: *mut *mut sys::sqlite3_value,
) {
    // SAFETY: SQLite calls with what it has from `define`.
    unsafe {
        let Some(&mut instance) = instance(context, false) else {
            return;
        };
        let (hooks, id) = of(sys::sqlite3_user_data(context));
        let arguments = arguments(count, values);
        let done =
            thread::attached(|thread| callbacks::inverse(thread, &hooks, id, instance, &arguments));
        if let Err(answer) = done.unwrap_or(Err(ELSEWHERE)) {
            give(context, answer);
        }
    }
}

unsafe extern "C" fn compare(
    data: *mut c_void,
    left_length: c_int,
    left: *const c_void,
    right_length: c_int,
    right: *const c_void,
) -> c_int {
    // SAFETY: SQLite calls with what it has from `collate`, and so many bytes of text.
    unsafe {
        let raw = (*data.cast::<Target>()).raw;
        let (hooks, id) = of(data);
        let (left, right) = (
            copied(left.cast(), left_length),
            copied(right.cast(), right_length),
        );
        let order =
            thread::attached(|thread| callbacks::compare(thread, &hooks, id, &left, &right));
        order.unwrap_or_else(|| {
            // A sorting thread of SQLite's cannot call the program: rather no order than a wrong one.
            sys::sqlite3_interrupt(raw);
            0
        })
    }
}

unsafe extern "C" fn authorize(
    data: *mut c_void,
    action: c_int,
    first: *const c_char,
    second: *const c_char,
    schema: *const c_char,
    source: *const c_char,
) -> c_int {
    // SAFETY: SQLite calls with what it has from `observe`, and texts or null.
    let (hooks, id, texts) = unsafe {
        let (hooks, id) = of(data);
        (
            hooks,
            id,
            [first, second, schema, source].map(|place| text(place)),
        )
    };
    let verdict =
        thread::attached(|thread| callbacks::authorize(thread, &hooks, id, action, &texts));
    verdict.unwrap_or(sys::SQLITE_DENY)
}

unsafe extern "C" fn progress(data: *mut c_void) -> c_int {
    // SAFETY: SQLite calls with what it has from `observe`.
    let (hooks, id) = unsafe { of(data) };
    let stops = thread::attached(|thread| callbacks::progress(thread, &hooks, id));
    stops.unwrap_or(true).into()
}

unsafe extern "C" fn trace(
    _: c_uint,
    data: *mut c_void,
    statement: *mut c_void,
    sql: *mut c_void,
) -> c_int {
    // SAFETY: SQLite calls with what it has from `observe`, a statement and its text; the expanded text is ours to free.
    let (hooks, id, expanded, sql) = unsafe {
        let (hooks, id) = of(data);
        let expanded = sys::sqlite3_expanded_sql(statement.cast());
        let expanded_text = text(expanded);
        sys::sqlite3_free(expanded.cast());
        (hooks, id, expanded_text, text(sql.cast()))
    };
    if !SILENT.get() {
        let sql = sql.unwrap_or_default();
        thread::attached(|thread| callbacks::trace(thread, &hooks, id, expanded, &sql));
    }
    0
}
