//! Methods of `None`, `Ellipsis` and `NotImplemented`.

use super::dict::Dict;
use super::str;
use super::tuple::Tuple;
use crate::operators::convert;
use crate::types::int;
use crate::{Owned, Result, Thread, Value, methods, raise};

fn check_nothing_given(thread: &Thread, args: &[Value], name: &str) -> Result<()> {
    let positional = args[1].get::<Tuple>().map_or(0, Tuple::len);
    let keywords = args[2].get::<Dict>().map_or(0, Dict::len);
    if positional + keywords == 0 {
        return Ok(());
    }
    raise!(thread, TypeError, "{name} takes no arguments")
}

fn new_none(thread: &Thread, args: &[Value]) -> Result {
    check_nothing_given(thread, args, "NoneType")?;
    Ok(Owned::NONE)
}

fn new_ellipsis(thread: &Thread, args: &[Value]) -> Result {
    check_nothing_given(thread, args, "EllipsisType")?;
    Ok(Owned::inline(Value::ELLIPSIS))
}

fn new_not_implemented(thread: &Thread, args: &[Value]) -> Result {
    check_nothing_given(thread, args, "NotImplementedType")?;
    Ok(Owned::NOT_IMPLEMENTED)
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    convert::repr(thread, args[0])
}

fn truth(thread: &Thread, args: &[Value]) -> Result {
    convert::truth(thread, args[0]).map(Owned::bool)
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    convert::hash(thread, args[0]).map(|hash| int::from_i64(thread, hash))
}

/// None equals itself; everything else is up to the other operand.
fn none_eq(_: &Thread, args: &[Value]) -> Result {
    Ok(match args[1].is_none() {
        true => Owned::bool(true),
        false => Owned::NOT_IMPLEMENTED,
    })
}

fn none_ne(_: &Thread, args: &[Value]) -> Result {
    Ok(match args[1].is_none() {
        true => Owned::bool(false),
        false => Owned::NOT_IMPLEMENTED,
    })
}

fn no_order(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::NOT_IMPLEMENTED)
}

methods! { pub NONE:
    /// Create and return a new object.  See help(type) for accurate signature.
    new "NoneType(type, /, *args, **kwargs)" => new_none -> None;
    "__repr__(self, /)" => repr -> Str;
    "__bool__(self, /)" => truth -> Bool;
    "__hash__(self, /)" => hash -> Int;
    "__eq__(self, value, /)" => none_eq;
    "__ne__(self, value, /)" => none_ne;
    "__lt__(self, value, /)" => no_order;
    "__le__(self, value, /)" => no_order;
    "__gt__(self, value, /)" => no_order;
    "__ge__(self, value, /)" => no_order;
}

methods! { pub ELLIPSIS:
    /// Create and return a new object.  See help(type) for accurate signature.
    new "ellipsis(type, /, *args, **kwargs)" => new_ellipsis;
    "__repr__(self, /)" => repr -> Str;
    "__reduce__(self, /)" => repr -> Str;
}

methods! { pub NOT_IMPLEMENTED:
    /// Create and return a new object.  See help(type) for accurate signature.
    new "NotImplementedType(type, /, *args, **kwargs)" => new_not_implemented;
    "__repr__(self, /)" => repr -> Str;
    "__reduce__(self, /)" => repr -> Str;
    "__bool__(self, /)" => truth -> Bool;
}
