//! Values to bytes.

use super::{DEPTH, DIGIT_BITS, REFERRED_TO};
use ashore_runtime::types::bytes::Buffer;
use ashore_runtime::types::class_of;
use ashore_runtime::types::code::Code;
use ashore_runtime::types::complex::Complex;
use ashore_runtime::types::dict::Dict;
use ashore_runtime::types::float::{self, text};
use ashore_runtime::types::int::IntRef;
use ashore_runtime::types::list::List;
use ashore_runtime::types::set::as_set;
use ashore_runtime::types::slice::Slice;
use ashore_runtime::types::str::{Str, codec};
use ashore_runtime::types::tuple::Tuple;
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, raise};
use dashu_int::ops::UnsignedAbs;
use std::collections::HashMap;

pub(super) struct Writer<'a> {
    thread: &'a Thread,
    version: i64,
    allow_code: bool,
    out: Vec<u8>,
    /// The numbers of the objects written so far, which are kept so that no other gets their place.
    numbers: HashMap<u64, u32>,
    kept: Vec<Owned>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(thread: &'a Thread, version: i64, allow_code: bool) -> Writer<'a> {
        Writer {
            thread,
            version,
            allow_code,
            out: Vec::new(),
            numbers: HashMap::new(),
            kept: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.out
    }

    fn long(&mut self, number: i32) {
        self.out.extend(number.to_le_bytes());
    }

    fn size(&mut self, size: usize) -> Result<()> {
        match i32::try_from(size) {
            Ok(size) => {
                self.long(size);
                Ok(())
            }
            Err(_) => self.refuse(),
        }
    }

    fn refuse<T>(&self) -> Result<T> {
        raise!(self.thread, ValueError, "unmarshallable object")
    }

    pub(super) fn value(&mut self, value: Value, depth: usize) -> Result<()> {
        if depth > DEPTH {
            return raise!(
                self.thread,
                ValueError,
                "object too deeply nested to marshal"
            );
        }
        let single = match value {
            Value::NONE => b'N',
            Value::TRUE => b'T',
            Value::FALSE => b'F',
            Value::ELLIPSIS => b'.',
            value if value == Builtin::StopIteration.class().value() => b'S',
            _ => return self.object(value, depth),
        };
        self.out.push(single);
        Ok(())
    }

    fn object(&mut self, value: Value, depth: usize) -> Result<()> {
        let mut flag = 0;
        if self.version >= 3 {
            if let Some(&number) = self.numbers.get(&value.bits()) {
                self.out.push(b'r');
                self.out.extend(number.to_le_bytes());
                return Ok(());
            }
            let number = self.numbers.len() as u32;
            self.numbers.insert(value.bits(), number);
            self.kept.push(Owned::new(value));
            flag = REFERRED_TO;
        }
        let class = class_of(value);
        let is = |builtin: Builtin| class.is(builtin);
        if is(Builtin::Int) {
            return self.int(value, flag);
        }
        if is(Builtin::Float) || is(Builtin::Complex) {
            return self.real_or_complex(value, flag);
        }
        if let Some(text) = value.get::<Str>().filter(|_| is(Builtin::Str)) {
            return self.str(text, flag);
        }
        if let Some(items) = value.get::<Tuple>().filter(|_| is(Builtin::Tuple)) {
            match u8::try_from(items.len()) {
                Ok(count) if self.version >= 4 => self.out.extend([b')' | flag, count]),
                _ => {
                    self.out.push(b'(' | flag);
                    self.size(items.len())?;
                }
            }
            return self.values(&items.to_vec(), depth);
        }
        if let Some(items) = value.get::<List>().filter(|_| is(Builtin::List)) {
            let items = items.snapshot(self.thread);
            self.out.push(b'[' | flag);
            self.size(items.len())?;
            return self.values(&items, depth);
        }
        if let Some(items) = value.get::<Dict>().filter(|_| is(Builtin::Dict)) {
            self.out.push(b'{' | flag);
            for (key, value) in items.snapshot(self.thread) {
                self.value(key.value(), depth + 1)?;
                self.value(value.value(), depth + 1)?;
            }
            self.out.push(b'0');
            return Ok(());
        }
        if let Some(items) = as_set(&value) {
            let frozen = is(Builtin::Frozenset);
            if !frozen && !is(Builtin::Set) {
                return self.refuse();
            }
            let items = items.snapshot(self.thread);
            self.out.push(if frozen { b'>' } else { b'<' } | flag);
            self.size(items.len())?;
            return self.values(&items, depth);
        }
        if let Some(slice) = value.get::<Slice>().filter(|_| self.version >= 5) {
            self.out.push(b':' | flag);
            return slice
                .parts()
                .iter()
                .try_for_each(|&part| self.value(part, depth + 1));
        }
        if let Some(code) = value.get::<Code>() {
            return self.code(code, flag, depth);
        }
        match Buffer::copy(self.thread, value) {
            Some(bytes) => {
                self.out.push(b's' | flag);
                self.size(bytes.len())?;
                self.out.extend(bytes);
                Ok(())
            }
            None => self.refuse(),
        }
    }

    fn code(&mut self, code: &Code, flag: u8, depth: usize) -> Result<()> {
        if !self.allow_code {
            return raise!(
                self.thread,
                ValueError,
                "marshalling code objects is disallowed"
            );
        }
        let Some(body) = code.body() else {
            return self.refuse();
        };
        self.out.push(b'c' | flag);
        self.size(body.len())?;
        self.out.extend(body);
        self.size(code.constants.len())?;
        code.constants
            .iter()
            .try_for_each(|&constant| self.value(constant, depth + 1))
    }

    fn values(&mut self, items: &[Owned], depth: usize) -> Result<()> {
        items
            .iter()
            .try_for_each(|item| self.value(item.value(), depth + 1))
    }

    fn int(&mut self, value: Value, flag: u8) -> Result<()> {
        let int = IntRef::of(&value).expect("an int");
        if let Some(number) = int.to_i64().and_then(|number| i32::try_from(number).ok()) {
            self.out.push(b'i' | flag);
            self.long(number);
            return Ok(());
        }
        let negative = int.is_negative();
        let bytes = int.to_big().unsigned_abs().to_le_bytes();
        // The digits' bits one after the other.
        let (mut digits, mut word, mut bits) = (Vec::new(), 0u32, 0);
        for byte in bytes {
            word |= u32::from(byte) << bits;
            bits += 8;
            if bits >= DIGIT_BITS {
                digits.push((word & 0x7fff) as u16);
                word >>= DIGIT_BITS;
                bits -= DIGIT_BITS;
            }
        }
        if word != 0 {
            digits.push(word as u16);
        }
        self.out.push(b'l' | flag);
        let Ok(count) = i32::try_from(digits.len()) else {
            return self.refuse();
        };
        self.long(if negative { -count } else { count });
        self.out
            .extend(digits.into_iter().flat_map(u16::to_le_bytes));
        Ok(())
    }

    fn real_or_complex(&mut self, value: Value, flag: u8) -> Result<()> {
        let binary = self.version > 1;
        let numbers = match value.get::<Complex>() {
            Some(number) => {
                self.out.push(if binary { b'y' } else { b'x' } | flag);
                let (re, im) = number.get();
                vec![re, im]
            }
            None => {
                self.out.push(if binary { b'g' } else { b'f' } | flag);
                vec![float::as_f64(value).expect("a float")]
            }
        };
        for number in numbers {
            if binary {
                self.out.extend(number.to_le_bytes());
            } else {
                let text = text::repr(number);
                self.out.push(text.len() as u8);
                self.out.extend(text.bytes());
            }
        }
        Ok(())
    }

    fn str(&mut self, text: &Str, flag: u8) -> Result<()> {
        let interned = text.is_interned();
        if self.version >= 4 && text.is_ascii() {
            let short = u8::try_from(text.len());
            let kind = match (interned, short.is_ok()) {
                (true, true) => b'Z',
                (true, false) => b'A',
                (false, true) => b'z',
                (false, false) => b'a',
            };
            self.out.push(kind | flag);
            match short {
                Ok(length) => self.out.push(length),
                Err(_) => self.size(text.len())?,
            }
            self.out.extend_from_slice(text.bytes());
            return Ok(());
        }
        let bytes = codec::encode(self.thread, text, Some("utf-8"), Some("surrogatepass"))?;
        let kind = match interned && self.version >= 3 {
            true => b't',
            false => b'u',
        };
        self.out.push(kind | flag);
        self.size(bytes.len())?;
        self.out.extend(bytes);
        Ok(())
    }
}
