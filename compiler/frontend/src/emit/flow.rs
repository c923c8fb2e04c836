//! Definite assignment: which variables are bound for sure, so that `check_bound` is emitted only where one may not be.
//!
//! Forward data flow while emitting: a jump carries the set to its label, where sets are intersected. Binding only adds, so
//! at a loop head and at a handler the set on entry holds, less the variables that something in the frame unbinds.

use super::Compiler;
use crate::assemble::{HandlerId, Instruction, LabelId};
use ruff_text_size::TextRange;

/// A set of variables.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub struct Assigned(Vec<u64>);

impl Assigned {
    pub fn new(count: u16) -> Assigned {
        Assigned(vec![0; usize::from(count).div_ceil(64)])
    }

    pub fn has(&self, register: u16) -> bool {
        self.0[usize::from(register) / 64] >> (register % 64) & 1 == 1
    }

    pub fn insert(&mut self, register: u16) {
        self.0[usize::from(register) / 64] |= 1 << (register % 64);
    }

    pub fn remove(&mut self, register: u16) {
        self.0[usize::from(register) / 64] &= !(1 << (register % 64));
    }

    fn intersect(&mut self, other: &Assigned) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= b);
    }

    fn subtract(&mut self, other: &Assigned) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= !b);
    }
}

impl Compiler<'_> {
    pub(super) fn label(&mut self) -> LabelId {
        self.unit.asm.label()
    }

    /// A jump to `label`; `instruction` is given the label's operand.
    pub(super) fn jump<I: Instruction>(
        &mut self,
        range: TextRange,
        label: LabelId,
        instruction: impl FnOnce(ashore_bytecode::Label) -> I,
    ) {
        self.carry(label);
        self.emit(range, instruction(label.operand()));
    }

    /// A jump that no source text stands for: see [`crate::assemble::Assembler::follow`].
    pub(super) fn jump_on<I: Instruction>(
        &mut self,
        range: TextRange,
        label: LabelId,
        instruction: impl FnOnce(ashore_bytecode::Label) -> I,
    ) {
        self.carry(label);
        self.follow(range, instruction(label.operand()));
    }

    /// A jump to the label carries what is bound here.
    fn carry(&mut self, label: LabelId) {
        if self.unit.asm.reachable() {
            let states = &mut self.unit.states;
            if states.len() <= label.index() {
                states.resize(label.index() + 1, None);
            }
            match &mut states[label.index()] {
                Some(state) => state.intersect(&self.unit.assigned),
                state => *state = Some(self.unit.assigned.clone()),
            }
        }
    }

    /// Puts a label that is jumped to forwards here.
    pub(super) fn bind(&mut self, label: LabelId) {
        let falls_through = self.unit.asm.reachable();
        self.unit.asm.bind(label);
        if let Some(state) = self
            .unit
            .states
            .get_mut(label.index())
            .and_then(Option::take)
        {
            if falls_through {
                self.unit.assigned.intersect(&state);
            } else {
                self.unit.assigned = state;
            }
        }
    }

    /// Starts a loop here.
    pub(super) fn loop_head(&mut self) -> LabelId {
        let label = self.label();
        self.unit.asm.bind_head(label);
        self.unit.assigned.subtract(&self.unit.deletable);
        label
    }

    /// A handler that puts the exception into `temp`, and the label its code starts at.
    pub(super) fn handler(&mut self, temp: u16) -> Region {
        let target = self.label();
        Region {
            id: self.unit.asm.handler(target, temp),
            target,
            entry: self.unit.assigned.clone(),
        }
    }

    /// Starts the handler's code; false if nothing in its region raises.
    pub(super) fn enter(&mut self, region: Region) -> bool {
        debug_assert!(
            !self.unit.asm.reachable(),
            "a handler is entered by exceptions only"
        );
        self.unit.asm.bind(region.target);
        self.unit.assigned = region.entry;
        self.unit.assigned.subtract(&self.unit.deletable);
        self.unit.asm.reachable()
    }
}

impl Compiler<'_> {
    /// Starts a handler's code where control may also fall through to, with what the handler starts with.
    pub(super) fn fall_into(&mut self, region: Region) {
        let falls_through = self.unit.asm.reachable();
        self.unit.asm.bind(region.target);
        let mut entry = region.entry;
        entry.subtract(&self.unit.deletable);
        if falls_through {
            self.unit.assigned.intersect(&entry);
        } else {
            self.unit.assigned = entry;
        }
    }
}

/// A handler, and what is bound where its region starts.
pub struct Region {
    id: HandlerId,
    target: LabelId,
    entry: Assigned,
}

impl Region {
    pub fn id(&self) -> HandlerId {
        self.id
    }
}
