//! `itertools`: one file for each family of iterators.
//!
//! | file           | iterators                                                             |
//! |----------------|-----------------------------------------------------------------------|
//! | `endless`      | count, cycle, repeat                                                  |
//! | `filtering`    | compress, dropwhile, filterfalse, islice, takewhile                   |
//! | `joining`      | accumulate, batched, chain, pairwise, starmap, zip_longest            |
//! | `combinations` | combinations, combinations_with_replacement, permutations, product    |
//! | `grouping`     | groupby                                                               |
//! | `tee`          | tee                                                                   |
//!
//! What an iterator draws from is fixed when it is made; positions are atomics or behind locks that are never held while
//! anything else runs. Threads that share an iterator may get an item twice or miss one, and nothing worse;
//! `count` gives each number once.

mod combinations;
mod endless;
mod filtering;
mod grouping;
mod joining;
mod tee;

use ashore_runtime::types::class::{Type, as_class};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::NativeClass;
use ashore_runtime::{Object, Result, Thread, Value, methods};

/// What `next` of an iterator gives.
type Next = Result<Option<ashore_runtime::Owned>>;

/// The class that `__new__` is to make an instance of.
fn class(args: &[Value]) -> &'static Type {
    as_class(args[0]).expect("the binder checks that the first argument is a class")
}

static CLASSES: &[&NativeClass] = &[
    &combinations::COMBINATIONS,
    &combinations::WITH_REPLACEMENT,
    &combinations::PERMUTATIONS,
    &combinations::PRODUCT,
    &endless::COUNT,
    &endless::CYCLE,
    &endless::REPEAT,
    &filtering::COMPRESS,
    &filtering::DROPWHILE,
    &filtering::FILTERFALSE,
    &filtering::ISLICE,
    &filtering::TAKEWHILE,
    &grouping::GROUPBY,
    &grouping::GROUPER,
    &joining::ACCUMULATE,
    &joining::BATCHED,
    &joining::CHAIN,
    &joining::PAIRWISE,
    &joining::STARMAP,
    &joining::ZIP_LONGEST,
    &tee::TEE,
];

methods! { FUNCTIONS:
    /// Returns a tuple of n independent iterators.
    static "tee(iterable, n=2, /)" => tee::tee -> Tuple;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for class in CLASSES {
        let (_, name) = class.name.rsplit_once('.').unwrap_or(("", class.name));
        module.set(thread, name, class.class(thread).value())?;
    }
    // The function that makes them has the name.
    module.set(thread, "_tee", tee::TEE.class(thread).value())?;
    let function = FUNCTIONS.iter().find(|def| def.name() == "tee");
    let function = function.map(|def| {
        ashore_runtime::types::native_function::module_function(thread, def, "itertools")
    });
    if let Some(function) = function {
        module.set(thread, "tee", function.value())?;
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "itertools",
    doc: "Functional tools for creating and using iterators.",
    functions: FUNCTIONS,
    initialize,
};
