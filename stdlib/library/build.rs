//! Compiles CPython's Lib to an image of bytecode modules.
//!
//! ```text
//!   rustpython-pylib: Lib/**.py ──► edits ──┐
//!   stdlib/python/**.py, instead of ────────┴─► frontend ─► verify ─► $OUT_DIR/library.image
//! ```
//!
//! Lib comes from the package that ships it and never enters this repository. Where that package changed CPython's text,
//! [`EDITS`] changes it back; where Ashore needs another module altogether, `stdlib/python` has it.

use ashore_bytecode::image::{self, Module, Settings};
use ashore_frontend::Mode;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::{env, fs, thread};

/// What is left out: programs for the desktop, what installs packages, other systems' parts, and what the package added.
const LEFT_OUT: &[&str] = &[
    "_aix_support.py",
    "_android_support.py",
    "_apple_support.py",
    "_dummy_os.py",
    "_dummy_thread.py",
    "_ios_support.py",
    "_osx_support.py",
    "dummy_threading.py",
    "ensurepip",
    "idlelib",
    "tkinter",
    "turtle.py",
    "turtledemo",
    "venv",
];

/// Where `traceback` parses the lines it shows.
const PARSES_LINES: &str =
    "        with suppress(SyntaxError, ImportError):\n            import ast\n";

/// Where `inspect` takes the text of a signature apart.
const SPLITS_SIGNATURES: &str =
    "    clean_signature, self_parameter = _signature_strip_non_python_syntax(s)\n";

/// What stands in for it: a function with that signature says what its parameters are.
const SIGNATURE: &str = r#"    self_parameter = 0 if '$' in s else None
    module_name = getattr(obj, '__module__', None)
    if not module_name:
        module_name = getattr(getattr(obj, '__objclass__', None), '__module__', None)
    names = dict(sys.modules)
    if module_name in names:
        names.update(names[module_name].__dict__)
    made = {}
    try:
        exec(f"def foo{s.replace('$', '', 1)}: pass", names, made)
        parameters = list(_signature_from_function(cls, made['foo']).parameters.values())
    except (SyntaxError, NameError, AttributeError):
        raise ValueError("{!r} builtin has invalid signature".format(obj)) from None
"#;

/// Text to replace: file, what it says, what it is to say. Each must be found.
const EDITS: &[(&str, &str, &str)] = &[
    (
        "site.py",
        "    return 'RustPython' # XXX: RUSTPYTHON; for site-packages",
        "    return 'Python'",
    ),
    (
        "site.py",
        "    # XXX: RUSTPYTHON\n    return f'{userbase}/lib/rustpython",
        "    return f'{userbase}/lib/python",
    ),
    (
        "sysconfig/__init__.py",
        "    return 'RustPython'  # XXX: RUSTPYTHON; For site-packages",
        "    return 'Python'",
    ),
    (
        "platform.py",
        "        # XXX: RUSTPYTHON support\n        if \"RustPython\" in sys_version:\n            name = \"RustPython\"\n",
        "        if \"ashore\" in sys_version:\n            name = \"Ashore\"\n",
    ),
    (
        "io.py",
        "open, open_code, BytesIO",
        "open, open_code, FileIO, BytesIO",
    ),
    (
        "io.py",
        "# XXX: RUSTPYTHON; FileIO needs host_env, optional without it\ntry:\n    from _io import FileIO\nexcept ImportError:\n    FileIO = None\n",
        "",
    ),
    // What CPython has in C, we have in Python: it cannot lean on `io`, which is made of it.
    (
        "_pyio.py",
        "import io\nfrom io import (__all__, SEEK_SET, SEEK_CUR, SEEK_END, Reader, Writer)  # noqa: F401",
        "SEEK_SET, SEEK_CUR, SEEK_END = 0, 1, 2",
    ),
    (
        "_pyio.py",
        "open_code = io.open_code",
        "raise AttributeError",
    ),
    (
        "_pyio.py",
        "UnsupportedOperation = io.UnsupportedOperation",
        "from _files import UnsupportedOperation",
    ),
    ("_pyio.py", "io.IOBase.register(IOBase)\n", ""),
    ("_pyio.py", "io.RawIOBase.register(RawIOBase)\n", ""),
    (
        "_pyio.py",
        "io.BufferedIOBase.register(BufferedIOBase)\n",
        "",
    ),
    ("_pyio.py", "io.TextIOBase.register(TextIOBase)\n", ""),
    // CPython's dies without being closed: whoever has its buffer keeps that.
    (
        "_pyio.py",
        "    def close(self):\n        if self._buffer is not None:\n            self._buffer.clear()\n",
        "    def __del__(self):\n        if type(self) is not BytesIO:\n            super().__del__()\n\n    def close(self):\n        if self._buffer is not None:\n            self._buffer.clear()\n",
    ),
    // An executable is no interpreter: what another start method starts would be the program itself, again and again.
    (
        "multiprocessing/context.py",
        "    if reduction.HAVE_SEND_HANDLE and sys.platform != 'darwin':\n        _default_context = DefaultContext(_concrete_contexts['forkserver'])\n    else:\n        _default_context = DefaultContext(_concrete_contexts['spawn'])\n",
        "    _default_context = DefaultContext(_concrete_contexts['fork'])\n",
    ),
    (
        "multiprocessing/util.py",
        "    import _posixsubprocess\n    passfds",
        "    import _posixsubprocess\n    import _multiprocessing\n    _multiprocessing._check_interpreter()\n    passfds",
    ),
    // There is no `_pickle`: pickling is Python's.
    (
        "pickle.py",
        "    from _pickle import PickleBuffer\n",
        "    from _pickle_buffer import PickleBuffer\n",
    ),
    // Carets are placed by the runtime's scan of the source, which needs no syntax trees.
    (
        "traceback.py",
        "import textwrap\n",
        "import textwrap\nimport _traceback\n",
    ),
    (
        "traceback.py",
        PARSES_LINES,
        "        if _traceback.is_whole_call(all_lines, start_offset, end_offset):\n            return False\n        with suppress(SyntaxError, ImportError):\n            import ast\n",
    ),
    (
        "traceback.py",
        "def _extract_caret_anchors_from_line_segment(segment):\n",
        "def _extract_caret_anchors_from_line_segment(segment):\n    found = _traceback.anchors(segment)\n    return found and _Anchors(*found)\n\n",
    ),
    // Signatures of native functions are read by the compiler, which needs no tokens and no syntax trees.
    ("inspect.py", SPLITS_SIGNATURES, SIGNATURE),
    // The runtime imports, and modules of its images have a file.
    (
        "importlib/__init__.py",
        "    _bootstrap._setup(sys, _imp)\n",
        "    _bootstrap._install(sys, _imp)\n",
    ),
    (
        "importlib/__init__.py",
        "    _bootstrap_external._set_bootstrap_module(_bootstrap)\n",
        "    _bootstrap_external._install(_bootstrap)\n",
    ),
    (
        "importlib/_bootstrap.py",
        "            if loader is FrozenImporter:\n                loader._fix_up_module(module)\n",
        "",
    ),
    (
        "importlib/_bootstrap.py",
        "    return _find_and_load(name, _gcd_import)\n",
        "    return _imp._find_and_load(name)\n",
    ),
    // Warnings are Python's, too.
    (
        "importlib/_bootstrap_external.py",
        "import _warnings\n",
        "import warnings as _warnings\n",
    ),
    (
        "importlib/_bootstrap.py",
        "for builtin_name in ('_thread', '_warnings', '_weakref'):",
        "import warnings\n    self_module._warnings = warnings\n    for builtin_name in ('_thread', '_weakref'):",
    ),
    (
        "io.py",
        "if FileIO is not None:  # XXX: RUSTPYTHON; see the try/except above\n    RawIOBase.register(FileIO)",
        "RawIOBase.register(FileIO)",
    ),
];

/// Text from which on a file is left out, up to the next text that stays, or the end: what the package added, and what an
/// edit stands in for.
const CUTS: &[(&str, &str, &str)] = &[
    (
        "_compat_pickle.py",
        "# NOTE: RUSTPYTHON exceptions\n",
        "for excname in PYTHON2_EXCEPTIONS",
    ),
    (
        "json/decoder.py",
        "    # RUSTPYTHON SPECIFIC\n",
        "    # Note that",
    ),
    ("unittest/__init__.py", "# XXX: RUSTPYTHON\n", ""),
    (
        "inspect.py",
        "    program = \"def foo\"",
        "    if self_parameter is not None:\n",
    ),
    (
        "traceback.py",
        PARSES_LINES,
        "        if anchors:\n            return True\n",
    ),
    (
        "traceback.py",
        "    \"\"\"\n    Given source code `segment`",
        "_WIDE_CHAR_SPECIFIERS",
    ),
];

fn main() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../python");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", own.display());
    let lib = Path::new(rustpython_pylib::LIB_PATH);
    let mut files = BTreeMap::new();
    collect(lib, lib, &mut files);
    assert!(!files.is_empty(), "{} has no modules", lib.display());
    collect(&own, &own, &mut files);
    let modules = compile_all(files.into_iter().collect());
    let image = image::write(&modules, &[], Settings::default(), &[]);
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo")).join("library.image");
    fs::write(&out, image.expect("an image of the library"))
        .unwrap_or_else(|error| panic!("{}: {error}", out.display()));
}

/// The Python files below a directory, by their path there.
fn collect(root: &Path, directory: &Path, files: &mut BTreeMap<String, PathBuf>) {
    let entries = fs::read_dir(directory);
    let entries = entries.unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    for entry in entries {
        let path = entry.expect("a directory can be read to its end").path();
        let below = path.strip_prefix(root).expect("it is below the root");
        let name = below.to_str().expect("names are ASCII").to_owned();
        if LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, files);
        } else if name.ends_with(".py") {
            files.insert(name, path);
        }
    }
}

/// Compiles files on all processors; the modules come in the files' order.
fn compile_all(files: Vec<(String, PathBuf)>) -> Vec<Module> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let next = Mutex::new(files.iter().enumerate());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let item = next.lock().expect("no worker panics").next();
                    let Some((index, (name, path))) = item else {
                        break;
                    };
                    let module = compile(name, path);
                    done.lock().expect("no worker panics").push((index, module));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no worker panicked");
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, module)| module).collect()
}

fn compile(name: &str, path: &Path) -> Module {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let shown = format!("<ashore>/{name}");
    let text = ashore_frontend::decode(&bytes, &shown)
        .unwrap_or_else(|error| panic!("{name}: {}", error.message));
    let text = edit(name, text);
    let code =
        ashore_frontend::compile_text(&text, &shown, Mode::Module).unwrap_or_else(|errors| {
            let mut message = String::new();
            for error in errors.iter().take(1) {
                let _ = write!(message, "{name}:{}: {}", error.line, error.message);
            }
            refused(name, &shown, &message)
        });
    if let Err(error) = ashore_bytecode::verify(&code) {
        panic!("{name}: {error}");
    }
    let stem = name.trim_end_matches(".py");
    let package = stem.strip_suffix("/__init__");
    Module {
        name: package.unwrap_or(stem).replace('/', "."),
        is_package: package.is_some(),
        path: shown,
        code,
        source: Some(text),
    }
}

/// A module with a construct that the frontend does not lower: importing it says so.
fn refused(name: &str, shown: &str, message: &str) -> ashore_bytecode::Code {
    println!("cargo::warning=left out of the library: {message}");
    let source = format!("raise NotImplementedError({message:?})\n");
    let code = ashore_frontend::compile_text(&source, shown, Mode::Module);
    code.unwrap_or_else(|_| panic!("{name}: not even its error compiles"))
}

/// A file's text as CPython has it.
fn edit(name: &str, mut text: String) -> String {
    for (_, from, to) in EDITS.iter().filter(|(file, ..)| *file == name) {
        assert!(text.contains(from), "{name} does not say {from:?}");
        text = text.replacen(from, to, 1);
    }
    for (_, from, to) in CUTS.iter().filter(|(file, ..)| *file == name) {
        let start = text.find(from);
        let start = start.unwrap_or_else(|| panic!("{name} does not say {from:?}"));
        let end = match to.is_empty() {
            true => Some(text.len()),
            false => text[start..].find(to).map(|end| start + end),
        };
        let end = end.unwrap_or_else(|| panic!("{name} does not say {to:?}"));
        text.replace_range(start..end, "");
    }
    text
}
