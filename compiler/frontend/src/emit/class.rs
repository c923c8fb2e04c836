//! Classes: the body is a function without parameters that runs in the namespace `__build_class__` gives it.

use super::call::needs_collecting;
use super::{Compiler, Header, Value};
use crate::scope::{ScopeId, TYPE_PARAMS, scope_of};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Args, Code, CodeFlags, Constant, Count, Dst, OptSrc, Peek, Src};
use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange};

impl<'a> Compiler<'a> {
    pub(super) fn class(&mut self, s: &'a ast::StmtClassDef) {
        let base = self.top();
        self.decorators(&s.decorator_list);
        let range = self.source.definition_range("class", &s.name, s.range);
        let qualname = self.qualname(&s.name);
        let class = match s.type_params {
            Some(_) => self.generic_class(s, qualname, range),
            None => self.build_class(s, qualname, range),
        };
        let value = self.decorate(&s.decorator_list, base, class);
        self.store_name(&s.name, range, value);
        self.release(base);
    }

    /// Calls `__build_class__`.
    pub(super) fn build_class(
        &mut self,
        s: &'a ast::StmtClassDef,
        qualname: String,
        range: TextRange,
    ) -> Value {
        let generic = s.type_params.is_some();
        let frame = scope_of(&s.node_index);
        let builder = self.push();
        self.emit(range, ops::LoadBuildClass { dst: Dst(builder) });
        let code = self.class_code(s, frame, qualname);
        let body = self.top();
        self.make_function(range, body, frame, code, [OptSrc::NONE; 3], None);
        let name = Constant::Str(s.name.as_bytes().to_vec());
        self.temporary(range, Value::Constant(name));
        match &s.arguments {
            Some(arguments) if needs_collecting(arguments) => {
                let (base, first) = (builder, [body, body + 1]);
                self.collected_call(range, builder, &first, arguments, generic, base, None)
            }
            Some(arguments) => self.plain_call(range, builder, arguments, generic, None),
            None => {
                if generic {
                    self.push_generic_base(range);
                }
                let n = Count(self.top() - builder);
                let site = self.site();
                let (dst, value) = self.result(builder, None);
                self.emit(
                    range,
                    ops::Call {
                        dst,
                        base: Args(builder),
                        n,
                        site,
                    },
                );
                value
            }
        }
    }

    fn class_code(&mut self, s: &'a ast::StmtClassDef, frame: ScopeId, qualname: String) -> Code {
        let doc = self.docstring(&s.body);
        let flags = CodeFlags {
            namespace: true,
            nested: self.is_nested(),
            ..CodeFlags::default()
        };
        let header = Header {
            frame,
            qualname,
            range: s.range,
            flags,
        };
        let range = self.source.line_start_range(s.range.start());
        let mut code = self.unit(header, |this| {
            this.class_start(range);
            if s.type_params.is_some() {
                let base = this.top();
                let params = this.load_name(TYPE_PARAMS, range, None);
                this.store_name("__type_params__", range, params);
                this.release(base);
            }
            this.start_annotations(&s.body, range);
            if let Some(doc) = doc {
                this.store_name("__doc__", s.body[0].range(), Value::Constant(doc));
            }
            this.frame_body(&s.body);
            this.unit.asm.set_following(true);
            this.class_end(range);
            this.unit.asm.set_following(false);
        });
        code.static_attributes = self.scopes[frame]
            .static_attributes
            .iter()
            .cloned()
            .collect();
        code
    }

    fn class_start(&mut self, range: TextRange) {
        let base = self.top();
        let module = self.load_name("__name__", range, None);
        self.store_name("__module__", range, module);
        self.release(base);
        let qualname = Constant::Str(self.unit.code.qualname.clone().into_bytes());
        self.store_name("__qualname__", range, Value::Constant(qualname));
        let line = Constant::Int(i64::from(self.unit.code.first_line));
        self.store_name("__firstlineno__", range, Value::Constant(line));
        if let Some(cell) = self.implicit_cell("__classdict__") {
            let namespace = self.push();
            self.emit(
                range,
                ops::LoadNamespace {
                    dst: Dst(namespace),
                },
            );
            self.emit(
                range,
                ops::StoreCell {
                    cell: Peek(cell),
                    src: Src(namespace),
                },
            );
            self.release(base);
        }
    }

    fn class_end(&mut self, range: TextRange) {
        let base = self.top();
        self.end_annotations(range);
        let scope = &self.scopes[self.unit.frame];
        let names = scope
            .static_attributes
            .iter()
            .map(|name| Constant::Str(name.clone().into_bytes()))
            .collect();
        self.store_name(
            "__static_attributes__",
            range,
            Value::Constant(Constant::Tuple(names)),
        );
        if let Some(cell) = self.implicit_cell("__classdict__") {
            let copy = self.copy(range, cell);
            self.store_name("__classdictcell__", range, Value::Temporary(copy));
            self.release(base);
        }
        match self.implicit_cell("__class__") {
            Some(cell) => {
                let result = self.copy(range, cell);
                let copy = self.copy(range, cell);
                self.store_name("__classcell__", range, Value::Temporary(copy));
                self.emit(range, ops::Return { src: Src(result) });
                self.release(base);
            }
            None => self.return_none(range),
        }
    }
}
