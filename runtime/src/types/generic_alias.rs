//! `list[int]`: a class together with type arguments, for annotations. Calling it calls the class.

use super::class::as_class;
use super::list::{self, List};
use super::str::Str;
use super::tuple::Tuple;
use super::{Builtin, Type, exception, int, str, tuple, typing, union};
use crate::object::{Header, Kind, Object, Slot};
use crate::operators::{attribute, call, compare, convert, index, iterate};
use crate::types::define::receiver;
use crate::types::sequences::push_repr;
use crate::{Owned, Result, Thread, Value, builtins, heap, methods, raise};

/// Attributes of the alias itself.
const OWN: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
];
/// Attributes that an alias has not, even if the class does.
const NOBODYS: &[&str] = &["__bases__", "__copy__", "__deepcopy__"];

/// A parameterized class. Immutable.
#[repr(C)]
pub struct GenericAlias {
    header: Header,
    origin: Slot,
    /// A tuple.
    args: Slot,
    /// `*tuple[int, str]`: stands for its arguments.
    starred: bool,
}

// SAFETY: `repr(C)`, header first, own kind; both slots are counted references, and there are no buffers.
unsafe impl Object for GenericAlias {
    const KIND: Kind = Kind::GENERIC_ALIAS;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.origin.peek());
        visit(self.args.peek());
    }
}

/// `origin[item]`
pub fn new(thread: &Thread, origin: Value, item: Value) -> Owned {
    make(thread, origin, item, false)
}

fn make(thread: &Thread, origin: Value, item: Value, starred: bool) -> Owned {
    make_instance(thread, Builtin::GenericAlias.class(), origin, item, starred)
}

fn make_instance(
    thread: &Thread,
    class: &Type,
    origin: Value,
    item: Value,
    starred: bool,
) -> Owned {
    let args = match item.get_exact::<Tuple>() {
        Some(_) => Owned::new(item),
        None => tuple::from_slice(thread, &[item]),
    };
    let alias = GenericAlias {
        header: class.instance_header(thread),
        origin: Slot::new(Owned::new(origin)),
        args: Slot::new(args),
        starred,
    };
    heap::new_with_attributes(thread, alias, 0)
}

/// `__class_getitem__` of the builtin containers.
pub fn class_getitem(thread: &Thread, args: &[Value]) -> Result {
    Ok(new(thread, args[0], args[1]))
}

methods! { pub METHODS:
    /// Create and return a new object.  See help(type) for accurate signature.
    new "GenericAlias(type, origin, args, /)" => new_method;
    /// Return repr(self).
    "__repr__(self, /)" => repr -> Str;
    /// Return hash(self).
    "__hash__(self, /)" => hash -> Int;
    /// Return self==value.
    "__eq__(self, value, /)" => eq;
    /// Call self as a function.
    "__call__(self, /, *args, **kwargs)" => call_origin;
    /// Return self[key].
    "__getitem__(self, key, /)" => get_item;
    /// Return getattr(self, name).
    "__getattribute__(self, name, /)" => get_attribute;
    "__reduce__(self, /)" => reduce -> Tuple;
    "__dir__(self, /)" => dir -> List;
    "__mro_entries__(self, bases, /)" => mro_entries -> Tuple;
    "__instancecheck__(self, object, /)" => instance_check;
    "__subclasscheck__(self, object, /)" => subclass_check;
    /// Return self|value.
    "__or__(self, value, /)" => or;
    /// Return value|self.
    "__ror__(self, value, /)" => reflected_or;
    /// Implement iter(self).
    "__iter__(self, /)" => unpacked;
    get "__unpacked__" => get_unpacked -> Bool;
    get "__typing_unpacked_tuple_args__" => get_unpacked_args;
    get "__origin__" => get_origin;
    get "__args__" => get_args -> Tuple;
    /// Type variables in the GenericAlias.
    get "__parameters__" => get_parameters -> Tuple;
}

fn this(args: &[Value]) -> &GenericAlias {
    receiver(args)
}

fn new_method(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("the binder checks that the first argument is a class");
    Ok(make_instance(thread, class, args[1], args[2], false))
}

/// `(class, (origin, args))`; what is starred is an item of an iterator.
fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let alias = this(args);
    let (origin, parameters) = (alias.origin.peek(), alias.args.peek());
    if alias.starred {
        let plain = make(thread, origin, parameters, false);
        let iterator = iterate::iter(thread, plain.value())?;
        let next = attribute::get(
            thread,
            builtins::module(thread),
            str::intern(thread, "next"),
        )?;
        let arguments = tuple::new(thread, vec![iterator]);
        return Ok(tuple::new(thread, vec![next, arguments]));
    }
    let arguments = tuple::from_slice(thread, &[origin, parameters]);
    let class = Owned::new(Builtin::GenericAlias.class().value());
    Ok(tuple::new(thread, vec![class, arguments]))
}

/// The names of the class, and those that are the alias's own.
fn dir(thread: &Thread, args: &[Value]) -> Result {
    let dir = attribute::get(thread, builtins::module(thread), str::intern(thread, "dir"))?;
    let names = call::call(thread, dir.value(), &[this(args).origin.peek()])?;
    let names = iterate::collect(thread, names.value())?;
    let all = list::new(thread, names);
    let table = all.get::<List>().expect("made as a list");
    for name in OWN {
        let name = str::intern(thread, name);
        if !index::contains(thread, all.value(), name)? {
            table.append(thread, Owned::new(name));
        }
    }
    Ok(all)
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let alias = this(args);
    let mut text = str::Builder::new();
    text.push_str(if alias.starred { "*" } else { "" });
    push_name(thread, &mut text, alias.origin.peek())?;
    text.push_str("[");
    let parameters = alias.args.peek();
    let parameters = parameters.get::<Tuple>().map_or(&[][..], Tuple::items);
    for (index, &parameter) in parameters.iter().enumerate() {
        text.push_str(if index > 0 { ", " } else { "" });
        push_name(thread, &mut text, parameter)?;
    }
    text.push_str(if parameters.is_empty() { "()]" } else { "]" });
    Ok(text.finish(thread))
}

/// A class or function by its name, anything else by its repr.
pub(super) fn push_name(thread: &Thread, text: &mut str::Builder, value: Value) -> Result<()> {
    if value == Value::ELLIPSIS {
        text.push_str("...");
        return Ok(());
    }
    let given = |name: &str| attribute::get_optional(thread, value, str::intern(thread, name));
    if as_class(value).is_none() && given("__origin__")?.is_some() && given("__args__")?.is_some() {
        return push_repr(thread, text, value);
    }
    let (Some(name), Some(module)) = (given("__qualname__")?, given("__module__")?) else {
        return push_repr(thread, text, value);
    };
    let module = match module.is_none() {
        true => "builtins".to_owned(),
        false => convert::display(thread, module.value())?,
    };
    if module != "builtins" {
        text.push_str(&module);
        text.push_str(".");
    }
    text.push_str(&convert::display(thread, name.value())?);
    Ok(())
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let alias = this(args);
    let origin = convert::hash(thread, alias.origin.peek())?;
    let parameters = convert::hash(thread, alias.args.peek())?;
    let hash = origin ^ parameters;
    Ok(int::from_i64(thread, if hash == -1 { -2 } else { hash }))
}

fn eq(thread: &Thread, args: &[Value]) -> Result {
    let alias = this(args);
    let Some(other) = args[1].get::<GenericAlias>() else {
        return Ok(Owned::NOT_IMPLEMENTED);
    };
    let equal = alias.starred == other.starred
        && compare::equal(thread, alias.origin.peek(), other.origin.peek())?
        && compare::equal(thread, alias.args.peek(), other.args.peek())?;
    Ok(Owned::bool(equal))
}

fn call_origin(thread: &Thread, args: &[Value]) -> Result {
    let result = call::call_packed(thread, this(args).origin.peek(), args[1], args[2])?;
    let name = str::intern(thread, "__orig_class__");
    // Objects without room for attributes do without.
    if let Err(raised) = attribute::set(thread, result.value(), name, args[0]) {
        let pending = thread.pending_exception();
        let refused = [Builtin::AttributeError, Builtin::TypeError];
        if !refused.iter().any(|&class| exception::is(pending, class)) {
            return Err(raised);
        }
        drop(thread.take_exception(raised));
    }
    Ok(result)
}

/// The alias with type arguments for its parameters.
fn get_item(thread: &Thread, args: &[Value]) -> Result {
    let parameters = get_parameters(thread, args)?;
    let alias = this(args);
    let own = alias.args.peek();
    let own = own.get::<Tuple>().map_or(&[][..], Tuple::items);
    let replaced = typing::substitute(thread, args[0], own, parameters.value(), args[1])?;
    let replaced = tuple::new(thread, replaced);
    let (origin, replaced) = (alias.origin.peek(), replaced.value());
    Ok(make(thread, origin, replaced, alias.starred))
}

/// Attributes are the class's, but for some.
fn get_attribute(thread: &Thread, args: &[Value]) -> Result {
    let name = args[1].get::<Str>().map(Str::to_str_lossy);
    let is_own = name.is_some_and(|name| OWN.contains(&&*name) || NOBODYS.contains(&&*name));
    if !is_own {
        return attribute::get(thread, this(args).origin.peek(), args[1]);
    }
    match attribute::find_generic(thread, args[0], args[1])? {
        Some(value) => Ok(value),
        None => Err(attribute::missing(thread, args[0], args[1])),
    }
}

fn mro_entries(thread: &Thread, args: &[Value]) -> Result {
    Ok(tuple::from_slice(thread, &[this(args).origin.peek()]))
}

fn instance_check(thread: &Thread, _args: &[Value]) -> Result {
    raise!(
        thread,
        TypeError,
        "isinstance() argument 2 cannot be a parameterized generic"
    )
}

fn subclass_check(thread: &Thread, _args: &[Value]) -> Result {
    raise!(
        thread,
        TypeError,
        "issubclass() argument 2 cannot be a parameterized generic"
    )
}

fn or(thread: &Thread, args: &[Value]) -> Result {
    union::of(thread, args[0], args[1])
}

fn reflected_or(thread: &Thread, args: &[Value]) -> Result {
    union::of(thread, args[1], args[0])
}

/// `*alias`
fn unpacked(thread: &Thread, args: &[Value]) -> Result {
    let alias = this(args);
    let starred = make(thread, alias.origin.peek(), alias.args.peek(), true);
    let items = tuple::new(thread, vec![starred]);
    iterate::iter(thread, items.value())
}

fn get_unpacked(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(args).starred))
}

/// The arguments that `*tuple[...]` stands for.
fn get_unpacked_args(thread: &Thread, args: &[Value]) -> Result {
    let alias = this(args);
    let tuple = as_class(alias.origin.peek()).is_some_and(|class| class.is(Builtin::Tuple));
    if alias.starred && tuple {
        get_args(thread, args)
    } else {
        Ok(Owned::NONE)
    }
}

fn get_origin(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).origin.peek()))
}

fn get_args(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).args.peek()))
}

fn get_parameters(thread: &Thread, args: &[Value]) -> Result {
    let own = this(args).args.peek();
    typing::parameters_of(thread, own.get::<Tuple>().map_or(&[][..], Tuple::items))
}

/// May the value stand in a union of types?
pub fn is_type_like(value: Value) -> bool {
    value.is::<Type>() || value.is::<GenericAlias>() || typing::is_type_like(value)
}
