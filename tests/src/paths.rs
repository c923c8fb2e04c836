//! Where things are: the repository, the `ashore` under test, the reference Python.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The root of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests lie in a directory of the repository")
}

/// The `ashore` of the profile these tests were built with.
///
/// It lies in the directory above the test executable's (`target/<profile>/deps`). `cargo test` on the workspace has
/// built it, and the launcher beside it; where either is missing, because only this package was asked for, they are
/// built here, once. A stale one is not noticed: after changing the compiler, build it or test the workspace.
pub fn ashore() -> &'static Path {
    static ASHORE: OnceLock<PathBuf> = OnceLock::new();
    ASHORE.get_or_init(|| {
        let profile = profile_directory();
        let ashore = profile.join("ashore");
        if !ashore.exists() || !profile.join("ashore-launcher").exists() {
            build_ashore(&profile);
        }
        ashore
    })
}

/// `target/<profile>`.
fn profile_directory() -> PathBuf {
    let executable = env::current_exe().expect("a process knows its executable");
    let directory = executable.parent().expect("a file is in a directory");
    if directory.ends_with("deps") {
        directory.parent().expect("deps is in a directory").into()
    } else {
        directory.into()
    }
}

fn build_ashore(profile: &Path) {
    let name = match profile.file_name().and_then(|name| name.to_str()) {
        Some("debug") => "dev",
        Some(name) => name,
        None => panic!("no profile in {}", profile.display()),
    };
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--bins", "--package", "ashore", "--profile", name])
        .current_dir(repository())
        .status()
        .expect("cargo starts");
    assert!(status.success(), "ashore does not build");
}

/// CPython 3.14, against which expected results are made and checked: `$ASHORE_REFERENCE_PYTHON`, or where the
/// project's tools put it. No test needs it.
pub fn reference_python() -> Option<PathBuf> {
    match env::var_os("ASHORE_REFERENCE_PYTHON") {
        Some(path) => Some(path.into()),
        None => reference("python3.14"),
    }
}

/// An interpreter in `~/.cache/ashore/reference/bin`.
pub fn reference(name: &str) -> Option<PathBuf> {
    let path = cache()?.join("reference/bin").join(name);
    path.exists().then_some(path)
}

/// Where what was fetched is kept: `~/.cache/ashore`.
pub fn cache() -> Option<PathBuf> {
    Some(PathBuf::from(env::var_os("HOME")?).join(".cache/ashore"))
}

/// A program on `$PATH`.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|directory| directory.join(name))
        .find(|file| file.is_file())
}

/// All files below a directory, in a stable order; directories called `target` and hidden ones are left out.
pub fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        let entries = directory
            .read_dir()
            .unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
        for entry in entries {
            let path = entry.expect("a directory can be read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') || name == "target" || name == "__pycache__" {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
