//! Subscripts of views: items, parts, and what is written to them.
//!
//! A subscript may run Python code (`__index__`), and so may the value that is assigned. The view may be released
//! meanwhile: the memory is asked for afterwards.

use super::exporter::{acquire, request};
use super::format::WIDEST;
use super::layout::Order;
use super::memory::Memory;
use super::{View, Window, memory};
use crate::operators::convert;
use crate::types::list;
use crate::types::sequences::index_in;
use crate::types::slice::Slice;
use crate::types::tuple::Tuple;
use crate::types::{bytes, int};
use crate::{Owned, Result, Thread, Value, raise};

/// What a subscript is, by the types it is made of.
enum Key<'a> {
    Index(Value),
    Indexes(&'a [Value]),
    Slice(&'a Slice),
    Slices,
    Ellipsis,
    Other,
}

impl<'a> Key<'a> {
    fn of(key: &'a Value) -> Key<'a> {
        if key.is_small_int() {
            return Key::Index(*key);
        }
        if let Some(slice) = key.get::<Slice>() {
            return Key::Slice(slice);
        }
        if let Some(tuple) = key.get::<Tuple>() {
            let items = tuple.items();
            return match items {
                _ if items.iter().all(|&item| convert::has_index(item)) => Key::Indexes(items),
                _ if items.iter().all(|item| item.is::<Slice>()) => Key::Slices,
                _ => Key::Other,
            };
        }
        match *key {
            Value::ELLIPSIS => Key::Ellipsis,
            key if convert::has_index(key) => Key::Index(key),
            _ => Key::Other,
        }
    }
}

impl View<'_> {
    fn dimensions(self) -> usize {
        self.data.window.layout.dimensions.len()
    }

    /// Raises NotImplementedError unless items can be read and written.
    pub(super) fn check_format(self, thread: &Thread) -> Result<()> {
        self.data.window.format.check(thread)
    }

    /// The value of the item at an offset.
    #[inline]
    pub(super) fn unpack(self, thread: &Thread, memory: &Memory, offset: isize) -> Result {
        let mut item = [0; WIDEST];
        let item = &mut item[..self.data.window.format.size()];
        match memory.load(thread, offset, item) {
            true => Ok(self.data.window.format.unpack(thread, item)),
            false => memory::gone(thread),
        }
    }

    /// Writes a value over the item at an offset.
    fn pack(self, thread: &Thread, offset: isize, value: Value) -> Result<()> {
        let packed = self.data.window.format.pack(thread, value)?;
        let memory = self.memory(thread)?;
        match memory.store(thread, offset, &packed[..self.data.window.format.size()]) {
            true => Ok(()),
            false => memory::gone(thread),
        }
    }

    /// Offset of the item at an index of each dimension.
    fn find(self, thread: &Thread, keys: &[Value]) -> Result<isize> {
        let dimensions = &self.data.window.layout.dimensions;
        if keys.len() > dimensions.len() {
            let (has, given) = (dimensions.len(), keys.len());
            return raise!(
                thread,
                TypeError,
                "cannot index {has}-dimension view with {given}-element tuple"
            );
        }
        let mut offset = self.data.window.layout.start;
        for (place, (&key, dimension)) in (1..).zip(keys.iter().zip(dimensions)) {
            let index = convert::to_index(thread, key)?;
            let Some(index) = index_in(index, dimension.len) else {
                return raise!(
                    thread,
                    IndexError,
                    "index out of bounds on dimension {place}"
                );
            };
            offset += dimension.stride * index as isize;
        }
        Ok(offset)
    }

    /// `view[index]`
    #[inline]
    fn item(self, thread: &Thread, index: isize) -> Result {
        let memory = self.memory(thread)?;
        self.check_format(thread)?;
        let [row] = &*self.data.window.layout.dimensions else {
            return several_dimensions(thread);
        };
        let Some(index) = index_in(index, row.len) else {
            return raise!(thread, IndexError, "index out of bounds on dimension 1");
        };
        self.unpack(thread, &memory, self.data.window.layout.offset(&[index]))
    }

    /// `view[index, …]`
    fn item_of_several(self, thread: &Thread, keys: &[Value]) -> Result {
        self.check_format(thread)?;
        if keys.len() < self.dimensions() {
            return raise!(thread, NotImplementedError, "sub-views are not implemented");
        }
        let offset = self.find(thread, keys)?;
        self.unpack(thread, &self.memory(thread)?, offset)
    }

    /// `view[slice]`: a view of the part.
    fn part(self, thread: &Thread, slice: &Slice) -> Result {
        // Released by the slice's bounds, the view gives its part all the same.
        let share = self.share(thread)?;
        let bounds = slice.bounds(thread)?;
        let window = &self.data.window;
        let selection = bounds.of(window.layout.dimensions[0].len);
        let part = Window {
            layout: window.layout.select(selection),
            ..*window
        };
        Ok(share.view(thread, part))
    }

    /// `view[slice] = source`, of a view with one dimension.
    fn assign(self, thread: &Thread, slice: &Slice, source: Value) -> Result<()> {
        let Some(source) = acquire(thread, source, request::FULL)? else {
            return bytes::not_bytes_like(thread, source);
        };
        let bounds = slice.bounds(thread)?;
        let target = &self.data.window.layout;
        let target = target.select(bounds.of(target.dimensions[0].len));
        let memory = self.memory(thread)?;
        let given = source.window();
        let alike = self.data.window.format.is_same(given.format)
            && target.item_size == given.layout.item_size;
        if !alike || !target.has_shape_of(&given.layout) {
            return raise!(
                thread,
                ValueError,
                "memoryview assignment: lvalue and rvalue have different structures"
            );
        }
        let bytes = source.copy(thread)?;
        memory.fill(thread, &target, &bytes)
    }

    /// The items, in lists within lists.
    fn lists(self, thread: &Thread, bytes: &[u8], dimension: usize) -> Owned {
        let layout = &self.data.window.layout;
        let Some(length) = layout.dimensions.get(dimension).map(|d| d.len) else {
            return self.data.window.format.unpack(thread, bytes);
        };
        if length == 0 {
            return list::new(thread, Vec::new());
        }
        let size = bytes.len() / length;
        let parts = (0..length).map(|index| {
            let part = &bytes[index * size..(index + 1) * size];
            self.lists(thread, part, dimension + 1)
        });
        list::new(thread, parts.collect())
    }
}

#[cold]
pub(super) fn several_dimensions<R>(thread: &Thread) -> Result<R> {
    raise!(
        thread,
        NotImplementedError,
        "multi-dimensional sub-views are not implemented"
    )
}

#[cold]
pub(super) fn no_dimension<R>(thread: &Thread) -> Result<R> {
    raise!(thread, TypeError, "invalid indexing of 0-dim memory")
}

fn invalid_key<R>(thread: &Thread) -> Result<R> {
    raise!(thread, TypeError, "memoryview: invalid slice key")
}

pub(super) fn get_item(thread: &Thread, args: &[Value]) -> Result {
    let view = View::receiver(args);
    if let (Some(index), 1) = (args[1].as_small_int(), view.dimensions()) {
        return view.item(thread, index as isize);
    }
    let memory = view.memory(thread)?;
    let key = Key::of(&args[1]);
    if view.dimensions() == 0 {
        return match key {
            Key::Indexes([]) => {
                view.check_format(thread)?;
                view.unpack(thread, &memory, view.data.window.layout.start)
            }
            Key::Ellipsis => Ok(Owned::new(args[0])),
            _ => no_dimension(thread),
        };
    }
    drop(memory);
    match key {
        Key::Index(key) => view.item(thread, convert::to_index(thread, key)?),
        Key::Slice(slice) => view.part(thread, slice),
        Key::Indexes(keys) => view.item_of_several(thread, keys),
        Key::Slices => raise!(
            thread,
            NotImplementedError,
            "multi-dimensional slicing is not implemented"
        ),
        Key::Ellipsis | Key::Other => invalid_key(thread),
    }
}

/// What `view[key] = value` and `del view[key]` check first.
fn check_writable(thread: &Thread, view: View) -> Result<()> {
    view.check(thread)?;
    view.check_format(thread)?;
    match view.data.window.readonly {
        true => raise!(thread, TypeError, "cannot modify read-only memory"),
        false => Ok(()),
    }
}

pub(super) fn set_item(thread: &Thread, args: &[Value]) -> Result {
    let view = View::receiver(args);
    check_writable(thread, view)?;
    let value = args[2];
    match (Key::of(&args[1]), view.dimensions()) {
        (Key::Indexes([]) | Key::Ellipsis, 0) => {
            view.pack(thread, view.data.window.layout.start, value)?;
        }
        (_, 0) => return no_dimension(thread),
        (Key::Index(key), 1) => {
            let offset = view.find(thread, &[key])?;
            view.pack(thread, offset, value)?;
        }
        (Key::Slice(slice), 1) => view.assign(thread, slice, value)?,
        (Key::Indexes(keys), dimensions) if keys.len() >= dimensions => {
            let offset = view.find(thread, keys)?;
            view.pack(thread, offset, value)?;
        }
        (Key::Index(_) | Key::Indexes(_), _) => {
            return raise!(thread, NotImplementedError, "sub-views are not implemented");
        }
        (Key::Slice(_) | Key::Slices, _) => {
            return raise!(
                thread,
                NotImplementedError,
                "memoryview slice assignments are currently restricted to ndim = 1"
            );
        }
        (Key::Ellipsis | Key::Other, _) => return invalid_key(thread),
    }
    Ok(Owned::NONE)
}

pub(super) fn delete_item(thread: &Thread, args: &[Value]) -> Result {
    check_writable(thread, View::receiver(args))?;
    raise!(thread, TypeError, "cannot delete memory")
}

pub(super) fn length(thread: &Thread, args: &[Value]) -> Result {
    let view = View::receiver(args);
    view.check(thread)?;
    match view.data.window.layout.dimensions.first() {
        Some(first) => Ok(int::from_usize(thread, first.len)),
        None => raise!(thread, TypeError, "0-dim memory has no length"),
    }
}

pub(super) fn to_list(thread: &Thread, args: &[Value]) -> Result {
    let view = View::receiver(args);
    view.check(thread)?;
    view.check_format(thread)?;
    let bytes = view.copy(thread, Order::C)?;
    Ok(view.lists(thread, &bytes, 0))
}
