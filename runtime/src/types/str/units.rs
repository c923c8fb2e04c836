//! Code points as they are stored: slices of one, two or four bytes each.
//!
//! Algorithms are generic over [`Unit`]; `each_width!` picks the instance that fits a string.

use super::Width;

/// One stored code point.
pub trait Unit:
    Copy + Ord + Default + Into<u32> + std::ops::BitOr<Output = Self> + 'static
{
    const WIDTH: Width;
    /// The code point, known to fit.
    fn from_code_point(c: u32) -> Self;
    /// The code point it is.
    fn code_point(self) -> u32;
    /// The units of a string of this width.
    fn of<'a>(units: Units<'a>) -> Option<&'a [Self]>;
    /// The units as a string's.
    fn units(units: &[Self]) -> Units<'_>;
    /// All units or-ed together.
    #[inline]
    fn union(units: &[Self]) -> Self {
        units.iter().fold(Self::default(), |all, &unit| all | unit)
    }
}

macro_rules! unit {
    ($type:ty, $width:ident) => {
        impl Unit for $type {
            const WIDTH: Width = Width::$width;
            #[inline(always)]
            fn from_code_point(c: u32) -> $type {
                c as $type
            }
            #[inline(always)]
            fn code_point(self) -> u32 {
                self as u32
            }
            #[inline(always)]
            fn of<'a>(units: Units<'a>) -> Option<&'a [$type]> {
                match units {
                    Units::$width(units) => Some(units),
                    _ => None,
                }
            }
            #[inline(always)]
            fn units(units: &[$type]) -> Units<'_> {
                Units::$width(units)
            }
        }
    };
}

unit!(u8, One);
unit!(u16, Two);
unit!(u32, Four);

/// The code points of (a part of) a string.
#[derive(Clone, Copy)]
pub enum Units<'a> {
    One(&'a [u8]),
    Two(&'a [u16]),
    Four(&'a [u32]),
}

/// Evaluates an expression with `$slice` bound to the slice, whatever its width.
#[macro_export]
macro_rules! each_width {
    ($units:expr, $slice:ident => $body:expr) => {
        match $units {
            $crate::types::str::Units::One($slice) => $body,
            $crate::types::str::Units::Two($slice) => $body,
            $crate::types::str::Units::Four($slice) => $body,
        }
    };
}

impl<'a> Units<'a> {
    #[inline(always)]
    pub fn len(self) -> usize {
        each_width!(self, units => units.len())
    }

    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The code point at an index, which is in range.
    #[inline(always)]
    pub fn get(self, index: usize) -> u32 {
        each_width!(self, units => Unit::code_point(units[index]))
    }

    /// The code points `start..end`.
    #[inline(always)]
    pub fn slice(self, start: usize, end: usize) -> Units<'a> {
        each_width!(self, units => Unit::units(&units[start..end]))
    }

    /// The code points in order.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + use<'a> {
        (0..self.len()).map(move |i| self.get(i))
    }

    /// A number that is at least as large as every code point and needs no wider units.
    #[inline]
    pub fn union(self) -> u32 {
        each_width!(self, units => Unit::code_point(Unit::union(units)))
    }

    /// The units' bytes, in native order.
    #[inline(always)]
    pub fn bytes(self) -> &'a [u8] {
        let (data, width): (*const u8, usize) = match self {
            Units::One(units) => (units.as_ptr(), 1),
            Units::Two(units) => (units.as_ptr().cast(), 2),
            Units::Four(units) => (units.as_ptr().cast(), 4),
        };
        // SAFETY: integers without padding, viewed as their bytes, for the same lifetime.
        unsafe { std::slice::from_raw_parts(data, self.len() * width) }
    }

    /// The units, widened to `U`. `U` is at least as wide.
    pub fn widen<U: Unit>(self) -> std::borrow::Cow<'a, [U]>
    where
        [U]: ToOwned<Owned = Vec<U>>,
    {
        match U::of(self) {
            Some(units) => std::borrow::Cow::Borrowed(units),
            None => std::borrow::Cow::Owned(self.iter().map(U::from_code_point).collect()),
        }
    }

    /// Equal code points, whatever the widths.
    pub fn equals(self, other: Units) -> bool {
        if self.len() != other.len() {
            return false;
        }
        match (self, other) {
            (Units::One(a), Units::One(b)) => a == b,
            (Units::Two(a), Units::Two(b)) => a == b,
            (Units::Four(a), Units::Four(b)) => a == b,
            _ => self.iter().eq(other.iter()),
        }
    }

    /// Order by code points.
    pub fn compare(self, other: Units) -> std::cmp::Ordering {
        match (self, other) {
            (Units::One(a), Units::One(b)) => a.cmp(b),
            (Units::Two(a), Units::Two(b)) => a.cmp(b),
            (Units::Four(a), Units::Four(b)) => a.cmp(b),
            _ => self.iter().cmp(other.iter()),
        }
    }
}

/// The narrowest width for code points up to `union`.
#[inline(always)]
pub fn width_for(union: u32) -> Width {
    match union {
        0..=0xff => Width::One,
        0x100..=0xffff => Width::Two,
        _ => Width::Four,
    }
}
