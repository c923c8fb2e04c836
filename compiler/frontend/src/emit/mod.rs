//! The emitter: from the AST and its symbol table to code objects.
//!
//! One [`Unit`] at a time is under construction. An expression evaluates to a [`Value`]: a constant that no instruction has
//! loaded yet, a variable's register, or the temporary that was on top when its evaluation began. Statements leave the stack
//! of temporaries as they found it.
//!
//! ```text
//!   module, function, class ─► statement ─► assign, loops, exception, with, pattern
//!                                        └► expression ─► call, comprehension, fstring, condition
//! ```

mod annotation;
mod assign;
mod call;
mod class;
mod comprehension;
mod condition;
mod coroutine;
mod except_star;
mod exception;
mod expression;
mod flow;
mod fstring;
mod function;
mod generics;
mod import;
pub mod literal;
mod loops;
mod module;
mod name;
mod pattern;
mod statement;
mod tstring;
mod unparse;
mod unwind;
mod with;
pub mod written;

use crate::assemble::{Assembler, HandlerId, Instruction};
use crate::error::{CompileError, ErrorKind};
use crate::registers::{Layout, Temporaries};
use crate::scope::{ScopeId, ScopeKind, Scopes};
use crate::source::Source;
use crate::{Mode, Options};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Code, CodeFlags, Const, Constant, Dst, Name, Peek, Site, Src};
use flow::Assigned;
pub use fstring::percent_field;
use ruff_python_ast::Mod;
use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;
use unwind::Block;

/// Emits a whole program.
pub fn emit(
    source: &Source,
    scopes: &Scopes,
    program: &Mod,
    (mode, options): (Mode, Options),
) -> Result<Code, CompileError> {
    let mut compiler = Compiler {
        source,
        scopes,
        mode,
        optimize: options.optimize,
        unit: Unit::default(),
        spare: Vec::new(),
        limit: None,
    };
    let code = compiler.program(program);
    match compiler.limit {
        Some(error) => Err(error),
        None => Ok(code),
    }
}

/// What an expression evaluated to.
#[derive(Clone, Debug)]
pub enum Value {
    /// A constant; nothing has been emitted.
    Constant(Constant),
    /// A variable that is bound.
    Local(u16),
    /// The temporary that was on top before.
    Temporary(u16),
    /// The register the caller asked for.
    Stored,
}

/// The state of the emitter.
pub struct Compiler<'a> {
    source: &'a Source,
    scopes: &'a Scopes,
    mode: Mode,
    /// See [`Options::optimize`].
    optimize: u8,
    unit: Unit<'a>,
    /// Assemblers between two units.
    spare: Vec<Assembler>,
    /// The first limit of the code format that was exceeded.
    limit: Option<CompileError>,
}

/// One code object under construction.
struct Unit<'a> {
    code: Code,
    asm: Assembler,
    /// The scope whose code this is.
    frame: ScopeId,
    /// The scope names are looked up in: `frame`, or a comprehension inlined into it.
    scope: ScopeId,
    layout: Layout,
    temporaries: Temporaries,
    /// Variables bound for sure at this point.
    assigned: Assigned,
    /// Variables that may be unbound again.
    deletable: Assigned,
    /// `assigned` at the labels that have been jumped to.
    states: Vec<Option<Assigned>>,
    blocks: Vec<Block<'a>>,
    constants: FxHashMap<Vec<u8>, u32>,
    names: FxHashMap<String, u32>,
    /// The annotated names of a class or module body, in source order.
    annotated: Vec<annotation::Annotated<'a>>,
}

impl Default for Unit<'_> {
    fn default() -> Self {
        Unit {
            code: Code::default(),
            asm: Assembler::default(),
            frame: Scopes::MODULE,
            scope: Scopes::MODULE,
            layout: Layout::default(),
            temporaries: Temporaries::new(0),
            assigned: Assigned::default(),
            deletable: Assigned::default(),
            states: Vec::new(),
            blocks: Vec::new(),
            constants: FxHashMap::default(),
            names: FxHashMap::default(),
            annotated: Vec::new(),
        }
    }
}

/// What a nested code object is, apart from its instructions.
struct Header {
    frame: ScopeId,
    qualname: String,
    /// Where the definition starts, decorators included.
    range: TextRange,
    flags: CodeFlags,
}

impl<'a> Compiler<'a> {
    // ── units ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// Builds the code object of `header.frame`; `body` emits its instructions and returns at every end it can reach.
    fn unit(&mut self, header: Header, body: impl FnOnce(&mut Self)) -> Code {
        let scope = &self.scopes[header.frame];
        let Some(layout) = Layout::new(self.scopes, header.frame) else {
            // Nothing can be emitted without registers, and nothing is asked of the code.
            self.exceeded(header.range, "too many local variables");
            return Code::default();
        };
        if scope.free.len() > usize::from(u16::MAX) {
            self.exceeded(header.range, "too many free variables");
        }
        let count = layout.count();
        let mut unit = Unit {
            asm: self.spare.pop().unwrap_or_default(),
            frame: header.frame,
            scope: header.frame,
            temporaries: Temporaries::new(count),
            assigned: Assigned::new(count),
            deletable: Assigned::new(count),
            ..Unit::default()
        };
        (0..count)
            .filter(|&r| layout.deletable[usize::from(r)])
            .for_each(|r| unit.deletable.insert(r));
        (0..scope.parameters.len() as u16).for_each(|r| unit.assigned.insert(r));
        unit.layout = layout;
        unit.code = Code {
            name: match scope.kind {
                ScopeKind::TypeParameters => format!("<generic parameters of {}>", scope.name),
                _ => scope.name.clone(),
            },
            qualname: header.qualname,
            filename: self.source.filename().to_owned(),
            first_line: self.source.line(header.range.start().to_u32()),
            flags: CodeFlags {
                future: self.scopes.future,
                ..header.flags
            },
            free: scope
                .free
                .iter()
                .map(|&(name, _)| self.scopes.names.text(name).to_owned())
                .collect(),
            ..Code::default()
        };
        let outer = std::mem::replace(&mut self.unit, unit);
        let start = self.source.line_start_range(header.range.start());
        for register in 0..self.unit.layout.own {
            self.make_cell(register, start);
        }
        body(self);
        let unit = std::mem::replace(&mut self.unit, outer);
        self.finish(unit, header.range)
    }

    fn finish(&mut self, mut unit: Unit<'a>, range: TextRange) -> Code {
        debug_assert!(!unit.asm.reachable(), "code ends in a return");
        debug_assert_eq!(
            unit.temporaries.top(),
            unit.layout.count(),
            "temporaries are balanced"
        );
        let n_registers = unit.temporaries.window().unwrap_or_else(|| {
            self.exceeded(range, "expression needs too many registers");
            0
        });
        let assembled = unit.asm.finish();
        self.spare.push(unit.asm);
        Code {
            locals: unit
                .layout
                .names
                .iter()
                .map(|&name| self.scopes.names.text(name))
                .map(|name| if name == ".format" { "format" } else { name }.to_owned())
                .collect(),
            cells: (0..unit.layout.count())
                .filter(|&r| unit.layout.cells[usize::from(r)])
                .collect(),
            n_registers,
            units: assembled.units,
            n_sites: assembled.n_sites,
            handlers: assembled.handlers,
            positions: assembled.positions,
            ..unit.code
        }
    }

    /// A limit of the code format was exceeded.
    fn exceeded(&mut self, range: TextRange, message: &str) {
        if self.limit.is_none() {
            self.limit = Some(self.source.error(ErrorKind::Syntax, message, range));
        }
    }

    // ── instructions ─────────────────────────────────────────────────────────────────────────────────────────────

    fn emit<I: Instruction>(&mut self, range: TextRange, instruction: I) {
        let position = self.source.position(range);
        let handler = self.active_handler();
        self.unit.asm.emit(instruction, position, handler);
    }

    /// An instruction that no source text stands for; `range` is for want of one before it.
    fn follow<I: Instruction>(&mut self, range: TextRange, instruction: I) {
        let position = self.source.position(range);
        let handler = self.active_handler();
        self.unit.asm.follow(instruction, position, handler);
    }

    /// A statement begins that may have no instructions of its own.
    fn mark(&mut self, range: TextRange) {
        let position = self.source.position(range);
        let handler = self.active_handler();
        self.unit.asm.mark(position, handler);
    }

    /// The innermost handler around the current place.
    fn active_handler(&self) -> Option<HandlerId> {
        self.unit.blocks.iter().rev().find_map(Block::handler)
    }

    fn site(&mut self) -> Site {
        self.unit.asm.site()
    }

    /// The index of a name.
    fn name(&mut self, name: &str) -> Name {
        let unit = &mut self.unit;
        if let Some(&index) = unit.names.get(name) {
            return Name(index);
        }
        let index = unit.code.names.len() as u32;
        unit.code.names.push(name.to_owned());
        unit.names.insert(name.to_owned(), index);
        Name(index)
    }

    /// The index of a constant.
    fn constant(&mut self, constant: Constant) -> Const {
        let unit = &mut self.unit;
        let mut key = Vec::new();
        if literal::constant_key(&constant, &mut key) {
            if let Some(&index) = unit.constants.get(&key) {
                return Const(index);
            }
            unit.constants.insert(key, unit.code.constants.len() as u32);
        }
        unit.code.constants.push(constant);
        Const(unit.code.constants.len() as u32 - 1)
    }

    // ── registers ────────────────────────────────────────────────────────────────────────────────────────────────

    fn top(&self) -> u16 {
        self.unit.temporaries.top()
    }

    fn push(&mut self) -> u16 {
        self.unit.temporaries.push()
    }

    fn release(&mut self, base: u16) {
        self.unit.temporaries.release(base);
    }

    /// Is there room for `n` more temporaries? If not, the program is refused.
    fn fits(&mut self, n: usize, range: TextRange) -> bool {
        let room = usize::from(u16::MAX - 1 - self.top());
        if n >= room {
            self.exceeded(range, "expression needs too many registers");
        }
        n < room
    }

    /// The register a result goes to once the temporaries from `base` on are consumed, and the value it is then.
    fn result(&mut self, base: u16, wanted: Option<u16>) -> (Dst, Value) {
        self.release(base);
        match wanted {
            Some(register) => (Dst(register), Value::Stored),
            None => {
                let register = self.push();
                (Dst(register), Value::Temporary(register))
            }
        }
    }

    /// A register that holds the value, as an operand.
    fn source(&mut self, range: TextRange, value: Value) -> Src {
        match value {
            Value::Local(register) | Value::Temporary(register) => Src(register),
            Value::Constant(_) => Src(self.temporary(range, value)),
            Value::Stored => unreachable!("a value that went elsewhere is no operand"),
        }
    }

    /// The value in a temporary; on top, if it is not in one already.
    fn temporary(&mut self, range: TextRange, value: Value) -> u16 {
        match value {
            Value::Temporary(register) => register,
            Value::Local(src) => {
                let dst = self.push();
                self.emit(
                    range,
                    ops::Move {
                        dst: Dst(dst),
                        src: Src(src),
                    },
                );
                dst
            }
            Value::Constant(constant) => {
                let dst = self.push();
                self.load_constant(range, dst, constant);
                dst
            }
            Value::Stored => unreachable!("a value that went elsewhere is no temporary"),
        }
    }

    fn load_constant(&mut self, range: TextRange, dst: u16, constant: Constant) {
        if self.unit.asm.reachable() {
            let k = self.constant(constant);
            self.emit(range, ops::LoadConst { dst: Dst(dst), k });
        }
    }

    /// Puts the value into `dst`.
    fn place(&mut self, range: TextRange, value: Value, dst: u16) {
        match value {
            Value::Stored => {}
            Value::Constant(constant) => self.load_constant(range, dst, constant),
            Value::Local(src) | Value::Temporary(src) if src != dst => {
                self.emit(
                    range,
                    ops::Move {
                        dst: Dst(dst),
                        src: Src(src),
                    },
                );
            }
            Value::Local(_) | Value::Temporary(_) => {}
        }
    }

    /// Puts the value where `wanted` says.
    fn deliver(&mut self, range: TextRange, base: u16, value: Value, wanted: Option<u16>) -> Value {
        match (wanted, value) {
            (Some(dst), value) => {
                self.place(range, value, dst);
                self.release(base);
                Value::Stored
            }
            (None, value) => value,
        }
    }

    /// A second reference to a register's value, on top.
    fn copy(&mut self, range: TextRange, src: u16) -> u16 {
        let dst = self.push();
        self.emit(
            range,
            ops::Copy {
                dst: Dst(dst),
                src: Peek(src),
            },
        );
        dst
    }

    /// Releases a temporary nobody consumes.
    fn drop(&mut self, range: TextRange, register: u16) {
        self.emit(range, ops::Drop { reg: Dst(register) });
    }
}
