//! The class `Blob`: a value of a table's, read and written in parts.

use super::connection::{self, closed};
use super::errors;
use super::raw::{BlobError, BlobHandle};
use ashore_runtime::object::Slot;
use ashore_runtime::operators::convert;
use ashore_runtime::types::bytes::{self, Buffer};
use ashore_runtime::types::int::{self, IntRef};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::slice::{Selection, Slice};
use ashore_runtime::{Owned, Raised, Result, Thread, Value, methods, raise};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

pub(super) static BLOB: NativeClass = NativeClass::new("sqlite3.Blob", METHODS).weakrefable();

struct Blob {
    handle: Arc<BlobHandle>,
    connection: Slot,
    /// Where the next byte is read or written.
    offset: AtomicI32,
}

impl Data for Blob {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.connection.peek());
    }
}

pub(super) fn object(thread: &Thread, connection: Value, handle: Arc<BlobHandle>) -> Owned {
    let blob = Blob {
        handle,
        connection: Slot::new(Owned::new(connection)),
        offset: AtomicI32::new(0),
    };
    native::new(thread, BLOB.class(thread), blob)
}

#[cold]
fn is_closed(thread: &Thread) -> Raised {
    errors::PROGRAMMING.raise(thread, "Cannot operate on a closed blob.")
}

impl Blob {
    /// May its connection be used, by this thread?
    fn check_connection(&self, thread: &Thread) -> Result<()> {
        let object = self.connection.peek();
        let connection = connection::of(&object);
        connection.database(thread)?;
        connection.check_thread(thread)
    }

    fn check(&self, thread: &Thread) -> Result<()> {
        self.check_connection(thread)?;
        match self.handle.is_closed() {
            true => Err(is_closed(thread)),
            false => Ok(()),
        }
    }

    fn offset(&self) -> i32 {
        self.offset.load(Ordering::Relaxed)
    }

    fn len(&self) -> usize {
        usize::try_from(self.handle.len()).unwrap_or(0)
    }

    fn read(&self, thread: &Thread, length: usize, offset: i32) -> Result<Vec<u8>> {
        let mut buffer = vec![0; length];
        ended(thread, self.handle.read(&mut buffer, offset))?;
        Ok(buffer)
    }

    fn write(&self, thread: &Thread, bytes: &[u8], offset: i32) -> Result<()> {
        ended(thread, self.handle.write(bytes, offset))
    }

    /// The place of an item.
    fn place(&self, thread: &Thread, key: Value) -> Result<i32> {
        let index = convert::to_index(thread, key)?;
        let length = self.handle.len() as isize;
        let place = if index < 0 { index + length } else { index };
        match i32::try_from(place) {
            Ok(place) if (0..self.handle.len()).contains(&place) => Ok(place),
            _ => raise!(thread, IndexError, "Blob index out of range"),
        }
    }

    /// What a slice selects, and the bytes from its first to its last.
    fn part(&self, thread: &Thread, slice: &Slice) -> Result<(Selection, i32, usize)> {
        let selection = slice.bounds(thread)?.of(self.len());
        if selection.count > 0 && selection.step < 0 {
            let text = "Blob doesn't support slices with a negative step";
            return raise!(thread, ValueError, "{text}");
        }
        let mut indexes = selection.indexes();
        let (first, last) = (indexes.next(), indexes.last());
        let start = first.unwrap_or(0);
        let length = match first {
            Some(first) => last.unwrap_or(first) + 1 - first,
            None => 0,
        };
        Ok((selection, i32::try_from(start).unwrap_or(i32::MAX), length))
    }
}

fn ended(thread: &Thread, result: Option<std::result::Result<(), BlobError>>) -> Result<()> {
    match result {
        Some(Ok(())) => Ok(()),
        Some(Err(BlobError::Closed)) => Err(is_closed(thread)),
        Some(Err(BlobError::Failed(failure))) => Err(errors::raise(thread, &failure)),
        None => Err(closed(thread)),
    }
}

fn close(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Blob>(args);
    this.check_connection(thread)?;
    this.handle.close();
    Ok(Owned::NONE)
}

fn read(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Blob>(args);
    let length = convert::to_c_int(thread, args[1])?;
    this.check(thread)?;
    let offset = this.offset();
    let rest = this.handle.len() - offset;
    let length = if length < 0 { rest } else { length.min(rest) };
    let read = this.read(thread, usize::try_from(length).unwrap_or(0), offset)?;
    this.offset.store(offset + length, Ordering::Relaxed);
    Ok(bytes::new(thread, &read))
}

fn write(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Blob>(args);
    let data = Buffer::copy_argument(thread, args[1])?;
    this.check(thread)?;
    let offset = this.offset();
    let length = match i32::try_from(data.len()) {
        Ok(length) if length <= this.handle.len() - offset => length,
        _ => return raise!(thread, ValueError, "data longer than blob length"),
    };
    this.write(thread, &data, offset)?;
    this.offset.store(offset + length, Ordering::Relaxed);
    Ok(Owned::NONE)
}

fn seek(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Blob>(args);
    let offset = convert::to_c_int(thread, args[1])?;
    let origin = convert::to_c_int(thread, args[2])?;
    this.check(thread)?;
    let from = match origin {
        0 => 0,
        1 => this.offset(),
        2 => this.handle.len(),
        _ => {
            let text = "'origin' should be os.SEEK_SET, os.SEEK_CUR, or os.SEEK_END";
            return raise!(thread, ValueError, "{text}");
        }
    };
    let Some(offset) = from.checked_add(offset) else {
        return raise!(thread, OverflowError, "seek offset results in overflow");
    };
    if !(0..=this.handle.len()).contains(&offset) {
        return raise!(thread, ValueError, "offset out of blob range");
    }
    this.offset.store(offset, Ordering::Relaxed);
    Ok(Owned::NONE)
}

fn tell(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Blob>(args);
    this.check(thread)?;
    Ok(int::from_i64(thread, this.offset().into()))
}

fn enter(thread: &Thread, args: &[Value]) -> Result {
    receiver::<Blob>(args).check(thread)?;
    Ok(Owned::new(args[0]))
}

fn exit(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Blob>(args);
    this.check(thread)?;
    this.handle.close();
    Ok(Owned::bool(false))
}

fn length(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Blob>(args);
    this.check(thread)?;
    Ok(int::from_usize(thread, this.len()))
}

fn get_item(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Blob>(args);
    this.check(thread)?;
    if convert::has_index(args[1]) {
        let place = this.place(thread, args[1])?;
        let byte = this.read(thread, 1, place)?;
        return Ok(int::from_i64(thread, byte[0].into()));
    }
    let Some(slice) = args[1].get::<Slice>() else {
        return raise!(thread, TypeError, "Blob indices must be integers");
    };
    let (selection, start, length) = this.part(thread, slice)?;
    if length == 0 {
        return Ok(bytes::new(thread, &[]));
    }
    let part = this.read(thread, length, start)?;
    let first = usize::try_from(start).unwrap_or(0);
    let selected: Vec<u8> = selection.indexes().map(|at| part[at - first]).collect();
    Ok(bytes::new(thread, &selected))
}

fn set_byte(thread: &Thread, this: &Blob, key: Value, value: Value) -> Result<()> {
    let Some(number) = IntRef::of(&value) else {
        let got = convert::type_name(value);
        let text = "object cannot be interpreted as an integer";
        return raise!(thread, TypeError, "'{got}' {text}");
    };
    let place = this.place(thread, key)?;
    match number.to_i64().map(u8::try_from) {
        Some(Ok(byte)) => this.write(thread, &[byte], place),
        _ => raise!(thread, ValueError, "byte must be in range(0, 256)"),
    }
}

fn set_item(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Blob>(args);
    this.check(thread)?;
    if convert::has_index(args[1]) {
        set_byte(thread, this, args[1], args[2])?;
        return Ok(Owned::NONE);
    }
    let Some(slice) = args[1].get::<Slice>() else {
        return raise!(thread, TypeError, "Blob indices must be integers");
    };
    let (selection, start, length) = this.part(thread, slice)?;
    let data = Buffer::copy_argument(thread, args[2])?;
    if data.len() != selection.count {
        return raise!(thread, IndexError, "Blob slice assignment is wrong size");
    }
    if length == 0 {
        return Ok(Owned::NONE);
    }
    if length == data.len() {
        this.write(thread, &data, start)?;
        return Ok(Owned::NONE);
    }
    let mut part = this.read(thread, length, start)?;
    let first = usize::try_from(start).unwrap_or(0);
    for (at, byte) in selection.indexes().zip(data) {
        part[at - first] = byte;
    }
    this.write(thread, &part, start)?;
    Ok(Owned::NONE)
}

fn delete_item(thread: &Thread, args: &[Value]) -> Result {
    receiver::<Blob>(args).check(thread)?;
    let what = match args[1] {
        key if convert::has_index(key) => "item",
        key if key.is::<Slice>() => "slice",
        _ => return raise!(thread, TypeError, "Blob indices must be integers"),
    };
    raise!(thread, TypeError, "Blob doesn't support {what} deletion")
}

methods! { METHODS:
    /// Blob context manager enter.
    "__enter__(self, /)" => enter;
    /// Blob context manager exit.
    "__exit__(self, type, val, tb, /)" => exit -> Bool;
    "__len__(self, /)" => length -> Int;
    "__getitem__(self, key, /)" => get_item;
    "__setitem__(self, key, value, /)" => set_item -> None;
    "__delitem__(self, key, /)" => delete_item -> None;
    /// Close the blob.
    "close(self, /)" => close -> None;
    /// Read data at the current offset position.
    ///
    ///   length
    ///     Read length in bytes.
    ///
    /// If the end of the blob is reached, the data up to end of file will
    /// be returned.  When length is not specified, or is negative,
    /// Blob.read() will read until the end of the blob.
    "read(self, length=-1, /)" => read -> Bytes;
    /// Set the current access position to offset.
    ///
    /// The origin argument defaults to os.SEEK_SET (absolute blob
    /// positioning).  Other values for origin are os.SEEK_CUR (seek
    /// relative to the current position) and os.SEEK_END (seek relative to
    /// the blob's end).
    "seek(self, offset, origin=0, /)" => seek -> None;
    /// Return the current access position for the blob.
    "tell(self, /)" => tell -> Int;
    /// Write data at the current offset.
    ///
    /// This function cannot change the blob length.  Writing beyond the end
    /// of the blob will result in an exception being raised.
    "write(self, data, /)" => write -> None;
}
