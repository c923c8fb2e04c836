//! The `builtins` module.

pub mod attributes;
pub mod dynamic;
pub mod functions;
pub mod io;
mod quit;
mod sum;
mod trees;

use crate::object::{Object, Owned, refcount};
use crate::operators::attribute;
use crate::types::dict::Dict;
use crate::types::module::{self, Module, NativeModule};
use crate::types::names::Name;
use crate::types::{self, Builtin};
use crate::{Result, Thread, Value, import};
use std::sync::OnceLock;

/// The types that `builtins` has under their own names.
const TYPES: &[Builtin] = &[
    Builtin::Object,
    Builtin::Type,
    Builtin::Int,
    Builtin::Bool,
    Builtin::Float,
    Builtin::Complex,
    Builtin::Str,
    Builtin::Bytes,
    Builtin::Bytearray,
    Builtin::List,
    Builtin::Tuple,
    Builtin::Dict,
    Builtin::Set,
    Builtin::Frozenset,
    Builtin::Range,
    Builtin::Slice,
    Builtin::Property,
    Builtin::StaticMethod,
    Builtin::ClassMethod,
    Builtin::Super,
    Builtin::Enumerate,
    Builtin::Zip,
    Builtin::Map,
    Builtin::Filter,
    Builtin::Reversed,
];

static MODULE: OnceLock<u64> = OnceLock::new();

/// The function that `__import__` names at first.
static IMPORT: OnceLock<u64> = OnceLock::new();

static FUNCTIONS: NativeModule = NativeModule {
    name: "builtins",
    doc: "Built-in functions, types, exceptions, and other objects.",
    functions: functions::FUNCTIONS,
    initialize,
};

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for table in [attributes::FUNCTIONS, dynamic::FUNCTIONS, io::FUNCTIONS] {
        for function in table {
            let value = types::native_function::module_function(thread, function, "builtins");
            module.set(thread, function.name(), value.value())?;
        }
    }
    let exceptions = Builtin::ALL
        .iter()
        .filter(|class| class.kind() == crate::Kind::EXCEPTION);
    for class in TYPES.iter().chain(exceptions) {
        if !class.name().contains('.') {
            module.set(thread, class.name(), class.class().value())?;
        }
    }
    for (name, value) in [
        ("EnvironmentError", Builtin::OSError.class().value()),
        ("IOError", Builtin::OSError.class().value()),
        ("None", Value::NONE),
        ("True", Value::TRUE),
        ("False", Value::FALSE),
        ("Ellipsis", Value::ELLIPSIS),
        ("NotImplemented", Value::NOT_IMPLEMENTED),
        ("__debug__", Value::TRUE),
        (
            "memoryview",
            types::memoryview::MEMORYVIEW.class(thread).value(),
        ),
    ] {
        module.set(thread, name, value)?;
    }
    quit::initialize(thread, module)
}

/// Start-up: makes the module.
pub fn start(thread: &Thread) {
    let made = module::instantiate(thread, &FUNCTIONS).and_then(|module| {
        crate::operators::index::set_item(
            thread,
            import::modules(thread),
            types::str::intern(thread, "builtins"),
            module.value(),
        )?;
        Ok(module)
    });
    let Ok(module) = made else {
        unreachable!("the builtins' names are strings and their tables well formed")
    };
    if let Some(header) = module.header() {
        refcount::make_immortal(header);
    }
    MODULE.get_or_init(|| module.into_counted().bits());
    if let Some(function) = namespace(thread).get_interned(Name::IMPORT.value()) {
        refcount::make_immortal(function.header().expect("a function"));
        IMPORT.get_or_init(|| function.into_counted().bits());
    }
}

/// The module object.
///
/// # Panics
/// Before [`start`].
pub fn module(_thread: &Thread) -> Value {
    Value::from_bits(
        *MODULE
            .get()
            .expect("builtins exist once the runtime has started"),
    )
}

/// The module's namespace.
pub fn namespace(thread: &Thread) -> &Dict {
    let module = module(thread);
    let module = module.get::<Module>().expect("a module");
    // SAFETY: the module is immortal, and keeps its namespace.
    unsafe { &*std::ptr::from_ref(module.dict()) }
}

/// What the builtin name stands for now: pickles of iterators ask for `iter`.
pub fn get(thread: &Thread, name: &str) -> Result {
    attribute::get(thread, module(thread), types::str::intern(thread, name))
}

/// Is it the `__import__` that the program started with?
pub fn is_original_import(function: Value) -> bool {
    IMPORT.get() == Some(&function.bits())
}

/// The builtins that code with these globals sees: their `__builtins__`, a module or a mapping. `None`: the usual ones.
pub fn of_globals(globals: &Dict) -> Option<Owned> {
    let builtins = globals.get_interned(Name::BUILTINS.value())?;
    let usual = Value::from_bits(*MODULE.get()?);
    let namespace = usual.get::<Module>().map(Module::dict_value);
    if builtins.value() == usual || Some(builtins.value()) == namespace {
        return None;
    }
    match builtins.get::<Module>() {
        Some(module) => Some(Owned::new(module.dict_value())),
        None => Some(builtins),
    }
}
