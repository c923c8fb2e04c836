//! Removes unreachable blocks, block parameters that always get the same value, and jumps to blocks nobody else goes to.
//! Gates stay: what they are for is that values end there.

use super::Replacements;
use crate::analysis::dominators::predecessors;
use crate::ir::{Block, Function, Immediate, Instruction, Op, Value};

/// Runs the pass until nothing changes.
pub fn run(function: &mut Function) {
    loop {
        remove_unreachable(function);
        let mut changed = remove_parameters(function);
        changed |= merge(function);
        if !changed {
            return;
        }
    }
}

/// Drops blocks no path leads to, and numbers the others anew.
fn remove_unreachable(function: &mut Function) {
    let mut reached = vec![false; function.blocks.len()];
    let mut stack = vec![Block(0)];
    reached[0] = true;
    while let Some(block) = stack.pop() {
        for successor in function.block(block).successors() {
            if !std::mem::replace(&mut reached[successor.0 as usize], true) {
                stack.push(successor);
            }
        }
    }
    let mut number = 0;
    let numbers: Vec<Block> = reached
        .iter()
        .map(|&reached| {
            number += u32::from(reached);
            Block(number.saturating_sub(1))
        })
        .collect();
    let mut at = 0;
    function.blocks.retain(|_| {
        at += 1;
        reached[at - 1]
    });
    for block in &mut function.blocks {
        for instruction in &mut block.instructions {
            for target in &mut instruction.targets {
                target.block = numbers[target.block.0 as usize];
            }
        }
    }
}

/// What makes a constant: its instruction without results.
type Constant = (Op, Immediate);

fn constants(function: &Function) -> Vec<Option<Constant>> {
    let mut constants = vec![None; function.values.len()];
    for instruction in function.blocks.iter().flat_map(|block| &block.instructions) {
        if matches!(
            instruction.op,
            Op::Word | Op::I64Const | Op::F64Const | Op::LoadConstant | Op::Site | Op::CodeObject
        ) {
            constants[instruction.results[0].0 as usize] =
                Some((instruction.op, instruction.immediate.clone()));
        }
    }
    constants
}

/// Removes parameters for which every jump passes the same value, or the same constant.
fn remove_parameters(function: &mut Function) -> bool {
    let constants = constants(function);
    let mut incoming: Vec<Vec<Vec<Value>>> = function
        .blocks
        .iter()
        .map(|block| vec![Vec::new(); block.params.len()])
        .collect();
    for instruction in function.blocks.iter().flat_map(|block| &block.instructions) {
        for target in &instruction.targets {
            for (index, &arg) in target.args.iter().enumerate() {
                incoming[target.block.0 as usize][index].push(arg);
            }
        }
    }
    let mut replacements = Replacements::new(function);
    let mut removed: Vec<Vec<bool>> = Vec::new();
    for id in function.block_ids() {
        let params = function.block(id).params.clone();
        let mut gone = vec![false; params.len()];
        let mut made = Vec::new();
        for (index, &param) in params.iter().enumerate() {
            if id == Block(0) {
                continue;
            }
            let mut others = incoming[id.0 as usize][index]
                .iter()
                .map(|&arg| replacements.resolve(arg))
                .filter(|&arg| arg != param);
            let Some(first) = others.next() else { continue };
            let rest: Vec<Value> = others.collect();
            // What goes through a gate has another name on the other side.
            if !function.block(id).gate && rest.iter().all(|&arg| arg == first) {
                replacements.replace(param, first);
                gone[index] = true;
            } else if let Some(constant) = &constants[first.0 as usize]
                && rest
                    .iter()
                    .all(|&arg| constants[arg.0 as usize].as_ref() == Some(constant))
            {
                made.push((param, constant.clone()));
                gone[index] = true;
            }
        }
        let block = function.block_mut(id);
        let pc = block.instructions[0].pc;
        for (param, (op, immediate)) in made {
            let instruction = Instruction {
                op,
                args: Vec::new(),
                immediate,
                results: vec![param],
                targets: Vec::new(),
                pc,
            };
            block.instructions.insert(0, instruction);
        }
        removed.push(gone);
    }
    remove_marked(function, &removed);
    replacements.apply(function);
    removed.iter().flatten().any(|&gone| gone)
}

/// Removes the marked parameters of each block, and what jumps pass for them.
pub(super) fn remove_marked(function: &mut Function, removed: &[Vec<bool>]) {
    let keep = |values: &mut Vec<Value>, marks: &[bool]| {
        let mut at = 0;
        values.retain(|_| {
            at += 1;
            !marks[at - 1]
        });
    };
    for (block, marks) in function.blocks.iter_mut().zip(removed) {
        keep(&mut block.params, marks);
        for instruction in &mut block.instructions {
            for target in &mut instruction.targets {
                keep(&mut target.args, &removed[target.block.0 as usize]);
            }
        }
    }
}

/// Appends blocks to the only block that jumps to them.
fn merge(function: &mut Function) -> bool {
    let predecessors = predecessors(function);
    let mut replacements = Replacements::new(function);
    let mut changed = false;
    for id in function.block_ids() {
        while let Some(last) = function.block(id).instructions.last() {
            if last.op != Op::Jump {
                break;
            }
            let target = last.targets[0].clone();
            let only = predecessors[target.block.0 as usize].len() == 1;
            if !only || target.block == id || function.block(target.block).gate {
                break;
            }
            let other = std::mem::take(function.block_mut(target.block));
            for (&param, &arg) in other.params.iter().zip(&target.args) {
                replacements.replace(param, arg);
            }
            let block = function.block_mut(id);
            block.instructions.pop();
            block.instructions.extend(other.instructions);
            changed = true;
        }
    }
    if changed {
        // Emptied blocks are unreachable; they go before anybody looks at them.
        for block in &mut function.blocks {
            if block.instructions.is_empty() {
                block.instructions.push(Instruction {
                    op: Op::Unreachable,
                    args: Vec::new(),
                    immediate: Immediate::None,
                    results: Vec::new(),
                    targets: Vec::new(),
                    pc: 0,
                });
            }
        }
        replacements.apply(function);
        remove_unreachable(function);
    }
    changed
}
