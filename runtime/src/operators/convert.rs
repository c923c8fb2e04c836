//! Conversions: repr, str, hash, truth, index, float.

use crate::object::Kind;
use crate::operators::arithmetic::Number;
use crate::operators::attribute::{call_special, special};
use crate::types::bytes::{self, Bytes};
use crate::types::complex::{self, Complex};
use crate::types::float::{self, text};
use crate::types::hashing;
use crate::types::int::{self, IntRef};
use crate::types::names::Name;
use crate::types::sequences::check_depth;
use crate::types::str::{self, Str};
use crate::types::tuple::{self, Tuple};
use crate::types::{Builtin, class_of};
use crate::types::{dict, list};
use crate::{Owned, Result, Thread, Value, raise};

/// Name of a value's class, for messages.
pub fn type_name(v: Value) -> String {
    class_of(v).name()
}

/// As [`type_name`], for messages about arguments that were none: these say `None`.
pub fn argument_type(v: Value) -> String {
    match v.is_none() {
        true => "None".to_owned(),
        false => type_name(v),
    }
}

/// `repr(v)`
pub fn repr(thread: &Thread, v: Value) -> Result {
    if let Some(result) = scalar_repr(thread, v) {
        return result;
    }
    match v.kind() {
        Kind::LIST => return list::methods::repr_of(thread, v.get().expect("by its kind")),
        Kind::TUPLE => return tuple::methods::repr_of(thread, v.get().expect("by its kind")),
        Kind::DICT => return dict::methods::repr_of(thread, v.get().expect("by its kind")),
        _ => {}
    }
    check_depth(thread, " while getting the repr of an object")?;
    match call_special(thread, v, Name::REPR, &[])? {
        Some(result) if result.is::<Str>() => Ok(result),
        Some(result) => raise!(
            thread,
            TypeError,
            "__repr__ returned non-string (type {})",
            type_name(result.value())
        ),
        None => Ok(default_repr(thread, v)),
    }
}

/// `object.__repr__`
pub fn default_repr(thread: &Thread, v: Value) -> Owned {
    let text = format!("<{} object at {:#x}>", type_name(v), v.bits() - 1);
    str::new(thread, &text)
}

/// The repr of a value whose class is exactly a builtin scalar one; `None` for anything else.
fn scalar_repr(thread: &Thread, v: Value) -> Option<Result> {
    if let Some(i) = v.as_small_int() {
        return Some(Ok(int::text::small_to_str(thread, i)));
    }
    if v.is_inline_float() {
        return Some(Ok(float::text::repr_str(
            thread,
            v.inline_float_unchecked(),
        )));
    }
    let constant = match v {
        Value::NONE => "None",
        Value::TRUE => "True",
        Value::FALSE => "False",
        Value::ELLIPSIS => "Ellipsis",
        Value::NOT_IMPLEMENTED => "NotImplemented",
        _ => "",
    };
    if !constant.is_empty() {
        return Some(Ok(Owned::new(str::intern(thread, constant))));
    }
    if v.kind().is_subclass() {
        return None;
    }
    builtin_repr(thread, v)
}

/// What the builtin scalar types' `__repr__` gives, for instances of subclasses, too.
pub fn builtin_repr(thread: &Thread, v: Value) -> Option<Result> {
    if let Some(string) = v.get::<Str>() {
        return Some(Ok(str::repr(thread, string)));
    }
    if let Some(i) = IntRef::of(&v) {
        return Some(int::text::to_str(thread, i));
    }
    if let Some(x) = float::as_f64(v) {
        return Some(Ok(text::repr_str(thread, x)));
    }
    if let Some(bytes) = v.get::<Bytes>() {
        return Some(Ok(bytes::repr(thread, bytes.as_slice())));
    }
    let complex = v.get::<Complex>()?;
    Some(Ok(str::new(thread, &complex::repr(complex.get()))))
}

/// `str(v)`
pub fn str(thread: &Thread, v: Value) -> Result {
    if v.get_exact::<Str>().is_some() {
        return Ok(Owned::new(v));
    }
    if let Some(result) = scalar_repr(thread, v) {
        return result;
    }
    check_depth(thread, " while getting the str of an object")?;
    match call_special(thread, v, Name::STR, &[])? {
        Some(result) if result.is::<Str>() => Ok(result),
        Some(result) => raise!(
            thread,
            TypeError,
            "__str__ returned non-string (type {})",
            type_name(result.value())
        ),
        None => repr(thread, v),
    }
}

/// `ascii(v)`
pub fn ascii(thread: &Thread, v: Value) -> Result {
    let text = repr(thread, v)?;
    match text.get::<Str>() {
        Some(string) if !string.is_ascii() => Ok(str::escape_non_ascii(thread, string)),
        _ => Ok(text),
    }
}

/// `repr(v)` as text for messages.
pub fn display_repr(thread: &Thread, v: Value) -> Result<String> {
    let text = repr(thread, v)?;
    Ok(str::display(text.value()))
}

/// `str(v)` as text, surrogates replaced.
pub fn display(thread: &Thread, v: Value) -> Result<String> {
    let text = str(thread, v)?;
    let text = text.get::<Str>().expect("str gives strings");
    Ok(text.to_str_lossy().into_owned())
}

/// `hash(v)`
#[inline]
pub fn hash(thread: &Thread, v: Value) -> Result<i64> {
    if let Some(string) = v.get_exact::<Str>() {
        return Ok(string.hash());
    }
    if let Some(i) = v.as_small_int() {
        return Ok(hashing::hash_i64(i));
    }
    hash_slow(thread, v)
}

#[inline(never)]
fn hash_slow(thread: &Thread, v: Value) -> Result<i64> {
    if !v.kind().is_subclass() {
        if let Some(hash) = builtin_hash(v) {
            return Ok(hash);
        }
        if v.is_none() {
            return Ok(hashing::NONE);
        }
        if !v.is_object() {
            return Ok(hashing::hash_identity(v));
        }
        if let Some(tuple) = v.get_exact::<Tuple>() {
            return tuple::hash(thread, tuple);
        }
    }
    let method = special(thread, v, Name::HASH);
    if method.is_none_or(|method| method.is_none()) {
        return raise!(thread, TypeError, "unhashable type: '{}'", type_name(v));
    }
    match call_special(thread, v, Name::HASH, &[])? {
        Some(hash) => match IntRef::of(&hash) {
            Some(hash) => Ok(fit_hash(hash)),
            None => raise!(
                thread,
                TypeError,
                "__hash__ method should return an integer"
            ),
        },
        None => raise!(thread, TypeError, "unhashable type: '{}'", type_name(v)),
    }
}

/// What `__hash__` returned, as a hash.
fn fit_hash(hash: IntRef) -> i64 {
    match hash.to_i64() {
        Some(-1) => -2,
        Some(hash) => hash,
        None => match hash {
            IntRef::Big(big) => hashing::hash_big(big),
            IntRef::Small(small) => small,
        },
    }
}

/// What the builtin scalar types' `__hash__` gives, for instances of subclasses, too; `None` for anything else.
pub fn builtin_hash(v: Value) -> Option<i64> {
    if let Some(string) = v.get::<Str>() {
        return Some(string.hash());
    }
    if let Some(bytes) = v.get::<Bytes>() {
        return Some(bytes.hash());
    }
    Some(match Number::of(&v)? {
        Number::Int(IntRef::Small(i)) => hashing::hash_i64(i),
        Number::Int(IntRef::Big(i)) => hashing::hash_big(i),
        // No nan equals another.
        Number::Float(x) if x.is_nan() => hashing::hash_identity(v),
        Number::Float(x) => hashing::hash_f64(x),
        Number::Complex((real, imaginary)) => hashing::hash_complex(real, imaginary),
    })
}

/// `bool(v)`
#[inline]
pub fn truth(thread: &Thread, v: Value) -> Result<bool> {
    if v.is_bool() {
        return Ok(v == Value::TRUE);
    }
    if v.is_small_int() {
        return Ok(v != Value::small_int(0));
    }
    truth_slow(thread, v)
}

#[inline(never)]
fn truth_slow(thread: &Thread, v: Value) -> Result<bool> {
    if let Some(x) = v.as_inline_float() {
        return Ok(x != 0.0);
    }
    if !v.is_object() {
        return Ok(v != Value::NONE && truth_of_constant(thread, v)?);
    }
    if !v.kind().is_subclass()
        && let Some(truth) = builtin_truth(v)
    {
        return Ok(truth);
    }
    // A range may be too long for `len`.
    if v.kind() != Kind::RANGE
        && let Some(length) = super::index::builtin_length(thread, v)
    {
        return Ok(length? != 0);
    }
    if let Some(result) = call_special(thread, v, Name::BOOL, &[])? {
        if result.is_bool() {
            return Ok(result.value() == Value::TRUE);
        }
        let name = type_name(result.value());
        return raise!(
            thread,
            TypeError,
            "__bool__ should return bool, returned {name}"
        );
    }
    match call_special(thread, v, Name::LEN, &[])? {
        Some(length) => Ok(length_from(thread, length.value())? != 0),
        None => Ok(true),
    }
}

fn truth_of_constant(thread: &Thread, v: Value) -> Result<bool> {
    if v == Value::NOT_IMPLEMENTED {
        let text = "NotImplemented should not be used in a boolean context";
        return raise!(thread, TypeError, "{text}");
    }
    Ok(true)
}

/// Truth of the builtin scalar types, for instances of subclasses, too; `None` for anything else.
pub fn builtin_truth(v: Value) -> Option<bool> {
    if let Some(string) = v.get::<Str>() {
        return Some(!string.is_empty());
    }
    if let Some(bytes) = v.get::<Bytes>() {
        return Some(!bytes.is_empty());
    }
    if let Some(number) = Number::of(&v) {
        return Some(match number {
            Number::Int(i) => !i.is_zero(),
            Number::Float(x) => x != 0.0,
            Number::Complex(z) => z != (0.0, 0.0),
        });
    }
    None
}

/// What `__len__` returned, as a length.
pub fn length_from(thread: &Thread, length: Value) -> Result<usize> {
    let length = index(thread, length)?;
    match IntRef::of(&length) {
        Some(i) if i.is_negative() => raise!(thread, ValueError, "__len__() should return >= 0"),
        _ => to_count(thread, length.value()).map(|length| length as usize),
    }
}

/// Can the value stand where an int is needed?
pub fn has_index(v: Value) -> bool {
    IntRef::of(&v).is_some() || class_of(v).lookup_name(Name::INDEX).is_some()
}

/// The int a value stands for (`operator.index`).
#[inline]
pub fn index(thread: &Thread, v: Value) -> Result {
    if v.is_small_int() || IntRef::of(&v).is_some() {
        return Ok(Owned::new(v));
    }
    index_slow(thread, v)
}

#[inline(never)]
fn index_slow(thread: &Thread, v: Value) -> Result {
    match call_special(thread, v, Name::INDEX, &[])? {
        Some(result) if IntRef::of(&result).is_some() => {
            warn_of_subclass(thread, "__index__", Builtin::Int, result.value())?;
            Ok(result)
        }
        Some(result) => raise!(
            thread,
            TypeError,
            "__index__ returned non-int (type {})",
            type_name(result.value())
        ),
        None => raise!(
            thread,
            TypeError,
            "'{}' object cannot be interpreted as an integer",
            type_name(v)
        ),
    }
}

/// Methods that make numbers are to give exact ones: warns if this is one of a subclass.
pub fn warn_of_subclass(
    thread: &Thread,
    method: &str,
    exact: Builtin,
    result: Value,
) -> Result<()> {
    let class = class_of(result);
    if class.is(exact) {
        return Ok(());
    }
    let (got, wanted) = (class.name(), exact.name());
    let text = format!(
        "{method} returned non-{wanted} (type {got}).  The ability to return an instance of a strict subclass of {wanted} \
         is deprecated, and may be removed in a future version of Python."
    );
    crate::warnings::warn(thread, Builtin::DeprecationWarning, &text, false)
}

/// The int an argument stands for, as a machine word; an `OverflowError` if it does not fit.
#[inline]
pub fn to_isize(thread: &Thread, v: Value) -> Result<isize> {
    match v.as_small_int() {
        Some(i) => Ok(i as isize),
        None => to_isize_slow(thread, v),
    }
}

#[inline(never)]
fn to_isize_slow(thread: &Thread, v: Value) -> Result<isize> {
    match to_word(thread, v)? {
        Some(word) => Ok(word),
        None => too_large(thread, "ssize_t"),
    }
}

/// As [`to_isize`], for arguments that are C ints.
pub fn to_c_int(thread: &Thread, v: Value) -> Result<i32> {
    match to_word(thread, v)?.and_then(|word| i32::try_from(word).ok()) {
        Some(int) => Ok(int),
        None => too_large(thread, "int"),
    }
}

#[cold]
fn too_large<T>(thread: &Thread, of_c: &str) -> Result<T> {
    raise!(
        thread,
        OverflowError,
        "Python int too large to convert to C {of_c}"
    )
}

/// As [`to_isize`] for subscripts: an `IndexError` if it does not fit.
#[inline]
pub fn to_index(thread: &Thread, v: Value) -> Result<isize> {
    match v.as_small_int() {
        Some(i) => Ok(i as isize),
        None => to_index_slow(thread, v),
    }
}

#[inline(never)]
fn to_index_slow(thread: &Thread, v: Value) -> Result<isize> {
    match to_word(thread, v)? {
        Some(word) => Ok(word),
        None => no_index(thread, v, Builtin::IndexError),
    }
}

/// As [`to_isize`] for numbers of repetitions and sizes, with the message of subscripts.
pub fn to_count(thread: &Thread, v: Value) -> Result<isize> {
    match to_word(thread, v)? {
        Some(word) => Ok(word),
        None => no_index(thread, v, Builtin::OverflowError),
    }
}

#[cold]
fn no_index<T>(thread: &Thread, v: Value, error: Builtin) -> Result<T> {
    let text = format!("cannot fit '{}' into an index-sized integer", type_name(v));
    Err(thread.raise_text(error, &text))
}

#[inline(never)]
fn to_word(thread: &Thread, v: Value) -> Result<Option<isize>> {
    if let Some(i) = v.as_small_int() {
        return Ok(Some(i as isize));
    }
    let int = index(thread, v)?;
    Ok(int::to_i64(int.value()).map(|i| i as isize))
}

/// As [`to_isize`], with numbers that do not fit clipped (slice bounds, counts).
pub fn to_isize_clipped(thread: &Thread, v: Value) -> Result<isize> {
    if let Some(i) = v.as_small_int() {
        return Ok(i as isize);
    }
    let int = index(thread, v)?;
    let int = IntRef::of(&int).expect("index gives ints");
    Ok(match int.to_i64() {
        Some(i) => i as isize,
        None if int.is_negative() => isize::MIN,
        None => isize::MAX,
    })
}

/// The float a number stands for: `__float__`, or `__index__`.
#[inline]
pub fn to_f64(thread: &Thread, v: Value) -> Result<f64> {
    if let Some(x) = v.as_inline_float() {
        return Ok(x);
    }
    match try_f64(thread, v)? {
        Some(x) => Ok(x),
        None => raise!(
            thread,
            TypeError,
            "must be real number, not {}",
            type_name(v)
        ),
    }
}

/// Seconds to wait for: a float, or an int. Their nanoseconds fit into 64 bits.
pub fn seconds(thread: &Thread, v: Value) -> Result<f64> {
    /// 2^63 nanoseconds.
    const LIMIT: f64 = 9_223_372_036.854_775;
    let seconds = match float::as_f64(v) {
        Some(seconds) => seconds,
        None if has_index(v) => {
            let index = index(thread, v)?;
            IntRef::of(&index.value()).expect("an int").to_f64()
        }
        None => {
            let name = type_name(v);
            return raise!(
                thread,
                TypeError,
                "'{name}' object cannot be interpreted as an integer or float"
            );
        }
    };
    if seconds.is_nan() {
        return raise!(thread, ValueError, "Invalid value NaN (not a number)");
    }
    if seconds.abs() > LIMIT {
        return raise!(
            thread,
            OverflowError,
            "timestamp out of range for C PyTime_t"
        );
    }
    Ok(seconds)
}

/// As [`to_f64`]; `None` if the value is no real number.
pub fn try_f64(thread: &Thread, v: Value) -> Result<Option<f64>> {
    let plain = !v.kind().is_subclass();
    if plain && let Some(x) = float::as_f64(v) {
        return Ok(Some(x));
    }
    if plain && let Some(i) = IntRef::of(&v) {
        return int::arithmetic::to_f64(thread, i).map(Some);
    }
    if let Some(result) = call_special(thread, v, Name::FLOAT, &[])? {
        return match float::as_f64(result.value()) {
            Some(x) => {
                let method = format!("{}.__float__", type_name(v));
                warn_of_subclass(thread, &method, Builtin::Float, result.value())?;
                Ok(Some(x))
            }
            None => raise!(
                thread,
                TypeError,
                "{}.__float__ returned non-float (type {})",
                type_name(v),
                type_name(result.value())
            ),
        };
    }
    if !has_index(v) {
        return Ok(None);
    }
    let int = index(thread, v)?;
    let int = IntRef::of(&int).expect("index gives ints");
    int::arithmetic::to_f64(thread, int).map(Some)
}
