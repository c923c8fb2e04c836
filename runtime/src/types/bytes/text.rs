//! Algorithms on ASCII text in bytes: searching, splitting, trimming, case. Pure functions of slices.
//!
//! Parts of the input are given as ranges, so that whoever calls decides what to make of them.

use memchr::memmem;
use std::ops::Range;

/// A part of the input.
pub type Part = Range<usize>;

pub fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ')
}

/// First occurrence.
pub fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [byte] => memchr::memchr(*byte, text),
        _ => memmem::find(text, needle),
    }
}

/// Last occurrence.
pub fn rfind(text: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [byte] => memchr::memrchr(*byte, text),
        _ => memmem::rfind(text, needle),
    }
}

/// Number of occurrences that do not overlap.
pub fn count(text: &[u8], needle: &[u8]) -> usize {
    match needle {
        [] => text.len() + 1,
        [byte] => memchr::memchr_iter(*byte, text).count(),
        _ => memmem::find_iter(text, needle).count(),
    }
}

/// The text with up to `limit` occurrences of `old` replaced.
pub fn replace(text: &[u8], old: &[u8], new: &[u8], limit: usize) -> Vec<u8> {
    let positions: Vec<usize> = if old.is_empty() {
        (0..=text.len()).take(limit).collect()
    } else {
        memmem::find_iter(text, old).take(limit).collect()
    };
    let mut out = Vec::with_capacity(text.len() + positions.len() * new.len());
    let mut from = 0;
    for at in positions {
        out.extend_from_slice(&text[from..at]);
        out.extend_from_slice(new);
        from = at + old.len();
    }
    out.extend_from_slice(&text[from..]);
    out
}

/// The words between blanks, at most `limit` splits from the left. What is left then keeps the blanks at its end.
pub fn split_blanks(text: &[u8], limit: usize) -> Vec<Part> {
    let mut words = Vec::new();
    let mut at = 0;
    loop {
        at += text[at..].iter().take_while(|&&b| is_space(b)).count();
        if at == text.len() {
            return words;
        }
        if words.len() == limit {
            words.push(at..text.len());
            return words;
        }
        let start = at;
        at += text[at..].iter().take_while(|&&b| !is_space(b)).count();
        words.push(start..at);
    }
}

/// As [`split_blanks`], from the right.
pub fn rsplit_blanks(text: &[u8], limit: usize) -> Vec<Part> {
    let mut words = Vec::new();
    let mut end = text.len();
    loop {
        end -= text[..end]
            .iter()
            .rev()
            .take_while(|&&b| is_space(b))
            .count();
        if end == 0 {
            break;
        }
        if words.len() == limit {
            words.push(0..end);
            break;
        }
        let stop = end;
        end -= text[..end]
            .iter()
            .rev()
            .take_while(|&&b| !is_space(b))
            .count();
        words.push(end..stop);
    }
    words.reverse();
    words
}

/// The parts between separators, which are not empty.
pub fn split(text: &[u8], separator: &[u8], limit: usize) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut start = 0;
    for at in memmem::find_iter(text, separator).take(limit) {
        parts.push(start..at);
        start = at + separator.len();
    }
    parts.push(start..text.len());
    parts
}

/// As [`split`], from the right.
pub fn rsplit(text: &[u8], separator: &[u8], limit: usize) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut end = text.len();
    while parts.len() < limit
        && let Some(at) = rfind(&text[..end], separator)
    {
        parts.push(at + separator.len()..end);
        end = at;
    }
    parts.push(0..end);
    parts.reverse();
    parts
}

/// The lines.
pub fn split_lines(text: &[u8], keep_ends: bool) -> Vec<Part> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let Some(length) = memchr::memchr2(b'\n', b'\r', &text[start..]) else {
            lines.push(start..text.len());
            break;
        };
        let end = start + length;
        let next = end
            + if text[end..].starts_with(b"\r\n") {
                2
            } else {
                1
            };
        lines.push(start..if keep_ends { next } else { end });
        start = next;
    }
    lines
}

/// What is left without the bytes at the ends that `strip` names.
pub fn trim(text: &[u8], strip: impl Fn(u8) -> bool, left: bool, right: bool) -> Part {
    let (mut start, mut end) = (0, text.len());
    while left && start < end && strip(text[start]) {
        start += 1;
    }
    while right && end > start && strip(text[end - 1]) {
        end -= 1;
    }
    start..end
}

/// Tabs replaced by as many spaces as reach the next column that is a multiple of the tab size.
pub fn expand_tabs(text: &[u8], tab_size: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut column = 0;
    for &byte in text {
        match byte {
            b'\t' => {
                let blanks = if tab_size == 0 {
                    0
                } else {
                    tab_size - column % tab_size
                };
                column += blanks;
                out.extend(std::iter::repeat_n(b' ', blanks));
            }
            _ => {
                column = if matches!(byte, b'\n' | b'\r') {
                    0
                } else {
                    column + 1
                };
                out.push(byte);
            }
        }
    }
    out
}

/// Zeros between sign and digits, up to a width.
pub fn zero_fill(text: &[u8], width: usize) -> Vec<u8> {
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let zeros = width.saturating_sub(text.len());
    let mut out = text[..sign].to_vec();
    out.extend(std::iter::repeat_n(b'0', zeros));
    out.extend_from_slice(&text[sign..]);
    out
}

/// Words beginning in upper case and going on in lower case.
pub fn title(text: &[u8]) -> Vec<u8> {
    let mut in_word = false;
    text.iter()
        .map(|byte| {
            let inside = std::mem::replace(&mut in_word, byte.is_ascii_alphabetic());
            if inside {
                byte.to_ascii_lowercase()
            } else {
                byte.to_ascii_uppercase()
            }
        })
        .collect()
}

/// The first byte in upper case, the others in lower case.
pub fn capitalize(text: &[u8]) -> Vec<u8> {
    let mut out = text.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}

/// Upper case as lower case and the other way round.
pub fn swap_case(text: &[u8]) -> Vec<u8> {
    text.iter()
        .map(|byte| match byte {
            b'a'..=b'z' => byte.to_ascii_uppercase(),
            _ => byte.to_ascii_lowercase(),
        })
        .collect()
}

/// Does every word begin in upper case and go on in lower case, and is there one?
pub fn is_title(text: &[u8]) -> bool {
    let (mut any, mut in_word) = (false, false);
    for byte in text {
        let wrong = if in_word {
            byte.is_ascii_uppercase()
        } else {
            byte.is_ascii_lowercase()
        };
        if wrong {
            return false;
        }
        in_word = byte.is_ascii_alphabetic();
        any |= in_word;
    }
    any
}

/// Two hexadecimal digits a byte, with a separator between groups counted from the right (or, if negative, the left).
pub fn to_hex(bytes: &[u8], separator: Option<u8>, group: isize) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 3);
    let size = group.unsigned_abs();
    for (at, byte) in bytes.iter().enumerate() {
        let position = if group > 0 { bytes.len() - at } else { at };
        if let Some(separator) = separator
            && at > 0
            && size > 0
            && position.is_multiple_of(size)
        {
            out.push(separator.into());
        }
        out.push(DIGITS[usize::from(byte >> 4)].into());
        out.push(DIGITS[usize::from(byte & 15)].into());
    }
    out
}

/// Why a text is no hexadecimal bytes.
#[derive(Debug, PartialEq, Eq)]
pub enum HexError {
    /// Position of what is no digit.
    NotADigit(usize),
    OddLength,
}

/// The bytes that pairs of hexadecimal digits spell, blanks between pairs allowed.
pub fn from_hex(text: &[u8]) -> Result<Vec<u8>, HexError> {
    let digit = |at: usize| char::from(text[at]).to_digit(16).map(|digit| digit as u8);
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut at = 0;
    while at < text.len() {
        if is_space(text[at]) {
            at += 1;
            continue;
        }
        let high = digit(at).ok_or(HexError::NotADigit(at))?;
        if at + 1 == text.len() {
            return Err(HexError::OddLength);
        }
        let low = digit(at + 1).ok_or(HexError::NotADigit(at + 1))?;
        out.push(high << 4 | low);
        at += 2;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts<'a>(text: &'a str, ranges: &[Part]) -> Vec<&'a str> {
        ranges.iter().map(|range| &text[range.clone()]).collect()
    }

    #[test]
    fn splits() {
        let text = " a  b c ";
        let split = |limit| parts(text, &split_blanks(text.as_bytes(), limit));
        assert_eq!(split(usize::MAX), ["a", "b", "c"]);
        assert_eq!(split(1), ["a", "b c "]);
        assert_eq!(split(0), ["a  b c "]);
        let rsplit = |limit| parts(text, &rsplit_blanks(text.as_bytes(), limit));
        assert_eq!(rsplit(1), [" a  b", "c"]);
        let commas = "a,b,,c";
        assert_eq!(
            parts(commas, &super::split(b"a,b,,c", b",", 9)),
            ["a", "b", "", "c"]
        );
        assert_eq!(
            parts(commas, &super::rsplit(b"a,b,,c", b",", 1)),
            ["a,b,", "c"]
        );
        let lines = "ab\r\ncd\n\r";
        assert_eq!(
            parts(lines, &split_lines(lines.as_bytes(), false)),
            ["ab", "cd", ""]
        );
    }

    #[test]
    fn hexadecimal() {
        assert_eq!(to_hex(b"abcde", Some(b':'), 2), "61:6263:6465");
        assert_eq!(to_hex(b"abcde", Some(b':'), -2), "6162:6364:65");
        assert_eq!(from_hex(b" 61\n62 "), Ok(b"ab".to_vec()));
        assert_eq!(from_hex(b"abc"), Err(HexError::OddLength));
        assert_eq!(from_hex(b"a b"), Err(HexError::NotADigit(1)));
    }

    #[test]
    fn replacing_nothing_goes_between_all_bytes() {
        assert_eq!(replace(b"abc", b"", b"-", usize::MAX), b"-a-b-c-");
        assert_eq!(replace(b"aXbX", b"X", b"", 1), b"abX");
    }
}
