//! Patterns of `match` statements.

use super::{Builder, Built, fields, identifier, list, node, optional, optional_identifier};
use crate::with_stack;
use ashore_bytecode::Constant;
use ashore_bytecode::syntax::{Node, Tree};
use ruff_python_ast::{self as ast, AtomicNodeIndex, Pattern, Singleton};
use ruff_text_size::{Ranged, TextRange};

impl Builder {
    fn patterns(&mut self, patterns: &Tree) -> Built<Vec<Pattern>> {
        self.each(patterns, |this, p| this.pattern_node(p))
    }

    pub(super) fn pattern(&mut self, p: &Tree) -> Built<Pattern> {
        self.pattern_node(node(p))
    }

    fn pattern_node(&mut self, p: &Node) -> Built<Pattern> {
        with_stack(|| {
            let (mut pattern, range) = self.spanned(p.place, |this| this.bare(p))?;
            set_range(&mut pattern, range);
            Ok(pattern)
        })
    }

    /// A pattern without its range.
    fn bare(&mut self, p: &Node) -> Built<Pattern> {
        let node_index = AtomicNodeIndex::NONE;
        let range = TextRange::default();
        Ok(match p.class {
            "MatchValue" => Pattern::MatchValue(ast::PatternMatchValue {
                node_index,
                range,
                value: self.boxed(&p.fields[0])?,
            }),
            "MatchSingleton" => Pattern::MatchSingleton(ast::PatternMatchSingleton {
                node_index,
                range,
                value: match &p.fields[0] {
                    Tree::Value(Constant::True) => Singleton::True,
                    Tree::Value(Constant::False) => Singleton::False,
                    _ => Singleton::None,
                },
            }),
            "MatchSequence" => Pattern::MatchSequence(ast::PatternMatchSequence {
                node_index,
                range,
                patterns: self.patterns(&p.fields[0])?,
            }),
            "MatchMapping" => self.mapping(p)?,
            "MatchClass" => self.class_pattern(p)?,
            "MatchStar" => Pattern::MatchStar(ast::PatternMatchStar {
                node_index,
                range,
                name: optional_identifier(&p.fields[0], range),
            }),
            "MatchAs" => {
                let [inner, name] = fields(p);
                let inner = optional(inner).map(|inner| self.pattern_node(inner));
                Pattern::MatchAs(ast::PatternMatchAs {
                    node_index,
                    range,
                    pattern: inner.transpose()?.map(Box::new),
                    name: optional_identifier(name, range),
                })
            }
            _ => Pattern::MatchOr(ast::PatternMatchOr {
                node_index,
                range,
                patterns: self.patterns(&p.fields[0])?,
            }),
        })
    }

    fn mapping(&mut self, p: &Node) -> Built<Pattern> {
        let range = TextRange::default();
        let [keys, values, rest] = fields(p);
        let (mut of_keys, mut patterns) = (Vec::new(), Vec::new());
        for (key, value) in list(keys).iter().zip(list(values)) {
            of_keys.push(self.expression(key)?);
            patterns.push(self.pattern(value)?);
        }
        Ok(Pattern::MatchMapping(ast::PatternMatchMapping {
            node_index: AtomicNodeIndex::NONE,
            range,
            keys: of_keys.into_iter().collect(),
            patterns: patterns.into_iter().collect(),
            rest: optional_identifier(rest, range),
        }))
    }

    fn class_pattern(&mut self, p: &Node) -> Built<Pattern> {
        let [class, positional, names, named] = fields(p);
        let cls = self.boxed(class)?;
        let start = self.places.open(None);
        let patterns = self.patterns(positional)?;
        let mut keywords = Vec::new();
        for (name, pattern) in list(names).iter().zip(list(named)) {
            let pattern = self.pattern(pattern)?;
            let range = pattern.range();
            keywords.push(ast::PatternKeyword {
                range,
                node_index: AtomicNodeIndex::NONE,
                attr: identifier(name, range),
                pattern,
            });
        }
        Ok(Pattern::MatchClass(ast::PatternMatchClass {
            node_index: AtomicNodeIndex::NONE,
            range: TextRange::default(),
            cls,
            arguments: ast::PatternArguments {
                range: self.places.close(start, None),
                node_index: AtomicNodeIndex::NONE,
                patterns: patterns.into_iter().collect(),
                keywords,
            },
        }))
    }
}

/// Gives a pattern and the names it binds itself their range.
fn set_range(p: &mut Pattern, range: TextRange) {
    let (own, name) = match p {
        Pattern::MatchValue(p) => (&mut p.range, None),
        Pattern::MatchSingleton(p) => (&mut p.range, None),
        Pattern::MatchSequence(p) => (&mut p.range, None),
        Pattern::MatchMapping(p) => (&mut p.range, p.rest.as_mut()),
        Pattern::MatchClass(p) => (&mut p.range, None),
        Pattern::MatchStar(p) => (&mut p.range, p.name.as_mut()),
        Pattern::MatchAs(p) => (&mut p.range, p.name.as_mut()),
        Pattern::MatchOr(p) => (&mut p.range, None),
    };
    *own = range;
    if let Some(name) = name {
        name.range = range;
    }
}
