//! Bytecode to rules: one scan over each code object.
//!
//! A local is one node, whatever it holds in the course of time. A temporary is a node for each write; one that is
//! written again before anybody read it (the arms of a conditional expression) stays the same node.

use super::Types;
use super::builtins;
use super::graph::{Callable, Id};
use super::rules::{Arithmetic, Call, Rule, Signature, Solver};
use crate::analysis::facts::ProgramFacts;
use ashore_bytecode::walk::{Instruction, Use, instructions};
use ashore_bytecode::{Code, Constant, Kind, Opcode, OptSrc};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The nodes that the answers are about.
#[derive(Default)]
pub(super) struct Collected {
    pub(super) results: FxHashMap<(u32, u32, u16), Id>,
    pub(super) operands: FxHashMap<(u32, u32, u16), Id>,
    pub(super) parameters: FxHashMap<(u32, u16), Id>,
    pub(super) locals: FxHashMap<(u32, u16), Id>,
    /// What is called, by code object and address.
    pub(super) callees: FxHashMap<(u32, u32), Id>,
}

pub(super) struct Collector<'a> {
    program: &'a ProgramFacts<'a>,
    solver: &'a mut Solver,
    collected: Collected,
    /// Variables that live in cells, by module and name.
    cells: FxHashMap<(Arc<str>, &'a str), Id>,
    /// What calling each code object gives.
    returns: FxHashMap<u32, Id>,
    // About the code object under way:
    code: &'a Code,
    number: u32,
    module: Arc<str>,
    locals: Vec<Id>,
    /// Each temporary's node, and whether it was read.
    temporaries: FxHashMap<u32, (Id, bool)>,
    /// Temporaries the instruction under way writes.
    written: Vec<(u32, (Id, bool))>,
}

impl<'a> Collector<'a> {
    /// Collects the rules of a whole program.
    pub(super) fn collect(program: &'a ProgramFacts<'a>, solver: &'a mut Solver) -> Collected {
        solver.modules = program.module_names().collect();
        let mut codes = program.codes();
        let Some((_, first)) = codes.next() else {
            return Collected::default();
        };
        let mut collector = Collector {
            program,
            solver,
            collected: Collected::default(),
            cells: FxHashMap::default(),
            returns: FxHashMap::default(),
            code: first,
            number: 0,
            module: "".into(),
            locals: Vec::new(),
            temporaries: FxHashMap::default(),
            written: Vec::new(),
        };
        for (number, code) in program.codes() {
            collector.declare(number, code);
        }
        for (number, code) in program.codes() {
            collector.scan(number, code);
        }
        collector.collected
    }

    /// Makes nodes for what calls of the code pass and get.
    fn declare(&mut self, number: u32, code: &'a Code) {
        let result = self.solver.graph.node();
        if code.flags.generator {
            self.solver.graph.add(result, Types::OBJECT);
        }
        let n_named = code.n_args + code.n_kwonly;
        let parameters: Vec<(Arc<str>, Id)> = (0..n_named)
            .map(|index| {
                let id = self.solver.graph.node();
                self.collected.parameters.insert((number, index), id);
                (code.locals[usize::from(index)].as_str().into(), id)
            })
            .collect();
        let rest = code.flags.varargs.then(|| {
            let id = self.solver.graph.of(Types::TUPLE);
            self.collected.parameters.insert((number, n_named), id);
            id
        });
        self.returns.insert(number, result);
        let signature = Signature {
            parameters,
            rest,
            n_positional: usize::from(code.n_args),
            result,
        };
        self.solver.signatures.insert(number, signature);
    }

    fn scan(&mut self, number: u32, code: &'a Code) {
        self.code = code;
        self.number = number;
        self.module = self.program.module_of(number).name.clone();
        self.temporaries.clear();
        self.locals = (0..code.n_locals())
            .map(|index| {
                let parameter = self.collected.parameters.get(&(number, index)).copied();
                let local = self.solver.graph.node();
                self.collected.locals.insert((number, index), local);
                if let Some(from) = parameter {
                    self.flow(from, local);
                }
                local
            })
            .collect();
        for instruction in instructions(&code.units).map_while(Result::ok) {
            for (register, _) in instruction.reads() {
                let (id, key) = (self.read(register), (number, instruction.at));
                let key = (key.0, key.1, register as u16);
                self.collected.operands.insert(key, id);
            }
            let consumed = instruction.reads().filter(|&(_, how)| how != Use::Borrow);
            let consumed = consumed.map(|(register, _)| register);
            for register in consumed.chain(instruction.released_on_jump()) {
                if let Some((_, read)) = self.temporaries.get_mut(&register) {
                    *read = true;
                }
            }
            self.instruction(&instruction);
            self.temporaries.extend(self.written.drain(..));
        }
    }

    fn rule(&mut self, rule: Rule) {
        self.solver.rules.push(rule);
    }

    fn flow(&mut self, from: Id, to: Id) {
        self.rule(Rule::Flow { from, to });
    }

    /// The node of what a register holds.
    fn read(&mut self, register: u32) -> Id {
        if let Some(&local) = self.locals.get(register as usize) {
            return local;
        }
        match self.temporaries.get(&register) {
            Some(&(id, _)) => id,
            None => self.solver.graph.node(),
        }
    }

    /// The node of what the instruction puts into a register.
    fn write(&mut self, instruction: &Instruction, register: u32) -> Id {
        let id = match self.locals.get(register as usize) {
            Some(&local) => {
                let id = self.solver.graph.node();
                self.flow(id, local);
                id
            }
            None => match self.temporaries.get(&register) {
                Some(&(id, false)) => id,
                _ => {
                    let id = self.solver.graph.node();
                    self.written.push((register, (id, false)));
                    id
                }
            },
        };
        let key = (self.number, instruction.at, register as u16);
        self.collected.results.insert(key, id);
        id
    }

    fn source(&mut self, instruction: &Instruction, nth: usize) -> Id {
        let register = instruction.operand(Kind::Src, nth);
        self.read(register.expect("a row has the operands it is asked for"))
    }

    fn peeked(&mut self, instruction: &Instruction, nth: usize) -> Id {
        let register = instruction.operand(Kind::Peek, nth);
        self.read(register.expect("a row has the operands it is asked for"))
    }

    fn name(&self, instruction: &Instruction) -> &'a str {
        let index = instruction.operand(Kind::Name, 0);
        &self.code.names[index.expect("a row has the operands it is asked for") as usize]
    }

    fn optional(&mut self, instruction: &Instruction, nth: usize) -> Option<Id> {
        let register = instruction.operand(Kind::OptSrc, nth)?;
        (register != u32::from(OptSrc::NONE.0)).then(|| self.read(register))
    }

    /// A variable that lives in a cell.
    fn cell(&mut self, name: &'a str) -> Id {
        let key = (self.module.clone(), name);
        let graph = &mut self.solver.graph;
        *self.cells.entry(key).or_insert_with(|| graph.node())
    }

    fn constant(&mut self, constant: &Constant, to: Id) {
        self.solver.graph.add(to, Types::of_constant(constant));
        if let Constant::Tuple(items) = constant {
            let fields = items.iter().map(|item| {
                let field = self.solver.graph.node();
                self.constant(item, field);
                field
            });
            let fields = fields.collect();
            self.solver.graph.set_fields(to, fields);
        }
    }

    fn instruction(&mut self, i: &Instruction) {
        match i.opcode {
            Opcode::StoreGlobal | Opcode::StoreName | Opcode::StoreAttr | Opcode::StoreItem => {
                self.store(i);
            }
            Opcode::StoreCell | Opcode::StoreFree | Opcode::MakeCell => self.store_cell(i),
            Opcode::ListAppend | Opcode::SetAdd => {
                let (into, value) = (self.peeked(i, 0), self.source(i, 0));
                self.rule(Rule::Put { into, value });
            }
            Opcode::DictSet => {
                let (into, value) = (self.peeked(i, 0), self.source(i, 1));
                self.rule(Rule::Put { into, value });
            }
            Opcode::ListExtend | Opcode::SetUpdate => {
                let (into, of) = (self.peeked(i, 0), self.source(i, 0));
                let value = self.solver.graph.node();
                self.rule(Rule::Elements { of, to: value });
                self.rule(Rule::Put { into, value });
            }
            Opcode::Return | Opcode::Yield => {
                let value = self.source(i, 0);
                let result = self.returns[&self.number];
                match (i.opcode, self.code.flags.generator) {
                    (Opcode::Yield, _) => self.rule(Rule::Put {
                        into: result,
                        value,
                    }),
                    (_, false) => self.flow(value, result),
                    _ => {}
                }
            }
            Opcode::Unpack => {
                let of = self.source(i, 0);
                let to = i.writes().map(|register| self.write(i, register)).collect();
                self.rule(Rule::Unpack { of, to });
            }
            _ if !i.writes().is_empty() => self.result(i),
            _ => {}
        }
    }

    fn store(&mut self, i: &Instruction) {
        match i.opcode {
            Opcode::StoreItem => {
                let (into, value) = (self.source(i, 0), self.source(i, 2));
                self.rule(Rule::Put { into, value });
                let item = self.solver.graph.item(into);
                self.place(i, 2, item);
            }
            Opcode::StoreAttr => {
                let value = self.source(i, 1);
                let attribute = self.solver.attribute(self.name(i));
                self.flow(value, attribute);
                self.place(i, 1, attribute);
            }
            Opcode::StoreName if self.code.flags.namespace => self.store_in_class(i),
            _ => {
                let value = self.source(i, 0);
                let module = self.module.clone();
                let global = self.solver.global(&module, self.name(i));
                self.flow(value, global);
            }
        }
    }

    /// Notes what the place that the `nth` operand is stored into holds.
    fn place(&mut self, i: &Instruction, nth: usize, id: Id) {
        let register = i.operand(Kind::Src, nth).unwrap_or(0) as u16;
        let key = (self.number, i.at, register);
        self.collected.results.insert(key, id);
    }

    /// A class body binds a name: an attribute of all instances. Functions become methods.
    fn store_in_class(&mut self, i: &Instruction) {
        let name = self.name(i);
        let (value, attribute) = (self.source(i, 0), self.solver.attribute(name));
        let function = self.solver.graph.get(value).callables.first().cloned();
        if let Some(Callable::Function(code)) = function {
            let method = Callable::Method(code);
            self.solver.graph.add_callable(attribute, method);
            if name == "__init__" {
                self.solver.classes.entry(self.number).or_default().init = Some(code);
            }
        } else {
            self.flow(value, attribute);
        }
    }

    fn store_cell(&mut self, i: &Instruction) {
        let free = i.operand(Kind::Free, 0);
        let register = i.operand(Kind::Peek, 0).or_else(|| i.operand(Kind::Dst, 0));
        let name = match (free, register) {
            (Some(index), _) => Some(&self.code.free[index as usize]),
            (None, Some(register)) => self.code.locals.get(register as usize),
            _ => None,
        };
        let Some(name) = name else { return };
        let cell = self.cell(name);
        let value = match i.opcode {
            Opcode::MakeCell => self.read(register.unwrap_or(0)),
            _ => self.source(i, 0),
        };
        self.flow(value, cell);
    }

    /// An instruction with one result (or two, of which the second is the receiver).
    fn result(&mut self, i: &Instruction) {
        let to = self.write(i, i.writes().start);
        match i.opcode {
            Opcode::LoadConst => {
                let index = i.operand(Kind::Const, 0).unwrap_or(0);
                let code = self.code;
                self.constant(&code.constants[index as usize], to);
            }
            Opcode::Move => {
                let from = self.source(i, 0);
                self.flow(from, to);
            }
            Opcode::Copy => {
                let from = self.peeked(i, 0);
                self.flow(from, to);
            }
            Opcode::LoadGlobal | Opcode::LoadName => self.load_global(i, to),
            Opcode::LoadCell | Opcode::LoadNameOrFree | Opcode::LoadFree => {
                let name = match i.operand(Kind::Free, 0) {
                    Some(index) => &self.code.free[index as usize],
                    None => self.name(i),
                };
                let cell = self.cell(name);
                self.flow(cell, to);
            }
            Opcode::LoadAttr | Opcode::ImportFrom => {
                let of = match i.opcode {
                    Opcode::LoadAttr => self.source(i, 0),
                    _ => self.peeked(i, 0),
                };
                let name = self.name(i).into();
                self.rule(Rule::Attribute { of, name, to });
            }
            Opcode::LoadMethod => {
                let of = self.source(i, 0);
                let receiver = self.write(i, i.writes().start + 1);
                self.flow(of, receiver);
                let name = self.name(i).into();
                self.rule(Rule::Attribute { of, name, to });
            }
            Opcode::ImportName => {
                let module = Callable::Module(self.name(i).into());
                self.solver.graph.add_callable(to, module);
            }
            Opcode::LoadItem => {
                let (of, key) = (self.source(i, 0), self.source(i, 1));
                self.rule(Rule::Subscript { of, key, to });
            }
            Opcode::GetIter | Opcode::ForIter => self.iterate(i, to),
            Opcode::Call | Opcode::CallMethod | Opcode::CallKw | Opcode::CallMethodKw => {
                self.call(i, to);
            }
            Opcode::LoadBuildClass => {
                let builder = Callable::ClassBuilder;
                self.solver.graph.add_callable(to, builder);
            }
            Opcode::MakeFunction => self.make_function(i, to),
            _ => self.operation(i, to),
        }
    }

    fn load_global(&mut self, i: &Instruction, to: Id) {
        let name = self.name(i);
        let module = self.module.clone();
        let facts = self.program.module_of(self.number);
        if self.code.flags.namespace {
            let attribute = self.solver.attribute(name);
            self.flow(attribute, to);
        }
        match (facts.binding(name), builtins::row(name)) {
            (None, Some(row)) => self.solver.graph.add_callable(to, Callable::Builtin(row)),
            _ => {
                let global = self.solver.global(&module, name);
                self.flow(global, to);
            }
        }
    }

    fn iterate(&mut self, i: &Instruction, to: Id) {
        if i.opcode == Opcode::ForIter {
            let of = self.peeked(i, 0);
            return self.rule(Rule::Elements { of, to });
        }
        let of = self.source(i, 0);
        self.solver.graph.add(to, Types::OBJECT);
        let value = self.solver.graph.item(to);
        self.rule(Rule::Elements { of, to: value });
    }

    fn call(&mut self, i: &Instruction, to: Id) {
        let method = matches!(i.opcode, Opcode::CallMethod | Opcode::CallMethodKw);
        let place = (self.number, i.at);
        let mut run = i.run().map(|register| self.read(register));
        let Some(callee) = run.next() else { return };
        let receiver = if method { run.next() } else { None };
        let mut args: Vec<Id> = run.collect();
        let names = i.operand(Kind::Const, 0);
        let names = names.map(|index| &self.code.constants[index as usize]);
        let mut keywords = Vec::new();
        if let Some(Constant::Tuple(names)) = names {
            let values = args.split_off(args.len().saturating_sub(names.len()));
            for (name, value) in names.iter().zip(values) {
                if let Constant::Str(text) = name {
                    keywords.push((String::from_utf8_lossy(text).into(), value));
                }
            }
        }
        self.collected.callees.insert(place, callee);
        let call = Call {
            callee,
            receiver,
            args,
            keywords,
            to,
        };
        self.rule(Rule::Call(call, Vec::new()));
    }

    fn make_function(&mut self, i: &Instruction, to: Id) {
        self.solver.graph.add(to, Types::OBJECT);
        let index = i.operand(Kind::Const, 0).unwrap_or(0);
        let Some(number) = self.program.nested(self.number as usize, index) else {
            return;
        };
        self.solver
            .graph
            .add_callable(to, Callable::Function(number));
        // The last positional parameters have the defaults, of which there are as many as the tuple has fields.
        let Some(defaults) = self.optional(i, 1) else {
            return;
        };
        let defaults = self.solver.graph.fields(defaults).unwrap_or_default();
        let signature = &self.solver.signatures[&number];
        let positional = &signature.parameters[..signature.n_positional];
        let flows: Vec<(Id, Id)> = (defaults.into_iter().rev())
            .zip(positional.iter().rev().map(|&(_, parameter)| parameter))
            .collect();
        for (from, to) in flows {
            self.flow(from, to);
        }
    }

    /// Operators and displays.
    fn operation(&mut self, i: &Instruction, to: Id) {
        use Opcode::*;
        let graph = &mut self.solver.graph;
        let kind = match i.opcode {
            Truediv | Itruediv => Arithmetic::Division,
            Lshift | Ilshift | Rshift | Irshift | And | Iand | Or | Ior | Xor | Ixor | Invert => {
                Arithmetic::Bits
            }
            _ => Arithmetic::Number,
        };
        match i.opcode {
            AddInt | SubInt | IaddInt | IsubInt => {
                let (lhs, rhs) = (self.source(i, 0), self.solver.graph.of(Types::INT));
                self.rule(Rule::Arithmetic { kind, lhs, rhs, to });
            }
            Neg | Pos | Invert => {
                let lhs = self.source(i, 0);
                let rhs = lhs;
                self.rule(Rule::Arithmetic { kind, lhs, rhs, to });
            }
            Add | Sub | Mul | Truediv | Floordiv | Mod | Pow | Lshift | Rshift | And | Or | Xor
            | Iadd | Isub | Imul | Itruediv | Ifloordiv | Imod | Ipow | Ilshift | Irshift
            | Iand | Ior | Ixor => {
                let (lhs, rhs) = (self.source(i, 0), self.source(i, 1));
                self.rule(Rule::Arithmetic { kind, lhs, rhs, to });
            }
            Is | IsNot | Contains | NotContains | Not | MatchException => {
                graph.add(to, Types::BOOL);
            }
            Lt | Le | Eq | Ne | Gt | Ge => graph.add(to, Types::BOOL),
            BuildString | FormatSimple | FormatSpec | Convert => graph.add(to, Types::STR),
            BuildSlice => graph.add(to, Types::OBJECT),
            BuildTuple => {
                graph.add(to, Types::TUPLE);
                let fields = i.run().map(|register| self.read(register)).collect();
                self.solver.graph.set_fields(to, fields);
            }
            BuildList | BuildSet => {
                let list = i.opcode == BuildList;
                graph.add(to, if list { Types::LIST } else { Types::OBJECT });
                for register in i.run() {
                    let value = self.read(register);
                    self.rule(Rule::Put { into: to, value });
                }
            }
            BuildDict => {
                graph.add(to, Types::OBJECT);
                graph.set_mapping(to);
                for register in i.run().skip(1).step_by(2) {
                    let value = self.read(register);
                    self.rule(Rule::Put { into: to, value });
                }
            }
            _ => {}
        }
    }
}
