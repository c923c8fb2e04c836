//! The methods of `list`.

use super::{List, new_instance, sort};
use crate::object::{Header, Object};
use crate::operators::compare::CompareOp;
use crate::operators::{arithmetic, convert, iterate};
use crate::types::define::receiver;
use crate::types::iterators::sequence;
use crate::types::sequences::{self, Subscript, guarded_repr, index_in};
use crate::types::slice::Bounds;
use crate::types::{Type, generic_alias, int};
use crate::{Owned, Result, Thread, Value, methods, raise};

methods! { pub METHODS:
    /// Create and return a new object.  See help(type) for accurate signature.
    new "list(type, /, *args, **kwargs)" => new_method;
    /// Initialize self.  See help(type(self)) for accurate signature.
    "__init__(self, iterable=(), /)" => init -> None;
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
    "__iter__(self, /)" => iter -> ListIterator;
    /// Return len(self).
    "__len__(self, /)" => len -> Int;
    /// Return self[index].
    "__getitem__(self, index, /)" => get_item;
    /// Set self[key] to value.
    "__setitem__(self, key, value, /)" => set_item -> None;
    /// Delete self[key].
    "__delitem__(self, key, /)" => delete_item -> None;
    /// Return self+value.
    "__add__(self, value, /)" => add -> List;
    /// Return self*value.
    "__mul__(self, value, /)" => mul -> List;
    /// Return value*self.
    "__rmul__(self, value, /)" => mul -> List;
    /// Return bool(key in self).
    "__contains__(self, key, /)" => contains -> Bool;
    /// Implement self+=value.
    "__iadd__(self, value, /)" => inplace_add;
    /// Implement self*=value.
    "__imul__(self, value, /)" => inplace_mul;
    /// Return a reverse iterator over the list.
    "__reversed__(self, /)" => reversed -> ListReverseIterator;
    /// Return the size of the list in memory, in bytes.
    "__sizeof__(self, /)" => size_of_list -> Int;
    /// Remove all items from list.
    "clear(self, /)" => clear -> None;
    /// Return a shallow copy of the list.
    "copy(self, /)" => copy -> List;
    /// Append object to the end of the list.
    "append(self, object, /)" => append -> None;
    /// Insert object before index.
    "insert(self, index, object, /)" => insert -> None;
    /// Extend list by appending elements from the iterable.
    "extend(self, iterable, /)" => extend -> None;
    /// Remove and return item at index (default last).
    ///
    /// Raises IndexError if list is empty or index is out of range.
    "pop(self, index=-1, /)" => pop;
    /// Remove first occurrence of value.
    ///
    /// Raises ValueError if the value is not present.
    "remove(self, value, /)" => remove -> None;
    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    "index(self, value, start=<missing>, stop=<missing>, /)" => index -> Int;
    /// Return number of occurrences of value.
    "count(self, value, /)" => count -> Int;
    /// Reverse *IN PLACE*.
    "reverse(self, /)" => reverse -> None;
    /// Sort the list in ascending order and return None.
    ///
    /// The sort is in-place (i.e. the list itself is modified) and stable (i.e. the
    /// order of two equal elements is maintained).
    ///
    /// If a key function is given, apply it once to each list item and sort them,
    /// ascending or descending, according to their function values.
    ///
    /// The reverse flag can be set to sort in descending order.
    "sort(self, /, *, key=None, reverse=False)" => sort_method -> None;
    /// lists are generic over the type of their contents
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
}

fn this(args: &[Value]) -> &List {
    receiver(args)
}

fn new_method(thread: &Thread, args: &[Value]) -> Result {
    Ok(new_instance(thread, receiver::<Type>(args), Vec::new()))
}

fn init(thread: &Thread, args: &[Value]) -> Result {
    let list = this(args);
    if !list.is_empty() {
        list.clear(thread);
    }
    fill(thread, list, args[1])?;
    Ok(Owned::NONE)
}

/// Adds the items of an iterable at the end.
pub fn fill(thread: &Thread, list: &List, iterable: Value) -> Result<()> {
    match iterate::known_items(thread, iterable) {
        Some(items) => list.extend(thread, items),
        None => {
            let iterator = iterate::iter(thread, iterable)?;
            let hint = iterate::length_hint(thread, iterable)?;
            // A hint of more than there can be says nothing.
            match list.len().saturating_add(hint) {
                all if isize::try_from(all).is_ok() => List::check_len(thread, Some(all))?,
                _ => 0,
            };
            // One by one, so that what was added before an error stays.
            while let Some(item) = iterate::next(thread, iterator.value())? {
                list.append(thread, item);
            }
        }
    }
    Ok(())
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    repr_of(thread, this(args))
}

/// `list.__repr__`
pub fn repr_of(thread: &Thread, list: &List) -> Result {
    guarded_repr(thread, list.value(), "[...]", |text| {
        text.push_str("[");
        sequences::repr(thread, list, text)?;
        text.push_str("]");
        Ok(())
    })
}

/// `list op value`; NotImplemented if the value is no list.
pub fn compare(thread: &Thread, op: CompareOp, list: &List, value: Value) -> Result {
    match value.get::<List>() {
        Some(other) => sequences::compare(thread, op, list, other),
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
    Ok(sequence::list(thread, args[0]))
}

fn reversed(thread: &Thread, args: &[Value]) -> Result {
    Ok(sequence::list_reverse(thread, this(args)))
}

fn len(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::inline(Value::small_int(this(args).len() as i64)))
}

fn size_of_list(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, this(args).size()))
}

fn get_item(thread: &Thread, args: &[Value]) -> Result {
    subscript(thread, this(args), args[1])
}

/// `list[key]`
#[inline]
pub fn subscript(thread: &Thread, list: &List, key: Value) -> Result {
    match Subscript::of(thread, key, "list")? {
        Subscript::Index(index) => {
            let item = index_in(index, list.len()).and_then(|index| list.get(thread, index));
            match item {
                Some(item) => Ok(item),
                None => raise!(thread, IndexError, "list index out of range"),
            }
        }
        Subscript::Slice(bounds) => Ok(list.slice(thread, bounds)),
    }
}

fn set_item(thread: &Thread, args: &[Value]) -> Result {
    assign(thread, this(args), args[1], args[2])?;
    Ok(Owned::NONE)
}

/// `list[key] = value`
#[inline]
pub fn assign(thread: &Thread, list: &List, key: Value, value: Value) -> Result<()> {
    match Subscript::of(thread, key, "list")? {
        Subscript::Index(index) => match list.set(thread, index, Owned::new(value)) {
            Ok(()) => Ok(()),
            Err(_) => raise!(thread, IndexError, "list assignment index out of range"),
        },
        Subscript::Slice(bounds) => {
            // The items first: making them may change the list.
            let refuse = || raise!(thread, TypeError, "must assign iterable to extended slice");
            let source = iterate::source_or(thread, value, refuse)?;
            let items = iterate::collect(thread, source.value())?;
            assign_slice(thread, list, bounds, items)
        }
    }
}

fn assign_slice(thread: &Thread, list: &List, bounds: Bounds, items: Vec<Owned>) -> Result<()> {
    if bounds.in_a_row() {
        list.splice(thread, bounds, items);
        return Ok(());
    }
    let got = items.len();
    match list.set_stepped(thread, bounds, items) {
        Ok(()) => Ok(()),
        Err(wanted) => raise!(
            thread,
            ValueError,
            "attempt to assign sequence of size {got} to extended slice of size {wanted}"
        ),
    }
}

fn delete_item(thread: &Thread, args: &[Value]) -> Result {
    delete(thread, this(args), args[1])?;
    Ok(Owned::NONE)
}

/// `del list[key]`
pub fn delete(thread: &Thread, list: &List, key: Value) -> Result<()> {
    match Subscript::of(thread, key, "list")? {
        Subscript::Index(index) => match list.pop(thread, index) {
            Some(_) => Ok(()),
            None => raise!(thread, IndexError, "list assignment index out of range"),
        },
        Subscript::Slice(bounds) => {
            if bounds.in_a_row() {
                list.splice(thread, bounds, Vec::new());
            } else {
                list.remove_stepped(thread, bounds);
            }
            Ok(())
        }
    }
}

fn add(thread: &Thread, args: &[Value]) -> Result {
    concat(thread, this(args), args[1])
}

/// `list + value`
pub fn concat(thread: &Thread, list: &List, value: Value) -> Result {
    let Some(other) = value.get::<List>() else {
        let name = convert::type_name(value);
        return raise!(
            thread,
            TypeError,
            "can only concatenate list (not \"{name}\") to list"
        );
    };
    Ok(list.concat(thread, other))
}

fn mul(thread: &Thread, args: &[Value]) -> Result {
    repeat(thread, this(args), args[1])
}

/// `list * count`
pub fn repeat(thread: &Thread, list: &List, count: Value) -> Result {
    let count = sequences::repetitions(thread, list.len(), count)?;
    Ok(list.repeated(thread, count))
}

fn contains(thread: &Thread, args: &[Value]) -> Result {
    let found = sequences::find(thread, this(args), args[1], 0, usize::MAX)?;
    Ok(Owned::bool(found.is_some()))
}

fn inplace_add(thread: &Thread, args: &[Value]) -> Result {
    fill(thread, this(args), args[1])?;
    Ok(Owned::new(args[0]))
}

fn inplace_mul(thread: &Thread, args: &[Value]) -> Result {
    let list = this(args);
    let count = arithmetic::repeat_count(thread, args[1])?;
    match usize::try_from(count) {
        Err(_) | Ok(0) => list.clear(thread),
        Ok(count) => list.repeat_in_place(thread, count)?,
    }
    Ok(Owned::new(args[0]))
}

fn clear(thread: &Thread, args: &[Value]) -> Result {
    this(args).clear(thread);
    Ok(Owned::NONE)
}

fn copy(thread: &Thread, args: &[Value]) -> Result {
    Ok(this(args).slice(thread, Bounds::ALL))
}

fn append(thread: &Thread, args: &[Value]) -> Result {
    this(args).append(thread, Owned::new(args[1]));
    Ok(Owned::NONE)
}

fn insert(thread: &Thread, args: &[Value]) -> Result {
    let index = convert::to_isize(thread, args[1])?;
    this(args).insert(thread, index, Owned::new(args[2]));
    Ok(Owned::NONE)
}

fn extend(thread: &Thread, args: &[Value]) -> Result {
    fill(thread, this(args), args[1])?;
    Ok(Owned::NONE)
}

fn pop(thread: &Thread, args: &[Value]) -> Result {
    let list = this(args);
    let index = convert::to_index(thread, args[1])?;
    match list.pop(thread, index) {
        Some(item) => Ok(item),
        None if list.is_empty() => raise!(thread, IndexError, "pop from empty list"),
        None => raise!(thread, IndexError, "pop index out of range"),
    }
}

/// Is the value compared without Python code being run, should the other one be such a value, too?
fn runs_no_code(value: Value) -> bool {
    value.header().is_none_or(Header::is_acyclic)
}

fn remove(thread: &Thread, args: &[Value]) -> Result {
    let list = this(args);
    let mut index = 0;
    while let Some(item) = list.get(thread, index) {
        index += 1;
        if !crate::operators::compare::equal(thread, item.value(), args[1])? {
            continue;
        }
        if list.remove_seen(thread, index - 1, item.value()) {
            return Ok(Owned::NONE);
        }
        if runs_no_code(item.value()) && runs_no_code(args[1]) {
            // Another thread was first, and may have moved others that are equal.
            index = 0;
        } else if index > list.len() {
            // The comparison has shortened the list: then CPython finds nothing to remove there.
            return Ok(Owned::NONE);
        }
    }
    raise!(thread, ValueError, "list.remove(x): x not in list")
}

fn index(thread: &Thread, args: &[Value]) -> Result {
    let list = this(args);
    let (start, stop) = sequences::search_range(thread, &args[2..], list.len())?;
    match sequences::find(thread, list, args[1], start, stop)? {
        Some(index) => Ok(int::from_usize(thread, index)),
        None => raise!(thread, ValueError, "list.index(x): x not in list"),
    }
}

fn count(thread: &Thread, args: &[Value]) -> Result {
    let count = sequences::count(thread, this(args), args[1])?;
    Ok(int::from_usize(thread, count))
}

fn reverse(thread: &Thread, args: &[Value]) -> Result {
    this(args).reverse(thread);
    Ok(Owned::NONE)
}

fn sort_method(thread: &Thread, args: &[Value]) -> Result {
    let list = this(args);
    let reverse = convert::truth(thread, args[2])?;
    // The list is empty meanwhile, so that whoever changes it is noticed.
    let mut items = list.take(thread);
    if items.is_empty() {
        // Perhaps because another thread sorts it, who puts back what it has: there is nothing to put into its place.
        return Ok(Owned::NONE);
    }
    let result = sort::sort(thread, &mut items, args[1], reverse);
    let changed = list.put_back(thread, items);
    result?;
    if changed {
        return raise!(thread, ValueError, "list modified during sort");
    }
    Ok(Owned::NONE)
}
