//! The instruction table of the IR.
//!
//! A row: `name = Variant(operand types) immediate -> (result types) effect;`. `...` after the operands allows any number
//! of further tagged ones. Rows whose types depend on the immediate (fields, helpers) say `dynamic`.

use super::function::{Immediate, Instruction};
use ashore_runtime::abi::{Alias, Type};

/// What an instruction does besides computing its results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: may be removed, merged with an equal one, moved to where its operands are known.
    Pure,
    /// Reads memory of the alias class.
    Load(Alias),
    /// Writes memory of the alias class.
    Store(Alias),
    /// Reads memory that changes by itself; neither merged nor moved. May be removed.
    Volatile,
    /// Allocates, runs no Python code. May be removed.
    Allocate,
    /// Counts up.
    Count,
    /// May run Python code and free objects: ends all borrowing from slots and changes all memory but `Fixed`.
    Call,
    /// Ends the block.
    Control,
}

/// What stands beside an instruction's operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImmediateKind {
    None,
    /// The bits of a tagged word that is no pointer.
    Word,
    /// A signed number.
    Int,
    /// A double, by its bits.
    Float,
    /// A comparison.
    Condition,
    /// A layout field.
    Field,
    /// A helper of the runtime.
    Helper,
    /// A cell of the function.
    Cell,
    /// A kind byte.
    Kind,
    /// A code object's number in the program.
    Code,
    /// An instruction address and the registers the operands go to.
    Exit,
}

/// Applies a macro to the whole table.
#[macro_export]
macro_rules! for_each_op {
    ($mac:ident) => {
        $mac! {
            // ── constants ────────────────────────────────────────────────────────────────────────────────────────────────
            /// A word that is no pointer: a small int, an inline float, an immediate
            word = Word() Word -> (Tagged) Pure;
            /// An untagged int
            i64_const = I64Const() Int -> (I64) Pure;
            /// A double
            f64_const = F64Const() Float -> (F64) Pure;
            /// Contents of a cell that changes; borrowed
            load_cell = LoadCell() Cell -> (Tagged) Load(Alias::Globals);
            /// Contents of a cell that never changes while the function runs; immortal or deferred, so never counted
            load_constant = LoadConstant() Cell -> (Tagged) Pure;
            /// Address of inline-cache site number `n` of the code object
            site = Site() Int -> (Ptr) Pure;
            /// Address of the runtime's code object of this function
            code_object = CodeObject() None -> (Ptr) Pure;
            /// Address of the native code (the array entry) of code number `n`, which is there before any function has it
            native_entry = NativeEntry() Code -> (Ptr) Load(Alias::Globals);

            // ── tag tests ────────────────────────────────────────────────────────────────────────────────────────────────
            /// Is the word a small int?
            is_int = IsInt(Tagged) None -> (I1) Pure;
            /// Are both words small ints? One test
            both_int = BothInt(Tagged, Tagged) None -> (I1) Pure;
            /// Is the word an inline float?
            is_float = IsFloat(Tagged) None -> (I1) Pure;
            /// Are both words inline floats? One test
            both_float = BothFloat(Tagged, Tagged) None -> (I1) Pure;
            /// Is the word a pointer to a heap object?
            is_object = IsObject(Tagged) None -> (I1) Pure;
            /// Is the word True or False?
            is_bool = IsBool(Tagged) None -> (I1) Pure;
            /// Is the word this immediate (None, True, MISSING, RAISED…)?
            is_word = IsWord(Tagged) Word -> (I1) Pure;
            /// Are the words the same (identity)?
            same = Same(Tagged, Tagged) None -> (I1) Pure;
            /// Is the heap object's class exactly the builtin one of this kind? The word must be an object
            kind_is = KindIs(Tagged) Kind -> (I1) Pure;

            // ── conversions ──────────────────────────────────────────────────────────────────────────────────────────────
            /// The number in an int
            untag_int = UntagInt(Tagged) None -> (I64) Pure;
            /// An int from a number known to fit in 62 bits
            tag_int = TagInt(I64) None -> (Tagged) Pure;
            /// An int from a number; second result: it does not fit (the first is then meaningless)
            tag_int_overflow = TagIntOverflow(I64) None -> (Tagged, I1) Pure;
            /// The word, which is known to be no heap object
            inline_word = InlineWord(Tagged) None -> (Tagged) Pure;
            /// The double in an inline float
            unbox_float = UnboxFloat(Tagged) None -> (F64) Pure;
            /// The word of a double; rare exponents are boxed on the heap. Owned
            box_float = BoxFloat(F64) None -> (Tagged) Allocate;
            /// True or False
            bool_word = BoolWord(I1) None -> (Tagged) Pure;
            /// The double nearest to an untagged int
            int_to_float = IntToFloat(I64) None -> (F64) Pure;
            /// The number in a truth value
            i1_to_i64 = I1ToI64(I1) None -> (I64) Pure;
            /// A double cut off to an integer; it must be in the range of i64
            float_to_int = FloatToInt(F64) None -> (I64) Pure;

            // ── ints (tagged words) ──────────────────────────────────────────────────────────────────────────────────────
            /// `a + b` of ints; second result: it does not fit
            int_add = IntAdd(Tagged, Tagged) None -> (Tagged, I1) Pure;
            /// `a - b` of ints; second result: it does not fit
            int_sub = IntSub(Tagged, Tagged) None -> (Tagged, I1) Pure;
            /// `a * b` of ints; second result: it does not fit
            int_mul = IntMul(Tagged, Tagged) None -> (Tagged, I1) Pure;
            /// `a + b` of ints, known to fit
            int_add_fits = IntAddFits(Tagged, Tagged) None -> (Tagged) Pure;
            /// `a - b` of ints, known to fit
            int_sub_fits = IntSubFits(Tagged, Tagged) None -> (Tagged) Pure;
            /// `a // b` of ints as Python defines it; `b` is not zero. Second result: it does not fit
            int_floordiv = IntFloordiv(Tagged, Tagged) None -> (Tagged, I1) Pure;
            /// `a % b` of ints as Python defines it; `b` is not zero
            int_mod = IntMod(Tagged, Tagged) None -> (Tagged) Pure;
            /// `a & b` of ints
            int_and = IntAnd(Tagged, Tagged) None -> (Tagged) Pure;
            /// `a | b` of ints
            int_or = IntOr(Tagged, Tagged) None -> (Tagged) Pure;
            /// `a ^ b` of ints
            int_xor = IntXor(Tagged, Tagged) None -> (Tagged) Pure;
            /// `~a` of an int
            int_invert = IntInvert(Tagged) None -> (Tagged) Pure;
            /// `a << n` of ints, 0 <= n < 62; second result: it does not fit
            int_shl = IntShl(Tagged, Tagged) None -> (Tagged, I1) Pure;
            /// `a >> n` of ints, n >= 0
            int_shr = IntShr(Tagged, Tagged) None -> (Tagged) Pure;
            /// Comparison of ints
            int_compare = IntCompare(Tagged, Tagged) Condition -> (I1) Pure;

            /// `a < b` of ints taken as unsigned numbers: a bounds check
            int_below = IntBelow(Tagged, Tagged) None -> (I1) Pure;

            // ── untagged ints ────────────────────────────────────────────────────────────────────────────────────────────
            /// `a + b`, wrapping
            i64_add = I64Add(I64, I64) None -> (I64) Pure;
            /// `a - b`, wrapping
            i64_sub = I64Sub(I64, I64) None -> (I64) Pure;
            /// `a * b`, wrapping
            i64_mul = I64Mul(I64, I64) None -> (I64) Pure;
            /// Comparison
            i64_compare = I64Compare(I64, I64) Condition -> (I1) Pure;
            /// The smaller number
            i64_min = I64Min(I64, I64) None -> (I64) Pure;
            /// `a < b` of unsigned numbers: a bounds check
            i64_below = I64Below(I64, I64) None -> (I1) Pure;

            // ── floats ───────────────────────────────────────────────────────────────────────────────────────────────────
            /// `a + b`
            f64_add = F64Add(F64, F64) None -> (F64) Pure;
            /// `a - b`
            f64_sub = F64Sub(F64, F64) None -> (F64) Pure;
            /// `a * b`
            f64_mul = F64Mul(F64, F64) None -> (F64) Pure;
            /// `a / b`
            f64_div = F64Div(F64, F64) None -> (F64) Pure;
            /// `-a`
            f64_neg = F64Neg(F64) None -> (F64) Pure;
            /// `abs(a)`
            f64_abs = F64Abs(F64) None -> (F64) Pure;
            /// Square root
            f64_sqrt = F64Sqrt(F64) None -> (F64) Pure;
            /// Comparison, false for nan except `ne`
            f64_compare = F64Compare(F64, F64) Condition -> (I1) Pure;

            // ── truth values and choices ─────────────────────────────────────────────────────────────────────────────────
            /// `!a`
            i1_not = I1Not(I1) None -> (I1) Pure;
            /// `a & b`
            i1_and = I1And(I1, I1) None -> (I1) Pure;
            /// `a | b`
            i1_or = I1Or(I1, I1) None -> (I1) Pure;
            /// The second operand if the first is true, else the third
            select = Select(I1, Tagged, Tagged) None -> (Tagged) Pure;

            // ── memory ───────────────────────────────────────────────────────────────────────────────────────────────────
            /// A scalar field of an object or address
            load = Load dynamic Field;
            /// Replaces a scalar field
            store = Store dynamic Field;
            /// Element `i` of a field's run, within bounds; tagged ones are borrowed
            load_item = LoadItem dynamic Field;
            /// Replaces element `i`, within bounds; the old one is not released
            store_item = StoreItem dynamic Field;
            /// The first entry of a cache site
            load_site = LoadSite(Ptr) None -> (Ptr) Load(Alias::Sites);
            /// Are the addresses the same?
            same_address = SameAddress(Ptr, Ptr) None -> (I1) Pure;
            /// The entry of a site's cache of (object, name, site), by the helper found or made if it is not the first, and whether there is one
            site_entry = SiteEntry(Tagged, Tagged, Ptr) Helper -> (Ptr, I1) Load(Alias::Sites);
            /// Replaces the slot of (object, entry, its byte offset, owned word), which holds no heap object and is not MISSING; false if
            /// others got in between, then nothing is done
            replace_slot = ReplaceSlot(Tagged, Ptr, I64, Tagged) None -> (I1) Store(Alias::Slots);
            /// The attribute slot at a byte offset from an object's start; borrowed, MISSING if deleted
            load_slot = LoadSlot(Tagged, I64) None -> (Tagged) Load(Alias::Slots);
            /// Replaces the attribute slot at a byte offset (object, offset, value); the old value is not released
            store_slot = StoreSlot(Tagged, I64, Tagged) None -> () Store(Alias::Slots);
            /// Is this the program's only thread?
            is_single = IsSingle() None -> (I1) Volatile;
            /// Can no other thread find the object, or is there none? Then plain stores into it are fine, and what it holds
            /// can be borrowed
            is_unshared = IsUnshared(Tagged) None -> (I1) Volatile;
            /// Is the object biased to this thread, or immortal? Then no other thread can free it before this one's next
            /// safepoint, wherever it was loaded from: it can be counted up at once, before anything is counted down
            is_own = IsOwn(Tagged) None -> (I1) Volatile;

            // ── counts ───────────────────────────────────────────────────────────────────────────────────────────────────
            /// Counts up a word that somebody holds a reference to
            incref = Incref(Tagged) None -> () Count;
            /// Counts up a word borrowed from memory, before the borrowing ends. It was loaded while the program had one
            /// thread, or is no heap object or this thread's own, and nothing has been able to release it since
            secure = Secure(Tagged) None -> () Count;
            /// Counts a word down, and frees the object if it was the last reference
            decref = Decref(Tagged) None -> () Call;

            // ── safepoints ───────────────────────────────────────────────────────────────────────────────────────────────
            /// Is there work for the thread's next safepoint?
            poll = Poll() None -> (I1) Volatile;
            /// Is there work for the thread's next safepoint, or has the program more than one thread?
            attention = Attention() None -> (I1) Volatile;
            /// Is there work for the thread's next safepoint, or the stack nearly used up?
            entry_check = EntryCheck() None -> (I1) Volatile;

            // ── calls ────────────────────────────────────────────────────────────────────────────────────────────────────
            /// Calls a function of the runtime
            call_helper = CallHelper dynamic Helper;
            /// Calls a function of the runtime from a path that is seldom taken but leads back: keeps all registers
            call_slow = CallSlow dynamic Helper;
            /// Calls native code: the function object, then its arguments, as many as it has parameters. Owned, or RAISED
            call_direct = CallDirect(Tagged, ...) Code -> (Tagged) Call;
            /// Iterates over a value and gives its `n` items, owned; first result: None, or RAISED (the items are then meaningless)
            unpack = Unpack dynamic Int;

            // ── control ──────────────────────────────────────────────────────────────────────────────────────────────────
            /// Goes to the target
            jump = Jump() None -> () Control;
            /// Goes to the first target if true, else to the second
            branch = Branch(I1) None -> () Control;
            /// Returns an owned word
            return = Return(Tagged) None -> () Control;
            /// Returns RAISED: an exception is pending
            return_raised = ReturnRaised() None -> () Control;
            /// Goes on in the interpreter at an instruction, with the owned operands in registers, and returns its result
            side_exit = SideExit(...) Exit -> () Control;
            /// Goes on in the interpreter by unwinding from an instruction that raised
            side_exit_raised = SideExitRaised(...) Exit -> () Control;
            // ── generators, whose registers are in memory while they are suspended ─────────────────────────────────────────
            /// Takes the word out of a register of the generator
            take_register = TakeRegister() Int -> (Tagged) Volatile;
            /// Tells the generator's frame which instruction is under way: what follows may look
            set_address = SetAddress() Int -> () Call;
            /// Suspends the generator at an instruction: gives the first operand, the others go to registers
            suspend = Suspend(Tagged, ...) Exit -> () Control;
            /// Ends the generator, which returns an owned word
            finish = Finish(Tagged) None -> () Control;
            /// Has the interpreter run the generator on from an instruction, with the owned operands in registers
            hand_back = HandBack(...) Exit -> () Control;
            /// Has the interpreter run the generator on by unwinding from an instruction that raised
            hand_back_raised = HandBackRaised(...) Exit -> () Control;
            /// Has the interpreter run the generator on, of which nothing was taken
            decline = Decline() None -> () Control;

            /// Never reached
            unreachable = Unreachable() None -> () Control;
        }
    };
}

/// Types of an instruction's operands and results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub operands: Vec<Type>,
    /// Further tagged operands may follow.
    pub variadic: bool,
    pub results: Vec<Type>,
}

macro_rules! operands {
    (@types [$($done:expr),*]) => { (vec![$($done),*], false) };
    (@types [$($done:expr),*] ...) => { (vec![$($done),*], true) };
    (@types [$($done:expr),*] $type:ident $(, $($rest:tt)*)?) => { operands!(@types [$($done,)* Type::$type] $($($rest)*)?) };
}

macro_rules! define {
    ($($(#[doc = $doc:literal])* $name:ident = $variant:ident $row:tt $second:ident $(-> ($($result:ident),*) $effect:expr)?;)*) => {
        /// An instruction's name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Op { $($(#[doc = $doc])* $variant),* }

        impl Op {
            /// All instructions in table order.
            pub const ALL: &[Op] = &[$(Op::$variant),*];

            /// Name in listings.
            pub const fn name(self) -> &'static str {
                match self { $(Op::$variant => stringify!($name)),* }
            }

            /// What stands beside the operands.
            pub const fn immediate(self) -> ImmediateKind {
                match self { $(Op::$variant => ImmediateKind::$second),* }
            }

            /// The row's types; `None` where they depend on the immediate.
            fn fixed(self) -> Option<Signature> {
                match self { $(Op::$variant => define!(@signature $row $(($($result),*))?)),* }
            }

            /// The row's effect; `None` where it depends on the immediate.
            const fn fixed_effect(self) -> Option<Effect> {
                #[allow(unused_imports)]
                use Effect::*;
                match self { $(Op::$variant => define!(@effect $($effect)?)),* }
            }
        }
    };
    (@signature dynamic) => { None };
    (@signature ($($operands:tt)*) ($($result:ident),*)) => {{
        let (operands, variadic) = operands!(@types [] $($operands)*);
        Some(Signature { operands, variadic, results: vec![$(Type::$result),*] })
    }};
    (@effect) => { None };
    (@effect $effect:expr) => { Some($effect) };
}

for_each_op!(define);

impl Op {
    /// The instruction with this name.
    pub fn from_name(name: &str) -> Option<Op> {
        Self::ALL.iter().copied().find(|op| op.name() == name)
    }

    /// Number of targets.
    pub const fn n_targets(self) -> usize {
        match self {
            Op::Jump => 1,
            Op::Branch => 2,
            _ => 0,
        }
    }

    /// Whether the instruction ends its block.
    pub fn is_terminator(self) -> bool {
        self.fixed_effect() == Some(Effect::Control)
    }

    /// Types of operands and results; `None` if the immediate does not fit the instruction.
    pub fn signature(self, immediate: &Immediate) -> Option<Signature> {
        if let Some(signature) = self.fixed() {
            return Some(signature);
        }
        let signature = |operands: &[Type], variadic, results: &[Type]| {
            Some(Signature {
                operands: operands.to_vec(),
                variadic,
                results: results.to_vec(),
            })
        };
        match (self, immediate) {
            (Op::Load, Immediate::Field(f)) => signature(&[f.base()], false, &[f.ty()]),
            (Op::Store, Immediate::Field(f)) => signature(&[f.base(), f.ty()], false, &[]),
            (Op::LoadItem, Immediate::Field(f)) => {
                signature(&[f.base(), Type::I64], false, &[f.ty()])
            }
            (Op::StoreItem, Immediate::Field(f)) => {
                signature(&[f.base(), Type::I64, f.ty()], false, &[])
            }
            (Op::CallHelper | Op::CallSlow, Immediate::Helper(h)) => {
                signature(h.parameters(), h.is_variadic(), h.results())
            }
            (Op::Unpack, Immediate::Int(n)) => {
                signature(&[Type::Tagged], false, &vec![Type::Tagged; *n as usize + 1])
            }
            _ => None,
        }
    }
}

impl Instruction {
    /// What the instruction does besides computing its results.
    pub fn effect(&self) -> Effect {
        if let Some(effect) = self.op.fixed_effect() {
            return effect;
        }
        match (self.op, &self.immediate) {
            (Op::Load | Op::LoadItem, Immediate::Field(f)) if f.alias() == Alias::Fixed => {
                Effect::Pure
            }
            (Op::Load | Op::LoadItem, Immediate::Field(f)) => Effect::Load(f.alias()),
            (Op::Store | Op::StoreItem, Immediate::Field(f)) => Effect::Store(f.alias()),
            (Op::CallHelper | Op::CallSlow, Immediate::Helper(h)) => helper_effect(*h),
            _ => Effect::Call,
        }
    }
}

fn helper_effect(helper: ashore_runtime::abi::Helper) -> Effect {
    use ashore_runtime::abi::Helper;
    let effects = helper.effects();
    match helper {
        _ if effects.calls || effects.raises => Effect::Call,
        _ if effects.pure => Effect::Pure,
        Helper::ListAppend => Effect::Store(Alias::List),
        _ if helper.results().is_empty() => Effect::Call,
        _ => Effect::Allocate,
    }
}
