//! What CPython's compiler does to a tree before it compiles it, for `ast.parse(optimize=1)`: `__debug__`, formats, the
//! numbers of patterns, and docstrings. Programs do not see it otherwise: the emitter does the same its own way.

use super::program::{fields, list, node, text};
use crate::emit::percent_field;
use crate::fold;
use crate::with_stack;
use ashore_bytecode::syntax::{Node, Tree};
use ashore_bytecode::{Constant, Position};
use ruff_python_ast::UnaryOp;

/// The tree as a compiler with a level of optimization leaves it.
pub fn optimize(mut tree: Tree, level: u8) -> Tree {
    Optimizer { level }.tree(&mut tree);
    tree
}

struct Optimizer {
    level: u8,
}

impl Optimizer {
    fn tree(&self, tree: &mut Tree) {
        match tree {
            Tree::Value(_) | Tree::Complex { .. } => {}
            Tree::List(items) => items.iter_mut().for_each(|item| self.tree(item)),
            Tree::Node(inner) => {
                with_stack(|| self.parts(inner));
                if let Some(simpler) = self.simpler(inner) {
                    *tree = simpler;
                }
            }
        }
    }

    fn parts(&self, node: &mut Node) {
        let body = match node.class {
            "Module" => 0,
            "FunctionDef" | "AsyncFunctionDef" => 2,
            "ClassDef" => 3,
            _ => node.fields.len(),
        };
        for (index, field) in node.fields.iter_mut().enumerate() {
            match field {
                Tree::List(statements) if index == body => self.body(statements),
                _ => self.tree(field),
            }
        }
        match (node.class, &mut node.fields[..]) {
            ("MatchValue", [value]) => fold_number(value),
            ("MatchMapping", [Tree::List(keys), ..]) => keys.iter_mut().for_each(fold_number),
            _ => {}
        }
    }

    /// Docstrings go at level 2; what is a docstring only then, or only now, must not become one.
    fn body(&self, statements: &mut Vec<Tree>) {
        let mut documented = statements.first().is_some_and(is_string);
        if documented && self.level >= 2 {
            let place = node(&statements[0]).place;
            match statements.len() {
                1 => statements[0] = pass(place),
                _ => drop(statements.remove(0)),
            }
            documented = false;
        }
        statements
            .iter_mut()
            .for_each(|statement| self.tree(statement));
        if let (false, Some(Tree::Node(first))) = (documented, statements.first_mut())
            && is_string_node(first)
        {
            let place = node(&first.fields[0]).place;
            let value = std::mem::replace(&mut first.fields[0], Tree::NONE);
            first.fields[0] = made("JoinedStr", place, vec![Tree::List(vec![value])]);
        }
    }

    /// What stands for an expression.
    fn simpler(&self, e: &Node) -> Option<Tree> {
        match e.class {
            "Name" if text(&e.fields[0]) == "__debug__" && node(&e.fields[1]).class == "Load" => {
                let value = match self.level {
                    0 => Constant::True,
                    _ => Constant::False,
                };
                Some(constant(value, e.place))
            }
            "BinOp" if node(&e.fields[1]).class == "Mod" => {
                let [format, _, values] = fields(e);
                formatted(e.place, node(format), node(values))
            }
            _ => None,
        }
    }
}

fn made(class: &'static str, place: Option<Position>, fields: Vec<Tree>) -> Tree {
    Tree::Node(Box::new(Node {
        class,
        fields,
        place,
    }))
}

fn constant(value: Constant, place: Option<Position>) -> Tree {
    made("Constant", place, vec![Tree::Value(value), Tree::NONE])
}

fn is_string(statement: &Tree) -> bool {
    is_string_node(node(statement))
}

/// Is it a statement of nothing but a string?
fn is_string_node(statement: &Node) -> bool {
    statement.class == "Expr" && string(node(&statement.fields[0])).is_some()
}

/// The text of a constant that is one.
fn string(e: &Node) -> Option<&[u8]> {
    match (e.class, &e.fields[..]) {
        ("Constant", [Tree::Value(Constant::Str(text)), _]) => Some(text),
        _ => None,
    }
}

/// A `pass` in the place of a docstring.
fn pass(place: Option<Position>) -> Tree {
    let place = place.map(|place| Position {
        end_line: place.line,
        end_column: place.column + "pass".len() as u32,
        ..place
    });
    made("Pass", place, Vec::new())
}

/// `"%s" % (value,)` as an f-string, if it can be one.
fn formatted(place: Option<Position>, format: &Node, values: &Node) -> Option<Tree> {
    let mut rest = string(format)?;
    let ("Tuple", [values, _]) = (values.class, &values.fields[..]) else {
        return None;
    };
    let mut values = list(values).iter();
    if values.clone().any(|value| node(value).class == "Starred") {
        return None;
    }
    // Nothing in the program is where such text is.
    let nowhere = Some(Position {
        line: u32::MAX,
        column: u32::MAX,
        end_line: u32::MAX,
        end_column: u32::MAX,
    });
    let mut parts = Vec::new();
    let mut literal = Vec::new();
    while let Some(at) = rest.iter().position(|&b| b == b'%') {
        literal.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        if let [b'%', tail @ ..] = rest {
            literal.push(b'%');
            rest = tail;
            continue;
        }
        let (conversion, spec, tail) = percent_field(rest)?;
        let value = values.next()?;
        if !literal.is_empty() {
            let literal = std::mem::take(&mut literal);
            parts.push(constant(Constant::Str(literal), nowhere));
        }
        let place = node(value).place;
        let spec = match spec.is_empty() {
            true => Tree::NONE,
            false => constant(Constant::Str(spec.into_bytes()), place),
        };
        let conversion = [b's', b'r', b'a'][usize::from(conversion)];
        let fields = vec![value.clone(), Tree::int(i64::from(conversion)), spec];
        parts.push(made("FormattedValue", place, fields));
        rest = tail;
    }
    literal.extend_from_slice(rest);
    if !literal.is_empty() {
        parts.push(constant(Constant::Str(literal), nowhere));
    }
    let all = values.next().is_none();
    all.then(|| made("JoinedStr", place, vec![Tree::List(parts)]))
}

/// Makes a signed or complex number of a pattern a constant.
fn fold_number(e: &mut Tree) {
    let Some((value, place)) = number(node(e)) else {
        return;
    };
    *e = made("Constant", place, vec![value, Tree::NONE]);
}

/// The value of an operation with numbers, and where it is.
fn number(e: &Node) -> Option<(Tree, Option<Position>)> {
    let value = match (e.class, &e.fields[..]) {
        ("UnaryOp", [op, operand]) if node(op).class == "USub" => match literal(operand)? {
            Constant::Imaginary(bits) => Tree::complex(-0.0, -f64::from_bits(*bits)),
            real => Tree::Value(fold::unary(UnaryOp::USub, real)?),
        },
        ("BinOp", [left, op, right]) => {
            let real = match literal(left) {
                Some(real) => fold::as_float(real)?,
                None => match number(node(left))? {
                    (Tree::Value(real), _) => fold::as_float(&real)?,
                    _ => return None,
                },
            };
            let Constant::Imaginary(bits) = literal(right)? else {
                return None;
            };
            let imaginary = f64::from_bits(*bits);
            match node(op).class {
                "Add" => Tree::complex(real, imaginary),
                "Sub" => Tree::complex(real, -imaginary),
                _ => return None,
            }
        }
        _ => return None,
    };
    Some((value, e.place))
}

fn literal(e: &Tree) -> Option<&Constant> {
    match (node(e).class, &node(e).fields[..]) {
        ("Constant", [Tree::Value(value), _]) => Some(value),
        _ => None,
    }
}
