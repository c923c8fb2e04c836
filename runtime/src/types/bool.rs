//! `bool`: two immediates that are ints. Everything it does not define here it inherits from `int`.

use crate::operators::arithmetic::{self, BinaryOp};
use crate::operators::convert::truth;
use crate::types::int::IntRef;
use crate::types::str;
use crate::{Owned, Result, Thread, Value, methods};

methods! { pub METHODS:
    /// The truth of an object; False without argument.
    new "bool(type, object=False, /)" => new -> Bool;
    "__and__(self, value, /)" => and;
    "__invert__(self, /)" => invert -> Int;
    "__or__(self, value, /)" => or;
    "__rand__(self, value, /)" => rand;
    "__repr__(self, /)" => repr -> Str;
    "__ror__(self, value, /)" => ror;
    "__rxor__(self, value, /)" => rxor;
    "__xor__(self, value, /)" => xor;
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    truth(thread, args[1]).map(Owned::bool)
}

fn binary(thread: &Thread, op: BinaryOp, l: Value, r: Value) -> Result {
    if IntRef::of(&l).is_none() || IntRef::of(&r).is_none() {
        return Ok(Owned::NOT_IMPLEMENTED);
    }
    arithmetic::builtin(thread, op, l, r).unwrap_or(Ok(Owned::NOT_IMPLEMENTED))
}

macro_rules! binary_methods {
    ($($method:ident $reflected:ident $op:ident;)*) => {
        $(
            fn $method(thread: &Thread, args: &[Value]) -> Result {
                binary(thread, BinaryOp::$op, args[0], args[1])
            }
            fn $reflected(thread: &Thread, args: &[Value]) -> Result {
                binary(thread, BinaryOp::$op, args[1], args[0])
            }
        )*
    };
}

binary_methods! {
    and rand And;
    or ror Or;
    xor rxor Xor;
}

fn invert(thread: &Thread, args: &[Value]) -> Result {
    arithmetic::invert(thread, args[0])
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let text = if args[0] == Value::TRUE {
        "True"
    } else {
        "False"
    };
    Ok(Owned::new(str::intern(thread, text)))
}
