//! Python source to register bytecode.
//!
//! ```text
//!   bytes ─► source (decoding) ─► parse (ruff) ─► scope (symbol table, errors) ─► emit (registers, bytecode) ─► Code
//! ```
//!
//! Every error is found before anything is emitted, with CPython's message and place.

#![forbid(unsafe_code)]

mod assemble;
mod emit;
mod error;
mod fold;
mod parse;
mod registers;
mod scope;
mod source;
mod tree;

pub use error::{CompileError, CompileWarning, ErrorKind, Stage};

use ashore_bytecode::Code;
use ashore_bytecode::syntax::Tree;
use ruff_python_ast::Mod;
use source::Source;

/// What a source is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A module: its variables are globals.
    Module,
    /// `exec`: its variables live in a namespace that need not be the globals.
    Exec,
    /// `eval`: one expression, whose value the code returns.
    Eval,
    /// An interactive session: one statement; the values of expression statements are shown.
    Single,
}

/// How source is compiled besides its mode. The default is what a script gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `from __future__ import annotations` is in effect without being written.
    pub future_annotations: bool,
    /// CPython's levels: from 1 on without assertions, from 2 on without docstrings.
    pub optimize: u8,
}

/// Source as `compile` gets it.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The bytes of a file, which say themselves how they are encoded.
    File(&'a [u8]),
    /// Text already.
    Text(&'a str),
}

/// Compiles the bytes of a source file, without a word of what it may warn of. The errors come in source order; Python raises the first.
pub fn compile(source: &[u8], filename: &str, mode: Mode) -> Result<Code, Vec<CompileError>> {
    let unheard = &mut Vec::new();
    compile_with(
        Input::File(source),
        filename,
        mode,
        Options::default(),
        unheard,
    )
}

/// The same with source that is text already.
pub fn compile_text(source: &str, filename: &str, mode: Mode) -> Result<Code, Vec<CompileError>> {
    let unheard = &mut Vec::new();
    compile_with(
        Input::Text(source),
        filename,
        mode,
        Options::default(),
        unheard,
    )
}

/// Compiles source as the `compile` builtin is told to. Warnings are added to `warnings`, in CPython's order; there may be
/// some even if there are errors.
pub fn compile_with(
    input: Input<'_>,
    filename: &str,
    mode: Mode,
    options: Options,
    warnings: &mut Vec<CompileWarning>,
) -> Result<Code, Vec<CompileError>> {
    let source = match input {
        Input::File(bytes) => Source::from_bytes(bytes, filename),
        Input::Text(text) => Source::from_text(text.to_owned(), filename),
    };
    compile_source(
        &source.map_err(|error| vec![error])?,
        mode,
        options,
        warnings,
    )
}

/// The syntax tree of source, as `ast.parse` gives it. What only the compiler finds wrong is not an error here.
pub fn parse_tree(
    input: Input<'_>,
    filename: &str,
    mode: Mode,
    warnings: &mut Vec<CompileWarning>,
) -> Result<Tree, CompileError> {
    let source = match input {
        Input::File(bytes) => Source::from_bytes(bytes, filename),
        Input::Text(text) => Source::from_text(text.to_owned(), filename),
    }?;
    let program = parse_program(&source, mode, warnings)?;
    let made = tree::tree(&source, &program, mode == Mode::Single);
    discard(program, made.as_ref().map(|&(_, depth)| depth));
    match made {
        Some((tree, _)) => Ok(tree),
        None => Err(source.compiler_error(
            ErrorKind::Recursion,
            "maximum recursion depth exceeded during ast construction",
            ruff_text_size::TextRange::default(),
        )),
    }
}

/// The text of a source file, as [`compile`] decodes it.
pub fn decode(source: &[u8], filename: &str) -> Result<String, CompileError> {
    Source::from_bytes(source, filename).map(|source| source.text().to_owned())
}

fn parse_program(
    source: &Source,
    mode: Mode,
    warnings: &mut Vec<CompileWarning>,
) -> Result<Mod, CompileError> {
    parse::parse(source, mode, warnings).map_err(|error| {
        // An empty source has no first line.
        let nowhere = source.text().is_empty();
        let stage = match error.stage {
            Stage::Compiler => Stage::Parser,
            stage => stage,
        };
        match nowhere {
            false => CompileError { stage, ..error },
            true => CompileError {
                stage,
                line: 0,
                column: 0,
                end_line: 0,
                end_column: 0,
                ..error
            },
        }
    })
}

fn compile_source(
    source: &Source,
    mode: Mode,
    options: Options,
    warnings: &mut Vec<CompileWarning>,
) -> Result<Code, Vec<CompileError>> {
    let program = parse_program(source, mode, warnings).map_err(|error| vec![error])?;
    let analysis = scope::analyze(&program, options.future_annotations);
    let valid = analysis.problems.is_empty();
    for early in [true, false] {
        let found = analysis.warnings.iter();
        let found = found.filter(|warning| warning.early == early && (early || valid));
        warnings.extend(found.map(|warning| {
            let error = {
                let message = warning.message.as_str();
                source.compiler_error(ErrorKind::Syntax, message, warning.range)
            };
            source.warning(warning.message.clone(), error)
        }));
    }
    let result = if analysis.problems.is_empty() {
        emit::emit(source, &analysis.scopes, &program, (mode, options)).map_err(|error| vec![error])
    } else {
        let problems = analysis.problems.into_iter();
        Err(problems
            .map(|p| source.compiler_error(p.kind, p.message, p.range))
            .collect())
    };
    discard(program, analysis.depth);
    result
}

/// Frees a program. One that was too deep to walk is also too deep to free: it is given up.
fn discard(program: Mod, depth: Option<u32>) {
    match depth {
        Some(depth) => {
            let stack = (depth as usize).saturating_mul(DISCARD_STACK);
            stacker::maybe_grow(stack + (32 << 10), stack + (1 << 20), || drop(program));
        }
        None => std::mem::forget(program),
    }
}

/// Stack that freeing a program takes for each level of its depth, generously.
const DISCARD_STACK: usize = 1 << 10;

/// Runs a step of a recursion over the program, on a new piece of stack if the current one is nearly used up.
fn with_stack<R>(step: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(64 << 10, 4 << 20, step)
}
