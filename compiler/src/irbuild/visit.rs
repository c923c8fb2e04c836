//! One method for each bytecode instruction. What has no native form leaves through a side exit.

use super::calls::Run;
use super::compare::Sink;
use super::context::Register;
use super::holds::Arg;
use super::numbers::{Binary, BinaryUse, Operand};
use super::versions::Odds;
use super::{Flow, Translator};
use crate::analysis::Types;
use crate::ir::{Condition, Helper};
use ashore_bytecode::Visitor;
use ashore_bytecode::instructions::ops;

/// `dst = lhs op rhs` and `dst = (lhs op= rhs)`.
macro_rules! binary {
    ($($plain:ident($plain_op:ident), $augmented:ident($augmented_op:ident): $binary:ident;)*) => { $(
        fn $plain(&mut self, op: ops::$plain_op) -> Flow {
            let (lhs, rhs) = (Operand::Register(op.lhs.0), Operand::Register(op.rhs.0));
            self.binary(BinaryUse { op: Binary::$binary, inplace: false, dst: op.dst.0, lhs, rhs })
        }
        fn $augmented(&mut self, op: ops::$augmented_op) -> Flow {
            let (lhs, rhs) = (Operand::Register(op.lhs.0), Operand::Register(op.rhs.0));
            self.binary(BinaryUse { op: Binary::$binary, inplace: true, dst: op.dst.0, lhs, rhs })
        }
    )* };
}

/// `dst = lhs op imm`.
macro_rules! binary_int {
    ($($name:ident($op:ident): $binary:ident $inplace:literal;)*) => { $(
        fn $name(&mut self, op: ops::$op) -> Flow {
            let (lhs, rhs) = (Operand::Register(op.lhs.0), Operand::Int(i64::from(op.imm.0)));
            self.binary(BinaryUse { op: Binary::$binary, inplace: $inplace, dst: op.dst.0, lhs, rhs })
        }
    )* };
}

/// Comparisons: as a value, and as the two jumps.
macro_rules! compare {
    ($($value:ident($value_op:ident), $yes:ident($yes_op:ident), $no:ident($no_op:ident): $condition:ident;)*) => { $(
        fn $value(&mut self, op: ops::$value_op) -> Flow {
            self.compare(Condition::$condition, op.lhs.0, op.rhs.0, Sink::Register(op.dst.0))
        }
        fn $yes(&mut self, op: ops::$yes_op) -> Flow {
            let sink = Sink::Jump { target: op.target.0, when: true };
            self.compare(Condition::$condition, op.lhs.0, op.rhs.0, sink)
        }
        fn $no(&mut self, op: ops::$no_op) -> Flow {
            let sink = Sink::Jump { target: op.target.0, when: false };
            self.compare(Condition::$condition, op.lhs.0, op.rhs.0, sink)
        }
    )* };
}

/// Jumps on the truth of a register.
macro_rules! truth {
    ($($name:ident($op:ident.$field:ident): $when:literal $keep:literal;)*) => { $(
        fn $name(&mut self, op: ops::$op) -> Flow {
            self.truth(op.$field.0, Sink::Jump { target: op.target.0, when: $when }, $keep)
        }
    )* };
}

/// Instructions the interpreter does.
macro_rules! interpreted {
    ($($name:ident($op:ident))*) => { $(
        fn $name(&mut self, _op: ops::$op) -> Flow {
            self.side_exit();
            Flow::Done
        }
    )* };
}

impl Visitor for Translator<'_> {
    type Out = Flow;

    fn load_const(&mut self, op: ops::LoadConst) -> Flow {
        Translator::load_const(self, op.dst.0, op.k.0)
    }
    fn move_(&mut self, op: ops::Move) -> Flow {
        let value = self.read(op.src.0);
        self.set(op.dst.0, value);
        Flow::Next
    }
    fn copy(&mut self, op: ops::Copy) -> Flow {
        let value = self.share(op.src.0);
        self.set(op.dst.0, value);
        Flow::Next
    }
    fn drop_(&mut self, op: ops::Drop) -> Flow {
        let held = self.take(op.reg.0);
        self.release(held);
        Flow::Next
    }
    fn check_bound(&mut self, op: ops::CheckBound) -> Flow {
        Translator::check_bound(self, op.reg.0, op.name)
    }

    binary! {
        add(Add), iadd(Iadd): Add;
        sub(Sub), isub(Isub): Sub;
        mul(Mul), imul(Imul): Mul;
        matmul(Matmul), imatmul(Imatmul): Matmul;
        truediv(Truediv), itruediv(Itruediv): Truediv;
        floordiv(Floordiv), ifloordiv(Ifloordiv): Floordiv;
        mod_(Mod), imod(Imod): Mod;
        pow(Pow), ipow(Ipow): Pow;
        lshift(Lshift), ilshift(Ilshift): Lshift;
        rshift(Rshift), irshift(Irshift): Rshift;
        and(And), iand(Iand): And;
        or(Or), ior(Ior): Or;
        xor(Xor), ixor(Ixor): Xor;
    }
    binary_int! {
        add_int(AddInt): Add false;
        sub_int(SubInt): Sub false;
        iadd_int(IaddInt): Add true;
        isub_int(IsubInt): Sub true;
    }
    fn neg(&mut self, op: ops::Neg) -> Flow {
        self.negate(op.dst.0, op.src.0)
    }
    fn pos(&mut self, op: ops::Pos) -> Flow {
        self.positive(op.dst.0, op.src.0)
    }
    fn invert(&mut self, op: ops::Invert) -> Flow {
        Translator::invert(self, op.dst.0, op.src.0)
    }
    fn not_(&mut self, op: ops::Not) -> Flow {
        self.negated_truth(op.dst.0, op.src.0)
    }

    compare! {
        lt(Lt), jump_if_lt(JumpIfLt), jump_unless_lt(JumpUnlessLt): Lt;
        le(Le), jump_if_le(JumpIfLe), jump_unless_le(JumpUnlessLe): Le;
        eq(Eq), jump_if_eq(JumpIfEq), jump_unless_eq(JumpUnlessEq): Eq;
        ne(Ne), jump_if_ne(JumpIfNe), jump_unless_ne(JumpUnlessNe): Ne;
        gt(Gt), jump_if_gt(JumpIfGt), jump_unless_gt(JumpUnlessGt): Gt;
        ge(Ge), jump_if_ge(JumpIfGe), jump_unless_ge(JumpUnlessGe): Ge;
    }
    fn is(&mut self, op: ops::Is) -> Flow {
        self.identity(op.lhs.0, op.rhs.0, Sink::Register(op.dst.0), false)
    }
    fn is_not(&mut self, op: ops::IsNot) -> Flow {
        self.identity(op.lhs.0, op.rhs.0, Sink::Register(op.dst.0), true)
    }
    fn contains(&mut self, op: ops::Contains) -> Flow {
        Translator::contains(self, op.dst.0, op.item.0, op.container.0, false)
    }
    fn not_contains(&mut self, op: ops::NotContains) -> Flow {
        Translator::contains(self, op.dst.0, op.item.0, op.container.0, true)
    }

    fn jump(&mut self, op: ops::Jump) -> Flow {
        self.goto(op.target.0, Odds::Likely);
        Flow::Done
    }
    fn jump_back(&mut self, op: ops::JumpBack) -> Flow {
        Translator::jump_back(self, op.target.0)
    }
    truth! {
        jump_if_true(JumpIfTrue.cond): true false;
        jump_if_false(JumpIfFalse.cond): false false;
        jump_if_true_keep(JumpIfTrueKeep.cond): true true;
        jump_if_false_keep(JumpIfFalseKeep.cond): false true;
    }
    fn jump_if_none(&mut self, op: ops::JumpIfNone) -> Flow {
        self.test_none(op.src.0, op.target.0, true)
    }
    fn jump_if_not_none(&mut self, op: ops::JumpIfNotNone) -> Flow {
        self.test_none(op.src.0, op.target.0, false)
    }
    fn return_(&mut self, op: ops::Return) -> Flow {
        Translator::return_(self, op.src.0)
    }

    fn get_iter(&mut self, op: ops::GetIter) -> Flow {
        Translator::get_iter(self, op.dst.0, op.src.0)
    }
    fn for_iter(&mut self, op: ops::ForIter) -> Flow {
        Translator::for_iter(self, op.dst.0, op.iter.0, op.target.0)
    }

    fn load_global(&mut self, op: ops::LoadGlobal) -> Flow {
        Translator::load_global(self, op.dst.0, op.name)
    }
    fn store_global(&mut self, op: ops::StoreGlobal) -> Flow {
        let args = [Arg::Function, Arg::Name(op.name), Arg::Register(op.src.0)];
        self.command(Helper::StoreGlobal, &args, &[op.src.0])
    }
    fn delete_global(&mut self, op: ops::DeleteGlobal) -> Flow {
        self.command(
            Helper::DeleteGlobal,
            &[Arg::Function, Arg::Name(op.name)],
            &[],
        )
    }
    fn make_cell(&mut self, op: ops::MakeCell) -> Flow {
        Translator::make_cell(self, op.reg.0)
    }
    fn load_cell(&mut self, op: ops::LoadCell) -> Flow {
        Translator::load_cell(self, op.dst.0, op.cell.0, op.name)
    }
    fn store_cell(&mut self, op: ops::StoreCell) -> Flow {
        let cell = self.word(op.cell.0);
        self.store_contents(cell, op.src.0)
    }
    fn load_free(&mut self, op: ops::LoadFree) -> Flow {
        Translator::load_free(self, op.dst.0, op.index.0)
    }
    fn store_free(&mut self, op: ops::StoreFree) -> Flow {
        let cell = self.free_cell(op.index.0);
        self.store_contents(cell, op.src.0)
    }
    fn load_free_cell(&mut self, op: ops::LoadFreeCell) -> Flow {
        let cell = self.free_cell(op.index.0);
        self.set(
            op.dst.0,
            Register::Word(super::context::Word::outside(cell, Types::OBJECT)),
        );
        Flow::Next
    }

    fn load_attr(&mut self, op: ops::LoadAttr) -> Flow {
        Translator::load_attr(self, op.dst.0, op.obj.0, op.name, op.site)
    }
    fn store_attr(&mut self, op: ops::StoreAttr) -> Flow {
        Translator::store_attr(self, op.obj.0, op.name, op.value.0, op.site)
    }
    fn delete_attr(&mut self, op: ops::DeleteAttr) -> Flow {
        self.command(
            Helper::DeleteAttr,
            &[Arg::Register(op.obj.0), Arg::Name(op.name)],
            &[op.obj.0],
        )
    }
    fn load_method(&mut self, op: ops::LoadMethod) -> Flow {
        Translator::load_method(self, op.dst.0, op.obj.0, op.name, op.site)
    }
    fn load_item(&mut self, op: ops::LoadItem) -> Flow {
        Translator::load_item(self, op.dst.0, op.obj.0, op.key.0)
    }
    fn store_item(&mut self, op: ops::StoreItem) -> Flow {
        Translator::store_item(self, op.obj.0, op.key.0, op.value.0)
    }
    fn delete_item(&mut self, op: ops::DeleteItem) -> Flow {
        let args = [Arg::Register(op.obj.0), Arg::Register(op.key.0)];
        self.command(Helper::DeleteItem, &args, &[op.obj.0, op.key.0])
    }
    fn build_slice(&mut self, op: ops::BuildSlice) -> Flow {
        Translator::build_slice(self, op.dst.0, [op.start.0, op.stop.0, op.step.0])
    }

    fn call(&mut self, op: ops::Call) -> Flow {
        self.call_any(
            op.dst.0,
            Run {
                base: op.base.0,
                n: op.n.0,
                method: false,
            },
        )
    }
    fn call_method(&mut self, op: ops::CallMethod) -> Flow {
        self.call_any(
            op.dst.0,
            Run {
                base: op.base.0,
                n: op.n.0,
                method: true,
            },
        )
    }
    fn call_kw(&mut self, op: ops::CallKw) -> Flow {
        self.call_keywords(
            op.dst.0,
            Run {
                base: op.base.0,
                n: op.n.0,
                method: false,
            },
            op.names.0,
        )
    }
    fn call_method_kw(&mut self, op: ops::CallMethodKw) -> Flow {
        self.call_keywords(
            op.dst.0,
            Run {
                base: op.base.0,
                n: op.n.0,
                method: true,
            },
            op.names.0,
        )
    }
    fn call_ex(&mut self, op: ops::CallEx) -> Flow {
        let args = [
            Arg::Register(op.callee.0),
            Arg::Register(op.args.0),
            Arg::Optional(op.kwargs),
        ];
        let mut consumed = vec![op.callee.0, op.args.0];
        consumed.extend(op.kwargs.get().map(|src| src.0));
        self.by_helper(
            Helper::CallEx,
            &args,
            &consumed,
            Some((op.dst.0, Types::ANY)),
        )
    }
    fn call_super(&mut self, op: ops::CallSuper) -> Flow {
        let consumed = [op.callee.0, op.cls.0, op.obj.0];
        self.by_helper(
            Helper::CallSuper,
            &consumed.map(Arg::Register),
            &consumed,
            Some((op.dst.0, Types::ANY)),
        )
    }
    fn make_function(&mut self, op: ops::MakeFunction) -> Flow {
        Translator::make_function(self, op)
    }
    fn load_build_class(&mut self, op: ops::LoadBuildClass) -> Flow {
        self.by_helper(
            Helper::LoadBuildClass,
            &[],
            &[],
            Some((op.dst.0, Types::ANY)),
        )
    }

    fn build_tuple(&mut self, op: ops::BuildTuple) -> Flow {
        Translator::build_tuple(self, op.dst.0, op.base.0, op.n.0)
    }
    fn build_list(&mut self, op: ops::BuildList) -> Flow {
        self.display(Helper::NewList, op.dst.0, op.base.0, op.n.0, Types::LIST)
    }
    fn build_set(&mut self, op: ops::BuildSet) -> Flow {
        self.display(Helper::NewSet, op.dst.0, op.base.0, op.n.0, Types::OBJECT)
    }
    fn build_dict(&mut self, op: ops::BuildDict) -> Flow {
        self.display(Helper::NewDict, op.dst.0, op.base.0, op.n.0, Types::OBJECT)
    }
    fn build_string(&mut self, op: ops::BuildString) -> Flow {
        self.display(Helper::JoinStrings, op.dst.0, op.base.0, op.n.0, Types::STR)
    }
    fn format_simple(&mut self, op: ops::FormatSimple) -> Flow {
        self.by_helper(
            Helper::FormatSimple,
            &[Arg::Register(op.src.0)],
            &[op.src.0],
            Some((op.dst.0, Types::ANY)),
        )
    }
    fn format_spec(&mut self, op: ops::FormatSpec) -> Flow {
        let consumed = [op.src.0, op.spec.0];
        self.by_helper(
            Helper::FormatSpec,
            &consumed.map(Arg::Register),
            &consumed,
            Some((op.dst.0, Types::ANY)),
        )
    }
    fn convert(&mut self, op: ops::Convert) -> Flow {
        let helper = match op.kind.0 {
            0 => Helper::ToStr,
            1 => Helper::ToRepr,
            _ => Helper::ToAscii,
        };
        self.by_helper(
            helper,
            &[Arg::Register(op.src.0)],
            &[op.src.0],
            Some((op.dst.0, Types::ANY)),
        )
    }
    fn list_append(&mut self, op: ops::ListAppend) -> Flow {
        Translator::list_append(self, op.list.0, op.src.0)
    }
    fn list_extend(&mut self, op: ops::ListExtend) -> Flow {
        self.command(
            Helper::ListExtend,
            &[Arg::Register(op.list.0), Arg::Register(op.src.0)],
            &[op.src.0],
        )
    }
    fn set_add(&mut self, op: ops::SetAdd) -> Flow {
        self.command(
            Helper::SetAdd,
            &[Arg::Register(op.set.0), Arg::Register(op.src.0)],
            &[op.src.0],
        )
    }
    fn set_update(&mut self, op: ops::SetUpdate) -> Flow {
        self.command(
            Helper::SetUpdate,
            &[Arg::Register(op.set.0), Arg::Register(op.src.0)],
            &[op.src.0],
        )
    }
    fn dict_set(&mut self, op: ops::DictSet) -> Flow {
        let args = [op.dict.0, op.key.0, op.value.0].map(Arg::Register);
        self.command(Helper::DictSet, &args, &[op.key.0, op.value.0])
    }
    fn dict_update(&mut self, op: ops::DictUpdate) -> Flow {
        self.command(
            Helper::DictUpdate,
            &[Arg::Register(op.dict.0), Arg::Register(op.src.0)],
            &[op.src.0],
        )
    }
    fn dict_merge(&mut self, op: ops::DictMerge) -> Flow {
        let args = [op.dict.0, op.src.0, op.callee.0].map(Arg::Register);
        self.command(Helper::DictMerge, &args, &[op.src.0])
    }
    fn list_to_tuple(&mut self, op: ops::ListToTuple) -> Flow {
        self.by_helper(
            Helper::ListToTuple,
            &[Arg::Register(op.src.0)],
            &[op.src.0],
            Some((op.dst.0, Types::TUPLE)),
        )
    }
    fn unpack(&mut self, op: ops::Unpack) -> Flow {
        Translator::unpack(self, op.dst.0, op.n.0, op.src.0)
    }

    fn raise(&mut self, op: ops::Raise) -> Flow {
        self.raise_by(Helper::Raise, &[Arg::Register(op.exc.0)])
    }
    fn raise_from(&mut self, op: ops::RaiseFrom) -> Flow {
        self.raise_by(
            Helper::RaiseFrom,
            &[Arg::Register(op.exc.0), Arg::Register(op.cause.0)],
        )
    }
    fn with_enter(&mut self, op: ops::WithEnter) -> Flow {
        Translator::with_enter(self, op.dst.0, op.src.0)
    }
    fn with_exit(&mut self, op: ops::WithExit) -> Flow {
        self.command(Helper::WithExit, &[Arg::Register(op.exit.0)], &[op.exit.0])
    }

    fn import_name(&mut self, op: ops::ImportName) -> Flow {
        let level = Arg::Number(i64::from(op.level.0));
        let args = [
            Arg::Function,
            Arg::Name(op.name),
            Arg::Register(op.fromlist.0),
            level,
        ];
        self.by_helper(
            Helper::ImportName,
            &args,
            &[op.fromlist.0],
            Some((op.dst.0, Types::ANY)),
        )
    }
    fn import_from(&mut self, op: ops::ImportFrom) -> Flow {
        let args = [Arg::Register(op.module.0), Arg::Name(op.name)];
        self.by_helper(Helper::ImportFrom, &args, &[], Some((op.dst.0, Types::ANY)))
    }

    fn match_sequence(&mut self, op: ops::MatchSequence) -> Flow {
        self.by_helper(
            Helper::MatchSequence,
            &[Arg::Register(op.subject.0)],
            &[],
            Some((op.dst.0, Types::BOOL)),
        )
    }
    fn match_mapping(&mut self, op: ops::MatchMapping) -> Flow {
        self.by_helper(
            Helper::MatchMapping,
            &[Arg::Register(op.subject.0)],
            &[],
            Some((op.dst.0, Types::BOOL)),
        )
    }
    fn get_len(&mut self, op: ops::GetLen) -> Flow {
        self.by_helper(
            Helper::Len,
            &[Arg::Register(op.subject.0)],
            &[],
            Some((op.dst.0, Types::ANY)),
        )
    }
    fn match_keys(&mut self, op: ops::MatchKeys) -> Flow {
        let args = [Arg::Register(op.subject.0), Arg::Register(op.keys.0)];
        self.by_helper(Helper::MatchKeys, &args, &[], Some((op.dst.0, Types::ANY)))
    }
    fn match_class(&mut self, op: ops::MatchClass) -> Flow {
        let number = Arg::Number(i64::from(op.n.0));
        let args = [
            Arg::Register(op.subject.0),
            Arg::Register(op.class.0),
            number,
            Arg::Constant(op.names),
        ];
        self.by_helper(
            Helper::MatchClass,
            &args,
            &[op.class.0],
            Some((op.dst.0, Types::ANY)),
        )
    }

    fn yield_(&mut self, op: ops::Yield) -> Flow {
        Translator::yield_(self, op.dst.0, op.src.0)
    }

    // Handlers are only reached by unwinding, in the interpreter; what delegates to other generators hardly works itself; the
    // rest is rare.
    interpreted! {
        get_yield_from_iter(GetYieldFromIter) send(Send) yield_delegate(YieldDelegate)
        load_name(LoadName) store_name(StoreName) delete_name(DeleteName) load_name_or_free(LoadNameOrFree)
        load_namespace(LoadNamespace) load_dict_or_global(LoadDictOrGlobal) load_dict_or_free(LoadDictOrFree)
        delete_cell(DeleteCell) delete_free(DeleteFree) unpack_star(UnpackStar)
        raise_current(RaiseCurrent) reraise(Reraise) enter_handler(EnterHandler) leave_handler(LeaveHandler)
        build_interpolation(BuildInterpolation) build_template(BuildTemplate)
        make_type_param(MakeTypeParam) set_type_params(SetTypeParams) make_generic_base(MakeGenericBase)
        make_type_alias(MakeTypeAlias)
        get_awaitable(GetAwaitable) get_async_iter(GetAsyncIter) get_async_next(GetAsyncNext) end_async_for(EndAsyncFor)
        async_with_enter(AsyncWithEnter) async_with_exit(AsyncWithExit) async_with_exit_raised(AsyncWithExitRaised)
        match_exception(MatchException) match_exception_group(MatchExceptionGroup)
        merge_exceptions(MergeExceptions) load_assertion_error(LoadAssertionError)
        load_not_implemented_error(LoadNotImplementedError) with_exit_raised(WithExitRaised) import_star(ImportStar)
        print_expr(PrintExpr) instrumented(Instrumented)
    }
}
