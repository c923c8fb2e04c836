//! `ashore`: what threads without a global lock need and the standard library lacks.
//!
//! | class or function  | what for                                            | cost of a read, of a write              |
//! |--------------------|-----------------------------------------------------|-----------------------------------------|
//! | `AtomicInt`        | a number that several threads change                | a load; a compare-and-swap              |
//! | `AtomicReference`  | an object that several threads replace              | a load; the object's lock               |
//! | `ShardedCounter`   | a number that many threads add to, rarely read      | a sum of the shards; an add nobody waits for |
//! | `ConcurrentMap`    | a dict that many threads write to                   | a dict's; the lock of one of its shards |
//! | `freeze`           | an immutable, uncounted copy for threads to read    | -                                       |

mod atomic;
mod counter;
mod freeze;
mod map;

use ashore_runtime::operators::convert;
use ashore_runtime::types::int;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::{Object, Result, Thread, Value, methods, raise};

/// The argument as 64 bits, for what holds as many.
fn number(thread: &Thread, class: &str, value: Value) -> Result<i64> {
    let index = convert::index(thread, value)?;
    match int::to_i64(index.value()) {
        Some(number) => Ok(number),
        None => overflow(thread, class),
    }
}

fn overflow<T>(thread: &Thread, class: &str) -> Result<T> {
    raise!(thread, OverflowError, "{class} holds 64 bits")
}

methods! { FUNCTIONS:
    /// Return a deeply immutable copy that threads share without counting references.
    ///
    /// Lists become tuples, sets frozensets, bytearrays bytes, and dicts read-only mappings; numbers, strings, bytes, None
    /// and the like are themselves. Named tuples keep their class. Nothing of the result is ever freed. Raises TypeError
    /// for anything else, and ValueError for what contains itself.
    static "freeze(object, /)" => freeze::freeze;
}

/// What a build that counts has besides.
#[cfg(tally)]
mod tallied {
    use ashore_runtime::Owned;
    use ashore_runtime::types::dict::{self, Dict};
    use ashore_runtime::types::{int, native_function, str};

    use super::*;

    fn tally(thread: &Thread, _: &[Value]) -> Result {
        let result = dict::new(thread);
        let table = result.get::<Dict>().expect("made as a dict");
        for (name, number) in thread.tally.named() {
            let name = str::intern(thread, name);
            table.set(thread, name, int::from_u64(thread, number).value())?;
        }
        Ok(result)
    }

    methods! { FUNCTIONS:
        /// How many writes to memory that other threads touch this thread has done, by their kinds.
        static "_tally()" => tally -> Dict;
    }

    /// Adds the function to the module.
    pub(super) fn add(thread: &Thread, module: &Module) -> Result<()> {
        let function: Owned = native_function::module_function(thread, &FUNCTIONS[0], "ashore");
        module.set(thread, "_tally", function.value())
    }
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    #[cfg(tally)]
    tallied::add(thread, module)?;
    for class in [
        &atomic::INT,
        &atomic::REFERENCE,
        &counter::COUNTER,
        &map::MAP,
    ] {
        let (_, name) = class.name.rsplit_once('.').unwrap_or(("", class.name));
        module.set(thread, name, class.class(thread).value())?;
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "ashore",
    doc: "Primitives for threads that run in parallel.",
    functions: FUNCTIONS,
    initialize,
};
