//! `_thread`: what `threading` is made of.

use ashore_runtime::object::{Owned, Slot};
use ashore_runtime::operators::{call, convert};
use ashore_runtime::thread::{self, Ended, Options, is_shut_down};
use ashore_runtime::types::lock::{self, TIMEOUT_MAX};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{self, Data};
use ashore_runtime::types::str::Str;
use ashore_runtime::types::{dict, exception, float, int, tuple};
use ashore_runtime::{Builtin, Object, Result, Thread, Value, interpreter, methods, raise, start};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Native stack of threads, unless `stack_size` says otherwise.
const STACK_SIZE: usize = 64 << 20;

static CONFIGURED_STACK: AtomicUsize = AtomicUsize::new(0);
static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// What joins a thread.
struct Handle(Ended);

impl Data for Handle {}

/// Counted in [`RUNNING`] until it is dropped, however the thread's work ends.
struct Running;

impl Running {
    fn new() -> Running {
        RUNNING.fetch_add(1, Ordering::Relaxed);
        Running
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A reference that goes to another thread.
struct Carried(Slot);

/// Starts a thread that calls a function.
fn spawn(
    thread: &Thread,
    options: Options,
    call: Owned,
    args: Owned,
    kwargs: Owned,
) -> Result<Ended> {
    if is_shut_down() {
        return raise!(
            thread,
            PythonFinalizationError,
            "can't create new thread at interpreter shutdown"
        );
    }
    let running = Running::new();
    for value in [&call, &args, &kwargs] {
        if let Some(header) = value.header() {
            header.publish();
        }
    }
    let carried = [
        Carried(Slot::new(call)),
        Carried(Slot::new(args)),
        Carried(Slot::new(kwargs)),
    ];
    let body = move |thread: &Thread| {
        let _running = running;
        let [call, args, kwargs] = carried.map(|carried| carried.0.replace(Owned::NONE));
        if let Err(raised) =
            interpreter::calls::call_unpacked(thread, call.value(), args.value(), kwargs.value())
        {
            if exception::is(thread.pending_exception(), Builtin::SystemExit) {
                drop(thread.take_exception(raised));
            } else {
                exception::report_unraisable(thread, raised, call.value());
            }
        }
    };
    match thread.spawn(options, body) {
        Ok(started) => Ok(started.ended),
        Err(_) => raise!(thread, RuntimeError, "can't start new thread"),
    }
}

fn options(name: Option<String>, daemon: bool) -> Options {
    let configured = CONFIGURED_STACK.load(Ordering::Relaxed);
    let stack_size = Some(if configured == 0 {
        STACK_SIZE
    } else {
        configured
    });
    Options {
        name,
        stack_size,
        daemon,
    }
}

/// `_start(function, name, daemon)`: calls `function()` on a new thread; gives a handle to join it by.
fn start_(thread: &Thread, args: &[Value]) -> Result {
    let name = args[1]
        .get::<Str>()
        .map(|name| name.to_str_lossy().into_owned());
    let daemon = convert::truth(thread, args[2])?;
    let no_args = tuple::new(thread, Vec::new());
    let ended = spawn(
        thread,
        options(name, daemon),
        Owned::new(args[0]),
        no_args,
        Owned::inline(Value::MISSING),
    )?;
    Ok(native::new(
        thread,
        Builtin::ThreadHandle.class(),
        Handle(ended),
    ))
}

fn start_new_thread(thread: &Thread, args: &[Value]) -> Result {
    if !call::is_callable(args[0]) {
        return raise!(thread, TypeError, "first arg must be callable");
    }
    if !args[1].is::<tuple::Tuple>() {
        return raise!(thread, TypeError, "2nd arg must be a tuple");
    }
    if !args[2].is_missing() && !args[2].is::<dict::Dict>() {
        return raise!(thread, TypeError, "optional 3rd arg must be a dictionary");
    }
    spawn(
        thread,
        options(None, true),
        Owned::new(args[0]),
        Owned::new(args[1]),
        Owned::new(args[2]),
    )?;
    get_ident(thread, args)
}

fn handle(value: &Value) -> &Handle {
    native::get::<Handle>(value).expect("a thread handle")
}

/// Waits until the thread has ended; false if time ran out.
fn join(thread: &Thread, args: &[Value]) -> Result {
    let deadline = if args[1].is_none() {
        None
    } else {
        let seconds = convert::to_f64(thread, args[1])?.clamp(0.0, TIMEOUT_MAX);
        Some(Instant::now() + Duration::from_secs_f64(seconds))
    };
    let ended = handle(&args[0]).0.clone();
    Ok(Owned::bool(ended.wait(thread, deadline)?))
}

/// `_shutdown()`: waits until all threads but the daemons have ended.
fn shutdown(thread: &Thread, _: &[Value]) -> Result {
    thread::wait_for_others(thread)?;
    Ok(Owned::NONE)
}

fn is_done(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(handle(&args[0]).0.is_true()))
}

fn get_ident(thread: &Thread, _: &[Value]) -> Result {
    Ok(int::from_i64(thread, i64::from(thread.id())))
}

fn get_native_id(thread: &Thread, _: &[Value]) -> Result {
    // SAFETY: a plain system call.
    let id = unsafe { libc::gettid() };
    Ok(int::from_i64(thread, i64::from(id)))
}

fn allocate_lock(thread: &Thread, _: &[Value]) -> Result {
    Ok(lock::new(thread))
}

fn count(thread: &Thread, _: &[Value]) -> Result {
    Ok(int::from_usize(thread, RUNNING.load(Ordering::Relaxed)))
}

fn stack_size(thread: &Thread, args: &[Value]) -> Result {
    let old = CONFIGURED_STACK.load(Ordering::Relaxed);
    if !args[0].is_missing() {
        let size = convert::to_isize(thread, args[0])?;
        match usize::try_from(size) {
            Ok(size) if size == 0 || size >= 32 << 10 => {
                CONFIGURED_STACK.store(size, Ordering::Relaxed)
            }
            Ok(_) => return raise!(thread, ValueError, "size not valid: {size} bytes"),
            Err(_) => return raise!(thread, ValueError, "size must be 0 or a positive value"),
        }
    }
    Ok(int::from_usize(thread, old))
}

fn interrupt_main(_: &Thread, _: &[Value]) -> Result {
    ashore_runtime::sync::signals::simulate(libc::SIGINT);
    Ok(Owned::NONE)
}

fn local_key(thread: &Thread, value: Value) -> Result<i64> {
    Ok(convert::to_isize(thread, value)? as i64)
}

/// `_local_dict(key)`: this thread's attributes of a local, and whether they are new.
fn local_dict(thread: &Thread, args: &[Value]) -> Result {
    let (attributes, is_new) =
        thread.local_attributes(local_key(thread, args[0])?, || dict::new(thread));
    Ok(tuple::new(thread, vec![attributes, Owned::bool(is_new)]))
}

/// `_local_forget(key)`: the local died.
fn local_forget(thread: &Thread, args: &[Value]) -> Result {
    thread.forget_local(local_key(thread, args[0])?);
    Ok(Owned::NONE)
}

/// `_report(heading, exception)`: writes an exception that ended a thread to standard error.
fn report(thread: &Thread, args: &[Value]) -> Result {
    let heading = convert::display(thread, args[0])?;
    start::write_error(&(heading + &interpreter::report::report(thread, args[1])));
    Ok(Owned::NONE)
}

methods! { FUNCTIONS:
    static "_start(function, name, daemon, /)" => start_;
    /// Start a new thread and return its identifier.
    static "start_new_thread(function, args, kwargs=<missing>, /)" => start_new_thread -> Int;
    static "_join(handle, timeout=None, /)" => join -> Bool;
    static "_is_done(handle, /)" => is_done -> Bool;
    static "_shutdown()" => shutdown -> None;
    /// Return a non-zero integer that uniquely identifies the current thread.
    static "get_ident()" => get_ident -> Int;
    /// Return a non-negative integer identifying the thread as reported by the OS.
    static "get_native_id()" => get_native_id -> Int;
    /// Allocate a new lock object.
    static "allocate_lock()" => allocate_lock;
    /// Return the number of currently running Python threads.
    static "_count()" => count -> Int;
    /// Return the thread stack size used when creating new threads.
    static "stack_size(size=<missing>, /)" => stack_size -> Int;
    /// Simulate the arrival of SIGINT.
    static "interrupt_main()" => interrupt_main -> None;
    static "_local_dict(key, /)" => local_dict -> Tuple;
    static "_local_forget(key, /)" => local_forget -> None;
    static "_report(heading, exception, /)" => report -> None;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    module.set(
        thread,
        "TIMEOUT_MAX",
        float::new(thread, TIMEOUT_MAX).value(),
    )?;
    module.set(thread, "error", Builtin::RuntimeError.class().value())?;
    module.set(thread, "lock", Builtin::Lock.class().value())?;
    module.set(thread, "LockType", Builtin::Lock.class().value())?;
    module.set(thread, "RLock", Builtin::RLock.class().value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_thread",
    doc: "This module provides primitive operations to write multi-threaded programs.",
    functions: FUNCTIONS,
    initialize,
};
