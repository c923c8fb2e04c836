//! Looking names up on a class, and changing what they give.
//!
//! Each class has a table of names it was asked for, resolved over its MRO. Reading takes no lock and counts nothing:
//!
//! ```text
//!   class.cache ──► │ name │ value │ name │ value │ …      value: borrowed from a namespace, MISSING (no such name),
//!                                                           or STALE (ask again)
//! ```
//!
//! Entries are only added; a change of a class attribute marks the entries of that name STALE in the class and everything
//! derived from it, before the old value is released. So a reader holds either the old value, which lives until its next
//! safepoint, or the new one. Changes and refills happen under the classes' lock.

use super::{Locked, Type};
use crate::sync::tally::{self, Write};
use crate::types::dict::Dict;
use crate::types::names::Name;
use crate::types::shape::hash;
use crate::types::str::{self, Str};
use crate::types::{Builtin, init};
use crate::{Owned, Thread, Value, thread};
use std::sync::atomic::{AtomicU64, Ordering};

/// Resolved names; see the module's documentation.
pub struct Cache {
    /// As many as a power of two, at most three quarters of them in use.
    entries: Box<[Entry]>,
    used: usize,
}

struct Entry {
    name: AtomicU64,
    value: AtomicU64,
}

const FREE: u64 = 0;
/// The value of an entry that has to be resolved again; no class attribute has this value.
const STALE: Value = Value::RAISED;
const FIRST_SIZE: usize = 16;

impl Cache {
    fn new(size: usize) -> Cache {
        let entry = || Entry {
            name: AtomicU64::new(FREE),
            value: AtomicU64::new(STALE.bits()),
        };
        Cache {
            entries: (0..size).map(|_| entry()).collect(),
            used: 0,
        }
    }

    /// The entry of a name, or the free one where it belongs.
    #[inline(always)]
    fn find(&self, name: Value) -> (&Entry, bool) {
        let mask = self.entries.len() - 1;
        let mut at = hash(name) & mask;
        loop {
            let entry = &self.entries[at];
            match entry.name.load(Ordering::Acquire) {
                word if word == name.bits() => return (entry, true),
                FREE => return (entry, false),
                _ => at = (at + 1) & mask,
            }
        }
    }
}

/// Frees a dead class's cache.
///
/// # Safety
/// Nobody reads the cache any more.
pub(super) unsafe fn free_cache(cache: *mut Cache) {
    if !cache.is_null() {
        // SAFETY: caches come from boxes; the caller gives up the last pointer.
        drop(unsafe { Box::from_raw(cache) });
    }
}

unsafe fn free_retired(cache: *mut u8, _bytes: usize) {
    // SAFETY: the caller's promise.
    unsafe { free_cache(cache.cast()) }
}

impl Type {
    /// The value of `name` (an interned string) in the namespaces along the MRO, borrowed until the next safepoint.
    #[inline]
    pub fn lookup(&self, name: Value) -> Option<Value> {
        // SAFETY: a published cache outlives its readers (QSBR).
        if let Some(cache) = unsafe { self.cache.load(Ordering::Acquire).as_ref() } {
            let (entry, known) = cache.find(name);
            let value = Value::from_bits(entry.value.load(Ordering::Acquire));
            if known && value != STALE {
                return (!value.is_missing()).then_some(value);
            }
        }
        self.resolve(name)
    }

    /// [`Type::lookup`] of a name the runtime knows.
    #[inline]
    pub fn lookup_name(&self, name: Name) -> Option<Value> {
        self.lookup(name.value())
    }

    /// Fills the cache entry of a name.
    #[cold]
    #[inline(never)]
    fn resolve(&self, name: Value) -> Option<Value> {
        let thread = thread::current();
        for class in self.mro() {
            class.fill(thread);
        }
        let mut locked = super::lock();
        let found = self.find_in_mro(name).map(|(value, _)| value);
        self.remember(name, found.unwrap_or(Value::MISSING), &mut locked);
        found
    }

    /// Looks along the MRO, without cache. The result is borrowed from the namespace of the class that is given with it.
    pub fn find_in_mro(&self, name: Value) -> Option<(Value, &'static Type)> {
        let look = |&class: &&'static Type| Some((class.own(name)?.value(), class));
        self.mro().iter().find_map(look)
    }

    /// [`Type::lookup`] with a reference of its own.
    #[cold]
    pub fn lookup_owned(&self, name: Value) -> Option<Owned> {
        self.mro().iter().find_map(|class| class.own(name))
    }

    /// The class's own attribute, not looking at its bases.
    pub fn own(&self, name: Value) -> Option<Owned> {
        self.namespace(thread::current()).get_interned(name)
    }

    fn remember(&self, name: Value, value: Value, _locked: &mut Locked) {
        tally::note(Write::Publication);
        let cache = self.cache.load(Ordering::Relaxed);
        // SAFETY: changed under the lock only, which this thread holds; published caches outlive their readers.
        let current = unsafe { cache.as_ref() };
        if let Some((entry, true)) = current.map(|cache| cache.find(name)) {
            entry.value.store(value.bits(), Ordering::Release);
            return;
        }
        let full = current.is_none_or(|cache| (cache.used + 1) * 4 > cache.entries.len() * 3);
        let cache = if full {
            self.grow_cache(current)
        } else {
            cache
        };
        // SAFETY: as above; `used` is not looked at by readers.
        unsafe { (*cache).used += 1 };
        // SAFETY: as above.
        let (entry, _) = unsafe { &*cache }.find(name);
        // The value first: a reader that sees the name must see its value.
        entry.value.store(value.bits(), Ordering::Release);
        entry.name.store(name.bits(), Ordering::Release);
    }

    fn grow_cache(&self, old: Option<&Cache>) -> *mut Cache {
        let size = old.map_or(FIRST_SIZE, |old| old.entries.len() * 2);
        let mut cache = Box::new(Cache::new(size));
        for entry in old.iter().flat_map(|old| &old.entries) {
            let name = entry.name.load(Ordering::Relaxed);
            if name != FREE {
                let (new, _) = cache.find(Value::from_bits(name));
                new.value
                    .store(entry.value.load(Ordering::Relaxed), Ordering::Relaxed);
                new.name.store(name, Ordering::Relaxed);
            }
        }
        cache.used = old.map_or(0, |old| old.used);
        let cache = Box::into_raw(cache);
        let old = self.cache.swap(cache, Ordering::AcqRel);
        if !old.is_null() {
            let bytes = size * size_of::<Entry>();
            // SAFETY: nobody finds the old cache from now on; it is freed when nobody reads it any more.
            unsafe { thread::current().retire(old.cast(), bytes, free_retired) };
        }
        cache
    }
}

impl Type {
    /// Makes sure that the namespace is there: builtin types get theirs when first looked at.
    #[inline]
    pub fn fill(&self, thread: &Thread) {
        if self.filled.load(Ordering::Acquire) == 0 {
            init::fill(thread, self);
        }
    }

    /// The namespace, which only this module writes to.
    pub fn namespace(&self, thread: &Thread) -> &Dict {
        self.fill(thread);
        self.namespace_filled()
    }

    fn namespace_filled(&self) -> &Dict {
        let value = self.namespace.peek();
        let dict = value.get::<Dict>().expect("filled before it is looked at");
        // SAFETY: the namespace is set once and lives as long as the class.
        unsafe { &*std::ptr::from_ref(dict) }
    }

    /// Gives a builtin type its namespace, unless another thread was faster.
    pub(in crate::types) fn set_namespace(&self, dict: Owned) {
        let locked = super::lock();
        let mut unused = Some(dict);
        if self.filled.load(Ordering::Relaxed) == 0 {
            unused = unused.map(|dict| self.namespace.replace(dict));
            self.filled.store(1, Ordering::Release);
        }
        drop(locked);
        drop(unused);
    }

    /// Sets the class's own attribute `name` (an interned string) and makes every lookup see it.
    pub fn set_own(&self, thread: &Thread, name: Value, value: Value) {
        let namespace = self.namespace(thread);
        let mut locked = super::lock();
        let old = namespace.get_interned(name);
        namespace.set_interned(thread, name, Owned::new(value));
        self.changed(name, &mut locked);
        drop(locked);
        drop(old);
    }

    /// Deletes the class's own attribute; `false` if it has none of that name.
    pub fn delete_own(&self, thread: &Thread, name: Value) -> bool {
        let namespace = self.namespace(thread);
        let mut locked = super::lock();
        let old = namespace.remove_interned(thread, name);
        if old.is_some() {
            self.changed(name, &mut locked);
        }
        drop(locked);
        old.is_some()
    }

    /// Forgets what was cached about `name` here and in everything derived from the class.
    fn changed(&self, name: Value, locked: &mut Locked) {
        if reaches_everywhere(self, name) {
            return Builtin::Object.class().forget(None, locked);
        }
        self.forget(Some(name), locked);
    }

    /// Forgets what was cached about a name, or about all of them.
    pub(super) fn forget(&self, name: Option<Value>, locked: &mut Locked) {
        let special = name.is_none_or(is_special);
        let mut pending = vec![std::ptr::from_ref(self)];
        while let Some(class) = pending.pop() {
            // SAFETY: subclasses remove themselves from the list, under the lock, before they die.
            let class = unsafe { &*class };
            tally::note(Write::Publication);
            class.version.fetch_add(1, Ordering::Release);
            class.forget_names(name);
            if special {
                class.forget_facts();
            }
            let links = class.links(locked);
            // What special methods decide (`__getattribute__`) concerns every name.
            links.dependents.retain(|&entry| {
                // SAFETY: entries are removed from the list before they are freed.
                let entry = unsafe { &*entry };
                let concerned = special || name == Some(entry.name);
                if concerned {
                    entry.kill();
                }
                !concerned
            });
            pending.extend_from_slice(&links.subclasses);
        }
    }

    fn forget_names(&self, name: Option<Value>) {
        // SAFETY: a published cache outlives its readers, and is replaced under the lock only, which is held.
        let Some(cache) = (unsafe { self.cache.load(Ordering::Acquire).as_ref() }) else {
            return;
        };
        let stale = |entry: &Entry| entry.value.store(STALE.bits(), Ordering::Release);
        match name {
            None => cache.entries.iter().for_each(stale),
            Some(name) => {
                if let (entry, true) = cache.find(name) {
                    stale(entry);
                }
            }
        }
    }

    /// Adds the addresses of what others cached about the class: shapes of its objects, and entries of inline caches. They
    /// refer to the class without keeping it.
    pub(crate) fn cache_blocks(&self, blocks: &mut Vec<usize>) {
        let mut locked = super::lock();
        let links = self.links(&mut locked);
        blocks.push(self.root_shape.load(Ordering::Relaxed).addr());
        blocks.extend(links.shapes.iter().map(|shape| (&raw const **shape).addr()));
        blocks.extend(links.dependents.iter().map(|entry| entry.addr()));
    }

    /// Puts an inline-cache entry on the list of those to kill when its name changes.
    pub(crate) fn add_dependent(
        &self,
        entry: *const crate::operators::cache::Entry,
        locked: &mut Locked,
    ) {
        self.links(locked).dependents.push(entry);
    }

    /// Takes an inline-cache entry off the list.
    pub(crate) fn remove_dependent(
        &self,
        entry: *const crate::operators::cache::Entry,
        locked: &mut Locked,
    ) {
        self.links(locked)
            .dependents
            .retain(|&other| other != entry);
    }
}

/// `__name__`: may be something the interpreter looks up implicitly.
fn is_special(name: Value) -> bool {
    name.get::<Str>()
        .and_then(Str::as_str)
        .is_some_and(|text| text.len() > 4 && text.starts_with("__") && text.ends_with("__"))
}

/// Does the attribute decide about objects that are neither instances of the class nor of a class derived from it?
///
/// Descriptor methods decide about attributes of any class; a metaclass's methods about its classes.
fn reaches_everywhere(class: &Type, name: Value) -> bool {
    let descriptor = [Name::GET, Name::SET, Name::DELETE];
    descriptor.iter().any(|special| special.value() == name)
        || class.is_metaclass() && is_special(name)
}

/// The interned string equal to `name`, if `name` is a str and some attribute may have that name.
#[inline]
pub fn interned(name: Value) -> Option<Value> {
    str::lookup_interned(name.get::<Str>()?)
}
