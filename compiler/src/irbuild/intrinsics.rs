//! Builtins done inline.
//!
//! A row names the builtin by module and path. The translator guards that the name still means that object, then calls the
//! row's code; where the arguments are not what it knows, the object is called like any other.

use super::calls::Run;
use super::context::{Known, Range, Register, Step, Word};
use super::holds::Arg;
use super::numbers::Operand;
use super::versions::Odds;
use super::{Flow, Translator};
use crate::analysis::Types;
use crate::ir::{Cell, Condition, Field, Helper, Op, Value};
use ashore_runtime::abi::Value as PythonValue;

macro_rules! intrinsics {
    ($($name:ident = $module:literal $path:literal;)*) => {
        /// A builtin done inline.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Intrinsic { $($name),* }

        impl Intrinsic {
            /// Module and dotted path of the object.
            pub const fn place(self) -> (&'static str, &'static str) {
                match self { $(Intrinsic::$name => ($module, $path)),* }
            }

            /// The builtin at this place.
            pub fn find(module: &str, path: &str) -> Option<Intrinsic> {
                [$(Intrinsic::$name),*].into_iter().find(|i| i.place() == (module, path))
            }
        }
    };
}

intrinsics! {
    Abs = "builtins" "abs";
    Float = "builtins" "float";
    Int = "builtins" "int";
    Len = "builtins" "len";
    ListAppend = "builtins" "list.append";
    Max = "builtins" "max";
    Min = "builtins" "min";
    Range = "builtins" "range";
    Sqrt = "math" "sqrt";
}

impl Translator<'_> {
    /// The cell with the builtin's object.
    pub(super) fn original(&mut self, intrinsic: Intrinsic) -> Value {
        let (module, path) = intrinsic.place();
        self.builder
            .load_constant(Cell::Original(module.to_owned(), path.to_owned()))
    }

    /// `dst = intrinsic(args...)`; the run holds callee and arguments. `None` if it must be called.
    pub(super) fn intrinsic(
        &mut self,
        intrinsic: Intrinsic,
        dst: u16,
        run: Run,
        args: std::ops::Range<u16>,
    ) -> Option<Flow> {
        let first = args.start;
        match (intrinsic, args.len()) {
            (Intrinsic::Range, 1..=3) => self.range(dst, run, args),
            (Intrinsic::Len, 1) => {
                self.expect_operand(first);
                let word = self.register(first).word()?.clone();
                let len = match word.types {
                    Types::LIST => self.list_fields(first).len,
                    Types::TUPLE => self.builder.load(Field::TupleLen, word.value),
                    Types::STR => self.builder.load(Field::StrLen, word.value),
                    _ => {
                        let args = [Arg::Register(first)];
                        let consumed: Vec<u16> = run.registers().collect();
                        return Some(self.by_helper(
                            Helper::Len,
                            &args,
                            &consumed,
                            Some((dst, Types::ANY)),
                        ));
                    }
                };
                let len = self.builder.op(Op::TagInt, &[len]);
                Some(self.finish_intrinsic(
                    dst,
                    run,
                    Register::Word(Word::outside(len, Types::INT)),
                ))
            }
            (Intrinsic::ListAppend, 2) => {
                let list = self
                    .register(first)
                    .word()
                    .filter(|word| word.types == Types::LIST)?
                    .value;
                let item = self.word(first + 1);
                self.secure();
                self.builder.call_helper(Helper::ListAppend, &[list, item]);
                let none = self.builder.word(PythonValue::NONE);
                Some(self.finish_intrinsic(
                    dst,
                    run,
                    Register::Word(Word::outside(none, Types::NONE)),
                ))
            }
            (Intrinsic::Abs, 1) => match *self.register(first) {
                Register::Float(float) => {
                    let result = self.builder.op(Op::F64Abs, &[float]);
                    Some(self.finish_intrinsic(dst, run, Register::Float(result)))
                }
                _ => None,
            },
            (Intrinsic::Float, 1) => {
                let number = matches!(self.register(first), Register::Float(_));
                if !number && self.register(first).types() != Types::INT {
                    return None;
                }
                let result = self.double(Operand::Register(first));
                Some(self.finish_intrinsic(dst, run, Register::Float(result)))
            }
            (Intrinsic::Int, 1) if self.register(first).types() == Types::INT => {
                let value = self.read(first);
                Some(self.finish_intrinsic(dst, run, value))
            }
            (Intrinsic::Min | Intrinsic::Max, 2) => {
                if (first..first + 2).any(|r| self.register(r).types() != Types::INT) {
                    return None;
                }
                let (a, b) = (self.word(first), self.word(first + 1));
                let condition = if intrinsic == Intrinsic::Min {
                    Condition::Lt
                } else {
                    Condition::Gt
                };
                let second = self.builder.compare(Op::IntCompare, condition, b, a);
                let result = self.builder.op(Op::Select, &[second, b, a]);
                Some(self.finish_intrinsic(
                    dst,
                    run,
                    Register::Word(Word::outside(result, Types::INT)),
                ))
            }
            (Intrinsic::Sqrt, 1) => self.sqrt(dst, run, first),
            _ => None,
        }
    }

    fn finish_intrinsic(&mut self, dst: u16, run: Run, result: Register) -> Flow {
        for register in run.registers() {
            self.consume(register);
        }
        self.release_scratch();
        self.set(dst, result);
        Flow::Next
    }

    /// Goes on where all these registers hold ints; big ints and errors are the interpreter's.
    fn expect_ints(&mut self, registers: std::ops::Range<u16>) {
        for register in registers {
            if self.register(register).types() == Types::INT {
                continue;
            }
            let word = self.word(register);
            let int = self.builder.op(Op::IsInt, &[word]);
            self.unless(int, Translator::side_exit);
            self.refine(word, Types::INT);
        }
    }

    /// `range(...)` of ints with a step of known sign: no object is made before somebody asks for one.
    fn range(&mut self, dst: u16, run: Run, args: std::ops::Range<u16>) -> Option<Flow> {
        if args
            .clone()
            .any(|r| !self.register(r).types().may_be(Types::INT))
        {
            return None;
        }
        if args.len() == 3 && self.known_int(Operand::Register(args.start + 2)) == Some(0) {
            return None;
        }
        self.expect_ints(args.clone());
        let first = args.start;
        let (start, stop) = match args.len() {
            1 => (
                self.builder.word(PythonValue::small_int(0)),
                self.word(first),
            ),
            _ => (self.word(first), self.word(first + 1)),
        };
        let step = if args.len() == 3 {
            self.step(first + 2, stop, dst, run)
        } else {
            Step::Constant(1)
        };
        Some(self.finish_intrinsic(dst, run, Register::Range(Range { start, stop, step })))
    }

    /// The step in a register: a number, or a word tested to be positive, which leads from no number below `stop` out of the
    /// range of ints.
    fn step(&mut self, register: u16, stop: Value, dst: u16, run: Run) -> Step {
        if let Some(number) = self.known_int(Operand::Register(register)) {
            return Step::Constant(number);
        }
        let word = self.word(register);
        let zero = self.builder.word(PythonValue::small_int(0));
        let positive = self
            .builder
            .compare(Op::IntCompare, Condition::Gt, word, zero);
        let slow = self.slow();
        self.unless_slow(positive, &slow);
        let (_, overflow) = self.builder.op2(Op::IntAdd, &[stop, word]);
        self.if_slow(overflow, &slow);
        self.finish_slow(slow, |t| {
            t.call_run(dst, run);
            t.go_on(Odds::Rare);
        });
        Step::Positive(word)
    }

    /// `math.sqrt` of a float or an int that is not negative.
    fn sqrt(&mut self, dst: u16, run: Run, first: u16) -> Option<Flow> {
        let number = matches!(self.register(first), Register::Float(_));
        if !number && self.register(first).types() != Types::INT {
            return None;
        }
        let argument = self.double(Operand::Register(first));
        let zero = self.builder.f64(0.0);
        let fine = self
            .builder
            .compare(Op::F64Compare, Condition::Ge, argument, zero);
        // Negative numbers raise; the interpreter does that, and nan.
        self.unless(fine, Translator::side_exit);
        let result = self.builder.op(Op::F64Sqrt, &[argument]);
        Some(self.finish_intrinsic(dst, run, Register::Float(result)))
    }

    /// Notes that a register holds a builtin's object.
    pub(super) fn set_intrinsic(&mut self, dst: u16, intrinsic: Intrinsic) {
        let value = self.original(intrinsic);
        let known = Known::Intrinsic(intrinsic);
        self.set(
            dst,
            Register::Word(Word {
                known,
                ..Word::outside(value, Types::OBJECT)
            }),
        );
    }
}
