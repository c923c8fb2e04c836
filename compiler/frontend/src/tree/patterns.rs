//! Patterns of `match` statements.

use super::{Maker, name, optional_name};
use ashore_bytecode::Constant;
use ashore_bytecode::syntax::Tree;
use ruff_python_ast::{Pattern, Singleton};
use ruff_text_size::Ranged;

impl Maker<'_> {
    fn patterns(&self, patterns: &[Pattern]) -> Tree {
        Tree::List(patterns.iter().map(|p| self.pattern(p)).collect())
    }

    pub(super) fn pattern(&self, pattern: &Pattern) -> Tree {
        self.nested(|| {
            let (class, fields) = match pattern {
                Pattern::MatchValue(p) => ("MatchValue", vec![self.expression(&p.value)]),
                Pattern::MatchSingleton(p) => {
                    let value = match p.value {
                        Singleton::None => Constant::None,
                        Singleton::True => Constant::True,
                        Singleton::False => Constant::False,
                    };
                    ("MatchSingleton", vec![Tree::Value(value)])
                }
                Pattern::MatchSequence(p) => ("MatchSequence", vec![self.patterns(&p.patterns)]),
                Pattern::MatchMapping(p) => {
                    let (keys, rest) = (self.expressions(&p.keys), optional_name(p.rest.as_ref()));
                    ("MatchMapping", vec![keys, self.patterns(&p.patterns), rest])
                }
                Pattern::MatchClass(p) => {
                    let keywords = p.arguments.keywords.iter();
                    let (names, patterns) = keywords
                        .map(|keyword| (name(&keyword.attr), self.pattern(&keyword.pattern)))
                        .unzip();
                    let fields = vec![
                        self.expression(&p.cls),
                        self.patterns(&p.arguments.patterns),
                        Tree::List(names),
                        Tree::List(patterns),
                    ];
                    ("MatchClass", fields)
                }
                Pattern::MatchStar(p) => ("MatchStar", vec![optional_name(p.name.as_ref())]),
                Pattern::MatchAs(p) => {
                    let inner = p.pattern.as_deref();
                    let inner = inner.map_or(Tree::NONE, |pattern| self.pattern(pattern));
                    ("MatchAs", vec![inner, optional_name(p.name.as_ref())])
                }
                Pattern::MatchOr(p) => ("MatchOr", vec![self.patterns(&p.patterns)]),
            };
            self.placed(class, pattern.range(), fields)
        })
    }
}
