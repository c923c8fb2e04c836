//! The collector on lists and tuples, alone and beside running threads.

use super::*;
use crate::thread::{Options, detached};
use crate::types::init::test_thread;
use crate::types::list::{self, List};
use crate::types::{str, tuple};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Collections look at the whole process: these tests run one after the other.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn as_list(value: &Owned) -> &List {
    value.get::<List>().expect("a list")
}

/// A list that contains itself `n` times, and `others`.
fn cycle(thread: &Thread, n: usize, others: &[Value]) -> Owned {
    let list = list::from_slice(thread, others);
    for _ in 0..n {
        as_list(&list).append(thread, list.clone());
    }
    list
}

#[test]
fn unreachable_cycles_are_freed_and_reachable_ones_stay() {
    let _alone = alone();
    let thread = test_thread();
    collect(thread);
    let inside = cycle(thread, 1, &[]);
    let kept = cycle(thread, 2, &[inside.value()]);
    drop(inside);
    for _ in 0..100 {
        let leaf = tuple::from_slice(thread, &[kept.value()]);
        drop(cycle(thread, 3, &[leaf.value(), kept.value()]));
    }
    let count = refcount::count(kept.header().expect("a list"));
    assert_eq!(count, 1 + 2 + 200);
    assert_eq!(collect(thread), 200);
    assert_eq!(refcount::count(kept.header().expect("a list")), 3);
    assert_eq!(as_list(&kept).len(), 3);
    let inside = as_list(&kept).get(thread, 0).expect("an item");
    assert_eq!(as_list(&inside).len(), 1);
    drop(inside);
    drop(kept);
    assert_eq!(collect(thread), 2);
}

#[inline(never)]
fn deferred_list(thread: &Thread, item: Value) -> Owned {
    let list = list::from_slice(thread, &[item]);
    refcount::make_deferred(list.header().expect("a list"));
    list
}

/// Overwrites what earlier calls left on the stack.
#[inline(never)]
fn clear_stack() {
    std::hint::black_box([0usize; 4096]);
}

/// Deferred objects that refer to `kept` on the native stack, in Rust's memory, and in another container.
#[inline(never)]
fn hold_deferred(thread: &Thread, kept: &Owned) {
    let local = deferred_list(thread, kept.value());
    let boxed = Box::new(vec![deferred_list(thread, kept.value())]);
    let holder = list::new(thread, vec![deferred_list(thread, kept.value())]);
    clear_stack();
    collect(thread);
    assert_eq!(refcount::count(kept.header().expect("a list")), 4);
    assert_eq!(as_list(&local).len() + as_list(&boxed[0]).len(), 2);
    let item = as_list(&holder).get(thread, 0).expect("an item");
    assert_eq!(as_list(&item).len(), 1);
}

#[test]
fn deferred_objects_live_as_long_as_a_stack_or_a_container_leads_to_them() {
    let _alone = alone();
    let thread = test_thread();
    collect(thread);
    let kept = cycle(thread, 0, &[]);
    hold_deferred(thread, &kept);
    clear_stack();
    collect(thread);
    // A stale word somewhere may keep one or two, never all.
    assert!(refcount::count(kept.header().expect("a list")) < 4);
}

#[test]
fn collections_and_mutators_run_side_by_side() {
    let _alone = alone();
    let thread = test_thread();
    let shared = Arc::new(list::new(thread, Vec::new()));
    shared.header().expect("a list").publish();
    let started: Vec<_> = (0..3)
        .map(|index| {
            let shared = Arc::clone(&shared);
            thread
                .spawn(Options::default(), move |thread| {
                    for round in 0..2000usize {
                        let list = as_list(&shared);
                        match round % 5 {
                            0 => drop(list.pop(thread, -1)),
                            1 => drop(cycle(thread, 2, &[])),
                            _ => list.append(thread, cycle(thread, 1, &[])),
                        }
                        if round % 400 == 100 * index {
                            collect(thread);
                        }
                        assert_eq!(thread.safepoint(), Ok(()));
                    }
                })
                .expect("threads can be started")
        })
        .collect();
    for started in started {
        detached(|| started.os.join()).expect("the thread does not panic");
    }
    let mut count = 0;
    while let Some(item) = as_list(&shared).pop(thread, -1) {
        assert_eq!(as_list(&item).len(), 1);
        count += 1;
    }
    assert!(count > 2000);
    assert_eq!(thread.safepoint(), Ok(()));
    assert!(collect(thread) > 0);
}

#[test]
fn growth_makes_a_collection_due() {
    let _alone = alone();
    let thread = test_thread();
    collect(thread);
    let before = stats().collections;
    for _ in 0..150_000 {
        drop(cycle(thread, 1, &[]));
        assert_eq!(thread.safepoint(), Ok(()));
    }
    assert!(stats().collections > before);
    assert!(count(thread) < 100_000);
}

#[test]
fn tuples_of_leaves_are_not_accounted_and_keep_what_was_adopted() {
    let _alone = alone();
    let thread = test_thread();
    collect(thread);
    let text = str::new(thread, "adopted by the collector");
    let inner = tuple::from_slice(thread, &[text.value(), Value::small_int(1)]);
    let outer = tuple::from_slice(thread, &[inner.value(), Value::NONE]);
    assert!(outer.header().is_some_and(Header::is_acyclic));
    let list = list::from_slice(thread, &[outer.value()]);
    let mixed = tuple::from_slice(thread, &[list.value(), inner.value()]);
    assert!(!mixed.header().is_some_and(Header::is_acyclic));

    let before = count(thread);
    let many: Vec<Owned> = (0..1000)
        .map(|number| tuple::from_slice(thread, &[text.value(), Value::small_int(number)]))
        .collect();
    assert_eq!(count(thread), before);
    drop(many);
    assert_eq!(count(thread), before);

    // Only the tuple in the tuple in the list refers to it.
    adopt(text.header().expect("a str"));
    let address = text.value().bits() ^ u64::MAX;
    drop((text, inner, outer, mixed));
    clear_stack();
    collect(thread);
    let item = as_list(&list).get(thread, 0).expect("an item");
    let inner = item.get::<tuple::Tuple>().expect("a tuple").items()[0];
    let text = inner.get::<tuple::Tuple>().expect("a tuple").items()[0];
    assert_eq!(text.bits() ^ u64::MAX, address);
    let text = text.get::<str::Str>().expect("a str");
    assert_eq!(text.to_str_lossy(), "adopted by the collector");
}

/// A tree of lists, each of which refers to its parent too; `depth` levels of `width` each. Gives the number of lists in it.
fn grow(thread: &Thread, parent: &Owned, depth: usize, width: usize) -> usize {
    if depth == 0 {
        return 0;
    }
    (0..width)
        .map(|_| {
            let child = list::from_slice(thread, &[parent.value()]);
            as_list(parent).append(thread, child.clone());
            1 + grow(thread, &child, depth - 1, width)
        })
        .sum()
}

#[test]
fn large_heaps_are_marked_by_several_threads() {
    let _alone = alone();
    let thread = test_thread();
    collect(thread);
    let root = cycle(thread, 0, &[]);
    let mut lists = grow(thread, &root, 18, 2);
    assert!(
        workers::for_blocks(lists) > 1
            || std::thread::available_parallelism().is_ok_and(|n| n.get() == 1)
    );
    let wide = cycle(thread, 1, &[root.value()]);
    for _ in 0..100_000 {
        as_list(&wide).append(thread, cycle(thread, 1, &[]));
        lists += 1;
    }
    assert_eq!(collect(thread), 0);
    // Only the wide list leads to the tree now, and only a deferred one to the wide list.
    let deferred = deferred_list(thread, wide.value());
    drop((root, wide));
    assert_eq!(collect(thread), 0);
    assert_eq!(as_list(&deferred).len(), 1);
    drop(as_list(&deferred).pop(thread, -1));
    assert_eq!(collect(thread), lists + 2);
}
