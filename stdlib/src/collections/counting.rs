//! `_count_elements`: the loop of `Counter`.

use ashore_runtime::operators::{arithmetic, attribute, call, iterate};
use ashore_runtime::types::dict::Dict;
use ashore_runtime::types::{class_of, str};
use ashore_runtime::{Builtin, Owned, Result, Thread, Value};

/// Counts the items of an iterable in a mapping; directly, unless its class has its own ways to get and set.
pub(super) fn count_elements(thread: &Thread, args: &[Value]) -> Result {
    let [mapping, iterable] = [args[0], args[1]];
    let one = Value::small_int(1);
    let same = |name: &str| {
        let name = str::intern(thread, name);
        class_of(mapping).lookup(name) == Builtin::Dict.class().lookup(name)
    };
    if let Some(dict) = mapping.get::<Dict>()
        && same("get")
        && same("__setitem__")
    {
        iterate::for_each(thread, iterable, |item| {
            let count = match dict.get(thread, item.value())? {
                Some(count) => arithmetic::add(thread, count.value(), one)?,
                None => Owned::new(one),
            };
            dict.set(thread, item.value(), count.value())
        })?;
        return Ok(Owned::NONE);
    }
    let get = attribute::get(thread, mapping, str::intern(thread, "get"))?;
    iterate::for_each(thread, iterable, |item| {
        let count = call::call(thread, get.value(), &[item.value(), Value::small_int(0)])?;
        let count = arithmetic::add(thread, count.value(), one)?;
        ashore_runtime::operators::index::set_item(thread, mapping, item.value(), count.value())
    })?;
    Ok(Owned::NONE)
}
