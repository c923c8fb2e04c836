//! Methods that `object` gives every class.

use super::class::{self, Type, as_class, bases, class_of};
use super::define::MethodDef;
use super::dict::{self, Dict};
use super::names::Name;
use super::str::{self, Str};
use super::{Builtin, hashing, instance, int, layouts, list, reduce};
use crate::object::Object;
use crate::operators::{attribute, convert};
use crate::{Owned, Result, Thread, Value, methods, raise};

/// Has the class its own version of a method that `object` has?
fn overrides(class: &Type, name: Name) -> bool {
    let home = class.find_in_mro(name.value());
    !home.is_some_and(|(_, home)| home.is(Builtin::Object))
}

fn has_arguments(args: &[Value]) -> bool {
    let positional = args[1]
        .get::<super::tuple::Tuple>()
        .is_some_and(|tuple| !tuple.is_empty());
    positional || args[2].get::<Dict>().is_some_and(|dict| !dict.is_empty())
}

/// `object.__new__`: arguments are an error unless `__init__` may want them.
fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("the binder checks that the first argument is a class");
    if has_arguments(args) {
        if overrides(class, Name::NEW) {
            return raise!(
                thread,
                TypeError,
                "object.__new__() takes exactly one argument (the type to instantiate)"
            );
        }
        if !overrides(class, Name::INIT) {
            return raise!(thread, TypeError, "{}() takes no arguments", class.name());
        }
    }
    if class.layout != Builtin::Object {
        let name = class.name();
        if !overrides(class, Name::NEW) {
            return raise!(thread, TypeError, "cannot create '{name}' instances");
        }
        return raise!(
            thread,
            TypeError,
            "object.__new__({name}) is not safe, use {name}.__new__()"
        );
    }
    if class.is_abstract() {
        return refuse_abstract(thread, class);
    }
    Ok(instance::new(thread, class))
}

#[cold]
fn refuse_abstract(thread: &Thread, class: &Type) -> Result {
    let names = class::methods::abstract_methods(thread, class)?;
    let list = names
        .iter()
        .map(|name| format!("'{name}'"))
        .collect::<Vec<_>>()
        .join(", ");
    let (s, class) = (if names.len() == 1 { "" } else { "s" }, class.name());
    raise!(
        thread,
        TypeError,
        "Can't instantiate abstract class {class} without an implementation for abstract method{s} {list}"
    )
}

/// `object.__init__`: arguments are an error unless `__new__` took them.
fn init(thread: &Thread, args: &[Value]) -> Result {
    if has_arguments(args) {
        let class = class_of(args[0]);
        if overrides(class, Name::INIT) {
            return raise!(
                thread,
                TypeError,
                "object.__init__() takes exactly one argument (the instance to initialize)"
            );
        }
        if !overrides(class, Name::NEW) {
            let name = class.name();
            return raise!(
                thread,
                TypeError,
                "{name}.__init__() takes exactly one argument (the instance to initialize)"
            );
        }
    }
    Ok(Owned::NONE)
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let (class, at) = (class_of(args[0]), address(args[0]));
    let module = class.module_name().filter(|module| module != "builtins");
    let name = class.qualified_name();
    let text = match module {
        Some(module) => format!("<{module}.{name} object at {at:#x}>"),
        None => format!("<{name} object at {at:#x}>"),
    };
    Ok(str::new(thread, &text))
}

/// What `id` gives: the address of an object, the word of anything else.
pub fn address(value: Value) -> u64 {
    match value.header() {
        Some(header) => std::ptr::from_ref(header).addr() as u64,
        None => value.bits(),
    }
}

fn to_str(thread: &Thread, args: &[Value]) -> Result {
    convert::repr(thread, args[0])
}

fn equal(_: &Thread, args: &[Value]) -> Result {
    Ok(match args[0] == args[1] {
        true => Owned::bool(true),
        false => Owned::NOT_IMPLEMENTED,
    })
}

/// The opposite of `==`, if that has an answer.
fn not_equal(thread: &Thread, args: &[Value]) -> Result {
    let Some(equal) = attribute::call_special(thread, args[0], Name::EQ, &[args[1]])? else {
        return Ok(Owned::NOT_IMPLEMENTED);
    };
    if equal.value() == Value::NOT_IMPLEMENTED {
        return Ok(equal);
    }
    Ok(Owned::bool(!convert::truth(thread, equal.value())?))
}

fn unordered(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::NOT_IMPLEMENTED)
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_i64(thread, hashing::hash_identity(args[0])))
}

fn get_attribute(thread: &Thread, args: &[Value]) -> Result {
    match attribute::find_generic(thread, args[0], args[1])? {
        Some(value) => Ok(value),
        None => Err(attribute::missing(thread, args[0], args[1])),
    }
}

/// Classes and the like keep their attributes in another way: `object`'s methods must not be used to get around it.
fn check_applies(thread: &Thread, object: Value, method: &str) -> Result<()> {
    if as_class(object).is_some() {
        return raise!(
            thread,
            TypeError,
            "can't apply this {method} to type object"
        );
    }
    Ok(())
}

fn set_attribute(thread: &Thread, args: &[Value]) -> Result {
    check_applies(thread, args[0], "__setattr__")?;
    attribute::store_generic(thread, args[0], args[1], args[2])?;
    Ok(Owned::NONE)
}

fn delete_attribute(thread: &Thread, args: &[Value]) -> Result {
    check_applies(thread, args[0], "__delattr__")?;
    attribute::store_generic(thread, args[0], args[1], Value::MISSING)?;
    Ok(Owned::NONE)
}

fn init_subclass(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::NONE)
}

fn subclass_hook(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::NOT_IMPLEMENTED)
}

/// `object.__format__`: only the empty format means something to every object.
fn format(thread: &Thread, args: &[Value]) -> Result {
    let Some(spec) = args[1].get::<Str>() else {
        let got = convert::argument_type(args[1]);
        return raise!(
            thread,
            TypeError,
            "__format__() argument must be str, not {got}"
        );
    };
    if !spec.is_empty() {
        let class = class_of(args[0]).name();
        return raise!(
            thread,
            TypeError,
            "unsupported format string passed to {class}.__format__"
        );
    }
    convert::str(thread, args[0])
}

/// `dir(object)`: the object's own names and its class's.
fn dir(thread: &Thread, args: &[Value]) -> Result {
    let names = dict::new(thread);
    let table = names.get::<Dict>().expect("made as a dict");
    let own = attribute::get_optional(thread, args[0], Name::DICT.value())?;
    if let Some(own) = own.as_ref().and_then(|own| own.get::<Dict>()) {
        table.merge(thread, own)?;
    }
    let class = attribute::get_optional(thread, args[0], Name::CLASS.value())?;
    // `__class__` may be any attribute, or none.
    let class = class.map(|class| as_class(class.value()).unwrap_or_else(|| class_of(args[0])));
    for class in class.into_iter().flat_map(Type::mro) {
        table.merge(thread, class.namespace(thread))?;
    }
    let names = table
        .snapshot(thread)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    Ok(list::new(thread, names))
}

fn size_of(thread: &Thread, args: &[Value]) -> Result {
    let size = match args[0].header() {
        Some(header) => layouts::end(header) + header.shape().area_size(),
        None => std::mem::size_of::<Value>(),
    };
    Ok(int::from_usize(thread, size))
}

fn get_class(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(class_of(args[0]).value()))
}

/// `object.__class__ = class`: both classes must lay their instances out alike.
fn set_class(thread: &Thread, args: &[Value]) -> Result {
    let (object, value) = (args[0], args[1]);
    if value.is_missing() {
        return raise!(thread, TypeError, "can't delete __class__ attribute");
    }
    let Some(new) = as_class(value) else {
        let got = class_of(value).name();
        return raise!(
            thread,
            TypeError,
            "__class__ must be set to a class, not '{got}' object"
        );
    };
    let old = class_of(object);
    if old.immutable || new.immutable {
        return raise!(
            thread,
            TypeError,
            "__class__ assignment only supported for mutable types or ModuleType subclasses"
        );
    }
    let header = object
        .header()
        .filter(|_| !old.is_metaclass() && bases::same_layout(old, new));
    let Some(header) = header else {
        let (old, new) = (old.name(), new.name());
        return raise!(
            thread,
            TypeError,
            "__class__ assignment: '{new}' object layout differs from '{old}'"
        );
    };
    instance::set_class(thread, header, new);
    Ok(Owned::NONE)
}

methods! { pub METHODS:
    /// Create and return a new object.  See help(type) for accurate signature.
    new "object(type, /, *args, **kwargs)" => new;
    /// Initialize self.  See help(type(self)) for accurate signature.
    "__init__(self, /, *args, **kwargs)" => init -> None;
    /// Return repr(self).
    "__repr__(self, /)" => repr -> Str;
    /// Return str(self).
    "__str__(self, /)" => to_str -> Str;
    /// Return self==value.
    "__eq__(self, value, /)" => equal;
    /// Return self!=value.
    "__ne__(self, value, /)" => not_equal;
    /// Return self<value.
    "__lt__(self, value, /)" => unordered;
    /// Return self<=value.
    "__le__(self, value, /)" => unordered;
    /// Return self>value.
    "__gt__(self, value, /)" => unordered;
    /// Return self>=value.
    "__ge__(self, value, /)" => unordered;
    /// Return hash(self).
    "__hash__(self, /)" => hash -> Int;
    /// Return getattr(self, name).
    "__getattribute__(self, name, /)" => get_attribute;
    /// Implement setattr(self, name, value).
    "__setattr__(self, name, value, /)" => set_attribute -> None;
    /// Implement delattr(self, name).
    "__delattr__(self, name, /)" => delete_attribute -> None;
    /// This method is called when a class is subclassed.
    ///
    /// The default implementation does nothing. It may be
    /// overridden to extend subclasses.
    class "__init_subclass__(type, /)" => init_subclass -> None;
    /// Abstract classes can override this to customize issubclass().
    ///
    /// This is invoked early on by abc.ABCMeta.__subclasscheck__().
    /// It should return True, False or NotImplemented.  If it returns
    /// NotImplemented, the normal algorithm is used.  Otherwise, it
    /// overrides the normal algorithm (and the outcome is cached).
    class "__subclasshook__(type, object, /)" => subclass_hook;
    /// Default object formatter.
    ///
    /// Return str(self) if format_spec is empty. Raise TypeError otherwise.
    "__format__(self, format_spec, /)" => format -> Str;
    /// Default dir() implementation.
    "__dir__(self, /)" => dir -> List;
    /// Helper for pickle.
    "__reduce__(self, /)" => reduce::reduce;
    /// Helper for pickle.
    "__reduce_ex__(self, protocol, /)" => reduce::reduce_ex;
    /// Helper for pickle.
    "__getstate__(self, /)" => reduce::get_state;
    /// Size of object in memory, in bytes.
    "__sizeof__(self, /)" => size_of -> Int;
    /// the object's class
    get "__class__" => get_class, set_class;
}

methods! { ORDER:
    /// Return self!=value.
    "__ne__(self, value, /)" => not_equal;
    /// Return self<value.
    "__lt__(self, value, /)" => unordered;
    /// Return self<=value.
    "__le__(self, value, /)" => unordered;
    /// Return self>value.
    "__gt__(self, value, /)" => unordered;
    /// Return self>=value.
    "__ge__(self, value, /)" => unordered;
}

/// What a builtin type has besides its rows because one of them is `__eq__`: who compares at all has all comparisons.
pub(super) fn comparisons(rows: &[MethodDef]) -> &'static [MethodDef] {
    match rows.iter().any(|def| def.name() == Name::EQ.text()) {
        true => ORDER,
        false => &[],
    }
}
