//! Constants, cells, fields, attribute slots, thread state.

use super::Lowering;
use crate::ir::{Field, Immediate, Instruction, Op};
use crate::native::cells::content;
use ashore_runtime::abi::layout::{Width, header, thread};
use ashore_runtime::abi::program::Content;
use ashore_runtime::abi::{Alias, FLAG_SHARED, Helper, IMMORTAL, Kind, Value};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::immediates::Ieee64;
use cranelift_codegen::ir::{
    Block, BlockArg, InstBuilder, MemFlagsData, Value as ClifValue, types,
};

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
            Op::IsOwn => self.is_own(args[0]),
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
                // The word of an int is four times the number.
                Width::Word => match self.untagged.get(&args[1]) {
                    Some(&word) => self.builder.ins().ishl_imm_u(word, 1),
                    None => self.builder.ins().ishl_imm_u(args[1], 3),
                },
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
        if instruction.op == Op::StoreSlot {
            self.publish_part(instruction, args);
            return self.store_slot(args[0], args[1], args[2]);
        }
        if self.is_published(instruction) {
            self.publish(args[args.len() - 1]);
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

    /// Is what an instruction stores, its last operand, anything others may ask about?
    fn is_published(&self, instruction: &Instruction) -> bool {
        let stored = instruction.args[instruction.args.len() - 1];
        let tagged = self.input.function.ty(stored) == crate::ir::Type::Tagged;
        tagged && !self.inline[stored.0 as usize] && !self.floats[stored.0 as usize]
    }

    /// [`Self::publish`] of what an instruction stores, its last operand, as an attribute of its first one: not if that is quiet.
    fn publish_part(&mut self, instruction: &Instruction, args: &[ClifValue]) {
        if !self.is_published(instruction) {
            return;
        }
        let flags = Self::flags();
        let state = header::STATE - TAG;
        let state = self.builder.ins().load(types::I32, flags, args[0], state);
        let state = (self.builder.ins()).band_imm_u(state, i64::from(header::QUIET_MASK));
        let loud =
            (self.builder.ins()).icmp_imm_u(IntCC::NotEqual, state, i64::from(header::QUIET));
        let (known, done) = (self.new_block(), self.new_block());
        self.builder.ins().brif(loud, known, &[], done, &[]);
        self.builder.switch_to_block(known);
        self.publish(args[args.len() - 1]);
        self.jump(done, &[]);
        self.builder.switch_to_block(done);
    }

    /// A word is about to be stored where other threads may find it: marks the object it points to as shared, and what it refers
    /// to, if it is discreet.
    fn publish(&mut self, value: ClifValue) {
        let done = self.if_object(value);
        let flags = self
            .builder
            .ins()
            .load(types::I8, Self::flags(), value, header::FLAGS - TAG);
        // Only while nobody else knows the object may its flags be written without care.
        let known = self.builder.ins().band_imm_u(flags, i64::from(FLAG_SHARED));
        let fresh = self.new_block();
        self.builder.ins().brif(known, done, &[], fresh, &[]);
        self.builder.switch_to_block(fresh);
        let kind = self
            .builder
            .ins()
            .load(types::I8, Self::flags(), value, header::KIND - TAG);
        let group = (self.builder.ins()).band_imm_u(kind, i64::from(Kind::DISCREET_MASK));
        let discreet =
            (self.builder.ins()).icmp_imm_u(IntCC::Equal, group, i64::from(Kind::DISCREET));
        let (parts, single) = (self.cold_block(), self.new_block());
        self.builder.ins().brif(discreet, parts, &[], single, &[]);
        self.builder.switch_to_block(parts);
        self.call_slow(Helper::PublishParts, &[value]);
        self.jump(done, &[]);
        self.builder.switch_to_block(single);
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

    /// Whether [`increment`](Self::increment) needs no stub: the object is this thread's, or not counted at all.
    fn is_own(&mut self, object: ClifValue) -> ClifValue {
        let flags = Self::flags();
        let owner = self
            .builder
            .ins()
            .load(types::I32, flags, object, header::OWNER - TAG);
        let own = self.thread_half(thread::ID);
        let biased = self.builder.ins().icmp(IntCC::Equal, owner, own);
        let immortal = self
            .builder
            .ins()
            .icmp_imm_u(IntCC::Equal, owner, i64::from(IMMORTAL));
        self.builder.ins().bor(biased, immortal)
    }

    /// The cache entry for an object, which for the site's first one is one compare; goes to `none` if there is no such
    /// entry. The helper is asked only when no entry fits.
    ///
    /// ```text
    ///   entry fits? ──no──► next entry? ──no──► helper ──0──► none
    ///     │                   │      ▲             │
    ///     ▼                   ▼      │no           │
    ///   found ◄──yes──────── fits? ──┘             │
    ///     ▲────────────────────────────────────────┘
    /// ```
    pub(super) fn site_entry(
        &mut self,
        instruction: &Instruction,
        args: &[ClifValue],
        none: Block,
    ) -> ClifValue {
        let Immediate::Helper(helper) = instruction.immediate else {
            unreachable!("who makes entries is a helper")
        };
        let (found, miss) = (self.new_block(), self.cold_block());
        let result = self.builder.append_block_param(found, types::I64);
        let passed = self.builder.append_block_param(miss, types::I64);
        let flags = Self::flags();
        let place = Field::ObjectShape.place().offset - TAG;
        let first = self.builder.ins().load(types::I64, flags, args[2], 0);
        let shape = self.builder.ins().load(types::I64, flags, args[0], place);
        self.fits(helper, first, shape, found, miss);
        self.builder.switch_to_block(miss);
        let place = Field::EntryNext.place().offset;
        let next = self.builder.ins().load(types::I64, flags, passed, place);
        let (another, end) = (self.cold_block(), self.cold_block());
        self.builder.ins().brif(next, another, &[], end, &[]);
        self.builder.switch_to_block(another);
        self.fits(helper, next, shape, found, miss);
        self.builder.switch_to_block(end);
        let made = self.call_slow(helper, args)[0];
        let hit = [BlockArg::Value(made)];
        self.builder.ins().brif(made, found, &hit, none, &[]);
        self.builder.switch_to_block(found);
        result
    }

    /// Takes a cache entry to where it is `found` if it is for the shape, as the helper would tell, else to `miss`.
    fn fits(
        &mut self,
        helper: Helper,
        entry: ClifValue,
        shape: ClifValue,
        found: Block,
        miss: Block,
    ) {
        let compared = match helper {
            Helper::MethodToCall => Field::EntryMethodShape,
            _ => Field::EntrySlotShape,
        };
        let place = compared.place().offset;
        let expected = self
            .builder
            .ins()
            .load(types::I64, Self::flags(), entry, place);
        let same = self.builder.ins().icmp(IntCC::Equal, expected, shape);
        let passed = [BlockArg::Value(entry)];
        self.builder.ins().brif(same, found, &passed, miss, &passed);
    }

    /// Replaces a slot's word: at once while nobody else knows the object.
    pub(super) fn replace_slot(
        &mut self,
        instruction: &Instruction,
        args: &[ClifValue],
        yes: Block,
        no: Block,
    ) {
        self.publish_part(instruction, args);
        let (own, other) = (self.new_block(), self.cold_block());
        self.branch_unshared(args[0], own, other);
        self.builder.switch_to_block(other);
        let done = self.call_slow(Helper::ReplaceSlot, &[args[0], args[1], args[3]])[0];
        let truth = self.iconst(Value::TRUE.bits().cast_signed());
        let done = self.builder.ins().icmp(IntCC::Equal, done, truth);
        self.branch(done, yes, no);
        self.builder.switch_to_block(own);
        self.store_slot(args[0], args[2], args[3]);
        self.jump(yes, &[]);
    }

    fn store_slot(&mut self, object: ClifValue, offset: ClifValue, value: ClifValue) {
        let address = self.builder.ins().iadd(object, offset);
        self.builder
            .ins()
            .store(Self::flags(), value, address, -TAG);
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
