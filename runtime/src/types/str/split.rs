//! Taking strings apart and putting them together: `split`, `splitlines`, `partition`, `join`, `replace`.

use super::search::Needle;
use super::unicode::{is_line_break, is_space};
use super::{Str, Units, Width, Writer, concat_all, substring, width_for};
use crate::object::Kind;
use crate::operators::convert::type_name;
use crate::{Owned, Result, Thread, Value, heap, raise};

/// Room for the parts of most strings.
const LIKELY: usize = 12;

/// Which characters of Latin-1 are blanks.
static BLANK: [bool; 256] = {
    let mut table = [false; 256];
    let mut c = 0;
    while c < table.len() {
        table[c] = is_space(c as u32);
        c += 1;
    }
    table
};

/// `string.split()`: the words between blanks, at most `limit` splits from the left. What is left then keeps the
/// blanks at its end.
pub fn split_blanks(thread: &Thread, string: &Str, limit: usize) -> Vec<Owned> {
    match string.units() {
        Units::One(bytes) => split_where(thread, string, limit, |at| BLANK[usize::from(bytes[at])]),
        units => split_where(thread, string, limit, |at| is_space(units.get(at))),
    }
}

fn split_where(
    thread: &Thread,
    string: &Str,
    limit: usize,
    blank: impl Fn(usize) -> bool,
) -> Vec<Owned> {
    let mut words = Vec::with_capacity(LIKELY.min(limit.saturating_add(1)));
    let length = string.len();
    let mut at = 0;
    loop {
        while at < length && blank(at) {
            at += 1;
        }
        if at == length {
            break;
        }
        let start = at;
        if words.len() == limit {
            words.push(substring(thread, string, start, length));
            break;
        }
        while at < length && !blank(at) {
            at += 1;
        }
        words.push(substring(thread, string, start, at));
    }
    words
}

/// `string.rsplit()`: as [`split_blanks`], splitting from the right.
pub fn rsplit_blanks(thread: &Thread, string: &Str, limit: usize) -> Vec<Owned> {
    let mut words = Vec::new();
    let units = string.units();
    let blank = |at: usize| is_space(units.get(at));
    let mut end = units.len();
    loop {
        while end > 0 && blank(end - 1) {
            end -= 1;
        }
        if end == 0 {
            break;
        }
        if words.len() == limit {
            words.push(substring(thread, string, 0, end));
            break;
        }
        let stop = end;
        while end > 0 && !blank(end - 1) {
            end -= 1;
        }
        words.push(substring(thread, string, end, stop));
    }
    words.reverse();
    words
}

/// `string.split(separator)`; the separator is not empty.
pub fn split(thread: &Thread, string: &Str, separator: &Str, limit: usize) -> Vec<Owned> {
    let mut parts = Vec::with_capacity(LIKELY.min(limit.saturating_add(1)));
    let mut start = 0;
    if limit > 0 {
        let needle = Needle::new(string.units(), separator.units());
        needle.for_each(string.units(), |at| {
            parts.push(substring(thread, string, start, at));
            start = at + needle.length();
            parts.len() < limit
        });
    }
    parts.push(substring(thread, string, start, string.len()));
    parts
}

/// `string.rsplit(separator)`; the separator is not empty.
pub fn rsplit(thread: &Thread, string: &Str, separator: &Str, limit: usize) -> Vec<Owned> {
    let units = string.units();
    let needle = Needle::new(units, separator.units());
    let mut parts = Vec::new();
    let mut end = string.len();
    while parts.len() < limit
        && let Some(at) = needle.rfind(units.slice(0, end))
    {
        parts.push(substring(thread, string, at + needle.length(), end));
        end = at;
    }
    parts.push(substring(thread, string, 0, end));
    parts.reverse();
    parts
}

/// `string.splitlines(keep_ends)`
pub fn split_lines(thread: &Thread, string: &Str, keep_ends: bool) -> Vec<Owned> {
    const CARRIAGE_RETURN: u32 = 0x0d;
    const NEWLINE: u32 = 0x0a;
    let units = string.units();
    let mut lines = Vec::new();
    let mut start = 0;
    while start < units.len() {
        let end = (start..units.len()).find(|&at| is_line_break(units.get(at)));
        let Some(end) = end else {
            lines.push(substring(thread, string, start, units.len()));
            break;
        };
        let pair = units.get(end) == CARRIAGE_RETURN
            && end + 1 < units.len()
            && units.get(end + 1) == NEWLINE;
        let next = end + 1 + usize::from(pair);
        lines.push(substring(
            thread,
            string,
            start,
            if keep_ends { next } else { end },
        ));
        start = next;
    }
    lines
}

/// As [`split_lines`], of a text that is no object; lines keep their ends.
pub fn lines_with_ends(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest
            .char_indices()
            .find(|&(_, c)| is_line_break(c.into()))
            .map_or(rest.len(), |(at, c)| match rest[at..].starts_with("\r\n") {
                true => at + 2,
                false => at + c.len_utf8(),
            });
        let (line, after) = rest.split_at(end);
        rest = after;
        (!line.is_empty()).then_some(line)
    })
}

/// The three parts of `string.partition(separator)`, or of `rpartition`.
pub fn partition(thread: &Thread, string: &Str, separator: &Str, from_right: bool) -> [Owned; 3] {
    let whole = || substring(thread, string, 0, string.len());
    let needle = Needle::new(string.units(), separator.units());
    let found = if from_right {
        needle.rfind(string.units())
    } else {
        needle.find(string.units())
    };
    match found {
        Some(at) => [
            substring(thread, string, 0, at),
            substring(thread, separator, 0, separator.len()),
            substring(thread, string, at + separator.len(), string.len()),
        ],
        None if from_right => [super::empty(), super::empty(), whole()],
        None => [whole(), super::empty(), super::empty()],
    }
}

/// `separator.join(items)`
pub fn join(thread: &Thread, separator: &Str, items: &[Value]) -> Result {
    let (mut length, mut width, mut ascii) = (0usize, Width::One, true);
    for (index, item) in items.iter().enumerate() {
        let Some(string) = item.get::<Str>() else {
            return raise!(
                thread,
                TypeError,
                "sequence item {index}: expected str instance, {} found",
                type_name(*item)
            );
        };
        length += string.len();
        width = width.max(string.width());
        ascii &= string.is_ascii();
    }
    match items {
        [] => return Ok(super::empty()),
        [item] if item.kind() == Kind::STR => return Ok(Owned::new(*item)),
        _ if separator.is_empty() => return Ok(concat_all(thread, items)),
        _ => {}
    }
    width = width.max(separator.width());
    ascii &= separator.is_ascii();
    let between = separator.len().checked_mul(items.len() - 1);
    let total = between.and_then(|between| between.checked_add(length));
    let Some(total) = total.filter(|&total| heap::affordable(total.saturating_mul(4))) else {
        return raise!(
            thread,
            OverflowError,
            "join() result is too long for a Python string"
        );
    };
    if total == 0 {
        return Ok(super::empty());
    }
    let mut writer = Writer::new(thread, total, width, ascii);
    for (index, string) in items.iter().filter_map(Value::get::<Str>).enumerate() {
        if index > 0 {
            writer.push(separator);
        }
        writer.push(string);
    }
    Ok(writer.finish())
}

/// `string.replace(old, new, limit)`
pub fn replace(thread: &Thread, string: &Str, old: &Str, new: &Str, limit: usize) -> Result {
    let units = string.units();
    let positions = if old.is_empty() {
        (0..=units.len()).take(limit).collect()
    } else {
        Needle::new(units, old.units()).positions(units, limit)
    };
    if positions.is_empty() || old.units().equals(new.units()) {
        return Ok(substring(thread, string, 0, string.len()));
    }
    let added = new.len().checked_mul(positions.len());
    let length = added.and_then(|added| added.checked_add(units.len()));
    let Some(length) = length.filter(|&length| heap::affordable(length.saturating_mul(4))) else {
        return raise!(thread, OverflowError, "replace string is too long");
    };
    let length = length - old.len() * positions.len();
    if length == 0 {
        return Ok(super::empty());
    }
    let kept = |visit: &mut dyn FnMut(Units)| {
        let mut from = 0;
        for &at in &positions {
            visit(units.slice(from, at));
            from = at + old.len();
        }
        visit(units.slice(from, units.len()));
    };
    // Taking the only wide characters out makes the result narrower.
    let mut union = new.units().union();
    if string.is_ascii() || new.width() > string.width() {
        union |= units.union();
    } else {
        kept(&mut |part| union |= part.union());
    }
    let mut writer = Writer::new(thread, length, width_for(union), union < 128);
    let mut first = true;
    kept(&mut |part| {
        if !std::mem::take(&mut first) {
            writer.push(new);
        }
        writer.push_units(part);
    });
    Ok(writer.finish())
}
