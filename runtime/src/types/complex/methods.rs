//! The methods of `complex`.

use super::{Complex, Pair, absolute, new as new_complex, repr as repr_of};
use crate::operators::arithmetic::{self, BinaryOp, Number};
use crate::operators::attribute::call_special;
use crate::operators::call::call;
use crate::operators::compare::{self, CompareOp};
use crate::operators::convert::{self, type_name};
use crate::operators::format;
use crate::types::class::{as_class, class_of};
use crate::types::define::receiver;
use crate::types::float::{self, text};
use crate::types::int::text::to_ascii_digits;
use crate::types::names::Name;
use crate::types::str::{Str, unicode};
use crate::types::{Builtin, hashing, int, str, tuple};
use crate::{Owned, Result, Thread, Value, heap, methods, raise};

methods! { pub METHODS:
    /// A complex number from its parts, or from a text.
    new "complex(type, /, real=<missing>, imag=<missing>)" => new;
    /// The number with the imaginary part negated.
    "conjugate(self, /)" => conjugate -> Complex;
    /// A number as a complex one.
    class "from_number(type, number, /)" => from_number;
    /// The imaginary part.
    field "imag" => imag -> Float;
    /// The real part.
    field "real" => real -> Float;
    "__abs__(self, /)" => abs -> Float;
    "__add__(self, value, /)" => add;
    "__bool__(self, /)" => bool -> Bool;
    "__complex__(self, /)" => pos -> Complex;
    "__eq__(self, value, /)" => eq;
    "__format__(self, format_spec, /)" => format_spec -> Str;
    "__ge__(self, value, /)" => ge;
    "__getnewargs__(self, /)" => getnewargs -> Tuple;
    "__gt__(self, value, /)" => gt;
    "__hash__(self, /)" => hash -> Int;
    "__le__(self, value, /)" => le;
    "__lt__(self, value, /)" => lt;
    "__mul__(self, value, /)" => mul;
    "__ne__(self, value, /)" => ne;
    "__neg__(self, /)" => neg -> Complex;
    "__pos__(self, /)" => pos -> Complex;
    "__pow__(self, value, mod=None, /)" => pow;
    "__radd__(self, value, /)" => radd;
    "__repr__(self, /)" => repr -> Str;
    "__rmul__(self, value, /)" => rmul;
    "__rpow__(self, value, mod=None, /)" => rpow;
    "__rsub__(self, value, /)" => rsub;
    "__rtruediv__(self, value, /)" => rtruediv;
    "__sub__(self, value, /)" => sub;
    "__truediv__(self, value, /)" => truediv;
}

/// The receiver.
#[inline(always)]
fn this(args: &[Value]) -> Pair {
    receiver::<Complex>(args).get()
}

fn complex(thread: &Thread, (real, imaginary): Pair) -> Result {
    Ok(new_complex(thread, real, imaginary))
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let [class, real, imaginary] = args else {
        unreachable!("the signature has three parameters");
    };
    let pair = match (real.get::<Str>(), imaginary.is_missing()) {
        (Some(string), true) => match parse(string) {
            Some(pair) => pair,
            None => return raise!(thread, ValueError, "complex() arg is a malformed string"),
        },
        _ => from_parts(thread, *real, *imaginary)?,
    };
    match as_class(*class) {
        Some(class) if !class.is(Builtin::Complex) => {
            let header = class.instance_header(thread);
            Ok(heap::new(thread, Complex::with_header(header, pair)))
        }
        _ => complex(thread, pair),
    }
}

/// `complex(real, imaginary)` of numbers: parts that are complex themselves add up.
fn from_parts(thread: &Thread, real: Value, imaginary: Value) -> Result<Pair> {
    let alone = imaginary.is_missing();
    let real_part = if real.is_missing() {
        (0.0, 0.0)
    } else {
        match from_object(thread, real)? {
            Some(pair) => pair,
            None if alone => {
                let name = type_name(real);
                return raise!(
                    thread,
                    TypeError,
                    "complex() argument must be a string or a number, not {name}"
                );
            }
            None => return not_real(thread, "real", real),
        }
    };
    if alone {
        return Ok(real_part);
    }
    let imaginary_part = match imaginary.get::<Complex>() {
        Some(pair) => pair.get(),
        None => match convert::try_f64(thread, imaginary)? {
            Some(x) => (x, 0.0),
            None => return not_real(thread, "imag", imaginary),
        },
    };
    if !real.is_missing() && class_of(real).lookup_name(Name::COMPLEX).is_some() {
        warn_of_complex(thread, "real", real)?;
    }
    if imaginary.is::<Complex>() {
        warn_of_complex(thread, "imag", imaginary)?;
    }
    let imaginary_only = real_part.1 == 0.0;
    let imaginary = if imaginary_only {
        imaginary_part.0
    } else {
        real_part.1 + imaginary_part.0
    };
    let real = if imaginary_part.1 == 0.0 {
        real_part.0
    } else {
        real_part.0 - imaginary_part.1
    };
    Ok((real, imaginary))
}

/// Parts that are no real numbers are on their way out.
fn warn_of_complex(thread: &Thread, which: &str, value: Value) -> Result<()> {
    let name = type_name(value);
    let text = format!("complex() argument '{which}' must be a real number, not {name}");
    crate::warnings::warn(thread, Builtin::DeprecationWarning, &text, false)
}

fn not_real(thread: &Thread, which: &str, value: Value) -> Result<Pair> {
    let name = type_name(value);
    raise!(
        thread,
        TypeError,
        "complex() argument '{which}' must be a real number, not {name}"
    )
}

/// A number as a complex one; `None` if the value is no number.
fn from_object(thread: &Thread, value: Value) -> Result<Option<Pair>> {
    if let Some(pair) = value.get_exact::<Complex>() {
        return Ok(Some(pair.get()));
    }
    if let Some(result) = call_special(thread, value, Name::COMPLEX, &[])? {
        return match result.get::<Complex>() {
            Some(pair) => {
                let exact = Builtin::Complex;
                convert::warn_of_subclass(thread, "__complex__", exact, result.value())?;
                Ok(Some(pair.get()))
            }
            None => raise!(
                thread,
                TypeError,
                "__complex__ returned non-complex (type {})",
                type_name(result.value())
            ),
        };
    }
    Ok(convert::try_f64(thread, value)?.map(|x| (x, 0.0)))
}

/// The number a text spells: `real`, `imaginary j` or both, parentheses around them allowed.
fn parse(string: &Str) -> Option<Pair> {
    let text = to_ascii_digits(string.units())?;
    let blank = |c: char| unicode::is_space(c.into());
    let mut text = text.trim_matches(blank);
    if let Some(inner) = text.strip_prefix('(') {
        text = inner.strip_suffix(')')?.trim_matches(blank);
    }
    if text.contains(blank) {
        return None;
    }
    let Some(body) = text.strip_suffix(['j', 'J']) else {
        return Some((text::parse(text)?, 0.0));
    };
    // The last sign that belongs to no exponent begins the imaginary part.
    let bytes = body.as_bytes();
    let split = (0..bytes.len()).rev().find(|&at| {
        let in_exponent = at > 1
            && matches!(bytes[at - 1], b'e' | b'E')
            && matches!(bytes[at - 2], b'0'..=b'9' | b'.' | b'_');
        matches!(bytes[at], b'+' | b'-') && !in_exponent
    });
    let (real, imaginary) = body.split_at(split.unwrap_or(0));
    let real = if real.is_empty() {
        0.0
    } else {
        text::parse(real)?
    };
    let imaginary = match imaginary {
        "" | "+" => 1.0,
        "-" => -1.0,
        _ => text::parse(imaginary)?,
    };
    Some((real, imaginary))
}

fn from_number(thread: &Thread, args: &[Value]) -> Result {
    let Some(pair) = from_object(thread, args[1])? else {
        let name = type_name(args[1]);
        return raise!(thread, TypeError, "must be real number, not {name}");
    };
    let number = complex(thread, pair)?;
    match as_class(args[0]) {
        Some(exact) if exact.is(Builtin::Complex) => Ok(number),
        _ => call(thread, args[0], &[number.value()]),
    }
}

macro_rules! binary_methods {
    ($($method:ident $reflected:ident $op:ident;)*) => {
        $(
            fn $method(thread: &Thread, args: &[Value]) -> Result {
                binary(thread, args, BinaryOp::$op, args[0], args[1])
            }
            fn $reflected(thread: &Thread, args: &[Value]) -> Result {
                binary(thread, args, BinaryOp::$op, args[1], args[0])
            }
        )*
    };
}

binary_methods! {
    add radd Add;
    sub rsub Sub;
    mul rmul Mul;
    truediv rtruediv Truediv;
}

fn binary(thread: &Thread, args: &[Value], op: BinaryOp, l: Value, r: Value) -> Result {
    if Number::of(&args[1]).is_none() {
        return Ok(Owned::NOT_IMPLEMENTED);
    }
    arithmetic::builtin(thread, op, l, r).unwrap_or(Ok(Owned::NOT_IMPLEMENTED))
}

fn power_of(thread: &Thread, args: &[Value], l: Value, r: Value) -> Result {
    if !args[2].is_none() && Number::of(&args[1]).is_some() {
        return raise!(thread, ValueError, "complex modulo");
    }
    binary(thread, args, BinaryOp::Pow, l, r)
}

fn pow(thread: &Thread, args: &[Value]) -> Result {
    power_of(thread, args, args[0], args[1])
}

fn rpow(thread: &Thread, args: &[Value]) -> Result {
    power_of(thread, args, args[1], args[0])
}

fn conjugate(thread: &Thread, args: &[Value]) -> Result {
    let (real, imaginary) = this(args);
    complex(thread, (real, -imaginary))
}

fn neg(thread: &Thread, args: &[Value]) -> Result {
    let (real, imaginary) = this(args);
    complex(thread, (-real, -imaginary))
}

fn pos(thread: &Thread, args: &[Value]) -> Result {
    complex(thread, this(args))
}

fn real(thread: &Thread, args: &[Value]) -> Result {
    Ok(float::new(thread, this(args).0))
}

fn imag(thread: &Thread, args: &[Value]) -> Result {
    Ok(float::new(thread, this(args).1))
}

fn abs(thread: &Thread, args: &[Value]) -> Result {
    let length = absolute(thread, this(args))?;
    Ok(float::new(thread, length))
}

fn bool(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(args) != (0.0, 0.0)))
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let (real, imaginary) = this(args);
    Ok(int::from_i64(
        thread,
        hashing::hash_complex(real, imaginary),
    ))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    Ok(str::new(thread, &repr_of(this(args))))
}

fn format_spec(thread: &Thread, args: &[Value]) -> Result {
    format::builtin_or_default(thread, args[0], args[1])
}

fn getnewargs(thread: &Thread, args: &[Value]) -> Result {
    let (real, imaginary) = this(args);
    let parts = [real, imaginary].map(|x| float::new(thread, x));
    Ok(tuple::new(thread, parts.into()))
}

macro_rules! comparisons {
    ($($method:ident $op:ident;)*) => {
        $(fn $method(thread: &Thread, args: &[Value]) -> Result {
            compare::builtin_method(thread, CompareOp::$op, args[0], args[1])
        })*
    };
}

comparisons! {
    lt Lt;
    le Le;
    eq Eq;
    ne Ne;
    gt Gt;
    ge Ge;
}
