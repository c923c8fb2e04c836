//! Expat's failures: their names and texts.

use super::token::Code;
use crate::errors;
use ashore_runtime::operators::{attribute, index};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::NativeClass;
use ashore_runtime::types::{dict, exception, int, str};
use ashore_runtime::{Object, Raised, Result, Thread};

pub(super) static ERROR: NativeClass = errors::class("xml.parsers.expat.ExpatError");

/// In the order of their numbers, from 1.
const ERRORS: [(&str, &str); 44] = [
    ("NO_MEMORY", "out of memory"),
    ("SYNTAX", "syntax error"),
    ("NO_ELEMENTS", "no element found"),
    ("INVALID_TOKEN", "not well-formed (invalid token)"),
    ("UNCLOSED_TOKEN", "unclosed token"),
    ("PARTIAL_CHAR", "partial character"),
    ("TAG_MISMATCH", "mismatched tag"),
    ("DUPLICATE_ATTRIBUTE", "duplicate attribute"),
    ("JUNK_AFTER_DOC_ELEMENT", "junk after document element"),
    ("PARAM_ENTITY_REF", "illegal parameter entity reference"),
    ("UNDEFINED_ENTITY", "undefined entity"),
    ("RECURSIVE_ENTITY_REF", "recursive entity reference"),
    ("ASYNC_ENTITY", "asynchronous entity"),
    ("BAD_CHAR_REF", "reference to invalid character number"),
    ("BINARY_ENTITY_REF", "reference to binary entity"),
    (
        "ATTRIBUTE_EXTERNAL_ENTITY_REF",
        "reference to external entity in attribute",
    ),
    (
        "MISPLACED_XML_PI",
        "XML or text declaration not at start of entity",
    ),
    ("UNKNOWN_ENCODING", "unknown encoding"),
    (
        "INCORRECT_ENCODING",
        "encoding specified in XML declaration is incorrect",
    ),
    ("UNCLOSED_CDATA_SECTION", "unclosed CDATA section"),
    (
        "EXTERNAL_ENTITY_HANDLING",
        "error in processing external entity reference",
    ),
    ("NOT_STANDALONE", "document is not standalone"),
    (
        "UNEXPECTED_STATE",
        "unexpected parser state - please send a bug report",
    ),
    (
        "ENTITY_DECLARED_IN_PE",
        "entity declared in parameter entity",
    ),
    (
        "FEATURE_REQUIRES_XML_DTD",
        "requested feature requires XML_DTD support in Expat",
    ),
    (
        "CANT_CHANGE_FEATURE_ONCE_PARSING",
        "cannot change setting once parsing has begun",
    ),
    ("UNBOUND_PREFIX", "unbound prefix"),
    ("UNDECLARING_PREFIX", "must not undeclare prefix"),
    ("INCOMPLETE_PE", "incomplete markup in parameter entity"),
    ("XML_DECL", "XML declaration not well-formed"),
    ("TEXT_DECL", "text declaration not well-formed"),
    ("PUBLICID", "illegal character(s) in public id"),
    ("SUSPENDED", "parser suspended"),
    ("NOT_SUSPENDED", "parser not suspended"),
    ("ABORTED", "parsing aborted"),
    ("FINISHED", "parsing finished"),
    ("SUSPEND_PE", "cannot suspend in external parameter entity"),
    (
        "RESERVED_PREFIX_XML",
        "reserved prefix (xml) must not be undeclared or bound to another namespace name",
    ),
    (
        "RESERVED_PREFIX_XMLNS",
        "reserved prefix (xmlns) must not be declared or undeclared",
    ),
    (
        "RESERVED_NAMESPACE_URI",
        "prefix must not be bound to one of the reserved namespace names",
    ),
    ("INVALID_ARGUMENT", "invalid argument"),
    (
        "NO_BUFFER",
        "a successful prior call to function XML_GetBuffer is required",
    ),
    (
        "AMPLIFICATION_LIMIT_BREACH",
        "limit on input amplification factor (from DTD and entities) breached",
    ),
    ("NOT_STARTED", "parser not started"),
];

/// The text of a failure.
pub(super) fn text(code: i64) -> Option<&'static str> {
    let at = usize::try_from(code).ok()?.checked_sub(1)?;
    ERRORS.get(at).map(|&(_, text)| text)
}

/// The exception for a failure at a place.
pub(super) fn raised(thread: &Thread, code: Code, line: usize, column: usize) -> Raised {
    let number = code as i64;
    let text = text(number).unwrap_or_default();
    let text = str::new(thread, &format!("{text}: line {line}, column {column}"));
    let made = exception::new(thread, ERROR.class(thread).value(), &[text.value()]);
    let made = made.and_then(|exception| {
        let fields = [
            ("code", int::from_i64(thread, number)),
            ("offset", int::from_usize(thread, column)),
            ("lineno", int::from_usize(thread, line)),
        ];
        for (name, value) in fields {
            let name = str::intern(thread, name);
            attribute::set(thread, exception.value(), name, value.value())?;
        }
        Ok(exception)
    });
    match made {
        Ok(exception) => thread.raise_value(exception),
        Err(raised) => raised,
    }
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    let (codes, messages) = (dict::new(thread), dict::new(thread));
    for (number, (name, text)) in (1..).zip(ERRORS) {
        let (text, number) = (str::new(thread, text), int::from_i64(thread, number));
        module.set(thread, &format!("XML_ERROR_{name}"), text.value())?;
        index::set_item(thread, codes.value(), text.value(), number.value())?;
        index::set_item(thread, messages.value(), number.value(), text.value())?;
    }
    module.set(thread, "codes", codes.value())?;
    module.set(thread, "messages", messages.value())
}

pub(super) static MODULE: NativeModule = NativeModule {
    name: "pyexpat.errors",
    doc: "Constants used to describe error conditions.",
    functions: &[],
    initialize,
};
