//! Statements.

use super::{
    Builder, Built, fields, identifier, int, list, node, optional, optional_identifier, refuse,
};
use crate::error::ErrorKind;
use crate::with_stack;
use ashore_bytecode::Position;
use ashore_bytecode::syntax::{Node, Tree};
use ruff_python_ast::{self as ast, AtomicNodeIndex, Stmt};
use ruff_text_size::{Ranged, TextRange};

impl Builder {
    pub(super) fn suite(&mut self, body: &Tree) -> Built<Vec<Stmt>> {
        self.each(body, |this, s| with_stack(|| this.statement(s)))
    }

    fn statement(&mut self, s: &Node) -> Built<Stmt> {
        match s.class {
            "FunctionDef" | "AsyncFunctionDef" => return self.function(s),
            "ClassDef" => return self.class(s),
            _ => {}
        }
        let (mut statement, range) = self.spanned(s.place, |this| match s.class {
            "For" | "AsyncFor" | "While" | "If" | "With" | "AsyncWith" | "Match" | "Try"
            | "TryStar" => this.compound(s),
            _ => this.simple(s),
        })?;
        set_range(&mut statement, range);
        Ok(statement)
    }

    /// A statement without its range.
    fn simple(&mut self, s: &Node) -> Built<Stmt> {
        let node_index = AtomicNodeIndex::NONE;
        let range = TextRange::default();
        Ok(match s.class {
            "Return" => Stmt::Return(ast::StmtReturn {
                node_index,
                range,
                value: self.optional(&s.fields[0])?,
            }),
            "Delete" => Stmt::Delete(ast::StmtDelete {
                node_index,
                range,
                targets: self.expressions(&s.fields[0])?,
            }),
            "Assign" => Stmt::Assign(ast::StmtAssign {
                node_index,
                range,
                targets: self.expressions(&s.fields[0])?,
                value: self.boxed(&s.fields[1])?,
            }),
            "AugAssign" => Stmt::AugAssign(ast::StmtAugAssign {
                node_index,
                range,
                target: self.single_target(&s.fields[0], "augmented")?,
                op: super::expressions::operator(&s.fields[1]),
                value: self.boxed(&s.fields[2])?,
            }),
            "AnnAssign" => Stmt::AnnAssign(ast::StmtAnnAssign {
                node_index,
                range,
                target: self.single_target(&s.fields[0], "annotated")?,
                annotation: self.boxed(&s.fields[1])?,
                value: self.optional(&s.fields[2])?,
                simple: int(&s.fields[3]) != 0,
            }),
            "TypeAlias" => Stmt::TypeAlias(ast::StmtTypeAlias {
                node_index,
                range,
                name: self.boxed(&s.fields[0])?,
                type_params: self.type_params(&s.fields[1])?,
                value: self.boxed(&s.fields[2])?,
            }),
            "Raise" => Stmt::Raise(ast::StmtRaise {
                node_index,
                range,
                exc: self.optional(&s.fields[0])?,
                cause: self.optional(&s.fields[1])?,
            }),
            "Assert" => Stmt::Assert(ast::StmtAssert {
                node_index,
                range,
                test: self.boxed(&s.fields[0])?,
                msg: self.optional(&s.fields[1])?,
            }),
            "Expr" => Stmt::Expr(ast::StmtExpr {
                node_index,
                range,
                value: self.boxed(&s.fields[0])?,
            }),
            "Pass" => Stmt::Pass(ast::StmtPass { node_index, range }),
            "Break" => Stmt::Break(ast::StmtBreak { node_index, range }),
            "Continue" => Stmt::Continue(ast::StmtContinue { node_index, range }),
            _ => return self.names(s),
        })
    }

    /// Statements about names.
    fn names(&mut self, s: &Node) -> Built<Stmt> {
        let node_index = AtomicNodeIndex::NONE;
        let range = TextRange::default();
        let names = |names: &Tree| list(names).iter().map(|n| identifier(n, range)).collect();
        Ok(match s.class {
            "Import" => Stmt::Import(ast::StmtImport {
                node_index,
                range,
                names: self.aliases(&s.fields[0])?,
                is_lazy: false,
            }),
            "ImportFrom" => {
                let [module, names, level] = fields(s);
                Stmt::ImportFrom(ast::StmtImportFrom {
                    node_index,
                    range,
                    module: optional_identifier(module, range),
                    names: self.aliases(names)?,
                    level: match *level == Tree::NONE {
                        true => 0,
                        false => int(level) as u32,
                    },
                    is_lazy: false,
                })
            }
            "Global" => Stmt::Global(ast::StmtGlobal {
                node_index,
                range,
                names: names(&s.fields[0]),
            }),
            "Nonlocal" => Stmt::Nonlocal(ast::StmtNonlocal {
                node_index,
                range,
                names: names(&s.fields[0]),
            }),
            _ => unreachable!("all statements of the table are made"),
        })
    }

    /// The target of an assignment that has one only.
    fn single_target(&mut self, target: &Tree, how: &str) -> Built<Box<ast::Expr>> {
        let number = match node(target).class {
            "Starred" => 25,
            "List" => 27,
            "Tuple" => 28,
            _ => return self.boxed(target),
        };
        let message = format!("invalid node type ({number}) for {how} assignment");
        refuse(ErrorKind::System, message)
    }

    fn aliases(&mut self, aliases: &Tree) -> Built<Vec<ast::Alias>> {
        self.each(aliases, |this, alias| {
            let ((), range) = this.spanned(alias.place, |_| Ok(()))?;
            Ok(ast::Alias {
                range,
                node_index: AtomicNodeIndex::NONE,
                name: identifier(&alias.fields[0], range),
                asname: optional_identifier(&alias.fields[1], range),
            })
        })
    }

    fn compound(&mut self, s: &Node) -> Built<Stmt> {
        let node_index = AtomicNodeIndex::NONE;
        let range = TextRange::default();
        Ok(match s.class {
            "For" | "AsyncFor" => Stmt::For(ast::StmtFor {
                node_index,
                range,
                is_async: s.class == "AsyncFor",
                target: self.boxed(&s.fields[0])?,
                iter: self.boxed(&s.fields[1])?,
                body: self.suite(&s.fields[2])?.into_iter().collect(),
                orelse: self.suite(&s.fields[3])?.into_iter().collect(),
            }),
            "While" => Stmt::While(ast::StmtWhile {
                node_index,
                range,
                test: self.boxed(&s.fields[0])?,
                body: self.suite(&s.fields[1])?.into_iter().collect(),
                orelse: self.suite(&s.fields[2])?.into_iter().collect(),
            }),
            "If" => Stmt::If(ast::StmtIf {
                node_index,
                range,
                test: self.boxed(&s.fields[0])?,
                body: self.suite(&s.fields[1])?.into_iter().collect(),
                elif_else_clauses: self.clauses(s.place, &s.fields[2])?,
            }),
            "With" | "AsyncWith" => Stmt::With(ast::StmtWith {
                node_index,
                range,
                is_async: s.class == "AsyncWith",
                items: self.with_items(&s.fields[0])?,
                body: self.suite(&s.fields[1])?.into_iter().collect(),
            }),
            "Match" => Stmt::Match(ast::StmtMatch {
                node_index,
                range,
                subject: self.boxed(&s.fields[0])?,
                cases: self.cases(&s.fields[1])?,
            }),
            _ => Stmt::Try(ast::StmtTry {
                node_index,
                range,
                body: self.suite(&s.fields[0])?.into_iter().collect(),
                handlers: self.handlers(&s.fields[1], s.class == "TryStar")?,
                orelse: self.suite(&s.fields[2])?.into_iter().collect(),
                finalbody: self.suite(&s.fields[3])?.into_iter().collect(),
                is_star: s.class == "TryStar",
            }),
        })
    }

    /// What follows the body of an `if`. One that is all of the `else` before it and begins in the same column is an `elif`,
    /// so that long chains need no recursion.
    fn clauses(
        &mut self,
        place: Option<Position>,
        orelse: &Tree,
    ) -> Built<Vec<ast::ElifElseClause>> {
        let column = |place: Option<Position>| place.map(|place| place.column);
        let mut clauses = Vec::new();
        let mut rest = list(orelse);
        while let [Tree::Node(only)] = rest
            && only.class == "If"
            && column(only.place) == column(place)
        {
            let [test, body, orelse] = fields(only);
            let ((test, body), range) = self.spanned(only.place, |this| {
                Ok((this.expression(test)?, this.suite(body)?))
            })?;
            clauses.push(ast::ElifElseClause {
                range,
                node_index: AtomicNodeIndex::NONE,
                test: Some(test),
                body: body.into_iter().collect(),
            });
            rest = list(orelse);
        }
        if !rest.is_empty() {
            let (body, range) = self.spanned(None, |this| {
                let body = rest.iter().map(|s| with_stack(|| this.statement(node(s))));
                body.collect::<Built<Vec<Stmt>>>()
            })?;
            clauses.push(ast::ElifElseClause {
                range,
                node_index: AtomicNodeIndex::NONE,
                test: None,
                body: body.into_iter().collect(),
            });
        }
        Ok(clauses)
    }

    fn with_items(&mut self, items: &Tree) -> Built<Vec<ast::WithItem>> {
        self.each(items, |this, item| {
            let ((context_expr, optional_vars), range) = this.spanned(None, |this| {
                let context = this.expression(&item.fields[0])?;
                Ok((context, this.optional(&item.fields[1])?))
            })?;
            Ok(ast::WithItem {
                range,
                node_index: AtomicNodeIndex::NONE,
                context_expr,
                optional_vars,
            })
        })
    }

    fn cases(&mut self, cases: &Tree) -> Built<Vec<ast::MatchCase>> {
        self.each(cases, |this, case| {
            let ((pattern, guard, body), range) = this.spanned(None, |this| {
                let pattern = this.pattern(&case.fields[0])?;
                let guard = this.optional(&case.fields[1])?;
                Ok((pattern, guard, this.suite(&case.fields[2])?))
            })?;
            Ok(ast::MatchCase {
                range,
                node_index: AtomicNodeIndex::NONE,
                pattern,
                guard,
                body: body.into_iter().collect(),
            })
        })
    }

    fn handlers(&mut self, handlers: &Tree, star: bool) -> Built<Vec<ast::ExceptHandler>> {
        self.each(handlers, |this, handler| {
            let [class, name, body] = fields(handler);
            if star && *class == Tree::NONE {
                return refuse(ErrorKind::Value, "ExceptHandler of TryStar has no type");
            }
            let ((type_, body), range) = this.spanned(handler.place, |this| {
                Ok((this.optional(class)?, this.suite(body)?))
            })?;
            let handler = ast::ExceptHandlerExceptHandler {
                range,
                node_index: AtomicNodeIndex::NONE,
                type_,
                name: optional_identifier(name, range),
                body: body.into_iter().collect(),
            };
            Ok(ast::ExceptHandler::ExceptHandler(handler))
        })
    }

    // ── definitions ──────────────────────────────────────────────────────────────────────────────────────────────────

    /// Decorators belong to a definition's range but not to its place: its name tells where that begins.
    fn decorators(&mut self, decorators: &Tree) -> Built<Vec<ast::Decorator>> {
        self.each(decorators, |this, decorator| {
            let expression = this.expression_node(decorator)?;
            Ok(ast::Decorator {
                range: expression.range(),
                node_index: AtomicNodeIndex::NONE,
                expression,
            })
        })
    }

    fn function(&mut self, s: &Node) -> Built<Stmt> {
        let [name, args, body, decorators, returns, _, params] = fields(s);
        let start = self.places.open(first_decorated(s.place, decorators));
        let decorators = self.decorators(decorators)?;
        let keyword = self.places.open(s.place);
        let type_params = self.type_params(params)?;
        let parameters = Box::new(self.parameters(node(args))?);
        let returns = self.optional(returns)?;
        let body = self.suite(body)?;
        let range = self.places.close(start, s.place);
        Ok(Stmt::FunctionDef(ast::StmtFunctionDef {
            node_index: AtomicNodeIndex::NONE,
            range,
            is_async: s.class == "AsyncFunctionDef",
            decorator_list: decorators.into_iter().collect(),
            name: identifier(name, TextRange::new(keyword, range.end())),
            type_params,
            parameters,
            returns,
            body: body.into_iter().collect(),
        }))
    }

    fn class(&mut self, s: &Node) -> Built<Stmt> {
        let [name, bases, keywords, body, decorators, params] = fields(s);
        let start = self.places.open(first_decorated(s.place, decorators));
        let decorators = self.decorators(decorators)?;
        let keyword = self.places.open(s.place);
        let type_params = self.type_params(params)?;
        let args = self.expressions(bases)?;
        let keywords = self.keywords(keywords)?;
        let body = self.suite(body)?;
        let range = self.places.close(start, s.place);
        let whole = TextRange::new(keyword, range.end());
        let none = args.is_empty() && keywords.is_empty();
        Ok(Stmt::ClassDef(ast::StmtClassDef {
            node_index: AtomicNodeIndex::NONE,
            range,
            decorator_list: decorators.into_iter().collect(),
            name: identifier(name, whole),
            type_params,
            arguments: (!none).then(|| {
                Box::new(ast::Arguments {
                    range: whole,
                    node_index: AtomicNodeIndex::NONE,
                    args: args.into(),
                    keywords: keywords.into_iter().collect(),
                })
            }),
            body: body.into_iter().collect(),
        }))
    }

    fn type_params(&mut self, params: &Tree) -> Built<Option<Box<ast::TypeParams>>> {
        if list(params).is_empty() {
            return Ok(None);
        }
        let (type_params, range) = self.spanned(None, |this| {
            this.each(params, |this, param| this.type_param(param))
        })?;
        Ok(Some(Box::new(ast::TypeParams {
            range,
            node_index: AtomicNodeIndex::NONE,
            type_params,
        })))
    }

    fn type_param(&mut self, param: &Node) -> Built<ast::TypeParam> {
        let (name, rest) = param.fields.split_first().expect("it has a name");
        let (mut rest, range) = self.spanned(param.place, |this| {
            rest.iter()
                .map(|e| this.optional(e))
                .collect::<Built<Vec<_>>>()
        })?;
        let node_index = AtomicNodeIndex::NONE;
        let name = identifier(name, range);
        let default = rest.pop().flatten();
        Ok(match param.class {
            "TypeVar" => ast::TypeParam::TypeVar(ast::TypeParamTypeVar {
                node_index,
                range,
                name,
                bound: rest.pop().flatten(),
                default,
            }),
            "ParamSpec" => ast::TypeParam::ParamSpec(ast::TypeParamParamSpec {
                node_index,
                range,
                name,
                default,
            }),
            _ => ast::TypeParam::TypeVarTuple(ast::TypeParamTypeVarTuple {
                node_index,
                range,
                name,
                default,
            }),
        })
    }

    // ── parameters ───────────────────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn parameters(&mut self, arguments: &Node) -> Built<ast::Parameters> {
        let [only, args, vararg, named, named_defaults, kwarg, defaults] = fields(arguments);
        let count = list(only).len() + list(args).len();
        // Defaults are those of the last parameters.
        let absent = std::iter::repeat_n(&Tree::NONE, count - list(defaults).len());
        let mut defaults = absent.chain(list(defaults));
        let start = self.places.open(None);
        let posonlyargs = self.parameter_list(only, &mut defaults)?;
        let args = self.parameter_list(args, &mut defaults)?;
        let vararg = self.starred_parameter(vararg)?;
        let kwonlyargs = self.parameter_list(named, &mut list(named_defaults).iter())?;
        let kwarg = self.starred_parameter(kwarg)?;
        Ok(ast::Parameters {
            range: self.places.close(start, None),
            node_index: AtomicNodeIndex::NONE,
            posonlyargs: posonlyargs.into_iter().collect(),
            args: args.into_iter().collect(),
            vararg,
            kwonlyargs: kwonlyargs.into_iter().collect(),
            kwarg,
        })
    }

    fn parameter_list(
        &mut self,
        parameters: &Tree,
        defaults: &mut dyn Iterator<Item = &Tree>,
    ) -> Built<Vec<ast::ParameterWithDefault>> {
        self.each(parameters, |this, parameter| {
            let default = defaults.next().expect("validated: there are as many");
            let ((parameter, default), range) = this.spanned(None, |this| {
                Ok((this.parameter(parameter)?, this.optional(default)?))
            })?;
            Ok(ast::ParameterWithDefault {
                range,
                node_index: AtomicNodeIndex::NONE,
                parameter,
                default,
            })
        })
    }

    fn starred_parameter(&mut self, parameter: &Tree) -> Built<Option<Box<ast::Parameter>>> {
        let parameter = optional(parameter).map(|parameter| self.parameter(parameter));
        Ok(parameter.transpose()?.map(Box::new))
    }

    fn parameter(&mut self, parameter: &Node) -> Built<ast::Parameter> {
        let (annotation, range) =
            self.spanned(parameter.place, |this| this.optional(&parameter.fields[1]))?;
        Ok(ast::Parameter {
            range,
            node_index: AtomicNodeIndex::NONE,
            name: identifier(&parameter.fields[0], range),
            annotation,
        })
    }
}

/// Where a definition begins: on the line of the first decorator, whose sign stands where the definition does.
fn first_decorated(place: Option<Position>, decorators: &Tree) -> Option<Position> {
    let first = list(decorators).first().and_then(|first| node(first).place);
    place.map(|place| Position {
        line: first.map_or(place.line, |first| first.line),
        ..place
    })
}

/// Gives a statement that is no definition its range.
fn set_range(s: &mut Stmt, range: TextRange) {
    let own = match s {
        Stmt::FunctionDef(s) => &mut s.range,
        Stmt::ClassDef(s) => &mut s.range,
        Stmt::Return(s) => &mut s.range,
        Stmt::Delete(s) => &mut s.range,
        Stmt::TypeAlias(s) => &mut s.range,
        Stmt::Assign(s) => &mut s.range,
        Stmt::AugAssign(s) => &mut s.range,
        Stmt::AnnAssign(s) => &mut s.range,
        Stmt::For(s) => &mut s.range,
        Stmt::While(s) => &mut s.range,
        Stmt::If(s) => &mut s.range,
        Stmt::With(s) => &mut s.range,
        Stmt::Match(s) => &mut s.range,
        Stmt::Raise(s) => &mut s.range,
        Stmt::Try(s) => &mut s.range,
        Stmt::Assert(s) => &mut s.range,
        Stmt::Import(s) => &mut s.range,
        Stmt::ImportFrom(s) => {
            s.module.iter_mut().for_each(|module| module.range = range);
            &mut s.range
        }
        Stmt::Global(s) => {
            s.names.iter_mut().for_each(|name| name.range = range);
            &mut s.range
        }
        Stmt::Nonlocal(s) => {
            s.names.iter_mut().for_each(|name| name.range = range);
            &mut s.range
        }
        Stmt::Expr(s) => &mut s.range,
        Stmt::Pass(s) => &mut s.range,
        Stmt::Break(s) => &mut s.range,
        Stmt::Continue(s) => &mut s.range,
        Stmt::IpyEscapeCommand(s) => &mut s.range,
    };
    *own = range;
}
