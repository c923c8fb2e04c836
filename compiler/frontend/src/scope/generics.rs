//! Definitions with type parameters, and `type` statements.
//!
//! ```text
//!   def f[T: bound](x: T = default): ...      default: outside
//!       └ TypeParameters: T                   bound: Lazy, annotations, f itself: inside
//! ```

use super::collect::Collector;
use super::number;
use super::symbol::{ScopeId, ScopeKind, Uses};
use ruff_python_ast::{self as ast, Expr, Identifier, TypeParam, TypeParams};
use ruff_text_size::{Ranged, TextRange};

impl Collector {
    /// Walks a definition inside the scope of its type parameters, if it has any.
    pub(super) fn generic(
        &mut self,
        params: Option<&TypeParams>,
        name: &str,
        arguments: &[&str],
        walk: impl FnOnce(&mut Self),
    ) {
        let Some(params) = params else {
            walk(self);
            return;
        };
        let scope = self.open_annotation_like(
            ScopeKind::TypeParameters,
            &format!("<generic parameters of {name}>"),
        );
        for argument in arguments {
            let id = self.scopes.names.intern(argument);
            self.scopes[scope].record(id, Uses::PARAMETER, TextRange::default());
            self.scopes[scope].parameters.push(id);
        }
        self.inside(scope, |this| {
            this.restricted = Some("the definition of a generic");
            this.type_params(params);
            walk(this);
        });
    }

    fn type_params(&mut self, params: &TypeParams) {
        let mut defaulted = false;
        for param in params.iter() {
            let (name, default) = (param.name(), param.default());
            self.bind_type_param(name);
            if default.is_none() && defaulted {
                self.problem(
                    param.range(),
                    format!("non-default type parameter '{name}' follows default type parameter"),
                );
            }
            defaulted |= default.is_some();
            self.type_param_parts(param);
        }
    }

    fn bind_type_param(&mut self, name: &Identifier) {
        let id = self.name_id(name);
        if self.scope().uses(id).has(Uses::BOUND) {
            self.problem(name.range, format!("duplicate type parameter '{name}'"));
        }
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
        let scopes: Vec<ScopeId> = parts.iter().map(|_| self.open_lazy(param.name())).collect();
        if let Some(&first) = scopes.first() {
            number(node, first);
        }
        for (scope, (e, place)) in scopes.into_iter().zip(parts) {
            self.lazy(scope, e, place);
        }
    }

    /// A function of the parameter `format` that evaluates something.
    fn open_lazy(&mut self, name: &str) -> ScopeId {
        let scope = self.open_annotation_like(ScopeKind::Lazy, name);
        let format = self.scopes.names.intern(".format");
        self.scopes[scope].record(format, Uses::PARAMETER, TextRange::default());
        self.scopes[scope].parameters.push(format);
        scope
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

    /// Opens a scope that sees the names of the class it is in.
    pub(super) fn open_annotation_like(&mut self, kind: ScopeKind, name: &str) -> ScopeId {
        let class = self.scope().class.clone();
        let scope = self.open(kind, name, class);
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
        self.generic(s.type_params.as_deref(), &name.id, &[], |this| {
            let scope = this.open_lazy(&name.id);
            number(&s.node_index, scope);
            this.lazy(scope, &s.value, "a type alias");
        });
    }
}
