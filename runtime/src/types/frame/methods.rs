//! Attributes and methods of frame objects.

use super::{FrameObject, locals};
use crate::monitor;
use crate::object::{Object, Owned};
use crate::operators::convert;
use crate::types::code::ENTRY;
use crate::types::define::receiver;
use crate::types::dict::Dict;
use crate::types::{self, class_of, str};
use crate::{Builtin, Result, Thread, Value, builtins, methods, raise};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

fn this(args: &[Value]) -> &FrameObject {
    receiver(args)
}

fn f_back(thread: &Thread, args: &[Value]) -> Result {
    Ok(this(args).back(thread))
}

fn f_code(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).code().value()))
}

fn f_globals(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).globals()))
}

fn f_builtins(thread: &Thread, args: &[Value]) -> Result {
    let globals = this(args).globals();
    let globals = globals.get::<Dict>().expect("globals are a dict");
    Ok(builtins::of_globals(globals)
        .unwrap_or_else(|| Owned::new(builtins::namespace(thread).value())))
}

fn f_locals(thread: &Thread, args: &[Value]) -> Result {
    let frame = this(args);
    if !frame.has_variables() {
        let name = &frame.code().source.name;
        return raise!(
            thread,
            RuntimeError,
            "the variables of {name}() are not available: it runs as native code"
        );
    }
    if frame.code().source.flags.optimized {
        return Ok(locals::new(thread, args[0]));
    }
    let namespace = frame.namespace.load(frame.header());
    Ok(if namespace.is_missing() {
        Owned::new(frame.globals())
    } else {
        namespace
    })
}

/// In bytes, as CPython counts: two for each unit.
fn f_lasti(thread: &Thread, args: &[Value]) -> Result {
    let bytes = match this(args).is_at_entry(thread) {
        true => 0,
        false => i64::from(this(args).address(thread) + ENTRY) * 2,
    };
    Ok(types::int::from_i64(thread, bytes))
}

fn f_lineno(thread: &Thread, args: &[Value]) -> Result {
    let line = i64::from(this(args).line(thread));
    Ok(types::int::from_i64(thread, line))
}

fn set_lineno(thread: &Thread, args: &[Value]) -> Result {
    if args[1].is_missing() {
        return raise!(
            thread,
            AttributeError,
            "attribute 'f_lineno' of 'frame' objects cannot be deleted"
        );
    }
    if !std::ptr::eq(class_of(args[1]), Builtin::Int.class()) {
        return raise!(thread, ValueError, "lineno must be an integer");
    }
    let line = i64::from(convert::to_c_int(thread, args[1])?);
    let jumped = this(args).while_own(thread, |frame| monitor::to_line(thread, frame, line));
    match jumped {
        Some(jumped) => jumped.map(|()| Owned::NONE),
        None => raise!(
            thread,
            ValueError,
            "f_lineno can only be set in a trace function"
        ),
    }
}

fn f_generator(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).generator().unwrap_or(Owned::NONE))
}

fn f_trace(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).trace.load(this(args).header()))
}

fn set_trace(_: &Thread, args: &[Value]) -> Result {
    let value = match args[1].is_missing() {
        true => Owned::NONE,
        false => Owned::new(args[1]),
    };
    this(args).set_trace_function(value);
    Ok(Owned::NONE)
}

fn f_trace_lines(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(args).traces_lines()))
}

fn f_trace_opcodes(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(args).traces_opcodes()))
}

/// Sets one of the two, which takes nothing but a bool.
fn set_switch(thread: &Thread, args: &[Value], switch: &AtomicBool) -> Result {
    if args[1].is_missing() {
        return raise!(thread, TypeError, "can't delete numeric/char attribute");
    }
    if !args[1].is_bool() {
        return raise!(thread, TypeError, "attribute value type must be bool");
    }
    switch.store(args[1] == Value::TRUE, Relaxed);
    Ok(Owned::NONE)
}

fn set_trace_lines(thread: &Thread, args: &[Value]) -> Result {
    set_switch(thread, args, &this(args).trace_lines)
}

fn set_trace_opcodes(thread: &Thread, args: &[Value]) -> Result {
    set_switch(thread, args, &this(args).trace_opcodes)
}

fn clear(thread: &Thread, args: &[Value]) -> Result {
    let frame = this(args);
    if let Some(generator) = frame.generator() {
        let generator = types::generator::of(&generator).expect("frames know what they are of");
        return types::generator::clear_frame(thread, generator);
    }
    if !frame.has_ended() {
        return raise!(thread, RuntimeError, "cannot clear an executing frame");
    }
    for slot in frame.variables() {
        drop(frame.set(slot, Owned::inline(Value::MISSING)));
    }
    for slot in [&frame.extra, &frame.trace] {
        drop(frame.set(slot, Owned::inline(Value::MISSING)));
    }
    Ok(Owned::NONE)
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let frame = this(args);
    let source = &frame.code().source;
    let at = frame.value().as_ptr().addr();
    let (file, name) = (&source.filename, &source.name);
    let line = frame.line(thread);
    Ok(str::new(
        thread,
        &format!("<frame at {at:#x}, file '{file}', line {line}, code {name}>"),
    ))
}

methods! { pub METHODS:
    get "f_back" => f_back;
    get "f_code" => f_code -> Code;
    get "f_globals" => f_globals;
    get "f_builtins" => f_builtins;
    /// Return the mapping used by the frame to look up local variables.
    get "f_locals" => f_locals;
    get "f_lasti" => f_lasti -> Int;
    get "f_lineno" => f_lineno, set_lineno -> Int;
    get "f_generator" => f_generator;
    get "f_trace" => f_trace, set_trace;
    get "f_trace_lines" => f_trace_lines, set_trace_lines -> Bool;
    get "f_trace_opcodes" => f_trace_opcodes, set_trace_opcodes -> Bool;
    /// Clear all references held by the frame.
    "clear(self, /)" => clear -> None;
    "__repr__(self, /)" => repr -> Str;
}
