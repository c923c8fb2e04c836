//! Replacement fields as they are written, for `f"{x=}"` and template strings.

use crate::source::Source;
use ruff_python_ast::{ConversionFlag, InterpolatedElement};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// The text of an expression as fields show it.
pub fn without_comments(text: &str) -> String {
    if !text.contains('#') {
        return text.to_owned();
    }
    let mut kept = String::with_capacity(text.len());
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quote.is_some() => {
                kept.push(c);
                kept.extend(chars.next());
                continue;
            }
            '\'' | '"' => match quote {
                None => quote = Some(c),
                Some(open) if open == c => quote = None,
                Some(_) => {}
            },
            '#' if quote.is_none() => {
                kept.extend(chars.by_ref().find(|&c| c == '\n'));
                continue;
            }
            _ => {}
        }
        kept.push(c);
    }
    kept
}

/// The expression as it is written: all there is before `=`, the conversion or the format.
pub fn expression(source: &Source, field: &InterpolatedElement) -> String {
    let one = TextSize::new(1);
    let end = match &field.format_spec {
        Some(spec) => spec.start() - one,
        None => field.end() - one,
    };
    let mut text = source.slice(TextRange::new(field.start() + one, end));
    if field.conversion != ConversionFlag::None {
        text = text.rsplit_once('!').map_or(text, |(text, _)| text);
    }
    let mut text = without_comments(text);
    if field.debug_text.is_some()
        && let Some(end) = text.rfind('=')
    {
        text.truncate(end);
    }
    text
}
