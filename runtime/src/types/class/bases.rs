//! Bases and subclasses: whose layout a class extends, and who derives from whom.

use super::{Type, as_class, class_of};
use crate::object::Kind;
use crate::types::tuple::Tuple;
use crate::types::{Builtin, exception, tuple};
use crate::{Object, Owned, Result, Thread, Value, raise};
use std::sync::atomic::Ordering;

impl Type {
    /// The direct bases as a tuple.
    pub fn bases(&self, thread: &Thread) -> Owned {
        let bases = self.bases.load(self.header());
        if !bases.is_missing() {
            return bases;
        }
        // Builtin types make the tuple when it is asked for.
        match self.base() {
            Some(base) => tuple::from_slice(thread, &[base.value()]),
            None => tuple::from_slice(thread, &[]),
        }
    }

    /// Start-up: the bases of a builtin type that has more than one.
    pub(in crate::types) fn set_bases(&self, thread: &Thread, bases: &[&'static Type]) {
        drop(self.bases.replace(super::mro::as_tuple(thread, bases)));
    }

    /// The direct subclasses, oldest first.
    pub fn subclasses(&self) -> Vec<&'static Type> {
        let mut locked = super::lock();
        let list = &self.links(&mut locked).subclasses;
        // SAFETY: classes take themselves off the list before they die; those on it are deferred, so a reference found
        // here keeps its class until the collector runs.
        list.iter().map(|&class| unsafe { &*class }).collect()
    }

    /// Is there a class of the program's below this one that a test picks?
    pub(crate) fn is_base_of_any(&self, test: impl Fn(&Type) -> bool) -> bool {
        let mut pending = self.subclasses();
        while let Some(class) = pending.pop() {
            if class.builtin.is_none() && test(class) {
                return true;
            }
            pending.extend(class.subclasses());
        }
        false
    }

    /// Puts the class on the list of subclasses of each of its bases.
    pub(in crate::types) fn link(&self, bases: &[&'static Type]) {
        let mut locked = super::lock();
        for base in bases {
            base.links(&mut locked)
                .subclasses
                .push(std::ptr::from_ref(self));
        }
    }

    /// The class that last added to the layout instances have: two bases fit if one's is a subclass of the other's.
    fn solid(&self) -> &Type {
        let Some(base) = self.base() else { return self };
        let extends = match self.builtin {
            Some(builtin) => {
                let fields = !exception::methods::of_class(builtin).is_empty();
                builtin.kind() != base.layout.kind() || builtin.kind() == Kind::EXCEPTION && fields
            }
            None => {
                self.layout == Builtin::NativeObject && self.native
                    || self.n_members > base.n_members
            }
        };
        if extends { self } else { base.solid() }
    }
}

/// Takes a dead class off its bases' lists, and kills the cache entries that depend on it. The collector does it as soon as
/// it knows, because whoever looks through the subclasses of a class would find it there.
pub(crate) fn unlink(class: &Type) {
    let bases = class.bases.peek();
    let mut locked = super::lock();
    for &base in bases.get::<Tuple>().map_or(&[][..], Tuple::items) {
        if let Some(base) = as_class(base) {
            let list = &mut base.links(&mut locked).subclasses;
            list.retain(|&other| !std::ptr::eq(other, class));
        }
    }
    let links = class.links(&mut locked);
    for entry in links.dependents.drain(..) {
        // SAFETY: entries are taken off the list before they are freed.
        unsafe { &*entry }.forget_class(class);
    }
}

/// The classes in a tuple of bases.
pub(super) fn classes(thread: &Thread, bases: &[Value]) -> Result<Vec<&'static Type>> {
    let mut classes = Vec::with_capacity(bases.len());
    for &base in bases {
        match as_class(base) {
            Some(class) => classes.push(class),
            None => return raise!(thread, TypeError, "bases must be types"),
        }
    }
    Ok(classes)
}

/// The base whose layout a class with these bases extends.
pub(super) fn best(thread: &Thread, bases: &[&'static Type]) -> Result<&'static Type> {
    let mut best: Option<(&'static Type, &Type)> = None;
    for &base in bases {
        if !base.subclassable {
            let name = base.name();
            return raise!(
                thread,
                TypeError,
                "type '{name}' is not an acceptable base type"
            );
        }
        let solid = base.solid();
        best = match best {
            None => Some((base, solid)),
            Some((_, winner)) if winner.is_subclass_of(solid) => best,
            Some((_, winner)) if solid.is_subclass_of(winner) => Some((base, solid)),
            Some(_) => {
                return raise!(
                    thread,
                    TypeError,
                    "multiple bases have instance lay-out conflict"
                );
            }
        };
    }
    Ok(best.map_or(Builtin::Object.class(), |(base, _)| base))
}

/// The metaclass of a class with these bases: the most derived of `metaclass` and the bases' own.
pub(super) fn best_metaclass(
    thread: &Thread,
    metaclass: &'static Type,
    bases: &[Value],
) -> Result<&'static Type> {
    let mut winner = metaclass;
    for &base in bases {
        let other = class_of(base);
        if winner.is_subclass_of(other) {
            continue;
        }
        if !other.is_subclass_of(winner) {
            return raise!(
                thread,
                TypeError,
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses \
                 of all its bases"
            );
        }
        winner = other;
    }
    Ok(winner)
}

/// Could an object of class `old` become one of class `new`?
pub fn same_layout(old: &Type, new: &Type) -> bool {
    // SAFETY: published shapes live as long as their class.
    let root = |class: &Type| unsafe { &*class.root_shape.load(Ordering::Acquire) };
    let (from, to) = (root(old), root(new));
    old.instance_kind.layout() == new.instance_kind.layout()
        && from.area == to.area
        && from.extensible == to.extensible
        && std::ptr::eq(old.solid(), new.solid())
}

/// Layouts that have no room for `__slots__` members, because their size varies (as in CPython).
pub(super) fn refuses_members(layout: Builtin) -> bool {
    matches!(
        layout.kind(),
        Kind::BIG_INT | Kind::BYTES | Kind::TUPLE | Kind::TYPE
    )
}
