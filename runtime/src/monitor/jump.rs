//! Jumps: a trace function sets `f_lineno`, and the frame goes on at that line.
//!
//! ```text
//!   line ──► addresses where it starts ──► one whose temporaries the frame has ──► others released, `pc` set
//! ```
//!
//! What temporaries hold at each address is known from the code alone, since the verifier sees to it that all paths agree.
//! A frame can leave loops, `with` blocks and handlers, but not enter them: what they work with would be missing.

use super::Points;
use super::tools::Event;
use crate::interpreter::exceptions::leave_handler;
use crate::interpreter::frame::{Frame, Machine};
use crate::object::Owned;
use crate::types::code::Code;
use crate::{Builtin, Result, Thread, Value, raise, warnings};
use ashore_bytecode::walk::{Instruction, Use, instruction_at};
use ashore_bytecode::{Opcode, Src};
use std::collections::BTreeMap;

/// What a temporary holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// What a loop, or `yield from`, works on.
    Iterator,
    /// An exception that a handler begins with.
    Exception,
    /// What was being handled outside of a handler.
    Handled,
    /// How a `with` block is left.
    Exit,
    /// Anything else, which the instruction at this address made.
    Other(u32),
}

/// The temporaries that hold something, by register.
type Temporaries = BTreeMap<u32, Kind>;

/// Which temporaries hold what at each address that control reaches.
struct Analysis<'a> {
    code: &'a Code,
    points: &'a Points,
    states: BTreeMap<u32, Temporaries>,
    work: Vec<u32>,
}

impl Analysis<'_> {
    fn of<'a>(code: &'a Code, points: &'a Points) -> Analysis<'a> {
        let mut analysis = Analysis {
            code,
            points,
            states: BTreeMap::new(),
            work: Vec::new(),
        };
        analysis.reach(0, Temporaries::new());
        while let Some(at) = analysis.work.pop() {
            analysis.step(at);
        }
        analysis
    }

    fn reach(&mut self, at: u32, state: Temporaries) {
        if let std::collections::btree_map::Entry::Vacant(vacant) = self.states.entry(at) {
            vacant.insert(state);
            self.work.push(at);
        }
    }

    fn step(&mut self, at: u32) {
        let Ok(instruction) = instruction_at(&self.points.instructions, at) else {
            unreachable!("verified code")
        };
        let mut state = self.states[&at].clone();
        if let Some(handler) = self.code.source.handler_at(at) {
            let mut caught = state.clone();
            caught.retain(|&register, _| register < u32::from(handler.temp));
            caught.insert(u32::from(handler.temp), Kind::Exception);
            self.reach(handler.target, caught);
        }
        let written = self.kind(&instruction, &state);
        let is_temporary = |register: &u32| *register >= u32::from(self.code.n_locals);
        for (register, how) in instruction.reads() {
            if how != Use::Borrow {
                state.remove(&register);
            }
        }
        if let Some(target) = instruction.target() {
            let mut jumped = state.clone();
            if instruction.writes_on_jump() {
                jumped.extend(
                    instruction
                        .writes()
                        .filter(is_temporary)
                        .map(|r| (r, written)),
                );
            }
            if let Some(released) = instruction.released_on_jump() {
                jumped.remove(&released);
            }
            self.reach(target, jumped);
        }
        if !instruction.opcode.effects().ends {
            state.extend(
                instruction
                    .writes()
                    .filter(is_temporary)
                    .map(|r| (r, written)),
            );
            self.reach(instruction.end(), state);
        }
    }

    /// What the instruction leaves in the temporaries it writes.
    fn kind(&self, instruction: &Instruction<'_>, before: &Temporaries) -> Kind {
        match instruction.opcode {
            Opcode::GetIter
            | Opcode::GetYieldFromIter
            | Opcode::GetAwaitable
            | Opcode::GetAsyncIter => Kind::Iterator,
            Opcode::EnterHandler => Kind::Handled,
            Opcode::WithEnter | Opcode::AsyncWithEnter => Kind::Exit,
            Opcode::Move | Opcode::Copy => {
                let source = instruction.reads().next();
                let kind = source.and_then(|(register, _)| before.get(&register));
                kind.copied().unwrap_or(Kind::Other(instruction.at))
            }
            _ => Kind::Other(instruction.at),
        }
    }
}

/// Why a frame cannot go on where these temporaries are needed.
fn explain(needed: Option<&Temporaries>) -> &'static str {
    match needed.map(|needed| needed.last_key_value().map(|(_, kind)| kind)) {
        None => "can't jump into an exception handler, or code may be unreachable",
        Some(Some(Kind::Exception | Kind::Handled)) => {
            "can't jump into an 'except' block as there's no exception"
        }
        Some(Some(Kind::Iterator)) => "can't jump into the body of a for loop",
        Some(_) => "incompatible stacks",
    }
}

/// Whether the listener that is being called may have a frame jump, because of the event it hears of.
fn check_event(thread: &Thread, frame: &Frame<'_>) -> Result<()> {
    let text = match thread.tracing.event_in(frame) {
        Some(Event::Line | Event::Instruction | Event::PyYield | Event::PyResume | Event::Jump) => {
            return Ok(());
        }
        None => "f_lineno can only be set in a trace function",
        Some(Event::PyStart) => "can't jump from the 'call' trace event of a new frame",
        Some(Event::Call | Event::CReturn) => "can't jump during a call",
        Some(_) => "can only jump from a 'line' trace event",
    };
    raise!(thread, ValueError, "{text}")
}

/// Has the frame go on at a line.
pub(crate) fn to_line(thread: &Thread, frame: &Frame<'_>, line: i64) -> Result<()> {
    check_event(thread, frame)?;
    let (code, points) = (frame.code, frame.code.points());
    if line < i64::from(code.source.first_line) {
        return raise!(
            thread,
            ValueError,
            "line {line} comes before the current code block"
        );
    }
    let lines = points.starts().filter(|&at| points.starts_line(at));
    let lines = lines.map(|at| i64::from(points.line(at)));
    let Some(line) = lines.filter(|&found| found >= line).min() else {
        return raise!(
            thread,
            ValueError,
            "line {line} comes after the current code block"
        );
    };
    let analysis = Analysis::of(code, points);
    let Some(held) = analysis.states.get(&frame.address()) else {
        return raise!(thread, ValueError, "can't jump from unreachable code");
    };
    let starts = points
        .starts()
        .filter(|&at| points.starts_line(at) && i64::from(points.line(at)) == line);
    let mut best: Option<(u32, &Temporaries)> = None;
    let mut refused = None;
    for at in starts {
        let needed = analysis.states.get(&at);
        match needed.filter(|needed| needed.iter().all(|(r, kind)| held.get(r) == Some(kind))) {
            Some(needed) if best.is_none_or(|(_, best)| best.len() < needed.len()) => {
                best = Some((at, needed));
            }
            Some(_) => {}
            None => refused = Some(explain(needed)),
        }
    }
    let Some((target, needed)) = best else {
        let text = refused.unwrap_or("cannot find bytecode for specified line");
        return raise!(thread, ValueError, "{text}");
    };
    bind_unbound(thread, frame)?;
    let machine = Machine { thread, frame };
    for (&register, kind) in held.iter().rev().filter(|(r, _)| !needed.contains_key(r)) {
        match kind {
            Kind::Handled => leave_handler(&machine, Src(register as u16)),
            _ => drop(frame.window.take(register as u16)),
        }
    }
    frame.pc.set(code.pointer(target));
    Ok(())
}

/// Instructions rely on variables being bound that would be on the way there.
fn bind_unbound(thread: &Thread, frame: &Frame<'_>) -> Result<()> {
    let unbound = |register: &u16| frame.window.get(*register).is_missing();
    let registers: Vec<u16> = (0..frame.n_locals).filter(unbound).collect();
    if registers.is_empty() {
        return Ok(());
    }
    let (n, s) = (registers.len(), if registers.len() > 1 { "s" } else { "" });
    let text = format!("assigning None to {n} unbound local{s}");
    warnings::warn(thread, Builtin::RuntimeWarning, &text, false)?;
    for register in registers {
        frame.window.set(register, Owned::new(Value::NONE));
    }
    Ok(())
}
