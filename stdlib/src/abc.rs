//! `_abc`: the registries and caches behind `abc.ABCMeta`.
//!
//! An ABC refers to the classes that were registered with it or checked against it; classes are freed by the collector
//! only, and one that is in a registry stays as long as the ABC does.

use crate::cell::Var;
use ashore_runtime::operators::{attribute, call, convert, iterate};
use ashore_runtime::types::class::{Collection, Type, as_class, is_subclass_of};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{self, Data, NativeClass};
use ashore_runtime::types::set::{self, as_set};
use ashore_runtime::types::tuple::Tuple;
use ashore_runtime::types::{class_of, int, str, tuple};
use ashore_runtime::{Object, Owned, Result, Thread, Value, methods, raise};
use std::sync::atomic::{AtomicU64, Ordering};

static ABC_DATA: NativeClass = NativeClass::new("_abc._abc_data", NO_METHODS);

methods! { NO_METHODS: }

/// Counts registrations: a negative cache is as old as the count it was made under.
static REGISTRATIONS: AtomicU64 = AtomicU64::new(0);

/// What an ABC knows about other classes, in sets.
struct AbcData {
    registry: Var,
    cache: Var,
    negative_cache: Var,
    negative_since: AtomicU64,
}

impl Data for AbcData {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.registry.visit(visit);
        self.cache.visit(visit);
        self.negative_cache.visit(visit);
    }
}

/// The interned names that classes keep what is here under.
fn impl_name(thread: &Thread) -> Value {
    str::intern(thread, "_abc_impl")
}

/// The object that holds an ABC's data.
fn data_object(thread: &Thread, class: Value) -> Result {
    let found = attribute::get(thread, class, impl_name(thread))?;
    match native::get::<AbcData>(&found.value()) {
        Some(_) => Ok(found),
        None => raise!(thread, TypeError, "_abc_impl is set to a wrong type"),
    }
}

fn data(object: &Owned) -> &AbcData {
    native::get::<AbcData>(object).expect("checked when it was found")
}

fn contains(thread: &Thread, var: &Var, class: Value) -> Result<bool> {
    let classes = var.get();
    as_set(&classes).map_or(Ok(false), |set| set.contains(thread, class))
}

fn add(thread: &Thread, var: &Var, class: Value) -> Result<()> {
    let classes = var.get();
    as_set(&classes).map_or(Ok(()), |set| set.add(thread, class).map(drop))
}

/// Names of abstract methods: those of the class, and those of its bases that it does not define.
fn abstract_names(thread: &Thread, class: &'static Type) -> Result {
    let flag = str::intern(thread, "__isabstractmethod__");
    let is_abstract = |value: Value| -> Result<bool> {
        match attribute::get_optional(thread, value, flag)? {
            Some(flag) => convert::truth(thread, flag.value()),
            None => Ok(false),
        }
    };
    let mut names = Vec::new();
    for (name, value) in class.namespace(thread).snapshot(thread) {
        if is_abstract(value.value())? {
            names.push(name);
        }
    }
    let abstracts = str::intern(thread, "__abstractmethods__");
    let bases = class.bases(thread);
    for &base in bases.get::<Tuple>().map_or(&[][..], Tuple::items) {
        let Some(inherited) = attribute::get_optional(thread, base, abstracts)? else {
            continue;
        };
        for name in iterate::collect(thread, inherited.value())? {
            if let Some(value) = attribute::get_optional(thread, class.value(), name.value())?
                && is_abstract(value.value())?
            {
                names.push(name);
            }
        }
    }
    set::frozen(thread, names)
}

fn class_argument(thread: &Thread, value: Value) -> Result<&'static Type> {
    match as_class(value) {
        Some(class) => Ok(class),
        None => raise!(thread, TypeError, "a class is required"),
    }
}

/// Takes patterns' word for what instances are: `__abc_tpflags__` in the class's namespace.
fn set_collection(thread: &Thread, class: &'static Type) -> Result<()> {
    const SEQUENCE: i64 = 1 << 5;
    const MAPPING: i64 = 1 << 6;
    let name = str::intern(thread, "__abc_tpflags__");
    let Some(flags) = class.own(name) else {
        return Ok(());
    };
    match int::to_i64(flags.value()).unwrap_or(0) {
        flags if flags & (SEQUENCE | MAPPING) == SEQUENCE | MAPPING => {
            return raise!(
                thread,
                TypeError,
                "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING"
            );
        }
        flags if flags & SEQUENCE != 0 => class.set_collection(Collection::Sequence),
        flags if flags & MAPPING != 0 => class.set_collection(Collection::Mapping),
        _ => {}
    }
    attribute::delete(thread, class.value(), name)
}

fn init(thread: &Thread, args: &[Value]) -> Result {
    let class = class_argument(thread, args[0])?;
    let names = abstract_names(thread, class)?;
    let abstracts = str::intern(thread, "__abstractmethods__");
    attribute::set(thread, args[0], abstracts, names.value())?;
    let empty = || Var::new(set::new(thread));
    let data = AbcData {
        registry: empty(),
        cache: empty(),
        negative_cache: empty(),
        negative_since: AtomicU64::new(REGISTRATIONS.load(Ordering::Relaxed)),
    };
    let data = native::new(thread, ABC_DATA.class(thread), data);
    attribute::set(thread, args[0], impl_name(thread), data.value())?;
    set_collection(thread, class)?;
    Ok(Owned::NONE)
}

/// Says of a class and of those derived from it what patterns take instances for, as far as nothing else is known.
fn spread_collection(class: &'static Type, collection: Collection) {
    if class.immutable || class.is_sequence() || class.is_mapping() {
        return;
    }
    class.set_collection(collection);
    for derived in class.subclasses() {
        spread_collection(derived, collection);
    }
}

fn register(thread: &Thread, args: &[Value]) -> Result {
    let [class, subclass] = [args[0], args[1]];
    if as_class(subclass).is_none() {
        return raise!(thread, TypeError, "Can only register classes");
    }
    if is_subclass_of(thread, subclass, class)? {
        return Ok(Owned::new(subclass));
    }
    if is_subclass_of(thread, class, subclass)? {
        return raise!(
            thread,
            RuntimeError,
            "Refusing to create an inheritance cycle"
        );
    }
    let object = data_object(thread, class)?;
    add(thread, &data(&object).registry, subclass)?;
    REGISTRATIONS.fetch_add(1, Ordering::AcqRel);
    if let (Some(class), Some(subclass)) = (as_class(class), as_class(subclass))
        && !subclass.immutable
    {
        if class.is_sequence() {
            spread_collection(subclass, Collection::Sequence);
        } else if class.is_mapping() {
            spread_collection(subclass, Collection::Mapping);
        }
    }
    Ok(Owned::new(subclass))
}

/// Is it in the negative cache, and that still valid?
fn is_known_foreign(thread: &Thread, data: &AbcData, class: Value) -> Result<bool> {
    if data.negative_since.load(Ordering::Acquire) < REGISTRATIONS.load(Ordering::Acquire) {
        return Ok(false);
    }
    contains(thread, &data.negative_cache, class)
}

fn ask_subclasscheck(thread: &Thread, class: Value, subclass: Value) -> Result {
    let method = attribute::get(thread, class, str::intern(thread, "__subclasscheck__"))?;
    call::call(thread, method.value(), &[subclass])
}

fn instance_check(thread: &Thread, args: &[Value]) -> Result {
    let [class, instance] = [args[0], args[1]];
    let object = data_object(thread, class)?;
    let name = str::intern(thread, "__class__");
    let subclass = attribute::get(thread, instance, name)?;
    if contains(thread, &data(&object).cache, subclass.value())? {
        return Ok(Owned::bool(true));
    }
    let subtype = class_of(instance).value();
    if subtype == subclass.value() {
        if is_known_foreign(thread, data(&object), subtype)? {
            return Ok(Owned::bool(false));
        }
        return ask_subclasscheck(thread, class, subtype);
    }
    let by_class = ask_subclasscheck(thread, class, subclass.value())?;
    if convert::truth(thread, by_class.value())? {
        return Ok(by_class);
    }
    ask_subclasscheck(thread, class, subtype)
}

/// What decides that a class is a subclass, besides what is cached.
fn decide(thread: &Thread, class: Value, data: &AbcData, subclass: Value) -> Result<bool> {
    let (Some(abc), Some(derived)) = (as_class(class), as_class(subclass)) else {
        return Ok(false);
    };
    if derived.is_subclass_of(abc) {
        return Ok(true);
    }
    let registered = data.registry.get();
    for other in as_set(&registered).map_or(Vec::new(), |set| set.snapshot(thread)) {
        if is_subclass_of(thread, subclass, other.value())? {
            return Ok(true);
        }
    }
    let method = attribute::get(thread, class, str::intern(thread, "__subclasses__"))?;
    let subclasses = call::call(thread, method.value(), &[])?;
    for other in iterate::collect(thread, subclasses.value())? {
        if is_subclass_of(thread, subclass, other.value())? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn subclass_check(thread: &Thread, args: &[Value]) -> Result {
    let [class, subclass] = [args[0], args[1]];
    if as_class(subclass).is_none() {
        return raise!(thread, TypeError, "issubclass() arg 1 must be a class");
    }
    let object = data_object(thread, class)?;
    let data = data(&object);
    if contains(thread, &data.cache, subclass)? {
        return Ok(Owned::bool(true));
    }
    let now = REGISTRATIONS.load(Ordering::Acquire);
    if data.negative_since.load(Ordering::Acquire) < now {
        data.negative_cache.set(set::new(thread));
        data.negative_since.store(now, Ordering::Release);
    } else if contains(thread, &data.negative_cache, subclass)? {
        return Ok(Owned::bool(false));
    }
    let hook = attribute::get(thread, class, str::intern(thread, "__subclasshook__"))?;
    let answer = call::call(thread, hook.value(), &[subclass])?;
    let is_subclass = match answer.value() {
        Value::TRUE => true,
        Value::FALSE => false,
        Value::NOT_IMPLEMENTED => decide(thread, class, data, subclass)?,
        _ => {
            return raise!(
                thread,
                AssertionError,
                "__subclasshook__ must return either False, True, or NotImplemented"
            );
        }
    };
    let cache = match is_subclass {
        true => &data.cache,
        false => &data.negative_cache,
    };
    add(thread, cache, subclass)?;
    Ok(Owned::bool(is_subclass))
}

fn cache_token(thread: &Thread, _: &[Value]) -> Result {
    Ok(int::from_u64(thread, REGISTRATIONS.load(Ordering::Acquire)))
}

fn reset_registry(thread: &Thread, args: &[Value]) -> Result {
    let object = data_object(thread, args[0])?;
    data(&object).registry.set(set::new(thread));
    Ok(Owned::NONE)
}

fn reset_caches(thread: &Thread, args: &[Value]) -> Result {
    let object = data_object(thread, args[0])?;
    data(&object).cache.set(set::new(thread));
    data(&object).negative_cache.set(set::new(thread));
    Ok(Owned::NONE)
}

fn dump(thread: &Thread, args: &[Value]) -> Result {
    let object = data_object(thread, args[0])?;
    let data = data(&object);
    let since = data.negative_since.load(Ordering::Acquire);
    let parts = vec![
        data.registry.get(),
        data.cache.get(),
        data.negative_cache.get(),
        int::from_u64(thread, since),
    ];
    Ok(tuple::new(thread, parts))
}

methods! { FUNCTIONS:
    /// Internal ABC helper for class set-up. Should be never used outside abc module.
    static "_abc_init(self, /)" => init -> None;
    /// Internal ABC helper for subclass registration. Should be never used outside abc module.
    static "_abc_register(self, subclass, /)" => register;
    /// Internal ABC helper for instance checks. Should be never used outside abc module.
    static "_abc_instancecheck(self, instance, /)" => instance_check;
    /// Internal ABC helper for subclass checks. Should be never used outside abc module.
    static "_abc_subclasscheck(self, subclass, /)" => subclass_check;
    /// Returns the current ABC cache token.
    static "get_cache_token()" => cache_token -> Int;
    /// Internal ABC helper to reset registry of a given class.
    static "_reset_registry(self, /)" => reset_registry -> None;
    /// Internal ABC helper to reset both caches of a given class.
    static "_reset_caches(self, /)" => reset_caches -> None;
    /// Internal ABC helper for cache and registry debugging.
    static "_get_dump(self, /)" => dump -> Tuple;
}

fn initialize(_: &Thread, _: &Module) -> Result<()> {
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_abc",
    doc: "Module contains faster C implementation of abc.ABCMeta",
    functions: FUNCTIONS,
    initialize,
};
