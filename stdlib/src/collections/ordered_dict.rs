//! `OrderedDict`: a dict, which keeps its keys in order anyway, with methods for both ends of it.
//!
//! Where CPython's goes through methods that subclasses may override (`update`, and `setdefault` of subclasses), so does this
//! one; everything else changes the dict in one step.

use ashore_runtime::object::Slot;
use ashore_runtime::operators::{attribute, call, compare, convert, index, iterate};
use ashore_runtime::types::dict::views::{self, DictView, What};
use ashore_runtime::types::dict::{self, Dict, methods};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::sequences::{guarded_repr, push_repr};
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::types::{class_of, list, str};
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, builtins, methods, raise};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicUsize};

pub(super) static ORDERED_DICT: NativeClass = NativeClass::new("collections.OrderedDict", METHODS)
    .doc("Dictionary that remembers insertion order")
    .open()
    .extends(Builtin::Dict, &[])
    .with_attributes()
    .weakrefable();

static KEYS: NativeClass = view_class("odict_keys", Builtin::DictKeys);
static VALUES: NativeClass = view_class("odict_values", Builtin::DictValues);
static ITEMS: NativeClass = view_class("odict_items", Builtin::DictItems);
static ITERATOR: NativeClass = NativeClass::new("odict_iterator", ITERATOR_METHODS).iterator();

const fn view_class(name: &'static str, base: Builtin) -> NativeClass {
    NativeClass::new(name, VIEW_METHODS).extends(base, &[])
}

fn this(value: &Value) -> &Dict {
    value.get::<Dict>().expect("it is a dict")
}

fn is_exact(thread: &Thread, value: Value) -> bool {
    ORDERED_DICT.is_exactly(thread, value)
}

/// Calls a method by its name.
fn method(thread: &Thread, object: Value, name: &str, args: &[Value]) -> Result {
    let method = attribute::get(thread, object, str::intern(thread, name))?;
    call::call(thread, method.value(), args)
}

fn init(thread: &Thread, args: &[Value]) -> Result {
    update(thread, args)
}

fn update(thread: &Thread, args: &[Value]) -> Result {
    let given = args[1].get::<Tuple>().map_or(&[][..], Tuple::items);
    if given.len() > 1 {
        let given = given.len();
        return raise!(
            thread,
            TypeError,
            "expected at most 1 argument, got {given}"
        );
    }
    if let Some(&source) = given.first() {
        add_all(thread, args[0], source)?;
    }
    if let Some(keywords) = args[2].get::<Dict>() {
        for (key, value) in keywords.snapshot(thread) {
            index::set_item(thread, args[0], key.value(), value.value())?;
        }
    }
    Ok(Owned::NONE)
}

/// What `update` does with its argument.
fn add_all(thread: &Thread, target: Value, source: Value) -> Result<()> {
    let plain = source.get_exact::<Dict>().is_some() || is_exact(thread, source);
    if plain && let Some(dict) = source.get::<Dict>() {
        for (key, value) in dict.snapshot(thread) {
            index::set_item(thread, target, key.value(), value.value())?;
        }
        return Ok(());
    }
    let keys = str::intern(thread, "keys");
    if let Some(keys) = attribute::get_optional(thread, source, keys)? {
        let keys = call::call(thread, keys.value(), &[])?;
        return iterate::for_each(thread, keys.value(), |key| {
            let value = index::get_item(thread, source, key.value())?;
            index::set_item(thread, target, key.value(), value.value())
        });
    }
    let items = str::intern(thread, "items");
    match attribute::get_optional(thread, source, items)? {
        Some(items) => {
            let items = call::call(thread, items.value(), &[])?;
            add_pairs(thread, target, items.value())
        }
        None => add_pairs(thread, target, source),
    }
}

fn add_pairs(thread: &Thread, target: Value, pairs: Value) -> Result<()> {
    iterate::for_each(thread, pairs, |pair| {
        let pair = iterate::collect(thread, pair.value())?;
        match &pair[..] {
            [key, value] => index::set_item(thread, target, key.value(), value.value()),
            [] => raise!(thread, ValueError, "need more than 0 values to unpack"),
            [_] => raise!(thread, ValueError, "need more than 1 value to unpack"),
            _ => raise!(thread, ValueError, "too many values to unpack (expected 2)"),
        }
    })
}

fn set_default(thread: &Thread, args: &[Value]) -> Result {
    if is_exact(thread, args[0]) {
        return this(&args[0]).set_default(thread, args[1], args[2]);
    }
    if index::contains(thread, args[0], args[1])? {
        return index::get_item(thread, args[0], args[1]);
    }
    index::set_item(thread, args[0], args[1], args[2])?;
    Ok(Owned::new(args[2]))
}

fn pop(thread: &Thread, args: &[Value]) -> Result {
    let hash = convert::hash(thread, args[1])?;
    match this(&args[0]).remove_hashed(thread, args[1], hash)? {
        Some(value) => Ok(value),
        None if args[2].is_missing() => dict::key_error(thread, args[1]),
        None => Ok(Owned::new(args[2])),
    }
}

fn pop_item(thread: &Thread, args: &[Value]) -> Result {
    let pair = match convert::truth(thread, args[1])? {
        true => this(&args[0]).pop_last(thread),
        false => this(&args[0]).pop_first(thread),
    };
    match pair {
        Some((key, value)) => Ok(tuple::from_array(thread, [key, value])),
        None => raise!(thread, KeyError, "dictionary is empty"),
    }
}

fn move_to_end(thread: &Thread, args: &[Value]) -> Result {
    let last = convert::truth(thread, args[2])?;
    let hash = convert::hash(thread, args[1])?;
    match this(&args[0]).move_to_end_hashed(thread, args[1], hash, last)? {
        true => Ok(Owned::NONE),
        false => dict::key_error(thread, args[1]),
    }
}

fn copy(thread: &Thread, args: &[Value]) -> Result {
    let class = class_of(args[0]).value();
    let copy = call::call(thread, class, &[])?;
    if is_exact(thread, args[0]) {
        this(&copy.value()).merge(thread, this(&args[0]))?;
        return Ok(copy);
    }
    for (key, _) in this(&args[0]).snapshot(thread) {
        let value = index::get_item(thread, args[0], key.value())?;
        index::set_item(thread, copy.value(), key.value(), value.value())?;
    }
    Ok(copy)
}

fn eq(thread: &Thread, args: &[Value]) -> Result {
    compared(thread, args, true)
}

fn ne(thread: &Thread, args: &[Value]) -> Result {
    compared(thread, args, false)
}

/// Two of these are equal only if their keys come in the same order.
fn compared(thread: &Thread, args: &[Value], wanted: bool) -> Result {
    let Some(other) = args[1].get::<Dict>() else {
        return Ok(Owned::NOT_IMPLEMENTED);
    };
    let op = compare::CompareOp::Eq;
    let equal = methods::compare(thread, op, this(&args[0]), args[1])?;
    let mut equal = equal.value() == Value::TRUE;
    if equal && ORDERED_DICT.is_instance(thread, args[1]) {
        let (a, b) = (this(&args[0]).snapshot(thread), other.snapshot(thread));
        for ((a, _), (b, _)) in a.iter().zip(&b) {
            equal = equal && compare::equal(thread, a.value(), b.value())?;
        }
        equal &= a.len() == b.len();
    }
    Ok(Owned::bool(equal == wanted))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let name = class_of(args[0]).short_name();
    if this(&args[0]).is_empty() {
        return Ok(str::new(thread, &format!("{name}()")));
    }
    guarded_repr(thread, args[0], "...", |text| {
        let copy = match is_exact(thread, args[0]) {
            true => methods::copy_of(thread, this(&args[0]))?,
            false => {
                let items = method(thread, args[0], "items", &[])?;
                call::call(thread, Builtin::Dict.class().value(), &[items.value()])?
            }
        };
        text.push_str(&format!("{name}("));
        push_repr(thread, text, copy.value())?;
        text.push_str(")");
        Ok(())
    })
}

fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let state = method(thread, args[0], "__getstate__", &[])?;
    let items = method(thread, args[0], "items", &[])?;
    let items = iterate::iter(thread, items.value())?;
    let class = Owned::new(class_of(args[0]).value());
    let parts = [class, tuple::empty(thread), state, Owned::NONE, items];
    Ok(tuple::from_array(thread, parts))
}

/// A new one of the class of `this`, with the entries of two mappings.
fn merged(thread: &Thread, this: Value, first: Value, second: Value) -> Result {
    if !first.is::<Dict>() || !second.is::<Dict>() {
        return Ok(Owned::NOT_IMPLEMENTED);
    }
    let result = call::call(thread, class_of(this).value(), &[first])?;
    add_all(thread, result.value(), second)?;
    Ok(result)
}

fn or(thread: &Thread, args: &[Value]) -> Result {
    merged(thread, args[0], args[0], args[1])
}

fn reflected_or(thread: &Thread, args: &[Value]) -> Result {
    merged(thread, args[0], args[1], args[0])
}

fn inplace_or(thread: &Thread, args: &[Value]) -> Result {
    add_all(thread, args[0], args[1])?;
    Ok(Owned::new(args[0]))
}

fn keys(thread: &Thread, args: &[Value]) -> Result {
    Ok(views::new_instance(
        thread,
        KEYS.class(thread),
        args[0],
        What::Keys,
    ))
}

fn values(thread: &Thread, args: &[Value]) -> Result {
    Ok(views::new_instance(
        thread,
        VALUES.class(thread),
        args[0],
        What::Values,
    ))
}

fn items(thread: &Thread, args: &[Value]) -> Result {
    Ok(views::new_instance(
        thread,
        ITEMS.class(thread),
        args[0],
        What::Items,
    ))
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    Ok(iterator(thread, args[0], What::Keys, false))
}

fn reversed(thread: &Thread, args: &[Value]) -> Result {
    Ok(iterator(thread, args[0], What::Keys, true))
}

methods! { METHODS:
    /// Initialize self.  See help(type(self)) for accurate signature.
    "__init__(self, /, *args, **kwargs)" => init -> None;
    /// Return repr(self).
    "__repr__(self, /)" => repr -> Str;
    /// Implement iter(self).
    "__iter__(self, /)" => iter;
    /// od.__reversed__() <==> reversed(od)
    "__reversed__(self, /)" => reversed;
    "__eq__(self, value, /)" => eq;
    "__ne__(self, value, /)" => ne;
    /// Return self|value.
    "__or__(self, value, /)" => or;
    /// Return value|self.
    "__ror__(self, value, /)" => reflected_or;
    /// Return self|=value.
    "__ior__(self, value, /)" => inplace_or;
    /// Return state information for pickling
    "__reduce__(self, /)" => reduce -> Tuple;
    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    "setdefault(self, key, default=None)" => set_default;
    /// od.pop(key[,default]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    "pop(self, key, default=<missing>)" => pop;
    /// Remove and return a (key, value) pair from the dictionary.
    ///
    /// Pairs are returned in LIFO order if last is true or FIFO order if false.
    "popitem(self, last=True)" => pop_item -> Tuple;
    /// Move an existing element to the end (or beginning if last is false).
    ///
    /// Raise KeyError if the element does not exist.
    "move_to_end(self, key, last=True)" => move_to_end -> None;
    /// D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.
    /// If E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]
    /// If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v
    /// In either case, this is followed by: for k in F:  D[k] = F[k]
    "update(self, /, *args, **kwargs)" => update -> None;
    /// A shallow copy of ordered dict.
    "copy(self, /)" => copy;
    /// od.keys() -> a set-like object providing a view on od's keys
    "keys(self, /)" => keys;
    /// od.values() -> an object providing a view on od's values
    "values(self, /)" => values;
    /// od.items() -> a set-like object providing a view on od's items
    "items(self, /)" => items;
}

fn view(args: &[Value]) -> &DictView {
    args[0].get::<DictView>().expect("it is a view")
}

fn view_iter(thread: &Thread, args: &[Value]) -> Result {
    Ok(iterator(thread, view(args).dict(), view(args).what, false))
}

fn view_reversed(thread: &Thread, args: &[Value]) -> Result {
    Ok(iterator(thread, view(args).dict(), view(args).what, true))
}

methods! { VIEW_METHODS:
    /// Implement iter(self).
    "__iter__(self, /)" => view_iter;
    "__reversed__(self, /)" => view_reversed;
}

/// Goes through the keys, and notices if they change.
struct Iterator {
    dict: Slot,
    what: What,
    backwards: bool,
    position: AtomicUsize,
    /// What the dict was like when the iterator was made.
    structure: (u32, usize),
    len: usize,
    /// Nothing is left: it stays so.
    done: AtomicBool,
}

fn iterator(thread: &Thread, dict: Value, what: What, backwards: bool) -> Owned {
    let structure = this(&dict).structure();
    let data = Iterator {
        what,
        backwards,
        position: AtomicUsize::new(if backwards { structure.1 } else { 0 }),
        structure,
        len: this(&dict).len(),
        dict: Slot::new(Owned::new(dict)),
        done: false.into(),
    };
    native::new(thread, ITERATOR.class(thread), data)
}

impl Data for Iterator {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.dict.peek());
    }

    fn next(&self, thread: &Thread) -> Option<Result<Option<Owned>>> {
        Some(self.advance(thread))
    }
}

impl Iterator {
    fn advance(&self, thread: &Thread) -> Result<Option<Owned>> {
        if self.done.load(Relaxed) {
            return Ok(None);
        }
        let dict = self.dict.peek();
        let dict = this(&dict);
        // The length first: `clear` and `del` change that, too.
        if dict.structure() != self.structure || dict.len() < self.len {
            self.done.store(true, Relaxed);
            return raise!(thread, RuntimeError, "OrderedDict mutated during iteration");
        }
        let mut position = self.position.load(Relaxed);
        let entry = match self.backwards {
            true => dict.previous_entry(thread, &mut position),
            false => dict.next_entry(thread, &mut position),
        };
        self.position.store(position, Relaxed);
        let Some((key, value)) = entry else {
            self.done.store(true, Relaxed);
            return Ok(None);
        };
        Ok(Some(match self.what {
            What::Keys => key,
            What::Values => value,
            What::Items => tuple::from_array(thread, [key, value]),
        }))
    }
}

fn iterator_reduce(thread: &Thread, args: &[Value]) -> Result {
    let own = receiver::<Iterator>(args);
    let rest = Iterator {
        dict: Slot::new(Owned::new(own.dict.peek())),
        position: AtomicUsize::new(own.position.load(Relaxed)),
        done: own.done.load(Relaxed).into(),
        ..*own
    };
    let rest = native::new(thread, ITERATOR.class(thread), rest);
    let items = iterate::collect(thread, rest.value())?;
    let items = tuple::from_array(thread, [list::new(thread, items)]);
    let iter = attribute::get(
        thread,
        builtins::module(thread),
        str::intern(thread, "iter"),
    )?;
    Ok(tuple::from_array(thread, [iter, items]))
}

methods! { ITERATOR_METHODS:
    /// Return state information for pickling
    "__reduce__(self, /)" => iterator_reduce -> Tuple;
}
