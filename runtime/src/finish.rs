//! How a program ends.
//!
//! ```text
//!   threads that are no daemons end ─► exit handlers ─► streams flushed ─► all other threads stopped, for good
//!       ─► modules forgotten: what they kept is finalised, files are flushed ─► streams flushed
//! ```
//!
//! Modules stay if nothing the program made notices its death. `ASHORE_LEAKS=1` has them forgotten in any case and then looks
//! at what is alive that was not when the program began, which should be nothing.

use crate::heap::death;
use crate::object::Owned;
use crate::operators::{attribute, call};
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::{self, dict::Dict, exception};
use crate::{Thread, Value, builtins, fork, gc, import, monitor, start, thread};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Exit status when the standard streams could not be flushed.
const STATUS_FLUSH_FAILED: i32 = 120;
/// Exit status when `ASHORE_LEAKS` found something.
const STATUS_LEAK: i32 = 99;

/// Looking for cycles again finds what finalizers made; one that makes more each time is not waited for.
const ROUNDS: usize = 8;

/// What `sys` is given back, or loses, before modules go.
const STREAMS: [(&str, &str); 3] = [
    ("stdin", "__stdin__"),
    ("stdout", "__stdout__"),
    ("stderr", "__stderr__"),
];

/// Does everything that a program does after its last statement; `thoroughly` even what nobody would notice. The result is
/// the exit status.
fn finish(thread: &Thread, status: i32, thoroughly: bool) -> i32 {
    for (module, function) in [("threading", "_shutdown"), ("atexit", "_run_exitfuncs")] {
        run_hook(thread, module, function);
    }
    let status = flush(thread, status);
    thread::shut_down(thread);
    if !thoroughly && !death::any_noticeable() {
        return status;
    }
    forget_modules(thread);
    flush(thread, status)
}

fn run_hook(thread: &Thread, module: &str, function: &str) {
    let Some(module) = import::loaded(thread, module) else {
        return;
    };
    let name = types::str::intern(thread, function);
    let result = attribute::get_optional(thread, module.value(), name).and_then(|function| {
        function
            .map(|function| call::call(thread, function.value(), &[]))
            .transpose()
    });
    if let Err(raised) = result {
        exception::report_unraisable(thread, raised, module.value());
    }
}

fn flush(thread: &Thread, status: i32) -> i32 {
    match builtins::io::flush_standard_streams(thread) {
        Ok(()) => status,
        Err(raised) => {
            exception::report_unraisable(thread, raised, Value::NONE);
            STATUS_FLUSH_FAILED
        }
    }
}

/// Takes all modules away, in the order in which they were imported, and `sys` last. Those that something still holds on to
/// lose their variables.
fn forget_modules(thread: &Thread) {
    let modules = import::modules(thread);
    let modules = modules.get::<Dict>().expect("sys.modules is a dict");
    restore_streams(thread);
    gc::forget_callbacks();
    monitor::finish(thread);
    fork::forget_hooks();
    types::module::forget_kept();
    gc::set_frozen(thread, false);
    let last = ["sys", "builtins"];
    for (name, module) in modules.snapshot(thread) {
        let stays = name
            .get::<Str>()
            .is_some_and(|name| last.iter().any(|last| name.is_text(last)));
        if !stays {
            forget(thread, modules, name);
            drop(module);
        }
    }
    collect(thread);
    clear_survivors(thread);
    collect(thread);
    let sys = types::str::intern(thread, "sys");
    let sys = modules.remove_interned(thread, sys);
    if let Some(module) = sys.as_ref().and_then(|sys| sys.get::<Module>()) {
        clear(thread, module.dict());
    }
    drop(sys);
    collect(thread);
}

fn forget(thread: &Thread, modules: &Dict, name: Owned) {
    if let Err(raised) = modules.remove(thread, name.value()) {
        exception::report_unraisable(thread, raised, Value::NONE);
    }
}

/// What the program has put in place of its streams is to be finalised while the original ones can still be written to.
fn restore_streams(thread: &Thread) {
    let Some(sys) = import::loaded(thread, "sys") else {
        return;
    };
    let dict = sys.get::<Module>().map(Module::dict);
    for (name, original) in STREAMS {
        let [name, original] = [name, original].map(|name| types::str::intern(thread, name));
        if let Some(dict) = dict {
            let original = dict.get_interned(original).unwrap_or(Owned::NONE);
            dict.set_interned(thread, name, original);
        }
    }
}

/// Clears the namespaces of modules that are still alive, those imported last first.
fn clear_survivors(thread: &Thread) {
    let kept = [
        Some(builtins::module(thread)),
        import::loaded(thread, "sys").map(|sys| sys.value()),
    ];
    let survivors = gc::objects(thread).into_iter().rev();
    for survivor in survivors.filter(|object| !kept.contains(&Some(object.value()))) {
        if let Some(module) = survivor.get::<Module>() {
            clear(thread, module.dict());
        }
    }
}

/// Sets a namespace's variables to None: first those whose names begin with one underscore, then the others.
fn clear(thread: &Thread, namespace: &Dict) {
    for private in [true, false] {
        for (name, value) in namespace.snapshot(thread) {
            let text = types::str::display(name.value());
            let is_private = text.starts_with('_') && !text.starts_with("__");
            if is_private == private && text != "__builtins__" && name.get::<Str>().is_some() {
                let name = types::str::intern(thread, &text);
                drop(value);
                namespace.set_interned(thread, name, Owned::NONE);
            }
        }
    }
}

fn collect(thread: &Thread) {
    for _ in 0..ROUNDS {
        if gc::collect_at_end(thread) == 0 {
            break;
        }
    }
}

/// What was alive when the program began, if somebody wants to know.
pub(crate) struct LeakCheck(Option<BTreeMap<String, usize>>);

impl LeakCheck {
    /// Before the program's first statement.
    pub(crate) fn begin(thread: &Thread) -> LeakCheck {
        let wanted = std::env::var_os("ASHORE_LEAKS").is_some_and(|value| value == "1");
        LeakCheck(wanted.then(|| {
            // What importing the standard streams' module makes is not the program's.
            builtins::io::standard(thread);
            gc::live_objects(thread)
        }))
    }

    /// Does everything that a program does after its last statement, then reports what is alive besides. The result is the exit
    /// status.
    pub(crate) fn finish(self, thread: &Thread, status: i32) -> i32 {
        let status = finish(thread, status, self.0.is_some());
        let Some(before) = self.0 else { return status };
        let mut report = String::new();
        for (class, alive) in gc::live_objects(thread) {
            let more = alive.saturating_sub(before.get(&class).copied().unwrap_or(0));
            if more > 0 {
                let _ = write!(report, " {more} {class}");
            }
        }
        if report.is_empty() {
            return status;
        }
        start::write_error(&format!("ashore: still alive at the end:{report}\n"));
        STATUS_LEAK
    }
}
