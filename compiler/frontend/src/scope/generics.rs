//! Definitions with type parameters, and `type` statements.
//!
//! ```text
//!   def f[T: bound](x: T = default): ...      default: outside
//!       └ TypeParameters: T                   bound: TypeVariable, annotations, f itself: inside
//! ```

use super::analysis::Purpose;
use super::collect::Collector;
use super::number;
use super::symbol::{Private, ScopeId, ScopeKind, Uses};
use ruff_python_ast::{self as ast, Expr, Identifier, TypeParam, TypeParams};
use ruff_text_size::{Ranged, TextRange};
use std::rc::Rc;

impl Collector<'_> {
    /// Walks a definition inside the scope of its type parameters, if it has any. That scope has these variables, too, and in
    /// it these names are private.
    pub(super) fn generic(
        &mut self,
        params: Option<&TypeParams>,
        (name, range): (&str, TextRange),
        (variables, private): (&[&str], Option<Private>),
        walk: impl FnOnce(&mut Self),
    ) {
        let Some(params) = params else {
            walk(self);
            return;
        };
        let scope = self.open_annotation_like(ScopeKind::TypeParameters, name, range);
        if let Some(private) = private {
            self.scopes[scope].class = Some(Rc::new(private));
        }
        for variable in variables {
            let id = self.scopes.names.intern(variable);
            let scope = &mut self.scopes[scope];
            if matches!(*variable, TYPE_PARAMS | GENERIC_BASE) {
                scope.record(id, Uses::BOUND, range);
                scope.record(id, Uses::READ, range);
            } else {
                scope.record(id, Uses::PARAMETER, range);
                scope.parameters.push(id);
            }
        }
        self.inside(scope, |this| {
            this.restricted = Some("the definition of a generic");
            this.type_params(params);
            walk(this);
        });
    }

    /// The names under which the default values of parameters are handed into the scope of type parameters.
    pub(super) fn default_tables(&self, parameters: &ast::Parameters) -> Vec<&'static str> {
        let has = |mut list: std::slice::Iter<'_, ast::ParameterWithDefault>| {
            list.any(|parameter| parameter.default.is_some())
        };
        let positional = has(parameters.posonlyargs.iter()) || has(parameters.args.iter());
        let shown = positional || self.settings.purpose == Purpose::Tables;
        let mut names = Vec::from_iter(shown.then_some(".defaults"));
        names.extend(has(parameters.kwonlyargs.iter()).then_some(".kwdefaults"));
        names
    }

    /// What the scope of a class's type parameters holds besides them.
    pub(super) fn class_variables(&self) -> &'static [&'static str] {
        match self.settings.purpose {
            Purpose::Code => &[TYPE_PARAMS],
            Purpose::Tables => &[TYPE_PARAMS, GENERIC_BASE],
        }
    }

    fn type_params(&mut self, params: &TypeParams) {
        let mut defaulted = false;
        for param in params.iter() {
            let (name, default) = (param.name(), param.default());
            self.bind_type_param(name, param.range());
            if default.is_none() && defaulted {
                self.code_problem(
                    param.range(),
                    format!("non-default type parameter '{name}' follows default type parameter"),
                );
            }
            defaulted |= default.is_some();
            self.type_param_parts(param);
        }
    }

    fn bind_type_param(&mut self, name: &Identifier, whole: TextRange) {
        if name.as_str() == "__classdict__" {
            let message = format!("reserved name '{name}' cannot be used for type parameter");
            self.problem(whole, message);
        }
        let id = self.name_id(name);
        if self.scope().uses(id).has(Uses::TYPE_PARAMETER) {
            self.problem(name.range, format!("duplicate type parameter '{name}'"));
        }
        self.record(name, Uses::TYPE_PARAMETER, name.range);
        self.bind(name, name.range);
    }

    /// The bound and the default; their scopes follow each other.
    fn type_param_parts(&mut self, param: &TypeParam) {
        let (node, bound, words) = match param {
            TypeParam::TypeVar(p) => {
                let place = match p.bound.as_deref() {
                    Some(Expr::Tuple(_)) => "a TypeVar constraint",
                    _ => "a TypeVar bound",
                };
                (
                    &p.node_index,
                    p.bound.as_deref().map(|bound| (bound, place)),
                    "a TypeVar default",
                )
            }
            TypeParam::ParamSpec(p) => (&p.node_index, None, "a ParamSpec default"),
            TypeParam::TypeVarTuple(p) => (&p.node_index, None, "a TypeVarTuple default"),
        };
        let parts: Vec<(&Expr, &'static str)> = bound
            .into_iter()
            .chain(param.default().map(|default| (default, words)))
            .collect();
        let scopes: Vec<ScopeId> = parts
            .iter()
            .map(|(e, _)| {
                self.open_annotation_like(ScopeKind::TypeVariable, param.name(), e.range())
            })
            .collect();
        if let Some(&first) = scopes.first() {
            number(node, first);
        }
        for (scope, (e, place)) in scopes.into_iter().zip(parts) {
            self.lazy(scope, e, place);
        }
    }

    fn lazy(&mut self, scope: ScopeId, e: &Expr, place: &'static str) {
        self.inside(scope, |this| {
            this.restricted = Some(place);
            match e {
                // `*Ts = *tuple[int]`
                Expr::Starred(starred) => this.expression(&starred.value),
                _ => this.expression(e),
            }
        });
    }

    /// Opens a scope that sees the names of the class it is in. What evaluates something is a function of `format`.
    pub(super) fn open_annotation_like(
        &mut self,
        kind: ScopeKind,
        name: &str,
        start: TextRange,
    ) -> ScopeId {
        let class = self.scope().class.clone();
        let scope = self.open(kind, name, start, class);
        if kind != ScopeKind::TypeParameters {
            let format = self.scopes.names.intern(".format");
            self.scopes[scope].record(format, Uses::PARAMETER, TextRange::default());
            self.scopes[scope].record(format, Uses::READ, TextRange::default());
            self.scopes[scope].parameters.push(format);
        }
        if self.scopes.sees_class(scope) {
            let dict = self.scopes.names.intern("__classdict__");
            self.scopes[scope].record(dict, Uses::READ, TextRange::default());
        }
        scope
    }

    pub(super) fn type_alias(&mut self, s: &ast::StmtTypeAlias) {
        let Expr::Name(name) = &*s.name else {
            unreachable!("the parser takes names only");
        };
        self.bind_name(&name.id, name.range);
        let named = (name.id.as_str(), s.range);
        self.generic(s.type_params.as_deref(), named, (&[], None), |this| {
            let scope = this.open_annotation_like(ScopeKind::TypeAlias, &name.id, s.range);
            number(&s.node_index, scope);
            this.lazy(scope, &s.value, "a type alias");
        });
    }
}

/// The variable that holds the type parameters of a class around its body.
pub const TYPE_PARAMS: &str = ".type_params";
/// The variable that holds the base that they make.
const GENERIC_BASE: &str = ".generic_base";
