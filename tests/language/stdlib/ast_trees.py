"""Syntax trees: every kind of node, with its place."""

import ast

SOURCES = [
    '''
import a, b.c as d
from . import e
from ..f import (g as h, i)
from j import *

@decorator  # a comment
@other(1)
# and another
async def function(a, /, b: int = 1, *args: str, c, d=2, **kwargs) -> "result":
    """Doc."""
    global x, y
    nonlocal_name = 1
    await a
    async for x in y: pass
    else: z
    async with a as b, c: pass
    return [x async for x in y if x if y]

@decorator
class Class[T: int = str, *Ts, **P](Base, metaclass=Meta): a = 1;

type Alias[T] = list[T]
''',
    '''
x: int = 1
(x): int
x.y: "z"
x = y = *a, b = 1, 2
x += 1; x @= 2; x //= 3; x **= 4; x >>= 5
del a, b[0], (c, [d])
if a: pass
elif b: pass
elif c:
    pass
else: pass
while a:
    break
else:
    continue
for a, b in c: pass
try: pass
except A: pass
except (B, C) as e: pass
except: pass
else: pass
finally: pass
try: pass
except* A as e: raise
with (a as b, c): raise x from y
assert a, b
assert a
def f(): return
def g(): nonlocal_ = yield; yield 1; yield from x
''',
    '''
match x:
    case 1 | -2 | 3+4j | "a" "b" | None | True: pass
    case [a, *_, b] | (c, *rest): pass
    case {"k": v, 1: _, **rest} if guard: pass
    case Point(x=0, y=1) | Point(1, 2, z=3) | a.b: pass
    case (1 as one) | _: pass
''',
    r'''
(a and b or not c) if (d := e) else lambda x, *, y=1: x
a < b <= c != d is not e not in f
-a + +b - ~c * d / e // f % g ** h @ i << j >> k & l | m ^ n
{1: 2, **a}, {1, *b}, [c, *d], (), (e,), {}, f.g[h][i:j][k:l:m, ...][:]
[x for x in y], {x for x in y}, {x: y for x, y in z}, (x for x in y), f(x for x in y)
f(1, *a, b=2, **c)(d)
1, 0xff, 1_000, 123456789012345678901234567890, 1.5, 2j, "s", u"u" "v", b"b" b"c", None, True, ...
"\ud800\N{BULLET}é" "implicit"
f"a{b!r:>{width}}c{d=}" "e" rf"\{f}", f"", f"{x = !s}", f"{{}}{'nested' + f'{y}'}"
t"a{b!r:>{width}}{c=}" t"d"
é, ａｂｃ
''',
    "",
    "# only a comment",
    "x\n\n",
]

for source in SOURCES:
    print(ast.dump(ast.parse(source), include_attributes=True, indent=1))
print(ast.dump(ast.parse("a + 1 ", mode="eval"), show_empty=True))
print(ast.dump(ast.parse("a; b", mode="single")))
print(ast.dump(compile(b"# coding: latin-1\nx = '\xe9'", "f", "exec", ast.PyCF_ONLY_AST)))


class Visitor(ast.NodeVisitor):
    def visit_Name(self, node):
        print("name", node.id, type(node.ctx).__name__, node.lineno, node.col_offset)
        self.generic_visit(node)


Visitor().visit(ast.parse("a = b + c[d]\ndel e"))


class Swap(ast.NodeTransformer):
    def visit_BinOp(self, node):
        self.generic_visit(node)
        return ast.copy_location(ast.BinOp(node.right, node.op, node.left), node)


print(ast.unparse(Swap().visit(ast.parse("x = a + b * (c - d)"))))
for source in SOURCES[:4]:
    print(ast.unparse(ast.parse(source)))
print(ast.get_docstring(ast.parse("'''  Doc\n    more\n  '''")), ast.get_source_segment("f(a, b)", ast.parse("f(a, b)").body[0].value.args[1]))
print([type(node).__name__ for node in ast.walk(ast.parse("f(a)[0]"))])

for text in "1", "'a'", "[1, (2, 3), {4: 5}, {6}]", "-1", "1+2j", "b'x'", "set()", "None", "a", "f()", "1 +", "__import__('os')":
    try:
        print(repr(ast.literal_eval(text)))
    except (ValueError, SyntaxError) as error:
        print(type(error).__name__, str(error).split(" at 0x")[0])

for source in " a", "x = ", "(", "f(", "a b", "return", "'return' outside", "break":
    try:
        print(ast.dump(ast.parse(source)))
    except SyntaxError as error:
        print(error, error.offset, error.text)

print(eval(" 1 + 1"))
try:
    compile(" 1", "f", "eval")
except SyntaxError:
    print("refused")
