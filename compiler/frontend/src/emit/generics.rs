//! Definitions with type parameters, and `type` statements.
//!
//! A definition with type parameters is made inside a function that is called at once: its variables are the parameters,
//! and default values are evaluated outside and handed in.
//!
//! ```text
//!   T: the function   T+1..: tables of default values        inside: tuple of type parameters, then the definition
//! ```

use super::{Compiler, Header, Value};
use crate::scope::{ScopeId, TYPE_PARAMS, scope_of};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Args, CodeFlags, Constant, Count, Dst, OptSrc, Peek, Src};
use ruff_python_ast::{self as ast, Expr, TypeParam, TypeParams};
use ruff_text_size::{Ranged, TextRange};

impl<'a> Compiler<'a> {
    pub(super) fn generic_function(
        &mut self,
        s: &'a ast::StmtFunctionDef,
        frame: ScopeId,
        qualname: String,
        range: TextRange,
    ) -> Value {
        let base = self.top();
        let generics = self.parent(frame);
        let tables = self.scopes[generics].parameters.len() as u16;
        self.inside_generics(generics, range, &s.name, |this| {
            let params = this.type_params(s.type_params.as_deref(), range);
            let operands = this.top();
            let mut parts = [OptSrc::NONE; 3];
            // Which tables there are is told by their names.
            let names = this.scopes[generics].parameters.clone();
            for (register, name) in (0..tables).zip(names) {
                let slot = match this.scopes.names.text(name) {
                    ".defaults" => 0,
                    _ => 1,
                };
                parts[slot] = OptSrc(this.temporary(range, Value::Local(register)));
            }
            parts[2] = this.function_annotations(s, &qualname, range);
            let code = this.function_code(s, frame, qualname);
            let function = this.make_function(range, operands, frame, code, parts, None);
            let function = this.temporary(range, function);
            this.emit(
                range,
                ops::SetTypeParams {
                    function: Peek(function),
                    params: Src(params),
                },
            );
            function
        });
        self.defaults(&s.parameters, range);
        self.call_generics(base, 1 + tables, range)
    }

    pub(super) fn generic_class(
        &mut self,
        s: &'a ast::StmtClassDef,
        qualname: String,
        range: TextRange,
    ) -> Value {
        let base = self.top();
        let generics = self.parent(scope_of(&s.node_index));
        self.inside_generics(generics, range, &s.name, |this| {
            let params = this.type_params(s.type_params.as_deref(), range);
            this.store_name(TYPE_PARAMS, range, Value::Temporary(params));
            this.release(params);
            let class = this.build_class(s, qualname, range);
            this.temporary(range, class)
        });
        self.call_generics(base, 1, range)
    }

    /// `Generic[params]` in a temporary.
    pub(super) fn push_generic_base(&mut self, range: TextRange) -> u16 {
        let base = self.top();
        let params = self.load_name(TYPE_PARAMS, range, None);
        let params = self.source(range, params);
        self.release(base);
        let dst = self.push();
        self.emit(
            range,
            ops::MakeGenericBase {
                dst: Dst(dst),
                params,
            },
        );
        dst
    }

    pub(super) fn type_alias(&mut self, s: &'a ast::StmtTypeAlias) {
        let base = self.top();
        let Expr::Name(name) = &*s.name else {
            unreachable!("the parser takes names only");
        };
        let frame = scope_of(&s.node_index);
        let qualname = self.qualname(&name.id);
        let alias = match &s.type_params {
            None => {
                let params = self.push();
                self.load_constant(s.range, params, Constant::None);
                Value::Temporary(self.alias(s, frame, qualname, params))
            }
            Some(params) => {
                let generics = self.parent(frame);
                self.inside_generics(generics, s.range, &name.id, |this| {
                    let params = this.type_params(Some(params), s.range);
                    this.alias(s, frame, qualname, params)
                });
                self.call_generics(base, 1, s.range)
            }
        };
        self.store_name(&name.id, s.range, alias);
        self.release(base);
    }

    /// The alias of a `type` statement, in the place of its type parameters, which are on top.
    fn alias(
        &mut self,
        s: &'a ast::StmtTypeAlias,
        frame: ScopeId,
        qualname: String,
        params: u16,
    ) -> u16 {
        let value = self.evaluator(frame, qualname, &s.value);
        let name = s.name.as_name_expr().map_or("", |name| name.id.as_str());
        let name = self.constant(Constant::Str(name.as_bytes().to_vec()));
        self.release(params);
        let dst = self.push();
        self.emit(
            s.range,
            ops::MakeTypeAlias {
                dst: Dst(dst),
                name,
                params: Src(params),
                value: Src(value),
            },
        );
        dst
    }

    // ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────

    fn parent(&self, scope: ScopeId) -> ScopeId {
        self.scopes[scope]
            .parent
            .expect("definitions with type parameters are in a scope for these")
    }

    /// Pushes the function in which a definition with type parameters is made; `build` leaves what it returns on top.
    fn inside_generics(
        &mut self,
        generics: ScopeId,
        range: TextRange,
        name: &str,
        build: impl FnOnce(&mut Self) -> u16,
    ) {
        let n_args = self.scopes[generics].parameters.len() as u16;
        let flags = CodeFlags {
            optimized: true,
            nested: self.is_nested(),
            ..CodeFlags::default()
        };
        let header = Header {
            frame: generics,
            qualname: self.qualname(&format!("<generic parameters of {name}>")),
            range,
            flags,
        };
        let code = self.unit(header, |this| {
            this.unit.code.n_args = n_args;
            this.unit.code.n_posonly = n_args;
            let base = this.top();
            let made = build(this);
            this.emit(range, ops::Return { src: Src(made) });
            this.release(base);
        });
        let base = self.top();
        let value = self.make_function(range, base, generics, code, [OptSrc::NONE; 3], None);
        self.temporary(range, value);
    }

    fn call_generics(&mut self, base: u16, n: u16, range: TextRange) -> Value {
        let site = self.site();
        let (dst, value) = self.result(base, None);
        self.emit(
            range,
            ops::Call {
                dst,
                base: Args(base),
                n: Count(n),
                site,
            },
        );
        value
    }

    /// Makes the type parameters and stores them in their variables; gives a tuple of them, in a temporary.
    fn type_params(&mut self, params: Option<&'a TypeParams>, range: TextRange) -> u16 {
        let base = self.top();
        for param in params.into_iter().flat_map(|params| params.iter()) {
            let made = self.type_param(param);
            let copy = self.copy(param.range(), made);
            self.store_name(param.name(), param.range(), Value::Temporary(copy));
            self.release(copy);
        }
        let n = Count(self.top() - base);
        self.release(base);
        let dst = self.push();
        self.emit(
            range,
            ops::BuildTuple {
                dst: Dst(dst),
                base: Args(base),
                n,
            },
        );
        dst
    }

    fn type_param(&mut self, param: &'a TypeParam) -> u16 {
        let base = self.top();
        let (node, bound) = match param {
            TypeParam::TypeVar(p) => (&p.node_index, p.bound.as_deref()),
            TypeParam::ParamSpec(p) => (&p.node_index, None),
            TypeParam::TypeVarTuple(p) => (&p.node_index, None),
        };
        let variety = match param {
            TypeParam::TypeVar(_) if bound.is_some_and(Expr::is_tuple_expr) => 1,
            TypeParam::TypeVar(_) => 0,
            TypeParam::ParamSpec(_) => 2,
            TypeParam::TypeVarTuple(_) => 3,
        };
        // The scopes of bound and default follow each other.
        let mut scopes = 0;
        let mut part = |this: &mut Self, e: Option<&'a Expr>| {
            let Some(e) = e else { return OptSrc::NONE };
            let frame = ScopeId(scope_of(node).0 + scopes);
            scopes += 1;
            let qualname = this.qualname(param.name());
            OptSrc(this.evaluator(frame, qualname, e))
        };
        let bound = part(self, bound);
        let default = part(self, param.default());
        let name = Constant::Str(param.name().as_bytes().to_vec());
        let name = self.constant(name);
        self.release(base);
        let dst = self.push();
        self.emit(
            param.range(),
            ops::MakeTypeParam {
                dst: Dst(dst),
                name,
                variety: Count(variety),
                bound,
                default,
            },
        );
        dst
    }

    /// A function that evaluates `e`, in a temporary.
    fn evaluator(&mut self, frame: ScopeId, qualname: String, e: &'a Expr) -> u16 {
        let range = e.range();
        // 1: annotationlib.Format.VALUE
        let defaults = Constant::Tuple(vec![Constant::Int(1)]);
        self.annotate_function(frame, qualname, range, Some(defaults), |this| {
            let dst = this.top();
            this.push_unpackable(e);
            dst
        })
    }
}
