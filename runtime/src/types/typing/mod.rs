//! Type parameters, type aliases and `Generic`: what the syntax of PEP 695 and 696 makes. What they are for beyond that
//! (substitution, `Generic`'s bookkeeping) is the module `typing`'s, which they ask.

mod alias;
mod evaluator;
mod parameter;

pub use alias::{ALIAS, new_alias};
pub use evaluator::EVALUATOR;
pub use parameter::{
    PARAM_SPEC, PARAM_SPEC_ARGS, PARAM_SPEC_KWARGS, TYPE_VAR, TYPE_VAR_TUPLE, new_parameter,
};

use super::class::as_class;
use super::{Builtin, class_of, list, native, str, tuple};

use crate::object::refcount;
use crate::operators::{attribute, call, convert, index, iterate};
use crate::types::frame::callers;
use crate::types::list::List;
use crate::types::names::Name;
use crate::types::tuple::Tuple;
use crate::{Object, Owned, Result, Thread, Value, import, methods, raise};
use std::sync::OnceLock;

/// What a type parameter is, as the instruction `make_type_param` numbers it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Variety {
    TypeVar,
    /// A TypeVar whose bound is a tuple in the source: its constraints.
    Constrained,
    ParamSpec,
    TypeVarTuple,
}

impl Variety {
    /// The variety with this number.
    pub fn from_number(number: u16) -> Variety {
        match number {
            0 => Variety::TypeVar,
            1 => Variety::Constrained,
            2 => Variety::ParamSpec,
            _ => Variety::TypeVarTuple,
        }
    }
}

static NO_DEFAULT: OnceLock<u64> = OnceLock::new();

struct NoDefault;

impl native::Data for NoDefault {}

/// `typing.NoDefault`: the default of type parameters that have none.
pub fn no_default(thread: &Thread) -> Owned {
    let bits = NO_DEFAULT.get_or_init(|| {
        let made = native::new(thread, Builtin::NoDefaultType.class(), NoDefault);
        if let Some(header) = made.header() {
            refcount::make_immortal(header);
        }
        made.into_counted().bits()
    });
    Owned::new(Value::from_bits(*bits))
}

fn no_default_repr(thread: &Thread, _: &[Value]) -> Result {
    Ok(str::new(thread, "typing.NoDefault"))
}

fn no_default_reduce(thread: &Thread, _: &[Value]) -> Result {
    Ok(str::new(thread, "NoDefault"))
}

fn no_default_new(thread: &Thread, _: &[Value]) -> Result {
    Ok(no_default(thread))
}

methods! { pub NO_DEFAULT_TYPE:
    new "NoDefaultType(type, /)" => no_default_new;
    "__repr__(self, /)" => no_default_repr -> Str;
    "__reduce__(self, /)" => no_default_reduce -> Str;
}

/// An attribute of the module `typing`, which is imported if need be.
fn typing(thread: &Thread, name: &str) -> Result {
    let none = Value::NONE;
    let module = import::import_module(thread, str::intern(thread, "typing"), none, none, 0)?;
    attribute::get(thread, module.value(), str::intern(thread, name))
}

/// Calls a function of the module `typing`.
fn call_typing(thread: &Thread, name: &str, args: &[Value]) -> Result {
    let function = typing(thread, name)?;
    call::call(thread, function.value(), args)
}

/// `__name__` of the module that runs.
fn calling_module(thread: &Thread) -> Owned {
    let caller = callers::innermost(thread);
    let name = caller.and_then(|caller| caller.global(Name::NAME.value()));
    name.unwrap_or(Owned::NONE)
}

/// Is the value a type parameter or alias, which may stand in a union of types?
pub fn is_type_like(value: Value) -> bool {
    [Builtin::TypeVar, Builtin::ParamSpec, Builtin::TypeAliasType]
        .iter()
        .any(|&class| class_of(value).is(class))
}

// ── parameters of generics ───────────────────────────────────────────────────────────────────────────────────────────

/// The type parameters that some type arguments mention, each once, in order.
pub fn parameters_of(thread: &Thread, args: &[Value]) -> Result {
    let mut found = Vec::new();
    collect_parameters(thread, args, &mut found)?;
    Ok(tuple::new(thread, found))
}

fn collect_parameters(thread: &Thread, args: &[Value], found: &mut Vec<Owned>) -> Result<()> {
    for &arg in args {
        // A class may have these as attributes meant for its instances.
        if as_class(arg).is_some() {
            continue;
        }
        let subst = str::intern(thread, "__typing_subst__");
        if attribute::get_optional(thread, arg, subst)?.is_some() {
            if !found.iter().any(|known| known.value() == arg) {
                found.push(Owned::new(arg));
            }
        } else if arg.is::<Tuple>() || arg.is::<List>() {
            let items = iterate::collect(thread, arg)?;
            let items: Vec<Value> = items.iter().map(Owned::value).collect();
            collect_parameters(thread, &items, found)?;
        } else {
            let name = str::intern(thread, "__parameters__");
            let Some(inner) = attribute::get_optional(thread, arg, name)? else {
                continue;
            };
            let items = inner.get::<Tuple>().map_or(&[][..], Tuple::items);
            for &item in items {
                if !found.iter().any(|known| known.value() == item) {
                    found.push(Owned::new(item));
                }
            }
        }
    }
    Ok(())
}

/// Type arguments in the place of an alias's parameters.
pub fn substitute(
    thread: &Thread,
    alias: Value,
    args: &[Value],
    parameters: Value,
    given: Value,
) -> Result<Vec<Owned>> {
    let names = parameters.get::<Tuple>().map_or(&[][..], Tuple::items);
    if names.is_empty() {
        let alias = convert::display_repr(thread, alias)?;
        return raise!(thread, TypeError, "{alias} is not a generic class");
    }
    let given = prepare(thread, alias, names, unpack_given(thread, given)?)?;
    let items = given.get::<Tuple>().map_or(&[][..], Tuple::items);
    if items.len() != names.len() {
        let word = if items.len() > names.len() {
            "many"
        } else {
            "few"
        };
        let alias = convert::display_repr(thread, alias)?;
        return raise!(
            thread,
            TypeError,
            "Too {word} arguments for {alias}; actual {}, expected {}",
            items.len(),
            names.len()
        );
    }
    replace_all(thread, args, names, items)
}

/// The type arguments as a tuple; `*tuple[...]` among them is spread.
fn unpack_given(thread: &Thread, given: Value) -> Result {
    let single = [given];
    let items = given.get::<Tuple>().map_or(&single[..], Tuple::items);
    let mut all = Vec::with_capacity(items.len());
    for &item in items {
        let name = str::intern(thread, "__typing_unpacked_tuple_args__");
        let inner = match as_class(item) {
            Some(_) => None,
            None => attribute::get_optional(thread, item, name)?.filter(|inner| !inner.is_none()),
        };
        let inner = inner
            .map(|inner| iterate::collect(thread, inner.value()))
            .transpose()?;
        match inner {
            Some(inner)
                if inner
                    .last()
                    .is_none_or(|last| last.value() != Value::ELLIPSIS) =>
            {
                all.extend(inner);
            }
            _ => all.push(Owned::new(item)),
        }
    }
    Ok(tuple::new(thread, all))
}

/// Lets each parameter arrange the arguments: defaults, and what a TypeVarTuple takes.
fn prepare(thread: &Thread, alias: Value, parameters: &[Value], mut given: Owned) -> Result {
    let name = str::intern(thread, "__typing_prepare_subst__");
    for &parameter in parameters {
        let method = attribute::get_optional(thread, parameter, name)?;
        let Some(method) = method.filter(|method| !method.is_none()) else {
            continue;
        };
        given = call::call(thread, method.value(), &[alias, given.value()])?;
        if !given.is::<Tuple>() {
            given = tuple::new(thread, vec![given]);
        }
    }
    Ok(given)
}

fn replace_all(
    thread: &Thread,
    args: &[Value],
    parameters: &[Value],
    given: &[Value],
) -> Result<Vec<Owned>> {
    let mut replaced = Vec::with_capacity(args.len());
    for &arg in args {
        if as_class(arg).is_some() {
            replaced.push(Owned::new(arg));
            continue;
        }
        if arg.is::<Tuple>() || arg.is::<List>() {
            let inner = iterate::collect(thread, arg)?;
            let inner: Vec<Value> = inner.iter().map(Owned::value).collect();
            let inner = replace_all(thread, &inner, parameters, given)?;
            replaced.push(match arg.is::<Tuple>() {
                true => tuple::new(thread, inner),
                false => list::new(thread, inner),
            });
            continue;
        }
        let new = replace(thread, arg, parameters, given)?;
        let name = str::intern(thread, "__typing_is_unpacked_typevartuple__");
        let spread = match attribute::get_optional(thread, arg, name)? {
            Some(flag) => convert::truth(thread, flag.value())?,
            None => false,
        };
        if !spread {
            replaced.push(new);
        } else if let Some(items) = new.get::<Tuple>() {
            replaced.extend(items.items().iter().map(|&item| Owned::new(item)));
        } else {
            let (of, got) = (class_of(arg).name(), class_of(new.value()).name());
            return raise!(
                thread,
                TypeError,
                "expected __typing_subst__ of {of} objects to return a tuple, not {got}"
            );
        }
    }
    Ok(replaced)
}

fn replace(thread: &Thread, arg: Value, parameters: &[Value], given: &[Value]) -> Result {
    let position = |wanted: Value| parameters.iter().position(|&p| p == wanted);
    let subst = str::intern(thread, "__typing_subst__");
    if let Some(method) = attribute::get_optional(thread, arg, subst)? {
        return match position(arg) {
            Some(at) => call::call(thread, method.value(), &[given[at]]),
            // It became a parameter after the alias's were looked for.
            None => {
                let arg = convert::display_repr(thread, arg)?;
                raise!(
                    thread,
                    TypeError,
                    "argument {arg} is not found in __parameters__"
                )
            }
        };
    }
    let name = str::intern(thread, "__parameters__");
    let inner = attribute::get_optional(thread, arg, name)?;
    let inner = inner.as_ref().and_then(|inner| inner.get::<Tuple>());
    let names = inner.map_or(&[][..], Tuple::items);
    if names.is_empty() {
        return Ok(Owned::new(arg));
    }
    let mut wanted = Vec::new();
    for &name in names {
        match position(name) {
            Some(at) if class_of(name).is(Builtin::TypeVarTuple) => {
                let items = given[at].get::<Tuple>().map_or(&[][..], Tuple::items);
                wanted.extend(items.iter().map(|&item| Owned::new(item)));
            }
            Some(at) => wanted.push(Owned::new(given[at])),
            None => wanted.push(Owned::new(name)),
        }
    }
    let wanted = tuple::new(thread, wanted);
    index::get_item(thread, arg, wanted.value())
}

// ── Generic ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/// `Generic[params]`: the last base of a class with type parameters.
pub fn generic_base(thread: &Thread, params: Value) -> Result {
    let items = params.get::<Tuple>().map_or(&[][..], Tuple::items);
    let mut unpacked = Vec::with_capacity(items.len());
    for &item in items {
        if class_of(item).is(Builtin::TypeVarTuple) {
            unpacked.extend(iterate::collect(thread, item)?);
        } else {
            unpacked.push(Owned::new(item));
        }
    }
    let params = tuple::new(thread, unpacked);
    let generic = Builtin::Generic.class().value();
    call_typing(thread, "_GenericAlias", &[generic, params.value()])
}

fn generic_getitem(thread: &Thread, args: &[Value]) -> Result {
    pass_on(thread, "_generic_class_getitem", args)
}

fn generic_init_subclass(thread: &Thread, args: &[Value]) -> Result {
    pass_on(thread, "_generic_init_subclass", args)
}

/// Calls a function of `typing` with the class, the positional arguments and the keyword arguments.
fn pass_on(thread: &Thread, name: &str, args: &[Value]) -> Result {
    let function = typing(thread, name)?;
    let mut all = vec![Owned::new(args[0])];
    let rest = args[1].get::<Tuple>().map_or(&[][..], Tuple::items);
    all.extend(rest.iter().map(|&arg| Owned::new(arg)));
    let all = tuple::new(thread, all);
    call::call_packed(thread, function.value(), all.value(), args[2])
}

methods! { pub GENERIC:
    /// Returns a parameterized version of a generic class.
    class "__class_getitem__(type, /, *args, **kwargs)" => generic_getitem;
    class "__init_subclass__(type, /, *args, **kwargs)" => generic_init_subclass;
}
