//! Broken numbers and escapes, in CPython's words.

use super::fields;
use super::invalid::{Found, syntax};
use super::stream::Stream;
use ruff_python_ast::token::TokenKind as T;
use ruff_python_parser::{LexicalErrorType as L, ParseError, ParseErrorType as E};
use ruff_text_size::{TextRange, TextSize};

/// A literal that is broken in itself: found where the tokenizer stopped, whatever the parser made of it.
pub fn recognize(stream: &Stream, error: &ParseError) -> Option<Found> {
    let at = stream.index(error.location);
    number(stream, at)
        .or_else(|| escape(stream, error))
        .or_else(|| fields::unterminated(stream, error, at))
        .or_else(|| fields::mixed_literals(stream, error, at))
        .or_else(|| fields::field(stream, error, at))
}

// ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Is the token a number, or the beginning of what was to be one?
fn is_number(stream: &Stream, i: usize) -> bool {
    match stream.kind(i) {
        T::Int | T::Float | T::Complex => true,
        T::Unknown => stream.text(i).starts_with(|c: char| c.is_ascii_digit()),
        _ => false,
    }
}

/// The number that starts at the token `i`, if it is malformed.
fn number_at(stream: &Stream, i: usize) -> Option<Found> {
    let start = stream.range(i).start();
    let (message, from, to) = bad_number(stream.rest(start))?;
    let offset = |n: usize| start + TextSize::new(n as u32);
    syntax(message, TextRange::new(offset(from), offset(to)))
}

/// The first malformed number, wherever the parser stopped: what is left of a wrong program is tokenized. A backslash that
/// continues no line ends that.
pub fn first_number(stream: &Stream) -> Option<Found> {
    let tokens = 0..stream.len();
    let stray = |&i: &usize| stream.kind(i) == T::Unknown && stream.text(i).starts_with('\\');
    let mut numbers = tokens
        .take_while(|i| !stray(i))
        .filter(|&i| is_number(stream, i));
    numbers.find_map(|i| number_at(stream, i))
}

/// A number that is malformed, at the token `at` or right before it.
fn number(stream: &Stream, at: usize) -> Option<Found> {
    let before = at
        .checked_sub(1)
        .filter(|&i| stream.range(i).end() == stream.range(at).start() && is_number(stream, i));
    let here = Some(at).filter(|&i| is_number(stream, i));
    let mut numbers = before.into_iter().chain(here);
    numbers.find_map(|i| number_at(stream, i))
}

/// What is wrong with the number at the start of the text, and where.
fn bad_number(text: &str) -> Option<(String, usize, usize)> {
    let bytes = text.as_bytes();
    let at = |i: usize| bytes.get(i).copied().unwrap_or(0);
    let radix = match at(1).to_ascii_lowercase() {
        _ if at(0) != b'0' => None,
        b'x' => Some((16, "hexadecimal")),
        b'o' => Some((8, "octal")),
        b'b' => Some((2, "binary")),
        _ => None,
    };
    if let Some((radix, name)) = radix {
        let digit = |i: usize| char::from(at(i)).is_digit(radix);
        let is_letter = |i: usize| at(i).is_ascii_alphabetic();
        let mut i = 2;
        while digit(i) || at(i) == b'_' && digit(i + 1) {
            i += 1;
        }
        let wrong = i + usize::from(at(i) == b'_');
        return if at(wrong).is_ascii_digit() {
            let digit = char::from(at(wrong));
            let message = format!("invalid digit '{digit}' in {name} literal");
            Some((message, wrong, wrong))
        } else if i == 2 || at(i) == b'_' || is_letter(i) && !starts_with_keyword(&bytes[i..]) {
            Some((format!("invalid {name} literal"), wrong - 1, wrong - 1))
        } else {
            None
        };
    }
    bad_decimal(bytes)
}

fn bad_decimal(bytes: &[u8]) -> Option<(String, usize, usize)> {
    let at = |i: usize| bytes.get(i).copied().unwrap_or(0);
    let digits = |mut i: usize| {
        while at(i).is_ascii_digit() || at(i) == b'_' && at(i + 1).is_ascii_digit() {
            i += 1;
        }
        i
    };
    let whole = digits(0);
    let mut end = whole;
    if at(end) == b'.' {
        end = digits(end + 1);
    }
    if at(end).eq_ignore_ascii_case(&b'e') {
        let sign = usize::from(matches!(at(end + 1), b'+' | b'-'));
        if at(end + 1 + sign).is_ascii_digit() {
            end = digits(end + 1 + sign);
        } else if sign == 1 {
            return Some(("invalid decimal literal".into(), end + 1, end + 1));
        }
    }
    let imaginary = at(end).eq_ignore_ascii_case(&b'j');
    end += usize::from(imaginary);
    let zeros = bytes
        .iter()
        .take_while(|&&b| b == b'0' || b == b'_')
        .count();
    if end == whole && at(0) == b'0' && zeros < whole {
        let message = "leading zeros in decimal integer literals are not permitted; \
                       use an 0o prefix for octal integers";
        return Some((message.into(), 0, zeros));
    }
    let tail = &bytes[end..];
    // `1if x else 2` is deprecated, not wrong.
    let keyword = starts_with_keyword(tail);
    let alphanumeric = at(end).is_ascii_alphanumeric();
    let wrong = at(end) == b'_' || alphanumeric && !keyword;
    wrong.then(|| {
        let place = if at(end) == b'_' { end } else { end - 1 };
        let kind = if imaginary { "imaginary" } else { "decimal" };
        (format!("invalid {kind} literal"), place, place)
    })
}

/// Does text that follows a number without a blank start with a keyword that may follow one? Of words of two letters CPython
/// does not look for the end.
pub fn starts_with_keyword(text: &[u8]) -> bool {
    let is_word = |word: &&[u8]| {
        let next = text.get(word.len());
        let goes_on = |&b: &u8| b == b'_' || b.is_ascii_alphanumeric() || !b.is_ascii();
        text.starts_with(word) && !next.is_some_and(goes_on)
    };
    let mut two = [&b"if"[..], b"in", b"is"].into_iter();
    two.any(|two| text.starts_with(two))
        || [&b"and"[..], b"else", b"for", b"not", b"or"]
            .iter()
            .any(is_word)
}

// ── escapes ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/// An escape that cannot be decoded.
fn escape(stream: &Stream, error: &ParseError) -> Option<Found> {
    let E::Lexical(
        L::UnicodeError | L::MissingUnicodeLbrace | L::MissingUnicodeRbrace | L::StringError,
    ) = error.error
    else {
        return None;
    };
    let token = stream
        .index_after(TextRange::empty(error.location.start()))
        .checked_sub(1)?;
    let token = if stream.range(token + 1).start() == error.location.start() {
        token + 1
    } else {
        token
    };
    // The text of an f-string ends in front of the place.
    let ends = matches!(stream.kind(token), T::FStringEnd | T::TStringEnd);
    let token = token - usize::from(ends);
    let range = stream.range(token);
    let text = stream.text(token);
    if matches!(stream.kind(token), T::FStringMiddle | T::TStringMiddle) {
        return unicode_error(text, range);
    }
    let quote = text.find(['\'', '"'])?;
    let bytes = text[..quote].contains(['b', 'B']);
    let width = if text[quote..].starts_with("'''") || text[quote..].starts_with("\"\"\"") {
        3
    } else {
        1
    };
    let content = text.get(quote + width..text.len().saturating_sub(width))?;
    if bytes {
        let (_, from, _) = bad_escape(content, bytes)?;
        return syntax(
            format!("(value error) invalid \\x escape at position {from}"),
            range,
        );
    }
    unicode_error(content, range)
}

fn unicode_error(content: &str, range: TextRange) -> Option<Found> {
    let (message, from, to) = bad_escape(content, false)?;
    let place = if from + 1 == to {
        format!("byte in position {from}")
    } else {
        format!("bytes in position {from}-{}", to - 1)
    };
    // CPython spells a single byte out; an escape has at least two.
    syntax(
        format!("(unicode error) 'unicodeescape' codec can't decode {place}: {message}"),
        range,
    )
}

/// The first escape that cannot be decoded: what is wrong, and its place in the text as CPython decodes it, where a
/// character beyond ASCII is ten bytes long.
fn bad_escape(content: &str, bytes: bool) -> Option<(&'static str, usize, usize)> {
    let mut position = 0;
    let mut chars = content.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            position += if c.is_ascii() { 1 } else { 10 };
            continue;
        }
        let start = position;
        let kind = chars.next()?;
        position += 2;
        let (digits, message) = match kind {
            'x' => (2, "truncated \\xXX escape"),
            'u' if !bytes => (4, "truncated \\uXXXX escape"),
            'U' if !bytes => (8, "truncated \\UXXXXXXXX escape"),
            'N' if !bytes => {
                let rest: String = chars.clone().take_while(|&c| c != '}').collect();
                let closed = chars.clone().any(|c| c == '}');
                if !rest.starts_with('{') || !closed || rest.len() == 1 {
                    let width = match (rest.starts_with('{'), closed) {
                        (true, true) => 1,
                        (true, false) => rest.chars().count(),
                        (false, _) => 0,
                    };
                    let message = "malformed \\N character escape";
                    return Some((message, start, position + width));
                }
                let length = rest.len() + 1;
                if unicode_names2::character(&rest[1..]).is_none() {
                    return Some(("unknown Unicode character name", start, position + length));
                }
                position += length;
                chars.by_ref().take(rest.chars().count() + 1).for_each(drop);
                continue;
            }
            _ => continue,
        };
        let mut code = 0;
        for found in 0..digits {
            match chars.peek().and_then(|c| c.to_digit(16)) {
                Some(digit) => {
                    code = code * 16 + digit;
                    chars.next();
                }
                None => return Some((message, start, position + found)),
            }
        }
        position += digits;
        if code > 0x10ffff {
            return Some(("illegal Unicode character", start, position));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let bad = |text| bad_number(text).map(|(message, from, _)| (message, from));
        assert_eq!(
            bad("0o8"),
            Some(("invalid digit '8' in octal literal".into(), 2))
        );
        assert_eq!(bad("0xg"), Some(("invalid hexadecimal literal".into(), 1)));
        assert_eq!(bad("1__0"), Some(("invalid decimal literal".into(), 1)));
        assert_eq!(bad("5.e"), Some(("invalid decimal literal".into(), 1)));
        assert!(bad("0777").is_some_and(|(message, _)| message.starts_with("leading zeros")));
        for fine in [
            "0", "00", "0_0", "1_000", "1.5e-3j", "0x_f", "1if x", "3.", "0777.5", "0x1for x",
            "0b1and",
        ] {
            assert_eq!(bad(fine), None, "{fine}");
        }
    }

    #[test]
    fn escapes() {
        assert_eq!(
            bad_escape(r"\x1", false),
            Some(("truncated \\xXX escape", 0, 3))
        );
        assert_eq!(
            bad_escape(r"é\u12", false),
            Some(("truncated \\uXXXX escape", 10, 14))
        );
        assert_eq!(
            bad_escape(r"\N{foo}", false),
            Some(("unknown Unicode character name", 0, 7))
        );
        assert_eq!(bad_escape(r"\N{DIGIT ONE}\q\x41", false), None);
        assert_eq!(bad_escape(r"\u12", true), None);
    }
}
