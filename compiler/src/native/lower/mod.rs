//! IR to CLIF, one function at a time.
//!
//! Every IR block becomes a CLIF block with the same parameters; instructions that need a slow path inside (boxing a
//! float, counting) add cold blocks of their own. Values map one to one: `tagged`, `i64` and `ptr` are `i64`, `f64` is
//! `f64`, `i1` is `i8`. Memory is accessed with `notrap aligned` flags throughout: the IR only loads what it has checked.

mod calls;
mod counts;
mod generators;
mod memory;
mod numbers;

use super::translate::{Names, Support};
use super::{Input, Options, cells::Cells};
use crate::analysis::Dominators;
use crate::image::FunctionIndex;
use crate::ir::{Block, Condition, Helper, Immediate, Instruction, Op, Target, Type, Value};
use crate::passes::counts as counts_pass;
use ashore_runtime::abi::Outcome;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{
    AbiParam, Block as ClifBlock, BlockArg, ExtFuncData, ExternalName, FuncRef, Function as Clif,
    GlobalValue, GlobalValueData, InstBuilder, MemFlagsData, Signature, SourceLoc, StackSlot,
    Type as ClifType, Value as ClifValue, types,
};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use generators::Resumed;
use rustc_hash::FxHashMap;

pub(super) struct Lowered {
    pub(super) clif: Clif,
    pub(super) names: Names,
    pub(super) rodata: Vec<u8>,
}

/// Signature of a direct entry: thread, function object, arguments; one word back.
pub(super) fn signature(n_parameters: u16) -> Signature {
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params = vec![AbiParam::new(types::I64); usize::from(n_parameters) + 2];
    signature.returns = vec![AbiParam::new(types::I64)];
    signature
}

fn clif_type(ty: Type) -> ClifType {
    match ty {
        Type::Tagged | Type::I64 | Type::Ptr => types::I64,
        Type::F64 => types::F64,
        Type::I1 => types::I8,
    }
}

struct Lowering<'a, 'b> {
    builder: FunctionBuilder<'b>,
    input: &'a Input<'a>,
    cells: &'a Cells,
    direct: &'a FxHashMap<u32, FunctionIndex>,
    names: Names,
    plain_counts: bool,
    values: Vec<Option<ClifValue>>,
    /// IR values that never are heap objects.
    inline: Vec<bool>,
    /// IR values that are floats, in boxes or not: nobody ever asks who else knows of one.
    floats: Vec<bool>,
    /// The words of untagged ints.
    untagged: FxHashMap<ClifValue, ClifValue>,
    blocks: Vec<ClifBlock>,
    /// The block being lowered is a cold one.
    cold: bool,
    /// Counting in the block being lowered is not worth the code it takes.
    compact: bool,
    thread: ClifValue,
    /// The function object being called.
    callee: ClifValue,
    /// What the native code of a generator is given.
    generator: Option<Resumed>,
    data: FxHashMap<u32, GlobalValue>,
    /// See [`Lowering::outgoing`].
    outgoing: Option<StackSlot>,
    functions: FxHashMap<FunctionKey, FuncRef>,
    rodata: Vec<u8>,
    leave: Leave,
}

/// The ends that all ways out share.
#[derive(Default)]
struct Leave {
    /// Returns RAISED.
    raised: Option<ClifBlock>,
    /// Leaves with an exception: `(pc, packed Leaving, number of words)`; the words are in the outgoing slot.
    with_exception: Option<ClifBlock>,
    /// Goes on in the interpreter, by the function: `(pc, registers, number of words)`; the words are in the outgoing slot.
    side_exits: FxHashMap<Support, ClifBlock>,
    /// Stops running a generator: `(packed outcome, value)`.
    stop: Option<ClifBlock>,
}

#[derive(PartialEq, Eq, Hash)]
enum FunctionKey {
    Direct(u32),
    Helper(u32),
    Support(u32),
}

/// A function that counts more often than this does so out of line outside of its loops.
const FEW_COUNTS: usize = 32;

/// Lowers a function.
pub(super) fn lower(
    input: &Input<'_>,
    cells: &Cells,
    direct: &FxHashMap<u32, FunctionIndex>,
    isa: &dyn TargetIsa,
    options: Options,
) -> Lowered {
    let mut clif = Clif::new();
    clif.signature = signature(input.function.n_parameters);
    let mut context = FunctionBuilderContext::new();
    let mut builder = FunctionBuilder::new(&mut clif, &mut context);
    let entry = builder.create_block();
    builder.append_block_params_for_function_params(entry);
    builder.switch_to_block(entry);
    let params = builder.block_params(entry).to_vec();
    let function = input.function;
    let mut lowering = Lowering {
        builder,
        input,
        cells,
        direct,
        names: Names,
        plain_counts: options.plain_counts,
        values: vec![None; function.values.len()],
        inline: counts_pass::inline_words(function),
        floats: floats(function),
        untagged: FxHashMap::default(),
        blocks: Vec::with_capacity(function.blocks.len()),
        cold: false,
        compact: false,
        leave: Leave::default(),
        thread: params[0],
        callee: params[1],
        generator: Resumed::of(input, &params),
        data: FxHashMap::default(),
        outgoing: None,
        functions: FxHashMap::default(),
        rodata: Vec::new(),
    };
    lowering.declare_blocks();
    let args: Vec<BlockArg> = params[1..]
        .iter()
        .map(|&value| BlockArg::Value(value))
        .collect();
    let first = lowering.blocks[0];
    lowering.builder.ins().jump(first, &args);
    lowering.blocks();
    let Lowering {
        mut builder,
        rodata,
        names,
        ..
    } = lowering;
    builder.seal_all_blocks();
    builder.finalize(isa.frontend_config());
    Lowered {
        clif,
        names,
        rodata,
    }
}

/// Which values are floats made here.
fn floats(function: &crate::ir::Function) -> Vec<bool> {
    let mut floats = vec![false; function.values.len()];
    let all = function.blocks.iter().flat_map(|block| &block.instructions);
    for made in all.filter(|instruction| instruction.op == Op::BoxFloat) {
        floats[made.results[0].0 as usize] = true;
    }
    floats
}

impl Lowering<'_, '_> {
    fn declare_blocks(&mut self) {
        let function = self.input.function;
        for data in &function.blocks {
            let block = self.builder.create_block();
            for &param in data.params.iter().filter(|_| !data.gate) {
                let value = self
                    .builder
                    .append_block_param(block, clif_type(function.ty(param)));
                self.values[param.0 as usize] = Some(value);
            }
            if data.cold {
                self.builder.set_cold_block(block);
            }
            self.blocks.push(block);
        }
    }

    /// Lowers the blocks that can be reached, each behind those that dominate it: their values are there then.
    fn blocks(&mut self) {
        let function = self.input.function;
        let dominators = Dominators::of(function);
        let looped = dominators.looped(function);
        let long = counts(function) > FEW_COUNTS;
        for &block in dominators.order() {
            let index = block.0 as usize;
            let data = &function.blocks[index];
            self.builder.switch_to_block(self.blocks[index]);
            self.cold = data.cold;
            self.compact = long && !looped[index];
            if data.gate {
                self.enter_gate(&data.params);
            }
            let mut rest = data.instructions.iter();
            while let Some(instruction) = rest.next() {
                self.builder.set_srcloc(SourceLoc::new(instruction.pc));
                match rest.as_slice() {
                    [end] if leaves(instruction, end) => {
                        self.leave_raised(instruction);
                        break;
                    }
                    [branch] if decides(instruction, branch) => {
                        self.test_and_branch(instruction, branch);
                        break;
                    }
                    _ => self.instruction(instruction),
                }
            }
        }
    }

    /// Something that ends in one of two places, and the branch that nothing else than the outcome decides.
    fn test_and_branch(&mut self, test: &Instruction, branch: &Instruction) {
        let args = self.operands(test);
        let [yes, no] = [0, 1].map(|index| self.blocks[branch.targets[index].block.0 as usize]);
        match test.op {
            Op::IsUnshared => self.branch_unshared(args[0], yes, no),
            Op::SiteEntry => {
                let entry = self.site_entry(test, &args, no);
                self.define(test, 0, entry);
                self.jump(yes, &[]);
            }
            _ => self.replace_slot(test, &args, yes, no),
        }
    }

    /// The outcome of something that ends in one of two places, where no branch follows at once.
    fn test(&mut self, test: &Instruction) {
        let args = self.operands(test);
        let (yes, no) = (self.new_block(), self.cold_block());
        let done = self.new_block();
        let outcome = self.builder.append_block_param(done, types::I8);
        let mut entry = None;
        match test.op {
            Op::IsUnshared => self.branch_unshared(args[0], yes, no),
            Op::SiteEntry => {
                let found = self.site_entry(test, &args, no);
                self.jump(yes, &[]);
                entry = Some((found, self.builder.append_block_param(done, types::I64)));
            }
            _ => self.replace_slot(test, &args, yes, no),
        }
        for (block, truth) in [(yes, 1), (no, 0)] {
            self.builder.switch_to_block(block);
            let mut results = vec![self.builder.ins().iconst(types::I8, truth)];
            if let Some((found, _)) = entry {
                results.push(if truth == 1 { found } else { self.iconst(0) });
            }
            self.jump(done, &results);
        }
        self.builder.switch_to_block(done);
        if let Some((_, entry)) = entry {
            self.define(test, 0, entry);
        }
        self.define(test, test.results.len() - 1, outcome);
    }

    fn value(&self, value: Value) -> ClifValue {
        self.values[value.0 as usize]
            .expect("the IR verifier checked that definitions dominate uses")
    }

    fn operands(&self, instruction: &Instruction) -> Vec<ClifValue> {
        instruction
            .args
            .iter()
            .map(|&arg| self.value(arg))
            .collect()
    }

    fn define(&mut self, instruction: &Instruction, result: usize, value: ClifValue) {
        self.values[instruction.results[result].0 as usize] = Some(value);
    }

    fn flags() -> MemFlagsData {
        MemFlagsData::trusted()
    }

    /// Flags of loads whose result never changes: they may be merged and moved.
    fn fixed() -> MemFlagsData {
        Self::flags().with_readonly().with_can_move()
    }

    fn iconst(&mut self, value: i64) -> ClifValue {
        self.builder.ins().iconst(types::I64, value)
    }

    /// A block that is reached as seldom as the one being lowered.
    fn new_block(&mut self) -> ClifBlock {
        match self.cold {
            true => self.cold_block(),
            false => self.builder.create_block(),
        }
    }

    fn cold_block(&mut self) -> ClifBlock {
        let block = self.builder.create_block();
        self.builder.set_cold_block(block);
        block
    }

    fn branch(&mut self, condition: ClifValue, yes: ClifBlock, no: ClifBlock) {
        self.builder.ins().brif(condition, yes, &[], no, &[]);
    }

    fn jump(&mut self, block: ClifBlock, args: &[ClifValue]) {
        let args: Vec<BlockArg> = args.iter().map(|&value| BlockArg::Value(value)).collect();
        self.builder.ins().jump(block, &args);
    }

    /// Address of a word of the data area.
    fn data_address(&mut self, offset: u32) -> ClifValue {
        let global = match self.data.get(&offset) {
            Some(&global) => global,
            None => {
                let name = self.names.data(self.builder.func, offset);
                let global = self.symbol(name);
                self.data.insert(offset, global);
                global
            }
        };
        self.builder.ins().symbol_value(types::I64, global)
    }

    fn symbol(&mut self, name: ExternalName) -> GlobalValue {
        self.builder.create_global_value(GlobalValueData::Symbol {
            name,
            offset: 0.into(),
            colocated: true,
            tls: false,
        })
    }

    fn import(&mut self, key: FunctionKey, name: ExternalName, signature: Signature) -> FuncRef {
        let signature = self.builder.import_signature(signature);
        let function = self.builder.import_function(ExtFuncData {
            name,
            signature,
            colocated: true,
            patchable: false,
        });
        self.functions.insert(key, function);
        function
    }

    fn instruction(&mut self, instruction: &Instruction) {
        match instruction.op {
            Op::Jump
            | Op::Branch
            | Op::Return
            | Op::ReturnRaised
            | Op::SideExit
            | Op::SideExitRaised
            | Op::Suspend
            | Op::Finish
            | Op::HandBack
            | Op::HandBackRaised
            | Op::Decline
            | Op::Unreachable => {
                self.control(instruction);
            }
            Op::CallHelper | Op::CallSlow | Op::CallDirect | Op::Unpack => self.call(instruction),
            Op::Incref | Op::Secure => {
                let value = self.value(instruction.args[0]);
                self.increment(value);
            }
            Op::Decref => {
                let value = self.value(instruction.args[0]);
                self.decrement(value);
            }
            Op::Word
            | Op::I64Const
            | Op::F64Const
            | Op::LoadCell
            | Op::LoadConstant
            | Op::Site
            | Op::CodeObject
            | Op::NativeEntry
            | Op::Load
            | Op::Store
            | Op::LoadItem
            | Op::StoreItem
            | Op::LoadSite
            | Op::SameAddress
            | Op::LoadSlot
            | Op::StoreSlot
            | Op::IsSingle
            | Op::IsOwn
            | Op::Poll
            | Op::Attention
            | Op::EntryCheck
            | Op::KindIs => self.memory(instruction),
            Op::IsUnshared | Op::SiteEntry | Op::ReplaceSlot => self.test(instruction),
            Op::TakeRegister => self.take_register(instruction),
            Op::SetAddress => self.set_address(instruction),
            Op::BoxFloat => self.box_float(instruction),
            _ => self.number(instruction),
        }
    }

    fn target_args(&self, instruction: &Instruction, index: usize) -> (ClifBlock, Vec<BlockArg>) {
        let target = &instruction.targets[index];
        let Block(number) = target.block;
        let args = target
            .args
            .iter()
            .map(|&arg| BlockArg::Value(self.value(arg)))
            .collect();
        (self.blocks[number as usize], args)
    }

    fn enter_gate(&mut self, params: &[Value]) {
        for (index, &param) in params.iter().enumerate() {
            let ty = clif_type(self.input.function.ty(param));
            let (slot, offset) = (self.outgoing(), index as i32 * 8);
            let value = self.builder.ins().stack_load(types::I64, ty, slot, offset);
            self.values[param.0 as usize] = Some(value);
        }
    }

    fn jump_to_gate(&mut self, target: &Target) {
        for (index, &arg) in target.args.iter().enumerate() {
            let (slot, offset) = (self.outgoing(), index as i32 * 8);
            let value = self.value(arg);
            self.builder
                .ins()
                .stack_store(types::I64, value, slot, offset);
        }
        self.jump(self.blocks[target.block.0 as usize], &[]);
    }

    fn control(&mut self, instruction: &Instruction) {
        let gate = |target: &Target| self.input.function.block(target.block).gate;
        match instruction.op {
            Op::Jump if gate(&instruction.targets[0]) => {
                self.jump_to_gate(&instruction.targets[0]);
            }
            Op::Jump => {
                let (block, args) = self.target_args(instruction, 0);
                self.builder.ins().jump(block, &args);
            }
            Op::Branch => {
                let condition = self.value(instruction.args[0]);
                let (yes, yes_args) = self.target_args(instruction, 0);
                let (no, no_args) = self.target_args(instruction, 1);
                self.builder
                    .ins()
                    .brif(condition, yes, &yes_args, no, &no_args);
            }
            Op::Return => {
                let value = self.value(instruction.args[0]);
                self.builder.ins().return_(&[value]);
            }
            Op::ReturnRaised => self.return_raised(),
            Op::SideExit => self.side_exit(instruction, Support::SideExit),
            Op::SideExitRaised => self.side_exit(instruction, Support::SideExitRaised),
            Op::Suspend => self.stop(instruction, Outcome::Suspended),
            Op::Finish => self.stop(instruction, Outcome::Finished),
            Op::HandBack => self.stop(instruction, Outcome::HandedBack),
            Op::HandBackRaised => self.stop(instruction, Outcome::Raised),
            Op::Decline => self.stop(instruction, Outcome::Declined),
            Op::Unreachable => {
                self.builder
                    .ins()
                    .trap(cranelift_codegen::ir::TrapCode::unwrap_user(1));
            }
            _ => unreachable!("{:?} does not end a block", instruction.op),
        }
    }
}

/// How often a function counts where it is expected to come.
fn counts(function: &crate::ir::Function) -> usize {
    let likely = function.blocks.iter().filter(|block| !block.cold);
    let all = likely.flat_map(|block| &block.instructions);
    all.filter(|instruction| matches!(instruction.op, Op::Incref | Op::Secure | Op::Decref))
        .count()
}

/// Whether a function ends here with the exception that the helper is called for.
fn leaves(call: &Instruction, end: &Instruction) -> bool {
    matches!(call.immediate, Immediate::Helper(Helper::LeaveRaised)) && end.op == Op::ReturnRaised
}

/// Whether a branch goes where the outcome of the instruction before it says, which ends in one of two places itself.
fn decides(test: &Instruction, branch: &Instruction) -> bool {
    matches!(test.op, Op::IsUnshared | Op::SiteEntry | Op::ReplaceSlot)
        && branch.op == Op::Branch
        && branch.args.first() == test.results.last()
        && branch.targets.iter().all(|target| target.args.is_empty())
}

fn int_condition(immediate: &Immediate) -> IntCC {
    match condition(immediate) {
        Condition::Lt => IntCC::SignedLessThan,
        Condition::Le => IntCC::SignedLessThanOrEqual,
        Condition::Eq => IntCC::Equal,
        Condition::Ne => IntCC::NotEqual,
        Condition::Gt => IntCC::SignedGreaterThan,
        Condition::Ge => IntCC::SignedGreaterThanOrEqual,
    }
}

fn float_condition(immediate: &Immediate) -> FloatCC {
    match condition(immediate) {
        Condition::Lt => FloatCC::LessThan,
        Condition::Le => FloatCC::LessThanOrEqual,
        Condition::Eq => FloatCC::Equal,
        Condition::Ne => FloatCC::NotEqual,
        Condition::Gt => FloatCC::GreaterThan,
        Condition::Ge => FloatCC::GreaterThanOrEqual,
    }
}

fn condition(immediate: &Immediate) -> Condition {
    match immediate {
        Immediate::Condition(condition) => *condition,
        other => unreachable!("a comparison has a condition, not {other:?}"),
    }
}
