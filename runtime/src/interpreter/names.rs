//! Global, namespace, cell and free variables; imports.

use super::frame::Machine;
use crate::object::{Object, Owned};
use crate::operators::{call, index};
use crate::types::cell::Cell;
use crate::types::dict::{self, Dict};
use crate::types::str::Str;
use crate::{Raised, Result, Thread, Value, import, raise, types};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Dst, Free, Name, Peek, Site, Src};

fn text(m: &Machine<'_>, name: Name) -> &'static str {
    // SAFETY: names of code objects are immortal strings.
    unsafe { &*m.name(name).as_ptr().cast::<Str>() }
        .as_str()
        .unwrap_or("?")
}

/// A local was read before it was bound.
#[cold]
pub fn unbound_local(m: &Machine<'_>, name: Name) -> Result<()> {
    let name = text(m, name);
    raise!(
        m.thread,
        UnboundLocalError,
        "cannot access local variable '{name}' where it is not associated with a value"
    )
}

#[cold]
pub fn unbound_free(thread: &Thread, name: &str) -> Raised {
    let text = format!(
        "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
    );
    types::exception::raise_name_error(thread, name, &text)
}

#[cold]
fn unknown_name(thread: &Thread, name: Value) -> Raised {
    let name = name
        .get::<Str>()
        .expect("names are strings")
        .to_str_lossy()
        .into_owned();
    types::exception::raise_name_error(thread, &name, &format!("name '{name}' is not defined"))
}

fn globals<'a>(m: &Machine<'a>) -> &'a Dict {
    // SAFETY: the frame's globals are a dict that the function or module keeps alive while the frame runs.
    unsafe { &*m.frame.globals.as_ptr().cast::<Dict>() }
}

/// The value of a global or builtin name. The site caches where in the table the name was found.
#[inline(always)]
pub fn load_global(m: &Machine<'_>, name: Name, site: Site) -> Result {
    let key = m.name(name);
    let site = m.site(site);
    let builtins = || crate::builtins::namespace(m.thread);
    match dict::cache::load_global(globals(m), builtins, key, site) {
        Some(value) => Ok(value),
        None => global_or_builtin(m.thread, globals(m), key),
    }
}

/// Global `name = src`.
pub fn store_global(m: &Machine<'_>, name: Name, src: Src) -> Result<()> {
    let value = m.own(src.0);
    globals(m)
        .set(m.thread, m.name(name), value.value())
        .map(drop)
}

/// `del` global `name`.
pub fn delete_global(m: &Machine<'_>, name: Name) -> Result<()> {
    remove_global(m.thread, globals(m), m.name(name))
}

/// Unbinds a global.
pub fn remove_global(thread: &Thread, globals: &Dict, name: Value) -> Result<()> {
    match globals.remove(thread, name)? {
        Some(_) => Ok(()),
        None => Err(unknown_name(thread, name)),
    }
}

/// The mapping that class bodies and `exec` store into.
fn namespace(m: &Machine<'_>) -> Value {
    if m.frame.namespace.is_missing() {
        m.frame.globals
    } else {
        m.frame.namespace
    }
}

/// A name in a mapping; `None` if it has no such key.
fn lookup(thread: &Thread, mapping: Value, key: Value) -> Result<Option<Owned>> {
    if let Some(dict) = mapping.get_exact::<Dict>() {
        return dict.get(thread, key);
    }
    match index::get_item(thread, mapping, key) {
        Ok(value) => Ok(Some(value)),
        Err(raised)
            if types::exception::is(thread.pending_exception(), crate::Builtin::KeyError) =>
        {
            drop(thread.take_exception(raised));
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// A name in the builtins that code with these globals sees.
fn builtin(thread: &Thread, globals: &Dict, name: Value) -> Result<Option<Owned>> {
    match crate::builtins::of_globals(globals) {
        None => crate::builtins::namespace(thread).get(thread, name),
        Some(own) => lookup(thread, own.value(), name),
    }
}

/// The value of a name in the globals, then in the builtins.
pub fn global_or_builtin(thread: &Thread, globals: &Dict, name: Value) -> Result {
    // Instances of classes derived from dict may make up what they lack.
    if let Some(value) = lookup(thread, globals.value(), name)? {
        return Ok(value);
    }
    match builtin(thread, globals, name)? {
        Some(value) => Ok(value),
        None => Err(unknown_name(thread, name)),
    }
}

/// `dst` = `name` from the namespace, then globals, then builtins.
pub fn load_name(m: &Machine<'_>, dst: Dst, name: Name) -> Result<()> {
    let value = match lookup(m.thread, namespace(m), m.name(name))? {
        Some(value) => value,
        None => global_or_builtin(m.thread, globals(m), m.name(name))?,
    };
    m.window().set(dst.0, value);
    Ok(())
}

/// Namespace `name = src`.
pub fn store_name(m: &Machine<'_>, name: Name, src: Src) -> Result<()> {
    let value = m.own(src.0);
    index::set_item(m.thread, namespace(m), m.name(name), value.value())
}

/// `del name` from the namespace.
pub fn delete_name(m: &Machine<'_>, name: Name) -> Result<()> {
    let mapping = namespace(m);
    if lookup(m.thread, mapping, m.name(name))?.is_none() {
        return Err(unknown_name(m.thread, m.name(name)));
    }
    index::delete_item(m.thread, mapping, m.name(name))
}

/// `dst` = `name` from the namespace, else the free variable.
pub fn load_name_or_free(m: &Machine<'_>, dst: Dst, name: Name, index: Free) -> Result<()> {
    match lookup(m.thread, namespace(m), m.name(name))? {
        Some(value) => m.window().set(dst.0, value),
        None => load_free(m, dst, index)?,
    }
    Ok(())
}

/// `dst` = the namespace itself.
pub fn load_namespace(m: &Machine<'_>, dst: Dst) {
    m.window().set(dst.0, Owned::new(namespace(m)));
}

/// `dst` = `name` from a mapping, then globals, then builtins.
pub fn load_dict_or_global(m: &Machine<'_>, op: ops::LoadDictOrGlobal) -> Result<()> {
    let found = lookup(m.thread, m.window().get(op.dict.0), m.name(op.name))?;
    m.consume(op.dict.0);
    let value = match found {
        Some(value) => value,
        None => global_or_builtin(m.thread, globals(m), m.name(op.name))?,
    };
    m.window().set(op.dst.0, value);
    Ok(())
}

/// `dst` = `name` from a mapping, else the free variable.
pub fn load_dict_or_free(m: &Machine<'_>, op: ops::LoadDictOrFree) -> Result<()> {
    let found = lookup(m.thread, m.window().get(op.dict.0), m.name(op.name))?;
    m.consume(op.dict.0);
    match found {
        Some(value) => m.window().set(op.dst.0, value),
        None => load_free(m, op.dst, op.index)?,
    }
    Ok(())
}

fn cell_of(value: &Value) -> &Cell {
    value
        .get_exact::<Cell>()
        .expect("the compiler made this register a cell")
}

/// `dst` = contents of the cell in a register.
#[inline(always)]
pub fn load_cell(m: &Machine<'_>, dst: Dst, cell: Peek, name: Name) -> Result<()> {
    let value = cell_of(&m.window().get(cell.0)).load();
    if value.is_missing() {
        return unbound_local(m, name);
    }
    m.window().set(dst.0, value);
    Ok(())
}

/// Contents of the cell in a register = `src`.
pub fn store_cell(m: &Machine<'_>, cell: Peek, src: Src) -> Result<()> {
    let value = m.own(src.0);
    cell_of(&m.window().get(cell.0)).store(m.thread, value);
    Ok(())
}

/// Empties the cell in a register.
pub fn delete_cell(m: &Machine<'_>, cell: Peek, name: Name) -> Result<()> {
    if cell_of(&m.window().get(cell.0)).take(m.thread).is_missing() {
        return unbound_local(m, name);
    }
    Ok(())
}

fn free_name<'a>(m: &Machine<'a>, index: Free) -> &'a str {
    &m.code().source.free[usize::from(index.0)]
}

/// `dst` = contents of a free variable.
#[inline(always)]
pub fn load_free(m: &Machine<'_>, dst: Dst, index: Free) -> Result<()> {
    let value = cell_of(&m.frame.free_cell(index.0)).load();
    if value.is_missing() {
        return Err(unbound_free(m.thread, free_name(m, index)));
    }
    m.window().set(dst.0, value);
    Ok(())
}

/// Contents of a free variable = `src`.
#[inline(always)]
pub fn store_free(m: &Machine<'_>, index: Free, src: Src) -> Result<()> {
    let value = m.own(src.0);
    cell_of(&m.frame.free_cell(index.0)).store(m.thread, value);
    Ok(())
}

/// Empties a free variable.
pub fn delete_free(m: &Machine<'_>, index: Free) -> Result<()> {
    if cell_of(&m.frame.free_cell(index.0))
        .take(m.thread)
        .is_missing()
    {
        return Err(unbound_free(m.thread, free_name(m, index)));
    }
    Ok(())
}

/// `dst` = `builtins.__build_class__`.
pub fn load_build_class(m: &Machine<'_>, dst: Dst) -> Result<()> {
    m.window().set(dst.0, build_class(m.thread, globals(m))?);
    Ok(())
}

/// `__build_class__` of the builtins that code with these globals sees.
pub fn build_class(thread: &Thread, globals: &Dict) -> Result {
    match builtin(thread, globals, types::names::Name::BUILD_CLASS.value())? {
        Some(function) => Ok(function),
        None => raise!(thread, NameError, "__build_class__ not found"),
    }
}

/// `dst = __import__(name, ...)`.
pub fn import_name(m: &Machine<'_>, op: ops::ImportName) -> Result<()> {
    let fromlist = m.window().get(op.fromlist.0);
    let (name, level) = (m.name(op.name), i64::from(op.level.0));
    let locals = m.frame.namespace;
    let module = import_by_name(m.thread, name, (globals(m), locals), fromlist, level)?;
    m.consume(op.fromlist.0);
    m.window().set(op.dst.0, module);
    Ok(())
}

/// `__import__(name, globals, locals, fromlist, level)` with the `__import__` that code with these globals sees.
pub fn import_by_name(
    thread: &Thread,
    name: Value,
    (globals, locals): (&Dict, Value),
    fromlist: Value,
    level: i64,
) -> Result {
    let key = types::names::Name::IMPORT.value();
    let Some(function) = builtin(thread, globals, key)? else {
        let text = "__import__ not found";
        let none = Value::NONE;
        let class = crate::Builtin::ImportError;
        return Err(types::exception::raise_import_error(
            thread, class, text, none, none,
        ));
    };
    if crate::builtins::is_original_import(function.value()) {
        return import::import_module(thread, name, globals.value(), fromlist, level);
    }
    let locals = if locals.is_missing() {
        Value::NONE
    } else {
        locals
    };
    let level = types::int::from_i64(thread, level);
    let args = [name, globals.value(), locals, fromlist, level.value()];
    call::call(thread, function.value(), &args)
}

/// `dst` = `name` from a module.
pub fn import_from(m: &Machine<'_>, dst: Dst, module: Peek, name: Name) -> Result<()> {
    let value = import::import_from(m.thread, m.window().get(module.0), m.name(name))?;
    m.window().set(dst.0, value);
    Ok(())
}

/// Copies all public names of a module into the namespace.
pub fn import_star(m: &Machine<'_>, module: Src) -> Result<()> {
    let source = m.own(module.0);
    import::import_star(m.thread, source.value(), namespace(m))
}
