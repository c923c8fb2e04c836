//! Methods of generators, coroutines and async generators that are about the frame: what each protocol adds is in
//! [`super::coroutine`] and [`super::async_generator`].

use super::exception::Thrown;
use super::generator::{self, Generator, step_result};
use super::str::Str;
use super::{class_of, coroutine, generic_alias, str};
use crate::object::{Object, Owned};
use crate::operators::convert;
use crate::{Result, Thread, Value, methods, raise};

fn this(args: &[Value]) -> &Generator {
    generator::of(&args[0]).expect("bound to generators and their kin")
}

fn iter(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(args[0]))
}

fn next(thread: &Thread, args: &[Value]) -> Result {
    step_result(thread, generator::resume(thread, this(args), Value::NONE)?)
}

fn send(thread: &Thread, args: &[Value]) -> Result {
    step_result(thread, generator::resume(thread, this(args), args[1])?)
}

fn throw(thread: &Thread, args: &[Value]) -> Result {
    let thrown = Thrown::of_method(thread, "throw", args)?;
    step_result(thread, generator::throw(thread, this(args), thrown, true)?)
}

fn close(thread: &Thread, args: &[Value]) -> Result {
    generator::close(thread, this(args))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let name = convert::display(thread, this(args).qualname().value())?;
    let class = class_of(args[0]).name();
    let address = args[0].as_ptr().addr();
    Ok(str::new(
        thread,
        &format!("<{class} object {name} at {address:#x}>"),
    ))
}

fn get_name(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).name())
}

fn set_name(thread: &Thread, args: &[Value]) -> Result {
    if !args[1].is::<Str>() {
        return raise!(thread, TypeError, "__name__ must be set to a string object");
    }
    this(args).set_name(args[1]);
    Ok(Owned::NONE)
}

fn get_qualname(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).qualname())
}

fn set_qualname(thread: &Thread, args: &[Value]) -> Result {
    if !args[1].is::<Str>() {
        return raise!(
            thread,
            TypeError,
            "__qualname__ must be set to a string object"
        );
    }
    this(args).set_qualname(args[1]);
    Ok(Owned::NONE)
}

fn get_running(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(args).is_running()))
}

fn get_suspended(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(args).is_suspended()))
}

fn get_frame(thread: &Thread, args: &[Value]) -> Result {
    Ok(this(args).frame_object(thread))
}

fn get_code(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).code().value()))
}

fn get_waits_for(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).waits_for().unwrap_or(Owned::NONE))
}

methods! { pub GENERATOR:
    /// Implement iter(self).
    "__iter__(self, /)" => iter;
    /// Implement next(self).
    "__next__(self, /)" => next;
    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    "send(self, value, /)" => send;
    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    "throw(self, typ, val=<missing>, tb=<missing>, /)" => throw;
    /// close() -> raise GeneratorExit inside generator.
    "close(self, /)" => close;
    "__repr__(self, /)" => repr -> Str;
    /// name of the generator
    get "__name__" => get_name, set_name;
    /// qualified name of the generator
    get "__qualname__" => get_qualname, set_qualname;
    get "gi_running" => get_running -> Bool;
    get "gi_suspended" => get_suspended -> Bool;
    get "gi_code" => get_code;
    get "gi_frame" => get_frame;
    /// object being iterated by yield from, or None
    get "gi_yieldfrom" => get_waits_for;
    /// generators are generic over the types of their yield, send, and return values
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
}

methods! { pub COROUTINE:
    /// send(arg) -> send 'arg' into coroutine,
    /// return next iterated value or raise StopIteration.
    "send(self, object, /)" => send;
    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next iterated value or raise
    /// StopIteration.
    "throw(self, typ, val=<missing>, tb=<missing>, /)" => throw;
    /// close() -> raise GeneratorExit inside coroutine.
    "close(self, /)" => close;
    /// Return an iterator to be used in await expression.
    "__await__(self, /)" => coroutine::method_await;
    "__repr__(self, /)" => repr -> Str;
    /// name of the coroutine
    get "__name__" => get_name, set_name;
    /// qualified name of the coroutine
    get "__qualname__" => get_qualname, set_qualname;
    get "cr_running" => get_running -> Bool;
    get "cr_suspended" => get_suspended -> Bool;
    get "cr_code" => get_code;
    get "cr_frame" => get_frame;
    /// object being awaited on, or None
    get "cr_await" => get_waits_for;
    get "cr_origin" => coroutine::get_origin;
    /// coroutines are generic over the types of their yield, send, and return values
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
}

// What async generators have besides their protocol.
methods! { pub ASYNC_GENERATOR:
    "__repr__(self, /)" => repr -> Str;
    /// name of the async generator
    get "__name__" => get_name, set_name;
    /// qualified name of the async generator
    get "__qualname__" => get_qualname, set_qualname;
    get "ag_suspended" => get_suspended -> Bool;
    get "ag_code" => get_code;
    get "ag_frame" => get_frame;
    /// object being awaited on, or None
    get "ag_await" => get_waits_for;
    /// async generators are generic over the types of their yield and send values
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
}
