//! Module objects, and the registry of modules written in Rust.

use crate::object::{Header, Kind, Object, Owned, Slot};
use crate::operators::{attribute, call, convert};
use crate::sync::mutex::{Mutex, RwLock};
use crate::types::define::MethodDef;
use crate::types::dict::Dict;
use crate::types::names::Name;
use crate::types::str::Str;
use crate::types::{self, class_of, native_function};
use crate::{Builtin, Result, Thread, Value, heap, methods, raise};

/// A module: a namespace with a name.
#[repr(C)]
pub struct Module {
    header: Header,
    dict: Slot,
}

// SAFETY: `repr(C)`, header first, own kind; one counted reference.
unsafe impl Object for Module {
    const KIND: Kind = Kind::MODULE;
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.dict.peek());
    }
}

impl Module {
    /// The namespace, a dict; set once, when the module is made.
    #[inline]
    pub fn dict_value(&self) -> Value {
        self.dict.peek()
    }

    /// The namespace.
    #[inline]
    pub fn dict(&self) -> &Dict {
        // SAFETY: `dict` holds a dict from the module's beginning to its end.
        unsafe { &*self.dict.peek().as_ptr().cast::<Dict>() }
    }

    /// Adds a name to the namespace.
    pub fn set(&self, thread: &Thread, name: &str, value: Value) -> Result<()> {
        self.dict()
            .set(thread, types::str::intern(thread, name), value)
            .map(drop)
    }

    /// `__name__`, for messages.
    pub fn name(&self, thread: &Thread) -> Option<String> {
        let name = self.dict().get(thread, Name::NAME.value()).ok()??;
        name.get::<Str>()
            .map(|name| name.to_str_lossy().into_owned())
    }
}

/// A module written in Rust.
pub struct NativeModule {
    pub name: &'static str,
    pub doc: &'static str,
    pub functions: &'static [MethodDef],
    /// Adds what is not a function: constants, classes.
    pub initialize: fn(&Thread, &Module) -> Result<()>,
}

static REGISTRY: RwLock<Vec<&'static NativeModule>> = RwLock::new(Vec::new());

/// Makes a native module importable.
pub fn register(module: &'static NativeModule) {
    REGISTRY.write().push(module);
}

/// What native modules do when modules go.
static AT_END: Mutex<Vec<fn()>> = Mutex::new(Vec::new());

/// Has `forget` called when modules go: it lets go of what a native module keeps in statics. The module may be used again
/// afterwards, by finalizers.
pub fn at_end(forget: fn()) {
    AT_END.lock().push(forget);
}

pub(crate) fn forget_kept() {
    let all = std::mem::take(&mut *AT_END.lock());
    all.into_iter().for_each(|forget| forget());
}

/// The native module of this name.
pub fn find_native(name: &str) -> Option<&'static NativeModule> {
    REGISTRY
        .read()
        .iter()
        .find(|module| module.name == name)
        .copied()
}

/// A new module with the names every module has.
pub fn new(thread: &Thread, name: &str, doc: Value) -> Result {
    let module = Module {
        header: Builtin::Module.class().instance_header(thread),
        dict: Slot::new(types::dict::new(thread)),
    };
    let module = heap::new_with_attributes(thread, module, 0);
    initialize(thread, &module, types::str::intern(thread, name), doc)?;
    Ok(module)
}

fn initialize(thread: &Thread, module: &Owned, name: Value, doc: Value) -> Result<()> {
    let dict = module.get::<Module>().expect("a module").dict();
    dict.set(thread, Name::NAME.value(), name)?;
    dict.set(thread, Name::DOC.value(), doc)?;
    for absent in [Name::PACKAGE, Name::LOADER, Name::SPEC] {
        dict.set(thread, absent.value(), Value::NONE)?;
    }
    Ok(())
}

/// Makes the module object of a native module.
pub fn instantiate(thread: &Thread, native: &'static NativeModule) -> Result {
    let doc = types::str::new(thread, native.doc);
    let object = new(thread, native.name, doc.value())?;
    let module = object.get::<Module>().expect("just made");
    for function in native.functions {
        let value = native_function::module_function(thread, function, native.name);
        module.set(thread, function.name(), value.value())?;
    }
    (native.initialize)(thread, module)?;
    Ok(object)
}

/// `module.name`: the namespace was asked already; asks the module's own `__getattr__`, then gives up.
#[cold]
pub fn missing_attribute(thread: &Thread, module: &Module, name: Value) -> Result {
    if let Some(hook) = module.dict().get(thread, Name::GETATTR.value())? {
        return call::call(thread, hook.value(), &[name]);
    }
    let attribute = convert::display(thread, name)?;
    let text = match module.name(thread) {
        Some(module) => format!("module '{module}' has no attribute '{attribute}'"),
        None => format!("module has no attribute '{attribute}'"),
    };
    Err(types::exception::raise_attribute_error(
        thread,
        module.value(),
        name,
        &text,
    ))
}

fn this(args: &[Value]) -> &Module {
    args[0].get::<Module>().expect("bound to modules")
}

fn make(thread: &Thread, args: &[Value]) -> Result {
    let class = types::class::as_class(args[0])
        .expect("the binder checks that the first argument is a class");
    let module = Module {
        header: class.instance_header(thread),
        dict: Slot::new(types::dict::new(thread)),
    };
    Ok(heap::new_with_attributes(thread, module, 0))
}

fn init(thread: &Thread, args: &[Value]) -> Result {
    if !args[1].is::<Str>() {
        let got = convert::argument_type(args[1]);
        return raise!(
            thread,
            TypeError,
            "module() argument 'name' must be str, not {got}"
        );
    }
    initialize(thread, &Owned::new(args[0]), args[1], args[2])?;
    Ok(Owned::NONE)
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let module = this(args);
    let name = module.name(thread).unwrap_or_else(|| "?".to_owned());
    let text = match module.dict().get(thread, Name::FILE.value())? {
        Some(file) => format!(
            "<module '{name}' from {}>",
            convert::display_repr(thread, file.value())?
        ),
        None if find_native(&name).is_some() => format!("<module '{name}' (built-in)>"),
        None => format!("<module '{name}'>"),
    };
    Ok(types::str::new(thread, &text))
}

fn get_attribute(thread: &Thread, args: &[Value]) -> Result {
    match attribute::find_in_module(thread, args[0], args[1])? {
        Some(value) => Ok(value),
        None => Err(attribute::missing(thread, args[0], args[1])),
    }
}

fn dir(thread: &Thread, args: &[Value]) -> Result {
    let dict = attribute::get(thread, args[0], Name::DICT.value())?;
    let Some(dict) = dict.get::<Dict>() else {
        return raise!(thread, TypeError, "<module>.__dict__ is not a dictionary");
    };
    if let Some(hook) = dict.get(thread, Name::DIR.value())? {
        return call::call(thread, hook.value(), &[]);
    }
    let names = dict
        .snapshot(thread)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    Ok(types::list::new(thread, names))
}

fn get_dict(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).dict_value()))
}

fn get_annotations(thread: &Thread, args: &[Value]) -> Result {
    let dict = this(args).dict();
    if let Some(annotations) = dict.get(thread, Name::ANNOTATIONS.value())? {
        return Ok(annotations);
    }
    let annotations = match dict.get(thread, Name::ANNOTATE.value())? {
        Some(annotate) if !annotate.is_none() => {
            call::call(thread, annotate.value(), &[Value::small_int(1)])?
        }
        _ => types::dict::new(thread),
    };
    if !annotations.is::<Dict>() {
        let got = class_of(annotations.value()).name();
        return raise!(
            thread,
            TypeError,
            "__annotate__ returned non-dict of type '{got}'"
        );
    }
    // A module that is being imported may get more of them.
    let name = this(args).name(thread).unwrap_or_default();
    if !crate::import::is_importing(&name) {
        dict.set(thread, Name::ANNOTATIONS.value(), annotations.value())?;
    }
    Ok(annotations)
}

fn set_annotations(thread: &Thread, args: &[Value]) -> Result {
    if args[1].is_missing() {
        attribute::delete(thread, args[0], Name::ANNOTATIONS.value())?;
    } else {
        this(args)
            .dict()
            .set(thread, Name::ANNOTATIONS.value(), args[1])?;
    }
    drop(this(args).dict().remove(thread, Name::ANNOTATE.value())?);
    Ok(Owned::NONE)
}

fn get_annotate(thread: &Thread, args: &[Value]) -> Result {
    let dict = this(args).dict();
    if let Some(annotate) = dict.get(thread, Name::ANNOTATE.value())? {
        return Ok(annotate);
    }
    dict.set(thread, Name::ANNOTATE.value(), Value::NONE)?;
    Ok(Owned::NONE)
}

fn set_annotate(thread: &Thread, args: &[Value]) -> Result {
    if args[1].is_missing() {
        return raise!(thread, TypeError, "cannot delete __annotate__ attribute");
    }
    if !args[1].is_none() && !call::is_callable(args[1]) {
        return raise!(thread, TypeError, "__annotate__ must be callable or None");
    }
    let dict = this(args).dict();
    dict.set(thread, Name::ANNOTATE.value(), args[1])?;
    if !args[1].is_none() {
        drop(dict.remove(thread, Name::ANNOTATIONS.value())?);
    }
    Ok(Owned::NONE)
}

methods! { pub METHODS:
    new "module(type, /, *args, **kwargs)" => make;
    /// Create a module object.
    "__init__(self, name, doc=None)" => init -> None;
    "__repr__(self, /)" => repr -> Str;
    "__getattribute__(self, name, /)" => get_attribute;
    "__dir__(self, /)" => dir;
    get "__dict__" => get_dict;
    get "__annotations__" => get_annotations, set_annotations;
    get "__annotate__" => get_annotate, set_annotate;
}
