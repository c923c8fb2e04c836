//! Iterators that put items together: `accumulate`, `batched`, `chain`, `pairwise`, `starmap`, `zip_longest`.

use super::{Next, class};
use crate::cell::Var;
use ashore_runtime::object::Slot;
use ashore_runtime::operators::{arithmetic, call, convert, iterate};
use ashore_runtime::types::generic_alias;
use ashore_runtime::types::native::{self, Data, NativeClass};
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

pub(super) static ACCUMULATE: NativeClass =
    NativeClass::new("itertools.accumulate", ACCUMULATE_METHODS)
        .doc("Return series of accumulated sums.")
        .open()
        .iterator();

struct Accumulate {
    iterator: Slot,
    function: Slot,
    /// The value that comes before the iterator's first item; MISSING if there is none (any more).
    initial: Var,
    total: Var,
}

impl Accumulate {
    fn step(&self, thread: &Thread) -> Next {
        let initial = self.initial.take();
        if !initial.value().is_missing() {
            self.total.set(initial.clone());
            return Ok(Some(initial));
        }
        let Some(item) = iterate::advance(thread, self.iterator.peek())? else {
            return Ok(None);
        };
        let total = self.total.get();
        let next = if total.value().is_missing() {
            item
        } else if self.function.peek().is_none() {
            arithmetic::add(thread, total.value(), item.value())?
        } else {
            call::call(thread, self.function.peek(), &[total.value(), item.value()])?
        };
        self.total.set(next.clone());
        Ok(Some(next))
    }
}

impl Data for Accumulate {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.iterator.peek());
        visit(self.function.peek());
        self.initial.visit(visit);
        self.total.visit(visit);
    }

    fn next(&self, thread: &Thread) -> Option<Next> {
        Some(self.step(thread))
    }
}

fn new_accumulate(thread: &Thread, args: &[Value]) -> Result {
    let initial = match args[3].is_none() {
        true => Var::empty(),
        false => Var::new(Owned::new(args[3])),
    };
    let accumulate = Accumulate {
        iterator: Slot::new(iterate::iter(thread, args[1])?),
        function: Slot::new(Owned::new(args[2])),
        initial,
        total: Var::empty(),
    };
    Ok(native::new(thread, class(args), accumulate))
}

methods! { ACCUMULATE_METHODS:
    new "accumulate(type, iterable, func=None, *, initial=None)" => new_accumulate;
}

pub(super) static BATCHED: NativeClass = NativeClass::new("itertools.batched", BATCHED_METHODS)
    .doc("Batch data into tuples of length n. The last batch may be shorter than n.")
    .open()
    .iterator();

struct Batched {
    iterator: Slot,
    size: usize,
    strict: bool,
    done: AtomicBool,
}

impl Batched {
    fn step(&self, thread: &Thread) -> Next {
        if self.done.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let mut items = Vec::with_capacity(self.size.min(1 << 10));
        while items.len() < self.size {
            match iterate::next(thread, self.iterator.peek())? {
                Some(item) => items.push(item),
                None => break,
            }
        }
        if items.len() == self.size {
            return Ok(Some(tuple::new(thread, items)));
        }
        self.done.store(true, Ordering::Relaxed);
        if items.is_empty() {
            return Ok(None);
        }
        if self.strict {
            return raise!(thread, ValueError, "batched(): incomplete batch");
        }
        Ok(Some(tuple::new(thread, items)))
    }
}

impl Data for Batched {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.iterator.peek());
    }

    fn next(&self, thread: &Thread) -> Option<Next> {
        Some(self.step(thread))
    }
}

fn new_batched(thread: &Thread, args: &[Value]) -> Result {
    let size = convert::to_isize(thread, args[2])?;
    if size < 1 {
        return raise!(thread, ValueError, "n must be at least one");
    }
    let batched = Batched {
        iterator: Slot::new(iterate::iter(thread, args[1])?),
        size: size as usize,
        strict: convert::truth(thread, args[3])?,
        done: AtomicBool::new(false),
    };
    Ok(native::new(thread, class(args), batched))
}

methods! { BATCHED_METHODS:
    new "batched(type, iterable, n, *, strict=False)" => new_batched;
}

pub(super) static CHAIN: NativeClass = NativeClass::new("itertools.chain", CHAIN_METHODS)
    .doc("Return a chain object whose .__next__() method returns elements from the\nfirst iterable until it is exhausted, then elements from the next iterable,\nuntil all of the iterables are exhausted.")
    .open()
    .iterator();

struct Chain {
    /// Iterator over the iterables; MISSING when they are used up.
    iterables: Var,
    active: Var,
}

impl Chain {
    fn step(&self, thread: &Thread) -> Next {
        loop {
            let active = self.active.get();
            if !active.value().is_missing() {
                if let Some(item) = iterate::next(thread, active.value())? {
                    return Ok(Some(item));
                }
                self.active.set(Owned::inline(Value::MISSING));
            }
            let iterables = self.iterables.get();
            if iterables.value().is_missing() {
                return Ok(None);
            }
            let next = iterate::next(thread, iterables.value());
            let started = match next {
                Ok(Some(iterable)) => iterate::iter(thread, iterable.value()).map(Some),
                Ok(None) => Ok(None),
                Err(raised) => Err(raised),
            };
            match started {
                Ok(Some(iterator)) => self.active.set(iterator),
                Ok(None) => {
                    drop(self.iterables.take());
                    return Ok(None);
                }
                Err(raised) => {
                    drop(self.iterables.take());
                    return Err(raised);
                }
            }
        }
    }
}

impl Data for Chain {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.iterables.visit(visit);
        self.active.visit(visit);
    }

    fn next(&self, thread: &Thread) -> Option<Next> {
        Some(self.step(thread))
    }
}

fn chain_over(thread: &Thread, args: &[Value]) -> Result {
    let chain = Chain {
        iterables: Var::new(iterate::iter(thread, args[1])?),
        active: Var::empty(),
    };
    Ok(native::new(thread, class(args), chain))
}

methods! { CHAIN_METHODS:
    new "chain(type, /, *iterables)" => chain_over;
    /// Alternative chain() constructor taking a single iterable argument that evaluates lazily.
    class "from_iterable(type, iterable, /)" => chain_over;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
}

pub(super) static PAIRWISE: NativeClass = NativeClass::new("itertools.pairwise", PAIRWISE_METHODS)
    .doc("Return an iterator of overlapping pairs taken from the input iterator.")
    .open()
    .iterator();

struct Pairwise {
    iterator: Slot,
    previous: Var,
}

impl Pairwise {
    fn step(&self, thread: &Thread) -> Next {
        let mut previous = self.previous.get();
        if previous.value().is_missing() {
            let Some(first) = iterate::advance(thread, self.iterator.peek())? else {
                return Ok(None);
            };
            self.previous.set(first.clone());
            previous = first;
        }
        let Some(item) = iterate::advance(thread, self.iterator.peek())? else {
            drop(self.previous.take());
            return Ok(None);
        };
        self.previous.set(item.clone());
        Ok(Some(tuple::new(thread, vec![previous, item])))
    }
}

impl Data for Pairwise {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.iterator.peek());
        self.previous.visit(visit);
    }

    fn next(&self, thread: &Thread) -> Option<Next> {
        Some(self.step(thread))
    }
}

fn new_pairwise(thread: &Thread, args: &[Value]) -> Result {
    let pairwise = Pairwise {
        iterator: Slot::new(iterate::iter(thread, args[1])?),
        previous: Var::empty(),
    };
    Ok(native::new(thread, class(args), pairwise))
}

methods! { PAIRWISE_METHODS:
    new "pairwise(type, iterable, /)" => new_pairwise;
}

pub(super) static STARMAP: NativeClass = NativeClass::new("itertools.starmap", STARMAP_METHODS)
    .doc("Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.")
    .open()
    .iterator();

struct Starmap {
    function: Slot,
    iterator: Slot,
}

impl Data for Starmap {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.function.peek());
        visit(self.iterator.peek());
    }

    fn next(&self, thread: &Thread) -> Option<Next> {
        let step = || -> Next {
            let Some(args) = iterate::advance(thread, self.iterator.peek())? else {
                return Ok(None);
            };
            let args = match args.get::<Tuple>() {
                Some(args) => args.to_vec(),
                None => iterate::collect(thread, args.value())?,
            };
            call::call(thread, self.function.peek(), Owned::values(&args)).map(Some)
        };
        Some(step())
    }
}

fn new_starmap(thread: &Thread, args: &[Value]) -> Result {
    let starmap = Starmap {
        function: Slot::new(Owned::new(args[1])),
        iterator: Slot::new(iterate::iter(thread, args[2])?),
    };
    Ok(native::new(thread, class(args), starmap))
}

methods! { STARMAP_METHODS:
    new "starmap(type, function, iterable, /)" => new_starmap;
}

pub(super) static ZIP_LONGEST: NativeClass =
    NativeClass::new("itertools.zip_longest", ZIP_LONGEST_METHODS)
        .doc("Return a zip_longest object whose .__next__() method returns a tuple where\nthe i-th element comes from the i-th iterable argument.  When the shorter\niterables are exhausted, the fillvalue is substituted in their place.")
        .open()
        .iterator();

struct ZipLongest {
    /// MISSING for those that are exhausted.
    iterators: Vec<Var>,
    active: AtomicUsize,
    fill: Slot,
}

impl ZipLongest {
    fn step(&self, thread: &Thread) -> Next {
        if self.active.load(Ordering::Relaxed) == 0 {
            return Ok(None);
        }
        let mut items = Vec::with_capacity(self.iterators.len());
        for variable in &self.iterators {
            let iterator = variable.get();
            let item = match iterator.value().is_missing() {
                true => None,
                false => self.draw(thread, variable, iterator.value())?,
            };
            match item {
                Some(item) => items.push(item),
                None if self.active.load(Ordering::Relaxed) == 0 => return Ok(None),
                None => items.push(Owned::new(self.fill.peek())),
            }
        }
        Ok(Some(tuple::new(thread, items)))
    }

    /// The next item of one iterator, which is left alone once it is exhausted or has failed.
    fn draw(&self, thread: &Thread, variable: &Var, iterator: Value) -> Next {
        let next = iterate::next(thread, iterator);
        if let Ok(Some(item)) = next {
            return Ok(Some(item));
        }
        if !variable.take().value().is_missing() {
            match next {
                Err(_) => self.active.store(0, Ordering::Relaxed),
                Ok(_) => drop(self.active.fetch_sub(1, Ordering::Relaxed)),
            }
        }
        next
    }
}

impl Data for ZipLongest {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.iterators.iter().for_each(|var| var.visit(visit));
        visit(self.fill.peek());
    }

    fn next(&self, thread: &Thread) -> Option<Next> {
        Some(self.step(thread))
    }
}

fn new_zip_longest(thread: &Thread, args: &[Value]) -> Result {
    let iterables = args[1].get::<Tuple>().map_or(&[][..], Tuple::items);
    let iterators = iterables
        .iter()
        .map(|&iterable| iterate::iter(thread, iterable).map(Var::new))
        .collect::<Result<Vec<_>>>()?;
    let zip = ZipLongest {
        active: AtomicUsize::new(iterators.len()),
        iterators,
        fill: Slot::new(Owned::new(args[2])),
    };
    Ok(native::new(thread, class(args), zip))
}

methods! { ZIP_LONGEST_METHODS:
    new "zip_longest(type, /, *iterables, fillvalue=None)" => new_zip_longest;
}
