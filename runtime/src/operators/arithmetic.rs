//! Binary and unary arithmetic.
//!
//! ```text
//!   two words of one type ──► result                          (inlined into the interpreter)
//!   builtin types         ──► by kind: numbers, sequences …    (`builtin`)
//!   anything else         ──► __add__, __radd__ …              (`general`: Python's rules for whose method goes first)
//! ```
//!
//! The builtin types' own `__add__` and so on, in their method tables, come back to [`builtin`]; there is one definition
//! of what adding two floats means.

use crate::object::Kind;
use crate::operators::attribute::call_special;
use crate::operators::convert::type_name;
use crate::types::bytes::{self, Buffer};
use crate::types::complex::{self, Complex, Operand};
use crate::types::int::{self, IntRef};
use crate::types::list::{self, List};
use crate::types::names::Name;
use crate::types::str::{self, Str};
use crate::types::tuple::{self, Tuple};
use crate::types::{Type, class_of, float};
use crate::{Owned, Result, Thread, Value, raise};

macro_rules! binary_operators {
    ($($variant:ident $function:ident $symbol:literal $name:ident $reflected:ident $inplace:ident;)*) => {
        /// A binary operator.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum BinaryOp { $($variant),* }

        impl BinaryOp {
            /// All of them, in the order of their numbers.
            pub const ALL: &[BinaryOp] = &[$(BinaryOp::$variant),*];

            /// As it is written in a program.
            pub const fn symbol(self) -> &'static str {
                match self { $(BinaryOp::$variant => $symbol),* }
            }

            /// The method of the left operand.
            pub const fn name(self) -> Name {
                match self { $(BinaryOp::$variant => Name::$name),* }
            }

            /// The method of the right operand.
            pub const fn reflected(self) -> Name {
                match self { $(BinaryOp::$variant => Name::$reflected),* }
            }

            /// The method of an augmented assignment's target.
            pub const fn inplace(self) -> Name {
                match self { $(BinaryOp::$variant => Name::$inplace),* }
            }
        }

        $(
            #[doc = concat!("`l ", $symbol, " r`")]
            #[inline]
            pub fn $function(thread: &Thread, l: Value, r: Value) -> Result {
                binary(thread, BinaryOp::$variant, l, r)
            }
        )*
    };
}

binary_operators! {
    Add add "+" ADD RADD IADD;
    Sub sub "-" SUB RSUB ISUB;
    Mul mul "*" MUL RMUL IMUL;
    Matmul matmul "@" MATMUL RMATMUL IMATMUL;
    Truediv truediv "/" TRUEDIV RTRUEDIV ITRUEDIV;
    Floordiv floordiv "//" FLOORDIV RFLOORDIV IFLOORDIV;
    Mod modulo "%" MOD RMOD IMOD;
    Pow pow "**" POW RPOW IPOW;
    Lshift lshift "<<" LSHIFT RLSHIFT ILSHIFT;
    Rshift rshift ">>" RSHIFT RRSHIFT IRSHIFT;
    And and "&" AND RAND IAND;
    Or or "|" OR ROR IOR;
    Xor xor "^" XOR RXOR IXOR;
}

/// `l op r`
#[inline]
pub fn binary(thread: &Thread, op: BinaryOp, l: Value, r: Value) -> Result {
    if l.both_small_int(r) {
        let (a, b) = (l.small_int_unchecked(), r.small_int_unchecked());
        if let Some(result) = ints(thread, op, IntRef::Small(a), IntRef::Small(b)) {
            return result;
        }
    } else if l.both_inline_float(r) {
        let (a, b) = (l.inline_float_unchecked(), r.inline_float_unchecked());
        if let Some(result) = floats(thread, op, a, b) {
            return result;
        }
    }
    binary_slow(thread, op, l, r)
}

#[inline(never)]
fn binary_slow(thread: &Thread, op: BinaryOp, l: Value, r: Value) -> Result {
    if is_plain(l)
        && is_plain(r)
        && let Some(result) = sequences(thread, op, l, r).or_else(|| builtin(thread, op, l, r))
    {
        return result;
    }
    match protocol(thread, op.name(), op.reflected(), l, r)? {
        Some(result) => Ok(result),
        None => unsupported(thread, op, "", l, r),
    }
}

/// `target op= r`, giving the target's new value.
pub fn inplace(thread: &Thread, op: BinaryOp, target: Value, r: Value) -> Result {
    if target.is_object() && !is_immutable(target.kind()) {
        let result = call_special(thread, target, op.inplace(), &[r])?;
        if let Some(result) = result.filter(is_implemented) {
            return Ok(result);
        }
    }
    if is_plain(target)
        && is_plain(r)
        && let Some(result) = builtin(thread, op, target, r)
    {
        return result;
    }
    match protocol(thread, op.name(), op.reflected(), target, r)? {
        Some(result) => Ok(result),
        None => unsupported(thread, op, "=", target, r),
    }
}

/// Builtin types without in-place methods.
fn is_immutable(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::BIG_INT
            | Kind::FLOAT
            | Kind::COMPLEX
            | Kind::STR
            | Kind::BYTES
            | Kind::TUPLE
            | Kind::FROZENSET
    )
}

/// Is the class of the value a builtin one, so that no method can be overridden?
#[inline]
fn is_plain(value: Value) -> bool {
    let kind = value.kind();
    !kind.is_subclass() && kind != Kind::INSTANCE
}

fn is_implemented(result: &Owned) -> bool {
    result.value() != Value::NOT_IMPLEMENTED
}

/// What the builtin types define for the operands, which may be instances of subclasses; `None`: nothing.
///
/// Containers are not here: their methods are found by name.
pub fn builtin(thread: &Thread, op: BinaryOp, l: Value, r: Value) -> Option<Result> {
    if let (Some(a), Some(b)) = (Number::of(&l), Number::of(&r)) {
        return numbers(thread, op, a, b, (l, r));
    }
    match op {
        BinaryOp::Add => concatenate(thread, l, r),
        BinaryOp::Mul => repeat(thread, l, r).or_else(|| {
            // Lists and tuples on the left repeat themselves.
            let other = matches!(l.kind().layout(), Kind::LIST | Kind::TUPLE);
            if other { None } else { repeat(thread, r, l) }
        }),
        BinaryOp::Mod if l.is::<Str>() => Some(super::format::percent(thread, l, r)),
        BinaryOp::Mod if Buffer::is_bytes_like(l) => Some(bytes::percent(thread, l, r)),
        _ => None,
    }
}

/// Lists and tuples, exactly: the operations that need no method to be looked up.
fn sequences(thread: &Thread, op: BinaryOp, l: Value, r: Value) -> Option<Result> {
    match (op, l.kind(), r.kind()) {
        (BinaryOp::Add, Kind::LIST, Kind::LIST) => {
            Some(list::methods::concat(thread, l.get::<List>()?, r))
        }
        (BinaryOp::Add, Kind::TUPLE, Kind::TUPLE) => {
            Some(tuple::methods::concat(thread, l.get::<Tuple>()?, r))
        }
        (BinaryOp::Mul, Kind::LIST, Kind::NONE) if r.is_small_int() => {
            Some(list::methods::repeat(thread, l.get::<List>()?, r))
        }
        (BinaryOp::Mul, Kind::TUPLE, Kind::NONE) if r.is_small_int() => {
            Some(tuple::methods::repeat(thread, l.get::<Tuple>()?, r))
        }
        _ => None,
    }
}

/// A number of a builtin type.
#[derive(Clone, Copy)]
pub enum Number<'a> {
    Int(IntRef<'a>),
    Float(f64),
    Complex(complex::Pair),
}

impl<'a> Number<'a> {
    /// The number, if the value is one.
    #[inline]
    pub fn of(value: &'a Value) -> Option<Number<'a>> {
        if let Some(x) = float::as_f64(*value) {
            return Some(Number::Float(x));
        }
        if let Some(i) = IntRef::of(value) {
            return Some(Number::Int(i));
        }
        value.get::<Complex>().map(|z| Number::Complex(z.get()))
    }

    fn real(self, thread: &Thread) -> Result<f64> {
        match self {
            Number::Int(i) => int::arithmetic::to_f64(thread, i),
            Number::Float(x) => Ok(x),
            Number::Complex((real, _)) => Ok(real),
        }
    }

    fn operand(self, thread: &Thread) -> Result<Operand> {
        match self {
            Number::Complex(pair) => Ok(Operand::Pair(pair)),
            _ => self.real(thread).map(Operand::Real),
        }
    }
}

/// Two numbers: the operation of the wider type.
fn numbers(
    thread: &Thread,
    op: BinaryOp,
    a: Number,
    b: Number,
    (l, r): (Value, Value),
) -> Option<Result> {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => {
            if l.is_bool() && r.is_bool() {
                let (a, b) = (l == Value::TRUE, r == Value::TRUE);
                match op {
                    BinaryOp::And => return Some(Ok(Owned::bool(a & b))),
                    BinaryOp::Or => return Some(Ok(Owned::bool(a | b))),
                    BinaryOp::Xor => return Some(Ok(Owned::bool(a ^ b))),
                    _ => {}
                }
            }
            ints(thread, op, a, b)
        }
        (Number::Complex(_), _) | (_, Number::Complex(_)) => {
            let operands = a.operand(thread).and_then(|a| Ok((a, b.operand(thread)?)));
            match operands {
                Ok((x, y)) => complexes(thread, op, x, y),
                Err(raised) => is_complex_operator(op).then_some(Err(raised)),
            }
        }
        _ => match a.real(thread).and_then(|a| Ok((a, b.real(thread)?))) {
            Ok((x, y)) => floats(thread, op, x, y),
            Err(raised) => Some(Err(raised)),
        },
    }
}

/// Two ints.
#[inline]
pub fn ints(thread: &Thread, op: BinaryOp, a: IntRef, b: IntRef) -> Option<Result> {
    use int::arithmetic as int;
    Some(match op {
        BinaryOp::Add => Ok(int::add(thread, a, b)),
        BinaryOp::Sub => Ok(int::subtract(thread, a, b)),
        BinaryOp::Mul => Ok(int::multiply(thread, a, b)),
        BinaryOp::Matmul => return None,
        BinaryOp::Truediv => int::true_divide(thread, a, b),
        BinaryOp::Floordiv => int::floor_divide(thread, a, b),
        BinaryOp::Mod => int::modulo(thread, a, b),
        BinaryOp::Pow => int::power(thread, a, b),
        BinaryOp::Lshift => int::shift_left(thread, a, b),
        BinaryOp::Rshift => int::shift_right(thread, a, b),
        BinaryOp::And => Ok(int::and(thread, a, b)),
        BinaryOp::Or => Ok(int::or(thread, a, b)),
        BinaryOp::Xor => Ok(int::xor(thread, a, b)),
    })
}

/// Two floats.
#[inline]
pub fn floats(thread: &Thread, op: BinaryOp, a: f64, b: f64) -> Option<Result> {
    Some(match op {
        BinaryOp::Add => Ok(float::new(thread, a + b)),
        BinaryOp::Sub => Ok(float::new(thread, a - b)),
        BinaryOp::Mul => Ok(float::new(thread, a * b)),
        BinaryOp::Truediv => float::arithmetic::true_divide(thread, a, b),
        BinaryOp::Floordiv => float::arithmetic::floor_divide(thread, a, b),
        BinaryOp::Mod => float::arithmetic::modulo(thread, a, b),
        BinaryOp::Pow => float::power(thread, a, b),
        _ => return None,
    })
}

fn is_complex_operator(op: BinaryOp) -> bool {
    use BinaryOp::{Add, Mul, Pow, Sub, Truediv};
    matches!(op, Add | Sub | Mul | Truediv | Pow)
}

/// Two numbers, one of them complex.
fn complexes(thread: &Thread, op: BinaryOp, a: Operand, b: Operand) -> Option<Result> {
    Some(match op {
        BinaryOp::Add => Ok(complex::add(thread, a, b)),
        BinaryOp::Sub => Ok(complex::subtract(thread, a, b)),
        BinaryOp::Mul => Ok(complex::multiply(thread, a, b)),
        BinaryOp::Truediv => complex::divide(thread, a, b),
        BinaryOp::Pow => complex::power(thread, a.pair(), b.pair()),
        _ => return None,
    })
}

/// `l + r` for text and bytes. The right operand may be the wrong one only if it is a builtin type's.
fn concatenate(thread: &Thread, l: Value, r: Value) -> Option<Result> {
    if let Some(left) = l.get::<Str>() {
        return Some(match r.get::<Str>() {
            Some(right) => Ok(str::concat(thread, left, right)),
            None => raise!(
                thread,
                TypeError,
                "can only concatenate str (not \"{}\") to str",
                type_name(r)
            ),
        });
    }
    Buffer::is_bytes_like(l).then(|| bytes::concat(thread, l, r))
}

/// `sequence * count` for text and bytes.
fn repeat(thread: &Thread, sequence: Value, count: Value) -> Option<Result> {
    let is_str = sequence.is::<Str>();
    if !is_str && !Buffer::is_bytes_like(sequence) {
        return None;
    }
    Some(
        repeat_count(thread, count).and_then(|count| match sequence.get::<Str>() {
            Some(string) => str::repeat(thread, string, count),
            None => bytes::repeat(thread, sequence, count),
        }),
    )
}

/// The count of a repetition, for any sequence type.
pub fn repeat_count(thread: &Thread, count: Value) -> Result<isize> {
    if !super::convert::has_index(count) {
        let name = type_name(count);
        return raise!(
            thread,
            TypeError,
            "can't multiply sequence by non-int of type '{name}'"
        );
    }
    super::convert::to_count(thread, count)
}

/// Asks the operands' methods: a subclass's reflected method first, then the left operand's, then the right one's.
/// `None`: neither knows how.
pub fn protocol(
    thread: &Thread,
    name: Name,
    reflected: Name,
    l: Value,
    r: Value,
) -> Result<Option<Owned>> {
    let (left, right) = (class_of(l), class_of(r));
    let differ = !std::ptr::eq(left, right);
    let right_first = differ
        && (overrides(right, left, reflected)
            || (is_sequence(l) && defers(left, name) && !(is_sequence(r) && defers(right, name))));
    if right_first && let Some(result) = attempt(thread, r, reflected, l)? {
        return Ok(Some(result));
    }
    if let Some(result) = attempt(thread, l, name, r)? {
        return Ok(Some(result));
    }
    if differ && !right_first {
        return attempt(thread, r, reflected, l);
    }
    Ok(None)
}

/// Does `derived` come from `base` and bring its own `method`?
fn overrides(derived: &Type, base: &Type, method: Name) -> bool {
    derived.is_subclass_of(base) && derived.lookup_name(method) != base.lookup_name(method)
}

fn is_sequence(value: Value) -> bool {
    matches!(
        value.kind().layout(),
        Kind::STR | Kind::BYTES | Kind::BYTEARRAY | Kind::LIST | Kind::TUPLE
    )
}

/// Concatenation and repetition of builtin sequences come after the other operand's methods.
fn defers(class: &Type, name: Name) -> bool {
    matches!(name, Name::ADD | Name::MUL)
        && class
            .lookup_name(name)
            .is_some_and(|method| method.kind().layout() == Kind::NATIVE_FUNCTION)
}

/// Calls a special method; `None` if there is none or it does not know how.
fn attempt(thread: &Thread, o: Value, name: Name, argument: Value) -> Result<Option<Owned>> {
    Ok(call_special(thread, o, name, &[argument])?.filter(is_implemented))
}

#[cold]
fn unsupported(thread: &Thread, op: BinaryOp, assign: &str, l: Value, r: Value) -> Result {
    let symbol = match (op, assign) {
        (BinaryOp::Pow, "") => "** or pow()",
        _ => op.symbol(),
    };
    raise!(
        thread,
        TypeError,
        "unsupported operand type(s) for {symbol}{assign}: '{}' and '{}'",
        type_name(l),
        type_name(r)
    )
}

/// `divmod(l, r)`: a tuple of quotient and remainder, or whatever the operands' methods give.
pub fn divmod(thread: &Thread, l: Value, r: Value) -> Result {
    if is_plain(l)
        && is_plain(r)
        && let Some(result) = builtin_divmod(thread, l, r)
    {
        return result;
    }
    match protocol(thread, Name::DIVMOD, Name::RDIVMOD, l, r)? {
        Some(result) => Ok(result),
        None => raise!(
            thread,
            TypeError,
            "unsupported operand type(s) for divmod(): '{}' and '{}'",
            type_name(l),
            type_name(r)
        ),
    }
}

/// `divmod` of two builtin numbers.
pub fn builtin_divmod(thread: &Thread, l: Value, r: Value) -> Option<Result> {
    let pair = match (Number::of(&l)?, Number::of(&r)?) {
        (Number::Complex(_), _) | (_, Number::Complex(_)) => return None,
        (Number::Int(a), Number::Int(b)) => int::arithmetic::floor_divide_modulo(thread, a, b),
        (a, b) => a.real(thread).and_then(|a| {
            let (quotient, remainder) =
                float::arithmetic::floor_divide_modulo(thread, a, b.real(thread)?)?;
            Ok((float::new(thread, quotient), float::new(thread, remainder)))
        }),
    };
    Some(pair.map(|(quotient, remainder)| tuple::new(thread, vec![quotient, remainder])))
}

/// `pow(base, exponent, modulus)`; without modulus (None) the operator.
pub fn pow3(thread: &Thread, base: Value, exponent: Value, modulus: Value) -> Result {
    if modulus.is_none() {
        return pow(thread, base, exponent);
    }
    let plain = is_plain(base) && is_plain(exponent) && is_plain(modulus);
    if plain && let Some(result) = builtin_pow3(thread, base, exponent, modulus) {
        return result;
    }
    for (o, name, argument) in [(base, Name::POW, exponent), (exponent, Name::RPOW, base)] {
        let result = call_special(thread, o, name, &[argument, modulus])?;
        if let Some(result) = result.filter(is_implemented) {
            return Ok(result);
        }
    }
    raise!(
        thread,
        TypeError,
        "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
        type_name(base),
        type_name(exponent),
        type_name(modulus)
    )
}

/// `pow` of three values of builtin classes: the first whose class has an answer gives it.
pub fn builtin_pow3(
    thread: &Thread,
    base: Value,
    exponent: Value,
    modulus: Value,
) -> Option<Result> {
    let all = [base, exponent, modulus];
    let numbers = all.each_ref().map(Number::of);
    if let [
        Some(Number::Int(a)),
        Some(Number::Int(b)),
        Some(Number::Int(m)),
    ] = numbers
    {
        return Some(int::arithmetic::power_modulo(thread, a, b, m));
    }
    let calculable = numbers[0].is_some() && numbers[1].is_some();
    numbers.iter().find_map(|number| match number {
        Some(Number::Float(_)) => Some(raise!(
            thread,
            TypeError,
            "pow() 3rd argument not allowed unless all arguments are integers"
        )),
        Some(Number::Complex(_)) if calculable => {
            Some(raise!(thread, ValueError, "complex modulo"))
        }
        _ => None,
    })
}

/// `-v`
#[inline]
pub fn neg(thread: &Thread, v: Value) -> Result {
    if is_plain(v) {
        match Number::of(&v) {
            Some(Number::Int(i)) => return Ok(int::arithmetic::negate(thread, i)),
            Some(Number::Float(x)) => return Ok(float::new(thread, -x)),
            Some(Number::Complex((real, imaginary))) => {
                return Ok(complex::new(thread, -real, -imaginary));
            }
            None => {}
        }
    }
    unary(thread, v, Name::NEG, "unary -")
}

/// `+v`
pub fn pos(thread: &Thread, v: Value) -> Result {
    if is_plain(v) {
        match Number::of(&v) {
            Some(Number::Int(i)) => return Ok(int::from_ref(thread, i)),
            Some(_) => return Ok(Owned::new(v)),
            None => {}
        }
    }
    unary(thread, v, Name::POS, "unary +")
}

/// `~v`
pub fn invert(thread: &Thread, v: Value) -> Result {
    if v.is_bool() {
        warn_of_inverted_bool(thread)?;
    }
    if is_plain(v)
        && let Some(i) = IntRef::of(&v)
    {
        return Ok(int::arithmetic::invert(thread, i));
    }
    unary(thread, v, Name::INVERT, "unary ~")
}

#[cold]
fn warn_of_inverted_bool(thread: &Thread) -> Result<()> {
    let text = "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
                inversion of the underlying int object and is usually not what you expect from negating a bool. \
                Use the 'not' operator for boolean negation or ~int(x) if you really want the bitwise inversion of the \
                underlying int.";
    crate::warnings::warn(thread, crate::Builtin::DeprecationWarning, text, false)
}

/// `abs(v)`
pub fn abs(thread: &Thread, v: Value) -> Result {
    if is_plain(v) {
        match Number::of(&v) {
            Some(Number::Int(i)) => return Ok(int::arithmetic::absolute(thread, i)),
            Some(Number::Float(x)) => return Ok(float::new(thread, x.abs())),
            Some(Number::Complex(pair)) => {
                return Ok(float::new(thread, complex::absolute(thread, pair)?));
            }
            None => {}
        }
    }
    unary(thread, v, Name::ABS, "abs()")
}

fn unary(thread: &Thread, v: Value, name: Name, what: &str) -> Result {
    match call_special(thread, v, name, &[])? {
        Some(result) => Ok(result),
        None => raise!(
            thread,
            TypeError,
            "bad operand type for {what}: '{}'",
            type_name(v)
        ),
    }
}
