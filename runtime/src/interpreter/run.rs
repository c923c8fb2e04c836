//! The dispatch loop.
//!
//! The outer loop has a round for each change of frame, the inner one for each instruction. Where an arm is one call into its
//! family's file and nothing more, the macro `step` is all there is to it.

use super::activation::{pop, unwind_frames};
use super::calls::Called;
use super::frame::{Frame, Machine};
use super::iteration::Next;
use super::{attribute, calls, display, exceptions, generics, iteration, names, numbers, patterns};
use crate::object::{Object, Owned};
use crate::operators::arithmetic::{self, BinaryOp};
use crate::operators::call::check_init_result;
use crate::operators::compare::CompareOp;
use crate::types::generator::{self, Generator};
use crate::types::{cell, list, slice, tuple};
use crate::{Builtin, Raised, Thread, Value, monitor};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Label, Opcode};
use std::sync::atomic::Ordering::Relaxed;

/// Why a loop stopped before the frame it began with was done.
pub(crate) enum Stop {
    Raised(Raised),
    /// The innermost frame goes on at its `pc` in the other loop.
    Elsewhere,
}

impl Stop {
    /// What was raised, once a loop has stopped for good.
    pub(super) fn raised(self) -> Raised {
        match self {
            Stop::Raised(raised) => raised,
            Stop::Elsewhere => unreachable!("the other loop goes on"),
        }
    }
}

pub(crate) type Stopped = std::result::Result<Owned, Stop>;

/// Runs the frame `base` until it returns, suspends or raises, and all that it calls of interpreted code. `frame` is the
/// innermost one, to be run from `pc`.
pub(super) fn run<'a>(
    thread: &'a Thread,
    base: &'a Frame<'a>,
    frame: &'a Frame<'a>,
    pc: *const u16,
) -> Stopped {
    run_loop::<false>(thread, base, frame, pc)
}

/// [`run`], telling `monitor` of events, as long as somebody listens.
pub(crate) fn run_traced<'a>(
    thread: &'a Thread,
    base: &'a Frame<'a>,
    frame: &'a Frame<'a>,
    pc: *const u16,
) -> Stopped {
    run_loop::<true>(thread, base, frame, pc)
}

#[allow(
    clippy::cognitive_complexity,
    clippy::too_many_lines,
    reason = "the loop has one arm an instruction; splitting it would put a call into every dispatch"
)]
#[inline(always)]
fn run_loop<'a, const TRACED: bool>(
    thread: &'a Thread,
    base: &'a Frame<'a>,
    mut frame: &'a Frame<'a>,
    mut pc: *const u16,
) -> Stopped {
    let mut native_call: Option<monitor::NativeCall> = None;
    'frames: loop {
        let (code, window) = (frame.code, frame.window);
        let machine = Machine { thread, frame };
        let raised = 'raised: {
            /// The operands of the instruction at `pc`.
            macro_rules! decode {
                ($op:ident) => {
                    // SAFETY: `pc` is at an instruction of verified code, which is at least this long.
                    ops::$op::decode(unsafe { std::slice::from_raw_parts(pc, ops::$op::UNITS) })
                };
            }
            /// On to the next instruction.
            macro_rules! next {
                ($op:ident) => {{
                    // SAFETY: verified code goes on after an instruction that does not end a block.
                    pc = unsafe { pc.add(ops::$op::UNITS) };
                    continue;
                }};
            }
            macro_rules! jump {
                ($target:expr) => {{
                    let Label(at) = $target;
                    // SAFETY: labels of verified code are instructions of it.
                    pc = unsafe { code.units.add(at as usize) };
                    continue;
                }};
            }
            /// Jumps if `truth`, else goes on.
            macro_rules! branch {
                ($op:ident, $truth:expr, $target:expr) => {{
                    if $truth {
                        jump!($target);
                    }
                    next!($op)
                }};
            }
            /// The value of a `Result`, or on with the handler.
            macro_rules! attempt {
                ($result:expr) => {{
                    frame.pc.set(pc);
                    match $result {
                        Ok(value) => value,
                        Err(raised) => break 'raised raised,
                    }
                }};
            }
            /// An instruction that a function carries out, which may raise.
            macro_rules! step {
                ($op:ident, $family:ident::$function:ident) => {
                    step!($op, |op| $family::$function(&machine, op))
                };
                ($op:ident, |$operands:ident| $result:expr) => {{
                    let $operands = decode!($op);
                    attempt!($result);
                    next!($op)
                }};
            }
            /// Writes a value. The one before may have a finalizer, which finds the frame at this instruction.
            macro_rules! set {
                ($dst:expr, $value:expr) => {{
                    let old = window.replace($dst.0, $value);
                    if old.is_object() {
                        frame.pc.set(pc);
                        drop(Owned::from_counted(old));
                    }
                }};
            }
            /// Writes a value that needs no count.
            macro_rules! store {
                ($dst:expr, $value:expr) => {
                    set!($dst, Owned::inline($value))
                };
            }
            /// A binary operator: at once if both operands are small ints, or inline floats, and the result is inline too.
            macro_rules! binary {
                ($name:ident, $slow:ident, $op:ident $(, int $int:ident)? $(, float $float:tt)? $(, any $any:ident)?) => {{
                    let op = decode!($name);
                    #[allow(unused_variables, reason = "some operators have no quick path")]
                    let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                    $(if lhs.both_small_int(rhs)
                        && let Some(value) = numbers::$int(lhs, rhs)
                    {
                        store!(op.dst, value);
                        next!($name);
                    })?
                    $(if lhs.both_inline_float(rhs) {
                        let x = lhs.inline_float_unchecked() $float rhs.inline_float_unchecked();
                        if let Some(value) = Value::try_inline_float(x) {
                            store!(op.dst, value);
                            next!($name);
                        }
                    })?
                    $(if let Some(value) = numbers::$any(lhs, rhs) {
                        store!(op.dst, value);
                        next!($name);
                    })?
                    attempt!(numbers::$slow(&machine, BinaryOp::$op, op.dst, op.lhs, op.rhs));
                    next!($name)
                }};
            }
            /// A binary operator with a small int in the instruction.
            macro_rules! binary_int {
                ($name:ident, $slow:ident, $op:ident, $int:ident) => {{
                    let op = decode!($name);
                    let lhs = window.get(op.lhs.0);
                    let imm = Value::small_int(i64::from(op.imm.0));
                    if lhs.is_small_int()
                        && let Some(value) = numbers::$int(lhs, imm)
                    {
                        store!(op.dst, value);
                        next!($name);
                    }
                    attempt!(numbers::$slow(&machine, BinaryOp::$op, op.dst, op.lhs, imm));
                    next!($name)
                }};
            }
            /// The truth of a comparison of two small ints (tagged words compare like the ints) or two inline floats.
            macro_rules! quick_compare {
                ($op:ident, $test:tt) => {{
                    let (lhs, rhs) = (window.get($op.lhs.0), window.get($op.rhs.0));
                    if lhs.both_small_int(rhs) {
                        Some((lhs.bits() as i64) $test (rhs.bits() as i64))
                    } else if lhs.both_inline_float(rhs) {
                        Some(lhs.inline_float_unchecked() $test rhs.inline_float_unchecked())
                    } else {
                        None
                    }
                }};
            }
            macro_rules! compare {
                ($name:ident, $test:tt) => {{
                    let op = decode!($name);
                    if let Some(result) = quick_compare!(op, $test) {
                        store!(op.dst, Value::bool(result));
                        next!($name);
                    }
                    attempt!(numbers::compare(
                        &machine,
                        CompareOp::$name,
                        op.dst,
                        op.lhs,
                        op.rhs
                    ));
                    next!($name)
                }};
            }
            /// Jumps if a comparison comes out as `wanted`.
            macro_rules! compare_and_jump {
                ($name:ident, $op:ident, $test:tt, $wanted:literal) => {{
                    let op = decode!($name);
                    let truth = match quick_compare!(op, $test) {
                        Some(truth) => truth,
                        None => attempt!(numbers::compare_test(
                            &machine,
                            CompareOp::$op,
                            op.lhs,
                            op.rhs
                        )),
                    };
                    branch!($name, truth == $wanted, op.target)
                }};
            }
            macro_rules! test_and_jump {
                ($name:ident, $wanted:literal) => {{
                    let op = decode!($name);
                    let cond = window.get(op.cond.0);
                    let truth = if cond.is_bool() {
                        cond == Value::TRUE
                    } else {
                        attempt!(numbers::test(&machine, op.cond.0))
                    };
                    branch!($name, truth == $wanted, op.target)
                }};
            }
            macro_rules! test_keep_and_jump {
                ($name:ident, $wanted:literal) => {{
                    let op = decode!($name);
                    let truth = attempt!(numbers::truth(&machine, op.cond.0));
                    branch!($name, truth == $wanted, op.target)
                }};
            }
            macro_rules! same {
                ($name:ident, $test:tt) => {{
                    let op = decode!($name);
                    let same = window.get(op.lhs.0) $test window.get(op.rhs.0);
                    machine.consume(op.lhs.0);
                    machine.consume(op.rhs.0);
                    store!(op.dst, Value::bool(same));
                    next!($name)
                }};
            }
            /// A call: goes on in the frame that was pushed, or with the result.
            macro_rules! call {
                ($name:ident, |$op:ident| $called:expr, $release:expr) => {{
                    let $op = decode!($name);
                    match attempt!($called) {
                        Called::Entered(callee) => {
                            if TRACED {
                                native_call = None;
                            }
                            (frame, pc) = (callee, callee.code.units);
                            continue 'frames;
                        }
                        Called::Done(value) => {
                            $release;
                            set!($op.dst, value);
                            if TRACED && let Some(call) = native_call.take() {
                                attempt!(monitor::call_returned(&machine, &call));
                            }
                            next!($name)
                        }
                    }
                }};
            }
            /// `Yield` and `YieldDelegate`.
            macro_rules! suspend {
                ($name:ident) => {{
                    let item = machine.own(decode!($name).src.0);
                    frame.pc.set(pc);
                    if std::ptr::eq(frame, base) {
                        frame.suspended.set(true);
                        return Ok(item);
                    }
                    frame = generator::suspend_to_loop(thread, frame);
                    pc = frame.pc.get();
                    let op = decode!(ForIter);
                    frame.window.set(op.dst.0, item);
                    // SAFETY: verified code goes on after a loop's instruction.
                    pc = unsafe { pc.add(ops::ForIter::UNITS) };
                    continue 'frames;
                }};
            }
            /// Is the subject of a pattern such a thing?
            macro_rules! pattern {
                ($name:ident, $test:ident) => {{
                    let op = decode!($name);
                    let matches = patterns::$test(window.get(op.subject.0));
                    store!(op.dst, Value::bool(matches));
                    next!($name)
                }};
            }
            macro_rules! builtin_class {
                ($name:ident, $class:ident) => {{
                    let op = decode!($name);
                    set!(op.dst, Owned::new(Builtin::$class.class().value()));
                    next!($name)
                }};
            }
            loop {
                let opcode = if TRACED {
                    match monitor::before(&machine, &mut pc, &mut native_call) {
                        Ok(Some(opcode)) => opcode,
                        Ok(None) => return Err(Stop::Elsewhere),
                        Err(raised) => break 'raised raised,
                    }
                } else {
                    // SAFETY: `pc` is at an instruction of verified code.
                    unsafe { std::mem::transmute::<u16, Opcode>(*pc) }
                };
                match opcode {
                    Opcode::Instrumented => {
                        frame.pc.set(pc);
                        return Err(Stop::Elsewhere);
                    }

                    Opcode::LoadConst => {
                        let op = decode!(LoadConst);
                        // Constants are immortal: the word is its own reference.
                        set!(op.dst, Owned::from_counted(*machine.constant(op.k)));
                        next!(LoadConst);
                    }
                    Opcode::Move => {
                        let op = decode!(Move);
                        set!(op.dst, machine.own(op.src.0));
                        next!(Move);
                    }
                    Opcode::Copy => {
                        let op = decode!(Copy);
                        set!(op.dst, Owned::new(window.get(op.src.0)));
                        next!(Copy);
                    }
                    Opcode::Drop => {
                        let op = decode!(Drop);
                        frame.pc.set(pc);
                        drop(window.take(op.reg.0));
                        next!(Drop);
                    }
                    Opcode::CheckBound => {
                        let op = decode!(CheckBound);
                        if window.get(op.reg.0).is_missing() {
                            attempt!(names::unbound_local(&machine, op.name));
                        }
                        next!(CheckBound);
                    }

                    Opcode::Add => binary!(Add, binary, Add, int add_ints, float +),
                    Opcode::Sub => binary!(Sub, binary, Sub, int sub_ints, float -),
                    Opcode::Mul => binary!(Mul, binary, Mul, int mul_ints, float *),
                    Opcode::Matmul => binary!(Matmul, binary, Matmul),
                    Opcode::Truediv => binary!(Truediv, binary, Truediv, any divide_quick),
                    Opcode::Floordiv => binary!(Floordiv, binary, Floordiv, int floordiv_ints),
                    Opcode::Mod => binary!(Mod, binary, Mod, int mod_ints),
                    Opcode::Pow => binary!(Pow, binary, Pow),
                    Opcode::Lshift => binary!(Lshift, binary, Lshift, int lshift_ints),
                    Opcode::Rshift => binary!(Rshift, binary, Rshift, int rshift_ints),
                    Opcode::And => binary!(And, binary, And, int and_ints),
                    Opcode::Or => binary!(Or, binary, Or, int or_ints),
                    Opcode::Xor => binary!(Xor, binary, Xor, int xor_ints),
                    Opcode::Iadd => binary!(Iadd, inplace, Add, int add_ints, float +),
                    Opcode::Isub => binary!(Isub, inplace, Sub, int sub_ints, float -),
                    Opcode::Imul => binary!(Imul, inplace, Mul, int mul_ints, float *),
                    Opcode::Imatmul => binary!(Imatmul, inplace, Matmul),
                    Opcode::Itruediv => binary!(Itruediv, inplace, Truediv, any divide_quick),
                    Opcode::Ifloordiv => binary!(Ifloordiv, inplace, Floordiv, int floordiv_ints),
                    Opcode::Imod => binary!(Imod, inplace, Mod, int mod_ints),
                    Opcode::Ipow => binary!(Ipow, inplace, Pow),
                    Opcode::Ilshift => binary!(Ilshift, inplace, Lshift, int lshift_ints),
                    Opcode::Irshift => binary!(Irshift, inplace, Rshift, int rshift_ints),
                    Opcode::Iand => binary!(Iand, inplace, And, int and_ints),
                    Opcode::Ior => binary!(Ior, inplace, Or, int or_ints),
                    Opcode::Ixor => binary!(Ixor, inplace, Xor, int xor_ints),
                    Opcode::AddInt => binary_int!(AddInt, binary_int, Add, add_ints),
                    Opcode::SubInt => binary_int!(SubInt, binary_int, Sub, sub_ints),
                    Opcode::IaddInt => binary_int!(IaddInt, inplace_int, Add, add_ints),
                    Opcode::IsubInt => binary_int!(IsubInt, inplace_int, Sub, sub_ints),
                    Opcode::Neg => step!(Neg, |op| numbers::unary(
                        &machine,
                        arithmetic::neg,
                        op.dst,
                        op.src
                    )),
                    Opcode::Pos => step!(Pos, |op| numbers::unary(
                        &machine,
                        arithmetic::pos,
                        op.dst,
                        op.src
                    )),
                    Opcode::Invert => step!(Invert, |op| numbers::unary(
                        &machine,
                        arithmetic::invert,
                        op.dst,
                        op.src
                    )),
                    Opcode::Not => {
                        let op = decode!(Not);
                        let truth = attempt!(numbers::truth(&machine, op.src.0));
                        machine.consume(op.src.0);
                        store!(op.dst, Value::bool(!truth));
                        next!(Not);
                    }

                    Opcode::Lt => compare!(Lt, <),
                    Opcode::Le => compare!(Le, <=),
                    Opcode::Eq => compare!(Eq, ==),
                    Opcode::Ne => compare!(Ne, !=),
                    Opcode::Gt => compare!(Gt, >),
                    Opcode::Ge => compare!(Ge, >=),
                    Opcode::Is => same!(Is, ==),
                    Opcode::IsNot => same!(IsNot, !=),
                    Opcode::Contains => step!(Contains, |op| attribute::contains(
                        &machine,
                        op.dst,
                        op.item,
                        op.container,
                        false
                    )),
                    Opcode::NotContains => step!(NotContains, |op| attribute::contains(
                        &machine,
                        op.dst,
                        op.item,
                        op.container,
                        true
                    )),

                    Opcode::Jump => jump!(decode!(Jump).target),
                    Opcode::JumpBack => {
                        let op = decode!(JumpBack);
                        if thread.poll.load(Relaxed) != 0 {
                            attempt!(thread.safepoint());
                        }
                        jump!(op.target);
                    }
                    Opcode::JumpIfTrue => test_and_jump!(JumpIfTrue, true),
                    Opcode::JumpIfFalse => test_and_jump!(JumpIfFalse, false),
                    Opcode::JumpIfTrueKeep => test_keep_and_jump!(JumpIfTrueKeep, true),
                    Opcode::JumpIfFalseKeep => test_keep_and_jump!(JumpIfFalseKeep, false),
                    Opcode::JumpIfNone => {
                        let op = decode!(JumpIfNone);
                        let none = window.get(op.src.0).is_none();
                        machine.consume(op.src.0);
                        branch!(JumpIfNone, none, op.target)
                    }
                    Opcode::JumpIfNotNone => {
                        let op = decode!(JumpIfNotNone);
                        let none = window.get(op.src.0).is_none();
                        machine.consume(op.src.0);
                        branch!(JumpIfNotNone, !none, op.target)
                    }
                    Opcode::JumpIfLt => compare_and_jump!(JumpIfLt, Lt, <, true),
                    Opcode::JumpIfLe => compare_and_jump!(JumpIfLe, Le, <=, true),
                    Opcode::JumpIfEq => compare_and_jump!(JumpIfEq, Eq, ==, true),
                    Opcode::JumpIfNe => compare_and_jump!(JumpIfNe, Ne, !=, true),
                    Opcode::JumpIfGt => compare_and_jump!(JumpIfGt, Gt, >, true),
                    Opcode::JumpIfGe => compare_and_jump!(JumpIfGe, Ge, >=, true),
                    Opcode::JumpUnlessLt => compare_and_jump!(JumpUnlessLt, Lt, <, false),
                    Opcode::JumpUnlessLe => compare_and_jump!(JumpUnlessLe, Le, <=, false),
                    Opcode::JumpUnlessEq => compare_and_jump!(JumpUnlessEq, Eq, ==, false),
                    Opcode::JumpUnlessNe => compare_and_jump!(JumpUnlessNe, Ne, !=, false),
                    Opcode::JumpUnlessGt => compare_and_jump!(JumpUnlessGt, Gt, >, false),
                    Opcode::JumpUnlessGe => compare_and_jump!(JumpUnlessGe, Ge, >=, false),
                    Opcode::Return => {
                        let mut result = machine.own(decode!(Return).src.0);
                        if std::ptr::eq(frame, base) {
                            return Ok(result);
                        }
                        if frame.is_generator() {
                            drop(result);
                            frame = generator::end_in_loop(thread, frame);
                            pc = frame.pc.get();
                            let op = decode!(ForIter);
                            drop(frame.window.take(op.iter.0));
                            let Label(at) = op.target;
                            // SAFETY: labels of verified code are instructions of it.
                            pc = unsafe { frame.code.units.add(at as usize) };
                            continue 'frames;
                        }
                        let callee_window = frame.window;
                        let (caller, constructing) = pop(thread, frame, true);
                        frame = caller;
                        if !constructing.is_missing() {
                            if let Err(raised) = check_init_result(thread, result.value()) {
                                break 'raised raised;
                            }
                            result = constructing;
                        }
                        let (dst, units) = calls::finish(Machine { thread, frame }, callee_window);
                        frame.window.set(dst.0, result);
                        // SAFETY: verified code goes on after a call.
                        pc = unsafe { frame.pc.get().add(units) };
                        continue 'frames;
                    }

                    Opcode::GetIter => {
                        step!(GetIter, |op| iteration::get_iter(&machine, op.dst, op.src))
                    }
                    Opcode::ForIter => {
                        let op = decode!(ForIter);
                        if !TRACED
                            && let Some(generator) = window.get(op.iter.0).get_exact::<Generator>()
                            && !generator.is_native()
                        {
                            let entered = attempt!(generator::enter_from_loop(thread, generator));
                            let Some((callee, at)) = entered else {
                                drop(window.take(op.iter.0));
                                jump!(op.target);
                            };
                            (frame, pc) = (callee, at);
                            continue 'frames;
                        }
                        let next = match TRACED {
                            true => monitor::for_iter(&machine, op),
                            // SAFETY: `pc` is at this instruction.
                            false => unsafe { iteration::for_iter(&machine, op, pc) },
                        };
                        match attempt!(next) {
                            Next::Item(value) => {
                                set!(op.dst, value);
                                next!(ForIter);
                            }
                            Next::Unpacked => {
                                // SAFETY: verified code goes on after an `unpack`.
                                pc = unsafe { pc.add(ops::ForIter::UNITS + ops::Unpack::UNITS) };
                                continue;
                            }
                            Next::Exhausted => {
                                drop(window.take(op.iter.0));
                                jump!(op.target);
                            }
                        }
                    }
                    Opcode::Yield => suspend!(Yield),
                    Opcode::YieldDelegate => suspend!(YieldDelegate),
                    Opcode::GetYieldFromIter => {
                        step!(GetYieldFromIter, |op| iteration::get_yield_from_iter(
                            &machine, op.dst, op.src
                        ))
                    }
                    Opcode::Send => {
                        let op = decode!(Send);
                        let finished = attempt!(match TRACED {
                            true => monitor::send(&machine, op),
                            false => iteration::send(&machine, op),
                        });
                        branch!(Send, finished, op.target)
                    }

                    Opcode::GetAwaitable => step!(GetAwaitable, iteration::get_awaitable),
                    Opcode::GetAsyncIter => step!(GetAsyncIter, |op| iteration::get_async_iter(
                        &machine, op.dst, op.src
                    )),
                    Opcode::GetAsyncNext => step!(GetAsyncNext, |op| iteration::get_async_next(
                        &machine, op.dst, op.iter
                    )),
                    Opcode::EndAsyncFor => step!(EndAsyncFor, |op| exceptions::end_async_for(
                        &machine, op.exc
                    )),
                    Opcode::LoadGlobal => {
                        let op = decode!(LoadGlobal);
                        let value = attempt!(names::load_global(&machine, op.name, op.site));
                        set!(op.dst, value);
                        next!(LoadGlobal);
                    }
                    Opcode::StoreGlobal => step!(StoreGlobal, |op| names::store_global(
                        &machine, op.name, op.src
                    )),
                    Opcode::DeleteGlobal => {
                        step!(DeleteGlobal, |op| names::delete_global(&machine, op.name))
                    }
                    Opcode::LoadName => {
                        step!(LoadName, |op| names::load_name(&machine, op.dst, op.name))
                    }
                    Opcode::StoreName => {
                        step!(StoreName, |op| names::store_name(&machine, op.name, op.src))
                    }
                    Opcode::DeleteName => {
                        step!(DeleteName, |op| names::delete_name(&machine, op.name))
                    }
                    Opcode::LoadNameOrFree => step!(LoadNameOrFree, |op| names::load_name_or_free(
                        &machine, op.dst, op.name, op.index
                    )),
                    Opcode::LoadNamespace => {
                        names::load_namespace(&machine, decode!(LoadNamespace).dst);
                        next!(LoadNamespace);
                    }
                    Opcode::LoadDictOrGlobal => step!(LoadDictOrGlobal, names::load_dict_or_global),
                    Opcode::LoadDictOrFree => step!(LoadDictOrFree, names::load_dict_or_free),
                    Opcode::MakeCell => {
                        let op = decode!(MakeCell);
                        let value = window.take(op.reg.0);
                        window.put(op.reg.0, cell::new(thread, value));
                        next!(MakeCell);
                    }
                    Opcode::LoadCell => step!(LoadCell, |op| names::load_cell(
                        &machine, op.dst, op.cell, op.name
                    )),
                    Opcode::StoreCell => {
                        step!(StoreCell, |op| names::store_cell(&machine, op.cell, op.src))
                    }
                    Opcode::DeleteCell => step!(DeleteCell, |op| names::delete_cell(
                        &machine, op.cell, op.name
                    )),
                    Opcode::LoadFree => {
                        step!(LoadFree, |op| names::load_free(&machine, op.dst, op.index))
                    }
                    Opcode::StoreFree => step!(StoreFree, |op| names::store_free(
                        &machine, op.index, op.src
                    )),
                    Opcode::DeleteFree => {
                        step!(DeleteFree, |op| names::delete_free(&machine, op.index))
                    }
                    Opcode::LoadFreeCell => {
                        let op = decode!(LoadFreeCell);
                        set!(op.dst, Owned::new(frame.free_cell(op.index.0)));
                        next!(LoadFreeCell);
                    }

                    Opcode::LoadAttr => step!(LoadAttr, attribute::load_attr),
                    Opcode::StoreAttr => step!(StoreAttr, attribute::store_attr),
                    Opcode::DeleteAttr => step!(DeleteAttr, |op| attribute::delete_attr(
                        &machine, op.obj, op.name
                    )),
                    Opcode::LoadMethod => step!(LoadMethod, attribute::load_method),
                    Opcode::LoadItem => {
                        let op = decode!(LoadItem);
                        let (obj, key) = (window.get(op.obj.0), window.get(op.key.0));
                        if let Some(value) = attribute::load_item_quick(obj, key) {
                            machine.consume(op.obj.0);
                            set!(op.dst, value);
                            next!(LoadItem);
                        }
                        attempt!(attribute::load_item(&machine, op));
                        next!(LoadItem);
                    }
                    Opcode::StoreItem => {
                        let op = decode!(StoreItem);
                        frame.pc.set(pc);
                        if !attribute::store_item_quick(&machine, op) {
                            attempt!(attribute::store_item(&machine, op));
                        }
                        next!(StoreItem);
                    }
                    Opcode::DeleteItem => step!(DeleteItem, |op| attribute::delete_item(
                        &machine, op.obj, op.key
                    )),
                    Opcode::BuildSlice => {
                        let op = decode!(BuildSlice);
                        let (start, stop) = (machine.own(op.start.0), machine.own(op.stop.0));
                        let slice = slice::new(thread, start, stop, machine.own(op.step.0));
                        set!(op.dst, slice);
                        next!(BuildSlice);
                    }

                    Opcode::Call => call!(
                        Call,
                        |op| match TRACED {
                            true => calls::call_traced(&machine, op.base.0, op.n.0),
                            false => calls::call(&machine, op.base.0, op.n.0),
                        },
                        window.clear(op.base.0, op.base.0 + op.n.0)
                    ),
                    Opcode::CallMethod => call!(
                        CallMethod,
                        |op| calls::call_method(&machine, op.base.0, op.n.0),
                        window.clear(op.base.0, op.base.0 + op.n.0)
                    ),
                    Opcode::CallKw => call!(
                        CallKw,
                        |op| calls::call_kw(&machine, op),
                        window.clear(op.base.0, op.base.0 + op.n.0)
                    ),
                    Opcode::CallMethodKw => call!(
                        CallMethodKw,
                        |op| calls::call_method_kw(&machine, op),
                        window.clear(op.base.0, op.base.0 + op.n.0)
                    ),
                    Opcode::CallEx => call!(
                        CallEx,
                        |op| calls::call_ex(&machine, op),
                        machine.consume(op.callee.0)
                    ),
                    Opcode::CallSuper => step!(CallSuper, calls::call_super),
                    Opcode::MakeFunction => step!(MakeFunction, calls::make_function),
                    Opcode::MakeTypeParam => step!(MakeTypeParam, generics::make_type_param),
                    Opcode::SetTypeParams => step!(SetTypeParams, generics::set_type_params),
                    Opcode::MakeGenericBase => step!(MakeGenericBase, generics::make_generic_base),
                    Opcode::MakeTypeAlias => step!(MakeTypeAlias, generics::make_type_alias),
                    Opcode::BuildInterpolation => {
                        step!(BuildInterpolation, display::build_interpolation)
                    }
                    Opcode::BuildTemplate => step!(BuildTemplate, display::build_template),
                    Opcode::LoadBuildClass => step!(LoadBuildClass, |op| names::load_build_class(
                        &machine, op.dst
                    )),

                    Opcode::BuildTuple => {
                        let op = decode!(BuildTuple);
                        let item = |index| window.take(op.base.0 + index as u16);
                        let peek = |index| window.get(op.base.0 + index as u16);
                        set!(
                            op.dst,
                            tuple::from_fn(thread, usize::from(op.n.0), peek, item)
                        );
                        next!(BuildTuple);
                    }
                    Opcode::BuildList => {
                        let op = decode!(BuildList);
                        let item = |index| window.take(op.base.0 + index as u16);
                        set!(op.dst, list::from_fn(thread, usize::from(op.n.0), item));
                        next!(BuildList);
                    }
                    Opcode::BuildSet => step!(BuildSet, |op| display::build_set(
                        &machine, op.dst, op.base, op.n
                    )),
                    Opcode::BuildDict => step!(BuildDict, |op| display::build_dict(
                        &machine, op.dst, op.base, op.n
                    )),
                    Opcode::BuildString => step!(BuildString, |op| display::build_string(
                        &machine, op.dst, op.base, op.n
                    )),
                    Opcode::PrintExpr => {
                        step!(PrintExpr, |op| display::print_expr(&machine, op.src))
                    }
                    Opcode::FormatSimple => step!(FormatSimple, |op| display::format_simple(
                        &machine, op.dst, op.src
                    )),
                    Opcode::FormatSpec => step!(FormatSpec, |op| display::format_spec(
                        &machine, op.dst, op.src, op.spec
                    )),
                    Opcode::Convert => step!(Convert, |op| display::convert(
                        &machine, op.dst, op.src, op.kind
                    )),
                    Opcode::ListAppend => {
                        let op = decode!(ListAppend);
                        display::list_append(&machine, op.list, op.src);
                        next!(ListAppend);
                    }
                    Opcode::ListExtend => step!(ListExtend, |op| display::list_extend(
                        &machine, op.list, op.src
                    )),
                    Opcode::SetAdd => {
                        step!(SetAdd, |op| display::set_add(&machine, op.set, op.src))
                    }
                    Opcode::SetUpdate => step!(SetUpdate, |op| display::set_update(
                        &machine, op.set, op.src
                    )),
                    Opcode::DictSet => step!(DictSet, |op| display::dict_set(
                        &machine, op.dict, op.key, op.value
                    )),
                    Opcode::DictUpdate => step!(DictUpdate, |op| display::dict_update(
                        &machine, op.dict, op.src
                    )),
                    Opcode::DictMerge => step!(DictMerge, |op| display::dict_merge(
                        &machine, op.dict, op.src, op.callee
                    )),
                    Opcode::ListToTuple => {
                        let op = decode!(ListToTuple);
                        display::list_to_tuple(&machine, op.dst, op.src);
                        next!(ListToTuple);
                    }
                    Opcode::Unpack => {
                        step!(Unpack, |op| display::unpack(&machine, op.dst, op.n, op.src))
                    }
                    Opcode::UnpackStar => step!(UnpackStar, display::unpack_star),

                    Opcode::Raise => {
                        let op = decode!(Raise);
                        attempt!(exceptions::raise(&machine, op.exc));
                    }
                    Opcode::RaiseFrom => {
                        let op = decode!(RaiseFrom);
                        attempt!(exceptions::raise_from(&machine, op.exc, op.cause));
                    }
                    Opcode::Reraise => {
                        let op = decode!(Reraise);
                        attempt!(exceptions::reraise(&machine, op.exc));
                    }
                    Opcode::RaiseCurrent => attempt!(exceptions::raise_current(&machine)),
                    Opcode::EnterHandler => {
                        let op = decode!(EnterHandler);
                        exceptions::enter_handler(&machine, op.dst, op.exc);
                        next!(EnterHandler);
                    }
                    Opcode::LeaveHandler => {
                        let op = decode!(LeaveHandler);
                        frame.pc.set(pc);
                        exceptions::leave_handler(&machine, op.prev);
                        next!(LeaveHandler);
                    }
                    Opcode::MatchException => {
                        step!(MatchException, |op| exceptions::match_exception(
                            &machine, op.dst, op.exc, op.class
                        ))
                    }
                    Opcode::MatchExceptionGroup => {
                        step!(MatchExceptionGroup, exceptions::match_exception_group)
                    }
                    Opcode::MergeExceptions => step!(MergeExceptions, exceptions::merge_exceptions),
                    Opcode::LoadAssertionError => {
                        builtin_class!(LoadAssertionError, AssertionError)
                    }
                    Opcode::LoadNotImplementedError => {
                        builtin_class!(LoadNotImplementedError, NotImplementedError)
                    }
                    Opcode::WithEnter => step!(WithEnter, |op| exceptions::with_enter(
                        &machine, op.dst, op.src
                    )),
                    Opcode::WithExit => {
                        step!(WithExit, |op| exceptions::with_exit(&machine, op.exit))
                    }
                    Opcode::WithExitRaised => {
                        step!(WithExitRaised, |op| exceptions::with_exit_raised(
                            &machine, op.dst, op.exit, op.exc
                        ))
                    }

                    Opcode::AsyncWithEnter => {
                        step!(AsyncWithEnter, |op| exceptions::async_with_enter(
                            &machine, op.dst, op.src
                        ))
                    }
                    Opcode::AsyncWithExit => step!(
                        AsyncWithExit,
                        |op| exceptions::async_with_exit(&machine, op.dst, op.exit)
                    ),
                    Opcode::AsyncWithExitRaised => {
                        step!(
                            AsyncWithExitRaised,
                            |op| exceptions::async_with_exit_raised(
                                &machine, op.dst, op.exit, op.exc
                            )
                        )
                    }
                    Opcode::ImportName => step!(ImportName, names::import_name),
                    Opcode::ImportFrom => step!(ImportFrom, |op| names::import_from(
                        &machine, op.dst, op.module, op.name
                    )),
                    Opcode::ImportStar => {
                        step!(ImportStar, |op| names::import_star(&machine, op.module))
                    }

                    Opcode::MatchSequence => pattern!(MatchSequence, is_sequence),
                    Opcode::MatchMapping => pattern!(MatchMapping, is_mapping),
                    Opcode::GetLen => {
                        step!(GetLen, |op| patterns::get_len(&machine, op.dst, op.subject))
                    }
                    Opcode::MatchKeys => step!(MatchKeys, |op| patterns::match_keys(
                        &machine, op.dst, op.subject, op.keys
                    )),
                    Opcode::MatchClass => step!(MatchClass, patterns::match_class),
                }
            }
        };
        let raised = match native_call.take() {
            Some(call) if TRACED => monitor::call_failed(&machine, &call, raised),
            _ => raised,
        };
        match unwind_frames(thread, frame, base, raised) {
            Ok((handles, handler)) => (frame, pc) = (handles, handler),
            Err(raised) => return Err(Stop::Raised(raised)),
        }
    }
}
