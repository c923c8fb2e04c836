//! `_sre`: what runs the code that `re` compiles patterns to.
//!
//! ```text
//!   subject (str of 1, 2 or 4 bytes a code point, or bytes) ──► drive ──► rustpython-sre_engine ──► spans
//!   pattern ─ match ─ scanner ─ template: the objects of the module
//! ```

mod drive;
mod found;
mod pattern;
mod replace;
mod scan;
mod subject;

use ashore_runtime::operators::{convert, index, iterate};
use ashore_runtime::types::int;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::NativeClass;
use ashore_runtime::{Object, Owned, Result, Thread, Value, methods, raise};
use rustpython_sre_engine::{CODESIZE, MAXGROUPS, MAXREPEAT, SRE_MAGIC, string};

static CLASSES: &[&NativeClass] = &[
    &found::MATCH,
    &pattern::PATTERN,
    &replace::TEMPLATE,
    &scan::SCANNER,
];

fn character(thread: &Thread, value: Value) -> Result<u32> {
    let number = convert::to_isize(thread, value)?;
    match u32::try_from(number) {
        Ok(number) => Ok(number),
        Err(_) => raise!(thread, OverflowError, "character out of range"),
    }
}

macro_rules! mappings {
    ($($name:ident $cased:ident = $lower:expr, $upper:expr;)*) => {$(
        fn $name(thread: &Thread, args: &[Value]) -> Result {
            let c = character(thread, args[0])?;
            Ok(int::from_u64(thread, u64::from($lower(c))))
        }
        fn $cased(thread: &Thread, args: &[Value]) -> Result {
            let c = character(thread, args[0])?;
            Ok(Owned::bool($lower(c) != c || $upper(c) != c))
        }
    )*};
}

fn upper_ascii(c: u32) -> u32 {
    u8::try_from(c).map_or(c, |c| u32::from(c.to_ascii_uppercase()))
}

mappings! {
    ascii_to_lower ascii_is_cased = string::lower_ascii, upper_ascii;
    unicode_to_lower unicode_is_cased = string::lower_unicode, string::upper_unicode;
}

fn code_size(thread: &Thread, _: &[Value]) -> Result {
    Ok(int::from_usize(thread, CODESIZE))
}

fn compile(thread: &Thread, args: &[Value]) -> Result {
    let mut code = Vec::new();
    iterate::for_each(thread, args[2], |word| {
        code.push(character(thread, word.value())?);
        Ok(())
    })?;
    pattern::new(thread, args, code)
}

/// `template(pattern, [literal, group, literal, ...])`
fn template(thread: &Thread, args: &[Value]) -> Result {
    let length = index::length(thread, args[1])?;
    if length % 2 == 0 {
        return raise!(thread, TypeError, "invalid template");
    }
    replace::template(thread, args[1])
}

methods! { FUNCTIONS:
    static "compile(pattern, flags, code, groups, groupindex, indexgroup)" => compile;
    static "template(pattern, template, /)" => template;
    static "getcodesize()" => code_size -> Int;
    static "ascii_iscased(character, /)" => ascii_is_cased -> Bool;
    static "unicode_iscased(character, /)" => unicode_is_cased -> Bool;
    static "ascii_tolower(character, /)" => ascii_to_lower -> Int;
    static "unicode_tolower(character, /)" => unicode_to_lower -> Int;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for class in CLASSES {
        // `re` names the classes it shows itself.
        let (_, name) = class.name.rsplit_once('.').unwrap_or(("", class.name));
        module.set(thread, name, class.class(thread).value())?;
    }
    for (name, number) in [
        ("MAGIC", SRE_MAGIC),
        ("CODESIZE", CODESIZE),
        ("MAXREPEAT", MAXREPEAT),
        ("MAXGROUPS", MAXGROUPS),
    ] {
        module.set(thread, name, int::from_usize(thread, number).value())?;
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_sre",
    doc: "",
    functions: FUNCTIONS,
    initialize,
};
