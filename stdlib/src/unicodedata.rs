//! `unicodedata`: the Unicode character database, of version 16.0 and, for names of hosts, 3.2.
//!
//! The tables are a package's and newer than CPython's: what 16.0 does not assign is unassigned here.

use ashore_runtime::operators::convert;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{self, Data, NativeClass};
use ashore_runtime::types::str::{self, Str, unicode};
use ashore_runtime::types::{class_of, dict, float, int};
use ashore_runtime::{Object, Owned, Result, Thread, Value, methods, raise};
use rustpython_unicode::{LookupResult, NormalizeForm, Ucd};
use rustpython_wtf8::{CodePoint, Wtf8Buf};

static DATABASE: NativeClass = NativeClass::new("unicodedata.UCD", METHODS);

/// The version CPython 3.14 has.
const VERSION: &str = "16.0.0";

/// An older version, as an object with the module's functions.
struct Database;

impl Data for Database {}

/// Which version a call is about: methods have an object before the arguments.
struct Call<'a> {
    modern: bool,
    args: &'a [Value],
}

impl Call<'_> {
    fn of(args: &[Value]) -> Call<'_> {
        match args.first().and_then(native::get::<Database>) {
            Some(_) => Call {
                modern: false,
                args: &args[1..],
            },
            None => Call { modern: true, args },
        }
    }

    fn database(&self) -> Ucd {
        Ucd::new(self.modern)
    }

    /// The argument's one character.
    fn character(&self, thread: &Thread, function: &str) -> Result<CodePoint> {
        let one = self.args[0].get::<Str>().filter(|text| text.len() == 1);
        match one {
            Some(text) => Ok(CodePoint::from_u32(text.code_point(0)).expect("a code point")),
            None => {
                let (colon, got) = match self.args[0].get::<Str>() {
                    Some(text) => (":", format!("a string of length {}", text.len())),
                    None => ("", class_of(self.args[0]).name()),
                };
                let which = match self.args.len() {
                    1 => "argument".to_owned(),
                    _ => "argument 1".to_owned(),
                };
                raise!(
                    thread,
                    TypeError,
                    "{function}(){colon} {which} must be a unicode character, not {got}"
                )
            }
        }
    }

    fn is_assigned(&self, c: CodePoint) -> bool {
        !self.modern || unicode::is_assigned(c.to_u32())
    }

    /// What a character has, or the default argument, or an error.
    fn or_default(&self, thread: &Thread, found: Option<Owned>, problem: &str) -> Result {
        let default = self.args[1];
        match found {
            Some(found) => Ok(found),
            None if !default.is_missing() => Ok(Owned::new(default)),
            None => raise!(thread, ValueError, "{problem}"),
        }
    }
}

/// The name of a code point, if it has one.
pub(crate) fn character_name(c: u32) -> Option<String> {
    let c = char::from_u32(c).filter(|&c| unicode::is_assigned(c.into()))?;
    rustpython_unicode::character_name(c).map(|name| name.to_string())
}

fn name(thread: &Thread, args: &[Value]) -> Result {
    let call = Call::of(args);
    let c = call.character(thread, "name")?;
    let found = c.to_char().filter(|_| call.is_assigned(c));
    let found = found.filter(|&c| call.database().membership(c));
    let found = found.and_then(rustpython_unicode::character_name);
    call.or_default(
        thread,
        found.map(|name| str::new(thread, &name)),
        "no such name",
    )
}

fn lookup(thread: &Thread, args: &[Value]) -> Result {
    let call = Call::of(args);
    let Some(name) = call.args[0].get::<Str>() else {
        let got = convert::argument_type(call.args[0]);
        return raise!(
            thread,
            TypeError,
            "lookup() argument must be str, not {got}"
        );
    };
    let name = name.to_str_lossy();
    let found = call.database().lookup(&name);
    match found {
        Some(LookupResult::Character(c)) if call.is_assigned(c.into()) => {
            Ok(str::new(thread, c.encode_utf8(&mut [0; 4])))
        }
        Some(LookupResult::Sequence(text)) => Ok(str::new(thread, text)),
        _ => {
            let text = str::new(thread, &format!("undefined character name '{name}'"));
            dict::key_error(thread, text.value())
        }
    }
}

fn category(thread: &Thread, args: &[Value]) -> Result {
    let call = Call::of(args);
    let c = call.character(thread, "category")?;
    let category = match call.is_assigned(c) {
        true => call.database().category(c),
        false => "Cn",
    };
    Ok(Owned::new(str::intern(thread, category)))
}

fn bidirectional(thread: &Thread, args: &[Value]) -> Result {
    let call = Call::of(args);
    let c = call.character(thread, "bidirectional")?;
    let class = match call.is_assigned(c) && call.database().category(c) != "Cn" {
        true => call.database().bidirectional(c),
        false => "",
    };
    Ok(Owned::new(str::intern(thread, class)))
}

fn east_asian_width(thread: &Thread, args: &[Value]) -> Result {
    let call = Call::of(args);
    let c = call.character(thread, "east_asian_width")?;
    let width = call.database().east_asian_width(c);
    Ok(Owned::new(str::intern(thread, width)))
}

fn combining(thread: &Thread, args: &[Value]) -> Result {
    let call = Call::of(args);
    let c = call.character(thread, "combining")?;
    let class = match call.is_assigned(c) {
        true => call.database().combining(c),
        false => 0,
    };
    Ok(int::from_i64(thread, i64::from(class)))
}

fn mirrored(thread: &Thread, args: &[Value]) -> Result {
    let call = Call::of(args);
    let c = call.character(thread, "mirrored")?;
    let mirrored = i64::from(call.database().mirrored(c));
    Ok(int::from_i64(thread, mirrored))
}

fn decomposition(thread: &Thread, args: &[Value]) -> Result {
    let call = Call::of(args);
    let c = call.character(thread, "decomposition")?;
    let text = match call.is_assigned(c) {
        true => call.database().decomposition(c),
        false => String::new(),
    };
    Ok(str::new(thread, &text))
}

fn decimal(thread: &Thread, args: &[Value]) -> Result {
    let call = Call::of(args);
    let c = call.character(thread, "decimal")?;
    let found = call.database().decimal(c).filter(|_| call.is_assigned(c));
    let found = found.map(|value| int::from_u64(thread, value));
    call.or_default(thread, found, "not a decimal")
}

fn digit(thread: &Thread, args: &[Value]) -> Result {
    let call = Call::of(args);
    let c = call.character(thread, "digit")?;
    let found = call.database().digit(c).filter(|_| call.is_assigned(c));
    let found = found.map(|value| int::from_u64(thread, value));
    call.or_default(thread, found, "not a digit")
}

fn numeric(thread: &Thread, args: &[Value]) -> Result {
    let call = Call::of(args);
    let c = call.character(thread, "numeric")?;
    let found = call.database().numeric(c).filter(|_| call.is_assigned(c));
    let found = found.map(|value| float::new(thread, value));
    call.or_default(thread, found, "not a numeric character")
}

/// The form and the text of a normalization.
fn form_and_text(
    thread: &Thread,
    args: &[Value],
    function: &str,
) -> Result<(NormalizeForm, Wtf8Buf)> {
    let call = Call::of(args);
    let mut texts = Vec::new();
    for (value, position) in call.args.iter().zip(1..) {
        match value.get::<Str>() {
            Some(text) => texts.push(text),
            None => {
                let got = convert::argument_type(*value);
                return raise!(
                    thread,
                    TypeError,
                    "{function}() argument {position} must be str, not {got}"
                );
            }
        }
    }
    let Ok(form) = texts[0].to_str_lossy().parse::<NormalizeForm>() else {
        return raise!(thread, ValueError, "invalid normalization form");
    };
    let code_points = (0..texts[1].len()).map(|at| texts[1].code_point(at));
    let code_points = code_points.map(|c| CodePoint::from_u32(c).expect("a code point"));
    Ok((form, code_points.collect()))
}

fn normalize(thread: &Thread, args: &[Value]) -> Result {
    let text = Call::of(args).args[1];
    if text.get::<Str>().is_some_and(Str::is_empty) {
        return Ok(Owned::new(text));
    }
    let (form, text) = form_and_text(thread, args, "normalize")?;
    let normal = rustpython_unicode::normalize(form, &text);
    Ok(str::from_wtf8(thread, normal.as_bytes()))
}

fn is_normalized(thread: &Thread, args: &[Value]) -> Result {
    let (form, text) = form_and_text(thread, args, "is_normalized")?;
    Ok(Owned::bool(rustpython_unicode::is_normalized(form, &text)))
}

fn old_version(thread: &Thread, _: &[Value]) -> Result {
    Ok(str::new(thread, "3.2.0"))
}

methods! { FUNCTIONS:
    /// Returns the name assigned to the character chr as a string.
    static "name(chr, default=<missing>, /)" => name;
    /// Look up character by name.
    static "lookup(name, /)" => lookup -> Str;
    /// Returns the general category assigned to the character chr as string.
    static "category(chr, /)" => category -> Str;
    /// Returns the bidirectional class assigned to the character chr as string.
    static "bidirectional(chr, /)" => bidirectional -> Str;
    /// Returns the east asian width assigned to the character chr as string.
    static "east_asian_width(chr, /)" => east_asian_width -> Str;
    /// Returns the canonical combining class assigned to the character chr as integer.
    static "combining(chr, /)" => combining -> Int;
    /// Returns the mirrored property assigned to the character chr as integer.
    static "mirrored(chr, /)" => mirrored -> Int;
    /// Returns the character decomposition mapping assigned to the character chr as string.
    static "decomposition(chr, /)" => decomposition -> Str;
    /// Converts a Unicode character into its equivalent decimal value.
    static "decimal(chr, default=<missing>, /)" => decimal;
    /// Converts a Unicode character into its equivalent digit value.
    static "digit(chr, default=<missing>, /)" => digit;
    /// Converts a Unicode character into its equivalent numeric value.
    static "numeric(chr, default=<missing>, /)" => numeric;
    /// Return the normal form 'form' for the Unicode string unistr.
    static "normalize(form, unistr, /)" => normalize -> Str;
    /// Return whether the Unicode string unistr is in the normal form 'form'.
    static "is_normalized(form, unistr, /)" => is_normalized -> Bool;
}

methods! { METHODS:
    get "unidata_version" => old_version -> Str;
    "name(self, chr, default=<missing>, /)" => name;
    "lookup(self, name, /)" => lookup -> Str;
    "category(self, chr, /)" => category -> Str;
    "bidirectional(self, chr, /)" => bidirectional -> Str;
    "east_asian_width(self, chr, /)" => east_asian_width -> Str;
    "combining(self, chr, /)" => combining -> Int;
    "mirrored(self, chr, /)" => mirrored -> Int;
    "decomposition(self, chr, /)" => decomposition -> Str;
    "decimal(self, chr, default=<missing>, /)" => decimal;
    "digit(self, chr, default=<missing>, /)" => digit;
    "numeric(self, chr, default=<missing>, /)" => numeric;
    "normalize(self, form, unistr, /)" => normalize -> Str;
    "is_normalized(self, form, unistr, /)" => is_normalized -> Bool;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    let class = DATABASE.class(thread);
    module.set(thread, "UCD", class.value())?;
    let version = str::new(thread, VERSION);
    module.set(thread, "unidata_version", version.value())?;
    let old = native::new(thread, class, Database);
    module.set(thread, "ucd_3_2_0", old.value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "unicodedata",
    doc: "This module provides access to the Unicode Character Database which\ndefines character properties for all Unicode characters.",
    functions: FUNCTIONS,
    initialize,
};
