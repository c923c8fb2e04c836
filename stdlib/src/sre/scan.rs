//! Scanners: a pattern that goes through a subject match by match.

use super::found;
use super::pattern::{Pattern, bounds};
use super::subject::{Mode, Subject};
use ashore_runtime::object::Slot;
use ashore_runtime::operators::{attribute, call};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::iterators;
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::str;
use ashore_runtime::{Owned, Result, Thread, Value, methods};

pub(super) static SCANNER: NativeClass = NativeClass::new("_sre.SRE_Scanner", METHODS);

struct Scanner {
    pattern: Slot,
    string: Slot,
    end: usize,
    /// Where to go on, and whether the next match must not be empty there; none at the end.
    place: Mutex<Option<(usize, bool)>>,
    start: usize,
}

impl Data for Scanner {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.pattern.peek());
        visit(self.string.peek());
    }
}

/// `pattern.scanner(string, pos, endpos)`
pub(super) fn scanner(thread: &Thread, args: &[Value]) -> Result {
    let pattern = native::get::<Pattern>(&args[0]).expect("bound to patterns");
    let subject = Subject::of(thread, pattern, args[1])?;
    let (start, end) = bounds(thread, &subject, &args[2..])?;
    let scanner = Scanner {
        pattern: Slot::new(Owned::new(args[0])),
        string: Slot::new(Owned::new(args[1])),
        end,
        place: Mutex::new((start <= end).then_some((start, false))),
        start,
    };
    Ok(native::new(thread, SCANNER.class(thread), scanner))
}

/// The iterator that `finditer` gives.
pub(super) fn search_iterator(thread: &Thread, scanner: Owned) -> Result {
    let search = attribute::get(thread, scanner.value(), str::intern(thread, "search"))?;
    Ok(iterators::callable(thread, search.value(), Value::NONE))
}

fn step(thread: &Thread, args: &[Value], mode: Mode) -> Result {
    let scanner = receiver::<Scanner>(args);
    let Some((start, advance)) = *scanner.place.lock() else {
        return Ok(Owned::NONE);
    };
    let value = scanner.pattern.peek();
    let pattern = native::get::<Pattern>(&value).expect("a scanner has a pattern");
    let subject = Subject::of(thread, pattern, scanner.string.peek())?;
    let found = subject.run(pattern, mode, start, scanner.end, advance);
    let next = found
        .as_ref()
        .map(|found| (found.end(), found.start() == found.end()));
    *scanner.place.lock() = next;
    let bounds = (scanner.start, scanner.end);
    Ok(found.map_or(Owned::NONE, |found| {
        found::new(thread, value, subject, found, bounds)
    }))
}

fn search(thread: &Thread, args: &[Value]) -> Result {
    step(thread, args, Mode::Search)
}

fn match_(thread: &Thread, args: &[Value]) -> Result {
    step(thread, args, Mode::Match)
}

fn get_pattern(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(receiver::<Scanner>(args).pattern.peek()))
}

methods! { METHODS:
    "search(self, /)" => search;
    "match(self, /)" => match_;
    field "pattern" => get_pattern;
}

/// Calls a function of the module `re`.
pub(super) fn call_re(thread: &Thread, function: &str, args: &[Value]) -> Result {
    let name = str::intern(thread, "re");
    let module = ashore_runtime::import::import_module(thread, name, Value::NONE, Value::NONE, 0)?;
    let function = attribute::get(thread, module.value(), str::intern(thread, function))?;
    call::call(thread, function.value(), args)
}
