//! Variables and imports.

use super::symbols;
use crate::abi::entry::from_result;
use crate::interpreter::names;
use crate::object::Owned;
use crate::types::cell::Cell;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::str::Str;
use crate::{Result, Value, import, raise, types};

/// The globals of the function native code belongs to.
fn globals(function: &Value) -> &Dict {
    let globals = function
        .get::<Function>()
        .expect("native code runs for function objects")
        .globals();
    // SAFETY: globals are a dict that the function keeps alive, and the caller keeps the function.
    unsafe { &*globals.as_ptr().cast::<Dict>() }
}

fn text(name: &Value) -> String {
    name.get::<Str>()
        .expect("names are strings")
        .to_str_lossy()
        .into_owned()
}

fn unit(result: Result<()>) -> Value {
    from_result(result.map(|()| Owned::NONE))
}

symbols! {
    fn load_global(thread, function: Value, name: Value) -> Value {
        from_result(names::global_or_builtin(thread, globals(&function), name))
    }
    fn store_global(thread, function: Value, name: Value, value: Value) -> Value {
        unit(globals(&function).set(thread, name, value).map(drop))
    }
    fn delete_global(thread, function: Value, name: Value) -> Value {
        unit(names::remove_global(thread, globals(&function), name))
    }
    fn load_build_class(thread) -> Value {
        from_result(names::build_class(thread, crate::builtins::namespace(thread)))
    }
    fn new_cell(thread, value: Value) -> Value {
        types::cell::new(thread, Owned::new(value)).into_counted()
    }
    fn cell_get(_thread, cell: Value) -> Value {
        cell.get::<Cell>().expect("a cell").load().into_counted()
    }
    fn cell_set(thread, cell: Value, value: Value) {
        cell.get::<Cell>().expect("a cell").store(thread, Owned::new(value));
    }
    fn free_cell(_thread, function: Value, index: i64) -> Value {
        let function = function.get::<Function>().expect("native code runs for function objects");
        // Borrowed: the function keeps its cells.
        function.closure_cell(index as usize)
    }
    fn raise_unbound_local(thread, name: Value) -> Value {
        let name = text(&name);
        let text = format!("cannot access local variable '{name}' where it is not associated with a value");
        unit(raise!(thread, UnboundLocalError, "{text}"))
    }
    fn raise_unbound_free(thread, name: Value) -> Value {
        unit(Err(names::unbound_free(thread, &text(&name))))
    }
    fn import_name(thread, function: Value, name: Value, fromlist: Value, level: i64) -> Value {
        from_result(names::import_by_name(thread, name, (globals(&function), Value::MISSING), fromlist, level))
    }
    fn import_from(thread, module: Value, name: Value) -> Value {
        from_result(import::import_from(thread, module, name))
    }
}
