//! Pattern matching (PEP 634).

use super::frame::Machine;
use crate::object::Owned;
use crate::operators::{attribute, call, index};
use crate::types::class::Type;
use crate::types::dict::Dict;
use crate::types::names::Name;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{self, class_of};
use crate::{Builtin, Result, Thread, Value, raise};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Dst, Peek};

/// Is the value a sequence for patterns? That is up to its class; str, bytes and bytearray are none.
pub fn is_sequence(value: Value) -> bool {
    class_of(value).is_sequence()
}

/// Is the value a mapping for patterns?
pub fn is_mapping(value: Value) -> bool {
    class_of(value).is_mapping()
}

/// `dst = len(subject)`.
pub fn get_len(m: &Machine<'_>, dst: Dst, subject: Peek) -> Result<()> {
    let length = index::length(m.thread, m.window().get(subject.0))?;
    m.window()
        .set(dst.0, types::int::from_usize(m.thread, length));
    Ok(())
}

/// `dst` = tuple of the values of `keys`, or None if one is missing.
pub fn match_keys(m: &Machine<'_>, dst: Dst, subject: Peek, keys: Peek) -> Result<()> {
    let (subject, keys) = (
        Owned::new(m.window().get(subject.0)),
        Owned::new(m.window().get(keys.0)),
    );
    let values = values_of_keys(m.thread, subject.value(), keys.value())?;
    m.window().set(dst.0, values);
    Ok(())
}

/// Tuple of the values of the keys in a mapping, or None if one is missing.
pub fn values_of_keys(thread: &Thread, subject: Value, keys: Value) -> Result {
    let keys = keys
        .get::<Tuple>()
        .expect("the compiler gives a tuple of keys")
        .items();
    let mut values = Vec::with_capacity(keys.len());
    for (i, &key) in keys.iter().enumerate() {
        for &earlier in &keys[..i] {
            if crate::operators::compare::equal(thread, earlier, key)? {
                let text = crate::operators::convert::display_repr(thread, key)?;
                return raise!(
                    thread,
                    ValueError,
                    "mapping pattern checks duplicate key ({text})"
                );
            }
        }
        // `get` with a marker, so that defaultdicts do not grow.
        let value = if let Some(dict) = subject.get_exact::<Dict>() {
            dict.get(thread, key)?
        } else {
            let marker = Value::ELLIPSIS;
            let value = call::call_method(thread, subject, Name::GET_METHOD, &[key, marker])?;
            (value.value() != marker).then_some(value)
        };
        match value {
            Some(value) => values.push(value),
            None => return Ok(Owned::NONE),
        }
    }
    Ok(types::tuple::new(thread, values))
}

/// `dst` = tuple of attributes of `subject` seen as a `class`, or None.
pub fn match_class(m: &Machine<'_>, op: ops::MatchClass) -> Result<()> {
    let subject = Owned::new(m.window().get(op.subject.0));
    let class = m.own(op.class.0);
    let names = m.code().constants[op.names.0 as usize];
    let result = attributes_of(
        m.thread,
        subject.value(),
        class.value(),
        usize::from(op.n.0),
        names,
    )?;
    m.window().set(op.dst.0, result);
    Ok(())
}

/// Tuple of `n` positional and the named attributes of a subject seen as an instance of a class, or None.
pub fn attributes_of(
    thread: &Thread,
    subject: Value,
    class: Value,
    n: usize,
    names: Value,
) -> Result {
    let names = names
        .get::<Tuple>()
        .expect("the compiler gives a tuple of names")
        .items();
    let values = class_attributes(thread, subject, class, n, names)?;
    Ok(values.map_or(Owned::NONE, |values| types::tuple::new(thread, values)))
}

fn class_attributes(
    thread: &Thread,
    subject: Value,
    class: Value,
    n: usize,
    names: &[Value],
) -> Result<Option<Vec<Owned>>> {
    let Some(class_type) = class.get::<Type>() else {
        return raise!(thread, TypeError, "called match pattern must be a class");
    };
    if !types::class::is_instance_of(thread, subject, class)? {
        return Ok(None);
    }
    let mut values = Vec::with_capacity(n + names.len());
    let mut seen: Vec<Value> = Vec::new();
    let mut positional = n;
    if n > 0 {
        match attribute::get_optional(thread, class, Name::MATCH_ARGS.value())? {
            Some(match_args) => {
                let Some(args) = match_args.get_exact::<Tuple>() else {
                    let (name, got) = (class_type.name(), class_of(match_args.value()).name());
                    return raise!(
                        thread,
                        TypeError,
                        "{name}.__match_args__ must be a tuple (got {got})"
                    );
                };
                check_count(thread, class_type, args.items().len(), n)?;
                for &name in &args.items()[..n] {
                    if !name.is::<Str>() {
                        let got = class_of(name).name();
                        return raise!(
                            thread,
                            TypeError,
                            "__match_args__ elements must be strings (got {got})"
                        );
                    }
                    check_once(thread, class_type, &seen, name)?;
                    seen.push(name);
                    let Some(value) = attribute::get_optional(thread, subject, name)? else {
                        return Ok(None);
                    };
                    values.push(value);
                }
                positional = 0;
            }
            None if matches_self(class_type) => {
                check_count(thread, class_type, 1, n)?;
                values.push(Owned::new(subject));
                positional = 0;
            }
            None => {}
        }
    }
    check_count(thread, class_type, 0, positional)?;
    for &name in names {
        check_once(thread, class_type, &seen, name)?;
        let Some(value) = attribute::get_optional(thread, subject, name)? else {
            return Ok(None);
        };
        values.push(value);
    }
    Ok(Some(values))
}

/// Each attribute has one sub-pattern.
fn check_once(thread: &Thread, class: &Type, seen: &[Value], name: Value) -> Result<()> {
    for &other in seen {
        if crate::operators::compare::equal(thread, other, name)? {
            let class = class.name();
            let name = crate::operators::convert::display(thread, name)?;
            return raise!(
                thread,
                TypeError,
                "{class}() got multiple sub-patterns for attribute '{name}'"
            );
        }
    }
    Ok(())
}

fn check_count(thread: &Thread, class: &Type, allowed: usize, given: usize) -> Result<()> {
    if given <= allowed {
        return Ok(());
    }
    let (name, plural) = (class.name(), if allowed == 1 { "" } else { "s" });
    raise!(
        thread,
        TypeError,
        "{name}() accepts {allowed} positional sub-pattern{plural} ({given} given)"
    )
}

/// The builtin classes whose single positional sub-pattern is the subject itself.
fn matches_self(class: &Type) -> bool {
    use Builtin::{
        Bool, Bytearray as ByteArray, Bytes as ByteString, Dict as Mapping, Float, Frozenset, Int,
        Set,
    };
    let own = [
        Bool,
        ByteArray,
        ByteString,
        Mapping,
        Float,
        Frozenset,
        Int,
        Set,
        Builtin::List,
        Builtin::Str,
        Builtin::Tuple,
    ];
    own.iter()
        .any(|builtin| class.is_subclass_of(builtin.class()))
}
