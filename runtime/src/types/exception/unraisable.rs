//! Exceptions that nobody can be told about: those of finalizers, callbacks, threads. `sys.unraisablehook` is.

use super::{class_of, traceback_of};
use crate::operators::{attribute, call, convert};
use crate::types::frame::callers;
use crate::{Object, Owned, Raised, Result, Thread, Value};
use crate::{import, interpreter, start, structure, types};

structure! { HOOK_ARGS = "UnraisableHookArgs", "UnraisableHookArgs\n\nType used to pass arguments to sys.unraisablehook.":
    0 "exc_type", 1 "exc_value", 2 "exc_traceback", 3 "err_msg", 4 "object"
}

/// Reports an exception that nobody can be told about, as CPython words it.
pub fn report_unraisable(thread: &Thread, raised: Raised, object: Value) {
    report(thread, raised, None, object);
}

/// [`report_unraisable`] of what happened while the program was doing something to an object.
pub fn report_ignored(thread: &Thread, raised: Raised, what: &str, object: Value) {
    let exception = thread.take_exception(raised);
    let message = format!("Exception ignored {what} {}", shown(thread, object));
    let raised = thread.reraise_value(exception);
    report(thread, raised, Some(message), Value::NONE);
}

/// [`report_unraisable`] of what happened in a method that is called where nothing can be raised.
pub fn report_ignored_in(thread: &Thread, raised: Raised, place: &str) {
    let message = format!("Exception ignored in {place}");
    report(thread, raised, Some(message), Value::NONE);
}

fn shown(thread: &Thread, object: Value) -> String {
    convert::display_repr(thread, object).unwrap_or_else(|raised| {
        drop(thread.take_exception(raised));
        "<object repr() failed>".to_owned()
    })
}

fn report(thread: &Thread, raised: Raised, message: Option<String>, object: Value) {
    let exception = thread.take_exception(raised);
    // What native code raises has no traceback yet.
    if traceback_of(exception.value()).is_none()
        && let Some((frame, at)) = callers::innermost_object(thread)
    {
        types::traceback::add(thread, exception.value(), frame, at);
    }
    let Some(hook) = replaced_hook(thread) else {
        return write(thread, exception.value(), message, object);
    };
    let message = match message {
        Some(text) => types::str::new(thread, &text),
        None => Owned::NONE,
    };
    let fields = vec![
        Owned::new(class_of(exception.value()).value()),
        exception.clone(),
        traceback_of(exception.value()),
        message,
        Owned::new(object),
    ];
    HOOK_ARGS.define(thread);
    let arguments = HOOK_ARGS.make(thread, fields);
    if let Err(raised) = call::call(thread, hook.value(), &[arguments.value()]) {
        let failure = thread.take_exception(raised);
        let message = "Exception ignored in sys.unraisablehook".to_owned();
        write(thread, failure.value(), Some(message), hook.value());
    }
}

/// `sys.unraisablehook`, if the program has one of its own.
fn replaced_hook(thread: &Thread) -> Option<Owned> {
    let hook = import::system_attribute(thread, "unraisablehook");
    let hook = hook.filter(|hook| !hook.is_none())?;
    let original = import::system_attribute(thread, "__unraisablehook__");
    (original.map(|original| original.value()) != Some(hook.value())).then_some(hook)
}

/// What `sys.unraisablehook` does unless it is replaced.
pub fn unraisable_hook(thread: &Thread, args: &[Value]) -> Result {
    let field = |name: &str| attribute::get(thread, args[0], types::str::intern(thread, name));
    let (exception, message) = (field("exc_value")?, field("err_msg")?);
    let message = match message.is_none() {
        true => None,
        false => Some(convert::display(thread, message.value())?),
    };
    write(thread, exception.value(), message, field("object")?.value());
    Ok(Owned::NONE)
}

fn write(thread: &Thread, exception: Value, message: Option<String>, object: Value) {
    let mut text = match (message, object.is_none()) {
        (Some(message), true) => format!("{message}:\n"),
        (Some(message), false) => format!("{message}: {}\n", shown(thread, object)),
        (None, true) => String::new(),
        (None, false) => format!("Exception ignored in: {}\n", shown(thread, object)),
    };
    text.push_str(&interpreter::report::unraisable(thread, exception));
    start::write_error(&text);
}
