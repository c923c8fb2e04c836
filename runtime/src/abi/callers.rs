//! Python functions that run as native code, found on the native stack.
//!
//! ```text
//!   native stack      who is there                       known by
//!   low   _getframe, … the runtime
//!         f            native code of f                   its return address: a call site of f
//!         run ─────────┐ the runtime
//!              value stack: frames of the interpreter      Frame::previous
//!         g            native code of g                   its return address
//!   high  run …
//! ```
//!
//! Native code keeps no list of frames: that would cost each call. Instead the unwinder goes through the stack, by the tables
//! that debuggers use too, and every return address is looked up among the call sites of native code. A function that went on
//! in the interpreter is still on the stack, but where it calls the interpreter is no call site. Nor is where a function that
//! an exception leaves has what it owns released: it stands in a list meanwhile ([`Departure`]).

use super::attach;
use crate::Thread;
use crate::types::code::Code;
use std::arch::naked_asm;
use std::ffi::{c_int, c_void};
use std::ops::Range;

/// A call that is under way.
#[derive(Clone, Copy)]
pub(crate) struct NativeFrame {
    pub code: &'static Code,
    /// Address of the instruction that calls.
    pub at: u32,
}

/// A function that is being left, for as long as this is on the stack below it.
pub(crate) struct Departure {
    code: *const Code,
    at: u32,
    previous: *const Departure,
}

/// Calls `release` for a function that an exception, raised at `at`, leaves.
pub(crate) fn departing(thread: &Thread, code: &Code, at: u32, release: impl FnOnce()) {
    let previous = thread.departure.get();
    let departure = Departure { code, at, previous };
    thread.departure.set(&raw const departure);
    release();
    thread.departure.set(previous);
}

/// Where a function with native code calls others.
pub(super) struct CallSite {
    pub returns_to: usize,
    /// Position of the function among those with native code.
    pub function: usize,
    pub at: u32,
}

/// The calls of native code that are under way on the thread's stack and whose frames end between two addresses, innermost
/// first. The thread is the calling one, or stands still.
pub(crate) fn between(thread: &Thread, from: usize, to: usize) -> Vec<NativeFrame> {
    let mut found = Vec::new();
    visit_between(thread, from, to, &mut |frame| found.push(frame));
    found
}

/// As [`between`], without allocating: signal handlers may call it.
pub(crate) fn visit_between(
    thread: &Thread,
    from: usize,
    to: usize,
    found: &mut dyn FnMut(NativeFrame),
) {
    let Some(sites) = attach::call_sites().filter(|sites| !sites.is_empty()) else {
        return;
    };
    let saved = match thread.is_current() {
        true => None,
        false => match thread.stack.saved_registers() {
            None => return,
            registers => registers,
        },
    };
    let mut walk = Walk {
        stack: match saved {
            None => thread.native_stack(),
            Some(_) => thread.stack.native_words(),
        },
        from,
        to,
        sites,
        departure: thread.departure.get(),
        found,
    };
    let argument = (&raw mut walk).cast();
    // SAFETY: the callback takes what it is given here, and the walk outlives the call. The registers are those of a thread
    // that stands still.
    unsafe {
        match saved {
            None => _Unwind_Backtrace(visit, argument),
            Some(registers) => backtrace_from(registers, visit, argument),
        }
    };
}

struct Walk<'a> {
    /// Frames elsewhere are passed over: those that lead to the unwinder, when the stack is another thread's, and those of a
    /// signal handler.
    stack: Range<usize>,
    from: usize,
    to: usize,
    /// In order of their return addresses.
    sites: &'static [CallSite],
    /// The innermost that is still to come.
    departure: *const Departure,
    found: &'a mut dyn FnMut(NativeFrame),
}

impl Walk<'_> {
    /// The walk has come to `address`: enters the functions that are being left below it.
    fn pass_departures(&mut self, address: usize) {
        while !self.departure.is_null() && self.departure.addr() < address {
            // SAFETY: it is on this thread's stack, whose frames from here on are all still there; code is immortal.
            let (departure, code) = unsafe { (&*self.departure, &*(*self.departure).code) };
            if self.departure.addr() > self.from {
                let at = departure.at;
                (self.found)(NativeFrame { code, at });
            }
            self.departure = departure.previous;
        }
    }
}

/// What the unwinder tells about a frame.
#[repr(C)]
struct Context {
    opaque: [u8; 0],
}

const GO_ON: c_int = 0;
const STOP: c_int = 4;

type Visit = extern "C" fn(*mut Context, *mut c_void) -> c_int;

unsafe extern "C" {
    fn _Unwind_Backtrace(visit: Visit, argument: *mut c_void) -> c_int;
    fn _Unwind_GetIP(context: *mut Context) -> usize;
    fn _Unwind_GetCFA(context: *mut Context) -> usize;
}

extern "C" fn visit(context: *mut Context, walk: *mut c_void) -> c_int {
    // SAFETY: called by the unwinder with a context of its own and the walk that `between` passes, which nobody else uses.
    let (walk, returns_to, address) = unsafe {
        (
            &mut *walk.cast::<Walk<'_>>(),
            _Unwind_GetIP(context),
            _Unwind_GetCFA(context),
        )
    };
    if !walk.stack.contains(&address) {
        return GO_ON;
    }
    walk.pass_departures(address.min(walk.to));
    if address > walk.to {
        return STOP;
    }
    if address > walk.from
        && let Ok(index) = walk
            .sites
            .binary_search_by_key(&returns_to, |site| site.returns_to)
        && let Some(code) = attach::code_of(walk.sites[index].function)
    {
        (walk.found)(NativeFrame {
            code,
            at: walk.sites[index].at,
        });
    }
    GO_ON
}

/// As `_Unwind_Backtrace`, from where another thread stands still: the tables say that this function was called there, so that
/// the unwinder, after the frames of the calling thread, goes on with those of the other one.
///
/// # Safety
/// `saved` is what `Stacks::saved_registers` gave, and the thread stands still until this returns.
#[unsafe(naked)]
unsafe extern "C" fn backtrace_from(
    saved: *const usize,
    visit: Visit,
    argument: *mut c_void,
) -> c_int {
    // The stack pointer of the other thread is where its frame ends. The escapes are rules for its registers (rbx, rbp, r12 to
    // r15, the return address): each was saved at an offset from r13.
    naked_asm!(
        ".cfi_startproc
         push r12
         .cfi_adjust_cfa_offset 8
         .cfi_rel_offset r12, 0
         push r13
         .cfi_adjust_cfa_offset 8
         .cfi_rel_offset r13, 0
         sub rsp, 8
         .cfi_adjust_cfa_offset 8
         mov r13, rdi
         mov r12, [rdi + 48]
         mov rdi, rsi
         mov rsi, rdx
         .cfi_remember_state
         .cfi_def_cfa r12, 0
         .cfi_escape 0x10, 3, 2, 0x7d, 0
         .cfi_escape 0x10, 6, 2, 0x7d, 8
         .cfi_escape 0x10, 12, 2, 0x7d, 16
         .cfi_escape 0x10, 13, 2, 0x7d, 24
         .cfi_escape 0x10, 14, 2, 0x7d, 32
         .cfi_escape 0x10, 15, 2, 0x7d, 40
         .cfi_escape 0x10, 16, 2, 0x7d, 56
         call {backtrace}
         .cfi_restore_state
         add rsp, 8
         .cfi_adjust_cfa_offset -8
         pop r13
         .cfi_adjust_cfa_offset -8
         pop r12
         .cfi_adjust_cfa_offset -8
         ret
         .cfi_endproc",
        backtrace = sym _Unwind_Backtrace,
    )
}
