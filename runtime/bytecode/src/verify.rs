//! The verifier: what the interpreter and the native tier may rely on without looking.
//!
//! 1. *Structure*: every unit belongs to a known, complete instruction; registers, constants, names, free variables and
//!    sites exist; labels and handlers point at instructions; only `jump_back` jumps backwards, so that every loop
//!    passes a safepoint.
//! 2. *Data flow*, on all paths from the entry: a temporary is written while it holds nothing and consumed exactly once;
//!    where paths meet they agree on which temporaries hold something; a local that is read is bound; a handler finds the
//!    same temporaries below its own depth wherever in its range an instruction raises.
//!
//! A register's state is one bit: "holds a value" for temporaries, "surely bound" for locals. Temporaries must be equal
//! where paths meet, locals are intersected, so the iteration ends.

use std::collections::BTreeMap;
use std::fmt;

use crate::code::{Code, Constant, Handler};
use crate::disassemble::{Lister, nested};
use crate::instructions::Opcode;
use crate::operand::Kind;
use crate::walk::{Instruction, Use, instruction_at, instructions};

/// What is wrong with a code object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// Qualified name of the code object.
    pub code: String,
    /// Address of the instruction, if one is to blame, and its listing.
    pub at: Option<(u32, String)>,
    /// What is wrong, in one line.
    pub message: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}: ", self.code)?;
        if let Some((at, text)) = &self.at {
            write!(f, "at {at} `{text}`: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for VerifyError {}

/// Checks `code` and everything nested in it.
pub fn verify(code: &Code) -> Result<(), VerifyError> {
    let codes = nested(code);
    codes.iter().try_for_each(|code| verify_among(code, &codes))
}

/// Checks `code`; what is nested in it was checked before.
pub fn verify_outer(code: &Code) -> Result<(), VerifyError> {
    verify_among(code, &[code])
}

fn verify_among(code: &Code, codes: &[&Code]) -> Result<(), VerifyError> {
    let verifier = Verifier { code, codes };
    let error = |(at, message): Fault| VerifyError {
        code: code.qualname.clone(),
        at: at.map(|at| (at, verifier.text(at))),
        message,
    };
    verifier.header().map_err(error)?;
    verifier.structure().map_err(error)?;
    verifier.flow().map_err(error)
}

/// An instruction's address, if one is to blame, and the message.
type Fault = (Option<u32>, String);

struct Verifier<'a> {
    code: &'a Code,
    /// For messages: the code among all of its module.
    codes: &'a [&'a Code],
}

/// Fails with a message about the whole code object.
fn check(condition: bool, message: impl FnOnce() -> String) -> Result<(), Fault> {
    if condition {
        Ok(())
    } else {
        Err((None, message()))
    }
}

impl Verifier<'_> {
    fn lister(&self) -> Lister<'_> {
        Lister::new(self.code, self.codes)
    }

    fn text(&self, at: u32) -> String {
        match instruction_at(&self.code.units, at) {
            Ok(instruction) => {
                let site = instruction.operand(Kind::Site, 0).unwrap_or(0);
                self.lister().instruction(&instruction, site)
            }
            Err(malformed) => malformed.to_string(),
        }
    }

    fn header(&self) -> Result<(), Fault> {
        let code = self.code;
        let (n_locals, n_registers) = (code.locals.len(), usize::from(code.n_registers));
        check(n_locals <= n_registers, || {
            format!("{n_locals} locals do not fit into {n_registers} registers")
        })?;
        let n_parameters = usize::from(code.n_args)
            + usize::from(code.n_kwonly)
            + usize::from(code.flags.varargs)
            + usize::from(code.flags.varkw);
        check(n_parameters <= n_locals, || {
            format!("{n_parameters} parameters but only {n_locals} locals")
        })?;
        check(code.n_posonly <= code.n_args, || {
            format!(
                "{} positional-only of {} parameters",
                code.n_posonly, code.n_args
            )
        })?;
        for &cell in &code.cells {
            check(usize::from(cell) < n_locals, || {
                format!("cell register {cell} is not a local")
            })?;
        }
        let docstring = matches!(code.constants.first(), Some(Constant::Str(_)));
        check(docstring || !code.flags.docstring, || {
            "flagged as having a docstring, but the first constant is no str".into()
        })?;
        let positions = code.positions.entries();
        check(positions.is_sorted_by_key(|&(at, _)| at), || {
            "positions are not in address order".into()
        })
    }
}

/// Structure: every instruction for itself.
impl Verifier<'_> {
    fn structure(&self) -> Result<(), Fault> {
        let length = self.code.units.len() as u32;
        let mut starts = vec![false; self.code.units.len()];
        for instruction in instructions(&self.code.units) {
            let instruction = instruction.map_err(|malformed| (None, malformed.to_string()))?;
            check(instruction.opcode != Opcode::Instrumented, || {
                format!("the runtime's own instruction stands at {}", instruction.at)
            })?;
            starts[instruction.at as usize] = true;
        }
        check(length > 0, || "no instructions".into())?;
        let is_start = |at: u32| starts.get(at as usize) == Some(&true);
        for instruction in instructions(&self.code.units).flatten() {
            let checked = self
                .operands(&instruction)
                .and_then(|()| self.jump(&instruction, &is_start))
                .and_then(|()| self.special(&instruction));
            checked.map_err(|(_, message)| (Some(instruction.at), message))?;
        }
        let temporaries = self.code.n_locals()..self.code.n_registers;
        for h in &self.code.handlers {
            let end = h.end == length || is_start(h.end);
            let ordered = h.start < h.end && is_start(h.start) && end && is_start(h.target);
            let Handler {
                start,
                end,
                target,
                temp,
            } = h;
            check(ordered, || {
                format!("handler {start}..{end} -> {target} does not lie on instructions")
            })?;
            check(temporaries.contains(temp), || {
                format!("handler {start}..{end}: register {temp} is no temporary")
            })?;
        }
        Ok(())
    }

    fn operands(&self, instruction: &Instruction) -> Result<(), Fault> {
        let code = self.code;
        for (kind, value) in instruction.operands() {
            let (what, length) = match kind {
                Kind::Const => ("constant", code.constants.len()),
                Kind::Name => ("name", code.names.len()),
                Kind::Free => ("free variable", code.free.len()),
                Kind::Site => ("site", code.n_sites as usize),
                _ => continue,
            };
            check((value as usize) < length, || {
                format!("there is no {what} {value}, only {length}")
            })?;
        }
        let n_registers = u32::from(code.n_registers);
        let read = instruction.reads().map(|(register, _)| register);
        for register in read.chain(instruction.writes()) {
            check(register < n_registers, || {
                format!("there is no register {register}, only {n_registers}")
            })?;
        }
        for register in instruction.run() {
            check(self.is_temporary(register), || {
                format!(
                    "`{}` in a run of temporaries is a local",
                    self.lister().register(register)
                )
            })?;
        }
        Ok(())
    }

    fn jump(&self, instruction: &Instruction, is_start: &dyn Fn(u32) -> bool) -> Result<(), Fault> {
        let Some(target) = instruction.target() else {
            return Ok(());
        };
        check(is_start(target), || {
            format!("{target} is not the address of an instruction")
        })?;
        let backwards = target <= instruction.at;
        check(
            backwards == (instruction.opcode == Opcode::JumpBack),
            || "only `jump_back` jumps backwards, and never forwards".into(),
        )
    }

    /// What single instructions ask for beyond their operands' types.
    fn special(&self, instruction: &Instruction) -> Result<(), Fault> {
        let code = self.code;
        let opcode = instruction.opcode;
        let constant = instruction
            .operand(Kind::Const, 0)
            .map(|k| &code.constants[k as usize]);
        let count = instruction.operand(Kind::Count, 0).unwrap_or(0);
        let fixed = match opcode {
            Opcode::Call | Opcode::CallKw => 1,
            Opcode::CallMethod | Opcode::CallMethodKw => 2,
            _ => 0,
        };
        check(count >= fixed, || {
            format!("a run of {count} registers, {fixed} needed")
        })?;
        match opcode {
            Opcode::CallKw | Opcode::CallMethodKw => {
                let named = strings(constant).filter(|&n| n > 0 && n <= (count - fixed) as usize);
                check(named.is_some(), || {
                    "needs a tuple of the last arguments' names".into()
                })
            }
            Opcode::MatchClass => check(strings(constant).is_some(), || {
                "needs a tuple of attribute names".into()
            }),
            Opcode::MakeFunction => self.function(instruction, constant),
            Opcode::Convert => check(count <= 2, || format!("there is no conversion {count}")),
            Opcode::BuildDict => check(count.is_multiple_of(2), || "a key without a value".into()),
            Opcode::MakeCell | Opcode::CheckBound => {
                let register = instruction
                    .writes()
                    .chain(instruction.reads().map(|(r, _)| r))
                    .next();
                check(!register.is_some_and(|r| self.is_temporary(r)), || {
                    "needs a local".into()
                })
            }
            Opcode::LoadName | Opcode::StoreName | Opcode::DeleteName | Opcode::LoadNameOrFree => {
                check(code.flags.namespace, || {
                    "the code is not flagged as having a namespace".into()
                })
            }
            _ => check(!opcode.effects().suspends || code.flags.generator, || {
                "the code is not flagged as a generator".into()
            }),
        }
    }

    fn function(
        &self,
        instruction: &Instruction,
        constant: Option<&Constant>,
    ) -> Result<(), Fault> {
        let Some(Constant::Code(function)) = constant else {
            return Err((None, "the constant is no code".into()));
        };
        let closure = instruction.operands().nth(2).map(|(_, value)| value);
        let has_closure = closure != Some(u32::from(crate::OptSrc::NONE.0));
        check(has_closure != function.free.is_empty(), || {
            format!(
                "`{}` has {} free variables",
                function.name,
                function.free.len()
            )
        })
    }

    fn is_temporary(&self, register: u32) -> bool {
        register as usize >= self.code.locals.len()
    }
}

/// Length of a tuple constant that holds only strs.
fn strings(constant: Option<&Constant>) -> Option<usize> {
    match constant {
        Some(Constant::Tuple(items)) => {
            let all = items.iter().all(|item| matches!(item, Constant::Str(_)));
            all.then_some(items.len())
        }
        _ => None,
    }
}

/// One bit for each register: a temporary holds something, a local is bound.
#[derive(Clone, PartialEq)]
struct Registers(Vec<u64>);

impl Registers {
    fn get(&self, register: u32) -> bool {
        self.0[register as usize / 64] >> (register % 64) & 1 == 1
    }

    fn set(&mut self, register: u32, value: bool) {
        let bit = 1 << (register % 64);
        let word = &mut self.0[register as usize / 64];
        *word = if value { *word | bit } else { *word & !bit };
    }
}

/// State on entry to each address that control reaches by other ways than from the instruction before.
#[derive(Default)]
struct Flow {
    /// The state, and the instruction it came from first.
    states: BTreeMap<u32, (Registers, u32)>,
    work: Vec<u32>,
    /// For each address one more than the index of the innermost handler that covers it, 0 if none does.
    covered: Vec<u32>,
}

impl Flow {
    fn new(code: &Code) -> Flow {
        let mut covered = vec![0; code.units.len()];
        // Inner handlers come first.
        for (index, handler) in code.handlers.iter().enumerate().rev() {
            covered[handler.start as usize..handler.end as usize].fill(index as u32 + 1);
        }
        Flow {
            covered,
            ..Flow::default()
        }
    }

    fn handler<'c>(&self, code: &'c Code, at: u32) -> Option<&'c Handler> {
        let index = self.covered[at as usize].checked_sub(1)?;
        code.handlers.get(index as usize)
    }
}

/// Data flow over all paths.
impl Verifier<'_> {
    fn flow(&self) -> Result<(), Fault> {
        let n_registers = u32::from(self.code.n_registers);
        let mut flow = Flow::new(self.code);
        let mut entry = Registers(vec![0; n_registers as usize / 64 + 1]);
        (0..u32::from(self.code.n_parameters())).for_each(|i| entry.set(i, true));
        let targets = instructions(&self.code.units)
            .flatten()
            .filter_map(|i| i.target());
        let handlers = self.code.handlers.iter().map(|h| h.target);
        let joins: std::collections::BTreeSet<u32> = targets.chain(handlers).collect();
        flow.states.insert(0, (entry, 0));
        flow.work.push(0);
        while let Some(mut at) = flow.work.pop() {
            let mut state = flow.states[&at].0.clone();
            loop {
                let Ok(instruction) = instruction_at(&self.code.units, at) else {
                    unreachable!("structure is checked first")
                };
                let stepped = self.step(&instruction, &mut state, &mut flow);
                stepped.map_err(|(_, message)| (Some(at), message))?;
                if instruction.opcode.effects().ends {
                    break;
                }
                let next = instruction.end();
                if next as usize == self.code.units.len() {
                    return Err((Some(at), "control runs off the end".into()));
                }
                if joins.contains(&next) {
                    let merged = self.merge(&mut flow, next, &state, at);
                    merged.map_err(|(_, message)| (Some(at), message))?;
                    break;
                }
                at = next;
            }
        }
        Ok(())
    }

    /// Takes the state over one instruction and passes it on to the handler and the jump target.
    fn step(
        &self,
        instruction: &Instruction,
        state: &mut Registers,
        flow: &mut Flow,
    ) -> Result<(), Fault> {
        for (register, how) in instruction.reads() {
            self.read(register, how, instruction.opcode, state)?;
        }
        let effects = instruction.opcode.effects();
        if effects.raises
            && let Some(handler) = flow.handler(self.code, instruction.at)
        {
            let mut caught = state.clone();
            let above = u32::from(handler.temp)..u32::from(self.code.n_registers);
            above.for_each(|register| caught.set(register, register == u32::from(handler.temp)));
            self.merge(flow, handler.target, &caught, instruction.at)?;
        }
        if instruction.opcode == Opcode::Return {
            let mut temporaries = u32::from(self.code.n_locals())..u32::from(self.code.n_registers);
            if let Some(left) = temporaries.find(|&register| state.get(register)) {
                return Err((
                    None,
                    format!("`{}` is not consumed", self.lister().register(left)),
                ));
            }
        }
        if !instruction.writes_on_jump() {
            self.jump_to(instruction, state, flow)?;
        }
        for register in instruction.writes() {
            if self.is_temporary(register) && state.get(register) {
                let name = self.lister().register(register);
                return Err((
                    None,
                    format!("`{name}` is written although it holds a value"),
                ));
            }
            state.set(register, true);
        }
        if instruction.writes_on_jump() {
            self.jump_to(instruction, state, flow)?;
        }
        Ok(())
    }

    /// Passes the state on to the instruction's target, if it has one.
    fn jump_to(
        &self,
        instruction: &Instruction,
        state: &Registers,
        flow: &mut Flow,
    ) -> Result<(), Fault> {
        let Some(target) = instruction.target() else {
            return Ok(());
        };
        let mut taken = state.clone();
        if let Some(iterator) = instruction
            .released_on_jump()
            .filter(|&r| self.is_temporary(r))
        {
            taken.set(iterator, false);
        }
        self.merge(flow, target, &taken, instruction.at)
    }

    fn read(
        &self,
        register: u32,
        how: Use,
        opcode: Opcode,
        state: &mut Registers,
    ) -> Result<(), Fault> {
        let temporary = self.is_temporary(register);
        // A cell is made for a variable that may have no value yet.
        let any_state =
            how == Use::Release || matches!(opcode, Opcode::CheckBound | Opcode::MakeCell);
        if !state.get(register) && (temporary || !any_state) {
            let name = self.lister().register(register);
            let state = if temporary {
                "holds nothing here"
            } else {
                "may be unbound here"
            };
            return Err((None, format!("`{name}` {state}")));
        }
        match (temporary, how) {
            (true, Use::Read) | (_, Use::Release) => state.set(register, false),
            (true, Use::Borrow) | (false, Use::Read) => {}
            // After `check_bound` it is bound; any other borrowed local was before.
            (false, Use::Borrow) => state.set(register, true),
        }
        Ok(())
    }

    /// Joins a state into that of an address, which is visited again if this changes it.
    fn merge(&self, flow: &mut Flow, to: u32, state: &Registers, from: u32) -> Result<(), Fault> {
        let Some((known, first)) = flow.states.get_mut(&to) else {
            flow.states.insert(to, (state.clone(), from));
            flow.work.push(to);
            return Ok(());
        };
        if known == state {
            return Ok(());
        }
        let mut changed = false;
        for register in 0..u32::from(self.code.n_registers) {
            let (old, new) = (known.get(register), state.get(register));
            if old == new {
                continue;
            }
            if self.is_temporary(register) {
                let name = self.lister().register(register);
                let (here, there) = if new {
                    ("holds a value", "nothing")
                } else {
                    ("holds nothing", "a value")
                };
                return Err((
                    None,
                    format!("on the way to {to} `{name}` {here}, but {there} coming from {first}"),
                ));
            }
            changed |= old;
            known.set(register, false);
        }
        if changed {
            flow.work.push(to);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::CodeFlags;
    use crate::instructions::ops::*;
    use crate::operand::*;

    /// A function of two parameters, `a` (register 0) and `b` (1), a local `c` (2) and temporaries from 3 on.
    fn function(emit: impl FnOnce(&mut Vec<u16>)) -> Code {
        let mut code = Code {
            name: "f".into(),
            qualname: "f".into(),
            n_args: 2,
            locals: ["a", "b", "c"].map(String::from).to_vec(),
            n_registers: 6,
            n_sites: 4,
            constants: vec![Constant::Int(1)],
            names: vec!["name".into()],
            flags: CodeFlags {
                optimized: true,
                ..CodeFlags::default()
            },
            ..Code::default()
        };
        emit(&mut code.units);
        code
    }

    fn error(code: &Code) -> String {
        verify(code).expect_err("must not verify").to_string()
    }

    const ADD: Add = Add {
        dst: Dst(3),
        lhs: Src(0),
        rhs: Src(1),
        site: Site(0),
    };

    #[test]
    fn accepts_straight_code() {
        let code = function(|out| {
            ADD.encode(out);
            Return { src: Src(3) }.encode(out);
        });
        assert_eq!(verify(&code), Ok(()));
    }

    #[test]
    fn temporaries_are_consumed_once() {
        let twice = function(|out| {
            ADD.encode(out);
            Add {
                dst: Dst(4),
                lhs: Src(3),
                rhs: Src(3),
                site: Site(1),
            }
            .encode(out);
            Return { src: Src(4) }.encode(out);
        });
        assert_eq!(
            error(&twice),
            "f: at 6 `add t1 = t0, t0`: `t0` holds nothing here"
        );
        let never = function(|out| {
            ADD.encode(out);
            Return { src: Src(0) }.encode(out);
        });
        assert_eq!(error(&never), "f: at 6 `return a`: `t0` is not consumed");
        let overwritten = function(|out| {
            ADD.encode(out);
            ADD.encode(out);
            Return { src: Src(3) }.encode(out);
        });
        assert_eq!(
            error(&overwritten),
            "f: at 6 `add t0 = a, b`: `t0` is written although it holds a value"
        );
        let dropped = function(|out| {
            ADD.encode(out);
            Drop { reg: Dst(3) }.encode(out);
            Return { src: Src(0) }.encode(out);
        });
        assert_eq!(verify(&dropped), Ok(()));
    }

    #[test]
    fn paths_agree_on_temporaries() {
        let code = function(|out| {
            let branch = JumpIfTrue {
                cond: Src(0),
                target: Label(10),
            };
            branch.encode(out);
            ADD.encode(out);
            Return { src: Src(0) }.encode(out);
        });
        assert_eq!(
            error(&code),
            "f: at 4 `add t0 = a, b`: on the way to 10 `t0` holds a value, but nothing coming from 0"
        );
    }

    #[test]
    fn locals_are_bound_before_they_are_read() {
        let unbound = function(|out| Return { src: Src(2) }.encode(out));
        assert_eq!(
            error(&unbound),
            "f: at 0 `return c`: `c` may be unbound here"
        );
        let checked = function(|out| {
            let check = CheckBound {
                reg: Peek(2),
                name: Name(0),
            };
            check.encode(out);
            Return { src: Src(2) }.encode(out);
        });
        assert_eq!(verify(&checked), Ok(()));
    }

    #[test]
    fn loops_pass_a_safepoint() {
        let code = function(|out| {
            let branch = JumpIfTrue {
                cond: Src(0),
                target: Label(0),
            };
            branch.encode(out);
            Return { src: Src(0) }.encode(out);
        });
        assert_eq!(
            error(&code),
            "f: at 0 `jump_if_true a -> L0`: only `jump_back` jumps backwards, and never forwards"
        );
        let endless = function(|out| ADD.encode(out));
        assert_eq!(
            error(&endless),
            "f: at 0 `add t0 = a, b`: control runs off the end"
        );
    }

    #[test]
    fn an_exhausted_iterator_is_released() {
        let code = function(|out| {
            GetIter {
                dst: Dst(3),
                src: Src(0),
            }
            .encode(out);
            let next = ForIter {
                dst: Dst(2),
                iter: Peek(3),
                target: Label(12),
                site: Site(0),
            };
            next.encode(out);
            JumpBack { target: Label(3) }.encode(out);
            Return { src: Src(0) }.encode(out);
        });
        assert_eq!(code.units.len(), 15);
        let mut code = code;
        code.units[6] = 13;
        assert_eq!(verify(&code), Ok(()));
        // After the loop the variable may never have been assigned.
        code.units[14] = 2;
        assert_eq!(error(&code), "f: at 13 `return c`: `c` may be unbound here");
    }

    #[test]
    fn handlers_find_the_temporaries_below_them() {
        let mut code = function(|out| {
            ADD.encode(out);
            ADD_AGAIN.encode(out);
            Drop { reg: Dst(4) }.encode(out);
            Return { src: Src(3) }.encode(out);
            Drop { reg: Dst(4) }.encode(out);
            Return { src: Src(3) }.encode(out);
        });
        let handler = Handler {
            start: 6,
            end: 12,
            target: 16,
            temp: 4,
        };
        code.handlers.push(handler);
        assert_eq!(verify(&code), Ok(()));
        code.handlers[0].start = 0;
        assert_eq!(
            error(&code),
            "f: at 6 `add t1 = a, b`: on the way to 16 `t0` holds a value, but nothing coming from 0"
        );
        code.handlers[0].temp = 2;
        assert_eq!(error(&code), "f: handler 0..12: register 2 is no temporary");
    }

    const ADD_AGAIN: Add = Add { dst: Dst(4), ..ADD };

    #[test]
    fn structure_is_checked() {
        let mut code = function(|out| Return { src: Src(0) }.encode(out));
        code.units[1] = 6;
        assert_eq!(
            error(&code),
            "f: at 0 `return t3`: there is no register 6, only 6"
        );
        code.units.truncate(1);
        assert_eq!(error(&code), "f: the code ends inside `return` at 0");
        code.units = vec![u16::MAX];
        assert_eq!(error(&code), "f: no instruction has opcode 65535 (at 0)");
        code.units.clear();
        assert_eq!(error(&code), "f: no instructions");
    }
}
