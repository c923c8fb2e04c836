//! The values of a statement's parameters: sequences for those without names, mappings for the others.

use super::raw::Datum;
use super::statements::Prepared;
use super::{adapt, errors, values};
use ashore_runtime::operators::index;
use ashore_runtime::types::dict::Dict;
use ashore_runtime::types::names::Name;
use ashore_runtime::types::tuple::Tuple;
use ashore_runtime::types::{class_of, exception, int, str};
use ashore_runtime::{Builtin, Owned, Result, Thread, Value};

/// What parameters come in.
enum Given {
    /// All of them.
    Items(Vec<Owned>),
    /// As many as this, to be asked for by number.
    Sequence(usize),
    Mapping,
}

fn given(thread: &Thread, set: Value) -> Result<Option<Given>> {
    if class_of(set).is(Builtin::Tuple)
        && let Some(items) = set.get::<Tuple>()
    {
        return Ok(Some(Given::Items(items.to_vec())));
    }
    let is_mapping = set.is::<Dict>() || class_of(set).is(Builtin::MappingProxy);
    let has_items = class_of(set).lookup(Name::GETITEM.value()).is_some();
    Ok(match (is_mapping, has_items) {
        (true, _) => Some(Given::Mapping),
        (false, true) => Some(Given::Sequence(index::length(thread, set)?)),
        (false, false) => None,
    })
}

/// The values of a statement's parameters, as SQLite has them.
pub(super) fn parameters(thread: &Thread, prepared: &Prepared, set: Value) -> Result<Vec<Datum>> {
    let names = prepared.parameters(thread)?;
    let Some(given) = given(thread, set)? else {
        let text = "parameters are of unsupported type";
        return Err(errors::PROGRAMMING.raise(thread, text));
    };
    let count = match &given {
        Given::Items(items) => Some(items.len()),
        Given::Sequence(length) => Some(*length),
        Given::Mapping => None,
    };
    let needed = names.len();
    if let Some(count) = count.filter(|count| *count != needed) {
        let text = format!(
            "Incorrect number of bindings supplied. The current statement uses {needed}, and there are {count} supplied."
        );
        return Err(errors::PROGRAMMING.raise(thread, &text));
    }
    let mut values = Vec::with_capacity(needed);
    for (place, name) in names.iter().enumerate() {
        let name = name.as_deref();
        let value = match &given {
            Given::Mapping => by_name(thread, set, place, name)?,
            Given::Items(items) => {
                check_nameless(thread, place, name)?;
                items[place].clone()
            }
            Given::Sequence(_) => {
                check_nameless(thread, place, name)?;
                let key = int::from_usize(thread, place);
                index::get_item(thread, set, key.value())?
            }
        };
        values.push(datum(thread, place, value)?);
    }
    Ok(values)
}

fn check_nameless(thread: &Thread, place: usize, name: Option<&str>) -> Result<()> {
    match name {
        Some(name) if !name.starts_with('?') => {
            let number = place + 1;
            let text = format!(
                "Binding {number} ('{name}') is a named parameter, but you supplied a sequence which requires nameless \
                 (qmark) placeholders."
            );
            Err(errors::PROGRAMMING.raise(thread, &text))
        }
        _ => Ok(()),
    }
}

fn by_name(thread: &Thread, set: Value, place: usize, name: Option<&str>) -> Result {
    let Some(name) = name else {
        let number = place + 1;
        let text = format!(
            "Binding {number} has no name, but you supplied a dictionary (which has only names)."
        );
        return Err(errors::PROGRAMMING.raise(thread, &text));
    };
    // The first character says that it is a name.
    let name = &name[1..];
    let key = str::new(thread, name);
    index::get_item(thread, set, key.value()).map_err(|raised| {
        if !exception::is(thread.pending_exception(), Builtin::LookupError) {
            return raised;
        }
        drop(thread.take_exception(raised));
        let text = format!("You did not supply a value for binding parameter :{name}.");
        errors::PROGRAMMING.raise(thread, &text)
    })
}

fn datum(thread: &Thread, place: usize, value: Owned) -> Result<Datum> {
    let adapted = match adapt::is_needed(value.value()) {
        true => adapt::for_statement(thread, value)?,
        false => value,
    };
    match values::to_datum(thread, adapted.value())? {
        Some(datum) => Ok(datum),
        None => {
            let (number, class) = (place + 1, class_of(adapted.value()).name());
            let text = format!("Error binding parameter {number}: type '{class}' is not supported");
            Err(errors::PROGRAMMING.raise(thread, &text))
        }
    }
}
