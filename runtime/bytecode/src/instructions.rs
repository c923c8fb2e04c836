//! The instruction table: the specification of the register bytecode.
//!
//! One row states an instruction's documentation, name, typed operands and effects. Everything else follows from it: the
//! [`Opcode`] enum, one operand struct per instruction with `encode` and `decode`, the [`Visitor`] that interpreter,
//! IR builder and verifier implement (a row without its method does not compile), effects and listings.
//!
//! Conventions. `Src` consumes temporaries and borrows locals, `Peek` always borrows (see [`crate::operand`]). Calls take
//! a run of temporaries `[callee, args...]`, methods `[callee, self or MISSING, args...]`; the callee's register window
//! starts at its first argument, so arguments are never copied. `X_local` registers read through `Src`/`Peek` are bound:
//! the frontend emits `check_bound` wherever it can't prove it.

use crate::operand::*;

/// What an instruction may do besides computing its result.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Effects {
    /// May run arbitrary Python code (and so pass a safepoint).
    pub calls: bool,
    /// May raise.
    pub raises: bool,
    /// May transfer control to its label.
    pub branch: bool,
    /// Control never reaches the next instruction.
    pub ends: bool,
    /// Suspends the frame.
    pub suspends: bool,
}

/// Applies a macro to the whole table.
#[macro_export]
macro_rules! for_each_instruction { ($mac:ident) => { $mac! {
    // ── registers ────────────────────────────────────────────────────────────────────────────────────────────────
    /// `dst = const[k]`
    load_const = LoadConst { dst: Dst, k: Const } [];
    /// `dst = src`; a temporary is moved, a local copied
    move_ = Move { dst: Dst, src: Src } [];
    /// `dst = src` with a new reference, whatever `src` is
    copy = Copy { dst: Dst, src: Peek } [];
    /// Releases a register and leaves it unbound (`del x` after `check_bound`, or a temporary nobody consumed)
    drop_ = Drop { reg: Dst } [calls];
    /// Raises `UnboundLocalError` if the local `reg` is unbound
    check_bound = CheckBound { reg: Peek, name: Name } [raises];

    // ── arithmetic ───────────────────────────────────────────────────────────────────────────────────────────────
    /// `dst = lhs + rhs`
    add = Add { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs - rhs`
    sub = Sub { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs * rhs`
    mul = Mul { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs @ rhs`
    matmul = Matmul { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs / rhs`
    truediv = Truediv { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs // rhs`
    floordiv = Floordiv { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs % rhs`
    mod_ = Mod { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs ** rhs`
    pow = Pow { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs << rhs`
    lshift = Lshift { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs >> rhs`
    rshift = Rshift { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs & rhs`
    and = And { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs | rhs`
    or = Or { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs ^ rhs`
    xor = Xor { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = (lhs += rhs)`
    iadd = Iadd { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = (lhs -= rhs)`
    isub = Isub { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = (lhs *= rhs)`
    imul = Imul { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = (lhs @= rhs)`
    imatmul = Imatmul { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = (lhs /= rhs)`
    itruediv = Itruediv { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = (lhs //= rhs)`
    ifloordiv = Ifloordiv { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = (lhs %= rhs)`
    imod = Imod { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = (lhs **= rhs)`
    ipow = Ipow { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = (lhs <<= rhs)`
    ilshift = Ilshift { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = (lhs >>= rhs)`
    irshift = Irshift { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = (lhs &= rhs)`
    iand = Iand { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = (lhs |= rhs)`
    ior = Ior { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = (lhs ^= rhs)`
    ixor = Ixor { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs + imm`
    add_int = AddInt { dst: Dst, lhs: Src, imm: Imm, site: Site } [calls raises];
    /// `dst = lhs - imm`
    sub_int = SubInt { dst: Dst, lhs: Src, imm: Imm, site: Site } [calls raises];
    /// `dst = (lhs += imm)`
    iadd_int = IaddInt { dst: Dst, lhs: Src, imm: Imm, site: Site } [calls raises];
    /// `dst = (lhs -= imm)`
    isub_int = IsubInt { dst: Dst, lhs: Src, imm: Imm, site: Site } [calls raises];
    /// `dst = -src`
    neg = Neg { dst: Dst, src: Src } [calls raises];
    /// `dst = +src`
    pos = Pos { dst: Dst, src: Src } [calls raises];
    /// `dst = ~src`
    invert = Invert { dst: Dst, src: Src } [calls raises];
    /// `dst = not src`
    not_ = Not { dst: Dst, src: Src } [calls raises];

    // ── comparison ───────────────────────────────────────────────────────────────────────────────────────────────
    /// `dst = lhs < rhs`
    lt = Lt { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs <= rhs`
    le = Le { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs == rhs`
    eq = Eq { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs != rhs`
    ne = Ne { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs > rhs`
    gt = Gt { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs >= rhs`
    ge = Ge { dst: Dst, lhs: Src, rhs: Src, site: Site } [calls raises];
    /// `dst = lhs is rhs`
    is = Is { dst: Dst, lhs: Src, rhs: Src } [];
    /// `dst = lhs is not rhs`
    is_not = IsNot { dst: Dst, lhs: Src, rhs: Src } [];
    /// `dst = item in container`
    contains = Contains { dst: Dst, item: Src, container: Src, site: Site } [calls raises];
    /// `dst = item not in container`
    not_contains = NotContains { dst: Dst, item: Src, container: Src, site: Site } [calls raises];

    // ── control ──────────────────────────────────────────────────────────────────────────────────────────────────
    /// `goto target`, forwards
    jump = Jump { target: Label } [branch ends];
    /// `goto target`, backwards: a safepoint
    jump_back = JumpBack { target: Label } [calls raises branch ends];
    /// `if cond: goto target`
    jump_if_true = JumpIfTrue { cond: Src, target: Label } [calls raises branch];
    /// `if not cond: goto target`
    jump_if_false = JumpIfFalse { cond: Src, target: Label } [calls raises branch];
    /// `if cond: goto target`, keeping `cond` on both paths
    jump_if_true_keep = JumpIfTrueKeep { cond: Peek, target: Label } [calls raises branch];
    /// `if not cond: goto target`, keeping `cond` on both paths
    jump_if_false_keep = JumpIfFalseKeep { cond: Peek, target: Label } [calls raises branch];
    /// `if src is None: goto target`
    jump_if_none = JumpIfNone { src: Src, target: Label } [branch];
    /// `if src is not None: goto target`
    jump_if_not_none = JumpIfNotNone { src: Src, target: Label } [branch];
    /// `if lhs < rhs: goto target`
    jump_if_lt = JumpIfLt { lhs: Src, rhs: Src, target: Label, site: Site } [calls raises branch];
    /// `if lhs <= rhs: goto target`
    jump_if_le = JumpIfLe { lhs: Src, rhs: Src, target: Label, site: Site } [calls raises branch];
    /// `if lhs == rhs: goto target`
    jump_if_eq = JumpIfEq { lhs: Src, rhs: Src, target: Label, site: Site } [calls raises branch];
    /// `if lhs != rhs: goto target`
    jump_if_ne = JumpIfNe { lhs: Src, rhs: Src, target: Label, site: Site } [calls raises branch];
    /// `if lhs > rhs: goto target`
    jump_if_gt = JumpIfGt { lhs: Src, rhs: Src, target: Label, site: Site } [calls raises branch];
    /// `if lhs >= rhs: goto target`
    jump_if_ge = JumpIfGe { lhs: Src, rhs: Src, target: Label, site: Site } [calls raises branch];
    /// `if not (lhs < rhs): goto target`
    jump_unless_lt = JumpUnlessLt { lhs: Src, rhs: Src, target: Label, site: Site } [calls raises branch];
    /// `if not (lhs <= rhs): goto target`
    jump_unless_le = JumpUnlessLe { lhs: Src, rhs: Src, target: Label, site: Site } [calls raises branch];
    /// `if not (lhs == rhs): goto target`
    jump_unless_eq = JumpUnlessEq { lhs: Src, rhs: Src, target: Label, site: Site } [calls raises branch];
    /// `if not (lhs != rhs): goto target`
    jump_unless_ne = JumpUnlessNe { lhs: Src, rhs: Src, target: Label, site: Site } [calls raises branch];
    /// `if not (lhs > rhs): goto target`
    jump_unless_gt = JumpUnlessGt { lhs: Src, rhs: Src, target: Label, site: Site } [calls raises branch];
    /// `if not (lhs >= rhs): goto target`
    jump_unless_ge = JumpUnlessGe { lhs: Src, rhs: Src, target: Label, site: Site } [calls raises branch];
    /// Returns `src` to the caller
    return_ = Return { src: Src } [ends];

    // ── iteration and generators ─────────────────────────────────────────────────────────────────────────────────
    /// `dst = iter(src)`
    get_iter = GetIter { dst: Dst, src: Src } [calls raises];
    /// `dst = next(iter)`; when exhausted, releases `iter` and goes to `target`
    for_iter = ForIter { dst: Dst, iter: Peek, target: Label, site: Site } [calls raises branch];
    /// Suspends the generator giving `src`; resumed with the sent value in `dst`
    yield_ = Yield { dst: Dst, src: Src } [calls raises suspends];
    /// `dst = iter(src)` for `yield from`: a generator is taken as it is
    get_yield_from_iter = GetYieldFromIter { dst: Dst, src: Src } [calls raises];
    /// `dst` = the iterator that awaiting `src` works on, which is an expression (0) or what `__aenter__` (1) or `__aexit__` (2) gave
    get_awaitable = GetAwaitable { dst: Dst, src: Src, what: Count } [calls raises];
    /// `dst = aiter(src)` for `async for`
    get_async_iter = GetAsyncIter { dst: Dst, src: Src } [calls raises];
    /// `dst` = the iterator that awaiting the next item of `iter` works on
    get_async_next = GetAsyncNext { dst: Dst, iter: Peek } [calls raises];
    /// Sends `value` to `iter`: `dst` is what it yields; when it returns, `dst` is its return value, `iter` is released and control goes to `target`
    send = Send { dst: Dst, iter: Peek, value: Src, target: Label } [calls raises branch];
    /// `yield` on behalf of the sub-iterator `iter`, which `throw` and `close` reach first
    yield_delegate = YieldDelegate { dst: Dst, src: Src, iter: Peek } [calls raises suspends];

    // ── names ────────────────────────────────────────────────────────────────────────────────────────────────────
    /// `dst` = global or builtin `name`
    load_global = LoadGlobal { dst: Dst, name: Name, site: Site } [calls raises];
    /// Global `name = src`
    store_global = StoreGlobal { name: Name, src: Src, site: Site } [calls raises];
    /// `del` global `name`
    delete_global = DeleteGlobal { name: Name } [calls raises];
    /// `dst` = `name` from the namespace (class body, `exec`), then globals, then builtins
    load_name = LoadName { dst: Dst, name: Name } [calls raises];
    /// Namespace `name = src`
    store_name = StoreName { name: Name, src: Src } [calls raises];
    /// `del name` from the namespace
    delete_name = DeleteName { name: Name } [calls raises];
    /// `dst` = `name` from the namespace, else the contents of free variable `index` (class bodies)
    load_name_or_free = LoadNameOrFree { dst: Dst, name: Name, index: Free } [calls raises];
    /// `dst` = the namespace itself: the class body's or `exec`'s mapping, else the globals
    load_namespace = LoadNamespace { dst: Dst } [];
    /// `dst` = `name` from the mapping `dict`, then globals, then builtins (annotations of a class)
    load_dict_or_global = LoadDictOrGlobal { dst: Dst, dict: Src, name: Name } [calls raises];
    /// `dst` = `name` from the mapping `dict`, else the contents of free variable `index`
    load_dict_or_free = LoadDictOrFree { dst: Dst, dict: Src, name: Name, index: Free } [calls raises];
    /// Puts a new cell holding the register's value (or nothing) into the register
    make_cell = MakeCell { reg: Dst } [];
    /// `dst` = contents of the cell in register `cell`
    load_cell = LoadCell { dst: Dst, cell: Peek, name: Name } [raises];
    /// Contents of the cell in register `cell` = `src`
    store_cell = StoreCell { cell: Peek, src: Src } [calls];
    /// Empties the cell in register `cell`
    delete_cell = DeleteCell { cell: Peek, name: Name } [calls raises];
    /// `dst` = contents of the function's free variable `index`
    load_free = LoadFree { dst: Dst, index: Free } [raises];
    /// Contents of free variable `index` = `src`
    store_free = StoreFree { index: Free, src: Src } [calls];
    /// Empties free variable `index`
    delete_free = DeleteFree { index: Free } [calls raises];
    /// `dst` = the cell itself of free variable `index`, for a nested closure
    load_free_cell = LoadFreeCell { dst: Dst, index: Free } [];

    // ── attributes and subscripts ────────────────────────────────────────────────────────────────────────────────
    /// `dst = obj.name`
    load_attr = LoadAttr { dst: Dst, obj: Src, name: Name, site: Site } [calls raises];
    /// `obj.name = value`
    store_attr = StoreAttr { obj: Src, name: Name, value: Src, site: Site } [calls raises];
    /// `del obj.name`
    delete_attr = DeleteAttr { obj: Src, name: Name } [calls raises];
    /// `dst, dst+1` = the function and `obj`, if `obj.name` is a plain method; else the attribute and MISSING
    load_method = LoadMethod { dst: Dst, obj: Src, name: Name, site: Site } [calls raises];
    /// `dst = obj[key]`
    load_item = LoadItem { dst: Dst, obj: Src, key: Src, site: Site } [calls raises];
    /// `obj[key] = value`
    store_item = StoreItem { obj: Src, key: Src, value: Src, site: Site } [calls raises];
    /// `del obj[key]`
    delete_item = DeleteItem { obj: Src, key: Src } [calls raises];
    /// `dst = slice(start, stop, step)`
    build_slice = BuildSlice { dst: Dst, start: Src, stop: Src, step: Src } [];

    // ── calls ────────────────────────────────────────────────────────────────────────────────────────────────────
    /// `dst = r[base](r[base+1], ...)`, `n` registers in all
    call = Call { dst: Dst, base: Args, n: Count, site: Site } [calls raises];
    /// `call` on what `load_method` left at `base, base+1`, with the arguments behind; `n` registers in all
    call_method = CallMethod { dst: Dst, base: Args, n: Count, site: Site } [calls raises];
    /// `call` whose last arguments are keywords named by the tuple `names`
    call_kw = CallKw { dst: Dst, base: Args, n: Count, names: Const, site: Site } [calls raises];
    /// `call_method` whose last arguments are keywords named by the tuple `names`
    call_method_kw = CallMethodKw { dst: Dst, base: Args, n: Count, names: Const, site: Site } [calls raises];
    /// `dst = callee(*args, **kwargs)`
    call_ex = CallEx { dst: Dst, callee: Src, args: Src, kwargs: OptSrc } [calls raises];
    /// `dst = super()` inside a method: `callee(cls, obj)` if `callee` is the builtin `super`, else `callee()`
    call_super = CallSuper { dst: Dst, callee: Src, cls: Src, obj: Src } [calls raises];
    /// `sys.displayhook(src)`: the value of an expression statement in an interactive session
    print_expr = PrintExpr { src: Src } [calls raises];
    /// `dst` = a function of code `k`; closure and defaults are tuples, kwdefaults a dict, annotate a function
    make_function = MakeFunction { dst: Dst, k: Const, closure: OptSrc, defaults: OptSrc, kwdefaults: OptSrc, annotate: OptSrc } [];
    /// `dst` = the type parameter `name`: a TypeVar (0), one with constraints (1), a ParamSpec (2) or a TypeVarTuple (3); bound
    /// and default are functions that evaluate them
    make_type_param = MakeTypeParam { dst: Dst, name: Const, variety: Count, bound: OptSrc, default: OptSrc } [calls raises];
    /// `function.__type_params__ = params`, the function being new
    set_type_params = SetTypeParams { function: Peek, params: Src } [];
    /// `dst = typing.Generic[params]`, as a base of a class
    make_generic_base = MakeGenericBase { dst: Dst, params: Src } [calls raises];
    /// `dst` = the type alias `name` with the tuple `params` or None, which the function `value` evaluates
    make_type_alias = MakeTypeAlias { dst: Dst, name: Const, params: Src, value: Src } [calls raises];
    /// `dst` = `builtins.__build_class__`
    load_build_class = LoadBuildClass { dst: Dst } [raises];

    // ── displays and strings ─────────────────────────────────────────────────────────────────────────────────────
    /// `dst = (r[base], ...)`
    build_tuple = BuildTuple { dst: Dst, base: Args, n: Count } [];
    /// `dst = [r[base], ...]`
    build_list = BuildList { dst: Dst, base: Args, n: Count } [];
    /// `dst = {r[base], ...}`
    build_set = BuildSet { dst: Dst, base: Args, n: Count } [calls raises];
    /// `dst = {r[base]: r[base+1], ...}`, `n` registers
    build_dict = BuildDict { dst: Dst, base: Args, n: Count } [calls raises];
    /// `dst = ''.join(r[base], ...)`, all of them `str`
    build_string = BuildString { dst: Dst, base: Args, n: Count } [];
    /// `dst` = the interpolation of `value` in a template string: its source text, the letter of its conversion or None, and its
    /// format
    build_interpolation = BuildInterpolation { dst: Dst, value: Src, expression: Const, conversion: Const, spec: OptSrc } [];
    /// `dst` = the template string of the tuple `strings` with the tuple `interpolations` between them
    build_template = BuildTemplate { dst: Dst, strings: Const, interpolations: Src } [];
    /// `dst = format(src, '')`
    format_simple = FormatSimple { dst: Dst, src: Src } [calls raises];
    /// `dst = format(src, spec)`
    format_spec = FormatSpec { dst: Dst, src: Src, spec: Src } [calls raises];
    /// `dst` = `str(src)`, `repr(src)` or `ascii(src)` for `kind` 0, 1, 2
    convert = Convert { dst: Dst, src: Src, kind: Count } [calls raises];
    /// `list.append(src)`
    list_append = ListAppend { list: Peek, src: Src } [];
    /// `list.extend(src)`
    list_extend = ListExtend { list: Peek, src: Src } [calls raises];
    /// `set.add(src)`
    set_add = SetAdd { set: Peek, src: Src } [calls raises];
    /// `set.update(src)`
    set_update = SetUpdate { set: Peek, src: Src } [calls raises];
    /// `dict[key] = value`
    dict_set = DictSet { dict: Peek, key: Src, value: Src } [calls raises];
    /// `dict.update(src)` of a dict display
    dict_update = DictUpdate { dict: Peek, src: Src } [calls raises];
    /// `dict.update(src)` of the keyword arguments of `callee`: a repeated key is a TypeError
    dict_merge = DictMerge { dict: Peek, src: Src, callee: Peek } [calls raises];
    /// `dst = tuple(src)` of a list nobody else has
    list_to_tuple = ListToTuple { dst: Dst, src: Src } [];
    /// `r[dst], ...r[dst+n-1] = src`
    unpack = Unpack { dst: Dst, n: Count, src: Src, site: Site } [calls raises];
    /// `r[dst].., *r[dst+before], r[dst+before+1].. = src`
    unpack_star = UnpackStar { dst: Dst, before: Count, after: Count, src: Src } [calls raises];

    // ── exceptions and contexts ──────────────────────────────────────────────────────────────────────────────────
    /// `raise exc`
    raise = Raise { exc: Src } [calls raises ends];
    /// `raise exc from cause`
    raise_from = RaiseFrom { exc: Src, cause: Src } [calls raises ends];
    /// `raise` without an operand: the exception being handled
    raise_current = RaiseCurrent { } [raises ends];
    /// Goes on raising `exc`, which was caught to run a handler
    reraise = Reraise { exc: Src } [raises ends];
    /// Start of a handler: the exception in `exc` becomes the one being handled; `dst` keeps the one before
    enter_handler = EnterHandler { dst: Dst, exc: Peek } [];
    /// End of a handler: restores what `enter_handler` kept
    leave_handler = LeaveHandler { prev: Src } [calls];
    /// `dst` = does `exc` match the class or tuple of classes `class`?
    match_exception = MatchException { dst: Dst, exc: Peek, class: Src } [calls raises];
    /// `dst, dst+1` = what an `except* class` clause leaves of `exc` and what it handles of it, each None if there is none;
    /// the latter becomes the exception being handled
    match_exception_group = MatchExceptionGroup { dst: Dst, exc: Src, class: Src } [calls raises];
    /// `dst` = what a `try` whose `except*` clauses gave the list `results` raises after catching `exc`, or None
    merge_exceptions = MergeExceptions { dst: Dst, exc: Src, results: Src } [calls raises];
    /// `dst` = the class AssertionError
    load_assertion_error = LoadAssertionError { dst: Dst } [];
    /// `dst` = the class NotImplementedError
    load_not_implemented_error = LoadNotImplementedError { dst: Dst } [];
    /// `dst` = the bound `__aexit__` of `src`, `dst+1` = `src.__aenter__()`, to be awaited
    async_with_enter = AsyncWithEnter { dst: Dst, src: Src } [calls raises];
    /// `dst = exit(None, None, None)`, to be awaited
    async_with_exit = AsyncWithExit { dst: Dst, exit: Src } [calls raises];
    /// `dst = exit(type(exc), exc, exc.__traceback__)`, to be awaited
    async_with_exit_raised = AsyncWithExitRaised { dst: Dst, exit: Src, exc: Peek } [calls raises];
    /// Goes on behind an `async for` if the exception `exc` that left it is StopAsyncIteration, else on raising it
    end_async_for = EndAsyncFor { exc: Src } [calls raises];
    /// `dst` = the bound `__exit__` of `src`, `dst+1` = `src.__enter__()`
    with_enter = WithEnter { dst: Dst, src: Src } [calls raises];
    /// `exit(None, None, None)`
    with_exit = WithExit { exit: Src } [calls raises];
    /// `dst = bool(exit(type(exc), exc, exc.__traceback__))`
    with_exit_raised = WithExitRaised { dst: Dst, exit: Src, exc: Peek } [calls raises];

    // ── imports ──────────────────────────────────────────────────────────────────────────────────────────────────
    /// `dst = __import__(name, fromlist, level)`
    import_name = ImportName { dst: Dst, name: Name, fromlist: Src, level: Count } [calls raises];
    /// `dst` = attribute or submodule `name` of `module`
    import_from = ImportFrom { dst: Dst, module: Peek, name: Name } [calls raises];
    /// Copies all public names of `module` into the namespace
    import_star = ImportStar { module: Src } [calls raises];

    // ── pattern matching ─────────────────────────────────────────────────────────────────────────────────────────
    /// `dst` = is `subject` a sequence for patterns?
    match_sequence = MatchSequence { dst: Dst, subject: Peek } [];
    /// `dst` = is `subject` a mapping for patterns?
    match_mapping = MatchMapping { dst: Dst, subject: Peek } [];
    /// `dst = len(subject)`
    get_len = GetLen { dst: Dst, subject: Peek } [calls raises];
    /// `dst` = tuple of the values of `keys` in the mapping `subject`, or None
    match_keys = MatchKeys { dst: Dst, subject: Peek, keys: Peek } [calls raises];
    /// `dst` = tuple of the `n` positional and the `names` keyword attributes of `subject` as a `class`, or None
    match_class = MatchClass { dst: Dst, subject: Peek, class: Src, n: Count, names: Const } [calls raises];

    // ── monitoring ───────────────────────────────────────────────────────────────────────────────────────────────
    /// Stands in the place of an instruction's opcode while somebody traces the running program; no code is made with it
    instrumented = Instrumented { } [calls raises];
} } }

macro_rules! define {
    ($($(#[doc = $doc:literal])* $snake:ident = $name:ident { $($field:ident: $type:ident),* } [$($effect:ident)*];)*) => {
        /// An instruction's number; the order is the table's and may change between versions.
        #[repr(u16)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Opcode { $($(#[doc = $doc])* $name),* }

        impl Opcode {
            /// All opcodes in table order.
            pub const ALL: &[Opcode] = &[$(Opcode::$name),*];

            /// What the instruction may do besides computing its result.
            pub const fn effects(self) -> Effects {
                match self {
                    $(Opcode::$name => Effects { $($effect: true,)* ..Effects { calls: false, raises: false, branch: false, ends: false, suspends: false } },)*
                }
            }

            /// The table's documentation line.
            pub const fn doc(self) -> &'static str {
                match self { $(Opcode::$name => concat!($($doc),*),)* }
            }

            /// The mnemonic in listings.
            pub const fn name(self) -> &'static str {
                match self { $(Opcode::$name => mnemonic(stringify!($snake)),)* }
            }

            /// Length in 16-bit units, the opcode included.
            #[inline]
            pub const fn units(self) -> usize {
                match self { $(Opcode::$name => ops::$name::UNITS,)* }
            }

            /// The opcode with this number.
            #[inline]
            pub fn from_unit(unit: u16) -> Option<Opcode> {
                Self::ALL.get(unit as usize).copied()
            }

            /// The opcode with this mnemonic.
            pub fn from_name(name: &str) -> Option<Opcode> {
                Self::ALL.iter().copied().find(|opcode| opcode.name() == name)
            }

            /// The operands' types, in order.
            #[inline]
            pub const fn operands(self) -> &'static [Kind] {
                const OPERANDS: &[&[Kind]] = &[$(&[$(<$type as Operand>::KIND),*]),*];
                OPERANDS[self as usize]
            }

            /// Is one of the operands of this kind?
            #[inline]
            pub const fn has_operand(self, kind: Kind) -> bool {
                /// For each opcode a bit for each kind.
                const KINDS: &[u32] = &[$(0 $(| 1 << <$type as Operand>::KIND as u32)*),*];
                KINDS[self as usize] >> kind as u32 & 1 == 1
            }
        }

        /// One operand struct per instruction: `encode` appends it, `decode` reads it at its place.
        pub mod ops {
            use super::*;
            $(
                $(#[doc = $doc])*
                #[derive(Clone, Copy, Debug, PartialEq, Eq)]
                pub struct $name { $(pub $field: $type),* }

                impl $name {
                    /// Length in 16-bit units, the opcode included.
                    pub const UNITS: usize = 1 $(+ <$type as Operand>::UNITS)*;

                    /// Appends the instruction.
                    pub fn encode(self, out: &mut Vec<u16>) {
                        out.push(Opcode::$name as u16);
                        $(self.$field.encode(out);)*
                    }

                    /// Reads the operands of the instruction whose opcode is `units[0]`.
                    #[inline(always)]
                    #[allow(unused_assignments, unused_mut, unused_variables)]
                    pub fn decode(units: &[u16]) -> Self {
                        let mut at = 1;
                        let units = &units[..Self::UNITS];
                        $(let $field = <$type as Operand>::decode(&units[at..]); at += <$type as Operand>::UNITS;)*
                        $name { $($field),* }
                    }
                }
            )*
        }

        /// One method per instruction: what every consumer of bytecode implements.
        pub trait Visitor {
            /// Result of a visit.
            type Out;
            $($(#[doc = $doc])* fn $snake(&mut self, op: ops::$name) -> Self::Out;)*
        }

        /// Decodes the instruction at `units[at]` and hands it to the visitor.
        ///
        /// # Panics
        /// If `units[at]` is no opcode; verified code has none such.
        pub fn visit<V: Visitor>(units: &[u16], at: usize, visitor: &mut V) -> V::Out {
            let units = &units[at..];
            match Opcode::from_unit(units[0]) {
                $(Some(Opcode::$name) => visitor.$snake(ops::$name::decode(units)),)*
                None => panic!("no instruction has opcode {}", units[0]),
            }
        }
    };
}

/// Mnemonics that are Rust keywords carry an underscore in the table; listings show them without.
const fn mnemonic(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [.., b'_'] => name.split_at(name.len() - 1).0,
        _ => name,
    }
}

for_each_instruction!(define);
