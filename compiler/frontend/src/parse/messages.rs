//! CPython's words for the errors ruff's parser finds.

use super::stream::described;
use crate::error::ErrorKind;
use crate::source::Source;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{InterpolatedStringErrorType, LexicalErrorType, ParseErrorType};
use ruff_text_size::TextRange;

/// What CPython says when it has nothing better to say.
pub const GENERIC: &str = "invalid syntax";

/// Is it a line that is indented for no reason?
pub fn is_unexpected_indent(error: &ParseErrorType) -> bool {
    matches!(error, ParseErrorType::UnexpectedIndentation)
}

/// CPython's exception and message for an error of the parser.
pub fn message(source: &Source, error: &ParseErrorType, range: TextRange) -> (ErrorKind, String) {
    use ParseErrorType as E;
    let message = match error {
        E::Lexical(error) => return lexical_message(source, error, range),
        E::UnexpectedIndentation => return (ErrorKind::Indentation, "unexpected indent".into()),
        E::OtherError(message) => return other_message(message),
        E::FStringError(error) => format!("f-string: {}", interpolation_message(error)),
        E::TStringError(error) => format!("t-string: {}", interpolation_message(error)),

        E::PositionalAfterKeywordUnpacking => {
            "positional argument follows keyword argument unpacking".into()
        }

        E::IterableUnpackingInComprehension => {
            "iterable unpacking cannot be used in comprehension".into()
        }
        E::UnparenthesizedGeneratorExpression => {
            "Generator expression must be parenthesized".into()
        }
        E::NonDefaultParamAfterDefaultParam => {
            "parameter without a default follows parameter with a default".into()
        }
        E::ExpectedKeywordParam => "named arguments must follow bare *".into(),
        E::EmptyTypeParams => "Type parameter list cannot be empty".into(),
        E::EmptyImportNames => "Expected one or more names after 'import'".into(),
        E::ExpectedRealNumber => "real number required in complex literal".into(),
        E::ExpectedImaginaryNumber => "imaginary number required in complex literal".into(),
        E::InvalidMatchPatternTarget => "cannot use '_' as a target".into(),
        E::InvalidStarredExpressionUsage => "can't use starred expression here".into(),
        E::InvalidNamedAssignmentTarget => {
            format!(
                "cannot use assignment expressions with {}",
                described(source.slice(range))
            )
        }
        E::InvalidDeleteTarget => format!("cannot delete {}", described(source.slice(range))),
        E::ExpectedToken {
            expected: TokenKind::Lpar,
            ..
        } => "expected '('".into(),
        _ => GENERIC.into(),
    };
    (ErrorKind::Syntax, message)
}

fn lexical_message(
    source: &Source,
    error: &LexicalErrorType,
    range: TextRange,
) -> (ErrorKind, String) {
    use LexicalErrorType as E;
    let end = range
        .end()
        .to_usize()
        .min(source.text().trim_end_matches('\n').len());
    let line = source.line(end as u32);
    let message = match error {
        E::IndentationError => {
            return (
                ErrorKind::Indentation,
                "unindent does not match any outer indentation level".into(),
            );
        }
        E::UnclosedStringError => {
            let text = source
                .slice(range)
                .trim_start_matches(|c: char| c.is_ascii_alphabetic());
            if text.starts_with("\"\"\"") || text.starts_with("'''") {
                format!("unterminated triple-quoted string literal (detected at line {line})")
            } else {
                let hint = match escapes_quote(text) {
                    true => "; perhaps you escaped the end quote?",
                    false => "",
                };
                format!("unterminated string literal (detected at line {line}){hint}")
            }
        }
        E::FStringError(error) => format!("f-string: {}", interpolation_message(error)),
        E::TStringError(error) => format!("t-string: {}", interpolation_message(error)),
        E::InvalidByteLiteral => "bytes can only contain ASCII literal characters".into(),
        E::LineContinuationError => "unexpected character after line continuation character".into(),
        E::Eof => GENERIC.into(),
        E::UnrecognizedToken { tok } if tok.is_ascii() && !tok.is_control() => GENERIC.into(),
        E::UnrecognizedToken { tok } if !is_printable(*tok) => {
            format!("invalid non-printable character U+{:04X}", u32::from(*tok))
        }
        E::UnrecognizedToken { tok } => {
            format!("invalid character '{tok}' (U+{:04X})", u32::from(*tok))
        }
        _ => GENERIC.into(),
    };
    (ErrorKind::Syntax, message)
}

/// Is it the tokenizer that says so? The parser may have stopped for another reason, or go on.
pub fn is_of_tokenizer(message: &str) -> bool {
    let field = message
        .strip_prefix("f-string: ")
        .or(message.strip_prefix("t-string: "));
    message.starts_with("unterminated ")
        || message.starts_with("invalid digit ")
        || message.starts_with("leading zeros in ")
        || message.starts_with("invalid ") && message.ends_with(" literal")
        || message.ends_with(" prefixes are incompatible")
        || field.is_some_and(|field| field == "expecting '}'" || field.starts_with("unmatched "))
}

/// Is the quote that starts the text escaped in it?
fn escapes_quote(text: &str) -> bool {
    let quote = text.chars().next();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c == '\\' && rest.next() == quote {
            return true;
        }
    }
    false
}

/// Whether `repr` would show the character itself; the tokenizer meets few others.
fn is_printable(c: char) -> bool {
    let invisible = matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    !(c.is_control() || c.is_whitespace() || invisible)
}

fn interpolation_message(error: &InterpolatedStringErrorType) -> &'static str {
    use InterpolatedStringErrorType as E;
    match error {
        E::UnclosedLbrace => "expecting '}'",
        E::InvalidConversionFlag => "invalid conversion character",
        E::SingleRbrace => "single '}' is not allowed",
        E::UnterminatedString => "unterminated string",
        E::UnterminatedTripleQuotedString => "unterminated triple-quoted string",
        E::LambdaWithoutParentheses => "lambda expressions are not allowed without parentheses",
        E::ConversionFlagNotImmediatelyAfterExclamation => {
            "conversion type must come right after the exclamation mark"
        }
        E::NewlineInFormatSpec => {
            "newlines are not allowed in format specifiers for single quoted f-strings"
        }
    }
}

/// Messages the parser builds at run time.
fn other_message(message: &str) -> (ErrorKind, String) {
    let message = match message {
        "Expected `except` or `finally` after `try` block" => {
            "expected 'except' or 'finally' block"
        }
        "Positional patterns cannot follow keyword patterns" => {
            "positional patterns follow keyword patterns"
        }
        _ => GENERIC,
    };
    (ErrorKind::Syntax, message.into())
}
