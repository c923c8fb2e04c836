//! `marshal`: compiled code as bytes, which Ashore has in another form. Its functions say so.

use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::{Result, Thread, Value, methods, raise};

fn unsupported(thread: &Thread, _: &[Value]) -> Result {
    raise!(thread, NotImplementedError, "marshal is not supported")
}

methods! { FUNCTIONS:
    static "dump(value, file, version=5, /)" => unsupported;
    static "dumps(value, version=5, /)" => unsupported;
    static "load(file, /)" => unsupported;
    static "loads(bytes, /)" => unsupported;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    module.set(thread, "version", Value::small_int(5))
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "marshal",
    doc: "This module contains functions that can read and write Python values in\na binary format.",
    functions: FUNCTIONS,
    initialize,
};
