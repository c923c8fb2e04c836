//! What is valid but hardly meant: CPython's `SyntaxWarning`s about statements and expressions.
//!
//! CPython warns when it generates code, of some parts several times: of a `finally` block for each statement that leaves it,
//! of a generator expression that is all that `tuple` is given for each of the two forms of the call. The walk notes what is
//! to be said again and where ([`Repeat`]), because a `finally` block comes behind what leaves it.

use super::collect::Collector;
use super::scope_of;
use ruff_python_ast::{self as ast, CmpOp, Expr, ExprContext};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// A warning about a place in the program.
#[derive(Clone, Debug)]
pub struct Warning {
    /// Found before the symbol table is made; the others are left to programs that compile.
    pub early: bool,
    pub message: String,
    pub range: TextRange,
}

/// Code is generated for a part of the program when CPython has come to a place.
#[derive(Clone, Copy, Debug)]
pub struct Repeat {
    pub at: TextSize,
    pub part: TextRange,
    /// Not where the part stands, too: the `else` of a `try` comes before the handlers.
    pub moved: bool,
}

/// Calls that CPython generates two forms of, if a generator expression is all they are given.
const INLINED_CALLS: [&str; 3] = ["all", "any", "tuple"];

/// A place in the source, for comparisons.
type Place = (u32, u32);

/// What the walk has found, at its place.
#[derive(Clone, Copy)]
enum Event<'a> {
    Warning(&'a Warning),
    /// What is between two places comes again.
    Repeat(Place, Place),
}

/// The warnings of code in the order in which CPython comes by, and as often, until it comes to `end`.
pub fn repeated<'a>(
    warnings: &'a [Warning],
    repeats: &[Repeat],
    order: impl Fn(TextSize) -> Place,
    end: Option<Place>,
) -> Vec<&'a Warning> {
    let late = warnings.iter().filter(|warning| !warning.early);
    let late = late.map(|warning| (order(warning.range.start()), Event::Warning(warning)));
    let places = |repeat: &Repeat| {
        let part = repeat.part;
        (order(repeat.at), order(part.start()), order(part.end()))
    };
    let moved = repeats.iter().filter(|repeat| repeat.moved);
    let moved: Vec<_> = moved
        .map(places)
        .map(|(_, start, end)| (start, end))
        .collect();
    let repeats = repeats.iter().filter_map(|repeat| {
        let (at, start, end) = places(repeat);
        // Programs that are trees may say that anything is anywhere.
        let apart = at < start || end <= at;
        apart.then_some((at, Event::Repeat(start, end)))
    });
    let mut events: Vec<_> = repeats.chain(late).collect();
    events.sort_by_key(|&(at, _)| at);
    if let Some(end) = end {
        events.truncate(events.partition_point(|&(at, _)| at < end));
    }
    let mut found = Vec::new();
    if events
        .iter()
        .any(|(_, event)| matches!(event, Event::Warning(_)))
    {
        let events = Events {
            all: &events,
            moved: &moved,
        };
        events.add(events.all, None, &mut found);
    }
    found
}

/// The events in the order of their places, and the parts that come elsewhere.
struct Events<'e, 'a> {
    all: &'e [(Place, Event<'a>)],
    moved: &'e [(Place, Place)],
}

impl<'a> Events<'_, 'a> {
    /// Adds what some of the events give: those in a part that was moved, or in none, but not in others inside of that.
    fn add(
        &self,
        some: &[(Place, Event<'a>)],
        part: Option<(Place, Place)>,
        found: &mut Vec<&'a Warning>,
    ) {
        for &(at, event) in some {
            if self.innermost(at) != part {
                continue;
            }
            match event {
                Event::Warning(warning) => found.push(warning),
                Event::Repeat(start, end) => {
                    let first = self.all.partition_point(|&(at, _)| at < start);
                    let part = self.innermost(start);
                    // What a statement repeats as it leaves comes at its end, which may be that of the part.
                    let is_inside = |at| at < end || part == Some((start, end)) && at == end;
                    let behind = self
                        .all
                        .partition_point(|&(at, _)| is_inside(at))
                        .max(first);
                    crate::with_stack(|| self.add(&self.all[first..behind], part, found));
                }
            }
        }
    }

    /// The innermost part around a place that was moved.
    fn innermost(&self, at: Place) -> Option<(Place, Place)> {
        let around = self.moved.iter().copied();
        around
            .filter(|&(start, end)| start <= at && at <= end)
            .max()
    }
}

impl Collector<'_> {
    fn warn(&mut self, range: TextRange, message: impl Into<String>) {
        if self.silent {
            return;
        }
        self.warnings.push(Warning {
            early: false,
            message: message.into(),
            range,
        });
    }

    /// `return`, `break` or `continue` that would end a `finally` block.
    pub(super) fn warn_of_leaving_finally(&mut self, range: TextRange, word: &str) {
        self.warnings.push(Warning {
            early: true,
            message: format!("'{word}' in a 'finally' block"),
            range,
        });
    }

    /// A statement leaves `finally` blocks, innermost first, from the loop of this depth on.
    pub(super) fn leave_finally(&mut self, statement: TextRange, loops: u32) {
        let left = self.finally_bodies.iter().rev();
        let left = left.take_while(|&&(depth, _)| depth >= loops);
        let repeats = left.map(|&(_, part)| Repeat {
            at: statement.end(),
            part,
            moved: false,
        });
        self.repeats.extend(repeats);
    }

    /// `tuple(x for x in y)`: for `tuple` itself, and for whatever else has the name. Not if the generator waits for things.
    pub(super) fn check_inlined(&mut self, e: &ast::ExprCall) {
        let Expr::Name(name) = &*e.func else { return };
        let ([Expr::Generator(generator)], []) = (&*e.arguments.args, &*e.arguments.keywords)
        else {
            return;
        };
        let waits = self.scopes[scope_of(&generator.node_index)].asynchronous;
        if INLINED_CALLS.contains(&name.id.as_str()) && !waits {
            self.repeats.push(Repeat {
                // Where it is closed: what is around it may end there.
                at: e.range().end() - TextSize::new(1),
                part: generator.range,
                moved: false,
            });
        }
    }

    /// `assert (x, "message")`
    pub(super) fn check_assertion(&mut self, s: &ast::StmtAssert) {
        if matches!(&*s.test, Expr::Tuple(tuple) if !tuple.elts.is_empty()) {
            let message = "assertion is always true, perhaps remove parentheses?";
            self.warn(s.range, message);
        }
    }

    /// `x is 1`
    pub(super) fn check_identity(&mut self, e: &ast::ExprCompare) {
        let mut left = &*e.left;
        for (op, right) in e.ops.iter().zip(&e.comparators) {
            let words = match op {
                CmpOp::Is => Some(("is", "==")),
                CmpOp::IsNot => Some(("is not", "!=")),
                _ => None,
            };
            let literal = [left, right].into_iter().find(|side| is_value(side));
            if let (Some((word, other)), Some(class)) = (words, literal.and_then(class_of)) {
                let message =
                    format!("\"{word}\" with '{class}' literal. Did you mean \"{other}\"?");
                self.warn(e.range, message);
                return;
            }
            left = right;
        }
    }

    /// `(1, 2)(3, 4)`
    pub(super) fn check_callee(&mut self, callee: &Expr) {
        if let Some(class) = class_of(callee).filter(|_| !callee.is_lambda_expr()) {
            let message = format!("'{class}' object is not callable; perhaps you missed a comma?");
            self.warn(callee.range(), message);
        }
    }

    /// `{1, 2}[3]`, `[1, 2]["x"]`
    pub(super) fn check_subscript(&mut self, e: &ast::ExprSubscript) {
        let (ExprContext::Load, Some(class)) = (e.ctx, class_of(&e.value)) else {
            return;
        };
        let range = e.value.range();
        if !is_subscriptable(&e.value) {
            let message =
                format!("'{class}' object is not subscriptable; perhaps you missed a comma?");
            self.warn(range, message);
            return;
        }
        let indexable = matches!(class, "str" | "bytes" | "tuple" | "list");
        if let (true, Some(index)) = (indexable, class_of(&e.slice))
            && !matches!(index, "int" | "bool")
        {
            let message = format!(
                "{class} indices must be integers or slices, not {index}; perhaps you missed a comma?"
            );
            self.warn(range, message);
        }
    }
}

/// Is the expression a constant whose identity says little?
fn is_value(e: &Expr) -> bool {
    match e {
        Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::NumberLiteral(_) => true,
        Expr::Tuple(tuple) => tuple.elts.iter().all(is_constant),
        _ => false,
    }
}

fn is_constant(e: &Expr) -> bool {
    is_value(e)
        || e.is_none_literal_expr()
        || e.is_boolean_literal_expr()
        || e.is_ellipsis_literal_expr()
}

fn is_subscriptable(e: &Expr) -> bool {
    !matches!(
        e,
        Expr::NoneLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::Set(_)
            | Expr::SetComp(_)
            | Expr::Generator(_)
            | Expr::TString(_)
            | Expr::Lambda(_)
    )
}

/// The class of what a display or literal evaluates to.
fn class_of(e: &Expr) -> Option<&'static str> {
    Some(match e {
        Expr::Tuple(_) => "tuple",
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        Expr::Generator(_) => "generator",
        Expr::Lambda(_) => "function",
        Expr::FString(_) | Expr::StringLiteral(_) => "str",
        Expr::TString(_) => "string.templatelib.Template",
        Expr::BytesLiteral(_) => "bytes",
        Expr::NoneLiteral(_) => "NoneType",
        Expr::BooleanLiteral(_) => "bool",
        Expr::EllipsisLiteral(_) => "ellipsis",
        // Of a tree that a program made: no literal refers to a constant but this.
        Expr::NumberLiteral(number) if number.node_index.load().as_u32().is_some() => "frozenset",
        Expr::NumberLiteral(number) => match number.value {
            ast::Number::Int(_) => "int",
            ast::Number::Float(_) => "float",
            ast::Number::Complex { .. } => "complex",
        },
        _ => return None,
    })
}
