//! `slice`: three values, and the arithmetic of slicing.

use super::int::IntRef;
use super::{Builtin, class_of, int, str, tuple};
use crate::object::{Header, Kind, Object, Slot};
use crate::operators::compare::CompareOp;
use crate::operators::{compare, convert};
use crate::types::define::receiver;
use crate::{Owned, Result, Thread, Value, heap, methods, raise};
use dashu_int::IBig;

/// A Python slice; immutable.
#[repr(C)]
pub struct Slice {
    header: Header,
    start: Slot,
    stop: Slot,
    step: Slot,
}

// SAFETY: `repr(C)`, header first, own kind; the three values are the counted references, and there are no buffers.
unsafe impl Object for Slice {
    const KIND: Kind = Kind::SLICE;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.parts().into_iter().for_each(visit);
    }
}

/// A new slice.
pub fn new(thread: &Thread, start: Owned, stop: Owned, step: Owned) -> Owned {
    let slice = Slice {
        header: Builtin::Slice.class().instance_header(thread),
        start: Slot::new(start),
        stop: Slot::new(stop),
        step: Slot::new(step),
    };
    heap::new(thread, slice)
}

/// The items a slice selects from a sequence: `count` of them, from `start` on, `step` apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    pub start: isize,
    /// Where `start + count * step` comes to for contiguous slices; CPython's adjusted stop otherwise.
    pub stop: isize,
    pub step: isize,
    pub count: usize,
}

impl Selection {
    /// The indexes, in order.
    pub fn indexes(self) -> impl ExactSizeIterator<Item = usize> {
        (0..self.count).map(move |i| (self.start + i as isize * self.step) as usize)
    }

    /// The same indexes in ascending order, as start and step.
    pub fn ascending(self) -> (usize, usize) {
        if self.step > 0 || self.count == 0 {
            return (self.start as usize, self.step.unsigned_abs());
        }
        let last = self.start + (self.count as isize - 1) * self.step;
        (last as usize, self.step.unsigned_abs())
    }
}

/// The bounds of a slice before a length is known (`__index__` was called already).
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    start: isize,
    stop: isize,
    step: isize,
}

impl Bounds {
    /// Of `[:]`.
    pub const ALL: Bounds = Bounds {
        start: 0,
        stop: isize::MAX,
        step: 1,
    };

    /// Have the items inside none outside between them that are passed over?
    pub fn in_a_row(self) -> bool {
        self.step == 1
    }

    /// Of `[start:stop]`, if both are small ints or None.
    pub fn of_small(start: Value, stop: Value) -> Option<Bounds> {
        let bound = |value: Value, none: isize| match value {
            Value::NONE => Some(none),
            value => value.as_small_int().map(|number| number as isize),
        };
        Some(Bounds {
            start: bound(start, 0)?,
            stop: bound(stop, isize::MAX)?,
            step: 1,
        })
    }

    /// What is selected from a sequence of `len` items.
    pub fn of(self, len: usize) -> Selection {
        let Bounds { start, stop, step } = self;
        let len = len as isize;
        let lowest = if step < 0 { -1 } else { 0 };
        let highest = if step < 0 { len - 1 } else { len };
        let place = |index: isize| {
            let index = if index < 0 {
                index.saturating_add(len)
            } else {
                index
            };
            index.clamp(lowest, highest.max(lowest))
        };
        let (start, stop) = (place(start), place(stop));
        let distance = if step < 0 { start - stop } else { stop - start };
        let count = if distance > 0 {
            (distance as usize - 1) / step.unsigned_abs() + 1
        } else {
            0
        };
        Selection {
            start,
            stop,
            step,
            count,
        }
    }
}

impl Slice {
    /// Start, stop and step as machine words, out-of-range ones clipped.
    pub fn bounds(&self, thread: &Thread) -> Result<Bounds> {
        let step = match self.step.peek() {
            Value::NONE => 1,
            step => bound(thread, step)?.max(-isize::MAX),
        };
        if step == 0 {
            return raise!(thread, ValueError, "slice step cannot be zero");
        }
        let (first, last) = if step < 0 {
            (isize::MAX, isize::MIN)
        } else {
            (0, isize::MAX)
        };
        let start = match self.start.peek() {
            Value::NONE => first,
            start => bound(thread, start)?,
        };
        let stop = match self.stop.peek() {
            Value::NONE => last,
            stop => bound(thread, stop)?,
        };
        Ok(Bounds { start, stop, step })
    }

    /// Start, stop and step for a sequence whose length may be any int.
    pub fn indices(&self, thread: &Thread, len: &IBig) -> Result<[IBig; 3]> {
        let step = match self.step.peek() {
            Value::NONE => IBig::ONE,
            step => big_bound(thread, step)?,
        };
        if step == IBig::ZERO {
            return raise!(thread, ValueError, "slice step cannot be zero");
        }
        let backwards = step < IBig::ZERO;
        let lowest = if backwards { IBig::NEG_ONE } else { IBig::ZERO };
        let highest = if backwards {
            len - IBig::ONE
        } else {
            len.clone()
        };
        let place = |value: Value, default: &IBig| -> Result<IBig> {
            if value.is_none() {
                return Ok(default.clone());
            }
            let index = big_bound(thread, value)?;
            let index = if index < IBig::ZERO {
                index + len
            } else {
                index
            };
            Ok(index.min(highest.clone()).max(lowest.clone()))
        };
        let (first, last) = if backwards {
            (&highest, &lowest)
        } else {
            (&lowest, &highest)
        };
        Ok([
            place(self.start.peek(), first)?,
            place(self.stop.peek(), last)?,
            step,
        ])
    }

    pub fn parts(&self) -> [Value; 3] {
        [self.start.peek(), self.stop.peek(), self.step.peek()]
    }

    fn as_tuple(&self, thread: &Thread) -> Owned {
        tuple::from_slice(thread, &self.parts())
    }
}

/// A slice bound as a machine word, clipped.
fn bound(thread: &Thread, value: Value) -> Result<isize> {
    check_bound(
        thread,
        value,
        "slice indices must be integers or None or have an __index__ method",
    )?;
    convert::to_isize_clipped(thread, value)
}

/// The `start` or `stop` argument of methods such as `list.index`, as a machine word, clipped.
pub fn index_argument(thread: &Thread, value: Value) -> Result<isize> {
    check_bound(
        thread,
        value,
        "slice indices must be integers or have an __index__ method",
    )?;
    convert::to_isize_clipped(thread, value)
}

fn check_bound(thread: &Thread, value: Value, text: &str) -> Result<()> {
    if value.is_small_int() || convert::has_index(value) {
        return Ok(());
    }
    raise!(thread, TypeError, "{text}")
}

methods! { pub METHODS:
    /// Create and return a new object.  See help(type) for accurate signature.
    new "slice(type, start, stop=<missing>, step=None, /)" => new_method;
    /// S.indices(len) -> (start, stop, stride)
    ///
    /// Assuming a sequence of length len, calculate the start and stop
    /// indices, and the stride length of the extended slice described by
    /// S. Out of bounds indices are clipped in a manner consistent with the
    /// handling of normal slices.
    "indices(self, object, /)" => indices -> Tuple;
    /// Return repr(self).
    "__repr__(self, /)" => repr -> Str;
    /// Return hash(self).
    "__hash__(self, /)" => hash -> Int;
    /// Return self<value.
    "__lt__(self, value, /)" => lt;
    /// Return self<=value.
    "__le__(self, value, /)" => le;
    /// Return self==value.
    "__eq__(self, value, /)" => eq;
    /// Return self!=value.
    "__ne__(self, value, /)" => ne;
    /// Return self>value.
    "__gt__(self, value, /)" => gt;
    /// Return self>=value.
    "__ge__(self, value, /)" => ge;
    /// Return state information for pickling.
    "__reduce__(self, /)" => reduce -> Tuple;
    field "start" => get_start;
    field "stop" => get_stop;
    field "step" => get_step;
}

fn this(args: &[Value]) -> &Slice {
    receiver(args)
}

fn new_method(thread: &Thread, args: &[Value]) -> Result {
    let [_, start, stop, step] = *args else {
        unreachable!("bound by its signature")
    };
    let (start, stop) = if stop.is_missing() {
        (Value::NONE, start)
    } else {
        (start, stop)
    };
    let [start, stop, step] = [start, stop, step].map(Owned::new);
    Ok(new(thread, start, stop, step))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let mut text = str::Builder::new();
    text.push_str("slice(");
    for (index, part) in this(args).parts().into_iter().enumerate() {
        text.push_str(if index == 0 { "" } else { ", " });
        let part = convert::repr(thread, part)?;
        text.push(part.get::<str::Str>().expect("repr gives strings"));
    }
    text.push_str(")");
    Ok(text.finish(thread))
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let parts = this(args).parts();
    let hash = tuple::hash_unsized(thread, &parts)?;
    Ok(int::from_i64(thread, tuple::finish_hash(hash)))
}

fn compared(thread: &Thread, args: &[Value], op: CompareOp) -> Result {
    let Some(other) = args[1].get::<Slice>() else {
        return Ok(Owned::NOT_IMPLEMENTED);
    };
    let slice = this(args);
    if std::ptr::eq(slice, other) {
        return Ok(Owned::bool(op.holds(std::cmp::Ordering::Equal)));
    }
    let (a, b) = (slice.as_tuple(thread), other.as_tuple(thread));
    compare::rich(thread, op, a.value(), b.value())
}

crate::comparisons! { compared }

fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let parts = this(args).as_tuple(thread);
    let class = Owned::new(class_of(args[0]).value());
    Ok(tuple::from_array(thread, [class, parts]))
}

fn get_start(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).start.peek()))
}

fn get_stop(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).stop.peek()))
}

fn get_step(_thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).step.peek()))
}

fn indices(thread: &Thread, args: &[Value]) -> Result {
    let slice = this(args);
    let len = big(thread, args[1])?;
    if len < IBig::ZERO {
        return raise!(thread, ValueError, "length should not be negative");
    }
    let results = slice.indices(thread, &len)?;
    Ok(tuple::from_array(
        thread,
        results.map(|i| int::from_big(thread, i)),
    ))
}

fn big(thread: &Thread, value: Value) -> Result<IBig> {
    let int = convert::index(thread, value)?;
    Ok(IntRef::of(&int).expect("index gives ints").to_big())
}

fn big_bound(thread: &Thread, value: Value) -> Result<IBig> {
    check_bound(
        thread,
        value,
        "slice indices must be integers or None or have an __index__ method",
    )?;
    big(thread, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn select(start: isize, stop: isize, step: isize, len: usize) -> Vec<usize> {
        Bounds { start, stop, step }.of(len).indexes().collect()
    }

    #[test]
    fn selections_are_those_of_python() {
        assert_eq!(select(0, isize::MAX, 1, 3), [0, 1, 2]);
        assert_eq!(select(-2, isize::MAX, 1, 3), [1, 2]);
        assert_eq!(select(isize::MAX, isize::MIN, -1, 3), [2, 1, 0]);
        assert_eq!(select(isize::MAX, isize::MIN, -2, 4), [3, 1]);
        assert_eq!(select(5, 9, 1, 3), []);
        assert_eq!(select(2, 1, 1, 3), []);
        assert_eq!(select(isize::MAX, isize::MIN, -1, 0), []);
        let all = Bounds {
            start: isize::MAX,
            stop: isize::MIN,
            step: -2,
        }
        .of(4);
        assert_eq!(all.ascending(), (1, 2));
    }
}
