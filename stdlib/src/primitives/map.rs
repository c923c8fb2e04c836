//! `ashore.ConcurrentMap`: a dict in shards, so that threads that write different keys seldom wait for each other, with
//! operations that read a key's value and change it in one step.
//!
//! ```text
//!   hash(key) ─ multiplied, upper bits ─► shard ─► a dict nobody else knows ─ hash(key), lower bits ─► entry
//! ```
//!
//! Readers take no lock, as with every dict. Changes that call Python code (`compute`, `add`) are made without a lock and
//! take effect only if the value is still the one they were made from, by identity; else they are made again.

use ashore_runtime::object::Slot;
use ashore_runtime::operators::{arithmetic, call, convert, iterate};
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::dict::{self, Dict, hash_key, key_error};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::{generic_alias, int, list, str, tuple};
use ashore_runtime::{Owned, Result, Thread, Value, methods};

pub(super) static MAP: NativeClass = NativeClass::new("ashore.ConcurrentMap", METHODS)
    .doc("A mapping that many threads write to at once.")
    .open()
    .weakrefable();

/// Shards for each processor: two threads that write at once meet in one of 64.
const SHARDS: usize = 32;

struct ConcurrentMap {
    /// Dicts that never change places.
    shards: Box<[Slot]>,
    /// What the product of a hash is shifted by.
    shift: u32,
}

impl Data for ConcurrentMap {
    fn dies_unseen(&self) -> bool {
        true
    }

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.shards.iter().for_each(|shard| visit(shard.peek()));
    }
}

/// A key in its shard, which the map keeps alive.
struct Place {
    shard: Value,
    key: Value,
    hash: i64,
}

impl ConcurrentMap {
    fn new(thread: &Thread) -> ConcurrentMap {
        let n_processors = std::thread::available_parallelism().map_or(1, usize::from);
        let n_shards = (SHARDS * n_processors).next_power_of_two();
        let shards = (0..n_shards).map(|_| Slot::new(dict::new(thread)));
        ConcurrentMap {
            shards: shards.collect(),
            shift: u64::BITS - n_shards.trailing_zeros(),
        }
    }

    fn place(&self, thread: &Thread, key: Value) -> Result<Place> {
        let hash = hash_key(thread, key)?;
        // Fibonacci hashing (Knuth, volume 3, 6.4): hashes of ints are the ints.
        let product = hash.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let shard = self.shards[(product >> self.shift) as usize].peek();
        Ok(Place { shard, key, hash })
    }

    fn for_each(&self, mut act: impl FnMut(&Dict)) {
        for shard in &self.shards {
            act(dict_of(&shard.peek()));
        }
    }

    fn snapshot(&self, thread: &Thread) -> Vec<(Owned, Owned)> {
        let mut pairs = Vec::new();
        self.for_each(|dict| pairs.extend(dict.snapshot(thread)));
        pairs
    }

    fn fill(&self, thread: &Thread, source: Value) -> Result<()> {
        if source.is_none() {
            return Ok(());
        }
        let pairs = dict::new(thread);
        dict::update(thread, pairs.value(), source)?;
        let pairs = pairs.get::<Dict>().expect("made as a dict");
        for (key, value) in pairs.snapshot(thread) {
            self.place(thread, key.value())?.set(thread, value)?;
        }
        Ok(())
    }
}

fn dict_of(shard: &Value) -> &Dict {
    shard.get::<Dict>().expect("shards are dicts")
}

impl Place {
    fn dict(&self) -> &Dict {
        dict_of(&self.shard)
    }

    fn get(&self, thread: &Thread) -> Result<Option<Owned>> {
        self.dict().get_hashed(thread, self.key, self.hash)
    }

    fn set(&self, thread: &Thread, value: Owned) -> Result<()> {
        self.dict().set_hashed(thread, self.key, self.hash, value)
    }

    fn remove(&self, thread: &Thread) -> Result<Option<Owned>> {
        self.dict().remove_hashed(thread, self.key, self.hash)
    }

    fn replace(&self, thread: &Thread, old: Option<Value>, new: Option<Owned>) -> Result<bool> {
        self.dict()
            .compare_exchange_hashed(thread, self.key, self.hash, old, new)
    }

    /// Gives the key the value that `change` makes of the present one.
    fn change(&self, thread: &Thread, change: impl Fn(Option<Value>) -> Result) -> Result {
        loop {
            let old = self.get(thread)?;
            let old = old.as_ref().map(Owned::value);
            let new = change(old)?;
            if self.replace(thread, old, Some(new.clone()))? {
                return Ok(new);
            }
        }
    }
}

fn this(args: &[Value]) -> &ConcurrentMap {
    receiver(args)
}

fn new_map(thread: &Thread, args: &[Value]) -> Result {
    let map = ConcurrentMap::new(thread);
    map.fill(thread, args[1])?;
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    Ok(native::new(thread, class, map))
}

fn item(thread: &Thread, args: &[Value]) -> Result {
    match this(args).place(thread, args[1])?.get(thread)? {
        Some(value) => Ok(value),
        None => key_error(thread, args[1]),
    }
}

fn get(thread: &Thread, args: &[Value]) -> Result {
    let found = this(args).place(thread, args[1])?.get(thread)?;
    Ok(found.unwrap_or_else(|| Owned::new(args[2])))
}

fn contains(thread: &Thread, args: &[Value]) -> Result {
    let found = this(args).place(thread, args[1])?.get(thread)?;
    Ok(Owned::bool(found.is_some()))
}

fn set_item(thread: &Thread, args: &[Value]) -> Result {
    let place = this(args).place(thread, args[1])?;
    place.set(thread, Owned::new(args[2]))?;
    Ok(Owned::NONE)
}

fn delete_item(thread: &Thread, args: &[Value]) -> Result {
    match this(args).place(thread, args[1])?.remove(thread)? {
        Some(_) => Ok(Owned::NONE),
        None => key_error(thread, args[1]),
    }
}

fn pop(thread: &Thread, args: &[Value]) -> Result {
    match this(args).place(thread, args[1])?.remove(thread)? {
        Some(value) => Ok(value),
        None if args[2].is_missing() => key_error(thread, args[1]),
        None => Ok(Owned::new(args[2])),
    }
}

fn set_default(thread: &Thread, args: &[Value]) -> Result {
    let place = this(args).place(thread, args[1])?;
    place.dict().set_default(thread, args[1], args[2])
}

fn replace(thread: &Thread, args: &[Value]) -> Result {
    let place = this(args).place(thread, args[1])?;
    let replaced = place.replace(thread, Some(args[2]), Some(Owned::new(args[3])))?;
    Ok(Owned::bool(replaced))
}

fn compute(thread: &Thread, args: &[Value]) -> Result {
    let place = this(args).place(thread, args[1])?;
    place.change(thread, |old| {
        call::call(thread, args[2], &[old.unwrap_or(args[3])])
    })
}

fn add(thread: &Thread, args: &[Value]) -> Result {
    let place = this(args).place(thread, args[1])?;
    place.change(thread, |old| match old {
        Some(old) => arithmetic::add(thread, old, args[2]),
        None => Ok(Owned::new(args[2])),
    })
}

fn clear(thread: &Thread, args: &[Value]) -> Result {
    this(args).for_each(|dict| dict.clear(thread));
    Ok(Owned::NONE)
}

fn len(thread: &Thread, args: &[Value]) -> Result {
    let mut total = 0;
    this(args).for_each(|dict| total += dict.len());
    Ok(int::from_usize(thread, total))
}

fn keys(thread: &Thread, args: &[Value]) -> Result {
    let pairs = this(args).snapshot(thread).into_iter();
    Ok(list::new(thread, pairs.map(|(key, _)| key).collect()))
}

fn values(thread: &Thread, args: &[Value]) -> Result {
    let pairs = this(args).snapshot(thread).into_iter();
    Ok(list::new(thread, pairs.map(|(_, value)| value).collect()))
}

fn items(thread: &Thread, args: &[Value]) -> Result {
    let pairs = this(args).snapshot(thread).into_iter();
    let pairs = pairs.map(|(key, value)| tuple::from_array(thread, [key, value]));
    Ok(list::new(thread, pairs.collect()))
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    let keys = keys(thread, args)?;
    iterate::iter(thread, keys.value())
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let copy = dict::new(thread);
    let dict = copy.get::<Dict>().expect("made as a dict");
    for (key, value) in this(args).snapshot(thread) {
        dict.set(thread, key.value(), value.value())?;
    }
    let text = convert::display_repr(thread, copy.value())?;
    Ok(str::new(thread, &format!("ConcurrentMap({text})")))
}

methods! { METHODS:
    new "ConcurrentMap(type, source=None, /)" => new_map;
    "__getitem__(self, key, /)" => item;
    "__setitem__(self, key, value, /)" => set_item -> None;
    "__delitem__(self, key, /)" => delete_item -> None;
    "__contains__(self, key, /)" => contains -> Bool;
    "__len__(self, /)" => len -> Int;
    "__iter__(self, /)" => iter;
    "__repr__(self, /)" => repr -> Str;
    /// Return the key's value, or the default if the key is absent.
    "get(self, key, default=None, /)" => get;
    /// Return the key's value; if the key is absent, add it with the default.
    "setdefault(self, key, default=None, /)" => set_default;
    /// Remove the key and return its value, or the default if the key is absent.
    "pop(self, key, default=<missing>, /)" => pop;
    /// Give the key another value if the present one is `old`, by identity. Tells whether it was.
    "replace(self, key, old, new, /)" => replace -> Bool;
    /// Give the key the value function(value), or function(default) if it is absent, and return that.
    ///
    /// The function is called again if another thread has changed the key meanwhile.
    "compute(self, key, function, default=None, /)" => compute;
    /// Add to the key's value, which is the amount itself if the key is absent, and return the sum.
    "add(self, key, amount=1, /)" => add;
    /// Remove all keys: one shard after the other.
    "clear(self, /)" => clear -> None;
    /// Return a list of the keys. Each shard's are those of one moment.
    "keys(self, /)" => keys -> List;
    /// Return a list of the values. Each shard's are those of one moment.
    "values(self, /)" => values -> List;
    /// Return a list of the (key, value) pairs. Each shard's are those of one moment.
    "items(self, /)" => items -> List;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
}
