//! Constants, locals, globals, cells.
//!
//! A global's current value is always in a cell of the image, so reading one is a load. What the whole program says about
//! a name (the `def` or `import` that alone binds it, or a builtin nobody shadows) is checked against that value.

use super::context::{Known, Register, Word};
use super::holds::Arg;
use super::intrinsics::Intrinsic;
use super::versions::Odds;
use super::{Flow, Translator};
use crate::analysis::Types;
use crate::analysis::facts::Binding;
use crate::ir::{Cell, Helper, Op, Value};
use ashore_bytecode::{Constant, Name};
use ashore_runtime::abi::Value as PythonValue;

impl Translator<'_> {
    /// Constant number `k` as a word.
    pub(super) fn constant(&mut self, k: u32) -> Value {
        let inline = match &self.code.constants[k as usize] {
            Constant::None => Some(PythonValue::NONE),
            Constant::True => Some(PythonValue::TRUE),
            Constant::False => Some(PythonValue::FALSE),
            Constant::Ellipsis => Some(PythonValue::ELLIPSIS),
            Constant::Int(number) => PythonValue::try_small_int(*number),
            Constant::Float(bits) => PythonValue::try_inline_float(f64::from_bits(*bits)),
            _ => None,
        };
        match inline {
            Some(word) => self.builder.word(word),
            None => self.builder.load_constant(Cell::Constant(k)),
        }
    }

    /// `dst = const[k]`.
    pub(super) fn load_const(&mut self, dst: u16, k: u32) -> Flow {
        let constant = &self.code.constants[k as usize];
        let types = Types::of_constant(constant);
        let register = match constant {
            Constant::Float(bits) => Register::Float(self.builder.f64(f64::from_bits(*bits))),
            &Constant::Int(number) if types == Types::INT => {
                let known = Known::Int(number);
                Register::Word(Word {
                    known,
                    ..Word::outside(self.constant(k), types)
                })
            }
            _ => Register::Word(Word::outside(self.constant(k), types)),
        };
        self.set(dst, register);
        Flow::Next
    }

    /// Raises if the local is unbound.
    pub(super) fn check_bound(&mut self, register: u16, name: Name) -> Flow {
        if !self.register(register).types().may_be(Types::MISSING) {
            return Flow::Next;
        }
        let word = self.word(register);
        let unbound = self.builder.is_word(word, PythonValue::MISSING);
        self.if_rare(unbound, |t| {
            let name = t.arg(Arg::Name(name));
            t.secure();
            t.builder.call_helper(Helper::RaiseUnboundLocal, &[name]);
            t.raise();
        });
        self.refine(word, Types::ANY);
        Flow::Next
    }

    /// `dst` = global or builtin `name`.
    pub(super) fn load_global(&mut self, dst: u16, name: Name) -> Flow {
        let text = self.code.names[name.0 as usize].clone();
        let intrinsic = Intrinsic::find("builtins", &text).is_some();
        let module_or_builtin = match self.module.binding(&text) {
            Some(Binding::Module(_)) => true,
            Some(_) => false,
            None => intrinsic,
        };
        if self.is_sparing() && !module_or_builtin {
            let args = [Arg::Function, Arg::Name(name)];
            return self.by_helper(Helper::LoadGlobal, &args, &[], Some((dst, Types::ANY)));
        }
        let module = self.module.name.to_string();
        let value = self.builder.load_cell(Cell::Global(module, text.clone()));
        match self.module.binding(&text).cloned() {
            Some(Binding::Function(code)) => {
                // Read anew each time: the function is not what was expected from when it gets other code.
                let expected = self.builder.load_cell(Cell::Function(code));
                self.expect_global(dst, (value, expected), Known::Function(code))
            }
            Some(Binding::Module(imported)) => {
                let expected = self
                    .builder
                    .load_constant(Cell::Module(imported.to_string()));
                self.expect_global(dst, (value, expected), Known::Module(imported))
            }
            Some(Binding::Other) => self.shared_global(dst, name, value),
            None => self.load_builtin(dst, name, &text, value),
        }
    }

    /// A name the module never binds.
    fn load_builtin(&mut self, dst: u16, name: Name, text: &str, global: Value) -> Flow {
        let unbound = self.builder.is_word(global, PythonValue::MISSING);
        self.unless(unbound, Translator::side_exit);
        let value = self
            .builder
            .load_cell(Cell::Global("builtins".to_owned(), text.to_owned()));
        if let Some(intrinsic) = Intrinsic::find("builtins", text) {
            let expected = self.original(intrinsic);
            return self.expect_global(dst, (value, expected), Known::Intrinsic(intrinsic));
        }
        self.shared_global(dst, name, value)
    }

    /// A global that may hold anything and change at any time.
    fn shared_global(&mut self, dst: u16, name: Name, value: Value) -> Flow {
        let slow = self.slow();
        self.unless_countable(value, None, &slow);
        self.finish_slow(slow, |t| {
            let args = [Arg::Function, Arg::Name(name)];
            t.by_helper(Helper::LoadGlobal, &args, &[], Some((dst, Types::ANY)));
            t.expect_result(dst);
            t.go_on(Odds::Likely);
        });
        // Owned, as what the helper gives, so that both ways go on in the same version.
        self.builder.effect(Op::Secure, &[value]);
        self.set_owned(dst, value, Types::ANY);
        self.expect_result(dst);
        self.go_on(Odds::Likely);
        Flow::Done
    }

    /// Goes on where the global is what was expected, which something keeps alive as long as the module.
    fn expect_global(&mut self, dst: u16, (value, expected): (Value, Value), known: Known) -> Flow {
        let same = self.builder.op(Op::Same, &[value, expected]);
        self.unless(same, Translator::side_exit);
        self.set(
            dst,
            Register::Word(Word {
                known,
                ..Word::outside(expected, Types::OBJECT)
            }),
        );
        Flow::Next
    }

    /// `dst` = contents of a cell; `missing` raises about its emptiness.
    fn load_contents(&mut self, dst: u16, cell: Value, missing: Helper, name: Value) -> Flow {
        let value = self.builder.call_helper(Helper::CellGet, &[cell])[0];
        let empty = self.builder.is_word(value, PythonValue::MISSING);
        self.if_rare(empty, |t| {
            t.secure();
            t.builder.call_helper(missing, &[name]);
            t.raise();
        });
        self.set_owned(dst, value, Types::ANY);
        self.expect_result(dst);
        Flow::Next
    }

    /// `dst` = contents of the cell in a register.
    pub(super) fn load_cell(&mut self, dst: u16, cell: u16, name: Name) -> Flow {
        let (cell, name) = (self.word(cell), self.arg(Arg::Name(name)));
        self.load_contents(dst, cell, Helper::RaiseUnboundLocal, name)
    }

    /// `dst` = contents of free variable `index`.
    pub(super) fn load_free(&mut self, dst: u16, index: u16) -> Flow {
        let cell = self.free_cell(index);
        let name = self
            .builder
            .load_constant(Cell::Text(self.code.free[usize::from(index)].clone()));
        self.load_contents(dst, cell, Helper::RaiseUnboundFree, name)
    }

    /// The cell of free variable `index`; the function keeps it alive.
    pub(super) fn free_cell(&mut self, index: u16) -> Value {
        let index = self.builder.i64(i64::from(index));
        self.builder
            .call_helper(Helper::FreeCell, &[self.function, index])[0]
    }

    /// Contents of `cell` = `src`.
    pub(super) fn store_contents(&mut self, cell: Value, src: u16) -> Flow {
        let value = self.word(src);
        self.call(Helper::CellSet, &[cell, value]);
        self.consume(src);
        self.release_scratch();
        Flow::Next
    }

    /// Puts a new cell holding the register's value into the register.
    pub(super) fn make_cell(&mut self, register: u16) -> Flow {
        let value = self.word(register);
        let cell = self.builder.call_helper(Helper::NewCell, &[value])[0];
        self.release_scratch();
        self.set_owned(register, cell, Types::OBJECT);
        Flow::Next
    }
}
