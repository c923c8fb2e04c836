//! The rules of the house that the compiler does not check: floors, unsafe code, file lengths, openings, leftovers.
//!
//! The lists here are part of the design: a change to one of them is reviewed like one to `abi`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ashore_tests::paths;

/// Which crates a crate may name. An arrow never runs upwards.
///
/// ```text
///   floor 0   bytecode
///   floor 1   runtime   frontend
///   floor 2   stdlib (library: its Python half)
///   floor 3   ashore (compiler and launcher)
///             tests     run the product from outside
///             model     compiles some of the runtime's files against loom
/// ```
const EDGES: [(&str, &[&str]); 8] = [
    ("runtime/bytecode", &[]),
    ("runtime", &["ashore-bytecode"]),
    ("compiler/frontend", &["ashore-bytecode"]),
    (
        "stdlib",
        &["ashore-bytecode", "ashore-runtime", "ashore-frontend"],
    ),
    ("stdlib/library", &["ashore-bytecode", "ashore-frontend"]),
    (
        "compiler",
        &[
            "ashore-bytecode",
            "ashore-runtime",
            "ashore-frontend",
            "ashore-stdlib",
            "ashore-library",
        ],
    ),
    ("runtime/model", &[]),
    ("tests", &[]),
];

/// All that the compiler may use of the runtime, and where.
const RUNTIME_IN_COMPILER: [(&str, &str); 3] = [
    // Field offsets, helpers, frames: what native code may know.
    ("abi", "compiler/src"),
    // Running a program in this process.
    ("start", "compiler/src/execute.rs"),
    // Which names are like each other.
    ("start", "compiler/src/typos.rs"),
];

/// Files and folders that may hold `unsafe`.
const UNSAFE: &[(&str, &str)] = &[
    (
        "runtime/src/abi",
        "what native code calls, and the frames it leaves",
    ),
    (
        "runtime/model/src",
        "calls what is modelled, and stands in for it",
    ),
    ("runtime/src/gc", "visits every object, whoever owns it"),
    ("runtime/src/heap", "allocation"),
    ("runtime/src/interpreter", "registers of the frame"),
    ("runtime/src/object", "headers and counts"),
    ("runtime/src/sync", "futexes, locks, reclamation"),
    ("runtime/src/thread", "the current thread, its stack"),
    ("runtime/src/types", "layouts, and the arrays behind them"),
    (
        "runtime/src/value",
        "tags of the word, the C library's functions",
    ),
    ("runtime/src/builtins/io.rs", "system calls on files"),
    (
        "runtime/src/operators/cache.rs",
        "entries of inline caches, published without a lock",
    ),
    (
        "runtime/src/operators/attribute/cached.rs",
        "slots that a cache entry points to",
    ),
    (
        "runtime/src/builtins/mod.rs",
        "the immortal namespace of builtins",
    ),
    ("runtime/src/import.rs", "the immortal dict of modules"),
    ("runtime/src/start.rs", "system calls as the process ends"),
    ("stdlib/src/faulthandler.rs", "handlers of signals"),
    (
        "stdlib/src/mmap/map.rs",
        "system calls, and the bytes they map",
    ),
    ("stdlib/src/posix", "system calls"),
    ("stdlib/src/resource.rs", "system calls"),
    ("stdlib/src/select.rs", "system calls"),
    ("stdlib/src/signal", "system calls"),
    ("stdlib/src/socket", "system calls and C's addresses"),
    (
        "stdlib/src/sqlite/raw",
        "SQLite's interface is C's, both ways",
    ),
    (
        "stdlib/src/subprocess.rs",
        "system calls between fork and exec",
    ),
    ("stdlib/src/thread", "system calls"),
    ("stdlib/src/time", "system calls"),
    ("stdlib/src/zlib/stream.rs", "zlib's interface is C's"),
    (
        "compiler/src/image",
        "maps code, finds the image in the running file",
    ),
    ("compiler/launcher", "the `main` that the C library calls"),
    ("compiler/build.rs", "asks the C library for its version"),
    ("compiler/tests/image.rs", "runs the code it wrote"),
    ("tests/src/process.rs", "wait4"),
];

const LENGTH: usize = 800;

/// Files that may be longer, and why.
const LONGER: [(&str, usize, &str); 2] = [
    (
        "compiler/frontend/src/emit/pattern.rs",
        830,
        "the patterns share one scheme of failures",
    ),
    (
        "runtime/src/interpreter/run.rs",
        900,
        "one text for the loop and its traced twin, with an arm an instruction",
    ),
];

/// What must not be left in a file. In two parts, so that this one is clean.
const LEFTOVERS: [(&str, &str); 5] = [
    ("to", "do!("),
    ("unimple", "mented!("),
    ("#[ig", "nore"),
    ("db", "g!("),
    ("FIX", "ME"),
];

struct File {
    path: String,
    text: String,
}

impl File {
    /// The lines without their comments: numbers count from 1.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().map(|line| match line.find("//") {
            Some(start) if !line[..start].contains('"') => &line[..start],
            _ => line,
        });
        (1..).zip(lines)
    }

    fn is_below(&self, place: &str) -> bool {
        Path::new(&self.path).starts_with(place)
    }
}

/// The Rust files of the repository.
fn sources() -> Vec<File> {
    let root = paths::repository();
    let files = paths::files_below(root).into_iter();
    let rust = files.filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    rust.map(|file| File {
        path: file
            .strip_prefix(root)
            .expect("it is below the root")
            .display()
            .to_string(),
        text: fs::read_to_string(&file).expect("source is UTF-8"),
    })
    .collect()
}

#[track_caller]
fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// The crates of this workspace that a manifest names, for whatever it needs them.
fn dependencies(folder: &str) -> BTreeSet<String> {
    let manifest = paths::repository().join(folder).join("Cargo.toml");
    let text = fs::read_to_string(&manifest)
        .unwrap_or_else(|error| panic!("{}: {error}", manifest.display()));
    let mut in_dependencies = false;
    let mut names = BTreeSet::new();
    for line in text.lines() {
        if let Some(section) = line.strip_prefix('[') {
            in_dependencies = section.contains("dependencies");
        }
        let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
        if in_dependencies && name.starts_with("ashore-") {
            names.insert(name.to_owned());
        }
    }
    names
}

#[test]
fn crates_depend_downwards() {
    for (folder, allowed) in EDGES {
        for name in dependencies(folder) {
            assert!(
                allowed.contains(&name.as_str()),
                "{folder} must not depend on {name}"
            );
        }
    }
    let manifest = fs::read_to_string(paths::repository().join("Cargo.toml"));
    let manifest = manifest.expect("the workspace has a manifest");
    let members = manifest
        .lines()
        .find_map(|line| line.strip_prefix("members = "))
        .expect("the workspace lists its members on a line");
    for member in members.split('"').skip(1).step_by(2) {
        let listed = EDGES.iter().any(|(folder, _)| *folder == member);
        assert!(listed, "{member} has no floor: add it to EDGES");
    }
}

#[test]
fn the_compiler_knows_only_the_runtimes_interface() {
    let mut problems = Vec::new();
    for file in sources()
        .iter()
        .filter(|file| file.is_below("compiler/src"))
    {
        for (number, line) in file.code() {
            for used in line.split("ashore_runtime::").skip(1) {
                let name: String = used
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let allowed = RUNTIME_IN_COMPILER
                    .iter()
                    .any(|(module, place)| *module == name && file.is_below(place));
                if !allowed {
                    problems.push(format!("{}:{number}: ashore_runtime::{name}", file.path));
                }
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn unsafe_code_is_where_it_belongs() {
    // In two parts, so that this file holds none.
    let word = concat!("uns", "afe");
    let mut problems = Vec::new();
    let mut used = BTreeSet::new();
    for file in sources() {
        let place = UNSAFE.iter().find(|(place, _)| file.is_below(place));
        for (number, line) in file.code() {
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            if !words.any(|found| found == word)
                || line.contains(&format!("#![forbid({word}_code)]"))
            {
                continue;
            }
            match place {
                Some((place, _)) => {
                    used.insert(*place);
                }
                None => problems.push(format!("{}:{number}: {}", file.path, line.trim())),
            }
        }
    }
    for (place, _) in UNSAFE.iter().filter(|(place, _)| !used.contains(place)) {
        problems.push(format!(
            "{place} holds no {word} code: take it off the list"
        ));
    }
    assert_none(&problems);
}

#[test]
fn files_are_short() {
    let mut problems = Vec::new();
    for file in sources() {
        let lines = file.text.lines().count();
        let exception = LONGER.iter().find(|(path, ..)| *path == file.path);
        match exception {
            None if lines > LENGTH => {
                problems.push(format!("{} has {lines} lines: split it", file.path));
            }
            Some((_, limit, _)) if lines > *limit => {
                problems.push(format!(
                    "{} has {lines} lines, {limit} were granted",
                    file.path
                ));
            }
            Some(_) if lines <= LENGTH => {
                problems.push(format!("{} needs no exception any more", file.path));
            }
            _ => {}
        }
    }
    assert_none(&problems);
}

#[test]
fn files_open_by_saying_what_they_are() {
    let silent = sources()
        .into_iter()
        .filter(|file| !file.text.starts_with("//! "))
        .map(|file| format!("{} does not open with `//! `", file.path));
    assert_none(&silent.collect::<Vec<_>>());
}

#[test]
fn nothing_is_left_for_later() {
    let mut problems = Vec::new();
    for file in sources() {
        for (number, line) in (1..).zip(file.text.lines()) {
            for (first, second) in LEFTOVERS {
                let leftover = format!("{first}{second}");
                if line.contains(&leftover) {
                    problems.push(format!("{}:{number}: {leftover}", file.path));
                }
            }
        }
    }
    assert_none(&problems);
}

/// Architecture pages are for reading in one go.
#[test]
fn architecture_pages_are_short() {
    for page in ["compiler/README.md", "runtime/README.md"] {
        let path = paths::repository().join(page);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {error}"));
        assert!(
            text.lines().count() <= 500,
            "{page} is longer than 500 lines"
        );
    }
}
