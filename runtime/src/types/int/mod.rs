//! `int`: 62 bits in the word, or a big integer behind a header.
//!
//! Arithmetic is on [`IntRef`], which hides where the number is. A number that fits in the word is never boxed, except
//! in instances of Python subclasses, which are `BigInt` objects of any size. `bool` values are ints.

pub mod arithmetic;
mod bytes;
mod methods;
pub mod text;

pub use methods::{METHODS, from_value};

use crate::object::{Header, Kind, Object};
use crate::value::int::{MAX_SMALL, MIN_SMALL};
use crate::{Builtin, Owned, Result, Thread, Value, heap, raise};
use dashu_int::IBig;
use std::mem::ManuallyDrop;

/// An int object.
#[repr(C, align(8))]
pub struct BigInt {
    header: Header,
    value: ManuallyDrop<IBig>,
}

// SAFETY: `repr(C)`, header first, own kind; owns no references; `finish` frees the number's words.
unsafe impl Object for BigInt {
    const KIND: Kind = Kind::BIG_INT;
    fn traverse(&self, _visit: &mut dyn FnMut(Value)) {}

    unsafe fn finish(&self, _thread: &Thread) {
        // SAFETY: the object is dead; this is the only copy that is dropped.
        drop(ManuallyDrop::into_inner(unsafe {
            std::ptr::read(&self.value)
        }));
    }
}

impl BigInt {
    /// The number.
    #[inline(always)]
    pub fn get(&self) -> &IBig {
        &self.value
    }

    /// The layout with a given header (an instance of a subclass), to be allocated.
    pub fn with_header(header: Header, value: IBig) -> BigInt {
        BigInt {
            header,
            value: ManuallyDrop::new(value),
        }
    }
}

/// An int, wherever it is. `Big` may hold a small number if it comes from an instance of a subclass.
#[derive(Clone, Copy, Debug)]
pub enum IntRef<'a> {
    Small(i64),
    Big(&'a IBig),
}

impl<'a> IntRef<'a> {
    /// The int, if the value is one (`bool` and instances of subclasses included).
    #[inline(always)]
    pub fn of(value: &'a Value) -> Option<IntRef<'a>> {
        if value.is_small_int() {
            return Some(IntRef::Small(value.small_int_unchecked()));
        }
        if value.is_bool() {
            return Some(IntRef::Small(i64::from(*value == Value::TRUE)));
        }
        value.get::<BigInt>().map(|int| IntRef::Big(int.get()))
    }

    /// The number as a big integer.
    pub fn to_big(self) -> IBig {
        match self {
            IntRef::Small(i) => IBig::from(i),
            IntRef::Big(i) => i.clone(),
        }
    }

    /// The number, if it fits.
    #[inline]
    pub fn to_i64(self) -> Option<i64> {
        match self {
            IntRef::Small(i) => Some(i),
            IntRef::Big(i) => i64::try_from(i).ok(),
        }
    }

    /// The nearest float, infinite if it is too large.
    pub fn to_f64(self) -> f64 {
        match self {
            IntRef::Small(i) => i as f64,
            IntRef::Big(i) => i.to_f64().value(),
        }
    }

    /// The magnitude as `m * 2**e` with 64 significant bits, for numbers beyond the range of doubles.
    pub fn mantissa_exponent(self) -> (f64, i64) {
        use dashu_int::ops::{BitTest, UnsignedAbs};
        let magnitude = self.to_big().unsigned_abs();
        let shift = magnitude.bit_len().saturating_sub(64);
        ((magnitude >> shift).to_f64().value(), shift as i64)
    }

    /// Bits of the magnitude.
    pub fn bit_len(self) -> usize {
        use dashu_int::ops::{BitTest, UnsignedAbs};
        match self {
            IntRef::Small(i) => (64 - i.unsigned_abs().leading_zeros()) as usize,
            IntRef::Big(i) => i.unsigned_abs().bit_len(),
        }
    }

    pub fn is_zero(self) -> bool {
        match self {
            IntRef::Small(i) => i == 0,
            IntRef::Big(i) => i.is_zero(),
        }
    }

    pub fn is_odd(self) -> bool {
        match self {
            IntRef::Small(i) => i & 1 != 0,
            IntRef::Big(i) => dashu_int::ops::BitTest::bit(i, 0),
        }
    }

    pub fn is_negative(self) -> bool {
        match self {
            IntRef::Small(i) => i < 0,
            IntRef::Big(i) => i.sign() == dashu_int::Sign::Negative,
        }
    }

    /// Equal numbers?
    pub fn equals(self, other: IntRef) -> bool {
        self.compare(other).is_eq()
    }

    /// Order of two ints.
    pub fn compare(self, other: IntRef) -> std::cmp::Ordering {
        match (self, other) {
            (IntRef::Small(a), IntRef::Small(b)) => a.cmp(&b),
            (IntRef::Big(a), IntRef::Big(b)) => a.cmp(b),
            (IntRef::Big(a), IntRef::Small(b)) => a.cmp(&IBig::from(b)),
            (IntRef::Small(a), IntRef::Big(b)) => IBig::from(a).cmp(b),
        }
    }
}

/// An int.
#[inline(always)]
pub fn from_i64(thread: &Thread, i: i64) -> Owned {
    match Value::try_small_int(i) {
        Some(value) => Owned::inline(value),
        None => boxed(thread, IBig::from(i)),
    }
}

#[inline(always)]
pub fn from_u64(thread: &Thread, i: u64) -> Owned {
    if i <= MAX_SMALL as u64 {
        Owned::inline(Value::small_int(i as i64))
    } else {
        boxed(thread, IBig::from(i))
    }
}

#[inline(always)]
pub fn from_usize(thread: &Thread, i: usize) -> Owned {
    from_u64(thread, i as u64)
}

#[inline]
pub fn from_i128(thread: &Thread, i: i128) -> Owned {
    if i128::from(MIN_SMALL) <= i && i <= i128::from(MAX_SMALL) {
        Owned::inline(Value::small_int(i as i64))
    } else {
        boxed(thread, IBig::from(i))
    }
}

/// An int from a big integer of any size.
#[inline]
pub fn from_big(thread: &Thread, i: IBig) -> Owned {
    match i64::try_from(&i) {
        Ok(small) => match Value::try_small_int(small) {
            Some(value) => Owned::inline(value),
            None => boxed(thread, i),
        },
        Err(_) => boxed(thread, i),
    }
}

/// An int from a number that may be shared: a plain copy of an instance of a subclass, for instance.
pub fn from_ref(thread: &Thread, i: IntRef) -> Owned {
    match i {
        IntRef::Small(i) => from_i64(thread, i),
        IntRef::Big(i) => from_big(thread, i.clone()),
    }
}

#[cold]
#[inline(never)]
fn boxed(thread: &Thread, i: IBig) -> Owned {
    let header = Builtin::Int.class().instance_header(thread);
    heap::new(thread, BigInt::with_header(header, i))
}

/// `int(x)` of a float: cut off at the point.
pub fn from_f64(thread: &Thread, x: f64) -> Result {
    const WORD: f64 = (1i64 << 61) as f64;
    if x.abs() < WORD {
        return Ok(from_i64(thread, x as i64));
    }
    if x.is_nan() {
        return raise!(thread, ValueError, "cannot convert float NaN to integer");
    }
    if x.is_infinite() {
        return raise!(
            thread,
            OverflowError,
            "cannot convert float infinity to integer"
        );
    }
    Ok(from_big(thread, arithmetic::from_whole_f64(x)))
}

/// The int a value is (bools included), if it fits in 64 bits.
#[inline(always)]
pub fn to_i64(value: Value) -> Option<i64> {
    if value.is_small_int() {
        return Some(value.small_int_unchecked());
    }
    IntRef::of(&value).and_then(IntRef::to_i64)
}
