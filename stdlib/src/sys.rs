//! `sys`: the interpreter about itself.

use crate::sys_data::VERSION;

use ashore_runtime::interpreter::report;
use ashore_runtime::object::refcount;
use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::sync::gil;
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::dict::Dict;
use ashore_runtime::types::exception;
use ashore_runtime::types::frame::callers::{self, Callers};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::str::Str;
use ashore_runtime::types::tuple::Tuple;
use ashore_runtime::types::{class_of, dict, int, list, str, tuple};
use ashore_runtime::{
    Builtin, Owned, Result, Thread, Value, builtins, import, methods, raise, start, thread,
    warnings,
};

/// Raises SystemExit as exceptions are raised by a class and a value: a tuple is the arguments, an instance is raised itself.
fn exit(thread: &Thread, args: &[Value]) -> Result {
    let status = args[0];
    if class_of(status).is_subclass_of(Builtin::SystemExit.class()) {
        return Err(thread.raise_value(Owned::new(status)));
    }
    let arguments = match status.get::<Tuple>() {
        _ if status.is_none() => Vec::new(),
        Some(arguments) => arguments.items().iter().map(|&a| Owned::new(a)).collect(),
        None => vec![Owned::new(status)],
    };
    Err(thread.raise_value(exception::new_builtin(
        thread,
        Builtin::SystemExit,
        arguments,
    )))
}

fn getrecursionlimit(thread: &Thread, _: &[Value]) -> Result {
    Ok(int::from_i64(thread, i64::from(thread.recursion_limit())))
}

fn setrecursionlimit(thread: &Thread, args: &[Value]) -> Result {
    let limit = convert::to_isize(thread, args[0])?;
    match u32::try_from(limit) {
        Ok(limit) if limit > 0 => {
            thread::set_recursion_limit(limit);
            thread.limit_stack(limit);
        }
        _ => {
            return raise!(
                thread,
                ValueError,
                "recursion limit must be greater or equal than 1"
            );
        }
    }
    Ok(Owned::NONE)
}

fn exc_info(thread: &Thread, _: &[Value]) -> Result {
    let exception = handled(thread);
    if exception.is_none() {
        return Ok(tuple::from_slice(thread, &[Value::NONE; 3]));
    }
    let class = Owned::new(ashore_runtime::Object::value(class_of(exception.value())));
    let traceback = exception::traceback_of(exception.value());
    Ok(tuple::new(thread, vec![class, exception, traceback]))
}

fn handled(thread: &Thread) -> Owned {
    let handled = thread.handled.peek();
    if handled.is_missing() {
        Owned::NONE
    } else {
        Owned::new(handled)
    }
}

fn exception_(thread: &Thread, _: &[Value]) -> Result {
    Ok(handled(thread))
}

/// Writes an exception as uncaught ones are reported.
fn excepthook(thread: &Thread, args: &[Value]) -> Result {
    let exception = args[1];
    if !class_of(exception).is_subclass_of(Builtin::BaseException.class()) {
        return raise!(
            thread,
            TypeError,
            "print_exception(): Exception expected for value, {} found",
            class_of(exception).name()
        );
    }
    let text = str::new(thread, &report::report(thread, exception));
    let Some(sys) = import::loaded(thread, MODULE.name) else {
        return Ok(Owned::NONE);
    };
    let stream = attribute::get_optional(thread, sys.value(), str::intern(thread, "stderr"))?;
    // A program without standard error reports nothing.
    if let Some(stream) = stream.filter(|stream| !stream.is_none()) {
        let write = attribute::get(thread, stream.value(), str::intern(thread, "write"))?;
        call::call(thread, write.value(), &[text.value()])?;
    }
    Ok(Owned::NONE)
}

fn getrefcount(thread: &Thread, args: &[Value]) -> Result {
    let count = args[0].header().map_or(u32::MAX, refcount::count);
    Ok(int::from_i64(thread, i64::from(count)))
}

fn intern(thread: &Thread, args: &[Value]) -> Result {
    match args[0].get_exact::<Str>() {
        Some(text) => Ok(Owned::new(str::intern_value(thread, text))),
        None => raise!(
            thread,
            TypeError,
            "intern() argument must be str, not {}",
            convert::argument_type(args[0])
        ),
    }
}

fn set_asyncgen_hooks(thread: &Thread, args: &[Value]) -> Result {
    for (hook, name) in ["firstiter", "finalizer"].into_iter().enumerate() {
        let value = args[hook];
        if !value.is_missing() && !value.is_none() && !call::is_callable(value) {
            let got = class_of(value).name();
            return raise!(thread, TypeError, "callable {name} expected, got {got}");
        }
    }
    for (hook, &value) in args.iter().enumerate() {
        if !value.is_missing() {
            thread.set_async_hook(hook, value);
        }
    }
    Ok(Owned::NONE)
}

fn get_asyncgen_hooks(thread: &Thread, _: &[Value]) -> Result {
    Ok(tuple::new(thread, Vec::from(thread.async_hooks())))
}

fn set_coroutine_origin_tracking_depth(thread: &Thread, args: &[Value]) -> Result {
    let depth = convert::to_isize(thread, args[0])?;
    match u32::try_from(depth) {
        Ok(depth) => thread.origin_depth.set(depth),
        Err(_) => return raise!(thread, ValueError, "depth must be >= 0"),
    }
    Ok(Owned::NONE)
}

fn get_coroutine_origin_tracking_depth(thread: &Thread, _: &[Value]) -> Result {
    Ok(int::from_i64(thread, i64::from(thread.origin_depth.get())))
}

fn getdefaultencoding(thread: &Thread, _: &[Value]) -> Result {
    Ok(str::new(thread, "utf-8"))
}

fn is_gil_enabled(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::bool(gil::is_enabled()))
}

fn is_finalizing(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::bool(thread::is_shut_down()))
}

fn getswitchinterval(thread: &Thread, _: &[Value]) -> Result {
    Ok(ashore_runtime::types::float::new(thread, 0.005))
}

/// Prints the value of an interactive expression statement, and keeps it as `builtins._`.
fn displayhook(thread: &Thread, args: &[Value]) -> Result {
    let value = args[0];
    if value.is_none() {
        return Ok(Owned::NONE);
    }
    let last = str::intern(thread, "_");
    builtins::namespace(thread).set(thread, last, Value::NONE)?;
    let Some(sys) = import::loaded(thread, MODULE.name) else {
        return raise!(thread, RuntimeError, "lost sys.stdout");
    };
    let stream = attribute::get_optional(thread, sys.value(), str::intern(thread, "stdout"))?;
    let Some(stream) = stream.filter(|stream| !stream.is_none()) else {
        return raise!(thread, RuntimeError, "lost sys.stdout");
    };
    let text = convert::display_repr(thread, value)?;
    let text = str::new(thread, &format!("{text}\n"));
    let write = attribute::get(thread, stream.value(), str::intern(thread, "write"))?;
    call::call(thread, write.value(), &[text.value()])?;
    builtins::namespace(thread).set(thread, last, value)?;
    Ok(Owned::NONE)
}

/// The frame of the caller, or of one of its callers.
fn getframe(thread: &Thread, args: &[Value]) -> Result {
    let depth = convert::to_isize(thread, args[0])?;
    match skip(thread, depth).next_object() {
        Some(frame) => Ok(frame),
        None => raise!(thread, ValueError, "call stack is not deep enough"),
    }
}

/// Who runs, but for the innermost ones.
fn skip(thread: &Thread, depth: isize) -> Callers<'_> {
    let mut callers = Callers::new(thread);
    for _ in 0..depth.max(0) {
        if callers.next().is_none() {
            break;
        }
    }
    callers
}

/// A dict of what threads have, by their identifiers: the newest thread first.
fn by_thread(thread: &Thread, values: Vec<(u32, Owned)>) -> Result {
    let result = dict::new(thread);
    let table = result.get::<Dict>().expect("made as a dict");
    for (id, value) in values.into_iter().rev() {
        table.set(thread, Value::small_int(i64::from(id)), value.value())?;
    }
    Ok(result)
}

fn current_frames(thread: &Thread, _: &[Value]) -> Result {
    by_thread(thread, callers::of_all_threads(thread))
}

fn current_exceptions(thread: &Thread, _: &[Value]) -> Result {
    by_thread(thread, thread.all_handled())
}

/// The name of the module that the caller's function, or one of its callers', belongs to.
fn getframemodulename(thread: &Thread, args: &[Value]) -> Result {
    let depth = convert::to_isize(thread, args[0])?;
    let caller = skip(thread, depth).next();
    let name = str::intern(thread, "__name__");
    let name = caller.and_then(|caller| caller.global(name));
    Ok(name.unwrap_or(Owned::NONE))
}

/// What `breakpoint()` calls: the function that `$PYTHONBREAKPOINT` names, `pdb.set_trace` without it.
fn breakpointhook(thread: &Thread, args: &[Value]) -> Result {
    let wanted = std::env::var("PYTHONBREAKPOINT").unwrap_or_default();
    let wanted = match &*wanted {
        "0" => return Ok(Owned::NONE),
        "" => "pdb.set_trace",
        name => name,
    };
    match find_hook(thread, wanted) {
        Ok(hook) => call::call_packed(thread, hook.value(), args[0], args[1]),
        Err(raised) => {
            let pending = thread.pending_exception();
            let absent = [Builtin::ImportError, Builtin::AttributeError];
            if !wanted.starts_with('.')
                && !absent.iter().any(|&class| exception::is(pending, class))
            {
                return Err(raised);
            }
            drop(thread.take_exception(raised));
            let text = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{wanted}\"");
            warnings::warn(thread, Builtin::RuntimeWarning, &text, false)?;
            Ok(Owned::NONE)
        }
    }
}

/// The function that a dotted name leads to; without dots, a builtin one.
fn find_hook(thread: &Thread, wanted: &str) -> Result {
    let (module, function) = wanted.rsplit_once('.').unwrap_or(("builtins", wanted));
    let name = str::intern(thread, module);
    let globals = dict::new(thread);
    let everything = tuple::new(thread, vec![str::new(thread, function)]);
    let module = import::import_module(thread, name, globals.value(), everything.value(), 0)?;
    attribute::get(thread, module.value(), str::intern(thread, function))
}

methods! { FUNCTIONS:
    /// Exit the interpreter by raising SystemExit(status).
    static "exit(status=None, /)" => exit;
    /// Return the current value of the recursion limit.
    static "getrecursionlimit()" => getrecursionlimit -> Int;
    /// Set the maximum depth of the Python interpreter stack to n.
    static "setrecursionlimit(limit, /)" => setrecursionlimit -> None;
    /// Return current exception information: (type, value, traceback).
    static "exc_info()" => exc_info -> Tuple;
    /// Return the current exception.
    static "exception()" => exception_;
    /// Handle an exception by displaying it with a traceback on sys.stderr.
    static "excepthook(exctype, value, traceback, /)" => excepthook -> None;
    /// Print an object to sys.stdout and also save it in builtins._
    static "displayhook(object, /)" => displayhook -> None;
    /// This hook function is called by built-in breakpoint().
    static "breakpointhook(*args, **kws)" => breakpointhook;
    /// Return a frame object from the call stack.
    static "_getframe(depth=0, /)" => getframe;
    /// Return the name of the module for a calling frame.
    /// Return a dict mapping each thread's thread id to its current stack frame.
    static "_current_frames()" => current_frames -> Dict;
    /// Return a dict mapping each thread's identifier to its current raised exception.
    static "_current_exceptions()" => current_exceptions -> Dict;
    static "_getframemodulename(depth=0)" => getframemodulename;
    /// Return the reference count of object.
    static "getrefcount(object, /)" => getrefcount -> Int;
    /// ``Intern'' the given string.
    static "intern(string, /)" => intern -> Str;
    /// Return the current default encoding used by the Unicode implementation.
    static "getdefaultencoding()" => getdefaultencoding -> Str;
    static "getfilesystemencoding()" => getdefaultencoding -> Str;
    /// Return True if the GIL is currently enabled and False if the GIL is disabled.
    static "_is_gil_enabled()" => is_gil_enabled -> Bool;
    /// set_asyncgen_hooks([firstiter] [, finalizer])
    ///
    /// Set async generators hooks.
    static "set_asyncgen_hooks(firstiter=<missing>, finalizer=<missing>)" => set_asyncgen_hooks -> None;
    /// Return the installed asynchronous generators hooks.
    ///
    /// This returns a namedtuple of the form (firstiter, finalizer).
    static "get_asyncgen_hooks()" => get_asyncgen_hooks -> Tuple;
    /// Enable or disable origin tracking for coroutine objects in this thread.
    static "set_coroutine_origin_tracking_depth(depth)" => set_coroutine_origin_tracking_depth -> None;
    /// Check status of origin tracking for coroutine objects in this thread.
    static "get_coroutine_origin_tracking_depth()" => get_coroutine_origin_tracking_depth -> Int;
    static "_clear_type_descriptors(type, /)" => clear_type_descriptors -> None;
    static "is_finalizing()" => is_finalizing -> Bool;
    static "getswitchinterval()" => getswitchinterval -> Float;
}

/// `_clear_type_descriptors(type)`: `dataclasses` replaces a class by one with slots, and takes these from the old one.
fn clear_type_descriptors(thread: &Thread, args: &[Value]) -> Result {
    let Some(class) = as_class(args[0]) else {
        return raise!(thread, TypeError, "argument must be a type");
    };
    if class.builtin.is_some() {
        return raise!(thread, TypeError, "argument is immutable");
    }
    for name in ["__dict__", "__weakref__"] {
        class.delete_own(thread, str::intern(thread, name));
    }
    Ok(Owned::NONE)
}

fn version_text() -> String {
    let (major, minor, micro) = VERSION;
    format!(
        "{major}.{minor}.{micro} free-threading build (ashore {}) [Rust]",
        env!("CARGO_PKG_VERSION")
    )
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    let running = start::running();
    let argv = running
        .program
        .argv
        .iter()
        .map(|arg| builtins::io::path_str(thread, arg.as_encoded_bytes()))
        .collect();
    let path = running.program.path.iter();
    let path = path
        .map(|path| builtins::io::path_str(thread, path.as_os_str().as_encoded_bytes()))
        .collect();
    let standard = builtins::io::standard(thread);
    let (major, minor, micro) = VERSION;
    let number = |n: i64| int::from_i64(thread, n);
    let executable = std::env::current_exe()
        .map(|path| path.to_string_lossy().into_owned())
        .unwrap_or_default();
    for (name, value) in [
        ("argv", list::new(thread, argv)),
        ("path", list::new(thread, path)),
        ("modules", Owned::new(import::modules(thread))),
        ("stdin", Owned::new(standard.stdin)),
        ("stdout", Owned::new(standard.stdout)),
        ("stderr", Owned::new(standard.stderr)),
        ("__stdin__", Owned::new(standard.stdin)),
        ("__stdout__", Owned::new(standard.stdout)),
        ("__stderr__", Owned::new(standard.stderr)),
        ("version", str::new(thread, &version_text())),
        (
            "hexversion",
            number(major << 24 | minor << 16 | micro << 8 | 0xf0),
        ),
        ("platform", str::new(thread, "linux")),
        ("byteorder", str::new(thread, "little")),
        ("executable", str::new(thread, &executable)),
        ("maxsize", number(i64::MAX)),
        ("maxunicode", number(0x10_ffff)),
        ("float_repr_style", str::new(thread, "short")),
        ("dont_write_bytecode", Owned::bool(true)),
    ] {
        module.set(thread, name, value.value())?;
    }
    crate::sys_data::initialize(thread, module)?;
    crate::sys_modules::initialize(thread, module)?;
    for hook in [
        "excepthook",
        "displayhook",
        "breakpointhook",
        "unraisablehook",
    ] {
        if let Some(function) = module.dict().get(thread, str::intern(thread, hook))? {
            module.set(thread, &format!("__{hook}__"), function.value())?;
        }
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "sys",
    doc: "This module provides access to some objects used or maintained by the\ninterpreter and to functions that interact strongly with the interpreter.",
    functions: FUNCTIONS,
    initialize,
};
