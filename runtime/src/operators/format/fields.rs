//! `str.format`: replacement fields `{name.attribute[item]!conversion:spec}`.

use super::format;
use crate::operators::{attribute, convert, index};
use crate::types::int;
use crate::types::str::{self, Builder, Str, Units, unicode};
use crate::{Owned, Result, Thread, Value, raise};

/// Specs may have fields of their own, and those no more.
const MAX_DEPTH: u32 = 2;

/// `template.format(*args, **keywords)`; `keywords` is a dict.
pub fn str_format(thread: &Thread, template: &Str, args: &[Value], keywords: Value) -> Result {
    run(thread, template, Some(args), keywords)
}

/// `template.format_map(mapping)`
pub fn str_format_map(thread: &Thread, template: &Str, mapping: Value) -> Result {
    run(thread, template, None, mapping)
}

fn run(thread: &Thread, template: &Str, args: Option<&[Value]>, keywords: Value) -> Result {
    let mut fields = Fields {
        thread,
        args,
        keywords,
        next: 0,
        numbering: Numbering::Unknown,
    };
    fields.render(template.units(), MAX_DEPTH)
}

/// How positional fields are numbered; a template may not mix the two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Automatic,
    Manual,
}

struct Fields<'a> {
    thread: &'a Thread,
    /// None for `format_map`.
    args: Option<&'a [Value]>,
    keywords: Value,
    /// Number of the next automatic field.
    next: usize,
    numbering: Numbering,
}

/// A field, taken apart.
struct Field<'a> {
    name: Units<'a>,
    conversion: Option<u32>,
    spec: Units<'a>,
}

fn is(c: u32, ascii: u8) -> bool {
    c == u32::from(ascii)
}

fn find(units: Units, from: usize, mut wanted: impl FnMut(u32) -> bool) -> Option<usize> {
    (from..units.len()).find(|&at| wanted(units.get(at)))
}

impl Fields<'_> {
    fn render(&mut self, units: Units, depth: u32) -> Result {
        if depth == 0 {
            return raise!(self.thread, ValueError, "Max string recursion exceeded");
        }
        let mut out = Builder::with_capacity(units.len() * 2 + 16);
        let mut at = 0;
        while let Some(brace) = find(units, at, |c| is(c, b'{') || is(c, b'}')) {
            out.push_units(units.slice(at, brace));
            let c = units.get(brace);
            at = brace + 1;
            let doubled = at < units.len() && units.get(at) == c;
            if doubled {
                out.push_code_point(c);
                at += 1;
                continue;
            }
            if is(c, b'}') || at == units.len() {
                let shown = if is(c, b'}') { '}' } else { '{' };
                return raise!(
                    self.thread,
                    ValueError,
                    "Single '{shown}' encountered in format string"
                );
            }
            let (field, end) = self.parse_field(units, at)?;
            at = end;
            let text = self.render_field(&field, depth)?;
            out.push(text.get::<Str>().expect("format gives strings"));
        }
        out.push_units(units.slice(at, units.len()));
        Ok(out.finish(self.thread))
    }

    /// Parses a field, the opening brace already read; gives it and where it ends.
    fn parse_field<'u>(&self, units: Units<'u>, start: usize) -> Result<(Field<'u>, usize)> {
        let mut bracketed = false;
        let name_end = find(units, start, |c| {
            if is(c, b'[') {
                bracketed = true;
            } else if is(c, b']') {
                bracketed = false;
            }
            !bracketed && (is(c, b'{') || is(c, b'}') || is(c, b':') || is(c, b'!'))
        });
        let Some(name_end) = name_end else {
            return raise!(
                self.thread,
                ValueError,
                "expected '}}' before end of string"
            );
        };
        let mut field = Field {
            name: units.slice(start, name_end),
            conversion: None,
            spec: units.slice(name_end, name_end),
        };
        let c = units.get(name_end);
        if is(c, b'{') {
            return raise!(self.thread, ValueError, "unexpected '{{' in field name");
        }
        if is(c, b'}') {
            return Ok((field, name_end + 1));
        }
        let mut at = name_end + 1;
        if is(c, b'!') {
            if at >= units.len() {
                let text = "end of string while looking for conversion specifier";
                return raise!(self.thread, ValueError, "{text}");
            }
            field.conversion = Some(units.get(at));
            at += 1;
            if at < units.len() {
                let after = units.get(at);
                at += 1;
                if is(after, b'}') {
                    return Ok((field, at));
                }
                if !is(after, b':') {
                    let text = "expected ':' after conversion specifier";
                    return raise!(self.thread, ValueError, "{text}");
                }
            }
        }
        let mut depth = 1;
        let end = find(units, at, |c| {
            depth += i32::from(is(c, b'{')) - i32::from(is(c, b'}'));
            depth == 0
        });
        let Some(end) = end else {
            return raise!(self.thread, ValueError, "unmatched '{{' in format spec");
        };
        field.spec = units.slice(at, end);
        Ok((field, end + 1))
    }

    fn render_field(&mut self, field: &Field, depth: u32) -> Result {
        let mut value = self.lookup(field.name)?;
        if let Some(conversion) = field.conversion {
            let convert = match u8::try_from(conversion) {
                Ok(b'r') => convert::repr,
                Ok(b's') => convert::str,
                Ok(b'a') => convert::ascii,
                _ => return self.unknown_conversion(conversion),
            };
            value = convert(self.thread, value.value())?;
        }
        let nested = find(field.spec, 0, |c| is(c, b'{') || is(c, b'}')).is_some();
        let spec = if nested {
            self.render(field.spec, depth - 1)?
        } else {
            str::from_slice(self.thread, field.spec)
        };
        format(self.thread, value.value(), spec.value())
    }

    fn unknown_conversion(&self, conversion: u32) -> Result {
        match u8::try_from(conversion) {
            Ok(c @ 33..127) => raise!(
                self.thread,
                ValueError,
                "Unknown conversion specifier {}",
                char::from(c)
            ),
            _ => raise!(
                self.thread,
                ValueError,
                "Unknown conversion specifier \\x{conversion:x}"
            ),
        }
    }

    /// The value of `first.attribute[item]…`.
    fn lookup(&mut self, name: Units) -> Result {
        let first_end = find(name, 0, |c| is(c, b'.') || is(c, b'[')).unwrap_or(name.len());
        let mut value = self.first(name.slice(0, first_end))?;
        let mut at = first_end;
        while at < name.len() {
            let is_attribute = is(name.get(at), b'.');
            if !is_attribute && !is(name.get(at), b'[') {
                let text = "Only '.' or '[' may follow ']' in format field specifier";
                return raise!(self.thread, ValueError, "{text}");
            }
            let start = at + 1;
            let end = if is_attribute {
                find(name, start, |c| is(c, b'.') || is(c, b'[')).unwrap_or(name.len())
            } else {
                match find(name, start, |c| is(c, b']')) {
                    Some(end) => end,
                    None => return raise!(self.thread, ValueError, "Missing ']' in format string"),
                }
            };
            let key = name.slice(start, end);
            if key.is_empty() {
                return raise!(self.thread, ValueError, "Empty attribute in format string");
            }
            value = if is_attribute {
                let key = str::from_slice(self.thread, key);
                attribute::get(self.thread, value.value(), key.value())?
            } else {
                let key = match self.as_number(key)? {
                    Some(number) => int::from_usize(self.thread, number),
                    None => str::from_slice(self.thread, key),
                };
                index::get_item(self.thread, value.value(), key.value())?
            };
            at = end + usize::from(!is_attribute);
        }
        Ok(value)
    }

    /// The value a field begins with: positional or by keyword.
    fn first(&mut self, name: Units) -> Result {
        let number = self.as_number(name)?;
        if number.is_none() && !name.is_empty() {
            let key = str::from_slice(self.thread, name);
            return index::get_item(self.thread, self.keywords, key.value());
        }
        let (numbering, from, to) = match number {
            Some(_) => (
                Numbering::Manual,
                "automatic field numbering",
                "manual field specification",
            ),
            None => (
                Numbering::Automatic,
                "manual field specification",
                "automatic field numbering",
            ),
        };
        if self.numbering != Numbering::Unknown && self.numbering != numbering {
            return raise!(self.thread, ValueError, "cannot switch from {from} to {to}");
        }
        self.numbering = numbering;
        let number = number.unwrap_or(self.next);
        self.next += 1;
        let Some(args) = self.args else {
            return raise!(
                self.thread,
                ValueError,
                "Format string contains positional fields"
            );
        };
        match args.get(number) {
            Some(&value) => Ok(Owned::new(value)),
            None => raise!(
                self.thread,
                IndexError,
                "Replacement index {number} out of range for positional args tuple"
            ),
        }
    }

    /// The number that digits and nothing else spell.
    fn as_number(&self, units: Units) -> Result<Option<usize>> {
        let mut number = None;
        for c in units.iter() {
            let Some(digit) = unicode::decimal_value(c) else {
                return Ok(None);
            };
            let next = number.unwrap_or(0usize).checked_mul(10);
            let next = next.and_then(|tens| tens.checked_add(digit as usize));
            match next.filter(|&number| number <= isize::MAX as usize) {
                Some(next) => number = Some(next),
                None => {
                    let text = "Too many decimal digits in format string";
                    return raise!(self.thread, ValueError, "{text}");
                }
            }
        }
        Ok(number)
    }
}
