//! Source as the tokens that CPython's tokenizer gives to `tokenize`.
//!
//! The parser's tokens are the same but for texts with replacement fields: CPython ends a piece of text behind the first of two
//! braces and begins the next behind the second, and has an empty piece where a nested field ends a format.

use crate::error::{CompileError, ErrorKind, Stage};
use crate::parse::{self, Open};
use crate::source::Source;
use crate::{Mode, Options};
use ashore_bytecode::lexemes::{Kind, Lexeme};
use ruff_python_ast::token::{Token, TokenKind as T};
use ruff_python_parser::{ParseOptions, lexer, parse_unchecked};
use ruff_text_size::{Ranged, TextRange, TextSize};

const STRAY_BACKSLASH: &str = "unexpected character after line continuation character";
const END_IN_BRACKETS: &str = "unexpected EOF in multi-line statement";

/// The tokens of source up to the first error of the tokenizer, and that.
pub fn lexemes(text: &str) -> (Vec<Lexeme>, Option<CompileError>) {
    let source = match Source::from_text(text.to_owned(), "<string>") {
        Ok(source) => source,
        Err(error) => return (Vec::new(), Some(error)),
    };
    let mode = ruff_python_parser::Mode::Module;
    let parsed = parse_unchecked(source.text(), ParseOptions::from(mode));
    let mut walk = Walk::new(&source, error_of(&source));
    for token in parsed.tokens().iter() {
        walk.pass(token);
    }
    let (mut lexemes, mut error) = walk.finish();
    if error.is_none() && !is_plain(source.text(), parsed.tokens()) {
        // The parser had its tokens read again in another way, to go on behind an error of its own.
        let message = "source that is no Python in this way cannot be tokenized";
        error = Some(source.error(ErrorKind::System, message, TextRange::default()));
        lexemes.clear();
    }
    let depth = u32::try_from(parsed.tokens().len()).ok();
    crate::discard(parsed.into_syntax(), depth);
    (lexemes, error)
}

/// What the tokenizer itself finds wrong.
fn error_of(source: &Source) -> Option<CompileError> {
    let how = (Mode::Exec, Options::default());
    match parse::parse(source, how, &mut Vec::new()) {
        Ok(program) => {
            crate::discard(program, u32::try_from(source.text().len()).ok());
            None
        }
        Err(error) => {
            let begins = |words: &[&str]| words.iter().any(|word| error.message.starts_with(word));
            // `tokenize` does not mind brackets, nor what ints begin with.
            let unminded = begins(&["unmatched '", "closing parenthesis '", "leading zeros in "]);
            let lexical = error.stage == Stage::Tokenizer || begins(&["unindent does not match"]);
            (lexical && !unminded || error.kind == ErrorKind::Tab).then_some(error)
        }
    }
}

/// Are these the tokens that the source has by itself?
fn is_plain(text: &str, tokens: &[Token]) -> bool {
    // What a soft keyword is, the parser decides.
    let plain = |kind: T| match kind.is_soft_keyword() {
        true => T::Name,
        false => kind,
    };
    let mut lexer = lexer::lex(text, ruff_python_parser::Mode::Module);
    let mut kinds = tokens.iter().map(|token| plain(token.kind()));
    loop {
        let kind = plain(lexer.next_token());
        let same = kinds.next() == Some(kind);
        if kind == T::EndOfFile || !same {
            return same || kind == T::EndOfFile && kinds.next().is_none();
        }
    }
}

struct Walk<'s> {
    source: &'s Source,
    made: Vec<Lexeme>,
    error: Option<CompileError>,
    open: Open,
    /// What text in the open strings with fields is.
    middles: Vec<Kind>,
    /// Text of a format may begin here, and be empty.
    piece_due: bool,
    /// What follows is not read.
    is_over: bool,
    /// Blocks that end before the next token.
    dedents: usize,
}

impl<'s> Walk<'s> {
    fn new(source: &'s Source, error: Option<CompileError>) -> Walk<'s> {
        Walk {
            source,
            made: Vec::new(),
            error,
            open: Open::default(),
            middles: Vec::new(),
            piece_due: false,
            is_over: false,
            dedents: 0,
        }
    }

    fn place(&self, at: TextSize) -> (u32, u32) {
        let position = self.source.position(TextRange::empty(at));
        let column = self.source.column(position.line, position.column as usize);
        (position.line, column - 1)
    }

    fn push(&mut self, kind: Kind, range: TextRange) {
        let (start, end) = (self.place(range.start()), self.place(range.end()));
        let text = self.source.slice(range).to_owned();
        let lexeme = Lexeme {
            kind,
            text,
            start,
            end,
        };
        self.made.push(lexeme);
    }

    fn pass(&mut self, token: &Token) {
        let range = token.range();
        if self.is_over || self.is_beyond(range.start()) {
            return;
        }
        if std::mem::take(&mut self.piece_due)
            && self.is_piece_empty(range.start())
            && let Some(&middle) = self.middles.last()
        {
            self.push(middle, TextRange::empty(range.start()));
        }
        let is_open = self.open.is_inside();
        match token.kind() {
            // What the parser adds at an end that comes too early.
            T::Unknown if range.is_empty() => {}
            T::Newline if is_open => {}
            T::Dedent => self.dedents += 1,
            T::EndOfFile => {}
            T::Comment => self.push(Kind::Comment, range),
            T::NonLogicalNewline => self.push_line_end(Kind::BlankNewline, range),
            T::Newline => self.push_line_end(Kind::Newline, range),
            kind => {
                self.push_dedents(range.start());
                self.pass_other(kind, range);
            }
        }
        self.note(token.kind());
    }

    /// Keeps account of what is open. A format may begin with no text, and have none behind a field in it.
    fn note(&mut self, kind: T) {
        let (fields, in_format) = (self.open.fields(), self.open.is_in_format());
        self.open.pass(kind);
        self.piece_due = match kind {
            T::Colon => !in_format && self.open.is_in_format(),
            T::Rbrace => (1..fields).contains(&self.open.fields()),
            _ => false,
        };
    }

    /// Is a place at or behind the error? Errors of indentation come before the line's tokens.
    fn is_beyond(&self, at: TextSize) -> bool {
        let (line, column) = self.place(at);
        let error = self.error.as_ref();
        error.is_some_and(|error| match error.kind {
            ErrorKind::Syntax => (line, column + 1) >= (error.line, error.column.max(1)),
            _ => line >= error.line,
        })
    }

    /// Does a format end at a place, or go on with two braces, so that a piece of text there is an empty one?
    fn is_piece_empty(&self, at: TextSize) -> bool {
        let rest = &self.source.text()[at.to_usize()..];
        rest.starts_with('}') || rest.starts_with("{{")
    }

    fn push_dedents(&mut self, at: TextSize) {
        for _ in 0..std::mem::take(&mut self.dedents) {
            self.push(Kind::Dedent, TextRange::empty(at));
        }
    }

    /// A line end, of which the last line may have none.
    fn push_line_end(&mut self, kind: Kind, range: TextRange) {
        let (line, column) = self.place(range.start());
        self.made.push(Lexeme {
            kind,
            text: self.source.slice(range).to_owned(),
            start: (line, column),
            end: (line, column + range.len().to_u32().max(1)),
        });
    }

    fn pass_other(&mut self, kind: T, range: TextRange) {
        match kind {
            T::Int | T::Float | T::Complex => self.push(Kind::Number, range),
            T::Unknown
                if self
                    .source
                    .slice(range)
                    .starts_with(|c: char| c.is_ascii_digit()) =>
            {
                self.push(Kind::Number, range);
            }
            T::Unknown if self.source.slice(range).trim_start().starts_with('\\') => {
                self.note_backslash(range);
            }
            T::String => self.push(Kind::Str, range),
            T::Indent => self.push(Kind::Indent, range),
            T::FStringStart | T::TStringStart => {
                let (start, middle) = match kind {
                    T::FStringStart => (Kind::FStringStart, Kind::FStringMiddle),
                    _ => (Kind::TStringStart, Kind::TStringMiddle),
                };
                self.middles.push(middle);
                self.push(start, range);
            }
            T::FStringMiddle => self.push_pieces(Kind::FStringMiddle, range),
            T::TStringMiddle => self.push_pieces(Kind::TStringMiddle, range),
            T::FStringEnd | T::TStringEnd => {
                self.middles.pop();
                let end = match kind {
                    T::FStringEnd => Kind::FStringEnd,
                    _ => Kind::TStringEnd,
                };
                self.push(end, range);
            }
            T::Name => self.push(Kind::Name, range),
            _ if kind.is_keyword() => self.push(Kind::Name, range),
            _ => self.push(Kind::Operator, range),
        }
    }

    /// A backslash that continues no line: nothing follows it, or something else than a line end.
    fn note_backslash(&mut self, range: TextRange) {
        let text = self.source.slice(range);
        let at = range.start() + TextSize::of(text) - TextSize::of(text.trim_start());
        let behind = at + TextSize::new(1);
        let nothing = self.source.text()[behind.to_usize()..].trim().is_empty();
        let (message, column) = match nothing {
            true => (END_IN_BRACKETS, 0),
            false => (STRAY_BACKSLASH, 1),
        };
        let place = TextRange::empty(behind);
        let mut error = self.source.error(ErrorKind::Syntax, message, place);
        error.column += column;
        self.error = Some(error);
        self.is_over = true;
    }

    /// Text between fields, in pieces: two braces stand for one, which ends a piece, as a character's name does.
    fn push_pieces(&mut self, kind: Kind, range: TextRange) {
        let text = self.source.slice(range);
        let in_format = self.open.fields() > 0;
        let offset = |n: usize| range.start() + TextSize::new(n as u32);
        let mut begin = 0;
        let mut at = 0;
        while let Some(brace) = text[at..].find(['{', '}']).filter(|_| !in_format) {
            let brace = at + brace;
            at = brace + 1;
            if text[..brace].ends_with("\\N") && text[brace..].starts_with('{') {
                at += text[at..].find('}').map_or(0, |end| end + 1);
                self.push(kind, TextRange::new(offset(begin), offset(at)));
                begin = at;
            } else if text[at..].starts_with(&text[brace..at]) {
                self.push(kind, TextRange::new(offset(begin), offset(at)));
                at += 1;
                begin = at;
            }
        }
        if begin < text.len() {
            self.push(kind, TextRange::new(offset(begin), range.end()));
        }
    }

    fn finish(mut self) -> (Vec<Lexeme>, Option<CompileError>) {
        let text = self.source.text();
        let end = TextRange::empty(TextSize::of(text));
        let (in_string, is_open) = (self.open.is_in_string(), self.open.is_inside());
        let last_line = text.rsplit('\n').next().unwrap_or_default();
        if let Some(error) = &mut self.error {
            // The number in front of what makes it a wrong one belongs to that.
            let place = (error.line, error.column.saturating_sub(1));
            let wrong =
                |last: &Lexeme| last.end >= place && !last.text.starts_with(char::is_alphabetic);
            if error.message.ends_with(" literal") && self.made.last().is_some_and(wrong) {
                self.made.pop();
            }
            if error.message == "unexpected EOF while parsing" {
                error.message = END_IN_BRACKETS.to_owned();
            }
        } else {
            let begun = self
                .made
                .last()
                .is_some_and(|last| last.kind == Kind::Comment);
            let blank = !last_line.is_empty() && last_line.trim().is_empty();
            let open = is_open && !last_line.is_empty();
            if begun || blank || open {
                self.push_line_end(Kind::BlankNewline, end);
            }
        }
        if self.error.is_none() && is_open {
            let mut error = self.source.error(ErrorKind::Syntax, END_IN_BRACKETS, end);
            error.line = text.lines().count() as u32;
            if !in_string {
                error.column = 0;
            }
            self.error = Some(error);
        }
        if self.error.is_none() {
            let line = self.made.last().map_or(1, |last| last.end.0 + 1);
            let dedents = std::iter::repeat_n(Kind::Dedent, self.dedents);
            for kind in dedents.chain([Kind::EndMarker]) {
                self.made.push(Lexeme {
                    kind,
                    text: String::new(),
                    start: (line, 0),
                    end: (line, 0),
                });
            }
        }
        (self.made, self.error)
    }
}
