//! Functions of the runtime that native code calls: name, signature, effects.
//!
//! Every helper takes the thread first. Tagged arguments are borrowed from the caller, tagged results are owned by it,
//! unless the row's documentation says otherwise. A helper that `raises` returns `RAISED` in its first result when an
//! exception is pending. Truth values are returned as tagged True and False when the helper can raise. `...` stands for
//! any number of tagged arguments, passed as address and count.

use super::types::Type;

/// What a helper may do besides computing its result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// May run Python code, free objects or pass a safepoint: nothing borrowed from a slot outlives it.
    pub calls: bool,
    /// May return RAISED.
    pub raises: bool,
    /// Depends on nothing but its arguments and changes nothing.
    pub pure: bool,
}

/// Applies a macro to the whole table: `name = Variant(types) -> (types) [effects];`
#[macro_export]
macro_rules! for_each_helper { ($mac:ident) => { $mac! {
    // ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────
    /// `lhs + rhs`
    add = Add(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs - rhs`
    sub = Sub(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs * rhs`
    mul = Mul(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs @ rhs`
    matmul = Matmul(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs / rhs`
    truediv = Truediv(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs // rhs`
    floordiv = Floordiv(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs % rhs`
    modulo = Modulo(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs ** rhs`
    pow = Pow(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs << rhs`
    lshift = Lshift(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs >> rhs`
    rshift = Rshift(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs & rhs`
    bit_and = BitAnd(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs | rhs`
    bit_or = BitOr(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs ^ rhs`
    bit_xor = BitXor(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs += rhs`
    iadd = Iadd(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs -= rhs`
    isub = Isub(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs *= rhs`
    imul = Imul(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs @= rhs`
    imatmul = Imatmul(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs /= rhs`
    itruediv = Itruediv(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs //= rhs`
    ifloordiv = Ifloordiv(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs %= rhs`
    imodulo = Imodulo(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs **= rhs`
    ipow = Ipow(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs <<= rhs`
    ilshift = Ilshift(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs >>= rhs`
    irshift = Irshift(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs &= rhs`
    ibit_and = IbitAnd(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs |= rhs`
    ibit_or = IbitOr(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs ^= rhs`
    ibit_xor = IbitXor(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs += rhs` where `lhs` is given away (its reference belongs to the helper, also when it raises): a str nobody else has grows in place
    iadd_owned = IaddOwned(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `-v`
    neg = Neg(Tagged) -> (Tagged) [calls raises];
    /// `+v`
    pos = Pos(Tagged) -> (Tagged) [calls raises];
    /// `~v`
    invert = Invert(Tagged) -> (Tagged) [calls raises];
    /// `bool(v)`
    truth = Truth(Tagged) -> (Tagged) [calls raises];
    /// A float in a box or inline, whichever it needs
    new_float = NewFloat(F64) -> (Tagged) [];
    /// An int of any size
    new_int = NewInt(I64) -> (Tagged) [];
    /// `lhs % rhs` of floats as Python defines it; `rhs` is not zero
    float_mod = FloatMod(F64, F64) -> (F64) [pure];
    /// `lhs // rhs` of floats as Python defines it; `rhs` is not zero
    float_floordiv = FloatFloordiv(F64, F64) -> (F64) [pure];

    // ── comparison ───────────────────────────────────────────────────────────────────────────────────────────────
    /// `lhs < rhs`
    lt = Lt(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs <= rhs`
    le = Le(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs == rhs`
    eq = Eq(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs != rhs`
    ne = Ne(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs > rhs`
    gt = Gt(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `lhs >= rhs`
    ge = Ge(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `bool(lhs < rhs)`
    test_lt = TestLt(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `bool(lhs <= rhs)`
    test_le = TestLe(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `bool(lhs == rhs)`
    test_eq = TestEq(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `bool(lhs != rhs)`
    test_ne = TestNe(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `bool(lhs > rhs)`
    test_gt = TestGt(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `bool(lhs >= rhs)`
    test_ge = TestGe(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `item in container` of (item, container)
    contains = Contains(Tagged, Tagged) -> (Tagged) [calls raises];

    // ── iteration ────────────────────────────────────────────────────────────────────────────────────────────────
    /// `iter(v)`
    iter = Iter(Tagged) -> (Tagged) [calls raises];
    /// `next(v)`; MISSING when exhausted
    next = Next(Tagged) -> (Tagged) [calls raises];
    /// `next(v)` in two values, the second one MISSING if the item is no pair; the first one MISSING when exhausted
    next_pair = NextPair(Tagged) -> (Tagged, Tagged) [calls raises];
    /// `range(start, stop, step)` of small ints, `step` not zero
    new_range = NewRange(Tagged, Tagged, Tagged) -> (Tagged) [];
    /// The iterator whose next values are those of `range(start, stop, step)`; small ints, `step` not zero
    new_range_iterator = NewRangeIterator(Tagged, Tagged, Tagged) -> (Tagged) [];

    /// Next number and stop of a range iterator with this step that is given away, if nobody else has it; else MISSING twice,
    /// and it is not given away
    reclaim_range = ReclaimRange(Tagged, Tagged) -> (Tagged, Tagged) [];
    /// The list (owned) and next index of a list iterator that is given away, if nobody else has it; else MISSING twice, and
    /// it is not given away
    reclaim_list_iterator = ReclaimListIterator(Tagged) -> (Tagged, Tagged) [];
    /// The iterator over a list that goes on at an index (a small int)
    new_list_iterator = NewListIterator(Tagged, Tagged) -> (Tagged) [];

    // ── names ────────────────────────────────────────────────────────────────────────────────────────────────────
    /// Global or builtin of (function, name): looks in the function's globals, then in the builtins
    load_global = LoadGlobal(Tagged, Tagged) -> (Tagged) [calls raises];
    /// Binds a global of (function, name, value)
    store_global = StoreGlobal(Tagged, Tagged, Tagged) -> (Tagged) [calls raises];
    /// Unbinds a global of (function, name)
    delete_global = DeleteGlobal(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `builtins.__build_class__`
    load_build_class = LoadBuildClass() -> (Tagged) [calls raises];
    /// A new cell holding a value or MISSING
    new_cell = NewCell(Tagged) -> (Tagged) [];
    /// Contents of a cell, MISSING if it is empty
    cell_get = CellGet(Tagged) -> (Tagged) [];
    /// Replaces the contents of a cell of (cell, value), MISSING to empty it; the old contents are released
    cell_set = CellSet(Tagged, Tagged) -> () [calls];
    /// The cell of a free variable of (function, index); borrowed from the function
    free_cell = FreeCell(Tagged, I64) -> (Tagged) [];
    /// Raises UnboundLocalError about a name
    raise_unbound_local = RaiseUnboundLocal(Tagged) -> (Tagged) [calls raises];
    /// Raises NameError about an unbound free variable's name
    raise_unbound_free = RaiseUnboundFree(Tagged) -> (Tagged) [calls raises];
    /// `__import__` of (function, name, fromlist, level)
    import_name = ImportName(Tagged, Tagged, Tagged, I64) -> (Tagged) [calls raises];
    /// Attribute or submodule of (module, name)
    import_from = ImportFrom(Tagged, Tagged) -> (Tagged) [calls raises];

    // ── attributes and subscripts ────────────────────────────────────────────────────────────────────────────────
    /// `obj.name` of (obj, name, site); fills the site
    load_attr = LoadAttr(Tagged, Tagged, Ptr) -> (Tagged) [calls raises];
    /// `obj.name = value` of (obj, name, value, site); fills the site
    store_attr = StoreAttr(Tagged, Tagged, Tagged, Ptr) -> (Tagged) [calls raises];
    /// `del obj.name` of (obj, name)
    delete_attr = DeleteAttr(Tagged, Tagged) -> (Tagged) [calls raises];
    /// The function to call for `obj.name(...)` of (obj, name, site), and what to pass first: `obj` itself (not counted) or MISSING
    load_method = LoadMethod(Tagged, Tagged, Ptr) -> (Tagged, Tagged) [calls raises];
    /// The same, of an object owned by the caller: gives it back as what to pass first, or releases it
    take_method = TakeMethod(Tagged, Tagged, Ptr) -> (Tagged, Tagged) [calls raises];
    /// The entry of a site's cache for (obj, name, site), made if need be, if loading the attribute comes down to one slot of
    /// the object; else null
    slot_to_load = SlotToLoad(Tagged, Tagged, Ptr) -> (Ptr) [];
    /// The same for storing it
    slot_to_store = SlotToStore(Tagged, Tagged, Ptr) -> (Ptr) [];
    /// The same for calling a method that need not be counted
    method_to_call = MethodToCall(Tagged, Tagged, Ptr) -> (Ptr) [];
    /// Puts an owned word into the slot of (obj, entry, word), which others may know of, if no reference goes away by that; tells whether
    /// it did
    replace_slot = ReplaceSlot(Tagged, Ptr, Tagged) -> (Tagged) [];
    /// `obj[key]`
    get_item = GetItem(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `obj[start:stop]`
    get_slice = GetSlice(Tagged, Tagged, Tagged) -> (Tagged) [calls raises];
    /// `obj[key] = value`
    set_item = SetItem(Tagged, Tagged, Tagged) -> (Tagged) [calls raises];
    /// `del obj[key]`
    delete_item = DeleteItem(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `slice(start, stop, step)`
    new_slice = NewSlice(Tagged, Tagged, Tagged) -> (Tagged) [];

    // ── calls ────────────────────────────────────────────────────────────────────────────────────────────────────
    /// `callee(args...)`
    call = Call(Tagged, ...) -> (Tagged) [calls raises];
    /// `callee(receiver, args...)`, or `callee(args...)` if the receiver is MISSING
    call_method = CallMethod(Tagged, ...) -> (Tagged) [calls raises];
    /// `callee(args...)`; the last arguments are keywords named by the tuple: (callee, names, args...)
    call_keywords = CallKeywords(Tagged, Tagged, ...) -> (Tagged) [calls raises];
    /// As `call_method`, with keywords: (callee, names, receiver, args...)
    call_method_keywords = CallMethodKeywords(Tagged, Tagged, ...) -> (Tagged) [calls raises];
    /// `callee(*args, **kwargs)` of a tuple and a dict or MISSING
    call_ex = CallEx(Tagged, Tagged, Tagged) -> (Tagged) [calls raises];
    /// `super()` in a method: `callee(cls, obj)` if `callee` is the builtin `super`, else `callee()`
    call_super = CallSuper(Tagged, Tagged, Tagged) -> (Tagged) [calls raises];
    /// A function of (function whose globals it shares, code, closure, defaults, kwdefaults, annotate), absent parts MISSING
    make_function = MakeFunction(Tagged, Tagged, Tagged, Tagged, Tagged, Tagged) -> (Tagged) [];

    // ── displays and strings ─────────────────────────────────────────────────────────────────────────────────────
    /// `(args...)`
    new_tuple = NewTuple(...) -> (Tagged) [];
    /// `[args...]`
    new_list = NewList(...) -> (Tagged) [];
    /// `{args...}`
    new_set = NewSet(...) -> (Tagged) [calls raises];
    /// `{key: value, ...}`
    new_dict = NewDict(...) -> (Tagged) [calls raises];
    /// `''.join(args)`, all of them str
    join_strings = JoinStrings(...) -> (Tagged) [];
    /// `format(v, '')`
    format_simple = FormatSimple(Tagged) -> (Tagged) [calls raises];
    /// `format(v, spec)`
    format_spec = FormatSpec(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `str(v)`
    to_str = ToStr(Tagged) -> (Tagged) [calls raises];
    /// `repr(v)`
    to_repr = ToRepr(Tagged) -> (Tagged) [calls raises];
    /// `ascii(v)`
    to_ascii = ToAscii(Tagged) -> (Tagged) [calls raises];
    /// Item `i` of an exact list, MISSING if there is none
    list_get = ListGet(Tagged, I64) -> (Tagged) [];
    /// Marks a discreet object as shared, and what it refers to
    publish_parts = PublishParts(Tagged) -> () [];
    /// Appends to an exact list
    list_append = ListAppend(Tagged, Tagged) -> () [];
    /// `list.extend(v)`; None
    list_extend = ListExtend(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `set.add(v)`; None
    set_add = SetAdd(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `set.update(v)`; None
    set_update = SetUpdate(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `dict[key] = value` of (dict, key, value); None
    dict_set = DictSet(Tagged, Tagged, Tagged) -> (Tagged) [calls raises];
    /// `dict.update(v)` of a dict display; None
    dict_update = DictUpdate(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `dict.update(v)` of the keyword arguments of a callee, of (dict, v, callee); None
    dict_merge = DictMerge(Tagged, Tagged, Tagged) -> (Tagged) [calls raises];
    /// `tuple(list)` of a list nobody else has
    list_to_tuple = ListToTuple(Tagged) -> (Tagged) [];
    /// Counts all of them down, in order; words that are no objects are allowed
    release_all = ReleaseAll(...) -> () [calls];
    /// `len(v)`
    len = Len(Tagged) -> (Tagged) [calls raises];

    // ── exceptions ───────────────────────────────────────────────────────────────────────────────────────────────
    /// `raise v`
    raise = Raise(Tagged) -> (Tagged) [calls raises];
    /// `raise v from cause`
    raise_from = RaiseFrom(Tagged, Tagged) -> (Tagged) [calls raises];
    /// `raise` without an operand
    raise_current = RaiseCurrent() -> (Tagged) [calls raises];
    /// The bound `__exit__` of a context manager, and what `__enter__` returned; both owned
    with_enter = WithEnter(Tagged) -> (Tagged, Tagged) [calls raises];
    /// `exit(None, None, None)`
    with_exit = WithExit(Tagged) -> (Tagged) [calls raises];
    /// The pending exception leaves the function: adds an instruction to its traceback and gives the function's references
    /// back. (function, code, address, [`Leaving`] as a number, words)
    leave_raised = LeaveRaised(Tagged, Ptr, I64, I64, ...) -> () [calls];

    // ── safepoints ───────────────────────────────────────────────────────────────────────────────────────────────
    /// Does what is pending for the thread; None, or MISSING if the interpreter has to go on because the thread is traced
    safepoint = Safepoint() -> (Tagged) [calls raises];
    /// What `entry_check` asked for: a safepoint, or RecursionError because the stack ends; None, or MISSING as for `safepoint`
    enter = Enter() -> (Tagged) [calls raises];

    // ── patterns ─────────────────────────────────────────────────────────────────────────────────────────────────
    /// Is it a sequence for patterns?
    match_sequence = MatchSequence(Tagged) -> (Tagged) [];
    /// Is it a mapping for patterns?
    match_mapping = MatchMapping(Tagged) -> (Tagged) [];
    /// Tuple of the values of keys in a mapping, or None: (subject, keys)
    match_keys = MatchKeys(Tagged, Tagged) -> (Tagged) [calls raises];
    /// Tuple of attributes of (subject, class, number of positional patterns, names), or None
    match_class = MatchClass(Tagged, Tagged, I64, Tagged) -> (Tagged) [calls raises];
} } }

/// What a function that raised passes of its words: first its variables in the order of their registers, then other words it
/// owns. Those that are its own to give back are released from the last to the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Leaving {
    /// How many variables there are.
    pub variables: u16,
    /// Which of the first [`Leaving::MARKED`] variables are owned, a bit for each.
    pub owned: u64,
}

impl Leaving {
    /// Variables with a bit in `owned`. Of others that are owned the word is passed a second time.
    pub const MARKED: u16 = 48;

    /// As one number.
    pub const fn pack(self) -> i64 {
        (self.owned << 16 | self.variables as u64).cast_signed()
    }

    /// From a number made by [`Leaving::pack`].
    pub const fn unpack(number: i64) -> Leaving {
        Leaving {
            variables: number as u16,
            owned: number.cast_unsigned() >> 16,
        }
    }

    /// Whether word `index` is released.
    pub const fn is_owned(self, index: usize) -> bool {
        index >= self.variables as usize
            || index < Self::MARKED as usize && self.owned >> index & 1 != 0
    }
}

macro_rules! parameters {
    (@types [$($done:expr),*]) => { (&[$($done),*] as &[Type], false) };
    (@types [$($done:expr),*] ...) => { (&[$($done),*] as &[Type], true) };
    (@types [$($done:expr),*] $type:ident $(, $($rest:tt)*)?) => { parameters!(@types [$($done,)* Type::$type] $($($rest)*)?) };
}

macro_rules! define {
    ($($(#[doc = $doc:literal])* $name:ident = $variant:ident($($parameters:tt)*) -> ($($result:ident),*) [$($effect:ident)*];)*) => {
        /// One function of the runtime.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Helper { $($(#[doc = $doc])* $variant),* }

        impl Helper {
            /// All helpers.
            pub const ALL: &[Helper] = &[$(Helper::$variant),*];

            /// Name in listings; the symbol is `ashore_` and this.
            pub const fn name(self) -> &'static str {
                match self { $(Helper::$variant => stringify!($name)),* }
            }

            const fn parameter_row(self) -> (&'static [Type], bool) {
                match self { $(Helper::$variant => parameters!(@types [] $($parameters)*)),* }
            }

            /// Types of the fixed parameters behind the thread.
            pub const fn parameters(self) -> &'static [Type] {
                self.parameter_row().0
            }

            /// Whether any number of tagged values may follow.
            pub const fn is_variadic(self) -> bool {
                self.parameter_row().1
            }

            /// Types of the results: none, one, or two words.
            pub const fn results(self) -> &'static [Type] {
                match self { $(Helper::$variant => &[$(Type::$result),*]),* }
            }

            /// What it may do.
            pub const fn effects(self) -> Effects {
                match self { $(Helper::$variant => Effects { $($effect: true,)* ..Effects { calls: false, raises: false, pure: false } }),* }
            }
        }
    };
}

for_each_helper!(define);

impl Helper {
    /// The helper with this name.
    pub fn from_name(name: &str) -> Option<Helper> {
        Self::ALL
            .iter()
            .copied()
            .find(|helper| helper.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_say_what_they_take() {
        assert_eq!(Helper::ImportName.parameters().len(), 4);
        assert!(Helper::Call.is_variadic() && Helper::Call.parameters() == [Type::Tagged]);
        assert!(Helper::NewTuple.is_variadic() && Helper::NewTuple.parameters().is_empty());
        assert!(!Helper::Add.is_variadic());
        assert_eq!(Helper::LoadMethod.results().len(), 2);
        assert_eq!(Helper::from_name("safepoint"), Some(Helper::Safepoint));
    }

    #[test]
    fn what_a_function_leaves_behind_fits_a_number() {
        let leaving = Leaving {
            variables: 50,
            owned: 1 << 47 | 1,
        };
        assert_eq!(Leaving::unpack(leaving.pack()), leaving);
        let released = |index| leaving.is_owned(index);
        // The last two variables have no bit, so they would be passed a second time.
        assert_eq!(
            [0, 1, 47, 48, 49, 50].map(released),
            [true, false, true, false, false, true]
        );
    }
}
