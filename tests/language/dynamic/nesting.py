# How deep a program may nest, and where `compile` says that it went too far.


def lines(header, n, last="pass"):
    return "".join(" " * i + header + "\n" for i in range(n)) + " " * n + last


def tries(n, end):
    inner = "".join(" " * i + "try:\n" for i in range(n)) + " " * n + "pass\n"
    return inner + "".join(" " * i + end + "\n" for i in reversed(range(n)))


def handlers(n, end):
    return "".join(" " * i + "try: pass\n" + " " * i + end + "\n" for i in range(n)) + " " * n + "pass"


PROGRAMS = {
    "for": lambda n: lines("for x in []:", n),
    "while": lambda n: lines("while x:", n),
    "with": lambda n: lines("with x:", n),
    "with items": lambda n: "with " + ", ".join(["x"] * n) + ": pass",
    "if": lambda n: lines("if x:", n),
    "try finally": lambda n: tries(n, "finally: pass"),
    "try except": lambda n: tries(n, "except: pass"),
    "except": lambda n: handlers(n, "except E as e:"),
    "except*": lambda n: handlers(n, "except* E:"),
    "async for": lambda n: "async def f():\n" + "\n".join(" " + line for line in lines("async for x in y:", n).split("\n")),
    "def": lambda n: lines("def f():", n),
    "brackets": lambda n: "x = " + "(" * n + "1" + ")" * n,
    "lists": lambda n: "x = " + "[" * n + "]" * n,
    "f-strings": lambda n: "f'{" * n + "1" + "}'" * n,
    "fields": lambda n: "f'" + "{1:" * n + "}" * n + "'",
    "fields and brackets": lambda n: "f'" + "{ {1: 2}[(1)]:" * n + "}" * n + "'",
}
for name, program in PROGRAMS.items():
    for n in [1, 2, 3, 4, 5, 9, 10, 11, 12, 19, 20, 21, 22, 23, 60, 99, 100, 101, 149, 150, 199, 200, 201]:
        try:
            compile(program(n), "program", "exec")
        except SyntaxError as error:
            print(name, n, type(error).__name__, error.msg, error.lineno, error.offset)
            break
    else:
        print(name, "is fine")

# What ends where something is missing, without a line end.
for source in ["x +", "x + ", "x if y", "(x", "lambda", "\nx.", "x + # more", "x = ", "a b"]:
    for mode in ["eval", "single"]:
        try:
            compile(source, "program", mode)
        except SyntaxError as error:
            print(repr(source), mode, error.args)

# What is far too deep for any parser.
for source in ["(" * 5_000, "(a," * 5_000 + ")" * 5_000 + " = 1"]:
    try:
        compile(source, "program", "exec")
    except (SyntaxError, MemoryError) as error:
        print(type(error) in (SyntaxError, MemoryError))

# What CPython's parser has too many rules open for.
CHAINS = {
    "unary": lambda n: "-" * n + "1",
    "not": lambda n: "not " * n + "1",
    "power": lambda n: "1" + "**1" * (n // 2),
    "conditional": lambda n: "1 if 1 else " * n + "1",
    "elif": lambda n: "if a: pass\n" + "elif a: pass\n" * n,
    "sum": lambda n: "1" + "+-1" * n,
}
for name, program in CHAINS.items():
    for n in [100, 5_000, 8_000]:
        try:
            compile(program(n), "program", "exec")
            print(name, n)
        except (MemoryError, RecursionError) as error:
            print(name, n, type(error).__name__, error)
