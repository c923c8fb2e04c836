//! How exceptions are taken apart for `copy` and `pickle`.

use super::{classes, of};
use crate::operators::attribute;
use crate::types::dict::{self, Dict};
use crate::types::names::Name;
use crate::types::tuple::Tuple;
use crate::types::{class_of, str, tuple};
use crate::{Object, Owned, Result, Thread, Value, raise};

/// The attributes, if there are any.
fn attributes(thread: &Thread, exception: Value) -> Result<Option<Owned>> {
    let attributes = attribute::get_optional(thread, exception, Name::DICT.value())?;
    Ok(attributes.filter(|dict| dict.get::<Dict>().is_some_and(|dict| !dict.is_empty())))
}

fn parts(thread: &Thread, exception: Value, args: Owned, state: Option<Owned>) -> Owned {
    let class = Owned::new(class_of(exception).value());
    let parts = [Some(class), Some(args), state];
    tuple::new(thread, parts.into_iter().flatten().collect())
}

fn arguments(exception: Value) -> Owned {
    let exception = of(&exception);
    exception.read(&exception.args)
}

/// `(class, args)`, with attributes `(class, args, attributes)`.
pub(super) fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let state = attributes(thread, args[0])?;
    Ok(parts(thread, args[0], arguments(args[0]), state))
}

/// The file names are no part of `args`, so they are added.
pub(super) fn reduce_os_error(thread: &Thread, args: &[Value]) -> Result {
    let exception = args[0];
    let mut arguments = arguments(exception);
    let (first, second) = (
        classes::get_named(exception, "filename"),
        classes::get_named(exception, "filename2"),
    );
    let items = arguments.get::<Tuple>().map_or(&[][..], Tuple::items);
    if let &[number, text] = items
        && !first.value().is_none()
    {
        let mut all = vec![Owned::new(number), Owned::new(text), first];
        if !second.value().is_none() {
            all.extend([Owned::NONE, second]);
        }
        arguments = tuple::new(thread, all);
    }
    let state = attributes(thread, exception)?;
    Ok(parts(thread, exception, arguments, state))
}

/// The attributes and those of the class's fields that are set; none if there is nothing.
fn with_fields(thread: &Thread, exception: Value, fields: &[&str]) -> Result<Option<Owned>> {
    let state = dict::new(thread);
    let table = state.get::<Dict>().expect("made as a dict");
    if let Some(attributes) = attributes(thread, exception)? {
        table.merge(thread, attributes.get::<Dict>().expect("it is one"))?;
    }
    for name in fields {
        let value = classes::get_named(exception, name);
        if !value.value().is_none() {
            table.set(thread, str::intern(thread, name), value.value())?;
        }
    }
    Ok(match table.is_empty() {
        true => None,
        false => Some(state),
    })
}

pub(super) fn reduce_import_error(thread: &Thread, args: &[Value]) -> Result {
    let state = with_fields(thread, args[0], &["name", "path", "name_from"])?;
    Ok(parts(thread, args[0], arguments(args[0]), state))
}

/// The object stays behind: it may be anything.
pub(super) fn attribute_error_state(thread: &Thread, args: &[Value]) -> Result {
    let state = with_fields(thread, args[0], &["name"])?;
    let state = state.unwrap_or_else(|| dict::new(thread));
    let table = state.get::<Dict>().expect("made as a dict");
    let arguments = arguments(args[0]);
    table.set(thread, str::intern(thread, "args"), arguments.value())?;
    Ok(state)
}

pub(super) fn reduce_attribute_error(thread: &Thread, args: &[Value]) -> Result {
    let state = attribute_error_state(thread, args)?;
    Ok(parts(thread, args[0], arguments(args[0]), Some(state)))
}

pub(super) fn set_state(thread: &Thread, args: &[Value]) -> Result {
    if args[1].is_none() {
        return Ok(Owned::NONE);
    }
    let Some(state) = args[1].get::<Dict>() else {
        return raise!(thread, TypeError, "state is not a dictionary");
    };
    for (name, value) in state.snapshot(thread) {
        attribute::set(thread, args[0], name.value(), value.value())?;
    }
    Ok(Owned::NONE)
}
