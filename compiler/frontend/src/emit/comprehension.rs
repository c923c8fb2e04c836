//! Comprehensions: list, set and dict comprehensions run inside the frame around them, with variables of their own;
//! generator expressions are functions that take the first iterator.

use super::unwind::Block;
use super::{Compiler, Header, Value};
use crate::scope::{ScopeId, scope_of};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Args, CodeFlags, Count, Dst, OptSrc, Peek, Src};
use ruff_python_ast::{self as ast, Comprehension, Expr};
use ruff_text_size::{Ranged, TextRange};

/// What happens to the items of a comprehension.
#[derive(Clone, Copy)]
enum Item<'a> {
    Append {
        list: u16,
        value: &'a Expr,
    },
    Add {
        set: u16,
        value: &'a Expr,
    },
    Set {
        dict: u16,
        key: &'a Expr,
        value: &'a Expr,
    },
    Yield(&'a Expr),
}

impl Item<'_> {
    /// Where what is made of an item stands.
    fn range(&self) -> TextRange {
        match self {
            Item::Append { value, .. } | Item::Add { value, .. } | Item::Yield(value) => {
                value.range()
            }
            Item::Set { key, value, .. } => TextRange::new(key.start(), value.end()),
        }
    }
}

impl<'a> Compiler<'a> {
    pub(super) fn list_comprehension(
        &mut self,
        e: &'a ast::ExprListComp,
        wanted: Option<u16>,
    ) -> Value {
        let list = self.empty_list(e.range);
        let item = Item::Append {
            list,
            value: &e.elt,
        };
        self.inlined(scope_of(&e.node_index), e.range, &e.generators, item);
        self.deliver(e.range, list, Value::Temporary(list), wanted)
    }

    pub(super) fn set_comprehension(
        &mut self,
        e: &'a ast::ExprSetComp,
        wanted: Option<u16>,
    ) -> Value {
        let set = self.push();
        self.emit(
            e.range,
            ops::BuildSet {
                dst: Dst(set),
                base: Args(set),
                n: Count(0),
            },
        );
        let item = Item::Add { set, value: &e.elt };
        self.inlined(scope_of(&e.node_index), e.range, &e.generators, item);
        self.deliver(e.range, set, Value::Temporary(set), wanted)
    }

    pub(super) fn dict_comprehension(
        &mut self,
        e: &'a ast::ExprDictComp,
        wanted: Option<u16>,
    ) -> Value {
        let dict = self.push();
        self.emit(
            e.range,
            ops::BuildDict {
                dst: Dst(dict),
                base: Args(dict),
                n: Count(0),
            },
        );
        let key = e
            .key
            .as_deref()
            .expect("the parser refuses unpacking here for Python 3.14");
        let item = Item::Set {
            dict,
            key,
            value: &e.value,
        };
        self.inlined(scope_of(&e.node_index), e.range, &e.generators, item);
        self.deliver(e.range, dict, Value::Temporary(dict), wanted)
    }

    /// A comprehension in this frame; the collection it fills is the temporary on top.
    fn inlined(
        &mut self,
        scope: ScopeId,
        range: TextRange,
        generators: &'a [Comprehension],
        item: Item<'a>,
    ) {
        let collection = self.top() - 1;
        let iterator = self.comprehension_iterator(&generators[0]);
        let outer = std::mem::replace(&mut self.unit.scope, scope);
        let variables = self.variables(scope);
        for &register in &variables {
            self.make_cell(register, range);
        }
        let region = self.handler(collection);
        self.within(Block::Covered(region.id()), |this| {
            this.generators(generators, Some(iterator), item)
        });
        let end = self.label();
        self.jump(range, end, |target| ops::Jump { target });
        if self.enter(region) {
            variables
                .iter()
                .for_each(|&register| self.unbind(register, range));
            self.emit(
                range,
                ops::Reraise {
                    exc: Src(collection),
                },
            );
        }
        self.bind(end);
        variables
            .iter()
            .for_each(|&register| self.unbind(register, range));
        self.unit.scope = outer;
        self.release(collection + 1);
    }

    /// Registers of a comprehension's variables.
    fn variables(&self, scope: ScopeId) -> Vec<u16> {
        let symbols = self.scopes[scope]
            .symbols
            .iter()
            .filter(|symbol| symbol.uses.local());
        symbols
            .filter_map(|symbol| self.unit.layout.register(scope, symbol.name))
            .collect()
    }

    /// The nested loops, outermost first; `iterator` is the first one's, if it has been made.
    fn generators(
        &mut self,
        generators: &'a [Comprehension],
        iterator: Option<u16>,
        item: Item<'a>,
    ) {
        let Some((generator, rest)) = generators.split_first() else {
            self.item(item);
            return;
        };
        let iterator = iterator.unwrap_or_else(|| self.comprehension_iterator(generator));
        let (next, exhausted) = (self.label(), self.label());
        if generator.is_async {
            let range = generator.iter.range();
            let looping = self.async_next(iterator, &generator.target, range);
            for test in &generator.ifs {
                self.jump_if(test, false, next);
            }
            crate::with_stack(|| self.generators(rest, None, item));
            self.bind(next);
            self.end_async_next(looping, iterator, range);
            self.release(iterator);
            return;
        }
        let head = self.next_item(
            iterator,
            &generator.target,
            generator.iter.range(),
            exhausted,
        );
        for test in &generator.ifs {
            self.jump_if(test, false, next);
        }
        crate::with_stack(|| self.generators(rest, None, item));
        self.bind(next);
        let start = TextRange::empty(item.range().start());
        self.jump(start, head, |target| ops::JumpBack { target });
        self.bind(exhausted);
        self.release(iterator);
    }

    fn comprehension_iterator(&mut self, generator: &'a Comprehension) -> u16 {
        if generator.is_async {
            self.async_iterator(&generator.iter)
        } else {
            self.iterator(&generator.iter)
        }
    }

    fn item(&mut self, item: Item<'a>) {
        let base = self.top();
        match item {
            Item::Append { list, value } => {
                let item = self.expression(value, None);
                let src = self.source(value.range(), item);
                self.emit(
                    value.range(),
                    ops::ListAppend {
                        list: Peek(list),
                        src,
                    },
                );
            }
            Item::Add { set, value } => {
                let item = self.expression(value, None);
                let src = self.source(value.range(), item);
                self.emit(
                    value.range(),
                    ops::SetAdd {
                        set: Peek(set),
                        src,
                    },
                );
            }
            Item::Set { dict, key, value } => {
                let range = item.range();
                let key_value = self.operand(key, range);
                let operand = self.operand(value, range);
                let key = self.source(key.range(), key_value);
                let value = self.source(value.range(), operand);
                self.emit(
                    range,
                    ops::DictSet {
                        dict: Peek(dict),
                        key,
                        value,
                    },
                );
            }
            Item::Yield(value) => {
                let item = self.expression(value, None);
                let src = self.source(value.range(), item);
                self.release(base);
                let sent = self.push();
                self.emit(
                    value.range(),
                    ops::Yield {
                        dst: Dst(sent),
                        src,
                    },
                );
                self.drop(value.range(), sent);
            }
        }
        self.release(base);
    }

    /// A generator expression at `range`: alone in a call it has the call's parentheses.
    pub(super) fn generator(
        &mut self,
        e: &'a ast::ExprGenerator,
        range: TextRange,
        wanted: Option<u16>,
    ) -> Value {
        let base = self.top();
        let frame = scope_of(&e.node_index);
        let flags = CodeFlags {
            generator: true,
            async_generator: self.scopes[frame].asynchronous,
            optimized: true,
            nested: self.is_nested(),
            ..CodeFlags::default()
        };
        let header = Header {
            frame,
            qualname: self.qualname("<genexpr>"),
            range,
            flags,
        };
        let code = self.unit(header, |this| {
            this.unit.code.n_args = 1;
            let base = this.top();
            let iterator = this.temporary(range, Value::Local(0));
            this.generators(&e.generators, Some(iterator), Item::Yield(&e.elt));
            this.release(base);
            this.return_none(range);
        });
        self.make_function(range, base, frame, code, [OptSrc::NONE; 3], None);
        self.comprehension_iterator(&e.generators[0]);
        let site = self.site();
        let (dst, value) = self.result(base, wanted);
        self.emit(
            range,
            ops::Call {
                dst,
                base: Args(base),
                n: Count(2),
                site,
            },
        );
        value
    }
}
