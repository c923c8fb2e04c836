//! `_operator`: operators as functions. The classes of `operator` and `length_hint` are that module's own.

use ashore_runtime::operators::arithmetic::{self, BinaryOp};
use ashore_runtime::operators::compare::{self, CompareOp};
use ashore_runtime::operators::{attribute, call, convert, index, iterate};
use ashore_runtime::types::bytes::Buffer;
use ashore_runtime::types::class_of;
use ashore_runtime::types::int::{self, IntRef};
use ashore_runtime::types::memoryview::request;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::names::Name;
use ashore_runtime::types::str::Str;
use ashore_runtime::{Builtin, Owned, Result, Thread, Value, methods, raise};

macro_rules! binary {
    ($($function:ident $inplace:ident $op:ident;)*) => {
        $(
            fn $function(thread: &Thread, args: &[Value]) -> Result {
                arithmetic::binary(thread, BinaryOp::$op, args[0], args[1])
            }

            fn $inplace(thread: &Thread, args: &[Value]) -> Result {
                arithmetic::inplace(thread, BinaryOp::$op, args[0], args[1])
            }
        )*
    };
}

binary! {
    add iadd Add;
    sub isub Sub;
    mul imul Mul;
    matmul imatmul Matmul;
    truediv itruediv Truediv;
    floordiv ifloordiv Floordiv;
    modulo imod Mod;
    pow ipow Pow;
    lshift ilshift Lshift;
    rshift irshift Rshift;
    and iand And;
    or ior Or;
    xor ixor Xor;
}

macro_rules! compare {
    ($($function:ident $op:ident;)*) => {
        $(
            fn $function(thread: &Thread, args: &[Value]) -> Result {
                compare::rich(thread, CompareOp::$op, args[0], args[1])
            }
        )*
    };
}

compare! {
    eq Eq;
    ne Ne;
    lt Lt;
    le Le;
    gt Gt;
    ge Ge;
}

fn not(thread: &Thread, args: &[Value]) -> Result {
    convert::truth(thread, args[0]).map(|truth| Owned::bool(!truth))
}

fn truth(thread: &Thread, args: &[Value]) -> Result {
    convert::truth(thread, args[0]).map(Owned::bool)
}

fn is(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(args[0] == args[1]))
}

fn is_not(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(args[0] != args[1]))
}

fn is_none(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(args[0].is_none()))
}

fn is_not_none(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(!args[0].is_none()))
}

fn neg(thread: &Thread, args: &[Value]) -> Result {
    arithmetic::neg(thread, args[0])
}

fn pos(thread: &Thread, args: &[Value]) -> Result {
    arithmetic::pos(thread, args[0])
}

fn invert(thread: &Thread, args: &[Value]) -> Result {
    arithmetic::invert(thread, args[0])
}

fn abs(thread: &Thread, args: &[Value]) -> Result {
    arithmetic::abs(thread, args[0])
}

fn as_index(thread: &Thread, args: &[Value]) -> Result {
    let number = convert::index(thread, args[0])?;
    match class_of(number.value()).is(Builtin::Int) {
        true => Ok(number),
        false => Ok(int::from_ref(
            thread,
            IntRef::of(&number).expect("an index is an int"),
        )),
    }
}

/// Only sequences can be concatenated.
fn check_sequence(thread: &Thread, value: Value) -> Result<()> {
    if attribute::special(thread, value, Name::GETITEM).is_some() {
        return Ok(());
    }
    let name = class_of(value).name();
    raise!(thread, TypeError, "'{name}' object can't be concatenated")
}

fn concat(thread: &Thread, args: &[Value]) -> Result {
    check_sequence(thread, args[0])?;
    add(thread, args)
}

fn iconcat(thread: &Thread, args: &[Value]) -> Result {
    check_sequence(thread, args[0])?;
    iadd(thread, args)
}

fn contains(thread: &Thread, args: &[Value]) -> Result {
    index::contains(thread, args[0], args[1]).map(Owned::bool)
}

/// Calls `each` with the number of every item that equals the value, until that says to stop.
fn search(thread: &Thread, args: &[Value], mut each: impl FnMut(usize) -> bool) -> Result<()> {
    let source = iterate::source_or(thread, args[0], || {
        let name = class_of(args[0]).name();
        raise!(
            thread,
            TypeError,
            "argument of type '{name}' is not iterable"
        )
    })?;
    let iterator = iterate::iter(thread, source.value())?;
    let mut number = 0;
    while let Some(item) = iterate::next(thread, iterator.value())? {
        if compare::equal(thread, item.value(), args[1])? && !each(number) {
            return Ok(());
        }
        number += 1;
    }
    Ok(())
}

fn count_of(thread: &Thread, args: &[Value]) -> Result {
    let mut count = 0;
    search(thread, args, |_| {
        count += 1;
        true
    })?;
    Ok(int::from_usize(thread, count))
}

fn index_of(thread: &Thread, args: &[Value]) -> Result {
    let mut found = None;
    search(thread, args, |number| {
        found = Some(number);
        false
    })?;
    match found {
        Some(number) => Ok(int::from_usize(thread, number)),
        None => raise!(thread, ValueError, "sequence.index(x): x not in sequence"),
    }
}

fn get_item(thread: &Thread, args: &[Value]) -> Result {
    index::get_item(thread, args[0], args[1])
}

fn set_item(thread: &Thread, args: &[Value]) -> Result {
    index::set_item(thread, args[0], args[1], args[2])?;
    Ok(Owned::NONE)
}

fn delete_item(thread: &Thread, args: &[Value]) -> Result {
    index::delete_item(thread, args[0], args[1])?;
    Ok(Owned::NONE)
}

fn call(thread: &Thread, args: &[Value]) -> Result {
    call::call_packed(thread, args[0], args[1], args[2])
}

/// Looks at all bytes whatever the first difference is, so that the time taken tells nothing about it.
pub(crate) fn compare_digest(thread: &Thread, args: &[Value]) -> Result {
    let bytes = |value: Value| -> Result<Option<Vec<u8>>> {
        let bytes = Buffer::request(thread, &value, request::SIMPLE)?;
        Ok(bytes.map(Buffer::into_vec))
    };
    let ascii = |text: &Str| match text.as_str() {
        Some(text) if text.is_ascii() => Ok(Some(text.as_bytes().to_vec())),
        _ => raise!(
            thread,
            TypeError,
            "comparing strings with non-ASCII characters is not supported"
        ),
    };
    let [a, b] = match (args[0].get::<Str>(), args[1].get::<Str>()) {
        (Some(a), Some(b)) => [ascii(a)?, ascii(b)?],
        _ => [bytes(args[0])?, bytes(args[1])?],
    };
    let names = [args[0], args[1]].map(|value| class_of(value).name());
    let (a, b) = match (a, b) {
        (Some(a), Some(b)) => (a, b),
        (None, None) => {
            return raise!(
                thread,
                TypeError,
                "unsupported operand types(s) or combination of types: '{}' and '{}'",
                names[0],
                names[1]
            );
        }
        (left, _) => {
            let other = &names[usize::from(left.is_some())];
            return raise!(
                thread,
                TypeError,
                "a bytes-like object is required, not '{other}'"
            );
        }
    };
    // Of unequal length: b with itself, which takes as long.
    let same_length = a.len() == b.len();
    let left = if same_length { &a } else { &b };
    let differences = left.iter().zip(&b).fold(0, |found, (x, y)| found | (x ^ y));
    Ok(Owned::bool(
        same_length && std::hint::black_box(differences) == 0,
    ))
}

methods! { FUNCTIONS:
    /// Same as a + b.
    static "add(a, b, /)" => add;
    /// Same as a - b.
    static "sub(a, b, /)" => sub;
    /// Same as a * b.
    static "mul(a, b, /)" => mul;
    /// Same as a @ b.
    static "matmul(a, b, /)" => matmul;
    /// Same as a / b.
    static "truediv(a, b, /)" => truediv;
    /// Same as a // b.
    static "floordiv(a, b, /)" => floordiv;
    /// Same as a % b.
    static "mod(a, b, /)" => modulo;
    /// Same as a ** b.
    static "pow(a, b, /)" => pow;
    /// Same as a << b.
    static "lshift(a, b, /)" => lshift;
    /// Same as a >> b.
    static "rshift(a, b, /)" => rshift;
    /// Same as a & b.
    static "and_(a, b, /)" => and;
    /// Same as a | b.
    static "or_(a, b, /)" => or;
    /// Same as a ^ b.
    static "xor(a, b, /)" => xor;
    /// Same as a += b.
    static "iadd(a, b, /)" => iadd;
    /// Same as a -= b.
    static "isub(a, b, /)" => isub;
    /// Same as a *= b.
    static "imul(a, b, /)" => imul;
    /// Same as a @= b.
    static "imatmul(a, b, /)" => imatmul;
    /// Same as a /= b.
    static "itruediv(a, b, /)" => itruediv;
    /// Same as a //= b.
    static "ifloordiv(a, b, /)" => ifloordiv;
    /// Same as a %= b.
    static "imod(a, b, /)" => imod;
    /// Same as a **= b.
    static "ipow(a, b, /)" => ipow;
    /// Same as a <<= b.
    static "ilshift(a, b, /)" => ilshift;
    /// Same as a >>= b.
    static "irshift(a, b, /)" => irshift;
    /// Same as a &= b.
    static "iand(a, b, /)" => iand;
    /// Same as a |= b.
    static "ior(a, b, /)" => ior;
    /// Same as a ^= b.
    static "ixor(a, b, /)" => ixor;
    /// Same as a == b.
    static "eq(a, b, /)" => eq;
    /// Same as a != b.
    static "ne(a, b, /)" => ne;
    /// Same as a < b.
    static "lt(a, b, /)" => lt;
    /// Same as a <= b.
    static "le(a, b, /)" => le;
    /// Same as a > b.
    static "gt(a, b, /)" => gt;
    /// Same as a >= b.
    static "ge(a, b, /)" => ge;
    /// Same as not a.
    static "not_(a, /)" => not -> Bool;
    /// Return True if a is true, False otherwise.
    static "truth(a, /)" => truth -> Bool;
    /// Same as a is b.
    static "is_(a, b, /)" => is -> Bool;
    /// Same as a is not b.
    static "is_not(a, b, /)" => is_not -> Bool;
    /// Same as a is None.
    static "is_none(a, /)" => is_none -> Bool;
    /// Same as a is not None.
    static "is_not_none(a, /)" => is_not_none -> Bool;
    /// Same as -a.
    static "neg(a, /)" => neg;
    /// Same as +a.
    static "pos(a, /)" => pos;
    /// Same as ~a.
    static "inv(a, /)" => invert;
    /// Same as ~a.
    static "invert(a, /)" => invert;
    /// Same as abs(a).
    static "abs(a, /)" => abs;
    /// Same as a.__index__()
    static "index(a, /)" => as_index;
    /// Same as a + b, for a and b sequences.
    static "concat(a, b, /)" => concat;
    /// Same as a += b, for a and b sequences.
    static "iconcat(a, b, /)" => iconcat;
    /// Same as b in a (note reversed operands).
    static "contains(a, b, /)" => contains -> Bool;
    /// Return the number of items in a which are, or which equal, b.
    static "countOf(a, b, /)" => count_of -> Int;
    /// Return the first index of b in a.
    static "indexOf(a, b, /)" => index_of -> Int;
    /// Same as a[b].
    static "getitem(a, b, /)" => get_item;
    /// Same as a[b] = c.
    static "setitem(a, b, c, /)" => set_item -> None;
    /// Same as del a[b].
    static "delitem(a, b, /)" => delete_item -> None;
    /// Same as obj(*args, **kwargs).
    static "call(obj, /, *args, **kwargs)" => call;
    /// Return 'a == b'.
    ///
    /// This function uses an approach designed to prevent
    /// timing analysis, making it appropriate for cryptography.
    ///
    /// a and b must both be of the same type: either str (ASCII only),
    /// or any bytes-like object.
    ///
    /// Note: If a and b are of different lengths, or if an error occurs,
    /// a timing attack could theoretically reveal information about the
    /// types and lengths of a and b--but not their values.
    static "_compare_digest(a, b, /)" => compare_digest -> Bool;
}

fn initialize(_: &Thread, _: &Module) -> Result<()> {
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_operator",
    doc: "Operator interface.\n\nThis module exports a set of functions implemented in C corresponding\nto the intrinsic operators of Python.  For example, operator.add(x, y)\nis equivalent to the expression x+y.",
    functions: FUNCTIONS,
    initialize,
};
