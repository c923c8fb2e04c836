//! The methods of `mmap`.

use super::{Access, Mmap, closed};
use crate::cell::Var;
use ashore_runtime::operators::convert;
use ashore_runtime::types::bytes::{self, Buffer, text};
use ashore_runtime::types::exception::raise_os_error;
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::sequences::index_in;
use ashore_runtime::types::slice::{Selection, Slice};
use ashore_runtime::types::{class_of, int, memoryview, str};
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise, thread};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

static ITERATOR: NativeClass = NativeClass::new("mmap.iterator", &[]).iterator();

/// An argument that may be None.
fn optional(thread: &Thread, value: Value) -> Result<Option<isize>> {
    if value.is_none() {
        return Ok(None);
    }
    if !convert::has_index(value) {
        let got = convert::type_name(value);
        return raise!(
            thread,
            TypeError,
            "argument should be integer or None, not '{got}'"
        );
    }
    convert::to_isize(thread, value).map(Some)
}

fn system_error<R>(thread: &Thread, error: &io::Error) -> Result<R> {
    Err(raise_os_error(thread, error, None))
}

fn close(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Mmap>(args);
    let taken = {
        let mut map = this.map.write();
        match this.exports.any() {
            true => Err(()),
            false => Ok(map.take()),
        }
    };
    match taken {
        Ok(map) => {
            thread::detached(|| drop(map));
            Ok(Owned::NONE)
        }
        Err(()) => raise!(thread, BufferError, "cannot close exported pointers exist"),
    }
}

type Find = fn(&[u8], &[u8]) -> Option<usize>;

fn search(thread: &Thread, args: &[Value], find: Find) -> Result {
    let this = receiver::<Mmap>(args);
    this.check(thread)?;
    let needle = Buffer::argument(thread, &args[1])?;
    let start = optional(thread, args[2])?;
    let end = optional(thread, args[3])?;
    let found = this.with(thread, |at| {
        let len = at.map.len();
        let place = |index: isize| match index < 0 {
            true => len.saturating_sub(index.unsigned_abs()),
            false => index.cast_unsigned().min(len),
        };
        let start = start.map_or(at.position.min(len), place);
        let end = end.map_or(len, place);
        let part = at.map.bytes().get(start..end)?;
        find(part, &needle).map(|found| start + found)
    })?;
    Ok(match found {
        Some(index) => int::from_usize(thread, index),
        None => int::from_i64(thread, -1),
    })
}

fn find(thread: &Thread, args: &[Value]) -> Result {
    search(thread, args, text::find)
}

fn rfind(thread: &Thread, args: &[Value]) -> Result {
    search(thread, args, text::rfind)
}

fn flush(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Mmap>(args);
    let offset = convert::to_isize(thread, args[1])?;
    let size = optional(thread, args[2])?;
    let len = this.with(thread, |at| at.map.len())?;
    let part = usize::try_from(offset).ok().and_then(|offset| {
        let rest = len.checked_sub(offset)?;
        let size = size.map_or(Some(rest), |size| usize::try_from(size).ok())?;
        (size <= rest).then_some((offset, size))
    });
    let Some((offset, size)) = part else {
        return raise!(thread, ValueError, "flush values out of range");
    };
    if matches!(this.access, Access::Read | Access::Copy) {
        return Ok(Owned::NONE);
    }
    // The lock is taken and given back while detached.
    let written = thread::detached(|| {
        let map = this.map.read();
        let map = &map.as_ref()?.map;
        (offset + size <= map.len()).then(|| map.sync(offset, size))
    });
    match written {
        Some(Ok(())) => Ok(Owned::NONE),
        Some(Err(error)) => system_error(thread, &error),
        None => {
            this.check(thread)?;
            raise!(thread, ValueError, "flush values out of range")
        }
    }
}

fn madvise(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Mmap>(args);
    this.check(thread)?;
    let advice = crate::posix::call::small(thread, args[1])?;
    let start = convert::to_isize(thread, args[2])?;
    let length = match args[3].is_none() {
        true => None,
        false => Some(convert::to_isize(thread, args[3])?),
    };
    let size = this.with(thread, |at| at.map.len())?;
    let start = match usize::try_from(start) {
        Ok(start) if start < size => start,
        _ => return raise!(thread, ValueError, "madvise start out of bounds"),
    };
    let Ok(length) = length.map_or(Ok(size), usize::try_from) else {
        return raise!(thread, ValueError, "madvise length invalid");
    };
    if isize::MAX as usize - start < length {
        return raise!(thread, OverflowError, "madvise length too large");
    }
    let advised = this.with(thread, |at| {
        let start = start.min(at.map.len());
        let length = length.min(at.map.len() - start);
        at.map.advise(start, length, advice)
    })?;
    match advised {
        Ok(()) => Ok(Owned::NONE),
        Err(error) => system_error(thread, &error),
    }
}

fn r#move(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Mmap>(args);
    let mut places = [0; 3];
    for (place, &arg) in places.iter_mut().zip(&args[1..]) {
        *place = convert::to_isize(thread, arg)?;
    }
    this.check(thread)?;
    this.check_writable(thread)?;
    let moved = this.with_mut(thread, |at| {
        let [to, from, count] = places.map(usize::try_from);
        let (Ok(to), Ok(from), Ok(count)) = (to, from, count) else {
            return false;
        };
        let len = at.map.len();
        let fits = |place: usize| len.checked_sub(place).is_some_and(|rest| count <= rest);
        let fits = fits(to) && fits(from);
        if fits {
            at.map.bytes_mut().copy_within(from..from + count, to);
        }
        fits
    })?;
    match moved {
        true => Ok(Owned::NONE),
        false => raise!(
            thread,
            ValueError,
            "source, destination, or count out of range"
        ),
    }
}

/// Takes bytes from the position on, as many as `count` says of those there are.
fn take(thread: &Thread, args: &[Value], count: impl FnOnce(&[u8]) -> usize) -> Result<Vec<u8>> {
    receiver::<Mmap>(args).with_mut(thread, |at| {
        let rest = at.map.bytes().get(at.position..).unwrap_or(&[]);
        let taken = rest[..count(rest)].to_vec();
        at.position += taken.len();
        taken
    })
}

fn read(thread: &Thread, args: &[Value]) -> Result {
    receiver::<Mmap>(args).check(thread)?;
    let wanted = optional(thread, args[1])?;
    let wanted = wanted.and_then(|wanted| usize::try_from(wanted).ok());
    let taken = take(thread, args, |rest| {
        wanted.map_or(rest.len(), |wanted| wanted.min(rest.len()))
    })?;
    Ok(bytes::new(thread, &taken))
}

fn read_line(thread: &Thread, args: &[Value]) -> Result {
    let taken = take(thread, args, |rest| {
        text::find(rest, b"\n").map_or(rest.len(), |end| end + 1)
    })?;
    Ok(bytes::new(thread, &taken))
}

fn read_byte(thread: &Thread, args: &[Value]) -> Result {
    match take(thread, args, |rest| rest.len().min(1))?.first() {
        Some(&byte) => Ok(int::from_i64(thread, byte.into())),
        None => raise!(thread, ValueError, "read byte out of range"),
    }
}

/// Writes bytes at the position, if there is room for all of them.
fn put(thread: &Thread, args: &[Value], bytes: &[u8]) -> Result<bool> {
    receiver::<Mmap>(args).with_mut(thread, |at| {
        let start = at.position;
        let place = at.map.bytes_mut().get_mut(start..);
        let Some(place) = place.and_then(|rest| rest.get_mut(..bytes.len())) else {
            return false;
        };
        place.copy_from_slice(bytes);
        at.position += bytes.len();
        true
    })
}

fn write(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Mmap>(args);
    this.check(thread)?;
    let bytes = Buffer::copy_argument(thread, args[1])?;
    this.check_writable(thread)?;
    match put(thread, args, &bytes)? {
        true => Ok(int::from_usize(thread, bytes.len())),
        false => raise!(thread, ValueError, "data out of range"),
    }
}

fn write_byte(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Mmap>(args);
    this.check(thread)?;
    let byte = match convert::to_isize(thread, args[1])? {
        byte if byte < 0 => {
            let text = "unsigned byte integer is less than minimum";
            return raise!(thread, OverflowError, "{text}");
        }
        byte => match u8::try_from(byte) {
            Ok(byte) => byte,
            Err(_) => {
                let text = "unsigned byte integer is greater than maximum";
                return raise!(thread, OverflowError, "{text}");
            }
        },
    };
    this.check_writable(thread)?;
    match put(thread, args, &[byte])? {
        true => Ok(Owned::NONE),
        false => raise!(thread, ValueError, "write byte out of range"),
    }
}

#[cold]
fn exported<R>(thread: &Thread) -> Result<R> {
    let text = "mmap can't resize with extant buffers exported.";
    raise!(thread, BufferError, "{text}")
}

/// May the map be given another length, as far as arguments say?
fn check_resizable(thread: &Thread, this: &Mmap) -> Result<()> {
    if this.exports.any() {
        return exported(thread);
    }
    if !this.tracks_file {
        let text = "mmap can't resize with trackfd=False.";
        return raise!(thread, ValueError, "{text}");
    }
    if matches!(this.access, Access::Read | Access::Copy) {
        let text = "mmap can't resize a readonly or copy-on-write memory map.";
        return raise!(thread, TypeError, "{text}");
    }
    Ok(())
}

fn resize(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Mmap>(args);
    let size = convert::to_isize(thread, args[1])?;
    this.check(thread)?;
    check_resizable(thread, this)?;
    let len = match usize::try_from(size) {
        Ok(len) if size.checked_add(this.offset as isize).is_some() => len,
        _ => return raise!(thread, ValueError, "new size out of range"),
    };
    // A file may have to wait for its disk.
    let resized = thread::detached(|| {
        let mut map = this.map.write();
        let Some(at) = map.as_mut() else {
            return Resized::Closed;
        };
        let own_shared = at.map.file.is_none() && at.map.flags & libc::MAP_SHARED != 0;
        if this.exports.any() {
            return Resized::Exported;
        }
        if own_shared && len > at.map.len() {
            return Resized::Shared;
        }
        Resized::Done(at.map.resize(this.offset, len))
    });
    match resized {
        Resized::Done(Ok(())) => Ok(Owned::NONE),
        Resized::Done(Err(error)) => system_error(thread, &error),
        Resized::Closed => closed(thread),
        Resized::Exported => exported(thread),
        Resized::Shared => {
            let text = "mmap: can't expand a shared anonymous mapping";
            raise!(thread, ValueError, "{text}")
        }
    }
}

/// What came of resizing a map.
enum Resized {
    Done(io::Result<()>),
    Closed,
    Exported,
    /// It is not a file's and grows for nobody.
    Shared,
}

fn seek(thread: &Thread, args: &[Value]) -> Result {
    let distance = convert::to_isize(thread, args[1])?;
    let from = crate::posix::call::small(thread, args[2])?;
    let this = receiver::<Mmap>(args);
    this.check(thread)?;
    if !(0..=2).contains(&from) {
        return raise!(thread, ValueError, "unknown seek type");
    }
    let position = this.with_mut(thread, |at| {
        let origin = [0, at.position, at.map.len()][from as usize];
        let place = origin.checked_add_signed(distance)?;
        (place <= at.map.len()).then(|| {
            at.position = place;
            place
        })
    })?;
    match position {
        Some(position) => Ok(int::from_usize(thread, position)),
        None => raise!(thread, ValueError, "seek out of range"),
    }
}

fn seekable(_: &Thread, _: &[Value]) -> Result {
    Ok(Owned::bool(true))
}

/// The size of the file, which may be another than the map's.
fn size(thread: &Thread, args: &[Value]) -> Result {
    let size = receiver::<Mmap>(args).with(thread, |at| match &at.map.file {
        Some(file) => file.metadata().map(|status| status.len()),
        None => Err(std::io::Error::from_raw_os_error(libc::EBADF)),
    })?;
    match size {
        Ok(size) => Ok(int::from_u64(thread, size)),
        Err(error) => system_error(thread, &error),
    }
}

fn tell(thread: &Thread, args: &[Value]) -> Result {
    let position = receiver::<Mmap>(args).with(thread, |at| at.position)?;
    Ok(int::from_usize(thread, position))
}

fn enter(thread: &Thread, args: &[Value]) -> Result {
    receiver::<Mmap>(args).check(thread)?;
    Ok(Owned::new(args[0]))
}

fn is_closed(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(receiver::<Mmap>(args).map.read().is_none()))
}

fn repr(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Mmap>(args);
    let name = class_of(args[0]).name();
    let text = match this.map.read().as_ref() {
        None => format!("<{name} closed=True>"),
        Some(at) => format!(
            "<{name} closed=False, access={}, length={}, pos={}, offset={}>",
            this.access.name(),
            at.map.len(),
            at.position,
            this.offset
        ),
    };
    Ok(str::new(thread, &text))
}

fn length(thread: &Thread, args: &[Value]) -> Result {
    let length = receiver::<Mmap>(args).with(thread, |at| at.map.len())?;
    Ok(int::from_usize(thread, length))
}

fn get(thread: &Thread, this: &Mmap, index: isize) -> Result<u8> {
    let byte = this.with(thread, |at| {
        index_in(index, at.map.len()).map(|index| at.map.bytes()[index])
    })?;
    match byte {
        Some(byte) => Ok(byte),
        None => raise!(thread, IndexError, "mmap index out of range"),
    }
}

fn select(bytes: &[u8], selection: Selection) -> Vec<u8> {
    if selection.step == 1 {
        return bytes[selection.start as usize..][..selection.count].to_vec();
    }
    selection.indexes().map(|index| bytes[index]).collect()
}

fn get_item(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Mmap>(args);
    this.check(thread)?;
    if let Some(slice) = args[1].get::<Slice>() {
        let bounds = slice.bounds(thread)?;
        let selected = this.with(thread, |at| select(at.map.bytes(), bounds.of(at.map.len())))?;
        return Ok(bytes::new(thread, &selected));
    }
    if !convert::has_index(args[1]) {
        return raise!(thread, TypeError, "mmap indices must be integers");
    }
    let index = convert::to_index(thread, args[1])?;
    let byte = get(thread, this, index)?;
    Ok(int::from_i64(thread, byte.into()))
}

fn set_slice(thread: &Thread, this: &Mmap, slice: &Slice, value: Value) -> Result<()> {
    let bounds = slice.bounds(thread)?;
    let bytes = Buffer::copy_argument(thread, value)?;
    let fits = this.with_mut(thread, |at| {
        let selection = bounds.of(at.map.len());
        if selection.count != bytes.len() {
            return false;
        }
        let target = at.map.bytes_mut();
        if selection.step == 1 {
            target[selection.start as usize..][..bytes.len()].copy_from_slice(&bytes);
            return true;
        }
        for (index, &byte) in selection.indexes().zip(&bytes) {
            target[index] = byte;
        }
        true
    })?;
    match fits {
        true => Ok(()),
        false => raise!(thread, IndexError, "mmap slice assignment is wrong size"),
    }
}

fn set_item(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Mmap>(args);
    this.check(thread)?;
    this.check_writable(thread)?;
    if let Some(slice) = args[1].get::<Slice>() {
        set_slice(thread, this, slice, args[2])?;
        return Ok(Owned::NONE);
    }
    if !convert::has_index(args[1]) {
        return raise!(thread, TypeError, "mmap indices must be integer");
    }
    let index = convert::to_index(thread, args[1])?;
    get(thread, this, index)?;
    if !convert::has_index(args[2]) {
        return raise!(thread, TypeError, "mmap item value must be an int");
    }
    let Ok(byte) = u8::try_from(convert::to_isize(thread, args[2])?) else {
        let text = "mmap item value must be in range(0, 256)";
        return raise!(thread, ValueError, "{text}");
    };
    let set = this.with_mut(thread, |at| {
        let index = index_in(index, at.map.len())?;
        at.map.bytes_mut()[index] = byte;
        Some(())
    })?;
    match set {
        Some(()) => Ok(Owned::NONE),
        None => raise!(thread, IndexError, "mmap index out of range"),
    }
}

fn delete_item(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Mmap>(args);
    this.check(thread)?;
    this.check_writable(thread)?;
    if args[1].is::<Slice>() {
        let text = "mmap object doesn't support slice deletion";
        return raise!(thread, TypeError, "{text}");
    }
    if !convert::has_index(args[1]) {
        return raise!(thread, TypeError, "mmap indices must be integer");
    }
    get(thread, this, convert::to_index(thread, args[1])?)?;
    raise!(thread, TypeError, "mmap doesn't support item deletion")
}

/// Items are bytes of length one, as iteration shows them.
fn contains(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Mmap>(args);
    this.check(thread)?;
    let found = match Buffer::copy(thread, args[1]).as_deref() {
        Some(&[byte]) => this.with(thread, |at| text::find(at.map.bytes(), &[byte]).is_some())?,
        _ => false,
    };
    Ok(Owned::bool(found))
}

fn iter(thread: &Thread, args: &[Value]) -> Result {
    let iterator = Iterator {
        mmap: Var::new(Owned::new(args[0])),
        index: AtomicUsize::new(0),
    };
    Ok(native::new(thread, ITERATOR.class(thread), iterator))
}

/// Where an iterator over a map is.
struct Iterator {
    /// MISSING once it has come to the end.
    mmap: Var,
    index: AtomicUsize,
}

impl Data for Iterator {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.mmap.visit(visit);
    }

    fn next(&self, thread: &Thread) -> Option<Result<Option<Owned>>> {
        let mmap = self.mmap.get();
        let mmap = mmap.value();
        let Some(data) = native::get::<Mmap>(&mmap) else {
            return Some(Ok(None));
        };
        let index = self.index.fetch_add(1, Ordering::Relaxed);
        let byte = data.with(thread, |at| at.map.bytes().get(index).copied());
        Some(byte.map(|byte| match byte {
            Some(byte) => Some(bytes::new(thread, &[byte])),
            None => {
                drop(self.mmap.take());
                None
            }
        }))
    }
}

fn reduce(thread: &Thread, args: &[Value]) -> Result {
    let name = class_of(args[0]).name();
    raise!(thread, TypeError, "cannot pickle '{name}' object")
}

methods! { pub(super) METHODS:
    new "mmap(type, /, fileno, length, flags=1, prot=3, access=0, offset=0, *, trackfd=True)" => super::new;
    "close(self, /)" => close -> None;
    "find(self, view, start=None, end=None, /)" => find -> Int;
    "flush(self, offset=0, size=None, /)" => flush -> None;
    "madvise(self, option, start=0, length=None, /)" => madvise -> None;
    "move(self, dest, src, count, /)" => r#move -> None;
    "read(self, n=None, /)" => read -> Bytes;
    "read_byte(self, /)" => read_byte -> Int;
    "readline(self, /)" => read_line -> Bytes;
    "resize(self, newsize, /)" => resize -> None;
    "rfind(self, view, start=None, end=None, /)" => rfind -> Int;
    "seek(self, pos, whence=0, /)" => seek -> Int;
    "seekable(self, /)" => seekable -> Bool;
    "size(self, /)" => size -> Int;
    "tell(self, /)" => tell -> Int;
    "write(self, bytes, /)" => write -> Int;
    "write_byte(self, byte, /)" => write_byte -> None;
    "__enter__(self, /)" => enter;
    "__exit__(self, exc_type, exc_value, traceback, /)" => close -> None;
    /// Return a buffer object that exposes the underlying memory of the object.
    "__buffer__(self, flags, /)" => memoryview::buffer;
    /// Release the buffer object that exposes the underlying memory of the object.
    "__release_buffer__(self, buffer, /)" => memoryview::release_buffer -> None;
    "__len__(self, /)" => length -> Int;
    "__contains__(self, key, /)" => contains -> Bool;
    "__getitem__(self, key, /)" => get_item;
    "__setitem__(self, key, value, /)" => set_item -> None;
    "__delitem__(self, key, /)" => delete_item -> None;
    "__iter__(self, /)" => iter;
    "__repr__(self, /)" => repr -> Str;
    "__reduce_ex__(self, protocol, /)" => reduce;
    get "closed" => is_closed -> Bool;
}
