//! Which registers an instruction or anything after it may read.
//!
//! A handler counts as a successor of every instruction it covers, because any of them may go there (through the
//! interpreter, but with the registers native code hands over).

use ashore_bytecode::walk::{Instruction, Use, instructions};
use ashore_bytecode::{Code, Kind, Opcode};
use rustc_hash::FxHashMap;

/// Registers live before each instruction of a code object, and what else its control flow says.
pub struct Liveness {
    /// Index into `live` by address.
    index: FxHashMap<u32, usize>,
    /// One bit for each register, by instruction.
    live: Vec<Box<[u64]>>,
    /// Addresses some instruction jumps to.
    targets: FxHashMap<u32, TargetKind>,
    /// Where loops end, by where they begin.
    loops: FxHashMap<u32, u32>,
    /// Addresses that use items or the length of what a register holds or iterates over, in order.
    items: Vec<(u32, u16)>,
}

/// How an address is jumped to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TargetKind {
    Forward,
    /// By `jump_back` too: a loop begins here.
    Loop,
}

impl Liveness {
    /// Computes liveness of verified code.
    pub fn of(code: &Code) -> Liveness {
        let all: Vec<Instruction> = instructions(&code.units).map_while(Result::ok).collect();
        let index: FxHashMap<u32, usize> = all
            .iter()
            .enumerate()
            .map(|(i, instruction)| (instruction.at, i))
            .collect();
        let mut targets = FxHashMap::default();
        let mut loops = FxHashMap::default();
        for instruction in &all {
            let Some(target) = instruction.target() else {
                continue;
            };
            let kind = if instruction.opcode == Opcode::JumpBack {
                loops.insert(target, instruction.at);
                TargetKind::Loop
            } else {
                TargetKind::Forward
            };
            let known = targets.entry(target).or_insert(kind);
            if kind == TargetKind::Loop {
                *known = kind;
            }
        }
        let words = usize::from(code.n_registers).div_ceil(64);
        let mut liveness = Liveness {
            index,
            live: vec![vec![0; words].into(); all.len()],
            targets,
            loops,
            items: all.iter().filter_map(item_use).collect(),
        };
        let mut changed = true;
        while changed {
            changed = false;
            for (i, instruction) in all.iter().enumerate().rev() {
                let before = liveness.before(code, &all, i, instruction);
                if before != liveness.live[i] {
                    liveness.live[i] = before;
                    changed = true;
                }
            }
        }
        liveness
    }

    fn before(
        &self,
        code: &Code,
        all: &[Instruction],
        i: usize,
        instruction: &Instruction,
    ) -> Box<[u64]> {
        let mut live: Box<[u64]> = vec![0; self.live[i].len()].into();
        let effects = instruction.opcode.effects();
        let mut join = |at: u32, without: std::ops::Range<u32>| {
            let Some(&index) = self.index.get(&at) else {
                return;
            };
            for register in 0..u32::from(code.n_registers) {
                if !without.contains(&register) && get(&self.live[index], register) {
                    set(&mut live, register, true);
                }
            }
        };
        if !effects.ends && i + 1 < all.len() {
            join(all[i + 1].at, instruction.writes());
        }
        if let Some(target) = instruction.target() {
            join(
                target,
                if instruction.writes_on_jump() {
                    instruction.writes()
                } else {
                    0..0
                },
            );
        }
        if let Some(handler) = code.handler_at(instruction.at)
            && effects.raises
        {
            join(
                handler.target,
                u32::from(handler.temp)..u32::from(code.n_registers),
            );
        }
        // It puts the register's value, if there is one, into the cell that it leaves there.
        if instruction.opcode == Opcode::MakeCell {
            for register in instruction.writes() {
                set(&mut live, register, true);
            }
        }
        for (register, how) in instruction.reads() {
            if how != Use::Release {
                set(&mut live, register, true);
            }
        }
        live
    }

    /// Whether a register may be read by the instruction at `at` or after it.
    pub fn is_live(&self, at: u32, register: u16) -> bool {
        self.index
            .get(&at)
            .is_some_and(|&index| get(&self.live[index], u32::from(register)))
    }

    /// Whether the loop that begins at `at` uses items of what the register holds, or iterates over it.
    pub fn uses_items(&self, at: u32, register: u16) -> bool {
        let Some(&end) = self.loops.get(&at) else {
            return false;
        };
        let uses = &self.items[self.items.partition_point(|&(use_at, _)| use_at < at)..];
        let mut uses = uses.iter().take_while(|&&(use_at, _)| use_at <= end);
        uses.any(|&(_, used)| used == register)
    }

    /// Whether `at` is inside of a loop.
    pub fn in_loop(&self, at: u32) -> bool {
        let mut loops = self.loops.iter();
        loops.any(|(&start, &end)| start <= at && at <= end)
    }

    /// Whether a loop contains `at` or lies behind it.
    pub fn loops_from(&self, at: u32) -> bool {
        self.loops.values().any(|&end| at <= end)
    }

    /// Whether some instruction jumps to `at`.
    pub fn is_target(&self, at: u32) -> bool {
        self.targets.contains_key(&at)
    }

    /// Whether a loop begins at `at`.
    pub fn is_loop(&self, at: u32) -> bool {
        self.targets.get(&at) == Some(&TargetKind::Loop)
    }
}

/// The register whose items an instruction uses.
fn item_use(instruction: &Instruction) -> Option<(u32, u16)> {
    let register = match instruction.opcode {
        Opcode::LoadItem | Opcode::StoreItem => instruction.operand(Kind::Src, 0),
        Opcode::ForIter => instruction.operand(Kind::Peek, 0),
        _ => None,
    };
    register.map(|register| (instruction.at, register as u16))
}

fn get(bits: &[u64], register: u32) -> bool {
    bits[register as usize / 64] >> (register % 64) & 1 != 0
}

fn set(bits: &mut [u64], register: u32, value: bool) {
    let bit = 1 << (register % 64);
    if value {
        bits[register as usize / 64] |= bit;
    } else {
        bits[register as usize / 64] &= !bit;
    }
}
