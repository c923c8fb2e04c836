//! Finding garbage: trial deletion over reference counts, then marking.
//!
//! 1. Every reference that one container holds to another is taken off the latter's count. What is left are references
//!    from outside: native variables, registers, statics.
//! 2. Objects with references left, and objects that live for ever, are reachable, and so is everything they refer to.
//!    Deferred objects are not counted, so the stacks are searched for them ([`super::roots`]).
//! 3. The rest is garbage.
//!
//! An instance refers to its class through its shape; no count says so, because classes are deferred.

use super::array::Array;
use super::roots::{self, Roots};
use super::table::{Cursor, Entry, Table};
use crate::heap::mimalloc::Heap;
use crate::object::{FLAG_DEFERRED, Header, Object};
use crate::types::class::as_class;
use crate::types::layouts;
use crate::{Builtin, Value};
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
    let mut known = explain(&mut table);
    for builtin in Builtin::ALL {
        builtin.class().cache_blocks(&mut known);
    }
    let mut marker = Marker {
        table,
        work: Array::default(),
    };
    marker.mark_counted();
    for builtin in Builtin::ALL {
        // SAFETY: the world is stopped; builtin types are never freed.
        unsafe {
            layouts::traverse_objects(builtin.class().header(), &mut |value| {
                marker.mark_value(value)
            })
        };
        marker.drain();
    }
    roots::search(&mut marker, roots, &known);
    marker
}

/// Takes off the counts what the objects' references to each other explain. Gives the blocks in which a search need not
/// look for more: the large ones of those references, and those of classes' caches, which keep nothing.
fn explain(table: &mut Table) -> Vec<usize> {
    let mut known = Vec::new();
    let mut cursor = Cursor::default();
    while let Some(object) = table.next(&mut cursor, false) {
        // SAFETY: the world is stopped (contract of `analyse`). The class is not counted.
        unsafe {
            layouts::traverse_objects(&*object.header, &mut |value| {
                if value.is_object()
                    && let Some(entry) = table.find(value.as_ptr().addr())
                {
                    table.explain(entry);
                }
            });
            known.extend(layouts::large_block(&*object.header));
            if let Some(class) = as_class((*object.header).value()) {
                class.cache_blocks(&mut known);
            }
        }
    }
    known
}

/// Marks what is reachable.
pub(super) struct Marker {
    pub(super) table: Table,
    /// Addresses of objects that are marked while what they refer to is not.
    work: Array<usize>,
}

impl Marker {
    #[inline]
    fn mark(&mut self, entry: Entry) {
        if self.table.mark(entry) {
            self.work.push(entry.header.expose_provenance());
        }
    }

    /// What `value` refers to is reachable.
    #[inline]
    fn mark_value(&mut self, value: Value) {
        if value.is_object()
            && let Some(entry) = self.table.find(value.as_ptr().addr())
        {
            self.mark(entry);
        }
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
        let mut cursor = Cursor::default();
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
        while let Some(address) = self.work.pop() {
            // SAFETY: the world is stopped (contract of `analyse`).
            unsafe {
                traverse(std::ptr::with_exposed_provenance(address), &mut |value| {
                    self.mark_value(value)
                })
            };
        }
    }

    /// Objects with references from outside are reachable.
    fn mark_counted(&mut self) {
        let mut cursor = Cursor::default();
        while let Some(entry) = self.table.next(&mut cursor, false) {
            if self.table.references(entry) > 0 {
                self.mark(entry);
            }
        }
        self.drain();
    }
}
