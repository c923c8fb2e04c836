//! Which blocks every path from the entry to a block passes (Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm").

use crate::ir::{Block, Function};
use std::collections::BTreeSet;

/// The dominator tree of a function, and its blocks in reverse postorder.
pub struct Dominators {
    /// Immediate dominator by block; the entry's is itself, unreachable blocks have none.
    parent: Vec<Option<Block>>,
    /// Position in `order` by block.
    position: Vec<usize>,
    /// Reachable blocks in reverse postorder.
    order: Vec<Block>,
    /// When a walk over the tree enters and leaves each block: a block is below another if its interval is inside.
    interval: Vec<(u32, u32)>,
}

impl Dominators {
    /// Computes the tree.
    pub fn of(function: &Function) -> Dominators {
        let order = reverse_postorder(function);
        let mut position = vec![usize::MAX; function.blocks.len()];
        for (index, block) in order.iter().enumerate() {
            position[block.0 as usize] = index;
        }
        let predecessors = predecessors(function);
        let mut tree = Dominators {
            parent: vec![None; function.blocks.len()],
            position,
            order,
            interval: Vec::new(),
        };
        tree.parent[0] = Some(Block(0));
        let mut changed = true;
        while changed {
            changed = false;
            for index in 1..tree.order.len() {
                let block = tree.order[index];
                let known = predecessors[block.0 as usize].iter().copied();
                let known = known.filter(|p| tree.parent[p.0 as usize].is_some());
                let parent = known.reduce(|a, b| tree.meet(a, b));
                if tree.parent[block.0 as usize] != parent {
                    tree.parent[block.0 as usize] = parent;
                    changed = true;
                }
            }
        }
        tree.interval = tree.intervals();
        tree
    }

    /// The nearest block that dominates both.
    fn meet(&self, mut a: Block, mut b: Block) -> Block {
        let up = |block: Block| self.parent[block.0 as usize].expect("blocks met have dominators");
        while a != b {
            if self.position[a.0 as usize] > self.position[b.0 as usize] {
                a = up(a);
            } else {
                b = up(b);
            }
        }
        a
    }

    /// Whether any path from the entry leads to the block.
    pub fn is_reachable(&self, block: Block) -> bool {
        self.position[block.0 as usize] != usize::MAX
    }

    /// Whether every path to `b` passes `a`; both reachable.
    pub fn dominates(&self, a: Block, b: Block) -> bool {
        if !self.is_reachable(a) || !self.is_reachable(b) {
            return false;
        }
        let (outer, inner) = (self.interval[a.0 as usize], self.interval[b.0 as usize]);
        outer.0 <= inner.0 && inner.1 <= outer.1
    }

    fn intervals(&self) -> Vec<(u32, u32)> {
        let mut children = vec![Vec::new(); self.parent.len()];
        for &block in &self.order {
            if let Some(parent) = self.immediate(block) {
                children[parent.0 as usize].push(block);
            }
        }
        let mut interval = vec![(0, 0); self.parent.len()];
        let mut time = 0;
        let mut stack = vec![(Block(0), 0)];
        while let Some((block, next)) = stack.pop() {
            if next == 0 {
                interval[block.0 as usize].0 = time;
                time += 1;
            }
            match children[block.0 as usize].get(next) {
                Some(&child) => stack.extend([(block, next + 1), (child, 0)]),
                None => interval[block.0 as usize].1 = time,
            }
        }
        interval
    }

    /// The nearest other block every path passes.
    pub fn immediate(&self, block: Block) -> Option<Block> {
        self.parent[block.0 as usize].filter(|&parent| parent != block)
    }

    /// Reachable blocks in reverse postorder.
    pub fn order(&self) -> &[Block] {
        &self.order
    }

    /// Which blocks of the function are in a loop: between a block and an edge back to it, of which cold ones do not count.
    pub fn looped(&self, function: &Function) -> Vec<bool> {
        let predecessors = predecessors(function);
        let mut looped = vec![false; function.blocks.len()];
        let likely = self.order.iter().filter(|&&end| !function.block(end).cold);
        for &end in likely {
            let headers = function.block(end).successors();
            for header in headers.filter(|&header| self.dominates(header, end)) {
                let mut body = BTreeSet::from([header]);
                let mut pending = vec![end];
                while let Some(block) = pending.pop() {
                    if body.insert(block) {
                        pending.extend(&predecessors[block.0 as usize]);
                    }
                }
                body.iter()
                    .for_each(|block| looped[block.0 as usize] = true);
            }
        }
        looped
    }
}

/// Blocks that may go to each block, once per edge.
pub fn predecessors(function: &Function) -> Vec<Vec<Block>> {
    let mut predecessors = vec![Vec::new(); function.blocks.len()];
    for id in function.block_ids() {
        for successor in function.block(id).successors() {
            predecessors[successor.0 as usize].push(id);
        }
    }
    predecessors
}

fn reverse_postorder(function: &Function) -> Vec<Block> {
    let mut order = Vec::new();
    let mut seen = vec![false; function.blocks.len()];
    let mut stack = vec![(Block(0), 0)];
    seen[0] = true;
    while let Some((block, next)) = stack.pop() {
        match function.block(block).successors().nth(next) {
            Some(successor) => {
                stack.push((block, next + 1));
                if !std::mem::replace(&mut seen[successor.0 as usize], true) {
                    stack.push((successor, 0));
                }
            }
            None => order.push(block),
        }
    }
    order.reverse();
    order
}
