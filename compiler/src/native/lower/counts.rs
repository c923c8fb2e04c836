//! Reference counts: the owner's fast path inline, everything else in stubs of the runtime that keep all registers.
//!
//! ```text
//!   tag test ─no object─► done          owner == own id ─► local ±= 1 (down to 0: release)
//!                                       immortal        ─► done
//!                                       otherwise       ─► stub: counted in the shared word
//! ```

use super::super::translate::Support;
use super::Lowering;
use ashore_runtime::abi::IMMORTAL;
use ashore_runtime::abi::layout::{header, thread};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, Value as ClifValue, types};

/// Tagged pointers are one more than the address.
const TAG: i32 = 1;

impl Lowering<'_, '_> {
    /// Goes on in a new block if the word is an object; gives the block where everything meets.
    pub(super) fn if_object(&mut self, value: ClifValue) -> Block {
        let half = self.builder.ins().ireduce(types::I32, value);
        let tag = self.builder.ins().band_imm_u(half, 7);
        let is_object = self.builder.ins().icmp_imm_u(IntCC::Equal, tag, 1);
        let (object, done) = (self.new_block(), self.new_block());
        self.branch(is_object, object, done);
        self.builder.switch_to_block(object);
        done
    }

    /// Goes on in a new block if this thread owns the object. Immortal ones, as constants, functions and classes
    /// are, are not counted; all others are dealt with by `support`, in cold blocks.
    fn if_owned(&mut self, value: ClifValue, done: Block, support: Support) {
        let owner = self
            .builder
            .ins()
            .load(types::I32, Self::flags(), value, header::OWNER - TAG);
        if self.plain_counts {
            // Ownership says nothing then; immortal objects still must not be counted.
            let owned = self.new_block();
            self.builder.ins().brif(owner, owned, &[], done, &[]);
            return self.builder.switch_to_block(owned);
        }
        let own = self
            .builder
            .ins()
            .load(types::I32, Self::fixed(), self.thread, thread::ID);
        let is_own = self.builder.ins().icmp(IntCC::Equal, owner, own);
        let (owned, other, foreign) = (self.new_block(), self.cold_block(), self.cold_block());
        self.branch(is_own, owned, other);
        self.builder.switch_to_block(other);
        const { assert!(IMMORTAL == 0, "tested as a condition") };
        self.builder.ins().brif(owner, foreign, &[], done, &[]);
        self.builder.switch_to_block(foreign);
        self.call_support(support, &[value]);
        self.jump(done, &[]);
        self.builder.switch_to_block(owned);
    }

    /// Whether to count out of line here, in a sixth of the code: where the program seldom comes, and in what a long function
    /// does once. Plain counts too, though their only thread owns all it counts: what they are compared with is to differ from
    /// them in the fast path alone, not in how registers were allocated.
    fn counts_compactly(&self) -> bool {
        self.cold || self.compact
    }

    /// Counts a word up.
    pub(super) fn increment(&mut self, value: ClifValue) {
        if self.counts_compactly() {
            return self.call_support(Support::Increment, &[value]);
        }
        let done = self.if_object(value);
        self.if_owned(value, done, Support::IncrementSlow);
        let local = self
            .builder
            .ins()
            .load(types::I32, Self::flags(), value, header::LOCAL - TAG);
        let more = self.builder.ins().iadd_imm_s(local, 1);
        self.builder
            .ins()
            .store(Self::flags(), more, value, header::LOCAL - TAG);
        self.jump(done, &[]);
        self.builder.switch_to_block(done);
    }

    /// Counts a word down.
    pub(super) fn decrement(&mut self, value: ClifValue) {
        if self.counts_compactly() {
            return self.call_support(Support::Decrement, &[value]);
        }
        let done = self.if_object(value);
        self.if_owned(value, done, Support::DecrementSlow);
        let local = self
            .builder
            .ins()
            .load(types::I32, Self::flags(), value, header::LOCAL - TAG);
        let less = self.builder.ins().iadd_imm_s(local, -1);
        self.builder
            .ins()
            .store(Self::flags(), less, value, header::LOCAL - TAG);
        let last = self.cold_block();
        self.builder.ins().brif(less, done, &[], last, &[]);
        self.builder.switch_to_block(last);
        self.call_support(Support::Release, &[value]);
        self.jump(done, &[]);
        self.builder.switch_to_block(done);
    }
}
