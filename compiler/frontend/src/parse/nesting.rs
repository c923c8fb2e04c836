//! How deep brackets, blocks and strings with fields may nest: CPython's limits, found in the token stream.

use crate::error::{CompileError, ErrorKind};
use crate::source::Source;
use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_parser::{Mode, lexer};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// Most brackets open at once, as in CPython.
const MAX_BRACKETS: usize = 200;
/// Most levels of indentation, as in CPython.
const MAX_INDENTS: usize = 100;
/// Most f-strings and t-strings open at once, as in CPython.
const MAX_STRINGS: usize = 150;
/// Most fields of one such string open at once: a field, those of its format, those of theirs.
const MAX_FIELDS: usize = 3;

const TOO_MANY_BRACKETS: &str = "too many nested parentheses";

/// Where the parser recurses into targets of assignments it uses what stack there is, so it is not asked to parse far more
/// brackets than any program may have. Only a program with as many of them is looked through for that.
pub fn beyond_the_parser(source: &Source, mode: Mode) -> Option<CompileError> {
    let text = source.text();
    let bytes = text.bytes().enumerate();
    let opening: Vec<usize> = bytes
        .filter(|(_, byte)| matches!(byte, b'(' | b'[' | b'{'))
        .map(|(at, _)| at)
        .collect();
    if opening.len() <= 2 * MAX_BRACKETS || !is_deeper(text, mode, 2 * MAX_BRACKETS) {
        return None;
    }
    // The lexer does not tell where it is: the first beginning of the text that is too deep ends there.
    let first = opening.partition_point(|&at| !is_deeper(&text[..=at], mode, MAX_BRACKETS));
    let start = TextSize::try_from(*opening.get(first)?).ok()?;
    let range = TextRange::at(start, TextSize::new(1));
    Some(source.error(ErrorKind::Syntax, TOO_MANY_BRACKETS, range))
}

/// Whether more than so many brackets are open somewhere.
fn is_deeper(text: &str, mode: Mode, limit: usize) -> bool {
    let mut lexer = lexer::lex(text, mode);
    let mut brackets = 0_usize;
    loop {
        match lexer.next_token() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => brackets += 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                brackets = brackets.saturating_sub(1);
            }
            TokenKind::EndOfFile => return false,
            _ => {}
        }
        if brackets > limit {
            return true;
        }
    }
}

/// What is open at a token.
#[derive(Default)]
pub struct Open {
    brackets: usize,
    indents: usize,
    /// Of each string, its fields.
    strings: Vec<Vec<Field>>,
}

/// A replacement field.
#[derive(Default)]
struct Field {
    /// Brackets of its expression.
    brackets: usize,
    /// The format has begun.
    format: bool,
}

/// The first place where something nests too deeply.
pub fn check(source: &Source, tokens: &[Token]) -> Option<CompileError> {
    let mut open = Open::default();
    for token in tokens {
        open.pass(token.kind());
        let (kind, message, range) = match open.check(token) {
            Ok(()) => continue,
            Err(found) => found,
        };
        return Some(source.error(kind, message, range));
    }
    None
}

impl Open {
    pub fn pass(&mut self, kind: TokenKind) {
        match kind {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                self.brackets += 1;
                self.bracket(kind == TokenKind::Lbrace);
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                self.brackets = self.brackets.saturating_sub(1);
                self.closing_bracket();
            }
            TokenKind::Colon => {
                let field = self.strings.last_mut().and_then(|fields| fields.last_mut());
                if let Some(field) = field.filter(|field| field.brackets == 0) {
                    field.format = true;
                }
            }
            TokenKind::FStringStart | TokenKind::TStringStart => self.strings.push(Vec::new()),
            TokenKind::FStringEnd | TokenKind::TStringEnd => drop(self.strings.pop()),
            TokenKind::Indent => self.indents += 1,
            TokenKind::Dedent => self.indents = self.indents.saturating_sub(1),
            _ => {}
        }
    }

    /// Is anything but a block open?
    pub fn is_inside(&self) -> bool {
        self.brackets > 0 || self.is_in_string()
    }

    pub fn is_in_string(&self) -> bool {
        !self.strings.is_empty()
    }

    /// Fields that are open in the innermost string.
    pub fn fields(&self) -> usize {
        self.strings.last().map_or(0, Vec::len)
    }

    /// Is the format of a field being read, itself?
    pub fn is_in_format(&self) -> bool {
        let field = self.strings.last().and_then(|fields| fields.last());
        field.is_some_and(|field| field.format)
    }

    fn check(&self, token: &Token) -> Result<(), (ErrorKind, &'static str, TextRange)> {
        let start = token.range().start();
        if self.brackets > MAX_BRACKETS {
            return Err((ErrorKind::Syntax, TOO_MANY_BRACKETS, token.range()));
        }
        if self.indents >= MAX_INDENTS {
            let message = "too many levels of indentation";
            return Err((ErrorKind::Indentation, message, token.range()));
        }
        if self.strings.len() >= MAX_STRINGS {
            let message = "too many nested f-strings or t-strings";
            let place = TextRange::empty(start + TextSize::new(1));
            return Err((ErrorKind::Syntax, message, place));
        }
        if self
            .strings
            .last()
            .is_some_and(|fields| fields.len() > MAX_FIELDS)
        {
            let message = "f-string: expressions nested too deeply";
            let place = TextRange::empty(start - TextSize::new(1));
            return Err((ErrorKind::Syntax, message, place));
        }
        Ok(())
    }

    /// A bracket opens a field, or is one of a field's expression.
    fn bracket(&mut self, brace: bool) {
        let Some(fields) = self.strings.last_mut() else {
            return;
        };
        match fields.last_mut().filter(|field| !field.format) {
            Some(field) => field.brackets += 1,
            None if brace => fields.push(Field::default()),
            None => {}
        }
    }

    fn closing_bracket(&mut self) {
        let Some(fields) = self.strings.last_mut() else {
            return;
        };
        match fields.last_mut().filter(|field| field.brackets > 0) {
            Some(field) => field.brackets -= 1,
            None => drop(fields.pop()),
        }
    }
}
