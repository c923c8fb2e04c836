//! Displays, string building and unpacking.

use super::frame::Machine;
use crate::object::Owned;
use crate::operators::{attribute, call, convert, format, index, iterate};
use crate::types::class::is_instance;
use crate::types::dict::Dict;
use crate::types::list::{List, methods as list_methods};
use crate::types::set::Set;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{self, Builtin, class_of};
use crate::{Result, Thread, Value, raise};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Args, Count, Dst, Peek, Src};

/// `dst = {r[base], ...}`.
pub fn build_set(m: &Machine<'_>, dst: Dst, base: Args, n: Count) -> Result<()> {
    let set = set_of(m.thread, m.window().slice(base.0, n.0))?;
    m.window().clear(base.0, base.0 + n.0);
    m.window().set(dst.0, set);
    Ok(())
}

/// A set of the items.
pub fn set_of(thread: &Thread, items: &[Value]) -> Result {
    let set = types::set::new(thread);
    for &item in items {
        set.get::<Set>().expect("just made").add(thread, item)?;
    }
    Ok(set)
}

/// `dst = {r[base]: r[base+1], ...}`.
pub fn build_dict(m: &Machine<'_>, dst: Dst, base: Args, n: Count) -> Result<()> {
    let dict = dict_of(m.thread, m.window().slice(base.0, n.0))?;
    m.window().clear(base.0, base.0 + n.0);
    m.window().set(dst.0, dict);
    Ok(())
}

/// A dict of keys and values in turn.
pub fn dict_of(thread: &Thread, items: &[Value]) -> Result {
    let dict = types::dict::new(thread);
    for pair in items.chunks_exact(2) {
        dict.get::<Dict>()
            .expect("just made")
            .set(thread, pair[0], pair[1])?;
    }
    Ok(dict)
}

/// `dst` = the strings `r[base], ...` in a row.
pub fn build_string(m: &Machine<'_>, dst: Dst, base: Args, n: Count) -> Result<()> {
    let text = types::str::concat_all(m.thread, m.window().slice(base.0, n.0));
    m.window().clear(base.0, base.0 + n.0);
    m.window().set(dst.0, text);
    Ok(())
}

/// Shows the value of an interactive session's expression statement.
pub fn print_expr(m: &Machine<'_>, src: Src) -> Result<()> {
    let value = m.own(src.0);
    let sys = crate::import::system(m.thread)?;
    let name = types::str::intern(m.thread, "displayhook");
    match attribute::get_optional(m.thread, sys.value(), name)? {
        Some(hook) => call::call(m.thread, hook.value(), &[value.value()]).map(drop),
        None => raise!(m.thread, RuntimeError, "lost sys.displayhook"),
    }
}

/// `dst = format(src)`.
pub fn format_simple(m: &Machine<'_>, dst: Dst, src: Src) -> Result<()> {
    let value = m.window().get(src.0);
    let text = if value.get_exact::<Str>().is_some() {
        m.own(src.0)
    } else {
        let text = format::format(m.thread, value, types::str::empty().value())?;
        m.consume(src.0);
        text
    };
    m.window().set(dst.0, text);
    Ok(())
}

/// `dst = format(src, spec)`.
pub fn format_spec(m: &Machine<'_>, dst: Dst, src: Src, spec: Src) -> Result<()> {
    let text = format::format(m.thread, m.window().get(src.0), m.window().get(spec.0))?;
    m.consume(src.0);
    m.consume(spec.0);
    m.window().set(dst.0, text);
    Ok(())
}

/// `dst` = `str`, `repr` or `ascii` of `src`.
pub fn convert(m: &Machine<'_>, dst: Dst, src: Src, kind: Count) -> Result<()> {
    let value = m.window().get(src.0);
    let text = match kind.0 {
        0 => convert::str(m.thread, value),
        1 => convert::repr(m.thread, value),
        _ => convert::ascii(m.thread, value),
    }?;
    m.consume(src.0);
    m.window().set(dst.0, text);
    Ok(())
}

fn list_of<'a>(m: &Machine<'a>, list: Peek) -> &'a List {
    let value = m.window().get(list.0);
    // SAFETY: the register keeps the list alive while the frame runs this instruction.
    unsafe { &*value.as_ptr().cast::<List>() }
}

/// Appends to a list under construction.
#[inline]
pub fn list_append(m: &Machine<'_>, list: Peek, src: Src) {
    list_of(m, list).append(m.thread, m.own(src.0));
}

/// Extends a list under construction: star items and star arguments.
pub fn list_extend(m: &Machine<'_>, list: Peek, src: Src) -> Result<()> {
    extend(m.thread, list_of(m, list), m.window().get(src.0))?;
    m.consume(src.0);
    Ok(())
}

/// `[*value]`, into a list under construction.
pub fn extend(thread: &Thread, list: &List, value: Value) -> Result<()> {
    if !iterate::is_iterable(value) {
        // CPython words the error of `[*x]` and `f(*x)` in its own way.
        return raise!(
            thread,
            TypeError,
            "Value after * must be an iterable, not {}",
            class_of(value).name()
        );
    }
    list_methods::fill(thread, list, value)
}

/// Adds to a set under construction.
pub fn set_add(m: &Machine<'_>, set: Peek, src: Src) -> Result<()> {
    let place = m.window().get(set.0);
    // A set under construction, or what the program made of `__conditional_annotations__`.
    let Some(set) = place
        .get::<Set>()
        .filter(|_| !is_instance(place, Builtin::Frozenset))
    else {
        let got = class_of(place).name();
        return raise!(m.thread, TypeError, "expected a set, got {got}");
    };
    set.add(m.thread, m.window().get(src.0))?;
    m.consume(src.0);
    Ok(())
}

/// `{*src}`.
pub fn set_update(m: &Machine<'_>, set: Peek, src: Src) -> Result<()> {
    let value = m.window().get(set.0);
    update_set(
        m.thread,
        value.get::<Set>().expect("a set display"),
        m.window().get(src.0),
    )?;
    m.consume(src.0);
    Ok(())
}

/// `{*value}`, into a set under construction.
pub fn update_set(thread: &Thread, set: &Set, value: Value) -> Result<()> {
    types::set::algebra::fill(thread, set, value)
}

/// Adds to a dict under construction.
pub fn dict_set(m: &Machine<'_>, dict: Peek, key: Src, value: Src) -> Result<()> {
    let target = m.window().get(dict.0);
    target.get::<Dict>().expect("a dict display").set(
        m.thread,
        m.window().get(key.0),
        m.window().get(value.0),
    )?;
    m.consume(key.0);
    m.consume(value.0);
    Ok(())
}

/// `{**src}`.
pub fn dict_update(m: &Machine<'_>, dict: Peek, src: Src) -> Result<()> {
    update_dict(m.thread, m.window().get(dict.0), m.window().get(src.0))?;
    m.consume(src.0);
    Ok(())
}

/// `{**value}`, into a dict under construction.
pub fn update_dict(thread: &Thread, dict: Value, value: Value) -> Result<()> {
    if !types::dict::is_mapping(thread, value)? {
        return raise!(
            thread,
            TypeError,
            "'{}' object is not a mapping",
            class_of(value).name()
        );
    }
    types::dict::update(thread, dict, value)
}

/// `f(**src)` after other keyword arguments.
pub fn dict_merge(m: &Machine<'_>, dict: Peek, src: Src, callee: Peek) -> Result<()> {
    merge_keywords(
        m.thread,
        m.window().get(dict.0),
        m.window().get(src.0),
        m.window().get(callee.0),
    )?;
    m.consume(src.0);
    Ok(())
}

/// Adds the keyword arguments of `f(**value)` to those of a call of `callee`.
pub fn merge_keywords(thread: &Thread, dict: Value, value: Value, callee: Value) -> Result<()> {
    let function = || types::function::display_name(thread, callee);
    if !types::dict::is_mapping(thread, value)? {
        let name = class_of(value).name();
        return raise!(
            thread,
            TypeError,
            "{} argument after ** must be a mapping, not {name}",
            function()
        );
    }
    let target = dict
        .get::<Dict>()
        .expect("keyword arguments under construction");
    for (key, item) in types::dict::pairs_of_mapping(thread, value)? {
        let Some(name) = key.get::<Str>() else {
            return raise!(thread, TypeError, "keywords must be strings");
        };
        if target.get(thread, key.value())?.is_some() {
            let name = name.to_str_lossy();
            return raise!(
                thread,
                TypeError,
                "{} got multiple values for keyword argument '{name}'",
                function()
            );
        }
        target.set(thread, key.value(), item.value())?;
    }
    Ok(())
}

/// `dst = tuple(src)`.
pub fn list_to_tuple(m: &Machine<'_>, dst: Dst, src: Src) {
    let list = m.own(src.0);
    let items = list
        .get::<List>()
        .expect("a list under construction")
        .snapshot(m.thread);
    m.window().set(dst.0, types::tuple::new(m.thread, items));
}

/// `r[dst].. = src`.
pub fn unpack(m: &Machine<'_>, dst: Dst, n: Count, src: Src) -> Result<()> {
    let wanted = usize::from(n.0);
    let value = m.window().get(src.0);
    if value
        .get_exact::<Tuple>()
        .is_some_and(|tuple| tuple.len() == wanted)
    {
        let held = m.own(src.0);
        let items = held.get::<Tuple>().expect("a tuple").items();
        for (register, &item) in (dst.0..).zip(items) {
            m.window().put(register, Owned::new(item));
        }
        return Ok(());
    }
    let items = unpack_items(m.thread, value, wanted)?;
    m.consume(src.0);
    for (register, item) in (dst.0..).zip(items) {
        m.window().put(register, item);
    }
    Ok(())
}

/// Exactly `wanted` items of an iterable.
pub fn unpack_items(thread: &Thread, value: Value, wanted: usize) -> Result<Vec<Owned>> {
    let items: Vec<Owned> = if let Some(tuple) = value.get_exact::<Tuple>() {
        tuple.items().iter().map(|&item| Owned::new(item)).collect()
    } else if let Some(list) = value.get_exact::<List>() {
        list.snapshot(thread)
    } else {
        unpack_iterator(thread, value, wanted)?
    };
    let got = items.len();
    if got < wanted {
        return raise!(
            thread,
            ValueError,
            "not enough values to unpack (expected {wanted}, got {got})"
        );
    }
    if got > wanted {
        return too_many(thread, value, wanted, got);
    }
    Ok(items)
}

/// At most one item more than wanted, so that endless iterators end.
fn unpack_iterator(thread: &Thread, value: Value, wanted: usize) -> Result<Vec<Owned>> {
    if !iterate::is_iterable(value) {
        return raise!(
            thread,
            TypeError,
            "cannot unpack non-iterable {} object",
            class_of(value).name()
        );
    }
    let iterator = iterate::iter(thread, value)?;
    let mut items = Vec::with_capacity(wanted);
    while items.len() <= wanted {
        let Some(item) = iterate::next(thread, iterator.value())? else {
            break;
        };
        items.push(item);
    }
    Ok(items)
}

fn too_many(thread: &Thread, value: Value, wanted: usize, got: usize) -> Result<Vec<Owned>> {
    // CPython tells the number only where it knows it without iterating.
    if value.is::<Tuple>() || value.is::<List>() || value.is::<Dict>() {
        let got = if value.is::<Dict>() {
            index::length(thread, value)?
        } else {
            got
        };
        return raise!(
            thread,
            ValueError,
            "too many values to unpack (expected {wanted}, got {got})"
        );
    }
    raise!(
        thread,
        ValueError,
        "too many values to unpack (expected {wanted})"
    )
}

/// `r[dst].., *r[dst+before], .. = src`.
pub fn unpack_star(m: &Machine<'_>, op: ops::UnpackStar) -> Result<()> {
    let value = m.window().get(op.src.0);
    if !iterate::is_iterable(value) {
        return raise!(
            m.thread,
            TypeError,
            "cannot unpack non-iterable {} object",
            class_of(value).name()
        );
    }
    let mut items = iterate::collect_fast(m.thread, value)?;
    let (before, after) = (usize::from(op.before.0), usize::from(op.after.0));
    if items.len() < before + after {
        let (least, got) = (before + after, items.len());
        return raise!(
            m.thread,
            ValueError,
            "not enough values to unpack (expected at least {least}, got {got})"
        );
    }
    m.consume(op.src.0);
    let tail = items.split_off(items.len() - after);
    let middle = types::list::new(m.thread, items.split_off(before));
    for (register, item) in (op.dst.0..).zip(items.into_iter().chain([middle]).chain(tail)) {
        m.window().put(register, item);
    }
    Ok(())
}

/// `dst` = a value in a template string.
pub fn build_interpolation(m: &Machine<'_>, op: ops::BuildInterpolation) -> Result<()> {
    let constant = |k: ashore_bytecode::Const| *m.constant(k);
    let format_spec = match op.spec.get() {
        Some(spec) => m.own(spec.0),
        None => crate::types::str::empty(),
    };
    let value = m.own(op.value.0);
    let (expression, conversion) = (constant(op.expression), constant(op.conversion));
    let made = crate::types::template::new_interpolation(
        m.thread,
        value,
        expression,
        conversion,
        format_spec,
    );
    m.window().set(op.dst.0, made);
    Ok(())
}

/// `dst` = a template string.
pub fn build_template(m: &Machine<'_>, op: ops::BuildTemplate) -> Result<()> {
    let strings = Owned::new(*m.constant(op.strings));
    let interpolations = m.own(op.interpolations.0);
    let made = crate::types::template::new_template(m.thread, strings, interpolations);
    m.window().set(op.dst.0, made);
    Ok(())
}
