//! Code objects as bytes, and back.
//!
//! ```text
//!   string table: count, then length and bytes of each      names, locals, file names: each once
//!   codes: the fields of `Code` in order, for each          outer before inner; constants that are codes only say so
//! ```
//!
//! Numbers are LEB128 varints (signed ones zigzag), positions are differences to the entry before. Decoding checks
//! every bound and never allocates more than a small multiple of what it is given, so corrupt bytes give an error and
//! nothing else. That the result makes sense as a program is [`mod@crate::verify`]'s business.

use rustc_hash::FxHashMap;
use std::fmt;

use crate::code::{Code, CodeFlags, Constant, Handler, Nested, Position, Positions};

/// How deep tuples may nest in each other; bounds the recursion of both directions. Codes may nest as deep as they like.
pub const MAX_DEPTH: usize = 500;

/// Bytes that are no code object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Offset of the byte that could not be used.
    pub at: usize,
    pub problem: &'static str,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} at byte {}", self.problem, self.at)
    }
}

impl std::error::Error for DecodeError {}

/// Constants nest deeper than [`MAX_DEPTH`], or a code stands in a tuple.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooDeep;

/// The bytes of `code` and everything nested in it.
pub fn encode(code: &Code) -> Result<Vec<u8>, TooDeep> {
    let mut body = Encoder::default();
    let mut left = vec![(code, None)];
    while let Some((code, outer)) = left.pop() {
        body.code(code, outer)?;
        left.extend(code.nested().rev().map(|inner| (&**inner, Some(code))));
    }
    let mut out = Encoder::default();
    out.list(&body.table, |out, text| out.bytes(text.as_bytes()));
    out.out.append(&mut body.out);
    Ok(out.out)
}

/// The code object that [`encode`] wrote.
pub fn decode(bytes: &[u8]) -> Result<Code, DecodeError> {
    let mut decoder = Decoder {
        bytes,
        at: 0,
        table: Vec::new(),
    };
    decoder.table = decoder.list(Decoder::text)?;
    let codes = decoder.codes()?;
    if decoder.at < bytes.len() {
        return Err(decoder.error("bytes left over"));
    }
    Ok(assemble(codes))
}

/// A code, and which of its constants are codes.
type Unfilled = (Code, Vec<usize>);

/// Puts codes into the constants of those before them, from the last one on, so that each is complete when it is moved.
fn assemble(codes: Vec<Unfilled>) -> Code {
    let mut complete: Vec<Code> = Vec::new();
    for (mut code, places) in codes.into_iter().rev() {
        for place in places {
            let inner = complete.pop().expect("decoded with the code around it");
            code.constants[place] = Constant::Code(Nested::new(inner));
        }
        complete.push(code);
    }
    complete.pop().expect("there is an outermost code")
}

/// How a qualified name is made of the name and that of the code around.
mod qualified {
    pub const AS_WRITTEN: u64 = 0;
    /// In a class body, or what else qualifies names as it does.
    pub const MEMBER: u64 = 1;
    /// In a function.
    pub const LOCAL: u64 = 2;
}

/// What stands between the qualified name of the code around and the name, for each way to qualify.
const SEPARATORS: [(u64, &str); 2] = [(qualified::MEMBER, "."), (qualified::LOCAL, ".<locals>.")];

/// First byte of each kind of constant.
mod tag {
    pub const NONE: u8 = 0;
    pub const TRUE: u8 = 1;
    pub const FALSE: u8 = 2;
    pub const ELLIPSIS: u8 = 3;
    pub const INT: u8 = 4;
    pub const BIG_INT: u8 = 5;
    pub const FLOAT: u8 = 6;
    pub const IMAGINARY: u8 = 7;
    pub const STR: u8 = 8;
    pub const BYTES: u8 = 9;
    pub const TUPLE: u8 = 10;
    pub const FROZEN_SET: u8 = 11;
    pub const CODE: u8 = 12;
}

#[derive(Default)]
struct Encoder<'a> {
    out: Vec<u8>,
    table: Vec<&'a str>,
    indices: FxHashMap<&'a str, u64>,
}

impl<'a> Encoder<'a> {
    fn number(&mut self, value: impl Into<u64>) {
        let mut value = value.into();
        while value >= 0x80 {
            self.out.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.out.push(value as u8);
    }

    fn signed(&mut self, value: i64) {
        self.number((value << 1 ^ value >> 63) as u64);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.out.extend_from_slice(bytes);
    }

    fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        self.number(items.len() as u64);
        items.iter().for_each(|it| item(self, it));
    }

    fn string(&mut self, text: &'a str) {
        let next = self.table.len() as u64;
        let index = *self.indices.entry(text).or_insert(next);
        if index == next {
            self.table.push(text);
        }
        self.number(index);
    }

    fn strings(&mut self, list: &'a [String]) {
        self.number(list.len() as u64);
        list.iter().for_each(|text| self.string(text));
    }

    fn code(&mut self, code: &'a Code, outer: Option<&Code>) -> Result<(), TooDeep> {
        self.string(&code.name);
        self.qualname(code, outer);
        self.string(&code.filename);
        self.number(code.first_line);
        self.number(flag_bits(code.flags));
        for count in [code.n_args, code.n_posonly, code.n_kwonly, code.n_registers] {
            self.number(count);
        }
        self.strings(&code.locals);
        self.list(&code.cells, |out, &cell| out.number(cell));
        self.strings(&code.free);
        self.constants(&code.constants, 0)?;
        self.strings(&code.names);
        self.list(&code.units, |out, &unit| out.number(unit));
        self.number(code.n_sites);
        self.list(&code.handlers, |out, h| {
            out.number(h.start);
            out.number(h.end);
            out.number(h.target);
            out.number(h.temp);
        });
        self.positions(&code.positions);
        self.strings(&code.static_attributes);
        Ok(())
    }

    /// The qualified name, by that of the code around: written out, those of deeply nested codes would take quadratic space.
    fn qualname(&mut self, code: &'a Code, outer: Option<&Code>) {
        let prefix = code.qualname.strip_suffix(code.name.as_str());
        let between = outer.and_then(|outer| prefix?.strip_prefix(outer.qualname.as_str()));
        match SEPARATORS.iter().find(|row| between == Some(row.1)) {
            Some(&(how, _)) => self.number(how),
            None => {
                self.number(qualified::AS_WRITTEN);
                self.string(&code.qualname);
            }
        }
    }

    fn constants(&mut self, constants: &'a [Constant], depth: usize) -> Result<(), TooDeep> {
        if depth == MAX_DEPTH {
            return Err(TooDeep);
        }
        self.number(constants.len() as u64);
        constants
            .iter()
            .try_for_each(|constant| self.constant(constant, depth + 1))
    }

    fn constant(&mut self, constant: &'a Constant, depth: usize) -> Result<(), TooDeep> {
        let mut tagged = |tag| self.out.push(tag);
        match constant {
            Constant::None => tagged(tag::NONE),
            Constant::True => tagged(tag::TRUE),
            Constant::False => tagged(tag::FALSE),
            Constant::Ellipsis => tagged(tag::ELLIPSIS),
            Constant::Int(value) => {
                tagged(tag::INT);
                self.signed(*value);
            }
            Constant::BigInt(digits) => {
                tagged(tag::BIG_INT);
                self.bytes(digits.as_bytes());
            }
            Constant::Float(bits) => {
                tagged(tag::FLOAT);
                self.out.extend(bits.to_le_bytes());
            }
            Constant::Imaginary(bits) => {
                tagged(tag::IMAGINARY);
                self.out.extend(bits.to_le_bytes());
            }
            Constant::Str(bytes) => {
                tagged(tag::STR);
                self.bytes(bytes);
            }
            Constant::Bytes(bytes) => {
                tagged(tag::BYTES);
                self.bytes(bytes);
            }
            Constant::Tuple(items) => {
                tagged(tag::TUPLE);
                return self.constants(items, depth);
            }
            Constant::FrozenSet(items) => {
                tagged(tag::FROZEN_SET);
                return self.constants(items, depth);
            }
            Constant::Code(_) if depth > 1 => return Err(TooDeep),
            Constant::Code(_) => tagged(tag::CODE),
        }
        Ok(())
    }

    fn positions(&mut self, positions: &Positions) {
        let (mut address, mut line) = (0, 0);
        self.list(positions.entries(), |out, &(at, position)| {
            let [first, column, last, end_column] = [
                position.line,
                position.column,
                position.end_line,
                position.end_column,
            ]
            .map(i64::from);
            out.signed(i64::from(at) - address);
            out.signed(first - line);
            out.signed(column);
            out.signed(last - first);
            out.signed(end_column - column);
            (address, line) = (i64::from(at), first);
        });
    }
}

struct Decoder<'a> {
    bytes: &'a [u8],
    at: usize,
    table: Vec<&'a str>,
}

type Decoded<T> = Result<T, DecodeError>;

impl<'a> Decoder<'a> {
    #[cold]
    fn error(&self, problem: &'static str) -> DecodeError {
        DecodeError {
            at: self.at,
            problem,
        }
    }

    fn take(&mut self, n: usize) -> Decoded<&'a [u8]> {
        let taken = self.bytes[self.at..]
            .get(..n)
            .ok_or_else(|| self.error("the bytes end too early"))?;
        self.at += n;
        Ok(taken)
    }

    /// Almost all numbers are small, and decoding numbers is most of what decoding a module is.
    #[inline(always)]
    fn number(&mut self) -> Decoded<u64> {
        match self.bytes.get(self.at) {
            Some(&byte) if byte < 0x80 => {
                self.at += 1;
                Ok(u64::from(byte))
            }
            _ => self.large_number(),
        }
    }

    #[cold]
    fn large_number(&mut self) -> Decoded<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.error("a number of more than 64 bits"))
    }

    #[inline(always)]
    fn signed(&mut self) -> Decoded<i64> {
        let bits = self.number()?;
        Ok((bits >> 1) as i64 ^ -((bits & 1) as i64))
    }

    /// A number that fits the type of its field.
    fn small<T: TryFrom<u64>>(&mut self) -> Decoded<T> {
        let value = self.number()?;
        T::try_from(value).map_err(|_| self.error("a number too large for its field"))
    }

    /// The sum of a difference and the value it was taken from.
    #[inline(always)]
    fn offset(&mut self, from: u32) -> Decoded<u32> {
        let sum = i64::from(from).checked_add(self.signed()?);
        sum.and_then(|sum| u32::try_from(sum).ok())
            .ok_or_else(|| self.error("a position out of range"))
    }

    fn bits(&mut self) -> Decoded<u64> {
        let mut bits = [0; 8];
        bits.copy_from_slice(self.take(8)?);
        Ok(u64::from_le_bytes(bits))
    }

    fn bytes(&mut self) -> Decoded<&'a [u8]> {
        let length = self.small()?;
        self.take(length)
    }

    fn text(&mut self) -> Decoded<&'a str> {
        let bytes = self.bytes()?;
        std::str::from_utf8(bytes).map_err(|_| self.error("a name that is not UTF-8"))
    }

    /// A count and as many items. Each takes a byte at least, so a count larger than what is left is refused; space is
    /// taken ahead for few only, as nested lists may all claim the same bytes.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Decoded<T>) -> Decoded<Vec<T>> {
        let count: usize = self.small()?;
        if count > self.bytes.len() - self.at {
            return Err(self.error("a count larger than what follows"));
        }
        let mut items = Vec::with_capacity(count.min(1024));
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn string(&mut self) -> Decoded<String> {
        let index: usize = self.small()?;
        match self.table.get(index) {
            Some(&text) => Ok(text.to_owned()),
            None => Err(self.error("no such string")),
        }
    }

    fn strings(&mut self) -> Decoded<Vec<String>> {
        self.list(Self::string)
    }

    /// All codes, outer before inner.
    fn codes(&mut self) -> Decoded<Vec<Unfilled>> {
        let mut codes: Vec<Unfilled> = Vec::new();
        // Codes around the next one, innermost last, and how many inner ones each still misses.
        let mut open: Vec<(usize, usize)> = Vec::new();
        loop {
            let outer = open.last().map(|&(outer, _)| &codes[outer].0);
            let code = self.code(outer)?;
            open.push((codes.len(), code.1.len()));
            codes.push(code);
            while open.pop_if(|last| last.1 == 0).is_some() {}
            match open.last_mut() {
                Some((_, missing)) => *missing -= 1,
                None => return Ok(codes),
            }
        }
    }

    fn code(&mut self, outer: Option<&Code>) -> Decoded<Unfilled> {
        let name = self.string()?;
        let mut places = Vec::new();
        let code = Code {
            qualname: self.qualname(&name, outer)?,
            name,
            filename: self.string()?,
            first_line: self.small()?,
            flags: self.flags()?,
            n_args: self.small()?,
            n_posonly: self.small()?,
            n_kwonly: self.small()?,
            n_registers: self.small()?,
            locals: self.strings()?,
            cells: self.list(Self::small)?,
            free: self.strings()?,
            constants: self.outer_constants(&mut places)?,
            names: self.strings()?,
            units: self.list(Self::small)?,
            n_sites: self.small()?,
            handlers: self.list(Self::handler)?,
            positions: self.positions()?,
            static_attributes: self.strings()?,
        };
        Ok((code, places))
    }

    fn qualname(&mut self, name: &str, outer: Option<&Code>) -> Decoded<String> {
        let how = self.number()?;
        let separator = SEPARATORS.iter().find(|row| row.0 == how);
        match (separator, outer) {
            _ if how == qualified::AS_WRITTEN => self.string(),
            (Some((_, between)), Some(outer)) => Ok([&outer.qualname, *between, name].concat()),
            _ => Err(self.error("a name qualified by nothing")),
        }
    }

    /// A code's constants, with `None` at the places of those that are codes.
    fn outer_constants(&mut self, places: &mut Vec<usize>) -> Decoded<Vec<Constant>> {
        let mut place = 0;
        self.list(|decoder| {
            place += 1;
            if decoder.bytes.get(decoder.at) != Some(&tag::CODE) {
                return decoder.constant(1);
            }
            decoder.at += 1;
            places.push(place - 1);
            Ok(Constant::None)
        })
    }

    fn flags(&mut self) -> Decoded<CodeFlags> {
        let bits: u32 = self.small()?;
        flags_of(bits).ok_or_else(|| self.error("unknown flags"))
    }

    fn handler(&mut self) -> Decoded<Handler> {
        Ok(Handler {
            start: self.small()?,
            end: self.small()?,
            target: self.small()?,
            temp: self.small()?,
        })
    }

    fn constants(&mut self, depth: usize) -> Decoded<Vec<Constant>> {
        if depth == MAX_DEPTH {
            return Err(self.error("constants nest too deep"));
        }
        self.list(|decoder| decoder.constant(depth + 1))
    }

    fn constant(&mut self, depth: usize) -> Decoded<Constant> {
        Ok(match self.take(1)?[0] {
            tag::NONE => Constant::None,
            tag::TRUE => Constant::True,
            tag::FALSE => Constant::False,
            tag::ELLIPSIS => Constant::Ellipsis,
            tag::INT => Constant::Int(self.signed()?),
            tag::BIG_INT => Constant::BigInt(self.text()?.to_owned()),
            tag::FLOAT => Constant::Float(self.bits()?),
            tag::IMAGINARY => Constant::Imaginary(self.bits()?),
            tag::STR => Constant::Str(self.bytes()?.to_owned()),
            tag::BYTES => Constant::Bytes(self.bytes()?.to_owned()),
            tag::TUPLE => Constant::Tuple(self.constants(depth)?),
            tag::FROZEN_SET => Constant::FrozenSet(self.constants(depth)?),
            tag::CODE => return Err(self.error("a code in a tuple")),
            _ => return Err(self.error("unknown kind of constant")),
        })
    }

    fn positions(&mut self) -> Decoded<Positions> {
        let (mut address, mut line) = (0, 0);
        let entries = self.list(|decoder| {
            address = decoder.offset(address)?;
            line = decoder.offset(line)?;
            let column = decoder.offset(0)?;
            let position = Position {
                line,
                column,
                end_line: decoder.offset(line)?,
                end_column: decoder.offset(column)?,
            };
            Ok((address, position))
        })?;
        Ok(Positions::from_entries(entries))
    }
}

fn flag_bits(flags: CodeFlags) -> u32 {
    let CodeFlags {
        varargs,
        varkw,
        generator,
        namespace,
        optimized,
        nested,
        docstring,
        future,
        coroutine,
        async_generator,
        iterable_coroutine,
    } = flags;
    let all = [
        varargs,
        varkw,
        generator,
        namespace,
        optimized,
        nested,
        docstring,
        coroutine,
        async_generator,
        iterable_coroutine,
    ];
    let features = u32::from(future);
    all.iter()
        .rev()
        .fold(features, |bits, &flag| bits << 1 | u32::from(flag))
}

fn flags_of(bits: u32) -> Option<CodeFlags> {
    let flag = |i: u32| bits >> i & 1 == 1;
    let flags = CodeFlags {
        varargs: flag(0),
        varkw: flag(1),
        generator: flag(2),
        namespace: flag(3),
        optimized: flag(4),
        nested: flag(5),
        docstring: flag(6),
        coroutine: flag(7),
        async_generator: flag(8),
        iterable_coroutine: flag(9),
        future: (bits >> 10) as u8,
    };
    (flag_bits(flags) == bits).then_some(flags)
}
