//! `partial`: a callable with some of its arguments. `Placeholder` among them stands for one that a call gives.

use super::class_object;
use ashore_runtime::object::{Slot, refcount};
use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::sequences::{guarded_repr, push_repr};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::types::{class_of, generic_alias, instance};
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, methods, raise};
use std::sync::OnceLock;

pub(super) static PARTIAL: NativeClass = NativeClass::new("functools.partial", METHODS)
    .doc(
        "Create a new function with partial application of the given arguments\n\
         and keywords.",
    )
    .open()
    .with_dict()
    .weakrefable();

pub(super) static PLACEHOLDER_TYPE: NativeClass =
    NativeClass::new("functools._PlaceholderType", PLACEHOLDER_METHODS).doc(
        "The type of the Placeholder singleton.\n\n\
         Used as a placeholder for partial arguments.",
    );

struct Placeholder;

impl Data for Placeholder {}

/// The only instance of its class. It lives for ever.
pub(super) fn placeholder(thread: &Thread) -> Value {
    static PLACEHOLDER: OnceLock<Slot> = OnceLock::new();
    let make = || {
        let made = native::new(thread, PLACEHOLDER_TYPE.class(thread), Placeholder);
        made.header().map(refcount::make_immortal);
        Slot::new(made)
    };
    PLACEHOLDER.get_or_init(make).peek()
}

fn new_placeholder(thread: &Thread, args: &[Value]) -> Result {
    let given = args[1].get::<Tuple>().map_or(0, Tuple::len);
    let named = args[2].get::<Dict>().map_or(0, Dict::len);
    if given + named > 0 {
        return raise!(thread, TypeError, "PlaceholderType takes no arguments");
    }
    Ok(Owned::new(placeholder(thread)))
}

fn placeholder_name(thread: &Thread, _: &[Value]) -> Result {
    Ok(str::new(thread, "Placeholder"))
}

methods! { PLACEHOLDER_METHODS:
    new "_PlaceholderType(type, /, *args, **kwargs)" => new_placeholder;
    /// Return repr(self).
    "__repr__(self, /)" => placeholder_name -> Str;
    "__reduce__(self, /)" => placeholder_name -> Str;
}

/// `__setstate__` replaces all of it at once.
struct Partial(Mutex<Parts>);

struct Parts {
    function: Slot,
    /// A tuple.
    arguments: Slot,
    /// A dict.
    keywords: Slot,
    /// How many of the arguments are placeholders.
    holes: usize,
}

/// References to the parts.
struct Held {
    function: Owned,
    arguments: Owned,
    keywords: Owned,
    holes: usize,
}

impl Data for Partial {
    fn dies_unseen(&self) -> bool {
        true
    }

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        let parts = self.0.lock();
        for slot in [&parts.function, &parts.arguments, &parts.keywords] {
            visit(slot.peek());
        }
    }

    fn call(&self, thread: &Thread, _: Value, args: &[Value], names: &[Value]) -> Option<Result> {
        Some(self.held().call(thread, args, names))
    }
}

impl Partial {
    fn new(held: Held) -> Partial {
        Partial(Mutex::new(Parts {
            function: Slot::new(held.function),
            arguments: Slot::new(held.arguments),
            keywords: Slot::new(held.keywords),
            holes: held.holes,
        }))
    }

    fn held(&self) -> Held {
        let parts = self.0.lock();
        Held {
            function: parts.function.load_locked(),
            arguments: parts.arguments.load_locked(),
            keywords: parts.keywords.load_locked(),
            holes: parts.holes,
        }
    }

    /// Stores other parts and gives the old ones.
    fn replace(&self, held: Held) -> [Owned; 3] {
        let mut parts = self.0.lock();
        parts.holes = held.holes;
        [
            parts.function.replace(held.function),
            parts.arguments.replace(held.arguments),
            parts.keywords.replace(held.keywords),
        ]
    }
}

impl Held {
    fn arguments(&self) -> &[Value] {
        items(&self.arguments)
    }

    fn call(&self, thread: &Thread, args: &[Value], names: &[Value]) -> Result {
        let (given, values) = args.split_at(args.len() - names.len());
        if given.len() < self.holes {
            let (least, got) = (self.holes, given.len());
            return raise!(
                thread,
                TypeError,
                "missing positional arguments in 'partial' call; expected at least {least}, got {got}"
            );
        }
        let own = self.keywords.get::<Dict>().filter(|own| !own.is_empty());
        let own = own.map_or_else(Vec::new, |own| own.snapshot(thread));
        let mut all = Vec::with_capacity(self.arguments().len() + args.len() + own.len());
        fill(thread, self.arguments(), given, &mut all);
        if own.is_empty() {
            all.extend_from_slice(values);
            return call::call_keywords(thread, self.function.value(), &all, names);
        }
        let mut all_names = Vec::with_capacity(own.len() + names.len());
        for (name, value) in &own {
            let Some(text) = name.get::<Str>() else {
                return raise!(thread, TypeError, "keywords must be strings");
            };
            let given = names.iter().position(|name| is_named(name, text));
            all_names.push(name.value());
            all.push(given.map_or(value.value(), |index| values[index]));
        }
        for (&name, &value) in names.iter().zip(values) {
            let text = name.get::<Str>();
            if text.is_none_or(|text| !own.iter().any(|(own, _)| is_named(own, text))) {
                all_names.push(name);
                all.push(value);
            }
        }
        call::call_keywords(thread, self.function.value(), &all, &all_names)
    }
}

fn is_named(name: &Value, text: &Str) -> bool {
    name.get::<Str>().is_some_and(|name| name.equals(text))
}

fn items(tuple: &Value) -> &[Value] {
    tuple.get::<Tuple>().map_or(&[], Tuple::items)
}

/// Arguments with what is given in the place of placeholders, as far as that goes, and the rest of it behind.
fn fill(thread: &Thread, arguments: &[Value], given: &[Value], all: &mut Vec<Value>) {
    let hole = placeholder(thread);
    let mut given = given.iter().copied();
    for &argument in arguments {
        all.push(match argument == hole {
            true => given.next().unwrap_or(hole),
            false => argument,
        });
    }
    all.extend(given);
}

/// How many placeholders are there? The last argument must not be one.
fn count_holes(thread: &Thread, arguments: &[Value]) -> Result<usize> {
    let hole = placeholder(thread);
    if arguments.last() == Some(&hole) {
        return raise!(thread, TypeError, "trailing Placeholders are not allowed");
    }
    Ok(arguments.iter().filter(|&&item| item == hole).count())
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("the binder checks that the first argument is a class");
    let (function, given, keywords) = (args[1], args[2], args[3]);
    if function.is_missing() {
        return raise!(
            thread,
            TypeError,
            "type 'partial' takes at least one argument"
        );
    }
    if !call::is_callable(function) {
        return raise!(thread, TypeError, "the first argument must be callable");
    }
    let holes = count_holes(thread, items(&given))?;
    let named = keywords.get::<Dict>().expect("the binder makes a dict");
    let hole = placeholder(thread);
    if named
        .snapshot(thread)
        .iter()
        .any(|(_, value)| value.value() == hole)
    {
        return raise!(
            thread,
            TypeError,
            "Placeholder cannot be passed as a keyword argument"
        );
    }
    let held = match inner(function) {
        Some(inner) => extended(thread, inner, items(&given), named)?,
        None => Held {
            function: Owned::new(function),
            arguments: Owned::new(given),
            keywords: Owned::new(keywords),
            holes,
        },
    };
    Ok(native::new(thread, class, Partial::new(held)))
}

/// The parts of a partial that can as well be left out between another one and its function: one without attributes.
fn inner(function: Value) -> Option<Held> {
    let partial = native::get::<Partial>(&function)?;
    let plain = function
        .header()
        .is_some_and(|header| !instance::has_attributes(header));
    plain.then(|| partial.held())
}

/// The parts of a partial with more arguments.
fn extended(thread: &Thread, inner: Held, given: &[Value], named: &Dict) -> Result<Held> {
    let mut all = Vec::with_capacity(inner.arguments().len() + given.len());
    fill(thread, inner.arguments(), given, &mut all);
    let keywords = dict::new(thread);
    dict::update(thread, keywords.value(), inner.keywords.value())?;
    dict::update(thread, keywords.value(), named.value())?;
    Ok(Held {
        function: inner.function,
        holes: count_holes(thread, &all)?,
        arguments: tuple::from_slice(thread, &all),
        keywords,
    })
}

fn this(args: &[Value]) -> &Partial {
    receiver::<Partial>(args)
}

/// For instances of derived classes.
fn call_packed(thread: &Thread, args: &[Value]) -> Result {
    super::unpacked(thread, args, |all, names| {
        this(args).held().call(thread, all, names)
    })
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let class = class_of(args[0]);
    let module = class.module_name().unwrap_or_default();
    let held = this(args).held();
    guarded_repr(thread, args[0], "...", |text| {
        text.push_str(&format!("{module}.{}(", class.qualified_name()));
        push_repr(thread, text, held.function.value())?;
        for &argument in held.arguments() {
            text.push_str(", ");
            push_repr(thread, text, argument)?;
        }
        let keywords = held.keywords.get::<Dict>();
        for (name, value) in keywords.map_or_else(Vec::new, |dict| dict.snapshot(thread)) {
            text.push_str(", ");
            let name = convert::str(thread, name.value())?;
            text.push(name.get::<Str>().expect("`str` gives strings"));
            text.push_str("=");
            push_repr(thread, text, value.value())?;
        }
        text.push_str(")");
        Ok(())
    })
}

fn get_function(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).held().function)
}

fn get_arguments(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).held().arguments)
}

fn get_keywords(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).held().keywords)
}

fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let held = this(args).held();
    let header = args[0].header();
    let attributes = match header.filter(|header| instance::has_attributes(header)) {
        Some(header) => instance::dictionary(thread, header).unwrap_or(Owned::NONE),
        None => Owned::NONE,
    };
    let function = tuple::from_array(thread, [held.function.clone()]);
    let state = [held.function, held.arguments, held.keywords, attributes];
    let state = tuple::from_array(thread, state);
    let parts = [class_object(args[0]), function, state];
    Ok(tuple::from_array(thread, parts))
}

fn set_state(thread: &Thread, args: &[Value]) -> Result {
    let invalid = || raise!(thread, TypeError, "invalid partial state");
    let &[function, arguments, keywords, attributes] = items(&args[1]) else {
        return invalid();
    };
    let is_dict = |value: Value| value.is_none() || value.is::<Dict>();
    let valid = call::is_callable(function) && arguments.is::<Tuple>();
    if !valid || !is_dict(keywords) || !is_dict(attributes) {
        return invalid();
    }
    let holes = count_holes(thread, items(&arguments))?;
    let arguments = match arguments.get_exact::<Tuple>() {
        Some(_) => Owned::new(arguments),
        None => tuple::from_slice(thread, items(&arguments)),
    };
    let keywords = match class_of(keywords).is(Builtin::Dict) {
        true => Owned::new(keywords),
        false => {
            let copy = dict::new(thread);
            if !keywords.is_none() {
                dict::update(thread, copy.value(), keywords)?;
            }
            copy
        }
    };
    if let Some(header) = args[0].header() {
        let attributes = match attributes.is_none() {
            true if !instance::has_attributes(header) => None,
            true => Some(dict::new(thread)),
            false => Some(Owned::new(attributes)),
        };
        if let Some(attributes) = attributes {
            attribute::set_dict(thread, &[args[0], attributes.value()])?;
        }
    }
    let held = Held {
        function: Owned::new(function),
        arguments,
        keywords,
        holes,
    };
    drop(this(args).replace(held));
    Ok(Owned::NONE)
}

methods! { METHODS:
    new "partial(type, func=<missing>, /, *args, **keywords)" => new;
    /// Call self as a function.
    "__call__(self, /, *args, **kwargs)" => call_packed;
    /// Return an attribute of instance, which is of type owner.
    "__get__(self, instance, owner=None, /)" => super::bind;
    /// Return repr(self).
    "__repr__(self, /)" => repr -> Str;
    "__reduce__(self, /)" => reduce -> Tuple;
    "__setstate__(self, state, /)" => set_state -> None;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
    /// function object to use in future partial calls
    field "func" => get_function;
    /// tuple of arguments to future partial calls
    field "args" => get_arguments -> Tuple;
    /// dictionary of keyword arguments to future partial calls
    field "keywords" => get_keywords;
}
