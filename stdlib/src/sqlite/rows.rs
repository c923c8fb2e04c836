//! Rows as tuples: converters, texts as the program wants them, descriptions of columns.

use super::raw::{Column, Datum, Failure, Stepped};
use super::{adapt, errors, values};
use ashore_runtime::operators::call;
use ashore_runtime::types::bytes::{self, bytearray};
use ashore_runtime::types::{exception, str, tuple};
use ashore_runtime::{Builtin, Object, Owned, Raised, Result, Thread, Value};

/// What types are detected by.
pub(super) const BY_DECLARATION: i32 = 1;
pub(super) const BY_NAME: i32 = 2;

/// What the step to the next row came to, if it was made.
pub(super) type Next = Option<std::result::Result<Stepped, Failure>>;

/// The type in a column's name: `name [type]`.
fn type_in_name(name: &[u8]) -> Option<&[u8]> {
    let start = name.iter().position(|&byte| byte == b'[')? + 1;
    let end = start + name[start..].iter().position(|&byte| byte == b']')?;
    // The last opening bracket counts.
    let start = name[..end].iter().rposition(|&byte| byte == b'[')? + 1;
    Some(&name[start..end])
}

/// The first word of a declaration: `NUMBER` of `NUMBER(10)`.
fn first_word(declared: &[u8]) -> &[u8] {
    let end = declared.iter().position(|byte| matches!(byte, b' ' | b'('));
    &declared[..end.unwrap_or(declared.len())]
}

/// A tuple of what converts the values of each column, or None; None if nothing is to be converted.
pub(super) fn converters(thread: &Thread, columns: &[Column], detect_types: i32) -> Result {
    if detect_types == 0 {
        return Ok(Owned::NONE);
    }
    let find = |column: &Column| {
        let name = type_in_name(&column.name).filter(|_| detect_types & BY_NAME != 0);
        let mut found = match name {
            Some(name) => adapt::converter(thread, name)?,
            None => None,
        };
        if found.is_none() && detect_types & BY_DECLARATION != 0 {
            let declared = column.declared.as_deref().map(first_word);
            if let Some(declared) = declared {
                found = adapt::converter(thread, declared)?;
            }
        }
        Ok(found.unwrap_or(Owned::NONE))
    };
    let converters = columns.iter().map(find).collect::<Result<Vec<Owned>>>();
    let converters = converters.map_err(|raised| {
        let cause = thread.take_exception(raised);
        let raised = errors::OPERATIONAL.raise(thread, "Error while building row_cast_map");
        let exception = thread.take_exception(raised);
        exception::set_context(exception.value(), cause.clone());
        exception::set_cause(exception.value(), cause);
        thread.reraise_value(exception)
    })?;
    Ok(tuple::new(thread, converters))
}

/// The name of a column, without a type that is in it.
fn shown_name(name: &[u8], detect_types: i32) -> &[u8] {
    if detect_types & BY_NAME == 0 {
        return name;
    }
    match name.iter().position(|&byte| byte == b'[') {
        Some(end) if name[..end].ends_with(b" ") => &name[..end - 1],
        Some(end) => &name[..end],
        None => name,
    }
}

/// `description`: a tuple of seven for each column, of which only the name is known.
pub(super) fn description(thread: &Thread, columns: &[Column], detect_types: i32) -> Result {
    let describe = |column: &Column| {
        let name = shown_name(&column.name, detect_types);
        let mut parts = vec![str::codec::decode(thread, name, None, None)?];
        parts.resize_with(7, || Owned::NONE);
        Ok(tuple::new(thread, parts))
    };
    let columns = columns
        .iter()
        .map(describe)
        .collect::<Result<Vec<Owned>>>()?;
    Ok(tuple::new(thread, columns))
}

/// Text factories that run nothing of the program's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TextFactory {
    Str,
    Bytes,
    Bytearray,
}

impl TextFactory {
    pub(super) fn of(factory: &Owned) -> Option<TextFactory> {
        let known = [
            (Builtin::Str, TextFactory::Str),
            (Builtin::Bytes, TextFactory::Bytes),
            (Builtin::Bytearray, TextFactory::Bytearray),
        ];
        let mut known = known.into_iter();
        let found = known.find(|(class, _)| factory.value() == class.class().value());
        found.map(|(_, factory)| factory)
    }
}

/// Makes Python values of a row.
pub(super) struct Reader<'a> {
    pub(super) thread: &'a Thread,
    pub(super) converters: &'a [Owned],
    pub(super) factory: Value,
    pub(super) plain: Option<TextFactory>,
    /// The columns, for messages.
    pub(super) columns: &'a dyn Fn() -> Option<Vec<Column>>,
}

impl Reader<'_> {
    pub(super) fn row(&self, row: &[Datum]) -> Result<Vec<Owned>> {
        let values = row.iter().enumerate();
        values
            .map(|(index, datum)| self.value(index, datum))
            .collect()
    }

    fn value(&self, index: usize, datum: &Datum) -> Result {
        let thread = self.thread;
        let converter = self.converters.get(index);
        if let Some(converter) = converter.filter(|converter| !converter.is_none()) {
            let value = values::from_datum(thread, datum)?;
            return match value.is_none() {
                true => Ok(value),
                false => call::call(thread, converter.value(), &[value.value()]),
            };
        }
        let Datum::Text(text) = datum else {
            return values::from_datum(thread, datum);
        };
        match self.plain {
            Some(TextFactory::Str) => match values::from_datum(thread, datum) {
                Err(raised) => Err(self.undecodable(raised, index, text)),
                decoded => decoded,
            },
            Some(TextFactory::Bytes) => Ok(bytes::new(thread, text)),
            Some(TextFactory::Bytearray) => Ok(bytearray::new(thread, text)),
            None => {
                let text = bytes::new(thread, text);
                call::call(thread, self.factory, &[text.value()])
            }
        }
    }

    /// A text is not UTF-8: says which, as far as it is ASCII.
    fn undecodable(&self, raised: Raised, index: usize, text: &[u8]) -> Raised {
        let thread = self.thread;
        if !exception::is(thread.pending_exception(), Builtin::UnicodeDecodeError) {
            return raised;
        }
        drop(thread.take_exception(raised));
        let columns = (self.columns)().unwrap_or_default();
        let name = columns.get(index).map_or(&[][..], |column| &column.name);
        let end = text.iter().position(|&byte| byte == 0);
        let mut message = b"Could not decode to UTF-8 column '".to_vec();
        message.extend(name);
        message.extend(b"' with text '");
        message.extend(&text[..end.unwrap_or(text.len())]);
        message.extend(b"'");
        // C's buffer ends here.
        message.truncate(198);
        let shown = message.iter().map(|&byte| match byte.is_ascii() {
            true => char::from(byte),
            false => char::REPLACEMENT_CHARACTER,
        });
        errors::OPERATIONAL.raise(thread, &shown.collect::<String>())
    }
}
