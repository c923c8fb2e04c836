//! `ashore.freeze`: a deeply immutable copy whose objects are immortal, so that threads read it without touching a count.
//!
//! The copy is made whole before anything of it becomes immortal: what cannot be frozen leaves nothing behind. What occurs
//! several times in the original is one object in the copy.

use ashore_runtime::object::refcount;
use ashore_runtime::operators::{attribute, convert};
use ashore_runtime::types::bytes::{self, Buffer};
use ashore_runtime::types::class::class_of;
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::list::List;
use ashore_runtime::types::mapping_proxy::{self, MappingProxy};
use ashore_runtime::types::sequences::check_depth;
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::types::{set, str};
use ashore_runtime::{Builtin, Owned, Result, Thread, Value, raise};
use std::collections::HashMap;

pub(super) fn freeze(thread: &Thread, args: &[Value]) -> Result {
    let mut copier = Copier {
        thread,
        copies: HashMap::new(),
        hidden: Vec::new(),
    };
    let result = copier.copy(args[0])?;
    let Copier { copies, hidden, .. } = copier;
    let copies = copies
        .into_values()
        .flat_map(|copy| copy.map(|(_, copy)| copy));
    for object in copies.chain(hidden) {
        // The reference is kept for ever.
        if let Some(header) = object.into_counted().header() {
            refcount::make_immortal(header);
        }
    }
    Ok(result)
}

/// Classes whose instances are immutable and refer to nothing that is not.
const ATOMS: &[Builtin] = &[
    Builtin::Int,
    Builtin::Bool,
    Builtin::Float,
    Builtin::Complex,
    Builtin::Str,
    Builtin::Bytes,
    Builtin::Range,
    Builtin::NoneType,
    Builtin::EllipsisType,
    Builtin::NotImplementedType,
];

struct Copier<'a> {
    thread: &'a Thread,
    /// For each object by its word: itself, which keeps the word its own, and its copy; `None` while that is being made.
    copies: HashMap<u64, Option<(Owned, Owned)>>,
    /// Objects that only a copy refers to.
    hidden: Vec<Owned>,
}

impl Copier<'_> {
    fn copy(&mut self, object: Value) -> Result {
        match self.copies.get(&object.bits()) {
            Some(Some((_, copy))) => return Ok(copy.clone()),
            Some(None) => {
                return raise!(
                    self.thread,
                    ValueError,
                    "cannot freeze an object that contains itself"
                );
            }
            None => {}
        }
        check_depth(self.thread, " while freezing an object")?;
        self.copies.insert(object.bits(), None);
        let copy = self.make(object)?;
        let pair = (Owned::new(object), copy.clone());
        self.copies.insert(object.bits(), Some(pair));
        Ok(copy)
    }

    fn make(&mut self, object: Value) -> Result {
        let thread = self.thread;
        let class = class_of(object);
        let is = |builtin: &Builtin| std::ptr::eq(class, builtin.class());
        if ATOMS.iter().any(is) {
            return Ok(Owned::new(object));
        }
        if is(&Builtin::Bytearray) {
            let bytes = Buffer::of(thread, &object)
                .expect("a bytearray has bytes")
                .into_vec();
            return Ok(bytes::new(thread, &bytes));
        }
        if let Some(list) = object.get_exact::<List>() {
            let items = self.copy_all(list.snapshot(thread))?;
            return Ok(tuple::new(thread, items));
        }
        if let Some(dict) = object.get_exact::<Dict>() {
            return self.mapping(dict);
        }
        if let Some(proxy) = object.get::<MappingProxy>()
            && let Some(dict) = proxy.mapping().get_exact::<Dict>()
        {
            return self.mapping(dict);
        }
        if is(&Builtin::Set) || is(&Builtin::Frozenset) {
            let elements = set::as_set(&object).expect("a set").snapshot(thread);
            let elements = self.copy_all(elements)?;
            return set::frozen(thread, elements);
        }
        if let Some(tuple) = object.get::<Tuple>()
            && (is(&Builtin::Tuple) || self.has_items_only(object)?)
        {
            let items = self.copy_all(tuple.to_vec())?;
            return Ok(tuple::new_instance(thread, class, items));
        }
        let name = convert::type_name(object);
        raise!(thread, TypeError, "cannot freeze '{name}' object")
    }

    fn copy_all(&mut self, objects: Vec<Owned>) -> Result<Vec<Owned>> {
        objects
            .iter()
            .map(|object| self.copy(object.value()))
            .collect()
    }

    /// A read-only view of a dict that nobody else knows.
    fn mapping(&mut self, source: &Dict) -> Result {
        let copy = dict::new(self.thread);
        let dict = copy.get::<Dict>().expect("made as a dict");
        for (key, value) in source.snapshot(self.thread) {
            let (key, value) = (self.copy(key.value())?, self.copy(value.value())?);
            dict.set(self.thread, key.value(), value.value())?;
        }
        self.hidden.push(copy.clone());
        Ok(mapping_proxy::new(self.thread, copy))
    }

    /// Is the tuple nothing but its items, as a named tuple is?
    fn has_items_only(&self, tuple: Value) -> Result<bool> {
        let name = str::intern(self.thread, "__dict__");
        let attributes = attribute::get_optional(self.thread, tuple, name)?;
        Ok(attributes.is_none())
    }
}
