//! Descriptors: what an attribute found on a class gives for an instance, and who takes assignments to it.

use crate::object::Kind;
use crate::types::class::{Type, class_of};
use crate::types::getset::GetSet;
use crate::types::method;
use crate::types::names::Name;
use crate::types::native_function::{self, NativeFunction};
use crate::types::property::{ClassMethod, Property, StaticMethod};
use crate::{Object, Owned, Result, Thread, Value, raise};

/// Does the attribute, found on the class, go before the instance's own when it is read? Not without a `__get__`.
#[inline]
pub fn answers_first(attribute: Value) -> bool {
    is_data(attribute)
        && (matches!(attribute.kind(), Kind::PROPERTY | Kind::GETSET)
            || class_of(attribute).facts().has_get())
}

/// Does the attribute, found on the class, take what is assigned to the instance's?
#[inline]
pub fn is_data(attribute: Value) -> bool {
    match attribute.kind() {
        Kind::PROPERTY | Kind::GETSET => true,
        Kind::NONE
        | Kind::FUNCTION
        | Kind::NATIVE_FUNCTION
        | Kind::STATIC_METHOD
        | Kind::CLASS_METHOD
        | Kind::STR
        | Kind::TUPLE
        | Kind::LIST
        | Kind::DICT
        | Kind::BOUND_METHOD => false,
        _ => class_of(attribute).facts().has_set(),
    }
}

/// What the attribute gives: for `instance.name` (an instance), or for `owner.name` (none).
pub fn get(
    thread: &Thread,
    attribute: Owned,
    instance: Option<Value>,
    owner: &'static Type,
) -> Result {
    match attribute.kind() {
        Kind::FUNCTION => Ok(match instance {
            Some(instance) => method::new(thread, attribute, Owned::new(instance)),
            None => attribute,
        }),
        Kind::NATIVE_FUNCTION => bind_native(thread, attribute, instance, owner),
        Kind::STATIC_METHOD => Ok(function_of(&attribute)),
        Kind::CLASS_METHOD => Ok(method::new(
            thread,
            function_of(&attribute),
            Owned::new(owner.value()),
        )),
        Kind::PROPERTY | Kind::GETSET if instance.is_none() => Ok(attribute),
        Kind::PROPERTY => attribute
            .get::<Property>()
            .expect("a property")
            .get(thread, instance.unwrap_or(Value::NONE)),
        Kind::GETSET => attribute
            .get::<GetSet>()
            .expect("a getset")
            .get(thread, instance.unwrap_or(Value::NONE)),
        _ => get_by_method(thread, attribute, instance, owner),
    }
}

/// The function inside a `staticmethod` or `classmethod`.
fn function_of(wrapper: &Owned) -> Owned {
    let plain = wrapper.get::<StaticMethod>().map(StaticMethod::function);
    let plain = plain.or_else(|| wrapper.get::<ClassMethod>().map(ClassMethod::function));
    plain.expect("a staticmethod or classmethod")
}

fn bind_native(
    thread: &Thread,
    attribute: Owned,
    instance: Option<Value>,
    owner: &'static Type,
) -> Result {
    let function = attribute
        .get::<NativeFunction>()
        .expect("a native function");
    if function.is_unbound_class_method() {
        return native_function::bind_class(
            thread,
            function,
            instance.unwrap_or(Value::NONE),
            owner.value(),
        );
    }
    match instance {
        Some(instance) if function.is_unbound_method() => {
            Ok(native_function::bind(thread, function, instance))
        }
        _ => Ok(attribute),
    }
}

/// Through the attribute's class's `__get__`, if it has one.
fn get_by_method(
    thread: &Thread,
    attribute: Owned,
    instance: Option<Value>,
    owner: &'static Type,
) -> Result {
    let class = class_of(attribute.value());
    if !class.facts().has_get() {
        return Ok(attribute);
    }
    let args = [instance.unwrap_or(Value::NONE), owner.value()];
    match super::attribute::call_special(thread, attribute.value(), Name::GET, &args)? {
        Some(value) => Ok(value),
        None => Ok(attribute),
    }
}

/// Hands `instance.name = value` (or, with MISSING, `del instance.name`) to a data descriptor.
pub fn set(thread: &Thread, attribute: &Owned, instance: Value, value: Value) -> Result<()> {
    match attribute.kind() {
        Kind::PROPERTY => attribute
            .get::<Property>()
            .expect("a property")
            .set(thread, instance, value),
        Kind::GETSET => attribute
            .get::<GetSet>()
            .expect("a getset")
            .set(thread, instance, value),
        _ => set_by_method(thread, attribute.value(), instance, value),
    }
}

fn set_by_method(thread: &Thread, attribute: Value, instance: Value, value: Value) -> Result<()> {
    let args = [instance, value];
    let (name, args) = match value.is_missing() {
        true => (Name::DELETE, &args[..1]),
        false => (Name::SET, &args[..]),
    };
    match super::attribute::call_special(thread, attribute, name, args)? {
        Some(_) => Ok(()),
        None => raise!(thread, AttributeError, "{}", name.text()),
    }
}
