//! The modules inside `sys`: `_jit`, and `monitoring`, whose events `ashore_runtime::monitor` tells of.

use ashore_runtime::monitor::tools::Event;
use ashore_runtime::monitor::{self, tools};
use ashore_runtime::operators::{attribute, convert, index};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::code::Code;
use ashore_runtime::types::module::{self, Module, NativeModule};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::{dict, int};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};

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
static TOOLS: Mutex<[Option<String>; tools::TOOLS]> = Mutex::new([const { None }; tools::TOOLS]);

const TOOL_IDS: [(&str, i64); 4] = [
    ("DEBUGGER_ID", 0),
    ("COVERAGE_ID", 1),
    ("PROFILER_ID", 2),
    ("OPTIMIZER_ID", 5),
];

fn tool(thread: &Thread, value: Value) -> Result<usize> {
    let id = convert::to_isize(thread, value)?;
    match usize::try_from(id) {
        Ok(id) if id < tools::TOOLS => Ok(id),
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

/// Takes a tool's number for something of ours; false if somebody has it.
pub(crate) fn claim_tool(id: usize, name: &str) -> bool {
    let mut tools = TOOLS.lock();
    let free = tools[id].is_none();
    if free {
        tools[id] = Some(name.to_owned());
    }
    free
}

/// The tool hears of nothing any more, and its number is free.
pub(crate) fn release_tool(thread: &Thread, id: usize) {
    tools::clear(thread, id);
    TOOLS.lock()[id] = None;
}

fn use_tool_id(thread: &Thread, args: &[Value]) -> Result {
    monitor::require(thread)?;
    let id = tool(thread, args[0])?;
    let Some(name) = args[1].get::<Str>() else {
        return raise!(thread, ValueError, "tool name must be a str");
    };
    if !claim_tool(id, &name.to_str_lossy()) {
        return raise!(thread, ValueError, "tool {id} is already in use");
    }
    Ok(Owned::NONE)
}

fn free_tool_id(thread: &Thread, args: &[Value]) -> Result {
    let id = tool(thread, args[0])?;
    release_tool(thread, id);
    Ok(Owned::NONE)
}

fn clear_tool_id(thread: &Thread, args: &[Value]) -> Result {
    let id = tool(thread, args[0])?;
    if TOOLS.lock()[id].is_some() {
        tools::clear(thread, id);
    }
    Ok(Owned::NONE)
}

fn get_tool(thread: &Thread, args: &[Value]) -> Result {
    let id = tool(thread, args[0])?;
    let name = TOOLS.lock()[id].clone();
    Ok(name.map_or(Owned::NONE, |name| str::new(thread, &name)))
}

/// The events of native calls, which are heard with that of the call.
const NATIVE_CALLS: u32 = Event::CReturn.bit() | Event::CRaise.bit();
const BRANCHES: u32 = Event::BranchLeft.bit() | Event::BranchRight.bit();

/// `register_callback(tool_id, event, func)`: gives the function before.
fn register_callback(thread: &Thread, args: &[Value]) -> Result {
    let id = tool(thread, args[0])?;
    let set = convert::to_c_int(thread, args[1])?;
    if set <= 0 || set.count_ones() != 1 {
        let text = "The callback can only be set for one event at a time";
        return raise!(thread, ValueError, "{text}");
    }
    let event = set.trailing_zeros() as usize;
    if event >= tools::NAMES.len() {
        return raise!(thread, ValueError, "invalid event {set}");
    }
    if event == Event::Branch as usize {
        // The older form of two events.
        for branch in [Event::BranchLeft, Event::BranchRight] {
            drop(tools::set_callback(thread, id, branch as usize, args[2]));
        }
    }
    Ok(tools::set_callback(thread, id, event, args[2]))
}

/// A set of events with numbers below `end`, in the form in which tools keep it.
fn event_set(thread: &Thread, value: Value, end: usize, kind: &str) -> Result<u32> {
    let given = convert::to_c_int(thread, value)?;
    let mut set = given.cast_unsigned();
    if set & NATIVE_CALLS != 0 && set & Event::Call.bit() == 0 {
        let text = "cannot set C_RETURN or C_RAISE events independently";
        return raise!(thread, ValueError, "{text}");
    }
    set &= !NATIVE_CALLS;
    if set & Event::Branch.bit() != 0 {
        set = set & !Event::Branch.bit() | BRANCHES;
    }
    if given < 0 || set >= 1 << end {
        return raise!(thread, ValueError, "invalid {kind}event set 0x{set:x}");
    }
    Ok(set)
}

fn get_events(thread: &Thread, args: &[Value]) -> Result {
    let id = tool(thread, args[0])?;
    Ok(int::from_i64(thread, i64::from(tools::events(id))))
}

fn set_events(thread: &Thread, args: &[Value]) -> Result {
    let id = tool(thread, args[0])?;
    let set = event_set(thread, args[1], tools::NAMES.len(), "")?;
    tool_in_use(thread, args[0])?;
    tools::set_events(thread, id, set);
    Ok(Owned::NONE)
}

/// The code object that is an argument.
fn code_of(thread: &Thread, value: &Value) -> Result<&'static Code> {
    match value.get::<Code>() {
        Some(code) => Ok(code.lasting()),
        None => raise!(thread, TypeError, "code must be a code object"),
    }
}

fn get_local_events(thread: &Thread, args: &[Value]) -> Result {
    let code = code_of(thread, &args[1])?;
    let id = tool(thread, args[0])?;
    let set = tools::local_events(code, id);
    Ok(int::from_i64(thread, i64::from(set)))
}

fn set_local_events(thread: &Thread, args: &[Value]) -> Result {
    let code = code_of(thread, &args[1])?;
    let id = tool_in_use(thread, args[0])?;
    let set = event_set(thread, args[2], tools::LOCAL_EVENTS, "local ")?;
    tools::set_local_events(thread, code, id, set);
    Ok(Owned::NONE)
}

fn restart_events(_: &Thread, _: &[Value]) -> Result {
    tools::restart();
    Ok(Owned::NONE)
}

/// The tools that hear of each event everywhere, as a set of numbers; no entry if there are none.
fn all_events(thread: &Thread, _: &[Value]) -> Result {
    let all = dict::new(thread);
    for (event, name) in tools::NAMES.iter().enumerate() {
        let listeners = tools::listeners(event);
        if listeners != 0 {
            let set = int::from_i64(thread, i64::from(listeners));
            index::set_item(thread, all.value(), str::intern(thread, name), set.value())?;
        }
    }
    Ok(all)
}

methods! { MONITORING_FUNCTIONS:
    static "use_tool_id(tool_id, name, /)" => use_tool_id -> None;
    static "free_tool_id(tool_id, /)" => free_tool_id -> None;
    static "clear_tool_id(tool_id, /)" => clear_tool_id -> None;
    static "get_tool(tool_id, /)" => get_tool;
    static "register_callback(tool_id, event, func, /)" => register_callback;
    static "get_events(tool_id, /)" => get_events -> Int;
    static "set_events(tool_id, event_set, /)" => set_events -> None;
    static "get_local_events(tool_id, code, /)" => get_local_events -> Int;
    static "set_local_events(tool_id, code, event_set, /)" => set_local_events -> None;
    static "restart_events()" => restart_events -> None;
    static "_all_events()" => all_events;
}

fn initialize_monitoring(thread: &Thread, module: &Module) -> Result<()> {
    let events = crate::namespace::new(thread)?;
    let numbers = tools::NAMES
        .iter()
        .zip(0..)
        .map(|(name, bit)| (*name, 1 << bit));
    for (name, number) in numbers.chain([("NO_EVENTS", 0)]) {
        let name = str::intern(thread, name);
        attribute::set(thread, events.value(), name, Value::small_int(number))?;
    }
    module.set(thread, "events", events.value())?;
    for (name, marker) in ["DISABLE", "MISSING"].iter().zip(tools::markers(thread)?) {
        module.set(thread, name, marker)?;
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
