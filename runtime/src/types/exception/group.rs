//! Exception groups: construction, `split` and its kin, and what `except*` asks for.
//!
//! A group is an exception with two fields, `message` and the tuple `exceptions`. Taking one apart keeps the tree: each part
//! is made by the group's own `derive`, and gets the traceback, chain and notes of the whole.

use super::{Exception, allocate, classes, is, is_exception_class, of};
use crate::object::Owned;
use crate::operators::{attribute, call, convert, iterate};
use crate::types::names::Name;
use crate::types::tuple::Tuple;
use crate::types::{self, class_of, generic_alias, instance};
use crate::{Builtin, Result, Thread, Value, interpreter, methods, raise};
use std::collections::HashSet;

/// Index of `message` among a group's fields.
const MESSAGE: usize = 0;
/// Index of the repr of what the exceptions were given in.
const SHOWN: usize = 2;
/// Index of `exceptions`.
const EXCEPTIONS: usize = 1;

/// What `except*` makes of an exception: the part a clause handles and the part it leaves, each None if there is none.
pub struct Split {
    pub matching: Owned,
    pub rest: Owned,
}

/// What decides whether an exception belongs to a part.
enum Matcher<'a> {
    /// A class or tuple of classes.
    Class(Value),
    Predicate(Value),
    /// The exceptions at these addresses.
    Members(&'a HashSet<u64>),
}

/// The members of a group; none if the exception is no group.
pub fn exceptions_of(exception: Value) -> Option<Owned> {
    is(exception, Builtin::BaseExceptionGroup).then(|| classes::member(exception, EXCEPTIONS))
}

fn items(exceptions: &Owned) -> &[Value] {
    exceptions
        .get::<Tuple>()
        .expect("the exceptions of a group are a tuple")
        .items()
}

// ── construction ─────────────────────────────────────────────────────────────────────────────────────────────────────

fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = types::class::as_class(args[0])
        .expect("the binder checks that the first argument is a class");
    let arguments = args[1].get::<Tuple>().expect("*args is a tuple").items();
    let [message, exceptions] = *arguments else {
        return raise!(
            thread,
            TypeError,
            "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
            arguments.len()
        );
    };
    if !message.is::<types::str::Str>() {
        let got = convert::argument_type(message);
        return raise!(
            thread,
            TypeError,
            "BaseExceptionGroup.__new__() argument 1 must be str, not {got}"
        );
    }
    let shown = if exceptions.is::<types::list::List>() || exceptions.is::<Tuple>() {
        Owned::NONE
    } else {
        let shown = convert::display_repr(thread, exceptions)?;
        types::str::new(thread, &shown)
    };
    let exceptions = members(thread, exceptions)?;
    let base = items(&exceptions)
        .iter()
        .any(|&exception| !is(exception, Builtin::Exception));
    let class = match class {
        class if class.is(Builtin::BaseExceptionGroup) && !base => Builtin::ExceptionGroup.class(),
        class if class.is(Builtin::BaseExceptionGroup) => class,
        class if class.is(Builtin::ExceptionGroup) && base => {
            return raise!(
                thread,
                TypeError,
                "Cannot nest BaseExceptions in an ExceptionGroup"
            );
        }
        class if base && class.is_subclass_of(Builtin::Exception.class()) => {
            let name = class.name();
            return raise!(thread, TypeError, "Cannot nest BaseExceptions in '{name}'");
        }
        class => class,
    };
    let group = allocate(thread, class, Owned::new(args[1]));
    classes::set_member(group.value(), MESSAGE, Owned::new(message));
    classes::set_member(group.value(), EXCEPTIONS, exceptions);
    classes::set_member(group.value(), SHOWN, shown);
    Ok(group)
}

/// The second argument of the constructor as a tuple.
fn members(thread: &Thread, exceptions: Value) -> Result {
    let class = class_of(exceptions);
    let sequence =
        class.lookup_name(Name::GETITEM).is_some() && !class.is_subclass_of(Builtin::Dict.class());
    if !sequence {
        return raise!(
            thread,
            TypeError,
            "second argument (exceptions) must be a sequence"
        );
    }
    let exceptions = match exceptions.get_exact::<Tuple>() {
        Some(_) => Owned::new(exceptions),
        None => types::tuple::new(thread, iterate::collect(thread, exceptions)?),
    };
    if items(&exceptions).is_empty() {
        return raise!(
            thread,
            ValueError,
            "second argument (exceptions) must be a non-empty sequence"
        );
    }
    for (index, exception) in items(&exceptions).iter().enumerate() {
        if !exception.is::<Exception>() {
            return raise!(
                thread,
                ValueError,
                "Item {index} of second argument (exceptions) is not an exception"
            );
        }
    }
    Ok(exceptions)
}

/// A group as the class BaseExceptionGroup makes it: an ExceptionGroup if it can be one.
fn group_of(thread: &Thread, message: Value, exceptions: Value) -> Result {
    let class = Builtin::BaseExceptionGroup.class();
    super::new(thread, crate::Object::value(class), &[message, exceptions])
}

// ── taking apart ─────────────────────────────────────────────────────────────────────────────────────────────────────

fn matcher(thread: &Thread, value: Value) -> Result<Matcher<'static>> {
    let callable = call::is_callable(value) && types::class::as_class(value).is_none();
    let classes = value.get_exact::<Tuple>().is_some_and(|classes| {
        classes
            .items()
            .iter()
            .all(|&class| is_exception_class(class))
    });
    if callable {
        Ok(Matcher::Predicate(value))
    } else if classes || is_exception_class(value) {
        Ok(Matcher::Class(value))
    } else {
        raise!(
            thread,
            TypeError,
            "expected an exception type, a tuple of exception types, or a callable (other than a class)"
        )
    }
}

impl Matcher<'_> {
    fn matches(&self, thread: &Thread, exception: Value) -> Result<bool> {
        match self {
            Matcher::Class(class) => super::matches(thread, exception, *class),
            Matcher::Predicate(predicate) => {
                let answer = call::call(thread, *predicate, &[exception])?;
                convert::truth(thread, answer.value())
            }
            Matcher::Members(members) => Ok(members.contains(&exception.bits())),
        }
    }
}

/// Takes an exception apart; without `keep_rest` the rest is None.
fn split(
    thread: &Thread,
    exception: Value,
    matcher: &Matcher<'_>,
    keep_rest: bool,
) -> Result<Split> {
    let none = || Owned::NONE;
    if matcher.matches(thread, exception)? {
        return Ok(Split {
            matching: Owned::new(exception),
            rest: none(),
        });
    }
    let Some(exceptions) = exceptions_of(exception) else {
        let rest = if keep_rest {
            Owned::new(exception)
        } else {
            none()
        };
        return Ok(Split {
            matching: none(),
            rest,
        });
    };
    interpreter::check_depth(thread)?;
    let (mut matching, mut rest) = (Vec::new(), Vec::new());
    for &member in items(&exceptions) {
        let parts = split(thread, member, matcher, keep_rest)?;
        matching.extend(Some(parts.matching).filter(|part| !part.value().is_none()));
        rest.extend(Some(parts.rest).filter(|part| !part.value().is_none()));
    }
    Ok(Split {
        matching: part(thread, exception, matching)?,
        rest: part(thread, exception, rest)?,
    })
}

/// A group like `whole` of some of its members; None if there are none.
fn part(thread: &Thread, whole: Value, members: Vec<Owned>) -> Result {
    if members.is_empty() {
        return Ok(Owned::NONE);
    }
    let members = types::list::new(thread, members);
    let derive = Name::DERIVE;
    let part = call::call_method(thread, whole, derive, &[members.value()])?;
    if !is(part.value(), Builtin::BaseExceptionGroup) {
        return raise!(
            thread,
            TypeError,
            "derive must return an instance of BaseExceptionGroup"
        );
    }
    let (cause, context, _) = super::chain_of(whole);
    let traceback = super::traceback_of(whole);
    if !traceback.value().is_none() {
        super::set_traceback(part.value(), traceback);
    }
    super::set_context(part.value(), context);
    super::set_cause(part.value(), cause);
    let name = Name::NOTES.value();
    if let Some(notes) = attribute::get_optional(thread, whole, name)?
        && class_of(notes.value()).lookup_name(Name::GETITEM).is_some()
    {
        let copy = types::list::new(thread, iterate::collect(thread, notes.value())?);
        attribute::set(thread, part.value(), name, copy.value())?;
    }
    Ok(part)
}

// ── except* ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/// What a clause `except* class` takes of what the clauses before left (None if they took all).
pub fn match_clause(thread: &Thread, exception: Value, class: Value) -> Result<Split> {
    check_class(thread, class)?;
    let none = || Owned::NONE;
    if exception.is_none() {
        return Ok(Split {
            matching: none(),
            rest: none(),
        });
    }
    if super::matches(thread, exception, class)? {
        let matching = match exceptions_of(exception) {
            Some(_) => Owned::new(exception),
            None => wrap(thread, exception)?,
        };
        return Ok(Split {
            matching,
            rest: none(),
        });
    }
    if exceptions_of(exception).is_none() {
        return Ok(Split {
            matching: none(),
            rest: Owned::new(exception),
        });
    }
    let pair = call::call_method(thread, exception, Name::SPLIT, &[class])?;
    let name = class_of(exception).name();
    let Some(parts) = pair.get::<Tuple>() else {
        let got = class_of(pair.value()).name();
        return raise!(
            thread,
            TypeError,
            "{name}.split must return a tuple, not {got}"
        );
    };
    match parts.items() {
        // A subclass may give more; only two count.
        &[matching, rest, ..] => Ok(Split {
            matching: Owned::new(matching),
            rest: Owned::new(rest),
        }),
        short => raise!(
            thread,
            TypeError,
            "{name}.split must return a 2-tuple, got tuple of size {}",
            short.len()
        ),
    }
}

/// A naked exception as the group that an `except*` clause is given.
fn wrap(thread: &Thread, exception: Value) -> Result {
    let members = types::tuple::from_slice(thread, &[exception]);
    let group = group_of(thread, types::str::empty().value(), members.value())?;
    if let Some(frame) = interpreter::current_frame(thread) {
        let object = Owned::new(types::frame::of_running(thread, frame));
        types::traceback::add(thread, group.value(), object, frame.address());
    }
    Ok(group)
}

fn check_class(thread: &Thread, class: Value) -> Result<()> {
    let single = [class];
    let classes = class.get::<Tuple>().map_or(&single[..], Tuple::items);
    if !classes.iter().all(|&class| is_exception_class(class)) {
        return raise!(
            thread,
            TypeError,
            "catching classes that do not inherit from BaseException is not allowed"
        );
    }
    let group = Builtin::BaseExceptionGroup.class();
    let grouped = |&class: &Value| {
        types::class::as_class(class).is_some_and(|class| class.is_subclass_of(group))
    };
    if classes.iter().any(grouped) {
        return raise!(
            thread,
            TypeError,
            "catching ExceptionGroup with except* is not allowed. Use except instead."
        );
    }
    Ok(())
}

/// What a `try` with `except*` clauses raises in the end: `results` holds what each clause raised and what nobody handled
/// (or None). None if there is nothing to raise.
pub fn merge(thread: &Thread, original: Value, results: &[Owned]) -> Result {
    if exceptions_of(original).is_none() {
        // A naked exception: one clause at most has run.
        let raised = results.iter().find(|result| !result.value().is_none());
        return Ok(raised.cloned().unwrap_or(Owned::NONE));
    }
    let given = results.iter().filter(|result| !result.value().is_none());
    let (reraised, mut raised): (Vec<Owned>, Vec<Owned>) = given
        .cloned()
        .partition(|result| came_from(thread, result.value(), original));
    let mut leaves = HashSet::new();
    for exception in &reraised {
        collect_leaves(thread, exception.value(), &mut leaves)?;
    }
    let projection = split(thread, original, &Matcher::Members(&leaves), false)?.matching;
    if raised.is_empty() {
        return Ok(projection);
    }
    if !projection.value().is_none() {
        raised.push(projection);
    }
    match raised.pop() {
        Some(only) if raised.is_empty() => Ok(only),
        last => {
            raised.extend(last);
            let members = types::tuple::new(thread, raised);
            group_of(thread, types::str::empty().value(), members.value())
        }
    }
}

/// Is the exception a part of `original` that was only passed on? It has the same notes, traceback and chain then.
fn came_from(thread: &Thread, exception: Value, original: Value) -> bool {
    let (part, whole) = (of(&exception), of(&original));
    let same = |x: &crate::object::Slot, y: &crate::object::Slot| {
        part.read(x).value() == whole.read(y).value()
    };
    let notes = |value: Value| instance::get(thread, value.header()?, Name::NOTES.value());
    same(&part.traceback, &whole.traceback)
        && same(&part.cause, &whole.cause)
        && same(&part.context, &whole.context)
        && notes(exception).map(|notes| notes.value()) == notes(original).map(|notes| notes.value())
}

fn collect_leaves(thread: &Thread, exception: Value, leaves: &mut HashSet<u64>) -> Result<()> {
    let Some(exceptions) = exceptions_of(exception) else {
        leaves.insert(exception.bits());
        return Ok(());
    };
    interpreter::check_depth(thread)?;
    for &member in items(&exceptions) {
        collect_leaves(thread, member, leaves)?;
    }
    Ok(())
}

// ── methods ──────────────────────────────────────────────────────────────────────────────────────────────────────────

fn str(thread: &Thread, args: &[Value]) -> Result {
    let message = convert::display(thread, classes::member(args[0], MESSAGE).value())?;
    let exceptions = classes::member(args[0], EXCEPTIONS);
    let count = items(&exceptions).len();
    let plural = if count == 1 { "" } else { "s" };
    Ok(types::str::new(
        thread,
        &format!("{message} ({count} sub-exception{plural})"),
    ))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let group = of(&args[0]);
    let arguments = group.read(&group.args);
    let exceptions = classes::member(args[0], EXCEPTIONS);
    // The members are shown as what they were given in, but as they were then.
    let given = arguments
        .get::<Tuple>()
        .and_then(|args| args.items().get(1).copied());
    let shown = match given {
        Some(given) if given.is::<types::list::List>() => types::list::new(
            thread,
            items(&exceptions).iter().map(|&e| Owned::new(e)).collect(),
        ),
        _ => exceptions,
    };
    let name = class_of(args[0]).name();
    let message = convert::display_repr(thread, classes::member(args[0], MESSAGE).value())?;
    let known = classes::member(args[0], SHOWN);
    let members = match known.is_none() {
        true => convert::display_repr(thread, shown.value())?,
        false => convert::display(thread, known.value())?,
    };
    Ok(types::str::new(
        thread,
        &format!("{name}({message}, {members})"),
    ))
}

fn derive(thread: &Thread, args: &[Value]) -> Result {
    group_of(thread, classes::member(args[0], MESSAGE).value(), args[1])
}

fn method_split(thread: &Thread, args: &[Value]) -> Result {
    let parts = split(thread, args[0], &matcher(thread, args[1])?, true)?;
    Ok(types::tuple::new(thread, vec![parts.matching, parts.rest]))
}

fn subgroup(thread: &Thread, args: &[Value]) -> Result {
    Ok(split(thread, args[0], &matcher(thread, args[1])?, false)?.matching)
}

fn get_message(_: &Thread, args: &[Value]) -> Result {
    Ok(classes::member(args[0], MESSAGE))
}

fn get_exceptions(_: &Thread, args: &[Value]) -> Result {
    Ok(classes::member(args[0], EXCEPTIONS))
}

methods! { pub METHODS:
    new "BaseExceptionGroup(type, /, *args, **kwargs)" => new;
    "__init__(self, /, *args, **kwargs)" => super::methods::init_fields -> None;
    "__repr__(self, /)" => repr -> Str;
    "__str__(self, /)" => str -> Str;
    /// Exception groups are generic over the type of their contained exceptions
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
    "derive(self, excs, /)" => derive;
    "split(self, matcher_value, /)" => method_split -> Tuple;
    "subgroup(self, matcher_value, /)" => subgroup;
    /// exception message
    field "message" => get_message;
    /// nested exceptions
    field "exceptions" => get_exceptions -> Tuple;
}
