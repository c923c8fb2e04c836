//! Generators: native code between two suspensions.
//!
//! ```text
//!   entry ─► which address? ─► take the registers out of the generator ─► … ─► yield: put them back, give the value
//!                  └─ none of ours: the interpreter goes on
//! ```
//!
//! A suspended generator is the same whoever ran it: the interpreter may go on where native code stopped, and the other way
//! round. So everything that is not worth native code (handlers, `throw`, `yield from`) is handed back to it.

use super::context::{Register, Word};
use super::versions::Odds;
use super::{Flow, Translator};
use crate::analysis::Types;
use crate::ir::{Block, Immediate, Op, Type};
use ashore_runtime::abi::{Outcome, Value as PythonValue};

/// Where the generator stands, as the caller says it.
const ADDRESS: usize = 2;

impl Translator<'_> {
    /// The entry block, which is left open for [`Translator::dispatch`], and the beginning of the generator's code.
    pub(super) fn enter_generator(&mut self) -> Block {
        let parameters = [Type::Tagged; 1 + Outcome::N_ARGUMENTS as usize];
        let entry = self.builder.new_block(&parameters, false);
        self.function = self.builder.function.block(entry).params[0];
        self.context.registers = vec![Register::Empty; usize::from(self.code.n_registers)];
        let start = self.block(false);
        self.resumptions.insert(Outcome::START, start);
        self.builder.switch_to(start);
        for register in 0..self.code.n_parameters() {
            self.take_register(register, Types::ANY);
        }
        for register in 0..self.code.n_parameters() {
            self.expect(register, self.guesses.parameter(self.number, register), 0);
        }
        self.goto(0, Odds::Likely);
        entry
    }

    /// Goes from the entry block to where the generator stands.
    pub(super) fn dispatch(&mut self, entry: Block) {
        self.builder.switch_to(entry);
        self.builder.pc = 0;
        let address = self.builder.function.block(entry).params[ADDRESS];
        for (at, block) in std::mem::take(&mut self.resumptions) {
            let here = self
                .builder
                .is_word(address, PythonValue::small_int(i64::from(at)));
            let other = self.block(false);
            self.builder.branch(here, block, other);
            self.builder.switch_to(other);
        }
        self.builder.effect(Op::Decline, &[]);
    }

    /// A generator's frame says which instruction makes a call.
    pub(super) fn set_address(&mut self) {
        if self.code.flags.generator {
            let at = Immediate::Int(i64::from(self.at));
            self.builder.push(Op::SetAddress, at, &[]);
        }
    }

    /// The register becomes the native code's.
    fn take_register(&mut self, register: u16, types: Types) {
        let place = Immediate::Int(i64::from(register));
        let value = self.builder.push(Op::TakeRegister, place, &[])[0];
        self.context.registers[usize::from(register)] = Register::Word(Word::owned(value, types));
    }

    /// `dst = yield src`
    pub(super) fn yield_(&mut self, dst: u16, src: u16) -> Flow {
        let value = self.owned_operand(src);
        if !self.resumptions.contains_key(&self.at) {
            let block = self.block(false);
            self.resumptions.insert(self.at, block);
            let temporaries = self.code.n_locals()..self.code.n_registers;
            let in_use = temporaries.filter(|&r| *self.register(r) != Register::Empty || r == dst);
            let in_use: Vec<u16> = in_use.collect();
            self.aside(block, |t| t.go_on_after_yield(dst, &in_use));
        }
        self.leave(Op::Suspend, &[value]);
        Flow::Done
    }

    /// The generator goes on behind a `yield`. All locals are taken, since a dead one may still own something.
    fn go_on_after_yield(&mut self, dst: u16, temporaries: &[u16]) {
        let (generic, detours) = (self.generic, self.builder.detours);
        (self.generic, self.builder.detours) = (false, true);
        self.rank = 0;
        self.context.registers.fill(Register::Empty);
        for register in (0..self.code.n_locals()).chain(temporaries.iter().copied()) {
            let types = match register == dst || !self.is_local(register) {
                true => Types::ANY,
                false => Types::ANY_OR_MISSING,
            };
            self.take_register(register, types);
        }
        for register in 0..self.code.n_locals() {
            if self.liveness.is_live(self.next, register) {
                let guess = self.guesses.local(self.number, register);
                self.expect(register, guess, self.next);
            }
        }
        self.go_on(Odds::Likely);
        (self.generic, self.builder.detours) = (generic, detours);
    }
}
