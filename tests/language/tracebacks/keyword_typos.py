"""Reports of syntax errors name the keyword that was meant."""

import sys

SOURCES = [
    "a a a ",
    "fo i in range(3): pass",
    "x = 1\nimpotr os",
    "whille True:\n  pass",
    "class A:\n  x = 1\n  deff f(self): pass\n",
    "if x:\n  pass\n\nfor y in z:\n    pass\n    retrun y\n",
    "if x:\n  pass\nelse:\n  y\n\n\nasync dfe f(): pass",
    "    \n  fro x import y",
    "f(a, b fi c else d)",
    "x = [y fo y in z]",
    "asd fgh",
    "x is nto None",
    "lambd x: 1",
    "try:\n  pass\nexept ValueError:\n  pass",
    "é = 1; é fro b",
    "a b c d e f g h i j k impotr x",
    "with open(x) sa f: pass",
    "tru = x y",
    "x = 'a' imprt b",
    "match x:\n  csae 1: pass",
    "fo x in y:\n  (",
    "1 = 2",
    "x = 10 yeild",
]

for source in SOURCES:
    for mode in ("exec", "eval"):
        try:
            compile(source, "<text>", mode)
        except SyntaxError as error:
            sys.__excepthook__(type(error), error.with_traceback(None), None)

try:
    exec("deff f(): pass")
except SyntaxError as error:
    print(error, error._metadata)
    raise
