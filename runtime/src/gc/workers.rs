//! Several threads at work on one collection, while the world is stopped.
//!
//! ```text
//!   Shares   pages, handed out in runs                  looking at every object
//!   Pool     marked objects that one worker has too     following references
//!            many of, and another has none of
//! ```
//!
//! The work of following references cannot be divided beforehand: a heap may be one list of a million objects, or one tree.
//! So a worker keeps what it finds to itself until somebody waits at the pool, and gives half of it then. Whoever finds the
//! pool empty waits; when all do, there is nothing left.
//!
//! The helpers are threads of the system for as long as a phase takes, and never attached: they run no Python code, and
//! the only objects they touch are those of the stopped heap.

use super::array::Array;
use crate::sync::primitive::{Condvar, Mutex};
use crate::sync::{signals, zeal};
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

/// So many blocks of the heap are worth another worker: starting one takes as long as looking at some thousand objects.
const BLOCKS_PER_WORKER: usize = 1 << 17;
/// Pages in a run.
const RUN: usize = 64;
/// Of fewer objects none are passed on.
const LEAST: usize = 16;
/// The most objects that are passed on at once.
const BATCH: usize = 4096;
/// What a helper needs of a stack; it does not recurse.
const STACK: usize = 256 << 10;

/// How many workers a heap of so many blocks is worth on this machine.
pub(super) fn for_blocks(blocks: usize) -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    let least = 1 + usize::from(zeal::is_on());
    let worth = blocks / BLOCKS_PER_WORKER;
    if worth <= least {
        return least;
    }
    let cores = *CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from));
    worth.min(cores).max(least)
}

/// Has so many workers do the same, the calling thread among them; fewer if the system has no more threads to give. Gives
/// what each of them returns.
pub(super) fn run<R: Send>(workers: usize, work: impl Fn() -> R + Sync) -> Vec<R> {
    thread::scope(|scope| {
        let start = |_| {
            let builder = thread::Builder::new().name("collector".to_owned());
            // It inherits that no signal is delivered to it: their handlers belong to the program's threads.
            let work = &work;
            builder.stack_size(STACK).spawn_scoped(scope, work).ok()
        };
        let helpers: Vec<_> = match workers {
            1 => Vec::new(),
            _ => signals::blocked(|| (1..workers).map_while(start).collect()),
        };
        let mut results = vec![work()];
        for helper in helpers {
            results.push(helper.join().expect("a helper does not panic"));
        }
        results
    })
}

/// The pages of a table, for several workers to take.
pub(super) struct Shares {
    next: AtomicUsize,
    pages: usize,
}

impl Shares {
    pub(super) fn new(pages: usize) -> Shares {
        Shares {
            next: AtomicUsize::new(0),
            pages,
        }
    }

    /// A run of pages for the caller alone, until there are none left.
    pub(super) fn take(&self) -> Option<Range<usize>> {
        let start = self.next.fetch_add(RUN, Relaxed);
        (start < self.pages).then(|| start..self.pages.min(start + RUN))
    }
}

/// Objects, by address, that are marked while what they refer to is not, and that nobody is at work on.
pub(super) struct Pool {
    state: Mutex<State>,
    changed: Condvar,
    /// How many workers wait for objects while there are none.
    wanted: AtomicUsize,
}

struct State {
    objects: Array<usize>,
    /// Workers that have begun.
    begun: usize,
    /// Those of them that wait.
    waiting: usize,
    done: bool,
}

impl Pool {
    pub(super) fn new(objects: Array<usize>) -> Pool {
        Pool {
            state: Mutex::new(State {
                objects,
                begun: 0,
                waiting: 0,
                done: false,
            }),
            changed: Condvar::new(),
            wanted: AtomicUsize::new(0),
        }
    }

    /// A worker begins. It goes on until [`Pool::take`] says that all is done.
    pub(super) fn begin(&self) {
        self.state.lock().begun += 1;
    }

    /// Does somebody wait?
    #[inline(always)]
    pub(super) fn is_wanted(&self) -> bool {
        self.wanted.load(Relaxed) > 0
    }

    /// Passes on some of a worker's objects: the ones found first, from which most is to be found yet; of very many the last
    /// ones, which cost nothing to take away.
    #[cold]
    #[inline(never)]
    pub(super) fn give(&self, objects: &mut Array<usize>) {
        if objects.len() < LEAST {
            return;
        }
        let half = objects.len() / 2;
        let mut state = self.state.lock();
        if half <= BATCH {
            objects.move_first(half, &mut state.objects);
        } else {
            objects.move_last(BATCH, &mut state.objects);
        }
        self.wanted.store(0, Relaxed);
        drop(state);
        self.changed.notify_all();
    }

    /// Gets a worker, which has none left, its share of the objects there are; waits for some if others are at work. False if
    /// nobody is.
    pub(super) fn take(&self, objects: &mut Array<usize>) -> bool {
        let mut state = self.state.lock();
        state.waiting += 1;
        while !state.done && state.objects.is_empty() {
            if state.waiting == state.begun {
                state.done = true;
                self.changed.notify_all();
                break;
            }
            self.wanted.store(state.waiting, Relaxed);
            self.changed.wait(&mut state);
        }
        if state.done {
            return false;
        }
        state.waiting -= 1;
        let share = state.objects.len().div_ceil(state.begun).min(BATCH);
        state.objects.move_last(share, objects);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_handed_out_once() {
        let shares = Shares::new(1000);
        let runs = run(3, || {
            std::iter::from_fn(|| shares.take()).collect::<Vec<_>>()
        });
        let mut pages: Vec<usize> = runs.into_iter().flatten().flatten().collect();
        pages.sort_unstable();
        assert!(pages.into_iter().eq(0..1000));
    }

    /// A tree whose nodes are numbers: `n` has the children `2 n` and `2 n + 1`, up to `LAST`.
    #[test]
    fn what_one_worker_begins_all_end_and_nothing_is_done_twice() {
        const LAST: usize = 200_000;
        let seen: Vec<AtomicUsize> = std::iter::repeat_with(AtomicUsize::default)
            .take(LAST + 1)
            .collect();
        let mut root = Array::default();
        root.push(1);
        let pool = Pool::new(root);
        run(4, || {
            let mut work = Array::default();
            pool.begin();
            while pool.take(&mut work) {
                while let Some(node) = work.pop() {
                    seen[node].fetch_add(1, Relaxed);
                    for child in [2 * node, 2 * node + 1] {
                        if child <= LAST {
                            work.push(child);
                        }
                    }
                    if pool.is_wanted() {
                        pool.give(&mut work);
                    }
                }
            }
        });
        assert!(seen[1..].iter().all(|times| times.load(Relaxed) == 1));
        assert_eq!(seen[0].load(Relaxed), 0);
    }
}
