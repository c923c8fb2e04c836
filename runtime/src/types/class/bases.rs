//! Bases and subclasses: whose layout a class extends, and who derives from whom.

use super::{Type, as_class, class_of};
use crate::object::Kind;
use crate::types::getset::GetSet;
use crate::types::str;
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

    /// Changes what `__bases__` and `__base__` say.
    fn store_bases(&self, tuple: Owned, base: &'static Type) {
        let locked = super::lock();
        let old = self.bases.replace(tuple);
        self.base
            .store(std::ptr::from_ref(base).cast_mut(), Ordering::Release);
        drop(locked);
        drop(old);
    }

    /// Changes the method resolution order of a published class. Readers go on with the old one, which lives as long as
    /// the class: whoever looks through it may be running Python code.
    fn replace_mro(&self, order: Vec<&'static Type>) {
        let order = Box::into_raw(Box::new(order.into_boxed_slice()));
        let mut locked = super::lock();
        let old = self.mro.swap(order, Ordering::AcqRel);
        // SAFETY: a published class has an order, made from a box, and nobody else takes it back.
        let old = unsafe { Box::from_raw(old) };
        self.links(&mut locked).orders.push(old);
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
                let fields = exception::classes::adds_fields(builtin);
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

/// Gives a class other bases: `class.__bases__ = value`. Its order and those of all classes derived from it are made
/// anew; if that fails for one of them, nothing has changed.
pub(super) fn assign(thread: &Thread, class: &'static Type, value: Value) -> Result<()> {
    let new = checked(thread, class, value)?;
    let base = best(thread, &new)?;
    let old_base = class.base().unwrap_or(Builtin::Object.class());
    if !same_layout(old_base, base) {
        let (old, new) = (old_base.name(), base.name());
        return raise!(
            thread,
            TypeError,
            "__bases__ assignment: '{new}' object layout differs from '{old}'"
        );
    }
    let old_tuple = class.bases(thread);
    let old = classes(
        thread,
        old_tuple.get::<Tuple>().map_or(&[][..], Tuple::items),
    )?;
    class.store_bases(Owned::new(value), base);
    let mut orders = Vec::new();
    if let Err(raised) = reorder(thread, class, &mut orders) {
        for (class, order) in orders.into_iter().rev() {
            class.replace_mro(order);
        }
        class.store_bases(old_tuple, old_base);
        Builtin::Object.class().forget(None, &mut super::lock());
        return Err(raised);
    }
    // Unless an `mro()` has assigned others meanwhile.
    if class.bases(thread).value() == value {
        relink(class, &old, &new);
    }
    Ok(())
}

/// The classes in what is assigned to `__bases__`.
fn checked(thread: &Thread, class: &'static Type, value: Value) -> Result<Vec<&'static Type>> {
    let name = class.name();
    let Some(tuple) = value.get::<Tuple>() else {
        let got = class_of(value).name();
        return raise!(
            thread,
            TypeError,
            "can only assign tuple to {name}.__bases__, not {got}"
        );
    };
    if tuple.items().is_empty() {
        return raise!(
            thread,
            TypeError,
            "can only assign non-empty tuple to {name}.__bases__, not ()"
        );
    }
    let mut new = Vec::new();
    for &item in tuple.items() {
        let Some(base) = as_class(item) else {
            let got = class_of(item).name();
            return raise!(
                thread,
                TypeError,
                "{name}.__bases__ must be tuple of classes, not '{got}'"
            );
        };
        // While orders are made anew, only the chain of bases is up to date.
        let mut chain = std::iter::successors(Some(base), |class| class.base());
        if base.is_subclass_of(class) || chain.any(|base| base == class) {
            return raise!(
                thread,
                TypeError,
                "a __bases__ item causes an inheritance cycle"
            );
        }
        new.push(base);
    }
    Ok(new)
}

/// Makes the orders of a class and of those derived from it anew; the old ones are noted.
fn reorder(
    thread: &Thread,
    class: &'static Type,
    orders: &mut Vec<(&'static Type, Vec<&'static Type>)>,
) -> Result<()> {
    let tuple = class.bases(thread);
    let bases = classes(thread, tuple.get::<Tuple>().map_or(&[][..], Tuple::items))?;
    let order = super::mro::of_new_class(thread, class, &bases)?;
    orders.push((class, class.mro().to_vec()));
    class.replace_mro(order);
    // Special methods and descriptors decide about objects of other classes, too.
    Builtin::Object.class().forget(None, &mut super::lock());
    for derived in class.subclasses() {
        reorder(thread, derived, orders)?;
    }
    Ok(())
}

/// Moves a class from the lists of subclasses of its old bases to those of the new ones.
fn relink(class: &'static Type, old: &[&'static Type], new: &[&'static Type]) {
    let mut locked = super::lock();
    for base in old.iter().filter(|base| !new.contains(base)) {
        let list = &mut base.links(&mut locked).subclasses;
        list.retain(|&other| !std::ptr::eq(other, class));
    }
    for base in new.iter().filter(|base| !old.contains(base)) {
        let list = &mut base.links(&mut locked).subclasses;
        list.push(std::ptr::from_ref(class));
    }
}

/// Could an object of class `old` become one of class `new`?
pub fn same_layout(old: &Type, new: &Type) -> bool {
    // SAFETY: published shapes live as long as their class.
    let root = |class: &Type| unsafe { &*class.root_shape.load(Ordering::Acquire) };
    let (from, to) = (root(old), root(new));
    old.instance_kind.layout() == new.instance_kind.layout()
        && from.area == to.area
        && from.extensible == to.extensible
        && (std::ptr::eq(old.solid(), new.solid()) || same_members(old.solid(), new.solid()))
}

/// Do two classes add the same `__slots__` to the same base?
fn same_members(a: &Type, b: &Type) -> bool {
    let thread = crate::thread::current();
    let members = |class: &Type| {
        let entries = class.namespace(thread).snapshot(thread);
        let members = entries.iter().filter_map(|(name, value)| {
            let slot = value.get::<GetSet>()?.slot()?;
            Some((slot, str::display(name.value())))
        });
        let mut members: Vec<(u16, String)> = members.collect();
        members.sort_unstable();
        members
    };
    let is_plain = |class: &Type| class.builtin.is_none() && !class.native;
    is_plain(a)
        && is_plain(b)
        && a.base() == b.base()
        && a.n_members == b.n_members
        && members(a) == members(b)
}

/// Layouts that have no room for `__slots__` members, because their size varies (as in CPython).
pub(super) fn refuses_members(layout: Builtin) -> bool {
    matches!(
        layout.kind(),
        Kind::BIG_INT | Kind::BYTES | Kind::TUPLE | Kind::TYPE
    )
}
