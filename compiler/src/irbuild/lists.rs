//! Lists: places of items, and what is known of a list's length and array.
//!
//! A loop over a list's items would load its length, array and capacity in every round. So these are kept with the list's
//! word, from where a loop that uses items of it begins until something may change them (a call, an append): the builder's *epoch* grows with
//! each such instruction. Where versions meet, what went stale is loaded again; what nobody uses then is dead code.
//!
//! Other threads may change a list at any time. While there are any, what was loaded is loaded again in every round, so a
//! loop sees changes as it would without all this.

use super::context::{ListFields, Register, Word};
use super::numbers::Operand;
use super::{Slow, Translator};
use crate::analysis::Types;
use crate::ir::{Field, Op, Value};

impl Translator<'_> {
    fn is_fresh(&self, word: &Word) -> bool {
        (word.fields.as_ref()).is_some_and(|fields| fields.epoch == self.builder.epoch)
    }

    fn load_fields(&mut self, list: Value) -> ListFields {
        let len = self.builder.load(Field::ListLen, list);
        let array = self.builder.load(Field::ListArray, list);
        // A racing writer may have put a shorter array in place.
        let capacity = self.builder.load(Field::ArrayCapacity, array);
        let bound = self.builder.op(Op::I64Min, &[len, capacity]);
        let bound = self.builder.op(Op::TagInt, &[bound]);
        ListFields {
            len,
            array,
            bound,
            epoch: self.builder.epoch,
        }
    }

    /// Length and array of the list that a register holds or iterates over.
    pub(super) fn list_fields(&mut self, register: u16) -> ListFields {
        let index = usize::from(register);
        let word = self.context.registers[index].list_mut().cloned();
        let word = word.expect("a register with a list");
        if self.is_fresh(&word)
            && let Some(fields) = word.fields
        {
            return fields;
        }
        let fields = self.load_fields(word.value);
        if !self.generic {
            for register in &mut self.context.registers {
                if let Some(other) = register.list_mut().filter(|w| w.value == word.value) {
                    other.fields = Some(fields.clone());
                }
            }
        }
        fields
    }

    /// Whether anything loaded of lists is known.
    pub(super) fn knows_lists(&self) -> bool {
        let mut registers = self.context.registers.iter();
        registers.any(|register| match register {
            Register::Word(word) | Register::ListIterator(word, _) => word.fields.is_some(),
            _ => false,
        })
    }

    /// Before going on at `at`: loads again what is known of lists and went stale. Where a loop begins, what it needs of
    /// lists is loaded, and nothing else kept: registers are few.
    pub(super) fn settle_lists(&mut self, at: u32) {
        let is_loop = self.liveness.is_loop(at);
        for index in 0..self.context.registers.len() {
            let local = self.is_local(index as u16);
            let register = &mut self.context.registers[index];
            let kept = match register {
                Register::Word(word) => local && word.types == Types::LIST,
                Register::ListIterator(..) => true,
                _ => false,
            };
            if !kept {
                register.words_mut(&mut |word| word.fields = None);
                continue;
            }
            let word = register.list_mut().cloned().expect("a list");
            let wanted = match is_loop {
                true => !self.generic && self.liveness.uses_items(at, index as u16),
                false => word.fields.is_some(),
            };
            if !wanted {
                self.set_fields(index, None);
            } else if !self.is_fresh(&word) {
                let fields = self.load_fields(word.value);
                self.set_fields(index, Some(fields));
            }
        }
    }

    fn set_fields(&mut self, index: usize, fields: Option<ListFields>) {
        if let Some(word) = self.context.registers[index].list_mut() {
            word.fields = fields;
        }
    }

    /// Knows of lists what a version expects to be known, nothing else.
    pub(super) fn match_lists(&mut self, wanted: &[Register]) {
        for (index, wanted) in wanted.iter().enumerate() {
            let wanted = match wanted {
                Register::Word(word) | Register::ListIterator(word, _) => word.fields.is_some(),
                _ => false,
            };
            let own = self.context.registers[index].list_mut().cloned();
            let Some(own) = own else { continue };
            if !wanted {
                self.set_fields(index, None);
            } else if !self.is_fresh(&own) {
                let fields = self.load_fields(own.value);
                self.set_fields(index, Some(fields));
            }
        }
    }

    /// Array and index of an item of the list in a register; where the index is not inside, `slow`.
    pub(super) fn list_place(&mut self, list: u16, key: u16, slow: &Slow) -> (Value, Value) {
        let fields = self.list_fields(list);
        // Words are compared as they are.
        let (word, index) = match self.known_int(Operand::Register(key)) {
            Some(_) => {
                let index = self.index(key, fields.len);
                (self.builder.op(Op::TagInt, &[index]), index)
            }
            None => {
                let word = self.word(key);
                (word, self.builder.op(Op::UntagInt, &[word]))
            }
        };
        let inside = self.builder.op(Op::IntBelow, &[word, fields.bound]);
        self.unless_slow(inside, slow);
        (fields.array, index)
    }
}
