//! Calling objects.

use super::attribute;
use crate::object::Kind;
use crate::types::class::access::Construction;
use crate::types::class::{self, Type, as_class, class_of};
use crate::types::construct;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::instance;
use crate::types::method::BoundMethod;
use crate::types::names::Name;
use crate::types::native;
use crate::types::native_function::{self, NativeFunction};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::{Owned, Result, Thread, Value, interpreter, raise, thread};

/// `callee(*args)`.
#[inline]
pub fn call(thread: &Thread, callee: Value, args: &[Value]) -> Result {
    call_keywords(thread, callee, args, &[])
}

/// `callee(*args, **keywords)`: the values of the keywords called `names` are last in `args`.
pub fn call_keywords(thread: &Thread, callee: Value, args: &[Value], names: &[Value]) -> Result {
    match callee.kind() {
        Kind::FUNCTION => {
            let function = callee.get::<Function>().expect("a function");
            call_function(thread, function, args, names)
        }
        Kind::NATIVE_FUNCTION => {
            let function = callee.get::<NativeFunction>().expect("a native function");
            native_function::call(thread, function, args, names)
        }
        Kind::BOUND_METHOD => {
            let method = callee.get::<BoundMethod>().expect("a bound method");
            // The method may be the only one to keep these, and the callee may drop it.
            let (function, receiver) =
                (Owned::new(method.function()), Owned::new(method.receiver()));
            with_first(receiver.value(), args, |args| {
                call_keywords(thread, function.value(), args, names)
            })
        }
        kind if kind.layout() == Kind::TYPE => {
            let class = as_class(callee).expect("a class");
            call_class(thread, class, args, names)
        }
        kind if kind.layout() == Kind::NATIVE => {
            // What has no frame is bounded by the native stack.
            check_stack(thread)?;
            match native::call(thread, callee, args, names) {
                Some(result) => result,
                None => call_object(thread, callee, args, names),
            }
        }
        _ => call_object(thread, callee, args, names),
    }
}

fn check_stack(thread: &Thread) -> Result<()> {
    if thread::approximate_stack_pointer() < thread.stack_limit.get() {
        return raise!(thread, RecursionError, "maximum recursion depth exceeded");
    }
    Ok(())
}

#[inline]
fn call_function(thread: &Thread, function: &Function, args: &[Value], names: &[Value]) -> Result {
    if names.is_empty() {
        interpreter::call_function(thread, function, args)
    } else {
        interpreter::call_function_keywords(thread, function, args, names)
    }
}

/// Through the class's `__call__`.
fn call_object(thread: &Thread, callee: Value, args: &[Value], names: &[Value]) -> Result {
    let Some(method) = attribute::special(thread, callee, Name::CALL) else {
        let class = class_of(callee).name();
        return raise!(thread, TypeError, "'{class}' object is not callable");
    };
    if let Some(function) = method.get_exact::<Function>() {
        return with_first(callee, args, |args| {
            call_function(thread, function, args, names)
        });
    }
    // What has no frame is bounded by the native stack.
    check_stack(thread)?;
    let bound = attribute::bind(thread, method, callee)?;
    call_keywords(thread, bound.value(), args, names)
}

/// `class(...)`.
fn call_class(thread: &Thread, class: &'static Type, args: &[Value], names: &[Value]) -> Result {
    if let Some(builtin) = class.builtin
        && let Some(result) = construct::call(thread, builtin, args, names)
    {
        return result;
    }
    match class.construction() {
        Construction::Plain if args.is_empty() => Ok(instance::new(thread, class)),
        Construction::Init(init) => {
            let init = attribute::own(class, Name::INIT.value(), init);
            let Some(init) = init.get_exact::<Function>() else {
                return class::create::call(thread, class, args, names);
            };
            let object = instance::new(thread, class);
            let result = with_first(object.value(), args, |args| {
                call_function(thread, init, args, names)
            })?;
            check_init_result(thread, result.value())?;
            Ok(object)
        }
        Construction::New(new) => {
            let new = attribute::own(class, Name::NEW.value(), new);
            let Some(native) = new.get_exact::<NativeFunction>() else {
                return class::create::call(thread, class, args, names);
            };
            let object = with_first(crate::Object::value(class), args, |args| {
                native_function::construct(thread, native, args, names)
            })?;
            match class_of(object.value()) == class {
                true => Ok(object),
                false => class::create::initialize(thread, class, object, args, names),
            }
        }
        _ => {
            let metaclass = class_of(crate::Object::value(class));
            if metaclass.facts().has_type_call() {
                return class::create::call(thread, class, args, names);
            }
            call_object(thread, crate::Object::value(class), args, names)
        }
    }
}

/// `__init__` must return None.
#[inline]
pub fn check_init_result(thread: &Thread, result: Value) -> Result<()> {
    if result.is_none() {
        return Ok(());
    }
    let class = class_of(result).name();
    raise!(
        thread,
        TypeError,
        "__init__() should return None, not '{class}'"
    )
}

/// Runs `f` with the arguments behind a first one.
#[inline]
pub fn with_first<R>(first: Value, args: &[Value], f: impl FnOnce(&[Value]) -> R) -> R {
    const FEW: usize = 7;
    if args.len() <= FEW {
        let mut all = [first; FEW + 1];
        all[1..=args.len()].copy_from_slice(args);
        return f(&all[..=args.len()]);
    }
    let all: Vec<Value> = std::iter::once(first).chain(args.iter().copied()).collect();
    f(&all)
}

/// Calls with arguments packed as a native function receives `*args, **kwargs`.
pub fn call_packed(thread: &Thread, callee: Value, args: Value, kwargs: Value) -> Result {
    let positional = args.get::<Tuple>().map_or(&[][..], Tuple::items);
    let pairs = kwargs
        .get::<Dict>()
        .map_or_else(Vec::new, |kwargs| kwargs.snapshot(thread));
    if pairs.is_empty() {
        return call(thread, callee, positional);
    }
    let mut names = Vec::with_capacity(pairs.len());
    let mut all = positional.to_vec();
    for (name, value) in &pairs {
        if !name.is::<Str>() {
            return raise!(thread, TypeError, "keywords must be strings");
        }
        names.push(name.value());
        all.push(value.value());
    }
    call_keywords(thread, callee, &all, &names)
}

/// `object.name(*args)` for a name the runtime knows.
pub fn call_method(thread: &Thread, object: Value, name: Name, args: &[Value]) -> Result {
    let method = attribute::get(thread, object, name.value())?;
    call(thread, method.value(), args)
}

/// `callable(value)`.
pub fn is_callable(value: Value) -> bool {
    matches!(
        value.kind().layout(),
        Kind::FUNCTION | Kind::NATIVE_FUNCTION | Kind::BOUND_METHOD | Kind::TYPE
    ) || class_of(value).lookup_name(Name::CALL).is_some()
}
