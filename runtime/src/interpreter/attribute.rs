//! Attributes, subscripts and containment.

use super::frame::Machine;
use crate::object::{Kind, Owned};
use crate::operators::{attribute, index};
use crate::types::list::List;
use crate::types::sequences::index_in;
use crate::types::super_object;
use crate::types::tuple::Tuple;
use crate::{Result, Value};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Dst, Name, Src};

/// `dst = obj.name`.
#[inline]
pub fn load_attr(m: &Machine<'_>, op: ops::LoadAttr) -> Result<()> {
    let object = m.window().get(op.obj.0);
    let site = m.site(op.site);
    let value = attribute::get_cached(m.thread, object, m.name(op.name), site)?;
    m.consume(op.obj.0);
    m.window().set(op.dst.0, value);
    Ok(())
}

/// `obj.name = value`.
#[inline]
pub fn store_attr(m: &Machine<'_>, op: ops::StoreAttr) -> Result<()> {
    let value = m.own(op.value.0);
    let site = m.site(op.site);
    attribute::set_cached(
        m.thread,
        m.window().get(op.obj.0),
        m.name(op.name),
        value.value(),
        site,
    )?;
    m.consume(op.obj.0);
    Ok(())
}

/// `del obj.name`.
pub fn delete_attr(m: &Machine<'_>, obj: Src, name: Name) -> Result<()> {
    attribute::delete(m.thread, m.window().get(obj.0), m.name(name))?;
    m.consume(obj.0);
    Ok(())
}

/// `dst, dst+1` = function and `obj`, or attribute and MISSING.
#[inline]
pub fn load_method(m: &Machine<'_>, op: ops::LoadMethod) -> Result<()> {
    let object = m.window().get(op.obj.0);
    if object.kind() == Kind::SUPER
        && let Some((callee, receiver)) = super_object::get_method(object, m.name(op.name))
    {
        m.consume(op.obj.0);
        m.window().put(op.dst.0, callee);
        m.window().put(op.dst.0 + 1, receiver);
        return Ok(());
    }
    let site = m.site(op.site);
    let (callee, is_method) =
        attribute::get_method_cached(m.thread, object, m.name(op.name), site)?;
    let receiver = if is_method {
        m.own(op.obj.0)
    } else {
        m.consume(op.obj.0);
        Owned::inline(Value::MISSING)
    };
    m.window().put(op.dst.0, callee);
    m.window().put(op.dst.0 + 1, receiver);
    Ok(())
}

/// An item of a list or tuple at a small index, if it can be had without a lock.
#[inline(always)]
pub fn load_item_quick(obj: Value, key: Value) -> Option<Owned> {
    let index = key.as_small_int()?;
    if let Some(list) = obj.get_exact::<List>() {
        return list.get_quick(index);
    }
    let items = obj.get_exact::<Tuple>()?.items();
    let index = index_in(index as isize, items.len())?;
    Some(Owned::new(items[index]))
}

/// `dst = obj[key]`.
#[inline(never)]
pub fn load_item(m: &Machine<'_>, op: ops::LoadItem) -> Result<()> {
    let value = index::get_item(m.thread, m.window().get(op.obj.0), m.window().get(op.key.0))?;
    m.consume(op.obj.0);
    m.consume(op.key.0);
    m.window().set(op.dst.0, value);
    Ok(())
}

/// `obj[key] = value` of a list at a small index in range; else nothing was done.
#[inline(always)]
pub fn store_item_quick(m: &Machine<'_>, op: ops::StoreItem) -> bool {
    let object = m.window().get(op.obj.0);
    let (Some(list), Some(index)) = (
        object.get_exact::<List>(),
        m.window().get(op.key.0).as_small_int(),
    ) else {
        return false;
    };
    let index = index as isize;
    if index_in(index, list.len()).is_none() {
        return false;
    }
    let item = m.own(op.value.0);
    if let Err(item) = list.set(m.thread, index, item) {
        // Another thread was faster. A temporary goes back to where it came from.
        if op.value.0 >= m.frame.n_locals {
            m.window().put(op.value.0, item);
        }
        return false;
    }
    m.consume(op.obj.0);
    true
}

/// `obj[key] = value`.
#[inline(never)]
pub fn store_item(m: &Machine<'_>, op: ops::StoreItem) -> Result<()> {
    index::set_item(
        m.thread,
        m.window().get(op.obj.0),
        m.window().get(op.key.0),
        m.window().get(op.value.0),
    )?;
    m.consume(op.obj.0);
    m.consume(op.key.0);
    m.consume(op.value.0);
    Ok(())
}

/// `del obj[key]`.
pub fn delete_item(m: &Machine<'_>, obj: Src, key: Src) -> Result<()> {
    index::delete_item(m.thread, m.window().get(obj.0), m.window().get(key.0))?;
    m.consume(obj.0);
    m.consume(key.0);
    Ok(())
}

/// `dst = item in container`, or its negation.
pub fn contains(m: &Machine<'_>, dst: Dst, item: Src, container: Src, negate: bool) -> Result<()> {
    let found = index::contains(
        m.thread,
        m.window().get(container.0),
        m.window().get(item.0),
    )?;
    m.consume(item.0);
    m.consume(container.0);
    m.window().set(dst.0, Owned::bool(found != negate));
    Ok(())
}
