//! Puts an executable in its place: whole or not at all.
//!
//! The bytes go to a new file in the same directory, which then takes the target's name in one step. So a program that
//! runs from the old file keeps running, nobody ever sees half a file, and a failure leaves the old file and nothing else.
//! They are written at once: the page cache keeps a file that was written in pieces in smaller pieces, too, and it starts a
//! sixth slower.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process;

use super::ImageError;

/// Permissions before the user's umask, as for every linker: 755 with the usual one.
const MODE: u32 = 0o777;

/// Writes `bytes` as the executable `path`, replacing a file of that name. What is not a regular file, such as
/// `/dev/null`, is written to and stays what it is.
pub fn write_executable(path: &Path, bytes: &[u8]) -> Result<(), ImageError> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => {
            return Err(ImageError::io("write", path)(
                ErrorKind::IsADirectory.into(),
            ));
        }
        Ok(found) if !found.is_file() => {
            let opened = OpenOptions::new().write(true).open(path);
            return opened
                .and_then(|mut file| file.write_all(bytes))
                .map_err(ImageError::io("write", path));
        }
        _ => {}
    }
    let (temporary, mut file) =
        Temporary::create_beside(path).map_err(ImageError::io("create", path))?;
    file.write_all(bytes)
        .map_err(ImageError::io("write", path))?;
    drop(file);
    temporary
        .rename_to(path)
        .map_err(ImageError::io("write", path))
}

/// A file that vanishes unless it is renamed.
struct Temporary {
    path: Option<PathBuf>,
}

impl Temporary {
    fn create_beside(target: &Path) -> io::Result<(Self, File)> {
        let Some(name) = target.file_name() else {
            return Err(ErrorKind::InvalidFilename.into());
        };
        let mut attempt = 0;
        loop {
            let mut temporary = std::ffi::OsString::from(".");
            temporary.push(name);
            temporary.push(format!(".{}-{attempt}", process::id()));
            let path = target.with_file_name(temporary);
            match OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(MODE)
                .open(&path)
            {
                Ok(file) => return Ok((Self { path: Some(path) }, file)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }

    fn rename_to(mut self, target: &Path) -> io::Result<()> {
        if let Some(path) = &self.path {
            fs::rename(path, target)?;
        }
        self.path = None;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // The failure that brought us here is the one to report.
            let _ = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let directory =
            std::env::temp_dir().join(format!("ashore-output-{}-{name}", process::id()));
        fs::create_dir_all(&directory).unwrap();
        directory
    }

    #[test]
    fn replaces_a_file_and_makes_it_executable() {
        let directory = scratch("replace");
        let target = directory.join("tool");
        fs::write(&target, "old").unwrap();
        write_executable(&target, b"new").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert_eq!(
            fs::metadata(&target).unwrap().permissions().mode() & 0o700,
            0o700
        );
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn failures_name_the_target_and_leave_nothing() {
        let directory = scratch("failures");
        let missing = directory.join("missing/tool");
        let message = write_executable(&missing, b"x").unwrap_err().to_string();
        assert!(
            message.contains("missing/tool") && message.contains("No such file"),
            "{message}"
        );
        let message = write_executable(&directory, b"x").unwrap_err().to_string();
        assert!(message.contains("is a directory"), "{message}");
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 0);
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_full_device_is_reported() {
        let message = write_executable(Path::new("/dev/full"), b"x")
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("/dev/full") && message.contains("No space left"),
            "{message}"
        );
    }
}
