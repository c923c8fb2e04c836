//! The methods of `dict`.

use super::views::{self, What};
use super::{Dict, key_error, new, new_instance};
use crate::object::Object;
use crate::operators::compare::CompareOp;
use crate::operators::{attribute, call, compare, index, iterate};
use crate::types::define::receiver;
use crate::types::iterators::tables;
use crate::types::names::Name;
use crate::types::sequences::{guarded_repr, push_repr};
use crate::types::str;
use crate::types::{Builtin, Type, class_of, exception, generic_alias, int, tuple};
use crate::{Owned, Raised, Result, Thread, Value, methods, raise};

methods! { pub METHODS:
    /// Create and return a new object.  See help(type) for accurate signature.
    new "dict(type, /, *args, **kwargs)" => new_method;
    /// Initialize self.  See help(type(self)) for accurate signature.
    "__init__(self, iterable=<missing>, /, **kwargs)" => update_method -> None;
    /// Return repr(self).
    "__repr__(self, /)" => repr -> Str;
    /// Return self==value.
    "__eq__(self, value, /)" => eq;
    /// Return self!=value.
    "__ne__(self, value, /)" => ne;
    /// Implement iter(self).
    "__iter__(self, /)" => iter -> DictKeyIterator;
    /// Return self|value.
    "__or__(self, value, /)" => or;
    /// Return value|self.
    "__ror__(self, value, /)" => reflected_or;
    /// Return self|=value.
    "__ior__(self, value, /)" => inplace_or;
    /// Return len(self).
    "__len__(self, /)" => len -> Int;
    /// Return self[key].
    "__getitem__(self, key, /)" => get_item;
    /// Set self[key] to value.
    "__setitem__(self, key, value, /)" => set_item -> None;
    /// Delete self[key].
    "__delitem__(self, key, /)" => delete_item -> None;
    /// True if the dictionary has the specified key, else False.
    "__contains__(self, key, /)" => contains -> Bool;
    /// Return the size of the dict in memory, in bytes.
    "__sizeof__(self, /)" => size_of_dict -> Int;
    /// Return the value for key if key is in the dictionary, else default.
    "get(self, key, default=None, /)" => get;
    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    "setdefault(self, key, default=None, /)" => set_default;
    /// D.pop(k[,d]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    "pop(self, key, default=<missing>, /)" => pop;
    /// Remove and return a (key, value) pair as a 2-tuple.
    ///
    /// Pairs are returned in LIFO (last-in, first-out) order.
    /// Raises KeyError if the dict is empty.
    "popitem(self, /)" => pop_item -> Tuple;
    /// Return a set-like object providing a view on the dict's keys.
    "keys(self, /)" => keys -> DictKeys;
    /// Return a set-like object providing a view on the dict's items.
    "items(self, /)" => items -> DictItems;
    /// Return an object providing a view on the dict's values.
    "values(self, /)" => values -> DictValues;
    /// D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.
    /// If E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]
    /// If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v
    /// In either case, this is followed by: for k in F:  D[k] = F[k]
    "update(self, iterable=<missing>, /, **kwargs)" => update_method -> None;
    /// Create a new dictionary with keys from iterable and values set to value.
    class "fromkeys(type, iterable, value=None, /)" => from_keys;
    /// Remove all items from the dict.
    "clear(self, /)" => clear -> None;
    /// Return a shallow copy of the dict.
    "copy(self, /)" => copy -> Dict;
    /// Return a reverse iterator over the dict keys.
    "__reversed__(self, /)" => reversed -> DictReverseKeyIterator;
    /// dicts are generic over two types, signifying (respectively) the types of their keys and values
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
}

fn this(args: &[Value]) -> &Dict {
    receiver(args)
}

fn new_method(thread: &Thread, args: &[Value]) -> Result {
    Ok(new_instance(thread, receiver::<Type>(args)))
}

fn update_method(thread: &Thread, args: &[Value]) -> Result {
    let dict = this(args);
    if !args[1].is_missing() {
        update(thread, dict, args[1])?;
    }
    if let Some(keywords) = args[2].get::<Dict>() {
        dict.merge(thread, keywords)?;
    }
    Ok(Owned::NONE)
}

/// `dict.update(source)`: from a mapping or from pairs.
pub fn update(thread: &Thread, dict: &Dict, source: Value) -> Result<()> {
    if let Some(other) = plain_dict(&source) {
        return dict.merge(thread, other);
    }
    if let Some(keys) = attribute::get_optional(thread, source, Name::KEYS.value())? {
        let keys = call::call(thread, keys.value(), &[])?;
        return iterate::for_each(thread, keys.value(), |key| {
            let value = index::get_item(thread, source, key.value())?;
            dict.set(thread, key.value(), value.value())
        });
    }
    let mut position = 0;
    iterate::for_each(thread, source, |pair| {
        let [key, value] = key_and_value(thread, position, pair.value())?;
        position += 1;
        dict.set(thread, key.value(), value.value())
    })
}

/// A dict, or an instance of a subclass that iterates like one.
fn plain_dict(source: &Value) -> Option<&Dict> {
    let dict = source.get::<Dict>()?;
    let iter = |class: &Type| class.lookup_name(Name::ITER);
    let plain = source.get_exact::<Dict>().is_some()
        || iter(class_of(*source)) == iter(Builtin::Dict.class());
    plain.then_some(dict)
}

/// An element of a sequence of pairs.
fn key_and_value(thread: &Thread, position: usize, pair: Value) -> Result<[Owned; 2]> {
    let refuse = || raise!(thread, TypeError, "object is not iterable");
    let source = iterate::source_or(thread, pair, refuse);
    let items = source.and_then(|source| iterate::collect(thread, source.value()));
    let items = items.map_err(|raised| explain(thread, position, raised))?;
    let len = items.len();
    match <[Owned; 2]>::try_from(items) {
        Ok(pair) => Ok(pair),
        Err(_) => raise!(
            thread,
            ValueError,
            "dictionary update sequence element #{position} has length {len}; 2 is required"
        ),
    }
}

/// Adds to a `TypeError` which element it is about.
#[cold]
fn explain(thread: &Thread, position: usize, raised: Raised) -> Raised {
    if !exception::is(thread.pending_exception(), Builtin::TypeError) {
        return raised;
    }
    let exception = thread.take_exception(raised);
    let text =
        format!("Cannot convert dictionary update sequence element #{position} to a sequence");
    let note = str::new(thread, &text);
    match call::call_method(thread, exception.value(), Name::ADD_NOTE, &[note.value()]) {
        Ok(_) => thread.raise_value(exception),
        Err(raised) => raised,
    }
}

/// Can the value stand behind `**`: has it `keys`?
pub fn is_mapping(thread: &Thread, value: Value) -> Result<bool> {
    if value.is::<Dict>() {
        return Ok(true);
    }
    Ok(attribute::get_optional(thread, value, Name::KEYS.value())?.is_some())
}

/// Keys and values of any mapping.
pub fn pairs_of_mapping(thread: &Thread, mapping: Value) -> Result<Vec<(Owned, Owned)>> {
    if let Some(dict) = plain_dict(&mapping) {
        return Ok(dict.snapshot(thread));
    }
    let keys = call::call_method(thread, mapping, Name::KEYS, &[])?;
    let mut pairs = Vec::new();
    iterate::for_each(thread, keys.value(), |key| {
        let value = index::get_item(thread, mapping, key.value())?;
        pairs.push((key, value));
        Ok(())
    })?;
    Ok(pairs)
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    repr_of(thread, this(args))
}

/// `dict.__repr__`
pub fn repr_of(thread: &Thread, dict: &Dict) -> Result {
    if dict.is_empty() {
        return Ok(str::new(thread, "{}"));
    }
    guarded_repr(thread, dict.value(), "{...}", |text| {
        text.push_str("{");
        for (index, (key, value)) in dict.snapshot(thread).into_iter().enumerate() {
            text.push_str(if index > 0 { ", " } else { "" });
            push_repr(thread, text, key.value())?;
            text.push_str(": ");
            push_repr(thread, text, value.value())?;
        }
        text.push_str("}");
        Ok(())
    })
}

fn eq(thread: &Thread, args: &[Value]) -> Result {
    compare(thread, CompareOp::Eq, this(args), args[1])
}

fn ne(thread: &Thread, args: &[Value]) -> Result {
    compare(thread, CompareOp::Ne, this(args), args[1])
}

/// `dict op value`; NotImplemented if the value is no dict, or dicts have no such operator.
pub fn compare(thread: &Thread, op: CompareOp, dict: &Dict, value: Value) -> Result {
    match value.get::<Dict>() {
        Some(other) if op.is_equality() => {
            let equal = equals(thread, dict, other)?;
            Ok(Owned::bool(equal == (op == CompareOp::Eq)))
        }
        _ => Ok(Owned::NOT_IMPLEMENTED),
    }
}

fn equals(thread: &Thread, a: &Dict, b: &Dict) -> Result<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    for (hash, key, value) in a.snapshot_hashed(thread) {
        let Some(other) = b.get_hashed(thread, key.value(), hash)? else {
            return Ok(false);
        };
        if !compare::equal(thread, value.value(), other.value())? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    Ok(tables::dict(thread, this(args), What::Keys, false))
}

fn reversed(thread: &Thread, args: &[Value]) -> Result {
    Ok(tables::dict(thread, this(args), What::Keys, true))
}

fn or(thread: &Thread, args: &[Value]) -> Result {
    union(thread, args[0], args[1])
}

fn reflected_or(thread: &Thread, args: &[Value]) -> Result {
    union(thread, args[1], args[0])
}

fn union(thread: &Thread, left: Value, right: Value) -> Result {
    let (Some(left), Some(_)) = (left.get::<Dict>(), right.get::<Dict>()) else {
        return Ok(Owned::NOT_IMPLEMENTED);
    };
    let result = copy_of(thread, left)?;
    update(thread, result.get::<Dict>().expect("made as a dict"), right)?;
    Ok(result)
}

/// A plain dict with the same keys and values.
pub fn copy_of(thread: &Thread, dict: &Dict) -> Result {
    let copy = new(thread);
    copy.get::<Dict>()
        .expect("made as a dict")
        .merge(thread, dict)?;
    Ok(copy)
}

fn inplace_or(thread: &Thread, args: &[Value]) -> Result {
    update(thread, this(args), args[1])?;
    Ok(Owned::new(args[0]))
}

fn len(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::inline(Value::small_int(this(args).len() as i64)))
}

fn size_of_dict(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, this(args).size()))
}

fn get_item(thread: &Thread, args: &[Value]) -> Result {
    subscript(thread, this(args), args[1])
}

/// `dict[key]`, `__missing__` included.
#[inline]
pub fn subscript(thread: &Thread, dict: &Dict, key: Value) -> Result {
    match dict.get(thread, key)? {
        Some(value) => Ok(value),
        None => missing(thread, dict, key),
    }
}

#[cold]
fn missing(thread: &Thread, dict: &Dict, key: Value) -> Result {
    if dict.header().kind().is_subclass()
        && let Some(value) = attribute::call_special(thread, dict.value(), Name::MISSING, &[key])?
    {
        return Ok(value);
    }
    key_error(thread, key)
}

fn set_item(thread: &Thread, args: &[Value]) -> Result {
    this(args).set(thread, args[1], args[2])?;
    Ok(Owned::NONE)
}

fn delete_item(thread: &Thread, args: &[Value]) -> Result {
    delete(thread, this(args), args[1])?;
    Ok(Owned::NONE)
}

/// `del dict[key]`
pub fn delete(thread: &Thread, dict: &Dict, key: Value) -> Result<()> {
    match dict.remove(thread, key)? {
        Some(_) => Ok(()),
        None => key_error(thread, key),
    }
}

fn contains(thread: &Thread, args: &[Value]) -> Result {
    let found = this(args).contains(thread, args[1])?;
    Ok(Owned::bool(found))
}

fn get(thread: &Thread, args: &[Value]) -> Result {
    let value = this(args).get(thread, args[1])?;
    Ok(value.unwrap_or_else(|| Owned::new(args[2])))
}

fn set_default(thread: &Thread, args: &[Value]) -> Result {
    this(args).set_default(thread, args[1], args[2])
}

fn pop(thread: &Thread, args: &[Value]) -> Result {
    let dict = this(args);
    // As in CPython, an empty dict does not even ask for the key's hash.
    let removed = if dict.is_empty() {
        None
    } else {
        dict.remove(thread, args[1])?
    };
    match removed {
        Some(value) => Ok(value),
        None if args[2].is_missing() => key_error(thread, args[1]),
        None => Ok(Owned::new(args[2])),
    }
}

fn pop_item(thread: &Thread, args: &[Value]) -> Result {
    match this(args).pop_last(thread) {
        Some((key, value)) => Ok(tuple::from_array(thread, [key, value])),
        None => raise!(thread, KeyError, "popitem(): dictionary is empty"),
    }
}

fn keys(thread: &Thread, args: &[Value]) -> Result {
    Ok(views::new(thread, args[0], What::Keys))
}

fn values(thread: &Thread, args: &[Value]) -> Result {
    Ok(views::new(thread, args[0], What::Values))
}

fn items(thread: &Thread, args: &[Value]) -> Result {
    Ok(views::new(thread, args[0], What::Items))
}

fn from_keys(thread: &Thread, args: &[Value]) -> Result {
    let [class, iterable, value] = *args else {
        unreachable!("bound by its signature")
    };
    let result = call::call(thread, class, &[])?;
    if let Some(dict) = result.get_exact::<Dict>() {
        iterate::for_each(thread, iterable, |key| dict.set(thread, key.value(), value))?;
    } else {
        iterate::for_each(thread, iterable, |key| {
            index::set_item(thread, result.value(), key.value(), value)
        })?;
    }
    Ok(result)
}

fn clear(thread: &Thread, args: &[Value]) -> Result {
    this(args).clear(thread);
    Ok(Owned::NONE)
}

fn copy(thread: &Thread, args: &[Value]) -> Result {
    copy_of(thread, this(args))
}
