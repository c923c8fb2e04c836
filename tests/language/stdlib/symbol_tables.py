"""`symtable`: the tables of every kind of scope, and what symbols are told to be."""

import symtable
import _symtable

PROGRAMS = {
    "statements": """
import os, sys as system
from math import pi
x: int = 1
def f(a, *rest, b=2, **named):
    global shared
    shared, local[0] = a, rest
    for i, j in pairs: last = i
    with open(a) as file, named: pass
    try: del a
    except Error as error: raise
    x += 1
    [y, p] = {k: v, **w}, (u := z)
    match b:
        case [first, *others] | Point(x=first, y=others): pass
        case {"key": value, **left} if value: pass
    return lambda q=b: q + a
""",
    "comprehensions": """
def f(outer, unused):
    [outer for i in range(3) if (found := i)]
    {n: (lambda: n) for n in outer}
    return (g for g in outer for h in g if [g for k in h])
class A:
    names = 1
    [names for i in names]
    [__class__ for i in names]
""",
    "nested": """
def f():
    x = y = 1
    def g():
        nonlocal x
        x = 2
        class A:
            x = 3
            z = x
            def h(self): return x, y, super()
    return [g for x in y]
""",
    "annotations": """
def f(a: A, *args: B, c: C = 1) -> D:
    local: [i for i in E] = 1
    other: (lambda: a)
class K:
    x: T
    if x: y: x
    z.t: U
    def m(self, x: x) -> y: pass
(p): V = 1
if p: q: W
""",
    "type parameters": """
type Alias[T] = list[T]
def f[T: int, *Ts, **P = [int]](a: T, b=1, *, c=2) -> P: return T
class A[__T: (int, str) = int](Base[__T], key=__other):
    attribute: __T
    type Inner = __T | __hidden
    def method[U = __T](self): return U
""",
    "future": """
from __future__ import annotations
x: (lambda: y)
class A:
    if x: y: z
    def f(self, a: b): c: d
""",
}


def show(table, indent=""):
    print(f"{indent}{table!r} {table.get_type()} line {table.get_lineno()}", end="")
    print(" nested" * table.is_nested(), " optimized" * table.is_optimized(), sep="")
    symbols = [f"{indent}  {symbol!r}" for symbol in table.get_symbols()]
    # What is only handed through comes in no order.
    handed = [text for text in symbols if text.endswith("FREE, >")]
    for text in symbols:
        if text not in handed:
            print(text)
    for text in sorted(handed):
        print(text)
    for child in table.get_children():
        show(child, indent + "    ")


for name, source in PROGRAMS.items():
    print(f"--- {name}")
    show(symtable.symtable(source, "file.py", "exec"))

print("--- parts")
top = symtable.symtable(PROGRAMS["statements"], "file.py", "exec")
function = top.lookup("f").get_namespace()
print(function.get_parameters(), function.get_globals(), function.get_frees(), function.get_nonlocals())
print(top.lookup("os").is_imported(), top.lookup("x").is_annotated(), top.lookup("f").is_namespace())
print(function._table.id != top._table.id, function._table is function._table, type(function._table))
print(symtable.symtable("a + b", "e", "eval").get_identifiers(), symtable.symtable("a = 1", "s", "single"))

print("--- errors")
for source, mode in [
    ("def f(a, a): pass", "exec"),
    ("return", "exec"),
    ("break; yield; f(a=1, a=2)", "exec"),
    ("def f():\n    nonlocal x", "exec"),
    ("x = (", "exec"),
    ("x = 1", "eval"),
    ("x\0", "exec"),
    (1, "exec"),
    ("x", "other"),
    ("x", 3),
]:
    try:
        print(symtable.symtable(source, "file.py", mode))
    except (SyntaxError, TypeError, ValueError) as error:
        print(type(error).__name__, error, getattr(error, "lineno", None), error.args[1:])
