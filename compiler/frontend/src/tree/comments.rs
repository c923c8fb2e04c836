//! Comments that tell types, for `ast.parse(type_comments=True)`: `# type: int` belongs to the statement or parameter in front
//! of it, `# type: ignore` to the module.

use super::Maker;
use crate::error::{CompileError, ErrorKind};
use crate::source::Source;
use ashore_bytecode::syntax::Tree;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange, TextSize};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// The comments of a program that nothing has claimed yet, by where they begin.
#[derive(Default)]
pub struct TypeComments {
    types: RefCell<BTreeMap<TextSize, TextRange>>,
    /// Where the body of a function begins that has two comments.
    twice: Cell<Option<TextRange>>,
    /// Lines that are not to be checked, and what follows the word.
    ignored: Vec<(u32, String)>,
}

/// What a comment says of types.
enum Said<'a> {
    Type(&'a str),
    Ignore(&'a str),
}

/// Takes `# type: ...` apart.
fn said(comment: &str) -> Option<Said<'_>> {
    let blanks = [' ', '\t'];
    let rest = comment.strip_prefix('#')?.trim_start_matches(blanks);
    let rest = rest.strip_prefix("type:")?.trim_start_matches(blanks);
    let tag = rest.strip_prefix("ignore");
    let tag = tag.filter(|tag| {
        let next = tag.as_bytes().first();
        !next.is_some_and(|&next| next >= 128 || next.is_ascii_alphanumeric())
    });
    Some(tag.map_or(Said::Type(rest), Said::Ignore))
}

impl TypeComments {
    pub fn of(source: &Source) -> TypeComments {
        let options = ParseOptions::from(ruff_python_parser::Mode::Module);
        let parsed = parse_unchecked(source.text(), options);
        let mut found = TypeComments::default();
        let comments = parsed.tokens().iter();
        for comment in comments.filter(|token| token.kind() == TokenKind::Comment) {
            let range = comment.range();
            match said(source.slice(range)) {
                Some(Said::Type(text)) => {
                    let own = TextRange::at(range.end() - TextSize::of(text), TextSize::of(text));
                    found.types.get_mut().insert(range.start(), own);
                }
                Some(Said::Ignore(tag)) => {
                    let line = source.line(range.start().to_u32());
                    // Alone on a line it takes the line's end along.
                    let alone = source.line_text(line).trim_start().starts_with('#');
                    let end = if alone { "\n" } else { "" };
                    found.ignored.push((line, format!("{tag}{end}")));
                }
                None => {}
            }
        }
        found
    }

    /// The error of a comment that is nowhere where a type is expected.
    pub fn misplaced(&self, source: &Source) -> Option<CompileError> {
        if let Some(range) = self.twice.get() {
            let message = "Cannot have two type comments on def";
            return Some(source.error(ErrorKind::Syntax, message, range));
        }
        let types = self.types.borrow();
        let range = types.values().next()?;
        Some(source.error(ErrorKind::Syntax, "invalid syntax", *range))
    }

    /// The field of a module.
    pub fn ignores(&self) -> Tree {
        let each = self.ignored.iter().map(|(line, tag)| {
            let fields = vec![Tree::int(i64::from(*line)), Tree::identifier(tag)];
            Tree::node("TypeIgnore", fields)
        });
        Tree::List(each.collect())
    }

    fn is_empty(&self) -> bool {
        self.types.borrow().is_empty()
    }
}

/// Is there nothing more on the line?
fn is_blank(rest: &str) -> bool {
    rest.trim_start_matches([' ', '\t', '\x0c'])
        .starts_with('\n')
}

impl Maker<'_> {
    /// The offset of the first thing behind blanks.
    fn behind_blanks(&self, at: TextSize) -> TextSize {
        let rest = &self.source.text()[at.to_usize()..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\x0c']).len();
        at + TextSize::new(blanks as u32)
    }

    /// The type comment that follows on the line.
    pub(super) fn comment_behind(&self, at: TextSize) -> Tree {
        if self.comments.is_empty() {
            return Tree::NONE;
        }
        let claimed = self
            .comments
            .types
            .borrow_mut()
            .remove(&self.behind_blanks(at));
        claimed.map_or(Tree::NONE, |range| {
            Tree::identifier(self.source.slice(range))
        })
    }

    /// The type comment of a parameter: behind its comma, or in front of the closing parenthesis.
    pub(super) fn parameter_comment(&self, at: TextSize) -> Tree {
        if self.comments.is_empty() {
            return Tree::NONE;
        }
        let next = self.behind_blanks(at);
        let text = self.source.text();
        if text[next.to_usize()..].starts_with(',') {
            return self.comment_behind(next + TextSize::new(1));
        }
        match text[self.behind_comments(next).to_usize()..].starts_with(')') {
            true => self.comment_behind(next),
            false => Tree::NONE,
        }
    }

    /// The type comment behind the colon that ends a header, of which all but brackets ends at `at`.
    pub(super) fn header_comment(&self, at: TextSize) -> Tree {
        if self.comments.is_empty() {
            return Tree::NONE;
        }
        self.comment_behind(self.behind_colon(at))
    }

    /// That of a function may be on the line below, in front of the body.
    pub(super) fn function_comment(&self, at: TextSize, body: TextRange) -> Tree {
        if self.comments.is_empty() {
            return Tree::NONE;
        }
        let colon = self.behind_colon(at);
        let same_line = self.comment_behind(colon);
        let rest = &self.source.text()[colon.to_usize()..];
        let Some(line) = rest
            .find('\n')
            .filter(|_| same_line != Tree::NONE || is_blank(rest))
        else {
            return same_line;
        };
        let below = self.comment_behind(colon + TextSize::new(line as u32 + 1));
        match (&same_line, &below) {
            (&Tree::NONE, _) => below,
            (_, &Tree::NONE) => same_line,
            _ => {
                self.comments.twice.set(Some(body));
                Tree::NONE
            }
        }
    }

    /// The offset of the first thing behind blanks, line ends and comments.
    fn behind_comments(&self, at: TextSize) -> TextSize {
        let text = self.source.text();
        let mut rest = &text[at.to_usize()..];
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\\');
            match rest.strip_prefix('#') {
                Some(comment) => rest = comment.trim_start_matches(|c| c != '\n'),
                None => return TextSize::new((text.len() - rest.len()) as u32),
            }
        }
    }

    fn behind_colon(&self, at: TextSize) -> TextSize {
        let text = self.source.text();
        let mut next = self.behind_comments(at);
        while text[next.to_usize()..].starts_with([')', ',']) {
            next = self.behind_comments(next + TextSize::new(1));
        }
        next + TextSize::new(u32::from(text[next.to_usize()..].starts_with(':')))
    }
}
