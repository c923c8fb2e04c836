//! `exit` and `quit`, which `site` gives every program.

use crate::operators::{attribute, call};
use crate::types::exception;
use crate::types::module::Module;
use crate::types::native::{self, Data, NativeClass, receiver};
use crate::types::str;
use crate::{Builtin, Object, Result, Thread, Value, import, methods};

static QUITTER: NativeClass = NativeClass::new("_sitebuiltins.Quitter", METHODS);

/// What the end of input is called in messages.
const END_OF_INPUT: &str = "Ctrl-D (i.e. EOF)";

struct Quitter {
    name: &'static str,
}

impl Data for Quitter {}

/// Adds the two.
pub(super) fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    for name in ["exit", "quit"] {
        let quitter = native::new(thread, QUITTER.class(thread), Quitter { name });
        module.set(thread, name, quitter.value())?;
    }
    Ok(())
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let name = receiver::<Quitter>(args).name;
    let text = format!("Use {name}() or {END_OF_INPUT} to exit");
    Ok(str::new(thread, &text))
}

/// Closes standard input, which shells that catch the exception listen to, and raises SystemExit.
fn leave(thread: &Thread, args: &[Value]) -> Result {
    if let Err(raised) = close_input(thread) {
        drop(thread.take_exception(raised));
    }
    let exit = exception::new(thread, Builtin::SystemExit.class().value(), &[args[1]])?;
    Err(thread.raise_value(exit))
}

fn close_input(thread: &Thread) -> Result<()> {
    let system = import::system(thread)?;
    let input = attribute::get(thread, system.value(), str::intern(thread, "stdin"))?;
    let close = attribute::get(thread, input.value(), str::intern(thread, "close"))?;
    call::call(thread, close.value(), &[]).map(drop)
}

fn get_name(thread: &Thread, args: &[Value]) -> Result {
    Ok(str::new(thread, receiver::<Quitter>(args).name))
}

fn get_end_of_input(thread: &Thread, _: &[Value]) -> Result {
    Ok(str::new(thread, END_OF_INPUT))
}

methods! { METHODS:
    "__repr__(self, /)" => repr -> Str;
    "__call__(self, /, code=None)" => leave;
    get "name" => get_name -> Str;
    get "eof" => get_end_of_input -> Str;
}
