//! Going on at an address under a context: finding, making and generalising versions.

use super::context::{Context, Hold, Known, Register, Word};
use super::{Slow, Translator};
use crate::analysis::Types;
use crate::ir::{Block, Immediate, Op, Type, Value};
use ashore_runtime::abi::Kind;

/// Versions an address may have besides the generic one.
const LIMIT: usize = 4;

/// How likely an outcome is, and so how much code it is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Odds {
    /// Gets a version of its own.
    Likely,
    /// Gets one while there are few.
    Possible,
    /// Goes on in the generic version, unless one fits exactly.
    Rare,
}

/// A test for one type.
#[derive(Clone, Copy)]
pub(super) enum Guard {
    /// By the word's tag.
    Tag(Op, Types),
    /// By the object's kind.
    Kind(Kind, Types),
}

impl Guard {
    /// The test for what a value is likely to be, if one test will do.
    pub(super) fn of(guess: Types) -> Option<Guard> {
        match guess {
            Types::INT => Some(Guard::Tag(Op::IsInt, guess)),
            Types::INLINE_FLOAT | Types::FLOAT => {
                Some(Guard::Tag(Op::IsFloat, Types::INLINE_FLOAT))
            }
            Types::BOOL => Some(Guard::Tag(Op::IsBool, guess)),
            Types::LIST => Some(Guard::Kind(Kind::LIST, guess)),
            Types::TUPLE => Some(Guard::Kind(Kind::TUPLE, guess)),
            Types::STR => Some(Guard::Kind(Kind::STR, guess)),
            _ => None,
        }
    }
}

/// One translation of the code at an address.
pub(super) struct Version {
    /// The context it was made for, without values.
    shape: Context,
    block: Block,
}

/// A version that is still to be translated.
pub(super) struct Pending {
    pub at: u32,
    pub block: Block,
    /// The context, holding the block's parameters.
    pub context: Context,
    pub generic: bool,
    /// See [`Translator::rank`].
    pub rank: u32,
}

impl Translator<'_> {
    /// Ends the block by going on at `at`.
    pub(super) fn goto(&mut self, at: u32, odds: Odds) {
        debug_assert!(
            self.context.scratch.is_empty(),
            "scratch left at {}",
            self.at
        );
        let is_loop = self.liveness.is_loop(at);
        self.prune(at);
        if is_loop {
            self.secure();
        }
        if let Some(block) = self.find(at) {
            return self.jump(block);
        }
        let versions = self.versions.get(&at).map_or(0, Vec::len);
        let limit = match odds {
            Odds::Likely => LIMIT,
            Odds::Possible => LIMIT / 2,
            Odds::Rare if is_loop => LIMIT,
            Odds::Rare => 0,
        };
        let generalise = self.generic || versions >= limit;
        if generalise {
            self.generalise();
            if let Some(block) = self.find(at) {
                return self.jump(block);
            }
        }
        // Each round of a loop is a new chance to find out what the values are.
        self.make(at, generalise && !is_loop);
    }

    /// Goes on at the next instruction.
    pub(super) fn go_on(&mut self, odds: Odds) {
        self.goto(self.next, odds);
    }

    /// Tests that a register holds what it is likely to; where it does not, goes on at `at` in the generic version.
    pub(super) fn expect(&mut self, register: u16, guess: Types, at: u32) {
        let Some(word) = self.register(register).word().cloned() else {
            return;
        };
        if self.generic || word.types.within(guess) {
            return;
        }
        let other = |t: &mut Self| t.goto(at, Odds::Rare);
        match Guard::of(guess) {
            Some(Guard::Tag(test, types)) => {
                let holds = self.builder.op(test, &[word.value]);
                self.unless(holds, other);
                self.refine(word.value, types);
            }
            Some(Guard::Kind(kind, types)) => {
                let odd = self.slow();
                self.unless_kind(word.value, kind, &odd);
                self.finish_slow(odd, other);
                self.refine(word.value, types);
            }
            None => {}
        }
    }

    /// [`Self::expect`] of what the instruction under way wrote, for what follows it.
    pub(super) fn expect_result(&mut self, register: u16) {
        let guess = self.guesses.result(self.number, self.at, register);
        self.expect(register, guess, self.next);
    }

    /// Goes on where the word is an object of exactly this kind, otherwise `slow`.
    pub(super) fn unless_kind(&mut self, word: Value, kind: Kind, slow: &Slow) {
        let object = self.builder.op(Op::IsObject, &[word]);
        self.unless_slow(object, slow);
        let right = Immediate::Kind(kind.0);
        let right = self.builder.push(Op::KindIs, right, &[word])[0];
        self.unless_slow(right, slow);
    }

    /// The version to translate next: the likeliest, so that it is there when an address has had its share of versions.
    pub(super) fn pending(&mut self) -> Option<Pending> {
        let ranked = self.queue.iter().enumerate();
        let next = ranked.min_by_key(|(index, pending)| (pending.rank, std::cmp::Reverse(*index)));
        match next.map(|(index, _)| index) {
            Some(index) => Some(self.queue.remove(index)),
            None => self.later.pop(),
        }
    }

    fn find(&self, at: u32) -> Option<Block> {
        let shape = self.context.shape();
        let versions = self.versions.get(&at)?;
        versions
            .iter()
            .find(|version| version.shape == shape)
            .map(|version| version.block)
    }

    fn jump(&mut self, block: Block) {
        let values = self.context.values();
        self.builder.jump(block, &values);
    }

    fn make(&mut self, at: u32, generic: bool) {
        let values = self.context.values();
        let types: Vec<Type> = values
            .iter()
            .map(|&value| self.builder.function.ty(value))
            .collect();
        let cold = generic && self.builder.function.block(self.builder.current()).cold;
        let block = self.builder.new_block(&types, cold);
        self.builder.jump(block, &values);
        let mut context = self.context.clone();
        context.set_values(&self.builder.function.block(block).params.clone());
        self.versions.entry(at).or_default().push(Version {
            shape: context.shape(),
            block,
        });
        let queue = if generic {
            &mut self.later
        } else {
            &mut self.queue
        };
        queue.push(Pending {
            at,
            block,
            context,
            generic,
            rank: self.rank,
        });
    }

    /// Forgets what the code from `at` on will not ask for. A dead local that owns an object keeps it: it is released when
    /// the local is overwritten or the function returns, not earlier.
    fn prune(&mut self, at: u32) {
        let is_loop = self.liveness.is_loop(at);
        for register in 0..self.code.n_registers {
            let live = self.liveness.is_live(at, register);
            let local = self.is_local(register);
            let owns = match self.register(register) {
                Register::Word(word) => word.hold != Hold::Outside,
                Register::ListIterator(..) | Register::Tuple(_) => true,
                _ => false,
            };
            if !live && !owns {
                self.context.registers[usize::from(register)] = Register::Empty;
            } else if !live && local {
                self.forget(register);
            } else if let Register::Word(word) = &mut self.context.registers[usize::from(register)]
                && matches!(word.known, Known::Int(_))
                && (local || is_loop)
            {
                word.known = Known::Nothing;
            }
        }
    }

    /// Reduces a dead local to the reference it owns.
    fn forget(&mut self, register: u16) {
        let value = self.owned_copy(register);
        self.context.registers[usize::from(register)] =
            Register::Word(Word::owned(value, Types::ANY_OR_MISSING));
    }

    /// The context of which nothing is known: every local and every temporary in use is an owned word of any type.
    fn generalise(&mut self) {
        for register in 0..self.code.n_registers {
            if !self.is_local(register) && *self.register(register) == Register::Empty {
                continue;
            }
            let value = self.owned_copy(register);
            self.context.registers[usize::from(register)] =
                Register::Word(Word::owned(value, Types::ANY_OR_MISSING));
        }
    }

    /// The register's value as a word with a reference of its own, which the register gives up.
    pub(super) fn owned_copy(&mut self, register: u16) -> Value {
        let held = std::mem::replace(
            &mut self.context.registers[usize::from(register)],
            Register::Empty,
        );
        self.own(held)
    }
}
