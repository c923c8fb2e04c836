//! `_lsprof`: how often functions are called, and how long they take. What `cProfile` puts together.
//!
//! The profiler is a tool of `sys.monitoring` whose callbacks are methods of the object. It keeps a stack of the calls under
//! way; when one is done, its time is added to its function's account, and to the account that its caller has of it.
//!
//! Whom accounts are of lasts for good: code objects, and interned texts for native functions. So nothing is counted here
//! but the timer.

use crate::cell::Var;
use crate::sys_modules::{claim_tool, release_tool};
use ashore_runtime::monitor::tools::{self, Event};
use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::define::{Binding, MethodDef};
use ashore_runtime::types::exception::unraisable;
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::native_function::NativeFunction;
use ashore_runtime::types::{class_of, float, int, list, str};
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, methods, raise, structure};
use std::collections::HashMap;
use std::time::Instant;

/// `sys.monitoring.PROFILER_ID`.
const TOOL: usize = 2;
/// Parts that a second of the program's own timer is counted in.
const PRECISION: f64 = 4_294_967_296.0;

static PROFILER: NativeClass = NativeClass::new("_lsprof.Profiler", METHODS).open();

structure! { ENTRY = "_lsprof.profiler_entry", "":
    0 "code", 1 "callcount", 2 "reccallcount", 3 "totaltime", 4 "inlinetime", 5 "calls"
}

structure! { SUBENTRY = "_lsprof.profiler_subentry", "":
    0 "code", 1 "callcount", 2 "reccallcount", 3 "totaltime", 4 "inlinetime"
}

/// What is known of a function, or of the calls of it by another one.
#[derive(Default)]
struct Account {
    total: i64,
    inline: i64,
    calls: i64,
    /// Those that were made while another one was under way.
    recursive: i64,
    /// Calls under way.
    depth: u32,
}

impl Account {
    fn close(&mut self, total: i64, inline: i64) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth == 0 {
            self.total += total;
        } else {
            self.recursive += 1;
        }
        self.inline += inline;
        self.calls += 1;
    }
}

/// A function that was called.
struct Profiled {
    /// The bits of the code object or text that it is shown as.
    shown: u64,
    account: Account,
    /// What it calls, by the functions' indexes.
    callees: Vec<(usize, Account)>,
}

impl Profiled {
    fn callee(&mut self, index: usize) -> &mut Account {
        let at = match self.callees.iter().position(|(callee, _)| *callee == index) {
            Some(at) => at,
            None => {
                self.callees.push((index, Account::default()));
                self.callees.len() - 1
            }
        };
        &mut self.callees[at].1
    }
}

/// A call under way.
struct Call {
    function: usize,
    began: i64,
    /// Time spent in calls that it made.
    inside: i64,
}

#[derive(Default)]
struct State {
    functions: Vec<Profiled>,
    /// Their indexes, by the address of the code object, or of the native function's row.
    indexes: HashMap<usize, usize>,
    calls: Vec<Call>,
    enabled: bool,
    subcalls: bool,
    builtins: bool,
    /// How long a unit of the timer is, in seconds; 0 if it tells seconds.
    unit: f64,
}

impl State {
    fn begin(&mut self, key: usize, shown: Value, now: i64) {
        let next = self.functions.len();
        let index = *self.indexes.entry(key).or_insert(next);
        if index == next {
            self.functions.push(Profiled {
                shown: shown.bits(),
                account: Account::default(),
                callees: Vec::new(),
            });
        }
        self.functions[index].account.depth += 1;
        if self.subcalls
            && let Some(caller) = self.calls.last()
        {
            self.functions[caller.function].callee(index).depth += 1;
        }
        self.calls.push(Call {
            function: index,
            began: now,
            inside: 0,
        });
    }

    /// The innermost call is done, which should be one of this function.
    fn end(&mut self, key: usize, now: i64) {
        let known = self.indexes.get(&key).copied();
        if let Some(call) = self.calls.pop()
            && known == Some(call.function)
        {
            self.close(&call, now);
        }
    }

    fn close(&mut self, call: &Call, now: i64) {
        let total = now - call.began;
        let inline = total - call.inside;
        self.functions[call.function].account.close(total, inline);
        if let Some(caller) = self.calls.last_mut() {
            caller.inside += total;
            if self.subcalls {
                let caller = caller.function;
                self.functions[caller]
                    .callee(call.function)
                    .close(total, inline);
            }
        }
    }
}

struct Profiler {
    /// The program's own timer, None without one.
    timer: Var,
    began: Instant,
    state: Mutex<State>,
}

impl Data for Profiler {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.timer.visit(visit);
    }
}

fn this(args: &[Value]) -> &Profiler {
    receiver::<Profiler>(args)
}

impl Profiler {
    /// What time it is; 0 if the program's own timer fails, which is reported.
    fn now(&self, thread: &Thread) -> i64 {
        let timer = self.timer.get();
        if timer.is_none() {
            return self.began.elapsed().as_nanos() as i64;
        }
        let unit = self.state.lock().unit;
        let time = call::call(thread, timer.value(), &[]).and_then(|time| match unit > 0.0 {
            true => convert::to_isize(thread, time.value()).map(|units| units as i64),
            false => convert::to_f64(thread, time.value()).map(|time| (time * PRECISION) as i64),
        });
        time.unwrap_or_else(|raised| {
            let what = "while calling _lsprof timer";
            unraisable::report_ignored(thread, raised, what, timer.value());
            0
        })
    }

    /// How long a unit of time is, in seconds.
    fn factor(&self) -> f64 {
        let unit = self.state.lock().unit;
        if self.timer.get().is_none() {
            1e-9
        } else if unit > 0.0 {
            unit
        } else {
            1.0 / PRECISION
        }
    }
}

/// A native function's row, and what it is shown as; none for other callables, and for methods without a receiver.
fn native_function(
    thread: &Thread,
    callable: Value,
    first: Value,
) -> Result<Option<(usize, Value)>> {
    let Some(function) = callable.get_exact::<NativeFunction>() else {
        return Ok(None);
    };
    let class = class_of(callable);
    let is_method = std::ptr::eq(class, Builtin::NativeMethod.class());
    if !is_method && !std::ptr::eq(class, Builtin::NativeFunction.class()) {
        return Ok(None);
    }
    if is_method && first == tools::markers(thread)?[1] {
        return Ok(None);
    }
    let key = std::ptr::from_ref::<MethodDef>(function.def).addr();
    let name = function.def.name();
    let text = match function.owner {
        Some(owner) if function.def.binding == Binding::Method => {
            format!("<method '{name}' of '{}' objects>", owner.full_name())
        }
        Some(_) => format!("<built-in method {name}>"),
        None => match function.module_name() {
            Some(module) => format!("<built-in method {module}.{name}>"),
            None => format!("<built-in method {name}>"),
        },
    };
    Ok(Some((key, str::intern(thread, &text))))
}

/// A function begins: the arguments are its code, and what is not looked at.
fn started(thread: &Thread, args: &[Value]) -> Result {
    let profiler = this(args);
    let now = profiler.now(thread);
    let key = args[1].as_ptr().addr();
    profiler.state.lock().begin(key, args[1], now);
    Ok(Owned::NONE)
}

/// A function is done.
fn returned(thread: &Thread, args: &[Value]) -> Result {
    let profiler = this(args);
    let now = profiler.now(thread);
    let key = args[1].as_ptr().addr();
    profiler.state.lock().end(key, now);
    Ok(Owned::NONE)
}

/// Something is called: the arguments are the code, the offset, the callable, and its first argument.
fn native_called(thread: &Thread, args: &[Value]) -> Result {
    let profiler = this(args);
    if profiler.state.lock().builtins
        && let Some((key, shown)) = native_function(thread, args[3], args[4])?
    {
        let now = profiler.now(thread);
        profiler.state.lock().begin(key, shown, now);
    }
    Ok(Owned::NONE)
}

/// What was called is done.
fn native_returned(thread: &Thread, args: &[Value]) -> Result {
    let profiler = this(args);
    if profiler.state.lock().builtins
        && let Some((key, _)) = native_function(thread, args[3], args[4])?
    {
        let now = profiler.now(thread);
        profiler.state.lock().end(key, now);
    }
    Ok(Owned::NONE)
}

/// Which callback hears of which events.
const CALLBACKS: [(&str, &[Event]); 4] = [
    (
        "_pystart_callback",
        &[Event::PyStart, Event::PyResume, Event::PyThrow],
    ),
    (
        "_pyreturn_callback",
        &[Event::PyReturn, Event::PyYield, Event::PyUnwind],
    ),
    ("_ccall_callback", &[Event::Call]),
    ("_creturn_callback", &[Event::CReturn, Event::CRaise]),
];

fn enable(thread: &Thread, args: &[Value]) -> Result {
    let profiler = this(args);
    let subcalls = convert::truth(thread, args[1])?;
    let builtins = convert::truth(thread, args[2])?;
    if !claim_tool(TOOL, "cProfile") {
        return raise!(thread, ValueError, "tool {TOOL} is already in use");
    }
    {
        let mut state = profiler.state.lock();
        (state.enabled, state.subcalls, state.builtins) = (true, subcalls, builtins);
    }
    let mut set = 0;
    for (name, events) in CALLBACKS {
        let method = attribute::get(thread, args[0], str::intern(thread, name))?;
        for &event in events {
            drop(tools::set_callback(
                thread,
                TOOL,
                event as usize,
                method.value(),
            ));
            set |= event.bit();
        }
    }
    let heard_with_calls = Event::CReturn.bit() | Event::CRaise.bit();
    tools::set_events(thread, TOOL, set & !heard_with_calls);
    Ok(Owned::NONE)
}

fn disable(thread: &Thread, args: &[Value]) -> Result {
    let profiler = this(args);
    if !std::mem::take(&mut profiler.state.lock().enabled) {
        return Ok(Owned::NONE);
    }
    release_tool(thread, TOOL);
    let now = profiler.now(thread);
    let mut state = profiler.state.lock();
    // Calls that are still under way end here.
    while let Some(call) = state.calls.pop() {
        state.close(&call, now);
    }
    Ok(Owned::NONE)
}

fn clear(_: &Thread, args: &[Value]) -> Result {
    let mut state = this(args).state.lock();
    state.functions.clear();
    state.indexes.clear();
    state.calls.clear();
    Ok(Owned::NONE)
}

/// The fields that an account has as a tuple.
fn fields(thread: &Thread, shown: u64, account: &Account, factor: f64) -> Vec<Owned> {
    vec![
        Owned::new(Value::from_bits(shown)),
        int::from_i64(thread, account.calls),
        int::from_i64(thread, account.recursive),
        float::new(thread, account.total as f64 * factor),
        float::new(thread, account.inline as f64 * factor),
    ]
}

fn get_stats(thread: &Thread, args: &[Value]) -> Result {
    let profiler = this(args);
    let factor = profiler.factor();
    let state = profiler.state.lock();
    let mut all = Vec::new();
    for function in &state.functions {
        if function.account.calls == 0 {
            continue;
        }
        let mut entry = fields(thread, function.shown, &function.account, factor);
        let callees: Vec<Owned> = function
            .callees
            .iter()
            .filter(|(_, account)| account.calls != 0)
            .map(|(index, account)| {
                let shown = state.functions[*index].shown;
                SUBENTRY.make(thread, fields(thread, shown, account, factor))
            })
            .collect();
        entry.push(match !callees.is_empty() {
            true => list::new(thread, callees),
            false => Owned::NONE,
        });
        all.push(ENTRY.make(thread, entry));
    }
    drop(state);
    Ok(list::new(thread, all))
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let (timer, unit) = (args[1], args[2]);
    let state = State {
        unit: convert::to_f64(thread, unit)?,
        subcalls: convert::truth(thread, args[3])?,
        builtins: convert::truth(thread, args[4])?,
        ..State::default()
    };
    let profiler = Profiler {
        timer: Var::new(Owned::new(timer)),
        began: Instant::now(),
        state: Mutex::new(state),
    };
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    Ok(native::new(thread, class, profiler))
}

methods! { METHODS:
    new "Profiler(type, timer=None, timeunit=0.0, subcalls=True, builtins=True)" => new;
    /// Start collecting profiling information.
    "enable(self, subcalls=True, builtins=True)" => enable -> None;
    /// Stop collecting profiling information.
    "disable(self, /)" => disable -> None;
    /// Clear all profiling information collected so far.
    "clear(self, /)" => clear -> None;
    /// list of profiler_entry objects.
    "getstats(self, /)" => get_stats -> List;
    "_pystart_callback(self, code, instruction_offset, retval=None, /)" => started -> None;
    "_pyreturn_callback(self, code, instruction_offset, retval, /)" => returned -> None;
    "_ccall_callback(self, code, instruction_offset, callable, self_arg, /)" => native_called -> None;
    "_creturn_callback(self, code, instruction_offset, callable, self_arg, /)" => native_returned -> None;
}

methods! { FUNCTIONS: }

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    module.set(thread, "Profiler", PROFILER.class(thread).value())?;
    module.set(thread, "profiler_entry", ENTRY.define(thread))?;
    module.set(thread, "profiler_subentry", SUBENTRY.define(thread))
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_lsprof",
    doc: "Fast profiler",
    functions: FUNCTIONS,
    initialize,
};
