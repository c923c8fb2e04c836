//! `_thread`: what `threading` is made of.

mod handle;
mod local;

use ashore_runtime::object::{Owned, Slot};
use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::sync::signals;
use ashore_runtime::thread::{self, Options, is_shut_down};
use ashore_runtime::types::lock::{self, TIMEOUT_MAX};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native;
use ashore_runtime::types::{dict, exception, float, int, str, tuple};
use ashore_runtime::{
    Builtin, Object, Result, Thread, Value, import, interpreter, methods, raise, structure,
};
use handle::{Handle, State};
use std::ffi::CString;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Native stack of threads, unless `stack_size` says otherwise.
const STACK_SIZE: usize = 64 << 20;

static CONFIGURED_STACK: AtomicUsize = AtomicUsize::new(0);
static RUNNING: AtomicUsize = AtomicUsize::new(0);

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

structure! { EXCEPT_HOOK_ARGS = "_thread._ExceptHookArgs", "ExceptHookArgs - Type used to pass arguments to threading.excepthook.":
    0 "exc_type", 1 "exc_value", 2 "exc_traceback", 3 "thread"
}

/// A reference that goes to another thread.
struct Carried(Slot);

/// Starts a thread that calls a function.
fn spawn(
    thread: &Thread,
    options: Options,
    state: Arc<State>,
    call: Owned,
    args: Owned,
    kwargs: Owned,
) -> Result<u32> {
    if is_shut_down() {
        state.started(None);
        return raise!(
            thread,
            PythonFinalizationError,
            "can't create new thread at interpreter shutdown"
        );
    }
    let running = Running::new();
    let own = Arc::clone(&state);
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
        own.set_ident(thread.id());
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
        Ok(started) => {
            let id = started.id;
            state.started(Some(started));
            Ok(id)
        }
        Err(_) => {
            state.started(None);
            raise!(thread, RuntimeError, "can't start new thread")
        }
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

/// `start_joinable_thread(function, handle=None, daemon=True)`
fn start_joinable_thread(thread: &Thread, args: &[Value]) -> Result {
    if !call::is_callable(args[0]) {
        return raise!(thread, TypeError, "thread function must be callable");
    }
    let handle = match args[1].is_none() {
        true => handle::new_handle(thread, &[])?,
        false => Owned::new(args[1]),
    };
    let Some(Handle(state)) = native::get::<Handle>(&handle) else {
        return raise!(thread, TypeError, "'handle' must be a _ThreadHandle");
    };
    let daemon = convert::truth(thread, args[2])?;
    if !state.start() {
        return raise!(thread, RuntimeError, "thread already started");
    }
    let state = Arc::clone(state);
    let no_args = tuple::new(thread, Vec::new());
    let no_names = Owned::inline(Value::MISSING);
    let function = Owned::new(args[0]);
    spawn(
        thread,
        options(None, daemon),
        state,
        function,
        no_args,
        no_names,
    )?;
    Ok(handle)
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
    let state = Arc::new(State::default());
    state.start();
    let id = spawn(
        thread,
        options(None, true),
        state,
        Owned::new(args[0]),
        Owned::new(args[1]),
        Owned::new(args[2]),
    )?;
    Ok(int::from_i64(thread, i64::from(id)))
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

/// Names the thread for the system, which keeps fifteen bytes of it.
fn set_name(thread: &Thread, args: &[Value]) -> Result {
    let name = convert::display(thread, args[0])?;
    let mut end = name.len().min(15);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    if let Ok(name) = CString::new(&name[..end]) {
        // SAFETY: a valid C string; the thread is the calling one.
        unsafe { libc::pthread_setname_np(libc::pthread_self(), name.as_ptr()) };
    }
    Ok(Owned::NONE)
}

fn yes(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::bool(true))
}

/// The main thread's identifier: threads are numbered from it on.
fn main_ident(thread: &Thread, _: &[Value]) -> Result {
    Ok(int::from_i64(thread, i64::from(signals::main_thread())))
}

fn exit_thread(thread: &Thread, _: &[Value]) -> Result {
    let exception = exception::new_builtin(thread, Builtin::SystemExit, Vec::new());
    Err(thread.raise_value(exception))
}

/// Waits until all threads but the daemons have ended.
fn shutdown(thread: &Thread, _: &[Value]) -> Result {
    thread::wait_for_others(thread)?;
    Ok(Owned::NONE)
}

/// What a thread's uncaught exception is reported by: the fields of the argument are type, value, traceback, thread.
fn excepthook(thread: &Thread, args: &[Value]) -> Result {
    let Some(fields) = args[0]
        .get::<tuple::Tuple>()
        .filter(|fields| fields.len() == 4)
    else {
        return raise!(
            thread,
            TypeError,
            "_thread.excepthook argument type must be ExceptHookArgs"
        );
    };
    let &[class, exception, traceback, owner] = fields.items() else {
        return Ok(Owned::NONE);
    };
    if class == Builtin::SystemExit.class().value() {
        return Ok(Owned::NONE);
    }
    let name = match owner.is_none() {
        true => None,
        false => attribute::get_optional(thread, owner, str::intern(thread, "_name"))?,
    };
    let name = match name {
        Some(name) => convert::display(thread, name.value())?,
        None => thread.id().to_string(),
    };
    let exception = match exception.is_none() {
        true => call::call(thread, class, &[])?,
        false => Owned::new(exception),
    };
    if !traceback.is_none() {
        exception::set_traceback(exception.value(), Owned::new(traceback));
    }
    let report = interpreter::report::report(thread, exception.value());
    let text = str::new(thread, &format!("Exception in thread {name}:\n{report}"));
    let sys = import::system(thread)?;
    let stream = attribute::get_optional(thread, sys.value(), str::intern(thread, "stderr"))?;
    if let Some(stream) = stream.filter(|stream| !stream.is_none()) {
        let write = attribute::get(thread, stream.value(), str::intern(thread, "write"))?;
        call::call(thread, write.value(), &[text.value()])?;
        let flush = attribute::get(thread, stream.value(), str::intern(thread, "flush"))?;
        call::call(thread, flush.value(), &[])?;
    }
    Ok(Owned::NONE)
}

methods! { FUNCTIONS:
    /// *For internal use only*: start a new thread.
    static "start_joinable_thread(function, handle=None, daemon=True)" => start_joinable_thread;
    static "_make_thread_handle(ident, /)" => handle::make_handle;
    static "_get_main_thread_ident()" => main_ident -> Int;
    static "_is_main_interpreter()" => yes -> Bool;
    static "daemon_threads_allowed()" => yes -> Bool;
    static "_shutdown()" => shutdown -> None;
    /// Handle uncaught Thread.run() exception.
    static "_excepthook(exc_info, /)" => excepthook -> None;
    /// Set the name of the current thread.
    static "set_name(name)" => set_name -> None;
    /// This is synonymous to ``raise SystemExit''.
    static "exit()" => exit_thread;
    /// Start a new thread and return its identifier.
    static "start_new_thread(function, args, kwargs=<missing>, /)" => start_new_thread -> Int;
    /// Return a non-zero integer that uniquely identifies the current thread.
    static "get_ident()" => get_ident -> Int;
    /// Return a non-negative integer identifying the thread as reported by the OS.
    static "get_native_id()" => get_native_id -> Int;
    /// Allocate a new lock object.
    static "allocate_lock()" => allocate_lock;
    /// An obsolete synonym of allocate_lock().
    static "allocate()" => allocate_lock;
    /// Return the number of currently running Python threads.
    static "_count()" => count -> Int;
    /// Return the thread stack size used when creating new threads.
    static "stack_size(size=<missing>, /)" => stack_size -> Int;
    /// Simulate the arrival of SIGINT.
    static "interrupt_main()" => interrupt_main -> None;
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
    module.set(thread, "RLock", Builtin::RLock.class().value())?;
    let handle = handle::HANDLE.class(thread).value();
    module.set(thread, "_ThreadHandle", handle)?;
    let arguments = EXCEPT_HOOK_ARGS.define(thread);
    module.set(thread, "_ExceptHookArgs", arguments)?;
    module.set(thread, "_local", local::LOCAL.class(thread).value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_thread",
    doc: "This module provides primitive operations to write multi-threaded programs.",
    functions: FUNCTIONS,
    initialize,
};
