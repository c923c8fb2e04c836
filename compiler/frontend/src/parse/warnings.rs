//! CPython's `SyntaxWarning`s about tokens: escapes that mean nothing, numbers that run into keywords.
//!
//! A plain literal is looked at where it stands, the text of an f-string when the string ends. Places are counted as
//! CPython counts them, which is in the text it decodes: off where a literal has a prefix, or characters beyond ASCII.

use super::literals::starts_with_keyword;
use crate::error::{CompileError, CompileWarning, ErrorKind, Stage};
use crate::source::Source;
use ruff_python_ast::token::{Token, TokenKind as T};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// The warnings about a program's tokens; of a broken one, about those before the line and column of its error.
pub fn warnings(source: &Source, tokens: &[Token], end: Option<(u32, u32)>) -> Vec<CompileWarning> {
    let mut walk = Walk {
        source,
        found: Vec::new(),
        open: Vec::new(),
    };
    let end = end.map(|(line, column)| offset(source, line, column));
    for (at, token) in tokens.iter().enumerate() {
        if let Some(end) = end.filter(|&end| token.end() > end) {
            // The token that is blamed was read, which is when the tokenizer warns.
            if token.start() <= end && is_number(token) {
                walk.number(token);
            }
            break;
        }
        walk.token(token, tokens.get(at + 1));
    }
    walk.found
}

fn is_number(token: &Token) -> bool {
    matches!(token.kind(), T::Int | T::Float | T::Complex)
}

/// Offset of a line and column; the first of an empty source is 0.
fn offset(source: &Source, line: u32, column: u32) -> TextSize {
    let line = line.max(1);
    let text = source.line_text(line).chars();
    let before = text.take(column.saturating_sub(1) as usize);
    TextSize::new(source.line_start(line)) + before.map(TextSize::of).sum::<TextSize>()
}

/// What is open around a token.
enum Open {
    Bracket,
    /// An f-string or t-string, with its pieces of text outside of fields.
    Interpolated {
        raw: bool,
        pieces: Vec<TextRange>,
    },
}

struct Walk<'s> {
    source: &'s Source,
    found: Vec<CompileWarning>,
    open: Vec<Open>,
}

impl Walk<'_> {
    fn token(&mut self, token: &Token, next: Option<&Token>) {
        match token.kind() {
            T::Lpar | T::Lsqb | T::Lbrace => self.open.push(Open::Bracket),
            T::Rpar | T::Rsqb | T::Rbrace => {
                self.open.pop();
            }
            T::String => self.string(token),
            T::FStringStart | T::TStringStart => {
                let raw = self.source.slice(token.range()).contains(['r', 'R']);
                let pieces = Vec::new();
                self.open.push(Open::Interpolated { raw, pieces });
            }
            T::FStringMiddle | T::TStringMiddle => self.middle(token, next),
            T::FStringEnd | T::TStringEnd => self.end(token),
            _ if is_number(token) => self.number(token),
            _ => {}
        }
    }

    fn string(&mut self, token: &Token) {
        let text = self.source.slice(token.range());
        let Some(quote) = text.find(['\'', '"']) else {
            return;
        };
        let (prefix, quoted) = text.split_at(quote);
        if prefix.contains(['r', 'R']) || !text.contains('\\') {
            return;
        }
        let width = match quoted.get(..3) {
            Some("'''" | "\"\"\"") => 3,
            _ => 1,
        };
        let bytes = prefix.contains(['b', 'B']);
        let content = quoted.get(width..quoted.len().saturating_sub(width));
        if let Some(content) = content {
            self.escape(content, bytes, token);
        }
    }

    fn middle(&mut self, token: &Token, next: Option<&Token>) {
        let raw = self.open.iter().rev().find_map(|open| match open {
            Open::Interpolated { raw, .. } => Some(*raw),
            Open::Bracket => None,
        });
        let text = self.source.slice(token.range());
        if raw != Some(false) || !text.contains('\\') {
            return;
        }
        self.braces(token, next);
        match self.open.last_mut() {
            Some(Open::Interpolated { pieces, .. }) => pieces.push(token.range()),
            // Text of a format specification.
            _ => self.escape(text, false, token),
        }
    }

    fn end(&mut self, token: &Token) {
        if let Some(Open::Interpolated { pieces, .. }) = self.open.pop() {
            for piece in pieces {
                let text = self.source.slice(piece);
                self.escape(text, false, token);
            }
        }
    }

    /// `\{` in the text of an f-string, of which the tokenizer warns.
    fn braces(&mut self, token: &Token, next: Option<&Token>) {
        let text = self.source.slice(token.range());
        let brace_follows = next.is_some_and(|next| matches!(next.kind(), T::Lbrace | T::Rbrace));
        let mut rest = text;
        while let Some(at) = rest.find('\\') {
            let start = text.len() - rest.len() + at;
            let escaped = rest[at + 1..].chars().next();
            let brace = match escaped {
                Some('{' | '}') => escaped,
                // A name in braces.
                Some('N') if rest[at + 2..].starts_with('{') => None,
                None if brace_follows => next
                    .map(|next| self.source.slice(next.range()))
                    .and_then(|text| text.chars().next()),
                _ => None,
            };
            if let Some(brace) = brace {
                let end = token.start() + TextSize::new(start as u32 + 1);
                let message = format!("\"\\{brace}\" is an invalid escape sequence.");
                let hint = format!("Did you mean \"\\\\{brace}\"? A raw string is also an option.");
                self.tokenizer(&message, end, &hint);
            }
            rest = &rest[at + 1 + escaped.map_or(0, char::len_utf8)..];
        }
    }

    /// A number with a keyword right behind it.
    fn number(&mut self, token: &Token) {
        let rest = &self.source.text().as_bytes()[token.end().to_usize()..];
        if starts_with_keyword(rest) {
            let kind = number_kind(self.source.slice(token.range()));
            let last = token.end() - TextSize::new(1);
            self.tokenizer(&format!("invalid {kind} literal"), last, "");
        }
    }

    /// A warning of the tokenizer, which stands behind the character at `last`; `hint` ends it.
    fn tokenizer(&mut self, message: &str, last: TextSize, hint: &str) {
        let (short, long) = match hint {
            "" => (message.to_owned(), message.to_owned()),
            _ => (format!("{message} {hint}"), with_prospect(message, hint)),
        };
        let error = CompileError {
            stage: Stage::Tokenizer,
            ..self
                .source
                .error(ErrorKind::Syntax, short, TextRange::empty(last))
        };
        self.found.push(self.source.warning(long, error));
    }

    /// Warns of the first escape in a text that means nothing. Its place is counted from the start of `token`.
    fn escape(&mut self, text: &str, bytes: bool, token: &Token) {
        let Some((at, shown)) = bad_escape(text, bytes) else {
            return;
        };
        if matches!(shown, "{" | "}") && token.kind() != T::String {
            return;
        }
        let start = self.source.position(token.range());
        let (mut line, mut column) = (start.line, start.column as usize);
        for c in text[..=at].chars() {
            match c {
                '\n' => (line, column) = (line + 1, 0),
                // As `\U` and eight digits.
                _ if !bytes && !c.is_ascii() => column += 10,
                _ => column += c.len_utf8(),
            }
        }
        if line == start.line {
            let text = self.source.slice(token.range());
            let first = text.chars().next().filter(|c| matches!(c, '\'' | '"'));
            let quotes = text.chars().take_while(|c| matches!(c, '\'' | '"'));
            column += quotes.filter(|&c| Some(c) == first).count();
        }
        // Places of text behind an f-string's end may be on lines that are not there.
        let line = line.min(self.source.last_line());
        let kind = match shown.len() {
            3 => "octal escape",
            _ => "escape",
        };
        let message = format!("\"\\{shown}\" is an invalid {kind} sequence.");
        let hint = format!("Did you mean \"\\\\{shown}\"? A raw string is also an option.");
        let error = CompileError {
            line,
            column: self.source.column(line, column - 1),
            end_line: line,
            end_column: self.source.column(line, column + 1),
            text: Some(self.source.line_text(line).to_owned()),
            stage: Stage::Parser,
            ..self.source.error(
                ErrorKind::Syntax,
                format!("{message} {hint}"),
                token.range(),
            )
        };
        let warning = self.source.warning(with_prospect(&message, &hint), error);
        self.found.push(warning);
    }
}

fn with_prospect(message: &str, hint: &str) -> String {
    format!("{message} Such sequences will not work in the future. {hint}")
}

fn number_kind(text: &str) -> &'static str {
    match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => "hexadecimal",
        [b'0', b'o' | b'O', ..] => "octal",
        [b'0', b'b' | b'B', ..] => "binary",
        [.., b'j' | b'J'] => "imaginary",
        _ => "decimal",
    }
}

/// The first escape that means nothing: the place of its backslash, and what is behind that.
fn bad_escape(text: &str, bytes: bool) -> Option<(usize, &str)> {
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let escaped = &rest[at + 1..];
        let first = escaped.chars().next()?;
        let octal = |digits: &str| digits.bytes().all(|digit| matches!(digit, b'0'..=b'7'));
        let bad = match first {
            '\n' | '\\' | '\'' | '"' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | 'x' => None,
            '0'..='3' => None,
            '4'..='7' => escaped.get(..3).filter(|digits| octal(digits)),
            'N' | 'u' | 'U' if !bytes => None,
            _ if !first.is_ascii() => None,
            _ => escaped.get(..1),
        };
        if let Some(shown) = bad {
            return Some((text.len() - rest.len() + at, shown));
        }
        rest = &escaped[first.len_utf8()..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        assert_eq!(bad_escape(r"a\n\d\e", false), Some((3, "d")));
        assert_eq!(bad_escape(r"\\d\400", false), Some((3, "400")));
        assert_eq!(bad_escape(r"\377\47\é\N{DIGIT ONE}", false), None);
        assert_eq!(bad_escape(r"\N", true), Some((0, "N")));
        assert_eq!(bad_escape("\\", false), None);
    }
}
