//! The grammar that programs are made from, read from `grammar.txt`.
//!
//! ```text
//!   %int                          a kind of expression: an alternative a line
//!   3| (`int` + `int`)            three times as likely; back quotes hold what is made for this place
//!   %Statement:loop               a kind of block (capital), allowed in loops only; alternatives are separated by empty lines
//!   while `bool`:
//!       `Body`
//!   => int: @f(`int`)             from here on this is an alternative of `int`
//! ```
//!
//! In back quotes:
//!
//! ```text
//!   int               something of this kind
//!   int+a:int         within it the name @a is an int; it is an expression that binds names (no yield, no :=)
//!   int-              an expression in which neither yield nor := may stand
//!   int!+a:int        the body of a lambda
//!   Body              statements; with names as above
//!   Function+a:int    the body of a function, whose parameters are named; Generator, Async, Class alike
//!   $int              a variable that is assigned to: one of this kind, or a new one
//!   @a                a new name; `@a:int` in a statement makes it a variable from the next line on
//! ```

use std::collections::HashMap;

/// One alternative of a kind.
#[derive(Clone)]
pub(crate) struct Alternative {
    pub(crate) text: String,
    pub(crate) weight: usize,
    /// What a program has to be in the middle of, for this to be allowed.
    pub(crate) within: Option<String>,
    /// What the program has afterwards: a kind and an alternative of it.
    pub(crate) gives: Vec<(String, String)>,
}

impl Alternative {
    /// Whether it contains nothing else that has to be made.
    pub(crate) fn is_leaf(&self) -> bool {
        !self.text.contains('`')
    }
}

pub(crate) struct Grammar(HashMap<String, Vec<Alternative>>);

impl Grammar {
    pub(crate) fn read(text: &str) -> Grammar {
        let mut grammar = Grammar(HashMap::new());
        for section in format!("\n{text}").split("\n%").skip(1) {
            let (head, body) = section.split_once('\n').unwrap_or((section, ""));
            let (kind, within) = match head.split_once(':') {
                Some((kind, within)) => (kind, Some(within.to_owned())),
                None => (head, None),
            };
            let separator = match kind.starts_with(char::is_uppercase) {
                true => "\n\n",
                false => "\n",
            };
            let alternatives = body
                .split(separator)
                .map(|text| text.trim_matches('\n'))
                .filter(|text| !text.is_empty() && !text.starts_with('#'))
                .map(|text| Alternative::read(text, within.clone()));
            let all = grammar.0.entry(kind.to_owned()).or_default();
            all.extend(alternatives);
        }
        grammar
    }

    pub(crate) fn of(&self, kind: &str) -> &[Alternative] {
        self.0.get(kind).map_or(&[], Vec::as_slice)
    }
}

impl Alternative {
    fn read(text: &str, within: Option<String>) -> Alternative {
        let weighted = text
            .split_once("| ")
            .and_then(|(weight, rest)| Some((weight.parse().ok()?, rest)));
        let (weight, text) = weighted.unwrap_or((1, text));
        let mut gives = Vec::new();
        let mut lines = Vec::new();
        for line in text.lines() {
            match line
                .strip_prefix("=> ")
                .and_then(|line| line.split_once(": "))
            {
                Some((kind, what)) => gives.push((kind.to_owned(), what.to_owned())),
                None => lines.push(line),
            }
        }
        Alternative {
            text: lines.join("\n"),
            weight,
            within,
            gives,
        }
    }
}
