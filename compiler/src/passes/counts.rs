//! Removes counting that cannot be observed: of words that are no heap objects, and a count up whose count down follows
//! before anything that could free an object.

use crate::ir::{Effect, Field, Function, Immediate, Instruction, Op, Value};
use rustc_hash::FxHashMap;

/// Runs the pass.
pub fn run(function: &mut Function) {
    let inline = inline_words(function);
    for block in &mut function.blocks {
        block
            .instructions
            .retain(|i| !(is_count(i) && inline[i.args[0].0 as usize]));
        cancel(&mut block.instructions);
    }
}

fn is_count(instruction: &Instruction) -> bool {
    matches!(instruction.op, Op::Incref | Op::Secure | Op::Decref)
}

/// Removes pairs in one block.
fn cancel(instructions: &mut Vec<Instruction>) {
    let mut gone = vec![false; instructions.len()];
    let mut open: FxHashMap<Value, Vec<usize>> = FxHashMap::default();
    for (index, instruction) in instructions.iter().enumerate() {
        match instruction.op {
            Op::Incref | Op::Secure => open.entry(instruction.args[0]).or_default().push(index),
            Op::Decref if let Some(up) = open.get_mut(&instruction.args[0]).and_then(Vec::pop) => {
                gone[up] = true;
                gone[index] = true;
            }
            _ if instruction.effect() == Effect::Call => open.clear(),
            _ => {}
        }
    }
    let mut at = 0;
    instructions.retain(|_| {
        at += 1;
        !gone[at - 1]
    });
}

/// Values that never are pointers to heap objects: made so, or parameters that only ever get such values.
pub(crate) fn inline_words(function: &Function) -> Vec<bool> {
    let mut inline = vec![true; function.values.len()];
    let instructions = || function.blocks.iter().flat_map(|block| &block.instructions);
    for instruction in instructions().filter(|i| !makes_inline(i)) {
        for result in &instruction.results {
            inline[result.0 as usize] = false;
        }
    }
    for &param in &function.blocks[0].params {
        inline[param.0 as usize] = false;
    }
    let mut changed = true;
    while changed {
        changed = false;
        let mut follow = |from: &[Value], to: Value| {
            if inline[to.0 as usize] && from.iter().any(|v| !inline[v.0 as usize]) {
                inline[to.0 as usize] = false;
                changed = true;
            }
        };
        for instruction in instructions() {
            if instruction.op == Op::Select {
                follow(&instruction.args[1..], instruction.results[0]);
            }
            for target in &instruction.targets {
                let params = &function.block(target.block).params;
                for (&param, &arg) in params.iter().zip(&target.args) {
                    follow(&[arg], param);
                }
            }
        }
    }
    inline
}

/// Whether the instruction's tagged results are never heap objects (as long as its operands are not, for `select`).
fn makes_inline(instruction: &Instruction) -> bool {
    match instruction.op {
        Op::Word | Op::InlineWord | Op::TagInt | Op::TagIntOverflow | Op::BoolWord | Op::Select => {
            true
        }
        Op::IntAdd
        | Op::IntSub
        | Op::IntMul
        | Op::IntAddFits
        | Op::IntSubFits
        | Op::IntFloordiv
        | Op::IntMod
        | Op::IntAnd
        | Op::IntOr
        | Op::IntXor
        | Op::IntInvert
        | Op::IntShl
        | Op::IntShr => true,
        Op::Load | Op::LoadItem => {
            !matches!(instruction.immediate, Immediate::Field(f) if f.ty() == Field::ArrayItems.ty())
        }
        _ => false,
    }
}
