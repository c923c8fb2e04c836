//! Imports: `sys.modules`, native modules, modules of the program's image, and source files beside the script.
//!
//! ```text
//!   import a.b ──► sys.modules? ──► native? ──► image? ──► source file? ──► library? ──► ModuleNotFoundError
//! ```
//!
//! A module is put into `sys.modules` before its code runs, so circular imports see it half done; other threads that
//! import it meanwhile wait for it on the module's import lock, unless that would be a deadlock (they then see it half done,
//! as in CPython).

mod search;

use crate::object::{Owned, refcount};
use crate::operators::{attribute, convert, index, iterate};
use crate::sync::mutex::{Condvar, Mutex, MutexGuard};
use crate::types::dict::Dict;
use crate::types::module::{self, Module};
use crate::types::names::Name;
use crate::types::str::Str;
use crate::types::{self, Builtin, class_of, exception};
use crate::{Raised, Result, Thread, Value, abi, raise, start, thread, warnings};
use ashore_bytecode::Code;
use ashore_bytecode::image::Entry;
use std::path::PathBuf;
use std::sync::OnceLock;

static MODULES: OnceLock<u64> = OnceLock::new();

/// `sys.modules`.
pub fn modules(thread: &Thread) -> Value {
    let bits = *MODULES.get_or_init(|| {
        let dict = types::dict::new(thread);
        refcount::make_immortal(dict.header().expect("a dict"));
        dict.into_counted().bits()
    });
    Value::from_bits(bits)
}

fn modules_dict(thread: &Thread) -> &Dict {
    // SAFETY: an immortal dict.
    unsafe { &*modules(thread).as_ptr().cast::<Dict>() }
}

/// A module that was imported.
pub fn loaded(thread: &Thread, name: &str) -> Option<Owned> {
    modules_dict(thread)
        .get(thread, types::str::intern(thread, name))
        .ok()?
}

/// An attribute of `sys`, if the program imported that and it has one of this name. Never raises.
pub fn system_attribute(thread: &Thread, name: &str) -> Option<Owned> {
    let sys = loaded(thread, "sys")?;
    let name = types::str::intern(thread, name);
    let found = attribute::get_optional(thread, sys.value(), name);
    found.unwrap_or_else(|raised| {
        drop(thread.take_exception(raised));
        None
    })
}

/// `sys`, which every program has, whether or not it imports it.
pub fn system(thread: &Thread) -> Result {
    import_one(thread, "sys")
}

/// Where a module comes from.
enum Found {
    Native(&'static module::NativeModule),
    /// A module of the program's image, with its native code.
    Image(Entry<'static>),
    Library(Entry<'static>),
    Source(search::Source),
}

/// `import name`, `from name import fromlist`: what `__import__(name, globals, None, fromlist, level)` gives.
pub fn import_module(
    thread: &Thread,
    name: Value,
    globals: Value,
    fromlist: Value,
    level: i64,
) -> Result {
    let Some(text) = name.get::<Str>() else {
        return raise!(thread, TypeError, "module name must be a string");
    };
    let text = text.to_str_lossy().into_owned();
    let absolute = if level > 0 {
        resolve_relative(thread, &text, globals, level)?
    } else {
        text.clone()
    };
    if absolute.is_empty() {
        return raise!(thread, ValueError, "Empty module name");
    }
    let module = import_dotted(thread, &absolute)?;
    let has_fromlist = !fromlist.is_none() && convert::truth(thread, fromlist)?;
    if has_fromlist {
        import_submodules(thread, &absolute, module.value(), fromlist)?;
        return Ok(module);
    }
    // `import a.b` binds `a`.
    let top = match text.split_once('.') {
        // Of a relative name, too, only what is behind its first part goes.
        Some((_, rest)) => absolute[..absolute.len() - rest.len() - 1].to_owned(),
        None => return Ok(module),
    };
    import_dotted(thread, &top)
}

/// The module of an absolute name.
pub fn import_absolute(thread: &Thread, name: Value) -> Result {
    match name.get::<Str>() {
        Some(text) if !text.is_empty() => import_dotted(thread, &text.to_str_lossy()),
        Some(_) => raise!(thread, ValueError, "Empty module name"),
        None => raise!(thread, TypeError, "module name must be a string"),
    }
}

/// Imports `a`, then `a.b`, ...; gives the last.
fn import_dotted(thread: &Thread, name: &str) -> Result {
    if let Some((parent, _)) = name.rsplit_once('.') {
        import_dotted(thread, parent)?;
    }
    import_one(thread, name)
}

/// The submodules that `from package import a, b` names.
fn import_submodules(thread: &Thread, package: &str, module: Value, fromlist: Value) -> Result<()> {
    if attribute::get_optional(thread, module, Name::PATH.value())?.is_none() {
        return Ok(());
    }
    let mut names = iterate::collect(thread, fromlist)?;
    if let [star] = names.as_slice()
        && star.get::<Str>().is_some_and(|star| star.is_text("*"))
    {
        names = match attribute::get_optional(thread, module, Name::ALL.value())? {
            Some(all) => iterate::collect(thread, all.value())?,
            None => Vec::new(),
        };
    }
    for name in names {
        let Some(text) = name.get::<Str>() else {
            let got = class_of(name.value()).name();
            return raise!(
                thread,
                TypeError,
                "Item in 'from list' must be str, not {got}"
            );
        };
        if attribute::get_optional(thread, module, name.value())?.is_some() {
            continue;
        }
        let full = format!("{package}.{}", text.to_str_lossy());
        if find(thread, &full).is_some() {
            import_one(thread, &full)?;
        }
    }
    Ok(())
}

/// The absolute name of a relative import.
fn resolve_relative(thread: &Thread, name: &str, globals: Value, level: i64) -> Result<String> {
    let dict = globals.get::<Dict>().expect("globals are a dict");
    let text_of = |key: Name| -> Result<Option<String>> {
        let value = dict.get(thread, key.value())?;
        Ok(value.and_then(|value| {
            value
                .get::<Str>()
                .map(|text| text.to_str_lossy().into_owned())
        }))
    };
    let package = match text_of(Name::PACKAGE)? {
        Some(package) => package,
        None => {
            let spec = dict.get(thread, types::str::intern(thread, "__spec__"))?;
            // Nobody sees this warning who has not asked for it.
            let asked = loaded(thread, "warnings").is_some();
            if asked && spec.is_none_or(|spec| spec.is_none()) {
                let text = "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__";
                warnings::warn(thread, Builtin::ImportWarning, text, false)?;
            }
            let module = text_of(Name::NAME)?.unwrap_or_default();
            let is_package = dict.get(thread, Name::PATH.value())?.is_some();
            if is_package {
                module
            } else {
                module
                    .rsplit_once('.')
                    .map_or(String::new(), |(parent, _)| parent.to_owned())
            }
        }
    };
    if package.is_empty() {
        return raise!(
            thread,
            ImportError,
            "attempted relative import with no known parent package"
        );
    }
    let mut base = package.as_str();
    for _ in 1..level {
        let Some((parent, _)) = base.rsplit_once('.') else {
            return raise!(
                thread,
                ImportError,
                "attempted relative import beyond top-level package"
            );
        };
        base = parent;
    }
    Ok(if name.is_empty() {
        base.to_owned()
    } else {
        format!("{base}.{name}")
    })
}

/// Modules being imported, and the threads that do it.
static IMPORTING: Mutex<Vec<(String, u32)>> = Mutex::new(Vec::new());
static IMPORTED: Condvar = Condvar::new();

/// Marks a module as being imported by this thread until dropped.
struct ImportLock(String);

/// Nobody begins or ends an import until this is dropped.
pub(crate) struct Held(MutexGuard<'static, Vec<(String, u32)>>);

/// Keeps other threads from beginning and ending imports.
pub(crate) fn hold() -> Held {
    Held(IMPORTING.lock())
}

impl Held {
    /// In the child of a fork: imports of other threads are no longer under way.
    pub(crate) fn keep_those_of(&mut self, thread: &Thread) {
        self.0.retain(|(_, owner)| *owner == thread.id());
    }
}

impl Drop for ImportLock {
    fn drop(&mut self) {
        IMPORTING.lock().retain(|(name, _)| *name != self.0);
        IMPORTED.notify_all();
    }
}

/// Takes the import lock of a module. `None`: this thread has it, or the one that has it imports something that this thread
/// is importing, so waiting would be a deadlock.
fn lock_import(thread: &Thread, name: &str) -> Option<ImportLock> {
    let own = thread.id();
    thread::detached(|| {
        let mut importing = IMPORTING.lock();
        loop {
            match importing.iter().find(|(module, _)| module == name) {
                None => {
                    importing.push((name.to_owned(), own));
                    return Some(ImportLock(name.to_owned()));
                }
                Some((_, owner)) if *owner == own || importing.iter().any(|(_, id)| *id == own) => {
                    return None;
                }
                Some(_) => IMPORTED.wait(&mut importing),
            }
        }
    })
}

/// Imports one module whose parent package has been imported.
fn import_one(thread: &Thread, name: &str) -> Result {
    let key = types::str::intern(thread, name);
    let being_imported = || IMPORTING.lock().iter().any(|(module, _)| module == name);
    if let Some(module) = modules_dict(thread).get(thread, key)?
        && !being_imported()
    {
        return not_none(thread, name, module);
    }
    let _lock = lock_import(thread, name);
    if let Some(module) = modules_dict(thread).get(thread, key)? {
        return not_none(thread, name, module);
    }
    let Some(found) = find(thread, name) else {
        return Err(not_found(thread, name));
    };
    let module = load(thread, name, found)?;
    if let Some((parent, child)) = name.rsplit_once('.')
        && let Some(parent) = loaded(thread, parent)
    {
        attribute::set(
            thread,
            parent.value(),
            types::str::intern(thread, child),
            module.value(),
        )?;
    }
    Ok(module)
}

fn not_none(thread: &Thread, name: &str, module: Owned) -> Result {
    if !module.is_none() {
        return Ok(module);
    }
    let text = format!("import of {name} halted; None in sys.modules");
    let key = types::str::intern(thread, name);
    Err(exception::raise_import_error(
        thread,
        Builtin::ModuleNotFoundError,
        &text,
        key,
        Value::NONE,
    ))
}

#[cold]
fn not_found(thread: &Thread, name: &str) -> Raised {
    let key = types::str::intern(thread, name);
    let text = match name.rsplit_once('.') {
        Some((parent, _)) if !is_package(thread, parent) => {
            format!("No module named '{name}'; '{parent}' is not a package")
        }
        _ if is_left_out(thread, name) => format!(
            "No module named '{name}' in this executable; ashore build --include {name} adds it if Ashore has it"
        ),
        _ => format!("No module named '{name}'"),
    };
    exception::raise_import_error(
        thread,
        Builtin::ModuleNotFoundError,
        &text,
        key,
        Value::NONE,
    )
}

/// Is it a module of the standard library that nothing in the program showed to be needed?
fn is_left_out(thread: &Thread, name: &str) -> bool {
    if start::running().program.library.is_some() {
        return false;
    }
    let top = name.split('.').next().unwrap_or(name);
    let sys = loaded(thread, "sys");
    let names = sys.as_ref().and_then(|sys| sys.get::<Module>()).map(|sys| {
        let key = types::str::intern(thread, "stdlib_module_names");
        sys.dict().get(thread, key)
    });
    let Some(Ok(Some(names))) = names else {
        return false;
    };
    let top = types::str::intern(thread, top);
    matches!(index::contains(thread, names.value(), top), Ok(true))
}

fn is_package(thread: &Thread, name: &str) -> bool {
    loaded(thread, name).is_some_and(|module| {
        module.get::<Module>().is_some_and(|module| {
            matches!(module.dict().get(thread, Name::PATH.value()), Ok(Some(_)))
        })
    })
}

/// Looks for a module.
fn find(thread: &Thread, name: &str) -> Option<Found> {
    if let Some((parent, _)) = name.rsplit_once('.')
        && module::find_native(name).is_none()
        && !is_package(thread, parent)
    {
        return None;
    }
    if let Some(native) = module::find_native(name) {
        return Some(Found::Native(native));
    }
    if let Some(entry) = start::running().image.find(name) {
        return Some(Found::Image(entry));
    }
    search::source(thread, name).map(Found::Source).or_else(|| {
        let library = start::running().program.library?;
        library.find(name).map(Found::Library)
    })
}

/// Makes the module of an image's entry, whether there is one already or not, and runs its code.
pub fn load_entry(thread: &Thread, name: &str, entry: Entry<'static>) -> Result {
    load(thread, name, Found::Library(entry))
}

/// Makes the module and runs its code.
fn load(thread: &Thread, name: &str, found: Found) -> Result {
    match found {
        Found::Native(native) => {
            let module = module::instantiate(thread, native)?;
            modules_dict(thread).set(thread, types::str::intern(thread, name), module.value())?;
            abi::attach::module_made(thread, name, module.get::<Module>().expect("just made"));
            Ok(module)
        }
        Found::Image(entry) => {
            let code = image_code(thread, &entry)?;
            start::warn_of_module(thread, entry.path())?;
            let origin = Origin::of(&entry);
            load_python(thread, name, &origin, code, Some(entry.index()))
        }
        Found::Library(entry) => {
            let code = image_code(thread, &entry)?;
            load_python(thread, name, &Origin::of(&entry), code, None)
        }
        Found::Source(search::Source::File { path, package }) => {
            let source = std::fs::read(&path)
                .map_err(|error| exception::raise_os_error(thread, &error, None))?;
            let shown = path.to_string_lossy();
            let code = compile(thread, &source, &shown)?;
            let origin = Origin {
                file: Some(&shown),
                inside: package.then(|| vec![search::package_directory(&shown)]),
            };
            load_python(thread, name, &origin, code, None)
        }
        Found::Source(search::Source::Namespace(directories)) => {
            let code = compile(thread, b"", "<namespace>")?;
            let origin = Origin {
                file: None,
                inside: Some(directories),
            };
            load_python(thread, name, &origin, code, None)
        }
    }
}

fn image_code(thread: &Thread, entry: &Entry<'static>) -> Result<Code> {
    match entry.code() {
        Ok(code) => Ok(code),
        Err(error) => raise!(
            thread,
            SystemError,
            "the program's module '{}' is damaged: {error}",
            entry.name()
        ),
    }
}

fn compile(thread: &Thread, source: &[u8], filename: &str) -> Result<Code> {
    start::compile(thread, &start::Source::module(source, filename))
}

/// Where a module comes from, as it says itself.
struct Origin<'a> {
    /// `__file__`: None for namespace packages.
    file: Option<&'a str>,
    /// `__path__`, of packages.
    inside: Option<Vec<PathBuf>>,
}

impl<'a> Origin<'a> {
    fn of(entry: &'a Entry<'static>) -> Origin<'a> {
        let path = entry.path();
        Origin {
            file: Some(path),
            inside: entry
                .is_package()
                .then(|| vec![search::package_directory(path)]),
        }
    }
}

fn load_python(
    thread: &Thread,
    name: &str,
    origin: &Origin<'_>,
    code: Code,
    index: Option<usize>,
) -> Result {
    let key = types::str::intern(thread, name);
    let object = module::new(thread, name, Value::NONE)?;
    let module = object.get::<Module>().expect("just made");
    set_origin(thread, module, name, origin)?;
    modules_dict(thread).set(thread, key, object.value())?;
    abi::attach::module_made(thread, name, module);
    if let Err(raised) = start::run_module(thread, index, code, module.dict_value()) {
        // A module that failed is not imported; the exception stays the pending one.
        let exception = thread.take_exception(raised);
        drop(modules_dict(thread).remove(thread, key)?);
        return Err(thread.reraise_value(exception));
    }
    // The code may have replaced itself in `sys.modules`.
    Ok(modules_dict(thread).get(thread, key)?.unwrap_or(object))
}

/// `__file__`, `__package__`, `__path__`, `__builtins__`.
fn set_origin(thread: &Thread, module: &Module, name: &str, origin: &Origin<'_>) -> Result<()> {
    let file = origin.file;
    let file = file.map_or(Owned::NONE, |file| types::str::new(thread, file));
    module.set(thread, "__file__", file.value())?;
    let parent = if origin.inside.is_some() {
        name
    } else {
        name.rsplit_once('.').map_or("", |(parent, _)| parent)
    };
    module.set(thread, "__package__", types::str::intern(thread, parent))?;
    if let Some(inside) = &origin.inside {
        let directories = inside.iter().map(|directory| {
            let bytes = directory.as_os_str().as_encoded_bytes();
            crate::builtins::io::path_str(thread, bytes)
        });
        let list = types::list::new(thread, directories.collect());
        module.set(thread, "__path__", list.value())?;
    }
    // The script sees the module, all others its namespace.
    let builtins = match name {
        "__main__" => crate::builtins::module(thread),
        _ => crate::Object::value(crate::builtins::namespace(thread)),
    };
    module.set(thread, "__builtins__", builtins)
}

/// Is a module of this name being imported right now?
pub fn is_importing(name: &str) -> bool {
    IMPORTING.lock().iter().any(|(other, _)| other == name)
}

/// Runs the program's script as `__main__`.
pub fn run_main(thread: &Thread, entry: Entry<'static>) -> Result<()> {
    let code = image_code(thread, &entry)?;
    let object = module::new(thread, "__main__", Value::NONE)?;
    let module = object.get::<Module>().expect("just made");
    let origin = Origin {
        file: Some(entry.path()),
        inside: None,
    };
    set_origin(thread, module, "__main__", &origin)?;
    module.set(thread, "__package__", Value::NONE)?;
    module.set(thread, "__cached__", Value::NONE)?;
    modules_dict(thread).set(thread, Name::MAIN.value(), object.value())?;
    abi::attach::module_made(thread, "__main__", module);
    start::warn_of_module(thread, entry.path())?;
    start::run_module(thread, Some(entry.index()), code, module.dict_value()).map(drop)
}

/// `from module import name`.
pub fn import_from(thread: &Thread, module: Value, name: Value) -> Result {
    if let Some(value) = attribute::get_optional(thread, module, name)? {
        return Ok(value);
    }
    // A submodule that is being imported may not be an attribute of its package yet.
    let package = attribute::get_optional(thread, module, Name::NAME.value())?;
    let package = package.and_then(|name| {
        name.get::<Str>()
            .map(|text| text.to_str_lossy().into_owned())
    });
    let wanted = convert::display(thread, name)?;
    if let Some(package) = &package
        && let Some(submodule) = loaded(thread, &format!("{package}.{wanted}"))
    {
        return Ok(submodule);
    }
    let shown = package.unwrap_or_else(|| "<unknown module name>".to_owned());
    let file = attribute::get_optional(thread, module, Name::FILE.value())?.unwrap_or(Owned::NONE);
    let location = if file.is_none() {
        "unknown location".to_owned()
    } else {
        convert::display(thread, file.value())?
    };
    let text = if is_importing(&shown) {
        format!(
            "cannot import name '{wanted}' from partially initialized module '{shown}' (most likely due to a circular import) ({location})"
        )
    } else {
        format!("cannot import name '{wanted}' from '{shown}' ({location})")
    };
    let module_name = types::str::new(thread, &shown);
    let raised = exception::raise_import_error(
        thread,
        Builtin::ImportError,
        &text,
        module_name.value(),
        file.value(),
    );
    let pending = thread.pending_exception();
    exception::classes::set_member(
        pending,
        exception::classes::IMPORT_ERROR_NAME_FROM,
        Owned::new(name),
    );
    Err(raised)
}

/// `from module import *` into a namespace.
pub fn import_star(thread: &Thread, module: Value, namespace: Value) -> Result<()> {
    let (names, filter) = match attribute::get_optional(thread, module, Name::ALL.value())? {
        Some(all) => (iterate::collect(thread, all.value())?, false),
        None => {
            let dict = attribute::get(thread, module, Name::DICT.value())?;
            (iterate::collect(thread, dict.value())?, true)
        }
    };
    for name in names {
        let Some(text) = name.get::<Str>() else {
            let got = class_of(name.value()).name();
            return raise!(thread, TypeError, "Item in __all__ must be str, not {got}");
        };
        if filter && text.to_str_lossy().starts_with('_') {
            continue;
        }
        let value = attribute::get(thread, module, name.value())?;
        index::set_item(thread, namespace, name.value(), value.value())?;
    }
    Ok(())
}
