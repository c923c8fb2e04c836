//! Slow paths that native code calls from hot code: they keep every register, so that the fast path around the call needs
//! to spill nothing (`CallConv::PreserveAll` in Cranelift's terms, which allows no results).
//!
//! | symbol                   | words         | what it does                                                            |
//! |--------------------------|---------------|-------------------------------------------------------------------------|
//! | `ashore_increment`       | word          | counts it up if it is an object                                         |
//! | `ashore_decrement`       | word          | counts it down if it is one, frees it if that was the last reference    |
//! | `ashore_increment_slow`  | value         | counts up an object that another thread owns, or none                   |
//! | `ashore_decrement_slow`  | value         | counts it down, frees it if that was the last reference                 |
//! | `ashore_release`         | value         | the local count is zero: frees the object, unless others have references |
//! | `ashore_call_slow`       | arguments, helper | calls a helper of the table; its results take the arguments' place  |
//!
//! The thread is passed in a register, everything else in [`Thread::exchange`]: each argument in a register of its own would
//! be one register less for the hot code around the call.
//!
//! `value` is the tagged word of a heap object. The atomic operation is done here, with the one or two registers it needs;
//! only what is rare (freeing, merge queues, saturation) saves the others and goes on in Rust. What the transitions mean is
//! said in `object::refcount`, whose constants these are.

use crate::object::{Header, refcount};
#[cfg(tally)]
use crate::sync::tally::Tally;
use crate::thread::{self, hot::Sampler};
use crate::{Thread, Value};
use std::arch::naked_asm;
use std::mem::offset_of;

/// Offset of what callers and stubs exchange.
const EXCHANGE: i32 = offset_of!(Thread, exchange) as i32;

/// The bits of a word that are its tag, and the tag of objects.
const TAG_BITS: i32 = 7;
const OBJECT: i32 = 1;

/// Offsets from a tagged word, which is the object's address plus one.
const LOCAL: i32 = offset_of!(Header, local) as i32 - 1;
const OWNER: i32 = offset_of!(Header, owner) as i32 - 1;
const SHARED: i32 = offset_of!(Header, shared) as i32 - 1;

/// Saves all registers that a callee may change.
macro_rules! save_registers {
    () => {
        "push rbp
         .cfi_adjust_cfa_offset 8
         .cfi_rel_offset rbp, 0
         mov rbp, rsp
         .cfi_def_cfa_register rbp
         push rax
         push rcx
         push rdx
         push rsi
         push rdi
         push r8
         push r9
         push r10
         push r11
         sub rsp, 264
         movups [rsp], xmm0
         movups [rsp + 16], xmm1
         movups [rsp + 32], xmm2
         movups [rsp + 48], xmm3
         movups [rsp + 64], xmm4
         movups [rsp + 80], xmm5
         movups [rsp + 96], xmm6
         movups [rsp + 112], xmm7
         movups [rsp + 128], xmm8
         movups [rsp + 144], xmm9
         movups [rsp + 160], xmm10
         movups [rsp + 176], xmm11
         movups [rsp + 192], xmm12
         movups [rsp + 208], xmm13
         movups [rsp + 224], xmm14
         movups [rsp + 240], xmm15"
    };
}

/// Restores them, and returns from the stub.
macro_rules! restore_registers {
    () => {
        "movups xmm0, [rsp]
         movups xmm1, [rsp + 16]
         movups xmm2, [rsp + 32]
         movups xmm3, [rsp + 48]
         movups xmm4, [rsp + 64]
         movups xmm5, [rsp + 80]
         movups xmm6, [rsp + 96]
         movups xmm7, [rsp + 112]
         movups xmm8, [rsp + 128]
         movups xmm9, [rsp + 144]
         movups xmm10, [rsp + 160]
         movups xmm11, [rsp + 176]
         movups xmm12, [rsp + 192]
         movups xmm13, [rsp + 208]
         movups xmm14, [rsp + 224]
         movups xmm15, [rsp + 240]
         add rsp, 264
         pop r11
         pop r10
         pop r9
         pop r8
         pop rdi
         pop rsi
         pop rdx
         pop rcx
         pop rax
         pop rbp
         .cfi_def_cfa rsp, 8
         ret
         .cfi_endproc"
    };
}

/// Calls `{cold}` with all registers saved that a callee may change, and returns from the stub.
macro_rules! cold_call {
    () => {
        concat!(save_registers!(), "\ncall {cold}\n", restore_registers!())
    };
}

/// Does `$count` if the word is an object of the thread's own; goes to `{slow}` if it is another's. `$rest` follows the end.
macro_rules! count_own {
    ($count:literal, $rest:literal) => {
        concat!(
            ".cfi_startproc
         push rsi
         .cfi_adjust_cfa_offset 8
         push rax
         .cfi_adjust_cfa_offset 8
         mov rsi, [rdi + {exchange}]
         mov eax, esi
         and eax, {tag_bits}
         cmp eax, {object}
         jne 2f
         mov eax, [rsi + {owner}]
         cmp eax, [rdi + {id}]
         jne 3f\n",
            $count,
            "\n2: pop rax
         .cfi_adjust_cfa_offset -8
         pop rsi
         .cfi_adjust_cfa_offset -8
         ret
         3: .cfi_adjust_cfa_offset 16
         pop rax
         .cfi_adjust_cfa_offset -8
         pop rsi
         .cfi_adjust_cfa_offset -8
         jmp {slow}\n",
            $rest,
            "\n.cfi_endproc"
        )
    };
}

/// Counts a word up: what native code does inline where it matters, for where it does not.
///
/// # Safety
/// The word is a value that somebody keeps alive. To be called with the PreserveAll convention.
#[unsafe(no_mangle)]
#[unsafe(naked)]
pub unsafe extern "C" fn ashore_increment(thread: &Thread) {
    naked_asm!(
        count_own!("add dword ptr [rsi + {local}], 1", ""),
        exchange = const EXCHANGE,
        tag_bits = const TAG_BITS,
        object = const OBJECT,
        owner = const OWNER,
        local = const LOCAL,
        id = const Thread::ID_OFFSET,
        slow = sym ashore_increment_slow,
    )
}

/// Counts a word down: what native code does inline where it matters, for where it does not.
///
/// # Safety
/// The word is a value of which the caller gives away a reference. To be called with the PreserveAll convention.
#[unsafe(no_mangle)]
#[unsafe(naked)]
pub unsafe extern "C" fn ashore_decrement(thread: &Thread) {
    naked_asm!(
        count_own!(
            "sub dword ptr [rsi + {local}], 1
             jz 4f",
            "4: .cfi_adjust_cfa_offset 16
             pop rax
             .cfi_adjust_cfa_offset -8
             pop rsi
             .cfi_adjust_cfa_offset -8
             jmp {release}"
        ),
        exchange = const EXCHANGE,
        tag_bits = const TAG_BITS,
        object = const OBJECT,
        owner = const OWNER,
        local = const LOCAL,
        id = const Thread::ID_OFFSET,
        slow = sym ashore_decrement_slow,
        release = sym ashore_release,
    )
}

/// Counts an object up that this thread does not own.
///
/// # Safety
/// `value` is a heap object somebody keeps alive. To be called with the PreserveAll convention.
#[unsafe(no_mangle)]
#[unsafe(naked)]
pub unsafe extern "C" fn ashore_increment_slow(thread: &Thread) {
    naked_asm!(
        ".cfi_startproc
         push rsi
         .cfi_adjust_cfa_offset 8
         mov rsi, [rdi + {exchange}]
         cmp dword ptr [rsi + {owner}], {immortal}
         je 2f",
        #[cfg(tally)]
        "add qword ptr [rdi + {tally}], 1",
        "push rax
         .cfi_adjust_cfa_offset 8
         mov eax, {one}
         lock xadd dword ptr [rsi + {shared}], eax
         cmp eax, {saturated}
         pop rax
         .cfi_adjust_cfa_offset -8
         jge 3f
         sub dword ptr [rdi + {countdown}], 1
         js 3f
         2: pop rsi
         .cfi_adjust_cfa_offset -8
         ret
         3: .cfi_adjust_cfa_offset 8
         pop rsi
         .cfi_adjust_cfa_offset -8",
        cold_call!(),
        exchange = const EXCHANGE,
        owner = const OWNER,
        shared = const SHARED,
        immortal = const refcount::IMMORTAL,
        one = const refcount::ONE,
        saturated = const refcount::SATURATED * refcount::ONE,
        countdown = const offset_of!(Thread, hot) + offset_of!(Sampler, countdown),
        #[cfg(tally)]
        tally = const offset_of!(Thread, tally) + Tally::COUNTS,
        cold = sym increment_cold,
    )
}

/// Counts an object down that this thread does not own.
///
/// # Safety
/// `value` is a heap object of which the caller gives away a reference. To be called with the PreserveAll convention.
#[unsafe(no_mangle)]
#[unsafe(naked)]
pub unsafe extern "C" fn ashore_decrement_slow(thread: &Thread) {
    naked_asm!(
        ".cfi_startproc
         push rsi
         .cfi_adjust_cfa_offset 8
         mov rsi, [rdi + {exchange}]
         cmp dword ptr [rsi + {owner}], {immortal}
         je 5f
         push rax
         .cfi_adjust_cfa_offset 8
         push rcx
         .cfi_adjust_cfa_offset 8
         mov eax, [rsi + {shared}]
         2: cmp eax, {queued}
         jb 3f
         lea ecx, [rax - {one}]
         cmp ecx, {merged}
         je 3f
         lock cmpxchg dword ptr [rsi + {shared}], ecx
         jne 2b",
        #[cfg(tally)]
        "add qword ptr [rdi + {tally}], 1",
        "pop rcx
         .cfi_adjust_cfa_offset -8
         pop rax
         .cfi_adjust_cfa_offset -8
         5: pop rsi
         .cfi_adjust_cfa_offset -8
         ret
         3: .cfi_adjust_cfa_offset 24
         pop rcx
         .cfi_adjust_cfa_offset -8
         pop rax
         .cfi_adjust_cfa_offset -8
         pop rsi
         .cfi_adjust_cfa_offset -8",
        cold_call!(),
        exchange = const EXCHANGE,
        owner = const OWNER,
        shared = const SHARED,
        immortal = const refcount::IMMORTAL,
        one = const refcount::ONE,
        queued = const refcount::QUEUED,
        merged = const refcount::MERGED,
        #[cfg(tally)]
        tally = const offset_of!(Thread, tally) + Tally::COUNTS,
        cold = sym decrement_cold,
    )
}

/// The calling thread took the last of its references to an object it owns.
///
/// # Safety
/// `value` is a heap object the calling thread owns, with a local count of zero.
/// To be called with the PreserveAll convention.
#[unsafe(no_mangle)]
#[unsafe(naked)]
pub unsafe extern "C" fn ashore_release(thread: &Thread) {
    naked_asm!(".cfi_startproc", cold_call!(), cold = sym release_cold)
}

/// Arguments that [`ashore_call_slow`] passes on, beside the thread.
pub const SLOW_ARGUMENTS: usize = 4;

/// Calls the helper whose number is the last word exchanged, with the others as arguments (the first one also as a double),
/// and puts its results in the first two.
///
/// # Safety
/// The words are the number of a helper and arguments it takes. To be called with the PreserveAll convention.
#[unsafe(no_mangle)]
#[unsafe(naked)]
pub unsafe extern "C" fn ashore_call_slow(thread: &Thread) {
    naked_asm!(
        ".cfi_startproc",
        save_registers!(),
        // `rdi` was the fifth to be saved, below `rbp`.
        "lea rax, [rip + {helpers}]
         mov rcx, [rdi + {exchange} + 32]
         mov rax, [rax + rcx * 8]
         mov rsi, [rdi + {exchange}]
         movq xmm0, rsi
         mov rdx, [rdi + {exchange} + 8]
         mov rcx, [rdi + {exchange} + 16]
         mov r8, [rdi + {exchange} + 24]
         call rax
         mov rdi, [rbp - 40]
         mov [rdi + {exchange}], rax
         mov [rdi + {exchange} + 8], rdx",
        restore_registers!(),
        helpers = sym super::symbols::ADDRESSES,
        exchange = const EXCHANGE,
    )
}

/// What the caller of a stub passed.
fn exchanged(thread: &Thread) -> Value {
    Value::from_bits(thread.exchange.get()[0])
}

/// The stub has counted; the object has very many references, or it is time to look which objects are counted often.
extern "C" fn increment_cold(thread: &Thread) {
    if let Some(header) = exchanged(thread).header() {
        refcount::saturate_counted(header);
        thread::look_at_foreign(thread, header);
    }
}

/// The stub has left the count alone.
extern "C" fn decrement_cold(thread: &Thread) {
    if let Some(header) = exchanged(thread).header() {
        refcount::decrement_shared(header);
    }
}

/// The local count is zero.
extern "C" fn release_cold(thread: &Thread) {
    if let Some(header) = exchanged(thread).header() {
        refcount::merge_and_release(header);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Owned;
    use crate::types::float;
    use crate::types::init::test_thread;

    /// Calls a stub with known values in the registers it must keep; tells whether they were kept.
    fn keeps_registers(stub: unsafe extern "C" fn(&Thread), thread: &Thread, value: Value) -> bool {
        thread.exchange.set([value.bits(), 0, 0, 0, 0]);
        let (mut a, mut c, mut d, mut x) = (11u64, 12u64, 13u64, 14f64);
        let (mut r8, mut r11, mut y) = (15u64, 16u64, 17f64);
        let mut si = 18u64;
        // SAFETY: the stub keeps every register (which is what is tested); the red zone is not in use inside `asm!`.
        unsafe {
            std::arch::asm!(
                "call {stub}",
                stub = in(reg) stub,
                in("rdi") thread,
                inout("rsi") si,
                inout("rax") a,
                inout("rcx") c,
                inout("rdx") d,
                inout("r8") r8,
                inout("r11") r11,
                inout("xmm0") x,
                inout("xmm15") y,
            );
        }
        (a, c, d, r8, r11, si) == (11, 12, 13, 15, 16, 18) && (x, y) == (14.0, 17.0)
    }

    #[test]
    fn stubs_count_as_refcount_does_and_keep_registers() {
        let thread = test_thread();
        // Made and given away by a thread that is dead: counted in the shared word, first to be merged.
        let hand = std::sync::Arc::new(crate::object::Slot::missing());
        let there = hand.clone();
        let started = thread
            .spawn(Default::default(), move |thread| {
                drop(there.replace(float::new(thread, 1e100)))
            })
            .expect("threads can be started");
        crate::thread::detached(|| started.os.join()).expect("the thread does not panic");
        let object = hand.replace(Owned::inline(Value::MISSING)).into_counted();
        let header = object.header().expect("boxed");
        let count = || refcount::count(header);
        assert!(keeps_registers(ashore_increment_slow, thread, object));
        assert!(keeps_registers(ashore_increment, thread, object));
        assert_eq!(count(), 3);
        assert!(keeps_registers(ashore_decrement, thread, object));
        assert_eq!(count(), 2);
        assert!(keeps_registers(ashore_decrement_slow, thread, object));
        assert_eq!(count(), 1);
        // The last reference: a dead owner's object is merged and freed by the caller.
        assert!(keeps_registers(ashore_decrement_slow, thread, object));
    }

    #[test]
    fn immortal_objects_are_left_alone() {
        let thread = test_thread();
        let object = float::new(thread, 1e101).into_counted();
        let header = object.header().expect("boxed");
        refcount::make_immortal(header);
        assert!(keeps_registers(ashore_increment_slow, thread, object));
        assert!(keeps_registers(ashore_decrement_slow, thread, object));
        assert_eq!(refcount::count(header), u32::MAX);
    }
}
