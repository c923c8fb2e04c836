//! Attaching native code to the code objects of a program, and keeping the words that native code reads.
//!
//! ```text
//!   image's data area         watched globals dict            who keeps the word
//!   │ global m.x  │ ◄────── m.__dict__['x'] = …          [`changed`], called by the dict under its lock
//!   │ function #3 │ ◄────── `def` at module level ran    [`function_made`]
//!   │ constant …  │ ◄────── module's code was loaded     [`attach`]
//! ```
//!
//! Native code reads the words without counting: what a word refers to is kept by the dict it mirrors, and may be used
//! until the next safepoint, like anything borrowed.

use super::callers::CallSite;
use super::program::{Content, INTERPRETED, Info};
use crate::object::{Header, Object, refcount};
use crate::sync::mutex::RwLock;
use crate::sync::tally::{self, Write};
use crate::types::class::Type;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::module::Module;
use crate::{Thread, Value, builtins, import, types};
use std::collections::HashMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// The native code of the program that runs.
struct Native {
    info: Info,
    /// Addresses of the image's functions.
    functions: Vec<usize>,
    /// Address of the data area.
    data: usize,
    /// Words by what they hold.
    words: HashMap<Content, u32>,
    /// The code objects of the functions with native code, once their modules are loaded.
    codes: Vec<AtomicPtr<Code>>,
    /// Made when somebody looks at the stack.
    call_sites: OnceLock<Vec<CallSite>>,
    /// Which words mirror entries of which dict, by dict and name.
    mirrors: RwLock<HashMap<(usize, u64), u32>>,
}

static NATIVE: OnceLock<Native> = OnceLock::new();

/// Start-up: the image has been mapped. `data` is the address of its data area.
pub fn install(info: Info, functions: Vec<usize>, data: usize) {
    let words = info
        .words
        .iter()
        .map(|word| (word.content.clone(), word.offset))
        .collect();
    let codes = info.entries.iter().map(|_| AtomicPtr::default()).collect();
    let native = Native {
        info,
        functions,
        data,
        words,
        codes,
        call_sites: OnceLock::new(),
        mirrors: RwLock::default(),
    };
    assert!(NATIVE.set(native).is_ok(), "one program a process");
}

impl Native {
    fn word(&self, offset: u32) -> &AtomicU64 {
        let address = self.data + offset as usize;
        // SAFETY: the compiler reserved an aligned word of the data area at this offset, which stays mapped for good and is
        // only accessed as an atomic by the runtime, and by single loads in native code.
        unsafe { &*std::ptr::with_exposed_provenance(address) }
    }

    fn load(&self, offset: u32) -> u64 {
        self.word(offset).load(Ordering::Acquire)
    }

    fn store(&self, offset: u32, bits: u64) {
        self.word(offset).store(bits, Ordering::Release);
    }

    fn set(&self, content: Content, bits: u64) {
        if let Some(&offset) = self.words.get(&content) {
            self.store(offset, bits);
        }
    }
}

/// Start-up, once builtins exist: words that are about native modules, and those that hold nothing yet.
pub fn prepare(thread: &Thread) {
    let Some(native) = NATIVE.get() else { return };
    for word in &native.info.words {
        match &word.content {
            Content::Text(text) => {
                native.store(word.offset, types::str::intern(thread, text).bits())
            }
            Content::Original(module, name) | Content::Global(module, name)
                if module == "builtins" =>
            {
                let key = types::str::intern(thread, name);
                let dict = builtins::namespace(thread);
                if matches!(word.content, Content::Global(..)) {
                    watch(native, dict, key, word.offset);
                }
                let value = match name.split_once('.') {
                    Some((class, method)) => class_attribute(thread, dict, class, method),
                    None => current(dict, key),
                };
                if let Some(header) = value.header() {
                    // The original stays comparable even if the program takes it out of the namespace.
                    refcount::make_immortal(header);
                }
                native.store(word.offset, value.bits());
            }
            // No variable ever holds this, so no guard takes an unbound name for the function or module it expects.
            Content::Function(_) | Content::Module(_) => {
                native.store(word.offset, Value::RAISED.bits())
            }
            // Of entries too: no function has this one, whereas one without native code has a null one.
            _ => native.store(word.offset, Value::MISSING.bits()),
        }
    }
}

/// What a class in a dict defines under a name.
fn class_attribute(thread: &Thread, dict: &Dict, class: &str, name: &str) -> Value {
    let class = current(dict, types::str::intern(thread, class));
    let name = types::str::intern(thread, name);
    let found = class.get::<Type>().and_then(|class| class.lookup(name));
    found.unwrap_or(Value::MISSING)
}

/// The value of a name in a dict, MISSING if it has none.
fn current(dict: &Dict, name: Value) -> Value {
    dict.lookup_interned(name)
        .map_or(Value::MISSING, crate::object::Slot::peek)
}

/// Has a word follow an entry of a dict.
fn watch(native: &Native, dict: &Dict, name: Value, offset: u32) {
    native
        .mirrors
        .write()
        .insert((std::ptr::from_ref(dict).addr(), name.bits()), offset);
    dict.header().set_flag(crate::object::FLAG_WATCHED);
}

/// An entry of a watched dict changed; MISSING when it was removed. Called under the dict's lock, or by the only thread.
#[cold]
pub fn changed(dict: &Header, key: Value, value: Value) {
    tally::note(Write::Publication);
    let Some(native) = NATIVE.get() else { return };
    let mirrors = native.mirrors.read();
    if let Some(&offset) = mirrors.get(&(std::ptr::from_ref(dict).addr(), key.bits())) {
        native.store(offset, value.bits());
    }
}

/// A watched dict lost all its entries.
#[cold]
pub fn cleared(dict: &Header) {
    let Some(native) = NATIVE.get() else { return };
    let address = std::ptr::from_ref(dict).addr();
    for (&(owner, _), &offset) in native.mirrors.read().iter() {
        if owner == address {
            native.store(offset, Value::MISSING.bits());
        }
    }
}

/// A module object was made, before its code runs: words about its globals follow its namespace.
pub fn module_made(thread: &Thread, name: &str, module: &Module) {
    let Some(native) = NATIVE.get() else { return };
    for word in &native.info.words {
        match &word.content {
            Content::Global(owner, global) if owner == name => {
                let key = types::str::intern(thread, global);
                watch(native, module.dict(), key, word.offset);
                native.store(word.offset, current(module.dict(), key).bits());
            }
            Content::Original(owner, global) if owner == name => {
                let value = current(module.dict(), types::str::intern(thread, global));
                if let Some(header) = value.header() {
                    refcount::make_immortal(header);
                }
                native.store(word.offset, value.bits());
            }
            _ => {}
        }
    }
    if import::loaded(thread, name).is_some() {
        native.set(Content::Module(name.to_owned()), module.value().bits());
    }
}

/// The code of a module was loaded, to run with these globals: gives it and the code objects in it their native code and
/// words.
pub fn attach(module: usize, code: &'static Code, globals: Value) {
    let Some(native) = NATIVE.get() else { return };
    let Some(&first) = native.info.modules.get(module) else {
        return;
    };
    if first == INTERPRETED {
        return;
    }
    // Codes are numbered as the compiler does it: a code object, then those in its constants.
    let mut left = vec![code];
    for own in first.. {
        let Some(code) = left.pop() else {
            break;
        };
        attach_code(native, code, globals, own);
        let inner = code.constants.iter().filter_map(Value::get::<Code>);
        left.extend(inner.rev().map(Code::lasting));
    }
}

fn attach_code(native: &Native, code: &'static Code, globals: Value, own: u32) {
    let entries = &native.info.entries;
    if let Ok(index) = entries.binary_search_by_key(&own, |entry| entry.code) {
        for (i, value) in (0u32..).zip(&code.constants) {
            native.set(Content::Constant(own, i), value.bits());
        }
        for (i, value) in (0u32..).zip(&code.names) {
            native.set(Content::Name(own, i), value.bits());
        }
        native.set(
            Content::Code(own),
            std::ptr::from_ref(code).expose_provenance() as u64,
        );
        native.set(
            Content::Sites(own),
            code.sites.as_ptr().expose_provenance() as u64,
        );
        native.codes[index].store(std::ptr::from_ref(code).cast_mut(), Ordering::Release);
        let address = native.functions[entries[index].function as usize];
        let entry = std::ptr::with_exposed_provenance_mut(address);
        if code.generator {
            code.resume.store(entry, Ordering::Release);
        } else {
            native.set(Content::Entry(own), address as u64);
            code.native.store(entry, Ordering::Release);
        }
        let home = globals
            .header()
            .map_or(std::ptr::null(), std::ptr::from_ref);
        code.home.store(home.cast_mut(), Ordering::Release);
    }
    code.number.store(own, Ordering::Relaxed);
}

/// Where native code calls, in order of the return addresses; none without native code.
pub(super) fn call_sites() -> Option<&'static [CallSite]> {
    let native = NATIVE.get()?;
    let sites = native.call_sites.get_or_init(|| {
        let mut sites = Vec::new();
        let whole = native.info.calls.decode(|function, offset, at| {
            // The array entry only passes arguments on; the function itself follows it.
            let body = native.info.entries[function].function as usize + 1;
            sites.push(CallSite {
                returns_to: native.functions[body] + offset as usize,
                function,
                at,
            });
        });
        whole.expect("an image is checked when it is mapped");
        sites.sort_unstable_by_key(|site| site.returns_to);
        sites
    });
    Some(sites)
}

/// The code object of a function with native code, by its position among them, if its module was loaded.
pub(super) fn code_of(function: usize) -> Option<&'static Code> {
    let code = NATIVE.get()?.codes[function].load(Ordering::Acquire);
    // SAFETY: null, or a code object, which is immortal.
    unsafe { code.as_ref() }
}

/// A function is about to run other code than it was made of: native code must not take it for what it was.
pub fn function_changed(code: &Code, function: Value) {
    let Some(native) = NATIVE.get() else { return };
    let content = Content::Function(code.number.load(Ordering::Relaxed));
    if let Some(&offset) = native.words.get(&content)
        && native.load(offset) == function.bits()
    {
        native.store(offset, Value::RAISED.bits());
    }
}

/// A `def` at module level made a function.
pub fn function_made(code: Value, function: Value) {
    if let (Some(native), Some(code)) = (NATIVE.get(), code.get::<Code>()) {
        native.set(
            Content::Function(code.number.load(Ordering::Relaxed)),
            function.bits(),
        );
    }
}
