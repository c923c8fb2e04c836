//! Parsing: ruff's parser, with CPython's limits and CPython's words for its errors.
//!
//! ```text
//!   parser's error ─► invalid (mistakes CPython has words for, found in the token stream)
//!                  └► messages (words for the parser's own kinds of error)
//! ```

mod fields;
mod flufl;
mod invalid;
mod literals;
mod messages;
mod nesting;
mod numbers;
mod signature;
mod statements;
mod stream;
mod warnings;

pub use nesting::Open;
pub use signature::{Signature, signature};

use crate::error::{CompileError, CompileWarning, ErrorKind, Stage};
use crate::source::Source;
use crate::{Mode, Name, Options};
use messages::GENERIC;
use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_ast::{Mod, PythonVersion, Stmt};
use ruff_python_parser::{
    InterpolatedStringErrorType, LexicalErrorType, ParseError, ParseErrorType, ParseOptions,
    UnsupportedSyntaxError, UnsupportedSyntaxErrorKind, parse_unchecked,
};
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};
use stream::Stream;

/// The minor version of the Python whose syntax is accepted.
const NEWEST: u8 = 14;
/// The longest broken program, in tokens, whose tree is freed.
const MAX_DISCARDED: u32 = 100_000;

/// Parses a program; of several errors the first is given. What was to warn of until then is added to `found`.
pub fn parse(
    source: &Source,
    (mode, wanted): (Mode, Options),
    found: &mut Vec<CompileWarning>,
) -> Result<Mod, CompileError> {
    let grammar = match mode {
        Mode::Module | Mode::Exec | Mode::Single => ruff_python_parser::Mode::Module,
        Mode::Eval | Mode::FunctionType => ruff_python_parser::Mode::Expression,
    };
    let version = PythonVersion {
        major: 3,
        minor: wanted.minor_version.unwrap_or(NEWEST),
    };
    let options = ParseOptions::from(grammar).with_target_version(version);
    if let Some(error) = nesting::beyond_the_parser(source, grammar) {
        return Err(error);
    }
    let mut parsed = parse_unchecked(source.text(), options.clone());
    let mut refused = None;
    if let Some((text, unequal)) = flufl::respelled(source, parsed.tokens(), wanted.future) {
        parsed = parse_unchecked(&text, options);
        refused = unequal;
    }
    let limit = nesting::check(source, parsed.tokens())
        .into_iter()
        .chain(check_tabs(source, parsed.tokens()))
        .chain(refused);
    let first = first_error(parsed.errors(), parsed.tokens());
    let newer = parsed
        .unsupported_syntax_errors()
        .iter()
        .filter(|error| is_newer(error, version.minor, parsed.tokens()))
        .min_by_key(|error| error.range.start());
    let error = match (first, newer, parsed.syntax()) {
        (Some(error), ..) => Some(translate(source, error, parsed.tokens(), mode)),
        (None, Some(error), _) => Some(newer_syntax(source, error)),
        (None, None, Mod::Module(module)) if mode == Mode::Single => {
            let open = wanted.dont_imply_dedent || !ends_indented(source, parsed.tokens());
            check_single(source, &module.body, open)
        }
        (None, None, _) => None,
    };
    let error = limit
        .chain(error)
        .min_by_key(|error| (error.line, error.column));
    let (error, end) = match numbers::too_long(source, parsed.tokens(), wanted.max_int_digits) {
        Some(number) if number.is_seen(source, error.as_ref()) => {
            let end = source.error(ErrorKind::Syntax, "", TextRange::empty(number.range.end()));
            let places = (end.line, end.column);
            (Some(number.error(source)), Some(places))
        }
        _ => {
            let end = error.as_ref().map(|error| (error.line, error.column));
            (error, end)
        }
    };
    found.extend(warnings::warnings(source, parsed.tokens(), end));
    match error {
        Some(mut error) => {
            let blamed =
                first_error(parsed.errors(), parsed.tokens()).map(|error| error.location.start());
            error.statement = Some(statements::last(source, parsed.syntax(), &error));
            // A tree is no deeper than the program has tokens.
            let depth = u32::try_from(parsed.tokens().len())
                .ok()
                .filter(|&depth| depth < MAX_DISCARDED);
            crate::discard(parsed.into_syntax(), depth);
            match wanted.allow_incomplete_input && is_incomplete(source, &error, blamed) {
                true => Err(incomplete(error)),
                false => Err(error),
            }
        }
        None => Ok(parsed.into_syntax()),
    }
}

/// The names in source; see [`crate::names`].
pub fn names(source: &Source) -> Vec<Name> {
    let parsed = parse_unchecked(
        source.text(),
        ParseOptions::from(ruff_python_parser::Mode::Module),
    );
    let tokens = parsed.tokens().iter();
    let readable = tokens.take_while(|token| token.kind() != TokenKind::Unknown);
    let is_name =
        |token: &&Token| token.kind() == TokenKind::Name || token.kind().is_soft_keyword();
    let names = readable.filter(is_name).map(|token| {
        let position = source.position(token.range());
        Name {
            text: source.slice(token.range()).to_owned(),
            line: position.line,
            start: source.column(position.line, position.column as usize) - 1,
        }
    });
    let names = names.collect();
    let depth = u32::try_from(parsed.tokens().len()).ok();
    crate::discard(parsed.into_syntax(), depth);
    names
}

fn incomplete(error: CompileError) -> CompileError {
    CompileError {
        kind: ErrorKind::Incomplete,
        message: "incomplete input".to_owned(),
        ..error
    }
}

/// Has the parser seen all of the source when it finds the error, at `blamed` if there is one of its own? Where there is no
/// last line end, it looks beyond the last token before it knows.
fn is_incomplete(source: &Source, error: &CompileError, blamed: Option<TextSize>) -> bool {
    let text = source.text();
    let message = error.message.as_str();
    let ended = text.ends_with('\n');
    if message.ends_with("was never closed") {
        return blamed.is_some_and(|at| text[at.to_usize()..].trim().is_empty());
    }
    match message {
        "unexpected EOF while parsing" => return ended,
        _ if message.starts_with("unterminated triple-quoted") => return true,
        _ if message.starts_with("unterminated string") => return !ended,
        _ if error.column == 0 => return true,
        _ => {}
    }
    let (line, column) = match error.end_column {
        end if end > 0 && end != CompileError::NO_END && !ended => (error.end_line, end),
        _ => (error.line, error.column),
    };
    let start = source.line_start(line) as usize;
    let behind = text[start..].chars().skip(column as usize - 1);
    let rest: String = behind.collect();
    let mut lines = rest.lines().map(str::trim);
    let nothing = lines.all(|line| line.is_empty() || line.starts_with('#'));
    let waits = ["expected an indented block", "expected 'except' or"];
    match ended {
        false => nothing,
        true => rest.is_empty() || nothing && waits.iter().any(|w| message.starts_with(w)),
    }
}

/// An interactive session takes one compound statement, which a line end follows, or the simple ones of one line.
/// The line end may be that of an indented last line, unless blocks are to stay open without one.
fn check_single(source: &Source, body: &[Stmt], open: bool) -> Option<CompileError> {
    let error = |message, range| Some(source.error(ErrorKind::Syntax, message, range));
    let Some(first) = body.first() else {
        let indented = only_indented(source, Mode::Single);
        return indented.or_else(|| Some(nothing_found(source)));
    };
    let rest = &body[1..];
    if is_compound(first) {
        return match rest.first() {
            Some(next) => error(GENERIC, next.range()),
            None if source.text().ends_with('\n') || !open => None,
            None => error(GENERIC, TextRange::empty(first.end())),
        };
    }
    let end = body
        .iter()
        .zip(rest)
        .find(|(statement, next)| {
            let between = TextRange::new(statement.end(), next.start());
            !source.slice(between).contains(';')
        })
        .map(|(statement, _)| statement.end())?;
    let line_end = TextRange::at(end, TextSize::new(1));
    let message = "multiple statements found while compiling a single statement";
    error(message, line_end)
}

/// Is there something on the last line, and in a block?
fn ends_indented(source: &Source, tokens: &[Token]) -> bool {
    let last = tokens.iter().rev();
    let mut last = last.skip_while(|token| {
        let layout = matches!(
            token.kind(),
            TokenKind::Newline | TokenKind::NonLogicalNewline
        );
        layout || token.kind() == TokenKind::EndOfFile
    });
    let Some(dedent) = last.next() else {
        return false;
    };
    let ends = |token: &Token| source.line(token.end().to_u32()) == source.last_line();
    let layout = |kind| {
        matches!(
            kind,
            TokenKind::Dedent | TokenKind::Newline | TokenKind::Comment
        )
    };
    dedent.kind() == TokenKind::Dedent && last.find(|token| !layout(token.kind())).is_some_and(ends)
}

fn is_compound(statement: &Stmt) -> bool {
    matches!(
        statement,
        Stmt::FunctionDef(_)
            | Stmt::ClassDef(_)
            | Stmt::For(_)
            | Stmt::While(_)
            | Stmt::If(_)
            | Stmt::With(_)
            | Stmt::Match(_)
            | Stmt::Try(_)
    )
}

/// What syntax that came after an older Python is called, and when it came.
fn feature(kind: UnsupportedSyntaxErrorKind) -> Option<(&'static str, u8)> {
    use UnsupportedSyntaxErrorKind as K;
    Some(match kind {
        K::Walrus => ("Assignment expressions are", 8),
        K::PositionalOnlyParameter => ("Positional-only parameters are", 8),
        K::ParenthesizedContextManager => ("Parenthesized context managers are", 9),
        K::Match => ("Pattern matching is", 10),
        K::ExceptStar => ("Exception groups are", 11),
        K::TypeParameterList => ("Type parameter lists are", 12),
        K::TypeAliasStatement => ("Type statement is", 12),
        K::TypeParamDefault => ("Type parameter defaults are", 13),
        K::TemplateStrings => ("t-strings are", 14),
        K::UnparenthesizedExceptionTypes => ("except expressions without parentheses are", 14),
        _ => return None,
    })
}

/// Does a parenthesis hold an `as` of its own?
fn has_named_items(tokens: &[Token], parenthesis: TextSize) -> bool {
    let mut depth = 0;
    for token in tokens
        .iter()
        .skip_while(|token| token.start() < parenthesis)
    {
        match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth -= 1,
            TokenKind::As if depth == 1 => return true,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    false
}

/// Is this an error for a parser of so old a version? Of what is newer, CPython's only minds some.
fn is_newer(error: &UnsupportedSyntaxError, minor: u8, tokens: &[Token]) -> bool {
    if error.kind == UnsupportedSyntaxErrorKind::ParenthesizedContextManager
        && !has_named_items(tokens, error.range.start())
    {
        return false;
    }
    match feature(error.kind) {
        Some((_, since)) => minor < since,
        None => error.target_version.minor >= NEWEST || minor >= NEWEST,
    }
}

/// Syntax that came after the Python that is asked for.
fn newer_syntax(source: &Source, error: &UnsupportedSyntaxError) -> CompileError {
    if let Some((what, since)) = feature(error.kind) {
        let message = format!("{what} only supported in Python 3.{since} and greater");
        return source.error(ErrorKind::Syntax, message, error.range);
    }
    let (message, range) = match error.kind {
        UnsupportedSyntaxErrorKind::UnpackingInComprehension(_) => {
            let dict = source.slice(error.range).starts_with("**");
            let stars = TextRange::at(error.range.start(), TextSize::new(2));
            match dict {
                true => ("dict unpacking cannot be used in dict comprehension", stars),
                false => (
                    "iterable unpacking cannot be used in comprehension",
                    error.range,
                ),
            }
        }
        _ => (GENERIC, error.range),
    };
    source.error(ErrorKind::Syntax, message, range)
}

/// Indentation must mean the same whether a tab is one or eight columns wide.
fn check_tabs(source: &Source, tokens: &[Token]) -> Option<CompileError> {
    let text = source.text();
    if !(text.starts_with('\t') || text.contains("\n\t") || text.contains(" \t")) {
        return None;
    }
    let stream = Stream::new(source, tokens);
    let mut levels = vec![(0, 0)];
    // An indentation that fits nowhere is a token of its own.
    let blank = |i: usize| stream.kind(i) == TokenKind::Unknown && stream.text(i).trim().is_empty();
    let starts =
        |i: usize| stream.starts_line(i) || i > 1 && blank(i - 1) && stream.starts_line(i - 1);
    for i in (0..stream.len()).filter(|&i| !stream.is_layout(i) && !blank(i) && starts(i)) {
        let line = stream.line(i);
        let (mut wide, mut narrow) = (0, 0);
        for c in source
            .line_text(line)
            .chars()
            .take(stream.column(i) as usize)
        {
            match c {
                '\t' => (wide, narrow) = (wide / 8 * 8 + 8, narrow + 1),
                '\x0c' => (wide, narrow) = (0, 0),
                _ => (wide, narrow) = (wide + 1, narrow + 1),
            }
        }
        while levels.len() > 1 && levels.last().is_some_and(|&(top, _)| wide < top) {
            levels.pop();
        }
        let &(top, narrow_top) = levels.last()?;
        if wide == top && narrow != narrow_top || wide > top && narrow <= narrow_top {
            let message = "inconsistent use of tabs and spaces in indentation";
            let start = TextSize::new(source.line_start(line));
            return Some(source.error(ErrorKind::Tab, message, TextRange::empty(start)));
        }
        if wide > top {
            levels.push((wide, narrow));
        }
    }
    None
}

/// The error CPython would report: the tokenizer's first one, else the parser's. Where an error is inside another, it is
/// the cause.
fn first_error<'e>(errors: &'e [ParseError], tokens: &[Token]) -> Option<&'e ParseError> {
    // A brace that is one too many follows from whatever went wrong before it.
    let follows = |kind: &InterpolatedStringErrorType| {
        matches!(kind, InterpolatedStringErrorType::SingleRbrace)
    };
    let lexical = |error: &&ParseError| match &error.error {
        ParseErrorType::Lexical(kind) => match kind {
            LexicalErrorType::IndentationError | LexicalErrorType::Eof => false,
            // To CPython's these are tokens.
            LexicalErrorType::UnrecognizedToken {
                tok: '$' | '?' | '`',
            } => false,
            LexicalErrorType::FStringError(kind) | LexicalErrorType::TStringError(kind) => {
                !follows(kind)
            }
            _ => true,
        },
        _ => false,
    };
    let start = |error: &&ParseError| error.location.start();
    let mut first = errors.iter().min_by_key(start)?;
    // This one does not count where the rest of a wrong program is only tokenized, and ends that. The token behind the one
    // that is blamed was read before.
    let from_blamed = tokens
        .iter()
        .filter(|token| token.start() >= first.location.start());
    let read = from_blamed.map(Ranged::end).nth(1);
    let is_open = |error: &&ParseError| {
        let kind = ParseErrorType::Lexical(LexicalErrorType::LineContinuationError);
        error.error == kind && read.is_some_and(|read| start(error) >= read)
    };
    let end = errors
        .iter()
        .filter(is_open)
        .map(|error| error.location.start())
        .min();
    let counts = |error: &&ParseError| end.is_none_or(|end| start(error) < end) && lexical(error);
    if let Some(error) = errors.iter().filter(counts).min_by_key(start) {
        return Some(error);
    }
    for error in errors {
        if first.location.contains_range(error.location)
            && error.location.start() > first.location.start()
        {
            first = error;
        }
    }
    Some(first)
}

/// An error of the parser as CPython reports it.
fn translate(source: &Source, error: &ParseError, tokens: &[Token], mode: Mode) -> CompileError {
    if let Some(error) = only_indented(source, mode) {
        return error;
    }
    if mode == Mode::Eval
        && let Some(range) = indentation(source, tokens)
    {
        return unexpected_indent(source.error(ErrorKind::Indentation, "unexpected indent", range));
    }
    if error.error == ParseErrorType::UnexpectedIndentation {
        let line = &source.text()[error.location.start().to_usize()..];
        let blanks = line.len() - line.trim_start_matches([' ', '\t', '\x0c']).len();
        return indented_to(
            source,
            error.location.start() + TextSize::new(blanks as u32),
        );
    }
    let stream = Stream::new(source, tokens);
    let (kind, message, range) = invalid::recognize(&stream, error).unwrap_or_else(|| {
        let (kind, message) = messages::message(source, &error.error, error.location);
        let range = if message == GENERIC {
            stream.range(stream.blamed(error))
        } else {
            place(source, &stream, error)
        };
        (kind, message, range)
    });
    // The tokenizer's own errors stand, and so do those about the braces of an f-string.
    let token = matches!(
        error.error,
        ParseErrorType::Lexical(_)
            | ParseErrorType::FStringError(_)
            | ParseErrorType::TStringError(_)
    );
    let stops = token && message != GENERIC || messages::is_of_tokenizer(&message);
    let number = literals::first_number(&stream);
    let number = number.filter(|(.., place)| !stops || place.start() < range.start());
    let lexical = stops || number.is_some();
    let (kind, message, range) = number.unwrap_or((kind, message, range));
    let by_tokenizer = messages::is_of_tokenizer(&message);
    if let Some(error) = mismatched_bracket(source, &stream, lexical.then_some(range.start())) {
        return error;
    }
    // The list of sub-patterns is read to its end first.
    let reached = match message == "positional patterns follow keyword patterns" {
        true => TextRange::empty(source.text().text_len()),
        false => range,
    };
    if !lexical && let Some(error) = unclosed_bracket(source, &stream, reached) {
        return error;
    }
    let text = source.text();
    let before = text[..range.start().to_usize()].trim_end_matches('\n');
    if message == GENERIC && before.ends_with('\\') && range.start().to_usize() == text.len() {
        let end = TextRange::empty(TextSize::of(before));
        return source.error(ErrorKind::Syntax, "unexpected EOF while parsing", end);
    }
    let open_ended = message == "'{' was never closed"
        || message == "unexpected character after line continuation character";
    let generic = message == GENERIC;
    if generic && mode == Mode::Eval && holds_nothing(source) {
        return nothing_found(source);
    }
    let mut found = source.error(kind, message, range);
    if messages::is_unexpected_indent(&error.error) {
        return unexpected_indent(found);
    }
    if generic && ends_early(source, mode, range) {
        // The token that is blamed is the end of the program, which is nowhere in the line.
        (found.column, found.end_column) = (0, 0);
    }
    if open_ended {
        found.end_column = 0;
    } else if by_tokenizer || range.is_empty() && matches!(error.error, ParseErrorType::Lexical(_))
    {
        found.stage = Stage::Tokenizer;
    }
    found
}

/// The blanks in front of the first line that is not blank.
fn indentation(source: &Source, tokens: &[Token]) -> Option<TextRange> {
    let layout = [
        TokenKind::Comment,
        TokenKind::NonLogicalNewline,
        TokenKind::Newline,
        TokenKind::Indent,
    ];
    let first = tokens
        .iter()
        .find(|token| !layout.contains(&token.kind()))?;
    let start = source.line_start(source.line(first.start().to_u32()));
    let range = TextRange::new(start.into(), first.start());
    (!range.is_empty() && first.kind() != TokenKind::EndOfFile).then_some(range)
}

/// Whether there are only blank lines and comments where a statement or an expression is needed.
fn holds_nothing(source: &Source) -> bool {
    let mut lines = source.text().lines().map(str::trim);
    lines.all(|line| line.is_empty() || line.starts_with('#'))
}

/// An indentation has a beginning only.
fn unexpected_indent(error: CompileError) -> CompileError {
    CompileError {
        end_column: CompileError::NO_END,
        ..error
    }
}

/// Where one expression or statement is needed, blanks without a line end are an indentation.
fn only_indented(source: &Source, mode: Mode) -> Option<CompileError> {
    let text = source.text();
    let blank = !text.is_empty()
        && text
            .bytes()
            .all(|byte| matches!(byte, b' ' | b'\t' | b'\x0c'));
    if !blank || !matches!(mode, Mode::Eval | Mode::Single) {
        return None;
    }
    Some(indented_to(source, text.text_len()))
}

/// An indentation that ends there: the column is that of its last blank.
fn indented_to(source: &Source, end: TextSize) -> CompileError {
    let range = TextRange::empty(end);
    let error = source.error(ErrorKind::Indentation, "unexpected indent", range);
    unexpected_indent(CompileError {
        column: error.column - 1,
        ..error
    })
}

/// The error of such a program: the token that is blamed is its end, which is nowhere in its last line.
fn nothing_found(source: &Source) -> CompileError {
    let text = source.text();
    let end = TextSize::of(text.strip_suffix('\n').unwrap_or(text));
    let mut error = source.error(ErrorKind::Syntax, GENERIC, TextRange::empty(end));
    (error.column, error.end_column) = (0, 0);
    error
}

/// Whether nothing follows the place in a program that need not end with a line end, and does not.
fn ends_early(source: &Source, mode: Mode, range: TextRange) -> bool {
    let rest = source.text()[range.start().to_usize()..].trim_start();
    matches!(mode, Mode::Eval | Mode::Single)
        && !source.text().ends_with('\n')
        && (rest.is_empty() || rest.starts_with('#'))
}

/// Where CPython shows an error that has words of its own.
fn place(source: &Source, stream: &Stream, error: &ParseError) -> TextRange {
    let range = error.location;
    let ParseErrorType::Lexical(kind) = &error.error else {
        return match error.error {
            ParseErrorType::EmptyTypeParams => TextRange::empty(range.start()),
            // Nothing but the end of the program follows.
            _ if range.start().to_usize() == source.text().len() => {
                TextRange::empty(TextSize::of(source.text().trim_end_matches('\n')))
            }
            _ => range,
        };
    };
    match kind {
        LexicalErrorType::InvalidByteLiteral => {
            let inside = TextRange::empty(range.start());
            stream.range(stream.index_after(inside).saturating_sub(1))
        }
        LexicalErrorType::LineContinuationError => {
            TextRange::empty(range.start() + TextSize::new(1))
        }
        LexicalErrorType::IndentationError => {
            let line = source.line(range.start().to_u32());
            let end = source.line_start(line) as usize + source.line_text(line).len();
            TextRange::empty(TextSize::new(end as u32))
        }
        _ => TextRange::empty(range.start()),
    }
}

/// A closing bracket that closes nothing, or not what was opened last; the tokenizer stops there, if not at `end` already.
fn mismatched_bracket(
    source: &Source,
    stream: &Stream,
    end: Option<TextSize>,
) -> Option<CompileError> {
    let mut open: Vec<usize> = Vec::new();
    for i in 0..stream.len() {
        if end.is_some_and(|end| stream.range(i).start() >= end) {
            break;
        }
        let expected = match stream.kind(i) {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                open.push(i);
                continue;
            }
            TokenKind::Rpar => TokenKind::Lpar,
            TokenKind::Rsqb => TokenKind::Lsqb,
            TokenKind::Rbrace => TokenKind::Lbrace,
            _ => continue,
        };
        let close = stream.text(i);
        let message = match open.pop() {
            Some(opening) if stream.kind(opening) == expected => continue,
            Some(opening) => match fields::field_prefix(stream, opening) {
                Some(prefix) => format!("{prefix}unmatched '{close}'"),
                None => mismatch(stream, opening, i),
            },
            None => format!("unmatched '{close}'"),
        };
        let place = TextRange::empty(stream.range(i).start());
        return Some(CompileError {
            stage: Stage::Tokenizer,
            ..source.error(ErrorKind::Syntax, message, place)
        });
    }
    None
}

/// The innermost bracket that is never closed, if an error CPython has no words for is on a later line or at the end.
fn unclosed_bracket(source: &Source, stream: &Stream, at: TextRange) -> Option<CompileError> {
    let mut open: Vec<usize> = Vec::new();
    for i in 0..stream.len() {
        match stream.kind(i) {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => open.push(i),
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                open.pop();
            }
            _ => {}
        }
    }
    let opening = *open.last()?;
    // Nobody reads on behind a token that means nothing.
    let means_nothing = matches!(source.slice(at), "$" | "?" | "`");
    let at_end = at.end().to_usize() >= source.text().trim_end().len() && !means_nothing;
    (at_end || stream.line_of(at.end()) > stream.line(opening)).then(|| {
        let message = format!("'{}' was never closed", stream.text(opening));
        CompileError {
            end_column: 0,
            ..source.error(ErrorKind::Syntax, message, stream.range(opening))
        }
    })
}

fn mismatch(stream: &Stream, opening: usize, closing: usize) -> String {
    let (line, end) = (stream.line(opening), stream.line(closing));
    let place = match line == end {
        true => String::new(),
        false => format!(" on line {line}"),
    };
    let (open, close) = (stream.text(opening), stream.text(closing));
    format!("closing parenthesis '{close}' does not match opening parenthesis '{open}'{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(text: &str) -> (u32, u32, String) {
        let source = Source::from_text(text.into(), "x.py").unwrap();
        let error =
            parse(&source, (Mode::Module, Options::default()), &mut Vec::new()).unwrap_err();
        (error.line, error.column, error.message)
    }

    #[test]
    fn words_of_cpython() {
        assert_eq!(fail("if x\n  pass\n"), (1, 5, "expected ':'".into()));
        assert_eq!(
            fail("x = (1,\ny = 2\n"),
            (1, 5, "'(' was never closed".into())
        );
        assert_eq!(
            fail("x = (1]\n"),
            (
                1,
                7,
                "closing parenthesis ']' does not match opening parenthesis '('".into()
            )
        );
        assert_eq!(
            fail("f() = 1\n").2,
            "cannot assign to function call here. Maybe you meant '==' instead of '='?"
        );
        assert_eq!(
            fail("'abc\n"),
            (
                1,
                1,
                "unterminated string literal (detected at line 1)".into()
            )
        );
        assert_eq!(
            fail(&format!("{}{}", "(".repeat(201), ")".repeat(201))).2,
            "too many nested parentheses"
        );
    }
}
