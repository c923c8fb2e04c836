//! The parser's tree of a tree that a program made: the way back from what the files beside this directory make.
//!
//! Nodes are numbered in the order of the program (see [`Places`]); what nodes of the parser's kind cannot hold is kept in a
//! table that they refer to. The tree has passed `validate`.

mod expressions;
mod patterns;
mod statements;
mod strings;

use super::places::Places;
use crate::error::ErrorKind;
use crate::tree::validate::Invalid;
use ashore_bytecode::syntax::{Node, Tree};
use ashore_bytecode::{Constant, Position};
use ruff_python_ast::{self as ast, AtomicNodeIndex, Identifier, Mod};
use ruff_text_size::TextRange;

/// A program, and where its nodes are.
pub fn program(tree: &Tree) -> Result<(Mod, Places), Invalid> {
    let mut builder = Builder {
        places: Places::new(),
    };
    let root = node(tree);
    let program = match root.class {
        "Module" | "Interactive" => {
            let body = builder.suite(&root.fields[0])?;
            Mod::Module(ast::ModModule {
                node_index: AtomicNodeIndex::NONE,
                range: builder.places.finish(),
                body: body.into_iter().collect(),
            })
        }
        "Expression" => {
            let body = Box::new(builder.expression(&root.fields[0])?);
            Mod::Expression(ast::ModExpression {
                node_index: AtomicNodeIndex::NONE,
                range: builder.places.finish(),
                body,
            })
        }
        _ => unreachable!("the runtime asks for nothing else"),
    };
    Ok((program, builder.places))
}

type Built<T> = Result<T, Invalid>;

struct Builder {
    places: Places,
}

impl Builder {
    /// Builds a node between its two ends.
    fn spanned<T>(
        &mut self,
        place: Option<Position>,
        build: impl FnOnce(&mut Builder) -> Built<T>,
    ) -> Built<(T, TextRange)> {
        let start = self.places.open(place);
        let built = build(self)?;
        Ok((built, self.places.close(start, place)))
    }

    fn each<T>(
        &mut self,
        items: &Tree,
        mut build: impl FnMut(&mut Builder, &Node) -> Built<T>,
    ) -> Built<Vec<T>> {
        let items = list(items).iter();
        items.map(|item| build(self, node(item))).collect()
    }
}

/// Refuses what CPython's compiler finds no code for.
fn refuse<T>(kind: ErrorKind, message: impl Into<String>) -> Built<T> {
    Err(Invalid {
        kind,
        message: message.into(),
    })
}

fn identifier(name: &Tree, range: TextRange) -> Identifier {
    Identifier::new(text(name), range)
}

fn optional_identifier(name: &Tree, range: TextRange) -> Option<Identifier> {
    (*name != Tree::NONE).then(|| identifier(name, range))
}

// ── what a tree's parts are: the runtime has made sure ───────────────────────────────────────────────────────────────

/// The fields of a node of a class that has so many.
pub fn fields<const N: usize>(node: &Node) -> &[Tree; N] {
    let fields = node.fields.as_slice();
    fields
        .try_into()
        .expect("a node has the fields of its class")
}

pub fn node(tree: &Tree) -> &Node {
    optional(tree).expect("a field that must be a node is one")
}

pub fn optional(tree: &Tree) -> Option<&Node> {
    match tree {
        Tree::Node(node) => Some(node),
        _ => None,
    }
}

pub fn list(tree: &Tree) -> &[Tree] {
    match tree {
        Tree::List(items) => items,
        _ => unreachable!("a field of many values is a list"),
    }
}

pub fn int(tree: &Tree) -> i64 {
    match tree {
        Tree::Value(Constant::Int(value)) => *value,
        _ => unreachable!("a number is one"),
    }
}

/// An identifier: the runtime lets only such through that can be encoded.
pub fn text(tree: &Tree) -> &str {
    match tree {
        Tree::Value(Constant::Str(text)) => std::str::from_utf8(text).expect("names are UTF-8"),
        _ => unreachable!("a name is one"),
    }
}
