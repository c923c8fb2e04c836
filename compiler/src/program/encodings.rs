//! The codecs a program needs: modules of the library that no import statement names.
//!
//! The runtime knows the encodings of Unicode by itself and looks the others up by name when it needs one. A program that
//! means one writes its name, so each str of the program's own modules that names an encoding brings its module along.
//! For names that only a running program knows there is `ashore build --include encodings.NAME`.

use ashore_bytecode::Code;
use ashore_bytecode::disassemble::nested;

use super::imports;

/// What the package itself is made of, and what `codecs` asks it for in any program.
pub(super) const ALWAYS: &[&str] = &[
    "encodings",
    "encodings.aliases",
    "encodings.ascii",
    "encodings.latin_1",
    "encodings.utf_8",
];

/// What modules of the library encode in, but for tables of encodings that they have for others.
pub(super) const BY_LIBRARY: &[(&str, &str)] = &[
    ("encodings.idna", "encodings.punycode"),
    ("pickle", "encodings.raw_unicode_escape"),
    ("pickle", "encodings.unicode_escape"),
    ("pickletools", "encodings.raw_unicode_escape"),
    ("zipfile", "encodings.cp437"),
];

/// Encodings that need no module, unless a program asks `codecs` for them: the runtime has them.
const BUILTIN: &[&str] = &[
    "ascii",
    "latin_1",
    "utf_16",
    "utf_16_be",
    "utf_16_le",
    "utf_32",
    "utf_32_be",
    "utf_32_le",
    "utf_8",
    "utf_8_sig",
];

/// Encodings that the runtime's own files have.
const OF_FILES: &[&str] = &["ascii", "latin_1", "utf_8"];

/// Handlers of errors that the runtime's own files lack.
const HANDLERS: &[&str] = &["namereplace", "surrogatepass", "xmlcharrefreplace"];

/// What opens files in all other encodings, and with other handlers.
pub(super) const FILES: &str = "_pyio";

/// Modules of the package that are no encodings of text, and so are not meant by most who write their names.
const NOT_TEXT: &[&str] = &[
    "aliases",
    "base64_codec",
    "bz2_codec",
    "charmap",
    "hex_codec",
    "mbcs",
    "oem",
    "quopri_codec",
    "rot_13",
    "undefined",
    "uu_codec",
    "zlib_codec",
];

/// What strs may name: the modules of the package, and other names for them.
pub(super) struct Encodings {
    /// Pairs of a name and the module it stands for, sorted.
    names: Vec<(String, String)>,
}

impl Encodings {
    /// `aliases` is the source of `encodings.aliases`; `modules` are the names in the package.
    pub(super) fn new<'a>(aliases: &str, modules: impl Iterator<Item = &'a str>) -> Encodings {
        let mut names: Vec<_> = modules
            .map(|name| (name.to_owned(), name.to_owned()))
            .collect();
        names.extend(aliases.lines().filter_map(alias));
        names.sort_unstable();
        Encodings { names }
    }

    /// The modules of the encodings that `code`, or code nested in it, names; those that only the module `codecs` needs if the
    /// program has it.
    pub(super) fn named(&self, code: &Code, has_codecs: bool) -> Vec<&str> {
        let mut modules: Vec<_> = nested(code)
            .into_iter()
            .flat_map(imports::strings)
            .filter_map(|text| self.encoding(text))
            .filter(|module| has_codecs || !BUILTIN.contains(module))
            .collect();
        modules.sort_unstable();
        modules.dedup();
        modules
    }

    /// Does `code`, or code nested in it, open files, and name an encoding or a handler that the runtime's own lack?
    pub(super) fn opens_with_codec(&self, code: &Code) -> bool {
        let codes = nested(code);
        let is_foreign = |text: &str| {
            let encoding = self.encoding(text);
            encoding.is_some_and(|encoding| !OF_FILES.contains(&encoding))
                || HANDLERS.contains(&text)
        };
        codes
            .iter()
            .any(|code| code.names.iter().any(|name| name == "open"))
            && codes.into_iter().flat_map(imports::strings).any(is_foreign)
    }

    /// The encoding of text that a str names.
    fn encoding(&self, text: &str) -> Option<&str> {
        let name = normalize(text);
        let place = (self.names).binary_search_by(|(known, _)| known.cmp(&name));
        let module = self.names[place.ok()?].1.as_str();
        (!NOT_TEXT.contains(&module)).then_some(module)
    }
}

/// An entry of the table, which has one a line: `'name' : 'module', # comment`.
fn alias(line: &str) -> Option<(String, String)> {
    let (name, rest) = line.trim().strip_prefix('\'')?.split_once('\'')?;
    let module = rest.trim().strip_prefix(':')?.trim().strip_prefix('\'')?;
    let (module, _) = module.split_once('\'')?;
    Some((name.to_owned(), module.to_owned()))
}

/// As `encodings.normalize_encoding`, and then in lower case: runs of what is no letter, digit or dot become one underscore.
fn normalize(text: &str) -> String {
    let mut name = String::new();
    let mut gap = false;
    for c in text.chars() {
        if c.is_alphanumeric() || c == '.' {
            if gap && !name.is_empty() {
                name.push('_');
            }
            gap = false;
            name.extend(c.to_lowercase());
        } else {
            gap = true;
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strs_that_name_encodings_bring_their_modules() {
        let aliases = "aliases = {\n    # other names\n    'latin'  : 'latin_1',\n    'windows_1252'  : 'cp1252', # as it is called there\n}\n";
        let modules = ["cp1252", "cp437", "hex_codec", "latin_1"];
        let encodings = Encodings::new(aliases, modules.into_iter());
        let source = "a = 'Windows-1252', 'latin', 'hex_codec', 'cp1253'\ndef f(): return 'CP437'";
        let code =
            ashore_frontend::compile(source.as_bytes(), "m.py", ashore_frontend::Mode::Module);
        let code = code.expect("it is valid");
        assert_eq!(encodings.named(&code, false), ["cp1252", "cp437"]);
        assert_eq!(encodings.named(&code, true), ["cp1252", "cp437", "latin_1"]);
    }

    #[test]
    fn files_in_other_encodings_need_more_than_the_runtime_has() {
        let encodings = Encodings::new(
            "    'latin'  : 'latin_1',\n",
            ["latin_1", "utf_16"].into_iter(),
        );
        let opens = |source: &str| {
            let mode = ashore_frontend::Mode::Module;
            let code = ashore_frontend::compile(source.as_bytes(), "m.py", mode);
            encodings.opens_with_codec(&code.expect("it is valid"))
        };
        assert!(opens("def f(p): return open(p, encoding='UTF-16')"));
        assert!(opens("open('x', 'w', errors='xmlcharrefreplace')"));
        assert!(!opens("open('x', encoding='latin')"));
        assert!(!opens("'x'.encode('utf-16')"));
    }
}
