//! Iterators that need not end: `count`, `cycle`, `repeat`.

use super::{Next, class};
use crate::cell::Var;
use ashore_runtime::object::Slot;
use ashore_runtime::operators::{arithmetic, convert, iterate};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::int::IntRef;
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::{complex, float, int, str};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

pub(super) static COUNT: NativeClass = NativeClass::new("itertools.count", COUNT_METHODS)
    .doc("Return a count object whose .__next__() method returns consecutive values.")
    .open()
    .iterator();

struct Count {
    value: Var,
    step: Slot,
}

impl Data for Count {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.value.visit(visit);
        visit(self.step.peek());
    }

    fn next(&self, thread: &Thread) -> Option<Next> {
        // Each number is given once, whichever threads ask.
        loop {
            let value = self.value.get();
            let next = match arithmetic::add(thread, value.value(), self.step.peek()) {
                Ok(next) => next,
                Err(raised) => return Some(Err(raised)),
            };
            if self.value.exchange_if(value.value(), next).is_ok() {
                return Some(Ok(Some(value)));
            }
        }
    }
}

fn is_number(thread: &Thread, value: Value) -> bool {
    IntRef::of(&value).is_some()
        || float::as_f64(value).is_some()
        || value.is::<complex::Complex>()
        || convert::has_index(value)
        || ["__float__", "__complex__"].iter().any(|name| {
            ashore_runtime::types::class_of(value)
                .lookup(str::intern(thread, name))
                .is_some()
        })
}

fn new_count(thread: &Thread, args: &[Value]) -> Result {
    let [start, step] = [args[1], args[2]];
    if !is_number(thread, start) || !is_number(thread, step) {
        return raise!(thread, TypeError, "a number is required");
    }
    let count = Count {
        value: Var::new(Owned::new(start)),
        step: Slot::new(Owned::new(step)),
    };
    Ok(native::new(thread, class(args), count))
}

fn repr_count(thread: &Thread, args: &[Value]) -> Result {
    let count = receiver::<Count>(args);
    let value = convert::display_repr(thread, count.value.get().value())?;
    let step = count.step.peek();
    let text = if IntRef::of(&step).is_some() && int::to_i64(step) == Some(1) {
        format!("count({value})")
    } else {
        let step = convert::display_repr(thread, step)?;
        format!("count({value}, {step})")
    };
    Ok(str::new(thread, &text))
}

methods! { COUNT_METHODS:
    new "count(type, start=0, step=1)" => new_count;
    "__repr__(self, /)" => repr_count -> Str;
}

pub(super) static CYCLE: NativeClass = NativeClass::new("itertools.cycle", CYCLE_METHODS)
    .doc("Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.")
    .open()
    .iterator();

struct Cycle {
    iterator: Var,
    saved: Mutex<Vec<Slot>>,
    position: AtomicUsize,
}

impl Data for Cycle {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.iterator.visit(visit);
        self.saved.lock().iter().for_each(|slot| visit(slot.peek()));
    }

    fn next(&self, thread: &Thread) -> Option<Next> {
        let iterator = self.iterator.get();
        if !iterator.value().is_missing() {
            match iterate::next(thread, iterator.value()) {
                Ok(Some(item)) => {
                    self.saved.lock().push(Slot::new(item.clone()));
                    return Some(Ok(Some(item)));
                }
                Ok(None) => drop(self.iterator.take()),
                Err(raised) => return Some(Err(raised)),
            }
        }
        let saved = self.saved.lock();
        if saved.is_empty() {
            return Some(Ok(None));
        }
        let at = self.position.load(Ordering::Relaxed);
        self.position
            .store((at + 1) % saved.len(), Ordering::Relaxed);
        Some(Ok(Some(saved[at].load_locked())))
    }
}

fn new_cycle(thread: &Thread, args: &[Value]) -> Result {
    let cycle = Cycle {
        iterator: Var::new(iterate::iter(thread, args[1])?),
        saved: Mutex::default(),
        position: AtomicUsize::new(0),
    };
    Ok(native::new(thread, class(args), cycle))
}

methods! { CYCLE_METHODS:
    new "cycle(type, iterable, /)" => new_cycle;
}

pub(super) static REPEAT: NativeClass = NativeClass::new("itertools.repeat", REPEAT_METHODS)
    .doc("repeat(object [,times]) -> create an iterator which returns the object\nfor the specified number of times.  If not specified, returns the object\nendlessly.")
    .open()
    .iterator();

struct Repeat {
    item: Slot,
    /// How often it is still to be given; negative: forever.
    left: AtomicI64,
}

impl Data for Repeat {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.item.peek());
    }

    fn next(&self, _: &Thread) -> Option<Next> {
        let fewer = |left: i64| (left != 0).then(|| left.saturating_sub(i64::from(left > 0)));
        let order = Ordering::Relaxed;
        let given = self.left.fetch_update(order, order, fewer).is_ok();
        Some(Ok(given.then(|| Owned::new(self.item.peek()))))
    }
}

fn new_repeat(thread: &Thread, args: &[Value]) -> Result {
    let left = match args[2].is_missing() {
        true => -1,
        false => convert::to_isize(thread, args[2])?.max(0) as i64,
    };
    let repeat = Repeat {
        item: Slot::new(Owned::new(args[1])),
        left: AtomicI64::new(left),
    };
    Ok(native::new(thread, class(args), repeat))
}

fn repr_repeat(thread: &Thread, args: &[Value]) -> Result {
    let repeat = receiver::<Repeat>(args);
    let item = convert::display_repr(thread, repeat.item.peek())?;
    let left = repeat.left.load(Ordering::Relaxed);
    let text = match left < 0 {
        true => format!("repeat({item})"),
        false => format!("repeat({item}, {left})"),
    };
    Ok(str::new(thread, &text))
}

fn hint_repeat(thread: &Thread, args: &[Value]) -> Result {
    let left = receiver::<Repeat>(args).left.load(Ordering::Relaxed);
    if left < 0 {
        return raise!(thread, TypeError, "len() of unsized object");
    }
    Ok(int::from_i64(thread, left))
}

methods! { REPEAT_METHODS:
    new "repeat(type, object, times=<missing>)" => new_repeat;
    "__repr__(self, /)" => repr_repeat -> Str;
    "__length_hint__(self, /)" => hint_repeat -> Int;
}
