//! Source text: decoding of files (byte order mark, PEP 263 cookie), line ends and line positions.
//!
//! Lines end with `\n`: other line ends are read as that, also inside strings. A tree that a program made has no text: it says
//! itself where its nodes are, and nothing is read off the text of it.

use crate::error::{CompileError, CompileWarning, ErrorKind, Stage};
use crate::tree::places::Places;
use ashore_bytecode::{Constant, Position};
use ruff_python_ast::{AtomicNodeIndex, Identifier};
use ruff_text_size::{Ranged, TextRange, TextSize};
use std::cell::Cell;

/// What is compiled, as far as places in it are concerned.
pub struct Source {
    filename: String,
    form: Form,
}

enum Form {
    /// Decoded text, with the offset of the first byte of every line, and the line that was asked for last.
    Text {
        text: String,
        lines: Vec<u32>,
        last: Cell<u32>,
    },
    Tree(Places),
}

impl Source {
    /// Source that is text already: the argument of `exec`. Cookies mean nothing there.
    pub fn from_text(text: String, filename: &str) -> Result<Source, CompileError> {
        let source = Source::new(text, filename);
        match source.text().find('\0') {
            Some(_) => Err(CompileError {
                line: 0,
                text: None,
                ..source.error(
                    ErrorKind::Syntax,
                    "source code string cannot contain null bytes",
                    TextRange::default(),
                )
            }),
            None => Ok(source),
        }
    }

    /// The bytes of a source file.
    pub fn from_bytes(bytes: &[u8], filename: &str) -> Result<Source, CompileError> {
        let (bytes, mark) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) => (rest, true),
            None => (bytes, false),
        };
        let fail = |line: u32, message: String| CompileError {
            kind: ErrorKind::Syntax,
            message,
            filename: filename.to_owned(),
            line,
            column: 0,
            end_line: line,
            end_column: 0,
            text: None,
            stage: Stage::Parser,
            statement: None,
        };
        let cookie = find_cookie(bytes);
        let encoding = match &cookie {
            None => Encoding::Utf8,
            Some(name) => {
                Encoding::named(name).ok_or_else(|| fail(0, format!("unknown encoding: {name}")))?
            }
        };
        if mark && encoding != Encoding::Utf8 {
            let name = cookie.unwrap_or_default();
            return Err(fail(0, format!("encoding problem: {name} with BOM")));
        }
        let text = encoding.decode(bytes).map_err(|at| {
            let line = 1 + bytes[..at].iter().filter(|&&b| b == b'\n').count() as u32;
            let byte = bytes[at];
            match cookie.filter(|_| encoding != Encoding::Utf8) {
                None => {
                    let message = format!(
                        "Non-UTF-8 code starting with '\\x{byte:02x}' on line {line}, but no encoding declared; \
                         see https://peps.python.org/pep-0263/ for details"
                    );
                    undecodable(bytes, at, fail(line, message))
                }
                Some(name) => {
                    let what = format!("'{name}' codec can't decode byte 0x{byte:02x} in position {at}");
                    fail(0, format!("{what}: ordinal not in range(128)"))
                }
            }
        })?;
        let source = Source::new(text, filename);
        match source.text().find('\0') {
            Some(at) => {
                let at = TextRange::empty((at as u32).into());
                Err(source.error(
                    ErrorKind::Syntax,
                    "source code cannot contain null bytes",
                    at,
                ))
            }
            None => Ok(source),
        }
    }

    fn new(text: String, filename: &str) -> Source {
        let text = match text.contains('\r') {
            true => text.replace("\r\n", "\n").replace('\r', "\n"),
            false => text,
        };
        let starts = text.match_indices('\n').map(|(at, _)| at as u32 + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        Source {
            filename: filename.to_owned(),
            form: Form::Text {
                text,
                lines,
                last: Cell::new(1),
            },
        }
    }

    /// A tree without text.
    pub fn of_tree(places: Places, filename: &str) -> Source {
        Source {
            filename: filename.to_owned(),
            form: Form::Tree(places),
        }
    }

    /// Is there text to read?
    pub fn has_text(&self) -> bool {
        matches!(self.form, Form::Text { .. })
    }

    /// The whole text; a tree has none.
    pub fn text(&self) -> &str {
        match &self.form {
            Form::Text { text, .. } => text,
            Form::Tree(_) => "",
        }
    }

    /// Offsets of the first bytes of lines.
    fn lines(&self) -> &[u32] {
        match &self.form {
            Form::Text { lines, .. } => lines,
            Form::Tree(_) => &[],
        }
    }

    /// The text of a range of text.
    pub fn slice(&self, range: TextRange) -> &str {
        &self.text()[range.start().to_usize()..range.end().to_usize()]
    }

    /// The constant that a node of a tree refers to. Nodes of text are what they are written as.
    pub fn constant(&self, node: &AtomicNodeIndex) -> Option<&Constant> {
        match &self.form {
            Form::Text { .. } => None,
            Form::Tree(places) => places.constant(node),
        }
    }

    /// Path shown in tracebacks.
    pub fn filename(&self) -> &str {
        &self.filename
    }

    /// Line of an offset, from 1.
    pub fn line(&self, at: u32) -> u32 {
        match &self.form {
            Form::Text { lines, last, .. } => {
                // Most questions are about the line of the one before.
                let line = last.get() as usize;
                let starts = lines.get(line).is_none_or(|&next| at < next);
                if lines[line - 1] > at || !starts {
                    last.set(lines.partition_point(|&start| start <= at) as u32);
                }
                last.get()
            }
            Form::Tree(places) => places.line(at),
        }
    }

    /// A line's text without its line end; nothing of a tree.
    pub fn line_text(&self, line: u32) -> &str {
        let Form::Text { text, lines, .. } = &self.form else {
            return "";
        };
        let start = lines[line as usize - 1] as usize;
        let next = lines.get(line as usize);
        let end = next.map_or(text.len(), |&next| next as usize);
        text[start..end].trim_end_matches('\n')
    }

    pub fn last_line(&self) -> u32 {
        self.lines().len() as u32
    }

    /// Offset of the first byte of a line of text.
    pub fn line_start(&self, line: u32) -> u32 {
        self.lines()[line as usize - 1]
    }

    /// The start of the line of an offset, as a range.
    pub fn line_start_range(&self, at: TextSize) -> TextRange {
        TextRange::empty(match &self.form {
            Form::Text { .. } => self.line_start(self.line(at.to_u32())).into(),
            Form::Tree(places) => places.line_start(at),
        })
    }

    /// The range as instructions carry it: columns in bytes from 0.
    pub fn position(&self, range: TextRange) -> Position {
        let lines = match &self.form {
            Form::Text { lines, .. } => lines,
            Form::Tree(places) => return places.position(range),
        };
        let (start, end) = (range.start().to_u32(), range.end().to_u32());
        let line = self.line(start);
        let end_line = match lines.get(line as usize) {
            // A range that ends with the line's end is on the line.
            Some(&next) if end > next => self.line(end),
            _ => line,
        };
        Position {
            line,
            column: start - self.line_start(line),
            end_line,
            end_column: end - self.line_start(end_line),
        }
    }

    /// The definition from its keyword on: decorators are not part of it.
    pub fn definition_range(
        &self,
        keyword: &str,
        name: &Identifier,
        range: TextRange,
    ) -> TextRange {
        if !self.has_text() {
            return TextRange::new(name.start(), range.end());
        }
        let before = self.slice(TextRange::new(range.start(), name.start()));
        match before.rfind(keyword) {
            Some(at) => TextRange::new(range.start() + TextSize::new(at as u32), range.end()),
            None => range,
        }
    }

    /// What tells which of two places comes first. Those of a tree are what the program says, not how its nodes lie.
    pub fn order(&self, at: TextSize) -> (u32, u32) {
        match &self.form {
            Form::Text { .. } => (0, at.to_u32()),
            Form::Tree(places) => places.place(at.to_u32()),
        }
    }

    /// A warning about a line of this source, and what it is if warnings are errors.
    pub fn warning(&self, message: String, error: CompileError) -> CompileWarning {
        CompileWarning {
            message,
            line: error.line,
            text: self.line_text(error.line).to_owned(),
            error,
        }
    }

    /// The column, from 1, of a byte of a line; what is beyond the line's end counts as its end.
    pub fn column(&self, line: u32, bytes: usize) -> u32 {
        let text = self.line_text(line);
        let ended = self.lines().len() > line as usize;
        match text
            .char_indices()
            .take_while(|&(at, _)| at < bytes)
            .count()
        {
            all if bytes > text.len() && ended => all as u32 + 2,
            some => some as u32 + 1,
        }
    }

    /// An error that is found behind the parser: CPython counts its columns in bytes.
    pub fn compiler_error(
        &self,
        kind: ErrorKind,
        message: impl Into<String>,
        range: TextRange,
    ) -> CompileError {
        let position = self.position(range);
        CompileError {
            column: position.column + 1,
            end_column: position.end_column + 1,
            ..self.error(kind, message, range)
        }
    }

    /// An error about a range of this source.
    pub fn error(
        &self,
        kind: ErrorKind,
        message: impl Into<String>,
        range: TextRange,
    ) -> CompileError {
        let position = self.position(range);
        let characters = |line: u32, bytes: u32| {
            if !self.has_text() {
                return bytes + 1;
            }
            let start = self.line_start(line) as usize;
            let before = self.text()[start..]
                .char_indices()
                .take_while(|&(at, _)| at < bytes as usize);
            before.count() as u32 + 1
        };
        CompileError {
            kind,
            message: message.into(),
            filename: self.filename.clone(),
            line: position.line,
            column: characters(position.line, position.column),
            end_line: position.end_line,
            end_column: characters(position.end_line, position.end_column),
            text: Some(self.line_text(position.line).to_owned()),
            stage: Stage::Compiler,
            statement: None,
        }
    }
}

/// Adds the line and the column of a byte that is no text.
fn undecodable(bytes: &[u8], at: usize, error: CompileError) -> CompileError {
    let before = bytes[..at].iter().rposition(|&b| b == b'\n');
    let start = before.map_or(0, |end| end + 1);
    let line = bytes[start..].split(|&b| b == b'\n').next();
    let column = String::from_utf8_lossy(&bytes[start..at]).chars().count() as u32 + 1;
    CompileError {
        column,
        end_column: column,
        text: line.map(|line| String::from_utf8_lossy(line).into_owned()),
        stage: Stage::Tokenizer,
        ..error
    }
}

/// The encoding that a source file names, if it is none of those known here.
pub fn foreign_encoding(bytes: &[u8]) -> Option<String> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return None;
    }
    find_cookie(bytes).filter(|name| Encoding::named(name).is_none())
}

/// Encodings a cookie may name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Latin1,
    Ascii,
}

impl Encoding {
    fn named(name: &str) -> Option<Encoding> {
        let name = name.to_ascii_lowercase().replace('_', "-");
        match name.as_str() {
            "utf-8" | "utf8" | "utf" | "u8" | "utf-8-sig" | "cp65001" => Some(Encoding::Utf8),
            "latin-1" | "latin1" | "latin" | "l1" | "8859" | "cp819" | "ibm819" => {
                Some(Encoding::Latin1)
            }
            "iso-8859-1" | "iso8859-1" | "iso8859" | "iso-ir-100" => Some(Encoding::Latin1),
            "ascii" | "us-ascii" | "us" | "646" | "cp367" | "ibm367" => Some(Encoding::Ascii),
            _ if name.starts_with("utf-8-") => Some(Encoding::Utf8),
            _ if name.starts_with("latin-1-") || name.starts_with("iso-8859-1-") => {
                Some(Encoding::Latin1)
            }
            _ => None,
        }
    }

    /// The text, or the position of the first byte that is none.
    fn decode(self, bytes: &[u8]) -> Result<String, usize> {
        match self {
            Encoding::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(text.to_owned()),
                Err(error) => Err(error.valid_up_to()),
            },
            Encoding::Latin1 => Ok(bytes.iter().map(|&b| char::from(b)).collect()),
            Encoding::Ascii => match bytes.iter().position(|b| !b.is_ascii()) {
                Some(at) => Err(at),
                None => Ok(bytes.iter().map(|&b| char::from(b)).collect()),
            },
        }
    }
}

/// The encoding named by a comment `coding: NAME` or `coding=NAME` on one of the first two lines; the second counts only
/// if the first is blank or a comment.
fn find_cookie(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|&b| b == b'\n' || b == b'\r').take(2) {
        let start = line.iter().position(|b| !b" \t\x0c".contains(b));
        match start {
            None => continue,
            Some(at) if line[at] != b'#' => return None,
            Some(at) => {
                if let Some(name) = cookie_in(&line[at..]) {
                    return Some(name);
                }
            }
        }
    }
    None
}

fn cookie_in(comment: &[u8]) -> Option<String> {
    const WORD: &[u8] = b"coding";
    let mut rest = comment;
    while let Some(at) = rest.windows(WORD.len()).position(|window| window == WORD) {
        rest = &rest[at + WORD.len()..];
        if let [b':' | b'=', name @ ..] = rest {
            let name = name.trim_ascii_start();
            let end = name
                .iter()
                .position(|b| !(b.is_ascii_alphanumeric() || b"-_.".contains(b)))
                .unwrap_or(name.len());
            if end > 0 {
                return String::from_utf8(name[..end].to_vec()).ok();
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies() {
        assert_eq!(
            find_cookie(b"# -*- coding: latin-1 -*-\nx"),
            Some("latin-1".into())
        );
        assert_eq!(
            find_cookie(b"#!/bin/sh\n# vim: set fileencoding=utf-8 :"),
            Some("utf-8".into())
        );
        assert_eq!(find_cookie(b"x = 1\n# coding: ascii"), None);
        assert_eq!(find_cookie(b"\n\n# coding: ascii"), None);
    }

    #[test]
    fn decoding() {
        let text = |bytes: &[u8]| Source::from_bytes(bytes, "x.py").map(|s| s.text().to_owned());
        assert_eq!(text(b"\xef\xbb\xbfx").unwrap(), "x");
        assert_eq!(
            text(b"# coding: latin-1\n'\xe4'").unwrap(),
            "# coding: latin-1\n'\u{e4}'"
        );
        assert!(
            text(b"x\n'\xe4'")
                .unwrap_err()
                .message
                .starts_with("Non-UTF-8 code starting with '\\xe4' on line 2")
        );
        assert_eq!(
            text(b"x\0").unwrap_err().message,
            "source code cannot contain null bytes"
        );
    }

    #[test]
    fn positions_count_lines_of_every_kind() {
        let source = Source::new("a\r\nb\rc\nd".into(), "x.py");
        let lines: Vec<&str> = (1..=source.last_line())
            .map(|line| source.line_text(line))
            .collect();
        assert_eq!(lines, ["a", "b", "c", "d"]);
        assert_eq!(source.text(), "a\nb\nc\nd");
        assert_eq!(source.line(2), 2);
    }
}
