//! Attribute access: `object.name`, its assignment and deletion, and the lookup of special methods.
//!
//! ```text
//!   get ─► find ─► by the class's protocol: generic │ class │ module │ super │ __getattribute__
//!            └───► nothing found: __getattr__, else AttributeError
//! ```
//!
//! Names are looked up as interned strings. A name that was never interned names no class attribute and no slot; only
//! dicts (of modules, and of instances in dictionary mode) can have it. [`super::cache`] remembers what is found here.

mod cached;

pub use cached::{
    get_cached, get_method, get_method_cached, method_to_call, plan_load, plan_store, replace_slot,
    set_cached, slot_to_load, slot_to_store,
};

use super::{call, descriptor};
use crate::object::refcount;
use crate::types::class::access::Protocol;
use crate::types::class::{Type, as_class, class_of};
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::module::{self, Module};
use crate::types::names::Name;
use crate::types::native_function::{self, NativeFunction};
use crate::types::sequences::check_depth;
use crate::types::str::{self, Str};
use crate::types::{exception, instance, super_object};
use crate::{Builtin, Owned, Raised, Result, Thread, Value, interpreter, raise};

/// `object.name`.
pub fn get(thread: &Thread, object: Value, name: Value) -> Result {
    match find(thread, object, name) {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(missing(thread, object, name)),
        Err(raised) => {
            exception::explain_attribute_error(thread, object, name);
            Err(raised)
        }
    }
}

/// `object.name`, `None` if there is no such attribute.
pub fn get_optional(thread: &Thread, object: Value, name: Value) -> Result<Option<Owned>> {
    match find(thread, object, name) {
        Err(raised) if exception::is(thread.pending_exception(), Builtin::AttributeError) => {
            drop(thread.take_exception(raised));
            Ok(None)
        }
        found => found,
    }
}

/// `object.name`; `None`, and no exception made, if nothing that could be asked has it.
pub fn find(thread: &Thread, object: Value, name: Value) -> Result<Option<Owned>> {
    let class = class_of(object);
    let facts = class.facts();
    let found = match facts.read() {
        Protocol::Generic => find_generic(thread, object, name),
        Protocol::Class => find_in_class(thread, object, name),
        Protocol::Module => find_in_module(thread, object, name),
        Protocol::Super => super_object::find(thread, object, name),
        Protocol::Custom => find_custom(thread, object, name),
    };
    if !facts.has_getattr() {
        return found;
    }
    match found {
        Ok(None) => {}
        // A property, say, that fails.
        Err(raised) if exception::is(thread.pending_exception(), Builtin::AttributeError) => {
            drop(thread.take_exception(raised));
        }
        found => return found,
    }
    call_special(thread, object, Name::GETATTR, &[name])
}

/// What `object.__getattribute__` finds.
pub fn find_generic(thread: &Thread, object: Value, name: Value) -> Result<Option<Owned>> {
    let Some(key) = key_of(thread, name)? else {
        return find_in_dict_only(thread, object, name);
    };
    let class = class_of(object);
    let attribute = class.lookup(key).map(|value| own(class, key, value));
    if let Some(attribute) = &attribute
        && descriptor::answers_first(attribute.value())
    {
        return descriptor::get(thread, attribute.clone(), Some(object), class).map(Some);
    }
    if let Some(value) = object
        .header()
        .and_then(|header| instance::get(thread, header, key))
    {
        return Ok(Some(value));
    }
    match attribute {
        Some(attribute) => descriptor::get(thread, attribute, Some(object), class).map(Some),
        None => Ok(None),
    }
}

/// What `type.__getattribute__` finds.
pub fn find_in_class(thread: &Thread, object: Value, name: Value) -> Result<Option<Owned>> {
    let Some(key) = key_of(thread, name)? else {
        return Ok(None);
    };
    let class = as_class(object).expect("the protocol of classes is for classes");
    let metaclass = class_of(object);
    let of_meta = metaclass
        .lookup(key)
        .map(|value| own(metaclass, key, value));
    if let Some(attribute) = &of_meta
        && descriptor::answers_first(attribute.value())
    {
        return descriptor::get(thread, attribute.clone(), Some(object), metaclass).map(Some);
    }
    if let Some(value) = class.lookup(key) {
        return descriptor::get(thread, own(class, key, value), None, class).map(Some);
    }
    match of_meta {
        Some(attribute) => descriptor::get(thread, attribute, Some(object), metaclass).map(Some),
        None => Ok(None),
    }
}

/// What `module.__getattribute__` finds. The module's own `__getattr__`, and the words of the error, are `module`'s.
pub fn find_in_module(thread: &Thread, object: Value, name: Value) -> Result<Option<Owned>> {
    let module = object
        .get::<Module>()
        .expect("the protocol of modules is for modules");
    let class = class_of(object);
    let key = key_of(thread, name)?;
    let attribute = key.and_then(|key| Some(own(class, key, class.lookup(key)?)));
    if let Some(attribute) = &attribute
        && descriptor::answers_first(attribute.value())
    {
        return descriptor::get(thread, attribute.clone(), Some(object), class).map(Some);
    }
    let own = match key {
        Some(key) => module.dict().get_interned(key),
        None => module.dict().get(thread, name)?,
    };
    if own.is_some() {
        return Ok(own);
    }
    match attribute {
        Some(attribute) => descriptor::get(thread, attribute, Some(object), class).map(Some),
        None if class.facts().has_getattr() => Ok(None),
        None => module::missing_attribute(thread, module, name).map(Some),
    }
}

/// Asks the class's own `__getattribute__`.
fn find_custom(thread: &Thread, object: Value, name: Value) -> Result<Option<Owned>> {
    check_name(thread, name)?;
    call_special(thread, object, Name::GETATTRIBUTE, &[name])
}

/// An attribute whose name no class and no slot can have.
fn find_in_dict_only(thread: &Thread, object: Value, name: Value) -> Result<Option<Owned>> {
    let Some(header) = object
        .header()
        .filter(|header| header.shape().dictionary_mode)
    else {
        return Ok(None);
    };
    match instance::dictionary(thread, header) {
        Some(dict) => dict
            .get::<Dict>()
            .expect("__dict__ is a dict")
            .get(thread, name),
        None => Ok(None),
    }
}

fn check_name(thread: &Thread, name: Value) -> Result<()> {
    if name.is::<Str>() {
        return Ok(());
    }
    let got = class_of(name).name();
    raise!(
        thread,
        TypeError,
        "attribute name must be string, not '{got}'"
    )
}

/// The interned string that is the name, if there is one.
#[inline]
fn key_of(thread: &Thread, name: Value) -> Result<Option<Value>> {
    match name.get::<Str>() {
        Some(text) => Ok(str::lookup_interned(text)),
        None => check_name(thread, name).map(|()| None),
    }
}

/// A reference to a value that a lookup on the class has given.
#[inline]
pub fn own(class: &'static Type, key: Value, value: Value) -> Owned {
    if refcount::try_increment(value) {
        return Owned::from_counted(value);
    }
    class.lookup_owned(key).unwrap_or(Owned::NONE)
}

/// Raises the AttributeError for an attribute that is not there.
#[cold]
pub fn missing(thread: &Thread, object: Value, name: Value) -> Raised {
    let attribute = str::display(name);
    let text = match as_class(object) {
        Some(class) => format!(
            "type object '{}' has no attribute '{attribute}'",
            class.name()
        ),
        None => format!(
            "'{}' object has no attribute '{attribute}'",
            class_of(object).name()
        ),
    };
    exception::raise_attribute_error(thread, object, name, &text)
}

/// `object.name = value`.
pub fn set(thread: &Thread, object: Value, name: Value, value: Value) -> Result<()> {
    store(thread, object, name, value)
}

/// `del object.name`.
pub fn delete(thread: &Thread, object: Value, name: Value) -> Result<()> {
    store(thread, object, name, Value::MISSING)
}

/// Assignment, or deletion if the value is MISSING.
fn store(thread: &Thread, object: Value, name: Value, value: Value) -> Result<()> {
    check_name(thread, name)?;
    match class_of(object).facts().write() {
        Protocol::Class => store_in_class(thread, object, name, value),
        Protocol::Custom => {
            let args = [name, value];
            let (method, args) = match value.is_missing() {
                true => (Name::DELATTR, &args[..1]),
                false => (Name::SETATTR, &args[..]),
            };
            call_special(thread, object, method, args).map(drop)
        }
        _ => store_generic(thread, object, name, value),
    }
}

/// What `object.__setattr__` and `__delattr__` do.
pub fn store_generic(thread: &Thread, object: Value, name: Value, value: Value) -> Result<()> {
    check_name(thread, name)?;
    let key = str::intern_value(thread, name.get::<Str>().expect("checked"));
    let class = class_of(object);
    let attribute = class.lookup(key).map(|found| own(class, key, found));
    if let Some(attribute) = &attribute
        && descriptor::is_data(attribute.value())
    {
        return descriptor::set(thread, attribute, object, value);
    }
    if let Some(module) = object.get::<Module>() {
        return store_in_module(thread, object, module, key, value);
    }
    let extensible = object.header().filter(|header| header.shape().extensible);
    let done = extensible.is_some_and(|header| match value.is_missing() {
        true => instance::delete(thread, header, key),
        false => instance::set(thread, header, key, Owned::new(value)),
    });
    if done {
        return Ok(());
    }
    Err(cannot_store(
        thread,
        object,
        key,
        attribute.is_some(),
        extensible.is_some(),
    ))
}

#[cold]
fn cannot_store(
    thread: &Thread,
    object: Value,
    name: Value,
    on_class: bool,
    extensible: bool,
) -> Raised {
    let (class, attribute) = (class_of(object).name(), str::display(name));
    let text = match (extensible, on_class) {
        (true, _) => format!("'{class}' object has no attribute '{attribute}'"),
        (false, true) => format!("'{class}' object attribute '{attribute}' is read-only"),
        (false, false) => format!(
            "'{class}' object has no attribute '{attribute}' and no __dict__ for setting new attributes"
        ),
    };
    exception::raise_attribute_error(thread, object, name, &text)
}

fn store_in_module(
    thread: &Thread,
    object: Value,
    module: &Module,
    key: Value,
    value: Value,
) -> Result<()> {
    if !value.is_missing() {
        module.dict().set_interned(thread, key, Owned::new(value));
        return Ok(());
    }
    match module.dict().remove_interned(thread, key) {
        Some(_) => Ok(()),
        None => Err(cannot_store(thread, object, key, false, true)),
    }
}

/// What `type.__setattr__` and `__delattr__` do.
pub fn store_in_class(thread: &Thread, object: Value, name: Value, value: Value) -> Result<()> {
    check_name(thread, name)?;
    let key = str::intern_value(thread, name.get::<Str>().expect("checked"));
    let class = as_class(object).expect("the protocol of classes is for classes");
    if class.immutable {
        let (attribute, class) = (str::display(key), class.name());
        return raise!(
            thread,
            TypeError,
            "cannot set '{attribute}' attribute of immutable type '{class}'"
        );
    }
    let metaclass = class_of(object);
    if let Some(found) = metaclass.lookup(key)
        && descriptor::is_data(found)
    {
        return descriptor::set(thread, &own(metaclass, key, found), object, value);
    }
    if !value.is_missing() {
        class.set_own(thread, key, value);
    } else if !class.delete_own(thread, key) {
        return Err(missing(thread, object, key));
    }
    Ok(())
}

/// A special method, looked up on the object's class; not bound.
#[inline]
pub fn special(_: &Thread, object: Value, name: Name) -> Option<Owned> {
    let class = class_of(object);
    let value = class.lookup_name(name)?;
    Some(own(class, name.value(), value))
}

/// What `method`, found on the class of `object`, gives for the object.
pub fn bind(thread: &Thread, method: Owned, object: Value) -> Result {
    descriptor::get(thread, method, Some(object), class_of(object))
}

/// Calls a special method; `None` if the class has none.
pub fn call_special(
    thread: &Thread,
    object: Value,
    name: Name,
    args: &[Value],
) -> Result<Option<Owned>> {
    match special(thread, object, name) {
        Some(method) => call_unbound(thread, method, object, args).map(Some),
        None => Ok(None),
    }
}

/// Calls what was found on the object's class as a method of the object.
pub fn call_unbound(thread: &Thread, method: Owned, object: Value, args: &[Value]) -> Result {
    // A class may call itself this way without any frame: `C.__repr__ = C.__str__`.
    check_depth(thread, "")?;
    let function = method.get_exact::<Function>();
    let native = method
        .get_exact::<NativeFunction>()
        .filter(|native| native.is_unbound_method());
    if function.is_none() && native.is_none() {
        let bound = bind(thread, method, object)?;
        return call::call(thread, bound.value(), args);
    }
    call::with_first(object, args, |args| match (function, native) {
        (Some(function), _) => interpreter::call_function(thread, function, args),
        (None, Some(native)) => native_function::call(thread, native, args, &[]),
        (None, None) => unreachable!("one of them was found"),
    })
}

/// `object.__dict__`: the getter of every type whose instances have one.
pub fn get_dict(thread: &Thread, args: &[Value]) -> Result {
    match args[0]
        .header()
        .and_then(|header| instance::dictionary(thread, header))
    {
        Some(dict) => Ok(dict),
        None => Err(missing(thread, args[0], Name::DICT.value())),
    }
}

/// `object.__dict__ = value`.
pub fn set_dict(thread: &Thread, args: &[Value]) -> Result {
    let (object, value) = (args[0], args[1]);
    let Some(header) = object.header().filter(|header| header.shape().extensible) else {
        return Err(missing(thread, object, Name::DICT.value()));
    };
    if value.is_missing() {
        // Classes that do not say otherwise inherit the attribute.
        let name = Name::DICT.value();
        let owner = class_of(object)
            .mro()
            .iter()
            .find(|class| class.own(name).is_some());
        if owner.is_some_and(|owner| owner.builtin.is_some() || owner.native) {
            return raise!(thread, TypeError, "cannot delete __dict__");
        }
        let empty = crate::types::dict::new(thread);
        instance::set_dictionary(thread, header, empty);
        return Ok(Owned::NONE);
    }
    if !value.is::<Dict>() {
        let got = class_of(value).name();
        return raise!(
            thread,
            TypeError,
            "__dict__ must be set to a dictionary, not a '{got}'"
        );
    }
    instance::set_dictionary(thread, header, Owned::new(value));
    Ok(Owned::NONE)
}
