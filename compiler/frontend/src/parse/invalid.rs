//! Recognises common mistakes where the parser stopped, as the `invalid_` rules of CPython's grammar do.
//!
//! Works on tokens: the tree of a broken program says little. Every rule either gives the error CPython gives or steps
//! aside for the next one.

use super::messages::GENERIC;
use super::stream::{Stream, described};
use crate::error::ErrorKind;
use ruff_python_ast::token::TokenKind as T;
use ruff_python_parser::{ParseError, ParseErrorType as E};
use ruff_text_size::{TextRange, TextSize};

/// An exception, its message and its place.
pub type Found = (ErrorKind, String, TextRange);

/// One kind of mistake: the parser's error, and the token it stopped at.
type Rule = fn(&Stream, &ParseError, usize) -> Option<Found>;

/// The error CPython reports where the parser reported `error`.
pub fn recognize(stream: &Stream, error: &ParseError) -> Option<Found> {
    if let Some(found) = super::literals::recognize(stream, error) {
        return Some(found);
    }
    let mut at = stream.index(error.location);
    while matches!(stream.kind(at), T::Indent | T::Dedent) {
        at += 1;
    }
    let rules: &[Rule] = &[
        missing_block,
        assignment_target,
        augmented_target,
        annotated_target,
        starred,
        missing_colon,
        condition_assignment,
        keyword_argument,
        parameters,
        comprehension_target,
        conditional_expression,
        dict_item,
        imports,
        except_clause,
        pattern_target,
        else_then_elif,
        super::fields::string_prefix,
        super::fields::string_in_string,
        misplaced_not,
        legacy_statement,
        super::fields::diamond,
        missing_comma,
        super::fields::field_end,
    ];
    rules.iter().find_map(|rule| rule(stream, error, at))
}

pub fn syntax(message: impl Into<String>, range: TextRange) -> Option<Found> {
    Some((ErrorKind::Syntax, message.into(), range))
}

// ── blocks ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/// The statement a line starts, as messages about its block name it.
fn clause(stream: &Stream, first: usize) -> Option<String> {
    let at = if stream.kind(first) == T::Async {
        first + 1
    } else {
        first
    };
    Some(match stream.kind(at) {
        T::Def => "function definition".into(),
        T::Class => "class definition".into(),
        T::Except if stream.kind(at + 1) == T::Star => "'except*' statement".into(),
        T::If
        | T::Elif
        | T::Else
        | T::For
        | T::While
        | T::Try
        | T::Except
        | T::Finally
        | T::With => {
            format!("'{}' statement", stream.text(at))
        }
        T::Match | T::Case => format!("'{}' statement", stream.text(at)),
        _ => return None,
    })
}

/// A clause whose body is not indented.
fn missing_block(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    let E::OtherError(message) = &error.error else {
        return None;
    };
    if !message.starts_with("Expected an indented block after") {
        return None;
    }
    // The line before the token where the body should be.
    let mut found = at;
    while stream.is_layout(found) && found + 1 < stream.len() {
        found += 1;
    }
    let header = (0..found).rev().find(|&i| stream.kind(i) == T::Colon)?;
    let first = stream.line_start(header);
    let name = clause(stream, first)?;
    let line = stream.line(first);
    let message = format!("expected an indented block after {name} on line {line}");
    Some((ErrorKind::Indentation, message, stream.range(found)))
}

/// A clause without its colon.
fn missing_colon(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    if !matches!(
        error.error,
        E::ExpectedToken {
            expected: T::Colon,
            ..
        }
    ) {
        return None;
    }
    let first = stream.line_start(at);
    let keyword = if stream.kind(first) == T::Async {
        first + 1
    } else {
        first
    };
    let forced = matches!(stream.kind(keyword), T::Def | T::Else | T::Try | T::Finally);
    if stream.kind(at) == T::Newline || forced && stream.depth(at) == 0 {
        return syntax("expected ':'", stream.range(at));
    }
    None
}

/// `elif` behind `else`.
fn else_then_elif(stream: &Stream, _: &ParseError, at: usize) -> Option<Found> {
    if stream.kind(at) != T::Elif || stream.line_start(at) != at {
        return None;
    }
    let column = stream.column(at);
    let previous = (0..at).rev().find(|&i| {
        !stream.is_layout(i) && stream.line_start(i) == i && stream.column(i) == column
    })?;
    if stream.kind(previous) != T::Else {
        return None;
    }
    syntax("'elif' block follows an 'else' block", stream.range(at))
}

// ── targets ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Something that cannot be assigned to.
fn assignment_target(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    if !matches!(error.error, E::InvalidAssignmentTarget) {
        return None;
    }
    let range = error.location;
    let what = described(stream.slice(range));
    if let Some(found) = comprehension_target(stream, error, at) {
        return Some(found);
    }
    if what == "yield expression" {
        return syntax("assignment to yield expression not possible", range);
    }
    let end = stream.index_after(range);
    let bitwise = stream.arithmetic_end(at) == Some(end);
    let simple = !matches!(
        what,
        "True"
            | "False"
            | "None"
            | "tuple"
            | "list"
            | "generator expression"
            | "conditional expression"
            | "lambda"
            | "comparison"
    );
    if bitwise && simple && stream.kind(end) == T::Equal && stream.depth(at) == 0 {
        let after = stream.expression_end(end + 1).unwrap_or(end + 1);
        if !matches!(stream.kind(after), T::Equal | T::ColonEqual) {
            let hint = "here. Maybe you meant '==' instead of '='?";
            return syntax(format!("cannot assign to {what} {hint}"), range);
        }
    }
    if what == "comparison" && stream.kind(at.saturating_sub(1)) == T::For {
        let operator = stream.comparison_in(at, end)?;
        return syntax(GENERIC, stream.range(operator));
    }
    syntax(format!("cannot assign to {what}"), range)
}

/// `a, b += 1`
fn augmented_target(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    let (range, operator) = match error.error {
        E::InvalidAugmentedAssignmentTarget => (error.location, true),
        _ => (
            stream.span(stream.line_start(at), at)?,
            stream.is_augmented(at),
        ),
    };
    if !operator {
        return None;
    }
    let what = described(stream.slice(range));
    if what == "invalid" {
        return None;
    }
    syntax(
        format!("'{what}' is an illegal expression for augmented assignment"),
        range,
    )
}

/// `a, b: int`
fn annotated_target(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    let what = match &error.error {
        E::OtherError(message) if message.starts_with("Only single target (not list)") => "list",
        E::OtherError(message) if message.starts_with("Only single target (not tuple)") => "tuple",
        E::InvalidAnnotatedAssignmentTarget if stream.starts_statement(at) => "",
        _ => return None,
    };
    // The whole of it counts only with an annotation.
    let colon = stream.index_after(error.location);
    if stream.kind(colon) == T::Colon && !stream.begins_expression(colon + 1) {
        return syntax(GENERIC, stream.range(colon));
    }
    if what.is_empty() {
        return syntax("illegal target for annotation", error.location);
    }
    let first = match stream.kind(at) {
        T::Lpar | T::Lsqb => None,
        _ => stream
            .arithmetic_end(at)
            .and_then(|end| stream.span(at, end)),
    };
    let range = first.unwrap_or(error.location);
    syntax(
        format!("only single target (not {what}) can be annotated"),
        range,
    )
}

/// `if x = 3:`, `[x = 3]`
fn condition_assignment(stream: &Stream, _: &ParseError, at: usize) -> Option<Found> {
    if stream.kind(at) != T::Equal {
        return None;
    }
    let first = stream.line_start(at);
    let called =
        |open: usize| stream.kind(open) == T::Lpar && open > 0 && stream.ends_operand(open - 1);
    match stream.opening(at) {
        Some(open) if called(open) => return None,
        None if !matches!(stream.kind(first), T::If | T::Elif | T::While) => return None,
        _ => {}
    }
    let start = stream.operand_before(at)?;
    let what = described(stream.slice(stream.span(start, at)?));
    match what {
        "name" => {
            let end = stream.expression_end(at + 1)?;
            let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            syntax(message, stream.span(start, end)?)
        }
        "True" | "False" | "None" | "tuple" | "list" | "generator expression" | "invalid" => None,
        what => {
            let hint = "here. Maybe you meant '==' instead of '='?";
            syntax(
                format!("cannot assign to {what} {hint}"),
                stream.span(start, at)?,
            )
        }
    }
}

/// `[x for x() in y]`, `[x for x if y]`, `[x, y for x, y in z]`
fn comprehension_target(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    if stream.kind(at) == T::For && stream.depth(at) > 0 {
        let open = stream.opening(at)?;
        if matches!(error.error, E::UnparenthesizedGeneratorExpression) {
            return None;
        }
        let elements = stream.span(open + 1, at)?;
        let bare = stream.kind(at - 1) != T::Comma && described(stream.slice(elements)) == "tuple";
        if matches!(stream.kind(open), T::Lsqb | T::Lbrace) && bare {
            return syntax(
                "did you forget parentheses around the comprehension target?",
                elements,
            );
        }
        return None;
    }
    let start = (0..=at)
        .rev()
        .find(|&i| stream.kind(i) == T::For && stream.depth(i) == stream.depth(at))?
        + 1;
    if stream.depth(at) == 0 || stream.opening(start) != stream.opening(at) {
        return None;
    }
    let mut end = stream.arithmetic_end(start)?;
    while stream.kind(end) == T::Comma {
        match stream.arithmetic_end(end + 1) {
            Some(next) => end = next,
            None => {
                end += 1;
                break;
            }
        }
    }
    if stream.kind(end) != T::In {
        return syntax("'in' expected after for-loop variables", stream.range(end));
    }
    if !matches!(error.error, E::InvalidAssignmentTarget) {
        return None;
    }
    syntax(
        format!(
            "cannot assign to {}",
            described(stream.slice(error.location))
        ),
        error.location,
    )
}

// ── calls and parameters ─────────────────────────────────────────────────────────────────────────────────────────────

/// Keyword arguments that are none, and arguments out of order.
fn keyword_argument(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    match error.error {
        E::PositionalAfterKeywordArgument => {
            let end = stream.index_after(error.location);
            return syntax(
                "positional argument follows keyword argument",
                stream.range(end),
            );
        }
        E::InvalidArgumentUnpackingOrder => {
            let range = TextRange::new(
                stream.range(at.checked_sub(1)?).start(),
                error.location.end(),
            );
            return syntax(
                "iterable argument unpacking follows keyword argument unpacking",
                range,
            );
        }
        E::UnparenthesizedGeneratorExpression if stream.kind(stream.line_start(at)) == T::Class => {
            return syntax(GENERIC, stream.range(stream.blamed(error)));
        }
        _ => {}
    }
    // The parser stops at the argument, at the `=`, or behind it; or where the argument turns out a generator.
    let generator = stream.kind(at) == T::For;
    let first = if generator {
        stream.argument_start(at) + 1
    } else {
        at
    };
    let equal = (first.saturating_sub(1)..stream.len().min(first + 64))
        .take_while(|&i| stream.kind(i) != T::Newline)
        .find(|&i| stream.kind(i) == T::Equal && stream.depth(i) > 0)?;
    let open = stream.opening(equal)?;
    let called = stream.kind(open) == T::Lpar && open > 0 && stream.ends_operand(open - 1);
    if !called || stream.kind(stream.line_start(open)) == T::Def {
        return None;
    }
    let start = stream.argument_start(equal);
    let upto_equal = stream.span(start, equal + 1)?;
    if matches!(stream.kind(start), T::Star | T::DoubleStar) {
        let what = if stream.kind(start) == T::Star {
            "iterable"
        } else {
            "keyword"
        };
        let end = stream.expression_end(equal + 1)?;
        return syntax(
            format!("cannot assign to {what} argument unpacking"),
            stream.span(start, end)?,
        );
    }
    match described(stream.slice(stream.span(start, equal)?)) {
        "name" if matches!(stream.kind(equal + 1), T::Comma | T::Rpar) => {
            syntax("expected argument value expression", upto_equal)
        }
        "name" if stream.kind(start) != T::Lpar => {
            let end = stream.expression_end(equal + 1)?;
            let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            let generator = stream.kind(end) == T::For;
            generator.then(|| syntax(message, upto_equal)).flatten()
        }
        "invalid" => None,
        constant @ ("True" | "False" | "None") => {
            syntax(format!("cannot assign to {constant}"), upto_equal)
        }
        _ => syntax(
            "expression cannot contain assignment, perhaps you meant \"==\"?",
            upto_equal,
        ),
    }
}

/// Parameter lists.
fn parameters(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    let one = stream.range(at);
    match &error.error {
        E::OtherError(message) => match message.as_str() {
            "Position-only parameter separator not allowed as first parameter" => {
                return syntax("at least one argument must precede /", one);
            }
            "Only one '/' separator allowed" => return syntax("/ may appear only once", one),
            "'/' parameter must appear before '*' parameter" => {
                return syntax("/ must be ahead of *", one);
            }
            "Only one '*' parameter allowed" | "Only one '*' separator allowed" => {
                return syntax("* argument may appear only once", one);
            }
            _ => {}
        },
        E::VarParameterWithDefault => {
            let equal = (at..stream.len()).find(|&i| stream.kind(i) == T::Equal)?;
            let what = match stream.kind(stream.argument_start(equal)) {
                T::DoubleStar => "var-keyword",
                _ => "var-positional",
            };
            return syntax(
                format!("{what} argument cannot have default value"),
                stream.range(equal),
            );
        }
        E::ParamAfterVarKeywordParam => {
            return syntax("arguments cannot follow var-keyword argument", one);
        }
        _ => {}
    }
    if matches!(error.error, E::NonDefaultParamAfterDefaultParam) {
        let last = stream.index_after(error.location).saturating_sub(1);
        if stream.kind(last) == T::Equal {
            return syntax("expected default value expression", stream.range(last));
        }
    }
    let lambda = stream.lambda_before(at);
    if let E::ExpectedKeywordParam = error.error {
        let star = (0..=at).rev().find(|&i| stream.kind(i) == T::Star)?;
        let place = match lambda {
            Some(_) => star + 1 + usize::from(stream.kind(star + 1) == T::Comma),
            None => star,
        };
        return syntax("named arguments must follow bare *", stream.range(place));
    }
    let in_def = stream.kind(stream.line_start(at)) == T::Def && stream.depth(at) == 1;
    if !in_def && lambda.is_none() {
        return None;
    }
    if at > 0
        && stream.kind(at - 1) == T::Equal
        && matches!(stream.kind(at), T::Comma | T::Rpar | T::Colon)
    {
        return syntax("expected default value expression", stream.range(at - 1));
    }
    if at > 0 && stream.kind(at) == T::Star && stream.kind(at - 1) == T::Slash {
        return syntax("expected comma between / and *", one);
    }
    let start = if in_def {
        at
    } else {
        lambda.map_or(at, |lambda| stream.parenthesis_after(lambda))
    };
    if stream.kind(start) == T::Lpar {
        let what = if in_def {
            "Function"
        } else {
            "Lambda expression"
        };
        let end = stream.closing(start)? + 1;
        return syntax(
            format!("{what} parameters cannot be parenthesized"),
            stream.span(start, end)?,
        );
    }
    None
}

// ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────────────

/// `a if b`, `a if b else pass`
fn conditional_expression(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    let behind_else = at > 1 && stream.kind(at - 1) == T::Else && stream.line_start(at) < at - 1;
    if behind_else && !stream.starts_operand(at) {
        return syntax(
            "expected expression after 'else', but statement is given",
            stream.range(at),
        );
    }
    let statement = matches!(stream.kind(at), T::Pass | T::Break | T::Continue);
    if statement && stream.kind(at + 1) == T::If {
        return syntax(
            "expected expression before 'if', but statement is given",
            stream.range(at),
        );
    }
    if !matches!(
        error.error,
        E::ExpectedToken {
            expected: T::Else,
            ..
        }
    ) || stream.kind(at) == T::Colon
    {
        return None;
    }
    let open = stream.open_at(at);
    let word = (0..at)
        .rev()
        .find(|&i| stream.kind(i) == T::If && stream.opening(i) == open)?;
    let start = stream.operand_before(word)?;
    syntax(
        "expected 'else' after 'if' expression",
        stream.span(start, at)?,
    )
}

/// Dict displays.
fn dict_item(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    let open = stream.open_at(at)?;
    if stream.kind(open) != T::Lbrace || at == 0 {
        return None;
    }
    let ends = matches!(stream.kind(at), T::Comma | T::Rbrace);
    if ends && stream.kind(at - 1) == T::Colon {
        return syntax(
            "expression expected after dictionary key and ':'",
            stream.range(at - 1),
        );
    }
    if ends
        && matches!(
            error.error,
            E::ExpectedToken {
                expected: T::Colon,
                ..
            }
        )
    {
        let key = stream.range(at - 1);
        let width = stream
            .slice(key)
            .chars()
            .next_back()
            .map_or(0, char::len_utf8);
        let last = TextRange::new(key.end() - TextSize::new(width as u32), key.end());
        return syntax("':' expected after dictionary key", last);
    }
    None
}

/// `*x` where no starred expression may stand.
fn starred(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    let before = stream.kind(at.checked_sub(1)?);
    if before == T::Star
        && at > 1
        && matches!(
            stream.kind(at - 2),
            T::Lpar | T::Lsqb | T::Lbrace | T::Comma
        )
    {
        let ends = matches!(
            stream.kind(at),
            T::Rpar | T::Rsqb | T::Rbrace | T::Comma | T::Colon
        );
        return if ends {
            syntax("Invalid star expression", stream.range(at))
        } else {
            None
        };
    }
    if !matches!(error.error, E::InvalidStarredExpressionUsage) {
        return None;
    }
    let end = stream.index_after(error.location);
    let in_dict = stream
        .opening(at)
        .is_some_and(|open| stream.kind(open) == T::Lbrace);
    match before {
        T::Colon if in_dict => syntax(
            "cannot use a starred expression in a dictionary value",
            error.location,
        ),
        T::Colon => syntax(GENERIC, stream.range(at)),
        _ if stream.kind(end) == T::Colon => syntax(GENERIC, stream.range(end)),
        T::Lpar if stream.kind(end) == T::Rpar => {
            syntax("cannot use starred expression here", error.location)
        }
        _ => None,
    }
}

/// `1 + not x`
fn misplaced_not(stream: &Stream, _: &ParseError, at: usize) -> Option<Found> {
    let before = stream.kind(at.checked_sub(1)?);
    if stream.kind(at) != T::Not
        || !(before.is_arithmetic() || before.is_bitwise_or_shift() || before == T::Tilde)
    {
        return None;
    }
    let end = stream.expression_end(at)?;
    syntax(
        "'not' after an operator must be parenthesized",
        stream.span(at, end)?,
    )
}

/// Two expressions side by side in brackets.
fn missing_comma(stream: &Stream, _: &ParseError, at: usize) -> Option<Found> {
    if stream.depth(at) == 0
        || at == 0
        || !stream.starts_operand(at)
        || !stream.ends_operand(at - 1)
    {
        return None;
    }
    let parameters = |open: usize| open > 1 && stream.kind(open - 2) == T::Def;
    if stream.opening(at).is_some_and(parameters) || stream.lambda_before(at).is_some() {
        return None;
    }
    let start = stream.operand_before(at)?;
    // What a comprehension iterates over or tests cannot be followed by anything.
    if start > 0 && matches!(stream.kind(start - 1), T::In | T::If | T::For) {
        return None;
    }
    let alone = start + 1 == at && stream.kind(start).is_soft_keyword();
    let called_string = start + 1 == at && stream.kind(start) == T::Name && stream.is_string(at);
    let legacy = start + 1 == at && matches!(stream.text(start), "print" | "exec");
    if alone || called_string || legacy {
        return None;
    }
    let end = stream.expression_end(at)?;
    syntax(
        "invalid syntax. Perhaps you forgot a comma?",
        stream.span(start, end)?,
    )
}

/// `print "x"`
fn legacy_statement(stream: &Stream, _: &ParseError, at: usize) -> Option<Found> {
    let name = at.checked_sub(1)?;
    if !matches!(stream.text(name), "print" | "exec") || !stream.starts_operand(at) {
        return None;
    }
    let mut end = stream.expression_end(at)?;
    while stream.kind(end) == T::Comma {
        match stream.expression_end(end + 1) {
            Some(next) => end = next,
            None => {
                end += 1;
                break;
            }
        }
    }
    if described(stream.slice(stream.span(at, end)?)) == "invalid" {
        return None;
    }
    let name_text = stream.text(name);
    let message =
        format!("Missing parentheses in call to '{name_text}'. Did you mean {name_text}(...)?");
    syntax(message, stream.span(name, end)?)
}

// ── imports and exceptions ───────────────────────────────────────────────────────────────────────────────────────────

fn imports(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    let first = stream.line_start(at);
    match &error.error {
        E::EmptyImportNames if stream.kind(at) != T::Newline => {
            return syntax(GENERIC, stream.range(at));
        }
        E::EmptyImportNames => {
            let start = stream.range(at).start();
            return syntax(
                "Expected one or more names after 'import'",
                TextRange::empty(start),
            );
        }
        E::OtherError(message) if message == "Trailing comma not allowed" => {
            let message = "trailing comma not allowed without surrounding parentheses";
            return syntax(message, stream.range(at + 1));
        }
        _ => {}
    }
    if stream.kind(first) == T::Import && stream.kind(at) == T::From {
        let mut end = at + 1;
        while matches!(stream.kind(end), T::Name | T::Dot) {
            end += 1;
        }
        return syntax(
            "Did you mean to use 'from ... import ...' instead?",
            stream.span(first, end)?,
        );
    }
    if !matches!(stream.kind(first), T::Import | T::From) {
        return None;
    }
    // `import a as b.c`
    let word = (first..at).rev().find(|&i| stream.kind(i) == T::As)?;
    let (range, _) = target_behind(stream, word)?;
    match described(stream.slice(range)) {
        "name" | "invalid" => None,
        what => syntax(format!("cannot use {what} as import target"), range),
    }
}

/// The expression behind an `as`, and the token behind it.
fn target_behind(stream: &Stream, word: usize) -> Option<(TextRange, usize)> {
    let end = stream.expression_end(word + 1)?;
    Some((stream.span(word + 1, end)?, end))
}

/// `case x as y.z:`
fn pattern_target(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    let first = stream.line_start(at);
    if stream.text(first) != "case" {
        return None;
    }
    if matches!(error.error, E::InvalidMatchPatternTarget) && stream.kind(at - 1) == T::DoubleStar {
        return syntax(GENERIC, stream.range(at));
    }
    let word = (first..=at).rev().find(|&i| stream.kind(i) == T::As)?;
    let (range, _) = target_behind(stream, word)?;
    match described(stream.slice(range)) {
        "name" | "invalid" => None,
        what => syntax(format!("cannot use {what} as pattern target"), range),
    }
}

fn except_clause(stream: &Stream, error: &ParseError, at: usize) -> Option<Found> {
    let first = stream.line_start(at);
    if stream.kind(first) != T::Except {
        return None;
    }
    let starred = stream.kind(first + 1) == T::Star;
    let star = if starred { "except*" } else { "except" };
    if let E::OtherError(message) = &error.error {
        if message.starts_with("Multiple exception types must be parenthesized") {
            let start = first + star.len() - 5;
            let word = (start..stream.len()).find(|&i| stream.kind(i) == T::As)?;
            let message = "multiple exception types must be parenthesized when using 'as'";
            return syntax(message, stream.span(start, word + 2)?);
        }
        if message == "Expected one or more exception types" {
            return syntax("expected one or more exception types", stream.range(at));
        }
        if message.starts_with("Cannot have both") {
            let message = "cannot have both 'except' and 'except*' on the same 'try'";
            return syntax(message, stream.span(first, first + star.len() - 5)?);
        }
    }
    let word = (first..=at).rev().find(|&i| stream.kind(i) == T::As)?;
    let (range, end) = target_behind(stream, word)?;
    match described(stream.slice(range)) {
        "name" | "invalid" => None,
        what if stream.kind(end) == T::Colon => {
            syntax(format!("cannot use {star} statement with {what}"), range)
        }
        _ => None,
    }
}
