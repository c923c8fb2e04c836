//! Annotations in the walk that builds the symbol table: each scope's are the code of a function that evaluates them on
//! demand. Those of a function's variables are code of nothing, but nested scopes in them capture what they name.

use super::analysis::Purpose;
use super::collect::Collector;
use super::symbol::{ScopeId, ScopeKind, Scopes, Uses};
use ruff_python_ast::{self as ast, Expr, helpers::any_over_expr};
use ruff_text_size::{Ranged, TextRange};

/// What holds the numbers of the annotated assignments that were reached.
const REACHED: &str = "__conditional_annotations__";

impl Collector<'_> {
    /// `target: annotation = value`
    pub(super) fn annotated(&mut self, s: &ast::StmtAnnAssign) {
        let name = match &*s.target {
            Expr::Name(name) => Some(name),
            _ => None,
        };
        if let Some(name) = name {
            self.check_annotated(s, name);
            if s.simple {
                self.record(&name.id, Uses::ANNOTATED, name.range);
            }
            if s.simple || s.value.is_some() {
                self.bind_name(&name.id, name.range);
            }
        } else {
            self.target(&s.target);
        }
        self.variable_annotation(&s.annotation, s.simple && name.is_some());
        s.value.iter().for_each(|value| self.expression(value));
    }

    /// Names that live elsewhere have no annotations here.
    fn check_annotated(&mut self, s: &ast::StmtAnnAssign, name: &ast::ExprName) {
        let id = self.name_id(&name.id);
        let uses = self.scope().uses(id);
        for (declaration, word) in [(Uses::GLOBAL, "global"), (Uses::NONLOCAL, "nonlocal")] {
            if s.simple && uses.has(declaration) && self.current != Scopes::MODULE {
                self.problem(
                    s.range,
                    format!("annotated name '{}' can't be {word}", name.id),
                );
            }
        }
    }

    /// The annotation of a variable: evaluated on demand in classes and modules, never in functions.
    fn variable_annotation(&mut self, annotation: &Expr, kept: bool) {
        let function_like = self.scope().kind.function_like();
        if !function_like {
            self.note_reached(annotation, kept);
        }
        let silent = self.silent;
        self.silent |= function_like || !kept || self.scopes.future_annotations();
        if self.scopes.future_annotations() {
            self.check_annotation(annotation);
        } else {
            let scope = match function_like {
                true => self.unevaluated_scope(annotation.range()),
                false => self.annotation_scope(annotation.range()),
            };
            self.annotation(scope, annotation, function_like);
        }
        self.silent = silent;
    }

    /// An annotation that may not be reached leaves a mark where it is.
    fn note_reached(&mut self, annotation: &Expr, kept: bool) {
        let may_be_passed = self.conditional > 0 || self.current == Scopes::MODULE;
        if kept && may_be_passed {
            self.scope().conditional_annotations = true;
        }
        let marked = kept && self.scope().conditional_annotations;
        match self.settings.purpose {
            Purpose::Tables if may_be_passed => {
                self.record(REACHED, Uses::READ, annotation.range());
            }
            Purpose::Code if marked && !self.scopes.future_annotations() => {
                self.record(REACHED, Uses::BOUND, annotation.range());
            }
            Purpose::Code | Purpose::Tables => {}
        }
    }

    /// The annotations of a function's parameters and result. In CPython's tables those of `*args` and `**kwargs` follow each
    /// other.
    pub(super) fn annotations_of<'s>(&self, s: &'s ast::StmtFunctionDef) -> Vec<&'s Expr> {
        let parameters = &s.parameters;
        let named = |list: &'s [ast::ParameterWithDefault]| {
            list.iter().filter_map(|with| with.parameter.annotation())
        };
        let variadic =
            |parameter: &'s Option<Box<ast::Parameter>>| parameter.as_ref()?.annotation();
        let positional = named(&parameters.posonlyargs).chain(named(&parameters.args));
        let (rest, keywords) = (variadic(&parameters.vararg), variadic(&parameters.kwarg));
        let by_name = named(&parameters.kwonlyargs);
        let mut annotations: Vec<&Expr> = positional.chain(rest).collect();
        match self.settings.purpose {
            Purpose::Code => annotations.extend(by_name.chain(keywords)),
            Purpose::Tables => annotations.extend(keywords.into_iter().chain(by_name)),
        }
        annotations.extend(s.returns.as_deref());
        annotations
    }

    /// Refuses what annotations may not hold.
    fn check_annotation(&mut self, annotation: &Expr) {
        self.check_asynchronous(annotation);
        let fault = |e: &Expr| {
            matches!(
                e,
                Expr::Named(_) | Expr::Yield(_) | Expr::YieldFrom(_) | Expr::Await(_)
            )
        };
        if any_over_expr(annotation, fault) {
            let saved = self.restricted.replace("an annotation");
            self.expression(annotation);
            self.restricted = saved;
        }
    }

    /// Nothing in an annotation can await, not even in one that is never evaluated.
    fn check_asynchronous(&mut self, annotation: &Expr) {
        let mut found = None;
        any_over_expr(annotation, |e: &Expr| {
            let generators = match e {
                Expr::ListComp(e) => &e.generators,
                Expr::SetComp(e) => &e.generators,
                Expr::DictComp(e) => &e.generators,
                _ => return false,
            };
            let asynchronous = generators.iter().any(|generator| generator.is_async);
            found = asynchronous.then(|| e.range());
            asynchronous
        });
        if let Some(range) = found {
            let message = "asynchronous comprehension outside of an asynchronous function";
            self.problem(range, message);
        }
    }

    /// An annotation as part of the function that evaluates it; of one that is never evaluated, only nested scopes count.
    pub(super) fn annotation(&mut self, scope: ScopeId, annotation: &Expr, unevaluated: bool) {
        if self.scopes.future_annotations() {
            let silent = std::mem::replace(&mut self.silent, true);
            self.check_annotation(annotation);
            self.silent = silent;
            return;
        }
        self.inside(scope, |this| {
            this.restricted = Some("an annotation");
            this.unevaluated = unevaluated;
            match annotation {
                // `*args: *Ts`
                Expr::Starred(starred) => this.expression(&starred.value),
                _ => this.expression(annotation),
            }
        });
    }

    /// The scope of the current class's or module's annotations.
    fn annotation_scope(&mut self, first: TextRange) -> ScopeId {
        if let Some(scope) = self.scope().annotations {
            return scope;
        }
        let scope = self.open_annotations(first);
        self.scope().annotations = Some(scope);
        scope
    }

    /// The scope of the annotations of the current function's variables.
    fn unevaluated_scope(&mut self, first: TextRange) -> ScopeId {
        if let Some(scope) = self.scope().unevaluated {
            return scope;
        }
        let scope = self.open_annotations(first);
        self.scope().unevaluated = Some(scope);
        scope
    }

    /// A function of one parameter that evaluates annotations; in a class it sees the class's names.
    pub(super) fn open_annotations(&mut self, start: TextRange) -> ScopeId {
        let in_class = self.scope().kind == ScopeKind::Class;
        let kind = ScopeKind::Annotations;
        let scope = self.open_annotation_like(kind, "__annotate__", start);
        if in_class && self.settings.purpose == Purpose::Code {
            let reached = self.scopes.names.intern(REACHED);
            self.scopes[scope].record(reached, Uses::READ, TextRange::default());
        }
        scope
    }
}
