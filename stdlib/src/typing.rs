//! `_typing`: the parts of `typing` that the language itself makes.

use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::typing;
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, methods};

fn idfunc(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(args[0]))
}

methods! { FUNCTIONS:
    static "_idfunc(x, /)" => idfunc;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for (name, class) in [
        ("TypeVar", Builtin::TypeVar),
        ("ParamSpec", Builtin::ParamSpec),
        ("TypeVarTuple", Builtin::TypeVarTuple),
        ("ParamSpecArgs", Builtin::ParamSpecArgs),
        ("ParamSpecKwargs", Builtin::ParamSpecKwargs),
        ("TypeAliasType", Builtin::TypeAliasType),
        ("Generic", Builtin::Generic),
        ("Union", Builtin::Union),
    ] {
        module.set(thread, name, class.class().value())?;
    }
    module.set(thread, "NoDefault", typing::no_default(thread).value())
}

/// The module.
pub static MODULE: NativeModule = NativeModule {
    name: "_typing",
    doc: "Primitives and accelerators for the typing module.\n",
    functions: FUNCTIONS,
    initialize,
};
