//! Conditions: comparisons, `and`, `or`, `not` and conditional expressions, as values and as jumps.

use super::{Compiler, Value};
use crate::assemble::LabelId;
use crate::fold;
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Constant, Dst, Peek, Src};
use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

/// The instruction of a comparison that gives a value.
macro_rules! comparison {
    ($compiler:expr, $range:expr, $op:expr, $dst:expr, $lhs:expr, $rhs:expr, $($variant:ident => $name:ident),*) => {{
        let site = $compiler.site();
        match $op {
            $(CmpOp::$variant => $compiler.emit($range, ops::$name { dst: $dst, lhs: $lhs, rhs: $rhs, site }),)*
            CmpOp::Is => $compiler.emit($range, ops::Is { dst: $dst, lhs: $lhs, rhs: $rhs }),
            CmpOp::IsNot => $compiler.emit($range, ops::IsNot { dst: $dst, lhs: $lhs, rhs: $rhs }),
            CmpOp::In => $compiler.emit($range, ops::Contains { dst: $dst, item: $lhs, container: $rhs, site }),
            CmpOp::NotIn => $compiler.emit($range, ops::NotContains { dst: $dst, item: $lhs, container: $rhs, site }),
        }
    }};
}

/// The instruction that compares and jumps; false for comparisons that have none.
macro_rules! comparison_jump {
    ($compiler:expr, $range:expr, $op:expr, $when:expr, $lhs:expr, $rhs:expr, $label:expr,
     $($variant:ident => $if_:ident $unless:ident),*) => {
        match ($op, $when) {
            $((CmpOp::$variant, true) => {
                let site = $compiler.site();
                $compiler.jump($range, $label, |target| ops::$if_ { lhs: $lhs, rhs: $rhs, target, site });
                true
            }
            (CmpOp::$variant, false) => {
                let site = $compiler.site();
                $compiler.jump($range, $label, |target| ops::$unless { lhs: $lhs, rhs: $rhs, target, site });
                true
            })*
            _ => false,
        }
    };
}

/// The state of `a < b < c ...`: operands in the middle are needed twice. One that is no variable or constant is kept in one
/// of two slots, taken in turn.
struct Chain {
    slots: [u16; 2],
    /// Where a false comparison goes that must drop the slot.
    fail: [LabelId; 2],
    /// First register of the operands.
    operands: u16,
    /// The slot in use.
    current: Option<usize>,
    /// The left operand of the next comparison.
    left: Value,
}

impl Chain {
    /// Where to go if a comparison is false and a slot is in use.
    fn holding(&self) -> Option<LabelId> {
        self.current.map(|which| self.fail[which])
    }
}

impl<'a> Compiler<'a> {
    // ── jumps ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// Goes to `label` if the truth of `test` is `when`, else falls through.
    pub(super) fn jump_if(&mut self, test: &'a Expr, when: bool, label: LabelId) {
        crate::with_stack(|| match test {
            Expr::UnaryOp(e) if e.op == UnaryOp::Not => self.jump_if(&e.operand, !when, label),
            Expr::BoolOp(e) => self.jump_if_boolean(e, when, label),
            Expr::If(e) => self.jump_if_conditional(e, when, label),
            Expr::Compare(e) => self.jump_if_compare(e, when, label),
            _ => {
                let base = self.top();
                let value = self.expression(test, None);
                self.jump_if_value(test.range(), value, when, label);
                self.release(base);
            }
        });
    }

    /// Goes to `label` if the truth of the value is `when`.
    pub(super) fn jump_if_value(
        &mut self,
        range: TextRange,
        value: Value,
        when: bool,
        label: LabelId,
    ) {
        if let Value::Constant(constant) = &value {
            if fold::truth(constant) == when {
                self.jump(range, label, |target| ops::Jump { target });
            }
            return;
        }
        let cond = self.source(range, value);
        if when {
            self.jump(range, label, |target| ops::JumpIfTrue { cond, target });
        } else {
            self.jump(range, label, |target| ops::JumpIfFalse { cond, target });
        }
    }

    fn jump_if_boolean(&mut self, e: &'a ast::ExprBoolOp, when: bool, label: LabelId) {
        let (last, rest) = e.values.split_last().expect("an operation has operands");
        // The truth of an operand that decides the whole operation.
        let decisive = e.op == BoolOp::Or;
        if decisive == when {
            rest.iter()
                .for_each(|value| self.jump_if(value, when, label));
            self.jump_if(last, when, label);
        } else {
            let end = self.label();
            rest.iter()
                .for_each(|value| self.jump_if(value, decisive, end));
            self.jump_if(last, when, label);
            self.bind(end);
        }
    }

    fn jump_if_conditional(&mut self, e: &'a ast::ExprIf, when: bool, label: LabelId) {
        let (orelse, end) = (self.label(), self.label());
        self.jump_if(&e.test, false, orelse);
        self.jump_if(&e.body, when, label);
        self.jump(e.range, end, |target| ops::Jump { target });
        self.bind(orelse);
        self.jump_if(&e.orelse, when, label);
        self.bind(end);
    }

    fn jump_if_compare(&mut self, e: &'a ast::ExprCompare, when: bool, label: LabelId) {
        let base = self.top();
        if let ([op], [right]) = (&*e.ops, &*e.comparators) {
            let left = self.operand(&e.left, e.range);
            let right = self.comparand(*op, right, e.range);
            self.compare_and_jump(e.range, *op, (left, right), when, label);
            self.release(base);
            return;
        }
        let (fail, end) = (self.label(), self.label());
        self.release(base);
        let mut chain = self.chain(e);
        for i in 0..e.ops.len() - 1 {
            let (lhs, rhs) = self.link(&mut chain, e, i);
            let target = chain.holding().unwrap_or(fail);
            self.compare_and_jump(e.range, e.ops[i], (lhs, rhs), false, target);
            self.release(chain.operands);
        }
        let last = e.ops.len() - 1;
        let right = self.comparand(e.ops[last], &e.comparators[last], e.range);
        self.compare_and_jump(
            e.range,
            e.ops[last],
            (chain.left.clone(), right),
            when,
            label,
        );
        self.jump(e.range, end, |target| ops::Jump { target });
        self.drop_held(&chain, e.range, fail);
        self.bind(fail);
        if !when {
            self.jump(e.range, label, |target| ops::Jump { target });
        }
        self.bind(end);
        self.release(base);
    }

    // ── chains ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// Starts `a < b < c` by evaluating `a`.
    fn chain(&mut self, e: &'a ast::ExprCompare) -> Chain {
        let slots = [self.push(), self.push()];
        let fail = [self.label(), self.label()];
        let operands = self.top();
        Chain {
            slots,
            fail,
            operands,
            current: None,
            left: self.operand(&e.left, e.range),
        }
    }

    /// Evaluates the right operand of the comparison `i`, which is the left one of the next: an operand for now, and what
    /// the chain keeps for then.
    fn link(&mut self, chain: &mut Chain, e: &'a ast::ExprCompare, i: usize) -> (Value, Value) {
        let (comparand, which) = (&e.comparators[i], i % 2);
        let slot = chain.slots[which];
        let middle = match self.searched(e.ops[i], comparand) {
            Some(constant) => Value::Constant(constant),
            None => self.expression(comparand, Some(slot)),
        };
        let middle = match self.protect(middle, comparand, e.range) {
            value @ (Value::Constant(_) | Value::Local(_)) => value,
            value => {
                self.place(comparand.range(), value, slot);
                Value::Temporary(slot)
            }
        };
        let top = chain.operands
            + u16::from(matches!(chain.left, Value::Temporary(r) if r == chain.operands));
        self.release(top);
        chain.current = matches!(middle, Value::Temporary(_)).then_some(which);
        let right = match middle {
            Value::Temporary(slot) => Value::Temporary(self.copy(comparand.range(), slot)),
            ref value => value.clone(),
        };
        (std::mem::replace(&mut chain.left, middle), right)
    }

    /// The code that drops what a chain holds when one of its comparisons was false; falls through to `next`.
    fn drop_held(&mut self, chain: &Chain, range: TextRange, next: LabelId) {
        for (slot, fail) in chain.slots.into_iter().zip(chain.fail) {
            if self.unit.asm.used(fail) {
                self.bind(fail);
                self.drop(range, slot);
                self.jump(range, next, |target| ops::Jump { target });
            }
        }
    }

    fn compare_and_jump(
        &mut self,
        range: TextRange,
        op: CmpOp,
        (left, right): (Value, Value),
        when: bool,
        label: LabelId,
    ) {
        let top = self.top();
        if let (CmpOp::Is | CmpOp::IsNot, Value::Constant(Constant::None)) = (op, &right) {
            let src = self.source(range, left);
            if (op == CmpOp::Is) == when {
                self.jump(range, label, |target| ops::JumpIfNone { src, target });
            } else {
                self.jump(range, label, |target| ops::JumpIfNotNone { src, target });
            }
            self.release(top);
            return;
        }
        let lhs = self.source(range, left);
        let rhs = self.source(range, right);
        let fused = comparison_jump!(self, range, op, when, lhs, rhs, label,
            Lt => JumpIfLt JumpUnlessLt, LtE => JumpIfLe JumpUnlessLe, Eq => JumpIfEq JumpUnlessEq,
            NotEq => JumpIfNe JumpUnlessNe, Gt => JumpIfGt JumpUnlessGt, GtE => JumpIfGe JumpUnlessGe);
        if !fused {
            let dst = self.push();
            self.comparison(range, op, Dst(dst), lhs, rhs);
            self.jump_if_value(range, Value::Temporary(dst), when, label);
        }
        self.release(top);
    }

    // ── values ───────────────────────────────────────────────────────────────────────────────────────────────────

    fn comparison(&mut self, range: TextRange, op: CmpOp, dst: Dst, lhs: Src, rhs: Src) {
        comparison!(self, range, op, dst, lhs, rhs,
            Lt => Lt, LtE => Le, Eq => Eq, NotEq => Ne, Gt => Gt, GtE => Ge);
    }

    /// The right operand of a comparison.
    fn comparand(&mut self, op: CmpOp, e: &'a Expr, around: TextRange) -> Value {
        match self.searched(op, e) {
            Some(constant) => Value::Constant(constant),
            None => self.operand(e, around),
        }
    }

    /// A display of constants that is only searched is a constant itself.
    fn searched(&mut self, op: CmpOp, e: &'a Expr) -> Option<Constant> {
        if !matches!(op, CmpOp::In | CmpOp::NotIn) {
            return None;
        }
        let mut constants = |elements: &'a [Expr]| {
            elements
                .iter()
                .map(|e| self.constant_expression(e))
                .collect::<Option<Vec<_>>>()
        };
        match e {
            Expr::List(e) => Some(Constant::Tuple(constants(&e.elts)?)),
            Expr::Set(e) => Some(Constant::FrozenSet(constants(&e.elts)?)),
            _ => None,
        }
    }

    pub(super) fn compare(&mut self, e: &'a ast::ExprCompare, wanted: Option<u16>) -> Value {
        let base = self.top();
        if let ([op], [right]) = (&*e.ops, &*e.comparators) {
            let left = self.operand(&e.left, e.range);
            let right = self.comparand(*op, right, e.range);
            let lhs = self.source(e.range, left);
            let rhs = self.source(e.range, right);
            let (dst, value) = self.result(base, wanted);
            self.comparison(e.range, *op, dst, lhs, rhs);
            return value;
        }
        // The result is the first comparison that is false, else the last one: it has a place below the operands.
        let result = self.push();
        let end = self.label();
        let mut chain = self.chain(e);
        for i in 0..e.ops.len() - 1 {
            let (lhs, rhs) = self.link(&mut chain, e, i);
            let lhs = self.source(e.range, lhs);
            let rhs = self.source(e.range, rhs);
            self.comparison(e.range, e.ops[i], Dst(result), lhs, rhs);
            let target = chain.holding().unwrap_or(end);
            self.jump(e.range, target, |target| ops::JumpIfFalseKeep {
                cond: Peek(result),
                target,
            });
            self.drop(e.range, result);
            self.release(chain.operands);
        }
        let last = e.ops.len() - 1;
        let right = self.comparand(e.ops[last], &e.comparators[last], e.range);
        let lhs = self.source(e.range, chain.left.clone());
        let rhs = self.source(e.range, right);
        self.comparison(e.range, e.ops[last], Dst(result), lhs, rhs);
        self.jump(e.range, end, |target| ops::Jump { target });
        self.drop_held(&chain, e.range, end);
        self.bind(end);
        self.release(result + 1);
        self.deliver(e.range, base, Value::Temporary(result), wanted)
    }

    /// `a and b`, `a or b` as a value: the first operand that decides, else the last.
    pub(super) fn boolean(&mut self, e: &'a ast::ExprBoolOp, wanted: Option<u16>) -> Value {
        let base = self.top();
        let end = self.label();
        let (last, rest) = e.values.split_last().expect("an operation has operands");
        let decisive = e.op == BoolOp::Or;
        let result = self.push();
        self.release(base);
        let mut decided = false;
        for operand in rest {
            let value = self.expression(operand, None);
            if let Value::Constant(constant) = &value {
                if fold::truth(constant) == decisive {
                    self.place(operand.range(), value, result);
                    decided = true;
                    break;
                }
                continue;
            }
            if let Value::Local(register) = value {
                // No reference is taken before the variable is known to be the result.
                let next = self.label();
                self.jump_if_value(operand.range(), Value::Local(register), !decisive, next);
                self.place(operand.range(), value, result);
                self.jump(operand.range(), end, |target| ops::Jump { target });
                self.bind(next);
                continue;
            }
            let cond = Peek(result);
            if decisive {
                self.jump(operand.range(), end, |target| ops::JumpIfTrueKeep {
                    cond,
                    target,
                });
            } else {
                self.jump(operand.range(), end, |target| ops::JumpIfFalseKeep {
                    cond,
                    target,
                });
            }
            self.drop(operand.range(), result);
            self.release(base);
        }
        if !decided {
            let value = self.expression(last, None);
            self.place(last.range(), value, result);
        }
        self.bind(end);
        self.release(result + 1);
        self.deliver(e.range, base, Value::Temporary(result), wanted)
    }

    /// `body if test else orelse`
    pub(super) fn conditional(&mut self, e: &'a ast::ExprIf, wanted: Option<u16>) -> Value {
        let base = self.top();
        let (orelse, end) = (self.label(), self.label());
        let dst = match wanted {
            Some(register) => register,
            None => {
                let register = self.push();
                self.release(base);
                register
            }
        };
        self.jump_if(&e.test, false, orelse);
        self.expression_into(&e.body, dst);
        self.jump(e.range, end, |target| ops::Jump { target });
        self.bind(orelse);
        self.expression_into(&e.orelse, dst);
        self.bind(end);
        match wanted {
            Some(_) => Value::Stored,
            None => Value::Temporary(self.push()),
        }
    }
}
