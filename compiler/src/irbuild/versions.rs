//! Going on at an address under a context: finding, making and generalising versions.

use super::context::{Context, Hold, Known, Range, Register, Step, Word};
use super::{Slow, Translator};
use crate::analysis::Types;
use crate::ir::{Block, Helper, Immediate, Op, Type, Value};
use ashore_runtime::abi::{Kind, Value as PythonValue};

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
    /// The same without what is known of lists.
    unlisted: Context,
    block: Block,
    generic: bool,
}

impl Version {
    fn new(shape: Context, block: Block, generic: bool) -> Version {
        Version {
            unlisted: shape.unlisted(),
            shape,
            block,
            generic,
        }
    }
}

/// A version that is still to be translated.
pub(super) struct Pending {
    pub at: u32,
    pub block: Block,
    /// The context, holding the block's parameters.
    pub context: Context,
    pub generic: bool,
    /// Likely code has tried the instruction.
    pub redo: bool,
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
        self.settle_lists(at);
        if let Some(block) = self.find(at) {
            return self.jump(block);
        }
        let versions = self.versions.get(&at).map_or(0, Vec::len);
        let limit = match odds {
            _ if self.generic => 0,
            Odds::Likely => LIMIT,
            Odds::Possible => LIMIT / 2,
            Odds::Rare => 0,
        };
        if versions < limit {
            return self.make(at, false);
        }
        // Which versions there are is known when all likely code is translated.
        self.leave_for(at, false);
    }

    /// Ends the block: the instruction under way is done again in the generic version, because it is not what likely code
    /// takes it for.
    pub(super) fn redo(&mut self) {
        self.prune(self.at);
        self.settle_lists(self.at);
        self.leave_for(self.at, true);
    }

    /// Ends the block by leaving likely code.
    fn leave_for(&mut self, at: u32, redo: bool) {
        let shape = self.context.shape();
        let landings = self.gates.entry((at, redo)).or_default();
        if let Some(landing) = landings.iter().find(|landing| landing.shape == shape) {
            let block = landing.block;
            return self.jump(block);
        }
        let (block, context) = self.landing(true);
        self.builder.function.block_mut(block).gate = true;
        let version = Version::new(shape, block, false);
        self.gates.entry((at, redo)).or_default().push(version);
        self.landings.push(Pending {
            at,
            block,
            context,
            generic: false,
            redo,
            rank: self.rank,
        });
    }

    /// Ends the block with a jump to a new one, which has the context's values as parameters.
    fn landing(&mut self, cold: bool) -> (Block, Context) {
        let values = self.context.values();
        let types: Vec<Type> = values
            .iter()
            .map(|&value| self.builder.function.ty(value))
            .collect();
        let block = self.builder.new_block(&types, cold);
        self.builder.jump(block, &values);
        let mut context = self.context.shape();
        context.set_values(&self.builder.function.block(block).params.clone());
        (block, context)
    }

    /// Ends the block by going to one made for likely values through a gate.
    fn pass_gate(&mut self, block: Block) {
        let (gate, context) = self.landing(true);
        self.builder.function.block_mut(gate).gate = true;
        self.builder.switch_to(gate);
        self.context = context;
        self.jump(block);
    }

    /// Goes on from rare or generic code, now that the likely versions are there.
    pub(super) fn land(&mut self, landing: Pending) {
        self.builder.switch_to(landing.block);
        self.builder.pc = landing.at;
        self.context = landing.context;
        self.rank = landing.rank;
        self.generic = false;
        self.builder.detours = true;
        self.builder.epoch = 0;
        let at = landing.at;
        if landing.redo {
            return self.go_generic(at);
        }
        if let Some(block) = self.find(at) {
            return self.pass_gate(block);
        }
        let is_loop = self.liveness.is_loop(at);
        if is_loop && self.reenter(at) {
            return;
        }
        self.go_generic(at);
    }

    /// Ends the block by going on at `at` under the context of which nothing is known.
    fn go_generic(&mut self, at: u32) {
        self.generalise();
        match self.find(at) {
            Some(block) => self.jump(block),
            None => self.make(at, true),
        }
    }

    /// Ends the block by going back, from rare or generic code, into a version of a loop made for likely values, if tests
    /// can tell whether that fits.
    fn reenter(&mut self, at: u32) -> bool {
        let fits = |t: &Self, version: &Version| {
            let wanted = &version.shape.registers;
            !version.generic && (0..).zip(wanted).all(|(r, wanted)| t.can_become(r, wanted))
        };
        let versions = self.versions.get(&at).into_iter().flatten();
        let Some(version) = versions.into_iter().find(|&version| fits(self, version)) else {
            return false;
        };
        let (block, wanted) = (version.block, version.shape.registers.clone());
        let odd = self.slow();
        for (register, wanted) in (0..).zip(&wanted) {
            self.test_for(register, wanted, &odd);
        }
        self.finish_slow(odd, |t| t.go_generic(at));
        for (register, wanted) in (0..).zip(&wanted) {
            self.reclaim(register, wanted, at);
        }
        for (register, wanted) in (0..).zip(&wanted) {
            self.become_like(register, wanted);
        }
        self.match_lists(&wanted);
        self.pass_gate(block);
        true
    }

    /// Whether tests can tell if what a register holds can be passed as what a version wants there.
    fn can_become(&self, register: u16, wanted: &Register) -> bool {
        let own = self.register(register);
        match (own, wanted) {
            (Register::Word(own), Register::Word(wanted)) => {
                let held = wanted.hold == Hold::Owned
                    || wanted.hold == Hold::Outside && !wanted.types.may_be(Types::HEAP);
                let typed = own.types.within(wanted.types) || Guard::of(wanted.types).is_some();
                held && typed && wanted.known == Known::Nothing
            }
            (Register::Word(_) | Register::Float(_), Register::Float(_)) => true,
            (Register::Word(own), Register::RangeIterator(range)) => {
                own.hold == Hold::Owned && matches!(range.step, Step::Constant(_))
            }
            (Register::Word(own), Register::ListIterator(list, _)) => {
                own.hold == Hold::Owned && list.hold == Hold::Owned
            }
            (_, Register::Word(wanted)) => {
                wanted.hold == Hold::Owned && own.types().within(wanted.types)
            }
            (Register::Word(_) | Register::Float(_) | Register::Empty, Register::Empty) => {
                self.is_local(register)
            }
            _ => false,
        }
    }

    /// Takes a real iterator apart where a version goes on without one; if others have it too, everything goes on in the
    /// generic version.
    fn reclaim(&mut self, register: u16, wanted: &Register, at: u32) {
        let Some(own) = self.register(register).word().cloned() else {
            return;
        };
        let (helper, args) = match wanted {
            Register::RangeIterator(Range {
                step: Step::Constant(step),
                ..
            }) => {
                let step = self.builder.word(PythonValue::small_int(*step));
                (Helper::ReclaimRange, vec![own.value, step])
            }
            Register::ListIterator(..) => (Helper::ReclaimListIterator, vec![own.value]),
            _ => return,
        };
        let parts = self.builder.call_helper(helper, &args);
        let failed = self.builder.is_word(parts[0], PythonValue::MISSING);
        self.if_rare(failed, |t| t.go_generic(at));
        self.context.registers[usize::from(register)] = match wanted {
            Register::RangeIterator(range) => Register::RangeIterator(Range {
                start: parts[0],
                stop: parts[1],
                step: range.step,
            }),
            _ => Register::ListIterator(Word::owned(parts[0], Types::LIST), parts[1]),
        };
    }

    /// Tests that what a register holds can be passed as what a version wants there; otherwise `odd`.
    fn test_for(&mut self, register: u16, wanted: &Register, odd: &Slow) {
        let Some(own) = self.register(register).word().cloned() else {
            return;
        };
        let types = match wanted {
            // A dead local that owns an object has to keep it.
            Register::Empty if own.types.may_be(Types::HEAP) => {
                let object = self.builder.op(Op::IsObject, &[own.value]);
                return self.if_slow(object, odd);
            }
            Register::Word(wanted) => wanted.types,
            Register::Float(_) => Types::INLINE_FLOAT,
            _ => return,
        };
        if own.types.within(types) {
            return;
        }
        match Guard::of(types) {
            Some(Guard::Tag(test, types)) => {
                let holds = self.builder.op(test, &[own.value]);
                self.unless_slow(holds, odd);
                self.refine(own.value, types);
            }
            Some(Guard::Kind(kind, types)) => {
                self.unless_kind(own.value, kind, odd);
                self.refine(own.value, types);
            }
            None => unreachable!("registers that cannot become what is wanted are not tested"),
        }
    }

    /// Brings a register into the form a version wants, its types having been tested.
    fn become_like(&mut self, register: u16, wanted: &Register) {
        let index = usize::from(register);
        match wanted {
            Register::Empty => self.context.registers[index] = Register::Empty,
            Register::Word(word) if self.register(register).word().is_none() => {
                let value = self.owned_copy(register);
                self.context.registers[index] = Register::Word(Word::owned(value, word.types));
            }
            Register::Word(wanted) => {
                let value = match wanted.hold {
                    Hold::Owned => self.owned_copy(register),
                    _ => self.word(register),
                };
                let word = Word {
                    value,
                    fields: None,
                    ..wanted.clone()
                };
                self.context.registers[index] = Register::Word(word);
            }
            _ => {}
        }
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
        // Locals may be used by loops to come.
        let sparing = self.is_sparing() && !self.is_local(register);
        if self.generic || sparing || word.types.within(guess) {
            return;
        }
        match Guard::of(guess) {
            Some(Guard::Tag(test, types)) => {
                let holds = self.builder.op(test, &[word.value]);
                self.unless(holds, |t| t.goto(at, Odds::Rare));
                self.refine(word.value, types);
            }
            // Tested where it is of use, unless that may be in a loop again and again.
            Some(Guard::Kind(kind, types)) if types != Types::STR && self.is_local(register) => {
                let odd = self.slow();
                self.unless_kind(word.value, kind, &odd);
                self.finish_slow(odd, |t| t.goto(at, Odds::Rare));
                self.refine(word.value, types);
            }
            _ => {}
        }
    }

    /// Tests that an operand of the instruction under way is of the kind that it is likely to be; where it is not, the
    /// generic version does the instruction.
    pub(super) fn expect_operand(&mut self, register: u16) {
        let Some(word) = self.register(register).word().cloned() else {
            return;
        };
        let guess = self.guesses.operand(self.number, self.at, register);
        if let Some(Guard::Kind(kind, types)) = Guard::of(guess)
            && !self.generic
            && !self.is_sparing()
            && !word.types.within(guess)
        {
            let odd = self.slow();
            self.unless_kind(word.value, kind, &odd);
            self.finish_slow(odd, Translator::redo);
            self.refine(word.value, types);
        }
    }

    /// Types that an operand of the instruction under way may have and is likely to. If nothing is known, that is anything
    /// but a float in a loop (floats are seldom found where nothing else is known); elsewhere tests would be code that hardly
    /// pays.
    pub(super) fn likely(&self, register: u16) -> Types {
        let types = self.register(register).types();
        let mut guess = self.guesses.operand(self.number, self.at, register);
        if guess.may_be(Types::FLOAT) {
            guess = guess | Types::FLOAT;
        }
        let unknown = Types::ANY.within(types);
        if unknown && self.is_sparing() {
            types & Types::OBJECT
        } else if types.may_be(guess) {
            types & guess
        } else if unknown && guess == Types::NOTHING {
            match self.liveness.in_loop(self.at) {
                true => types - Types::FLOAT,
                false => types & Types::OBJECT,
            }
        } else {
            types
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
        next.map(|(index, _)| index)
            .map(|index| self.queue.remove(index))
    }

    /// A version made for this context. Where one expects a dead local that may own an object, there may be none.
    fn find(&mut self, at: u32) -> Option<Block> {
        let shape = self.context.shape().unlisted();
        let versions = self.versions.get(&at)?;
        let dead = |register: usize, wanted: &Register| {
            let register = register as u16;
            let forgotten = Register::Word(Word::owned(Value(0), Types::ANY_OR_MISSING));
            *wanted == forgotten
                && self.is_local(register)
                && *self.register(register) == Register::Empty
                && !self.liveness.is_live(at, register)
        };
        let exact = versions.iter().find(|version| version.unlisted == shape);
        let version = exact.or_else(|| {
            versions.iter().find(|version| {
                let registers = shape.registers.iter().zip(&version.unlisted.registers);
                let mut registers = registers.enumerate();
                registers.all(|(i, (own, wanted))| own == wanted || dead(i, wanted))
            })
        })?;
        let (block, wanted) = (version.block, version.shape.registers.clone());
        for (register, wanted) in (0..).zip(&wanted) {
            if *wanted != Register::Empty && *self.register(register) == Register::Empty {
                self.become_like(register, wanted);
            }
        }
        self.match_lists(&wanted);
        Some(block)
    }

    fn jump(&mut self, block: Block) {
        let values = self.context.values();
        self.builder.jump(block, &values);
    }

    fn make(&mut self, at: u32, generic: bool) {
        let cold = generic && self.builder.function.block(self.builder.current()).cold;
        let (block, context) = self.landing(cold);
        let version = Version::new(context.shape(), block, generic);
        self.versions.entry(at).or_default().push(version);
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
            redo: false,
            rank: self.rank,
        });
    }

    /// Forgets what the code from `at` on will not ask for. A dead local that owns an object keeps it: it is released when
    /// the local is overwritten or the function returns, not earlier.
    fn prune(&mut self, at: u32) {
        let is_loop = self.liveness.is_loop(at);
        for register in 0..self.code.n_registers {
            let local = self.is_local(register);
            // The variables of a suspended generator can be looked at.
            let live = self.liveness.is_live(at, register) || local && self.code.flags.generator;
            let owns = match self.register(register) {
                Register::Word(word) => word.hold != Hold::Outside,
                Register::ListIterator(..) | Register::Tuple(_) | Register::Slice(_) => true,
                _ => false,
            };
            if !live && !owns && local && is_loop && self.may_own(register) {
                // As in later rounds, when it owns what it was left with.
                let none = self.builder.word(PythonValue::MISSING);
                self.context.registers[usize::from(register)] =
                    Register::Word(Word::owned(none, Types::ANY_OR_MISSING));
            } else if !live && !owns {
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

    /// Whether a local is likely to hold heap objects at some time.
    fn may_own(&self, register: u16) -> bool {
        let guess = self.guesses.local(self.number, register);
        guess == Types::NOTHING || guess.may_be(Types::HEAP)
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
