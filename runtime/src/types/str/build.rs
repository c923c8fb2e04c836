//! Making strings: [`Writer`] fills a string whose length and width are known, [`Builder`] one that grows.

use super::{Str, Unit, Units, Width, width_for};
use crate::{Owned, Thread};

/// Fills a new string of known length and width.
///
/// Pushing more than the length panics; so does finishing with less.
pub struct Writer {
    string: Owned,
    width: Width,
    at: *mut u8,
    end: *mut u8,
}

impl Writer {
    /// A string of `length` code points. `ascii`: they will all be below 128.
    #[inline]
    pub fn new(thread: &Thread, length: usize, width: Width, ascii: bool) -> Writer {
        Writer::over(Str::allocate(thread, length, width, ascii), width, length)
    }

    /// The string has room for `room` code points.
    #[inline]
    pub(super) fn with_room(
        thread: &Thread,
        length: usize,
        width: Width,
        ascii: bool,
        room: usize,
    ) -> Writer {
        let string = Str::allocate_with_room(thread, length, width, ascii, room);
        Writer::over(string, width, length)
    }

    pub(super) fn over(string: Owned, width: Width, length: usize) -> Writer {
        // SAFETY: the data lie behind the struct, in a block that is large enough.
        let at = unsafe { string.as_ptr().cast::<Str>().add(1).cast::<u8>() };
        // SAFETY: as above.
        let end = unsafe { at.add(length * width as usize) };
        Writer {
            string,
            width,
            at,
            end,
        }
    }

    fn claim(&mut self, bytes: usize) -> *mut u8 {
        assert!(bytes <= self.end.addr() - self.at.addr(), "string too long");
        let at = self.at;
        // SAFETY: just checked against the end.
        self.at = unsafe { at.add(bytes) };
        at
    }

    /// Adds code points, which fit the width.
    #[inline]
    pub fn push_units(&mut self, units: Units) {
        let to = self.claim(units.len() * self.width as usize);
        // SAFETY: as many bytes were just claimed.
        unsafe { copy_units(to, self.width, units) }
    }

    /// Adds a string.
    #[inline]
    pub fn push(&mut self, string: &Str) {
        self.push_units(string.units());
    }

    /// Adds one code point.
    #[inline]
    pub fn push_code_point(&mut self, c: u32) {
        let to = self.claim(self.width as usize);
        // SAFETY: just claimed; units are aligned because the data are and all units are equally wide.
        unsafe {
            match self.width {
                Width::One => to.write(c as u8),
                Width::Two => to.cast::<u16>().write(c as u16),
                Width::Four => to.cast::<u32>().write(c),
            }
        }
    }

    /// Adds a code point `count` times.
    pub fn push_repeated(&mut self, c: u32, count: usize) {
        match (self.width, u8::try_from(c)) {
            (Width::One, Ok(c)) => {
                let to = self.claim(count);
                // SAFETY: just claimed.
                unsafe { to.write_bytes(c, count) };
            }
            _ => (0..count).for_each(|_| self.push_code_point(c)),
        }
    }

    /// The string.
    #[inline]
    pub fn finish(self) -> Owned {
        assert!(self.at == self.end, "string too short");
        self.string
    }
}

/// Writes units in the given width.
///
/// # Safety
/// There is room for them at `to`, aligned for the width.
#[inline]
pub(super) unsafe fn copy_units(to: *mut u8, width: Width, units: Units) {
    // SAFETY: the caller's promise.
    unsafe {
        match width {
            Width::One => copy_as::<u8>(to.cast(), units),
            Width::Two => copy_as::<u16>(to.cast(), units),
            Width::Four => copy_as::<u32>(to.cast(), units),
        }
    }
}

/// # Safety
/// There is room for the units at `to`.
#[inline]
unsafe fn copy_as<U: Unit>(to: *mut U, units: Units) {
    if let Some(from) = U::of(units) {
        // SAFETY: the caller's promise; strings under construction overlap no other.
        return unsafe { to.copy_from_nonoverlapping(from.as_ptr(), from.len()) };
    }
    crate::each_width!(units, from => {
        for (i, &unit) in from.iter().enumerate() {
            // SAFETY: `i` is below the number of units there is room for.
            unsafe { to.add(i).write(U::from_code_point(unit.code_point())) }
        }
    });
}

/// A string that grows at its end.
pub struct Builder {
    /// The units' bytes.
    data: Vec<u8>,
    width: Width,
    /// All code points or-ed together.
    union: u32,
}

impl Default for Builder {
    fn default() -> Builder {
        Builder::new()
    }
}

impl Builder {
    pub const fn new() -> Builder {
        Builder {
            data: Vec::new(),
            width: Width::One,
            union: 0,
        }
    }

    /// An empty one with room for that many narrow code points.
    pub fn with_capacity(capacity: usize) -> Builder {
        Builder {
            data: Vec::with_capacity(capacity),
            ..Builder::new()
        }
    }

    /// Number of code points so far.
    pub fn len(&self) -> usize {
        self.data.len() / self.width as usize
    }

    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// Makes sure that code points up to `union` fit.
    #[inline]
    fn include(&mut self, union: u32) {
        self.union |= union;
        let width = width_for(self.union);
        if width > self.width {
            self.widen(width);
        }
    }

    #[cold]
    fn widen(&mut self, width: Width) {
        let old = std::mem::take(&mut self.data);
        self.data
            .reserve(old.len() / self.width as usize * width as usize * 2);
        let from = self.width as usize;
        self.width = width;
        for unit in old.chunks_exact(from) {
            let c = match *unit {
                [a] => u32::from(a),
                [a, b] => u32::from(u16::from_ne_bytes([a, b])),
                _ => u32::from_ne_bytes(unit.try_into().expect("four bytes")),
            };
            self.put(c);
        }
    }

    #[inline]
    fn put(&mut self, c: u32) {
        match self.width {
            Width::One => self.data.push(c as u8),
            Width::Two => self.data.extend_from_slice(&(c as u16).to_ne_bytes()),
            Width::Four => self.data.extend_from_slice(&c.to_ne_bytes()),
        }
    }

    /// Adds one code point.
    #[inline]
    pub fn push_code_point(&mut self, c: u32) {
        self.include(c);
        self.put(c);
    }

    /// Adds a code point `count` times.
    pub fn push_repeated(&mut self, c: u32, count: usize) {
        if count == 0 {
            return;
        }
        self.include(c);
        match self.width {
            Width::One => self.data.resize(self.data.len() + count, c as u8),
            _ => {
                self.data.reserve(count * self.width as usize);
                (0..count).for_each(|_| self.put(c));
            }
        }
    }

    /// Adds text.
    #[inline]
    pub fn push_str(&mut self, text: &str) {
        if self.width == Width::One && text.is_ascii() {
            self.union |= 0x7f * u32::from(!text.is_empty());
            self.data.extend_from_slice(text.as_bytes());
        } else {
            text.chars().for_each(|c| self.push_code_point(c.into()));
        }
    }

    /// Adds code points.
    pub fn push_units(&mut self, units: Units) {
        self.include(units.union());
        match (self.width, units) {
            (Width::One, Units::One(_))
            | (Width::Two, Units::Two(_))
            | (Width::Four, Units::Four(_)) => self.data.extend_from_slice(units.bytes()),
            _ => {
                self.data.reserve(units.len() * self.width as usize);
                units.iter().for_each(|c| self.put(c));
            }
        }
    }

    /// Adds a string.
    #[inline]
    pub fn push(&mut self, string: &Str) {
        if string.is_ascii() && self.width == Width::One {
            self.data.extend_from_slice(string.bytes());
        } else {
            self.push_units(string.units());
        }
    }

    /// Adds what another builder has.
    pub fn push_builder(&mut self, other: &Builder) {
        self.push_units(other.units());
    }

    /// The code points so far.
    pub fn units(&self) -> Units<'_> {
        let (data, length) = (self.data.as_ptr(), self.len());
        debug_assert!(
            data.addr() % self.width as usize == 0,
            "allocations are aligned to 8"
        );
        // SAFETY: `data` holds that many units of this width; the allocator aligns every block to at least 8.
        unsafe {
            match self.width {
                Width::One => Units::One(std::slice::from_raw_parts(data, length)),
                Width::Two => Units::Two(std::slice::from_raw_parts(data.cast(), length)),
                Width::Four => Units::Four(std::slice::from_raw_parts(data.cast(), length)),
            }
        }
    }

    /// The code points as bytes, if none is above 255.
    pub fn into_latin1(self) -> Option<Vec<u8>> {
        (self.width == Width::One).then_some(self.data)
    }

    /// The string.
    pub fn finish(self, thread: &Thread) -> Owned {
        match (self.len(), self.union) {
            (0, _) => super::empty(),
            (1, 0..=0xff) => super::latin1_char(self.data[0]),
            (length, union) => Str::from_units(thread, &self.data, length, self.width, union < 128),
        }
    }
}

impl std::fmt::Write for Builder {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

/// A string from UTF-8 that is not all ASCII.
pub(super) fn from_wide_wtf8(thread: &Thread, text: &[u8]) -> Owned {
    // The largest byte is the lead byte of the largest code point.
    let largest = text.iter().copied().max().unwrap_or(0);
    let width = match largest {
        0..0xc4 => Width::One,
        0xc4..0xf0 => Width::Two,
        _ => Width::Four,
    };
    let length = text.iter().filter(|&&b| b & 0xc0 != 0x80).count();
    if let (1, Some(c @ 0..256)) = (length, CodePoints(text).next()) {
        return super::latin1_char(c as u8);
    }
    let mut writer = Writer::new(thread, length, width, false);
    CodePoints(text).for_each(|c| writer.push_code_point(c));
    writer.finish()
}

/// Decodes UTF-8 that may encode surrogates.
pub struct CodePoints<'a>(pub &'a [u8]);

impl Iterator for CodePoints<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let (&lead, rest) = self.0.split_first()?;
        let (tail, bits) = match lead {
            0..0x80 => (0, u32::from(lead)),
            0x80..0xe0 => (1, u32::from(lead & 0x1f)),
            0xe0..0xf0 => (2, u32::from(lead & 0x0f)),
            _ => (3, u32::from(lead & 0x07)),
        };
        let (tail, rest) = rest.split_at(tail);
        self.0 = rest;
        Some(tail.iter().fold(bits, |c, &b| c << 6 | u32::from(b & 0x3f)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogates_and_astral_characters_decode() {
        let text = "aé€😀";
        assert!(CodePoints(text.as_bytes()).eq(text.chars().map(u32::from)));
        assert_eq!(CodePoints(&[0xed, 0xb2, 0x80]).next(), Some(0xdc80));
    }
}
