//! The format mini-language: `[[fill]align][sign]["z"]["#"]["0"][width][grouping]["." precision [grouping]][type]`.

use crate::operators::convert::type_name;
use crate::types::str::{Str, Units};
use crate::{Result, Thread, Value, heap, raise};

/// Where padding goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
    Center,
    /// Between sign and digits.
    AfterSign,
}

impl Align {
    fn from_code_point(c: u32) -> Option<Align> {
        match char::from_u32(c)? {
            '<' => Some(Align::Left),
            '>' => Some(Align::Right),
            '^' => Some(Align::Center),
            '=' => Some(Align::AfterSign),
            _ => None,
        }
    }
}

/// A parsed spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    pub fill: u32,
    pub align: Align,
    /// `+`, `-` or a space.
    pub sign: Option<u8>,
    /// `z`: what rounds to zero is not negative.
    pub coerce_zero: bool,
    /// `#`
    pub alternate: bool,
    /// 0 if there is none.
    pub width: usize,
    /// Between thousands: a comma, an underscore, or 0.
    pub grouping: u8,
    /// As `grouping`, behind the decimal point.
    pub fraction_grouping: u8,
    pub precision: Option<usize>,
    /// The type's letter; 0 if there is none.
    pub kind: u32,
}

struct Parser<'a> {
    thread: &'a Thread,
    units: Units<'a>,
    at: usize,
}

impl Spec {
    /// Parses a spec for `v`, whose default type and alignment are given.
    pub fn parse(
        thread: &Thread,
        v: Value,
        text: &Str,
        default_kind: u8,
        default_align: Align,
    ) -> Result<Spec> {
        let mut parser = Parser {
            thread,
            units: text.units(),
            at: 0,
        };
        let (fill, align) = parser.fill_and_align();
        let mut spec = Spec {
            fill: fill.unwrap_or(b' '.into()),
            align: align.unwrap_or(default_align),
            sign: parser.any_of(b"+- "),
            coerce_zero: parser.any_of(b"z").is_some(),
            alternate: parser.any_of(b"#").is_some(),
            width: 0,
            grouping: 0,
            fraction_grouping: 0,
            precision: None,
            kind: default_kind.into(),
        };
        if fill.is_none() && parser.any_of(b"0").is_some() {
            spec.fill = b'0'.into();
            if align.is_none() && default_align == Align::Right {
                spec.align = Align::AfterSign;
            }
        }
        spec.width = parser.number()?.unwrap_or(0);
        spec.grouping = parser.grouping()?;
        if parser.any_of(b".").is_some() {
            spec.precision = parser.number()?;
            spec.fraction_grouping = parser.grouping()?;
            if spec.precision.is_none() && spec.fraction_grouping == 0 {
                return raise!(thread, ValueError, "Format specifier missing precision");
            }
        }
        match parser.units.len() - parser.at {
            0 => {}
            1 => spec.kind = parser.units.get(parser.at),
            _ => {
                let (text, name) = (text.to_str_lossy(), type_name(v));
                return raise!(
                    thread,
                    ValueError,
                    "Invalid format specifier '{text}' for object of type '{name}'"
                );
            }
        }
        spec.check_grouping(thread)?;
        Ok(spec)
    }

    /// Raises MemoryError if there is no memory for what is as wide.
    pub fn check_width(&self, thread: &Thread) -> Result<()> {
        match heap::affordable(self.width) {
            true => Ok(()),
            false => raise!(thread, MemoryError, ""),
        }
    }

    /// Groupings go with some types only.
    fn check_grouping(&self, thread: &Thread) -> Result<()> {
        let kind = u8::try_from(self.kind).unwrap_or(b'?');
        let is_float = matches!(kind, 0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%');
        let allowed = is_float
            || kind == b'd'
            || (self.grouping == b'_' && matches!(kind, b'b' | b'o' | b'x' | b'X'));
        let refused = if self.fraction_grouping != 0 && !is_float {
            self.fraction_grouping
        } else if self.grouping != 0 && !allowed {
            self.grouping
        } else {
            return Ok(());
        };
        let kind = shown_kind(self.kind);
        raise!(
            thread,
            ValueError,
            "Cannot specify '{}' with {kind}.",
            char::from(refused)
        )
    }

    /// The error for a type that `v` does not have.
    pub fn unknown_kind<T>(&self, thread: &Thread, v: Value) -> Result<T> {
        let (kind, name) = (shown_kind(self.kind), type_name(v));
        raise!(
            thread,
            ValueError,
            "Unknown format code {kind} for object of type '{name}'"
        )
    }

    /// Padding left and right of something of the given length. [`Align::AfterSign`] counts as right-aligned.
    pub fn padding(&self, length: usize) -> (usize, usize) {
        let padding = self.width.saturating_sub(length);
        match self.align {
            Align::Left => (0, padding),
            Align::Center => (padding / 2, padding - padding / 2),
            Align::Right | Align::AfterSign => (padding, 0),
        }
    }

    /// Digits between separators.
    pub fn group_length(&self) -> usize {
        let four = [b'b', b'o', b'x', b'X'].map(u32::from);
        if four.contains(&self.kind) { 4 } else { 3 }
    }
}

/// A type's letter as messages show it.
fn shown_kind(kind: u32) -> String {
    match u8::try_from(kind) {
        Ok(c @ 33..127) => format!("'{}'", char::from(c)),
        _ => format!("'\\x{kind:x}'"),
    }
}

impl Parser<'_> {
    fn peek(&self, ahead: usize) -> Option<u32> {
        let at = self.at + ahead;
        (at < self.units.len()).then(|| self.units.get(at))
    }

    /// The next character if it is one of these.
    fn any_of(&mut self, expected: &[u8]) -> Option<u8> {
        let c = u8::try_from(self.peek(0)?).ok()?;
        expected.contains(&c).then(|| {
            self.at += 1;
            c
        })
    }

    fn fill_and_align(&mut self) -> (Option<u32>, Option<Align>) {
        if let Some(align) = self.peek(1).and_then(Align::from_code_point) {
            let fill = self.peek(0);
            self.at += 2;
            return (fill, Some(align));
        }
        let align = self.peek(0).and_then(Align::from_code_point);
        self.at += usize::from(align.is_some());
        (None, align)
    }

    fn number(&mut self) -> Result<Option<usize>> {
        let mut number = None;
        while let Some(digit) = self
            .peek(0)
            .and_then(crate::types::str::unicode::decimal_value)
        {
            let next = number
                .unwrap_or(0usize)
                .checked_mul(10)
                .and_then(|tens| tens.checked_add(digit as usize))
                .filter(|&number| number <= isize::MAX as usize);
            let Some(next) = next else {
                return raise!(
                    self.thread,
                    ValueError,
                    "Too many decimal digits in format string"
                );
            };
            number = Some(next);
            self.at += 1;
        }
        Ok(number)
    }

    fn grouping(&mut self) -> Result<u8> {
        let comma = self.any_of(b",").unwrap_or(0);
        let underscore = self.any_of(b"_").unwrap_or(0);
        let both = comma != 0 && underscore != 0;
        if both || (underscore != 0 && self.peek(0) == Some(b','.into())) {
            return raise!(self.thread, ValueError, "Cannot specify both ',' and '_'.");
        }
        Ok(comma | underscore)
    }
}
