# What `ast.parse` and `compile` make of source besides plain trees.
import ast
import copy

# Optimized trees
SOURCES = [
    "__debug__; x.__debug__; f'{__debug__}'",
    "'%s' % (a,); 'x%5s%%' % (a,); '%r%a' % (a, b); 'a' % (); '%s' % a; '%d' % (1,); '%s' % (*a,); '%s' % (1, 2)",
    "match x:\n  case -1: pass\n  case 1+2j: pass\n  case {-1.5: y, -0-2j: z}: pass\n  case [-3j, a.b]: pass",
    "'doc'\n'more'\ndef f():\n  'doc'\nclass A:\n  'doc'\n  x",
]
for source in SOURCES:
    for level in 0, 1, 2:
        print(ast.dump(ast.parse(source, optimize=level)))
tree = ast.parse("__debug__")
print(ast.dump(compile(tree, "x", "exec", ast.PyCF_OPTIMIZED_AST, optimize=1)))
print(compile(tree, "x", "exec", ast.PyCF_ONLY_AST, optimize=1) is tree)

# Types of functions
for source in (
    "() -> int", "(int, str) -> list[int]", "(int, *str, **object) -> a | b", "(\n  a, # c\n  b[c,\n d]) -> f(x, y)\n",
    "(int) -> a, b", "int -> a", "(a, ) -> b", "(*a, b) -> c", "(a -> b", "(a) -> b c", "(**a, *b) -> c",
):
    try:
        print(ast.dump(ast.parse(source, mode="func_type")))
    except SyntaxError as error:
        print("SyntaxError", error.msg)

# Type comments
COMMENTED = '''\
x = 1 # type: int
y = 2 # type: ignore[assignment]
z = 3 # type: ignored
for i in (x):  #  type:  int
    pass
with a as b, (c): # type: B
    pass
async def f(
    a, # type: int
    *b, # type: str
    c=1 # type: float
):
    # type: (...) -> None
    async for k in l: # type: K
        async with m as n: # type: N
            pass
def g(a): # type: (int) -> int
    return a # not a type
# type: ignore
'''
tree = ast.parse(COMMENTED, type_comments=True)
for node in ast.walk(tree):
    if getattr(node, "type_comment", None) is not None:
        print(type(node).__name__, node.lineno, repr(node.type_comment))
print([(ignore.lineno, ignore.tag) for ignore in tree.type_ignores])
print(any(getattr(node, "type_comment", None) for node in ast.walk(ast.parse(COMMENTED))))
try:
    ast.parse("x + 1 # type: int", type_comments=True)
except SyntaxError as error:
    print(error.msg, error.lineno)
ast.parse("x + 1 # type: int")

# Older Pythons
for source, minor in [
    ("(x := 1)", 7), ("def f(a, /): pass", 7), ("match x:\n  case 1: pass", 9), ("try: pass\nexcept* E: pass", 10),
    ("type A = int", 11), ("def f[T](): pass", 11), ("def f[T = int](): pass", 12), ("t'{x}'", 13),
    ("try: pass\nexcept A, B: pass", 13),
]:
    for version in minor, minor + 1:
        try:
            ast.parse(source, feature_version=(3, version))
            print("parses")
        except SyntaxError as error:
            print(error.msg)

# Features of `__future__`
import __future__

for name in __future__.all_feature_names:
    flag = getattr(__future__, name).compiler_flag
    code = compile("def f(): pass", "x", "exec", flag)
    inner = [c.co_flags for c in code.co_consts if hasattr(c, "co_code")]
    written = compile(f"from __future__ import {name}", "x", "exec").co_flags
    print(name, hex(code.co_flags), [hex(flags) for flags in inner], hex(written))
print(eval(compile("1 <> 2", "x", "eval", __future__.barry_as_FLUFL.compiler_flag)))
names = {}
exec("from __future__ import barry_as_FLUFL\nx = eval('1 <> 1')", names)
print(names["x"])

# Copies with other values
node = ast.parse("x").body[0].value
node.extra = 1
copied = copy.replace(node, id="y")
print(ast.dump(copied, include_attributes=True), hasattr(copied, "extra"))
for make in lambda: copy.replace(node, extra=2), lambda: ast.Name.__new__(ast.Name).__replace__():
    try:
        make()
    except TypeError as error:
        print(error)
