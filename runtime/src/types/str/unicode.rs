//! Properties of code points, as Unicode 16.0 (CPython 3.14's version) has them.
//!
//! General categories come from a package of that version, case mappings from the standard library, whose version is
//! newer: what 16.0 does not assign has no mapping. Everything else is a few exceptions to those.

use unicode_general_category::{GeneralCategory, get_general_category};

fn category(c: u32) -> GeneralCategory {
    char::from_u32(c).map_or(GeneralCategory::Surrogate, get_general_category)
}

/// Does Unicode 16.0 say what the code point is?
pub fn is_assigned(c: u32) -> bool {
    category(c) != GeneralCategory::Unassigned
}

/// Is `c` in one of the ranges, which are in order?
fn in_ranges(ranges: &[(u32, u32)], c: u32) -> bool {
    let after = ranges.partition_point(|&(start, _)| start <= c);
    after > 0 && c <= ranges[after - 1].1
}

/// Digits that are not decimal: superscripts, circled and the like.
const OTHER_DIGITS: &[(u32, u32)] = &[
    (0xb2, 0xb3),
    (0xb9, 0xb9),
    (0x1369, 0x1371),
    (0x19da, 0x19da),
    (0x2070, 0x2070),
    (0x2074, 0x2079),
    (0x2080, 0x2089),
    (0x2460, 0x2468),
    (0x2474, 0x247c),
    (0x2488, 0x2490),
    (0x24ea, 0x24ea),
    (0x24f5, 0x24fd),
    (0x24ff, 0x24ff),
    (0x2776, 0x277e),
    (0x2780, 0x2788),
    (0x278a, 0x2792),
    (0x10a40, 0x10a43),
    (0x10e60, 0x10e68),
    (0x11052, 0x1105a),
    (0x1f100, 0x1f10a),
];

/// Ideographs that are numbers.
const NUMERIC_LETTERS: &[u32] = &[
    0x3405, 0x3483, 0x382a, 0x3b4d, 0x4e00, 0x4e03, 0x4e07, 0x4e09, 0x4e24, 0x4e5d, 0x4e8c, 0x4e94,
    0x4e96, 0x4eac, 0x4ebf, 0x4ec0, 0x4edf, 0x4ee8, 0x4f0d, 0x4f70, 0x4fe9, 0x5006, 0x5104, 0x5146,
    0x5169, 0x516b, 0x516d, 0x5341, 0x5343, 0x5344, 0x5345, 0x534c, 0x53c1, 0x53c2, 0x53c3, 0x53c4,
    0x56db, 0x58f1, 0x58f9, 0x5e7a, 0x5efe, 0x5eff, 0x5f0c, 0x5f0d, 0x5f0e, 0x5f10, 0x62d0, 0x62fe,
    0x634c, 0x67d2, 0x6d1e, 0x6f06, 0x7396, 0x767e, 0x7695, 0x79ed, 0x8086, 0x842c, 0x8cae, 0x8cb3,
    0x8d30, 0x920e, 0x94a9, 0x9621, 0x9646, 0x964c, 0x9678, 0x96f6, 0xf96b, 0xf973, 0xf978, 0xf9b2,
    0xf9d1, 0xf9d3, 0xf9fd, 0x20001, 0x20064, 0x200e2, 0x20121, 0x2092a, 0x20983, 0x2098c, 0x2099c,
    0x20aea, 0x20afd, 0x20b19, 0x22390, 0x22998, 0x23b1b, 0x2626d, 0x2f890,
];

/// Where ten decimal digits begin that are not aligned to 0 or 6 within 16: everywhere else a digit's value is what is
/// left of its code point after that alignment.
const MATHEMATICAL_DIGITS: (u32, u32) = (0x1d7ce, 0x1d7ff);
const UNALIGNED_DIGITS: &[u32] = &[0x116da, 0x1e5f1];

/// Lowercase by property, though not letters of that category.
const OTHER_LOWERCASE: &[(u32, u32)] = &[
    (0xaa, 0xaa),
    (0xba, 0xba),
    (0x2b0, 0x2b8),
    (0x2c0, 0x2c1),
    (0x2e0, 0x2e4),
    (0x345, 0x345),
    (0x37a, 0x37a),
    (0x10fc, 0x10fc),
    (0x1d2c, 0x1d6a),
    (0x1d78, 0x1d78),
    (0x1d9b, 0x1dbf),
    (0x2071, 0x2071),
    (0x207f, 0x207f),
    (0x2090, 0x209c),
    (0x2170, 0x217f),
    (0x24d0, 0x24e9),
    (0x2c7c, 0x2c7d),
    (0xa69c, 0xa69d),
    (0xa770, 0xa770),
    (0xa7f2, 0xa7f4),
    (0xa7f8, 0xa7f9),
    (0xab5c, 0xab5f),
    (0xab69, 0xab69),
    (0x10780, 0x10780),
    (0x10783, 0x10785),
    (0x10787, 0x107b0),
    (0x107b2, 0x107ba),
    (0x1e030, 0x1e06d),
];

/// Uppercase by property, though not letters of that category.
const OTHER_UPPERCASE: &[(u32, u32)] = &[
    (0x2160, 0x216f),
    (0x24b6, 0x24cf),
    (0x1f130, 0x1f149),
    (0x1f150, 0x1f169),
    (0x1f170, 0x1f189),
];

/// Letters that cannot be in identifiers because normalisation takes them apart.
const NOT_IN_IDENTIFIERS: &[(u32, u32)] = &[
    (0x37a, 0x37a),
    (0x2e2f, 0x2e2f),
    (0xfc5e, 0xfc63),
    (0xfdfa, 0xfdfb),
    (0xfe70, 0xfe70),
    (0xfe72, 0xfe72),
    (0xfe74, 0xfe74),
    (0xfe76, 0xfe76),
    (0xfe78, 0xfe78),
    (0xfe7a, 0xfe7a),
    (0xfe7c, 0xfe7c),
    (0xfe7e, 0xfe7e),
];

/// Letters that can be in identifiers, but not begin them.
const NOT_FIRST_IN_IDENTIFIERS: &[(u32, u32)] = &[(0xe33, 0xe33), (0xeb3, 0xeb3), (0xff9e, 0xff9f)];

/// Can begin identifiers, though no letters.
const FIRST_IN_IDENTIFIERS: &[(u32, u32)] = &[
    (0x5f, 0x5f),
    (0x1885, 0x1886),
    (0x2118, 0x2118),
    (0x212e, 0x212e),
];

/// Can be in identifiers, though neither letters, marks, digits nor connectors.
const LATER_IN_IDENTIFIERS: &[(u32, u32)] = &[
    (0xb7, 0xb7),
    (0x387, 0x387),
    (0x1369, 0x1371),
    (0x19da, 0x19da),
    (0x200c, 0x200d),
    (0x2118, 0x2118),
    (0x212e, 0x212e),
    (0x30fb, 0x30fb),
    (0xff65, 0xff65),
];

/// Skipped when a sigma looks for the end of its word, besides marks, formats, modifiers.
const OTHER_CASE_IGNORABLE: &[u32] = &[
    0x27, 0x2e, 0x3a, 0xb7, 0x387, 0x55f, 0x5f4, 0x2018, 0x2019, 0x2024, 0x2027, 0xfe13, 0xfe52,
    0xfe55, 0xff07, 0xff0e, 0xff1a,
];

/// `str.isalpha`: the letters.
pub fn is_alpha(c: u32) -> bool {
    use GeneralCategory::*;
    if c < 128 {
        return (c as u8).is_ascii_alphabetic();
    }
    matches!(
        category(c),
        UppercaseLetter | LowercaseLetter | TitlecaseLetter | ModifierLetter | OtherLetter
    )
}

/// `str.isdecimal`
pub fn is_decimal(c: u32) -> bool {
    if c < 128 {
        return (c as u8).is_ascii_digit();
    }
    category(c) == GeneralCategory::DecimalNumber
}

/// `str.isdigit`
pub fn is_digit(c: u32) -> bool {
    is_decimal(c) || in_ranges(OTHER_DIGITS, c)
}

/// `str.isnumeric`
pub fn is_numeric(c: u32) -> bool {
    use GeneralCategory::*;
    if c < 128 {
        return (c as u8).is_ascii_digit();
    }
    matches!(category(c), DecimalNumber | LetterNumber | OtherNumber)
        || NUMERIC_LETTERS.binary_search(&c).is_ok()
}

/// `str.isalnum`
pub fn is_alphanumeric(c: u32) -> bool {
    is_alpha(c) || is_numeric(c)
}

/// The value of a decimal digit.
pub fn decimal_value(c: u32) -> Option<u32> {
    if c < 128 {
        return char::from(c as u8).to_digit(10);
    }
    if category(c) != GeneralCategory::DecimalNumber {
        return None;
    }
    if (MATHEMATICAL_DIGITS.0..=MATHEMATICAL_DIGITS.1).contains(&c) {
        return Some((c - MATHEMATICAL_DIGITS.0) % 10);
    }
    if let Some(zero) = UNALIGNED_DIGITS
        .iter()
        .find(|&&zero| (zero..zero + 10).contains(&c))
    {
        return Some(c - zero);
    }
    // Ten digits begin at a multiple of 16 or 6 above one; the category tells which, since it begins there.
    let low = c & 15;
    Some(
        if low < 6 || category(c - low) == GeneralCategory::DecimalNumber {
            low
        } else {
            low - 6
        },
    )
}

/// `str.isspace`
#[inline]
pub const fn is_space(c: u32) -> bool {
    match c {
        0x09..=0x0d | 0x1c..=0x20 => true,
        0..0x80 => false,
        0x85 | 0xa0 | 0x1680 | 0x2000..=0x200a | 0x2028 | 0x2029 | 0x202f | 0x205f | 0x3000 => true,
        _ => false,
    }
}

/// Ends a line for `str.splitlines`.
#[inline]
pub fn is_line_break(c: u32) -> bool {
    matches!(c, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

/// `str.isprintable`: `repr` writes it as it is.
pub fn is_printable(c: u32) -> bool {
    use GeneralCategory::*;
    if c < 127 {
        return c >= 32;
    }
    !matches!(
        category(c),
        Control
            | Format
            | Surrogate
            | PrivateUse
            | Unassigned
            | LineSeparator
            | ParagraphSeparator
            | SpaceSeparator
    )
}

/// Lowercase by property.
pub fn is_lower(c: u32) -> bool {
    if c < 128 {
        return (c as u8).is_ascii_lowercase();
    }
    category(c) == GeneralCategory::LowercaseLetter || in_ranges(OTHER_LOWERCASE, c)
}

/// Uppercase by property.
pub fn is_upper(c: u32) -> bool {
    if c < 128 {
        return (c as u8).is_ascii_uppercase();
    }
    category(c) == GeneralCategory::UppercaseLetter || in_ranges(OTHER_UPPERCASE, c)
}

/// A letter like ǅ: an uppercase and a lowercase one.
pub fn is_title(c: u32) -> bool {
    c >= 128 && category(c) == GeneralCategory::TitlecaseLetter
}

/// Upper, lower or title case.
pub fn is_cased(c: u32) -> bool {
    is_lower(c) || is_upper(c) || is_title(c)
}

/// Skipped when a sigma looks for the end of its word.
pub fn is_case_ignorable(c: u32) -> bool {
    use GeneralCategory::*;
    matches!(
        category(c),
        NonspacingMark | EnclosingMark | Format | ModifierLetter | ModifierSymbol
    ) || OTHER_CASE_IGNORABLE.binary_search(&c).is_ok()
}

/// Can the code point begin an identifier?
pub fn is_identifier_start(c: u32) -> bool {
    use GeneralCategory::*;
    if c < 128 {
        return (c as u8).is_ascii_alphabetic() || c == u32::from(b'_');
    }
    if in_ranges(FIRST_IN_IDENTIFIERS, c) {
        return true;
    }
    (is_alpha(c) || category(c) == LetterNumber)
        && !in_ranges(NOT_IN_IDENTIFIERS, c)
        && !in_ranges(NOT_FIRST_IN_IDENTIFIERS, c)
}

/// Can the code point be in an identifier?
pub fn is_identifier_part(c: u32) -> bool {
    use GeneralCategory::*;
    if c < 128 {
        return (c as u8).is_ascii_alphanumeric() || c == u32::from(b'_');
    }
    if is_identifier_start(c) || in_ranges(LATER_IN_IDENTIFIERS, c) {
        return true;
    }
    in_ranges(NOT_FIRST_IN_IDENTIFIERS, c)
        || matches!(
            category(c),
            NonspacingMark | SpacingMark | DecimalNumber | ConnectorPunctuation
        )
}

/// The code point, if this version of Unicode knows it.
fn assigned(c: u32) -> Option<char> {
    char::from_u32(c).filter(|&c| get_general_category(c) != GeneralCategory::Unassigned)
}

/// Calls `push` with the uppercase of a code point.
pub fn upper(c: u32, mut push: impl FnMut(u32)) {
    match assigned(c) {
        // Their uppercase letters are newer than 16.0.
        Some('\u{a7d3}' | '\u{a7d5}') | None => push(c),
        Some(c) => c.to_uppercase().for_each(|c| push(c.into())),
    }
}

/// Calls `push` with the lowercase of a code point.
pub fn lower(c: u32, mut push: impl FnMut(u32)) {
    match assigned(c) {
        None => push(c),
        Some(c) => c.to_lowercase().for_each(|c| push(c.into())),
    }
}

/// Calls `push` with the title case of a code point.
pub fn title(c: u32, mut push: impl FnMut(u32)) {
    const IOTA: u32 = 0x399;
    const IOTA_BELOW: u32 = 0x345;
    match c {
        0x1c4..=0x1cc => push(0x1c5 + (c - 0x1c4) / 3 * 3),
        0x1f1..=0x1f3 => push(0x1f2),
        // Georgian does not capitalise the first letter of a word.
        0x10d0..=0x10fa | 0x10fd..=0x10ff => push(c),
        0x1f80..=0x1faf => push(c | 8),
        0x1fb3 | 0x1fc3 | 0x1ff3 => push(c + 9),
        0x1fbc | 0x1fcc | 0x1ffc => push(c),
        0x1fb2 | 0x1fb4 | 0x1fb7 | 0x1fc2 | 0x1fc4 | 0x1fc7 | 0x1ff2 | 0x1ff4 | 0x1ff7 => {
            upper(c, |u| push(if u == IOTA { IOTA_BELOW } else { u }));
        }
        0x149 => upper(c, push),
        _ => {
            let mut first = true;
            upper(c, |u| {
                if std::mem::take(&mut first) {
                    push(u);
                } else {
                    lower(u, &mut push);
                }
            });
        }
    }
}

/// Calls `push` with the folded case of a code point.
pub fn fold(c: u32, mut push: impl FnMut(u32)) {
    match c {
        0x131 | 0x13a0..=0x13f5 => push(c),
        0x13f8..=0x13fd => push(c - 8),
        0xab70..=0xabbf => push(c - 0xab70 + 0x13a0),
        0x1e9e => [0x73, 0x73].into_iter().for_each(push),
        _ => upper(c, |u| lower(u, &mut push)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_have_values() {
        for zero in [
            0x30, 0x660, 0x966, 0x1946, 0xff10, 0x10d30, 0x10d40, 0x116da, 0x1d7ce, 0x1d7e2,
            0x1e5f1,
        ] {
            for value in 0..10 {
                assert_eq!(decimal_value(zero + value), Some(value), "{zero:x}");
            }
        }
        assert_eq!(decimal_value(0x2460), None);
    }

    #[test]
    fn special_mappings() {
        let map = |f: fn(u32, &mut dyn FnMut(u32)), c: char| {
            let mut out = String::new();
            f(c.into(), &mut |c| out.extend(char::from_u32(c)));
            out
        };
        assert_eq!(map(|c, push| title(c, push), 'ǆ'), "ǅ");
        assert_eq!(map(|c, push| title(c, push), 'ß'), "Ss");
        assert_eq!(map(|c, push| title(c, push), 'ᾳ'), "ᾼ");
        assert_eq!(map(|c, push| fold(c, push), 'ẞ'), "ss");
        assert_eq!(map(|c, push| fold(c, push), 'Σ'), "σ");
        assert_eq!(map(|c, push| upper(c, push), 'ﬃ'), "FFI");
    }
}
