//! References that no count tells of: those to deferred objects.
//!
//! A deferred object is kept by what a stack word, or anything found from there, points to. Native code may hold such a
//! reference in a register, a variable, or in memory of Rust's that a variable leads to (a `Vec<Owned>`, a boxed closure).
//! So every word is taken for a pointer:
//!
//! ```text
//!   native stack, value stack, ──► deferred object    marked
//!   thread state, dying objects    block of Rust's ──► its words likewise, once
//! ```
//!
//! Counted objects need no such guesses: whoever keeps one across a safepoint has counted it.
//!
//! Blocks of Rust's memory may change under our hands, because detached threads go on running; what we read is only ever
//! compared with addresses. Their memory stays readable: mimalloc's arenas are never unmapped, and what is too large for an
//! arena is freed under [`exclude_scan`] only.

use super::mark::Marker;
use crate::object::Slot;
use crate::sync::primitive::Mutex;
use crate::sync::world;
use crate::{Thread, Value};
use libmimalloc_sys::{mi_free, mi_heap_t, mi_malloc, mi_usable_size};
use std::collections::HashSet;
use std::ffi::c_void;
use std::mem::offset_of;
use std::ops::Range;
use std::sync::Once;

/// Where deferred objects are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Roots {
    All,
    /// No Python code is running, and other threads will never run any again: what they have, and what earlier calls left on
    /// stacks and in free memory, keeps nothing. So nothing is guessed: only what is known to be in use counts.
    AtEnd,
}

/// Statics that hold objects.
static STATICS: Mutex<Vec<&'static Slot>> = Mutex::new(Vec::new());
static SCAN: Mutex<()> = Mutex::new(());

/// What a static refers to is reachable from here on, be it counted or not.
pub fn add_static(slot: &'static Slot) {
    STATICS.lock().push(slot);
}

/// Runs `free` while no scan of Rust's memory is under way.
pub(crate) fn exclude_scan<R>(free: impl FnOnce() -> R) -> R {
    let _scan = SCAN.lock();
    free()
}

/// Marks everything that is reachable without being counted. The words in `known` blocks are containers' references, and
/// what caches say about classes; whoever has a pointer into one has the container too, or does not use it any more.
pub(super) fn search(marker: &mut Marker, roots: Roots, known: &[usize]) {
    check_layout();
    let _scan = SCAN.lock();
    let known = known.iter().filter_map(|&block| main_block(block));
    let mut scan = Scan {
        marker,
        blocks: known.map(|block| block.start).collect(),
        work: Vec::new(),
    };
    for slot in &*STATICS.lock() {
        scan.word(slot.peek());
    }
    for object in std::mem::take(&mut scan.marker.dying) {
        // SAFETY: a block of the heap that is in use.
        let size = unsafe { mi_usable_size(std::ptr::with_exposed_provenance(object)) };
        scan.words(object..object + size);
    }
    world().for_each(|thread| match roots {
        Roots::All => {
            scan.state(thread);
            scan.stacks(thread);
        }
        Roots::AtEnd if thread.is_current() => thread.traverse(&mut |value| scan.word(value)),
        Roots::AtEnd => {}
    });
    scan.marker.drain();
}

struct Scan<'a> {
    marker: &'a mut Marker,
    /// Blocks of Rust's memory that were found.
    blocks: HashSet<usize>,
    /// Those whose words were not looked at yet.
    work: Vec<Range<usize>>,
}

impl Scan<'_> {
    fn state(&mut self, thread: &Thread) {
        let state = std::ptr::from_ref(thread).addr();
        // Whoever works with words that native code passed in the exchange has them in registers or on the stack; in the
        // exchange itself they stay until others are passed.
        let exchange = state + offset_of!(Thread, exchange);
        self.words(state..exchange);
        self.words(exchange + size_of_val(&thread.exchange)..state + size_of::<Thread>());
    }

    fn stacks(&mut self, thread: &Thread) {
        self.words(thread.stack.native_words());
        for words in thread.stack.value_words(thread) {
            self.words(words);
        }
    }

    fn word(&mut self, value: Value) {
        self.address(value.bits() as usize);
        self.drain();
    }

    /// Takes each word of a range for a pointer.
    fn words(&mut self, range: Range<usize>) {
        self.work.push(range);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(range) = self.work.pop() {
            for at in range.step_by(size_of::<usize>()) {
                // SAFETY: stacks, thread states and blocks in use are readable; the threads they belong to stand still, or
                // else a stale or torn value does no harm.
                let word =
                    unsafe { std::ptr::with_exposed_provenance::<usize>(at).read_volatile() };
                self.address(word);
            }
        }
    }

    #[inline]
    fn address(&mut self, word: usize) {
        // Small ints and most floats are ruled out here.
        if word >> 47 != 0 || word < 1 << 16 || self.marker.mark_if_deferred(word) {
            return;
        }
        if let Some(block) = main_block(word)
            && self.blocks.insert(block.start)
        {
            self.work.push(block);
        }
    }
}

unsafe extern "C" {
    fn _mi_safe_ptr_page(address: *const c_void) -> *const Page;
}

/// The beginning of mimalloc's page structure, which the bindings do not declare; checked by [`check_layout`].
#[repr(C)]
struct Page {
    thread: usize,
    free: usize,
    used: u16,
    capacity: u16,
    reserved: u16,
    flags: [u8; 2],
    local_free: usize,
    thread_free: usize,
    block_size: usize,
    start: usize,
    view: usize,
    /// Null for the main heap.
    heap: *const mi_heap_t,
}

/// Makes sure, once, that mimalloc's pages are what [`Page`] says.
fn check_layout() {
    static CHECKED: Once = Once::new();
    CHECKED.call_once(|| {
        // SAFETY: plain uses of the allocator.
        unsafe {
            let probe = mi_malloc(1000);
            let expected = probe.addr()..probe.addr() + mi_usable_size(probe);
            let found = main_block(probe.addr() + 999);
            mi_free(probe);
            assert!(
                found == Some(expected),
                "mimalloc's page structure is not the one this version was written for"
            );
        }
    });
}

/// The block of the main heap an address points into, whether in use or not.
fn main_block(address: usize) -> Option<Range<usize>> {
    // SAFETY: takes any address; page structures are never unmapped (see the module's documentation).
    let (start, size, blocks, heap) = unsafe {
        let page = _mi_safe_ptr_page(std::ptr::without_provenance(address));
        if page.is_null() {
            return None;
        }
        let start = (&raw const (*page).start).read_volatile();
        let size = (&raw const (*page).block_size).read_volatile();
        let blocks = (&raw const (*page).capacity).read_volatile();
        let heap = (&raw const (*page).heap).read_volatile();
        (start, size, usize::from(blocks), heap)
    };
    // Only so many blocks are sure to have memory behind them.
    if !heap.is_null() || size == 0 || !(start..start + size * blocks).contains(&address) {
        return None;
    }
    let start = address - (address - start) % size;
    Some(start..start + size)
}
