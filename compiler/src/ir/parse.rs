//! Reads the text form of the IR back.

use super::function::{
    Block, BlockData, Cell, Condition, Function, Immediate, Instruction, LEFT, Target, Value,
};
use super::instructions::{ImmediateKind, Op};
use super::print::WORDS;
use ashore_runtime::abi::Kind;
use ashore_runtime::abi::{Field, Helper, Type};
use std::fmt;

/// Why a text is no IR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Line, from 1.
    pub line: usize,
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

type Result<T> = std::result::Result<T, String>;

/// Reads one function. Text behind `;` is ignored.
pub fn parse(text: &str) -> std::result::Result<Function, ParseError> {
    let mut parser = Parser {
        function: Function::default(),
        pc: 0,
    };
    for (index, line) in text.lines().enumerate() {
        let line = line.split(';').next().unwrap_or("").trim();
        if !line.is_empty() {
            parser.line(line).map_err(|message| ParseError {
                line: index + 1,
                message,
            })?;
        }
    }
    Ok(parser.function)
}

struct Parser {
    function: Function,
    pc: u32,
}

/// A position in one line.
struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn new(rest: &'a str) -> Cursor<'a> {
        Cursor {
            rest: rest.trim_start(),
        }
    }

    fn eat(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, token: &str) -> Result<()> {
        if self.eat(token) {
            Ok(())
        } else {
            Err(format!("expected `{token}` at `{}`", self.rest))
        }
    }

    /// Letters, digits and what numbers and names are made of.
    fn word(&mut self) -> &'a str {
        let end = self
            .rest
            .find(|c: char| !(c.is_alphanumeric() || "_.-+".contains(c)))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        word
    }

    fn number<T: std::str::FromStr>(&mut self, prefix: &str) -> Result<T> {
        let word = self.word();
        let digits = word
            .strip_prefix(prefix)
            .ok_or_else(|| format!("expected `{prefix}` and a number, found `{word}`"))?;
        digits.parse().map_err(|_| format!("`{word}` is no number"))
    }

    /// A text in quotes, as Rust's `Debug` writes it.
    fn quoted(&mut self) -> Result<String> {
        self.expect("\"")?;
        let mut text = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = self.rest[at + 1..].trim_start();
                    return Ok(text);
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, other)) => text.push(other),
                    None => break,
                },
                _ => text.push(c),
            }
        }
        Err("a text without end".to_owned())
    }

    fn value(&mut self) -> Result<Value> {
        self.number("v").map(Value)
    }

    fn values(&mut self) -> Result<Vec<Value>> {
        let mut values = Vec::new();
        while self.rest.starts_with('v') {
            values.push(self.value()?);
            if !self.eat(",") {
                break;
            }
        }
        Ok(values)
    }
}

impl Parser {
    fn line(&mut self, line: &str) -> Result<()> {
        let mut cursor = Cursor::new(line);
        if cursor.eat("function ") {
            self.function.name = cursor.quoted()?;
            cursor.expect("code")?;
            self.function.code = cursor.number("")?;
            cursor.expect("parameters")?;
            self.function.n_parameters = cursor.number("")?;
            return Ok(());
        }
        if cursor.eat("cell ") {
            let _: u32 = cursor.number("")?;
            cursor.expect("=")?;
            let cell = cell(&mut cursor)?;
            self.function.cells.push(cell);
            return Ok(());
        }
        if line.ends_with(':') {
            return self.block(&mut cursor);
        }
        self.instruction(&mut cursor)
    }

    /// Notes the type of a value, which may have been used before.
    fn define(&mut self, value: Value, ty: Type) {
        let index = value.0 as usize;
        if self.function.values.len() <= index {
            self.function.values.resize(index + 1, Type::Tagged);
        }
        self.function.values[index] = ty;
    }

    fn block(&mut self, cursor: &mut Cursor) -> Result<()> {
        let id: u32 = cursor.number("b")?;
        if id as usize != self.function.blocks.len() {
            return Err(format!("block {id} is out of order"));
        }
        let mut params = Vec::new();
        cursor.expect("(")?;
        while !cursor.eat(")") {
            let value = cursor.value()?;
            cursor.expect(":")?;
            let name = cursor.word();
            let ty = Type::ALL
                .into_iter()
                .find(|ty| ty.name() == name)
                .ok_or_else(|| format!("no type `{name}`"))?;
            self.define(value, ty);
            params.push(value);
            cursor.eat(",");
        }
        let cold = cursor.eat("cold");
        let gate = cursor.eat("gate");
        self.function.blocks.push(BlockData {
            params,
            instructions: Vec::new(),
            cold,
            gate,
        });
        Ok(())
    }

    fn instruction(&mut self, cursor: &mut Cursor) -> Result<()> {
        let text = cursor.rest;
        let results = if text
            .split_once(" = ")
            .is_some_and(|(left, _)| left.starts_with('v'))
        {
            let values = cursor.values()?;
            cursor.expect("=")?;
            values
        } else {
            Vec::new()
        };
        let name = cursor.word();
        let op = Op::from_name(name).ok_or_else(|| format!("no instruction `{name}`"))?;
        let (immediate, mut args) = self.immediate(op, cursor)?;
        if !matches!(immediate, Immediate::Exit(..)) {
            args = cursor.values()?;
        }
        let mut targets = Vec::new();
        while cursor.rest.starts_with('b') {
            let block = Block(cursor.number("b")?);
            let args = if cursor.eat("(") {
                cursor.values()?
            } else {
                Vec::new()
            };
            if !args.is_empty() {
                cursor.expect(")")?;
            }
            targets.push(Target { block, args });
            cursor.eat(",");
        }
        if cursor.eat("@left") {
            self.pc = LEFT;
        } else if cursor.eat("@") {
            self.pc = cursor.number("")?;
        }
        if !cursor.rest.is_empty() {
            return Err(format!("unexpected `{}`", cursor.rest));
        }
        let signature = op
            .signature(&immediate)
            .ok_or_else(|| format!("not an immediate of `{name}`"))?;
        for (&value, &ty) in results.iter().zip(&signature.results) {
            self.define(value, ty);
        }
        let instruction = Instruction {
            op,
            args,
            immediate,
            results,
            targets,
            pc: self.pc,
        };
        let block = self
            .function
            .blocks
            .last_mut()
            .ok_or("an instruction outside of any block")?;
        block.instructions.push(instruction);
        Ok(())
    }

    /// The immediate; for exits the operands too, which stand inside.
    fn immediate(&self, op: Op, cursor: &mut Cursor) -> Result<(Immediate, Vec<Value>)> {
        let immediate = match op.immediate() {
            ImmediateKind::None => Immediate::None,
            ImmediateKind::Word => Immediate::Word(word(cursor.word())?),
            ImmediateKind::Int => Immediate::Int(cursor.number("")?),
            ImmediateKind::Float => Immediate::Float(float(cursor.word())?),
            ImmediateKind::Condition => {
                named(cursor.word(), &Condition::ALL, Condition::name).map(Immediate::Condition)?
            }
            ImmediateKind::Field => {
                named(cursor.word(), Field::ALL, Field::name).map(Immediate::Field)?
            }
            ImmediateKind::Helper => {
                named(cursor.word(), Helper::ALL, Helper::name).map(Immediate::Helper)?
            }
            ImmediateKind::Cell => Immediate::Cell(cursor.number("cell")?),
            ImmediateKind::Code => Immediate::Code(cursor.number("code")?),
            ImmediateKind::Kind => {
                let name = cursor.word();
                let kind =
                    (0..Kind::SUBCLASS).find(|&kind| Kind(kind).name().eq_ignore_ascii_case(name));
                Immediate::Kind(kind.ok_or_else(|| format!("no kind `{name}`"))?)
            }
            ImmediateKind::Exit => return exit(cursor),
        };
        Ok((immediate, Vec::new()))
    }
}

fn named<T: Copy>(name: &str, all: &[T], of: impl Fn(T) -> &'static str) -> Result<T> {
    all.iter()
        .copied()
        .find(|&each| of(each) == name)
        .ok_or_else(|| format!("unknown name `{name}`"))
}

fn bits(word: &str) -> Option<Result<u64>> {
    let digits = word.strip_prefix("0x")?;
    Some(u64::from_str_radix(digits, 16).map_err(|_| format!("`{word}` is no number")))
}

fn word(text: &str) -> Result<u64> {
    if let Some(bits) = bits(text) {
        return bits;
    }
    if let Some((_, value)) = WORDS.iter().find(|(name, _)| *name == text) {
        return Ok(value.bits());
    }
    let number: Option<i64> = text.parse().ok();
    let value = number.and_then(ashore_runtime::abi::Value::try_small_int);
    value
        .map(ashore_runtime::abi::Value::bits)
        .ok_or_else(|| format!("`{text}` is no word"))
}

fn float(text: &str) -> Result<u64> {
    if let Some(bits) = bits(text) {
        return bits;
    }
    text.parse()
        .map(f64::to_bits)
        .map_err(|_| format!("`{text}` is no number"))
}

fn exit(cursor: &mut Cursor) -> Result<(Immediate, Vec<Value>)> {
    let pc = cursor.number("")?;
    let (mut registers, mut args) = (Vec::new(), Vec::new());
    cursor.expect("[")?;
    while !cursor.eat("]") {
        registers.push(cursor.number("r")?);
        cursor.expect("=")?;
        args.push(cursor.value()?);
        cursor.eat(",");
    }
    Ok((Immediate::Exit(pc, registers), args))
}

fn cell(cursor: &mut Cursor) -> Result<Cell> {
    Ok(match cursor.word() {
        "global" => Cell::Global(cursor.quoted()?, cursor.quoted()?),
        "original" => Cell::Original(cursor.quoted()?, cursor.quoted()?),
        "module" => Cell::Module(cursor.quoted()?),
        "function" => Cell::Function(cursor.number("")?),
        "constant" => Cell::Constant(cursor.number("")?),
        "name" => Cell::Name(cursor.number("")?),
        "text" => Cell::Text(cursor.quoted()?),
        other => return Err(format!("no cell is a `{other}`")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_back() {
        let text = r#"function "f" code 3 parameters 1
  cell 0 = global "__main__" "f\"g"
  cell 1 = constant 2
b0(v0: tagged, v1: tagged):
  v2 = is_int v1 @0
  branch v2, b1, b2(v1) @4
b1():
  v3 = word -7 @4
  v4, v5 = int_add v1, v3
  v6 = f64_const -1.5e300
  v7 = load_cell cell0
  v8 = kind_is list v7
  v9 = load list.len v7
  v10 = int_compare lt v1, v4
  v11 = call_helper new_tuple v1, v4
  v12 = call_direct code3 v7, v4 @9
  branch v5, b2(v4), b2(v1)
b2(v13: tagged) cold:
  v14 = box_float v6 @12
  v15 = word RAISED
  side_exit 12 [r0=v13, r4=v14]
"#;
        let function = parse(text).unwrap();
        assert_eq!(function.to_string(), text);
        assert_eq!(function.ty(Value(6)), Type::F64);
    }

    #[test]
    fn errors_name_the_line() {
        let error =
            parse("function \"f\" code 0 parameters 0\nb0():\n  v0 = nonsense v1").unwrap_err();
        assert_eq!(error.to_string(), "line 3: no instruction `nonsense`");
    }
}
