//! Comparison.

use crate::object::Kind;
use crate::operators::arithmetic::Number;
use crate::operators::attribute::call_special;
use crate::operators::convert::{truth, type_name};
use crate::types::bytes::{Buffer, Bytearray, Bytes};
use crate::types::class_of;
use crate::types::int::arithmetic::compare_f64;
use crate::types::memoryview::request;
use crate::types::names::Name;
use crate::types::str::Str;
use crate::types::{dict, list, set, tuple};
use crate::{Owned, Result, Thread, Value, raise};
use std::cmp::Ordering;

macro_rules! comparisons {
    ($($variant:ident $symbol:literal $name:ident $swapped:ident;)*) => {
        /// A comparison operator.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum CompareOp { $($variant),* }

        impl CompareOp {
            /// All of them, in the order of their numbers.
            pub const ALL: &[CompareOp] = &[$(CompareOp::$variant),*];

            /// As it is written in a program.
            pub const fn symbol(self) -> &'static str {
                match self { $(CompareOp::$variant => $symbol),* }
            }

            /// The method of the left operand.
            pub const fn name(self) -> Name {
                match self { $(CompareOp::$variant => Name::$name),* }
            }

            /// The operator with the operands exchanged.
            pub const fn swapped(self) -> CompareOp {
                match self { $(CompareOp::$variant => CompareOp::$swapped),* }
            }
        }
    };
}

comparisons! {
    Lt "<" LT Gt;
    Le "<=" LE Ge;
    Eq "==" EQ Eq;
    Ne "!=" NE Ne;
    Gt ">" GT Lt;
    Ge ">=" GE Le;
}

impl CompareOp {
    /// Does the operator hold for operands in this order?
    #[inline(always)]
    pub const fn holds(self, order: Ordering) -> bool {
        match self {
            CompareOp::Lt => order.is_lt(),
            CompareOp::Le => order.is_le(),
            CompareOp::Eq => order.is_eq(),
            CompareOp::Ne => order.is_ne(),
            CompareOp::Gt => order.is_gt(),
            CompareOp::Ge => order.is_ge(),
        }
    }

    /// Does the operator hold for two floats?
    #[inline(always)]
    pub fn holds_for_floats(self, a: f64, b: f64) -> bool {
        match self {
            CompareOp::Lt => a < b,
            CompareOp::Le => a <= b,
            CompareOp::Eq => a == b,
            CompareOp::Ne => a != b,
            CompareOp::Gt => a > b,
            CompareOp::Ge => a >= b,
        }
    }

    /// Equality or inequality, which have an answer for any two values.
    pub const fn is_equality(self) -> bool {
        matches!(self, CompareOp::Eq | CompareOp::Ne)
    }
}

/// `l op r`, whatever the operands' methods return.
#[inline]
pub fn rich(thread: &Thread, op: CompareOp, l: Value, r: Value) -> Result {
    match quick(op, l, r) {
        Some(result) => Ok(Owned::bool(result)),
        None => general(thread, op, l, r),
    }
}

/// The truth of `l op r`.
#[inline]
pub fn test(thread: &Thread, op: CompareOp, l: Value, r: Value) -> Result<bool> {
    match quick(op, l, r) {
        Some(result) => Ok(result),
        None => truth(thread, general(thread, op, l, r)?.value()),
    }
}

/// `l is r or l == r`, as containers compare their items.
#[inline]
pub fn equal(thread: &Thread, l: Value, r: Value) -> Result<bool> {
    if l == r {
        return Ok(true);
    }
    test(thread, CompareOp::Eq, l, r)
}

/// `l < r`, as sorting asks it.
#[inline]
pub fn less(thread: &Thread, l: Value, r: Value) -> Result<bool> {
    test(thread, CompareOp::Lt, l, r)
}

/// Two values of the types that fit in a word, or two exact strings.
#[inline(always)]
fn quick(op: CompareOp, l: Value, r: Value) -> Option<bool> {
    if l.both_small_int(r) {
        // The tag is the same and the number is above it: the words order as the numbers do.
        return Some(op.holds((l.bits() as i64).cmp(&(r.bits() as i64))));
    }
    if l.both_inline_float(r) {
        let (a, b) = (l.inline_float_unchecked(), r.inline_float_unchecked());
        return Some(op.holds_for_floats(a, b));
    }
    if let (Some(a), Some(b)) = (l.get_exact::<Str>(), r.get_exact::<Str>()) {
        return Some(strings(op, a, b));
    }
    None
}

fn strings(op: CompareOp, a: &Str, b: &Str) -> bool {
    match op {
        CompareOp::Eq => a.equals(b),
        CompareOp::Ne => !a.equals(b),
        _ => op.holds(a.units().compare(b.units())),
    }
}

/// What the builtin types define for the operands, which may be instances of subclasses; `None`: nothing (Python's
/// `NotImplemented`). Containers are not here: their methods are found by name.
pub fn builtin(thread: &Thread, op: CompareOp, l: Value, r: Value) -> Option<bool> {
    if let (Some(a), Some(b)) = (Number::of(&l), Number::of(&r)) {
        return numbers(op, a, b);
    }
    if let (Some(a), Some(b)) = (l.get::<Str>(), r.get::<Str>()) {
        return Some(strings(op, a, b));
    }
    if let (Some(a), Some(b)) = (l.get::<Bytes>(), r.get::<Bytes>()) {
        return Some(op.holds(a.as_slice().cmp(b.as_slice())));
    }
    // Only a bytearray compares itself with memory of every kind.
    if !l.is::<Bytearray>() && !r.is::<Bytearray>() {
        return None;
    }
    let a = Buffer::attempt(thread, &l, request::SIMPLE)?;
    let b = Buffer::attempt(thread, &r, request::SIMPLE)?;
    Some(op.holds(a.cmp(&b)))
}

/// The comparison methods of the builtin scalar types.
pub fn builtin_method(thread: &Thread, op: CompareOp, l: Value, r: Value) -> Result {
    Ok(match builtin(thread, op, l, r) {
        Some(result) => Owned::bool(result),
        None => Owned::NOT_IMPLEMENTED,
    })
}

fn numbers(op: CompareOp, a: Number, b: Number) -> Option<bool> {
    let order = match (a, b) {
        (Number::Int(a), Number::Int(b)) => Some(a.compare(b)),
        (Number::Float(a), Number::Float(b)) => return Some(op.holds_for_floats(a, b)),
        (Number::Int(a), Number::Float(b)) => compare_f64(a, b),
        (Number::Float(a), Number::Int(b)) => compare_f64(b, a).map(Ordering::reverse),
        (Number::Complex(a), b) | (b, Number::Complex(a)) => {
            if !op.is_equality() {
                return None;
            }
            let equal = match b {
                Number::Complex(b) => a == b,
                Number::Float(b) => a == (b, 0.0),
                Number::Int(b) => a.1 == 0.0 && compare_f64(b, a.0) == Some(Ordering::Equal),
            };
            return Some(equal == (op == CompareOp::Eq));
        }
    };
    // Only nan has no order.
    Some(order.map_or(op == CompareOp::Ne, |order| op.holds(order)))
}

#[inline(never)]
fn general(thread: &Thread, op: CompareOp, l: Value, r: Value) -> Result {
    let scalar = |value: Value| {
        let kind = value.kind();
        matches!(
            kind,
            Kind::NONE | Kind::FLOAT | Kind::BIG_INT | Kind::STR | Kind::BYTES | Kind::COMPLEX
        )
    };
    if scalar(l) && scalar(r) {
        return match builtin(thread, op, l, r) {
            Some(result) => Ok(Owned::bool(result)),
            None => fallback(thread, op, l, r),
        };
    }
    if let Some(result) = containers(thread, op, l, r) {
        return result;
    }
    let (left, right) = (class_of(l), class_of(r));
    let right_first = !std::ptr::eq(left, right) && right.is_subclass_of(left);
    if right_first && let Some(result) = attempt(thread, r, op.swapped(), l)? {
        return Ok(result);
    }
    if let Some(result) = attempt(thread, l, op, r)? {
        return Ok(result);
    }
    if !right_first && let Some(result) = attempt(thread, r, op.swapped(), l)? {
        return Ok(result);
    }
    fallback(thread, op, l, r)
}

/// Two lists, tuples, dicts or sets, of exactly these types; `None` for anything else, and for dicts in order.
fn containers(thread: &Thread, op: CompareOp, l: Value, r: Value) -> Option<Result> {
    let kind = l.kind();
    if kind != r.kind() {
        return None;
    }
    match kind {
        Kind::LIST => Some(list::methods::compare(thread, op, l.get()?, r)),
        Kind::TUPLE => Some(tuple::methods::compare(thread, op, l.get()?, r)),
        Kind::DICT if op.is_equality() => Some(dict::methods::compare(thread, op, l.get()?, r)),
        Kind::SET => Some(set::methods::compare(thread, op, l.get()?, r)),
        _ => None,
    }
}

/// Calls a comparison method; `None` if it does not know how.
fn attempt(thread: &Thread, o: Value, op: CompareOp, argument: Value) -> Result<Option<Owned>> {
    let result = call_special(thread, o, op.name(), &[argument])?;
    Ok(result.filter(|result| result.value() != Value::NOT_IMPLEMENTED))
}

/// Neither operand knows: equality is identity, order an error.
fn fallback(thread: &Thread, op: CompareOp, l: Value, r: Value) -> Result {
    match op {
        CompareOp::Eq => Ok(Owned::bool(l == r)),
        CompareOp::Ne => Ok(Owned::bool(l != r)),
        _ => raise!(
            thread,
            TypeError,
            "'{}' not supported between instances of '{}' and '{}'",
            op.symbol(),
            type_name(l),
            type_name(r)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number_test(op: CompareOp, l: Value, r: Value) -> Option<bool> {
        numbers(op, Number::of(&l)?, Number::of(&r)?)
    }

    #[test]
    fn words_order_as_their_numbers() {
        let word = |i: i64| Value::small_int(i);
        assert_eq!(quick(CompareOp::Lt, word(-5), word(3)), Some(true));
        assert_eq!(quick(CompareOp::Ge, word(3), word(3)), Some(true));
        let nan = Value::try_inline_float(f64::NAN).expect("inline");
        assert_eq!(quick(CompareOp::Eq, nan, nan), Some(false));
        assert_eq!(quick(CompareOp::Ne, nan, nan), Some(true));
        assert_eq!(number_test(CompareOp::Lt, word(1), nan), Some(false));
        assert_eq!(number_test(CompareOp::Ne, word(1), nan), Some(true));
        assert_eq!(number_test(CompareOp::Eq, Value::TRUE, word(1)), Some(true));
    }
}
