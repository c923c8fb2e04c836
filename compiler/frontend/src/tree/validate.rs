//! What a tree that a program made must hold before it can be compiled: CPython's checks, in its order and words.
//!
//! That fields are there and have the right sort of value was checked when the tree was made of objects. What passes here
//! is what the parser could have made, but for places, and for names and constants that cannot be written.

use super::program::{fields, int, list, node, optional, text};
use crate::error::{CompileError, ErrorKind, Stage};
use crate::with_stack;
use ashore_bytecode::syntax::{Node, Tree};
use ashore_bytecode::{Constant, Position};

/// Why a tree is refused.
pub struct Invalid {
    pub kind: ErrorKind,
    pub message: String,
}

impl Invalid {
    /// The error, which has no place.
    pub fn error(self, filename: &str) -> CompileError {
        CompileError {
            kind: self.kind,
            message: self.message,
            filename: filename.to_owned(),
            line: 0,
            column: 0,
            end_line: 0,
            end_column: 0,
            text: None,
            stage: Stage::Compiler,
            statement: None,
        }
    }
}

pub type Valid = Result<(), Invalid>;

fn value(message: impl Into<String>) -> Valid {
    Err(Invalid {
        kind: ErrorKind::Value,
        message: message.into(),
    })
}

fn wrong_type(message: &str) -> Valid {
    Err(Invalid {
        kind: ErrorKind::Type,
        message: message.into(),
    })
}

/// Checks a whole program.
pub fn validate(tree: &Tree) -> Valid {
    let root = node(tree);
    match root.class {
        "Module" | "Interactive" => statements(&root.fields[0]),
        "Expression" => expression(&root.fields[0], "Load"),
        _ => {
            let [arguments, returns] = fields(root);
            expressions(arguments, "Load")?;
            expression(returns, "Load")
        }
    }
}

/// Numbers of places are CPython's ints.
fn place(node: &Node) -> Valid {
    let Some(place) = node.place else {
        return Ok(());
    };
    let Position {
        line,
        column,
        end_line,
        end_column,
    } = place;
    let (line, end_line) = (line as i32, end_line as i32);
    let (column, end_column) = (column as i32, end_column as i32);
    if line > end_line {
        return value(format!(
            "AST node line range ({line}, {end_line}) is not valid"
        ));
    }
    if line < 0 && end_line != line || column < 0 && column != end_column {
        return value(format!(
            "AST node column range ({column}, {end_column}) for line range ({line}, {end_line}) is not valid"
        ));
    }
    if line == end_line && column > end_column {
        return value(format!(
            "line {line}, column {column}-{end_column} is not a valid range"
        ));
    }
    Ok(())
}

fn not_empty(items: &Tree, what: &str, owner: &str) -> Valid {
    match list(items).is_empty() {
        true => value(format!("empty {what} on {owner}")),
        false => Ok(()),
    }
}

fn name(name: &str) -> Valid {
    match name {
        "None" | "True" | "False" => value(format!(
            "identifier field can't represent '{name}' constant"
        )),
        _ => Ok(()),
    }
}

fn each(items: &Tree, sort: &str, mut check: impl FnMut(&Tree) -> Valid) -> Valid {
    for item in list(items) {
        if *item == Tree::NONE {
            return value(format!("None disallowed in {sort} list"));
        }
        check(item)?;
    }
    Ok(())
}

// ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────────

fn statements(body: &Tree) -> Valid {
    each(body, "statement", |s| with_stack(|| statement(node(s))))
}

fn body(items: &Tree, owner: &str) -> Valid {
    not_empty(items, "body", owner)?;
    statements(items)
}

fn statement(s: &Node) -> Valid {
    place(s)?;
    match s.class {
        "FunctionDef" | "AsyncFunctionDef" => {
            let [named, args, suite, decorators, returns, _, params] = fields(s);
            body(suite, s.class)?;
            name(text(named))?;
            type_params(params)?;
            arguments(node(args))?;
            expressions(decorators, "Load")?;
            maybe(returns)
        }
        "ClassDef" => {
            let [named, bases, words, suite, decorators, params] = fields(s);
            body(suite, s.class)?;
            name(text(named))?;
            type_params(params)?;
            expressions(bases, "Load")?;
            keywords(words)?;
            expressions(decorators, "Load")
        }
        "Return" | "Expr" => maybe(&s.fields[0]),
        "Delete" => {
            not_empty(&s.fields[0], "targets", s.class)?;
            expressions(&s.fields[0], "Del")
        }
        "Assign" => {
            not_empty(&s.fields[0], "targets", s.class)?;
            expressions(&s.fields[0], "Store")?;
            expression(&s.fields[1], "Load")
        }
        "AugAssign" => {
            expression(&s.fields[0], "Store")?;
            expression(&s.fields[2], "Load")
        }
        "AnnAssign" => {
            let [target, annotation, assigned, simple] = fields(s);
            if node(target).class != "Name" && int(simple) != 0 {
                return wrong_type("AnnAssign with simple non-Name target");
            }
            expression(target, "Store")?;
            maybe(assigned)?;
            expression(annotation, "Load")
        }
        "TypeAlias" => {
            let [alias, params, aliased] = fields(s);
            if node(alias).class != "Name" {
                return wrong_type("TypeAlias with non-Name name");
            }
            expression(alias, "Store")?;
            type_params(params)?;
            expression(aliased, "Load")
        }
        "Assert" => {
            expression(&s.fields[0], "Load")?;
            maybe(&s.fields[1])
        }
        "Raise" => match (optional(&s.fields[0]), optional(&s.fields[1])) {
            (None, Some(_)) => value("Raise with cause but no exception"),
            _ => {
                maybe(&s.fields[0])?;
                maybe(&s.fields[1])
            }
        },
        "Import" => {
            not_empty(&s.fields[0], "names", s.class)?;
            each(&s.fields[0], "name", alias)
        }
        "Global" | "Nonlocal" => {
            not_empty(&s.fields[0], "names", s.class)?;
            each(&s.fields[0], "name", |_| Ok(()))
        }
        "ImportFrom" => {
            let [_, names, level] = fields(s);
            if *level != Tree::NONE && int(level) < 0 {
                return value("Negative ImportFrom level");
            }
            not_empty(names, "names", s.class)?;
            each(names, "name", alias)
        }
        _ => compound(s),
    }
}

fn alias(alias: &Tree) -> Valid {
    let names = node(alias).fields.iter();
    names.filter_map(optional_text).try_for_each(name)
}

fn compound(s: &Node) -> Valid {
    match s.class {
        "For" | "AsyncFor" => {
            expression(&s.fields[0], "Store")?;
            expression(&s.fields[1], "Load")?;
            body(&s.fields[2], s.class)?;
            statements(&s.fields[3])
        }
        "While" | "If" => {
            expression(&s.fields[0], "Load")?;
            body(&s.fields[1], s.class)?;
            statements(&s.fields[2])
        }
        "With" | "AsyncWith" => {
            not_empty(&s.fields[0], "items", s.class)?;
            each(&s.fields[0], "item", |item| {
                let [context, vars] = fields(node(item));
                expression(context, "Load")?;
                match optional(vars) {
                    Some(_) => expression(vars, "Store"),
                    None => Ok(()),
                }
            })?;
            body(&s.fields[1], s.class)
        }
        "Match" => {
            expression(&s.fields[0], "Load")?;
            not_empty(&s.fields[1], "cases", s.class)?;
            each(&s.fields[1], "case", |case| {
                let [matched, guard, suite] = fields(node(case));
                pattern(matched, false)?;
                maybe(guard)?;
                body(suite, "match_case")
            })
        }
        "Try" | "TryStar" => try_statement(s),
        _ => Ok(()),
    }
}

fn try_statement(s: &Node) -> Valid {
    let [suite, handlers, orelse, last] = fields(s);
    let class = s.class;
    body(suite, class)?;
    if list(handlers).is_empty() {
        if list(last).is_empty() {
            return value(format!("{class} has neither except handlers nor finalbody"));
        }
        if !list(orelse).is_empty() {
            return value(format!("{class} has orelse but no except handlers"));
        }
    }
    each(handlers, "handler", |handler| {
        let handler = node(handler);
        place(handler)?;
        maybe(&handler.fields[0])?;
        optional_text(&handler.fields[1]).map_or(Ok(()), name)?;
        body(&handler.fields[2], handler.class)
    })?;
    statements(last)?;
    statements(orelse)
}

fn type_params(params: &Tree) -> Valid {
    each(params, "type parameter", |param| {
        let param = node(param);
        place(param)?;
        name(text(&param.fields[0]))?;
        param.fields[1..].iter().try_for_each(maybe)
    })
}

// ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────────────

fn maybe(e: &Tree) -> Valid {
    match optional(e) {
        Some(_) => expression(e, "Load"),
        None => Ok(()),
    }
}

fn expressions(items: &Tree, context: &str) -> Valid {
    each(items, "expression", |e| expression(e, context))
}

/// None stands for what is left out.
fn optional_expressions(items: &Tree) -> Valid {
    list(items).iter().try_for_each(maybe)
}

fn expression(e: &Tree, context: &str) -> Valid {
    with_stack(|| {
        let e = node(e);
        place(e)?;
        let own = match e.class {
            "Name" => {
                name(text(&e.fields[0]))?;
                Some(&e.fields[1])
            }
            "Attribute" | "Subscript" => Some(&e.fields[2]),
            "Starred" | "List" | "Tuple" => Some(&e.fields[1]),
            _ => None,
        };
        match own.map(|own| node(own).class) {
            Some(own) if own != context => {
                return value(format!(
                    "expression must have {context} context but has {own} instead"
                ));
            }
            None if context != "Load" => {
                return value(format!(
                    "expression which can't be assigned to in {context} context"
                ));
            }
            _ => {}
        }
        match e.class {
            "Starred" => expression(&e.fields[0], context),
            "List" | "Tuple" => expressions(&e.fields[0], context),
            _ => parts(e),
        }
    })
}

fn parts(e: &Node) -> Valid {
    match e.class {
        "BoolOp" => {
            if list(&e.fields[1]).len() < 2 {
                return value("BoolOp with less than 2 values");
            }
            expressions(&e.fields[1], "Load")
        }
        "BinOp" => {
            expression(&e.fields[0], "Load")?;
            expression(&e.fields[2], "Load")
        }
        "UnaryOp" => expression(&e.fields[1], "Load"),
        "Lambda" => {
            arguments(node(&e.fields[0]))?;
            expression(&e.fields[1], "Load")
        }
        "Dict" => {
            let [keys, values] = fields(e);
            if list(keys).len() != list(values).len() {
                return value("Dict doesn't have the same number of keys as values");
            }
            optional_expressions(keys)?;
            expressions(values, "Load")
        }
        "Set" | "JoinedStr" | "TemplateStr" => expressions(&e.fields[0], "Load"),
        "ListComp" | "SetComp" | "GeneratorExp" | "DictComp" => {
            let (generators, parts) = e.fields.split_last().expect("there are generators");
            comprehensions(generators)?;
            parts.iter().try_for_each(maybe)
        }
        "Compare" => {
            let [left, ops, comparators] = fields(e);
            if list(comparators).is_empty() {
                return value("Compare with no comparators");
            }
            if list(comparators).len() != list(ops).len() {
                return value("Compare has a different number of comparators and operands");
            }
            each(ops, "operator", |_| Ok(()))?;
            expressions(comparators, "Load")?;
            expression(left, "Load")
        }
        "Call" => {
            let [callee, args, words] = fields(e);
            expression(callee, "Load")?;
            expressions(args, "Load")?;
            keywords(words)
        }
        "NamedExpr" => {
            if node(&e.fields[0]).class != "Name" {
                return wrong_type("NamedExpr target must be a Name");
            }
            expression(&e.fields[1], "Load")
        }
        "FormattedValue" => {
            expression(&e.fields[0], "Load")?;
            maybe(&e.fields[2])
        }
        "Interpolation" => {
            expression(&e.fields[0], "Load")?;
            maybe(&e.fields[3])
        }
        "Attribute" => expression(&e.fields[0], "Load"),
        "Subscript" => {
            expression(&e.fields[1], "Load")?;
            expression(&e.fields[0], "Load")
        }
        "Constant" | "Name" => Ok(()),
        // All their fields are expressions.
        _ => e.fields.iter().try_for_each(maybe),
    }
}

fn comprehensions(generators: &Tree) -> Valid {
    if list(generators).is_empty() {
        return value("comprehension with no generators");
    }
    each(generators, "comprehension", |generator| {
        let [target, iter, ifs, _] = fields(node(generator));
        expression(target, "Store")?;
        expression(iter, "Load")?;
        expressions(ifs, "Load")
    })
}

fn keywords(keywords: &Tree) -> Valid {
    each(keywords, "keyword", |keyword| {
        expression(&node(keyword).fields[1], "Load")
    })
}

fn arguments(arguments: &Node) -> Valid {
    let [only, args, vararg, named, named_defaults, kwarg, defaults] = fields(arguments);
    let parameter = |parameter: &Tree| {
        let parameter = node(parameter);
        place(parameter)?;
        maybe(&parameter.fields[1])
    };
    let starred = |parameter: &Tree| match optional(parameter) {
        Some(parameter) => maybe(&parameter.fields[1]),
        None => Ok(()),
    };
    each(only, "parameter", parameter)?;
    each(args, "parameter", parameter)?;
    starred(vararg)?;
    each(named, "parameter", parameter)?;
    starred(kwarg)?;
    if list(defaults).len() > list(only).len() + list(args).len() {
        return value("more positional defaults than args on arguments");
    }
    if list(named_defaults).len() != list(named).len() {
        return value("length of kwonlyargs is not the same as kw_defaults on arguments");
    }
    expressions(defaults, "Load")?;
    optional_expressions(named_defaults)
}

// ── patterns ─────────────────────────────────────────────────────────────────────────────────────────────────────────

fn patterns(items: &Tree, star: bool) -> Valid {
    each(items, "pattern", |item| pattern(item, star))
}

fn capture(captured: Option<&str>) -> Valid {
    match captured {
        Some("_") => value("can't capture name '_' in patterns"),
        Some(captured) => name(captured),
        None => Ok(()),
    }
}

fn pattern(p: &Tree, star: bool) -> Valid {
    with_stack(|| {
        let p = node(p);
        place(p)?;
        match p.class {
            "MatchValue" => literal(&p.fields[0]),
            "MatchSingleton" => match &p.fields[0] {
                Tree::Value(Constant::None | Constant::True | Constant::False) => Ok(()),
                _ => value("MatchSingleton can only contain True, False and None"),
            },
            "MatchSequence" => patterns(&p.fields[0], true),
            "MatchMapping" => {
                let [keys, values, rest] = fields(p);
                if list(keys).len() != list(values).len() {
                    return value("MatchMapping doesn't have the same number of keys as patterns");
                }
                capture(optional_text(rest))?;
                each(keys, "expression", mapping_key)?;
                patterns(values, false)
            }
            "MatchClass" => match_class(p),
            "MatchStar" => match star {
                true => capture(optional_text(&p.fields[0])),
                false => value("can't use MatchStar here"),
            },
            "MatchAs" => {
                let [inner, target] = fields(p);
                capture(optional_text(target))?;
                match (optional(inner), optional_text(target)) {
                    (None, _) => Ok(()),
                    (Some(_), None) => {
                        value("MatchAs must specify a target name if a pattern is given")
                    }
                    (Some(_), Some(_)) => pattern(inner, false),
                }
            }
            _ => {
                if list(&p.fields[0]).len() < 2 {
                    return value("MatchOr requires at least 2 patterns");
                }
                patterns(&p.fields[0], false)
            }
        }
    })
}

fn optional_text(name: &Tree) -> Option<&str> {
    (*name != Tree::NONE).then(|| text(name))
}

fn mapping_key(key: &Tree) -> Valid {
    match constant(node(key)) {
        Some(Constant::None | Constant::True | Constant::False) => Ok(()),
        _ => literal(key),
    }
}

fn match_class(p: &Node) -> Valid {
    let [class, positional, names, named] = fields(p);
    if list(names).len() != list(named).len() {
        return value("MatchClass doesn't have the same number of keyword attributes as patterns");
    }
    expression(class, "Load")?;
    let mut part = node(class);
    while part.class == "Attribute" {
        part = node(&part.fields[0]);
    }
    if part.class != "Name" {
        return value("MatchClass cls field can only contain Name or Attribute nodes.");
    }
    each(names, "name", |attribute| name(text(attribute)))?;
    patterns(positional, false)?;
    patterns(named, false)
}

/// The constant that a node is.
fn constant(e: &Node) -> Option<&Constant> {
    match (e.class, &e.fields[..]) {
        ("Constant", [Tree::Value(constant), _]) => Some(constant),
        _ => None,
    }
}

/// What a value pattern may compare with.
fn literal(e: &Tree) -> Valid {
    expression(e, "Load")?;
    let e = node(e);
    if is_complex(e) {
        return Ok(());
    }
    if let Some(constant) = constant(e) {
        return match constant {
            Constant::Int(_) | Constant::BigInt(_) | Constant::Float(_) => Ok(()),
            Constant::Imaginary(_) | Constant::Bytes(_) | Constant::Str(_) => Ok(()),
            _ => value("unexpected constant inside of a literal pattern"),
        };
    }
    let fine = match e.class {
        "Attribute" | "JoinedStr" | "TemplateStr" => true,
        "UnaryOp" => is_negative(e, |c| is_real(c) || is_imaginary(c)),
        "BinOp" => {
            let [left, op, right] = fields(e);
            let real =
                |left: &Node| constant(left).is_some_and(is_real) || is_negative(left, is_real);
            matches!(node(op).class, "Add" | "Sub")
                && real(node(left))
                && (is_complex(node(right)) || constant(node(right)).is_some_and(is_imaginary))
        }
        _ => false,
    };
    match fine {
        true => Ok(()),
        false => value("patterns may only match literals and attribute lookups"),
    }
}

/// Is it a complex number that is no literal?
fn is_complex(e: &Node) -> bool {
    matches!(
        (e.class, &e.fields[..]),
        ("Constant", [Tree::Complex { .. }, _])
    )
}

fn is_real(constant: &Constant) -> bool {
    matches!(
        constant,
        Constant::Int(_) | Constant::BigInt(_) | Constant::Float(_)
    )
}

fn is_imaginary(constant: &Constant) -> bool {
    matches!(constant, Constant::Imaginary(_))
}

/// `-number`
fn is_negative(e: &Node, number: impl Fn(&Constant) -> bool) -> bool {
    match (e.class, &e.fields[..]) {
        ("UnaryOp", [op, operand]) => {
            node(op).class == "USub" && constant(node(operand)).is_some_and(number)
        }
        _ => false,
    }
}
