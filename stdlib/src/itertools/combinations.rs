//! Iterators over choices: `combinations`, `combinations_with_replacement`, `permutations`, `product`.
//!
//! Each keeps the indices of its current choice and steps them as its documentation's Python code does.

use super::{Next, class};
use ashore_runtime::object::Slot;
use ashore_runtime::operators::{convert, iterate};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::list::List;
use ashore_runtime::types::native::{self, Data, NativeClass};
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};

pub(super) static COMBINATIONS: NativeClass =
    NativeClass::new("itertools.combinations", COMBINATIONS_METHODS)
        .doc("Return successive r-length combinations of elements in the iterable.\n\ncombinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)")
        .open()
        .iterator();
pub(super) static WITH_REPLACEMENT: NativeClass =
    NativeClass::new("itertools.combinations_with_replacement", WITH_REPLACEMENT_METHODS)
        .doc("Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.")
        .open()
        .iterator();
pub(super) static PERMUTATIONS: NativeClass =
    NativeClass::new("itertools.permutations", PERMUTATIONS_METHODS)
        .doc("Return successive r-length permutations of elements in the iterable.")
        .open()
        .iterator();
pub(super) static PRODUCT: NativeClass = NativeClass::new("itertools.product", PRODUCT_METHODS)
    .doc("Cartesian product of input iterables.  Equivalent to nested for-loops.")
    .open()
    .iterator();

/// Where a choice stands.
enum Choice {
    /// Indices rise.
    Combination(Vec<usize>),
    /// Indices do not fall.
    WithReplacement(Vec<usize>),
    /// All indices in their current order, and how far each place has turned.
    Permutation {
        indices: Vec<usize>,
        cycles: Vec<usize>,
    },
}

impl Choice {
    /// Goes on to the next choice from `n` items; false if there is none.
    fn advance(&mut self, n: usize) -> bool {
        match self {
            Choice::Combination(indices) => {
                let r = indices.len();
                let Some(i) = (0..r).rev().find(|&i| indices[i] != i + n - r) else {
                    return false;
                };
                indices[i] += 1;
                for j in i + 1..r {
                    indices[j] = indices[j - 1] + 1;
                }
                true
            }
            Choice::WithReplacement(indices) => {
                let Some(i) = indices.iter().rposition(|&index| index + 1 != n) else {
                    return false;
                };
                let next = indices[i] + 1;
                indices[i..].fill(next);
                true
            }
            Choice::Permutation { indices, cycles } => {
                for i in (0..cycles.len()).rev() {
                    cycles[i] -= 1;
                    if cycles[i] == 0 {
                        indices[i..].rotate_left(1);
                        cycles[i] = n - i;
                    } else {
                        let j = n - cycles[i];
                        indices.swap(i, j);
                        return true;
                    }
                }
                false
            }
        }
    }

    /// The current choice.
    fn indices(&self) -> &[usize] {
        match self {
            Choice::Combination(indices) | Choice::WithReplacement(indices) => indices,
            Choice::Permutation { indices, cycles } => &indices[..cycles.len()],
        }
    }
}

struct Choices {
    /// The tuple of all items.
    pool: Slot,
    state: Mutex<State>,
}

struct State {
    choice: Choice,
    /// The current choice was given.
    given: bool,
    done: bool,
}

impl Data for Choices {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.pool.peek());
    }

    fn next(&self, thread: &Thread) -> Option<Next> {
        let pool = self.pool.peek();
        let items = pool.get::<Tuple>()?.items();
        let mut state = self.state.lock();
        if !state.done && state.given && !state.choice.advance(items.len()) {
            state.done = true;
        }
        if state.done {
            return Some(Ok(None));
        }
        state.given = true;
        let chosen: Vec<Value> = state.choice.indices().iter().map(|&i| items[i]).collect();
        drop(state);
        Some(Ok(Some(tuple::from_slice(thread, &chosen))))
    }
}

fn pool_of(thread: &Thread, iterable: Value) -> Result<(Owned, usize)> {
    let items = iterate::collect(thread, iterable)?;
    let n = items.len();
    Ok((tuple::new(thread, items), n))
}

fn size(thread: &Thread, value: Value) -> Result<usize> {
    match usize::try_from(convert::to_isize(thread, value)?) {
        Ok(size) => List::check_len(thread, Some(size)),
        Err(_) => raise!(thread, ValueError, "r must be non-negative"),
    }
}

fn make(thread: &Thread, args: &[Value], pool: Owned, choice: Choice, done: bool) -> Result {
    let choices = Choices {
        pool: Slot::new(pool),
        state: Mutex::new(State {
            choice,
            given: false,
            done,
        }),
    };
    Ok(native::new(thread, class(args), choices))
}

fn new_combinations(thread: &Thread, args: &[Value]) -> Result {
    let (pool, n) = pool_of(thread, args[1])?;
    let r = size(thread, args[2])?;
    let choice = Choice::Combination((0..r.min(n)).collect());
    make(thread, args, pool, choice, r > n)
}

fn new_with_replacement(thread: &Thread, args: &[Value]) -> Result {
    let (pool, n) = pool_of(thread, args[1])?;
    let r = size(thread, args[2])?;
    let done = n == 0 && r > 0;
    let choice = Choice::WithReplacement(vec![0; if done { 0 } else { r }]);
    make(thread, args, pool, choice, done)
}

fn new_permutations(thread: &Thread, args: &[Value]) -> Result {
    let (pool, n) = pool_of(thread, args[1])?;
    let r = match args[2] {
        r if r.is_none() => n,
        r if !convert::has_index(r) => {
            return raise!(thread, TypeError, "Expected int as r");
        }
        r => size(thread, r)?,
    };
    let choice = Choice::Permutation {
        indices: (0..n).collect(),
        cycles: (0..r.min(n)).map(|i| n - i).collect(),
    };
    make(thread, args, pool, choice, r > n)
}

methods! { COMBINATIONS_METHODS:
    new "combinations(type, iterable, r)" => new_combinations;
}

methods! { WITH_REPLACEMENT_METHODS:
    new "combinations_with_replacement(type, iterable, r)" => new_with_replacement;
}

methods! { PERMUTATIONS_METHODS:
    new "permutations(type, iterable, r=None)" => new_permutations;
}

struct Product {
    /// The tuples of items, one for each place.
    pools: Vec<Slot>,
    /// The choice to give next; none when there is none.
    indices: Mutex<Option<Vec<usize>>>,
}

impl Data for Product {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.pools.iter().for_each(|pool| visit(pool.peek()));
    }

    fn next(&self, thread: &Thread) -> Option<Next> {
        let pools: Vec<Value> = self.pools.iter().map(Slot::peek).collect();
        let items: Vec<&[Value]> = pools
            .iter()
            .map(|pool| pool.get::<Tuple>().map_or(&[][..], Tuple::items))
            .collect();
        let mut place = self.indices.lock();
        let Some(indices) = place.as_mut() else {
            return Some(Ok(None));
        };
        let chosen: Vec<Value> = indices
            .iter()
            .zip(&items)
            .map(|(&i, items)| items[i])
            .collect();
        let next = (0..indices.len())
            .rev()
            .find(|&i| indices[i] + 1 < items[i].len());
        match next {
            Some(i) => {
                indices[i] += 1;
                indices[i + 1..].fill(0);
            }
            None => *place = None,
        }
        drop(place);
        Some(Ok(Some(tuple::from_slice(thread, &chosen))))
    }
}

fn new_product(thread: &Thread, args: &[Value]) -> Result {
    let repeat = convert::to_isize(thread, args[2])?;
    let Ok(repeat) = usize::try_from(repeat) else {
        return raise!(thread, ValueError, "repeat argument cannot be negative");
    };
    let iterables = args[1].get::<Tuple>().map_or(&[][..], Tuple::items);
    let iterables = if repeat == 0 { &[][..] } else { iterables };
    let repeat = if iterables.is_empty() { 0 } else { repeat };
    let Some(places) = iterables.len().checked_mul(repeat).filter(|&n| n < 1 << 32) else {
        return raise!(thread, OverflowError, "repeat argument too large");
    };
    let mut pools = Vec::with_capacity(iterables.len());
    let mut any_empty = false;
    for &iterable in iterables {
        let (pool, n) = pool_of(thread, iterable)?;
        any_empty |= n == 0;
        pools.push(pool);
    }
    let all = std::iter::repeat_n(&pools, repeat).flatten();
    let product = Product {
        pools: all.map(|pool| Slot::new(pool.clone())).collect(),
        indices: Mutex::new((!any_empty).then(|| vec![0; places])),
    };
    Ok(native::new(thread, class(args), product))
}

methods! { PRODUCT_METHODS:
    new "product(type, /, *iterables, repeat=1)" => new_product;
}
