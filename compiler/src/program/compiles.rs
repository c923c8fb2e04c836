//! Does a program compile source while it runs, or trace what it runs?
//!
//! Nothing in the language says so, but whatever compiles has a name, and a program that means it writes the name: in its
//! code, or in a str that it hands to `getattr`. A program that puts even the name together from pieces is told by an
//! exception what to do (`execute::refuse`).

use ashore_bytecode::disassemble::nested;
use ashore_bytecode::{Code, Constant};

/// Builtins and modules that compile, and the ways to get at builtins without naming one.
const NAMES: &[&str] = &[
    "__builtins__",
    "__import__",
    "builtins",
    "compile",
    "eval",
    "exec",
    "importlib",
    "pkgutil",
    "runpy",
    "symtable",
    "zipimport",
    // What traces.
    "_setprofileallthreads",
    "_settraceallthreads",
    "monitoring",
    "setprofile",
    "setprofile_all_threads",
    "settrace",
    "settrace_all_threads",
];

/// What makes tokens of source, which only the compiler can. The library names these where hardly a program comes by, so they
/// count in a program's own modules.
const TOKENIZERS: &[&str] = &["getsource", "getsourcelines", "tabnanny", "tokenize"];

/// Does `code`, or code nested in it, name what compiles?
pub(super) fn names_compiler(code: &Code) -> bool {
    names_any(code, NAMES)
}

/// Does `code`, which is one of the program's own modules, name what makes tokens?
pub(super) fn names_tokenizer(code: &Code) -> bool {
    names_any(code, TOKENIZERS)
}

fn names_any(code: &Code, names: &[&str]) -> bool {
    // Modules may be named with what is in them: `importlib.util`.
    let is_one = |name: &str| name.split('.').any(|part| names.contains(&part));
    nested(code).iter().any(|code| {
        code.names.iter().any(|name| is_one(name))
            || code
                .constants
                .iter()
                .any(|constant| holds(constant, &is_one))
    })
}

fn holds(constant: &Constant, is_one: &dyn Fn(&str) -> bool) -> bool {
    match constant {
        Constant::Str(text) => std::str::from_utf8(text).is_ok_and(is_one),
        Constant::Tuple(items) | Constant::FrozenSet(items) => {
            items.iter().any(|item| holds(item, is_one))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiles(source: &str) -> bool {
        let code =
            ashore_frontend::compile(source.as_bytes(), "m.py", ashore_frontend::Mode::Module);
        names_compiler(&code.expect("it is valid"))
    }

    #[test]
    fn every_way_to_name_it_counts() {
        for source in [
            "exec('1')",
            "def f(x):\n    return [eval(y) for y in x]",
            "from builtins import compile as c",
            "import importlib.util",
            "import sys\nf = getattr(sys.modules['builtins'], 'ex' 'ec')",
            "f = print.__globals__['__builtins__']",
            "names = {'a', 'eval'}",
        ] {
            assert!(compiles(source), "{source}");
        }
    }

    #[test]
    fn most_programs_do_not() {
        assert!(!compiles(
            "import sys\nprint('execute', sys.argv)\ndef evaluate(): pass"
        ));
    }
}
