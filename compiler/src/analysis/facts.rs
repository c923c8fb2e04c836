//! What the whole program says about its global names.
//!
//! Nothing here is relied on blindly: native code checks at run time that a global still holds what the analysis expects
//! (another module, `setattr` or `globals()` may have changed it). The facts only say what is worth checking for.

use ashore_bytecode::disassemble::nested;
use ashore_bytecode::walk::{Instruction, instructions};
use ashore_bytecode::{Code, Constant, Kind, Opcode};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// What a global name is bound to by the only statement that binds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// `def` at module level, without decorators: the code's number.
    Function(u32),
    /// `import name`: the module's name.
    Module(Arc<str>),
    /// Bound by anything else, or more than once.
    Other,
}

/// One module of the program.
#[derive(Debug)]
pub struct ModuleFacts {
    pub name: Arc<str>,
    bindings: FxHashMap<String, Binding>,
    /// `from x import *` may bind any name.
    open: bool,
}

/// All modules of the program.
pub struct ProgramFacts<'a> {
    modules: Vec<ModuleFacts>,
    /// Every code object with its module, in the order of their numbers.
    codes: Vec<(usize, &'a Code)>,
    /// Names of attributes that are stored somewhere.
    stored: FxHashSet<&'a str>,
    /// Names that class bodies bind.
    in_classes: FxHashSet<&'a str>,
    /// Numbers of those that run only a few times, as far as anybody looked for them.
    seldom: Vec<bool>,
}

impl<'a> ProgramFacts<'a> {
    /// Looks through modules given by name and body.
    pub fn new(modules: impl IntoIterator<Item = (&'a str, &'a Code)>) -> ProgramFacts<'a> {
        let mut facts = ProgramFacts {
            modules: Vec::new(),
            codes: Vec::new(),
            stored: FxHashSet::default(),
            in_classes: FxHashSet::default(),
            seldom: Vec::new(),
        };
        for (name, body) in modules {
            let module = facts.modules.len();
            facts.modules.push(ModuleFacts {
                name: name.into(),
                bindings: FxHashMap::default(),
                open: false,
            });
            let first = facts.codes.len();
            let codes = nested(body).into_iter();
            facts.codes.extend(codes.map(|code| (module, code)));
            for number in first..facts.codes.len() {
                facts.scan(module, number, number == first);
            }
        }
        facts
    }

    /// Whether an attribute of this name is likely to be one of the object's own: it is stored somewhere, and no class has one
    /// of the name.
    pub fn is_own_attribute(&self, name: &str) -> bool {
        self.stored.contains(name) && !self.in_classes.contains(name)
    }

    /// Finds the code objects that run only a few times, for which native code hardly pays.
    pub fn mark_seldom(&mut self) {
        self.seldom = super::frequency::seldom(self);
    }

    /// Whether a code object is known to run only a few times.
    pub fn is_seldom(&self, number: u32) -> bool {
        self.seldom.get(number as usize).copied().unwrap_or(false)
    }

    /// Names of the modules.
    pub fn module_names(&self) -> impl Iterator<Item = Arc<str>> + '_ {
        self.modules.iter().map(|module| module.name.clone())
    }

    /// Number of the code object that is constant `k` of code number `outer`.
    pub fn nested(&self, outer: usize, k: u32) -> Option<u32> {
        let (_, code) = self.codes[outer];
        let Some(Constant::Code(inner)) = code.constants.get(k as usize) else {
            return None;
        };
        let inner: *const Code = &**inner;
        let found = self.codes[outer..]
            .iter()
            .position(|&(_, code)| std::ptr::eq(code, inner))?;
        Some((outer + found) as u32)
    }

    fn scan(&mut self, module: usize, number: usize, is_body: bool) {
        let (_, code) = self.codes[number];
        let mut previous: Option<Instruction> = None;
        for instruction in instructions(&code.units).map_while(Result::ok) {
            match instruction.opcode {
                Opcode::StoreGlobal => self.bind(module, number, &instruction, previous, is_body),
                Opcode::StoreName if is_body => {
                    self.bind(module, number, &instruction, previous, true)
                }
                Opcode::DeleteGlobal => self.bind(module, number, &instruction, None, false),
                Opcode::ImportStar => self.modules[module].open = true,
                Opcode::StoreAttr => self.stored.extend(name(code, &instruction)),
                Opcode::StoreName if code.flags.namespace => {
                    self.in_classes.extend(name(code, &instruction));
                }
                _ => {}
            }
            previous = Some(instruction);
        }
    }

    /// Notes a store. Only one by the module's body, of what the instruction before just made, is more than `Other`.
    fn bind(
        &mut self,
        module: usize,
        number: usize,
        store: &Instruction,
        value: Option<Instruction>,
        body: bool,
    ) {
        let (_, code) = self.codes[number];
        let Some(name) = store.operand(Kind::Name, 0) else {
            return;
        };
        let made = value.filter(|made| {
            body && made.writes().start == store.operand(Kind::Src, 0).unwrap_or(u32::MAX)
        });
        let binding = match made {
            Some(made) if made.opcode == Opcode::MakeFunction => made
                .operand(Kind::Const, 0)
                .and_then(|k| self.nested(number, k))
                .map(Binding::Function),
            Some(made) if made.opcode == Opcode::ImportName => {
                let module = made
                    .operand(Kind::Name, 0)
                    .map(|name| code.names[name as usize].as_str());
                module
                    .filter(|name| !name.contains('.'))
                    .map(|name| Binding::Module(name.into()))
            }
            _ => None,
        };
        let bindings = &mut self.modules[module].bindings;
        bindings
            .entry(code.names[name as usize].clone())
            .and_modify(|known| *known = Binding::Other)
            .or_insert(binding.unwrap_or(Binding::Other));
    }

    /// Every code object and its number.
    pub fn codes(&self) -> impl Iterator<Item = (u32, &'a Code)> + '_ {
        self.codes
            .iter()
            .enumerate()
            .map(|(number, &(_, code))| (number as u32, code))
    }

    /// The code object with this number.
    pub fn code(&self, number: u32) -> &'a Code {
        self.codes[number as usize].1
    }

    /// The module a code object belongs to.
    pub fn module_of(&self, number: u32) -> &ModuleFacts {
        &self.modules[self.codes[number as usize].0]
    }

    /// The module with this name, if it is one of the program's.
    pub fn module(&self, name: &str) -> Option<&ModuleFacts> {
        self.modules.iter().find(|module| &*module.name == name)
    }
}

/// The name an instruction has.
fn name<'a>(code: &'a Code, instruction: &Instruction) -> Option<&'a str> {
    let index = instruction.operand(Kind::Name, 0)?;
    code.names.get(index as usize).map(String::as_str)
}

impl ModuleFacts {
    /// What a global name is bound to; `None` if nothing in the module binds it, so that it may be a builtin.
    pub fn binding(&self, name: &str) -> Option<&Binding> {
        match self.bindings.get(name) {
            None if self.open => Some(&Binding::Other),
            found => found,
        }
    }
}
