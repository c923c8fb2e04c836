//! Weak proxies: everything done to one is done to its referent.

use super::{Weakref, methods};
use crate::operators::arithmetic::{self, BinaryOp};
use crate::operators::compare::{self, CompareOp};
use crate::operators::{attribute, call, convert, index, iterate};
use crate::types::names::Name;
use crate::types::{class_of, float, int, str};
use crate::{Owned, Result, Thread, Value, methods, raise};

/// The referent of a proxy; any other value is its own.
fn target(thread: &Thread, value: Value) -> Result {
    let class = class_of(value).builtin;
    let Some(proxy) = value
        .get::<Weakref>()
        .filter(|_| class.is_some_and(is_proxy))
    else {
        return Ok(Owned::new(value));
    };
    match proxy.get() {
        Some(referent) => Ok(referent),
        None => raise!(
            thread,
            ReferenceError,
            "weakly-referenced object no longer exists"
        ),
    }
}

fn is_proxy(builtin: crate::Builtin) -> bool {
    matches!(
        builtin,
        crate::Builtin::WeakProxy | crate::Builtin::WeakCallableProxy
    )
}

/// Functions that do something with the referents of their arguments.
macro_rules! forward {
    ($($name:ident($thread:ident, $($arg:ident),+) => $body:expr;)*) => {$(
        fn $name($thread: &Thread, args: &[Value]) -> Result {
            forward!(@bind $thread args 0usize; $($arg)+);
            $body
        }
    )*};
    (@bind $thread:ident $args:ident $at:expr; $arg:ident $($rest:ident)*) => {
        let $arg = target($thread, $args[$at])?;
        let $arg = $arg.value();
        forward!(@bind $thread $args $at + 1; $($rest)*);
    };
    (@bind $thread:ident $args:ident $at:expr;) => {};
}

/// The arithmetic operators: plain, reflected, in place.
macro_rules! operators {
    ($($op:ident $plain:ident $reflected:ident $inplace:ident;)*) => {
        forward! {$(
            $plain(thread, left, right) => arithmetic::binary(thread, BinaryOp::$op, left, right);
            $reflected(thread, right, left) => arithmetic::binary(thread, BinaryOp::$op, left, right);
            $inplace(thread, left, right) => arithmetic::inplace(thread, BinaryOp::$op, left, right);
        )*}
    };
}

operators! {
    Add add_ radd iadd;
    Sub sub_ rsub isub;
    Mul mul_ rmul imul;
    Matmul matmul_ rmatmul imatmul;
    Truediv truediv_ rtruediv itruediv;
    Floordiv floordiv_ rfloordiv ifloordiv;
    Mod mod_ rmod imod;
    Pow pow_ rpow ipow;
    Lshift lshift_ rlshift ilshift;
    Rshift rshift_ rrshift irshift;
    And and_ rand iand;
    Or or_ ror ior;
    Xor xor_ rxor ixor;
}

fn power(thread: &Thread, args: &[Value]) -> Result {
    if args[2].is_none() {
        return pow_(thread, &args[..2]);
    }
    let operand = |value| target(thread, value);
    let (base, exponent, modulus) = (operand(args[0])?, operand(args[1])?, operand(args[2])?);
    arithmetic::pow3(thread, base.value(), exponent.value(), modulus.value())
}

forward! {
    to_str(thread, this) => convert::str(thread, this);
    less(thread, left, right) => compare::rich(thread, CompareOp::Lt, left, right);
    less_equal(thread, left, right) => compare::rich(thread, CompareOp::Le, left, right);
    equal(thread, left, right) => compare::rich(thread, CompareOp::Eq, left, right);
    not_equal(thread, left, right) => compare::rich(thread, CompareOp::Ne, left, right);
    greater(thread, left, right) => compare::rich(thread, CompareOp::Gt, left, right);
    greater_equal(thread, left, right) => compare::rich(thread, CompareOp::Ge, left, right);
    divmod(thread, left, right) => arithmetic::divmod(thread, left, right);
    rdivmod(thread, right, left) => arithmetic::divmod(thread, left, right);
    neg(thread, this) => arithmetic::neg(thread, this);
    pos(thread, this) => arithmetic::pos(thread, this);
    abs(thread, this) => arithmetic::abs(thread, this);
    invert(thread, this) => arithmetic::invert(thread, this);
    truth(thread, this) => convert::truth(thread, this).map(Owned::bool);
    to_index(thread, this) => convert::index(thread, this);
    to_float(thread, this) => Ok(float::new(thread, convert::to_f64(thread, this)?));
    length(thread, this) => Ok(int::from_usize(thread, index::length(thread, this)?));
    get_item(thread, this, key) => index::get_item(thread, this, key);
    set_item(thread, this, key, value) => index::set_item(thread, this, key, value).map(none);
    delete_item(thread, this, key) => index::delete_item(thread, this, key).map(none);
    contains(thread, this, item) => index::contains(thread, this, item).map(Owned::bool);
    iter(thread, this) => iterate::iter(thread, this);
}

fn none((): ()) -> Owned {
    Owned::NONE
}

fn get_attribute(thread: &Thread, args: &[Value]) -> Result {
    let this = target(thread, args[0])?;
    attribute::get(thread, this.value(), args[1])
}

fn set_attribute(thread: &Thread, args: &[Value]) -> Result {
    let this = target(thread, args[0])?;
    attribute::set(thread, this.value(), args[1], args[2]).map(none)
}

fn delete_attribute(thread: &Thread, args: &[Value]) -> Result {
    let this = target(thread, args[0])?;
    attribute::delete(thread, this.value(), args[1]).map(none)
}

/// Calls a method of the referent.
fn delegate(thread: &Thread, args: &[Value], name: &str) -> Result {
    let this = target(thread, args[0])?;
    let method = attribute::get(thread, this.value(), str::intern(thread, name))?;
    call::call(thread, method.value(), &args[1..])
}

fn to_int(thread: &Thread, args: &[Value]) -> Result {
    delegate(thread, args, "__int__")
}

fn to_bytes(thread: &Thread, args: &[Value]) -> Result {
    delegate(thread, args, "__bytes__")
}

fn reversed(thread: &Thread, args: &[Value]) -> Result {
    delegate(thread, args, "__reversed__")
}

fn next(thread: &Thread, args: &[Value]) -> Result {
    let this = target(thread, args[0])?;
    if !iterate::is_iterator(thread, this.value()) {
        let class = class_of(this.value()).name();
        return raise!(
            thread,
            TypeError,
            "Weakref proxy referenced a non-iterator '{class}' object"
        );
    }
    call::call_method(thread, this.value(), Name::NEXT, &[])
}

fn call_referent(thread: &Thread, args: &[Value]) -> Result {
    let this = target(thread, args[0])?;
    call::call_packed(thread, this.value(), args[1], args[2])
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    methods::describe(thread, args[0], "weakproxy")
}

methods! { pub PROXY:
    "__repr__(self, /)" => repr -> Str;
    "__str__(self, /)" => to_str -> Str;
    "__getattribute__(self, name, /)" => get_attribute;
    "__setattr__(self, name, value, /)" => set_attribute;
    "__delattr__(self, name, /)" => delete_attribute;
    "__lt__(self, value, /)" => less;
    "__le__(self, value, /)" => less_equal;
    "__eq__(self, value, /)" => equal;
    "__ne__(self, value, /)" => not_equal;
    "__gt__(self, value, /)" => greater;
    "__ge__(self, value, /)" => greater_equal;
    "__iter__(self, /)" => iter;
    "__next__(self, /)" => next;
    "__divmod__(self, value, /)" => divmod;
    "__rdivmod__(self, value, /)" => rdivmod;
    "__neg__(self, /)" => neg;
    "__pos__(self, /)" => pos;
    "__abs__(self, /)" => abs;
    "__bool__(self, /)" => truth -> Bool;
    "__invert__(self, /)" => invert;
    "__int__(self, /)" => to_int;
    "__float__(self, /)" => to_float -> Float;
    "__index__(self, /)" => to_index;
    "__len__(self, /)" => length -> Int;
    "__getitem__(self, key, /)" => get_item;
    "__setitem__(self, key, value, /)" => set_item;
    "__delitem__(self, key, /)" => delete_item;
    "__contains__(self, key, /)" => contains -> Bool;
    "__bytes__(self, /)" => to_bytes;
    "__reversed__(self, /)" => reversed;
    "__add__(self, value, /)" => add_;
    "__radd__(self, value, /)" => radd;
    "__iadd__(self, value, /)" => iadd;
    "__sub__(self, value, /)" => sub_;
    "__rsub__(self, value, /)" => rsub;
    "__isub__(self, value, /)" => isub;
    "__mul__(self, value, /)" => mul_;
    "__rmul__(self, value, /)" => rmul;
    "__imul__(self, value, /)" => imul;
    "__matmul__(self, value, /)" => matmul_;
    "__rmatmul__(self, value, /)" => rmatmul;
    "__imatmul__(self, value, /)" => imatmul;
    "__truediv__(self, value, /)" => truediv_;
    "__rtruediv__(self, value, /)" => rtruediv;
    "__itruediv__(self, value, /)" => itruediv;
    "__floordiv__(self, value, /)" => floordiv_;
    "__rfloordiv__(self, value, /)" => rfloordiv;
    "__ifloordiv__(self, value, /)" => ifloordiv;
    "__mod__(self, value, /)" => mod_;
    "__rmod__(self, value, /)" => rmod;
    "__imod__(self, value, /)" => imod;
    "__pow__(self, value, mod=None, /)" => power;
    "__rpow__(self, value, mod=None, /)" => rpow;
    "__ipow__(self, value, /)" => ipow;
    "__lshift__(self, value, /)" => lshift_;
    "__rlshift__(self, value, /)" => rlshift;
    "__ilshift__(self, value, /)" => ilshift;
    "__rshift__(self, value, /)" => rshift_;
    "__rrshift__(self, value, /)" => rrshift;
    "__irshift__(self, value, /)" => irshift;
    "__and__(self, value, /)" => and_;
    "__rand__(self, value, /)" => rand;
    "__iand__(self, value, /)" => iand;
    "__or__(self, value, /)" => or_;
    "__ror__(self, value, /)" => ror;
    "__ior__(self, value, /)" => ior;
    "__xor__(self, value, /)" => xor_;
    "__rxor__(self, value, /)" => rxor;
    "__ixor__(self, value, /)" => ixor;
}

methods! { pub CALLABLE_PROXY:
    /// Call self as a function.
    "__call__(self, /, *args, **kwargs)" => call_referent;
}
