//! `_lru_cache_wrapper`: a function that remembers its results.
//!
//! Keys are looked up in a dict, which calls `__hash__` and `__eq__` as it must; nothing is held meanwhile, nor while the
//! function itself runs. So threads may compute a key's result at the same time, and one of the results stays.

use super::links::{Links, Token};
use ashore_runtime::object::Slot;
use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::{class_of, instance, int, str, tuple};
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, methods, raise};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

pub(super) static WRAPPER: NativeClass = NativeClass::new("functools._lru_cache_wrapper", METHODS)
    .doc(
        "Create a cached callable that wraps another function.\n\n\
             user_function:      the function being cached\n\n\
             maxsize:  0         for no caching\n\
             \x20         None      for unlimited cache size\n\
             \x20         n         for a bounded cache\n\n\
             typed:    False     cache f(3) and f(3.0) as identical calls\n\
             \x20         True      cache f(3) and f(3.0) as distinct calls\n\n\
             cache_info_type:    namedtuple class with the fields:\n\
             \x20                        hits misses currsize maxsize\n",
    )
    .with_dict()
    .weakrefable();

struct Cache {
    function: Slot,
    /// Makes what `cache_info` gives.
    info: Slot,
    /// Stands in a key between what was given by position and by name.
    mark: Slot,
    /// A dict from keys to results, or to tokens if there is a limit.
    table: Slot,
    typed: bool,
    /// How many results are remembered.
    limit: Option<usize>,
    hits: AtomicUsize,
    misses: AtomicUsize,
    links: Mutex<Links>,
}

impl Data for Cache {
    fn dies_unseen(&self) -> bool {
        true
    }

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        for slot in [&self.function, &self.info, &self.mark, &self.table] {
            visit(slot.peek());
        }
        self.links.lock().visit(visit);
    }

    fn call(&self, thread: &Thread, _: Value, args: &[Value], names: &[Value]) -> Option<Result> {
        Some(self.result(thread, args, names))
    }
}

fn count(counter: &AtomicUsize) {
    counter.fetch_add(1, Relaxed);
}

impl Cache {
    fn result(&self, thread: &Thread, args: &[Value], names: &[Value]) -> Result {
        if self.limit == Some(0) {
            count(&self.misses);
            return self.compute(thread, args, names);
        }
        let key = self.key(thread, args, names);
        let hash = convert::hash(thread, key.value())?;
        let table = self.table.peek();
        let table = table.get::<Dict>().expect("made as a dict");
        let found = table.get_hashed(thread, key.value(), hash)?;
        let Some(limit) = self.limit else {
            if let Some(result) = found {
                count(&self.hits);
                return Ok(result);
            }
            count(&self.misses);
            let result = self.compute(thread, args, names)?;
            table.set_hashed(thread, key.value(), hash, result.clone())?;
            return Ok(result);
        };
        let used = found
            .and_then(|token| Token::of(token.value()))
            .and_then(|token| self.links.lock().used(token));
        if let Some(result) = used {
            count(&self.hits);
            return Ok(result);
        }
        count(&self.misses);
        let result = self.compute(thread, args, names)?;
        self.remember(thread, table, key, hash, &result, limit)?;
        Ok(result)
    }

    fn compute(&self, thread: &Thread, args: &[Value], names: &[Value]) -> Result {
        call::call_keywords(thread, self.function.peek(), args, names)
    }

    /// What calls with equal arguments have in common. A lone int or str stands for itself.
    fn key(&self, thread: &Thread, args: &[Value], names: &[Value]) -> Owned {
        if let ([only], [], false) = (args, names, self.typed) {
            let class = class_of(*only);
            if class.is(Builtin::Int) || class.is(Builtin::Str) {
                return Owned::new(*only);
            }
        }
        let (given, values) = args.split_at(args.len() - names.len());
        let mut parts: Vec<Value> = given.to_vec();
        if !names.is_empty() {
            parts.push(self.mark.peek());
            for (&name, &value) in names.iter().zip(values) {
                parts.extend([name, value]);
            }
        }
        if self.typed {
            parts.extend(args.iter().map(|&value| class_of(value).value()));
        }
        tuple::from_slice(thread, &parts)
    }

    /// Adds a result, unless another call has done so meanwhile.
    fn remember(
        &self,
        thread: &Thread,
        table: &Dict,
        key: Owned,
        hash: i64,
        result: &Owned,
        limit: usize,
    ) -> Result<()> {
        let found = table.get_hashed(thread, key.value(), hash)?;
        let found = found.and_then(|token| Token::of(token.value()));
        if found.is_some_and(|token| self.links.lock().contains(token)) {
            return Ok(());
        }
        let reserved = self.links.lock().reserve(limit);
        let Some((token, mut evicted)) = reserved else {
            return Ok(());
        };
        if let Some(old) = evicted.take() {
            let is_same = |value| Token::of(value) == Some(old.token);
            let removed = table.remove_if_hashed(thread, old.key.value(), old.hash, is_same);
            if let Err(raised) = removed {
                let left = self.links.lock().restore(token, old);
                drop(left);
                return Err(raised);
            }
            evicted = Some(old);
        }
        let stored = Owned::inline(token.value());
        let old = match table.replace_hashed(thread, key.value(), hash, stored) {
            Ok(old) => old,
            Err(raised) => {
                let freed = self.links.lock().free(token);
                drop(freed);
                return Err(raised);
            }
        };
        // Another call has added the key just now: the link it has, or is about to fill, has no use any more.
        let old = old.and_then(|old| Token::of(old.value()));
        let replaced = old.and_then(|old| self.links.lock().free(old));
        let left = self
            .links
            .lock()
            .fill(token, hash, key.clone(), result.clone());
        if left.is_some() {
            // The cache was cleared, or another call has added the key.
            let is_same = |value| Token::of(value) == Some(token);
            table.remove_if_hashed(thread, key.value(), hash, is_same)?;
        }
        drop((left, replaced, evicted));
        Ok(())
    }

    /// Links go first: an entry without a link means nothing, but would stay for ever.
    fn clear(&self, thread: &Thread) {
        self.hits.store(0, Relaxed);
        self.misses.store(0, Relaxed);
        let old = self.links.lock().clear();
        if let Some(table) = self.table.peek().get::<Dict>() {
            table.clear(thread);
        }
        drop(old);
    }
}

fn this(args: &[Value]) -> &Cache {
    receiver::<Cache>(args)
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("the binder checks that the first argument is a class");
    let (function, limit, info) = (args[1], args[2], args[4]);
    if !call::is_callable(function) {
        return raise!(thread, TypeError, "the first argument must be callable");
    }
    let typed = convert::truth(thread, args[3])?;
    let limit = match limit {
        none if none.is_none() => None,
        limit if convert::has_index(limit) => {
            let limit = convert::to_isize(thread, limit)?;
            Some(usize::try_from(limit).unwrap_or(0))
        }
        _ => return raise!(thread, TypeError, "maxsize should be integer or None"),
    };
    let cache = Cache {
        function: Slot::new(Owned::new(function)),
        info: Slot::new(Owned::new(info)),
        mark: Slot::new(instance::new(thread, Builtin::Object.class())),
        table: Slot::new(dict::new(thread)),
        typed,
        limit,
        hits: AtomicUsize::new(0),
        misses: AtomicUsize::new(0),
        links: Mutex::default(),
    };
    Ok(native::new(thread, class, cache))
}

fn call_packed(thread: &Thread, args: &[Value]) -> Result {
    super::unpacked(thread, args, |all, names| {
        this(args).result(thread, all, names)
    })
}

fn cache_info(thread: &Thread, args: &[Value]) -> Result {
    let cache = this(args);
    let number = |n| int::from_usize(thread, n);
    let limit = cache.limit.map_or(Owned::NONE, number);
    let size = cache.table.peek().get::<Dict>().map_or(0, Dict::len);
    let (hits, misses) = (cache.hits.load(Relaxed), cache.misses.load(Relaxed));
    let numbers = [number(hits), number(misses), limit, number(size)];
    call::call(thread, cache.info.peek(), Owned::values(&numbers))
}

fn cache_clear(thread: &Thread, args: &[Value]) -> Result {
    this(args).clear(thread);
    Ok(Owned::NONE)
}

/// Found by its name.
fn reduce(thread: &Thread, args: &[Value]) -> Result {
    attribute::get(thread, args[0], str::intern(thread, "__qualname__"))
}

fn itself(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(args[0]))
}

methods! { METHODS:
    new "lru_cache(type, user_function, maxsize, typed, cache_info_type)" => new;
    /// Call self as a function.
    "__call__(self, /, *args, **kwargs)" => call_packed;
    /// Report cache statistics
    "cache_info(self, /)" => cache_info;
    /// Clear the cache and cache statistics
    "cache_clear(self, /)" => cache_clear -> None;
    "__reduce__(self, /)" => reduce;
    "__copy__(self, /)" => itself;
    "__deepcopy__(self, memo, /)" => itself;
    /// Return an attribute of instance, which is of type owner.
    "__get__(self, instance, owner=None, /)" => super::bind;
}
