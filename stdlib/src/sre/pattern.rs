//! Compiled patterns.

use super::found;
use super::replace;
use super::scan;
use super::subject::{Mode, Subject};
use ashore_runtime::object::Slot;
use ashore_runtime::operators::{compare, convert};
use ashore_runtime::types::bytes::Buffer;
use ashore_runtime::types::dict::Dict;
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::str::Str;
use ashore_runtime::types::{generic_alias, int, list, mapping_proxy, str, tuple};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};

pub(super) static PATTERN: NativeClass = NativeClass::new("re.Pattern", METHODS)
    .doc("Compiled regular expression object.")
    .weakrefable();

pub(super) struct Pattern {
    pub(super) code: Vec<u32>,
    /// Number of groups, the whole match not counted.
    pub(super) groups: usize,
    /// What it matches, if that is decided: bytes, or str.
    pub(super) is_bytes: Option<bool>,
    flags: i64,
    source: Slot,
    /// The dict of groups' names.
    names: Slot,
    /// The tuple of names by group.
    by_group: Slot,
}

impl Data for Pattern {
    fn dies_unseen(&self) -> bool {
        true
    }

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.source.peek());
        visit(self.names.peek());
        visit(self.by_group.peek());
    }
}

impl Pattern {
    /// The name of a group, or None.
    pub(super) fn group_name(&self, group: usize) -> Owned {
        let names = self.by_group.peek();
        let names = names
            .get::<tuple::Tuple>()
            .map_or(&[][..], tuple::Tuple::items);
        names
            .get(group)
            .map_or(Owned::NONE, |&name| Owned::new(name))
    }

    /// The groups' names and numbers.
    pub(super) fn names(&self, thread: &Thread) -> Vec<(Owned, Owned)> {
        let names = self.names.peek();
        names
            .get::<Dict>()
            .map_or(Vec::new(), |names| names.snapshot(thread))
    }

    /// The number of a group given by number or name; none if there is no such group.
    pub(super) fn group_number(&self, thread: &Thread, key: Value) -> Result<Option<usize>> {
        let number = if convert::has_index(key) {
            Some(convert::to_isize(thread, key)?)
        } else {
            let names = self.names.peek();
            let names = names.get::<Dict>().expect("checked when it was made");
            let number = names.get(thread, key)?;
            number
                .and_then(|number| int::to_i64(number.value()))
                .map(|n| n as isize)
        };
        Ok(number
            .and_then(|number| usize::try_from(number).ok())
            .filter(|&number| number <= self.groups))
    }
}

pub(super) fn this(args: &[Value]) -> &Pattern {
    receiver::<Pattern>(args)
}

/// `args` are pattern, flags, code, groups, groupindex, indexgroup.
pub(super) fn new(thread: &Thread, args: &[Value], code: Vec<u32>) -> Result {
    let source = args[0];
    let is_bytes = if source.is_none() {
        None
    } else if source.is::<Str>() {
        Some(false)
    } else if Buffer::is_bytes_like(source) {
        Some(true)
    } else {
        return raise!(thread, TypeError, "expected string or bytes-like object");
    };
    if !args[4].is::<Dict>() || !args[5].is::<tuple::Tuple>() {
        return raise!(thread, TypeError, "invalid group names");
    }
    let pattern = Pattern {
        code,
        groups: convert::to_isize(thread, args[3])?.max(0) as usize,
        is_bytes,
        flags: convert::to_isize(thread, args[1])? as i64,
        source: Slot::new(Owned::new(source)),
        names: Slot::new(Owned::new(args[4])),
        by_group: Slot::new(Owned::new(args[5])),
    };
    Ok(native::new(thread, PATTERN.class(thread), pattern))
}

/// The arguments `pos` and `endpos`, cut to the subject.
pub(super) fn bounds(thread: &Thread, subject: &Subject, args: &[Value]) -> Result<(usize, usize)> {
    let length = subject.len();
    let cut = |value: Value| -> Result<usize> {
        let place = convert::to_isize_clipped(thread, value)?;
        Ok(usize::try_from(place).unwrap_or(0).min(length))
    };
    let end = match args[1].is_missing() {
        true => length,
        false => cut(args[1])?,
    };
    Ok((cut(args[0])?, end))
}

fn attempt(thread: &Thread, args: &[Value], mode: Mode) -> Result {
    let pattern = this(args);
    let subject = Subject::of(thread, pattern, args[1])?;
    let (start, end) = bounds(thread, &subject, &args[2..])?;
    if start > end {
        return Ok(Owned::NONE);
    }
    let found = subject.run(pattern, mode, start, end, false);
    Ok(found.map_or(Owned::NONE, |found| {
        found::new(thread, args[0], subject, found, (start, end))
    }))
}

fn search(thread: &Thread, args: &[Value]) -> Result {
    attempt(thread, args, Mode::Search)
}

fn match_(thread: &Thread, args: &[Value]) -> Result {
    attempt(thread, args, Mode::Match)
}

fn full_match(thread: &Thread, args: &[Value]) -> Result {
    attempt(thread, args, Mode::FullMatch)
}

fn find_all(thread: &Thread, args: &[Value]) -> Result {
    let pattern = this(args);
    let subject = Subject::of(thread, pattern, args[1])?;
    let (mut start, end) = bounds(thread, &subject, &args[2..])?;
    let mut advance = false;
    let mut items = Vec::new();
    let empty = subject.slice(thread, 0, 0);
    while start <= end {
        let Some(found) = subject.run(pattern, Mode::Search, start, end, advance) else {
            break;
        };
        let group = |span| subject.group(thread, span, empty.value());
        items.push(match found.spans.as_slice() {
            &[whole] => group(whole),
            &[_, single] => group(single),
            all => tuple::new(thread, all[1..].iter().map(|&span| group(span)).collect()),
        });
        advance = found.start() == found.end();
        start = found.end();
        thread.safepoint()?;
    }
    Ok(list::new(thread, items))
}

fn find_iter(thread: &Thread, args: &[Value]) -> Result {
    let scanner = scan::scanner(thread, args)?;
    scan::search_iterator(thread, scanner)
}

fn split(thread: &Thread, args: &[Value]) -> Result {
    let pattern = this(args);
    let subject = Subject::of(thread, pattern, args[1])?;
    let most = convert::to_isize(thread, args[2])?;
    let end = subject.len();
    let (mut last, mut advance, mut splits) = (0, false, 0);
    let mut parts = Vec::new();
    while most == 0 || splits < most {
        let Some(found) = subject.run(pattern, Mode::Search, last, end, advance) else {
            break;
        };
        parts.push(subject.slice(thread, last, found.start()));
        let groups = found.spans[1..].iter();
        parts.extend(groups.map(|&span| subject.group(thread, span, Value::NONE)));
        splits += 1;
        advance = found.start() == found.end();
        last = found.end();
        thread.safepoint()?;
    }
    parts.push(subject.slice(thread, last, end));
    Ok(list::new(thread, parts))
}

fn sub(thread: &Thread, args: &[Value]) -> Result {
    let (text, _) = replace::substitute(thread, args)?;
    Ok(text)
}

fn subn(thread: &Thread, args: &[Value]) -> Result {
    let (text, count) = replace::substitute(thread, args)?;
    Ok(tuple::new(
        thread,
        vec![text, int::from_usize(thread, count)],
    ))
}

fn itself(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(args[0]))
}

/// Flags by name, as `repr` shows them.
const FLAGS: &[(&str, i64)] = &[
    ("re.IGNORECASE", 2),
    ("re.LOCALE", 4),
    ("re.MULTILINE", 8),
    ("re.DOTALL", 16),
    ("re.VERBOSE", 64),
    ("re.DEBUG", 128),
    ("re.ASCII", 256),
];

/// What every pattern of text has.
const UNICODE: i64 = 32;

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let pattern = this(args);
    let source: String = {
        let text = convert::display_repr(thread, pattern.source.peek())?;
        text.chars().take(200).collect()
    };
    let mut flags = pattern.flags;
    if pattern.is_bytes == Some(false) && flags & (4 | UNICODE | 256) == UNICODE {
        flags &= !UNICODE;
    }
    let mut names = Vec::new();
    for &(name, flag) in FLAGS {
        if flags & flag != 0 {
            names.push(name.to_owned());
            flags &= !flag;
        }
    }
    if flags != 0 {
        names.push(format!("{flags:#x}"));
    }
    let text = match names.is_empty() {
        true => format!("re.compile({source})"),
        false => format!("re.compile({source}, {})", names.join("|")),
    };
    Ok(str::new(thread, &text))
}

fn eq(thread: &Thread, args: &[Value]) -> Result {
    let Some(other) = native::get::<Pattern>(&args[1]) else {
        return Ok(Owned::NOT_IMPLEMENTED);
    };
    let pattern = this(args);
    let same = pattern.flags == other.flags
        && pattern.is_bytes == other.is_bytes
        && pattern.code == other.code
        && compare::equal(thread, pattern.source.peek(), other.source.peek())?;
    Ok(Owned::bool(same))
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let pattern = this(args);
    let source = convert::hash(thread, pattern.source.peek())?;
    let hash = source ^ pattern.flags ^ (pattern.groups as i64) ^ (pattern.code.len() as i64) << 7;
    Ok(int::from_i64(thread, if hash == -1 { -2 } else { hash }))
}

fn get_flags(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_i64(thread, this(args).flags))
}

fn get_groups(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, this(args).groups))
}

fn get_group_index(thread: &Thread, args: &[Value]) -> Result {
    Ok(mapping_proxy::new(
        thread,
        Owned::new(this(args).names.peek()),
    ))
}

fn get_source(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).source.peek()))
}

methods! { METHODS:
    /// Scan through string looking for a match, and return a corresponding match object instance.
    ///
    /// Return None if no position in the string matches.
    "search(self, /, string, pos=0, endpos=<missing>)" => search;
    /// Matches zero or more characters at the beginning of the string.
    "match(self, /, string, pos=0, endpos=<missing>)" => match_;
    /// Matches against all of the string.
    "fullmatch(self, /, string, pos=0, endpos=<missing>)" => full_match;
    /// Return a list of all non-overlapping matches of pattern in string.
    "findall(self, /, string, pos=0, endpos=<missing>)" => find_all -> List;
    /// Return an iterator over all non-overlapping matches for the RE pattern in string.
    ///
    /// For each match, the iterator returns a match object.
    "finditer(self, /, string, pos=0, endpos=<missing>)" => find_iter;
    "scanner(self, /, string, pos=0, endpos=<missing>)" => scan::scanner;
    /// Split string by the occurrences of pattern.
    "split(self, /, string, maxsplit=0)" => split -> List;
    /// Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.
    "sub(self, /, repl, string, count=0)" => sub;
    /// Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.
    "subn(self, /, repl, string, count=0)" => subn -> Tuple;
    "__copy__(self, /)" => itself;
    "__deepcopy__(self, memo, /)" => itself;
    "__repr__(self, /)" => repr -> Str;
    "__eq__(self, value, /)" => eq;
    "__hash__(self, /)" => hash -> Int;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
    /// The regex matching flags.
    field "flags" => get_flags;
    /// The number of capturing groups in the pattern.
    field "groups" => get_groups;
    /// A dictionary mapping group names to group numbers.
    get "groupindex" => get_group_index;
    /// The pattern string from which the RE object was compiled.
    field "pattern" => get_source;
}
