# Programs that are compiled from syntax trees: parsed, changed, and made from nothing.
import ast

SOURCE = '''
"""A docstring."""
import asyncio
from functools import wraps as decorate

def logged(f):
    @decorate(f)
    def call(*args, sep=", ", **named):
        "Shows a call."
        print(f.__name__, *args, sorted(named.items()), sep=sep)
        return f(*args, **named)
    return call

@logged
def power(base, /, exponent: int = 2, *, offset=0) -> int:
    return base ** exponent + offset

class Base[T]:
    count: int = 0
    def __init_subclass__(cls, **named):
        print(cls.__name__, named)

class Derived(Base[int], key="value"):
    __secret = 1
    def secret(self):
        return self.__secret, __class__.__name__

def kind(x):
    match x:
        case 0 | -1:
            return "small"
        case [first, *rest] if rest:
            return f"{first} and {len(rest)} more"
        case {"name": str() as name, **others}:
            return name, others
        case Derived(count=n):
            return n
        case None | True:
            return "constant"
        case _:
            return "other"

def generate(n):
    try:
        for i in range(n):
            if i == 2:
                continue
            elif i > 4:
                break
            else:
                yield i
        else:
            yield "all"
    finally:
        print("done")

async def double(x):
    await asyncio.sleep(0)
    return [y async for y in numbers(x)]

async def numbers(n):
    for i in range(n):
        yield i * 2

def handled(f):
    try:
        return f()
    except (ValueError, KeyError) as error:
        return type(error).__name__
    except ZeroDivisionError:
        return "zero"

def group():
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
    except* ValueError as errors:
        print(errors.exceptions)
    except* TypeError:
        print("types")

type Pair[A] = tuple[A, A]
total = 0
while total < 10:
    total += 3
del asyncio.nothing if False else total
'''.replace("del asyncio.nothing if False else total\n", "")

names = {"__name__": "made"}
exec(compile(ast.parse(SOURCE), "<made>", "exec"), names)
print(names["__doc__"], names["total"])
print(names["power"](3, offset=1), names["power"].__wrapped__.__annotations__)
print(names["Derived"]().secret())
for value in 0, -1, [1, 2, 3], {"name": "n", "x": 1}, names["Derived"](), None, 5:
    print(names["kind"](value))
print(list(names["generate"](8)), list(names["generate"](2)))
import asyncio
print(asyncio.run(names["double"](3)))
print(names["handled"](lambda: [][0] if 0 else {}["k"]), names["handled"](lambda: 1 // 0))
names["group"]()
print(names["Pair"].__value__)


# Changed trees.
class Swap(ast.NodeTransformer):
    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.Add):
            node.op = ast.Mult()
        return node

    def visit_Name(self, node):
        return ast.copy_location(ast.Constant(7), node) if node.id == "seven" else node


tree = Swap().visit(ast.parse("print(seven + 2 + 3, f'{seven + 1:>4}|{seven!r}')"))
exec(compile(ast.fix_missing_locations(tree), "<swapped>", "exec"))


# Trees from nothing.
def evaluate(body, **names):
    tree = ast.fix_missing_locations(ast.Expression(body))
    return eval(compile(tree, "<made>", "eval"), names)


def load(name):
    return ast.Name(name, ast.Load())


for value in (
    None, True, ..., 0, -5, 10**30, -(10**30), 1.5, -0.0, float("inf"), float("nan"), 2j, 1 + 2j, -1 - 0j, "text", "a\ud800b",
    b"\xff", (), (1, (2, "x")), frozenset({1}), ((1 + 1j,), "y"), "�",
):
    made = evaluate(ast.Constant(value))
    print(ascii(made), type(made) is type(value))

# Two names with one place: what is evaluated first keeps its value.
walrus = ast.NamedExpr(ast.Name("x", ast.Store()), ast.Constant(2))
f = ast.Lambda(ast.arguments(args=[ast.arg("x")]), ast.Tuple([load("x"), walrus, load("x")], ast.Load()))
print(evaluate(ast.Call(f, [ast.Constant(1)], [])))
text = ast.Constant("a\udc80")
print(ascii(evaluate(ast.JoinedStr([text, ast.FormattedValue(load("v"), -1, ast.JoinedStr([ast.Constant(">4")]))]), v=1)))
print(evaluate(ast.FormattedValue(load("v"), ord("r"), None), v="q"))
print(evaluate(ast.FormattedValue(load("v"), -1, ast.Constant("05")), v=3))
print(evaluate(ast.JoinedStr([ast.JoinedStr([ast.Constant("in")]), ast.Constant("out")])))
template = ast.TemplateStr([ast.Constant("a"), ast.Interpolation(load("v"), "written", ord("s"), None)])
print(evaluate(template, v=3))
print(evaluate(load("not a name"), **{"not a name": 1}))
print(evaluate(ast.Slice(ast.Constant(1), None, load("v")), v=2))
print(evaluate(ast.Set([])), evaluate(ast.Dict([None], [load("v")]), v={1: 2}))
print(evaluate(ast.Compare(load("v"), [ast.Lt(), ast.NotIn()], [ast.Constant(9), ast.List([], ast.Load())]), v=3))

# A long chain of `elif` and a deep expression.
chain = ast.parse("if x == 0: y = 0\n" + "".join(f"elif x == {i}: y = {i}\n" for i in range(1, 400)))
names = {"x": 399}
exec(compile(chain, "<chain>", "exec"), names)
print(names["y"])
deep = load("v")
for _ in range(500):
    deep = ast.UnaryOp(ast.USub(), deep)
print(evaluate(deep, v=1))
