//! `_collections`: what `collections` does not write in Python.

mod counting;
mod default_dict;
mod deque;
mod ordered_dict;
mod tuple_getter;

use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::NativeClass;
use ashore_runtime::{Object, Result, Thread, methods};

static CLASSES: &[&NativeClass] = &[
    &default_dict::DEFAULT_DICT,
    &ordered_dict::ORDERED_DICT,
    &deque::DEQUE,
    &deque::ITERATOR,
    &deque::REVERSE_ITERATOR,
    &tuple_getter::TUPLE_GETTER,
];

methods! { FUNCTIONS:
    /// Count elements in the iterable, updating the mapping
    static "_count_elements(mapping, iterable, /)" => counting::count_elements -> None;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for class in CLASSES {
        let (_, name) = class.name.rsplit_once('.').unwrap_or(("", class.name));
        module.set(thread, name, class.class(thread).value())?;
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_collections",
    doc: "High performance data structures.",
    functions: FUNCTIONS,
    initialize,
};
