//! "Did you mean 'import'?": which name in source that is no Python may be a keyword with a typing error in it, as CPython's
//! `traceback` finds out.
//!
//! A name is replaced by a keyword that is like it; the keyword is what was meant if the parser then takes the source, or
//! waits for more of it.

use ashore_frontend::{CompileError, Name, names, reads};
use ashore_runtime::start::{Typo, closest};
use std::fs;

/// Longer source is not looked at, in characters.
const MAX_LENGTH: usize = 1024;
/// So many names are looked at.
const MAX_NAMES: usize = 10;
/// So many keywords are tried for each.
const MAX_MATCHES: usize = 3;
/// The least likeness of a keyword, of 1.
const CUTOFF: f64 = 0.5;

const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// The name that should have been a keyword, in lines of source; with `last`, in the last line.
pub fn find(lines: &[&str], last: bool) -> Option<Typo> {
    let source = dedented(lines);
    if source.chars().count() > MAX_LENGTH {
        return None;
    }
    let lines: Vec<&str> = source.lines().collect();
    let in_question = |name: &Name| !last || name.line as usize == lines.len();
    let candidates = names(&source).into_iter().filter(in_question);
    let candidates = candidates.filter(|name| !KEYWORDS.contains(&name.text.as_str()));
    candidates.take(MAX_NAMES).find_map(|name| {
        let fits = |keyword: &String| reads(&replaced(&lines, &name, keyword));
        let keyword = likely(&name.text).into_iter().find(fits)?;
        let line = lines.get(name.line as usize - 1)?;
        let ends = (name.line as usize) < lines.len();
        Some(Typo {
            keyword,
            start: name.start,
            end: name.start + name.text.chars().count() as u32,
            text: format!("{line}{}", if ends { "\n" } else { "" }),
        })
    })
}

/// The error of a file, with the keyword that was meant and where.
pub fn corrected(error: &CompileError) -> Option<CompileError> {
    let statement = error.statement?;
    if !Typo::may_explain(&error.message) {
        return None;
    }
    let text = error.text.as_deref()?;
    let typo = match fs::read(&error.filename) {
        Ok(bytes) => {
            let source = ashore_frontend::decode(&bytes, &error.filename).ok()?;
            let lines: Vec<&str> = source.lines().collect();
            let first = (statement.0 as usize).saturating_sub(1);
            find(lines.get(first..error.line as usize)?, true)?
        }
        Err(_) => find(&[text], false)?,
    };
    Some(CompileError {
        message: typo.message(),
        column: typo.start + 1,
        end_line: error.line,
        end_column: typo.end + 1,
        text: Some(typo.text),
        ..error.clone()
    })
}

/// Lines without the blanks that all of them begin with, as `textwrap.dedent` takes them away.
fn dedented(lines: &[&str]) -> String {
    let is_blank = |line: &str| line.chars().all(char::is_whitespace);
    let indentation = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut filled = lines.iter().copied().filter(|line| !is_blank(line));
    let first = filled.next().unwrap_or("");
    let first = &first[..indentation(&first)];
    let margin = filled.fold(first, |margin, line| {
        let same = margin.bytes().zip(line.bytes());
        &margin[..same.take_while(|(a, b)| a == b).count()]
    });
    let dedented = lines.iter().map(|line| match is_blank(line) {
        true => "",
        false => &line[margin.len()..],
    });
    dedented.collect::<Vec<_>>().join("\n")
}

/// The source with a keyword in the place of a name.
fn replaced(lines: &[&str], name: &Name, keyword: &str) -> String {
    let mut lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
    if let Some(line) = lines.get_mut(name.line as usize - 1) {
        let at = |column: u32| {
            let found = line.char_indices().nth(column as usize);
            found.map_or(line.len(), |(at, _)| at)
        };
        let end = name.start + name.text.chars().count() as u32;
        let range = at(name.start)..at(end);
        line.replace_range(range, keyword);
    }
    lines.join("\n")
}

/// The keywords most like a name, the likeliest first.
fn likely(name: &str) -> Vec<String> {
    let first = closest(name, KEYWORDS.map(str::to_owned));
    let close = close_matches(name);
    let all = first.into_iter().chain(close.map(str::to_owned));
    let mut likely: Vec<String> = all.take(MAX_MATCHES).collect();
    likely.retain(|keyword| keyword != name);
    likely
}

/// `difflib.get_close_matches` for keywords.
fn close_matches(name: &str) -> impl Iterator<Item = &'static str> {
    let name: Vec<char> = name.chars().collect();
    let scored = KEYWORDS.map(|keyword| (likeness(keyword, &name), keyword));
    let mut close: Vec<_> = scored
        .into_iter()
        .filter(|(score, _)| *score >= CUTOFF)
        .collect();
    close.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(a.1)));
    close
        .into_iter()
        .take(MAX_MATCHES)
        .map(|(_, keyword)| keyword)
}

/// The ratio of `difflib.SequenceMatcher`: twice the characters that match, by both lengths.
fn likeness(keyword: &str, name: &[char]) -> f64 {
    let keyword: Vec<char> = keyword.chars().collect();
    let length = keyword.len() + name.len();
    2.0 * matching(&keyword, name) as f64 / length as f64
}

/// How many characters are in the longest run that two texts have in common, and in those before and behind it (Ratcliff and
/// Obershelp, 1988). Of several longest ones the first counts.
fn matching(a: &[char], b: &[char]) -> usize {
    let (mut best, mut at) = (0, (0, 0));
    for i in 0..a.len() {
        for j in 0..b.len() {
            let same = a[i..].iter().zip(&b[j..]).take_while(|(x, y)| x == y);
            let size = same.count();
            if size > best {
                (best, at) = (size, (i, j));
            }
        }
    }
    if best == 0 {
        return 0;
    }
    let (i, j) = at;
    best + matching(&a[..i], &b[..j]) + matching(&a[i + best..], &b[j + best..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_in_the_order_in_which_difflib_has_them() {
        let close = |name| close_matches(name).collect::<Vec<_>>();
        assert_eq!(close("impotr"), ["import", "or"]);
        assert_eq!(close("whille"), ["while"]);
        assert_eq!(close("a"), ["as", "and"]);
        assert_eq!(close("x"), [""; 0]);
    }

    #[test]
    fn what_was_meant() {
        let typo = find(&["x = 1", "  ", "impotr os"], false).unwrap();
        assert_eq!(
            (typo.keyword.as_str(), typo.start, typo.end),
            ("import", 0, 6)
        );
        assert_eq!(typo.text, "impotr os");
        let typo = find(&["  fo i in x:", "    pass"], false).unwrap();
        assert_eq!(
            (typo.keyword.as_str(), typo.text.as_str()),
            ("for", "fo i in x:\n")
        );
        assert!(find(&["fo i in x:", "  pass"], true).is_none());
        assert!(find(&["asd fgh"], false).is_none());
    }
}
