//! Sorting: `list.sort` and `sorted`.
//!
//! Keys that are all small ints, all floats (none nan) or all strings are compared as such by the standard library's stable
//! sort. Everything else goes through [`Merge`]: Peters' timsort with the run-merging order of powersort (Munro and Wild,
//! "Nearly-Optimal Mergesorts"), which asks `<` exactly as often, and of the same pairs, as CPython does, copes with
//! comparisons that contradict each other, and leaves a permutation of the items behind if one raises.

use crate::operators::{call, compare};
use crate::types::str::Str;
use crate::{Owned, Result, Thread, Value};
use std::cmp::Ordering;

/// Runs shorter than this (but for the last bits of the length) are extended by insertion.
const MAX_MINRUN: usize = 64;
/// Wins in a row before a merge gallops.
const MIN_GALLOP: usize = 7;

/// Sorts items in place. `key` is a function or None. On an error the items are in some order.
pub fn sort(thread: &Thread, items: &mut Vec<Owned>, key: Value, reverse: bool) -> Result<()> {
    let keys = keys_of(thread, items, key)?;
    let mut words: Vec<Value> = items.drain(..).map(Owned::into_counted).collect();
    let result = match &keys {
        None => sort_by_kind(thread, &mut words, |&word| word, reverse),
        Some(keys) => {
            let keyed = keys.iter().map(Owned::value).zip(words.iter().copied());
            let mut keyed: Vec<(Value, Value)> = keyed.collect();
            let result = sort_by_kind(thread, &mut keyed, |pair| pair.0, reverse);
            words.clear();
            words.extend(keyed.into_iter().map(|pair| pair.1));
            result
        }
    };
    items.extend(words.into_iter().map(Owned::from_counted));
    result
}

fn keys_of(thread: &Thread, items: &[Owned], key: Value) -> Result<Option<Vec<Owned>>> {
    if key.is_none() {
        return Ok(None);
    }
    let keys = items
        .iter()
        .map(|item| call::call(thread, key, &[item.value()]));
    keys.collect::<Result<Vec<_>>>().map(Some)
}

/// What all keys have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Common {
    Ints,
    Floats,
    Strings,
    Nothing,
}

fn common<T>(items: &[T], key: impl Fn(&T) -> Value) -> Common {
    let number = |value: Value| value.as_inline_float().is_some_and(|x| !x.is_nan());
    let Some(first) = items.first().map(&key) else {
        return Common::Nothing;
    };
    let all = |test: &dyn Fn(Value) -> bool| items.iter().all(|item| test(key(item)));
    if first.is_small_int() && all(&Value::is_small_int) {
        Common::Ints
    } else if first.is_inline_float() && all(&number) {
        Common::Floats
    } else if first.is::<Str>() && all(&|value| value.get_exact::<Str>().is_some()) {
        Common::Strings
    } else {
        Common::Nothing
    }
}

fn sort_by_kind<T: Copy>(
    thread: &Thread,
    items: &mut [T],
    key: impl Fn(&T) -> Value + Copy,
    reverse: bool,
) -> Result<()> {
    let order = |order: Ordering| if reverse { order.reverse() } else { order };
    match common(items, key) {
        // The words of small ints order as the ints do.
        Common::Ints => {
            items.sort_by(|a, b| order((key(a).bits() as i64).cmp(&(key(b).bits() as i64))));
        }
        Common::Floats => items.sort_by(|a, b| {
            let [a, b] = [a, b].map(|item| key(item).inline_float_unchecked());
            order(a.partial_cmp(&b).unwrap_or(Ordering::Equal))
        }),
        Common::Strings => items.sort_by(|a, b| {
            let (a, b) = (key(a), key(b));
            let pair = a.get::<Str>().zip(b.get::<Str>());
            order(pair.map_or(Ordering::Equal, |(a, b)| a.units().compare(b.units())))
        }),
        Common::Nothing => {
            // Equal items keep their order, so the list is turned around before and after.
            let turn = |items: &mut [T]| {
                if reverse {
                    items.reverse();
                }
            };
            turn(items);
            let result = merge_sort(items, |a, b| compare::less(thread, key(&a), key(&b)));
            turn(items);
            return result;
        }
    }
    Ok(())
}

/// Sorts by a `less` that may fail.
fn merge_sort<T: Copy>(items: &mut [T], less: impl FnMut(T, T) -> Result<bool>) -> Result<()> {
    let length = items.len();
    let minrun = minimal_run(length);
    let mut merge = Merge {
        items,
        less,
        min_gallop: MIN_GALLOP,
        temporary: Vec::new(),
        runs: Vec::new(),
    };
    let mut start = 0;
    while start < length {
        let mut run = merge.natural_run(start)?;
        if run < minrun {
            let wanted = minrun.min(length - start);
            merge.insert(start, run, start + wanted)?;
            run = wanted;
        }
        merge.push_run(start, run)?;
        start += run;
    }
    merge.collapse()
}

/// Length that makes the number of runs a power of two, or a bit less.
fn minimal_run(mut length: usize) -> usize {
    let mut bits_lost = 0;
    while length >= MAX_MINRUN {
        bits_lost |= length & 1;
        length >>= 1;
    }
    length + bits_lost
}

/// A sorted part of the items.
#[derive(Clone, Copy)]
struct Run {
    start: usize,
    len: usize,
    /// Depth of the boundary behind the run in the merge tree.
    power: u32,
}

/// A sort under way.
struct Merge<'a, T, F> {
    items: &'a mut [T],
    less: F,
    min_gallop: usize,
    temporary: Vec<T>,
    /// Runs that wait to be merged; powers increase.
    runs: Vec<Run>,
}

/// A merge under way of runs `a` and `b`.
///
/// From the left, `a` is in the temporary buffer, `b` in place; `to`, `a`, `b` are the next positions, and as many places
/// are free from `to` on as items of `a` are left. From the right, `b` is in the buffer, and positions are those before
/// which the next item is.
struct Sides {
    to: usize,
    a: usize,
    a_left: usize,
    b: usize,
    b_left: usize,
}

/// Where a sorted sequence begins.
#[derive(Clone, Copy)]
enum Side {
    Items(usize),
    Temporary(usize),
}

/// How a merge loop ended.
enum End {
    /// One side in place is used up: what is left in the buffer fills the free places.
    Done,
    /// One item is left in the buffer, and it belongs beyond all that is left in place.
    Last,
}

impl<T: Copy, F: FnMut(T, T) -> Result<bool>> Merge<'_, T, F> {
    fn less(&mut self, a: T, b: T) -> Result<bool> {
        (self.less)(a, b)
    }

    /// Length of the sorted run that begins at `start`; a descending one is turned around.
    fn natural_run(&mut self, start: usize) -> Result<usize> {
        let end = self.items.len();
        let mut next = self.ascend(start + 1)?;
        if next == end {
            return Ok(next - start);
        }
        if next > start + 1 {
            // Either something in it ascends, or all are equal and a descent begins.
            if self.less(self.items[start], self.items[next - 1])? {
                return Ok(next - start);
            }
            self.items[start..next].reverse();
        }
        next = self.descend(next + 1)?;
        self.items[start..next].reverse();
        next = self.ascend(next)?;
        Ok(next - start)
    }

    /// The first index from `next` on whose item is less than the one before.
    fn ascend(&mut self, mut next: usize) -> Result<usize> {
        while next < self.items.len() && !self.less(self.items[next], self.items[next - 1])? {
            next += 1;
        }
        Ok(next)
    }

    /// The first index from `next` on whose item is greater than the one before. Equal neighbours are turned around, so
    /// that turning the whole run around restores their order.
    fn descend(&mut self, mut next: usize) -> Result<usize> {
        let mut equal = 0;
        while next < self.items.len() {
            if self.less(self.items[next], self.items[next - 1])? {
                self.turn_equal(next, &mut equal);
            } else if self.less(self.items[next - 1], self.items[next])? {
                break;
            } else {
                equal += 1;
            }
            next += 1;
        }
        self.turn_equal(next, &mut equal);
        Ok(next)
    }

    /// Turns around the last items before `end`: `equal` of them equal the one before.
    fn turn_equal(&mut self, end: usize, equal: &mut usize) {
        if *equal > 0 {
            self.items[end - *equal - 1..end].reverse();
            *equal = 0;
        }
    }

    /// Inserts what follows a sorted run into it, up to `end`.
    fn insert(&mut self, start: usize, run: usize, end: usize) -> Result<()> {
        for index in start + run..end {
            let pivot = self.items[index];
            let (mut low, mut high) = (start, index);
            while low < high {
                let middle = (low + high) / 2;
                if self.less(pivot, self.items[middle])? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            self.items[low..=index].rotate_right(1);
        }
        Ok(())
    }

    /// Takes a new run, merging earlier ones that lie deeper in the merge tree.
    fn push_run(&mut self, start: usize, len: usize) -> Result<()> {
        if let Some(&last) = self.runs.last() {
            let power = power(last.start, last.len, len, self.items.len());
            while self.runs.len() > 1 && self.runs[self.runs.len() - 2].power > power {
                self.merge_at(self.runs.len() - 2)?;
            }
            if let Some(last) = self.runs.last_mut() {
                last.power = power;
            }
        }
        self.runs.push(Run {
            start,
            len,
            power: 0,
        });
        Ok(())
    }

    /// Merges all runs.
    fn collapse(&mut self) -> Result<()> {
        while self.runs.len() > 1 {
            let mut at = self.runs.len() - 2;
            if at > 0 && self.runs[at - 1].len < self.runs[at + 1].len {
                at -= 1;
            }
            self.merge_at(at)?;
        }
        Ok(())
    }

    /// Merges run `at` with the next one.
    fn merge_at(&mut self, at: usize) -> Result<()> {
        let Run { start, len, .. } = self.runs[at];
        let second = self.runs.remove(at + 1);
        self.runs[at].len = len + second.len;
        self.runs[at].power = second.power;
        let middle = second.start;
        let end = middle + second.len;
        // Items of the first run that are in place already, and items of the second.
        let skipped = self.gallop_right(self.items[middle], Side::Items(start), len, 0)?;
        let start = start + skipped;
        if start == middle {
            return Ok(());
        }
        let last = self.items[middle - 1];
        let right = self.gallop_left(last, Side::Items(middle), end - middle, end - middle - 1)?;
        if right == 0 {
            return Ok(());
        }
        if middle - start <= right {
            self.merge_low(start, middle, middle + right)
        } else {
            self.merge_high(start, middle, middle + right)
        }
    }

    fn at(&self, side: Side, index: usize) -> T {
        match side {
            Side::Items(start) => self.items[start + index],
            Side::Temporary(start) => self.temporary[start + index],
        }
    }

    /// Where `key` goes in a sorted sequence of `len` items, before those equal to it; the search begins at `hint`.
    fn gallop_left(&mut self, key: T, side: Side, len: usize, hint: usize) -> Result<usize> {
        let (mut offset, mut last) = (1, 0);
        let (mut low, mut high);
        if self.less(self.at(side, hint), key)? {
            let most = len - hint;
            while offset < most && self.less(self.at(side, hint + offset), key)? {
                last = offset;
                offset = offset * 2 + 1;
            }
            (low, high) = (hint + last + 1, hint + offset.min(most));
        } else {
            let most = hint + 1;
            while offset < most && !self.less(self.at(side, hint - offset), key)? {
                last = offset;
                offset = offset * 2 + 1;
            }
            (low, high) = (hint + 1 - offset.min(most), hint - last);
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if self.less(self.at(side, middle), key)? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(high)
    }

    /// As [`Merge::gallop_left`], behind the items equal to `key`.
    fn gallop_right(&mut self, key: T, side: Side, len: usize, hint: usize) -> Result<usize> {
        let (mut offset, mut last) = (1, 0);
        let (mut low, mut high);
        if self.less(key, self.at(side, hint))? {
            let most = hint + 1;
            while offset < most && self.less(key, self.at(side, hint - offset))? {
                last = offset;
                offset = offset * 2 + 1;
            }
            (low, high) = (hint + 1 - offset.min(most), hint - last);
        } else {
            let most = len - hint;
            while offset < most && !self.less(key, self.at(side, hint + offset))? {
                last = offset;
                offset = offset * 2 + 1;
            }
            (low, high) = (hint + last + 1, hint + offset.min(most));
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if self.less(key, self.at(side, middle))? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(high)
    }

    /// Merges two neighbouring runs from the left; the first one is the shorter.
    fn merge_low(&mut self, start: usize, middle: usize, end: usize) -> Result<()> {
        self.temporary.clear();
        self.temporary.extend_from_slice(&self.items[start..middle]);
        let mut sides = Sides {
            to: start,
            a: 0,
            a_left: middle - start,
            b: middle,
            b_left: end - middle,
        };
        let result = self.merge_low_loop(&mut sides);
        let Sides {
            to,
            a,
            a_left,
            b,
            b_left,
        } = sides;
        if let Ok(End::Last) = result {
            self.items.copy_within(b..b + b_left, to);
            self.items[to + b_left] = self.temporary[a];
        } else {
            self.items[to..to + a_left].copy_from_slice(&self.temporary[a..a + a_left]);
        }
        result.map(drop)
    }

    fn merge_low_loop(&mut self, s: &mut Sides) -> Result<End> {
        if let Some(end) = self.low_take_b(s, 1) {
            return Ok(end);
        }
        if s.a_left == 1 {
            return Ok(End::Last);
        }
        loop {
            let (mut a_wins, mut b_wins) = (0, 0);
            while a_wins < self.min_gallop && b_wins < self.min_gallop {
                let taken = if self.less(self.items[s.b], self.temporary[s.a])? {
                    (a_wins, b_wins) = (0, b_wins + 1);
                    self.low_take_b(s, 1)
                } else {
                    (a_wins, b_wins) = (a_wins + 1, 0);
                    self.low_take_a(s, 1)
                };
                if let Some(end) = taken {
                    return Ok(end);
                }
            }
            if let Some(end) = self.gallop_low(s)? {
                return Ok(end);
            }
        }
    }

    /// Takes long stretches from either side in turn, as long as they are long.
    fn gallop_low(&mut self, s: &mut Sides) -> Result<Option<End>> {
        self.min_gallop += 1;
        loop {
            self.min_gallop = (self.min_gallop - 1).max(1);
            let key = self.items[s.b];
            let a_wins = self.gallop_right(key, Side::Temporary(s.a), s.a_left, 0)?;
            let end = self.low_take_a(s, a_wins).or_else(|| self.low_take_b(s, 1));
            if end.is_some() {
                return Ok(end);
            }
            let key = self.temporary[s.a];
            let b_wins = self.gallop_left(key, Side::Items(s.b), s.b_left, 0)?;
            let end = self.low_take_b(s, b_wins).or_else(|| self.low_take_a(s, 1));
            if end.is_some() {
                return Ok(end);
            }
            if a_wins < MIN_GALLOP && b_wins < MIN_GALLOP {
                self.min_gallop += 1;
                return Ok(None);
            }
        }
    }

    fn low_take_a(&mut self, s: &mut Sides, count: usize) -> Option<End> {
        self.items[s.to..s.to + count].copy_from_slice(&self.temporary[s.a..s.a + count]);
        (s.to, s.a, s.a_left) = (s.to + count, s.a + count, s.a_left - count);
        match s.a_left {
            0 => Some(End::Done),
            1 if count > 0 => Some(End::Last),
            _ => None,
        }
    }

    fn low_take_b(&mut self, s: &mut Sides, count: usize) -> Option<End> {
        self.items.copy_within(s.b..s.b + count, s.to);
        (s.to, s.b, s.b_left) = (s.to + count, s.b + count, s.b_left - count);
        (s.b_left == 0).then_some(End::Done)
    }

    /// Merges two neighbouring runs from the right; the second one is the shorter.
    fn merge_high(&mut self, start: usize, middle: usize, end: usize) -> Result<()> {
        self.temporary.clear();
        self.temporary.extend_from_slice(&self.items[middle..end]);
        let mut sides = Sides {
            to: end,
            a: middle,
            a_left: middle - start,
            b: end - middle,
            b_left: end - middle,
        };
        let result = self.merge_high_loop(&mut sides);
        let Sides {
            to,
            a,
            a_left,
            b,
            b_left,
        } = sides;
        if let Ok(End::Last) = result {
            self.items.copy_within(a - a_left..a, to - a_left);
            self.items[to - a_left - 1] = self.temporary[b - 1];
        } else {
            self.items[to - b_left..to].copy_from_slice(&self.temporary[b - b_left..b]);
        }
        result.map(drop)
    }

    fn merge_high_loop(&mut self, s: &mut Sides) -> Result<End> {
        if let Some(end) = self.high_take_a(s, 1) {
            return Ok(end);
        }
        if s.b_left == 1 {
            return Ok(End::Last);
        }
        loop {
            let (mut a_wins, mut b_wins) = (0, 0);
            while a_wins < self.min_gallop && b_wins < self.min_gallop {
                let taken = if self.less(self.temporary[s.b - 1], self.items[s.a - 1])? {
                    (a_wins, b_wins) = (a_wins + 1, 0);
                    self.high_take_a(s, 1)
                } else {
                    (a_wins, b_wins) = (0, b_wins + 1);
                    self.high_take_b(s, 1)
                };
                if let Some(end) = taken {
                    return Ok(end);
                }
            }
            if let Some(end) = self.gallop_high(s)? {
                return Ok(end);
            }
        }
    }

    fn gallop_high(&mut self, s: &mut Sides) -> Result<Option<End>> {
        self.min_gallop += 1;
        loop {
            self.min_gallop = (self.min_gallop - 1).max(1);
            let key = self.temporary[s.b - 1];
            let (left, start) = (s.a_left, s.a - s.a_left);
            let a_wins = left - self.gallop_right(key, Side::Items(start), left, left - 1)?;
            let end = self
                .high_take_a(s, a_wins)
                .or_else(|| self.high_take_b(s, 1));
            if end.is_some() {
                return Ok(end);
            }
            let key = self.items[s.a - 1];
            let left = s.b_left;
            let b_wins = left - self.gallop_left(key, Side::Temporary(0), left, left - 1)?;
            let end = self
                .high_take_b(s, b_wins)
                .or_else(|| self.high_take_a(s, 1));
            if end.is_some() {
                return Ok(end);
            }
            if a_wins < MIN_GALLOP && b_wins < MIN_GALLOP {
                self.min_gallop += 1;
                return Ok(None);
            }
        }
    }

    fn high_take_a(&mut self, s: &mut Sides, count: usize) -> Option<End> {
        self.items.copy_within(s.a - count..s.a, s.to - count);
        (s.to, s.a, s.a_left) = (s.to - count, s.a - count, s.a_left - count);
        (s.a_left == 0).then_some(End::Done)
    }

    fn high_take_b(&mut self, s: &mut Sides, count: usize) -> Option<End> {
        self.items[s.to - count..s.to].copy_from_slice(&self.temporary[s.b - count..s.b]);
        (s.to, s.b, s.b_left) = (s.to - count, s.b - count, s.b_left - count);
        match s.b_left {
            0 => Some(End::Done),
            1 if count > 0 => Some(End::Last),
            _ => None,
        }
    }
}

/// Depth at which powersort merges two neighbouring runs: how many leading bits the fractions share at which the middles
/// of the runs lie.
fn power(start: usize, first: usize, second: usize, length: usize) -> u32 {
    let mut a = 2 * start + first;
    let mut b = a + first + second;
    let mut power = 0;
    loop {
        power += 1;
        if a >= length {
            a -= length;
            b -= length;
        } else if b >= length {
            return power;
        }
        a <<= 1;
        b <<= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random, the same in every run.
    fn numbers(count: usize, modulus: u64) -> Vec<u64> {
        let mut state = 88_172_645_463_325_252u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % modulus
        };
        (0..count).map(|_| next()).collect()
    }

    fn check(numbers: &[u64]) {
        let mut items: Vec<(u64, usize)> = numbers.iter().copied().zip(0..).collect();
        merge_sort(&mut items, |a, b| Ok(a.0 < b.0)).expect("nothing fails");
        assert!(items.is_sorted(), "stable and in order");
        assert_eq!(items.len(), numbers.len());
    }

    #[test]
    fn sorts_whatever_the_runs() {
        for count in [0, 1, 2, 3, 31, 63, 64, 65, 127, 500, 2000] {
            for modulus in [1, 2, 10, 1 << 40] {
                check(&numbers(count, modulus));
            }
            let ascending: Vec<u64> = (0..count as u64).collect();
            check(&ascending);
            let mut saw = ascending.clone();
            saw.rotate_left(count / 3);
            check(&saw);
            saw.reverse();
            check(&saw);
            check(&[ascending.clone(), saw, numbers(count, 9), ascending].concat());
        }
    }

    #[test]
    fn failing_or_senseless_comparisons_lose_nothing() {
        let mut calls = 0;
        for fail_at in [1, 10, 100, 1000, 5000, usize::MAX] {
            let mut items: Vec<usize> = (0..3000).map(|i| i * 7919 % 3000).collect();
            let mut count = 0;
            let result = merge_sort(&mut items, |a, b| {
                count += 1;
                calls += 1;
                if count == fail_at {
                    return Err(crate::Raised::pending());
                }
                Ok((a ^ calls) & 3 < b & 3)
            });
            assert_eq!(result.is_err(), count >= fail_at, "asked {count} times");
            items.sort_unstable();
            assert!(items.into_iter().eq(0..3000));
        }
    }
}
