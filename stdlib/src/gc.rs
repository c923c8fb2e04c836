//! `gc`: the cycle collector as programs see it. There are no generations: every collection looks at everything.

use ashore_runtime::operators::convert;
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::types::{class_of, int, list};
use ashore_runtime::{Builtin, Owned, Result, Thread, Value, gc, methods, raise};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// CPython's flags; the number of what `set_debug` takes is checked against them.
const DEBUG_FLAGS: [(&str, i64); 5] = [
    ("DEBUG_STATS", 1),
    ("DEBUG_COLLECTABLE", 2),
    ("DEBUG_UNCOLLECTABLE", 4),
    ("DEBUG_SAVEALL", 32),
    ("DEBUG_LEAK", 38),
];

/// Collections that programs have asked for of the younger generations, and what these have freed.
static YOUNG: [[AtomicU64; 2]; 2] = [const { [const { AtomicU64::new(0) }; 2] }; 2];

fn check_generation(thread: &Thread, generation: Value) -> Result<usize> {
    let generation = convert::to_isize(thread, generation)?;
    if !(0..=2).contains(&generation) {
        return raise!(thread, ValueError, "invalid generation");
    }
    Ok(generation as usize)
}

fn collect(thread: &Thread, args: &[Value]) -> Result {
    let generation = check_generation(thread, args[0])?;
    let collected = gc::collect(thread);
    if let Some([collections, objects]) = YOUNG.get(generation) {
        collections.fetch_add(1, Relaxed);
        objects.fetch_add(collected as u64, Relaxed);
    }
    Ok(int::from_usize(thread, collected))
}

fn enable(_: &Thread, _: &[Value]) -> Result {
    gc::set_enabled(true);
    Ok(Owned::NONE)
}

fn disable(_: &Thread, _: &[Value]) -> Result {
    gc::set_enabled(false);
    Ok(Owned::NONE)
}

fn isenabled(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::bool(gc::is_enabled()))
}

fn numbers(thread: &Thread, numbers: [u64; 3]) -> Result {
    let numbers = numbers.map(|number| int::from_u64(thread, number));
    Ok(tuple::from_array(thread, numbers))
}

fn get_count(thread: &Thread, _: &[Value]) -> Result {
    numbers(thread, [gc::count(thread), 0, 0])
}

fn get_threshold(thread: &Thread, _: &[Value]) -> Result {
    numbers(thread, gc::thresholds().map(u64::from))
}

fn set_threshold(thread: &Thread, args: &[Value]) -> Result {
    let mut thresholds = gc::thresholds();
    for (threshold, &arg) in thresholds.iter_mut().zip(args) {
        if !arg.is_missing() {
            let wanted = convert::to_isize(thread, arg)?;
            *threshold = u32::try_from(wanted.max(0)).unwrap_or(u32::MAX);
        }
    }
    gc::set_thresholds(thresholds);
    Ok(Owned::NONE)
}

fn get_objects(thread: &Thread, args: &[Value]) -> Result {
    if !args[0].is_none() {
        check_generation(thread, args[0])?;
    }
    Ok(list::new(thread, gc::objects(thread)))
}

fn items(args: &[Value]) -> Vec<Value> {
    let items = args[0].get::<Tuple>().map_or(&[][..], Tuple::items);
    items.to_vec()
}

fn get_referrers(thread: &Thread, args: &[Value]) -> Result {
    let mut referrers = gc::referrers(thread, &items(args));
    // The arguments' own tuple is none of the program's.
    referrers.retain(|referrer| referrer.value() != args[0]);
    Ok(list::new(thread, referrers))
}

fn get_referents(thread: &Thread, args: &[Value]) -> Result {
    let mut referents = Vec::new();
    for object in items(args) {
        referents.extend(gc::referents(thread, object));
    }
    Ok(list::new(thread, referents))
}

/// What has a place in the collector's heap though it refers to nothing that could lead back to it.
fn is_atomic(value: Value) -> bool {
    const ATOMIC: [Builtin; 4] = [
        Builtin::Object,
        Builtin::Bytearray,
        Builtin::Range,
        Builtin::Code,
    ];
    match as_class(value) {
        Some(class) => class.builtin.is_some(),
        None => ATOMIC.iter().any(|&builtin| class_of(value).is(builtin)),
    }
}

fn is_tracked(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(gc::is_tracked(args[0]) && !is_atomic(args[0])))
}

fn is_finalized(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(gc::is_finalized(args[0])))
}

fn freeze(thread: &Thread, _: &[Value]) -> Result {
    gc::set_frozen(thread, true);
    Ok(Owned::NONE)
}

fn unfreeze(thread: &Thread, _: &[Value]) -> Result {
    gc::set_frozen(thread, false);
    Ok(Owned::NONE)
}

fn get_freeze_count(thread: &Thread, _: &[Value]) -> Result {
    Ok(int::from_usize(thread, gc::frozen(thread)))
}

/// One entry for each of CPython's generations; all collections are of the oldest, unless the program asked for another.
fn get_stats(thread: &Thread, _: &[Value]) -> Result {
    let stats = gc::stats();
    let mut generations = Vec::new();
    let young = YOUNG.each_ref();
    let young = young.map(|counts| counts.each_ref().map(|count| count.load(Relaxed)));
    let rest = |all: u64, n: usize| all.saturating_sub(young.iter().map(|counts| counts[n]).sum());
    let oldest = [rest(stats.collections, 0), rest(stats.collected, 1)];
    for [collections, collected] in [young[0], young[1], oldest] {
        let entry = dict::new(thread);
        let table = entry.get::<Dict>().expect("made as a dict");
        for (name, number) in [
            ("collections", collections),
            ("collected", collected),
            ("uncollectable", 0),
        ] {
            let name = ashore_runtime::types::str::intern(thread, name);
            table.set(thread, name, int::from_u64(thread, number).value())?;
        }
        generations.push(entry);
    }
    Ok(list::new(thread, generations))
}

fn get_debug(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::inline(Value::small_int(0)))
}

fn set_debug(thread: &Thread, args: &[Value]) -> Result {
    if convert::to_isize(thread, args[0])? != 0 {
        return raise!(
            thread,
            NotImplementedError,
            "gc.set_debug: Ashore's collector has no debugging flags yet"
        );
    }
    Ok(Owned::NONE)
}

methods! { FUNCTIONS:
    /// Run the garbage collector.
    static "collect(generation=2)" => collect -> Int;
    /// Enable automatic garbage collection.
    static "enable()" => enable -> None;
    /// Disable automatic garbage collection.
    static "disable()" => disable -> None;
    /// Returns true if automatic garbage collection is enabled.
    static "isenabled()" => isenabled -> Bool;
    /// Return a three-tuple of the current collection counts.
    static "get_count()" => get_count -> Tuple;
    /// Return the current collection thresholds.
    static "get_threshold()" => get_threshold -> Tuple;
    /// Set the collection thresholds (the collection frequency).
    static "set_threshold(threshold0, threshold1=<missing>, threshold2=<missing>, /)" => set_threshold -> None;
    /// Return a list of objects tracked by the collector (excluding the list returned).
    static "get_objects(generation=None)" => get_objects -> List;
    /// Return the list of objects that directly refer to any of 'objs'.
    static "get_referrers(*objs)" => get_referrers -> List;
    /// Return the list of objects that are directly referred to by 'objs'.
    static "get_referents(*objs)" => get_referents -> List;
    /// Returns true if the object is tracked by the garbage collector.
    static "is_tracked(obj, /)" => is_tracked -> Bool;
    /// Returns true if the object has been already finalized by the GC.
    static "is_finalized(obj, /)" => is_finalized -> Bool;
    /// Freeze all current tracked objects and ignore them for future collections.
    static "freeze()" => freeze -> None;
    /// Unfreeze all objects in the permanent generation.
    static "unfreeze()" => unfreeze -> None;
    /// Return the number of objects in the permanent generation.
    static "get_freeze_count()" => get_freeze_count -> Int;
    /// Return a list of dictionaries containing per-generation statistics.
    static "get_stats()" => get_stats -> List;
    /// Get the garbage collection debugging flags.
    static "get_debug()" => get_debug -> Int;
    /// Set the garbage collection debugging flags.
    static "set_debug(flags, /)" => set_debug -> None;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for (name, flag) in DEBUG_FLAGS {
        module.set(thread, name, Value::small_int(flag))?;
    }
    module.set(thread, "garbage", list::new(thread, Vec::new()).value())?;
    let callbacks = list::new(thread, Vec::new());
    module.set(thread, "callbacks", callbacks.value())?;
    gc::set_callbacks(callbacks);
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "gc",
    doc: "This module provides access to the garbage collector for reference cycles.",
    functions: FUNCTIONS,
    initialize,
};
