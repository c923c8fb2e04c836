//! Many programs on two threads; all failures of checks are reported together.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The most text of one failure that is shown.
const SHOWN: usize = 3000;

/// One check at a time uses the processors: the tests of an executable run in parallel otherwise.
static TURN: Mutex<()> = Mutex::new(());

/// Runs `check` on all items and panics with every failure if there are any.
///
/// `$ASHORE_TESTS` restricts the items to those whose name contains it.
pub fn check_all<T: Sync>(
    items: &[T],
    name: impl Fn(&T) -> String + Sync,
    check: impl Fn(&T) -> Result<(), String> + Sync,
) {
    let _turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let filter = std::env::var("ASHORE_TESTS").unwrap_or_default();
    let items: Vec<&T> = items
        .iter()
        .filter(|item| name(item).contains(&filter))
        .collect();
    let results = in_parallel(&items, |item| check(item));
    let failures = items.iter().zip(results);
    let mut failures: Vec<(String, String)> = failures
        .filter_map(|(item, result)| Some((name(item), result.err()?)))
        .collect();
    if failures.is_empty() {
        return;
    }
    failures.sort();
    let mut report = String::new();
    for (name, problem) in &failures {
        let end = problem.floor_char_boundary(SHOWN);
        report += &format!("\n-- {name}\n{}\n", problem[..end].trim_end());
    }
    let names: Vec<&str> = failures.iter().map(|(name, _)| name.as_str()).collect();
    panic!(
        "{} of {} failed\n{report}\nfailed: {}",
        failures.len(),
        items.len(),
        names.join(" ")
    );
}

/// What `run` makes of each item, on two threads, in the order of the items.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], run: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    let result = run(item);
                    let mut results = results.lock().expect("pushing does not panic");
                    results.push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("pushing does not panic");
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
