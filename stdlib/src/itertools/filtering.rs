//! Iterators over some of another's items: `compress`, `dropwhile`, `filterfalse`, `islice`, `takewhile`.

use super::{Next, class};
use ashore_runtime::object::Slot;
use ashore_runtime::operators::{call, convert, iterate};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::native::{self, Data, NativeClass};
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, methods, raise};
use std::sync::atomic::{AtomicBool, Ordering};

pub(super) static COMPRESS: NativeClass = NativeClass::new("itertools.compress", COMPRESS_METHODS)
    .doc("Return data elements corresponding to true selector elements.")
    .open()
    .iterator();

struct Compress {
    data: Slot,
    selectors: Slot,
}

impl Compress {
    fn step(&self, thread: &Thread) -> Next {
        loop {
            let Some(item) = iterate::advance(thread, self.data.peek())? else {
                return Ok(None);
            };
            let Some(selector) = iterate::advance(thread, self.selectors.peek())? else {
                return Ok(None);
            };
            if convert::truth(thread, selector.value())? {
                return Ok(Some(item));
            }
        }
    }
}

impl Data for Compress {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.data.peek());
        visit(self.selectors.peek());
    }

    fn next(&self, thread: &Thread) -> Option<Next> {
        Some(self.step(thread))
    }
}

fn new_compress(thread: &Thread, args: &[Value]) -> Result {
    let compress = Compress {
        data: Slot::new(iterate::iter(thread, args[1])?),
        selectors: Slot::new(iterate::iter(thread, args[2])?),
    };
    Ok(native::new(thread, class(args), compress))
}

methods! { COMPRESS_METHODS:
    new "compress(type, data, selectors)" => new_compress;
}

pub(super) static DROPWHILE: NativeClass =
    NativeClass::new("itertools.dropwhile", DROPWHILE_METHODS)
        .doc("Drop items from the iterable while predicate(item) is true.\n\nAfterwards, return every element until the iterable is exhausted.")
        .open()
        .iterator();
pub(super) static TAKEWHILE: NativeClass =
    NativeClass::new("itertools.takewhile", TAKEWHILE_METHODS)
        .doc("Return successive entries from an iterable as long as the predicate evaluates to true for each entry.")
        .open()
        .iterator();
pub(super) static FILTERFALSE: NativeClass =
    NativeClass::new("itertools.filterfalse", FILTERFALSE_METHODS)
        .doc("Return those items of iterable for which function(item) is false.\n\nIf function is None, return the items that are false.")
        .open()
        .iterator();

/// What a predicate decides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    DropWhile,
    TakeWhile,
    FilterFalse,
}

struct Filtered {
    rule: Rule,
    predicate: Slot,
    iterator: Slot,
    /// The predicate is not asked any more.
    decided: AtomicBool,
}

impl Filtered {
    fn holds(&self, thread: &Thread, item: Value) -> Result<bool> {
        let predicate = self.predicate.peek();
        let is_truth = predicate.is_none() || predicate == Builtin::Bool.class().value();
        if self.rule == Rule::FilterFalse && is_truth {
            return convert::truth(thread, item);
        }
        let verdict = call::call(thread, predicate, &[item])?;
        convert::truth(thread, verdict.value())
    }

    fn step(&self, thread: &Thread) -> Next {
        let decided = || self.decided.load(Ordering::Relaxed);
        if self.rule == Rule::TakeWhile && decided() {
            return Ok(None);
        }
        while let Some(item) = iterate::advance(thread, self.iterator.peek())? {
            if self.rule == Rule::DropWhile && decided() {
                return Ok(Some(item));
            }
            let holds = self.holds(thread, item.value())?;
            match self.rule {
                Rule::DropWhile if holds => {}
                Rule::TakeWhile if !holds => {
                    self.decided.store(true, Ordering::Relaxed);
                    return Ok(None);
                }
                Rule::FilterFalse if holds => {}
                rule => {
                    if rule == Rule::DropWhile {
                        self.decided.store(true, Ordering::Relaxed);
                    }
                    return Ok(Some(item));
                }
            }
        }
        Ok(None)
    }
}

impl Data for Filtered {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.predicate.peek());
        visit(self.iterator.peek());
    }

    fn next(&self, thread: &Thread) -> Option<Next> {
        Some(self.step(thread))
    }
}

fn new_filtered(thread: &Thread, args: &[Value], rule: Rule) -> Result {
    let filtered = Filtered {
        rule,
        predicate: Slot::new(Owned::new(args[1])),
        iterator: Slot::new(iterate::iter(thread, args[2])?),
        decided: AtomicBool::new(false),
    };
    Ok(native::new(thread, class(args), filtered))
}

fn new_dropwhile(thread: &Thread, args: &[Value]) -> Result {
    new_filtered(thread, args, Rule::DropWhile)
}

fn new_takewhile(thread: &Thread, args: &[Value]) -> Result {
    new_filtered(thread, args, Rule::TakeWhile)
}

fn new_filterfalse(thread: &Thread, args: &[Value]) -> Result {
    new_filtered(thread, args, Rule::FilterFalse)
}

methods! { DROPWHILE_METHODS:
    new "dropwhile(type, predicate, iterable, /)" => new_dropwhile;
}

methods! { TAKEWHILE_METHODS:
    new "takewhile(type, predicate, iterable, /)" => new_takewhile;
}

methods! { FILTERFALSE_METHODS:
    new "filterfalse(type, function, iterable, /)" => new_filterfalse;
}

pub(super) static ISLICE: NativeClass = NativeClass::new("itertools.islice", ISLICE_METHODS)
    .doc("islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nReturn an iterator whose next() method returns selected values from an\niterable.")
    .open()
    .iterator();

struct Islice {
    iterator: Slot,
    stop: Option<usize>,
    step: usize,
    position: Mutex<Position>,
}

#[derive(Clone, Copy)]
struct Position {
    /// Items drawn so far.
    drawn: usize,
    /// Index of the next item to give.
    next: usize,
}

impl Islice {
    fn step(&self, thread: &Thread) -> Next {
        let Position { mut drawn, next } = *self.position.lock();
        let end = self.stop.unwrap_or(usize::MAX);
        let last = next.min(end);
        while drawn < last {
            if iterate::advance(thread, self.iterator.peek())?.is_none() {
                return Ok(None);
            }
            drawn += 1;
            self.position.lock().drawn = drawn;
        }
        if drawn >= end {
            return Ok(None);
        }
        let item = iterate::advance(thread, self.iterator.peek())?;
        if item.is_some() {
            *self.position.lock() = Position {
                drawn: drawn + 1,
                next: next.saturating_add(self.step).min(end),
            };
        }
        Ok(item)
    }
}

impl Data for Islice {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.iterator.peek());
    }

    fn next(&self, thread: &Thread) -> Option<Next> {
        Some(self.step(thread))
    }
}

/// A bound of a slice: an int that is not negative, or None.
fn bound(thread: &Thread, value: Value, message: &str) -> Result<Option<usize>> {
    if value.is_missing() || value.is_none() {
        return Ok(None);
    }
    let number = match convert::has_index(value) {
        true => convert::to_isize_clipped(thread, value)?,
        false => -1,
    };
    match usize::try_from(number) {
        Ok(number) => Ok(Some(number)),
        Err(_) => raise!(thread, ValueError, "{message}"),
    }
}

fn new_islice(thread: &Thread, args: &[Value]) -> Result {
    const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    const STOP: &str =
        "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    const STEP: &str = "Step for islice() must be a positive integer or None.";
    let (start, stop, step) = match args[3].is_missing() {
        true => (Value::NONE, args[2], Value::NONE),
        false => (args[2], args[3], args[4]),
    };
    let stop = bound(thread, stop, STOP)?;
    let start = bound(thread, start, INDICES)?.unwrap_or(0);
    let step = bound(thread, step, STEP)?;
    if step == Some(0) {
        return raise!(thread, ValueError, "{STEP}");
    }
    let islice = Islice {
        iterator: Slot::new(iterate::iter(thread, args[1])?),
        stop,
        step: step.unwrap_or(1),
        position: Mutex::new(Position {
            drawn: 0,
            next: start,
        }),
    };
    Ok(native::new(thread, class(args), islice))
}

methods! { ISLICE_METHODS:
    new "islice(type, iterable, start, stop=<missing>, step=<missing>, /)" => new_islice;
}
