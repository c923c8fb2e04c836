//! Uses what is known at a place because of what every path to it has done: computations done before are not done again,
//! tests whose outcome follows from an earlier one become jumps.
//!
//! Pure computations count from everywhere above in the dominator tree. What was loaded from memory counts only along
//! single edges, until something may have changed it.

use super::Replacements;
use crate::analysis::Dominators;
use crate::analysis::dominators::predecessors;
use crate::ir::{Alias, Block, Condition, Effect, Function, Immediate, Instruction, Op, Value};
use ashore_runtime::abi::{MAX_SMALL, MIN_SMALL, Value as PythonValue};
use rustc_hash::{FxHashMap, FxHashSet};

/// What an instruction computes: equal keys, equal results.
type Key = (Op, Immediate, Vec<Value>);

/// What memory was found to hold, and where.
type Loaded = FxHashMap<Key, (Alias, Vec<Value>)>;

/// An end of the range of ints.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Bound {
    Above,
    Below,
}

/// Knowledge about a function, each piece with the block from which on it holds.
struct Facts<'a> {
    dominators: &'a Dominators,
    /// The gate last passed on every way to each block: what was computed before it is not used behind it.
    regions: Vec<Block>,
    computed: FxHashMap<Key, Vec<(Block, Vec<Value>)>>,
    truths: FxHashMap<Value, Vec<(Block, bool)>>,
    /// How each truth value was computed.
    tests: FxHashMap<Value, (Op, Immediate, Vec<Value>)>,
    /// Words that are small ints, and which.
    ints: FxHashMap<Value, i64>,
    /// How far at least an int is from an end of the range, because it was found to be less or more than another.
    bounded: FxHashMap<(Bound, Value), Vec<(Block, i64)>>,
    /// Values that something other than a branch uses.
    kept: FxHashSet<Value>,
    /// Outcomes of tests of one word, should they be made.
    foreseen: FxHashMap<(Op, Value), Vec<(Block, bool)>>,
}

/// Runs the pass.
pub fn run(function: &mut Function) {
    let dominators = Dominators::of(function);
    let predecessors = predecessors(function);
    let mut facts = Facts {
        dominators: &dominators,
        regions: regions(function, &dominators),
        computed: FxHashMap::default(),
        truths: FxHashMap::default(),
        tests: FxHashMap::default(),
        ints: FxHashMap::default(),
        bounded: FxHashMap::default(),
        kept: kept(function),
        foreseen: FxHashMap::default(),
    };
    let mut replacements = Replacements::new(function);
    let mut memory: FxHashMap<Block, Loaded> = FxHashMap::default();
    for &block in dominators.order() {
        let mut loaded = Loaded::default();
        if let [parent] = predecessors[block.0 as usize][..] {
            facts.learn(function, parent, block);
            loaded = memory.get(&parent).cloned().unwrap_or_default();
        }
        let mut instructions = std::mem::take(&mut function.block_mut(block).instructions);
        instructions.retain_mut(|instruction| {
            let targets = instruction.targets.iter_mut().flat_map(|t| &mut t.args);
            for arg in instruction.args.iter_mut().chain(targets) {
                *arg = replacements.resolve(*arg);
            }
            facts.bound(block, instruction);
            facts.keep(block, instruction, &mut loaded, &mut replacements)
        });
        if let Some(last) = instructions.last_mut() {
            facts.decide(block, last);
        }
        function.block_mut(block).instructions = instructions;
        memory.insert(block, loaded);
    }
    replacements.apply(function);
}

/// Values that anything uses, but for the conditions of branches.
fn kept(function: &Function) -> FxHashSet<Value> {
    let mut kept = FxHashSet::default();
    for instruction in function.blocks.iter().flat_map(|block| &block.instructions) {
        let condition = usize::from(instruction.op == Op::Branch);
        kept.extend(&instruction.args[condition..]);
        kept.extend(instruction.targets.iter().flat_map(|target| &target.args));
    }
    kept
}

/// For each block, the last gate that dominates it, or the entry.
fn regions(function: &Function, dominators: &Dominators) -> Vec<Block> {
    let mut regions = vec![Block(0); function.blocks.len()];
    for &block in dominators.order() {
        regions[block.0 as usize] = match dominators.immediate(block) {
            _ if function.block(block).gate => block,
            Some(parent) => regions[parent.0 as usize],
            None => block,
        };
    }
    regions
}

impl Facts<'_> {
    /// What is known where `block` is.
    fn truth(&self, block: Block, condition: Value) -> Option<bool> {
        let known = self.truths.get(&condition)?.iter();
        let mut known = known.filter(|&&(from, _)| self.dominators.dominates(from, block));
        known.next().map(|&(_, truth)| truth)
    }

    /// The results of an equal computation above `block`.
    fn before(&self, block: Block, key: &Key) -> Option<&Vec<Value>> {
        let region = |block: Block| self.regions[block.0 as usize];
        let mut all = self.computed.get(key)?.iter();
        all.find(|&&(from, _)| {
            self.dominators.dominates(from, block) && region(from) == region(block)
        })
        .map(|(_, results)| results)
    }

    /// Whether the instruction has to be done; if not, its results are replaced.
    fn keep(
        &mut self,
        block: Block,
        instruction: &Instruction,
        loaded: &mut Loaded,
        replacements: &mut Replacements,
    ) -> bool {
        let key = || {
            let immediate = instruction.immediate.clone();
            (instruction.op, immediate, instruction.args.clone())
        };
        match instruction.effect() {
            Effect::Pure => {
                let key = key();
                if let Some(before) = self.before(block, &key) {
                    for (&result, &by) in instruction.results.iter().zip(before) {
                        replacements.replace(result, by);
                    }
                    return false;
                }
                if let Immediate::Word(word) = instruction.immediate
                    && instruction.op == Op::Word
                    && let Some(number) = PythonValue::from_bits(word).as_small_int()
                {
                    self.ints.insert(instruction.results[0], number);
                }
                for &result in &instruction.results {
                    self.tests.insert(result, key.clone());
                }
                let foreseen = self.foreseen.get(&(
                    instruction.op,
                    instruction.args.first().copied().unwrap_or(Value(0)),
                ));
                let mut known = foreseen
                    .into_iter()
                    .flatten()
                    .filter(|&&(from, _)| self.dominators.dominates(from, block));
                if instruction.args.len() == 1
                    && let Some(&(_, truth)) = known.next()
                {
                    self.truths
                        .entry(instruction.results[0])
                        .or_default()
                        .push((block, truth));
                }
                let all = self.computed.entry(key).or_default();
                all.push((block, instruction.results.clone()));
            }
            Effect::Load(alias) => {
                if let Some((_, before)) = loaded.get(&key()) {
                    for (&result, &by) in instruction.results.iter().zip(before) {
                        replacements.replace(result, by);
                    }
                    return false;
                }
                loaded.insert(key(), (alias, instruction.results.clone()));
            }
            Effect::Store(alias) => {
                loaded.retain(|_, (of, _)| *of != alias);
                // Appending may give the list another array and writes an item.
                if alias == Alias::List {
                    loaded.retain(|_, (of, _)| *of != Alias::Items);
                }
            }
            Effect::Call => loaded.clear(),
            Effect::Volatile | Effect::Allocate | Effect::Count | Effect::Control => {}
        }
        true
    }

    /// Turns a branch whose outcome is known into a jump.
    fn decide(&self, block: Block, last: &mut Instruction) {
        if last.op != Op::Branch {
            return;
        }
        if let Some(truth) = self.truth(block, last.args[0]) {
            last.targets.swap(0, usize::from(!truth));
            last.targets.truncate(1);
            last.args.clear();
            last.op = Op::Jump;
        }
    }

    /// Notes what is known in `child` because `block`, its only predecessor, branched to it.
    fn learn(&mut self, function: &Function, block: Block, child: Block) {
        let last = function.block(block).terminator();
        if last.op != Op::Branch || last.targets[0].block == last.targets[1].block {
            return;
        }
        let truth = last.targets[0].block == child;
        let condition = last.args[0];
        self.truths
            .entry(condition)
            .or_default()
            .push((child, truth));
        let Some((op, immediate, args)) = self.tests.get(&condition).cloned() else {
            return;
        };
        if let (Op::IntCompare, Immediate::Condition(condition)) = (op, immediate) {
            self.compare(child, condition, truth, &args);
        } else if truth {
            self.settle(child, op, &args);
        }
    }

    /// One int was compared with another, which says how far both are from the ends of the range.
    fn compare(&mut self, block: Block, condition: Condition, truth: bool, ints: &[Value]) {
        let condition = match truth {
            true => condition,
            false => condition.negated(),
        };
        let (lesser, greater) = match condition {
            Condition::Lt | Condition::Le => (ints[0], ints[1]),
            Condition::Gt | Condition::Ge => (ints[1], ints[0]),
            Condition::Eq | Condition::Ne => return,
        };
        let apart = i64::from(matches!(condition, Condition::Lt | Condition::Gt));
        let number = |value: &Value| self.ints.get(value).copied();
        let above = MAX_SMALL - number(&greater).unwrap_or(MAX_SMALL);
        let below = number(&lesser).unwrap_or(MIN_SMALL) - MIN_SMALL;
        for (bound, room) in [
            ((Bound::Above, lesser), above + apart),
            ((Bound::Below, greater), below + apart),
        ] {
            self.bounded.entry(bound).or_default().push((block, room));
        }
    }

    /// A step of an int that is not too near to the end of the range cannot overflow.
    fn bound(&mut self, block: Block, instruction: &mut Instruction) {
        let (bound, fits) = match instruction.op {
            Op::IntAdd => (Bound::Above, Op::IntAddFits),
            Op::IntSub => (Bound::Below, Op::IntSubFits),
            _ => return,
        };
        let [int, by] = instruction.args[..] else {
            return;
        };
        let Some(&by) = self.ints.get(&by).filter(|&&by| by >= 0) else {
            return;
        };
        let overflow = instruction.results[1];
        let mut known = self.bounded.get(&(bound, int)).into_iter().flatten();
        if !self.kept.contains(&overflow)
            && known.any(|&(from, room)| by <= room && self.dominators.dominates(from, block))
        {
            instruction.op = fits;
            instruction.results.truncate(1);
            self.truths
                .entry(overflow)
                .or_default()
                .push((block, false));
        }
    }

    /// A word has one tag: what one test says settles the others.
    fn settle(&mut self, block: Block, test: Op, words: &[Value]) {
        let (int, float, object) = match test {
            Op::IsInt | Op::BothInt => (true, false, false),
            Op::IsFloat | Op::BothFloat => (false, true, false),
            Op::IsObject => (false, false, true),
            _ => return,
        };
        let tests = [
            (Op::IsInt, int),
            (Op::IsFloat, float),
            (Op::IsObject, object),
            (Op::IsBool, false),
        ];
        for &word in words {
            for (test, truth) in tests {
                let key = (test, Immediate::None, vec![word]);
                if let Some(made) = self.before(block, &key).map(|results| results[0]) {
                    self.truths.entry(made).or_default().push((block, truth));
                }
                let foreseen = self.foreseen.entry((test, word)).or_default();
                foreseen.push((block, truth));
            }
        }
    }
}
