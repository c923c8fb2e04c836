//! `format % values`, for str and for bytes.
//!
//! Both are formatted as code points; a bytes format gives none above 255.

use super::float::{Style, to_text};
use crate::object::Kind;
use crate::operators::attribute::call_special;
use crate::operators::convert::{self, type_name};
use crate::operators::index::get_item;
use crate::types::bytes::Buffer;
use crate::types::int::{self, IntRef};
use crate::types::memoryview::request;
use crate::types::names::Name;
use crate::types::str::{self, Builder, Str, Units};
use crate::types::tuple::Tuple;
use crate::types::{bytes, class_of, exception, float};
use crate::{Builtin, Owned, Result, Thread, Value, raise};

/// `format % values` for a str.
pub fn percent(thread: &Thread, format: Value, values: Value) -> Result {
    let Some(text) = format.get::<Str>() else {
        let name = type_name(format);
        return raise!(
            thread,
            TypeError,
            "descriptor '__mod__' requires a 'str' object but received '{name}'"
        );
    };
    let mut formatter = Formatter::new(thread, text.units(), values, false);
    formatter.run()?;
    Ok(formatter.out.finish(thread))
}

/// `format % values` for a bytes-like object: the bytes of the result.
pub fn percent_bytes(thread: &Thread, format: &[u8], values: Value) -> Result<Vec<u8>> {
    let mut formatter = Formatter::new(thread, Units::One(format), values, true);
    formatter.run()?;
    Ok(formatter
        .out
        .into_latin1()
        .expect("conversions to bytes give bytes"))
}

/// One `%…` conversion.
struct Conversion {
    /// `-`: padding on the right.
    left: bool,
    plus: bool,
    blank: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
    kind: u32,
}

struct Formatter<'a> {
    thread: &'a Thread,
    units: Units<'a>,
    at: usize,
    /// The right operand.
    values: Value,
    /// Positional values used so far.
    used: usize,
    /// A key was given: values are looked up by name.
    by_key: bool,
    bytes: bool,
    out: Builder,
}

impl<'a> Formatter<'a> {
    fn new(thread: &'a Thread, units: Units<'a>, values: Value, bytes: bool) -> Formatter<'a> {
        Formatter {
            thread,
            units,
            at: 0,
            values,
            used: 0,
            by_key: false,
            bytes,
            out: Builder::with_capacity(units.len() * 2 + 16),
        }
    }

    fn run(&mut self) -> Result<()> {
        loop {
            let start = self.at;
            while self.at < self.units.len() && self.units.get(self.at) != u32::from(b'%') {
                self.at += 1;
            }
            self.out.push_units(self.units.slice(start, self.at));
            if self.at == self.units.len() {
                break;
            }
            self.at += 1;
            self.conversion()?;
        }
        self.check_all_used()
    }

    fn check_all_used(&self) -> Result<()> {
        let left = match self.values.get::<Tuple>() {
            Some(tuple) => self.used < tuple.items().len(),
            None => self.used == 0 && !self.is_mapping(),
        };
        if left && !self.by_key {
            let what = if self.bytes { "bytes" } else { "string" };
            return raise!(
                self.thread,
                TypeError,
                "not all arguments converted during {what} formatting"
            );
        }
        Ok(())
    }

    /// May the right operand be looked into by key?
    fn is_mapping(&self) -> bool {
        let text = match self.values.kind().layout() {
            Kind::TUPLE | Kind::STR => true,
            Kind::BYTES | Kind::BYTEARRAY => self.bytes,
            _ => false,
        };
        !text && class_of(self.values).lookup_name(Name::GETITEM).is_some()
    }

    fn next_char(&mut self) -> Result<u32> {
        if self.at == self.units.len() {
            return raise!(self.thread, ValueError, "incomplete format");
        }
        self.at += 1;
        Ok(self.units.get(self.at - 1))
    }

    /// The next positional value.
    fn next_value(&mut self) -> Result {
        let value = match self.values.get::<Tuple>() {
            _ if self.by_key => None,
            Some(tuple) => tuple.items().get(self.used).copied(),
            None => (self.used == 0).then_some(self.values),
        };
        self.used += 1;
        match value {
            Some(value) => Ok(Owned::new(value)),
            None => raise!(
                self.thread,
                TypeError,
                "not enough arguments for format string"
            ),
        }
    }

    /// One conversion, the `%` already read.
    fn conversion(&mut self) -> Result<()> {
        let mut c = self.next_char()?;
        if c == u32::from(b'%') {
            self.out.push_code_point(c);
            return Ok(());
        }
        let mut keyed = None;
        if c == u32::from(b'(') {
            keyed = Some(self.keyed_value()?);
            c = self.next_char()?;
        }
        let mut conversion = Conversion {
            left: false,
            plus: false,
            blank: false,
            alternate: false,
            zero: false,
            width: 0,
            precision: None,
            kind: 0,
        };
        loop {
            match u8::try_from(c) {
                Ok(b'-') => conversion.left = true,
                Ok(b'+') => conversion.plus = true,
                Ok(b' ') => conversion.blank = true,
                Ok(b'#') => conversion.alternate = true,
                Ok(b'0') => conversion.zero = true,
                _ => break,
            }
            c = self.next_char()?;
        }
        if let Some(width) = self.number(&mut c, "width too big")? {
            conversion.left |= width < 0;
            conversion.width = width.unsigned_abs();
            if conversion.width > isize::MAX as usize / 4 {
                return raise!(self.thread, MemoryError, "");
            }
        }
        if c == u32::from(b'.') {
            c = self.next_char()?;
            let from_values = c == u32::from(b'*');
            let precision = self.number(&mut c, "precision too big")?;
            if precision.is_some_and(|precision| i32::try_from(precision).is_err()) {
                return match from_values {
                    true => raise!(
                        self.thread,
                        OverflowError,
                        "Python int too large to convert to C int"
                    ),
                    false => raise!(self.thread, ValueError, "precision too big"),
                };
            }
            conversion.precision = Some(precision.map_or(0, |precision| precision.max(0) as usize));
        }
        if [b'h', b'l', b'L'].map(u32::from).contains(&c) {
            c = self.next_char()?;
        }
        conversion.kind = c;
        let value = match keyed {
            Some(value) => value,
            None => self.next_value()?,
        };
        self.convert(&conversion, value.value())
    }

    /// Looks up `(key)`, the parenthesis already read.
    fn keyed_value(&mut self) -> Result {
        if !self.is_mapping() {
            return raise!(self.thread, TypeError, "format requires a mapping");
        }
        let start = self.at;
        let mut depth = 1;
        while depth > 0 {
            if self.at == self.units.len() {
                return raise!(self.thread, ValueError, "incomplete format key");
            }
            match u8::try_from(self.units.get(self.at)) {
                Ok(b'(') => depth += 1,
                Ok(b')') => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
        let key = self.units.slice(start, self.at - 1);
        let key = match key {
            Units::One(key) if self.bytes => bytes::new(self.thread, key),
            key => str::from_slice(self.thread, key),
        };
        self.by_key = true;
        get_item(self.thread, self.values, key.value())
    }

    /// A width or precision: digits, or `*` for one of the values.
    fn number(&mut self, c: &mut u32, too_big: &str) -> Result<Option<isize>> {
        if *c == u32::from(b'*') {
            let value = self.next_value()?;
            let Some(int) = IntRef::of(&value) else {
                return raise!(self.thread, TypeError, "* wants int");
            };
            let number = int.to_i64().filter(|&i| i != i64::MIN);
            *c = self.next_char()?;
            return match number {
                Some(number) => Ok(Some(number as isize)),
                None => raise!(self.thread, OverflowError, "{too_big}"),
            };
        }
        let mut number: Option<isize> = None;
        while let Some(digit) = char::from_u32(*c).and_then(|c| c.to_digit(10)) {
            let next = number.unwrap_or(0).checked_mul(10);
            let Some(next) = next.and_then(|tens| tens.checked_add(digit as isize)) else {
                return raise!(self.thread, ValueError, "{too_big}");
            };
            number = Some(next);
            *c = self.next_char()?;
        }
        Ok(number)
    }

    fn convert(&mut self, conversion: &Conversion, value: Value) -> Result<()> {
        match u8::try_from(conversion.kind) {
            Ok(b'd' | b'i' | b'u' | b'o' | b'x' | b'X') => self.convert_int(conversion, value),
            Ok(b'e' | b'E' | b'f' | b'F' | b'g' | b'G') => self.convert_float(conversion, value),
            Ok(b'c') => self.convert_char(conversion, value),
            Ok(b's' | b'b') if self.bytes => self.convert_bytes(conversion, value),
            Ok(b'r' | b'a') if self.bytes => {
                let text = convert::ascii(self.thread, value)?;
                self.push_text(conversion, &text)
            }
            Ok(b's') => {
                let text = convert::str(self.thread, value)?;
                self.push_text(conversion, &text)
            }
            Ok(b'r') => {
                let text = convert::repr(self.thread, value)?;
                self.push_text(conversion, &text)
            }
            Ok(b'a') => {
                let text = convert::ascii(self.thread, value)?;
                self.push_text(conversion, &text)
            }
            _ => {
                let shown = char::from_u32(conversion.kind).unwrap_or(char::REPLACEMENT_CHARACTER);
                let shown = if (' '..='\x7e').contains(&shown) {
                    shown
                } else {
                    '?'
                };
                raise!(
                    self.thread,
                    ValueError,
                    "unsupported format character '{shown}' ({:#x}) at index {}",
                    conversion.kind,
                    self.at - 1
                )
            }
        }
    }

    fn push_text(&mut self, conversion: &Conversion, text: &Owned) -> Result<()> {
        let text = text.get::<Str>().expect("repr and str give strings");
        self.push_padded(conversion, text.units());
        Ok(())
    }

    /// Text cut to the precision and padded to the width.
    fn push_padded(&mut self, conversion: &Conversion, units: Units) {
        let length = units.len().min(conversion.precision.unwrap_or(usize::MAX));
        let padding = conversion.width.saturating_sub(length);
        if !conversion.left {
            self.out.push_repeated(b' '.into(), padding);
        }
        self.out.push_units(units.slice(0, length));
        if conversion.left {
            self.out.push_repeated(b' '.into(), padding);
        }
    }

    /// `%s` in bytes: bytes-like objects and what has `__bytes__`.
    fn convert_bytes(&mut self, conversion: &Conversion, value: Value) -> Result<()> {
        if let Some(buffer) = Buffer::of(self.thread, &value) {
            self.push_padded(conversion, Units::One(&buffer));
            return Ok(());
        }
        let result = call_special(self.thread, value, Name::BYTES, &[])?;
        if let Some(result) = result
            && let Some(buffer) = Buffer::of(self.thread, &result)
        {
            self.push_padded(conversion, Units::One(&buffer));
            return Ok(());
        }
        if let Some(buffer) = Buffer::request(self.thread, &value, request::FULL)? {
            self.push_padded(conversion, Units::One(&buffer));
            return Ok(());
        }
        raise!(
            self.thread,
            TypeError,
            "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
            type_name(value)
        )
    }

    fn convert_char(&mut self, conversion: &Conversion, value: Value) -> Result<()> {
        let conversion = Conversion {
            precision: None,
            ..*conversion
        };
        let (limit, what) = if self.bytes {
            (256, "an integer in range(256) or a single byte")
        } else {
            (0x11_0000, "an int or a unicode character")
        };
        if !self.bytes
            && let Some(text) = value.get::<Str>()
        {
            if text.len() != 1 {
                return raise!(
                    self.thread,
                    TypeError,
                    "%c requires {what}, not a string of length {}",
                    text.len()
                );
            }
            self.push_padded(&conversion, text.units());
            return Ok(());
        }
        if self.bytes
            && let Some(buffer) = Buffer::of(self.thread, &value)
        {
            if buffer.len() != 1 {
                return raise!(
                    self.thread,
                    TypeError,
                    "%c requires {what}, not a bytes object of length {}",
                    buffer.len()
                );
            }
            self.push_padded(&conversion, Units::One(&buffer));
            return Ok(());
        }
        let made = self.made_int(value, false);
        let made = if self.bytes {
            made?
        } else {
            self.unless_type_error(made)?
        };
        let Some(code) = made else {
            let name = class_of(value).full_name();
            return raise!(self.thread, TypeError, "%c requires {what}, not {name}");
        };
        let code = int::to_i64(code.value());
        match code
            .and_then(|code| u32::try_from(code).ok())
            .filter(|&code| code < limit)
        {
            Some(code) => {
                self.push_padded(&conversion, Units::Four(&[code]));
                Ok(())
            }
            None if self.bytes => raise!(self.thread, OverflowError, "%c arg not in range(256)"),
            None => raise!(self.thread, OverflowError, "%c arg not in range(0x110000)"),
        }
    }

    fn convert_int(&mut self, conversion: &Conversion, value: Value) -> Result<()> {
        let kind = conversion.kind as u8;
        let radix = match kind {
            b'o' => 8,
            b'x' | b'X' => 16,
            _ => 10,
        };
        let int = self.int_value(value, char::from(kind), radix == 10)?;
        let int = IntRef::of(&int).expect("an int was made");
        if let (IntRef::Small(int), 10, None) = (int, radix, conversion.precision) {
            let digits = crate::types::int::text::Decimal::new(int);
            let magnitude = digits.as_str().trim_start_matches('-');
            self.push_number(conversion, int < 0, "", magnitude);
            return Ok(());
        }
        let mut digits = if radix == 10 {
            int::text::to_decimal(self.thread, int)?
        } else {
            int::text::magnitude_in_radix(int, radix)
        };
        if kind == b'X' {
            digits.make_ascii_uppercase();
        }
        let magnitude = digits.strip_prefix('-').unwrap_or(&digits);
        let prefix = match kind {
            b'o' if conversion.alternate => "0o",
            b'x' if conversion.alternate => "0x",
            b'X' if conversion.alternate => "0X",
            _ => "",
        };
        let precision = conversion.precision.unwrap_or(0);
        if precision > i32::MAX as usize - 3 {
            return raise!(self.thread, OverflowError, "precision too large");
        }
        let zeros = precision.saturating_sub(magnitude.len());
        let body = format!("{}{magnitude}", "0".repeat(zeros));
        self.push_number(conversion, int.is_negative(), prefix, &body);
        Ok(())
    }

    /// The value as an int: floats are cut off for decimal conversions, only ints will do for the others.
    fn int_value(&self, value: Value, kind: char, decimal: bool) -> Result {
        if IntRef::of(&value).is_some() {
            return Ok(Owned::new(value));
        }
        if let Some(int) = self.unless_type_error(self.made_int(value, decimal))? {
            return Ok(int);
        }
        let what = if decimal {
            "a real number"
        } else {
            "an integer"
        };
        let name = type_name(value);
        raise!(
            self.thread,
            TypeError,
            "%{kind} format: {what} is required, not {name}"
        )
    }

    /// What the value's methods make of it, if it has any.
    fn made_int(&self, value: Value, decimal: bool) -> Result<Option<Owned>> {
        if decimal {
            if let Some(x) = float::as_f64(value) {
                return int::from_f64(self.thread, x).map(Some);
            }
            if let Some(result) = call_special(self.thread, value, Name::INT, &[])?
                && IntRef::of(&result).is_some()
            {
                let result_value = result.value();
                convert::warn_of_subclass(self.thread, "__int__", Builtin::Int, result_value)?;
                return Ok(Some(result));
            }
        }
        match convert::has_index(value) {
            true => convert::index(self.thread, value).map(Some),
            false => Ok(None),
        }
    }

    /// A value whose methods raise TypeError is as good as one without.
    fn unless_type_error<T>(&self, made: Result<Option<T>>) -> Result<Option<T>> {
        match made {
            Err(raised) if exception::is(self.thread.pending_exception(), Builtin::TypeError) => {
                drop(self.thread.take_exception(raised));
                Ok(None)
            }
            made => made,
        }
    }

    /// The value as a float for `bytes.__mod__`, which says the same whatever is wrong.
    fn float_of_bytes(&self, value: Value) -> Result<f64> {
        match convert::try_f64(self.thread, value) {
            Ok(Some(x)) => return Ok(x),
            Ok(None) => {}
            Err(raised) => drop(self.thread.take_exception(raised)),
        }
        let name = type_name(value);
        raise!(
            self.thread,
            TypeError,
            "float argument required, not {name}"
        )
    }

    fn convert_float(&mut self, conversion: &Conversion, value: Value) -> Result<()> {
        let x = if self.bytes {
            self.float_of_bytes(value)?
        } else {
            convert::to_f64(self.thread, value)?
        };
        let precision = conversion.precision.unwrap_or(6);
        if precision > i32::MAX as usize {
            return raise!(self.thread, ValueError, "precision too big");
        }
        let kind = conversion.kind as u8;
        let style = Style {
            kind: kind.to_ascii_lowercase(),
            precision,
            alternate: conversion.alternate,
            point_zero: false,
        };
        let mut text = to_text(x, style);
        if kind.is_ascii_uppercase() {
            text.make_ascii_uppercase();
        }
        let magnitude = text.strip_prefix('-').unwrap_or(&text);
        self.push_number(conversion, text.starts_with('-'), "", magnitude);
        Ok(())
    }

    /// Sign, prefix and digits, padded.
    fn push_number(&mut self, conversion: &Conversion, negative: bool, prefix: &str, body: &str) {
        let sign = match conversion {
            _ if negative => "-",
            Conversion { plus: true, .. } => "+",
            Conversion { blank: true, .. } => " ",
            _ => "",
        };
        let length = sign.len() + prefix.len() + body.len();
        let padding = conversion.width.saturating_sub(length);
        let out = &mut self.out;
        if !conversion.left && !conversion.zero {
            out.push_repeated(b' '.into(), padding);
        }
        out.push_str(sign);
        out.push_str(prefix);
        if !conversion.left && conversion.zero {
            out.push_repeated(b'0'.into(), padding);
        }
        out.push_str(body);
        if conversion.left {
            out.push_repeated(b' '.into(), padding);
        }
    }
}

impl Conversion {}
