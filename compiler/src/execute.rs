//! Hands a program to the runtime, with what the runtime cannot depend on: a compiler for source that appears while the
//! program runs, and the native modules.
//!
//! Linked into `ashore` and into the launcher.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use ashore_bytecode::image::{Image, ImageError};
use ashore_bytecode::image_header::NativeFunction;
use ashore_bytecode::{Code, verify};
use ashore_frontend::{CompileError, ErrorKind};
use ashore_runtime::abi::attach;
use ashore_runtime::abi::program::Info;
use ashore_runtime::start::{self, Builtin, CompileFailure, Mode, Program, Source, Text};

use crate::image::header;

/// A program's native code, where it lies in memory.
pub struct Native {
    pub info: Info,
    pub functions: &'static [NativeFunction],
    /// Address of the words that native code reads.
    pub data: usize,
}

/// Runs the program attached to this executable. Without one there is no result.
pub fn attached() -> Option<ExitCode> {
    let attached = header::attached()?;
    let native = match attached_info(attached.payload) {
        Ok(info) => info.map(|info| Native {
            info,
            functions: attached.functions,
            data: attached.data.start,
        }),
        Err(problem) => {
            eprintln!("ashore: the program is damaged: {problem}");
            return Some(ExitCode::FAILURE);
        }
    };
    let argv = env::args_os().collect();
    Some(execute(attached.payload, native, argv, None))
}

/// What an image says about its native code, if it has some.
fn attached_info(payload: &[u8]) -> Result<Option<Info>, ImageError> {
    let bytes = Image::open(payload)?.native()?;
    if bytes.is_empty() {
        return Ok(None);
    }
    Info::decode(bytes).map(Some).ok_or(ImageError::Native)
}

/// Runs a program to its end. `directory` is where imports look for what the image lacks.
pub fn execute(
    image: &'static [u8],
    native: Option<Native>,
    argv: Vec<OsString>,
    directory: Option<PathBuf>,
) -> ExitCode {
    if let Some(native) = native {
        let functions = native
            .functions
            .iter()
            .map(|f| f.address().expose_provenance());
        attach::install(native.info, functions.collect(), native.data);
    }
    let status = start::run(Program {
        image,
        argv,
        directory,
        modules: ashore_stdlib::MODULES,
        compile,
    });
    ExitCode::from(status as u8)
}

/// Compiles source for the running program.
fn compile(source: &Source<'_>) -> Result<Code, CompileFailure> {
    let mode = match source.mode {
        Mode::Module => ashore_frontend::Mode::Module,
        Mode::Exec => ashore_frontend::Mode::Exec,
        Mode::Eval => ashore_frontend::Mode::Eval,
        Mode::Single => ashore_frontend::Mode::Single,
    };
    let input = match source.text {
        Text::File(bytes) => ashore_frontend::Input::File(bytes),
        Text::Decoded(text) => ashore_frontend::Input::Text(text),
    };
    let options = ashore_frontend::Options {
        future_annotations: source.future_annotations,
        optimize: source.optimize,
    };
    let compiled = ashore_frontend::compile_with(input, source.filename, mode, options);
    let code = compiled.map_err(|errors| {
        let mut errors = errors.into_iter();
        failure(errors.next().expect("there is an error"), source)
    })?;
    match verify(&code) {
        Ok(()) => Ok(code),
        Err(error) => Err(CompileFailure {
            class: Builtin::SystemError,
            message: format!("invalid bytecode for {error}"),
            line: 0,
            column: 0,
            end_line: 0,
            end_column: 0,
            text: None,
        }),
    }
}

/// The exception that Python raises for a compile error.
fn failure(error: CompileError, source: &Source<'_>) -> CompileFailure {
    // The compiler proper reads the line again, from the file; the parser has it, with its end.
    let text = error.text.filter(|_| error.by_parser).map(|mut line| {
        let ends = match source.text {
            Text::Decoded(text) => {
                error.line > 0 && text.matches('\n').count() >= error.line as usize
            }
            Text::File(_) => true,
        };
        if ends {
            line.push('\n');
        }
        line
    });
    CompileFailure {
        class: match error.kind {
            ErrorKind::Syntax => Builtin::SyntaxError,
            ErrorKind::Indentation => Builtin::IndentationError,
            ErrorKind::Tab => Builtin::TabError,
            ErrorKind::Recursion => Builtin::RecursionError,
            ErrorKind::Unsupported => Builtin::NotImplementedError,
        },
        message: error.message,
        line: error.line,
        column: error.column,
        end_line: error.end_line,
        end_column: error.end_column,
        text,
    }
}
