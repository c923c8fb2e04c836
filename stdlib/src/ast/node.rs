//! `ast.AST`: what all nodes do alike. A class's `_fields`, `_attributes` and `_field_types` say what its nodes have; programs
//! may derive classes with others.

use super::AST;
use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::types::class_of;
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::list::{self, List};
use ashore_runtime::types::module::Module;
use ashore_runtime::types::sequences::{guarded_repr, push_repr};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, methods, raise, warnings};

/// How many levels of nodes a repr shows.
const SHOWN: usize = 3;

/// `module.name`
pub(super) fn member(thread: &Thread, module: &Module, name: &str) -> Result {
    attribute::get(thread, module.value(), str::intern(thread, name))
}

/// `object.name = value`
pub(super) fn set(thread: &Thread, object: Value, name: &str, value: Value) -> Result<()> {
    attribute::set(thread, object, str::intern(thread, name), value)
}

fn get(thread: &Thread, object: Value, name: &str) -> Result<Option<Owned>> {
    attribute::get_optional(thread, object, str::intern(thread, name))
}

/// The names in an attribute of a node's class.
fn names(thread: &Thread, node: Value, attribute: &str) -> Result<Vec<Owned>> {
    let class = class_of(node).value();
    match get(thread, class, attribute)? {
        Some(names) => ashore_runtime::operators::iterate::collect(thread, names.value()),
        None => Ok(Vec::new()),
    }
}

fn position(thread: &Thread, names: &[Owned], name: Value) -> Result<Option<usize>> {
    for (index, known) in names.iter().enumerate() {
        if ashore_runtime::operators::compare::equal(thread, known.value(), name)? {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

fn init(thread: &Thread, args: &[Value]) -> Result {
    let node = args[0];
    let class = class_of(node);
    let fields = names(thread, node, "_fields")?;
    let given = args[1].get::<Tuple>().map_or(&[][..], Tuple::items);
    if given.len() > fields.len() {
        let (name, n) = (class.short_name(), fields.len());
        let s = plural(n);
        return raise!(
            thread,
            TypeError,
            "{name} constructor takes at most {n} positional argument{s}"
        );
    }
    let mut missing = vec![true; fields.len()];
    for (index, &value) in given.iter().enumerate() {
        attribute::set(thread, node, fields[index].value(), value)?;
        missing[index] = false;
    }
    let named = args[2].get::<Dict>().map(|named| named.snapshot(thread));
    for (name, value) in named.unwrap_or_default() {
        match position(thread, &fields, name.value())? {
            Some(index) if !missing[index] => {
                let (class, field) = (class.short_name(), str::display(name.value()));
                return raise!(
                    thread,
                    TypeError,
                    "{class} got multiple values for argument '{field}'"
                );
            }
            Some(index) => missing[index] = false,
            None => check_attribute(thread, node, name.value())?,
        }
        attribute::set(thread, node, name.value(), value.value())?;
    }
    let absent = fields.iter().zip(missing).filter(|(_, missing)| *missing);
    let absent: Vec<&Owned> = absent.map(|(field, _)| field).collect();
    add_missing(thread, node, &absent)?;
    Ok(Owned::NONE)
}

/// Warns of a keyword that is neither a field nor a place.
fn check_attribute(thread: &Thread, node: Value, name: Value) -> Result<()> {
    if position(thread, &names(thread, node, "_attributes")?, name)?.is_some() {
        return Ok(());
    }
    let (class, name) = (class_of(node).short_name(), str::display(name));
    let text = format!(
        "{class}.__init__ got an unexpected keyword argument '{name}'. Support for arbitrary keyword arguments is deprecated \
         and will be removed in Python 3.15."
    );
    warnings::warn(thread, Builtin::DeprecationWarning, &text, false)
}

/// Gives fields without a value what their type says: lists are empty, a context is `Load()`, optional ones stay the class's.
fn add_missing(thread: &Thread, node: Value, absent: &[&Owned]) -> Result<()> {
    let class = class_of(node);
    let Some(types) = get(thread, class.value(), "_field_types")? else {
        return Ok(());
    };
    for &field in absent {
        let name = convert::display_repr(thread, field.value())?;
        let kind = match types.get::<Dict>() {
            Some(types) => types.get(thread, field.value())?,
            None => None,
        };
        let Some(kind) = kind else {
            let class = class.short_name();
            let text = format!(
                "Field {name} is missing from {class}._field_types. This will become an error in Python 3.15."
            );
            warnings::warn(thread, Builtin::DeprecationWarning, &text, false)?;
            continue;
        };
        if class_of(kind.value()).is(Builtin::Union) {
            continue;
        }
        let value = if class_of(kind.value()).is(Builtin::GenericAlias) {
            list::new(thread, Vec::new())
        } else if is_context(thread, kind.value())? {
            let load = ashore_runtime::import::loaded(thread, "_ast");
            let load = load.map(|module| get(thread, module.value(), "Load"));
            match load.transpose()?.flatten() {
                Some(load) => call::call(thread, load.value(), &[])?,
                None => continue,
            }
        } else {
            let class = class.short_name();
            let text = format!(
                "{class}.__init__ missing 1 required positional argument: {name}. This will become an error in Python 3.15."
            );
            warnings::warn(thread, Builtin::DeprecationWarning, &text, false)?;
            continue;
        };
        attribute::set(thread, node, field.value(), value.value())?;
    }
    Ok(())
}

/// Is it the class `ast.expr_context`?
fn is_context(thread: &Thread, kind: Value) -> Result<bool> {
    let Some(module) = ashore_runtime::import::loaded(thread, "_ast") else {
        return Ok(false);
    };
    let context = get(thread, module.value(), "expr_context")?;
    Ok(context.is_some_and(|context| context.value() == kind))
}

/// The node's own attributes, a dict.
fn own(thread: &Thread, node: Value) -> Result {
    attribute::get(thread, node, str::intern(thread, "__dict__"))
}

/// As many Nones as there are fields in front that have values: they make the constructor complain of none.
fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let (node, attributes) = (args[0], own(thread, args[0])?);
    let mut leading = 0;
    for field in names(thread, node, "_fields")? {
        let known = match attributes.get::<Dict>() {
            Some(attributes) => attributes.get(thread, field.value())?,
            None => None,
        };
        if known.is_none() {
            break;
        }
        leading += 1;
    }
    let class = Owned::new(class_of(node).value());
    let given = tuple::from_slice(thread, &vec![Value::NONE; leading]);
    Ok(tuple::new(thread, vec![class, given, attributes]))
}

fn replace(thread: &Thread, args: &[Value]) -> Result {
    let node = args[0];
    let class = class_of(node);
    let fields = names(thread, node, "_fields")?;
    let places = names(thread, node, "_attributes")?;
    let replaced = dict::new(thread);
    let table = replaced.get::<Dict>().expect("made as a dict");
    let attributes = own(thread, node)?;
    let old = attributes.get::<Dict>().map(|own| own.snapshot(thread));
    let is_known = |name: &Owned| -> Result<bool> {
        Ok(position(thread, &fields, name.value())?.is_some()
            || position(thread, &places, name.value())?.is_some())
    };
    for (name, value) in old.unwrap_or_default() {
        if is_known(&name)? {
            table.set(thread, name.value(), value.value())?;
        }
    }
    let new = args[1].get::<Dict>().map(|new| new.snapshot(thread));
    for (name, value) in new.unwrap_or_default() {
        if !is_known(&name)? {
            let (class, name) = (class.short_name(), str::display(name.value()));
            return raise!(
                thread,
                TypeError,
                "{class}.__replace__ got an unexpected keyword argument '{name}'."
            );
        }
        table.set(thread, name.value(), value.value())?;
    }
    check_complete(thread, node, table, &fields)?;
    let none = tuple::empty(thread);
    call::call_packed(thread, class.value(), none.value(), replaced.value())
}

/// Fields without a value must be optional.
fn check_complete(thread: &Thread, node: Value, table: &Dict, fields: &[Owned]) -> Result<()> {
    let class = class_of(node);
    let mut missing = Vec::new();
    for field in fields {
        let default = attribute::get_optional(thread, class.value(), field.value())?;
        if default.is_none() && table.get(thread, field.value())?.is_none() {
            missing.push(format!("'{}'", str::display(field.value())));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    missing.sort_unstable();
    let (name, n, s) = (class.short_name(), missing.len(), plural(missing.len()));
    let missing = missing.join(", ");
    raise!(
        thread,
        TypeError,
        "{name}.__replace__ missing {n} keyword argument{s}: {missing}."
    )
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    shown(thread, args[0], SHOWN)
}

/// The repr of a node with so many levels of nodes.
fn shown(thread: &Thread, node: Value, levels: usize) -> Result {
    let class = class_of(node).short_name();
    let hidden = format!("{class}(...)");
    if levels == 0 {
        return Ok(str::new(thread, &hidden));
    }
    let fields = names(thread, node, "_fields")?;
    guarded_repr(thread, node, &hidden, |text| {
        text.push_str(&format!("{class}("));
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                text.push_str(", ");
            }
            let value = attribute::get(thread, node, field.value())?;
            if let Some(name) = field.get::<Str>() {
                text.push(name);
            }
            text.push_str("=");
            push_field(thread, text, value.value(), levels - 1)?;
        }
        text.push_str(")");
        Ok(())
    })
}

fn push_field(thread: &Thread, text: &mut str::Builder, value: Value, levels: usize) -> Result<()> {
    let (items, open, close) = if let Some(list) = value.get::<List>() {
        (list.snapshot(thread), "[", "]")
    } else if let Some(tuple) = value.get::<Tuple>() {
        let items = tuple.items().iter().map(|&item| Owned::new(item));
        (items.collect(), "(", ")")
    } else {
        return push_value(thread, text, value, levels);
    };
    text.push_str(open);
    for (index, item) in items.iter().enumerate() {
        match index {
            0 => push_value(thread, text, item.value(), levels)?,
            // Of long lists the ends are shown.
            1 if items.len() > 2 => text.push_str(", ..."),
            _ if index + 1 == items.len() => {
                text.push_str(", ");
                push_value(thread, text, item.value(), levels)?;
            }
            _ => {}
        }
    }
    text.push_str(close);
    Ok(())
}

fn push_value(thread: &Thread, text: &mut str::Builder, value: Value, levels: usize) -> Result<()> {
    if !AST.is_instance(thread, value) {
        return push_repr(thread, text, value);
    }
    let shown = shown(thread, value, levels)?;
    let shown = convert::str(thread, shown.value())?;
    if let Some(shown) = shown.get::<Str>() {
        text.push(shown);
    }
    Ok(())
}

methods! { pub(super) METHODS:
    "__init__(self, /, *args, **kwargs)" => init -> None;
    /// Return repr(self).
    "__repr__(self, /)" => repr -> Str;
    "__reduce__(self, /)" => reduce -> Tuple;
    /// Return a copy of the AST node with new values for the specified fields.
    "__replace__(self, /, **fields)" => replace;
}
