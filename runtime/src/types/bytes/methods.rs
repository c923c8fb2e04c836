//! The methods of `bytes`, and those it shares with `bytearray`.
//!
//! Results that are bytes have the receiver's type. Arguments are made into bytes or numbers before the receiver is
//! looked into, because that may run Python code or copy another array.

use super::text::{self, HexError, Part};
use super::{Buffer, Bytearray, Bytes, bytearray, construct, index, new_like, sequence};
use crate::operators::arithmetic;
use crate::operators::compare::{self, CompareOp};
use crate::operators::convert::{self, has_index, to_c_int, to_isize, type_name};
use crate::operators::{call, iterate};
use crate::types::arguments::{Span, flag, limit};
use crate::types::class::as_class;
use crate::types::memoryview::{self, request};
use crate::types::str::{self, Str, codec};
use crate::types::tuple::Tuple;
use crate::types::{Builtin, int, iterators, list, tuple};
use crate::{Kind, Owned, Result, Thread, Value, heap, methods, raise};

methods! { pub COMMON:
    /// A copy with the first byte in upper case and the others in lower case.
    "capitalize(self, /)" => capitalize;
    /// The bytes centred in a field of the given width.
    "center(self, width, fillchar=<missing>, /)" => center;
    /// Number of times a part occurs in self[start:end], occurrences not overlapping.
    "count(self, sub, start=None, end=None, /)" => count -> Int;
    /// The text that the bytes are in the given encoding.
    "decode(self, /, encoding='utf-8', errors='strict')" => decode -> Str;
    /// Do the bytes end with the suffix, or one of a tuple of them?
    "endswith(self, suffix, start=None, end=None, /)" => endswith -> Bool;
    /// A copy with tabs replaced by as many spaces as reach the next column that is a multiple of tabsize.
    "expandtabs(self, /, tabsize=8)" => expandtabs;
    /// Lowest index in self[start:end] where the part is found, -1 if nowhere.
    "find(self, sub, start=None, end=None, /)" => find -> Int;
    /// The bytes that a hexadecimal text spells.
    class "fromhex(type, string, /)" => fromhex;
    /// The bytes in hexadecimal, with a separator between groups if one is given.
    ///
    /// >>> b'Ashore'.hex(':', 2)
    /// '4173:686f:7265'
    "hex(self, /, sep=<missing>, bytes_per_sep=1)" => hex -> Str;
    /// As find, but an error if the part is not there.
    "index(self, sub, start=None, end=None, /)" => index_method -> Int;
    /// Are there bytes, and all ASCII letters or digits?
    "isalnum(self, /)" => isalnum -> Bool;
    /// Are there bytes, and all ASCII letters?
    "isalpha(self, /)" => isalpha -> Bool;
    /// Are all bytes ASCII?
    "isascii(self, /)" => isascii -> Bool;
    /// Are there bytes, and all ASCII digits?
    "isdigit(self, /)" => isdigit -> Bool;
    /// Are there ASCII letters, and all lower case?
    "islower(self, /)" => islower -> Bool;
    /// Are there bytes, and all ASCII blanks?
    "isspace(self, /)" => isspace -> Bool;
    /// Does every word begin with an upper case letter and go on in lower case?
    "istitle(self, /)" => istitle -> Bool;
    /// Are there ASCII letters, and all upper case?
    "isupper(self, /)" => isupper -> Bool;
    /// The bytes of an iterable's items with these between each two.
    "join(self, iterable_of_bytes, /)" => join;
    /// The bytes at the left of a field of the given width.
    "ljust(self, width, fillchar=<missing>, /)" => ljust;
    /// A copy in lower case.
    "lower(self, /)" => lower;
    /// A copy without blanks, or the given bytes, at the left end.
    "lstrip(self, bytes=None, /)" => lstrip;
    /// A table for translate.
    static "maketrans(frm, to, /)" => maketrans -> Bytes;
    /// The part before the separator, the separator, and the part after it.
    "partition(self, sep, /)" => partition -> Tuple;
    /// A copy without the prefix, if it is there.
    "removeprefix(self, prefix, /)" => removeprefix;
    /// A copy without the suffix, if it is there.
    "removesuffix(self, suffix, /)" => removesuffix;
    /// A copy with all occurrences of old, or the first count of them, replaced by new.
    "replace(self, old, new, count=-1, /)" => replace;
    /// Highest index in self[start:end] where the part is found, -1 if nowhere.
    "rfind(self, sub, start=None, end=None, /)" => rfind -> Int;
    /// As rfind, but an error if the part is not there.
    "rindex(self, sub, start=None, end=None, /)" => rindex -> Int;
    /// The bytes at the right of a field of the given width.
    "rjust(self, width, fillchar=<missing>, /)" => rjust;
    /// As partition, with the last separator.
    "rpartition(self, sep, /)" => rpartition -> Tuple;
    /// As split, beginning at the right.
    "rsplit(self, /, sep=None, maxsplit=-1)" => rsplit -> List;
    /// A copy without blanks, or the given bytes, at the right end.
    "rstrip(self, bytes=None, /)" => rstrip;
    /// The parts between separators, or the words between blanks.
    "split(self, /, sep=None, maxsplit=-1)" => split -> List;
    /// The lines.
    "splitlines(self, /, keepends=False)" => splitlines -> List;
    /// Do the bytes begin with the prefix, or one of a tuple of them?
    "startswith(self, prefix, start=None, end=None, /)" => startswith -> Bool;
    /// A copy without blanks, or the given bytes, at both ends.
    "strip(self, bytes=None, /)" => strip;
    /// A copy with upper case as lower case and the other way round.
    "swapcase(self, /)" => swapcase;
    /// A copy with every word beginning in upper case.
    "title(self, /)" => title;
    /// A copy without the bytes in delete, the others replaced as the table says.
    "translate(self, table, /, delete=b'')" => translate;
    /// A copy in upper case.
    "upper(self, /)" => upper;
    /// The bytes with zeros at the left, behind the sign.
    "zfill(self, width, /)" => zfill;
    "__add__(self, value, /)" => add;
    /// Return a buffer object that exposes the underlying memory of the object.
    "__buffer__(self, flags, /)" => memoryview::buffer;
    "__contains__(self, key, /)" => contains -> Bool;
    "__eq__(self, value, /)" => eq;
    "__ge__(self, value, /)" => ge;
    "__getitem__(self, key, /)" => getitem;
    "__gt__(self, value, /)" => gt;
    "__le__(self, value, /)" => le;
    "__len__(self, /)" => len -> Int;
    "__lt__(self, value, /)" => lt;
    "__mod__(self, value, /)" => modulo;
    "__mul__(self, value, /)" => mul;
    "__ne__(self, value, /)" => ne;
    "__rmod__(self, value, /)" => rmod;
    "__rmul__(self, value, /)" => mul;
    "__str__(self, /)" => repr -> Str;
    "__repr__(self, /)" => repr -> Str;
    "__sizeof__(self, /)" => sizeof -> Int;
}

methods! { pub METHODS:
    /// Bytes from an iterable of ints, a bytes-like object, a text and its encoding, or as many zeros as an int says.
    new "bytes(type, /, source=<missing>, encoding=<missing>, errors=<missing>)" => new;
    "__bytes__(self, /)" => bytes_method -> Bytes;
    "__getnewargs__(self, /)" => getnewargs -> Tuple;
    "__hash__(self, /)" => hash -> Int;
    "__iter__(self, /)" => iter -> BytesIterator;
}

/// The receiver's bytes.
fn this<'a>(thread: &Thread, args: &'a [Value]) -> Buffer<'a> {
    Buffer::of(thread, &args[0]).expect("methods are bound to instances of their type")
}

fn like(thread: &Thread, args: &[Value], bytes: &[u8]) -> Result {
    Ok(new_like(thread, args[0], bytes))
}

/// Parts of the receiver; the receiver itself if a part is all of it and it is plain bytes.
fn parts(thread: &Thread, args: &[Value], buffer: &[u8], ranges: &[Part]) -> Vec<Owned> {
    let part = |range: &Part| {
        if range.len() == buffer.len() && args[0].kind() == Kind::BYTES {
            return Owned::new(args[0]);
        }
        new_like(thread, args[0], &buffer[range.clone()])
    };
    ranges.iter().map(part).collect()
}

fn one_part(thread: &Thread, args: &[Value], buffer: Buffer, range: Part) -> Result {
    let mut parts = parts(thread, args, &buffer, &[range]);
    Ok(parts.pop().expect("one part"))
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).filter(|class| !class.is(Builtin::Bytes));
    if class.is_none()
        && args[1].get_exact::<Bytes>().is_some()
        && args[2].is_missing()
        && args[3].is_missing()
    {
        return Ok(Owned::new(args[1]));
    }
    let bytes = construct::from_arguments(thread, &args[1..], true)?;
    Ok(match class {
        Some(class) => super::new_instance(thread, class, &bytes),
        None => super::new(thread, &bytes),
    })
}

macro_rules! mapping_methods {
    ($($method:ident => $function:expr;)*) => {
        $(fn $method(thread: &Thread, args: &[Value]) -> Result {
            let map: fn(&[u8]) -> Vec<u8> = $function;
            let mapped = map(&this(thread, args));
            like(thread, args, &mapped)
        })*
    };
}

mapping_methods! {
    capitalize => text::capitalize;
    lower => <[u8]>::to_ascii_lowercase;
    swapcase => text::swap_case;
    title => text::title;
    upper => <[u8]>::to_ascii_uppercase;
}

macro_rules! predicates {
    ($($method:ident => $test:expr;)*) => {
        $(fn $method(thread: &Thread, args: &[Value]) -> Result {
            let test: fn(&[u8]) -> bool = $test;
            Ok(Owned::bool(test(&this(thread, args))))
        })*
    };
}

fn all(bytes: &[u8], property: fn(&u8) -> bool) -> bool {
    !bytes.is_empty() && bytes.iter().all(property)
}

predicates! {
    isalnum => |bytes| all(bytes, u8::is_ascii_alphanumeric);
    isalpha => |bytes| all(bytes, u8::is_ascii_alphabetic);
    isascii => <[u8]>::is_ascii;
    isdigit => |bytes| all(bytes, u8::is_ascii_digit);
    islower => |bytes| {
        bytes.iter().any(u8::is_ascii_lowercase) && !bytes.iter().any(u8::is_ascii_uppercase)
    };
    isspace => |bytes| all(bytes, |&byte| text::is_space(byte));
    istitle => text::is_title;
    isupper => |bytes| {
        bytes.iter().any(u8::is_ascii_uppercase) && !bytes.iter().any(u8::is_ascii_lowercase)
    };
}

/// The fill byte of `center` and its kin.
fn fill(thread: &Thread, value: &Value, name: &str) -> Result<u8> {
    if value.is_missing() {
        return Ok(b' ');
    }
    match Buffer::of(thread, value).as_deref() {
        Some([byte]) => Ok(*byte),
        Some(bytes) => raise!(
            thread,
            TypeError,
            "{name}(): argument 2 must be a byte string of length 1, not a {} object of length {}",
            type_name(*value),
            bytes.len()
        ),
        None => raise!(
            thread,
            TypeError,
            "{name}() argument 2 must be a byte string of length 1, not {}",
            type_name(*value)
        ),
    }
}

/// Where to pad: the padding to the left, given the whole padding and the width.
type Sides = fn(usize, usize) -> usize;

/// The width of a field that can be had.
fn width(thread: &Thread, width: Value) -> Result<usize> {
    let width = usize::try_from(to_isize(thread, width)?).unwrap_or(0);
    match heap::affordable(width) {
        true => Ok(width),
        false => raise!(thread, MemoryError, ""),
    }
}

fn justify(thread: &Thread, args: &[Value], name: &str, left: Sides) -> Result {
    let width = width(thread, args[1])?;
    let fill = fill(thread, &args[2], name)?;
    let buffer = this(thread, args);
    let padding = width.saturating_sub(buffer.len());
    if padding == 0 {
        let range = 0..buffer.len();
        return one_part(thread, args, buffer, range);
    }
    let left = left(padding, width);
    let mut out = vec![fill; left];
    out.extend_from_slice(&buffer);
    drop(buffer);
    out.resize(width, fill);
    like(thread, args, &out)
}

fn center(thread: &Thread, args: &[Value]) -> Result {
    justify(thread, args, "center", |padding, width| {
        padding / 2 + (padding & width & 1)
    })
}

fn ljust(thread: &Thread, args: &[Value]) -> Result {
    justify(thread, args, "ljust", |_, _| 0)
}

fn rjust(thread: &Thread, args: &[Value]) -> Result {
    justify(thread, args, "rjust", |padding, _| padding)
}

fn zfill(thread: &Thread, args: &[Value]) -> Result {
    let width = width(thread, args[1])?;
    let filled = text::zero_fill(&this(thread, args), width);
    like(thread, args, &filled)
}

fn expandtabs(thread: &Thread, args: &[Value]) -> Result {
    let size = usize::try_from(to_c_int(thread, args[1])?).unwrap_or(0);
    let expanded = text::expand_tabs(&this(thread, args), size);
    like(thread, args, &expanded)
}

/// What is searched for: bytes, or a byte.
fn needle<'a>(thread: &Thread, value: &'a Value) -> Result<Buffer<'a>> {
    if let Some(buffer) = Buffer::request(thread, value, request::SIMPLE)? {
        return Ok(buffer);
    }
    if !has_index(*value) {
        let name = type_name(*value);
        return raise!(
            thread,
            TypeError,
            "argument should be integer or bytes-like object, not '{name}'"
        );
    }
    let byte = construct::to_byte(thread, *value, "byte")?;
    Ok(Buffer::Copied(vec![byte]))
}

type Search = fn(&[u8], &[u8]) -> Option<usize>;

fn search(thread: &Thread, args: &[Value], find: Search) -> Result<Option<usize>> {
    let span = Span::new(thread, args[2], args[3])?;
    let needle = needle(thread, &args[1])?;
    let buffer = this(thread, args);
    let range = span.within(buffer.len());
    Ok(range.and_then(|(start, end)| find(&buffer[start..end], &needle).map(|at| start + at)))
}

fn found(thread: &Thread, index: Option<usize>) -> Result {
    Ok(index.map_or_else(
        || int::from_i64(thread, -1),
        |index| int::from_usize(thread, index),
    ))
}

fn found_or_raise(thread: &Thread, index: Option<usize>) -> Result {
    match index {
        Some(index) => Ok(int::from_usize(thread, index)),
        None => raise!(thread, ValueError, "subsection not found"),
    }
}

fn find(thread: &Thread, args: &[Value]) -> Result {
    found(thread, search(thread, args, text::find)?)
}

fn rfind(thread: &Thread, args: &[Value]) -> Result {
    found(thread, search(thread, args, text::rfind)?)
}

fn index_method(thread: &Thread, args: &[Value]) -> Result {
    found_or_raise(thread, search(thread, args, text::find)?)
}

fn rindex(thread: &Thread, args: &[Value]) -> Result {
    found_or_raise(thread, search(thread, args, text::rfind)?)
}

fn count(thread: &Thread, args: &[Value]) -> Result {
    let count = search(thread, args, |text, needle| Some(text::count(text, needle)))?;
    // The search adds where it began; a count does not.
    let span = Span::new(thread, args[2], args[3])?.within(this(thread, args).len());
    let start = span.map_or(0, |(start, _)| start);
    Ok(int::from_usize(
        thread,
        count.map_or(0, |count| count - start),
    ))
}

type Affix = fn(&[u8], &[u8]) -> bool;

fn has_affix(thread: &Thread, args: &[Value], name: &str, test: Affix) -> Result {
    let span = Span::new(thread, args[2], args[3])?;
    let holds = |affix: &[u8]| -> Result<bool> {
        let buffer = this(thread, args);
        let range = span.within(buffer.len());
        Ok(range.is_some_and(|(start, end)| test(&buffer[start..end], affix)))
    };
    if let Some(affix) = Buffer::request(thread, &args[1], request::SIMPLE)? {
        return holds(&affix).map(Owned::bool);
    }
    let Some(affixes) = args[1].get::<Tuple>() else {
        return raise!(
            thread,
            TypeError,
            "{name} first arg must be bytes or a tuple of bytes, not {}",
            type_name(args[1])
        );
    };
    for affix in affixes.items() {
        if holds(&Buffer::argument(thread, affix)?)? {
            return Ok(Owned::bool(true));
        }
    }
    Ok(Owned::bool(false))
}

fn startswith(thread: &Thread, args: &[Value]) -> Result {
    has_affix(thread, args, "startswith", <[u8]>::starts_with)
}

fn endswith(thread: &Thread, args: &[Value]) -> Result {
    has_affix(thread, args, "endswith", <[u8]>::ends_with)
}

fn removeprefix(thread: &Thread, args: &[Value]) -> Result {
    let prefix = Buffer::argument(thread, &args[1])?;
    let buffer = this(thread, args);
    let start = if buffer.starts_with(&prefix) {
        prefix.len()
    } else {
        0
    };
    let range = start..buffer.len();
    one_part(thread, args, buffer, range)
}

fn removesuffix(thread: &Thread, args: &[Value]) -> Result {
    let suffix = Buffer::argument(thread, &args[1])?;
    let buffer = this(thread, args);
    let cut = if buffer.ends_with(&suffix) {
        suffix.len()
    } else {
        0
    };
    let range = 0..buffer.len() - cut;
    one_part(thread, args, buffer, range)
}

fn strip_ends(thread: &Thread, args: &[Value], left: bool, right: bool) -> Result {
    let set = match args[1].is_none() {
        true => None,
        false => Some(Buffer::argument(thread, &args[1])?),
    };
    let buffer = this(thread, args);
    let strippable = |byte: u8| match &set {
        Some(set) => set.contains(&byte),
        None => text::is_space(byte),
    };
    let range = text::trim(&buffer, strippable, left, right);
    one_part(thread, args, buffer, range)
}

fn strip(thread: &Thread, args: &[Value]) -> Result {
    strip_ends(thread, args, true, true)
}

fn lstrip(thread: &Thread, args: &[Value]) -> Result {
    strip_ends(thread, args, true, false)
}

fn rstrip(thread: &Thread, args: &[Value]) -> Result {
    strip_ends(thread, args, false, true)
}

fn replace(thread: &Thread, args: &[Value]) -> Result {
    let limit = limit(thread, args[3])?;
    let (old, new) = (
        Buffer::argument(thread, &args[1])?,
        Buffer::argument(thread, &args[2])?,
    );
    let replaced = text::replace(&this(thread, args), &old, &new, limit);
    like(thread, args, &replaced)
}

type SplitAt = fn(&[u8], &[u8], usize) -> Vec<Part>;
type SplitBlanks = fn(&[u8], usize) -> Vec<Part>;

fn split_with(thread: &Thread, args: &[Value], at: SplitAt, blanks: SplitBlanks) -> Result {
    let limit = limit(thread, args[2])?;
    let separator = match args[1].is_none() {
        true => None,
        false => Some(Buffer::argument(thread, &args[1])?),
    };
    if separator
        .as_ref()
        .is_some_and(|separator| separator.is_empty())
    {
        return raise!(thread, ValueError, "empty separator");
    }
    let buffer = this(thread, args);
    let ranges = match &separator {
        Some(separator) => at(&buffer, separator, limit),
        None => blanks(&buffer, limit),
    };
    Ok(list::new(thread, parts(thread, args, &buffer, &ranges)))
}

fn split(thread: &Thread, args: &[Value]) -> Result {
    split_with(thread, args, text::split, text::split_blanks)
}

fn rsplit(thread: &Thread, args: &[Value]) -> Result {
    split_with(thread, args, text::rsplit, text::rsplit_blanks)
}

fn splitlines(thread: &Thread, args: &[Value]) -> Result {
    let keep_ends = flag(thread, args[1])?;
    let buffer = this(thread, args);
    let ranges = text::split_lines(&buffer, keep_ends);
    Ok(list::new(thread, parts(thread, args, &buffer, &ranges)))
}

fn partition_with(thread: &Thread, args: &[Value], find: Search, from_right: bool) -> Result {
    let separator = Buffer::argument(thread, &args[1])?;
    if separator.is_empty() {
        return raise!(thread, ValueError, "empty separator");
    }
    let buffer = this(thread, args);
    let length = buffer.len();
    let (before, between, after) = match find(&buffer, &separator) {
        Some(at) => (0..at, &separator[..], at + separator.len()..length),
        None if from_right => (0..0, &[][..], 0..length),
        None => (0..length, &[][..], 0..0),
    };
    let mut three = parts(thread, args, &buffer, &[before, after]);
    // Bytes give the very separator; a bytearray gives a copy.
    let found = !between.is_empty();
    let between = match args[0].kind().layout() {
        Kind::BYTES if found => Owned::new(args[1]),
        _ => new_like(thread, args[0], between),
    };
    three.insert(1, between);
    Ok(tuple::new(thread, three))
}

fn partition(thread: &Thread, args: &[Value]) -> Result {
    partition_with(thread, args, text::find, false)
}

fn rpartition(thread: &Thread, args: &[Value]) -> Result {
    partition_with(thread, args, text::rfind, true)
}

fn join(thread: &Thread, args: &[Value]) -> Result {
    let refuse = || raise!(thread, TypeError, "can only join an iterable");
    let source = iterate::source_or(thread, args[1], refuse)?;
    let separator = this(thread, args).to_vec();
    let mut out = Vec::new();
    let items = iterate::collect_fast(thread, source.value())?;
    for (index, item) in items.into_iter().enumerate() {
        let value = item.value();
        let Some(bytes) = Buffer::detached(thread, &value) else {
            let name = type_name(value);
            return raise!(
                thread,
                TypeError,
                "sequence item {index}: expected a bytes-like object, {name} found"
            );
        };
        if index > 0 {
            out.extend_from_slice(&separator);
        }
        out.extend_from_slice(&bytes);
    }
    like(thread, args, &out)
}

fn decode(thread: &Thread, args: &[Value]) -> Result {
    let encoding = codec::argument(thread, args[1], "decode", "encoding")?;
    let errors = codec::argument(thread, args[2], "decode", "errors")?;
    let bytes = this(thread, args).to_vec();
    codec::decode(thread, &bytes, encoding.as_deref(), errors.as_deref())
}

fn hex(thread: &Thread, args: &[Value]) -> Result {
    let separator = separator(thread, &args[1])?;
    let group = to_isize(thread, args[2])?;
    let hex = text::to_hex(&this(thread, args), separator, group);
    Ok(str::from_ascii(thread, hex.as_bytes()))
}

/// What `hex` puts between groups; none if it is not given. Asking for its length may run Python code.
pub(crate) fn separator(thread: &Thread, value: &Value) -> Result<Option<u8>> {
    if value.is_missing() {
        return Ok(None);
    }
    let length = crate::operators::index::length(thread, *value)?;
    let first = match (value.get::<Str>(), value.get::<Bytes>()) {
        _ if length != 1 => return raise!(thread, ValueError, "sep must be length 1."),
        (Some(text), _) => text.iter().next(),
        (_, Some(bytes)) => bytes.as_slice().first().map(|&byte| u32::from(byte)),
        _ => return raise!(thread, TypeError, "sep must be str or bytes."),
    };
    // What says that it has a length and has none ends with a null character, as all do.
    match u8::try_from(first.unwrap_or(0)) {
        Ok(byte) if byte.is_ascii() => Ok(Some(byte)),
        _ => raise!(thread, ValueError, "sep must be ASCII."),
    }
}

#[cold]
fn not_hexadecimal(thread: &Thread, at: usize) -> Result {
    let text = "non-hexadecimal number found in fromhex() arg at position";
    raise!(thread, ValueError, "{text} {at}")
}

fn fromhex(thread: &Thread, args: &[Value]) -> Result {
    let digits = match args[1].get::<Str>() {
        // What is no ASCII is noticed first, wherever it is.
        Some(string) => match string.iter().position(|c| c >= 0x80) {
            Some(at) => return not_hexadecimal(thread, at),
            None => string.iter().map(|c| c as u8).collect(),
        },
        None => match Buffer::request(thread, &args[1], request::SIMPLE)? {
            Some(bytes) => bytes.into_vec(),
            None => {
                let name = convert::type_name(args[1]);
                return raise!(
                    thread,
                    TypeError,
                    "fromhex() argument must be str or bytes-like, not {name}"
                );
            }
        },
    };
    let bytes = match text::from_hex(&digits) {
        Ok(bytes) => bytes,
        Err(HexError::NotADigit(at)) => return not_hexadecimal(thread, at),
        Err(HexError::OddLength) => {
            let text = "fromhex() arg must contain an even number of hexadecimal digits";
            return raise!(thread, ValueError, "{text}");
        }
    };
    match as_class(args[0]).and_then(|class| class.builtin) {
        Some(Builtin::Bytes) => Ok(super::new(thread, &bytes)),
        Some(Builtin::Bytearray) => Ok(bytearray::new(thread, &bytes)),
        _ => call::call(thread, args[0], &[super::new(thread, &bytes).value()]),
    }
}

fn maketrans(thread: &Thread, args: &[Value]) -> Result {
    let (from, to) = (
        Buffer::argument(thread, &args[0])?,
        Buffer::argument(thread, &args[1])?,
    );
    if from.len() != to.len() {
        return raise!(
            thread,
            ValueError,
            "maketrans arguments must have same length"
        );
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (&from, &to) in from.iter().zip(to.iter()) {
        table[usize::from(from)] = to;
    }
    Ok(super::new(thread, &table))
}

fn translate(thread: &Thread, args: &[Value]) -> Result {
    let table = match args[1].is_none() {
        true => None,
        false => Some(Buffer::argument(thread, &args[1])?),
    };
    if table.as_ref().is_some_and(|table| table.len() != 256) {
        let text = "translation table must be 256 characters long";
        return raise!(thread, ValueError, "{text}");
    }
    let delete = match args[2].is_missing() {
        true => None,
        false => Some(Buffer::argument(thread, &args[2])?),
    };
    let buffer = this(thread, args);
    let kept = buffer
        .iter()
        .filter(|byte| delete.as_ref().is_none_or(|set| !set.contains(byte)));
    let mapped: Vec<u8> = match &table {
        Some(table) => kept.map(|&byte| table[usize::from(byte)]).collect(),
        None => kept.copied().collect(),
    };
    drop(buffer);
    like(thread, args, &mapped)
}

fn add(thread: &Thread, args: &[Value]) -> Result {
    sequence::concat(thread, args[0], args[1])
}

fn mul(thread: &Thread, args: &[Value]) -> Result {
    let count = arithmetic::repeat_count(thread, args[1])?;
    sequence::repeat(thread, args[0], count)
}

fn modulo(thread: &Thread, args: &[Value]) -> Result {
    sequence::percent(thread, args[0], args[1])
}

fn rmod(thread: &Thread, args: &[Value]) -> Result {
    if Buffer::is_bytes_like(args[1]) {
        return sequence::percent(thread, args[1], args[0]);
    }
    Ok(Owned::NOT_IMPLEMENTED)
}

fn contains(thread: &Thread, args: &[Value]) -> Result {
    index::contains(thread, args[0], args[1]).map(Owned::bool)
}

fn getitem(thread: &Thread, args: &[Value]) -> Result {
    index::get_item(thread, args[0], args[1])
}

fn len(thread: &Thread, args: &[Value]) -> Result {
    let length = this(thread, args).len();
    Ok(int::from_usize(thread, length))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let buffer = this(thread, args);
    if !args[0].is::<Bytearray>() {
        return Ok(sequence::repr(thread, &buffer));
    }
    let mut text = type_name(args[0]);
    text.push('(');
    sequence::write_repr(&mut text, &buffer, true);
    text.push(')');
    Ok(str::new(thread, &text))
}

fn sizeof(thread: &Thread, args: &[Value]) -> Result {
    let length = this(thread, args).len();
    Ok(int::from_usize(thread, size_of::<Bytes>() + length))
}

fn bytes_method(thread: &Thread, args: &[Value]) -> Result {
    if args[0].kind() == Kind::BYTES {
        return Ok(Owned::new(args[0]));
    }
    let bytes = this(thread, args).to_vec();
    Ok(super::new(thread, &bytes))
}

fn getnewargs(thread: &Thread, args: &[Value]) -> Result {
    let bytes = super::new(thread, &this(thread, args));
    Ok(tuple::new(thread, vec![bytes]))
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let hash = convert::builtin_hash(args[0]).expect("bytes have hashes");
    Ok(int::from_i64(thread, hash))
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    Ok(iterators::sequence::bytes(thread, args[0]))
}

macro_rules! comparisons {
    ($($method:ident $op:ident;)*) => {
        $(fn $method(thread: &Thread, args: &[Value]) -> Result {
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
