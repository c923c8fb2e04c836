//! The methods of `str`.

use super::search;
use super::split;
use super::trim::{self, Ends};
use super::{Str, Units, case, codec, index, substring, translate, unicode};
use crate::operators::arithmetic::{self, BinaryOp};
use crate::operators::compare::{self, CompareOp};
use crate::operators::convert::{self, to_c_int, to_isize, type_name};
use crate::operators::{format, iterate};
use crate::types::arguments::{Span, flag, limit};
use crate::types::class::as_class;
use crate::types::define::receiver;
use crate::types::tuple::Tuple;
use crate::types::{Builtin, bytes, int, iterators, list, tuple};
use crate::{Kind, Owned, Result, Thread, Value, methods, raise};

methods! { pub METHODS:
    /// A string made of an object: its `__str__`, or decoded bytes if an encoding or error handling is given.
    new "str(type, /, object=<missing>, encoding=<missing>, errors=<missing>)" => new;
    /// A copy with the first character in title case and the others in lower case.
    "capitalize(self, /)" => capitalize -> Str;
    /// A copy for comparisons that ignore case.
    "casefold(self, /)" => casefold -> Str;
    /// The string centred in a field of the given width.
    "center(self, width, fillchar=' ', /)" => center -> Str;
    /// Number of times a substring occurs in self[start:end], occurrences not overlapping.
    "count(self, sub, start=None, end=None, /)" => count -> Int;
    /// The string as bytes in the given encoding.
    "encode(self, /, encoding='utf-8', errors='strict')" => encode -> Bytes;
    /// Does the string end with the suffix, or one of a tuple of them?
    "endswith(self, suffix, start=None, end=None, /)" => endswith -> Bool;
    /// A copy with tabs replaced by as many spaces as reach the next column that is a multiple of tabsize.
    "expandtabs(self, /, tabsize=8)" => expandtabs -> Str;
    /// Lowest index in self[start:end] where the substring is found, -1 if nowhere.
    "find(self, sub, start=None, end=None, /)" => find -> Int;
    /// The string with its replacement fields filled.
    "format(self, /, *args, **kwargs)" => format_method -> Str;
    /// The string with its replacement fields filled from a mapping.
    "format_map(self, mapping, /)" => format_map -> Str;
    /// As find, but an error if the substring is not there.
    "index(self, sub, start=None, end=None, /)" => index_method -> Int;
    /// Are there characters, and all letters or numbers?
    "isalnum(self, /)" => isalnum -> Bool;
    /// Are there characters, and all letters?
    "isalpha(self, /)" => isalpha -> Bool;
    /// Are all characters ASCII?
    "isascii(self, /)" => isascii -> Bool;
    /// Are there characters, and all decimal digits?
    "isdecimal(self, /)" => isdecimal -> Bool;
    /// Are there characters, and all digits?
    "isdigit(self, /)" => isdigit -> Bool;
    /// Is the string an identifier of the language? (Keywords are.)
    "isidentifier(self, /)" => isidentifier -> Bool;
    /// Are there letters with case, and all lower?
    "islower(self, /)" => islower -> Bool;
    /// Are there characters, and all numeric?
    "isnumeric(self, /)" => isnumeric -> Bool;
    /// Does repr write all characters as they are?
    "isprintable(self, /)" => isprintable -> Bool;
    /// Are there characters, and all blanks?
    "isspace(self, /)" => isspace -> Bool;
    /// Does every word begin with an upper case letter and go on in lower case?
    "istitle(self, /)" => istitle -> Bool;
    /// Are there letters with case, and all upper?
    "isupper(self, /)" => isupper -> Bool;
    /// The strings of an iterable with this one between each two.
    "join(self, iterable, /)" => join -> Str;
    /// The string at the left of a field of the given width.
    "ljust(self, width, fillchar=' ', /)" => ljust -> Str;
    /// A copy in lower case.
    "lower(self, /)" => lower -> Str;
    /// A copy without blanks, or the given characters, at the left end.
    "lstrip(self, chars=None, /)" => lstrip -> Str;
    /// A table for translate.
    static "maketrans(x, y=<missing>, z=<missing>, /)" => maketrans -> Dict;
    /// The part before the separator, the separator, and the part after it.
    "partition(self, sep, /)" => partition -> Tuple;
    /// A copy without the prefix, if it is there.
    "removeprefix(self, prefix, /)" => removeprefix -> Str;
    /// A copy without the suffix, if it is there.
    "removesuffix(self, suffix, /)" => removesuffix -> Str;
    /// A copy with all occurrences of old, or the first count of them, replaced by new.
    "replace(self, old, new, /, count=-1)" => replace -> Str;
    /// Highest index in self[start:end] where the substring is found, -1 if nowhere.
    "rfind(self, sub, start=None, end=None, /)" => rfind -> Int;
    /// As rfind, but an error if the substring is not there.
    "rindex(self, sub, start=None, end=None, /)" => rindex -> Int;
    /// The string at the right of a field of the given width.
    "rjust(self, width, fillchar=' ', /)" => rjust -> Str;
    /// As partition, with the last separator.
    "rpartition(self, sep, /)" => rpartition -> Tuple;
    /// As split, beginning at the right.
    "rsplit(self, /, sep=None, maxsplit=-1)" => rsplit -> List;
    /// A copy without blanks, or the given characters, at the right end.
    "rstrip(self, chars=None, /)" => rstrip -> Str;
    /// The parts between separators, or the words between blanks.
    "split(self, /, sep=None, maxsplit=-1)" => split_method -> List;
    /// The lines.
    "splitlines(self, /, keepends=False)" => splitlines -> List;
    /// Does the string begin with the prefix, or one of a tuple of them?
    "startswith(self, prefix, start=None, end=None, /)" => startswith -> Bool;
    /// A copy without blanks, or the given characters, at both ends.
    "strip(self, chars=None, /)" => strip -> Str;
    /// A copy with upper case as lower case and the other way round.
    "swapcase(self, /)" => swapcase -> Str;
    /// A copy with every word beginning in title case.
    "title(self, /)" => title -> Str;
    /// A copy with characters replaced as the table says.
    "translate(self, table, /)" => translate_method -> Str;
    /// A copy in upper case.
    "upper(self, /)" => upper -> Str;
    /// The string with zeros at the left, behind the sign.
    "zfill(self, width, /)" => zfill -> Str;
    "__add__(self, value, /)" => add -> Str;
    "__contains__(self, key, /)" => contains -> Bool;
    "__eq__(self, value, /)" => eq;
    "__format__(self, format_spec, /)" => format_spec -> Str;
    "__ge__(self, value, /)" => ge;
    "__getitem__(self, key, /)" => getitem -> Str;
    "__getnewargs__(self, /)" => getnewargs -> Tuple;
    "__gt__(self, value, /)" => gt;
    "__hash__(self, /)" => hash -> Int;
    "__iter__(self, /)" => iter -> StrIterator;
    "__le__(self, value, /)" => le;
    "__len__(self, /)" => len -> Int;
    "__lt__(self, value, /)" => lt;
    "__mod__(self, value, /)" => modulo;
    "__mul__(self, value, /)" => mul -> Str;
    "__ne__(self, value, /)" => ne;
    "__repr__(self, /)" => repr -> Str;
    "__rmod__(self, value, /)" => rmod;
    "__rmul__(self, value, /)" => mul -> Str;
    "__sizeof__(self, /)" => sizeof -> Int;
    "__str__(self, /)" => str_method -> Str;
}

/// The receiver.
#[inline(always)]
fn this(args: &[Value]) -> &Str {
    receiver(args)
}

/// A string argument; `what` begins the message, as in `find() argument 1`.
#[inline(always)]
fn string<'a>(thread: &Thread, value: &'a Value, what: &str) -> Result<&'a Str> {
    match value.get::<Str>() {
        Some(string) => Ok(string),
        None => raise!(
            thread,
            TypeError,
            "{what} must be str, not {}",
            match value.is_none() {
                true => "None".into(),
                false => type_name(*value),
            }
        ),
    }
}

fn new_list(thread: &Thread, items: Vec<Owned>) -> Result {
    Ok(list::new(thread, items))
}

/// `str(object, encoding, errors)`, `type` being str or a subclass.
fn new(thread: &Thread, args: &[Value]) -> Result {
    let [class, object, encoding, errors] = args else {
        unreachable!("the signature has four parameters");
    };
    let text = if object.is_missing() {
        super::empty()
    } else if encoding.is_missing() && errors.is_missing() {
        convert::str(thread, *object)?
    } else {
        decode(thread, *object, *encoding, *errors)?
    };
    match as_class(*class) {
        Some(class) if !class.is(Builtin::Str) => {
            let text = text.get::<Str>().expect("str gives strings");
            Ok(Str::new_instance(thread, class, text))
        }
        _ => Ok(text),
    }
}

/// `str(bytes, encoding, errors)`
fn decode(thread: &Thread, object: Value, encoding: Value, errors: Value) -> Result {
    let encoding = codec::argument(thread, encoding, "str", "encoding")?;
    let errors = codec::argument(thread, errors, "str", "errors")?;
    if object.is::<Str>() {
        return raise!(thread, TypeError, "decoding str is not supported");
    }
    let Some(buffer) = bytes::Buffer::copy(thread, object) else {
        let name = type_name(object);
        return raise!(
            thread,
            TypeError,
            "decoding to str: need a bytes-like object, {name} found"
        );
    };
    codec::decode(thread, &buffer, encoding.as_deref(), errors.as_deref())
}

macro_rules! unary_methods {
    ($($method:ident => $function:path;)*) => {
        $(fn $method(thread: &Thread, args: &[Value]) -> Result {
            Ok($function(thread, this(args)))
        })*
    };
}

unary_methods! {
    capitalize => case::capitalize;
    casefold => case::casefold;
    lower => case::lower;
    swapcase => case::swapcase;
    title => case::title;
    upper => case::upper;
    repr => super::repr;
}

macro_rules! predicates {
    ($($method:ident => $test:expr;)*) => {
        $(fn $method(_thread: &Thread, args: &[Value]) -> Result {
            let units = this(args).units();
            let test: fn(Units) -> bool = $test;
            Ok(Owned::bool(test(units)))
        })*
    };
}

/// Are there characters, and does the property hold for all?
fn all(units: Units, property: fn(u32) -> bool) -> bool {
    !units.is_empty() && units.iter().all(property)
}

predicates! {
    isalnum => |units| all(units, unicode::is_alphanumeric);
    isalpha => |units| all(units, unicode::is_alpha);
    isdecimal => |units| all(units, unicode::is_decimal);
    isdigit => |units| all(units, unicode::is_digit);
    isidentifier => is_identifier;
    islower => case::is_lower;
    isnumeric => |units| all(units, unicode::is_numeric);
    isprintable => |units| units.iter().all(unicode::is_printable);
    isspace => |units| all(units, unicode::is_space);
    istitle => case::is_title;
    isupper => case::is_upper;
}

/// Is the text an identifier of the language?
pub fn is_identifier(units: Units) -> bool {
    let mut points = units.iter();
    points.next().is_some_and(unicode::is_identifier_start)
        && points.all(unicode::is_identifier_part)
}

fn isascii(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(args).is_ascii()))
}

/// The fill character of `center` and its kin.
fn fill(thread: &Thread, value: Value) -> Result<u32> {
    match value.get::<Str>() {
        Some(text) if text.len() == 1 => Ok(text.code_point(0)),
        Some(_) => raise!(
            thread,
            TypeError,
            "The fill character must be exactly one character long"
        ),
        None => raise!(
            thread,
            TypeError,
            "The fill character must be a unicode character, not {}",
            type_name(value)
        ),
    }
}

/// Padding to reach a width.
fn missing_width(thread: &Thread, string: &Str, width: Value) -> Result<usize> {
    let width = to_isize(thread, width)?;
    Ok(usize::try_from(width)
        .unwrap_or(0)
        .saturating_sub(string.len()))
}

fn center(thread: &Thread, args: &[Value]) -> Result {
    let string = this(args);
    let padding = missing_width(thread, string, args[1])?;
    let fill = fill(thread, args[2])?;
    // An odd space goes to the left if the width is odd.
    let left = padding / 2 + (padding & (string.len() + padding) & 1);
    trim::pad(thread, string, left, padding - left, fill)
}

fn ljust(thread: &Thread, args: &[Value]) -> Result {
    let string = this(args);
    let padding = missing_width(thread, string, args[1])?;
    trim::pad(thread, string, 0, padding, fill(thread, args[2])?)
}

fn rjust(thread: &Thread, args: &[Value]) -> Result {
    let string = this(args);
    let padding = missing_width(thread, string, args[1])?;
    trim::pad(thread, string, padding, 0, fill(thread, args[2])?)
}

fn zfill(thread: &Thread, args: &[Value]) -> Result {
    let string = this(args);
    let padding = missing_width(thread, string, args[1])?;
    trim::zero_fill(thread, string, string.len() + padding)
}

fn expandtabs(thread: &Thread, args: &[Value]) -> Result {
    let string = this(args);
    let size = to_c_int(thread, args[1])?;
    trim::expand_tabs(thread, string, usize::try_from(size).unwrap_or(0))
}

/// A search: the text between the bounds, and the index it begins at; none if the bounds leave no place even for nothing.
fn search_in<'a>(
    thread: &Thread,
    args: &'a [Value],
    name: &str,
) -> Result<(Option<(Units<'a>, usize)>, Units<'a>)> {
    let text = this(args);
    let what = || format!("{name}() argument 1");
    let needle = match args[1].get::<Str>() {
        Some(needle) => needle,
        None => string(thread, &args[1], &what())?,
    };
    let span = Span::new(thread, args[2], args[3])?.within(text.len());
    let part = span.map(|(start, end)| (text.units().slice(start, end), start));
    Ok((part, needle.units()))
}

fn found(thread: &Thread, index: Option<usize>) -> Result {
    Ok(match index {
        Some(index) => int::from_usize(thread, index),
        None => int::from_i64(thread, -1),
    })
}

fn found_or_raise(thread: &Thread, index: Option<usize>) -> Result {
    match index {
        Some(index) => Ok(int::from_usize(thread, index)),
        None => raise!(thread, ValueError, "substring not found"),
    }
}

type Search = fn(Units, Units) -> Option<usize>;

fn search_with(
    thread: &Thread,
    args: &[Value],
    name: &str,
    search: Search,
) -> Result<Option<usize>> {
    let (part, needle) = search_in(thread, args, name)?;
    Ok(part.and_then(|(part, start)| search(part, needle).map(|at| start + at)))
}

fn find(thread: &Thread, args: &[Value]) -> Result {
    found(thread, search_with(thread, args, "find", search::find)?)
}

fn rfind(thread: &Thread, args: &[Value]) -> Result {
    found(thread, search_with(thread, args, "rfind", search::rfind)?)
}

fn index_method(thread: &Thread, args: &[Value]) -> Result {
    found_or_raise(thread, search_with(thread, args, "index", search::find)?)
}

fn rindex(thread: &Thread, args: &[Value]) -> Result {
    found_or_raise(thread, search_with(thread, args, "rindex", search::rfind)?)
}

fn count(thread: &Thread, args: &[Value]) -> Result {
    let (part, needle) = search_in(thread, args, "count")?;
    let count = part.map_or(0, |(part, _)| search::count(part, needle));
    Ok(int::from_usize(thread, count))
}

type Affix = fn(Units, Units) -> bool;

/// `startswith` and `endswith`: one affix, or any of a tuple.
fn has_affix(thread: &Thread, args: &[Value], name: &str, test: Affix) -> Result {
    let text = this(args);
    let span = Span::new(thread, args[2], args[3])?.within(text.len());
    let part = span.map(|(start, end)| text.units().slice(start, end));
    let holds = |affix: &Str| part.is_some_and(|part| test(part, affix.units()));
    if let Some(affix) = args[1].get::<Str>() {
        return Ok(Owned::bool(holds(affix)));
    }
    let Some(affixes) = args[1].get::<Tuple>() else {
        return raise!(
            thread,
            TypeError,
            "{name} first arg must be str or a tuple of str, not {}",
            type_name(args[1])
        );
    };
    for affix in affixes.items() {
        let what = format!("tuple for {name} must only contain str");
        let Some(affix) = affix.get::<Str>() else {
            return raise!(thread, TypeError, "{what}, not {}", type_name(*affix));
        };
        if holds(affix) {
            return Ok(Owned::bool(true));
        }
    }
    Ok(Owned::bool(false))
}

fn startswith(thread: &Thread, args: &[Value]) -> Result {
    has_affix(thread, args, "startswith", search::starts_with)
}

fn endswith(thread: &Thread, args: &[Value]) -> Result {
    has_affix(thread, args, "endswith", search::ends_with)
}

fn removeprefix(thread: &Thread, args: &[Value]) -> Result {
    let text = this(args);
    let prefix = string(thread, &args[1], "removeprefix() argument")?;
    let there = search::starts_with(text.units(), prefix.units());
    let start = if there { prefix.len() } else { 0 };
    Ok(substring(thread, text, start, text.len()))
}

fn removesuffix(thread: &Thread, args: &[Value]) -> Result {
    let text = this(args);
    let suffix = string(thread, &args[1], "removesuffix() argument")?;
    let there = search::ends_with(text.units(), suffix.units());
    let end = text.len() - if there { suffix.len() } else { 0 };
    Ok(substring(thread, text, 0, end))
}

fn strip_ends(thread: &Thread, args: &[Value], name: &str, ends: Ends) -> Result {
    let text = this(args);
    let characters = match args[1].get::<Str>() {
        Some(characters) => Some(characters.units()),
        None if args[1].is_none() => None,
        None => return raise!(thread, TypeError, "{name} arg must be None or str"),
    };
    Ok(trim::strip(thread, text, characters, ends))
}

fn strip(thread: &Thread, args: &[Value]) -> Result {
    strip_ends(thread, args, "strip", Ends::Both)
}

fn lstrip(thread: &Thread, args: &[Value]) -> Result {
    strip_ends(thread, args, "lstrip", Ends::Left)
}

fn rstrip(thread: &Thread, args: &[Value]) -> Result {
    strip_ends(thread, args, "rstrip", Ends::Right)
}

fn replace(thread: &Thread, args: &[Value]) -> Result {
    let text = this(args);
    let old = string(thread, &args[1], "replace() argument 1")?;
    let new = string(thread, &args[2], "replace() argument 2")?;
    split::replace(thread, text, old, new, limit(thread, args[3])?)
}

/// The separator of a split: none for blanks.
fn separator<'a>(thread: &Thread, value: &'a Value) -> Result<Option<&'a Str>> {
    if value.is_none() {
        return Ok(None);
    }
    match value.get::<Str>() {
        Some(separator) if separator.is_empty() => raise!(thread, ValueError, "empty separator"),
        Some(separator) => Ok(Some(separator)),
        None => raise!(
            thread,
            TypeError,
            "must be str or None, not {}",
            type_name(*value)
        ),
    }
}

fn split_method(thread: &Thread, args: &[Value]) -> Result {
    let text = this(args);
    let limit = limit(thread, args[2])?;
    let parts = match separator(thread, &args[1])? {
        Some(separator) => split::split(thread, text, separator, limit),
        None => split::split_blanks(thread, text, limit),
    };
    new_list(thread, parts)
}

fn rsplit(thread: &Thread, args: &[Value]) -> Result {
    let text = this(args);
    let limit = limit(thread, args[2])?;
    let parts = match separator(thread, &args[1])? {
        Some(separator) => split::rsplit(thread, text, separator, limit),
        None => split::rsplit_blanks(thread, text, limit),
    };
    new_list(thread, parts)
}

fn splitlines(thread: &Thread, args: &[Value]) -> Result {
    let text = this(args);
    new_list(
        thread,
        split::split_lines(thread, text, flag(thread, args[1])?),
    )
}

fn partition_at(thread: &Thread, args: &[Value], from_right: bool) -> Result {
    let text = this(args);
    let separator = match args[1].get::<Str>() {
        Some(separator) if separator.is_empty() => {
            return raise!(thread, ValueError, "empty separator");
        }
        Some(separator) => separator,
        None => return raise!(thread, TypeError, "must be str, not {}", type_name(args[1])),
    };
    let parts = split::partition(thread, text, separator, from_right);
    Ok(tuple::new(thread, parts.into()))
}

fn partition(thread: &Thread, args: &[Value]) -> Result {
    partition_at(thread, args, false)
}

fn rpartition(thread: &Thread, args: &[Value]) -> Result {
    partition_at(thread, args, true)
}

fn join(thread: &Thread, args: &[Value]) -> Result {
    let separator = this(args);
    if let Some(tuple) = args[1].get_exact::<Tuple>() {
        return split::join(thread, separator, tuple.items());
    }
    let refuse = || raise!(thread, TypeError, "can only join an iterable");
    let source = iterate::source_or(thread, args[1], refuse)?;
    let items = iterate::collect_fast(thread, source.value())?;
    let values: Vec<Value> = items.iter().map(Owned::value).collect();
    split::join(thread, separator, &values)
}

fn encode(thread: &Thread, args: &[Value]) -> Result {
    let text = this(args);
    let encoding = codec::argument(thread, args[1], "encode", "encoding")?;
    let errors = codec::argument(thread, args[2], "encode", "errors")?;
    let encoded = codec::encode(thread, text, encoding.as_deref(), errors.as_deref())?;
    Ok(bytes::new(thread, &encoded))
}

fn format_method(thread: &Thread, args: &[Value]) -> Result {
    let text = this(args);
    let values = args[1].get::<Tuple>().map_or(&[][..], Tuple::items);
    format::str_format(thread, text, values, args[2])
}

fn format_map(thread: &Thread, args: &[Value]) -> Result {
    format::str_format_map(thread, this(args), args[1])
}

fn maketrans(thread: &Thread, args: &[Value]) -> Result {
    translate::make_table(thread, args[0], args[1], args[2])
}

fn translate_method(thread: &Thread, args: &[Value]) -> Result {
    translate::translate(thread, this(args), args[1])
}

fn add(thread: &Thread, args: &[Value]) -> Result {
    binary(thread, BinaryOp::Add, args[0], args[1])
}

fn binary(thread: &Thread, op: BinaryOp, l: Value, r: Value) -> Result {
    arithmetic::builtin(thread, op, l, r).unwrap_or(Ok(Owned::NOT_IMPLEMENTED))
}

fn mul(thread: &Thread, args: &[Value]) -> Result {
    let text = this(args);
    let count = arithmetic::repeat_count(thread, args[1])?;
    super::repeat(thread, text, count)
}

fn modulo(thread: &Thread, args: &[Value]) -> Result {
    format::percent(thread, args[0], args[1])
}

fn rmod(thread: &Thread, args: &[Value]) -> Result {
    match args[1].kind().layout() {
        Kind::STR => format::percent(thread, args[1], args[0]),
        _ => Ok(Owned::NOT_IMPLEMENTED),
    }
}

fn contains(thread: &Thread, args: &[Value]) -> Result {
    index::contains(thread, this(args), args[1]).map(Owned::bool)
}

fn getitem(thread: &Thread, args: &[Value]) -> Result {
    index::get_item(thread, this(args), args[1])
}

fn getnewargs(thread: &Thread, args: &[Value]) -> Result {
    let text = this(args);
    let plain = super::from_slice(thread, text.units());
    Ok(tuple::new(thread, vec![plain]))
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_i64(thread, this(args).hash()))
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    Ok(iterators::sequence::string(thread, args[0]))
}

fn len(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, this(args).len()))
}

fn sizeof(thread: &Thread, args: &[Value]) -> Result {
    let text = this(args);
    Ok(int::from_usize(
        thread,
        size_of::<Str>() + text.bytes().len(),
    ))
}

fn str_method(thread: &Thread, args: &[Value]) -> Result {
    let text = this(args);
    if args[0].kind() == Kind::STR {
        return Ok(Owned::new(args[0]));
    }
    Ok(super::from_slice(thread, text.units()))
}

fn format_spec(thread: &Thread, args: &[Value]) -> Result {
    format::builtin_or_default(thread, args[0], args[1])
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
