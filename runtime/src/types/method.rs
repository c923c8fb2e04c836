//! Bound methods: a callable and the object it gets as first argument.

use super::class::as_class;
use super::names::Name;
use super::{Builtin, reduce, str};
use crate::object::{Header, Kind, Object, Slot};
use crate::operators::{attribute, call, compare, convert};
use crate::{Owned, Result, Thread, Value, heap, methods, raise};

/// What `object.method` gives. Immutable.
#[repr(C)]
pub struct BoundMethod {
    header: Header,
    function: Slot,
    receiver: Slot,
}

// SAFETY: `repr(C)`, header first, own kind; two counted references.
unsafe impl Object for BoundMethod {
    const KIND: Kind = Kind::BOUND_METHOD;
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.function.peek());
        visit(self.receiver.peek());
    }
}

/// A bound method.
#[inline]
pub fn new(thread: &Thread, function: Owned, receiver: Owned) -> Owned {
    let object = BoundMethod {
        header: Builtin::Method.class().instance_header(thread),
        function: Slot::new(function),
        receiver: Slot::new(receiver),
    };
    heap::new(thread, object)
}

impl BoundMethod {
    /// The function, borrowed for as long as the method.
    #[inline]
    pub fn function(&self) -> Value {
        self.function.peek()
    }

    /// The first argument, borrowed for as long as the method.
    #[inline]
    pub fn receiver(&self) -> Value {
        self.receiver.peek()
    }
}

fn this(args: &[Value]) -> &BoundMethod {
    args[0].get::<BoundMethod>().expect("bound to methods")
}

fn make(thread: &Thread, args: &[Value]) -> Result {
    if !call::is_callable(args[1]) {
        return raise!(thread, TypeError, "first argument must be callable");
    }
    if args[2].is_none() {
        return raise!(thread, TypeError, "instance must not be None");
    }
    debug_assert!(as_class(args[0]).is_some_and(|class| class.is(Builtin::Method)));
    Ok(new(thread, Owned::new(args[1]), Owned::new(args[2])))
}

fn call_method(thread: &Thread, args: &[Value]) -> Result {
    call::call_packed(thread, args[0], args[1], args[2])
}

/// A bound method stays bound to what it is.
fn get(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(args[0]))
}

/// What the method does not have itself, its function may have.
fn get_attribute(thread: &Thread, args: &[Value]) -> Result {
    if let Some(own) = attribute::find_generic(thread, args[0], args[1])? {
        return Ok(own);
    }
    attribute::get(thread, this(args).function(), args[1])
}

fn get_function(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).function()))
}

fn get_self(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).receiver()))
}

fn get_doc(thread: &Thread, args: &[Value]) -> Result {
    attribute::get(thread, this(args).function(), Name::DOC.value())
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let method = this(args);
    let mut name = attribute::get_optional(thread, method.function(), Name::QUALNAME.value())?;
    if name.is_none() {
        name = attribute::get_optional(thread, method.function(), Name::NAME.value())?;
    }
    let name = match name.filter(|name| name.is::<str::Str>()) {
        Some(name) => convert::display(thread, name.value())?,
        None => "?".to_owned(),
    };
    let receiver = convert::repr(thread, method.receiver())?;
    let receiver = convert::display(thread, receiver.value())?;
    Ok(str::new(
        thread,
        &format!("<bound method {name} of {receiver}>"),
    ))
}

fn same(thread: &Thread, args: &[Value]) -> Result<Option<bool>> {
    let Some(other) = args[1].get::<BoundMethod>() else {
        return Ok(None);
    };
    let method = this(args);
    let same = method.receiver() == other.receiver()
        && compare::equal(thread, method.function(), other.function())?;
    Ok(Some(same))
}

fn equal(thread: &Thread, args: &[Value]) -> Result {
    Ok(same(thread, args)?.map_or(Owned::NOT_IMPLEMENTED, Owned::bool))
}

fn not_equal(thread: &Thread, args: &[Value]) -> Result {
    Ok(same(thread, args)?.map_or(Owned::NOT_IMPLEMENTED, |same| Owned::bool(!same)))
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let method = this(args);
    let receiver = super::hashing::hash_identity(method.receiver());
    let function = convert::hash(thread, method.function())?;
    Ok(super::int::from_i64(
        thread,
        super::hashing::hash_i64(receiver ^ function),
    ))
}

fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let method = this(args);
    let name = attribute::get(thread, method.function(), Name::NAME.value())?;
    reduce::by_attribute(thread, method.receiver(), name)
}

methods! { pub METHODS:
    new "method(type, function, instance, /)" => make;
    "__call__(self, /, *args, **kwargs)" => call_method;
    "__get__(self, instance, owner=None, /)" => get;
    "__getattribute__(self, name, /)" => get_attribute;
    "__repr__(self, /)" => repr -> Str;
    "__eq__(self, value, /)" => equal;
    "__ne__(self, value, /)" => not_equal;
    "__hash__(self, /)" => hash -> Int;
    "__reduce__(self, /)" => reduce -> Tuple;
    get "__func__" => get_function;
    get "__self__" => get_self;
    get "__doc__" => get_doc;
}
