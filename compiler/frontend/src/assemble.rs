//! Instructions into units: labels, handler ranges, positions and cache sites.
//!
//! Invariant: only reachable instructions are written. Code after a jump or return is dropped until a label that something
//! jumps to is bound; a handler is reachable if an instruction it covers may raise.

use std::mem::take;

use ashore_bytecode::for_each_instruction;
use ashore_bytecode::instructions::{Opcode, ops};
use ashore_bytecode::{Handler, Label, Operand, Position, Positions, Role, Site};

/// An instruction of the table, with its operands.
pub trait Instruction {
    const OPCODE: Opcode;
    fn append(self, units: &mut Vec<u16>);
}

macro_rules! instructions {
    ($($(#[doc = $doc:literal])* $snake:ident = $name:ident { $($field:ident: $type:ident),* } [$($effect:ident)*];)*) => {
        $(impl Instruction for ops::$name {
            const OPCODE: Opcode = Opcode::$name;
            fn append(self, units: &mut Vec<u16>) {
                self.encode(units);
            }
        })*
    };
}

for_each_instruction!(instructions);

/// A place in the code that may not be known yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LabelId(u32);

impl LabelId {
    /// The operand that stands for the label until the end.
    pub fn operand(self) -> Label {
        Label(self.0)
    }

    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// An exception handler of the code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HandlerId(u32);

#[derive(Clone, Copy, Default)]
struct LabelState {
    address: Option<u32>,
    /// A reachable instruction jumps here.
    used: bool,
}

struct HandlerState {
    target: LabelId,
    temp: u16,
}

/// The code of one frame under construction.
#[derive(Default)]
pub struct Assembler {
    units: Vec<u16>,
    labels: Vec<LabelState>,
    /// Where label operands stand in `units`.
    fixups: Vec<u32>,
    handlers: Vec<HandlerState>,
    /// The handler in effect from an address on.
    ranges: Vec<(u32, Option<HandlerId>)>,
    positions: Positions,
    sites: u32,
    unreachable: bool,
    /// The jumps that end the code so far, one right behind the other, with their addresses.
    trailing_jumps: Vec<(u32, LabelId)>,
    /// Labels bound among and behind them.
    trailing_labels: Vec<LabelId>,
    /// Where the last instruction came from.
    last: Option<Position>,
    /// No source text stands for what is emitted: see [`Assembler::follow`].
    following: bool,
    /// A statement that needs no instructions of its own, but whose line a debugger stops at.
    mark: Option<(Position, Option<HandlerId>)>,
    /// Jumps that control is not to go past.
    stops: Vec<u32>,
}

impl Assembler {
    /// Can control get here?
    pub fn reachable(&self) -> bool {
        !self.unreachable
    }

    pub fn label(&mut self) -> LabelId {
        self.labels.push(LabelState::default());
        LabelId(self.labels.len() as u32 - 1)
    }

    /// Puts the label here. What follows is reachable if something jumps here, or what came before fell through.
    pub fn bind(&mut self, label: LabelId) {
        debug_assert!(
            self.labels[label.index()].address.is_none(),
            "a label is bound once"
        );
        if self.labels[label.index()].used {
            self.settle();
        }
        self.labels[label.index()].address = Some(self.units.len() as u32);
        self.trailing_labels.push(label);
        self.unreachable &= !self.labels[label.index()].used;
        self.drop_trailing_jumps();
    }

    /// Puts the label of a loop here, which jumps back to it.
    pub fn bind_head(&mut self, label: LabelId) {
        self.settle();
        self.bind(label);
    }

    /// A statement from `position` begins that may have no instructions of its own.
    pub fn mark(&mut self, position: Position, handler: Option<HandlerId>) {
        self.settle();
        if self.reachable() {
            self.mark = Some((position, handler));
        }
    }

    /// The marked statement becomes a jump to what follows, unless an instruction stands for it.
    fn settle(&mut self) {
        let Some((position, handler)) = self.mark.take() else {
            return;
        };
        let next = self.label();
        let target = next.operand();
        self.stops.push(self.units.len() as u32);
        self.append(ops::Jump { target }, Some(position), handler);
        self.trailing_jumps.clear();
        self.trailing_labels.clear();
        self.labels[next.index()].address = Some(self.units.len() as u32);
        self.unreachable = false;
    }

    /// Appends an instruction that stands for a marked statement: it stays, wherever it goes if it is a jump.
    fn append_mark<I: Instruction>(
        &mut self,
        instruction: I,
        position: Position,
        handler: Option<HandlerId>,
    ) {
        self.stops.push(self.units.len() as u32);
        self.append(instruction, Some(position), handler);
        self.trailing_jumps.clear();
        self.trailing_labels.clear();
    }

    /// Appends an instruction that no source text stands for: it comes from where the one before came from.
    pub fn follow<I: Instruction>(
        &mut self,
        instruction: I,
        position: Position,
        handler: Option<HandlerId>,
    ) {
        let Some((marked, _)) = self.mark.take() else {
            let position = self.last.is_none().then_some(position);
            return self.append(instruction, position, handler);
        };
        self.append_mark(instruction, marked, handler);
    }

    /// From here on, or no longer, no source text stands for instructions.
    pub fn set_following(&mut self, following: bool) {
        self.following = following;
    }

    /// Removes jumps to the next instruction.
    fn drop_trailing_jumps(&mut self) {
        while let Some(&(at, label)) = self.trailing_jumps.last() {
            if self.labels[label.index()].address != Some(self.units.len() as u32) {
                break;
            }
            self.trailing_jumps.pop();
            self.fixups.pop();
            self.units.truncate(at as usize);
            self.positions.truncate(at);
            let kept = self.ranges.partition_point(|&(start, _)| start < at);
            self.ranges.truncate(kept);
            for label in &self.trailing_labels {
                let address = &mut self.labels[label.index()].address;
                *address = address.map(|address| address.min(at));
            }
        }
    }

    /// Does a reachable instruction jump to the label?
    pub fn used(&self, label: LabelId) -> bool {
        self.labels[label.index()].used
    }

    /// A handler that releases the registers from `temp` on, puts the exception there and goes to `target`.
    pub fn handler(&mut self, target: LabelId, temp: u16) -> HandlerId {
        self.handlers.push(HandlerState { target, temp });
        HandlerId(self.handlers.len() as u32 - 1)
    }

    /// A cache site.
    pub fn site(&mut self) -> Site {
        let site = Site(self.sites);
        if self.reachable() {
            self.sites += 1;
        }
        site
    }

    /// Appends an instruction that came from `position` and is covered by `handler`.
    pub fn emit<I: Instruction>(
        &mut self,
        instruction: I,
        position: Position,
        handler: Option<HandlerId>,
    ) {
        let stands = |mark: &mut (Position, Option<HandlerId>)| {
            !self.following && mark.0.line == position.line
        };
        if self.mark.take_if(stands).is_some() && I::OPCODE == Opcode::Jump {
            return self.append_mark(instruction, position, handler);
        }
        self.settle();
        let position = (!self.following || self.last.is_none()).then_some(position);
        self.append(instruction, position, handler);
    }

    /// Appends an instruction; without a position, no source text stands for it.
    fn append<I: Instruction>(
        &mut self,
        instruction: I,
        position: Option<Position>,
        handler: Option<HandlerId>,
    ) {
        if self.unreachable {
            return;
        }
        self.last = position.or(self.last);
        let at = self.units.len() as u32;
        let effects = I::OPCODE.effects();
        if let Some(HandlerId(id)) = handler
            && effects.raises
        {
            self.labels[self.handlers[id as usize].target.index()].used = true;
        }
        if self
            .ranges
            .last()
            .map_or(handler.is_some(), |&(_, last)| last != handler)
        {
            self.ranges.push((at, handler));
        }
        match position {
            Some(position) => self.positions.push(at, position),
            None => self.positions.follow(at),
        }
        instruction.append(&mut self.units);
        if I::OPCODE != Opcode::Jump {
            self.trailing_jumps.clear();
            self.trailing_labels.clear();
        }
        if let Some(offset) = const { target_offset(I::OPCODE) } {
            self.fixups.push(at + offset);
            let label = Label::decode(&self.units[(at + offset) as usize..]);
            self.labels[label.0 as usize].used = true;
            if I::OPCODE == Opcode::Jump {
                self.trailing_jumps.push((at, LabelId(label.0)));
            }
        }
        self.unreachable = effects.ends;
    }

    /// Resolves labels and handlers, and begins the next code with the room this one took.
    pub fn finish(&mut self) -> Assembled {
        let address = |label: u32| {
            self.labels[label as usize]
                .address
                .expect("every label that is jumped to is bound")
        };
        // Last to first: the target of a jump that is jumped to is known by then.
        for &at in self.fixups.iter().rev() {
            let at = at as usize;
            let mut target = address(Label::decode(&self.units[at..]).0) as usize;
            let stops = self.stops.binary_search(&(target as u32)).is_ok();
            if target > at && !stops && self.units[target] == Opcode::Jump as u16 {
                target = Label::decode(&self.units[target + 1..]).0 as usize;
            }
            self.units[at] = target as u16;
            self.units[at + 1] = (target >> 16) as u16;
        }
        let end = self.units.len() as u32;
        let ends = self
            .ranges
            .iter()
            .skip(1)
            .map(|&(start, _)| start)
            .chain([end]);
        let handlers = self
            .ranges
            .iter()
            .zip(ends)
            .filter_map(|(&(start, handler), end)| {
                let HandlerState { target, temp } = self.handlers[handler?.0 as usize];
                let used = self.labels[target.index()].used;
                (used && start < end).then(|| Handler {
                    start,
                    end,
                    target: address(target.0),
                    temp,
                })
            })
            .collect();
        // Copies are exactly as long as they must be: a program may have a million codes.
        let assembled = Assembled {
            units: self.units.clone(),
            handlers,
            positions: self.positions.clone(),
            n_sites: self.sites,
        };
        self.clear();
        assembled
    }

    fn clear(&mut self) {
        self.positions.truncate(0);
        *self = Assembler {
            units: emptied(&mut self.units),
            labels: emptied(&mut self.labels),
            fixups: emptied(&mut self.fixups),
            handlers: emptied(&mut self.handlers),
            ranges: emptied(&mut self.ranges),
            positions: take(&mut self.positions),
            trailing_jumps: emptied(&mut self.trailing_jumps),
            trailing_labels: emptied(&mut self.trailing_labels),
            stops: emptied(&mut self.stops),
            ..Assembler::default()
        };
    }
}

/// The room of a list whose items are not needed any more.
fn emptied<T>(list: &mut Vec<T>) -> Vec<T> {
    list.clear();
    take(list)
}

/// What the assembler made, as `Code` holds it.
pub struct Assembled {
    pub units: Vec<u16>,
    pub handlers: Vec<Handler>,
    pub positions: Positions,
    pub n_sites: u32,
}

/// Where in an instruction its label operand stands.
const fn target_offset(opcode: Opcode) -> Option<u32> {
    let operands = opcode.operands();
    let mut offset = 1;
    let mut i = 0;
    while i < operands.len() {
        if matches!(operands[i].role(), Role::Target) {
            return Some(offset);
        }
        offset += operands[i].units() as u32;
        i += 1;
    }
    None
}
