//! mimalloc v3 as the runtime uses it: one shared heap for each class of objects, a thread-local view of each.
//!
//! | heap       | holds                                        | visited by                          |
//! |------------|----------------------------------------------|-------------------------------------|
//! | containers | objects that own references                  | the collector, leak reports         |
//! | leaves     | strings, numbers: objects that own none      | leak reports                        |
//! | main       | buffers of objects, and all of Rust's memory | nobody                              |
//!
//! The functions declared here are defined in the library but missing from the bindings; the version is pinned. Visiting
//! writes to the heap's pages: every other thread must be stopped or detached, and detached threads neither allocate nor
//! free objects. Blocks of 2 GiB or more are not visited; containers are never that large.

use libmimalloc_sys::{
    mi_arena_id_t, mi_heap_area_t, mi_heap_new, mi_heap_t, mi_heap_visit_blocks,
    mi_reserve_os_memory_ex, mi_theap_t,
};
use std::ffi::c_void;
use std::sync::OnceLock;

unsafe extern "C" {
    fn mi_heap_theap(heap: *mut mi_heap_t) -> *mut mi_theap_t;
    pub(super) fn mi_theap_malloc_small(theap: *mut mi_theap_t, size: usize) -> *mut c_void;
    pub(super) fn mi_theap_malloc(theap: *mut mi_theap_t, size: usize) -> *mut c_void;
    fn _mi_theap_collect_abandon(theap: *mut mi_theap_t);
    fn mi_arena_area(arena: mi_arena_id_t, size: *mut usize) -> *mut c_void;
}

/// Largest size `mi_theap_malloc_small` takes.
pub(super) const SMALL: usize = 128 * size_of::<usize>();

/// The least mimalloc takes for an arena.
const FIRST_ARENA: usize = 32 << 20;
/// So much of it is not to be made of huge pages.
const SMALL_PAGES: usize = 8 << 20;

/// Gives mimalloc its first memory. Left alone it begins with a gigabyte of huge pages. That is right for programs that
/// need much; those that need little pay for clearing two huge pages and for tables about the whole gigabyte, once for
/// each heap (measured: 1.5 ms, three times what all else takes at start-up).
pub(crate) fn reserve_first_arena() {
    let mut arena: mi_arena_id_t = std::ptr::null_mut();
    let mut size = 0;
    // SAFETY: the area is mapped and nobody's yet; the advice changes nothing but how it is filled with pages.
    unsafe {
        if mi_reserve_os_memory_ex(FIRST_ARENA, true, false, false, &mut arena) != 0 {
            return; // mimalloc does with what it finds when it needs some
        }
        let start = mi_arena_area(arena, &mut size);
        let small = SMALL_PAGES.min(size);
        libc::madvise(start, small, libc::MADV_NOHUGEPAGE);
        libc::madvise(start.byte_add(small), size - small, libc::MADV_HUGEPAGE);
    }
}

/// A heap of objects, shared by all threads.
#[derive(Clone, Copy)]
pub struct Heap(*mut mi_heap_t);

// SAFETY: the functions that take it are thread-safe, but for visiting (see the module's documentation).
unsafe impl Send for Heap {}
// SAFETY: as above.
unsafe impl Sync for Heap {}

/// A run of equally large blocks.
pub struct Area {
    /// Where the first block starts.
    pub start: usize,
    /// Where the last block ends.
    pub end: usize,
    pub block_size: usize,
}

impl Heap {
    fn new() -> Heap {
        // SAFETY: creates a heap; no preconditions.
        let heap = unsafe { mi_heap_new() };
        assert!(!heap.is_null(), "no memory for an object heap");
        Heap(heap)
    }

    /// Objects that own references.
    pub fn containers() -> Heap {
        static HEAP: OnceLock<Heap> = OnceLock::new();
        *HEAP.get_or_init(Heap::new)
    }

    /// Objects that own none.
    pub fn leaves() -> Heap {
        static HEAP: OnceLock<Heap> = OnceLock::new();
        *HEAP.get_or_init(Heap::new)
    }

    /// The calling thread's view of the heap.
    pub fn view(self) -> *mut mi_theap_t {
        // SAFETY: the heap exists for ever; the call makes the view on first use.
        unsafe { mi_heap_theap(self.0) }
    }

    /// Visits all blocks in use: `area` before the blocks of each area, then `block` for each block.
    ///
    /// # Safety
    /// The world is stopped. The visitor must not allocate in or free to this heap.
    pub unsafe fn visit<V: Visitor>(self, visitor: &mut V) {
        // SAFETY: the caller's promise; `relay` gets back the pointer it expects.
        unsafe {
            mi_heap_visit_blocks(
                self.0,
                true,
                Some(relay::<V>),
                std::ptr::from_mut(visitor).cast(),
            )
        };
    }
}

/// Leaves what the thread allocated in a heap to the others: it will not allocate there again.
///
/// # Safety
/// `view` belongs to the calling thread, which is attached.
pub(crate) unsafe fn abandon(view: *mut mi_theap_t) {
    // SAFETY: the caller's promise.
    unsafe { _mi_theap_collect_abandon(view) };
}

/// Gets the blocks of a heap.
pub trait Visitor {
    fn area(&mut self, area: Area);
    fn block(&mut self, block: *mut u8);
}

unsafe extern "C" fn relay<V: Visitor>(
    _heap: *const mi_heap_t,
    area: *const mi_heap_area_t,
    block: *mut c_void,
    _size: usize,
    visitor: *mut c_void,
) -> bool {
    // SAFETY: `Heap::visit` passes its visitor, and mimalloc a valid area.
    let (visitor, area) = unsafe { (&mut *visitor.cast::<V>(), &*area) };
    if !block.is_null() {
        visitor.block(block.cast());
        return true;
    }
    let start = area.blocks.addr();
    let size = area.full_block_size;
    // SAFETY: the area's blocks are committed up to `committed`.
    unsafe { touch(area) };
    visitor.area(Area {
        start,
        end: start + area.committed,
        block_size: size,
    });
    true
}

/// Reads one byte of each cache line of a page with free blocks. mimalloc is about to follow its free list, in the order
/// the blocks were freed; read in address order first, the misses overlap (measured: 84 → 8 ns a block).
///
/// # Safety
/// The area's memory is committed.
unsafe fn touch(area: &mi_heap_area_t) {
    let blocks = area.committed / area.full_block_size.max(1);
    if area.used >= blocks || blocks <= 1 {
        return;
    }
    for offset in (0..area.committed).step_by(64) {
        // SAFETY: within the committed blocks (caller's promise).
        unsafe { area.blocks.cast::<u8>().add(offset).read_volatile() };
    }
}
