//! `_contextvars`: context variables, and the contexts that hold their values.
//!
//! A context's values are a dict that is never changed once somebody else may see it: setting a variable replaces it by a
//! changed copy, so copying a context costs nothing. Each thread has a stack of the contexts it has entered.

use crate::cell::Var;
use ashore_runtime::object::Slot;
use ashore_runtime::operators::{call, convert, iterate};
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::str::Str;
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::types::{generic_alias, int, list, str};
use ashore_runtime::{Object, Owned, Result, Thread, Value, methods, raise};
use std::sync::atomic::{AtomicBool, Ordering};

static CONTEXT: NativeClass =
    NativeClass::new("_contextvars.Context", CONTEXT_METHODS).weakrefable();
static VARIABLE: NativeClass = NativeClass::new("_contextvars.ContextVar", VARIABLE_METHODS);
static TOKEN: NativeClass = NativeClass::new("_contextvars.Token", TOKEN_METHODS);
static MISSING: NativeClass = NativeClass::new("_contextvars.Token.MISSING", MISSING_METHODS);

struct Context {
    values: Var,
    /// Some thread is running in it.
    entered: AtomicBool,
    /// The context that was current when this one was entered.
    outer: Var,
}

impl Data for Context {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.values.visit(visit);
        self.outer.visit(visit);
    }
}

/// Key under which threads keep their current context among their locals.
const LOCAL: i64 = -1;

/// The list whose last item is the thread's current context.
fn stack(thread: &Thread) -> Owned {
    let (attributes, _) = thread.local_attributes(LOCAL, || dict::new(thread));
    attributes
}

fn current_name(thread: &Thread) -> Value {
    str::intern(thread, "current")
}

/// The thread's current context, made if there is none yet.
fn current(thread: &Thread) -> Result {
    let locals = stack(thread);
    let dict = locals.get::<Dict>().expect("made as a dict");
    if let Some(context) = dict.get(thread, current_name(thread))? {
        return Ok(context);
    }
    let context = context_of(thread, dict::new(thread));
    dict.set(thread, current_name(thread), context.value())?;
    Ok(context)
}

fn set_current(thread: &Thread, context: Value) -> Result<()> {
    let locals = stack(thread);
    let dict = locals.get::<Dict>().expect("made as a dict");
    dict.set(thread, current_name(thread), context)
}

fn context_of(thread: &Thread, values: Owned) -> Owned {
    let context = Context {
        values: Var::new(values),
        entered: AtomicBool::new(false),
        outer: Var::empty(),
    };
    native::new(thread, CONTEXT.class(thread), context)
}

fn copy_context(thread: &Thread, _: &[Value]) -> Result {
    let context = current(thread)?;
    let values = context_data(&context.value()).values.get();
    Ok(context_of(thread, values))
}

fn context_data(value: &Value) -> &Context {
    native::get::<Context>(value).expect("a context")
}

fn values(context: &Context) -> Owned {
    context.values.get()
}

fn new_context(thread: &Thread, _: &[Value]) -> Result {
    Ok(context_of(thread, dict::new(thread)))
}

fn run(thread: &Thread, args: &[Value]) -> Result {
    let context = receiver::<Context>(args);
    let given = args[1].get::<Tuple>().map_or(&[][..], Tuple::items);
    let Some((&callee, rest)) = given.split_first() else {
        return raise!(
            thread,
            TypeError,
            "run() missing 1 required positional argument"
        );
    };
    if context.entered.swap(true, Ordering::AcqRel) {
        let shown = convert::display_repr(thread, args[0])?;
        return raise!(
            thread,
            RuntimeError,
            "cannot enter context: {shown} is already entered"
        );
    }
    let outer = current(thread)?;
    context.outer.set(outer.clone());
    set_current(thread, args[0])?;
    let rest = tuple::from_slice(thread, rest);
    let result = call::call_packed(thread, callee, rest.value(), args[2]);
    drop(context.outer.take());
    context.entered.store(false, Ordering::Release);
    set_current(thread, outer.value())?;
    result
}

fn context_copy(thread: &Thread, args: &[Value]) -> Result {
    Ok(context_of(thread, values(receiver::<Context>(args))))
}

fn variable_key(thread: &Thread, key: Value) -> Result<()> {
    if native::get::<ContextVar>(&key).is_some() {
        return Ok(());
    }
    let shown = convert::display_repr(thread, key)?;
    raise!(
        thread,
        TypeError,
        "a ContextVar key was expected, got {shown}"
    )
}

fn lookup(thread: &Thread, context: &Context, key: Value) -> Result<Option<Owned>> {
    variable_key(thread, key)?;
    let values = values(context);
    values.get::<Dict>().expect("a dict").get(thread, key)
}

fn context_get(thread: &Thread, args: &[Value]) -> Result {
    let found = lookup(thread, receiver::<Context>(args), args[1])?;
    Ok(found.unwrap_or_else(|| Owned::new(args[2])))
}

fn context_item(thread: &Thread, args: &[Value]) -> Result {
    match lookup(thread, receiver::<Context>(args), args[1])? {
        Some(value) => Ok(value),
        None => dict::key_error(thread, args[1]),
    }
}

fn context_contains(thread: &Thread, args: &[Value]) -> Result {
    let found = lookup(thread, receiver::<Context>(args), args[1])?;
    Ok(Owned::bool(found.is_some()))
}

fn snapshot(thread: &Thread, args: &[Value]) -> Vec<(Owned, Owned)> {
    let values = values(receiver::<Context>(args));
    values.get::<Dict>().expect("a dict").snapshot(thread)
}

fn context_keys(thread: &Thread, args: &[Value]) -> Result {
    let keys = snapshot(thread, args).into_iter().map(|(key, _)| key);
    Ok(list::new(thread, keys.collect()))
}

fn context_values(thread: &Thread, args: &[Value]) -> Result {
    let values = snapshot(thread, args).into_iter().map(|(_, value)| value);
    Ok(list::new(thread, values.collect()))
}

fn context_items(thread: &Thread, args: &[Value]) -> Result {
    let pairs = snapshot(thread, args).into_iter();
    let pairs = pairs.map(|(key, value)| tuple::new(thread, vec![key, value]));
    Ok(list::new(thread, pairs.collect()))
}

fn context_iter(thread: &Thread, args: &[Value]) -> Result {
    let keys = context_keys(thread, args)?;
    iterate::iter(thread, keys.value())
}

fn context_len(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, snapshot(thread, args).len()))
}

fn context_eq(thread: &Thread, args: &[Value]) -> Result {
    let Some(other) = native::get::<Context>(&args[1]) else {
        return Ok(Owned::NOT_IMPLEMENTED);
    };
    let (a, b) = (values(receiver::<Context>(args)), values(other));
    let equal = ashore_runtime::operators::compare::equal(thread, a.value(), b.value())?;
    Ok(Owned::bool(equal))
}

methods! { CONTEXT_METHODS:
    new "Context(type, /)" => new_context;
    "run(self, /, *args, **kwargs)" => run;
    /// Return a shallow copy of the context object.
    "copy(self, /)" => context_copy;
    /// Return the value for `key` if `key` has the value in the context object.
    "get(self, key, default=None, /)" => context_get;
    /// Return a list of all variables in the context object.
    "keys(self, /)" => context_keys -> List;
    /// Return a list of all variables' values in the context object.
    "values(self, /)" => context_values -> List;
    /// Return all variables and their values in the context object.
    "items(self, /)" => context_items -> List;
    "__getitem__(self, key, /)" => context_item;
    "__contains__(self, key, /)" => context_contains -> Bool;
    "__iter__(self, /)" => context_iter;
    "__len__(self, /)" => context_len -> Int;
    "__eq__(self, value, /)" => context_eq;
}

struct ContextVar {
    name: Slot,
    default: Slot,
}

impl Data for ContextVar {
    fn dies_unseen(&self) -> bool {
        true
    }

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.name.peek());
        visit(self.default.peek());
    }
}

fn new_variable(thread: &Thread, args: &[Value]) -> Result {
    if !args[1].is::<Str>() {
        return raise!(thread, TypeError, "context variable name must be a str");
    }
    let variable = ContextVar {
        name: Slot::new(Owned::new(args[1])),
        default: Slot::new(Owned::new(args[2])),
    };
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    Ok(native::new(thread, class, variable))
}

fn variable_get(thread: &Thread, args: &[Value]) -> Result {
    let context = current(thread)?;
    if let Some(value) = lookup(thread, context_data(&context.value()), args[0])? {
        return Ok(value);
    }
    let default = receiver::<ContextVar>(args).default.peek();
    let fallback = match args[1].is_missing() {
        true => default,
        false => args[1],
    };
    if fallback.is_missing() {
        let class = ashore_runtime::Builtin::LookupError;
        let args = vec![Owned::new(args[0])];
        let exception = ashore_runtime::types::exception::new_builtin(thread, class, args);
        return Err(thread.raise_value(exception));
    }
    Ok(Owned::new(fallback))
}

/// Gives a context a changed copy of its values.
fn store(thread: &Thread, context: &Context, variable: Value, value: Option<Value>) -> Result<()> {
    let values = values(context);
    let changed = dict::new(thread);
    let dict = changed.get::<Dict>().expect("made as a dict");
    dict.merge(thread, values.get::<Dict>().expect("a dict"))?;
    match value {
        Some(value) => dict.set(thread, variable, value)?,
        None => drop(dict.remove(thread, variable)?),
    }
    context.values.set(changed);
    Ok(())
}

fn variable_set(thread: &Thread, args: &[Value]) -> Result {
    let context = current(thread)?;
    let data = context_data(&context);
    let old = lookup(thread, data, args[0])?;
    store(thread, data, args[0], Some(args[1]))?;
    let token = Token {
        context: Slot::new(context.clone()),
        variable: Slot::new(Owned::new(args[0])),
        old: Slot::new(old.unwrap_or(Owned::inline(Value::MISSING))),
        used: AtomicBool::new(false),
    };
    Ok(native::new(thread, TOKEN.class(thread), token))
}

fn variable_reset(thread: &Thread, args: &[Value]) -> Result {
    let Some(token) = native::get::<Token>(&args[1]) else {
        let shown = convert::display_repr(thread, args[1])?;
        return raise!(
            thread,
            TypeError,
            "expected an instance of Token, got {shown}"
        );
    };
    let context = current(thread)?;
    let shown = || convert::display_repr(thread, args[1]);
    if token.used.load(Ordering::Acquire) {
        return raise!(
            thread,
            RuntimeError,
            "{} has already been used once",
            shown()?
        );
    }
    if token.variable.peek() != args[0] {
        return raise!(
            thread,
            ValueError,
            "{} was created by a different ContextVar",
            shown()?
        );
    }
    if token.context.peek() != context.value() {
        return raise!(
            thread,
            ValueError,
            "{} was created in a different Context",
            shown()?
        );
    }
    token.used.store(true, Ordering::Release);
    let old = token.old.peek();
    let old = (!old.is_missing()).then_some(old);
    store(thread, context_data(&context.value()), args[0], old)?;
    Ok(Owned::NONE)
}

fn variable_name(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(receiver::<ContextVar>(args).name.peek()))
}

fn variable_repr(thread: &Thread, args: &[Value]) -> Result {
    let variable = receiver::<ContextVar>(args);
    let name = convert::display_repr(thread, variable.name.peek())?;
    let default = match variable.default.peek() {
        default if default.is_missing() => String::new(),
        default => format!(" default={}", convert::display_repr(thread, default)?),
    };
    let at = args[0].as_ptr().addr();
    let text = format!("<ContextVar name={name}{default} at {at:#x}>");
    Ok(str::new(thread, &text))
}

methods! { VARIABLE_METHODS:
    new "ContextVar(type, name, /, *, default=<missing>)" => new_variable;
    /// Return a value for the context variable for the current context.
    "get(self, default=<missing>, /)" => variable_get;
    /// Call to set a new value for the context variable in the current context.
    "set(self, value, /)" => variable_set;
    /// Reset the context variable.
    "reset(self, token, /)" => variable_reset -> None;
    "__repr__(self, /)" => variable_repr -> Str;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
    get "name" => variable_name;
}

struct Token {
    context: Slot,
    variable: Slot,
    /// MISSING if the variable had no value.
    old: Slot,
    used: AtomicBool,
}

impl Data for Token {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.context.peek());
        visit(self.variable.peek());
        visit(self.old.peek());
    }
}

fn token_variable(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(receiver::<Token>(args).variable.peek()))
}

fn token_old_value(thread: &Thread, args: &[Value]) -> Result {
    let old = receiver::<Token>(args).old.peek();
    if !old.is_missing() {
        return Ok(Owned::new(old));
    }
    let name = str::intern(thread, "MISSING");
    let missing = TOKEN.class(thread).own(name);
    Ok(missing.unwrap_or(Owned::NONE))
}

fn token_repr(thread: &Thread, args: &[Value]) -> Result {
    let token = receiver::<Token>(args);
    let used = match token.used.load(Ordering::Acquire) {
        true => " used",
        false => "",
    };
    let variable = convert::display_repr(thread, token.variable.peek())?;
    let at = args[0].as_ptr().addr();
    let text = format!("<Token{used} var={variable} at {at:#x}>");
    Ok(str::new(thread, &text))
}

fn token_enter(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(args[0]))
}

fn token_exit(thread: &Thread, args: &[Value]) -> Result {
    let variable = receiver::<Token>(args).variable.peek();
    variable_reset(thread, &[variable, args[0]])
}

methods! { TOKEN_METHODS:
    /// Enter into Token context manager.
    "__enter__(self, /)" => token_enter;
    /// Exit from Token context manager, restore the linked ContextVar.
    "__exit__(self, type, value, traceback, /)" => token_exit -> None;
    "__repr__(self, /)" => token_repr -> Str;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
    get "var" => token_variable;
    get "old_value" => token_old_value;
}

/// `Token.MISSING`.
struct NoValue;

impl Data for NoValue {}

fn missing_repr(thread: &Thread, _: &[Value]) -> Result {
    Ok(str::new(thread, "<Token.MISSING>"))
}

methods! { MISSING_METHODS:
    "__repr__(self, /)" => missing_repr -> Str;
}

methods! { FUNCTIONS:
    static "copy_context()" => copy_context;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for class in [&CONTEXT, &VARIABLE, &TOKEN] {
        let (_, name) = class.name.rsplit_once('.').unwrap_or(("", class.name));
        module.set(thread, name, class.class(thread).value())?;
    }
    let missing = native::new(thread, MISSING.class(thread), NoValue);
    let name = str::intern(thread, "MISSING");
    TOKEN.class(thread).set_own(thread, name, missing.value());
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_contextvars",
    doc: "Context Variables",
    functions: FUNCTIONS,
    initialize,
};
