//! `bytearray`: bytes in an array of their own, which grows.
//!
//! ```text
//!   0..24 header │ 24 length │ 32 array ──► │ capacity │ bytes … │
//! ```
//!
//! Readers of one byte take no lock: length, array, capacity (of that array, so that a racing change of either is no
//! harm), byte. Writers hold the object's lock if other threads can reach it; whatever then moves bytes around builds a
//! new array and retires the old one. Bytes are read and written in bulk only while nobody else can write.

use crate::object::{Header, Kind, Object};
use crate::sync::lock::{Guard, lock};
use crate::types::exports::Exports;
use crate::{Builtin, Owned, Result, Thread, Value, heap, raise};
use std::ops::Range;
use std::ptr::NonNull;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicUsize, Ordering};

/// A bytearray object.
#[repr(C, align(8))]
pub struct Bytearray {
    header: Header,
    length: AtomicUsize,
    array: AtomicPtr<Array>,
    /// Made with the first view.
    exports: OnceLock<Exports>,
}

/// `capacity` bytes follow.
#[repr(C)]
struct Array {
    capacity: usize,
}

/// What empty bytearrays point to.
static NOTHING: Array = Array { capacity: 0 };

impl Array {
    fn byte(&self, index: usize) -> &AtomicU8 {
        debug_assert!(index < self.capacity);
        // SAFETY: `capacity` bytes follow, initialised when the array was made.
        unsafe { &*self.data().cast::<AtomicU8>().add(index) }
    }

    fn data(&self) -> *mut u8 {
        std::ptr::from_ref(self).wrapping_add(1).cast_mut().cast()
    }
}

// SAFETY: `repr(C)`, header first, own kind; owns no references; `finish` frees the array.
unsafe impl Object for Bytearray {
    const KIND: Kind = Kind::BYTEARRAY;
    fn traverse(&self, _visit: &mut dyn FnMut(Value)) {}

    unsafe fn finish(&self, thread: &Thread) {
        let array = self.array.load(Ordering::Relaxed);
        // SAFETY: the object is dead, and with it its array, which no late reader can still be looking for.
        unsafe { free(thread, array) };
        // SAFETY: nobody uses it again.
        drop(unsafe { std::ptr::read(&raw const self.exports) });
    }
}

/// # Safety
/// Nobody uses the array.
unsafe fn free(thread: &Thread, array: *mut Array) {
    // SAFETY: the caller's promise; arrays with room came from `heap::buffer`.
    unsafe {
        let capacity = (*array).capacity;
        if capacity != 0 {
            let block = NonNull::new_unchecked(array.cast());
            heap::free_buffer(thread, block, size_of::<Array>() + capacity);
        }
    }
}

impl Bytearray {
    /// An empty one with a given header, to be allocated.
    pub fn with_header(header: Header) -> Bytearray {
        Bytearray {
            header,
            length: AtomicUsize::new(0),
            array: AtomicPtr::new((&raw const NOTHING).cast_mut()),
            exports: OnceLock::new(),
        }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length.load(Ordering::Acquire)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What counts its views.
    pub fn exports(&self) -> &Exports {
        self.exports.get_or_init(Exports::default)
    }

    /// Raises BufferError if there are views of the bytes. Whoever changes the length asks first.
    #[inline]
    pub fn check_resizable(&self, thread: &Thread) -> Result<()> {
        match self.exports.get().is_some_and(Exports::any) {
            false => Ok(()),
            true => raise!(
                thread,
                BufferError,
                "Existing exports of data: object cannot be re-sized"
            ),
        }
    }

    fn array(&self) -> &Array {
        // SAFETY: always an array; a replaced one outlives its readers (QSBR).
        unsafe { &*self.array.load(Ordering::Acquire) }
    }

    /// The lock, if other threads can reach the object.
    pub(super) fn lock(&self, thread: &Thread) -> Option<Guard<'_>> {
        (!self.header.is_confined(thread)).then(|| lock(&self.header))
    }

    /// The bytes.
    ///
    /// # Safety
    /// Nobody changes the object while the slice is used: its lock is held, or no other thread can reach it and no Python
    /// code runs.
    pub(super) unsafe fn as_slice(&self) -> &[u8] {
        // SAFETY: `length` bytes of the array are in use, and they do not change (caller's promise).
        unsafe { std::slice::from_raw_parts(self.array().data(), self.len()) }
    }

    /// The byte at an index.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<u8> {
        if index >= self.len() {
            return None;
        }
        let array = self.array();
        if index < array.capacity {
            Some(array.byte(index).load(Ordering::Relaxed))
        } else {
            self.get_locked(index)
        }
    }

    /// Another thread is replacing the array.
    #[cold]
    fn get_locked(&self, index: usize) -> Option<u8> {
        let _guard = lock(&self.header);
        (index < self.len()).then(|| self.array().byte(index).load(Ordering::Relaxed))
    }

    /// Writes the byte at an index, counted from the end if negative; false if there is none.
    #[inline(always)]
    pub fn set(&self, thread: &Thread, index: isize, byte: u8) -> bool {
        let _guard = self.lock(thread);
        let index = place(index, self.len());
        if index >= self.len() {
            return false;
        }
        self.array().byte(index).store(byte, Ordering::Relaxed);
        true
    }

    /// Adds a byte at the end.
    #[inline]
    pub fn push(&self, thread: &Thread, byte: u8) {
        let _guard = self.lock(thread);
        let length = self.len();
        if length < self.array().capacity {
            self.array().byte(length).store(byte, Ordering::Relaxed);
            self.length.store(length + 1, Ordering::Release);
        } else {
            self.replace(thread, length, length, &[byte]);
        }
    }

    /// Replaces the bytes `start..end` by others, which lie elsewhere. `start <= end`; both are clipped to the length.
    pub fn splice(&self, thread: &Thread, start: usize, end: usize, with: &[u8]) {
        self.splice_at(thread, |length| start.min(length)..end.min(length), with);
    }

    /// As [`Bytearray::splice`], with a range said of the length the array has then, and within it.
    pub fn splice_at(
        &self,
        thread: &Thread,
        range: impl FnOnce(usize) -> Range<usize>,
        with: &[u8],
    ) {
        let _guard = self.lock(thread);
        let Range { start, end } = range(self.len());
        self.replace(thread, start, end, with);
    }

    /// Removes the byte at an index, counted from the end if negative.
    pub fn take(&self, thread: &Thread, index: isize) -> Option<u8> {
        let _guard = self.lock(thread);
        let length = self.len();
        let at = place(index, length);
        if at >= length {
            return None;
        }
        let byte = self.array().byte(at).load(Ordering::Relaxed);
        if at + 1 == length {
            self.length.store(at, Ordering::Release);
        } else {
            self.replace(thread, at, at + 1, &[]);
        }
        Some(byte)
    }

    /// Bytes there is room for.
    pub fn capacity(&self) -> usize {
        self.array().capacity
    }

    /// Writes bytes to every `step`th place from `start` on, as far as these exist.
    pub fn scatter(&self, thread: &Thread, start: isize, step: isize, bytes: &[u8]) {
        let _guard = self.lock(thread);
        let (length, array) = (self.len(), self.array());
        let mut at = start;
        for &byte in bytes {
            // Another thread may have shortened the array meanwhile.
            if (at as usize) < length {
                array.byte(at as usize).store(byte, Ordering::Relaxed);
            }
            at += step;
        }
    }

    /// Calls `look` with the bytes, which do not change meanwhile. No Python code runs in it.
    pub fn look<R>(&self, thread: &Thread, look: impl FnOnce(&[u8]) -> R) -> R {
        let _guard = self.lock(thread);
        // SAFETY: locked, or nobody else can reach the object.
        look(unsafe { self.as_slice() })
    }

    /// Writes bytes over those from an index on; false if these are not all there.
    pub fn overwrite(&self, thread: &Thread, start: usize, bytes: &[u8]) -> bool {
        let _guard = self.lock(thread);
        let end = start.saturating_add(bytes.len());
        if end > self.len() {
            return false;
        }
        let array = self.array();
        if bytes.len() > 64 && self.header.is_confined(thread) {
            // SAFETY: the range is within the length, the bytes lie elsewhere, and nobody else can reach the object.
            unsafe {
                let place = array.data().add(start);
                place.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            }
            return true;
        }
        // Others may be reading single bytes without the lock.
        for (index, &byte) in (start..end).zip(bytes) {
            array.byte(index).store(byte, Ordering::Relaxed);
        }
        true
    }

    /// Changes the bytes as a vector.
    pub fn edit<R>(&self, thread: &Thread, change: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        let _guard = self.lock(thread);
        // SAFETY: locked, or nobody else can reach the object.
        let mut bytes = unsafe { self.as_slice() }.to_vec();
        let result = change(&mut bytes);
        self.replace(thread, 0, self.len(), &bytes);
        result
    }

    /// [`Bytearray::splice`] with the lock held.
    fn replace(&self, thread: &Thread, start: usize, end: usize, with: &[u8]) {
        let (length, array) = (self.len(), self.array());
        let new_length = length - (end - start) + with.len();
        if new_length > array.capacity || !self.header.is_confined(thread) {
            return self.rebuild(thread, start, end, with);
        }
        let data = array.data();
        // SAFETY: nobody else can reach the object, and the array has room for the new length.
        unsafe {
            data.add(end)
                .copy_to(data.add(start + with.len()), length - end);
            data.add(start).copy_from(with.as_ptr(), with.len());
        }
        self.length.store(new_length, Ordering::Release);
    }

    /// As `replace`, into a new array.
    fn rebuild(&self, thread: &Thread, start: usize, end: usize, with: &[u8]) {
        let length = self.len();
        let new_length = length - (end - start) + with.len();
        let room = if new_length > length {
            new_length / 4 + 8
        } else {
            0
        };
        let old = self.array.load(Ordering::Relaxed);
        let array = make_array(thread, new_length + room);
        // SAFETY: the new array is ours alone and large enough; the old one does not change while we hold the lock.
        unsafe {
            let (from, to) = ((*old).data(), (*array).data());
            to.copy_from_nonoverlapping(from, start);
            to.add(start)
                .copy_from_nonoverlapping(with.as_ptr(), with.len());
            to.add(start + with.len())
                .copy_from_nonoverlapping(from.add(end), length - end);
        }
        self.length
            .store(self.len().min(new_length), Ordering::Release);
        self.array.store(array, Ordering::Release);
        self.length.store(new_length, Ordering::Release);
        // SAFETY: the old array is linked nowhere any more; it came from `make_array`.
        unsafe {
            let capacity = (*old).capacity;
            if capacity != 0 {
                let block = NonNull::new_unchecked(old.cast());
                let bytes = size_of::<Array>() + capacity;
                heap::retire_buffer(thread, &self.header, block, bytes);
            }
        }
    }
}

/// The place an index names in `length` bytes; beyond them, if it names none.
pub(super) fn place(index: isize, length: usize) -> usize {
    (if index < 0 {
        index + length as isize
    } else {
        index
    }) as usize
}

/// A new array of zeros with at least the given capacity.
fn make_array(thread: &Thread, capacity: usize) -> *mut Array {
    let bytes = (size_of::<Array>() + capacity).next_multiple_of(16);
    let block = heap::buffer(thread, bytes);
    let array = block.as_ptr().cast::<Array>();
    // SAFETY: the block is as large as that.
    unsafe {
        block.write_bytes(0, bytes);
        (*array).capacity = bytes - size_of::<Array>();
    }
    array
}

/// A bytearray with a copy of the bytes.
pub fn new(thread: &Thread, bytes: &[u8]) -> Owned {
    let header = Builtin::Bytearray.class().instance_header(thread);
    let owned = heap::new(thread, Bytearray::with_header(header));
    if let Some(array) = owned.get::<Bytearray>() {
        array.splice(thread, 0, 0, bytes);
    }
    owned
}
