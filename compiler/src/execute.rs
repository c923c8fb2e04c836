//! Hands a program to the runtime, with what the runtime cannot depend on: a compiler for source that appears while the
//! program runs, and the native modules.
//!
//! Linked into `ashore` and into the launchers. What an executable holds is up to its `main`, which names [`FULL`] or
//! [`SMALL`]: the linker drops what nothing names.

use std::env;

use ashore_bytecode::image::{Image, ImageError};
use ashore_bytecode::image_header::NativeFunction;
use ashore_bytecode::symbols::Tables;
use ashore_bytecode::syntax::Tree;
use ashore_bytecode::{Code, verify};
use ashore_frontend::{CompileError, ErrorKind, Stage};
use ashore_runtime::abi::attach;
use ashore_runtime::abi::program::Info;
use ashore_runtime::start::{
    self, Builtin, CompileFailure, CompileWarning, Mode, NativeModule, Source, SourceTools, Tokens,
};

pub use ashore_runtime::start::{Flags, Program, Text};

use crate::image::header;
use crate::typos;

/// A program's native code, where it lies in memory.
pub struct Native {
    pub info: Info,
    pub functions: &'static [NativeFunction],
    /// Address of the words that native code reads.
    pub data: usize,
}

/// What an executable can do besides running bytecode.
pub struct Abilities {
    pub tools: SourceTools,
    pub modules: &'static [&'static NativeModule],
    /// Called before a program runs: what provides for tracing it.
    pub prepare: fn(),
}

/// Everything.
pub static FULL: Abilities = Abilities {
    tools: SourceTools {
        compile,
        parse,
        tabulate,
        encoding: ashore_frontend::foreign_encoding,
        find_typo: typos::find,
        tokenize,
    },
    modules: ashore_stdlib::MODULES,
    prepare: start::provide_tracing,
};

/// For programs that name nothing that compiles, and import nothing that the basic modules lack.
pub static SMALL: Abilities = Abilities {
    tools: SourceTools {
        compile: refuse,
        parse: refuse,
        tabulate: refuse,
        encoding: |_| None,
        find_typo: |_, _| None,
        tokenize: |_| Err(no_compiler()),
    },
    modules: ashore_stdlib::BASIC,
    prepare: || {},
};

/// What a program is told that compiles source without ever having named what does.
const NO_COMPILER: &str = "this executable holds no compiler, because nothing in the program names exec, eval, compile or \
    __import__; `ashore build --compiler` adds it";
/// Exit status of a launcher that carries no program.
const STATUS_NO_PROGRAM: i32 = 2;

/// What a launcher does: sets the process up and runs the program it carries; gives the exit status.
pub fn launch(abilities: &Abilities) -> i32 {
    start::prepare_process();
    attached(abilities).unwrap_or_else(|| {
        eprintln!(
            "ashore-launcher: no program here; `ashore build` makes executables from this file"
        );
        STATUS_NO_PROGRAM
    })
}

/// Runs the program attached to this executable; gives the exit status. Without one there is no result.
pub fn attached(abilities: &Abilities) -> Option<i32> {
    let attached = header::attached()?;
    let native = match attached_info(attached.payload) {
        Ok(info) => info.map(|info| Native {
            info,
            functions: attached.functions,
            data: attached.data.start,
        }),
        Err(problem) => {
            eprintln!("ashore: the program is damaged: {problem}");
            return Some(1);
        }
    };
    let program = Program {
        image: attached.payload,
        library: None,
        argv: env::args_os().collect(),
        path: Vec::new(),
        gil: None,
        flags: Flags::default(),
        modules: abilities.modules,
        tools: abilities.tools,
        // Whoever built the executable was told.
        warnings: Vec::new(),
    };
    (abilities.prepare)();
    Some(execute(program, native))
}

/// What an image says about its native code, if it has some.
fn attached_info(payload: &[u8]) -> Result<Option<Info>, ImageError> {
    let bytes = Image::open(payload)?.native()?;
    if bytes.is_empty() {
        return Ok(None);
    }
    Info::decode(bytes).map(Some).ok_or(ImageError::Native)
}

/// Calls `call`, whose threads get no signals: those are for the threads of the program that runs in this process.
pub fn without_signals<R>(call: impl FnOnce() -> R) -> R {
    start::without_signals(call)
}

/// Runs a program to its end; gives the exit status.
pub fn execute(program: Program, native: Option<Native>) -> i32 {
    if let Some(native) = native {
        let functions = native
            .functions
            .iter()
            .map(|f| f.address().expose_provenance());
        attach::install(native.info, functions.collect(), native.data);
    }
    start::run(program)
}

/// What executables have in the place of [`compile`] whose programs never name what compiles source.
fn refuse<T>(_: &Source<'_>, _: &mut Vec<CompileWarning>) -> Result<T, CompileFailure> {
    Err(no_compiler())
}

fn no_compiler() -> CompileFailure {
    CompileFailure {
        message: NO_COMPILER.to_owned(),
        ..CompileFailure::nowhere(Builtin::RuntimeError)
    }
}

/// Makes tokens for the running program.
fn tokenize(text: &str) -> Result<Tokens, CompileFailure> {
    let (lexemes, error) = ashore_frontend::lexemes(text);
    let failure = error.map(|error| failure_of(error, &Text::Decoded(text), None));
    Ok((lexemes, failure))
}

/// Compiles source for the running program.
fn compile(
    source: &Source<'_>,
    warnings: &mut Vec<CompileWarning>,
) -> Result<Code, CompileFailure> {
    let (input, mode, options) = request(source);
    let mut found = Vec::new();
    let compiled = ashore_frontend::compile_with(input, source.filename, mode, options, &mut found);
    warnings.extend(
        found
            .into_iter()
            .map(|warning| running_warning(warning, &source.text)),
    );
    let code = compiled.map_err(|errors| {
        let mut errors = errors.into_iter();
        failure(errors.next().expect("there is an error"), source)
    })?;
    match verify(&code) {
        Ok(()) => Ok(code),
        Err(error) => Err(CompileFailure {
            message: format!("invalid bytecode for {error}"),
            ..CompileFailure::nowhere(Builtin::SystemError)
        }),
    }
}

/// Makes a syntax tree for the running program.
fn parse(source: &Source<'_>, warnings: &mut Vec<CompileWarning>) -> Result<Tree, CompileFailure> {
    made(source, warnings, ashore_frontend::parse_tree)
}

/// Makes symbol tables for the running program.
fn tabulate(
    source: &Source<'_>,
    warnings: &mut Vec<CompileWarning>,
) -> Result<Tables, CompileFailure> {
    made(source, warnings, ashore_frontend::symbol_tables)
}

/// A function of the frontend's.
type Make<T> = fn(
    ashore_frontend::Input<'_>,
    &str,
    ashore_frontend::Mode,
    ashore_frontend::Options,
    &mut Vec<ashore_frontend::CompileWarning>,
) -> Result<T, CompileError>;

/// What the frontend makes of source, before there is code.
fn made<T>(
    source: &Source<'_>,
    warnings: &mut Vec<CompileWarning>,
    make: Make<T>,
) -> Result<T, CompileFailure> {
    let (input, mode, options) = request(source);
    let mut found = Vec::new();
    let made = make(input, source.filename, mode, options, &mut found);
    warnings.extend(
        found
            .into_iter()
            .map(|warning| running_warning(warning, &source.text)),
    );
    made.map_err(|error| failure(error, source))
}

/// What the frontend is asked for.
fn request<'a>(
    source: &Source<'a>,
) -> (
    ashore_frontend::Input<'a>,
    ashore_frontend::Mode,
    ashore_frontend::Options,
) {
    let mode = match source.mode {
        Mode::Module => ashore_frontend::Mode::Module,
        Mode::Exec => ashore_frontend::Mode::Exec,
        Mode::Eval => ashore_frontend::Mode::Eval,
        Mode::Single => ashore_frontend::Mode::Single,
        Mode::FunctionType => ashore_frontend::Mode::FunctionType,
    };
    let input = match source.text {
        Text::File(bytes) => ashore_frontend::Input::File(bytes),
        Text::Decoded(text) => ashore_frontend::Input::Text(text),
        Text::Tree(tree) => ashore_frontend::Input::Tree(tree),
    };
    let options = ashore_frontend::Options {
        future: source.options.future,
        optimize: source.options.optimize,
        type_comments: source.options.type_comments,
        optimize_tree: source.options.optimize_tree,
        allow_incomplete_input: source.options.allow_incomplete_input,
        dont_imply_dedent: source.options.dont_imply_dedent,
        minor_version: source.options.minor_version,
        top_level_await: source.options.top_level_await,
        max_int_digits: start::max_int_digits(),
    };
    (input, mode, options)
}

/// A warning as the running program issues it.
pub fn running_warning(
    warning: ashore_frontend::CompileWarning,
    source: &Text<'_>,
) -> CompileWarning {
    CompileWarning {
        message: warning.message,
        line: warning.line,
        error: failure_of(warning.error, source, None),
    }
}

/// The source as the parser has it: of several statements the last line has an end.
fn whole_text(source: &Source<'_>) -> String {
    let text = match source.text {
        Text::File(bytes) => ashore_frontend::decode(bytes, "").unwrap_or_default(),
        Text::Decoded(text) => text.to_owned(),
        Text::Tree(_) => String::new(),
    };
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    let many = matches!(source.mode, Mode::Module | Mode::Exec);
    if many && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The exception that Python raises for a compile error.
fn failure(error: CompileError, source: &Source<'_>) -> CompileFailure {
    let statement = error.statement;
    let parsed = statement.map(|statement| (statement, whole_text(source)));
    failure_of(error, &source.text, parsed)
}

fn failure_of(
    error: CompileError,
    source: &Text<'_>,
    parsed: Option<((u32, u32), String)>,
) -> CompileFailure {
    // The compiler proper reads the line again, from the file; the parser has it, with its end, the tokenizer without.
    let known = error
        .text
        .filter(|_| !matches!(error.stage, Stage::Symbols | Stage::Compiler));
    let text = known.map(|mut line| {
        let ends = match source {
            Text::Decoded(text) => {
                error.line > 0 && text.matches('\n').count() >= error.line as usize
            }
            Text::File(_) => true,
            Text::Tree(_) => false,
        };
        if ends && error.stage == Stage::Parser {
            line.push('\n');
        }
        line
    });
    CompileFailure {
        class: match error.kind {
            ErrorKind::Syntax => Builtin::SyntaxError,
            ErrorKind::Indentation => Builtin::IndentationError,
            ErrorKind::Tab => Builtin::TabError,
            ErrorKind::Incomplete => Builtin::IncompleteInputError,
            ErrorKind::Recursion => Builtin::RecursionError,
            ErrorKind::Memory => Builtin::MemoryError,
            ErrorKind::Value => Builtin::ValueError,
            ErrorKind::Type => Builtin::TypeError,
            ErrorKind::System => Builtin::SystemError,
        },
        message: error.message,
        line: error.line,
        column: error.column,
        end_line: error.end_line,
        end_column: error.end_column,
        bare: error.stage == Stage::Symbols,
        text,
        parsed,
    }
}
