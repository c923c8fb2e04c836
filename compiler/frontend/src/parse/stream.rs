//! The tokens of a broken program, with just enough structure to tell what a mistake meant: brackets, logical lines, and
//! where an expression that starts at a token would end.

use crate::source::Source;
use ruff_python_ast::token::{Token, TokenKind as T};
use ruff_python_parser::{ParseError, ParseErrorType};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// Tokens without comments and blank lines.
pub struct Stream<'s> {
    source: &'s Source,
    tokens: Vec<(T, TextRange)>,
    /// For each token the bracket around it, if any.
    openings: Vec<Option<usize>>,
    /// For each token the number of brackets around it.
    depths: Vec<u32>,
}

/// How much of an expression to take.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    /// Up to `|`: what a target may look like.
    Arithmetic,
    /// Comparisons, `and`, `or`, `not`.
    Disjunction,
}

impl<'s> Stream<'s> {
    pub fn new(source: &'s Source, tokens: &[Token]) -> Stream<'s> {
        let tokens: Vec<(T, TextRange)> = tokens
            .iter()
            .filter(|token| !matches!(token.kind(), T::Comment | T::NonLogicalNewline))
            .map(|token| (token.kind(), token.range()))
            .collect();
        let mut open: Vec<usize> = Vec::new();
        let mut stream = Stream {
            source,
            tokens,
            openings: Vec::new(),
            depths: Vec::new(),
        };
        for (i, &(kind, _)) in stream.tokens.iter().enumerate() {
            if matches!(kind, T::Rpar | T::Rsqb | T::Rbrace) {
                open.pop();
            }
            stream.openings.push(open.last().copied());
            stream.depths.push(open.len() as u32);
            if matches!(kind, T::Lpar | T::Lsqb | T::Lbrace) {
                open.push(i);
            }
        }
        stream
    }

    // ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────────

    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The kind of a token; the end of the file behind the last one.
    pub fn kind(&self, i: usize) -> T {
        self.tokens.get(i).map_or(T::EndOfFile, |&(kind, _)| kind)
    }

    /// A token's place. A line end is one character wide.
    pub fn range(&self, i: usize) -> TextRange {
        let end = TextSize::new(self.source.text().len() as u32);
        let range = self
            .tokens
            .get(i)
            .map_or(TextRange::empty(end), |&(_, range)| range);
        match self.kind(i) {
            T::Newline if !range.is_empty() => TextRange::at(range.start(), TextSize::new(1)),
            _ => range,
        }
    }

    pub fn text(&self, i: usize) -> &'s str {
        self.source.slice(self.range(i))
    }

    pub fn slice(&self, range: TextRange) -> &'s str {
        self.source.slice(range)
    }

    /// Everything from an offset on.
    pub fn rest(&self, start: TextSize) -> &'s str {
        &self.source.text()[start.to_usize()..]
    }

    /// The range of the tokens `start..end`, if there are any.
    pub fn span(&self, start: usize, end: usize) -> Option<TextRange> {
        (start < end && end <= self.len())
            .then(|| TextRange::new(self.range(start).start(), self.range(end - 1).end()))
    }

    /// The token at the start of a range.
    pub fn index(&self, range: TextRange) -> usize {
        self.tokens.partition_point(|(_, token)| {
            token.end() <= range.start() && token.start() < range.start()
        })
    }

    /// The token CPython blames for an error it has no words for.
    pub fn blamed(&self, error: &ParseError) -> usize {
        let mut at = self.index(error.location);
        while matches!(self.kind(at), T::Indent | T::Dedent) {
            at += 1;
        }
        let end = self.index_after(error.location);
        let comma =
            (at..end).find(|&i| self.kind(i) == T::Comma && self.depth(i) == self.depth(at));
        let word =
            (at..end).find(|&i| self.kind(i) == T::For && self.depth(i) == self.depth(at) + 1);
        match error.error {
            ParseErrorType::UnparenthesizedTupleExpression => comma.unwrap_or(at),
            ParseErrorType::UnparenthesizedGeneratorExpression => word.unwrap_or(at),
            _ => at,
        }
    }

    /// The first token behind a range.
    pub fn index_after(&self, range: TextRange) -> usize {
        self.tokens
            .partition_point(|(_, token)| token.start() < range.end())
    }

    pub fn line(&self, i: usize) -> u32 {
        self.source.line(self.range(i).start().to_u32())
    }

    /// The line of an offset; line ends at the end of the program belong to its last line.
    pub fn line_of(&self, at: TextSize) -> u32 {
        let end = self.source.text().trim_end_matches('\n').len();
        self.source.line(at.to_usize().min(end) as u32)
    }

    /// Column of a token, in bytes from 0.
    pub fn column(&self, i: usize) -> u32 {
        self.source.position(self.range(i)).column
    }

    // ── structure ────────────────────────────────────────────────────────────────────────────────────────────────

    pub fn is_layout(&self, i: usize) -> bool {
        matches!(self.kind(i), T::Newline | T::Indent | T::Dedent)
    }

    /// The first token of the logical line of a token.
    pub fn line_start(&self, i: usize) -> usize {
        let ends = |i: &usize| self.is_layout(*i) || self.kind(*i) == T::Semi;
        (0..i.min(self.len()))
            .rev()
            .find(ends)
            .map_or(0, |end| end + 1)
    }

    /// Is the token the first of a logical line that has a line of its own?
    pub fn starts_line(&self, i: usize) -> bool {
        i == 0 || self.is_layout(i - 1)
    }

    /// Does a statement start here, be it behind another one or the colon of its clause?
    pub fn starts_statement(&self, i: usize) -> bool {
        let before = i.checked_sub(1).map(|before| self.kind(before));
        self.line_start(i) == i || before == Some(T::Colon)
    }

    pub fn depth(&self, i: usize) -> u32 {
        self.depths.get(i).copied().unwrap_or(0)
    }

    /// The bracket around a token.
    pub fn opening(&self, i: usize) -> Option<usize> {
        self.openings.get(i).copied().flatten()
    }

    /// The bracket that was open when the parser came to a token: for a closing one, its own.
    pub fn open_at(&self, i: usize) -> Option<usize> {
        if !matches!(self.kind(i), T::Rpar | T::Rsqb | T::Rbrace) {
            return self.opening(i);
        }
        let depth = self.depth(i);
        (0..i).rev().find(|&j| {
            self.depth(j) == depth && matches!(self.kind(j), T::Lpar | T::Lsqb | T::Lbrace)
        })
    }

    /// The bracket that closes the one at `i`.
    pub fn closing(&self, i: usize) -> Option<usize> {
        let depth = self.depth(i);
        (i + 1..self.len()).find(|&j| {
            matches!(self.kind(j), T::Rpar | T::Rsqb | T::Rbrace) && self.depth(j) == depth
        })
    }

    pub fn is_string(&self, i: usize) -> bool {
        matches!(self.kind(i), T::String | T::FStringStart | T::TStringStart)
    }

    pub fn is_augmented(&self, i: usize) -> bool {
        matches!(
            self.kind(i),
            T::PlusEqual
                | T::MinusEqual
                | T::StarEqual
                | T::SlashEqual
                | T::DoubleSlashEqual
                | T::PercentEqual
                | T::AtEqual
                | T::AmperEqual
                | T::VbarEqual
                | T::CircumflexEqual
                | T::LeftShiftEqual
                | T::RightShiftEqual
                | T::DoubleStarEqual
        )
    }

    pub fn starts_operand(&self, i: usize) -> bool {
        let kind = self.kind(i);
        self.is_string(i)
            || kind.is_soft_keyword()
            || matches!(
                kind,
                T::Name
                    | T::Int
                    | T::Float
                    | T::Complex
                    | T::True
                    | T::False
                    | T::None
                    | T::Ellipsis
                    | T::Lpar
                    | T::Lsqb
                    | T::Lbrace
                    | T::Lambda
                    | T::Await
                    | T::Not
            )
    }

    pub fn ends_operand(&self, i: usize) -> bool {
        let kind = self.kind(i);
        kind.is_soft_keyword()
            || matches!(
                kind,
                T::Name
                    | T::Int
                    | T::Float
                    | T::Complex
                    | T::True
                    | T::False
                    | T::None
                    | T::Ellipsis
                    | T::String
                    | T::FStringEnd
                    | T::TStringEnd
                    | T::Rpar
                    | T::Rsqb
                    | T::Rbrace
            )
    }

    // ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────

    /// Does an expression start at `i`, whatever is wrong behind it?
    pub fn begins_expression(&self, i: usize) -> bool {
        let sign = |kind| matches!(kind, T::Plus | T::Minus | T::Tilde | T::Not | T::Await);
        let operand = (i..self.len()).find(|&i| !sign(self.kind(i)));
        operand.is_some_and(|i| match self.kind(i) {
            T::Lambda => self.expression_end(i).is_some(),
            _ => self.primary_end(i).is_some(),
        })
    }

    /// The token behind the disjunction or lambda that starts at `i`.
    pub fn expression_end(&self, i: usize) -> Option<usize> {
        self.end(i, Level::Disjunction)
    }

    /// The token behind the arithmetic expression, starred or not, that starts at `i`.
    pub fn arithmetic_end(&self, i: usize) -> Option<usize> {
        self.end(
            if self.kind(i) == T::Star { i + 1 } else { i },
            Level::Arithmetic,
        )
    }

    fn end(&self, start: usize, level: Level) -> Option<usize> {
        let mut i = start;
        loop {
            while matches!(self.kind(i), T::Plus | T::Minus | T::Tilde | T::Await)
                || level == Level::Disjunction && self.kind(i) == T::Not
            {
                i += 1;
            }
            if self.kind(i) == T::Lambda {
                let colon = (i..self.len())
                    .find(|&j| self.kind(j) == T::Colon && self.depth(j) == self.depth(i))?;
                return crate::with_stack(|| self.end(colon + 1, Level::Disjunction));
            }
            i = self.primary_end(i)?;
            match self.operator_end(i, level) {
                Some(next) => i = next,
                None => return Some(i),
            }
        }
    }

    /// The token behind a name, literal or group with its calls, subscripts and attributes.
    fn primary_end(&self, i: usize) -> Option<usize> {
        if !self.starts_operand(i) {
            return None;
        }
        let mut i = match self.kind(i) {
            T::Lpar | T::Lsqb | T::Lbrace => self.closing(i)? + 1,
            _ if self.is_string(i) => self.strings_end(i)?,
            T::Lambda | T::Not | T::Await => return None,
            _ => i + 1,
        };
        loop {
            i = match self.kind(i) {
                T::Lpar | T::Lsqb => self.closing(i)? + 1,
                T::Dot if self.kind(i + 1) == T::Name => i + 2,
                _ => return Some(i),
            };
        }
    }

    /// The token behind string literals side by side.
    fn strings_end(&self, mut i: usize) -> Option<usize> {
        while self.is_string(i) {
            i = self.literal_end(i)?;
        }
        Some(i)
    }

    /// The token behind the string literal that starts at `i`, if one does.
    pub fn literal_end(&self, i: usize) -> Option<usize> {
        match self.kind(i) {
            T::String => Some(i + 1),
            T::FStringStart | T::TStringStart => {
                let mut nested = 0;
                let end = (i..self.len()).find(|&j| {
                    match self.kind(j) {
                        T::FStringStart | T::TStringStart => nested += 1,
                        T::FStringEnd | T::TStringEnd => nested -= 1,
                        _ => {}
                    }
                    nested == 0
                })?;
                Some(end + 1)
            }
            _ => None,
        }
    }

    /// The token behind a binary operator.
    fn operator_end(&self, i: usize, level: Level) -> Option<usize> {
        let kind = self.kind(i);
        let arithmetic = matches!(
            kind,
            T::Plus
                | T::Minus
                | T::Star
                | T::Slash
                | T::DoubleSlash
                | T::Percent
                | T::At
                | T::DoubleStar
                | T::LeftShift
                | T::RightShift
                | T::Amper
                | T::Vbar
                | T::CircumFlex
        );
        if arithmetic {
            return Some(i + 1);
        }
        if level == Level::Arithmetic {
            return None;
        }
        match (kind, self.kind(i + 1)) {
            (T::Not, T::In) | (T::Is, T::Not) => Some(i + 2),
            (T::And | T::Or | T::In | T::Is, _) => Some(i + 1),
            _ if self.is_comparison(i) => Some(i + 1),
            _ => None,
        }
    }

    fn is_comparison(&self, i: usize) -> bool {
        matches!(
            self.kind(i),
            T::EqEqual | T::NotEqual | T::Less | T::LessEqual | T::Greater | T::GreaterEqual
        )
    }

    /// The first comparison operator among the tokens `start..end`.
    pub fn comparison_in(&self, start: usize, end: usize) -> Option<usize> {
        (start..end).find(|&i| self.is_comparison(i))
    }

    /// Where the disjunction starts that ends before `i`.
    pub fn operand_before(&self, i: usize) -> Option<usize> {
        let depth = self.depth(i);
        let delimits = |j: usize| {
            let kind = self.kind(j);
            self.depth(j) < depth
                || self.is_layout(j)
                || self.is_augmented(j)
                || matches!(
                    kind,
                    T::Comma
                        | T::Colon
                        | T::Semi
                        | T::Equal
                        | T::ColonEqual
                        | T::Rarrow
                        | T::If
                        | T::Elif
                        | T::Else
                        | T::For
                        | T::While
                        | T::With
                        | T::Return
                        | T::Yield
                        | T::Lambda
                        | T::Assert
                        | T::Del
                        | T::Raise
                        | T::Import
                        | T::From
                        | T::As
                        | T::Async
                )
        };
        let mut start = (0..i).rev().find(|&j| delimits(j)).map_or(0, |j| j + 1);
        // Behind the `in` of a loop an expression starts anew.
        loop {
            match self.expression_end(start) {
                Some(end) if end == i => return Some(start),
                _ => {}
            }
            start = (start..i).find(|&j| self.kind(j) == T::In && self.depth(j) == depth)? + 1;
        }
    }

    /// Where the argument starts that holds token `i`.
    pub fn argument_start(&self, i: usize) -> usize {
        let depth = self.depth(i);
        let starts = |j: &usize| {
            self.depth(*j) < depth || self.depth(*j) == depth && matches!(self.kind(*j), T::Comma)
        };
        (0..i).rev().find(starts).map_or(0, |j| j + 1)
    }

    /// The `lambda` whose parameters the token `i` is among.
    pub fn lambda_before(&self, i: usize) -> Option<usize> {
        let word = (0..=i.min(self.len()))
            .rev()
            .find(|&j| self.kind(j) == T::Lambda)?;
        let depth = self.depth(word);
        let body = (word..i).any(|j| self.kind(j) == T::Colon && self.depth(j) == depth);
        (!body && self.line_start(word) == self.line_start(i)).then_some(word)
    }

    /// The first bracket among the parameters of the `lambda` at `i`.
    pub fn parenthesis_after(&self, i: usize) -> usize {
        let depth = self.depth(i);
        (i + 1..self.len())
            .find(|&j| {
                matches!(self.kind(j), T::Lpar | T::Colon | T::Equal) && self.depth(j) == depth
            })
            .unwrap_or(i)
    }
}

/// What CPython calls an expression; "invalid" if the text is none.
pub fn described(text: &str) -> &'static str {
    if text.starts_with("yield") {
        return "yield expression";
    }
    if text.len() > MAX_DESCRIBED {
        return "expression";
    }
    stacker::maybe_grow(DESCRIBE_STACK, 2 * DESCRIBE_STACK, || describe(text.trim()))
}

/// The longest text that is parsed again to say what it is, and stack enough for the deepest tree it can be.
const MAX_DESCRIBED: usize = 2000;
const DESCRIBE_STACK: usize = 4 << 20;

fn describe(text: &str) -> &'static str {
    use ruff_python_ast::Expr as E;
    if let Some(starred) = text.strip_prefix('*') {
        return match ruff_python_parser::parse_expression(starred) {
            Ok(_) => "starred",
            Err(_) => "invalid",
        };
    }
    let parsed = match ruff_python_parser::parse_expression(text) {
        Ok(parsed) => parsed,
        // What needs parentheses, without them.
        Err(_) if text.contains(":=") => {
            match ruff_python_parser::parse_expression(&format!("({text})")) {
                Ok(parsed) => parsed,
                Err(_) => return "invalid",
            }
        }
        Err(_) => return "invalid",
    };
    match parsed.expr() {
        E::Call(_) => "function call",
        E::BinOp(_) | E::UnaryOp(_) | E::BoolOp(_) => "expression",
        E::Compare(_) => "comparison",
        E::If(_) => "conditional expression",
        E::Lambda(_) => "lambda",
        E::Dict(_) => "dict literal",
        E::Set(_) => "set display",
        E::ListComp(_) => "list comprehension",
        E::SetComp(_) => "set comprehension",
        E::DictComp(_) => "dict comprehension",
        E::Generator(_) => "generator expression",
        E::Yield(_) | E::YieldFrom(_) => "yield expression",
        E::Await(_) => "await expression",
        E::FString(_) => "f-string expression",
        E::TString(_) => "t-string expression",
        E::StringLiteral(_) | E::BytesLiteral(_) | E::NumberLiteral(_) => "literal",
        E::BooleanLiteral(b) if b.value => "True",
        E::BooleanLiteral(_) => "False",
        E::NoneLiteral(_) => "None",
        E::EllipsisLiteral(_) => "ellipsis",
        E::Named(_) => "named expression",
        E::Starred(_) => "starred",
        E::List(_) => "list",
        E::Tuple(_) => "tuple",
        E::Attribute(_) => "attribute",
        E::Subscript(_) => "subscript",
        E::Name(_) => "name",
        E::Slice(_) | E::IpyEscapeCommand(_) => "expression",
    }
}
