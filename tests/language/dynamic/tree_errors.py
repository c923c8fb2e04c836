# What is no program is refused, with the places that a tree names.
import ast
import sys
import traceback

AT = dict(lineno=1, col_offset=0)
RANGE = dict(AT, end_lineno=1, end_col_offset=0)
X = ast.Name("x", ast.Load(), **AT)
PASS = ast.Pass(**AT)


def store(name="x"):
    return ast.Name(name, ast.Store(), **AT)


def constant(value):
    return ast.Constant(value, **AT)


def attempt(tree, mode="exec", *flags):
    if isinstance(tree, ast.stmt):
        tree = ast.Module([tree])
    elif isinstance(tree, ast.expr):
        tree, mode = ast.Expression(tree), "eval"
    elif isinstance(tree, ast.pattern):
        case = ast.match_case(tree, None, [PASS])
        tree = ast.Module([ast.Match(X, [case], **AT)])
    try:
        compile(tree, "made", mode, *flags)
    except Exception as error:
        print(type(error).__name__, error)
    else:
        print("compiles")


class Text(str):
    pass


class Derived(ast.Name):
    pass


class Strange(ast.expr):
    pass


# Kinds of trees
for mode in "exec", "eval", "single", "func_type", "nothing":
    attempt(ast.Module([]), mode)
    attempt(ast.Module([]), mode, ast.PyCF_ONLY_AST)
for run in exec, eval:
    try:
        run(ast.Module([]))
    except TypeError as error:
        print(error)

# Fields
attempt(ast.Expression(None), "eval")
attempt(ast.Expression(1), "eval")
attempt(ast.Expression(PASS), "eval")
attempt(ast.Module(1))
attempt(ast.Module([None]))
attempt(ast.Name(1, ast.Load(), **AT))
attempt(ast.Name(Text("x"), ast.Load(), **AT))
attempt(ast.Name(None, ast.Load(), **AT))
attempt(ast.Name("x", None, **AT))
attempt(ast.Name("x", ast.Load()))
attempt(ast.Name("x", ast.Load(), lineno="a", col_offset=0))
attempt(ast.Name("x", ast.Load(), lineno=2**40, col_offset=0))
attempt(ast.Name("x", ast.Load(), lineno=None, col_offset=0))
attempt(Derived("x", ast.Load(), **AT))
attempt(Strange(**AT))
attempt(ast.BinOp(X, ast.Load(), X, **AT))
attempt(ast.Compare(X, [1], [X], **AT))
attempt(ast.Call(X, [None], [], **AT))
attempt(ast.Global(["a", 1], **AT))
attempt(ast.Import([ast.alias(None, **AT)], **AT))
attempt(constant([1]))
attempt(constant((1, {})))
attempt(constant(Text("x")))
attempt(ast.Constant("x", kind=1, **AT))
node = ast.Expr(X, **AT)
del node.value
attempt(node)

# Places
attempt(ast.Name("x", ast.Load(), lineno=5, col_offset=0, end_lineno=3))
attempt(ast.Name("x", ast.Load(), lineno=-5, col_offset=0, end_lineno=-3))
attempt(ast.Name("x", ast.Load(), lineno=5, col_offset=3, end_lineno=5, end_col_offset=1))

# Contexts and names
attempt(store())
attempt(ast.Delete([X], **AT))
attempt(ast.For(X, X, [PASS], [], **AT))
attempt(ast.Assign([constant(1)], X, **AT))
attempt(ast.Name("None", ast.Load(), **AT))
attempt(ast.ClassDef("True", [], [], [PASS], [], **AT))
attempt(ast.Import([ast.alias("False", **AT)], **AT))
attempt(ast.NamedExpr(ast.Attribute(X, "a", ast.Store(), **AT), X, **AT))
attempt(ast.AnnAssign(ast.Attribute(X, "a", ast.Store(), **AT), X, None, 1, **AT))
attempt(ast.AugAssign(ast.Tuple([], ast.Store(), **AT), ast.Add(), X, **AT))
attempt(ast.AnnAssign(ast.List([], ast.Store(), **AT), X, None, 0, **AT))
attempt(ast.TypeAlias(ast.Tuple([], ast.Store(), **AT), [], X, **AT))

# What belongs together
attempt(ast.FunctionDef("f", ast.arguments(), [], [], **AT))
attempt(ast.FunctionDef("f", ast.arguments(defaults=[X]), [PASS], [], **AT))
attempt(ast.FunctionDef("f", ast.arguments(kw_defaults=[None]), [PASS], [], **AT))
attempt(ast.FunctionDef("f", ast.arguments(args=[ast.arg("a", **AT)] * 2), [PASS], [], **AT))
attempt(ast.If(X, [], [], **AT))
attempt(ast.With([], [PASS], **AT))
attempt(ast.Match(X, [], **AT))
attempt(ast.Raise(None, X, **AT))
attempt(ast.Try([PASS], [], [PASS], [], **AT))
attempt(ast.Try([PASS], [], [PASS], [PASS], **AT))
attempt(ast.Try([PASS], [ast.ExceptHandler(None, None, [], **AT)], [], [], **AT))
attempt(ast.Import([], **AT))
attempt(ast.ImportFrom("a", [ast.alias("b", **AT)], -1, **AT))
attempt(ast.ImportFrom("a", [ast.alias("b", **AT)], None, **AT))
attempt(ast.BoolOp(ast.And(), [X], **AT))
attempt(ast.Dict([X], [], **AT))
attempt(ast.Compare(X, [], [], **AT))
attempt(ast.Compare(X, [ast.Lt()], [X, X], **AT))
attempt(ast.ListComp(X, [], **AT))
attempt(ast.FormattedValue(X, 33, None, **AT))

# Patterns
attempt(ast.MatchValue(constant((1,)), **RANGE))
attempt(ast.MatchValue(X, **RANGE))
attempt(ast.MatchValue(constant(1 + 2j), **RANGE))
attempt(ast.MatchValue(ast.JoinedStr([], **AT), **RANGE))
attempt(ast.MatchSingleton(1, **RANGE))
attempt(ast.MatchStar("a", **RANGE))
attempt(ast.MatchAs(None, "_", **RANGE))
attempt(ast.MatchAs(ast.MatchAs(None, "a", **RANGE), None, **RANGE))
attempt(ast.MatchOr([ast.MatchAs(None, None, **RANGE)], **RANGE))
attempt(ast.MatchMapping([X], [], None, **RANGE))
attempt(ast.MatchMapping([constant(-1)] * 2, [ast.MatchAs(None, None, **RANGE)] * 2, None, **RANGE))
attempt(ast.MatchClass(constant(1), [], [], [], **RANGE))
attempt(ast.MatchClass(X, [], ["a"], [], **RANGE))

# What only the compiler minds
attempt(ast.Return(X, **AT))
attempt(ast.Break(**AT))
attempt(ast.Await(X, **AT))
attempt(ast.Expr(ast.Starred(X, ast.Load(), **AT), **AT))
attempt(ast.Assign([store("__debug__")], X, **AT))
attempt(ast.Module([PASS, ast.ImportFrom("__future__", [ast.alias("annotations", **AT)], 0, **AT)]))

# Cycles
loop = ast.UnaryOp(ast.Not(), X, **AT)
loop.operand = loop
try:
    compile(ast.Expression(loop), "made", "eval")
except RecursionError:
    print("too deep")

# Places of errors and of what is raised
try:
    compile(ast.Module([ast.Return(X, lineno=7, col_offset=3, end_lineno=8, end_col_offset=9)]), "made", "exec")
except SyntaxError as error:
    print(error.lineno, error.offset, error.end_lineno, error.end_offset, error.text)
tree = ast.parse("def f(x):\n    return x\\\n        .missing(\n            1)\nf(\n  0)")
ast.increment_lineno(tree, 100)
try:
    exec(compile(tree, "made", "exec"))
except AttributeError as error:
    for frame in traceback.extract_tb(error.__traceback__)[1:]:
        print(frame.filename, frame.name, frame.lineno, frame.colno, frame.end_lineno, frame.end_colno)
code = compile(tree, "made", "exec")
print(code.co_firstlineno, [c.co_firstlineno for c in code.co_consts if hasattr(c, "co_code")])
