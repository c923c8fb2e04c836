# print: sep, end, file, flush, several values, errors.

import sys

print()
print(1, "two", 3.0, None, [1, "a"], sep=", ")
print("a", "b", sep="")
print("no newline", end="")
print(" same line", end="!\n")
print("x", "y", sep="\n", end="\n--\n")
print(*range(5), sep="-")
print("to stderr", file=sys.stderr)
print("flushed", flush=True)
print("", "", sep="|")
print(sep="x", end="only end\n")
print("unicode é 日 😀", 'quotes "both" \'kinds\'')
print([1.0, "é", None, True], ("x",), {"k": "v"})
for call in (
    lambda: print("a", sep=5),
    lambda: print("a", end=5),
    lambda: print("a", sepp=""),
    lambda: print("a", file=5),
):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error)
print("none means default", sep=None, end=None)


class Collector:
    def __init__(self):
        self.parts = []

    def write(self, text):
        self.parts.append(text)


collector = Collector()
print("a", 1, sep="-", file=collector)
print("b", end="", file=collector)
print(collector.parts)
sys.stdout.write("written\n")
print(sys.stdout.write("count\n"))
sys.stderr.write("error text\n")
original = sys.stdout
sys.stdout = collector
print("captured")
sys.stdout = original
print(collector.parts[-2:])


class Bad:
    def __str__(self):
        raise ValueError("in str")


try:
    print("before", Bad())
except ValueError as error:
    print()
    print(error)
