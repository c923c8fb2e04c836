//! `memoryview`: items in memory that another object has.
//!
//! ```text
//!   view ─┬─► memory     the object whose bytes they are: bytes, a bytearray, a native object
//!         ├─► exporter   what gave them out, as `obj` shows it; often the same
//!         ├─► managed    only if Python code is to be told when the memory is no longer used
//!         └─► hold       keeps the memory from being resized
//! ```
//!
//! Views made of one another share one acquisition of the memory: `hold` and `managed` end with the last of them that is
//! released or dies. A released view has none of the four; `memory` tells. While an object is seen through a view it does
//! not change its size: that is a rule of the language and nothing that safety rests on. Whoever follows a layout into
//! memory finds out there whether the bytes still exist (`memory`).

mod access;
mod exporter;
mod format;
mod iterator;
mod layout;
mod memory;
mod methods;
mod operations;

pub use exporter::{Acquired, acquire, buffer, release_buffer, request};
pub use methods::MEMORYVIEW;

use super::exports::{Export, Exports};
use super::native::{self, Data};
use crate::object::Slot;
use crate::sync::lock::lock;
use crate::sync::mutex::Mutex;
use crate::{Owned, Result, Thread, Value, raise};
use format::Format;
use layout::Layout;
use memory::Memory;
use std::sync::{Arc, OnceLock};

/// A view: where the memory comes from, and which items of it are seen.
pub struct MemoryView {
    memory: Slot,
    exporter: Slot,
    managed: Slot,
    /// None for memory that never changes its size, or that `managed` holds.
    hold: Mutex<Option<Arc<Export>>>,
    window: Window,
    /// Nothing that could outlive it can be made of the view: it belongs to a `__release_buffer__` that is running.
    restricted: bool,
    /// What was acquired of this view as an exporter itself. Made with the first.
    exports: OnceLock<Exports>,
    hash: OnceLock<i64>,
}

/// What is seen of the memory.
#[derive(Clone)]
struct Window {
    layout: Layout,
    format: Format,
    readonly: bool,
}

/// What views made of one another have in common.
struct Share {
    memory: Memory,
    exporter: Owned,
    managed: Owned,
    hold: Option<Arc<Export>>,
}

impl Share {
    /// A view of the memory.
    fn view(self, thread: &Thread, window: Window) -> Owned {
        self.make(thread, window, false)
    }

    fn make(self, thread: &Thread, window: Window, restricted: bool) -> Owned {
        let view = MemoryView {
            memory: Slot::new(self.memory.0),
            exporter: Slot::new(self.exporter),
            managed: Slot::new(self.managed),
            hold: Mutex::new(self.hold),
            window,
            restricted,
            exports: OnceLock::new(),
            hash: OnceLock::new(),
        };
        native::new(thread, MEMORYVIEW.class(thread), view)
    }
}

impl Data for MemoryView {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.memory.peek());
        visit(self.exporter.peek());
        visit(self.managed.peek());
    }
}

/// The view that a value is, if it is one.
pub(super) fn of(value: &Value) -> Option<&MemoryView> {
    native::get::<MemoryView>(value)
}

/// A view as the receiver or argument of a method: the object, and what is in it.
#[derive(Clone, Copy)]
struct View<'a> {
    object: Value,
    data: &'a MemoryView,
}

impl<'a> View<'a> {
    fn of(value: &'a Value) -> Option<View<'a>> {
        of(value).map(|data| View {
            object: *value,
            data,
        })
    }

    /// The receiver of a method.
    fn receiver(args: &'a [Value]) -> View<'a> {
        View::of(&args[0]).expect("methods are bound to instances of their class")
    }

    fn is_released(self) -> bool {
        self.data.memory.peek().is_missing()
    }

    fn reference(self, slot: &Slot) -> Owned {
        slot.load(self.object.header().expect("a view is an object"))
    }

    /// The memory; raises ValueError if the view was released.
    #[inline]
    fn memory(self, thread: &Thread) -> Result<Memory> {
        let memory = self.reference(&self.data.memory);
        if memory.is_missing() {
            return released(thread);
        }
        Ok(Memory(memory))
    }

    /// Raises ValueError if the view was released.
    fn check(self, thread: &Thread) -> Result<()> {
        match self.is_released() {
            false => Ok(()),
            true => released(thread),
        }
    }

    /// Raises ValueError if nothing may be made of the view.
    fn check_shareable(self, thread: &Thread) -> Result<()> {
        self.check(thread)?;
        if self.data.restricted {
            return raise!(
                thread,
                ValueError,
                "cannot create new view on restricted memoryview"
            );
        }
        Ok(())
    }

    /// The bytes of all items.
    fn copy(self, thread: &Thread, order: layout::Order) -> Result<Vec<u8>> {
        let memory = self.memory(thread)?;
        memory.copy(thread, &self.data.window.layout, order)
    }

    /// What another view of the memory needs; raises ValueError if there must be none.
    fn share(self, thread: &Thread) -> Result<Share> {
        self.check_shareable(thread)?;
        // The memory is looked at last and given back first: if it is there, so was the rest. Only `hold` may be gone, if
        // another thread releases the view just now; the new view then pins nothing.
        let hold = self.data.hold.lock().clone();
        Ok(Share {
            hold,
            exporter: self.reference(&self.data.exporter),
            managed: self.reference(&self.data.managed),
            memory: self.memory(thread)?,
        })
    }

    /// Counts as an acquisition of this view until it is dropped.
    fn export(self) -> Export {
        self.data.exports.get_or_init(Exports::default).export()
    }

    /// Gives the memory back, unless somebody acquired it of this view. Once more is no harm.
    fn release(self, thread: &Thread) -> Result<()> {
        if self.is_released() {
            return Ok(());
        }
        let exports = self.data.exports.get().map_or(0, Exports::count);
        if exports > 0 {
            let plural = if exports == 1 { "" } else { "s" };
            return raise!(
                thread,
                BufferError,
                "memoryview has {exports} exported buffer{plural}"
            );
        }
        self.give_back();
        Ok(())
    }

    fn give_back(self) {
        let hold = self.data.hold.lock().take();
        let header = self.object.header().expect("a view is an object");
        let slots = [&self.data.memory, &self.data.exporter, &self.data.managed];
        let guard = lock(header);
        let references = slots.map(|slot| slot.replace(Owned::inline(Value::MISSING)));
        drop(guard);
        // Resizing is allowed again before Python code runs.
        drop(hold);
        drop(references);
    }
}

/// Bytes that a view shows, which is one of bytes in a row.
pub fn read(thread: &Thread, view: Value, start: usize, len: usize) -> Result<Vec<u8>> {
    let view = View::of(&view).expect("the caller made the view");
    let start = view.data.window.layout.start + start as isize;
    view.memory(thread)?.read(thread, start, len)
}

/// What a view shows as its object.
pub fn exporter(thread: &Thread, view: Value) -> Result {
    let view = View::of(&view).expect("the caller made the view");
    let exporter = view.reference(&view.data.exporter);
    match exporter.is_missing() {
        true => released(thread),
        false => Ok(exporter),
    }
}

/// Releases a view.
pub fn release(thread: &Thread, view: Value) -> Result<()> {
    View::of(&view)
        .expect("the caller made the view")
        .release(thread)
}

#[cold]
fn released<R>(thread: &Thread) -> Result<R> {
    raise!(
        thread,
        ValueError,
        "operation forbidden on released memoryview object"
    )
}
