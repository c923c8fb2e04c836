//! What the text looks like: separators, quotes, ends of lines.

use super::{named, quoting};
use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::int::IntRef;
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::tuple;
use ashore_runtime::{Object, Owned, Result, Thread, Value, methods, raise};
use std::sync::Arc;

pub(super) static DIALECT: NativeClass = NativeClass::new("_csv.Dialect", METHODS)
    .doc("CSV dialect\n\nThe Dialect type records CSV parsing and generation options.\n")
    .open();

pub(super) struct Dialect {
    pub(super) delimiter: u32,
    pub(super) quote: Option<u32>,
    pub(super) escape: Option<u32>,
    pub(super) line_end: Vec<u32>,
    pub(super) quoting: u8,
    pub(super) double_quote: bool,
    pub(super) skip_space: bool,
    pub(super) strict: bool,
}

struct Holder(Arc<Dialect>);

impl Data for Holder {}

pub(super) fn object(thread: &Thread, dialect: Arc<Dialect>) -> Owned {
    native::new(thread, DIALECT.class(thread), Holder(dialect))
}

/// The dialect of a function's arguments: a dialect or its name, and a dict of what is different.
pub(super) fn from_arguments(thread: &Thread, base: Value, others: Value) -> Result<Arc<Dialect>> {
    let args = match base.is_missing() {
        true => tuple::empty(thread),
        false => tuple::new(thread, vec![Owned::new(base)]),
    };
    let class = DIALECT.class(thread);
    let others = match others.get::<Dict>() {
        Some(_) => Owned::new(others),
        None => dict::new(thread),
    };
    let made = call::call_packed(thread, class.value(), args.value(), others.value())?;
    let made = made.value();
    let holder = native::get::<Holder>(&made).expect("made by the class");
    Ok(Arc::clone(&holder.0))
}

/// The parameters, in the order of the constructor's arguments behind `dialect`.
const PARAMETERS: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

/// One character.
fn character(thread: &Thread, value: Value, name: &str, or_none: &str) -> Result<u32> {
    let got = match value.get::<Str>() {
        Some(text) if text.len() == 1 => return Ok(text.code_point(0)),
        Some(text) => format!("a string of length {}", text.len()),
        None => convert::type_name(value),
    };
    raise!(
        thread,
        TypeError,
        "\"{name}\" must be a unicode character{or_none}, not {got}"
    )
}

/// One character, or none for None.
fn character_or_none(thread: &Thread, value: Value, name: &str) -> Result<Option<u32>> {
    if value.is_none() {
        return Ok(None);
    }
    character(thread, value, name, " or None").map(Some)
}

fn quoting_of(thread: &Thread, value: Value) -> Result<u8> {
    if IntRef::of(&value).is_none() {
        let got = convert::type_name(value);
        return raise!(
            thread,
            TypeError,
            "\"quoting\" must be an integer, not {got}"
        );
    }
    match u8::try_from(convert::to_isize(thread, value)?) {
        Ok(quoting) if quoting <= quoting::NOTNULL => Ok(quoting),
        _ => raise!(thread, TypeError, "bad \"quoting\" value"),
    }
}

impl Dialect {
    /// From the values of the parameters, MISSING for those that nobody gave.
    fn new(thread: &Thread, values: [Value; 8]) -> Result<Dialect> {
        let [delimiter, double, escape, end, quote, quoting, skip, strict] = values;
        let is = |value: Value, default: bool| match value.is_missing() {
            true => Ok(default),
            false => convert::truth(thread, value),
        };
        let line_end = match end.get::<Str>() {
            Some(end) => end.iter().collect(),
            None if end.is_missing() => vec!['\r' as u32, '\n' as u32],
            None => {
                let got = convert::type_name(end);
                return raise!(
                    thread,
                    TypeError,
                    "\"lineterminator\" must be a string, not {got}"
                );
            }
        };
        let dialect = Dialect {
            delimiter: match delimiter.is_missing() {
                true => ','.into(),
                false => character(thread, delimiter, "delimiter", "")?,
            },
            double_quote: is(double, true)?,
            escape: match escape.is_missing() {
                true => None,
                false => character_or_none(thread, escape, "escapechar")?,
            },
            line_end,
            quote: match quote.is_missing() {
                true => Some('"'.into()),
                false => character_or_none(thread, quote, "quotechar")?,
            },
            quoting: match quoting.is_missing() {
                true if quote.is_none() => quoting::NONE,
                true => quoting::MINIMAL,
                false => quoting_of(thread, quoting)?,
            },
            skip_space: is(skip, false)?,
            strict: is(strict, false)?,
        };
        dialect.check(thread)?;
        Ok(dialect)
    }

    /// Can its characters be told apart?
    fn check(&self, thread: &Thread) -> Result<()> {
        if self.quoting != quoting::NONE && self.quote.is_none() {
            return raise!(
                thread,
                TypeError,
                "quotechar must be set if quoting enabled"
            );
        }
        let characters = [
            ("delimiter", Some(self.delimiter)),
            ("escapechar", self.escape),
            ("quotechar", self.quote),
        ];
        let given = characters.iter().filter_map(|&(name, c)| Some((name, c?)));
        let given: Vec<(&str, u32)> = given.collect();
        for &(name, c) in &given {
            let is_space = c == ' '.into() && self.skip_space && name != "delimiter";
            if c == '\r'.into() || c == '\n'.into() || is_space {
                return raise!(thread, ValueError, "bad {name} value");
            }
        }
        for (at, &(name, c)) in given.iter().enumerate() {
            for &(other, d) in &given[at + 1..] {
                if c == d {
                    return raise!(thread, ValueError, "bad {name} or {other} value");
                }
            }
        }
        match given.iter().find(|(_, c)| self.line_end.contains(c)) {
            Some((name, _)) => {
                raise!(thread, ValueError, "bad {name} or lineterminator value")
            }
            None => Ok(()),
        }
    }
}

/// `Dialect(dialect, delimiter, …)`
fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let mut values: [Value; 8] = std::array::from_fn(|at| args[at + 2]);
    let mut base = args[1];
    let known;
    if base.is::<Str>() {
        known = object(thread, named(thread, base)?);
        base = known.value();
    }
    if base.is_missing() {
        let dialect = Arc::new(Dialect::new(thread, values)?);
        return Ok(native::new(thread, class, Holder(dialect)));
    }
    if DIALECT.is_exactly(thread, base) && values.iter().all(|value| value.is_missing()) {
        return Ok(Owned::new(base));
    }
    let mut kept = Vec::new();
    for (value, name) in values.iter_mut().zip(PARAMETERS) {
        if !value.is_missing() {
            continue;
        }
        let name = str::intern(thread, name);
        if let Some(found) = attribute::get_optional(thread, base, name)? {
            *value = found.value();
            kept.push(found);
        }
    }
    let dialect = Arc::new(Dialect::new(thread, values)?);
    Ok(native::new(thread, class, Holder(dialect)))
}

fn dialect(args: &[Value]) -> &Dialect {
    &receiver::<Holder>(args).0
}

fn text_or_none(thread: &Thread, c: Option<u32>) -> Result {
    Ok(c.map_or(Owned::NONE, |c| str::from_code_point(thread, c)))
}

fn delimiter(thread: &Thread, args: &[Value]) -> Result {
    text_or_none(thread, Some(dialect(args).delimiter))
}

fn quote(thread: &Thread, args: &[Value]) -> Result {
    text_or_none(thread, dialect(args).quote)
}

fn escape(thread: &Thread, args: &[Value]) -> Result {
    text_or_none(thread, dialect(args).escape)
}

fn line_end(thread: &Thread, args: &[Value]) -> Result {
    let mut text = str::Builder::new();
    for &c in &dialect(args).line_end {
        text.push_code_point(c);
    }
    Ok(text.finish(thread))
}

fn get_quoting(_: &Thread, args: &[Value]) -> Result {
    let quoting = Value::small_int(dialect(args).quoting.into());
    Ok(Owned::inline(quoting))
}

fn double_quote(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(dialect(args).double_quote))
}

fn skip_space(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(dialect(args).skip_space))
}

fn strict(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(dialect(args).strict))
}

methods! { METHODS:
    new "Dialect(type, dialect=<missing>, delimiter=<missing>, doublequote=<missing>, escapechar=<missing>, lineterminator=<missing>, quotechar=<missing>, quoting=<missing>, skipinitialspace=<missing>, strict=<missing>)" => new;
    get "delimiter" => delimiter -> Str;
    get "skipinitialspace" => skip_space -> Bool;
    get "doublequote" => double_quote -> Bool;
    get "strict" => strict -> Bool;
    get "escapechar" => escape;
    get "lineterminator" => line_end -> Str;
    get "quotechar" => quote;
    get "quoting" => get_quoting -> Int;
}
