//! Rows as lines.

use super::dialect::{self, Dialect};
use super::{fail, quoting};
use ashore_runtime::object::Slot;
use ashore_runtime::operators::{attribute, call, convert, iterate};
use ashore_runtime::types::class_of;
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::{Builtin, Owned, Result, Thread, Value, methods, raise};
use std::sync::Arc;

pub(super) static WRITER: NativeClass = NativeClass::new("_csv.writer", METHODS)
    .doc("CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.\n");

struct Writer {
    /// The file's method.
    write: Slot,
    dialect: Arc<Dialect>,
}

impl Data for Writer {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.write.peek());
    }
}

/// A line in the making.
struct Line<'a> {
    dialect: &'a Dialect,
    text: str::Builder,
    /// Are there characters yet?
    is_empty: bool,
    fields: usize,
}

impl Line<'_> {
    fn push(&mut self, c: u32) {
        self.text.push_code_point(c);
        self.is_empty = false;
    }

    /// Adds a field, in quotes if it is to have some or needs them; none for None.
    fn push_field(&mut self, thread: &Thread, field: Option<&Str>, quoted: bool) -> Result<()> {
        let dialect = self.dialect;
        if self.fields > 0 {
            self.push(dialect.delimiter);
        }
        self.fields += 1;
        let (text, mut quoted) = match field {
            Some(field) => self.escaped(thread, field, quoted)?,
            None => (Vec::new(), quoted),
        };
        if text.is_empty() && dialect.delimiter == ' '.into() && dialect.skip_space {
            let tells_null = matches!(dialect.quoting, quoting::STRINGS | quoting::NOTNULL);
            if dialect.quoting == quoting::NONE || (field.is_none() && tells_null) {
                return fail!(
                    thread,
                    "empty field must be quoted if delimiter is a space and skipinitialspace is true"
                );
            }
            quoted = true;
        }
        let quote = dialect.quote.filter(|_| quoted);
        for c in quote.into_iter().chain(text).chain(quote) {
            self.push(c);
        }
        Ok(())
    }

    /// A field with what has to be escaped, and whether it needs quotes.
    fn escaped(&self, thread: &Thread, field: &Str, quoted: bool) -> Result<(Vec<u32>, bool)> {
        let dialect = self.dialect;
        let mut text = Vec::with_capacity(field.len());
        let mut quoted = quoted;
        for c in field.iter() {
            let is_line_end = c == '\n'.into() || c == '\r'.into();
            let is_special = c == dialect.delimiter
                || dialect.escape == Some(c)
                || dialect.quote == Some(c)
                || is_line_end
                || dialect.line_end.contains(&c);
            if is_special {
                let mut escapes = dialect.quoting == quoting::NONE;
                if !escapes && dialect.quote == Some(c) {
                    match dialect.double_quote {
                        true => text.push(c),
                        false => escapes = true,
                    }
                } else if !escapes && dialect.escape == Some(c) {
                    escapes = true;
                }
                match (escapes, dialect.escape) {
                    (true, Some(escape)) => text.push(escape),
                    (true, None) => {
                        return fail!(thread, "need to escape, but no escapechar set");
                    }
                    (false, _) => quoted = true,
                }
            }
            text.push(c);
        }
        Ok((text, quoted))
    }
}

/// Is it a number, going by what its class can do?
fn is_number(thread: &Thread, value: Value) -> bool {
    let class = class_of(value);
    let names = ["__index__", "__int__", "__float__"];
    let mut names = names.iter().map(|name| str::intern(thread, name));
    names.any(|name| class.lookup(name).is_some()) || class.is(Builtin::Complex)
}

impl Writer {
    fn write_row(&self, thread: &Thread, row: Value) -> Result {
        let dialect = &self.dialect;
        let source = iterate::source_or(thread, row, || {
            let got = convert::type_name(row);
            fail!(thread, "iterable expected, not {got}")
        })?;
        let mut line = Line {
            dialect,
            text: str::Builder::new(),
            is_empty: true,
            fields: 0,
        };
        let mut ends_in_null = false;
        iterate::for_each(thread, source.value(), |field| {
            let field = field.value();
            let quoted = match dialect.quoting {
                quoting::NONNUMERIC => !is_number(thread, field),
                quoting::ALL => true,
                quoting::STRINGS => field.is::<Str>(),
                quoting::NOTNULL => !field.is_none(),
                _ => false,
            };
            ends_in_null = field.is_none();
            if field.is_none() {
                return line.push_field(thread, None, quoted);
            }
            let text = match field.get::<Str>() {
                Some(_) => Owned::new(field),
                None => convert::str(thread, field)?,
            };
            let text = text.value();
            line.push_field(thread, text.get::<Str>(), quoted)
        })?;
        if line.fields > 0 && line.is_empty {
            let tells_null = matches!(dialect.quoting, quoting::STRINGS | quoting::NOTNULL);
            if dialect.quoting == quoting::NONE || (ends_in_null && tells_null) {
                return fail!(thread, "single empty field record must be quoted");
            }
            line.fields -= 1;
            line.push_field(thread, None, true)?;
        }
        for &c in &dialect.line_end {
            line.push(c);
        }
        let line = line.text.finish(thread);
        call::call(thread, self.write.peek(), &[line.value()])
    }
}

/// `writer(fileobj, dialect, **fmtparams)`
pub(super) fn new(thread: &Thread, args: &[Value]) -> Result {
    let dialect = dialect::from_arguments(thread, args[1], args[2])?;
    let write = attribute::get_optional(thread, args[0], str::intern(thread, "write"))?;
    let Some(write) = write.filter(|write| call::is_callable(write.value())) else {
        return raise!(thread, TypeError, "argument 1 must have a \"write\" method");
    };
    let writer = Writer {
        write: Slot::new(write),
        dialect,
    };
    Ok(native::new(thread, WRITER.class(thread), writer))
}

fn write_row(thread: &Thread, args: &[Value]) -> Result {
    receiver::<Writer>(args).write_row(thread, args[1])
}

fn write_rows(thread: &Thread, args: &[Value]) -> Result {
    let this = receiver::<Writer>(args);
    iterate::for_each(thread, args[1], |row| {
        this.write_row(thread, row.value()).map(drop)
    })?;
    Ok(Owned::NONE)
}

fn get_dialect(thread: &Thread, args: &[Value]) -> Result {
    let dialect = Arc::clone(&receiver::<Writer>(args).dialect);
    Ok(dialect::object(thread, dialect))
}

methods! { METHODS:
    /// Construct and write a CSV record from an iterable of fields.
    ///
    /// Non-string elements will be converted to string.
    "writerow(self, row, /)" => write_row;
    /// Construct and write a series of iterables to a csv file.
    ///
    /// Non-string elements will be converted to string.
    "writerows(self, seqseq, /)" => write_rows -> None;
    get "dialect" => get_dialect;
}
