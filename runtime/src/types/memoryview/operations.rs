//! What is made of views as a whole: other views, comparisons, hashes.

use super::exporter::{acquire, request};
use super::format::Format;
use super::layout::{Layout, MAX_DIMENSIONS, Order};
use super::memory::Memory;
use super::{View, Window, released};
use crate::operators::{compare, convert};
use crate::types::hashing::hash_bytes;
use crate::types::list::List;
use crate::types::str::{Str, codec};
use crate::types::tuple::Tuple;
use crate::types::{class_of, int};
use crate::{Owned, Result, Thread, Value, raise};

/// A view of an object that has memory; `None` if it has not.
fn view_of(thread: &Thread, object: Value, flags: i32) -> Result<Option<Owned>> {
    if let Some(view) = View::of(&object) {
        let share = view.share(thread)?;
        return Ok(Some(share.view(thread, view.data.window.clone())));
    }
    let acquired = acquire(thread, object, flags)?;
    Ok(acquired.map(|acquired| acquired.into_view(thread)))
}

fn make(thread: &Thread, object: Value, flags: i32) -> Result {
    match view_of(thread, object, flags)? {
        Some(view) => Ok(view),
        None => {
            let got = class_of(object).name();
            raise!(
                thread,
                TypeError,
                "memoryview: a bytes-like object is required, not '{got}'"
            )
        }
    }
}

pub(super) fn new(thread: &Thread, args: &[Value]) -> Result {
    make(thread, args[1], request::FULL)
}

pub(super) fn from_flags(thread: &Thread, args: &[Value]) -> Result {
    let flags = convert::to_c_int(thread, args[2])?;
    make(thread, args[1], flags)
}

pub(super) fn to_readonly(thread: &Thread, args: &[Value]) -> Result {
    let view = View::receiver(args);
    let window = Window {
        readonly: true,
        ..view.data.window.clone()
    };
    Ok(view.share(thread)?.view(thread, window))
}

pub(super) fn cast(thread: &Thread, args: &[Value]) -> Result {
    let view = View::receiver(args);
    let Some(text) = args[1].get::<Str>() else {
        let got = convert::argument_type(args[1]);
        return raise!(
            thread,
            TypeError,
            "cast() argument 'format' must be str, not {got}"
        );
    };
    view.check_shareable(thread)?;
    let layout = &view.data.window.layout;
    let refuse = |why: &str| raise!(thread, TypeError, "memoryview: {why}");
    if !layout.is_contiguous(Order::C) {
        return refuse("casts are restricted to C-contiguous views");
    }
    let shape = args[2];
    let reshapes = !shape.is_missing() || layout.dimensions.len() != 1;
    if reshapes && layout.has_empty_dimension() {
        return refuse("cannot cast view with zeros in shape or strides");
    }
    let lengths = match shape.is_missing() {
        true => None,
        false => Some(shape_items(thread, shape)?),
    };
    if let Some(lengths) = &lengths
        && layout.dimensions.len() != 1
        && lengths.len() != 1
    {
        return refuse("cast must be 1D -> ND or ND -> 1D");
    }
    let format = cast_format(thread, view, text)?;
    let size = format.size();
    let layout = match lengths {
        None => Layout::row(layout.start, layout.bytes() / size, size),
        Some(lengths) => {
            let (shape, bytes) = cast_shape(thread, &lengths, size)?;
            if bytes != layout.bytes() {
                return refuse("product(shape) * itemsize != buffer size");
            }
            Layout::grid(layout.start, &shape, size)
        }
    };
    let window = Window {
        layout,
        format,
        readonly: view.data.window.readonly,
    };
    Ok(view.share(thread)?.view(thread, window))
}

/// The items of a shape, which is a list or a tuple.
fn shape_items(thread: &Thread, shape: Value) -> Result<Vec<Owned>> {
    let items = if let Some(list) = shape.get::<List>() {
        list.snapshot(thread)
    } else if let Some(tuple) = shape.get::<Tuple>() {
        tuple.items().iter().map(|&item| Owned::new(item)).collect()
    } else {
        return raise!(thread, TypeError, "shape must be a list or a tuple");
    };
    if items.len() > MAX_DIMENSIONS {
        return raise!(
            thread,
            ValueError,
            "memoryview: number of dimensions must not exceed {MAX_DIMENSIONS}"
        );
    }
    Ok(items)
}

/// The format that the items of a view are to have from now on.
fn cast_format(thread: &Thread, view: View, text: &Str) -> Result<Format> {
    let text = codec::encode(thread, text, Some("ascii"), None)?;
    let Some(format) = Format::parse(&text) else {
        return raise!(
            thread,
            ValueError,
            "memoryview: destination format must be a native single character format prefixed with an optional '@'"
        );
    };
    if !view.data.window.format.is_byte() && !format.is_byte() {
        return raise!(
            thread,
            TypeError,
            "memoryview: cannot cast between two non-byte formats"
        );
    }
    if !view
        .data
        .window
        .layout
        .bytes()
        .is_multiple_of(format.size())
    {
        return raise!(
            thread,
            TypeError,
            "memoryview: length is not a multiple of itemsize"
        );
    }
    Ok(format)
}

/// The lengths of a shape's dimensions, and how many bytes items of a size have then.
fn cast_shape(thread: &Thread, items: &[Owned], size: usize) -> Result<(Vec<usize>, usize)> {
    let mut bytes = size;
    let mut shape = Vec::with_capacity(items.len());
    for item in items {
        if int::IntRef::of(item).is_none() {
            return raise!(
                thread,
                TypeError,
                "memoryview.cast(): elements of shape must be integers"
            );
        }
        let length = convert::to_isize(thread, item.value())?;
        let Some(length) = usize::try_from(length).ok().filter(|&length| length > 0) else {
            return raise!(
                thread,
                ValueError,
                "memoryview.cast(): elements of shape must be integers > 0"
            );
        };
        let product = bytes.checked_mul(length);
        let Some(product) = product.filter(|&product| isize::try_from(product).is_ok()) else {
            return raise!(
                thread,
                ValueError,
                "memoryview.cast(): product(shape) > SSIZE_MAX"
            );
        };
        bytes = product;
        shape.push(length);
    }
    Ok((shape, bytes))
}

pub(super) fn eq(thread: &Thread, args: &[Value]) -> Result {
    let view = View::receiver(args);
    let same = || Ok(Owned::bool(args[0] == args[1]));
    if view.is_released() {
        return same();
    }
    let window = &view.data.window;
    if let Some(other) = View::of(&args[1]) {
        if other.is_released() {
            return same();
        }
        let (ours, theirs) = (view.memory(thread)?, other.memory(thread)?);
        let (a, b) = ((&ours, window), (&theirs, &other.data.window));
        return is_equal(thread, a, b).map(Owned::bool);
    }
    let other = match acquire(thread, args[1], request::FULL) {
        Ok(Some(other)) => other,
        Ok(None) => return Ok(Owned::NOT_IMPLEMENTED),
        // Whatever keeps an object from showing its memory: others may know how to compare with it.
        Err(raised) => {
            drop(thread.take_exception(raised));
            return Ok(Owned::NOT_IMPLEMENTED);
        }
    };
    let ours = view.memory(thread)?;
    let (a, b) = ((&ours, window), (other.memory(), other.window()));
    is_equal(thread, a, b).map(Owned::bool)
}

/// What is seen of memory.
type Seen<'a> = (&'a Memory, &'a Window);

/// Have both the same shape, and items of the same values?
fn is_equal(thread: &Thread, (memory, a): Seen, (other, b): Seen) -> Result<bool> {
    if !a.layout.has_shape_of(&b.layout) {
        return Ok(false);
    }
    // Nothing is known about the values of other formats.
    if !a.format.is_native() || !b.format.is_native() {
        return Ok(false);
    }
    let left = memory.copy(thread, &a.layout, Order::C)?;
    let right = other.copy(thread, &b.layout, Order::C)?;
    let (format, size) = (a.format, a.format.size());
    let same_format = format.is_same(b.format);
    let whole = a.layout.item_size == size && b.layout.item_size == size;
    if same_format && whole && format.is_exact() {
        return Ok(left == right);
    }
    let items = left.chunks_exact(a.layout.item_size);
    for (x, y) in items.zip(right.chunks_exact(b.layout.item_size)) {
        let equal = if same_format {
            format.is_equal(x, y)
        } else {
            let (x, y) = (format.unpack(thread, x), b.format.unpack(thread, y));
            compare::equal(thread, x.value(), y.value())?
        };
        if !equal {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn hash(thread: &Thread, args: &[Value]) -> Result {
    let view = View::receiver(args);
    if let Some(&hash) = view.data.hash.get() {
        return Ok(int::from_i64(thread, hash));
    }
    view.check(thread)?;
    if !view.data.window.readonly {
        return raise!(thread, ValueError, "cannot hash writable memoryview object");
    }
    if !view.data.window.format.is_byte() {
        return raise!(
            thread,
            ValueError,
            "memoryview: hashing is restricted to formats 'B', 'b' or 'c'"
        );
    }
    let exporter = view.reference(&view.data.exporter);
    if exporter.is_missing() {
        return released(thread);
    }
    if !exporter.is_none() {
        // The exporter's `__hash__` may do anything but release the view.
        let _held = view.export();
        convert::hash(thread, exporter.value())?;
    }
    let bytes = view.copy(thread, Order::C)?;
    let hash = *view.data.hash.get_or_init(|| hash_bytes(&bytes));
    Ok(int::from_i64(thread, hash))
}
