//! `range`: start, stop, step and length; ints of any size, with a path of its own for machine words.

use super::int::{self, IntRef};
use super::slice::Slice;
use super::{Builtin, class_of, iterators, str, tuple};
use crate::object::{Header, Kind, Object, Slot};
use crate::operators::compare;
use crate::operators::{convert, iterate};
use crate::types::define::receiver;
use crate::{Owned, Result, Thread, Value, heap, methods, raise};
use dashu_int::IBig;
use dashu_int::ops::Abs;

/// A Python range; immutable.
#[repr(C)]
pub struct Range {
    header: Header,
    start: Slot,
    stop: Slot,
    step: Slot,
    length: Slot,
}

// SAFETY: `repr(C)`, header first, own kind; the four values are the counted references, and there are no buffers.
unsafe impl Object for Range {
    const KIND: Kind = Kind::RANGE;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        for slot in [&self.start, &self.stop, &self.step, &self.length] {
            visit(slot.peek());
        }
    }
}

/// A range whose numbers all fit in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Small {
    pub start: i64,
    pub step: i64,
    pub length: i64,
}

impl Small {
    /// The number at an index, which is in range.
    #[inline(always)]
    pub fn get(self, index: i64) -> i64 {
        self.start + index * self.step
    }

    fn position(self, number: i64) -> Option<i64> {
        let distance = number - self.start;
        (self.length > 0 && distance % self.step == 0)
            .then(|| distance / self.step)
            .filter(|index| (0..self.length).contains(index))
    }
}

/// A new range; the arguments are ints, the step is not zero.
pub fn new(thread: &Thread, start: Owned, stop: Owned, step: Owned) -> Owned {
    let length = length_of(thread, start.value(), stop.value(), step.value());
    let range = Range {
        header: Builtin::Range.class().instance_header(thread),
        start: Slot::new(start),
        stop: Slot::new(stop),
        step: Slot::new(step),
        length: Slot::new(length),
    };
    heap::new(thread, range)
}

fn length_of(thread: &Thread, start: Value, stop: Value, step: Value) -> Owned {
    let small = || {
        Some((
            start.as_small_int()?,
            stop.as_small_int()?,
            step.as_small_int()?,
        ))
    };
    if let Some((start, stop, step)) = small() {
        // 62-bit numbers: no difference overflows.
        let distance = if step < 0 { start - stop } else { stop - start };
        let length = if distance > 0 {
            (distance - 1) / step.abs() + 1
        } else {
            0
        };
        return int::from_i64(thread, length);
    }
    let [start, stop, step] = [start, stop, step].map(|value| big(&value));
    let distance = if step < IBig::ZERO {
        start - stop
    } else {
        stop - start
    };
    if distance <= IBig::ZERO {
        return Owned::inline(Value::small_int(0));
    }
    int::from_big(thread, (distance - IBig::ONE) / step.abs() + IBig::ONE)
}

/// The int as a big one.
fn big(value: &Value) -> IBig {
    IntRef::of(value).expect("an int").to_big()
}

impl Range {
    /// The range from an index on.
    pub fn from_index(&self, thread: &Thread, index: &IBig) -> Owned {
        let (stop, step) = (Owned::new(self.stop()), Owned::new(self.step()));
        new(thread, self.at(thread, index), stop, step)
    }

    /// Number of items from an index on.
    pub(super) fn length_from(&self, thread: &Thread, index: i64) -> Owned {
        let left = big(&self.length()) - IBig::from(index);
        int::from_big(thread, left.max(IBig::ZERO))
    }

    fn start(&self) -> Value {
        self.start.peek()
    }

    fn stop(&self) -> Value {
        self.stop.peek()
    }

    fn step(&self) -> Value {
        self.step.peek()
    }

    fn length(&self) -> Value {
        self.length.peek()
    }

    /// The range in machine words, if every number of it fits.
    #[inline(always)]
    pub fn as_small(&self) -> Option<Small> {
        self.stop().as_small_int()?;
        Some(Small {
            start: self.start().as_small_int()?,
            step: self.step().as_small_int()?,
            length: self.length().as_small_int()?,
        })
    }

    /// Number of items, if it is a machine word.
    pub fn len(&self, thread: &Thread) -> Result<usize> {
        let word = int::to_i64(self.length()).and_then(|length| usize::try_from(length).ok());
        match word {
            Some(length) => Ok(length),
            None => raise!(
                thread,
                OverflowError,
                "Python int too large to convert to C ssize_t"
            ),
        }
    }

    /// Number of items, or the largest word.
    pub(super) fn len_clipped(&self) -> u64 {
        let length = int::to_i64(self.length());
        length.map_or(u64::MAX, |length| length as u64)
    }

    pub fn is_empty(&self) -> bool {
        self.length() == Value::small_int(0)
    }

    /// The number at an index that is in range or one more.
    pub(super) fn at(&self, thread: &Thread, index: &IBig) -> Owned {
        int::from_big(thread, big(&self.start()) + index * big(&self.step()))
    }

    /// `range[index]` for an int; none if it is out of range.
    pub fn get(&self, thread: &Thread, index: Value) -> Option<Owned> {
        if let (Some(small), Some(i)) = (self.as_small(), index.as_small_int()) {
            let i = if i < 0 { i + small.length } else { i };
            let found = (0..small.length).contains(&i);
            return found.then(|| int::from_i64(thread, small.get(i)));
        }
        let (length, mut i) = (big(&self.length()), big(&index));
        if i < IBig::ZERO {
            i += &length;
        }
        (i >= IBig::ZERO && i < length).then(|| self.at(thread, &i))
    }

    /// Where an int is in the range.
    fn position(&self, thread: &Thread, number: Value) -> Option<Owned> {
        if let (Some(small), Some(i)) = (self.as_small(), number.as_small_int()) {
            let position = small.position(i)?;
            return Some(int::from_i64(thread, position));
        }
        let (start, step) = (big(&self.start()), big(&self.step()));
        let distance = big(&number) - start;
        if &distance % &step != IBig::ZERO {
            return None;
        }
        let index = distance / step;
        let found = index >= IBig::ZERO && index < big(&self.length());
        found.then(|| int::from_big(thread, index))
    }

    /// `range[slice]`
    pub fn slice(&self, thread: &Thread, slice: &Slice) -> Result {
        let [start, stop, step] = slice.indices(thread, &big(&self.length()))?;
        let [start, stop] = [start, stop].map(|index| self.at(thread, &index));
        let step = int::from_big(thread, big(&self.step()) * step);
        Ok(new(thread, start, stop, step))
    }

    fn equals(&self, other: &Range) -> bool {
        let same = |a: Value, b: Value| big(&a) == big(&b);
        std::ptr::eq(self, other)
            || (same(self.length(), other.length())
                && (self.is_empty()
                    || (same(self.start(), other.start())
                        && (self.length() == Value::small_int(1)
                            || same(self.step(), other.step())))))
    }
}

methods! { pub METHODS:
    /// Create and return a new object.  See help(type) for accurate signature.
    new "range(type, start, stop=<missing>, step=<missing>, /)" => new_method;
    /// Return repr(self).
    "__repr__(self, /)" => repr -> Str;
    /// Return hash(self).
    "__hash__(self, /)" => hash -> Int;
    /// Return self==value.
    "__eq__(self, value, /)" => eq;
    /// Return self!=value.
    "__ne__(self, value, /)" => ne;
    /// True if self else False
    "__bool__(self, /)" => truth -> Bool;
    /// Return len(self).
    "__len__(self, /)" => len -> Int;
    /// Return self[key].
    "__getitem__(self, key, /)" => get_item;
    /// Return bool(key in self).
    "__contains__(self, key, /)" => contains_method -> Bool;
    /// Implement iter(self).
    "__iter__(self, /)" => iter -> RangeIterator;
    /// Return a reverse iterator.
    "__reversed__(self, /)" => reversed -> RangeIterator;
    /// rangeobject.count(value) -> integer -- return number of occurrences of value
    "count(self, value, /)" => count -> Int;
    /// rangeobject.index(value) -> integer -- return index of value.
    /// Raise ValueError if the value is not present.
    "index(self, value, /)" => index -> Int;
    "__reduce__(self, /)" => reduce -> Tuple;
    field "start" => get_start -> Int;
    field "stop" => get_stop -> Int;
    field "step" => get_step -> Int;
}

fn this(args: &[Value]) -> &Range {
    receiver(args)
}

pub(super) fn new_method(thread: &Thread, args: &[Value]) -> Result {
    let [_, start, stop, step] = *args else {
        unreachable!("bound by its signature")
    };
    if stop.is_missing() {
        let stop = plain_int(thread, start)?;
        let [start, step] = [0, 1].map(|i| Owned::inline(Value::small_int(i)));
        return Ok(new(thread, start, stop, step));
    }
    let (start, stop) = (plain_int(thread, start)?, plain_int(thread, stop)?);
    if step.is_missing() {
        return Ok(new(thread, start, stop, Owned::inline(Value::small_int(1))));
    }
    let step = plain_int(thread, step)?;
    if step.value() == Value::small_int(0) {
        return raise!(thread, ValueError, "range() arg 3 must not be zero");
    }
    Ok(new(thread, start, stop, step))
}

/// An int that is neither a bool nor an instance of a subclass.
fn plain_int(thread: &Thread, value: Value) -> Result {
    let int = convert::index(thread, value)?;
    if int.is_small_int() || int.get_exact::<int::BigInt>().is_some() {
        return Ok(int);
    }
    Ok(int::from_ref(
        thread,
        IntRef::of(&int).expect("index gives ints"),
    ))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let range = this(args);
    let mut text = convert::display(thread, range.start())?;
    text.insert_str(0, "range(");
    text.push_str(", ");
    text.push_str(&convert::display(thread, range.stop())?);
    if range.step() != Value::small_int(1) {
        text.push_str(", ");
        text.push_str(&convert::display(thread, range.step())?);
    }
    text.push(')');
    Ok(str::new(thread, &text))
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let range = this(args);
    let start = if range.is_empty() {
        Value::NONE
    } else {
        range.start()
    };
    let one = range.is_empty() || range.length() == Value::small_int(1);
    let step = if one { Value::NONE } else { range.step() };
    let parts = tuple::from_slice(thread, &[range.length(), start, step]);
    let hash = convert::hash(thread, parts.value())?;
    Ok(int::from_i64(thread, hash))
}

fn eq(thread: &Thread, args: &[Value]) -> Result {
    compared(thread, args, true)
}

fn ne(thread: &Thread, args: &[Value]) -> Result {
    compared(thread, args, false)
}

fn compared(_thread: &Thread, args: &[Value], equal: bool) -> Result {
    let range = this(args);
    let other = args[1].get::<Range>();
    Ok(other.map_or(Owned::NOT_IMPLEMENTED, |other| {
        Owned::bool(range.equals(other) == equal)
    }))
}

fn truth(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(!this(args).is_empty()))
}

fn len(thread: &Thread, args: &[Value]) -> Result {
    let len = this(args).len(thread)?;
    Ok(int::from_usize(thread, len))
}

fn get_item(thread: &Thread, args: &[Value]) -> Result {
    subscript(thread, this(args), args[1])
}

/// `range[key]`
pub fn subscript(thread: &Thread, range: &Range, key: Value) -> Result {
    if let Some(slice) = key.get::<Slice>() {
        return range.slice(thread, slice);
    }
    if !key.is_small_int() && !convert::has_index(key) {
        let name = convert::type_name(key);
        return raise!(
            thread,
            TypeError,
            "range indices must be integers or slices, not {name}"
        );
    }
    let index = convert::index(thread, key)?;
    match range.get(thread, index.value()) {
        Some(item) => Ok(item),
        None => raise!(thread, IndexError, "range object index out of range"),
    }
}

/// `value in range`
pub fn contains(thread: &Thread, range: &Range, value: Value) -> Result<bool> {
    if is_plain_int(value) {
        return Ok(range.position(thread, value).is_some());
    }
    let mut found = false;
    search(thread, range, value, |_| {
        found = true;
        false
    })?;
    Ok(found)
}

fn is_plain_int(value: Value) -> bool {
    value.is_small_int() || value.is_bool() || value.get_exact::<int::BigInt>().is_some()
}

/// Calls `found` with the index of each item that equals the value, as long as it returns true.
fn search(
    thread: &Thread,
    range: &Range,
    value: Value,
    mut found: impl FnMut(usize) -> bool,
) -> Result<()> {
    let iterator = iterators::range(thread, range);
    let mut index = 0;
    while let Some(item) = iterate::next(thread, iterator.value())? {
        if compare::equal(thread, item.value(), value)? && !found(index) {
            break;
        }
        index += 1;
    }
    Ok(())
}

fn contains_method(thread: &Thread, args: &[Value]) -> Result {
    let found = contains(thread, this(args), args[1])?;
    Ok(Owned::bool(found))
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    Ok(iterators::range(thread, this(args)))
}

fn reversed(thread: &Thread, args: &[Value]) -> Result {
    Ok(iterators::range(thread, &backwards(thread, this(args))))
}

/// The same numbers from the last to the first.
struct Backwards(Owned);

impl std::ops::Deref for Backwards {
    type Target = Range;
    fn deref(&self) -> &Range {
        self.0.get::<Range>().expect("made as a range")
    }
}

fn backwards(thread: &Thread, range: &Range) -> Backwards {
    let last = range.at(thread, &(big(&range.length()) - IBig::ONE));
    let before = range.at(thread, &IBig::NEG_ONE);
    let step = int::from_big(thread, -big(&range.step()));
    Backwards(new(thread, last, before, step))
}

fn count(thread: &Thread, args: &[Value]) -> Result {
    let range = this(args);
    if is_plain_int(args[1]) {
        let found = range.position(thread, args[1]).is_some();
        return Ok(int::from_i64(thread, i64::from(found)));
    }
    let mut count = 0;
    search(thread, range, args[1], |_| {
        count += 1;
        true
    })?;
    Ok(int::from_i64(thread, count))
}

fn index(thread: &Thread, args: &[Value]) -> Result {
    let range = this(args);
    if is_plain_int(args[1]) {
        return match range.position(thread, args[1]) {
            Some(position) => Ok(position),
            None => raise!(thread, ValueError, "range.index(x): x not in range"),
        };
    }
    let mut position = None;
    search(thread, range, args[1], |index| {
        position = Some(index);
        false
    })?;
    match position {
        Some(position) => Ok(int::from_usize(thread, position)),
        None => raise!(thread, ValueError, "sequence.index(x): x not in sequence"),
    }
}

fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let range = this(args);
    let parts = tuple::from_slice(thread, &[range.start(), range.stop(), range.step()]);
    let class = Owned::new(class_of(args[0]).value());
    Ok(tuple::from_array(thread, [class, parts]))
}

fn get_start(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).start()))
}

fn get_stop(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).stop()))
}

fn get_step(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).step()))
}
