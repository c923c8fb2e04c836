//! `_suggestions`: the name most like another.

use ashore_runtime::operators::suggest;
use ashore_runtime::types::list::List;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};

fn generate(thread: &Thread, args: &[Value]) -> Result {
    let Some(candidates) = args[0].get::<List>() else {
        return raise!(thread, TypeError, "candidates must be a list");
    };
    let Some(wrong) = args[1].get::<Str>() else {
        return raise!(thread, TypeError, "item must be a string");
    };
    let mut names = Vec::new();
    for candidate in candidates.snapshot(thread) {
        match candidate.get::<Str>() {
            Some(name) => names.push(name.to_str_lossy().into_owned()),
            None => {
                return raise!(
                    thread,
                    TypeError,
                    "all elements in 'candidates' must be strings"
                );
            }
        }
    }
    let closest = suggest::closest(&wrong.to_str_lossy(), names);
    Ok(closest.map_or(Owned::NONE, |name| str::new(thread, &name)))
}

methods! { FUNCTIONS:
    /// Returns the candidate in candidates that's closest to item
    static "_generate_suggestions(candidates, item, /)" => generate;
}

fn initialize(_: &Thread, _: &Module) -> Result<()> {
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_suggestions",
    doc: "Internal module for suggestions",
    functions: FUNCTIONS,
    initialize,
};
