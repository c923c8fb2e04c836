//! Listings: the text form of a code object and the codes nested in it.
//!
//! ```text
//! code 1 fib 'fib.py' 1            number (constants say `code 1`), name, file, first line
//!   parameters n
//!   flags optimized
//!   registers 5
//! ; if n < 2:                      source text, where it is given
//!     2     0  load_const t0 = 2   line where it changes, address, instruction
//!           4  jump_unless_lt n, t0 -> L0
//!     3     9  return n
//! L0:
//! handler L0..L1 -> L2 t0          innermost first
//! ```
//!
//! Registers are named after their variables, temporaries `t0`, `t1`...; a run of them is half-open: `t0..t3`. Constants,
//! names and free variables stand for their indices, and inline-cache sites are left out as long as they count up.
//! [`mod@crate::parse`] reads listings back.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::code::{Code, FUTURE_FEATURES};
use crate::names;
use crate::operand::{Kind, OptSrc};
use crate::walk::{Instruction, Malformed, instructions};

/// The listing of `code` and everything nested in it, with the lines of `source` between if it is given.
pub fn disassemble(code: &Code, source: Option<&str>) -> String {
    let codes = nested(code);
    let source: Option<Vec<&str>> = source.map(|text| text.lines().collect());
    let mut out = String::new();
    for (number, code) in codes.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        Lister::new(code, &codes).list(number, source.as_deref(), &mut out);
    }
    out
}

/// The code and all codes among its constants, outer before inner, in the order listings number them.
pub fn nested(code: &Code) -> Vec<&Code> {
    let mut codes = Vec::new();
    let mut left = vec![code];
    while let Some(code) = left.pop() {
        codes.push(code);
        left.extend(code.nested().rev().map(|inner| &**inner));
    }
    codes
}

/// Writes single instructions of one code object.
pub struct Lister<'a> {
    code: &'a Code,
    codes: &'a [&'a Code],
    registers: Vec<String>,
    labels: BTreeMap<u32, usize>,
}

impl<'a> Lister<'a> {
    /// `codes` are what [`nested`] gives for the outermost code.
    pub fn new(code: &'a Code, codes: &'a [&'a Code]) -> Self {
        let mut labels: BTreeMap<u32, usize> = instructions(&code.units)
            .filter_map(|instruction| instruction.ok()?.target())
            .chain(
                code.handlers
                    .iter()
                    .flat_map(|h| [h.start, h.end, h.target]),
            )
            .map(|at| (at, 0))
            .collect();
        labels
            .values_mut()
            .enumerate()
            .for_each(|(i, label)| *label = i);
        let registers = names::registers(&code.locals, code.n_registers);
        Lister {
            code,
            codes,
            registers,
            labels,
        }
    }

    /// The instruction as listings write it. `site` is the number its inline-cache site has if sites count up.
    pub fn instruction(&self, instruction: &Instruction, site: u32) -> String {
        let mut text = instruction.opcode.name().to_owned();
        let mut separator = " ";
        for (kind, value) in instruction.operands() {
            let operand = match kind {
                Kind::Args => continue,
                Kind::Site if value == site => continue,
                Kind::Site => format!("site {value}"),
                Kind::Count if instruction.operand(Kind::Args, 0).is_some() => {
                    let run = instruction.run();
                    format!("{}..{}", self.register(run.start), self.register(run.end))
                }
                _ => self.operand(kind, value),
            };
            let before = match kind {
                Kind::Label => " -> ",
                Kind::Site => " ",
                _ => separator,
            };
            let _ = write!(text, "{before}{operand}");
            separator = if kind == Kind::Dst { " = " } else { ", " };
        }
        text
    }

    fn operand(&self, kind: Kind, value: u32) -> String {
        let index = value as usize;
        let named = |what: &str, name: Option<&String>| match name {
            Some(name) => names::word(name),
            None => format!("{what}?{value}"),
        };
        match kind {
            Kind::OptSrc if value == u32::from(OptSrc::NONE.0) => "-".into(),
            Kind::Dst | Kind::Src | Kind::Peek | Kind::OptSrc | Kind::Args => self.register(value),
            Kind::Const => match self.code.constants.get(index) {
                Some(constant) => names::constant(constant, &|code| self.number(code)),
                None => format!("constant?{value}"),
            },
            Kind::Name => named("name", self.code.names.get(index)),
            Kind::Free => named("free", self.code.free.get(index)),
            Kind::Imm => (value as u16 as i16).to_string(),
            Kind::Label => self.label(value),
            Kind::Count | Kind::Site => value.to_string(),
        }
    }

    /// Name of a register, also of one beyond the window (the end of a run).
    pub fn register(&self, register: u32) -> String {
        match self.registers.get(register as usize) {
            Some(name) => name.clone(),
            None => format!("t{}", i64::from(register) - self.code.locals.len() as i64),
        }
    }

    fn label(&self, at: u32) -> String {
        match self.labels.get(&at) {
            Some(label) => format!("L{label}"),
            None => format!("@{at}"),
        }
    }

    fn number(&self, code: &Code) -> usize {
        let same = |other: &&Code| std::ptr::eq(*other, code);
        self.codes.iter().position(same).unwrap_or(usize::MAX)
    }

    fn list(&self, number: usize, source: Option<&[&str]>, out: &mut String) {
        self.header(number, out);
        let (mut line, mut site) = (0, 0);
        for instruction in instructions(&self.code.units) {
            let instruction = match instruction {
                Ok(instruction) => instruction,
                Err(malformed) => {
                    let _ = writeln!(out, "; {malformed}");
                    break;
                }
            };
            let at = instruction.at;
            self.label_line(at, out);
            let here = self
                .code
                .positions
                .get(at)
                .map_or(line, |position| position.line);
            let mut gutter = String::new();
            if here != line {
                gutter = here.to_string();
                line = here;
                if let Some(text) =
                    source.and_then(|lines| lines.get((here as usize).checked_sub(1)?))
                {
                    let _ = writeln!(out, "; {}", text.trim_end());
                }
            }
            let _ = writeln!(
                out,
                "{gutter:>5} {at:>5}  {}",
                self.instruction(&instruction, site)
            );
            site += u32::from(instruction.operand(Kind::Site, 0).is_some());
        }
        self.label_line(self.code.units.len() as u32, out);
        for h in &self.code.handlers {
            let (start, end, target) =
                (self.label(h.start), self.label(h.end), self.label(h.target));
            let temp = self.register(h.temp.into());
            let _ = writeln!(out, "handler {start}..{end} -> {target} {temp}");
        }
    }

    fn label_line(&self, at: u32, out: &mut String) {
        if self.labels.contains_key(&at) {
            let _ = writeln!(out, "{}:", self.label(at));
        }
    }

    fn header(&self, number: usize, out: &mut String) {
        let code = self.code;
        let (name, file) = (
            names::word(&code.name),
            names::string(code.filename.as_bytes()),
        );
        let _ = writeln!(out, "code {number} {name} {file} {}", code.first_line);
        let mut field = |name: &str, value: String| {
            if !value.is_empty() {
                let _ = writeln!(out, "  {name} {value}");
            }
        };
        let words = |list: &[String]| {
            let list: Vec<String> = list.iter().map(|name| names::word(name)).collect();
            list.join(", ")
        };
        if code.qualname != code.name {
            field("qualname", names::word(&code.qualname));
        }
        field("parameters", self.parameters());
        let others = code.locals.get(usize::from(code.n_parameters())..);
        field("locals", words(others.unwrap_or_default()));
        let cells = code.cells.iter().map(|&cell| self.register(cell.into()));
        field("cells", cells.collect::<Vec<_>>().join(", "));
        field("free", words(&code.free));
        let flags = [
            ("generator", code.flags.generator),
            ("coroutine", code.flags.coroutine),
            ("async_generator", code.flags.async_generator),
            ("iterable_coroutine", code.flags.iterable_coroutine),
            ("namespace", code.flags.namespace),
            ("optimized", code.flags.optimized),
            ("nested", code.flags.nested),
        ];
        let set = flags.iter().filter(|(_, set)| *set).map(|(name, _)| *name);
        let mut set: Vec<String> = set.map(str::to_owned).collect();
        for (bit, feature) in FUTURE_FEATURES.iter().enumerate() {
            if code.flags.future >> bit & 1 == 1 {
                set.push(format!("future_{feature}"));
            }
        }
        field("flags", set.join(", "));
        if let (true, Some(text)) = (code.flags.docstring, code.constants.first()) {
            field(
                "docstring",
                names::constant(text, &|code| self.number(code)),
            );
        }
        field("static_attributes", words(&code.static_attributes));
        field("registers", code.n_registers.to_string());
    }

    /// The parameters as a `def` writes them.
    fn parameters(&self) -> String {
        let code = self.code;
        let (n_args, n_kwonly) = (usize::from(code.n_args), usize::from(code.n_kwonly));
        let name = |i: usize| self.register(i as u32);
        let mut list: Vec<String> = (0..n_args).map(name).collect();
        if code.n_posonly > 0 {
            list.insert(usize::from(code.n_posonly).min(n_args), "/".into());
        }
        let star = n_args + n_kwonly;
        if code.flags.varargs {
            list.push(format!("*{}", name(star)));
        } else if n_kwonly > 0 {
            list.push("*".into());
        }
        list.extend((n_args..star).map(name));
        if code.flags.varkw {
            list.push(format!(
                "**{}",
                name(star + usize::from(code.flags.varargs))
            ));
        }
        list.join(", ")
    }
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Malformed::Opcode { at, unit } => {
                write!(f, "no instruction has opcode {unit} (at {at})")
            }
            Malformed::Truncated { at, opcode } => {
                write!(f, "the code ends inside `{}` at {at}", opcode.name())
            }
        }
    }
}
