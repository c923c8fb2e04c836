//! What of the library a program may run, by name.
//!
//! The library imports much in functions that few programs call: `os.popen` alone would bring `subprocess` and all it needs, ten
//! megabytes. So the body of a library function counts only if something mentions its name:
//!
//! ```text
//!   the program's own code ─────────────► names, and strs that could be names ─┐
//!   modules of the library, at import ──► names they use                       ├─► functions of the library so called
//!        ▲                                                                     │        │
//!        └─ what they import ◄─ functions that run ◄───────────────────────────┴────────┘
//! ```
//!
//! * Definitions mention nothing, nor do imports that bind what they import under its own name: whoever uses it says so.
//! * Methods with two underscores are called by the language once there are instances: they wait for the name of their class,
//!   or for what [`SELDOM`] says.
//! * A module's `__getattr__` waits for the names that it serves, which are strs in its code.
//! * Nested functions run if the outer ones do; class bodies when their module is imported.
//! * `if __name__ == "__main__"` is false in a library.
//!
//! A program that gets at something by a name it puts together is told by an exception to name the module when it is built.

use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

use ashore_bytecode::disassemble::nested;
use ashore_bytecode::walk::{Instruction, instructions};
use ashore_bytecode::{Code, Constant, Kind, Opcode};

/// A code object that runs, and the package of its module.
pub type Running = (Code, String);

/// Classes that their modules name at import, with what programs mention that come to have instances. Their methods import
/// much.
const SELDOM: &[(&str, &str)] = &[
    ("_CallableGenericAlias", "Callable"),
    ("_DeprecateByteStringMeta", "ByteString"),
];

/// Which functions of the library were mentioned.
#[derive(Default)]
pub struct Reach {
    /// What any code mentions.
    anywhere: Names,
    /// What code mentions that runs after its module was imported.
    later: Names,
    /// Functions nobody mentioned so far; none where somebody has since.
    waiting: Vec<Option<Running>>,
}

/// Names that were mentioned, and the functions, by position, that wait for others.
#[derive(Default)]
struct Names {
    mentioned: FxHashSet<String>,
    waiting: FxHashMap<String, Vec<usize>>,
}

impl Names {
    /// The functions that waited for the name.
    fn mention(&mut self, name: &str) -> Vec<usize> {
        if !self.mentioned.contains(name) {
            self.mentioned.insert(name.to_owned());
        }
        self.waiting.remove(name).unwrap_or_default()
    }
}

/// Where a code object of the library is.
#[derive(Clone, Copy)]
enum Within<'a> {
    Module,
    Class(&'a str),
    Function,
}

impl Reach {
    /// All of the program's own code runs. What of the library runs because of it is added to `running`.
    pub fn add_own(&mut self, code: &Code, running: &mut Vec<Running>) {
        for code in nested(code) {
            self.mention(uses(code, &[]).into_iter().chain(strs(code)), true, running);
        }
    }

    /// A module of the library is imported. What runs because of it is added to `running`.
    pub fn add_module(&mut self, code: Code, package: &str, running: &mut Vec<Running>) {
        self.add(code, Within::Module, package, running);
    }

    /// A code object of the library runs. It is added to `running`, and so is what it mentions.
    fn add(
        &mut self,
        mut code: Code,
        within: Within<'_>,
        package: &str,
        running: &mut Vec<Running>,
    ) {
        let later = matches!(within, Within::Function);
        let mut names = uses(&code, &only_in_main(&code));
        if later {
            names.extend(strs(&code));
        }
        self.mention(names.into_iter(), later, running);
        for constant in &mut code.constants {
            if let Constant::Code(_) = constant
                && let Constant::Code(inner) = std::mem::replace(constant, Constant::None)
            {
                self.add_nested(inner.into_code(), within, package, running);
            }
        }
        running.push((code, package.to_owned()));
    }

    fn add_nested(
        &mut self,
        inner: Code,
        within: Within<'_>,
        package: &str,
        running: &mut Vec<Running>,
    ) {
        let name = inner.name.clone();
        let is_special = name.starts_with("__") && name.ends_with("__");
        let (names, later) = match within {
            _ if !inner.flags.optimized => {
                return self.add(inner, Within::Class(&name), package, running);
            }
            Within::Function => return self.add(inner, within, package, running),
            _ if name.starts_with('<') => return self.add(inner, within, package, running),
            Within::Class(class) if is_special => {
                match SELDOM.iter().find(|(seldom, _)| *seldom == class) {
                    Some((_, mentioned)) => (vec![(*mentioned).to_owned()], true),
                    None => (vec![class.to_owned()], false),
                }
            }
            Within::Module if name == "__getattr__" => {
                (nested(&inner).into_iter().flat_map(strs).collect(), true)
            }
            Within::Module if is_special => {
                return self.add(inner, Within::Function, package, running);
            }
            _ => (vec![name], false),
        };
        self.add_if_mentioned(names, later, (inner, package.to_owned()), running);
    }

    /// Adds a function as soon as somebody mentions one of the names.
    fn add_if_mentioned(
        &mut self,
        names: Vec<String>,
        later: bool,
        (code, package): Running,
        running: &mut Vec<Running>,
    ) {
        let known = match later {
            true => &mut self.later,
            false => &mut self.anywhere,
        };
        if names.iter().any(|name| known.mentioned.contains(name)) {
            return self.add(code, Within::Function, &package, running);
        }
        for name in names {
            let waiting = known.waiting.entry(name).or_default();
            waiting.push(self.waiting.len());
        }
        self.waiting.push(Some((code, package)));
    }

    /// These names are mentioned: by code that runs `later`, or at import.
    fn mention(
        &mut self,
        names: impl Iterator<Item = String>,
        later: bool,
        running: &mut Vec<Running>,
    ) {
        for name in names {
            let mut started = self.anywhere.mention(&name);
            if later {
                started.extend(self.later.mention(&name));
            }
            for position in started {
                if let Some((code, package)) = self.waiting[position].take() {
                    self.add(code, Within::Function, &package, running);
                }
            }
        }
    }
}

/// Instructions of a module that run only if it is the program's main one.
pub fn only_in_main(code: &Code) -> Vec<Range<u32>> {
    let name_of = |instruction: &Instruction| {
        let index = instruction.operand(Kind::Name, 0)?;
        code.names.get(index as usize).map(String::as_str)
    };
    let loads_main = |instruction: &Instruction| {
        let index = instruction.operand(Kind::Const, 0);
        let constant = index.and_then(|index| code.constants.get(index as usize));
        instruction.opcode == Opcode::LoadConst
            && matches!(constant, Some(Constant::Str(text)) if text.as_slice() == b"__main__")
    };
    let all: Vec<Instruction> = instructions(&code.units).flatten().collect();
    let tests = all.windows(3).filter(|three| {
        matches!(three[0].opcode, Opcode::LoadGlobal | Opcode::LoadName)
            && name_of(&three[0]) == Some("__name__")
            && loads_main(&three[1])
            && three[2].opcode == Opcode::JumpUnlessEq
    });
    tests
        .filter_map(|three| Some(three[2].end()..three[2].target()?))
        .collect()
}

/// The names that a code object uses, but for the instructions to be skipped.
fn uses(code: &Code, skipped: &[Range<u32>]) -> Vec<String> {
    let mut used = FxHashSet::default();
    let mut imported = None;
    for instruction in instructions(&code.units).flatten() {
        if skipped.iter().any(|range| range.contains(&instruction.at)) {
            continue;
        }
        let name = instruction.operand(Kind::Name, 0);
        match instruction.opcode {
            Opcode::ImportName | Opcode::DeleteGlobal | Opcode::DeleteName => {}
            // A function's import is for its own use.
            Opcode::ImportFrom if code.flags.optimized => used.extend(name),
            Opcode::ImportFrom => imported = name,
            // Under another name, nobody can mention it by its own.
            Opcode::StoreGlobal | Opcode::StoreName => {
                used.extend(imported.take().filter(|_| imported != name));
            }
            _ => used.extend(name),
        }
    }
    let names = used
        .into_iter()
        .filter_map(|index| code.names.get(index as usize));
    names.cloned().collect()
}

/// The strs among a code object's constants that could be names.
fn strs(code: &Code) -> impl Iterator<Item = String> {
    fn collect(constant: &Constant, found: &mut Vec<String>) {
        match constant {
            Constant::Str(bytes) => {
                let text = std::str::from_utf8(bytes).unwrap_or_default();
                if text.chars().all(|c| c.is_alphanumeric() || c == '_') {
                    found.push(text.to_owned());
                }
            }
            Constant::Tuple(items) => items.iter().for_each(|item| collect(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    code.constants
        .iter()
        .for_each(|constant| collect(constant, &mut found));
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIBRARY: &str = "
from other import unused, renamed as r
class _CallableGenericAlias(Base):
    def __repr__(self):
        return lazily()
class Idle:
    def __repr__(self):
        return lazily()
class Thing:
    def __enter__(self):
        return start()
    def close(self):
        return stop()
Callable = register(_CallableGenericAlias)
def register(cls):
    return inner(cls)
def idle():
    def nested(): pass
def used():
    return chain()
def chain(): pass
def __getattr__(name):
    if name == 'old':
        return warn()
if __name__ == '__main__':
    idle()
";

    fn code(source: &str) -> Code {
        let mode = ashore_frontend::Mode::Module;
        ashore_frontend::compile(source.as_bytes(), "m.py", mode).expect("it is valid")
    }

    /// What of the library runs for a program, in alphabetical order.
    fn reached(program: &str) -> Vec<String> {
        let (mut reach, mut running) = (Reach::default(), Vec::new());
        reach.add_own(&code(program), &mut running);
        reach.add_module(code(LIBRARY), "", &mut running);
        let names = running.into_iter().map(|(code, _)| code.qualname);
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    const AT_IMPORT: [&str; 5] = [
        "<module>",
        "Idle",
        "Thing",
        "_CallableGenericAlias",
        "register",
    ];

    fn with(more: &[&str]) -> Vec<String> {
        let mut names: Vec<String> = AT_IMPORT.iter().chain(more).map(|&n| n.into()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_runs_at_import_counts() {
        assert_eq!(reached("print(1)"), with(&[]));
    }

    #[test]
    fn names_start_functions_and_what_these_call() {
        assert_eq!(reached("lib.used()"), with(&["chain", "used"]));
        assert_eq!(reached("getattr(lib, 'used')()"), with(&["chain", "used"]));
        let nested = with(&["idle", "idle.<locals>.nested"]);
        assert_eq!(reached("def f(): return idle"), nested);
        assert_eq!(reached("x.close()"), with(&["Thing.close"]));
    }

    #[test]
    fn special_methods_wait_for_their_class() {
        assert_eq!(
            reached("with Thing() as t: pass"),
            with(&["Thing.__enter__"])
        );
        assert_eq!(
            reached("Callable"),
            with(&["_CallableGenericAlias.__repr__"])
        );
    }

    #[test]
    fn a_modules_getattr_waits_for_what_it_serves() {
        assert_eq!(reached("lib.old"), with(&["__getattr__"]));
    }
}
