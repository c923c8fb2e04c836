//! Compile-time errors and warnings, as CPython words, places and prints them.
//!
//! Lines and columns count from 1, columns in characters, as the attributes of Python's `SyntaxError` do.

use std::fmt;

/// The Python exception an error is raised as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    Syntax,
    Indentation,
    Tab,
    /// The source may go on: it ends where an error would be.
    Incomplete,
    /// Nested too deeply to compile.
    Recursion,
    /// Nested too deeply to parse.
    Memory,
    /// A tree that no program can have.
    Value,
    Type,
    System,
}

impl ErrorKind {
    /// Name of the exception class.
    pub const fn class_name(self) -> &'static str {
        match self {
            ErrorKind::Syntax => "SyntaxError",
            ErrorKind::Indentation => "IndentationError",
            ErrorKind::Tab => "TabError",
            ErrorKind::Incomplete => "_IncompleteInputError",
            ErrorKind::Recursion => "RecursionError",
            ErrorKind::Memory => "MemoryError",
            ErrorKind::Value => "ValueError",
            ErrorKind::Type => "TypeError",
            ErrorKind::System => "SystemError",
        }
    }
}

/// What finds an error. It decides where the line shown comes from, and whether with its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Tokenizer,
    Parser,
    /// The symbol table.
    Symbols,
    /// The emitter.
    Compiler,
}

/// Why a source was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    pub kind: ErrorKind,
    pub message: String,
    pub filename: String,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    /// The source line `line`, without its line end; absent where the source could not be decoded.
    pub text: Option<String>,
    pub stage: Stage,
    /// Of errors that the parser finds: line and column (in bytes, from 0) of the last compound statement that it had read to
    /// its end, zeros if there was none.
    pub statement: Option<(u32, u32)>,
}

impl CompileError {
    /// The end column of an error that ends nowhere; Python shows it as -1.
    pub const NO_END: u32 = u32::MAX;

    /// The caret line under `text`, and `text` without its indentation, as CPython's `traceback` prints them.
    fn snippet(&self) -> Option<(String, Option<String>)> {
        // Lines that nest too deeply are long, and show nothing that the message does not say.
        if matches!(self.kind, ErrorKind::Recursion | ErrorKind::Memory) {
            return None;
        }
        let text = self.text.as_deref()?.trim_end_matches(['\n', '\r']);
        let stripped = text.trim_start_matches([' ', '\n', '\x0c']);
        let indent = text.chars().count() - stripped.chars().count();
        let length = text.chars().count();
        let mut start = self.column as usize;
        let mut end = if self.line == self.end_line {
            match self.end_column {
                CompileError::NO_END => self.column as usize + 1,
                end => end.max(self.column) as usize,
            }
        } else {
            length + 1
        };
        if start == 0 {
            return Some((stripped.to_owned(), None));
        }
        if start > length {
            start = length + 1;
            end = end.max(start);
        }
        end = end.min(length + 1);
        if start >= end {
            end = start + 1;
        }
        let Some(first) = (start - 1).checked_sub(indent) else {
            return Some((stripped.to_owned(), None));
        };
        let mut carets: String = stripped
            .chars()
            .chain(std::iter::repeat(' '))
            .take(first)
            .map(|c| if c.is_whitespace() { c } else { ' ' })
            .collect();
        carets.extend(std::iter::repeat_n('^', end - start));
        Some((stripped.to_owned(), Some(carets)))
    }
}

/// Prints as CPython prints an uncaught `SyntaxError`, without a final newline.
impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line != 0 {
            writeln!(f, "  File \"{}\", line {}", self.filename, self.line)?;
        }
        if let Some((text, carets)) = self.snippet() {
            writeln!(f, "    {text}")?;
            if let Some(carets) = carets {
                writeln!(f, "    {carets}")?;
            }
        }
        write!(f, "{}: {}", self.kind.class_name(), self.message)
    }
}

impl std::error::Error for CompileError {}

/// Something in a source that compiles but is hardly meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileWarning {
    pub message: String,
    pub line: u32,
    /// The source line, without its line end.
    pub text: String,
    /// What is raised where warnings are errors.
    pub error: CompileError,
}

/// Prints as CPython's module `warnings` prints it, without a final newline.
impl fmt::Display for CompileWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CompileWarning { message, line, .. } = self;
        let filename = &self.error.filename;
        write!(f, "{filename}:{line}: SyntaxWarning: {message}")?;
        match self.text.trim() {
            "" => Ok(()),
            text => write!(f, "\n  {text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str, columns: std::ops::Range<u32>) -> CompileError {
        CompileError {
            kind: ErrorKind::Syntax,
            message: "invalid syntax".into(),
            filename: "x.py".into(),
            line: 3,
            column: columns.start,
            end_line: 3,
            end_column: columns.end,
            text: Some(text.into()),
            stage: Stage::Parser,
            statement: None,
        }
    }

    #[test]
    fn prints_as_cpython() {
        assert_eq!(
            error("    x = = 1\n", 9..10).to_string(),
            "  File \"x.py\", line 3\n    x = = 1\n        ^\nSyntaxError: invalid syntax"
        );
    }

    #[test]
    fn carets_keep_tabs() {
        assert_eq!(
            error("\tx(", 3..3).to_string(),
            "  File \"x.py\", line 3\n    \tx(\n    \t ^\nSyntaxError: invalid syntax"
        );
    }
}
