//! Ints of so many decimal digits that converting them takes long: CPython's parser refuses them when it comes by.

use crate::error::{CompileError, ErrorKind, Stage};
use crate::source::Source;
use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange};

/// An int that is refused.
pub struct TooLong {
    pub range: TextRange,
    digits: usize,
    limit: usize,
}

/// The first int of more digits than the limit allows, if there is a limit.
pub fn too_long(source: &Source, tokens: &[Token], limit: usize) -> Option<TooLong> {
    if limit == 0 {
        return None;
    }
    let ints = tokens.iter().filter(|token| token.kind() == TokenKind::Int);
    let mut long = ints.filter(|token| token.range().len().to_usize() > limit);
    long.find_map(|token| {
        let text = source.slice(token.range());
        let decimal = text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_');
        let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'_'));
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        (decimal && !is_zero && digits > limit).then_some(TooLong {
            range: token.range(),
            digits,
            limit,
        })
    })
}

impl TooLong {
    /// Does the parser come by, given the first error of any other kind? In its search for words about an error it looks at
    /// the rest of the line, but the tokenizer does not go on.
    pub fn is_seen(&self, source: &Source, other: Option<&CompileError>) -> bool {
        let Some(other) = other else { return true };
        let place = source.error(ErrorKind::Syntax, "", self.range);
        match other.stage {
            Stage::Tokenizer => (place.line, place.column) < (other.line, other.column),
            Stage::Parser | Stage::Symbols | Stage::Compiler => place.line <= other.line,
        }
    }

    /// The error: it is about the whole line.
    pub fn error(&self, source: &Source) -> CompileError {
        let (limit, digits) = (self.limit, self.digits);
        let message = format!(
            "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; \
             use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer \
             literals to avoid decimal conversion limits."
        );
        let place = source.error(ErrorKind::Syntax, message, self.range);
        CompileError {
            column: 0,
            end_line: place.line,
            end_column: 0,
            ..place
        }
    }
}
