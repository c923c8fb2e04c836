//! Marks what is only reached through blocks that are seldom reached as seldom reached itself, so that likely code is placed
//! in a row without jumps over the rest.

use crate::ir::{Block, Function};

/// Runs the pass.
pub fn run(function: &mut Function) {
    let mut likely = vec![false; function.blocks.len()];
    let mut stack = vec![Block(0)];
    while let Some(block) = stack.pop() {
        let data = function.block(block);
        let cold = data.cold && block != Block(0);
        if !cold && !std::mem::replace(&mut likely[block.0 as usize], true) {
            stack.extend(data.successors());
        }
    }
    for (block, likely) in function.blocks.iter_mut().zip(likely) {
        block.cold |= !likely;
    }
}
