//! What native methods do with their arguments: bounds, limits, flags.

use crate::operators::convert::{has_index, to_isize_clipped, truth};
use crate::{Result, Thread, Value, raise};

/// A bound of a slice, as `start` and `end` of searches are: an int, or None.
fn bound(thread: &Thread, value: Value, default: isize) -> Result<isize> {
    if value.is_missing() || value.is_none() {
        return Ok(default);
    }
    if !has_index(value) {
        let text = "slice indices must be integers or None or have an __index__ method";
        return raise!(thread, TypeError, "{text}");
    }
    to_isize_clipped(thread, value)
}

/// The arguments `start` and `end` of a search, not yet held against a length (which computing them may change).
#[derive(Clone, Copy)]
pub struct Span(isize, isize);

impl Span {
    /// Computes both; MISSING and None stand for the whole.
    #[inline]
    pub fn new(thread: &Thread, start: Value, end: Value) -> Result<Span> {
        Ok(Span(
            bound(thread, start, 0)?,
            bound(thread, end, isize::MAX)?,
        ))
    }

    /// The range in a sequence of the given length; `None` if it ends before it starts.
    #[inline]
    pub fn within(self, length: usize) -> Option<(usize, usize)> {
        let length = length as isize;
        let clip = |index: isize| {
            if index < 0 {
                (index + length).max(0)
            } else {
                index
            }
        };
        let (start, end) = (clip(self.0), clip(self.1).min(length));
        (start <= end).then_some((start as usize, end as usize))
    }
}

/// A count or maximum; negative for no limit.
#[inline]
pub fn limit(thread: &Thread, value: Value) -> Result<usize> {
    let count = crate::operators::convert::to_isize(thread, value)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// A flag; absent ones are false.
#[inline]
pub fn flag(thread: &Thread, value: Value) -> Result<bool> {
    if value.is_missing() {
        return Ok(false);
    }
    truth(thread, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_clip_as_slices_do() {
        assert_eq!(Span(0, isize::MAX).within(5), Some((0, 5)));
        assert_eq!(Span(-3, -1).within(5), Some((2, 4)));
        assert_eq!(Span(-9, 2).within(5), Some((0, 2)));
        assert_eq!(Span(3, 2).within(5), None);
        assert_eq!(Span(5, 9).within(5), Some((5, 5)));
        assert_eq!(Span(6, 9).within(5), None);
    }
}
