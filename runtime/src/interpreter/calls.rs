//! Calls, and making functions.
//!
//! The quick way in: a function that takes exactly the positional arguments given runs in the window that starts at them.
//! Everything else is bound into a fresh window above the caller's (`Function::bind`). Either way interpreted code goes on in
//! the caller's loop, which finishes the call when the callee returns ([`finish`]); anything else is called and done.

use super::activation::{check_native_stack, claim, execute, free_window, push};
use super::frame::{Frame, Machine, Window, header_of};
use crate::abi;
use crate::object::{Kind, Object, Owned, refcount};
use crate::operators::{call as operator, iterate};
use crate::types::class::access::Construction;
use crate::types::class::as_class;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::method::BoundMethod;
use crate::types::native_function::{self, NativeFunction};
use crate::types::tuple::Tuple;
use crate::types::{self, Builtin, generator};
use crate::{Result, Thread, Value, raise};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Dst, Opcode, OptSrc};

/// What a call came to.
pub enum Called<'a> {
    /// This frame was pushed, to be run from the start.
    Entered(&'a Frame<'a>),
    Done(Owned),
}

/// `r[base](r[base+1], ...)`, `n` registers in all.
#[inline(always)]
pub fn call<'a>(m: &Machine<'a>, base: u16, n: u16) -> Result<Called<'a>> {
    let callee = m.window().get(base);
    if let Some(function) = callee.get_exact::<Function>() {
        return call_function_at(m, callee, function, base + 1, n - 1);
    }
    if callee.kind().layout() == Kind::TYPE {
        return call_class(m, base, n);
    }
    call_with(m, callee, m.window().slice(base + 1, n - 1), &[])
}

/// [`call`], but with a frame that knows nothing of an instance under construction: calling a class is done when it returns.
pub fn call_traced<'a>(m: &Machine<'a>, base: u16, n: u16) -> Result<Called<'a>> {
    let callee = m.window().get(base);
    match callee.get_exact::<Function>() {
        Some(function) => call_function_at(m, callee, function, base + 1, n - 1),
        None => call_with(m, callee, m.window().slice(base + 1, n - 1), &[]),
    }
}

/// `call` on what `load_method` left.
#[inline(always)]
pub fn call_method<'a>(m: &Machine<'a>, base: u16, n: u16) -> Result<Called<'a>> {
    let callee = m.window().get(base);
    let skip = u16::from(m.window().get(base + 1).is_missing());
    let (first, n) = (base + 1 + skip, n - 1 - skip);
    if let Some(function) = callee.get_exact::<Function>() {
        return call_function_at(m, callee, function, first, n);
    }
    call_with(m, callee, m.window().slice(first, n), &[])
}

/// Calls a function with the `n` arguments in the registers from `first` on, which are handed over.
#[inline(always)]
fn call_function_at<'a>(
    m: &Machine<'a>,
    callee: Value,
    function: &Function,
    first: u16,
    n: u16,
) -> Result<Called<'a>> {
    let (code, native) = function.target();
    // A generator's window is in the generator: there is no room behind it for the callee's.
    if code.simple && code.n_args == n && native.is_null() && !m.frame.is_generator() {
        let window = claim(m.thread, code, m.window().at(first), n)?;
        return Ok(enter(m, callee, function, code, window, Value::MISSING));
    }
    call_python(m, callee, function, m.window().slice(first, n), &[])
}

/// Pushes the frame of a function whose window, claimed for `code`, is complete. (`function.__code__` may be another by now.)
#[inline(always)]
fn enter<'a>(
    m: &Machine<'a>,
    callee: Value,
    function: &Function,
    code: &'static Code,
    window: Window,
    constructing: Value,
) -> Called<'a> {
    let globals = function.globals();
    let constructing = Owned::from_counted(constructing);
    let frame = push(m.thread, code, callee, globals, window, constructing);
    Called::Entered(frame)
}

/// Calls a function in whichever way it takes. The caller keeps the function and the arguments.
#[inline(never)]
fn call_python<'a>(
    m: &Machine<'a>,
    callee: Value,
    function: &Function,
    args: &[Value],
    names: &[Value],
) -> Result<Called<'a>> {
    let (code, native) = function.target();
    let exact = code.simple && names.is_empty() && usize::from(code.n_args) == args.len();
    if exact && !native.is_null() {
        // SAFETY: the entry is the code's own, and the arguments are as many as it takes.
        return unsafe { abi::entry::call(m.thread, native, callee, args) }.map(Called::Done);
    }
    let window = bound_window(m.thread, function, code, args, names)?;
    if code.generator {
        let globals = function.globals();
        let generator = generator::new(m.thread, code, callee, globals, window);
        return Ok(Called::Done(generator));
    }
    Ok(enter(m, callee, function, code, window, Value::MISSING))
}

/// Calls anything that is not a class, and no function with plain arguments. The caller keeps callee and arguments.
#[inline(never)]
fn call_with<'a>(
    m: &Machine<'a>,
    callee: Value,
    args: &[Value],
    names: &[Value],
) -> Result<Called<'a>> {
    if let Some(function) = callee.get_exact::<Function>() {
        return call_python(m, callee, function, args, names);
    }
    if let Some(function) = callee.get_exact::<NativeFunction>() {
        return native_function::call(m.thread, function, args, names).map(Called::Done);
    }
    // The callee keeps the method, and thereby its function.
    if let Some(method) = callee.get_exact::<BoundMethod>() {
        let inner = method.function();
        if let Some(function) = inner.get_exact::<Function>() {
            return operator::with_first(method.receiver(), args, |args| {
                call_python(m, inner, function, args, names)
            });
        }
    }
    operator::call_keywords(m.thread, callee, args, names).map(Called::Done)
}

/// Calls a class. If all that means is to allocate an instance and run a simple `__init__`, the instance takes the class's
/// place in front of the arguments, so that they need not be copied.
fn call_class<'a>(m: &Machine<'a>, base: u16, n: u16) -> Result<Called<'a>> {
    let callee = m.window().get(base);
    let class = as_class(callee).expect("the caller checked the kind");
    let general = || {
        let args = m.window().slice(base + 1, n - 1);
        operator::call(m.thread, callee, args).map(Called::Done)
    };
    let Construction::Init(init) = class.construction() else {
        return general();
    };
    let Some(function) = init.get_exact::<Function>() else {
        return general();
    };
    let (code, native) = function.target();
    // Nobody but the class keeps `__init__`, and that may change while it runs, unless only the collector can free it.
    let lasting = refcount::is_uncounted(function.header());
    if !native.is_null() || !lasting || !code.simple || code.n_args != n {
        return general();
    }
    let instance = types::instance::new(m.thread, class);
    let window = if m.frame.is_generator() {
        let window = claim(m.thread, code, free_window(m.thread), 0)?;
        window.put(0, instance.clone());
        for index in 1..n {
            window.put(index, Owned::new(m.window().get(base + index)));
        }
        window
    } else {
        m.window().set(base, instance.clone());
        claim(m.thread, code, m.window().at(base), n)?
    };
    let constructing = instance.into_counted();
    Ok(enter(m, init, function, code, window, constructing))
}

/// The frame that the call at `m.frame.pc` pushed has returned: releases the call's operands. Gives where the result goes and
/// how long the instruction is.
#[inline(always)]
pub fn finish(m: Machine<'_>, callee: Window) -> (Dst, usize) {
    let mut opcode = m.frame.opcode_in_place();
    if !matches!(opcode, Opcode::Call | Opcode::CallMethod) {
        opcode = m.frame.opcode();
        if !matches!(opcode, Opcode::Call | Opcode::CallMethod) {
            return finish_other(m, opcode);
        }
    }
    const { assert!(ops::Call::UNITS == ops::CallMethod::UNITS) };
    // SAFETY: `pc` is at an instruction of verified code, which is that long.
    let units = unsafe { std::slice::from_raw_parts(m.frame.pc.get(), ops::Call::UNITS) };
    // Both have the same operands.
    let op = ops::Call::decode(units);
    // Arguments in the callee's window are released already. A window that is elsewhere is far away.
    let base = m.window().at(op.base.0);
    let in_front = callee.0.addr().wrapping_sub(base.0.addr()) / size_of::<Value>();
    let left = in_front.min(usize::from(op.n.0)) as u16;
    m.window().clear(op.base.0, op.base.0 + left);
    (op.dst, ops::Call::UNITS)
}

/// [`finish`] of the other calls.
#[inline(never)]
fn finish_other(m: Machine<'_>, opcode: Opcode) -> (Dst, usize) {
    // SAFETY: `pc` is at an instruction of verified code, which is that long.
    let units = unsafe { std::slice::from_raw_parts(m.frame.pc.get(), opcode.units()) };
    if opcode == Opcode::CallEx {
        let op = ops::CallEx::decode(units);
        m.consume(op.callee.0);
        return (op.dst, ops::CallEx::UNITS);
    }
    // The operands of those with keywords begin alike.
    let op = ops::Call::decode(units);
    m.window().clear(op.base.0, op.base.0 + op.n.0);
    (op.dst, opcode.units())
}

/// Calls a function object with positional arguments: what `operators::call` does for functions.
pub fn call_function(thread: &Thread, function: &Function, args: &[Value]) -> Result {
    let (code, native) = function.target();
    if code.simple && usize::from(code.n_args) == args.len() && !native.is_null() {
        let callee = types::function::value(function);
        // SAFETY: the entry is the code's own, and the arguments are as many as it takes.
        return unsafe { abi::entry::call(thread, native, callee, args) };
    }
    call_function_keywords(thread, function, args, &[])
}

/// Calls a function object; the last values of `args` are the keywords named by `names`.
pub fn call_function_keywords(
    thread: &Thread,
    function: &Function,
    args: &[Value],
    names: &[Value],
) -> Result {
    let code = function.code();
    check_native_stack(thread)?;
    let window = bound_window(thread, function, code, args, names)?;
    let callee = types::function::value(function);
    let globals = function.globals();
    if code.generator {
        return Ok(generator::new(thread, code, callee, globals, window));
    }
    execute(thread, code, callee, globals, Value::MISSING, window)
}

/// A window above the stack's top, with the arguments bound to the function's parameters.
#[inline]
fn bound_window(
    thread: &Thread,
    function: &Function,
    code: &Code,
    args: &[Value],
    names: &[Value],
) -> Result<Window> {
    let window = claim(thread, code, free_window(thread), 0)?;
    if code.simple && names.is_empty() && usize::from(code.n_args) == args.len() {
        for (register, &value) in (0..).zip(args) {
            window.put(register, Owned::new(value));
        }
        return Ok(window);
    }
    // Binding may run Python code (`__hash__` of odd keys): the window must be below the stack's top meanwhile.
    let saved_top = thread
        .stack_top
        .replace(window.at(code.n_registers).0.cast());
    let parameters = code.n_parameters();
    // SAFETY: `claim` initialised the window's registers, and nobody else uses them.
    let registers = unsafe { std::slice::from_raw_parts_mut(window.0, usize::from(parameters)) };
    let bound = types::function::bind(thread, function, code, args, names, registers);
    thread.stack_top.set(saved_top);
    if let Err(raised) = bound {
        window.clear(0, parameters);
        return Err(raised);
    }
    Ok(window)
}

fn keyword_names<'a>(m: &Machine<'a>, names: ashore_bytecode::Const) -> &'a [Value] {
    m.constant(names)
        .get::<Tuple>()
        .expect("the compiler gives a tuple of names")
        .items()
}

/// `call` whose last arguments are keywords.
pub fn call_kw<'a>(m: &Machine<'a>, op: ops::CallKw) -> Result<Called<'a>> {
    let (base, n) = (op.base.0, op.n.0);
    let args = m.window().slice(base + 1, n - 1);
    call_with(m, m.window().get(base), args, keyword_names(m, op.names))
}

/// `call_method` whose last arguments are keywords.
pub fn call_method_kw<'a>(m: &Machine<'a>, op: ops::CallMethodKw) -> Result<Called<'a>> {
    let (base, n) = (op.base.0, op.n.0);
    let skip = u16::from(m.window().get(base + 1).is_missing());
    let args = m.window().slice(base + 1 + skip, n - 1 - skip);
    call_with(m, m.window().get(base), args, keyword_names(m, op.names))
}

/// `dst = callee(*args, **kwargs)`. The callee stays in its register until the call is done.
pub fn call_ex<'a>(m: &Machine<'a>, op: ops::CallEx) -> Result<Called<'a>> {
    let callee = m.window().get(op.callee.0);
    let args = m.own(op.args.0);
    let kwargs = op
        .kwargs
        .get()
        .map_or(Owned::inline(Value::MISSING), |register| m.own(register.0));
    with_unpacked(
        m.thread,
        callee,
        args.value(),
        kwargs.value(),
        |args, names| call_with(m, callee, args, names),
    )
}

/// `callee(*args, **kwargs)` of an iterable, and a mapping or MISSING.
pub fn call_unpacked(thread: &Thread, callee: Value, args: Value, kwargs: Value) -> Result {
    with_unpacked(thread, callee, args, kwargs, |args, names| {
        operator::call_keywords(thread, callee, args, names)
    })
}

/// Runs `call` on the arguments and keyword names that `callee(*args, **kwargs)` passes.
fn with_unpacked<R>(
    thread: &Thread,
    callee: Value,
    args: Value,
    kwargs: Value,
    call: impl FnOnce(&[Value], &[Value]) -> Result<R>,
) -> Result<R> {
    let collected;
    let args = match args.get_exact::<Tuple>() {
        Some(tuple) => tuple,
        None => {
            collected = tuple_of_arguments(thread, callee, args)?;
            collected.get::<Tuple>().expect("just made")
        }
    };
    let args = args.items();
    let pairs = match kwargs.get_exact::<Dict>() {
        Some(kwargs) => kwargs.snapshot(thread),
        None if kwargs.is_missing() => Vec::new(),
        None => {
            let dict = types::dict::new(thread);
            super::display::merge_keywords(thread, dict.value(), kwargs, callee)?;
            dict.get::<Dict>().expect("just made").snapshot(thread)
        }
    };
    if pairs.is_empty() {
        return call(args, &[]);
    }
    if pairs.iter().any(|(name, _)| !name.is::<types::str::Str>()) {
        return raise!(thread, TypeError, "keywords must be strings");
    }
    let names: Vec<Value> = pairs.iter().map(|(name, _)| name.value()).collect();
    let all: Vec<Value> = args
        .iter()
        .copied()
        .chain(pairs.iter().map(|(_, value)| value.value()))
        .collect();
    call(&all, &names)
}

/// What `f(*iterable)` passes.
fn tuple_of_arguments(thread: &Thread, callee: Value, iterable: Value) -> Result {
    if !iterate::is_iterable(iterable) {
        let (function, got) = (
            types::function::display_name(thread, callee),
            types::class_of(iterable).name(),
        );
        return raise!(
            thread,
            TypeError,
            "{function} argument after * must be an iterable, not {got}"
        );
    }
    Ok(types::tuple::new(
        thread,
        iterate::collect_unasked(thread, iterable)?,
    ))
}

/// `super()` inside a method.
pub fn call_super(m: &Machine<'_>, op: ops::CallSuper) -> Result<()> {
    let (callee, class, object) = (m.own(op.callee.0), m.own(op.cls.0), m.own(op.obj.0));
    let result = super_of(m.thread, callee.value(), class.value(), object.value())?;
    m.window().set(op.dst.0, result);
    Ok(())
}

/// `callee(class, object)` if `callee` is the builtin `super`, which a call without arguments means then; else `callee()`.
pub fn super_of(thread: &Thread, callee: Value, class: Value, object: Value) -> Result {
    let is_super = callee == Builtin::Super.class().value();
    if is_super {
        types::super_object::new(thread, class, object)
    } else {
        operator::call(thread, callee, &[])
    }
}

/// The arguments of a method call: the receiver first, unless it is MISSING.
pub fn without_missing_receiver(args: &[Value]) -> &[Value] {
    if args.first().is_some_and(|receiver| receiver.is_missing()) {
        &args[1..]
    } else {
        args
    }
}

/// `dst` = a new function.
pub fn make_function(m: &Machine<'_>, op: ops::MakeFunction) -> Result<()> {
    let own = |register: OptSrc| register.get().map(|r| m.own(r.0));
    let parts = types::function::Parts {
        code: *m.constant(op.k),
        globals: m.frame.globals,
        closure: own(op.closure),
        defaults: own(op.defaults),
        kwdefaults: own(op.kwdefaults),
        annotate: own(op.annotate),
    };
    let code = parts.code;
    // A function of a module lives as long as the module: threads that call it need not count it.
    let lasting = parts.closure.is_none() && !m.code().source.flags.optimized;
    let function = types::function::new(m.thread, parts)?;
    if lasting {
        refcount::make_deferred(header_of(&function));
        abi::attach::function_made(code, function.value());
    }
    m.window().set(op.dst.0, function);
    Ok(())
}
