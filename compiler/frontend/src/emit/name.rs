//! Names: loading, storing and deleting variables of every kind.

use super::{Compiler, Value};
use crate::Mode;
use crate::scope::{NameId, Owner, Scope, ScopeId, ScopeKind, Scopes, Uses, mangle};
use ashore_bytecode::instructions::ops;
use ashore_bytecode::{Constant, Count, Dst, Free, Peek, Src};
use ruff_text_size::TextRange;

/// How code reaches a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    /// A register of this frame.
    Local(u16),
    /// A cell in a register of this frame.
    Cell(u16),
    /// A free variable of this frame.
    Free(u16),
    Global,
    /// The namespace of a class body or of `exec`, then globals.
    Name,
    /// The namespace of a class body, then a free variable.
    NameOrFree(u16),
    /// The namespace of the class around annotations, then globals.
    ClassOrGlobal,
    /// The namespace of the class around annotations, then a free variable.
    ClassOrFree(u16),
}

impl<'a> Compiler<'a> {
    fn scope(&self) -> &'a Scope {
        &self.scopes[self.unit.scope]
    }

    /// The name as the code object sees it.
    pub(super) fn mangled<'n>(&self, name: &'n str) -> std::borrow::Cow<'n, str> {
        mangle(self.scope().class.as_deref(), name)
    }

    fn access(&self, mangled: &str) -> Access {
        let scope = self.scope();
        let Some(id) = self.scopes.names.get(mangled) else {
            return self.global_access(Uses::default());
        };
        let (uses, owner) = match scope.symbol(id) {
            Some(symbol) => (symbol.uses, symbol.owner),
            None => (Uses::default(), Owner::Global),
        };
        match owner {
            Owner::Global => self.global_access(uses),
            Owner::Scope(owner) if owner == self.unit.scope && scope.kind == ScopeKind::Class => {
                Access::Name
            }
            Owner::Scope(owner) => match self.variable(id, owner) {
                Access::Free(_) if uses.has(Uses::NONLOCAL) => self.variable(id, owner),
                Access::Free(index) if scope.kind == ScopeKind::Class => Access::NameOrFree(index),
                Access::Free(index) if self.sees_class() && !is_implicit_cell(mangled) => {
                    Access::ClassOrFree(index)
                }
                access => access,
            },
        }
    }

    fn global_access(&self, uses: Uses) -> Access {
        let frame = self.unit.frame;
        if uses.has(Uses::GLOBAL) {
            Access::Global
        } else if self.scope().kind == ScopeKind::Class
            || frame == Scopes::MODULE && self.mode != Mode::Module
        {
            Access::Name
        } else if self.sees_class() {
            Access::ClassOrGlobal
        } else {
            Access::Global
        }
    }

    /// Is this code annotations of a class, or of a function in a class?
    fn sees_class(&self) -> bool {
        self.scopes.sees_class(self.unit.scope)
    }

    /// A variable of `owner`, seen from this frame.
    fn variable(&self, name: NameId, owner: ScopeId) -> Access {
        if self.scopes[owner].frame == self.unit.frame {
            let register = self.unit.layout.register(owner, name).unwrap_or_default();
            if self
                .unit
                .layout
                .cells
                .get(usize::from(register))
                .copied()
                .unwrap_or_default()
            {
                Access::Cell(register)
            } else {
                Access::Local(register)
            }
        } else {
            let free = &self.scopes[self.unit.frame].free;
            let index = free.iter().position(|&(free, _)| free == name);
            Access::Free(
                index.expect("free variables reach every frame between owner and user") as u16,
            )
        }
    }

    // ── loading ──────────────────────────────────────────────────────────────────────────────────────────────────

    /// Loads a name as written in the source.
    pub(super) fn load_name(&mut self, name: &str, range: TextRange, wanted: Option<u16>) -> Value {
        if name == "__debug__" {
            return Value::Constant(match self.optimize {
                0 => Constant::True,
                _ => Constant::False,
            });
        }
        let name = self.mangled(name);
        if let Access::Local(register) = self.access(&name) {
            self.check_bound(register, &name, range);
            return Value::Local(register);
        }
        let base = self.top();
        let access = self.access(&name);
        let class = match access {
            Access::ClassOrGlobal | Access::ClassOrFree(_) => {
                Some(self.load_class_namespace(range))
            }
            _ => None,
        };
        let (dst, value) = self.result(base, wanted);
        self.emit_load(access, &name, range, dst, class);
        value
    }

    fn emit_load(
        &mut self,
        access: Access,
        name: &str,
        range: TextRange,
        dst: Dst,
        class: Option<Src>,
    ) {
        let site = if access == Access::Global {
            Some(self.site())
        } else {
            None
        };
        match (access, site, class) {
            (Access::Local(src), ..) => self.emit(range, ops::Move { dst, src: Src(src) }),
            (Access::Cell(cell), ..) => {
                let name = self.name(name);
                self.emit(
                    range,
                    ops::LoadCell {
                        dst,
                        cell: Peek(cell),
                        name,
                    },
                );
            }
            (Access::Free(index), ..) => self.emit(
                range,
                ops::LoadFree {
                    dst,
                    index: Free(index),
                },
            ),
            (Access::NameOrFree(index), ..) => {
                let name = self.name(name);
                self.emit(
                    range,
                    ops::LoadNameOrFree {
                        dst,
                        name,
                        index: Free(index),
                    },
                );
            }
            (Access::ClassOrFree(index), _, Some(dict)) => {
                let name = self.name(name);
                self.emit(
                    range,
                    ops::LoadDictOrFree {
                        dst,
                        dict,
                        name,
                        index: Free(index),
                    },
                );
            }
            (Access::ClassOrGlobal, _, Some(dict)) => {
                let name = self.name(name);
                self.emit(range, ops::LoadDictOrGlobal { dst, dict, name });
            }
            (_, Some(site), _) => {
                let name = self.name(name);
                self.emit(range, ops::LoadGlobal { dst, name, site });
            }
            _ => {
                let name = self.name(name);
                self.emit(range, ops::LoadName { dst, name });
            }
        }
    }

    /// Loads a variable of the frame itself, whatever a comprehension in it calls its own.
    pub(super) fn load_own(&mut self, name: NameId, range: TextRange) -> Value {
        let access = self.variable(name, self.unit.frame);
        let name = self.scopes.names.text(name);
        match access {
            Access::Local(register) => {
                self.check_bound(register, name, range);
                Value::Local(register)
            }
            access => {
                let dst = self.push();
                self.emit_load(access, name, range, Dst(dst), None);
                Value::Temporary(dst)
            }
        }
    }

    /// The namespace of the class around annotations, in a temporary.
    fn load_class_namespace(&mut self, range: TextRange) -> Src {
        let Access::Free(index) = self.access("__classdict__") else {
            unreachable!("annotations in a class capture its namespace");
        };
        let dst = self.push();
        self.emit(
            range,
            ops::LoadFree {
                dst: Dst(dst),
                index: Free(index),
            },
        );
        Src(dst)
    }

    /// Makes sure that a variable is bound.
    fn check_bound(&mut self, register: u16, name: &str, range: TextRange) {
        if self.unit.asm.reachable() && !self.unit.assigned.has(register) {
            let name = self.name(name);
            self.emit(
                range,
                ops::CheckBound {
                    reg: Peek(register),
                    name,
                },
            );
            self.unit.assigned.insert(register);
        }
    }

    /// The register of a plain variable of this frame.
    pub(super) fn local(&self, name: &str) -> Option<u16> {
        match self.access(&self.mangled(name)) {
            Access::Local(register) => Some(register),
            _ => None,
        }
    }

    /// Does the name mean a global or builtin here, as far as can be told?
    pub(super) fn is_global(&self, name: &str) -> bool {
        self.access(&self.mangled(name)) == Access::Global
    }

    // ── storing ──────────────────────────────────────────────────────────────────────────────────────────────────

    /// Notes that a plain variable is bound now.
    pub(super) fn assigned(&mut self, register: u16) {
        self.unit.assigned.insert(register);
    }

    /// Stores a value in a name as written in the source.
    pub(super) fn store_name(&mut self, name: &str, range: TextRange, value: Value) {
        let name = self.mangled(name);
        let base = self.top();
        let access = self.access(&name);
        if let Access::Local(register) = access {
            self.place(range, value, register);
            self.assigned(register);
            return;
        }
        let src = self.source(range, value);
        match access {
            Access::Cell(cell) => self.emit(
                range,
                ops::StoreCell {
                    cell: Peek(cell),
                    src,
                },
            ),
            Access::Free(index) => self.emit(
                range,
                ops::StoreFree {
                    index: Free(index),
                    src,
                },
            ),
            Access::Global => {
                let (name, site) = (self.name(&name), self.site());
                self.emit(range, ops::StoreGlobal { name, src, site });
            }
            _ => {
                let name = self.name(&name);
                self.emit(range, ops::StoreName { name, src });
            }
        }
        self.release(base);
    }

    /// `del name`
    pub(super) fn delete_name(&mut self, name: &str, range: TextRange) {
        let name = self.mangled(name);
        match self.access(&name) {
            Access::Local(register) => {
                self.check_bound(register, &name, range);
                self.unbind(register, range);
            }
            Access::Cell(cell) => {
                let name = self.name(&name);
                self.emit(
                    range,
                    ops::DeleteCell {
                        cell: Peek(cell),
                        name,
                    },
                );
            }
            Access::Free(index) => self.emit(range, ops::DeleteFree { index: Free(index) }),
            Access::Global => {
                let name = self.name(&name);
                self.emit(range, ops::DeleteGlobal { name });
            }
            _ => {
                let name = self.name(&name);
                self.emit(range, ops::DeleteName { name });
            }
        }
    }

    /// Releases a variable, bound or not.
    pub(super) fn unbind(&mut self, register: u16, range: TextRange) {
        self.emit(range, ops::Drop { reg: Dst(register) });
        self.unit.assigned.remove(register);
    }

    /// Unbinds the name of an exception at the end of its handler, whatever the handler did to it.
    pub(super) fn forget_name(&mut self, name: &str, range: TextRange) {
        if let Some(register) = self.local(name) {
            self.unbind(register, range);
        } else {
            self.store_name(name, range, Value::Constant(Constant::None));
            self.delete_name(name, range);
        }
    }

    /// Puts a variable that nested frames use into a cell.
    pub(super) fn make_cell(&mut self, register: u16, range: TextRange) {
        if self.unit.layout.cells[usize::from(register)] {
            self.emit(range, ops::MakeCell { reg: Dst(register) });
        }
    }

    // ── cells ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// The cells a nested frame closes over, as a tuple in a temporary.
    pub(super) fn closure(&mut self, frame: ScopeId, range: TextRange) -> Option<Src> {
        let free = &self.scopes[frame].free;
        if free.is_empty() {
            return None;
        }
        let base = self.top();
        for &(name, owner) in free {
            match self.variable(name, owner) {
                Access::Free(index) => {
                    let dst = Dst(self.push());
                    self.emit(
                        range,
                        ops::LoadFreeCell {
                            dst,
                            index: Free(index),
                        },
                    );
                }
                Access::Cell(register) | Access::Local(register) => {
                    self.copy(range, register);
                }
                _ => unreachable!("variables live in registers or are free"),
            }
        }
        self.release(base);
        let dst = self.push();
        let n = Count(free.len() as u16);
        self.emit(
            range,
            ops::BuildTuple {
                dst: Dst(dst),
                base: ashore_bytecode::Args(base),
                n,
            },
        );
        Some(Src(dst))
    }

    /// The register of one of a class body's implicit cells, if nested code uses it.
    pub(super) fn implicit_cell(&self, name: &str) -> Option<u16> {
        let id = self.scopes.names.get(name)?;
        self.unit.layout.register(self.unit.frame, id)
    }
}

/// Cells of a class that annotations in it read as what they are.
fn is_implicit_cell(name: &str) -> bool {
    matches!(
        name,
        "__class__" | "__classdict__" | "__conditional_annotations__"
    )
}
