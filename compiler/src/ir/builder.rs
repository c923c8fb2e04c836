//! Appends instructions to a function's blocks.

use super::function::{
    Block, BlockData, Cell, Condition, Function, Immediate, Instruction, Target, Value,
};
use super::instructions::{Effect, Op};
use ashore_runtime::abi::{Alias, Field, Helper, SLOW_ARGUMENTS, Type};

/// Builds one function, block by block.
pub struct Builder {
    pub function: Function,
    block: Block,
    /// Address of the bytecode instruction under way.
    pub pc: u32,
    /// Cold blocks are detours that lead back to hot ones.
    pub detours: bool,
    /// Grows with each instruction that may change the length or array of a list.
    pub epoch: u32,
}

/// Whether a helper can be called by the stub that keeps all registers.
fn slow_fits(helper: Helper) -> bool {
    // A run of arguments is passed as address and length.
    let words = helper.parameters().len() + 2 * usize::from(helper.is_variadic());
    words <= SLOW_ARGUMENTS && !helper.results().contains(&Type::F64)
}

impl Builder {
    /// A function without blocks.
    pub fn new(name: &str, code: u32, n_parameters: u16) -> Builder {
        let function = Function {
            name: name.to_owned(),
            code,
            n_parameters,
            ..Function::default()
        };
        Builder {
            function,
            block: Block(0),
            pc: 0,
            detours: false,
            epoch: 0,
        }
    }

    /// Adds a block with parameters of these types.
    pub fn new_block(&mut self, params: &[Type], cold: bool) -> Block {
        let params = params
            .iter()
            .map(|&ty| self.function.new_value(ty))
            .collect();
        self.function.blocks.push(BlockData {
            params,
            instructions: Vec::new(),
            cold,
            gate: false,
        });
        Block(self.function.blocks.len() as u32 - 1)
    }

    /// Goes on at the end of `block`.
    pub fn switch_to(&mut self, block: Block) {
        self.block = block;
    }

    /// The block instructions are appended to.
    pub fn current(&self) -> Block {
        self.block
    }

    /// Whether the current block has its terminator.
    pub fn is_finished(&self) -> bool {
        self.function
            .block(self.block)
            .instructions
            .last()
            .is_some_and(|last| last.op.is_terminator())
    }

    /// Appends an instruction and gives its results.
    ///
    /// # Panics
    /// If the immediate does not fit the instruction.
    pub fn push(&mut self, op: Op, immediate: Immediate, args: &[Value]) -> Vec<Value> {
        let signature = op
            .signature(&immediate)
            .expect("an immediate of the instruction's kind");
        debug_assert!(
            !self.is_finished(),
            "{} after the end of {:?}",
            op.name(),
            self.block
        );
        let results: Vec<Value> = signature
            .results
            .iter()
            .map(|&ty| self.function.new_value(ty))
            .collect();
        let instruction = Instruction {
            op,
            args: args.to_vec(),
            immediate,
            results: results.clone(),
            targets: Vec::new(),
            pc: self.pc,
        };
        if matches!(
            instruction.effect(),
            Effect::Call | Effect::Store(Alias::List)
        ) {
            self.epoch += 1;
        }
        self.function
            .block_mut(self.block)
            .instructions
            .push(instruction);
        results
    }

    /// Appends an instruction with one result and no immediate.
    pub fn op(&mut self, op: Op, args: &[Value]) -> Value {
        self.push(op, Immediate::None, args)[0]
    }

    /// Appends an instruction with two results and no immediate.
    pub fn op2(&mut self, op: Op, args: &[Value]) -> (Value, Value) {
        let results = self.push(op, Immediate::None, args);
        (results[0], results[1])
    }

    /// Appends an instruction without results or immediate.
    pub fn effect(&mut self, op: Op, args: &[Value]) {
        self.push(op, Immediate::None, args);
    }

    /// A word that is no pointer.
    pub fn word(&mut self, word: ashore_runtime::abi::Value) -> Value {
        self.push(Op::Word, Immediate::Word(word.bits()), &[])[0]
    }

    /// An untagged number.
    pub fn i64(&mut self, number: i64) -> Value {
        self.push(Op::I64Const, Immediate::Int(number), &[])[0]
    }

    /// A double.
    pub fn f64(&mut self, number: f64) -> Value {
        self.push(Op::F64Const, Immediate::Float(number.to_bits()), &[])[0]
    }

    /// Is the word this immediate?
    pub fn is_word(&mut self, value: Value, word: ashore_runtime::abi::Value) -> Value {
        self.push(Op::IsWord, Immediate::Word(word.bits()), &[value])[0]
    }

    /// A comparison by one of the `*_compare` instructions.
    pub fn compare(&mut self, op: Op, condition: Condition, lhs: Value, rhs: Value) -> Value {
        self.push(op, Immediate::Condition(condition), &[lhs, rhs])[0]
    }

    /// A field of an object.
    pub fn load(&mut self, field: Field, base: Value) -> Value {
        self.push(Op::Load, Immediate::Field(field), &[base])[0]
    }

    /// An element of a field's run.
    pub fn load_item(&mut self, field: Field, base: Value, index: Value) -> Value {
        self.push(Op::LoadItem, Immediate::Field(field), &[base, index])[0]
    }

    /// Replaces an element of a field's run.
    pub fn store_item(&mut self, field: Field, base: Value, index: Value, value: Value) {
        self.push(
            Op::StoreItem,
            Immediate::Field(field),
            &[base, index, value],
        );
    }

    /// Contents of a cell that changes.
    pub fn load_cell(&mut self, cell: Cell) -> Value {
        let cell = self.function.cell(cell);
        self.push(Op::LoadCell, Immediate::Cell(cell), &[])[0]
    }

    /// Contents of a cell that does not change.
    pub fn load_constant(&mut self, cell: Cell) -> Value {
        let cell = self.function.cell(cell);
        self.push(Op::LoadConstant, Immediate::Cell(cell), &[])[0]
    }

    /// Calls a function of the runtime.
    pub fn call_helper(&mut self, helper: Helper, args: &[Value]) -> Vec<Value> {
        let slow = self.detours && self.function.block(self.block).cold && slow_fits(helper);
        let op = if slow { Op::CallSlow } else { Op::CallHelper };
        self.push(op, Immediate::Helper(helper), args)
    }

    /// Ends the block with a jump.
    pub fn jump(&mut self, block: Block, args: &[Value]) {
        self.push(Op::Jump, Immediate::None, &[]);
        self.set_targets(vec![Target {
            block,
            args: args.to_vec(),
        }]);
    }

    /// Ends the block with a branch to blocks without parameters.
    pub fn branch(&mut self, condition: Value, then: Block, otherwise: Block) {
        self.push(Op::Branch, Immediate::None, &[condition]);
        let target = |block| Target {
            block,
            args: Vec::new(),
        };
        self.set_targets(vec![target(then), target(otherwise)]);
    }

    fn set_targets(&mut self, targets: Vec<Target>) {
        let block = self.function.block_mut(self.block);
        block
            .instructions
            .last_mut()
            .expect("the terminator just pushed")
            .targets = targets;
    }
}
