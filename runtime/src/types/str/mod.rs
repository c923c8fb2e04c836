//! `str`: code points in one, two or four bytes each (PEP 393), behind the header.
//!
//! ```text
//!   0..24 header │ 24 length │ 32 hash (0: not computed) │ 40 width │ 41 flags │ 44 room │ 48 code points …
//! ```
//!
//! The width is the smallest that holds every code point, so equal strings have equal bytes. Strings own no references.
//! They never change, but for one case: a string that only one variable refers to may grow in place (`append`), into
//! the room its block has left.

mod append;
mod build;
pub mod case;
pub mod codec;
pub mod index;
mod intern;
mod methods;
mod repr;
pub mod search;
pub mod split;
pub mod translate;
pub mod trim;
pub mod unicode;
mod units;

pub use append::{append, concat, concat_all, repeat};
pub use build::{Builder, Writer};
pub use intern::{intern, intern_value, lookup_interned};
pub use methods::{METHODS, is_identifier};
pub use repr::{escape_non_ascii, repr, write_escape, write_repr};
pub use units::{Unit, Units, width_for};

use super::hashing::hash_bytes;
use crate::object::{Header, Kind, Object};
use crate::types::Type;
use crate::{Builtin, Owned, Thread, Value, heap};
use std::borrow::Cow;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};

/// Bytes per code point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Width {
    One = 1,
    Two = 2,
    Four = 4,
}

/// A Python string.
#[repr(C, align(8))]
pub struct Str {
    header: Header,
    /// Code points. Atomic because `append` may change it; everybody else sees a constant.
    length: AtomicUsize,
    hash: AtomicU64,
    width: Width,
    flags: AtomicU8,
    /// Room for code points, in units of 8 bytes.
    room: u32,
}

/// Every code point is below 128.
const FLAG_ASCII: u8 = 1;
/// The one object for this text: equal interned strings are identical.
const FLAG_INTERNED: u8 = 2;

// SAFETY: `repr(C)`, header first, own kind; a string owns neither references nor buffers.
unsafe impl Object for Str {
    const KIND: Kind = Kind::STR;
    const AREA_BEHIND: bool = true;
    fn extra(&self) -> usize {
        self.room as usize * 8
    }
    fn traverse(&self, _visit: &mut dyn FnMut(Value)) {}
}

impl Str {
    /// Offset of the length, for native code.
    pub const LENGTH_OFFSET: usize = std::mem::offset_of!(Str, length);

    /// Number of code points.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length.load(Ordering::Relaxed)
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    pub fn width(&self) -> Width {
        self.width
    }

    /// All code points are below 128: [`Str::bytes`] is the text in UTF-8.
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.flags.load(Ordering::Relaxed) & FLAG_ASCII != 0
    }

    /// The one object for this text.
    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.flags.load(Ordering::Relaxed) & FLAG_INTERNED != 0
    }

    #[inline(always)]
    fn data(&self) -> *const u8 {
        // SAFETY: the code points lie right behind the struct, in the same block.
        unsafe { std::ptr::from_ref(self).add(1).cast::<u8>() }
    }

    /// The code points' bytes, in native order.
    #[inline(always)]
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the block holds `length * width` initialised bytes there, and they never change.
        unsafe { std::slice::from_raw_parts(self.data(), self.len() * self.width as usize) }
    }

    /// The code points.
    #[inline(always)]
    pub fn units(&self) -> Units<'_> {
        let (data, length) = (self.data(), self.len());
        // SAFETY: the block holds `length` units of this width there, aligned to 8.
        unsafe {
            match self.width {
                Width::One => Units::One(std::slice::from_raw_parts(data, length)),
                Width::Two => Units::Two(std::slice::from_raw_parts(data.cast(), length)),
                Width::Four => Units::Four(std::slice::from_raw_parts(data.cast(), length)),
            }
        }
    }

    /// The code point at an index, which is in range.
    #[inline(always)]
    pub fn code_point(&self, index: usize) -> u32 {
        self.units().get(index)
    }

    /// The code points in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + '_ {
        self.units().iter()
    }

    /// The text, if it is ASCII.
    #[inline(always)]
    pub fn as_str(&self) -> Option<&str> {
        // SAFETY: ASCII bytes are UTF-8.
        self.is_ascii()
            .then(|| unsafe { std::str::from_utf8_unchecked(self.bytes()) })
    }

    /// The text as UTF-8; `None` if it has surrogates.
    pub fn to_utf8(&self) -> Option<Cow<'_, str>> {
        match self.as_str() {
            Some(text) => Some(Cow::Borrowed(text)),
            None => self
                .iter()
                .map(char::from_u32)
                .collect::<Option<String>>()
                .map(Cow::Owned),
        }
    }

    /// The text as UTF-8, surrogates replaced.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        match self.as_str() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(
                self.iter()
                    .map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect(),
            ),
        }
    }

    /// The hash, computed once.
    #[inline(always)]
    pub fn hash(&self) -> i64 {
        match self.hash.load(Ordering::Relaxed) {
            0 => self.compute_hash(),
            hash => hash as i64,
        }
    }

    #[inline(never)]
    fn compute_hash(&self) -> i64 {
        let hash = hash_bytes(self.bytes());
        self.hash.store(hash as u64, Ordering::Relaxed);
        hash
    }

    /// The same text?
    #[inline(always)]
    pub fn equals(&self, other: &Str) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        self.len() == other.len()
            && self.width == other.width
            && !(self.is_interned() && other.is_interned())
            && self.bytes() == other.bytes()
    }

    /// Is this the text?
    #[inline]
    pub fn is_text(&self, text: &str) -> bool {
        match self.as_str() {
            Some(own) => own == text,
            None => !text.is_ascii() && self.iter().eq(text.chars().map(u32::from)),
        }
    }

    /// An instance of a subclass with the same text.
    pub fn new_instance(thread: &Thread, class: &Type, text: &Str) -> Owned {
        let header = class.instance_header(thread);
        let (length, width) = (text.len(), text.width);
        let owned = Str::allocate_as(thread, header, length, width, text.is_ascii(), length);
        let mut writer = Writer::over(owned, width, length);
        writer.push(text);
        writer.finish()
    }

    /// A new string of `length` code points, which the caller writes before anybody else sees it.
    #[inline(always)]
    fn allocate(thread: &Thread, length: usize, width: Width, ascii: bool) -> Owned {
        Str::allocate_with_room(thread, length, width, ascii, length)
    }

    /// As [`Str::allocate`], with room for more code points.
    #[inline(always)]
    fn allocate_with_room(
        thread: &Thread,
        length: usize,
        width: Width,
        ascii: bool,
        room: usize,
    ) -> Owned {
        let header = Builtin::Str.class().instance_header(thread);
        Str::allocate_as(thread, header, length, width, ascii, room)
    }

    #[inline(always)]
    fn allocate_as(
        thread: &Thread,
        header: Header,
        length: usize,
        width: Width,
        ascii: bool,
        room: usize,
    ) -> Owned {
        let room = (room * width as usize).next_multiple_of(8);
        let object = Str {
            header,
            length: AtomicUsize::new(length),
            hash: AtomicU64::new(0),
            width,
            flags: AtomicU8::new(if ascii { FLAG_ASCII } else { 0 }),
            room: u32::try_from(room / 8).expect("strings are shorter than 32 GiB"),
        };
        heap::new_sized(thread, object, room)
    }

    /// A new string from code points already in their narrowest width.
    pub fn from_units(
        thread: &Thread,
        bytes: &[u8],
        length: usize,
        width: Width,
        ascii: bool,
    ) -> Owned {
        debug_assert_eq!(bytes.len(), length * width as usize);
        let owned = Str::allocate(thread, length, width, ascii);
        // SAFETY: the block has room for `bytes` behind the struct, and nobody else knows it yet.
        unsafe {
            owned
                .as_ptr()
                .cast::<Str>()
                .add(1)
                .cast::<u8>()
                .copy_from_nonoverlapping(bytes.as_ptr(), bytes.len())
        };
        owned
    }
}

static EMPTY: AtomicU64 = AtomicU64::new(Value::MISSING.bits());
static LATIN1: [AtomicU64; 256] = [const { AtomicU64::new(Value::MISSING.bits()) }; 256];

/// Start-up: the empty string.
pub(super) fn initialize(thread: &Thread) {
    super::hashing::initialize();
    EMPTY.store(intern(thread, "").bits(), Ordering::Relaxed);
}

/// The text of a value known to be a str, for messages; lone surrogates are replaced.
pub fn display(value: Value) -> String {
    value
        .get::<Str>()
        .map_or_else(String::new, |text| text.to_str_lossy().into_owned())
}

/// The empty string (immortal).
#[inline(always)]
pub fn empty() -> Owned {
    Owned::from_counted(Value::from_bits(EMPTY.load(Ordering::Relaxed)))
}

/// The string of one Latin-1 character (immortal).
#[inline(always)]
pub fn latin1_char(c: u8) -> Owned {
    let value = Value::from_bits(LATIN1[c as usize].load(Ordering::Relaxed));
    if value.is_missing() {
        return make_latin1_char(c);
    }
    Owned::from_counted(value)
}

/// Makes the string of a character that nobody has asked for yet. Whoever else does so meanwhile finds the same one.
#[cold]
fn make_latin1_char(c: u8) -> Owned {
    let text = char::from(c);
    let value = intern(crate::thread::current(), text.encode_utf8(&mut [0; 4]));
    LATIN1[c as usize].store(value.bits(), Ordering::Relaxed);
    Owned::from_counted(value)
}

/// The string of one code point.
#[inline(always)]
pub fn from_code_point(thread: &Thread, c: u32) -> Owned {
    match u8::try_from(c) {
        Ok(c) => latin1_char(c),
        Err(_) => from_slice(thread, Units::Four(&[c])),
    }
}

/// A string from UTF-8 text.
#[inline]
pub fn new(thread: &Thread, text: &str) -> Owned {
    from_wtf8(thread, text.as_bytes())
}

/// A string from UTF-8 that may also encode surrogates (three bytes each), as paths and literals can.
///
/// # Panics
/// If the bytes are not even that.
#[inline]
pub fn from_wtf8(thread: &Thread, text: &[u8]) -> Owned {
    if text.is_ascii() {
        from_ascii(thread, text)
    } else {
        build::from_wide_wtf8(thread, text)
    }
}

/// A string from bytes known to be ASCII.
#[inline]
pub fn from_ascii(thread: &Thread, text: &[u8]) -> Owned {
    debug_assert!(text.is_ascii());
    match *text {
        [] => empty(),
        [c] => latin1_char(c),
        _ => Str::from_units(thread, text, text.len(), Width::One, true),
    }
}

/// A string from Latin-1 bytes.
pub fn from_latin1(thread: &Thread, text: &[u8]) -> Owned {
    from_slice(thread, Units::One(text))
}

/// A string from code points of any width (a part of another string, for instance), in its narrowest width.
pub fn from_slice(thread: &Thread, units: Units) -> Owned {
    match units.len() {
        0 => return empty(),
        1 if units.get(0) < 256 => return latin1_char(units.get(0) as u8),
        _ => {}
    }
    let union = units.union();
    let (width, length) = (width_for(union), units.len());
    let mut writer = Writer::new(thread, length, width, union < 128);
    writer.push_units(units);
    writer.finish()
}

/// The part `start..end` of a string; the string itself if that is all of it and it is no subclass instance.
#[inline]
pub fn substring(thread: &Thread, string: &Str, start: usize, end: usize) -> Owned {
    if start == 0 && end == string.len() && string.header().kind() == Kind::STR {
        return Owned::new(string.value());
    }
    match string.units().slice(start, end) {
        Units::One(units) if string.is_ascii() => from_ascii(thread, units),
        units => from_slice(thread, units),
    }
}
