//! The two stacks of a thread: native, and the value stack that register windows are cut from.
//!
//! ```text
//!   native stack    low  guard │ limit ·····free····· │ scan_from ── frames ── base  high
//!   value stack     low  windows of the frames ── stack_top ·····free····· stack_end ── frames  high
//! ```
//!
//! The collector looks at both, from the place where the thread stands still, for references that are not counted. The
//! value stack is a private mapping that the kernel fills with pages as they are touched.

use super::Thread;
use std::cell::Cell;
use std::io;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Size of a value stack unless the program says otherwise.
pub const VALUE_STACK: usize = 64 << 20;
/// Room that native code may use without looking at the limit: the runtime's own functions, and signal handlers.
pub(super) const MARGIN: usize = 192 << 10;
/// Taken for the main thread's stack if the system sets no limit.
const UNLIMITED: usize = 64 << 20;
/// Memory below a native stack that nobody may touch: whoever runs over the end stops.
const GUARD: usize = 64 << 10;

thread_local! {
    /// The native stack that this thread switched to, if it did: its lowest address and its end.
    static SWITCHED: Cell<Option<(usize, usize)>> = const { Cell::new(None) };
}

/// Where a thread's stacks are.
#[derive(Default)]
pub(crate) struct Stacks {
    /// Highest address of the native stack.
    base: Cell<usize>,
    /// Lowest address of the native stack that may hold references while the thread stands still.
    scan_from: Cell<usize>,
    values: Cell<usize>,
    values_size: Cell<usize>,
}

impl Stacks {
    /// Finds the calling thread's native stack; gives the limit for [`Thread::stack_limit`].
    pub(super) fn find_native(&self) -> usize {
        let native = native_stack();
        self.base.set(native.end);
        native.start + MARGIN.min(native.len() / 4)
    }

    /// Maps a value stack.
    pub(super) fn map_values(&self, bytes: usize) -> io::Result<Range<*mut u64>> {
        let start = map(bytes, 0)?.cast::<u64>();
        self.values.set(start.addr());
        self.values_size.set(bytes);
        Ok(start..start.wrapping_byte_add(bytes))
    }

    /// Gives the value stack back.
    pub(super) fn unmap_values(&self) {
        let start = std::ptr::with_exposed_provenance_mut(self.values.take());
        // SAFETY: the mapping is this thread's own, and it uses it no more.
        unsafe { libc::munmap(start, self.values_size.take()) };
    }

    /// The words of the native stack that may hold references. The thread stands still.
    pub(crate) fn native_words(&self) -> Range<usize> {
        let start = self.scan_from.get();
        if start == 0 {
            0..0
        } else {
            start & !7..self.base.get()
        }
    }

    /// The registers that the thread had when it began to stand still: those that calls preserve, its stack pointer, and where
    /// it was. `None` if it has not begun.
    pub(crate) fn saved_registers(&self) -> Option<*const usize> {
        match self.scan_from.get() {
            0 => None,
            place => Some(std::ptr::with_exposed_provenance(place)),
        }
    }

    /// Is it an address in the value stack?
    pub(crate) fn is_value(&self, address: usize) -> bool {
        address.wrapping_sub(self.values.get()) < self.values_size.get()
    }

    /// The words of the value stack in use, at its two ends.
    pub(crate) fn value_words(&self, thread: &Thread) -> [Range<usize>; 2] {
        let (start, end) = (
            self.values.get(),
            self.values.get() + self.values_size.get(),
        );
        [
            start..thread.stack_top.get().addr(),
            thread.stack_end.get().addr()..end,
        ]
    }
}

/// Memory that the kernel fills with pages as they are touched.
fn map(bytes: usize, flags: libc::c_int) -> io::Result<*mut u8> {
    let access = libc::PROT_READ | libc::PROT_WRITE;
    let flags = flags | libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: a new private mapping, nobody else's address.
    let start = unsafe { libc::mmap(std::ptr::null_mut(), bytes, access, flags, -1, 0) };
    if start == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    Ok(start.cast())
}

/// Runs `body` on a native stack of this size, which is a multiple of the page size, and goes with the process. Its first
/// thread has a stack that is too small for Python's recursion and cannot grow; a second thread would take time to
/// start, and would not be the one that debuggers, signals and `fork` take for the main one.
pub(crate) fn on_new_stack<R>(bytes: usize, body: impl FnOnce() -> R) -> io::Result<R> {
    let start = map(GUARD + bytes, libc::MAP_STACK)?;
    let lowest = start.wrapping_add(GUARD);
    SWITCHED.set(Some((lowest.addr(), lowest.addr() + bytes)));
    // SAFETY: the guard is the lower end of the mapping, which nobody uses yet. The stack is the rest of it, aligned to
    // pages and never unmapped, and panics do not pass the switch.
    let result = unsafe {
        let guarded = libc::mprotect(start.cast(), GUARD, libc::PROT_NONE) == 0;
        assert!(guarded, "a part of a mapping can be closed");
        psm::on_stack(lowest, bytes, || catch_unwind(AssertUnwindSafe(body)))
    };
    Ok(result.unwrap_or_else(|panic| resume_unwind(panic)))
}

fn native_stack() -> Range<usize> {
    if let Some((lowest, end)) = SWITCHED.get() {
        return lowest..end;
    }
    // SAFETY: asking who we are.
    if unsafe { libc::gettid() == libc::getpid() } {
        return main_stack();
    }
    // SAFETY: the attributes are initialised by the first call before the others read them.
    unsafe {
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        let mut start = std::ptr::null_mut();
        let mut size = 0;
        let failed = libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0;
        assert!(!failed, "the system does not tell where the stack is");
        libc::pthread_attr_getstack(&attributes, &mut start, &mut size);
        libc::pthread_attr_destroy(&mut attributes);
        start.addr()..start.addr() + size
    }
}

/// The main thread's stack: the kernel puts the random seed it gives every program above all frames.
fn main_stack() -> Range<usize> {
    // SAFETY: asks for two facts.
    let (top, limit) = unsafe {
        let mut limit = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        libc::getrlimit(libc::RLIMIT_STACK, &mut limit);
        (libc::getauxval(libc::AT_RANDOM) as usize, limit.rlim_cur)
    };
    let size = if limit == libc::RLIM_INFINITY {
        UNLIMITED
    } else {
        limit as usize
    };
    let top = top & !7;
    top.saturating_sub(size)..top
}

/// Roughly the stack pointer.
#[inline(always)]
pub(super) fn pointer() -> usize {
    let pointer: usize;
    // SAFETY: reads a register.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        std::arch::asm!("mov {}, rsp", out(reg) pointer, options(nomem, nostack, preserves_flags));
        #[cfg(target_arch = "aarch64")]
        std::arch::asm!("mov {}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags));
    }
    pointer
}

/// Runs `body` with the caller's registers in memory and the stack's lower bound noted, so that the collector finds what
/// the callers hold. `body` itself must hold no references in its own variables while the thread stands still.
#[inline(never)]
pub(crate) fn with_registers_saved<R>(thread: &Thread, body: &mut dyn FnMut() -> R) -> R {
    let mut registers = [0usize; 14];
    let place = registers.as_mut_ptr();
    // SAFETY: writes the callee-saved registers, which are all that may hold a caller's values, to the array; and, for who
    // unwinds the stack from here, the stack pointer and the address of the next instruction.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        std::arch::asm!(
            "mov [{0}], rbx", "mov [{0} + 8], rbp", "mov [{0} + 16], r12",
            "mov [{0} + 24], r13", "mov [{0} + 32], r14", "mov [{0} + 40], r15",
            "mov [{0} + 48], rsp", "lea {1}, [rip + 2f]", "mov [{0} + 56], {1}", "2:",
            in(reg) place, out(reg) _, options(nostack, preserves_flags)
        );
        #[cfg(target_arch = "aarch64")]
        std::arch::asm!(
            "stp x19, x20, [{0}]", "stp x21, x22, [{0}, #16]", "stp x23, x24, [{0}, #32]",
            "stp x25, x26, [{0}, #48]", "stp x27, x28, [{0}, #64]", "str x29, [{0}, #80]",
            "mov {1}, sp", "str {1}, [{0}, #88]", "adr {1}, 2f", "str {1}, [{0}, #96]", "2:",
            in(reg) place, out(reg) _, options(nostack, preserves_flags)
        );
    }
    let outer = thread.stack.scan_from.replace(place.expose_provenance());
    let result = body();
    thread.stack.scan_from.set(outer);
    std::hint::black_box(&registers);
    result
}
