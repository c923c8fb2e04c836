//! Splices small functions into their callers.
//!
//! ```text
//!            v = call f(a)                 likely code of f, without its entry check
//!            rest(v)             ──►         │ any unlikely outcome          │ return x
//!                                            ▼                               ▼
//!                                          v' = call f(a) (cold) ──► rest(v')  rest(x)
//! ```
//!
//! Only likely code is spliced in, and only where it does nothing that could be noticed before it returns: no stores, no
//! calls, no loops. So whatever unlikely happens, the call can still be made as if nothing had been; exits, tracebacks
//! and frames are those of the real call, and need no second form here.

use super::simplify;
use crate::analysis::dominators::predecessors;
use crate::ir::{
    Block, BlockData, Cell, Effect, Function, Immediate, Instruction, Op, Target, Type, Value,
};
use ashore_runtime::abi::Value as PythonValue;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Functions that can be spliced in, by the numbers of their code objects.
pub type Bodies = FxHashMap<u32, Function>;

/// Likely instructions a function may have to be spliced in.
const LARGEST: usize = 48;

/// Calls that are spliced into one function.
const MOST: usize = 32;

/// The function, if it can be spliced into others.
pub fn body(function: &Function) -> Option<Function> {
    let mut size = 0;
    let mut path = Vec::new();
    let fits = likely(function, Block(0), &mut path, &mut size);
    fits.then(|| function.clone())
}

/// Whether what is likely from a block on can be spliced in.
fn likely(function: &Function, block: Block, path: &mut Vec<Block>, size: &mut usize) -> bool {
    let data = function.block(block);
    *size += data.instructions.len();
    if *size > LARGEST || path.contains(&block) {
        return false;
    }
    let last = data.terminator().op;
    let control = matches!(last, Op::Jump | Op::Branch | Op::Return);
    let returns = last == Op::Return;
    let silent = (data.instructions.iter()).all(|i| is_silent(function, block, i, returns));
    if !control || !silent {
        return false;
    }
    path.push(block);
    let successors: Vec<Block> = data.successors().collect();
    let fits = (successors.into_iter())
        .filter(|&next| !function.block(next).cold)
        .all(|next| likely(function, next, path, size));
    path.pop();
    fits
}

/// Whether nobody notices the instruction if the call is made again; what counts or allocates must not be followed by
/// anything that could make it so.
fn is_silent(function: &Function, block: Block, instruction: &Instruction, returns: bool) -> bool {
    let own_cell = |index: u32| {
        let cell = &function.cells[index as usize];
        matches!(cell, Cell::Constant(_) | Cell::Name(_))
    };
    match (instruction.op, &instruction.immediate) {
        (Op::Site | Op::CodeObject, _) => false,
        (Op::LoadCell | Op::LoadConstant, &Immediate::Cell(index)) => !own_cell(index),
        (Op::EntryCheck, _) => block == Block(0),
        (Op::Poll | Op::Attention, _) => false,
        (Op::BoxFloat | Op::Incref, _) => returns,
        _ => matches!(
            instruction.effect(),
            Effect::Pure | Effect::Load(_) | Effect::Volatile | Effect::Control
        ),
    }
}

/// Splices calls in hot code; tells whether there were any.
pub fn run(function: &mut Function, bodies: &Bodies) -> bool {
    let mut spliced = 0;
    let mut at = 0;
    while at < function.blocks.len() && spliced < MOST {
        let block = Block(at as u32);
        at += 1;
        if function.block(block).cold {
            continue;
        }
        let instructions = &function.block(block).instructions;
        let found = instructions.iter().position(|instruction| {
            let own = Immediate::Code(function.code);
            let callee = match &instruction.immediate {
                Immediate::Code(code) => bodies.get(code),
                _ => None,
            };
            instruction.op == Op::CallDirect && instruction.immediate != own && callee.is_some()
        });
        if let Some(index) = found
            && let Immediate::Code(code) = function.block(block).instructions[index].immediate
        {
            Splice::at(function, block, index).body(&bodies[&code]);
            spliced += 1;
        }
    }
    if spliced > 0 {
        simplify::run(function);
    }
    spliced > 0
}

/// A call under way of being replaced.
struct Splice<'a> {
    function: &'a mut Function,
    /// Where the call was.
    from: Block,
    /// Makes the call after all.
    slow: Block,
    /// What follows the call; its parameter is the result.
    rest: Block,
    args: Vec<Value>,
    pc: u32,
}

impl<'a> Splice<'a> {
    /// Cuts a block in two at a call, which goes into a cold block of its own.
    fn at(function: &'a mut Function, from: Block, index: usize) -> Splice<'a> {
        let cold = function.block(from).cold;
        let behind = function.block_mut(from).instructions.split_off(index + 1);
        let call = function.block_mut(from).instructions.pop();
        let mut call = call.expect("the call that was found");
        let result = call.results[0];
        let again = function.new_value(Type::Tagged);
        call.results = vec![again];
        let (args, pc) = (call.args.clone(), call.pc);
        let rest = add_block(function, vec![result], behind, cold);
        let back = jump(rest, vec![again], pc);
        let slow = add_block(function, Vec::new(), vec![call, back], true);
        Splice {
            function,
            from,
            slow,
            rest,
            args,
            pc,
        }
    }

    /// Puts the likely code of the callee in the call's place.
    fn body(mut self, callee: &Function) {
        let likely = callee.block_ids().filter(|&id| !callee.block(id).cold);
        let blocks: BTreeMap<Block, Block> = likely
            .map(|id| (id, add_block(self.function, Vec::new(), Vec::new(), false)))
            .collect();
        let mut values: FxHashMap<Value, Value> = FxHashMap::default();
        let params = callee.block(Block(0)).params.iter();
        values.extend(params.copied().zip(self.args.iter().copied()));
        let mut map = |function: &mut Function, value: Value| {
            *values
                .entry(value)
                .or_insert_with(|| function.new_value(callee.ty(value)))
        };
        let float = self.float_entry();
        for (&id, &copy) in &blocks {
            let data = callee.block(id);
            let mut instructions = Vec::new();
            for instruction in &data.instructions {
                let mut new = instruction.clone();
                new.pc = self.pc;
                let operands = new.args.iter_mut().chain(&mut new.results);
                operands.for_each(|value| *value = map(self.function, *value));
                for target in &mut new.targets {
                    match blocks.get(&target.block) {
                        Some(&block) => target.block = block,
                        None => {
                            *target = Target {
                                block: self.slow,
                                args: Vec::new(),
                            }
                        }
                    }
                    for arg in &mut target.args {
                        *arg = map(self.function, *arg);
                    }
                }
                self.adapt(callee, &mut instructions, new, float);
            }
            let params = match id {
                Block(0) => Vec::new(),
                _ => data.params.iter().map(|&p| map(self.function, p)).collect(),
            };
            let block = self.function.block_mut(copy);
            (block.params, block.instructions) = (params, instructions);
        }
        let entry = jump(blocks[&Block(0)], Vec::new(), self.pc);
        self.function.block_mut(self.from).instructions.push(entry);
    }

    /// Appends a copied instruction in the form it has in the caller.
    fn adapt(
        &mut self,
        callee: &Function,
        to: &mut Vec<Instruction>,
        mut new: Instruction,
        float: Option<Block>,
    ) {
        if let Immediate::Cell(index) = new.immediate {
            let cell = callee.cells[index as usize].clone();
            new.immediate = Immediate::Cell(self.function.cell(cell));
        }
        let entry_checked = to.last().is_some_and(|last| last.op == Op::EntryCheck);
        match new.op {
            // The caller was checked when it was entered, and the callee's frame is part of the caller's.
            Op::Branch if entry_checked => {
                to.pop();
                let go = new.targets.swap_remove(1);
                to.push(jump(go.block, go.args, self.pc));
            }
            Op::Return => {
                let result = new.args[0];
                let boxed = to.iter().position(|i| i.results.first() == Some(&result));
                match (float, boxed.filter(|&at| to[at].op == Op::BoxFloat)) {
                    (Some(block), Some(at)) => {
                        let double = to.remove(at).args[0];
                        to.push(jump(block, vec![double], self.pc));
                    }
                    _ => to.push(jump(self.rest, vec![result], self.pc)),
                }
            }
            _ => to.push(new),
        }
    }

    /// The block where the result is known to be a float, with the double as its parameter, if the rest begins by finding
    /// that out and needs the word for nothing else.
    fn float_entry(&mut self) -> Option<Block> {
        let result = self.function.block(self.rest).params[0];
        let raised = Immediate::Word(PythonValue::RAISED.bits());
        let (_, ok) = self.test(self.rest, result, (Op::IsWord, raised))?;
        let (float, _) = self.test(ok, result, (Op::IsFloat, Immediate::None))?;
        let predecessors = predecessors(self.function);
        let lone = |block: Block| predecessors[block.0 as usize].len() == 1;
        let data = self.function.block(float);
        let first = data.instructions.first()?;
        let unboxes = first.op == Op::UnboxFloat && first.args == [result];
        if !unboxes || !data.params.is_empty() || !lone(ok) || !lone(float) {
            return None;
        }
        if self.uses_behind(float, result) {
            return None;
        }
        let unbox = self.function.block_mut(float).instructions.remove(0);
        let double = unbox.results[0];
        self.function.block_mut(float).params = vec![double];
        let unboxed = self.function.new_value(Type::F64);
        let pc = unbox.pc;
        let unbox = Instruction {
            results: vec![unboxed],
            ..unbox
        };
        let on = jump(float, vec![unboxed], pc);
        let edge = add_block(self.function, Vec::new(), vec![unbox, on], false);
        let branch = self.function.block_mut(ok).instructions.last_mut()?;
        branch.targets[0].block = edge;
        Some(float)
    }

    /// Where a block goes whose last two instructions are a test of a word and a branch on it, having done nothing else.
    fn test(&self, block: Block, word: Value, test: (Op, Immediate)) -> Option<(Block, Block)> {
        match &self.function.block(block).instructions[..] {
            [tested, branch]
                if (tested.op, &tested.immediate) == (test.0, &test.1)
                    && tested.args == [word]
                    && branch.op == Op::Branch
                    && branch.args == tested.results =>
            {
                Some((branch.targets[0].block, branch.targets[1].block))
            }
            _ => None,
        }
    }

    /// Whether anything from a block on, but for the block's first instruction, uses the call's result.
    fn uses_behind(&self, start: Block, result: Value) -> bool {
        let mut seen = vec![false; self.function.blocks.len()];
        let mut stack = vec![start];
        seen[self.rest.0 as usize] = true;
        while let Some(block) = stack.pop() {
            if std::mem::replace(&mut seen[block.0 as usize], true) {
                continue;
            }
            let data = self.function.block(block);
            let skipped = usize::from(block == start);
            let uses = data.instructions.iter().skip(skipped).any(|instruction| {
                let targets = instruction.targets.iter().flat_map(|target| &target.args);
                instruction.args.iter().chain(targets).any(|&v| v == result)
            });
            if uses {
                return true;
            }
            stack.extend(data.successors());
        }
        false
    }
}

fn add_block(
    function: &mut Function,
    params: Vec<Value>,
    instructions: Vec<Instruction>,
    cold: bool,
) -> Block {
    function.blocks.push(BlockData {
        params,
        instructions,
        cold,
        gate: false,
    });
    Block(function.blocks.len() as u32 - 1)
}

fn jump(block: Block, args: Vec<Value>, pc: u32) -> Instruction {
    Instruction {
        op: Op::Jump,
        args: Vec::new(),
        immediate: Immediate::None,
        results: Vec::new(),
        targets: vec![Target { block, args }],
        pc,
    }
}
