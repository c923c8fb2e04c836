//! The text of an exception nobody caught, as CPython 3.14 prints it: frames, source lines, carets. What led to it, and the
//! members of groups, are [`report_chain`]'s.

use super::{anchors, report_chain, suggestions};
use crate::operators::convert;
use crate::types::code::Code;
use crate::types::str::Str;
use crate::types::{self, class_of, exception, traceback};
use crate::{Builtin, Result, Thread, Value, import, start};
use ashore_bytecode::Position;
use std::fmt::Write;

/// A frame that repeats is shown this often.
const REPEATS: usize = 3;

/// The whole report, ending with a line end.
pub fn report(thread: &Thread, exception: Value) -> String {
    report_chain::report(thread, exception)
}

/// One exception with its frames; `kind` begins the line above them.
pub(super) fn one(thread: &Thread, text: &mut String, exception: Value, kind: &str) {
    frames(thread, text, exception, kind, frame);
    text.push_str(&summary(thread, exception));
}

/// The report of an exception that the program cannot be told of: neither carets nor notes, nor what led to it.
pub fn unraisable(thread: &Thread, exception: Value) -> String {
    let mut text = String::new();
    frames(thread, &mut text, exception, "", |text, code, position| {
        place_of(text, code, position);
        if let Some(line) = start::source_line(&code.source.filename, position.line)
            && !line.trim().is_empty()
        {
            let line = line.trim_start_matches([' ', '\t', '\x0c']);
            let _ = writeln!(text, "    {line}");
        }
    });
    let (class, message) = (shown_class(exception), message(thread, exception));
    let _ = writeln!(text, "{class}: {message}");
    text
}

/// The frames of an exception that `sys.tracebacklimit` leaves, the innermost ones, each shown by `show`.
fn frames(
    thread: &Thread,
    text: &mut String,
    exception: Value,
    kind: &str,
    show: impl Fn(&mut String, &Code, Position),
) {
    let traceback = exception::traceback_of(exception);
    let mut frames = traceback::frames(traceback.value());
    if let Some(limit) = limit(thread) {
        frames.drain(..frames.len().saturating_sub(limit));
    }
    if !frames.is_empty() {
        let _ = writeln!(text, "{kind}Traceback (most recent call last):");
    }
    let mut previous = None;
    let mut count = 0;
    for (code, at) in frames {
        let position = code.source.positions.get(at).unwrap_or_default();
        let key = (&code.source.filename, position.line, &code.source.name);
        if previous == Some(key) {
            count += 1;
        } else {
            more_repeats(text, count);
            (previous, count) = (Some(key), 1);
        }
        if count <= REPEATS {
            show(text, code, position);
        }
    }
    more_repeats(text, count);
}

/// `sys.tracebacklimit`, if it is there and a number.
fn limit(thread: &Thread) -> Option<usize> {
    let limit = import::system_attribute(thread, "tracebacklimit")?;
    let limit = types::int::to_i64(limit.value())?;
    Some(usize::try_from(limit).unwrap_or(0))
}

fn more_repeats(text: &mut String, count: usize) {
    if let Some(more @ 1..) = count.checked_sub(REPEATS) {
        let plural = if more == 1 { "" } else { "s" };
        let _ = writeln!(text, "  [Previous line repeated {more} more time{plural}]");
    }
}

/// `Class: message`, after the place of a SyntaxError, and the notes.
pub fn summary(thread: &Thread, exception: Value) -> String {
    let syntax_error = || {
        class_of(exception)
            .is_subclass_of(Builtin::SyntaxError.class())
            .then(|| {
                exception::syntax_error_summary(thread, exception, suggestions::typo(exception))
            })
            .flatten()
    };
    let mut text = syntax_error().unwrap_or_else(|| {
        let class = shown_class(exception);
        let mut message = message(thread, exception);
        message.push_str(&suggestions::hint(thread, exception));
        match message.is_empty() {
            true => format!("{class}\n"),
            false => format!("{class}: {message}\n"),
        }
    });
    for note in exception::notes_of(thread, exception) {
        text.push_str(&note);
        text.push('\n');
    }
    text
}

/// The text after the class.
fn message(thread: &Thread, exception: Value) -> String {
    shown(thread, exception).unwrap_or_else(|raised| {
        drop(thread.take_exception(raised));
        "<exception str() failed>".to_owned()
    })
}

/// The exception's class, without the module if that is the script.
pub(crate) fn shown_class(exception: Value) -> String {
    let class = class_of(exception);
    match class.module_name() {
        Some(module) if module == "__main__" => class.qualified_name(),
        _ => class.report_name(),
    }
}

fn place_of(text: &mut String, code: &Code, position: Position) {
    let (file, line, name) = (&code.source.filename, position.line, &code.source.name);
    let _ = writeln!(text, "  File \"{file}\", line {line}, in {name}");
}

/// A frame with its source lines.
fn frame(text: &mut String, code: &Code, position: Position) {
    place_of(text, code, position);
    let source = &code.source;
    let last = position.end_line.max(position.line);
    let lines: Option<Vec<String>> = (position.line..=last)
        .map(|n| start::source_line(&source.filename, n))
        .collect();
    if let Some(lines) = lines
        && lines.iter().any(|line| !line.trim().is_empty())
    {
        excerpt(text, &lines, position);
    }
}

/// A place in the lines shown: index of the line, column in characters.
type Place = (usize, usize);

/// The source lines of an instruction, with carets below.
fn excerpt(text: &mut String, lines: &[String], position: Position) {
    let last = lines.len() - 1;
    let byte = |line: &String, column: u32| line.floor_char_boundary(column as usize);
    let (from, to) = (
        byte(&lines[0], position.column),
        byte(&lines[last], position.end_column),
    );
    let start = lines[0][..from].chars().count();
    let end = lines[last][..to].chars().count();
    let whole = segment(lines, from, to);
    let found = anchors::find(&whole);
    let anchor = found.as_ref().map(|range| range.start);
    let marks = found.map(|range| {
        (
            place(&whole, range.start, start),
            place(&whole, range.end, start),
        )
    });
    let carets = shows_carets(lines, from, to, &whole, anchor);
    let indent = lines
        .iter()
        .filter(|l| !l.trim().is_empty())
        .map(|l| l.len() - l.trim_start().len())
        .min()
        .unwrap_or(0);
    let mut shown = vec![0, last];
    if let Some((left, right)) = marks {
        for line in [left.0, right.0] {
            shown.extend([line.wrapping_sub(1), line, line + 1]);
        }
    }
    shown.retain(|&line| line <= last);
    shown.sort_unstable();
    shown.dedup();
    let show = |text: &mut String, n: usize| {
        let _ = writeln!(
            text,
            "    {}",
            lines[n].get(indent..).unwrap_or_default().trim_end()
        );
        if carets {
            let width = if n == last {
                end
            } else {
                lines[n].trim_end().chars().count()
            };
            let row = caret_row(&lines[n], n, width, start, marks);
            let _ = writeln!(text, "    {}", row.get(indent..).unwrap_or_default());
        }
    };
    let mut previous: Option<usize> = None;
    for line in shown {
        match previous.map_or(1, |previous| line - previous) {
            2 => show(text, line - 1),
            gap @ 3.. => {
                let _ = writeln!(text, "    ...<{} lines>...", gap - 1);
            }
            _ => {}
        }
        show(text, line);
        previous = Some(line);
    }
}

/// `str(exception)`; what is no text is escaped, as standard error has it.
fn shown(thread: &Thread, exception: Value) -> Result<String> {
    let text = convert::str(thread, exception)?;
    let text = text.get::<Str>().expect("str gives strings");
    Ok(text
        .iter()
        .map(|c| char::from_u32(c).map_or_else(|| format!("\\u{c:04x}"), String::from))
        .collect())
}

fn segment(lines: &[String], from: usize, to: usize) -> String {
    if let [line] = lines {
        return line.get(from..to.max(from)).unwrap_or_default().to_owned();
    }
    let last = lines.len() - 1;
    let mut whole = lines[0][from..].to_owned();
    for line in &lines[1..last] {
        whole.push('\n');
        whole.push_str(line);
    }
    whole.push('\n');
    whole.push_str(&lines[last][..to]);
    whole
}

/// Where byte `offset` of a segment that starts at column `start` is.
fn place(segment: &str, offset: usize, start: usize) -> Place {
    let before = &segment[..offset];
    let line = before.matches('\n').count();
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count();
    (line, if line == 0 { column + start } else { column })
}

fn caret_row(
    line: &str,
    n: usize,
    width: usize,
    start: usize,
    marks: Option<(Place, Place)>,
) -> String {
    let spaces = line.chars().take_while(|c| c.is_whitespace()).count();
    (0..width)
        .map(|column| match marks {
            _ if column < spaces || n == 0 && column < start => ' ',
            Some((left, right)) if (n, column) < left || (n, column) >= right => '~',
            _ => '^',
        })
        .collect()
}

/// CPython leaves the carets out where they would say nothing: the whole line, or the call that is all of `return f(x)` or
/// of the value a variable gets.
fn shows_carets(
    lines: &[String],
    from: usize,
    to: usize,
    whole: &str,
    anchor: Option<usize>,
) -> bool {
    let last = &lines[lines.len() - 1];
    let before = lines[0][..from].trim_start();
    let after = last[to..].trim();
    let call = anchor.filter(|&at| whole[at..].starts_with('(') && whole.ends_with(')'));
    if let Some(at) = call
        // CPython compares columns in bytes with columns in characters.
        && (lines[0][..from].is_ascii() && last[..to].is_ascii())
        && (after.is_empty() || after.starts_with(['#', ';']))
        && (is_assignment(before) || before.trim_end() == "return" && is_name(&whole[..at]))
    {
        return false;
    }
    anchor.is_some() || !before.is_empty() || !after.is_empty()
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Is this text `name =`, an assignment to one variable?
fn is_assignment(before: &str) -> bool {
    let target = before.trim_end().strip_suffix('=').map(str::trim);
    target.is_some_and(is_name)
}
