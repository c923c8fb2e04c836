//! Annotations: functions that evaluate them on demand (PEP 649), or strings (`from __future__ import annotations`).
//!
//! The annotations of a class or module are evaluated together, but some may stand where control never came: such a
//! statement adds its number to the set `__conditional_annotations__`, and the function skips the numbers not in it.

use super::{Compiler, Header, Value};
use crate::scope::{ScopeId, ScopeKind, Scopes};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Args, CodeFlags, Constant, Count, Dst, OptSrc, Peek, Src};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

/// Name of the set of annotations that were reached.
const REACHED: &str = "__conditional_annotations__";

/// An annotated name of a class or module.
#[derive(Clone, Copy)]
pub struct Annotated<'a> {
    statement: &'a ast::StmtAnnAssign,
    /// Its number, if control may not come by it.
    number: Option<i64>,
}

impl<'a> Compiler<'a> {
    // ── functions ────────────────────────────────────────────────────────────────────────────────────────────────

    /// The function that evaluates a function's annotations, in a temporary.
    pub(super) fn function_annotations(
        &mut self,
        s: &'a ast::StmtFunctionDef,
        qualname: &str,
        range: TextRange,
    ) -> OptSrc {
        let Some(frame) = self.scopes[crate::scope::scope_of(&s.node_index)].annotations else {
            return OptSrc::NONE;
        };
        let parameters = s.parameters.iter_source_order();
        let parameters = parameters.filter_map(|p| Some((p.name().as_str(), p.annotation()?)));
        let returned = s
            .returns
            .as_deref()
            .map(|annotation| ("return", annotation));
        let annotations: Vec<(&str, &'a Expr)> = parameters.chain(returned).collect();
        let function = self.annotate_function(
            frame,
            format!("{qualname}.__annotate__"),
            range,
            None,
            |this| {
                let base = this.top();
                for (name, annotation) in &annotations {
                    let name = this.mangled(name).as_bytes().to_vec();
                    this.temporary(range, Value::Constant(Constant::Str(name)));
                    this.push_annotation(annotation);
                }
                this.release(base);
                let dict = this.push();
                let n = Count(2 * annotations.len() as u16);
                this.emit(
                    range,
                    ops::BuildDict {
                        dst: Dst(dict),
                        base: Args(base),
                        n,
                    },
                );
                dict
            },
        );
        OptSrc(function)
    }

    fn push_annotation(&mut self, annotation: &'a Expr) {
        let range = annotation.range();
        if self.scopes.future_annotations() {
            let text = self.unparse(annotation);
            self.temporary(range, Value::Constant(Constant::Str(text.into_bytes())));
            return;
        }
        self.push_unpackable(annotation);
    }

    /// An annotation or default, which may be `*Ts`: the one item that unpacking gives.
    pub(super) fn push_unpackable(&mut self, e: &'a Expr) {
        let range = e.range();
        let Expr::Starred(starred) = e else {
            self.push_expression(e);
            return;
        };
        let base = self.top();
        let value = self.expression(&starred.value, None);
        let src = self.source(range, value);
        self.release(base);
        let dst = Dst(self.push());
        let site = self.site();
        self.emit(
            range,
            ops::Unpack {
                dst,
                n: Count(1),
                src,
                site,
            },
        );
    }

    /// A function of the parameter `format` in a temporary; `build` leaves the dict it returns on top.
    pub(super) fn annotate_function(
        &mut self,
        frame: ScopeId,
        qualname: String,
        range: TextRange,
        defaults: Option<Constant>,
        build: impl FnOnce(&mut Self) -> u16,
    ) -> u16 {
        let flags = CodeFlags {
            optimized: true,
            nested: self.is_nested(),
            ..CodeFlags::default()
        };
        let code = self.unit(
            Header {
                frame,
                qualname,
                range,
                flags,
            },
            |this| {
                this.unit.code.n_args = 1;
                this.unit.code.n_posonly = 1;
                let base = this.top();
                // Formats beyond VALUE_WITH_FAKE_GLOBALS are the runtime's to handle.
                let limit = this.source(range, Value::Constant(Constant::Int(2)));
                let supported = this.label();
                let (lhs, site) = (Src(0), this.site());
                this.jump(range, supported, |target| ops::JumpUnlessGt {
                    lhs,
                    rhs: limit,
                    target,
                    site,
                });
                this.release(base);
                let error = this.push();
                this.emit(range, ops::LoadNotImplementedError { dst: Dst(error) });
                this.emit(range, ops::Raise { exc: Src(error) });
                this.bind(supported);
                this.release(base);
                let dict = build(this);
                this.emit(range, ops::Return { src: Src(dict) });
                this.release(base);
            },
        );
        let base = self.top();
        let defaults = defaults.map_or(OptSrc::NONE, |defaults| {
            OptSrc(self.temporary(range, Value::Constant(defaults)))
        });
        let parts = [defaults, OptSrc::NONE, OptSrc::NONE];
        let value = self.make_function(range, base, frame, code, parts, None);
        self.temporary(range, value)
    }

    // ── classes and modules ──────────────────────────────────────────────────────────────────────────────────────

    /// Before the body of a class or module.
    pub(super) fn start_annotations(&mut self, body: &'a [Stmt], range: TextRange) {
        let module = self.unit.frame == Scopes::MODULE;
        let mut annotated = Vec::new();
        collect(body, module, &mut annotated);
        if annotated.is_empty() {
            return;
        }
        if self.scopes.future_annotations() {
            self.setup_annotations(range);
            return;
        }
        self.unit.annotated = annotated;
        if module && let Some(frame) = self.scopes[self.unit.frame].annotations {
            self.store_annotate(frame, "__annotate__", range);
        }
        if self.scopes[self.unit.frame].conditional_annotations {
            let set = self.push();
            self.emit(
                range,
                ops::BuildSet {
                    dst: Dst(set),
                    base: Args(set),
                    n: Count(0),
                },
            );
            match self.implicit_cell(REACHED) {
                Some(cell) => self.emit(
                    range,
                    ops::StoreCell {
                        cell: Peek(cell),
                        src: Src(set),
                    },
                ),
                None => self.store_name(REACHED, range, Value::Temporary(set)),
            }
            self.release(set);
        }
    }

    /// After the body of a class.
    pub(super) fn end_annotations(&mut self, range: TextRange) {
        if !self.unit.annotated.is_empty()
            && let Some(frame) = self.scopes[self.unit.frame].annotations
        {
            self.store_annotate(frame, "__annotate_func__", range);
        }
    }

    fn store_annotate(&mut self, frame: ScopeId, name: &str, range: TextRange) {
        let annotated = self.unit.annotated.clone();
        let qualname = self.qualname("__annotate__");
        let function = self.annotate_function(frame, qualname, range, None, |this| {
            let dict = this.push();
            this.emit(
                range,
                ops::BuildDict {
                    dst: Dst(dict),
                    base: Args(dict),
                    n: Count(0),
                },
            );
            for item in annotated {
                this.evaluate_annotated(dict, item);
                this.release(dict + 1);
            }
            dict
        });
        self.store_name(name, range, Value::Temporary(function));
        self.release(function);
    }

    fn evaluate_annotated(&mut self, dict: u16, item: Annotated<'a>) {
        let range = item.statement.range;
        let skip = self.label();
        let base = self.top();
        if let Some(number) = item.number {
            let reached = self.load_name(REACHED, range, None);
            let item = self.source(range, Value::Constant(Constant::Int(number)));
            let container = self.source(range, reached);
            self.release(base);
            let cond = self.push();
            let site = self.site();
            self.emit(
                range,
                ops::Contains {
                    dst: Dst(cond),
                    item,
                    container,
                    site,
                },
            );
            self.jump(range, skip, |target| ops::JumpIfFalse {
                cond: Src(cond),
                target,
            });
            self.release(base);
        }
        let value = self.expression(&item.statement.annotation, None);
        let key = self.annotated_name(item.statement);
        let key = self.source(range, Value::Constant(key));
        let value = self.source(range, value);
        self.emit(
            range,
            ops::DictSet {
                dict: Peek(dict),
                key,
                value,
            },
        );
        self.bind(skip);
    }

    fn annotated_name(&self, s: &ast::StmtAnnAssign) -> Constant {
        let name = s.target.as_name_expr().map_or("", |name| name.id.as_str());
        Constant::Str(self.mangled(name).as_bytes().to_vec())
    }

    /// `__annotations__ = {}`, if there is none yet.
    fn setup_annotations(&mut self, range: TextRange) {
        let base = self.top();
        let done = self.label();
        let container = self.push();
        self.emit(
            range,
            ops::LoadNamespace {
                dst: Dst(container),
            },
        );
        let item = self.source(
            range,
            Value::Constant(Constant::Str("__annotations__".into())),
        );
        self.release(base);
        let cond = self.push();
        let site = self.site();
        self.emit(
            range,
            ops::Contains {
                dst: Dst(cond),
                item,
                container: Src(container),
                site,
            },
        );
        self.jump(range, done, |target| ops::JumpIfTrue {
            cond: Src(cond),
            target,
        });
        self.emit(
            range,
            ops::BuildDict {
                dst: Dst(base),
                base: Args(base),
                n: Count(0),
            },
        );
        self.store_name("__annotations__", range, Value::Temporary(base));
        self.bind(done);
        self.release(base);
    }

    pub(super) fn annotated_assign(&mut self, s: &'a ast::StmtAnnAssign) {
        let base = self.top();
        if let Some(value) = &s.value {
            match s
                .target
                .as_name_expr()
                .and_then(|name| self.local(&name.id))
            {
                Some(register) => {
                    self.expression_into(value, register);
                    self.assigned(register);
                }
                None => {
                    let value = self.expression(value, None);
                    self.store(&s.target, value);
                }
            }
            self.release(base);
        } else {
            self.evaluate_target(&s.target);
        }
        let kind = self.scopes[self.unit.scope].kind;
        if s.simple
            && s.target.is_name_expr()
            && matches!(kind, ScopeKind::Module | ScopeKind::Class)
        {
            self.note_annotation(s);
        }
        self.release(base);
    }

    /// A target that is annotated but not assigned: its parts are evaluated.
    fn evaluate_target(&mut self, target: &'a Expr) {
        match target {
            Expr::Attribute(e) => self.discard(&e.value),
            Expr::Subscript(e) => {
                self.discard(&e.value);
                self.discard(&e.slice);
            }
            _ => {}
        }
    }

    /// Control came by an annotated name of a class or module.
    fn note_annotation(&mut self, s: &'a ast::StmtAnnAssign) {
        if self.scopes.future_annotations() {
            let text = self.unparse(&s.annotation);
            let value = self.source(s.range, Value::Constant(Constant::Str(text.into_bytes())));
            let dict = self.load_name("__annotations__", s.range, None);
            let obj = Src(self.temporary(s.range, dict));
            let key = self.annotated_name(s);
            let key = self.source(s.range, Value::Constant(key));
            let site = self.site();
            self.emit(
                s.range,
                ops::StoreItem {
                    obj,
                    key,
                    value,
                    site,
                },
            );
            return;
        }
        let at = self
            .unit
            .annotated
            .partition_point(|item| item.statement.range.start() < s.range.start());
        let Some(Annotated {
            number: Some(number),
            ..
        }) = self.unit.annotated.get(at).copied()
        else {
            return;
        };
        let set = match self.implicit_cell(REACHED) {
            Some(cell) => {
                let (dst, name) = (self.push(), self.name(REACHED));
                self.emit(
                    s.range,
                    ops::LoadCell {
                        dst: Dst(dst),
                        cell: Peek(cell),
                        name,
                    },
                );
                dst
            }
            None => {
                let set = self.load_name(REACHED, s.range, None);
                self.temporary(s.range, set)
            }
        };
        let src = self.source(s.range, Value::Constant(Constant::Int(number)));
        self.emit(
            s.range,
            ops::SetAdd {
                set: Peek(set),
                src,
            },
        );
        self.drop(s.range, set);
    }
}

/// The annotated names of a class or module body, in source order, numbered where control may not come by them.
fn collect<'a>(body: &'a [Stmt], conditional: bool, annotated: &mut Vec<Annotated<'a>>) {
    for statement in body {
        let mut inner = |body: &'a [Stmt]| crate::with_stack(|| collect(body, true, annotated));
        match statement {
            Stmt::AnnAssign(s) if s.simple && s.target.is_name_expr() => {
                let number = conditional.then_some(annotated.len() as i64);
                annotated.push(Annotated {
                    statement: s,
                    number,
                });
            }
            Stmt::For(s) => [&s.body, &s.orelse]
                .into_iter()
                .for_each(|body| inner(body)),
            Stmt::While(s) => [&s.body, &s.orelse]
                .into_iter()
                .for_each(|body| inner(body)),
            Stmt::If(s) => {
                inner(&s.body);
                s.elif_else_clauses
                    .iter()
                    .for_each(|clause| inner(&clause.body));
            }
            Stmt::With(s) => inner(&s.body),
            Stmt::Match(s) => s.cases.iter().for_each(|case| inner(&case.body)),
            Stmt::Try(s) => {
                inner(&s.body);
                s.handlers
                    .iter()
                    .for_each(|ast::ExceptHandler::ExceptHandler(handler)| inner(&handler.body));
                inner(&s.orelse);
                inner(&s.finalbody);
            }
            _ => {}
        }
    }
}
