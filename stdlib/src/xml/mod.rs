//! `pyexpat`: an XML parser that behaves as expat does, without the parts of documents that lie elsewhere.
//!
//! Its own, because what programs see of expat is when it calls which handler, with which place: input comes in pieces, and
//! declarations, entities and comments are events. Parsers for Rust programs give elements and text of a whole document.
//!
//! | file      | what                                              |
//! |-----------|---------------------------------------------------|
//! | `input`   | bytes as text                                     |
//! | `token`   | text in pieces: tags, references, comments        |
//! | `dtd`     | declarations                                      |
//! | `names`   | namespaces                                        |
//! | `machine` | pieces as events: elements, entities              |
//! | `parser`  | events as calls of handlers: the class            |
//! | `errors`  | failures                                          |

mod dtd;
mod errors;
mod input;
mod machine;
mod names;
mod parser;
mod token;

use ashore_runtime::operators::convert;
use ashore_runtime::types::module::{self, Module, NativeModule};
use ashore_runtime::types::{int, list, str, tuple};
use ashore_runtime::{Object, Owned, Result, Thread, Value, methods};

/// The expat that this one behaves as.
const VERSION: [i64; 3] = [2, 7, 3];

fn error_string(thread: &Thread, args: &[Value]) -> Result {
    let code = convert::to_isize(thread, args[0])? as i64;
    Ok(match errors::text(code) {
        Some(text) => str::new(thread, text),
        None => Owned::NONE,
    })
}

methods! { FUNCTIONS:
    /// Return a new XML parser object.
    static "ParserCreate(encoding=None, namespace_separator=None, intern=<missing>)" => parser::create;
    /// Returns string error for given number.
    static "ErrorString(code, /)" => error_string;
}

const MODEL_NUMBERS: [(&str, i64); 10] = [
    ("XML_CTYPE_EMPTY", 1),
    ("XML_CTYPE_ANY", 2),
    ("XML_CTYPE_MIXED", 3),
    ("XML_CTYPE_NAME", 4),
    ("XML_CTYPE_CHOICE", 5),
    ("XML_CTYPE_SEQ", 6),
    ("XML_CQUANT_NONE", 0),
    ("XML_CQUANT_OPT", 1),
    ("XML_CQUANT_REP", 2),
    ("XML_CQUANT_PLUS", 3),
];

fn set_numbers(thread: &Thread, module: &Module, numbers: &[(&str, i64)]) -> Result<()> {
    for &(name, number) in numbers {
        module.set(thread, name, Value::small_int(number))?;
    }
    Ok(())
}

static MODEL: NativeModule = NativeModule {
    name: "pyexpat.model",
    doc: "Constants used to interpret content model information.",
    functions: &[],
    initialize: |thread, module| set_numbers(thread, module, &MODEL_NUMBERS),
};

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for (name, native) in [("errors", &errors::MODULE), ("model", &MODEL)] {
        let made = module::instantiate(thread, native)?;
        module.set(thread, name, made.value())?;
    }
    let error = errors::ERROR.class(thread).value();
    module.set(thread, "error", error)?;
    module.set(thread, "ExpatError", error)?;
    let class = parser::PARSER.class(thread);
    module.set(thread, "XMLParserType", class.value())?;
    let numbers = [
        ("XML_PARAM_ENTITY_PARSING_NEVER", 0),
        ("XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE", 1),
        ("XML_PARAM_ENTITY_PARSING_ALWAYS", 2),
    ];
    set_numbers(thread, module, &numbers)?;
    let version = VERSION.map(|part| part.to_string()).join(".");
    let version = str::new(thread, &format!("expat_{version}"));
    module.set(thread, "EXPAT_VERSION", version.value())?;
    let version = VERSION.map(|part| int::from_i64(thread, part));
    let version = tuple::new(thread, version.into());
    module.set(thread, "version_info", version.value())?;
    let encoding = str::new(thread, "UTF-8");
    module.set(thread, "native_encoding", encoding.value())?;
    module.set(thread, "features", list::new(thread, Vec::new()).value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "pyexpat",
    doc: "Python wrapper for Expat parser.",
    functions: FUNCTIONS,
    initialize,
};
