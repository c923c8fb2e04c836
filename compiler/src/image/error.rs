//! What can go wrong between machine code and a running image.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use ashore_bytecode::image_header::HeaderMismatch;

#[derive(Debug)]
pub enum ImageError {
    /// The launcher is not an executable this writer can extend; says what is missing.
    Launcher(String),
    /// The launcher and the compiler are not of one build.
    Header(HeaderMismatch),
    /// Native code refers to runtime symbols that the launcher does not define. Sorted.
    UndefinedSymbols(Vec<String>),
    /// A function was declared and referred to, or at least declared, but never defined.
    UndefinedFunction(String),
    /// The machine code has a relocation that an image cannot hold.
    Relocation {
        symbol: String,
        offset: u32,
        problem: String,
    },
    /// The image is larger than 32-bit distances can span.
    TooLarge { what: &'static str, size: u64 },
    /// Unwind or line tables could not be encoded.
    DebugInfo(gimli::write::Error),
    /// No free address range close enough to the running executable.
    NoNearMemory { size: usize },
    /// The operating system refused; `action` says what was tried.
    Io {
        action: &'static str,
        path: PathBuf,
        error: io::Error,
    },
    /// The operating system refused to give or protect memory.
    Memory {
        action: &'static str,
        error: io::Error,
    },
}

impl ImageError {
    pub(super) fn launcher(problem: impl Into<String>) -> Self {
        Self::Launcher(problem.into())
    }

    /// For `map_err` after an operation on `path`.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io {
            action,
            path,
            error,
        }
    }
}

impl From<gimli::write::Error> for ImageError {
    fn from(error: gimli::write::Error) -> Self {
        Self::DebugInfo(error)
    }
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Launcher(problem) => write!(f, "unusable launcher: {problem}"),
            Self::Header(mismatch) => {
                write!(f, "unusable launcher: {}", describe_mismatch(*mismatch))
            }
            Self::UndefinedSymbols(names) => {
                write!(
                    f,
                    "the launcher does not define the runtime symbols {}",
                    names.join(", ")
                )
            }
            Self::UndefinedFunction(symbol) => {
                write!(f, "native function {symbol} was declared but never defined")
            }
            Self::Relocation {
                symbol,
                offset,
                problem,
            } => write!(f, "in {symbol} at {offset:#x}: {problem}"),
            Self::TooLarge { what, size } => write!(
                f,
                "{what} of {size} bytes is too large for an executable image"
            ),
            Self::DebugInfo(error) => write!(f, "cannot encode unwind and line tables: {error}"),
            Self::NoNearMemory { size } => {
                write!(
                    f,
                    "no {size} free bytes of address space within reach of the running executable"
                )
            }
            Self::Io {
                action,
                path,
                error,
            } => write!(f, "cannot {action} {}: {error}", path.display()),
            Self::Memory { action, error } => write!(f, "cannot {action}: {error}"),
        }
    }
}

impl std::error::Error for ImageError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::DebugInfo(error) => Some(error),
            Self::Io { error, .. } | Self::Memory { error, .. } => Some(error),
            _ => None,
        }
    }
}

fn describe_mismatch(mismatch: HeaderMismatch) -> String {
    match mismatch {
        HeaderMismatch::Magic => "it has no image header".to_owned(),
        HeaderMismatch::Format { found, expected } => {
            format!("its image header has format {found}, this compiler writes format {expected}")
        }
        HeaderMismatch::Abi { found, expected } => {
            format!(
                "it comes from another build of Ashore (ABI {found:016x}, this compiler has {expected:016x})"
            )
        }
        HeaderMismatch::Occupied => "it already carries a program".to_owned(),
    }
}
