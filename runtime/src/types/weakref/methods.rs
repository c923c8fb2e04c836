//! `weakref.ref`.

use super::Weakref;
use crate::operators::compare::{self, CompareOp};
use crate::operators::{attribute, call, convert};
use crate::types::class::{Type, class_of};
use crate::types::define::receiver;
use crate::types::names::Name;
use crate::types::str::Str;
use crate::types::{exception, generic_alias, int, str};
use crate::{Builtin, Owned, Result, Thread, Value, methods, raise};
use std::sync::atomic::Ordering;

fn make(thread: &Thread, args: &[Value]) -> Result {
    let class = args[0]
        .get::<Type>()
        .expect("`__new__` is bound to a class");
    super::new(thread, class, args[1], args[2])
}

/// `__new__` has done it all.
fn init(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::NONE)
}

fn dereference(_: &Thread, args: &[Value]) -> Result {
    Ok(receiver::<Weakref>(args).get().unwrap_or(Owned::NONE))
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Weakref>(args);
    let known = this.hash.load(Ordering::Relaxed);
    if known != super::UNKNOWN {
        return Ok(int::from_i64(thread, known));
    }
    let Some(referent) = this.get() else {
        return raise!(thread, TypeError, "weak object has gone away");
    };
    let hash = convert::hash(thread, referent.value())?;
    this.hash.store(hash, Ordering::Relaxed);
    Ok(int::from_i64(thread, hash))
}

/// References to living objects compare as these do, others by identity.
fn compare(thread: &Thread, args: &[Value], op: CompareOp) -> Result {
    let is_reference = class_of(args[1]).is_subclass_of(Builtin::Weakref.class());
    let Some(other) = args[1].get::<Weakref>().filter(|_| is_reference) else {
        return Ok(Owned::NOT_IMPLEMENTED);
    };
    match (receiver::<Weakref>(args).get(), other.get()) {
        (Some(left), Some(right)) => compare::rich(thread, op, left.value(), right.value()),
        _ => Ok(Owned::bool((args[0] == args[1]) == (op == CompareOp::Eq))),
    }
}

fn equal(thread: &Thread, args: &[Value]) -> Result {
    compare(thread, args, CompareOp::Eq)
}

fn not_equal(thread: &Thread, args: &[Value]) -> Result {
    compare(thread, args, CompareOp::Ne)
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    describe(thread, args[0], "weakref")
}

/// `<weakref at 0x…; to 'A' at 0x… (name)>`
pub(super) fn describe(thread: &Thread, weakref: Value, what: &str) -> Result {
    let this = weakref.get::<Weakref>().expect("a weak reference");
    let own = weakref.as_ptr().addr();
    let Some(referent) = this.get() else {
        return Ok(str::new(thread, &format!("<{what} at {own:#x}; dead>")));
    };
    let class = super::type_name(class_of(referent.value()));
    let address = referent.value().as_ptr().addr();
    let mut text = format!("<{what} at {own:#x}; to '{class}' at {address:#x}");
    if what == "weakref"
        && let Some(name) = attribute::special(thread, referent.value(), Name::NAME)
        && let name = attribute::bind(thread, name, referent.value())?
        && name.is::<Str>()
    {
        text = format!("{text} ({})", str::display(name.value()));
    }
    text.push('>');
    Ok(str::new(thread, &text))
}

fn get_callback(_: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Weakref>(args);
    let callback = this.callback.load(&this.header);
    Ok(if callback.is_missing() {
        Owned::NONE
    } else {
        callback
    })
}

/// Calls the callback of a cleared weak reference; what it raises is reported.
pub(in crate::types) fn call_back(thread: &Thread, weakref: Value, callback: Value) {
    if let Err(raised) = call::call(thread, callback, &[weakref]) {
        exception::report_ignored(thread, raised, "while calling weakref callback", callback);
    }
}

/// `object.__weakref__`: the first of the weak references.
pub(in crate::types) fn get_weakref(_: &Thread, args: &[Value]) -> Result {
    let first = super::references(args[0]).into_iter().next();
    Ok(first.unwrap_or(Owned::NONE))
}

methods! { pub METHODS:
    new "ReferenceType(type, object, callback=None, /)" => make;
    "__init__(self, object, callback=None, /)" => init -> None;
    /// Call self as a function.
    "__call__(self, /)" => dereference;
    "__hash__(self, /)" => hash -> Int;
    "__eq__(self, value, /)" => equal;
    "__ne__(self, value, /)" => not_equal;
    "__repr__(self, /)" => repr -> Str;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
    field "__callback__" => get_callback;
}
