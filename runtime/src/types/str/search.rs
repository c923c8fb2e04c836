//! Searching text: where one string occurs in another.
//!
//! One-byte text is searched by `memchr`, wider text by the same search over its bytes, of which only hits at unit
//! boundaries count. A needle wider than the text cannot be in it; a narrower one is widened.

use super::{Unit, Units, Width};
use memchr::memmem;
use std::borrow::Cow;

/// A needle prepared for texts of one width.
pub struct Needle<'a> {
    /// The units' bytes, in the text's width; none if the needle cannot occur.
    bytes: Option<Cow<'a, [u8]>>,
    width: usize,
    /// In units.
    length: usize,
}

impl<'a> Needle<'a> {
    /// Prepares `needle` for searching in texts like `text`.
    pub fn new(text: Units, needle: Units<'a>) -> Needle<'a> {
        let width = width_of(text);
        let bytes = if width_of(needle) > width {
            None
        } else if width_of(needle) == width {
            Some(Cow::Borrowed(needle.bytes()))
        } else if width == Width::Two {
            let wide = needle.widen::<u16>();
            Some(Cow::Owned(u16::units(&wide).bytes().to_vec()))
        } else {
            let wide = needle.widen::<u32>();
            Some(Cow::Owned(u32::units(&wide).bytes().to_vec()))
        };
        Needle {
            bytes,
            width: width as usize,
            length: needle.len(),
        }
    }

    /// Length in code points.
    pub fn length(&self) -> usize {
        self.length
    }

    /// First occurrence.
    #[inline]
    pub fn find(&self, text: Units) -> Option<usize> {
        let needle = self.bytes.as_deref()?;
        let text = text.bytes();
        if self.width == 1 {
            return match needle {
                [byte] => memchr::memchr(*byte, text),
                _ => memmem::find(text, needle),
            };
        }
        let mut from = 0;
        while let Some(at) = memmem::find(&text[from..], needle) {
            let at = from + at;
            if at.is_multiple_of(self.width) {
                return Some(at / self.width);
            }
            from = at + 1;
        }
        None
    }

    /// Last occurrence.
    pub fn rfind(&self, text: Units) -> Option<usize> {
        let needle = self.bytes.as_deref()?;
        let text = text.bytes();
        if let ([byte], 1) = (needle, self.width) {
            return memchr::memrchr(*byte, text);
        }
        let mut end = text.len();
        while let Some(at) = memmem::rfind(&text[..end], needle) {
            if at.is_multiple_of(self.width) {
                return Some(at / self.width);
            }
            end = at + needle.len() - 1;
        }
        None
    }

    /// Calls `found` for each occurrence that does not overlap the one before, until it says stop. The needle is not
    /// empty.
    #[inline]
    pub fn for_each(&self, text: Units, mut found: impl FnMut(usize) -> bool) {
        let Some(needle) = self.bytes.as_deref() else {
            return;
        };
        let bytes = text.bytes();
        match (needle, self.width) {
            ([byte], 1) => {
                for at in memchr::memchr_iter(*byte, bytes) {
                    if !found(at) {
                        return;
                    }
                }
            }
            (_, 1) => {
                for at in memmem::find_iter(bytes, needle) {
                    if !found(at) {
                        return;
                    }
                }
            }
            _ => {
                let mut from = 0;
                while let Some(at) = self.find(text.slice(from, text.len())) {
                    if !found(from + at) {
                        return;
                    }
                    from += at + self.length;
                }
            }
        }
    }

    /// Occurrences that do not overlap.
    pub fn count(&self, text: Units, limit: usize) -> usize {
        let mut count = 0;
        self.for_each(text, |_| {
            count += 1;
            count < limit
        });
        count
    }

    /// Where the needle occurs, at most `limit` times.
    pub fn positions(&self, text: Units, limit: usize) -> Vec<usize> {
        let mut positions = Vec::new();
        if limit > 0 {
            self.for_each(text, |at| {
                positions.push(at);
                positions.len() < limit
            });
        }
        positions
    }
}

fn width_of(units: Units) -> Width {
    match units {
        Units::One(_) => Width::One,
        Units::Two(_) => Width::Two,
        Units::Four(_) => Width::Four,
    }
}

/// First occurrence of `needle` in `text`.
#[inline]
pub fn find(text: Units, needle: Units) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    Needle::new(text, needle).find(text)
}

/// Last occurrence.
pub fn rfind(text: Units, needle: Units) -> Option<usize> {
    if needle.is_empty() {
        return Some(text.len());
    }
    Needle::new(text, needle).rfind(text)
}

/// Number of occurrences that do not overlap.
pub fn count(text: Units, needle: Units) -> usize {
    if needle.is_empty() {
        return text.len() + 1;
    }
    Needle::new(text, needle).count(text, usize::MAX)
}

/// Does the text begin with `prefix`?
#[inline]
pub fn starts_with(text: Units, prefix: Units) -> bool {
    prefix.len() <= text.len() && text.slice(0, prefix.len()).equals(prefix)
}

/// Does the text end with `suffix`?
#[inline]
pub fn ends_with(text: Units, suffix: Units) -> bool {
    let start = text.len().checked_sub(suffix.len());
    start.is_some_and(|start| text.slice(start, text.len()).equals(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str) -> Vec<u32> {
        text.chars().map(u32::from).collect()
    }

    #[test]
    fn all_widths_agree() {
        let text = "abcabcxabc";
        for needle in ["a", "bc", "abc", "xa", "q", "abcx"] {
            let (t4, n4) = (wide(text), wide(needle));
            let t2: Vec<u16> = text.encode_utf16().collect();
            let narrow = Units::One(needle.as_bytes());
            for text_units in [
                Units::One(text.as_bytes()),
                Units::Two(&t2),
                Units::Four(&t4),
            ] {
                assert_eq!(find(text_units, narrow), text.find(needle));
                assert_eq!(rfind(text_units, narrow), text.rfind(needle));
                assert_eq!(count(text_units, narrow), text.matches(needle).count());
            }
            assert_eq!(find(Units::Four(&t4), Units::Four(&n4)), text.find(needle));
            assert_eq!(find(Units::One(text.as_bytes()), Units::Four(&n4)), None);
        }
    }

    #[test]
    fn hits_between_units_do_not_count() {
        let text = [0x6100u16, 0x0061, 0x6161];
        let text = Units::Two(&text);
        assert_eq!(find(text, Units::Two(&[0x0061])), Some(1));
        assert_eq!(rfind(text, Units::Two(&[0x6100])), Some(0));
        assert_eq!(find(text, Units::Two(&[0x0000])), None);
    }
}
