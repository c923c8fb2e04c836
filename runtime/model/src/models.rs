//! The models: each is a few threads, and what must hold however they interleave.

use crate::heap::is_dead;
use crate::object::{Header, refcount};
use crate::sync::primitive::{Acquire, AtomicU64, RaceCell, Release};
use crate::sync::{lock, reclaimer, world};
use crate::{Thread, Value};
use loom::sync::Arc;
use loom::thread;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Runs a model; no thread is interrupted more than `preemptions` times, which finds nearly all bugs there are.
fn model(preemptions: usize, body: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    let runs = std::sync::Arc::new(AtomicUsize::new(0));
    let counter = std::sync::Arc::clone(&runs);
    builder.check(move || {
        counter.fetch_add(1, Relaxed);
        body();
    });
    println!("{} interleavings", runs.load(Relaxed));
}

/// A program of two threads, registered and not begun.
fn two_threads() -> (Arc<Thread>, Arc<Thread>) {
    let a = Arc::new(Thread::new(2));
    let b = Arc::new(Thread::new(3));
    world().register(&a, None);
    world().register(&b, Some(&a));
    (a, b)
}

fn value_of(header: &Header) -> Value {
    Value::from_object(header)
}

#[test]
fn lock_excludes_and_wakes() {
    model(4, || {
        let owner = Thread::new(2);
        let object = Arc::new((Header::new(&owner, 1), RaceCell::new(0)));
        let work = |object: &(Header, RaceCell)| {
            let _guard = lock::lock(&object.0);
            // SAFETY: the lock excludes the others; loom reports it if not.
            unsafe { object.1.set(object.1.get() + 1) };
        };
        let others: Vec<_> = (0..2)
            .map(|_| {
                let object = object.clone();
                thread::spawn(move || work(&object))
            })
            .collect();
        work(&object);
        for other in others {
            other.join().expect("no panic");
        }
        assert_eq!(object.1.snapshot(), 3);
    });
}

#[test]
fn owner_and_other_drop_their_references_and_the_object_dies_once() {
    model(5, || {
        let (a, b) = two_threads();
        let object = Arc::new(Header::new(&a, 2));
        a.begin();
        let other = {
            let (b, object) = (b.clone(), object.clone());
            thread::spawn(move || {
                b.begin();
                // This thread was given one of the two references.
                object.touch();
                refcount::decrement(value_of(&object));
                b.end();
            })
        };
        object.touch();
        refcount::decrement(value_of(&object));
        a.safepoint();
        a.end();
        other.join().expect("no panic");
        assert!(is_dead(&object));
    });
}

#[test]
fn a_queued_object_dies_when_its_owner_drops_the_last_other_reference() {
    model(5, || {
        let (a, b) = two_threads();
        let object = Arc::new(Header::new(&a, 2));
        refcount::make_shareable(&object);
        a.begin();
        let other = {
            let (b, object) = (b.clone(), object.clone());
            thread::spawn(move || {
                b.begin();
                // Drops the reference it was given, then makes another from the one that is left, for the owner.
                refcount::decrement(value_of(&object));
                assert!(refcount::try_increment(value_of(&object)));
                b.end();
            })
        };
        a.safepoint();
        object.touch();
        other.join().expect("no panic");
        refcount::decrement(value_of(&object));
        object.touch();
        refcount::decrement(value_of(&object));
        a.safepoint();
        a.end();
        assert!(is_dead(&object));
    });
}

#[test]
fn a_blocked_owner_is_stood_in_for_and_comes_back_to_right_counts() {
    model(5, || {
        let (a, b) = two_threads();
        let object = Arc::new(Header::new(&a, 2));
        a.begin();
        let other = {
            let (b, object) = (b.clone(), object.clone());
            thread::spawn(move || {
                b.begin();
                refcount::decrement(value_of(&object));
                b.end();
            })
        };
        a.detached(|| {});
        object.touch();
        refcount::increment(value_of(&object));
        refcount::decrement(value_of(&object));
        refcount::decrement(value_of(&object));
        a.safepoint();
        a.end();
        other.join().expect("no panic");
        assert!(is_dead(&object));
    });
}

#[test]
fn a_reader_without_a_reference_gets_a_live_object_or_nothing() {
    model(5, || {
        let (a, b) = two_threads();
        let object = Arc::new(Header::new(&a, 1));
        refcount::make_shareable(&object);
        a.begin();
        let other = {
            let (b, object) = (b.clone(), object.clone());
            thread::spawn(move || {
                b.begin();
                if refcount::try_increment(value_of(&object)) {
                    object.touch();
                    refcount::decrement(value_of(&object));
                }
                b.end();
            })
        };
        refcount::decrement(value_of(&object));
        a.safepoint();
        a.end();
        other.join().expect("no panic");
        assert!(is_dead(&object));
    });
}

#[test]
fn a_finalizer_may_resurrect() {
    model(5, || {
        let (a, b) = two_threads();
        let object = Arc::new(Header::new(&a, 0));
        a.begin();
        refcount::revive(&object);
        refcount::increment(value_of(&object));
        let other = {
            let (b, object) = (b.clone(), object.clone());
            thread::spawn(move || {
                b.begin();
                object.touch();
                refcount::decrement(value_of(&object));
                b.end();
            })
        };
        if refcount::expire(&object) {
            crate::heap::release(&object);
        }
        a.safepoint();
        a.end();
        other.join().expect("no panic");
        assert!(is_dead(&object));
    });
}

#[test]
fn what_becomes_deferred_while_others_count_never_dies_by_counts() {
    model(5, || {
        let (a, b) = two_threads();
        let object = Arc::new(Header::new(&a, 2));
        a.begin();
        let other = {
            let (b, object) = (b.clone(), object.clone());
            thread::spawn(move || {
                b.begin();
                refcount::increment(value_of(&object));
                refcount::promote(&object);
                refcount::decrement(value_of(&object));
                refcount::decrement(value_of(&object));
                object.touch();
                b.end();
            })
        };
        refcount::increment(value_of(&object));
        refcount::decrement(value_of(&object));
        refcount::decrement(value_of(&object));
        a.safepoint();
        a.end();
        other.join().expect("no panic");
        assert!(!is_dead(&object));
    });
}

/// Two blocks of memory, one of which a place points to.
struct Place {
    which: AtomicU64,
    blocks: [RaceCell; 2],
}

#[test]
fn retired_memory_outlives_its_readers() {
    unsafe fn free(block: *mut u8, _bytes: usize) {
        // SAFETY: the block is a cell of `Place`; writing it is what freeing means here.
        unsafe { (*block.cast::<RaceCell>()).set(1) };
    }
    model(5, || {
        let (a, b) = two_threads();
        let place = Arc::new(Place {
            which: AtomicU64::new(0),
            blocks: [RaceCell::new(0), RaceCell::new(0)],
        });
        a.begin();
        let reader = {
            let (b, place) = (b.clone(), place.clone());
            thread::spawn(move || {
                b.begin();
                for _ in 0..2 {
                    let which = place.which.load(Acquire) as usize;
                    // SAFETY: a reader may use what it found until its next safepoint; loom reports it if not.
                    assert_eq!(unsafe { place.blocks[which].get() }, 0, "read after free");
                    b.safepoint();
                }
                b.end();
            })
        };
        place.which.store(1, Release);
        let old = (&raw const place.blocks[0]).cast_mut().cast();
        // SAFETY: nobody finds the block from here on. It is heavy enough for the batch to be sealed.
        unsafe { reclaimer().retire(&a, old, 1 << 20, free) };
        a.safepoint();
        reclaimer().bequeath(&a);
        a.end();
        reader.join().expect("no panic");
    });
}

#[test]
fn a_batch_is_freed_soon_after_the_others_have_reported() {
    unsafe fn free(block: *mut u8, _bytes: usize) {
        // SAFETY: as above.
        unsafe { (*block.cast::<RaceCell>()).set(1) };
    }
    model(1, || {
        let (a, b) = two_threads();
        let blocks = [RaceCell::new(0), RaceCell::new(0)];
        let retire = |index: usize, bytes| {
            let block = (&raw const blocks[index]).cast_mut().cast();
            // SAFETY: nobody reads the blocks but by looking whether they are free.
            unsafe { reclaimer().retire(&a, block, bytes, free) };
        };
        a.begin();
        b.begin();
        retire(0, 1 << 20);
        a.safepoint();
        assert_eq!(blocks[0].snapshot(), 0, "the other thread may be reading");
        b.safepoint();
        retire(1, 1 << 16);
        a.safepoint();
        assert_eq!([blocks[0].snapshot(), blocks[1].snapshot()], [1, 0]);
        b.end();
        reclaimer().flush(&a);
        a.end();
    });
}

#[test]
fn while_the_world_is_stopped_nobody_else_runs() {
    model(4, || {
        let (a, b) = two_threads();
        let shared = Arc::new(RaceCell::new(0));
        let add = |shared: &RaceCell| {
            // SAFETY: the other thread stands still, or is the one that waits for this one to; loom reports it if not.
            unsafe { shared.set(shared.get() + 1) };
        };
        a.begin();
        let other = {
            let (b, shared) = (b.clone(), shared.clone());
            thread::spawn(move || {
                b.begin();
                add(&shared);
                b.detached(|| {});
                add(&shared);
                b.safepoint();
                add(&shared);
                b.end();
            })
        };
        {
            let _stopped = world().stop(&a);
            add(&shared);
        }
        a.end();
        other.join().expect("no panic");
        assert_eq!(shared.snapshot(), 4);
    });
}

#[test]
fn two_threads_may_want_to_stop_the_world() {
    model(3, || {
        let (a, b) = two_threads();
        let shared = Arc::new(RaceCell::new(0));
        let stop_and_add = |thread: &Thread, shared: &RaceCell| {
            let _stopped = world().stop(thread);
            // SAFETY: the other thread stands still; loom reports it if not.
            unsafe { shared.set(shared.get() + 1) };
        };
        a.begin();
        let other = {
            let (b, shared) = (b.clone(), shared.clone());
            thread::spawn(move || {
                b.begin();
                stop_and_add(&b, &shared);
                stop_and_add(&b, &shared);
                b.end();
            })
        };
        stop_and_add(&a, &shared);
        a.detached(|| {});
        a.safepoint();
        a.end();
        other.join().expect("no panic");
        assert_eq!(shared.snapshot(), 3);
    });
}

#[test]
fn a_late_thread_finds_a_stopped_world_and_waits() {
    model(4, || {
        let a = Arc::new(Thread::new(2));
        let b = Arc::new(Thread::new(3));
        world().register(&a, None);
        let data = Arc::new(RaceCell::new(0));
        let other = {
            let (b, data) = (b.clone(), data.clone());
            thread::spawn(move || {
                world().register(&b, None);
                b.begin();
                let _stopped = world().stop(&b);
                // SAFETY: the other thread stands still; loom reports it if not.
                unsafe { data.set(data.get() + 1) };
                drop(_stopped);
                b.end();
            })
        };
        a.begin();
        {
            let _stopped = world().stop(&a);
            // SAFETY: as above.
            unsafe { data.set(data.get() + 1) };
        }
        a.safepoint();
        a.end();
        other.join().expect("no panic");
        assert_eq!(data.snapshot(), 2);
        assert_eq!(world().count(), 0);
    });
}
