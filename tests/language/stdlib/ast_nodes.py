"""Making nodes by hand: constructors, defaults, warnings, copies."""

import ast
import copy
import pickle
import warnings


def attempt(make):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = make()
            print(result if isinstance(result, (str, tuple)) else ast.dump(result))
        except Exception as error:
            print(type(error).__name__, error)
    for warning in caught:
        print(" ", warning.category.__name__, warning.message)


attempt(lambda: ast.Name("x"))
attempt(lambda: ast.Name("x", ast.Store()))
attempt(lambda: ast.Name(id="x", ctx=ast.Del(), lineno=1, col_offset=2))
attempt(lambda: ast.Name(1, 2, 3))
attempt(lambda: ast.Pass(1))
attempt(lambda: ast.Name("a", id="b"))
attempt(lambda: ast.Name("a", other=1))
attempt(lambda: ast.Return())
attempt(lambda: ast.Call(ast.Name("f")))
attempt(lambda: ast.FunctionDef("f", ast.arguments(), [ast.Pass()]))
attempt(lambda: ast.BinOp(ast.Constant(1), ast.Add(), lineno=1))
attempt(lambda: ast.Constant(1).__replace__(value=2))
attempt(lambda: ast.Constant(1).__replace__(other=2))
attempt(lambda: copy.replace(ast.Name("x"), id="y"))
attempt(lambda: ast.Name("x").__reduce__()[1])


class Own(ast.expr):
    _fields = ("a", "b")


class Typed(ast.AST):
    _fields = ("a", "b")
    _field_types = {"a": int}


attempt(lambda: Own(1))
attempt(lambda: Own(1, 2, lineno=3))
attempt(lambda: Typed(a=1))
attempt(lambda: Typed(b=1))
print(Own(1, b=2).a, Own._attributes, ast.AST._fields, ast.AST._attributes)

for cls in ast.Dict, ast.FunctionDef, ast.Name, ast.arguments, ast.Add, ast.Constant, ast.ImportFrom, ast.MatchAs, ast.alias:
    print(cls.__name__, cls._fields, cls._attributes, cls.__match_args__, cls.__module__, cls.__mro__[1].__name__)
    print(cls.__doc__, cls._field_types)
for cls in ast.expr, ast.operator, ast.mod, ast.pattern:
    print(cls.__doc__, cls._attributes, hasattr(cls, "end_lineno"))

tree = ast.parse("def f(a=[1, 2], *b): return {a: b}")
for again in copy.deepcopy(tree), pickle.loads(pickle.dumps(tree)):
    print(again is not tree, ast.dump(again, include_attributes=True) == ast.dump(tree, include_attributes=True))
print(tree, repr(ast.parse("x = f(1, 'a', [b, c, d])")))
print(ast.Module([ast.Pass()] * 5), ast.Tuple((ast.Name("a"),), ast.Load()))
node = ast.Name("x")
node.own = 1
print(node.own, vars(node).keys(), isinstance(node, ast.expr), ast.compare(node, ast.Name("x")))
print(ast.fix_missing_locations(ast.Expression(ast.Constant(1))).body.lineno, ast.increment_lineno(ast.parse("x"), 5).body[0].lineno)
match ast.parse("a.b").body[0]:
    case ast.Expr(ast.Attribute(ast.Name(id=name), attr)):
        print(name, attr)
try:
    ast.parse("(" * 300)
except (SyntaxError, MemoryError) as error:
    print(type(error).__name__, error)
