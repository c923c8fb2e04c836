//! The modules inside `sys`: `_jit`, and `monitoring`, of which the tools' numbers are there and the events are not.

use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::module::{self, Module, NativeModule};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, methods, raise};

fn no(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::bool(false))
}

methods! { JIT_FUNCTIONS:
    /// Return True if the current Python executable supports JIT compilation, and False otherwise.
    static "is_available()" => no -> Bool;
    /// Return True if JIT compilation is enabled for the current Python process, and False otherwise.
    static "is_enabled()" => no -> Bool;
    /// Return True if the topmost Python frame is currently executing JIT code, and False otherwise.
    static "is_active()" => no -> Bool;
}

static JIT: NativeModule = NativeModule {
    name: "sys._jit",
    doc: "",
    functions: JIT_FUNCTIONS,
    initialize: |_, _| Ok(()),
};

/// Names of the tools that use each number.
static TOOLS: Mutex<[Option<String>; 6]> = Mutex::new([const { None }; 6]);

const TOOL_IDS: [(&str, i64); 4] = [
    ("DEBUGGER_ID", 0),
    ("COVERAGE_ID", 1),
    ("PROFILER_ID", 2),
    ("OPTIMIZER_ID", 5),
];

/// Names of events; their numbers are powers of two in this order.
const EVENTS: [&str; 19] = [
    "PY_START",
    "PY_RESUME",
    "PY_RETURN",
    "PY_YIELD",
    "CALL",
    "LINE",
    "INSTRUCTION",
    "JUMP",
    "BRANCH_LEFT",
    "BRANCH_RIGHT",
    "STOP_ITERATION",
    "RAISE",
    "EXCEPTION_HANDLED",
    "PY_UNWIND",
    "PY_THROW",
    "RERAISE",
    "C_RETURN",
    "C_RAISE",
    "BRANCH",
];

fn tool(thread: &Thread, value: Value) -> Result<usize> {
    let id = convert::to_isize(thread, value)?;
    match usize::try_from(id) {
        Ok(id) if id < 6 => Ok(id),
        _ => raise!(
            thread,
            ValueError,
            "invalid tool {id} (must be between 0 and 5)"
        ),
    }
}

fn tool_in_use(thread: &Thread, value: Value) -> Result<usize> {
    let id = tool(thread, value)?;
    if TOOLS.lock()[id].is_none() {
        return raise!(thread, ValueError, "tool {id} is not in use");
    }
    Ok(id)
}

fn use_tool_id(thread: &Thread, args: &[Value]) -> Result {
    let id = tool(thread, args[0])?;
    let Some(name) = args[1].get::<Str>() else {
        return raise!(thread, ValueError, "tool name must be a str");
    };
    let name = name.to_str_lossy().into_owned();
    let mut tools = TOOLS.lock();
    if tools[id].is_some() {
        drop(tools);
        return raise!(thread, ValueError, "tool {id} is already in use");
    }
    tools[id] = Some(name);
    Ok(Owned::NONE)
}

fn free_tool_id(thread: &Thread, args: &[Value]) -> Result {
    let id = tool(thread, args[0])?;
    TOOLS.lock()[id] = None;
    Ok(Owned::NONE)
}

fn clear_tool_id(thread: &Thread, args: &[Value]) -> Result {
    tool_in_use(thread, args[0])?;
    Ok(Owned::NONE)
}

fn get_tool(thread: &Thread, args: &[Value]) -> Result {
    let id = tool(thread, args[0])?;
    let name = TOOLS.lock()[id].clone();
    Ok(name.map_or(Owned::NONE, |name| str::new(thread, &name)))
}

#[cold]
fn unsupported<T>(thread: &Thread) -> Result<T> {
    raise!(
        thread,
        NotImplementedError,
        "sys.monitoring: events are not supported yet"
    )
}

/// `register_callback(tool_id, event, func)`: to unregister is all that can be done.
fn register_callback(thread: &Thread, args: &[Value]) -> Result {
    tool(thread, args[0])?;
    match args[2].is_none() {
        true => Ok(Owned::NONE),
        false => unsupported(thread),
    }
}

fn get_events(thread: &Thread, args: &[Value]) -> Result {
    tool_in_use(thread, args[0])?;
    Ok(Owned::inline(Value::small_int(0)))
}

/// The last argument is the set of events.
fn set_events(thread: &Thread, args: &[Value]) -> Result {
    tool_in_use(thread, args[0])?;
    match convert::to_isize(thread, args[args.len() - 1])? {
        0 => Ok(Owned::NONE),
        _ => unsupported(thread),
    }
}

fn restart_events(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::NONE)
}

methods! { MONITORING_FUNCTIONS:
    static "use_tool_id(tool_id, name, /)" => use_tool_id -> None;
    static "free_tool_id(tool_id, /)" => free_tool_id -> None;
    static "clear_tool_id(tool_id, /)" => clear_tool_id -> None;
    static "get_tool(tool_id, /)" => get_tool;
    static "register_callback(tool_id, event, func, /)" => register_callback;
    static "get_events(tool_id, /)" => get_events -> Int;
    static "set_events(tool_id, event_set, /)" => set_events -> None;
    static "get_local_events(tool_id, code, /)" => get_events -> Int;
    static "set_local_events(tool_id, code, event_set, /)" => set_events -> None;
    static "restart_events()" => restart_events -> None;
}

fn initialize_monitoring(thread: &Thread, module: &Module) -> Result<()> {
    let events = crate::namespace::new(thread)?;
    let numbers = EVENTS.iter().zip(0..).map(|(name, bit)| (*name, 1 << bit));
    for (name, number) in numbers.chain([("NO_EVENTS", 0)]) {
        let name = str::intern(thread, name);
        attribute::set(thread, events.value(), name, Value::small_int(number))?;
    }
    module.set(thread, "events", events.value())?;
    for name in ["DISABLE", "MISSING"] {
        let marker = call::call(thread, Builtin::Object.class().value(), &[])?;
        module.set(thread, name, marker.value())?;
    }
    for (name, id) in TOOL_IDS {
        module.set(thread, name, Value::small_int(id))?;
    }
    Ok(())
}

static MONITORING: NativeModule = NativeModule {
    name: "sys.monitoring",
    doc: "",
    functions: MONITORING_FUNCTIONS,
    initialize: initialize_monitoring,
};

/// Adds the modules to `sys`.
pub(crate) fn initialize(thread: &Thread, sys: &Module) -> Result<()> {
    for (name, native) in [("_jit", &JIT), ("monitoring", &MONITORING)] {
        let made = module::instantiate(thread, native)?;
        sys.set(thread, name, made.value())?;
    }
    Ok(())
}
