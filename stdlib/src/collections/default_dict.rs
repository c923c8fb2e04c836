//! `defaultdict`: a dict with one member, the factory.

use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::native::NativeClass;
use ashore_runtime::types::sequences::guarded_repr;
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::types::{class_of, generic_alias, instance};
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, methods, raise};

pub(super) static DEFAULT_DICT: NativeClass = NativeClass::new("collections.defaultdict", METHODS)
    .doc(
        "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\n\
            The default factory is called without arguments to produce\n\
            a new value when a key is not present, in __getitem__ only.\n\
            A defaultdict compares equal to a dict with the same items.\n\
            All remaining arguments are treated the same as if they were\n\
            passed to the dict constructor, including keyword arguments.",
    )
    .open()
    .extends(Builtin::Dict, &["default_factory"]);

fn factory_name(thread: &Thread) -> Value {
    str::intern(thread, "default_factory")
}

fn factory(thread: &Thread, this: Value) -> Result {
    let found = attribute::get_optional(thread, this, factory_name(thread))?;
    Ok(found.unwrap_or(Owned::NONE))
}

fn get_factory(_: &Thread, args: &[Value]) -> Result {
    let member = args[0].header().map(|dict| instance::get_member(dict, 0));
    Ok(member
        .filter(|factory| !factory.value().is_missing())
        .unwrap_or(Owned::NONE))
}

/// A deleted one is none.
fn set_factory(thread: &Thread, args: &[Value]) -> Result {
    if let Some(dict) = args[0].header() {
        let old = instance::set_member(thread, dict, 0, Owned::new(args[1]));
        drop(old);
    }
    Ok(Owned::NONE)
}

/// A method of `dict`, unbound.
fn dict_method(thread: &Thread, name: &str) -> Owned {
    let method = Builtin::Dict.class().lookup(str::intern(thread, name));
    Owned::new(method.expect("dict has the method"))
}

fn init(thread: &Thread, args: &[Value]) -> Result {
    let given = args[1].get::<Tuple>().map_or(&[][..], Tuple::items);
    let (factory, rest) = given
        .split_first()
        .map_or((Value::NONE, given), |(f, rest)| (*f, rest));
    if !factory.is_none() && !call::is_callable(factory) {
        return raise!(thread, TypeError, "first argument must be callable or None");
    }
    attribute::set(thread, args[0], factory_name(thread), factory)?;
    let all: Vec<Value> = std::iter::once(args[0])
        .chain(rest.iter().copied())
        .collect();
    let all = tuple::from_slice(thread, &all);
    let init = dict_method(thread, "__init__");
    call::call_packed(thread, init.value(), all.value(), args[2])
}

fn missing(thread: &Thread, args: &[Value]) -> Result {
    let factory = factory(thread, args[0])?;
    if factory.is_none() {
        return dict::key_error(thread, args[1]);
    }
    let value = call::call(thread, factory.value(), &[])?;
    // The factory, or another thread, may have added the key.
    let table = args[0].get::<Dict>().expect("it is a dict");
    table.set_default(thread, args[1], value.value())
}

fn copy(thread: &Thread, args: &[Value]) -> Result {
    let factory = factory(thread, args[0])?;
    let class = class_of(args[0]).value();
    call::call(thread, class, &[factory.value(), args[0]])
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let factory = factory(thread, args[0])?;
    let factory = guarded_repr(thread, args[0], "...", |text| {
        ashore_runtime::types::sequences::push_repr(thread, text, factory.value())
    })?;
    let base = call::call(thread, dict_method(thread, "__repr__").value(), &[args[0]])?;
    let name = class_of(args[0]).short_name();
    let factory = convert::display(thread, factory.value())?;
    let mut text = str::Builder::new();
    text.push_str(&format!("{name}({factory}, "));
    if let Some(base) = base.get::<Str>() {
        text.push(base);
    }
    text.push_str(")");
    Ok(text.finish(thread))
}

fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let factory = factory(thread, args[0])?;
    let arguments = match factory.is_none() {
        true => tuple::empty(thread),
        false => tuple::new(thread, vec![factory]),
    };
    let items = attribute::get(thread, args[0], str::intern(thread, "items"))?;
    let items = call::call(thread, items.value(), &[])?;
    let items = ashore_runtime::operators::iterate::iter(thread, items.value())?;
    let class = Owned::new(class_of(args[0]).value());
    let parts = vec![class, arguments, Owned::NONE, Owned::NONE, items];
    Ok(tuple::new(thread, parts))
}

/// A copy that has the entries of another mapping, too.
fn merged(thread: &Thread, this: Value, first: Value, second: Value) -> Result {
    if !first.is::<Dict>() || !second.is::<Dict>() {
        return Ok(Owned::NOT_IMPLEMENTED);
    }
    let factory = factory(thread, this)?;
    let class = class_of(this).value();
    let result = call::call(thread, class, &[factory.value(), first])?;
    dict::update(thread, result.value(), second)?;
    Ok(result)
}

fn or(thread: &Thread, args: &[Value]) -> Result {
    merged(thread, args[0], args[0], args[1])
}

fn reflected_or(thread: &Thread, args: &[Value]) -> Result {
    merged(thread, args[0], args[1], args[0])
}

methods! { METHODS:
    /// Initialize self.  See help(type(self)) for accurate signature.
    "__init__(self, /, *args, **kwargs)" => init -> None;
    /// __missing__(key) # Called by __getitem__ for missing key; pseudo-code:
    ///   if self.default_factory is None: raise KeyError((key,))
    ///   self[key] = value = self.default_factory()
    ///   return value
    "__missing__(self, key, /)" => missing;
    /// D.copy() -> a shallow copy of D.
    "copy(self, /)" => copy;
    /// D.copy() -> a shallow copy of D.
    "__copy__(self, /)" => copy;
    /// Return state information for pickling.
    "__reduce__(self, /)" => reduce -> Tuple;
    /// Return repr(self).
    "__repr__(self, /)" => repr -> Str;
    /// Return self|value.
    "__or__(self, value, /)" => or;
    /// Return value|self.
    "__ror__(self, value, /)" => reflected_or;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
    /// Factory for default value called by __missing__().
    get "default_factory" => get_factory, set_factory;
}
