//! The methods of `float`.

use super::arithmetic::{exact_fraction, floor_divide_modulo};
use super::text::{self, HexError};
use super::{Float, as_f64, new as new_float};
use crate::operators::arithmetic::{self, BinaryOp, Number};
use crate::operators::call::call;
use crate::operators::compare::{self, CompareOp};
use crate::operators::convert::{self, type_name};
use crate::operators::format;
use crate::types::bytes::Buffer;
use crate::types::class::{as_class, class_of};
use crate::types::int::arithmetic::round_quotient;
use crate::types::int::{self, IntRef};
use crate::types::str::Str;
use crate::types::{Builtin, hashing, str, tuple};
use crate::{Owned, Result, Thread, Value, heap, methods, raise};
use dashu_int::IBig;

methods! { pub METHODS:
    /// A number or string as a float; 0.0 without argument.
    new "float(type, x=0, /)" => new;
    /// The float as a pair of ints in lowest terms whose quotient it is.
    ///
    /// >>> (0.375).as_integer_ratio()
    /// (3, 8)
    "as_integer_ratio(self, /)" => as_integer_ratio -> Tuple;
    /// The float itself.
    "conjugate(self, /)" => pos -> Float;
    /// A real number as a float.
    class "from_number(type, number, /)" => from_number;
    /// The float a hexadecimal text spells.
    ///
    /// >>> float.fromhex('0x1.4p+1')
    /// 2.5
    class "fromhex(type, string, /)" => fromhex;
    /// The float in hexadecimal, exactly.
    ///
    /// >>> (2.5).hex()
    /// '0x1.4000000000000p+1'
    "hex(self, /)" => hex -> Str;
    /// 0.0
    get "imag" => imag -> Float;
    /// Is the float a whole number?
    "is_integer(self, /)" => is_integer -> Bool;
    /// The float itself.
    get "real" => pos -> Float;
    "__abs__(self, /)" => abs -> Float;
    "__add__(self, value, /)" => add;
    "__bool__(self, /)" => bool -> Bool;
    "__ceil__(self, /)" => ceil -> Int;
    "__divmod__(self, value, /)" => divmod;
    "__eq__(self, value, /)" => eq;
    "__float__(self, /)" => pos -> Float;
    "__floor__(self, /)" => floor -> Int;
    "__floordiv__(self, value, /)" => floordiv;
    "__format__(self, format_spec, /)" => format_spec -> Str;
    "__ge__(self, value, /)" => ge;
    class "__getformat__(type, typestr, /)" => getformat -> Str;
    "__getnewargs__(self, /)" => getnewargs -> Tuple;
    "__gt__(self, value, /)" => gt;
    "__hash__(self, /)" => hash -> Int;
    "__int__(self, /)" => trunc -> Int;
    "__le__(self, value, /)" => le;
    "__lt__(self, value, /)" => lt;
    "__mod__(self, value, /)" => modulo;
    "__mul__(self, value, /)" => mul;
    "__ne__(self, value, /)" => ne;
    "__neg__(self, /)" => neg -> Float;
    "__pos__(self, /)" => pos -> Float;
    "__pow__(self, value, mod=None, /)" => pow;
    "__radd__(self, value, /)" => radd;
    "__rdivmod__(self, value, /)" => rdivmod;
    "__repr__(self, /)" => repr -> Str;
    "__rfloordiv__(self, value, /)" => rfloordiv;
    "__rmod__(self, value, /)" => rmodulo;
    "__rmul__(self, value, /)" => rmul;
    "__round__(self, ndigits=None, /)" => round;
    "__rpow__(self, value, mod=None, /)" => rpow;
    "__rsub__(self, value, /)" => rsub;
    "__rtruediv__(self, value, /)" => rtruediv;
    "__sub__(self, value, /)" => sub;
    "__truediv__(self, value, /)" => truediv;
    "__trunc__(self, /)" => trunc -> Int;
}

/// The receiver.
#[inline(always)]
fn this(args: &[Value]) -> f64 {
    as_f64(args[0]).expect("methods are bound to instances of their type")
}

fn float(thread: &Thread, x: f64) -> Result {
    Ok(new_float(thread, x))
}

/// Is a float asked for of what is one already?
fn is_plain(class: Value, x: Value) -> bool {
    let is_float = |class: &crate::types::Type| class.is(Builtin::Float);
    as_f64(x).is_some() && is_float(class_of(x)) && as_class(class).is_some_and(is_float)
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    if is_plain(args[0], args[1]) {
        return Ok(Owned::new(args[1]));
    }
    let x = from_value(thread, args[1])?;
    match as_class(args[0]) {
        Some(class) if !class.is(Builtin::Float) => {
            let header = class.instance_header(thread);
            Ok(heap::new(thread, Float::with_header(header, x)))
        }
        _ => Ok(super::read(thread, x)),
    }
}

/// `float(x)`
pub fn from_value(thread: &Thread, x: Value) -> Result<f64> {
    let parsed = if let Some(string) = x.get::<Str>() {
        match string.as_str() {
            Some(ascii) => text::parse(ascii),
            None => {
                int::text::to_ascii_digits(string.units()).and_then(|ascii| text::parse(&ascii))
            }
        }
    } else if let Some(bytes) = Buffer::copy(thread, x) {
        std::str::from_utf8(&bytes).ok().and_then(text::parse)
    } else {
        return match convert::try_f64(thread, x)? {
            Some(x) => Ok(x),
            None => raise!(
                thread,
                TypeError,
                "float() argument must be a string or a real number, not '{}'",
                type_name(x)
            ),
        };
    };
    match parsed {
        Some(x) => Ok(x),
        None => {
            let shown = convert::repr(thread, x)?;
            let shown = convert::display(thread, shown.value())?;
            raise!(
                thread,
                ValueError,
                "could not convert string to float: {shown}"
            )
        }
    }
}

macro_rules! binary_methods {
    ($($method:ident $reflected:ident $op:ident;)*) => {
        $(
            fn $method(thread: &Thread, args: &[Value]) -> Result {
                binary(thread, args, BinaryOp::$op, false)
            }
            fn $reflected(thread: &Thread, args: &[Value]) -> Result {
                binary(thread, args, BinaryOp::$op, true)
            }
        )*
    };
}

binary_methods! {
    add radd Add;
    sub rsub Sub;
    mul rmul Mul;
    truediv rtruediv Truediv;
    floordiv rfloordiv Floordiv;
    modulo rmodulo Mod;
}

/// Is the value a number that floats calculate with?
fn is_real(value: Value) -> bool {
    matches!(Number::of(&value), Some(Number::Int(_) | Number::Float(_)))
}

fn binary(thread: &Thread, args: &[Value], op: BinaryOp, reflected: bool) -> Result {
    if !is_real(args[1]) {
        return Ok(Owned::NOT_IMPLEMENTED);
    }
    let (l, r) = if reflected {
        (args[1], args[0])
    } else {
        (args[0], args[1])
    };
    arithmetic::builtin(thread, op, l, r).unwrap_or(Ok(Owned::NOT_IMPLEMENTED))
}

fn power_of(thread: &Thread, args: &[Value], l: Value, r: Value) -> Result {
    if !args[2].is_none() {
        let text = "pow() 3rd argument not allowed unless all arguments are integers";
        return raise!(thread, TypeError, "{text}");
    }
    if !is_real(args[1]) {
        return Ok(Owned::NOT_IMPLEMENTED);
    }
    arithmetic::builtin(thread, BinaryOp::Pow, l, r).unwrap_or(Ok(Owned::NOT_IMPLEMENTED))
}

fn pow(thread: &Thread, args: &[Value]) -> Result {
    power_of(thread, args, args[0], args[1])
}

fn rpow(thread: &Thread, args: &[Value]) -> Result {
    power_of(thread, args, args[1], args[0])
}

fn divide_pair(thread: &Thread, l: Value, r: Value) -> Result {
    if !is_real(l) || !is_real(r) {
        return Ok(Owned::NOT_IMPLEMENTED);
    }
    let (a, b) = (convert::to_f64(thread, l)?, convert::to_f64(thread, r)?);
    let (quotient, remainder) = floor_divide_modulo(thread, a, b)?;
    let pair = vec![float(thread, quotient)?, float(thread, remainder)?];
    Ok(tuple::new(thread, pair))
}

fn divmod(thread: &Thread, args: &[Value]) -> Result {
    divide_pair(thread, args[0], args[1])
}

fn rdivmod(thread: &Thread, args: &[Value]) -> Result {
    divide_pair(thread, args[1], args[0])
}

fn abs(thread: &Thread, args: &[Value]) -> Result {
    float(thread, this(args).abs())
}

fn neg(thread: &Thread, args: &[Value]) -> Result {
    float(thread, -this(args))
}

fn pos(thread: &Thread, args: &[Value]) -> Result {
    float(thread, this(args))
}

fn bool(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(args) != 0.0))
}

fn imag(thread: &Thread, _args: &[Value]) -> Result {
    float(thread, 0.0)
}

fn is_integer(_thread: &Thread, args: &[Value]) -> Result {
    let x = this(args);
    Ok(Owned::bool(x.is_finite() && x == x.trunc()))
}

fn trunc(thread: &Thread, args: &[Value]) -> Result {
    int::from_f64(thread, this(args))
}

fn floor(thread: &Thread, args: &[Value]) -> Result {
    int::from_f64(thread, this(args).floor())
}

fn ceil(thread: &Thread, args: &[Value]) -> Result {
    int::from_f64(thread, this(args).ceil())
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let hash = match this(args) {
        x if x.is_nan() => hashing::hash_identity(args[0]),
        x => hashing::hash_f64(x),
    };
    Ok(int::from_i64(thread, hash))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    Ok(text::repr_str(thread, this(args)))
}

fn format_spec(thread: &Thread, args: &[Value]) -> Result {
    format::builtin_or_default(thread, args[0], args[1])
}

fn getnewargs(thread: &Thread, args: &[Value]) -> Result {
    let x = float(thread, this(args))?;
    Ok(tuple::new(thread, vec![x]))
}

fn getformat(thread: &Thread, args: &[Value]) -> Result {
    match args[1].get::<Str>() {
        Some(kind) if kind.is_text("double") || kind.is_text("float") => {
            Ok(Owned::new(str::intern(thread, "IEEE, little-endian")))
        }
        None => {
            let got = convert::argument_type(args[1]);
            let text = format!("__getformat__() argument must be str, not {got}");
            raise!(thread, TypeError, "{text}")
        }
        _ => {
            let text = "__getformat__() argument 1 must be 'double' or 'float'";
            raise!(thread, ValueError, "{text}")
        }
    }
}

fn hex(thread: &Thread, args: &[Value]) -> Result {
    let text = text::to_hex(this(args));
    Ok(str::new(thread, &text))
}

/// `class(x)`, which is the float itself for `float`.
fn of_class(thread: &Thread, class: Value, x: f64) -> Result {
    let x = float(thread, x)?;
    match as_class(class) {
        Some(exact) if exact.is(Builtin::Float) => Ok(x),
        _ => call(thread, class, &[x.value()]),
    }
}

fn fromhex(thread: &Thread, args: &[Value]) -> Result {
    let Some(string) = args[1].get::<Str>() else {
        return raise!(
            thread,
            TypeError,
            "bad argument type for built-in operation"
        );
    };
    match text::from_hex(&string.to_str_lossy()) {
        Ok(x) => of_class(thread, args[0], x),
        Err(HexError::Malformed) => {
            raise!(
                thread,
                ValueError,
                "invalid hexadecimal floating-point string"
            )
        }
        Err(HexError::TooLarge) => {
            let text = "hexadecimal value too large to represent as a float";
            raise!(thread, OverflowError, "{text}")
        }
    }
}

fn from_number(thread: &Thread, args: &[Value]) -> Result {
    if is_plain(args[0], args[1]) {
        return Ok(Owned::new(args[1]));
    }
    let x = convert::to_f64(thread, args[1])?;
    of_class(thread, args[0], x)
}

fn as_integer_ratio(thread: &Thread, args: &[Value]) -> Result {
    let x = this(args);
    if x.is_infinite() {
        return raise!(
            thread,
            OverflowError,
            "cannot convert Infinity to integer ratio"
        );
    }
    if x.is_nan() {
        return raise!(thread, ValueError, "cannot convert NaN to integer ratio");
    }
    let (numerator, shift) = exact_fraction(x);
    let power = |shift: i64| IBig::ONE << shift.max(0) as usize;
    let numerator = IBig::from(numerator) * power(-shift);
    let pair = [numerator, power(shift)].map(|int| int::from_big(thread, int));
    Ok(tuple::new(thread, pair.into()))
}

fn round(thread: &Thread, args: &[Value]) -> Result {
    let x = this(args);
    if args[1].is_none() {
        return int::from_f64(thread, x.round_ties_even());
    }
    let digits = convert::to_isize_clipped(thread, args[1])?;
    let rounded = round_digits(x, digits);
    if rounded.is_infinite() && x.is_finite() {
        return raise!(
            thread,
            OverflowError,
            "rounded value too large to represent"
        );
    }
    float(thread, rounded)
}

/// The float nearest to `x` rounded to decimal digits, half to even, as exact values go.
fn round_digits(x: f64, digits: isize) -> f64 {
    /// More digits than these change nothing, fewer leave nothing.
    const MOST: isize = 323;
    const LEAST: isize = -308;
    if !x.is_finite() || digits > MOST {
        return x;
    }
    if digits < LEAST {
        return 0f64.copysign(x);
    }
    if digits >= 0 {
        let text = format!("{:.*}", digits as usize, x);
        return text.parse().expect("a float that was printed");
    }
    let (numerator, shift) = exact_fraction(x);
    let unit = IBig::from(10).pow(digits.unsigned_abs());
    let power = |shift: i64| IBig::ONE << shift.max(0) as usize;
    let multiple = round_quotient(
        &(IBig::from(numerator) * power(-shift)),
        &(&unit * power(shift)),
    );
    let magnitude = IntRef::Big(&(multiple * unit)).to_f64();
    magnitude.abs().copysign(x)
}

macro_rules! comparisons {
    ($($method:ident $op:ident;)*) => {
        $(fn $method(thread: &Thread, args: &[Value]) -> Result {
            if !is_real(args[1]) {
                return Ok(Owned::NOT_IMPLEMENTED);
            }
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

#[cfg(test)]
mod tests {
    use super::round_digits;

    #[test]
    fn rounding_is_of_the_exact_value() {
        assert_eq!(round_digits(2.675, 2), 2.67);
        assert_eq!(round_digits(0.5, 0), 0.0);
        assert_eq!(round_digits(25.0, -1), 20.0);
        assert_eq!(round_digits(25.0000001, -1), 30.0);
        assert_eq!(round_digits(-15.0, -1), -20.0);
        assert!(round_digits(-5.0, -400).is_sign_negative());
        assert!(round_digits(1.7e308, -308).is_infinite());
        assert_eq!(round_digits(1e300, -300), 1e300);
    }
}
