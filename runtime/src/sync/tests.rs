//! Several threads at once, on everything in `object`, `heap` and `sync`. Bounded: each test takes a fraction of a second.

use super::{safepoint, world};
use crate::object::{Kind, Object, Owned, Slot};
use crate::thread::{Options, detached};
use crate::types::float;
use crate::types::init::test_thread;
use crate::{Thread, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// A float that needs a box.
fn boxed(thread: &Thread, i: u32) -> Owned {
    float::new(thread, 1e100 + f64::from(i) * 1e84)
}

/// Starts `n` threads with the same body and waits for them.
fn run_all(thread: &Thread, n: usize, body: impl Fn(&Thread, usize) + Send + Sync + 'static) {
    let body = Arc::new(body);
    let started: Vec<_> = (0..n)
        .map(|index| {
            let body = Arc::clone(&body);
            thread
                .spawn(Options::default(), move |thread| body(thread, index))
                .expect("threads can be started")
        })
        .collect();
    for started in started {
        detached(|| started.os.join()).expect("the thread does not panic");
    }
}

#[test]
fn a_second_thread_makes_both_careful_and_its_end_is_noticed() {
    let thread = test_thread();
    let seen = Arc::new(AtomicBool::new(true));
    let seen_there = Arc::clone(&seen);
    run_all(thread, 1, move |thread, _| {
        seen_there.store(thread.is_single(), Relaxed)
    });
    assert!(!seen.load(Relaxed));
    assert_eq!(thread.safepoint(), Ok(()));
}

#[test]
fn racing_readers_get_a_live_value_or_none() {
    const THREADS: usize = 4;
    let thread = test_thread();
    let slots: Arc<Vec<Slot>> = Arc::new((0..16).map(|i| Slot::new(boxed(thread, i))).collect());
    let owner = boxed(thread, 0);
    owner.header().expect("boxed").publish();
    let guard = Arc::new(owner);
    let shared = Arc::clone(&slots);
    run_all(thread, THREADS, move |thread, index| {
        for round in 0..20_000u32 {
            let slot = &shared[(round as usize * 7 + index) % 16];
            let header = guard.header().expect("boxed");
            if round as usize % 4 == index {
                let new = boxed(thread, round);
                let lock = super::lock::lock(header);
                let old = slot.replace(new);
                drop(lock);
                drop(old);
            } else {
                let value = slot.load(header);
                let value = float::as_f64(value.value()).expect("every slot holds a float");
                assert!((1e100..2e100).contains(&value));
            }
            assert_eq!(thread.safepoint(), Ok(()));
        }
    });
    assert_eq!(thread.safepoint(), Ok(()));
    drop(slots);
}

#[test]
fn what_another_thread_drops_dies_whether_its_owner_runs_blocks_or_is_dead() {
    static DEATHS: AtomicUsize = AtomicUsize::new(0);
    unsafe fn note(_block: *mut u8, _bytes: usize) {
        DEATHS.fetch_add(1, Relaxed);
    }
    let thread = test_thread();
    // Dead owner: made by a thread that has ended, dropped here.
    let hand = Arc::new(Slot::missing());
    let there = Arc::clone(&hand);
    run_all(thread, 1, move |thread, _| {
        drop(there.replace(boxed(thread, 1)))
    });
    let orphan = hand.replace(Owned::inline(Value::MISSING));
    assert_eq!(
        crate::object::refcount::count(orphan.header().expect("boxed")),
        1
    );
    drop(orphan);
    // Blocked owner: made here, dropped there while this thread waits in `join`.
    let mine: Vec<Owned> = (0..1000).map(|i| boxed(thread, i)).collect();
    let mine = std::sync::Mutex::new(mine);
    run_all(thread, 1, move |_, _| {
        mine.lock().expect("not poisoned").clear()
    });
    // Retired blocks are freed once each.
    run_all(thread, 2, |thread, _| {
        for _ in 0..1000 {
            // SAFETY: the "block" is never used; `note` only counts.
            unsafe { thread.retire(std::ptr::dangling_mut(), 1024, note) };
            assert_eq!(thread.safepoint(), Ok(()));
        }
    });
    safepoint::synchronize(thread);
    assert_eq!(DEATHS.load(Relaxed), 2000);
}

#[test]
fn the_world_stops_and_goes_on() {
    let thread = test_thread();
    let inside = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&inside);
    run_all(thread, 4, move |thread, index| {
        for round in 0..300 {
            if round % 50 == index * 10 {
                crate::thread::stack::with_registers_saved(thread, &mut || {
                    let stopped = world().stop(thread);
                    let before = counter.load(Relaxed);
                    std::hint::black_box((0..1000).sum::<u32>());
                    assert_eq!(counter.load(Relaxed), before);
                    drop(stopped);
                });
            }
            if round % 20 == 0 {
                detached(std::thread::yield_now);
            }
            counter.fetch_add(1, Relaxed);
            assert_eq!(thread.safepoint(), Ok(()));
        }
    });
    assert_eq!(inside.load(Relaxed), 1200);
}

#[test]
fn leaves_and_containers_are_told_apart() {
    assert!(Kind::STR.is_leaf() && !Kind::STR.subclass().is_leaf() && !Kind::LIST.is_leaf());
    assert!(<float::Float as Object>::KIND.is_leaf());
}

#[test]
fn an_object_that_two_threads_count_all_the_time_is_taken_off_counting() {
    let thread = test_thread();
    let shared = Arc::new(Slot::new(boxed(thread, 7)));
    let there = Arc::clone(&shared);
    let owner = boxed(thread, 0);
    owner.header().expect("boxed").publish();
    run_all(thread, 2, move |thread, _| {
        for _ in 0..2000 {
            drop(there.load(owner.header().expect("boxed")));
            assert_eq!(thread.safepoint(), Ok(()));
        }
    });
    let value = shared.peek();
    assert!(crate::object::refcount::is_uncounted(
        value.header().expect("boxed")
    ));
}
