//! What is known about the registers at one point of the translation: types, representations, references.
//!
//! Two contexts of the same *shape* differ only in which SSA values the registers hold; they share a version of the code
//! that follows, the values being its parameters.

use crate::analysis::Types;
use crate::ir::Value;
use std::sync::Arc;

/// Who keeps a heap object alive for a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hold {
    /// Nobody needs to (not a heap object), or somebody does until the function returns (the caller, a constant).
    Outside,
    /// The local register with this number, which owns it.
    Local(u16),
    /// The memory it was loaded from: until the next instruction that may run Python code or free objects.
    Slot,
    /// This register: one reference is its own.
    Owned,
}

/// What a word is, beyond its type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Known {
    Nothing,
    /// The function of a module-level `def`.
    Function(u32),
    /// A builtin the translator knows how to do inline.
    Intrinsic(super::intrinsics::Intrinsic),
    /// The module of this name.
    Module(Arc<str>),
    /// This small int.
    Int(i64),
}

/// A tagged word in a register.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Word {
    pub value: Value,
    pub types: Types,
    pub hold: Hold,
    pub known: Known,
    /// What was loaded of a list.
    pub fields: Option<ListFields>,
}

/// Parts of a list, as they were when the builder's epoch was this.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ListFields {
    pub len: Value,
    pub array: Value,
    /// An int: indexes below it are inside the array.
    pub bound: Value,
    pub epoch: u32,
}

/// The numbers of a range or range iterator. `step` is a constant, or a word known to be positive.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Range {
    pub start: Value,
    pub stop: Value,
    pub step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    Constant(i64),
    Positive(Value),
}

/// What a register holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Register {
    /// Nothing, or nothing anybody will ask for.
    Empty,
    Word(Word),
    /// A float as a double.
    Float(Value),
    /// A range object that was never made.
    Range(Range),
    /// A range iterator that was never made; `start` is the next value.
    RangeIterator(Range),
    /// A list iterator that was never made: the list, and the next index (an int).
    ListIterator(Word, Value),
    /// A tuple that was never made.
    Tuple(Vec<Register>),
    /// A slice that was never made: start, stop, step.
    Slice(Vec<Register>),
}

/// All registers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Context {
    pub registers: Vec<Register>,
    /// Owned words the instruction under way must release. Empty between instructions.
    pub scratch: Vec<Value>,
}

impl Word {
    /// A word that needs no reference, or whose reference is somebody else's business.
    pub fn outside(value: Value, types: Types) -> Word {
        Word {
            value,
            types,
            hold: Hold::Outside,
            known: Known::Nothing,
            fields: None,
        }
    }

    /// A word with a reference of its own.
    pub fn owned(value: Value, types: Types) -> Word {
        Word {
            value,
            types,
            hold: Hold::Owned,
            known: Known::Nothing,
            fields: None,
        }
        .settled()
    }

    fn values_mut(&mut self, visit: &mut dyn FnMut(&mut Value)) {
        visit(&mut self.value);
        if let Some(fields) = &mut self.fields {
            visit(&mut fields.len);
            visit(&mut fields.array);
            visit(&mut fields.bound);
        }
    }

    /// The word with a hold that fits its types: what cannot be a heap object needs none.
    pub fn settled(mut self) -> Word {
        if !self.types.may_be(Types::HEAP) {
            self.hold = Hold::Outside;
        }
        self
    }
}

impl Register {
    /// The register as a tagged word, if it is one.
    pub fn word(&self) -> Option<&Word> {
        match self {
            Register::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Types its value may have.
    pub fn types(&self) -> Types {
        match self {
            Register::Empty => Types::MISSING,
            Register::Word(word) => word.types,
            Register::Float(_) => Types::FLOAT,
            Register::Range(_)
            | Register::RangeIterator(_)
            | Register::ListIterator(..)
            | Register::Slice(_) => Types::OBJECT,
            Register::Tuple(_) => Types::TUPLE,
        }
    }

    /// Visits the SSA values, in a fixed order.
    pub fn values_mut(&mut self, visit: &mut dyn FnMut(&mut Value)) {
        match self {
            Register::Empty => {}
            Register::Word(word) => word.values_mut(visit),
            Register::Float(value) => visit(value),
            Register::Range(range) | Register::RangeIterator(range) => {
                visit(&mut range.start);
                visit(&mut range.stop);
                if let Step::Positive(step) = &mut range.step {
                    visit(step);
                }
            }
            Register::ListIterator(list, index) => {
                list.values_mut(visit);
                visit(index);
            }
            Register::Tuple(items) | Register::Slice(items) => {
                items.iter_mut().for_each(|item| item.values_mut(visit));
            }
        }
    }

    /// The word of a register that holds one, or an iterator over one.
    pub fn list_mut(&mut self) -> Option<&mut Word> {
        match self {
            Register::Word(word) | Register::ListIterator(word, _) => Some(word),
            _ => None,
        }
    }

    /// Visits the words it holds, those inside of objects that were never made too.
    pub fn words_mut(&mut self, visit: &mut dyn FnMut(&mut Word)) {
        match self {
            Register::Word(word) | Register::ListIterator(word, _) => visit(word),
            Register::Tuple(items) | Register::Slice(items) => {
                items.iter_mut().for_each(|item| item.words_mut(visit));
            }
            Register::Empty
            | Register::Float(_)
            | Register::Range(_)
            | Register::RangeIterator(_) => {}
        }
    }
}

impl Context {
    /// The SSA values of all registers, in a fixed order.
    pub fn values(&mut self) -> Vec<Value> {
        let mut values = Vec::new();
        for register in &mut self.registers {
            register.values_mut(&mut |value| values.push(*value));
        }
        values
    }

    /// Replaces the SSA values, in the order of [`Context::values`].
    pub fn set_values(&mut self, values: &[Value]) {
        let mut next = values.iter();
        for register in &mut self.registers {
            register
                .values_mut(&mut |value| *value = *next.next().expect("a value for each place"));
        }
    }

    /// The context without what is known of lists.
    pub fn unlisted(&self) -> Context {
        let mut unlisted = self.clone();
        for register in &mut unlisted.registers {
            register.words_mut(&mut |word| word.fields = None);
        }
        unlisted
    }

    /// The context with all values alike: equal for contexts of the same shape.
    pub fn shape(&self) -> Context {
        let mut shape = self.clone();
        for register in &mut shape.registers {
            register.values_mut(&mut |value| *value = Value(0));
            register.words_mut(&mut |word| {
                if let Some(fields) = &mut word.fields {
                    fields.epoch = 0;
                }
            });
        }
        shape
    }
}
