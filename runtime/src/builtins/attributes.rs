//! Builtin functions about attributes, classes and frames.

use crate::interpreter;
use crate::object::Owned;
use crate::operators::{attribute, call, convert, iterate};
use crate::types::dict::Dict;
use crate::types::names::Name;
use crate::types::str::Str;
use crate::types::{self, class_of};
use crate::{Result, Thread, Value, import, methods, raise};

fn check_name(thread: &Thread, name: Value) -> Result<()> {
    if name.is::<Str>() {
        return Ok(());
    }
    raise!(
        thread,
        TypeError,
        "attribute name must be string, not '{}'",
        class_of(name).name()
    )
}

fn getattr(thread: &Thread, args: &[Value]) -> Result {
    check_name(thread, args[1])?;
    if args[2].is_missing() {
        return attribute::get(thread, args[0], args[1]);
    }
    Ok(attribute::get_optional(thread, args[0], args[1])?.unwrap_or_else(|| Owned::new(args[2])))
}

fn hasattr(thread: &Thread, args: &[Value]) -> Result {
    check_name(thread, args[1])?;
    Ok(Owned::bool(
        attribute::get_optional(thread, args[0], args[1])?.is_some(),
    ))
}

fn setattr(thread: &Thread, args: &[Value]) -> Result {
    check_name(thread, args[1])?;
    attribute::set(thread, args[0], args[1], args[2])?;
    Ok(Owned::NONE)
}

fn delattr(thread: &Thread, args: &[Value]) -> Result {
    check_name(thread, args[1])?;
    attribute::delete(thread, args[0], args[1])?;
    Ok(Owned::NONE)
}

fn isinstance(thread: &Thread, args: &[Value]) -> Result {
    types::class::is_instance_of(thread, args[0], args[1]).map(Owned::bool)
}

fn issubclass(thread: &Thread, args: &[Value]) -> Result {
    types::class::is_subclass_of(thread, args[0], args[1]).map(Owned::bool)
}

fn callable(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(call::is_callable(args[0])))
}

/// The address of an object on the heap. What has none gets a number that no other value has: heap addresses are multiples of
/// sixteen and never so low as those of `None` and its kin.
fn id(thread: &Thread, args: &[Value]) -> Result {
    let bits = args[0].bits();
    let id = match bits & 0b111 {
        0b001 => bits & !1,
        0b101 => ((bits >> 3) + 1) << 4,
        // An int ends in 00, a float in 10 or 11.
        0b000 | 0b100 => bits | 1,
        _ => bits,
    };
    Ok(types::int::from_u64(thread, id))
}

/// The namespace that `locals()` and `dir()` mean.
fn frame_locals(thread: &Thread) -> Result {
    match interpreter::current_frame(thread) {
        Some(frame) => interpreter::locals_snapshot(thread, frame),
        None => raise!(thread, RuntimeError, "no current frame"),
    }
}

fn locals(thread: &Thread, _: &[Value]) -> Result {
    frame_locals(thread)
}

fn globals(thread: &Thread, _: &[Value]) -> Result {
    match interpreter::current_frame(thread) {
        Some(frame) => Ok(Owned::new(frame.globals)),
        None => raise!(thread, RuntimeError, "no current frame"),
    }
}

fn vars(thread: &Thread, args: &[Value]) -> Result {
    if args[0].is_missing() {
        return frame_locals(thread);
    }
    match attribute::get_optional(thread, args[0], Name::DICT.value())? {
        Some(dict) => Ok(dict),
        None => raise!(
            thread,
            TypeError,
            "vars() argument must have __dict__ attribute"
        ),
    }
}

fn dir(thread: &Thread, args: &[Value]) -> Result {
    let names = if args[0].is_missing() {
        let namespace = frame_locals(thread)?;
        match namespace.value().get_exact::<Dict>() {
            Some(_) => iterate::collect(thread, namespace.value())?,
            None => {
                let keys = call::call_method(thread, namespace.value(), Name::KEYS, &[])?;
                iterate::collect(thread, keys.value())?
            }
        }
    } else {
        match attribute::call_special(thread, args[0], Name::DIR, &[])? {
            Some(names) => iterate::collect(thread, names.value())?,
            None => return raise!(thread, TypeError, "object does not provide __dir__"),
        }
    };
    let mut names = names;
    types::list::sort::sort(thread, &mut names, Value::NONE, false)?;
    Ok(types::list::new(thread, names))
}

fn build_class(thread: &Thread, args: &[Value]) -> Result {
    types::class::create::build_class(thread, args)
}

fn import_(thread: &Thread, args: &[Value]) -> Result {
    let level = convert::to_isize(thread, args[4])? as i64;
    let empty;
    let globals = if args[1].is::<Dict>() {
        args[1]
    } else {
        empty = types::dict::new(thread);
        empty.value()
    };
    import::import_module(thread, args[0], globals, args[3], level)
}

methods! { pub FUNCTIONS:
    /// Get a named attribute from an object.
    static "getattr(object, name, default=<missing>, /)" => getattr;
    /// Return whether the object has an attribute with the given name.
    static "hasattr(obj, name, /)" => hasattr -> Bool;
    /// Sets the named attribute on the given object to the specified value.
    static "setattr(obj, name, value, /)" => setattr -> None;
    /// Deletes the named attribute from the given object.
    static "delattr(obj, name, /)" => delattr -> None;
    /// Return whether an object is an instance of a class or of a subclass thereof.
    static "isinstance(obj, class_or_tuple, /)" => isinstance -> Bool;
    /// Return whether 'cls' is derived from another class or is the same class.
    static "issubclass(cls, class_or_tuple, /)" => issubclass -> Bool;
    /// Return whether the object is callable (i.e., some kind of function).
    static "callable(obj, /)" => callable -> Bool;
    /// Return the identity of an object.
    static "id(obj, /)" => id -> Int;
    /// Return a dictionary containing the current scope's local variables.
    static "locals()" => locals;
    /// Return the dictionary containing the current scope's global variables.
    static "globals()" => globals -> Dict;
    /// Without arguments, equivalent to locals(); with an argument, equivalent to object.__dict__.
    static "vars(object=<missing>, /)" => vars;
    /// Return the names in the current scope, or of an object's attributes.
    static "dir(object=<missing>, /)" => dir -> List;
    static "__build_class__(func, name, /, *bases, **kwds)" => build_class;
    /// Import a module.
    static "__import__(name, globals=None, locals=None, fromlist=(), level=0)" => import_;
}
