//! Finds the launcher: the executable that built programs start from.
//!
//! In order: what `$ASHORE_LAUNCHER` names; `ashore-launcher-small` beside this executable, where `cargo install` and the
//! release archives put it, for programs that need no compiler when they run and only the basic native modules; `ashore-launcher` there; this executable
//! itself, which can run an attached program as well, at the price of its size.

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use super::ImageError;

/// Names a launcher to use instead of the one that came with the compiler.
pub const LAUNCHER_VARIABLE: &str = "ASHORE_LAUNCHER";

const NAME: &str = "ashore-launcher";
const NAME_OF_SMALL: &str = "ashore-launcher-small";
/// Stays readable when the file was replaced or deleted meanwhile.
const SELF: &str = "/proc/self/exe";

/// A launcher's file, not yet checked.
pub struct Launcher {
    pub path: PathBuf,
    pub bytes: Mmap,
}

/// Opens the launcher that has everything, or the small one.
pub fn find(full: bool) -> Result<Launcher, ImageError> {
    let chosen = env::var_os(LAUNCHER_VARIABLE).filter(|value| !value.is_empty());
    find_from(chosen, env::current_exe().ok().as_deref(), full)
}

fn find_from(
    chosen: Option<OsString>,
    compiler: Option<&Path>,
    full: bool,
) -> Result<Launcher, ImageError> {
    if let Some(path) = chosen {
        return read(PathBuf::from(path));
    }
    let names: &[&str] = match full {
        true => &[NAME],
        false => &[NAME_OF_SMALL, NAME],
    };
    for sibling in names
        .iter()
        .filter_map(|name| compiler.map(|path| path.with_file_name(name)))
    {
        match read(sibling) {
            Err(ImageError::Io { error, .. }) if error.kind() == ErrorKind::NotFound => {}
            found => return found,
        }
    }
    read(PathBuf::from(SELF))
}

fn read(path: PathBuf) -> Result<Launcher, ImageError> {
    let opened = File::open(&path).and_then(|file| {
        // SAFETY: the bytes are only read. Launchers are replaced by new files, as every executable that may be running is;
        // this one is not written to while it is mapped.
        unsafe { Mmap::map(&file) }
    });
    let bytes = opened.map_err(ImageError::io("read the launcher", &path))?;
    Ok(Launcher { path, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_launcher_must_exist() {
        let found = find_from(Some("/nonexistent/launcher".into()), None, true);
        assert!(matches!(found, Err(ImageError::Io { .. })));
    }

    #[test]
    fn without_a_sibling_the_executable_itself_is_the_launcher() {
        let found = find_from(None, Some(Path::new("/nonexistent/ashore")), false).unwrap();
        assert_eq!(found.path, Path::new(SELF));
        assert_eq!(&found.bytes[1..4], b"ELF");
    }
}
