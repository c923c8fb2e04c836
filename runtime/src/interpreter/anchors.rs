//! Where the carets of a traceback go inside an expression: `a.b + c[i]` is marked `~~~~^~~~~`.
//!
//! CPython parses the source segment again; a scan at bracket depth zero finds the same anchors: the operator of the root
//! of a binary operation, the brackets of a root subscript, the parentheses of a root call.

use std::ops::Range;

/// The part of `segment` to mark with `^`, the rest being marked `~`; `None`: mark all with `^`.
pub fn find(segment: &str) -> Option<Range<usize>> {
    let tokens = scan(segment)?;
    let binary = tokens.iter().filter_map(|token| match token {
        Token::Binary { at, precedence } => Some((at, *precedence)),
        Token::Bracket(_) => None,
    });
    // The root is the operator that binds least; of equals the last, but the first of `**`.
    let root = binary.reduce(|best, next| {
        let wins = next.1 < best.1 || next.1 == best.1 && next.1 != POWER;
        if wins { next } else { best }
    });
    // A sign in front takes in all that binds tighter than it.
    let signed = segment.trim_start().starts_with(['-', '+', '~']);
    match root {
        Some((_, POWER)) | None if signed => return None,
        Some((at, _)) => return Some(at.clone()),
        None => {}
    }
    match tokens.last() {
        Some(Token::Bracket(at)) if at.end == segment.trim_end().len() && at.start > 0 => {
            Some(at.clone())
        }
        _ => None,
    }
}

enum Token {
    Binary {
        at: Range<usize>,
        precedence: u8,
    },
    /// A bracket pair behind a primary expression.
    Bracket(Range<usize>),
}

const POWER: u8 = 7;

/// Binary operators, longest first, with how tightly they bind.
const OPERATORS: &[(&str, u8)] = &[
    ("**", POWER),
    ("//", 5),
    ("<<", 3),
    (">>", 3),
    ("|", 0),
    ("^", 1),
    ("&", 2),
    ("+", 4),
    ("-", 4),
    ("*", 5),
    ("/", 5),
    ("%", 5),
    ("@", 5),
];

/// Words that make the root something else than a binary operation, subscript or call.
const OTHER_ROOTS: &[&str] = &[
    "and", "or", "not", "if", "else", "in", "is", "lambda", "await", "yield", "for", "raise",
    "return", "assert", "import", "with", "del",
];

/// The operators and brackets at depth zero; `None` if the root is something else.
fn scan(segment: &str) -> Option<Vec<Token>> {
    let bytes = segment.as_bytes();
    let mut tokens = Vec::new();
    let mut i = 0;
    // Is the last thing seen an operand, so that what follows is a binary operator or a postfix bracket?
    let mut operand = false;
    while i < bytes.len() {
        let byte = bytes[i];
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b'\\' => i += 1,
            b'#' => i += segment[i..].find('\n').unwrap_or(segment.len() - i),
            b'(' | b'[' | b'{' => {
                let end = closing(segment, i)?;
                if operand && byte != b'{' {
                    tokens.push(Token::Bracket(i..end));
                }
                operand = true;
                i = end;
            }
            b'"' | b'\'' => {
                i = string_end(segment, i)?;
                operand = true;
            }
            _ if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.' || byte >= 0x80 => {
                let start = i;
                i = word_end(segment, i);
                if matches!(bytes.get(i), Some(b'"' | b'\'')) && has_fields(&segment[start..i]) {
                    i = interpolated_end(segment, i)?;
                    operand = true;
                    continue;
                }
                if OTHER_ROOTS.contains(&&segment[start..i]) {
                    return None;
                }
                // A string prefix is part of the string.
                operand = !matches!(bytes.get(i), Some(b'"' | b'\''));
            }
            _ => {
                let Some(&(text, precedence)) = OPERATORS
                    .iter()
                    .find(|(text, _)| segment[i..].starts_with(text))
                else {
                    if byte == b'~' && !operand {
                        i += 1;
                        continue;
                    }
                    // A comparison, comma, colon or the like.
                    return None;
                };
                if segment[i + text.len()..].starts_with('=') {
                    return None;
                }
                if operand {
                    tokens.push(Token::Binary {
                        at: i..i + text.len(),
                        precedence,
                    });
                }
                operand = false;
                i += text.len();
            }
        }
    }
    Some(tokens)
}

fn word_end(segment: &str, start: usize) -> usize {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let length = segment[start..]
        .find(|c| !word(c))
        .unwrap_or(segment.len() - start);
    let end = start + length;
    // The sign of an exponent belongs to the number.
    let number = segment[start..].starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let exponent =
        segment[start..end].ends_with(['e', 'E']) && !segment[start..end].starts_with("0x");
    if number && exponent && segment[end..].starts_with(['+', '-']) {
        word_end(segment, end + 1)
    } else {
        end
    }
}

/// Index behind the bracket that closes the one at `open`.
fn closing(segment: &str, open: usize) -> Option<usize> {
    closing_in(segment, open, true)
}

/// The same where `#` begins a comment, or is part of a field's format.
fn closing_in(segment: &str, open: usize, comments: bool) -> Option<usize> {
    let bytes = segment.as_bytes();
    let mut depth = 0usize;
    let mut i = open;
    while i < bytes.len() {
        match bytes[i] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(i + 1);
                }
            }
            b'"' | b'\'' => {
                let before = segment[open..i].trim_end_matches(|c: char| c.is_ascii_alphabetic());
                i = match has_fields(&segment[open + before.len()..i]) {
                    true => interpolated_end(segment, i)?,
                    false => string_end(segment, i)?,
                };
                continue;
            }
            b'#' if comments => {
                i += segment[i..].find('\n')?;
                continue;
            }
            _ => {}
        }
        i += 1;
    }
    None
}

/// Whether strings with this prefix have replacement fields.
fn has_fields(prefix: &str) -> bool {
    prefix.len() <= 2 && prefix.contains(['f', 'F', 't', 'T']) && !prefix.starts_with('.')
}

/// Index behind the f-string or t-string that begins at `start`: its fields may contain its own quotes.
fn interpolated_end(segment: &str, start: usize) -> Option<usize> {
    let bytes = segment.as_bytes();
    let rest = &segment[start..];
    let triple = rest.starts_with("\"\"\"") || rest.starts_with("'''");
    let quote = &rest[..if triple { 3 } else { 1 }];
    let mut i = start + quote.len();
    while i < bytes.len() {
        if segment.is_char_boundary(i) && segment[i..].starts_with(quote) {
            return Some(i + quote.len());
        }
        match bytes[i] {
            b'\\' | b'{' if bytes.get(i + 1) == Some(&bytes[i]) => i += 2,
            b'{' => i = closing_in(segment, i, false)?,
            _ => i += 1,
        }
    }
    None
}

/// Index behind the string literal that begins at `start`.
fn string_end(segment: &str, start: usize) -> Option<usize> {
    let rest = &segment[start..];
    let quote = &rest[..if rest.starts_with("\"\"\"") || rest.starts_with("'''") {
        3
    } else {
        1
    }];
    let mut i = start + quote.len();
    while i < segment.len() {
        if segment[i..].starts_with(quote) {
            return Some(i + quote.len());
        }
        let mut chars = segment[i..].chars();
        let c = chars.next()?;
        i += c.len_utf8();
        if c == '\\' {
            i += chars.next().map_or(0, char::len_utf8);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::find;

    fn marked(segment: &str) -> Option<&str> {
        find(segment).map(|at| &segment[at])
    }

    #[test]
    fn roots() {
        assert_eq!(marked("1/0"), Some("/"));
        assert_eq!(marked("a + b * c"), Some("+"));
        assert_eq!(marked("a - b - (c + d)"), Some("-"));
        assert_eq!(find("a - b - c"), Some(6..7));
        assert_eq!(find("a ** b ** c"), Some(2..4));
        assert_eq!(marked("f(x)(y)"), Some("(y)"));
        assert_eq!(marked("d['a'][b + 1]"), Some("[b + 1]"));
        assert_eq!(marked("f\"{x}\" + 'y)'"), Some("+"));
        assert_eq!(marked("-x"), None);
        assert_eq!(marked("-f(x)"), None);
        assert_eq!(marked("-x ** y"), None);
        assert_eq!(marked("-f(x) * y"), Some("*"));
        assert_eq!(marked("f'{d['a']}{x!r:>{w}}' + y"), Some("+"));
        assert_eq!(marked("f(t'{d['a(']}')[1]"), Some("[1]"));
        assert_eq!(marked("d[f'{x:#{w}x}']"), Some("[f'{x:#{w}x}']"));
        assert_eq!(marked("(a + b)"), None);
        assert_eq!(marked("a < b + c"), None);
        assert_eq!(marked("obj.attr"), None);
        assert_eq!(marked("1e-5 * x"), Some("*"));
        assert_eq!(marked("x if y else z()"), None);
    }
}
