//! `super`: attributes of an object looked up behind a class in its MRO.

use super::class::{Type, as_class, class_of};
use super::function::Function;
use super::names::Name;
use super::native_function::NativeFunction;
use super::{Builtin, instance, str};
use crate::object::{Header, Kind, Object, Slot};
use crate::operators::{attribute, descriptor};
use crate::{Owned, Result, Thread, Value, heap, methods, raise};

/// `super(class, object)`.
#[repr(C)]
pub struct Super {
    header: Header,
    /// The class whose bases are asked.
    class: Slot,
    /// The object or class the attributes are for; MISSING if unbound.
    object: Slot,
    /// The class whose MRO is walked; MISSING if unbound.
    start: Slot,
}

// SAFETY: `repr(C)`, header first, own kind; three counted references.
unsafe impl Object for Super {
    const KIND: Kind = Kind::SUPER;
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        for slot in [&self.class, &self.object, &self.start] {
            visit(slot.peek());
        }
    }
}

fn this(args: &[Value]) -> &Super {
    args[0].get::<Super>().expect("bound to super objects")
}

impl Super {
    fn read(&self, slot: &Slot) -> Owned {
        slot.load(&self.header)
    }

    fn write(&self, thread: &Thread, slot: &Slot, value: Owned) {
        let guard = instance::lock_for_write(thread, &self.header);
        let old = slot.replace(value);
        drop(guard);
        drop(old);
    }
}

fn make(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("the binder checks that the first argument is a class");
    let object = Super {
        header: class.instance_header(thread),
        class: Slot::missing(),
        object: Slot::missing(),
        start: Slot::missing(),
    };
    Ok(heap::new(thread, object))
}

/// `super(class, object)`. Without arguments there would have to be a frame: the compiler passes both where it can.
fn init(thread: &Thread, args: &[Value]) -> Result {
    let (this, class, object) = (this(args), args[1], args[2]);
    if class.is_missing() {
        let frame = crate::interpreter::current_frame(thread);
        if frame.is_some_and(|frame| frame.code.n_args > 0) {
            return raise!(thread, RuntimeError, "super(): __class__ cell not found");
        }
        return raise!(thread, RuntimeError, "super(): no arguments");
    }
    if as_class(class).is_none() {
        let got = class_of(class).name();
        return raise!(
            thread,
            TypeError,
            "super() argument 1 must be a type, not {got}"
        );
    }
    this.write(thread, &this.class, Owned::new(class));
    if object.is_missing() || object.is_none() {
        return Ok(Owned::NONE);
    }
    let start = check(thread, as_class(class).expect("checked"), object)?;
    this.write(thread, &this.object, Owned::new(object));
    this.write(thread, &this.start, Owned::new(start.value()));
    Ok(Owned::NONE)
}

/// The class whose MRO is walked for an object: the object itself, if it is a subclass, or its class.
fn check(thread: &Thread, class: &'static Type, object: Value) -> Result<&'static Type> {
    if let Some(of) = as_class(object).filter(|of| of.is_subclass_of(class)) {
        return Ok(of);
    }
    if class_of(object).is_subclass_of(class) {
        return Ok(class_of(object));
    }
    let claimed = attribute::get_optional(thread, object, Name::CLASS.value())?;
    if let Some(claimed) = claimed.and_then(|claimed| as_class(claimed.value()))
        && claimed.is_subclass_of(class)
    {
        return Ok(claimed);
    }
    let (what, of) = match as_class(object) {
        Some(of) => ("type", of.name()),
        None => ("instance of", class_of(object).name()),
    };
    let class = class.name();
    let of = format!("{what} {of}");
    raise!(
        thread,
        TypeError,
        "super(type, obj): obj ({of}) is not an instance or subtype of type ({class})."
    )
}

/// What `super.__getattribute__` finds.
pub fn find(thread: &Thread, object: Value, name: Value) -> Result<Option<Owned>> {
    let this = object
        .get::<Super>()
        .expect("the protocol of super objects is for them");
    let (class, bound, start) = (
        this.read(&this.class),
        this.read(&this.object),
        this.read(&this.start),
    );
    if let (Some(class), Some(start)) = (as_class(class.value()), as_class(start.value()))
        && name != Name::CLASS.value()
        && let Some(found) = find_behind(class, start, bound.value(), name, thread)?
    {
        return Ok(Some(found));
    }
    attribute::find_generic(thread, object, name)
}

fn find_behind(
    class: &'static Type,
    start: &'static Type,
    bound: Value,
    name: Value,
    thread: &Thread,
) -> Result<Option<Owned>> {
    let Some(key) = super::class::lookup::interned(name) else {
        return Ok(None);
    };
    let Some(found) = behind(class, start, key) else {
        return Ok(None);
    };
    // Bound to the class itself: `super()` in a class method.
    let to_class = as_class(bound).is_some_and(|bound| bound == start);
    let instance = (!to_class).then_some(bound);
    descriptor::get(thread, found, instance, start).map(Some)
}

/// The value of a name in the classes behind `class` in the order of `start`.
fn behind(class: &'static Type, start: &'static Type, key: Value) -> Option<Owned> {
    let order = start.mro();
    let rest = &order[order.iter().position(|&member| member == class)? + 1..];
    let next = rest.first()?;
    // Without a second line of bases these are just the next class's own order, which has a cache.
    if rest == next.mro() {
        let found = next.lookup(key)?;
        return Some(attribute::own(next, key, found));
    }
    rest.iter().find_map(|member| member.own(key))
}

/// `super(class, object)`, as the compiler writes it for `super()` in a method.
pub fn new(thread: &Thread, class: Value, object: Value) -> Result {
    let Some(of) = as_class(class) else {
        let got = class_of(class).name();
        return raise!(
            thread,
            TypeError,
            "super() argument 1 must be a type, not {got}"
        );
    };
    let start = check(thread, of, object)?;
    let proxy = Super {
        header: Builtin::Super.class().instance_header(thread),
        class: Slot::new(Owned::new(class)),
        object: Slot::new(Owned::new(object)),
        start: Slot::new(Owned::new(start.value())),
    };
    Ok(heap::new(thread, proxy))
}

/// A method of the object behind a `super` object, for a call: the function, and the object it gets as first argument.
/// `None` if the name stands for anything else there.
pub fn get_method(proxy: Value, name: Value) -> Option<(Owned, Owned)> {
    let this = proxy.get_exact::<Super>()?;
    let (class, bound, start) = (
        this.read(&this.class),
        this.read(&this.object),
        this.read(&this.start),
    );
    let (class, start) = (as_class(class.value())?, as_class(start.value())?);
    if as_class(bound.value()).is_some() {
        return None;
    }
    let found = behind(class, start, name)?;
    let native = found.get_exact::<NativeFunction>();
    let method = native.is_some_and(NativeFunction::is_unbound_method) || found.is::<Function>();
    method.then_some((found, bound))
}

fn get_attribute(thread: &Thread, args: &[Value]) -> Result {
    match find(thread, args[0], args[1])? {
        Some(value) => Ok(value),
        None => Err(attribute::missing(thread, args[0], args[1])),
    }
}

/// `super` objects in class namespaces bind like methods.
fn get(thread: &Thread, args: &[Value]) -> Result {
    let this = this(args);
    if args[1].is_none() || !this.object.peek().is_missing() {
        return Ok(Owned::new(args[0]));
    }
    let class = this.read(&this.class);
    crate::operators::call::call(thread, class_of(args[0]).value(), &[class.value(), args[1]])
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let this = this(args);
    let name = |slot: &Slot| {
        as_class(this.read(slot).value()).map_or_else(|| "NULL".to_owned(), Type::name)
    };
    let text = match this.start.peek().is_missing() {
        true => format!("<super: <class '{}'>, NULL>", name(&this.class)),
        false => format!(
            "<super: <class '{}'>, <{} object>>",
            name(&this.class),
            name(&this.start)
        ),
    };
    Ok(str::new(thread, &text))
}

/// Declares the getter of a slot.
macro_rules! getter {
    ($name:ident, $slot:ident) => {
        fn $name(_: &Thread, args: &[Value]) -> Result {
            let this = this(args);
            let value = this.read(&this.$slot);
            Ok(if value.is_missing() {
                Owned::NONE
            } else {
                value
            })
        }
    };
}

getter!(get_class, class);
getter!(get_self, object);
getter!(get_start, start);

methods! { pub METHODS:
    new "super(type, /, *args, **kwargs)" => make;
    "__init__(self, type=<missing>, object=<missing>, /)" => init -> None;
    "__getattribute__(self, name, /)" => get_attribute;
    "__get__(self, instance, owner=None, /)" => get;
    "__repr__(self, /)" => repr -> Str;
    /// the class invoking super()
    get "__thisclass__" => get_class;
    /// the instance invoking super(); may be None
    get "__self__" => get_self;
    /// the type of the instance invoking super(); may be None
    get "__self_class__" => get_start;
}
