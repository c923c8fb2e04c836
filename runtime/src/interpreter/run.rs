//! The dispatch loop.

use super::frame::{Frame, Machine};
use super::{attribute, calls, display, exceptions, iteration, names, numbers, patterns, unwind};
use crate::object::Owned;
use crate::operators::arithmetic::BinaryOp;
use crate::operators::compare::CompareOp;
use crate::{Result, Thread, Value};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Label, Opcode};
use std::sync::atomic::Ordering::Relaxed;

/// Runs a frame from `pc` until it returns, suspends or raises.
#[allow(
    clippy::cognitive_complexity,
    reason = "the loop has one arm an instruction; splitting it would put a call into every dispatch"
)]
pub(super) fn run(thread: &Thread, frame: &Frame<'_>, start: *const u16) -> Result {
    let code = frame.code;
    let window = frame.window;
    let machine = Machine {
        thread,
        frame,
        window,
        n_locals: code.n_locals,
    };
    let mut pc = start;

    /// The operands of the instruction at `pc`.
    macro_rules! decode {
        ($op:ident) => {
            // SAFETY: `pc` is at an instruction of verified code, which is at least this long.
            ops::$op::decode(unsafe { std::slice::from_raw_parts(pc, ops::$op::UNITS) })
        };
    }
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
    /// The value of a `Result`, or on with the handler.
    macro_rules! attempt {
        ($result:expr) => {{
            frame.pc.set(pc);
            match $result {
                Ok(value) => value,
                Err(raised) => match unwind(&machine, raised) {
                    Ok(target) => {
                        pc = target;
                        continue;
                    }
                    Err(raised) => return Err(raised),
                },
            }
        }};
    }
    /// Decodes an instruction that one function does, and goes on behind it.
    macro_rules! call {
        ($opcode:ident, $op:ident => $call:expr) => {{
            let $op = decode!($opcode);
            attempt!($call);
            next!($opcode);
        }};
    }
    /// Writes a value that needs no count.
    macro_rules! store {
        ($dst:expr, $value:expr) => {
            window.set($dst.0, Owned::inline($value))
        };
    }
    /// Goes to the next instruction if both operands are small ints, or inline floats, and the result is inline too.
    macro_rules! quick {
        ($op:ident, $operands:ident, $lhs:ident, $rhs:ident, $int:ident $(, $float:tt)?) => {
            if $lhs.both_small_int($rhs) {
                if let Some(value) = numbers::$int($lhs, $rhs) {
                    store!($operands.dst, value);
                    next!($op);
                }
            }
            $(else if $lhs.both_inline_float($rhs) {
                let x = $lhs.inline_float_unchecked() $float $rhs.inline_float_unchecked();
                if let Some(value) = Value::try_inline_float(x) {
                    store!($operands.dst, value);
                    next!($op);
                }
            })?
        };
    }
    /// The truth of a comparison of two small ints (tagged words compare like the ints) or two inline floats.
    macro_rules! compare {
        ($lhs:ident, $rhs:ident, $test:tt) => {
            if $lhs.both_small_int($rhs) {
                Some(($lhs.bits() as i64) $test ($rhs.bits() as i64))
            } else if $lhs.both_inline_float($rhs) {
                Some($lhs.inline_float_unchecked() $test $rhs.inline_float_unchecked())
            } else {
                None
            }
        };
    }
    loop {
        // SAFETY: `pc` is at an instruction of verified code.
        let opcode = unsafe { std::mem::transmute::<u16, Opcode>(*pc) };
        match opcode {
            Opcode::LoadConst => {
                let op = decode!(LoadConst);
                // Constants are immortal: the word is its own reference.
                window.set(
                    op.dst.0,
                    Owned::from_counted(code.constants[op.k.0 as usize]),
                );
                next!(LoadConst);
            }
            Opcode::Move => {
                let op = decode!(Move);
                window.set(op.dst.0, machine.own(op.src.0));
                next!(Move);
            }
            Opcode::Copy => {
                let op = decode!(Copy);
                window.set(op.dst.0, Owned::new(window.get(op.src.0)));
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
            Opcode::Add => {
                let op = decode!(Add);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Add, op, lhs, rhs, add_ints, +);
                attempt!(numbers::binary(
                    &machine,
                    BinaryOp::Add,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Add);
            }
            Opcode::Iadd => {
                let op = decode!(Iadd);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Iadd, op, lhs, rhs, add_ints, +);
                attempt!(numbers::inplace(
                    &machine,
                    BinaryOp::Add,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Iadd);
            }
            Opcode::Sub => {
                let op = decode!(Sub);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Sub, op, lhs, rhs, sub_ints, -);
                attempt!(numbers::binary(
                    &machine,
                    BinaryOp::Sub,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Sub);
            }
            Opcode::Isub => {
                let op = decode!(Isub);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Isub, op, lhs, rhs, sub_ints, -);
                attempt!(numbers::inplace(
                    &machine,
                    BinaryOp::Sub,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Isub);
            }
            Opcode::Mul => {
                let op = decode!(Mul);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Mul, op, lhs, rhs, mul_ints, *);
                attempt!(numbers::binary(
                    &machine,
                    BinaryOp::Mul,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Mul);
            }
            Opcode::Imul => {
                let op = decode!(Imul);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Imul, op, lhs, rhs, mul_ints, *);
                attempt!(numbers::inplace(
                    &machine,
                    BinaryOp::Mul,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Imul);
            }
            Opcode::Matmul => {
                let op = decode!(Matmul);
                attempt!(numbers::binary(
                    &machine,
                    BinaryOp::Matmul,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Matmul);
            }
            Opcode::Imatmul => {
                let op = decode!(Imatmul);
                attempt!(numbers::inplace(
                    &machine,
                    BinaryOp::Matmul,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Imatmul);
            }
            Opcode::Truediv => {
                let op = decode!(Truediv);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                if let Some(value) = numbers::divide_quick(lhs, rhs) {
                    store!(op.dst, value);
                    next!(Truediv);
                }
                attempt!(numbers::binary(
                    &machine,
                    BinaryOp::Truediv,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Truediv);
            }
            Opcode::Itruediv => {
                let op = decode!(Itruediv);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                if let Some(value) = numbers::divide_quick(lhs, rhs) {
                    store!(op.dst, value);
                    next!(Itruediv);
                }
                attempt!(numbers::inplace(
                    &machine,
                    BinaryOp::Truediv,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Itruediv);
            }
            Opcode::Floordiv => {
                let op = decode!(Floordiv);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Floordiv, op, lhs, rhs, floordiv_ints);
                attempt!(numbers::binary(
                    &machine,
                    BinaryOp::Floordiv,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Floordiv);
            }
            Opcode::Ifloordiv => {
                let op = decode!(Ifloordiv);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Ifloordiv, op, lhs, rhs, floordiv_ints);
                attempt!(numbers::inplace(
                    &machine,
                    BinaryOp::Floordiv,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Ifloordiv);
            }
            Opcode::Mod => {
                let op = decode!(Mod);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Mod, op, lhs, rhs, mod_ints);
                attempt!(numbers::binary(
                    &machine,
                    BinaryOp::Mod,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Mod);
            }
            Opcode::Imod => {
                let op = decode!(Imod);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Imod, op, lhs, rhs, mod_ints);
                attempt!(numbers::inplace(
                    &machine,
                    BinaryOp::Mod,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Imod);
            }
            Opcode::Pow => {
                let op = decode!(Pow);
                attempt!(numbers::binary(
                    &machine,
                    BinaryOp::Pow,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Pow);
            }
            Opcode::Ipow => {
                let op = decode!(Ipow);
                attempt!(numbers::inplace(
                    &machine,
                    BinaryOp::Pow,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Ipow);
            }
            Opcode::Lshift => {
                let op = decode!(Lshift);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Lshift, op, lhs, rhs, lshift_ints);
                attempt!(numbers::binary(
                    &machine,
                    BinaryOp::Lshift,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Lshift);
            }
            Opcode::Ilshift => {
                let op = decode!(Ilshift);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Ilshift, op, lhs, rhs, lshift_ints);
                attempt!(numbers::inplace(
                    &machine,
                    BinaryOp::Lshift,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Ilshift);
            }
            Opcode::Rshift => {
                let op = decode!(Rshift);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Rshift, op, lhs, rhs, rshift_ints);
                attempt!(numbers::binary(
                    &machine,
                    BinaryOp::Rshift,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Rshift);
            }
            Opcode::Irshift => {
                let op = decode!(Irshift);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Irshift, op, lhs, rhs, rshift_ints);
                attempt!(numbers::inplace(
                    &machine,
                    BinaryOp::Rshift,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Irshift);
            }
            Opcode::And => {
                let op = decode!(And);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(And, op, lhs, rhs, and_ints);
                attempt!(numbers::binary(
                    &machine,
                    BinaryOp::And,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(And);
            }
            Opcode::Iand => {
                let op = decode!(Iand);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Iand, op, lhs, rhs, and_ints);
                attempt!(numbers::inplace(
                    &machine,
                    BinaryOp::And,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Iand);
            }
            Opcode::Or => {
                let op = decode!(Or);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Or, op, lhs, rhs, or_ints);
                attempt!(numbers::binary(
                    &machine,
                    BinaryOp::Or,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Or);
            }
            Opcode::Ior => {
                let op = decode!(Ior);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Ior, op, lhs, rhs, or_ints);
                attempt!(numbers::inplace(
                    &machine,
                    BinaryOp::Or,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Ior);
            }
            Opcode::Xor => {
                let op = decode!(Xor);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Xor, op, lhs, rhs, xor_ints);
                attempt!(numbers::binary(
                    &machine,
                    BinaryOp::Xor,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Xor);
            }
            Opcode::Ixor => {
                let op = decode!(Ixor);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                quick!(Ixor, op, lhs, rhs, xor_ints);
                attempt!(numbers::inplace(
                    &machine,
                    BinaryOp::Xor,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Ixor);
            }
            Opcode::AddInt => {
                let op = decode!(AddInt);
                let lhs = window.get(op.lhs.0);
                let imm = Value::small_int(i64::from(op.imm.0));
                if lhs.is_small_int()
                    && let Some(value) = numbers::add_ints(lhs, imm)
                {
                    store!(op.dst, value);
                    next!(AddInt);
                }
                attempt!(numbers::binary_int(
                    &machine,
                    BinaryOp::Add,
                    op.dst,
                    op.lhs,
                    imm
                ));
                next!(AddInt);
            }
            Opcode::SubInt => {
                let op = decode!(SubInt);
                let lhs = window.get(op.lhs.0);
                let imm = Value::small_int(i64::from(op.imm.0));
                if lhs.is_small_int()
                    && let Some(value) = numbers::sub_ints(lhs, imm)
                {
                    store!(op.dst, value);
                    next!(SubInt);
                }
                attempt!(numbers::binary_int(
                    &machine,
                    BinaryOp::Sub,
                    op.dst,
                    op.lhs,
                    imm
                ));
                next!(SubInt);
            }
            Opcode::IaddInt => {
                let op = decode!(IaddInt);
                let lhs = window.get(op.lhs.0);
                let imm = Value::small_int(i64::from(op.imm.0));
                if lhs.is_small_int()
                    && let Some(value) = numbers::add_ints(lhs, imm)
                {
                    store!(op.dst, value);
                    next!(IaddInt);
                }
                attempt!(numbers::inplace_int(
                    &machine,
                    BinaryOp::Add,
                    op.dst,
                    op.lhs,
                    imm
                ));
                next!(IaddInt);
            }
            Opcode::IsubInt => {
                let op = decode!(IsubInt);
                let lhs = window.get(op.lhs.0);
                let imm = Value::small_int(i64::from(op.imm.0));
                if lhs.is_small_int()
                    && let Some(value) = numbers::sub_ints(lhs, imm)
                {
                    store!(op.dst, value);
                    next!(IsubInt);
                }
                attempt!(numbers::inplace_int(
                    &machine,
                    BinaryOp::Sub,
                    op.dst,
                    op.lhs,
                    imm
                ));
                next!(IsubInt);
            }
            Opcode::Neg => {
                let op = decode!(Neg);
                attempt!(numbers::unary(
                    &machine,
                    crate::operators::arithmetic::neg,
                    op.dst,
                    op.src
                ));
                next!(Neg);
            }
            Opcode::Pos => {
                let op = decode!(Pos);
                attempt!(numbers::unary(
                    &machine,
                    crate::operators::arithmetic::pos,
                    op.dst,
                    op.src
                ));
                next!(Pos);
            }
            Opcode::Invert => {
                let op = decode!(Invert);
                attempt!(numbers::unary(
                    &machine,
                    crate::operators::arithmetic::invert,
                    op.dst,
                    op.src
                ));
                next!(Invert);
            }
            Opcode::Not => {
                let op = decode!(Not);
                let truth = attempt!(numbers::truth(&machine, op.src.0));
                machine.consume(op.src.0);
                store!(op.dst, Value::bool(!truth));
                next!(Not);
            }
            Opcode::Lt => {
                let op = decode!(Lt);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let quick = compare!(lhs, rhs, <);
                if let Some(result) = quick {
                    store!(op.dst, Value::bool(result));
                    next!(Lt);
                }
                attempt!(numbers::compare(
                    &machine,
                    CompareOp::Lt,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Lt);
            }
            Opcode::Le => {
                let op = decode!(Le);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let quick = compare!(lhs, rhs, <=);
                if let Some(result) = quick {
                    store!(op.dst, Value::bool(result));
                    next!(Le);
                }
                attempt!(numbers::compare(
                    &machine,
                    CompareOp::Le,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Le);
            }
            Opcode::Eq => {
                let op = decode!(Eq);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let quick = compare!(lhs, rhs, ==);
                if let Some(result) = quick {
                    store!(op.dst, Value::bool(result));
                    next!(Eq);
                }
                attempt!(numbers::compare(
                    &machine,
                    CompareOp::Eq,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Eq);
            }
            Opcode::Ne => {
                let op = decode!(Ne);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let quick = compare!(lhs, rhs, !=);
                if let Some(result) = quick {
                    store!(op.dst, Value::bool(result));
                    next!(Ne);
                }
                attempt!(numbers::compare(
                    &machine,
                    CompareOp::Ne,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Ne);
            }
            Opcode::Gt => {
                let op = decode!(Gt);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let quick = compare!(lhs, rhs, >);
                if let Some(result) = quick {
                    store!(op.dst, Value::bool(result));
                    next!(Gt);
                }
                attempt!(numbers::compare(
                    &machine,
                    CompareOp::Gt,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Gt);
            }
            Opcode::Ge => {
                let op = decode!(Ge);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let quick = compare!(lhs, rhs, >=);
                if let Some(result) = quick {
                    store!(op.dst, Value::bool(result));
                    next!(Ge);
                }
                attempt!(numbers::compare(
                    &machine,
                    CompareOp::Ge,
                    op.dst,
                    op.lhs,
                    op.rhs
                ));
                next!(Ge);
            }
            Opcode::Is => {
                let op = decode!(Is);
                let same = window.get(op.lhs.0) == window.get(op.rhs.0);
                machine.consume(op.lhs.0);
                machine.consume(op.rhs.0);
                store!(op.dst, Value::bool(same));
                next!(Is);
            }
            Opcode::IsNot => {
                let op = decode!(IsNot);
                let same = window.get(op.lhs.0) == window.get(op.rhs.0);
                machine.consume(op.lhs.0);
                machine.consume(op.rhs.0);
                store!(op.dst, Value::bool(!same));
                next!(IsNot);
            }
            Opcode::Contains => {
                let op = decode!(Contains);
                attempt!(attribute::contains(
                    &machine,
                    op.dst,
                    op.item,
                    op.container,
                    false
                ));
                next!(Contains);
            }
            Opcode::NotContains => {
                let op = decode!(NotContains);
                attempt!(attribute::contains(
                    &machine,
                    op.dst,
                    op.item,
                    op.container,
                    true
                ));
                next!(NotContains);
            }
            Opcode::Jump => {
                jump!(decode!(Jump).target);
            }
            Opcode::JumpBack => {
                let op = decode!(JumpBack);
                if thread.poll.load(Relaxed) != 0 {
                    attempt!(thread.safepoint());
                }
                jump!(op.target);
            }
            Opcode::JumpIfTrue => {
                let op = decode!(JumpIfTrue);
                let cond = window.get(op.cond.0);
                let truth = if cond.is_bool() {
                    cond == Value::TRUE
                } else {
                    attempt!(numbers::test(&machine, op.cond.0))
                };
                if truth {
                    jump!(op.target);
                }
                next!(JumpIfTrue);
            }
            Opcode::JumpIfFalse => {
                let op = decode!(JumpIfFalse);
                let cond = window.get(op.cond.0);
                let truth = if cond.is_bool() {
                    cond == Value::TRUE
                } else {
                    attempt!(numbers::test(&machine, op.cond.0))
                };
                if !truth {
                    jump!(op.target);
                }
                next!(JumpIfFalse);
            }
            Opcode::JumpIfTrueKeep => {
                let op = decode!(JumpIfTrueKeep);
                let truth = attempt!(numbers::truth(&machine, op.cond.0));
                if truth {
                    jump!(op.target);
                }
                next!(JumpIfTrueKeep);
            }
            Opcode::JumpIfFalseKeep => {
                let op = decode!(JumpIfFalseKeep);
                let truth = attempt!(numbers::truth(&machine, op.cond.0));
                if !truth {
                    jump!(op.target);
                }
                next!(JumpIfFalseKeep);
            }
            Opcode::JumpIfNone => {
                let op = decode!(JumpIfNone);
                let none = window.get(op.src.0).is_none();
                machine.consume(op.src.0);
                if none {
                    jump!(op.target);
                }
                next!(JumpIfNone);
            }
            Opcode::JumpIfNotNone => {
                let op = decode!(JumpIfNotNone);
                let none = window.get(op.src.0).is_none();
                machine.consume(op.src.0);
                if !none {
                    jump!(op.target);
                }
                next!(JumpIfNotNone);
            }
            Opcode::JumpIfLt => {
                let op = decode!(JumpIfLt);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let truth = match compare!(lhs, rhs, <) {
                    Some(truth) => truth,
                    None => attempt!(numbers::compare_test(
                        &machine,
                        CompareOp::Lt,
                        op.lhs,
                        op.rhs
                    )),
                };
                if truth {
                    jump!(op.target);
                }
                next!(JumpIfLt);
            }
            Opcode::JumpIfLe => {
                let op = decode!(JumpIfLe);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let truth = match compare!(lhs, rhs, <=) {
                    Some(truth) => truth,
                    None => attempt!(numbers::compare_test(
                        &machine,
                        CompareOp::Le,
                        op.lhs,
                        op.rhs
                    )),
                };
                if truth {
                    jump!(op.target);
                }
                next!(JumpIfLe);
            }
            Opcode::JumpIfEq => {
                let op = decode!(JumpIfEq);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let truth = match compare!(lhs, rhs, ==) {
                    Some(truth) => truth,
                    None => attempt!(numbers::compare_test(
                        &machine,
                        CompareOp::Eq,
                        op.lhs,
                        op.rhs
                    )),
                };
                if truth {
                    jump!(op.target);
                }
                next!(JumpIfEq);
            }
            Opcode::JumpIfNe => {
                let op = decode!(JumpIfNe);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let truth = match compare!(lhs, rhs, !=) {
                    Some(truth) => truth,
                    None => attempt!(numbers::compare_test(
                        &machine,
                        CompareOp::Ne,
                        op.lhs,
                        op.rhs
                    )),
                };
                if truth {
                    jump!(op.target);
                }
                next!(JumpIfNe);
            }
            Opcode::JumpIfGt => {
                let op = decode!(JumpIfGt);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let truth = match compare!(lhs, rhs, >) {
                    Some(truth) => truth,
                    None => attempt!(numbers::compare_test(
                        &machine,
                        CompareOp::Gt,
                        op.lhs,
                        op.rhs
                    )),
                };
                if truth {
                    jump!(op.target);
                }
                next!(JumpIfGt);
            }
            Opcode::JumpIfGe => {
                let op = decode!(JumpIfGe);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let truth = match compare!(lhs, rhs, >=) {
                    Some(truth) => truth,
                    None => attempt!(numbers::compare_test(
                        &machine,
                        CompareOp::Ge,
                        op.lhs,
                        op.rhs
                    )),
                };
                if truth {
                    jump!(op.target);
                }
                next!(JumpIfGe);
            }
            Opcode::JumpUnlessLt => {
                let op = decode!(JumpUnlessLt);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let truth = match compare!(lhs, rhs, <) {
                    Some(truth) => truth,
                    None => attempt!(numbers::compare_test(
                        &machine,
                        CompareOp::Lt,
                        op.lhs,
                        op.rhs
                    )),
                };
                if !truth {
                    jump!(op.target);
                }
                next!(JumpUnlessLt);
            }
            Opcode::JumpUnlessLe => {
                let op = decode!(JumpUnlessLe);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let truth = match compare!(lhs, rhs, <=) {
                    Some(truth) => truth,
                    None => attempt!(numbers::compare_test(
                        &machine,
                        CompareOp::Le,
                        op.lhs,
                        op.rhs
                    )),
                };
                if !truth {
                    jump!(op.target);
                }
                next!(JumpUnlessLe);
            }
            Opcode::JumpUnlessEq => {
                let op = decode!(JumpUnlessEq);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let truth = match compare!(lhs, rhs, ==) {
                    Some(truth) => truth,
                    None => attempt!(numbers::compare_test(
                        &machine,
                        CompareOp::Eq,
                        op.lhs,
                        op.rhs
                    )),
                };
                if !truth {
                    jump!(op.target);
                }
                next!(JumpUnlessEq);
            }
            Opcode::JumpUnlessNe => {
                let op = decode!(JumpUnlessNe);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let truth = match compare!(lhs, rhs, !=) {
                    Some(truth) => truth,
                    None => attempt!(numbers::compare_test(
                        &machine,
                        CompareOp::Ne,
                        op.lhs,
                        op.rhs
                    )),
                };
                if !truth {
                    jump!(op.target);
                }
                next!(JumpUnlessNe);
            }
            Opcode::JumpUnlessGt => {
                let op = decode!(JumpUnlessGt);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let truth = match compare!(lhs, rhs, >) {
                    Some(truth) => truth,
                    None => attempt!(numbers::compare_test(
                        &machine,
                        CompareOp::Gt,
                        op.lhs,
                        op.rhs
                    )),
                };
                if !truth {
                    jump!(op.target);
                }
                next!(JumpUnlessGt);
            }
            Opcode::JumpUnlessGe => {
                let op = decode!(JumpUnlessGe);
                let (lhs, rhs) = (window.get(op.lhs.0), window.get(op.rhs.0));
                let truth = match compare!(lhs, rhs, >=) {
                    Some(truth) => truth,
                    None => attempt!(numbers::compare_test(
                        &machine,
                        CompareOp::Ge,
                        op.lhs,
                        op.rhs
                    )),
                };
                if !truth {
                    jump!(op.target);
                }
                next!(JumpUnlessGe);
            }
            Opcode::Return => {
                return Ok(machine.own(decode!(Return).src.0));
            }
            Opcode::GetIter => {
                let op = decode!(GetIter);
                attempt!(iteration::get_iter(&machine, op.dst, op.src));
                next!(GetIter);
            }
            Opcode::ForIter => {
                let op = decode!(ForIter);
                match attempt!(iteration::next(&machine, op.iter)) {
                    Some(value) => {
                        window.set(op.dst.0, value);
                        next!(ForIter);
                    }
                    None => {
                        drop(window.take(op.iter.0));
                        jump!(op.target);
                    }
                }
            }
            Opcode::Yield => {
                let op = decode!(Yield);
                frame.pc.set(pc);
                frame.suspended.set(true);
                return Ok(machine.own(op.src.0));
            }
            Opcode::YieldDelegate => {
                let op = decode!(YieldDelegate);
                frame.pc.set(pc);
                frame.suspended.set(true);
                return Ok(machine.own(op.src.0));
            }
            Opcode::GetYieldFromIter => {
                let op = decode!(GetYieldFromIter);
                attempt!(iteration::get_yield_from_iter(&machine, op.dst, op.src));
                next!(GetYieldFromIter);
            }
            Opcode::GetAwaitable => {
                call!(GetAwaitable, op => iteration::get_awaitable(&machine, op))
            }
            Opcode::GetAsyncIter => {
                call!(GetAsyncIter, op => iteration::get_async_iter(&machine, op.dst, op.src))
            }
            Opcode::GetAsyncNext => {
                call!(GetAsyncNext, op => iteration::get_async_next(&machine, op.dst, op.iter))
            }
            Opcode::EndAsyncFor => {
                call!(EndAsyncFor, op => exceptions::end_async_for(&machine, op.exc))
            }
            Opcode::Send => {
                let op = decode!(Send);
                let finished = attempt!(iteration::send(&machine, op));
                if finished {
                    jump!(op.target);
                }
                next!(Send);
            }
            Opcode::LoadGlobal => {
                let op = decode!(LoadGlobal);
                let value = attempt!(names::load_global(&machine, op.name, op.site));
                window.set(op.dst.0, value);
                next!(LoadGlobal);
            }
            Opcode::StoreGlobal => {
                let op = decode!(StoreGlobal);
                attempt!(names::store_global(&machine, op.name, op.src));
                next!(StoreGlobal);
            }
            Opcode::DeleteGlobal => {
                let op = decode!(DeleteGlobal);
                attempt!(names::delete_global(&machine, op.name));
                next!(DeleteGlobal);
            }
            Opcode::LoadName => {
                let op = decode!(LoadName);
                attempt!(names::load_name(&machine, op.dst, op.name));
                next!(LoadName);
            }
            Opcode::StoreName => {
                let op = decode!(StoreName);
                attempt!(names::store_name(&machine, op.name, op.src));
                next!(StoreName);
            }
            Opcode::DeleteName => {
                let op = decode!(DeleteName);
                attempt!(names::delete_name(&machine, op.name));
                next!(DeleteName);
            }
            Opcode::LoadNameOrFree => {
                let op = decode!(LoadNameOrFree);
                attempt!(names::load_name_or_free(
                    &machine, op.dst, op.name, op.index
                ));
                next!(LoadNameOrFree);
            }
            Opcode::LoadNamespace => {
                let op = decode!(LoadNamespace);
                names::load_namespace(&machine, op.dst);
                next!(LoadNamespace);
            }
            Opcode::LoadDictOrGlobal => {
                let op = decode!(LoadDictOrGlobal);
                attempt!(names::load_dict_or_global(&machine, op));
                next!(LoadDictOrGlobal);
            }
            Opcode::LoadDictOrFree => {
                let op = decode!(LoadDictOrFree);
                attempt!(names::load_dict_or_free(&machine, op));
                next!(LoadDictOrFree);
            }
            Opcode::MakeCell => {
                let op = decode!(MakeCell);
                let value = window.take(op.reg.0);
                window.put(op.reg.0, crate::types::cell::new(thread, value));
                next!(MakeCell);
            }
            Opcode::LoadCell => {
                let op = decode!(LoadCell);
                attempt!(names::load_cell(&machine, op.dst, op.cell, op.name));
                next!(LoadCell);
            }
            Opcode::StoreCell => {
                let op = decode!(StoreCell);
                attempt!(names::store_cell(&machine, op.cell, op.src));
                next!(StoreCell);
            }
            Opcode::DeleteCell => {
                let op = decode!(DeleteCell);
                attempt!(names::delete_cell(&machine, op.cell, op.name));
                next!(DeleteCell);
            }
            Opcode::LoadFree => {
                let op = decode!(LoadFree);
                attempt!(names::load_free(&machine, op.dst, op.index));
                next!(LoadFree);
            }
            Opcode::StoreFree => {
                let op = decode!(StoreFree);
                attempt!(names::store_free(&machine, op.index, op.src));
                next!(StoreFree);
            }
            Opcode::DeleteFree => {
                let op = decode!(DeleteFree);
                attempt!(names::delete_free(&machine, op.index));
                next!(DeleteFree);
            }
            Opcode::LoadFreeCell => {
                let op = decode!(LoadFreeCell);
                window.set(op.dst.0, Owned::new(frame.free_cell(op.index.0)));
                next!(LoadFreeCell);
            }
            Opcode::LoadAttr => {
                let op = decode!(LoadAttr);
                attempt!(attribute::load_attr(&machine, op));
                next!(LoadAttr);
            }
            Opcode::StoreAttr => {
                let op = decode!(StoreAttr);
                attempt!(attribute::store_attr(&machine, op));
                next!(StoreAttr);
            }
            Opcode::DeleteAttr => {
                let op = decode!(DeleteAttr);
                attempt!(attribute::delete_attr(&machine, op.obj, op.name));
                next!(DeleteAttr);
            }
            Opcode::LoadMethod => {
                let op = decode!(LoadMethod);
                attempt!(attribute::load_method(&machine, op));
                next!(LoadMethod);
            }
            Opcode::LoadItem => {
                let op = decode!(LoadItem);
                let (obj, key) = (window.get(op.obj.0), window.get(op.key.0));
                if let Some(value) = attribute::load_item_quick(obj, key) {
                    machine.consume(op.obj.0);
                    window.set(op.dst.0, value);
                    next!(LoadItem);
                }
                attempt!(attribute::load_item(&machine, op));
                next!(LoadItem);
            }
            Opcode::StoreItem => {
                let op = decode!(StoreItem);
                attempt!(attribute::store_item(&machine, op));
                next!(StoreItem);
            }
            Opcode::DeleteItem => {
                let op = decode!(DeleteItem);
                attempt!(attribute::delete_item(&machine, op.obj, op.key));
                next!(DeleteItem);
            }
            Opcode::BuildSlice => {
                let op = decode!(BuildSlice);
                let (start, stop, step) = (
                    machine.own(op.start.0),
                    machine.own(op.stop.0),
                    machine.own(op.step.0),
                );
                window.set(
                    op.dst.0,
                    crate::types::slice::new(thread, start, stop, step),
                );
                next!(BuildSlice);
            }
            Opcode::Call => {
                let op = decode!(Call);
                let value = attempt!(calls::call(&machine, op.base.0, op.n.0));
                window.set(op.dst.0, value);
                next!(Call);
            }
            Opcode::CallMethod => {
                let op = decode!(CallMethod);
                let value = attempt!(calls::call_method(&machine, op.base.0, op.n.0));
                window.set(op.dst.0, value);
                next!(CallMethod);
            }
            Opcode::CallKw => {
                let op = decode!(CallKw);
                attempt!(calls::call_kw(&machine, op));
                next!(CallKw);
            }
            Opcode::CallMethodKw => {
                let op = decode!(CallMethodKw);
                attempt!(calls::call_method_kw(&machine, op));
                next!(CallMethodKw);
            }
            Opcode::CallEx => {
                let op = decode!(CallEx);
                attempt!(calls::call_ex(&machine, op));
                next!(CallEx);
            }
            Opcode::CallSuper => {
                let op = decode!(CallSuper);
                attempt!(calls::call_super(&machine, op));
                next!(CallSuper);
            }
            Opcode::PrintExpr => {
                let op = decode!(PrintExpr);
                attempt!(display::print_expr(&machine, op.src));
                next!(PrintExpr);
            }
            Opcode::MakeFunction => {
                let op = decode!(MakeFunction);
                attempt!(calls::make_function(&machine, op));
                next!(MakeFunction);
            }
            Opcode::LoadBuildClass => {
                let op = decode!(LoadBuildClass);
                attempt!(names::load_build_class(&machine, op.dst));
                next!(LoadBuildClass);
            }
            Opcode::BuildTuple => {
                let op = decode!(BuildTuple);
                let item = |index| window.take(op.base.0 + index as u16);
                let tuple = crate::types::tuple::from_fn(thread, usize::from(op.n.0), item);
                window.set(op.dst.0, tuple);
                next!(BuildTuple);
            }
            Opcode::BuildList => {
                let op = decode!(BuildList);
                let item = |index| window.take(op.base.0 + index as u16);
                let list = crate::types::list::from_fn(thread, usize::from(op.n.0), item);
                window.set(op.dst.0, list);
                next!(BuildList);
            }
            Opcode::BuildSet => {
                let op = decode!(BuildSet);
                attempt!(display::build_set(&machine, op.dst, op.base, op.n));
                next!(BuildSet);
            }
            Opcode::BuildDict => {
                let op = decode!(BuildDict);
                attempt!(display::build_dict(&machine, op.dst, op.base, op.n));
                next!(BuildDict);
            }
            Opcode::BuildString => {
                let op = decode!(BuildString);
                attempt!(display::build_string(&machine, op.dst, op.base, op.n));
                next!(BuildString);
            }
            Opcode::FormatSimple => {
                let op = decode!(FormatSimple);
                attempt!(display::format_simple(&machine, op.dst, op.src));
                next!(FormatSimple);
            }
            Opcode::FormatSpec => {
                let op = decode!(FormatSpec);
                attempt!(display::format_spec(&machine, op.dst, op.src, op.spec));
                next!(FormatSpec);
            }
            Opcode::Convert => {
                let op = decode!(Convert);
                attempt!(display::convert(&machine, op.dst, op.src, op.kind));
                next!(Convert);
            }
            Opcode::ListAppend => {
                let op = decode!(ListAppend);
                display::list_append(&machine, op.list, op.src);
                next!(ListAppend);
            }
            Opcode::ListExtend => {
                let op = decode!(ListExtend);
                attempt!(display::list_extend(&machine, op.list, op.src));
                next!(ListExtend);
            }
            Opcode::SetAdd => {
                let op = decode!(SetAdd);
                attempt!(display::set_add(&machine, op.set, op.src));
                next!(SetAdd);
            }
            Opcode::SetUpdate => {
                let op = decode!(SetUpdate);
                attempt!(display::set_update(&machine, op.set, op.src));
                next!(SetUpdate);
            }
            Opcode::DictSet => {
                let op = decode!(DictSet);
                attempt!(display::dict_set(&machine, op.dict, op.key, op.value));
                next!(DictSet);
            }
            Opcode::DictUpdate => {
                let op = decode!(DictUpdate);
                attempt!(display::dict_update(&machine, op.dict, op.src));
                next!(DictUpdate);
            }
            Opcode::DictMerge => {
                let op = decode!(DictMerge);
                attempt!(display::dict_merge(&machine, op.dict, op.src, op.callee));
                next!(DictMerge);
            }
            Opcode::ListToTuple => {
                let op = decode!(ListToTuple);
                display::list_to_tuple(&machine, op.dst, op.src);
                next!(ListToTuple);
            }
            Opcode::Unpack => {
                let op = decode!(Unpack);
                attempt!(display::unpack(&machine, op.dst, op.n, op.src));
                next!(Unpack);
            }
            Opcode::UnpackStar => {
                let op = decode!(UnpackStar);
                attempt!(display::unpack_star(&machine, op));
                next!(UnpackStar);
            }
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
            Opcode::RaiseCurrent => {
                attempt!(exceptions::raise_current(&machine));
            }
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
                let op = decode!(MatchException);
                attempt!(exceptions::match_exception(
                    &machine, op.dst, op.exc, op.class
                ));
                next!(MatchException);
            }
            Opcode::MatchExceptionGroup => {
                call!(MatchExceptionGroup, op => exceptions::match_exception_group(&machine, op))
            }
            Opcode::MergeExceptions => {
                call!(MergeExceptions, op => exceptions::merge_exceptions(&machine, op))
            }
            Opcode::LoadAssertionError => {
                let op = decode!(LoadAssertionError);
                window.set(
                    op.dst.0,
                    Owned::new(crate::object::Object::value(
                        crate::Builtin::AssertionError.class(),
                    )),
                );
                next!(LoadAssertionError);
            }
            Opcode::LoadNotImplementedError => {
                let op = decode!(LoadNotImplementedError);
                window.set(
                    op.dst.0,
                    Owned::new(crate::object::Object::value(
                        crate::Builtin::NotImplementedError.class(),
                    )),
                );
                next!(LoadNotImplementedError);
            }
            Opcode::WithEnter => {
                let op = decode!(WithEnter);
                attempt!(exceptions::with_enter(&machine, op.dst, op.src));
                next!(WithEnter);
            }
            Opcode::WithExit => {
                let op = decode!(WithExit);
                attempt!(exceptions::with_exit(&machine, op.exit));
                next!(WithExit);
            }
            Opcode::AsyncWithEnter => {
                call!(AsyncWithEnter, op => exceptions::async_with_enter(&machine, op.dst, op.src))
            }
            Opcode::AsyncWithExit => {
                call!(AsyncWithExit, op => exceptions::async_with_exit(&machine, op.dst, op.exit))
            }
            Opcode::AsyncWithExitRaised => {
                call!(AsyncWithExitRaised, op => exceptions::async_with_exit_raised(&machine, op.dst, op.exit, op.exc))
            }
            Opcode::WithExitRaised => {
                let op = decode!(WithExitRaised);
                attempt!(exceptions::with_exit_raised(
                    &machine, op.dst, op.exit, op.exc
                ));
                next!(WithExitRaised);
            }
            Opcode::ImportName => {
                let op = decode!(ImportName);
                attempt!(names::import_name(&machine, op));
                next!(ImportName);
            }
            Opcode::ImportFrom => {
                let op = decode!(ImportFrom);
                attempt!(names::import_from(&machine, op.dst, op.module, op.name));
                next!(ImportFrom);
            }
            Opcode::ImportStar => {
                let op = decode!(ImportStar);
                attempt!(names::import_star(&machine, op.module));
                next!(ImportStar);
            }
            Opcode::MatchSequence => {
                let op = decode!(MatchSequence);
                store!(
                    op.dst,
                    Value::bool(patterns::is_sequence(window.get(op.subject.0)))
                );
                next!(MatchSequence);
            }
            Opcode::MatchMapping => {
                let op = decode!(MatchMapping);
                store!(
                    op.dst,
                    Value::bool(patterns::is_mapping(window.get(op.subject.0)))
                );
                next!(MatchMapping);
            }
            Opcode::GetLen => {
                let op = decode!(GetLen);
                attempt!(patterns::get_len(&machine, op.dst, op.subject));
                next!(GetLen);
            }
            Opcode::MatchKeys => {
                let op = decode!(MatchKeys);
                attempt!(patterns::match_keys(&machine, op.dst, op.subject, op.keys));
                next!(MatchKeys);
            }
            Opcode::MatchClass => {
                let op = decode!(MatchClass);
                attempt!(patterns::match_class(&machine, op));
                next!(MatchClass);
            }
        }
    }
}
