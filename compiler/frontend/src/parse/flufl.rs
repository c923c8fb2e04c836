//! `from __future__ import barry_as_FLUFL` (PEP 401): `<>` stands for `!=`, which is refused.

use crate::error::{CompileError, ErrorKind};
use crate::source::Source;
use ashore_bytecode::code::FUTURE_BARRY;
use ruff_python_ast::token::{Token, TokenKind as T};
use ruff_text_size::Ranged;

const FEATURE: &str = "barry_as_FLUFL";

/// The program as other Pythons spell it, with the same places, and its first `!=`; nothing if it does not ask for it.
pub fn respelled(
    source: &Source,
    tokens: &[Token],
    future: u8,
) -> Option<(String, Option<CompileError>)> {
    let written = || source.text().contains(FEATURE) && is_asked_for(source, tokens);
    if future & FUTURE_BARRY == 0 && !written() {
        return None;
    }
    let mut text = source.text().to_owned();
    let mut refused = None;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind() {
            T::NotEqual if refused.is_none() => {
                let message = "with Barry as BDFL, use '<>' instead of '!='";
                refused = Some(source.error(ErrorKind::Syntax, message, token.range()));
            }
            T::Less => {
                let next = tokens.get(at + 1);
                let diamond = next
                    .is_some_and(|next| next.kind() == T::Greater && next.start() == token.end());
                if diamond {
                    let start = token.start().to_usize();
                    text.replace_range(start..start + 2, "!=");
                }
            }
            _ => {}
        }
    }
    Some((text, refused))
}

/// Is there a line `from __future__ import ... barry_as_FLUFL ...`?
fn is_asked_for(source: &Source, tokens: &[Token]) -> bool {
    let text = |token: &Token| source.slice(token.range());
    tokens
        .split(|token| token.kind() == T::Newline)
        .filter_map(|line| {
            let start = line.iter().position(|token| token.kind() == T::From)?;
            Some(&line[start..])
        })
        .any(|line| {
            line.get(1).is_some_and(|token| text(token) == "__future__")
                && line.iter().any(|token| text(token) == FEATURE)
        })
}
