//! The data of `sys`: what the interpreter is, how it was started, and what its numbers can hold.

use crate::module_names::NAMES;
use ashore_runtime::monitor;
use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::types::define::Binding;
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native_function::module_function;
use ashore_runtime::types::structure::Structure;
use ashore_runtime::types::tuple::Tuple;
use ashore_runtime::types::{class_of, float, int, list, set, str, tuple};
use ashore_runtime::{Object, Owned, Result, Thread, Value, methods, raise, start, structure};
use std::sync::atomic::Ordering;

structure! { FLAGS = "sys.flags", "sys.flags\n\nFlags provided through command line arguments or environment vars.":
    0 "debug", 1 "inspect", 2 "interactive", 3 "optimize", 4 "dont_write_bytecode", 5 "no_user_site", 6 "no_site",
    7 "ignore_environment", 8 "verbose", 9 "bytes_warning", 10 "quiet", 11 "hash_randomization", 12 "isolated",
    13 "dev_mode", 14 "utf8_mode", 15 "warn_default_encoding", 16 "safe_path", 17 "int_max_str_digits";
    0 "gil", 1 "thread_inherit_context", 2 "context_aware_warnings"
}

structure! { VERSION_INFO = "sys.version_info", "sys.version_info\n\nVersion information as a named tuple.":
    0 "major", 1 "minor", 2 "micro", 3 "releaselevel", 4 "serial"
}

structure! { HASH_INFO = "sys.hash_info", "hash_info\n\nA named tuple providing parameters used for computing hashes.":
    0 "width", 1 "modulus", 2 "inf", 3 "nan", 4 "imag", 5 "algorithm", 6 "hash_bits", 7 "seed_bits", 8 "cutoff"
}

structure! { INT_INFO = "sys.int_info", "sys.int_info\n\nA named tuple that holds information about Python's\ninternal representation of integers.":
    0 "bits_per_digit", 1 "sizeof_digit", 2 "default_max_str_digits", 3 "str_digits_check_threshold"
}

structure! { FLOAT_INFO = "sys.float_info", "sys.float_info\n\nA named tuple holding information about the float type.":
    0 "max", 1 "max_exp", 2 "max_10_exp", 3 "min", 4 "min_exp", 5 "min_10_exp", 6 "dig", 7 "mant_dig", 8 "epsilon",
    9 "radix", 10 "rounds"
}

structure! { THREAD_INFO = "sys.thread_info", "sys.thread_info\n\nA named tuple holding information about the thread implementation.":
    0 "name", 1 "lock", 2 "version"
}

/// The version of Python whose language and library this is.
pub(crate) const VERSION: (i64, i64, i64) = (3, 14, 7);

fn numbers(thread: &Thread, numbers: &[i64]) -> Vec<Owned> {
    numbers.iter().map(|&n| int::from_i64(thread, n)).collect()
}

fn flags(thread: &Thread) -> Owned {
    let given = &start::running().program.flags;
    let number = |n: u8| int::from_i64(thread, i64::from(n));
    let digits = given.max_int_digits();
    let digits = digits.expect("a program with another limit does not start");
    let fields = vec![
        number(given.debug),
        number(0),
        number(0),
        number(given.optimize),
        number(1),
        number(given.no_user_site.into()),
        number(given.no_site.into()),
        number(given.ignore_environment.into()),
        number(given.verbose),
        number(given.bytes_warning),
        number(given.quiet),
        number(1),
        number(given.isolated.into()),
        Owned::bool(given.dev_mode()),
        number(1),
        number(given.option("warn_default_encoding").is_some().into()),
        Owned::bool(given.safe_path),
        int::from_usize(thread, digits),
        number(0),
        number(1),
        number(1),
    ];
    FLAGS.make(thread, fields)
}

pub(crate) fn version_info(thread: &Thread) -> Owned {
    let (major, minor, micro) = VERSION;
    let mut fields = numbers(thread, &[major, minor, micro]);
    fields.push(str::new(thread, "final"));
    fields.push(int::from_i64(thread, 0));
    VERSION_INFO.make(thread, fields)
}

fn hash_info(thread: &Thread) -> Owned {
    let mut fields = numbers(thread, &[64, (1 << 61) - 1, 314_159, 0, 1_000_003]);
    fields.push(str::new(thread, "siphash13"));
    fields.extend(numbers(thread, &[64, 128, 0]));
    HASH_INFO.make(thread, fields)
}

fn float_info(thread: &Thread) -> Owned {
    let float = |x: f64| float::new(thread, x);
    let int = |n: i64| int::from_i64(thread, n);
    let fields = vec![
        float(f64::MAX),
        int(1024),
        int(308),
        float(f64::MIN_POSITIVE),
        int(-1021),
        int(-307),
        int(15),
        int(53),
        float(f64::EPSILON),
        int(2),
        int(1),
    ];
    FLOAT_INFO.make(thread, fields)
}

fn thread_info(thread: &Thread) -> Owned {
    let fields = vec![
        str::new(thread, "pthread"),
        str::new(thread, "futex"),
        Owned::NONE,
    ];
    THREAD_INFO.make(thread, fields)
}

/// `sys.warnoptions`: development mode's, the environment's, then those given.
fn warning_options(thread: &Thread) -> Owned {
    let given = &start::running().program.flags;
    let mut options = Vec::new();
    if given.dev_mode() {
        options.push("default".to_owned());
    }
    if !given.ignore_environment
        && let Some(text) = std::env::var_os("PYTHONWARNINGS").filter(|text| !text.is_empty())
    {
        let text = text.to_string_lossy();
        options.extend(text.split(',').map(ToOwned::to_owned));
    }
    options.extend(given.warnings.iter().cloned());
    match given.bytes_warning {
        0 => {}
        1 => options.push("default::BytesWarning".to_owned()),
        _ => options.push("error::BytesWarning".to_owned()),
    }
    let options = options.iter().map(|option| str::new(thread, option));
    list::new(thread, options.collect())
}

/// `sys._xoptions`: values by name, True for options without one.
fn options(thread: &Thread) -> Result {
    let result = dict::new(thread);
    let table = result.get::<Dict>().expect("made as a dict");
    for option in &start::running().program.flags.options {
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, str::new(thread, value)),
            None => (option.as_str(), Owned::bool(true)),
        };
        table.set(thread, str::intern(thread, name), value.value())?;
    }
    Ok(result)
}

/// `sys.implementation`
fn implementation(thread: &Thread) -> Result {
    let namespace = crate::namespace::new(thread)?;
    let (major, minor, micro) = VERSION;
    for (name, value) in [
        ("name", str::new(thread, "ashore")),
        ("cache_tag", str::new(thread, "ashore-314")),
        ("version", version_info(thread)),
        (
            "hexversion",
            int::from_i64(thread, major << 24 | minor << 16 | micro << 8 | 0xf0),
        ),
        ("_multiarch", str::new(thread, "x86_64-linux-gnu")),
        ("supports_isolated_interpreters", Owned::bool(false)),
    ] {
        attribute::set(
            thread,
            namespace.value(),
            str::intern(thread, name),
            value.value(),
        )?;
    }
    Ok(namespace)
}

fn add(thread: &Thread, module: &Module, values: &[(&str, Owned)]) -> Result<()> {
    for (name, value) in values {
        module.set(thread, name, value.value())?;
    }
    Ok(())
}

/// Names of the modules that are written in Rust, and of the whole library.
fn module_names(thread: &Thread, module: &Module) -> Result<()> {
    let native = start::running().program.modules.iter();
    let native = native.map(|module: &&NativeModule| module.name);
    let mut names: Vec<&str> = native.chain(["builtins"]).collect();
    names.sort_unstable();
    let native = names.iter().map(|name| str::new(thread, name));
    let all = NAMES.iter().map(|name| str::new(thread, name));
    let all = set::frozen(thread, all.collect())?;
    let native = tuple::new(thread, native.collect());
    module.set(thread, "builtin_module_names", native.value())?;
    module.set(thread, "stdlib_module_names", all.value())
}

/// Adds everything to the module.
pub(crate) fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    static ALL: [&Structure; 6] = [
        &FLAGS,
        &VERSION_INFO,
        &HASH_INFO,
        &INT_INFO,
        &FLOAT_INFO,
        &THREAD_INFO,
    ];
    for structure in ALL {
        structure.define(thread);
    }
    for function in FUNCTIONS
        .iter()
        .filter(|def| def.binding == Binding::Static)
    {
        let value = module_function(thread, function, "sys");
        module.set(thread, function.name(), value.value())?;
    }
    let prefix = || str::new(thread, "/usr");
    let digits = INT_INFO.make(
        thread,
        numbers(
            thread,
            &[
                30,
                4,
                int::text::DEFAULT_MAX_DIGITS as i64,
                int::text::LEAST_MAX_DIGITS as i64,
            ],
        ),
    );
    let empty = || list::new(thread, Vec::new());
    add(
        thread,
        module,
        &[
            ("flags", flags(thread)),
            ("version_info", version_info(thread)),
            ("hash_info", hash_info(thread)),
            ("int_info", digits),
            ("float_info", float_info(thread)),
            ("thread_info", thread_info(thread)),
            ("implementation", implementation(thread)?),
            ("prefix", prefix()),
            ("exec_prefix", prefix()),
            ("base_prefix", prefix()),
            ("base_exec_prefix", prefix()),
            ("platlibdir", str::new(thread, "lib")),
            ("abiflags", str::new(thread, "t")),
            ("api_version", int::from_i64(thread, 1013)),
            (
                "copyright",
                str::new(
                    thread,
                    "Ashore: MIT or Apache-2.0; Python's library: Python Software Foundation License Version 2",
                ),
            ),
            ("pycache_prefix", Owned::NONE),
            ("_framework", str::new(thread, "")),
            ("_home", Owned::NONE),
            ("warnoptions", warning_options(thread)),
            ("_xoptions", options(thread)?),
            ("meta_path", empty()),
            ("path_hooks", empty()),
            ("path_importer_cache", dict::new(thread)),
        ],
    )?;
    let arguments = attribute::get_optional(thread, module.value(), str::intern(thread, "argv"))?;
    if let Some(arguments) = arguments {
        let copy = ashore_runtime::operators::iterate::collect(thread, arguments.value())?;
        module.set(thread, "orig_argv", list::new(thread, copy).value())?;
    }
    module_names(thread, module)
}

fn error_handler(thread: &Thread, _: &[Value]) -> Result {
    Ok(str::new(thread, "surrogateescape"))
}

fn none(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::NONE)
}

/// `settrace(function)`.
fn set_trace(thread: &Thread, args: &[Value]) -> Result {
    monitor::require(thread)?;
    monitor::set_trace(thread, args[0]);
    Ok(Owned::NONE)
}

/// `setprofile(function)`.
fn set_profile(thread: &Thread, args: &[Value]) -> Result {
    monitor::require(thread)?;
    monitor::set_profile(thread, args[0]);
    Ok(Owned::NONE)
}

fn set_trace_everywhere(thread: &Thread, args: &[Value]) -> Result {
    monitor::require(thread)?;
    monitor::set_trace_everywhere(thread, args[0]);
    Ok(Owned::NONE)
}

fn set_profile_everywhere(thread: &Thread, args: &[Value]) -> Result {
    monitor::require(thread)?;
    monitor::set_profile_everywhere(thread, args[0]);
    Ok(Owned::NONE)
}

fn get_trace(thread: &Thread, _: &[Value]) -> Result {
    Ok(monitor::trace_function(thread))
}

fn get_profile(thread: &Thread, _: &[Value]) -> Result {
    Ok(monitor::profile_function(thread))
}

/// `call_tracing(func, args)`.
fn call_tracing(thread: &Thread, args: &[Value]) -> Result {
    let Some(arguments) = args[1].get::<Tuple>() else {
        return raise!(
            thread,
            TypeError,
            "call_tracing() argument 2 must be tuple, not {}",
            class_of(args[1]).name()
        );
    };
    monitor::call_tracing(thread, args[0], arguments.items())
}

fn get_size(thread: &Thread, args: &[Value]) -> Result {
    let method = attribute::get_optional(thread, args[0], str::intern(thread, "__sizeof__"))?;
    match method {
        Some(method) => call::call(thread, method.value(), &[]),
        None if args[1].is_missing() => {
            ashore_runtime::raise!(thread, TypeError, "Type doesn't define __sizeof__")
        }
        None => Ok(Owned::new(args[1])),
    }
}

fn max_digits(thread: &Thread, _: &[Value]) -> Result {
    let limit = int::text::MAX_DIGITS.load(Ordering::Relaxed);
    Ok(int::from_usize(thread, limit))
}

fn set_max_digits(thread: &Thread, args: &[Value]) -> Result {
    let limit = convert::to_c_int(thread, args[0])?;
    match usize::try_from(limit) {
        Ok(limit) if limit == 0 || limit >= int::text::LEAST_MAX_DIGITS => {
            int::text::MAX_DIGITS.store(limit, Ordering::Relaxed);
            Ok(Owned::NONE)
        }
        _ => raise!(
            thread,
            ValueError,
            "maxdigits must be >= {} or 0 for unlimited",
            int::text::LEAST_MAX_DIGITS
        ),
    }
}

/// How many processors `os.cpu_count` is to claim, if `$PYTHON_CPU_COUNT` says; else -1.
fn cpu_count(thread: &Thread, _: &[Value]) -> Result {
    let count = std::env::var("PYTHON_CPU_COUNT");
    let count = count.ok().and_then(|text| text.parse().ok());
    Ok(int::from_i64(
        thread,
        count.filter(|&n| n > 0).unwrap_or(-1),
    ))
}

fn no(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::bool(false))
}

methods! { FUNCTIONS:
    /// Return the encoding error mode used to convert between Unicode filenames and bytes filenames.
    static "getfilesystemencodeerrors()" => error_handler -> Str;
    /// Raise an audit event.
    static "audit(event, /, *args)" => none -> None;
    /// Adds a new audit hook callback.
    static "addaudithook(hook)" => none -> None;
    /// Set the global debug tracing function.
    ///
    /// It will be called on each function call.  See the debugger chapter
    /// in the library manual.
    static "settrace(function, /)" => set_trace -> None;
    /// Set the profiling function.
    ///
    /// It will be called on each function call and return.  See the profiler
    /// chapter in the library manual.
    static "setprofile(function, /)" => set_profile -> None;
    /// Set the global debug tracing function in all running threads belonging to the current interpreter.
    ///
    /// It will be called on each function call. See the debugger chapter
    /// in the library manual.
    static "_settraceallthreads(function, /)" => set_trace_everywhere -> None;
    /// Set the profiling function in all running threads belonging to the current interpreter.
    ///
    /// It will be called on each function call and return.  See the profiler
    /// chapter in the library manual.
    static "_setprofileallthreads(function, /)" => set_profile_everywhere -> None;
    /// Return the global debug tracing function set with sys.settrace.
    ///
    /// See the debugger chapter in the library manual.
    static "gettrace()" => get_trace;
    /// Return the profiling function set with sys.setprofile.
    ///
    /// See the profiler chapter in the library manual.
    static "getprofile()" => get_profile;
    /// Call func(*args), while tracing is enabled.
    ///
    /// The tracing state is saved, and restored afterwards.  This is intended
    /// to be called from a debugger from a checkpoint, to recursively debug
    /// some other code.
    static "call_tracing(func, args, /)" => call_tracing;
    static "setswitchinterval(interval, /)" => none -> None;
    /// Private function for getting PyConfig.cpu_count.
    static "_get_cpu_count_config()" => cpu_count -> Int;
    static "_clear_type_cache()" => none -> None;
    static "_clear_internal_caches()" => none -> None;
    static "_debugmallocstats()" => none -> None;
    static "is_stack_trampoline_active()" => no -> Bool;
    /// Return the size of object in bytes.
    static "getsizeof(object, default=<missing>)" => get_size;
    /// Return the maximum string digits limit for non-int conversions.
    static "get_int_max_str_digits()" => max_digits -> Int;
    /// Set the maximum string digits limit for non-int conversions.
    static "set_int_max_str_digits(maxdigits)" => set_max_digits -> None;
    static "unraisablehook(unraisable, /)" => ashore_runtime::types::exception::unraisable::unraisable_hook -> None;
}
