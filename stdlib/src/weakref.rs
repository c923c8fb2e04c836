//! `_weakref`: what `weakref` is made of.

use ashore_runtime::operators::call;
use ashore_runtime::types::dict::Dict;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::weakref::{self, Weakref};
use ashore_runtime::types::{int, list};
use ashore_runtime::{Builtin, Owned, Result, Thread, Value, methods, raise};

fn getweakrefcount(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, weakref::references(args[0]).len()))
}

fn getweakrefs(thread: &Thread, args: &[Value]) -> Result {
    Ok(list::new(thread, weakref::references(args[0])))
}

fn proxy(thread: &Thread, args: &[Value]) -> Result {
    let class = if call::is_callable(args[0]) {
        Builtin::WeakCallableProxy
    } else {
        Builtin::WeakProxy
    };
    weakref::new(thread, class.class(), args[0], args[1])
}

fn remove_dead_weakref(thread: &Thread, args: &[Value]) -> Result {
    let Some(dict) = args[0].get::<Dict>() else {
        return raise!(
            thread,
            TypeError,
            "_remove_dead_weakref() argument 1 must be dict"
        );
    };
    dict.remove_if(thread, args[1], |value| {
        value.get::<Weakref>().is_some_and(Weakref::is_dead)
    })?;
    Ok(Owned::NONE)
}

methods! { FUNCTIONS:
    /// Return the number of weak references to 'object'.
    static "getweakrefcount(object, /)" => getweakrefcount -> Int;
    /// Return a list of all weak reference objects pointing to 'object'.
    static "getweakrefs(object, /)" => getweakrefs -> List;
    /// Create a proxy object that weakly references 'object'.
    static "proxy(object, callback=None, /)" => proxy;
    /// Atomically remove key from dict if it points to a dead weakref.
    static "_remove_dead_weakref(dct, key, /)" => remove_dead_weakref -> None;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for (name, class) in [
        ("ref", Builtin::Weakref),
        ("ReferenceType", Builtin::Weakref),
        ("ProxyType", Builtin::WeakProxy),
        ("CallableProxyType", Builtin::WeakCallableProxy),
    ] {
        module.set(thread, name, ashore_runtime::Object::value(class.class()))?;
    }
    Ok(())
}

/// The module.
pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_weakref",
    doc: "Weak-reference support module.",
    functions: FUNCTIONS,
    initialize,
};
