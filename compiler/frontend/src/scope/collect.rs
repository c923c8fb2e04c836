//! Statements: the walk over the program that opens scopes, records uses of names and finds semantic errors.

use super::analysis::{Analysis, Phase, Problem, Purpose, Settings};
use super::generics::TYPE_PARAMS;
use super::number;
use super::symbol::{NameId, Names, Private, Scope, ScopeId, ScopeKind, Scopes, Uses, mangle};
use super::warnings::{Repeat, Warning};
use crate::error::ErrorKind;
use crate::source::Source;
use ashore_bytecode::code::{FUTURE_ANNOTATIONS, FUTURE_BARRY, FUTURE_FEATURES};
use ruff_python_ast::{self as ast, ExceptHandler, Identifier, Mod, Parameters, Stmt};
use ruff_text_size::{Ranged, TextRange};
use std::rc::Rc;

/// Deepest nesting of statements and expressions; CPython gives up between 10,000 and 50,000 levels of `a+a+a`.
const MAX_DEPTH: u32 = 25_000;
/// How many rules CPython's parser has open at most, without those around any expression.
const MAX_RULES: u32 = 5_968;
/// How deep functions nest, deeper than CPython's parser lets them: their qualified names grow with the square of it.
const MAX_SCOPES: u32 = 3_000;
/// How deep loops, `with` and `try` nest in a function, as in CPython.
const MAX_BLOCKS: u32 = 21;

/// Features of `__future__` that have no flag.
const OLD_FEATURES: [&str; 2] = ["nested_scopes", "generators"];

const IN_EXCEPT_STAR: &str = "'break', 'continue' and 'return' cannot appear in an except* block";

/// The walk's state.
pub struct Collector<'s> {
    pub(super) source: &'s Source,
    pub(super) settings: Settings,
    pub(super) scopes: Scopes,
    problems: Vec<Problem>,
    pub(super) warnings: Vec<Warning>,
    pub(super) repeats: Vec<Repeat>,
    /// CPython generates no code for the current expression.
    pub(super) silent: bool,
    /// The `finally` blocks that follow the current statement in its frame when it is left, with the loops around them.
    pub(super) finally_bodies: Vec<(u32, TextRange)>,
    pub(super) current: ScopeId,
    depth: u32,
    /// How many rules CPython's parser would have open here, about.
    pub(super) rules: u32,
    /// Loops around the current statement in its frame.
    loops: u32,
    /// The value of `loops` where the innermost `except*` block around the current statement begins.
    except_star: Option<u32>,
    /// The value of `loops` where the innermost `finally` block around the current statement begins.
    finally: Option<u32>,
    /// Blocks around the current statement in its frame that CPython counts.
    blocks: u32,
    /// Frames around the current one.
    frames: u32,
    /// Statements around the current one in its frame that may skip it.
    pub(super) conditional: u32,
    /// Iterables of comprehensions around the current expression.
    pub(super) iterables: u32,
    /// The current expression is the target of a comprehension's iteration, or part of it.
    pub(super) iterating: bool,
    /// The current scope's expressions are never evaluated.
    pub(super) unevaluated: bool,
    /// What the current expression is part of, if assignment expressions and yields are forbidden there.
    pub(super) restricted: Option<&'static str>,
    /// The greatest depth reached.
    pub(super) deepest: u32,
}

impl<'s> Collector<'s> {
    pub fn new(source: &'s Source, settings: Settings) -> Collector<'s> {
        let module = Scope::new(
            ScopeKind::Module,
            None,
            Scopes::MODULE,
            ("<module>".into(), 0),
            None,
        );
        Collector {
            source,
            settings,
            scopes: Scopes {
                list: vec![module],
                names: Names::default(),
                future: settings.future,
            },
            problems: Vec::new(),
            warnings: Vec::new(),
            repeats: Vec::new(),
            silent: false,
            finally_bodies: Vec::new(),
            current: Scopes::MODULE,
            depth: 0,
            rules: 0,
            loops: 0,
            except_star: None,
            finally: None,
            blocks: 0,
            frames: 0,
            conditional: 0,
            iterables: 0,
            iterating: false,
            unevaluated: false,
            restricted: None,
            deepest: 0,
        }
    }

    pub fn finish(mut self) -> Analysis {
        for scope in &mut self.scopes.list {
            scope.walruses.sort_unstable();
        }
        let depth = Some(self.deepest).filter(|&depth| depth < u32::MAX);
        Analysis {
            scopes: self.scopes,
            problems: self.problems,
            warnings: self.warnings,
            repeats: self.repeats,
            depth,
        }
    }

    pub fn program(&mut self, program: &Mod) {
        match program {
            Mod::Module(module) => {
                self.future_imports(&module.body);
                self.body(&module.body);
            }
            Mod::Expression(expression) => self.expression(&expression.body),
        }
    }

    /// What CPython finds when it makes its tables of symbols.
    pub(super) fn problem(&mut self, range: TextRange, message: impl Into<String>) {
        self.problem_of(Phase::Symbols, range, message.into());
    }

    /// What CPython finds when it generates code.
    pub(super) fn code_problem(&mut self, range: TextRange, message: impl Into<String>) {
        if !self.silent {
            self.problem_of(Phase::Code, range, message.into());
        }
    }

    fn problem_of(&mut self, phase: Phase, range: TextRange, message: String) {
        self.problems.push(Problem {
            phase,
            kind: ErrorKind::Syntax,
            message,
            range,
        });
    }

    /// The walk ends: the first time, that is the problem.
    fn too_deep(&mut self, kind: ErrorKind, message: &str, range: TextRange) {
        if self.deepest < u32::MAX {
            self.deepest = u32::MAX;
            let message = message.to_owned();
            self.problems.push(Problem {
                phase: Phase::Symbols,
                kind,
                message,
                range,
            });
        }
    }

    /// Runs `walk` one level deeper, on more stack if need be; too deep a program is refused.
    pub(super) fn deeper(&mut self, range: TextRange, walk: impl FnOnce(&mut Self)) {
        if self.rules > MAX_RULES && self.source.has_text() {
            let message = "Parser stack overflowed - Python source too complex to parse";
            return self.too_deep(ErrorKind::Memory, message, range);
        }
        if self.depth >= MAX_DEPTH || self.frames > MAX_SCOPES {
            let message = "maximum recursion depth exceeded during compilation";
            return self.too_deep(ErrorKind::Recursion, message, range);
        }
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        crate::with_stack(|| walk(self));
        self.depth -= 1;
    }

    // ── scopes and names ─────────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn scope(&mut self) -> &mut Scope {
        let current = self.current;
        &mut self.scopes[current]
    }

    /// A new scope in the current one; it begins where `start` does.
    pub(super) fn open(
        &mut self,
        kind: ScopeKind,
        name: &str,
        start: TextRange,
        class: Option<Rc<Private>>,
    ) -> ScopeId {
        let id = ScopeId(self.scopes.list.len() as u32);
        let frame = if kind.inlined() {
            self.scope().frame
        } else {
            id
        };
        self.scope().children.push(id);
        let line = self.source.line(start.start().to_u32());
        let named = (name.to_owned(), line);
        let scope = Scope::new(kind, Some(self.current), frame, named, class);
        self.scopes.list.push(scope);
        id
    }

    /// Walks the code of another frame.
    pub(super) fn inside(&mut self, scope: ScopeId, walk: impl FnOnce(&mut Self)) {
        let outer = (
            self.current,
            self.loops,
            self.except_star,
            self.finally,
            self.blocks,
            self.conditional,
            self.iterables,
            self.iterating,
            self.unevaluated,
            self.restricted,
        );
        // What awaits has a block of its own around all it does.
        let blocks = u32::from(self.scopes[scope].asynchronous);
        (
            self.current,
            self.loops,
            self.except_star,
            self.finally,
            self.blocks,
            self.conditional,
            self.iterables,
            self.iterating,
            self.unevaluated,
            self.restricted,
        ) = (scope, 0, None, None, blocks, 0, 0, false, false, None);
        let finally_bodies = std::mem::take(&mut self.finally_bodies);
        self.frames += 1;
        walk(self);
        self.frames -= 1;
        self.finally_bodies = finally_bodies;
        (
            self.current,
            self.loops,
            self.except_star,
            self.finally,
            self.blocks,
            self.conditional,
            self.iterables,
            self.iterating,
            self.unevaluated,
            self.restricted,
        ) = outer;
    }

    pub(super) fn name_id(&mut self, name: &str) -> NameId {
        let class = self.scope().class.clone();
        self.scopes.names.intern(&mangle(class.as_deref(), name))
    }

    pub(super) fn record(&mut self, name: &str, uses: Uses, range: TextRange) -> NameId {
        let id = self.name_id(name);
        self.scope().record(id, uses, range);
        if self.iterating {
            self.iterate(name, id, range);
        }
        id
    }

    /// Binds the name a statement or pattern defines.
    pub(super) fn bind(&mut self, name: &Identifier, whole: TextRange) {
        self.check_bindable(name, whole);
        self.record(name, Uses::BOUND, name.range);
    }

    pub(super) fn bind_name(&mut self, name: &str, range: TextRange) {
        self.check_bindable(name, range);
        self.record(name, Uses::BOUND, range);
    }

    fn check_bindable(&mut self, name: &str, range: TextRange) {
        if name == "__debug__" {
            self.problem(range, "cannot assign to __debug__");
        }
    }

    /// Walks two parts in the order in which code comes by, or in the order of CPython's tables: there, targets are first.
    pub(super) fn either_order(
        &mut self,
        value: impl FnOnce(&mut Self),
        target: impl FnOnce(&mut Self),
    ) {
        match self.settings.purpose {
            Purpose::Code => {
                value(self);
                target(self);
            }
            Purpose::Tables => {
                target(self);
                value(self);
            }
        }
    }

    // ── statements ───────────────────────────────────────────────────────────────────────────────────────────────

    /// Checks `from __future__` imports, which come before everything but the docstring.
    fn future_imports(&mut self, body: &[Stmt]) {
        let mut at_start = true;
        for (i, statement) in body.iter().enumerate() {
            match statement {
                Stmt::ImportFrom(import) if is_future(import) => {
                    if !at_start {
                        break;
                    }
                    for alias in &import.names {
                        match alias.name.as_str() {
                            "annotations" => self.scopes.future |= FUTURE_ANNOTATIONS,
                            "barry_as_FLUFL" => self.scopes.future |= FUTURE_BARRY,
                            "braces" => self.problem(alias.range, "not a chance"),
                            name if FUTURE_FEATURES.contains(&name) => {}
                            name if OLD_FEATURES.contains(&name) => {}
                            name => self.problem(
                                alias.range,
                                format!("future feature {name} is not defined"),
                            ),
                        }
                    }
                }
                Stmt::Expr(e) if i == 0 && e.value.is_string_literal_expr() => {}
                _ => at_start = false,
            }
        }
    }

    /// Is this `from __future__` import too late?
    fn check_future(&mut self, import: &ast::StmtImportFrom, first: bool) {
        if is_future(import) && !first {
            self.problem(
                import.range,
                "from __future__ imports must occur at the beginning of the file",
            );
        }
    }

    fn body(&mut self, body: &[Stmt]) {
        let mut future = self.current == Scopes::MODULE && self.conditional == 0;
        for (i, statement) in body.iter().enumerate() {
            if let Stmt::ImportFrom(import) = statement {
                self.check_future(import, future);
                future &= is_future(import);
            } else if !(i == 0
                && matches!(statement, Stmt::Expr(e) if e.value.is_string_literal_expr()))
            {
                future = false;
            }
            self.deeper(statement.range(), |this| this.statement(statement));
        }
    }

    /// A suite that may be skipped.
    pub(super) fn conditional(&mut self, body: &[Stmt]) {
        self.conditional += 1;
        self.body(body);
        self.conditional -= 1;
    }

    /// Enters a block that CPython counts; [`Self::leave_blocks`] follows.
    fn enter_block(&mut self, range: TextRange) {
        self.blocks += 1;
        if self.blocks == MAX_BLOCKS + 1 {
            self.code_problem(range, "too many statically nested blocks");
        }
    }

    fn leave_blocks(&mut self, n: usize) {
        self.blocks -= n as u32;
    }

    fn loop_body(&mut self, range: TextRange, body: &[Stmt], orelse: &[Stmt]) {
        self.loops += 1;
        self.enter_block(range);
        self.conditional(body);
        self.leave_blocks(1);
        self.loops -= 1;
        self.conditional(orelse);
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::FunctionDef(s) => self.function(s),
            Stmt::ClassDef(s) => self.class(s),
            Stmt::Return(s) => self.return_(s),
            Stmt::Delete(s) => s
                .targets
                .iter()
                .for_each(|target| self.delete_target(target)),
            Stmt::TypeAlias(s) => self.type_alias(s),
            Stmt::Assign(s) => self.either_order(
                |this| this.expression(&s.value),
                |this| s.targets.iter().for_each(|target| this.target(target)),
            ),
            Stmt::AugAssign(s) => {
                self.target(&s.target);
                self.expression(&s.value);
            }
            Stmt::AnnAssign(s) => self.annotated(s),
            Stmt::For(s) => {
                if s.is_async {
                    self.check_async(s.range, "'async for' outside async function");
                }
                self.either_order(
                    |this| this.expression(&s.iter),
                    |this| this.target(&s.target),
                );
                self.loop_body(s.range, &s.body, &s.orelse);
            }
            Stmt::While(s) => {
                self.expression(&s.test);
                self.loop_body(s.range, &s.body, &s.orelse);
            }
            Stmt::If(s) => {
                self.expression(&s.test);
                self.conditional(&s.body);
                for (rules, clause) in (1..).zip(&s.elif_else_clauses) {
                    self.within_rules(rules, |this| {
                        clause.test.iter().for_each(|test| this.expression(test));
                        this.conditional(&clause.body);
                    });
                }
            }
            Stmt::With(s) => self.with(s),
            Stmt::Match(s) => self.match_(s),
            Stmt::Raise(s) => s
                .exc
                .iter()
                .chain(&s.cause)
                .for_each(|e| self.expression(e)),
            Stmt::Try(s) => self.try_(s),
            Stmt::Assert(s) => {
                self.check_assertion(s);
                self.expression(&s.test);
                s.msg.iter().for_each(|message| self.expression(message));
            }
            Stmt::Import(s) => s.names.iter().for_each(|alias| self.import(alias)),
            Stmt::ImportFrom(s) => self.import_from(s),
            Stmt::Global(s) => s
                .names
                .iter()
                .for_each(|name| self.declare(name, Uses::GLOBAL, s.range)),
            Stmt::Nonlocal(s) => s
                .names
                .iter()
                .for_each(|name| self.declare(name, Uses::NONLOCAL, s.range)),
            Stmt::Expr(s) => self.expression(&s.value),
            Stmt::Pass(_) => {}
            Stmt::Break(s) => self.leave_loop(s.range, "break", "'break' outside loop"),
            Stmt::Continue(s) => {
                self.leave_loop(s.range, "continue", "'continue' not properly in loop")
            }
            Stmt::IpyEscapeCommand(s) => self.problem(s.range, "invalid syntax"),
        }
    }

    fn leave_loop(&mut self, range: TextRange, word: &str, otherwise: &str) {
        if self.finally == Some(self.loops) {
            self.warn_of_leaving_finally(range, word);
        }
        self.leave_finally(range, self.loops);
        match self.except_star {
            Some(outside) if outside == self.loops => self.code_problem(range, IN_EXCEPT_STAR),
            None if self.loops == 0 => self.code_problem(range, otherwise),
            _ => {}
        }
    }

    fn return_(&mut self, s: &ast::StmtReturn) {
        if self.scope().kind != ScopeKind::Function {
            self.code_problem(s.range, "'return' outside function");
        } else if self.except_star.is_some() {
            self.code_problem(s.range, IN_EXCEPT_STAR);
        }
        if s.value.is_some() {
            self.scope().returns.push(s.range);
        }
        if self.finally == Some(self.loops) {
            self.warn_of_leaving_finally(s.range, "return");
        }
        s.value.iter().for_each(|value| self.expression(value));
        self.leave_finally(s.range, 0);
    }

    /// Is this a module that may wait for things?
    pub(super) fn may_await_here(&self) -> bool {
        self.settings.top_level_await && self.current == Scopes::MODULE
    }

    fn check_async(&mut self, range: TextRange, message: &str) {
        if self.may_await_here() {
            self.scope().asynchronous = true;
        } else if self.scope().kind != ScopeKind::Function || !self.scope().asynchronous {
            self.problem(range, message);
        }
    }

    fn with(&mut self, s: &ast::StmtWith) {
        if s.is_async {
            self.check_async(s.range, "'async with' outside async function");
        }
        for item in &s.items {
            self.expression(&item.context_expr);
            self.enter_block(item.context_expr.range());
            item.optional_vars
                .iter()
                .for_each(|target| self.target(target));
        }
        self.conditional(&s.body);
        self.leave_blocks(s.items.len());
    }

    fn try_(&mut self, s: &ast::StmtTry) {
        let finally = usize::from(!s.finalbody.is_empty());
        let handled = usize::from(!s.handlers.is_empty());
        (0..finally + handled).for_each(|_| self.enter_block(s.range));
        if let (Some(first), Some(last)) = (s.finalbody.first(), s.finalbody.last()) {
            let part = TextRange::new(first.start(), last.end());
            self.finally_bodies.push((self.loops, part));
        }
        self.conditional(&s.body);
        self.leave_blocks(handled);
        // The code of `else` comes before that of handlers, unless they are for groups.
        if let (Some(handler), Some(first), Some(last)) =
            (s.handlers.first(), s.orelse.first(), s.orelse.last())
            && !s.is_star
        {
            self.repeats.push(Repeat {
                at: handler.start(),
                part: TextRange::new(first.start(), last.end()),
                moved: true,
            });
        }
        for (i, ExceptHandler::ExceptHandler(handler)) in s.handlers.iter().enumerate() {
            match &handler.type_ {
                Some(class) => self.expression(class),
                None if i + 1 < s.handlers.len() => {
                    self.code_problem(handler.range, "default 'except:' must be last")
                }
                None => {}
            }
            if let Some(name) = &handler.name {
                self.bind(name, handler.range);
                self.record(name, Uses::DELETED, name.range);
            }
            let outer = self.except_star;
            if s.is_star {
                self.except_star = Some(self.loops);
            }
            // One block is the exception that is handled, one the handler.
            (0..2).for_each(|_| self.enter_block(handler.range));
            self.conditional(&handler.body);
            self.leave_blocks(2);
            self.except_star = outer;
        }
        self.conditional(&s.orelse);
        if finally > 0 {
            self.finally_bodies.pop();
        }
        let outer = self.finally.replace(self.loops);
        self.conditional(&s.finalbody);
        self.leave_blocks(finally);
        self.finally = outer;
    }

    fn import(&mut self, alias: &ast::Alias) {
        let name = match &alias.asname {
            Some(name) => name.as_str(),
            None => alias.name.split('.').next().unwrap_or(&alias.name),
        };
        self.import_name(name, alias.range);
    }

    fn import_name(&mut self, name: &str, range: TextRange) {
        self.check_bindable(name, range);
        self.record(name, Uses::IMPORTED, range);
    }

    fn import_from(&mut self, s: &ast::StmtImportFrom) {
        for alias in &s.names {
            if alias.name.as_str() != "*" {
                let name = alias.asname.as_ref().unwrap_or(&alias.name);
                self.import_name(name, alias.range);
            } else if self.scope().kind != ScopeKind::Module {
                self.problem(alias.range, "import * only allowed at module level");
            }
        }
    }

    /// `global` or `nonlocal`.
    fn declare(&mut self, name: &Identifier, declaration: Uses, range: TextRange) {
        let id = self.name_id(name);
        let word = if declaration == Uses::GLOBAL {
            "global"
        } else {
            "nonlocal"
        };
        if self.scope().kind == ScopeKind::Module && declaration == Uses::NONLOCAL {
            self.problem(range, "nonlocal declaration not allowed at module level");
            return;
        }
        let uses = self.scope().uses(id);
        let fault = if uses.has(Uses::PARAMETER) {
            Some(format!("name '{name}' is parameter and {word}"))
        } else if uses.has(Uses::READ) {
            Some(format!("name '{name}' is used prior to {word} declaration"))
        } else if uses.has(Uses::ANNOTATED) {
            Some(format!("annotated name '{name}' can't be {word}"))
        } else if uses.has(Uses::BOUND) {
            Some(format!(
                "name '{name}' is assigned to before {word} declaration"
            ))
        } else {
            None
        };
        if let Some(fault) = fault {
            self.problem(range, fault);
        }
        let scope = self.scope();
        scope.record(id, declaration, range);
        let both = scope.uses(id);
        if both.has(Uses::GLOBAL) && both.has(Uses::NONLOCAL) {
            let first = scope.symbol(id).map_or(range, |symbol| symbol.range);
            self.problem(first, format!("name '{name}' is nonlocal and global"));
        }
        if declaration == Uses::GLOBAL {
            self.scopes[Scopes::MODULE].record(id, Uses::GLOBAL, range);
        }
    }

    // ── functions and classes ────────────────────────────────────────────────────────────────────────────────────

    fn function(&mut self, s: &ast::StmtFunctionDef) {
        self.bind(&s.name, s.range);
        self.defaults(&s.parameters);
        s.decorator_list
            .iter()
            .for_each(|decorator| self.expression(&decorator.expression));
        let keyword = if s.is_async { "async" } else { "def" };
        let range = self.source.definition_range(keyword, &s.name, s.range);
        let defaults = self.default_tables(&s.parameters);
        let named = (s.name.as_str(), range);
        let inside = (&*defaults, None);
        self.generic(s.type_params.as_deref(), named, inside, |this| {
            this.function_itself(s, range);
        });
    }

    fn function_itself(&mut self, s: &ast::StmtFunctionDef, range: TextRange) {
        let annotated =
            s.returns.is_some() || s.parameters.iter().any(|p| p.annotation().is_some());
        let wanted = annotated || self.settings.purpose == Purpose::Tables;
        let annotations = wanted.then(|| self.open_annotations(range));
        if let Some(scope) = annotations {
            for annotation in self.annotations_of(s) {
                self.annotation(scope, annotation, false);
            }
        }
        let class = self.scope().class.clone();
        let scope = self.open(ScopeKind::Function, &s.name, range, class);
        self.scopes[scope].annotations = annotations;
        self.scopes[scope].asynchronous = s.is_async;
        number(&s.node_index, scope);
        self.inside(scope, |this| {
            this.parameters(&s.parameters);
            this.body(&s.body);
        });
        if s.is_async && self.scopes[scope].generator {
            for range in std::mem::take(&mut self.scopes[scope].returns) {
                self.code_problem(range, "'return' with value in async generator");
            }
        }
    }

    pub(super) fn defaults(&mut self, parameters: &Parameters) {
        for parameter in parameters.iter_non_variadic_params() {
            parameter
                .default
                .iter()
                .for_each(|default| self.expression(default));
        }
    }

    /// Declares parameters in the order of their registers.
    pub(super) fn parameters(&mut self, parameters: &Parameters) {
        let named = parameters
            .iter_non_variadic_params()
            .map(|p| &p.parameter.name);
        let variadic = parameters
            .vararg
            .iter()
            .chain(&parameters.kwarg)
            .map(|p| &p.name);
        for name in named.chain(variadic) {
            let id = self.name_id(name);
            if self.scope().uses(id).has(Uses::PARAMETER) {
                self.problem(
                    name.range,
                    format!("duplicate argument '{name}' in function definition"),
                );
            }
            if name.as_str() == "__debug__" {
                self.problem(name.range, "cannot assign to __debug__");
            }
            let scope = self.scope();
            scope.record(id, Uses::PARAMETER, name.range);
            scope.parameters.push(id);
        }
    }

    fn class(&mut self, s: &ast::StmtClassDef) {
        self.bind(&s.name, s.range);
        s.decorator_list
            .iter()
            .for_each(|decorator| self.expression(&decorator.expression));
        let range = self.source.definition_range("class", &s.name, s.range);
        let generic = s.type_params.is_some();
        let variables = self.class_variables();
        let named = (s.name.as_str(), range);
        let private = s.type_params.as_deref().map(|params| Private {
            only: Some(
                params
                    .iter()
                    .map(|param| param.name().as_str().into())
                    .collect(),
            ),
            ..Private::to(&s.name)
        });
        self.generic(
            s.type_params.as_deref(),
            named,
            (variables, private),
            |this| {
                if let Some(arguments) = &s.arguments {
                    this.arguments(arguments);
                }
                let scope = this.open(
                    ScopeKind::Class,
                    &s.name,
                    range,
                    Some(Rc::new(Private::to(&s.name))),
                );
                number(&s.node_index, scope);
                this.inside(scope, |this| {
                    if generic {
                        this.record("__type_params__", Uses::BOUND, s.range);
                        this.record(TYPE_PARAMS, Uses::READ, s.range);
                    }
                    this.body(&s.body);
                });
            },
        );
    }
}

fn is_future(import: &ast::StmtImportFrom) -> bool {
    import.level == 0 && import.module.as_deref() == Some("__future__")
}
