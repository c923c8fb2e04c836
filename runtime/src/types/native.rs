//! Objects of native modules: any Rust data behind a header.

use crate::object::{Header, Kind, Object};
use crate::types::Type;
use crate::{Owned, Thread, Value, heap};
use std::any::Any;

/// What a native object holds.
pub trait Data: Any + Send + Sync {
    /// Visits every counted reference the data owns (in `Slot`s) exactly once.
    fn traverse(&self, _visit: &mut dyn FnMut(Value)) {}
}

/// A native object.
#[repr(C)]
pub struct Native {
    header: Header,
    data: Box<dyn Data>,
}

// SAFETY: `repr(C)`, header first, own kind; the data visits what it owns (its contract), `finish` drops the box, whose
// slots do not release anything when dropped.
unsafe impl Object for Native {
    const KIND: Kind = Kind::NATIVE;

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.data.traverse(visit);
    }

    unsafe fn finish(&self, _thread: &Thread) {
        // SAFETY: the object is dead (caller's promise) and the box is not used again.
        drop(unsafe { std::ptr::read(&raw const self.data) });
    }
}

/// A new object of a class with native layout.
pub fn new(thread: &Thread, class: &Type, data: impl Data) -> Owned {
    let object = Native {
        header: class.instance_header(thread),
        data: Box::new(data),
    };
    heap::new_with_attributes(thread, object, 0)
}

/// The data of a native object, if it is a `T`.
#[inline]
pub fn get<T: Data>(value: &Value) -> Option<&T> {
    let data: &dyn Any = value.get::<Native>()?.data.as_ref();
    data.downcast_ref::<T>()
}
