//! Types of functions as comments give them: `(int, *str, **object) -> bool`, for `ast.parse(mode="func_type")`.

use super::messages::GENERIC;
use super::translate;
use crate::Mode;
use crate::error::{CompileError, ErrorKind};
use crate::source::Source;
use ruff_python_ast::token::{Token, TokenKind as T};
use ruff_python_ast::{Expr, ModExpression};
use ruff_python_parser::{
    ParseError, ParseOptions, Parsed, parse_expression_range, parse_parenthesized_expression_range,
    parse_unchecked,
};
use ruff_text_size::{Ranged, TextRange};

/// The types of the parameters, stars left out, and of the result.
pub struct Signature {
    pub parameters: Vec<Expr>,
    pub returns: Expr,
}

/// Parses the type of a function.
pub fn signature(source: &Source) -> Result<Signature, CompileError> {
    let options = ParseOptions::from(ruff_python_parser::Mode::Module);
    let parsed = parse_unchecked(source.text(), options);
    let tokens: Vec<Token> = parsed
        .tokens()
        .iter()
        .copied()
        .filter(|token| !matches!(token.kind(), T::Comment | T::NonLogicalNewline))
        .collect();
    let parser = Parser {
        source,
        tokens: &tokens,
    };
    parser.signature()
}

struct Parser<'a> {
    source: &'a Source,
    tokens: &'a [Token],
}

impl Parser<'_> {
    fn kind(&self, at: usize) -> T {
        self.tokens.get(at).map_or(T::EndOfFile, Token::kind)
    }

    /// The error that CPython has for whatever does not fit at a token.
    fn unexpected<R>(&self, at: usize) -> Result<R, CompileError> {
        let token = self.tokens.get(at).or(self.tokens.last());
        let range = token.map_or(TextRange::default(), Token::range);
        Err(self.source.error(ErrorKind::Syntax, GENERIC, range))
    }

    fn signature(&self) -> Result<Signature, CompileError> {
        if self.kind(0) != T::Lpar {
            return self.unexpected(0);
        }
        let (parameters, close) = self.parameters()?;
        if self.kind(close + 1) != T::Rarrow {
            return self.unexpected(close + 1);
        }
        let start = close + 2;
        let ends = |kind: T| matches!(kind, T::Newline | T::EndOfFile);
        let end = (start..).find(|&at| ends(self.kind(at))).unwrap_or(start);
        if let Some(more) = (end..self.tokens.len()).find(|&at| !ends(self.kind(at))) {
            return self.unexpected(more);
        }
        let returns = self.expression(start, end, parse_expression_range)?;
        Ok(Signature {
            parameters,
            returns,
        })
    }

    /// The types between the parentheses, and the token that closes them. Those with stars come last.
    fn parameters(&self) -> Result<(Vec<Expr>, usize), CompileError> {
        let mut found = Vec::new();
        let mut stars = 0;
        let mut start = 1;
        let mut depth = 0_u32;
        for at in 1.. {
            match self.kind(at) {
                T::Lpar | T::Lsqb | T::Lbrace => depth += 1,
                T::Rpar if depth == 0 => {
                    if at > 1 {
                        found.push(self.parameter(start, at, &mut stars)?);
                    }
                    return Ok((found, at));
                }
                T::Rpar | T::Rsqb | T::Rbrace => depth = depth.saturating_sub(1),
                T::Comma if depth == 0 => {
                    found.push(self.parameter(start, at, &mut stars)?);
                    start = at + 1;
                }
                T::EndOfFile => break,
                _ => {}
            }
        }
        self.unexpected(self.tokens.len())
    }

    fn parameter(&self, start: usize, end: usize, stars: &mut u8) -> Result<Expr, CompileError> {
        let own = match self.kind(start) {
            T::Star => 1,
            T::DoubleStar => 2,
            _ => 0,
        };
        if own < *stars || own == *stars && own > 0 {
            return self.unexpected(start);
        }
        *stars = own;
        let start = start + usize::from(own > 0);
        self.expression(start, end, parse_parenthesized_expression_range)
    }

    /// The expression that is all of these tokens.
    fn expression(
        &self,
        start: usize,
        end: usize,
        parse: fn(&str, TextRange) -> Result<Parsed<ModExpression>, ParseError>,
    ) -> Result<Expr, CompileError> {
        if start >= end {
            return self.unexpected(end);
        }
        let (first, last) = (self.tokens[start].start(), self.tokens[end - 1].end());
        let parsed = parse(self.source.text(), TextRange::new(first, last));
        let parsed = parsed
            .map_err(|error| translate(self.source, &error, self.tokens, Mode::FunctionType))?;
        let expression = *parsed.into_syntax().body;
        match &expression {
            Expr::Tuple(tuple) if !tuple.parenthesized => self.unexpected(start),
            Expr::Starred(_) | Expr::Named(_) | Expr::Yield(_) | Expr::YieldFrom(_)
                if self.tokens[start].start() == expression.start() =>
            {
                self.unexpected(start)
            }
            _ => Ok(expression),
        }
    }
}
