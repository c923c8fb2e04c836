//! Constants, cells, fields, attribute slots, thread state.

use super::Lowering;
use crate::ir::{Field, Immediate, Instruction, Op};
use crate::native::cells::content;
use ashore_runtime::abi::Alias;
use ashore_runtime::abi::FLAG_SHARED;
use ashore_runtime::abi::layout::{Width, header, thread};
use ashore_runtime::abi::program::Content;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::immediates::Ieee64;
use cranelift_codegen::ir::{Block, InstBuilder, MemFlagsData, Value as ClifValue, types};

/// Tagged pointers are one more than the address.
const TAG: i32 = 1;

impl Lowering<'_, '_> {
    pub(super) fn memory(&mut self, instruction: &Instruction) {
        let args = self.operands(instruction);
        let result = match instruction.op {
            Op::Store | Op::StoreItem | Op::StoreSlot => return self.store(instruction, &args),
            Op::Word | Op::I64Const | Op::F64Const => self.constant(&instruction.immediate),
            Op::LoadCell | Op::LoadConstant => self.cell(instruction),
            Op::Site => self.site(&instruction.immediate),
            Op::CodeObject => self.own_word(Content::Code(self.input.function.code)),
            Op::NativeEntry => self.native_entry(&instruction.immediate),
            Op::Load | Op::LoadItem => self.load_field(instruction, &args),
            Op::LoadSite => self
                .builder
                .ins()
                .load(types::I64, Self::flags(), args[0], 0),
            Op::HasEntry => self
                .builder
                .ins()
                .icmp_imm_u(IntCC::UnsignedGreaterThan, args[0], 1),
            Op::SameAddress => self.builder.ins().icmp(IntCC::Equal, args[0], args[1]),
            Op::LoadSlot => {
                let address = self.builder.ins().iadd(args[0], args[1]);
                self.builder
                    .ins()
                    .load(types::I64, Self::flags(), address, -TAG)
            }
            Op::IsSingle => {
                let multi = self.thread_half(thread::MULTI);
                self.builder.ins().icmp_imm_u(IntCC::Equal, multi, 0)
            }
            Op::IsUnshared => self.is_unshared(args[0]),
            Op::Poll => {
                let poll = self.thread_half(thread::POLL);
                self.builder.ins().icmp_imm_u(IntCC::NotEqual, poll, 0)
            }
            Op::Attention => {
                let flags = Self::flags();
                let both =
                    self.builder
                        .ins()
                        .load(types::I64, flags, self.thread, thread::ATTENTION);
                self.builder.ins().icmp_imm_u(IntCC::NotEqual, both, 0)
            }
            Op::EntryCheck => self.entry_check(),
            _ => self.kind_is(&instruction.immediate, args[0]),
        };
        self.define(instruction, 0, result);
    }

    fn constant(&mut self, immediate: &Immediate) -> ClifValue {
        match *immediate {
            Immediate::Word(word) => self.iconst(word.cast_signed()),
            Immediate::Int(number) => self.iconst(number),
            Immediate::Float(bits) => self.builder.ins().f64const(Ieee64::with_bits(bits)),
            ref other => unreachable!("{other:?} is no constant"),
        }
    }

    fn cell(&mut self, instruction: &Instruction) -> ClifValue {
        let Immediate::Cell(index) = instruction.immediate else {
            unreachable!("cell loads name a cell")
        };
        let function = self.input.function;
        let content = content(function, &function.cells[index as usize]);
        let address = self.data_address(self.cells.offset(&content));
        let flags = if instruction.op == Op::LoadConstant {
            Self::fixed()
        } else {
            Self::flags()
        };
        self.builder.ins().load(types::I64, flags, address, 0)
    }

    fn native_entry(&mut self, immediate: &Immediate) -> ClifValue {
        let Immediate::Code(code) = *immediate else {
            unreachable!("native entries are a code object's")
        };
        let address = self.data_address(self.cells.offset(&Content::Entry(code)));
        self.builder
            .ins()
            .load(types::I64, Self::flags(), address, 0)
    }

    /// A word about the function itself, which is there before it first runs.
    fn own_word(&mut self, content: Content) -> ClifValue {
        let address = self.data_address(self.cells.offset(&content));
        self.builder
            .ins()
            .load(types::I64, Self::fixed(), address, 0)
    }

    fn site(&mut self, immediate: &Immediate) -> ClifValue {
        let Immediate::Int(index) = *immediate else {
            unreachable!("sites have a number")
        };
        let base = self.own_word(Content::Sites(self.input.function.code));
        self.builder.ins().iadd_imm_s(base, index * 8)
    }

    /// Address (as base and offset) of a field, or of an element of a run.
    fn place(
        &mut self,
        field: Field,
        args: &[ClifValue],
        is_element: bool,
    ) -> (ClifValue, i32, Width) {
        let place = field.place();
        let tag = if field.base() == crate::ir::Type::Tagged {
            TAG
        } else {
            0
        };
        let mut base = args[0];
        if is_element {
            let scaled = match place.width {
                Width::Byte => args[1],
                Width::Half => self.builder.ins().ishl_imm_u(args[1], 2),
                Width::Word => self.builder.ins().ishl_imm_u(args[1], 3),
            };
            base = self.builder.ins().iadd(base, scaled);
        }
        (base, place.offset - tag, place.width)
    }

    fn field(immediate: &Immediate) -> Field {
        match immediate {
            Immediate::Field(field) => *field,
            other => unreachable!("a field access names a field, not {other:?}"),
        }
    }

    fn load_field(&mut self, instruction: &Instruction, args: &[ClifValue]) -> ClifValue {
        let field = Self::field(&instruction.immediate);
        let (base, offset, width) = self.place(field, args, instruction.op == Op::LoadItem);
        // Never moved: the IR places the load behind the check that makes it safe. x86 loads have acquire order.
        let flags = if field.alias() == Alias::Fixed {
            Self::flags().with_readonly()
        } else {
            Self::flags()
        };
        match width {
            Width::Word => self.builder.ins().load(types::I64, flags, base, offset),
            Width::Half => self.builder.ins().uload32(flags, base, offset),
            Width::Byte => self.builder.ins().uload8(types::I64, flags, base, offset),
        }
    }

    fn store(&mut self, instruction: &Instruction, args: &[ClifValue]) {
        let flags = Self::flags();
        let stored = instruction.args[instruction.args.len() - 1];
        let tagged = self.input.function.ty(stored) == crate::ir::Type::Tagged;
        if tagged && !self.inline[stored.0 as usize] {
            self.publish(args[args.len() - 1]);
        }
        if instruction.op == Op::StoreSlot {
            let address = self.builder.ins().iadd(args[0], args[1]);
            self.builder.ins().store(flags, args[2], address, -TAG);
            return;
        }
        let field = Self::field(&instruction.immediate);
        let (base, offset, width) = self.place(field, args, instruction.op == Op::StoreItem);
        let value = args[args.len() - 1];
        match width {
            Width::Word => self.builder.ins().store(flags, value, base, offset),
            Width::Half => self.builder.ins().istore32(flags, value, base, offset),
            Width::Byte => self.builder.ins().istore8(flags, value, base, offset),
        };
    }

    /// A word is about to be stored where other threads may find it: marks the object it points to as shared.
    fn publish(&mut self, value: ClifValue) {
        let done = self.if_object(value);
        let flags = self
            .builder
            .ins()
            .load(types::I8, Self::flags(), value, header::FLAGS - TAG);
        // Only while nobody else knows the object may its flags be written without care.
        let known = self.builder.ins().band_imm_u(flags, i64::from(FLAG_SHARED));
        let fresh = self.builder.create_block();
        self.builder.ins().brif(known, done, &[], fresh, &[]);
        self.builder.switch_to_block(fresh);
        let shared = self.builder.ins().bor_imm_u(flags, i64::from(FLAG_SHARED));
        self.builder
            .ins()
            .store(Self::flags(), shared, value, header::FLAGS - TAG);
        self.jump(done, &[]);
        self.builder.switch_to_block(done);
    }

    /// The program's only thread has everything for itself. Otherwise an object is private to the thread that made it
    /// until it is stored where others can find it.
    pub(super) fn branch_unshared(&mut self, object: ClifValue, yes: Block, no: Block) {
        let multi = self.thread_half(thread::MULTI);
        let several = self.cold_block();
        self.builder.ins().brif(multi, several, &[], yes, &[]);
        self.builder.switch_to_block(several);
        let header = |this: &mut Self, ty, offset: i32| {
            let flags = Self::flags();
            this.builder.ins().load(ty, flags, object, offset - TAG)
        };
        let flags = header(self, types::I8, header::FLAGS);
        let flags = self.builder.ins().uextend(types::I32, flags);
        let shared = self.builder.ins().band_imm_u(flags, i64::from(FLAG_SHARED));
        let owner = header(self, types::I32, header::OWNER);
        let own = self.thread_half(thread::ID);
        let foreign = self.builder.ins().bxor(owner, own);
        let either = self.builder.ins().bor(shared, foreign);
        self.builder.ins().brif(either, no, &[], yes, &[]);
    }

    /// [`Self::branch_unshared`] as a truth value, where no branch follows at once.
    fn is_unshared(&mut self, object: ClifValue) -> ClifValue {
        let (yes, no) = (self.builder.create_block(), self.cold_block());
        let done = self.builder.create_block();
        let result = self.builder.append_block_param(done, types::I8);
        self.branch_unshared(object, yes, no);
        for (block, truth) in [(yes, 1), (no, 0)] {
            self.builder.switch_to_block(block);
            let truth = self.builder.ins().iconst(types::I8, truth);
            self.jump(done, &[truth]);
        }
        self.builder.switch_to_block(done);
        result
    }

    /// Four bytes of the thread's state, which may change at any time.
    fn thread_half(&mut self, offset: i32) -> ClifValue {
        self.builder
            .ins()
            .load(types::I32, Self::flags(), self.thread, offset)
    }

    fn entry_check(&mut self) -> ClifValue {
        let poll = self.thread_half(thread::POLL);
        let pending = self.builder.ins().icmp_imm_u(IntCC::NotEqual, poll, 0);
        let limit =
            self.builder
                .ins()
                .load(types::I64, Self::flags(), self.thread, thread::STACK_LIMIT);
        let stack = self.builder.ins().get_stack_pointer(types::I64);
        let deep = self
            .builder
            .ins()
            .icmp(IntCC::UnsignedLessThan, stack, limit);
        self.builder.ins().bor(pending, deep)
    }

    fn kind_is(&mut self, immediate: &Immediate, object: ClifValue) -> ClifValue {
        let Immediate::Kind(kind) = *immediate else {
            unreachable!("a kind test names a kind")
        };
        let flags: MemFlagsData = Self::flags().with_readonly();
        let loaded = self
            .builder
            .ins()
            .load(types::I8, flags, object, header::KIND - TAG);
        self.builder
            .ins()
            .icmp_imm_u(IntCC::Equal, loaded, i64::from(kind))
    }
}
