//! Warnings that the runtime issues: through the module `warnings` if the program has imported it, else as its default
//! filters say, once for each place.

use crate::object::Owned;
use crate::operators::{attribute, call, convert};
use crate::types::frame::callers::{self, Caller};
use crate::types::names::Name;
use crate::types::str::Str;
use crate::types::{self, str};
use crate::{Builtin, Object, Result, Thread, Value, import, start};
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Texts that were shown, with their places.
static SHOWN: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// Warns about what the program does right now. With `source`, the warning is about an object whose allocation could have
/// been traced.
pub fn warn(thread: &Thread, category: Builtin, text: &str, source: bool) -> Result<()> {
    let class = category.class().value();
    if let Some(module) = module(thread)? {
        let warn = attribute::get(thread, module.value(), str::intern(thread, "warn"))?;
        let text = str::new(thread, text);
        call::call(thread, warn.value(), &[text.value(), class])?;
        return Ok(());
    }
    let caller = callers::innermost(thread);
    if !is_shown(category, caller.as_ref()) {
        return Ok(());
    }
    let (file, line) = match caller {
        Some(caller) => (caller.code().source.filename.clone(), caller.line()),
        None => ("sys".to_owned(), 1),
    };
    let entry = format!("{file}:{line}: {}: {text}\n", category.name());
    let new = {
        let mut all = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(entry)
    };
    match new {
        true => show(thread, category, text, (&file, line), source),
        false => Ok(()),
    }
}

/// Warns about a line of a file that need not run; nobody remembers having done so.
pub fn warn_explicit(
    thread: &Thread,
    category: Builtin,
    text: &str,
    file: &str,
    line: u32,
) -> Result<()> {
    let Some(module) = module(thread)? else {
        return show(thread, category, text, (file, line), false);
    };
    let warn = attribute::get(thread, module.value(), str::intern(thread, "warn_explicit"))?;
    let (text, file) = (str::new(thread, text), str::new(thread, file));
    let line = types::int::from_i64(thread, i64::from(line));
    let class = category.class().value();
    let args = [text.value(), class, file.value(), line.value()];
    call::call(thread, warn.value(), &args)?;
    Ok(())
}

/// The module `warnings`, if the program has imported it or was started with filters for it.
fn module(thread: &Thread) -> Result<Option<Owned>> {
    Ok(match import::loaded(thread, "warnings") {
        None if has_options(thread)? => {
            let name = str::intern(thread, "warnings");
            Some(import::import_absolute(thread, name)?)
        }
        loaded => loaded,
    })
}

/// Do the default filters let a warning about what runs through?
fn is_shown(category: Builtin, caller: Option<&Caller<'_>>) -> bool {
    match category {
        Builtin::DeprecationWarning => {
            let module = caller.and_then(|caller| caller.global(Name::NAME.value()));
            let module = module.as_ref().and_then(|module| module.get::<Str>());
            module.is_some_and(|module| module.is_text("__main__"))
        }
        Builtin::ImportWarning | Builtin::PendingDeprecationWarning | Builtin::ResourceWarning => {
            false
        }
        _ => true,
    }
}

/// Was the program started with filters of its own, `sys.warnoptions`?
fn has_options(thread: &Thread) -> Result<bool> {
    let sys = import::system(thread)?;
    let name = str::intern(thread, "warnoptions");
    match attribute::get_optional(thread, sys.value(), name)? {
        Some(options) => convert::truth(thread, options.value()),
        None => Ok(false),
    }
}

/// Prints a warning as the module `warnings` prints it.
fn show(
    thread: &Thread,
    category: Builtin,
    text: &str,
    (file, line): (&str, u32),
    source: bool,
) -> Result<()> {
    let mut shown = format!("{file}:{line}: {}: {text}\n", category.name());
    if let Some(source) = start::source_line(file, line) {
        let source = source.trim();
        if !source.is_empty() {
            shown.push_str(&format!("  {source}\n"));
        }
    }
    if source {
        let hint = "Enable tracemalloc to get the object allocation traceback";
        shown.push_str(&format!("{}: {hint}\n", category.name()));
    }
    write(thread, &shown)
}

/// Writes to `sys.stderr`; a program without one is not warned.
fn write(thread: &Thread, text: &str) -> Result<()> {
    let stream = match import::loaded(thread, "sys") {
        Some(sys) => {
            let name = str::intern(thread, "stderr");
            attribute::get_optional(thread, sys.value(), name)?
        }
        None => None,
    };
    match stream {
        Some(stream) if stream.is_none() => {}
        Some(stream) => {
            let write = attribute::get(thread, stream.value(), str::intern(thread, "write"))?;
            let text: Owned = types::str::new(thread, text);
            let args: [Value; 1] = [text.value()];
            call::call(thread, write.value(), &args)?;
        }
        None => start::write_error(text),
    }
    Ok(())
}
