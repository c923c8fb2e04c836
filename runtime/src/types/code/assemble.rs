//! Code objects in two parts, for `marshal`: what the frontend made, as bytes, and the constants, which are values.
//!
//! Code from bytes is checked as a whole before it becomes an object: whatever the bytes are, no code that would break the
//! interpreter's assumptions comes of them.

use super::Code;
use crate::object::{Owned, refcount};
use crate::types::bytes::Bytes;
use crate::types::complex::Complex;
use crate::types::int::IntRef;
use crate::types::set::as_set;
use crate::types::str::{Str, codec};
use crate::types::tuple::Tuple;
use crate::types::{Builtin, class_of, float};
use crate::{Thread, Value};
use ashore_bytecode::{self as bytecode, Constant, Nested};

impl Code {
    /// The code without its constants; none if its names nest too deep to be written.
    pub fn body(&self) -> Option<Vec<u8>> {
        let mut source = self.source.clone();
        source.constants.clear();
        bytecode::encode::encode(&source).ok()
    }

    /// The code whose [`Code::body`] and constants these are, which become immortal; an error says what is wrong with them.
    pub fn assemble(
        thread: &Thread,
        body: &[u8],
        constants: &[Owned],
    ) -> Result<&'static Code, String> {
        let mut source = bytecode::encode::decode(body).map_err(|error| error.to_string())?;
        source.constants = constants
            .iter()
            .map(|value| written(thread, value.value()))
            .collect();
        bytecode::verify_outer(&source).map_err(|error| error.to_string())?;
        let values = constants.iter().map(Owned::value);
        // Immortal from here on: what their counts say does not matter.
        let values: Box<[Value]> = values.collect();
        values
            .iter()
            .filter_map(Value::header)
            .for_each(refcount::make_immortal);
        Ok(Code::with_constants(thread, source, values))
    }
}

/// A constant as it is written; `None` stands for objects that no source has, on which no instruction may depend.
fn written(thread: &Thread, value: Value) -> Constant {
    let class = class_of(value);
    let is = |builtin: Builtin| class.is(builtin);
    match value {
        Value::TRUE => return Constant::True,
        Value::FALSE => return Constant::False,
        Value::ELLIPSIS => return Constant::Ellipsis,
        _ => {}
    }
    if let Some(code) = value.get::<Code>() {
        return Constant::Code(Nested::new(code.source.clone()));
    }
    if let Some(int) = IntRef::of(&value).filter(|_| is(Builtin::Int)) {
        return match int.to_i64() {
            Some(int) => Constant::Int(int),
            None => Constant::BigInt(int.to_big().to_string()),
        };
    }
    if let Some(x) = float::as_f64(value).filter(|_| is(Builtin::Float)) {
        return Constant::Float(x.to_bits());
    }
    if let Some(number) = value.get_exact::<Complex>()
        && number.get().0.to_bits() == 0
    {
        return Constant::Imaginary(number.get().1.to_bits());
    }
    if let Some(text) = value.get::<Str>().filter(|_| is(Builtin::Str)) {
        let text = codec::encode(thread, text, Some("utf-8"), Some("surrogatepass"));
        return Constant::Str(text.expect("every str has such a form"));
    }
    if let Some(bytes) = value.get::<Bytes>().filter(|_| is(Builtin::Bytes)) {
        return Constant::Bytes(bytes.as_slice().into());
    }
    if let Some(items) = value.get::<Tuple>().filter(|_| is(Builtin::Tuple)) {
        return Constant::Tuple(
            items
                .items()
                .iter()
                .map(|&item| written(thread, item))
                .collect(),
        );
    }
    if let Some(items) = as_set(&value).filter(|_| is(Builtin::Frozenset)) {
        let items = items.snapshot(thread);
        let items = items.iter().map(|item| written(thread, item.value()));
        return Constant::FrozenSet(items.collect());
    }
    Constant::None
}
