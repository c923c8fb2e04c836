//! Lines taken apart.

use super::dialect::{self, Dialect};
use super::{ERROR, LIMIT, fail, quoting};
use ashore_runtime::object::Slot;
use ashore_runtime::operators::{call, convert, iterate};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::{int, list};
use ashore_runtime::{Builtin, Object, Owned, Raised, Result, Thread, Value, methods};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(super) static READER: NativeClass = NativeClass::new("_csv.reader", METHODS)
    .doc("CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.\n")
    .iterator();

struct Reader {
    lines: Slot,
    dialect: Arc<Dialect>,
    line_number: AtomicUsize,
}

impl Data for Reader {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.lines.peek());
    }

    fn next(&self, thread: &Thread) -> Option<Result<Option<Owned>>> {
        Some(self.row(thread))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartOfRecord,
    StartOfField,
    Escaped,
    InField,
    InQuotes,
    EscapedInQuotes,
    QuoteInQuotes,
    AfterLineEnd,
    AfterEscapedLineEnd,
}

/// Stands for the end of a line, as a character.
const END: u32 = u32::MAX;

fn is_line_end(c: u32) -> bool {
    c == '\n'.into() || c == '\r'.into()
}

/// A row in the making.
struct Row<'a> {
    dialect: &'a Dialect,
    limit: usize,
    fields: Vec<Owned>,
    field: str::Builder,
    length: usize,
    /// Has the field no quotes?
    bare: bool,
    state: State,
}

impl Row<'_> {
    fn push(&mut self, thread: &Thread, c: u32) -> Result<()> {
        let limit = self.limit;
        if self.length >= limit {
            return fail!(thread, "field larger than field limit ({limit})");
        }
        self.field.push_code_point(c);
        self.length += 1;
        Ok(())
    }

    fn end_field(&mut self, thread: &Thread) -> Result<()> {
        let quoting = self.dialect.quoting;
        let text = std::mem::replace(&mut self.field, str::Builder::new());
        let length = std::mem::take(&mut self.length);
        let bare = std::mem::replace(&mut self.bare, true);
        let tells_null = matches!(quoting, quoting::NOTNULL | quoting::STRINGS);
        let tells_numbers = matches!(quoting, quoting::NONNUMERIC | quoting::STRINGS);
        let mut field = match bare && length == 0 && tells_null {
            true => Owned::NONE,
            false => text.finish(thread),
        };
        if bare && length != 0 && tells_numbers {
            let float = Builtin::Float.class().value();
            field = call::call(thread, float, &[field.value()])?;
        }
        self.fields.push(field);
        Ok(())
    }

    /// Ends the field at the end of a line.
    fn end_line(&mut self, thread: &Thread, c: u32) -> Result<()> {
        self.end_field(thread)?;
        self.state = match c {
            END => State::StartOfRecord,
            _ => State::AfterLineEnd,
        };
        Ok(())
    }

    fn take(&mut self, thread: &Thread, c: u32) -> Result<()> {
        match self.state {
            State::StartOfRecord if c == END => {}
            State::StartOfRecord if is_line_end(c) => self.state = State::AfterLineEnd,
            State::StartOfRecord | State::StartOfField => self.start_field(thread, c)?,
            State::Escaped => {
                let c = if c == END { '\n'.into() } else { c };
                self.push(thread, c)?;
                self.state = match is_line_end(c) {
                    true => State::AfterEscapedLineEnd,
                    false => State::InField,
                };
            }
            State::AfterEscapedLineEnd if c == END => {}
            State::AfterEscapedLineEnd | State::InField => self.go_on(thread, c)?,
            State::InQuotes => self.in_quotes(thread, c)?,
            State::EscapedInQuotes => {
                let c = if c == END { '\n'.into() } else { c };
                self.push(thread, c)?;
                self.state = State::InQuotes;
            }
            State::QuoteInQuotes => self.after_quote(thread, c)?,
            State::AfterLineEnd if is_line_end(c) => {}
            State::AfterLineEnd if c == END => self.state = State::StartOfRecord,
            State::AfterLineEnd => {
                return fail!(
                    thread,
                    "new-line character seen in unquoted field - do you need to open the file with newline=''?"
                );
            }
        }
        Ok(())
    }

    fn start_field(&mut self, thread: &Thread, c: u32) -> Result<()> {
        let dialect = self.dialect;
        self.state = State::StartOfField;
        if is_line_end(c) || c == END {
            self.end_line(thread, c)?;
        } else if dialect.quote == Some(c) && dialect.quoting != quoting::NONE {
            self.bare = false;
            self.state = State::InQuotes;
        } else if dialect.escape == Some(c) {
            self.state = State::Escaped;
        } else if c == ' '.into() && dialect.skip_space {
        } else if c == dialect.delimiter {
            self.end_field(thread)?;
        } else {
            self.push(thread, c)?;
            self.state = State::InField;
        }
        Ok(())
    }

    fn go_on(&mut self, thread: &Thread, c: u32) -> Result<()> {
        let dialect = self.dialect;
        if is_line_end(c) || c == END {
            return self.end_line(thread, c);
        }
        if dialect.escape == Some(c) {
            self.state = State::Escaped;
        } else if c == dialect.delimiter {
            self.end_field(thread)?;
            self.state = State::StartOfField;
        } else {
            self.push(thread, c)?;
            self.state = State::InField;
        }
        Ok(())
    }

    fn in_quotes(&mut self, thread: &Thread, c: u32) -> Result<()> {
        let dialect = self.dialect;
        if c == END {
            return Ok(());
        }
        if dialect.escape == Some(c) {
            self.state = State::EscapedInQuotes;
        } else if dialect.quote == Some(c) && dialect.quoting != quoting::NONE {
            self.state = match dialect.double_quote {
                true => State::QuoteInQuotes,
                false => State::InField,
            };
        } else {
            self.push(thread, c)?;
        }
        Ok(())
    }

    /// Behind a quote in quotes: one of two, or the end of the quoted part.
    fn after_quote(&mut self, thread: &Thread, c: u32) -> Result<()> {
        let dialect = self.dialect;
        if dialect.quoting != quoting::NONE && dialect.quote == Some(c) {
            self.push(thread, c)?;
            self.state = State::InQuotes;
        } else if c == dialect.delimiter {
            self.end_field(thread)?;
            self.state = State::StartOfField;
        } else if is_line_end(c) || c == END {
            self.end_line(thread, c)?;
        } else if !dialect.strict {
            self.push(thread, c)?;
            self.state = State::InField;
        } else {
            let shown = |c: u32| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER);
            let delimiter = shown(dialect.delimiter);
            let quote = shown(dialect.quote.unwrap_or_default());
            return fail!(thread, "'{delimiter}' expected after '{quote}'");
        }
        Ok(())
    }
}

fn not_text(thread: &Thread, line: Value) -> Raised {
    let got = convert::type_name(line);
    let text = format!(
        "iterator should return strings, not {got} (the file should be opened in text mode)"
    );
    crate::errors::raised(thread, &ERROR, &text)
}

impl Reader {
    /// The next row, of one line or of several.
    fn row(&self, thread: &Thread) -> Result<Option<Owned>> {
        let mut row = Row {
            dialect: &self.dialect,
            limit: LIMIT.load(Ordering::Relaxed),
            fields: Vec::new(),
            field: str::Builder::new(),
            length: 0,
            bare: true,
            state: State::StartOfRecord,
        };
        loop {
            let Some(line) = iterate::next(thread, self.lines.peek())? else {
                if row.length == 0 && row.state != State::InQuotes {
                    return Ok(None);
                }
                if self.dialect.strict {
                    return fail!(thread, "unexpected end of data");
                }
                row.end_field(thread)?;
                break;
            };
            let line = line.value();
            let Some(text) = line.get::<Str>() else {
                return Err(not_text(thread, line));
            };
            self.line_number.fetch_add(1, Ordering::Relaxed);
            for c in text.iter() {
                row.take(thread, c)?;
            }
            row.take(thread, END)?;
            if row.state == State::StartOfRecord {
                break;
            }
        }
        Ok(Some(list::new(thread, row.fields)))
    }
}

/// `reader(iterable, dialect, **fmtparams)`
pub(super) fn new(thread: &Thread, args: &[Value]) -> Result {
    let dialect = dialect::from_arguments(thread, args[1], args[2])?;
    let reader = Reader {
        lines: Slot::new(iterate::iter(thread, args[0])?),
        dialect,
        line_number: AtomicUsize::new(0),
    };
    Ok(native::new(thread, READER.class(thread), reader))
}

fn get_dialect(thread: &Thread, args: &[Value]) -> Result {
    let dialect = Arc::clone(&receiver::<Reader>(args).dialect);
    Ok(dialect::object(thread, dialect))
}

fn line_number(thread: &Thread, args: &[Value]) -> Result {
    let number = receiver::<Reader>(args).line_number.load(Ordering::Relaxed);
    Ok(int::from_usize(thread, number))
}

methods! { METHODS:
    get "dialect" => get_dialect;
    get "line_num" => line_number -> Int;
}
