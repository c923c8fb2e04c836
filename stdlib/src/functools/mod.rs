//! `_functools`: what `functools` does not write in Python.
//!
//! | file        | what                                                        |
//! |-------------|-------------------------------------------------------------|
//! | `cache`     | `_lru_cache_wrapper`: functions that remember their results |
//! | `links`     | the order in which such a cache's results were last used    |
//! | `ordering`  | `cmp_to_key`                                                |
//! | `partial`   | `partial` and `Placeholder`                                 |

mod cache;
mod links;
mod ordering;
mod partial;

use ashore_runtime::operators::{call, iterate};
use ashore_runtime::types::dict::Dict;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::tuple::Tuple;
use ashore_runtime::types::{class_of, exception, method};
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, methods, raise};

fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let iterator = match iterate::iter(thread, args[1]) {
        Ok(iterator) => iterator,
        Err(raised) => {
            let exception = thread.take_exception(raised);
            if !exception::is(exception.value(), Builtin::TypeError) {
                return Err(thread.raise_value(exception));
            }
            return raise!(thread, TypeError, "reduce() arg 2 must support iteration");
        }
    };
    let mut result = match args[2] {
        initial if initial.is_missing() => iterate::next(thread, iterator.value())?,
        initial => Some(Owned::new(initial)),
    };
    while let Some(so_far) = result {
        let Some(item) = iterate::next(thread, iterator.value())? else {
            return Ok(so_far);
        };
        result = Some(call::call(
            thread,
            args[0],
            &[so_far.value(), item.value()],
        )?);
    }
    raise!(
        thread,
        TypeError,
        "reduce() of empty iterable with no initial value"
    )
}

/// `__get__` of what becomes a method when it is found on a class.
fn bind(thread: &Thread, args: &[Value]) -> Result {
    if !args[1].is_none() {
        return Ok(method::new(
            thread,
            Owned::new(args[0]),
            Owned::new(args[1]),
        ));
    }
    match args[2].is_none() {
        true => raise!(thread, TypeError, "__get__(None, None) is invalid"),
        false => Ok(Owned::new(args[0])),
    }
}

/// Calls with arguments that a `__call__` received as `*args, **kwargs`.
fn unpacked(
    thread: &Thread,
    args: &[Value],
    call: impl FnOnce(&[Value], &[Value]) -> Result,
) -> Result {
    let given = args[1].get::<Tuple>().map_or(&[][..], Tuple::items);
    let named = args[2].get::<Dict>();
    let pairs = named.map_or_else(Vec::new, |named| named.snapshot(thread));
    let names: Vec<Value> = pairs.iter().map(|(name, _)| name.value()).collect();
    let values = pairs.iter().map(|(_, value)| value.value());
    let all: Vec<Value> = given.iter().copied().chain(values).collect();
    call(&all, &names)
}

/// The class of an object, as the first part of what its `__reduce__` gives.
fn class_object(value: Value) -> Owned {
    Owned::new(class_of(value).value())
}

methods! { FUNCTIONS:
    /// Apply a function of two arguments cumulatively to the items of an iterable, from left to right.
    ///
    /// This effectively reduces the iterable to a single value.  If initial is present,
    /// it is placed before the items of the iterable in the calculation, and serves as
    /// a default when the iterable is empty.
    ///
    /// For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])
    /// calculates ((((1 + 2) + 3) + 4) + 5).
    static "reduce(function, iterable, /, initial=<unrepresentable>)" => reduce;
    /// Convert a cmp= function into a key= function.
    ///
    ///   mycmp
    ///     Function that compares two objects.
    static "cmp_to_key(mycmp)" => ordering::cmp_to_key;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for class in [
        &partial::PARTIAL,
        &partial::PLACEHOLDER_TYPE,
        &cache::WRAPPER,
    ] {
        let (_, name) = class.name.rsplit_once('.').unwrap_or(("", class.name));
        module.set(thread, name, class.class(thread).value())?;
    }
    module.set(thread, "Placeholder", partial::placeholder(thread))
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_functools",
    doc: "Tools that operate on functions.",
    functions: FUNCTIONS,
    initialize,
};
