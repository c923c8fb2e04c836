//! "Did you mean": what the report of a NameError, AttributeError or ImportError adds to the message, by CPython's rules.

use crate::object::Owned;
use crate::operators::{attribute, call, index, iterate, suggest};
use crate::types::exception::{self, classes, classes::Typo};
use crate::types::frame::FrameObject;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{self, traceback};
use crate::{Builtin, Result, Thread, Value, import, start};
use std::fs;

/// What follows the message; empty if there is nothing to say.
pub(super) fn hint(thread: &Thread, exception: Value) -> String {
    let found = if exception::is(exception, Builtin::NameError) {
        for_name(thread, exception)
    } else if exception::is(exception, Builtin::AttributeError) {
        for_attribute(thread, exception).map(mean)
    } else if exception::is(exception, Builtin::ImportError) {
        for_import(thread, exception).map(mean)
    } else {
        return String::new();
    };
    // What goes wrong while looking for a suggestion is no business of the report's.
    found.unwrap_or_else(|raised| {
        drop(thread.take_exception(raised));
        String::new()
    })
}

fn mean(suggestion: Option<String>) -> String {
    suggestion.map_or_else(String::new, |name| format!(". Did you mean: '{name}'?"))
}

/// The frame that raised.
fn innermost(exception: Value) -> Option<Owned> {
    traceback::innermost(exception::traceback_of(exception).value())
}

fn for_name(thread: &Thread, exception: Value) -> Result<String> {
    let Some(wrong) = classes::text_field(exception, classes::NAME_ERROR_NAME) else {
        return Ok(String::new());
    };
    let suggestion = match innermost(exception) {
        Some(frame) => visible_name(thread, frame.value(), &wrong)?,
        None => None,
    };
    let forgotten = is_library_module(thread, &wrong)?;
    let or = match &suggestion {
        Some(_) => " Or did",
        None => ". Did",
    };
    let mut text = mean(suggestion);
    if forgotten {
        text.push_str(&format!("{or} you forget to import '{wrong}'?"));
    }
    Ok(text)
}

/// The name most like `wrong` that a frame sees; an attribute of `self` with exactly this name comes first.
fn visible_name(thread: &Thread, frame: Value, wrong: &str) -> Result<Option<String>> {
    let mut names = Vec::new();
    for scope in ["f_locals", "f_globals", "f_builtins"] {
        let scope = attribute::get(thread, frame, types::str::intern(thread, scope))?;
        names.extend(iterate::collect(thread, scope.value())?);
    }
    if let Some(receiver) = receiver_of(thread, frame)? {
        let name = types::str::intern(thread, wrong);
        let found = attribute::get_optional(thread, receiver.value(), name);
        match found {
            Ok(Some(_)) => return Ok(Some(format!("self.{wrong}"))),
            Ok(None) => {}
            Err(raised) => drop(thread.take_exception(raised)),
        }
    }
    // Native code forgets variables that it has no more use for.
    let object = frame.get::<FrameObject>();
    let forgotten = object.and_then(FrameObject::possible_variables);
    let forgotten = forgotten.into_iter().flatten().map(str::to_owned);
    let known = names.iter().filter_map(text);
    Ok(suggest::closest(wrong, forgotten.chain(known)))
}

/// The frame's variable `self`.
fn receiver_of(thread: &Thread, frame: Value) -> Result<Option<Owned>> {
    let locals = attribute::get(thread, frame, types::str::intern(thread, "f_locals"))?;
    let name = types::str::intern(thread, "self");
    match index::contains(thread, locals.value(), name)? {
        true => index::get_item(thread, locals.value(), name).map(Some),
        false => Ok(None),
    }
}

fn text(name: &Owned) -> Option<String> {
    Some(name.get::<Str>()?.to_str_lossy().into_owned())
}

fn is_library_module(thread: &Thread, name: &str) -> Result<bool> {
    let sys = import::system(thread)?;
    let names = types::str::intern(thread, "stdlib_module_names");
    match attribute::get_optional(thread, sys.value(), names)? {
        Some(names) => {
            let name = types::str::intern(thread, name);
            index::contains(thread, names.value(), name)
        }
        None => Ok(false),
    }
}

/// The attributes that an object lists, in order.
fn attributes(thread: &Thread, object: Value) -> Result<Vec<String>> {
    let name = types::names::Name::DIR;
    let listed = match types::class::as_class(object) {
        // A class's own `__dir__` would be that of its instances.
        Some(_) => attribute::call_special(thread, object, name, &[])?,
        None => {
            let method = attribute::get(thread, object, name.value())?;
            Some(call::call(thread, method.value(), &[])?)
        }
    };
    let mut names = match listed {
        Some(names) => iterate::collect(thread, names.value())?,
        None => Vec::new(),
    };
    names.retain(|name| name.is::<Str>());
    let mut names: Vec<String> = names.iter().filter_map(text).collect();
    names.sort();
    Ok(names)
}

fn for_attribute(thread: &Thread, exception: Value) -> Result<Option<String>> {
    let Some(wrong) = classes::text_field(exception, classes::ATTRIBUTE_ERROR_NAME) else {
        return Ok(None);
    };
    let object = classes::member(exception, classes::ATTRIBUTE_ERROR_OBJ);
    let mut names = attributes(thread, object.value())?;
    // Private names are for the object's own methods.
    let mut hide = !wrong.starts_with('_');
    if hide && let Some(frame) = innermost(exception) {
        let receiver = receiver_of(thread, frame.value())?;
        hide = receiver.is_none_or(|receiver| receiver.value() != object.value());
    }
    if hide {
        names.retain(|name| !name.starts_with('_'));
    }
    Ok(suggest::closest(&wrong, names))
}

fn for_import(thread: &Thread, exception: Value) -> Result<Option<String>> {
    let wrong = classes::text_field(exception, classes::IMPORT_ERROR_NAME_FROM);
    let module = classes::text_field(exception, classes::IMPORT_ERROR_NAME);
    let (Some(wrong), Some(module)) = (wrong, module) else {
        return Ok(None);
    };
    let Some(module) = import::loaded(thread, &module) else {
        return Ok(None);
    };
    let mut names = attributes(thread, module.value())?;
    if !wrong.starts_with('_') {
        names.retain(|name| !name.starts_with('_'));
    }
    Ok(suggest::closest(&wrong, names))
}

/// The name that should have been a keyword, where the message of a SyntaxError does not say what is wrong.
pub(super) fn typo(exception: Value) -> Option<Typo> {
    let [message, file, text] = [0, 1, 4].map(|index| classes::text_field(exception, index));
    let text = text.filter(|_| message.is_some_and(|message| Typo::may_explain(&message)))?;
    let metadata = classes::member(exception, classes::SYNTAX_METADATA);
    let [first, _, source] = *metadata.get::<Tuple>()?.items() else {
        return None;
    };
    let number = |value| usize::try_from(types::int::to_i64(value)?).ok();
    let first = number(first)?;
    let line = number(classes::member(exception, 2).value())?;
    let (source, from_file) = match source.get::<Str>() {
        Some(source) => (Some(source.to_str_lossy().into_owned()), false),
        None => (file.and_then(|file| fs::read_to_string(file).ok()), true),
    };
    let Some(source) = source else {
        return start::find_typo(&[text.trim_end_matches('\n')], false);
    };
    let lines: Vec<&str> = source.lines().collect();
    let end = line.min(lines.len());
    start::find_typo(lines.get(first.saturating_sub(1)..end)?, from_file)
}
