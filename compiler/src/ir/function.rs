//! Functions of the IR as data.

use super::instructions::Op;
use ashore_runtime::abi::{Field, Helper, Type};

/// An SSA value of one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value(pub u32);

/// A basic block of one function; `Block(0)` is the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Block(pub u32);

/// A comparison, signed where it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl Condition {
    /// All comparisons.
    pub const ALL: [Condition; 6] = [
        Condition::Lt,
        Condition::Le,
        Condition::Eq,
        Condition::Ne,
        Condition::Gt,
        Condition::Ge,
    ];

    /// Name in listings.
    pub const fn name(self) -> &'static str {
        match self {
            Condition::Lt => "lt",
            Condition::Le => "le",
            Condition::Eq => "eq",
            Condition::Ne => "ne",
            Condition::Gt => "gt",
            Condition::Ge => "ge",
        }
    }

    /// The comparison that holds exactly when this one does not (of ints).
    pub const fn negated(self) -> Condition {
        match self {
            Condition::Lt => Condition::Ge,
            Condition::Le => Condition::Gt,
            Condition::Eq => Condition::Ne,
            Condition::Ne => Condition::Eq,
            Condition::Gt => Condition::Le,
            Condition::Ge => Condition::Lt,
        }
    }
}

/// What stands beside an instruction's operands. See [`super::instructions::ImmediateKind`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Immediate {
    None,
    Word(u64),
    Int(i64),
    Float(u64),
    Condition(Condition),
    Field(Field),
    Helper(Helper),
    /// Index into [`Function::cells`].
    Cell(u32),
    Kind(u8),
    Code(u32),
    /// The address, and the register of each operand.
    Exit(u32, Vec<u16>),
}

/// A jump's destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub block: Block,
    /// One for each of the block's parameters.
    pub args: Vec<Value>,
}

/// Address of what happens while the function is no longer on the stack for those who look: it comes from no bytecode
/// instruction. Cranelift's number for it as well.
pub const LEFT: u32 = u32::MAX;

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    pub op: Op,
    pub args: Vec<Value>,
    pub immediate: Immediate,
    pub results: Vec<Value>,
    /// Where terminators go.
    pub targets: Vec<Target>,
    /// Address of the bytecode instruction it comes from, or [`LEFT`].
    pub pc: u32,
}

/// A basic block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockData {
    pub params: Vec<Value>,
    /// The last one is the terminator.
    pub instructions: Vec<Instruction>,
    /// Seldom reached: placed behind everything else.
    pub cold: bool,
    /// A gate between code for likely values and other code: its parameters are passed in memory, and no value is used on
    /// both sides of it, so that registers are allocated on each side as if the other were not there.
    pub gate: bool,
}

impl BlockData {
    /// The instruction that ends the block.
    ///
    /// # Panics
    /// If the block is not finished.
    pub fn terminator(&self) -> &Instruction {
        self.instructions.last().expect("a finished block")
    }

    /// Blocks this one may go to.
    pub fn successors(&self) -> impl Iterator<Item = Block> + '_ {
        self.instructions
            .last()
            .into_iter()
            .flat_map(|last| last.targets.iter().map(|target| target.block))
    }
}

/// A word the runtime keeps for native code.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cell {
    /// Always the current value of a global variable, MISSING while it has none (module, name). For the module
    /// `builtins` and other native modules, their attributes.
    Global(String, String),
    /// The object a name of a native module had when the program started: `builtins`, `range` (module, name).
    Original(String, String),
    /// The module object of this name, RAISED (which no variable can hold) until it is imported.
    Module(String),
    /// The function made by the one `def` of this code object at module level, RAISED until it ran.
    Function(u32),
    /// Constant number `n` of the function's code object.
    Constant(u32),
    /// Name number `n` of the function's code object, as an interned str.
    Name(u32),
    /// An interned str.
    Text(String),
}

/// One function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Function {
    /// Qualified name, for symbols and listings.
    pub name: String,
    /// The code object's number in the program.
    pub code: u32,
    /// Number of Python parameters.
    pub n_parameters: u16,
    pub cells: Vec<Cell>,
    /// Types of the values.
    pub values: Vec<Type>,
    pub blocks: Vec<BlockData>,
}

impl Function {
    /// Type of a value.
    pub fn ty(&self, value: Value) -> Type {
        self.values[value.0 as usize]
    }

    /// A new value of a type, defined by nobody yet.
    pub fn new_value(&mut self, ty: Type) -> Value {
        self.values.push(ty);
        Value(self.values.len() as u32 - 1)
    }

    /// A block's contents.
    pub fn block(&self, block: Block) -> &BlockData {
        &self.blocks[block.0 as usize]
    }

    /// A block's contents.
    pub fn block_mut(&mut self, block: Block) -> &mut BlockData {
        &mut self.blocks[block.0 as usize]
    }

    /// All blocks, the entry first.
    pub fn block_ids(&self) -> impl Iterator<Item = Block> + use<> {
        (0..self.blocks.len() as u32).map(Block)
    }

    /// Number of a cell, added if the function does not have it yet.
    pub fn cell(&mut self, cell: Cell) -> u32 {
        let index = self
            .cells
            .iter()
            .position(|c| *c == cell)
            .unwrap_or_else(|| {
                self.cells.push(cell);
                self.cells.len() - 1
            });
        index as u32
    }
}
