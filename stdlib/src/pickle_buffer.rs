//! `_pickle_buffer`: the class `PickleBuffer`, which is all that `pickle` needs of what CPython has in C.

use crate::cell::Var;
use ashore_runtime::types::bytes;
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::memoryview::{self, Acquired, request};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::{Object, Owned, Result, Thread, Value, methods, raise};

static PICKLE_BUFFER: NativeClass = NativeClass::new("pickle.PickleBuffer", METHODS)
    .weakrefable()
    .doc("Wrapper for potentially out-of-band buffers");

/// Keeps the memory of another object, and shows it as its own.
struct PickleBuffer {
    /// A view of it; MISSING once released.
    view: Var,
}

impl Data for PickleBuffer {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.view.visit(visit);
    }

    fn lender(&self, thread: &Thread) -> Option<Result> {
        let view = self.view.get();
        if view.value().is_missing() {
            return Some(raise!(
                thread,
                ValueError,
                "operation forbidden on released PickleBuffer object"
            ));
        }
        Some(memoryview::exporter(thread, view.value()))
    }
}

fn acquired(thread: &Thread, object: Value) -> Result<Acquired> {
    match memoryview::acquire(thread, object, request::FULL)? {
        Some(acquired) => Ok(acquired),
        None => bytes::not_bytes_like(thread, object),
    }
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let view = acquired(thread, args[1])?.into_view(thread);
    let view = Var::new(view);
    Ok(native::new(thread, class, PickleBuffer { view }))
}

fn raw(thread: &Thread, args: &[Value]) -> Result {
    acquired(thread, args[0])?.into_raw_view(thread)
}

fn release(_: &Thread, args: &[Value]) -> Result {
    drop(receiver::<PickleBuffer>(args).view.take());
    Ok(Owned::NONE)
}

methods! { METHODS:
    new "PickleBuffer(type, object, /)" => new;
    /// Return a memoryview of the raw memory underlying this buffer.
    ///
    /// Will raise BufferError is the buffer isn't contiguous.
    "raw(self, /)" => raw;
    /// Release the underlying buffer held by the PickleBuffer object.
    "release(self, /)" => release -> None;
    /// Return a buffer object that exposes the underlying memory of the object.
    "__buffer__(self, flags, /)" => memoryview::buffer;
    /// Release the buffer object that exposes the underlying memory of the object.
    "__release_buffer__(self, buffer, /)" => memoryview::release_buffer -> None;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    module.set(thread, "PickleBuffer", PICKLE_BUFFER.class(thread).value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_pickle_buffer",
    doc: "",
    functions: &[],
    initialize,
};
