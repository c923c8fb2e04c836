//! Codecs by name: what search functions found, and who is to be asked.

use crate::cell::Var;
use ashore_runtime::operators::convert;
use ashore_runtime::operators::{attribute, call, index};
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::exception;
use ashore_runtime::types::list::{self, List};
use ashore_runtime::types::module::Module;
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::{Builtin, Owned, Result, Thread, Value, import, raise};
use std::sync::OnceLock;

/// The codecs found so far, a dict; the search functions, a list.
static CACHE: OnceLock<Var> = OnceLock::new();
static SEARCH: OnceLock<Var> = OnceLock::new();

fn cache(thread: &Thread) -> Owned {
    CACHE.get_or_init(|| Var::new(dict::new(thread))).get()
}

fn search(thread: &Thread) -> Owned {
    SEARCH
        .get_or_init(|| Var::new(list::new(thread, Vec::new())))
        .get()
}

/// The module refers to both, so that the collector finds them.
pub(super) fn start(thread: &Thread, module: &Module) -> Result<()> {
    module.set(thread, "_cache", cache(thread).value())?;
    module.set(thread, "_search_path", search(thread).value())
}

pub(super) fn register(thread: &Thread, args: &[Value]) -> Result {
    if !call::is_callable(args[0]) {
        return raise!(thread, TypeError, "argument must be callable");
    }
    let functions = search(thread);
    let functions = functions.get::<List>().expect("made as a list");
    functions.append(thread, Owned::new(args[0]));
    Ok(Owned::NONE)
}

pub(super) fn unregister(thread: &Thread, args: &[Value]) -> Result {
    let functions = search(thread);
    let functions = functions.get::<List>().expect("made as a list");
    let place = (0..functions.len()).find(|&i| {
        functions
            .get(thread, i)
            .is_some_and(|f| f.value() == args[0])
    });
    if let Some(place) = place {
        drop(functions.pop(thread, place as isize));
        let cache = cache(thread);
        cache.get::<Dict>().expect("made as a dict").clear(thread);
    }
    Ok(Owned::NONE)
}

/// The name codecs are kept under: lower case, without spaces.
fn normal_name(thread: &Thread, value: Value) -> Result {
    let Some(name) = value.get::<Str>() else {
        let got = convert::argument_type(value);
        return raise!(
            thread,
            TypeError,
            "lookup() argument must be str, not {got}"
        );
    };
    let name = name.to_str_lossy();
    if name.contains('\0') {
        return raise!(thread, ValueError, "embedded null character");
    }
    let normal: String = name
        .chars()
        .map(|c| match c {
            ' ' => '-',
            c => c.to_ascii_lowercase(),
        })
        .collect();
    Ok(Owned::new(str::intern(thread, &normal)))
}

/// The codec of a name: a tuple of four.
fn find(thread: &Thread, encoding: Value) -> Result {
    let name = normal_name(thread, encoding)?;
    let known = cache(thread);
    let known = known.get::<Dict>().expect("made as a dict");
    if let Some(codec) = known.get(thread, name.value())? {
        return Ok(codec);
    }
    if search(thread).get::<List>().is_none_or(List::is_empty) {
        import_encodings(thread)?;
    }
    let functions = search(thread);
    for function in functions
        .get::<List>()
        .expect("made as a list")
        .snapshot(thread)
    {
        let codec = call::call(thread, function.value(), &[name.value()])?;
        if codec.is_none() {
            continue;
        }
        if codec.get::<Tuple>().is_none_or(|codec| codec.len() != 4) {
            return raise!(
                thread,
                TypeError,
                "codec search functions must return 4-tuples"
            );
        }
        known.set(thread, name.value(), codec.value())?;
        return Ok(codec);
    }
    let shown = str::display(encoding);
    raise!(thread, LookupError, "unknown encoding: {shown}")
}

/// Imports the package, which registers its search function. An executable whose program names no encoding lacks it.
fn import_encodings(thread: &Thread) -> Result<()> {
    let package = str::intern(thread, "encodings");
    let imported = import::import_module(thread, package, Value::NONE, Value::NONE, 0);
    let Err(raised) = imported else {
        return Ok(());
    };
    let exception = thread.take_exception(raised);
    if exception::is(exception.value(), Builtin::ModuleNotFoundError) {
        let name = attribute::get(thread, exception.value(), str::intern(thread, "name"))?;
        if name.value() == package {
            return Ok(());
        }
    }
    Err(thread.raise_value(exception))
}

pub(super) fn lookup(thread: &Thread, args: &[Value]) -> Result {
    find(thread, args[0])
}

pub(super) fn forget(thread: &Thread, args: &[Value]) -> Result {
    let name = normal_name(thread, args[0])?;
    let known = cache(thread);
    let known = known.get::<Dict>().expect("made as a dict");
    drop(known.remove(thread, name.value())?);
    Ok(Owned::NONE)
}

fn run(thread: &Thread, args: &[Value], part: i64, what: &str) -> Result {
    let codec = find(thread, args[1])?;
    let function = index::get_item(thread, codec.value(), Value::small_int(part))?;
    let result = call::call(thread, function.value(), &[args[0], args[2]])?;
    match result.get::<Tuple>().map(tuple::Tuple::items) {
        Some(&[value, _]) => Ok(Owned::new(value)),
        _ => raise!(
            thread,
            TypeError,
            "{what} must return a tuple (object, integer)"
        ),
    }
}

pub(super) fn encode(thread: &Thread, args: &[Value]) -> Result {
    run(thread, args, 0, "encoder")
}

pub(super) fn decode(thread: &Thread, args: &[Value]) -> Result {
    run(thread, args, 1, "decoder")
}
