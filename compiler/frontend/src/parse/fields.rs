//! Broken f-strings and t-strings, in CPython's words, and literals that cannot stand beside what they stand beside.
//!
//! What is wrong with a replacement field follows from how far it got: its expression, a `=`, a conversion, a format.

use super::invalid::{Found, syntax};
use super::stream::{Stream, described};
use ruff_python_ast::token::TokenKind as T;
use ruff_python_parser::{
    InterpolatedStringErrorType as Field, LexicalErrorType as L, ParseError, ParseErrorType as E,
};
use ruff_text_size::TextRange;

/// The longest expression of a field that is parsed again, in tokens.
const MAX_TOKENS: usize = 64;

/// What is open around a token.
#[derive(Clone, Copy, Debug)]
enum Frame {
    Bracket,
    /// The text of a string, by its first token.
    Text(usize),
    /// A replacement field, by its brace.
    Field(usize, State),
}

/// How far a replacement field got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Expression,
    /// Behind `=`.
    Debug,
    /// Behind `!`.
    Conversion,
    /// Behind `:`, where text may stand.
    Format,
}

/// What is open in front of the token `at`, from the outside in.
fn frames(stream: &Stream, at: usize) -> Vec<Frame> {
    let mut open: Vec<Frame> = Vec::new();
    for i in 0..at.min(stream.len()) {
        match stream.kind(i) {
            T::FStringStart | T::TStringStart => open.push(Frame::Text(i)),
            T::FStringEnd | T::TStringEnd => {
                while !matches!(open.pop(), Some(Frame::Text(_)) | None) {}
            }
            T::Lbrace if in_text(&open) => open.push(Frame::Field(i, State::Expression)),
            T::Lpar | T::Lsqb | T::Lbrace => open.push(Frame::Bracket),
            T::Rpar | T::Rsqb | T::Rbrace => {
                if !matches!(open.last(), Some(Frame::Text(_))) {
                    open.pop();
                }
            }
            kind => {
                if let Some(Frame::Field(_, state)) = open.last_mut() {
                    *state = match (kind, *state) {
                        (_, State::Format) | (T::Colon, _) => State::Format,
                        (T::Exclamation, _) => State::Conversion,
                        (T::Equal, State::Expression) => State::Debug,
                        (_, state) => state,
                    };
                }
            }
        }
    }
    open
}

fn in_text(open: &[Frame]) -> bool {
    matches!(
        open.last(),
        Some(Frame::Text(_) | Frame::Field(_, State::Format))
    )
}

/// The innermost string around the token `at`, by its first token.
fn string_around(stream: &Stream, at: usize) -> Option<usize> {
    frames(stream, at)
        .into_iter()
        .rev()
        .find_map(|frame| match frame {
            Frame::Text(start) => Some(start),
            _ => None,
        })
}

fn word(stream: &Stream, start: usize) -> &'static str {
    match stream.kind(start) {
        T::TStringStart => "t-string",
        _ => "f-string",
    }
}

/// `f-string: ` or `t-string: ` if the bracket at `i` opens a replacement field.
pub fn field_prefix(stream: &Stream, i: usize) -> Option<String> {
    let open = frames(stream, i);
    let start = string_around(stream, i)?;
    (stream.kind(i) == T::Lbrace && in_text(&open)).then(|| format!("{}: ", word(stream, start)))
}

/// What the tokenizer finds: a string without its end, a field that the string's end cuts off.
pub fn unterminated(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    let start = string_around(stream, at)?;
    let opening = stream.text(start);
    let quotes = opening.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let field = frames(stream, at)
        .into_iter()
        .rev()
        .find_map(|frame| match frame {
            Frame::Field(open, _) => Some(open),
            _ => None,
        });
    let kind = match &error.error {
        E::Lexical(L::UnclosedStringError) => {
            field?;
            let same = stream.rest(error.location.start()).starts_with(quotes);
            let message = format!("{}: expecting '}}'", word(stream, start));
            let place = TextRange::empty(error.location.start());
            return same.then(|| syntax(message, place)).flatten();
        }
        E::Lexical(L::FStringError(kind) | L::TStringError(kind))
        | E::FStringError(kind)
        | E::TStringError(kind) => kind,
        _ => return None,
    };
    if !matches!(
        kind,
        Field::UnterminatedString | Field::UnterminatedTripleQuotedString
    ) {
        return None;
    }
    if let Some(open) = field {
        return syntax("'{' was never closed", stream.range(open));
    }
    let triple = if quotes.len() == 3 {
        "triple-quoted "
    } else {
        ""
    };
    let end = error.location.end().max(stream.range(start).end());
    let line = stream.line_of(end);
    let message = format!(
        "unterminated {triple}{} literal (detected at line {line})",
        word(stream, start)
    );
    syntax(message, TextRange::empty(stream.range(start).start()))
}

/// An error of the tokenizer about more than a character that means nothing in Python.
fn is_lexical(error: &ParseError) -> bool {
    match &error.error {
        E::Lexical(L::UnrecognizedToken { tok }) => !tok.is_ascii_graphic(),
        E::Lexical(_) => true,
        _ => false,
    }
}

/// The replacement field that a token is in, if nothing else is open in it: where it opens, and how far it has come.
fn innermost_field(stream: &Stream, at: usize) -> Option<(usize, State)> {
    match frames(stream, at).last() {
        Some(&Frame::Field(open, state)) => Some((open, state)),
        _ => None,
    }
}

/// A mistake in the string that starts at a token.
fn in_string(stream: &Stream, start: usize, message: &str, at: usize) -> Option<Found> {
    let message = format!("{}: {message}", word(stream, start));
    syntax(message, stream.range(at))
}

/// A replacement field that begins with what is no expression, or whose conversion is none.
pub fn field(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    if is_lexical(error) {
        return None;
    }
    let (open, state) = innermost_field(stream, at)?;
    let start = string_around(stream, at)?;
    let found = |message: &str, at: usize| in_string(stream, start, message, at);
    let first = open + 1;
    let closing = |i: usize| matches!(stream.kind(i), T::Rpar | T::Rsqb);
    if state == State::Expression && closing(at) {
        let message = format!("unmatched '{}'", stream.text(at));
        let place = TextRange::empty(stream.range(at).start());
        return syntax(format!("{}: {message}", word(stream, start)), place);
    }
    let ends = |i: usize| {
        matches!(
            stream.kind(i),
            T::EndOfFile | T::Newline | T::FStringEnd | T::TStringEnd
        )
    };
    if state != State::Format && matches!(stream.kind(at), T::FStringEnd | T::TStringEnd) {
        return cut_off(stream, start, at);
    }
    if at <= first
        && matches!(
            stream.kind(first),
            T::Rbrace | T::Equal | T::Exclamation | T::Colon
        )
    {
        let message = format!("valid expression required before '{}'", stream.text(first));
        return found(&message, first);
    }
    let bracket = matches!(stream.kind(first), T::Lpar | T::Lsqb | T::Lbrace);
    let whole = bracket
        || stream.kind(first) == T::Lambda
        || stream.is_string(first)
        || stream.expression_end(first).is_some();
    if at <= first + 1 && !whole && !ends(first) {
        return found("expecting a valid expression after '{'", first);
    }
    match &error.error {
        E::FStringError(Field::InvalidConversionFlag)
        | E::TStringError(Field::InvalidConversionFlag) => match stream.kind(at) {
            T::Rbrace | T::Colon => found("missing conversion character", at),
            T::Name => {
                let flag = stream.text(at);
                let message =
                    format!("invalid conversion character '{flag}': expected 's', 'r', or 'a'");
                found(&message, at)
            }
            _ => found("invalid conversion character", at),
        },
        _ => None,
    }
}

/// A replacement field that the end of its string cuts off; to the tokenizer, `r'` begins another string.
fn cut_off(stream: &Stream, start: usize, end: usize) -> Option<Found> {
    const PREFIXES: [&str; 11] = ["r", "b", "u", "f", "t", "br", "rb", "fr", "rf", "tr", "rt"];
    let before = end - 1;
    let prefix = stream.range(before).end() == stream.range(end).start()
        && PREFIXES.contains(&stream.text(before).to_ascii_lowercase().as_str());
    let place = if prefix { before } else { end };
    let message = format!("{}: expecting '}}'", word(stream, start));
    syntax(message, TextRange::empty(stream.range(place).start()))
}

/// A replacement field that goes on where it has to end; to be asked when no other mistake is known.
pub fn field_end(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    let brace = matches!(
        error.error,
        E::FStringError(Field::SingleRbrace) | E::TStringError(Field::SingleRbrace)
    );
    if brace || is_lexical(error) {
        return None;
    }
    let (open, state) = innermost_field(stream, at)?;
    let start = string_around(stream, at)?;
    let found = |message: &str, at: usize| in_string(stream, start, message, at);
    if matches!(stream.kind(at), T::EndOfFile | T::Newline) {
        return None;
    }
    match state {
        State::Format => match stream.kind(at) {
            T::FStringEnd | T::TStringEnd => found("expecting '}', or format specs", at),
            _ => None,
        },
        State::Conversion if stream.kind(at - 1) != T::Exclamation => {
            found("expecting ':' or '}'", at)
        }
        State::Conversion => None,
        State::Debug => found("expecting '!', or ':', or '}'", at),
        State::Expression => {
            let first = open + 1;
            if at <= first || at - first > MAX_TOKENS {
                return None;
            }
            let valid = |&end: &usize| {
                let text = stream.span(first, end).map(|range| stream.slice(range));
                text.is_some_and(|text| described(text) != "invalid")
            };
            match (first + 1..=at).rev().find(valid) {
                Some(end) => found("expecting '=', or '!', or ':', or '}'", end),
                None => found("expecting a valid expression after '{'", first),
            }
        }
    }
}

/// `"a" b"b"`, `"a" t"b"`
pub fn mixed_literals(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    let E::OtherError(message) = &error.error else {
        return None;
    };
    if message.starts_with("Cannot mix t-string literals") {
        let mut i = at;
        loop {
            let next = stream.literal_end(i)?;
            let template = |i: usize| stream.kind(i) == T::TStringStart;
            let end = stream.literal_end(next)?;
            if template(i) != template(next) {
                let message = "cannot mix t-string literals with string or bytes literals";
                return syntax(message, stream.span(i, end)?);
            }
            i = next;
        }
    }
    if message.starts_with("Bytes literal cannot be mixed") {
        let end = behind_literals(stream, at);
        return syntax("cannot mix bytes and nonbytes literals", stream.range(end));
    }
    None
}

/// `ub"..."`
pub fn string_prefix(stream: &Stream, _: &ParseError, at: usize) -> Option<Found> {
    let name = at.checked_sub(1)?;
    if stream.kind(name) != T::Name
        || !stream.is_string(at)
        || stream.range(name).end() != stream.range(at).start()
    {
        return None;
    }
    let prefix = stream.text(name).to_ascii_lowercase();
    if prefix.len() > 5 || !prefix.chars().all(|c| "ubrft".contains(c)) {
        return None;
    }
    const INCOMPATIBLE: [[char; 2]; 7] = [
        ['u', 'b'],
        ['u', 'r'],
        ['u', 'f'],
        ['u', 't'],
        ['b', 'f'],
        ['b', 't'],
        ['f', 't'],
    ];
    let [a, b] = INCOMPATIBLE
        .into_iter()
        .find(|pair| pair.iter().all(|&c| prefix.contains(c)))?;
    syntax(
        format!("'{a}' and '{b}' prefixes are incompatible"),
        stream.range(name),
    )
}

/// `"a "quoted" word"`, which may stand behind names: `say "a "quoted" word"`
pub fn string_in_string(stream: &Stream, _: &ParseError, at: usize) -> Option<Found> {
    let before = at.checked_sub(1)?;
    let at = match stream.is_string(before) && !stream.is_string(at) {
        true => at,
        false => behind_strings_of_name(stream, before)?,
    };
    let mut end = stream.expression_end(at)?;
    while !stream.is_string(end) {
        end = stream.expression_end(end)?;
    }
    syntax(
        "invalid syntax. Is this intended to be part of the string?",
        stream.span(at, end)?,
    )
}

/// What comes after the strings behind a name. CPython looks for an expression behind every name that begins one, as there is
/// behind the `print` of old.
fn behind_strings_of_name(stream: &Stream, name: usize) -> Option<usize> {
    let mut at = name;
    while stream.kind(at) == T::Name && stream.kind(at + 1) != T::Lpar {
        at += 1;
    }
    let is_expression = name.checked_sub(1).is_none_or(|before| {
        !matches!(
            stream.kind(before),
            T::Dot | T::Def | T::Class | T::Lambda | T::Import | T::From | T::Global | T::Nonlocal
        )
    });
    if at == name || stream.kind(at) != T::String || !is_expression {
        return None;
    }
    Some(behind_literals(stream, at))
}

/// What comes after the literals from a token on, of which there may be none.
fn behind_literals(stream: &Stream, mut at: usize) -> usize {
    while let Some(next) = stream.literal_end(at) {
        at = next;
    }
    at
}

/// `a <> b`
pub fn diamond(stream: &Stream, _: &ParseError, at: usize) -> Option<Found> {
    let less = at.checked_sub(1)?;
    let adjacent = stream.range(less).end() == stream.range(at).start();
    if stream.kind(less) != T::Less || stream.kind(at) != T::Greater || !adjacent {
        return None;
    }
    syntax(
        "invalid syntax.  Maybe you meant '!=' instead of '<>'?",
        stream.span(less, at + 1)?,
    )
}
