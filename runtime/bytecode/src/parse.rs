//! Reads listings back, for tests that go from text to text.
//!
//! Addresses are ignored and line numbers are taken as positions, so a listing may be edited or written by hand; the number
//! of registers, too, may be left out. What comes back lists as the same text.

use std::collections::HashMap;
use std::fmt;

use crate::code::{Code, Constant, FUTURE_FEATURES, Handler, Nested, Position};
use crate::instructions::Opcode;
use crate::names;
use crate::operand::{Kind, OptSrc};

/// Where and why a text is no listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Line of the text, from 1.
    pub line: usize,
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

/// The outermost code object of a listing.
pub fn parse(text: &str) -> Result<Code, ParseError> {
    let mut sections: Vec<Section> = Vec::new();
    let mut number = 0;
    for (i, line) in text.lines().enumerate() {
        number = i + 1;
        let error = |message| ParseError {
            line: number,
            message,
        };
        let words = Words { rest: line };
        match words.peek() {
            "" | ";" => continue,
            "code" => sections.push(Section::header(words).map_err(error)?),
            _ => {
                let section = sections.last_mut();
                let section =
                    section.ok_or_else(|| error("a listing starts with `code`".into()))?;
                section.line(words).map_err(error)?;
            }
        }
    }
    let error = |message| ParseError {
        line: number,
        message,
    };
    let mut codes: Vec<Option<Code>> = Vec::new();
    let mut references = Vec::new();
    for section in sections {
        references.push(section.codes.clone());
        codes.push(Some(section.finish().map_err(error)?));
    }
    // Inner codes stand behind the outer ones, so from the end on every code is complete when it is moved.
    for outer in (0..codes.len()).rev() {
        for &(constant, inner) in &references[outer] {
            let inner_code = codes
                .get_mut(inner)
                .filter(|_| inner > outer)
                .and_then(Option::take);
            let inner_code =
                inner_code.ok_or_else(|| error(format!("no code {inner} to nest here")))?;
            if let Some(code) = &mut codes[outer] {
                code.constants[constant] = Constant::Code(Nested::new(inner_code));
            }
        }
    }
    codes
        .into_iter()
        .next()
        .flatten()
        .ok_or_else(|| error("no code".into()))
}

type Parsed<T> = Result<T, String>;

/// The words of a line. Commas, equals signs and arrows only separate.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    /// The next word, left where it is; empty at the end of the line.
    fn peek(&self) -> &'a str {
        let rest = self.start();
        &rest[..Self::length(rest)]
    }

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.start();
        let (word, behind) = rest.split_at(Self::length(rest));
        self.rest = behind;
        (!word.is_empty()).then_some(word)
    }

    fn need(&mut self, what: &str) -> Parsed<&'a str> {
        self.next().ok_or_else(|| format!("{what} expected"))
    }

    fn start(&self) -> &'a str {
        let mut rest = self.rest;
        loop {
            rest = rest.trim_start_matches([' ', ',', '=']);
            match rest.strip_prefix("->") {
                Some(behind) => rest = behind,
                None => return rest,
            }
        }
    }

    fn length(rest: &str) -> usize {
        let quoted = rest.strip_prefix('b').unwrap_or(rest);
        if let Some(text) = quoted.strip_prefix('\'') {
            let mut escaped = false;
            let end = text.find(|c| {
                let ends = c == '\'' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            return rest.len() - text.len() + end.map_or(text.len(), |end| end + 1);
        }
        match rest.find([' ', ',', '=', '(', ')', ';']) {
            Some(0) => 1,
            Some(end) => end,
            None => rest.len(),
        }
    }

    fn number<T: std::str::FromStr>(&mut self) -> Parsed<T> {
        let word = self.need("a number")?;
        word.parse()
            .map_err(|_| format!("`{word}` is not a number in range"))
    }

    /// A name, quoted or not.
    fn name(&mut self) -> Parsed<String> {
        let word = self.need("a name")?;
        if word.starts_with('\'') {
            return String::from_utf8(unquote(word)?).map_err(|_| format!("{word} is not a name"));
        }
        Ok(word.to_owned())
    }

    fn names(&mut self) -> Parsed<Vec<String>> {
        let mut names = Vec::new();
        while !self.peek().is_empty() {
            names.push(self.name()?);
        }
        Ok(names)
    }
}

/// One code object while its lines are read.
#[derive(Default)]
struct Section {
    code: Code,
    labels: HashMap<String, u32>,
    /// Units to be filled with a label's address.
    jumps: Vec<(usize, String)>,
    /// Handlers as labels: start, end, target; and the temporary.
    handlers: Vec<([String; 3], u16)>,
    /// Constants that are codes: index and number of the code.
    codes: Vec<(usize, usize)>,
    next_site: u32,
}

impl Section {
    fn header(mut words: Words) -> Parsed<Section> {
        words.next();
        words.number::<usize>()?;
        let mut section = Section::default();
        let code = &mut section.code;
        code.name = words.name()?;
        code.qualname = code.name.clone();
        code.filename = words.name()?;
        code.first_line = words.number()?;
        Ok(section)
    }

    fn line(&mut self, mut words: Words) -> Parsed<()> {
        let first = words.peek();
        if let Some(label) = first.strip_suffix(':') {
            let at = self.code.units.len() as u32;
            self.labels.insert(label.to_owned(), at);
            return Ok(());
        }
        if first == "handler" {
            words.next();
            let (start, end) = words
                .need("a range")?
                .split_once("..")
                .ok_or("a range expected")?;
            let labels = [start, end, words.need("a label")?].map(String::from);
            let temp = self.register(words.need("a register")?)?;
            self.handlers.push((labels, temp));
        } else if !self.code.units.is_empty() || !self.field(first, &mut words)? {
            self.instruction(&mut words)?;
        }
        match words.next() {
            None => Ok(()),
            Some(";") => Ok(()),
            Some(word) => Err(format!("`{word}` is left over")),
        }
    }

    /// Reads a field of the header; false if the line is none.
    fn field(&mut self, field: &str, words: &mut Words) -> Parsed<bool> {
        let line = words.rest;
        words.next();
        match field {
            "qualname" => self.code.qualname = words.name()?,
            "parameters" => self.parameters(words)?,
            "locals" => self.code.locals.extend(words.names()?),
            "cells" => {
                while !words.peek().is_empty() {
                    let cell = self.register(words.need("a local")?)?;
                    self.code.cells.push(cell);
                }
            }
            "free" => self.code.free = words.names()?,
            "flags" => {
                for flag in words.names()? {
                    let flags = &mut self.code.flags;
                    match flag.as_str() {
                        "generator" => flags.generator = true,
                        "coroutine" => flags.coroutine = true,
                        "async_generator" => flags.async_generator = true,
                        "iterable_coroutine" => flags.iterable_coroutine = true,
                        "namespace" => flags.namespace = true,
                        "optimized" => flags.optimized = true,
                        "nested" => flags.nested = true,
                        name => flags.future |= future_bit(name)?,
                    }
                }
            }
            "docstring" => {
                self.code.flags.docstring = true;
                let text = self.constant(words)?;
                self.intern(text);
            }
            "static_attributes" => self.code.static_attributes = words.names()?,
            "registers" => self.code.n_registers = words.number()?,
            _ => {
                words.rest = line;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Parameters as in a `def`; registers have the starred ones behind the keyword-only ones.
    fn parameters(&mut self, words: &mut Words) -> Parsed<()> {
        let code = &mut self.code;
        let (mut varargs, mut varkw, mut keyword_only) = (None, None, false);
        while let Some(word) = words.next() {
            if word == "/" {
                code.n_posonly = code.n_args;
            } else if let Some(name) = word.strip_prefix("**") {
                varkw = Some(name.to_owned());
            } else if let Some(name) = word.strip_prefix('*') {
                keyword_only = true;
                varargs = Some(name.to_owned()).filter(|name| !name.is_empty());
            } else {
                let count = if keyword_only {
                    &mut code.n_kwonly
                } else {
                    &mut code.n_args
                };
                *count += 1;
                code.locals.push(spelled(word, code.locals.len()));
            }
        }
        (code.flags.varargs, code.flags.varkw) = (varargs.is_some(), varkw.is_some());
        for name in [varargs, varkw].into_iter().flatten() {
            code.locals.push(spelled(&name, code.locals.len()));
        }
        Ok(())
    }

    fn instruction(&mut self, words: &mut Words) -> Parsed<()> {
        let mut gutter = Vec::new();
        while let Ok(number) = words.peek().parse::<u32>() {
            gutter.push(number);
            words.next();
        }
        let name = words.need("an instruction")?;
        let opcode =
            Opcode::from_name(name).ok_or_else(|| format!("there is no instruction `{name}`"))?;
        let at = self.code.units.len() as u32;
        if let [line, _] = gutter[..] {
            let position = Position {
                line,
                end_line: line,
                ..Position::default()
            };
            self.code.positions.push(at, position);
        }
        self.code.units.push(opcode as u16);
        let mut run = 0;
        let mut after_run = false;
        for &kind in opcode.operands() {
            let value = match kind {
                Kind::Args => {
                    let (start, end) = words
                        .need("a run")?
                        .split_once("..")
                        .ok_or("a run `t0..t1` expected")?;
                    let (start, end) = (self.number(start)?, self.number(end)?);
                    run = end
                        .checked_sub(start)
                        .ok_or("a run ends before it starts")?;
                    self.code.n_registers = self.code.n_registers.max(end);
                    after_run = true;
                    start.into()
                }
                Kind::Count if std::mem::take(&mut after_run) => run.into(),
                _ => self.operand(kind, words)?,
            };
            self.code.units.push(value as u16);
            if kind.units() == 2 {
                self.code.units.push((value >> 16) as u16);
            }
        }
        Ok(())
    }

    fn operand(&mut self, kind: Kind, words: &mut Words) -> Parsed<u32> {
        Ok(match kind {
            Kind::Dst | Kind::Src | Kind::Peek | Kind::OptSrc => match words.need("a register")? {
                "-" if kind == Kind::OptSrc => OptSrc::NONE.0.into(),
                word => self.register(word)?.into(),
            },
            Kind::Const => {
                let constant = self.constant(words)?;
                self.intern(constant)
            }
            Kind::Name => index_or_push(&mut self.code.names, words.name()?),
            Kind::Free => {
                let name = words.name()?;
                let index = self.code.free.iter().position(|free| *free == name);
                index.ok_or_else(|| format!("`{name}` is not free"))? as u32
            }
            Kind::Imm => words.number::<i16>()? as u16 as u32,
            Kind::Label => {
                let label = words.need("a label")?;
                self.jumps.push((self.code.units.len(), label.to_owned()));
                0
            }
            Kind::Site => {
                let site = match words.peek() {
                    "site" => {
                        words.next();
                        words.number()?
                    }
                    _ => self.next_site,
                };
                self.next_site += 1;
                self.code.n_sites = self.code.n_sites.max(site + 1);
                site
            }
            Kind::Count | Kind::Args => words.number()?,
        })
    }

    /// A register that is used: the window grows to hold it.
    fn register(&mut self, word: &str) -> Parsed<u16> {
        let register = self.number(word)?;
        self.code.n_registers = self.code.n_registers.max(register.saturating_add(1));
        Ok(register)
    }

    /// A register's number.
    fn number(&self, word: &str) -> Parsed<u16> {
        let locals = names::registers(&self.code.locals, 0);
        let temporary = || Some(locals.len() + word.strip_prefix('t')?.parse::<usize>().ok()?);
        let register = locals.iter().position(|local| local == word);
        let register = register.or_else(temporary).map(u16::try_from);
        match register {
            Some(Ok(register)) => Ok(register),
            _ => Err(format!("there is no register `{word}`")),
        }
    }

    fn constant(&mut self, words: &mut Words) -> Parsed<Constant> {
        let word = words.need("a constant")?;
        Ok(match word {
            "None" => Constant::None,
            "True" => Constant::True,
            "False" => Constant::False,
            "..." => Constant::Ellipsis,
            "(" => Constant::Tuple(self.constants(words)?),
            "frozenset" => {
                words.next();
                Constant::FrozenSet(self.constants(words)?)
            }
            "code" => {
                let number: usize = words.number()?;
                self.codes.push((self.code.constants.len(), number));
                // Its place is kept by a code nothing else is equal to until the real one is there.
                let first_line = number as u32;
                Constant::Code(Nested::new(Code {
                    first_line,
                    ..Code::default()
                }))
            }
            _ if word.starts_with('\'') => Constant::Str(unquote(word)?),
            _ if word.starts_with("b'") => Constant::Bytes(unquote(&word[1..])?),
            _ => number(word).ok_or_else(|| format!("`{word}` is not a constant"))?,
        })
    }

    fn constants(&mut self, words: &mut Words) -> Parsed<Vec<Constant>> {
        let mut items = Vec::new();
        while words.peek() != ")" {
            items.push(self.constant(words)?);
        }
        words.next();
        Ok(items)
    }

    fn intern(&mut self, constant: Constant) -> u32 {
        index_or_push(&mut self.code.constants, constant)
    }

    fn finish(mut self) -> Parsed<Code> {
        let label = |name: &String| {
            let at = self.labels.get(name).copied();
            at.ok_or_else(|| format!("there is no label `{name}`"))
        };
        for (at, name) in &self.jumps {
            let target = label(name)?;
            self.code.units[*at] = target as u16;
            self.code.units[at + 1] = (target >> 16) as u16;
        }
        for ([start, end, target], temp) in &self.handlers {
            let (start, end, target) = (label(start)?, label(end)?, label(target)?);
            self.code.handlers.push(Handler {
                start,
                end,
                target,
                temp: *temp,
            });
        }
        Ok(self.code)
    }
}

fn index_or_push<T: PartialEq>(list: &mut Vec<T>, item: T) -> u32 {
    let index = list.iter().position(|other| *other == item);
    index.unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    }) as u32
}

/// A parameter's name without the register number that a repeated name carries.
fn spelled(word: &str, register: usize) -> String {
    let number = format!(".{register}");
    word.strip_suffix(&number)
        .filter(|name| !name.is_empty())
        .unwrap_or(word)
        .to_owned()
}

fn number(word: &str) -> Option<Constant> {
    if let Some(imaginary) = word.strip_suffix('j') {
        return Some(Constant::Imaginary(
            imaginary.parse::<f64>().ok()?.to_bits(),
        ));
    }
    let digits = word.strip_prefix('-').unwrap_or(word);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Constant::Float(word.parse::<f64>().ok()?.to_bits()));
    }
    Some(
        word.parse()
            .map_or_else(|_| Constant::BigInt(word.to_owned()), Constant::Int),
    )
}

/// The bytes of a quoted text (`\x` gives a byte, `\u` a code point as WTF-8).
fn unquote(word: &str) -> Parsed<Vec<u8>> {
    let inner = word
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    let mut rest = inner.ok_or_else(|| format!("{word} has no closing quote"))?;
    let mut out = Vec::new();
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let bad = || format!("{word} has a bad escape");
        let kind = rest[at + 1..].chars().next().ok_or_else(bad)?;
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            _ => 0,
        };
        let behind = at + 1 + kind.len_utf8();
        let hex = rest.get(behind..behind + digits).ok_or_else(bad)?;
        let code = u32::from_str_radix(hex, 16).unwrap_or(0);
        match kind {
            'n' => out.push(b'\n'),
            'r' => out.push(b'\r'),
            't' => out.push(b'\t'),
            '\'' | '\\' => out.push(kind as u8),
            'x' => out.push(code as u8),
            'u' => match char::from_u32(code) {
                Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                None => out.extend(
                    [
                        0xe0 | code >> 12,
                        0x80 | code >> 6 & 0x3f,
                        0x80 | code & 0x3f,
                    ]
                    .map(|b| b as u8),
                ),
            },
            _ => return Err(bad()),
        }
        rest = &rest[behind + digits..];
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(out)
}

/// The bit of a flag `future_...`.
fn future_bit(flag: &str) -> Result<u8, String> {
    let feature = flag.strip_prefix("future_");
    let index = FUTURE_FEATURES
        .iter()
        .position(|&known| Some(known) == feature);
    match index {
        Some(index) => Ok(1 << index),
        None => Err(format!("there is no flag `{flag}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disassemble;
    use crate::verify;

    /// A listing with every kind of operand, header field and constant.
    const LISTING: &str = r"
code 0 <module> 'dir/a file.py' 1
  docstring 'it\'s\n\u0001\ud800 ü'
  registers 9
    1     0  load_const t0 = 'it\'s\n\u0001\ud800 ü'
          4  load_const t1 = ((1, -2), 1.5, 1e16, inf, 2.0j, b'\x00a\'', frozenset(None, True), ..., 123456789012345678901)
    2     8  make_function t2 = code 1, -, t1, -, -
         16  load_global t3 = print
         22  build_list t4 = t5..t5
         26  call_kw t3 = t3..t9, ('sep',)
         34  drop t3
         36  drop t2
         38  import_name t1 = os.path, t0, 0
         44  drop t1
         46  return t0

code 1 f 'dir/a file.py' 2
  qualname C.<locals>.f
  parameters self, /, a, *args, k, **kw
  locals x, x.3, t0
  cells a
  free y
  flags generator, optimized
  static_attributes p, 'odd name'
  registers 11
          0  make_cell a
L0:
          2  add_int t0 = self, -5
          8  unpack t1 = 2, t0 site 7
         14  store_free y, t1
         17  jump_if_false t2 -> L1
         21  jump_back -> L0
L1:
         24  return k
L2:
         26  drop t0
         28  return kw
L3:
handler L0..L1 -> L2 t0
handler L2..L3 -> L2 t0
";

    #[test]
    fn listings_read_back() {
        let text = LISTING
            .trim_start()
            .replace("locals x, x.3, t0", "locals x, x, t0");
        let code = parse(&text).unwrap();
        assert_eq!(disassemble(&code, None), text);
        assert_eq!(parse(&disassemble(&code, None)), Ok(code));
    }

    #[test]
    fn source_lines_stand_between() {
        let code =
            parse("code 0 f 'f.py' 1\n parameters x\n  2 0 neg t0 = x\n  return t0").unwrap();
        assert_eq!(verify(&code), Ok(()));
        let text = disassemble(&code, Some("def f(x):\n    return -x  \n"));
        let expected = "code 0 f 'f.py' 1\n  parameters x\n  registers 2\n;     return -x\n    2     0  neg t0 = x\n          3  return t0\n";
        assert_eq!(text, expected);
        assert_eq!(parse(&text), Ok(code));
    }

    #[test]
    fn errors_name_the_line() {
        let error = |text: &str| parse(text).unwrap_err().to_string();
        assert_eq!(
            error("add t0 = t1, t2"),
            "line 1: a listing starts with `code`"
        );
        let head = "code 0 f 'f.py' 1\n";
        assert_eq!(
            error(&format!("{head}frobnicate t0")),
            "line 2: there is no instruction `frobnicate`"
        );
        assert_eq!(
            error(&format!("{head}return x")),
            "line 2: there is no register `x`"
        );
        assert_eq!(
            error(&format!("{head}jump -> L1")),
            "line 2: there is no label `L1`"
        );
        assert_eq!(
            error(&format!("{head}return t0 t1")),
            "line 2: `t1` is left over"
        );
    }
}
