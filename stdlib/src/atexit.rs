//! `atexit`: functions to be called when the program ends.

use crate::cell::Var;
use ashore_runtime::operators::{call, compare};
use ashore_runtime::types::exception;
use ashore_runtime::types::int;
use ashore_runtime::types::list::{self, List};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};
use std::sync::OnceLock;

/// The list of registered calls: tuples of function, arguments and keywords.
static CALLS: OnceLock<Var> = OnceLock::new();

fn calls(thread: &Thread) -> Owned {
    let calls = CALLS.get_or_init(|| Var::new(list::new(thread, Vec::new())));
    calls.get()
}

fn with_calls<R>(thread: &Thread, look: impl FnOnce(&List) -> R) -> R {
    let calls = calls(thread);
    look(calls.get::<List>().expect("made as a list"))
}

fn register(thread: &Thread, args: &[Value]) -> Result {
    let given = args[0].get::<Tuple>().map_or(&[][..], Tuple::items);
    let Some((&function, rest)) = given.split_first() else {
        return raise!(
            thread,
            TypeError,
            "register() takes at least 1 argument (0 given)"
        );
    };
    if !call::is_callable(function) {
        return raise!(thread, TypeError, "the first argument must be callable");
    }
    let rest = tuple::from_slice(thread, rest);
    let parts = vec![Owned::new(function), rest, Owned::new(args[1])];
    let entry = tuple::new(thread, parts);
    with_calls(thread, |calls| calls.append(thread, entry));
    Ok(Owned::new(function))
}

/// Calls what was registered, last first; what a function raises is reported, and the others are called all the same.
fn run(thread: &Thread, _: &[Value]) -> Result {
    while let Some(entry) = with_calls(thread, |calls| calls.pop(thread, -1)) {
        let Some(&[function, args, kwargs]) = entry.get::<Tuple>().map(Tuple::items) else {
            continue;
        };
        if let Err(raised) = call::call_packed(thread, function, args, kwargs) {
            exception::report_unraisable(thread, raised, function);
        }
    }
    Ok(Owned::NONE)
}

fn clear(thread: &Thread, _: &[Value]) -> Result {
    let dropped = with_calls(thread, |calls| calls.take(thread));
    drop(dropped);
    Ok(Owned::NONE)
}

fn unregister(thread: &Thread, args: &[Value]) -> Result {
    // Oldest first. How far it is to the newest is what counts, because a comparison may register and remove calls.
    let mut newer = with_calls(thread, List::len);
    while newer > 0 {
        let entry = with_calls(thread, |calls| {
            newer = newer.min(calls.len());
            calls.get(thread, calls.len() - newer)
        });
        let Some(entry) = entry else { break };
        let parts = entry.get::<Tuple>().expect("entries are tuples").items();
        if compare::equal(thread, args[0], parts[0])? {
            with_calls(thread, |calls| {
                let from = calls.len().saturating_sub(newer);
                let place = (from..calls.len())
                    .find(|&index| calls.remove_if(thread, index, entry.value()));
                if let Some(place) = place {
                    newer = calls.len() + 1 - place;
                }
            });
        }
        newer -= 1;
    }
    Ok(Owned::NONE)
}

fn count(thread: &Thread, _: &[Value]) -> Result {
    let n = with_calls(thread, List::len);
    Ok(int::from_usize(thread, n))
}

methods! { FUNCTIONS:
    /// Register a function to be executed upon normal program termination
    static "register(*args, **kwargs)" => register;
    /// Clear the list of previously registered exit functions.
    static "_clear()" => clear -> None;
    /// Unregister an exit function which was previously registered using atexit.register
    static "unregister(func, /)" => unregister -> None;
    /// Run all registered exit functions.
    static "_run_exitfuncs()" => run -> None;
    /// Return the number of registered exit functions.
    static "_ncallbacks()" => count -> Int;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    // The module refers to the list, so that the collector finds it.
    let calls = calls(thread);
    module.set(thread, "_calls", calls.value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "atexit",
    doc: "allow programmer to define multiple exit functions to be executed\nupon normal program termination.",
    functions: FUNCTIONS,
    initialize,
};
