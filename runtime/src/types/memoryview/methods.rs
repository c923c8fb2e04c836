//! The class `memoryview`: its methods and attributes.

use super::layout::Order;
use super::{View, access, exporter, iterator, operations};
use crate::operators::convert;
use crate::types::native::NativeClass;
use crate::types::str::{self, Str};
use crate::types::{bytes, generic_alias, int, tuple};
use crate::{Owned, Result, Thread, Value, methods, raise};

pub static MEMORYVIEW: NativeClass = NativeClass::new("memoryview", METHODS)
    .weakrefable()
    .sequence()
    .doc("Create a new memoryview object which references the given object.");

/// The receiver, which was not released.
fn this<'a>(thread: &Thread, args: &'a [Value]) -> Result<View<'a>> {
    let view = View::receiver(args);
    view.check(thread)?;
    Ok(view)
}

fn release(thread: &Thread, args: &[Value]) -> Result {
    View::receiver(args).release(thread)?;
    Ok(Owned::NONE)
}

fn enter(thread: &Thread, args: &[Value]) -> Result {
    this(thread, args)?;
    Ok(Owned::new(args[0]))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let at = args[0].as_ptr().addr();
    let text = match View::receiver(args).is_released() {
        true => format!("<released memory at {at:#x}>"),
        false => format!("<memory at {at:#x}>"),
    };
    Ok(str::new(thread, &text))
}

/// The order that `tobytes` is asked for; none for that of the memory.
fn order(thread: &Thread, value: Value) -> Result<Option<Order>> {
    if value.is_none() {
        return Ok(Some(Order::C));
    }
    let Some(text) = value.get::<Str>() else {
        let got = convert::argument_type(value);
        return raise!(
            thread,
            TypeError,
            "tobytes() argument 'order' must be str or None, not {got}"
        );
    };
    match &*text.to_str_lossy() {
        "C" => Ok(Some(Order::C)),
        "F" => Ok(Some(Order::Fortran)),
        "A" => Ok(None),
        _ => raise!(thread, ValueError, "order must be 'C', 'F' or 'A'"),
    }
}

fn to_bytes(thread: &Thread, args: &[Value]) -> Result {
    let order = order(thread, args[1])?;
    let view = this(thread, args)?;
    let order = order.unwrap_or_else(|| {
        let layout = &view.data.window.layout;
        match !layout.is_contiguous(Order::C) && layout.is_contiguous(Order::Fortran) {
            true => Order::Fortran,
            false => Order::C,
        }
    });
    Ok(bytes::new(thread, &view.copy(thread, order)?))
}

fn hex(thread: &Thread, args: &[Value]) -> Result {
    let group = convert::to_c_int(thread, args[2])?;
    let view = this(thread, args)?;
    // Asking for the separator may run Python code, which cannot release the view meanwhile.
    let held = view.export();
    let separator = bytes::separator(thread, &args[1])?;
    let data = view.copy(thread, Order::C)?;
    drop(held);
    let hex = bytes::text::to_hex(&data, separator, group as isize);
    Ok(str::from_ascii(thread, hex.as_bytes()))
}

fn get_object(thread: &Thread, args: &[Value]) -> Result {
    super::exporter(thread, args[0])
}

fn get_nbytes(thread: &Thread, args: &[Value]) -> Result {
    let bytes = this(thread, args)?.data.window.layout.bytes();
    Ok(int::from_usize(thread, bytes))
}

fn get_readonly(thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(thread, args)?.data.window.readonly))
}

fn get_itemsize(thread: &Thread, args: &[Value]) -> Result {
    let size = this(thread, args)?.data.window.layout.item_size;
    Ok(int::from_usize(thread, size))
}

fn get_format(thread: &Thread, args: &[Value]) -> Result {
    let format = this(thread, args)?.data.window.format;
    Ok(str::new(thread, &format.text()))
}

fn get_ndim(thread: &Thread, args: &[Value]) -> Result {
    let count = this(thread, args)?.data.window.layout.dimensions.len();
    Ok(int::from_usize(thread, count))
}

fn get_shape(thread: &Thread, args: &[Value]) -> Result {
    let dimensions = &this(thread, args)?.data.window.layout.dimensions;
    let lengths = dimensions.iter().map(|d| int::from_usize(thread, d.len));
    Ok(tuple::new(thread, lengths.collect()))
}

fn get_strides(thread: &Thread, args: &[Value]) -> Result {
    let dimensions = &this(thread, args)?.data.window.layout.dimensions;
    let strides = dimensions
        .iter()
        .map(|d| int::from_i64(thread, d.stride as i64));
    Ok(tuple::new(thread, strides.collect()))
}

fn get_suboffsets(thread: &Thread, args: &[Value]) -> Result {
    this(thread, args)?;
    Ok(tuple::empty(thread))
}

fn is_contiguous(thread: &Thread, args: &[Value], orders: &[Order]) -> Result {
    let layout = &this(thread, args)?.data.window.layout;
    let contiguous = orders.iter().any(|&order| layout.is_contiguous(order));
    Ok(Owned::bool(contiguous))
}

fn get_c_contiguous(thread: &Thread, args: &[Value]) -> Result {
    is_contiguous(thread, args, &[Order::C])
}

fn get_f_contiguous(thread: &Thread, args: &[Value]) -> Result {
    is_contiguous(thread, args, &[Order::Fortran])
}

fn get_contiguous(thread: &Thread, args: &[Value]) -> Result {
    is_contiguous(thread, args, &[Order::C, Order::Fortran])
}

methods! { METHODS:
    new "memoryview(type, object)" => operations::new;
    /// Create a new memoryview object which references the given object.
    class "_from_flags(type, /, object, flags)" => operations::from_flags;
    /// Release the underlying buffer exposed by the memoryview object.
    "release(self, /)" => release -> None;
    /// Return the data in the buffer as a byte string.
    ///
    /// Order can be {'C', 'F', 'A'}. When order is 'C' or 'F', the data of the
    /// original array is converted to C or Fortran order. For contiguous views,
    /// 'A' returns an exact copy of the physical memory. In particular, in-memory
    /// Fortran order is preserved. For non-contiguous views, the data is converted
    /// to C first. order=None is the same as order='C'.
    "tobytes(self, /, order='C')" => to_bytes -> Bytes;
    /// Return the data in the buffer as a list of elements.
    "tolist(self, /)" => access::to_list;
    /// Return the data in the buffer as a str of hexadecimal numbers.
    ///
    /// >>> memoryview(b'Ashore').hex('-')
    /// '41-73-68-6f-72-65'
    "hex(self, /, sep=<missing>, bytes_per_sep=1)" => hex -> Str;
    /// Cast a memoryview to a new format or shape.
    "cast(self, /, format, shape=<missing>)" => operations::cast;
    /// Return a readonly version of the memoryview.
    "toreadonly(self, /)" => operations::to_readonly;
    /// Count the number of occurrences of a value.
    "count(self, value, /)" => iterator::count -> Int;
    /// Return the index of the first occurrence of a value.
    ///
    /// Raises ValueError if the value is not present.
    "index(self, value, start=<missing>, stop=<missing>, /)" => iterator::index -> Int;
    "__enter__(self, /)" => enter;
    /// Release the underlying buffer exposed by the memoryview object.
    "__exit__(self, /, *exc_info)" => release -> None;
    /// Return a buffer object that exposes the underlying memory of the object.
    "__buffer__(self, flags, /)" => exporter::buffer;
    /// Release the buffer object that exposes the underlying memory of the object.
    "__release_buffer__(self, buffer, /)" => exporter::release_buffer -> None;
    "__len__(self, /)" => access::length -> Int;
    "__getitem__(self, key, /)" => access::get_item;
    "__setitem__(self, key, value, /)" => access::set_item -> None;
    "__delitem__(self, key, /)" => access::delete_item -> None;
    "__eq__(self, value, /)" => operations::eq;
    "__hash__(self, /)" => operations::hash -> Int;
    "__repr__(self, /)" => repr -> Str;
    "__iter__(self, /)" => iterator::iter;
    /// See PEP 585
    class "__class_getitem__(type, object, /)" => generic_alias::class_getitem;
    /// The underlying object of the memoryview.
    get "obj" => get_object;
    /// The amount of space in bytes that the array would use in
    ///  a contiguous representation.
    get "nbytes" => get_nbytes -> Int;
    /// A bool indicating whether the memory is read only.
    get "readonly" => get_readonly -> Bool;
    /// The size in bytes of each element of the memoryview.
    get "itemsize" => get_itemsize -> Int;
    /// A string containing the format (in struct module style)
    ///  for each element in the view.
    get "format" => get_format -> Str;
    /// An integer indicating how many dimensions of a multi-dimensional
    ///  array the memory represents.
    get "ndim" => get_ndim -> Int;
    /// A tuple of ndim integers giving the shape of the memory
    ///  as an N-dimensional array.
    get "shape" => get_shape -> Tuple;
    /// A tuple of ndim integers giving the size in bytes to access
    ///  each element for each dimension of the array.
    get "strides" => get_strides -> Tuple;
    /// A tuple of integers used internally for PIL-style arrays.
    get "suboffsets" => get_suboffsets -> Tuple;
    /// A bool indicating whether the memory is C contiguous.
    get "c_contiguous" => get_c_contiguous -> Bool;
    /// A bool indicating whether the memory is Fortran contiguous.
    get "f_contiguous" => get_f_contiguous -> Bool;
    /// A bool indicating whether the memory is contiguous.
    get "contiguous" => get_contiguous -> Bool;
}
