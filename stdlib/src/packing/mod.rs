//! `_struct`: values as bytes, laid out as a format says.

mod format;
mod item;

use crate::cell::Var;
use crate::errors;
use ashore_runtime::object::Slot;
use ashore_runtime::operators::convert;
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::bytes::{self, Bytes};
use ashore_runtime::types::class::as_class;
use ashore_runtime::types::int;
use ashore_runtime::types::memoryview::{self, Acquired, request};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::str::{self, Str, codec};
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::{Object, Owned, Result, Thread, Value, methods, raise};
use format::Layout;
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

static ERROR: NativeClass = errors::class("struct.error");
static STRUCT: NativeClass = NativeClass::new("_struct.Struct", METHODS)
    .doc("Struct(fmt) --> compiled struct object")
    .weakrefable()
    .open();
static ITERATOR: NativeClass =
    NativeClass::new("_struct.unpack_iterator", ITERATOR_METHODS).iterator();

/// Raises `struct.error`.
macro_rules! fail {
    ($thread:expr, $($text:tt)*) => {
        Err($crate::errors::raised($thread, &$crate::packing::ERROR, &format!($($text)*)))
    };
}
use fail;

/// Until `__init__` has run there is neither a format nor a layout.
struct Struct {
    format: Var,
    layout: Mutex<Option<Arc<Layout>>>,
}

impl Data for Struct {
    fn dies_unseen(&self) -> bool {
        true
    }

    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.format.visit(visit);
    }
}

struct Unpacking {
    layout: Arc<Layout>,
    /// A view of the memory, which is released at the end.
    view: Slot,
    length: usize,
    offset: AtomicUsize,
}

impl Data for Unpacking {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.view.peek());
    }

    fn next(&self, thread: &Thread) -> Option<Result<Option<Owned>>> {
        let size = self.layout.size;
        let view = self.view.peek();
        let offset = self.offset.load(Ordering::Relaxed);
        if offset >= self.length {
            return Some(memoryview::release(thread, view).map(|()| None));
        }
        self.offset.store(offset + size, Ordering::Relaxed);
        let part = memoryview::read(thread, view, offset, size);
        Some(part.map(|part| Some(self.layout.unpack(thread, &part))))
    }
}

impl Layout {
    fn unpack(&self, thread: &Thread, bytes: &[u8]) -> Owned {
        let values = self.items.iter().map(|item| {
            let bytes = &bytes[item.offset..][..item.size];
            item.unpack(thread, self.big_endian, bytes)
        });
        tuple::new(thread, values.collect())
    }

    fn pack(&self, thread: &Thread, function: &str, values: &[Value]) -> Result<Vec<u8>> {
        let (wanted, given) = (self.items.len(), values.len());
        if wanted != given {
            return fail!(
                thread,
                "{function} expected {wanted} items for packing (got {given})"
            );
        }
        let mut out = Vec::new();
        if out.try_reserve_exact(self.size).is_err() {
            return raise!(thread, MemoryError, "");
        }
        out.resize(self.size, 0);
        for (item, &value) in self.items.iter().zip(values) {
            let place = &mut out[item.offset..][..item.size];
            item.pack(thread, value, self.big_endian, place)?;
        }
        Ok(out)
    }
}

/// The layout that a format, str or bytes, describes.
fn parse(thread: &Thread, format: Value) -> Result<Layout> {
    if let Some(text) = format.get::<Bytes>() {
        return parse_text(thread, text.as_slice());
    }
    let Some(text) = format.get::<Str>() else {
        let got = convert::type_name(format);
        return raise!(
            thread,
            TypeError,
            "Struct() argument 1 must be a str or bytes object, not {got}"
        );
    };
    let text = codec::encode(thread, text, Some("ascii"), None)?;
    parse_text(thread, &text)
}

fn parse_text(thread: &Thread, text: &[u8]) -> Result<Layout> {
    if text.contains(&0) {
        return fail!(thread, "embedded null character");
    }
    Layout::parse(thread, text)
}

fn new_struct(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let blank = Struct {
        format: Var::empty(),
        layout: Mutex::new(None),
    };
    Ok(native::new(thread, class, blank))
}

fn init_struct(thread: &Thread, args: &[Value]) -> Result {
    let layout = Arc::new(parse(thread, args[1])?);
    let format = match args[1].get::<Bytes>() {
        Some(bytes) => str::new(thread, &String::from_utf8_lossy(bytes.as_slice())),
        None => Owned::new(args[1]),
    };
    let this = receiver::<Struct>(args);
    this.format.set(format);
    *this.layout.lock() = Some(layout);
    Ok(Owned::NONE)
}

fn layout(thread: &Thread, args: &[Value]) -> Result<Arc<Layout>> {
    let layout = receiver::<Struct>(args).layout.lock().clone();
    match layout {
        Some(layout) => Ok(layout),
        None => raise!(thread, RuntimeError, "Struct object is not initialized"),
    }
}

fn rest(value: Value) -> Vec<Value> {
    value
        .get::<Tuple>()
        .map_or(Vec::new(), |values| values.items().to_vec())
}

fn pack(thread: &Thread, args: &[Value]) -> Result {
    let packed = layout(thread, args)?.pack(thread, "pack", &rest(args[1]))?;
    Ok(bytes::new(thread, &packed))
}

fn pack_into(thread: &Thread, args: &[Value]) -> Result {
    let layout = layout(thread, args)?;
    put(thread, &layout, args[1], args[2], &rest(args[3]))
}

/// Where `size` bytes begin in a buffer of `length`, counted from its end if negative; none if they do not fit.
fn place(offset: isize, length: usize, size: usize) -> Option<usize> {
    let start = match usize::try_from(offset) {
        Ok(offset) => offset,
        Err(_) => length.checked_sub(offset.unsigned_abs())?,
    };
    (start <= length && length - start >= size).then_some(start)
}

fn put(thread: &Thread, layout: &Layout, buffer: Value, offset: Value, values: &[Value]) -> Result {
    let Some(target) = bytes::writable(thread, buffer) else {
        let got = convert::argument_type(buffer);
        return raise!(
            thread,
            TypeError,
            "argument must be read-write bytes-like object, not {got}"
        );
    };
    let length = target.len();
    let offset = convert::to_isize(thread, offset)?;
    let size = layout.size;
    let packed = layout.pack(thread, "pack_into", values)?;
    let Some(start) = place(offset, length, size) else {
        if offset < 0 && offset.unsigned_abs() > length {
            return fail!(
                thread,
                "offset {offset} out of range for {length}-byte buffer"
            );
        }
        if offset < 0 {
            return fail!(thread, "no space to pack {size} bytes at offset {offset}");
        }
        let needed = size.saturating_add(offset.unsigned_abs());
        return fail!(
            thread,
            "pack_into requires a buffer of at least {needed} bytes for packing {size} bytes at offset {offset} (actual buffer size is {length})"
        );
    };
    target.write(thread, start, &packed)?;
    Ok(Owned::NONE)
}

fn unpack(thread: &Thread, args: &[Value]) -> Result {
    let layout = layout(thread, args)?;
    take(thread, &layout, args[1])
}

/// What is unpacked from: only the part that is needed is copied.
enum Source<'a> {
    Bytes(&'a [u8]),
    Memory(Acquired),
}

impl<'a> Source<'a> {
    fn of(thread: &Thread, buffer: &'a Value) -> Result<Source<'a>> {
        if let Some(bytes) = buffer.get_exact::<Bytes>() {
            return Ok(Source::Bytes(bytes.as_slice()));
        }
        match memoryview::acquire(thread, *buffer, request::SIMPLE)? {
            Some(memory) => Ok(Source::Memory(memory)),
            None => bytes::not_bytes_like(thread, *buffer),
        }
    }

    fn len(&self) -> usize {
        match self {
            Source::Bytes(bytes) => bytes.len(),
            Source::Memory(memory) => memory.len(),
        }
    }

    /// The bytes from `start` on, which are there.
    fn part(&self, thread: &Thread, start: usize, size: usize) -> Result<Cow<'a, [u8]>> {
        match self {
            Source::Bytes(bytes) => Ok(Cow::Borrowed(&bytes[start..][..size])),
            Source::Memory(memory) => memory.read(thread, start, size).map(Cow::Owned),
        }
    }
}

fn take(thread: &Thread, layout: &Layout, buffer: Value) -> Result {
    let source = Source::of(thread, &buffer)?;
    let size = layout.size;
    if source.len() != size {
        return fail!(thread, "unpack requires a buffer of {size} bytes");
    }
    let part = source.part(thread, 0, size)?;
    Ok(layout.unpack(thread, &part))
}

fn unpack_from(thread: &Thread, args: &[Value]) -> Result {
    let layout = layout(thread, args)?;
    take_from(thread, &layout, args[1], args[2])
}

fn take_from(thread: &Thread, layout: &Layout, buffer: Value, offset: Value) -> Result {
    let offset = convert::to_isize(thread, offset)?;
    let source = Source::of(thread, &buffer)?;
    let (length, size) = (source.len(), layout.size);
    if let Some(start) = place(offset, length, size) {
        let part = source.part(thread, start, size)?;
        return Ok(layout.unpack(thread, &part));
    }
    if offset < 0 && offset.unsigned_abs() > length {
        return fail!(
            thread,
            "offset {offset} out of range for {length}-byte buffer"
        );
    }
    if offset < 0 {
        return fail!(
            thread,
            "not enough data to unpack {size} bytes at offset {offset}"
        );
    }
    let needed = size.saturating_add(offset.unsigned_abs());
    fail!(
        thread,
        "unpack_from requires a buffer of at least {needed} bytes for unpacking {size} bytes at offset {offset} (actual buffer size is {length})"
    )
}

fn iter_unpack(thread: &Thread, args: &[Value]) -> Result {
    iterate(thread, layout(thread, args)?, args[1])
}

fn iterate(thread: &Thread, layout: Arc<Layout>, buffer: Value) -> Result {
    let size = layout.size;
    if size == 0 {
        return fail!(
            thread,
            "cannot iteratively unpack with a struct of length 0"
        );
    }
    let Some(acquired) = memoryview::acquire(thread, buffer, request::SIMPLE)? else {
        return bytes::not_bytes_like(thread, buffer);
    };
    let length = acquired.len();
    if length % size != 0 {
        return fail!(
            thread,
            "iterative unpacking requires a buffer of a multiple of {size} bytes"
        );
    }
    let unpacking = Unpacking {
        layout,
        view: Slot::new(acquired.into_view(thread)),
        length,
        offset: AtomicUsize::new(0),
    };
    Ok(native::new(thread, ITERATOR.class(thread), unpacking))
}

fn remaining(thread: &Thread, args: &[Value]) -> Result {
    let unpacking = receiver::<Unpacking>(args);
    let offset = unpacking.offset.load(Ordering::Relaxed);
    let left = unpacking.length.saturating_sub(offset);
    Ok(int::from_usize(thread, left / unpacking.layout.size))
}

fn get_format(thread: &Thread, args: &[Value]) -> Result {
    layout(thread, args)?;
    Ok(receiver::<Struct>(args).format.get())
}

fn get_size(thread: &Thread, args: &[Value]) -> Result {
    let layout = receiver::<Struct>(args).layout.lock().clone();
    Ok(match layout {
        Some(layout) => int::from_usize(thread, layout.size),
        None => int::from_i64(thread, -1),
    })
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let format = get_format(thread, args)?;
    let format = convert::display_repr(thread, format.value())?;
    let name = ashore_runtime::types::class_of(args[0]).name();
    let name = name.rsplit('.').next().unwrap_or_default();
    Ok(str::new(thread, &format!("{name}({format})")))
}

methods! { METHODS:
    new "Struct(type, /, *args, **kwargs)" => new_struct;
    "__init__(self, /, format)" => init_struct -> None;
    /// Pack values and return the packed bytes.
    "pack(self, /, *values)" => pack -> Bytes;
    /// Pack values and write the packed bytes into the buffer.
    "pack_into(self, buffer, offset, /, *values)" => pack_into -> None;
    /// Return a tuple containing unpacked values.
    "unpack(self, buffer, /)" => unpack -> Tuple;
    /// Return a tuple containing unpacked values.
    "unpack_from(self, /, buffer, offset=0)" => unpack_from -> Tuple;
    /// Return an iterator yielding tuples.
    "iter_unpack(self, buffer, /)" => iter_unpack;
    "__repr__(self, /)" => repr -> Str;
    /// struct format string
    get "format" => get_format;
    /// struct size in bytes
    get "size" => get_size -> Int;
}

methods! { ITERATOR_METHODS:
    "__length_hint__(self, /)" => remaining -> Int;
}

fn calcsize(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, parse(thread, args[0])?.size))
}

fn module_pack(thread: &Thread, args: &[Value]) -> Result {
    let packed = parse(thread, args[0])?.pack(thread, "pack", &rest(args[1]))?;
    Ok(bytes::new(thread, &packed))
}

fn module_pack_into(thread: &Thread, args: &[Value]) -> Result {
    let layout = parse(thread, args[0])?;
    put(thread, &layout, args[1], args[2], &rest(args[3]))
}

fn module_unpack(thread: &Thread, args: &[Value]) -> Result {
    take(thread, &parse(thread, args[0])?, args[1])
}

fn module_unpack_from(thread: &Thread, args: &[Value]) -> Result {
    take_from(thread, &parse(thread, args[0])?, args[1], args[2])
}

fn module_iter_unpack(thread: &Thread, args: &[Value]) -> Result {
    iterate(thread, Arc::new(parse(thread, args[0])?), args[1])
}

/// Formats are parsed anew each time: there is nothing to clear.
fn clear_cache(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::NONE)
}

methods! { FUNCTIONS:
    /// Clear the internal cache.
    static "_clearcache()" => clear_cache -> None;
    /// Return size in bytes of the struct described by the format string.
    static "calcsize(format, /)" => calcsize -> Int;
    /// Return a bytes object containing values packed according to the format string.
    static "pack(format, /, *values)" => module_pack -> Bytes;
    /// Pack values and write the packed bytes into the buffer.
    static "pack_into(format, buffer, offset, /, *values)" => module_pack_into -> None;
    /// Return a tuple containing values unpacked according to the format string.
    static "unpack(format, buffer, /)" => module_unpack -> Tuple;
    /// Return a tuple containing values unpacked according to the format string.
    static "unpack_from(format, /, buffer, offset=0)" => module_unpack_from -> Tuple;
    /// Return an iterator yielding tuples unpacked from the given bytes.
    static "iter_unpack(format, buffer, /)" => module_iter_unpack;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    module.set(thread, "Struct", STRUCT.class(thread).value())?;
    module.set(thread, "error", ERROR.class(thread).value())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "_struct",
    doc: "Functions to convert between Python values and C structs represented as Python bytes objects.",
    functions: FUNCTIONS,
    initialize,
};
