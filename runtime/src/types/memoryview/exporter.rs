//! The buffer protocol: how memory is acquired of an object, and given back.
//!
//! ```text
//!   acquire ─┬─ a view                          its memory, arranged as it is there; the view counts it
//!            ├─ `__buffer__` of a Python class  the view that it returns, as above
//!            └─ bytes, bytearray, native        all bytes in a row; the object counts it
//! ```
//!
//! What was acquired is given back by dropping it. If a Python class is to be told (`__release_buffer__`), a [`Managed`]
//! object is what dies then, and its finalizer tells.

use super::format::Format;
use super::layout::{Layout, Order};
use super::memory::{self, Memory};
use super::{Share, View, Window, of};
use crate::object::Slot;
use crate::operators::{attribute, convert};
use crate::sync::mutex::Mutex;
use crate::types::bytes::{self, Bytearray, Bytes};
use crate::types::exports::Export;
use crate::types::names::Name;
use crate::types::native::{self, Data, NativeClass};
use crate::types::{Type, class_of, exception};
use crate::{Owned, Result, Thread, Value, methods, raise};
use std::sync::Arc;

/// What whoever acquires memory asks for: bits of `inspect.BufferFlags`.
pub mod request {
    /// Bytes in a row, perhaps to be read only.
    pub const SIMPLE: i32 = 0;
    pub const WRITABLE: i32 = 1;
    pub const FORMAT: i32 = 4;
    pub const SHAPE: i32 = 8;
    pub const STRIDES: i32 = 0x10 | SHAPE;
    pub const C_CONTIGUOUS: i32 = 0x20 | STRIDES;
    pub const FORTRAN_CONTIGUOUS: i32 = 0x40 | STRIDES;
    pub const ANY_CONTIGUOUS: i32 = 0x80 | STRIDES;
    pub const INDIRECT: i32 = 0x100 | STRIDES;
    /// All there is to know, of memory that may be arranged in any way.
    pub const FULL: i32 = INDIRECT | FORMAT;
    /// These two ask something else, and are no requests.
    pub const READ: i32 = 0x100;
    pub const WRITE: i32 = 0x200;
}

/// Memory that was acquired; dropping it gives it back, which may run Python code.
pub struct Acquired {
    share: Share,
    window: Window,
}

impl Acquired {
    /// The number of bytes.
    pub fn len(&self) -> usize {
        self.window.layout.bytes()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes, in the order in which the items are numbered.
    pub fn copy(&self, thread: &Thread) -> Result<Vec<u8>> {
        self.memory().copy(thread, &self.window.layout, Order::C)
    }

    /// The bytes from an offset on, of memory that was acquired as `SIMPLE`.
    pub fn read(&self, thread: &Thread, start: usize, len: usize) -> Result<Vec<u8>> {
        let start = self.window.layout.start + start as isize;
        self.memory().read(thread, start, len)
    }

    /// Writes bytes from an offset on, into memory that was acquired as `WRITABLE`.
    pub fn write(&self, thread: &Thread, start: usize, bytes: &[u8]) -> Result<()> {
        let start = self.window.layout.start + start as isize;
        match bytes.is_empty() || self.memory().store(thread, start, bytes) {
            true => Ok(()),
            false => memory::gone(thread),
        }
    }

    pub(super) fn memory(&self) -> &Memory {
        &self.share.memory
    }

    pub(super) fn window(&self) -> &Window {
        &self.window
    }

    /// A view of the bytes as they lie in memory; raises BufferError if there are others between them.
    pub fn into_raw_view(mut self, thread: &Thread) -> Result {
        let layout = &self.window.layout;
        if !layout.is_contiguous(Order::C) && !layout.is_contiguous(Order::Fortran) {
            return raise!(
                thread,
                BufferError,
                "cannot extract raw buffer from non-contiguous buffer"
            );
        }
        self.window.layout = Layout::row(layout.start, layout.bytes(), 1);
        self.window.format = Format::BYTES;
        Ok(self.into_view(thread))
    }

    /// A view of the memory.
    pub fn into_view(self, thread: &Thread) -> Owned {
        self.share.view(thread, self.window)
    }
}

/// Acquires the memory of an object; none if it has no such thing. What `__buffer__` raises is raised.
pub fn acquire(thread: &Thread, object: Value, flags: i32) -> Result<Option<Acquired>> {
    if let Some(method) = python_method(object, Name::BUFFER) {
        return of_method(thread, object, method, flags).map(Some);
    }
    of_builtin(thread, object, flags)
}

/// The method that a Python class defines, and no builtin one before it.
fn python_method(object: Value, name: Name) -> Option<Owned> {
    let is_python = |class: &Type| !class.native && class.builtin.is_none();
    let class = class_of(object);
    if !is_python(class) {
        return None;
    }
    class.lookup_name(name)?;
    let (_, home) = class.find_in_mro(name.value())?;
    is_python(home).then(|| class.lookup_owned(name.value()))?
}

/// What `__buffer__` of a Python class gives.
fn of_method(thread: &Thread, object: Value, method: Owned, flags: i32) -> Result<Acquired> {
    let argument = Value::small_int(flags.into());
    let view = attribute::call_unbound(thread, method, object, &[argument])?;
    let value = view.value();
    let Some(source) = View::of(&value) else {
        return raise!(
            thread,
            TypeError,
            "__buffer__ returned non-memoryview object"
        );
    };
    let mut acquired = of_view(thread, source, flags)?;
    let managed = Managed {
        object: Slot::new(Owned::new(object)),
        view: Slot::new(view),
        seen: Mutex::new(None),
        hold: Mutex::new(acquired.share.hold.take()),
    };
    acquired.share.managed = native::new(thread, MANAGED.class(thread), managed);
    acquired.share.exporter = native::new(thread, WRAPPER.class(thread), Wrapper);
    Ok(acquired)
}

/// What builtin `__buffer__` methods give.
fn of_builtin(thread: &Thread, object: Value, flags: i32) -> Result<Option<Acquired>> {
    if let Some(view) = View::of(&object) {
        return of_view(thread, view, flags).map(Some);
    }
    if let Some(lender) = native::lender(thread, &object) {
        return acquire(thread, lender?.value(), flags);
    }
    let (len, hold, format, readonly) = if let Some(bytes) = object.get::<Bytes>() {
        (bytes.len(), None, Format::BYTES, true)
    } else if let Some(array) = object.get::<Bytearray>() {
        let hold = array.exports().export();
        (array.len(), Some(hold), Format::BYTES, false)
    } else if let Some(memory) = native::memory(&object) {
        memory.cells.check(thread)?;
        // Counted first: the size does not change any more then.
        let hold = memory.exports.export();
        let len = memory.look(<[u8]>::len);
        (len, Some(hold), Format::new(memory.format), memory.readonly)
    } else {
        return Ok(None);
    };
    check_row(thread, readonly, flags)?;
    let item_size = format.size();
    let acquired = Acquired {
        share: Share {
            memory: Memory(Owned::new(object)),
            exporter: Owned::new(object),
            managed: Owned::inline(Value::MISSING),
            hold: hold.map(Arc::new),
        },
        window: Window {
            layout: Layout::row(0, len / item_size, item_size),
            format: match flags & request::FORMAT {
                0 => Format::BYTES,
                _ => format,
            },
            readonly,
        },
    };
    Ok(Some(managed(thread, object, acquired)))
}

/// May memory that is a row of items be acquired in this way?
fn check_row(thread: &Thread, readonly: bool, flags: i32) -> Result<()> {
    if flags == request::READ || flags == request::WRITE {
        return raise!(thread, SystemError, "bad argument to internal function");
    }
    if readonly && flags & request::WRITABLE != 0 {
        return raise!(thread, BufferError, "Object is not writable.");
    }
    Ok(())
}

/// Sees to it that a Python class derived from a builtin one is told when its memory is given back.
fn managed(thread: &Thread, object: Value, mut acquired: Acquired) -> Acquired {
    if python_method(object, Name::RELEASE_BUFFER).is_some() {
        let managed = Managed {
            object: Slot::new(Owned::new(object)),
            view: Slot::missing(),
            seen: Mutex::new(Some(acquired.window.clone())),
            hold: Mutex::new(acquired.share.hold.take()),
        };
        acquired.share.managed = native::new(thread, MANAGED.class(thread), managed);
    }
    acquired
}

/// What a view gives as an exporter.
fn of_view(thread: &Thread, view: View, flags: i32) -> Result<Acquired> {
    view.check_shareable(thread)?;
    let data = view.data;
    let asks = |what: i32| flags & what == what;
    let refuse = |why: &str| raise!(thread, BufferError, "memoryview: {why}");
    let in_c_order = data.window.layout.is_contiguous(Order::C);
    let in_fortran_order = data.window.layout.is_contiguous(Order::Fortran);
    if asks(request::WRITABLE) && data.window.readonly {
        return refuse("underlying buffer is not writable");
    }
    if (asks(request::C_CONTIGUOUS) || !asks(request::STRIDES)) && !in_c_order {
        return refuse("underlying buffer is not C-contiguous");
    }
    if asks(request::FORTRAN_CONTIGUOUS) && !in_fortran_order {
        return refuse("underlying buffer is not Fortran contiguous");
    }
    if asks(request::ANY_CONTIGUOUS) && !in_c_order && !in_fortran_order {
        return refuse("underlying buffer is not contiguous");
    }
    if !asks(request::SHAPE) && asks(request::FORMAT) {
        return refuse("cannot cast to unsigned bytes if the format flag is present");
    }
    let (start, size) = (data.window.layout.start, data.window.layout.item_size);
    let layout = if asks(request::STRIDES) {
        data.window.layout.clone()
    } else if asks(request::SHAPE) {
        Layout::grid(start, &data.window.layout.shape(), size)
    } else {
        Layout::row(start, data.window.layout.count(), size)
    };
    Ok(Acquired {
        share: Share {
            memory: view.memory(thread)?,
            exporter: Owned::new(view.object),
            managed: Owned::inline(Value::MISSING),
            hold: Some(Arc::new(view.export())),
        },
        window: Window {
            layout,
            format: match asks(request::FORMAT) {
                true => data.window.format,
                false => Format::BYTES,
            },
            readonly: data.window.readonly,
        },
    })
}

/// An acquisition that a Python class is told the end of, when the last view of it is gone.
struct Managed {
    /// The object that was asked.
    object: Slot,
    /// What its `__buffer__` returned; MISSING if it is derived from a builtin class that has the memory.
    view: Slot,
    /// What is seen of the memory in the other case.
    seen: Mutex<Option<Window>>,
    hold: Mutex<Option<Arc<Export>>>,
}

impl Data for Managed {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.object.peek());
        visit(self.view.peek());
    }
}

/// What `obj` is of a view that `__buffer__` of a Python class gave.
struct Wrapper;

impl Data for Wrapper {}

static MANAGED: NativeClass = NativeClass::new("managedbuffer", MANAGED_METHODS);
static WRAPPER: NativeClass = NativeClass::new("_buffer_wrapper", &[]);

methods! { MANAGED_METHODS:
    "__del__(self, /)" => end -> None;
}

/// The last view is gone.
fn end(thread: &Thread, args: &[Value]) -> Result {
    let managed = native::receiver::<Managed>(args);
    let object = managed.object.peek();
    let hold = managed.hold.lock().take();
    let returned = managed.view.peek();
    if let Some(view) = of(&returned) {
        drop(hold);
        // A builtin `__buffer__` that was called for the object has its own way of telling it.
        if view.exporter.peek() != object {
            tell(thread, object, returned);
        }
        return Ok(Owned::NONE);
    }
    let Some(seen) = managed.seen.lock().take() else {
        return Ok(Owned::NONE);
    };
    let share = Share {
        memory: Memory(Owned::new(object)),
        exporter: Owned::NONE,
        managed: Owned::inline(Value::MISSING),
        hold: None,
    };
    let view = share.make(thread, seen, true);
    let value = view.value();
    tell(thread, object, value);
    if let Some(view) = View::of(&value) {
        view.give_back();
    }
    drop(hold);
    Ok(Owned::NONE)
}

/// Calls `__release_buffer__`. Nobody can be told what it raises.
fn tell(thread: &Thread, object: Value, view: Value) {
    let Some(method) = python_method(object, Name::RELEASE_BUFFER) else {
        return;
    };
    if let Err(raised) = attribute::call_unbound(thread, method, object, &[view]) {
        let name = class_of(object).name();
        let place = format!("__release_buffer__ of {name}");
        exception::report_ignored_in(thread, raised, &place);
    }
}

/// `__buffer__(flags)` of builtin types.
pub fn buffer(thread: &Thread, args: &[Value]) -> Result {
    let flags = convert::to_count(thread, args[1])?;
    let Ok(flags) = i32::try_from(flags) else {
        return raise!(thread, OverflowError, "buffer flags out of range");
    };
    match of_builtin(thread, args[0], flags)? {
        Some(acquired) => Ok(acquired.into_view(thread)),
        // What lends it its memory may have none.
        None => bytes::not_bytes_like(thread, args[0]),
    }
}

/// `__release_buffer__(view)` of builtin types: releases a view that the object gave out.
pub fn release_buffer(thread: &Thread, args: &[Value]) -> Result {
    let Some(view) = View::of(&args[1]) else {
        return raise!(thread, TypeError, "expected a memoryview object");
    };
    let exporter = view.reference(&view.data.exporter);
    // What is shown to a `__release_buffer__` is given back when that returns.
    if exporter.is_none() {
        return Ok(Owned::NONE);
    }
    if view.is_released() {
        return raise!(
            thread,
            ValueError,
            "memoryview's buffer has already been released"
        );
    }
    if exporter.value() != args[0] {
        return raise!(thread, ValueError, "memoryview's buffer is not this object");
    }
    view.release(thread)?;
    Ok(Owned::NONE)
}
