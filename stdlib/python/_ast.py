"""The classes of syntax trees. Trees are made by the program; `ast.parse` says that it can't."""

PyCF_ONLY_AST = 0x400
PyCF_TYPE_COMMENTS = 0x1000
PyCF_ALLOW_TOP_LEVEL_AWAIT = 0x2000
PyCF_OPTIMIZED_AST = 0x8000 | PyCF_ONLY_AST


class AST:
    _fields = ()
    _attributes = ()
    _field_types = {}
    __match_args__ = ()

    def __init__(self, /, *args, **kwargs):
        name = type(self).__name__
        if len(args) > len(self._fields):
            plural = "" if len(self._fields) == 1 else "s"
            raise TypeError(f"{name} constructor takes at most {len(self._fields)} positional argument{plural}")
        for field, value in zip(self._fields, args):
            setattr(self, field, value)
        for field, value in kwargs.items():
            if field in self._fields[:len(args)]:
                raise TypeError(f"{name} got multiple values for argument {field!r}")
            setattr(self, field, value)
        for field in self._fields:
            if not hasattr(self, field):
                kind = _kinds.get((name, field), "")
                if kind == "*":
                    setattr(self, field, [])
                elif field == "ctx":
                    setattr(self, field, Load())

    def __reduce__(self):
        return type(self), (), self.__dict__

    def __replace__(self, /, **fields):
        return type(self)(**{**self.__dict__, **fields})


# Each line: a kind of node, then its nodes with their fields; `?` marks what may be None, `*` what is a list.
_NODES = """
mod: Module(body*, type_ignores*) Interactive(body*) Expression(body) FunctionType(argtypes*, returns)
stmt@: FunctionDef(name, args, body*, decorator_list*, returns?, type_comment?, type_params*) AsyncFunctionDef(name, args, body*, decorator_list*, returns?, type_comment?, type_params*) ClassDef(name, bases*, keywords*, body*, decorator_list*, type_params*) Return(value?) Delete(targets*) Assign(targets*, value, type_comment?) TypeAlias(name, type_params*, value) AugAssign(target, op, value) AnnAssign(target, annotation, value?, simple) For(target, iter, body*, orelse*, type_comment?) AsyncFor(target, iter, body*, orelse*, type_comment?) While(test, body*, orelse*) If(test, body*, orelse*) With(items*, body*, type_comment?) AsyncWith(items*, body*, type_comment?) Match(subject, cases*) Raise(exc?, cause?) Try(body*, handlers*, orelse*, finalbody*) TryStar(body*, handlers*, orelse*, finalbody*) Assert(test, msg?) Import(names*) ImportFrom(module?, names*, level?) Global(names*) Nonlocal(names*) Expr(value) Pass() Break() Continue()
expr@: BoolOp(op, values*) NamedExpr(target, value) BinOp(left, op, right) UnaryOp(op, operand) Lambda(args, body) IfExp(test, body, orelse) Dict(keys*, values*) Set(elts*) ListComp(elt, generators*) SetComp(elt, generators*) DictComp(key, value, generators*) GeneratorExp(elt, generators*) Await(value) Yield(value?) YieldFrom(value) Compare(left, ops*, comparators*) Call(func, args*, keywords*) FormattedValue(value, conversion, format_spec?) Interpolation(value, str, conversion, format_spec?) JoinedStr(values*) TemplateStr(values*) Constant(value, kind?) Attribute(value, attr, ctx) Subscript(value, slice, ctx) Starred(value, ctx) Name(id, ctx) List(elts*, ctx) Tuple(elts*, ctx) Slice(lower?, upper?, step?)
expr_context: Load() Store() Del()
boolop: And() Or()
operator: Add() Sub() Mult() MatMult() Div() Mod() Pow() LShift() RShift() BitOr() BitXor() BitAnd() FloorDiv()
unaryop: Invert() Not() UAdd() USub()
cmpop: Eq() NotEq() Lt() LtE() Gt() GtE() Is() IsNot() In() NotIn()
AST: comprehension(target, iter, ifs*, is_async) arguments(posonlyargs*, args*, vararg?, kwonlyargs*, kw_defaults*, kwarg?, defaults*) withitem(context_expr, optional_vars?) match_case(pattern, guard?, body*)
excepthandler@: ExceptHandler(type?, name?, body*)
AST@: arg(arg, annotation?, type_comment?) keyword(arg?, value) alias(name, asname?)
pattern@: MatchValue(value) MatchSingleton(value) MatchSequence(patterns*) MatchMapping(keys*, patterns*, rest?) MatchClass(cls, patterns*, kwd_attrs*, kwd_patterns*) MatchStar(name?) MatchAs(pattern?, name?) MatchOr(patterns*)
type_ignore: TypeIgnore(lineno, tag)
type_param@: TypeVar(name, bound?, default_value?) ParamSpec(name, default_value?) TypeVarTuple(name, default_value?)
"""

_kinds = {}


def _define():
    names = globals()
    place = ("lineno", "col_offset", "end_lineno", "end_col_offset")
    for line in _NODES.strip().splitlines():
        base, nodes = line.split(": ", 1)
        attributes = place if base.endswith("@") else ()
        base = base.rstrip("@")
        if base not in names:
            names[base] = type(base, (AST,), {"__module__": "ast", "_attributes": attributes})
        for node in nodes.split(") "):
            name, fields = node.rstrip(")").split("(")
            fields = fields.split(", ") if fields else []
            plain = tuple(field.rstrip("*?") for field in fields)
            namespace = {"__module__": "ast", "_fields": plain, "__match_args__": plain}
            if attributes:
                namespace["_attributes"] = attributes
                namespace["end_lineno"] = namespace["end_col_offset"] = None
            for field in fields:
                plain_field = field.rstrip("*?")
                _kinds[name, plain_field] = field[len(plain_field):]
                if field.endswith("?"):
                    namespace[plain_field] = None
            names[name] = type(name, (names[base],), namespace)


_define()
