//! Error handlers by name: Python's own, and those that programs register.

use crate::cell::Var;
use crate::unicodedata::character_name;
use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::types::define::{Binding, MethodDef};
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::exception;
use ashore_runtime::types::module::Module;
use ashore_runtime::types::native_function::module_function;
use ashore_runtime::types::str::{self, Builder, Str};
use ashore_runtime::types::tuple;
use ashore_runtime::types::{bytes, class_of, int};
use ashore_runtime::{Builtin, Owned, Result, Thread, Value, methods, raise};
use std::sync::OnceLock;

static HANDLERS: OnceLock<Var> = OnceLock::new();

fn handlers(thread: &Thread) -> Owned {
    HANDLERS.get_or_init(|| Var::new(dict::new(thread))).get()
}

/// Puts Python's own handlers into the table.
pub(super) fn start(thread: &Thread, module: &Module) -> Result<()> {
    let table = handlers(thread);
    let dict = table.get::<Dict>().expect("made as a dict");
    for def in OWN
        .iter()
        .filter(|def: &&MethodDef| def.binding == Binding::Static)
    {
        let function = module_function(thread, def, "_codecs");
        let name = def.name().trim_end_matches("_errors").replace('_', "");
        dict.set(thread, str::intern(thread, &name), function.value())?;
    }
    module.set(thread, "_error_handlers", table.value())
}

pub(super) fn register(thread: &Thread, args: &[Value]) -> Result {
    if !call::is_callable(args[1]) {
        return raise!(thread, TypeError, "handler must be callable");
    }
    let table = handlers(thread);
    let dict = table.get::<Dict>().expect("made as a dict");
    dict.set(thread, args[0], args[1])?;
    Ok(Owned::NONE)
}

/// Is it one of those that the runtime applies by itself? It does not know the names of characters.
pub(super) fn is_of_runtime(name: &str) -> bool {
    is_own(name) && name != "namereplace"
}

/// Is it one of Python's own?
fn is_own(name: &str) -> bool {
    OWN.iter()
        .any(|def| def.name().trim_end_matches("_errors").replace('_', "") == name)
}

pub(super) fn unregister(thread: &Thread, args: &[Value]) -> Result {
    let name = str::display(args[0]);
    if is_own(&name) {
        return raise!(
            thread,
            ValueError,
            "cannot un-register built-in error handler '{name}'"
        );
    }
    let table = handlers(thread);
    let dict = table.get::<Dict>().expect("made as a dict");
    Ok(Owned::bool(dict.remove(thread, args[0])?.is_some()))
}

pub(super) fn lookup(thread: &Thread, args: &[Value]) -> Result {
    let table = handlers(thread);
    let dict = table.get::<Dict>().expect("made as a dict");
    match dict.get(thread, args[0])? {
        Some(handler) => Ok(handler),
        None => {
            let name = str::display(args[0]);
            raise!(thread, LookupError, "unknown error handler name '{name}'")
        }
    }
}

/// What an exception is about.
struct Trouble {
    kind: Builtin,
    object: Owned,
    start: usize,
    end: usize,
}

impl Trouble {
    fn of(thread: &Thread, exception: Value) -> Result<Trouble> {
        let kinds = [
            Builtin::UnicodeEncodeError,
            Builtin::UnicodeDecodeError,
            Builtin::UnicodeTranslateError,
        ];
        let Some(kind) = kinds
            .into_iter()
            .find(|&kind| exception::is(exception, kind))
        else {
            let got = class_of(exception).name();
            return raise!(
                thread,
                TypeError,
                "don't know how to handle {got} in error callback"
            );
        };
        let field = |name: &str| attribute::get(thread, exception, str::intern(thread, name));
        let number = |name: &str| -> Result<usize> {
            let value = field(name)?;
            Ok(convert::to_isize(thread, value.value())?.max(0) as usize)
        };
        Ok(Trouble {
            kind,
            object: field("object")?,
            start: number("start")?,
            end: number("end")?,
        })
    }

    /// The characters of text that could not be encoded.
    fn characters(&self) -> Vec<u32> {
        let Some(text) = self.object.get::<Str>() else {
            return Vec::new();
        };
        let end = self.end.min(text.len());
        (self.start.min(end)..end)
            .map(|i| text.code_point(i))
            .collect()
    }

    /// The bytes that could not be decoded.
    fn bytes(&self, thread: &Thread) -> Vec<u8> {
        let all = bytes::Buffer::copy(thread, self.object.value()).unwrap_or_default();
        let end = self.end.min(all.len());
        all[self.start.min(end)..end].to_vec()
    }

    fn answer(&self, thread: &Thread, replacement: Owned) -> Result {
        let end = int::from_usize(thread, self.end);
        Ok(tuple::new(thread, vec![replacement, end]))
    }

    fn text(&self, thread: &Thread, text: &str) -> Result {
        self.answer(thread, str::new(thread, text))
    }
}

/// Raises the exception itself.
fn raise_again(thread: &Thread, exception: Value) -> Result {
    if !exception::is(exception, Builtin::BaseException) {
        return raise!(thread, TypeError, "codec must pass exception instance");
    }
    Err(thread.raise_value(Owned::new(exception)))
}

fn strict(thread: &Thread, args: &[Value]) -> Result {
    raise_again(thread, args[0])
}

fn ignore(thread: &Thread, args: &[Value]) -> Result {
    Trouble::of(thread, args[0])?.text(thread, "")
}

fn replace(thread: &Thread, args: &[Value]) -> Result {
    let trouble = Trouble::of(thread, args[0])?;
    let count = trouble.end.saturating_sub(trouble.start);
    match trouble.kind {
        Builtin::UnicodeEncodeError => trouble.text(thread, &"?".repeat(count)),
        Builtin::UnicodeDecodeError => trouble.text(thread, "\u{fffd}"),
        _ => trouble.text(thread, &"\u{fffd}".repeat(count)),
    }
}

fn xml_char_ref_replace(thread: &Thread, args: &[Value]) -> Result {
    let trouble = Trouble::of(thread, args[0])?;
    if trouble.kind != Builtin::UnicodeEncodeError {
        return wrong_kind(thread, args[0]);
    }
    let text: String = trouble
        .characters()
        .iter()
        .map(|c| format!("&#{c};"))
        .collect();
    trouble.text(thread, &text)
}

fn wrong_kind(thread: &Thread, exception: Value) -> Result {
    let got = class_of(exception).name();
    raise!(
        thread,
        TypeError,
        "don't know how to handle {got} in error callback"
    )
}

/// A character as `repr` escapes it.
fn escape(c: u32) -> String {
    match c {
        0..=0xff => format!("\\x{c:02x}"),
        0x100..=0xffff => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    }
}

fn backslash_replace(thread: &Thread, args: &[Value]) -> Result {
    let trouble = Trouble::of(thread, args[0])?;
    let text: String = match trouble.kind {
        Builtin::UnicodeDecodeError => {
            let bytes = trouble.bytes(thread);
            bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect()
        }
        _ => trouble.characters().into_iter().map(escape).collect(),
    };
    trouble.text(thread, &text)
}

/// `\N{NAME}`, or an escape of what has no name.
fn name_replace(thread: &Thread, args: &[Value]) -> Result {
    let trouble = Trouble::of(thread, args[0])?;
    if trouble.kind != Builtin::UnicodeEncodeError {
        return wrong_kind(thread, args[0]);
    }
    let named = |c| match character_name(c) {
        Some(name) => format!("\\N{{{name}}}"),
        None => escape(c),
    };
    let text: String = trouble.characters().into_iter().map(named).collect();
    trouble.text(thread, &text)
}

fn surrogate_escape(thread: &Thread, args: &[Value]) -> Result {
    let trouble = Trouble::of(thread, args[0])?;
    if trouble.kind == Builtin::UnicodeEncodeError {
        let mut raw = Vec::new();
        for c in trouble.characters() {
            match c {
                0xdc80..=0xdcff => raw.push((c - 0xdc00) as u8),
                _ => return raise_again(thread, args[0]),
            }
        }
        return trouble.answer(thread, bytes::new(thread, &raw));
    }
    let raw = trouble.bytes(thread);
    let high = raw.iter().take(4).take_while(|&&byte| byte >= 0x80);
    let mut text = Builder::new();
    high.for_each(|&byte| text.push_code_point(0xdc00 + u32::from(byte)));
    if text.is_empty() {
        return raise_again(thread, args[0]);
    }
    let end = int::from_usize(thread, trouble.start + text.len());
    Ok(tuple::new(thread, vec![text.finish(thread), end]))
}

fn surrogate_pass(thread: &Thread, args: &[Value]) -> Result {
    let trouble = Trouble::of(thread, args[0])?;
    let field = attribute::get(thread, args[0], str::intern(thread, "encoding"))?;
    let is_utf8 = str::display(field.value())
        .to_ascii_lowercase()
        .replace(['-', '_'], "")
        == "utf8";
    if trouble.kind != Builtin::UnicodeEncodeError || !is_utf8 {
        return raise_again(thread, args[0]);
    }
    let mut raw = Vec::new();
    for c in trouble.characters() {
        if !(0xd800..0xe000).contains(&c) {
            return raise_again(thread, args[0]);
        }
        raw.extend([
            0xe0 | (c >> 12) as u8,
            0x80 | (c >> 6 & 0x3f) as u8,
            0x80 | (c & 0x3f) as u8,
        ]);
    }
    trouble.answer(thread, bytes::new(thread, &raw))
}

// Their names without underscores and the ending are the handlers'.
methods! { OWN:
    static "strict_errors(exception, /)" => strict;
    static "ignore_errors(exception, /)" => ignore;
    static "replace_errors(exception, /)" => replace;
    static "xmlcharref_replace_errors(exception, /)" => xml_char_ref_replace;
    static "backslash_replace_errors(exception, /)" => backslash_replace;
    static "name_replace_errors(exception, /)" => name_replace;
    static "surrogate_escape_errors(exception, /)" => surrogate_escape;
    static "surrogate_pass_errors(exception, /)" => surrogate_pass;
}
