//! Looking modules up in directories, as CPython's path finder does: those of `sys.path`, or of a package's `__path__`.

use crate::abi::program::NEVER_LOCAL;
use crate::operators::iterate;
use crate::types::module::Module;
use crate::types::names::Name;
use crate::types::str::{self, Str};
use crate::{Thread, Value, start};
use std::path::{Path, PathBuf};

/// What directories have under a name.
pub(super) enum Source {
    File {
        path: PathBuf,
        package: bool,
    },
    /// Plain directories, which together are a namespace package.
    Namespace(Vec<PathBuf>),
}

/// Looks for a module's source. Whatever is wrong with the list of directories, or with one of them, is no error.
pub(super) fn source(thread: &Thread, name: &str) -> Option<Source> {
    let directories = match name.rsplit_once('.') {
        Some((parent, _)) => directories(thread, parent, Name::PATH.value())?,
        None if NEVER_LOCAL.contains(&name) => return None,
        // Without `sys` nobody can have changed what the program began with.
        None if super::loaded(thread, "sys").is_none() => start::running().program.path.clone(),
        None => directories(thread, "sys", str::intern(thread, "path"))?,
    };
    let last = name.rsplit('.').next().unwrap_or(name);
    // Joined to a directory, these would lead elsewhere.
    if last.is_empty() || last.contains('/') {
        return None;
    }
    locate(&directories, last)
}

/// The directories that an attribute of a loaded module lists.
fn directories(thread: &Thread, module: &str, attribute: Value) -> Option<Vec<PathBuf>> {
    let module = super::loaded(thread, module)?;
    let list = module.get::<Module>()?.dict().get(thread, attribute);
    let list = list.unwrap_or_else(|raised| forget(thread, raised))?;
    let entries = iterate::collect(thread, list.value());
    let entries = entries.map_or_else(|raised| forget(thread, raised), Some)?;
    let texts = entries.iter().filter_map(|entry| entry.get::<Str>());
    Some(
        texts
            .map(|text| PathBuf::from(&*text.to_str_lossy()))
            .collect(),
    )
}

fn forget<T>(thread: &Thread, raised: crate::Raised) -> Option<T> {
    drop(thread.take_exception(raised));
    None
}

/// In each directory a package, then a file; if there is neither anywhere, all directories of that name are a namespace
/// package.
fn locate(directories: &[PathBuf], name: &str) -> Option<Source> {
    let mut portions = Vec::new();
    for directory in directories {
        let package = directory.join(name);
        let init = package.join("__init__.py");
        if init.is_file() {
            return Some(Source::File {
                path: absolute(init),
                package: true,
            });
        }
        let file = directory.join(format!("{name}.py"));
        if file.is_file() {
            return Some(Source::File {
                path: absolute(file),
                package: false,
            });
        }
        if package.is_dir() {
            portions.push(absolute(package));
        }
    }
    (!portions.is_empty()).then_some(Source::Namespace(portions))
}

/// An empty entry of `sys.path` is the current directory.
fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// The directory a package's modules are in.
pub(super) fn package_directory(init: &str) -> PathBuf {
    Path::new(init)
        .parent()
        .map(Path::to_owned)
        .unwrap_or_default()
}
