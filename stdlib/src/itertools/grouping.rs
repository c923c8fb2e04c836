//! `groupby`: runs of items with equal keys, drawn from one iterator that the groups share.

use super::{Next, class};
use crate::cell::Var;
use ashore_runtime::object::Slot;
use ashore_runtime::operators::{call, compare, iterate};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::tuple;
use ashore_runtime::{Owned, Result, Thread, Value, methods};
use std::sync::atomic::{AtomicU64, Ordering};

pub(super) static GROUPBY: NativeClass = NativeClass::new("itertools.groupby", GROUPBY_METHODS)
    .doc("make an iterator that returns consecutive keys and groups from the iterable")
    .open()
    .iterator();
pub(super) static GROUPER: NativeClass =
    NativeClass::new("itertools._grouper", GROUPER_METHODS).iterator();

struct Groupby {
    iterator: Slot,
    key_function: Slot,
    /// Key of the group that was given last.
    target: Var,
    /// The item that was drawn last, and its key; MISSING when its group has taken it.
    key: Var,
    item: Var,
    /// Number of the group that was given last: earlier ones are over.
    group: AtomicU64,
}

impl Groupby {
    /// Draws the next item; false if there is none.
    fn draw(&self, thread: &Thread) -> Result<bool> {
        let Some(item) = iterate::advance(thread, self.iterator.peek())? else {
            return Ok(false);
        };
        let key = match self.key_function.peek() {
            function if function.is_none() => item.clone(),
            function => call::call(thread, function, &[item.value()])?,
        };
        self.item.set(item);
        self.key.set(key);
        Ok(true)
    }

    /// Goes on to the first item of the next group.
    fn advance(&self, thread: &Thread) -> Result<bool> {
        loop {
            let (key, target) = (self.key.get(), self.target.get());
            if !key.value().is_missing() {
                if target.value().is_missing() {
                    return Ok(true);
                }
                if !compare::equal(thread, target.value(), key.value())? {
                    return Ok(true);
                }
            }
            if !self.draw(thread)? {
                return Ok(false);
            }
        }
    }
}

impl Data for Groupby {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.iterator.peek());
        visit(self.key_function.peek());
        self.target.visit(visit);
        self.key.visit(visit);
        self.item.visit(visit);
    }
}

fn new_groupby(thread: &Thread, args: &[Value]) -> Result {
    let groupby = Groupby {
        iterator: Slot::new(iterate::iter(thread, args[1])?),
        key_function: Slot::new(Owned::new(args[2])),
        target: Var::empty(),
        key: Var::empty(),
        item: Var::empty(),
        group: AtomicU64::new(0),
    };
    Ok(native::new(thread, class(args), groupby))
}

fn next_group(thread: &Thread, args: &[Value]) -> Result {
    let groupby = receiver::<Groupby>(args);
    let group = groupby.group.fetch_add(1, Ordering::Relaxed) + 1;
    if !groupby.advance(thread)? {
        let end = ashore_runtime::types::exception::raise_stop_iteration(thread, Owned::NONE);
        return Err(end);
    }
    let key = groupby.key.get();
    groupby.target.set(key.clone());
    let grouper = Grouper {
        parent: Slot::new(Owned::new(args[0])),
        key: Slot::new(key.clone()),
        group,
    };
    let grouper = native::new(thread, GROUPER.class(thread), grouper);
    Ok(tuple::new(thread, vec![key, grouper]))
}

methods! { GROUPBY_METHODS:
    new "groupby(type, iterable, key=None)" => new_groupby;
    /// Implement next(self).
    "__next__(self, /)" => next_group -> Tuple;
}

/// One group.
struct Grouper {
    parent: Slot,
    key: Slot,
    group: u64,
}

impl Grouper {
    fn step(&self, thread: &Thread) -> Next {
        let parent = self.parent.peek();
        let parent = native::get::<Groupby>(&parent).expect("made by a groupby");
        if parent.group.load(Ordering::Relaxed) != self.group {
            return Ok(None);
        }
        if parent.item.get().value().is_missing() && !parent.draw(thread)? {
            return Ok(None);
        }
        let key = parent.key.get();
        if key.value().is_missing() || !compare::equal(thread, self.key.peek(), key.value())? {
            return Ok(None);
        }
        let item = parent.item.take();
        Ok((!item.value().is_missing()).then_some(item))
    }
}

impl Data for Grouper {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.parent.peek());
        visit(self.key.peek());
    }

    fn next(&self, thread: &Thread) -> Option<Next> {
        Some(self.step(thread))
    }
}

methods! { GROUPER_METHODS: }
