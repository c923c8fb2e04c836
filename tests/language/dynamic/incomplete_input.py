# Source that may go on, as an interactive session asks: what ends where an error would be is told from what is wrong.
DONT_IMPLY_DEDENT, ALLOW_INCOMPLETE_INPUT = 0x200, 0x4000

SOURCES = (
    "x = \n", "if 1:", "if 1:\n", "if 1:\n pass", "if 1:\n pass\n", "if 1: pass", "(1,", "(1,\n", "'''abc", "x y\n",
    "def f():\n  x", "def f():\n  x\n", "1 +\n", "class A:\n\n", "try:\n x\n", "@a\n", "x = \\\n", "}", "f'''{x",
    "from x import (a,", "if 1:\n  x = (\n", " x", "x = 1",
)
for mode in "single", "exec":
    for source in SOURCES:
        for flags in 0, DONT_IMPLY_DEDENT, DONT_IMPLY_DEDENT | ALLOW_INCOMPLETE_INPUT:
            try:
                compile(source, "input", mode, flags)
            except SyntaxError as error:
                print(mode, repr(source), flags, type(error).__name__, error.msg)
            else:
                print(mode, repr(source), flags, "compiles")
print(issubclass(_IncompleteInputError, SyntaxError))
