//! Bytes to values.

use super::{DEPTH, DIGIT_BITS, REFERRED_TO};
use ashore_runtime::operators::call;
use ashore_runtime::types::bytes::{self, Bytes};
use ashore_runtime::types::code::Code;
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::list::{self, List};
use ashore_runtime::types::set::{self, as_set};
use ashore_runtime::types::str::codec;
use ashore_runtime::types::{class_of, complex, float, int, slice, str, tuple};
use ashore_runtime::{Builtin, Object, Owned, Result, Thread, Value, raise};
use dashu_int::{IBig, UBig};

/// Where the bytes come from.
pub(super) enum Source<'a> {
    Bytes(&'a [u8]),
    /// The `read` of a file.
    File(Value),
}

pub(super) struct Reader<'a> {
    thread: &'a Thread,
    source: Source<'a>,
    allow_code: bool,
    /// What may be referred to; MISSING while it is being read.
    objects: Vec<Owned>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(thread: &'a Thread, source: Source<'a>, allow_code: bool) -> Reader<'a> {
        Reader {
            thread,
            source,
            allow_code,
            objects: Vec::new(),
        }
    }

    /// One value.
    pub(super) fn read(mut self) -> Result {
        match self.value(0)? {
            Some(value) => Ok(value),
            None => raise!(
                self.thread,
                TypeError,
                "NULL object in marshal data for object"
            ),
        }
    }

    fn bad<T>(&self, what: &str) -> Result<T> {
        raise!(self.thread, ValueError, "bad marshal data ({what})")
    }

    fn short<T>(&self) -> Result<T> {
        raise!(self.thread, EOFError, "marshal data too short")
    }

    fn take(&mut self, count: usize) -> Result<Vec<u8>> {
        match &mut self.source {
            Source::Bytes(bytes) => match bytes.split_at_checked(count) {
                Some((taken, rest)) => {
                    *bytes = rest;
                    Ok(taken.to_vec())
                }
                None => self.short(),
            },
            Source::File(read) => {
                let wanted = int::from_usize(self.thread, count);
                let data = call::call(self.thread, *read, &[wanted.value()])?;
                let Some(data) = data.get::<Bytes>().map(Bytes::as_slice) else {
                    let got = class_of(data.value()).name();
                    return raise!(
                        self.thread,
                        TypeError,
                        "file.read() returned not bytes but {got}"
                    );
                };
                match data.len() == count {
                    true => Ok(data.to_vec()),
                    false => self.short(),
                }
            }
        }
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    fn long(&mut self) -> Result<i32> {
        let bytes = self.take(4)?;
        Ok(i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn size(&mut self, what: &str) -> Result<usize> {
        match usize::try_from(self.long()?) {
            Ok(size) => Ok(size),
            Err(_) => self.bad(&format!("{what} size out of range")),
        }
    }

    /// The type of the next value.
    fn kind(&mut self) -> Result<u8> {
        let kind = self.byte();
        if kind.is_err() {
            let raised = kind.expect_err("checked");
            let end = self.thread.pending_exception();
            if !ashore_runtime::types::exception::is(end, Builtin::EOFError) {
                return Err(raised);
            }
            drop(self.thread.take_exception(raised));
            return raise!(self.thread, EOFError, "EOF read where object expected");
        }
        kind
    }

    /// A value; none for the mark that ends dicts.
    fn value(&mut self, depth: usize) -> Result<Option<Owned>> {
        let kind = self.kind()?;
        if depth > DEPTH {
            return raise!(self.thread, ValueError, "recursion limit exceeded");
        }
        let number = (kind & REFERRED_TO != 0).then(|| {
            self.objects.push(Owned::inline(Value::MISSING));
            self.objects.len() - 1
        });
        let value = match kind & !REFERRED_TO {
            b'0' => None,
            b'N' => Some(Owned::NONE),
            b'T' => Some(Owned::bool(true)),
            b'F' => Some(Owned::bool(false)),
            b'.' => Some(Owned::inline(Value::ELLIPSIS)),
            b'S' => Some(Owned::new(Builtin::StopIteration.class().value())),
            b'r' => return self.reference().map(Some),
            kind => Some(self.object(kind, number, depth)?),
        };
        if let (Some(number), Some(value)) = (number, &value) {
            self.objects[number] = value.clone();
        }
        Ok(value)
    }

    fn reference(&mut self) -> Result {
        let number = usize::try_from(self.long()?).unwrap_or(usize::MAX);
        match self.objects.get(number) {
            Some(object) if !object.value().is_missing() => Ok(object.clone()),
            _ => self.bad("invalid reference"),
        }
    }

    fn object(&mut self, kind: u8, number: Option<usize>, depth: usize) -> Result {
        let thread = self.thread;
        match kind {
            b'i' => Ok(int::from_i64(thread, self.long()?.into())),
            b'I' => {
                let low = self.long()? as u32;
                let high = i64::from(self.long()?);
                Ok(int::from_i64(thread, high << 32 | i64::from(low)))
            }
            b'l' => self.int(),
            b'g' | b'f' => Ok(float::new(thread, self.float(kind == b'g')?)),
            b'y' | b'x' => {
                let binary = kind == b'y';
                let (re, im) = (self.float(binary)?, self.float(binary)?);
                Ok(complex::new(thread, re, im))
            }
            b's' => {
                let size = self.size("bytes object")?;
                Ok(bytes::new(thread, &self.take(size)?))
            }
            b'z' | b'Z' => {
                let size = self.byte()?.into();
                self.ascii(size, kind == b'Z')
            }
            b'a' | b'A' => {
                let size = self.size("string")?;
                self.ascii(size, kind == b'A')
            }
            b'u' | b't' => {
                let size = self.size("string")?;
                let data = self.take(size)?;
                codec::decode(thread, &data, Some("utf-8"), Some("surrogatepass"))
            }
            b')' => {
                let size = self.byte()?.into();
                let items = self.values(size, "tuple", depth)?;
                Ok(tuple::new(thread, items))
            }
            b'(' => {
                let size = self.size("tuple")?;
                let items = self.values(size, "tuple", depth)?;
                Ok(tuple::new(thread, items))
            }
            b'[' => self.list(number, depth),
            b'{' => self.dict(number, depth),
            b'<' | b'>' => {
                let size = self.size("set")?;
                let items = self.values(size, "set", depth)?;
                match kind {
                    b'>' => set::frozen(thread, items),
                    _ => self.set(items),
                }
            }
            b':' => {
                let parts = self.values(3, "slice", depth)?;
                let [start, stop, step] = <[Owned; 3]>::try_from(parts).expect("three");
                Ok(slice::new(thread, start, stop, step))
            }
            b'c' => self.code(depth),
            _ => self.bad("unknown type code"),
        }
    }

    fn code(&mut self, depth: usize) -> Result {
        if !self.allow_code {
            return raise!(
                self.thread,
                ValueError,
                "unmarshalling code objects is disallowed"
            );
        }
        let size = self.size("code object")?;
        let body = self.take(size)?;
        let count = self.size("code object")?;
        let constants = self.values(count, "code object", depth)?;
        match Code::assemble(self.thread, &body, &constants) {
            Ok(code) => Ok(Owned::new(code.value())),
            Err(error) => self.bad(&error),
        }
    }

    fn values(&mut self, count: usize, what: &str, depth: usize) -> Result<Vec<Owned>> {
        let mut items = Vec::new();
        for _ in 0..count {
            match self.value(depth + 1)? {
                Some(item) => items.push(item),
                None => {
                    return raise!(
                        self.thread,
                        TypeError,
                        "NULL object in marshal data for {what}"
                    );
                }
            }
        }
        Ok(items)
    }

    /// A list is known before its items are: it may contain itself.
    fn list(&mut self, number: Option<usize>, depth: usize) -> Result {
        let size = self.size("list")?;
        let list = list::new(self.thread, Vec::new());
        if let Some(number) = number {
            self.objects[number] = list.clone();
        }
        for _ in 0..size {
            let item = self.values(1, "list", depth)?;
            list.get::<List>()
                .expect("made as a list")
                .extend(self.thread, item);
        }
        Ok(list)
    }

    fn dict(&mut self, number: Option<usize>, depth: usize) -> Result {
        let dict = dict::new(self.thread);
        if let Some(number) = number {
            self.objects[number] = dict.clone();
        }
        while let Some(key) = self.value(depth + 1)? {
            let Some(value) = self.value(depth + 1)? else {
                break;
            };
            let table = dict.get::<Dict>().expect("made as a dict");
            table.set(self.thread, key.value(), value.value())?;
        }
        Ok(dict)
    }

    fn set(&self, items: Vec<Owned>) -> Result {
        let set = set::new(self.thread);
        for item in items {
            let table = as_set(&set).expect("made as a set");
            table.add(self.thread, item.value())?;
        }
        Ok(set)
    }

    fn int(&mut self) -> Result {
        let count = self.long()?;
        let digits = self.take(count.unsigned_abs() as usize * 2)?;
        let (digits, _) = digits.as_chunks::<2>();
        let digits: Vec<u16> = digits
            .iter()
            .map(|digit| u16::from_le_bytes(*digit))
            .collect();
        if digits.iter().any(|&digit| digit >> DIGIT_BITS != 0) {
            return self.bad("digit out of range in long");
        }
        if digits.last() == Some(&0) {
            return self.bad("unnormalized long data");
        }
        let (mut bytes, mut word, mut bits) = (Vec::with_capacity(digits.len() * 2), 0u32, 0);
        for digit in digits {
            word |= u32::from(digit) << bits;
            bits += DIGIT_BITS;
            while bits >= 8 {
                bytes.push(word as u8);
                word >>= 8;
                bits -= 8;
            }
        }
        bytes.push(word as u8);
        let magnitude = IBig::from(UBig::from_le_bytes(&bytes));
        Ok(int::from_big(
            self.thread,
            if count < 0 { -magnitude } else { magnitude },
        ))
    }

    fn float(&mut self, binary: bool) -> Result<f64> {
        if binary {
            let bytes = self.take(8)?;
            return Ok(f64::from_le_bytes(bytes.try_into().expect("eight")));
        }
        let length = self.byte()?.into();
        let text = self.take(length)?;
        match std::str::from_utf8(&text).map(str::parse) {
            Ok(Ok(number)) => Ok(number),
            _ => self.bad("invalid float"),
        }
    }

    fn ascii(&mut self, size: usize, interned: bool) -> Result {
        let text = self.take(size)?;
        match std::str::from_utf8(&text) {
            Ok(text) if interned => Ok(Owned::new(str::intern(self.thread, text))),
            _ => Ok(str::from_latin1(self.thread, &text)),
        }
    }
}
