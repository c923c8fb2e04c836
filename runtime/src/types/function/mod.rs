//! Functions written in Python.
//!
//! `name`, `qualname` and `doc` come from the code object until somebody sets them; they are MISSING meanwhile, so making
//! a function writes constants. Binding of arguments to parameters is in `bind`, attributes in [`methods`].

mod bind;
pub mod methods;

pub use bind::bind;

use super::Builtin;
use super::code::Code;
use super::dict::Dict;
use super::names::Name;
use super::str::Str;
use super::tuple::Tuple;
use crate::abi;
use crate::object::{Header, Kind, Object, Slot};
use crate::operators::{attribute, convert};
use crate::{Owned, Result, Thread, Value, heap};
use std::sync::atomic::{AtomicPtr, Ordering};

/// A Python function.
#[repr(C)]
pub struct Function {
    header: Header,
    /// What it runs; code objects are immortal.
    code: AtomicPtr<Code>,
    /// Native code for exact positional calls, null if there is none for this code and these globals.
    native: AtomicPtr<()>,
    /// The dict of globals; never changes.
    globals: Slot,
    /// Tuple of cells, or None; never changes.
    closure: Slot,
    /// Tuple of the defaults of the last positional parameters, or None.
    defaults: Slot,
    /// Dict of the defaults of keyword-only parameters, or None.
    kwdefaults: Slot,
    name: Slot,
    qualname: Slot,
    doc: Slot,
    module: Slot,
    /// The dict, MISSING until it is asked for.
    annotations: Slot,
    /// The function that makes it, or None.
    annotate: Slot,
    /// Tuple, MISSING if empty.
    type_params: Slot,
}

// SAFETY: `repr(C)`, header first, own kind; the slots are the counted references (code objects are immortal).
unsafe impl Object for Function {
    const KIND: Kind = Kind::FUNCTION;
    const ATTRIBUTES: bool = true;
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.slots().into_iter().for_each(|slot| visit(slot.peek()));
    }
}

/// Native code that a function of this code and these globals may run. Native code reads the variables of one module: the
/// same code over another dict (`types.FunctionType`, `exec` of a code object) is interpreted.
fn native_for(code: &Code, globals: Value) -> *mut () {
    let home = code.home.load(Ordering::Acquire);
    match globals.header() {
        Some(header) if std::ptr::eq(header, home) => code.native.load(Ordering::Acquire),
        _ => std::ptr::null_mut(),
    }
}

/// What a function is made of.
pub struct Parts {
    /// A code object.
    pub code: Value,
    /// A dict.
    pub globals: Value,
    /// Tuple of cells.
    pub closure: Option<Owned>,
    /// Tuple.
    pub defaults: Option<Owned>,
    /// Dict.
    pub kwdefaults: Option<Owned>,
    /// Function that computes the annotations.
    pub annotate: Option<Owned>,
}

/// A new function.
pub fn new(thread: &Thread, parts: Parts) -> Result {
    let globals = parts.globals.get::<Dict>().expect("globals are a dict");
    let module = globals.get_interned(Name::NAME.value());
    let code = parts
        .code
        .get::<Code>()
        .expect("functions run code objects");
    let slot = |value: Option<Owned>| Slot::new(value.unwrap_or(Owned::NONE));
    let function = Function {
        header: Builtin::Function.class().instance_header(thread),
        code: AtomicPtr::new(std::ptr::from_ref(code).cast_mut()),
        native: AtomicPtr::new(native_for(code, parts.globals)),
        globals: Slot::new(Owned::new(parts.globals)),
        closure: slot(parts.closure),
        defaults: slot(parts.defaults),
        kwdefaults: slot(parts.kwdefaults),
        name: Slot::missing(),
        qualname: Slot::missing(),
        doc: Slot::missing(),
        module: slot(module),
        annotations: Slot::missing(),
        annotate: slot(parts.annotate),
        type_params: Slot::missing(),
    };
    Ok(heap::new(thread, function))
}

impl Function {
    /// Offset of the native code's address, for native code.
    pub(crate) const NATIVE_OFFSET: usize = std::mem::offset_of!(Function, native);

    /// Sets `__type_params__` of a function that is being made.
    pub fn set_type_params(&self, params: Owned) {
        drop(self.type_params.replace(params));
    }

    fn slots(&self) -> [&Slot; 11] {
        [
            &self.globals,
            &self.closure,
            &self.defaults,
            &self.kwdefaults,
            &self.name,
            &self.qualname,
            &self.doc,
            &self.module,
            &self.annotations,
            &self.annotate,
            &self.type_params,
        ]
    }

    /// What the function runs.
    #[inline(always)]
    pub fn code(&self) -> &'static Code {
        // SAFETY: always the address of a code object, and code objects are immortal.
        unsafe { &*self.code.load(Ordering::Acquire) }
    }

    /// What the function runs, and native code for exact positional calls of it; null if there is none.
    #[inline(always)]
    pub fn target(&self) -> (&'static Code, *mut ()) {
        let code = self.code();
        let native = self.native.load(Ordering::Acquire);
        // Another thread may have replaced the code in between: then the native code is not this one's.
        match native == code.native.load(Ordering::Acquire) {
            true => (code, native),
            false => (code, std::ptr::null_mut()),
        }
    }

    /// Has the function run another code object from now on.
    fn replace_code(&self, thread: &Thread, code: &Code) {
        let native = native_for(code, self.globals());
        // Native code compares `native` alone, so of two threads that come here one has to leave its pair.
        let _guard = super::instance::lock_for_write(thread, &self.header);
        // Whoever comes in between runs the old code interpreted.
        self.native.store(std::ptr::null_mut(), Ordering::Release);
        abi::attach::function_changed(self.code(), self.value());
        self.code
            .store(std::ptr::from_ref(code).cast_mut(), Ordering::Release);
        self.native.store(native, Ordering::Release);
    }

    /// The dict of globals, borrowed for as long as the function.
    #[inline(always)]
    pub fn globals(&self) -> Value {
        self.globals.peek()
    }

    /// A cell of the closure, borrowed for as long as the function.
    #[inline(always)]
    pub fn closure_cell(&self, index: usize) -> Value {
        let closure = self.closure.peek();
        let cells = closure.get::<Tuple>().map_or(&[][..], Tuple::items);
        cells[index]
    }

    fn read(&self, slot: &Slot) -> Owned {
        slot.load(&self.header)
    }

    fn write(&self, thread: &Thread, slot: &Slot, value: Owned) {
        let guard = super::instance::lock_for_write(thread, &self.header);
        let old = slot.replace(value);
        drop(guard);
        drop(old);
    }

    /// `__name__`.
    pub fn name(&self) -> Owned {
        self.or_from_code(&self.name, |code| code.name)
    }

    /// `__qualname__`.
    pub fn qualname(&self) -> Owned {
        self.or_from_code(&self.qualname, |code| code.qualname)
    }

    /// `__doc__`.
    pub fn doc(&self) -> Owned {
        self.or_from_code(&self.doc, |code| match code.constants.first() {
            Some(&doc) if code.source.flags.docstring => doc,
            _ => Value::NONE,
        })
    }

    fn or_from_code(&self, slot: &Slot, from_code: impl FnOnce(&Code) -> Value) -> Owned {
        let value = self.read(slot);
        if value.is_missing() {
            // What code objects hold is immortal.
            return Owned::from_counted(from_code(self.code()));
        }
        value
    }

    /// `__qualname__` for messages.
    pub fn display_name(&self) -> String {
        let name = self.qualname();
        name.get::<Str>()
            .map_or_else(String::new, |name| name.to_str_lossy().into_owned())
    }
}

/// The function as a value.
#[inline(always)]
pub fn value(function: &Function) -> Value {
    function.value()
}

/// `__name__` and `__qualname__` of a callable that has them.
pub fn names_of(callee: Value) -> (Owned, Owned) {
    match callee.get::<Function>() {
        Some(function) => (function.name(), function.qualname()),
        None => (Owned::NONE, Owned::NONE),
    }
}

/// A callable as messages about its arguments name it: `f()`, with its module unless that is `builtins`.
pub fn display_name(thread: &Thread, callee: Value) -> String {
    let text = |name: Name| -> Option<String> {
        let found = attribute::get_optional(thread, callee, name.value());
        let value = found.unwrap_or_else(|raised| {
            drop(thread.take_exception(raised));
            None
        })?;
        Some(value.get::<Str>()?.to_str_lossy().into_owned())
    };
    match (text(Name::QUALNAME), text(Name::MODULE)) {
        (Some(name), Some(module)) if module != "builtins" => format!("{module}.{name}()"),
        (Some(name), _) => format!("{name}()"),
        (None, _) => convert::display(thread, callee).unwrap_or_else(|raised| {
            drop(thread.take_exception(raised));
            "<object str() failed>".to_owned()
        }),
    }
}
