//! Exception objects, and what raising and handling does to them.
//!
//! ```text
//!   │ header │ args │ traceback │ context │ cause │ suppress │ members ─┼─► the class's own fields (`classes::MEMBERS`)
//! ```
//!
//! Fields change under the object's lock. The classes' constructors and fields are in [`classes`], the methods in [`methods`]; groups are
//! in [`group`].

pub mod classes;
pub mod group;
pub mod methods;
mod reduce;
pub mod unraisable;

pub use unraisable::{report_ignored, report_ignored_in, report_unraisable};

use super::names::Name;
use super::tuple::Tuple;
use super::{Type, class_of};
use crate::object::{Header, Kind, Object, Slot};
use crate::operators::{attribute, call, convert, iterate};
use crate::sync::lock::lock_for_write;
use crate::types;
use crate::{Builtin, Owned, Raised, Result, Thread, Value, heap, raise, thread, warnings};
use std::sync::atomic::{AtomicBool, Ordering};

/// An instance of BaseException.
#[repr(C)]
pub struct Exception {
    header: Header,
    /// `args`, always a tuple.
    args: Slot,
    /// Innermost-last chain of `Traceback`s, or None.
    traceback: Slot,
    /// What was being handled when this was raised, or None.
    context: Slot,
    /// From `raise ... from`, or None.
    cause: Slot,
    suppress_context: AtomicBool,
    /// The class's own fields, MISSING while not set.
    members: Box<[Slot]>,
}

// SAFETY: `repr(C)`, header first, own kind; all slots are counted references.
unsafe impl Object for Exception {
    const KIND: Kind = Kind::EXCEPTION;
    const ATTRIBUTES: bool = true;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        let own = [&self.args, &self.traceback, &self.cause, &self.context];
        for slot in own.into_iter().chain(&self.members) {
            visit(slot.peek());
        }
    }

    unsafe fn finish(&self, _thread: &Thread) {
        // SAFETY: the object is dead (caller's promise) and its memory is not read again.
        drop(unsafe { std::ptr::read(&raw const self.members) });
    }
}

impl Exception {
    fn read(&self, slot: &Slot) -> Owned {
        slot.load(&self.header)
    }

    /// Replaces a field; the old value is released after the lock.
    fn write(&self, slot: &Slot, value: Owned) {
        let guard = lock_for_write(thread::current(), &self.header);
        let old = slot.replace_in(&self.header, value);
        drop(guard);
        drop(old);
    }
}

/// Allocates an instance; the class's own fields are not set yet.
pub(super) fn allocate(thread: &Thread, class: &Type, args: Owned) -> Owned {
    let object = Exception {
        header: class.instance_header(thread),
        args: Slot::confined(args),
        traceback: Slot::new(Owned::NONE),
        context: Slot::new(Owned::NONE),
        cause: Slot::new(Owned::NONE),
        suppress_context: AtomicBool::new(false),
        members: (0..classes::member_count(class))
            .map(|_| Slot::missing())
            .collect(),
    };
    heap::new_with_attributes(thread, object, 0)
}

/// A new exception of a builtin class whose only argument is `text`.
pub fn new_text(thread: &Thread, class: Builtin, text: &str) -> Owned {
    let text = types::str::new(thread, text);
    new_builtin(thread, class, vec![text])
}

/// A new exception of a builtin class without arguments.
pub fn new_text_none(thread: &Thread, class: Builtin) -> Owned {
    new_builtin(thread, class, Vec::new())
}

/// A new exception of a builtin class, made as calling the class with positional arguments makes it.
pub fn new_builtin(thread: &Thread, class: Builtin, args: Vec<Owned>) -> Owned {
    let args = types::tuple::new(thread, args);
    let exception = allocate(thread, class.class(), args.clone());
    classes::initialize_builtin(thread, exception.value(), args.value());
    exception
}

/// A new exception of any class: calls the class.
pub fn new(thread: &Thread, class: Value, args: &[Value]) -> Result {
    call::call(thread, class, args)
}

/// Is the value an instance of the builtin exception class?
#[inline]
pub fn is(exception: Value, class: Builtin) -> bool {
    !exception.is_missing() && class_of(exception).is_subclass_of(class.class())
}

fn of(value: &Value) -> &Exception {
    value.get::<Exception>().expect("an exception")
}

/// `__traceback__`.
pub fn traceback_of(exception: Value) -> Owned {
    let exception = of(&exception);
    exception.read(&exception.traceback)
}

/// Sets `__traceback__`.
pub fn set_traceback(exception: Value, traceback: Owned) {
    let exception = of(&exception);
    exception.write(&exception.traceback, traceback);
}

/// Sets `__cause__`, which suppresses the context.
pub fn set_cause(exception: Value, cause: Owned) {
    let exception = of(&exception);
    exception.suppress_context.store(true, Ordering::Relaxed);
    exception.write(&exception.cause, cause);
}

/// Sets `__context__`.
pub fn set_context(exception: Value, context: Owned) {
    let exception = of(&exception);
    exception.write(&exception.context, context);
}

/// `__cause__`, `__context__` and `__suppress_context__`.
pub fn chain_of(exception: Value) -> (Owned, Owned, bool) {
    let exception = of(&exception);
    let suppressed = exception.suppress_context.load(Ordering::Relaxed);
    (
        exception.read(&exception.cause),
        exception.read(&exception.context),
        suppressed,
    )
}

/// Sets the context of an exception that is being raised to the one being handled, breaking any cycle this would make.
pub fn chain(exception: Value, handled: Value) {
    if !handled.is::<Exception>() || handled == exception {
        return;
    }
    // If the new exception is already somewhere in the old one's chain, the link to it is cut.
    let mut link = Owned::new(handled);
    // Brent's algorithm: a chain that is a cycle by itself ends the search.
    let (mut tortoise, mut steps, mut limit) = (link.value(), 0u32, 2u32);
    loop {
        let current = of(&link);
        let next = current.read(&current.context);
        if !next.is::<Exception>() {
            break;
        }
        if next.value() == exception {
            current.write(&current.context, Owned::NONE);
            break;
        }
        link = next;
        if link.value() == tortoise {
            break;
        }
        steps += 1;
        if steps == limit {
            (tortoise, steps, limit) = (link.value(), 0, limit.saturating_mul(2));
        }
    }
    set_context(exception, Owned::new(handled));
}

/// `raise value`: an instance as it is, a class is called.
pub fn instantiate(thread: &Thread, value: Value) -> Result {
    instantiate_or(thread, value, "exceptions must derive from BaseException")
}

/// The operand of `from`.
pub fn instantiate_cause(thread: &Thread, value: Value) -> Result {
    instantiate_or(
        thread,
        value,
        "exception causes must derive from BaseException",
    )
}

fn instantiate_or(thread: &Thread, value: Value, otherwise: &str) -> Result {
    if value.is::<Exception>() {
        return Ok(Owned::new(value));
    }
    if !is_exception_class(value) {
        return raise!(thread, TypeError, "{otherwise}");
    }
    let made = call::call(thread, value, &[])?;
    let got = class_of(made.value()).name();
    check_made(thread, value, made, &format!("<class '{got}'>"))
}

/// What calling an exception class gave must be an exception.
fn check_made(thread: &Thread, class: Value, made: Owned, got: &str) -> Result {
    if made.is::<Exception>() {
        return Ok(made);
    }
    let class = convert::display_repr(thread, class)?;
    raise!(
        thread,
        TypeError,
        "calling {class} should have returned an instance of BaseException, not {got}"
    )
}

fn is_exception_class(value: Value) -> bool {
    types::class::as_class(value)
        .is_some_and(|class| class.is_subclass_of(Builtin::BaseException.class()))
}

/// Does `except class:` catch the exception? In a tuple, what is no exception class is refused whatever else there is.
pub fn matches(thread: &Thread, exception: Value, class: Value) -> Result<bool> {
    let classes = match class.get::<Tuple>() {
        Some(classes) => classes.items(),
        None => &[class],
    };
    if !classes.iter().all(|&class| is_exception_class(class)) {
        return raise!(
            thread,
            TypeError,
            "catching classes that do not inherit from BaseException is not allowed"
        );
    }
    let caught = |&class: &Value| {
        types::class::as_class(class)
            .is_some_and(|wanted| class_of(exception).is_subclass_of(wanted))
    };
    Ok(classes.iter().any(caught))
}

/// What `throw(typ, val, tb)` is given; absent arguments are MISSING. It becomes an exception only where it is raised: the
/// `throw` of an iterator of another kind gets the arguments as they are.
#[derive(Clone, Copy)]
pub struct Thrown {
    pub class: Value,
    pub value: Value,
    pub traceback: Value,
}

impl Thrown {
    /// Of the arguments of a method of this name, behind the receiver.
    pub fn of_method(thread: &Thread, name: &str, args: &[Value]) -> Result<Thrown> {
        if !args[2].is_missing() {
            let text = format!(
                "the (type, exc, tb) signature of {name}() is deprecated, use the single-arg signature instead."
            );
            warnings::warn(thread, Builtin::DeprecationWarning, &text, false)?;
        }
        Ok(Thrown {
            class: args[1],
            value: args[2],
            traceback: args[3],
        })
    }

    pub fn instance(exception: Value) -> Thrown {
        Thrown {
            class: exception,
            value: Value::MISSING,
            traceback: Value::MISSING,
        }
    }

    /// Is it an exception or a class of exceptions, with what goes with it? Making one of it may still fail.
    pub fn is_valid(self) -> bool {
        let given = |v: Value| !v.is_missing() && !v.is_none();
        let instance = self.class.is::<Exception>() && !given(self.value);
        let traceback =
            !given(self.traceback) || self.traceback.is::<types::traceback::Traceback>();
        (is_exception_class(self.class) || instance) && traceback
    }

    pub fn is(self, class: Builtin) -> bool {
        types::class::as_class(self.class).map_or_else(
            || is(self.class, class),
            |of| of.is_subclass_of(class.class()),
        )
    }

    /// Calls a `throw` of Python code.
    pub fn call(self, thread: &Thread, method: Value) -> Result {
        let all = [self.class, self.value, self.traceback];
        let given = all.iter().take_while(|value| !value.is_missing()).count();
        call::call(thread, method, &all[..given])
    }

    /// The exception to raise.
    pub fn exception(self, thread: &Thread) -> Result {
        from_throw_arguments(thread, self)
    }
}

fn from_throw_arguments(thread: &Thread, thrown: Thrown) -> Result {
    let Thrown {
        class,
        value,
        traceback,
    } = thrown;
    let given = |v: Value| !v.is_missing() && !v.is_none();
    let exception = if is_exception_class(class) {
        let made = if value.is::<Exception>()
            && class_of(value).is_subclass_of(types::class::as_class(class).expect("a class"))
        {
            Owned::new(value)
        } else if let Some(args) = value.get::<Tuple>() {
            call::call(thread, class, args.items())?
        } else if given(value) {
            call::call(thread, class, &[value])?
        } else {
            call::call(thread, class, &[])?
        };
        let got = class_of(made.value()).name();
        check_made(thread, class, made, &got)?
    } else if class.is::<Exception>() {
        if given(value) {
            return raise!(
                thread,
                TypeError,
                "instance exception may not have a separate value"
            );
        }
        Owned::new(class)
    } else {
        let got = class_of(class).name();
        return raise!(
            thread,
            TypeError,
            "exceptions must be classes or instances deriving from BaseException, not {got}"
        );
    };
    if given(traceback) {
        if !traceback.is::<types::traceback::Traceback>() {
            return raise!(
                thread,
                TypeError,
                "throw() third argument must be a traceback object"
            );
        }
        set_traceback(exception.value(), Owned::new(traceback));
    }
    Ok(exception)
}

/// Raises StopIteration with a generator's return value.
#[cold]
pub fn raise_stop_iteration(thread: &Thread, value: Owned) -> Raised {
    let args = if value.is_none() {
        Vec::new()
    } else {
        vec![value]
    };
    thread.raise_value(new_builtin(thread, Builtin::StopIteration, args))
}

/// Raises NameError (UnboundLocalError for locals has no name attribute of interest) about a name.
#[cold]
pub fn raise_name_error(thread: &Thread, name: &str, text: &str) -> Raised {
    let exception = new_text(thread, Builtin::NameError, text);
    classes::set_member(
        exception.value(),
        classes::NAME_ERROR_NAME,
        types::str::new(thread, name),
    );
    thread.raise_value(exception)
}

/// Raises AttributeError about an attribute of an object.
#[cold]
pub fn raise_attribute_error(thread: &Thread, object: Value, name: Value, text: &str) -> Raised {
    let exception = new_text(thread, Builtin::AttributeError, text);
    set_attribute_context(exception.value(), object, name);
    thread.raise_value(exception)
}

fn set_attribute_context(exception: Value, object: Value, name: Value) {
    classes::set_member(exception, classes::ATTRIBUTE_ERROR_NAME, Owned::new(name));
    classes::set_member(exception, classes::ATTRIBUTE_ERROR_OBJ, Owned::new(object));
}

/// The pending exception came out of looking for an attribute: if it is an AttributeError that does not say whose, it says so
/// from here on.
#[cold]
pub fn explain_attribute_error(thread: &Thread, object: Value, name: Value) {
    let exception = thread.pending_exception();
    if is(exception, Builtin::AttributeError)
        && !classes::has_member(exception, classes::ATTRIBUTE_ERROR_NAME)
        && !classes::has_member(exception, classes::ATTRIBUTE_ERROR_OBJ)
    {
        set_attribute_context(exception, object, name);
    }
}

/// Raises ImportError or ModuleNotFoundError about a module.
#[cold]
pub fn raise_import_error(
    thread: &Thread,
    class: Builtin,
    text: &str,
    name: Value,
    path: Value,
) -> Raised {
    let exception = new_text(thread, class, text);
    classes::set_member(
        exception.value(),
        classes::IMPORT_ERROR_NAME,
        Owned::new(name),
    );
    classes::set_member(
        exception.value(),
        classes::IMPORT_ERROR_PATH,
        Owned::new(path),
    );
    thread.raise_value(exception)
}

/// Raises the OSError that an operating system's error number stands for.
#[cold]
pub fn raise_os_error(thread: &Thread, error: &std::io::Error, filename: Option<Value>) -> Raised {
    let number = error.raw_os_error().unwrap_or(libc::EIO);
    let mut args = vec![
        types::int::from_i64(thread, i64::from(number)),
        types::str::new(thread, &classes::error_text(number)),
    ];
    args.extend(filename.map(Owned::new));
    thread.raise_value(new_builtin(thread, classes::os_error_class(number), args))
}

/// What reports say of `__notes__`, as `traceback.py` does: the items of a sequence, or the `repr` of anything else.
pub fn notes_of(thread: &Thread, exception: Value) -> Vec<String> {
    let notes = match attribute::get_optional(thread, exception, Name::NOTES.value()) {
        Ok(notes) => notes,
        Err(raised) => {
            let error = thread.take_exception(raised);
            let error = shown_or(
                thread,
                "__notes__ repr()",
                convert::display_repr(thread, error.value()),
            );
            return vec![format!("Ignored error getting __notes__: {error}")];
        }
    };
    let Some(notes) = notes.filter(|notes| !notes.value().is_none()) else {
        return Vec::new();
    };
    if !class_of(notes.value()).is_sequence() {
        let text = convert::display_repr(thread, notes.value());
        return vec![shown_or(thread, "__notes__ repr()", text)];
    }
    match iterate::collect(thread, notes.value()) {
        Ok(notes) => (notes.iter())
            .map(|note| shown_or(thread, "note str()", convert::display(thread, note.value())))
            .collect(),
        Err(raised) => {
            drop(thread.take_exception(raised));
            Vec::new()
        }
    }
}

/// A text, or that `what` raised an exception instead of giving one.
fn shown_or(thread: &Thread, what: &str, text: Result<String>) -> String {
    text.unwrap_or_else(|raised| {
        drop(thread.take_exception(raised));
        format!("<{what} failed>")
    })
}

/// The summary of a SyntaxError: file, line, source line with carets, message.
pub fn syntax_error_summary(
    thread: &Thread,
    exception: Value,
    typo: Option<classes::Typo>,
) -> Option<String> {
    classes::syntax_error_summary(thread, exception, typo)
}
