//! Finding garbage: trial deletion over reference counts, then marking.
//!
//! 1. Every reference that one container holds to another is taken off the latter's count. What is left are references
//!    from outside: native variables, registers, statics.
//! 2. Objects with references left, and objects that live for ever, are reachable, and so is everything they refer to.
//!    Deferred objects are not counted, so the stacks are searched for them ([`super::roots`]).
//! 3. The rest is garbage.
//!
//! An instance refers to its class through its shape; no count says so, because classes are deferred.
//!
//! Each step is done by as many threads as the heap is worth ([`workers`]), but for the visit of the heap, which is the
//! allocator's, and the search of stacks.

use super::array::Array;
use super::prefetch::{Coming, prefetch};
use super::roots::{self, Roots};
use super::table::{Entry, Table};
use super::workers::{self, Pool, Shares};
use crate::heap::mimalloc::Heap;
use crate::object::{FLAG_DEFERRED, Header, Object};
use crate::types::class::as_class;
use crate::types::layouts;
use crate::{Builtin, Value};
use std::ops::Range;
use std::sync::atomic::Ordering::Relaxed;

/// Visits the objects an object refers to, its class included.
///
/// # Safety
/// The world is stopped, or nobody else can reach the object.
unsafe fn traverse(header: *const Header, visit: &mut dyn FnMut(Value)) {
    // SAFETY: the caller's promise; the table holds live objects only.
    unsafe {
        visit((*header).shape().class.value());
        layouts::traverse_objects(&*header, visit);
    }
}

/// Looks through the whole heap and marks what is reachable.
///
/// # Safety
/// The world is stopped.
pub(super) unsafe fn analyse(roots: Roots) -> Marker {
    let mut table = Table::default();
    // SAFETY: the caller's promise; the table allocates in the main heap only.
    unsafe {
        Heap::containers().visit(&mut table);
        if super::ADOPTED_LEAVES.load(Relaxed) {
            Heap::leaves().visit(&mut table);
        }
    }
    let mut marker = Marker {
        workers: workers::for_blocks(table.blocks()),
        table,
        work: Array::default(),
        dying: Vec::new(),
    };
    // SAFETY: the world is stopped; each page is one worker's.
    marker.dying = marker.share_pages(|table, pages| unsafe { table.look_at(pages) });
    // SAFETY: the world is stopped.
    let mut known = marker.share_pages(|table, pages| unsafe { explain(table, pages) });
    for builtin in Builtin::ALL {
        builtin.class().cache_blocks(&mut known);
    }
    marker.mark_counted();
    for builtin in Builtin::ALL {
        // SAFETY: the world is stopped; builtin types are never freed.
        unsafe {
            layouts::traverse_objects(builtin.class().header(), &mut |value| {
                marker.mark_value(value)
            })
        };
    }
    marker.drain();
    roots::search(&mut marker, roots, &known);
    marker
}

/// Takes off the counts what the references of some pages' objects to others explain. Gives the blocks in which a search
/// need not look for more: the large ones of those references, and those of classes' caches, which keep nothing.
///
/// # Safety
/// The world is stopped.
unsafe fn explain(table: &Table, pages: Range<usize>) -> Vec<usize> {
    let mut known = Vec::new();
    let mut coming = Coming::new();
    let mut explain = |value: Value| {
        if value.is_object()
            && let Some(entry) = table.find(value.as_ptr().addr())
        {
            if !coming.has_room()
                && let Some(first) = coming.pop()
            {
                table.explain(first);
            }
            table.prefetch_references(entry);
            coming.push(entry);
        }
    };
    for object in table.objects(pages) {
        // SAFETY: the caller's promise; the table holds live objects only. The class is not counted.
        unsafe {
            layouts::traverse_objects(&*object.header, &mut explain);
            known.extend(layouts::large_block(&*object.header));
            if let Some(class) = as_class((*object.header).value()) {
                class.cache_blocks(&mut known);
            }
        }
    }
    while let Some(entry) = coming.pop() {
        table.explain(entry);
    }
    known
}

/// So many objects are followed by one thread before others are asked to help.
const ALONE: usize = 1 << 14;
/// A worker that has found so many more objects looks whether others wait.
const OFTEN: usize = 256;

/// Marks what is reachable.
pub(super) struct Marker {
    pub(super) table: Table,
    /// Addresses of objects that are marked while what they refer to is not.
    work: Array<usize>,
    /// Objects that are dying, by address.
    pub(super) dying: Vec<usize>,
    /// How many threads the heap is worth.
    workers: usize,
}

/// The object is reachable: if that is news, there is work with it.
#[inline]
fn mark(table: &Table, entry: Entry, work: &mut Array<usize>) {
    if table.mark(entry) {
        work.push(entry.header.expose_provenance());
    }
}

impl Marker {
    /// What `value` refers to is reachable.
    #[inline]
    fn mark_value(&mut self, value: Value) {
        if value.is_object()
            && let Some(entry) = self.table.find(value.as_ptr().addr())
        {
            self.mark(entry);
        }
    }

    #[inline]
    fn mark(&mut self, entry: Entry) {
        mark(&self.table, entry, &mut self.work);
    }

    /// The container `address` points into is reachable if it is a deferred one. Tells whether there is a container.
    #[inline]
    pub(super) fn mark_if_deferred(&mut self, address: usize) -> bool {
        let Some(entry) = self.table.find(address) else {
            return false;
        };
        // SAFETY: the table holds live objects only.
        if unsafe { &*entry.header }.has_flag(FLAG_DEFERRED) {
            self.mark(entry);
        }
        true
    }

    /// Objects that a test picks are reachable, whatever else.
    pub(super) fn keep(&mut self, mut test: impl FnMut(&Header) -> bool) {
        let mut cursor = self.table.start();
        while let Some(entry) = self.table.next(&mut cursor, true) {
            // SAFETY: the table holds live objects only.
            if test(unsafe { &*entry.header }) {
                self.mark(entry);
            }
        }
        self.drain();
    }

    /// Marks everything that the marked objects refer to.
    pub(super) fn drain(&mut self) {
        let mut tracer = Tracer {
            table: &self.table,
            work: std::mem::take(&mut self.work),
            coming: Coming::new(),
            pool: None,
        };
        let most = if self.workers == 1 { usize::MAX } else { ALONE };
        tracer.trace(most);
        self.work = tracer.work;
        if !self.work.is_empty() {
            self.trace_together(|_| {});
        }
    }

    /// Objects with references from outside are reachable.
    fn mark_counted(&mut self) {
        let shares = Shares::new(self.table.pages());
        self.trace_together(|tracer| {
            while let Some(pages) = shares.take() {
                for entry in tracer.table.objects(pages) {
                    if tracer.table.is_referred_to(entry) {
                        tracer.mark(entry);
                    }
                }
                tracer.trace(usize::MAX);
            }
        });
    }

    /// Has all workers `begin`, then follow what they have marked, and what is in `work`, to the end.
    fn trace_together(&mut self, begin: impl Fn(&mut Tracer) + Sync) {
        let pool = Pool::new(std::mem::take(&mut self.work));
        self.share_table(|table, workers| {
            workers::run(workers, || {
                let mut tracer = Tracer {
                    table,
                    work: Array::default(),
                    coming: Coming::new(),
                    pool: (workers > 1).then_some(&pool),
                };
                pool.begin();
                begin(&mut tracer);
                loop {
                    tracer.trace(usize::MAX);
                    if !pool.take(&mut tracer.work) {
                        break;
                    }
                }
            })
        });
    }

    /// Calls `work` for all pages, a few of them at a time. Gives what it gives for all of them together.
    fn share_pages<R: Send>(
        &mut self,
        work: impl Fn(&Table, Range<usize>) -> Vec<R> + Sync,
    ) -> Vec<R> {
        let shares = Shares::new(self.table.pages());
        let results = self.share_table(|table, workers| {
            workers::run(workers, || {
                let runs = std::iter::from_fn(|| shares.take());
                runs.flat_map(|pages| work(table, pages))
                    .collect::<Vec<R>>()
            })
        });
        results.into_iter().flatten().collect()
    }

    /// Lets all workers use the table at once.
    fn share_table<R>(&mut self, work: impl FnOnce(&Table, usize) -> R) -> R {
        self.table.shared = self.workers > 1;
        let result = work(&self.table, self.workers);
        self.table.shared = false;
        result
    }
}

/// One worker's part in following references.
struct Tracer<'a> {
    table: &'a Table,
    /// Addresses of objects that are marked while what they refer to is not.
    work: Array<usize>,
    coming: Coming<usize>,
    /// Where to give some of them to others.
    pool: Option<&'a Pool>,
}

impl Tracer<'_> {
    #[inline]
    fn mark(&mut self, entry: Entry) {
        mark(self.table, entry, &mut self.work);
    }

    /// Marks what the objects in `work` refer to, and what those do, and so on. Takes so many from there at most.
    fn trace(&mut self, most: usize) {
        let mut left = most;
        loop {
            while left > 0
                && self.coming.has_room()
                && let Some(address) = self.work.pop()
            {
                // Most objects have up to two cache lines.
                prefetch(address);
                prefetch(address + 64);
                self.coming.push(address);
                left -= 1;
            }
            let Some(address) = self.coming.pop() else {
                break;
            };
            // SAFETY: the world is stopped (contract of `analyse`).
            unsafe {
                traverse(std::ptr::with_exposed_provenance(address), &mut |value| {
                    self.reach(value)
                })
            };
            self.share();
        }
    }

    /// What `value` refers to is reachable.
    #[inline]
    fn reach(&mut self, value: Value) {
        if value.is_object()
            && let Some(entry) = self.table.find(value.as_ptr().addr())
        {
            self.mark(entry);
            // One object may refer to a million others.
            if self.work.len().is_multiple_of(OFTEN) {
                self.share();
            }
        }
    }

    /// Gives others something to do if they wait for it.
    #[inline(always)]
    fn share(&mut self) {
        if let Some(pool) = self.pool
            && pool.is_wanted()
        {
            pool.give(&mut self.work);
        }
    }
}
