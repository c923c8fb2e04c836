# eval: expressions as text, bytes and code objects, in namespaces of every kind.
import os
a = 3
print(eval("a * 2"), eval(b"a + 1"), eval("  \t a"), eval("a\n"), eval("(a,\n a)"))
print(eval("a + b", {"a": 1, "b": 2}), eval("a + b", {"a": 1}, {"b": 5}))
print(eval("[x for x in range(a)]"), eval("lambda: a")(), eval("(lambda q: q + a)(1)"))
print(eval(compile("a ** 2", "<e>", "eval")))
print(eval(compile("b = 7", "<e>", "exec")), b)
print(eval("__import__('os').sep"))


def f(n):
    k = 10
    g = eval("lambda: k", {"k": 1})
    return eval("n + k"), g(), [eval("k") for _ in range(2)], eval("sorted(locals())"), eval("vars() == locals()")


print(f(1))


class Mapping:
    def __getitem__(self, key):
        if key == "len":
            raise KeyError(key)
        return key.upper()


print(eval("abc + len('x') * 'd'" if False else "abc", {}, Mapping()), eval("len('xy')", {}, Mapping()))

for source in ["1 +", "x = 1", "", "pass", "a b", "(1", "'abc", "1\n2"]:
    try:
        eval(source)
    except SyntaxError as e:
        print(repr(source), type(e).__name__, e.msg, e.filename, e.lineno, e.text)
for bad in [lambda: eval(1), lambda: eval("1", 2), lambda: eval("1", Mapping()), lambda: eval("1", {}, 2),
            lambda: eval((lambda: a).__code__, {}) if False else eval(["1"]), lambda: eval(), lambda: eval("undefined_name"),
            lambda: eval("1/0"), lambda: eval("a\0"), lambda: eval("'\udc80'")]:
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, e)


def free():
    v = 1
    return lambda: v


try:
    eval(free().__code__)
except TypeError as e:
    print(e)
print(eval((lambda: 42).__code__))
exec(free().__code__, closure=free().__closure__)
for closure in [None, (), (1,)]:
    try:
        exec(free().__code__, closure=closure)
    except TypeError as e:
        print(e)
