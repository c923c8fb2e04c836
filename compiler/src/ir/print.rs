//! The text form of the IR. `parse` reads it back.
//!
//! ```text
//!   v4, v5 = int_add v2, v3 @12      results = instruction immediate operands @address
//!   branch v5, b3, b4(v4) @12        targets with arguments
//!   side_exit 12 [r0=v1, r3=v4] @12
//! ```
//! The address is left out where it is the one of the line before.

use super::function::{Block, Cell, Function, Immediate, Instruction, LEFT, Target, Value};
use ashore_runtime::abi::Kind;
use std::fmt::{self, Display, Formatter, Write};

impl Display for Value {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

impl Display for Block {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "b{}", self.0)
    }
}

impl Display for Cell {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Cell::Global(module, name) => write!(f, "global {module:?} {name:?}"),
            Cell::Original(module, name) => write!(f, "original {module:?} {name:?}"),
            Cell::Module(name) => write!(f, "module {name:?}"),
            Cell::Function(code) => write!(f, "function {code}"),
            Cell::Constant(index) => write!(f, "constant {index}"),
            Cell::Name(index) => write!(f, "name {index}"),
            Cell::Text(text) => write!(f, "text {text:?}"),
        }
    }
}

impl Display for Target {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "{}", self.block)?;
        if self.args.is_empty() {
            Ok(())
        } else {
            write!(f, "({})", list(&self.args))
        }
    }
}

fn list(values: &[Value]) -> String {
    values
        .iter()
        .map(Value::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Words that have names.
pub(super) const WORDS: [(&str, ashore_runtime::abi::Value); 7] = {
    use ashore_runtime::abi::Value as W;
    [
        ("None", W::NONE),
        ("True", W::TRUE),
        ("False", W::FALSE),
        ("Ellipsis", W::ELLIPSIS),
        ("NotImplemented", W::NOT_IMPLEMENTED),
        ("MISSING", W::MISSING),
        ("RAISED", W::RAISED),
    ]
};

fn word(bits: u64) -> String {
    let value = ashore_runtime::abi::Value::from_bits(bits);
    if let Some((name, _)) = WORDS.iter().find(|(_, word)| *word == value) {
        return (*name).to_owned();
    }
    match value.as_small_int() {
        Some(number) => number.to_string(),
        None => format!("{bits:#x}"),
    }
}

fn float(bits: u64) -> String {
    let number = f64::from_bits(bits);
    if number.is_finite() {
        format!("{number:?}")
    } else {
        format!("{bits:#x}")
    }
}

/// The text of an immediate, if it has one that stands before the operands.
fn immediate(immediate: &Immediate) -> Option<String> {
    Some(match immediate {
        Immediate::None | Immediate::Exit(..) => return None,
        Immediate::Word(bits) => word(*bits),
        Immediate::Int(number) => number.to_string(),
        Immediate::Float(bits) => float(*bits),
        Immediate::Condition(condition) => condition.name().to_owned(),
        Immediate::Field(field) => field.name().to_owned(),
        Immediate::Helper(helper) => helper.name().to_owned(),
        Immediate::Cell(index) => format!("cell{index}"),
        Immediate::Kind(kind) => Kind(*kind).name().to_lowercase(),
        Immediate::Code(code) => format!("code{code}"),
    })
}

/// The text of one instruction, without its address.
pub fn instruction(instruction: &Instruction) -> String {
    let mut text = String::new();
    if !instruction.results.is_empty() {
        text.push_str(&list(&instruction.results));
        text.push_str(" = ");
    }
    text.push_str(instruction.op.name());
    if let Immediate::Exit(pc, registers) = &instruction.immediate {
        let pairs = registers
            .iter()
            .zip(&instruction.args)
            .map(|(r, v)| format!("r{r}={v}"));
        let pairs = pairs.collect::<Vec<_>>().join(", ");
        let _ = write!(text, " {pc} [{pairs}]");
        return text;
    }
    if let Some(immediate) = immediate(&instruction.immediate) {
        let _ = write!(text, " {immediate}");
    }
    let operands = instruction.args.iter().map(Value::to_string);
    let targets = instruction.targets.iter().map(Target::to_string);
    let rest = operands.chain(targets).collect::<Vec<_>>().join(", ");
    if !rest.is_empty() {
        let _ = write!(text, " {rest}");
    }
    text
}

impl Display for Function {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        writeln!(
            f,
            "function {:?} code {} parameters {}",
            self.name, self.code, self.n_parameters
        )?;
        for (index, cell) in self.cells.iter().enumerate() {
            writeln!(f, "  cell {index} = {cell}")?;
        }
        for id in self.block_ids() {
            let block = self.block(id);
            let params = block.params.iter().map(|&v| format!("{v}: {}", self.ty(v)));
            let params = params.collect::<Vec<_>>().join(", ");
            let cold = if block.cold { " cold" } else { "" };
            let gate = if block.gate { " gate" } else { "" };
            writeln!(f, "{id}({params}){cold}{gate}:")?;
            let mut pc = None;
            for line in &block.instructions {
                write!(f, "  {}", instruction(line))?;
                if pc != Some(line.pc) {
                    match line.pc {
                        LEFT => write!(f, " @left")?,
                        at => write!(f, " @{at}")?,
                    }
                    pc = Some(line.pc);
                }
                writeln!(f)?;
            }
        }
        Ok(())
    }
}
