//! Iterators over other iterators: `enumerate`, `zip`, `map`, `filter`, and `iter(callable, sentinel)`.

use super::state;
use crate::object::{Header, Kind, Object, Slot};
use crate::operators::{call, compare, convert, iterate};
use crate::sync::lock::lock_for_write;
use crate::types::tuple::{self, Tuple};
use crate::types::{Type, exception, generic_alias, int};
use crate::{Builtin, Owned, Result, Thread, Value, heap, methods, raise};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// `enumerate(iterable, start)`
#[repr(C)]
pub struct Enumerate {
    header: Header,
    pub(super) iterator: Slot,
    /// The next number, while it fits in a word.
    count: AtomicI64,
    /// The next number once it does not; MISSING before.
    big: Slot,
}

// SAFETY: `repr(C)`, header first, own kind; iterator and slot are the references, and there are no buffers.
unsafe impl Object for Enumerate {
    const KIND: Kind = Kind::ENUMERATE;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.iterator.peek());
        visit(self.big.peek());
    }
}

/// `zip(*iterables, strict=...)`
#[repr(C)]
pub struct Zip {
    header: Header,
    /// A tuple.
    pub(super) iterators: Slot,
    strict: AtomicBool,
}

// SAFETY: `repr(C)`, header first, own kind; the tuple is the counted reference, and there are no buffers.
unsafe impl Object for Zip {
    const KIND: Kind = Kind::ZIP;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.iterators.peek());
    }
}

/// `map(function, *iterables, strict=...)`
#[repr(C)]
pub struct Map {
    header: Header,
    pub(super) function: Slot,
    /// A tuple.
    pub(super) iterators: Slot,
    strict: AtomicBool,
}

// SAFETY: `repr(C)`, header first, own kind; function and tuple are the references, and there are no buffers.
unsafe impl Object for Map {
    const KIND: Kind = Kind::MAP;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.function.peek());
        visit(self.iterators.peek());
    }
}

/// `filter(function, iterable)`
#[repr(C)]
pub struct Filter {
    header: Header,
    pub(super) function: Slot,
    pub(super) iterator: Slot,
}

// SAFETY: `repr(C)`, header first, own kind; both values are references, and there are no buffers.
unsafe impl Object for Filter {
    const KIND: Kind = Kind::FILTER;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.function.peek());
        visit(self.iterator.peek());
    }
}

/// `iter(callable, sentinel)`
#[repr(C)]
pub struct CallableIterator {
    header: Header,
    /// MISSING once it is exhausted.
    pub(super) callable: Slot,
    pub(super) sentinel: Slot,
}

// SAFETY: `repr(C)`, header first, own kind; both slots are references, and there are no buffers.
unsafe impl Object for CallableIterator {
    const KIND: Kind = Kind::CALLABLE_ITERATOR;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.callable.peek());
        visit(self.sentinel.peek());
    }
}

/// A new `iter(callable, sentinel)`.
pub fn callable(thread: &Thread, callable: Value, sentinel: Value) -> Owned {
    let iterator = CallableIterator {
        header: Builtin::CallableIterator.class().instance_header(thread),
        callable: Slot::new(Owned::new(callable)),
        sentinel: Slot::new(Owned::new(sentinel)),
    };
    heap::new(thread, iterator)
}

/// Is it strict, and making it so when it is unpickled.
macro_rules! strict {
    ($($type:ident)*) => {$(
        impl $type {
            pub(super) fn is_strict(&self) -> bool {
                self.strict.load(Ordering::Relaxed)
            }

            pub(super) fn set_strict(&self, strict: bool) {
                self.strict.store(strict, Ordering::Relaxed);
            }
        }
    )*};
}

strict! { Zip Map }

impl Enumerate {
    /// The next number.
    pub(super) fn number(&self, thread: &Thread) -> Owned {
        let big = self.big.load(&self.header);
        match big.is_missing() {
            true => int::from_i64(thread, self.count.load(Ordering::Relaxed)),
            false => big,
        }
    }

    /// The next pair, as a tuple.
    #[inline]
    pub fn next(&self, thread: &Thread) -> Result<Option<Owned>> {
        let pair = self.next_pair(thread)?;
        Ok(pair.map(|(number, item)| tuple::from_array(thread, [number, item])))
    }

    /// The next pair.
    #[inline]
    pub fn next_pair(&self, thread: &Thread) -> Result<Option<(Owned, Owned)>> {
        let Some(item) = iterate::advance(thread, self.iterator.peek())? else {
            return Ok(None);
        };
        let count = self.count.load(Ordering::Relaxed);
        let number = match Value::try_small_int(count) {
            Some(number) => {
                self.count.store(count + 1, Ordering::Relaxed);
                Owned::inline(number)
            }
            None => self.next_big(thread)?,
        };
        Ok(Some((number, item)))
    }

    /// The next number, beyond a word.
    #[cold]
    fn next_big(&self, thread: &Thread) -> Result {
        let guard = lock_for_write(thread, &self.header);
        let number = match self.big.load_locked() {
            first if first.is_missing() => {
                int::from_i64(thread, self.count.load(Ordering::Relaxed))
            }
            number => number,
        };
        let int = int::IntRef::of(&number).expect("counts are ints").to_big();
        let next = int::from_big(thread, int + dashu_int::IBig::ONE);
        let old = self.big.replace(next);
        drop(guard);
        drop(old);
        Ok(number)
    }

    fn starting_at(thread: &Thread, class: &Type, iterator: Owned, start: Value) -> Result {
        let start = match start {
            start if start.is_missing() => Owned::inline(Value::small_int(0)),
            start => convert::index(thread, start)?,
        };
        let (count, big) = match int::to_i64(start.value()) {
            Some(count) => (count, Slot::missing()),
            None => (i64::MAX, Slot::new(start.clone())),
        };
        let object = Enumerate {
            header: class.instance_header(thread),
            iterator: Slot::new(iterator),
            count: AtomicI64::new(count),
            big,
        };
        Ok(heap::new(thread, object))
    }
}

/// The iterators of a `zip` or `map`.
fn items(tuple: &Value) -> &[Value] {
    tuple
        .get::<Tuple>()
        .expect("iterators are kept in a tuple")
        .items()
}

/// The next item of every iterator; none if one is exhausted. With `strict` all have to be, and `name` complains else.
fn next_of_each(
    thread: &Thread,
    iterators: &[Value],
    strict: bool,
    name: &str,
) -> Result<Option<Vec<Owned>>> {
    let mut items = Vec::with_capacity(iterators.len());
    for &iterator in iterators {
        let item = match strict {
            true => iterate::next(thread, iterator)?,
            false => iterate::advance(thread, iterator)?,
        };
        match item {
            Some(item) => items.push(item),
            None if strict => return uneven(thread, iterators, items.len(), name),
            None => return Ok(None),
        }
    }
    Ok(Some(items))
}

/// The iterator at an index is exhausted: those before it were not, and those behind must be.
#[cold]
fn uneven<T>(thread: &Thread, iterators: &[Value], index: usize, name: &str) -> Result<Option<T>> {
    let others = |index: usize| {
        if index == 1 {
            " 1".to_owned()
        } else {
            format!("s 1-{index}")
        }
    };
    if index > 0 {
        let (number, others) = (index + 1, others(index));
        return raise!(
            thread,
            ValueError,
            "{name}() argument {number} is shorter than argument{others}"
        );
    }
    for (index, &iterator) in iterators.iter().enumerate().skip(1) {
        if iterate::next(thread, iterator)?.is_some() {
            let (number, others) = (index + 1, others(index));
            return raise!(
                thread,
                ValueError,
                "{name}() argument {number} is longer than argument{others}"
            );
        }
    }
    Ok(None)
}

impl Zip {
    /// The next tuple.
    pub fn next(&self, thread: &Thread) -> Result<Option<Owned>> {
        if let Some(pair) = self.next_pair(thread) {
            let pair = pair?;
            return Ok(pair.map(|(first, second)| tuple::from_array(thread, [first, second])));
        }
        let iterators = self.iterators.peek();
        let iterators = items(&iterators);
        if iterators.is_empty() {
            return Ok(None);
        }
        let items = next_of_each(thread, iterators, self.is_strict(), "zip")?;
        Ok(items.map(|items| tuple::new(thread, items)))
    }

    /// The next pair; none of the outer kind if this does not make pairs, or makes sure of the ends.
    #[inline]
    pub fn next_pair(&self, thread: &Thread) -> Option<Result<Option<(Owned, Owned)>>> {
        let iterators = self.iterators.peek();
        let [a, b] = *items(&iterators) else {
            return None;
        };
        let pair = || {
            let Some(first) = iterate::advance(thread, a)? else {
                return Ok(None);
            };
            let second = iterate::advance(thread, b)?;
            Ok(second.map(|second| (first, second)))
        };
        (!self.is_strict()).then(pair)
    }
}

impl Map {
    /// The next result.
    pub fn next(&self, thread: &Thread) -> Result<Option<Owned>> {
        let iterators = self.iterators.peek();
        let iterators = items(&iterators);
        if let [iterator] = *iterators {
            let Some(item) = iterate::advance(thread, iterator)? else {
                return Ok(None);
            };
            return call::call(thread, self.function.peek(), &[item.value()]).map(Some);
        }
        let Some(items) = next_of_each(thread, iterators, self.is_strict(), "map")? else {
            return Ok(None);
        };
        call::call(thread, self.function.peek(), Owned::values(&items)).map(Some)
    }
}

impl Filter {
    /// The next item that passes.
    pub fn next(&self, thread: &Thread) -> Result<Option<Owned>> {
        let plain =
            self.function.peek().is_none() || self.function.peek() == Builtin::Bool.class().value();
        while let Some(item) = iterate::advance(thread, self.iterator.peek())? {
            let passes = if plain {
                convert::truth(thread, item.value())?
            } else {
                let verdict = call::call(thread, self.function.peek(), &[item.value()])?;
                convert::truth(thread, verdict.value())?
            };
            if passes {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}

impl CallableIterator {
    /// The next result that is not the sentinel.
    pub fn next(&self, thread: &Thread) -> Result<Option<Owned>> {
        let callable = self.callable.load(&self.header);
        let sentinel = self.sentinel.load(&self.header);
        if callable.is_missing() {
            return Ok(None);
        }
        let made = call::call(thread, callable.value(), &[]);
        // The call may have exhausted the iterator.
        if made.is_ok() && self.callable.load(&self.header).is_missing() {
            return Ok(None);
        }
        let raised = match made {
            Ok(item) if !compare::equal(thread, sentinel.value(), item.value())? => {
                return Ok(Some(item));
            }
            Ok(_) => None,
            Err(raised) => Some(raised),
        };
        if let Some(raised) = raised {
            if !exception::is(thread.pending_exception(), Builtin::StopIteration) {
                return Err(raised);
            }
            drop(thread.take_exception(raised));
        }
        self.finish(thread);
        Ok(None)
    }

    fn finish(&self, thread: &Thread) {
        let guard = lock_for_write(thread, &self.header);
        let missing = || Owned::inline(Value::MISSING);
        let old = [
            self.callable.replace(missing()),
            self.sentinel.replace(missing()),
        ];
        drop(guard);
        drop(old);
    }
}

methods! { pub ENUMERATE:
    /// Create and return a new object.  See help(type) for accurate signature.
    new "enumerate(type, iterable, start=0)" => new_enumerate;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
    /// Return state information for pickling.
    "__reduce__(self, /)" => state::reduce -> Tuple;
}

methods! { pub ZIP:
    /// Create and return a new object.  See help(type) for accurate signature.
    new "zip(type, /, *iterables, strict=False)" => new_zip;
    /// Return state information for pickling.
    "__reduce__(self, /)" => state::reduce -> Tuple;
    /// Set state information for unpickling.
    "__setstate__(self, state, /)" => state::set_state -> None;
}

methods! { pub MAP:
    /// Create and return a new object.  See help(type) for accurate signature.
    new "map(type, function=<missing>, /, *iterables, strict=False)" => new_map;
    /// Return state information for pickling.
    "__reduce__(self, /)" => state::reduce -> Tuple;
    /// Set state information for unpickling.
    "__setstate__(self, state, /)" => state::set_state -> None;
}

methods! { pub FILTER:
    /// Create and return a new object.  See help(type) for accurate signature.
    new "filter(type, function, iterable, /)" => new_filter;
    /// Return state information for pickling.
    "__reduce__(self, /)" => state::reduce -> Tuple;
}

methods! { pub CALLABLE:
    /// Return state information for pickling.
    "__reduce__(self, /)" => state::reduce -> Tuple;
}

methods! { pub REVERSED:
    /// Create and return a new object.  See help(type) for accurate signature.
    new "reversed(type, object, /)" => new_reversed;
    /// Private method returning an estimate of len(list(it)).
    "__length_hint__(self, /)" => state::length_hint -> Int;
    /// Return state information for pickling.
    "__reduce__(self, /)" => state::reduce -> Tuple;
    /// Set state information for unpickling.
    "__setstate__(self, state, /)" => state::set_state -> None;
}

fn class_argument(args: &[Value]) -> &Type {
    args[0]
        .get::<Type>()
        .expect("`__new__` is bound to a class")
}

pub(in crate::types) fn new_enumerate(thread: &Thread, args: &[Value]) -> Result {
    let iterator = iterate::iter(thread, args[1])?;
    Enumerate::starting_at(thread, class_argument(args), iterator, args[2])
}

/// A tuple of iterators over the items of a tuple.
fn iterators_over(thread: &Thread, iterables: Value) -> Result {
    let iterables = iterables
        .get::<Tuple>()
        .expect("`*iterables` is a tuple")
        .items();
    let iterators = iterables
        .iter()
        .map(|&iterable| iterate::iter(thread, iterable));
    Ok(tuple::new(thread, iterators.collect::<Result<Vec<_>>>()?))
}

pub(in crate::types) fn new_zip(thread: &Thread, args: &[Value]) -> Result {
    let strict = convert::truth(thread, args[2])?;
    let object = Zip {
        header: class_argument(args).instance_header(thread),
        iterators: Slot::new(iterators_over(thread, args[1])?),
        strict: AtomicBool::new(strict),
    };
    Ok(heap::new(thread, object))
}

pub(in crate::types) fn new_map(thread: &Thread, args: &[Value]) -> Result {
    let strict = convert::truth(thread, args[3])?;
    let iterators = iterators_over(thread, args[2])?;
    if iterators.value() == tuple::empty(thread).value() || args[1].is_missing() {
        return raise!(thread, TypeError, "map() must have at least two arguments.");
    }
    let object = Map {
        header: class_argument(args).instance_header(thread),
        function: Slot::new(Owned::new(args[1])),
        iterators: Slot::new(iterators),
        strict: AtomicBool::new(strict),
    };
    Ok(heap::new(thread, object))
}

fn new_filter(thread: &Thread, args: &[Value]) -> Result {
    let iterator = iterate::iter(thread, args[2])?;
    let object = Filter {
        header: class_argument(args).instance_header(thread),
        function: Slot::new(Owned::new(args[1])),
        iterator: Slot::new(iterator),
    };
    Ok(heap::new(thread, object))
}

pub(in crate::types) fn new_reversed(thread: &Thread, args: &[Value]) -> Result {
    iterate::reversed(thread, class_argument(args), args[1])
}
