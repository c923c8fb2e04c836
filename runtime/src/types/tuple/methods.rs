//! The methods of `tuple`.

use super::{Tuple, empty, new, new_instance};
use crate::object::Object;
use crate::operators::compare::CompareOp;
use crate::operators::{convert, iterate};
use crate::types::define::receiver;
use crate::types::iterators::sequence;
use crate::types::sequences::{self, Subscript, guarded_repr, index_in};
use crate::types::{Builtin, Type, generic_alias, int};
use crate::{Owned, Result, Thread, Value, methods, raise};

methods! { pub METHODS:
    /// Create and return a new object.  See help(type) for accurate signature.
    new "tuple(type, iterable=(), /)" => new_method;
    /// Return repr(self).
    "__repr__(self, /)" => repr -> Str;
    /// Return hash(self).
    "__hash__(self, /)" => hash -> Int;
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
    "__iter__(self, /)" => iter -> TupleIterator;
    /// Return len(self).
    "__len__(self, /)" => len -> Int;
    /// Return self[key].
    "__getitem__(self, key, /)" => get_item;
    /// Return self+value.
    "__add__(self, value, /)" => add -> Tuple;
    /// Return self*value.
    "__mul__(self, value, /)" => mul -> Tuple;
    /// Return value*self.
    "__rmul__(self, value, /)" => mul -> Tuple;
    /// Return bool(key in self).
    "__contains__(self, key, /)" => contains -> Bool;
    "__getnewargs__(self, /)" => get_new_args -> Tuple;
    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    "index(self, value, start=<missing>, stop=<missing>, /)" => index -> Int;
    /// Return number of occurrences of value.
    "count(self, value, /)" => count -> Int;
    /// Tuples are generic over the types of their contents.
    ///
    /// For example, use ``tuple[int, str]`` for a pair whose first element is an int
    /// and second element is a string.
    ///
    /// Tuples also support the form ``tuple[T, ...]`` to indicate an arbitrary length
    /// tuple of elements of type T.
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
}

fn this(args: &[Value]) -> &Tuple {
    receiver(args)
}

fn new_method(thread: &Thread, args: &[Value]) -> Result {
    let class = receiver::<Type>(args);
    if class.is(Builtin::Tuple) {
        return from_iterable(thread, args[1]);
    }
    let items = iterate::collect_unasked(thread, args[1])?;
    Ok(new_instance(thread, class, items))
}

/// `tuple(iterable)`
pub fn from_iterable(thread: &Thread, iterable: Value) -> Result {
    if iterable.get_exact::<Tuple>().is_some() {
        return Ok(Owned::new(iterable));
    }
    Ok(new(thread, iterate::collect_unasked(thread, iterable)?))
}

/// The tuple itself, or one of its items if it is of a subclass.
fn plain(thread: &Thread, tuple: &Tuple) -> Owned {
    let value = tuple.value();
    if value.get_exact::<Tuple>().is_some() {
        return Owned::new(value);
    }
    new(thread, tuple.to_vec())
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    repr_of(thread, this(args))
}

/// `tuple.__repr__`
pub fn repr_of(thread: &Thread, tuple: &Tuple) -> Result {
    guarded_repr(thread, tuple.value(), "(...)", |text| {
        text.push_str("(");
        let count = sequences::repr(thread, tuple, text)?;
        text.push_str(if count == 1 { ",)" } else { ")" });
        Ok(())
    })
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let hash = super::hash(thread, this(args))?;
    Ok(int::from_i64(thread, hash))
}

/// `tuple op value`; NotImplemented if the value is no tuple.
pub fn compare(thread: &Thread, op: CompareOp, tuple: &Tuple, value: Value) -> Result {
    match value.get::<Tuple>() {
        Some(other) => sequences::compare(thread, op, tuple, other),
        None => Ok(Owned::NOT_IMPLEMENTED),
    }
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

fn iter(thread: &Thread, args: &[Value]) -> Result {
    Ok(sequence::tuple(thread, args[0]))
}

fn len(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::inline(Value::small_int(this(args).len() as i64)))
}

fn get_item(thread: &Thread, args: &[Value]) -> Result {
    subscript(thread, this(args), args[1])
}

/// `tuple[key]`
#[inline]
pub fn subscript(thread: &Thread, tuple: &Tuple, key: Value) -> Result {
    match Subscript::of(thread, key, "tuple")? {
        Subscript::Index(index) => match index_in(index, tuple.len()) {
            Some(index) => Ok(Owned::new(tuple.items()[index])),
            None => raise!(thread, IndexError, "tuple index out of range"),
        },
        Subscript::Slice(bounds) => {
            let selection = bounds.of(tuple.len());
            if selection.step == 1 && selection.count == tuple.len() {
                return Ok(plain(thread, tuple));
            }
            Ok(new(thread, sequences::select(tuple.items(), selection)))
        }
    }
}

fn add(thread: &Thread, args: &[Value]) -> Result {
    concat(thread, this(args), args[1])
}

/// `tuple + value`
pub fn concat(thread: &Thread, tuple: &Tuple, value: Value) -> Result {
    let Some(other) = value.get::<Tuple>() else {
        let name = convert::type_name(value);
        return raise!(
            thread,
            TypeError,
            "can only concatenate tuple (not \"{name}\") to tuple"
        );
    };
    if other.is_empty() {
        return Ok(plain(thread, tuple));
    }
    if tuple.is_empty() {
        return Ok(plain(thread, other));
    }
    let (first, second) = (tuple.items(), other.items());
    let peek = |index: usize| {
        let behind = index.checked_sub(first.len());
        behind.map_or_else(|| first[index], |index| second[index])
    };
    let len = first.len() + second.len();
    Ok(super::from_fn(thread, len, peek, |index| {
        Owned::new(peek(index))
    }))
}

fn mul(thread: &Thread, args: &[Value]) -> Result {
    repeat(thread, this(args), args[1])
}

/// `tuple * count`
pub fn repeat(thread: &Thread, tuple: &Tuple, count: Value) -> Result {
    let count = sequences::repetitions(thread, tuple.len(), count)?;
    if count == 1 || (count > 0 && tuple.is_empty()) {
        return Ok(plain(thread, tuple));
    }
    if count == 0 {
        return Ok(empty(thread));
    }
    let items = tuple.items().iter().cycle().take(tuple.len() * count);
    Ok(new(thread, items.map(|&item| Owned::new(item)).collect()))
}

fn contains(thread: &Thread, args: &[Value]) -> Result {
    let found = sequences::find(thread, this(args), args[1], 0, usize::MAX)?;
    Ok(Owned::bool(found.is_some()))
}

fn get_new_args(thread: &Thread, args: &[Value]) -> Result {
    let items = new(thread, this(args).to_vec());
    Ok(super::from_array(thread, [items]))
}

fn index(thread: &Thread, args: &[Value]) -> Result {
    let tuple = this(args);
    let (start, stop) = sequences::search_range(thread, &args[2..], tuple.len())?;
    match sequences::find(thread, tuple, args[1], start, stop)? {
        Some(index) => Ok(int::from_usize(thread, index)),
        None => raise!(thread, ValueError, "tuple.index(x): x not in tuple"),
    }
}

fn count(thread: &Thread, args: &[Value]) -> Result {
    let count = sequences::count(thread, this(args), args[1])?;
    Ok(int::from_usize(thread, count))
}
