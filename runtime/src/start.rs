//! Running a program.
//!
//! `run` sets up the runtime, runs the image's `__main__` on a thread with a large stack, reports what it did not catch,
//! [finishes](finish) and gives the exit status, all as CPython does.

use crate::interpreter::{self, report};
use crate::monitor;
use crate::object::Object;
use crate::operators::{attribute, call, convert};
use crate::sync::{gil, signals};
use crate::thread::stack::on_new_stack;
pub use crate::types::Builtin;
use crate::types::class::class_of;
use crate::types::code::Code;
pub use crate::types::module::NativeModule;
use crate::types::names::Name;
use crate::types::{self, exception};
use crate::{Raised, Result, Thread, Value, abi, builtins, finish, heap, import, warnings};
use ashore_bytecode as bytecode;
use ashore_bytecode::image::Image;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

/// What the program's text is to be compiled as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A module: its variables are globals.
    Module,
    /// `exec`: its variables live in a namespace that need not be the globals.
    Exec,
    /// One expression.
    Eval,
    /// One statement of an interactive session.
    Single,
    /// The type of a function, of which only a tree is made.
    FunctionType,
}

/// What is to be compiled.
#[derive(Clone, Copy, Debug)]
pub enum Text<'a> {
    /// A file's bytes, which may say how they are encoded.
    File(&'a [u8]),
    Decoded(&'a str),
    /// No text: a tree that the program made.
    Tree(&'a bytecode::syntax::Tree),
}

/// Source and how to compile it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    pub text: Text<'a>,
    pub filename: &'a str,
    pub mode: Mode,
    pub options: Options,
}

/// How source is compiled besides its mode.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Features of `__future__` that are in effect even if the source does not ask for them, as code objects number them.
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
}

impl<'a> Source<'a> {
    /// A module's file.
    pub fn module(bytes: &'a [u8], filename: &'a str) -> Source<'a> {
        Source {
            text: Text::File(bytes),
            filename,
            mode: Mode::Module,
            options: Options {
                optimize: running().program.flags.optimize,
                ..Options::default()
            },
        }
    }
}

/// Why source could not be compiled; the fields of a SyntaxError.
pub struct CompileFailure {
    pub class: Builtin,
    pub message: String,
    pub line: u32,
    /// Columns count characters from 1.
    pub column: u32,
    pub end_line: u32,
    /// `u32::MAX` if the error ends nowhere.
    pub end_column: u32,
    /// The message is all that the exception is made of; the rest is added to it.
    pub bare: bool,
    pub text: Option<String>,
    /// Of an error that the parser found: line and column of the last statement it had read, and the source.
    pub parsed: Option<((u32, u32), String)>,
}

impl CompileFailure {
    /// One without a message that is about no place in source.
    pub fn nowhere(class: Builtin) -> CompileFailure {
        CompileFailure {
            class,
            message: String::new(),
            line: 0,
            column: 0,
            end_line: 0,
            end_column: 0,
            bare: false,
            text: None,
            parsed: None,
        }
    }
}

/// What a name that was not found may have been.
pub use crate::operators::suggest::closest;
pub use crate::types::exception::classes::Typo;
pub use ashore_bytecode::lexemes::Lexeme;

/// Something in source that compiles but is hardly meant, a `SyntaxWarning`.
pub struct CompileWarning {
    pub message: String,
    pub line: u32,
    /// What is raised where warnings are errors.
    pub error: CompileFailure,
}

/// Makes something of source, and adds what is to be warned of: given by whoever links the frontend in.
pub type Frontend<T> =
    fn(&Source<'_>, &mut Vec<CompileWarning>) -> std::result::Result<T, CompileFailure>;

/// Compiles source.
pub type Compile = Frontend<bytecode::Code>;

/// Makes the syntax tree of source.
pub type Parse = Frontend<bytecode::syntax::Tree>;

/// Makes the symbol tables of source.
pub type Tabulate = Frontend<bytecode::symbols::Tables>;

/// Tokens up to the first error of the tokenizer, and that.
pub type Tokens = (Vec<Lexeme>, Option<CompileFailure>);

/// What the frontend can do for a running program.
#[derive(Clone, Copy)]
pub struct SourceTools {
    pub compile: Compile,
    pub parse: Parse,
    pub tabulate: Tabulate,
    /// The tokens of source, and what is wrong behind them.
    pub tokenize: fn(&str) -> std::result::Result<Tokens, CompileFailure>,
    /// The encoding that a file names, if it is one that the frontend cannot decode.
    pub encoding: fn(&[u8]) -> Option<String>,
    /// The name in lines of source, with `true` in the last one, that should have been a keyword.
    pub find_typo: fn(&[&str], bool) -> Option<Typo>,
}

/// What options say of how a program runs: `sys.flags`, and what goes with it.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    pub debug: u8,
    pub bytes_warning: u8,
    pub ignore_environment: bool,
    pub isolated: bool,
    pub no_site: bool,
    pub no_user_site: bool,
    /// 1 leaves assertions out of what the program compiles, 2 also docstrings.
    pub optimize: u8,
    pub quiet: u8,
    pub safe_path: bool,
    pub verbose: u8,
    /// Filters of warnings, `sys.warnoptions`.
    pub warnings: Vec<String>,
    /// Other options, `sys._xoptions`: `name` or `name=value`.
    pub options: Vec<String>,
}

impl Flags {
    /// Adds an option `-X`.
    pub fn add_option(&mut self, option: String) {
        self.options.push(option);
    }

    /// The value of an option, if it is given: empty if it has none.
    pub fn option(&self, name: &str) -> Option<&str> {
        let values = self.options.iter().rev();
        values
            .filter_map(|option| match option.split_once('=') {
                Some((key, value)) => (key == name).then_some(value),
                None => (option == name).then_some(""),
            })
            .next()
    }

    /// Ints of more digits are not turned into decimal text or back; 0 if there is no limit. What is given must be a limit.
    pub fn max_int_digits(&self) -> std::result::Result<usize, &'static str> {
        let variable = match self.ignore_environment {
            true => None,
            false => std::env::var("PYTHONINTMAXSTRDIGITS").ok(),
        };
        let (given, wrong) = match (self.option("int_max_str_digits"), &variable) {
            (Some(value), _) => (value, BAD_DIGITS_OPTION),
            (None, Some(value)) if !value.is_empty() => (value.as_str(), BAD_DIGITS_VARIABLE),
            (None, _) => return Ok(types::int::text::DEFAULT_MAX_DIGITS),
        };
        let limit = given.parse().ok();
        let valid =
            limit.filter(|&limit| limit == 0 || limit >= types::int::text::LEAST_MAX_DIGITS);
        valid.ok_or(wrong)
    }

    /// Development mode: `-X dev`.
    pub fn dev_mode(&self) -> bool {
        self.option("dev").is_some()
    }

    /// Is `faulthandler` enabled from the start? `-X faulthandler`, `-X dev`, `PYTHONFAULTHANDLER`.
    fn handles_faults(&self) -> bool {
        let asked = || std::env::var_os("PYTHONFAULTHANDLER").is_some_and(|text| !text.is_empty());
        self.dev_mode()
            || self.option("faulthandler").is_some()
            || (!self.ignore_environment && asked())
    }
}

/// What is said of limits that are none.
const BAD_DIGITS_OPTION: &str =
    "-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.";
const BAD_DIGITS_VARIABLE: &str =
    "PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.";

/// A program ready to run.
pub struct Program {
    /// The modules, as `ashore_bytecode::image` wrote them.
    pub image: &'static [u8],
    /// The standard library, unless the image holds what the program needs of it.
    pub library: Option<Image<'static>>,
    /// `sys.argv`.
    pub argv: Vec<OsString>,
    /// `sys.path`, where modules that the image lacks are looked for; nothing for built executables.
    pub path: Vec<PathBuf>,
    pub flags: Flags,
    /// Threads run one at a time; if not given, the environment says.
    pub gil: Option<bool>,
    pub modules: &'static [&'static NativeModule],
    pub tools: SourceTools,
    /// What compiling the image's modules warned of, with their paths: issued when they are loaded.
    pub warnings: Vec<(String, CompileWarning)>,
}

/// The program as the rest of the runtime may ask for it.
pub struct Running {
    pub program: Program,
    pub image: Image<'static>,
}

impl Running {
    /// The program's image, then the library's.
    pub fn images(&self) -> impl Iterator<Item = Image<'static>> {
        std::iter::once(self.image).chain(self.program.library)
    }
}

static RUNNING: OnceLock<Running> = OnceLock::new();

/// Native stack of the main thread, in bytes: Python recursion is native recursion.
const MAIN_STACK: usize = 1 << 30;

/// The running program.
///
/// # Panics
/// Before `run` was called.
pub fn running() -> &'static Running {
    RUNNING.get().expect("a program is running")
}

/// Runs a program to its end; the result is the exit status. To be called once.
pub fn run(program: Program) -> i32 {
    let image = match Image::open(program.image) {
        Ok(image) => image,
        Err(error) => {
            eprintln!("ashore: the program is damaged: {error}");
            return 1;
        }
    };
    match program.flags.max_int_digits() {
        Ok(limit) => types::int::text::MAX_DIGITS.store(limit, Ordering::Relaxed),
        Err(wrong) => {
            eprintln!("ashore: {wrong}");
            return 1;
        }
    }
    assert!(
        RUNNING.set(Running { program, image }).is_ok(),
        "one program a process"
    );
    let status = on_new_stack(MAIN_STACK, || {
        gil::start(running().program.gil);
        let thread = Thread::enter();
        signals::set_main(thread);
        main_thread(thread)
    });
    status.unwrap_or_else(|error| {
        eprintln!("ashore: there is no memory for the main thread's stack: {error}");
        1
    })
}

/// Sets up the process for a program that has it for itself: what Rust's standard library does before `main`, less what
/// a program has no use for, and memory in small portions. To be called first thing in a `main` that the C library
/// calls, before anything is allocated.
pub fn prepare_process() {
    heap::mimalloc::reserve_first_arena();
    open_standard_descriptors();
    if let Err(error) = signals::ignore(libc::SIGPIPE) {
        unreachable!("SIGPIPE can be ignored: {error}");
    }
}

/// Makes sure that no file the program opens gets the number of a standard stream.
fn open_standard_descriptors() {
    for descriptor in 0..=2 {
        // SAFETY: plain libc calls.
        unsafe {
            if libc::fcntl(descriptor, libc::F_GETFD) == -1
                && libc::open(c"/dev/null".as_ptr(), libc::O_RDWR) == -1
            {
                libc::abort();
            }
        }
    }
}

/// Programs may be traced: a `main` that does not call this has nothing that traces.
pub fn provide_tracing() {
    monitor::provide();
}

fn main_thread(thread: &'static Thread) -> i32 {
    types::init::initialize(thread);
    builtins::start(thread);
    if let Err(error) = signals::catch(libc::SIGINT) {
        write_error(&format!("ashore: interrupts can't be caught: {error}\n"));
    }
    for module in running().program.modules {
        types::module::register(module);
    }
    abi::attach::prepare(thread);
    let leaks = finish::LeakCheck::begin(thread);
    let status = match run_main(thread) {
        Ok(()) => 0,
        Err(raised) => uncaught(thread, raised),
    };
    let status = leaks.finish(thread, status);
    crate::thread::end();
    die_of_interrupt_if_due(status);
    status
}

fn run_main(thread: &Thread) -> Result<()> {
    let entry = running()
        .image
        .find("__main__")
        .expect("the compiler writes a __main__");
    // Small executables have the module only if their program imports it.
    let has_module = types::module::find_native("faulthandler").is_some();
    if has_module && running().program.flags.handles_faults() {
        let name = types::str::intern(thread, "faulthandler");
        let module = import::import_absolute(thread, name)?;
        let enable = types::str::intern(thread, "enable");
        let enable = attribute::get(thread, module.value(), enable)?;
        call::call(thread, enable.value(), &[])?;
    }
    import::run_main(thread, entry)
}

/// An interrupted program dies of SIGINT, so that its shell knows.
fn die_of_interrupt_if_due(status: i32) {
    if status != STATUS_INTERRUPTED {
        return;
    }
    // SAFETY: plain libc calls; the default action ends the process.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::kill(libc::getpid(), libc::SIGINT);
    }
}

/// Exit status of a program that KeyboardInterrupt ended.
const STATUS_INTERRUPTED: i32 = 130;

/// What an exception that nobody caught does to the program.
fn uncaught(thread: &Thread, raised: Raised) -> i32 {
    let exception = thread.take_exception(raised);
    if class_of(exception.value()).is_subclass_of(Builtin::SystemExit.class()) {
        return exit_status(thread, exception.value());
    }
    let interrupted =
        class_of(exception.value()).is_subclass_of(Builtin::KeyboardInterrupt.class());
    if let Err(raised) = builtins::io::flush_standard_streams(thread) {
        drop(thread.take_exception(raised));
    }
    show_uncaught(thread, exception.value());
    if interrupted { STATUS_INTERRUPTED } else { 1 }
}

/// Lets `sys.excepthook` show the exception; what goes wrong in it is shown, too.
fn show_uncaught(thread: &Thread, exception: Value) {
    let report = |exception| write_error(&report::report(thread, exception));
    let Some(sys) = import::loaded(thread, "sys") else {
        return report(exception);
    };
    let name = types::str::intern(thread, "excepthook");
    let class = class_of(exception).value();
    let traceback = exception::traceback_of(exception);
    let shown = attribute::get_optional(thread, sys.value(), name).and_then(|hook| match hook {
        Some(hook) => {
            let args = [class, exception, traceback.value()];
            call::call(thread, hook.value(), &args).map(|_| true)
        }
        None => Ok(false),
    });
    match shown {
        Ok(true) => {}
        Ok(false) => {
            write_error("sys.excepthook is missing\n");
            report(exception);
        }
        Err(raised) => {
            let failure = thread.take_exception(raised);
            write_error("Error in sys.excepthook:\n");
            report(failure.value());
            write_error("\nOriginal exception was:\n");
            report(exception);
        }
    }
}

/// The status that `SystemExit` asks for; a code that is no int is printed.
fn exit_status(thread: &Thread, exception: Value) -> i32 {
    let code = match attribute::get(thread, exception, Name::CODE_ATTRIBUTE.value()) {
        Ok(code) => code,
        Err(raised) => {
            drop(thread.take_exception(raised));
            return 1;
        }
    };
    if code.is_none() {
        return 0;
    }
    if let Some(status) = types::int::to_i64(code.value()) {
        return (status & 0xff) as i32;
    }
    if types::int::IntRef::of(&code.value()).is_some() {
        // No status: CPython's conversion gives -1.
        return 0xff;
    }
    match convert::display(thread, code.value()) {
        Ok(text) => write_error(&format!("{text}\n")),
        Err(raised) => drop(thread.take_exception(raised)),
    }
    1
}

/// Calls `call` while no signal is delivered to this thread: threads that it starts get none, ever, so that the program's
/// signals go to the program's threads.
pub fn without_signals<R>(call: impl FnOnce() -> R) -> R {
    signals::blocked(call)
}

/// Writes to standard error; there is nowhere to report a failure to.
pub fn write_error(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Compiles source for the running program, and warns of what CPython warns of.
pub fn compile(thread: &Thread, source: &Source<'_>) -> Result<bytecode::Code> {
    by_frontend(thread, source, running().program.tools.compile)
}

/// The syntax tree of source, likewise.
pub fn parse(thread: &Thread, source: &Source<'_>) -> Result<bytecode::syntax::Tree> {
    by_frontend(thread, source, running().program.tools.parse)
}

/// The tokens of source, and what is wrong behind them.
pub fn tokenize(thread: &Thread, text: &str) -> Result<Tokens> {
    let tokens = (running().program.tools.tokenize)(text);
    tokens.map_err(|failure| raise_failure(thread, &failure, "<string>"))
}

/// Ints of more digits are not read from decimal text now; 0 if there is no limit.
pub fn max_int_digits() -> usize {
    types::int::text::MAX_DIGITS.load(Ordering::Relaxed)
}

/// The symbol tables of source, likewise.
pub fn tabulate(thread: &Thread, source: &Source<'_>) -> Result<bytecode::symbols::Tables> {
    by_frontend(thread, source, running().program.tools.tabulate)
}

fn by_frontend<T>(thread: &Thread, source: &Source<'_>, make: Frontend<T>) -> Result<T> {
    let decoded = match source.text {
        Text::File(bytes) => decode(thread, bytes, source.filename)?,
        Text::Decoded(_) | Text::Tree(_) => None,
    };
    let source = &Source {
        text: decoded.as_deref().map_or(source.text, Text::Decoded),
        ..*source
    };
    let mut warnings = Vec::new();
    let made = make(source, &mut warnings);
    for warning in &warnings {
        issue(thread, warning, source.filename)?;
    }
    made.map_err(|failure| raise_failure(thread, &failure, source.filename))
}

/// The text of a file in an encoding that only a codec knows. If none does, the frontend says what there is to say.
fn decode(thread: &Thread, bytes: &[u8], filename: &str) -> Result<Option<String>> {
    let Some(encoding) = (running().program.tools.encoding)(bytes) else {
        return Ok(None);
    };
    match types::str::codec::decode(thread, bytes, Some(&encoding), None) {
        Ok(text) => convert::display(thread, text.value()).map(Some),
        Err(raised) => {
            let exception = thread.take_exception(raised);
            let message = convert::display(thread, exception.value())?;
            if message.starts_with("unknown encoding") {
                return Ok(None);
            }
            let failure = CompileFailure {
                message,
                column: u32::MAX,
                ..CompileFailure::nowhere(Builtin::SyntaxError)
            };
            Err(raise_failure(thread, &failure, filename))
        }
    }
}

/// Issues what compiling a module of the image warned of.
pub fn warn_of_module(thread: &Thread, path: &str) -> Result<()> {
    let warnings = running().program.warnings.iter();
    for (_, warning) in warnings.filter(|(module, _)| module == path) {
        issue(thread, warning, path)?;
    }
    Ok(())
}

fn issue(thread: &Thread, warning: &CompileWarning, filename: &str) -> Result<()> {
    let category = Builtin::SyntaxWarning;
    let Err(raised) =
        warnings::warn_explicit(thread, category, &warning.message, filename, warning.line)
    else {
        return Ok(());
    };
    let exception = thread.take_exception(raised);
    if class_of(exception.value()).is_subclass_of(category.class()) {
        return Err(raise_failure(thread, &warning.error, filename));
    }
    Err(thread.reraise_value(exception))
}

/// Raises the SyntaxError of source that could not be compiled.
#[cold]
pub fn raise_failure(thread: &Thread, failure: &CompileFailure, filename: &str) -> Raised {
    if !failure
        .class
        .class()
        .is_subclass_of(Builtin::SyntaxError.class())
    {
        return thread.raise_text(failure.class, &failure.message);
    }
    let text = |s: &str| types::str::new(thread, s);
    // What is nowhere is at -1.
    let number = |n: u32| types::int::from_i64(thread, i64::from(n as i32));
    let line = failure
        .text
        .clone()
        .or_else(|| source_line(filename, failure.line));
    let details = [
        ("filename", text(filename)),
        ("lineno", number(failure.line)),
        ("offset", number(failure.column)),
        ("text", line.as_deref().map_or(crate::Owned::NONE, text)),
        ("end_lineno", number(failure.end_line)),
        ("end_offset", number(failure.end_column)),
    ];
    let message = text(&failure.message);
    if !failure.bare {
        let details = details.map(|(_, detail)| detail);
        let args = vec![message, types::tuple::new(thread, details.into())];
        let made = exception::new_builtin(thread, failure.class, args);
        if let Some(((line, column), source)) = &failure.parsed {
            let metadata = [number(*line), number(*column), text(source)];
            let metadata = types::tuple::from_array(thread, metadata);
            exception::classes::set_member(
                made.value(),
                exception::classes::SYNTAX_METADATA,
                metadata,
            );
        }
        return thread.raise_value(made);
    }
    let made = exception::new_builtin(thread, failure.class, vec![message]);
    for (name, detail) in details {
        let name = types::str::intern(thread, name);
        if let Err(raised) = attribute::set(thread, made.value(), name, detail.value()) {
            return raised;
        }
    }
    thread.raise_value(made)
}

/// The name in lines of source, with `last` in the last one, that should have been a keyword.
pub(crate) fn find_typo(lines: &[&str], last: bool) -> Option<Typo> {
    (running().program.tools.find_typo)(lines, last)
}

/// One line of a source file, without its end, if it can be had: from the image, or from the file.
pub fn source_line(filename: &str, line: u32) -> Option<String> {
    let index = usize::try_from(line).ok()?.checked_sub(1)?;
    let embedded = running()
        .images()
        .flat_map(|image| image.modules())
        .find(|module| module.path() == filename);
    if let Some(Ok(Some(source))) = embedded.map(|module| module.source()) {
        return source
            .split_inclusive('\n')
            .nth(index)
            .map(|l| l.trim_end_matches(['\n', '\r']).to_owned());
    }
    let source = std::fs::read(Path::new(filename)).ok()?;
    String::from_utf8_lossy(&source)
        .lines()
        .nth(index)
        .map(str::to_owned)
}

/// Runs a module's code in a namespace; what `import` does with a module it found.
pub fn run_module(
    thread: &Thread,
    module: Option<usize>,
    code: bytecode::Code,
    globals: Value,
) -> Result {
    let code = Code::load(thread, code);
    if let Some(module) = module {
        abi::attach::attach(module, code, globals);
    }
    interpreter::run_namespace(thread, code, Value::MISSING, globals, Value::MISSING)
}
