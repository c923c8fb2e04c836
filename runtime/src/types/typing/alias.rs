//! `TypeAliasType`: what a `type` statement makes.

use super::super::{Builtin, class_of, generic_alias, native, str, tuple, union};
use super::calling_module;
use super::evaluator::Lazy;
use crate::object::{Owned, Slot};
use crate::operators::convert;
use crate::operators::iterate;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{Result, Thread, Value, methods, raise};

struct Alias {
    name: Slot,
    module: Slot,
    /// A tuple.
    parameters: Slot,
    value: Lazy,
}

impl native::Data for Alias {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.name.peek());
        visit(self.module.peek());
        visit(self.parameters.peek());
        self.value.traverse(visit);
    }
}

/// The alias that `type name[parameters] = ...` makes; `value` is the function that evaluates it.
pub fn new_alias(thread: &Thread, name: Value, parameters: Value, value: Value) -> Owned {
    let parameters = if parameters.is_none() {
        tuple::empty(thread)
    } else {
        Owned::new(parameters)
    };
    make(thread, name, parameters, Lazy::computed(value))
}

fn make(thread: &Thread, name: Value, parameters: Owned, value: Lazy) -> Owned {
    let alias = Alias {
        name: Slot::new(Owned::new(name)),
        module: Slot::new(calling_module(thread)),
        parameters: Slot::new(parameters),
        value,
    };
    native::new(thread, Builtin::TypeAliasType.class(), alias)
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let (name, value, parameters) = (args[1], args[2], args[3]);
    if !name.is::<Str>() {
        let got = convert::argument_type(name);
        return raise!(
            thread,
            TypeError,
            "typealias() argument 'name' must be str, not {got}"
        );
    }
    if !parameters.is_missing() && !parameters.is::<Tuple>() {
        return raise!(thread, TypeError, "type_params must be a tuple");
    }
    let parameters = match parameters.is_missing() {
        true => tuple::empty(thread),
        false => Owned::new(parameters),
    };
    let mut defaulted = false;
    for &parameter in parameters.get::<Tuple>().map_or(&[][..], Tuple::items) {
        let varieties = [Builtin::TypeVar, Builtin::ParamSpec, Builtin::TypeVarTuple];
        if !varieties.iter().any(|&class| class_of(parameter).is(class)) {
            let shown = crate::operators::convert::display_repr(thread, parameter)?;
            return raise!(thread, TypeError, "Expected a type param, got {shown}");
        }
        let name = str::intern(thread, "has_default");
        let has = crate::operators::attribute::get(thread, parameter, name)?;
        let has = crate::operators::call::call(thread, has.value(), &[])?;
        if has.value() == Value::TRUE {
            defaulted = true;
        } else if defaulted {
            let shown = crate::operators::convert::display_repr(thread, parameter)?;
            return raise!(
                thread,
                TypeError,
                "non-default type parameter '{shown}' follows default type parameter"
            );
        }
    }
    Ok(make(
        thread,
        name,
        parameters,
        Lazy::known(Owned::new(value)),
    ))
}

fn this(args: &[Value]) -> &Alias {
    native::get::<Alias>(&args[0]).expect("bound to type aliases")
}

fn header(args: &[Value]) -> &crate::object::Header {
    args[0].header().expect("type aliases are objects")
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    Ok(str::new(thread, &str::display(this(args).name.peek())))
}

fn get_name(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).name.load(header(args)))
}

fn get_module(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).module.load(header(args)))
}

fn get_value(thread: &Thread, args: &[Value]) -> Result {
    let value = this(args).value.get(thread, header(args))?;
    Ok(value.unwrap_or(Owned::NONE))
}

fn evaluate_value(thread: &Thread, args: &[Value]) -> Result {
    Ok(this(args).value.evaluator(thread, header(args)))
}

fn get_type_params(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).parameters.load(header(args)))
}

/// The type parameters, with `*Ts` for a TypeVarTuple.
fn get_parameters(thread: &Thread, args: &[Value]) -> Result {
    let parameters = this(args).parameters.load(header(args));
    let mut unpacked = Vec::new();
    for &parameter in parameters.get::<Tuple>().map_or(&[][..], Tuple::items) {
        if class_of(parameter).is(Builtin::TypeVarTuple) {
            unpacked.extend(iterate::collect(thread, parameter)?);
        } else {
            unpacked.push(Owned::new(parameter));
        }
    }
    Ok(tuple::new(thread, unpacked))
}

fn get_item(thread: &Thread, args: &[Value]) -> Result {
    let parameters = this(args).parameters.load(header(args));
    if parameters
        .get::<Tuple>()
        .is_none_or(|parameters| parameters.items().is_empty())
    {
        return raise!(
            thread,
            TypeError,
            "Only generic type aliases are subscriptable"
        );
    }
    Ok(generic_alias::new(thread, args[0], args[1]))
}

/// `*Alias`
fn unpacked(thread: &Thread, args: &[Value]) -> Result {
    let unpack = super::typing(thread, "Unpack")?;
    let item = crate::operators::index::get_item(thread, unpack.value(), args[0])?;
    let items = tuple::new(thread, vec![item]);
    iterate::iter(thread, items.value())
}

fn or(thread: &Thread, args: &[Value]) -> Result {
    union::of(thread, args[0], args[1])
}

fn reflected_or(thread: &Thread, args: &[Value]) -> Result {
    union::of(thread, args[1], args[0])
}

methods! { pub ALIAS:
    new "TypeAliasType(type, /, name, value, *, type_params=<missing>)" => new;
    "__repr__(self, /)" => repr -> Str;
    /// Return self[key].
    "__getitem__(self, key, /)" => get_item;
    /// Implement iter(self).
    "__iter__(self, /)" => unpacked;
    /// Return self|value.
    "__or__(self, value, /)" => or;
    /// Return value|self.
    "__ror__(self, value, /)" => reflected_or;
    "__reduce__(self, /)" => get_name;
    field "__name__" => get_name;
    get "__module__" => get_module;
    get "__value__" => get_value;
    get "__type_params__" => get_type_params;
    get "__parameters__" => get_parameters;
    get "evaluate_value" => evaluate_value;
}
