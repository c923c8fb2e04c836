//! The imports of a module, read off its bytecode.
//!
//! `import_name` takes the names of a `from` import as a constant tuple that `load_const` put into a temporary just before,
//! and a temporary is written once, so the last constant loaded into it is the one. Definitions with type parameters import
//! `typing` without saying so.

use rustc_hash::FxHashMap;
use std::ops::Range;

use ashore_bytecode::disassemble::nested;
use ashore_bytecode::walk::{Instruction, instructions};
use ashore_bytecode::{Code, Constant, Kind, Opcode};

use super::reach::only_in_main;

/// One import statement, or one name of `import a, b`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Absolute dotted name of the module.
    pub name: String,
    /// Names after `from ... import`: attributes or submodules; `*` for all.
    pub attributes: Vec<String>,
    pub line: u32,
    /// An exception handler of the same function covers the import, so it may be meant to fail.
    pub guarded: bool,
}

/// What native functions of these names import when they are called.
const BY_NATIVE: &[(&str, &str)] = &[
    // When it is itself imported.
    ("array", "collections.abc"),
    ("charmap_decode", "_pycodecs"),
    ("charmap_encode", "_pycodecs"),
    ("escape_decode", "_pycodecs"),
    ("escape_encode", "_pycodecs"),
    ("iterdump", "sqlite3.dump"),
    ("raw_unicode_escape_decode", "_pycodecs"),
    ("raw_unicode_escape_encode", "_pycodecs"),
    ("readbuffer_encode", "_pycodecs"),
    ("strptime", "_strptime"),
    ("unicode_escape_decode", "_pycodecs"),
    ("utf_7_decode", "_pycodecs"),
    ("utf_7_encode", "_pycodecs"),
];

/// Functions that import, or look for, the module that a str names.
const BY_STR: &[&str] = &[
    "__import__",
    "find_frozen",
    "find_spec",
    "get_frozen_object",
    "import_module",
    "init_frozen",
    "is_frozen",
    "run_module",
];

/// The names that modules may have among the strs of `code` and of all code nested in it, if it uses a function that takes
/// such names.
pub fn named(code: &Code) -> Vec<String> {
    let codes = nested(code);
    let mut names = codes.iter().flat_map(|code| &code.names);
    if !names.any(|name| BY_STR.contains(&name.as_str())) {
        return Vec::new();
    }
    let is_word = |part: &str| {
        part.chars().all(|c| c.is_alphanumeric() || c == '_')
            && part.starts_with(|c: char| c.is_alphabetic() || c == '_')
    };
    let strs = codes.into_iter().flat_map(strings);
    let dotted = strs.filter(|text| text.split('.').all(is_word));
    dotted.map(str::to_owned).collect()
}

/// The imports of `code` and of all code nested in it. Relative ones are resolved in `package` and left out where they go
/// beyond it, which is an error when they run.
pub fn imports(code: &Code, package: &str) -> Vec<Import> {
    let codes = nested(code);
    let said = codes
        .iter()
        .flat_map(|code| own_imports(code, package, &[]));
    let names = codes.iter().flat_map(|code| &code.names);
    said.chain(names.filter_map(|name| by_native(name)))
        .collect()
}

/// What one code object of the library imports, without those nested in it.
pub fn of_library(code: &Code, package: &str) -> Vec<Import> {
    let said = own_imports(code, package, &only_in_main(code)).into_iter();
    said.chain(code.names.iter().filter_map(|name| by_native(name)))
        .collect()
}

/// What a native function imports, if the name is that of one that does.
fn by_native(function: &str) -> Option<Import> {
    let (_, module) = BY_NATIVE.iter().find(|(name, _)| *name == function)?;
    Some(Import {
        name: (*module).to_owned(),
        attributes: Vec::new(),
        line: 0,
        // Nothing stands in for it when it is missing.
        guarded: false,
    })
}

/// Imports by a code object's own instructions, but for those to be skipped.
fn own_imports(code: &Code, package: &str, skipped: &[Range<u32>]) -> Vec<Import> {
    let mut loaded = FxHashMap::default();
    let mut found = Vec::new();
    for instruction in instructions(&code.units).flatten() {
        if skipped.iter().any(|range| range.contains(&instruction.at)) {
            continue;
        }
        let operand = |kind, nth| instruction.operand(kind, nth);
        match instruction.opcode {
            Opcode::LoadConst => {
                loaded.insert(operand(Kind::Dst, 0), operand(Kind::Const, 0));
            }
            Opcode::ImportName => {
                let fromlist = loaded.get(&operand(Kind::Src, 0)).copied().flatten();
                found.extend(import(code, &instruction, fromlist, package));
            }
            // Type parameters ask the module `typing`; classes that have some cannot do without.
            opcode @ (Opcode::MakeTypeParam | Opcode::MakeGenericBase) => found.push(Import {
                name: "typing".to_owned(),
                attributes: Vec::new(),
                line: line_of(code, &instruction),
                guarded: opcode == Opcode::MakeTypeParam,
            }),
            _ => {}
        }
    }
    found
}

fn line_of(code: &Code, instruction: &Instruction) -> u32 {
    code.positions
        .get(instruction.at)
        .map_or(0, |position| position.line)
}

fn import(
    code: &Code,
    instruction: &Instruction,
    fromlist: Option<u32>,
    package: &str,
) -> Option<Import> {
    let name = code
        .names
        .get(instruction.operand(Kind::Name, 0)? as usize)?;
    let level = instruction.operand(Kind::Count, 0)?;
    let attributes = match fromlist.and_then(|k| code.constants.get(k as usize)) {
        Some(Constant::Tuple(names)) => names.iter().filter_map(text).map(String::from).collect(),
        _ => Vec::new(),
    };
    Some(Import {
        name: absolute(name, level, package)?,
        attributes,
        line: line_of(code, instruction),
        guarded: code.handler_at(instruction.at).is_some(),
    })
}

/// The module that `level` dots and `name` mean inside `package`.
fn absolute(name: &str, level: u32, package: &str) -> Option<String> {
    if level == 0 {
        return Some(name.to_owned());
    }
    let mut base = Some(package).filter(|package| !package.is_empty())?;
    for _ in 1..level {
        base = base.rsplit_once('.')?.0;
    }
    Some(if name.is_empty() {
        base.to_owned()
    } else {
        format!("{base}.{name}")
    })
}

/// The strs among the constants of a module: a package's `__all__` is made of them.
pub fn strings(code: &Code) -> impl Iterator<Item = &str> {
    code.constants.iter().flat_map(|constant| {
        let items = match constant {
            Constant::Tuple(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        };
        items.iter().filter_map(text)
    })
}

fn text(constant: &Constant) -> Option<&str> {
    match constant {
        Constant::Str(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_lines_and_guards() {
        let code = ashore_bytecode::parse(
            "code 0 <module> 'm.py' 1
              3 0 load_const t0 = ('a', 'b')
              3 0 import_name t1 = x.y, t0, 0
              drop t1
            L0:
              7 0 load_const t0 = ('c',)
              7 0 import_name t1 = '', t0, 2
              drop t1
            L1:
              load_const t0 = None
              import_name t1 = z, t0, 3
              return t1
            L2:
              return t0
            handler L0..L1 -> L2 t0",
        )
        .unwrap();
        let import = |name: &str, attributes: &[&str], line, guarded| Import {
            name: name.into(),
            attributes: attributes.iter().map(|&name| name.into()).collect(),
            line,
            guarded,
        };
        let expected = [
            import("x.y", &["a", "b"], 3, false),
            import("p", &["c"], 7, true),
        ];
        assert_eq!(imports(&code, "p.q"), expected);
    }
}
