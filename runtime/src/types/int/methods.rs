//! The methods of `int`, which `bool` inherits.

use super::{BigInt, IntRef, arithmetic as calc, bytes as digits, text};
use crate::operators::arithmetic::{self, BinaryOp};
use crate::operators::attribute::call_special;
use crate::operators::call::call;
use crate::operators::compare::{self, CompareOp};
use crate::operators::convert::{self, has_index, type_name};
use crate::operators::format;
use crate::types::arguments::flag;
use crate::types::bytes::{self, Buffer};
use crate::types::class::as_class;
use crate::types::names::Name;
use crate::types::str::Str;
use crate::types::{Builtin, float, tuple};
use crate::{Kind, Owned, Result, Thread, Value, heap, methods, raise};
use dashu_int::ops::{BitTest, UnsignedAbs};

methods! { pub METHODS:
    /// A number or string as an int; 0 without argument. Numbers are cut off at the point. A string may have a sign,
    /// underscores between digits, blanks around it, and for base 0 a prefix that tells its base.
    new "int(type, x=<missing>, /, base=<missing>)" => new;
    /// The int as a pair of ints whose quotient it is.
    ///
    /// >>> (-7).as_integer_ratio()
    /// (-7, 1)
    "as_integer_ratio(self, /)" => as_integer_ratio -> Tuple;
    /// Number of ones in the binary representation of the absolute value.
    ///
    /// >>> (-6).bit_count()
    /// 2
    "bit_count(self, /)" => bit_count -> Int;
    /// Number of bits of the absolute value.
    ///
    /// >>> (255).bit_length()
    /// 8
    "bit_length(self, /)" => bit_length -> Int;
    /// The int itself.
    "conjugate(self, /)" => pos -> Int;
    /// 1
    get "denominator" => denominator -> Int;
    /// The int that bytes represent.
    class "from_bytes(type, /, bytes, byteorder='big', *, signed=False)" => from_bytes;
    /// 0
    get "imag" => imag -> Int;
    /// True.
    "is_integer(self, /)" => is_integer -> Bool;
    /// The int itself.
    get "numerator" => pos -> Int;
    /// The int itself.
    get "real" => pos -> Int;
    /// The int as bytes.
    "to_bytes(self, /, length=1, byteorder='big', *, signed=False)" => to_bytes -> Bytes;
    "__abs__(self, /)" => abs -> Int;
    "__add__(self, value, /)" => add;
    "__and__(self, value, /)" => and;
    "__bool__(self, /)" => bool -> Bool;
    "__ceil__(self, /)" => pos -> Int;
    "__divmod__(self, value, /)" => divmod;
    "__eq__(self, value, /)" => eq;
    "__float__(self, /)" => to_float -> Float;
    "__floor__(self, /)" => pos -> Int;
    "__floordiv__(self, value, /)" => floordiv;
    "__format__(self, format_spec, /)" => format_spec -> Str;
    "__ge__(self, value, /)" => ge;
    "__getnewargs__(self, /)" => getnewargs -> Tuple;
    "__gt__(self, value, /)" => gt;
    "__hash__(self, /)" => hash -> Int;
    "__index__(self, /)" => pos -> Int;
    "__int__(self, /)" => pos -> Int;
    "__invert__(self, /)" => invert -> Int;
    "__le__(self, value, /)" => le;
    "__lshift__(self, value, /)" => lshift;
    "__lt__(self, value, /)" => lt;
    "__mod__(self, value, /)" => modulo;
    "__mul__(self, value, /)" => mul;
    "__ne__(self, value, /)" => ne;
    "__neg__(self, /)" => neg -> Int;
    "__or__(self, value, /)" => or;
    "__pos__(self, /)" => pos -> Int;
    "__pow__(self, value, mod=None, /)" => pow;
    "__radd__(self, value, /)" => radd;
    "__rand__(self, value, /)" => rand;
    "__rdivmod__(self, value, /)" => rdivmod;
    "__repr__(self, /)" => repr -> Str;
    "__rfloordiv__(self, value, /)" => rfloordiv;
    "__rlshift__(self, value, /)" => rlshift;
    "__rmod__(self, value, /)" => rmodulo;
    "__rmul__(self, value, /)" => rmul;
    "__ror__(self, value, /)" => ror;
    "__round__(self, ndigits=None, /)" => round -> Int;
    "__rpow__(self, value, mod=None, /)" => rpow;
    "__rrshift__(self, value, /)" => rrshift;
    "__rshift__(self, value, /)" => rshift;
    "__rsub__(self, value, /)" => rsub;
    "__rtruediv__(self, value, /)" => rtruediv;
    "__rxor__(self, value, /)" => rxor;
    "__sizeof__(self, /)" => sizeof -> Int;
    "__sub__(self, value, /)" => sub;
    "__truediv__(self, value, /)" => truediv;
    "__trunc__(self, /)" => pos -> Int;
    "__xor__(self, value, /)" => xor;
}

/// The receiver.
#[inline(always)]
fn this(args: &[Value]) -> IntRef<'_> {
    IntRef::of(&args[0]).expect("methods are bound to instances of their type")
}

fn small(i: i64) -> Result {
    Ok(Owned::inline(Value::small_int(i)))
}

/// An int as an instance of `class`.
fn instance(thread: &Thread, class: Value, int: Owned) -> Owned {
    match as_class(class) {
        Some(class) if !class.is(Builtin::Int) => {
            let value = IntRef::of(&int).expect("an int").to_big();
            let header = class.instance_header(thread);
            heap::new(thread, BigInt::with_header(header, value))
        }
        _ => int,
    }
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let [class, x, base] = args else {
        unreachable!("the signature has three parameters");
    };
    let int = match (x.is_missing(), base.is_missing()) {
        (true, true) => return Ok(instance(thread, *class, small(0)?)),
        (true, false) => return raise!(thread, TypeError, "int() missing string argument"),
        (false, true) => from_value(thread, *x)?,
        (false, false) => from_text_with_base(thread, *x, *base)?,
    };
    Ok(instance(thread, *class, int))
}

fn from_text_with_base(thread: &Thread, x: Value, base: Value) -> Result {
    let base = convert::to_isize_clipped(thread, base)?;
    if base != 0 && !(2..=36).contains(&base) {
        let text = "int() base must be >= 2 and <= 36, or 0";
        return raise!(thread, ValueError, "{text}");
    }
    match from_text(thread, x, base as u32) {
        Some(int) => int,
        None => raise!(
            thread,
            TypeError,
            "int() can't convert non-string with explicit base"
        ),
    }
}

/// As much of a text as a message shows.
fn shortened(thread: &Thread, text: Value) -> Result<String> {
    let text = convert::display(thread, text)?;
    Ok(text.chars().take(200).collect())
}

/// The int a str or bytes-like object spells; `None` if it is neither.
fn from_text(thread: &Thread, x: Value, base: u32) -> Option<Result> {
    let shown = || {
        let repr = convert::repr(thread, x)?;
        shortened(thread, repr.value())
    };
    if let Some(string) = x.get::<Str>() {
        return Some(match string.as_str() {
            Some(ascii) => text::parse(thread, Some(ascii), base, shown),
            None => {
                let ascii = text::to_ascii_digits(string.units());
                text::parse(thread, ascii.as_deref(), base, shown)
            }
        });
    }
    let bytes = Buffer::copy(thread, x)?;
    let ascii = std::str::from_utf8(&bytes)
        .ok()
        .filter(|text| text.is_ascii());
    let shown = || {
        let repr = convert::repr(thread, bytes::new(thread, &bytes).value())?;
        shortened(thread, repr.value())
    };
    Some(text::parse(thread, ascii, base, shown))
}

/// `int(x)`
pub fn from_value(thread: &Thread, x: Value) -> Result {
    if x.kind().is_subclass() || x.kind() == Kind::INSTANCE {
        return from_object(thread, x);
    }
    if let Some(int) = IntRef::of(&x) {
        return Ok(super::from_ref(thread, int));
    }
    if let Some(x) = float::as_f64(x) {
        return super::from_f64(thread, x);
    }
    match from_text(thread, x, 10) {
        Some(int) => int,
        None => from_object(thread, x),
    }
}

fn from_object(thread: &Thread, x: Value) -> Result {
    if let Some(result) = call_special(thread, x, Name::INT, &[])? {
        return match IntRef::of(&result) {
            Some(int) => {
                convert::warn_of_subclass(thread, "__int__", Builtin::Int, result.value())?;
                Ok(super::from_ref(thread, int))
            }
            None => raise!(
                thread,
                TypeError,
                "__int__ returned non-int (type {})",
                type_name(result.value())
            ),
        };
    }
    if has_index(x) {
        let int = convert::index(thread, x)?;
        return Ok(super::from_ref(
            thread,
            IntRef::of(&int).expect("index gives ints"),
        ));
    }
    match from_text(thread, x, 10) {
        Some(int) => int,
        None => raise!(
            thread,
            TypeError,
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            type_name(x)
        ),
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
    lshift rlshift Lshift;
    rshift rrshift Rshift;
    and rand And;
    or ror Or;
    xor rxor Xor;
}

fn binary(thread: &Thread, args: &[Value], op: BinaryOp, reflected: bool) -> Result {
    if IntRef::of(&args[1]).is_none() {
        return Ok(Owned::NOT_IMPLEMENTED);
    }
    let (l, r) = if reflected {
        (args[1], args[0])
    } else {
        (args[0], args[1])
    };
    arithmetic::builtin(thread, op, l, r).unwrap_or(Ok(Owned::NOT_IMPLEMENTED))
}

fn power_of(thread: &Thread, l: Value, r: Value, modulus: Value) -> Result {
    let (Some(base), Some(exponent)) = (IntRef::of(&l), IntRef::of(&r)) else {
        return Ok(Owned::NOT_IMPLEMENTED);
    };
    match IntRef::of(&modulus) {
        Some(modulus) => calc::power_modulo(thread, base, exponent, modulus),
        None if modulus.is_none() => calc::power(thread, base, exponent),
        None => Ok(Owned::NOT_IMPLEMENTED),
    }
}

fn pow(thread: &Thread, args: &[Value]) -> Result {
    power_of(thread, args[0], args[1], args[2])
}

fn rpow(thread: &Thread, args: &[Value]) -> Result {
    power_of(thread, args[1], args[0], args[2])
}

fn divmod(thread: &Thread, args: &[Value]) -> Result {
    builtin_divmod(thread, args[0], args[1])
}

fn rdivmod(thread: &Thread, args: &[Value]) -> Result {
    builtin_divmod(thread, args[1], args[0])
}

fn builtin_divmod(thread: &Thread, l: Value, r: Value) -> Result {
    if IntRef::of(&l).is_none() || IntRef::of(&r).is_none() {
        return Ok(Owned::NOT_IMPLEMENTED);
    }
    arithmetic::builtin_divmod(thread, l, r).unwrap_or(Ok(Owned::NOT_IMPLEMENTED))
}

fn abs(thread: &Thread, args: &[Value]) -> Result {
    Ok(calc::absolute(thread, this(args)))
}

fn neg(thread: &Thread, args: &[Value]) -> Result {
    Ok(calc::negate(thread, this(args)))
}

fn pos(thread: &Thread, args: &[Value]) -> Result {
    Ok(super::from_ref(thread, this(args)))
}

fn invert(thread: &Thread, args: &[Value]) -> Result {
    Ok(calc::invert(thread, this(args)))
}

fn bool(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(!this(args).is_zero()))
}

fn to_float(thread: &Thread, args: &[Value]) -> Result {
    let x = calc::to_f64(thread, this(args))?;
    Ok(float::new(thread, x))
}

fn denominator(_thread: &Thread, _args: &[Value]) -> Result {
    small(1)
}

fn imag(_thread: &Thread, _args: &[Value]) -> Result {
    small(0)
}

fn is_integer(_thread: &Thread, _args: &[Value]) -> Result {
    Ok(Owned::bool(true))
}

fn as_integer_ratio(thread: &Thread, args: &[Value]) -> Result {
    let int = super::from_ref(thread, this(args));
    Ok(tuple::new(thread, vec![int, small(1)?]))
}

fn getnewargs(thread: &Thread, args: &[Value]) -> Result {
    let int = super::from_ref(thread, this(args));
    Ok(tuple::new(thread, vec![int]))
}

fn bit_length(thread: &Thread, args: &[Value]) -> Result {
    Ok(super::from_usize(thread, this(args).bit_len()))
}

fn bit_count(thread: &Thread, args: &[Value]) -> Result {
    let ones = match this(args) {
        IntRef::Small(i) => i.unsigned_abs().count_ones() as usize,
        IntRef::Big(i) => i.unsigned_abs().count_ones(),
    };
    Ok(super::from_usize(thread, ones))
}

fn sizeof(thread: &Thread, args: &[Value]) -> Result {
    let bytes = match this(args) {
        IntRef::Small(_) => size_of::<Value>(),
        IntRef::Big(i) => size_of::<BigInt>() + i.bit_len() / 8,
    };
    Ok(super::from_usize(thread, bytes))
}

fn round(thread: &Thread, args: &[Value]) -> Result {
    let int = this(args);
    if args[1].is_none() {
        return Ok(super::from_ref(thread, int));
    }
    let digits = convert::to_isize_clipped(thread, args[1])?;
    if digits >= 0 {
        return Ok(super::from_ref(thread, int));
    }
    Ok(calc::round_to_power_of_ten(
        thread,
        int,
        digits.unsigned_abs(),
    ))
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let hash = convert::builtin_hash(args[0]).expect("ints have hashes");
    Ok(super::from_i64(thread, hash))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    text::to_str(thread, this(args))
}

fn format_spec(thread: &Thread, args: &[Value]) -> Result {
    format::builtin_or_default(thread, args[0], args[1])
}

/// The argument `byteorder`: is it little?
fn is_little(thread: &Thread, order: Value, function: &str) -> Result<bool> {
    match order.get::<Str>() {
        Some(order) if order.is_text("little") => Ok(true),
        Some(order) if order.is_text("big") => Ok(false),
        Some(_) => raise!(
            thread,
            ValueError,
            "byteorder must be either 'little' or 'big'"
        ),
        None => raise!(
            thread,
            TypeError,
            "{function}() argument 'byteorder' must be str, not {}",
            convert::argument_type(order)
        ),
    }
}

fn from_bytes(thread: &Thread, args: &[Value]) -> Result {
    let [class, source, order, signed] = args else {
        unreachable!("the signature has four parameters");
    };
    let little = is_little(thread, *order, "from_bytes")?;
    let signed = flag(thread, *signed)?;
    let bytes = bytes::from_object(thread, *source)?;
    let int = super::from_big(thread, digits::from_bytes(&bytes, little, signed));
    match as_class(*class) {
        Some(exact) if exact.is(Builtin::Int) => Ok(int),
        _ => call(thread, *class, &[int.value()]),
    }
}

fn to_bytes(thread: &Thread, args: &[Value]) -> Result {
    let int = this(args);
    let length = convert::to_isize(thread, args[1])?;
    let little = is_little(thread, args[2], "to_bytes")?;
    let signed = flag(thread, args[3])?;
    let Ok(length) = usize::try_from(length) else {
        return raise!(thread, ValueError, "length argument must be non-negative");
    };
    if int.is_negative() && !signed {
        return raise!(
            thread,
            OverflowError,
            "can't convert negative int to unsigned"
        );
    }
    if !heap::affordable(length) {
        return raise!(thread, MemoryError, "");
    }
    match digits::to_bytes(int, length, little, signed) {
        Some(result) => Ok(bytes::new(thread, &result)),
        None => raise!(thread, OverflowError, "int too big to convert"),
    }
}

macro_rules! comparisons {
    ($($method:ident $op:ident;)*) => {
        $(fn $method(thread: &Thread, args: &[Value]) -> Result {
            if IntRef::of(&args[1]).is_none() {
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
