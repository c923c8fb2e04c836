//! Modules and other whole programs.

use super::{Compiler, Header, Value};
use crate::Mode;
use crate::scope::Scopes;
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Code, CodeFlags, Constant, Dst, Src};
use ruff_python_ast::{Mod, ModExpression, ModModule};
use ruff_text_size::{Ranged, TextRange};

impl<'a> Compiler<'a> {
    pub(super) fn program(&mut self, program: &'a Mod) -> Code {
        let waits = self.scopes[Scopes::MODULE].asynchronous;
        let header = Header {
            frame: Scopes::MODULE,
            qualname: "<module>".to_owned(),
            range: TextRange::default(),
            flags: CodeFlags {
                namespace: self.mode != Mode::Module,
                generator: waits,
                coroutine: waits,
                ..CodeFlags::default()
            },
        };
        self.unit(header, |this| match program {
            Mod::Module(module) => this.module_body(module),
            Mod::Expression(expression) => this.expression_body(expression),
        })
    }

    fn module_body(&mut self, module: &'a ModModule) {
        self.start_annotations(&module.body, TextRange::empty(module.range.start()));
        if self.mode != Mode::Single
            && let Some(doc) = self.docstring(&module.body)
        {
            let range = module.body[0].range();
            self.store_name("__doc__", range, Value::Constant(doc));
        }
        self.frame_body(&module.body);
        self.return_none(
            module
                .body
                .last()
                .map_or(TextRange::empty(module.range.start()), Ranged::range),
        );
    }

    fn expression_body(&mut self, expression: &'a ModExpression) {
        let base = self.top();
        let value = self.expression(&expression.body, None);
        let range = expression.body.range();
        let src = self.source(range, value);
        self.emit(range, ops::Return { src });
        self.release(base);
    }

    /// The end of a body that control can reach.
    pub(super) fn return_none(&mut self, range: TextRange) {
        let base = self.top();
        let register = self.push();
        let (dst, k) = (Dst(register), self.constant(Constant::None));
        self.follow(range, ops::LoadConst { dst, k });
        let src = Src(register);
        self.follow(range, ops::Return { src });
        self.release(base);
    }
}
