//! mimalloc as the allocator of all Rust code.

use crate::gc::exclude_scan;
use libmimalloc_sys::{
    mi_free, mi_malloc, mi_malloc_aligned, mi_realloc, mi_realloc_aligned, mi_zalloc,
    mi_zalloc_aligned,
};
use std::alloc::{GlobalAlloc, Layout};

struct Mimalloc;

#[global_allocator]
static GLOBAL: Mimalloc = Mimalloc;

/// Blocks at least as large as their alignment, up to this, are aligned without asking.
const NATURAL: usize = 8;

/// Blocks this large may come from the system alone and go back to it when freed, which must not happen while the
/// collector looks at them.
const HUGE: usize = 1 << 30;

fn is_natural(layout: Layout) -> bool {
    layout.align() <= NATURAL && layout.align() <= layout.size()
}

// SAFETY: mimalloc keeps the contract of `GlobalAlloc`; its functions are thread-safe.
unsafe impl GlobalAlloc for Mimalloc {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: any size and power of two may be asked for.
        unsafe {
            if is_natural(layout) {
                mi_malloc(layout.size()).cast()
            } else {
                mi_malloc_aligned(layout.size(), layout.align()).cast()
            }
        }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe {
            if is_natural(layout) {
                mi_zalloc(layout.size()).cast()
            } else {
                mi_zalloc_aligned(layout.size(), layout.align()).cast()
            }
        }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if layout.size() >= HUGE {
            // SAFETY: as below.
            return exclude_scan(|| unsafe { mi_free(block.cast()) });
        }
        // SAFETY: the block came from one of these functions (caller's promise).
        unsafe { mi_free(block.cast()) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        let resize = || unsafe {
            if layout.align() <= NATURAL && layout.align() <= size {
                mi_realloc(block.cast(), size).cast()
            } else {
                mi_realloc_aligned(block.cast(), size, layout.align()).cast()
            }
        };
        if layout.size() >= HUGE {
            exclude_scan(resize)
        } else {
            resize()
        }
    }
}
