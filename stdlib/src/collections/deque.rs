//! `deque`: a ring of references behind a lock.
//!
//! What iterates or searches goes by index and looks at the deque's count of changes, so that nothing is held while items
//! are compared.

use ashore_runtime::object::Slot;
use ashore_runtime::operators::compare::{self, CompareOp};
use ashore_runtime::operators::{arithmetic, call, convert, iterate};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::keyed::quick_equal;
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::sequences::{self, Items, guarded_repr};
use ashore_runtime::types::{class_of, generic_alias, int, tuple};
use ashore_runtime::{Object, Owned, Result, Thread, Value, methods, raise};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

pub(super) static DEQUE: NativeClass = NativeClass::new("collections.deque", METHODS)
    .weakrefable()
    .doc("A list-like sequence optimized for data accesses near its endpoints.")
    .sequence()
    .open();
pub(super) static ITERATOR: NativeClass =
    NativeClass::new("_collections._deque_iterator", ITERATOR_METHODS).iterator();
pub(super) static REVERSE_ITERATOR: NativeClass = NativeClass::new(
    "_collections._deque_reverse_iterator",
    REVERSE_ITERATOR_METHODS,
)
.iterator();

struct Deque {
    ring: Mutex<Ring>,
    /// Negative: no limit.
    limit: AtomicI64,
}

#[derive(Default)]
struct Ring {
    items: VecDeque<Slot>,
    /// Counts changes of the size.
    changes: u64,
}

impl Ring {
    /// Adds an item; gives what is too much then.
    fn push(&mut self, item: Owned, end: End, limit: Option<usize>) -> Option<Slot> {
        self.changes += 1;
        match end {
            End::Left => self.items.push_front(Slot::new(item)),
            End::Right => self.items.push_back(Slot::new(item)),
        }
        match end {
            _ if limit.is_none_or(|limit| self.items.len() <= limit) => None,
            End::Left => self.items.pop_back(),
            End::Right => self.items.pop_front(),
        }
    }

    /// The place that an index names.
    fn place(&self, index: isize) -> Option<usize> {
        sequences::index_in(index, self.items.len())
    }

    /// The index of the first item that equals a value. None if a comparison would have to call something to tell.
    fn find_quickly(&self, value: Value) -> Option<Option<usize>> {
        for (index, item) in self.items.iter().enumerate() {
            if item.peek() == value || quick_equal(item.peek(), value)? {
                return Some(Some(index));
            }
        }
        Some(None)
    }
}

impl Data for Deque {
    fn dies_unseen(&self) -> bool {
        true
    }

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        let ring = self.ring.lock();
        ring.items.iter().for_each(|slot| visit(slot.peek()));
    }
}

impl Items for Deque {
    fn count(&self) -> usize {
        self.ring.lock().items.len()
    }

    fn item(&self, _: &Thread, index: usize) -> Option<Owned> {
        self.ring.lock().items.get(index).map(Slot::load_locked)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Left,
    Right,
}

impl Deque {
    fn limit(&self) -> Option<usize> {
        usize::try_from(self.limit.load(Ordering::Relaxed)).ok()
    }

    fn changes(&self) -> u64 {
        self.ring.lock().changes
    }

    /// Adds an item; what the limit pushes out at the other end goes.
    fn push(&self, item: Owned, end: End) {
        let limit = self.limit();
        let excess = self.ring.lock().push(item, end, limit);
        excess.into_iter().for_each(release);
    }

    /// Adds items, in one step.
    fn push_all(&self, items: impl IntoIterator<Item = Owned>, end: End) {
        let limit = self.limit();
        let mut ring = self.ring.lock();
        let excess: Vec<Slot> = (items.into_iter())
            .filter_map(|item| ring.push(item, end, limit))
            .collect();
        drop(ring);
        excess.into_iter().for_each(release);
    }

    fn pop(&self, end: End) -> Option<Owned> {
        let mut ring = self.ring.lock();
        let slot = match end {
            End::Left => ring.items.pop_front(),
            End::Right => ring.items.pop_back(),
        }?;
        ring.changes += 1;
        Some(slot.replace(Owned::NONE))
    }

    /// Removes the first item that equals a value, in one step. None if a comparison would have to call something.
    fn remove_quickly(&self, value: Value) -> Option<Option<Owned>> {
        let mut ring = self.ring.lock();
        let found = ring.find_quickly(value)?;
        let Some(slot) = found.and_then(|index| ring.items.remove(index)) else {
            return Some(None);
        };
        ring.changes += 1;
        drop(ring);
        Some(Some(slot.replace(Owned::NONE)))
    }

    /// How many items equal a value. None if a comparison would have to call something.
    fn count_quickly(&self, value: Value) -> Option<usize> {
        let ring = self.ring.lock();
        let mut count = 0;
        for item in &ring.items {
            count += usize::from(item.peek() == value || quick_equal(item.peek(), value)?);
        }
        Some(count)
    }

    fn snapshot(&self) -> Vec<Owned> {
        let ring = self.ring.lock();
        ring.items.iter().map(Slot::load_locked).collect()
    }

    fn extend(&self, thread: &Thread, items: Value, end: End) -> Result<()> {
        let moment = match native::get::<Deque>(&items) {
            Some(other) => Some(other.snapshot()),
            None => iterate::known_items(thread, items),
        };
        if let Some(items) = moment {
            self.push_all(items, end);
            return Ok(());
        }
        iterate::for_each(thread, items, |item| {
            self.push(item, end);
            Ok(())
        })
    }

    fn clear(&self) {
        let mut ring = self.ring.lock();
        ring.changes += 1;
        let items = std::mem::take(&mut ring.items);
        drop(ring);
        items.into_iter().for_each(release);
    }

    /// Takes out the item at an index, counted from the end if negative.
    fn remove_at(&self, index: isize) -> Option<Owned> {
        let mut ring = self.ring.lock();
        let place = ring.place(index)?;
        let slot = ring.items.remove(place)?;
        ring.changes += 1;
        Some(slot.replace(Owned::NONE))
    }
}

/// Drops a reference that was taken out of a ring.
fn release(slot: Slot) {
    drop(slot.replace(Owned::NONE));
}

fn this(args: &[Value]) -> &Deque {
    receiver::<Deque>(args)
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let deque = Deque {
        ring: Mutex::default(),
        limit: AtomicI64::new(-1),
    };
    Ok(native::new(thread, class, deque))
}

fn init(thread: &Thread, args: &[Value]) -> Result {
    let deque = this(args);
    let limit = match args[2] {
        limit if limit.is_none() => -1,
        limit if !convert::has_index(limit) => {
            return raise!(thread, TypeError, "an integer is required");
        }
        limit => {
            let limit = convert::to_isize(thread, limit)?;
            if limit < 0 {
                return raise!(thread, ValueError, "maxlen must be non-negative");
            }
            limit as i64
        }
    };
    deque.limit.store(limit, Ordering::Relaxed);
    deque.clear();
    if !args[1].is_missing() {
        deque.extend(thread, args[1], End::Right)?;
    }
    Ok(Owned::NONE)
}

fn append(_: &Thread, args: &[Value]) -> Result {
    this(args).push(Owned::new(args[1]), End::Right);
    Ok(Owned::NONE)
}

fn append_left(_: &Thread, args: &[Value]) -> Result {
    this(args).push(Owned::new(args[1]), End::Left);
    Ok(Owned::NONE)
}

fn take(thread: &Thread, args: &[Value], end: End) -> Result {
    match this(args).pop(end) {
        Some(item) => Ok(item),
        None => raise!(thread, IndexError, "pop from an empty deque"),
    }
}

fn pop(thread: &Thread, args: &[Value]) -> Result {
    take(thread, args, End::Right)
}

fn pop_left(thread: &Thread, args: &[Value]) -> Result {
    take(thread, args, End::Left)
}

fn extend(thread: &Thread, args: &[Value]) -> Result {
    this(args).extend(thread, args[1], End::Right)?;
    Ok(Owned::NONE)
}

fn extend_left(thread: &Thread, args: &[Value]) -> Result {
    this(args).extend(thread, args[1], End::Left)?;
    Ok(Owned::NONE)
}

fn clear(_: &Thread, args: &[Value]) -> Result {
    this(args).clear();
    Ok(Owned::NONE)
}

fn copy(thread: &Thread, args: &[Value]) -> Result {
    let class = class_of(args[0]);
    match this(args).limit() {
        None => call::call(thread, class.value(), &[args[0]]),
        Some(limit) => {
            let limit = int::from_usize(thread, limit);
            call::call(thread, class.value(), &[args[0], limit.value()])
        }
    }
}

fn rotate(thread: &Thread, args: &[Value]) -> Result {
    let steps = convert::to_isize(thread, args[1])?;
    let mut ring = this(args).ring.lock();
    let length = ring.items.len();
    if length > 1 {
        ring.changes += 1;
        ring.items
            .rotate_right(steps.rem_euclid(length as isize) as usize);
    }
    Ok(Owned::NONE)
}

fn reverse(_: &Thread, args: &[Value]) -> Result {
    let mut ring = this(args).ring.lock();
    ring.items.make_contiguous().reverse();
    Ok(Owned::NONE)
}

/// The index of the first item in a range that equals a value.
fn find(
    thread: &Thread,
    deque: &Deque,
    value: Value,
    start: usize,
    stop: usize,
) -> Result<Option<usize>> {
    let whole = start == 0 && stop == usize::MAX;
    if whole && let Some(found) = deque.ring.lock().find_quickly(value) {
        return Ok(found);
    }
    let changes = deque.changes();
    for index in start..stop {
        let Some(item) = deque.item(thread, index) else {
            break;
        };
        let equal = compare::equal(thread, item.value(), value)?;
        if deque.changes() != changes {
            return raise!(thread, RuntimeError, "deque mutated during iteration");
        }
        if equal {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

fn index(thread: &Thread, args: &[Value]) -> Result {
    let deque = this(args);
    let (start, stop) = sequences::search_range(thread, &args[2..], deque.count())?;
    match find(thread, deque, args[1], start, stop)? {
        Some(index) => Ok(int::from_usize(thread, index)),
        None => raise!(thread, ValueError, "deque.index(x): x not in deque"),
    }
}

fn contains(thread: &Thread, args: &[Value]) -> Result {
    let found = find(thread, this(args), args[1], 0, usize::MAX)?;
    Ok(Owned::bool(found.is_some()))
}

fn count(thread: &Thread, args: &[Value]) -> Result {
    let deque = this(args);
    if let Some(count) = deque.count_quickly(args[1]) {
        return Ok(int::from_usize(thread, count));
    }
    let changes = deque.changes();
    let mut count = 0;
    for index in 0.. {
        let Some(item) = deque.item(thread, index) else {
            break;
        };
        count += usize::from(compare::equal(thread, item.value(), args[1])?);
        if deque.changes() != changes {
            return raise!(thread, RuntimeError, "deque mutated during iteration");
        }
    }
    Ok(int::from_usize(thread, count))
}

fn remove(thread: &Thread, args: &[Value]) -> Result {
    let deque = this(args);
    let found = match deque.remove_quickly(args[1]) {
        Some(removed) => removed.is_some(),
        None => remove_compared(thread, deque, args[1])?,
    };
    match found {
        true => Ok(Owned::NONE),
        false => raise!(thread, ValueError, "deque.remove(x): x not in deque"),
    }
}

/// Removes the first item that equals a value, as a comparison says that may call something. Tells whether there was one.
fn remove_compared(thread: &Thread, deque: &Deque, value: Value) -> Result<bool> {
    let changes = deque.changes();
    for index in 0.. {
        let Some(item) = deque.item(thread, index) else {
            break;
        };
        let equal = compare::equal(thread, item.value(), value)?;
        if deque.changes() != changes {
            return raise!(thread, IndexError, "deque mutated during remove().");
        }
        if equal {
            drop(deque.remove_at(index as isize));
            return Ok(true);
        }
    }
    Ok(false)
}

fn insert(thread: &Thread, args: &[Value]) -> Result {
    let deque = this(args);
    let at = convert::to_index(thread, args[1])?;
    let limit = deque.limit();
    let mut ring = deque.ring.lock();
    let length = ring.items.len();
    if limit.is_some_and(|limit| length >= limit) {
        drop(ring);
        return raise!(thread, IndexError, "deque already at its maximum size");
    }
    let at = match usize::try_from(at) {
        Ok(at) => at.min(length),
        Err(_) => length.saturating_sub(at.unsigned_abs()),
    };
    ring.changes += 1;
    ring.items.insert(at, Slot::new(Owned::new(args[2])));
    Ok(Owned::NONE)
}

/// What a subscript is.
fn subscript(thread: &Thread, args: &[Value]) -> Result<isize> {
    if !convert::has_index(args[1]) {
        let got = class_of(args[1]).name();
        return raise!(
            thread,
            TypeError,
            "sequence index must be integer, not '{got}'"
        );
    }
    convert::to_index(thread, args[1])
}

fn get_item(thread: &Thread, args: &[Value]) -> Result {
    let index = subscript(thread, args)?;
    let ring = this(args).ring.lock();
    let item = (ring.place(index)).map(|place| ring.items[place].load_locked());
    drop(ring);
    match item {
        Some(item) => Ok(item),
        None => raise!(thread, IndexError, "deque index out of range"),
    }
}

fn set_item(thread: &Thread, args: &[Value]) -> Result {
    let index = subscript(thread, args)?;
    let ring = this(args).ring.lock();
    let place = ring.place(index);
    let old = place.map(|place| ring.items[place].replace(Owned::new(args[2])));
    drop(ring);
    match old {
        Some(_) => Ok(Owned::NONE),
        None => raise!(thread, IndexError, "deque index out of range"),
    }
}

fn delete_item(thread: &Thread, args: &[Value]) -> Result {
    let index = subscript(thread, args)?;
    match this(args).remove_at(index) {
        Some(_) => Ok(Owned::NONE),
        None => raise!(thread, IndexError, "deque index out of range"),
    }
}

fn length(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, this(args).count()))
}

fn truth(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(args).count() > 0))
}

fn add(thread: &Thread, args: &[Value]) -> Result {
    if !DEQUE.is_instance(thread, args[1]) {
        let got = class_of(args[1]).name();
        return raise!(
            thread,
            TypeError,
            "can only concatenate deque (not \"{got}\") to deque"
        );
    }
    let result = copy(thread, args)?;
    if let Some(deque) = native::get::<Deque>(&result.value()) {
        deque.extend(thread, args[1], End::Right)?;
    }
    Ok(result)
}

fn add_in_place(thread: &Thread, args: &[Value]) -> Result {
    this(args).extend(thread, args[1], End::Right)?;
    Ok(Owned::new(args[0]))
}

/// Repeats the items of a deque in place.
fn repeat(thread: &Thread, deque: &Deque, count: Value) -> Result<()> {
    let count = arithmetic::repeat_count(thread, count)?;
    let mut count = usize::try_from(count).unwrap_or(0);
    if count == 0 {
        deque.clear();
        return Ok(());
    }
    let limit = deque.limit();
    let mut ring = deque.ring.lock();
    let length = ring.items.len();
    if let Some(limit) = limit {
        count = count.min(limit.div_ceil(length.max(1)) + 1);
    }
    if length.checked_mul(count).is_none_or(|n| n > 1 << 40) {
        drop(ring);
        return raise!(thread, MemoryError, "");
    }
    let items: Vec<Owned> = ring.items.iter().map(Slot::load_locked).collect();
    let more = items.iter().cycle().take(length * (count - 1));
    let excess: Vec<Slot> = more
        .filter_map(|item| ring.push(item.clone(), End::Right, limit))
        .collect();
    drop(ring);
    excess.into_iter().for_each(release);
    Ok(())
}

fn multiply(thread: &Thread, args: &[Value]) -> Result {
    if !convert::has_index(args[1]) {
        return Ok(Owned::NOT_IMPLEMENTED);
    }
    let result = copy(thread, args)?;
    if let Some(deque) = native::get::<Deque>(&result.value()) {
        repeat(thread, deque, args[1])?;
    }
    Ok(result)
}

fn multiply_in_place(thread: &Thread, args: &[Value]) -> Result {
    repeat(thread, this(args), args[1])?;
    Ok(Owned::new(args[0]))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let deque = this(args);
    let name = class_of(args[0]).short_name();
    guarded_repr(thread, args[0], "[...]", |text| {
        text.push_str(&format!("{name}(["));
        sequences::repr(thread, deque, text)?;
        text.push_str("]");
        if let Some(limit) = deque.limit() {
            text.push_str(&format!(", maxlen={limit}"));
        }
        text.push_str(")");
        Ok(())
    })
}

fn compare_with(thread: &Thread, args: &[Value], op: CompareOp) -> Result {
    match native::get::<Deque>(&args[1]) {
        Some(other) => sequences::compare(thread, op, this(args), other),
        None => Ok(Owned::NOT_IMPLEMENTED),
    }
}

ashore_runtime::comparisons! { compare_with }

fn get_limit(thread: &Thread, args: &[Value]) -> Result {
    let limit = this(args).limit();
    Ok(limit.map_or(Owned::NONE, |limit| int::from_usize(thread, limit)))
}

fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let limit = get_limit(thread, args)?;
    let arguments = match limit.is_none() {
        true => tuple::empty(thread),
        false => tuple::new(thread, vec![tuple::empty(thread), limit]),
    };
    let name = ashore_runtime::types::str::intern(thread, "__getstate__");
    let state = ashore_runtime::operators::attribute::get(thread, args[0], name)?;
    let state = call::call(thread, state.value(), &[])?;
    let items = iterate::iter(thread, args[0])?;
    let class = Owned::new(class_of(args[0]).value());
    let parts = vec![class, arguments, state, items];
    Ok(tuple::new(thread, parts))
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    Ok(iterator(thread, args[0], End::Left))
}

fn reversed(thread: &Thread, args: &[Value]) -> Result {
    Ok(iterator(thread, args[0], End::Right))
}

methods! { METHODS:
    new "deque(type, /, *args, **kwargs)" => new;
    /// Initialize self.  See help(type(self)) for accurate signature.
    "__init__(self, iterable=<missing>, maxlen=None)" => init -> None;
    /// Add an element to the right side of the deque.
    "append(self, item, /)" => append -> None;
    /// Add an element to the left side of the deque.
    "appendleft(self, item, /)" => append_left -> None;
    /// Remove and return the rightmost element.
    "pop(self, /)" => pop;
    /// Remove and return the leftmost element.
    "popleft(self, /)" => pop_left;
    /// Extend the right side of the deque with elements from the iterable.
    "extend(self, iterable, /)" => extend -> None;
    /// Extend the left side of the deque with elements from the iterable.
    "extendleft(self, iterable, /)" => extend_left -> None;
    /// Remove all elements from the deque.
    "clear(self, /)" => clear -> None;
    /// Return a shallow copy of a deque.
    "copy(self, /)" => copy;
    /// Return a shallow copy of a deque.
    "__copy__(self, /)" => copy;
    /// Rotate the deque n steps to the right.  If n is negative, rotates left.
    "rotate(self, n=1, /)" => rotate -> None;
    /// Reverse *IN PLACE*.
    "reverse(self, /)" => reverse -> None;
    /// Return first index of value.
    "index(self, value, start=<missing>, stop=<missing>, /)" => index -> Int;
    /// Return number of occurrences of value.
    "count(self, value, /)" => count -> Int;
    /// Remove first occurrence of value.
    "remove(self, value, /)" => remove -> None;
    /// Insert value before index.
    "insert(self, index, value, /)" => insert -> None;
    "__contains__(self, key, /)" => contains -> Bool;
    "__getitem__(self, key, /)" => get_item;
    "__setitem__(self, key, value, /)" => set_item -> None;
    "__delitem__(self, key, /)" => delete_item -> None;
    "__len__(self, /)" => length -> Int;
    "__bool__(self, /)" => truth -> Bool;
    "__add__(self, value, /)" => add;
    "__iadd__(self, value, /)" => add_in_place;
    "__mul__(self, value, /)" => multiply;
    "__rmul__(self, value, /)" => multiply;
    "__imul__(self, value, /)" => multiply_in_place;
    "__eq__(self, value, /)" => eq;
    "__ne__(self, value, /)" => ne;
    "__lt__(self, value, /)" => lt;
    "__le__(self, value, /)" => le;
    "__gt__(self, value, /)" => gt;
    "__ge__(self, value, /)" => ge;
    "__repr__(self, /)" => repr -> Str;
    /// Return state information for pickling.
    "__reduce__(self, /)" => reduce -> Tuple;
    "__iter__(self, /)" => iter;
    /// Return a reverse iterator over the deque.
    "__reversed__(self, /)" => reversed;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
    /// maximum size of a deque or None if unbounded
    get "maxlen" => get_limit;
}

struct DequeIterator {
    deque: Slot,
    from: End,
    /// How many items are left.
    left: AtomicUsize,
    changes: u64,
}

impl Data for DequeIterator {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.deque.peek());
    }

    fn next(&self, thread: &Thread) -> Option<Result<Option<Owned>>> {
        let deque = self.deque.peek();
        let deque = native::get::<Deque>(&deque)?;
        let left = self.left.load(Ordering::Relaxed);
        // Backwards, an exhausted iterator does not look whether the deque has changed since.
        if left == 0 && self.from == End::Right {
            return Some(Ok(None));
        }
        let ring = deque.ring.lock();
        if ring.changes != self.changes {
            drop(ring);
            self.left.store(0, Ordering::Relaxed);
            return Some(raise!(
                thread,
                RuntimeError,
                "deque mutated during iteration"
            ));
        }
        let index = match self.from {
            End::Left => ring.items.len().saturating_sub(left),
            End::Right => left - 1,
        };
        let item = ring.items.get(index).map(Slot::load_locked);
        self.left.store(left.saturating_sub(1), Ordering::Relaxed);
        Some(Ok(item))
    }
}

fn iterator(thread: &Thread, deque: Value, from: End) -> Owned {
    let changes = native::get::<Deque>(&deque).map_or(0, Deque::changes);
    let left = native::get::<Deque>(&deque).map_or(0, Items::count);
    let class = match from {
        End::Left => &ITERATOR,
        End::Right => &REVERSE_ITERATOR,
    };
    let iterator = DequeIterator {
        deque: Slot::new(Owned::new(deque)),
        from,
        left: AtomicUsize::new(left),
        changes,
    };
    native::new(thread, class.class(thread), iterator)
}

fn length_hint(thread: &Thread, args: &[Value]) -> Result {
    let left = receiver::<DequeIterator>(args).left.load(Ordering::Relaxed);
    Ok(int::from_usize(thread, left))
}

/// `type(iter(deque()))(deque, index)`, for pickles. Keywords mean nothing, as in CPython.
fn new_iterator(thread: &Thread, args: &[Value], from: End) -> Result {
    let Some(deque) = native::get::<Deque>(&args[1]) else {
        let got = class_of(args[1]).name();
        return raise!(
            thread,
            TypeError,
            "argument 1 must be collections.deque, not {got}"
        );
    };
    let skipped = convert::to_isize(thread, args[2])?;
    let iterator = iterator(thread, args[1], from);
    let skipped = usize::try_from(skipped).unwrap_or(0);
    let left = deque.count().saturating_sub(skipped);
    let data = native::get::<DequeIterator>(&iterator).expect("just made");
    data.left.store(left, Ordering::Relaxed);
    Ok(iterator)
}

fn new_forward(thread: &Thread, args: &[Value]) -> Result {
    new_iterator(thread, args, End::Left)
}

fn new_backward(thread: &Thread, args: &[Value]) -> Result {
    new_iterator(thread, args, End::Right)
}

/// Made again over the same deque, at the same place.
fn reduce_iterator(thread: &Thread, args: &[Value]) -> Result {
    let iterator = receiver::<DequeIterator>(args);
    let deque = Owned::new(iterator.deque.peek());
    let length = native::get::<Deque>(&deque).map_or(0, Items::count);
    let given = length.saturating_sub(iterator.left.load(Ordering::Relaxed));
    let arguments = tuple::from_array(thread, [deque, int::from_usize(thread, given)]);
    let class = Owned::new(class_of(args[0]).value());
    Ok(tuple::from_array(thread, [class, arguments]))
}

methods! { REVERSE_ITERATOR_METHODS:
    new "_deque_reverse_iterator(type, deque, index=0, /, **keywords)" => new_backward;
    /// Private method returning an estimate of len(list(it)).
    "__length_hint__(self, /)" => length_hint -> Int;
    /// Return state information for pickling.
    "__reduce__(self, /)" => reduce_iterator -> Tuple;
}

methods! { ITERATOR_METHODS:
    new "_deque_iterator(type, deque, index=0, /, **keywords)" => new_forward;
    /// Return state information for pickling.
    "__reduce__(self, /)" => reduce_iterator -> Tuple;
    /// Private method returning an estimate of len(list(it)).
    "__length_hint__(self, /)" => length_hint -> Int;
}
