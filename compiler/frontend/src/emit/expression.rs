//! Expressions: operators, displays, attributes, subscripts, `yield`.

use super::{Compiler, Value};
use crate::fold;
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Args, Constant, Count, Dst, Imm, Peek, Src};
use ruff_python_ast::{self as ast, Expr, Operator, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

/// Displays longer than this are built piece by piece, so that the register window stays small (CPython's limit).
const MAX_RUN: usize = 30;

/// The instruction of a binary operator, plain or in place.
macro_rules! operator {
    ($compiler:expr, $range:expr, $op:expr, $operands:expr, $($variant:ident => $plain:ident $in_place:ident),* $(,)?) => {{
        let (dst, lhs, rhs, site, in_place) = $operands;
        match ($op, in_place) {
            $((Operator::$variant, false) => $compiler.emit($range, ops::$plain { dst, lhs, rhs, site }),
            (Operator::$variant, true) => $compiler.emit($range, ops::$in_place { dst, lhs, rhs, site }),)*
        }
    }};
}

impl<'a> Compiler<'a> {
    /// Evaluates an expression. With `wanted`, the result may be put there ([`Value::Stored`]) by the last instruction.
    pub(super) fn expression(&mut self, e: &'a Expr, wanted: Option<u16>) -> Value {
        crate::with_stack(|| self.evaluate(e, wanted))
    }

    /// Evaluates an expression into a register.
    pub(super) fn expression_into(&mut self, e: &'a Expr, dst: u16) {
        let base = self.top();
        let value = self.expression(e, Some(dst));
        self.place(e.range(), value, dst);
        self.release(base);
    }

    /// Evaluates an expression into the temporary on top.
    pub(super) fn push_expression(&mut self, e: &'a Expr) -> u16 {
        let value = self.expression(e, None);
        self.temporary(e.range(), value)
    }

    /// Evaluates an operand of something at `around`. A variable that something else there assigns is copied first.
    pub(super) fn operand(&mut self, e: &'a Expr, around: TextRange) -> Value {
        let value = self.expression(e, None);
        self.protect(value, e, around)
    }

    /// Copies the value of `e` if it is a variable that something later in `around` assigns.
    pub(super) fn protect(&mut self, value: Value, e: &Expr, around: TextRange) -> Value {
        let name = match e {
            Expr::Name(name) => Some(name),
            Expr::Named(e) => e.target.as_name_expr(),
            _ => None,
        };
        let later = TextRange::new(e.end().min(around.end()), around.end());
        match (&value, name) {
            (&Value::Local(register), Some(name)) if self.reassigned(&name.id, later) => {
                Value::Temporary(self.copy(e.range(), register))
            }
            _ => value,
        }
    }

    /// Does an assignment expression within `around` assign to the variable?
    fn reassigned(&self, name: &str, around: TextRange) -> bool {
        let frame = &self.scopes[self.unit.frame];
        !frame.walruses.is_empty()
            && self
                .scopes
                .names
                .get(&self.mangled(name))
                .is_some_and(|id| frame.walruses_in(around).any(|n| n == id))
    }

    fn evaluate(&mut self, e: &'a Expr, wanted: Option<u16>) -> Value {
        if let Some(constant) = self.literal(e) {
            return Value::Constant(constant);
        }
        match e {
            Expr::Name(name) => self.load_name(&name.id, name.range, wanted),
            Expr::BoolOp(e) => self.boolean(e, wanted),
            Expr::Named(e) => self.walrus(e),
            Expr::BinOp(e) => self.binary(e, wanted),
            Expr::UnaryOp(e) => self.unary(e, wanted),
            Expr::Lambda(e) => self.lambda(e, wanted),
            Expr::If(e) => self.conditional(e, wanted),
            Expr::Dict(e) => self.dict(e, wanted),
            Expr::Set(e) => self.set(e, wanted),
            Expr::ListComp(e) => self.list_comprehension(e, wanted),
            Expr::SetComp(e) => self.set_comprehension(e, wanted),
            Expr::DictComp(e) => self.dict_comprehension(e, wanted),
            Expr::Generator(e) => self.generator(e, e.range, wanted),
            Expr::Yield(e) => self.yield_(e, wanted),
            Expr::YieldFrom(e) => self.yield_from(e, wanted),
            Expr::Await(e) => self.await_(e, wanted),
            Expr::TString(e) => self.tstring(e, wanted),
            Expr::Compare(e) => self.compare(e, wanted),
            Expr::Call(e) => self.call(e, wanted),
            Expr::FString(e) => self.fstring(e, wanted),
            Expr::Attribute(e) => self.attribute(e, wanted),
            Expr::Subscript(e) => self.subscript(e, wanted),
            Expr::List(e) => self.list(e, wanted),
            Expr::Tuple(e) => self.tuple(&e.elts, e.range, wanted),
            Expr::Slice(e) => self.slice(e, wanted),
            Expr::Starred(_) | Expr::IpyEscapeCommand(_) => {
                unreachable!("the symbol table refuses these here")
            }
            Expr::NoneLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::StringLiteral(_)
            | Expr::BytesLiteral(_) => unreachable!("literals are constants"),
        }
    }

    // ── operators ────────────────────────────────────────────────────────────────────────────────────────────────

    fn binary(&mut self, e: &'a ast::ExprBinOp, wanted: Option<u16>) -> Value {
        if let Some(value) = self.percent_format(e, wanted) {
            return value;
        }
        let base = self.top();
        let left = self.operand(&e.left, e.range);
        let right = self.operand(&e.right, e.range);
        if let (Value::Constant(left), Value::Constant(right)) = (&left, &right)
            && let Some(result) = fold::binary(e.op, left, right)
        {
            return Value::Constant(result);
        }
        let lhs = self.source(e.left.range(), left);
        self.operation(
            e.op,
            e.range,
            base,
            (lhs, right, e.right.range()),
            false,
            wanted,
        )
    }

    /// `lhs op right`, in place or not; both operands are evaluated.
    pub(super) fn operation(
        &mut self,
        op: Operator,
        range: TextRange,
        base: u16,
        (lhs, right, right_range): (Src, Value, TextRange),
        in_place: bool,
        wanted: Option<u16>,
    ) -> Value {
        let small = match &right {
            Value::Constant(Constant::Int(i)) if matches!(op, Operator::Add | Operator::Sub) => {
                i16::try_from(*i).ok()
            }
            _ => None,
        };
        if let Some(imm) = small.map(Imm) {
            let site = self.site();
            let (dst, value) = self.result(base, wanted);
            match (op, in_place) {
                (Operator::Add, false) => self.emit(
                    range,
                    ops::AddInt {
                        dst,
                        lhs,
                        imm,
                        site,
                    },
                ),
                (Operator::Add, true) => self.emit(
                    range,
                    ops::IaddInt {
                        dst,
                        lhs,
                        imm,
                        site,
                    },
                ),
                (_, false) => self.emit(
                    range,
                    ops::SubInt {
                        dst,
                        lhs,
                        imm,
                        site,
                    },
                ),
                (_, true) => self.emit(
                    range,
                    ops::IsubInt {
                        dst,
                        lhs,
                        imm,
                        site,
                    },
                ),
            }
            return value;
        }
        let rhs = self.source(right_range, right);
        let site = self.site();
        let (dst, value) = self.result(base, wanted);
        operator!(self, range, op, (dst, lhs, rhs, site, in_place),
            Add => Add Iadd, Sub => Sub Isub, Mult => Mul Imul, MatMult => Matmul Imatmul, Div => Truediv Itruediv,
            FloorDiv => Floordiv Ifloordiv, Mod => Mod Imod, Pow => Pow Ipow, LShift => Lshift Ilshift,
            RShift => Rshift Irshift, BitAnd => And Iand, BitOr => Or Ior, BitXor => Xor Ixor);
        value
    }

    fn unary(&mut self, e: &'a ast::ExprUnaryOp, wanted: Option<u16>) -> Value {
        let base = self.top();
        let operand = self.expression(&e.operand, None);
        if let Value::Constant(constant) = &operand
            && let Some(result) = fold::unary(e.op, constant)
        {
            return Value::Constant(result);
        }
        let src = self.source(e.operand.range(), operand);
        let (dst, value) = self.result(base, wanted);
        match e.op {
            UnaryOp::USub => self.emit(e.range, ops::Neg { dst, src }),
            UnaryOp::UAdd => self.emit(e.range, ops::Pos { dst, src }),
            UnaryOp::Invert => self.emit(e.range, ops::Invert { dst, src }),
            UnaryOp::Not => self.emit(e.range, ops::Not { dst, src }),
        }
        value
    }

    fn walrus(&mut self, e: &'a ast::ExprNamed) -> Value {
        let Expr::Name(target) = &*e.target else {
            unreachable!("the symbol table refuses other targets");
        };
        if let Some(register) = self.local(&target.id) {
            self.expression_into(&e.value, register);
            self.assigned(register);
            return Value::Local(register);
        }
        match self.expression(&e.value, None) {
            Value::Temporary(value) => {
                let copy = self.copy(target.range, value);
                self.store_name(&target.id, target.range, Value::Temporary(copy));
                self.release(value + 1);
                Value::Temporary(value)
            }
            value => {
                self.store_name(&target.id, target.range, value.clone());
                value
            }
        }
    }

    // ── attributes and subscripts ────────────────────────────────────────────────────────────────────────────────

    /// Where CPython says an attribute is loaded: on the line of its name, if the expression spans several.
    pub(super) fn attribute_range(&self, e: &ast::ExprAttribute) -> TextRange {
        let line = |range: TextRange| self.source.line(range.start().to_u32());
        if line(e.range) == self.source.line(e.range.end().to_u32()) {
            e.range
        } else {
            e.attr.range
        }
    }

    fn attribute(&mut self, e: &'a ast::ExprAttribute, wanted: Option<u16>) -> Value {
        let base = self.top();
        let object = self.expression(&e.value, None);
        let obj = self.source(e.value.range(), object);
        let name = self.attribute_name(&e.attr);
        let site = self.site();
        let (dst, value) = self.result(base, wanted);
        self.emit(
            self.attribute_range(e),
            ops::LoadAttr {
                dst,
                obj,
                name,
                site,
            },
        );
        value
    }

    pub(super) fn attribute_name(&mut self, name: &str) -> ashore_bytecode::Name {
        let name = self.mangled(name);
        self.name(&name)
    }

    fn subscript(&mut self, e: &'a ast::ExprSubscript, wanted: Option<u16>) -> Value {
        let base = self.top();
        let object = self.operand(&e.value, e.range);
        let key = self.operand(&e.slice, e.range);
        if let (Value::Constant(object), Value::Constant(key)) = (&object, &key)
            && let Some(result) = fold::subscript(object, key)
        {
            return Value::Constant(result);
        }
        let obj = self.source(e.value.range(), object);
        let key = self.source(e.slice.range(), key);
        let site = self.site();
        let (dst, value) = self.result(base, wanted);
        self.emit(
            e.range,
            ops::LoadItem {
                dst,
                obj,
                key,
                site,
            },
        );
        value
    }

    fn slice(&mut self, e: &'a ast::ExprSlice, wanted: Option<u16>) -> Value {
        let base = self.top();
        let parts = [&e.lower, &e.upper, &e.step].map(|part| match part {
            Some(part) => self.operand(part, e.range),
            None => Value::Constant(Constant::None),
        });
        let [start, stop, step] = parts.map(|part| self.source(e.range, part));
        let (dst, value) = self.result(base, wanted);
        self.emit(
            e.range,
            ops::BuildSlice {
                dst,
                start,
                stop,
                step,
            },
        );
        value
    }

    // ── displays ─────────────────────────────────────────────────────────────────────────────────────────────────

    /// The elements as constants, if all of them are.
    fn constants(&mut self, elements: &'a [Expr]) -> Option<Vec<Constant>> {
        elements
            .iter()
            .map(|e| self.constant_expression(e))
            .collect()
    }

    /// The value of an expression of literals; evaluates nothing else.
    pub(super) fn constant_expression(&mut self, e: &'a Expr) -> Option<Constant> {
        match e {
            Expr::UnaryOp(e) => {
                let operand = crate::with_stack(|| self.constant_expression(&e.operand))?;
                fold::unary(e.op, &operand)
            }
            Expr::BinOp(e) => {
                let right = crate::with_stack(|| self.constant_expression(&e.right))?;
                let left = crate::with_stack(|| self.constant_expression(&e.left))?;
                fold::binary(e.op, &left, &right)
            }
            Expr::Tuple(e) => crate::with_stack(|| self.constants(&e.elts)).map(Constant::Tuple),
            _ => self.literal(e),
        }
    }

    pub(super) fn tuple(
        &mut self,
        elements: &'a [Expr],
        range: TextRange,
        wanted: Option<u16>,
    ) -> Value {
        if let Some(items) = self.constants(elements) {
            return Value::Constant(Constant::Tuple(items));
        }
        let base = self.top();
        if elements.len() > MAX_RUN || elements.iter().any(Expr::is_starred_expr) {
            let list = self.list_pieces(elements, range);
            let (dst, value) = self.result(base, wanted);
            self.emit(
                range,
                ops::ListToTuple {
                    dst,
                    src: Src(list),
                },
            );
            return value;
        }
        elements.iter().for_each(|e| {
            self.push_expression(e);
        });
        let (dst, value) = self.result(base, wanted);
        self.emit(
            range,
            ops::BuildTuple {
                dst,
                base: Args(base),
                n: Count(elements.len() as u16),
            },
        );
        value
    }

    fn list(&mut self, e: &'a ast::ExprList, wanted: Option<u16>) -> Value {
        let base = self.top();
        let constants = if e.elts.len() > 2 {
            self.constants(&e.elts)
        } else {
            None
        };
        if let Some(items) = constants {
            let list = self.empty_list(e.range);
            let src = Src(self.temporary(e.range, Value::Constant(Constant::Tuple(items))));
            self.emit(
                e.range,
                ops::ListExtend {
                    list: Peek(list),
                    src,
                },
            );
            self.release(list + 1);
            return self.deliver(e.range, base, Value::Temporary(list), wanted);
        }
        if e.elts.len() > MAX_RUN || e.elts.iter().any(Expr::is_starred_expr) {
            let list = self.list_pieces(&e.elts, e.range);
            return self.deliver(e.range, base, Value::Temporary(list), wanted);
        }
        e.elts.iter().for_each(|e| {
            self.push_expression(e);
        });
        let (dst, value) = self.result(base, wanted);
        self.emit(
            e.range,
            ops::BuildList {
                dst,
                base: Args(base),
                n: Count(e.elts.len() as u16),
            },
        );
        value
    }

    /// A new list on top.
    pub(super) fn empty_list(&mut self, range: TextRange) -> u16 {
        let list = self.push();
        self.emit(
            range,
            ops::BuildList {
                dst: Dst(list),
                base: Args(list),
                n: Count(0),
            },
        );
        list
    }

    /// A list of the elements, `*x` unpacked, on top.
    pub(super) fn list_pieces(&mut self, elements: &'a [Expr], range: TextRange) -> u16 {
        let list = self.empty_list(range);
        for element in elements {
            match element {
                Expr::Starred(starred) => {
                    let value = self.expression(&starred.value, None);
                    let src = self.source(starred.range, value);
                    self.emit(
                        range,
                        ops::ListExtend {
                            list: Peek(list),
                            src,
                        },
                    );
                }
                _ => {
                    let value = self.expression(element, None);
                    let src = self.source(element.range(), value);
                    self.emit(
                        range,
                        ops::ListAppend {
                            list: Peek(list),
                            src,
                        },
                    );
                }
            }
            self.release(list + 1);
        }
        list
    }

    fn set(&mut self, e: &'a ast::ExprSet, wanted: Option<u16>) -> Value {
        let base = self.top();
        let constants = if e.elts.len() > 2 {
            self.constants(&e.elts)
        } else {
            None
        };
        let in_pieces = e.elts.len() > MAX_RUN || e.elts.iter().any(Expr::is_starred_expr);
        if constants.is_none() && !in_pieces {
            e.elts.iter().for_each(|e| {
                self.push_expression(e);
            });
            let (dst, value) = self.result(base, wanted);
            self.emit(
                e.range,
                ops::BuildSet {
                    dst,
                    base: Args(base),
                    n: Count(e.elts.len() as u16),
                },
            );
            return value;
        }
        let set = self.push();
        self.emit(
            e.range,
            ops::BuildSet {
                dst: Dst(set),
                base: Args(set),
                n: Count(0),
            },
        );
        if let Some(items) = constants {
            let src = Src(self.temporary(e.range, Value::Constant(Constant::FrozenSet(items))));
            self.emit(
                e.range,
                ops::SetUpdate {
                    set: Peek(set),
                    src,
                },
            );
            self.release(set + 1);
            return self.deliver(e.range, base, Value::Temporary(set), wanted);
        }
        for element in &e.elts {
            let (inner, starred) = match element {
                Expr::Starred(starred) => (&*starred.value, true),
                _ => (element, false),
            };
            let value = self.expression(inner, None);
            let src = self.source(inner.range(), value);
            if starred {
                self.emit(
                    e.range,
                    ops::SetUpdate {
                        set: Peek(set),
                        src,
                    },
                );
            } else {
                self.emit(
                    e.range,
                    ops::SetAdd {
                        set: Peek(set),
                        src,
                    },
                );
            }
            self.release(set + 1);
        }
        self.deliver(e.range, base, Value::Temporary(set), wanted)
    }

    fn dict(&mut self, e: &'a ast::ExprDict, wanted: Option<u16>) -> Value {
        let base = self.top();
        let first = e
            .items
            .iter()
            .take_while(|item| item.key.is_some())
            .count()
            .min(MAX_RUN / 2);
        for item in &e.items[..first] {
            item.key.iter().for_each(|key| {
                self.push_expression(key);
            });
            self.push_expression(&item.value);
        }
        let n = Count(2 * first as u16);
        if first == e.items.len() {
            let (dst, value) = self.result(base, wanted);
            self.emit(
                e.range,
                ops::BuildDict {
                    dst,
                    base: Args(base),
                    n,
                },
            );
            return value;
        }
        self.release(base);
        let dict = self.push();
        self.emit(
            e.range,
            ops::BuildDict {
                dst: Dst(dict),
                base: Args(base),
                n,
            },
        );
        for item in &e.items[first..] {
            match &item.key {
                Some(key) => {
                    let key_value = self.operand(key, e.range);
                    let value = self.operand(&item.value, e.range);
                    let key = self.source(key.range(), key_value);
                    let value = self.source(item.value.range(), value);
                    self.emit(
                        e.range,
                        ops::DictSet {
                            dict: Peek(dict),
                            key,
                            value,
                        },
                    );
                }
                None => {
                    let value = self.expression(&item.value, None);
                    let src = self.source(item.value.range(), value);
                    self.emit(
                        e.range,
                        ops::DictUpdate {
                            dict: Peek(dict),
                            src,
                        },
                    );
                }
            }
            self.release(dict + 1);
        }
        self.deliver(e.range, base, Value::Temporary(dict), wanted)
    }

    // ── generators ───────────────────────────────────────────────────────────────────────────────────────────────

    fn yield_(&mut self, e: &'a ast::ExprYield, wanted: Option<u16>) -> Value {
        let base = self.top();
        let value = match &e.value {
            Some(value) => self.expression(value, None),
            None => Value::Constant(Constant::None),
        };
        let src = self.source(e.range, value);
        let (dst, value) = self.result(base, wanted);
        self.emit(e.range, ops::Yield { dst, src });
        value
    }

    fn yield_from(&mut self, e: &'a ast::ExprYieldFrom, wanted: Option<u16>) -> Value {
        let base = self.top();
        let iterable = self.expression(&e.value, None);
        let src = self.source(e.value.range(), iterable);
        // The value sent and received is below the iterator, so that it is what stays at the end.
        self.release(base);
        let (value, iter) = (self.push(), self.push());
        self.emit(
            e.range,
            ops::GetYieldFromIter {
                dst: Dst(iter),
                src,
            },
        );
        self.run_delegate(e.range, value, iter);
        self.deliver(e.range, base, Value::Temporary(value), wanted)
    }
}
