//! Attributes that functions compute (`getset_descriptor`), and `__slots__` members (`member_descriptor`).

use super::class::{Type, class_of};
use super::define::{Binding, MethodDef};
use super::str::{self, Str};
use super::{Builtin, exception, instance, native_function};
use crate::object::{Header, Kind, Object};
use crate::{Owned, Raised, Result, Thread, Value, heap, methods, raise};

/// What the attribute is.
enum Access {
    /// The row's function, and its setter if it can be written.
    Computed(&'static MethodDef),
    /// A slot of the instance.
    Member(u16),
}

/// A data descriptor of either kind. Immutable.
#[repr(C)]
pub struct GetSet {
    header: Header,
    owner: &'static Type,
    /// Interned.
    name: Value,
    access: Access,
}

// SAFETY: never changes after it was made.
unsafe impl Sync for GetSet {}
// SAFETY: as above.
unsafe impl Send for GetSet {}

// SAFETY: `repr(C)`, header first, own kind; owns no counted references (classes are not counted, names are immortal).
unsafe impl Object for GetSet {
    const KIND: Kind = Kind::GETSET;
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.owner.value());
    }
}

/// The descriptor of a table's `get` or `field` row.
pub fn computed(thread: &Thread, def: &'static MethodDef, owner: &'static Type) -> Owned {
    let name = str::intern(thread, def.name());
    let class = match def.binding {
        Binding::Field => Builtin::Member,
        _ => Builtin::GetSet,
    };
    make(thread, class, owner, name, Access::Computed(def))
}

/// The descriptor of a `__slots__` member.
pub fn member(thread: &Thread, owner: &'static Type, name: Value, slot: u16) -> Owned {
    make(thread, Builtin::Member, owner, name, Access::Member(slot))
}

fn make(
    thread: &Thread,
    class: Builtin,
    owner: &'static Type,
    name: Value,
    access: Access,
) -> Owned {
    let header = class.class().instance_header(thread);
    heap::new(
        thread,
        GetSet {
            header,
            owner,
            name,
            access,
        },
    )
}

impl GetSet {
    /// The slot of a member; none for computed attributes.
    pub fn slot(&self) -> Option<u16> {
        match self.access {
            Access::Member(slot) => Some(slot),
            Access::Computed(_) => None,
        }
    }

    fn text(&self) -> String {
        self.name
            .get::<Str>()
            .map_or_else(String::new, |name| name.to_str_lossy().into_owned())
    }

    /// A member that has no value: CPython names the class with what it is defined in.
    #[cold]
    fn missing(&self, thread: &Thread, object: Value) -> Raised {
        let (class, name) = (class_of(object).full_name(), self.text());
        let text = format!("'{class}' object has no attribute '{name}'");
        exception::raise_attribute_error(thread, object, self.name, &text)
    }

    /// `object.name`.
    pub fn get(&self, thread: &Thread, object: Value) -> Result {
        self.check(thread, object)?;
        match self.access {
            Access::Computed(def) => (def.function)(thread, &[object]),
            Access::Member(slot) => {
                let value = object.header().map_or(Owned::inline(Value::MISSING), |h| {
                    instance::get_member(h, slot)
                });
                if value.is_missing() {
                    return Err(self.missing(thread, object));
                }
                Ok(value)
            }
        }
    }

    /// `object.name = value`; deletes the attribute if the value is MISSING.
    pub fn set(&self, thread: &Thread, object: Value, value: Value) -> Result<()> {
        self.check(thread, object)?;
        match self.access {
            Access::Computed(MethodDef {
                setter: Some(setter),
                ..
            }) => setter(thread, &[object, value]).map(drop),
            Access::Computed(MethodDef {
                binding: Binding::Field,
                ..
            }) => raise!(thread, AttributeError, "readonly attribute"),
            Access::Computed(_) => {
                let (name, owner) = (self.text(), self.owner.name());
                raise!(
                    thread,
                    AttributeError,
                    "attribute '{name}' of '{owner}' objects is not writable"
                )
            }
            Access::Member(slot) => {
                let header = object.header().expect("members belong to objects");
                let old = instance::set_member(thread, header, slot, Owned::new(value));
                if old.is_missing() && value.is_missing() {
                    return raise!(thread, AttributeError, "{}", self.text());
                }
                Ok(())
            }
        }
    }

    #[inline]
    fn check(&self, thread: &Thread, object: Value) -> Result<()> {
        if class_of(object).is_subclass_of(self.owner) {
            return Ok(());
        }
        let (name, owner, got) = (self.text(), self.owner.name(), class_of(object).name());
        raise!(
            thread,
            TypeError,
            "descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object"
        )
    }
}

fn this(args: &[Value]) -> &GetSet {
    args[0].get::<GetSet>().expect("bound to descriptors")
}

fn get(thread: &Thread, args: &[Value]) -> Result {
    if args[1].is_none() {
        if args[2].is_none() {
            return raise!(thread, TypeError, "__get__(None, None) is invalid");
        }
        return Ok(Owned::new(args[0]));
    }
    this(args).get(thread, args[1])
}

fn set(thread: &Thread, args: &[Value]) -> Result {
    this(args)
        .set(thread, args[1], args[2])
        .map(|()| Owned::NONE)
}

fn delete(thread: &Thread, args: &[Value]) -> Result {
    this(args)
        .set(thread, args[1], Value::MISSING)
        .map(|()| Owned::NONE)
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let descriptor = this(args);
    let what = if descriptor.slot().is_some() {
        "member"
    } else {
        "attribute"
    };
    let (name, owner) = (descriptor.text(), descriptor.owner.name());
    Ok(str::new(
        thread,
        &format!("<{what} '{name}' of '{owner}' objects>"),
    ))
}

fn get_name(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).name))
}

fn get_qualname(thread: &Thread, args: &[Value]) -> Result {
    let descriptor = this(args);
    Ok(str::new(
        thread,
        &format!("{}.{}", descriptor.owner.short_name(), descriptor.text()),
    ))
}

fn get_objclass(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).owner.value()))
}

fn get_doc(thread: &Thread, args: &[Value]) -> Result {
    match this(args).access {
        Access::Computed(def) => Ok(native_function::doc(thread, def)),
        Access::Member(_) => Ok(Owned::NONE),
    }
}

methods! { pub METHODS:
    "__get__(self, instance, owner=None, /)" => get;
    "__set__(self, instance, value, /)" => set -> None;
    "__delete__(self, instance, /)" => delete -> None;
    "__repr__(self, /)" => repr -> Str;
    get "__name__" => get_name -> Str;
    get "__qualname__" => get_qualname -> Str;
    field "__objclass__" => get_objclass -> Type;
    get "__doc__" => get_doc;
}
