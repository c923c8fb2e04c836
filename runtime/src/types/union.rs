//! `X | Y` of classes: a union, for annotations and `isinstance`.

use super::class::{as_class, methods::is_instance_of, methods::is_subclass_of};
use super::generic_alias::push_name;
use super::tuple::Tuple;
use super::{Builtin, class_of, exception, hashing, int, str, tuple, typing};
use crate::object::{Header, Kind, Object, Slot};
use crate::operators::{attribute, call, compare, convert};
use crate::{Owned, Result, Thread, Value, heap, import, methods, raise};

/// The union of some classes (None stands for its own). Immutable.
#[repr(C)]
pub struct Union {
    header: Header,
    /// Tuple of at least two different members.
    args: Slot,
    /// How many members had no hash when the union was made.
    unhashable: usize,
}

// SAFETY: `repr(C)`, header first, own kind; one counted reference.
unsafe impl Object for Union {
    const KIND: Kind = Kind::UNION;
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.args.peek());
    }
}

impl Union {
    fn members(&self) -> &[Value] {
        let args = self.args.peek();
        let items = args.get::<Tuple>().map_or(&[][..], Tuple::items);
        // SAFETY: the tuple is part of the union and neither changes.
        unsafe { &*std::ptr::from_ref(items) }
    }
}

/// The members that a union is to have, without those that are there already.
#[derive(Default)]
struct Members {
    values: Vec<Value>,
    /// The hash of each that has one. Only members of equal hash are compared, and those without a hash.
    hashes: Vec<Option<i64>>,
}

impl Members {
    /// Adds a value, or the members of a union.
    fn add(&mut self, thread: &Thread, value: Value) -> Result<()> {
        let single = [value];
        let added = value.get::<Union>().map_or(&single[..], Union::members);
        for &member in added {
            let hash = hash_if_any(thread, member)?;
            if !self.contains(thread, member, hash)? {
                self.values.push(member);
                self.hashes.push(hash);
            }
        }
        Ok(())
    }

    fn contains(&self, thread: &Thread, wanted: Value, hash: Option<i64>) -> Result<bool> {
        for (&member, &other) in self.values.iter().zip(&self.hashes) {
            if other == hash && compare::equal(thread, member, wanted)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A union; one member alone is itself.
    fn make(&self, thread: &Thread) -> Owned {
        if let [only] = self.values[..] {
            return Owned::new(only);
        }
        let object = Union {
            header: Builtin::Union.class().instance_header(thread),
            args: Slot::new(tuple::from_slice(thread, &self.values)),
            unhashable: self.hashes.iter().filter(|hash| hash.is_none()).count(),
        };
        heap::new(thread, object)
    }
}

/// The hash of a value; none if it has none.
fn hash_if_any(thread: &Thread, value: Value) -> Result<Option<i64>> {
    match convert::hash(thread, value) {
        Ok(hash) => Ok(Some(hash)),
        Err(raised) if exception::is(thread.pending_exception(), Builtin::Exception) => {
            drop(thread.take_exception(raised));
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// `left | right`; NotImplemented if one of them is nothing a union can have.
pub fn of(thread: &Thread, left: Value, right: Value) -> Result {
    if left.is::<Union>() || right.is::<Union>() {
        return of_anything(thread, &[left, right]);
    }
    let mut members = Members::default();
    for side in [left, right] {
        if !is_unionable(side) {
            return Ok(Owned::NOT_IMPLEMENTED);
        }
        members.add(thread, none_as_class(side))?;
    }
    Ok(members.make(thread))
}

fn none_as_class(value: Value) -> Value {
    match value.is_none() {
        true => Builtin::NoneType.class().value(),
        false => value,
    }
}

/// `Union[X, Y]`
fn class_getitem(thread: &Thread, args: &[Value]) -> Result {
    let single = [args[1]];
    let given = args[1].get_exact::<Tuple>();
    of_anything(thread, given.map_or(&single[..], Tuple::items))
}

/// `Union[...]` of some values.
pub fn of_anything(thread: &Thread, given: &[Value]) -> Result {
    let mut kept = Vec::new();
    let mut members = Members::default();
    for &item in given {
        if item.is::<str::Str>() {
            kept.push(forward_reference(thread, item)?);
        }
        let item = match kept.last() {
            Some(reference) if item.is::<str::Str>() => reference.value(),
            _ => none_as_class(item),
        };
        members.add(thread, item)?;
    }
    if members.values.is_empty() {
        return raise!(thread, TypeError, "Cannot take a Union of no types.");
    }
    Ok(members.make(thread))
}

fn forward_reference(thread: &Thread, text: Value) -> Result {
    let name = str::intern(thread, "annotationlib");
    let module = import::import_module(thread, name, Value::NONE, Value::NONE, 0)?;
    let class = attribute::get(thread, module.value(), str::intern(thread, "ForwardRef"))?;
    call::call(thread, class.value(), &[text])
}

fn is_unionable(value: Value) -> bool {
    value.is_none()
        || as_class(value).is_some()
        || value.is::<super::generic_alias::GenericAlias>()
        || typing::is_type_like(value)
}

fn this(args: &[Value]) -> &Union {
    args[0].get::<Union>().expect("bound to unions")
}

fn or(thread: &Thread, args: &[Value]) -> Result {
    of(thread, args[0], args[1])
}

fn reflected_or(thread: &Thread, args: &[Value]) -> Result {
    of(thread, args[1], args[0])
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let mut text = str::Builder::new();
    for (index, &member) in this(args).members().iter().enumerate() {
        text.push_str(if index > 0 { " | " } else { "" });
        match as_class(member) {
            Some(class) if class.is(Builtin::NoneType) => text.push_str("None"),
            _ => push_name(thread, &mut text, member)?,
        }
    }
    Ok(text.finish(thread))
}

/// Unions of the same members are equal, whatever their order.
fn equal(thread: &Thread, args: &[Value]) -> Result {
    let (left, Some(right)) = (this(args), args[1].get::<Union>()) else {
        return Ok(Owned::NOT_IMPLEMENTED);
    };
    if left.members().len() != right.members().len() || left.unhashable != right.unhashable {
        return Ok(Owned::bool(false));
    }
    let mut all = Members::default();
    all.add(thread, args[1])?;
    for &member in left.members() {
        let hash = hash_if_any(thread, member)?;
        if !all.contains(thread, member, hash)? {
            return Ok(Owned::bool(false));
        }
    }
    Ok(Owned::bool(true))
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let union = this(args);
    let mut mixed = 0i64;
    for &member in union.members() {
        // Order does not matter.
        mixed ^= hashing::hash_i64(convert::hash(thread, member)?);
    }
    // They have hashes by now, but were compared as if they never would.
    if let count @ 1.. = union.unhashable {
        let s = if count == 1 { "" } else { "s" };
        return raise!(
            thread,
            TypeError,
            "union contains {count} unhashable element{s}"
        );
    }
    Ok(int::from_i64(thread, hashing::hash_i64(mixed)))
}

fn instance_check(thread: &Thread, args: &[Value]) -> Result {
    for &member in this(args).members() {
        if is_instance_of(thread, args[1], member)? {
            return Ok(Owned::bool(true));
        }
    }
    Ok(Owned::bool(false))
}

fn subclass_check(thread: &Thread, args: &[Value]) -> Result {
    for &member in this(args).members() {
        if is_subclass_of(thread, args[1], member)? {
            return Ok(Owned::bool(true));
        }
    }
    Ok(Owned::bool(false))
}

fn get_args(_: &Thread, args: &[Value]) -> Result {
    let union = this(args);
    Ok(union.args.load(union.header()))
}

fn get_origin(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(class_of(args[0]).value()))
}

fn get_parameters(thread: &Thread, args: &[Value]) -> Result {
    typing::parameters_of(thread, this(args).members())
}

/// The union with type arguments for its parameters.
fn get_item(thread: &Thread, args: &[Value]) -> Result {
    let parameters = get_parameters(thread, args)?;
    let members = this(args).members();
    let given = args[1];
    let replaced = typing::substitute(thread, args[0], members, parameters.value(), given)?;
    let mut union: Option<Owned> = None;
    for member in replaced {
        union = Some(match union {
            None => member,
            Some(union) => crate::operators::arithmetic::or(thread, union.value(), member.value())?,
        });
    }
    Ok(union.unwrap_or(Owned::NONE))
}

fn name(thread: &Thread, _: &[Value]) -> Result {
    Ok(str::new(thread, "Union"))
}

fn module(thread: &Thread, _: &[Value]) -> Result {
    Ok(str::new(thread, "typing"))
}

fn mro_entries(thread: &Thread, args: &[Value]) -> Result {
    let shown = convert::display_repr(thread, args[0])?;
    raise!(thread, TypeError, "Cannot subclass {shown}")
}

methods! { pub METHODS:
    class "__class_getitem__(type, parameters, /)" => class_getitem;
    /// Return self[key].
    "__getitem__(self, key, /)" => get_item;
    /// Type variables in the types.UnionType.
    get "__parameters__" => get_parameters -> Tuple;
    "__or__(self, value, /)" => or;
    "__ror__(self, value, /)" => reflected_or;
    "__repr__(self, /)" => repr -> Str;
    "__eq__(self, value, /)" => equal;
    "__hash__(self, /)" => hash -> Int;
    "__instancecheck__(self, instance, /)" => instance_check -> Bool;
    "__subclasscheck__(self, subclass, /)" => subclass_check -> Bool;
    "__mro_entries__(self, bases, /)" => mro_entries -> Tuple;
    get "__args__" => get_args -> Tuple;
    get "__origin__" => get_origin;
    get "__name__" => name -> Str;
    get "__qualname__" => name -> Str;
    get "__module__" => module -> Str;
}
