//! `_string`: how format strings are taken apart, for `string.Formatter`.

use ashore_runtime::operators::iterate;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::{class_of, int, list, tuple};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};

fn text<'a>(thread: &Thread, value: &'a Value) -> Result<&'a Str> {
    match value.get::<Str>() {
        Some(text) => Ok(text),
        None => {
            let got = class_of(*value).name();
            raise!(thread, TypeError, "expected str, got {got}")
        }
    }
}

const OPEN: u32 = '{' as u32;
const CLOSE: u32 = '}' as u32;

/// Literal text up to the next field: where it ends, and where to go on; doubled braces are part of it once.
enum Piece {
    /// Literal text only: it ends in a doubled brace, or is the end.
    Literal { end: usize, next: usize },
    /// Literal text, then a field that begins behind the brace.
    Field { end: usize, start: usize },
}

fn piece(thread: &Thread, text: &Str, start: usize) -> Result<Piece> {
    let length = text.len();
    for at in start..length {
        let c = text.code_point(at);
        if c != OPEN && c != CLOSE {
            continue;
        }
        if at + 1 < length && text.code_point(at + 1) == c {
            return Ok(Piece::Literal {
                end: at + 1,
                next: at + 2,
            });
        }
        if c == CLOSE {
            return raise!(
                thread,
                ValueError,
                "Single '}}' encountered in format string"
            );
        }
        if at + 1 == length {
            return raise!(
                thread,
                ValueError,
                "Single '{{' encountered in format string"
            );
        }
        return Ok(Piece::Field {
            end: at,
            start: at + 1,
        });
    }
    Ok(Piece::Literal {
        end: length,
        next: length,
    })
}

/// The end of the field that begins at `start`: the place of its brace.
fn field_end(thread: &Thread, text: &Str, start: usize) -> Result<usize> {
    let mut depth = 1;
    for at in start..text.len() {
        match text.code_point(at) {
            OPEN => depth += 1,
            CLOSE => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Ok(at);
        }
    }
    raise!(thread, ValueError, "expected '}}' before end of string")
}

/// Name, conversion and specification of a field.
fn field(thread: &Thread, text: &Str, start: usize, end: usize) -> Result<[Owned; 3]> {
    let part = |start: usize, end: usize| str::substring(thread, text, start, end);
    let mut brackets = 0;
    let mut at = start;
    while at < end {
        let c = char::from_u32(text.code_point(at)).unwrap_or_default();
        match c {
            '{' => return raise!(thread, ValueError, "unexpected '{{' in field name"),
            '[' => brackets += 1,
            ']' if brackets > 0 => brackets -= 1,
            ':' | '!' if brackets == 0 => break,
            _ => {}
        }
        at += 1;
    }
    let name = part(start, at);
    if at == end {
        return Ok([name, str::empty(), Owned::NONE]);
    }
    if text.code_point(at) == u32::from(':') {
        return Ok([name, part(at + 1, end), Owned::NONE]);
    }
    if at + 1 >= end {
        return raise!(
            thread,
            ValueError,
            "end of string while looking for conversion specifier"
        );
    }
    let conversion = part(at + 1, at + 2);
    if at + 2 == end {
        return Ok([name, str::empty(), conversion]);
    }
    if text.code_point(at + 2) != u32::from(':') {
        return raise!(
            thread,
            ValueError,
            "expected ':' after conversion specifier"
        );
    }
    Ok([name, part(at + 3, end), conversion])
}

/// `formatter_parser(text)`: tuples of literal, field name, specification, conversion.
fn parse(thread: &Thread, args: &[Value]) -> Result {
    let text = text(thread, &args[0])?;
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match piece(thread, text, at)? {
            Piece::Literal { end, next } => {
                let literal = str::substring(thread, text, at, end);
                let parts = vec![literal, Owned::NONE, Owned::NONE, Owned::NONE];
                pieces.push(tuple::new(thread, parts));
                at = next;
            }
            Piece::Field { end, start } => {
                let literal = str::substring(thread, text, at, end);
                let close = field_end(thread, text, start)?;
                let [name, specification, conversion] = field(thread, text, start, close)?;
                let parts = vec![literal, name, specification, conversion];
                pieces.push(tuple::new(thread, parts));
                at = close + 1;
            }
        }
    }
    let pieces = list::new(thread, pieces);
    iterate::iter(thread, pieces.value())
}

/// `formatter_field_name_split(name)`: the first part, and the attributes and items behind it.
fn split_name(thread: &Thread, args: &[Value]) -> Result {
    let text = text(thread, &args[0])?;
    let whole: Vec<u32> = text.iter().collect();
    let is = |at: usize, c: char| whole.get(at) == Some(&u32::from(c));
    let key = |start: usize, end: usize| {
        let digits = &whole[start..end];
        let number = digits.iter().try_fold(0i64, |n, &c| {
            let digit = char::from_u32(c)?.to_digit(10)?;
            n.checked_mul(10)?.checked_add(i64::from(digit))
        });
        match number.filter(|_| start < end) {
            Some(number) => int::from_i64(thread, number),
            None => str::substring(thread, text, start, end),
        }
    };
    let first = (0..whole.len()).find(|&at| is(at, '.') || is(at, '['));
    let mut at = first.unwrap_or(whole.len());
    let head = key(0, at);
    let mut rest = Vec::new();
    while at < whole.len() {
        let is_attribute = is(at, '.');
        let start = at + 1;
        let end = if is_attribute {
            (start..whole.len()).find(|&at| is(at, '.') || is(at, '['))
        } else {
            let close = (start..whole.len()).find(|&at| is(at, ']'));
            if close.is_none() {
                return raise!(thread, ValueError, "Missing ']' in format string");
            }
            close
        };
        let end = end.unwrap_or(whole.len());
        if start == end {
            return raise!(thread, ValueError, "Empty attribute in format string");
        }
        let name = match is_attribute {
            true => str::substring(thread, text, start, end),
            false => key(start, end),
        };
        rest.push(tuple::new(thread, vec![Owned::bool(is_attribute), name]));
        at = if is_attribute { end } else { end + 1 };
        if at < whole.len() && !is(at, '.') && !is(at, '[') {
            return raise!(
                thread,
                ValueError,
                "Only '.' or '[' may follow ']' in format field specifier"
            );
        }
    }
    let rest = list::new(thread, rest);
    let rest = iterate::iter(thread, rest.value())?;
    Ok(tuple::new(thread, vec![head, rest]))
}

methods! { FUNCTIONS:
    /// parse the argument as a format string
    static "formatter_parser(object, /)" => parse;
    /// split the argument as a field name
    static "formatter_field_name_split(object, /)" => split_name -> Tuple;
}

fn initialize(_: &Thread, _: &Module) -> Result<()> {
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_string",
    doc: "string helper module",
    functions: FUNCTIONS,
    initialize,
};
