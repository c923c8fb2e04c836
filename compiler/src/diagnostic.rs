//! What the command line reports: every error and warning, its text and the exit code that goes with it.
//!
//! Texts are CPython's where CPython has one. Everything goes to standard error.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use ashore_bytecode::VerifyError;
use ashore_frontend::CompileError;
use cranelift_codegen::CodegenError;

use crate::image::ImageError;
use crate::program::Missing;
use crate::typos;

/// Why a command failed.
#[derive(Debug)]
pub enum Diagnostic {
    /// The script or a module can't be read.
    Open { path: PathBuf, error: io::Error },
    /// A directory given as script has no `__main__.py`.
    NoMain(PathBuf),
    /// A module named by `--include` does not exist.
    NotIncluded(String),
    /// The source is no Python, or not yet Ashore's: all that is wrong with it, in source order.
    Compile(Vec<CompileError>),
    /// The frontend made code that breaks its own rules.
    Verify(VerifyError),
    /// Cranelift refuses what the lowering made.
    Native(CodegenError),
    /// The modules don't fit an image.
    Modules(ashore_bytecode::image::ImageError),
    /// The executable can't be made or written.
    Executable(ImageError),
    /// An option, or a variable of the environment, has a value that is none.
    Option(&'static str),
    /// Something the command line has and Ashore does not do yet.
    NotYet(&'static str),
    /// Standard output can't be written.
    Output(io::Error),
}

impl Diagnostic {
    /// Of several compile errors only the first, which is the one Python raises.
    pub fn first(mut self) -> Diagnostic {
        if let Diagnostic::Compile(errors) = &mut self {
            errors.truncate(1);
        }
        self
    }

    /// What the process ends with: 2 where the command line is to blame, else 1.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Diagnostic::Open { .. }
            | Diagnostic::NotIncluded(_)
            | Diagnostic::NotYet(_)
            | Diagnostic::Option(_) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Diagnostic::Compile(errors) = self {
            // As tracebacks without frames: nothing ran.
            let text = |error: &CompileError| {
                let corrected = typos::corrected(error);
                corrected.as_ref().unwrap_or(error).to_string()
            };
            let texts: Vec<String> = errors.iter().map(text).collect();
            return f.write_str(&texts.join("\n"));
        }
        f.write_str("ashore: ")?;
        match self {
            Diagnostic::Open { path, error } => {
                write!(
                    f,
                    "can't open file '{}': {}",
                    path.display(),
                    OsError(error)
                )
            }
            Diagnostic::NoMain(path) => {
                write!(
                    f,
                    "can't find '{}' module in '{}'",
                    crate::program::MAIN,
                    path.display()
                )
            }
            Diagnostic::NotIncluded(name) => write!(f, "no module named '{name}' to include"),
            Diagnostic::Compile(_) => Ok(()),
            Diagnostic::Verify(error) => {
                write!(
                    f,
                    "internal error: invalid bytecode for {error}; please report this"
                )
            }
            Diagnostic::Native(error) => {
                write!(
                    f,
                    "internal error: native code: {error}; please report this (--no-native does without)"
                )
            }
            Diagnostic::Modules(error) => write!(f, "{error}"),
            Diagnostic::Executable(error) => write!(f, "{error}"),
            Diagnostic::NotYet(what) => write!(f, "{what} is not supported yet"),
            Diagnostic::Option(wrong) => f.write_str(wrong),
            Diagnostic::Output(error) => {
                write!(f, "can't write to standard output: {}", OsError(error))
            }
        }
    }
}

impl std::error::Error for Diagnostic {}

impl From<Vec<CompileError>> for Diagnostic {
    fn from(errors: Vec<CompileError>) -> Self {
        Diagnostic::Compile(errors)
    }
}

impl From<VerifyError> for Diagnostic {
    fn from(error: VerifyError) -> Self {
        Diagnostic::Verify(error)
    }
}

impl From<ImageError> for Diagnostic {
    fn from(error: ImageError) -> Self {
        Diagnostic::Executable(error)
    }
}

/// The text of a warning about an import that will fail.
impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Missing {
            name,
            filename,
            line,
            ..
        } = self;
        write!(
            f,
            "ashore: warning: {filename}:{line}: no module named '{name}'; importing it will raise ModuleNotFoundError"
        )
    }
}

/// An operating system's error as Python words it.
struct OsError<'a>(&'a io::Error);

impl fmt::Display for OsError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let text = self.0.to_string();
        match self.0.raw_os_error() {
            Some(code) => {
                let suffix = format!(" (os error {code})");
                write!(
                    f,
                    "[Errno {code}] {}",
                    text.strip_suffix(&suffix).unwrap_or(&text)
                )
            }
            None => f.write_str(&text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_cannot_be_opened_read_as_in_cpython() {
        let error = io::Error::from_raw_os_error(2);
        let problem = Diagnostic::Open {
            path: "x.py".into(),
            error,
        };
        assert_eq!(
            problem.to_string(),
            "ashore: can't open file 'x.py': [Errno 2] No such file or directory"
        );
    }
}
