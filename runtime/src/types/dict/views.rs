//! Views of dicts: `keys()`, `values()`, `items()`.

pub use crate::types::iterators::tables::What;

use super::Dict;
use crate::object::{Header, Kind, Object, Slot};
use crate::operators::compare::{self, CompareOp};
use crate::operators::{index, iterate};
use crate::types::define::receiver;
use crate::types::iterators::tables;
use crate::types::sequences::{guarded_repr, push_repr};
use crate::types::set::{self, Set, algebra, as_set};
use crate::types::tuple::Tuple;
use crate::types::{class_of, mapping_proxy, tuple};
use crate::{Builtin, Owned, Result, Thread, Value, heap, methods};

/// A view of a dict.
#[repr(C)]
pub struct DictView {
    header: Header,
    dict: Slot,
    pub what: What,
}

// SAFETY: `repr(C)`, header first, own kind; the dict is the counted reference, and there are no buffers.
unsafe impl Object for DictView {
    const KIND: Kind = Kind::DICT_VIEW;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.dict.peek());
    }
}

/// A new view of a dict.
pub fn new(thread: &Thread, dict: Value, what: What) -> Owned {
    let class = match what {
        What::Keys => Builtin::DictKeys,
        What::Values => Builtin::DictValues,
        What::Items => Builtin::DictItems,
    };
    new_instance(thread, class.class(), dict, what)
}

/// A new view of a class derived from the one of such views.
pub fn new_instance(thread: &Thread, class: &crate::types::Type, dict: Value, what: What) -> Owned {
    let view = DictView {
        header: class.instance_header(thread),
        dict: Slot::new(Owned::new(dict)),
        what,
    };
    heap::new(thread, view)
}

impl DictView {
    /// The dict, which the view keeps alive.
    pub fn dict(&self) -> Value {
        self.dict.peek()
    }

    /// Calls `f` with the dict.
    fn with_dict<R>(&self, f: impl FnOnce(&Dict) -> R) -> R {
        let value = self.dict.peek();
        f(value.get::<Dict>().expect("views are made of dicts"))
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.with_dict(Dict::len)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A new iterator.
    pub fn iter(&self, thread: &Thread, backwards: bool) -> Owned {
        self.with_dict(|dict| tables::dict(thread, dict, self.what, backwards))
    }

    /// All there is at one moment.
    pub fn snapshot(&self, thread: &Thread) -> Vec<Owned> {
        let pairs = self.with_dict(|dict| dict.snapshot(thread)).into_iter();
        match self.what {
            What::Keys => pairs.map(|(key, _)| key).collect(),
            What::Values => pairs.map(|(_, value)| value).collect(),
            What::Items => pairs
                .map(|(key, value)| tuple::from_array(thread, [key, value]))
                .collect(),
        }
    }

    /// `value in view`
    pub fn contains(&self, thread: &Thread, value: Value) -> Result<bool> {
        match self.what {
            What::Keys => self.with_dict(|dict| dict.contains(thread, value)),
            What::Items => self.with_dict(|dict| contains_item(thread, dict, value)),
            What::Values => {
                for item in self.snapshot(thread) {
                    if compare::equal(thread, item.value(), value)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }
}

fn contains_item(thread: &Thread, dict: &Dict, item: Value) -> Result<bool> {
    let Some(pair) = item.get::<Tuple>() else {
        return Ok(false);
    };
    let [key, value] = *pair.items() else {
        return Ok(false);
    };
    match dict.get(thread, key)? {
        Some(found) => compare::equal(thread, found.value(), value),
        None => Ok(false),
    }
}

fn get_mapping(thread: &Thread, args: &[Value]) -> Result {
    let dict = Owned::new(this(args).dict.peek());
    Ok(mapping_proxy::new(thread, dict))
}

// What all three have.
methods! { pub METHODS:
    /// Return repr(self).
    "__repr__(self, /)" => repr -> Str;
    /// Return len(self).
    "__len__(self, /)" => len -> Int;
    /// Implement iter(self).
    "__iter__(self, /)" => iter;
    /// Return bool(key in self).
    "__contains__(self, key, /)" => contains -> Bool;
    /// Return a reverse iterator over the dict view.
    "__reversed__(self, /)" => reversed;
    /// The dictionary that this view refers to.
    get "mapping" => get_mapping;
}

// What keys and items have besides.
methods! { pub SET_METHODS:
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
    /// Return self&value.
    "__and__(self, value, /)" => and -> Set;
    /// Return value&self.
    "__rand__(self, value, /)" => reflected_and -> Set;
    /// Return self|value.
    "__or__(self, value, /)" => or -> Set;
    /// Return value|self.
    "__ror__(self, value, /)" => reflected_or -> Set;
    /// Return self-value.
    "__sub__(self, value, /)" => sub -> Set;
    /// Return value-self.
    "__rsub__(self, value, /)" => reflected_sub -> Set;
    /// Return self^value.
    "__xor__(self, value, /)" => xor -> Set;
    /// Return value^self.
    "__rxor__(self, value, /)" => reflected_xor -> Set;
    /// Return True if the view and the given iterable have a null intersection.
    "isdisjoint(self, other, /)" => is_disjoint -> Bool;
}

fn this(args: &[Value]) -> &DictView {
    receiver(args)
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let view = this(args);
    guarded_repr(thread, args[0], "...", |text| {
        text.push_str(&class_of(args[0]).name());
        text.push_str("([");
        for (index, item) in view.snapshot(thread).into_iter().enumerate() {
            text.push_str(if index > 0 { ", " } else { "" });
            push_repr(thread, text, item.value())?;
        }
        text.push_str("])");
        Ok(())
    })
}

fn len(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::inline(Value::small_int(this(args).len() as i64)))
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    Ok(this(args).iter(thread, false))
}

fn reversed(thread: &Thread, args: &[Value]) -> Result {
    Ok(this(args).iter(thread, true))
}

fn contains(thread: &Thread, args: &[Value]) -> Result {
    let found = this(args).contains(thread, args[1])?;
    Ok(Owned::bool(found))
}

/// Is the value a set, or a view that works as one?
fn is_set_like(value: Value) -> bool {
    as_set(&value).is_some()
        || value
            .get::<DictView>()
            .is_some_and(|view| view.what != What::Values)
}

/// Are all items of `a` in `b`?
fn all_in(thread: &Thread, a: Value, b: Value) -> Result<bool> {
    for item in iterate::collect(thread, a)? {
        if !index::contains(thread, b, item.value())? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compared(thread: &Thread, args: &[Value], op: CompareOp) -> Result {
    let (view, other) = (args[0], args[1]);
    if !is_set_like(other) {
        return Ok(Owned::NOT_IMPLEMENTED);
    }
    let lengths = this(args).len().cmp(&index::length(thread, other)?);
    let result = match op {
        CompareOp::Eq => lengths.is_eq() && all_in(thread, view, other)?,
        CompareOp::Ne => !(lengths.is_eq() && all_in(thread, view, other)?),
        CompareOp::Lt => lengths.is_lt() && all_in(thread, view, other)?,
        CompareOp::Le => lengths.is_le() && all_in(thread, view, other)?,
        CompareOp::Gt => lengths.is_gt() && all_in(thread, other, view)?,
        CompareOp::Ge => lengths.is_ge() && all_in(thread, other, view)?,
    };
    Ok(Owned::bool(result))
}

crate::comparisons! { compared }

/// The set of the items of an iterable, changed by another one.
fn combined(
    thread: &Thread,
    first: Value,
    second: Value,
    change: fn(&Thread, &Set, Value) -> Result<()>,
) -> Result {
    let result = set::new(thread);
    let elements = as_set(&result).expect("made as a set");
    algebra::fill(thread, elements, first)?;
    change(thread, elements, second)?;
    Ok(result)
}

fn and(thread: &Thread, args: &[Value]) -> Result {
    intersection(thread, this(args), args[1])
}

fn reflected_and(thread: &Thread, args: &[Value]) -> Result {
    intersection(thread, this(args), args[1])
}

fn intersection(thread: &Thread, view: &DictView, other: Value) -> Result {
    let result = set::new(thread);
    let elements = as_set(&result).expect("made as a set");
    iterate::for_each(thread, other, |item| {
        if view.contains(thread, item.value())? {
            elements.add(thread, item.value())?;
        }
        Ok(())
    })?;
    Ok(result)
}

fn or(thread: &Thread, args: &[Value]) -> Result {
    combined(thread, args[0], args[1], algebra::fill)
}

fn reflected_or(thread: &Thread, args: &[Value]) -> Result {
    combined(thread, args[1], args[0], algebra::fill)
}

fn sub(thread: &Thread, args: &[Value]) -> Result {
    combined(thread, args[0], args[1], algebra::difference_update)
}

fn reflected_sub(thread: &Thread, args: &[Value]) -> Result {
    combined(thread, args[1], args[0], algebra::difference_update)
}

fn xor(thread: &Thread, args: &[Value]) -> Result {
    combined(
        thread,
        args[0],
        args[1],
        algebra::symmetric_difference_update,
    )
}

fn reflected_xor(thread: &Thread, args: &[Value]) -> Result {
    combined(
        thread,
        args[1],
        args[0],
        algebra::symmetric_difference_update,
    )
}

fn is_disjoint(thread: &Thread, args: &[Value]) -> Result {
    let view = this(args);
    for item in iterate::collect(thread, args[1])? {
        if view.contains(thread, item.value())? {
            return Ok(Owned::bool(false));
        }
    }
    Ok(Owned::bool(true))
}
