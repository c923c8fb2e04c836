//! Functions and lambdas.

use super::{Compiler, Header, Value};
use crate::scope::{ScopeId, ScopeKind, Uses, scope_of};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Args, Code, CodeFlags, Const, Constant, Count, Dst, Nested, OptSrc, Src};
use ruff_python_ast::{self as ast, Decorator, Expr, Parameters};
use ruff_text_size::{Ranged, TextRange};

impl<'a> Compiler<'a> {
    pub(super) fn function(&mut self, s: &'a ast::StmtFunctionDef) {
        let base = self.top();
        self.decorators(&s.decorator_list);
        let keyword = if s.is_async { "async" } else { "def" };
        let range = self.source.definition_range(keyword, &s.name, s.range);
        let frame = scope_of(&s.node_index);
        let operands = self.top();
        let qualname = self.qualname(&s.name);
        if s.type_params.is_some() {
            let function = self.generic_function(s, frame, qualname, range);
            let value = self.decorate(&s.decorator_list, base, function);
            self.store_name(&s.name, range, value);
            self.release(base);
            return;
        }
        let (defaults, kwdefaults) = self.defaults(&s.parameters, range);
        let annotate = self.function_annotations(s, &qualname, range);
        let code = self.function_code(s, frame, qualname);
        let function = self.make_function(
            range,
            operands,
            frame,
            code,
            [defaults, kwdefaults, annotate],
            None,
        );
        let value = self.decorate(&s.decorator_list, base, function);
        self.store_name(&s.name, range, value);
        self.release(base);
    }

    pub(super) fn function_code(
        &mut self,
        s: &'a ast::StmtFunctionDef,
        frame: ScopeId,
        qualname: String,
    ) -> Code {
        let doc = self.docstring(&s.body);
        let mut flags = self.function_flags(frame, Some(&s.parameters));
        flags.docstring = doc.is_some();
        let header = Header {
            frame,
            qualname,
            range: s.range,
            flags,
        };
        self.unit(header, |this| {
            this.set_parameters(&s.parameters);
            if let Some(doc) = doc {
                this.constant(doc);
            }
            this.frame_body(&s.body);
            this.return_none(s.body.last().map_or(s.range, Ranged::range));
        })
    }

    pub(super) fn lambda(&mut self, e: &'a ast::ExprLambda, wanted: Option<u16>) -> Value {
        let base = self.top();
        let frame = scope_of(&e.node_index);
        let (defaults, kwdefaults) = match &e.parameters {
            Some(parameters) => self.defaults(parameters, e.range),
            None => (OptSrc::NONE, OptSrc::NONE),
        };
        let flags = self.function_flags(frame, e.parameters.as_deref());
        let header = Header {
            frame,
            qualname: self.qualname("<lambda>"),
            range: e.range,
            flags,
        };
        let code = self.unit(header, |this| {
            e.parameters
                .iter()
                .for_each(|parameters| this.set_parameters(parameters));
            let base = this.top();
            let range = e.body.range();
            let value = this.expression(&e.body, None);
            let src = this.source(range, value);
            this.emit(range, ops::Return { src });
            this.release(base);
        });
        self.make_function(
            e.range,
            base,
            frame,
            code,
            [defaults, kwdefaults, OptSrc::NONE],
            wanted,
        )
    }

    // ── parts of functions ───────────────────────────────────────────────────────────────────────────────────────

    fn function_flags(&self, frame: ScopeId, parameters: Option<&Parameters>) -> CodeFlags {
        let scope = &self.scopes[frame];
        CodeFlags {
            varargs: parameters.is_some_and(|p| p.vararg.is_some()),
            varkw: parameters.is_some_and(|p| p.kwarg.is_some()),
            generator: scope.generator || scope.asynchronous,
            coroutine: scope.asynchronous && !scope.generator,
            async_generator: scope.asynchronous && scope.generator,
            optimized: true,
            nested: self.is_nested(),
            ..CodeFlags::default()
        }
    }

    /// Is what is defined here inside a function?
    pub(super) fn is_nested(&self) -> bool {
        let mut scope = Some(self.unit.frame);
        while let Some(id) = scope {
            if self.scopes[id].kind.function_like() {
                return true;
            }
            scope = self.scopes[id].parent;
        }
        false
    }

    fn set_parameters(&mut self, parameters: &Parameters) {
        let code = &mut self.unit.code;
        code.n_posonly = parameters.posonlyargs.len() as u16;
        code.n_args = code.n_posonly + parameters.args.len() as u16;
        code.n_kwonly = parameters.kwonlyargs.len() as u16;
    }

    /// `__qualname__` of what is defined here under a name.
    pub(super) fn qualname(&self, name: &str) -> String {
        let scope = &self.scopes[self.unit.frame];
        let id = self.scopes.names.get(&self.mangled(name));
        let global = id.is_some_and(|id| self.scopes[self.unit.scope].uses(id).has(Uses::GLOBAL));
        match scope.kind {
            _ if global && !name.starts_with('<') => name.to_owned(),
            ScopeKind::Module => name.to_owned(),
            ScopeKind::Class => format!("{}.{name}", self.unit.code.qualname),
            _ => format!("{}.<locals>.{name}", self.unit.code.qualname),
        }
    }

    /// Default values: a tuple for positional parameters and a dict for keyword-only ones, where there are any.
    pub(super) fn defaults(
        &mut self,
        parameters: &'a Parameters,
        range: TextRange,
    ) -> (OptSrc, OptSrc) {
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        let defaults: Vec<&'a Expr> = positional.filter_map(|p| p.default.as_deref()).collect();
        let defaults = if defaults.is_empty() {
            OptSrc::NONE
        } else {
            OptSrc(self.tuple_of(&defaults, range))
        };
        let base = self.top();
        for parameter in &parameters.kwonlyargs {
            if let Some(default) = &parameter.default {
                let name = self.mangled(&parameter.parameter.name).as_bytes().to_vec();
                self.temporary(range, Value::Constant(Constant::Str(name)));
                self.push_expression(default);
            }
        }
        let n = self.top() - base;
        if n == 0 {
            return (defaults, OptSrc::NONE);
        }
        self.release(base);
        let dict = self.push();
        self.emit(
            range,
            ops::BuildDict {
                dst: Dst(dict),
                base: Args(base),
                n: Count(n),
            },
        );
        (defaults, OptSrc(dict))
    }

    /// A tuple of expressions in a temporary.
    fn tuple_of(&mut self, elements: &[&'a Expr], range: TextRange) -> u16 {
        let constants: Option<Vec<Constant>> = elements
            .iter()
            .map(|e| self.constant_expression(e))
            .collect();
        if let Some(items) = constants {
            return self.temporary(range, Value::Constant(Constant::Tuple(items)));
        }
        let base = self.top();
        elements.iter().for_each(|e| {
            self.push_expression(e);
        });
        self.release(base);
        let dst = self.push();
        self.emit(
            range,
            ops::BuildTuple {
                dst: Dst(dst),
                base: Args(base),
                n: Count(elements.len() as u16),
            },
        );
        dst
    }

    /// A function of `code`; its defaults, keyword defaults and annotations were pushed from `base` on.
    pub(super) fn make_function(
        &mut self,
        range: TextRange,
        base: u16,
        frame: ScopeId,
        code: Code,
        [defaults, kwdefaults, annotate]: [OptSrc; 3],
        wanted: Option<u16>,
    ) -> Value {
        let closure = self
            .closure(frame, range)
            .map_or(OptSrc::NONE, |Src(register)| OptSrc(register));
        let k = self.code_constant(code);
        let (dst, value) = self.result(base, wanted);
        self.emit(
            range,
            ops::MakeFunction {
                dst,
                k,
                closure,
                defaults,
                kwdefaults,
                annotate,
            },
        );
        value
    }

    pub(super) fn code_constant(&mut self, code: Code) -> Const {
        self.constant(Constant::Code(Nested::new(code)))
    }

    // ── decorators ───────────────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn decorators(&mut self, decorators: &'a [Decorator]) {
        decorators.iter().for_each(|decorator| {
            self.push_expression(&decorator.expression);
        });
    }

    /// Calls the decorators pushed from `base` on with the value above them, innermost first.
    pub(super) fn decorate(
        &mut self,
        decorators: &'a [Decorator],
        base: u16,
        mut value: Value,
    ) -> Value {
        for (i, decorator) in decorators.iter().enumerate().rev() {
            let at = base + i as u16;
            let range = decorator.expression.range();
            let site = self.site();
            let (dst, result) = self.result(at, None);
            self.emit(
                range,
                ops::Call {
                    dst,
                    base: Args(at),
                    n: Count(2),
                    site,
                },
            );
            value = result;
        }
        value
    }
}
