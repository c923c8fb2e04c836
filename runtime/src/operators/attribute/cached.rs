//! Attribute access through inline caches: what a site's entry says is done at once, anything else goes to the parent
//! module and is remembered.

use super::own;
use crate::object::{Header, refcount};
use crate::operators::cache::{self, Description, Entry, Plan, Site};
use crate::operators::descriptor;
use crate::types::class::access::Protocol;
use crate::types::class::{Type, as_class, class_of};
use crate::types::exception;
use crate::types::function::Function;
use crate::types::getset::GetSet;
use crate::types::instance::{self, lock_for_write};
use crate::types::method;
use crate::types::module::Module;
use crate::types::native_function::NativeFunction;
use crate::types::property::{ClassMethod, StaticMethod};
use crate::types::shape::{AREA_BEHIND, Shape};
use crate::{Owned, Result, Thread, Value};
use std::sync::atomic::{AtomicPtr, Ordering};

/// The classes an entry depends on, with the versions that were looked at.
type Dependencies = [Option<(&'static Type, u32)>; 2];

/// `object.name`; the name is interned.
#[inline]
pub fn get_cached(thread: &Thread, object: Value, name: Value, site: &Site) -> Result {
    if let Some(entry) = cache::find(site, cache::shape_of(object)) {
        if let Some(value) = load_slot(object, entry) {
            return Ok(value);
        }
        match load(thread, object, entry) {
            Ok(Some(value)) => return Ok(value),
            Ok(None) => {}
            Err(raised) => {
                exception::explain_attribute_error(thread, object, name);
                return Err(raised);
            }
        }
    }
    get_and_learn(thread, object, name, site)
}

/// The value of a [`Plan::Slot`] entry.
#[inline(always)]
fn load_slot(object: Value, entry: &Entry) -> Option<Owned> {
    if entry.plan != Plan::Slot {
        return None;
    }
    // SAFETY: the object has the entry's shape, whose objects have the slot.
    let value = unsafe { entry.slot(object.header()?) }.try_load()?;
    (!value.is_missing()).then_some(value)
}

/// What an entry's plan gives; `None` if it has to be looked up after all.
fn load(thread: &Thread, object: Value, entry: &Entry) -> Result<Option<Owned>> {
    let class = class_of(object);
    match entry.plan {
        Plan::Attribute => Ok(object
            .header()
            .and_then(|header| instance::load(header, entry.offset))),
        Plan::Value => Ok(own_cached(entry)),
        Plan::Method => {
            Ok(
                own_cached(entry).and_then(|function| match function.is::<Function>() {
                    true => Some(method::new(thread, function, Owned::new(object))),
                    false => Some(crate::types::native_function::bind(
                        thread,
                        function.get::<NativeFunction>()?,
                        object,
                    )),
                }),
            )
        }
        Plan::Descriptor => match own_cached(entry) {
            Some(found) => descriptor::get(thread, found, Some(object), class).map(Some),
            None => Ok(None),
        },
        Plan::ClassDescriptor => match (own_cached(entry), as_class(object)) {
            (Some(found), Some(class)) => descriptor::get(thread, found, None, class).map(Some),
            _ => Ok(None),
        },
        Plan::Dict => {
            let (found, header) = (own_cached(entry), object.header());
            if let Some(value) = header.and_then(|header| instance::get(thread, header, entry.name))
            {
                return Ok(Some(value));
            }
            match found.filter(|found| !found.is_missing()) {
                Some(found) => descriptor::get(thread, found, Some(object), class).map(Some),
                None => Ok(None),
            }
        }
        Plan::Module => Ok(load_from_module(object, entry)),
        Plan::Slot | Plan::Add | Plan::Store => Ok(None),
    }
}

/// A reference to the entry's value.
#[inline(always)]
fn own_cached(entry: &Entry) -> Option<Owned> {
    let value = entry.value;
    refcount::try_increment(value).then(|| Owned::from_counted(value))
}

fn load_from_module(object: Value, entry: &Entry) -> Option<Owned> {
    if object != entry.value {
        return None;
    }
    let (table, number) = (
        object.get::<Module>()?.dict().table(),
        entry.offset as usize,
    );
    if number >= table.used() || table.entry(number).key.peek() != entry.name {
        return None;
    }
    table
        .entry(number)
        .value
        .try_load()
        .filter(|value| !value.is_missing())
}

#[cold]
#[inline(never)]
fn get_and_learn(thread: &Thread, object: Value, name: Value, site: &Site) -> Result {
    learn_load(thread, object, name, site);
    super::get(thread, object, name)
}

fn learn_load(thread: &Thread, object: Value, name: Value, site: &Site) {
    if !cache::wants_more(site) {
        return;
    }
    let shape = cache::shape_of(object);
    if let Some((classes, description)) = plan_load(object, name) {
        cache::install(thread, site, shape, name, classes, description);
    }
}

/// How `object.name` comes about, if that can be remembered by shape.
pub fn plan_load(object: Value, name: Value) -> Option<(Dependencies, Description)> {
    let class = class_of(object);
    let version = class.version.load(Ordering::Acquire);
    let depends = [Some((class, version)), None];
    let plan = match class.facts().read() {
        Protocol::Generic => Some((depends, plan_generic(object, class, name)?)),
        Protocol::Class => plan_in_class(object, class, version, name),
        Protocol::Module => Some((depends, plan_in_module(object, class, name)?)),
        Protocol::Super | Protocol::Custom => None,
    };
    plan.filter(|(_, description)| !class.facts().has_getattr() || !may_raise(description))
}

/// May what the plan calls raise AttributeError? Then `__getattr__`, if there is one, is asked, which no plan says.
fn may_raise(description: &Description) -> bool {
    let calls = matches!(
        description.plan,
        Plan::Descriptor | Plan::ClassDescriptor | Plan::Dict
    );
    calls && !is_wrapper(description.value) && !is_method(description.value)
}

/// Is it a `classmethod`, a `staticmethod` or a native function?
fn is_wrapper(found: Value) -> bool {
    found.is::<ClassMethod>() || found.is::<StaticMethod>() || found.is::<NativeFunction>()
}

fn plan_generic(object: Value, class: &'static Type, name: Value) -> Option<Description> {
    let found = class.lookup(name);
    if let Some(found) = found
        && descriptor::answers_first(found)
    {
        return Some(
            member_slot(object, found).unwrap_or(Description::of(Plan::Descriptor, found)),
        );
    }
    if let Some(header) = object.header() {
        let shape = header.shape();
        if shape.dictionary_mode {
            return Some(Description::of(Plan::Dict, found.unwrap_or(Value::MISSING)));
        }
        if let Some(index) = shape.slot_of(name) {
            return Some(match slot_offset(shape, index) {
                Some(offset) => Description::at(Plan::Slot, offset),
                None => Description::at(Plan::Attribute, index),
            });
        }
    }
    found.map(|found| Description::of(plan_for(found), found))
}

/// What a non-data attribute of the class gives for an instance.
fn plan_for(found: Value) -> Plan {
    if is_method(found) {
        return Plan::Method;
    }
    if is_wrapper(found) || class_of(found).facts().has_get() {
        Plan::Descriptor
    } else {
        Plan::Value
    }
}

/// Is it a function that takes the instance as first argument?
#[inline]
fn is_method(found: Value) -> bool {
    let native = found
        .get_exact::<NativeFunction>()
        .is_some_and(NativeFunction::is_unbound_method);
    native || found.get_exact::<Function>().is_some()
}

/// Where the slot of an attribute is, in objects of the shape.
fn slot_offset(shape: &Shape, index: u32) -> Option<u32> {
    let inline = index < u32::from(shape.inline_slots) && shape.area != AREA_BEHIND;
    inline.then(|| shape.area + (1 + index) * size_of::<u64>() as u32)
}

/// The plan for a `__slots__` member.
fn member_slot(object: Value, found: Value) -> Option<Description> {
    let index = found.get::<GetSet>()?.slot()?;
    let offset = slot_offset(object.header()?.shape(), u32::from(index))?;
    Some(Description::at(Plan::Slot, offset))
}

fn plan_in_class(
    object: Value,
    metaclass: &'static Type,
    version: u32,
    name: Value,
) -> Option<(Dependencies, Description)> {
    let class = as_class(object)?;
    let depends = [
        Some((class, class.version.load(Ordering::Acquire))),
        Some((metaclass, version)),
    ];
    if let Some(found) = metaclass.lookup(name)
        && descriptor::answers_first(found)
    {
        return Some((depends, Description::of(Plan::Descriptor, found)));
    }
    let found = class.lookup(name)?;
    let as_it_is = is_method(found)
        || !(found.is::<NativeFunction>()
            || found.is::<ClassMethod>()
            || class_of(found).facts().has_get());
    let plan = if as_it_is {
        Plan::Value
    } else {
        Plan::ClassDescriptor
    };
    Some((depends, Description::of(plan, found)))
}

fn plan_in_module(object: Value, class: &'static Type, name: Value) -> Option<Description> {
    if class.lookup(name).is_some_and(descriptor::answers_first) {
        return None;
    }
    let number = object.get::<Module>()?.dict().table().find_interned(name)?;
    Some(Description {
        offset: u32::try_from(number).ok()?,
        ..Description::of(Plan::Module, object)
    })
}

/// `object.name` for a call: a function that is to get the object as first argument (`true`), or the attribute.
#[inline]
pub fn get_method_cached(
    thread: &Thread,
    object: Value,
    name: Value,
    site: &Site,
) -> Result<(Owned, bool)> {
    if let Some(entry) = cache::find(site, cache::shape_of(object)) {
        if entry.plan == Plan::Method
            && let Some(function) = own_cached(entry)
        {
            return Ok((function, true));
        }
        if let Some(found) = load_callee(thread, object, entry)? {
            return Ok(found);
        }
    }
    get_method_and_learn(thread, object, name, site)
}

fn load_callee(thread: &Thread, object: Value, entry: &Entry) -> Result<Option<(Owned, bool)>> {
    let method = match entry.plan {
        Plan::ClassDescriptor => own_cached(entry)
            .and_then(|found| found.get_exact::<ClassMethod>().map(ClassMethod::function)),
        Plan::Dict if is_method(entry.value) => {
            let own = object
                .header()
                .and_then(|header| instance::get(thread, header, entry.name));
            if let Some(own) = own {
                return Ok(Some((own, false)));
            }
            own_cached(entry)
        }
        _ => None,
    };
    if let Some(method) = method {
        return Ok(Some((method, true)));
    }
    if let Some(value) = load_slot(object, entry) {
        return Ok(Some((value, false)));
    }
    Ok(load(thread, object, entry)?.map(|value| (value, false)))
}

#[cold]
#[inline(never)]
fn get_method_and_learn(
    thread: &Thread,
    object: Value,
    name: Value,
    site: &Site,
) -> Result<(Owned, bool)> {
    learn_load(thread, object, name, site);
    get_method(thread, object, name)
}

/// [`get_method_cached`] without a cache.
pub fn get_method(thread: &Thread, object: Value, name: Value) -> Result<(Owned, bool)> {
    let class = class_of(object);
    if class.facts().read() == Protocol::Generic
        && let Some(found) = class.lookup(name)
        && is_method(found)
    {
        let method = own(class, name, found);
        return Ok(
            match object
                .header()
                .and_then(|header| instance::get(thread, header, name))
            {
                Some(value) => (value, false),
                None => (method, true),
            },
        );
    }
    Ok((super::get(thread, object, name)?, false))
}

/// `object.name = value`; the name is interned.
#[inline]
pub fn set_cached(
    thread: &Thread,
    object: Value,
    name: Value,
    value: Value,
    site: &Site,
) -> Result<()> {
    if let Some(header) = object.header() {
        let shape = header.shape.load(Ordering::Acquire);
        if let Some(entry) = cache::find(site, shape)
            && store(thread, header, shape, value, entry)
        {
            return Ok(());
        }
    }
    set_and_learn(thread, object, name, value, site)
}

/// What makes a site's entry for an attribute of an object.
type Learn = fn(&Thread, Value, Value, &Site);

/// The site's entry for loading the attribute, if that comes down to one slot of the object.
pub fn slot_to_load<'a>(
    thread: &Thread,
    object: Value,
    name: Value,
    site: &'a Site,
) -> Option<&'a Entry> {
    site_entry(thread, object, (name, site), learn_load, |entry| {
        &entry.slot_shape
    })
}

/// The site's entry for storing the attribute, if that comes down to one slot of the object, which has a value already.
pub fn slot_to_store<'a>(
    thread: &Thread,
    object: Value,
    name: Value,
    site: &'a Site,
) -> Option<&'a Entry> {
    site_entry(thread, object, (name, site), learn_store, |entry| {
        &entry.slot_shape
    })
}

/// The site's entry for calling the attribute, if it is a method of the object's class that need not be counted.
pub fn method_to_call<'a>(
    thread: &Thread,
    object: Value,
    name: Value,
    site: &'a Site,
) -> Option<&'a Entry> {
    site_entry(thread, object, (name, site), learn_load, |entry| {
        &entry.method_shape
    })
}

/// The site's entry for the object's shape, made if need be, if its plan is the one that this of its shapes is for.
fn site_entry<'a>(
    thread: &Thread,
    object: Value,
    (name, site): (Value, &'a Site),
    learn: Learn,
    shape_of_plan: fn(&Entry) -> &AtomicPtr<Shape>,
) -> Option<&'a Entry> {
    let shape = cache::shape_of(object);
    if cache::find(site, shape).is_none() {
        learn(thread, object, name, site);
    }
    cache::find(site, shape).filter(|entry| shape_of_plan(entry).load(Ordering::Acquire) == shape)
}

/// Puts an owned word into the slot of an entry, unless the object changed its shape or the old value is a heap object or
/// missing; then it stays the caller's.
pub fn replace_slot(thread: &Thread, object: Value, entry: &Entry, value: Value) -> bool {
    let Some(header) = object.header() else {
        return false;
    };
    let _guard = lock_for_write(thread, header);
    let shape = header.shape.load(Ordering::Acquire);
    if shape != entry.slot_shape.load(Ordering::Acquire) {
        return false;
    }
    // SAFETY: the object has the entry's shape, whose objects have the slot, and keeps it while the lock is held.
    let slot = unsafe { entry.slot(header) };
    let old = slot.peek();
    if old.is_missing() || old.header().is_some() {
        return false;
    }
    drop(slot.replace_in(header, Owned::from_counted(value)));
    true
}

/// Does what an entry's plan says; `false` if it could not be done.
#[inline(always)]
fn store(thread: &Thread, header: &Header, shape: *mut Shape, value: Value, entry: &Entry) -> bool {
    if entry.plan == Plan::Store {
        return instance::set(thread, header, entry.name, Owned::new(value));
    }
    if !matches!(entry.plan, Plan::Slot | Plan::Add) {
        return false;
    }
    let guard = lock_for_write(thread, header);
    if header.shape.load(Ordering::Acquire) != shape {
        return false;
    }
    // SAFETY: the object has the entry's shape, whose objects have the slot, and keeps it while the lock is held.
    let old = unsafe { entry.slot(header) }.replace_in(header, Owned::new(value));
    if entry.plan == Plan::Add {
        header
            .shape
            .store(entry.successor.cast_mut(), Ordering::Release);
    }
    drop(guard);
    drop(old);
    true
}

#[cold]
#[inline(never)]
fn set_and_learn(
    thread: &Thread,
    object: Value,
    name: Value,
    value: Value,
    site: &Site,
) -> Result<()> {
    learn_store(thread, object, name, site);
    super::set(thread, object, name, value)
}

fn learn_store(thread: &Thread, object: Value, name: Value, site: &Site) {
    if cache::wants_more(site)
        && let Some((classes, description)) = plan_store(object, name)
    {
        let shape = cache::shape_of(object);
        cache::install(thread, site, shape, name, classes, description);
    }
}

/// How `object.name = value` is done, if that can be remembered by shape.
pub fn plan_store(object: Value, name: Value) -> Option<(Dependencies, Description)> {
    let class = class_of(object);
    let depends = [Some((class, class.version.load(Ordering::Acquire))), None];
    if class.facts().write() != Protocol::Generic || object.is::<Module>() {
        return None;
    }
    if let Some(found) = class.lookup(name)
        && descriptor::is_data(found)
    {
        return Some((depends, member_slot(object, found)?));
    }
    let shape = object.header()?.shape();
    if !shape.extensible {
        return None;
    }
    let (index, next) = match shape.slot_of(name) {
        Some(index) => (index, None),
        None if shape.dictionary_mode => (u32::MAX, None),
        None => (shape.n_slots() as u32, Some(shape.with(name))),
    };
    let general = Description::of(Plan::Store, Value::MISSING);
    let description = match (slot_offset(shape, index), next) {
        (Some(offset), None) => Description::at(Plan::Slot, offset),
        (Some(offset), Some(next)) if !next.dictionary_mode => Description {
            successor: next,
            ..Description::at(Plan::Add, offset)
        },
        _ => general,
    };
    Some((depends, description))
}
