//! Calls: functions, methods, `super()`, keyword and starred arguments.

use super::{Compiler, Value};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Args, Constant, Count, Dst, OptSrc, Peek, Src};
use ruff_python_ast::{self as ast, Arguments, Expr, Keyword};
use ruff_text_size::{Ranged, TextRange};

/// Calls with more arguments collect them in a tuple and a dict.
const MAX_ARGUMENTS: usize = 255;

/// `all(… for …)` and its like: CPython makes a loop of it, which is located where the function is named.
fn iterates_in_place(e: &ast::ExprCall) -> bool {
    let function = e.func.as_name_expr().map(|name| name.id.as_str());
    matches!(function, Some("all" | "any" | "tuple"))
        && e.arguments.keywords.is_empty()
        && matches!(&*e.arguments.args, [Expr::Generator(_)])
}

impl<'a> Compiler<'a> {
    pub(super) fn call(&mut self, e: &'a ast::ExprCall, wanted: Option<u16>) -> Value {
        let base = self.top();
        if let Some(value) = self.zero_argument_super(e, wanted) {
            return value;
        }
        let range = e.range();
        if needs_collecting(&e.arguments) {
            let callee = self.push_expression(&e.func);
            return self.collected_call(range, callee, &[], &e.arguments, false, base, wanted);
        }
        let Expr::Attribute(attribute) = &*e.func else {
            self.push_expression(&e.func);
            let range = match iterates_in_place(e) {
                true => e.func.range(),
                false => range,
            };
            return self.plain_call(range, base, &e.arguments, false, wanted);
        };
        let object = self.expression(&attribute.value, None);
        let obj = self.source(attribute.value.range(), object);
        let (name, site) = (self.attribute_name(&attribute.attr), self.site());
        self.release(base);
        let method = self.push();
        self.push();
        let at = self.attribute_range(attribute);
        self.emit(
            at,
            ops::LoadMethod {
                dst: Dst(method),
                obj,
                name,
                site,
            },
        );
        // As in CPython, a call that spans lines is located where its method is named.
        let range = if at == attribute.range { range } else { at };
        self.method_call(range, base, &e.arguments, wanted)
    }

    /// Pushes the arguments, with `generic` the base that type parameters make behind the positional ones; gives the number
    /// of registers from `base` and the names of those passed by keyword.
    fn push_arguments(
        &mut self,
        base: u16,
        arguments: &'a Arguments,
        generic: bool,
    ) -> (Count, Option<ashore_bytecode::Const>) {
        match &*arguments.args {
            [Expr::Generator(only)] if !only.parenthesized => {
                let range = arguments.range;
                let value = crate::with_stack(|| self.generator(only, range, None));
                self.temporary(range, value);
            }
            args => args.iter().for_each(|argument| {
                self.push_expression(argument);
            }),
        }
        if generic {
            self.push_generic_base(arguments.range);
        }
        let mut names = Vec::new();
        for keyword in &arguments.keywords {
            self.push_expression(&keyword.value);
            names.extend(
                keyword
                    .arg
                    .as_ref()
                    .map(|name| Constant::Str(name.as_bytes().to_vec())),
            );
        }
        let names = if names.is_empty() {
            None
        } else {
            Some(self.constant(Constant::Tuple(names)))
        };
        (Count(self.top() - base), names)
    }

    /// Calls the function in `base`.
    pub(super) fn plain_call(
        &mut self,
        range: TextRange,
        base: u16,
        arguments: &'a Arguments,
        generic: bool,
        wanted: Option<u16>,
    ) -> Value {
        let (n, names) = self.push_arguments(base, arguments, generic);
        let site = self.site();
        let (dst, value) = self.result(base, wanted);
        let base = Args(base);
        match names {
            None => self.emit(range, ops::Call { dst, base, n, site }),
            Some(names) => self.emit(
                range,
                ops::CallKw {
                    dst,
                    base,
                    n,
                    names,
                    site,
                },
            ),
        }
        value
    }

    fn method_call(
        &mut self,
        range: TextRange,
        base: u16,
        arguments: &'a Arguments,
        wanted: Option<u16>,
    ) -> Value {
        let (n, names) = self.push_arguments(base, arguments, false);
        let site = self.site();
        let (dst, value) = self.result(base, wanted);
        let base = Args(base);
        match names {
            None => self.emit(range, ops::CallMethod { dst, base, n, site }),
            Some(names) => self.emit(
                range,
                ops::CallMethodKw {
                    dst,
                    base,
                    n,
                    names,
                    site,
                },
            ),
        }
        value
    }

    /// Calls `callee`, in `base`, with arguments collected in a tuple and a dict; `first` come before `arguments`.
    #[allow(
        clippy::too_many_arguments,
        reason = "what is called, with what, and where the result goes"
    )]
    pub(super) fn collected_call(
        &mut self,
        range: TextRange,
        callee: u16,
        first: &[u16],
        arguments: &'a Arguments,
        generic: bool,
        base: u16,
        wanted: Option<u16>,
    ) -> Value {
        let args = self.collect_positional(range, first, &arguments.args, generic);
        let kwargs = if arguments.keywords.is_empty() {
            OptSrc::NONE
        } else {
            OptSrc(self.collect_keywords(range, callee, &arguments.keywords))
        };
        let (dst, value) = self.result(base, wanted);
        self.emit(
            range,
            ops::CallEx {
                dst,
                callee: Src(callee),
                args,
                kwargs,
            },
        );
        value
    }

    fn collect_positional(
        &mut self,
        range: TextRange,
        first: &[u16],
        args: &'a [Expr],
        generic: bool,
    ) -> Src {
        if let ([], [Expr::Starred(starred)]) = (first, args) {
            return Src(self.push_expression(&starred.value));
        }
        if first.is_empty() {
            let value = self.tuple(args, range, None);
            return Src(self.temporary(range, value));
        }
        let list = self.empty_list(range);
        for &register in first {
            self.emit(
                range,
                ops::ListAppend {
                    list: Peek(list),
                    src: Src(register),
                },
            );
        }
        let rest = self.list_pieces(args, range);
        self.emit(
            range,
            ops::ListExtend {
                list: Peek(list),
                src: Src(rest),
            },
        );
        self.release(list + 1);
        if generic {
            let base = self.push_generic_base(range);
            self.emit(
                range,
                ops::ListAppend {
                    list: Peek(list),
                    src: Src(base),
                },
            );
            self.release(base);
        }
        self.emit(
            range,
            ops::ListToTuple {
                dst: Dst(list),
                src: Src(list),
            },
        );
        Src(list)
    }

    fn collect_keywords(&mut self, range: TextRange, callee: u16, keywords: &'a [Keyword]) -> u16 {
        let dict = self.push();
        self.emit(
            range,
            ops::BuildDict {
                dst: Dst(dict),
                base: Args(dict),
                n: Count(0),
            },
        );
        // The first names go in directly: nothing can repeat them yet.
        let named = keywords
            .iter()
            .take_while(|keyword| keyword.arg.is_some())
            .count();
        self.add_named(dict, &keywords[..named]);
        let mut rest = &keywords[named..];
        while let [keyword, ..] = rest {
            if keyword.arg.is_none() {
                let value = self.expression(&keyword.value, None);
                let src = self.source(keyword.range, value);
                self.emit(
                    range,
                    ops::DictMerge {
                        dict: Peek(dict),
                        src,
                        callee: Peek(callee),
                    },
                );
                rest = &rest[1..];
            } else {
                let named = rest
                    .iter()
                    .take_while(|keyword| keyword.arg.is_some())
                    .count();
                self.merge_named(range, dict, callee, &rest[..named]);
                rest = &rest[named..];
            }
            self.release(dict + 1);
        }
        dict
    }

    /// Merges `name=value` arguments that follow a `**x` into the collected ones.
    fn merge_named(&mut self, range: TextRange, dict: u16, callee: u16, keywords: &'a [Keyword]) {
        let fresh = self.push();
        self.emit(
            range,
            ops::BuildDict {
                dst: Dst(fresh),
                base: Args(fresh),
                n: Count(0),
            },
        );
        self.add_named(fresh, keywords);
        self.emit(
            range,
            ops::DictMerge {
                dict: Peek(dict),
                src: Src(fresh),
                callee: Peek(callee),
            },
        );
    }

    /// Adds `name=value` arguments to the dict on top.
    fn add_named(&mut self, dict: u16, keywords: &'a [Keyword]) {
        for keyword in keywords {
            let name = keyword.arg.as_ref().map_or("", |name| name.as_str());
            let value = self.expression(&keyword.value, None);
            let key = self.source(keyword.range, Value::Constant(Constant::Str(name.into())));
            let value = self.source(keyword.range, value);
            self.emit(
                keyword.range,
                ops::DictSet {
                    dict: Peek(dict),
                    key,
                    value,
                },
            );
            self.release(dict + 1);
        }
    }

    /// `super()` in a method: the class and the first argument are passed along.
    fn zero_argument_super(&mut self, e: &'a ast::ExprCall, wanted: Option<u16>) -> Option<Value> {
        let name = e.func.as_name_expr().filter(|name| name.id == "super")?;
        let scope = &self.scopes[self.unit.frame];
        let first = *scope.parameters.first()?;
        let has_positional = self.unit.code.n_args > 0;
        if !e.arguments.is_empty()
            || !has_positional
            || !scope.kind.function_like()
            || !self.is_global(&name.id)
        {
            return None;
        }
        if self.is_global("__class__") {
            return None;
        }
        let base = self.top();
        let callee = Src(self.push_expression(&e.func));
        let class = self.load_name("__class__", e.range(), None);
        let cls = self.source(e.range(), class);
        let object = self.load_own(first, e.range());
        let obj = self.source(e.range(), object);
        let (dst, value) = self.result(base, wanted);
        self.emit(
            e.range(),
            ops::CallSuper {
                dst,
                callee,
                cls,
                obj,
            },
        );
        Some(value)
    }
}

/// Must the arguments be collected before the call?
pub(super) fn needs_collecting(arguments: &Arguments) -> bool {
    arguments.len() > MAX_ARGUMENTS
        || arguments.args.iter().any(Expr::is_starred_expr)
        || arguments
            .keywords
            .iter()
            .any(|keyword| keyword.arg.is_none())
}
