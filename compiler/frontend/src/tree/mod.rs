//! Syntax trees for `ast.parse`: the parser's tree in the shape of CPython's.
//!
//! The two differ in what they fold together: the parser has one node for `def` and `async def`, a list of clauses for what
//! CPython nests (`elif`), decorators inside of a function's range, and adjacent strings apart.

mod comments;
mod expressions;
mod optimize;
mod patterns;
pub mod places;
mod program;
mod strings;
mod validate;

pub use optimize::optimize;
pub use program::program;
pub use validate::validate;

use crate::Mode;
use crate::error::{CompileError, ErrorKind};
use crate::parse::Signature;
use crate::source::Source;
use crate::with_stack;
use ashore_bytecode::Position;
use ashore_bytecode::syntax::Tree;
use comments::TypeComments;
use ruff_python_ast::{self as ast, Expr, Mod, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use std::cell::Cell;

/// Deeper trees are refused.
const MAX_DEPTH: u32 = 100_000;

/// The tree of a program, and how deep it is. An interactive statement is the body of an `Interactive`. No tree is made of
/// a program that is too deep.
pub fn tree(
    source: &Source,
    program: &Mod,
    mode: Mode,
    type_comments: bool,
) -> Result<(Tree, u32), CompileError> {
    let maker = Maker::new(source, type_comments);
    let tree = maker.program(program, mode == Mode::Single);
    let deepest = maker.deepest.get();
    if deepest > MAX_DEPTH {
        let message = "maximum recursion depth exceeded during ast construction";
        let range = TextRange::default();
        return Err(source.compiler_error(ErrorKind::Recursion, message, range));
    }
    match maker.comments.misplaced(source) {
        Some(error) => Err(error),
        None => Ok((tree, deepest)),
    }
}

/// The tree of a function's type.
pub fn signature(source: &Source, signature: &Signature) -> Tree {
    let maker = Maker::new(source, false);
    let parameters = maker.expressions(&signature.parameters);
    let fields = vec![parameters, maker.expression(&signature.returns)];
    Tree::node("FunctionType", fields)
}

struct Maker<'a> {
    source: &'a Source,
    comments: TypeComments,
    depth: Cell<u32>,
    deepest: Cell<u32>,
}

impl<'a> Maker<'a> {
    fn new(source: &'a Source, type_comments: bool) -> Maker<'a> {
        Maker {
            source,
            comments: match type_comments {
                true => TypeComments::of(source),
                false => TypeComments::default(),
            },
            depth: Cell::new(0),
            deepest: Cell::new(0),
        }
    }
}

impl Maker<'_> {
    fn program(&self, program: &Mod, interactive: bool) -> Tree {
        match program {
            Mod::Module(module) if interactive => {
                Tree::node("Interactive", vec![self.body(&module.body)])
            }
            Mod::Module(module) => {
                let body = self.body(&module.body);
                Tree::node("Module", vec![body, self.comments.ignores()])
            }
            Mod::Expression(expression) => {
                Tree::node("Expression", vec![self.expression(&expression.body)])
            }
        }
    }

    /// A step down, on a new piece of stack if the current one is nearly used up.
    fn nested(&self, make: impl FnOnce() -> Tree) -> Tree {
        let depth = self.depth.get() + 1;
        self.deepest.set(self.deepest.get().max(depth));
        if depth > MAX_DEPTH {
            return Tree::NONE;
        }
        self.depth.set(depth);
        let made = with_stack(make);
        self.depth.set(depth - 1);
        made
    }

    fn place(&self, range: TextRange) -> Position {
        let end_line = self.source.line(range.end().to_u32());
        Position {
            end_line,
            end_column: range.end().to_u32() - self.source.line_start(end_line),
            ..self.source.position(range)
        }
    }

    /// The place of a statement with a body: a semicolon behind the body's last statement belongs to it.
    fn compound(&self, class: &'static str, range: TextRange, fields: Vec<Tree>) -> Tree {
        let rest = &self.source.text()[range.end().to_usize()..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\x0c']).len();
        let end = match rest[blank..].starts_with(';') {
            true => range.end() + TextSize::new(blank as u32 + 1),
            false => range.end(),
        };
        self.placed(class, TextRange::new(range.start(), end), fields)
    }

    fn placed(&self, class: &'static str, range: TextRange, fields: Vec<Tree>) -> Tree {
        Tree::placed(class, self.place(range), fields)
    }

    fn body(&self, body: &[Stmt]) -> Tree {
        Tree::List(body.iter().map(|s| self.statement(s)).collect())
    }

    fn statement(&self, s: &Stmt) -> Tree {
        self.nested(|| match s {
            Stmt::FunctionDef(s) => self.function(s),
            Stmt::ClassDef(s) => self.class(s),
            Stmt::For(s) => {
                let class = if s.is_async { "AsyncFor" } else { "For" };
                let fields = vec![
                    self.expression(&s.target),
                    self.expression(&s.iter),
                    self.body(&s.body),
                    self.body(&s.orelse),
                    self.header_comment(s.iter.end()),
                ];
                self.compound(class, s.range, fields)
            }
            Stmt::While(s) => {
                let (body, orelse) = (self.body(&s.body), self.body(&s.orelse));
                let fields = vec![self.expression(&s.test), body, orelse];
                self.compound("While", s.range, fields)
            }
            Stmt::If(s) => self.if_statement(s.range, &s.test, &s.body, &s.elif_else_clauses),
            Stmt::With(s) => {
                let class = if s.is_async { "AsyncWith" } else { "With" };
                let items = s.items.iter().map(|item| {
                    let vars = self.optional(item.optional_vars.as_deref());
                    Tree::node("withitem", vec![self.expression(&item.context_expr), vars])
                });
                let items = Tree::List(items.collect());
                let header = s
                    .items
                    .last()
                    .map_or(s.range.start(), |item| item.range.end());
                let fields = vec![items, self.body(&s.body), self.header_comment(header)];
                self.compound(class, s.range, fields)
            }
            Stmt::Match(s) => {
                let cases = s.cases.iter().map(|case| {
                    let guard = self.optional(case.guard.as_deref());
                    let fields = vec![self.pattern(&case.pattern), guard, self.body(&case.body)];
                    Tree::node("match_case", fields)
                });
                let cases = Tree::List(cases.collect());
                self.compound("Match", s.range, vec![self.expression(&s.subject), cases])
            }
            Stmt::Try(s) => self.try_statement(s),
            _ => self.simple_statement(s),
        })
    }

    fn simple_statement(&self, s: &Stmt) -> Tree {
        let (class, fields) = match s {
            Stmt::Return(s) => ("Return", vec![self.optional(s.value.as_deref())]),
            Stmt::Delete(s) => ("Delete", vec![self.expressions(&s.targets)]),
            Stmt::TypeAlias(s) => {
                let params = self.type_params(s.type_params.as_deref());
                let (name, value) = (self.expression(&s.name), self.expression(&s.value));
                ("TypeAlias", vec![name, params, value])
            }
            Stmt::Assign(s) => {
                let targets = self.expressions(&s.targets);
                let comment = self.comment_behind(s.range.end());
                let fields = vec![targets, self.expression(&s.value), comment];
                ("Assign", fields)
            }
            Stmt::AugAssign(s) => {
                let (target, value) = (self.expression(&s.target), self.expression(&s.value));
                let fields = vec![target, expressions::operator(s.op), value];
                ("AugAssign", fields)
            }
            Stmt::AnnAssign(s) => {
                let (target, annotation) =
                    (self.expression(&s.target), self.expression(&s.annotation));
                let value = self.optional(s.value.as_deref());
                let simple = Tree::int(i64::from(s.simple));
                ("AnnAssign", vec![target, annotation, value, simple])
            }
            Stmt::Raise(s) => {
                let exc = self.optional(s.exc.as_deref());
                ("Raise", vec![exc, self.optional(s.cause.as_deref())])
            }
            Stmt::Assert(s) => {
                let message = self.optional(s.msg.as_deref());
                ("Assert", vec![self.expression(&s.test), message])
            }
            Stmt::Import(s) => ("Import", vec![self.aliases(&s.names)]),
            Stmt::ImportFrom(s) => {
                let module = optional_name(s.module.as_ref());
                let level = Tree::int(i64::from(s.level));
                ("ImportFrom", vec![module, self.aliases(&s.names), level])
            }
            Stmt::Global(s) => ("Global", vec![names(&s.names)]),
            Stmt::Nonlocal(s) => ("Nonlocal", vec![names(&s.names)]),
            Stmt::Expr(s) => ("Expr", vec![self.expression(&s.value)]),
            Stmt::Pass(_) => ("Pass", Vec::new()),
            Stmt::Break(_) => ("Break", Vec::new()),
            Stmt::Continue(_) => ("Continue", Vec::new()),
            _ => unreachable!("compound statements are made above, and shell commands not parsed"),
        };
        self.placed(class, s.range(), fields)
    }

    fn function(&self, s: &ast::StmtFunctionDef) -> Tree {
        let class = match s.is_async {
            true => "AsyncFunctionDef",
            false => "FunctionDef",
        };
        let first = s.body.first().map_or(s.range, Ranged::range);
        let header = s
            .returns
            .as_ref()
            .map_or(s.parameters.range.end(), |e| e.end());
        let fields = vec![
            name(&s.name),
            self.parameters(Some(&s.parameters)),
            self.body(&s.body),
            self.decorators(&s.decorator_list),
            self.optional(s.returns.as_deref()),
            self.function_comment(header, first),
            self.type_params(s.type_params.as_deref()),
        ];
        self.compound(
            class,
            self.without_decorators(s.range, &s.decorator_list),
            fields,
        )
    }

    fn class(&self, s: &ast::StmtClassDef) -> Tree {
        let (bases, keywords) = match s.arguments.as_deref() {
            Some(arguments) => (
                self.expressions(&arguments.args),
                self.keywords(&arguments.keywords),
            ),
            None => (Tree::List(Vec::new()), Tree::List(Vec::new())),
        };
        let fields = vec![
            name(&s.name),
            bases,
            keywords,
            self.body(&s.body),
            self.decorators(&s.decorator_list),
            self.type_params(s.type_params.as_deref()),
        ];
        self.compound(
            "ClassDef",
            self.without_decorators(s.range, &s.decorator_list),
            fields,
        )
    }

    fn decorators(&self, decorators: &[ast::Decorator]) -> Tree {
        let each = decorators.iter().map(|d| self.expression(&d.expression));
        Tree::List(each.collect())
    }

    /// The range of a definition from its keyword on.
    fn without_decorators(&self, range: TextRange, decorators: &[ast::Decorator]) -> TextRange {
        let Some(last) = decorators.last() else {
            return range;
        };
        let rest = TextRange::new(last.end(), range.end());
        let mut text = self.source.slice(rest);
        loop {
            text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\\');
            match text.strip_prefix('#') {
                Some(comment) => text = comment.trim_start_matches(|c| c != '\n'),
                None => break,
            }
        }
        let length = TextSize::try_from(text.len()).expect("sources are shorter than 4 GiB");
        TextRange::new(range.end() - length, range.end())
    }

    /// `elif` is an `if` in the `else` of the one before.
    fn if_statement(
        &self,
        range: TextRange,
        test: &Expr,
        body: &[Stmt],
        clauses: &[ast::ElifElseClause],
    ) -> Tree {
        // From the last clause on, so that long chains need no deep recursion: the tree is deep all the same.
        let depth = self.depth.get().saturating_add(clauses.len() as u32);
        self.deepest.set(self.deepest.get().max(depth));
        let mut orelse = Tree::List(Vec::new());
        for clause in clauses.iter().rev() {
            let body = self.body(&clause.body);
            orelse = match &clause.test {
                Some(test) => {
                    let range = TextRange::new(clause.start(), range.end());
                    let fields = vec![self.expression(test), body, orelse];
                    Tree::List(vec![self.compound("If", range, fields)])
                }
                None => body,
            };
        }
        let fields = vec![self.expression(test), self.body(body), orelse];
        self.compound("If", range, fields)
    }

    fn try_statement(&self, s: &ast::StmtTry) -> Tree {
        let handlers = s.handlers.iter().map(|handler| {
            let ast::ExceptHandler::ExceptHandler(handler) = handler;
            let fields = vec![
                self.optional(handler.type_.as_deref()),
                optional_name(handler.name.as_ref()),
                self.body(&handler.body),
            ];
            self.compound("ExceptHandler", handler.range, fields)
        });
        let fields = vec![
            self.body(&s.body),
            Tree::List(handlers.collect()),
            self.body(&s.orelse),
            self.body(&s.finalbody),
        ];
        let class = if s.is_star { "TryStar" } else { "Try" };
        self.compound(class, s.range, fields)
    }

    fn aliases(&self, aliases: &[ast::Alias]) -> Tree {
        let each = aliases.iter().map(|alias| {
            let fields = vec![name(&alias.name), optional_name(alias.asname.as_ref())];
            self.placed("alias", alias.range, fields)
        });
        Tree::List(each.collect())
    }

    fn type_params(&self, params: Option<&ast::TypeParams>) -> Tree {
        let each = params.iter().flat_map(|params| &params.type_params);
        let each = each.map(|param| match param {
            ast::TypeParam::TypeVar(p) => {
                let bound = self.optional(p.bound.as_deref());
                let default = self.optional(p.default.as_deref());
                self.placed("TypeVar", p.range, vec![name(&p.name), bound, default])
            }
            ast::TypeParam::ParamSpec(p) => {
                let default = self.optional(p.default.as_deref());
                self.placed("ParamSpec", p.range, vec![name(&p.name), default])
            }
            ast::TypeParam::TypeVarTuple(p) => {
                let default = self.optional(p.default.as_deref());
                self.placed("TypeVarTuple", p.range, vec![name(&p.name), default])
            }
        });
        Tree::List(each.collect())
    }
}

fn name(name: &ast::Identifier) -> Tree {
    Tree::identifier(name.as_str())
}

fn optional_name(found: Option<&ast::Identifier>) -> Tree {
    found.map_or(Tree::NONE, name)
}

fn names(names: &[ast::Identifier]) -> Tree {
    Tree::List(names.iter().map(name).collect())
}
