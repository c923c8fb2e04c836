//! `_imp`: what `importlib` asks the runtime. Modules in Rust are its built-in ones, those of images its frozen ones.

use crate::marshal;
use ashore_bytecode::image::Entry;
use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::types::bytes::{self, Buffer};
use ashore_runtime::types::code::Code;
use ashore_runtime::types::lock::{Patience, RLock};
use ashore_runtime::types::memoryview::MEMORYVIEW;
use ashore_runtime::types::module::{self, Module, NativeModule};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::{list, tuple};
use ashore_runtime::{
    Builtin, Object, Owned, Result, Thread, Value, import, methods, raise, start,
};

fn name(thread: &Thread, value: Value) -> Result<String> {
    match value.get::<Str>() {
        Some(name) => Ok(name.to_str_lossy().into_owned()),
        None => raise!(thread, TypeError, "module name must be a str"),
    }
}

fn entry(name: &str) -> Option<Entry<'static>> {
    let mut images = start::running().images();
    images.find_map(|image| image.find(name))
}

fn none(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::NONE)
}

fn is_builtin(thread: &Thread, args: &[Value]) -> Result {
    let name = name(thread, args[0])?;
    let is_native = name == "builtins" || module::find_native(&name).is_some();
    Ok(Owned::inline(Value::small_int(i64::from(is_native))))
}

fn is_frozen(thread: &Thread, args: &[Value]) -> Result {
    let name = name(thread, args[0])?;
    Ok(Owned::bool(entry(&name).is_some()))
}

#[cold]
fn no_such<T>(thread: &Thread, name: &str) -> Result<T> {
    refuse(thread, name, &format!("No such frozen object named {name}"))
}

#[cold]
fn refuse<T>(thread: &Thread, name: &str, text: &str) -> Result<T> {
    let name = str::new(thread, name);
    Err(ashore_runtime::types::exception::raise_import_error(
        thread,
        Builtin::ImportError,
        text,
        name.value(),
        Value::NONE,
    ))
}

fn is_frozen_package(thread: &Thread, args: &[Value]) -> Result {
    let name = name(thread, args[0])?;
    match entry(&name) {
        Some(entry) => Ok(Owned::bool(entry.is_package())),
        None => no_such(thread, &name),
    }
}

/// `find_frozen(name)`: its code as `marshal` writes it, if wanted, whether it is a package, and the name it was made under.
fn find_frozen(thread: &Thread, args: &[Value]) -> Result {
    let name = name(thread, args[0])?;
    let Some(entry) = entry(&name) else {
        return Ok(Owned::NONE);
    };
    let data = if convert::truth(thread, args[1])? {
        let code = frozen_object(thread, &[args[0], Value::NONE])?;
        let data = marshal::to_bytes(thread, code.value())?;
        let view = MEMORYVIEW.class(thread).value();
        call::call(thread, view, &[bytes::new(thread, &data).value()])?
    } else {
        Owned::NONE
    };
    let parts = vec![
        data,
        Owned::bool(entry.is_package()),
        str::new(thread, &name),
    ];
    Ok(tuple::new(thread, parts))
}

/// `get_frozen_object(name, data=None)`: the code of a frozen module, or that which `data` holds.
fn frozen_object(thread: &Thread, args: &[Value]) -> Result {
    let name = name(thread, args[0])?;
    if args[1] != Value::NONE {
        let data = Buffer::argument(thread, &args[1])?;
        if data.is_empty() {
            let text = format!("Frozen object named '{name}' is invalid");
            return refuse(thread, &name, &text);
        }
        let code = marshal::from_bytes(thread, &data)?;
        return match code.value().is::<Code>() {
            true => Ok(code),
            false => raise!(
                thread,
                TypeError,
                "frozen object '{name}' is not a code object"
            ),
        };
    }
    let Some(entry) = entry(&name) else {
        return no_such(thread, &name);
    };
    match entry.code() {
        Ok(code) => Ok(Owned::new(Code::load(thread, code).value())),
        Err(error) => raise!(thread, SystemError, "module '{name}' is damaged: {error}"),
    }
}

/// `init_frozen(name)`: the module, made anew; None if there is none.
fn init_frozen(thread: &Thread, args: &[Value]) -> Result {
    let name = name(thread, args[0])?;
    match entry(&name) {
        Some(entry) => import::load_entry(thread, &name, entry),
        None => Ok(Owned::NONE),
    }
}

/// `_find_and_load(name)`: the module of an absolute name.
fn find_and_load(thread: &Thread, args: &[Value]) -> Result {
    import::import_absolute(thread, args[0])
}

/// `create_builtin(spec)`
fn create_builtin(thread: &Thread, args: &[Value]) -> Result {
    let spec_name = attribute::get(thread, args[0], str::intern(thread, "name"))?;
    if module::find_native(&name(thread, spec_name.value())?).is_none() {
        return Ok(Owned::NONE);
    }
    import::import_module(thread, spec_name.value(), Value::NONE, Value::TRUE, 0)
}

fn suffixes(thread: &Thread, _: &[Value]) -> Result {
    Ok(list::new(thread, Vec::new()))
}

fn no_extension(thread: &Thread, _: &[Value]) -> Result {
    raise!(thread, ImportError, "extension modules are not supported")
}

/// What programs lock that change modules by hand. Imports do not need it; a fork waits for it.
static LOCK: RLock = RLock::new();

/// Takes the import lock; [`unlock_imports`] gives it back. A signal's handler may raise.
pub(crate) fn lock_imports(thread: &Thread) -> Result<()> {
    LOCK.acquire(thread, Patience::Forever).map(drop)
}

/// Gives the import lock back once; false if the thread does not have it.
pub(crate) fn unlock_imports(thread: &Thread) -> bool {
    LOCK.release(thread)
}

fn acquire_lock(thread: &Thread, _: &[Value]) -> Result {
    lock_imports(thread)?;
    Ok(Owned::NONE)
}

fn release_lock(thread: &Thread, _: &[Value]) -> Result {
    match unlock_imports(thread) {
        true => Ok(Owned::NONE),
        false => raise!(thread, RuntimeError, "not holding the import lock"),
    }
}

fn lock_held(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::bool(LOCK.is_held()))
}

methods! { FUNCTIONS:
    static "acquire_lock()" => acquire_lock -> None;
    static "release_lock()" => release_lock -> None;
    static "lock_held()" => lock_held -> Bool;
    static "is_builtin(name, /)" => is_builtin -> Int;
    static "is_frozen(name, /)" => is_frozen -> Bool;
    static "is_frozen_package(name, /)" => is_frozen_package -> Bool;
    static "find_frozen(name, /, *, withdata=False)" => find_frozen;
    static "get_frozen_object(name, data=None, /)" => frozen_object;
    static "init_frozen(name, /)" => init_frozen;
    static "_find_and_load(name, /)" => find_and_load;
    static "create_builtin(spec, /)" => create_builtin;
    static "exec_builtin(mod, /)" => none -> None;
    static "create_dynamic(spec, file=None, /)" => no_extension;
    static "exec_dynamic(mod, /)" => no_extension;
    static "extension_suffixes()" => suffixes -> List;
    static "_fix_co_filename(code, path, /)" => none -> None;
    static "_override_frozen_modules_for_tests(override, /)" => none -> None;
    static "_override_multi_interp_extensions_check(override, /)" => none -> None;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    /// CPython 3.14's: there are no files of it, but programs ask.
    const MAGIC: i64 = 0x0a0d_0e2b;
    module.set(thread, "pyc_magic_number_token", Value::small_int(MAGIC))?;
    let checks = str::new(thread, "default");
    module.set(thread, "check_hash_based_pycs", checks.value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_imp",
    doc: "(Extremely) low-level import machinery bits as used by importlib.",
    functions: FUNCTIONS,
    initialize,
};
