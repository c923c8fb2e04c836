//! Which functions run only once or a few times: those whose every use is a call, outside of loops, by code of that kind.
//!
//! ```text
//!   module body ──► main() ──► parse_arguments()        once
//!                     └─ for ... ──► work()             often
//! ```
//!
//! A guess: functions can also be reached through `getattr`, `globals()` or a debugger. What depends on it is only how much
//! code a function is worth.

use super::facts::{Binding, ProgramFacts};
use ashore_bytecode::walk::{Instruction, instructions};
use ashore_bytecode::{Code, Kind, Opcode};
use rustc_hash::{FxHashMap, FxHashSet};

/// Says for every code object of the program, by number, whether it runs only a few times.
pub fn seldom(program: &ProgramFacts<'_>) -> Vec<bool> {
    let mut uses = Uses::new(program);
    for (number, code) in program.codes() {
        uses.scan(number, code);
    }
    let n_codes = program.codes().count();
    let mut seldom = vec![false; n_codes];
    for (number, code) in program.codes() {
        seldom[number as usize] = is_body(code) && !code.qualname.contains('.');
    }
    // Grows from the module bodies down, so that functions which call each other stay out.
    let mut changed = true;
    while changed {
        changed = false;
        for (&function, callers) in &uses.calls {
            let known = seldom[function as usize] || uses.elsewhere.contains(&function);
            if !known && callers.iter().all(|caller| caller.is_seldom(&seldom)) {
                seldom[function as usize] = true;
                changed = true;
            }
        }
    }
    seldom
}

/// A place that calls a function.
struct Caller {
    code: u32,
    in_loop: bool,
}

impl Caller {
    fn is_seldom(&self, seldom: &[bool]) -> bool {
        !self.in_loop && seldom[self.code as usize]
    }
}

struct Uses<'a> {
    program: &'a ProgramFacts<'a>,
    /// Functions by what they are found as: methods, and whatever other modules may ask a module for.
    attributes: FxHashMap<&'a str, Vec<u32>>,
    /// What calling a class runs, by the names of the module and the class.
    classes: FxHashMap<(&'a str, &'a str), u32>,
    calls: FxHashMap<u32, Vec<Caller>>,
    /// Functions used otherwise than by calling them, and those called by the runtime itself.
    elsewhere: FxHashSet<u32>,
}

impl<'a> Uses<'a> {
    fn new(program: &'a ProgramFacts<'a>) -> Uses<'a> {
        let mut uses = Uses {
            program,
            attributes: FxHashMap::default(),
            classes: FxHashMap::default(),
            calls: FxHashMap::default(),
            elsewhere: FxHashSet::default(),
        };
        for (number, code) in program.codes() {
            if is_body(code) {
                uses.definitions(number, code);
            }
        }
        uses
    }

    /// Notes the functions that a module or class body binds to names.
    fn definitions(&mut self, body: u32, code: &'a Code) {
        let module = self.module(body);
        let mut made: Option<(u32, u32)> = None;
        for instruction in instructions(&code.units).map_while(Result::ok) {
            let stored = matches!(instruction.opcode, Opcode::StoreName | Opcode::StoreGlobal);
            match (made.take(), instruction.operand(Kind::Src, 0)) {
                (Some((function, register)), Some(source)) if stored && source == register => {
                    let name = name(code, &instruction);
                    if name == "__init__" && code.flags.namespace {
                        self.classes.insert((module, &code.name), function);
                    }
                    // Those are called by operators.
                    if name.starts_with("__") && name != "__init__" {
                        self.elsewhere.insert(function);
                    }
                    self.attributes.entry(name).or_default().push(function);
                }
                // Decorated, or kept somewhere else.
                (Some((function, _)), _) => {
                    self.elsewhere.insert(function);
                }
                _ => {}
            }
            if instruction.opcode == Opcode::MakeFunction {
                let constant = instruction.operand(Kind::Const, 0).unwrap_or(0);
                let function = self.program.nested(body as usize, constant);
                made = function.zip(instruction.operand(Kind::Dst, 0));
            }
        }
    }

    /// Name of the module of a code object.
    fn module(&self, number: u32) -> &'a str {
        &self.program.module_of(number).name
    }

    /// What a global name of a code object's module may run when it is called.
    fn global(&self, number: u32, name: &'a str) -> Vec<u32> {
        if let Some(Binding::Function(function)) = self.program.module_of(number).binding(name) {
            return vec![*function];
        }
        let class = self.classes.get(&(self.module(number), name));
        class.copied().into_iter().collect()
    }

    fn attribute(&self, name: &str) -> Vec<u32> {
        self.attributes.get(name).cloned().unwrap_or_default()
    }

    /// Notes what a code object calls, and what it uses otherwise.
    fn scan(&mut self, number: u32, code: &'a Code) {
        let loops: Vec<(u32, u32)> = instructions(&code.units)
            .map_while(Result::ok)
            .filter(|instruction| instruction.opcode == Opcode::JumpBack)
            .filter_map(|instruction| Some((instruction.target()?, instruction.at)))
            .collect();
        // Functions in temporaries, on their way to a call.
        let mut held: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for instruction in instructions(&code.units).map_while(Result::ok) {
            let callee = callee(&instruction);
            if let Some(functions) = callee.and_then(|register| held.remove(&register)) {
                let at = instruction.at;
                let in_loop = loops.iter().any(|&(start, end)| start <= at && at <= end);
                for function in functions {
                    let callers = self.calls.entry(function).or_default();
                    callers.push(Caller {
                        code: number,
                        in_loop,
                    });
                }
            }
            for (register, _) in instruction.reads() {
                self.elsewhere
                    .extend(held.remove(&register).into_iter().flatten());
            }
            let found = match instruction.opcode {
                Opcode::LoadGlobal | Opcode::LoadName => {
                    self.global(number, name(code, &instruction))
                }
                Opcode::LoadMethod => self.attribute(name(code, &instruction)),
                Opcode::LoadAttr | Opcode::ImportFrom => {
                    let found = self.attribute(name(code, &instruction));
                    self.elsewhere.extend(found);
                    continue;
                }
                _ => continue,
            };
            let register = instruction.writes().start;
            if register < u32::from(code.n_locals()) {
                self.elsewhere.extend(found);
            } else if !found.is_empty() {
                held.insert(register, found);
            }
        }
    }
}

/// Whether it is the body of a module or class.
fn is_body(code: &Code) -> bool {
    code.flags.namespace || !code.flags.optimized
}

fn name<'a>(code: &'a Code, instruction: &Instruction) -> &'a str {
    let index = instruction.operand(Kind::Name, 0);
    index.map_or("", |index| &code.names[index as usize])
}

/// The register of what an instruction calls.
fn callee(instruction: &Instruction) -> Option<u32> {
    match instruction.opcode {
        Opcode::Call | Opcode::CallMethod | Opcode::CallKw | Opcode::CallMethodKw => {
            Some(instruction.run().start)
        }
        Opcode::CallEx => instruction.operand(Kind::Src, 0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ashore_frontend::{Mode, compile_text};

    /// Names of the functions that run a few times.
    fn found(source: &str) -> Vec<String> {
        let body = compile_text(source, "m.py", Mode::Module).expect("it is valid");
        let program = ProgramFacts::new([("__main__", &body)]);
        let seldom = seldom(&program);
        let functions = program
            .codes()
            .filter(|&(number, code)| seldom[number as usize] && !is_body(code));
        functions.map(|(_, code)| code.qualname.clone()).collect()
    }

    #[test]
    fn calls_outside_of_loops_are_few() {
        let source = "\
def main():
    options = parse()
    for x in options:
        work(x)
def parse(): return default()
def default(): return [1]
def work(x): return helper(x)
def helper(x): return x
if __name__ == '__main__':
    main()
";
        assert_eq!(found(source), ["main", "parse", "default"]);
    }

    #[test]
    fn what_goes_elsewhere_may_run_often() {
        let source = "\
import threading
def target(): pass
def recursive(n): return recursive(n - 1)
def unused(): pass
def local(): pass
@property
def decorated(): pass
def main():
    threading.Thread(target=target)
    recursive(3)
    alias = local
    alias()
    decorated()
main()
";
        assert_eq!(found(source), ["main"]);
    }

    #[test]
    fn methods_are_known_by_their_names() {
        let source = "\
class Picture:
    def __init__(self): self.prepare()
    def prepare(self): pass
    def draw(self): self.row(1)
    def row(self, y): pass
    def __len__(self): return 1
    def work(self): pass
def main():
    picture = Picture()
    picture.draw()
    start(picture.work)
    for y in range(3):
        picture.row(y)
main()
";
        let names = [
            "Picture.__init__",
            "Picture.prepare",
            "Picture.draw",
            "main",
        ];
        assert_eq!(found(source), names);
    }
}
