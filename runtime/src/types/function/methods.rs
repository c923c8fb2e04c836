//! Attributes and methods of function objects.

use super::{Function, Parts};
use crate::operators::convert;
use crate::operators::{attribute, call};
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::{self, Tuple};
use crate::types::{self, class_of, dict, method, str};
use crate::{Builtin, Owned, Result, Thread, Value, methods, raise};

fn this(args: &[Value]) -> &Function {
    args[0].get::<Function>().expect("bound to functions")
}

fn make(thread: &Thread, args: &[Value]) -> Result {
    let &[_, code, globals, name, defaults, closure, kwdefaults] = args else {
        unreachable!("the binder gives one value a parameter");
    };
    let got = |value: Value| convert::argument_type(value);
    let Some(source) = code.get::<Code>() else {
        return raise!(
            thread,
            TypeError,
            "function() argument 'code' must be code, not {}",
            got(code)
        );
    };
    if !globals.is::<Dict>() {
        return raise!(
            thread,
            TypeError,
            "function() argument 'globals' must be dict, not {}",
            got(globals)
        );
    }
    if !(name.is_none() || name.is::<Str>()) {
        return raise!(thread, TypeError, "arg 3 (name) must be None or string");
    }
    if !(defaults.is_none() || defaults.is::<Tuple>()) {
        return raise!(thread, TypeError, "arg 4 (defaults) must be None or tuple");
    }
    check_closure(thread, source, closure)?;
    if !(kwdefaults.is_none() || kwdefaults.is::<Dict>()) {
        return raise!(thread, TypeError, "arg 6 (kwdefaults) must be None or dict");
    }
    let given = |value: Value| (!value.is_none()).then(|| Owned::new(value));
    let parts = Parts {
        code,
        globals,
        closure: given(closure),
        defaults: given(defaults),
        kwdefaults: given(kwdefaults),
        annotate: None,
    };
    let function = super::new(thread, parts)?;
    if !name.is_none() {
        let object = function.get::<Function>().expect("just made");
        drop(object.name.replace(Owned::new(name)));
    }
    Ok(function)
}

/// A closure must have as many cells as the code has free variables.
fn check_closure(thread: &Thread, code: &Code, closure: Value) -> Result<()> {
    let n_free = code.free_names.len();
    let Some(cells) = closure.get::<Tuple>() else {
        if closure.is_none() && n_free == 0 {
            return Ok(());
        }
        if closure.is_none() {
            return raise!(thread, TypeError, "arg 5 (closure) must be tuple");
        }
        return raise!(thread, TypeError, "arg 5 (closure) must be None or tuple");
    };
    if cells.len() != n_free {
        let (name, n) = (&code.source.name, cells.len());
        return raise!(
            thread,
            ValueError,
            "{name} requires closure of length {n_free}, not {n}"
        );
    }
    for &cell in cells.items() {
        if !cell.is::<types::cell::Cell>() {
            let got = class_of(cell).name();
            return raise!(
                thread,
                TypeError,
                "arg 5 (closure) expected cell, found {got}"
            );
        }
    }
    Ok(())
}

fn call_function(thread: &Thread, args: &[Value]) -> Result {
    call::call_packed(thread, args[0], args[1], args[2])
}

fn get(thread: &Thread, args: &[Value]) -> Result {
    if args[1].is_none() {
        return Ok(Owned::new(args[0]));
    }
    Ok(method::new(
        thread,
        Owned::new(args[0]),
        Owned::new(args[1]),
    ))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let function = this(args);
    let (name, at) = (function.display_name(), args[0].as_ptr().addr());
    Ok(str::new(thread, &format!("<function {name} at {at:#x}>")))
}

fn get_code(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(crate::Object::value(this(args).code())))
}

fn set_code(thread: &Thread, args: &[Value]) -> Result {
    let function = this(args);
    let Some(code) = args[1].get::<Code>() else {
        return raise!(thread, TypeError, "__code__ must be set to a code object");
    };
    let n_free = function.code().free_names.len();
    if code.free_names.len() != n_free {
        let (name, n) = (function.display_name(), code.free_names.len());
        return raise!(
            thread,
            ValueError,
            "{name}() requires a code object with {n_free} free vars, not {n}"
        );
    }
    let kind = |code: &Code| {
        let flags = &code.source.flags;
        (flags.generator, flags.coroutine, flags.async_generator)
    };
    if kind(function.code()) != kind(code) {
        let text = "Assigning a code object of non-matching type is deprecated \
                    (e.g., from a generator to a plain function)";
        crate::warnings::warn(thread, Builtin::DeprecationWarning, text, false)?;
    }
    // What came from the old code object stays.
    function.write(thread, &function.name, function.name());
    function.write(thread, &function.qualname, function.qualname());
    function.write(thread, &function.doc, function.doc());
    function.replace_code(thread, code);
    Ok(Owned::NONE)
}

fn get_globals(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).globals()))
}

fn get_closure(_: &Thread, args: &[Value]) -> Result {
    let function = this(args);
    Ok(function.read(&function.closure))
}

fn get_builtins(thread: &Thread, args: &[Value]) -> Result {
    let globals = this(args).globals();
    let globals = globals.get::<Dict>().expect("globals are a dict");
    match crate::builtins::of_globals(globals) {
        Some(builtins) => Ok(builtins),
        None => Ok(Owned::new(crate::Object::value(
            crate::builtins::namespace(thread),
        ))),
    }
}

fn get_name(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).name())
}

fn get_qualname(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).qualname())
}

fn get_doc(_: &Thread, args: &[Value]) -> Result {
    Ok(this(args).doc())
}

/// Declares a setter: which slot, what it takes, and what it says to anything else. Deleting stores `absent`.
macro_rules! setter {
    ($name:ident, $slot:ident, $takes:expr, $absent:expr, $text:literal) => {
        fn $name(thread: &Thread, args: &[Value]) -> Result {
            let function = this(args);
            let takes: fn(Value) -> bool = $takes;
            let absent: Option<Value> = $absent;
            let value = match absent {
                Some(absent) if args[1].is_missing() => absent,
                _ if takes(args[1]) => args[1],
                _ => return raise!(thread, TypeError, $text),
            };
            function.write(thread, &function.$slot, Owned::new(value));
            Ok(Owned::NONE)
        }
    };
}

setter!(
    set_name,
    name,
    |value| value.is::<Str>(),
    None,
    "__name__ must be set to a string object"
);
setter!(
    set_qualname,
    qualname,
    |value| value.is::<Str>(),
    None,
    "__qualname__ must be set to a string object"
);
setter!(
    set_doc,
    doc,
    |_| true,
    Some(Value::NONE),
    "unreachable: any value is a __doc__"
);
setter!(
    set_module,
    module,
    |_| true,
    Some(Value::NONE),
    "unreachable: any value is a __module__"
);
setter!(
    set_defaults,
    defaults,
    |value| value.is_none() || value.is::<Tuple>(),
    Some(Value::NONE),
    "__defaults__ must be set to a tuple object"
);
setter!(
    set_kwdefaults,
    kwdefaults,
    |value| value.is_none() || value.is::<Dict>(),
    Some(Value::NONE),
    "__kwdefaults__ must be set to a dict object"
);
setter!(
    set_type_params,
    type_params,
    |value| value.is::<Tuple>(),
    None,
    "__type_params__ must be set to a tuple"
);

/// Declares the getter of a slot.
macro_rules! getter {
    ($name:ident, $slot:ident) => {
        fn $name(_: &Thread, args: &[Value]) -> Result {
            let function = this(args);
            Ok(function.read(&function.$slot))
        }
    };
}

getter!(get_module, module);
getter!(get_defaults, defaults);
getter!(get_kwdefaults, kwdefaults);
getter!(get_annotate, annotate);

fn get_type_params(thread: &Thread, args: &[Value]) -> Result {
    let function = this(args);
    let parameters = function.read(&function.type_params);
    Ok(if parameters.is_missing() {
        tuple::empty(thread)
    } else {
        parameters
    })
}

/// The annotations: made by `__annotate__` the first time they are asked for.
fn get_annotations(thread: &Thread, args: &[Value]) -> Result {
    let function = this(args);
    let known = function.read(&function.annotations);
    if !known.is_missing() {
        return Ok(known);
    }
    let annotate = function.read(&function.annotate);
    let annotations = if annotate.is_none() {
        dict::new(thread)
    } else {
        // 1: annotationlib.Format.VALUE
        call::call(thread, annotate.value(), &[Value::small_int(1)])?
    };
    if !annotations.is::<Dict>() {
        let got = class_of(annotations.value()).name();
        return raise!(
            thread,
            TypeError,
            "__annotate__ returned non-dict of type '{got}'"
        );
    }
    function.write(thread, &function.annotations, annotations.clone());
    Ok(annotations)
}

fn set_annotations(thread: &Thread, args: &[Value]) -> Result {
    let function = this(args);
    let gone = args[1].is_missing() || args[1].is_none();
    if !gone && !args[1].is::<Dict>() {
        return raise!(
            thread,
            TypeError,
            "__annotations__ must be set to a dict object"
        );
    }
    let value = if gone { Value::MISSING } else { args[1] };
    function.write(thread, &function.annotations, Owned::new(value));
    function.write(thread, &function.annotate, Owned::NONE);
    Ok(Owned::NONE)
}

fn set_annotate(thread: &Thread, args: &[Value]) -> Result {
    let function = this(args);
    if args[1].is_missing() {
        return raise!(thread, TypeError, "__annotate__ cannot be deleted");
    }
    if !args[1].is_none() {
        if !call::is_callable(args[1]) {
            return raise!(thread, TypeError, "__annotate__ must be callable or None");
        }
        function.write(thread, &function.annotations, Owned::inline(Value::MISSING));
    }
    function.write(thread, &function.annotate, Owned::new(args[1]));
    Ok(Owned::NONE)
}

methods! { pub METHODS:
    /// Create a function object.
    new "function(type, code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)" => make;
    "__call__(self, /, *args, **kwargs)" => call_function;
    "__get__(self, instance, owner=None, /)" => get;
    "__repr__(self, /)" => repr -> Str;
    get "__code__" => get_code, set_code;
    field "__globals__" => get_globals;
    field "__closure__" => get_closure;
    field "__builtins__" => get_builtins;
    get "__name__" => get_name, set_name;
    get "__qualname__" => get_qualname, set_qualname;
    get "__doc__" => get_doc, set_doc;
    get "__module__" => get_module, set_module;
    get "__defaults__" => get_defaults, set_defaults;
    get "__kwdefaults__" => get_kwdefaults, set_kwdefaults;
    get "__annotations__" => get_annotations, set_annotations;
    get "__annotate__" => get_annotate, set_annotate;
    get "__type_params__" => get_type_params, set_type_params;
    get "__dict__" => attribute::get_dict, attribute::set_dict;
}
