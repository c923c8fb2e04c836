//! How objects are taken apart for `copy` and `pickle`: `object.__reduce_ex__` and what it asks.

use super::class::class_of;
use super::dict::{self, Dict};
use super::list::List;
use super::names::Name;
use super::tuple::{self, Tuple};
use super::{Builtin, Type, bytes, str};
use crate::object::Object;
use crate::operators::{attribute, call, convert, iterate};
use crate::{Owned, Result, Thread, Value, builtins, import, raise};

/// The first protocol whose objects are made by `__new__`, without a function of `copyreg` that knows the base class.
const BY_NEW: isize = 2;

fn copyreg(thread: &Thread, function: &str) -> Result {
    let name = str::intern(thread, "copyreg");
    let module = import::import_module(thread, name, Value::NONE, Value::NONE, 0)?;
    attribute::get(thread, module.value(), str::intern(thread, function))
}

/// `object.__reduce__()`
pub(in crate::types) fn reduce(thread: &Thread, args: &[Value]) -> Result {
    common(thread, args[0], 0)
}

/// `object.__reduce_ex__(protocol)`: what the class's own `__reduce__` says, if it has one.
pub(in crate::types) fn reduce_ex(thread: &Thread, args: &[Value]) -> Result {
    let protocol = convert::to_isize(thread, args[1])?;
    let own = class_of(args[0]).lookup_name(Name::REDUCE);
    if own == Builtin::Object.class().lookup_name(Name::REDUCE) {
        return common(thread, args[0], protocol);
    }
    let method = attribute::get(thread, args[0], Name::REDUCE.value())?;
    call::call(thread, method.value(), &[])
}

fn common(thread: &Thread, object: Value, protocol: isize) -> Result {
    if protocol >= BY_NEW {
        return by_new(thread, object);
    }
    let function = copyreg(thread, "_reduce_ex")?;
    call::call(
        thread,
        function.value(),
        &[object, Value::small_int(protocol as i64)],
    )
}

/// What `__new__` is to be called with.
struct Arguments {
    args: Option<Owned>,
    kwargs: Option<Owned>,
}

/// `__getnewargs_ex__`, else `__getnewargs__`, else nothing.
fn new_arguments(thread: &Thread, object: Value) -> Result<Arguments> {
    let get = |name: &str| attribute::get_optional(thread, object, str::intern(thread, name));
    if let Some(method) = get("__getnewargs_ex__")? {
        let both = call::call(thread, method.value(), &[])?;
        let Some(items) = both.get::<Tuple>().map(Tuple::items) else {
            let got = convert::type_name(both.value());
            return raise!(
                thread,
                TypeError,
                "__getnewargs_ex__ should return a tuple, not '{got}'"
            );
        };
        let &[args, kwargs] = items else {
            let n = items.len();
            return raise!(
                thread,
                ValueError,
                "__getnewargs_ex__ should return a tuple of length 2, not {n}"
            );
        };
        for (value, right, which, wanted) in [
            (args, args.is::<Tuple>(), "first", "tuple"),
            (kwargs, kwargs.is::<Dict>(), "second", "dict"),
        ] {
            if !right {
                let got = convert::type_name(value);
                return raise!(
                    thread,
                    TypeError,
                    "{which} item of the tuple returned by __getnewargs_ex__ must be a {wanted}, not '{got}'"
                );
            }
        }
        return Ok(Arguments {
            args: Some(Owned::new(args)),
            kwargs: Some(Owned::new(kwargs)),
        });
    }
    let args = match get("__getnewargs__")? {
        Some(method) => Some(call::call(thread, method.value(), &[])?),
        None => None,
    };
    if let Some(args) = args.as_ref().filter(|args| !args.is::<Tuple>()) {
        let got = convert::type_name(args.value());
        return raise!(
            thread,
            TypeError,
            "__getnewargs__ should return a tuple, not '{got}'"
        );
    }
    Ok(Arguments { args, kwargs: None })
}

/// Can instances be made by calling `__new__` of their class?
fn has_new(class: &Type) -> bool {
    let found = class.find_in_mro(Name::NEW.value());
    found.is_some_and(|(_, home)| {
        !home.is(Builtin::Object) || matches!(class.layout, Builtin::Object)
    })
}

#[cold]
fn cannot(thread: &Thread, class: &Type) -> Result {
    raise!(thread, TypeError, "cannot pickle '{}' object", class.name())
}

/// `(copyreg.__newobj__, (class, *args), state, items of a list, items of a dict)`
fn by_new(thread: &Thread, object: Value) -> Result {
    let class = class_of(object);
    if !has_new(class) {
        return cannot(thread, class);
    }
    let Arguments { args, kwargs } = new_arguments(thread, object)?;
    let is_container = object.is::<List>() || object.is::<Dict>();
    let required = args.is_none() && !is_container;
    let kwargs = kwargs.filter(|kwargs| {
        kwargs
            .get::<Dict>()
            .is_some_and(|kwargs| !kwargs.is_empty())
    });
    let class = Owned::new(class.value());
    let (function, new_args) = match (args, kwargs) {
        (Some(args), Some(kwargs)) => ("__newobj_ex__", vec![class, args, kwargs]),
        (args, _) => {
            let args = args.as_ref().and_then(|args| args.get::<Tuple>());
            let args = args.map_or(&[][..], Tuple::items);
            let all = std::iter::once(class).chain(args.iter().map(|&arg| Owned::new(arg)));
            ("__newobj__", all.collect())
        }
    };
    let function = copyreg(thread, function)?;
    let state = state(thread, object, required)?;
    let list_items = match object.is::<List>() {
        true => iterate::iter(thread, object)?,
        false => Owned::NONE,
    };
    let dict_items = match object.is::<Dict>() {
        true => {
            let method = attribute::get(thread, object, str::intern(thread, "items"))?;
            let items = call::call(thread, method.value(), &[])?;
            iterate::iter(thread, items.value())?
        }
        false => Owned::NONE,
    };
    let new_args = tuple::new(thread, new_args);
    let parts = vec![function, new_args, state, list_items, dict_items];
    Ok(tuple::new(thread, parts))
}

/// What `__getstate__` gives.
fn state(thread: &Thread, object: Value, required: bool) -> Result {
    let own = class_of(object).lookup_name(Name::GETSTATE);
    if own == Builtin::Object.class().lookup_name(Name::GETSTATE) {
        return default_state(thread, object, required);
    }
    let method = attribute::get(thread, object, Name::GETSTATE.value())?;
    call::call(thread, method.value(), &[])
}

/// `object.__getstate__()`
pub(in crate::types) fn get_state(thread: &Thread, args: &[Value]) -> Result {
    default_state(thread, args[0], false)
}

/// Could `copyreg` find names of slots? Most classes have none, and programs that have no such class need no `copyreg`.
fn may_have_slots(thread: &Thread, class: &'static Type) -> bool {
    let has = |class: &Type, name: &str| class.own(str::intern(thread, name)).is_some();
    has(class, "__slotnames__") || class.mro().iter().any(|class| has(class, "__slots__"))
}

/// The attributes, or None: the instance's dict, and with slots a pair of that and the slots'. `required` if that has to be all
/// there is to the object.
fn default_state(thread: &Thread, object: Value, required: bool) -> Result {
    let class = class_of(object);
    if required && class.layout != Builtin::Object {
        return cannot(thread, class);
    }
    let attributes = attribute::get_optional(thread, object, Name::DICT.value())?;
    let is_empty = |value: &Owned| value.get::<Dict>().is_some_and(Dict::is_empty);
    let attributes = attributes.filter(|attributes| !is_empty(attributes));
    let attributes = attributes.unwrap_or(Owned::NONE);
    if !may_have_slots(thread, class) {
        return Ok(attributes);
    }
    let names = copyreg(thread, "_slotnames")?;
    let names = call::call(thread, names.value(), &[class.value()])?;
    let slots = dict::new(thread);
    let table = slots.get::<Dict>().expect("made as a dict");
    if let Some(names) = names.get::<List>() {
        for name in names.snapshot(thread) {
            if let Some(value) = attribute::get_optional(thread, object, name.value())? {
                table.set(thread, name.value(), value.value())?;
            }
        }
    }
    match table.is_empty() {
        true => Ok(attributes),
        false => Ok(tuple::new(thread, vec![attributes, slots])),
    }
}

/// `(getattr, (object, name))`
pub(in crate::types) fn by_attribute(thread: &Thread, object: Value, name: Owned) -> Result {
    let getattr = builtins::get(thread, "getattr")?;
    let arguments = tuple::new(thread, vec![Owned::new(object), name]);
    Ok(tuple::new(thread, vec![getattr, arguments]))
}

/// What a bytearray is made of again: text before there was a way to write bytes.
fn bytearray_parts(thread: &Thread, array: Value, protocol: isize) -> Result {
    const BYTES_SINCE: isize = 3;
    let bytes = array
        .get::<bytes::Bytearray>()
        .expect("bound to bytearrays");
    let bytes = bytes.look(thread, <[u8]>::to_vec);
    let arguments = match (bytes.is_empty(), protocol >= BYTES_SINCE) {
        (true, _) => Vec::new(),
        (_, true) => vec![bytes::new(thread, &bytes)],
        (_, false) => {
            let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
            vec![str::new(thread, &text), str::new(thread, "latin-1")]
        }
    };
    let arguments = tuple::new(thread, arguments);
    let state = default_state(thread, array, false)?;
    let class = Owned::new(class_of(array).value());
    Ok(tuple::new(thread, vec![class, arguments, state]))
}

pub(in crate::types) fn bytearray(thread: &Thread, args: &[Value]) -> Result {
    bytearray_parts(thread, args[0], BY_NEW)
}

pub(in crate::types) fn bytearray_ex(thread: &Thread, args: &[Value]) -> Result {
    bytearray_parts(thread, args[0], convert::to_isize(thread, args[1])?)
}
