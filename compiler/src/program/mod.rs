//! The program: a script and every module of its own that its imports reach.
//!
//! ```text
//!   Script::open ─► compile ─► imports ─► locate ─► compile ─► ...      breadth first, so the order is the same each time
//!                                           │
//!                                           ├─ a local file or package      becomes part of the program
//!                                           ├─ the standard library         the runtime has it
//!                                           └─ nothing                      missing: ModuleNotFoundError when it runs
//! ```
//!
//! Local means: in the script's directory, which is `sys.path[0]` as in CPython, or in `$PYTHONPATH`. Of imports
//! computed at run time only strs that name a module are seen; names given to [`load`] as `include` are added for the others.

mod compiles;
mod encodings;
mod imports;
mod reach;

use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs, io, iter, mem};

use ashore_bytecode::Code;
use ashore_bytecode::disassemble::nested;
use ashore_bytecode::image::{self, Entry, Module};
use ashore_frontend::{CompileWarning, Options};

use ashore_runtime::abi::program::{INTERPRETED, NEVER_LOCAL};

use self::encodings::Encodings;
use self::reach::{Reach, Running};
use crate::diagnostic::Diagnostic;
use crate::{pipeline, source};

/// Name of the script's module.
pub const MAIN: &str = "__main__";

/// The file to start with.
#[derive(Debug)]
pub struct Script {
    /// Path shown in tracebacks, `__file__`.
    pub filename: String,
    pub bytes: Vec<u8>,
    /// `sys.path[0]`: where modules are looked for first.
    pub directory: PathBuf,
}

impl Script {
    /// Reads the script at `path`; in a directory, its `__main__.py`.
    pub fn open(path: &Path) -> Result<Script, Diagnostic> {
        let file = if path.is_dir() {
            path.join("__main__.py")
        } else {
            path.to_owned()
        };
        let bytes = fs::read(&file).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound if file != path => Diagnostic::NoMain(path.to_owned()),
            _ => Diagnostic::Open {
                path: path.to_owned(),
                error,
            },
        })?;
        // The modules lie beside what a link leads to.
        let target = match file.is_symlink() {
            true => fs::canonicalize(&file).unwrap_or(file.clone()),
            false => file.clone(),
        };
        Ok(Script {
            filename: file.to_string_lossy().into_owned(),
            bytes,
            directory: target.parent().unwrap_or(Path::new("")).to_owned(),
        })
    }

    /// A script that is no file.
    pub fn from_text(filename: &str, text: &[u8]) -> Script {
        Script {
            filename: filename.to_owned(),
            bytes: text.to_owned(),
            directory: PathBuf::new(),
        }
    }

    /// Where modules are looked for, `sys.path`: the script's directory, then `$PYTHONPATH`.
    pub fn search_path(&self) -> Vec<PathBuf> {
        self.search_path_with(true)
    }

    /// The same, with or without the environment's part.
    pub fn search_path_with(&self, environment: bool) -> Vec<PathBuf> {
        let others = match environment {
            true => env::var_os("PYTHONPATH").unwrap_or_default(),
            false => OsString::new(),
        };
        let others = env::split_paths(&others).filter(|path| !path.as_os_str().is_empty());
        iter::once(self.directory.clone()).chain(others).collect()
    }

    /// Reads the script from standard input.
    pub fn from_stdin() -> Result<Script, Diagnostic> {
        let mut bytes = Vec::new();
        let read = io::Read::read_to_end(&mut io::stdin().lock(), &mut bytes);
        read.map_err(|error| Diagnostic::Open {
            path: "<stdin>".into(),
            error,
        })?;
        Ok(Script {
            filename: "<stdin>".into(),
            bytes,
            directory: PathBuf::new(),
        })
    }
}

/// A program's modules, compiled.
#[derive(Debug, Default)]
pub struct Program {
    /// The script, [`MAIN`], among all others of its own, in the order that images have them.
    pub modules: Vec<Module>,
    /// Modules of the standard library that the program reaches.
    pub library: Vec<Entry<'static>>,
    /// Imports that lead nowhere, in the order they were found.
    pub missing: Vec<Missing>,
    /// Why modules that were found could not become part of the program. Importing them fails.
    pub refused: Vec<Diagnostic>,
    /// What compiling its modules warned of.
    pub warnings: Vec<CompileWarning>,
    /// It needs the launcher that has everything: it may compile source while it runs, or imports native modules that the
    /// small one lacks.
    pub full: bool,
}

/// An import of a module that is neither local nor in the standard library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    pub name: String,
    /// Where it is imported.
    pub filename: String,
    pub line: u32,
    /// An exception handler covers the import.
    pub guarded: bool,
}

impl Program {
    /// Number of the first code object of each module, in the order of images; the library has no numbers.
    pub fn first_numbers(&self) -> Vec<u32> {
        let mut next = 0;
        let own = self.modules.iter().map(|module| {
            let first = next;
            next += nested(&module.code).len() as u32;
            (module.name.as_str(), first)
        });
        let mut numbers: Vec<(&str, u32)> = own.collect();
        let library = self.library.iter().map(Entry::name);
        numbers.extend(library.map(|name| (name, INTERPRETED)));
        numbers.sort_unstable();
        numbers.into_iter().map(|(_, first)| first).collect()
    }
}

/// Which modules of the standard library become part of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    /// Those that imports reach.
    Reached,
    /// None: the whole library is there when the program runs.
    Present,
}

/// How a program is compiled.
#[derive(Clone, Debug)]
pub struct Settings {
    pub library: Library,
    /// What the command line says of the program's source.
    pub options: Options,
    /// Where modules are looked for.
    pub path: Vec<PathBuf>,
}

impl Settings {
    /// As most commands compile a script.
    pub fn of(script: &Script, library: Library) -> Settings {
        Settings {
            library,
            options: Options::default(),
            path: script.search_path(),
        }
    }
}

/// Compiles the script and what it imports. `include` names modules to add that no import statement names.
pub fn load(
    script: &Script,
    include: &[String],
    settings: Settings,
) -> Result<Program, Diagnostic> {
    let (loader, own) = Loader::begin(script, include, settings)?;
    let rest = loader.library(&own);
    Ok(whole(own, rest))
}

/// The same, and what `work` makes of the program's own modules, in the order of images, while those of the library are
/// looked through.
pub fn load_with<T: Send>(
    script: &Script,
    include: &[String],
    settings: Settings,
    work: impl Fn(&[Module]) -> T + Sync,
) -> Result<(Program, T), Diagnostic> {
    let (loader, own) = Loader::begin(script, include, settings)?;
    let (result, rest) = pipeline::join(|| work(&own), || loader.library(&own));
    let is_complete = rest.modules.is_empty();
    let program = whole(own, rest);
    let result = match is_complete {
        true => result,
        // The library imports a name of its own that is a module of the program's, too.
        false => work(&program.modules),
    };
    Ok((program, result))
}

/// A program of its own modules and the rest, among which there may be more of its own.
fn whole(mut own: Vec<Module>, rest: Program) -> Program {
    own.extend(rest.modules);
    own.sort_by(image::order);
    Program {
        modules: own,
        ..rest
    }
}

/// Where a module is.
#[derive(Clone, Debug)]
enum Place {
    /// In a file, or in a package whose modules are in these directories.
    Local(Vec<PathBuf>),
    Library,
    Nowhere,
}

struct Loader<'a> {
    settings: Settings,
    /// All modules looked for so far.
    places: FxHashMap<String, Place>,
    /// Modules of the program that are complete and followed.
    known: &'a [Module],
    /// The rest of it.
    program: Program,
    /// Modules of the program whose imports have not been followed yet, by index.
    unread: VecDeque<usize>,
    /// The same of the library.
    unread_library: Vec<Entry<'static>>,
    reach: Reach,
}

impl<'a> Loader<'a> {
    /// Compiles the program's own modules, as far as they and `include` lead. The loader has them no longer.
    fn begin(
        script: &Script,
        include: &[String],
        settings: Settings,
    ) -> Result<(Self, Vec<Module>), Diagnostic> {
        let mut loader = Loader {
            settings,
            // The script is there already, whatever its file is called.
            places: FxHashMap::from_iter([(MAIN.to_owned(), Place::Local(Vec::new()))]),
            known: &[],
            program: Program::default(),
            unread: VecDeque::new(),
            unread_library: Vec::new(),
            reach: Reach::default(),
        };
        loader.compile(MAIN, &script.filename, &script.bytes, false)?;
        for name in include {
            if !loader.find(name) {
                return Err(Diagnostic::NotIncluded(name.clone()));
            }
        }
        loader.follow_own();
        loader.add_named();
        let mut own = mem::take(&mut loader.program.modules);
        own.sort_by(image::order);
        Ok((loader, own))
    }

    fn compile(
        &mut self,
        name: &str,
        filename: &str,
        bytes: &[u8],
        is_package: bool,
    ) -> Result<(), Diagnostic> {
        let warnings = &mut self.program.warnings;
        let (code, text) = source::compile_file(bytes, filename, self.settings.options, warnings)?;
        self.unread.push_back(self.program.modules.len());
        self.program.modules.push(Module {
            name: name.to_owned(),
            is_package,
            path: filename.to_owned(),
            code,
            source: Some(text),
        });
        Ok(())
    }

    /// The modules that a program is made of so far.
    fn modules(&self) -> impl Iterator<Item = &Module> {
        self.known.iter().chain(&self.program.modules)
    }

    /// Adds modules that strs name where modules are imported by the value of a str. It may be that none is imported: one
    /// that does not compile is left out.
    fn add_named(&mut self) {
        let mut looked_at = 0;
        while let Some(module) = self.program.modules.get(looked_at) {
            looked_at += 1;
            for name in imports::named(&module.code) {
                let refused = self.program.refused.len();
                self.find(&name);
                self.program.refused.truncate(refused);
            }
            self.follow_own();
        }
    }

    /// Finds what the program's own modules import, those that come up meanwhile included.
    fn follow_own(&mut self) {
        while let Some(index) = self.unread.pop_front() {
            self.follow(index);
        }
    }

    /// Finds what of the library the program reaches; its own modules so far are `known`, and the result lacks them.
    fn library(mut self, known: &'a [Module]) -> Program {
        self.known = known;
        self.follow_all();
        if self.settings.library == Library::Reached {
            self.add_encodings();
        }
        let mut program = self.program;
        // What is missing now may be found, and then compiled, when the program runs.
        program.full |= !program.missing.is_empty();
        program.library.sort_unstable_by_key(Entry::name);
        program
    }

    /// Finds what all modules import, those that come up meanwhile included.
    fn follow_all(&mut self) {
        self.follow_own();
        while let Some(entry) = self.unread_library.pop() {
            self.follow_library(&entry);
            self.follow_own();
        }
    }

    /// Adds codecs, which are found by the names of encodings.
    fn add_encodings(&mut self) {
        let package = "encodings.";
        let names = ashore_library::image().modules().map(|entry| entry.name());
        let modules = names.filter_map(|name| name.strip_prefix(package));
        let aliases = ashore_library::image().find("encodings.aliases");
        let aliases = aliases.map(|entry| entry.source().expect("the library is whole"));
        let aliases = aliases.flatten().unwrap_or_default();
        let encodings = Encodings::new(&aliases, modules);
        if (self.modules()).any(|module| encodings.opens_with_codec(&module.code)) {
            self.find(encodings::FILES);
            self.follow_all();
        }
        let has_codecs = self.places.contains_key("codecs");
        let mut named: Vec<String> = (self.modules())
            .flat_map(|module| encodings.named(&module.code, has_codecs))
            .map(|name| format!("{package}{name}"))
            .collect();
        let of_library = encodings::BY_LIBRARY.iter().filter(|(module, _)| {
            self.places.contains_key(*module) || named.iter().any(|name| name == module)
        });
        let of_library: Vec<String> = of_library
            .map(|(_, encoding)| (*encoding).to_owned())
            .collect();
        named.extend(of_library);
        let always: &[&str] = match has_codecs || !named.is_empty() {
            true => encodings::ALWAYS,
            false => &[],
        };
        for name in always
            .iter()
            .copied()
            .chain(named.iter().map(String::as_str))
        {
            self.find(name);
        }
        self.follow_all();
    }

    /// Finds what one of the program's own modules imports.
    fn follow(&mut self, index: usize) {
        let mut running = Vec::new();
        let module = &self.program.modules[index];
        let package = package(&module.name, module.is_package);
        let imports = imports::imports(&module.code, package);
        let path = module.path.clone();
        if self.settings.library == Library::Reached {
            self.program.full |=
                compiles::names_compiler(&module.code) || compiles::names_tokenizer(&module.code);
            self.reach.add_own(&module.code, &mut running);
        }
        self.find_all(imports, Some(&path));
        self.follow_running(running);
    }

    fn follow_library(&mut self, entry: &Entry<'static>) {
        let mut running = Vec::new();
        let package = package(entry.name(), entry.is_package());
        (self.reach).add_module(library_code(entry), package, &mut running);
        self.follow_running(running);
    }

    /// Finds what code of the library imports that runs.
    fn follow_running(&mut self, running: Vec<Running>) {
        for (code, package) in running {
            self.program.full |= compiles::names_compiler(&code);
            let imports = imports::of_library(&code, &package);
            self.find_all(imports, None);
        }
    }

    /// Finds imported modules; `filename` is that of one of the program's own, whose missing ones are told.
    fn find_all(&mut self, imports: Vec<imports::Import>, filename: Option<&str>) {
        for import in imports {
            if filename.is_none() && import.guarded && has_native_form(&import.name) {
                continue;
            }
            if !self.find(&import.name) {
                // The library imports modules of other systems, and optional ones.
                if let Some(filename) = filename {
                    self.program.missing.push(Missing {
                        name: import.name,
                        filename: filename.to_owned(),
                        line: import.line,
                        guarded: import.guarded,
                    });
                }
                continue;
            }
            for attribute in self.submodules(&import) {
                self.find(&attribute);
            }
        }
    }

    /// Submodules that a `from` import names. `*` stands for `__all__`, whose value only the running program knows: every
    /// submodule whose name is a str in the package may be in it.
    fn submodules(&self, import: &imports::Import) -> Vec<String> {
        let all = import.attributes.iter().any(|name| name == "*");
        let named = import.attributes.iter().map(String::as_str);
        let is_word = |name: &str| name.chars().all(|c| c.is_alphanumeric() || c == '_');
        let full = |name: &str| format!("{}.{name}", import.name);
        let directories = match self.places.get(&import.name) {
            Some(Place::Local(directories)) => directories,
            Some(Place::Library) if !all => {
                let exists = |name: &String| ashore_library::image().find(name).is_some();
                return named.map(full).filter(exists).collect();
            }
            _ => return Vec::new(),
        };
        let package = self.modules().find(|module| module.name == import.name);
        let listed = package
            .filter(|_| all)
            .into_iter()
            .flat_map(|module| imports::strings(&module.code));
        let exists = |name: &&str| is_word(name) && locate(directories, name).is_some();
        listed.chain(named).filter(exists).map(full).collect()
    }

    /// Finds a module and the packages around it and adds what is local to the program; false if there is no such module.
    fn find(&mut self, name: &str) -> bool {
        if let Some(place) = self.places.get(name) {
            return !matches!(place, Place::Nowhere);
        }
        let place = match name.rsplit_once('.') {
            None if NEVER_LOCAL.contains(&name) => self.in_library(name),
            None => {
                let search = self.settings.path.clone();
                self.take(name, name, &search)
            }
            Some((package, last)) => {
                self.find(package);
                match self.places[package].clone() {
                    Place::Local(directories) => self.take(name, last, &directories),
                    Place::Library => self.in_library(name),
                    Place::Nowhere => Place::Nowhere,
                }
            }
        };
        let found = !matches!(place, Place::Nowhere);
        self.places.insert(name.to_owned(), place);
        found
    }

    /// A module of the standard library. Those in Python become part of the program; the runtime has the others.
    fn in_library(&mut self, name: &str) -> Place {
        if ashore_stdlib::is_native(name) {
            self.program.full |= !ashore_stdlib::is_basic(name);
            return Place::Library;
        }
        // Modules that others make under a second name.
        let name = match name {
            "os.path" => "posixpath",
            "collections.abc" => "_collections_abc",
            name => name,
        };
        let Some(entry) = ashore_library::image().find(name) else {
            return Place::Nowhere;
        };
        let taken = self.places.contains_key(entry.name());
        if self.settings.library == Library::Reached && !taken {
            self.places.insert(entry.name().to_owned(), Place::Library);
            self.program.library.push(entry);
            self.unread_library.push(entry);
        }
        Place::Library
    }

    /// Adds the module `last` from one of the directories to the program as `name`.
    fn take(&mut self, name: &str, last: &str, directories: &[PathBuf]) -> Place {
        let located = locate(directories, last);
        let has_file = located
            .as_ref()
            .is_some_and(|located| located.file.is_some());
        if !has_file && name == last {
            let place = self.in_library(name);
            if matches!(place, Place::Library) {
                return place;
            }
        }
        let Some(Located { file, inside }) = located else {
            return Place::Nowhere;
        };
        let compiled = match file {
            Some(file) => self.read(name, &file, !inside.is_empty()),
            // A namespace package: directories without a file of their own.
            None => self.compile(name, "", b"", true),
        };
        self.program.refused.extend(compiled.err());
        Place::Local(inside)
    }

    fn read(&mut self, name: &str, file: &Path, is_package: bool) -> Result<(), Diagnostic> {
        let bytes = fs::read(file).map_err(|error| Diagnostic::Open {
            path: file.to_owned(),
            error,
        })?;
        self.compile(name, &file.to_string_lossy(), &bytes, is_package)
    }
}

/// The package that relative imports of a module start from.
fn package(name: &str, is_package: bool) -> &str {
    match name.rsplit_once('.') {
        _ if is_package => name,
        Some((package, _)) => package,
        None => "",
    }
}

fn library_code(entry: &Entry) -> Code {
    let code = entry.code();
    code.expect("the library was written by this version of the bytecode")
}

/// Whether a module is what the library does without a native one that is there: `_py_abc` for `_abc`.
fn has_native_form(name: &str) -> bool {
    let stem = name.strip_prefix("_py_").or(name.strip_prefix("_py"));
    stem.is_some_and(|stem| ashore_stdlib::is_native(&format!("_{stem}")))
}

/// What a name means in a list of directories.
struct Located {
    /// The file to compile; a namespace package has none.
    file: Option<PathBuf>,
    /// For packages, where their modules are.
    inside: Vec<PathBuf>,
}

/// Looks a module up as CPython's path finder does: in each directory a package, then a file; if there is neither anywhere,
/// all plain directories of that name together are a namespace package.
fn locate(directories: &[PathBuf], name: &str) -> Option<Located> {
    let mut portions = Vec::new();
    for directory in directories {
        let package = directory.join(name);
        let init = package.join("__init__.py");
        if init.is_file() {
            return Some(Located {
                file: Some(init),
                inside: vec![package],
            });
        }
        let file = directory.join(format!("{name}.py"));
        if file.is_file() {
            return Some(Located {
                file: Some(file),
                inside: Vec::new(),
            });
        }
        if package.is_dir() {
            portions.push(package);
        }
    }
    (!portions.is_empty()).then_some(Located {
        file: None,
        inside: portions,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory of source files that goes when the test ends.
    struct Files(PathBuf);

    impl Files {
        fn new(name: &str, files: &[(&str, &str)]) -> Files {
            let root = env::temp_dir().join(format!("ashore-{name}-{}", std::process::id()));
            for (path, text) in files {
                let path = root.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            Files(root)
        }

        fn load(&self, include: &[&str]) -> Program {
            let script = Script::open(&self.0.join("main.py")).unwrap();
            let include: Vec<String> = include.iter().map(|&name| name.into()).collect();
            let settings = Settings::of(&script, Library::Reached);
            load(&script, &include, settings).unwrap()
        }
    }

    impl Drop for Files {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn names(program: &Program) -> Vec<&str> {
        let names = program.modules.iter().map(|module| module.name.as_str());
        names.collect()
    }

    #[test]
    fn local_modules_are_found_as_cpython_finds_them() {
        let files = Files::new(
            "find",
            &[
                (
                    "main.py",
                    "import sys, a\ndef f():\n    from pkg import b, value\nimport space.inner\nimport threading",
                ),
                ("a.py", "import main, pkg.sub.deep"),
                ("sys.py", "never = 'used'"),
                ("threading.py", "import a"),
                ("unused.py", ""),
                ("pkg/__init__.py", "from .sub import *\nvalue = 1"),
                ("pkg/b.py", "from . import b\nfrom .. import beyond"),
                ("pkg.py", "hidden = 'by the package'"),
                ("pkg/sub/__init__.py", "__all__ = ['listed', 'no_module']"),
                ("pkg/sub/listed.py", ""),
                ("pkg/sub/deep.py", ""),
                ("pkg/sub/unlisted.py", ""),
                ("space/inner.py", ""),
            ],
        );
        let program = files.load(&[]);
        let expected = [
            MAIN,
            "a",
            "main",
            "pkg",
            "pkg.b",
            "pkg.sub",
            "pkg.sub.deep",
            "pkg.sub.listed",
            "space",
            "space.inner",
            "threading",
        ];
        assert_eq!(names(&program), expected);
        assert_eq!(program.missing, []);
        let package = program
            .modules
            .iter()
            .find(|module| module.name == "pkg")
            .unwrap();
        assert!(package.is_package && package.path.ends_with("pkg/__init__.py"));
    }

    #[test]
    fn imports_that_lead_nowhere_are_told() {
        let files = Files::new(
            "missing",
            &[
                (
                    "main.py",
                    "import a.b\n\nimport nowhere.at_all\ntry:\n    import maybe\nexcept ImportError:\n    pass\n",
                ),
                ("a.py", ""),
                ("plugin.py", "import sys.nothing"),
            ],
        );
        let program = files.load(&["plugin"]);
        let missing: Vec<(&str, u32, bool)> = program
            .missing
            .iter()
            .map(|m| (m.name.as_str(), m.line, m.guarded))
            .collect();
        assert_eq!(
            missing,
            [
                ("a.b", 1, false),
                ("nowhere.at_all", 3, false),
                ("maybe", 5, true),
                ("sys.nothing", 1, false)
            ]
        );
        assert_eq!(names(&program), [MAIN, "a", "plugin"]);
    }

    #[test]
    fn strs_that_name_modules_are_followed_beside_functions_that_import() {
        let files = Files::new(
            "named",
            &[
                (
                    "main.py",
                    "from importlib import import_module\nimport __main__\nfor name in ('plugins.' + kind, 'plugins.csv', 'bad', 'no such', '__main__'):\n    import_module(name)",
                ),
                ("__main__.py", "'another script'"),
                ("plugins/__init__.py", "'unused'"),
                ("plugins/csv.py", "import helper"),
                ("helper.py", ""),
                ("bad.py", "x = = 1"),
                ("unused.py", ""),
            ],
        );
        let program = files.load(&[]);
        assert_eq!(names(&program), [MAIN, "helper", "plugins", "plugins.csv"]);
        assert_eq!((program.refused.len(), program.missing.len()), (0, 0));
    }

    #[test]
    fn modules_that_do_not_compile_are_left_out() {
        let files = Files::new(
            "refused",
            &[
                ("main.py", "import bad, good"),
                ("bad.py", "x = = 1"),
                ("good.py", ""),
            ],
        );
        let program = files.load(&[]);
        assert_eq!(names(&program), [MAIN, "good"]);
        assert_eq!(program.refused.len(), 1);
        assert_eq!(program.missing, []);
    }
}
