//! Assignment, augmented assignment, unpacking and `del`.

use super::{Compiler, Value};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Count, Dst, Src};
use ruff_python_ast::{self as ast, Expr, Operator};
use ruff_text_size::{Ranged, TextRange};

/// Longest tuple display that is assigned to a tuple of targets without being built.
const MAX_PARALLEL: usize = 16;

impl<'a> Compiler<'a> {
    pub(super) fn assign(&mut self, s: &'a ast::StmtAssign) {
        let base = self.top();
        match &s.targets[..] {
            [target] => self.assign_one(target, &s.value),
            targets => {
                let value = self.expression(&s.value, None);
                self.store_all(targets, value);
            }
        }
        self.release(base);
    }

    fn assign_one(&mut self, target: &'a Expr, value: &'a Expr) {
        if let Expr::Name(name) = target
            && let Some(register) = self.local(&name.id)
        {
            self.expression_into(value, register);
            self.assigned(register);
        } else if let Some((targets, values)) = parallel(target, value) {
            self.assign_parallel(targets, values, value.range());
        } else {
            let value = self.expression(value, None);
            self.store(target, value);
        }
    }

    /// Stores a value in every target, first to last.
    fn store_all(&mut self, targets: &'a [Expr], value: Value) {
        let Some((last, rest)) = targets.split_last() else {
            return;
        };
        for target in rest {
            let top = self.top();
            let value = match value {
                Value::Temporary(register) => Value::Temporary(self.copy(target.range(), register)),
                ref value => value.clone(),
            };
            self.store(target, value);
            self.release(top);
        }
        self.store(last, value);
    }

    /// `a, b = b, a` without a tuple: all values first, then the targets in order.
    fn assign_parallel(&mut self, targets: &'a [Expr], values: &'a [Expr], range: TextRange) {
        let mut pending = Vec::with_capacity(values.len());
        for (i, e) in values.iter().enumerate() {
            let mut value = self.operand(e, range);
            if let Value::Local(register) = value
                && targets[..i]
                    .iter()
                    .any(|target| self.stores_to(target, register))
            {
                value = Value::Temporary(self.copy(e.range(), register));
            }
            pending.push(value);
        }
        for (target, value) in targets.iter().zip(pending) {
            let top = self.top();
            self.store(target, value);
            self.release(top);
        }
    }

    /// May storing to the target change the variable in `register`?
    fn stores_to(&self, target: &Expr, register: u16) -> bool {
        match target {
            Expr::Name(name) => self.local(&name.id) == Some(register),
            Expr::Attribute(_) | Expr::Subscript(_) => false,
            _ => true,
        }
    }

    /// Stores a value in a target.
    pub(super) fn store(&mut self, target: &'a Expr, value: Value) {
        match target {
            Expr::Name(name) => self.store_name(&name.id, name.range, value),
            Expr::Attribute(e) => {
                let held = self.held(value, e.range);
                let object = self.expression(&e.value, None);
                let obj = self.source(e.value.range(), object);
                let value = self.source(e.range, held);
                let (name, site) = (self.attribute_name(&e.attr), self.site());
                self.emit(
                    self.attribute_range(e),
                    ops::StoreAttr {
                        obj,
                        name,
                        value,
                        site,
                    },
                );
            }
            Expr::Subscript(e) => {
                let held = self.held(value, e.range);
                let object = self.operand(&e.value, e.range);
                let key = self.operand(&e.slice, e.range);
                let obj = self.source(e.value.range(), object);
                let key = self.source(e.slice.range(), key);
                let value = self.source(e.range, held);
                let site = self.site();
                self.emit(
                    e.range,
                    ops::StoreItem {
                        obj,
                        key,
                        value,
                        site,
                    },
                );
            }
            Expr::Tuple(e) => crate::with_stack(|| self.unpack(&e.elts, e.range, value)),
            Expr::List(e) => crate::with_stack(|| self.unpack(&e.elts, e.range, value)),
            _ => unreachable!("the parser refuses other targets"),
        }
    }

    /// A value that stays the same while a target's parts are evaluated, which may hold assignment expressions.
    fn held(&mut self, value: Value, range: TextRange) -> Value {
        match value {
            Value::Local(register)
                if self.scopes[self.unit.frame]
                    .walruses_in(range)
                    .next()
                    .is_some() =>
            {
                Value::Temporary(self.copy(range, register))
            }
            value => value,
        }
    }

    /// Takes an iterable apart into targets.
    fn unpack(&mut self, targets: &'a [Expr], range: TextRange, value: Value) {
        let base = self.top();
        let src = self.source(range, value);
        if !self.fits(targets.len(), range) {
            return;
        }
        let first = self.top();
        targets.iter().for_each(|_| {
            self.push();
        });
        match targets.iter().position(Expr::is_starred_expr) {
            None => {
                let site = self.site();
                let n = Count(targets.len() as u16);
                self.emit(
                    range,
                    ops::Unpack {
                        dst: Dst(first),
                        n,
                        src,
                        site,
                    },
                );
            }
            Some(star) => {
                let (before, after) =
                    (Count(star as u16), Count((targets.len() - star - 1) as u16));
                self.emit(
                    range,
                    ops::UnpackStar {
                        dst: Dst(first),
                        before,
                        after,
                        src,
                    },
                );
            }
        }
        for (register, target) in (first..).zip(targets) {
            let top = self.top();
            let target = match target {
                Expr::Starred(starred) => &starred.value,
                target => target,
            };
            self.store(target, Value::Temporary(register));
            self.release(top);
        }
        self.release(base);
    }

    // ── augmented assignment ─────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn augmented_assign(&mut self, s: &'a ast::StmtAugAssign) {
        let base = self.top();
        match &*s.target {
            Expr::Name(name) => self.augmented_name(s, name),
            Expr::Attribute(e) => self.augmented_attribute(s, e),
            Expr::Subscript(e) => self.augmented_item(s, e),
            _ => unreachable!("the parser refuses other targets"),
        }
        self.release(base);
    }

    fn augmented_name(&mut self, s: &'a ast::StmtAugAssign, name: &'a ast::ExprName) {
        let base = self.top();
        let left = self.operand(&s.target, s.range);
        let right = self.operand(&s.value, s.range);
        let lhs = self.source(name.range, left);
        let wanted = self.local(&name.id);
        let value = self.operation(
            s.op,
            s.range,
            base,
            (lhs, right, s.value.range()),
            true,
            wanted,
        );
        match wanted {
            Some(register) => self.assigned(register),
            None => self.store_name(&name.id, name.range, value),
        }
    }

    /// `lhs op= value` on what has been loaded into `lhs`, on top.
    fn augment(&mut self, s: &'a ast::StmtAugAssign, op: Operator, lhs: u16) -> Src {
        let right = self.expression(&s.value, None);
        self.operation(
            op,
            s.range,
            lhs,
            (Src(lhs), right, s.value.range()),
            true,
            None,
        );
        Src(lhs)
    }

    fn augmented_attribute(&mut self, s: &'a ast::StmtAugAssign, e: &'a ast::ExprAttribute) {
        let object = self.operand(&e.value, s.range);
        let obj = self.source(e.value.range(), object);
        let (name, range) = (self.attribute_name(&e.attr), self.attribute_range(e));
        let kept = self.top();
        let borrowed = self.borrow(obj, e.range);
        self.release(kept);
        let loaded = self.push();
        let site = self.site();
        self.emit(
            range,
            ops::LoadAttr {
                dst: Dst(loaded),
                obj: borrowed,
                name,
                site,
            },
        );
        let value = self.augment(s, s.op, loaded);
        let site = self.site();
        self.emit(
            range,
            ops::StoreAttr {
                obj,
                name,
                value,
                site,
            },
        );
    }

    fn augmented_item(&mut self, s: &'a ast::StmtAugAssign, e: &'a ast::ExprSubscript) {
        let object = self.operand(&e.value, s.range);
        let key = self.operand(&e.slice, s.range);
        let obj = self.source(e.value.range(), object);
        let key = self.source(e.slice.range(), key);
        let kept = self.top();
        let (obj_again, key_again) = (self.borrow(obj, e.range), self.borrow(key, e.range));
        self.release(kept);
        let loaded = self.push();
        let site = self.site();
        self.emit(
            e.range,
            ops::LoadItem {
                dst: Dst(loaded),
                obj: obj_again,
                key: key_again,
                site,
            },
        );
        let value = self.augment(s, s.op, loaded);
        let site = self.site();
        self.emit(
            e.range,
            ops::StoreItem {
                obj,
                key,
                value,
                site,
            },
        );
    }

    /// A register with the operand's value that may be consumed while the operand is kept.
    fn borrow(&mut self, operand: Src, range: TextRange) -> Src {
        if operand.0 < self.unit.layout.count() {
            operand
        } else {
            Src(self.copy(range, operand.0))
        }
    }

    // ── deletion ─────────────────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn delete(&mut self, target: &'a Expr) {
        let base = self.top();
        match target {
            Expr::Name(name) => self.delete_name(&name.id, name.range),
            Expr::Attribute(e) => {
                let object = self.expression(&e.value, None);
                let obj = self.source(e.value.range(), object);
                let name = self.attribute_name(&e.attr);
                self.emit(self.attribute_range(e), ops::DeleteAttr { obj, name });
            }
            Expr::Subscript(e) => {
                let object = self.operand(&e.value, e.range);
                let key = self.operand(&e.slice, e.range);
                let obj = self.source(e.value.range(), object);
                let key = self.source(e.slice.range(), key);
                self.emit(e.range, ops::DeleteItem { obj, key });
            }
            Expr::Tuple(e) => e.elts.iter().for_each(|target| self.delete(target)),
            Expr::List(e) => e.elts.iter().for_each(|target| self.delete(target)),
            _ => unreachable!("the parser refuses other targets"),
        }
        self.release(base);
    }
}

/// The targets and values of `a, b = x, y`, if they pair off.
fn parallel<'e>(target: &'e Expr, value: &'e Expr) -> Option<(&'e [Expr], &'e [Expr])> {
    let elements = |e: &'e Expr| match e {
        Expr::Tuple(e) => Some(&e.elts[..]),
        Expr::List(e) => Some(&e.elts[..]),
        _ => None,
    };
    let (targets, values) = (elements(target)?, elements(value)?);
    let plain = |e: &Expr| !e.is_starred_expr();
    let pairs = targets.len() == values.len() && (1..=MAX_PARALLEL).contains(&targets.len());
    (pairs && targets.iter().all(plain) && values.iter().all(plain)).then_some((targets, values))
}
