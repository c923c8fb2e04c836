//! The methods of `bytearray` that change it; the others are those of `bytes`.

use super::construct::{self, to_byte};
use super::{Buffer, Bytearray, bytearray, index};
use crate::operators::arithmetic;
use crate::operators::convert::{to_index, to_isize_clipped, type_name};
use crate::operators::iterate;
use crate::types::class::as_class;
use crate::types::define::receiver;
use crate::types::int;
use crate::types::iterators;
use crate::types::memoryview::{self, request};
use crate::types::reduce;
use crate::types::sequences::index_in;
use crate::types::str::Str;
use crate::{Builtin, Owned, Raised, Result, Thread, Value, heap, methods, raise};

methods! { pub METHODS:
    /// A bytearray from an iterable of ints, a bytes-like object, a text and its encoding, or as many zeros as an int
    /// says.
    new "bytearray(type, /, *args, **kwargs)" => new;
    "__init__(self, /, source=<missing>, encoding=<missing>, errors=<missing>)" => init -> None;
    /// Return state information for pickling.
    "__reduce__(self, /)" => reduce::bytearray -> Tuple;
    /// Return state information for pickling.
    "__reduce_ex__(self, proto=0, /)" => reduce::bytearray_ex -> Tuple;
    /// Add a byte at the end.
    "append(self, item, /)" => append -> None;
    /// Remove all bytes.
    "clear(self, /)" => clear -> None;
    /// A copy.
    "copy(self, /)" => copy;
    /// Add the bytes of an iterable at the end.
    "extend(self, iterable_of_ints, /)" => extend -> None;
    /// Insert a byte before an index.
    "insert(self, index, item, /)" => insert -> None;
    /// Remove the byte at an index, and return it.
    "pop(self, index=-1, /)" => pop -> Int;
    /// Remove the first byte of a value.
    "remove(self, value, /)" => remove -> None;
    /// Change the length; new bytes are zeros.
    "resize(self, size, /)" => resize -> None;
    /// Reverse the order.
    "reverse(self, /)" => reverse -> None;
    /// Release the buffer object that exposes the underlying memory of the object.
    "__release_buffer__(self, buffer, /)" => memoryview::release_buffer -> None;
    "__alloc__(self, /)" => alloc -> Int;
    "__delitem__(self, key, /)" => delitem -> None;
    "__iadd__(self, value, /)" => iadd;
    "__imul__(self, value, /)" => imul;
    "__iter__(self, /)" => iter -> BytearrayIterator;
    "__setitem__(self, key, value, /)" => setitem -> None;
}

/// The receiver.
fn this(args: &[Value]) -> &Bytearray {
    receiver(args)
}

/// May the array have another length than it has?
fn check_length(thread: &Thread, array: &Bytearray, len: usize) -> Result<()> {
    match array.len() == len {
        true => Ok(()),
        false => array.check_resizable(thread),
    }
}

fn new(thread: &Thread, args: &[Value]) -> Result {
    let class = as_class(args[0]).unwrap_or(Builtin::Bytearray.class());
    let header = class.instance_header(thread);
    Ok(heap::new(thread, Bytearray::with_header(header)))
}

fn init(thread: &Thread, args: &[Value]) -> Result {
    let bytes = construct::from_arguments(thread, &args[1..], false)?;
    let array = this(args);
    check_length(thread, array, bytes.len())?;
    array.splice(thread, 0, usize::MAX, &bytes);
    Ok(Owned::NONE)
}

fn append(thread: &Thread, args: &[Value]) -> Result {
    let array = this(args);
    let byte = to_byte(thread, args[1], "byte")?;
    array.check_resizable(thread)?;
    array.push(thread, byte);
    Ok(Owned::NONE)
}

fn clear(thread: &Thread, args: &[Value]) -> Result {
    let array = this(args);
    check_length(thread, array, 0)?;
    array.splice(thread, 0, usize::MAX, &[]);
    Ok(Owned::NONE)
}

fn copy(thread: &Thread, args: &[Value]) -> Result {
    let bytes = this(args).look(thread, <[u8]>::to_vec);
    Ok(bytearray::new(thread, &bytes))
}

fn extend(thread: &Thread, args: &[Value]) -> Result {
    let array = this(args);
    let bytes = match Buffer::request(thread, &args[1], request::SIMPLE) {
        Ok(Some(bytes)) => bytes.into_vec(),
        Err(raised) => return not_shown(thread, raised, args[1]),
        Ok(None) if args[1].is::<Str>() => {
            return raise!(
                thread,
                TypeError,
                "expected iterable of integers; got: 'str'"
            );
        }
        Ok(None) => {
            let source = iterate::source_or(thread, args[1], || {
                let name = type_name(args[1]);
                raise!(thread, TypeError, "can't extend bytearray with {name}")
            })?;
            construct::from_ints_of(thread, args[1], source.value(), "byte")?
        }
    };
    if !bytes.is_empty() {
        array.check_resizable(thread)?;
    }
    array.splice(thread, usize::MAX, usize::MAX, &bytes);
    Ok(Owned::NONE)
}

/// The bytes that an array was to be extended by could not be had.
fn not_shown(thread: &Thread, raised: Raised, value: Value) -> Result {
    drop(thread.take_exception(raised));
    let name = type_name(value);
    raise!(thread, TypeError, "can't set bytearray slice from {name}")
}

fn insert(thread: &Thread, args: &[Value]) -> Result {
    let array = this(args);
    let place = to_isize_clipped(thread, args[1])?;
    let byte = to_byte(thread, args[2], "byte")?;
    array.check_resizable(thread)?;
    let gap = |length| {
        let at = crate::types::list::clamp(place, length);
        at..at
    };
    array.splice_at(thread, gap, &[byte]);
    Ok(Owned::NONE)
}

fn pop(thread: &Thread, args: &[Value]) -> Result {
    let array = this(args);
    let index = to_index(thread, args[1])?;
    if index_in(index, array.len()).is_some() {
        array.check_resizable(thread)?;
    }
    let popped = array.take(thread, index);
    match popped {
        Some(byte) => Ok(int::from_i64(thread, byte.into())),
        None if array.is_empty() => raise!(thread, IndexError, "pop from empty bytearray"),
        None => raise!(thread, IndexError, "pop index out of range"),
    }
}

fn remove(thread: &Thread, args: &[Value]) -> Result {
    let array = this(args);
    let byte = to_byte(thread, args[1], "byte")?;
    if array.look(thread, |bytes| memchr::memchr(byte, bytes).is_some()) {
        array.check_resizable(thread)?;
    }
    let removed = array.edit(thread, |bytes| {
        memchr::memchr(byte, bytes).map(|at| bytes.remove(at))
    });
    match removed {
        Some(_) => Ok(Owned::NONE),
        None => raise!(thread, ValueError, "value not found in bytearray"),
    }
}

fn resize(thread: &Thread, args: &[Value]) -> Result {
    let array = this(args);
    let size = to_index(thread, args[1])?;
    let Ok(size) = usize::try_from(size) else {
        return raise!(
            thread,
            ValueError,
            "Can only resize to positive sizes, got {size}"
        );
    };
    if !heap::affordable(size) {
        return raise!(thread, MemoryError, "");
    }
    check_length(thread, array, size)?;
    array.edit(thread, |bytes| bytes.resize(size, 0));
    Ok(Owned::NONE)
}

fn reverse(thread: &Thread, args: &[Value]) -> Result {
    this(args).edit(thread, |bytes| bytes.reverse());
    Ok(Owned::NONE)
}

fn alloc(thread: &Thread, args: &[Value]) -> Result {
    let capacity = this(args).capacity();
    Ok(int::from_usize(thread, capacity))
}

fn delitem(thread: &Thread, args: &[Value]) -> Result {
    index::delete_item(thread, this(args), args[1])?;
    Ok(Owned::NONE)
}

fn setitem(thread: &Thread, args: &[Value]) -> Result {
    index::set_item(thread, this(args), args[1], args[2])?;
    Ok(Owned::NONE)
}

fn iadd(thread: &Thread, args: &[Value]) -> Result {
    let array = this(args);
    let Some(bytes) = Buffer::copy(thread, args[1]) else {
        let (name, own) = (type_name(args[1]), type_name(args[0]));
        return raise!(thread, TypeError, "can't concat {name} to {own}");
    };
    if !bytes.is_empty() {
        array.check_resizable(thread)?;
    }
    array.splice(thread, usize::MAX, usize::MAX, &bytes);
    Ok(Owned::new(args[0]))
}

fn imul(thread: &Thread, args: &[Value]) -> Result {
    let array = this(args);
    let count = arithmetic::repeat_count(thread, args[1])?;
    let count = usize::try_from(count).unwrap_or(0);
    if count != 1 && !array.is_empty() {
        array.check_resizable(thread)?;
    }
    let repeated = array.edit(thread, |bytes| {
        let total = bytes.len().checked_mul(count);
        let is_affordable = total.is_some_and(heap::affordable);
        if is_affordable {
            *bytes = bytes.repeat(count);
        }
        is_affordable
    });
    match repeated {
        true => Ok(Owned::new(args[0])),
        false => raise!(thread, MemoryError, ""),
    }
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    Ok(iterators::sequence::bytearray(thread, args[0]))
}
