//! `mappingproxy`: a mapping that can be read but not changed (`type.__dict__`).

use super::dict::Dict;
use super::list::List;
use super::names::Name;
use super::tuple::Tuple;
use super::{Builtin, class_of, str};
use crate::object::{Header, Kind, Object, Slot};
use crate::operators::arithmetic::{self, BinaryOp};
use crate::operators::compare::{self, CompareOp};
use crate::operators::{attribute, call, convert, index, iterate};
use crate::{Owned, Result, Thread, Value, heap, methods, raise};

/// The view. The mapping never changes.
#[repr(C)]
pub struct MappingProxy {
    header: Header,
    mapping: Slot,
}

// SAFETY: `repr(C)`, header first, own kind; one counted reference.
unsafe impl Object for MappingProxy {
    const KIND: Kind = Kind::MAPPING_PROXY;
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.mapping.peek());
    }
}

/// A view of a mapping.
pub fn new(thread: &Thread, mapping: Owned) -> Owned {
    let object = MappingProxy {
        header: Builtin::MappingProxy.class().instance_header(thread),
        mapping: Slot::new(mapping),
    };
    heap::new(thread, object)
}

impl MappingProxy {
    /// What is viewed, borrowed for as long as the view.
    pub fn mapping(&self) -> Value {
        self.mapping.peek()
    }
}

fn mapping(value: Value) -> Value {
    value
        .get::<MappingProxy>()
        .map_or(value, MappingProxy::mapping)
}

fn make(thread: &Thread, args: &[Value]) -> Result {
    let mapping = class_of(args[1]).lookup_name(Name::GETITEM).is_some();
    if !mapping || args[1].is::<List>() || args[1].is::<Tuple>() {
        let got = class_of(args[1]).name();
        return raise!(
            thread,
            TypeError,
            "mappingproxy() argument must be a mapping, not {got}"
        );
    }
    Ok(new(thread, Owned::new(args[1])))
}

fn get_item(thread: &Thread, args: &[Value]) -> Result {
    index::get_item(thread, mapping(args[0]), args[1])
}

fn length(thread: &Thread, args: &[Value]) -> Result {
    Ok(super::int::from_usize(
        thread,
        index::length(thread, mapping(args[0]))?,
    ))
}

fn contains(thread: &Thread, args: &[Value]) -> Result {
    index::contains(thread, mapping(args[0]), args[1]).map(Owned::bool)
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    iterate::iter(thread, mapping(args[0]))
}

/// A method of the mapping, by its name.
fn delegate(thread: &Thread, args: &[Value], name: &str) -> Result {
    let name = str::intern(thread, name);
    let method = attribute::get(thread, mapping(args[0]), name)?;
    call::call(thread, method.value(), &args[1..])
}

fn get(thread: &Thread, args: &[Value]) -> Result {
    if let Some(dict) = mapping(args[0]).get_exact::<Dict>() {
        return Ok(dict
            .get(thread, args[1])?
            .unwrap_or_else(|| Owned::new(args[2])));
    }
    delegate(thread, args, "get")
}

fn keys(thread: &Thread, args: &[Value]) -> Result {
    delegate(thread, args, "keys")
}

fn values(thread: &Thread, args: &[Value]) -> Result {
    delegate(thread, args, "values")
}

fn items(thread: &Thread, args: &[Value]) -> Result {
    delegate(thread, args, "items")
}

fn copy(thread: &Thread, args: &[Value]) -> Result {
    delegate(thread, args, "copy")
}

fn reversed(thread: &Thread, args: &[Value]) -> Result {
    delegate(thread, args, "__reversed__")
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let shown = convert::repr(thread, mapping(args[0]))?;
    Ok(str::new(
        thread,
        &format!("mappingproxy({})", str::display(shown.value())),
    ))
}

fn to_str(thread: &Thread, args: &[Value]) -> Result {
    convert::str(thread, mapping(args[0]))
}

fn equal(thread: &Thread, args: &[Value]) -> Result {
    compare::rich(thread, CompareOp::Eq, mapping(args[0]), mapping(args[1]))
}

fn not_equal(thread: &Thread, args: &[Value]) -> Result {
    compare::rich(thread, CompareOp::Ne, mapping(args[0]), mapping(args[1]))
}

fn merge(thread: &Thread, args: &[Value]) -> Result {
    arithmetic::binary(thread, BinaryOp::Or, mapping(args[0]), mapping(args[1]))
}

fn reflected_merge(thread: &Thread, args: &[Value]) -> Result {
    arithmetic::binary(thread, BinaryOp::Or, mapping(args[1]), mapping(args[0]))
}

fn merge_in_place(thread: &Thread, args: &[Value]) -> Result {
    let name = class_of(args[0]).name();
    raise!(
        thread,
        TypeError,
        "'|=' is not supported by {name}; use '|' instead"
    )
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let hash = convert::hash(thread, mapping(args[0]))?;
    Ok(super::int::from_i64(thread, hash))
}

methods! { pub METHODS:
    new "mappingproxy(type, mapping)" => make;
    "__getitem__(self, key, /)" => get_item;
    "__len__(self, /)" => length -> Int;
    "__contains__(self, key, /)" => contains -> Bool;
    "__iter__(self, /)" => iter;
    "__reversed__(self, /)" => reversed;
    "__repr__(self, /)" => repr -> Str;
    "__str__(self, /)" => to_str -> Str;
    "__eq__(self, value, /)" => equal;
    "__ne__(self, value, /)" => not_equal;
    "__hash__(self, /)" => hash -> Int;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => super::generic_alias::class_getitem;
    "__ior__(self, value, /)" => merge_in_place;
    "__or__(self, value, /)" => merge;
    "__ror__(self, value, /)" => reflected_merge;
    /// Return the value for key if key is in the mapping, else default.
    "get(self, key, default=None, /)" => get;
    /// a set-like object providing a view on D's keys
    "keys(self, /)" => keys;
    /// an object providing a view on D's values
    "values(self, /)" => values;
    /// a set-like object providing a view on D's items
    "items(self, /)" => items;
    /// a shallow copy of D
    "copy(self, /)" => copy;
}
