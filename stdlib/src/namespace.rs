//! `types.SimpleNamespace`, the class of `sys.implementation`.

use ashore_runtime::operators::{attribute, call, compare};
use ashore_runtime::types::class_of;
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::native::NativeClass;
use ashore_runtime::types::sequences::{guarded_repr, push_repr};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::{Object, Owned, Result, Thread, Value, methods, raise};

pub(crate) static SIMPLE_NAMESPACE: NativeClass =
    NativeClass::new("types.SimpleNamespace", METHODS)
        .doc("A simple attribute-based namespace.")
        .open()
        .with_attributes();

/// An empty namespace.
pub(crate) fn new(thread: &Thread) -> Result {
    call::call(thread, SIMPLE_NAMESPACE.class(thread).value(), &[])
}

fn attributes(thread: &Thread, namespace: Value) -> Result {
    attribute::get(thread, namespace, str::intern(thread, "__dict__"))
}

/// Sets attributes from a mapping; their names must be strings.
fn set_all(thread: &Thread, namespace: Value, mapping: Value) -> Result<()> {
    let pairs = mapping
        .get::<Dict>()
        .map(|mapping| mapping.snapshot(thread));
    for (name, value) in pairs.unwrap_or_default() {
        if !name.is::<Str>() {
            return raise!(thread, TypeError, "keywords must be strings");
        }
        attribute::set(thread, namespace, name.value(), value.value())?;
    }
    Ok(())
}

fn init(thread: &Thread, args: &[Value]) -> Result {
    let given = args[1].get::<Tuple>().map_or(&[][..], Tuple::items);
    match given {
        [] => {}
        &[mapping] => {
            let copy = dict::new(thread);
            dict::update(thread, copy.value(), mapping)?;
            set_all(thread, args[0], copy.value())?;
        }
        _ => {
            let (name, n) = (class_of(args[0]).short_name(), given.len());
            return raise!(
                thread,
                TypeError,
                "{name} expected at most 1 argument, got {n}"
            );
        }
    }
    set_all(thread, args[0], args[2])?;
    Ok(Owned::NONE)
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let class = class_of(args[0]);
    let name = match SIMPLE_NAMESPACE.is_exactly(thread, args[0]) {
        true => "namespace".to_owned(),
        false => class.short_name(),
    };
    let attributes = attributes(thread, args[0])?;
    guarded_repr(thread, args[0], &format!("{name}(...)"), |text| {
        text.push_str(&format!("{name}("));
        let pairs = attributes.get::<Dict>().map(|dict| dict.snapshot(thread));
        for (i, (name, value)) in pairs.unwrap_or_default().into_iter().enumerate() {
            if i > 0 {
                text.push_str(", ");
            }
            if let Some(name) = name.get::<Str>() {
                text.push(name);
            }
            text.push_str("=");
            push_repr(thread, text, value.value())?;
        }
        text.push_str(")");
        Ok(())
    })
}

fn eq(thread: &Thread, args: &[Value]) -> Result {
    if !SIMPLE_NAMESPACE.is_instance(thread, args[1]) {
        return Ok(Owned::NOT_IMPLEMENTED);
    }
    let (a, b) = (attributes(thread, args[0])?, attributes(thread, args[1])?);
    compare::equal(thread, a.value(), b.value()).map(Owned::bool)
}

fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let class = Owned::new(class_of(args[0]).value());
    let parts = vec![class, tuple::empty(thread), attributes(thread, args[0])?];
    Ok(tuple::new(thread, parts))
}

fn replace(thread: &Thread, args: &[Value]) -> Result {
    let class = class_of(args[0]);
    let copy = call::call(thread, class.value(), &[])?;
    if !SIMPLE_NAMESPACE.is_instance(thread, copy.value()) {
        let (class, got) = (class.qualified_name(), class_of(copy.value()).name());
        return raise!(
            thread,
            TypeError,
            "expect types.SimpleNamespace type, but {class}() returned '{got}' object"
        );
    }
    let old = attributes(thread, args[0])?;
    set_all(thread, copy.value(), old.value())?;
    set_all(thread, copy.value(), args[1])?;
    Ok(copy)
}

methods! { METHODS:
    "__init__(self, /, *args, **kwargs)" => init -> None;
    "__repr__(self, /)" => repr -> Str;
    "__eq__(self, value, /)" => eq;
    /// Return state information for pickling
    "__reduce__(self, /)" => reduce -> Tuple;
    /// Return a copy of the namespace object with new values for the specified attributes.
    "__replace__(self, /, **changes)" => replace;
}
