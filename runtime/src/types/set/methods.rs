//! The methods of `set` and `frozenset`.

use super::{Frozenset, Set, algebra, as_set, hash_element, new_instance};
use crate::object::Object;
use crate::operators::compare::CompareOp;
use crate::operators::{attribute, iterate};
use crate::types::define::receiver;
use crate::types::dict::key_error;
use crate::types::iterators::tables;
use crate::types::keyed::Keyed;
use crate::types::names::Name;
use crate::types::sequences::{guarded_repr, push_repr};
use crate::types::tuple::{self, Tuple};
use crate::types::{Builtin, Type, class_of, generic_alias, int, list};
use crate::{Owned, Result, Thread, Value, methods, raise};

// What both have.
methods! { pub COMMON:
    /// Return repr(self).
    "__repr__(self, /)" => repr -> Str;
    /// Return self<value.
    "__lt__(self, value, /)" => lt;
    /// Return self<=value.
    "__le__(self, value, /)" => le;
    /// Return self==value.
    "__eq__(self, value, /)" => eq;
    /// Return self!=value.
    "__ne__(self, value, /)" => ne;
    /// Return self>value.
    "__gt__(self, value, /)" => gt;
    /// Return self>=value.
    "__ge__(self, value, /)" => ge;
    /// Implement iter(self).
    "__iter__(self, /)" => iter -> SetIterator;
    /// Return self-value.
    "__sub__(self, value, /)" => sub;
    /// Return value-self.
    "__rsub__(self, value, /)" => reflected_sub;
    /// Return self&value.
    "__and__(self, value, /)" => and;
    /// Return value&self.
    "__rand__(self, value, /)" => reflected_and;
    /// Return self^value.
    "__xor__(self, value, /)" => xor;
    /// Return value^self.
    "__rxor__(self, value, /)" => reflected_xor;
    /// Return self|value.
    "__or__(self, value, /)" => or;
    /// Return value|self.
    "__ror__(self, value, /)" => reflected_or;
    /// Return len(self).
    "__len__(self, /)" => len -> Int;
    /// x.__contains__(y) <==> y in x.
    "__contains__(self, object, /)" => contains_method -> Bool;
    /// Return a shallow copy of a set.
    "copy(self, /)" => copy;
    /// Return a new set with elements in the set that are not in the others.
    "difference(self, /, *others)" => difference;
    /// Return a new set with elements common to the set and all others.
    "intersection(self, /, *others)" => intersection;
    /// Return True if two sets have a null intersection.
    "isdisjoint(self, other, /)" => is_disjoint -> Bool;
    /// Report whether another set contains this set.
    "issubset(self, other, /)" => is_subset -> Bool;
    /// Report whether this set contains another set.
    "issuperset(self, other, /)" => is_superset -> Bool;
    /// Return state information for pickling.
    "__reduce__(self, /)" => reduce -> Tuple;
    /// S.__sizeof__() -> size of S in memory, in bytes.
    "__sizeof__(self, /)" => size_of_set -> Int;
    /// Return a new set with elements in either the set or other but not both.
    "symmetric_difference(self, other, /)" => symmetric_difference;
    /// Return a new set with elements from the set and all others.
    "union(self, /, *others)" => union;
    /// sets are generic over the type of their elements
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
}

// What only `set` has.
methods! { pub SET:
    /// Create and return a new object.  See help(type) for accurate signature.
    new "set(type, /, *args, **kwargs)" => new_set;
    /// Initialize self.  See help(type(self)) for accurate signature.
    "__init__(self, iterable=(), /)" => init -> None;
    /// Return self-=value.
    "__isub__(self, value, /)" => inplace_sub;
    /// Return self&=value.
    "__iand__(self, value, /)" => inplace_and;
    /// Return self^=value.
    "__ixor__(self, value, /)" => inplace_xor;
    /// Return self|=value.
    "__ior__(self, value, /)" => inplace_or;
    /// Add an element to a set.
    ///
    /// This has no effect if the element is already present.
    "add(self, object, /)" => add -> None;
    /// Remove all elements from this set.
    "clear(self, /)" => clear -> None;
    /// Remove an element from a set if it is a member.
    ///
    /// Unlike set.remove(), the discard() method does not raise an exception when an
    /// element is missing from the set.
    "discard(self, object, /)" => discard -> None;
    /// Update the set, removing elements found in others.
    "difference_update(self, /, *others)" => difference_update -> None;
    /// Update the set, keeping only elements found in it and all others.
    "intersection_update(self, /, *others)" => intersection_update -> None;
    /// Remove and return an arbitrary set element.
    ///
    /// Raises KeyError if the set is empty.
    "pop(self, /)" => pop;
    /// Remove an element from a set; it must be a member.
    ///
    /// If the element is not a member, raise a KeyError.
    "remove(self, object, /)" => remove -> None;
    /// Update the set, keeping only elements found in either set, but not in both.
    "symmetric_difference_update(self, other, /)" => symmetric_difference_update -> None;
    /// Update the set, adding elements from all others.
    "update(self, /, *others)" => update -> None;
}

// What only `frozenset` has.
methods! { pub FROZENSET:
    /// Create and return a new object.  See help(type) for accurate signature.
    new "frozenset(type, iterable=(), /)" => new_frozenset;
    /// Return hash(self).
    "__hash__(self, /)" => hash -> Int;
}

fn this(args: &[Value]) -> &Set {
    as_set(&args[0]).expect("methods are bound to instances of their type")
}

/// The values of `*others`.
fn others(args: &[Value]) -> &[Value] {
    args[1]
        .get::<Tuple>()
        .expect("`*others` is a tuple")
        .items()
}

fn new_set(thread: &Thread, args: &[Value]) -> Result {
    Ok(new_instance(thread, receiver::<Type>(args)))
}

fn init(thread: &Thread, args: &[Value]) -> Result {
    let set = this(args);
    if !set.is_empty() {
        set.clear(thread);
    }
    algebra::fill(thread, set, args[1])?;
    Ok(Owned::NONE)
}

fn new_frozenset(thread: &Thread, args: &[Value]) -> Result {
    let class = receiver::<Type>(args);
    if class.is(Builtin::Frozenset) && args[1].get_exact::<Frozenset>().is_some() {
        return Ok(Owned::new(args[1]));
    }
    let result = new_instance(thread, class);
    algebra::fill(thread, as_set(&result).expect("made as a set"), args[1])?;
    Ok(result)
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let set = this(args);
    let class = class_of(args[0]);
    let name = class.name();
    guarded_repr(thread, args[0], &format!("{name}(...)"), |text| {
        let elements = set.snapshot(thread);
        if elements.is_empty() {
            text.push_str(&name);
            text.push_str("()");
            return Ok(());
        }
        let (open, close) = if class.is(Builtin::Set) {
            ("{", "}")
        } else {
            ("({", "})")
        };
        text.push_str(if class.is(Builtin::Set) { "" } else { &name });
        text.push_str(open);
        for (index, element) in elements.into_iter().enumerate() {
            text.push_str(if index > 0 { ", " } else { "" });
            push_repr(thread, text, element.value())?;
        }
        text.push_str(close);
        Ok(())
    })
}

/// `set op value`; NotImplemented if the value is no set.
pub fn compare(thread: &Thread, op: CompareOp, set: &Set, value: Value) -> Result {
    let Some(other) = as_set(&value) else {
        return Ok(Owned::NOT_IMPLEMENTED);
    };
    let lengths = set.len().cmp(&other.len());
    let result = match op {
        CompareOp::Eq => lengths.is_eq() && algebra::is_subset(thread, set, other)?,
        CompareOp::Ne => !(lengths.is_eq() && algebra::is_subset(thread, set, other)?),
        CompareOp::Lt => lengths.is_lt() && algebra::is_subset(thread, set, other)?,
        CompareOp::Le => algebra::is_subset(thread, set, other)?,
        CompareOp::Gt => lengths.is_gt() && algebra::is_subset(thread, other, set)?,
        CompareOp::Ge => algebra::is_subset(thread, other, set)?,
    };
    Ok(Owned::bool(result))
}

fn lt(thread: &Thread, args: &[Value]) -> Result {
    compare(thread, CompareOp::Lt, this(args), args[1])
}

fn le(thread: &Thread, args: &[Value]) -> Result {
    compare(thread, CompareOp::Le, this(args), args[1])
}

fn eq(thread: &Thread, args: &[Value]) -> Result {
    compare(thread, CompareOp::Eq, this(args), args[1])
}

fn ne(thread: &Thread, args: &[Value]) -> Result {
    compare(thread, CompareOp::Ne, this(args), args[1])
}

fn gt(thread: &Thread, args: &[Value]) -> Result {
    compare(thread, CompareOp::Gt, this(args), args[1])
}

fn ge(thread: &Thread, args: &[Value]) -> Result {
    compare(thread, CompareOp::Ge, this(args), args[1])
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let hash = this(args).frozen_hash(thread);
    Ok(int::from_i64(thread, hash))
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    Ok(tables::set(thread, this(args)))
}

fn len(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::inline(Value::small_int(this(args).len() as i64)))
}

fn size_of_set(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, this(args).size()))
}

/// Applies an operation on sets; NotImplemented if an operand is none.
fn operate(
    thread: &Thread,
    left: Value,
    right: Value,
    operation: fn(&Thread, &Set, Value) -> Result,
) -> Result {
    match (as_set(&left), as_set(&right)) {
        (Some(set), Some(_)) => operation(thread, set, right),
        _ => Ok(Owned::NOT_IMPLEMENTED),
    }
}

fn sub(thread: &Thread, args: &[Value]) -> Result {
    operate(thread, args[0], args[1], algebra::difference)
}

fn reflected_sub(thread: &Thread, args: &[Value]) -> Result {
    operate(thread, args[1], args[0], algebra::difference)
}

fn and(thread: &Thread, args: &[Value]) -> Result {
    operate(thread, args[0], args[1], algebra::intersection)
}

fn reflected_and(thread: &Thread, args: &[Value]) -> Result {
    operate(thread, args[1], args[0], algebra::intersection)
}

fn xor(thread: &Thread, args: &[Value]) -> Result {
    operate(thread, args[0], args[1], algebra::symmetric_difference)
}

fn reflected_xor(thread: &Thread, args: &[Value]) -> Result {
    operate(thread, args[1], args[0], algebra::symmetric_difference)
}

fn or(thread: &Thread, args: &[Value]) -> Result {
    operate(thread, args[0], args[1], algebra::union)
}

fn reflected_or(thread: &Thread, args: &[Value]) -> Result {
    operate(thread, args[1], args[0], algebra::union)
}

/// Applies an operation that changes the first set, and returns it.
fn operate_inplace(
    thread: &Thread,
    args: &[Value],
    operation: fn(&Thread, &Set, Value) -> Result<()>,
) -> Result {
    if as_set(&args[1]).is_none() {
        return Ok(Owned::NOT_IMPLEMENTED);
    }
    operation(thread, this(args), args[1])?;
    Ok(Owned::new(args[0]))
}

fn inplace_sub(thread: &Thread, args: &[Value]) -> Result {
    operate_inplace(thread, args, algebra::difference_update)
}

fn inplace_and(thread: &Thread, args: &[Value]) -> Result {
    operate_inplace(thread, args, |thread, set, other| {
        let common = algebra::intersection(thread, set, other)?;
        set.take_over(thread, as_set(&common).expect("made as a set"));
        Ok(())
    })
}

fn inplace_xor(thread: &Thread, args: &[Value]) -> Result {
    operate_inplace(thread, args, algebra::symmetric_difference_update)
}

fn inplace_or(thread: &Thread, args: &[Value]) -> Result {
    operate_inplace(thread, args, algebra::fill)
}

/// A value as an element to look for: a set, which has no hash, stands for the frozenset of its elements.
fn searched(thread: &Thread, value: Value) -> Result<(Owned, i64)> {
    let raised = match hash_element(thread, value) {
        Ok(hash) => return Ok((Owned::new(value), hash)),
        Err(raised) => raised,
    };
    let Some(set) = value.get::<Set>() else {
        return Err(raised);
    };
    if !crate::types::exception::is(thread.pending_exception(), Builtin::TypeError) {
        return Err(raised);
    }
    drop(thread.take_exception(raised));
    let frozen = super::frozen_copy(thread, set)?;
    let hash = as_set(&frozen).expect("made as a set").frozen_hash(thread);
    Ok((frozen, hash))
}

/// `value in set`
#[inline]
pub fn contains(thread: &Thread, set: &Set, value: Value) -> Result<bool> {
    if value.is::<Set>() {
        let (value, hash) = searched(thread, value)?;
        return set.contains_hashed(thread, value.value(), hash);
    }
    set.contains(thread, value)
}

fn contains_method(thread: &Thread, args: &[Value]) -> Result {
    let found = contains(thread, this(args), args[1])?;
    Ok(Owned::bool(found))
}

fn copy(thread: &Thread, args: &[Value]) -> Result {
    if args[0].get_exact::<Frozenset>().is_some() {
        return Ok(Owned::new(args[0]));
    }
    algebra::copy(thread, this(args))
}

/// Applies an operation to the set and each of `*others` in turn.
fn fold(thread: &Thread, args: &[Value], operation: fn(&Thread, &Set, Value) -> Result) -> Result {
    let mut result = match others(args) {
        [] => return copy(thread, args),
        [first, ..] => operation(thread, this(args), *first)?,
    };
    for &other in &others(args)[1..] {
        result = operation(thread, as_set(&result).expect("made as a set"), other)?;
    }
    Ok(result)
}

fn difference(thread: &Thread, args: &[Value]) -> Result {
    fold(thread, args, algebra::difference)
}

fn intersection(thread: &Thread, args: &[Value]) -> Result {
    fold(thread, args, algebra::intersection)
}

fn union(thread: &Thread, args: &[Value]) -> Result {
    let result = algebra::copy(thread, this(args))?;
    for &other in others(args) {
        algebra::fill(thread, as_set(&result).expect("made as a set"), other)?;
    }
    Ok(result)
}

fn symmetric_difference(thread: &Thread, args: &[Value]) -> Result {
    algebra::symmetric_difference(thread, this(args), args[1])
}

fn is_disjoint(thread: &Thread, args: &[Value]) -> Result {
    let disjoint = algebra::is_disjoint(thread, this(args), args[1])?;
    Ok(Owned::bool(disjoint))
}

fn is_subset(thread: &Thread, args: &[Value]) -> Result {
    let set = this(args);
    let result = match as_set(&args[1]) {
        Some(other) => algebra::is_subset(thread, set, other)?,
        None => {
            let common = algebra::intersection(thread, set, args[1])?;
            as_set(&common).expect("made as a set").len() == set.len()
        }
    };
    Ok(Owned::bool(result))
}

fn is_superset(thread: &Thread, args: &[Value]) -> Result {
    let set = this(args);
    if let Some(other) = as_set(&args[1]) {
        return Ok(Owned::bool(algebra::is_subset(thread, other, set)?));
    }
    let iterator = iterate::iter(thread, args[1])?;
    while let Some(item) = iterate::next(thread, iterator.value())? {
        if !set.contains(thread, item.value())? {
            return Ok(Owned::bool(false));
        }
    }
    Ok(Owned::bool(true))
}

fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let elements = list::new(thread, this(args).snapshot(thread));
    let state = attribute::get_optional(thread, args[0], Name::DICT.value())?;
    let class = Owned::new(class_of(args[0]).value());
    let arguments = tuple::from_array(thread, [elements]);
    Ok(tuple::from_array(
        thread,
        [class, arguments, state.unwrap_or(Owned::NONE)],
    ))
}

fn add(thread: &Thread, args: &[Value]) -> Result {
    this(args).add(thread, args[1])?;
    Ok(Owned::NONE)
}

fn clear(thread: &Thread, args: &[Value]) -> Result {
    this(args).clear(thread);
    Ok(Owned::NONE)
}

fn discard(thread: &Thread, args: &[Value]) -> Result {
    let (value, hash) = searched(thread, args[1])?;
    this(args).remove_hashed(thread, value.value(), hash)?;
    Ok(Owned::NONE)
}

fn remove(thread: &Thread, args: &[Value]) -> Result {
    let (value, hash) = searched(thread, args[1])?;
    if this(args).remove_hashed(thread, value.value(), hash)? {
        return Ok(Owned::NONE);
    }
    key_error(thread, args[1])
}

fn pop(thread: &Thread, args: &[Value]) -> Result {
    match this(args).pop(thread) {
        Some(element) => Ok(element),
        None => raise!(thread, KeyError, "pop from an empty set"),
    }
}

fn update(thread: &Thread, args: &[Value]) -> Result {
    for &other in others(args) {
        algebra::fill(thread, this(args), other)?;
    }
    Ok(Owned::NONE)
}

fn difference_update(thread: &Thread, args: &[Value]) -> Result {
    for &other in others(args) {
        algebra::difference_update(thread, this(args), other)?;
    }
    Ok(Owned::NONE)
}

fn intersection_update(thread: &Thread, args: &[Value]) -> Result {
    // Sets, unlike frozen ones, are never shared by `fold`: nobody else knows the result.
    let common = fold(thread, args, algebra::intersection)?;
    this(args).take_over(thread, as_set(&common).expect("made as a set"));
    Ok(Owned::NONE)
}

fn symmetric_difference_update(thread: &Thread, args: &[Value]) -> Result {
    algebra::symmetric_difference_update(thread, this(args), args[1])?;
    Ok(Owned::NONE)
}
