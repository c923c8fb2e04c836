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
mod lexemes;
mod parse;
mod registers;
mod scope;
mod source;
mod tree;

pub use error::{CompileError, CompileWarning, ErrorKind, Stage};

use ashore_bytecode::Code;
use ashore_bytecode::symbols::Tables;
use ashore_bytecode::syntax::Tree;
use ruff_python_ast::Mod;
use scope::{Phase, Purpose};
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
    /// The type of a function, as a comment gives it: only a tree is made of it.
    FunctionType,
}

/// How source is compiled besides its mode. The default is what a script gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Features of `__future__` that are in effect without being written, as code objects number them.
    pub future: u8,
    /// CPython's levels: from 1 on without assertions, from 2 on without docstrings.
    pub optimize: u8,
    /// Comments that tell types are part of the tree.
    pub type_comments: bool,
    /// A tree is to be as the compiler would leave it.
    pub optimize_tree: bool,
    /// Source that ends where an error would be is told from what is wrong.
    pub allow_incomplete_input: bool,
    /// Of an interactive statement, the last line of a block ends only with a line end.
    pub dont_imply_dedent: bool,
    /// The minor version of the Python whose syntax is accepted, if not the newest.
    pub minor_version: Option<u8>,
    /// A module may wait for things, and is a coroutine if it does.
    pub top_level_await: bool,
    /// Ints written with more decimal digits are refused; 0 if there is no limit.
    pub max_int_digits: usize,
}

/// CPython's limit for ints as decimal text, unless a program is told otherwise.
pub const MAX_INT_DIGITS: usize = 4300;

impl Default for Options {
    fn default() -> Options {
        Options {
            future: 0,
            optimize: 0,
            type_comments: false,
            optimize_tree: false,
            allow_incomplete_input: false,
            dont_imply_dedent: false,
            minor_version: None,
            top_level_await: false,
            max_int_digits: MAX_INT_DIGITS,
        }
    }
}

/// Source as `compile` gets it.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The bytes of a file, which say themselves how they are encoded.
    File(&'a [u8]),
    /// Text already.
    Text(&'a str),
    /// A tree that a program made: a `Module`, an `Expression` or an `Interactive`.
    Tree(&'a Tree),
}

impl Input<'_> {
    /// The program, and what tells the places of its nodes.
    fn parse(
        self,
        filename: &str,
        how: (Mode, Options),
        warnings: &mut Vec<CompileWarning>,
    ) -> Result<(Source, Mod), CompileError> {
        let source = match self {
            Input::File(bytes) => Source::from_bytes(bytes, filename)?,
            Input::Text(text) => Source::from_text(text.to_owned(), filename)?,
            Input::Tree(tree) => return program_of_tree(tree, filename),
        };
        let program = parse_program(&source, how, warnings)?;
        Ok((source, program))
    }
}

/// The program that a tree stands for, if it stands for one.
fn program_of_tree(tree: &Tree, filename: &str) -> Result<(Source, Mod), CompileError> {
    let built = tree::validate(tree).and_then(|()| tree::program(tree));
    let (program, places) = built.map_err(|invalid| invalid.error(filename))?;
    Ok((Source::of_tree(places, filename), program))
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
    let parsed = input.parse(filename, (mode, options), warnings);
    let (source, program) = parsed.map_err(|error| vec![error])?;
    compile_program(&source, program, (mode, options), warnings)
}

/// The syntax tree of source, as `ast.parse` gives it. What only the compiler finds wrong is not an error here. Of a tree it
/// is what the options make of it.
pub fn parse_tree(
    input: Input<'_>,
    filename: &str,
    mode: Mode,
    options: Options,
    warnings: &mut Vec<CompileWarning>,
) -> Result<Tree, CompileError> {
    let tree = match input {
        Input::Tree(tree) => {
            tree::validate(tree).map_err(|invalid| invalid.error(filename))?;
            tree.clone()
        }
        Input::File(bytes) => {
            let source = Source::from_bytes(bytes, filename)?;
            tree_of_source(&source, (mode, options), warnings)?
        }
        Input::Text(text) => {
            let source = Source::from_text(text.to_owned(), filename)?;
            tree_of_source(&source, (mode, options), warnings)?
        }
    };
    Ok(match options.optimize_tree {
        true => tree::optimize(tree, options.optimize),
        false => tree,
    })
}

fn tree_of_source(
    source: &Source,
    (mode, options): (Mode, Options),
    warnings: &mut Vec<CompileWarning>,
) -> Result<Tree, CompileError> {
    if mode == Mode::FunctionType {
        let parsed = parse::signature(source).map_err(|error| of_parser(source, error))?;
        return Ok(tree::signature(source, &parsed));
    }
    let program = parse_program(source, (mode, options), warnings)?;
    let made = tree::tree(source, &program, mode, options.type_comments);
    discard(program, made.as_ref().ok().map(|&(_, depth)| depth));
    made.map(|(tree, _)| tree)
        .map_err(|error| of_parser(source, error))
}

/// The text of a source file, as [`compile`] decodes it.
pub fn decode(source: &[u8], filename: &str) -> Result<String, CompileError> {
    Source::from_bytes(source, filename).map(|source| source.text().to_owned())
}

/// The tokens of source, as `tokenize` gives them, up to the first error of the tokenizer, and that.
pub fn lexemes(text: &str) -> (Vec<ashore_bytecode::lexemes::Lexeme>, Option<CompileError>) {
    lexemes::lexemes(text)
}

/// A name in source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub text: String,
    /// From 1.
    pub line: u32,
    /// In characters, from 0.
    pub start: u32,
}

/// The names in source, whatever is wrong with it, up to what is no token. Keywords are none, but soft ones are.
pub fn names(text: &str) -> Vec<Name> {
    match Source::from_text(text.to_owned(), "") {
        Ok(source) => parse::names(&source),
        Err(_) => Vec::new(),
    }
}

/// Does an interactive session take this source, or wait for more of it? As `codeop.compile_command` finds out.
pub fn reads(text: &str) -> bool {
    let options = Options {
        dont_imply_dedent: true,
        ..Options::default()
    };
    let patient = Options {
        allow_incomplete_input: true,
        ..options
    };
    let parse = |text: String| {
        let source = Source::from_text(text, "<input>")?;
        let program = parse_program(&source, (Mode::Exec, patient), &mut Vec::new())?;
        // A tree is no deeper than the source is long.
        discard(program, u32::try_from(source.text().len()).ok());
        Ok(())
    };
    let waits = || match parse(format!("{text}\n")) {
        Ok(()) => true,
        Err(CompileError { kind, .. }) => kind == ErrorKind::Incomplete,
    };
    let compiles = || {
        let unheard = &mut Vec::new();
        compile_with(Input::Text(text), "<input>", Mode::Exec, options, unheard).is_ok()
    };
    parse(text.to_owned()).is_err() && waits() || compiles()
}

/// The encoding that a source file says it has, if whoever asks for it to be compiled has to decode it first.
pub fn foreign_encoding(source: &[u8]) -> Option<String> {
    source::foreign_encoding(source)
}

fn parse_program(
    source: &Source,
    how: (Mode, Options),
    warnings: &mut Vec<CompileWarning>,
) -> Result<Mod, CompileError> {
    parse::parse(source, how, warnings).map_err(|error| of_parser(source, error))
}

/// An error that the parser finds. An empty source has no first line.
fn of_parser(source: &Source, error: CompileError) -> CompileError {
    let stage = match error.stage {
        Stage::Compiler => Stage::Parser,
        stage => stage,
    };
    match source.text().is_empty() {
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
}

/// The symbol tables of source, as `symtable.symtable` gives them. What only the generation of code finds wrong is not an
/// error here.
pub fn symbol_tables(
    input: Input<'_>,
    filename: &str,
    mode: Mode,
    options: Options,
    warnings: &mut Vec<CompileWarning>,
) -> Result<Tables, CompileError> {
    let (source, program) = input.parse(filename, (mode, options), warnings)?;
    let analysis = analyze(&source, &program, options, Purpose::Tables);
    let mut problems = analysis.problems.into_iter();
    let problem = problems.find(|problem| problem.phase != Phase::Code);
    let made = match problem {
        Some(problem) => Err(problem.error(&source)),
        None => Ok(scope::tables(&analysis.scopes)),
    };
    discard(program, analysis.depth);
    made
}

/// What is known of a program's names, and what is wrong, as CPython comes by it.
fn analyze(source: &Source, program: &Mod, options: Options, purpose: Purpose) -> scope::Analysis {
    let settings = scope::Settings {
        purpose,
        future: options.future,
        top_level_await: options.top_level_await,
    };
    let mut analysis = scope::analyze(source, program, settings);
    analysis
        .problems
        .sort_by_key(|problem| (problem.phase, source.order(problem.range.start())));
    analysis
}

fn compile_program(
    source: &Source,
    program: Mod,
    (mode, options): (Mode, Options),
    warnings: &mut Vec<CompileWarning>,
) -> Result<Code, Vec<CompileError>> {
    let analysis = analyze(source, &program, options, Purpose::Code);
    warnings.extend(warnings_of(source, &analysis));
    let result = if analysis.problems.is_empty() {
        emit::emit(source, &analysis.scopes, &program, (mode, options)).map_err(|error| vec![error])
    } else {
        let problems = analysis.problems.into_iter();
        Err(problems.map(|problem| problem.error(source)).collect())
    };
    discard(program, analysis.depth);
    result
}

/// What the walk over a program is to warn of, as far as CPython comes.
fn warnings_of(source: &Source, analysis: &scope::Analysis) -> Vec<CompileWarning> {
    let order = |at| source.order(at);
    let early = analysis.warnings.iter().filter(|warning| warning.early);
    let mut found: Vec<_> = early.collect();
    found.sort_by_key(|warning| order(warning.range.start()));
    let first = analysis.problems.first();
    let code = first.is_none_or(|problem| problem.phase == Phase::Code);
    if code {
        let end = first.map(|problem| order(problem.range.start()));
        let late = scope::repeated(&analysis.warnings, &analysis.repeats, order, end);
        found.extend(late);
    }
    let warnings = found.into_iter().map(|warning| {
        let message = warning.message.as_str();
        let error = source.compiler_error(ErrorKind::Syntax, message, warning.range);
        source.warning(warning.message.clone(), error)
    });
    warnings.collect()
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
