//! Calling builtin types without going through `__new__` and `__init__`: what that gives for a few positional arguments.
//!
//! `None` sends the caller the general way, which also words the errors.

use super::iterators::functional;
use super::str::{self, Str};
use super::{Builtin, class_of, dict, exception, float, int, list, range, set, tuple};
use crate::object::Object;
use crate::operators::{convert, iterate};
use crate::{Owned, Result, Thread, Value, raise};

/// `builtin(*args)`, the values of the keywords called `names` last.
pub fn call(thread: &Thread, builtin: Builtin, args: &[Value], names: &[Value]) -> Option<Result> {
    if builtin == Builtin::Enumerate {
        return Some(enumerate(thread, args, names));
    }
    if !names.is_empty() {
        return None;
    }
    let missing = Value::MISSING;
    let class = || builtin.class().value();
    Some(match (builtin, args) {
        (Builtin::Type, &[value]) => Ok(Owned::new(class_of(value).value())),
        (Builtin::Int, &[value]) => match int_of(thread, value) {
            Some(int) => Ok(int),
            None => int::from_value(thread, value),
        },
        (Builtin::Float, &[value]) => return float_of(thread, value).map(Ok),
        (Builtin::Bool, &[value]) => convert::truth(thread, value).map(Owned::bool),
        (Builtin::Str, &[value]) => convert::str(thread, value),
        (Builtin::List, []) => Ok(list::new(thread, Vec::new())),
        (Builtin::List, &[items]) => {
            iterate::collect(thread, items).map(|items| list::new(thread, items))
        }
        (Builtin::Tuple, []) => Ok(tuple::empty(thread)),
        (Builtin::Tuple, &[items]) => tuple::methods::from_iterable(thread, items),
        (Builtin::Dict, []) => Ok(dict::new(thread)),
        (Builtin::Dict, &[items]) => {
            let made = dict::new(thread);
            dict::update(thread, made.value(), items).map(|()| made)
        }
        (Builtin::Set, []) => Ok(set::new(thread)),
        (Builtin::Set, &[items]) => {
            let made = set::new(thread);
            let filled = set::as_set(&made).map(|set| set::algebra::fill(thread, set, items));
            filled.unwrap_or(Ok(())).map(|()| made)
        }
        (Builtin::Range, &[stop]) => range::new_method(thread, &[class(), stop, missing, missing]),
        (Builtin::Range, &[start, stop]) => {
            range::new_method(thread, &[class(), start, stop, missing])
        }
        (Builtin::Range, &[start, stop, step]) => {
            range::new_method(thread, &[class(), start, stop, step])
        }
        (Builtin::Zip, items) => {
            let items = tuple::from_slice(thread, items);
            functional::new_zip(thread, &[class(), items.value(), Value::FALSE])
        }
        (Builtin::Map, &[function, ref items @ ..]) => {
            let items = tuple::from_slice(thread, items);
            functional::new_map(thread, &[class(), function, items.value(), Value::FALSE])
        }
        (Builtin::Reversed, &[items]) => functional::new_reversed(thread, &[class(), items]),
        (builtin, args) if exception::classes::is_plain(builtin) => {
            let args = args.iter().map(|&arg| Owned::new(arg)).collect();
            Ok(exception::new_builtin(thread, builtin, args))
        }
        _ => return None,
    })
}

/// `enumerate`, which has words of its own when it is called in this way.
fn enumerate(thread: &Thread, args: &[Value], names: &[Value]) -> Result {
    let is = |name: Value, text: &str| name.get::<Str>().is_some_and(|name| name.is_text(text));
    let check = |name: Value, text: &str| match is(name, text) {
        true => Ok(()),
        false => {
            let name = str::display(name);
            raise!(
                thread,
                TypeError,
                "'{name}' is an invalid keyword argument for enumerate()"
            )
        }
    };
    let (items, start) = match (args, names) {
        (&[items], &[]) => (items, Value::MISSING),
        (&[items, start], &[]) => (items, start),
        ([], []) => {
            return raise!(
                thread,
                TypeError,
                "enumerate() missing required argument 'iterable'"
            );
        }
        (&[items], &[name]) => {
            check(name, "iterable")?;
            (items, Value::MISSING)
        }
        (&[items, start], &[name]) => {
            check(name, "start")?;
            (items, start)
        }
        (&[start, items], &[first, second]) if is(first, "start") => {
            check(second, "iterable")?;
            (items, start)
        }
        (&[items, start], &[first, second]) => {
            check(first, "iterable")?;
            check(second, "start")?;
            (items, start)
        }
        _ => {
            let given = args.len();
            return raise!(
                thread,
                TypeError,
                "enumerate() takes at most 2 arguments ({given} given)"
            );
        }
    };
    functional::new_enumerate(thread, &[Builtin::Enumerate.class().value(), items, start])
}

/// `int` of a number that is no object.
fn int_of(thread: &Thread, value: Value) -> Option<Owned> {
    /// Floats below this are far inside of a word.
    const SMALL: f64 = (1u64 << 60) as f64;
    if let Some(i) = int::to_i64(value).filter(|_| !value.is_object()) {
        return Some(int::from_i64(thread, i));
    }
    let x = value.as_inline_float().filter(|x| x.abs() < SMALL)?;
    Some(int::from_i64(thread, x as i64))
}

/// `float` of a number that is no object.
fn float_of(thread: &Thread, value: Value) -> Option<Owned> {
    if value.is_inline_float() {
        return Some(Owned::inline(value));
    }
    value.as_small_int().map(|i| float::new(thread, i as f64))
}
