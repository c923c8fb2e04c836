//! `TypeVar`, `ParamSpec` and `TypeVarTuple`.

use super::super::class::as_class;
use super::super::{Builtin, class_of, native, str, tuple, union};
use super::evaluator::Lazy;
use super::{Variety, call_typing, calling_module};
use crate::object::{Owned, Slot};
use crate::operators::{attribute, convert, index, iterate};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{Result, Thread, Value, methods, raise};

/// A type parameter of any variety.
struct Parameter {
    name: Slot,
    module: Slot,
    bound: Lazy,
    constraints: Lazy,
    default: Lazy,
    covariant: bool,
    contravariant: bool,
    infer_variance: bool,
}

impl native::Data for Parameter {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.name.peek());
        visit(self.module.peek());
        self.bound.traverse(visit);
        self.constraints.traverse(visit);
        self.default.traverse(visit);
    }
}

/// A type parameter as the syntax makes it; `bound` and `default` are functions that evaluate them, or MISSING.
pub fn new_parameter(
    thread: &Thread,
    variety: Variety,
    name: Value,
    bound: Value,
    default: Value,
) -> Owned {
    let (class, bound, constraints) = match variety {
        Variety::TypeVar => (Builtin::TypeVar, bound, Value::MISSING),
        Variety::Constrained => (Builtin::TypeVar, Value::MISSING, bound),
        Variety::ParamSpec => (Builtin::ParamSpec, Value::MISSING, Value::MISSING),
        Variety::TypeVarTuple => (Builtin::TypeVarTuple, Value::MISSING, Value::MISSING),
    };
    let parameter = Parameter {
        name: Slot::new(Owned::new(name)),
        module: Slot::new(str::new(thread, "typing")),
        bound: Lazy::computed(bound),
        constraints: Lazy::computed(constraints),
        default: Lazy::computed(default),
        covariant: false,
        contravariant: false,
        infer_variance: true,
    };
    native::new(thread, class.class(), parameter)
}

fn this(args: &[Value]) -> &Parameter {
    native::get::<Parameter>(&args[0]).expect("bound to type parameters")
}

fn header(args: &[Value]) -> &crate::object::Header {
    args[0].header().expect("type parameters are objects")
}

// ── construction ─────────────────────────────────────────────────────────────────────────────────────────────────────

fn check_name(thread: &Thread, function: &str, name: Value) -> Result<()> {
    if name.is::<Str>() {
        return Ok(());
    }
    let got = convert::argument_type(name);
    raise!(
        thread,
        TypeError,
        "{function}() argument 'name' must be str, not {got}"
    )
}

fn check_bound(thread: &Thread, bound: Value) -> Result<Lazy> {
    if bound.is_none() {
        return Ok(Lazy::known(Owned::inline(Value::MISSING)));
    }
    let message = str::new(thread, "Bound must be a type.");
    let bound = call_typing(thread, "_type_check", &[bound, message.value()])?;
    Ok(Lazy::known(bound))
}

/// A default that was given; `NoDefault` is none.
fn given_default(thread: &Thread, default: Value) -> Lazy {
    let none = super::no_default(thread).value() == default;
    Lazy::known(if none {
        Owned::inline(Value::MISSING)
    } else {
        Owned::new(default)
    })
}

/// The three words of variance that constructors take.
fn variance(thread: &Thread, args: &[Value]) -> Result<[bool; 3]> {
    let mut flags = [false; 3];
    for (flag, &arg) in flags.iter_mut().zip(args) {
        *flag = convert::truth(thread, arg)?;
    }
    let [covariant, contravariant, infer] = flags;
    if covariant && contravariant {
        return raise!(thread, ValueError, "Bivariant types are not supported.");
    }
    if infer && (covariant || contravariant) {
        return raise!(
            thread,
            ValueError,
            "Variance cannot be specified with infer_variance."
        );
    }
    Ok(flags)
}

fn new_type_var(thread: &Thread, args: &[Value]) -> Result {
    let &[_, name, constraints, bound, default, ref words @ ..] = args else {
        unreachable!("the binder fills all parameters");
    };
    check_name(thread, "typevar", name)?;
    let [covariant, contravariant, infer_variance] = variance(thread, words)?;
    let bound_part = check_bound(thread, bound)?;
    let given = constraints.get::<Tuple>().map_or(&[][..], Tuple::items);
    let constraints = match given {
        [] => Owned::inline(Value::MISSING),
        [_] => return raise!(thread, TypeError, "A single constraint is not allowed"),
        _ if !bound.is_none() => {
            return raise!(
                thread,
                TypeError,
                "Constraints cannot be combined with bound=..."
            );
        }
        _ => {
            let message = str::new(
                thread,
                "TypeVar(name, constraint, ...): constraints must be types.",
            );
            let mut checked = Vec::with_capacity(given.len());
            for &item in given {
                let args = [item, message.value()];
                checked.push(call_typing(thread, "_type_check", &args)?);
            }
            tuple::new(thread, checked)
        }
    };
    let parameter = Parameter {
        name: Slot::new(Owned::new(name)),
        module: Slot::new(calling_module(thread)),
        bound: bound_part,
        constraints: Lazy::known(constraints),
        default: given_default(thread, default),
        covariant,
        contravariant,
        infer_variance,
    };
    Ok(native::new(thread, Builtin::TypeVar.class(), parameter))
}

fn new_param_spec(thread: &Thread, args: &[Value]) -> Result {
    let &[_, name, bound, default, ref words @ ..] = args else {
        unreachable!("the binder fills all parameters");
    };
    check_name(thread, "paramspec", name)?;
    let [covariant, contravariant, infer_variance] = variance(thread, words)?;
    let parameter = Parameter {
        name: Slot::new(Owned::new(name)),
        module: Slot::new(calling_module(thread)),
        // Anything: it is not looked at.
        bound: Lazy::known(match bound.is_none() {
            true => Owned::inline(Value::MISSING),
            false => Owned::new(bound),
        }),
        constraints: Lazy::known(Owned::inline(Value::MISSING)),
        default: given_default(thread, default),
        covariant,
        contravariant,
        infer_variance,
    };
    Ok(native::new(thread, Builtin::ParamSpec.class(), parameter))
}

fn new_type_var_tuple(thread: &Thread, args: &[Value]) -> Result {
    let (name, default) = (args[1], args[2]);
    check_name(thread, "typevartuple", name)?;
    let missing = || Lazy::known(Owned::inline(Value::MISSING));
    let parameter = Parameter {
        name: Slot::new(Owned::new(name)),
        module: Slot::new(calling_module(thread)),
        bound: missing(),
        constraints: missing(),
        default: given_default(thread, default),
        covariant: false,
        contravariant: false,
        infer_variance: true,
    };
    Ok(native::new(
        thread,
        Builtin::TypeVarTuple.class(),
        parameter,
    ))
}

// ── attributes ───────────────────────────────────────────────────────────────────────────────────────────────────────

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let parameter = this(args);
    let sign = match parameter {
        _ if class_of(args[0]).is(Builtin::TypeVarTuple) => "",
        Parameter {
            infer_variance: true,
            ..
        } => "",
        Parameter {
            covariant: true, ..
        } => "+",
        Parameter {
            contravariant: true,
            ..
        } => "-",
        _ => "~",
    };
    let name = str::display(parameter.name.peek());
    Ok(str::new(thread, &format!("{sign}{name}")))
}

fn get_name(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).name.load(header(args)))
}

fn get_module(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).module.load(header(args)))
}

fn get_bound(thread: &Thread, args: &[Value]) -> Result {
    let bound = this(args).bound.get(thread, header(args))?;
    Ok(bound.unwrap_or(Owned::NONE))
}

fn get_constraints(thread: &Thread, args: &[Value]) -> Result {
    let constraints = this(args).constraints.get(thread, header(args))?;
    Ok(constraints.unwrap_or_else(|| tuple::empty(thread)))
}

fn get_default(thread: &Thread, args: &[Value]) -> Result {
    let default = this(args).default.get(thread, header(args))?;
    Ok(default.unwrap_or_else(|| super::no_default(thread)))
}

fn has_default(thread: &Thread, args: &[Value]) -> Result {
    let evaluator = this(args).default.evaluator(thread, header(args));
    Ok(Owned::bool(!evaluator.value().is_none()))
}

fn evaluate_bound(thread: &Thread, args: &[Value]) -> Result {
    Ok(this(args).bound.evaluator(thread, header(args)))
}

fn evaluate_constraints(thread: &Thread, args: &[Value]) -> Result {
    Ok(this(args).constraints.evaluator(thread, header(args)))
}

fn evaluate_default(thread: &Thread, args: &[Value]) -> Result {
    Ok(this(args).default.evaluator(thread, header(args)))
}

fn get_covariant(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(args).covariant))
}

fn get_contravariant(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(args).contravariant))
}

fn get_infer_variance(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(args).infer_variance))
}

fn or(thread: &Thread, args: &[Value]) -> Result {
    union::of_anything(thread, &[args[0], args[1]])
}

fn reflected_or(thread: &Thread, args: &[Value]) -> Result {
    union::of_anything(thread, &[args[1], args[0]])
}

fn mro_entries(thread: &Thread, args: &[Value]) -> Result {
    let class = class_of(args[0]).name();
    raise!(
        thread,
        TypeError,
        "Cannot subclass an instance of {}",
        class.rsplit('.').next().unwrap_or(&class)
    )
}

fn reduce(thread: &Thread, args: &[Value]) -> Result {
    get_name(thread, args)
}

// ── substitution ─────────────────────────────────────────────────────────────────────────────────────────────────────

fn type_var_subst(thread: &Thread, args: &[Value]) -> Result {
    call_typing(thread, "_typevar_subst", &args[..2])
}

fn param_spec_subst(thread: &Thread, args: &[Value]) -> Result {
    call_typing(thread, "_paramspec_subst", &args[..2])
}

fn type_var_tuple_subst(thread: &Thread, _: &[Value]) -> Result {
    raise!(
        thread,
        TypeError,
        "Substitution of bare TypeVarTuple is not supported"
    )
}

fn param_spec_prepare(thread: &Thread, args: &[Value]) -> Result {
    call_typing(thread, "_paramspec_prepare_subst", &args[..3])
}

fn type_var_tuple_prepare(thread: &Thread, args: &[Value]) -> Result {
    call_typing(thread, "_typevartuple_prepare_subst", &args[..3])
}

/// The arguments for an alias's parameters, with the default of this one if it is the first that is missing.
fn type_var_prepare(thread: &Thread, args: &[Value]) -> Result {
    let (alias, given) = (args[1], args[2]);
    let name = str::intern(thread, "__parameters__");
    let parameters = attribute::get(thread, alias, name)?;
    let parameters = iterate::collect(thread, parameters.value())?;
    let at = parameters.iter().position(|p| p.value() == args[0]);
    let count = index::length(thread, given)?;
    if at.is_some_and(|at| at < count) {
        return Ok(Owned::new(given));
    }
    let default = this(args).default.get(thread, header(args))?;
    match default {
        Some(default) if at == Some(count) => {
            let mut items = iterate::collect(thread, given)?;
            items.push(default);
            Ok(tuple::new(thread, items))
        }
        _ => {
            let needed = parameters_without_default(thread, &parameters)?;
            let alias = convert::display(thread, alias)?;
            let least = if needed < parameters.len() {
                "at least "
            } else {
                ""
            };
            raise!(
                thread,
                TypeError,
                "Too few arguments for {alias}; actual {count}, expected {least}{needed}"
            )
        }
    }
}

/// How many of some parameters have no default.
fn parameters_without_default(thread: &Thread, parameters: &[Owned]) -> Result<usize> {
    let mut count = 0;
    for parameter in parameters {
        let parameter = [parameter.value()];
        let default = match native::get::<Parameter>(&parameter[0]) {
            Some(known) => known.default.get(thread, header(&parameter))?,
            None => None,
        };
        count += usize::from(default.is_none());
    }
    Ok(count)
}

/// `*Ts`
fn unpacked(thread: &Thread, args: &[Value]) -> Result {
    let unpack = super::typing(thread, "Unpack")?;
    let item = index::get_item(thread, unpack.value(), args[0])?;
    let items = tuple::new(thread, vec![item]);
    iterate::iter(thread, items.value())
}

// ── P.args and P.kwargs ──────────────────────────────────────────────────────────────────────────────────────────────

struct Half {
    origin: Slot,
}

impl native::Data for Half {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.origin.peek());
    }
}

fn half(thread: &Thread, class: Builtin, origin: Value) -> Result {
    let half = Half {
        origin: Slot::new(Owned::new(origin)),
    };
    Ok(native::new(thread, class.class(), half))
}

fn get_args(thread: &Thread, args: &[Value]) -> Result {
    half(thread, Builtin::ParamSpecArgs, args[0])
}

fn get_kwargs(thread: &Thread, args: &[Value]) -> Result {
    half(thread, Builtin::ParamSpecKwargs, args[0])
}

fn new_args(thread: &Thread, args: &[Value]) -> Result {
    half(thread, Builtin::ParamSpecArgs, args[1])
}

fn new_kwargs(thread: &Thread, args: &[Value]) -> Result {
    half(thread, Builtin::ParamSpecKwargs, args[1])
}

fn origin_of(args: &[Value]) -> Value {
    native::get::<Half>(&args[0])
        .expect("bound to halves of a ParamSpec")
        .origin
        .peek()
}

fn get_origin(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(origin_of(args)))
}

fn half_repr(thread: &Thread, args: &[Value]) -> Result {
    let suffix = if class_of(args[0]).is(Builtin::ParamSpecArgs) {
        "args"
    } else {
        "kwargs"
    };
    let origin = origin_of(args);
    let shown = match native::get::<Parameter>(&origin) {
        Some(parameter) => str::display(parameter.name.peek()),
        None => convert::display_repr(thread, origin)?,
    };
    Ok(str::new(thread, &format!("{shown}.{suffix}")))
}

fn half_eq(thread: &Thread, args: &[Value]) -> Result {
    if !std::ptr::eq(class_of(args[0]), class_of(args[1])) || as_class(args[1]).is_some() {
        return Ok(Owned::NOT_IMPLEMENTED);
    }
    let equal = crate::operators::compare::equal(thread, origin_of(args), origin_of(&args[1..]))?;
    Ok(Owned::bool(equal))
}

methods! { pub TYPE_VAR:
    new "TypeVar(type, /, name, *constraints, bound=None, default=<missing>, covariant=False, contravariant=False, infer_variance=False)" => new_type_var;
    "__repr__(self, /)" => repr -> Str;
    /// Return self|value.
    "__or__(self, value, /)" => or;
    /// Return value|self.
    "__ror__(self, value, /)" => reflected_or;
    "__mro_entries__(self, bases, /)" => mro_entries;
    "__reduce__(self, /)" => reduce;
    "__typing_subst__(self, arg, /)" => type_var_subst;
    "__typing_prepare_subst__(self, alias, args, /)" => type_var_prepare;
    "has_default(self, /)" => has_default -> Bool;
    get "__name__" => get_name;
    get "__module__" => get_module;
    get "__bound__" => get_bound;
    get "__constraints__" => get_constraints;
    get "__default__" => get_default;
    get "__covariant__" => get_covariant -> Bool;
    get "__contravariant__" => get_contravariant -> Bool;
    get "__infer_variance__" => get_infer_variance -> Bool;
    get "evaluate_bound" => evaluate_bound;
    get "evaluate_constraints" => evaluate_constraints;
    get "evaluate_default" => evaluate_default;
}

methods! { pub PARAM_SPEC:
    new "ParamSpec(type, /, name, *, bound=None, default=<missing>, covariant=False, contravariant=False, infer_variance=False)" => new_param_spec;
    "__repr__(self, /)" => repr -> Str;
    /// Return self|value.
    "__or__(self, value, /)" => or;
    /// Return value|self.
    "__ror__(self, value, /)" => reflected_or;
    "__mro_entries__(self, bases, /)" => mro_entries;
    "__reduce__(self, /)" => reduce;
    "__typing_subst__(self, arg, /)" => param_spec_subst;
    "__typing_prepare_subst__(self, alias, args, /)" => param_spec_prepare;
    "has_default(self, /)" => has_default -> Bool;
    get "__name__" => get_name;
    get "__module__" => get_module;
    get "__bound__" => get_bound;
    get "__default__" => get_default;
    get "__covariant__" => get_covariant -> Bool;
    get "__contravariant__" => get_contravariant -> Bool;
    get "__infer_variance__" => get_infer_variance -> Bool;
    get "evaluate_default" => evaluate_default;
    /// Represents positional arguments.
    get "args" => get_args;
    /// Represents keyword arguments.
    get "kwargs" => get_kwargs;
}

methods! { pub TYPE_VAR_TUPLE:
    new "TypeVarTuple(type, /, name, *, default=<missing>)" => new_type_var_tuple;
    "__repr__(self, /)" => repr -> Str;
    /// Implement iter(self).
    "__iter__(self, /)" => unpacked;
    "__mro_entries__(self, bases, /)" => mro_entries;
    "__reduce__(self, /)" => reduce;
    "__typing_subst__(self, arg, /)" => type_var_tuple_subst;
    "__typing_prepare_subst__(self, alias, args, /)" => type_var_tuple_prepare;
    "has_default(self, /)" => has_default -> Bool;
    get "__name__" => get_name;
    get "__module__" => get_module;
    get "__default__" => get_default;
    get "evaluate_default" => evaluate_default;
}

methods! { pub PARAM_SPEC_ARGS:
    new "ParamSpecArgs(type, /, origin)" => new_args;
    "__repr__(self, /)" => half_repr -> Str;
    "__eq__(self, value, /)" => half_eq;
    "__mro_entries__(self, bases, /)" => mro_entries;
    get "__origin__" => get_origin;
}

methods! { pub PARAM_SPEC_KWARGS:
    new "ParamSpecKwargs(type, /, origin)" => new_kwargs;
    "__repr__(self, /)" => half_repr -> Str;
    "__eq__(self, value, /)" => half_eq;
    "__mro_entries__(self, bases, /)" => mro_entries;
    get "__origin__" => get_origin;
}
