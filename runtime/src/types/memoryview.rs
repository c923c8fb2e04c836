//! `memoryview`: items of one kind in the memory of a bytes or bytearray object.
//!
//! A view has one dimension. It is an export of the memory, which bytearrays and arrays do not resize meanwhile. That is a rule of the
//! language and nothing that safety rests on: items that are no longer there, after a race, raise IndexError.

use super::bytes::{Buffer, Bytearray, Bytes};
use super::class::as_class;
use super::exports::Export;
use super::native::{self, Data, NativeClass, receiver};
use super::sequences::{Subscript, index_in};
use super::slice::Selection;
use super::{bytes, class_of, float, int, iterators, list, str, tuple};
use crate::object::Slot;
use crate::operators::{compare, convert};
use crate::sync::mutex::Mutex;
use crate::types::str::Str;
use crate::{Object, Owned, Result, Thread, Value, methods, raise};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub static MEMORYVIEW: NativeClass = NativeClass::new("memoryview", METHODS)
    .weakrefable()
    .sequence()
    .doc("Create a new memoryview object which references the given object.");

/// A view: which bytes of the object, and what they are.
pub struct MemoryView {
    object: Slot,
    /// Offset of the first item in bytes, and how far apart items are.
    start: isize,
    stride: isize,
    count: usize,
    format: Format,
    readonly: bool,
    released: AtomicBool,
    /// Shared with the views made of this one. None for memory that never changes its size, and once released.
    export: Mutex<Option<Arc<Export>>>,
}

impl Data for MemoryView {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.object.peek());
    }
}

/// What the items are: a character of `struct`'s.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Format(u8);

impl Format {
    fn size(self) -> usize {
        match self.0 {
            b'h' | b'H' => 2,
            b'i' | b'I' | b'f' => 4,
            b'l' | b'L' | b'q' | b'Q' | b'd' | b'n' | b'N' | b'P' => 8,
            _ => 1,
        }
    }

    fn is_known(self) -> bool {
        b"bBc?hHiIlLqQnNPfd".contains(&self.0)
    }

    fn is_signed(self) -> bool {
        matches!(self.0, b'b' | b'h' | b'i' | b'l' | b'q' | b'n')
    }

    fn is_byte(self) -> bool {
        matches!(self.0, b'b' | b'B' | b'c')
    }

    fn unpack(self, thread: &Thread, item: &[u8]) -> Owned {
        let mut word = [0; 8];
        word[..item.len()].copy_from_slice(item);
        let bits = u64::from_le_bytes(word);
        match self.0 {
            b'c' => bytes::new(thread, item),
            b'?' => Owned::bool(bits != 0),
            b'f' => float::new(thread, f64::from(f32::from_bits(bits as u32))),
            b'd' => float::new(thread, f64::from_bits(bits)),
            _ if self.is_signed() => {
                let unused = 64 - 8 * item.len() as u32;
                int::from_i64(thread, (bits << unused).cast_signed() >> unused)
            }
            _ => int::from_u64(thread, bits),
        }
    }

    /// The bytes of an item; none if the value is not of the kind.
    fn pack(self, thread: &Thread, value: Value) -> Result<Vec<u8>> {
        let format = char::from(self.0);
        let wrong_type = || {
            raise!(
                thread,
                TypeError,
                "memoryview: invalid type for format '{format}'"
            )
        };
        let wrong_value = || {
            raise!(
                thread,
                ValueError,
                "memoryview: invalid value for format '{format}'"
            )
        };
        let bits = match self.0 {
            b'c' => match value.get::<Bytes>().map(Bytes::as_slice) {
                Some(&[byte]) => u64::from(byte),
                Some(_) => return wrong_value(),
                None => return wrong_type(),
            },
            b'?' => u64::from(convert::truth(thread, value)?),
            b'f' => u64::from((convert::to_f64(thread, value)? as f32).to_bits()),
            b'd' => convert::to_f64(thread, value)?.to_bits(),
            _ => {
                if !convert::has_index(value) {
                    return wrong_type();
                }
                let number = convert::index(thread, value)?;
                let number = int::IntRef::of(&number)
                    .expect("an index is an int")
                    .to_big();
                let width = 8 * self.size() as u32;
                let Ok(number) = i128::try_from(number) else {
                    return wrong_value();
                };
                let (low, high) = match self.is_signed() {
                    true => (-(1i128 << (width - 1)), (1i128 << (width - 1)) - 1),
                    false => (0, (1i128 << width) - 1),
                };
                if number < low || number > high {
                    return wrong_value();
                }
                number as u64
            }
        };
        Ok(bits.to_le_bytes()[..self.size()].to_vec())
    }
}

impl MemoryView {
    fn check(&self, thread: &Thread) -> Result<()> {
        if self.released.load(Ordering::Acquire) {
            return raise!(
                thread,
                ValueError,
                "operation forbidden on released memoryview object"
            );
        }
        Ok(())
    }

    fn is_contiguous(&self) -> bool {
        self.stride == self.format.size() as isize || self.count <= 1
    }

    /// Calls `look` with the memory of the whole object.
    fn with_memory<R>(&self, thread: &Thread, look: impl FnOnce(&[u8]) -> R) -> R {
        let object = self.object.peek();
        if let Some(bytes) = object.get::<Bytes>() {
            return look(bytes.as_slice());
        }
        if let Some(memory) = native::memory(&object) {
            return memory.look(look);
        }
        let mut look = Some(look);
        let mut seen = None;
        edit(thread, object, |memory| {
            seen = look.take().map(|look| look(memory));
        });
        seen.unwrap_or_else(|| look.expect("nobody looked")(&[]))
    }

    /// Offset of an item.
    fn offset(&self, index: usize) -> usize {
        (self.start + index as isize * self.stride) as usize
    }

    /// Copies the items' bytes together; what is no longer there is left out.
    pub fn to_vec(&self, thread: &Thread) -> Vec<u8> {
        let size = self.format.size();
        self.with_memory(thread, |memory| {
            if self.is_contiguous() {
                let start = (self.start as usize).min(memory.len());
                let end = (start + self.count * size).min(memory.len());
                return memory[start..end].to_vec();
            }
            let offsets = (0..self.count).map(|index| self.offset(index));
            let items = offsets.filter_map(|offset| memory.get(offset..offset + size));
            items.flatten().copied().collect()
        })
    }

    fn item(&self, thread: &Thread, index: usize) -> Result {
        let (offset, size) = (self.offset(index), self.format.size());
        let item = self.with_memory(thread, |memory| {
            memory.get(offset..offset + size).map(<[u8]>::to_vec)
        });
        match item {
            Some(item) => Ok(self.format.unpack(thread, &item)),
            None => raise!(thread, IndexError, "index out of bounds on dimension 1"),
        }
    }

    /// Another view of the same memory.
    fn again(&self, format: Format, count: usize, readonly: bool) -> MemoryView {
        let same = format.size() == self.format.size();
        MemoryView {
            object: Slot::new(Owned::new(self.object.peek())),
            start: self.start,
            stride: match same {
                true => self.stride,
                false => format.size() as isize,
            },
            count,
            format,
            readonly,
            released: AtomicBool::new(false),
            export: Mutex::new(self.export.lock().clone()),
        }
    }

    fn part(&self, thread: &Thread, selection: Selection) -> Owned {
        let view = MemoryView {
            object: Slot::new(Owned::new(self.object.peek())),
            start: self.start + selection.start * self.stride,
            stride: self.stride * selection.step,
            count: selection.count,
            format: self.format,
            readonly: self.readonly,
            released: AtomicBool::new(false),
            export: Mutex::new(self.export.lock().clone()),
        };
        native::new(thread, MEMORYVIEW.class(thread), view)
    }

    /// Writes bytes over items from `first` on.
    fn store(&self, thread: &Thread, items: &[(usize, Vec<u8>)]) -> Result<()> {
        let stored = edit(thread, self.object.peek(), |memory| {
            items.iter().all(|(index, bytes)| {
                let offset = self.offset(*index);
                let place = memory.get_mut(offset..offset + bytes.len());
                place.map(|place| place.copy_from_slice(bytes)).is_some()
            })
        });
        match stored {
            Some(true) => Ok(()),
            _ => raise!(thread, IndexError, "index out of bounds on dimension 1"),
        }
    }
}

/// Calls `change` with the memory of an object that has some that can be written to.
fn edit<R>(thread: &Thread, object: Value, change: impl FnOnce(&mut [u8]) -> R) -> Option<R> {
    if let Some(memory) = native::memory(&object) {
        return memory.change(change);
    }
    let array = object.get::<Bytearray>()?;
    Some(array.edit(thread, |bytes| change(bytes)))
}

/// The view that a value is, if it is one.
pub fn of(value: &Value) -> Option<&MemoryView> {
    native::get::<MemoryView>(value)
}

/// Writes bytes into the memory of a bytearray or view, which is long enough unless another thread shortens it.
pub fn write(thread: &Thread, buffer: Value, start: usize, bytes: &[u8]) -> Result<()> {
    let (object, start) = match of(&buffer) {
        Some(view) => {
            view.check(thread)?;
            if !view.is_contiguous() {
                return raise!(
                    thread,
                    BufferError,
                    "memoryview: underlying buffer is not C-contiguous"
                );
            }
            let object = if view.readonly {
                Value::NONE
            } else {
                view.object.peek()
            };
            (object, view.start as usize + start)
        }
        None => (buffer, start),
    };
    let written = edit(thread, object, |memory| {
        let place = memory.get_mut(start..start + bytes.len());
        place.map(|place| place.copy_from_slice(bytes)).is_some()
    });
    match written {
        Some(true) => Ok(()),
        Some(false) => raise!(thread, BufferError, "the buffer was shortened meanwhile"),
        None => raise!(thread, BufferError, "Object is not writable."),
    }
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let object = args[1];
    let class = as_class(args[0]).expect("`__new__` is bound to a class");
    let view = if let Some(view) = of(&object) {
        view.check(thread)?;
        view.again(view.format, view.count, view.readonly)
    } else {
        let (bytes, readonly, format, export) = if let Some(bytes) = object.get::<Bytes>() {
            (bytes.len(), true, Format(b'B'), None)
        } else if let Some(array) = object.get::<Bytearray>() {
            let export = array.exports().export();
            (array.len(), false, Format(b'B'), Some(export))
        } else if let Some(memory) = native::memory(&object) {
            // Counted first: the size does not change any more then.
            let export = memory.exports.export();
            let len = memory.look(<[u8]>::len);
            (len, memory.readonly, Format(memory.format), Some(export))
        } else {
            let got = class_of(object).name();
            return raise!(
                thread,
                TypeError,
                "memoryview: a bytes-like object is required, not '{got}'"
            );
        };
        MemoryView {
            object: Slot::new(Owned::new(object)),
            start: 0,
            stride: format.size() as isize,
            count: bytes / format.size(),
            format,
            readonly,
            released: AtomicBool::new(false),
            export: Mutex::new(export.map(Arc::new)),
        }
    };
    Ok(native::new(thread, class, view))
}

fn this<'a>(thread: &Thread, args: &'a [Value]) -> Result<&'a MemoryView> {
    let view = receiver::<MemoryView>(args);
    view.check(thread)?;
    Ok(view)
}

fn length(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, this(thread, args)?.count))
}

fn get_item(thread: &Thread, args: &[Value]) -> Result {
    let view = this(thread, args)?;
    match Subscript::of(thread, args[1], "memoryview")? {
        Subscript::Slice(bounds) => Ok(view.part(thread, bounds.of(view.count))),
        Subscript::Index(index) => match index_in(index, view.count) {
            Some(index) => view.item(thread, index),
            None => raise!(thread, IndexError, "index out of bounds on dimension 1"),
        },
    }
}

fn set_item(thread: &Thread, args: &[Value]) -> Result {
    let view = this(thread, args)?;
    if view.readonly {
        return raise!(thread, TypeError, "cannot modify read-only memory");
    }
    let items = match Subscript::of(thread, args[1], "memoryview")? {
        Subscript::Index(index) => {
            let Some(index) = index_in(index, view.count) else {
                return raise!(thread, IndexError, "index out of bounds on dimension 1");
            };
            vec![(index, view.format.pack(thread, args[2])?)]
        }
        Subscript::Slice(bounds) => {
            let selection = bounds.of(view.count);
            let data = Buffer::copy_argument(thread, args[2])?;
            let size = view.format.size();
            if data.len() != selection.count * size {
                return raise!(
                    thread,
                    ValueError,
                    "memoryview assignment: lvalue and rvalue have different structures"
                );
            }
            let items = data.chunks(size).map(<[u8]>::to_vec);
            selection.indexes().zip(items).collect()
        }
    };
    view.store(thread, &items)?;
    Ok(Owned::NONE)
}

fn delete_item(thread: &Thread, _: &[Value]) -> Result {
    raise!(thread, TypeError, "cannot delete memory")
}

fn to_bytes(thread: &Thread, args: &[Value]) -> Result {
    let view = this(thread, args)?;
    Ok(bytes::new(thread, &view.to_vec(thread)))
}

fn to_list(thread: &Thread, args: &[Value]) -> Result {
    let view = this(thread, args)?;
    let data = view.to_vec(thread);
    let items = data.chunks_exact(view.format.size());
    let items = items.map(|item| view.format.unpack(thread, item));
    Ok(list::new(thread, items.collect()))
}

fn hex(thread: &Thread, args: &[Value]) -> Result {
    let data = this(thread, args)?.to_vec(thread);
    let data = bytes::new(thread, &data);
    let name = str::intern(thread, "hex");
    let method = crate::operators::attribute::get(thread, data.value(), name)?;
    let given: Vec<Value> = args[1..]
        .iter()
        .copied()
        .filter(|a| !a.is_missing())
        .collect();
    crate::operators::call::call(thread, method.value(), &given)
}

fn cast(thread: &Thread, args: &[Value]) -> Result {
    let view = this(thread, args)?;
    let Some(text) = args[1].get::<Str>() else {
        let got = class_of(args[1]).name();
        return raise!(
            thread,
            TypeError,
            "cast() argument 'format' must be str, not {got}"
        );
    };
    if !args[2].is_missing() {
        return raise!(
            thread,
            NotImplementedError,
            "memoryview.cast() to several dimensions is not supported"
        );
    }
    let text = text.to_str_lossy();
    let format = match text.trim_start_matches('@').as_bytes() {
        &[c] if Format(c).is_known() => Format(c),
        _ => {
            return raise!(
                thread,
                ValueError,
                "memoryview: destination format must be a native single character format prefixed with an optional '@'"
            );
        }
    };
    if !view.is_contiguous() {
        return raise!(
            thread,
            TypeError,
            "memoryview: casts are restricted to C-contiguous views"
        );
    }
    if !view.format.is_byte() && !format.is_byte() {
        return raise!(
            thread,
            TypeError,
            "memoryview: cannot cast between two non-byte formats"
        );
    }
    let bytes = view.count * view.format.size();
    if bytes % format.size() != 0 {
        return raise!(
            thread,
            TypeError,
            "memoryview: length is not a multiple of itemsize"
        );
    }
    let cast = view.again(format, bytes / format.size(), view.readonly);
    Ok(native::new(thread, MEMORYVIEW.class(thread), cast))
}

fn to_readonly(thread: &Thread, args: &[Value]) -> Result {
    let view = this(thread, args)?;
    let again = view.again(view.format, view.count, true);
    Ok(native::new(thread, MEMORYVIEW.class(thread), again))
}

fn release(_: &Thread, args: &[Value]) -> Result {
    let view = receiver::<MemoryView>(args);
    view.released.store(true, Ordering::Release);
    drop(view.export.lock().take());
    Ok(Owned::NONE)
}

fn enter(thread: &Thread, args: &[Value]) -> Result {
    this(thread, args)?;
    Ok(Owned::new(args[0]))
}

fn eq(thread: &Thread, args: &[Value]) -> Result {
    let view = receiver::<MemoryView>(args);
    if view.released.load(Ordering::Acquire) {
        return Ok(Owned::bool(args[0] == args[1]));
    }
    if let Some(other) = of(&args[1])
        && other.format != view.format
    {
        let (a, b) = (to_list(thread, args)?, to_list(thread, &args[1..])?);
        return compare::equal(thread, a.value(), b.value()).map(Owned::bool);
    }
    let Some(other) = Buffer::copy(thread, args[1]) else {
        return Ok(Owned::NOT_IMPLEMENTED);
    };
    Ok(Owned::bool(view.to_vec(thread) == other))
}

fn hash(thread: &Thread, args: &[Value]) -> Result {
    let view = this(thread, args)?;
    if !view.readonly {
        return raise!(thread, ValueError, "cannot hash writable memoryview object");
    }
    let data = bytes::new(thread, &view.to_vec(thread));
    let hash = convert::hash(thread, data.value())?;
    Ok(int::from_i64(thread, hash))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let view = receiver::<MemoryView>(args);
    let at = args[0].as_ptr().addr();
    let text = match view.released.load(Ordering::Acquire) {
        true => format!("<released memory at {at:#x}>"),
        false => format!("<memory at {at:#x}>"),
    };
    Ok(str::new(thread, &text))
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    this(thread, args)?;
    Ok(iterators::sequence::any(thread, args[0]))
}

fn count(thread: &Thread, args: &[Value]) -> Result {
    let items = to_list(thread, args)?;
    let items = items.get::<list::List>().expect("just made");
    super::sequences::count(thread, items, args[1]).map(|n| int::from_usize(thread, n))
}

fn index(thread: &Thread, args: &[Value]) -> Result {
    let items = to_list(thread, args)?;
    let items = items.get::<list::List>().expect("just made");
    let (start, stop) = super::sequences::search_range(thread, &args[2..], items.len())?;
    match super::sequences::find(thread, items, args[1], start, stop)? {
        Some(index) => Ok(int::from_usize(thread, index)),
        None => raise!(thread, ValueError, "memoryview.index(x): x not found"),
    }
}

fn get_object(thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(thread, args)?.object.peek()))
}

fn get_nbytes(thread: &Thread, args: &[Value]) -> Result {
    let view = this(thread, args)?;
    Ok(int::from_usize(thread, view.count * view.format.size()))
}

fn get_readonly(thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(thread, args)?.readonly))
}

fn get_itemsize(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, this(thread, args)?.format.size()))
}

fn get_format(thread: &Thread, args: &[Value]) -> Result {
    let format = char::from(this(thread, args)?.format.0);
    Ok(str::new(thread, &format.to_string()))
}

fn get_ndim(thread: &Thread, args: &[Value]) -> Result {
    this(thread, args)?;
    Ok(int::from_usize(thread, 1))
}

fn get_shape(thread: &Thread, args: &[Value]) -> Result {
    let count = int::from_usize(thread, this(thread, args)?.count);
    Ok(tuple::new(thread, vec![count]))
}

fn get_strides(thread: &Thread, args: &[Value]) -> Result {
    let stride = int::from_i64(thread, this(thread, args)?.stride as i64);
    Ok(tuple::new(thread, vec![stride]))
}

fn get_suboffsets(thread: &Thread, args: &[Value]) -> Result {
    this(thread, args)?;
    Ok(tuple::empty(thread))
}

fn get_contiguous(thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(thread, args)?.is_contiguous()))
}

/// `__buffer__(flags)` of objects with memory: a view of it (PEP 688).
pub fn buffer(thread: &Thread, args: &[Value]) -> Result {
    const WRITABLE: i64 = 1;
    let flags = int::to_i64(convert::index(thread, args[1])?.value());
    let view = new(thread, &[MEMORYVIEW.class(thread).value(), args[0]])?;
    let readonly = of(&view.value()).is_some_and(|view| view.readonly);
    if readonly && flags.is_none_or(|flags| flags & WRITABLE != 0) {
        return raise!(thread, BufferError, "Object is not writable.");
    }
    Ok(view)
}

methods! { METHODS:
    new "memoryview(type, object)" => new;
    /// Release the underlying buffer exposed by the memoryview object.
    "release(self, /)" => release -> None;
    /// Return the data in the buffer as a byte string.
    "tobytes(self, /, order='C')" => to_bytes -> Bytes;
    /// Return the data in the buffer as a list of elements.
    "tolist(self, /)" => to_list -> List;
    /// Return the data in the buffer as a str of hexadecimal numbers.
    ///
    /// >>> memoryview(b'Ashore').hex('-')
    /// '41-73-68-6f-72-65'
    "hex(self, /, sep=<missing>, bytes_per_sep=<missing>)" => hex -> Str;
    /// Cast a memoryview to a new format or shape.
    "cast(self, /, format, shape=<missing>)" => cast;
    /// Return a readonly version of the memoryview.
    "toreadonly(self, /)" => to_readonly;
    /// Count the number of occurrences of a value.
    "count(self, value, /)" => count -> Int;
    /// Return the index of the first occurrence of a value.
    "index(self, value, start=<missing>, stop=<missing>, /)" => index -> Int;
    "__enter__(self, /)" => enter;
    "__exit__(self, /, *args)" => release -> None;
    /// Return a buffer object that exposes the underlying memory of the object.
    "__buffer__(self, flags, /)" => buffer;
    "__len__(self, /)" => length -> Int;
    "__getitem__(self, key, /)" => get_item;
    "__setitem__(self, key, value, /)" => set_item -> None;
    "__delitem__(self, key, /)" => delete_item -> None;
    "__eq__(self, value, /)" => eq;
    "__hash__(self, /)" => hash -> Int;
    "__repr__(self, /)" => repr -> Str;
    "__iter__(self, /)" => iter;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => super::generic_alias::class_getitem;
    /// The underlying object of the memoryview.
    get "obj" => get_object;
    /// The amount of space in bytes that the array would use in a contiguous representation.
    get "nbytes" => get_nbytes -> Int;
    /// A bool indicating whether the memory is read only.
    get "readonly" => get_readonly -> Bool;
    /// The size in bytes of each element of the memoryview.
    get "itemsize" => get_itemsize -> Int;
    /// A string containing the format (in struct module style) for each element in the view.
    get "format" => get_format -> Str;
    /// An integer indicating how many dimensions of a multi-dimensional array the memory represents.
    get "ndim" => get_ndim -> Int;
    get "shape" => get_shape -> Tuple;
    get "strides" => get_strides -> Tuple;
    get "suboffsets" => get_suboffsets -> Tuple;
    get "c_contiguous" => get_contiguous -> Bool;
    get "f_contiguous" => get_contiguous -> Bool;
    get "contiguous" => get_contiguous -> Bool;
}
