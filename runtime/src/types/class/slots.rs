//! `__slots__`: which members a class adds to its instances, and whether they have a `__dict__`.

use super::{Type, bases};
use crate::operators::iterate;
use crate::types::define::MethodDef;
use crate::types::dict::Dict;
use crate::types::names::Name;
use crate::types::str::{self, Str};
use crate::types::{Builtin, class_of, getset};
use crate::{Owned, Result, Thread, Value, methods, raise};

/// What a class declares about its instances.
#[derive(Default)]
pub(super) struct Declared {
    /// Names of the members, interned, in alphabetical order (as in CPython).
    pub members: Vec<Value>,
    /// Instances get a `__dict__` (they may have one from a base anyway).
    pub dict: bool,
    /// Instances can be referred to weakly, which those of the base cannot.
    pub weakref: bool,
}

/// Reads `__slots__` of a class whose namespace has these entries.
pub(super) fn declared(
    thread: &Thread,
    class: Value,
    entries: &[(Value, Owned)],
    base: &Type,
) -> Result<Declared> {
    let Some((_, list)) = entries
        .iter()
        .find(|(name, _)| *name == Name::SLOTS.value())
    else {
        let dict = !base.is_metaclass();
        return Ok(Declared {
            members: Vec::new(),
            dict,
            weakref: may_add_weakref(base),
        });
    };
    let names = match list.is::<Str>() {
        true => vec![list.clone()],
        false => iterate::collect(thread, list.value())?,
    };
    if !names.is_empty() && bases::refuses_members(base.layout) {
        let base = base.name();
        return raise!(
            thread,
            TypeError,
            "nonempty __slots__ not supported for subtype of '{base}'"
        );
    }
    let mut declared = Declared::default();
    for name in &names {
        declared.add(thread, name.value(), base)?;
    }
    declared.settle(thread, class, entries)?;
    Ok(declared)
}

impl Declared {
    fn add(&mut self, thread: &Thread, name: Value, base: &Type) -> Result<()> {
        let Some(text) = name.get::<Str>() else {
            let got = class_of(name).name();
            return raise!(
                thread,
                TypeError,
                "__slots__ items must be strings, not '{got}'"
            );
        };
        if !is_identifier(text) {
            return raise!(thread, TypeError, "__slots__ must be identifiers");
        }
        let key = str::intern_value(thread, text);
        if key == Name::DICT.value() {
            if self.dict || has_dict(base) {
                return raise!(
                    thread,
                    TypeError,
                    "__dict__ slot disallowed: we already got one"
                );
            }
            self.dict = true;
        } else if key == Name::WEAKREF.value() {
            if self.weakref || !may_add_weakref(base) {
                return raise!(
                    thread,
                    TypeError,
                    "__weakref__ slot disallowed: we already got one"
                );
            }
            self.weakref = true;
        } else {
            self.members.push(key);
        }
        Ok(())
    }

    /// Mangles private names, sorts, and checks for class variables of the same name.
    fn settle(&mut self, thread: &Thread, class: Value, entries: &[(Value, Owned)]) -> Result<()> {
        for member in &mut self.members {
            let mangled = mangle(&str::display(class), &str::display(*member));
            *member = str::intern(thread, &mangled);
        }
        self.members.sort_by_key(|&member| str::display(member));
        self.members.dedup();
        for &member in &self.members {
            // The compiler itself puts these into every class.
            let own = [Name::QUALNAME, Name::CLASSCELL, Name::CLASSDICTCELL];
            let allowed = own.iter().any(|name| name.value() == member);
            if !allowed && entries.iter().any(|(name, _)| *name == member) {
                let member = str::display(member);
                return raise!(
                    thread,
                    ValueError,
                    "'{member}' in __slots__ conflicts with class variable"
                );
            }
        }
        Ok(())
    }
}

/// As in CPython, instances whose size varies cannot get weak references by derivation.
fn may_add_weakref(base: &Type) -> bool {
    !base.weakrefable && !bases::refuses_members(base.layout)
}

fn has_dict(class: &Type) -> bool {
    // SAFETY: published shapes live as long as their class.
    unsafe { &*class.root_shape.load(std::sync::atomic::Ordering::Acquire) }.extensible
}

fn is_identifier(text: &Str) -> bool {
    let text = text.to_str_lossy();
    let mut chars = text.chars();
    let starts = |c: char| c == '_' || c.is_alphabetic();
    chars.next().is_some_and(starts) && chars.all(|c| starts(c) || c.is_alphanumeric())
}

/// A private name (`__x`) as the class body spells it: `_Class__x`.
fn mangle(class: &str, name: &str) -> String {
    let class = class.trim_start_matches('_');
    if !name.starts_with("__") || name.ends_with("__") || class.is_empty() {
        return name.to_owned();
    }
    format!("_{class}{name}")
}

/// Puts the members' descriptors, and those of `__dict__` and `__weakref__`, into the namespace.
pub(super) fn add(thread: &Thread, class: &'static Type, namespace: &Dict, declared: &Declared) {
    let Some(base) = class.base() else { return };
    for (slot, &member) in (base.n_members..).zip(&declared.members) {
        let descriptor = getset::member(thread, class, member, slot);
        namespace.set_interned(thread, member, descriptor);
    }
    let inherited = has_dict(base) || class.layout == Builtin::Module;
    let free = |name: Name| namespace.get_interned(name.value()).is_none();
    if declared.dict && !inherited && free(Name::DICT) {
        let def: &'static MethodDef = &ATTRIBUTES[0];
        let descriptor = getset::computed(thread, def, class);
        namespace.set_interned(thread, Name::DICT.value(), descriptor);
    }
    if declared.weakref && free(Name::WEAKREF) {
        let descriptor = getset::computed(thread, &ATTRIBUTES[1], class);
        namespace.set_interned(thread, Name::WEAKREF.value(), descriptor);
    }
}

methods! { ATTRIBUTES:
    /// dictionary for instance variables
    get "__dict__" => crate::operators::attribute::get_dict, crate::operators::attribute::set_dict;
    /// list of weak references to the object
    get "__weakref__" => crate::types::weakref::get_weakref;
}
