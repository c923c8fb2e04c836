//! Adapters and converters: what the program registers for types that SQLite does not know.

use super::errors;
use crate::cell::Var;
use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::module::{self, Module};
use ashore_runtime::types::native::{self, Data, NativeClass};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::{class_of, exception, tuple};
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, methods, raise};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

pub(super) static PROTOCOL: NativeClass = NativeClass::new("sqlite3.PrepareProtocol", METHODS)
    .doc("PEP 246 style object adaption protocol type.")
    .open();

struct Protocol;

impl Data for Protocol {}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    Ok(native::new(thread, class, Protocol))
}

fn init(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::NONE)
}

methods! { METHODS:
    new "PrepareProtocol(type, /, *args, **kwargs)" => new;
    "__init__(self, /, *args, **kwargs)" => init -> None;
}

/// By class and protocol; by name. The module refers to both, so that the collector finds them.
static ADAPTERS: OnceLock<Var> = OnceLock::new();
static CONVERTERS: OnceLock<Var> = OnceLock::new();

/// Is there an adapter for a type that SQLite knows?
static ADAPTS_KNOWN: AtomicBool = AtomicBool::new(false);

/// The types whose values are as a rule not adapted.
const KNOWN: [Builtin; 4] = [
    Builtin::Int,
    Builtin::Float,
    Builtin::Str,
    Builtin::Bytearray,
];

fn table(thread: &Thread, place: &'static OnceLock<Var>) -> Owned {
    let place = place.get_or_init(Var::empty);
    let known = place.get();
    if !known.value().is_missing() {
        return known;
    }
    // Two threads that make one at once: the first to store it has made the one.
    place.get_or_set(dict::new(thread))
}

/// The end of the program: what it registered goes.
fn forget() {
    for place in [&ADAPTERS, &CONVERTERS] {
        drop(place.get().map(Var::take));
    }
}

pub(super) fn start(thread: &Thread, module: &Module) -> Result<()> {
    module::at_end(forget);
    module.set(thread, "adapters", table(thread, &ADAPTERS).value())?;
    module.set(thread, "converters", table(thread, &CONVERTERS).value())
}

/// `register_adapter(type, adapter)`
pub(super) fn register_adapter(thread: &Thread, args: &[Value]) -> Result {
    let is_known = |known: Builtin| args[0] == known.class().value();
    if KNOWN.into_iter().any(is_known) {
        ADAPTS_KNOWN.store(true, Ordering::Relaxed);
    }
    let protocol = PROTOCOL.class(thread).value();
    let key = tuple::from_slice(thread, &[args[0], protocol]);
    let adapters = table(thread, &ADAPTERS);
    let adapters = adapters.get::<Dict>().expect("made as a dict");
    adapters.set(thread, key.value(), args[1])?;
    Ok(Owned::NONE)
}

/// `register_converter(typename, converter)`
pub(super) fn register_converter(thread: &Thread, args: &[Value]) -> Result {
    let Some(name) = args[0].get::<Str>() else {
        let got = convert::argument_type(args[0]);
        let text = "register_converter() argument 1 must be str";
        return raise!(thread, TypeError, "{text}, not {got}");
    };
    let key = str::case::upper(thread, name);
    let converters = table(thread, &CONVERTERS);
    let converters = converters.get::<Dict>().expect("made as a dict");
    converters.set(thread, key.value(), args[1])?;
    Ok(Owned::NONE)
}

/// What converts values of a type, by its name.
pub(super) fn converter(thread: &Thread, name: &[u8]) -> Result<Option<Owned>> {
    let name = str::codec::decode(thread, name, None, None)?;
    let name = name.get::<Str>().expect("decoding gives a str");
    let key = str::case::upper(thread, name);
    let converters = table(thread, &CONVERTERS);
    let converters = converters.get::<Dict>().expect("made as a dict");
    converters.get(thread, key.value())
}

/// Is a parameter's value to be adapted?
pub(super) fn is_needed(value: Value) -> bool {
    let class = class_of(value);
    ADAPTS_KNOWN.load(Ordering::Relaxed) || !KNOWN.into_iter().any(|known| class.is(known))
}

/// Asks a method for an adapted value, if there is such a method. TypeErrors mean that it does not know how.
fn ask(thread: &Thread, object: Value, method: &str, about: Value) -> Result<Option<Owned>> {
    let name = str::intern(thread, method);
    let Some(method) = attribute::get_optional(thread, object, name)? else {
        return Ok(None);
    };
    match call::call(thread, method.value(), &[about]) {
        Ok(adapted) => Ok(Some(adapted).filter(|adapted| !adapted.is_none())),
        Err(raised) if exception::is(thread.pending_exception(), Builtin::TypeError) => {
            drop(thread.take_exception(raised));
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// The value as a protocol has it; none if nobody knows how.
fn adapted(thread: &Thread, value: Value, protocol: Value) -> Result<Option<Owned>> {
    let class = class_of(value).value();
    let key = tuple::from_slice(thread, &[class, protocol]);
    let adapters = table(thread, &ADAPTERS);
    let adapters = adapters.get::<Dict>().expect("made as a dict");
    if let Some(adapter) = adapters.get(thread, key.value())? {
        return call::call(thread, adapter.value(), &[value]).map(Some);
    }
    match ask(thread, protocol, "__adapt__", value)? {
        Some(adapted) => Ok(Some(adapted)),
        None => ask(thread, value, "__conform__", protocol),
    }
}

/// A parameter's value, adapted if somebody knows how.
pub(super) fn for_statement(thread: &Thread, value: Owned) -> Result {
    let protocol = PROTOCOL.class(thread).value();
    Ok(adapted(thread, value.value(), protocol)?.unwrap_or(value))
}

/// `adapt(obj, proto, alt)`
pub(super) fn adapt(thread: &Thread, args: &[Value]) -> Result {
    let protocol = match args[1].is_missing() {
        true => PROTOCOL.class(thread).value(),
        false => args[1],
    };
    match adapted(thread, args[0], protocol)? {
        Some(adapted) => Ok(adapted),
        None if !args[2].is_missing() => Ok(Owned::new(args[2])),
        None => Err(errors::PROGRAMMING.raise(thread, "can't adapt")),
    }
}
