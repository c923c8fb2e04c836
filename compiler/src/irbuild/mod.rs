//! Bytecode to IR by static basic-block versioning (Melançon, Feeley, Serrano, "Static Basic Block Versioning", ECOOP 2024).
//!
//! ```text
//!   add t0, a, b          both ints?  ──yes──►  int_add ──────────►  rest of the code, knowing a, b, t0 are ints
//!                            │no                  └overflow─► helper ─► … knowing nothing about t0
//!                         both floats? ─yes──►  f64_add ──────────►  … with a, b, t0 as doubles
//!                            │no
//!                          helper ────────────────────────────────►  … the generic version
//! ```
//!
//! Code is translated under a [`Context`]: what is known of each register's type, in which form it is held, and who keeps
//! it alive. A test splits the context, and each outcome goes on in a *version* of the code behind it, so that a value is
//! tested once, and rare outcomes never come back into the likely code. Versions of an address are limited in number;
//! beyond the limit, and behind unlikely outcomes, the *generic* version is used, where nothing is known.
//!
//! What has no native form yet leaves through a side exit: the interpreter goes on with the registers as they are. So do
//! exceptions that the function handles itself.
//!
//! | file | |
//! |---|---|
//! | [`context`] | what is known |
//! | `versions` | going on at an address under a context |
//! | `holds` | references: reading, consuming, releasing registers; exits |
//! | `visit` | one method for each bytecode instruction |
//! | `numbers`, `compare`, `iteration`, `lists`, `names`, `calls`, `attribute`, `display`, `intrinsics`, `generators` | the instruction families |

mod attribute;
mod calls;
mod compare;
pub mod context;
mod display;
mod generators;
mod holds;
mod intrinsics;
mod iteration;
mod lists;
mod names;
mod numbers;
#[cfg(test)]
mod tests;

mod versions;
mod visit;

use crate::analysis::Types;
use crate::analysis::facts::ModuleFacts;
use crate::analysis::{Guesses, Liveness, ProgramFacts};
use crate::ir::{Block, Builder, Cell, Function, Helper, Op, Type, Value};
use ashore_bytecode::walk::{self, Use};
use ashore_bytecode::{Code, Opcode, Site};
use ashore_runtime::abi::{Leaving, Outcome, Value as PythonValue};
use context::{Context, Register, Word};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::fmt;
use versions::{Odds, Pending, Version};

/// Why a code object has no native version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotCompiled {
    pub reason: &'static str,
}

impl fmt::Display for NotCompiled {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.reason)
    }
}

/// Translates verified code, which is number `number` of the program.
pub fn build(
    program: &ProgramFacts,
    guesses: &Guesses,
    code: &Code,
    number: u32,
) -> Result<Function, NotCompiled> {
    if let Some(reason) = obstacle(program, number) {
        return Err(NotCompiled { reason });
    }
    let mut translator = Translator {
        program,
        guesses,
        number,
        module: program.module_of(number),
        code,
        builder: Builder::new(&code.qualname, number, n_parameters(code)),
        liveness: Liveness::of(code),
        versions: FxHashMap::default(),
        queue: Vec::new(),
        landings: Vec::new(),
        gates: FxHashMap::default(),
        later: Vec::new(),
        sites: FxHashMap::default(),
        raises: FxHashMap::default(),
        resumptions: BTreeMap::new(),
        context: Context::default(),
        at: 0,
        next: 0,
        generic: false,
        rank: 0,
        function: Value(0),
        parameters: Vec::new(),
    };
    let dispatch = match code.flags.generator {
        true => Some(translator.enter_generator()),
        false => {
            translator.enter();
            None
        }
    };
    loop {
        if let Some(pending) = translator.pending() {
            translator.version(pending);
        } else if let Some(landing) = translator.landings.pop() {
            translator.land(landing);
        } else if let Some(pending) = translator.later.pop() {
            translator.version(pending);
        } else {
            break;
        }
    }
    if let Some(dispatch) = dispatch {
        translator.dispatch(dispatch);
    }
    Ok(translator.builder.function)
}

/// Parameters of the native code: those of the function, or for a generator what `abi::Outcome` says.
fn n_parameters(code: &Code) -> u16 {
    match code.flags.generator {
        true => Outcome::N_ARGUMENTS,
        false => code.n_parameters(),
    }
}

/// Builtins that look at the frame of their caller, which native code does not have.
const FRAME_READERS: [&str; 20] = [
    "locals",
    "globals",
    "vars",
    "dir",
    "eval",
    "exec",
    "_getframe",
    "_getframemodulename",
    "currentframe",
    // Those that have it traced: events of its own are to begin at once.
    "settrace",
    "setprofile",
    "settrace_all_threads",
    "setprofile_all_threads",
    "_settraceallthreads",
    "_setprofileallthreads",
    "monitoring",
    "set_trace",
    "breakpoint",
    "runcall",
    "call_tracing",
];

fn obstacle(program: &ProgramFacts, number: u32) -> Option<&'static str> {
    let code = program.code(number);
    if code.flags.coroutine || code.flags.async_generator {
        Some("coroutines run in the interpreter")
    } else if code.flags.namespace || !code.flags.optimized {
        Some("module and class bodies run once, in the interpreter")
    } else if program.is_seldom(number) && !has_loop(code) {
        Some("it runs a few times, without a loop: the interpreter does")
    } else if code
        .names
        .iter()
        .any(|name| FRAME_READERS.contains(&name.as_str()))
    {
        Some("it asks for its own frame")
    } else {
        None
    }
}

fn has_loop(code: &Code) -> bool {
    let mut all = walk::instructions(&code.units).map_while(Result::ok);
    all.any(|instruction| instruction.opcode == Opcode::JumpBack)
}

/// What an instruction's translation leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    /// The next instruction follows, under the current context.
    Next,
    /// All outcomes have gone on elsewhere.
    Done,
}

struct Translator<'a> {
    program: &'a ProgramFacts<'a>,
    guesses: &'a Guesses,
    /// The code object's number.
    number: u32,
    module: &'a ModuleFacts,
    code: &'a Code,
    builder: Builder,
    liveness: Liveness,
    versions: FxHashMap<u32, Vec<Version>>,
    queue: Vec<Pending>,
    /// Blocks that rare and generic code goes on in, when all likely versions are translated.
    landings: Vec<Pending>,
    /// All of them, by address and whether the instruction there has been tried.
    gates: FxHashMap<(u32, bool), Vec<Version>>,
    /// Generic versions, translated when all others are.
    later: Vec<Pending>,
    /// Cache sites of attributes that are likely the object's own, by name, for loads and stores: all accesses share them.
    sites: FxHashMap<(u32, bool), Site>,
    /// Blocks that leave the function with these words because the instruction at the block's parameter raised.
    raises: FxHashMap<(Leaving, Vec<Value>), Block>,
    /// Where a generator goes on, by the address of the `yield` it is suspended at.
    resumptions: BTreeMap<u32, Block>,
    context: Context,
    /// Address of the instruction under way, and of the one behind it.
    at: u32,
    next: u32,
    /// The version under way is a generic one.
    generic: bool,
    /// Number of less likely outcomes on the way here.
    rank: u32,
    /// The function object.
    function: Value,
    /// The parameters' values, but for those that are rebound.
    parameters: Vec<Option<Value>>,
}

impl Translator<'_> {
    /// The entry block: parameters into registers, stack check, safepoint.
    fn enter(&mut self) {
        let parameters = vec![Type::Tagged; usize::from(self.code.n_parameters()) + 1];
        let entry = self.builder.new_block(&parameters, false);
        self.builder.switch_to(entry);
        let values = self.builder.function.block(entry).params.clone();
        self.function = values[0];
        self.parameters = self.lasting_parameters(&values[1..]);
        self.context.registers = vec![Register::Empty; usize::from(self.code.n_registers)];
        for (register, &value) in values[1..].iter().enumerate() {
            self.context.registers[register] = Register::Word(Word::outside(value, Types::ANY));
        }
        let due = self.builder.op(Op::EntryCheck, &[]);
        let (slow, go, raised) = (self.block(true), self.block(false), self.block(true));
        self.builder.branch(due, slow, go);
        self.builder.switch_to(slow);
        let result = self.builder.call_helper(Helper::Enter, &[])[0];
        let failed = self.builder.is_word(result, PythonValue::RAISED);
        let (stay, traced) = (self.block(true), self.block(true));
        self.builder.branch(failed, raised, stay);
        self.builder.switch_to(raised);
        self.builder.effect(Op::ReturnRaised, &[]);
        self.builder.switch_to(stay);
        let interpreted = self.builder.is_word(result, PythonValue::MISSING);
        self.builder.branch(interpreted, traced, go);
        self.builder.switch_to(go);
        self.aside(traced, Translator::side_exit);
        for register in 0..self.code.n_parameters() {
            self.expect(register, self.guesses.parameter(self.number, register), 0);
        }
        self.goto(0, Odds::Likely);
    }

    /// Those of the parameters' values that their registers hold as long as the function runs.
    fn lasting_parameters(&self, values: &[Value]) -> Vec<Option<Value>> {
        let rebound: FxHashSet<u32> = walk::instructions(&self.code.units)
            .map_while(Result::ok)
            .flat_map(|instruction| {
                let released = instruction.reads().filter(|&(_, how)| how == Use::Release);
                instruction
                    .writes()
                    .chain(released.map(|(register, _)| register))
            })
            .collect();
        (0..)
            .zip(values)
            .map(|(register, &value)| (!rebound.contains(&register)).then_some(value))
            .collect()
    }

    /// Translates from a version's address on until all paths have left.
    fn version(&mut self, pending: Pending) {
        self.builder.switch_to(pending.block);
        self.context = pending.context;
        self.generic = pending.generic;
        self.builder.detours = !pending.generic;
        self.builder.epoch = 0;
        self.rank = pending.rank;
        self.at = pending.at;
        loop {
            let opcode = Opcode::from_unit(self.code.units[self.at as usize]);
            self.next = self.at + opcode.expect("verified code").units() as u32;
            self.builder.pc = self.at;
            if self.is_tail() {
                return self.side_exit();
            }
            let units = &self.code.units;
            if ashore_bytecode::visit(units, self.at as usize, self) == Flow::Done {
                return;
            }
            debug_assert!(
                self.context.scratch.is_empty(),
                "scratch left by the instruction at {}",
                self.at
            );
            self.at = self.next;
            if self.liveness.is_target(self.at) {
                return self.goto(self.at, Odds::Likely);
            }
        }
    }

    /// Whether inline forms hardly pay for the instruction under way: it runs a few times, or guesses about it were wrong and
    /// it is in no loop.
    fn is_sparing(&self) -> bool {
        (self.generic || self.program.is_seldom(self.number)) && !self.liveness.in_loop(self.at)
    }

    /// Whether the function runs a few times, and no loop is to come: the interpreter does the rest.
    fn is_tail(&self) -> bool {
        self.program.is_seldom(self.number) && !self.liveness.loops_from(self.at)
    }

    /// A new block without parameters.
    fn block(&mut self, cold: bool) -> Block {
        self.builder.new_block(&[], cold)
    }

    /// Ends the block with a branch to two new ones.
    fn fork(&mut self, condition: Value, cold: Likely) -> (Block, Block) {
        let yes = self.block(cold == Likely::No);
        let no = self.block(cold == Likely::Yes);
        self.builder.branch(condition, yes, no);
        (yes, no)
    }

    /// Translates an outcome in `block`, which it must finish; then goes on here as if nothing had happened.
    fn aside(&mut self, block: Block, outcome: impl FnOnce(&mut Self)) {
        let here = self.builder.current();
        let context = self.context.clone();
        let (rank, epoch) = (self.rank, self.builder.epoch);
        self.builder.switch_to(block);
        outcome(self);
        debug_assert!(
            self.builder.is_finished(),
            "an outcome at {} does not end",
            self.at
        );
        self.context = context;
        self.rank = rank;
        self.builder.epoch = epoch;
        self.builder.switch_to(here);
    }

    /// Goes on where the condition holds; otherwise `outcome`, which is unlikely and must finish its block.
    fn unless(&mut self, condition: Value, outcome: impl FnOnce(&mut Self)) {
        let (yes, no) = self.fork(condition, Likely::Yes);
        self.aside(no, outcome);
        self.builder.switch_to(yes);
    }

    /// Goes on where the condition does not hold; otherwise `outcome`, which is unlikely and must finish its block.
    fn if_rare(&mut self, condition: Value, outcome: impl FnOnce(&mut Self)) {
        let (yes, no) = self.fork(condition, Likely::No);
        self.aside(yes, outcome);
        self.builder.switch_to(no);
    }

    /// Where the condition holds `outcome`, as likely as not, which must finish its block; goes on where it does not.
    fn when(&mut self, condition: Value, outcome: impl FnOnce(&mut Self)) {
        let (yes, no) = self.fork(condition, Likely::Unknown);
        self.aside(yes, outcome);
        self.builder.switch_to(no);
    }

    /// A block several tests may fail into, under the context of now.
    fn slow(&mut self) -> Slow {
        Slow {
            block: self.block(true),
            context: self.context.clone(),
        }
    }

    /// Goes on where the condition does not hold.
    fn if_slow(&mut self, condition: Value, slow: &Slow) {
        let go = self.block(false);
        self.builder.branch(condition, slow.block, go);
        self.builder.switch_to(go);
    }

    /// Goes on where the condition holds.
    fn unless_slow(&mut self, condition: Value, slow: &Slow) {
        let go = self.block(false);
        self.builder.branch(condition, go, slow.block);
        self.builder.switch_to(go);
    }

    /// Translates what happens in the slow block, which must end.
    fn finish_slow(&mut self, slow: Slow, outcome: impl FnOnce(&mut Self)) {
        self.aside(slow.block, |t| {
            t.context = slow.context;
            outcome(t);
        });
    }

    /// The interned str that is name number `index` of the code.
    fn name(&mut self, index: u32) -> Value {
        self.builder.load_constant(Cell::Name(index))
    }

    fn is_local(&self, register: u16) -> bool {
        register < self.code.n_locals()
    }

    /// What a register holds.
    fn register(&self, register: u16) -> &Register {
        &self.context.registers[usize::from(register)]
    }
}

/// Where tests fail to. See [`Translator::slow`].
struct Slow {
    block: Block,
    context: Context,
}

/// Whether a branch's condition is expected to hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Likely {
    Yes,
    No,
    Unknown,
}
