//! Calls, and making functions.
//!
//! The quick way in is [`call`]: a function that takes exactly the positional arguments given runs in the window that starts
//! at them. Everything else is bound into a fresh window above the caller's (`Function::bind`).

use super::frame::{Machine, Window, header_of};
use super::{claim, execute};
use crate::abi;
use crate::object::{Kind, Object, Owned, refcount};
use crate::operators::{attribute, call as operator, iterate};
use crate::types::class::access::Construction;
use crate::types::class::as_class;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::names::Name;
use crate::types::tuple::Tuple;
use crate::types::{self, Builtin, generator};
use crate::{Result, Thread, Value, raise};
use ashore_bytecode::OptSrc;
use ashore_bytecode::instructions::ops;

/// `r[base](r[base+1], ...)`, `n` registers in all, which are released.
#[inline(always)]
pub fn call(m: &Machine<'_>, base: u16, n: u16) -> Result {
    let callee = m.window.get(base);
    let result = if callee.kind().layout() == Kind::TYPE {
        call_class(m, base, n)?
    } else {
        call_window(m, callee, base + 1, n - 1)?
    };
    m.window.clear(base, base + n);
    Ok(result)
}

/// Calls a class. If all that means is to allocate an instance and run a simple `__init__`, the instance takes the class's
/// place in front of the arguments, so that they need not be copied.
fn call_class(m: &Machine<'_>, base: u16, n: u16) -> Result {
    let callee = m.window.get(base);
    let class = as_class(callee).expect("the caller checked the kind");
    let general = || operator::call(m.thread, callee, m.window.slice(base + 1, n - 1));
    let Construction::Init(init) = class.construction() else {
        return general();
    };
    let init = attribute::own(class, Name::INIT.value(), init);
    let Some(function) = init.get_exact::<Function>() else {
        return general();
    };
    let code = function.code();
    let native = !function.native().is_null();
    if native || !code.simple || code.n_args != n || m.frame.is_generator() {
        return general();
    }
    let instance = types::instance::new(m.thread, class);
    m.window.set(base, instance.clone());
    let window = claim(m.thread, code, m.window.at(base), n)?;
    let globals = function.globals();
    let result = execute(
        m.thread,
        code,
        init.value(),
        globals,
        Value::MISSING,
        window,
    )?;
    operator::check_init_result(m.thread, result.value())?;
    Ok(instance)
}

/// `call` on what `load_method` left.
#[inline(always)]
pub fn call_method(m: &Machine<'_>, base: u16, n: u16) -> Result {
    let skip = u16::from(m.window.get(base + 1).is_missing());
    let result = call_window(m, m.window.get(base), base + 1 + skip, n - 1 - skip)?;
    m.window.clear(base, base + n);
    Ok(result)
}

/// Calls with the arguments in place. They may be consumed or not: the caller clears the registers.
#[inline(always)]
fn call_window(m: &Machine<'_>, callee: Value, first: u16, n: u16) -> Result {
    if let Some(function) = callee.get_exact::<Function>() {
        let code = function.code();
        // A generator's window is in the generator: there is no room behind it for the callee's.
        if code.simple && code.n_args == n && !m.frame.is_generator() {
            let native = function.native();
            if !native.is_null() {
                let args = m.window.slice(first, n);
                // SAFETY: the entry is the code's own, and the arguments are as many as it takes.
                return unsafe { abi::entry::call(m.thread, native, callee, args) };
            }
            let window = claim(m.thread, code, m.window.at(first), n)?;
            return execute(
                m.thread,
                code,
                callee,
                function.globals(),
                Value::MISSING,
                window,
            );
        }
    }
    operator::call(m.thread, callee, m.window.slice(first, n))
}

/// Calls a function object with positional arguments: what `operators::call` does for functions.
pub fn call_function(thread: &Thread, function: &Function, args: &[Value]) -> Result {
    let code = function.code();
    if code.simple && usize::from(code.n_args) == args.len() {
        let native = function.native();
        if !native.is_null() {
            let callee = types::function::value(function);
            // SAFETY: the entry is the code's own, and the arguments are as many as it takes.
            return unsafe { abi::entry::call(thread, native, callee, args) };
        }
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
    let window = claim(thread, code, Window(thread.stack_top.get().cast()), 0)?;
    // Binding may run Python code (`__hash__` of odd keys): the window must be above the stack's top meanwhile.
    let saved_top = thread
        .stack_top
        .replace(window.at(code.n_registers).0.cast());
    let parameters = code.n_parameters();
    // SAFETY: `claim` initialised the window's registers, and nobody else uses them.
    let registers = unsafe { std::slice::from_raw_parts_mut(window.0, usize::from(parameters)) };
    let bound = types::function::bind(thread, function, args, names, registers);
    thread.stack_top.set(saved_top);
    if let Err(raised) = bound {
        window.clear(0, parameters);
        return Err(raised);
    }
    let callee = types::function::value(function);
    if code.source.flags.generator {
        return Ok(generator::new(
            thread,
            code,
            callee,
            function.globals(),
            window,
        ));
    }
    execute(
        thread,
        code,
        callee,
        function.globals(),
        Value::MISSING,
        window,
    )
}

fn keyword_names<'a>(m: &Machine<'a>, names: ashore_bytecode::Const) -> &'a [Value] {
    let code: &'a Code = m.code();
    let names: &'a Value = &code.constants[names.0 as usize];
    names
        .get::<Tuple>()
        .expect("the compiler gives a tuple of names")
        .items()
}

/// `call` whose last arguments are keywords.
pub fn call_kw(m: &Machine<'_>, op: ops::CallKw) -> Result<()> {
    let (base, n) = (op.base.0, op.n.0);
    let names = keyword_names(m, op.names);
    let result = operator::call_keywords(
        m.thread,
        m.window.get(base),
        m.window.slice(base + 1, n - 1),
        names,
    )?;
    m.window.clear(base, base + n);
    m.window.set(op.dst.0, result);
    Ok(())
}

/// `call_method` whose last arguments are keywords.
pub fn call_method_kw(m: &Machine<'_>, op: ops::CallMethodKw) -> Result<()> {
    let (base, n) = (op.base.0, op.n.0);
    let skip = u16::from(m.window.get(base + 1).is_missing());
    let args = m.window.slice(base + 1 + skip, n - 1 - skip);
    let result = operator::call_keywords(
        m.thread,
        m.window.get(base),
        args,
        keyword_names(m, op.names),
    )?;
    m.window.clear(base, base + n);
    m.window.set(op.dst.0, result);
    Ok(())
}

/// `dst = callee(*args, **kwargs)`.
pub fn call_ex(m: &Machine<'_>, op: ops::CallEx) -> Result<()> {
    let callee = m.own(op.callee.0);
    let args = m.own(op.args.0);
    let kwargs = op
        .kwargs
        .get()
        .map_or(Owned::inline(Value::MISSING), |register| m.own(register.0));
    let result = call_unpacked(m.thread, callee.value(), args.value(), kwargs.value())?;
    m.window.set(op.dst.0, result);
    Ok(())
}

/// `callee(*args, **kwargs)` of an iterable, and a mapping or MISSING.
pub fn call_unpacked(thread: &Thread, callee: Value, args: Value, kwargs: Value) -> Result {
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
        return operator::call(thread, callee, args);
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
    operator::call_keywords(thread, callee, &all, &names)
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
        iterate::collect(thread, iterable)?,
    ))
}

/// `super()` inside a method.
pub fn call_super(m: &Machine<'_>, op: ops::CallSuper) -> Result<()> {
    let (callee, class, object) = (m.own(op.callee.0), m.own(op.cls.0), m.own(op.obj.0));
    let result = super_of(m.thread, callee.value(), class.value(), object.value())?;
    m.window.set(op.dst.0, result);
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
        code: m.code().constants[op.k.0 as usize],
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
    m.window.set(op.dst.0, function);
    Ok(())
}
