//! Functions, collations and observers of a connection: the methods that register them.

use super::{ended, of};
use crate::sqlite::arguments::Packed;
use crate::sqlite::raw::{Observer, Purpose};
use crate::sqlite::values::text_argument;
use crate::sqlite::{connection, errors};
use ashore_runtime::operators::{call, convert};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};
use libsqlite3_sys as sys;
use std::ffi::c_int;

methods! { BOUND:
    "create_function(self, /, name, narg, func, *, deterministic=False)" => define_function -> None;
    "create_aggregate(self, /, name, n_arg, aggregate_class)" => define_aggregate -> None;
    "set_authorizer(self, /, authorizer_callback)" => observe_authorization -> None;
    "set_progress_handler(self, /, progress_handler, n)" => observe_progress -> None;
    "set_trace_callback(self, /, trace_callback)" => observe_statements -> None;
}

pub(super) fn create_function(thread: &Thread, args: &[Value]) -> Result {
    let packed = Packed(args);
    packed.warn_of_names(thread, &["name", "narg", "func"], "create_function")?;
    packed.bind(thread, &BOUND[0])
}

pub(super) fn create_aggregate(thread: &Thread, args: &[Value]) -> Result {
    let packed = Packed(args);
    let names = ["name", "n_arg", "aggregate_class"];
    packed.warn_of_names(thread, &names, "create_aggregate")?;
    packed.bind(thread, &BOUND[1])
}

pub(super) fn set_authorizer(thread: &Thread, args: &[Value]) -> Result {
    let packed = Packed(args);
    packed.warn_of_names(thread, &["authorizer_callback"], "set_authorizer")?;
    packed.bind(thread, &BOUND[2])
}

pub(super) fn set_progress_handler(thread: &Thread, args: &[Value]) -> Result {
    let packed = Packed(args);
    packed.warn_of_names(thread, &["progress_handler"], "set_progress_handler")?;
    packed.bind(thread, &BOUND[3])
}

pub(super) fn set_trace_callback(thread: &Thread, args: &[Value]) -> Result {
    let packed = Packed(args);
    packed.warn_of_names(thread, &["trace_callback"], "set_trace_callback")?;
    packed.bind(thread, &BOUND[4])
}

/// How a function is defined.
struct Definition {
    purpose: Purpose,
    /// The method, and what it calls the number of arguments.
    method: &'static str,
    count: &'static str,
    /// What is said if SQLite refuses.
    refusal: Option<&'static str>,
}

/// Defines a function; `args` are the connection, a name, the number of arguments, and the object.
fn define(thread: &Thread, args: &[Value], definition: &Definition) -> Result {
    let this = of(&args[0]);
    let by_position = matches!(definition.purpose, Purpose::Window);
    let which = if by_position {
        "argument 1"
    } else {
        "argument 'name'"
    };
    let name = text_argument(thread, args[1], definition.method, which)?;
    let count = convert::to_c_int(thread, args[2])?;
    let database = this.check(thread)?;
    let Some(limit) = database.limit(sys::SQLITE_LIMIT_FUNCTION_ARG, -1) else {
        return Err(connection::closed(thread));
    };
    if count < -1 || count > limit {
        let what = definition.count;
        let text = format!("'{what}' must be between -1 and {limit}, not {count}");
        return Err(errors::PROGRAMMING.raise(thread, &text));
    }
    let hook = match by_position && args[3].is_none() {
        true => None,
        false => Some((&this.hooks, this.hooks.keep(Owned::new(args[3])))),
    };
    match (
        database.define(&name, count, definition.purpose, hook),
        definition.refusal,
    ) {
        (Some(Err(_)), Some(text)) => Err(errors::OPERATIONAL.raise(thread, text)),
        (result, _) => ended(thread, result).map(|()| Owned::NONE),
    }
}

fn define_function(thread: &Thread, args: &[Value]) -> Result {
    let is_deterministic = convert::truth(thread, args[4])?;
    let definition = Definition {
        purpose: Purpose::Scalar { is_deterministic },
        method: "create_function",
        count: "narg",
        refusal: Some("Error creating function"),
    };
    define(thread, args, &definition)
}

fn define_aggregate(thread: &Thread, args: &[Value]) -> Result {
    let definition = Definition {
        purpose: Purpose::Aggregate,
        method: "create_aggregate",
        count: "n_arg",
        refusal: Some("Error creating aggregate"),
    };
    define(thread, args, &definition)
}

pub(super) fn create_window_function(thread: &Thread, args: &[Value]) -> Result {
    let definition = Definition {
        purpose: Purpose::Window,
        method: "create_window_function",
        count: "num_params",
        refusal: None,
    };
    define(thread, args, &definition)
}

pub(super) fn create_collation(thread: &Thread, args: &[Value]) -> Result {
    let this = of(&args[0]);
    let name = text_argument(thread, args[1], "create_collation", "argument 1")?;
    let database = this.check(thread)?;
    if !args[2].is_none() && !call::is_callable(args[2]) {
        return raise!(thread, TypeError, "parameter must be callable");
    }
    let hook = match args[2].is_none() {
        true => None,
        false => Some((&this.hooks, this.hooks.keep(Owned::new(args[2])))),
    };
    ended(thread, database.collate(&name, hook))?;
    Ok(Owned::NONE)
}

/// Sets or removes an observer.
fn observe(thread: &Thread, args: &[Value], observer: Observer) -> Result {
    let this = of(&args[0]);
    let database = this.check(thread)?;
    let hook = match args[1].is_none() {
        true => None,
        false => Some((&this.hooks, this.hooks.keep(Owned::new(args[1])))),
    };
    let result = database.observe(observer, hook);
    // What did not become the observer, and what no longer is, go.
    let gone = match &result {
        Some(Ok(old)) => *old,
        _ => hook.map(|(_, id)| id),
    };
    gone.into_iter().for_each(|id| this.hooks.forget(id));
    match result {
        Some(Err(_)) if observer == Observer::Authorizer => {
            let text = "Error setting authorizer callback";
            Err(errors::OPERATIONAL.raise(thread, text))
        }
        result => ended(thread, result).map(|_| Owned::NONE),
    }
}

fn observe_authorization(thread: &Thread, args: &[Value]) -> Result {
    observe(thread, args, Observer::Authorizer)
}

fn observe_progress(thread: &Thread, args: &[Value]) -> Result {
    let every: c_int = convert::to_c_int(thread, args[2])?;
    observe(thread, args, Observer::Progress(every))
}

fn observe_statements(thread: &Thread, args: &[Value]) -> Result {
    observe(thread, args, Observer::Trace)
}
