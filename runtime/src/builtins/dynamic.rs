//! `compile`, `eval` and `exec`: source and code objects that appear while the program runs.
//!
//! What they run without a namespace of its own goes into the globals and locals of the frame that calls them.

use super::trees;
use crate::interpreter::{self, frame::Frame};
use crate::object::{Object, Owned};
use crate::operators::{attribute, call, convert};
use crate::start::{self, Mode, Options, Source, Text};
use crate::types::bytes::Buffer;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::names::Name;
use crate::types::str::Str;
use crate::types::str::codec;
use crate::types::tuple::Tuple;
use crate::types::{self, class_of};
use crate::{Result, Thread, Value, builtins, import, methods, raise};
use ashore_bytecode::code::FUTURE_SHIFT;
use ashore_bytecode::symbols::Tables;

/// Features of `__future__`, in a code object's flags and in `compile`'s.
const FUTURE: i64 = 0xff << FUTURE_SHIFT;
/// A flag of old.
const NESTED: i64 = 0x10;
const DONT_IMPLY_DEDENT: i64 = 0x200;
const ONLY_AST: i64 = 0x400;
const TYPE_COMMENTS: i64 = 0x1000;
const ALLOW_TOP_LEVEL_AWAIT: i64 = 0x2000;
const ALLOW_INCOMPLETE_INPUT: i64 = 0x4000;
const OPTIMIZED_AST: i64 = 0x8000 | ONLY_AST;

/// How source is to be compiled.
#[derive(Clone, Copy)]
struct Settings {
    mode: Mode,
    options: Options,
    /// Blanks in front of an expression mean nothing: `eval` ignores them, `compile` does not.
    blanks_first: bool,
}

impl Settings {
    /// As the calling frame's code was compiled.
    fn inherited(mode: Mode, frame: Option<&Frame<'_>>) -> Settings {
        Settings {
            mode,
            options: Options {
                future: frame.map_or(0, |frame| frame.code.source.flags.future),
                optimize: start::running().program.flags.optimize,
                ..Options::default()
            },
            blanks_first: mode == Mode::Eval,
        }
    }

    /// As the arguments of `compile` say.
    fn of_call(thread: &Thread, args: &[Value], flags: i64) -> Result<Settings> {
        let dont_inherit = convert::truth(thread, args[4])?;
        let optimize = convert::to_c_int(thread, args[5])?;
        let minor = convert::to_c_int(thread, args[6])?;
        let known = FUTURE
            | NESTED
            | DONT_IMPLY_DEDENT
            | ALLOW_TOP_LEVEL_AWAIT
            | OPTIMIZED_AST
            | TYPE_COMMENTS
            | ALLOW_INCOMPLETE_INPUT;
        if flags & !known != 0 {
            return raise!(thread, ValueError, "compile(): unrecognised flags");
        }
        let optimize = match optimize {
            -1 => start::running().program.flags.optimize,
            0..=2 => optimize as u8,
            _ => return raise!(thread, ValueError, "compile(): invalid optimize value"),
        };
        let mode = args[2].get::<Str>().map(Str::to_str_lossy);
        let mode = mode_of(thread, &mode.unwrap_or_default(), flags)?;
        let frame = (!dont_inherit)
            .then(|| interpreter::current_frame(thread))
            .flatten();
        let inherited = Settings::inherited(mode, frame);
        let tree = flags & ONLY_AST != 0;
        Ok(Settings {
            options: Options {
                future: inherited.options.future | ((flags & FUTURE) >> FUTURE_SHIFT) as u8,
                optimize,
                type_comments: tree && flags & TYPE_COMMENTS != 0,
                optimize_tree: flags & OPTIMIZED_AST == OPTIMIZED_AST,
                allow_incomplete_input: flags & ALLOW_INCOMPLETE_INPUT != 0,
                dont_imply_dedent: flags & DONT_IMPLY_DEDENT != 0,
                minor_version: u8::try_from(minor).ok().filter(|_| tree),
                top_level_await: flags & ALLOW_TOP_LEVEL_AWAIT != 0,
            },
            blanks_first: false,
            ..inherited
        })
    }

    fn source<'a>(self, text: Text<'a>, filename: &'a str) -> Source<'a> {
        Source {
            text,
            filename,
            mode: self.mode,
            options: self.options,
        }
    }
}

/// Compiles a str or bytes-like object; `None` if the value is neither.
fn compile_value(
    thread: &Thread,
    value: Value,
    filename: &str,
    settings: Settings,
) -> Result<Option<&'static Code>> {
    let code = with_source(thread, value, filename, settings, start::compile)?;
    Ok(code.map(|code| Code::load(thread, code)))
}

/// What `make` makes of a str or bytes-like object; `None` if the value is neither.
fn with_source<T>(
    thread: &Thread,
    value: Value,
    filename: &str,
    settings: Settings,
    make: fn(&Thread, &Source<'_>) -> Result<T>,
) -> Result<Option<T>> {
    let (encoded, decoded, ended);
    let text = if let Some(text) = value.get::<Str>() {
        decoded = match text.as_str() {
            Some(text) => std::borrow::Cow::Borrowed(text),
            None => {
                let bytes = codec::encode(thread, text, None, None)?;
                std::borrow::Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
            }
        };
        let complete: &str = match settings.mode {
            Mode::Eval if settings.blanks_first => decoded.trim_start_matches([' ', '\t']),
            // The last line of statements always ends.
            Mode::Exec | Mode::Module if !decoded.is_empty() && !decoded.ends_with('\n') => {
                ended = format!("{decoded}\n");
                &ended
            }
            _ => &decoded,
        };
        Text::Decoded(complete)
    } else if let Some(bytes) = Buffer::copy(thread, value) {
        encoded = bytes;
        Text::File(&encoded)
    } else {
        return Ok(None);
    };
    let has_null = match text {
        Text::File(bytes) => bytes.contains(&0),
        Text::Decoded(text) => text.contains('\0'),
        Text::Tree(_) => false,
    };
    if has_null {
        return raise!(
            thread,
            SyntaxError,
            "source code string cannot contain null bytes"
        );
    }
    make(thread, &settings.source(text, filename)).map(Some)
}

fn compile(thread: &Thread, args: &[Value]) -> Result {
    let filename = builtins::io::path_bytes(thread, args[1])?;
    let filename = String::from_utf8_lossy(&filename);
    if !args[2].is::<Str>() {
        let got = convert::argument_type(args[2]);
        return raise!(
            thread,
            TypeError,
            "compile() argument 'mode' must be str, not {got}"
        );
    }
    let flags = convert::to_isize(thread, args[3])? as i64;
    let settings = Settings::of_call(thread, args, flags)?;
    if trees::is_node(thread, args[0])? {
        return compile_tree(thread, args[0], &filename, settings, flags);
    }
    if flags & ONLY_AST != 0 {
        let parsed = with_source(thread, args[0], &filename, settings, start::parse)?;
        return match parsed {
            Some(tree) => trees::objects(thread, &tree),
            None => not_source(thread),
        };
    }
    match compile_value(thread, args[0], &filename, settings)? {
        Some(code) => Ok(Owned::new(code.value())),
        None => not_source(thread),
    }
}

/// The symbol tables of a str or bytes-like object; `None` if the value is neither.
pub fn symbol_tables(
    thread: &Thread,
    source: Value,
    filename: &str,
    mode: Mode,
) -> Result<Option<Tables>> {
    let settings = Settings {
        mode,
        options: Options::default(),
        blanks_first: false,
    };
    with_source(thread, source, filename, settings, start::tabulate)
}

/// The mode of `compile`, as far as the flags allow it.
fn mode_of(thread: &Thread, name: &str, flags: i64) -> Result<Mode> {
    match name {
        "exec" => Ok(Mode::Exec),
        "eval" => Ok(Mode::Eval),
        "single" => Ok(Mode::Single),
        "func_type" if flags & ONLY_AST != 0 => Ok(Mode::FunctionType),
        "func_type" => raise!(
            thread,
            ValueError,
            "compile() mode 'func_type' requires flag PyCF_ONLY_AST"
        ),
        _ if flags & ONLY_AST != 0 => raise!(
            thread,
            ValueError,
            "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
        ),
        _ => raise!(
            thread,
            ValueError,
            "compile() mode must be 'exec', 'eval' or 'single'"
        ),
    }
}

/// Compiles a syntax tree, unless the flags ask for a tree.
fn compile_tree(
    thread: &Thread,
    object: Value,
    filename: &str,
    settings: Settings,
    flags: i64,
) -> Result {
    let root = match settings.mode {
        Mode::Module | Mode::Exec => "Module",
        Mode::Eval => "Expression",
        Mode::Single => "Interactive",
        Mode::FunctionType => "FunctionType",
    };
    let tree = trees::tree(thread, object, root)?;
    let source = settings.source(Text::Tree(&tree), filename);
    if flags & ONLY_AST != 0 {
        return trees::objects(thread, &start::parse(thread, &source)?);
    }
    let code = start::compile(thread, &source)?;
    Ok(Owned::new(Code::load(thread, code).value()))
}

fn not_source(thread: &Thread) -> Result {
    raise!(
        thread,
        TypeError,
        "compile() arg 1 must be a string, bytes or AST object"
    )
}

/// The namespaces that `eval` and `exec` run in: those given, or the calling frame's.
fn namespaces(thread: &Thread, globals: Value, locals: Value) -> Result<(Owned, Owned)> {
    if !globals.is_none() {
        let locals = if locals.is_none() { globals } else { locals };
        return Ok((Owned::new(globals), Owned::new(locals)));
    }
    let Some(frame) = interpreter::current_frame(thread) else {
        return raise!(thread, SystemError, "globals and locals cannot be NULL");
    };
    let locals = if locals.is_none() {
        interpreter::locals_snapshot(thread, frame)?
    } else {
        Owned::new(locals)
    };
    Ok((Owned::new(frame.globals), locals))
}

fn is_mapping(value: Value) -> bool {
    class_of(value).lookup_name(Name::GETITEM).is_some()
}

/// Globals without `__builtins__` get those of the calling frame.
fn add_builtins(thread: &Thread, globals: &Dict) -> Result<()> {
    let key = Name::BUILTINS.value();
    if globals.get(thread, key)?.is_some() {
        return Ok(());
    }
    let builtins = match interpreter::current_frame(thread) {
        Some(frame) => frame.builtins(thread),
        None => Owned::new(builtins::namespace(thread).value()),
    };
    globals.set(thread, key, builtins.value()).map(drop)
}

/// Runs a code object with these namespaces.
fn run(thread: &Thread, code: &Code, globals: Value, locals: Value, closure: Value) -> Result {
    let function = if code.source.flags.optimized || !code.free_names.is_empty() {
        types::function::new(
            thread,
            types::function::Parts {
                code: code.value(),
                globals,
                closure: closure.is::<Tuple>().then(|| Owned::new(closure)),
                defaults: None,
                kwdefaults: None,
                annotate: None,
            },
        )?
    } else {
        Owned::inline(Value::MISSING)
    };
    if code.source.flags.optimized {
        return call::call(thread, function.value(), &[]);
    }
    let namespace = if code.source.flags.namespace {
        locals
    } else {
        Value::MISSING
    };
    interpreter::run_namespace(thread, code, function.value(), globals, namespace)
}

/// Source that is run where its globals are its locals, too, is a module.
fn exec_mode(globals: &Owned, locals: &Owned) -> Mode {
    if globals.value() == locals.value() {
        Mode::Module
    } else {
        Mode::Exec
    }
}

fn eval(thread: &Thread, args: &[Value]) -> Result {
    if !args[2].is_none() && !is_mapping(args[2]) {
        return raise!(thread, TypeError, "locals must be a mapping");
    }
    if !args[1].is_none() && !args[1].is::<Dict>() {
        return if is_mapping(args[1]) {
            raise!(
                thread,
                TypeError,
                "globals must be a real dict; try eval(expr, {{}}, mapping)"
            )
        } else {
            raise!(thread, TypeError, "globals must be a dict")
        };
    }
    let (globals, locals) = namespaces(thread, args[1], args[2])?;
    add_builtins(thread, globals.get::<Dict>().expect("checked"))?;
    if let Some(code) = args[0].get::<Code>() {
        if !code.free_names.is_empty() {
            return raise!(
                thread,
                TypeError,
                "code object passed to eval() may not contain free variables"
            );
        }
        return run(thread, code, globals.value(), locals.value(), Value::NONE);
    }
    let settings = Settings::inherited(Mode::Eval, interpreter::current_frame(thread));
    match compile_value(thread, args[0], "<string>", settings)? {
        Some(code) => run(thread, code, globals.value(), locals.value(), Value::NONE),
        None => raise!(
            thread,
            TypeError,
            "eval() arg 1 must be a string, bytes or code object"
        ),
    }
}

/// Does a closure fit the code object that `exec` is to run?
fn check_closure(thread: &Thread, code: &Code, closure: Value) -> Result<()> {
    let wanted = code.free_names.len();
    if wanted == 0 {
        return match closure.is_none() {
            true => Ok(()),
            false => raise!(
                thread,
                TypeError,
                "cannot use a closure with this code object"
            ),
        };
    }
    let cells = closure.get_exact::<Tuple>().map_or(&[][..], Tuple::items);
    if cells.len() != wanted || !cells.iter().all(|cell| cell.is::<types::cell::Cell>()) {
        return raise!(
            thread,
            TypeError,
            "code object requires a closure of exactly length {wanted}"
        );
    }
    Ok(())
}

fn exec(thread: &Thread, args: &[Value]) -> Result {
    if !args[1].is_none() && !args[1].is::<Dict>() {
        let got = class_of(args[1]).name();
        return raise!(
            thread,
            TypeError,
            "exec() globals must be a dict, not {got}"
        );
    }
    if !args[2].is_none() && !is_mapping(args[2]) {
        let got = class_of(args[2]).name();
        return raise!(
            thread,
            TypeError,
            "locals must be a mapping or None, not {got}"
        );
    }
    let (globals, locals) = namespaces(thread, args[1], args[2])?;
    add_builtins(thread, globals.get::<Dict>().expect("checked"))?;
    let closure = args[3];
    if let Some(code) = args[0].get::<Code>() {
        check_closure(thread, code, closure)?;
        run(thread, code, globals.value(), locals.value(), closure)?;
        return Ok(Owned::NONE);
    }
    if !closure.is_none() {
        return raise!(
            thread,
            TypeError,
            "closure can only be used when source is a code object"
        );
    }
    let mode = exec_mode(&globals, &locals);
    let settings = Settings::inherited(mode, interpreter::current_frame(thread));
    match compile_value(thread, args[0], "<string>", settings)? {
        Some(code) => {
            run(thread, code, globals.value(), locals.value(), closure)?;
            Ok(Owned::NONE)
        }
        None => raise!(
            thread,
            TypeError,
            "exec() arg 1 must be a string, bytes or code object"
        ),
    }
}

/// Calls `sys.breakpointhook`.
fn breakpoint(thread: &Thread, args: &[Value]) -> Result {
    let name = types::str::intern(thread, "breakpointhook");
    let sys = import::system(thread)?;
    match attribute::get_optional(thread, sys.value(), name)? {
        Some(hook) => call::call_packed(thread, hook.value(), args[0], args[1]),
        None => raise!(thread, RuntimeError, "lost sys.breakpointhook"),
    }
}

methods! { pub FUNCTIONS:
    /// Compile source into a code object that can be executed by exec() or eval().
    static "compile(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)" => compile;
    /// Evaluate the given source in the context of globals and locals.
    static "eval(source, /, globals=None, locals=None)" => eval;
    /// Execute the given source in the context of globals and locals.
    static "exec(source, /, globals=None, locals=None, *, closure=None)" => exec -> None;
    /// Call sys.breakpointhook(*args, **kws).
    static "breakpoint(*args, **kws)" => breakpoint;
}
