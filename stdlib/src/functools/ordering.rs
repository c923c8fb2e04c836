//! `cmp_to_key`: keys that compare by calling a function.

use crate::cell::Var;
use ashore_runtime::object::Slot;
use ashore_runtime::operators::call;
use ashore_runtime::operators::compare::{self, CompareOp};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::str;
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};

static KEY: NativeClass = NativeClass::new("functools.KeyWrapper", METHODS);

/// A key, or what makes keys: one without an object.
struct Key {
    compare: Slot,
    /// MISSING if there is none.
    object: Var,
}

impl Data for Key {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.compare.peek());
        self.object.visit(visit);
    }
}

fn this(args: &[Value]) -> &Key {
    receiver::<Key>(args)
}

fn new(thread: &Thread, compare: Value, object: Var) -> Owned {
    let key = Key {
        compare: Slot::new(Owned::new(compare)),
        object,
    };
    native::new(thread, KEY.class(thread), key)
}

pub(super) fn cmp_to_key(thread: &Thread, args: &[Value]) -> Result {
    Ok(new(thread, args[0], Var::empty()))
}

/// The key of an object.
fn key_of(thread: &Thread, args: &[Value]) -> Result {
    let object = Var::new(Owned::new(args[1]));
    Ok(new(thread, this(args).compare.peek(), object))
}

fn get_object(_: &Thread, args: &[Value]) -> Result {
    let object = this(args).object.get();
    Ok(match object.value().is_missing() {
        true => Owned::NONE,
        false => object,
    })
}

fn set_object(_: &Thread, args: &[Value]) -> Result {
    this(args).object.set(Owned::new(args[1]));
    Ok(Owned::NONE)
}

fn compare_with(thread: &Thread, args: &[Value], op: CompareOp) -> Result {
    let Some(other) = native::get::<Key>(&args[1]) else {
        return raise!(thread, TypeError, "other argument must be K instance");
    };
    let key = this(args);
    let (left, right) = (key.object.get(), other.object.get());
    if left.value().is_missing() || right.value().is_missing() {
        return raise!(thread, AttributeError, "object");
    }
    let compare = key.compare.peek();
    let result = call::call(thread, compare, &[left.value(), right.value()])?;
    compare::rich(thread, op, result.value(), Value::small_int(0))
}

ashore_runtime::comparisons! { compare_with }

fn text_signature(thread: &Thread, _: &[Value]) -> Result {
    Ok(str::new(thread, "(obj)"))
}

methods! { METHODS:
    /// Call self as a function.
    "__call__(self, /, obj)" => key_of;
    /// Return self==value.
    "__eq__(self, value, /)" => eq;
    /// Return self!=value.
    "__ne__(self, value, /)" => ne;
    /// Return self<value.
    "__lt__(self, value, /)" => lt;
    /// Return self<=value.
    "__le__(self, value, /)" => le;
    /// Return self>value.
    "__gt__(self, value, /)" => gt;
    /// Return self>=value.
    "__ge__(self, value, /)" => ge;
    get "__text_signature__" => text_signature -> Str;
    /// Value wrapped by a key function.
    get "obj" => get_object, set_object;
}
