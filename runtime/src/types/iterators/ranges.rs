//! The iterator of ranges.

use crate::object::{Header, Kind, Object, Slot, refcount};
use crate::types::range::Range;
use crate::{Builtin, Owned, Thread, Value, heap};
use dashu_int::IBig;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// Iterator over a range. Native code knows the offsets of the public fields.
#[repr(C)]
pub struct RangeIterator {
    header: Header,
    /// The next number; the next index, if the range is of big ints.
    pub next: AtomicI64,
    pub step: i64,
    /// How many numbers are left.
    pub remaining: AtomicU64,
    /// The range, if its numbers do not all fit in a word; MISSING else.
    big: Slot,
}

// SAFETY: `repr(C)`, header first, own kind; the slot is the counted reference, and there are no buffers.
unsafe impl Object for RangeIterator {
    const KIND: Kind = Kind::RANGE_ITERATOR;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.big.peek());
    }
}

/// A new iterator over a range.
pub fn range(thread: &Thread, range: &Range) -> Owned {
    let (next, step, remaining, big) = match range.as_small() {
        Some(small) => (
            small.start,
            small.step,
            small.length as u64,
            Slot::missing(),
        ),
        None => {
            // Nobody ever counts to 2^64.
            let length = range.len_clipped();
            (0, 1, length, Slot::new(Owned::new(range.value())))
        }
    };
    let iterator = RangeIterator {
        header: Builtin::RangeIterator.class().instance_header(thread),
        next: AtomicI64::new(next),
        step,
        remaining: AtomicU64::new(remaining),
        big,
    };
    heap::new(thread, iterator)
}

/// An iterator over the range of small ints, for native code that kept the loop's numbers itself; `step` is not zero.
pub fn small(thread: &Thread, start: Value, stop: Value, step: Value) -> Owned {
    let (next, stop, step) = (
        start.small_int_unchecked(),
        stop.small_int_unchecked(),
        step.small_int_unchecked(),
    );
    let distance = if step > 0 {
        i128::from(stop) - i128::from(next)
    } else {
        i128::from(next) - i128::from(stop)
    };
    let stride = i128::from(step.unsigned_abs());
    let remaining = if distance > 0 {
        ((distance + stride - 1) / stride) as u64
    } else {
        0
    };
    let iterator = RangeIterator {
        header: Builtin::RangeIterator.class().instance_header(thread),
        next: AtomicI64::new(next),
        step,
        remaining: AtomicU64::new(remaining),
        big: Slot::missing(),
    };
    heap::new(thread, iterator)
}

/// The next number and the stop of an iterator of small ints with this step that nobody but the caller has: native code
/// goes on with the numbers themselves. The iterator is then released.
pub fn reclaim(thread: &Thread, iterator: Value, step: Value) -> Option<(Value, Value)> {
    let this = iterator.get_exact::<RangeIterator>()?;
    let alone = refcount::is_unique(&this.header) && this.header.is_confined(thread);
    if !alone || !this.big.peek().is_missing() || Value::try_small_int(this.step) != Some(step) {
        return None;
    }
    let next = this.next.load(Ordering::Relaxed);
    let remaining = i64::try_from(this.remaining.load(Ordering::Relaxed)).ok()?;
    let stop = next.checked_add(remaining.checked_mul(this.step)?)?;
    let pair = (Value::try_small_int(next)?, Value::try_small_int(stop)?);
    drop(Owned::from_counted(iterator));
    Some(pair)
}

impl RangeIterator {
    /// The next number.
    #[inline(always)]
    pub fn next(&self, thread: &Thread) -> Option<Owned> {
        let remaining = self.remaining.load(Ordering::Relaxed);
        if remaining == 0 {
            return None;
        }
        self.remaining.store(remaining - 1, Ordering::Relaxed);
        let next = self.next.load(Ordering::Relaxed);
        self.next
            .store(next.wrapping_add(self.step), Ordering::Relaxed);
        if self.big.peek().is_missing() {
            // Every number of a small range fits in a word; threads that race may step once too far, which fits, too.
            return Some(match Value::try_small_int(next) {
                Some(value) => Owned::inline(value),
                None => crate::types::int::from_i64(thread, next),
            });
        }
        self.next_big(thread, next)
    }

    #[cold]
    fn next_big(&self, thread: &Thread, index: i64) -> Option<Owned> {
        let range = self.big.peek();
        let range = range.get::<Range>()?;
        Some(range.at(thread, &IBig::from(index)))
    }

    /// The range of what is left.
    pub(super) fn rest(&self, thread: &Thread) -> Owned {
        use crate::types::int::{from_big, from_i64};
        let (next, remaining) = (
            self.next.load(Ordering::Relaxed),
            self.remaining.load(Ordering::Relaxed),
        );
        let big = self.big.peek();
        if let Some(whole) = big.get::<Range>() {
            return whole.from_index(thread, &IBig::from(next));
        }
        let stop = IBig::from(next) + IBig::from(self.step) * IBig::from(remaining);
        let (start, step) = (from_i64(thread, next), from_i64(thread, self.step));
        crate::types::range::new(thread, start, from_big(thread, stop), step)
    }

    /// Leaves numbers out.
    pub(super) fn skip(&self, count: u64) {
        let remaining = self.remaining.load(Ordering::Relaxed);
        let count = count.min(remaining);
        self.remaining.store(remaining - count, Ordering::Relaxed);
        let step = self.step.wrapping_mul(count.cast_signed());
        self.next.fetch_add(step, Ordering::Relaxed);
    }

    /// How many numbers are left, as an int.
    pub(super) fn length_hint(&self, thread: &Thread) -> Owned {
        let big = self.big.peek();
        match big.get::<Range>() {
            Some(whole) => whole.length_from(thread, self.next.load(Ordering::Relaxed)),
            None => crate::types::int::from_usize(thread, self.left()),
        }
    }

    /// How many numbers are left, as far as can be counted.
    pub fn left(&self) -> usize {
        self.remaining.load(Ordering::Relaxed) as usize
    }
}
