//! Calls: native code of known functions directly, builtins inline, everything else through the runtime.

use super::context::{Known, Word};
use super::versions::Odds;
use super::{Flow, Translator};
use crate::analysis::ProgramFacts;
use crate::analysis::Types;
use crate::ir::{Field, Helper, Immediate, Op, Value};
use ashore_runtime::abi::Kind;

/// Whether calls with exactly the positional parameters need no binding of arguments, and run at once, natively.
fn is_simple(program: &ProgramFacts, number: u32, n_args: usize) -> bool {
    let code = program.code(number);
    let flags = code.flags;
    let plain = !(flags.varargs || flags.varkw || flags.generator || flags.namespace);
    plain
        && code.n_kwonly == 0
        && usize::from(code.n_args) == n_args
        && super::obstacle(program, number).is_none()
}

/// The registers of a call: callee, receiver or MISSING if it is a method call, arguments.
#[derive(Clone, Copy)]
pub(super) struct Run {
    pub base: u16,
    pub n: u16,
    pub method: bool,
}

impl Run {
    pub(super) fn registers(self) -> std::ops::Range<u16> {
        self.base..self.base + self.n
    }
}

impl Translator<'_> {
    /// `dst = r[base](r[base+1], ...)`, or a method call.
    pub(super) fn call_any(&mut self, dst: u16, run: Run) -> Flow {
        self.call_known(dst, run)
            .unwrap_or_else(|| self.call_run(dst, run))
    }

    /// A call whose callee the context knows.
    fn call_known(&mut self, dst: u16, run: Run) -> Option<Flow> {
        let callee: Word = self.register(run.base).word()?.clone();
        let bare = run.method && self.register(run.base + 1).types() == Types::MISSING;
        let args = run.base + 1 + u16::from(bare)..run.base + run.n;
        match callee.known {
            Known::Function(code) if is_simple(self.program, code, args.len()) => {
                Some(self.call_direct(dst, run, (callee.value, code), args))
            }
            Known::Intrinsic(intrinsic) => self.intrinsic(intrinsic, dst, run, args),
            _ => self.call_guessed(dst, run, callee.value, args),
        }
    }

    /// A call of the function that is likely called here, if it is: its native code tells.
    fn call_guessed(
        &mut self,
        dst: u16,
        run: Run,
        callee: Value,
        args: std::ops::Range<u16>,
    ) -> Option<Flow> {
        let code = self.guesses.target(self.number, self.at)?;
        if run.method {
            let receiver = self.register(run.base + 1).types();
            if receiver.may_be(Types::MISSING) && receiver != Types::MISSING {
                return None;
            }
        }
        if self.generic || self.is_sparing() || !is_simple(self.program, code, args.len()) {
            return None;
        }
        let slow = self.slow();
        self.unless_kind(callee, Kind::FUNCTION, &slow);
        let native = self.builder.load(Field::FunctionNative, callee);
        let expected = Immediate::Code(code);
        let expected = self.builder.push(Op::NativeEntry, expected, &[])[0];
        let same = self.builder.op(Op::SameAddress, &[native, expected]);
        self.unless_slow(same, &slow);
        self.finish_slow(slow, |t| {
            t.call_run(dst, run);
            t.go_on(Odds::Likely);
        });
        self.call_direct(dst, run, (callee, code), args);
        self.go_on(Odds::Likely);
        Some(Flow::Done)
    }

    /// Native code to native code. The callee borrows its arguments, so the run is released after the call.
    fn call_direct(
        &mut self,
        dst: u16,
        run: Run,
        (function, code): (Value, u32),
        args: std::ops::Range<u16>,
    ) -> Flow {
        let mut operands = vec![function];
        for register in args {
            operands.push(self.word(register));
        }
        self.secure();
        self.set_address();
        let result = self
            .builder
            .push(Op::CallDirect, Immediate::Code(code), &operands)[0];
        self.check_raised(result);
        self.finish_run(dst, run, result)
    }

    /// A call of whatever the callee is.
    pub(super) fn call_run(&mut self, dst: u16, run: Run) -> Flow {
        let helper = if run.method {
            Helper::CallMethod
        } else {
            Helper::Call
        };
        self.call_words(helper, dst, run, None)
    }

    /// A call whose last arguments are keywords named by constant `names`.
    pub(super) fn call_keywords(&mut self, dst: u16, run: Run, names: u32) -> Flow {
        let helper = if run.method {
            Helper::CallMethodKeywords
        } else {
            Helper::CallKeywords
        };
        self.call_words(helper, dst, run, Some(names))
    }

    fn call_words(&mut self, helper: Helper, dst: u16, run: Run, names: Option<u32>) -> Flow {
        let mut operands = vec![self.word(run.base)];
        if let Some(names) = names {
            operands.push(self.constant(names));
        }
        for register in run.registers().skip(1) {
            operands.push(self.word(register));
        }
        let result = self.call(helper, &operands)[0];
        self.finish_run(dst, run, result)
    }

    fn finish_run(&mut self, dst: u16, run: Run, result: Value) -> Flow {
        for register in run.registers().rev() {
            self.consume(register);
        }
        self.release_scratch();
        self.set_owned(dst, result, Types::ANY);
        self.expect_result(dst);
        Flow::Next
    }
}
