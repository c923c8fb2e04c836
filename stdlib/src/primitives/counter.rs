//! `ashore.ShardedCounter`: a sum that threads add to without meeting each other.
//!
//! A thread adds to the shard its number leads to, which has a cache line of its own; the value is the sum of the shards.
//! (LongAdder of java.util.concurrent; "statistical counters" of McKenney, "Is Parallel Programming Hard", chapter 5.)

use super::{number, overflow};
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::{int, str};
use ashore_runtime::{Owned, Result, Thread, Value, methods};
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

pub(super) static COUNTER: NativeClass = NativeClass::new("ashore.ShardedCounter", METHODS)
    .doc("A number that many threads add to at once.")
    .open()
    .weakrefable();

/// Two cache lines, as processors fetch them in pairs.
#[repr(align(128))]
struct Shard(AtomicI64);

struct ShardedCounter(Box<[Shard]>);

impl Data for ShardedCounter {
    fn dies_unseen(&self) -> bool {
        true
    }
}

impl ShardedCounter {
    fn new(start: i64) -> ShardedCounter {
        let n_processors = std::thread::available_parallelism().map_or(1, usize::from);
        let n_shards = (2 * n_processors).next_power_of_two();
        let first = |index| if index == 0 { start } else { 0 };
        let shards = (0..n_shards).map(|index| Shard(AtomicI64::new(first(index))));
        ShardedCounter(shards.collect())
    }

    fn own(&self, thread: &Thread) -> &AtomicI64 {
        &self.0[thread.id() as usize & (self.0.len() - 1)].0
    }

    fn sum(&self) -> i128 {
        let values = self.0.iter().map(|shard| i128::from(shard.0.load(Relaxed)));
        values.sum()
    }
}

fn new_counter(thread: &Thread, args: &[Value]) -> Result {
    let start = number(thread, "ShardedCounter", args[1])?;
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    Ok(native::new(thread, class, ShardedCounter::new(start)))
}

fn add(thread: &Thread, args: &[Value]) -> Result {
    let amount = number(thread, "ShardedCounter", args[1])?;
    let shard = receiver::<ShardedCounter>(args).own(thread);
    match shard.fetch_update(Relaxed, Relaxed, |value| value.checked_add(amount)) {
        Ok(_) => Ok(Owned::NONE),
        Err(_) => overflow(thread, "a shard of ShardedCounter"),
    }
}

fn get(thread: &Thread, args: &[Value]) -> Result {
    let sum = receiver::<ShardedCounter>(args).sum();
    Ok(int::from_big(thread, sum.into()))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let text = format!("ShardedCounter({})", receiver::<ShardedCounter>(args).sum());
    Ok(str::new(thread, &text))
}

methods! { METHODS:
    new "ShardedCounter(type, value=0, /)" => new_counter;
    /// Add to the number.
    "add(self, amount=1, /)" => add -> None;
    /// Return the number: all that was added before the call, and some of what is added during it.
    "get(self, /)" => get -> Int;
    "__int__(self, /)" => get -> Int;
    "__repr__(self, /)" => repr -> Str;
}
