//! Memory of objects and of their buffers.
//!
//! [`new`] is the fast path of every allocation: one call into mimalloc with the thread's own view of the heap, and the
//! header. Death is in [`death`]; which heap holds what is in [`mimalloc`]. Words 8..24 of a freed block stay as death left
//! them, so that a reader that is late still finds counts that refuse it.

pub(crate) mod buffers;
pub mod death;
mod global;
pub mod mimalloc;

pub use death::{Hooks, free, release, set_hooks};

use crate::object::{FLAG_LARGE, Header, Object, Owned};
use crate::sync::tally;
use crate::{Thread, Value, types};
use buffers::Class;
use libmimalloc_sys::{mi_free, mi_malloc, mi_malloc_small, mi_theap_t};
use std::alloc::{Layout, handle_alloc_error};
use std::ptr::NonNull;

/// Leaves of this size are accounted to the collector: a cycle may be all that keeps them.
const LARGE: usize = 4096;

/// Allocates an object. `object` must begin with the header made for it.
#[inline(always)]
pub fn new<T: Object>(thread: &Thread, object: T) -> Owned {
    new_sized(thread, object, 0)
}

/// Allocates an object with `extra` bytes behind it, uninitialised: the caller fills them before anything can visit it.
#[inline(always)]
pub fn new_sized<T: Object>(thread: &Thread, object: T, extra: usize) -> Owned {
    if T::ATTRIBUTES || object.header().kind().is_subclass() {
        return new_with_attributes(thread, object, extra);
    }
    allocate(thread, object, extra)
}

/// Allocates an object with its attribute area, empty, and `extra` bytes of payload besides (see `Object::AREA_BEHIND` for
/// which comes first). [`new_sized`] does it for everything that has attributes.
pub fn new_with_attributes<T: Object>(thread: &Thread, object: T, extra: usize) -> Owned {
    let area = object.header().shape().area_size();
    let extra = extra.next_multiple_of(size_of::<u64>());
    let owned = allocate(thread, object, extra + area);
    if let Some(area) = owned.header().and_then(types::instance::Area::of) {
        area.initialize();
    }
    owned
}

/// As [`new_sized`], for a container that no cycle can lead through: nobody who looks for cycles comes across it.
#[inline(always)]
pub fn new_acyclic<T: Object>(thread: &Thread, object: T, extra: usize) -> Owned {
    debug_assert!(object.header().is_acyclic());
    // SAFETY: the view is the calling thread's.
    unsafe { place(thread.leaves(), object, size_of::<T>() + extra) }
}

#[inline(always)]
fn allocate<T: Object>(thread: &Thread, object: T, extra: usize) -> Owned {
    let size = size_of::<T>() + extra;
    let leaf = T::KIND.is_leaf() && !object.header().kind().is_subclass();
    let view = if leaf {
        thread.leaves()
    } else {
        thread.containers()
    };
    // SAFETY: the view is the calling thread's.
    let owned = unsafe { place(view, object, size) };
    if !leaf {
        thread.account(1);
    } else if size >= LARGE
        && let Some(header) = owned.header()
    {
        account_large(thread, header, size);
    }
    owned
}

/// Puts the object into a block of `size` bytes, of which it takes the first.
///
/// # Safety
/// `view` belongs to the calling thread.
#[inline(always)]
unsafe fn place<T: Object>(view: *mut mi_theap_t, object: T, size: usize) -> Owned {
    // SAFETY: the block is large enough for a `T` and aligned to 8, and nobody else knows it.
    unsafe {
        let block = allocate_block(view, size).cast::<T>();
        if block.is_null() {
            exhausted(size);
        }
        block.write(object);
        block.expose_provenance();
        let header = block.cast::<Header>();
        // Not the block itself: its lock may be in the next cache line.
        tally::begin_at(&raw const (*header).lock);
        Owned::from_counted(Value::from_object(header))
    }
}

/// # Safety
/// `view` belongs to the calling thread.
#[inline(always)]
unsafe fn allocate_block(view: *mut mi_theap_t, size: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        if size <= mimalloc::SMALL {
            mimalloc::mi_theap_malloc_small(view, size).cast()
        } else {
            mimalloc::mi_theap_malloc(view, size).cast()
        }
    }
}

#[cold]
fn account_large(thread: &Thread, header: &Header, size: usize) {
    header.set_flag(FLAG_LARGE);
    thread.account(units(size));
}

/// What a block of memory weighs in the collector's accounts, where an object weighs 1.
fn units(bytes: usize) -> i32 {
    (bytes >> 8).try_into().unwrap_or(i32::MAX >> 1)
}

#[cold]
fn exhausted(size: usize) -> ! {
    handle_alloc_error(Layout::from_size_align(size, 8).unwrap_or(Layout::new::<Header>()))
}

/// Can a block of this size be had? Asked before an operation whose operands make an enormous result, which is a
/// `MemoryError` then; an allocation that fails aborts.
pub fn affordable(bytes: usize) -> bool {
    const LARGE: usize = 1 << 28;
    if bytes < LARGE {
        return true;
    }
    // SAFETY: the block is given back at once; freeing null does nothing.
    unsafe {
        let block = mi_malloc(bytes);
        mi_free(block);
        !block.is_null()
    }
}

/// Allocates a buffer for the payload of an object: aligned to 8, uninitialised.
pub fn buffer(thread: &Thread, bytes: usize) -> NonNull<u8> {
    thread.account(units(bytes));
    let class = Class::of(bytes);
    if let Some(block) = class.and_then(|class| thread.buffers.take(class)) {
        return block;
    }
    // mimalloc writes its link into free blocks.
    let size = class.map_or(bytes.max(size_of::<usize>()), Class::bytes);
    // SAFETY: any size may be asked for; the first function takes small ones only.
    let block = unsafe {
        if size <= mimalloc::SMALL {
            mi_malloc_small(size)
        } else {
            mi_malloc(size)
        }
    };
    let block = NonNull::new(block).unwrap_or_else(|| exhausted(bytes));
    block.cast()
}

/// Frees a buffer at once.
///
/// # Safety
/// The block came from [`buffer`] with this size, and nobody uses it.
pub unsafe fn free_buffer(thread: &Thread, block: NonNull<u8>, bytes: usize) {
    thread.account(-units(bytes));
    // SAFETY: the caller's promise; a buffer has room for the largest size of its class.
    unsafe {
        let Some(class) = Class::of(bytes) else {
            return release_buffer(block.as_ptr(), bytes);
        };
        poison_buffer(block.as_ptr(), bytes);
        let spare = thread.buffers.keep(class, block.as_ptr());
        if !spare.is_null() {
            mi_free(spare.cast());
        }
    }
}

/// Frees a buffer of `owner` that other threads may be reading, if they know the object. The caller has unlinked it.
///
/// # Safety
/// The block came from [`buffer`] with this size, and is used by nobody who found it after now.
pub unsafe fn retire_buffer(thread: &Thread, owner: &Header, block: NonNull<u8>, bytes: usize) {
    // SAFETY: the caller's promise; a confined object's buffers have no other readers.
    unsafe {
        if owner.is_confined(thread) {
            free_buffer(thread, block, bytes);
        } else {
            thread.account(-units(bytes));
            thread.retire(block.as_ptr(), bytes, release_buffer);
        }
    }
}

/// # Safety
/// The block came from [`buffer`], and nobody uses it.
unsafe fn release_buffer(block: *mut u8, bytes: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        poison_buffer(block, bytes);
        mi_free(block.cast());
    }
}

/// # Safety
/// The block came from [`buffer`] with this size, and nobody uses it.
unsafe fn poison_buffer(block: *mut u8, bytes: usize) {
    if death::poison() {
        // SAFETY: the block has at least that many bytes.
        unsafe { block.write_bytes(death::POISON, bytes) };
    }
}
