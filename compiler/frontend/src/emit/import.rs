//! Imports.

use super::{Compiler, Value};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Constant, Count, Dst, Peek, Src};
use ruff_python_ast::{self as ast, Alias};
use ruff_text_size::TextRange;

impl<'a> Compiler<'a> {
    pub(super) fn import(&mut self, s: &'a ast::StmtImport) {
        for alias in &s.names {
            let base = self.top();
            self.import_one(alias, s.range);
            self.release(base);
        }
    }

    fn import_one(&mut self, alias: &'a Alias, range: TextRange) {
        let module = self.import_module(&alias.name, Constant::None, 0, range);
        let Some(target) = &alias.asname else {
            let first = alias.name.split('.').next().unwrap_or(&alias.name);
            self.store_name(first, range, Value::Temporary(module));
            return;
        };
        // `import a.b.c as d` binds the last module.
        for part in alias.name.split('.').skip(1) {
            let name = self.name(part);
            let inner = self.push();
            self.emit(
                range,
                ops::ImportFrom {
                    dst: Dst(inner),
                    module: Peek(module),
                    name,
                },
            );
            self.drop(range, module);
            self.emit(
                range,
                ops::Move {
                    dst: Dst(module),
                    src: Src(inner),
                },
            );
            self.release(module + 1);
        }
        self.store_name(target, range, Value::Temporary(module));
    }

    fn import_module(
        &mut self,
        name: &str,
        fromlist: Constant,
        level: u32,
        range: TextRange,
    ) -> u16 {
        let base = self.top();
        let fromlist = Src(self.temporary(range, Value::Constant(fromlist)));
        let name = self.name(name);
        let level = Count(u16::try_from(level).unwrap_or(u16::MAX));
        self.release(base);
        let dst = self.push();
        self.emit(
            range,
            ops::ImportName {
                dst: Dst(dst),
                name,
                fromlist,
                level,
            },
        );
        dst
    }

    pub(super) fn import_from(&mut self, s: &'a ast::StmtImportFrom) {
        let base = self.top();
        let names = s
            .names
            .iter()
            .map(|alias| Constant::Str(alias.name.as_bytes().to_vec()))
            .collect();
        let module = s.module.as_ref().map_or("", |module| module.as_str());
        let module = self.import_module(module, Constant::Tuple(names), s.level, s.range);
        if let [alias] = &s.names[..]
            && alias.name.as_str() == "*"
        {
            self.emit(
                s.range,
                ops::ImportStar {
                    module: Src(module),
                },
            );
            self.release(base);
            return;
        }
        for alias in &s.names {
            let name = self.name(&alias.name);
            let value = self.push();
            self.emit(
                s.range,
                ops::ImportFrom {
                    dst: Dst(value),
                    module: Peek(module),
                    name,
                },
            );
            let target = alias.asname.as_ref().unwrap_or(&alias.name);
            self.store_name(target, s.range, Value::Temporary(value));
            self.release(module + 1);
        }
        self.drop(s.range, module);
        self.release(base);
    }
}
