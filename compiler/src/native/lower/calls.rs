//! Calls of the runtime and of other native code, and side exits.

use super::super::translate::Support;
use super::{FunctionKey, Lowering, clif_type, signature};
use crate::ir::{Helper, Immediate, Instruction, Op};
use ashore_runtime::abi::layout::thread;
use ashore_runtime::abi::program::Content;
use ashore_runtime::abi::{SLOW_ARGUMENTS, Value};
use cranelift_codegen::ir::{
    AbiParam, Block, FuncRef, InstBuilder, Signature, SourceLoc, StackSlot, StackSlotData,
    StackSlotKind, Value as ClifValue, types,
};
use cranelift_codegen::isa::CallConv;

impl Lowering<'_, '_> {
    fn helper(&mut self, helper: Helper) -> FuncRef {
        let key = FunctionKey::Helper(helper as u32);
        if let Some(&function) = self.functions.get(&key) {
            return function;
        }
        let mut sig = Signature::new(CallConv::SystemV);
        sig.params.push(AbiParam::new(types::I64));
        sig.params.extend(
            helper
                .parameters()
                .iter()
                .map(|&ty| AbiParam::new(clif_type(ty))),
        );
        if helper.is_variadic() {
            sig.params.extend([AbiParam::new(types::I64); 2]);
        }
        sig.returns.extend(
            helper
                .results()
                .iter()
                .map(|&ty| AbiParam::new(clif_type(ty))),
        );
        let name = self.names.helper(self.builder.func, helper);
        self.import(key, name, sig)
    }

    /// Calls a helper; the thread is added.
    pub(super) fn call_helper(&mut self, helper: Helper, args: &[ClifValue]) -> Vec<ClifValue> {
        let function = self.helper(helper);
        let fixed = helper.parameters().len();
        let mut all = vec![self.thread];
        all.extend_from_slice(&args[..fixed]);
        if helper.is_variadic() {
            let rest = &args[fixed..];
            let address = self.spill(rest);
            let count = self.iconst(rest.len() as i64);
            all.extend([address, count]);
        }
        let call = self.builder.ins().call(function, &all);
        self.builder.inst_results(call).to_vec()
    }

    /// Calls a helper by way of the stub that keeps all registers.
    pub(super) fn call_slow(&mut self, helper: Helper, args: &[ClifValue]) -> Vec<ClifValue> {
        let fixed = helper.parameters().len();
        let mut all = args[..fixed].to_vec();
        if helper.is_variadic() {
            let rest = &args[fixed..];
            let place = self.spill(rest);
            let count = self.iconst(rest.len() as i64);
            all.extend([place, count]);
        }
        let number = self.iconst(helper as i64);
        self.exchange(SLOW_ARGUMENTS, number);
        self.call_support(Support::CallSlow, &all);
        let mut results = Vec::new();
        for (&ty, offset) in helper.results().iter().zip([0, 8]) {
            let (ty, place) = (clif_type(ty), thread::EXCHANGE + offset);
            let flags = Self::flags();
            results.push(self.builder.ins().load(ty, flags, self.thread, place));
        }
        results
    }

    /// Sets word `index` of what stubs are passed.
    fn exchange(&mut self, index: usize, word: ClifValue) {
        let place = thread::EXCHANGE + 8 * index as i32;
        self.builder
            .ins()
            .store(Self::flags(), word, self.thread, place);
    }

    /// Calls a stub that keeps all registers.
    pub(super) fn call_support(&mut self, support: Support, args: &[ClifValue]) {
        for (index, &arg) in args.iter().enumerate() {
            self.exchange(index, arg);
        }
        let function = self.support(support, 0, false);
        self.builder.ins().call(function, &[self.thread]);
    }

    fn support(&mut self, support: Support, n_args: usize, returns: bool) -> FuncRef {
        let key = FunctionKey::Support(support as u32);
        if let Some(&function) = self.functions.get(&key) {
            return function;
        }
        let mut sig = Signature::new(support.call_conv());
        sig.params = vec![AbiParam::new(types::I64); n_args + 1];
        if returns {
            sig.returns.push(AbiParam::new(types::I64));
        }
        let name = self.names.support(self.builder.func, support);
        self.import(key, name, sig)
    }

    /// The place for words that are passed in memory: to helpers that take any number, to gates, to the interpreter. One will
    /// do, since they are taken from there before anything else is put there.
    pub(super) fn outgoing(&mut self) -> StackSlot {
        if let Some(slot) = self.outgoing {
            return slot;
        }
        let blocks = &self.input.function.blocks;
        let gates = blocks.iter().filter(|block| block.gate);
        let instructions = blocks.iter().flat_map(|block| &block.instructions);
        let words = (instructions.map(words_in_memory))
            .chain(gates.map(|block| block.params.len()))
            .max();
        let size = words.unwrap_or(0).max(1) as u32 * 8;
        let data = StackSlotData::new(StackSlotKind::ExplicitSlot, size, 3);
        let slot = self.builder.create_sized_stack_slot(data);
        self.outgoing = Some(slot);
        slot
    }

    /// Stores words in a row on the stack; gives their address.
    fn spill(&mut self, words: &[ClifValue]) -> ClifValue {
        self.store_outgoing(words);
        self.outgoing_address()
    }

    fn store_outgoing(&mut self, words: &[ClifValue]) {
        let slot = self.outgoing();
        for (index, &word) in (0i32..).zip(words) {
            self.builder
                .ins()
                .stack_store(types::I64, word, slot, index * 8);
        }
    }

    fn outgoing_address(&mut self) -> ClifValue {
        let slot = self.outgoing();
        self.builder.ins().stack_addr(types::I64, slot, 0)
    }

    pub(super) fn call(&mut self, instruction: &Instruction) {
        let args = self.operands(instruction);
        let results = match (instruction.op, &instruction.immediate) {
            (Op::CallHelper, Immediate::Helper(helper)) => self.call_helper(*helper, &args),
            (Op::CallSlow, Immediate::Helper(helper)) => self.call_slow(*helper, &args),
            (Op::CallDirect, Immediate::Code(code)) => vec![self.call_direct(*code, &args)],
            (Op::Unpack, Immediate::Int(n)) => self.unpack(args[0], *n as usize),
            other => unreachable!("{other:?} is no call"),
        };
        for (index, result) in results.into_iter().enumerate() {
            self.define(instruction, index, result);
        }
    }

    fn call_direct(&mut self, code: u32, args: &[ClifValue]) -> ClifValue {
        let key = FunctionKey::Direct(code);
        let function = match self.functions.get(&key) {
            Some(&function) => function,
            None => {
                let index = self.direct[&code];
                let name = self.names.function(self.builder.func, index);
                // The function object comes first, then as many arguments as there are parameters.
                self.import(key, name, signature(args.len() as u16 - 1))
            }
        };
        let mut all = vec![self.thread];
        all.extend_from_slice(args);
        let call = self.builder.ins().call(function, &all);
        self.builder.inst_results(call)[0]
    }

    fn unpack(&mut self, value: ClifValue, n: usize) -> Vec<ClifValue> {
        let function = self.support(Support::Unpack, 3, true);
        let slot = self.outgoing();
        let items = self.builder.ins().stack_addr(types::I64, slot, 0);
        let count = self.iconst(n as i64);
        let call = self
            .builder
            .ins()
            .call(function, &[self.thread, value, count, items]);
        let mut results = self.builder.inst_results(call).to_vec();
        for index in 0..n as i32 {
            results.push(
                self.builder
                    .ins()
                    .stack_load(types::I64, types::I64, slot, index * 8),
            );
        }
        results
    }

    /// Returns RAISED.
    pub(super) fn return_raised(&mut self) {
        if let Some(block) = self.leave.raised {
            return self.jump(block, &[]);
        }
        let block = self.cold_block();
        self.leave.raised = Some(block);
        self.jump(block, &[]);
        self.builder.switch_to_block(block);
        let raised = self.iconst(Value::RAISED.bits().cast_signed());
        self.builder.ins().return_(&[raised]);
    }

    /// Leaves the function with the exception that is pending: [`Helper::LeaveRaised`].
    pub(super) fn leave_raised(&mut self, instruction: &Instruction) {
        let args = self.operands(instruction);
        let (fixed, words) = args.split_at(Helper::LeaveRaised.parameters().len());
        let &[_, _, at, leaving] = fixed else {
            unreachable!("function, code, place, what is left")
        };
        self.store_outgoing(words);
        let count = self.iconst(words.len() as i64);
        let args = [at, leaving, count];
        if let Some(block) = self.leave.with_exception {
            return self.jump(block, &args);
        }
        let block = self.shared_end(3);
        self.leave.with_exception = Some(block);
        self.enter_shared_end(block, &args);
        let &[at, leaving, count] = self.builder.block_params(block) else {
            unreachable!("it has three")
        };
        let code = self.code_object();
        let words = self.outgoing_address();
        let function = self.helper(Helper::LeaveRaised);
        let all = [self.thread, self.callee, code, at, leaving, words, count];
        self.builder.ins().call(function, &all);
        self.return_raised();
    }

    /// A cold block for all that end in the same way, with so many words as parameters. It belongs to no instruction: when it
    /// calls, the function is no longer on the stack for those who look.
    pub(super) fn shared_end(&mut self, n_params: usize) -> Block {
        let block = self.cold_block();
        for _ in 0..n_params {
            self.builder.append_block_param(block, types::I64);
        }
        block
    }

    /// Goes to a block made by [`Self::shared_end`], and begins to fill it.
    fn enter_shared_end(&mut self, block: Block, args: &[ClifValue]) {
        self.jump(block, args);
        self.builder.switch_to_block(block);
        self.builder.set_srcloc(SourceLoc::default());
    }

    /// The code object of this function.
    fn code_object(&mut self) -> ClifValue {
        let content = Content::Code(self.input.function.code);
        let address = self.data_address(self.cells.offset(&content));
        self.builder
            .ins()
            .load(types::I64, Self::fixed(), address, 0)
    }

    /// Hands the registers to the interpreter and returns what it returns.
    pub(super) fn side_exit(&mut self, instruction: &Instruction, support: Support) {
        let Immediate::Exit(pc, registers) = &instruction.immediate else {
            unreachable!("side exits name an instruction");
        };
        let args = self.operands(instruction);
        self.store_outgoing(&args);
        let offset = self.rodata.len() as u32;
        self.rodata
            .extend(registers.iter().flat_map(|register| register.to_le_bytes()));
        let name = self.names.rodata(self.builder.func, offset);
        let symbol = self.symbol(name);
        let registers = self.builder.ins().symbol_value(types::I64, symbol);
        let pc = self.iconst(i64::from(*pc));
        let count = self.iconst(args.len() as i64);
        let args = [pc, registers, count];
        if let Some(&block) = self.leave.side_exits.get(&support) {
            return self.jump(block, &args);
        }
        let block = self.shared_end(3);
        self.leave.side_exits.insert(support, block);
        self.enter_shared_end(block, &args);
        let &[pc, registers, count] = self.builder.block_params(block) else {
            unreachable!("it has three")
        };
        let code = self.code_object();
        let values = self.outgoing_address();
        let function = self.support(support, 6, true);
        let all = [self.thread, self.callee, code, pc, values, registers, count];
        let call = self.builder.ins().call(function, &all);
        let result = self.builder.inst_results(call)[0];
        self.builder.ins().return_(&[result]);
    }
}

/// How many words the instruction passes in memory.
fn words_in_memory(instruction: &Instruction) -> usize {
    match (instruction.op, &instruction.immediate) {
        (Op::CallHelper | Op::CallSlow | Op::SideExit | Op::SideExitRaised, _) => {
            instruction.args.len()
        }
        (Op::Unpack, Immediate::Int(n)) => *n as usize,
        _ => 0,
    }
}
