//! `_files`: the classes of the runtime's own files, for the streams that are written in Python.

use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::{Builtin, Object, Result, Thread};

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for (name, class) in [
        ("UnsupportedOperation", Builtin::UnsupportedOperation),
        ("TextFile", Builtin::TextIOWrapper),
        ("BinaryFile", Builtin::BufferedFile),
    ] {
        module.set(thread, name, class.class().value())?;
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_files",
    doc: "",
    functions: &[],
    initialize,
};
