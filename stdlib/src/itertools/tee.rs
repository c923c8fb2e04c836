//! `tee`: several iterators over what one gives.
//!
//! ```text
//!   tee ─► link(item) ─► link(item) ─► link(not drawn yet)
//!              other tee ────┘
//! ```
//!
//! Items are in a chain of links, so what every tee has passed is freed.

use super::{Next, class};
use crate::cell::Var;
use ashore_runtime::object::Slot;
use ashore_runtime::operators::{convert, iterate};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::tuple;
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};
use std::sync::atomic::{AtomicBool, Ordering};

pub(super) static TEE: NativeClass = NativeClass::new("itertools._tee", TEE_METHODS)
    .doc("Iterator wrapped to make it copyable.")
    .weakrefable()
    .iterator();
static LINK: NativeClass = NativeClass::new("itertools._tee_dataobject", LINK_METHODS);

struct Link {
    iterator: Slot,
    /// The item, and the link behind it; MISSING until it is drawn.
    item: Var,
    behind: Var,
    drawing: AtomicBool,
}

impl Data for Link {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.iterator.peek());
        self.item.visit(visit);
        self.behind.visit(visit);
    }
}

methods! { LINK_METHODS: }

fn link(thread: &Thread, iterator: Owned) -> Owned {
    let link = Link {
        iterator: Slot::new(iterator),
        item: Var::empty(),
        behind: Var::empty(),
        drawing: AtomicBool::new(false),
    };
    native::new(thread, LINK.class(thread), link)
}

impl Link {
    /// The item, drawn if need be, and the link behind it.
    fn step(&self, thread: &Thread) -> Result<Option<(Owned, Owned)>> {
        let behind = self.behind.get();
        if !behind.value().is_missing() {
            return Ok(Some((self.item.get(), behind)));
        }
        if self.drawing.swap(true, Ordering::Acquire) {
            return raise!(thread, RuntimeError, "cannot re-enter the tee iterator");
        }
        let drawn = iterate::advance(thread, self.iterator.peek());
        let result = drawn.map(|item| {
            let item = item?;
            // The item first: who sees the link behind may read it.
            self.item.set(item.clone());
            let behind = link(thread, Owned::new(self.iterator.peek()));
            self.behind.set(behind.clone());
            Some((item, behind))
        });
        self.drawing.store(false, Ordering::Release);
        result
    }
}

struct Tee {
    link: Var,
}

impl Data for Tee {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.link.visit(visit);
    }

    fn next(&self, thread: &Thread) -> Option<Next> {
        let current = self.link.get();
        let link = native::get::<Link>(&current.value())
            .expect("a tee holds a link")
            .step(thread);
        Some(link.map(|step| {
            step.map(|(item, behind)| {
                self.link.set(behind);
                item
            })
        }))
    }
}

/// A tee over an iterable; a copy, if it is one already.
fn over(thread: &Thread, iterable: Value) -> Result<Tee> {
    if let Some(tee) = native::get::<Tee>(&iterable) {
        return Ok(Tee {
            link: Var::new(tee.link.get()),
        });
    }
    let iterator = iterate::iter(thread, iterable)?;
    Ok(Tee {
        link: Var::new(link(thread, iterator)),
    })
}

fn new_tee(thread: &Thread, args: &[Value]) -> Result {
    let tee = over(thread, args[1])?;
    Ok(native::new(thread, class(args), tee))
}

fn copy(thread: &Thread, args: &[Value]) -> Result {
    let link = Var::new(receiver::<Tee>(args).link.get());
    Ok(native::new(thread, TEE.class(thread), Tee { link }))
}

methods! { TEE_METHODS:
    new "_tee(type, iterable, /)" => new_tee;
    /// Returns an independent iterator.
    "__copy__(self, /)" => copy;
}

pub(super) fn tee(thread: &Thread, args: &[Value]) -> Result {
    let n = convert::to_isize(thread, args[1])?;
    let Ok(n) = usize::try_from(n) else {
        return raise!(thread, ValueError, "n must be >= 0");
    };
    if n == 0 {
        return Ok(tuple::empty(thread));
    }
    let first = over(thread, args[0])?.link.take();
    let tees = (0..n).map(|_| {
        let link = Var::new(first.clone());
        native::new(thread, TEE.class(thread), Tee { link })
    });
    Ok(tuple::new(thread, tees.collect()))
}
