//! References: who keeps the values in registers alive.
//!
//! As in the interpreter, an instruction borrows its operands, computes, then consumes its temporaries, then writes its
//! result; so when it raises, everything it was given is still there to be released or handed over. Before anything that
//! may run Python code, words borrowed from memory are [secured](Translator::secure).

use super::context::{Hold, Known, Range, Register, Step, Word};
use super::{Slow, Translator};
use crate::analysis::Types;
use crate::ir::{Block, Helper, Immediate, Op, Type, Value};
use ashore_runtime::abi::{Leaving, Value as PythonValue};

/// An argument of a helper.
#[derive(Clone, Copy)]
pub(super) enum Arg {
    /// Value of a register, as a word.
    Register(u16),
    /// Value of a register, MISSING if there is none.
    Optional(ashore_bytecode::OptSrc),
    /// Interned name.
    Name(ashore_bytecode::Name),
    /// Constant of the code.
    Constant(ashore_bytecode::Const),
    /// Inline-cache site.
    Site(ashore_bytecode::Site),
    /// An untagged number.
    Number(i64),
    /// The function that runs.
    Function,
}

impl Translator<'_> {
    /// The register's value as a tagged word, which stays the register's.
    pub(super) fn word(&mut self, register: u16) -> Value {
        let index = usize::from(register);
        match &self.context.registers[index] {
            Register::Word(word) => word.value,
            Register::Empty => self.builder.word(PythonValue::MISSING),
            &Register::Float(float) if self.is_local(register) => {
                let boxed = self.builder.op(Op::BoxFloat, &[float]);
                self.context.scratch.push(boxed);
                boxed
            }
            _ => {
                let types = self.register(register).types();
                let value = self.owned_copy(register);
                self.context.registers[index] = Register::Word(Word::owned(value, types));
                value
            }
        }
    }

    /// An argument of a helper.
    pub(super) fn arg(&mut self, arg: Arg) -> Value {
        match arg {
            Arg::Register(register) => self.word(register),
            Arg::Optional(register) => match register.get() {
                Some(register) => self.word(register.0),
                None => self.builder.word(PythonValue::MISSING),
            },
            Arg::Name(name) => self.name(name.0),
            Arg::Constant(k) => self.constant(k.0),
            Arg::Site(site) => self
                .builder
                .push(Op::Site, Immediate::Int(i64::from(site.0)), &[])[0],
            Arg::Number(number) => self.builder.i64(number),
            Arg::Function => self.function,
        }
    }

    /// Makes a word with a reference of its own out of what a register held.
    pub(super) fn own(&mut self, held: Register) -> Value {
        match held {
            Register::Empty => self.builder.word(PythonValue::MISSING),
            Register::Word(word) => {
                self.count(&word);
                word.value
            }
            Register::Float(float) => self.builder.op(Op::BoxFloat, &[float]),
            Register::Range(range) => self.make_range(Helper::NewRange, &range),
            Register::RangeIterator(range) => self.make_range(Helper::NewRangeIterator, &range),
            Register::ListIterator(list, index) => {
                let made = self
                    .builder
                    .call_helper(Helper::NewListIterator, &[list.value, index])[0];
                if list.hold == Hold::Owned {
                    self.builder.effect(Op::Decref, &[list.value]);
                }
                made
            }
            Register::Tuple(items) => self.make_of(Helper::NewTuple, items),
            Register::Slice(parts) => self.make_of(Helper::NewSlice, parts),
        }
    }

    /// Makes an object out of parts, which are consumed.
    fn make_of(&mut self, helper: Helper, parts: Vec<Register>) -> Value {
        let parts: Vec<Value> = parts.into_iter().map(|part| self.own(part)).collect();
        let made = self.builder.call_helper(helper, &parts)[0];
        for part in parts {
            self.builder.effect(Op::Decref, &[part]);
        }
        made
    }

    fn make_range(&mut self, helper: Helper, range: &Range) -> Value {
        let step = match range.step {
            Step::Constant(step) => self.builder.word(PythonValue::small_int(step)),
            Step::Positive(step) => step,
        };
        self.builder
            .call_helper(helper, &[range.start, range.stop, step])[0]
    }

    /// Counts a word up unless it owns a reference already, or needs none.
    fn count(&mut self, word: &Word) {
        if !word.types.may_be(Types::HEAP) {
            return;
        }
        match word.hold {
            Hold::Owned => {}
            Hold::Slot => self.builder.effect(Op::Secure, &[word.value]),
            Hold::Outside | Hold::Local(_) => self.builder.effect(Op::Incref, &[word.value]),
        }
    }

    /// Goes on where a word loaded from a container can be borrowed: it is no heap object, or nobody else can find the
    /// container. Otherwise `slow`, where the runtime loads and counts it in one go; there, too, if a racing writer has
    /// emptied the place.
    pub(super) fn unless_borrowed(&mut self, value: Value, container: Value, slow: &Slow) {
        let on = self.block(false);
        let unshared = (Op::IsUnshared, &[container][..]);
        self.borrow(value, unshared, slow.block, (on, slow.block));
        self.builder.switch_to(on);
    }

    /// The same where the word is counted at once. Then it may also be this thread's own; and the container may be one that
    /// everybody can find, as that of the globals.
    pub(super) fn unless_countable(&mut self, value: Value, container: Option<Value>, slow: &Slow) {
        let (shared, on) = (self.block(false), self.block(false));
        let test = match &container {
            Some(container) => (Op::IsUnshared, std::slice::from_ref(container)),
            None => (Op::IsSingle, &[][..]),
        };
        self.borrow(value, test, slow.block, (on, shared));
        self.builder.switch_to(shared);
        let own = self.builder.op(Op::IsOwn, &[value]);
        self.builder.branch(own, on, slow.block);
        self.builder.switch_to(on);
    }

    /// Where to go with a word loaded from a container: `vacant`, or `on` if it is no heap object or the test holds,
    /// otherwise the last.
    fn borrow(
        &mut self,
        value: Value,
        (test, operands): (Op, &[Value]),
        vacant: Block,
        (on, shared): (Block, Block),
    ) {
        let object = self.builder.op(Op::IsObject, &[value]);
        let (check, inline) = (self.block(false), self.block(false));
        self.builder.branch(object, check, inline);
        self.builder.switch_to(inline);
        let missing = self.builder.is_word(value, PythonValue::MISSING);
        self.builder.branch(missing, vacant, on);
        self.builder.switch_to(check);
        let borrowed = self.builder.op(test, operands);
        self.builder.branch(borrowed, on, shared);
    }

    /// Reads an operand as a word with a reference of its own.
    pub(super) fn owned_operand(&mut self, register: u16) -> Value {
        let held = self.read(register);
        self.own(held)
    }

    /// Gives every word borrowed from memory a reference of its own: what follows may run Python code. That may also give
    /// functions other code than they are known to have.
    pub(super) fn secure(&mut self) {
        let mut borrowed = Vec::new();
        for register in &mut self.context.registers {
            register.words_mut(&mut |word| {
                if matches!(word.known, Known::Function(_)) {
                    word.known = Known::Nothing;
                }
                if word.hold == Hold::Slot {
                    word.hold = Hold::Owned;
                    borrowed.push(word.value);
                }
            });
        }
        for value in borrowed {
            self.builder.effect(Op::Secure, &[value]);
        }
    }

    /// Gives words that rely on a local's reference one of their own: the local is about to lose its own.
    fn detach(&mut self, local: u16) {
        let mut relying = Vec::new();
        for register in &mut self.context.registers {
            register.words_mut(&mut |word| {
                if word.hold == Hold::Local(local) {
                    word.hold = Hold::Owned;
                    relying.push(word.value);
                }
            });
        }
        for value in relying {
            self.builder.effect(Op::Incref, &[value]);
        }
    }

    /// Releases what was taken out of a register.
    pub(super) fn release(&mut self, mut held: Register) {
        let mut owned = Vec::new();
        held.words_mut(&mut |word| {
            if word.hold == Hold::Owned {
                owned.push(word.value);
            }
        });
        if !owned.is_empty() {
            self.secure();
        }
        for value in owned {
            self.builder.effect(Op::Decref, &[value]);
        }
    }

    /// Takes what a register holds, leaving it empty.
    pub(super) fn take(&mut self, register: u16) -> Register {
        if self.is_local(register) {
            self.detach(register);
        }
        std::mem::replace(
            &mut self.context.registers[usize::from(register)],
            Register::Empty,
        )
    }

    /// Ends the use of an operand: a temporary is consumed, a local stays.
    pub(super) fn consume(&mut self, register: u16) {
        if !self.is_local(register) {
            let held = self.take(register);
            self.release(held);
        }
    }

    /// Releases what the instruction under way made for itself.
    pub(super) fn release_scratch(&mut self) {
        let scratch = std::mem::take(&mut self.context.scratch);
        if !scratch.is_empty() {
            self.secure();
        }
        for value in scratch {
            self.builder.effect(Op::Decref, &[value]);
        }
    }

    /// Writes a register and releases what it held.
    pub(super) fn set(&mut self, register: u16, new: Register) {
        let index = usize::from(register);
        if !self.is_local(register) {
            self.context.registers[index] = self.settle(new);
            return;
        }
        let mut new = self.settle(new);
        // A local lives long: it would be counted at the first slow path, and each such path would lead to versions of
        // its own for what follows.
        if let Register::Word(word) = &mut new
            && word.hold == Hold::Slot
        {
            self.builder.effect(Op::Secure, &[word.value]);
            word.hold = Hold::Owned;
        }
        // The new value may rely on what the register held; in its place it is secured with everything else.
        let old = std::mem::replace(&mut self.context.registers[index], new);
        self.detach(register);
        self.release(old);
    }

    /// Writes an owned word of these types.
    pub(super) fn set_owned(&mut self, register: u16, value: Value, types: Types) {
        self.set(register, Register::Word(Word::owned(value, types)));
    }

    /// The form a value is kept in: words known to be inline floats become doubles.
    fn settle(&mut self, register: Register) -> Register {
        match register {
            Register::Word(word) if word.types == Types::INLINE_FLOAT => {
                Register::Float(self.builder.op(Op::UnboxFloat, &[word.value]))
            }
            Register::Word(word) => Register::Word(word.settled()),
            other => other,
        }
    }

    /// What reading a `Src` operand gives: a temporary is moved out, a local shares its value.
    pub(super) fn read(&mut self, register: u16) -> Register {
        if self.is_local(register) {
            self.share(register)
        } else {
            self.take(register)
        }
    }

    /// A second use of a register's value, which stays there.
    pub(super) fn share(&mut self, register: u16) -> Register {
        let mut copy = self.register(register).clone();
        match &mut copy {
            Register::Word(word) => {
                if word.hold == Hold::Owned && self.is_local(register) {
                    word.hold = Hold::Local(register);
                } else if word.hold == Hold::Owned {
                    self.builder.effect(Op::Incref, &[word.value]);
                }
            }
            Register::Empty | Register::Float(_) | Register::Range(_) => {}
            // Objects with an identity are made before two registers share them.
            Register::RangeIterator(_)
            | Register::ListIterator(..)
            | Register::Tuple(_)
            | Register::Slice(_) => {
                self.word(register);
                return self.share(register);
            }
        }
        copy
    }

    /// Notes in every register that holds `value` that its type is among `types`.
    pub(super) fn refine(&mut self, value: Value, types: Types) {
        for index in 0..self.context.registers.len() {
            let Register::Word(word) = &mut self.context.registers[index] else {
                continue;
            };
            if word.value != value {
                continue;
            }
            word.types = word.types & types;
            let refined = Register::Word(word.clone());
            self.context.registers[index] = self.settle(refined);
        }
    }

    /// Calls a helper; where it raises, the instruction does.
    pub(super) fn call(&mut self, helper: Helper, args: &[Value]) -> Vec<Value> {
        let effects = helper.effects();
        if effects.calls || effects.raises {
            self.secure();
            self.set_address();
        }
        let results = self.builder.call_helper(helper, args);
        if effects.raises {
            self.check_raised(results[0]);
        }
        results
    }

    /// Goes on where `result` is no RAISED.
    pub(super) fn check_raised(&mut self, result: Value) {
        let raised = self.builder.is_word(result, PythonValue::RAISED);
        self.if_rare(raised, |t| t.raise());
    }

    /// An instruction done by a helper: `dst = helper(args)`; then the registers in `consumed` are.
    pub(super) fn by_helper(
        &mut self,
        helper: Helper,
        args: &[Arg],
        consumed: &[u16],
        dst: Option<(u16, Types)>,
    ) -> super::Flow {
        let args: Vec<Value> = args.iter().map(|&arg| self.arg(arg)).collect();
        let results = self.call(helper, &args);
        for &register in consumed {
            self.consume(register);
        }
        self.release_scratch();
        match dst {
            Some((dst, types)) => self.set_owned(dst, results[0], types),
            None => debug_assert!(
                results.is_empty() || helper.effects().raises,
                "{} has a result",
                helper.name()
            ),
        }
        super::Flow::Next
    }

    /// The value of a variable for a traceback. A parameter that nothing rebinds is what the caller gave, although it may
    /// be of no more use here.
    fn variable(&mut self, register: u16) -> Value {
        match self.parameters.get(usize::from(register)) {
            Some(&Some(given)) if *self.register(register) == Register::Empty => given,
            _ => self.word(register),
        }
    }

    /// Ends the block: the instruction under way raised, and the exception is pending.
    pub(super) fn raise(&mut self) {
        if self.code.flags.generator {
            return self.leave(Op::HandBackRaised, &[]);
        }
        if self.code.handler_at(self.at).is_some() {
            return self.leave(Op::SideExitRaised, &[]);
        }
        let outcome = self.leaving();
        let at = self.builder.i64(i64::from(self.at));
        if let Some(&block) = self.raises.get(&outcome) {
            return self.builder.jump(block, &[at]);
        }
        let block = self.builder.new_block(&[Type::I64], true);
        self.builder.jump(block, &[at]);
        self.builder.switch_to(block);
        let at = self.builder.function.block(block).params[0];
        let code = self.builder.op(Op::CodeObject, &[]);
        let (leaving, words) = &outcome;
        let leaving = self.builder.i64(leaving.pack());
        let mut args = vec![self.function, code, at, leaving];
        args.extend(words);
        self.builder.call_helper(Helper::LeaveRaised, &args);
        self.builder.effect(Op::ReturnRaised, &[]);
        self.raises.insert(outcome, block);
    }

    /// What the traceback and the function's callers need of the registers, which give up everything: the function returns.
    fn leaving(&mut self) -> (Leaving, Vec<Value>) {
        let n_locals = self.code.n_locals();
        let mut words: Vec<Value> = (0..n_locals).map(|r| self.variable(r)).collect();
        let mut leaving = Leaving {
            variables: n_locals,
            owned: 0,
        };
        for index in 0..Leaving::MARKED.min(n_locals) {
            let own = |word: &Word| word.hold == Hold::Owned;
            if self.register(index).word().is_some_and(own) {
                leaving.owned |= 1 << index;
                self.context.registers[usize::from(index)] = Register::Empty;
            }
        }
        words.extend(self.take_owned());
        (leaving, words)
    }

    /// Counts words down where nobody is in a hurry: many in one call, which is less code.
    fn release_all(&mut self, owned: &[Value]) {
        const FEW: usize = 2;
        if owned.len() > FEW {
            self.builder.call_helper(Helper::ReleaseAll, owned);
            return;
        }
        for &value in owned {
            self.builder.effect(Op::Decref, &[value]);
        }
    }

    /// The words the function owns, in the order of registers, which give them up: it returns. They are to be released from
    /// the last to the first.
    fn take_owned(&mut self) -> Vec<Value> {
        let mut owned = Vec::new();
        for register in &mut self.context.registers {
            register.words_mut(&mut |word| {
                if word.hold == Hold::Owned {
                    owned.push(word.value);
                }
            });
            *register = Register::Empty;
        }
        owned.append(&mut self.context.scratch);
        owned
    }

    /// Releases everything the function owns: it returns.
    pub(super) fn abandon(&mut self) {
        let mut owned = self.take_owned();
        owned.reverse();
        if self.generic || self.is_sparing() {
            return self.release_all(&owned);
        }
        for value in owned {
            self.builder.effect(Op::Decref, &[value]);
        }
    }

    /// Ends the block: the interpreter goes on with the instruction under way.
    pub(super) fn side_exit(&mut self) {
        let op = match self.code.flags.generator {
            true => Op::HandBack,
            false => Op::SideExit,
        };
        self.leave(op, &[]);
    }

    /// Ends the block: the registers go to where the interpreter has them.
    pub(super) fn leave(&mut self, op: Op, operands: &[Value]) {
        let (mut registers, mut values) = (Vec::new(), operands.to_vec());
        // What relies on a local's reference is counted before the local's own is given away.
        for register in 0..self.code.n_registers {
            if *self.register(register) != Register::Empty {
                let held = std::mem::replace(
                    &mut self.context.registers[usize::from(register)],
                    Register::Empty,
                );
                values.push(self.own(held));
                registers.push(register);
            }
        }
        for value in std::mem::take(&mut self.context.scratch) {
            self.builder.effect(Op::Decref, &[value]);
        }
        self.builder
            .push(op, Immediate::Exit(self.at, registers), &values);
    }
}
