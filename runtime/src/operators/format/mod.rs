//! Formatting: `format()`, f-strings, `%` and `str.format`.
//!
//! ```text
//!   spec     the mini-language, parsed once for all types
//!   number   sign, prefix, grouping, padding of numbers
//!   float    a float as C's e, f and g and Python's repr write it
//!   percent  `text % values`, for str and bytes
//!   fields   `str.format`
//! ```

mod fields;
pub mod float;
mod number;
mod percent;
pub mod spec;

pub use fields::{str_format, str_format_map};
pub use percent::{percent, percent_bytes};

use super::arithmetic::Number;
use super::attribute::call_special;
use super::convert::{self, type_name};
use crate::types::int::{self, IntRef};
use crate::types::names::Name;
use crate::types::str::{self, Builder, Str};
use crate::{Result, Thread, Value, raise};
use spec::{Align, Spec};

/// `format(v, spec)`; `spec` is a string, or MISSING for an empty one.
pub fn format(thread: &Thread, v: Value, spec: Value) -> Result {
    let spec_text = spec.get::<Str>();
    if spec_text.is_none() && !spec.is_missing() {
        let name = convert::argument_type(spec);
        return raise!(
            thread,
            TypeError,
            "format() argument 2 must be str, not {name}"
        );
    }
    if !v.kind().is_subclass() {
        let text = spec_text.filter(|text| !text.is_empty());
        if let Some(result) = builtin_format(thread, v, text) {
            return result;
        }
    }
    let empty = str::empty();
    let spec = if spec.is_missing() {
        empty.value()
    } else {
        spec
    };
    match call_special(thread, v, Name::FORMAT, &[spec])? {
        Some(result) if result.is::<Str>() => Ok(result),
        Some(result) => raise!(
            thread,
            TypeError,
            "__format__ must return a str, not {}",
            type_name(result.value())
        ),
        None => default_format(thread, v, spec),
    }
}

/// `object.__format__`: `str(v)`, and no spec.
pub fn default_format(thread: &Thread, v: Value, spec: Value) -> Result {
    match spec.get::<Str>() {
        Some(spec) if !spec.is_empty() => raise!(
            thread,
            TypeError,
            "unsupported format string passed to {}.__format__",
            type_name(v)
        ),
        Some(_) => convert::str(thread, v),
        None => raise!(
            thread,
            TypeError,
            "__format__() argument must be str, not {}",
            convert::argument_type(spec)
        ),
    }
}

/// What the builtin scalar types' `__format__` gives, for instances of subclasses, too; `None` for anything else.
/// No spec: an empty one.
pub fn builtin_format(thread: &Thread, v: Value, spec: Option<&Str>) -> Option<Result> {
    let Some(spec) = spec else {
        let known = v.is::<Str>() || Number::of(&v).is_some();
        return known.then(|| convert::str(thread, v));
    };
    if let Some(string) = v.get::<Str>() {
        return Some(format_str(thread, v, string, spec));
    }
    Some(match Number::of(&v)? {
        Number::Int(i) => format_int(thread, v, i, spec),
        Number::Float(x) => format_float(thread, v, x, spec),
        Number::Complex((real, imaginary)) => {
            float::format_complex(thread, v, (real, imaginary), spec)
        }
    })
}

/// The `__format__` methods of the builtin scalar types.
pub fn builtin_or_default(thread: &Thread, v: Value, spec: Value) -> Result {
    let text = spec.get::<Str>().filter(|text| !text.is_empty());
    match builtin_format(thread, v, text) {
        Some(result) if spec.is::<Str>() => result,
        _ => default_format(thread, v, spec),
    }
}

fn format_str(thread: &Thread, v: Value, string: &Str, spec: &Str) -> Result {
    let spec = Spec::parse(thread, v, spec, b's', Align::Left)?;
    if spec.kind != u32::from(b's') {
        return spec.unknown_kind(thread, v);
    }
    if let Some(sign) = spec.sign {
        let what = if sign == b' ' { "Space" } else { "Sign" };
        return raise!(
            thread,
            ValueError,
            "{what} not allowed in string format specifier"
        );
    }
    let refused = match &spec {
        Spec {
            coerce_zero: true, ..
        } => "Negative zero coercion (z)",
        Spec {
            alternate: true, ..
        } => "Alternate form (#)",
        Spec {
            align: Align::AfterSign,
            ..
        } => "'=' alignment",
        _ => "",
    };
    if !refused.is_empty() {
        return raise!(
            thread,
            ValueError,
            "{refused} not allowed in string format specifier"
        );
    }
    let length = string.len().min(spec.precision.unwrap_or(usize::MAX));
    if length >= spec.width {
        return Ok(str::substring(thread, string, 0, length));
    }
    spec.check_width(thread)?;
    let mut out = Builder::new();
    let (left, right) = spec.padding(length);
    out.push_repeated(spec.fill, left);
    out.push_units(string.units().slice(0, length));
    out.push_repeated(spec.fill, right);
    Ok(out.finish(thread))
}

fn format_int(thread: &Thread, v: Value, i: IntRef, spec: &Str) -> Result {
    let spec = Spec::parse(thread, v, spec, b'd', Align::Right)?;
    let radix = match u8::try_from(spec.kind) {
        Ok(b'd' | b'n') => 10,
        Ok(b'b') => 2,
        Ok(b'o') => 8,
        Ok(b'x' | b'X') => 16,
        Ok(b'c') => 0,
        Ok(b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%') => {
            let x = int::arithmetic::to_f64(thread, i)?;
            return float::format_parsed(thread, v, x, &spec);
        }
        _ => return spec.unknown_kind(thread, v),
    };
    if spec.coerce_zero {
        let text = "Negative zero coercion (z) not allowed in integer format specifier";
        return raise!(thread, ValueError, "{text}");
    }
    if spec.precision.is_some() {
        let text = "Precision not allowed in integer format specifier";
        return raise!(thread, ValueError, "{text}");
    }
    spec.check_width(thread)?;
    let mut out = Builder::with_capacity(32);
    match radix {
        0 => number::write_char(thread, &mut out, i, &spec)?,
        10 => match i {
            IntRef::Small(i) => {
                let digits = int::text::Decimal::new(i);
                number::write_int(&mut out, digits.as_str(), "", &spec);
            }
            IntRef::Big(_) => {
                let digits = int::text::to_decimal(thread, i)?;
                number::write_int(&mut out, &digits, "", &spec);
            }
        },
        _ => {
            let mut digits = int::text::prefixed(i, radix);
            if spec.kind == u32::from(b'X') {
                digits.make_ascii_uppercase();
            }
            let (sign, rest) = digits.split_at(usize::from(i.is_negative()));
            let (prefix, digits) = rest.split_at(2);
            let prefix = if spec.alternate { prefix } else { "" };
            number::write_int(&mut out, &format!("{sign}{digits}"), prefix, &spec);
        }
    }
    Ok(out.finish(thread))
}

fn format_float(thread: &Thread, v: Value, x: f64, spec: &Str) -> Result {
    let spec = Spec::parse(thread, v, spec, 0, Align::Right)?;
    float::format_parsed(thread, v, x, &spec)
}
