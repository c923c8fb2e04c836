//! Removes computations nobody uses, and block parameters nobody reads.

use super::simplify::remove_marked;
use crate::ir::{Block, Effect, Function, Instruction, Value};

/// Runs the pass.
pub fn run(function: &mut Function) {
    let used = used(function);
    for block in &mut function.blocks {
        block.instructions.retain(|instruction| {
            !removable(instruction) || instruction.results.iter().any(|v| used[v.0 as usize])
        });
    }
    let removed: Vec<Vec<bool>> = function
        .block_ids()
        .map(|id| {
            let params = &function.block(id).params;
            params
                .iter()
                .map(|v| id != Block(0) && !used[v.0 as usize])
                .collect()
        })
        .collect();
    remove_marked(function, &removed);
}

fn removable(instruction: &Instruction) -> bool {
    matches!(
        instruction.effect(),
        Effect::Pure | Effect::Load(_) | Effect::Volatile | Effect::Allocate
    )
}

/// Values that something with an effect needs, directly or not.
fn used(function: &Function) -> Vec<bool> {
    let mut used = vec![false; function.values.len()];
    let mut operands: Vec<Vec<Value>> = vec![Vec::new(); function.values.len()];
    let mut stack: Vec<Value> = Vec::new();
    for id in function.block_ids() {
        for instruction in &function.block(id).instructions {
            if !removable(instruction) {
                stack.extend(&instruction.args);
            }
            for &result in &instruction.results {
                operands[result.0 as usize].extend(&instruction.args);
            }
            for target in &instruction.targets {
                let params = &function.block(target.block).params;
                for (&param, &arg) in params.iter().zip(&target.args) {
                    operands[param.0 as usize].push(arg);
                }
            }
        }
    }
    while let Some(value) = stack.pop() {
        if !std::mem::replace(&mut used[value.0 as usize], true) {
            stack.extend(&operands[value.0 as usize]);
        }
    }
    used
}
