"""Warnings about source: CPython warns as often as it generates code of a part, and in that order."""

import warnings

found = []
warnings.simplefilter("always")
warnings.showwarning = lambda message, category, file, line, *_: found.append((line, str(message).split("; ")[0]))


def try_(source):
    found.clear()
    try:
        compile(source, "f", "exec")
    except SyntaxError as error:
        found.append((error.lineno, error.msg))
    print(f"{source!r}: {len(found)}")
    for line, message in found:
        print("   ", line, message)


for name in ["tuple", "list", "set", "all", "any", "sum", "x.tuple"]:
    try_(f"{name}(1['a'] for c in ())")
    try_(f"{name}(x for x in 1['a'])")
for source in [
    "tuple(x for x in 1['a'] if 2['b'])",
    "tuple(x for x in 1['a'] for y in 2['b'] if 3['c'])",
    "tuple((x for x in 1['a']), y)",
    "tuple(*(x for x in 1['a']))",
    "tuple(a=(x for x in 1['a']))",
    "tuple([x for x in 1['a']])",
    "x = all(1() for c in 2())",
    "tuple(tuple(1() for x in y) for z in 2())",
    "tuple(x for x in tuple(y for y in 1()))",
    "tuple(tuple(x for x in 1()) for y in z)",
    "def f():\n  tuple(1() for c in 2())",
    "def tuple(x): pass\ntuple(1() for x in y)",
    "lambda: all(1() for x in 2())",
    "class A: any(1() for x in 2())",
    "async def f():\n  tuple(1() async for x in 2())",
    "async def f():\n  tuple([await y for y in 1()] for x in 2())",
    "async def f():\n  any(await 1() for x in 2())",
    "async def f():\n  all(1() for x in await 2())",
    "try: pass\nfinally: 1()",
    "try: 2()\nexcept: 1()\nfinally: 3()\n",
    "try: pass\nfinally:\n try: 1()\n finally: 2()",
    "def f():\n try: return 1\n finally: 2()",
    "def f():\n try:\n  return 1\n  return 2\n finally: 2()",
    "for x in y:\n try:\n  break\n  continue\n finally: 2()",
    "while 1:\n try:\n  if a: break\n  if b: continue\n finally: 2()",
    "def f():\n try:\n  return 1\n except E: return 2\n finally: 3()",
    "try: pass\nexcept* A: 1()\nfinally: 2()",
    "with a: 1()",
    "def f():\n with a: return 1()",
    "def f():\n with 1() as b: return 1",
    "def f():\n try:\n  try: return 1\n  finally: 2()\n finally: 3()",
    "try: pass\nfinally: tuple(1() for x in 2())",
    "assert 1(), 2()",
    "while 1(): pass",
    "while 1():\n x\n",
    "for i in 1(): pass",
    "if 1(): pass",
    "x if 1() else 2()",
    "if 0: 1()",
    "while 0: 1()",
    "if 1: x\nelse: 1()",
    "1() and 2()",
    "not 1()",
    "assert (1,2)",
    "x = 1 is 2",
    "x = 1 is 2 is 3",
    "while 1 is 2: pass",
    "if 1 is 2: pass",
    "try: pass\nfinally: x is 1",
    "try: pass\nfinally: assert (1,2)",
    "match 1():\n case 2: 3()",
    "def f(a=1()): pass",
    "@1()\ndef f(): pass",
    "def f(a: 1()): pass",
    "x: 1() = 2()",
    "def f[T: 1()](a=2()): pass",
    "class A[T](1()): pass",
    "class A[T: 2()](1()): pass",
    "type X = 1()",
    "lambda a=1(): 2()",
    "x = [1() for y in 2()]",
    "x = {1(): 2() for y in 3()}",
    "f'{1()}'",
    "f'{1():{2()}}'",
    "x[1()] += 2()",
    "1()[2] += 1",
    "del 1()[2]",
    "with 1(), 2(): pass",
    "for x in y: pass\nelse: 1()",
    "while 0: pass\nelse: 1()",
    "while 1: pass\nelse: 1()",
    "if __debug__: 1()\nelse: 2()",
    "if 'a': 1()\nelse: 2()",
    "if (): 1()",
    "0 and 1()",
    "1 or 2()",
    "x = 1() if 1 else 2()",
    "def f():\n return\n 1()",
    "raise\n",
    "import x\nraise\n1()",
    "while True:\n  break\n  1()",
    "from __future__ import annotations\nx: 1() = 2\ndef f(a: 3()): pass",
    "class A:\n  x: 1()",
    "def f():\n  x: 1() = 2",
    "x.y: 1() = 3",
    "x[1()]: 2()",
    "def f():\n  x[1()]: 2()",
    "(x): 1()",
    "(x): 1() = 3",
    "1 is 1\nreturn",
    "return\n1 is 1",
    "1()\ndef f(a, a): pass",
    "tuple((x for x in 1()))",
    "tuple((tuple(x for x in 1()) for y in z))",
]:
    try_(source)
